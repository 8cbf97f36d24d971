"""What the tests of `ode` share: solving a text, and a witness that knows no symbols.

The witness takes slopes of the answer by high-precision differences (mpmath), where the program's
own check takes them on the graph.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import mpmath

import dlmath
from dlmath.answer import ANSWERED, PASSED, Answer
from dlmath.expression import precise
from dlmath.expression.graph import Node
from dlmath.expression.text import to_text


def solved(equation: str | list[str], *given: str, **options: Any) -> Answer:
    """The answer, which must be one and must have passed its checks."""
    answer = dlmath.ode(equation, list(given), **options)
    assert answer.status == ANSWERED
    assert answer.checks
    assert all(check.verdict == PASSED for check in answer.checks), answer.checks
    return answer


def lines(answer: Answer) -> list[str]:
    """The solutions as text."""
    parts = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    return [part if isinstance(part, str) else to_text(part) for part in parts if part is not None]


def right_sides(answer: Answer) -> list[Node]:
    """The explicit solutions as expressions."""
    parts = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    found = []
    for part in parts:
        assert isinstance(part, Node)
        assert part.op == "eq"
        assert part.args[0].op == "unknown", to_text(part)
        found.append(part.args[1])
    return found


def function_of(node: Node, variable: str = "x", **values: float) -> Callable[[Any], Any]:
    """A solution as a function of a number, with values for its constants."""

    def at(x: Any) -> Any:
        return precise.evaluate(node, {**values, variable: x}, mpmath.mp.dps + 5)

    return at


def assert_solves(
    equation: Callable[..., Any], node: Node, order: int, points: list[float], **values: float
) -> None:
    """The residual equation(x, y, y', ...) of an explicit solution vanishes at the points."""
    f = function_of(node, **values)
    with mpmath.workdps(30):
        for x in map(mpmath.mpf, points):
            heights = [mpmath.diff(f, x, k) if k else f(x) for k in range(order + 1)]
            residual = equation(x, *heights)
            size = max(1, *(abs(h) for h in heights))
            assert abs(residual) < size * mpmath.mpf(10) ** -8, (to_text(node), x, residual)
