"""A curve as a row of stations and stretches: what every statement of a study is read from.

Stations are the ends, the places where the function may be singular or bend sharply, and the
zeros of its first and second derivative. On the stretches between them the function is smooth
and both derivatives keep their sign.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from dlmath.errors import Unsolved
from dlmath.expression.graph import Node, number
from dlmath.maths.calculus.derivatives.rules import Derivation, Differentiator
from dlmath.maths.calculus.integrals.zero_search import DIGITS, Point, infinite
from dlmath.maths.calculus.studies.cells import Cell, cells, simplest_between
from dlmath.maths.calculus.studies.ends import Ends, nearby, power_of_zero
from dlmath.maths.calculus.studies.points import exact_point, same, value_at
from dlmath.maths.calculus.studies.signs import sign_at
from dlmath.maths.calculus.studies.spans import Span, union
from dlmath.maths.calculus.studies.zeros import Zeros, places_between, zeros_between
from dlmath.settings import Settings


@dataclass
class Station:
    """A special place.

    value: of the function there, None where it has none. left, right: the limits from the sides
    on which the function lives; None where there is no limit. has_left, has_right: does the
    function live on that side? corner: has the function a value but no derivative there?
    slopes: from the left and the right at a corner. flat, turning: is the first, the second
    derivative zero there?
    """

    point: Point
    value: Point | None = None
    left: Point | None = None
    right: Point | None = None
    has_left: bool = False
    has_right: bool = False
    corner: bool = False
    slopes: tuple[Any, Any] | None = None
    flat: bool = False
    turning: bool = False

    @property
    def is_finite(self) -> bool:
        """Is this a place on the axis, not oo or -oo?"""
        return not infinite(self.point.value)

    @property
    def joins(self) -> bool:
        """Is the function continuous there, with neighbours on both sides?"""
        return (
            self.has_left
            and self.has_right
            and self.value is not None
            and all(
                limit is not None and same(limit.value, self.value.value)
                for limit in (self.left, self.right)
            )
        )


@dataclass(frozen=True)
class Stretch:
    """Between two neighbouring stations.

    function, slope, bend: the formula that holds there and its derivatives. rise, curve: the
    signs of slope and bend (-1, 0, 1). test: a simple place inside.
    """

    function: Node
    slope: Node
    bend: Node
    rise: int
    curve: int
    test: Point


@dataclass
class Part:
    """A cell on which the function is defined, with its working.

    first, second: how the derivatives were found. zeros, flat, turning: the zeros of the function,
    its slope and its second derivative.
    """

    cell: Cell
    first: Derivation
    second: Derivation
    zeros: Zeros
    flat: Zeros
    turning: Zeros


@dataclass
class Curve:
    """The whole study of a function between two ends.

    stretches[k] lies between stations[k] and stations[k + 1]; None where the function is not
    defined. zeros: places and whole intervals where the function vanishes. doubts: what values
    decided. cyclic: the last station is the first one, a period on.
    """

    function: Node
    variable: str
    stations: list[Station] = field(default_factory=list)
    stretches: list[Stretch | None] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    zeros: list[Point] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    cyclic: bool = False

    @property
    def how(self) -> list[str]:
        """The routes by which zeros were found."""
        all_ = [zeros for part in self.parts for zeros in (part.zeros, part.flat, part.turning)]
        return list(dict.fromkeys(route for zeros in all_ for route in zeros.how))


def trace(function: Node, variable: str, low: Point, high: Point, settings: Settings) -> Curve:
    """Studies a function of one variable between two ends.

    Raises Endless where special places may go on without end, Unsolved where they cannot be told
    apart or a derivative cannot be written.
    """
    curve = Curve(function, variable)
    found, curve.doubts = cells(function, variable, low, high)
    curve.stations.append(Station(low))
    differentiator = Differentiator(variable)
    for cell in found:
        if cell.function is None:
            curve.stretches.append(None)
        else:
            _add_part(curve, cell, differentiator)
        curve.stations.append(Station(cell.high))
    _drop_gaps(curve)
    ends = Ends(curve.variable, settings)
    for place in range(len(curve.stations)):
        _look_at(curve, place, ends)
    _collect_zeros(curve)
    doubts = [w for p in curve.parts for z in (p.zeros, p.flat, p.turning) for w in z.doubts]
    curve.doubts = list(dict.fromkeys(curve.doubts + doubts))
    return curve


def domain_of(function: Node, variable: str, low: Point, high: Point) -> list[Span]:
    """Where the function has real values, without a study of it. Raises Endless."""
    found, _ = cells(function, variable, low, high)
    spans = [Span(cell.low, cell.high) for cell in found if cell.function is not None]
    for place in {id(end): end for cell in found for end in cell[:2]}.values():
        if not infinite(place.value) and value_at(function, variable, place) is not None:
            spans.append(Span(place, place, True, True))
    return union(spans)


def _add_part(curve: Curve, cell: Cell, differentiator: Differentiator) -> None:
    """Adds the stretches of one cell and the stations between them."""
    assert cell.function is not None
    variable = curve.variable
    first = differentiator.of(cell.function)
    second = differentiator.of(first.result)
    functions = (cell.function, first.result, second.result)
    zeros, flat, turning = (zeros_between(g, variable, cell.low, cell.high) for g in functions)
    curve.parts.append(Part(cell, first, second, zeros, flat, turning))
    inner = _merged(flat.points, turning.points)
    places = [cell.low, *(station.point for station in inner), cell.high]
    for index, (low, high) in enumerate(pairwise(places)):
        if index:
            curve.stations.append(inner[index - 1])
        test = exact_point(number(simplest_between(low.value, high.value)))
        rise = 0 if flat.everywhere else _sign(first.result, variable, test, low, high)
        bend = 0 if turning.everywhere else _sign(second.result, variable, test, low, high)
        curve.stretches.append(Stretch(*functions, rise, bend, test))


def _merged(flat: list[Point], turning: list[Point]) -> list[Station]:
    """The stations inside a cell, in order."""
    stations: list[Station] = []
    tagged = [(point, True) for point in flat] + [(point, False) for point in turning]
    for point, is_flat in sorted(tagged, key=lambda entry: entry[0].value):
        if not stations or not same(point.value, stations[-1].point.value):
            stations.append(Station(point))
        station = stations[-1]
        station.flat = station.flat or is_flat
        station.turning = station.turning or not is_flat
        if station.point.exact is None:
            station.point = point
    return stations


def _sign(g: Node, variable: str, test: Point, low: Point, high: Point) -> int:
    """The sign on a stretch; the test place is tried first, then others, for a definite sign."""
    for place in [test.value, *places_between(low.value, high.value)]:
        sign = sign_at(g, variable, place)
        if sign:
            return sign
    raise Unsolved("the sign of a derivative cannot be told", hint="narrow it: --from and --to")


def _drop_gaps(curve: Curve) -> None:
    """Neighbouring stretches without values are one gap; gaps at infinite ends end the domain."""
    kept_stations = [curve.stations[0]]
    kept: list[Stretch | None] = []
    for stretch, station in zip(curve.stretches, curve.stations[1:], strict=True):
        inner = kept_stations[-1]
        isolated = value_at(curve.function, curve.variable, inner.point) if kept else None
        if stretch is None and kept and kept[-1] is None and isolated is None:
            kept_stations[-1] = station
            continue
        kept.append(stretch)
        kept_stations.append(station)
    curve.stations, curve.stretches = kept_stations, kept


# --- limits and corners ---------------------------------------------------------------------


def _look_at(curve: Curve, place: int, ends: Ends) -> None:
    """Fills in the value, the one-sided limits and the corner of a station."""
    station = curve.stations[place]
    before = curve.stretches[place - 1] if place else None
    after = curve.stretches[place] if place < len(curve.stretches) else None
    station.has_left, station.has_right = before is not None, after is not None
    if station.is_finite:
        station.value = _value(curve, station.point, before, after)
    smooth = station.flat or station.turning
    if smooth:
        station.left = station.right = station.value
        return
    if before is not None:
        station.left = ends.limit(before.function, station.point, "left")
    if after is not None:
        station.right = ends.limit(after.function, station.point, "right")
    if station.joins and before is not None and after is not None:
        _compare_slopes(curve, station, before, after, ends)


def _value(
    curve: Curve, point: Point, before: Stretch | None, after: Stretch | None
) -> Point | None:
    """The function's value; at a place known by its digits only, one that a neighbour bears out."""
    if power_of_zero(curve.function, curve.variable, point):
        return None
    value = value_at(curve.function, curve.variable, point)
    if point.exact is not None:
        return value
    for stretch, side in ((before, -1), (after, 1)):
        if stretch is None:
            continue
        near = nearby(stretch.function, curve.variable, point, side)
        if near and max(map(abs, near)) < 1e-5 and abs(near[-1]) < 1e-15:
            return exact_point(number(0))
        if near and value and abs(near[-1] - value.value) < 1e-4 * max(1, abs(value.value)):
            return value
    return None


