"""Pictures of distributions: the density, or the probabilities, with a part of them shaded."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.probability.family import OUTCOME
from dlmath.maths.probability.numeric import as_density, quantile, support
from dlmath.maths.probability.summary import describe_sentence
from dlmath.picture import DOTS, Area, Bars, Contour, Curve, Picture, Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlmath.expression.graph import Node
    from dlmath.maths.probability.distribution import Distribution
    from dlmath.maths.probability.joint import Joint

    Array = NDArray[Any]

#: The window leaves this probability out on each side, where the support does not end.
_LEFT_OUT = 1e-3

_POINTS = 801
_BARS_MOST = 400


def distribution_picture(
    distribution: Distribution, low: float | None = None, high: float | None = None
) -> Picture:
    """The density or probabilities; what lies from low to high is shaded. Raises NoPicture."""
    missing = sorted(distribution.symbols())
    if missing:
        example = ",".join(f"{name}=1" for name in missing)
        raise NoPicture(f"{', '.join(missing)} has no value; give some with --at {example}")
    title = describe_sentence(distribution)
    if distribution.family.discrete:
        return _bars(distribution, title, low, high)
    return _curve(distribution, title, low, high)


def window(distribution: Distribution) -> tuple[float, float]:
    """What is worth showing of the support."""
    left, right = quantile(distribution, _LEFT_OUT), quantile(distribution, 1 - _LEFT_OUT)
    density = as_density(distribution)
    low, high = support(distribution)
    width = right - left
    if not math.isfinite(width) or width > 40 * density.spread:
        left, right = quantile(distribution, 0.02), quantile(distribution, 0.98)
        width = right - left
    margin = 0.05 * width
    if math.isfinite(low) and low > left - 2 * width:
        left = low
    if math.isfinite(high) and high < right + 2 * width:
        right = high
    return left - margin, right + margin


def densities(distribution: Distribution, x: Sequence[float]) -> list[float]:
    """The density at many places, 0 outside the support."""
    import numpy as np

    from dlmath.expression.numbers import evaluate_many

    density = as_density(distribution)
    places = np.asarray(x, dtype=float)
    with np.errstate(all="ignore"):
        logarithm = evaluate_many(density.log_density, {OUTCOME: places})
        values = np.exp(np.broadcast_to(np.asarray(logarithm, dtype=float), places.shape))
    low, high = support(distribution)
    inside = (places >= low) & (places <= high)
    return [float(v) for v in np.where(inside, values, 0.0)]


def _curve(
    distribution: Distribution, title: Words, low: float | None, high: float | None
) -> Picture:
    left, right = window(distribution)
    x = [left + (right - left) * step / (_POINTS - 1) for step in range(_POINTS)]
    y = densities(distribution, x)
    finite = sorted(value for value in y if math.isfinite(value))
    if not finite:
        raise NoPicture("the density has no values to draw")
    top = finite[-1]
    usual = finite[int(0.98 * (len(finite) - 1))]
    if top > 8 * usual > 0:  # an infinite density at an end
        top = 3 * usual
    areas: tuple[Area, ...] = ()
    if low is not None and high is not None:
        kept = [(a, b) for a, b in zip(x, y, strict=True) if low <= a <= high]
        if kept:
            areas = (Area(("probability",), [a for a, _ in kept], [b for _, b in kept]),)
    return Picture(
        title,
        "x",
        "density",
        (left, right),
        (0.0, 1.05 * top),
        curves=(Curve(("density",), x, y),),
        areas=areas,
    )


def _bars(
    distribution: Distribution, title: Words, low: float | None, high: float | None
) -> Picture:
    least, greatest = support(distribution)
    first = max(least, quantile(distribution, _LEFT_OUT))
    last = min(greatest, quantile(distribution, 1 - _LEFT_OUT))
    if last - first > _BARS_MOST:
        raise NoPicture("there are too many outcomes for a picture of them")
    outcomes = [float(k) for k in range(math.floor(first), math.floor(last) + 1)]
    heights = densities(distribution, outcomes)
    groups: list[tuple[str, list[int]]] = [("probability", list(range(len(outcomes))))]
    if low is not None and high is not None:
        inside = [place for place, k in enumerate(outcomes) if low <= k <= high]
        outside = [place for place in groups[0][1] if place not in set(inside)]
        groups = [("asked for", inside), ("other outcomes", outside)]
    bars = tuple(
        Bars(
            (name,),
            [outcomes[place] - 0.4 for place in places],
            [outcomes[place] + 0.4 for place in places],
            [heights[place] for place in places],
        )
        for name, places in groups
        if places
    )
    return Picture(
        title,
        "x",
        "probability",
        (outcomes[0] - 0.6, outcomes[-1] + 0.6),
        (0.0, 1.05 * max(heights)),
        bars=bars,
    )


def several_densities(distributions: Mapping[str, Distribution], title: Words) -> Picture:
    """The densities of several distributions, each with its name. Raises NoPicture."""
    for distribution in distributions.values():
        if distribution.symbols():
            raise NoPicture("the parameters have no numbers")
        if distribution.family.discrete:
            raise NoPicture("outcomes are whole numbers")
    windows = [window(distribution) for distribution in distributions.values()]
    left, right = min(low for low, _ in windows), max(high for _, high in windows)
    narrow = min(high - low for low, high in windows)
    middle = next(low + high for low, high in windows if high - low == narrow) / 2
    if right - left > 12 * narrow:
        left, right = max(left, middle - 6 * narrow), min(right, middle + 6 * narrow)
    x = [left + (right - left) * step / (_POINTS - 1) for step in range(_POINTS)]
    curves = tuple(
        Curve((name,), x, densities(distribution, x))
        for name, distribution in distributions.items()
    )
    top = max(max(y for y in curve.y if math.isfinite(y)) for curve in curves)
    return Picture(title, "x", "density", (left, right), (0.0, 1.05 * top), curves=curves)


def hypotheses_picture(prior: Mapping[str, Node], posterior: Mapping[str, Node]) -> Picture:
    """Bars of the probabilities of hypotheses before and after. Raises NoPicture."""
    from dlmath.maths.pictures.draw import real_number

    pairs = [(real_number(prior[name]), real_number(posterior[name])) for name in prior]
    names = tuple(prior)
    groups = [
        Bars(
            (label,),
            [place + shift for place in range(len(names))],
            [place + shift + 0.35 for place in range(len(names))],
            [pair[which] for pair in pairs],
            names if which == 0 else (),
        )
        for which, (label, shift) in enumerate((("prior", -0.38), ("posterior", 0.03)))
    ]
    top = max(max(pair) for pair in pairs)
    return Picture(
        ("before and after the evidence",),
        "",
        "probability",
        (-0.6, len(names) - 0.4),
        (0.0, 1.05 * top),
        bars=tuple(groups),
    )


def fitted_picture(x: Array, fitted: Mapping[str, Distribution], name: str) -> Picture:
    """A histogram of data, shape (n,), as a density, with fitted densities. Raises NoPicture."""
    import numpy as np

    first = next(iter(fitted.values()))
    if first.family.discrete:
        return _fitted_bars(x, fitted, name)
    edges = np.histogram_bin_edges(x, bins="auto" if len(x) < 10_000 else 60)
    if len(edges) > 81:
        edges = np.linspace(edges[0], edges[-1], 61)
    heights, edges = np.histogram(x, bins=edges, density=True)
    margin = 0.08 * (edges[-1] - edges[0]) or 1.0
    left, right = float(edges[0] - margin), float(edges[-1] + margin)
    places = [left + (right - left) * step / (_POINTS - 1) for step in range(_POINTS)]
    curves = tuple(
        Curve((family,), places, densities(distribution, places))
        for family, distribution in fitted.items()
    )
    top = max(float(heights.max()), *(_usual(curve.y) for curve in curves))
    bars = Bars(("data",), edges[:-1].tolist(), edges[1:].tolist(), heights.tolist())
    title = (f"{name}: {len(x)} values and what was fitted",)
    return Picture(
        title, name, "density", (left, right), (0.0, 1.05 * top), curves=curves, bars=(bars,)
    )


def _usual(heights: Sequence[float]) -> float:
    """The height but for a pole."""
    finite = sorted(value for value in heights if math.isfinite(value))
    return finite[int(0.99 * (len(finite) - 1))] if finite else 0.0


def _fitted_bars(x: Array, fitted: Mapping[str, Distribution], name: str) -> Picture:
    import numpy as np

    low, high = int(x.min()), int(x.max())
    if high - low > _BARS_MOST:
        raise NoPicture("there are too many outcomes for a picture of them")
    shares = np.bincount((x - low).astype(int), minlength=high - low + 1) / len(x)
    outcomes = [float(k) for k in range(low, high + 1)]
    curves = tuple(
        Curve((family,), outcomes, densities(distribution, outcomes), DOTS)
        for family, distribution in fitted.items()
    )
    bars = Bars(
        ("data",), [k - 0.4 for k in outcomes], [k + 0.4 for k in outcomes], shares.tolist()
    )
    top = max(float(shares.max()), *(max(curve.y) for curve in curves))
    title = (f"{name}: {len(x)} values and what was fitted",)
    return Picture(
        title,
        name,
        "probability",
        (low - 0.6, high + 0.6),
        (0.0, 1.05 * top),
        curves=curves,
        bars=(bars,),
    )


def shares_picture(name: str, shares: Mapping[str, float]) -> Picture:
    """The share of each class as a bar."""
    places = range(len(shares))
    bars = Bars(
        ("share",),
        [place - 0.4 for place in places],
        [place + 0.4 for place in places],
        list(shares.values()),
        tuple(shares),
    )
    return Picture(
        (f"{name}: shares of the classes",),
        "",
        "share",
        (-0.6, len(shares) - 0.4),
        (0.0, 1.05 * max(shares.values())),
        bars=(bars,),
    )


#: Columns and rows of the grid of a joint density.
_GRID = 81

#: Lines hold these parts of the probability of two normal variables, the outermost first.
_PARTS = (0.99, 0.95, 0.8, 0.5, 0.2)


def joint_picture(joint: Joint) -> Picture:
    """Two normal variables as level lines, classes as bars. Raises NoPicture for others."""
    import numpy as np

    from dlmath.expression.numbers import evaluate_many
    from dlmath.maths.pictures.contours import level_line
    from dlmath.maths.probability.joint import outcomes

    if missing := sorted(joint.symbols()):
        example = ",".join(f"{name}=0.5" for name in missing)
        raise NoPicture(f"{', '.join(missing)} has no value; give some with --at {example}")
    if joint.name == "categorical":
        classes = enumerate(joint.parameters["probabilities"].args)
        return shares_picture("categorical", {str(k): _number(share) for k, share in classes})
    if joint.name != "multivariate_normal" or joint.dimension != 2:
        raise NoPicture("a picture is drawn of two normal variables, or of classes")
    ranges = []
    for place in range(2):
        middle = _number(joint.mean.args[place])
        reach = 3.4 * math.sqrt(_number(joint.covariance.args[place].args[place]))
        ranges.append((middle - reach, middle + reach))
    x, y = (np.linspace(low, high, _GRID) for low, high in ranges)
    across, up = np.meshgrid(x, y)
    names = [node.name for node in outcomes(joint)]
    z = np.array(
        evaluate_many(joint.density(outcomes(joint)), dict(zip(names, (across, up), strict=True)))
    )
    top = _number(joint.density(joint.mean.args))
    levels = [top * (1 - part) for part in _PARTS]
    lines = tuple(level_line(x, y, z, level) for level in levels)
    held = ", ".join(f"{part:.0%}" for part in _PARTS)
    return Picture(
        (f"two normal variables: the lines hold {held} of the probability",),
        names[0],
        names[1],
        ranges[0],
        ranges[1],
        contour=Contour(x.tolist(), y.tolist(), z.tolist(), levels, lines),
    )


def _number(node: Node) -> float:
    from dlmath.expression.numbers import evaluate, to_float

    value = to_float(evaluate(node))
    assert isinstance(value, (int, float))
    return float(value)
