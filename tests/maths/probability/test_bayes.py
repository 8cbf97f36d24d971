"""`bayes`: hypotheses and parameters, against tables worked by hand and quadrature."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, stats

import dlmath
from dlmath.answer import PASSED, Answer
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.parser import parse, parse_assignments
from dlmath.expression.text import to_text
from dlmath.maths.probability.bayes import bayes
from dlmath.maths.probability.conjugate import UPDATES, dirichlet_posterior, posterior
from dlmath.maths.probability.reading import read_family, read_random_variable
from dlmath.settings import Settings


def table(prior: str, *likelihoods: str, steps: bool = False) -> Answer:
    return bayes(
        parse_assignments(prior),
        [parse_assignments(text) for text in likelihoods],
        Settings(steps=steps),
    )


def update(prior: str, likelihood: str, data: str) -> Answer:
    name, chosen = read_random_variable(prior)
    values = parse(data).node
    entries = values.args if values.op == "vector" else (values,)
    return posterior(name, chosen, read_family(likelihood), entries)  # type: ignore[arg-type]


def test_a_medical_test() -> None:
    answer = table("sick=0.01, well=0.99", "sick=0.9, well=0.05", steps=True)
    assert answer.result == "sick = 2/13, well = 11/13"
    assert to_text(answer.facts["evidence"]) == "117/2000"
    assert to_text(answer.facts["bayes_factor"]) == "18"
    assert answer.checks[0].verdict == PASSED
    assert to_text(answer.steps[-1].after) == "[2/13, 11/13]"  # type: ignore[arg-type]


def test_evidence_one_after_another_is_evidence_at_once() -> None:
    twice = table("a=1/2, b=1/2", "a=0.8, b=0.3", "a=0.4, b=0.9")
    once = table("a=1/2, b=1/2", "a=0.32, b=0.27")
    assert twice.result == once.result
    assert len(twice.tables) == 2


def test_symbols() -> None:
    answer = table("a=p, b=1-p", "a=s, b=t")
    assert answer.checks[0].verdict == PASSED
    assert answer.value is None


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 8)), min_size=2, max_size=5))
def test_posteriors_add_up_to_one(pairs: list[tuple[int, int]]) -> None:
    whole = sum(weight for weight, _ in pairs)
    prior = ", ".join(f"h{i}={w}/{whole}" for i, (w, _) in enumerate(pairs))
    likelihood = ", ".join(f"h{i}={v}/8" for i, (_, v) in enumerate(pairs))
    if not any(value for _, value in pairs):
        with pytest.raises(Undefined):
            table(prior, likelihood)
        return
    found = table(prior, likelihood).facts["posterior"]
    assert sum(evaluate(value) for value in found.values()) == pytest.approx(1)  # type: ignore[misc]


@pytest.mark.parametrize(
    ("prior", "likelihood", "words"),
    [
        ("a=0.5, b=0.4", "a=1, b=0", "add up to 9/10"),
        ("a=0.5, b=0.5", "a=1", "none for b"),
        ("a=0.5, b=0.5", "a=1, b=0, c=1", "no prior"),
        ("a=0.5, b=0.5", "a=1.5, b=0", "no probability"),
    ],
)
def test_refusals(prior: str, likelihood: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        table(prior, likelihood)


#: Prior, likelihood, data, posterior. Every pair of families has a row.
CONJUGATE = [
    ("p ~ beta(2, 3)", "bernoulli(p)", "[1, 0, 1]", "p ~ beta(4, 4)"),
    ("p ~ beta(2, 2)", "binomial(10, p)", "[7, 6]", "p ~ beta(15, 9)"),
    ("p ~ beta(2, 2)", "geometric(p)", "[3, 1]", "p ~ beta(4, 4)"),
    ("p ~ beta(2, 2)", "negative_binomial(3, p)", "[4, 2]", "p ~ beta(8, 8)"),
    ("r ~ gamma(2, 1)", "poisson(r)", "[3, 4, 2]", "r ~ gamma(11, 4)"),
    ("r ~ gamma(2, 1)", "exponential(r)", "[1/2, 3]", "r ~ gamma(4, 9/2)"),
    ("r ~ gamma(2, 1)", "gamma(3, r)", "[1/2, 3]", "r ~ gamma(8, 9/2)"),
    ("m ~ normal(0, 2)", "normal(m, 1)", "[3]", "m ~ normal(12/5, 2*sqrt(5)/5)"),
    ("m ~ normal(0, 1)", "lognormal(m, 1)", "[1]", "m ~ normal(0, sqrt(2)/2)"),
    ("b ~ pareto(1, 2)", "uniform(0, b)", "[1/2, 3]", "b ~ pareto(3, 4)"),
]


def test_every_pair_has_a_row() -> None:
    pairs = {
        (read_random_variable(p)[1].family.name, read_family(q).family.name)  # type: ignore[union-attr]
        for p, q, *_ in CONJUGATE
    }
    assert pairs == set(UPDATES)


@pytest.mark.parametrize(("prior", "likelihood", "data", "expected"), CONJUGATE)
def test_conjugate_updates(prior: str, likelihood: str, data: str, expected: str) -> None:
    answer = update(prior, likelihood, data)
    assert answer.result == expected
    assert answer.checks[0].verdict == PASSED
    read_random_variable(str(answer.result))


def test_the_evidence_is_the_integral() -> None:
    answer = update("p ~ beta(2, 2)", "binomial(10, p)", "7")
    whole, _ = integrate.quad(lambda p: stats.beta(2, 2).pdf(p) * stats.binom(10, p).pmf(7), 0, 1)
    import math

    assert answer.facts["log_evidence"] == pytest.approx(math.log(whole))


def test_a_wrong_update_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    from dlmath.maths.probability.conjugate import Update

    wrong = Update("mu", {"alpha": "alpha + s", "beta": "beta + 2*n"})
    monkeypatch.setitem(UPDATES, ("gamma", "poisson"), wrong)
    assert update("r ~ gamma(2, 1)", "poisson(r)", "[3, 4]").checks[0].verdict == "failed"


def test_other_pairs_by_quadrature() -> None:
    answer = update("m ~ normal(0, 10)", "laplace(m, 2)", "[4.1, 5.3, 3.9]")

    def weight(m: float) -> float:
        peers = stats.laplace(m, 2)
        return float(stats.norm(0, 10).pdf(m) * peers.pdf([4.1, 5.3, 3.9]).prod())

    cuts = [3.9, 4.1, 5.3]
    whole, _ = integrate.quad(weight, -60, 60, points=cuts, limit=200)
    first, _ = integrate.quad(lambda m: m * weight(m), -60, 60, points=cuts, limit=200)
    assert answer.value == pytest.approx(first / whole, rel=1e-7)
    assert answer.checks[0].verdict == PASSED


def test_a_normal_mean_with_symbols() -> None:
    answer = update("m ~ normal(a, t)", "normal(m, s)", "[x]")
    _, found = read_random_variable(str(answer.result))
    at = {"a": 1, "t": 2, "s": 3, "x": 4}
    mean = to_float(evaluate(found.parameters["mu"], at))  # type: ignore[union-attr]
    assert mean == pytest.approx((1 / 4 + 4 / 9) / (1 / 4 + 1 / 9))


def test_classes() -> None:
    prior, counts = (parse(text).node.args for text in ("[1, 1, 1]", "[3, 5, 2]"))
    answer = dirichlet_posterior("p", prior, counts)
    assert answer.result == "p ~ dirichlet(4, 6, 3)"
    assert answer.checks[0].verdict == PASSED
    with pytest.raises(InvalidInput, match="3 classes"):
        dirichlet_posterior("p", prior, counts[:2])


@pytest.mark.parametrize(
    ("prior", "likelihood", "data", "words"),
    [
        ("p ~ beta(2, 2)", "binomial(10, q)", "7", "does not hold p"),
        ("p ~ beta(2, 2)", "binomial(10, p)", "11", "never gives 11"),
        ("p ~ beta(2, 2)", "binomial(10, p)", "1/2", "no whole number"),
        ("r ~ gamma(2, 1)", "exponential(r)", "-1", "never gives -1"),
    ],
)
def test_impossible_observations(prior: str, likelihood: str, data: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        update(prior, likelihood, data)


def test_counts_must_add_up_to_the_draws() -> None:
    prior, likelihood = "p ~ dirichlet(1, 1, 1)", "multinomial(10, p)"
    answer = dlmath.bayes(prior, likelihood, observed="[3, 5, 2]")
    assert str(answer) == "p ~ dirichlet(4, 6, 3)"
    with pytest.raises(InvalidInput, match="add up to 11"):
        dlmath.bayes(prior, likelihood, observed="[3, 5, 3]")


def test_priors_that_are_conjugate_under_another_name() -> None:
    flat = dlmath.bayes("p ~ uniform(0, 1)", "binomial(10, p)", observed="7")
    assert str(flat) == "p ~ beta(8, 4)"
    rate = dlmath.bayes("m ~ exponential(2)", "poisson(m)", observed="7")
    assert str(rate) == "m ~ gamma(8, 3)"
