"""Initial value problems by scipy's steppers: values, their errors, events, where it ends."""

from __future__ import annotations

import math
from collections.abc import Sequence
from time import monotonic
from typing import Any, NamedTuple

from dlmath.answer import DIVERGES, DOES_NOT_EXIST, UNAVAILABLE, Answer, Check, Step
from dlmath.checks.ode_numeric import other_method
from dlmath.errors import LimitReached, Undefined, Unsolved
from dlmath.expression.differential import Problem
from dlmath.expression.graph import Node
from dlmath.maths.equations.numeric.ending import Ending, ending, singular_place
from dlmath.maths.equations.numeric.report import (
    Row,
    csv_bytes,
    evenly,
    fact_rows,
    number_text,
    place_text,
    table,
)
from dlmath.maths.equations.numeric.run import NAMES, REACHED, STEPPERS, TIME, Run, integrate
from dlmath.maths.equations.numeric.system import Array, Conditions, System, initial_state
from dlmath.settings import Settings

#: Relative tolerances of the first and the second run: explicit, and for stiff equations.
_LOOSE, _TIGHT = 1e-8, 1e-10
_LOOSE_STIFF, _TIGHT_STIFF = 1e-7, 1e-9
#: Rows of the table, and places at which the two runs are compared.
_ROWS, _PLACES = 11, 400
#: Relative difference of the two runs from which numbers are not given.
_LOST = 1e-3
#: Shares of the time.
_SHARE, _SHARE_TIGHT, _SHARE_CHECK = 0.25, 0.35, 0.3


class Integrated(NamedTuple):
    """Two runs of one problem, and up to where they agree.

    run: the one with the smaller tolerance. other: the one it is held against. reach: the end of
    what is certain. stop: why it ends before the end asked for, if it does.
    """

    run: Run
    other: Run
    x0: float
    reach: float
    lost: bool
    stop: Ending | None

    def values(self, x: Any) -> Array:
        """States at places."""
        return self.run.dense(x)

    def errors(self, x: Any) -> Array:
        """How far off they may be: what the two runs differ by, and rounding."""
        import numpy

        found = self.run.dense(x)
        rounding = 4e-16 * numpy.abs(found) * numpy.sqrt(self.run.steps + 1)
        return numpy.abs(found - self.other.dense(x)) + rounding


def solve_initial(
    answer: Answer,
    problem: Problem,
    system: System,
    conditions: Conditions,
    end: float,
    settings: Settings,
    method: str | None,
    events: Sequence[Node],
) -> Answer:
    """Fills the answer. Raises as `solve_numeric`."""
    x0 = conditions.points[0]
    start = initial_state(system, conditions)
    began = monotonic()
    both = integrate_twice(system, start, x0, end, method, settings.seconds or 3600.0)
    _refuse_at_start(both, system)
    last = both.reach
    rows = rows_between(both, x0, last)
    _put_values(answer, system, both, rows, end, settings)
    answer.tables.append(table("solution", system.variable, system.states, rows))
    run = both.run
    answer.facts["table"] = fact_rows(system.variable, system.states, rows)
    answer.facts["error"] = max(rows[-1].errors[k] for k in system.leading)
    answer.facts["method"] = run.method
    answer.facts["steps"] = run.steps
    answer.facts["evaluations"] = run.evaluations
    _put_stiffness(answer, system, both, method)
    _put_stop(answer, system, both, end)
    if events:
        from dlmath.maths.equations.numeric.events import put_events

        put_events(answer, system, both, events, settings.at)
    if system.autonomous and system.size == 2:
        from dlmath.maths.equations.numeric.equilibria import put_equilibria

        put_equilibria(answer, system, both)
    if settings.check:
        spent = monotonic() - began
        answer.checks.append(_checked(system, start, both, spent, settings))
    if settings.steps:
        answer.steps = _steps(answer, system, both, method)
    columns = (system.variable, *system.states)
    kept = run.x if both.x0 <= both.reach else -run.x
    kept = kept <= (both.reach if both.x0 <= both.reach else -both.reach)
    data = [[x, *s] for x, s, k in zip(run.x, run.s, kept, strict=True) if k]
    answer.files[".csv"] = lambda: csv_bytes(columns, data)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.equations import initial_picture

        put_picture(answer, initial_picture, problem, system, both, answer, settings)
    return answer


