"""Variables are real unless they are assumed complex; then rules of real numbers do not hold."""

from __future__ import annotations

import pytest

from dlmath import check, derive, integrate, simplify
from dlmath.errors import Unsolved
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy

COMPLEX = "z complex"


@pytest.mark.parametrize(
    ("text", "real", "complex_"),
    [
        ("sqrt(z^2)", "abs(z)", "sqrt(z**2)"),
        ("abs(z)^2", "z**2", "abs(z)**2"),
        ("log(exp(z))", "z", "log(exp(z))"),
        ("exp(z)^(1/2)", "exp(z/2)", "sqrt(exp(z))"),
        ("sqrt(z^4)", "z**2", "sqrt(z**4)"),
        ("sqrt(cosh(z)^2)", "cosh(z)", "sqrt(cosh(z)**2)"),
        ("norm([z, 1])", "sqrt(z**2 + 1)", "sqrt(abs(z)**2 + 1)"),
    ],
)
def test_simplify(text: str, real: str, complex_: str) -> None:
    assert str(simplify(text)) == real
    assert str(simplify(text, assume=COMPLEX)) == complex_
    assert str(simplify(text)) == real  # nothing is left behind
    assert to_text(tidy(parse("sqrt(z^2)").node)) == "abs(z)"


@pytest.mark.parametrize(
    ("a", "b"), [("sqrt(z^2)", "abs(z)"), ("log(exp(z))", "z"), ("abs(z)^2", "z^2")]
)
def test_what_only_real_numbers_satisfy(a: str, b: str) -> None:
    assert check(a, b).result == "equal"
    assert check(a, b, assume=COMPLEX).result == "not equal"


@pytest.mark.parametrize(
    "text", ["abs(z)", "z*sign(z)", "max(z, 0)", "re(z)", "abs(z)^2", "relu(z)"]
)
def test_a_function_that_is_not_holomorphic_has_no_derivative(text: str) -> None:
    with pytest.raises(Unsolved, match="no derivative by a complex z"):
        derive(text, "z", assume=COMPLEX)
    with pytest.raises(Unsolved, match="complex z"):
        integrate(text, "z", assume=COMPLEX)


@pytest.mark.parametrize(
    ("text", "slope"), [("z^2", "2*z"), ("log(z^2)", "2/z"), ("sqrt(z^2)", "z/sqrt(z**2)")]
)
def test_a_holomorphic_function_has_one_in_every_direction(text: str, slope: str) -> None:
    answer = derive(text, "z", assume=COMPLEX)
    assert str(answer) == slope
    assert [found.verdict for found in answer.checks] == ["passed"]


def test_the_check_goes_in_two_directions() -> None:
    from dlmath.checks.derivative import check_derivative

    z, size = parse("z").node, parse("abs(z)^2").node
    assume = {"z": frozenset({"complex"})}
    assert check_derivative([size, parse("2*z").node], ["z"], assume).verdict == "failed"
    assert check_derivative([z, parse("1").node], ["z"], assume).verdict == "passed"
