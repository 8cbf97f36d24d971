"""The method of lines: differences in space, scipy's steppers in time.

u_t = G(x, t, u, u_x, u_xx) or u_tt = G(x, t, u, u_t, u_x, u_xx) on a grid, with central
differences of order 2; where no second derivative occurs, differences to the side from which the
values come, of order 2 as well. (LeVeque, Finite Difference Methods for Ordinary and Partial
Differential Equations, chapters 9 and 10.)
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any, NamedTuple

from dlmath.errors import InvalidInput, LimitReached, Undefined, Unsolved
from dlmath.expression.compile import compile_function
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import ZERO, Node, div, free_symbols, neg, substitute
from dlmath.expression.tidy import tidy
from dlmath.maths.equations.pde.read import Equation, Side

Array = Any

_RTOL = 1e-8


class End(NamedTuple):
    """alpha*u + beta*u_x = value(t) at one end; free: nothing is given there."""

    alpha: float
    beta: float
    value: Callable[[float], float]
    free: bool = False

    @property
    def fixed(self) -> bool:
        """Is the value itself given?"""
        return not self.free and self.beta == 0


class Lines(NamedTuple):
    """The problem in numbers.

    second: is it of second order in time? rate(x, t, u, v, ux, uxx): u_t or u_tt for arrays.
    slopes: its derivatives by u_x and u_xx, for what is said of stability and to choose sides.
    value, slope: u and u_t at the start.
    """

    left: float
    right: float
    start: float
    second: bool
    rate: Callable[..., Array]
    slopes: Callable[..., tuple[Array, Array]]
    diffuses: bool
    ends: tuple[End, End]
    value: Callable[[Array], Array]
    slope: Callable[[Array], Array] | None
    jumps: bool


class Solved(NamedTuple):
    """u at `times` on the grid x: an array of shape (times, places)."""

    x: Array
    times: Array
    u: Array
    steps: int
    evaluations: int


def read_lines(equation: Equation, sides: list[Side], left: float, right: float) -> Lines:
    """The problem for the method of lines. Raises InvalidInput, Unsolved."""
    labels = {
        (a, b): equation.label((a, b))
        for a in range(5)
        for b in range(5)
        if equation.label((a, b)) in free_symbols(equation.expression)
    }
    second = any(b == 2 for _, b in labels)
    top = (0, 2) if second else (0, 1)
    allowed = {(0, 0), (1, 0), (2, 0), (0, 1), top}
    if top not in labels or not set(labels) <= allowed:
        other = next((name for key, name in labels.items() if key not in allowed), None)
        what = f"the derivative {other} is not treated" if other else "there is no time derivative"
        raise Unsolved(f"{what} by the method of lines")
    coefficient = tidy(gradient(equation.expression, [labels[top]])[labels[top]])
    if labels[top] in free_symbols(coefficient):
        raise Unsolved(f"the equation is not linear in {labels[top]}")
    rest = substitute(equation.expression, {labels[top]: ZERO})
    right_side = tidy(neg(div(rest, coefficient)))
    names = [equation.space, equation.time, *(equation.label(k) for k in
             ((0, 0), (0, 1), (1, 0), (2, 0)))]  # fmt: skip
    slopes = gradient(right_side, [names[4], names[5]])
    starts = [side for side in sides if side.variable == equation.time]
    ends = [side for side in sides if side.variable == equation.space]
    time, value, slope = _start(equation, starts, second)
    return Lines(
        left, right, time, second, _function([right_side], names),
        _functions([slopes[names[4]], slopes[names[5]]], names),
        slopes[names[5]] is not ZERO,
        (_end(equation, ends, left, right, 0), _end(equation, ends, left, right, 1)),
        _of_place(value, equation.space),
        None if slope is None else _of_place(slope, equation.space),
        _has_kinks(value),
    )  # fmt: skip


def _has_kinks(node: Node) -> bool:
    from dlmath.maths.equations.pde.pieces import has_pieces

    return has_pieces(node)


def _function(nodes: list[Node], names: list[str]) -> Callable[..., Array]:
    run = compile_function(nodes, names, arrays=True, quiet=False)
    return lambda *values: run(*values)[0]


def _functions(nodes: list[Node], names: list[str]) -> Callable[..., tuple[Array, Array]]:
    run = compile_function(nodes, names, arrays=True, quiet=False)

    def both(*values: Any) -> tuple[Array, Array]:
        first, second = run(*values)
        return first, second

    return both


def _of_place(node: Node, name: str) -> Callable[[Array], Array]:
    import numpy

    run = compile_function([node], [name], arrays=True)
    return lambda x: numpy.broadcast_to(numpy.asarray(run(x)[0], dtype=float), x.shape).copy()


def _start(equation: Equation, sides: list[Side], second: bool) -> tuple[float, Node, Node | None]:
    from dlmath.maths.equations.pde.read import number_at

    value = slope = None
    places = {number_at(side.place) for side in sides}
    for side in sides:
        if set(side.parts) == {(0, 0)}:
            value = side.value
        elif set(side.parts) == {(0, 1)}:
            slope = side.value
        else:
            raise Unsolved("the initial conditions are not values of the function and its rate")
    name, t = equation.function.name, equation.time
    args = ", ".join("0" if v == t else v for v in equation.function.variables)
    if value is None:
        raise InvalidInput(
            f"{name}({args}) is needed to start from", hint=f'--given "{name}({args})=..."'
        )
    if second and slope is None:
        raise InvalidInput(
            f"{name}_{t}({args}) is needed too: the equation is of second order in {t}",
            hint=f'--given "{name}_{t}({args})=0"',
        )
    if slope is not None and not second:
        raise InvalidInput(f"an equation of first order in {t} starts from {name}({args}) alone")
    if len(places) != 1 or None in places:
        raise Unsolved("the initial conditions are not all at one time")
    return next(p for p in places if p is not None), value, slope


def _end(equation: Equation, sides: list[Side], left: float, right: float, which: int) -> End:
    from dlmath.maths.equations.pde.read import number_at

    place = right if which else left
    here = [
        s for s in sides
        if (at := number_at(s.place)) is not None and abs(at - place) < 1e-12 * max(1, abs(place))
    ]  # fmt: skip
    if len(here) > 1:
        raise InvalidInput(f"two conditions are given at {equation.space} = {place:g}")
    if not here:
        return End(0.0, 1.0, lambda _t: 0.0, free=True)
    side = here[0]
    if not set(side.parts) <= {(0, 0), (1, 0)}:
        raise Unsolved("conditions at the ends are values, slopes or combinations of both")
    alpha, beta = (number_at(side.parts.get(key, ZERO)) for key in ((0, 0), (1, 0)))
    if alpha is None or beta is None:
        raise Unsolved("the coefficients of a condition at an end are constants")
    run = compile_function([side.value], [equation.time])

    def value(t: float) -> float:
        try:
            return float(run(t)[0])
        except (ArithmeticError, ValueError):
            return float("nan")

    return End(alpha, beta, value)


# --- differences ----------------------------------------------------------------------------


def filled(u: Array, ends: tuple[End, End], t: float) -> Array:
    """The values on the grid with those that are given at the ends."""
    for place, end in zip((0, -1), ends, strict=True):
        if end.fixed:
            u[place] = end.value(t) / end.alpha
    return u


def central(u: Array, h: float, ends: tuple[End, End], t: float) -> tuple[Array, Array]:
    """u_x and u_xx; beyond an end with a slope a value is made up that gives this slope."""
    import numpy

    wide = numpy.empty(len(u) + 2)
    wide[1:-1] = u
    for k, end in enumerate(ends):
        inner, here, sign = (u[1], u[0], -1) if k == 0 else (u[-2], u[-1], 1)
        if end.fixed:
            wide[-k] = 2 * here - inner  # not used: the value there is given
        else:
            slope = 0.0 if end.free else (end.value(t) - end.alpha * here) / end.beta
            wide[-k] = inner + sign * 2 * h * slope
    return (wide[2:] - wide[:-2]) / (2 * h), (wide[2:] - 2 * u + wide[:-2]) / h**2


def one_sided(u: Array, h: float, speed: Array) -> Array:
    """u_x from the side the values come from: the right side's slope by u_x is -speed."""
    import numpy

    back = numpy.empty_like(u)
    back[2:] = (3 * u[2:] - 4 * u[1:-1] + u[:-2]) / (2 * h)
    back[1] = (u[1] - u[0]) / h
    back[0] = 0.0
    ahead = numpy.empty_like(u)
    ahead[:-2] = (-3 * u[:-2] + 4 * u[1:-1] - u[2:]) / (2 * h)
    ahead[-2] = (u[-1] - u[-2]) / h
    ahead[-1] = 0.0
    return numpy.where(speed >= 0, back, ahead)


