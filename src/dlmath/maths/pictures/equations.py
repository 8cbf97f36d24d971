"""The pictures of differential equations: solutions, direction fields, phase portraits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, isfinite
from typing import TYPE_CHECKING, Any

from dlmath.answer import Answer
from dlmath.errors import DlmathError
from dlmath.expression.differential import Problem
from dlmath.expression.graph import Node, free_symbols, substitute
from dlmath.expression.graph import number as number_node
from dlmath.expression.unknown import UNKNOWN
from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.pictures.sampling import sample, visible_range
from dlmath.picture import DOTS, POINTS, Arrows, Curve, Mark, Picture
from dlmath.settings import Settings

if TYPE_CHECKING:
    from dlmath.maths.equations.numeric.fixed import Stepped
    from dlmath.maths.equations.numeric.initial import Integrated
    from dlmath.maths.equations.numeric.system import System

_POINTS = 401
#: Arrows of a field across and up.
_ACROSS, _UP = 21, 13
#: Members of a family with one constant.
_MEMBERS = (-2, -1, 0, 1, 2)
Range = tuple[float, float]


def initial_picture(
    problem: Problem, system: System, both: Integrated, answer: Answer, settings: Settings
) -> Picture:
    """Solutions over the variable, with the direction field or the phase portrait.

    Raises NoPicture.
    """
    import numpy

    if both.run.dense is None or both.reach == both.x0:
        raise NoPicture("there is no interval on which the solution lives")
    places = numpy.linspace(both.x0, both.reach, _POINTS)
    values = both.values(places)
    x_range = (min(both.x0, both.reach), max(both.x0, both.reach))
    curves, heights = [], []
    for k in system.leading:
        curves.append(Curve((system.states[k],), places.tolist(), _clipped(values[k])))
        heights.append(_worth(values[k], stopped=both.stop is not None))
    curves += _exact_points(problem, settings, places[:: _POINTS // 16])
    y_range = visible_range(heights)
    picture = Picture(
        title=_title(problem),
        x_label=system.variable,
        y_label=", ".join(system.states[k] for k in system.leading),
        x_range=x_range,
        y_range=y_range,
        curves=tuple(curves),
    )
    if system.size == 1:
        field = _field(lambda x, y: system.rate(x, numpy.array([y]))[0], x_range, y_range)
        picture = picture._replace(arrows=(field,))
    if system.size == 2 and system.autonomous:
        picture = picture._replace(panels=(_portrait(system, both),))
    elif system.size == 3 and len(system.functions) == 3:
        picture = picture._replace(panels=(_projection(system, values),))
    return picture


def _title(problem: Problem) -> tuple[str | Node, ...]:
    from dlmath.expression.unknown import as_symbols

    words: list[str | Node] = []
    for node in problem.equations[:3]:
        words += [", ", as_symbols(node)] if words else [as_symbols(node)]
    return tuple(words)


def _clipped(values: Any) -> list[float]:
    import numpy

    return [float(v) for v in numpy.where(numpy.isfinite(values), values, numpy.nan)]


def _worth(values: Any, *, stopped: bool) -> Range:
    """What of a curve is worth showing: of one that runs away, its quieter part."""
    import numpy

    fine = values[numpy.isfinite(values)]
    if not len(fine):
        return inf, -inf
    if stopped:
        fine = fine[: max(2, int(0.92 * len(fine)))]
    return float(fine.min()), float(fine.max())


def _exact_points(problem: Problem, settings: Settings, places: Any) -> list[Curve]:
    """The closed form as points, where there is one and it is quickly found."""
    from dlmath.maths.equations.numeric.exact import as_function, closed_form

    found = []
    for name, node in closed_form(problem, settings, 3.0).items():
        run = as_function(node, problem.functions[0].variables[0])
        if run is not None:
            found.append(Curve((f"exact {name}",), places.tolist(), _clipped(run(places)), POINTS))
    return found


def _field(slope: Callable[[float, float], float], x_range: Range, y_range: Range) -> Arrows:
    """Directions of y' = f(x, y), as long on the paper as each other."""
    x: list[float] = []
    y: list[float] = []
    dy: list[float] = []
    for a in _middles(x_range, _ACROSS):
        for b in _middles(y_range, _UP):
            steep = float(slope(a, b))
            if isfinite(steep):
                x.append(a)
                y.append(b)
                dy.append(steep)
    return Arrows(("direction field",), x, y, [1.0] * len(x), dy, field=True)


