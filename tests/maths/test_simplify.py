"""Simplified forms: short, equal at points of both signs, in the words of a textbook."""

from __future__ import annotations

import pytest

from dlmath.answer import PASSED
from dlmath.checks.values import compare_values, sample_points
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import Node, free_symbols
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.maths.simplify import simplify
from dlmath.maths.textbook_words import fold_words
from dlmath.settings import Settings


def simplified(text: str, form: str | None = None, **known: str) -> str:
    assume = {name: frozenset(words.split()) for name, words in known.items()}
    answer = simplify(parse(text).node, Settings(assume=assume), form)
    assert isinstance(answer.result, Node)
    assert all(check.verdict == PASSED for check in answer.checks)
    return to_text(answer.result)


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("sin(x)^2 + cos(x)^2", "1"),
        ("sqrt(x^2)", "abs(x)"),
        ("log(x^2)", "log(x**2)"),
        ("(x^2 - 1)/(x - 1)", "x + 1"),
        ("derive(sigmoid(x), x)", "sigmoid(x)*(1 - sigmoid(x))"),
        ("1/(1 + exp(-x))", "sigmoid(x)"),
        ("exp(x)/(1 + exp(x))", "sigmoid(x)"),
        ("exp(-x)/(1 + exp(-x))^2", "sigmoid(x)*(1 - sigmoid(x))"),
        ("log(1 + exp(x))", "softplus(x)"),
        ("(exp(x) - exp(-x))/(exp(x) + exp(-x))", "tanh(x)"),
        ("max(0, x)", "relu(x)"),
        ("relu(x) - relu(-x)", "x"),
        ("relu(x) + relu(-x)", "abs(x)"),
        ("x*sigmoid(x)", "silu(x)"),
        ("sqrt(8)", "2*sqrt(2)"),
        ("cosh(x)^2 - sinh(x)^2", "1"),
        ("gamma(x + 1)/gamma(x)", "x"),
        ("asin(sin(x))", "asin(sin(x))"),
        ("1 - tanh(x)^2", "1 - tanh(x)**2"),
        ("[x + x, sqrt(x^2)]", "[2*x, abs(x)]"),
    ],
)
def test_simplified(text: str, result: str) -> None:
    assert simplified(text) == result


def test_assumptions_count() -> None:
    assert simplified("sqrt(x^2)", x="positive") == "x"
    assert simplified("sqrt(x^2)", x="negative") == "-x"
    assert simplified("log(x^2)", x="positive") == "2*log(x)"


@pytest.mark.parametrize(
    ("text", "form", "result"),
    [
        ("(x + 1)^3", "expand", "x**3 + 3*x**2 + 3*x + 1"),
        ("x^2 - 1", "factor", "(x - 1)*(x + 1)"),
        ("1/(x^2 - 1)", "apart", "1/(2*(x - 1)) - 1/(2*(x + 1))"),
        ("a*x + b*x + c", "collect", "x*(a + b) + c"),
    ],
)
def test_forms(text: str, form: str, result: str) -> None:
    assert simplified(text, form) == result


def test_an_unknown_form_is_refused() -> None:
    with pytest.raises(InvalidInput):
        simplify(parse("x").node, Settings(), "prettify")


def test_a_point_that_is_lost_is_named() -> None:
    answer = simplify(parse("x^2/x").node)
    assert answer.notes == [
        ("equal where both are defined; the expression as given has no value at x = 0",)
    ]


def test_undefined_is_undefined() -> None:
    with pytest.raises(Undefined):
        simplify(parse("x + 1/0").node)


def test_steps_end_at_the_answer_with_equal_values() -> None:
    for text in ("sin(x)^2 + cos(x)^2 + x + x", "exp(x)/(1 + exp(x))", "x", "derive(x^2, x)"):
        answer = simplify(parse(text).node, Settings(steps=True))
        assert answer.steps[-1].after is answer.result


@pytest.mark.parametrize(
    "text",
    [
        "1/(1 + exp(x))",
        "1/(1 + exp(-3*x))^2",
        "exp(2*x)/(1 + exp(2*x))",
        "exp(x)/(1 + exp(x))^3",
        "1/2 + tanh(x)/2",
        "1/2 - tanh(x/2)/2",
        "1/(4*cosh(x/2)^2)",
        "piecewise((x, x > 0), (0, true))",
        "piecewise((-x, x <= 0), (x, true))",
        "piecewise((x, x > 0), (1, true))",
        "log(exp(-x) + 1)",
        "x*sigmoid(x) + y*sigmoid(y)",
        "max(x + 1, 0)",
        "max(x, y)",
    ],
)
def test_reading_back_names_keeps_the_values(text: str) -> None:
    node = parse(text).node
    found = compare_values(
        node, fold_words(node), sample_points(sorted(free_symbols(node)), {}, 10)
    )
    assert found.different is None
    assert found.agreed == 10
