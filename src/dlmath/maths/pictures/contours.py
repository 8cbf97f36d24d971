"""Level lines of a function of two variables."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from dlmath.expression.graph import Node
from dlmath.maths.pictures.draw import NoPicture
from dlmath.picture import Contour

#: Columns and rows of the grid.
_GRID = 81

#: Where levels lie: these parts of the values are below them, squared steps, so that the lines
#: around the bottom of a bowl are evenly apart.
_PARTS = tuple((step / 9) ** 2 for step in range(1, 9))


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
    levels = _round_levels(sorted({float(level) for level in np.nanquantile(z, _PARTS)}))
    lines = tuple(level_line(x, y, z, level) for level in levels)
    return Contour(x.tolist(), y.tolist(), z.tolist(), levels, lines)


def level_line(x: Any, y: Any, z: Any, level: float) -> tuple[list[float], list[float]]:
    """The lines at one level, with gaps between them.

    Marching squares (Lorensen and Cline 1987, in the plane): in every cell the line joins the
    edges whose ends lie on both sides of the level, at the places that linear interpolation gives.
    A saddle's cell has two pieces.
    """
    import numpy as np

    from dlmath.maths.pictures.implicit import joined

    points: dict[tuple[int, int, int], tuple[float, float]] = {}
    for way in (0, 1):  # along a row, along a column
        a, b = (z[:, :-1], z[:, 1:]) if way == 0 else (z[:-1], z[1:])
        crossed = ((a > level) != (b > level)) & ~np.isnan(a) & ~np.isnan(b)
        for row, column in np.argwhere(crossed).tolist():
            low, high = float(a[row, column]), float(b[row, column])
            share = (level - low) / (high - low)
            across = share * (x[column + 1] - x[column]) if way == 0 else 0.0
            up = share * (y[row + 1] - y[row]) if way == 1 else 0.0
            points[way, row, column] = float(x[column] + across), float(y[row] + up)
    return joined(points)


def _round_levels(levels: list[float]) -> list[float]:
    """The levels with no more digits than keep them apart."""
    from math import floor, log10

    if len(levels) < 2:
        return levels
    gap = min(b - a for a, b in pairwise(levels))
    digits = 1 - floor(log10(gap))
    return sorted({round(level, digits) + 0.0 for level in levels})