def _middles(ends: Range, count: int) -> list[float]:
    low, high = ends
    return [low + (high - low) * (k + 0.5) / count for k in range(count)]


def _portrait(system: System, both: Integrated) -> Picture:
    """The path in the plane of both states, arrows, and rest points by their kind."""
    import numpy

    from dlmath.maths.equations.numeric.equilibria import find_equilibria, window_of

    window = window_of(both)
    places = numpy.linspace(both.x0, both.reach, 4 * _POINTS)
    path = both.values(places)
    x: list[float] = []
    y: list[float] = []
    dx: list[float] = []
    dy: list[float] = []
    for a in _middles(window[0], _ACROSS):
        for b in _middles(window[1], _UP):
            rate = system.rate(0.0, numpy.array([a, b]))
            if numpy.all(numpy.isfinite(rate)):
                x.append(a)
                y.append(b)
                dx.append(float(rate[0]))
                dy.append(float(rate[1]))
    marks = [Mark(float(path[0][0]), float(path[1][0]), ("start",))]
    for one in find_equilibria(system, window):
        inside = all(low <= v <= high for v, (low, high) in zip(one.place, window, strict=True))
        if inside:
            marks.append(Mark(one.place[0], one.place[1], (one.kind,)))
    return Picture(
        title=("phase portrait",),
        x_label=system.states[0],
        y_label=system.states[1],
        x_range=window[0],
        y_range=window[1],
        curves=(Curve(("path",), path[0].tolist(), path[1].tolist()),),
        marks=tuple(marks),
        arrows=(Arrows(("direction",), x, y, dx, dy, field=True),),
    )


def _projection(system: System, values: Any) -> Picture:
    """The path of three functions, seen along the second one."""
    first, last = values[0], values[2]
    return Picture(
        title=("path",),
        x_label=system.states[0],
        y_label=system.states[2],
        x_range=visible_range([_worth(first, stopped=False)]),
        y_range=visible_range([_worth(last, stopped=False)]),
        curves=(Curve(("path",), first.tolist(), last.tolist()),),
    )


def fixed_picture(system: System, done: Stepped) -> Picture:
    """The points of a method with fixed steps, joined, beside the solution. Raises NoPicture."""
    import numpy

    curves, heights = [], []
    x_range = (float(min(done.x[0], done.x[-1])), float(max(done.x[0], done.x[-1])))
    places = numpy.linspace(*x_range, _POINTS)
    exact = None if done.exact is None else done.exact(places)
    for row, k in enumerate(system.leading):
        name = system.states[k]
        curves.append(Curve((f"{name} by {done.method}",), done.x.tolist(),
                            _clipped(done.s[:, k]), DOTS))  # fmt: skip
        heights.append(_worth(done.s[:, k], stopped=False))
        if exact is not None:
            label = "exact" if done.formula else "accurate"
            curves.append(Curve((f"{label} {name}",), places.tolist(), _clipped(exact[row])))
            heights.append(_worth(exact[row], stopped=False))
    y_range = visible_range(heights)
    arrows: tuple[Arrows, ...] = ()
    if system.size == 1:
        arrows = (_field(lambda x, y: system.rate(x, numpy.array([y]))[0], x_range, y_range),)
    return Picture(
        title=(f"{done.method}, step {abs(done.step):g}",),
        x_label=system.variable,
        y_label=", ".join(system.states[k] for k in system.leading),
        x_range=x_range,
        y_range=y_range,
        curves=tuple(curves),
        arrows=arrows,
    )


