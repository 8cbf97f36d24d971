"""Pictures of critical points, of constraints, and of chords that refute convexity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlmath.expression.graph import Node
from dlmath.expression.numbers import evaluate, evaluate_many
from dlmath.maths.optimization.extrema.points import Critical
from dlmath.maths.pictures.contours import contour, level_line
from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.pictures.sampling import sample, visible_range
from dlmath.picture import DASHED, Curve, Mark, Picture

Range = tuple[float, float]

#: Points of the grid on which a constraint is drawn.
_GRID = 161


def extrema_picture(
    function: Node,
    names: Sequence[str],
    points: Sequence[Critical],
    constraints: Sequence[tuple[str, Node]],
) -> Picture:
    """The curve or the map with the critical points, and the curves of the constraints.

    constraints: text and the expression that is zero on the edge. Raises NoPicture beyond two
    variables.
    """
    if len(names) == 1:
        return _on_curve(function, names[0], points)
    if len(names) != 2:
        raise NoPicture(f"there are {len(names)} variables, and a map has two")
    x_range, y_range = (_window([float(p.root.values[i]) for p in points]) for i in range(2))
    curves = []
    for text, rest in constraints:
        x, y = _edge(rest, (names[0], names[1]), x_range, y_range)
        if x:
            curves.append(Curve((text,), x, y, DASHED))
    return Picture(
        title=("critical points of ", function),
        x_label=names[0],
        y_label=names[1],
        x_range=x_range,
        y_range=y_range,
        curves=tuple(curves),
        marks=tuple(
            Mark(float(p.root.values[0]), float(p.root.values[1]), _words(p)) for p in points
        ),
        contour=contour(function, (names[0], names[1]), x_range, y_range),
    )


def _words(point: Critical) -> tuple[str, ...]:
    place = ", ".join(f"{float(value):.4g}" for value in point.root.values)
    return (f"{point.kind} ({place})",)


def _window(values: Sequence[float]) -> Range:
    """All the places, with as much beside them."""
    if not values:
        return -3.0, 3.0
    low, high = min(values), max(values)
    beside = max(0.35 * (high - low), 1.5)
    return low - beside, high + beside


def _edge(
    rest: Node, names: tuple[str, str], x_range: Range, y_range: Range
) -> tuple[list[float], list[float]]:
    """Where a constraint holds with equality."""
    import numpy as np

    x, y = np.linspace(*x_range, _GRID), np.linspace(*y_range, _GRID)
    across, up = np.meshgrid(x, y)
    values: Mapping[str, Any] = {names[0]: across, names[1]: up}
    z = np.broadcast_to(np.array(evaluate_many(rest, values), dtype=float), across.shape).copy()
    z[~np.isfinite(z)] = np.nan
    return level_line(x, y, z, 0.0)


def _on_curve(function: Node, name: str, points: Sequence[Critical]) -> Picture:
    x = [float(point.root.values[0]) for point in points]
    y = [float(point.value) for point in points]
    window = _window(x)
    curve = sample(function, name, *window)
    return Picture(
        title=("critical points of ", function),
        x_label=name,
        y_label="value",
        x_range=window,
        y_range=visible_range([(curve.bottom, curve.top)], y),
        curves=(Curve((function,), curve.x, curve.y),),
        marks=tuple(Mark(a, b, _words(point)) for a, b, point in zip(x, y, points, strict=True)),
    )


def curvature_picture(function: Node, names: Sequence[str], facts: Mapping[str, Any]) -> Picture:
    """One variable: the curve with the chord of the first counterexample. Two: the map with it."""
    found = facts.get("counterexample") or []
    first = found[0] if isinstance(found, list) and found else found or None
    if len(names) == 1:
        return _with_chord(function, names[0], first)
    if len(names) != 2:
        raise NoPicture(f"there are {len(names)} variables, and a map has two")
    ends = [] if first is None else [_numbers(first[end], names) for end in ("a", "b")]
    x_range, y_range = (_window([end[i] for end in ends]) for i in range(2))
    chord: tuple[Curve, ...] = ()
    if ends:
        chord = (Curve(("the chord",), [e[0] for e in ends], [e[1] for e in ends], DASHED),)
    return Picture(
        title=("the function ", function),
        x_label=names[0],
        y_label=names[1],
        x_range=x_range,
        y_range=y_range,
        curves=chord,
        contour=contour(function, (names[0], names[1]), x_range, y_range),
    )


def _numbers(place: Mapping[str, Node], names: Sequence[str]) -> list[float]:
    return [float(evaluate(place[name])) for name in names]


def _with_chord(function: Node, name: str, first: Mapping[str, Any] | None) -> Picture:
    x = [] if first is None else [_numbers(first[end], [name])[0] for end in ("a", "b")]
    window = _window(x)
    curve = sample(function, name, *window)
    y = [evaluate(function, {name: place}) for place in x]
    heights = [float(value) for value in y if isinstance(value, (int, float))]
    curves = [Curve((function,), curve.x, curve.y)]
    if len(heights) == 2:
        curves.append(Curve(("a chord",), x, heights, DASHED))
    return Picture(
        title=("the curve of ", function),
        x_label=name,
        y_label="value",
        x_range=window,
        y_range=visible_range([(curve.bottom, curve.top)], heights),
        curves=tuple(curves),
    )
