"""What kind of equation it is, and why: said whatever method solves it."""

from __future__ import annotations

from typing import Any

from dlmath.maths.equations.ode import exact, first_order
from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.linear import constant_form, linear_form
from dlmath.maths.equations.ode.tools import Expr, rational, settle, timed, vanishes, without

#: A property and the reason for it.
Property = tuple[str, tuple[Any, ...]]


def classify(eq: Equation) -> list[Property]:
    """The properties of an equation, each with its reason, the most telling ones first."""
    found: list[Property] = []
    form = linear_form(eq)
    if form is not None:
        kind = "homogeneous" if form.right == 0 else "inhomogeneous"
        found.append(("linear", (f"first powers of y and its derivatives; {kind}",)))
        if constant_form(eq, form) is not None:
            found.append(("constant coefficients", ("no coefficient depends on ", eq.x)))
        elif eq.order > 1 and _is_euler(eq, form.coefficients):
            found.append(("Euler", ("each derivative is multiplied by the power of its order",)))
    else:
        degree = _degree(eq)
        if degree is not None and degree > 1:
            found.append((f"degree {degree}", (eq.highest, " occurs to this power")))
        found.append(("nonlinear", _nonlinear_because(eq)))
    if eq.order == 1:
        f = eq.solved()
        found += _first_order(eq, f) if f is not None else _implicit(eq)
    elif eq.y not in eq.expression.free_symbols:
        found.append(("y missing", ("only derivatives occur: y' can be the unknown",)))
    if eq.x not in eq.expression.free_symbols:
        found.append(("autonomous", (eq.x, " does not occur")))
    return found


def _nonlinear_because(eq: Equation) -> tuple[Any, ...]:
    sympy = eq.sympy
    for s in reversed(eq.d[: eq.order + 1]):
        slope = timed(lambda: settle(sympy.diff(eq.expression, s)), 0.5)
        if slope is not None and set(eq.d) & slope.free_symbols:
            return ("its derivative by ", s, " is ", slope)
    return ("it is not linear in y and its derivatives",)


def _degree(eq: Equation) -> int | None:
    sympy = eq.sympy
    poly = timed(lambda: sympy.Poly(eq.numerator, eq.highest), 0.4)
    if poly is None or eq.highest in set().union(*(c.free_symbols for c in poly.coeffs())):
        return None
    return int(poly.degree())


def _is_euler(eq: Equation, coefficients: tuple[Expr, ...]) -> bool:
    n = len(coefficients) - 1
    return all(
        without(a * eq.x ** (n - k) / coefficients[-1], eq.x) is not None
        for k, a in enumerate(coefficients)
    )


def _first_order(eq: Equation, f: Expr) -> list[Property]:
    sympy, x, y = eq.sympy, eq.x, eq.y
    found: list[Property] = []
    pieces = timed(lambda: first_order.split(eq, f), 1.0)
    if pieces is not None:
        found.append(("separable", ("y' is the product of ", pieces[0], " and ", pieces[1])))
    curls = [(m, n) for m, n in exact.forms(eq, f) if vanishes(sympy.diff(m, y) - sympy.diff(n, x))]
    if curls and pieces is None:
        m, n = curls[0]
        found.append(("exact", ("M = ", settle(m), " and N = ", settle(n), " have M_y = N_x")))
    if first_order.linear_parts(eq, f) is None:
        rest = settle(f - y * sympy.diff(f, y))
        n = None
        if not vanishes(rest) and y in rest.free_symbols:
            n = without(y * sympy.diff(rest, y) / rest, x, y)
        if n is not None and n not in (0, 1) and without(
            (f - rest / (1 - n)) / y, y
        ) is not None:  # fmt: skip
            found.append(("Bernoulli", ("it is y' = a(x)*y + b(x)*y^n with n = ", n)))
        elif without(sympy.diff(f, y, 2), y) is not None and not vanishes(sympy.diff(f, y, 2)):
            found.append(("Riccati", ("y' is a quadratic polynomial in y",)))
    if not vanishes(x * sympy.diff(f, x) + y * sympy.diff(f, y)):
        return found
    if x in f.free_symbols or y in f.free_symbols:
        found.append(("homogeneous", ("y' depends on y/x alone",)))
    return found


def _implicit(eq: Equation) -> list[Property]:
    """Clairaut and Lagrange."""
    sympy = eq.sympy
    p = eq.d[1]
    slope = sympy.diff(eq.numerator, eq.y)
    if slope == 0 or eq.y in slope.free_symbols:
        return []
    value = rational(-eq.numerator.subs(eq.y, 0) / slope)  # y = value(x, p)
    factor = without(sympy.diff(value, eq.x), eq.x)
    if factor is None or eq.x not in value.free_symbols:
        return []
    if vanishes(factor - p):
        return [("Clairaut", ("it is y = x*y' + g(y')",))]
    return [("Lagrange", ("it is y = x*f(y') + g(y') with f = ", settle(factor)))]
