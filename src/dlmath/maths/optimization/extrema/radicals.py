"""Roots of irreducible polynomials of low degree in closed form."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dlmath.expression.graph import Node, add, mul, neg, number, power, sqrt
from dlmath.expression.tidy import tidy


def exact_root_of(coefficients: list[Fraction], value: Any) -> Node | None:
    """The exact form of the root near a value; None where it is not short.

    coefficients: ascending, of an irreducible polynomial. Of degree one and two; of degree four
    without odd powers; and pure roots x^n = c.
    """
    for form in _forms(coefficients):
        if _near(form, value):
            return form
    return None


def _forms(coefficients: list[Fraction]) -> list[Node]:
    degree = len(coefficients) - 1
    if degree == 1:
        return [number(-coefficients[0] / coefficients[1])]
    if degree == 2:
        return _quadratic(*coefficients)
    if not any(coefficients[1:-1]):
        return _pure(-coefficients[0] / coefficients[-1], degree)
    if degree == 4 and not coefficients[1] and not coefficients[3]:
        squares = _quadratic(coefficients[0], coefficients[2], coefficients[4])
        return [tidy(mul(number(s), sqrt(square))) for square in squares for s in (1, -1)]
    return []


def _quadratic(c: Fraction, b: Fraction, a: Fraction) -> list[Node]:
    half, inside = -b / (2 * a), (b / (2 * a)) ** 2 - c / a
    root = tidy(sqrt(number(inside)))
    return [tidy(add(number(half), mul(number(sign), root))) for sign in (1, -1)]


def _pure(value: Fraction, degree: int) -> list[Node]:
    if value < 0:
        if degree % 2 == 0:
            return []
        return [tidy(neg(power(number(-value), number(Fraction(1, degree)))))]
    root = tidy(power(number(value), number(Fraction(1, degree))))
    return [root, tidy(neg(root))]


def _near(form: Node, value: Any) -> bool:
    import mpmath

    from dlmath.errors import DlmathError
    from dlmath.expression import precise

    try:
        found = precise.evaluate(form, {}, 45)
    except (DlmathError, ArithmeticError, ValueError):
        return False
    if not isinstance(found, mpmath.mpf):
        return False
    return bool(abs(found - value) <= 1e-38 * max(1, abs(value)))
