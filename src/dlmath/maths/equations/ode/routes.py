"""Which methods are tried on an equation, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dlmath.maths.equations.ode import exact, first_order
from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.euler import euler
from dlmath.maths.equations.ode.linear import Linear, constant_coefficients, linear_form
from dlmath.maths.equations.ode.tools import Expr, timed
from dlmath.maths.equations.ode.working import Found, Line

Method = Callable[[Equation, Expr], Found | None]
LinearMethod = Callable[[Equation, Linear], Found | None]

#: Methods for y' = f(x, y), by name, with the seconds each may take.
FIRST_ORDER: tuple[tuple[str, Method, float], ...] = (
    ("quadrature", first_order.quadrature, 3.0),
    ("separable", first_order.separable, 3.0),
    ("linear", first_order.linear, 3.0),
    ("bernoulli", first_order.bernoulli, 3.0),
    ("homogeneous", first_order.homogeneous, 3.0),
    ("exact", exact.exact, 3.0),
    ("combination", first_order.combination, 2.0),
    ("symmetry", exact.symmetry, 4.0),
)

#: Methods for linear equations of any order.
LINEAR: tuple[tuple[str, LinearMethod, float], ...] = (
    ("constant-coefficients", constant_coefficients, 4.0),
    ("euler", euler, 4.0),
)


def candidates(eq: Equation, method: str | None = None) -> Iterator[Found]:
    """Solutions from one method after the other; none is believed before it is checked."""
    if eq.order == 1:
        f = eq.solved()
        if f is not None:
            yield from first_order_routes(eq, f, method)
        return
    form = linear_form(eq)
    if form is not None:
        yield from linear_routes(eq, form, method)


def first_order_routes(eq: Equation, f: Expr, only: str | None = None) -> Iterator[Found]:
    """What each method finds for y' = f(x, y)."""
    for name, method, seconds in FIRST_ORDER:
        if only is not None and name != only:
            continue
        if eq.budget.left < 0.1:
            return
        found = timed(lambda: method(eq, f), min(seconds, eq.budget.left))
        if found is not None:
            yield found


def linear_routes(eq: Equation, form: Linear, only: str | None = None) -> Iterator[Found]:
    """What each method finds for a linear equation."""
    for name, method, seconds in LINEAR:
        if only is not None and name != only:
            continue
        if eq.budget.left < 0.1:
            return
        found = timed(lambda: method(eq, form), min(seconds, eq.budget.left))
        if found is not None:
            yield found


__all__ = ["Line", "candidates", "first_order_routes", "linear_routes"]