def boundary_picture(
    system: System, solutions: Sequence[Callable[[Any], Any]], left: float, right: float
) -> Picture:
    """Every solution of a boundary problem."""
    import numpy

    places = numpy.linspace(left, right, _POINTS)
    curves, heights = [], []
    for number, values in enumerate(solutions, start=1):
        found = values(places)
        for k in system.leading:
            name = system.states[k]
            label = name if len(solutions) == 1 else f"{name}, solution {number}"
            curves.append(Curve((label,), places.tolist(), _clipped(found[k])))
            heights.append(_worth(found[k], stopped=False))
    return Picture(
        title=("solutions of the boundary value problem",),
        x_label=system.variable,
        y_label=", ".join(system.states[k] for k in system.leading),
        x_range=(left, right),
        y_range=visible_range(heights),
        curves=tuple(curves),
    )


# --- closed forms ---------------------------------------------------------------------------


def closed_picture(
    problem: Problem, answer: Answer, settings: Settings, until: Node | None
) -> Picture:
    """A closed form: its curve, or members of the family, with the direction field.

    Raises NoPicture.
    """
    variable = problem.functions[0].variables[0]
    lines = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    explicit = [
        line
        for line in lines
        if isinstance(line, Node) and line.op == "eq" and line.args[0].op == UNKNOWN
    ]
    if not explicit:
        raise NoPicture("the solution is not explicit")
    put = {name: value for name, value in settings.at.items() if name != variable}
    window = _window(problem, answer, settings, until)
    curves: list[Curve] = []
    heights = []
    for line in explicit:
        right = substitute(line.args[1], put)
        for label, member in _members(str(line.args[0].value), right, variable):
            try:
                found = sample(member, variable, *window)
            except DlmathError:
                continue
            curves.append(Curve((label,), found.x, found.y))
            heights.append((found.bottom, found.top))
    if not curves:
        raise NoPicture("no real values were found to draw")
    y_range = visible_range(heights)
    return Picture(
        title=_title(problem),
        x_label=variable,
        y_label=", ".join(function.name for function in problem.functions),
        x_range=window,
        y_range=y_range,
        curves=tuple(curves),
        arrows=_field_of(problem, settings, window, y_range),
    )


def _members(name: str, right: Node, variable: str) -> list[tuple[str, Node]]:
    """The curve, or some of the family where a constant is free. Raises NoPicture."""
    free = sorted(free_symbols(right) - {variable})
    constants = [c for c in free if c[0] == "C" and c[1:].isdigit()]
    others = [c for c in free if c not in constants]
    if others:
        has = "has no value" if len(others) == 1 else "have no values"
        example = ",".join(f"{c}=1" for c in others)
        raise NoPicture(f"{', '.join(others)} {has}; give some with --at {example}")
    if not constants:
        return [(name, right)]
    if len(constants) > 1:
        raise NoPicture("the constants have no values; give conditions with --given")
    return [
        (f"{name}, {constants[0]} = {value}",
         substitute(right, {constants[0]: number_node(value)}))
        for value in _MEMBERS
    ]  # fmt: skip


def _window(problem: Problem, answer: Answer, settings: Settings, until: Node | None) -> Range:
    """From the first condition to `until`; without conditions around 0."""
    from dlmath.expression.unknown import unknowns_in
    from dlmath.maths.pictures.draw import real_number

    variable = problem.functions[0].variables[0]
    places = [
        real_number(substitute(part.args[0], dict(settings.at)))
        for node in problem.conditions
        for part in unknowns_in(node)
    ]
    ends = list(places)
    if until is not None:
        ends.append(real_number(substitute(until, dict(settings.at))))
    elif variable in settings.at:
        ends.append(real_number(settings.at[variable]))
    low, high = min(ends, default=-3.0), max(ends, default=3.0)
    if low == high:
        return (low - 1.0, high + 5.0) if not places or until is None else (low, high + 1.0)
    return low, high


def _field_of(
    problem: Problem, settings: Settings, x_range: Range, y_range: Range
) -> tuple[Arrows, ...]:
    """The direction field of one equation of first order; nothing for others."""
    import numpy

    from dlmath.maths.equations.numeric.system import read_system

    if len(problem.functions) > 1:
        return ()
    try:
        system = read_system(problem, settings.at)
    except DlmathError:
        return ()
    if system.size != 1:
        return ()
    return (_field(lambda x, y: system.rate(x, numpy.array([y]))[0], x_range, y_range),)


__all__ = [
    "boundary_picture",
    "closed_picture",
    "fixed_picture",
    "initial_picture",
]
