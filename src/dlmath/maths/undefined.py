"""Where an expression has no value, and why."""

from __future__ import annotations

from typing import Any

from dlmath.errors import DlmathError, InvalidInput, Undefined
from dlmath.expression.graph import ZERO, Node, free_symbols, make
from dlmath.expression.text import to_text

_DIGITS = 20

#: Functions with poles, for the words of the error.
_POLES = frozenset(
    "tan sec csc cot csch coth gamma loggamma digamma polygamma factorial zeta beta asec acsc "
    "Ci Chi Ei li acoth elliptic_k".split()
)


def require_defined(node: Node, value: Any = None) -> None:
    """Raises Undefined, naming the part without a value, when the expression has none.

    value: what `precise.evaluate` gives, where the caller has it. With variables left, every part
    that has none is looked at.
    """
    if free_symbols(node):
        for part in _closed_parts(node):
            require_defined(part)
        return
    if _has_nan(_value(node) if value is None else value):
        raise Undefined(_reason(_culprit(node)))


def _closed_parts(node: Node) -> list[Node]:
    """The largest parts without variables, outside of branches and inner operations."""
    found: list[Node] = []
    stack = [node]
    seen: set[Node] = set()
    while stack:
        part = stack.pop()
        if part in seen or not part.args:
            continue
        seen.add(part)
        if not free_symbols(part):
            found.append(part)
        elif part.op not in ("piecewise", "sum", "product", "integrate", "limit", "derive"):
            stack.extend(part.args)
            if part.op in ("add", "mul"):
                closed = [arg for arg in part.args if not free_symbols(arg)]
                if len(closed) > 1:
                    found.append(make(part.op, closed))
    return found


def _culprit(node: Node) -> Node:
    """The innermost undefined part whose own operands are all defined."""
    current = node
    while True:
        for part in _operands_in_use(current):
            if part.args and not free_symbols(part) and _has_nan(_value(part)):
                current = part
                break
        else:
            return current


def _operands_in_use(node: Node) -> list[Node]:
    """The operands that the value depends on: of a `piecewise`, the branch taken."""
    if node.op in ("sum", "product"):
        return list(node.args[2:])
    if node.op != "piecewise":
        return list(node.args)
    from dlmath.expression.evaluator import branches

    for value, condition in branches(node):
        truth = _value(condition)
        if truth is not False:
            return [value] if truth is True else [condition]
    return []


def _value(node: Node) -> Any:
    from dlmath.expression import precise

    try:
        return precise.evaluate(node, {}, _DIGITS)
    except InvalidInput:
        raise
    except DlmathError:
        return 0  # too large is not undefined


def _has_nan(value: Any) -> bool:
    if isinstance(value, list):
        return any(_has_nan(entry) for entry in value)
    return value is None or bool(value != value)  # only nan differs from itself


def _reason(node: Node) -> str:
    """One sentence on why the innermost undefined part has no value."""
    text = to_text(node)
    if node.op == "pow":
        if _is_zero(_value(node.args[0])):
            if node.args[0] is ZERO or not node.args[0].args:
                return f"division by zero: {text} is undefined"
            return f"division by zero: {to_text(node.args[0])} is 0 in {text}"
        return f"{text} is undefined"
    if node.op == "mul":
        below = _zero_below(node)
        if below is not None:
            return f"division by zero: {to_text(below)} is 0 in {text}"
        if any(_is_zero(_value(part)) for part in node.args):
            return f"{text} is undefined: zero times infinity has no value"
        return f"{text} is undefined"
    if node.op == "add":
        values = [_value(part) for part in node.args]
        if _is_infinite(values, 1) and _is_infinite(values, -1):
            return f"{text} is undefined: infinities of opposite signs have no sum"
        return f"{text} is undefined"
    if node.op == "log":
        return f"{text} is undefined: the logarithm has no value at 0"
    if node.op == "piecewise":
        return f"{text} is undefined: no condition holds"
    if node.op in _POLES:
        return f"{text} is undefined: {node.op} has a pole there"
    if node.op in ("sum", "product"):
        return f"{text} is undefined: a term has no value, or the bounds are not whole numbers"
    return f"{text} is undefined"


def _is_zero(value: Any) -> bool:
    return not isinstance(value, list) and bool(value == 0)


def _is_infinite(values: list[Any], sign: int) -> bool:
    """Is one of the values the infinity of this sign?"""
    from math import inf

    return any(not isinstance(value, list) and value == sign * inf for value in values)


def _zero_below(node: Node) -> Node | None:
    for part in node.args:
        if part.op == "pow" and _has_nan(_value(part)):
            return part.args[0]
    return None
