"""Curves given by an equation of two variables, and the parts of the plane given by conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlmath.expression.graph import Node

Lines = tuple[list[float], list[float]]
Ends = tuple[float, float]

#: Columns and rows of the grid.
_GRID = 181

#: Rounds of bisection along an edge of the grid.
_ROUNDS = 24


def on_grid(node: Node, names: tuple[str, str], x: Any, y: Any) -> Any:
    """The values at every place of a grid, `[row][column]`; nan where there is none."""
    import numpy as np

    from dlmath.expression.numbers import evaluate_many

    across, up = np.meshgrid(x, y)
    values: Mapping[str, Any] = {names[0]: across, names[1]: up}
    z = np.array(evaluate_many(node, values), dtype=float)
    z[~np.isfinite(z)] = np.nan
    return z


def zero_lines(
    node: Node, names: tuple[str, str], x_range: Ends, y_range: Ends, grid: int = _GRID
) -> Lines:
    """Where the expression is zero and changes its sign: lines with gaps between them.

    On a grid, every edge whose ends have different signs is bisected; a pole, where the values
    grow on both sides, is no zero. In every cell the zeros on its edges are joined (marching
    squares), and what joins is one line.
    """
    import numpy as np

    x, y = np.linspace(*x_range, grid), np.linspace(*y_range, grid)
    z = on_grid(node, names, x, y)
    sign = np.sign(z)
    sign[sign == 0] = 1.0  # a zero on the grid belongs to one side
    points: dict[tuple[int, int, int], tuple[float, float]] = {}
    for way in (0, 1):  # along a row, along a column
        a, b = (sign[:, :-1], sign[:, 1:]) if way == 0 else (sign[:-1], sign[1:])
        edges = np.argwhere(a * b < 0)
        if not len(edges):
            continue
        rows, columns = edges.T
        start = np.stack([x[columns], y[rows]])
        end = np.stack([x[columns + (way == 0)], y[rows + (way == 1)]])
        low, high = z[rows, columns], z[rows + (way == 1), columns + (way == 0)]
        places, kept = _bisected(node, names, start, end, (low, high))
        for (row, column), place, keep in zip(edges, places.T, kept, strict=True):
            if keep:
                points[way, int(row), int(column)] = float(place[0]), float(place[1])
    return joined(points)


def _bisected(
    node: Node, names: tuple[str, str], start: Any, end: Any, values: tuple[Any, Any]
) -> tuple[Any, Any]:
    """The zero between each start and end, and whether it is one."""
    import numpy as np

    from dlmath.expression.numbers import evaluate_many

    first, last = values
    low, high = start.copy(), end.copy()
    below = first < 0
    middle_values = first
    for _ in range(_ROUNDS):
        middle = (low + high) / 2
        middle_values = np.array(evaluate_many(node, dict(zip(names, middle, strict=True))))
        like_first = (middle_values < 0) == below
        low = np.where(like_first, middle, low)
        high = np.where(like_first, high, middle)
    # At a zero the values are smaller than at the ends; at a pole or a jump they are not.
    smaller = np.abs(middle_values) <= 0.05 * np.maximum(np.abs(first), np.abs(last))
    return (low + high) / 2, smaller & ~np.isnan(middle_values)


def joined(points: Mapping[tuple[int, int, int], tuple[float, float]]) -> Lines:
    """The points on the edges of each cell joined in pairs, and the pairs end to end."""
    beside: dict[tuple[int, int, int], list[tuple[int, int, int]]] = {edge: [] for edge in points}
    cells: dict[tuple[int, int], None] = {}
    for way, row, column in points:
        cells[row, column] = None
        cells[(row - 1, column) if way == 0 else (row, column - 1)] = None
    for row, column in cells:
        around = ((0, row, column), (1, row, column + 1), (0, row + 1, column), (1, row, column))
        found = [edge for edge in around if edge in points]
        for a, b in zip(found[::2], found[1::2], strict=False):
            beside[a].append(b)
            beside[b].append(a)
    line: Lines = ([], [])
    left = dict.fromkeys(points)
    # The ends of open lines first, so that each is walked from end to end.
    for start in sorted(points, key=lambda edge: len(beside[edge]) != 1):
        if start not in left:
            continue
        walk = [start]
        del left[start]
        while True:
            onward = [edge for edge in beside[walk[-1]] if edge in left]
            if not onward:
                break
            walk.append(onward[0])
            del left[onward[0]]
        if len(walk) > 2 and walk[0] in beside[walk[-1]]:
            walk.append(walk[0])  # closed
        line[0].extend([*(points[edge][0] for edge in walk), float("nan")])
        line[1].extend([*(points[edge][1] for edge in walk), float("nan")])
    return line


def box_of(lines: Lines) -> tuple[Ends, Ends] | None:
    """The least box around the lines; None where there are none."""
    x, y = ([value for value in part if value == value] for part in lines)
    return ((min(x), max(x)), (min(y), max(y))) if x else None
