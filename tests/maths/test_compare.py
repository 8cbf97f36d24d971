"""Equal or not: proofs, counterexamples that can be checked by hand, and domains."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dlmath.answer import Answer
from dlmath.errors import ExitCode, InvalidInput, Unsolved
from dlmath.expression.parser import parse
from dlmath.maths.compare import compare
from dlmath.settings import Settings


def check(a: str, b: str, **known: str) -> Answer:
    assume = {name: frozenset(words.split()) for name, words in known.items()}
    return compare(parse(a).node, parse(b).node, Settings(assume=assume))


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("derive(tanh(x), x)", "1 - tanh(x)^2"),
        ("derive(sigmoid(x), x)", "sigmoid(x)*(1 - sigmoid(x))"),
        ("sin(x)^2 + cos(x)^2", "1"),
        ("tanh(x)", "2*sigmoid(2*x) - 1"),
        ("sqrt(2) + sqrt(3)", "sqrt(5 + 2*sqrt(6))"),
        ("gelu(x)", "x*(1 + erf(x/sqrt(2)))/2"),
        ("sqrt(x^2)", "abs(x)"),
        ("[x, 2*x]", "[x, x + x]"),
        ("0.1 + 0.2", "0.3"),
        ("integrate(2*x, x)", "x^2 + 1"),
        ("limit((1 + 1/n)^n, n, oo)", "e"),
        ("softmax([a, b])", "[sigmoid(a - b), sigmoid(b - a)]"),
    ],
)
def test_equal(a: str, b: str) -> None:
    answer = check(a, b)
    assert answer.result == "equal"
    assert answer.facts["equal"] is True
    assert answer.code == ExitCode.ANSWERED
    assert not answer.refuted


@pytest.mark.parametrize(
    ("a", "b", "point", "left", "right"),
    [
        ("(x + 1)^2", "x^2 + 1", {"x": 2}, 9, 5),
        ("sqrt(x^2)", "x", {"x": -1}, 1, -1),
        ("floor(x)", "x", {"x": Fraction(1, 2)}, 0, Fraction(1, 2)),
        ("2", "3", {}, 2, 3),
    ],
)
def test_a_counterexample_to_check_by_hand(
    a: str, b: str, point: dict[str, object], left: object, right: object
) -> None:
    answer = check(a, b)
    assert answer.result == "not equal"
    assert answer.code == ExitCode.NO_ANSWER
    assert answer.facts["counterexample"] == point
    assert (answer.facts["left"], answer.facts["right"]) == (left, right)
    assert not answer.refuted


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("log(x^2)", "2*log(x)"),
        ("log(x*y)", "log(x) + log(y)"),
        ("cbrt(x)", "x^(1/3)"),
        ("exp(pi*sqrt(163))", "262537412640768744"),
        ("1/x", "1/x + 1e-30"),
        ("x", "x + 1e-90"),
        ("1/0", "1"),
        ("[1, 2]", "[1, 2, 3]"),
        ("derive(relu(x)^2, x)", "2*x"),
        ("integrate(2*x, x)", "x^3"),
        ("relu(x - 100)", "0"),
        ("max(x, -37/2)", "abs(x)*(1 + sign(x))/2 - abs(x)*(1 - sign(x))/2"),
        ("relu(x^2 - 5000)", "0"),
        ("piecewise((1, x == 7), (0, true))", "0"),
        ("heaviside(x + y - 30)", "0"),
    ],
)
def test_not_equal(a: str, b: str) -> None:
    answer = check(a, b)
    assert answer.result == "not equal"
    assert answer.code == ExitCode.NO_ANSWER


def test_assumptions_make_equal_and_are_proposed() -> None:
    assert check("sqrt(x^2)", "x", x="positive").result == "equal"
    assert check("cos(pi*n)", "(-1)^n", n="integer").result == "equal"
    assert check("factorial(n)", "n*factorial(n - 1)", n="positive integer").result == "equal"
    assert check("z*conjugate(z)", "abs(z)^2", z="complex").result == "equal"
    assert check("z^2", "abs(z)^2", z="complex").result == "not equal"
    assert check("z^2", "abs(z)^2").result == "equal"
    assert '--assume "x>0"' in str(check("log(x^2)", "2*log(x)").notes)


def test_a_lost_point_is_a_note() -> None:
    answer = check("x^2/x", "x")
    assert answer.result == "equal"
    assert "only the second has a value at x = 0" in str(answer.notes)


def test_agreement_without_proof_is_said_to_be_none() -> None:
    answer = check("zeta(3)*8", "besselj(0, 0)*8*zeta(3)")
    assert answer.result == "equal"
    unproved = check("z*conjugate(z)", "abs(z)^2", z="complex")
    assert "no proof" in unproved.facts["reason"]


def test_relations_and_hopeless_comparisons_are_refused() -> None:
    with pytest.raises(InvalidInput):
        compare(parse("x = 1", equation=True).node, parse("x").node)
    with pytest.raises(Unsolved):
        check("1/0", "2/0")


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("relu(x - 10^12)", "0"),
        ("relu(x - exp(20))", "0"),
        ("y*relu(x - exp(20))", "0"),
        ("abs(x - 10^10)", "10^10 - x"),
        ("floor(x/10^7)*(floor(x/10^7) + 1)", "0"),
        ("asin(sin(x/10000))*10000", "x"),
        ("relu(sin(x) - 0.99999)", "0"),
        ("piecewise((1, x > 3 and x < 3.001), (0, true))", "0"),
        ("piecewise((1, x == sqrt(2)), (0, true))", "0"),
        ("tanh(10^9*x)", "sign(x)"),
        ("x + x^2/10^50", "x"),
        ("exp(pi*sqrt(163))", "262537412640768744"),
    ],
)
def test_equal_nearly_everywhere_is_not_equal(a: str, b: str) -> None:
    answer = check(a, b)
    assert answer.result == "not equal"
    assert answer.facts["left"] != answer.facts["right"] or "exp(pi" in a
