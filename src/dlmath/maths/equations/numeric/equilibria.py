"""Equilibria of an autonomous system of two, classified by the Jacobian."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dlmath.answer import Answer, Table
from dlmath.maths.equations.numeric.report import certain
from dlmath.maths.equations.numeric.system import System

if TYPE_CHECKING:
    from dlmath.maths.equations.numeric.initial import Integrated

#: Starts of the root finding along each axis.
_GRID = 9
#: Real and imaginary parts below this, beside the largest eigenvalue, are zero.
_ZERO = 1e-7
_MOST = 40


class Equilibrium(NamedTuple):
    """A rest point: its place, its kind, the eigenvalues of the Jacobian there."""

    place: tuple[float, ...]
    kind: str
    eigenvalues: tuple[complex, ...]


def window_of(both: Integrated) -> tuple[tuple[float, float], tuple[float, float]]:
    """A window around the path, with room beside it."""
    import numpy

    places = numpy.linspace(both.x0, both.reach, 600)
    path = both.values(places)
    sides = []
    for row in path[:2]:
        low, high = float(row.min()), float(row.max())
        beside = 0.3 * (high - low) or 0.5 * abs(high) or 1.0
        sides.append((low - beside, high + beside))
    return sides[0], sides[1]


def find_equilibria(
    system: System, window: tuple[tuple[float, float], tuple[float, float]]
) -> list[Equilibrium]:
    """Rest points in the window, by Newton's method from a grid of starts (MINPACK's hybrid)."""
    import warnings

    import numpy
    from scipy.optimize import root

    jacobian = system.jacobian
    if jacobian is None:
        return []
    (x0, x1), (y0, y1) = window
    found: list[Equilibrium] = []
    size = numpy.array([x1 - x0, y1 - y0])
    starts = [(a, b) for a in numpy.linspace(x0, x1, _GRID) for b in numpy.linspace(y0, y1, _GRID)]
    starts.append((0.0, 0.0))
    with warnings.catch_warnings(), numpy.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        for start in starts:
            result = root(lambda s: system.rate(0.0, numpy.asarray(s)), start, tol=1e-12,
                          jac=lambda s: jacobian(0.0, numpy.asarray(s)))  # fmt: skip
            place = numpy.where(numpy.abs(result.x) < 1e-12 * size, 0.0, result.x)
            inside = x0 <= place[0] <= x1 and y0 <= place[1] <= y1
            if not inside and not numpy.all(place == 0):
                continue
            speed = numpy.abs(system.rate(0.0, place)).max()
            matrix = jacobian(0.0, place)
            if not numpy.all(numpy.isfinite(matrix)):
                continue
            if not speed <= 1e-9 * max(1.0, float(numpy.abs(matrix).max())):
                continue
            if any(numpy.all(numpy.abs(place - e.place) < 1e-5 * size) for e in found):
                continue
            values = numpy.linalg.eigvals(matrix)
            found.append(
                Equilibrium(tuple(map(float, place)), kind_of(values), tuple(map(complex, values)))
            )
            if len(found) >= _MOST:
                break
    return sorted(found, key=lambda e: e.place)


def kind_of(eigenvalues: object) -> str:
    """The kind of rest point of a plane system, by the eigenvalues of its linear part.

    See Strogatz, Nonlinear Dynamics and Chaos, section 5.2. Where a real part is zero the linear
    part alone does not decide about the nonlinear system, and the words say so.
    """
    import numpy

    values = numpy.asarray(eigenvalues, dtype=complex)
    largest = float(numpy.abs(values).max())
    if largest == 0:
        return "degenerate (the linear part is zero)"
    real = numpy.where(numpy.abs(values.real) < _ZERO * largest, 0.0, values.real)
    if numpy.all(numpy.abs(values.imag) > _ZERO * largest):
        if numpy.all(real == 0):
            return "centre (of the linear part)"
        return "stable spiral" if real[0] < 0 else "unstable spiral"
    if numpy.any(real == 0):
        return "degenerate (an eigenvalue is zero)"
    if real[0] * real[1] < 0:
        return "saddle"
    return "stable node" if real[0] < 0 else "unstable node"


def put_equilibria(answer: Answer, system: System, both: Integrated) -> None:
    """Adds a table of the rest points near the path, and the fact `equilibria`."""
    found = find_equilibria(system, window_of(both))
    if not found:
        return
    answer.facts["equilibria"] = [
        {
            "at": dict(zip(system.states, one.place, strict=True)),
            "kind": one.kind,
            "eigenvalues": list(one.eigenvalues),
        }
        for one in found
    ]
    rows = [
        (*(certain(v, 0.0, 8) for v in one.place), one.kind, _listed(one.eigenvalues))
        for one in found
    ]
    answer.tables.append(Table("equilibria", (*system.states, "kind", "eigenvalues"), tuple(rows)))


def _listed(values: tuple[complex, ...]) -> str:
    from dlmath.expression.decimal_text import decimal_text

    largest = max(abs(v) for v in values) or 1.0
    texts = []
    for value in values:
        real = 0.0 if abs(value.real) < _ZERO * largest else value.real
        imaginary = 0.0 if abs(value.imag) < _ZERO * largest else value.imag
        texts.append(decimal_text(complex(real, imaginary) if imaginary else real, 5))
    return ", ".join(texts)
