"""Exact values, their digits, and where there is none."""

from __future__ import annotations

import pytest

from dlmath.answer import PASSED, Answer
from dlmath.errors import DlmathError, Undefined, Unsolved
from dlmath.expression.graph import Node, number
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.maths.evaluate import evaluate
from dlmath.settings import Settings


def answer_to(text: str, **options: object) -> Answer:
    return evaluate(parse(text).node, Settings(**options))  # type: ignore[arg-type]


def exact(text: str) -> str:
    result = answer_to(text).result
    assert isinstance(result, Node)
    return to_text(result)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1/3 + 1/6", "1/2"),
        ("0.1 + 0.2", "3/10"),
        ("sqrt(2)**2", "2"),
        ("log(1000, 10)", "3"),
        ("log(8, 2)", "3"),
        ("log2(1/8)", "-3"),
        ("cbrt(27)", "3"),
        ("cbrt(-8)", "-2"),
        ("sin(pi)", "0"),
        ("sin(pi/3)", "sqrt(3)/2"),
        ("abs(3 + 4i)", "5"),
        ("(1 + i)^2", "2*i"),
        ("exp(i*pi) + 1", "0"),
        ("log(-1)", "i*pi"),
        ("factorial(5/2)", "15*sqrt(pi)/8"),
        ("sqrt(3 + 2*sqrt(2))", "sqrt(2) + 1"),
        ("1/(sqrt(2) - 1)", "sqrt(2) + 1"),
        ("sin(1)^2 + cos(1)^2", "1"),
        ("(-8)^(1/3)", "sqrt(3)*i + 1"),
        ("oo", "oo"),
        ("1/oo", "0"),
        ("exp(-oo)", "0"),
        ("-oo", "-oo"),
        ("[1, 2] + [3, 4]", "[4, 6]"),
        ("log([1, -1])", "[0, i*pi]"),
        ("norm([3, 4])", "5"),
        ("sigmoid(0)", "1/2"),
        ("piecewise((1/0, 1 < 0), (2, true))", "2"),
        ("9**9**9", "9**387420489"),
        ("0^0", "1"),
        ("10!", "3628800"),
        ("sum(k^2, k, 1, 10)", "385"),
        ("derive(x^2, x) + 1", "2*x + 1"),
        ("2*x + 3*x", "5*x"),
    ],
)
def test_exact(text: str, value: str) -> None:
    assert exact(text) == value


@pytest.mark.parametrize(
    ("text", "decimal"),
    [
        ("1/3", "0.3333333333"),
        ("pi", "3.141592654"),
        ("factorial(5/2)", "3.32335097"),
        ("log(-1)", "3.141592654*i"),
        ("exp(1000)", "1.970071114e434"),
        ("9**9**9", "4.281247732e369693099"),
        ("softmax([1000, 1001])", "[0.2689414214, 0.7310585786]"),
        ("softplus(1000)", "1000"),
        ("sigmoid(-800)", "3.667874584e-348"),
        ("exp(10^-20) - 1", "1e-20"),
        ("5", None),
    ],
)
def test_decimal(text: str, decimal: str | None) -> None:
    assert answer_to(text).decimal == decimal


def test_digits_asked_for() -> None:
    assert answer_to("pi", digits=30).decimal == "3.14159265358979323846264338328"
    assert answer_to("2", digits=3).decimal == "2"


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("1/0", "1/0"),
        ("0/0", "division by zero"),
        ("1/(1 - 1)", "division by zero"),
        ("1/(sin(1)^2 + cos(1)^2 - 1)", "division by zero"),
        ("oo - oo", "oo - oo"),
        ("0*oo", "0*oo"),
        ("3 + log(0)", "log(0)"),
        ("gamma(0)", "gamma(0)"),
        ("zeta(1)", "zeta(1)"),
        ("2*tan(pi/2)", "tan(pi/2)"),
        ("factorial(-1)", "factorial(-1)"),
        ("[1, 1/0]", "1/0"),
        ("x + 1/0", "1/0"),
        ("sin(oo)", "sin(oo)"),
        ("piecewise((1, 2 < 1))", "no condition holds"),
        ("limit(1/x, x, 0)", "does not exist"),
    ],
)
def test_undefined_names_the_part(text: str, part: str) -> None:
    with pytest.raises(Undefined) as caught:
        answer_to(text)
    assert part in caught.value.message


def test_a_value_put_in() -> None:
    given = {"x": number(3)}
    assert answer_to("x^2 + 1", at=given).value == 10
    assert answer_to("derive(x^3, x)", at=given).value == 27
    assert answer_to("sum(k, k, 1, x)", at=given).value == 6
    assert answer_to("integrate(t, t, 0, x)", at=given).decimal == "4.5"
    with pytest.raises(Undefined):
        answer_to("1/(x - 3)", at=given)


def test_variables_without_a_value_are_named() -> None:
    answer = answer_to("x + y + x")
    assert answer.value is None
    assert to_text(answer.result) == "2*x + y"  # type: ignore[arg-type]
    assert "x, y have no values" in str(answer.notes[0][0])


def test_no_closed_form_gives_a_number_and_says_so() -> None:
    answer = answer_to("integrate(exp(-x^2)*sin(x)/x, x, 0, 1)")
    assert float(answer.value) == pytest.approx(0.71606787707)
    assert "numerical" in str(answer.notes[0][0])


def test_nothing_found_is_said() -> None:
    with pytest.raises(Unsolved):
        answer_to("sum(1/(k*log(k)), k, 2, oo)")


@pytest.mark.parametrize(
    "text", ["1/3 + 1/6", "sin(pi/3)", "factorial(5/2)", "log(-1)", "[1/2, pi]"]
)
def test_checks_pass(text: str) -> None:
    assert [check.verdict for check in answer_to(text).checks] == [PASSED]
    assert answer_to(text, check=False).checks == []


@pytest.mark.parametrize(
    "text",
    [
        "sin(pi/3) + sqrt(8)",
        "2 + 3*4",
        "sum(k^2, k, 1, 3) + cbrt(27)",
        "norm([3, 4])*log(8, 2)",
        "log(-1)",
        "derive(x^2, x) + sqrt(x)*sqrt(4)",
        "sin(1)",
        "abs(cos(pi)) + relu(-2)",
    ],
)
def test_steps_keep_the_value_and_end_at_the_answer(text: str) -> None:
    from dlmath.checks.values import compare_values, sample_points

    answer = answer_to(text, steps=True)
    assert answer.steps[-1].after is answer.result
    for step in answer.steps:
        if (
            step.before is not None
            and step.after is not None
            and "derive" not in to_text(step.before)
        ):
            found = compare_values(step.before, step.after, sample_points(["x"], {}, 4))
            assert found.different is None
            assert found.agreed


def test_the_first_step_puts_values_in() -> None:
    answer = answer_to("sqrt(x)", at={"x": number(16)}, steps=True)
    assert answer.steps[0].rule == "substitute"
    assert answer.result is number(4)


def test_too_large_is_an_error_of_its_own() -> None:
    with pytest.raises(DlmathError) as caught:
        answer_to("9**9**9**9")
    assert caught.value.status == "limit_reached"


@pytest.mark.parametrize("name", ["sigmoid", "softplus"])
def test_what_falls_to_zero_is_zero_at_minus_infinity(name: str) -> None:
    answer = evaluate(parse(f"{name}(-oo)").node, Settings())
    assert str(answer) == "0"
    assert answer.checks[0].verdict == "passed"
