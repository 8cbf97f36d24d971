"""The comparison of values finds small differences and honours what is assumed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from dlmath.answer import FAILED, PASSED, UNAVAILABLE
from dlmath.checks.values import contrast, same_values, sample_points, short_text, telling_points
from dlmath.expression.graph import free_symbols
from dlmath.expression.parser import parse


def verdict(a: str, b: str, **known: str) -> str:
    left, right = parse(a).node, parse(b).node
    assume = {name: frozenset(words.split()) for name, words in known.items()}
    names = sorted(free_symbols(left) | free_symbols(right))
    return same_values(left, right, names, assume).verdict


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("(x + 1)^2", "x^2 + 2*x + 1"),
        ("sin(x)^2 + cos(x)^2", "1"),
        ("sin(x)^2 + cos(x)^2 - 1", "0"),
        ("sqrt(x^2)", "abs(x)"),
        ("[x, y]", "[x, y]"),
        ("(x^2 - 1)/(x - 1)", "x + 1"),
        ("exp(-x^2*99)", "exp(-99*x^2)"),
        ("1", "2 - 1"),
    ],
)
def test_equal(a: str, b: str) -> None:
    assert verdict(a, b) == PASSED


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("(x + 1)^2", "x^2 + 1"),
        ("sqrt(x^2)", "x"),
        ("log(x^2)", "2*log(x)"),
        ("cbrt(x)", "x^(1/3)"),
        ("x*(1 + 10^-15)", "x"),
        ("x", "x + exp(-40)"),
        ("[x, y]", "[x, x]"),
        ("exp(-x^2*99)", "2*exp(-99*x^2)"),
        ("x", "[x]"),
        ("1", "2"),
    ],
)
def test_different(a: str, b: str) -> None:
    assert verdict(a, b) == FAILED


def test_assumptions_are_honoured() -> None:
    assert verdict("sqrt(x^2)", "x", x="positive") == PASSED
    assert verdict("sqrt(x^2)", "-x", x="negative") == PASSED
    assert verdict("cos(pi*n)", "(-1)^n", n="integer") == PASSED
    assert verdict("cos(pi*n)", "(-1)^n") == FAILED
    assert verdict("conjugate(z)", "z", z="complex") == FAILED
    assert verdict("conjugate(z)", "z") == PASSED


def test_nothing_to_compare_is_said() -> None:
    check = same_values(parse("1/0").node, parse("1/0").node, [])
    assert check.verdict == UNAVAILABLE
    assert check.detail == "there is no point at which both have a value"


def test_a_point_of_disagreement_is_named() -> None:
    check = same_values(parse("x").node, parse("-x").node, ["x"])
    assert check.detail.startswith("at x = ")
    assert " against " in check.detail


def test_one_sided_points_are_counted() -> None:
    left, right = parse("x^2/x").node, parse("x").node
    check = same_values(left, right, ["x"], points=[{"x": 0}, {"x": 2}, {"x": 3}])
    assert check == (
        "values at points",
        PASSED,
        "agrees at 2 points to 30 digits; at 1 point only one of the two has a value",
    )


def test_values_far_away_are_not_lost_to_cancellation() -> None:
    left, right = parse("cosh(x)^2 - sinh(x)^2").node, parse("1").node
    points = [{"x": 1000}, {"x": 1}, {"x": 10**6}]
    assert same_values(left, right, ["x"], points=points).detail.startswith("agrees at 2 points")


def test_telling_points_lie_around_the_numbers_of_an_expression() -> None:
    expression = parse("relu(x - 100/3)").node
    values = [point["x"] for point in telling_points([expression], ["x"])]
    assert {Fraction(100, 3), Fraction(203, 6), Fraction(197, 6), 10**4, -100} <= set(values)
    positive = telling_points([expression], ["x"], {"x": frozenset(["positive"])})
    assert all(point["x"] > 0 for point in positive)


def test_points_spread_over_the_line_and_independently() -> None:
    points = sample_points(["x", "y"], {}, 16)
    assert points == sample_points(["x", "y"], {}, 16)
    signs = {(point["x"] > 0, point["y"] > 0) for point in points}
    assert len(signs) == 4
    sizes = sorted(abs(point["x"]) for point in points)
    assert sizes[0] < 0.1
    assert sizes[-1] > 8


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("positive", lambda v: v > 0),
        ("nonnegative", lambda v: v >= 0),
        ("negative", lambda v: v < 0),
        ("integer", lambda v: v == int(v)),
        ("positive integer", lambda v: v > 0 and v == int(v)),
        ("nonzero integer", lambda v: v != 0 and v == int(v)),
    ],
)
def test_points_fit_the_assumptions(words: str, holds: object) -> None:
    assert callable(holds)
    for point in sample_points(["x"], {"x": frozenset(words.split())}, 40):
        assert holds(point["x"])


def test_values_in_words() -> None:
    assert short_text(2.5) == "2.5"
    assert short_text(3 + 4j) == "3 + 4*i"
    assert short_text([1, 2]) == "[1, 2]"
    assert contrast(1.0, 1.0 + 1e-14) == "1 against 1.00000000000001"
