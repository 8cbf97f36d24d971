"""What a series loses when it is cut off."""

from __future__ import annotations

from typing import Any

from dlmath.answer import Answer, Table
from dlmath.errors import DlmathError
from dlmath.expression.compile import compile_function
from dlmath.expression.graph import free_symbols
from dlmath.maths.equations.pde.forms import evolution_of
from dlmath.maths.equations.pde.found import Found
from dlmath.maths.equations.pde.read import Equation, Side, number_at, pair_of

#: Terms that stand for the whole series, and places in space.
_ALL, _PLACES = 6000, 201
#: Terms where nobody says how many.
_USUAL = 10


def put_truncation(
    answer: Answer, equation: Equation, sides: list[Side], found: Found, terms: int | None
) -> None:
    """Adds how far a partial sum is from the series, at several times."""
    count = terms or _USUAL
    rows = truncation_rows(equation, sides, found, count)
    if not rows:
        return
    name = equation.time
    answer.tables.append(
        Table(f"largest error of {count} terms", (name, "error"),
              tuple((t, float(f"{error:.2e}")) for t, error in rows))
    )  # fmt: skip
    if terms is not None:
        answer.facts["terms"] = terms
        answer.facts["truncation_error"] = max(error for _, error in rows)
        answer.notes.append(
            (f"the first {terms} terms of a series: they are off by at most "
             f"{rows[0][1]:.1e} at {name} = {rows[0][0]:g} and {rows[-1][1]:.1e} at "
             f"{name} = {rows[-1][0]:g}",)
        )  # fmt: skip


def truncation_rows(
    equation: Equation, sides: list[Side], found: Found, terms: int
) -> list[tuple[float, float]]:
    """(time, the largest error over space); empty where there are parameters."""
    import numpy

    x, t = equation.space, equation.time
    for term, index, _ in found.summands:
        if free_symbols(term) - {x, t, index}:
            return []
    times = _times(equation, sides)
    pair = pair_of([side for side in sides if side.variable == x], equation)
    if pair is None or times is None:
        return []
    left, right = number_at(pair.left), number_at(pair.right)
    if left is None or right is None:
        return []
    places = numpy.linspace(left, right, _PLACES)
    rows = []
    for time in times:
        tail = numpy.zeros(_PLACES)
        for term, index, start in found.summands:
            part = _tail(term, index, start + terms, x, t, places, time)
            if part is None:
                return []
            tail += part
        rows.append((time, float(numpy.abs(tail).max())))
    return rows


def _times(equation: Equation, sides: list[Side]) -> list[float] | None:
    """A few times on the scale of the slowest mode; of a rectangle, heights inside it."""
    form = evolution_of(equation)
    marks = [number_at(side.place) for side in sides if side.variable == equation.time]
    known = sorted(m for m in marks if m is not None)
    if not known:
        return None
    if form is None:
        low, high = known[0], known[-1]
        return [low + (high - low) * f for f in (0.0, 0.25, 0.5, 0.75, 1.0)]
    ends = [number_at(side.place) for side in sides if side.variable == equation.space]
    places = [e for e in ends if e is not None]
    k = number_at(form.k)
    if len(places) != 2 or k is None or k <= 0:
        return None
    length = abs(places[1] - places[0])
    scale = length / k**0.5 if form.wave else length**2 / (9.87 * k)
    return [known[0] + float(f"{scale * f:.2g}") for f in (0.0, 0.01, 0.1, 0.5, 1.0)]


def _tail(term: Any, index: str, begin: int, x: str, t: str, places: Any, time: float) -> Any:
    import numpy

    try:
        run = compile_function([term], [index, x, t], arrays=True)
    except DlmathError:
        return None
    total = numpy.zeros(len(places))
    for low in range(begin, begin + _ALL, 1000):
        n = numpy.arange(low, low + 1000, dtype=float)[:, None]
        values = numpy.asarray(run(n, places[None, :], numpy.float64(time))[0], dtype=float)
        values = numpy.broadcast_to(values, (1000, len(places)))
        total += numpy.where(numpy.isfinite(values), values, 0.0).sum(axis=0)
    return total
