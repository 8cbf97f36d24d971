"""Functions at their singular points, by functions that are regular there.

Each identity holds for a real operand near the point (Abramowitz and Stegun, Handbook of
Mathematical Functions, 1964, sections 4.3-4.6 and 6.1).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    PI,
    TWO,
    Node,
    add,
    call,
    div,
    free_symbols,
    mul,
    number,
    power,
    sqrt,
    sub,
)
from dlmath.expression.real import is_real

_QUOTIENTS: dict[str, Callable[[Node], Node]] = {
    "tan": lambda u: div(call("sin", u), call("cos", u)),
    "cot": lambda u: div(call("cos", u), call("sin", u)),
    "sec": lambda u: div(ONE, call("cos", u)),
    "csc": lambda u: div(ONE, call("sin", u)),
    "coth": lambda u: div(call("cosh", u), call("sinh", u)),
    "csch": lambda u: div(ONE, call("sinh", u)),
    "acot": lambda u: call("atan", div(ONE, u)),
    "asec": lambda u: call("acos", div(ONE, u)),
    "acsc": lambda u: call("asin", div(ONE, u)),
    "acoth": lambda u: call("atanh", div(ONE, u)),
    "acsch": lambda u: call("asinh", div(ONE, u)),
    "atanh": lambda u: mul(HALF, call("log", div(add(ONE, u), sub(ONE, u)))),
}


def _acos_near(u: Node, sign: int) -> Node:
    """acos(u) = 2*asin(sqrt((1 - u)/2)) near 1, and pi minus that of -u near -1."""
    inside = sub(ONE, u) if sign > 0 else add(ONE, u)
    arc = mul(TWO, call("asin", sqrt(mul(HALF, inside))))
    return arc if sign > 0 else sub(PI, arc)


#: At 1 and -1, where the derivative is infinite: square roots of the distance.
_BRANCH_POINTS: dict[str, Callable[[Node, int], Node]] = {
    "acos": _acos_near,
    "asin": lambda u, sign: sub(mul(HALF, PI), _acos_near(u, sign)),
    "acosh": lambda u, sign: mul(TWO, call("asinh", sqrt(mul(HALF, sub(u, ONE))))),
}


def at_singularity(node: Node, centre: Node) -> Node | None:
    """Another form of a function at a point where it is not analytic; None where it is."""
    operand = node.args[0]
    if node.op == "factorial":
        return call("gamma", add(operand, ONE))
    if node.op == "cbrt":
        return _cube_root(operand, centre)
    if node.op in ("gamma", "digamma"):
        return _shifted(node, centre)
    is_branch_point = centre is ONE or (centre is MINUS_ONE and node.op != "acosh")
    if node.op in _BRANCH_POINTS and is_branch_point:
        return _BRANCH_POINTS[node.op](operand, 1 if centre is ONE else -1)
    if node.op in _QUOTIENTS and not _has_value(call(node.op, centre)):
        return _QUOTIENTS[node.op](operand)
    return None


def _cube_root(operand: Node, centre: Node) -> Node | None:
    """cbrt is analytic away from 0; at 0 it is a power for a positive operand."""
    return power(operand, number(Fraction(1, 3))) if not _has_value(div(ONE, centre)) else None


def _shifted(node: Node, centre: Node) -> Node | None:
    """gamma(u) = gamma(u + n)/(u*(u + 1)*...), so that the operand becomes 1 at a pole."""
    at = centre.value
    if not isinstance(at, int) or centre.op != "number" or at > 0:
        return None
    operand = node.args[0]
    moved = call(node.op, add(operand, number(1 - at)))
    factors = [add(operand, number(k)) for k in range(1 - at)]
    if node.op == "gamma":
        return div(moved, mul(*factors))
    return sub(moved, add(*(div(ONE, factor) for factor in factors)))


def at_infinity(node: Node, leading: Node) -> Node | None:
    """Another form of a function whose operand grows like leading*t^-k, where one is known."""
    if free_symbols(leading) or not is_real(leading):
        return None
    from dlmath.expression.numbers import evaluate

    sign = number(1 if evaluate(leading) > 0 else -1)
    operand = node.args[0]
    if node.op == "atan":
        return sub(mul(sign, HALF, PI), call("atan", div(ONE, operand)))
    if node.op == "asinh":
        size = mul(sign, operand)
        return mul(sign, call("log", add(size, sqrt(add(power(operand, TWO), ONE)))))
    if node.op == "acosh":
        return call("log", add(operand, sqrt(add(power(operand, TWO), MINUS_ONE))))
    if node.op in ("acot", "asec", "acsc", "acoth", "acsch"):
        return _QUOTIENTS[node.op](operand)
    if node.op == "softsign":
        return div(operand, add(ONE, mul(sign, operand)))
    if node.op == "abs":
        return mul(sign, operand)
    if node.op == "sign":
        return sign
    if node.op in ("relu", "heaviside"):
        kept = operand if node.op == "relu" else ONE
        return kept if sign is ONE else number(0)
    return None


def _has_value(node: Node) -> bool:
    from dlmath.expression.tidy import tidy

    value = tidy(node)
    if free_symbols(value):
        return True
    from dlmath.expression.precise import evaluate

    return bool(abs(evaluate(value, digits=20)) < 1e15)
