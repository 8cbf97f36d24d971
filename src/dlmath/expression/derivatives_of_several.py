"""Derivative rules of functions of several operands (`derivatives.partial`)."""

from __future__ import annotations

from collections.abc import Callable

from dlmath.expression.derivatives_of_one import above, choose, one_over, squared
from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    TRUE,
    TWO,
    ZERO,
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
)

#: The derivative by operand `index`, given all operands and the node; None where there is none.
ParameterRule = Callable[[tuple[Node, ...], int, Node], Node | None]


def _leaky_relu(args: tuple[Node, ...], index: int, _: Node) -> Node:
    u = args[0]
    slope = args[1] if len(args) > 1 else div(ONE, number(100))
    if index == 1:
        return choose(ZERO, above(u, ZERO), u, TRUE)
    return choose(ONE, above(u, ZERO), slope, TRUE)


def _elu(args: tuple[Node, ...], index: int, _: Node) -> Node:
    u = args[0]
    alpha = args[1] if len(args) > 1 else ONE
    if index == 1:
        return choose(ZERO, above(u, ZERO), sub(call("exp", u), ONE), TRUE)
    return choose(ONE, above(u, ZERO), mul(alpha, call("exp", u)), TRUE)


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
        return one_over(mul(u, call("log", base)))
    return neg(div(call("log", u), mul(base, squared(call("log", base)))))


def _atan2(args: tuple[Node, ...], index: int, _: Node) -> Node:
    y, x = args
    return div(x if index == 0 else neg(y), add(squared(x), squared(y)))


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
    return one_over(add(args[0], call("exp", f))) if index == 0 else None


def _sine_squared_part(n: Node, phi: Node) -> Node:
    return sub(ONE, mul(n, squared(call("sin", phi))))


def _elliptic_e(args: tuple[Node, ...], index: int, f: Node) -> Node:
    phi, m = args
    if index == 0:
        return sqrt(_sine_squared_part(m, phi))
    return div(sub(f, call("elliptic_f", phi, m)), mul(TWO, m))


def _elliptic_f(args: tuple[Node, ...], index: int, f: Node) -> Node:
    phi, m = args
    root = sqrt(_sine_squared_part(m, phi))
    if index == 0:
        return one_over(root)
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
        return one_over(mul(_sine_squared_part(n, phi), sqrt(_sine_squared_part(m, phi))))
    if index == 0:
        terms = [
            second,
            div(mul(sub(m, n), first), n),
            div(mul(sub(squared(n), m), f), n),
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
    return choose(ONE, condition, ZERO, TRUE)


def _mean(args: tuple[Node, ...], index: int, _: Node) -> Node:
    return div(ONE, number(len(args)))


def _var(args: tuple[Node, ...], index: int, _: Node) -> Node:
    return mul(div(TWO, number(len(args))), sub(args[index], call("mean", *args)))


def _logsumexp(args: tuple[Node, ...], index: int, f: Node) -> Node:
    return call("exp", sub(args[index], f))


def _dot(args: tuple[Node, ...], index: int, _: Node) -> Node:
    return args[1 - index]


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
