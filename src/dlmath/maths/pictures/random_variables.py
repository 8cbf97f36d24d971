"""Pictures of expressions in random variables: their distribution, averages, events."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dlmath.expression.graph import Node
from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.pictures.probability import densities, window
from dlmath.picture import Area, Bars, Curve, Mark, Picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlmath.maths.probability.model import Model

    Array = NDArray[Any]

_DRAWS = 200_000
_BARS = 60
_POINTS = 801


def sample_picture(
    model: Model, function: Node, condition: Node | None, mean: Any, average: int | None
) -> Picture:
    """A histogram of draws, with the mean marked. Raises NoPicture.

    average: of so many copies each, beside the normal density that it tends to.
    """
    import numpy as np

    if model.parameters(function):
        raise NoPicture("the parameters have no numbers")
    if average is not None and average > 1:
        return _average_picture(model, function, average)
    values = _drawn(model, function, condition, _DRAWS, 2)
    low, high = np.quantile(values, [0.002, 0.998])
    heights, edges = _histogram(values, float(low), float(high))
    marks: tuple[Mark, ...] = ()
    if isinstance(mean, (int, float)) and low <= mean <= high:
        marks = (Mark(float(mean), 0.0, (f"mean {mean:.6g}",)),)
    bars = Bars((f"{_DRAWS} draws",), edges[:-1], edges[1:], heights)
    return Picture(
        ("the distribution of ", function),
        "value",
        "density",
        (edges[0], edges[-1]),
        (0.0, 1.08 * max(heights)),
        marks=marks,
        bars=(bars,),
    )


def _drawn(model: Model, function: Node, condition: Node | None, count: int, seed: int) -> Array:
    import numpy as np

    from dlmath.maths.probability.numeric_means import indicator, values_at

    needed = model.needed(function) if condition is None else model.needed(function, condition)
    drawn = model.sample(needed, count, np.random.default_rng(seed))
    places = {name: np.asarray(values, dtype=float) for name, values in drawn.items()}
    values = values_at(function, places, (count,))
    if condition is not None:
        values = values[values_at(indicator(condition), places, (count,)) > 0.5]
    values = values[np.isfinite(values)]
    if values.size < 100:
        raise NoPicture("too few draws have a value")
    return values


def _histogram(values: Array, low: float, high: float) -> tuple[list[float], list[float]]:
    import numpy as np

    if low == high:
        low, high = low - 0.5, high + 0.5
    heights, edges = np.histogram(values, bins=_BARS, range=(low, high))
    shares = heights / (len(values) * (edges[1] - edges[0]))
    return shares.tolist(), edges.tolist()


def _average_picture(model: Model, function: Node, average: int) -> Picture:
    """The standardized mean of copies, and the standard normal density."""
    import numpy as np

    count = 40_000
    values = _drawn(model, function, None, min(count * average, 4_000_000), 3)
    rows = len(values) // average
    means = values[: rows * average].reshape(rows, average).mean(axis=1)
    spread = values.std() / math.sqrt(average)
    if not spread > 0:
        raise NoPicture("the value never varies")
    standard = (means - values.mean()) / spread
    heights, edges = _histogram(standard, -4.0, 4.0)
    x = np.linspace(-4, 4, _POINTS)
    normal = np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    curve = Curve(("standard normal density",), x.tolist(), normal.tolist())
    bars = Bars((f"mean of {average} copies, standardized",), edges[:-1], edges[1:], heights)
    return Picture(
        ("the central limit theorem: ", function),
        "standard deviations from the mean",
        "density",
        (-4.0, 4.0),
        (0.0, 1.08 * max(*heights, 0.4)),
        curves=(curve,),
        bars=(bars,),
    )


def event_picture(model: Model, event: Node) -> Picture:
    """The density of the one variable of an event, shaded where it happens. Raises NoPicture."""
    import numpy as np

    from dlmath.maths.probability.distribution import Distribution
    from dlmath.maths.probability.numeric_means import indicator, values_at

    needed = model.needed(event)
    if len(needed) != 1 or not isinstance(needed[0].distribution, Distribution):
        raise NoPicture("the event holds several variables")
    if model.parameters(event):
        raise NoPicture("the parameters have no numbers")
    name, chosen = needed[0].name, needed[0].distribution
    if chosen.family.discrete:
        return _discrete_event(chosen, name, event)
    left, right = window(chosen)
    x = np.linspace(left, right, _POINTS)
    y = densities(chosen, x.tolist())
    holds = values_at(indicator(event), {name: x}, x.shape) > 0.5
    areas = []
    start = None
    for place in range(len(x) + 1):
        inside = place < len(x) and bool(holds[place])
        if inside and start is None:
            start = place
        elif not inside and start is not None:
            part = slice(start, place)
            areas.append(Area(("probability",), x[part].tolist(), y[part]))
            start = None
    finite = sorted(value for value in y if math.isfinite(value))
    top = finite[int(0.99 * (len(finite) - 1))]
    return Picture(
        ("where ", event),
        name,
        "density",
        (left, right),
        (0.0, 1.1 * top),
        curves=(Curve(("density",), x.tolist(), y),),
        areas=tuple(areas),
    )


def _discrete_event(chosen: Any, name: str, event: Node) -> Picture:
    """Bars of the outcomes, those of the event apart."""
    import numpy as np

    from dlmath.maths.probability.numeric import quantile
    from dlmath.maths.probability.numeric_means import indicator, values_at

    first, last = (math.floor(quantile(chosen, share)) for share in (1e-4, 1 - 1e-4))
    if last - first > 400:
        raise NoPicture("there are too many outcomes for a picture of them")
    outcomes = np.arange(first, last + 1, dtype=float)
    heights = np.array(densities(chosen, outcomes.tolist()))
    holds = values_at(indicator(event), {name: outcomes}, outcomes.shape) > 0.5
    bars = tuple(
        Bars(
            (label,),
            (outcomes[part] - 0.4).tolist(),
            (outcomes[part] + 0.4).tolist(),
            heights[part].tolist(),
        )
        for label, part in (("in the event", holds), ("other outcomes", ~holds))
        if part.any()
    )
    return Picture(
        ("where ", event),
        name,
        "probability",
        (first - 0.6, last + 0.6),
        (0.0, 1.08 * float(heights.max())),
        bars=bars,
    )