def right_side(lines: Lines, count: int) -> tuple[Array, Callable[[float, Array], Array]]:
    """The grid, and the rate of all values on it (and of their rates, for second order)."""
    import numpy

    x = numpy.linspace(lines.left, lines.right, count + 1)
    h = float(x[1] - x[0])
    ends = lines.ends

    def rate(t: float, s: Array) -> Array:
        u = filled(s[: count + 1].copy(), ends, t)
        v = s[count + 1 :] if lines.second else numpy.zeros_like(u)
        with numpy.errstate(all="ignore"):
            ux, uxx = central(u, h, ends, t)
            if not lines.diffuses:
                by_slope, _ = lines.slopes(x, t, u, v, ux, uxx)
                ux = one_sided(u, h, -numpy.broadcast_to(by_slope, u.shape))
            change = numpy.broadcast_to(lines.rate(x, t, u, v, ux, uxx), u.shape).astype(float)
        for place, end in zip((0, -1), ends, strict=True):
            if end.fixed:
                change[place] = 0.0
                if lines.second:
                    v = v.copy()
                    v[place] = 0.0
        return numpy.concatenate([v, change]) if lines.second else change

    return x, rate


def solve_lines(lines: Lines, count: int, times: Sequence[float], seconds: float) -> Solved:
    """Integrates on a grid of `count` intervals. Raises LimitReached, Undefined, Unsolved."""
    import numpy
    from scipy.integrate import solve_ivp

    x, rate = right_side(lines, count)
    state = filled(lines.value(x), lines.ends, lines.start)
    if lines.second and lines.slope is not None:
        state = numpy.concatenate([state, lines.slope(x)])
    if not numpy.all(numpy.isfinite(state)):
        raise Undefined("the initial values have no value at some places of the domain")
    deadline = monotonic() + seconds
    size = max(1e-12, float(numpy.abs(state).max()))

    def timed(t: float, s: Array) -> Array:
        if monotonic() > deadline:
            raise TimeoutError
        return rate(t, s)

    options: dict[str, Any] = {"rtol": _RTOL, "atol": 1e-2 * _RTOL * max(size, 1e-3)}
    if lines.diffuses and not lines.second:
        options |= {"method": "LSODA", "lband": 1, "uband": 1}
    else:
        options |= {"method": "DOP853"}
    with warnings.catch_warnings(), numpy.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            found = solve_ivp(timed, (times[0], times[-1]), state, t_eval=list(times), **options)
        except TimeoutError:
            raise LimitReached(
                "the time was used up before the end", hint="an earlier --until, or --timeout"
            ) from None
        except (ArithmeticError, ValueError, numpy.linalg.LinAlgError) as error:
            raise Unsolved("the integration in time failed") from error
    if (
        not found.success
        or found.y.shape[1] != len(times)
        or not numpy.all(numpy.isfinite(found.y))
    ):
        raise Unsolved(
            "the integration in time does not reach the end: the solution grows without bound or "
            "loses its value on the way"
        )
    u = found.y.T[:, : count + 1].copy()
    for k, t in enumerate(times):
        u[k] = filled(u[k], lines.ends, t)
    return Solved(x, numpy.array(times), u, int(found.t.size), int(found.nfev))
