"""Intervals with exact ends: unions of them, and how they are written."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from dlmath.answer import Sentence
from dlmath.expression.graph import Node
from dlmath.maths.calculus.integrals.zero_search import Point
from dlmath.maths.calculus.studies.points import point_text, same, shown


class Span(NamedTuple):
    """From low to high; from_low, to_high: do the ends belong to it?"""

    low: Point
    high: Point
    from_low: bool = False
    to_high: bool = False

    @property
    def is_point(self) -> bool:
        """Is this one place only?"""
        return self.from_low and self.to_high and same(self.low.value, self.high.value)


def union(spans: Iterable[Span]) -> list[Span]:
    """The spans joined where they overlap or touch, in increasing order."""
    ordered = sorted(spans, key=lambda span: (span.low.value, not span.from_low))
    joined: list[Span] = []
    for span in ordered:
        last = joined[-1] if joined else None
        if last is None or not _meet(last, span):
            joined.append(span)
            continue
        low = last
        if same(last.low.value, span.low.value) and span.from_low:
            low = last._replace(from_low=True)
        if same(last.high.value, span.high.value):
            joined[-1] = low._replace(to_high=last.to_high or span.to_high)
        elif span.high.value > last.high.value:
            joined[-1] = low._replace(high=span.high, to_high=span.to_high)
        else:
            joined[-1] = low
    return joined


def _meet(left: Span, right: Span) -> bool:
    if same(left.high.value, right.low.value):
        return left.to_high or right.from_low
    return bool(right.low.value < left.high.value)


# --- writing --------------------------------------------------------------------------------


def span_parts(span: Span) -> Sentence:
    """`(-oo, 1]`, or `{1}` for one place."""
    if span.is_point:
        return ("{", _part(span.low), "}")
    opening = "[" if span.from_low else "("
    closing = "]" if span.to_high else ")"
    return (opening, _part(span.low), ", ", _part(span.high), closing)


def _part(point: Point) -> Node | str:
    found = shown(point)
    return found if isinstance(found, Node) else point_text(point)


def as_fact(sentence: Sentence) -> Any:
    """A sentence as a fact: plain text where there is no mathematics in it."""
    if any(isinstance(part, Node) for part in sentence):
        return sentence
    return "".join(str(part) for part in sentence)


def span_fact(span: Span) -> Any:
    """An interval as a fact."""
    return as_fact(span_parts(span))


def union_parts(spans: list[Span]) -> Sentence:
    """`(-oo, 0) ∪ (0, oo)`; the empty set is `{}`."""
    parts: list[str | Node] = []
    for span in spans:
        if parts:
            parts.append(" ∪ ")
        parts += span_parts(span)
    return tuple(parts) or ("{}",)


def union_fact(spans: list[Span]) -> Any:
    """A union of intervals as one fact."""
    return as_fact(union_parts(spans))
