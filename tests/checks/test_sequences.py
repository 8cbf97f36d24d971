"""Behaviour near a point, told from values: each kind, and the traps."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

from dlmath.answer import FAILED, PASSED, UNAVAILABLE
from dlmath.checks import sequences
from dlmath.checks.approach import Approach, is_infinite
from dlmath.checks.extrapolation import estimate
from dlmath.checks.sequences import Behaviour, judge, observe
from dlmath.checks.strict_values import strict_value
from dlmath.expression import graph
from dlmath.expression.parser import parse


def seen(text: str, to: str, side: str = "right", **options: object) -> Behaviour:
    return observe(parse(text).node, "x", parse(to).node, side, {}, **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "to", "side", "value"),
    [
        ("sin(x)/x", "0", "right", 1),
        ("(1 + 1/x)^x", "oo", "left", mpmath.e),
        ("x*log(x)", "0", "right", 0),
        ("1/log(x)", "0", "right", 0),
        ("x*floor(1/x)", "0", "left", 1),
        ("x/(x + 10^30)", "oo", "left", 1),
        ("1 - x^(-1/100)", "oo", "left", 1),
        ("2^(1/x)", "0", "left", 0),
        ("sin(x)/x", "oo", "left", 0),
        ("sin(x)^2 + cos(x)^2", "oo", "left", 1),
        ("exp(x)*(exp(1/x - exp(-x)) - exp(1/x))", "oo", "left", -1),
        ("(tan(sin(x)) - sin(tan(x)))/x^7", "0", "right", mpmath.mpf(1) / 30),
        ("besselj(0, x)", "oo", "left", 0),
    ],
)
def test_finite_limits_are_estimated_within_the_error(
    text: str, to: str, side: str, value: object
) -> None:
    behaviour = seen(text, to, side)
    assert behaviour.kind == sequences.FINITE
    gap = abs(behaviour.value - mpmath.mpf(value))
    assert gap <= max(10 * behaviour.error, mpmath.mpf(10) ** -12)


@pytest.mark.parametrize(
    ("text", "to", "side", "kind"),
    [
        ("1/x", "0", "left", sequences.MINUS),
        ("1/x", "0", "right", sequences.PLUS),
        ("tan(x)", "pi/2", "left", sequences.PLUS),
        ("log(log(x))", "oo", "left", sequences.PLUS),
        ("x^(1/100)", "oo", "left", sequences.PLUS),
        ("gamma(x)", "oo", "left", sequences.PLUS),
        ("x*(2 + sin(x))", "oo", "left", sequences.PLUS),
        ("exp(exp(exp(x)))", "oo", "left", sequences.PLUS),
        ("0.3^x", "-oo", "right", sequences.PLUS),
    ],
)
def test_infinite_limits(text: str, to: str, side: str, kind: str) -> None:
    assert seen(text, to, side).kind == kind


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("sin(x)", "oo"),
        ("sin(pi*x)", "oo"),
        ("sin(1/x)", "0"),
        ("x*sin(x)", "oo"),
        ("x*sin(x)^2", "oo"),
        ("(9 + sin(x))^(-2)", "oo"),
        ("exp(x*sin(x))", "oo"),
        ("tan(exp(x))", "oo"),
        ("(-1)^x", "oo"),
        ("x - floor(x)", "oo"),
    ],
)
def test_oscillation(text: str, to: str) -> None:
    assert seen(text, to).kind == sequences.OSCILLATING


def test_whole_values_only() -> None:
    assert seen("sin(pi*x)", "oo").kind == sequences.OSCILLATING
    assert seen("cos(2*pi*x)", "oo", whole=True).value == 1
    assert seen("(-1)^x", "oo", whole=True).kind == sequences.OSCILLATING


def test_what_cannot_be_decided_is_not_decided() -> None:
    assert seen("sin(log(log(x)))", "oo").kind == sequences.UNDECIDED


def test_undefined_and_complex_sides() -> None:
    assert seen("1/(x - x)", "0").kind == sequences.UNDEFINED
    left = seen("sqrt(x)", "0", "left")
    assert left.kind == sequences.FINITE
    assert not left.real
    assert seen("sqrt(x)", "0", "right").real


def test_parameters_take_given_numbers() -> None:
    behaviour = observe(parse("sin(a*x)/x").node, "x", graph.ZERO, "right", {"a": Fraction(7, 2)})
    assert abs(behaviour.value - 3.5) < 1e-20


def test_the_verdicts() -> None:
    finite = seen("sin(x)/x", "0")
    assert judge(finite, mpmath.mpf(1))[0] == PASSED
    assert judge(finite, mpmath.mpf("1.001"))[0] == FAILED
    assert judge(finite, sequences.PLUS)[0] == FAILED
    infinite = seen("1/x", "0")
    assert judge(infinite, sequences.PLUS)[0] == PASSED
    assert judge(infinite, sequences.MINUS)[0] == FAILED
    assert judge(infinite, mpmath.mpf(0))[0] == FAILED
    assert judge(seen("sin(x)", "oo"), mpmath.mpf(0))[0] == FAILED
    assert judge(seen("sin(log(log(x)))", "oo"), sequences.PLUS)[0] == UNAVAILABLE


def test_cancellation_beyond_the_digits_gives_no_value() -> None:
    node = parse("exp(x)*(exp(1/x - exp(-x)) - exp(1/x))").node
    assert abs(strict_value(node, {"x": 100}, 30) + mpmath.exp(mpmath.mpf("0.01"))) < 1e-12
    assert strict_value(node, {"x": 10**5}, 30) is None


def test_points_approach_from_the_side_asked_for() -> None:
    node = parse("x").node
    left = Approach(node, "x", graph.TWO, "left", {})
    right = Approach(node, "x", graph.TWO, "right", {})
    assert left.value(0, 6.0) < 2 < right.value(0, 6.0)
    assert Approach(node, "x", graph.neg(graph.INFINITY), "right", {}).value(0, 6.0) < -(10**6)
    assert is_infinite(graph.INFINITY)
    assert not is_infinite(graph.ZERO)


def test_extrapolation_of_a_geometric_remainder() -> None:
    with mpmath.workdps(40):
        terms = [2 + mpmath.mpf(1) / 4**k + mpmath.mpf(3) / 8**k for k in range(14)]
        found = estimate(terms)
        assert found is not None
        assert abs(found.value - 2) <= 10 * found.error + mpmath.mpf(10) ** -30
        assert found.error < 1e-10


def test_extrapolation_declines_what_does_not_settle() -> None:
    assert estimate([mpmath.mpf(k) for k in range(8)]) is None
    assert estimate([mpmath.mpf((-1) ** k) for k in range(8)], passes=0) is None


@pytest.mark.parametrize(
    ("text", "to", "kind"),
    [
        ("log(x)^100/x^(1/100)", "oo", sequences.FINITE),
        ("x^(1/100)/log(x)^50", "oo", sequences.PLUS),
        ("exp(log(x)^2)/x^1000", "oo", sequences.PLUS),
        ("2^sqrt(log(x))/x^(1/1000)", "oo", sequences.FINITE),
        ("tanh(x/10^200)", "oo", sequences.FINITE),
        ("exp(-x/10^900)", "oo", sequences.FINITE),
        ("abs(3*x - 1)^(1/200)*log(abs(3*x - 1))^9", "1/3", sequences.FINITE),
        ("exp(x*(sin(x) - 1.0001))", "oo", sequences.FINITE),
    ],
)
def test_what_shows_only_very_far_out(text: str, to: str, kind: str) -> None:
    assert seen(text, to).kind == kind


@pytest.mark.parametrize(
    "text", ["sin(x)*x^(-1/100)", "sin(x)/log(log(x))", "sin(x)/sqrt(log(x))", "sin(x)/log(x)"]
)
def test_a_slow_decay_is_not_called_oscillation(text: str) -> None:
    assert seen(text, "oo").kind != sequences.OSCILLATING
