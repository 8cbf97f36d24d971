"""Claims of a distribution held against its density: quadrature, or sums over whole numbers.

The integral is cut at a point inside. From there each side is carried to the whole line by an
exponential (x = c + s*exp(u); between two ends, a logistic curve), where the trapezoidal rule
converges quickly (L. N. Trefethen and J. A. C. Weideman, "The Exponentially Convergent Trapezoidal
Rule", SIAM Review 56, 2014). Twice the step must give the same, or nothing is said.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.expression.graph import HALF, ZERO, Node, add, mul, number, substitute, symbol

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Array = NDArray[numpy.float64]

#: How near a claim must come, relative to its size or to what its terms add up to.
_NEAR = 1e-6

#: How well two steps must agree to be believed.
_SETTLED = 1e-8

#: The line is followed so far towards a finite end, and away from it.
_IN, _OUT, _STEP = 400.0, 120.0, 1 / 32
_MOST_TERMS = 400_000


class Density(NamedTuple):
    """A density or the probabilities of whole numbers, without variables but the outcome.

    log_density, density: functions of `variable`. low, high: ends of the support. centre: inside
    it, near most of the probability. spread: how wide that is.
    """

    log_density: Node
    density: Node
    variable: str
    low: Node
    high: Node
    centre: Node
    spread: float
    discrete: bool = False


class Measured(NamedTuple):
    """An integral or sum, what the sizes of its terms add up to, and whether it has settled.

    error: an estimate of what it may be off by.
    """

    value: float
    size: float
    settled: bool
    error: float = 0.0


#: A function of the distance from the centre, of the logarithm of the density, and of what else
#: was to be evaluated.
Function = Callable[..., "Array"]


def expectation(
    density: Density,
    function: Function,
    *,
    from_: Node | None = None,
    to: Node | None = None,
    also: Sequence[Node] = (),
) -> Measured:
    """The mean of a function over a part of the support, both ends included.

    also: expressions in the variable of the density, whose values the function gets too.
    """
    low, high = density.low, density.high
    if from_ is not None and _float(from_) > _float(low):
        low = from_
    if to is not None and _float(to) < _float(high):
        high = to
    a, b, c = _float(low), _float(high), _float(density.centre)
    if a > b or (a == b and not density.discrete):
        return Measured(0.0, 0.0, settled=True)
    if density.discrete:
        return _sum(density, function, a, b, also)
    if _is_extreme(c, density.spread):
        return Measured(math.nan, math.inf, settled=False, error=math.inf)
    centre = low if c <= a else high if c >= b else density.centre
    if not a < c < b and math.isfinite(b - a):  # both ends may be singular
        centre = mul(HALF, add(low, high))
    parts = []
    if _float(centre) > a:
        parts.append(_side(density, function, low, centre, 1.0, also))
    if _float(centre) < b:
        parts.append(_side(density, function, high, centre, -1.0, also))
    return Measured(
        sum(part.value for part in parts),
        sum(part.size for part in parts),
        all(part.settled for part in parts),
        sum(part.error for part in parts),
    )


def _is_extreme(centre: float, spread: float) -> bool:
    """Are the numbers so large or small that their powers leave binary64?

    Each value would then be computed by hand, with hundreds of digits.
    """
    return abs(centre) > _EXTREME or not 1 / _EXTREME < spread < _EXTREME


_EXTREME = 1e100


def _float(node: Node) -> float:
    from dlmath.expression.numbers import evaluate, to_float

    value = to_float(evaluate(node))
    return float(value) if isinstance(value, (int, float)) else math.nan


def _side(
    density: Density,
    function: Function,
    end: Node,
    centre: Node,
    sign: float,
    also: Sequence[Node],
) -> Measured:
    """From one end to the centre; sign: 1 where the end is the lower one.

    Outcomes are counted from a finite end, so that the density is exact beside it.
    """
    import numpy as np

    width = abs(_float(centre) - _float(end))
    finite = math.isfinite(width)
    u = np.arange(-_IN, (_IN if finite else _OUT) + _STEP / 2, _STEP)
    with np.errstate(all="ignore"):
        if finite:
            z = sign * width / (1 + np.exp(-u))
            slope = width / (2 + np.exp(-u) + np.exp(u))
        else:  # from the centre outwards
            slope = density.spread * np.exp(u)
            z = -sign * slope
        values = _values(density, function, end if finite else centre, z, also)
        terms = np.where(np.isfinite(slope) & (slope > 0), values * slope, 0.0)
    if not np.isfinite(terms).all():
        return Measured(math.nan, math.inf, settled=False, error=math.inf)
    fine, coarse = float(terms.sum()) * _STEP, float(terms[::2].sum()) * 2 * _STEP
    sizes = np.abs(terms)
    size = float(sizes.sum()) * _STEP
    rest = _tail(float(sizes[0]), float(sizes[1])) + _tail(float(sizes[-1]), float(sizes[-2]))
    unsure = abs(fine - coarse) + rest * _STEP
    return Measured(fine, size, unsure <= _SETTLED * max(size, 1e-300), unsure)


def _tail(last: float, before: float) -> float:
    """What is left out beyond the last term, if the terms go on falling as they do."""
    if last == 0:
        return 0.0
    return last / (1 - last / before) if last < before else math.inf


def _values(
    density: Density, function: Function, anchor: Node, z: Array, also: Sequence[Node]
) -> Array:
    """Weighted values of the function at anchor + z."""
    import numpy as np

    from dlmath.expression.numbers import evaluate_many
    from dlmath.expression.tidy import tidy

    place = {density.variable: add(anchor, symbol(density.variable))}

    def at(formula: Node) -> Array:
        found = evaluate_many(tidy(substitute(formula, place)), {density.variable: z})
        return np.broadcast_to(np.asarray(found, dtype=float), z.shape)

    logarithm = at(density.log_density)
    if np.isnan(logarithm).any():  # 0*log(0) where the probability is 0^0
        with np.errstate(all="ignore"):
            logarithm = np.where(np.isnan(logarithm), np.log(at(density.density)), logarithm)
    logarithm = np.where(np.isnan(logarithm), -np.inf, logarithm)
    offset = z + (_float(anchor) - _float(density.centre))
    with np.errstate(all="ignore"):
        weight = np.exp(logarithm)
        values = function(offset, logarithm, *map(at, also))
        return np.where(weight > 0, weight * values, 0.0)


def _sum(
    density: Density, function: Function, low: float, high: float, also: Sequence[Node]
) -> Measured:
    import numpy as np

    reach = 60 * density.spread + 200
    centre = _float(density.centre)
    first, last = math.ceil(max(low, centre - reach)), math.floor(min(high, centre + reach))
    if last - first > _MOST_TERMS:
        return Measured(math.nan, math.inf, settled=False, error=math.inf)
    if last < first:
        return Measured(0.0, 0.0, settled=True)
    outcomes = np.arange(first, last + 1, dtype=float)
    values = _values(density, function, ZERO, outcomes, also)
    size = float(np.abs(values).sum())
    cut = (first > low and abs(values[0]) > _SETTLED * size) or (
        last < high and abs(values[-1]) > _SETTLED * size
    )
    return Measured(float(values.sum()), size, settled=not cut and math.isfinite(size))


def moments(density: Density, wanted: Mapping[str, Any]) -> dict[str, Measured]:
    """Those of `total mean variance skewness kurtosis entropy` that are wanted."""
    import numpy as np

    found = {"total": expectation(density, lambda z, _: np.ones_like(z))}
    if "entropy" in wanted:
        found["entropy"] = expectation(density, lambda _, log: np.where(log > -np.inf, -log, 0.0))
    if not {"mean", "variance", "skewness", "kurtosis"} & set(wanted):
        return found
    mean = expectation(density, lambda z, _: z)
    centre = _float(density.centre)
    found["mean"] = mean._replace(value=centre + mean.value, size=abs(centre) + mean.size)
    if not {"variance", "skewness", "kurtosis"} & set(wanted):
        return found
    variance = expectation(density, lambda z, _: (z - mean.value) ** 2)
    found["variance"] = variance._replace(settled=variance.settled and mean.settled)
    width = math.sqrt(variance.value) if variance.value > 0 else math.nan
    for power, name in ((3, "skewness"), (4, "kurtosis")):
        if name in wanted:
            moment = expectation(density, _standardized(mean.value, width, power))
            settled = moment.settled and found["variance"].settled
            found[name] = moment._replace(settled=settled)
    return found


def _standardized(mean: float, width: float, power: int) -> Function:
    return lambda z, _: ((z - mean) / width) ** power


def check_moments(cases: Sequence[tuple[Density, Mapping[str, float]]]) -> Check:
    """Are the claimed total, mean, ... of each density those that quadrature finds?

    cases: densities with claims; one for given parameters, several where they were symbols.
    """
    name = "sums of the probabilities" if cases[0][0].discrete else "quadrature of the density"
    worst, agreed, open_ = 0.0, set[str](), set[str]()
    for density, claims in cases:
        measured = moments(density, claims)
        for what, claim in {"total": 1.0, **claims}.items():
            found = measured[what]
            if not found.settled or not math.isfinite(claim):
                open_.add(what)
                continue
            off = abs(found.value - claim) / max(abs(claim), found.size, 1e-9 * density.spread**2)
            if off > _NEAR:
                return Check(name, FAILED, f"the {what} is {found.value:.9g}, not {claim:.9g}")
            worst = max(worst, off)
            agreed.add(what)
    if not agreed:
        return Check(name, UNAVAILABLE, "the integrals do not settle")
    listed = ", ".join(what for what in _ORDER if what in agreed)
    detail = f"{listed} agree to {max(worst, 1e-16):.0e}"
    left = [what for what in _ORDER if what in open_ - agreed]
    return Check(name, PASSED, detail + (f"; not settled: {', '.join(left)}" if left else ""))


_ORDER = ("total", "mean", "variance", "skewness", "kurtosis", "entropy")


def check_probability(density: Density, high: Node, claimed: float) -> Check:
    """Is this the probability of at most so much?"""
    import numpy as np

    name = "sum of the probabilities" if density.discrete else "quadrature of the density"
    found = expectation(density, lambda z, _: np.ones_like(z), to=high)
    if not found.settled:
        return Check(name, UNAVAILABLE, "the integral does not settle")
    off = abs(found.value - claimed)
    verdict = PASSED if off <= _NEAR * max(claimed, 1e-4) else FAILED
    return Check(name, verdict, f"{found.value:.9g} against {claimed:.9g}")


def check_least(density: Density, outcome: int, probability: float) -> Check:
    """Is this the least whole number that is not exceeded with this probability?"""
    import numpy as np

    name = "sums of the probabilities"
    upto, below = (
        expectation(density, lambda z, _: np.ones_like(z), to=number(end))
        for end in (outcome, outcome - 1)
    )
    if not (upto.settled and below.settled):
        return Check(name, UNAVAILABLE, "the sums do not settle")
    slack = 1e-9
    fits = below.value < probability + slack and upto.value >= probability - slack
    detail = f"{upto.value:.9g} up to {outcome:g}, {below.value:.9g} below"
    return Check(name, PASSED if fits else FAILED, detail)
