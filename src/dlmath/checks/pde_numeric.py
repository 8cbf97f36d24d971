"""Are numbers for a partial differential equation right? Told by another discretization.

Collocation at Chebyshev points (Trefethen, Spectral Methods in MATLAB, chapters 6, 7 and 13) on two
grids, so that it knows its own error; for transport, first-order differences extrapolated.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check

Array = Any
_FACTOR = 10.0
#: Of the size of the solution: an own error beyond which a comparison says nothing.
_USELESS = 0.005


class EndCondition(NamedTuple):
    """alpha*u + beta*u_x = value(t)."""

    alpha: float
    beta: float
    value: Callable[[float], float]


def chebyshev(count: int, left: float, right: float) -> tuple[Array, Array]:
    """Points in ascending order, and the matrix of differentiation."""
    import numpy

    k = numpy.arange(count + 1)
    points = -numpy.cos(numpy.pi * k / count)
    c = numpy.ones(count + 1)
    c[[0, -1]] = 2.0
    c *= (-1.0) ** k
    gaps = points[:, None] - points[None, :]
    matrix = numpy.outer(c, 1 / c) / (gaps + numpy.eye(count + 1))
    matrix -= numpy.diag(matrix.sum(axis=1))
    half = (right - left) / 2
    return left + half * (points + 1), matrix / half


def interpolated(points: Array, values: Array, places: Array) -> Array:
    """Barycentric interpolation at Chebyshev points."""
    import numpy
    from scipy.interpolate import BarycentricInterpolator

    weights = (-1.0) ** numpy.arange(len(points))
    weights[[0, -1]] /= 2
    found = BarycentricInterpolator(points, values, wi=weights)
    return found(places)


class _Late(ValueError):
    pass


def evolution(
    rate: Callable[..., Array],
    second: bool,
    ends: tuple[EndCondition, EndCondition],
    value: Callable[[Array], Array],
    slope: Callable[[Array], Array] | None,
    interval: tuple[float, float],
    times: tuple[float, float],
    places: Array,
    claimed: Array,
    error: float,
    seconds: float,
) -> Check:
    """Compares u at the end of `times` at `places` with collocation.

    rate(x, t, u, v, ux, uxx): u_t, or u_tt where `second`.
    """
    import numpy

    name = "Chebyshev collocation"
    until = monotonic() + seconds
    found: list[Array] = []
    for count in (20, 32, 56, 90):
        if len(found) > 1 and _agree(found[-2], found[-1]):
            break
        try:
            found.append(
                _collocated(rate, second, ends, value, slope, interval, times, places, count, until)
            )
        except _Late:
            if len(found) > 1:
                break
            return Check(name, UNAVAILABLE, "there is no time left for it")
        except (ArithmeticError, ValueError, numpy.linalg.LinAlgError):
            return Check(name, UNAVAILABLE, "it does not reach the end")
    return _judged(name, claimed, error, found[-2], found[-1])


def _agree(coarse: Array, fine: Array) -> bool:
    import numpy

    return bool(numpy.abs(fine - coarse).max() < 1e-5 * max(float(numpy.abs(fine).max()), 1e-300))


def _judged(name: str, claimed: Array, error: float, coarse: Array, fine: Array) -> Check:
    import numpy

    own = float(numpy.abs(fine - coarse).max())
    size = max(float(numpy.abs(fine).max()), float(numpy.abs(claimed).max()), 1e-300)
    difference = float(numpy.abs(fine - claimed).max())
    if own != own or own > _USELESS * size:
        return Check(name, UNAVAILABLE, "its own error is too large to compare")
    if difference <= _FACTOR * (own + error) + 1e-9 * size:
        return Check(name, PASSED, f"differ by at most {difference:.1e} at {len(claimed)} places")
    return Check(name, FAILED, f"differ by {difference:.1e}")


def _collocated(
    rate: Callable[..., Array],
    second: bool,
    ends: tuple[EndCondition, EndCondition],
    value: Callable[[Array], Array],
    slope: Callable[[Array], Array] | None,
    interval: tuple[float, float],
    times: tuple[float, float],
    places: Array,
    count: int,
    until: float,
) -> Array:
    import numpy
    from scipy.integrate import solve_ivp

    x, matrix = chebyshev(count, *interval)
    square = matrix @ matrix
    corner = numpy.array([[ends[0].alpha + ends[0].beta * matrix[0, 0],
                           ends[0].beta * matrix[0, -1]],
                          [ends[1].beta * matrix[-1, 0],
                           ends[1].alpha + ends[1].beta * matrix[-1, -1]]])  # fmt: skip

    def whole(inner: Array, t: float) -> Array:
        u = numpy.empty(count + 1)
        u[1:-1] = inner
        known = [end.value(t) - end.beta * float(matrix[row, 1:-1] @ inner)
                 for row, end in zip((0, -1), ends, strict=True)]  # fmt: skip
        u[[0, -1]] = numpy.linalg.solve(corner, known)
        return u

    def change(t: float, s: Array) -> Array:
        if monotonic() > until:
            raise _Late
        u = whole(s[: count - 1], t)
        v = numpy.zeros(count + 1)
        if second:
            v[1:-1] = s[count - 1 :]
        with numpy.errstate(all="ignore"):
            found = rate(x, t, u, v, matrix @ u, square @ u)
        found = numpy.broadcast_to(found, u.shape)[1:-1]
        return numpy.concatenate([v[1:-1], found]) if second else numpy.array(found, dtype=float)

    state = value(x)[1:-1]
    if second and slope is not None:
        state = numpy.concatenate([state, slope(x)[1:-1]])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        size = max(1e-6, float(numpy.abs(state).max()))
        method = "DOP853" if second else "LSODA"
        result = solve_ivp(change, times, state, method=method, rtol=1e-8, atol=1e-10 * size)
    if not result.success:
        raise ValueError
    return interpolated(x, whole(result.y[: count - 1, -1], times[1]), places)


def first_differences(
    solve: Callable[[int], Array], claimed: Array, error: float, counts: Sequence[int]
) -> Check:
    """Another scheme on two grids, extrapolated to none. solve(count): values at the places."""
    name = "first-order differences, extrapolated"
    one, two, three = (solve(count) for count in counts)
    return _judged(name, claimed, error, 2 * two - one, 2 * three - two)


def plane(solve: Callable[[int], Array], claimed: Array, error: float) -> Check:
    """A rectangle by collocation on two grids. solve(count): values at the places."""
    import numpy

    try:
        coarse, fine = solve(12), solve(18)
    except (ArithmeticError, ValueError, numpy.linalg.LinAlgError):
        return Check("Chebyshev collocation", UNAVAILABLE, "it has no solution")
    return _judged("Chebyshev collocation", claimed, error, coarse, fine)


def rectangle_values(
    parts: dict[tuple[int, int], Callable[..., Array]],
    rest: Callable[..., Array],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
    rims: Sequence[tuple[float, float, Callable[[Array], Array]]],
    places: Sequence[tuple[float, float]],
    count: int,
) -> Array:
    """A linear equation on a rectangle at Chebyshev points: values at the places.

    rims: (alpha, beta, value) for left, right, bottom and top.
    """
    import numpy

    x, dx = chebyshev(count, *x_range)
    y, dy = chebyshev(count, *y_range)
    one = numpy.eye(count + 1)
    columns, rows = numpy.meshgrid(x, y)
    matrix = numpy.zeros(((count + 1) ** 2, (count + 1) ** 2))
    for (a, b), part in parts.items():
        weight = numpy.broadcast_to(part(columns, rows), columns.shape).ravel()
        power = numpy.kron(numpy.linalg.matrix_power(dy, b), numpy.linalg.matrix_power(dx, a))
        matrix += weight[:, None] * power
    target = -numpy.broadcast_to(rest(columns, rows), columns.shape).ravel().astype(float)
    here = numpy.arange((count + 1) ** 2).reshape(count + 1, count + 1)
    across_x, across_y = numpy.kron(one, dx), numpy.kron(dy, one)
    whole = numpy.eye((count + 1) ** 2)
    order = [(here[:, 0], across_x, rims[0], y), (here[:, -1], across_x, rims[1], y),
             (here[0, :], across_y, rims[2], x), (here[-1, :], across_y, rims[3], x)]  # fmt: skip
    # Values come last, so that a corner keeps the value where one side gives a slope.
    for place, slope, (alpha, beta, value), along in sorted(order, key=lambda o: o[2][1] == 0):
        matrix[place] = alpha * whole[place] + beta * slope[place]
        target[place] = value(along)
    u = numpy.linalg.solve(matrix, target).reshape(count + 1, count + 1)
    found = []
    for left, low in places:
        row = interpolated(x, u.T, numpy.array([left]))[0]
        found.append(float(interpolated(y, row, numpy.array([low]))[0]))
    return numpy.array(found)
