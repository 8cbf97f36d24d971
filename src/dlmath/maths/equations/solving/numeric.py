"""All real solutions on an interval by interval arithmetic, where there is no closed form."""

from __future__ import annotations

from typing import Any, NamedTuple

from dlmath.answer import Sentence
from dlmath.errors import DlmathError, Unsolved
from dlmath.expression.graph import Node, add, call, neg, number, symbol
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.integrals.zero_search import Point, infinite
from dlmath.maths.calculus.studies.points import exact_point, infinite_point
from dlmath.maths.calculus.studies.spans import Span, span_parts
from dlmath.maths.calculus.studies.zeros import Endless
from dlmath.maths.equations.solving.conditions import spans_condition
from dlmath.maths.equations.solving.inequalities import pieces
from dlmath.maths.equations.solving.numbers import decimal_node
from dlmath.maths.equations.solving.working import Root

#: Half the width of the part that is searched where solutions go on without end.
_HALF_WIDTHS = (10, 4, 1)


class Search(NamedTuple):
    """What a search found: roots in increasing order, and a condition for whole intervals."""

    roots: tuple[Root, ...]
    everything: Node | None
    notes: list[Sentence]
    cut: bool
    ends: tuple[Any, Any]


def search(left: Node, right: Node, variable: str, low: Point, high: Point) -> Search:
    """All real solutions of `left = right` from low to high, ends included.

    Where they may go on without end, those on a part of the axis. Raises Unsolved.
    """
    try:
        return _between(left, right, variable, low, high, cut=False)
    except Endless:
        pass
    for half in _HALF_WIDTHS:
        part = window(low, high, half)
        try:
            return _between(left, right, variable, *part, cut=True)
        except Endless:
            continue
    raise Unsolved("solutions crowd together", hint="say where to look with --from and --to")


def window(low: Point, high: Point, half: int) -> tuple[Point, Point]:
    """A part of the axis of moderate size (half its width) within the ends."""
    if infinite(low.value) and infinite(high.value):
        return exact_point(number(-half)), exact_point(number(half))
    if infinite(low.value):
        assert high.exact is not None
        return exact_point(tidy(add(high.exact, number(-2 * half)))), high
    if infinite(high.value):
        assert low.exact is not None
        return low, exact_point(tidy(add(low.exact, number(2 * half))))
    middle = (low.value + high.value) / 2
    shift = min(half, float(high.value - low.value) / 4)
    from fractions import Fraction

    return (
        exact_point(number(Fraction(float(middle) - shift))),
        exact_point(number(Fraction(float(middle) + shift))),
    )


def _between(
    left: Node, right: Node, variable: str, low: Point, high: Point, *, cut: bool
) -> Search:
    found = pieces(call("eq", left, right), variable, low, high)
    spans = found.spans()
    single = [span for span in spans if span.is_point]
    wide = [span for span in spans if not span.is_point]
    roots = tuple(Root(_value(span.low)) for span in single)
    x = symbol(variable)
    notes: list[Sentence] = []
    unbounded = infinite(low.value) and infinite(high.value)
    if cut:
        words = "solutions may go on without end: searched on "
        notes.append(
            (
                words,
                *span_parts(Span(low, high, True, True)),
                "; --from and --to choose another part",
            )
        )
    notes += [(f"not proved: {words}",) for words in found.doubts[:2]]
    if len(found.doubts) > 2:
        notes.append((f"not proved: {len(found.doubts) - 2} more of that kind",))
    if not found.doubts:
        where = "there" if cut else "on the axis" if unbounded else "between the ends"
        notes.append((f"all solutions {where}, certified by interval arithmetic",))
    everything = spans_condition(wide, x) if wide else None
    return Search(roots, everything, notes, cut, (low.value, high.value))


def _value(point: Point) -> Node:
    return point.exact if point.exact is not None else decimal_node(point.value)


def end_point(node: Node | None, side: int, option: str) -> Point:
    """An end of the interval: a real number or an infinity."""
    import mpmath

    from dlmath.errors import InvalidInput
    from dlmath.expression.graph import free_symbols

    if node is None:
        return infinite_point(side)
    end = tidy(node)
    if free_symbols(end):
        raise InvalidInput(f"{option} takes a number, oo or -oo")
    try:
        point = exact_point(end)
    except (DlmathError, ArithmeticError, ValueError) as error:
        raise InvalidInput(f"{option} takes a real number, oo or -oo") from error
    if not hasattr(point.value, "_mpf_") or mpmath.isnan(point.value):
        raise InvalidInput(f"{option} takes a real number, oo or -oo")
    if infinite(point.value):
        return infinite_point(1 if point.value > 0 else -1)
    return point


def near(left: Node, right: Node, variable: str, place: Any) -> Any:
    """One root near a place by Newton's method and bisection, to 45 digits; None for none.

    Newton's steps in high precision from the place (J. Nocedal and S. Wright, Numerical
    Optimization, 2006, section 11.1), halved while the residual does not fall.
    """
    import mpmath

    from dlmath.expression.gradient import gradient
    from dlmath.maths.calculus.integrals.zero_search import real_value

    f = add(left, neg(right))
    slope = gradient(f, [variable])[variable]
    with mpmath.workdps(60):
        x = mpmath.mpf(place)
        value = real_value(f, variable, x, 55)
        for _ in range(200):
            if value is None:
                return None
            if value == 0:
                return x
            rate = real_value(slope, variable, x, 55)
            if rate is None or rate == 0:
                return None
            step = value / rate
            for _ in range(40):
                there = real_value(f, variable, x - step, 55)
                if there is not None and abs(there) < abs(value):
                    break
                step /= 2
            else:
                return x if abs(step) < mpmath.mpf(10) ** -44 * max(1, abs(x)) else None
            x, value = x - step, there
            if abs(step) < mpmath.mpf(10) ** -50 * max(1, abs(x)):
                return x
    return None
