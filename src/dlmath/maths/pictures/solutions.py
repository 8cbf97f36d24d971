"""Equations and their solutions: both sides as curves, curves of two unknowns, shaded intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from dlmath.expression.graph import Node, free_symbols, sub
from dlmath.maths.calculus.integrals.zero_search import Point, infinite
from dlmath.maths.calculus.studies.spans import Span
from dlmath.maths.equations.solving.working import value_of
from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.pictures.implicit import zero_lines
from dlmath.maths.pictures.sampling import sample, values_at, visible_range
from dlmath.picture import Area, Curve, Mark, Picture

#: The window around solutions: this part of their spread to each side; around one, so much.
_BESIDE = 0.35
_ALONE = 3.0

#: Solutions marked at most.
_MOST = 12

_RELATIONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})


def solutions_picture(
    equation: Node, variable: str, places: Sequence[Any], ends: tuple[Point, Point]
) -> Picture:
    """Both sides of an equation as curves, their crossings marked. Raises NoPicture."""
    unknown = sorted(free_symbols(equation) - {variable})
    if unknown:
        example = ",".join(f"{name}=1" for name in unknown)
        raise NoPicture(f"{', '.join(unknown)} without a value; give some with --at {example}")
    x_range = _window([float(place) for place in places], ends)
    curves, heights = _sides(equation, variable, x_range)
    marks = []
    for place in places[:_MOST]:
        x = float(place)
        if not x_range[0] <= x <= x_range[1]:
            continue
        y = float(values_at(equation.args[0], variable, [x])[0])
        if isfinite(y):
            marks.append(Mark(x, y, (f"{variable} = {x:.6g}",)))
    return Picture(
        title=("solve ", equation),
        x_label=variable,
        y_label="y" if variable != "y" else "z",
        x_range=x_range,
        y_range=visible_range(heights, [mark.y for mark in marks]),
        curves=tuple(curves),
        marks=tuple(marks),
    )


def _sides(
    equation: Node, variable: str, x_range: tuple[float, float]
) -> tuple[list[Curve], list[tuple[float, float]]]:
    curves, heights = [], []
    for side in equation.args:
        curve = sample(side, variable, *x_range)
        if curve.defined:
            curves.append(Curve((side,), curve.x, curve.y))
            heights.append((curve.bottom, curve.top))
    if not curves:
        raise NoPicture("no real values were found to draw")
    return curves, heights


def _window(places: Sequence[float], ends: tuple[Point, Point]) -> tuple[float, float]:
    low, high = (float(end.value) for end in ends)
    if isfinite(low) and isfinite(high):
        return low, high
    if not places:
        return max(low, -5.0), min(high, 5.0)
    first, last = min(places), max(places)
    beside = _BESIDE * (last - first) or max(_ALONE, abs(first) / 2)
    return max(low, first - beside), min(high, last + beside)


def inequality_picture(
    condition: Node, variable: str, spans: Sequence[Span], ends: tuple[Point, Point]
) -> Picture:
    """Both sides as curves; where the condition holds, the difference to zero is shaded."""
    edges = [
        float(end.value)
        for span in spans
        for end in (span.low, span.high)
        if not infinite(end.value)
    ]
    x_range = _window(edges, ends)
    curves: list[Curve] = []
    heights: list[tuple[float, float]] = []
    areas: list[Area] = []
    first = _first_relation(condition)
    more, tall = _sides(first, variable, x_range)
    curves += more
    heights += tall
    for span in spans:
        low, high = max(float(span.low.value), x_range[0]), min(float(span.high.value), x_range[1])
        if low < high:
            part = sample(first.args[0], variable, low, high)
            areas.append(Area(("it holds",), part.x, part.y))
    marks = []
    for edge in edges[:_MOST]:
        y = float(values_at(first.args[0], variable, [edge])[0])
        if isfinite(y) and x_range[0] <= edge <= x_range[1]:
            marks.append(Mark(edge, y, (f"{variable} = {edge:.6g}",)))
    return Picture(
        title=("solve ", condition),
        x_label=variable,
        y_label="y" if variable != "y" else "z",
        x_range=x_range,
        y_range=visible_range(heights, [0.0, *(mark.y for mark in marks)]),
        curves=tuple(curves),
        marks=tuple(marks),
        areas=tuple(areas),
    )


def _first_relation(condition: Node) -> Node:
    while condition.op not in _RELATIONS:
        condition = condition.args[0]
    return condition


def system_picture(
    equations: Sequence[Node], names: Sequence[str], solutions: Sequence[Mapping[str, Node]]
) -> Picture:
    """The curves of equations in two unknowns, their common points marked. Raises NoPicture."""
    if len(names) != 2:
        raise NoPicture("a picture of a system needs two unknowns")
    if any(free_symbols(equation) - set(names) for equation in equations):
        raise NoPicture("letters without a value; give some with --at")
    pair = (names[0], names[1])
    points = []
    for one in solutions:
        found = [value_of(one[name]) for name in pair]
        if all(value is not None and not hasattr(value, "_mpc_") for value in found):
            points.append((float(found[0]), float(found[1])))
    ranges = [_around([point[k] for point in points]) for k in (0, 1)]
    curves = []
    for equation in equations:
        lines = zero_lines(sub(*equation.args), pair, ranges[0], ranges[1])
        curves.append(Curve((equation,), *lines))
    if not any(value == value for curve in curves for value in curve.x):
        raise NoPicture("no real values were found to draw")
    marks = [Mark(x, y, (f"{pair[0]} = {x:.5g}, {pair[1]} = {y:.5g}",)) for x, y in points[:_MOST]]
    return Picture(
        title=("solve ", *_listed(equations)),
        x_label=pair[0],
        y_label=pair[1],
        x_range=ranges[0],
        y_range=ranges[1],
        curves=tuple(curves),
        marks=tuple(marks),
    )


def _around(values: Sequence[float]) -> tuple[float, float]:
    if not values:
        return -5.0, 5.0
    low, high = min(values), max(values)
    beside = _BESIDE * (high - low) or max(_ALONE, abs(low) / 2)
    return low - beside, high + beside


def _listed(equations: Sequence[Node]) -> list[str | Node]:
    words: list[str | Node] = []
    for place, equation in enumerate(equations):
        words += [", " if place else "", equation]
    return words
