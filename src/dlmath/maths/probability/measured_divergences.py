"""Divergences as numbers: quadrature or sums of a function of both densities."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dlmath.expression.graph import INFINITY, Node
from dlmath.expression.numbers import evaluate, to_float
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.numeric import as_density

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlmath.checks.density import Density

    Array = NDArray[Any]


def measured_divergence(p: Distribution, q: Distribution, kind: str) -> tuple[float, float]:
    """Value and error by quadrature or sums; nan where it does not settle."""
    first, second = as_density(p), as_density(q)
    if kind == "wasserstein":
        return _transport(p, q)
    if kind == "tv" and not p.family.discrete:
        return _overhang(p, q)
    pairs = [(first, second), (second, first)] if kind == "js" else [(first, second)]
    found = [_compared(one, two, INTEGRANDS[kind]) for one, two in pairs]
    if not all(math.isfinite(value) for value, _ in found) and not p.family.discrete:
        # A kink of one density inside the other is found by adaptive quadrature.
        sources = [(p, q), (q, p)] if kind == "js" else [(p, q)]
        found = [_by_pieces(one, two, INTEGRANDS[kind]) for one, two in sources]
    value = sum(value for value, _ in found) / len(found)
    error = sum(error for _, error in found) / len(found)
    if kind == "hellinger":
        distance = math.sqrt(max(0.0, 1 - value))
        return distance, error / max(distance, math.sqrt(error) or 1.0)
    return value, error


def _by_pieces(
    p: Distribution, q: Distribution, function: Callable[[Any, Any], Any]
) -> tuple[float, float]:
    from dlmath.maths.probability.numeric import log_density_function

    first, second = log_density_function(p), log_density_function(q)

    def weighted(x: float) -> float:
        log = first(x)
        return float(math.exp(log) * function(log, second(x))) if log > -math.inf else 0.0

    value, error = _adaptive(weighted, p, q, _TAIL)
    ends = _ends(p, q, _TAIL)
    rest = max(abs(weighted(end)) for end in ends) * (ends[1] - ends[0])
    error += rest
    settled = math.isfinite(value) and error <= 1e-5 * (1 + abs(value))
    return (value, error) if settled else (math.nan, math.inf)


def mean_of_logarithm(density: Density, function: Callable[[Array], Array]) -> tuple[float, float]:
    """The mean of a function of the logarithm of the density."""
    return _settled(density, lambda _, log: function(log))


def _compared(
    first: Density, second: Density, function: Callable[[Array, Array], Array]
) -> tuple[float, float]:
    """The mean under the first density of a function of both logarithms."""
    import numpy as np

    centre, low, high = (
        float(to_float(evaluate(node))) for node in (first.centre, second.low, second.high)
    )

    def of_both(z: Array, log: Array, other: Array) -> Array:
        x = centre + z
        inside = (x >= low) & (x <= high) & ~np.isnan(other)
        return function(log, np.where(inside, other, -np.inf))

    return _settled(first, of_both, second.log_density)


def _settled(density: Density, function: Callable[..., Array], *also: Node) -> tuple[float, float]:
    """A mean under the density and its error; nan where it does not settle."""
    import numpy as np

    from dlmath.checks.density import expectation

    def kept(z: Array, log: Array, *others: Array) -> Array:
        values = function(z, log, *others)
        return np.where(log > -np.inf, values, 0.0)

    found = expectation(density, kept, also=also)
    if found.error > 1e-5 * (1 + abs(found.value)) or not math.isfinite(found.value):
        return math.nan, math.inf
    return found.value, max(found.error, 1e-15 * found.size)


def _to_mixture(own: Array, other: Array) -> Array:
    """log(p/((p + q)/2)) from log p and log q."""
    import numpy as np

    apart: Array = math.log(2) - np.logaddexp(0.0, other - own)
    return apart


def _one_less(ratio: Array) -> Array:
    import numpy as np

    less: Array = np.maximum(0.0, -np.expm1(ratio))
    return less


def _half_exp(ratio: Array) -> Array:
    import numpy as np

    root: Array = np.exp(ratio / 2)
    return root


#: What is averaged under the first distribution, of the logarithms of both densities.
INTEGRANDS: dict[str, Callable[[Any, Any], Any]] = {
    "kl": lambda log, other: log - other,
    "js": _to_mixture,
    "tv": lambda log, other: _one_less(other - log),
    "hellinger": lambda log, other: _half_exp(other - log),
}


def _overhang(p: Distribution, q: Distribution) -> tuple[float, float]:
    """Half the integral of |p - q|; adaptive quadrature finds the places where they cross."""
    from dlmath.maths.probability.numeric import density_function

    first, second = density_function(p), density_function(q)
    value, error = _adaptive(lambda x: abs(first(x) - second(x)) / 2, p, q, 1e-10)
    return value, error + 2e-10


def _transport(p: Distribution, q: Distribution) -> tuple[float, float]:
    """The integral, or sum, of |F - G|, between quantiles beyond which nothing counts."""
    from dlmath.maths.probability.numeric import cumulative

    for source in (p, q):
        mean = source.known("mean")
        if not mean.exists or mean.value is INFINITY:
            return math.nan, math.inf
    if p.family.discrete:
        first, last = (int(end) for end in _ends(p, q, _TAIL))
        if last - first > 100_000:
            return math.nan, math.inf
        gaps = (abs(cumulative(p, k) - cumulative(q, k)) for k in range(first, last + 1))
        return sum(gaps), _TAIL * (last - first + 1)
    low, high = _ends(p, q, _TAIL)
    value, error = _adaptive(lambda x: abs(cumulative(p, x) - cumulative(q, x)), p, q, _TAIL)
    return value, error + _TAIL * (high - low)


#: What is left out on each side.
_TAIL = 1e-12


def _ends(p: Distribution, q: Distribution, tail: float) -> tuple[float, float]:
    from dlmath.maths.probability.numeric import quantile

    ends = [quantile(source, t) for source in (p, q) for t in (tail, 1 - tail)]
    return min(ends), max(ends)


def _adaptive(
    function: Callable[[float], float], p: Distribution, q: Distribution, tail: float
) -> tuple[float, float]:
    """The integral between quantiles, cut at others."""
    from scipy.integrate import quad

    from dlmath.maths.probability.numeric import quantile

    low, high = _ends(p, q, tail)
    shares = (1e-6, 1e-3, 0.05, 0.25, 0.5, 0.75, 0.95, 1 - 1e-3, 1 - 1e-6)
    inner = sorted(quantile(source, t) for source in (p, q) for t in shares)
    value = error = 0.0
    for a, b in pairwise([low, *inner, high]):
        if a < b:
            part, off, *_ = quad(function, a, b, limit=200, epsrel=1e-11, full_output=1)
            value, error = value + part, error + off
    return value, error
