"""`fit`: maximum likelihood against scipy, closed forms, standard errors, tests of fit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from scipy import stats

import dlmath
from dlmath.answer import PASSED, Answer
from dlmath.errors import DlmathError, InvalidInput
from dlmath.maths.probability.estimates import CLOSED, STARTS
from dlmath.maths.probability.fit import Candidate, fit
from dlmath.maths.probability.numeric import sample
from dlmath.maths.probability.reading import (
    FAMILIES,
    read_distribution,
    read_family,
    read_family_to_fit,
    read_random_variable,
)
from dlmath.settings import Settings


def fitted(x: Any, *families: str, priors: tuple[str, ...] = (), **settings: Any) -> Answer:
    chosen = [Candidate(*read_family_to_fit(text)) for text in families]
    given = dict(read_random_variable(text) for text in priors)
    return fit(np.asarray(x, dtype=float), chosen, Settings(**settings), priors=given)  # type: ignore[arg-type]


def drawn(text: str, count: int = 400) -> Any:
    return sample(read_family(text), count, np.random.default_rng(4)).astype(float)


#: A distribution to draw from, and the family as it is fitted.
FITS = [
    ("normal(3, 2)", "normal"),
    ("lognormal(0.2, 0.5)", "lognormal"),
    ("exponential(3)", "exponential"),
    ("gamma(2, 3)", "gamma"),
    ("gamma(2, 3)", "gamma(alpha=2)"),
    ("beta(2, 3)", "beta"),
    ("student_t(4, 1, 2)", "student_t"),
    ("chi_squared(5)", "chi_squared"),
    ("f(6, 12)", "f"),
    ("cauchy(1, 2)", "cauchy"),
    ("laplace(1, 2)", "laplace"),
    ("logistic(1, 2)", "logistic"),
    ("gumbel(1, 2)", "gumbel"),
    ("weibull(1.5, 2)", "weibull"),
    ("pareto(2, 3)", "pareto"),
    ("rayleigh(2)", "rayleigh"),
    ("half_normal(2)", "half_normal"),
    ("inverse_gamma(4, 3)", "inverse_gamma"),
    ("inverse_gamma(4, 3)", "inverse_gamma(alpha=4)"),
    ("von_mises(0, 2)", "von_mises(mu=0)"),
    ("bernoulli(0.3)", "bernoulli"),
    ("binomial(10, 0.3)", "binomial(n=10)"),
    ("geometric(0.3)", "geometric"),
    ("negative_binomial(3, 0.4)", "negative_binomial"),
    ("negative_binomial(3, 0.4)", "negative_binomial(r=3)"),
    ("poisson(3.7)", "poisson"),
    ("uniform(-1, 3)", "uniform"),
    ("discrete_uniform(2, 7)", "discrete_uniform"),
]


def test_every_family_is_fitted_but_one() -> None:
    names = {read_family(text).family.name for text, _ in FITS}
    assert names == {family.name for family in FAMILIES} - {"hypergeometric"}
    assert set(STARTS) | set(CLOSED) == names


@pytest.mark.parametrize(("source", "family"), FITS)
def test_the_parameters_come_back(source: str, family: str) -> None:
    """Within four standard errors of what the data were drawn from, and no place is better."""
    answer = fitted(drawn(source), family)
    assert answer.checks[0].verdict == PASSED, answer.checks
    read_distribution(str(answer.result))
    true = {name: float(value.number) if value.op == "number" else None
            for name, value in read_family(source).parameters.items()}  # fmt: skip
    for name, error in answer.facts["standard_errors"].items():
        wanted = true[name]
        if wanted is not None:
            assert abs(answer.facts["estimates"][name] - wanted) < 4 * error


@pytest.mark.parametrize(
    ("source", "family", "peer"),
    [
        ("gamma(2, 3)", "gamma", lambda x: stats.gamma.fit(x, floc=0)),
        ("weibull(1.5, 2)", "weibull", lambda x: stats.weibull_min.fit(x, floc=0)),
        ("gumbel(1, 2)", "gumbel", stats.gumbel_r.fit),
        ("logistic(1, 2)", "logistic", stats.logistic.fit),
    ],
)
def test_the_largest_likelihood_is_scipys(source: str, family: str, peer: Any) -> None:
    x = drawn(source)
    theirs = peer(x)
    distribution = {"gamma": stats.gamma, "weibull": stats.weibull_min, "gumbel": stats.gumbel_r,
                    "logistic": stats.logistic}[family]  # fmt: skip
    found = fitted(x, family).facts["log_likelihood"]
    assert found >= distribution.logpdf(x, *theirs).sum() - 1e-6


def test_standard_errors_of_a_normal_are_the_textbooks() -> None:
    x = drawn("normal(3, 2)")
    facts = fitted(x, "normal").facts
    assert facts["standard_errors"]["mu"] == pytest.approx(x.std() / len(x) ** 0.5)
    assert facts["standard_errors"]["sigma"] == pytest.approx(x.std() / (2 * len(x)) ** 0.5)
    assert facts["aic"] == pytest.approx(4 - 2 * stats.norm(x.mean(), x.std()).logpdf(x).sum())


def test_confidence_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    generator = np.random.default_rng(8)
    held = 0
    for _ in range(100):
        x = generator.exponential(1 / 3, 40)
        low, high = fitted(x, "exponential", check=False).facts["confidence_intervals"]["lambda"]
        held += low < 3 < high
    assert 88 <= held <= 100


def test_a_comparison_is_by_aic() -> None:
    answer = fitted(drawn("laplace(0, 1)", 800), "normal", "laplace", "logistic")
    assert answer.facts["family"] == "laplace"
    assert list(answer.facts["aic_by_family"].values()) == sorted(
        answer.facts["aic_by_family"].values()
    )


def test_the_mode_of_a_posterior() -> None:
    """A normal mean with a normal prior, where the mode is known."""
    x = drawn("normal(3, 2)", 20)
    answer = fitted(x, "normal(sigma=2)", priors=("mu ~ normal(0, 1)",))
    expected = (x.sum() / 4) / (1 + 20 / 4)
    assert answer.facts["estimates"]["mu"] == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("family", ["logistic", "cauchy", "gumbel", "student_t"])
def test_a_place_far_from_zero_has_not_run_away(family: str) -> None:
    near = fitted(drawn("logistic(0, 5)"), family, check=False).facts["estimates"]["mu"]
    far = fitted(drawn("logistic(0, 5)") + 3000, family, check=False).facts["estimates"]["mu"]
    assert far - near == pytest.approx(3000, abs=1e-2)


def test_goodness_of_fit() -> None:
    good = fitted(drawn("normal(3, 2)"), "normal").facts
    bad = fitted(drawn("exponential(1)"), "normal").facts
    assert good["p_value"] > 0.02 and bad["p_value"] < 0.01
    counts = fitted(drawn("geometric(0.2)", 800), "poisson").facts
    assert "chi-squared" in counts["test"] and counts["p_value"] < 1e-6


def test_repeated_data_have_no_normal_fit() -> None:
    with pytest.raises(DlmathError):
        fitted([1, 1, 1], "normal")


@pytest.mark.parametrize(
    ("x", "family", "words"),
    [
        ([1, -2], "exponential", "value 2 of the data is -2"),
        ([1, 1.5], "poisson", "value 2 of the data is 1.5"),
        ([1, 2], "binomial", "number of trials"),
        ([1, 12], "binomial(n=10)", "value 2 of the data is 12"),
        ([1, 2], "normal(mu=0, sigma=1)", "nothing is left"),
    ],
)
def test_data_that_do_not_fit_a_family(x: list[float], family: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        fitted(x, family)


def test_steps_and_losses() -> None:
    answer = fitted(drawn("normal(3, 2)"), "normal", steps=True)
    words = " ".join(str(part) for step in answer.steps for part in step.text)
    assert "sum(x - mu) = 0" in words
    assert any("least squares" in str(note[0]) for note in answer.notes)


def test_pictures() -> None:
    picture = fitted(drawn("normal(3, 2)"), "normal", "laplace", plot=True).picture
    assert picture is not None and len(picture.curves) == 2 and picture.bars  # type: ignore[union-attr]
    bars = fitted(drawn("poisson(3)"), "poisson", plot=True).picture
    assert bars is not None and sum(bars.bars[0].height) == pytest.approx(1)  # type: ignore[union-attr]


def test_classes_are_counted() -> None:
    answer = dlmath.fit(list("abbbcc"), "categorical", steps=True)
    assert str(answer) == "categorical(1/6, 1/2, 1/3)"
    shares = [1 / 6, 1 / 2, 1 / 3]
    expected = 6 * sum(p * math.log(p) for p in shares)
    assert answer.facts["log_likelihood"] == pytest.approx(expected)
    low, high = answer.facts["confidence_intervals"]["a"]
    wilson = stats.binomtest(1, 6).proportion_ci(method="wilson")
    assert (low, high) == pytest.approx((wilson.low, wilson.high))
    assert [check.verdict for check in answer.checks] == [PASSED]
    with pytest.raises(InvalidInput, match="no data"):
        dlmath.fit([], "categorical")
