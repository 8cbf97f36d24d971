"""The table of signs and arrows that a teacher draws."""

from __future__ import annotations

from dlmath.answer import Table
from dlmath.maths.calculus.integrals.zero_search import Point
from dlmath.maths.calculus.studies.curve import Curve, Station, Stretch
from dlmath.maths.calculus.studies.points import point_text, same

#: Digits of decimals: a table is for the eye, the facts have more.
_DIGITS = 6

#: Where the function or a derivative has no value.
_BAR = "||"
#: On a stretch outside the domain.
_OUTSIDE = "//"

_SIGNS = {1: "+", -1: "-", 0: "0"}
_ARROWS = {1: "↗", -1: "↘", 0: "→"}


def table(curve: Curve) -> Table:
    """A column for each station and each stretch; rows f'(x), f''(x), f(x) below x.

    At a place without value the cell of f(x) shows the limits of the two sides around a bar.
    """
    first, last = _shown(curve)
    heads, slopes, bends, heights = ["x"], ["f'(x)"], ["f''(x)"], ["f(x)"]
    for place in range(first, last + 1):
        station = curve.stations[place]
        heads.append(point_text(station.point, _DIGITS))
        slopes.append(_at_station(station, station.flat))
        bends.append(_at_station(station, station.turning))
        heights.append(_height(station))
        if place == last:
            break
        stretch = curve.stretches[place]
        heads.append("")
        slopes.append(_on_stretch(stretch, _SIGNS, "rise"))
        bends.append(_on_stretch(stretch, _SIGNS, "curve"))
        heights.append(_on_stretch(stretch, _ARROWS, "rise"))
    return Table("signs and arrows", tuple(heads), (tuple(slopes), tuple(bends), tuple(heights)))


def _shown(curve: Curve) -> tuple[int, int]:
    """The first and the last station to be shown: the table begins and ends with the domain."""
    first, last = 0, len(curve.stations) - 1
    while first < last and curve.stretches[first] is None:
        first += 1
    while last > first and curve.stretches[last - 1] is None:
        last -= 1
    return first, last


def _on_stretch(stretch: Stretch | None, signs: dict[int, str], what: str) -> str:
    return _OUTSIDE if stretch is None else signs[getattr(stretch, what)]


def _at_station(station: Station, is_zero: bool) -> str:
    if is_zero:
        return "0"
    inner = station.is_finite and (station.has_left or station.has_right)
    if station.corner or (inner and station.value is None):
        return _BAR
    return ""


def _height(station: Station) -> str:
    """The value, or the limits of the two sides around a bar."""
    if not station.is_finite:
        return _limit(station.left if station.has_left else station.right)
    left = _limit(station.left) if station.has_left else ""
    right = _limit(station.right) if station.has_right else ""
    if station.value is None:
        return f"{left} {_BAR} {right}".strip()
    value = point_text(station.value, _DIGITS)
    before = "" if _agrees(station.left, station.value, station.has_left) else f"{left} | "
    after = "" if _agrees(station.right, station.value, station.has_right) else f" | {right}"
    return before + value + after


def _agrees(limit: Point | None, value: Point, exists: bool) -> bool:
    return not exists or (limit is not None and same(limit.value, value.value))


def _limit(limit: Point | None) -> str:
    return "?" if limit is None else point_text(limit, _DIGITS)
