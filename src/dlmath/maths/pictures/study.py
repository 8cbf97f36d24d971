"""The picture of a study: the curve with its special points, and its asymptotes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite

from dlmath.expression.graph import Node, symbol
from dlmath.maths.calculus.integrals.zero_search import infinite
from dlmath.maths.calculus.studies import shape
from dlmath.maths.calculus.studies.curve import Curve as Study
from dlmath.maths.calculus.studies.curve import Station
from dlmath.maths.pictures.draw import NoPicture, near_window
from dlmath.maths.pictures.sampling import Samples, sample, values_at, visible_range
from dlmath.picture import DASHED, Curve, Mark, Picture

#: More special points than this would cover the curve.
_MOST = 26

#: The window around special points: this part of their spread to each side; around a single one,
#: so much.
_BESIDE = 0.3
_ALONE = 3.0


def study_picture(
    study: Study,
    extrema: Sequence[shape.Extremum],
    asymptotes: Sequence[object],
    ends: tuple[float, float],
) -> Picture:
    """Curve, zeros, extrema, inflections, kinks and asymptotes between the ends of the study.

    ends: of the study; an infinite one is brought near the special points. asymptotes: equations
    as nodes; those known as text alone are left out. Raises NoPicture.
    """
    function, variable = study.function, study.variable
    x_range = _window(study, ends)
    curve = sample(function, variable, *x_range)
    if not curve.defined:
        raise NoPicture("no real values were found to draw")
    marks = _marks(study, extrema)
    vertical = tuple(float(station.point.value) for station in study.stations if _is_pole(station))
    lines = tuple(_lines(asymptotes, variable, x_range))
    heights = [height for mark in marks for height in [mark.y] if _inside(mark.x, x_range)]
    return Picture(
        title=("study of ", function),
        x_label=variable,
        y_label="y" if variable != "y" else "z",
        x_range=x_range,
        y_range=visible_range([_shown(curve)], [*heights, *_level(lines)]),
        curves=(Curve((function,), curve.x, curve.y), *lines),
        marks=tuple(mark for mark in marks if _inside(mark.x, x_range))[:_MOST],
        vertical=tuple(place for place in vertical if _inside(place, x_range)),
    )


def _shown(curve: Samples) -> tuple[float, float]:
    return curve.bottom, curve.top


def _level(lines: Sequence[Curve]) -> list[float]:
    """The heights of the horizontal asymptotes, which are to be seen."""
    return [line.y[0] for line in lines if line.y[0] == line.y[-1]]


def _inside(x: float, x_range: tuple[float, float]) -> bool:
    return x_range[0] <= x <= x_range[1]


def _window(study: Study, ends: tuple[float, float]) -> tuple[float, float]:
    low, high = ends
    if isfinite(low) and isfinite(high):
        return low, high
    places = [float(station.point.value) for station in study.stations if station.is_finite]
    places += [float(point.value) for point in study.zeros]
    if not places:
        found = near_window(study.function, study.variable, 0.0, 5.0)
        return max(low, found[0]), min(high, found[1])
    first, last = min(places), max(places)
    beside = _BESIDE * (last - first) or max(_ALONE, abs(first) / 2)
    return max(low, first - beside), min(high, last + beside)


def _marks(study: Study, extrema: Sequence[shape.Extremum]) -> list[Mark]:
    """Special points from left to right; one that is several things is one mark."""
    found: dict[tuple[float, float], list[str]] = {}
    for x, y, words in _special(study, extrema):
        if isfinite(x) and isfinite(y):
            place = next((p for p in found if abs(p[0] - x) <= 1e-9 * max(1, abs(x))), (x, y))
            found.setdefault(place, [])
            if words not in found[place]:
                found[place].append(words)
    return [
        Mark(x, y, (f"{', '.join(words)} ({x:.4g}, {y:.4g})",))
        for (x, y), words in sorted(found.items())
    ]


def _special(study: Study, extrema: Sequence[shape.Extremum]) -> Iterator[tuple[float, float, str]]:
    for point in study.zeros:
        yield float(point.value), 0.0, "zero"
    for extremum in extrema:
        if extremum.at.is_point:
            words = "maximum" if extremum.sign > 0 else "minimum"
            yield float(extremum.at.low.value), float(extremum.value.value), words
    for station in shape.inflections(study):
        if station.value is not None:
            yield float(station.point.value), float(station.value.value), "inflection"
    for station in study.stations:
        if station.corner and station.is_finite and station.value is not None:
            yield float(station.point.value), float(station.value.value), "kink"


def _is_pole(station: Station) -> bool:
    limits = (station.left if station.has_left else None, station.right)
    return station.is_finite and any(
        limit is not None and infinite(limit.value) for limit in limits
    )


def _lines(
    asymptotes: Sequence[object], variable: str, x_range: tuple[float, float]
) -> Iterator[Curve]:
    """Horizontal and oblique asymptotes, from end to end."""
    for equation in asymptotes:
        if not isinstance(equation, Node) or equation.op != "eq":
            continue
        name, right = equation.args
        if name is symbol(variable):
            continue
        ends = list(x_range)
        heights = [float(height) for height in values_at(right, variable, ends)]
        if all(map(isfinite, heights)):
            yield Curve(("asymptote ", equation), ends, heights, DASHED)
