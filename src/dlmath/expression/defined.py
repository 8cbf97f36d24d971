"""Has an expression a finite value? Asked before a zero swallows it or a power rewrites it."""

from __future__ import annotations

from dlmath.expression.graph import INFINITY, Node, free_symbols

#: Beyond this size binary64 does not tell a pole from a large value.
_POLE_LIKE = 1e12


def is_defined(node: Node) -> bool:
    """Has an expression without variables a finite value? One with variables is taken to have one.

    What could be a pole (`tan(pi/2)` in binary64 is 1.6e16) is looked at with many digits.
    """
    if node.op in ("number", "constant") or free_symbols(node):
        return node is not INFINITY
    from dlmath.expression.numbers import evaluate

    value = evaluate(node)
    if isinstance(value, list) or value != value:
        return isinstance(value, list)
    return abs(value) < _POLE_LIKE or _is_finite(node)


def _is_finite(node: Node) -> bool:
    from mpmath import isfinite

    from dlmath.errors import LimitReached
    from dlmath.expression.precise import evaluate

    try:
        return bool(isfinite(evaluate(node, digits=15)))
    except LimitReached:
        return False
