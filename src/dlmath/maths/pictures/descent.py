"""The picture of a descent: the curve with its points, the map with the path, or the loss."""

from __future__ import annotations

from math import inf, isfinite, log10

from dlmath.answer import Sentence
from dlmath.expression.graph import Node
from dlmath.maths.optimization.path import Path, State
from dlmath.maths.pictures.contours import contour
from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.pictures.sampling import sample, visible_range
from dlmath.picture import DOTS, Curve, Mark, Picture, Words

#: States that are drawn at most.
_STATES = 120

#: The window: this part of the path's extent to each side.
_BESIDE = 0.25

#: A descent that runs away is drawn up to where it is so many times its first step from the start.
_AWAY = 30.0

#: Losses over so many times are drawn by their logarithm.
_WIDE = 1000.0


def descent_picture(
    function: Node, names: list[str], path: Path, steps: list[int], *, runs_away: bool
) -> Picture:
    """One variable: the curve with the points. Two: level lines with the path. Else the values.

    steps: which states to draw, ascending. Raises NoPicture.
    """
    states = [path.at(step) for step in steps]
    states = [state for state in states if state.sound and all(map(isfinite, state.point))]
    if runs_away:
        states = _near_start(states)
    if not states:
        raise NoPicture("the descent has no finite points")
    if len(names) == 1:
        return _on_curve(function, names[0], states)
    if len(names) == 2:
        return _on_map(function, (names[0], names[1]), states)
    return _loss(function, states)


def _near_start(states: list[State]) -> list[State]:
    """The first states of a descent that runs away, while the others are still on the same map."""
    start = states[0].point
    reach = inf
    kept = states[:1]
    for state in states[1:]:
        away = max(abs(a - b) for a, b in zip(state.point, start, strict=True))
        if reach == inf and away > 0:
            reach = _AWAY * away
        if away > reach:
            break
        kept.append(state)
    return kept


def _extent(values: list[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    beside = _BESIDE * (high - low) or 0.5 * abs(high) or 1.0
    return low - beside, high + beside


def _on_curve(function: Node, name: str, states: list[State]) -> Picture:
    x = [state.point[0] for state in states]
    y = [state.value for state in states]
    window = _extent(x)
    curve = sample(function, name, *window)
    return Picture(
        title=("descent on ", function),
        x_label=name,
        y_label="value",
        x_range=window,
        y_range=visible_range([(curve.bottom, curve.top)], y),
        curves=(Curve((function,), curve.x, curve.y), Curve(_count(states), x, y, DOTS)),
        marks=_ends(x, y, states),
    )


def _on_map(function: Node, names: tuple[str, str], states: list[State]) -> Picture:
    x = [state.point[0] for state in states]
    y = [state.point[1] for state in states]
    x_range, y_range = _balanced(_extent(x), _extent(y))
    return Picture(
        title=("descent on ", function),
        x_label=names[0],
        y_label=names[1],
        x_range=x_range,
        y_range=y_range,
        curves=(Curve(_count(states), x, y, DOTS),),
        marks=_ends(x, y, states),
        contour=contour(function, names, x_range, y_range),
    )


def _balanced(
    x_range: tuple[float, float], y_range: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """A path along one axis still needs a map: neither side is shorter than a quarter."""
    longest = max(x_range[1] - x_range[0], y_range[1] - y_range[0])

    def widened(ends: tuple[float, float]) -> tuple[float, float]:
        missing = max(0.0, longest / 4 - (ends[1] - ends[0]))
        return ends[0] - missing / 2, ends[1] + missing / 2

    return widened(x_range), widened(y_range)


def _loss(function: Node, states: list[State]) -> Picture:
    """The value after each step, by its logarithm where it falls over several powers of ten."""
    steps = [float(state.step) for state in states]
    values = [state.value for state in states]
    label = "value"
    if min(values) > 0 and max(values) > _WIDE * min(values):
        values, label = [log10(value) for value in values], "log10 of the value"
    return Picture(
        title=("descent on ", function),
        x_label="step",
        y_label=label,
        x_range=(0.0, max(steps[-1], 1.0)),
        y_range=visible_range([(min(values), max(values))]),
        curves=(Curve((label,), steps, values),),
    )


def _count(states: list[State]) -> Words:
    return (f"path, step {states[0].step} to {states[-1].step}",)


def _ends(x: list[float], y: list[float], states: list[State]) -> tuple[Mark, ...]:
    def words(name: str, place: int) -> Sentence:
        return (f"{name} ({x[place]:.4g}, {y[place]:.4g})",)

    if len(states) == 1:
        return (Mark(x[0], y[0], words("start", 0)),)
    return Mark(x[0], y[0], words("start", 0)), Mark(x[-1], y[-1], words("end", -1))


def steps_drawn(last: int) -> list[int]:
    """The first steps one by one, later ones further apart, and the last."""
    if last <= _STATES:
        return list(range(last + 1))
    shown = set(range(_STATES // 2)) | {last}
    ratio = (last / (_STATES // 2)) ** (2 / _STATES)
    shown |= {round(_STATES / 2 * ratio**place) for place in range(_STATES // 2)}
    return sorted(step for step in shown if step <= last)