def _compare_slopes(
    curve: Curve, station: Station, before: Stretch, after: Stretch, ends: Ends
) -> None:
    """Is there one slope from both sides, and is it, or the bend, zero?"""
    left, right = (
        ends.slope_limit(stretch.slope, station.point, side)
        for stretch, side in ((before, "left"), (after, "right"))
    )
    _note_slopes(station, left, right)
    if station.corner:
        return
    station.flat = abs(left) < 1e-20 and not (before.rise == 0 and after.rise == 0)
    bends = [
        ends.slope_limit(stretch.bend, station.point, side)
        for stretch, side in ((before, "left"), (after, "right"))
    ]
    station.turning = all(b is not None and abs(b) < 1e-20 for b in bends) and not (
        before.curve == 0 and after.curve == 0
    )


def _note_slopes(station: Station, left: Any, right: Any) -> None:
    """A corner where the slopes of the two sides are not one finite number."""
    known = left is not None and right is not None
    station.slopes = (left, right) if known else None
    station.corner = not known or infinite(left) or infinite(right) or not _near(left, right)


def _near(a: Any, b: Any) -> bool:
    return bool(abs(a - b) <= 1e-12 * max(1, abs(a)))


def close(curve: Curve, shift: Point, settings: Settings) -> None:
    """Makes the two ends of a whole period neighbours: f(x + period) = f(x) + shift."""
    first, last = curve.stations[0], curve.stations[-1]
    curve.cyclic = True
    first.has_left, last.has_right = last.has_left, first.has_right
    first.left = _moved(last.left, shift, -1, first.value)
    last.right = _moved(first.right, shift, 1, last.value)
    before, after = curve.stretches[-1], curve.stretches[0]
    if before is None or after is None or not first.joins:
        return
    ends = Ends(curve.variable, settings)
    left = ends.slope_limit(before.slope, last.point, "left")
    right = ends.slope_limit(after.slope, first.point, "right")
    _note_slopes(first, left, right)
    last.corner, last.slopes = first.corner, first.slopes
    first.flat = last.flat = not first.corner and abs(right) < 1e-20 and after.rise != 0
    bend = None if first.corner else ends.slope_limit(after.bend, first.point, "right")
    first.turning = last.turning = bend is not None and abs(bend) < 1e-20 and after.curve != 0


def _moved(limit: Point | None, shift: Point, times: int, near: Point | None) -> Point | None:
    """A limit carried over to the other end of the period."""
    if limit is None or infinite(limit.value):
        return limit
    import mpmath

    with mpmath.workdps(DIGITS):
        value = limit.value + times * shift.value
    if near is not None and same(value, near.value):
        return near
    return Point(limit.exact if shift.value == 0 else None, value, limit.source)


def _collect_zeros(curve: Curve) -> None:
    """The zeros inside the cells and at the stations between them."""
    points = [point for part in curve.parts for point in part.zeros.points]
    for station in curve.stations:
        if station.value is not None and abs(station.value.value) < 1e-30:
            points.append(station.point)
    points.sort(key=lambda point: point.value)
    for point in points:
        if not curve.zeros or not same(point.value, curve.zeros[-1].value):
            curve.zeros.append(point)
        elif curve.zeros[-1].exact is None:
            curve.zeros[-1] = point
