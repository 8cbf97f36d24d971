"""The pictures of a descent and of a race: curve or map with the path, and the values."""

from __future__ import annotations

from itertools import chain
from math import inf, isfinite

from dlmath.answer import Sentence
from dlmath.expression.graph import Node
from dlmath.maths.optimization.path import Path, State
from dlmath.maths.pictures.contours import contour
from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.pictures.sampling import sample, visible_range
from dlmath.picture import DOTS, SOLID, Curve, Mark, Picture, Words

#: States that are drawn at most.
_STATES = 120

#: The window: this part of the path's extent to each side.
_BESIDE = 0.25

#: A descent that runs away is drawn up to where it is so many times its first step from the start.
_AWAY = 30.0

#: Ends nearer than this part of the window have one mark.
_SAME_PLACE = 0.04

#: Losses over so many times are drawn by their logarithm.
_WIDE = 1000.0


def descent_picture(
    function: Node, names: list[str], path: Path, last: int, *, runs_away: bool
) -> Picture:
    """One variable: the curve with the points. Two: level lines with the path. Then the values.

    last: the last step to draw. Raises NoPicture.
    """
    states = _drawn(path, last, runs_away=runs_away)
    if not states:
        raise NoPicture("the descent has no finite points")
    loss = loss_picture(function, [("value", states)])
    panels = (loss,) if len(states) > 1 else ()
    if len(names) == 1:
        return _on_curve(function, names[0], states)._replace(panels=panels)
    if len(names) == 2:
        pair = (names[0], names[1])
        return _on_map(function, pair, [("path", states)])._replace(panels=panels)
    return loss


def race_picture(
    function: Node, names: list[str], paths: list[tuple[str, Path, int, bool]]
) -> Picture:
    """The values of several descents over the steps, after the map with their paths.

    paths: for each its name, the path, the last step, and does it run away? Raises NoPicture.
    """
    drawn = [(name, _drawn(path, last, runs_away=away)) for name, path, last, away in paths]
    drawn = [(name, states) for name, states in drawn if len(states) > 1]
    if not drawn:
        raise NoPicture("no descent has finite points")
    loss = loss_picture(function, drawn)
    if len(names) != 2:
        return loss
    return _on_map(function, (names[0], names[1]), drawn)._replace(panels=(loss,))


def _drawn(path: Path, last: int, *, runs_away: bool) -> list[State]:
    """The states that are drawn, all with finite numbers."""
    states = [path.at(step) for step in steps_drawn(last)]
    states = [state for state in states if state.sound and all(map(isfinite, state.point))]
    return _near_start(states) if runs_away else states


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


def _on_map(
    function: Node, names: tuple[str, str], paths: list[tuple[str, list[State]]]
) -> Picture:
    across = [[state.point[0] for state in states] for _, states in paths]
    up = [[state.point[1] for state in states] for _, states in paths]
    x_range, y_range = _balanced(_extent([*chain(*across)]), _extent([*chain(*up)]))
    alone = len(paths) == 1
    style = DOTS if alone else SOLID
    marks = _ends(across[0], up[0], paths[0][1])
    if not alone:
        ends = zip(paths, across, up, strict=True)
        places = [(name, x[-1], y[-1]) for (name, _), x, y in ends]
        marks = (marks[0], *_together(places, x_range, y_range))
    return Picture(
        title=("descent on ", function),
        x_label=names[0],
        y_label=names[1],
        x_range=x_range,
        y_range=y_range,
        curves=tuple(
            Curve(_count(states) if alone else (name,), x, y, style)
            for (name, states), x, y in zip(paths, across, up, strict=True)
        ),
        marks=marks,
        contour=contour(function, names, x_range, y_range),
    )


def _together(
    places: list[tuple[str, float, float]],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
) -> list[Mark]:
    """Marks of ends; those at almost the same place share one."""
    width, height = x_range[1] - x_range[0], y_range[1] - y_range[0]
    groups: list[list[tuple[str, float, float]]] = []
    for place in places:
        for group in groups:
            away = max(abs(place[1] - group[0][1]) / width, abs(place[2] - group[0][2]) / height)
            if away < _SAME_PLACE:
                group.append(place)
                break
        else:
            groups.append([place])
    return [
        Mark(group[0][1], group[0][2], (f"end of {', '.join(name for name, _, _ in group)}",))
        for group in groups
    ]


def _balanced(
    x_range: tuple[float, float], y_range: tuple[float, float]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """A path along one axis still needs a map: neither side is shorter than a quarter."""
    longest = max(x_range[1] - x_range[0], y_range[1] - y_range[0])

    def widened(ends: tuple[float, float]) -> tuple[float, float]:
        missing = max(0.0, longest / 4 - (ends[1] - ends[0]))
        return ends[0] - missing / 2, ends[1] + missing / 2

    return widened(x_range), widened(y_range)


def loss_picture(function: Node, paths: list[tuple[str, list[State]]]) -> Picture:
    """The value after each step; on a logarithmic axis where it falls over several powers of ten.

    Where values are not all positive, that axis has their height above the lowest of all.
    """
    lowest = min(state.value for _, states in paths for state in states)
    highest = max(state.value for _, states in paths for state in states)
    label, base = "value", 0.0
    log = lowest > 0 and highest > _WIDE * lowest
    if not log and _falls_far(paths, lowest, highest):
        label, base, log = "value above the lowest", lowest, True
    curves = []
    for name, states in paths:
        kept = [(state.step, state.value - base) for state in states]
        kept = [(step, height) for step, height in kept if height > 0 or not log]
        x, y = [float(step) for step, _ in kept], [height for _, height in kept]
        curves.append(Curve((name,), x, y))
    heights = [height for curve in curves for height in curve.y]
    last = max(x for curve in curves for x in curve.x)
    up = (min(heights), max(heights)) if log else visible_range([(lowest, highest)])
    return Picture(
        title=("values on ", function),
        x_label="step",
        y_label=label,
        x_range=(0.0, max(last, 1.0)),
        y_range=up if up[0] < up[1] else (up[0] / 2, up[1] * 2),
        curves=tuple(curves),
        y_log=log,
    )


def _falls_far(paths: list[tuple[str, list[State]]], lowest: float, highest: float) -> bool:
    """Are the heights above the lowest value spread over several powers of ten?"""
    above = sorted(
        state.value - lowest for _, states in paths for state in states if state.value > lowest
    )
    noise = 1e-15 * max(abs(lowest), abs(highest))
    above = [height for height in above if height > noise]
    return len(above) > 4 and above[-1] > _WIDE * above[len(above) // 4]


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
