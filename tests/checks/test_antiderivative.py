"""The check of antiderivatives believes the right ones and refutes mutated ones."""

import pytest

from dlmath.answer import FAILED, PASSED
from dlmath.checks.antiderivative import check_antiderivative
from dlmath.expression.parser import parse

RIGHT = [
    ("x**3/3", "x**2"),
    ("log(x)", "1/x"),
    ("log(abs(x))", "1/x"),
    ("x*abs(x)/2", "abs(x)"),
    ("atan(x/a)/a", "1/(x**2 + a**2)"),
    ("x**(n+1)/(n+1)", "x**n"),
    ("softplus(x)", "sigmoid(x)"),
    ("2*x**(3/2)/3", "sqrt(x)"),
    ("x*floor(x) - floor(x)*(floor(x) + 1)/2", "floor(x)"),
    ("piecewise((-x**2/2, x < 0), (x**2/2, true))", "abs(x)"),
]


@pytest.mark.parametrize(("antiderivative", "integrand"), RIGHT)
def test_right_ones_pass(antiderivative: str, integrand: str) -> None:
    verdict = check_antiderivative(parse(antiderivative).node, parse(integrand).node, "x")
    assert verdict.check.verdict == PASSED
    assert not verdict.jumps


WRONG = [
    ("x**2/2", "abs(x)"),  # right for x > 0 only
    ("-log(x)", "1/x"),
    ("x**3/3 + x/1000000", "x**2"),
    ("abs(x)**3/3", "x**2"),  # the sign is wrong for x < 0
    ("atan(x/a)", "1/(x**2 + a**2)"),
    ("sin(abs(x))", "cos(x)"),
    ("relu(x)**2/2 + x", "relu(x)"),
    ("2*sqrt(x)*x/3*sign(x - 5)", "sqrt(x)"),
    ("0", "1/(a*x**2 + b*x + c)"),
]


@pytest.mark.parametrize(("antiderivative", "integrand"), WRONG)
def test_mutated_ones_are_refuted(antiderivative: str, integrand: str) -> None:
    verdict = check_antiderivative(parse(antiderivative).node, parse(integrand).node, "x")
    assert verdict.check.verdict == FAILED


@pytest.mark.parametrize(
    ("antiderivative", "integrand"),
    [
        ("2*sqrt(3)*atan(sqrt(3)*tan(x/2)/3)/3", "1/(2 + cos(x))"),
        ("x**2/2 + sign(x)", "x"),
        ("-sign(sin(x))*cos(x)", "abs(sin(x))"),
        ("x + floor(x/3)", "1"),
    ],
)
def test_jumps_are_found(antiderivative: str, integrand: str) -> None:
    verdict = check_antiderivative(parse(antiderivative).node, parse(integrand).node, "x")
    assert verdict.check.verdict == PASSED  # its derivative is right wherever it has one
    assert verdict.jumps


def test_assumptions_choose_the_parameters() -> None:
    antiderivative, integrand = parse("x*sqrt(a)").node, parse("x*a**(3/2)/(a*x)").node
    assert check_antiderivative(antiderivative, integrand, "x", {"a": frozenset({"positive"})}).good
    root_of_square = parse("x*a").node, parse("sqrt(a**2)").node
    assert check_antiderivative(*root_of_square, "x").bad
    assert not check_antiderivative(*root_of_square, "x", {"a": frozenset({"positive"})}).bad


def test_an_antiderivative_without_a_value_is_refuted() -> None:
    """Its slope may be right all the same: a constant that is undefined drops out of it."""
    wrong = parse("piecewise((x**2/2, x < 0), (x**2/2 + 0*log(0), true))").node
    assert check_antiderivative(wrong, parse("x").node, "x").check.verdict == FAILED
