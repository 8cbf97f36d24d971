"""Every name of the vocabulary is read and written; suggestions for the others."""

from __future__ import annotations

import pytest

from dlmath.expression.graph import exact_root, symbol
from dlmath.expression.names import is_variable
from dlmath.expression.parser import parse
from dlmath.expression.suggestions import closest, glued_call, similar_function, slips
from dlmath.expression.text import to_text
from dlmath.expression.vocabulary import (
    ALIASES,
    ALSO_VARIABLES,
    CONSTANTS,
    FUNCTIONS,
    GREEK,
    OPERATIONS,
    REWRITTEN,
)

OPERANDS = ("x", "y", "z", "w")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_reads_back(name: str) -> None:
    function = FUNCTIONS[name]
    for count in range(function.least, min(function.most, function.least + 2) + 1):
        node = parse(f"{name}({', '.join(OPERANDS[:count])})").node
        assert parse(to_text(node)).node is node
        if count == function.least:
            assert node.op == name


@pytest.mark.parametrize(("alias", "name"), ALIASES.items())
def test_aliases_are_the_function(alias: str, name: str) -> None:
    if name in OPERATIONS:
        operands = {"piecewise": "x", "derive": "x, x", "integrate": "x, x"}.get(name, "x, x, 0, 1")
        operands = "x, x, 0" if name == "limit" else operands
    else:
        operands = ", ".join(OPERANDS[: FUNCTIONS[name].least])
    assert parse(f"{alias}({operands})").node is parse(f"{name}({operands})").node


@pytest.mark.parametrize("name", sorted(ALSO_VARIABLES))
def test_names_that_are_both(name: str) -> None:
    assert parse(f"2*{name}").node.args[1] is symbol(name)
    assert is_variable(name)


def test_names_that_are_not_variables() -> None:
    taken = {*CONSTANTS, *FUNCTIONS, *ALIASES, *REWRITTEN, *OPERATIONS, "and", "nan", "sinx"}
    assert not any(is_variable(name) for name in taken - ALSO_VARIABLES)


@pytest.mark.parametrize("letter", [letter for letter in GREEK if letter != "π"])
def test_greek_letters_are_their_names(letter: str) -> None:
    assert parse(letter).node is symbol(GREEK[letter])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("sn", "sin"),
        ("coss", "cos"),
        ("ctg", "cot"),
        ("sqr", "sqrt"),
        ("squareroot", "sqrt"),
        ("sigmod", "sigmoid"),
        ("softmaxx", "softmax"),
        ("ReLU", "relu"),
        ("leakyrelu", "leaky_relu"),
        ("crossentropy", "cross_entropy"),
        ("exq", "exp"),
        ("tahn", "tanh"),
        ("f", None),
        ("quaternion", None),
    ],
)
def test_similar_function(typed: str, meant: str | None) -> None:
    assert similar_function(typed) == meant


def test_slips_count_swaps_once() -> None:
    assert [slips("tanh", other) for other in ("tanh", "tahn", "tan", "sinh")] == [0, 1, 1, 2]
    assert closest("zzzz", ["sin", "cos"]) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("sinx", "sin(x)"), ("sin2x", "sin(2*x)"), ("ln2", "ln(2)"), ("expt", "exp(t)")]
    + [(name, None) for name in ("w1", "mean1", "max2", "cost", "sinc", "expected", "logits")],
)
def test_glued_call(typed: str, meant: str | None) -> None:
    assert glued_call(typed) == meant


def test_exact_roots() -> None:
    for degree in range(2, 9):
        for root in (2, 3, 10, 12_345, 10**20 + 7):
            assert exact_root(root**degree, degree) == root
            assert exact_root(root**degree + 1, degree) is None
            assert exact_root(root**degree - 1, degree) in (None, 1)
    assert exact_root(9**29_000 + 1, 3) is None
