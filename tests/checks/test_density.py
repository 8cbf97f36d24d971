"""The quadrature behind claims of distributions: passes what is right, refutes what is not."""

from __future__ import annotations

import pytest

from dlmath.answer import FAILED, PASSED, UNAVAILABLE
from dlmath.checks.density import (
    check_least,
    check_moments,
    check_probability,
    expectation,
    moments,
)
from dlmath.expression.graph import number
from dlmath.expression.parser import parse
from dlmath.maths.probability.numeric import as_density
from dlmath.maths.probability.reading import read_distribution


def density(text: str):  # type: ignore[no-untyped-def]
    return as_density(read_distribution(text))


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("normal(1e9, 1)", {"mean": 1e9, "variance": 1.0}),
        ("laplace(1e6, 1e-3)", {"variance": 2e-6, "kurtosis": 6.0}),
        ("beta(1/2, 1/8)", {"mean": 4 / 5}),
        ("gamma(3/32)", {"kurtosis": 67.0}),
        ("binomial(5, 0)", {"mean": 0.0, "variance": 0.0}),
        ("poisson(1000)", {"variance": 1000.0}),
    ],
)
def test_hard_densities_are_measured(text: str, claims: dict[str, float]) -> None:
    found = check_moments([(density(text), claims)])
    assert found.verdict == PASSED, found.detail
    assert "not settled" not in found.detail


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        ("normal", {"mean": 1e-5}),
        ("normal", {"variance": 1.00001}),
        ("exponential(2)", {"entropy": 0.31}),
        ("poisson(4)", {"skewness": 0.51}),
    ],
)
def test_wrong_claims_are_refuted(text: str, claims: dict[str, float]) -> None:
    assert check_moments([(density(text), claims)]).verdict == FAILED


def test_a_density_that_does_not_integrate_to_one_is_refuted() -> None:
    wrong = density("normal")._replace(log_density=parse("-x^2/2").node)
    assert check_moments([(wrong, {})]).verdict == FAILED


def test_what_has_no_mean_does_not_settle() -> None:
    found = moments(density("cauchy"), {"mean": 0.0, "variance": 0.0})
    assert found["total"].settled
    assert not found["variance"].settled
    only_mean = check_moments([(density("pareto(1, 1/2)"), {"mean": 3.0})])
    assert "not settled: mean" in only_mean.detail


def test_probabilities_up_to_a_value() -> None:
    standard = density("normal")
    assert check_probability(standard, number(1), 0.841344746).verdict == PASSED
    assert check_probability(standard, number(1), 0.8414).verdict == FAILED
    assert check_least(density("poisson(4)"), 4, 0.5).verdict == PASSED
    assert check_least(density("poisson(4)"), 5, 0.5).verdict == FAILED


def test_too_many_terms_are_not_added_up() -> None:
    huge = density("binomial(10^14, 1/2)")
    assert check_moments([(huge, {})]).verdict == UNAVAILABLE
    assert not expectation(huge, lambda z, _: z).settled
