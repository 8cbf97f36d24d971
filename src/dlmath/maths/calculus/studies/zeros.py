"""All zeros of a function that is smooth on an open interval, exact where possible.

Each factor is solved by the first route that applies: linear and quadratic factors in closed
form, polynomials in one function (`exp`, `tanh`, `sigmoid` ...) through its inverse, everything
else by the certified search of `study_search`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dlmath.expression.graph import ZERO, Node
from dlmath.expression.intervals import Unsupported
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.calculus.integrals.zero_search import Point, infinite, scan
from dlmath.maths.calculus.integrals.zeros import zeros as zeros_of_waves
from dlmath.maths.calculus.studies.closed import closed_form
from dlmath.maths.calculus.studies.factors import factors
from dlmath.maths.calculus.studies.points import recognize, same
from dlmath.maths.calculus.studies.search import CERTIFIED, Endless, search

__all__ = ["Endless", "Zeros", "zeros_between"]

CLOSED_FORM = "closed form"
SCANNED = "changes of sign on a fine grid of values"


class Zeros(NamedTuple):
    """Every zero strictly between two places, in increasing order.

    everywhere: the function is zero on the whole interval. how: the routes. doubts: what was
    decided by values, not proved, in words.
    """

    points: list[Point]
    everywhere: bool = False
    how: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()


def zeros_between(g: Node, variable: str, low: Point, high: Point) -> Zeros:
    """The zeros of a function that is smooth between two places (ends excluded).

    Raises Endless where they may go on without end, Unsupported and Unsolved where the search
    does not reach.
    """
    if is_zero(g, variable, low, high):
        return Zeros([], everywhere=True, how=(CLOSED_FORM,))
    parts = [_of_factor(part, variable, low, high) for part in factors(g, variable)]
    points: list[Point] = []
    for point in sorted((p for part in parts for p in part.points), key=lambda p: p.value):
        if points and same(point.value, points[-1].value):
            if points[-1].exact is None:
                points[-1] = point
        else:
            points.append(point)
    how = dict.fromkeys(route for part in parts for route in part.how)
    doubts = dict.fromkeys(words for part in parts for words in part.doubts)
    return Zeros(points, how=tuple(how) or (CLOSED_FORM,), doubts=tuple(doubts))


def is_zero(g: Node, variable: str, low: Point, high: Point) -> bool:
    """Is the function zero on the whole interval?"""
    from dlmath.maths.calculus.studies.signs import sign_at

    if tidy(g) is ZERO:
        return True
    return all(
        sign_at(g, variable, place) in (0, None) for place in places_between(low.value, high.value)
    ) and (expand(g) is ZERO or _vanishes(g, variable, low, high))


def _vanishes(g: Node, variable: str, low: Point, high: Point) -> bool:
    from dlmath.maths.calculus.integrals.zero_search import real_value

    values = [real_value(g, variable, p, 40) for p in places_between(low.value, high.value)]
    return all(value is not None and abs(value) < 1e-35 for value in values)


def places_between(low: Any, high: Any, count: int = 5) -> list[Any]:
    """Some places inside an interval, none of them special."""
    import mpmath

    shares = [(k + mpmath.mpf("0.3712")) / count for k in range(count)]
    if infinite(low) and infinite(high):
        return [mpmath.tan((share - mpmath.mpf("0.5")) * 3) for share in shares]
    if infinite(high):
        return [low + share / (1 - share) for share in shares]
    if infinite(low):
        return [high - share / (1 - share) for share in shares]
    return [low + share * (high - low) for share in shares]


# --- one factor -----------------------------------------------------------------------------


def _of_factor(g: Node, variable: str, low: Point, high: Point) -> Zeros:
    exact = closed_form(g, variable)
    if exact is not None:
        return Zeros(_inside(exact, low, high), how=(CLOSED_FORM,))
    if g.op in ("sin", "cos") and not (infinite(low.value) or infinite(high.value)):
        waves = zeros_of_waves(g, variable, low.value, high.value)
        if waves.complete and all(point.exact is not None for point in waves.found):
            return Zeros(_inside(waves.found, low, high), how=(CLOSED_FORM,))
    try:
        found = search(g, variable, low.value, high.value)
    except Unsupported as reason:
        return _scanned(g, variable, low, high, str(reason))
    points = [recognize(value, g, variable) for value in found.zeros]
    return Zeros(points, how=(CERTIFIED,), doubts=tuple(found.doubts))


def _scanned(g: Node, variable: str, low: Point, high: Point, reason: str) -> Zeros:
    """Changes of sign on a fine grid, where no bounds are known: nothing is certified."""
    found = scan(g, variable, low.value, high.value)
    if not found.complete:
        raise Endless
    points = [recognize(point.value, g, variable) for point in found.found]
    doubt = f"{reason}: its zeros are those that a fine grid of values shows"
    return Zeros(_inside(points, low, high), how=(SCANNED,), doubts=(doubt,))


def _inside(points: list[Point], low: Point, high: Point) -> list[Point]:
    return [
        point
        for point in points
        if low.value < point.value < high.value
        and not same(point.value, low.value)
        and not same(point.value, high.value)
    ]
