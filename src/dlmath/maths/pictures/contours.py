"""Level lines of a function of two variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlmath.expression.graph import Node
from dlmath.maths.pictures.draw import NoPicture
from dlmath.picture import Contour

#: Columns and rows of the grid.
_GRID = 81

#: Where levels lie: these parts of the values are below them, squared steps, so that the lines
#: around the bottom of a bowl are evenly apart.
_PARTS = tuple((step / 9) ** 2 for step in range(1, 9))

#: The four edges of a cell as pairs of corners: 0 and 1 below, 2 and 3 above, counterclockwise.
_EDGES = ((0, 1), (1, 2), (2, 3), (3, 0))


def contour(
    function: Node,
    names: tuple[str, str],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
) -> Contour:
    """The function on a grid, and its lines at eight levels. Raises NoPicture."""
    import numpy as np

    from dlmath.expression.numbers import evaluate_many

    x, y = np.linspace(*x_range, _GRID), np.linspace(*y_range, _GRID)
    across, up = np.meshgrid(x, y)
    values: Mapping[str, Any] = {names[0]: across, names[1]: up}
    z = np.array(evaluate_many(function, values), dtype=float)
    z[~np.isfinite(z)] = np.nan
    if np.isnan(z).all() or np.nanmin(z) == np.nanmax(z):
        raise NoPicture("the function is level or undefined there")
    levels = sorted({float(level) for level in np.nanquantile(z, _PARTS)})
    lines = tuple(level_line(x, y, z, level) for level in levels)
    return Contour(x.tolist(), y.tolist(), z.tolist(), levels, lines)


def level_line(x: Any, y: Any, z: Any, level: float) -> tuple[list[float], list[float]]:
    """The line at one level as short pieces with gaps between them.

    Marching squares (Lorensen and Cline 1987, in the plane): in every cell the line joins the
    edges whose ends lie on both sides of the level, at the places that linear interpolation gives.
    A saddle's cell has two pieces.
    """
    import numpy as np

    above = z > level
    corners = np.stack([above[:-1, :-1], above[:-1, 1:], above[1:, 1:], above[1:, :-1]])
    count = corners.sum(axis=0)
    undefined = np.isnan(z)
    holes = undefined[:-1, :-1] | undefined[:-1, 1:] | undefined[1:, 1:] | undefined[1:, :-1]
    line: tuple[list[float], list[float]] = ([], [])
    for row, column in np.argwhere((count > 0) & (count < 4) & ~holes):
        places = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1)]
        crossed = []
        for first, second in _EDGES:
            (i, j), (k, m) = places[first], places[second]
            a, b = float(z[j, i]), float(z[m, k])
            if (a > level) != (b > level):
                share = (level - a) / (b - a)
                crossed.append((x[i] + share * (x[k] - x[i]), y[j] + share * (y[m] - y[j])))
        for start, end in zip(crossed[::2], crossed[1::2], strict=False):
            line[0].extend((float(start[0]), float(end[0]), float(end[0])))
            line[1].extend((float(start[1]), float(end[1]), float("nan")))
    return line
