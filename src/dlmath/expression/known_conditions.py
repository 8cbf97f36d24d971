"""What comparisons, logic and piecewise expressions come to once their operands are tidy."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from dlmath.expression.graph import (
    FALSE,
    ONE,
    TRUE,
    Exact,
    Node,
    call,
    neg,
    number,
)

COMPARE: dict[str, Callable[[Exact, Exact], bool]] = {
    "lt": lambda a, b: a < b,
    "le": lambda a, b: a <= b,
    "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b,
    "ne": lambda a, b: a != b,
}


def relation(node: Node) -> Node | None:
    left, right = node.args
    if left.op == "number" and right.op == "number":
        return TRUE if COMPARE[node.op](left.number, right.number) else FALSE
    return _solved_for_variable(node)


_MIRRORED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}


def _solved_for_variable(node: Node) -> Node | None:
    """`2*x - 3 > 0` is `x > 3/2`: linear in one variable, with numbers else."""
    left, right = node.args
    terms = [*(left.args if left.op == "add" else (left,)), *_negated_terms(right)]
    slope: Exact = 0
    shift: Exact = 0
    variable: Node | None = None
    for term in terms:
        if term.op == "number":
            shift += term.number
            continue
        size, base = term.args if term.op == "mul" and len(term.args) == 2 else (ONE, term)
        if size.op != "number" or base.op != "symbol" or variable not in (None, base):
            return None
        slope, variable = slope + size.number, base
    if variable is None or slope == 0:
        return None
    op = node.op if slope > 0 else _MIRRORED[node.op]
    found = call(op, variable, number(Fraction(-shift) / slope))
    return None if found is node else found


def _negated_terms(node: Node) -> list[Node]:
    return [neg(term) for term in (node.args if node.op == "add" else (node,))]


def logic(node: Node) -> Node | None:
    if node.op == "not":
        return {TRUE: FALSE, FALSE: TRUE}.get(node.args[0])
    stop, skip = (FALSE, TRUE) if node.op == "and" else (TRUE, FALSE)
    if stop in node.args:
        return stop
    rest = [part for part in node.args if part is not skip]
    if len(rest) == len(node.args):
        return None
    if not rest:
        return skip
    return rest[0] if len(rest) == 1 else call(node.op, *rest)


def piecewise(node: Node) -> Node | None:
    """Branches that cannot be reached go; equal neighbours join."""
    branches: list[tuple[Node, Node]] = []
    for value, condition in zip(node.args[::2], node.args[1::2], strict=True):
        if condition is FALSE:
            continue
        branches.append((value, condition))
        if condition is TRUE:
            break
    if branches and branches[0][1] is TRUE:
        return branches[0][0]
    if branches and branches[-1][1] is TRUE:
        while len(branches) > 1 and branches[-2][0] is branches[-1][0]:
            branches[-2:] = [(branches[-1][0], TRUE)]
        if len(branches) == 1:
            return branches[0][0]
    parts = tuple(part for branch in branches for part in branch)
    return None if parts == node.args or not parts else call("piecewise", *parts)
