"""Why a solution ends before the end of the interval: blow-up, or no value, and where."""

from __future__ import annotations

from typing import Any, NamedTuple

from dlmath.expression.compile import compile_function
from dlmath.expression.graph import free_symbols, topological
from dlmath.maths.equations.numeric.run import Run
from dlmath.maths.equations.numeric.system import Array, System

#: Growth of the solution that makes an end a blow-up.
_GROWN = 1e5
#: Powers of the distance to the end that count as growth.
_SLOWEST = -0.08


class Ending(NamedTuple):
    """kind: `blow-up` (the solution grows without bound), `infinite slope`, `no value`, `singular`.

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
    if second == tight.x[-1]:
        error += _still_to_go(tight)
    sizes = numpy.abs(tight.s[:, list(system.leading)]).max(axis=1)
    rates = numpy.array([_size(system.rate(x, s)) for x, s in zip(tight.x, tight.s, strict=True)])
    rates = numpy.where(numpy.isfinite(rates), rates, numpy.inf)
    grows = sizes[-1] > _GROWN * max(1.0, sizes[0]) or _like_a_power(tight, sizes)
    if grows or _logarithmic(tight, sizes, rates):
        return Ending("blow-up", second, error)
    steep = rates[-1] > _GROWN * max(1.0, float(numpy.median(rates[: max(1, len(rates) // 2)])))
    if steep or _goes_on(system, tight, second):
        return Ending("infinite slope", second, error)
    return Ending("no value", second, error)


def _goes_on(system: System, run: Run, place: float) -> bool:
    """Has the right side values beyond the place?"""
    import numpy

    beyond = place + 1e-6 * (place - run.x[0])
    return bool(numpy.all(numpy.isfinite(system.rate(float(beyond), run.s[-1]))))


def singular_place(system: System, run: Run) -> Ending | None:
    """Where a denominator changes its sign on the way, and the equation is singular there.

    The stepper may jump over such a place, but what lies beyond is not determined by the start.
    """
    import numpy

    if system.right is None or run.dense is None:
        return None
    bases = {
        part.args[0]
        for node in system.right
        for part in topological(node)
        if part.op == "pow" and part.args[1].op == "number" and part.args[1].number < 0
    }
    bases = {base for base in bases if free_symbols(base)}
    if not bases:
        return None
    run_bases = compile_function(list(bases), [system.variable, *system.states], arrays=True)
    first: float | None = None
    values = run_bases(run.x, *run.s.T)
    for k, found in enumerate(values):
        heights = numpy.broadcast_to(numpy.asarray(found, dtype=float), run.x.shape)
        for j in numpy.flatnonzero(heights[:-1] * heights[1:] < 0):
            place = _crossing(run_bases, k, run, float(run.x[j]), float(run.x[j + 1]))
            nearer = first is None or abs(place - run.x[0]) < abs(first - run.x[0])
            if nearer and _is_singular(system, run, place):
                first = place
            break
    return None if first is None else Ending("singular", first, 1e-12 * max(1.0, abs(first)))


def _crossing(bases: Any, k: int, run: Run, left: float, right: float) -> float:
    from scipy.optimize import brentq

    def height(x: float) -> float:
        return float(bases(x, *run.dense(x))[k])

    try:
        return float(brentq(height, left, right, xtol=1e-14, rtol=1e-14))
    except ValueError:
        return (left + right) / 2


def _is_singular(system: System, run: Run, place: float) -> bool:
    """Do the right side or its derivatives grow as the place comes near?"""
    import numpy

    sizes = []
    with numpy.errstate(all="ignore"):
        for distance in (1e-4, 1e-6):
            x = place - distance * (place - run.x[0])
            s = run.dense(x)
            size = _size(system.rate(x, s))
            if system.jacobian is not None:
                size = max(size, _size(system.jacobian(x, s)))
            sizes.append(size)
    return not sizes[1] < 5 * sizes[0]


def _still_to_go(run: Run) -> float:
    """How far steps that shrink by a factor would come together."""
    import numpy

    steps = numpy.abs(numpy.diff(run.x[-22:]))
    if len(steps) < 20 or not numpy.all(steps > 0):
        return 0.0
    factor = float((steps[-1] / steps[0]) ** (1 / (len(steps) - 1)))
    return float(steps[-1] * factor / (1 - factor)) if factor < 0.9999 else float(steps.sum())


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
