"""Elliptic equations by numbers: a grid, the error told by a coarser one, and a second method."""

from __future__ import annotations

from typing import Any

from dlmath.answer import FAILED, Answer, Check, Step, Table
from dlmath.checks import pde_numeric as second
from dlmath.errors import Unsolved
from dlmath.maths.equations.numeric.report import (
    certain,
    csv_bytes,
    evenly,
    number_text,
    place_text,
)
from dlmath.maths.equations.pde.grid import Plane, Rectangle, read_rectangle, solve_rectangle
from dlmath.maths.equations.pde.placing import LOST, place_asked, value_line
from dlmath.maths.equations.pde.read import Equation, Side
from dlmath.settings import Settings

#: Intervals of the coarser grid along each side.
_PLANE = 48


def solve_plane(
    answer: Answer, equation: Equation, sides: list[Side], settings: Settings
) -> Answer:
    """Fills the answer. Raises InvalidInput where sides are missing, Unsolved, Undefined."""
    import numpy
    from scipy.interpolate import RectBivariateSpline

    problem = read_rectangle(equation, sides)
    coarse, fine = (solve_rectangle(problem, n) for n in (_PLANE, 2 * _PLANE))
    gap = numpy.abs(fine.u[::2, ::2] - coarse.u)
    # Where sides disagree in a corner no grid settles: inside is what is asked for.
    error = float(gap[2:-2, 2:-2].max())
    size = float(numpy.abs(fine.u).max()) or 1.0
    if error > LOST * size:
        raise Unsolved("the numbers do not settle on a finer grid")
    x, y, name = equation.space, equation.time, equation.function.name
    at_x, at_y = (
        sum(ends) / 2 if (asked := place_asked(equation, settings, name, *ends)) is None else asked
        for name, ends in ((x, problem.x), (y, problem.y))
    )
    best = Plane(coarse.x, coarse.y, (4 * fine.u[::2, ::2] - coarse.u) / 3)
    spline = RectBivariateSpline(best.y, best.x, best.u)
    value = float(spline(at_y, at_x)[0, 0])
    answer.result = value_line(
        equation, at_x, at_y, number_text(value, error, settings.digits or 10)
    )
    answer.value = value
    across, up = evenly(*problem.x, 6), evenly(*problem.y, 6)
    rows = [
        (certain(b, 0.0, 12), *(certain(float(spline(b, a)[0, 0]), error, 6) for a in across))
        for b in reversed(up)
    ]
    heads = (y, *(f"{x} = {place_text(a)}" for a in across))
    answer.tables.append(Table(f"{name} on the rectangle", heads, tuple(rows)))
    answer.facts["table"] = [
        {x: a, y: b, name: float(spline(b, a)[0, 0])} for b in up for a in across
    ]
    answer.facts["error"] = error
    answer.facts["method"] = "differences on a grid"
    answer.facts["grid"] = f"{2 * _PLANE} x {2 * _PLANE} intervals"
    if settings.check:
        check = _plane_check(problem, spline, error)
        if check.verdict == FAILED:
            raise Unsolved(f"two methods disagree: {check.detail}")
        answer.checks.append(check)
    if settings.steps:
        answer.steps = [
            Step("grid", (f"{2 * _PLANE} by {2 * _PLANE} intervals; derivatives become central "
                          "differences of order 2",)),
            Step("linear system", (f"{(2 * _PLANE + 1) ** 2} unknowns, solved directly",)),
            Step("error", (f"on half as many intervals the values differ by {error:.1e}",)),
        ]  # fmt: skip
    columns = (x, y, name)
    answer.files[".csv"] = lambda: _plane_csv(columns, best)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.partial import plane_picture

        put_picture(answer, plane_picture, equation, best.x, best.y, best.u)
    return answer


def _plane_csv(columns: tuple[str, ...], plane: Plane) -> bytes:
    rows = [
        [a, b, v]
        for b, row in zip(plane.y, plane.u, strict=True)
        for a, v in zip(plane.x, row, strict=True)
    ]
    return csv_bytes(columns, rows)


def _plane_check(problem: Rectangle, spline: Any, error: float) -> Check:
    import numpy

    places = [
        (problem.x[0] + (problem.x[1] - problem.x[0]) * a,
         problem.y[0] + (problem.y[1] - problem.y[0]) * b)
        for a in (0.25, 0.4, 0.6) for b in (0.3, 0.5, 0.75)
    ]  # fmt: skip
    claimed = numpy.array([float(spline(b, a)[0, 0]) for a, b in places])
    rims = [(rim.alpha, rim.beta, rim.value) for rim in problem.rims]
    return second.plane(
        lambda count: second.rectangle_values(
            problem.parts, problem.rest, problem.x, problem.y, rims, places, count
        ),
        claimed,
        error,
    )
