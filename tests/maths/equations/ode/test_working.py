"""The working of `ode`: its end is the answer, and its equations hold."""

from __future__ import annotations

import pytest

import dlmath
from dlmath.expression.graph import Node
from dlmath.expression.unknown import as_symbols
from tests.maths.equations.ode.solving import solved


@pytest.mark.parametrize(
    "equation",
    [
        "y' = x*y",
        "y' + y/x = x",
        "x*y' + y = x*y^2",
        "y' = (y - x)/(y + x)",
        "(2*x*y + 1) dx + (x^2 + 3*y^2) dy = 0",
        "y = x*y' + y'^2",
        "y'' + y = sin(x)",
        "y'' + y = tan(x)",
        "x^2*y'' - x*y' + y = 0",
        "y'' = x*y",
    ],
)
def test_the_working_ends_in_the_answer(equation: str) -> None:
    answer = solved(equation, steps=True)
    parts = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    assert answer.steps[0].rule == "classify"
    assert answer.steps[-1].after is parts[-1]
    # The result is the last line of the method's own working, with y(x) for y.
    afters = [step.after for step in answer.steps if step.after is not None]
    first = parts[0]
    assert isinstance(first, Node)
    assert as_symbols(first) in afters


def test_steps_only_where_they_are_asked_for() -> None:
    assert not solved("y' = y").steps


def test_characteristic_polynomial_is_factored() -> None:
    from dlmath.expression.text import to_text

    answer = solved("y'' - 3*y' + 2*y = 0", steps=True)
    step = next(s for s in answer.steps if s.rule == "characteristic polynomial")
    assert step.before is not None
    assert step.after is not None
    assert to_text(step.before) == "r**2 - 3*r + 2 = 0"
    assert to_text(step.after) == "(r - 1)*(r - 2) = 0"


def test_the_classification_says_why() -> None:
    (table,) = solved("y' = x*y").tables
    assert [row[0] for row in table.rows] == ["linear", "separable"]


def test_without_the_check() -> None:
    answer = dlmath.ode("y' = y", check=False)
    assert not answer.checks
