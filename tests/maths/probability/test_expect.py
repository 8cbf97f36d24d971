"""`expect` and `probability`: textbook values, scipy and quadrature, laws, refusals."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

from dlmath.answer import DIVERGES, FAILED, PASSED, Answer
from dlmath.errors import InvalidInput, Undefined, Unsolved
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.maths.probability.events import probability
from dlmath.maths.probability.expect import expect
from dlmath.maths.probability.model import Variable
from dlmath.maths.probability.reading import read_random_variables
from dlmath.settings import Settings


def variables(*texts: str) -> list[Variable]:
    return [Variable(*read_random_variables(text)) for text in texts]


def mean(text: str, *given: str, settings: Settings | None = None, **options: Any) -> Answer:
    if "condition" in options:
        options["condition"] = parse(options["condition"], condition=True).node
    return expect(parse(text).node, variables(*given), settings or Settings(), **options)


def chance(text: str, *given: str, settings: Settings | None = None, **options: Any) -> Answer:
    if "condition" in options:
        options["condition"] = parse(options["condition"], condition=True).node
    event = parse(text, condition=True).node
    return probability(event, variables(*given), settings or Settings(), **options)


#: Where no closed form is expected.
BRIEF = Settings(seconds=1.0)

#: Expression, variables, closed form. A newcomer adds a row.
MEANS = [
    ("X^2", ["X ~ normal(0, 1)"], "1"),
    ("(X - mu)^4", ["X ~ normal(mu, sigma)"], "3*sigma**4"),
    ("(X - mu)^6", ["X ~ normal(mu, sigma)"], "15*sigma**6"),
    ("X^5", ["X ~ exponential(2)"], "15/4"),
    ("X^6", ["X ~ beta(1, 1)"], "1/7"),
    ("X^5", ["X ~ uniform(0, 2)"], "16/3"),
    ("exp(X)", ["X ~ normal(m, s)"], "exp(s**2/2 + m)"),
    ("exp(2*X)", ["X ~ bernoulli(p)"], "p*exp(2) - p + 1"),
    ("X*Y + 3", ["X ~ normal(1, 2)", "Y ~ poisson(4)"], "7"),
    ("X*Y", ["(X, Y) ~ mvn([1, 2], [[1, rho], [rho, 1]])"], "rho + 2"),
    ("X^2", ["X ~ discrete_uniform(1, 6)"], "91/6"),
    ("max(X, Y)", ["X ~ discrete_uniform(1, 6)", "Y ~ discrete_uniform(1, 6)"], "161/36"),
    ("Y", ["X ~ gamma(2, 1)", "Y ~ poisson(X)"], "2"),
    ("Y^2", ["X ~ normal(0, 1)", "Y ~ normal(X, 1)"], "2"),
    ("X", ["X ~ categorical(1/2, 1/4, 1/4)"], "3/4"),
    ("relu(X)", ["X ~ uniform(-1, 1)"], "1/4"),
    ("X^3", ["X ~ student_t(5)"], "0"),
    ("abs(X)", ["X ~ normal(0, s)"], "s*sqrt(2/pi)"),
    ("X^2*exp(-X/2)", ["X ~ gamma(m, 3)"], "(6/7)^m*m*(m + 1)*4/49"),
    ("exp(X/2)", ["X ~ exponential(1)"], "2"),
    ("relu(X)", ["X ~ normal(m, s)"], "m*erfc(-m/(s*sqrt(2)))/2 + s*exp(-m^2/(2*s^2))/sqrt(2*pi)"),
    ("cos(2*X)", ["X ~ normal(m, s)"], "exp(-2*s^2)*cos(2*m)"),
    ("sin(X + 1)", ["X ~ laplace(m, s)"], "sin(m + 1)/(1 + s^2)"),
    ("max(X, Y)", ["X ~ normal(m, 1)", "Y ~ normal(m, 1)"], "m + 1/sqrt(pi)"),
    ("abs(Y)", ["X ~ normal(0, 1)", "Y ~ normal(X, 1)"], "2/sqrt(pi)"),
    ("log(X + Y)", ["X ~ exponential(1)", "Y ~ exponential(1)"], "digamma(2)"),
    ("X*log(m) + (1 - X)*log(s)", ["X ~ bernoulli(p)"], "p*log(m) + (1 - p)*log(s)"),
]


@pytest.mark.parametrize(("text", "given_", "expected"), MEANS)
def test_closed_forms(text: str, given_: list[str], expected: str) -> None:
    answer = mean(text, *given_)
    assert answer.facts["method"] == "closed form"
    assert all(check.verdict != FAILED for check in answer.checks)
    wanted, found = parse(expected).node, answer.result
    at = {name: 0.3 + 0.1 * k for k, name in enumerate(["mu", "sigma", "m", "s", "p", "rho"])}
    assert to_float(evaluate(found, at)) == pytest.approx(to_float(evaluate(wanted, at)))  # type: ignore[arg-type]


def test_the_mean_of_relu_of_a_normal_variable() -> None:
    answer = mean("relu(Z)", "Z ~ normal(0, 1)")
    assert float(answer.value) == pytest.approx(1 / math.sqrt(2 * math.pi), rel=1e-9)
    assert answer.facts["method"] == "closed form"


def test_a_number_where_there_is_no_closed_form() -> None:
    answer = mean("sigmoid(X)", "X ~ normal(1, 1)", settings=BRIEF)
    expected, _ = integrate.quad(lambda x: stats.norm(1, 1).pdf(x) / (1 + math.exp(-x)), -20, 20)
    assert answer.value == pytest.approx(expected, rel=1e-9)
    assert answer.facts["method"] == "quadrature" and answer.facts["error"] < 1e-9
    assert answer.checks[0].verdict == PASSED


def test_a_sample_says_its_standard_error() -> None:
    answer = mean("sin(X*Y)^2", "X ~ normal(0, 1)", "Y ~ gamma(2, 1)", settings=BRIEF)
    assert answer.facts["method"] == "sample"
    assert 0 < answer.facts["standard_error"] < 1e-3


def test_variance_and_the_law_of_total_variance() -> None:
    answer = mean(
        "Y", "X ~ gamma(2, 1)", "Y ~ poisson(X)", variance=True, settings=Settings(steps=True)
    )
    assert to_text(answer.facts["variance"]) == "4"
    assert any(step.rule == "law of total variance" for step in answer.steps)
    plain = mean("X*Y + 3", "X ~ normal(1, 2)", "Y ~ poisson(4)", variance=True)
    assert to_text(plain.facts["variance"]) == "84"


def test_given_a_condition() -> None:
    tail = mean("X", "X ~ normal(0, 1)", condition="X > 1")
    assert float(tail.value) == pytest.approx(stats.norm.pdf(1) / stats.norm.sf(1), rel=1e-8)
    assert str(mean("X", "X ~ discrete_uniform(1, 6)", condition="X > 3")) == "5"
    with pytest.raises(Undefined, match="probability 0"):
        mean("X", "X ~ normal(0, 1)", condition="X == 0")
    far = mean("X", "X ~ normal(0, 1)", condition="X > 10")
    assert float(far.value) == pytest.approx(stats.norm.pdf(10) / stats.norm.sf(10), rel=1e-10)
    two = mean("X", "X ~ normal(0, 1)", "Y ~ normal(0, 1)", condition="X > Y")
    assert two.value == pytest.approx(1 / math.sqrt(math.pi), abs=5 * two.facts["standard_error"])


def test_no_mean() -> None:
    with pytest.raises(Undefined, match="does not exist"):
        mean("X", "X ~ cauchy")
    assert mean("1/X", "X ~ normal(0, 1)").status == DIVERGES
    petersburg = mean("2^X", "X ~ geometric(1/2)")
    assert (petersburg.status, str(petersburg)) == (DIVERGES, "diverges to oo")


def test_an_average_of_copies() -> None:
    answer = mean(
        "X", "X ~ exponential(1)", variance=True, average=30, settings=Settings(plot=True)
    )
    assert to_text(answer.facts["variance_of_average"]) == "1/30"
    assert answer.picture is not None and answer.picture.curves  # type: ignore[union-attr]


#: Event, variables, probability.
EVENTS = [
    ("X > 1.96", ["X ~ normal(0, 1)"], stats.norm.sf(1.96)),
    ("X > 40", ["X ~ normal(0, 1)"], stats.norm.sf(40)),
    ("X^2 < 2", ["X ~ normal(0, 1)"], stats.chi2(1).cdf(2)),
    ("abs(X - 1) > 2 or X == 0", ["X ~ laplace(1, 1)"], math.exp(-2)),
    ("X > Y", ["X ~ exponential(1)", "Y ~ exponential(2)"], 2 / 3),
    ("X > 1 and Y < X", ["X ~ normal(0, 1)", "Y ~ normal(0, 1)"], 0.14606950913),
    ("X + Y > 1", ["(X, Y) ~ mvn([0, 0], [[1, 1/2], [1/2, 1]])"], stats.norm.sf(1 / 3**0.5)),
    ("X + Y >= 9", ["X ~ discrete_uniform(1, 6)", "Y ~ discrete_uniform(1, 6)"], 10 / 36),
    ("X > 3", ["X ~ poisson(2)"], stats.poisson(2).sf(3)),
    ("X > Y", ["X ~ poisson(2)", "Y ~ poisson(3)"], None),
    ("X < 1 and Y > 1", ["X ~ exponential(1)", "Y ~ uniform(0, 3)"], (1 - math.exp(-1)) * 2 / 3),
    ("X > 2", ["X ~ beta(2, 3)"], 0.0),
    ("X < 2", ["X ~ gamma(2, 1)"], stats.gamma(2).cdf(2)),
    ("1/X > 2", ["X ~ uniform(-1, 1)"], 1 / 4),
    ("X < 1/2", ["X ~ beta(2, 3)"], stats.beta(2, 3).cdf(0.5)),
    ("not X > 1", ["X ~ exponential(1)"], 1 - math.exp(-1)),
]


@pytest.mark.parametrize(("event", "given_", "expected"), EVENTS)
def test_events(event: str, given_: list[str], expected: float | None) -> None:
    answer = chance(event, *given_)
    assert all(check.verdict != FAILED for check in answer.checks)
    value = float(to_float(answer.value))  # type: ignore[arg-type]
    if expected is None:
        k = range(60)
        expected = sum(stats.poisson(3).pmf(i) * stats.poisson(2).sf(i) for i in k)
    assert value == pytest.approx(expected, rel=1e-8, abs=1e-300)


def test_events_with_symbols() -> None:
    answer = chance("X > c", "X ~ normal(m, s)")
    at = {"m": 1, "s": 2, "c": 3}
    assert evaluate(answer.result, at) == pytest.approx(stats.norm(1, 2).sf(3))  # type: ignore[arg-type]
    outside = chance("X > c", "X ~ exponential(r)")
    assert evaluate(outside.result, {"c": -1, "r": 2}) == 1  # type: ignore[arg-type]


def test_conditional_probability() -> None:
    memoryless = chance("X > 2", "X ~ exponential(1)", condition="X > 1")
    assert float(memoryless.value) == pytest.approx(math.exp(-1))
    with pytest.raises(Undefined):
        chance("X > 2", "X ~ uniform(0, 1)", condition="X > 1")


@given(st.integers(1, 4), st.floats(-2, 2), st.floats(-2, 2))
def test_an_event_and_its_opposite_add_up(kind: int, a: float, b: float) -> None:
    family = {1: "normal(0, 1)", 2: "laplace(0, 1)", 3: "logistic(0, 1)", 4: "cauchy(0, 1)"}[kind]
    low, high = sorted((a, b))
    quiet = Settings(check=False)
    inside = chance(f"X > {low!r} and X < {high!r}", f"X ~ {family}", settings=quiet)
    outside = chance(f"X <= {low!r} or X >= {high!r}", f"X ~ {family}", settings=quiet)
    total = float(to_float(inside.value)) + float(to_float(outside.value))  # type: ignore[arg-type]
    assert total == pytest.approx(1, abs=1e-9)


def test_refusals() -> None:
    with pytest.raises(InvalidInput, match="two distributions"):
        mean("X", "X ~ normal", "X ~ poisson(1)")
    with pytest.raises(InvalidInput, match="given after"):
        mean("X", "X ~ normal(Y, 1)", "Y ~ normal")
    with pytest.raises(InvalidInput, match="2 values"):
        variables("(X, Y, Z) ~ mvn([0, 0], [[1, 0], [0, 1]])")
    with pytest.raises(Unsolved, match="numbers for"):
        mean("sigmoid(X)", "X ~ normal(m, 1)", settings=BRIEF)


def test_a_wrong_closed_form_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """A rule that errs is refuted by quadrature, and the number is told instead."""
    from dlmath.maths.probability import exact_means

    wrong = parse("2").node
    monkeypatch.setattr(exact_means, "raw_moment", lambda *_: wrong)
    answer = mean("X^2", "X ~ normal(0, 1)")
    assert answer.facts["method"] == "quadrature"
    assert answer.value == pytest.approx(1)


#: Event, variables, probability by scipy.
SUMS = [
    ("X + Y > 3", ["X ~ poisson(1)", "Y ~ poisson(2)"], stats.poisson(3).sf(3)),
    ("2*X + 2*Y > 3", ["X ~ gamma(1, 2)", "Y ~ gamma(3, 2)"], stats.gamma(4).sf(3)),
    ("X + 2*Y > 3", ["X ~ exponential(1)", "Y ~ exponential(2)"], stats.gamma(2).sf(3)),
    ("X + Y > 3", ["X ~ chi_squared(2)", "Y ~ chi_squared(3)"], stats.chi2(5).sf(3)),
    ("3 < X + Y", ["X ~ chi_squared(2)", "Y ~ gamma(3, 1/2)"], stats.chi2(8).sf(3)),
    ("X - 2*Y > 2", ["X ~ cauchy(1, 2)", "Y ~ cauchy"], stats.cauchy(1, 4).sf(2)),
    ("|X + Y| < 1", ["X ~ cauchy(1, 2)", "Y ~ cauchy"], math.atan(2 / 3) / math.pi),
    ("X + Y <= 9", ["X ~ binomial(99, 0.1)", "Y ~ bernoulli(0.1)"], stats.binom(100, 0.1).cdf(9)),
    ("X + Y == 4", ["X ~ geometric(1/3)", "Y ~ geometric(1/3)"], 4 / 27),
    ("X + Y + Z < 7", ["X ~ geometric(1/3)", "Y ~ negative_binomial(2, 1/3)", "Z ~ geometric(1/3)"],
     stats.nbinom(4, 1 / 3).cdf(4)),
]  # fmt: skip


@pytest.mark.parametrize(("event", "given", "expected"), SUMS, ids=[row[0] for row in SUMS])
def test_sums_of_known_families(event: str, given: list[str], expected: float) -> None:
    answer = chance(event, *given)
    assert float(to_float(answer.value)) == pytest.approx(expected, rel=1e-9)
    assert answer.facts["method"] == "closed form"
    assert [check.verdict for check in answer.checks] == [PASSED]


#: Event, variables, probability.
EVENTS_EXACT = [
    ("X == 3", ["X ~ poisson(4)"], stats.poisson(4).pmf(3)),
    ("X != 3 and X < 6", ["X ~ poisson(4)"], stats.poisson(4).cdf(5) - stats.poisson(4).pmf(3)),
    ("X > 2 or X == 0", ["X ~ geometric(1/3)"], 4 / 9),
    ("X == 1", ["X ~ categorical(0.2, 0.3, 0.5)"], 0.3),
    ("max(X, Y) < 2", ["X ~ exponential(1)", "Y ~ exponential(1)"], (1 - math.exp(-2)) ** 2),
    ("min(X, Y) < 2", ["X ~ exponential(1)", "Y ~ exponential(1)"], 1 - math.exp(-4)),
    ("X/Y > 3", ["X ~ exponential(1)", "Y ~ exponential(1)"], 1 / 4),
    ("X + Y < 1", ["X ~ uniform(0, 1)", "Y ~ uniform(0, 1)"], 1 / 2),
    ("Y > 3", ["X ~ gamma(2, 1)", "Y ~ poisson(X)"], 3 / 16),
    ("Y > 1", ["X ~ normal(0, 1)", "Y ~ normal(2*X, 1)"], stats.norm(0, math.sqrt(5)).sf(1)),
    ("Y > 1", ["X ~ gamma(2, 3)", "Y ~ exponential(X)"], 9 / 16),
]


@pytest.mark.parametrize(("event", "given", "expected"), EVENTS_EXACT)
def test_events_in_closed_form(event: str, given: list[str], expected: float) -> None:
    answer = chance(event, *given)
    assert float(to_float(answer.value)) == pytest.approx(expected, rel=1e-9)
    assert answer.facts["method"] == "closed form"


def test_symbols_in_events_of_whole_numbers() -> None:
    assert str(chance("X >= 1", "X ~ poisson(mu)")) == "1 - exp(-mu)"
    assert str(chance("X == 0", "X ~ binomial(n, p)")) == "(1 - p)**n"
    both = chance("min(X, Y) > c", "X ~ exponential(a)", "Y ~ exponential(b)")
    assert str(both) == "piecewise((1, c < 0), (exp(-a*c - b*c), true))"


def test_values_of_symbols_reach_joint_distributions() -> None:
    joint = "(X, Y) ~ mvn([0, 0], [[1, r], [r, 1]])"
    given = Settings(at={"r": parse("1/2").node})
    assert float(to_float(mean("X*Y", joint, settings=given).value)) == 0.5


@pytest.mark.parametrize(
    ("event", "share"),
    [
        ("floor(X) > 1", 1 / 3),
        ("tan(X) > 1", (math.pi / 4) / 3),
        ("sign(X - 1) > 0", 2 / 3),
        ("1/(X - 1) > 1", 1 / 3),
    ],
)
def test_events_that_change_at_a_jump(event: str, share: float) -> None:
    answer = chance(event, "X ~ uniform(0, 3)")
    assert float(to_float(answer.value)) == pytest.approx(share, rel=1e-4)  # type: ignore[arg-type]
    assert all(check.verdict != FAILED for check in answer.checks)


def test_what_a_check_contradicts_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    from dlmath.maths.probability import closed_divergences as closed
    from dlmath.maths.probability.information import divergence

    monkeypatch.setitem(closed.KULLBACK_LEIBLER, "normal", closed.Closed("mu1 - mu2 + 7"))
    p, q = (read_random_variables(f"X ~ normal({m}, 1)")[1] for m in (0, 1))
    answer = divergence(p, q)
    assert answer.status == "refuted" and answer.result is None and not answer.facts
