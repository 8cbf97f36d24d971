"""Why a solution ends before the end of the interval: blow-up, or no value, and where."""

from __future__ import annotations

from typing import NamedTuple

from dlmath.maths.equations.numeric.run import Run
from dlmath.maths.equations.numeric.system import Array, System

#: Growth of the solution that makes an end a blow-up.
_GROWN = 1e5
#: Powers of the distance to the end that count as growth.
_SLOWEST = -0.08


class Ending(NamedTuple):
    """kind: `blow-up` (the solution grows without bound), `infinite slope`, `no value`.

    place: where; error: how far off it may be, from two tolerances.
    """

    kind: str
    place: float
    error: float


def ending(system: System, loose: Run, tight: Run) -> Ending:
    """What happens where the runs got stuck."""
    import numpy

    first, second = _place(system, loose), _place(system, tight)
    last_step = abs(tight.x[-1] - tight.x[-2]) if len(tight.x) > 1 else 0.0
    error = abs(first - second) + float(last_step) + 4e-16 * abs(second)
    sizes = numpy.abs(tight.s[:, list(system.leading)]).max(axis=1)
    rates = numpy.array([_size(system.rate(x, s)) for x, s in zip(tight.x, tight.s, strict=True)])
    rates = numpy.where(numpy.isfinite(rates), rates, numpy.inf)
    grows = sizes[-1] > _GROWN * max(1.0, sizes[0]) or _like_a_power(tight, sizes)
    if grows or _logarithmic(tight, sizes, rates):
        return Ending("blow-up", second, error)
    if rates[-1] > _GROWN * max(1.0, float(numpy.median(rates[: max(1, len(rates) // 2)]))):
        return Ending("infinite slope", second, error)
    return Ending("no value", second, error)


def _size(values: Array) -> float:
    import numpy

    return float(numpy.abs(values).max())


def _like_a_power(run: Run, sizes: Array) -> bool:
    """Does the solution grow like (T - x)^(-p), however slowly? By logarithms of both."""
    import numpy

    if len(sizes) < 60 or sizes[-1] <= sizes[-50]:
        return False
    left = numpy.abs(run.x[-1] - run.x[-50:-20])
    if not numpy.all(left > 0) or left[-1] > 1e-2 * left[0]:
        return False
    power, _ = numpy.polyfit(numpy.log(left), numpy.log(sizes[-50:-20]), 1)
    return float(power) < _SLOWEST


def _logarithmic(run: Run, sizes: Array, rates: Array) -> bool:
    """Does the solution grow like -log(T - x)? Then its rate times the distance is a constant."""
    import numpy

    grown, speed = sizes, rates
    if len(grown) < 60 or speed[-1] < 1e8:
        return False
    # Steps shrink like T - x: the last place is near T as seen from these.
    left = numpy.abs(run.x[-1] - run.x[-50:-25])
    product = left * speed[-50:-25]
    near = bool(numpy.all(left > 0)) and bool(numpy.all(numpy.diff(grown[-50:]) > 0))
    return near and float(product.max()) < 1.3 * float(product.min())


def _place(system: System, run: Run) -> float:
    """Where the solution ends: where y/y' reaches zero on its way, by a line through it.

    Near x = T the solution is like (T - x)^(-p), so y/y' is (T - x)/p, a straight line.
    """
    import numpy

    end = float(run.x[-1])
    if len(run.x) < 8:
        return end
    k = int(numpy.argmax(numpy.abs(run.s[-1])))
    size = numpy.abs(run.s[:, k])
    if size[-1] < _GROWN * max(1.0, size[0]):
        return end
    # Far enough from the end that rounding of T - x does not matter.
    left = numpy.abs(end - run.x)
    near = numpy.flatnonzero((left > 1e-9 * max(abs(end), 1e-3)) & (size > 1e2 * max(1.0, size[0])))
    near = near[-6:]
    if len(near) < 2:
        return end
    rates = numpy.array([system.rate(run.x[j], run.s[j])[k] for j in near])
    quotient = run.s[near, k] / rates
    if not numpy.all(numpy.isfinite(quotient)):
        return end
    slope, _ = numpy.polyfit(run.x[near], quotient, 1)
    if slope == 0:
        return end
    j = near[-1]
    estimate = float(run.x[j] - quotient[-1] / slope)
    return estimate if abs(estimate - end) < 1e-3 * max(abs(end), abs(end - run.x[0])) else end
