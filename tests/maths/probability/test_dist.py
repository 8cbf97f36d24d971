"""`dist`: what it answers, and that scipy says the same."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import dlmath
from dlmath.answer import PASSED, UNAVAILABLE, Answer
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.maths.probability.dist import Questions, dist
from dlmath.maths.probability.numeric import cumulative, quantile
from dlmath.maths.probability.reading import read_distribution, read_family, read_random_variable
from dlmath.settings import Settings
from tests.maths.probability.test_families import CASES, SAME_IN_SCIPY


def ask(text: str, settings: Settings | None = None, **questions: Any) -> Answer:
    nodes = {
        name: parse(value).node if isinstance(value, str) else value
        for name, value in questions.items()
    }
    return dist(read_distribution(text), Questions(**nodes), settings or Settings())


def test_the_summary_of_the_normal_distribution() -> None:
    facts = ask("normal(2, 3)").facts
    told = {
        name: to_text(facts[name]) for name in ("mean", "variance", "standard_deviation", "mode")
    }
    assert told == {"mean": "2", "variance": "9", "standard_deviation": "3", "mode": "2"}
    assert to_text(facts["kurtosis"]) == "3"
    assert to_text(facts["excess_kurtosis"]) == "0"


@pytest.mark.parametrize("text", [text for text, _ in SAME_IN_SCIPY])
def test_every_summary_is_confirmed(text: str) -> None:
    answer = ask(text)
    assert [check.verdict for check in answer.checks] == [PASSED]


@pytest.mark.parametrize(("distribution", "peer"), CASES)
def test_distribution_functions_and_quantiles_are_scipys(distribution: Any, peer: Any) -> None:
    for p in (1e-6, 0.1, 0.5, 0.9, 0.999):
        x = quantile(distribution, p)
        assert x == pytest.approx(float(peer.ppf(p)), rel=1e-8, abs=1e-8)
        assert cumulative(distribution, x) == pytest.approx(float(peer.cdf(x)), abs=1e-9)


@pytest.mark.parametrize(
    ("text", "question", "result"),
    [
        ("normal", {"cumulative": "40"}, "1"),
        ("normal", {"cumulative": "-40"}, "3.655893541e-350"),
        ("poisson(1e9)", {"density": "1e9"}, "1.261566261e-5"),
        ("binomial(10, 1/2)", {"density": "5"}, "63/256"),
        ("binomial(10, 1/2)", {"cumulative": "5"}, "319/512"),
        ("binomial(10, 0.3)", {"quantile": "1/2"}, "3"),
        ("geometric(1/3)", {"cumulative": "4"}, "65/81"),
        ("uniform(0, 4)", {"quantile": "1/4"}, "1"),
        ("normal(mu, sigma)", {"quantile": "0.9"}, "mu + 1.281551566*sigma"),
        ("normal(mu, sigma)", {"quantile": "1/2"}, "mu"),
        ("exponential(r)", {"cumulative": "x"}, "1 - exp(-r*x)"),
        ("beta(2, 3)", {"density": "2"}, "0"),
        ("poisson(3)", {"density": "1/2"}, "0"),
        ("uniform(0, 1)", {"cumulative": "7"}, "1"),
        ("normal", {"interval": "0.95"}, "[-1.959963985, 1.959963985]"),
    ],
)
def test_what_is_asked(text: str, question: dict[str, str], result: str) -> None:
    assert str(ask(text, **question)) == result


def test_digits_beyond_binary64() -> None:
    settings = Settings(digits=30)
    # Abramowitz and Stegun, table 26.6, carried on by mpmath.
    assert str(ask("normal", settings, quantile="0.9")) == "1.28155156554460046696510332945"
    assert str(ask("normal", settings, cumulative="2")) == "0.977249868051820792799717362833"


@given(st.floats(-50, 50), st.floats(0.01, 100), st.floats(0.001, 0.999))
def test_the_quantile_undoes_the_distribution_function(mu: float, sigma: float, p: float) -> None:
    for name in ("normal", "logistic", "laplace", "gumbel", "cauchy"):
        distribution = read_family(f"{name}({mu!r}, {sigma!r})")
        assert cumulative(distribution, quantile(distribution, p)) == pytest.approx(p, rel=1e-6)


def test_samples_repeat_and_have_the_moments_of_the_family() -> None:
    first = ask("gamma(2, 3)", sample_size=2000, seed=5)
    again = ask("gamma(2, 3)", sample_size=2000, seed=5)
    assert first.result == again.result
    values = first.value
    assert len(values) == 2000
    mean = sum(values) / 2000
    assert abs(mean - 2 / 3) < 5 * math.sqrt(2 / 9 / 2000)


@pytest.mark.parametrize("text", [text for text, _ in SAME_IN_SCIPY])
def test_samples_follow_the_distribution_function(text: str) -> None:
    values = ask(text, sample_size=4000, seed=1).value
    distribution = read_family(text)
    for p in (0.2, 0.5, 0.8):
        x = quantile(distribution, p)
        share = sum(value <= x for value in values) / len(values)
        assert abs(share - cumulative(distribution, x)) < 5 * math.sqrt(0.25 / 4000)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("normaal", "no distribution normaal"),
        ("normal(0, 0)", "sigma > 0"),
        ("normal(sigma=-1)", "sigma > 0"),
        ("normal(mu=nan)", "nan"),
        ("binomial(-1, 1/2)", "n >= 0"),
        ("binomial(5/2, 1/2)", "whole number"),
        ("binomial(10, 3/2)", "p <= 1"),
        ("uniform(1, 0)", "b > a"),
        ("gamma", "needs its shape"),
        ("normal(0, 1, 2)", "2 parameters"),
        ("normal(mu=0, mean=1)", "given twice"),
        ("normal(oo, 1)", "real number"),
        ("poisson(lamda=3)", "no parameter lamda"),
        ("normal(0, 1", "not closed"),
        ("", "a distribution is expected"),
    ],
)
def test_what_is_no_distribution_is_refused_at_its_place(text: str, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_distribution(text)
    assert words in caught.value.message
    assert caught.value.start is not None


def test_other_names_of_parameters() -> None:
    assert read_distribution("normal(variance=4)") == read_distribution("normal(0, 2)")
    assert read_distribution("gamma(2, scale=3)") == read_distribution("gamma(shape=2, rate=1/3)")
    assert read_distribution("exponential(mean=5)") == read_distribution("exponential(1/5)")


def test_random_variables() -> None:
    name, distribution = read_random_variable("X ~ normal(0, s)")
    assert (name, distribution.family.name) == ("X", "normal")
    with pytest.raises(InvalidInput, match="~"):
        read_random_variable("normal(0, 1)")
    with pytest.raises(InvalidInput) as caught:
        read_random_variable("X ~ normaal(0, 1)")
    assert caught.value.text == "X ~ normaal(0, 1)"
    assert caught.value.start == 4


def test_what_has_no_closed_form_says_so() -> None:
    with pytest.raises(Unsolved):
        ask("beta(a, b)", cumulative="x")
    with pytest.raises(InvalidInput, match="needs numbers"):
        ask("normal(mu, 1)", sample_size=3)
    with pytest.raises(InvalidInput, match="probability"):
        ask("normal", quantile="3/2")


def test_pictures() -> None:
    shaded = ask("normal", Settings(plot=True), cumulative="1").picture
    assert shaded is not None and shaded.areas and max(shaded.areas[0].x) <= 1  # type: ignore[union-attr]
    bars = ask("poisson(4)", Settings(plot=True)).picture
    assert bars is not None and bars.bars[0].height[4] == pytest.approx(0.19536681)  # type: ignore[union-attr]
    assert ask("normal(mu, 1)", Settings(plot=True)).picture is None


@pytest.mark.parametrize(("kappa", "x"), [(0.1, -3.0), (2.0, 0.5), (49.0, -0.3), (5000.0, 0.03)])
def test_the_distribution_function_of_von_mises(kappa: float, x: float) -> None:
    from scipy import integrate, special

    from dlmath.maths.probability.numeric import cumulative
    from dlmath.maths.probability.reading import read_family

    area, _ = integrate.quad(
        lambda t: math.exp(kappa * (math.cos(t) - 1)), -math.pi, x, points=[min(x, -0.1)], limit=200
    )
    expected = area / (2 * math.pi * special.ive(0, kappa))
    assert cumulative(read_family(f"von_mises(0, {kappa})"), x) == pytest.approx(
        expected, abs=1e-10
    )


def test_extreme_parameters_are_not_worked_on_for_long() -> None:
    answer = dlmath.dist("normal(1e300, 1e-300)", cdf="1e300")
    assert str(answer) == "1/2" and answer.checks[0].verdict == UNAVAILABLE
    assert dlmath.dist("normal(1e-300, 1e-300)").status == "answered"


def test_many_digits_of_families_with_an_incomplete_beta_function() -> None:
    # I(1/2; 2, 3) = 11/16; the t distribution with 2 degrees of freedom has a formula
    assert str(dlmath.dist("beta(2, 3)", cdf="1/2", digits=30)) == "0.6875"
    third = dlmath.dist("student_t(2)", quantile="3/4", digits=30)
    assert str(third) == "0.816496580927726032732428024902"
    assert str(dlmath.dist("f(2, 2)", cdf="3", digits=30)) == "0.75"
