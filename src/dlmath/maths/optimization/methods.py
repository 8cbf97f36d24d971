"""The optimizers: each is its update rule, written in the language of the tool.

A rule is applied to every variable `x` with its partial derivative `g` and the number `k` of the
step, counted from 1. The assignments are carried out in order, so a later one sees the new value
of an earlier one; what a method remembers of each variable starts at 0. The rules are parsed like
anything that is typed, so the same text is shown as working, filled in with numbers, and compiled
into the loop that runs.

They agree step by step with `torch.optim` (SGD with `dampening=0`, Adam), and with optax's `sgd`
and `adam` when these are given the same parameters. What differs is only defaults: torch's rate is
0.001 (1e-3) and optax has none, because they are meant for noisy losses of large networks; here the
rate is 0.1, or less where the curvature at the start asks for it (`default_rate`). Keras's Adam
has epsilon 1e-7.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

from dlmath.errors import InvalidInput


class Method(NamedTuple):
    """An optimizer.

    rules: (name, expression) in order; the last one assigns `x`. Every other name is remembered
        from step to step, for each variable.
    parameters: names in the rules and their defaults, apart from `rate`.
    about: one line for people. source: where the method was published.
    """

    name: str
    title: str
    rules: tuple[tuple[str, str], ...]
    parameters: Mapping[str, float]
    about: str
    source: str

    @property
    def memory(self) -> tuple[str, ...]:
        """What is remembered of each variable."""
        return tuple(name for name, _ in self.rules if name != "x")


GRADIENT_DESCENT = Method(
    "gd",
    "gradient descent",
    (("x", "x - rate*g"),),
    {},
    "a step against the gradient, as long as the rate times the slope",
    "A.-L. Cauchy, Methode generale pour la resolution des systemes d'equations simultanees, 1847",
)

MOMENTUM = Method(
    "momentum",
    "gradient descent with momentum",
    (("v", "momentum*v + g"), ("x", "x - rate*v")),
    {"momentum": 0.9},
    "a velocity gathers the gradients of the past",
    "B. T. Polyak, Some methods of speeding up the convergence of iteration methods, 1964",
)

NESTEROV = Method(
    "nesterov",
    "Nesterov's accelerated gradient",
    (("v", "momentum*v + g"), ("x", "x - rate*(g + momentum*v)")),
    {"momentum": 0.9},
    "momentum that looks one step ahead",
    "Y. Nesterov, 1983, as I. Sutskever et al. wrote it for deep learning, ICML 2013",
)

ADAM = Method(
    "adam",
    "Adam",
    (
        ("m", "beta1*m + (1 - beta1)*g"),
        ("v", "beta2*v + (1 - beta2)*g^2"),
        ("x", "x - rate*(m/(1 - beta1^k))/(sqrt(v/(1 - beta2^k)) + epsilon)"),
    ),
    {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8},
    "each variable has its own rate, from running means of its gradient and of its square",
    "D. P. Kingma, J. Ba, Adam: a method for stochastic optimization, ICLR 2015",
)

METHODS: dict[str, Method] = {
    method.name: method for method in (GRADIENT_DESCENT, MOMENTUM, NESTEROV, ADAM)
}

#: The rate where none is given and the curvature at the start does not ask for less.
DEFAULT_RATE = 0.1


def find_method(name: str) -> Method:
    """The method of this name; InvalidInput lists them when there is none."""
    if name not in METHODS:
        raise InvalidInput(f"there is no method {name}", hint=f"use one of {', '.join(METHODS)}")
    return METHODS[name]


def default_rate(method: Method, largest: float | None) -> float:
    """0.1, or 1/largest, half the largest stable rate, where 0.1 is more than that.

    largest: the largest eigenvalue of the Hessian at the start, where it is known. Adam's steps
    do not grow with the gradient, so its rate is 0.1 always.
    """
    if method is ADAM or largest is None or largest <= 1 / DEFAULT_RATE:
        return DEFAULT_RATE
    return 1 / largest


# --- what theory says of a quadratic bowl ----------------------------------------------------
#
# Along an eigenvector of the Hessian with eigenvalue c, one step of the methods below is a linear
# map of (x, v); the method converges when its spectral radius is below 1. Adam is not linear.


def stable_rate(method: Method, parameters: Mapping[str, float], curvature: float) -> float | None:
    """The rate above which the method diverges on a bowl of this largest curvature (> 0).

    2/c for gradient descent, 2*(1 + momentum)/c with momentum (Polyak 1964), and
    2*(1 + momentum)/((1 + 2*momentum)*c) for Nesterov's form; None for Adam.
    """
    if method is GRADIENT_DESCENT:
        return 2 / curvature
    if method is ADAM:
        return None
    beta = parameters["momentum"]
    if method is NESTEROV:
        return 2 * (1 + beta) / ((1 + 2 * beta) * curvature)
    return 2 * (1 + beta) / curvature


def contraction(
    method: Method, parameters: Mapping[str, float], rate: float, eigenvalues: list[float]
) -> float | None:
    """The factor by which the error shrinks a step, in the long run, on a quadratic bowl.

    |1 - rate*c| for gradient descent; with momentum the larger root of the characteristic
    polynomial of the step's 2 by 2 matrix. The slowest eigenvalue decides. None for Adam.
    """
    if method is ADAM:
        return None
    if method is GRADIENT_DESCENT:
        return max(abs(1 - rate * c) for c in eigenvalues)
    beta = parameters["momentum"]
    if method is NESTEROV:
        return max(
            _larger_root(1 + beta - rate * c * (1 + beta), beta * (1 - rate * c))
            for c in eigenvalues
        )
    return max(_larger_root(1 + beta - rate * c, beta) for c in eigenvalues)


def _larger_root(trace: float, determinant: float) -> float:
    """The larger modulus among the eigenvalues of a 2 by 2 matrix."""
    discriminant = trace * trace - 4 * determinant
    if discriminant < 0:
        return sqrt(determinant)
    return (abs(trace) + sqrt(discriminant)) / 2
