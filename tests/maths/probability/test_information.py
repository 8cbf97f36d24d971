"""Entropies and divergences: textbook values, quadrature for every closed form, laws they obey."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import special, stats

from dlmath.answer import FAILED, PASSED, Answer
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.parser import parse
from dlmath.maths.probability import closed_divergences as closed
from dlmath.maths.probability.information import KINDS, cross_entropy, divergence, entropy
from dlmath.maths.probability.measured_divergences import measured_divergence
from dlmath.maths.probability.reading import is_distribution, read_distribution, read_family
from dlmath.settings import Settings


def source(text: str):  # type: ignore[no-untyped-def]
    return read_distribution(text) if is_distribution(text) else parse(text).node


def apart(p: str, q: str, kind: str = "kl", base: str | None = None) -> Answer:
    node = None if base is None else parse(base).node
    return divergence(source(p), source(q), Settings(), kind, node)


#: Two of a family, of which the first lies inside the support of the second.
PAIRS = [
    ("normal(0, 1)", "normal(1, 2)"),
    ("lognormal(0, 1)", "lognormal(1, 2)"),
    ("exponential(1)", "exponential(3)"),
    ("gamma(2, 3)", "gamma(3, 1)"),
    ("inverse_gamma(6, 3)", "inverse_gamma(7, 1)"),
    ("chi_squared(3)", "chi_squared(5)"),
    ("beta(2, 3)", "beta(4, 3/2)"),
    ("laplace(0, 1)", "laplace(1, 2)"),
    ("cauchy(0, 1)", "cauchy(1, 2)"),
    ("uniform(0, 1)", "uniform(-1, 2)"),
    ("discrete_uniform(1, 4)", "discrete_uniform(0, 9)"),
    ("pareto(2, 5)", "pareto(1, 3)"),
    ("weibull(2, 3)", "weibull(3, 2)"),
    ("gumbel(0, 1)", "gumbel(1, 2)"),
    ("rayleigh(1)", "rayleigh(2)"),
    ("half_normal(1)", "half_normal(2)"),
    ("von_mises(0, 1)", "von_mises(0, 3)"),
    ("bernoulli(0.2)", "bernoulli(0.6)"),
    ("binomial(7, 0.2)", "binomial(7, 0.6)"),
    ("geometric(0.3)", "geometric(0.6)"),
    ("negative_binomial(2.5, 0.3)", "negative_binomial(2.5, 0.6)"),
    ("poisson(2)", "poisson(5)"),
]


def test_every_closed_form_has_a_pair() -> None:
    assert {read_family(p).family.name for p, _ in PAIRS} == set(closed.KULLBACK_LEIBLER)


@pytest.mark.parametrize(("p", "q"), PAIRS)
@pytest.mark.parametrize("kind", ["kl", "hellinger", "tv", "wasserstein"])
def test_closed_forms_are_what_quadrature_finds(p: str, q: str, kind: str) -> None:
    answer = apart(p, q, kind) if (kind, p) not in _UNSETTLED else None
    if answer is None:
        with pytest.raises(Unsolved):
            apart(p, q, kind)
        return
    assert all(check.verdict == PASSED for check in answer.checks), answer.checks
    value, error = measured_divergence(read_family(p), read_family(q), kind)
    assert float(answer.value) == pytest.approx(value, abs=10 * error + 1e-7)


#: The Wasserstein distance of distributions without a mean is infinite or none.
_UNSETTLED = {("wasserstein", "cauchy(0, 1)")}


@pytest.mark.parametrize(
    ("p", "q", "kind", "text"),
    [
        ("normal(0, 1)", "normal(2, 1)", "kl", "2"),
        ("normal(0, 1)", "normal(2, 1)", "wasserstein", "2"),
        ("[1/2, 1/2]", "[1/4, 3/4]", "kl", "log(2) - log(3)/2"),
        ("[1/2, 1/2]", "[1/4, 3/4]", "tv", "1/4"),
        ("[1, 0]", "[0, 1]", "hellinger", "1"),
        ("[1, 0]", "[0, 1]", "js", "log(2)"),
        ("[1, 0]", "[0, 1]", "kl", "oo"),
        ("[1, 0, 0]", "[0, 0, 1]", "wasserstein", "2"),
        ("uniform(0, 2)", "uniform(0, 1)", "kl", "oo"),
        ("normal(0, 1)", "exponential(1)", "kl", "oo"),
        ("mvn([0, 0], [[1, 0], [0, 1]])", "mvn([1, 1], [[1, 0], [0, 1]])", "kl", "1"),
        ("categorical(1/2, 1/2)", "categorical(1/4, 3/4)", "tv", "1/4"),
        ("dirichlet(1, 1)", "dirichlet(1, 1)", "kl", "0"),
    ],
)
def test_known_values(p: str, q: str, kind: str, text: str) -> None:
    assert str(apart(p, q, kind)) == text


def test_infinity_says_why() -> None:
    notes = " ".join(str(part) for note in apart("[1/2, 1/2]", "[1, 0]").notes for part in note)
    assert "outcome 2" in notes
    notes = " ".join(str(note[0]) for note in apart("normal(0, 1)", "exponential(1)").notes)
    assert "excludes" in notes


def test_cases_where_the_supports_depend_on_symbols() -> None:
    answer = apart("uniform(0, a)", "uniform(0, b)")
    at = {"a": 2, "b": 3}
    assert to_float(evaluate(answer.result, at)) == pytest.approx(math.log(1.5))  # type: ignore[arg-type]
    assert evaluate(answer.result, {"a": 3, "b": 2}) == math.inf  # type: ignore[arg-type]


def test_two_symbolic_normals() -> None:
    answer = apart("normal(m, s)", "normal(n, t)")
    assert answer.checks[0].verdict == PASSED
    value = evaluate(answer.result, {"m": 0, "s": 1, "n": 1, "t": 2})  # type: ignore[arg-type]
    assert value == pytest.approx(math.log(2) + 2 / 8 - 1 / 2)


def test_several_normals() -> None:
    answer = apart("mvn([0, 0], [[2, 1], [1, 2]])", "mvn([1, 0], [[1, 0], [0, 3]])")
    first, second = np.array([[2, 1], [1, 2]]), np.array([[1, 0], [0, 3]])
    inverse = np.linalg.inv(second)
    off = np.array([1, 0])
    expected = 0.5 * (
        np.trace(inverse @ first) + off @ inverse @ off - 2
        + np.log(np.linalg.det(second) / np.linalg.det(first))
    )  # fmt: skip
    assert float(answer.value) == pytest.approx(expected)
    assert answer.checks[0].verdict == PASSED


probabilities = st.lists(st.integers(0, 20), min_size=3, max_size=3).filter(lambda v: sum(v) > 0)


@given(probabilities, probabilities)
def test_laws_of_divergences_of_lists(a: list[int], b: list[int]) -> None:
    p, q = ("[" + ", ".join(f"{k}/{sum(v)}" for k in v) + "]" for v in (a, b))
    x, y = np.array(a) / sum(a), np.array(b) / sum(b)
    found = {
        kind: to_float(evaluate(apart(p, q, kind).result))
        for kind in KINDS  # type: ignore[arg-type]
    }
    assert found["kl"] == pytest.approx(special.rel_entr(x, y).sum(), abs=1e-9)
    assert found["tv"] == pytest.approx(abs(x - y).sum() / 2)
    assert found["wasserstein"] == pytest.approx(
        stats.wasserstein_distance(range(3), range(3), x, y), abs=1e-9
    )
    assert found["js"] <= math.log(2) + 1e-9
    # Pinsker's inequality; Le Cam's inequalities.
    assert 2 * found["tv"] ** 2 <= found["kl"] + 1e-9
    assert found["hellinger"] ** 2 <= found["tv"] + 1e-9
    assert found["tv"] <= found["hellinger"] * math.sqrt(2) + 1e-9


def test_entropies() -> None:
    assert str(entropy(source("[1/2, 1/4, 1/4]"), base=parse("2").node)) == "3/2"
    assert str(entropy(source("[1, 0]"))) == "0"
    assert str(entropy(source("normal(0, 1)"))) == "log(2*e*pi)/2"
    assert entropy(source("binomial(4, 1/2)")).value == pytest.approx(stats.binom(4, 0.5).entropy())
    assert entropy(source("[1/4, 3/4]")).facts["unit"] == "nats"


def test_entropies_of_a_joint_table() -> None:
    # Cover and Thomas, "Elements of Information Theory", example 2.2.1.
    table = "[[1/8, 1/16, 1/32, 1/32], [1/16, 1/8, 1/32, 1/32],"
    table += " [1/16, 1/16, 1/16, 1/16], [1/4, 0, 0, 0]]"
    answer = entropy(parse(table).node, Settings(), parse("2").node)
    assert str(answer) == "27/8"
    facts = {name: to_float(evaluate(answer.facts[name])) for name in (
        "entropy_x", "entropy_y", "conditional_x_given_y", "conditional_y_given_x",
        "mutual_information",
    )}  # fmt: skip
    assert list(facts.values()) == pytest.approx([2, 7 / 4, 13 / 8, 11 / 8, 3 / 8])
    assert all(check.verdict == PASSED for check in answer.checks)


def test_cross_entropy_is_entropy_and_divergence() -> None:
    assert str(cross_entropy(source("[0, 1, 0]"), source("[1/4, 1/2, 1/4]"))) == "log(2)"
    answer = cross_entropy(source("normal(0, 1)"), source("normal(1, 2)"))
    expected = stats.norm(0, 1).entropy() + math.log(2) + 2 / 8 - 1 / 2
    assert float(answer.value) == pytest.approx(expected)
    assert str(cross_entropy(source("[1/2, 1/2]"), source("[1, 0]"))) == "oo"


@pytest.mark.parametrize(
    ("p", "q", "words"),
    [
        ("[1/2, 1/4]", "[1/2, 1/2]", "add up to 3/4"),
        ("[3/2, -1/2]", "[1/2, 1/2]", "no probability"),
        ("[1/2, 1/2]", "[1/3, 1/3, 1/3]", "2 and 3"),
        ("[1/2, 1/2]", "normal(0, 1)", "list"),
        ("1/2", "[1/2, 1/2]", "a list of probabilities"),
    ],
)
def test_refusals(p: str, q: str, words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        apart(p, q)


def test_a_base_belongs_to_logarithms() -> None:
    assert str(apart("[1, 0]", "[1/2, 1/2]", "kl", "2")) == "1"
    with pytest.raises(InvalidInput, match="logarithms"):
        apart("[1, 0]", "[1/2, 1/2]", "tv", "2")


def test_a_wrong_closed_form_is_refuted(monkeypatch: pytest.MonkeyPatch) -> None:
    wrong = closed.Closed("log(sigma2/sigma1) + (mu1 - mu2)^2/(2*sigma2^2)")
    monkeypatch.setitem(closed.KULLBACK_LEIBLER, "normal", wrong)
    assert apart("normal(0, 1)", "normal(1, 2)").checks[0].verdict == FAILED
    assert apart("normal(m, s)", "normal(n, t)").checks[0].verdict == FAILED
