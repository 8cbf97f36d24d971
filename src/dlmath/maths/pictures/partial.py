"""The pictures of partial differential equations: curves at several times, heat maps, contours."""

from __future__ import annotations

from typing import Any

from dlmath.errors import DlmathError
from dlmath.expression.compile import compile_function
from dlmath.expression.graph import Node, free_symbols, substitute
from dlmath.maths.equations.pde.forms import evolution_of
from dlmath.maths.equations.pde.found import Found
from dlmath.maths.equations.pde.read import Equation, Side, number_at, pair_of
from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.pictures.sampling import visible_range
from dlmath.picture import Curve, HeatMap, Picture
from dlmath.settings import Settings

Array = Any
#: Terms of a series that are drawn, places and times.
_TERMS, _PLACES, _TIMES = 60, 201, 41
#: Times whose curves are drawn, as parts of the whole.
_CURVES = (0.0, 0.1, 0.3, 0.6, 1.0)


def evolution_picture(equation: Equation, x: Array, times: Array, u: Array) -> Picture:
    """Curves at several times, and the heat map over both variables. u: [time][place]."""
    import numpy

    name = equation.function.name
    chosen = sorted({round(part * (len(times) - 1)) for part in _CURVES})
    curves = tuple(
        Curve((f"{equation.time} = {float(times[k]):.4g}",), _floats(x), _floats(u[k]))
        for k in chosen
    )
    fine = u[numpy.isfinite(u)]
    if not len(fine):
        raise NoPicture("no real values were found to draw")
    ends = (float(x[0]), float(x[-1]))
    span = (float(times[0]), float(times[-1]))
    thin = max(1, len(x) // 80)
    map_ = Picture(
        title=(f"{name} over {equation.space} and {equation.time}",),
        x_label=equation.space,
        y_label=equation.time,
        x_range=ends,
        y_range=span,
        heat=HeatMap((name,), ends, span, [_floats(row[::thin]) for row in u]),
    )
    return Picture(
        title=(f"{name} at several times",),
        x_label=equation.space,
        y_label=name,
        x_range=ends,
        y_range=visible_range([(float(fine.min()), float(fine.max()))]),
        curves=curves,
        panels=(map_,),
    )


def plane_picture(equation: Equation, x: Array, y: Array, u: Array) -> Picture:
    """A heat map on a rectangle. u: [row][column]."""
    name = equation.function.name
    ends, span = (float(x[0]), float(x[-1])), (float(y[0]), float(y[-1]))
    thin = max(1, len(x) // 80), max(1, len(y) // 80)
    return Picture(
        title=(f"{name} on the rectangle",),
        x_label=equation.space,
        y_label=equation.time,
        x_range=ends,
        y_range=span,
        heat=HeatMap((name,), ends, span, [_floats(row[:: thin[0]]) for row in u[:: thin[1]]]),
        equal=True,
    )


def _floats(values: Array) -> list[float]:
    return [float(v) for v in values]


def closed_picture(
    equation: Equation,
    sides: list[Side],
    found: Found,
    first_order: bool,
    settings: Settings,
    until: Node | None,
) -> Picture:
    """A solution in closed form; of a series so many terms. Raises NoPicture."""
    import numpy

    if found.text is not None:
        raise NoPicture("the solution holds any function; give conditions with --given")
    if found.implicit is not None:
        raise NoPicture("the solution is not explicit; --numeric draws it")
    x, t = equation.space, equation.time
    body = found.closed
    names = free_symbols(body)
    for term, index, _ in found.summands:
        names = names | (free_symbols(term) - {index})
    unknown = sorted(names - {x, t})
    if unknown:
        has = "has no value" if len(unknown) == 1 else "have no values"
        example = ",".join(f"{n}=1" for n in unknown)
        raise NoPicture(f"{', '.join(unknown)} {has}; give some with --at {example}")
    across = pair_of([s for s in sides if s.variable == x], equation)
    left, right = (-5.0, 5.0) if first_order or across is None else (
        number_at(across.left), number_at(across.right))  # fmt: skip
    marks = [number_at(s.place) for s in sides if s.variable == t]
    begin = min((m for m in marks if m is not None), default=0.0)
    if left is None or right is None:
        raise NoPicture("the ends of the interval have no values")
    flat = evolution_of(equation) is None and not first_order
    end = max(m for m in marks if m is not None) if flat else _end(
        equation, begin, right - left, settings, until)  # fmt: skip
    columns, rows = numpy.meshgrid(
        numpy.linspace(left, right, _PLACES), numpy.linspace(begin, end, _TIMES)
    )
    total = _values(body, (x, t), columns, rows)
    for term, index, start in found.summands:
        run = compile_function([term], [index, x, t], arrays=True)
        for k in range(start, start + _TERMS):
            part = numpy.asarray(run(float(k), columns, rows)[0], dtype=float)
            # The last terms fade out, so that a jump is drawn without overshooting.
            total = total + numpy.exp(-36 * ((k - start) / _TERMS) ** 6) * numpy.nan_to_num(part)
    if flat:
        return plane_picture(equation, columns[0], rows[:, 0], total)
    return evolution_picture(equation, columns[0], rows[:, 0], total)


def _values(body: Node, names: tuple[str, str], columns: Array, rows: Array) -> Array:
    import numpy

    try:
        run = compile_function([body], list(names), arrays=True)
    except DlmathError as error:
        raise NoPicture(error.message) from error
    found = numpy.array(numpy.broadcast_to(run(columns, rows)[0], columns.shape), dtype=float)
    if not numpy.isfinite(found[0]).all():  # a limit at the start
        found[0] = numpy.broadcast_to(run(columns, rows + 1e-9)[0], columns.shape)[0]
    return found


def _end(
    equation: Equation, begin: float, length: float, settings: Settings, until: Node | None
) -> float:
    """The end asked for, else what shows most: a period, or until heat has gone."""
    from dlmath.maths.pictures.draw import real_number

    if until is not None:
        end = real_number(substitute(until, dict(settings.at)))
        if end <= begin:
            raise NoPicture("the end given by --until is not after the start")
        return end
    form = evolution_of(equation)
    k = None if form is None else number_at(form.k)
    if form is None or k is None or k <= 0:
        return begin + 2.0
    return begin + float(2 * length / k**0.5 if form.wave else length**2 / (9.87 * k))
