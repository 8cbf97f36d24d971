"""`limit`: values, sides, reasons, and what is refused."""

from __future__ import annotations

import mpmath
import pytest

from dlmath.answer import ANSWERED, DOES_NOT_EXIST, PASSED, UNDEFINED, UNSOLVED, Answer
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node
from dlmath.expression.parser import parse, parse_assumptions
from dlmath.expression.precise import evaluate
from dlmath.expression.text import to_text
from dlmath.maths.calculus.limit import limit
from dlmath.settings import Settings


def ask(
    text: str,
    to: str = "0",
    side: str = "both",
    variable: str = "x",
    assume: str = "",
    **more: object,
) -> Answer:
    known = parse_assumptions(assume) if assume else {}
    settings = Settings(assume=known, **more)  # type: ignore[arg-type]
    return limit(parse(text).node, variable, parse(to).node, side, settings)


def text_of(answer: Answer) -> str:
    return to_text(answer.result) if isinstance(answer.result, Node) else str(answer.result)


def words_of(answer: Answer) -> str:
    return " | ".join(
        "".join(to_text(word) if isinstance(word, Node) else word for word in note)
        for note in answer.notes
    )


#: Where sympy 1.14 errs by itself.
@pytest.mark.parametrize(
    ("text", "to", "side", "want"),
    [
        ("2^x", "-oo", "both", "0"),
        ("0.3^x", "-oo", "both", "oo"),
        ("2^(1/x)", "0", "left", "0"),
        ("(x + exp(x))/(x - 1)", "-oo", "both", "1"),
        ("3^tan(x)", "pi/2", "right", "0"),
        ("floor(sin(x)/x)", "0", "right", "0"),
        ("sign(log(x))", "1", "left", "-1"),
        ("(-1)^x/x", "oo", "both", "0"),
    ],
)
def test_where_others_err(text: str, to: str, side: str, want: str) -> None:
    answer = ask(text, to, side)
    assert text_of(answer) == want
    assert answer.checks[0].verdict == PASSED


@pytest.mark.parametrize(
    ("text", "to", "want"),
    [
        ("5", "0", "5"),
        ("y^2", "0", "y^2"),
        ("x^2 + 1", "2", "5"),
        ("(x^2 - 4)/(x - 2)", "2", "4"),
        ("(x^2 - a^2)/(x - a)", "a", "2*a"),
        ("sin(a*x)/sin(b*x)", "0", "a/b"),
        ("(1 + a/x)^x", "oo", "exp(a)"),
        ("(cos(a*x) - cos(b*x))/x^2", "0", "(b^2 - a^2)/2"),
        ("sqrt(x^2 + x) - x", "oo", "1/2"),
        ("x^x", "0", "1"),
        ("(cos(x))^(1/x^2)", "0", "exp(-1/2)"),
        ("(e^x - e^sin(x))/(x - sin(x))", "0", "1"),
        ("x*sin(1/x)", "0", "0"),
        ("x*floor(1/x)", "0", "1"),
        ("x!/sqrt(x)*(e/x)^x", "oo", "sqrt(2*pi)"),
        ("softplus(x) - x", "oo", "0"),
        ("gelu(x)/x", "oo", "1"),
        ("log(sigmoid(x))/x", "-oo", "1"),
        ("acos(x)/sqrt(1 - x)", "1", "sqrt(2)"),
        ("atan2(cos(x), sin(x))", "0", "pi/2"),
        ("exp(i*x)/x", "oo", "0"),
    ],
)
def test_values(text: str, to: str, want: str) -> None:
    answer = ask(text, to)
    assert answer.status == ANSWERED
    assert isinstance(answer.result, Node)
    numbers = {"a": 1.3, "b": 0.7, "y": 0.4}
    got, expected = evaluate(answer.result, numbers), evaluate(parse(want).node, numbers)
    assert abs(got - expected) < 1e-20


@pytest.mark.parametrize(
    ("text", "left", "right"),
    [
        ("abs(x)/x", "-1", "1"),
        ("1/x", "-oo", "oo"),
        ("exp(1/x)", "0", "oo"),
        ("atan(1/x)", "-pi/2", "pi/2"),
        ("floor(x)", "-1", "0"),
        ("relu(x)/x", "0", "1"),
        ("piecewise((x + 1, x < 0), (x, true))", "1", "0"),
    ],
)
def test_sides_that_differ_are_both_named(text: str, left: str, right: str) -> None:
    answer = ask(text)
    assert answer.status == DOES_NOT_EXIST
    assert answer.result == "does not exist"
    assert to_text(answer.facts["left"]) == left
    assert to_text(answer.facts["right"]) == right
    assert "sides differ" in words_of(answer)
    assert text_of(ask(text, side="left")) == left
    assert text_of(ask(text, side="right")) == right


def test_infinite_on_both_sides_is_an_answer() -> None:
    answer = ask("1/x^2")
    assert (answer.status, text_of(answer), answer.value) == (ANSWERED, "oo", None)
    assert text_of(ask("-1/x^2")) == "-oo"


@pytest.mark.parametrize(
    ("text", "to", "want", "dead"),
    [
        ("sqrt(x)", "0", "0", "left"),
        ("log(x)", "0", "-oo", "left"),
        ("acosh(x)", "1", "0", "left"),
        ("sqrt(4 - x^2)", "2", "0", "right"),
        ("x^x", "0", "1", "left"),
    ],
)
def test_a_function_that_lives_on_one_side(text: str, to: str, want: str, dead: str) -> None:
    answer = ask(text, to)
    assert text_of(answer) == want
    assert f"not real to the {dead}" in words_of(answer)
    assert answer.facts[dead] == "not real"


