"""`study`: what a function of one variable does, as a teacher discusses a curve.

The curve is traced (`study_curve`): the axis is cut where the function may be singular or bend
sharply, and at the zeros of both derivatives, which are found in closed form or isolated by
interval arithmetic. Every statement is then read from the signs between these places and the
limits at their sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dlmath.answer import REFUTED, Answer, Sentence
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import (
    ZERO,
    Node,
    add,
    contains,
    free_symbols,
    neg,
    number,
    substitute,
    symbol,
)
from dlmath.expression.intervals import Enclosure, Unsupported
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.derive import prepared
from dlmath.maths.calculus.integrals.zero_search import Point, infinite
from dlmath.maths.calculus.studies import shape
from dlmath.maths.calculus.studies.curve import Curve, close, domain_of, trace
from dlmath.maths.calculus.studies.ends import Ends, slanted
from dlmath.maths.calculus.studies.points import exact_point, infinite_point, shown, value_at
from dlmath.maths.calculus.studies.spans import Span, span_parts, union_fact, union_parts
from dlmath.maths.calculus.studies.symmetry import Period, parity, period
from dlmath.maths.calculus.studies.table import table
from dlmath.maths.calculus.studies.words import facts, line, summary
from dlmath.maths.calculus.studies.zeros import SCANNED, Endless
from dlmath.maths.operations import OPERATIONS, carry_out
from dlmath.settings import DEFAULTS, Settings

#: Half the width of the part that is studied where special places go on without end; half of
#: that for functions that take long.
_HALF_WIDTH = 10


class Frame(NamedTuple):
    """Between which ends the study runs, and why.

    repeats: the period, where one period is studied. cut: are the ends set by us, because
    special places go on without end?
    """

    low: Point
    high: Point
    repeats: Period | None = None
    cut: bool = False


def study(
    expression: Node,
    variable: str,
    lower: Node | None = None,
    upper: Node | None = None,
    settings: Settings = DEFAULTS,
) -> Answer:
    """Domain, zeros, sign, extrema, monotonicity, bending, asymptotes, range, parity, period.

    lower, upper: the ends of the study, which belong to it (None: the whole axis). Of a periodic
    function one period is studied. The result is a summary in words; the facts hold the
    statements, `tables[0]` the table of signs.
    Raises InvalidInput for vectors, equations and variables without a value, Undefined where the
    function has no real value, Unsolved where special places cannot be told apart.
    """
    function = _function(expression, variable, settings)
    frame = _frame(function, variable, lower, upper, settings)
    frame, curve = _traced(function, variable, frame, settings)
    if not any(curve.stretches):
        raise Undefined("the function has no real value on any interval here")
    answer = Answer("study", _question(function, frame, lower, upper))
    length = None if frame.repeats is None else frame.repeats.length
    drifts = frame.repeats is not None and frame.repeats.shift is not ZERO
    extrema = shape.extrema(curve, window=frame.cut or drifts)
    answer.facts = {
        "domain": _domain(curve, frame),
        "range": _range(curve, drifts),
        "parity": parity(function, variable),
        "period": None if drifts else length,
        **facts(curve, extrema),
        "asymptotes": asymptotes(curve, frame, settings),
    }
    answer.result = summary(curve, extrema)
    answer.tables.append(table(curve))
    answer.notes += _notes(curve, frame)
    _put_in(answer, function, variable, settings)
    if settings.steps:
        from dlmath.maths.calculus.studies.steps import steps

        answer.steps = steps(curve, extrema, answer.facts)
    if settings.check:
        from dlmath.checks.study import check_study
        from dlmath.maths.calculus.studies.claims import claims

        answer.checks += check_study(function, variable, claims(curve, extrema))
    if answer.refuted:
        answer.status, answer.facts, answer.tables = REFUTED, {}, []
    elif settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.study import study_picture

        ends = (float(frame.low.value), float(frame.high.value))
        put_picture(answer, study_picture, curve, extrema, answer.facts["asymptotes"], ends)
    return answer


# --- what is studied ------------------------------------------------------------------------


def _function(expression: Node, variable: str, settings: Settings) -> Node:
    """One real function of the variable, other variables put in. Raises InvalidInput."""
    if expression.op in ("lt", "le", "gt", "ge", "ne", "and", "or", "not"):
        raise InvalidInput("a function is needed here, not a condition")
    if contains(expression, OPERATIONS):
        expression = carry_out(expression, settings)
    function = prepared(expression, settings)
    if function.op == "vector":
        raise InvalidInput(
            "study takes one function, not a vector", hint="study each entry by itself"
        )
    others = {name: value for name, value in settings.at.items() if name != variable}
    function = substitute(function, others)
    unknown = sorted(free_symbols(function) - {variable})
    if unknown:
        names = ", ".join(unknown)
        values = ",".join(f"{name}=2" for name in unknown)
        raise InvalidInput(
            f"study needs numbers: {names} {'has' if len(unknown) == 1 else 'have'} no value",
            hint=f"for example --at {values}",
        )
    return function


def _frame(
    function: Node, variable: str, lower: Node | None, upper: Node | None, settings: Settings
) -> Frame:
    low = infinite_point(-1) if lower is None else _end(lower, "--from")
    high = infinite_point(1) if upper is None else _end(upper, "--to")
    if not low.value < high.value:
        raise InvalidInput("the interval is empty: --from must be less than --to")
    known = settings.assume.get(variable, frozenset())
    if known & {"positive", "nonnegative"} and low.value < 0:
        low = exact_point(ZERO)
    if known & {"negative", "nonpositive"} and high.value > 0:
        high = exact_point(ZERO)
    if not (infinite(low.value) and infinite(high.value)):
        return Frame(low, high)
    found = period(function, variable)
    if found is None:
        return Frame(low, high)
    return Frame(exact_point(ZERO), exact_point(found.length), found)


def _end(node: Node, option: str) -> Point:
    """An end of the interval: a real number or an infinity."""
    import mpmath

    end = tidy(node)
    if free_symbols(end):
        raise InvalidInput(f"{option} takes a number, oo or -oo")
    point = exact_point(end)
    if not hasattr(point.value, "_mpf_") or mpmath.isnan(point.value):
        raise InvalidInput(f"{option} takes a real number, oo or -oo")
    if infinite(point.value):
        return infinite_point(1 if point.value > 0 else -1)
    return point


def _traced(function: Node, variable: str, frame: Frame, settings: Settings) -> tuple[Frame, Curve]:
    """The curve between the ends; on a part of the axis where special places are endless."""
    try:
        curve = trace(function, variable, frame.low, frame.high, settings)
    except Endless:
        frame = _cut(frame, _HALF_WIDTH if _has_bounds(function, variable) else _HALF_WIDTH // 2)
        curve = trace(function, variable, frame.low, frame.high, settings)
    repeats = frame.repeats
    if repeats is None:
        return frame, curve
    pole = next((s.point for s in curve.stations if s.value is None and s.is_finite), None)
    if pole is not None and pole.exact is not None and pole.value > frame.low.value:
        low = exact_point(tidy(add(pole.exact, neg(repeats.length))))
        frame = frame._replace(low=low, high=pole)
        curve = trace(function, variable, low, pole, settings)
    close(curve, exact_point(repeats.shift), settings)
    return frame, curve


def _has_bounds(function: Node, variable: str) -> bool:
    try:
        Enclosure(function, variable)
    except Unsupported:
        return False
    return True


def _cut(frame: Frame, size: int) -> Frame:
    """A window of moderate size (half its width) instead of infinite ends."""
    width = exact_point(number(2 * size))
    low, high = frame.low, frame.high
    if infinite(low.value) and infinite(high.value):
        half = number(size)
        return frame._replace(low=exact_point(neg(half)), high=exact_point(half), cut=True)
    assert width.exact is not None and low.exact is not None and high.exact is not None
    if infinite(low.value):
        return frame._replace(low=exact_point(tidy(add(high.exact, neg(width.exact)))), cut=True)
    return frame._replace(high=exact_point(tidy(add(low.exact, width.exact))), cut=True)


# --- statements that need the frame ----------------------------------------------------------


def _domain(curve: Curve, frame: Frame) -> object:
    """The whole domain, also where a part of the axis is studied because it repeats."""
    found = shape.domain(curve)
    if frame.repeats is not None:
        if len(found) == 1 and found[0].from_low and found[0].to_high:
            return union_fact([Span(infinite_point(-1), infinite_point(1))])
        return (*union_parts(found), ", repeated every ", frame.repeats.length)
    if frame.cut:
        try:
            found = domain_of(curve.function, curve.variable, infinite_point(-1), infinite_point(1))
        except Endless:
            return (*union_parts(found), " and so on")
    return union_fact(found)


def _range(curve: Curve, drifts: bool) -> object:
    """The range; a curve that repeats itself higher and higher takes every value."""
    if drifts:
        everywhere = all(station.joins for station in curve.stations)
        ends = infinite_point(-1), infinite_point(1)
        return union_fact([Span(*ends)]) if everywhere else None
    found = shape.values(curve)
    return None if found is None else union_fact(found)


def asymptotes(curve: Curve, frame: Frame, settings: Settings) -> list[Node | str]:
    """Vertical, then horizontal and oblique ones, as equations."""
    found: list[Node | str] = []
    for station in curve.stations:
        sides = [
            limit
            for limit, exists in (
                (station.left, station.has_left),
                (station.right, station.has_right),
            )
            if exists and limit is not None
        ]
        if station.is_finite and any(infinite(limit.value) for limit in sides):
            found.append(line(curve.variable, station.point))
    if frame.repeats is None:
        found += _lines_far_out(curve, frame, settings)
    return list(dict.fromkeys(found))


def _lines_far_out(curve: Curve, frame: Frame, settings: Settings) -> Sequence[Node | str]:
    """The lines approached at -oo and at oo; none where the function breaks without end."""
    if frame.cut and _breaks_without_end(curve):
        return []
    name = "y" if curve.variable != "y" else "z"
    ends = Ends(curve.variable, settings)
    found: list[Node | str] = []
    for side, place in ((-1, 0), (1, -1)):
        station, stretch = curve.stations[place], curve.stretches[place]
        if frame.cut:
            point = infinite_point(side)
            height = ends.limit(curve.function, point, "left")
            right = slanted(curve.function, ends, point, height)
        elif station.is_finite or stretch is None or stretch.curve == 0:
            continue
        else:
            height = station.right if side < 0 else station.left
            right = slanted(stretch.function, ends, station.point, height)
        if right is not None:
            found.append(line(name, right))
    return found


def _breaks_without_end(curve: Curve) -> bool:
    try:
        domain_of(curve.function, curve.variable, infinite_point(-1), infinite_point(1))
    except Endless:
        return True
    return False


def _question(function: Node, frame: Frame, lower: Node | None, upper: Node | None) -> Sentence:
    if lower is None and upper is None:
        return ("study of ", function)
    closed = Span(
        frame.low, frame.high, not infinite(frame.low.value), not infinite(frame.high.value)
    )
    return ("study of ", function, " on ", *span_parts(closed))


def _notes(curve: Curve, frame: Frame) -> list[Sentence]:
    """What part was studied, how zeros were certified, and what values decided."""
    notes: list[Sentence] = []
    x = symbol(curve.variable)
    if frame.repeats is not None:
        length, shift = frame.repeats
        if shift is ZERO:
            notes.append(("one period is studied; everything repeats every ", length))
        else:
            sign = "-" if exact_point(shift).value < 0 else "+"
            size = tidy(neg(shift)) if sign == "-" else shift
            after: Sentence = ("f(", add(x, length), ") = f(", x, f") {sign} ", size)
            notes.append(("the shape repeats: ", *after, "; one turn of it is studied"))
    elif frame.cut:
        span = span_parts(Span(frame.low, frame.high, True, True))
        words = "special places go on without end: studied on "
        notes.append((words, *span, "; --from and --to choose another part"))
    for route in curve.how:
        if route not in ("closed form", SCANNED):
            notes.append((f"places without closed form found by {route}",))
    notes += [(f"not proved: {words}",) for words in curve.doubts]
    return notes


def _put_in(answer: Answer, function: Node, variable: str, settings: Settings) -> None:
    """With `--at x=2`, the value there as a fact."""
    place = settings.at.get(variable)
    if place is None:
        return
    if free_symbols(place):
        raise InvalidInput(f"--at {variable} takes a number")
    value = value_at(function, variable, exact_point(tidy(place)))
    if value is None:
        raise Undefined(f"the function has no real value at this {variable}")
    answer.facts["value"] = shown(value)
