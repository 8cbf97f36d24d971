"""Every formula of every family against quadrature or sums of its density, and scipy's density."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from scipy import integrate, stats

from dlmath.expression.graph import number
from dlmath.expression.numbers import evaluate, to_float
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.reading import FAMILIES, read_distribution

#: A distribution as typed, and the same in scipy. A newcomer adds a row; each family has one.
SAME_IN_SCIPY: list[tuple[str, Any]] = [
    ("normal(1, 2)", stats.norm(1, 2)),
    ("uniform(-1, 3)", stats.uniform(-1, 4)),
    ("lognormal(0.2, 0.5)", stats.lognorm(0.5, scale=math.exp(0.2))),
    ("exponential(3)", stats.expon(scale=1 / 3)),
    ("gamma(2.5, 3)", stats.gamma(2.5, scale=1 / 3)),
    ("gamma(1/2)", stats.gamma(0.5)),
    ("beta(2, 3.5)", stats.beta(2, 3.5)),
    ("student_t(9.5, 1, 2)", stats.t(9.5, 1, 2)),
    ("chi_squared(5)", stats.chi2(5)),
    ("f(5, 18)", stats.f(5, 18)),
    ("cauchy(1, 2)", stats.cauchy(1, 2)),
    ("laplace(1, 2)", stats.laplace(1, 2)),
    ("logistic(1, 2)", stats.logistic(1, 2)),
    ("gumbel(1, 2)", stats.gumbel_r(1, 2)),
    ("weibull(1.5, 2)", stats.weibull_min(1.5, scale=2)),
    ("pareto(2, 9)", stats.pareto(9, scale=2)),
    ("von_mises(0.5, 2)", stats.vonmises(2, loc=0.5)),
    ("rayleigh(2)", stats.rayleigh(scale=2)),
    ("half_normal(2)", stats.halfnorm(scale=2)),
    ("inverse_gamma(9, 3)", stats.invgamma(9, scale=3)),
    ("bernoulli(0.3)", stats.bernoulli(0.3)),
    ("binomial(7, 0.3)", stats.binom(7, 0.3)),
    ("geometric(0.3)", stats.geom(0.3)),
    ("negative_binomial(2.5, 0.4)", stats.nbinom(2.5, 0.4)),
    ("poisson(3.7)", stats.poisson(3.7)),
    ("discrete_uniform(2, 7)", stats.randint(2, 8)),
    ("hypergeometric(20, 7, 12)", stats.hypergeom(20, 7, 12)),
]

CASES = [pytest.param(read_distribution(text), peer, id=text) for text, peer in SAME_IN_SCIPY]


def at(distribution: Distribution, what: str, operand: float | None = None) -> Any:
    node = distribution.known(what, None if operand is None else number_of(operand)).value
    assert node is not None
    return to_float(evaluate(node))


def number_of(value: float) -> Any:
    from fractions import Fraction

    exact = Fraction(value)
    return number(exact.numerator if exact.denominator == 1 else exact)


def density(distribution: Distribution) -> Callable[[float], float]:
    def value(x: float) -> float:
        return math.exp(evaluate(distribution.log_density(number_of(x))))  # type: ignore[arg-type]

    return value


def expectation(distribution: Distribution, peer: Any, function: Callable[[float], float]) -> float:
    """By a sum, or by quadrature of our density over pieces of the support."""
    low, high = (to_float(evaluate(end)) for end in distribution.support())
    weight = density(distribution)
    if distribution.family.discrete:
        top = int(high) if math.isfinite(high) else int(peer.ppf(1 - 1e-15)) + 60
        return sum(weight(k) * function(k) for k in range(int(low), top + 1))
    inner = [float(peer.ppf(p)) for p in (1e-3, 0.25, 0.5, 0.75, 1 - 1e-3)]
    ends = [low, *inner, high]
    total = 0.0
    for a, b in pairwise(ends):
        total += integrate.quad(lambda x: weight(x) * function(x), a, b, epsabs=0, limit=100)[0]
    return total


def test_every_family_has_a_row() -> None:
    covered = {read_distribution(text).family.name for text, _ in SAME_IN_SCIPY}
    assert covered == {family.name for family in FAMILIES}
    assert len(FAMILIES) >= 25


@pytest.mark.parametrize(("distribution", "peer"), CASES)
def test_the_density_is_scipys_and_its_logarithm_fits(
    distribution: Distribution, peer: Any
) -> None:
    for p in (0.05, 0.5, 0.9):
        x = float(peer.ppf(p))
        theirs = peer.pmf(x) if distribution.family.discrete else peer.pdf(x)
        ours = evaluate(distribution.density(number_of(x)))
        assert ours == pytest.approx(theirs, rel=1e-9)
        assert density(distribution)(x) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize(("distribution", "peer"), CASES)
def test_moments_and_entropy(distribution: Distribution, peer: Any) -> None:
    assert expectation(distribution, peer, lambda x: 1.0) == pytest.approx(1, rel=1e-8)
    known = {
        what: distribution.known(what)
        for what in ("mean", "variance", "skewness", "kurtosis", "entropy")
    }
    value = {
        what: to_float(evaluate(found.value))
        for what, found in known.items()
        if found.value is not None
    }
    if "entropy" in value:
        weight = density(distribution)

        def surprise(x: float) -> float:
            here = weight(x)
            return -math.log(here) if here > 0 else 0.0

        assert expectation(distribution, peer, surprise) == pytest.approx(
            value["entropy"], rel=1e-6, abs=1e-8
        )
    if "mean" not in value:
        assert not known["mean"].exists
        return
    mean = expectation(distribution, peer, lambda x: x)
    assert mean == pytest.approx(value["mean"], rel=1e-7, abs=1e-8)
    variance = expectation(distribution, peer, lambda x: (x - mean) ** 2)
    if "variance" in value:
        assert variance == pytest.approx(value["variance"], rel=1e-6)
    for power, what in ((3, "skewness"), (4, "kurtosis")):
        if what in value:
            moment = expectation(distribution, peer, lambda x, n=power: (x - mean) ** n)
            assert moment / variance ** (power / 2) == pytest.approx(
                value[what], rel=1e-5, abs=1e-7
            )


@pytest.mark.parametrize(("distribution", "peer"), CASES)
def test_distribution_function_quantile_median_mode(distribution: Distribution, peer: Any) -> None:
    family = distribution.family
    for p in (0.1, 0.5, 0.8):
        x = float(peer.ppf(p))
        if family.cdf is not None:
            assert at(distribution, "cdf", x) == pytest.approx(float(peer.cdf(x)), rel=1e-9)
        if family.quantile is not None:
            assert at(distribution, "quantile", p) == pytest.approx(x, rel=1e-9)
    if family.median is not None:
        assert at(distribution, "median") == pytest.approx(
            float(peer.median()), rel=1e-9, abs=1e-12
        )
    if distribution.known("mode").value is not None:
        mode = at(distribution, "mode")
        weight = density(distribution)
        around = [mode - 1, mode + 1] if family.discrete else [mode - 1e-3, mode + 1e-3]
        low, high = (to_float(evaluate(end)) for end in distribution.support())
        here = weight(max(mode, low + 1e-9) if not family.discrete else mode)
        assert all(weight(x) <= here * (1 + 1e-9) for x in around if low < x < high)


@pytest.mark.parametrize(("distribution", "peer"), CASES)
def test_characteristic_function(distribution: Distribution, peer: Any) -> None:
    if distribution.family.characteristic is None:
        return
    t = 0.7
    expected = complex(at(distribution, "characteristic", t))
    if distribution.family.name == "cauchy":  # decays too slowly for plain quadrature
        assert expected == pytest.approx(cmath.exp(1j * t - 2 * t))
        return
    real = expectation(distribution, peer, lambda x: math.cos(t * x))
    imaginary = expectation(distribution, peer, lambda x: math.sin(t * x))
    assert abs(complex(real, imaginary) - expected) < 1e-6


def test_modes_of_densities_that_only_fall() -> None:
    assert at(read_distribution("gamma(1/2, 2)"), "mode") == 0
    assert at(read_distribution("weibull(1/2)"), "mode") == 0
    assert at(read_distribution("beta(1/2, 3)"), "mode") == 0


def test_moments_that_do_not_exist() -> None:
    assert not read_distribution("cauchy").known("mean").exists
    assert not read_distribution("t(1)").known("mean").exists
    assert at(read_distribution("t(2)"), "variance") == math.inf
    assert at(read_distribution("pareto(1, 1)"), "mean") == math.inf
