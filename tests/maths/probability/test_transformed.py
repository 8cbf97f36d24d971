"""Densities of functions of a variable: scipy's, cases, and what has no density."""

from __future__ import annotations

from typing import Any

import pytest
from scipy import stats

from dlmath.answer import PASSED
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.maths.probability.reading import read_family
from dlmath.maths.probability.transformed import Transformed, transformed_density
from dlmath.settings import Settings


def density(function: str, distribution: str) -> Any:
    return transformed_density(
        parse(function).node, "X", read_family(distribution), Settings(check=False)
    )


@pytest.mark.parametrize(
    ("function", "distribution", "peer"),
    [
        ("exp(X)", "normal(0, 1)", stats.lognorm(1)),
        ("X^2", "normal(0, 1)", stats.chi2(1)),
        ("-log(X)", "uniform(0, 1)", stats.expon()),
        ("1/X", "gamma(3, 2)", stats.invgamma(3, scale=2)),
        ("3*X + 1", "normal(1, 2)", stats.norm(4, 6)),
        ("abs(X)", "normal(0, 1)", stats.halfnorm()),
        ("log(X/(1 - X))", "uniform(0, 1)", stats.logistic()),
    ],
)
def test_known_densities(function: str, distribution: str, peer: Any) -> None:
    found = density(function, distribution)
    assert isinstance(found, Transformed)
    assert found.check.verdict == PASSED
    for share in (0.1, 0.5, 0.9):
        y = float(peer.ppf(share))
        assert evaluate(found.density, {"y": y}) == pytest.approx(peer.pdf(y), rel=1e-9)


def test_an_inverse_that_is_in_the_support_for_some_values_only() -> None:
    found = density("X^2", "uniform(-1, 2)")
    assert evaluate(found.density, {"y": 0.25}) == pytest.approx(2 / 3)
    assert evaluate(found.density, {"y": 2.25}) == pytest.approx(1 / 9)


@pytest.mark.parametrize(
    ("function", "distribution", "words"),
    [
        ("relu(X)", "normal(0, 1)", "probability of their own"),
        ("X^2", "normal(m, 1)", "no numbers"),
        ("log(X)", "normal(0, 1)", "no value"),
        ("X + sin(X)", "normal(0, 1)", "no inverse"),
    ],
)
def test_what_has_no_density_says_why(function: str, distribution: str, words: str) -> None:
    found = density(function, distribution)
    assert isinstance(found, str) and words in found
