"""The optimizers: each is its update rule, written in the language of the tool.

A rule is applied to every variable `x` with its partial derivative `g`, the rate, and the number
`k` of the step, counted from 1. The assignments are carried out in order, so a later one sees the
new value of an earlier one; what a method remembers of each variable starts at 0. The rules are
parsed like anything that is typed: the same text is shown as working, filled in with numbers,
compiled into the loop of `descend` (`loop`), and into steps on arrays (`array_stepper`).

All agree step by step with `torch.optim` at the same parameters (Lion: with optax), and the
defaults are torch's (Lion: optax's). Only the rate differs: torch's default is meant for noisy
losses of large networks; here it is `Method.rate`, or less where the curvature at the start asks
for it (`theory.default_rate`). Three methods choose a direction from all variables together and
search along it (`directions`): newton, bfgs, conjugate; torch has no counterpart of theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dlmath.errors import InvalidInput


class Method(NamedTuple):
    """An optimizer.

    rules: (name, expression) in order; none where the method has a direction of its own, and then
        `formula` says what it does.
    memory: the names that are remembered from step to step, for each variable.
    parameters: other names in the rules and their defaults, apart from `rate`.
    about: one line for people. source: where the method was published.
    agrees: which library does the same, and where it differs.
    rate: the learning rate where none is given. torch_rate: torch's (Lion: optax's has none).
    bounded: is the length of a step about the rate, however steep the function is?
    """

    name: str
    title: str
    rules: tuple[tuple[str, str], ...]
    memory: tuple[str, ...]
    parameters: Mapping[str, float]
    about: str
    source: str
    agrees: str
    rate: float = 0.1
    torch_rate: float | None = None
    bounded: bool = False
    formula: str = ""

    @property
    def searches(self) -> bool:
        """Does it choose a direction and search along it, with no rate of its own?"""
        return not self.rules


GRADIENT_DESCENT = Method(
    "gd",
    "gradient descent",
    (("x", "x - rate*g"),),
    memory=(),
    parameters={},
    about="a step against the gradient, as long as the rate times the slope",
    source="A.-L. Cauchy, Methode generale pour la resolution des systemes d'equations"
    " simultanees, 1847",
    agrees="torch.optim.SGD, optax.sgd",
    torch_rate=1e-3,
)

MOMENTUM = Method(
    "momentum",
    "gradient descent with momentum",
    (("v", "momentum*v + g"), ("x", "x - rate*v")),
    memory=("v",),
    parameters={"momentum": 0.9},
    about="a velocity gathers the gradients of the past",
    source="B. T. Polyak, Some methods of speeding up the convergence of iteration methods, 1964",
    agrees="torch.optim.SGD with dampening 0, optax.sgd; the velocity of Sutskever's paper (ICML"
    " 2013) contains the rate, which is the same while the rate stays the same",
    torch_rate=1e-3,
)

NESTEROV = Method(
    "nesterov",
    "Nesterov's accelerated gradient",
    (("v", "momentum*v + g"), ("x", "x - rate*(g + momentum*v)")),
    memory=("v",),
    parameters={"momentum": 0.9},
    about="momentum that looks one step ahead",
    source="Y. Nesterov, A method of solving a convex programming problem with convergence rate"
    " O(1/k^2), 1983; in this form I. Sutskever, J. Martens, G. Dahl, G. Hinton, ICML 2013",
    agrees="torch.optim.SGD(nesterov=True), optax.sgd(nesterov=True); the points are those of"
    " Sutskever's paper looked ahead by momentum times velocity, and 1983's momentum grows from"
    " step to step where this one is fixed",
    torch_rate=1e-3,
)

ADAGRAD = Method(
    "adagrad",
    "AdaGrad",
    (("s", "s + g^2"), ("x", "x - rate*g/(sqrt(s) + epsilon)")),
    memory=("s",),
    parameters={"epsilon": 1e-10},
    about="each variable has its own rate, which falls with the squares of all its gradients",
    source="J. Duchi, E. Hazan, Y. Singer, Adaptive subgradient methods, JMLR 12, 2011",
    agrees="torch.optim.Adagrad; optax.adagrad starts its sum at 0.1 and has epsilon under the"
    " root",
    rate=0.5,
    torch_rate=1e-2,
    bounded=True,
)

ADADELTA = Method(
    "adadelta",
    "AdaDelta",
    (
        ("v", "rho*v + (1 - rho)*g^2"),
        ("d", "sqrt(u + epsilon)/sqrt(v + epsilon)*g"),
        ("u", "rho*u + (1 - rho)*d^2"),
        ("x", "x - rate*d"),
    ),
    memory=("v", "u"),
    parameters={"rho": 0.9, "epsilon": 1e-6},
    about="steps in proportion to the size of the steps before, so that units cancel",
    source="M. D. Zeiler, ADADELTA: an adaptive learning rate method, arXiv:1212.5701, 2012",
    agrees="torch.optim.Adadelta, optax.adadelta",
    rate=1.0,
    torch_rate=1.0,
    bounded=True,
)

RMSPROP = Method(
    "rmsprop",
    "RMSProp",
    (("v", "rho*v + (1 - rho)*g^2"), ("x", "x - rate*g/(sqrt(v) + epsilon)")),
    memory=("v",),
    parameters={"rho": 0.99, "epsilon": 1e-8},
    about="the gradient over the root of a running mean of its square",
    source="T. Tieleman, G. Hinton, Neural networks for machine learning, lecture 6.5, 2012",
    agrees="torch.optim.RMSprop (its alpha is rho), not centred and without momentum; optax and"
    " Keras have rho 0.9, and optax has epsilon under the root",
    rate=0.01,
    torch_rate=1e-2,
    bounded=True,
)

ADAM = Method(
    "adam",
    "Adam",
    (
        ("m", "beta1*m + (1 - beta1)*g"),
        ("v", "beta2*v + (1 - beta2)*g^2"),
        ("x", "x - rate*(m/(1 - beta1^k))/(sqrt(v/(1 - beta2^k)) + epsilon)"),
    ),
    memory=("m", "v"),
    parameters={"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    about="each variable has its own rate, from running means of its gradient and of its square",
    source="D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR 2015",
    agrees="torch.optim.Adam, optax.adam; Keras has epsilon 1e-7",
    torch_rate=1e-3,
    bounded=True,
)

ADAMW = Method(
    "adamw",
    "AdamW",
    (
        ("m", "beta1*m + (1 - beta1)*g"),
        ("v", "beta2*v + (1 - beta2)*g^2"),
        (
            "x",
            "x*(1 - rate*weight_decay) - rate*(m/(1 - beta1^k))/(sqrt(v/(1 - beta2^k)) + epsilon)",
        ),
    ),
    memory=("m", "v"),
    parameters={"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "weight_decay": 0.01},
    about="Adam that also shrinks every variable a little in each step, apart from the gradient",
    source="I. Loshchilov, F. Hutter, Decoupled weight decay regularization, ICLR 2019",
    agrees="torch.optim.AdamW; optax.adamw has weight decay 1e-4",
    torch_rate=1e-3,
    bounded=True,
)

NADAM = Method(
    "nadam",
    "NAdam",
    (
        ("m", "beta1*m + (1 - beta1)*g"),
        ("v", "beta2*v + (1 - beta2)*g^2"),
        ("a", "beta1*(1 - 0.96^(k*momentum_decay)/2)"),
        ("b", "beta1*(1 - 0.96^((k + 1)*momentum_decay)/2)"),
        ("p", "1 - (1 - p)*a"),
        (
            "x",
            "x - rate*(b*m/(1 - (1 - p)*b) + (1 - a)*g/p)/(sqrt(v/(1 - beta2^k)) + epsilon)",
        ),
    ),
    memory=("m", "v", "p"),
    parameters={"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8, "momentum_decay": 0.004},
    about="Adam with Nesterov's look ahead; p is 1 less the product of the momenta a so far",
    source="T. Dozat, Incorporating Nesterov momentum into Adam, ICLR workshop 2016",
    agrees="torch.optim.NAdam, which holds the product p of the momenta in torch's default type,"
    " float32 as a rule; optax.nadam leaves out the schedule of the momentum",
    torch_rate=2e-3,
    bounded=True,
)

LION = Method(
    "lion",
    "Lion",
    (
        ("x", "x - rate*(sign(beta1*m + (1 - beta1)*g) + weight_decay*x)"),
        ("m", "beta2*m + (1 - beta2)*g"),
    ),
    memory=("m",),
    parameters={"beta1": 0.9, "beta2": 0.99, "weight_decay": 1e-3},
    about="only the sign of a running mean counts: each variable moves by the rate",
    source="X. Chen and others, Symbolic discovery of optimization algorithms, NeurIPS 2023",
    agrees="optax.lion; torch has none",
    rate=0.01,
    bounded=True,
)

NEWTON = Method(
    "newton",
    "Newton's method",
    (),
    memory=(),
    parameters={},
    about="to where the quadratic model has its minimum; eigenvalues below 0 are taken positive",
    source="J. Nocedal, S. J. Wright, Numerical optimization, 2nd edition, 2006, section 3.4",
    agrees="with the full step on a convex quadratic; no optimizer of torch.optim uses the Hessian",
    rate=1.0,
    formula="x - t*|H|^(-1)*g",
)

BFGS = Method(
    "bfgs",
    "BFGS",
    (),
    memory=(),
    parameters={},
    about="Newton's method with a Hessian that is learned from the gradients along the way",
    source="C. G. Broyden, R. Fletcher, D. Goldfarb, D. F. Shanno, 1970; J. Nocedal, S. J. Wright,"
    " Numerical optimization, 2nd edition, algorithm 6.1",
    agrees="in its update with scipy's BFGS; torch.optim.LBFGS keeps a few of the updates only",
    rate=1.0,
    formula="x - t*B*g",
)

CONJUGATE = Method(
    "conjugate",
    "conjugate gradients",
    (),
    memory=(),
    parameters={},
    about="each direction is bent by the one before, and all n together solve a quadratic",
    source="E. Polak, G. Ribiere, 1969, with the restart of M. J. D. Powell, 1977; J. Nocedal,"
    " S. J. Wright, Numerical optimization, 2nd edition, section 5.2 (PR+)",
    agrees="in its direction with scipy's CG; torch has none",
    rate=1.0,
    formula="x + t*d, d = -g + max(0, g*(g - h)/(h*h))*d",
)

METHODS: dict[str, Method] = {
    method.name: method
    for method in (
        GRADIENT_DESCENT,
        MOMENTUM,
        NESTEROV,
        ADAGRAD,
        ADADELTA,
        RMSPROP,
        ADAM,
        ADAMW,
        NADAM,
        LION,
        NEWTON,
        BFGS,
        CONJUGATE,
    )
}

#: Parameters of methods: what may be given, at least (or above) the first and below the second.
PARAMETERS: dict[str, tuple[float, bool, float]] = {
    "momentum": (0.0, False, 1.0),
    "beta1": (0.0, False, 1.0),
    "beta2": (0.0, False, 1.0),
    "epsilon": (0.0, True, float("inf")),
    "rho": (0.0, False, 1.0),
    "momentum_decay": (0.0, False, float("inf")),
    "weight_decay": (0.0, False, float("inf")),
}


def find_method(name: str) -> Method:
    """The method of this name; InvalidInput lists them when there is none."""
    if name not in METHODS:
        raise InvalidInput(f"there is no method {name}", hint=f"use one of {', '.join(METHODS)}")
    return METHODS[name]


def parameters_of(method: Method, given: Mapping[str, float | None]) -> dict[str, float]:
    """The parameters of the method, its defaults replaced by those that are given (not None).

    `weight_decay` may be given to every method that has rules; where it is not a parameter of the
    method's own (AdamW, Lion) it is added to the gradient, as torch does. Raises InvalidInput for
    one that the method does not have, or that is out of bounds.
    """
    parameters = dict(method.parameters)
    for name, value in given.items():
        if value is None:
            continue
        if name not in parameters and not (name == "weight_decay" and not method.searches):
            having = [other.name for other in METHODS.values() if name in other.parameters]
            raise InvalidInput(
                f"{method.name} has no {name.replace('_', ' ')}",
                hint=f"--method {' or '.join(having)}" if having else None,
            )
        least, above, below = PARAMETERS[name]
        if not (least < value < below or (value == least and not above)):
            bounds = f"{'above' if above else 'at least'} {least:g}"
            bounds += f" and below {below:g}" if below < float("inf") else ""
            default = method.parameters.get(name)
            hint = None if default is None else f"{default:g} is usual"
            raise InvalidInput(
                f"the {name.replace('_', ' ')} must be {bounds}, not {value:g}", hint=hint
            )
        parameters[name] = float(value)
    return parameters


def rules_with_decay(
    method: Method, parameters: Mapping[str, float]
) -> tuple[tuple[str, str], ...]:
    """The rules, with weight decay added to the gradient where it is no part of the method."""
    added = parameters.get("weight_decay", 0.0) and "weight_decay" not in method.parameters
    return (("g", "g + weight_decay*x"), *method.rules) if added else method.rules
