"""An equation turned into others: what every rule uses."""

from __future__ import annotations

from collections.abc import Callable

from dlmath.answer import Sentence
from dlmath.expression.graph import Node
from dlmath.expression.tidy import tidy
from dlmath.maths.equations.solving.working import Context, Work

#: Solves `left = right`.
Solver = Callable[[Node, Node, Context], Work]


def done(
    equation: Node,
    rule: str,
    text: Sentence,
    branches: list[tuple[Node, Node]],
    ctx: Context,
    solve: Solver,
    conditions: tuple[Node, ...] = (),
    *,
    may_add: bool = False,
) -> Work:
    """An equation that was turned into others, which are solved."""
    parts = tuple(solve(left, tidy(right), ctx.deeper()) for left, right in branches)
    return Work(equation, rule, text, parts, conditions=conditions, may_add=may_add)


def nothing(equation: Node, text: Sentence, rule: str = "no solution") -> Work:
    """An equation that no real number solves."""
    return Work(equation, rule, text)
