"""A rational expression as one fraction in lowest terms."""

from __future__ import annotations

from fractions import Fraction

from dlmath.expression.graph import MINUS_ONE, ONE, Node, mul, number, power, topological
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.factors import factored
from dlmath.maths.calculus.antiderivatives.forms import depends, whole
from dlmath.maths.calculus.antiderivatives.polynomial import (
    Coefficients,
    divide,
    from_coefficients,
    plus,
    times,
    trim,
)

#: Fractions of a higher degree are not put together.
_MOST_DEGREE = 40

Quotient = tuple[Coefficients, Coefficients]


def quotient(node: Node, x: Node) -> Quotient | None:
    """(numerator, denominator) of a rational function of x, in lowest terms; None if it is none.

    Common factors are cancelled where all coefficients are numbers.
    """
    known: dict[Node, Quotient] = {}
    for part in topological(node):
        if part is x:
            known[part] = ([number(0), ONE], [ONE])
            continue
        if not depends(part, x):
            known[part] = ([part], [ONE])
            continue
        found = _combined(part, known)
        if found is None:
            return None
        if max(len(found[0]), len(found[1])) > _MOST_DEGREE:
            return None
        known[part] = found
    return known[node]


def _combined(part: Node, known: dict[Node, Quotient]) -> Quotient | None:
    if part.op == "add":
        result: Quotient = ([], [ONE])
        for arg in part.args:
            top, bottom = known[arg]
            if bottom == result[1]:
                result = plus(result[0], top), bottom
                continue
            above = plus(trim(times(result[0], bottom)), trim(times(top, result[1])))
            lowest = _lowest(above, trim(times(result[1], bottom)))
            if lowest is None:
                return None
            result = lowest
        return result
    if part.op == "mul":
        above, below = [ONE], [ONE]
        for arg in part.args:
            above, below = times(above, known[arg][0]), times(below, known[arg][1])
        return _lowest(trim(above), trim(below))
    size = whole(part.args[1]) if part.op == "pow" else None
    if size is None or part.args[0] not in known:
        return None
    top, bottom = known[part.args[0]]
    if size < 0:
        top, bottom, size = bottom, top, -size
    if size * max(len(top), len(bottom)) > 2 * _MOST_DEGREE or not bottom:
        return None
    return trim(times(*[top] * size)), trim(times(*[bottom] * size))


def _lowest(top: Coefficients, bottom: Coefficients) -> Quotient | None:
    if not bottom:
        return None
    if not top:
        return [], [ONE]
    if not _numeric(top) or not _numeric(bottom):
        return top, bottom
    shared = _common_divisor(top, bottom)
    if len(shared) > 1:
        top, bottom = divide(top, shared)[0], divide(bottom, shared)[0]
    scale = bottom[-1].number
    if scale == 1:
        return top, bottom
    factor = number(1 / Fraction(scale))
    return [mul(factor, part) for part in top], [mul(factor, part) for part in bottom]


def _numeric(coefficients: Coefficients) -> bool:
    return all(part.op == "number" for part in coefficients)


def _common_divisor(a: Coefficients, b: Coefficients) -> Coefficients:
    """The greatest common divisor, by Euclid."""
    while b:
        rest = divide(a, b)[1]
        if rest:
            scale = number(1 / Fraction(rest[-1].number))
            rest = [mul(scale, part) for part in rest]
        a, b = b, rest
    return a


def together(node: Node, x: Node) -> Node | None:
    """The expression as one fraction, the power of x in it apart; None when not rational."""
    found = quotient(tidy(node), x)
    if found is None:
        return None
    top, bottom = found
    if not _numeric(top + bottom):
        cancelled = factored(top, bottom, x)
        if cancelled is not None:
            return cancelled
    return _fraction(top, bottom, x)


def _fraction(top: Coefficients, bottom: Coefficients, x: Node) -> Node:
    low = next((i for i, part in enumerate(bottom) if tidy(part) is not number(0)), 0)
    low_top = next((i for i, part in enumerate(top) if tidy(part) is not number(0)), 0)
    shift = low_top - low
    above = from_coefficients(top[low_top:], x)
    below = from_coefficients(bottom[low:], x)
    return tidy(mul(above, power(x, number(shift)), power(below, MINUS_ONE)))
