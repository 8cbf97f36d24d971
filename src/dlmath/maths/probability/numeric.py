"""Distribution functions and quantiles as numbers, by scipy.special; samples, by numpy.

Where a family has a formula for them in the language, that is preferred by the commands; this is
for the others (the incomplete beta function, inverses) and for speed.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dlmath.checks.density import Density
from dlmath.errors import Unsolved
from dlmath.expression.graph import ZERO, Node, symbol
from dlmath.expression.numbers import evaluate, to_float
from dlmath.maths.probability.distribution import Distribution, exact
from dlmath.maths.probability.family import OUTCOME

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray

    Array = NDArray[Any]

_Function = Callable[[Any, Any, Mapping[str, float]], Any]


def parameters(distribution: Distribution) -> dict[str, float]:
    """The parameters as numbers. They must not hold symbols."""
    return {name: _number(value) for name, value in distribution.parameters.items()}


def _von_mises(s: Any, x: Any, p: Mapping[str, float]) -> Any:
    """The Fourier series of the density, integrated term by term.

    K. V. Mardia and P. E. Jupp, "Directional Statistics" (2000), section 3.5.4.
    """
    import numpy as np

    angles, kappa = np.asarray(x, dtype=float) - p["mu"], p["kappa"]
    order = np.arange(1, 40 + int(9 * math.sqrt(kappa)))
    weights = s.ive(order, kappa) / s.ive(0, kappa) / order / math.pi
    pieces = np.array_split(angles.ravel(), 1 + angles.size // 4096)  # to keep the memory small
    waves = [np.sin(np.multiply.outer(piece, order)) @ weights for piece in pieces]
    found = 0.5 + angles / (2 * math.pi) + np.concatenate(waves).reshape(angles.shape)
    return np.clip(found, 0.0, 1.0)


#: P(X <= x) with scipy.special (s).
_CDF: dict[str, _Function] = {
    "normal": lambda s, x, p: s.ndtr((x - p["mu"]) / p["sigma"]),
    "lognormal": lambda s, x, p: s.ndtr((math.log(x) - p["mu"]) / p["sigma"]),
    "gamma": lambda s, x, p: s.gammainc(p["alpha"], p["beta"] * x),
    "beta": lambda s, x, p: s.betainc(p["a"], p["b"], x),
    "student_t": lambda s, x, p: s.stdtr(p["nu"], (x - p["mu"]) / p["sigma"]),
    "chi_squared": lambda s, x, p: s.gammainc(p["nu"] / 2, x / 2),
    "f": lambda s, x, p: s.betainc(p["d1"] / 2, p["d2"] / 2, p["d1"] * x / (p["d1"] * x + p["d2"])),
    "von_mises": _von_mises,
    "half_normal": lambda s, x, p: s.erf(x / p["sigma"] / math.sqrt(2)),
    "inverse_gamma": lambda s, x, p: s.gammaincc(p["alpha"], p["beta"] / x),
    "binomial": lambda s, x, p: s.betainc(p["n"] - x, x + 1, 1 - p["p"]),
    "negative_binomial": lambda s, x, p: s.betainc(p["r"], x + 1, p["p"]),
    "poisson": lambda s, x, p: s.pdtr(x, p["mu"]),
}

#: The x with P(X <= x) = q.
_QUANTILE: dict[str, _Function] = {
    "normal": lambda s, q, p: p["mu"] + p["sigma"] * s.ndtri(q),
    "lognormal": lambda s, q, p: math.exp(p["mu"] + p["sigma"] * s.ndtri(q)),
    "gamma": lambda s, q, p: s.gammaincinv(p["alpha"], q) / p["beta"],
    "beta": lambda s, q, p: s.betaincinv(p["a"], p["b"], q),
    "student_t": lambda s, q, p: p["mu"] + p["sigma"] * s.stdtrit(p["nu"], q),
    "chi_squared": lambda s, q, p: 2 * s.gammaincinv(p["nu"] / 2, q),
    "f": lambda s, q, p: s.fdtri(p["d1"], p["d2"], q),
    "half_normal": lambda s, q, p: p["sigma"] * math.sqrt(2) * s.erfinv(q),
    "inverse_gamma": lambda s, q, p: p["beta"] / s.gammainccinv(p["alpha"], q),
}


def support(distribution: Distribution) -> tuple[float, float]:
    """The ends of the support as numbers."""
    low, high = distribution.support()
    return _number(low), _number(high)


def _number(node: Node) -> float:
    value = to_float(evaluate(node))
    return float(value) if isinstance(value, (int, float)) else math.nan


def cumulative(distribution: Distribution, x: float) -> float:
    """P(X <= x), for parameters that are numbers. Raises Unsolved."""
    low, high = support(distribution)
    if x < low:
        return 0.0
    if x >= high:
        return 1.0
    family = distribution.family
    at = float(math.floor(x)) if family.discrete else x
    if family.name in _CDF:
        from scipy import special

        return float(_CDF[family.name](special, at, parameters(distribution)))
    node = distribution.known("cdf", exact(at)).value
    return _number(node) if node is not None else _accumulated(distribution, at)


def cumulative_many(distribution: Distribution, x: Array) -> Array:
    """P(X <= x) at many places, shape (n,), of a continuous distribution. Raises Unsolved."""
    import numpy as np

    from dlmath.expression.numbers import evaluate_many

    name = distribution.family.name
    low, high = support(distribution)
    inside = (x > low) & (x < high)
    formula = distribution.known("cdf", symbol(OUTCOME)).value
    found = np.where(x >= high, 1.0, 0.0)
    if name in _CDF and name != "lognormal":
        from scipy import special

        found[inside] = _CDF[name](special, x[inside], parameters(distribution))
    elif formula is not None:
        with np.errstate(all="ignore"):
            found[inside] = evaluate_many(formula, {OUTCOME: x[inside]})
    else:
        found[inside] = [cumulative(distribution, float(v)) for v in x[inside]]
    return found


def _accumulated(distribution: Distribution, x: float) -> float:
    import numpy as np

    from dlmath.checks.density import expectation

    found = expectation(as_density(distribution), lambda z, _: np.ones_like(z), to=exact(x))
    if not found.settled:
        raise Unsolved(f"the distribution function of {distribution.family.name} does not settle")
    return found.value


def quantile(distribution: Distribution, probability: float) -> float:
    """The least x with P(X <= x) >= probability, for parameters that are numbers.

    probability: 0 to 1; the ends give the ends of the support. Raises Unsolved.
    """
    low, high = support(distribution)
    if probability <= 0 or probability >= 1:
        return low if probability <= 0 else high
    if distribution.family.discrete:
        return _whole_quantile(distribution, probability, low, high)
    if distribution.family.name in _QUANTILE:
        from scipy import special

        direct = _QUANTILE[distribution.family.name]
        return float(direct(special, probability, parameters(distribution)))
    node = distribution.known("quantile", exact(probability)).value
    if node is not None:
        return _number(node)
    from scipy.optimize import brentq

    return float(brentq(lambda x: cumulative(distribution, x) - probability, low, high, xtol=1e-13))


def _whole_quantile(
    distribution: Distribution, probability: float, low: float, high: float
) -> float:
    """By bisection between a whole number with too little below it and one with enough."""
    below, step = low - 1, 1.0
    above = low
    while cumulative(distribution, above) < probability:
        below, above = above, min(high, above + step)
        step *= 2
    while above - below > 1:
        middle = math.floor((below + above) / 2)
        if cumulative(distribution, middle) < probability:
            below = middle
        else:
            above = middle
    return above


def log_density_function(distribution: Distribution) -> Callable[[float], float]:
    """The logarithm of the density as a quick function of a float; -inf outside the support."""
    from dlmath.expression.compile import compile_function

    low, high = support(distribution)
    logarithm = compile_function([distribution.log_density(symbol(OUTCOME))], [OUTCOME])

    def log_density(x: float) -> float:
        if not low <= x <= high:
            return -math.inf
        try:
            return float(logarithm(x)[0])
        except (ArithmeticError, ValueError):
            return -math.inf

    return log_density


def density_function(distribution: Distribution) -> Callable[[float], float]:
    """The density as a quick function of a float; 0 outside the support."""
    logarithm = log_density_function(distribution)
    return lambda x: math.exp(logarithm(x))


def as_density(distribution: Distribution) -> Density:
    """The distribution as the checks take it. Its parameters must be numbers."""
    low, high = support(distribution)
    inside = [
        node
        for what in ("mode", "median", "mean")
        if (node := distribution.known(what).value) is not None
        and low <= _number(node) <= high
        and math.isfinite(_number(node))
    ]
    ends = distribution.support()
    centre = inside[0] if inside else ends[0] if math.isfinite(low) else ZERO
    variance = distribution.known("variance").value
    spread = math.sqrt(max(_number(variance), 0.0)) if variance is not None else math.inf
    if not math.isfinite(spread) or not spread:
        spread = _half_width(distribution, centre, high - low)
    x = symbol(OUTCOME)
    return Density(
        distribution.log_density(x),
        distribution.density(x),
        OUTCOME,
        *ends,
        centre,
        spread,
        discrete=distribution.family.discrete,
    )


def _half_width(distribution: Distribution, centre: Node, width: float) -> float:
    """One over the height of the density, where there is no standard deviation."""
    height = math.exp(_number(distribution.log_density(centre)))
    found = 1 / height if 0 < height < math.inf else 1.0
    return min(found, width) or 1.0


def _whole(value: Any) -> Any:
    """A parameter that counts, or an array of them."""
    return value.astype(int) if hasattr(value, "astype") else int(value)


#: n numbers from a numpy Generator.
_SAMPLES: dict[str, Callable[[numpy.random.Generator, int, Mapping[str, Any]], Array]] = {
    "normal": lambda r, n, p: r.normal(p["mu"], p["sigma"], n),
    "uniform": lambda r, n, p: r.uniform(p["a"], p["b"], n),
    "lognormal": lambda r, n, p: r.lognormal(p["mu"], p["sigma"], n),
    "exponential": lambda r, n, p: r.exponential(1 / p["lambda"], n),
    "gamma": lambda r, n, p: r.gamma(p["alpha"], 1 / p["beta"], n),
    "beta": lambda r, n, p: r.beta(p["a"], p["b"], n),
    "student_t": lambda r, n, p: p["mu"] + p["sigma"] * r.standard_t(p["nu"], n),
    "chi_squared": lambda r, n, p: r.chisquare(p["nu"], n),
    "f": lambda r, n, p: r.f(p["d1"], p["d2"], n),
    "cauchy": lambda r, n, p: p["mu"] + p["s"] * r.standard_cauchy(n),
    "laplace": lambda r, n, p: r.laplace(p["mu"], p["b"], n),
    "logistic": lambda r, n, p: r.logistic(p["mu"], p["s"], n),
    "gumbel": lambda r, n, p: r.gumbel(p["mu"], p["beta"], n),
    "weibull": lambda r, n, p: p["lambda"] * r.weibull(p["k"], n),
    "pareto": lambda r, n, p: p["m"] * (1 + r.pareto(p["alpha"], n)),
    "von_mises": lambda r, n, p: p["mu"] + r.vonmises(0, p["kappa"], n),
    "rayleigh": lambda r, n, p: r.rayleigh(p["sigma"], n),
    "half_normal": lambda r, n, p: abs(r.normal(0, p["sigma"], n)),
    "inverse_gamma": lambda r, n, p: p["beta"] / r.gamma(p["alpha"], 1.0, n),
    "bernoulli": lambda r, n, p: r.binomial(1, p["p"], n),
    "binomial": lambda r, n, p: r.binomial(_whole(p["n"]), p["p"], n),
    "geometric": lambda r, n, p: r.geometric(p["p"], n),
    "negative_binomial": lambda r, n, p: r.negative_binomial(p["r"], p["p"], n),
    "poisson": lambda r, n, p: r.poisson(p["mu"], n),
    "discrete_uniform": lambda r, n, p: r.integers(
        _whole(p["a"]), _whole(p["b"]), n, endpoint=True
    ),
    "hypergeometric": lambda r, n, p: r.hypergeometric(
        _whole(p["K"]), _whole(p["M"]) - _whole(p["K"]), _whole(p["n"]), n
    ),
}


def sample_given(
    distribution: Distribution,
    drawn: Mapping[str, Array],
    count: int,
    generator: numpy.random.Generator,
) -> Array:
    """Draws of shape (count,), where parameters may hold variables that are drawn already."""
    import numpy as np

    from dlmath.expression.graph import free_symbols
    from dlmath.expression.numbers import evaluate_many

    values: dict[str, Any] = {}
    for name, node in distribution.parameters.items():
        if free_symbols(node):
            found = np.asarray(evaluate_many(node, dict(drawn)), dtype=float)
            values[name] = np.broadcast_to(found, (count,))
        else:
            values[name] = _number(node)
    try:
        return _SAMPLES[distribution.family.name](generator, count, values)
    except ValueError as error:
        raise Unsolved(f"a draw of {distribution.family.name}: {error}") from error


def sample(distribution: Distribution, count: int, generator: numpy.random.Generator) -> Array:
    """Independent draws, of shape (count,): floats, or whole numbers of a discrete distribution."""
    return _SAMPLES[distribution.family.name](generator, count, parameters(distribution))
