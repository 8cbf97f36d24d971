"""Signs of a function: at a place, in bounds on an interval, and along a half-line."""

from __future__ import annotations

from math import inf
from typing import Any

from dlmath.errors import DlmathError, Unsolved
from dlmath.expression.graph import Node
from dlmath.expression.intervals import Enclosure, Interval, Unsupported
from dlmath.maths.calculus.derivatives.rules import Differentiator
from dlmath.maths.calculus.integrals.zero_search import real_value
from dlmath.maths.calculus.studies.closed import closed_form
from dlmath.maths.calculus.studies.factors import factors, horner


def sign_at(g: Node, variable: str, place: Any) -> int | None:
    """The sign of the value, or None where it is not a real number or cannot be told.

    Zero is believed only where no cancellation made it: 1 - tanh(1000) is not zero.
    """
    import mpmath

    from dlmath.checks.strict_values import strict_value

    if isinstance(place, float):
        place = mpmath.mpf(place)
    value = real_value(g, variable, place, 20)
    if value == 0:
        try:
            value = strict_value(g, {variable: place}, 40)
        except (DlmathError, ArithmeticError, ValueError):
            return None
    if value is None or value != value or isinstance(value, mpmath.mpc):
        return None
    return int(mpmath.sign(value))


#: How `keeps_sign` knows.
PROVED = "proved"
BY_VALUES = "values"


def keeps_sign(g: Node, variable: str, place: float, side: int, depth: int) -> str:
    """Is g without zero from a place to the infinite end of that side? How that is known, or "".

    By closed forms or enclosures of its factors; or because it is monotone there (its derivative
    keeps its sign) and moves away from zero, or far out still has not reached it.
    """
    verdicts = {_factor_keeps_sign(part, variable, place, side) for part in factors(g, variable)}
    if verdicts <= {True}:
        return PROVED
    if depth == 0:
        return ""
    try:
        slope = Differentiator(variable).of(g).result
    except Unsolved:
        return ""
    of_slope = keeps_sign(slope, variable, place, side, depth - 1)
    at, rising = sign_at(g, variable, place), sign_at(slope, variable, place)
    if not of_slope or not at or not rising:
        return ""
    if at == rising * side:
        return of_slope
    near, *far = (sign_at(g, variable, place + side * 10.0**k) for k in (3, 6, 12, 18, 24, 30))
    return BY_VALUES if near == at and set(far) <= {at, None} else ""


def _factor_keeps_sign(g: Node, variable: str, place: float, side: int) -> bool:
    solved = closed_form(g, variable)
    if solved is not None:
        return all((point.value - place) * side < 0 for point in solved)
    try:
        values = Bounds(g, variable)(*((place, inf) if side > 0 else (-inf, place)))
    except Unsupported:
        return False
    return values is not None and (values[0] > 0 or values[1] < 0)


class Bounds:
    """The enclosures of an expression as it stands and as a nested polynomial, intersected."""

    def __init__(self, g: Node, variable: str) -> None:
        self._plain = Enclosure(g, variable)
        nested = horner(g, variable)
        self._nested = None if nested is g else Enclosure(nested, variable)

    def __call__(self, low: float, high: float) -> Interval | None:
        """Bounds on the interval, None where nothing is defined there."""
        found = self._plain(low, high)
        if found is None or self._nested is None or found[0] > 0 or found[1] < 0:
            return found
        other = self._nested(low, high)
        if other is None:
            return found
        return max(found[0], other[0]), min(found[1], other[1])
