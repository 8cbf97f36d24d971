"""The derivative of each function by each of its operands, in the form a textbook gives.

`partial` is the one table of differentiation rules; derive and reverse mode both read it.

At a kink the derivative is what deep-learning frameworks use there, stated as a `piecewise`:
relu' is 0 at 0, and `abs` has `sign(u)`, so 0. Steps (`sign`, `floor`, `heaviside`) have
derivative 0. Nothing here is tidied: a product by 1 or a sum with 0 may remain.

Reductions and vector functions of vectors are differentiated entry by entry: write them out
first with `elements.expand_vectors`. `max`, `min`, `mean`, `var` and `logsumexp` of numbers need
no expanding.
"""

from __future__ import annotations

from collections.abc import Callable

from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    PI,
    TRUE,
    TWO,
    ZERO,
    I,
    Node,
    add,
    call,
    div,
    make,
    mul,
    neg,
    number,
    power,
    sqrt,
    sub,
    topological,
)
from dlmath.expression.vocabulary import SELU_ALPHA, SELU_SCALE

#: The derivative by the one operand u, given u and the node f(u) itself.
Rule = Callable[[Node, Node], Node]
#: The derivative by operand `index`, given all operands and the node; None where there is none.
ParameterRule = Callable[[tuple[Node, ...], int, Node], Node | None]


#: These have no complex derivative; the rules below are for operands that are real.
_OF_REALS = frozenset({"abs", "sign", "re", "im", "conjugate", "arg"})


def partial(node: Node, index: int) -> Node | None:
    """The derivative of the node by its operand `index`, the other operands held fixed.

    Sums, products, powers and functions of scalars; None where no derivative can be written in
    the language (`zeta` by s, `besselj` by its order, a sum by its bounds, vectors).
    """
    if any(operand.op == "vector" for operand in node.args) and node.op != "hyper":
        return None
    if node.op in _OF_REALS and I in topological(node):
        return None
    rule = ELEMENTWISE.get(node.op)
    if rule is not None and len(node.args) == 1:
        return rule(node.args[0], node)
    parameter_rule = PARAMETERS.get(node.op)
    return None if parameter_rule is None else parameter_rule(node.args, index, node)


def _squared(u: Node) -> Node:
    return power(u, TWO)


def _plus_one_squared(u: Node) -> Node:
    return add(ONE, _squared(u))


def _one_minus_square(u: Node) -> Node:
    return sub(ONE, _squared(u))


def _one_over(u: Node) -> Node:
    return power(u, MINUS_ONE)


def _choose(*parts: Node) -> Node:
    return make("piecewise", parts)


def _below(a: Node, b: Node) -> Node:
    return make("lt", (a, b))


def _above(a: Node, b: Node) -> Node:
    return make("gt", (a, b))


def _gaussian(u: Node) -> Node:
    """2/sqrt(pi)*exp(-u^2)"""
    return div(mul(TWO, call("exp", neg(_squared(u)))), sqrt(PI))


def _elementary() -> dict[str, Rule]:
    def inverse_of_sine(u: Node, _: Node) -> Node:
        return _one_over(sqrt(_one_minus_square(u)))

    def inverse_of_secant(u: Node, _: Node) -> Node:
        return _one_over(mul(_squared(u), sqrt(sub(ONE, _one_over(_squared(u))))))

    def inverse_of_hyperbolic_cosecant(u: Node, _: Node) -> Node:
        return neg(_one_over(mul(_squared(u), sqrt(add(ONE, _one_over(_squared(u)))))))

    def inverse_of_hyperbolic_cosine(u: Node, _: Node) -> Node:
        return _one_over(mul(sqrt(sub(u, ONE)), sqrt(add(u, ONE))))

    def inverse_of_hyperbolic_secant(u: Node, _: Node) -> Node:
        inverse = _one_over(u)
        below = mul(_squared(u), sqrt(sub(inverse, ONE)), sqrt(add(inverse, ONE)))
        return neg(_one_over(below))

    return {
        "exp": lambda _, f: f,
        "log": lambda u, _: _one_over(u),
        "sin": lambda u, _: call("cos", u),
        "cos": lambda u, _: neg(call("sin", u)),
        "tan": lambda u, _: _squared(call("sec", u)),
        "sec": lambda u, f: mul(f, call("tan", u)),
        "csc": lambda u, f: neg(mul(f, call("cot", u))),
        "cot": lambda u, _: neg(_squared(call("csc", u))),
        "asin": inverse_of_sine,
        "acos": lambda u, f: neg(inverse_of_sine(u, f)),
        "atan": lambda u, _: _one_over(_plus_one_squared(u)),
        "asec": inverse_of_secant,
        "acsc": lambda u, f: neg(inverse_of_secant(u, f)),
        "acot": lambda u, _: neg(_one_over(_plus_one_squared(u))),
        "sinh": lambda u, _: call("cosh", u),
        "cosh": lambda u, _: call("sinh", u),
        "tanh": lambda _, f: _one_minus_square(f),
        "sech": lambda u, f: neg(mul(f, call("tanh", u))),
        "csch": lambda u, f: neg(mul(f, call("coth", u))),
        "coth": lambda _, f: _one_minus_square(f),
        "asinh": lambda u, _: _one_over(sqrt(_plus_one_squared(u))),
        "acosh": inverse_of_hyperbolic_cosine,
        "atanh": lambda u, _: _one_over(_one_minus_square(u)),
        "asech": inverse_of_hyperbolic_secant,
        "acsch": inverse_of_hyperbolic_cosecant,
        "acoth": lambda u, _: _one_over(_one_minus_square(u)),
        "cbrt": lambda _, f: _one_over(mul(number(3), _squared(f))),
        "abs": lambda u, _: call("sign", u),
        "re": lambda _, __: ONE,
        "conjugate": lambda _, __: ONE,
        **dict.fromkeys(("sign", "floor", "ceil", "heaviside", "arg", "im"), lambda _, __: ZERO),
    }


