"""Events in a simpler form: `max(X, Y) < c` as `X < c and Y < c`, negations carried out."""

from __future__ import annotations

import math
from collections.abc import Mapping

from dlmath.expression.graph import (
    FALSE,
    TRUE,
    Node,
    div,
    free_symbols,
    make,
    neg,
    replace,
    sub,
    symbol,
    topological,
)
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.tidy import expand, tidy

_OPPOSITE = {"lt": "ge", "le": "gt", "gt": "le", "ge": "lt", "eq": "ne", "ne": "eq"}
_MIRRORED = {"lt": "gt", "le": "ge", "gt": "lt", "ge": "le"}


def simpler(event: Node) -> Node:
    """The event with comparisons of `max` and `min` taken apart, and without `not`."""
    while True:
        changed = {
            part: other for part in topological(event) if (other := _taken_apart(part)) is not None
        }
        if not changed:
            return _flat(event)
        event = replace(event, changed)


def negated(event: Node) -> Node:
    """What holds where the event does not; of comparisons and what joins them."""
    if event.op in _OPPOSITE:
        return make(_OPPOSITE[event.op], event.args)
    if event.op in ("and", "or"):
        other = "or" if event.op == "and" else "and"
        return make(other, [negated(part) for part in event.args])
    if event.op == "not":
        return event.args[0]
    return FALSE if event is TRUE else TRUE


def _taken_apart(part: Node) -> Node | None:
    """One comparison or negation written otherwise; None where it stays."""
    if part.op == "not":
        return negated(part.args[0])
    if part.op not in _MIRRORED:
        return None
    left, right = part.args
    op = part.op
    if left.op not in ("max", "min"):
        left, right, op = right, left, _MIRRORED[op]
    if left.op not in ("max", "min") or len(left.args) < 2:
        return None
    below = op in ("lt", "le")
    join = "and" if below == (left.op == "max") else "or"
    return make(join, [make(op, (one, right)) for one in left.args])


def _flat(event: Node) -> Node:
    """`and` within `and` as one."""
    if event.op not in ("and", "or"):
        return event
    parts: list[Node] = []
    for part in map(_flat, event.args):
        parts.extend(part.args if part.op == event.op else (part,))
    return make(event.op, parts)


def bound(part: Node, name: str, positive: Mapping[str, bool]) -> tuple[bool, Node] | None:
    """A comparison solved for a variable that it is linear in: (is the variable below?, what).

    positive: other variables, and whether they are above 0 alone. None where the comparison is
    not linear, or the sign of the factor is unknown.
    """
    if part.op not in _MIRRORED:
        return None
    left, right = part.args
    below = part.op in ("lt", "le")
    x = symbol(name)
    if right is x:
        left, right, below = right, left, not below
    if left is x and name not in free_symbols(right):
        return below, right
    from dlmath.maths.calculus.antiderivatives.polynomial import linear

    line = linear(tidy(expand(sub(left, right))), x)
    if line is None or name in free_symbols(line[0]) | free_symbols(line[1]):
        return None
    sign = _sign(line[0], positive)
    if sign is None:
        return None
    return below == (sign > 0), tidy(neg(div(line[1], line[0])))


def _sign(factor: Node, positive: Mapping[str, bool]) -> int | None:
    """1 or -1 for products of numbers and variables above 0 and their powers."""
    if not free_symbols(factor):
        value = to_float(evaluate(factor))
        return None if not isinstance(value, (int, float)) or not value else 1 if value > 0 else -1
    if factor.op == "symbol":
        return 1 if positive.get(factor.name) else None
    if factor.op == "pow":
        return 1 if _sign(factor.args[0], positive) == 1 else None
    if factor.op == "mul":
        signs = [_sign(one, positive) for one in factor.args]
        return None if None in signs else math.prod(s for s in signs if s is not None)
    return None
