"""Elliptic equations on a rectangle: differences of second order, solved as one linear system.

(LeVeque, Finite Difference Methods for Ordinary and Partial Differential Equations, chapter 3.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dlmath.errors import DlmathError, InvalidInput, Undefined, Unsolved
from dlmath.expression.compile import compile_function
from dlmath.expression.graph import ZERO, Node
from dlmath.maths.equations.pde.read import Equation, Side, number_at

Array = Any


class Rim(NamedTuple):
    """alpha*u + beta*u_n = value along one side; n is the variable across, in its direction."""

    alpha: float
    beta: float
    value: Callable[[Array], Array]


class Rectangle(NamedTuple):
    """a u_xx + b u_yy + c u_x + d u_y + e u + f = 0, with a rim on each side.

    rims: left, right, bottom, top. parts: functions of x and y, by orders; rest: f.
    """

    x: tuple[float, float]
    y: tuple[float, float]
    parts: dict[tuple[int, int], Callable[..., Array]]
    rest: Callable[..., Array]
    rims: tuple[Rim, Rim, Rim, Rim]


class Plane(NamedTuple):
    """u[row][column] at y[row], x[column]."""

    x: Array
    y: Array
    u: Array


def read_rectangle(equation: Equation, sides: list[Side]) -> Rectangle:
    """The problem in numbers. Raises InvalidInput where sides are missing, Unsolved."""
    if not equation.linear:
        raise Unsolved("elliptic equations that are not linear are not solved by numbers")
    if not equation.only((2, 0), (0, 2), (1, 0), (0, 1), (0, 0)):
        raise Unsolved("mixed derivatives are not treated on a rectangle")
    names = [equation.space, equation.time]
    ranges = []
    rims: list[Rim] = []
    for name in names:
        here = [side for side in sides if side.variable == name]
        places = [number_at(side.place) for side in here]
        known = sorted({p for p in places if p is not None})
        if len(here) != 2 or len(known) != 2:
            raise InvalidInput(
                f"a rectangle has two sides where {name} is fixed, and conditions on both are "
                "needed"
            )
        ranges.append((known[0], known[1]))
        pairs = zip(places, here, strict=True)
        for _, side in sorted(pairs, key=lambda pair: pair[0] or 0.0):
            rims.append(_rim(side, equation, names[1 - names.index(name)]))
    if all(rim.alpha == 0 for rim in rims):
        raise Unsolved("with slopes on all sides the solution is not determined")

    def of_both(node: Node) -> Callable[..., Array]:
        run = compile_function([node], names, arrays=True)
        return lambda x, y: run(x, y)[0]

    try:
        parts = {orders: of_both(node) for orders, node in equation.parts.items()}
        rest = of_both(equation.rest)
    except DlmathError as error:
        raise InvalidInput(f"the coefficients have no values: {error.message}") from error
    return Rectangle(ranges[0], ranges[1], parts, rest, (rims[0], rims[1], rims[2], rims[3]))


def _rim(side: Side, equation: Equation, along: str) -> Rim:
    import numpy

    normal = (1, 0) if side.variable == equation.space else (0, 1)
    if not set(side.parts) <= {(0, 0), normal}:
        raise Unsolved("conditions on the sides are values, slopes across, or both")
    alpha, beta = number_at(side.parts.get((0, 0), ZERO)), number_at(side.parts.get(normal, ZERO))
    if alpha is None or beta is None:
        raise Unsolved("the coefficients of a condition on a side are constants")
    run = compile_function([side.value], [along], arrays=True)
    return Rim(alpha, beta, lambda s: numpy.broadcast_to(
        numpy.asarray(run(s)[0], dtype=float), s.shape))  # fmt: skip


def solve_rectangle(problem: Rectangle, count: int) -> Plane:
    """The values on a grid of count by count intervals. Raises Undefined, Unsolved."""
    import numpy
    from scipy.sparse import csr_matrix
    from scipy.sparse.linalg import spsolve

    x = numpy.linspace(*problem.x, count + 1)
    y = numpy.linspace(*problem.y, count + 1)
    hx, hy = float(x[1] - x[0]), float(y[1] - y[0])
    columns, rows = numpy.meshgrid(x, y)

    def values(function: Callable[..., Array] | None) -> Array:
        if function is None:
            return numpy.zeros_like(columns)
        return numpy.broadcast_to(numpy.asarray(function(columns, rows), dtype=float),
                                  columns.shape)  # fmt: skip

    a, b, c, d, e = (values(problem.parts.get(k)) for k in
                     ((2, 0), (0, 2), (1, 0), (0, 1), (0, 0)))  # fmt: skip
    f = values(problem.rest)
    width = count + 1
    here = numpy.arange(width * width).reshape(width, width)
    entries: list[tuple[Array, Array, Array]] = []
    target = -f.copy()
    # What each place has to its west, east, south and north.
    west, east = a / hx**2 - c / (2 * hx), a / hx**2 + c / (2 * hx)
    south, north = b / hy**2 - d / (2 * hy), b / hy**2 + d / (2 * hy)
    middle = -2 * a / hx**2 - 2 * b / hy**2 + e
    left, right, bottom, top = problem.rims
    for rim, place, outward, inward, h, along, sign in (
        (left, numpy.s_[:, 0], west, east, hx, y, -1),
        (right, numpy.s_[:, -1], east, west, hx, y, 1),
        (bottom, numpy.s_[0, :], south, north, hy, x, -1),
        (top, numpy.s_[-1, :], north, south, hy, x, 1),
    ):
        if rim.beta == 0:
            continue
        # The value beyond the side is what gives the slope: u_out = u_in + sign*2h*u_n.
        lift = 2 * h * sign / rim.beta
        inward[place] += outward[place]
        middle[place] -= outward[place] * lift * rim.alpha
        target[place] -= outward[place] * lift * rim.value(along)
        outward[place] = 0.0
    fixed = numpy.zeros((width, width), dtype=bool)
    given = numpy.zeros((width, width))
    for rim, place, along in (
        (left, numpy.s_[:, 0], y), (right, numpy.s_[:, -1], y),
        (bottom, numpy.s_[0, :], x), (top, numpy.s_[-1, :], x),
    ):  # fmt: skip
        if rim.beta == 0:
            again = fixed[place]
            wanted = rim.value(along) / rim.alpha
            given[place] = numpy.where(again, (given[place] + wanted) / 2, wanted)
            fixed[place] = True
    for weight, shift in ((west, (0, -1)), (east, (0, 1)), (south, (-1, 0)), (north, (1, 0))):
        to = numpy.roll(here, (-shift[0], -shift[1]), axis=(0, 1))
        used = (weight != 0) & ~fixed
        entries.append((here[used], to[used], weight[used]))
    entries.append((here[~fixed], here[~fixed], middle[~fixed]))
    entries.append((here[fixed], here[fixed], numpy.ones(int(fixed.sum()))))
    target[fixed] = given[fixed]
    if not all(numpy.all(numpy.isfinite(v)) for _, _, v in entries) or not numpy.all(
        numpy.isfinite(target)
    ):
        raise Undefined("a coefficient or a condition has no value at some place")
    i, j, v = (numpy.concatenate([entry[k] for entry in entries]) for k in range(3))
    matrix = csr_matrix((v, (i, j)), shape=(width * width, width * width))
    u = spsolve(matrix.tocsc(), target.ravel()).reshape(width, width)
    if not numpy.all(numpy.isfinite(u)):
        raise Unsolved("the linear system of the grid has no solution")
    return Plane(x, y, u)