def _special() -> dict[str, Rule]:
    def fresnel(function: str) -> Rule:
        return lambda u, _: call(function, mul(HALF, PI, _squared(u)))

    def integral_of(function: str) -> Rule:
        return lambda u, _: div(call(function, u), u)

    def w(u: Node, f: Node) -> Node:
        return _one_over(add(u, call("exp", f)))

    def complete_first(m: Node, f: Node) -> Node:
        kept = sub(ONE, m)
        return div(sub(call("elliptic_e", m), mul(kept, f)), mul(TWO, m, kept))

    def factorial(u: Node, f: Node) -> Node:
        return mul(f, call("digamma", add(u, ONE)))

    return {
        "erf": lambda u, _: _gaussian(u),
        "erfc": lambda u, _: neg(_gaussian(u)),
        "erfi": lambda u, _: div(mul(TWO, call("exp", _squared(u))), sqrt(PI)),
        "gamma": lambda u, f: mul(f, call("digamma", u)),
        "loggamma": lambda u, _: call("digamma", u),
        "digamma": lambda u, _: call("polygamma", ONE, u),
        "factorial": factorial,
        "Si": integral_of("sin"),
        "Ci": integral_of("cos"),
        "Shi": integral_of("sinh"),
        "Chi": integral_of("cosh"),
        "Ei": integral_of("exp"),
        "li": lambda u, _: _one_over(call("log", u)),
        "fresnels": fresnel("sin"),
        "fresnelc": fresnel("cos"),
        "airyai": lambda u, _: call("airyaiprime", u),
        "airybi": lambda u, _: call("airybiprime", u),
        "airyaiprime": lambda u, _: mul(u, call("airyai", u)),
        "airybiprime": lambda u, _: mul(u, call("airybi", u)),
        "LambertW": w,
        "elliptic_k": complete_first,
        "elliptic_e": lambda m, f: div(sub(f, call("elliptic_k", m)), mul(TWO, m)),
    }


def _networks() -> dict[str, Rule]:
    def sigmoid(_: Node, f: Node) -> Node:
        return mul(f, sub(ONE, f))

    def relu(u: Node, _: Node) -> Node:
        return _choose(ONE, _above(u, ZERO), ZERO, TRUE)

    def selu(u: Node, _: Node) -> Node:
        scale = number(SELU_SCALE)
        below = mul(scale, number(SELU_ALPHA), call("exp", u))
        return _choose(scale, _above(u, ZERO), below, TRUE)

    def gelu(u: Node, _: Node) -> Node:
        below = mul(HALF, add(ONE, call("erf", div(u, sqrt(TWO)))))
        density = div(call("exp", neg(div(_squared(u), TWO))), sqrt(mul(TWO, PI)))
        return add(below, mul(u, density))

    def silu(u: Node, _: Node) -> Node:
        s = call("sigmoid", u)
        return add(s, mul(u, s, sub(ONE, s)))

    def mish(u: Node, _: Node) -> Node:
        t = call("tanh", call("softplus", u))
        return add(t, mul(u, call("sigmoid", u), _one_minus_square(t)))

    def inside(low: int, high: int, slope: Node) -> Rule:
        def rule(u: Node, _: Node) -> Node:
            within = make("and", (_above(u, number(low)), _below(u, number(high))))
            return _choose(slope, within, ZERO, TRUE)

        return rule

    sixth = div(ONE, number(6))
    return {
        "sigmoid": sigmoid,
        "relu": relu,
        "leaky_relu": lambda u, f: _leaky_relu((u,), 0, f),
        "elu": lambda u, f: _elu((u,), 0, f),
        "selu": selu,
        "gelu": gelu,
        "softplus": lambda u, _: call("sigmoid", u),
        "silu": silu,
        "mish": mish,
        "hardtanh": inside(-1, 1, ONE),
        "hard_sigmoid": inside(-3, 3, sixth),
        "softsign": lambda u, _: power(add(ONE, call("abs", u)), number(-2)),
    }


