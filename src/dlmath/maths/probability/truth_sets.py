"""Where a condition on one variable holds: intervals of its support, the ends exact if possible."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, NamedTuple

from dlmath.expression.graph import (
    MINUS_ONE,
    Node,
    add,
    call,
    free_symbols,
    mul,
    topological,
)
from dlmath.expression.numbers import evaluate, to_float
from dlmath.maths.probability.distribution import exact
from dlmath.maths.probability.numeric_means import indicator

COMPARE = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})


class Piece(NamedTuple):
    """An interval where the condition holds; its ends as nodes."""

    low: Node
    high: Node


def truth_set(condition: Node, name: str, low: Node, high: Node) -> list[Piece] | None:
    """The intervals between low and high where the condition holds, in order.

    Single points are left out: they have probability 0. None where the places at which it changes
    cannot all be found.
    """
    ends = changes(condition, name, low, high)
    if ends is None:
        return None
    places = [low, *ends, high]
    found: list[Piece] = []
    for a, b in pairwise(places):
        middle = _between(_float(a), _float(b))
        if middle is None:
            continue
        holds = evaluate(indicator(condition), {name: middle})
        if holds != holds:
            return None
        if not holds:
            continue
        if found and found[-1].high is a:
            found[-1] = Piece(found[-1].low, b)
        else:
            found.append(Piece(a, b))
    return found


def changes(condition: Node, name: str, low: Node, high: Node) -> list[Node] | None:
    """The places inside where the truth of a part of the condition may change, in order.

    None where they cannot all be found.
    """
    from dlmath.errors import DlmathError
    from dlmath.maths.calculus.integrals.zeros import zeros

    found: list[tuple[float, Node]] = []
    for part in topological(condition):
        if part.op not in COMPARE or name not in free_symbols(part):
            continue
        left, right = part.args
        difference = add(left, mul(MINUS_ONE, right))
        if free_symbols(difference) != {name}:
            return None
        factors = _with_jumps(difference)
        if factors is None:
            return None
        for factor in factors:
            try:
                points = zeros(factor, name, _bound(low), _bound(high))
            except (DlmathError, ArithmeticError, ValueError):
                return None
            if not points.complete:
                return None
            for point in points.found:
                node = point.exact if point.exact is not None else exact(float(point.value))
                found.append((float(point.value), node))
    ordered = sorted(found, key=lambda pair: pair[0])
    inside = [pair for pair in ordered if _float(low) < pair[0] < _float(high)]
    kept: list[Node] = []
    last: float | None = None
    for value, node in inside:
        if last is None or value - last > 1e-13 * (1 + abs(value)):
            kept.append(node)
        last = value
    return kept


#: Continuous wherever they have a value.
_CONTINUOUS = frozenset(
    "add mul pow number symbol pi e exp log sin cos asin acos atan sinh cosh tanh asinh acosh "
    "atanh sech cbrt abs max min erf erfc erfi sigmoid relu leaky_relu elu selu gelu softplus silu "
    "mish hardtanh hard_sigmoid softsign".split()
)

#: What vanishes where a function jumps or is infinite, of its operand.
_JUMPS_WITH = {"tan": "cos", "sec": "cos", "csc": "sin", "cot": "sin"}


def _with_jumps(difference: Node) -> list[Node] | None:
    """The difference, and what vanishes where its sign may change without a zero.

    None where it may jump at places that are not known.
    """
    parts = [difference]
    for part in topological(difference):
        if part.op == "pow" and _is_negative_power(part):
            parts.append(part.args[0])
        elif part.op in _JUMPS_WITH:
            parts.append(call(_JUMPS_WITH[part.op], *part.args))
        elif part.op in ("sign", "heaviside"):
            parts.append(part.args[0])
        elif part.op not in _CONTINUOUS and part.args:
            return None
    return parts


def _is_negative_power(part: Node) -> bool:
    size = evaluate(part.args[1]) if not free_symbols(part.args[1]) else 0
    return isinstance(size, (int, float)) and size < 0


def _bound(node: Node) -> Any:
    import mpmath

    from dlmath.expression import precise

    value = _float(node)
    if abs(value) == float("inf"):
        return mpmath.mpf(value)
    return precise.evaluate(node, {}, 40)


def _float(node: Node) -> float:
    value = to_float(evaluate(node))
    return float(value) if isinstance(value, (int, float)) else float("nan")


def _between(a: float, b: float) -> float | None:
    """A place between two ends, one of which may be infinite; None where nothing is between."""
    if not a < b:
        return None
    if abs(a) == float("inf") and abs(b) == float("inf"):
        return 0.0
    if b == float("inf"):
        return a + 1 + abs(a)
    if a == -float("inf"):
        return b - 1 - abs(b)
    return (a + b) / 2