def integrate_twice(
    system: System, start: Array, x0: float, end: float, method: str | None, seconds: float
) -> Integrated:
    """Two runs with different tolerances. Raises LimitReached."""
    chosen = method or "dop853"
    change = method is None
    loose, tight = _LOOSE, _TIGHT
    if chosen in ("radau", "bdf"):
        loose, tight = _LOOSE_STIFF, _TIGHT_STIFF
    first = integrate(system, start, x0, end, chosen, loose, _SHARE * seconds, change=change)
    if first.switched:
        chosen, loose, tight = first.method, _LOOSE_STIFF, _TIGHT_STIFF
        stiff = first.stiff
        first = integrate(system, start, x0, end, chosen, loose, _SHARE * seconds)
        first = first._replace(stiff=stiff, switched=True)
    if first.end == TIME:
        raise LimitReached(
            f"the time was used up at {system.variable} = {first.x[-1]:.6g}, after "
            f"{first.steps} steps",
            hint="give more time with --timeout, a nearer end with --until, or --method radau",
        )
    second = integrate(system, start, x0, end, chosen, tight, _SHARE_TIGHT * seconds)
    if second.end == TIME:
        second = first
        first = integrate(system, start, x0, end, chosen, 100 * loose, _SHARE_TIGHT * seconds)
    second = second._replace(stiff=first.stiff or second.stiff, switched=first.switched)
    return _compared(system, first, second, x0, end)


