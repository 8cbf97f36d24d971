"""What a traced curve does: where it rises and bends, its extrema, inflections, values."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from dlmath.maths.calculus.integrals.zero_search import Point, infinite
from dlmath.maths.calculus.studies.cells import simplest_between
from dlmath.maths.calculus.studies.curve import Curve, Station, Stretch
from dlmath.maths.calculus.studies.points import same
from dlmath.maths.calculus.studies.signs import sign_at
from dlmath.maths.calculus.studies.spans import Span, union


class Extremum(NamedTuple):
    """A highest or lowest value: at a place, or all along a span where the curve is level.

    sign: 1 for a maximum, -1 for a minimum. is_global: does no other place have more? at_end: at
    an end of the domain.
    """

    at: Span
    value: Point
    sign: int
    is_global: bool
    at_end: bool

    @property
    def kind(self) -> str:
        """`local minimum`, `global maximum`, `endpoint maximum` ..."""
        which = "maximum" if self.sign > 0 else "minimum"
        scope = "global" if self.is_global else "endpoint" if self.at_end else "local"
        return f"{scope} {which}"


def domain(curve: Curve) -> list[Span]:
    """Where the function has a real value, between the ends of the study."""
    spans = [
        Span(left.point, right.point)
        for left, stretch, right in _triples(curve)
        if stretch is not None
    ]
    spans += [
        Span(station.point, station.point, True, True)
        for station in curve.stations
        if station.value is not None
    ]
    return union(spans)


def _triples(curve: Curve) -> Iterator[tuple[Station, Stretch | None, Station]]:
    stations = curve.stations
    for place, stretch in enumerate(curve.stretches):
        yield stations[place], stretch, stations[place + 1]


def values(curve: Curve) -> list[Span] | None:
    """The range, from the monotone stretches; None where a limit at an end is not known."""
    spans: list[Span] = []
    for left, stretch, right in _triples(curve):
        if stretch is None:
            continue
        a, b = left.right, right.left
        if a is None or b is None:
            return None
        if stretch.rise == 0:
            spans.append(Span(a, a, True, True))
        else:
            low, high = (a, b) if stretch.rise > 0 else (b, a)
            spans.append(Span(low, high))
    spans += [
        Span(station.value, station.value, True, True)
        for station in curve.stations
        if station.value is not None
    ]
    return union(spans)


# --- rising and falling -----------------------------------------------------------------------


def monotone(curve: Curve, sign: int) -> list[Span]:
    """The largest intervals on which the function rises (1), falls (-1) or is level (0)."""

    def continues(station: Station) -> bool:
        if station.joins:
            return True
        return sign != 0 and _steps_on(station, sign)

    return _runs(curve, lambda stretch: stretch.rise == sign, continues)


def _steps_on(station: Station, sign: int) -> bool:
    """Does a jump go the same way: limit from the left, value, limit from the right?"""
    if not (station.has_left and station.has_right):
        return False
    if station.value is None or station.left is None or station.right is None:
        return False
    left, value, right = (p.value * sign for p in (station.left, station.value, station.right))
    return bool(left <= value <= right)


def _runs(
    curve: Curve, fits: Callable[[Stretch], bool], continues: Callable[[Station], bool]
) -> list[Span]:
    """Neighbouring stretches that fit, joined over the stations where they go on."""
    spans: list[Span] = []
    open_ = False
    for left, stretch, right in _triples(curve):
        if stretch is None or not fits(stretch):
            open_ = False
            continue
        if open_ and continues(left):
            spans[-1] = spans[-1]._replace(high=right.point)
        else:
            spans.append(Span(left.point, right.point))
        open_ = True
    return spans


def bending(curve: Curve, sign: int) -> list[Span]:
    """The largest intervals on which the function is convex (1) or concave (-1).

    A straight piece goes with its neighbours where the slope changes the right way (relu is
    convex); alone it is listed by `straight`.
    """
    spans: list[Span] = []
    run: list[tuple[Station, Stretch, Station]] = []
    for left, stretch, right in _triples(curve):
        goes_on = bool(run) and _bends_on(left, run[-1][1], stretch, sign)
        if not goes_on:
            spans += _bent(run, sign)
            run = []
        if stretch is not None and stretch.curve in (0, sign):
            run.append((left, stretch, right))
    spans += _bent(run, sign)
    return spans


def _bent(run: list[tuple[Station, Stretch, Station]], sign: int) -> list[Span]:
    """The run as a span, if it bends at all: in a stretch or at a corner."""
    if not run:
        return []
    corners = any(left.corner for left, _, _ in run[1:])
    if corners or any(stretch.curve == sign for _, stretch, _ in run):
        return [Span(run[0][0].point, run[-1][2].point)]
    return []


def _bends_on(station: Station, before: Stretch, after: Stretch | None, sign: int) -> bool:
    """Does the slope go on growing (sign 1) or falling (-1) over a station?"""
    if after is None or not station.joins or after.curve not in (0, sign):
        return False
    if not station.corner:
        return True
    if station.slopes is None:
        return False
    left, right = station.slopes
    return bool(left * sign <= right * sign)


def straight(curve: Curve) -> list[Span]:
    """The intervals on which the curve is a straight line."""
    return _runs(
        curve,
        lambda stretch: stretch.curve == 0,
        lambda station: station.joins and not station.corner,
    )


def inflections(curve: Curve) -> list[Station]:
    """Where the curve has a tangent and goes from convex to concave or back."""
    found: list[Station] = []
    final = curve.stretches[-1]
    last = final.curve if curve.cyclic and final is not None else 0
    for place, (left, stretch, _) in enumerate(_triples(curve)):
        if stretch is None:
            last = 0
            continue
        if (place or curve.cyclic) and not (left.joins and _has_tangent(left)):
            last = 0
        if stretch.curve and last and stretch.curve != last:
            found.append(left)
        last = stretch.curve or last
    return found


def _has_tangent(station: Station) -> bool:
    """No corner, or one slope that is infinite from both sides (the cube root at 0)."""
    if not station.corner:
        return True
    if station.slopes is None:
        return False
    left, right = station.slopes
    return infinite(left) and bool(left == right)


# --- extrema --------------------------------------------------------------------------------


def extrema(curve: Curve, *, window: bool = False) -> list[Extremum]:
    """The highest and lowest values, from left to right.

    window: the ends of the study are no ends of the function: nothing is said of them, and not
    which extremum is global.
    """
    reached = None if window else values(curve)
    found = [*_at_places(curve), *_on_levels(curve)]
    if window and not curve.cyclic:
        ends = (curve.stations[0].point, curve.stations[-1].point)
        found = [one for one in found if one.at.low not in ends and one.at.high not in ends]
    found.sort(key=lambda one: one.at.low.value)
    return [one._replace(is_global=_is_global(one, reached)) for one in found]


def _is_global(extremum: Extremum, reached: list[Span] | None) -> bool:
    if not reached:
        return False
    best = reached[-1].high if extremum.sign > 0 else reached[0].low
    return same(best.value, extremum.value.value)


def _neighbours(curve: Curve, place: int) -> tuple[Stretch | None, Stretch | None]:
    """The stretches before and after a station; a period goes on at its ends."""
    count = len(curve.stretches)
    before = curve.stretches[place - 1] if place or curve.cyclic else None
    after = curve.stretches[place % count] if place < count or curve.cyclic else None
    return before, after


def _at_places(curve: Curve) -> Iterator[Extremum]:
    """Single places that are above or below both sides."""
    count = len(curve.stations) - (1 if curve.cyclic else 0)
    for place, station in enumerate(curve.stations[:count]):
        if station.value is None:
            continue
        before, after = _neighbours(curve, place)
        sides = []
        if station.has_left:
            sides.append(_side(station.left, station.value, before, -1))
        if station.has_right:
            sides.append(_side(station.right, station.value, after, 1))
        sign = _common_sign(sides)
        if sign:
            span = Span(station.point, station.point, True, True)
            yield Extremum(span, station.value, -sign, False, len(sides) == 1)


def _common_sign(sides: Sequence[int | None]) -> int:
    """1 or -1 where all sides are above or all below, else 0."""
    if not sides or None in sides or len(set(sides)) > 1:
        return 0
    return sides[0] or 0


def _side(limit: Point | None, value: Point, stretch: Stretch | None, side: int) -> int | None:
    """Is the function above (1) or below (-1) a value next to it, on the right (1) or left?

    0 where it is level there, None where that is not known.
    """
    if limit is None or stretch is None:
        return None
    if not same(limit.value, value.value):
        return 1 if limit.value > value.value else -1
    return stretch.rise * side


def _on_levels(curve: Curve) -> Iterator[Extremum]:
    """Level runs that lie above or below what is next to them."""
    place = 0
    while place < len(curve.stretches):
        stretch = curve.stretches[place]
        if stretch is None or stretch.rise != 0:
            place += 1
            continue
        last = place + 1
        while _goes_on_level(curve, last):
            last += 1
        extremum = _of_level(curve, place, last)
        if extremum is not None:
            yield extremum
        place = last


def _goes_on_level(curve: Curve, place: int) -> bool:
    after = curve.stretches[place] if place < len(curve.stretches) else None
    return after is not None and after.rise == 0 and curve.stations[place].joins


def _of_level(curve: Curve, first: int, last: int) -> Extremum | None:
    """The run between two stations as an extremum, if it is one."""
    start, end = curve.stations[first], curve.stations[last]
    level = start.right
    if level is None:
        return None
    sides: list[int | None] = []
    for station, place, side in ((start, first, -1), (end, last, 1)):
        lives_on = station.has_left if side < 0 else station.has_right
        limit = station.left if side < 0 else station.right
        if station.value is not None and not same(station.value.value, level.value):
            sides.append(1 if station.value.value > level.value else -1)
        elif lives_on:
            sides.append(_side(limit, level, _neighbours(curve, place)[0 if side < 0 else 1], side))
    sign = _common_sign(sides)
    if not sign:
        return None
    closed = [
        station.value is not None and same(station.value.value, level.value)
        for station in (start, end)
    ]
    return Extremum(Span(start.point, end.point, *closed), level, -sign, False, False)


# --- signs and breaks -------------------------------------------------------------------------


def signed(curve: Curve, sign: int) -> list[Span]:
    """Where the function is positive (1) or negative (-1)."""
    spans: list[Span] = []
    for part in curve.parts:
        if part.zeros.everywhere:
            continue
        places = [part.cell.low, *part.zeros.points, part.cell.high]
        for low, high in pairwise(places):
            assert part.cell.function is not None
            test = simplest_between(low.value, high.value)
            if sign_at(part.cell.function, curve.variable, test) == sign:
                spans.append(Span(low, high))
    for station in curve.stations:
        if station.value is not None and station.value.value * sign > 1e-30:
            spans.append(Span(station.point, station.point, True, True))
    return union(spans)


def level_zeros(curve: Curve) -> list[Span]:
    """The intervals on which the function is zero."""
    spans = [Span(part.cell.low, part.cell.high) for part in curve.parts if part.zeros.everywhere]
    ends = {id(end) for span in spans for end in (span.low, span.high)}
    spans += [
        Span(station.point, station.point, True, True)
        for station in curve.stations
        if id(station.point) in ends
        and station.value is not None
        and abs(station.value.value) < 1e-30
    ]
    return [span for span in union(spans) if not span.is_point]


def discontinuities(curve: Curve) -> list[tuple[Station, str]]:
    """Places next to which the function lives on both sides without being continuous: the kind."""
    found = []
    for station in curve.stations:
        if not (station.has_left and station.has_right) or station.joins:
            continue
        found.append((station, _kind_of_break(station)))
    return found


def _kind_of_break(station: Station) -> str:
    sides = (station.left, station.right)
    if None in sides:
        return "no limit"
    left, right = (side.value for side in sides if side is not None)
    if infinite(left) or infinite(right):
        return "pole" if infinite(left) and infinite(right) else "infinite from one side"
    return "removable" if same(left, right) else "jump"
