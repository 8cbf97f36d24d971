"""`pde --numeric`: the method of lines, or a grid, with the error told by a finer one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dlmath.answer import FAILED, Answer, Check, Step, Table
from dlmath.checks import pde_numeric as second
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.graph import Node, free_symbols
from dlmath.maths.equations.numeric.report import (
    certain,
    csv_bytes,
    evenly,
    number_text,
    place_text,
)
from dlmath.maths.equations.numeric.system import put_parameters, real_number
from dlmath.maths.equations.pde.kinds import ELLIPTIC, VARYING, Kind
from dlmath.maths.equations.pde.lines import Lines, Solved, read_lines, solve_lines
from dlmath.maths.equations.pde.placing import LOST, place_asked, value_line
from dlmath.maths.equations.pde.plane import solve_plane
from dlmath.maths.equations.pde.read import Equation, Side, number_at
from dlmath.settings import Settings

Domain = Mapping[str, tuple[Node, Node]]
Array = Any
_ROWS, _TIMES = 11, 11
#: Intervals of the coarser grid; the finer one has twice as many.
_COARSE = {"diffusion": 100, "wave": 200, "transport": 400}


def solve_numbers(
    answer: Answer,
    equation: Equation,
    sides: list[Side],
    kind: Kind,
    settings: Settings,
    until: Node | None,
    domain: Domain,
) -> Answer:
    """Fills the answer. Raises InvalidInput where something is missing, Unsolved, LimitReached."""
    _require_values(equation, sides)
    for name in domain:
        if name not in (equation.space, equation.time):
            raise InvalidInput(
                f"--domain: there is no variable {name}",
                hint=f"--domain {equation.space}=0..1",
            )
    if kind.name == VARYING:
        raise Unsolved("equations whose kind changes from place to place are not solved by numbers")
    if kind.name == ELLIPTIC:
        if until is not None:
            raise InvalidInput("an elliptic equation has no time: --until does not belong to it")
        return solve_plane(answer, equation, sides, settings)
    return _evolution(answer, equation, sides, settings, until, domain)


def _require_values(equation: Equation, sides: list[Side]) -> None:
    known = {equation.space, equation.time}
    names = {n for n in free_symbols(equation.expression) if equation.function.orders(n) is None}
    for side in sides:
        names |= free_symbols(side.value) | free_symbols(side.place)
        for part in side.parts.values():
            names |= free_symbols(part)
    missing = sorted(names - known)
    if missing:
        has = "has no value" if len(missing) == 1 else "have no values"
        raise InvalidInput(
            f"{', '.join(missing)} {has}, and numbers need one",
            hint="give it with --at " + ",".join(f"{name}=1" for name in missing),
        )


# --- in time --------------------------------------------------------------------------------


def _evolution(
    answer: Answer,
    equation: Equation,
    sides: list[Side],
    settings: Settings,
    until: Node | None,
    domain: Domain,
) -> Answer:
    x, t = equation.space, equation.time
    left, right = _interval(equation, sides, settings, domain)
    lines = read_lines(equation, sides, left, right)
    _refuse_backwards(lines)
    end, chosen = _end(equation, lines, settings, until, domain)
    way = "diffusion" if lines.diffuses and not lines.second else (
        "wave" if lines.second else "transport")  # fmt: skip
    count = _COARSE[way]
    times = evenly(lines.start, end, _TIMES)
    seconds = settings.seconds or 3600.0
    coarse = solve_lines(lines, count, times, 0.25 * seconds)
    fine = solve_lines(lines, 2 * count, times, 0.45 * seconds)
    size = float(abs(fine.u).max()) or 1.0
    gaps = _gaps(coarse, fine) + 1e-15 * size
    # Both are off by a multiple of h^2: extrapolated to h = 0 (Richardson).
    fine = fine._replace(x=coarse.x, u=(4 * fine.u[:, ::2] - coarse.u) / 3)
    error = float(gaps[-1])
    _refuse_unsettled(fine, gaps, size, way)
    asked = place_asked(equation, settings, x, left, right)
    place = (left + right) / 2 if asked is None else asked
    value = _interpolate(fine, place)
    name = equation.function.name
    answer.result = value_line(
        equation, place, end, number_text(value, error, settings.digits or 10)
    )
    answer.value = value
    rows = [(p, _interpolate(fine, p)) for p in evenly(left, right, _ROWS)]
    answer.tables.append(_table(equation, fine, gaps, left, right))
    answer.facts["table"] = [{x: p, t: end, name: v} for p, v in rows]
    answer.facts["error"] = error
    answer.facts["method"] = "method of lines"
    answer.facts["grid"] = f"{2 * count} intervals in {x}"
    answer.facts["evaluations"] = fine.evaluations
    _put_stability(answer, equation, lines, fine)
    if chosen:
        answer.notes.append(chosen)
    for which, side in zip((left, right), lines.ends, strict=True):
        if side.free:
            where = f"{x} = {which:g}"
            answer.notes.append(
                (f"nothing is given at {where}: "
                 + ("the slope is taken as 0 there" if lines.diffuses or lines.second
                    else "values only leave there, or stay as they are"),)
            )  # fmt: skip
    if settings.check:
        check = _second_opinion(lines, fine, error, end, way, seconds)
        if check.verdict == FAILED:
            raise Unsolved(f"two methods disagree: {check.detail}")
        answer.checks.append(check)
    if settings.steps:
        answer.steps = _steps(equation, lines, fine, count, error)
    columns = (x, t, name)
    answer.files[".csv"] = lambda: csv_bytes(
        columns,
        [[p, s, v] for s, row in zip(fine.times, fine.u, strict=True)
         for p, v in zip(fine.x, row, strict=True)],
    )  # fmt: skip
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.partial import evolution_picture

        put_picture(answer, evolution_picture, equation, fine.x, fine.times, fine.u)
    return answer


def _refuse_unsettled(fine: Solved, gaps: Array, size: float, way: str) -> None:
    """Raises Unsolved where the two grids differ too much."""
    at_end = float(abs(fine.u[-1]).max())
    # Diffusion heals what differs at first; elsewhere a difference moves on.
    if way != "diffusion" and float(gaps.max()) > LOST * size:
        raise Unsolved(
            "the numbers do not settle on a finer grid: a steep front or a jump moves through the "
            "domain"
        )
    if float(gaps[-1]) > LOST * max(at_end, 1e-6 * size):
        raise Unsolved("the numbers do not settle on a finer grid")


def _refuse_backwards(lines: Lines) -> None:
    """Raises Unsolved where u_xx has a negative coefficient in u_t = ..."""
    import numpy

    if lines.second or not lines.diffuses:
        return
    x = numpy.linspace(lines.left, lines.right, 101)
    u = lines.value(x)
    with numpy.errstate(all="ignore"):
        _, by_curve = lines.slopes(x, lines.start, u, 0 * u, 0 * u, 0 * u)
    if numpy.any(numpy.asarray(by_curve) < 0):
        raise Unsolved(
            "the equation runs backwards in time (u_xx has the wrong sign): its solution does not "
            "depend continuously on the initial values"
        )


def _interval(
    equation: Equation, sides: list[Side], settings: Settings, domain: Domain
) -> tuple[float, float]:
    x = equation.space
    places = sorted({p for s in sides if s.variable == x and (p := number_at(s.place)) is not None})
    if x in domain:
        low, high = (real_number(put_parameters([node], [], settings.at)[0], "an end of --domain")
                     for node in domain[x])  # fmt: skip
        if low >= high:
            raise InvalidInput("--domain goes from the smaller to the larger end")
        if any(abs(p - low) > 1e-12 and abs(p - high) > 1e-12 for p in places):
            raise InvalidInput(f"a condition is given at a place of {x} that is no end of --domain")
        return low, high
    if len(places) == 2:
        return places[0], places[1]
    if len(places) > 2:
        raise InvalidInput(f"conditions are given at more than two places of {x}")
    raise InvalidInput(f"numbers need an interval of {x}", hint=f'--domain "{x}=-5..5"')


def _end(
    equation: Equation, lines: Lines, settings: Settings, until: Node | None, domain: Domain
) -> tuple[float, Any]:
    t = equation.time
    if until is None and t in domain:
        until = domain[t][1]
    if until is None and t in settings.at:
        until = settings.at[t]
    if until is None:
        end = lines.start + 1.0
        return end, (f"followed to {t} = {end:g}; --until sets the end",)
    end = real_number(put_parameters([until], [], settings.at)[0], "the end given by --until")
    if end <= lines.start:
        raise InvalidInput(
            f"--until {end:g} is not after the start, {t} = {lines.start:g}",
            hint="give a later time",
        )
    return end, ()


def _gaps(coarse: Solved, fine: Solved) -> Array:
    """For each time the largest difference of the grids: more than the finer one's error.

    Next to a jump that is smoothed out differences say nothing: at the start they are left out.
    """
    import numpy

    return numpy.abs(fine.u[:, ::2] - coarse.u).max(axis=1)


def _interpolate(solved: Solved, place: float, k: int = -1) -> float:
    from scipy.interpolate import CubicSpline

    return float(CubicSpline(solved.x, solved.u[k])(place))


def _table(equation: Equation, fine: Solved, gaps: Array, left: float, right: float) -> Table:
    chosen = [0, 2, 5, _TIMES - 1]
    columns = [equation.space]
    columns += [f"{equation.time} = {place_text(float(fine.times[k]))}" for k in chosen]
    rows: list[tuple[Any, ...]] = []
    for place in evenly(left, right, _ROWS):
        cells: list[Any] = [certain(place, 0.0, 12)]
        for k in chosen:
            cells.append(certain(_interpolate(fine, place, k), float(gaps[k]), 8))
        rows.append(tuple(cells))
    rows.append(("error", *(float(f"{gaps[k]:.1e}") for k in chosen)))
    return Table(f"{equation.function.name} over {equation.space}", tuple(columns), tuple(rows))


def _put_stability(answer: Answer, equation: Equation, lines: Lines, fine: Solved) -> None:
    """What an explicit step may be on this grid: a lesson, for the steppers choose their own."""
    import numpy

    h = float(fine.x[1] - fine.x[0]) / 2
    u = fine.u[0]
    zero = numpy.zeros_like(u)
    ux, uxx = numpy.gradient(u, 2 * h), zero
    with numpy.errstate(all="ignore"):
        by_slope, by_curve = lines.slopes(fine.x, lines.start, u, zero, ux, uxx)
    k = float(numpy.nanmax(numpy.abs(by_curve)))
    a = float(numpy.nanmax(numpy.abs(by_slope)))
    d = f"d{equation.space}"
    if lines.second and k > 0:
        c = math.sqrt(k)
        limit = h / c
        words = f"c*dt <= {d} (Courant, Friedrichs and Lewy), dt <= {limit:.3g} with c = {c:.4g}"
    elif k > 0:
        limit = h * h / (2 * k)
        words = f"dt <= {d}^2/(2*k), dt <= {limit:.3g} with k = {k:.4g}"
    elif a > 0:
        limit = h / a
        words = f"c*dt <= {d} (Courant, Friedrichs and Lewy), dt <= {limit:.3g} with c = {a:.4g}"
    else:
        return
    answer.facts["stable_step"] = limit
    answer.notes.append((f"an explicit method on this grid ({d} = {h:.3g}) is stable for {words}",))


def _second_opinion(
    lines: Lines, fine: Solved, error: float, end: float, way: str, seconds: float
) -> Check:
    import numpy

    places = numpy.linspace(lines.left, lines.right, 23)[1:-1]
    claimed = numpy.array([_interpolate(fine, float(p)) for p in places])
    if way == "transport":
        return second.first_differences(
            lambda count: _upwind(lines, count, end, places), claimed, error, (200, 400, 800)
        )
    ends = tuple(second.EndCondition(e.alpha, e.beta, e.value) for e in lines.ends)
    return second.evolution(
        lines.rate, lines.second, (ends[0], ends[1]), lines.value, lines.slope,
        (lines.left, lines.right), (lines.start, end), places, claimed, error, 0.2 * seconds,
    )  # fmt: skip


def _upwind(lines: Lines, count: int, end: float, places: Array) -> Array:
    """First-order differences and Euler steps, each as long as half the stability limit."""
    import numpy

    from dlmath.maths.equations.pde.lines import filled

    x = numpy.linspace(lines.left, lines.right, count + 1)
    h = float(x[1] - x[0])
    u = filled(lines.value(x), lines.ends, lines.start)
    t = lines.start
    zero = numpy.zeros_like(u)
    for _ in range(40 * count):
        back = numpy.concatenate([[0.0], numpy.diff(u) / h])
        ahead = numpy.concatenate([numpy.diff(u) / h, [0.0]])
        with numpy.errstate(all="ignore"):
            by_slope, _ = lines.slopes(x, t, u, zero, back, zero)
            speed = -numpy.broadcast_to(by_slope, u.shape)
            ux = numpy.where(speed >= 0, back, ahead)
            change = numpy.broadcast_to(lines.rate(x, t, u, zero, ux, zero), u.shape)
        step = min(end - t, 0.5 * h / max(float(numpy.abs(speed).max()), 1e-9), 4 * h)
        u = u + step * change
        t += step
        u = filled(u, lines.ends, t)
        if t >= end - 1e-14 * max(1.0, abs(end)):
            break
    return numpy.interp(places, x, u)


def _steps(equation: Equation, lines: Lines, fine: Solved, count: int, error: float) -> list[Step]:
    x, t = equation.space, equation.time
    formula = (
        "central differences of order 2"
        if lines.diffuses
        else "differences of order 2 from the side the values come from"
    )
    return [
        Step(
            "grid", (f"{2 * count} intervals in {x}: one ordinary equation in {t} at each place",)
        ),
        Step("differences", (f"derivatives by {x} become {formula}",)),
        Step(
            "integrate", (f"in {t} with relative tolerance 1e-8: {fine.evaluations} evaluations",)
        ),
        Step("error", (f"on {count} intervals the values at the end differ by {error:.1e}",)),
    ]
