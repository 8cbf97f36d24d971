"""Which methods are tried on an equation, in which order."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dlmath.maths.equations.ode import (
    abel,
    exact,
    first_order,
    higher_degree,
    riccati,
    substitutions,
)
from dlmath.maths.equations.ode.dsolve import HINTS_FIRST, HINTS_HIGHER, by_hint
from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.euler import euler
from dlmath.maths.equations.ode.linear import Linear, constant_coefficients, linear_form
from dlmath.maths.equations.ode.reduction import reductions
from dlmath.maths.equations.ode.tools import Expr, timed
from dlmath.maths.equations.ode.working import Equal, Found, Line, Working

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
)

#: Methods for linear equations of any order.
LINEAR: tuple[tuple[str, LinearMethod, float], ...] = (
    ("constant-coefficients", constant_coefficients, 4.0),
    ("cauchy-euler", euler, 4.0),
)


def candidates(eq: Equation, method: str | None = None) -> Iterator[Found]:
    """Solutions from one method after the other; none is believed before it is checked."""
    pieces = factors(eq)
    if len(pieces) > 1:
        yield from _of_factors(eq, pieces, method)
        return
    if pieces:
        eq = pieces[0]
    if eq.order == 1:
        f = eq.solved()
        if f is not None:
            yield from first_order_routes(eq, f, method)
        else:
            yield from _not_linear_in_slope(eq, method)
        return
    form = linear_form(eq)
    if form is not None:
        yield from linear_routes(eq, form, method)
    if method is None:
        yield from _each(eq, lambda: reductions(eq, _lower), 8.0)
        yield from _by_sympy(eq, HINTS_HIGHER)


def _lower(eq: Equation) -> Found | None:
    """The first solution of an equation of a lower order that passes its check."""
    from dlmath.maths.equations.ode.solve import prove

    for found in candidates(eq):
        proved = prove(eq, found)
        if proved is not None:
            return proved.found
    return None


def factors(eq: Equation) -> list[Equation]:
    """The factors of the equation that hold the function, each set equal to 0."""
    sympy = eq.sympy
    found = timed(lambda: sympy.factor_list(eq.numerator)[1], 0.8)
    if found is None:
        return []
    inside = [g for g, _ in found if set(eq.d) & g.free_symbols]
    if len(inside) == 1 and found[0][1] == 1:
        return []
    if len(inside) > 3:
        return []
    return [eq.with_expression(g) for g in inside]


def _of_factors(eq: Equation, pieces: list[Equation], method: str | None) -> Iterator[Found]:
    """A product is 0 where a factor is: the solutions of all of them together."""
    from dlmath.maths.equations.ode.solve import prove

    work = Working()
    words: list[object] = []
    for piece in pieces:
        words += [" or " if words else "", Equal(piece.expression, eq.sympy.S.Zero)]
    work.step("factor", "the equation is a product: ", *[w for w in words if w != ""])
    lines: list[Line] = []
    kind = ""
    for piece in sorted(pieces, key=lambda one: -one.order):
        if piece.order == 0:
            lines += _without_derivative(piece)
            continue
        for found in candidates(piece, method):
            if prove(piece, found) is None:
                continue
            kind = kind or found.kind
            note = "" if piece.order == eq.order else "singular"
            lines += [line if line.note else line._replace(note=note) for line in found.lines]
            work.moves += found.moves
            break
        else:
            if piece.order == eq.order and not lines:
                return
    yield work.found(kind, *lines)


def _without_derivative(piece: Equation) -> list[Line]:
    """A factor without derivatives: y is one of its roots."""
    sympy = piece.sympy
    roots = timed(lambda: sympy.solve(piece.expression, piece.y), 0.8) or []
    return [
        Line(piece.y, root, True, (), "singular")
        for root in roots
        if isinstance(root, sympy.Expr) and sympy.count_ops(root) < 40
    ]


def _not_linear_in_slope(eq: Equation, method: str | None) -> Iterator[Found]:
    """F(x, y, y') = 0 of a higher degree in y'."""

    routes: list[tuple[str, Callable[[], Iterator[Found]]]] = [
        ("clairaut", lambda: _maybe(timed(lambda: higher_degree.clairaut(eq), 3.0))),
        ("lagrange", lambda: higher_degree.solved_for_y(eq, _few_routes)),
        ("substitution", lambda: _maybe(higher_degree.solved_for_slope(eq, _few_routes))),
        ("lagrange", lambda: higher_degree.solved_for_x(eq, _few_routes)),
    ]
    for name, route in routes:
        if method is not None and name != method:
            continue
        yield from _each(eq, route, 5.0)


def _maybe(found: Found | None) -> Iterator[Found]:
    if found is not None:
        yield found


def _few_routes(eq: Equation, f: Expr, seconds: float) -> Iterator[Found]:
    """The textbook methods, for an equation on the way."""
    for _name, method, _most in FIRST_ORDER:
        found = _one(eq, lambda: method(eq, f), seconds)
        if found is not None:
            yield found


def _quick_routes(eq: Equation, f: Expr, seconds: float) -> Iterator[Found]:
    """The methods that a change of the unknown may make possible."""
    for method in (first_order.separable, first_order.linear, first_order.bernoulli):
        found = _one(eq, lambda: method(eq, f), seconds)
        if found is not None:
            yield found


def first_order_routes(eq: Equation, f: Expr, only: str | None = None) -> Iterator[Found]:
    """What each method finds for y' = f(x, y)."""
    for name, method, seconds in FIRST_ORDER:
        if only is not None and name != only:
            continue
        found = _one(eq, lambda: method(eq, f), seconds)
        if found is not None:
            yield found
    longer: tuple[tuple[str, Callable[[], Iterator[Found]], float], ...] = (
        ("riccati", lambda: riccati.riccati(eq, f), 6.0),
        ("abel", lambda: abel.abel(eq, f, _quick_and_riccati), 5.0),
        ("substitution", lambda: substitutions.turned(eq, f, _quick_routes), 3.0),
        ("substitution", lambda: substitutions.by_function(eq, f, _quick_routes), 4.0),
        ("substitution", lambda: substitutions.by_ratio(eq, f, _quick_routes), 3.0),
        ("symmetry", lambda: _maybe(timed(lambda: exact.symmetry(eq, f), 4.0)), 4.0),
        ("substitution", lambda: substitutions.turned(eq, f, _riccati_only), 4.0),
        ("substitution", lambda: substitutions.by_function(eq, f, _riccati_only), 4.0),
        ("sympy", lambda: _by_sympy(eq, HINTS_FIRST), 5.0),
    )
    for name, route, seconds in longer:
        if only is not None and name != only:
            continue
        yield from _each(eq, route, seconds)


def _one(eq: Equation, run: Callable[[], Found | None], seconds: float) -> Found | None:
    """What a method finds in its time."""
    if eq.budget.left < 0.1:
        return None
    return timed(run, min(seconds, eq.budget.left))


def _each(eq: Equation, route: Callable[[], Iterator[Found]], seconds: float) -> Iterator[Found]:
    """What a route finds, one after the other, each in its time."""
    found = iter(route())
    while eq.budget.left > 0.1:
        one = timed(lambda: next(found, None), min(seconds, eq.budget.left))
        if one is None:
            return
        yield one


def _riccati_only(eq: Equation, f: Expr, seconds: float) -> Iterator[Found]:
    del seconds
    yield from riccati.riccati(eq, f)


def _quick_and_riccati(eq: Equation, f: Expr, seconds: float) -> Iterator[Found]:
    yield from _quick_routes(eq, f, seconds)
    yield from riccati.riccati(eq, f)
    yield from substitutions.by_function(eq, f, _quick_routes)


def _by_sympy(eq: Equation, hints: tuple[tuple[str, float], ...]) -> Iterator[Found]:
    """What sympy's own methods find."""
    for hint, seconds in hints:
        found = _one(eq, lambda: by_hint(eq, hint, seconds), seconds + 0.2)
        if found is not None:
            yield found


def linear_routes(eq: Equation, form: Linear, only: str | None = None) -> Iterator[Found]:
    """What each method finds for a linear equation."""
    from dlmath.maths.equations.ode.second_order import second_order

    for name, method, seconds in LINEAR:
        if only is not None and name != only:
            continue
        if eq.budget.left < 0.1:
            return
        found = timed(lambda: method(eq, form), min(seconds, eq.budget.left))
        if found is not None:
            yield found
    if only is not None:
        return
    if eq.order == 2:
        yield from _each(eq, lambda: second_order(eq, form), 8.0)


__all__ = ["Line", "candidates", "first_order_routes", "linear_routes"]
