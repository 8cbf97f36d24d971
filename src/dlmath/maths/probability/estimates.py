"""Maximum likelihood in closed form, and where a search for it begins.

Statistics of the data stand in the formulas by name: `mean`, `variance` (divided by n),
`least`, `greatest`, `median`, `deviation` (the mean of |x - median|), `mean_square`, `mean_log`,
`variance_log`, `mean_reciprocal`. E. L. Lehmann and G. Casella, "Theory of Point Estimation", 2nd
edition, chapter 6.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


class Closed(NamedTuple):
    """Where the derivative of the log-likelihood vanishes.

    estimates: parameter to formula. score: in words, the equations that are solved. fixed: the
    parameters that must be given. errors: standard errors where second derivatives do not give
    them; a parameter at the edge of the support has none.
    """

    estimates: Mapping[str, str]
    score: str
    fixed: frozenset[str] = frozenset()
    errors: Mapping[str, str] | None = None


_LOGNORMAL_SCORE = "sum(log(x) - mu) = 0, sum((log(x) - mu)^2) = n*sigma^2"

CLOSED: dict[str, tuple[Closed, ...]] = {
    "normal": (
        Closed(
            {"mu": "mean", "sigma": "sqrt(variance)"},
            "sum(x - mu) = 0, sum((x - mu)^2) = n*sigma^2",
        ),
        Closed({"mu": "mean"}, "sum(x - mu) = 0", frozenset({"sigma"})),
    ),
    "lognormal": (Closed({"mu": "mean_log", "sigma": "sqrt(variance_log)"}, _LOGNORMAL_SCORE),),
    "exponential": (Closed({"lambda": "1/mean"}, "n/lambda - sum(x) = 0"),),
    "poisson": (Closed({"mu": "mean"}, "sum(x)/mu - n = 0"),),
    "bernoulli": (Closed({"p": "mean"}, "sum(x)/p - sum(1 - x)/(1 - p) = 0"),),
    "binomial": (Closed({"p": "mean/n"}, "sum(x)/p - sum(n - x)/(1 - p) = 0", frozenset({"n"})),),
    "geometric": (Closed({"p": "1/mean"}, "n/p - sum(x - 1)/(1 - p) = 0"),),
    "negative_binomial": (
        Closed({"p": "r/(r + mean)"}, "n*r/p - sum(x)/(1 - p) = 0", frozenset({"r"})),
    ),
    "gamma": (Closed({"beta": "alpha/mean"}, "n*alpha/beta - sum(x) = 0", frozenset({"alpha"})),),
    "inverse_gamma": (
        Closed(
            {"beta": "alpha/mean_reciprocal"},
            "n*alpha/beta - sum(1/x) = 0",
            frozenset({"alpha"}),
        ),
    ),
    "rayleigh": (Closed({"sigma": "sqrt(mean_square/2)"}, "sum(x^2)/sigma^3 = 2*n/sigma"),),
    "half_normal": (Closed({"sigma": "sqrt(mean_square)"}, "sum(x^2)/sigma^3 = n/sigma"),),
    "laplace": (
        Closed(
            {"mu": "median", "b": "deviation"},
            "as many x above mu as below, sum(|x - mu|) = n*b",
            errors={"mu": "b/sqrt(count)", "b": "b/sqrt(count)"},
        ),
    ),
    "uniform": (
        Closed(
            {"a": "least", "b": "greatest"},
            "the likelihood grows as the ends come together, as far as the data let them",
            errors={},
        ),
    ),
    "discrete_uniform": (
        Closed(
            {"a": "least", "b": "greatest"},
            "the likelihood grows as the ends come together, as far as the data let them",
            errors={},
        ),
    ),
    "pareto": (
        Closed(
            {"m": "least", "alpha": "1/(mean_log - log(least))"},
            "m as large as the data let it be, n/alpha = sum(log(x/m))",
            errors={"alpha": "alpha/sqrt(count)"},
        ),
    ),
}

#: Where a search begins, by statistics of the data.
STARTS: dict[str, Mapping[str, str]] = {
    "gamma": {"alpha": "mean^2/variance", "beta": "mean/variance"},
    "inverse_gamma": {"alpha": "mean^2/variance + 2", "beta": "mean^3/variance + mean"},
    "beta": {
        "a": "mean*(mean*(1 - mean)/variance - 1)",
        "b": "(1 - mean)*(mean*(1 - mean)/variance - 1)",
    },
    "student_t": {"nu": "5", "mu": "median", "sigma": "sqrt(variance)*3/5"},
    "chi_squared": {"nu": "mean"},
    "f": {"d1": "5", "d2": "8"},
    "cauchy": {"mu": "median", "s": "deviation/2"},
    "logistic": {"mu": "mean", "s": "sqrt(3*variance)/pi"},
    "gumbel": {"mu": "mean - 0.45*sqrt(variance)", "beta": "sqrt(6*variance)/pi"},
    "weibull": {"k": "(sqrt(variance)/mean)^(-1.086)", "lambda": "mean*1.1"},
    "von_mises": {"mu": "median", "kappa": "1/variance"},
    "negative_binomial": {"r": "mean^2/max(variance - mean, mean/20)", "p": "1/2"},
    "normal": {"mu": "mean", "sigma": "sqrt(variance)"},
    "lognormal": {"mu": "mean_log", "sigma": "sqrt(variance_log)"},
    "laplace": {"mu": "median", "b": "deviation"},
    "pareto": {"m": "least", "alpha": "1/(mean_log - log(least))"},
}

#: What the negative log-likelihood is as a loss.
LOSSES = {
    "normal": "normal errors give least squares: -log-likelihood is sum((x - mu)^2)/(2*sigma^2) "
    "and what does not depend on mu",
    "laplace": "Laplace errors give absolute errors: -log-likelihood is sum(|x - mu|)/b and what "
    "does not depend on mu",
    "bernoulli": "Bernoulli outcomes give binary cross-entropy: -log-likelihood is "
    "sum(-x*log(p) - (1 - x)*log(1 - p))",
    "poisson": "counts give the Poisson loss: -log-likelihood is sum(mu - x*log(mu)) and a "
    "constant",
    "student_t": "Student errors give a robust loss, log(1 + (x - mu)^2/(nu*sigma^2)), which grows "
    "slowly far out",
}


def statistics(x: Array) -> dict[str, float]:
    """The statistics that formulas name; those of logarithms only of positive data."""
    import numpy as np

    median = float(np.median(x))
    found = {
        "count": float(len(x)),
        "mean": float(x.mean()),
        "variance": float(x.var()),
        "least": float(x.min()),
        "greatest": float(x.max()),
        "median": median,
        "deviation": float(abs(x - median).mean()),
        "mean_square": float((x**2).mean()),
    }
    if found["least"] > 0:
        logs = np.log(x)
        found |= {"mean_log": float(logs.mean()), "variance_log": float(logs.var())}
        found["mean_reciprocal"] = float((1 / x).mean())
    return {name: value for name, value in found.items() if math.isfinite(value)}