@pytest.mark.parametrize(
    ("text", "to"),
    [
        ("sin(x)", "oo"),
        ("sin(1/x)", "0"),
        ("x*sin(x)", "oo"),
        ("(-1)^x", "oo"),
        ("tan(x)", "oo"),
        ("exp(i*x)", "oo"),
    ],
)
def test_oscillation_does_not_exist_with_a_reason(text: str, to: str) -> None:
    answer = ask(text, to)
    assert answer.status == DOES_NOT_EXIST
    assert answer.result == "does not exist"
    assert answer.notes


def test_the_reason_names_two_sequences() -> None:
    words = words_of(ask("sin(x)", "oo"))
    assert "2*pi*n" in words
    assert "tends to 0" in words
    assert "to 1" in words


def test_a_limit_is_not_the_value_at_the_point() -> None:
    answer = ask("piecewise((5, x == 0), (x + 1, true))")
    assert text_of(answer) == "1"


def test_branches_of_complex_functions_depend_on_the_side() -> None:
    right = ask("sqrt(-i*x - 1)", side="right")
    left = ask("sqrt(-i*x - 1)", side="left")
    assert text_of(right) == "-i"
    assert text_of(left) == "i"


def test_parameters_that_decide_are_asked_for() -> None:
    answer = ask("a*x", "oo")
    assert answer.status == UNSOLVED
    assert "for a > 0 it is oo" in words_of(answer)
    assert "for a < 0 it is -oo" in words_of(answer)
    assert text_of(ask("a*x", "oo", assume="a>0")) == "oo"


def test_whole_variables() -> None:
    assert text_of(ask("cos(2*pi*n)", "oo", variable="n", assume="n integer")) == "1"


def test_vectors_by_entries() -> None:
    assert text_of(ask("[sin(x)/x, x + 1]")) == "[1, 1]"
    assert ask("[1/x, x]").status == DOES_NOT_EXIST


def test_inner_operations_are_carried_out() -> None:
    assert text_of(ask("derive(sin(x), x)")) == "1"


def test_nothing_near_the_point() -> None:
    assert ask("1/(x - x)").status == UNDEFINED


def test_points_that_make_no_sense() -> None:
    with pytest.raises(InvalidInput, match="must not contain x"):
        ask("x", "x + 1")
    with pytest.raises(InvalidInput, match="no value"):
        ask("x", "1/0")


def test_decimal_values_and_values_put_in() -> None:
    answer = ask("(1 + x)^(1/x)", digits=20)
    assert answer.decimal == "2.7182818284590452354"
    put_in = limit(
        parse("sin(a*x)/x").node,
        "x",
        parse("0").node,
        "both",
        Settings(at={"a": parse("3/2").node}),
    )
    assert put_in.value == mpmath.mpf(3) / 2


def test_checks_can_be_left_out() -> None:
    answer = ask("sin(x)/x", check=False)
    assert (text_of(answer), answer.checks) == ("1", [])


@pytest.mark.parametrize(
    ("text", "to", "want"),
    [
        ("log(x)^100/x^(1/100)", "oo", "0"),
        ("x^(1/100)/log(x)^50", "oo", "oo"),
        ("abs(x)^(1/100)*sin(1/x)", "0", "0"),
        ("sin(x)/log(log(x))", "oo", "0"),
        ("log(abs(x - pi))^50*abs(x - pi)^(1/50)", "pi", "0"),
        ("exp(-x/10^900)", "oo", "0"),
        ("x/(x + 10^100)", "oo", "1"),
    ],
)
def test_slow_functions(text: str, to: str, want: str) -> None:
    assert str(limit(parse(text).node, "x", parse(to).node, "both")) == want


@pytest.mark.parametrize(
    "text",
    [
        "exp(-x)*tan(x)",
        "tan(x)/x^3 + 1",
        "1/(exp(x)*sin(x))",
        "log(abs(sin(x)))/x",
        "x + tan(x)",
        "heaviside(sin(x) - 0.9999999)",
        "relu(sin(x) - 0.9999)",
        "abs(sin(x))^(1/x)",
    ],
)
def test_poles_and_spikes_between_the_points_of_sequences(text: str) -> None:
    answer = limit(parse(text).node, "x", parse("oo").node, "both")
    assert (answer.status, answer.result) == (DOES_NOT_EXIST, "does not exist")


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("x + 1/abs(sin(x))", "oo"),
        ("tan(x)*cos(x)/x", "0"),
        ("abs(sin(x))/x", "0"),
        ("sign(sin(x))/x", "0"),
        ("relu(sin(x) - 1)", "0"),
        ("x/(x + 100*sin(x))", "1"),
    ],
)
def test_what_looks_like_a_spike_is_none(text: str, want: str) -> None:
    assert str(limit(parse(text).node, "x", parse("oo").node, "both")) == want


def test_values_alone_are_not_believed_of_what_swings_on() -> None:
    """sin(x)^(2^x) comes back to 1 on ever shorter stretches, which no sequence meets."""
    answer = limit(parse("sin(x)^(2^x)").node, "x", parse("oo").node, "both")
    assert (answer.status, answer.result) == (UNSOLVED, None)