# --- functions of several operands ----------------------------------------------------------


def _leaky_relu(args: tuple[Node, ...], index: int, _: Node) -> Node:
    u = args[0]
    slope = args[1] if len(args) > 1 else div(ONE, number(100))
    if index == 1:
        return _choose(ZERO, _above(u, ZERO), u, TRUE)
    return _choose(ONE, _above(u, ZERO), slope, TRUE)


def _elu(args: tuple[Node, ...], index: int, _: Node) -> Node:
    u = args[0]
    alpha = args[1] if len(args) > 1 else ONE
    if index == 1:
        return _choose(ZERO, _above(u, ZERO), sub(call("exp", u), ONE), TRUE)
    return _choose(ONE, _above(u, ZERO), mul(alpha, call("exp", u)), TRUE)


def _add(args: tuple[Node, ...], index: int, _: Node) -> Node:
    return ONE


def _mul(args: tuple[Node, ...], index: int, _: Node) -> Node:
    return mul(*args[:index], *args[index + 1 :])


def _pow(args: tuple[Node, ...], index: int, f: Node) -> Node:
    base, exponent = args
    if index == 1:
        return mul(f, call("log", base))
    return mul(exponent, power(base, sub(exponent, ONE)))


def _log(args: tuple[Node, ...], index: int, f: Node) -> Node:
    u, base = args
    if index == 0:
        return _one_over(mul(u, call("log", base)))
    return neg(div(call("log", u), mul(base, _squared(call("log", base)))))


def _atan2(args: tuple[Node, ...], index: int, _: Node) -> Node:
    y, x = args
    return div(x if index == 0 else neg(y), add(_squared(x), _squared(y)))


def _polygamma(args: tuple[Node, ...], index: int, _: Node) -> Node | None:
    order, u = args
    return call("polygamma", add(order, ONE), u) if index == 1 else None


def _beta(args: tuple[Node, ...], index: int, f: Node) -> Node:
    return mul(f, sub(call("digamma", args[index]), call("digamma", add(*args))))


def _gamma_integrand(s: Node, x: Node) -> Node:
    return mul(power(x, sub(s, ONE)), call("exp", neg(x)))


def _uppergamma(args: tuple[Node, ...], index: int, _: Node) -> Node | None:
    return neg(_gamma_integrand(*args)) if index == 1 else None


def _lowergamma(args: tuple[Node, ...], index: int, _: Node) -> Node | None:
    return _gamma_integrand(*args) if index == 1 else None


def _binomial(args: tuple[Node, ...], index: int, f: Node) -> Node:
    n, k = args
    rest = call("digamma", add(sub(n, k), ONE))
    own = call("digamma", add(args[index], ONE))
    return mul(f, sub(own, rest) if index == 0 else sub(rest, own))


def _expint(args: tuple[Node, ...], index: int, _: Node) -> Node | None:
    order, u = args
    return neg(call("expint", sub(order, ONE), u)) if index == 1 else None


def _bessel(name: str, before: Node, after: Node) -> ParameterRule:
    """before*f(n - 1, x)/2 + after*f(n + 1, x)/2, as in DLMF 10.6.1 and 10.29.1."""

    def rule(args: tuple[Node, ...], index: int, _: Node) -> Node | None:
        order, u = args
        if index == 0:
            return None
        lower = mul(before, call(name, sub(order, ONE), u))
        upper = mul(after, call(name, add(order, ONE), u))
        return mul(HALF, add(lower, upper))

    return rule


def _polylog(args: tuple[Node, ...], index: int, _: Node) -> Node | None:
    s, u = args
    return div(call("polylog", sub(s, ONE), u), u) if index == 1 else None


def _zeta(args: tuple[Node, ...], index: int, _: Node) -> Node | None:
    if index == 0:
        return None
    s, a = args
    return neg(mul(s, call("zeta", add(s, ONE), a)))


def _lambert(args: tuple[Node, ...], index: int, f: Node) -> Node | None:
    return _one_over(add(args[0], call("exp", f))) if index == 0 else None


def _sine_squared_part(n: Node, phi: Node) -> Node:
    return sub(ONE, mul(n, _squared(call("sin", phi))))


def _elliptic_e(args: tuple[Node, ...], index: int, f: Node) -> Node:
    phi, m = args
    if index == 0:
        return sqrt(_sine_squared_part(m, phi))
    return div(sub(f, call("elliptic_f", phi, m)), mul(TWO, m))


