"""The map of the basins of attraction: which point a descent from each place ends in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlmath.maths.optimization.basins import assign
from dlmath.maths.optimization.starts import LEFT_DOMAIN, RAN_AWAY, UNFINISHED, grid_starts
from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.pictures.sampling import sample, visible_range
from dlmath.picture import Bars, Curve, HeatMap, Mark, Picture, Words

if TYPE_CHECKING:
    from dlmath.maths.optimization.starts_descent import Search

#: Cells of the map, and basins that have a colour of their own.
COLUMNS, ROWS = 96, 64
_COLOURS = 8


def basins_picture(search: Search) -> Picture:
    """One variable: the curve. Two: a map. Else: how many starts each drew. Raises NoPicture."""
    if not search.basins.found:
        raise NoPicture("no start arrived anywhere")
    if len(search.objective.names) == 1:
        return _curve(search)
    return _map(search) if len(search.objective.names) == 2 else _bars(search)


def _curve(search: Search) -> Picture:
    function, name = search.objective.expression, search.objective.names[0]
    window = search.box[0]
    curve = sample(function, name, *window)
    shown = [
        (place, basin)
        for place, basin in enumerate(search.basins.found[:_COLOURS], start=1)
        if window[0] <= basin.at[0] <= window[1]
    ]
    marks = tuple(
        Mark(basin.at[0], basin.value, (f"basin {place}, {100 * basin.share:.3g} % of the starts",))
        for place, basin in shown
    )
    return Picture(
        title=("where descents end on ", function),
        x_label=name,
        y_label="value",
        x_range=window,
        y_range=visible_range([(curve.bottom, curve.top)], [basin.value for _, basin in shown]),
        curves=(Curve((function,), curve.x, curve.y),),
        marks=marks,
    )


def _map(search: Search) -> Picture:
    import numpy as np

    starts = grid_starts(search.box, COLUMNS, ROWS)
    ends = search.walker.walk(starts)
    (left, right), (bottom, top) = search.box
    reach = 1e-2 * max(right - left, top - bottom)
    own = assign(search.basins, ends, reach)
    shown = search.basins.found[:_COLOURS]
    categories: list[Words] = [
        (f"to basin {place}, value {basin.value:.4g}",)
        for place, basin in enumerate(shown, start=1)
    ]
    kinds = np.where(own >= len(shown), -1, own).astype(float)
    for fate, words in (
        (UNFINISHED, "not arrived"),
        (RAN_AWAY, "runs away"),
        (LEFT_DOMAIN, "leaves the domain"),
    ):
        lost = (ends.fate == fate) & (own < 0)
        if lost.any():
            kinds[lost] = len(categories)
            categories.append((words,))
    kinds[kinds < 0] = np.nan
    names = search.objective.names
    marks = tuple(
        Mark(basin.at[0], basin.at[1], (f"basin {place}, ({basin.at[0]:.4g}, {basin.at[1]:.4g})",))
        for place, basin in enumerate(shown, start=1)
        if left <= basin.at[0] <= right and bottom <= basin.at[1] <= top and not basin.level
    )
    return Picture(
        title=("where a descent ends, by its start",),
        x_label=names[0],
        y_label=names[1],
        x_range=(left, right),
        y_range=(bottom, top),
        marks=marks,
        heat=HeatMap(
            ("basin",),
            (left, right),
            (bottom, top),
            kinds.reshape(ROWS, COLUMNS).tolist(),
            tuple(categories),
        ),
    )


def _bars(search: Search) -> Picture:
    shown = search.basins.found[:_COLOURS]
    heights = [float(basin.starts) for basin in shown]
    places = [float(place) for place in range(1, len(shown) + 1)]
    return Picture(
        title=("starts that each basin drew, the lowest value first",),
        x_label="basin",
        y_label="starts",
        x_range=(0.5, len(shown) + 0.5),
        y_range=(0.0, 1.1 * max(heights)),
        bars=(
            Bars(
                ("starts",),
                [place - 0.4 for place in places],
                [place + 0.4 for place in places],
                heights,
                [f"{basin.value:.4g}" for basin in shown],
            ),
        ),
    )
