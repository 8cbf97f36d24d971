"""Series: coefficients against mpmath, Laurent and Puiseux forms, checks that refute."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest

from dlmath.checks.truncation import check_truncation
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.graph import INFINITY, Node, number
from dlmath.expression.parser import parse, parse_assignments
from dlmath.expression.precise import evaluate
from dlmath.expression.text import to_text
from dlmath.maths.calculus.series import series
from dlmath.settings import Settings


def expanded(text: str, around: str = "0", order: int = 6) -> str:
    answer = series(parse(text).node, "x", parse(around).node, order)
    assert answer.checks[0].verdict == "passed", answer.checks
    assert isinstance(answer.result, Node)
    return to_text(answer.result)


@pytest.mark.parametrize(
    ("text", "around", "order", "expected"),
    [
        ("exp(x)", "0", 4, "1 + x + x**2/2 + x**3/6"),
        ("log(1 + x)", "0", 5, "x - x**2/2 + x**3/3 - x**4/4"),
        ("tan(x)", "0", 8, "x + x**3/3 + 2*x**5/15 + 17*x**7/315"),
        ("x/(exp(x) - 1)", "0", 5, "1 - x/2 + x**2/12 - x**4/720"),
        ("cot(x)", "0", 4, "1/x - x/3 - x**3/45"),
        ("1/x^2", "0", 3, "1/x**2"),
        ("sqrt(x)*exp(x)", "0", 2, "sqrt(x) + x**(3/2)"),
        ("acos(1 - x)", "0", 2, "sqrt(2)*sqrt(x) + sqrt(2)*x**(3/2)/12"),
        ("x^x", "0", 3, "1 + x*log(x) + x**2*log(x)**2/2"),
        ("sqrt(x^2 + x) - x", "oo", 3, "1/2 - 1/(8*x) + 1/(16*x**2)"),
        ("atan(x)", "oo", 4, "pi/2 - 1/x + 1/(3*x**3)"),
        ("(1 + 1/x)^x", "oo", 2, "e - e/(2*x)"),
        ("sqrt(x^2 + 1)", "-oo", 2, "-x - 1/(2*x)"),
        ("sin(a*x)", "0", 4, "a*x - a**3*x**3/6"),
        ("log(x)", "1", 3, "(x - 1) - (x - 1)**2/2"),
        ("1/(1 - x)", "2", 3, "-1 + (x - 2) - (x - 2)**2"),
        ("besselj(0, x)", "0", 6, "1 - x**2/4 + x**4/64"),
        ("0", "0", 3, "0"),
    ],
)
def test_known_series(text: str, around: str, order: int, expected: str) -> None:
    assert expanded(text, around, order) == expected


@pytest.mark.parametrize(
    "text",
    ["sigmoid(x)", "exp(sin(x))", "gelu(x)", "1/(2 + cos(x))", "log(2 + x)^2", "sqrt(1 + x + x^2)"],
)
def test_coefficients_against_mpmath(text: str) -> None:
    """Taylor coefficients by contour integration of the function's values."""
    node = parse(text).node
    answer = series(node, "x", number(0), 7)
    size, count = mpmath.mpf(1) / 2, 96
    with mpmath.workdps(30):
        turns = [mpmath.expjpi(mpmath.mpf(2 * k) / count) for k in range(count)]
        values = [evaluate(node, {"x": size * turn}, 30) for turn in turns]
        for k, mine in enumerate(answer.facts["coefficients"]):
            total = sum(value / turn**k for value, turn in zip(values, turns, strict=True))
            assert abs(evaluate(mine) - total / count / size**k) < 1e-12


def test_radius_of_convergence() -> None:
    def radius(text: str, around: str = "0") -> object:
        return series(parse(text).node, "x", parse(around).node, 10).facts["radius"]

    assert radius("exp(x)") is INFINITY
    assert radius("1/(1 - x)") == pytest.approx(1)
    assert radius("1/(1 + x^2)", "1") == pytest.approx(2**0.5)
    assert radius("sigmoid(x)") == pytest.approx(3.141592653589793)
    assert radius("log(2 + x)") == pytest.approx(2)
    assert radius("x/(exp(x) - 1)") is None


def test_error_of_the_truncation() -> None:
    answer = series(
        parse("exp(x)").node, "x", number(0), 4, Settings(at=parse_assignments("x=1/2"))
    )
    assert answer.value == Fraction(79, 48)
    assert answer.facts["error"] == pytest.approx(mpmath.exp(0.5) - 79 / 48)


def test_steps_end_in_the_answer() -> None:
    for text in ("exp(x)*sin(x)", "sqrt(x)/(1 - x)"):
        answer = series(parse(text).node, "x", number(0), 4, Settings(steps=True))
        assert answer.steps[-1].after is answer.result


@pytest.mark.parametrize("text", ["abs(x)", "exp(1/x)", "sign(x)", "sin(1/x)"])
def test_no_series(text: str) -> None:
    with pytest.raises(Unsolved):
        series(parse(text).node, "x", number(0), 4)


def test_order_is_limited() -> None:
    with pytest.raises(InvalidInput):
        series(parse("x").node, "x", number(0), 0)
    with pytest.raises(InvalidInput):
        series(parse("x").node, "x", number(0), 1000)


@pytest.mark.parametrize("wrong", ["1 + x + x**2/3", "1 - x + x**2/2", "1 + x"])
def test_a_wrong_series_is_refuted(wrong: str) -> None:
    check = check_truncation(
        parse("exp(x)").node,
        parse(wrong).node,
        Fraction(3),
        lambda distance: [{"x": number(distance)}, {"x": number(-distance)}],
        [],
    )
    assert check.verdict == "failed"