def _elliptic_f(args: tuple[Node, ...], index: int, f: Node) -> Node:
    phi, m = args
    root = sqrt(_sine_squared_part(m, phi))
    if index == 0:
        return _one_over(root)
    kept = sub(ONE, m)
    first = div(call("elliptic_e", phi, m), mul(TWO, m, kept))
    last = div(call("sin", mul(TWO, phi)), mul(number(4), kept, root))
    return sub(sub(first, div(f, mul(TWO, m))), last)


def _elliptic_pi(args: tuple[Node, ...], index: int, f: Node) -> Node:
    """By n, phi and m: https://functions.wolfram.com/08.06.20."""
    complete = len(args) == 2
    n, m = args[0], args[-1]
    phi = None if complete else args[1]
    first = call("elliptic_k", m) if phi is None else call("elliptic_f", phi, m)
    second = call("elliptic_e", m) if phi is None else call("elliptic_e", phi, m)
    if phi is not None and index == 1:
        return _one_over(mul(_sine_squared_part(n, phi), sqrt(_sine_squared_part(m, phi))))
    if index == 0:
        terms = [
            second,
            div(mul(sub(m, n), first), n),
            div(mul(sub(_squared(n), m), f), n),
        ]
        if phi is not None:
            root = sqrt(_sine_squared_part(m, phi))
            part = mul(n, root, call("sin", mul(TWO, phi)))
            terms.append(neg(div(part, mul(TWO, _sine_squared_part(n, phi)))))
        return div(add(*terms), mul(TWO, sub(m, n), sub(n, ONE)))
    terms = [div(second, sub(m, ONE)), f]
    if phi is not None:
        root = sqrt(_sine_squared_part(m, phi))
        part = mul(m, call("sin", mul(TWO, phi)))
        terms.append(neg(div(part, mul(TWO, sub(m, ONE), root))))
    return div(add(*terms), mul(TWO, sub(n, m)))


def _hyper(args: tuple[Node, ...], index: int, _: Node) -> Node | None:
    above, below, u = args
    if index != 2 or above.op != "vector" or below.op != "vector":
        return None
    raised = [
        make("vector", [add(entry, ONE) for entry in parameters.args])
        for parameters in (above, below)
    ]
    return mul(div(mul(*above.args), mul(*below.args)), call("hyper", *raised, u))


# --- reductions of numbers ------------------------------------------------------------------


def _largest(args: tuple[Node, ...], index: int, _: Node) -> Node:
    return _extreme(args, index, "ge")


def _smallest(args: tuple[Node, ...], index: int, _: Node) -> Node:
    return _extreme(args, index, "le")


def _extreme(args: tuple[Node, ...], index: int, relation: str) -> Node:
    """1 where this operand is the extreme one; of equal ones the first counts."""
    strict = {"ge": "gt", "le": "lt"}[relation]
    own = args[index]
    conditions = [
        make(strict if place < index else relation, (own, other))
        for place, other in enumerate(args)
        if place != index
    ]
    if not conditions:
        return ONE
    condition = conditions[0] if len(conditions) == 1 else make("and", conditions)
    return _choose(ONE, condition, ZERO, TRUE)


def _mean(args: tuple[Node, ...], index: int, _: Node) -> Node:
    return div(ONE, number(len(args)))


def _var(args: tuple[Node, ...], index: int, _: Node) -> Node:
    return mul(div(TWO, number(len(args))), sub(args[index], call("mean", *args)))


def _logsumexp(args: tuple[Node, ...], index: int, f: Node) -> Node:
    return call("exp", sub(args[index], f))


def _dot(args: tuple[Node, ...], index: int, _: Node) -> Node:
    return args[1 - index]


ELEMENTWISE: dict[str, Rule] = {**_elementary(), **_special(), **_networks()}

PARAMETERS: dict[str, ParameterRule] = {
    "add": _add,
    "mul": _mul,
    "pow": _pow,
    "log": _log,
    "atan2": _atan2,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "polygamma": _polygamma,
    "beta": _beta,
    "uppergamma": _uppergamma,
    "lowergamma": _lowergamma,
    "binomial": _binomial,
    "expint": _expint,
    "besselj": _bessel("besselj", ONE, MINUS_ONE),
    "bessely": _bessel("bessely", ONE, MINUS_ONE),
    "besseli": _bessel("besseli", ONE, ONE),
    "besselk": _bessel("besselk", MINUS_ONE, MINUS_ONE),
    "polylog": _polylog,
    "zeta": _zeta,
    "LambertW": _lambert,
    "elliptic_e": _elliptic_e,
    "elliptic_f": _elliptic_f,
    "elliptic_pi": _elliptic_pi,
    "hyper": _hyper,
    "max": _largest,
    "min": _smallest,
    "mean": _mean,
    "var": _var,
    "logsumexp": _logsumexp,
    "dot": _dot,
}