def _compared(system: System, first: Run, second: Run, x0: float, end: float) -> Integrated:
    import numpy

    if second.dense is None or first.dense is None:
        return Integrated(second, first, x0, x0, lost=False, stop=Ending("no value", x0, 0.0))
    stop = None
    if second.end != REACHED or first.end != REACHED:
        stop = ending(system, first, second)
    singular = singular_place(system, second)
    if singular is not None:
        stop = singular
    forward = end > x0
    last = min(first.x[-1], second.x[-1]) if forward else max(first.x[-1], second.x[-1])
    if singular is not None:
        last = singular.place
    if stop is not None:
        last = x0 + (float(last) - x0) * (1 - 1e-9)
    places = numpy.linspace(x0, last, _PLACES)
    values, others = second.dense(places), first.dense(places)
    size = numpy.maximum.accumulate(numpy.abs(values), axis=1).max(axis=0)
    apart = numpy.abs(values - others).max(axis=0) > _LOST * numpy.maximum(size, 1e-300)
    if stop is not None:
        apart[-_PLACES // 8 :] = False  # near a singular end nothing is certain to many digits
    wrong = numpy.flatnonzero(apart)
    lost = len(wrong) > 0
    reach = float(last)
    if lost:
        beyond = float(places[max(wrong[0] - 1, 0)]) - x0
        unit = 10.0 ** (math.floor(math.log10(abs(beyond))) - 2) if beyond else 1.0
        reach = float(f"{x0 + math.trunc(beyond / unit) * unit:.12g}")
    return Integrated(second, first, x0, reach, lost, None if lost else stop)


def _refuse_at_start(both: Integrated, system: System) -> None:
    if both.run.dense is None:
        raise Undefined(
            f"the equation gives no real slope at the start, {system.variable} = {both.x0:g}"
        )
    if both.lost and both.reach == both.x0:
        raise Unsolved("no digits are certain: two runs with different tolerances disagree")


def rows_between(both: Integrated, x0: float, last: float, count: int = _ROWS) -> list[Row]:
    """Evenly spaced rows; before a singular end, the end itself is left out."""
    places = evenly(x0, both.stop.place, count + 1)[:-1] if both.stop else evenly(x0, last, count)
    rows = []
    for x in places:
        values, errors = both.values(x), both.errors(x)
        rows.append(Row(x, tuple(map(float, values)), tuple(map(float, errors))))
    return rows


def _put_values(
    answer: Answer,
    system: System,
    both: Integrated,
    rows: Sequence[Row],
    end: float,
    settings: Settings,
) -> None:
    """`y(5) = 0.0000453999`: the values at the end of what is certain."""
    digits = settings.digits or 10
    stop = both.stop
    if stop is not None and stop.kind == "blow-up":
        words = number_text(stop.place, stop.error, digits)
        answer.status = DIVERGES
        names = ", ".join(str(function) for function in system.functions)
        answer.result = (
            f"{names} {'grow' if len(system.functions) > 1 else 'grows'} without bound at "
            f"{system.variable} = {words}"
        )
        answer.facts["blow_up"] = stop.place
        answer.facts["blow_up_error"] = stop.error
        return
    if stop is not None:
        answer.status = DOES_NOT_EXIST
        names = ", ".join(str(function) for function in system.functions)
        words = number_text(stop.place, stop.error, digits)
        verb = "is determined up to" if stop.kind == "singular" else "ends at"
        answer.result = f"{names} {verb} {system.variable} = {words}"
        answer.facts["end"] = stop.place
        return
    row = rows[-1]
    place = place_text(row.x)
    lines = [
        f"{system.states[k]}({place}) = {number_text(row.values[k], row.errors[k], digits)}"
        for k in system.leading
    ]
    answer.result = lines[0] if len(lines) == 1 else tuple(lines)
    found = [row.values[k] for k in system.leading]
    answer.value = found[0] if len(found) == 1 else found
    if digits > 12:
        answer.notes.append(("numerical integration gives about 10 digits",))


def _put_stiffness(answer: Answer, system: System, both: Integrated, method: str | None) -> None:
    stiff = both.run.stiff
    if stiff is None:
        return
    words = (
        f"stiff: at {system.variable} = {stiff.x:.4g} the Jacobian has the eigenvalue "
        f"{stiff.fastest:.4g}"
    )
    if stiff.slowest > 0.1 * stiff.fastest:
        words += f" beside {stiff.slowest:.4g}"
    words += f", which holds the steps of an explicit method near {3 / abs(stiff.fastest):.2g}"
    if both.run.switched:
        words += f"; the implicit method {both.run.method} ({NAMES[both.run.method]}) is used"
    elif method is not None:
        words += "; an implicit method (--method radau) takes longer steps"
    answer.facts["stiff"] = True
    answer.notes.append((words,))


def _put_stop(answer: Answer, system: System, both: Integrated, end: float) -> None:
    x = system.variable
    if both.lost:
        answer.facts["horizon"] = both.reach
        answer.notes.append(
            (
                f"sensitive to its start: beyond {x} = {both.reach:.4g} two runs with different "
                f"tolerances differ by more than {_LOST:g} of the solution's size, so the numbers "
                "end there",
            )
        )
        return
    stop = both.stop
    if stop is None:
        return
    if stop.kind == "blow-up":
        answer.notes.append(
            (f"the end {end:g} is not reached: blow-up at {x} = {stop.place:.10g}, "
             f"to about {stop.error:.1e}",)
        )  # fmt: skip
    elif stop.kind == "singular":
        answer.notes.append(
            (
                f"the end {end:g} is not reached: the equation is singular at "
                f"{x} = {stop.place:.10g}, and the start does not determine what lies beyond",
            )
        )
    elif stop.kind == "infinite slope":
        answer.notes.append(
            (
                f"the end {end:g} is not reached: at {x} = {stop.place:.10g} the slope grows "
                "without bound",
            )
        )
    else:
        answer.notes.append(
            (
                f"the end {end:g} is not reached: beyond {x} = {stop.place:.10g} the equation "
                "has no real value",
            )
        )


def _checked(
    system: System, start: Array, both: Integrated, spent: float, settings: Settings
) -> Check:
    import numpy

    limit = settings.seconds or 3600.0
    if spent > 0.7 * limit:
        return Check("another method", UNAVAILABLE, "there is no time left for it")
    last = both.reach
    if both.stop is not None:
        last = both.x0 + 0.9 * (both.stop.place - both.x0)
    places = evenly(both.x0, last, _ROWS)
    states = numpy.array([both.values(x) for x in places])
    errors = numpy.array([both.errors(x) for x in places])
    left = _SHARE_CHECK * limit
    return other_method(
        left, system.rate, system.jacobian, start, places, states, errors, both.run.method
    )


def _steps(answer: Answer, system: System, both: Integrated, method: str | None) -> list[Step]:
    """What was done, in order; numbers are not derived step by step."""
    from dlmath.expression.graph import eq_node, symbol

    steps: list[Step] = []
    if system.right is not None and (system.size > len(system.functions)):
        parts: list[Step] = [
            Step("first order", (symbol(name), "' is ", node))
            for name, node in zip(system.states, system.right, strict=True)
        ]
        steps.append(
            Step("system", (f"as {system.size} equations of first order",), None, None,
                 tuple(parts))
        )  # fmt: skip
    elif system.right is not None:
        for name, node in zip(system.states, system.right, strict=True):
            steps.append(Step("right side", (eq_node(symbol(name + "'"), node),)))
    run = both.run
    tight = _TIGHT_STIFF if run.method in ("radau", "bdf") else _TIGHT
    loose = _LOOSE_STIFF if run.method in ("radau", "bdf") else _LOOSE
    steps.append(
        Step("integrate", (f"by {NAMES[run.method]}, relative tolerance {tight:g}: {run.steps} "
                           f"steps, {run.evaluations} evaluations",))
    )  # fmt: skip
    steps.append(
        Step("error", (f"again with the tolerance {loose:g}: the values at the end differ by "
                       f"{answer.facts['error']:.1e}",))
    )  # fmt: skip
    return steps


__all__ = ["STEPPERS", "Integrated", "integrate_twice", "rows_between", "solve_initial"]
