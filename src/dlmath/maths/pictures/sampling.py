"""A function as points to draw: close together where it bends, with gaps where it breaks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf, isfinite
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.expression.graph import Node
from dlmath.maths.pictures.peaks import hidden_places

if TYPE_CHECKING:
    import numpy

#: Points before refinement, and the most there may be after it.
_FIRST = 401
_MOST = 6000

#: Points of a function that oscillates faster than can be followed.
_WILD = 4001

#: Rounds of halving. What is still apart after them is a break, not a steep piece: an interval is
#: then shorter than a billionth of what is drawn.
_ROUNDS = 24

#: A neighbour is this part of the visible height away at most, or there is a point between.
_STEP = 0.02

#: A function that takes longer than this many seconds is drawn with the points it has.
_SECONDS = 2.0

#: Points of a function that is slow to compute (a first look takes this many).
_LOOK = 41

#: Where the values beyond these quantiles take up more than `_FAR` times the rest, and grow the
#: more the closer one looks, they belong to a pole and are not shown.
_LOW, _HIGH = 0.06, 0.94
_FAR = 2.5

#: Windows that are tried until the function has values in one.
_WINDOWS = ((-5.0, 5.0), (-1.0, 1.0), (-50.0, 50.0), (-1000.0, 1000.0), (-1e5, 1e5))


class Samples(NamedTuple):
    """Points of one function, in order; a nan of y is a gap. bottom, top: what is worth showing."""

    x: list[float]
    y: list[float]
    bottom: float
    top: float

    @property
    def defined(self) -> list[float]:
        """The values, without the gaps."""
        return [value for value in self.y if isfinite(value)]


def values_at(function: Node, variable: str, x: Any) -> numpy.ndarray:
    """The real values at an array of places; nan where there is none, also at infinity."""
    import numpy as np

    from dlmath.expression.numbers import evaluate_many

    found = np.array(evaluate_many(function, {variable: np.asarray(x, dtype=float)}), dtype=float)
    found[~np.isfinite(found)] = np.nan
    return found


def sample(function: Node, variable: str, low: float, high: float) -> Samples:
    """The function between two places, refined where it is steep, with gaps at poles and jumps.

    Source of the method: interval halving until neighbours are close on the screen; what is still
    apart when the intervals are too short to see is a break of the curve. Peaks between the first
    points are looked for by interval arithmetic.
    """
    import numpy as np

    begun = monotonic()
    look = np.linspace(low, high, _LOOK)
    heights = values_at(function, variable, look)
    if monotonic() - begun > _SECONDS / (_FIRST / _LOOK):
        return Samples(look.tolist(), heights.tolist(), *_worth_showing(heights, bounded=True))
    x = np.linspace(low, high, _FIRST)
    y = values_at(function, variable, x)
    bounded = _has_bounds(function, variable, x, y)
    worth = _worth_showing(y, bounded=bounded)
    hidden = hidden_places(function, variable, x, y, visible_range([worth]))
    bounded = bounded or hidden.bounded
    if hidden.wild:  # enough points to fill what it fills
        more = np.linspace(low, high, _WILD)
        x, y = _merged(x, y, more, values_at(function, variable, more))
    if hidden.places:
        x, y = _merged(x, y, np.array(hidden.places), values_at(function, variable, hidden.places))
    if bounded:
        worth = _worth_showing(y, bounded=True)
    bottom, top = visible_range([worth])
    step = _STEP * (top - bottom)
    for _ in range(_ROUNDS):
        steep = _far_apart(y, step, bottom, top)
        if not steep.any() or len(x) > _MOST or monotonic() - begun > _SECONDS:
            break
        between = (x[:-1][steep] + x[1:][steep]) / 2
        x, y = _merged(x, y, between, values_at(function, variable, between))
    if bounded:
        worth = _with_peaks(y, worth)
    places, heights = _with_gaps(x, y, step, (high - low) * 1e-9, (bottom, top))
    return Samples(places.tolist(), heights.tolist(), *worth)


def samples_worth(function: Node, variable: str, x: Any, y: Any) -> tuple[float, float]:
    """What is worth showing of the values `y` at places `x` that are evenly apart."""
    return _worth_showing(y, bounded=_has_bounds(function, variable, x, y))


def _merged(x: Any, y: Any, places: Any, heights: Any) -> tuple[Any, Any]:
    """The points with further ones in their order; a place is there once."""
    import numpy as np

    found, order = np.unique(np.concatenate([x, places]), return_index=True)
    return found, np.concatenate([y, heights])[order]


def _worth_showing(y: Any, *, bounded: bool) -> tuple[float, float]:
    """The least and greatest value, at poles those between two quantiles; y evenly apart."""
    import numpy as np

    values = y[~np.isnan(y)]
    if not len(values):
        return inf, -inf
    low, high = float(values.min()), float(values.max())
    if bounded:
        return low, high
    near, far = (float(quantile) for quantile in np.quantile(values, [_LOW, _HIGH]))
    reach = max((far - near) / 4, 1e-12 * max(abs(near), abs(far)))
    return max(low, near - reach), min(high, far + reach)


def _with_peaks(y: Any, worth: tuple[float, float]) -> tuple[float, float]:
    """Room for a peak between the first points; a curve that falls off its domain has none."""
    import numpy as np

    low, high = worth
    for place in (int(np.nanargmin(y)), int(np.nanargmax(y))) if low <= high else ():
        if not np.isnan(y[max(0, place - 1) : place + 2]).any():
            low, high = min(low, float(y[place])), max(high, float(y[place]))
    return low, high


def _far_apart(y: Any, step: float, bottom: float, top: float) -> Any:
    """Which neighbours need a point between: far apart where it is seen, or one is undefined."""
    import numpy as np

    height = top - bottom
    seen = np.clip(y, bottom - height / 4, top + height / 4)
    undefined = np.isnan(y)
    return (np.abs(np.diff(seen)) > step) | (undefined[:-1] != undefined[1:])


def _with_gaps(
    x: Any, y: Any, step: float, close: float, seen: tuple[float, float]
) -> tuple[Any, Any]:
    """A gap wherever places too close to tell apart have values far apart.

    Values far outside what is seen are brought near, so that no renderer meets huge numbers.
    """
    import numpy as np

    bottom, top = seen
    height = top - bottom
    # What cannot be seen cannot break: two values above the picture belong together, but one
    # above and one below do not.
    clipped = np.clip(y, bottom - 2 * height, top + 2 * height)
    apart = np.abs(np.diff(np.clip(y, bottom - height, top + height))) > step
    breaks = np.flatnonzero(apart & (np.diff(x) < close))
    places = np.insert(x, breaks + 1, (x[breaks] + x[breaks + 1]) / 2)
    return places, np.insert(clipped, breaks + 1, np.nan)


def _has_bounds(function: Node, variable: str, x: Any, y: Any) -> bool:
    """Does the largest value stay what it is when one looks closer? A pole grows without end."""
    import numpy as np

    if np.isnan(y).all():
        return True
    sizes = np.abs(y)
    first = float(np.nanmax(sizes))
    centres = [int(place) for place in np.argsort(np.nan_to_num(sizes))[-3:]]
    centres += _edges(y)
    for centre in centres:
        low, high = x[max(0, centre - 1)], x[min(len(x) - 1, centre + 1)]
        for _ in range(3):
            near = np.linspace(low, high, 41)
            found = np.abs(values_at(function, variable, near))
            if np.isnan(found).all():
                break
            top = int(np.nanargmax(found))
            if found[top] > 20 * max(first, 1e-300):
                return False
            low, high = near[max(0, top - 1)], near[min(40, top + 1)]
            beside = found[max(0, top - 1) : top + 2]
        else:
            # A point that hits the pole but for rounding stands far above those beside it.
            beside = np.delete(beside, np.nanargmax(beside))
            if not np.isnan(beside).all() and np.nanmax(beside) < np.nanmax(found) / 20:
                return False
    return True


def _edges(y: Any) -> list[int]:
    """A few places where the function begins or ends to be defined."""
    import numpy as np

    undefined = np.isnan(y)
    return [int(place) for place in np.flatnonzero(undefined[:-1] != undefined[1:])[:4]]


def visible_range(
    worth: Iterable[tuple[float, float]], marks: Sequence[float] = ()
) -> tuple[float, float]:
    """What to show of the vertical axis, with a margin: what of each curve is worth showing (the
    `bottom` and `top` of its samples), and the heights of marks."""
    shown = [mark for mark in marks if isfinite(mark)]
    pairs = [pair for pair in worth if pair[0] <= pair[1]]
    bottom = min([low for low, _ in pairs] + shown, default=-1.0)
    top = max([high for _, high in pairs] + shown, default=1.0)
    size = max(abs(bottom), abs(top))
    if top - bottom <= 1e-9 * size or not size:  # a level line
        half = size / 2 or 1.0
        return bottom - half, top + half
    margin = 0.06 * (top - bottom)
    return bottom - margin, top + margin


def window(
    function: Node, variable: str, centre: float = 0.0, half: float | None = None
) -> tuple[float, float] | None:
    """A part of the axis around a centre in which the function has values; None if none is found.

    Where it has none on a side of it, the window is cut there, with a margin.
    """
    import numpy as np

    windows = _WINDOWS if half is None else ((-half, half), *_WINDOWS)
    for left, right in windows:
        x = np.linspace(centre + left, centre + right, 257)
        there = np.flatnonzero(~np.isnan(values_at(function, variable, x)))
        if len(there) < 8:
            continue
        low, high = float(x[max(0, there[0] - 1)]), float(x[min(256, there[-1] + 1)])
        margin = 0.05 * (high - low)
        return max(centre + left, low - margin), min(centre + right, high + margin)
    return None
