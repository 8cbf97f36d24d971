"""Values of expressions without variables: is there a finite one, and which, for certain?"""

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


def certain_value(node: Node) -> float | None:
    """The real value of an expression without variables, or None.

    Computed with as many digits as cancel: the side of a jump that it tells is certain.
    """
    if free_symbols(node):
        return None
    from mpmath import mpf

    from dlmath.errors import DlmathError
    from dlmath.expression.precise import evaluate

    try:
        value = evaluate(node, digits=20)
    except DlmathError:
        return None
    return float(value) if isinstance(value, mpf) and abs(value) < 1e6 else None
