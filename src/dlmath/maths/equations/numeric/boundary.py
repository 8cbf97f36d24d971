"""Boundary value problems by collocation (scipy's solve_bvp), from several guesses.

A nonlinear problem may have several solutions: each that some guess leads to is given. A linear
problem is solved from one guess.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from dlmath.answer import Answer, Step
from dlmath.checks.ode_numeric import shooting
from dlmath.errors import DlmathError, InvalidInput, Unsolved
from dlmath.expression.compile import compile_function
from dlmath.expression.differential import Problem
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import free_symbols
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.budget import Budget
from dlmath.maths.equations.numeric.report import (
    Row,
    csv_bytes,
    evenly,
    fact_rows,
    number_text,
    place_text,
    table,
)
from dlmath.maths.equations.numeric.system import (
    Array,
    Conditions,
    System,
    real_number,
    wanted,
)
from dlmath.settings import Settings

_LOOSE, _TIGHT = 1e-6, 1e-9
_NODES_MOST = 20_000
_ROWS = 11
#: Solutions closer than this, beside their size, are one.
_SAME = 1e-4


class Solved(NamedTuple):
    """One solution: its state anywhere, how far off it may be, and the nodes it took."""

    values: Callable[[Any], Array]
    error: float
    nodes: int
    evaluations: int


def solve_boundary(
    answer: Answer,
    problem: Problem,
    system: System,
    conditions: Conditions,
    settings: Settings,
) -> Answer:
    """Fills the answer. Raises InvalidInput, Unsolved."""
    if len(conditions.points) > 2:
        raise Unsolved("conditions at more than two points are not solved by numbers")
    if len(conditions.residuals) != system.size:
        raise InvalidInput(
            f"{system.size} conditions determine a solution, and {len(conditions.residuals)} are "
            "given",
            hint=wanted(system) if len(conditions.residuals) < system.size else None,
        )
    left, right = conditions.points
    found, tried = _solutions(system, conditions, settings)
    if not found:
        raise Unsolved(
            f"no solution of the boundary value problem was found from {tried} guesses; "
            "there may be none"
        )
    answer.facts["order"] = system.size if len(system.functions) == 1 else answer.facts["order"]
    at = _place(system, settings, left, right)
    lines = [line for one in found for line in _lines(system, conditions, one, left, at, settings)]
    answer.result = lines[0] if len(lines) == 1 else tuple(lines)
    several = len(found) > 1
    for number, one in enumerate(found, start=1):
        rows = _rows(system, one, left, right)
        title = f"solution {number}" if several else "solution"
        answer.tables.append(table(title, system.variable, system.states, rows))
    rows = _rows(system, found[0], left, right)
    answer.facts["table"] = fact_rows(system.variable, system.states, rows)
    answer.facts["solutions"] = len(found)
    answer.facts["error"] = max(one.error for one in found)
    answer.facts["method"] = "collocation"
    answer.facts["steps"] = found[0].nodes
    answer.facts["evaluations"] = sum(one.evaluations for one in found)
    if len(lines) == 1:
        place = left if at is None else at
        k = _missing(system, conditions)[0] if at is None else system.leading[0]
        answer.value = float(found[0].values(place)[k])
    if several:
        answer.notes.append(
            (f"{len(found)} solutions were found from {tried} guesses; there may be more",)
        )
    elif not _is_linear(system):
        answer.notes.append(
            (f"one solution was found from {tried} guesses; a nonlinear problem may have others",)
        )
    if settings.check:
        for one in found:
            answer.checks.append(
                shooting(system.rate, left, right, one.values(left), one.values(right), one.error)
            )
    if settings.steps:
        answer.steps = _steps(system, found)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.equations import boundary_picture

        put_picture(answer, boundary_picture, system, [one.values for one in found], left, right)
    places = evenly(left, right, 201)
    columns = (system.variable, *system.states)
    answer.files[".csv"] = lambda: csv_bytes(
        columns, [[x, *map(float, found[0].values(x))] for x in places]
    )
    return answer


def _place(system: System, settings: Settings, left: float, right: float) -> float | None:
    if system.variable not in settings.at:
        return None
    at = real_number(settings.at[system.variable], f"the value of {system.variable}")
    if not left <= at <= right:
        raise InvalidInput(
            f"{system.variable} = {at:g} is outside the interval [{left:g}, {right:g}]"
        )
    return at


def _missing(system: System, conditions: Conditions) -> list[int]:
    """States at the left end that no condition gives by itself."""
    given = set()
    for node in conditions.residuals:
        names = free_symbols(node)
        if len(names) == 1:
            at, state = conditions.values[next(iter(names))]
            if at == 0:
                given.add(state)
    return [k for k in range(system.size) if k not in given] or [0]


def _lines(
    system: System,
    conditions: Conditions,
    one: Solved,
    left: float,
    at: float | None,
    settings: Settings,
) -> list[str]:
    """What was not given at the left end; with a value of the variable, the functions there."""
    places = _missing(system, conditions) if at is None else list(system.leading)
    x = left if at is None else at
    values = one.values(x)
    digits = settings.digits or 10
    return [
        f"{system.states[k]}({place_text(x)}) = {number_text(float(values[k]), one.error, digits)}"
        for k in places
    ]


def _rows(system: System, one: Solved, left: float, right: float) -> list[Row]:
    rows = []
    for x in evenly(left, right, _ROWS):
        values = tuple(map(float, one.values(x)))
        rows.append(Row(x, values, (one.error,) * len(values)))
    return rows


def _is_linear(system: System) -> bool:
    if system.right is None or system.lifted:
        return False
    try:
        slopes = [tidy(part) for node in system.right
                  for part in gradient(node, list(system.states)).values()]  # fmt: skip
    except DlmathError:
        return False
    return not any(set(system.states) & free_symbols(part) for part in slopes)


def _solutions(
    system: System, conditions: Conditions, settings: Settings
) -> tuple[list[Solved], int]:
    """The solutions, different from each other, and how many guesses were tried."""
    import numpy
    from scipy.integrate import solve_bvp

    left, right = conditions.points
    names = list(conditions.values)
    residual = compile_function(list(conditions.residuals), names, arrays=True)
    picks = list(conditions.values.values())

    def bounds(a: Array, b: Array) -> Array:
        values = [(a if at == 0 else b)[state] for at, state in picks]
        return numpy.array(residual(*values), dtype=float).reshape(-1)

    def rates(x: Array, s: Array) -> Array:
        return numpy.array([system.rate(float(p), c) for p, c in zip(x, s.T, strict=True)]).T

    budget = Budget((settings.seconds or 3600.0) * 0.75)
    mesh = numpy.linspace(left, right, 41)
    found: list[Solved] = []
    guesses = _guesses(system, conditions, mesh)
    if _is_linear(system):
        guesses = guesses[:1]
    tried = 0
    for guess in guesses:
        if tried and budget.left < 0.3 * budget.total:
            break
        tried += 1
        counted = [0]

        def counting(x: Array, s: Array, counted: list[int] = counted) -> Array:
            counted[0] += len(x)
            return rates(x, s)

        with warnings.catch_warnings(), numpy.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                first = solve_bvp(counting, bounds, mesh, guess, tol=_LOOSE, max_nodes=3000)
                if not first.success or any(_alike(first.sol, o.values, mesh) for o in found):
                    continue
                second = solve_bvp(counting, bounds, first.x, first.y, tol=_TIGHT,
                                   max_nodes=_NODES_MOST)  # fmt: skip
            except (ArithmeticError, ValueError, numpy.linalg.LinAlgError):
                continue
        best, other = (second, first) if second.success else (first, None)
        if not numpy.all(numpy.isfinite(best.y)):
            continue
        places = numpy.linspace(left, right, 101)
        values = best.sol(places)
        size = float(numpy.abs(values).max())
        error = (
            float(numpy.abs(values - other.sol(places)).max())
            if other is not None
            else 10 * _LOOSE * max(1.0, size)
        )
        found.append(Solved(best.sol, error + 1e-15 * size, len(best.x), counted[0]))
    found.sort(key=lambda one: float(numpy.abs(one.values(mesh)).max()))
    return found, tried


def _alike(one: Any, two: Any, mesh: Array) -> bool:
    import numpy

    a, b = one(mesh), two(mesh)
    size = max(1.0, float(numpy.abs(a).max()), float(numpy.abs(b).max()))
    return bool(numpy.abs(a - b).max() < _SAME * size)


def _guesses(system: System, conditions: Conditions, mesh: Array) -> list[Array]:
    """Straight lines between given values, with bumps of either sign and several sizes."""
    import numpy

    t = (mesh - mesh[0]) / (mesh[-1] - mesh[0])
    ends = numpy.zeros((2, system.size))
    for node in conditions.residuals:
        names = free_symbols(node)
        if len(names) == 1:
            name = next(iter(names))
            slope = gradient(node, [name])[name]
            if not free_symbols(tidy(slope)):
                from dlmath.expression.graph import ZERO, substitute

                at, state = conditions.values[name]
                value = real_number(substitute(node, {name: ZERO}), "a condition")
                ends[at, state] = -value / real_number(tidy(slope), "a condition")
    length = mesh[-1] - mesh[0]
    line = numpy.outer(ends[0], 1 - t) + numpy.outer(ends[1], t)
    guesses = [line]
    for height, waves in ((1, 1), (-1, 1), (4, 1), (-4, 1), (1, 2), (12, 1), (-12, 1), (5, 2),
                          (5, 3)):  # fmt: skip
        bump = line.copy()
        for place in system.leading:
            bump[place] += height * numpy.sin(waves * numpy.pi * t)
            if place + 1 < system.size and place + 1 not in system.leading:
                rate = height * waves * numpy.pi / length
                bump[place + 1] += rate * numpy.cos(waves * numpy.pi * t)
        guesses.append(bump)
    return guesses


def _steps(system: System, found: Sequence[Solved]) -> list[Step]:
    steps = []
    for name, node in zip(system.states, system.right or (), strict=False):
        steps.append(Step("right side", (f"{name}' is ", node)))
    for one in found:
        steps.append(
            Step("collocation", (f"cubic pieces on {one.nodes} nodes meet the equations at three "
                                 f"places each; a coarser solution differs by {one.error:.1e}",))
        )  # fmt: skip
    return steps
