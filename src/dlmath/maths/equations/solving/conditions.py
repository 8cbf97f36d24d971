"""Intervals as conditions of the language, and conditions solved for one unknown."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from dlmath.expression.graph import FALSE, TRUE, Node, call
from dlmath.maths.calculus.integrals.zero_search import Point, infinite
from dlmath.maths.calculus.studies.spans import Span
from dlmath.maths.equations.solving.numbers import decimal_node


def span_condition(span: Span, x: Node) -> Node:
    """`x > 1 and x <= 3` for one interval; `true` for the whole axis."""
    if span.is_point:
        return call("eq", x, _end(span.low))
    parts = []
    if not infinite(span.low.value):
        parts.append(call("ge" if span.from_low else "gt", x, _end(span.low)))
    if not infinite(span.high.value):
        parts.append(call("le" if span.to_high else "lt", x, _end(span.high)))
    if not parts:
        return TRUE
    return parts[0] if len(parts) == 1 else call("and", *parts)


def _end(point: Point) -> Node:
    return point.exact if point.exact is not None else decimal_node(point.value)


def spans_condition(spans: Sequence[Span], x: Node) -> Node:
    """The union of intervals: `x < -1 or x > 1`; a single number left out is `x != 0`."""
    if not spans:
        return FALSE
    holes = _holes(spans, x)
    if holes is not None:
        return holes
    parts = [span_condition(span, x) for span in spans]
    return parts[0] if len(parts) == 1 else call("or", *parts)


def _holes(spans: Sequence[Span], x: Node) -> Node | None:
    """The axis but for some numbers."""
    from dlmath.maths.calculus.studies.points import same

    if len(spans) < 2 or not (infinite(spans[0].low.value) and infinite(spans[-1].high.value)):
        return None
    parts = []
    for left, right in pairwise(spans):
        if left.is_point or right.is_point or not same(left.high.value, right.low.value):
            return None
        parts.append(call("ne", x, _end(left.high)))
    return parts[0] if len(parts) == 1 else call("and", *parts)
