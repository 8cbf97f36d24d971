"""Critical points of a function of one variable, from the curve that `study` traces."""

from __future__ import annotations

from typing import Any, NamedTuple

from dlmath.errors import Undefined
from dlmath.expression.graph import Node, number, substitute
from dlmath.expression.intervals import Interval
from dlmath.expression.text import to_text
from dlmath.maths.calculus.integrals.zero_search import Point, infinite
from dlmath.maths.calculus.studies import shape
from dlmath.maths.calculus.studies.curve import Curve, Station, trace
from dlmath.maths.calculus.studies.points import exact_point, infinite_point, point_text
from dlmath.maths.calculus.studies.zeros import SCANNED, Endless
from dlmath.maths.optimization.extrema.algebraic import Root
from dlmath.maths.optimization.extrema.bounds import Bound
from dlmath.maths.optimization.extrema.classify import Classifier
from dlmath.maths.optimization.extrema.points import (
    INFLECTION,
    MAXIMUM,
    MINIMUM,
    Critical,
    part_text,
)
from dlmath.maths.optimization.extrema.systems import CERTIFIED, EXACT, SEARCHED, value_at
from dlmath.settings import Settings


class Stretch(NamedTuple):
    """Where the function is level: the words for the place, its value and kind."""

    where: str
    value: Node | float
    kind: str

    def text(self) -> str:
        return f"{self.where}: {self.kind} {part_text(self.value)}"

    def fact(self) -> dict[str, Any]:
        return {"where": self.where, "value": self.value, "kind": self.kind}


class OneVariable(NamedTuple):
    """points, stretches, how they were found, doubts in words, bounds; cut: only in the box?"""

    points: list[Critical]
    stretches: list[Stretch]
    how: str
    doubts: tuple[str, ...]
    bounds: dict[str, Bound]
    cut: bool


def of_one_variable(
    function: Node, name: str, box: Interval, given: bool, settings: Settings
) -> OneVariable:
    """Every critical point on the axis; in the box alone where it is given or they are endless.

    Raises Undefined where the function has no value on any interval.
    """
    curve, cut = _traced(function, name, box, given, settings)
    if not any(curve.stretches):
        raise Undefined("the function has no real value on any interval here")
    found = shape.extrema(curve, window=cut)
    spans = [one for one in found if one.at.low.value != one.at.high.value]
    single = {id(one): one for one in found if one.at.low.value == one.at.high.value}
    points: list[Critical] = []
    classifier = Classifier(function, (name,), 1.0)
    for station in curve.stations:
        if not station.is_finite or station.value is None:
            continue
        extremum = next(
            (one for one in single.values() if one.at.low.value == station.point.value), None
        )
        inside = station.has_left and station.has_right
        if not inside and (cut or extremum is None):
            continue
        if any(one.at.low.value <= station.point.value <= one.at.high.value for one in spans):
            continue
        if extremum is None and not (station.flat and inside and station.joins):
            continue
        points.append(_point(function, name, station, extremum, classifier))
    stretches = [
        Stretch(
            _where(function, name, one), _shown(one.value), MINIMUM if one.sign < 0 else MAXIMUM
        )
        for one in spans
    ]
    how = SEARCHED if SCANNED in curve.how else CERTIFIED if curve.how else EXACT
    doubts = tuple(f"{words}" for words in curve.doubts)
    bounds = {} if cut else _bounds(curve, found)
    return OneVariable(points, stretches, how, doubts, bounds, cut)


def _traced(
    function: Node, name: str, box: Interval, given: bool, settings: Settings
) -> tuple[Curve, bool]:
    from fractions import Fraction

    ends = [exact_point(number(Fraction(end))) for end in box]
    if given:
        return trace(function, name, ends[0], ends[1], settings), True
    known = settings.assume.get(name, frozenset())
    low = infinite_point(-1)
    high = infinite_point(1)
    if known & {"positive", "nonnegative"}:
        low = exact_point(number(0))
    if known & {"negative", "nonpositive"}:
        high = exact_point(number(0))
    try:
        return trace(function, name, low, high, settings), False
    except Endless:
        return trace(function, name, ends[0], ends[1], settings), True


def _point(
    function: Node, name: str, station: Station, extremum: Any, classifier: Classifier
) -> Critical:
    assert station.value is not None
    root = Root((station.point.value,), (station.point.exact,))
    kind = INFLECTION
    if extremum is not None:
        kind = MAXIMUM if extremum.sign > 0 else MINIMUM
    smooth = not station.corner and station.has_left and station.has_right
    second = classifier.of(root) if smooth else None
    eigenvalues = None if second is None else second.eigenvalues
    why = "the sign of the derivative on both sides"
    if not (station.has_left and station.has_right):
        why = "the values beside this end of the domain"
    elif station.corner:
        why = "the slopes on both sides of the kink"
    return Critical(
        (name,), root, station.value.value, station.value.exact, kind, eigenvalues, smooth, why
    )


def _where(function: Node, name: str, level: Any) -> str:
    """The words for a stretch; an end where the function jumps away does not belong to it."""
    low, high = level.at.low, level.at.high
    if infinite(low.value) and infinite(high.value):
        return f"every {name}"
    up = "<=" if infinite(low.value) or _belongs(function, name, low, level.value) else "<"
    down = "<=" if infinite(high.value) or _belongs(function, name, high, level.value) else "<"
    if infinite(low.value):
        return f"{name} {down} {point_text(high)}"
    if infinite(high.value):
        return f"{name} {up.replace('<', '>')} {point_text(low)}"
    return f"{point_text(low)} {up} {name} {down} {point_text(high)}"


def _belongs(function: Node, name: str, end: Point, level: Point) -> bool:
    if end.exact is not None:
        value = value_at(substitute(function, {name: end.exact}), {})
    else:
        value = value_at(function, {name: end.value})
    return value is not None and bool(abs(value - level.value) <= 1e-12 * (1 + abs(level.value)))


def _shown(point: Point) -> Node | float:
    if point.exact is not None and len(to_text(point.exact)) <= 40:
        return point.exact
    return float(point.value)


def _bounds(curve: Curve, found: list[Any]) -> dict[str, Bound]:
    """The global extrema that the study proves, and where the values go on without bound."""
    bounds: dict[str, Bound] = {}
    for kind, sign in ((MINIMUM, -1), (MAXIMUM, 1)):
        best = next((one for one in found if one.sign == sign and one.is_global), None)
        if best is not None:
            bounds[kind] = Bound(_shown(best.value), "the study of the whole curve")
            continue
        limits = [
            limit.value
            for station in curve.stations
            for limit in (station.left, station.right)
            if limit is not None and infinite(limit.value)
        ]
        if any(sign * limit > 0 for limit in limits):
            why = "it grows without bound" if sign > 0 else "it falls without bound"
            bounds[kind] = Bound(None, why)
    return bounds
