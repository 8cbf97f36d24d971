"""The interval on which the solution with given initial values lives."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlmath.errors import DlmathError
from dlmath.expression import numbers
from dlmath.expression.graph import Node, add, free_symbols, substitute
from dlmath.maths.calculus.budget import OutOfTime, within

#: How far from the initial point the solution is followed, where the whole axis is too much.
_WINDOW = 12


def interval_of(
    solutions: Sequence[Node], others: Sequence[Node], variable: str, point: Node, seconds: float
) -> Any | None:
    """The largest open interval around the point on which all functions are defined and smooth.

    solutions: the functions that were found. others: functions that must exist there too, as the
    right side of y' = f with the solution put in. The fact is words with mathematics, or text;
    None where it is not found in time. Raises nothing.
    """
    whole = [node for node in (*solutions, *others) if free_symbols(node) <= {variable}]
    if len(whole) < len(solutions) or free_symbols(point):
        return None
    place = numbers.evaluate(point)
    if not isinstance(place, (int, float)):
        return None
    try:
        with within(seconds):
            return _found(whole, variable, float(place))
    except OutOfTime:
        return None
    except DlmathError:
        return None
    except Exception:  # the interval is an extra: without it the solution stands
        return None


def _found(functions: Sequence[Node], variable: str, place: float) -> Any | None:
    from dlmath.expression.gradient import gradient
    from dlmath.maths.calculus.studies.spans import as_fact

    low: Any = None
    high: Any = None
    for function in functions:
        for node in (function, gradient(function, [variable])[variable]):
            if not free_symbols(node):
                continue
            span = _around(node, variable, place)
            if span is None:
                return None
            if low is None or span.low.value > low.value:
                low = span.low
            if high is None or span.high.value < high.value:
                high = span.high
    if low is None:
        return "(-oo, oo)"
    return as_fact(_parts(low, high))


def _parts(low: Any, high: Any) -> Any:
    from dlmath.maths.calculus.studies.spans import Span, span_parts

    return span_parts(Span(low, high))


def _around(node: Node, variable: str, place: float) -> Any | None:
    """The span of the domain that has the place inside."""
    from dlmath.errors import Unsolved
    from dlmath.expression.tidy import tidy
    from dlmath.maths.calculus.integrals.zero_search import infinite
    from dlmath.maths.calculus.studies.curve import domain_of
    from dlmath.maths.calculus.studies.points import exact_point, infinite_point
    from dlmath.maths.calculus.studies.search import Endless

    node = tidy(node)
    try:
        spans = domain_of(node, variable, infinite_point(-1), infinite_point(1))
    except (Unsolved, Endless):
        from fractions import Fraction

        from dlmath.expression.graph import number

        ends = [exact_point(number(Fraction(round(place) + side * _WINDOW))) for side in (-1, 1)]
        spans = domain_of(node, variable, *ends)
        spans = [s for s in spans if not (s.low is ends[0] or s.high is ends[1])] or []
    for span in spans:
        low = -float("inf") if infinite(span.low.value) else float(span.low.value)
        high = float("inf") if infinite(span.high.value) else float(span.high.value)
        if low - 1e-12 <= place <= high + 1e-12 and low < high:
            return span
    return None


def put(node: Node, values: dict[str, Node]) -> Node:
    """An expression with a solution put in for the function."""
    return substitute(node, values)


__all__ = ["add", "interval_of", "put"]
