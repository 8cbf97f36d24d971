"""Pictures of gradient, hessian and iterated integrals: functions of two variables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import hypot, isfinite
from typing import Any

from dlmath.expression.graph import Node, free_symbols, substitute, vector
from dlmath.maths.pictures.contours import contour
from dlmath.maths.pictures.draw import NoPicture, real_number
from dlmath.maths.pictures.implicit import Ends, on_grid
from dlmath.maths.pictures.sampling import values_at
from dlmath.picture import Arrows, Curve, HeatMap, Mark, Picture
from dlmath.settings import Settings

#: Half the window around the origin, and around a point.
_HALF = 3.0
_BESIDE = 2.0

#: An arrow at the point is this part of the window long.
_REACH = 0.3

#: Directions across and up.
_ARROWS = (24, 20)

#: Columns and rows of a region, and points of its edges.
_GRID = 120
_EDGE = 241

#: How far an unbounded region is drawn.
_FAR = 5.0


def gradient_picture(
    function: Node, variables: Sequence[str], entries: Sequence[Node], settings: Settings
) -> Picture:
    """Level lines with the gradient: at the point, without one everywhere. Raises NoPicture."""
    names, function, values = _two(function, variables, settings.at)
    slopes = [substitute(entry, values) for entry in entries]
    place = _place(names, settings.at)
    if place is None:
        across, up = _around((0.0, 0.0), _HALF)
        field = _field(function, slopes, names, across, up)
        return _levels(("gradient of ", function), function, names, across, up, (field,))
    across, up = _around(place, _BESIDE)
    found = _values(slopes, names, place)
    size = hypot(*found)
    marks = (Mark(*place, (f"({place[0]:.4g}, {place[1]:.4g})",)),)
    arrows: tuple[Arrows, ...] = ()
    if size > 0:
        reach = _REACH * (across[1] - across[0]) / size
        words = f"direction of the gradient, whose length is {size:.4g}"
        arrows = (_arrow((words,), place, [reach * part for part in found]),)
    return _levels(("gradient of ", function), function, names, across, up, arrows, marks)


def hessian_picture(
    function: Node, variables: Sequence[str], matrix: Any, settings: Settings
) -> Picture:
    """Level lines around the point, with the directions in which the curvature is extreme."""
    import numpy as np

    names, function, _ = _two(function, variables, settings.at)
    place = _place(names, settings.at)
    if place is None:
        across, up = _around((0.0, 0.0), _HALF)
        return _levels(("level lines of ", function), function, names, across, up)
    across, up = _around(place, _BESIDE)
    curvatures, directions = np.linalg.eigh(np.array(matrix, dtype=float))
    if not np.isfinite(curvatures).all():
        raise NoPicture("the second derivatives at the point are not finite")
    reach = _REACH * (across[1] - across[0])
    arrows = tuple(
        _arrow((f"curvature {value:.4g} in this direction",), place, (reach * way).tolist())
        for value, way in zip(curvatures, directions.T, strict=True)
    )
    marks = (Mark(*place, (f"({place[0]:.4g}, {place[1]:.4g})",)),)
    return _levels(("level lines of ", function), function, names, across, up, arrows, marks)


def region_picture(
    integrand: Node, ranges: Sequence[tuple[str, Node, Node]], settings: Settings
) -> Picture:
    """The region of an integral over two variables, shaded by the integrand. Raises NoPicture."""
    import numpy as np

    if len(ranges) != 2:
        raise NoPicture(f"the region has {len(ranges)} dimensions; one of two is drawn")
    values = dict(settings.at)
    (outer, low, high), (inner, below, above) = [
        (name, substitute(lower, values), substitute(upper, values))
        for name, lower, upper in ranges
    ]
    start, stop = sorted(real_number(end) for end in (low, high))
    start, stop = _nearer(start, stop)
    x = np.linspace(start, stop, _EDGE)
    edges = [_edge(bound, outer, x) for bound in (below, above)]
    bottom = np.minimum(*edges)
    top = np.maximum(*edges)
    if np.isnan(bottom).all() or np.isnan(top).all():
        raise NoPicture("the bounds have no real values")
    sides = float(np.nanmin(bottom)), float(np.nanmax(top))
    if not (sides[0] < sides[1] and start < stop):
        raise NoPicture("the region is empty")
    function = substitute(integrand, values)
    unknown = sorted(free_symbols(function) - {outer, inner})
    if unknown:
        raise NoPicture(f"{', '.join(unknown)} has no value; give one with --at")
    names = (outer, inner)
    columns = np.linspace(start, stop, 2 * _GRID + 1)[1::2]
    rows = np.linspace(*sides, 2 * _GRID + 1)[1::2]
    z = on_grid(function, names, columns, rows)
    low_edge, high_edge = (np.interp(columns, x, edge) for edge in (bottom, top))
    inside = (rows[:, None] >= low_edge) & (rows[:, None] <= high_edge)
    z[~inside] = np.nan
    around = np.concatenate([x, x[::-1], x[:1]])
    border = np.concatenate([bottom, top[::-1], bottom[:1]])
    margins = [0.08 * (stop - start), 0.08 * (sides[1] - sides[0])]
    view = ((start - margins[0], stop + margins[0]), (sides[0] - margins[1], sides[1] + margins[1]))
    ratio = (stop - start) / (sides[1] - sides[0])
    return Picture(
        ("the region, shaded by ", function),
        outer,
        inner,
        *view,
        curves=(Curve(("edge of the region",), around.tolist(), border.tolist()),),
        heat=HeatMap((integrand,), (start, stop), sides, z.tolist()),
        equal=0.4 < ratio < 2.5,
    )


def _two(
    function: Node, variables: Sequence[str], at: Mapping[str, Node]
) -> tuple[tuple[str, str], Node, dict[str, Node]]:
    """Two variables, the function of them alone, and the values of the others."""
    if len(variables) != 2:
        count = "one variable" if len(variables) == 1 else f"{len(variables)} variables"
        raise NoPicture(f"the function has {count}; level lines are of two")
    values = {name: value for name, value in at.items() if name not in variables}
    filled = substitute(function, values) if values else function
    unknown = sorted(free_symbols(filled) - set(variables))
    if unknown:
        example = ",".join(f"{name}=1" for name in unknown)
        raise NoPicture(f"{', '.join(unknown)} has no value; give one with --at {example}")
    return (variables[0], variables[1]), filled, values


def _place(names: tuple[str, str], at: Mapping[str, Node]) -> tuple[float, float] | None:
    if any(name not in at for name in names):
        return None
    x, y = (real_number(at[name]) for name in names)
    if not (isfinite(x) and isfinite(y)):
        raise NoPicture("the point is not finite")
    return x, y


def _around(place: tuple[float, float], half: float) -> tuple[Ends, Ends]:
    """A square window; wider where the point is far from the origin."""
    half = max(half, 0.25 * max(map(abs, place)))
    x, y = place
    return (x - half, x + half), (y - half, y + half)


def _values(
    nodes: Sequence[Node], names: tuple[str, str], place: tuple[float, float]
) -> list[float]:
    from dlmath.expression.numbers import evaluate

    found = [evaluate(node, dict(zip(names, place, strict=True))) for node in nodes]
    numbers = [float(value) if isinstance(value, (int, float)) else float("nan") for value in found]
    if not all(map(isfinite, numbers)):
        raise NoPicture(vector(nodes), " is not finite at the point")
    return numbers


def _arrow(label: tuple[str, ...], place: tuple[float, float], step: Sequence[float]) -> Arrows:
    return Arrows(label, [place[0]], [place[1]], [step[0]], [step[1]])


def _field(
    function: Node, slopes: Sequence[Node], names: tuple[str, str], across: Ends, up: Ends
) -> Arrows:
    """The direction of the gradient everywhere the function has one."""
    import numpy as np

    x, y = (
        np.linspace(*ends, 2 * count + 1)[1::2]
        for ends, count in zip((across, up), _ARROWS, strict=True)
    )
    heights, dx, dy = (on_grid(part, names, x, y).ravel() for part in (function, *slopes))
    places = [part.ravel() for part in np.meshgrid(x, y)]
    known = ~(np.isnan(heights) | np.isnan(dx) | np.isnan(dy))
    columns = [part[known].tolist() for part in (*places, dx, dy)]
    words = ("direction of the gradient",)
    return Arrows(words, columns[0], columns[1], columns[2], columns[3], field=True)


def _levels(
    title: tuple[Any, ...],
    function: Node,
    names: tuple[str, str],
    across: Ends,
    up: Ends,
    arrows: tuple[Arrows, ...] = (),
    marks: tuple[Mark, ...] = (),
) -> Picture:
    lines = contour(function, names, across, up)
    return Picture(title, *names, across, up, contour=lines, arrows=arrows, marks=marks, equal=True)


def _nearer(low: float, high: float) -> tuple[float, float]:
    """Ends that can be drawn in the place of infinite ones."""
    if isfinite(low) and isfinite(high):
        return low, high
    if isfinite(low):
        return low, low + _FAR
    return (high - _FAR, high) if isfinite(high) else (-_FAR, _FAR)


def _edge(bound: Node, outer: str, x: Any) -> Any:
    """A bound of the inner variable over the outer one; far out in the place of infinity."""
    import numpy as np

    if not free_symbols(bound):
        value = real_number(bound)
        return np.full(len(x), value if isfinite(value) else (_FAR if value > 0 else -_FAR))
    if free_symbols(bound) - {outer}:
        raise NoPicture(bound, " holds a variable without a value")
    return values_at(bound, outer, x)
