"""M(x, y) + N(x, y)*y' = 0: exact equations, integrating factors, symmetries.

Integrating factors of one variable and of products of powers: Murphy (1960), part I, A1-17. A
symmetry with the generator xi*d/dx + eta*d/dy gives the factor 1/(eta - xi*f) of y' - f
(Lie 1874; Bluman and Kumei, Symmetries and Differential Equations, 1989, section 3.2).
"""

from __future__ import annotations

from collections.abc import Iterator

from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.explicit import explicit_lines
from dlmath.maths.equations.ode.first_order import multiplier, prime
from dlmath.maths.equations.ode.integrals import antiderivative
from dlmath.maths.equations.ode.tools import (
    Expr,
    fits,
    parts,
    rational,
    settle,
    timed,
    vanishes,
    without,
)
from dlmath.maths.equations.ode.working import Equal, Found, Working


def potential(eq: Equation, m: Expr, n: Expr) -> Expr | None:
    """The function with the partial derivatives m by x and n by y, or None."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    for first, second, one, two in ((m, n, x, y), (n, m, y, x)):
        partial = antiderivative(first, one, 1.5)
        if partial is None:
            continue
        rest = settle(second - sympy.diff(partial, two))
        rest = without(rest, one) if rest != 0 else rest
        if rest is None:
            continue
        more = antiderivative(rest, two, 1.0)
        if more is not None:
            return partial + more
    return None


def forms(eq: Equation, f: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Ways of writing the equation as M + N*y' = 0."""
    sympy = eq.sympy
    slope = prime(eq)
    for e in (eq.expression, eq.numerator):
        n = sympy.diff(e, slope)
        if slope in n.free_symbols or n == 0:
            continue
        m = e.xreplace({slope: sympy.S.Zero})
        if vanishes(m + n * f):
            yield m, n
    above, below = parts(rational(f))
    yield -above, below


def factor_for(eq: Equation, m: Expr, n: Expr) -> tuple[Expr, str] | None:
    """An integrating factor and what it depends on."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    curl = sympy.diff(m, y) - sympy.diff(n, x)
    if vanishes(curl):
        return sympy.S.One, "exact"
    of_x = without(curl / n, y)
    if of_x is not None:
        inner = antiderivative(of_x, x)
        if inner is not None:
            return multiplier(eq, inner), f"of {x.name} alone"
    of_y = without(-curl / m, x)
    if of_y is not None:
        inner = antiderivative(of_y, y)
        if inner is not None:
            return multiplier(eq, inner), f"of {y.name} alone"
    powers = _powers(eq, m, n, curl)
    if powers is not None:
        a, b = powers
        return x**a * y**b, "a product of powers"
    for name, inside, divisor in (
        ("of x*y", x * y, n * y - m * x),
        ("of x^2 + y^2", x**2 + y**2, 2 * (x * n - y * m)),
        ("of x + y", x + y, n - m),
    ):
        if vanishes(divisor):
            continue
        ratio = curl / divisor
        across = sympy.diff(ratio, x) * sympy.diff(inside, y)
        if not vanishes(across - sympy.diff(ratio, y) * sympy.diff(inside, x)):
            continue
        z = sympy.Symbol("z")
        if name == "of x*y":
            changed = timed(lambda: settle(ratio.subs(y, z / x)), 0.5)
        elif name == "of x + y":
            changed = timed(lambda: settle(ratio.subs(y, z - x)), 0.5)
        else:
            changed = timed(lambda: settle(ratio.subs(y, sympy.sqrt(z - x**2))), 0.5)
        if changed is None or changed.has(sympy.zoo, sympy.nan):
            continue
        changed = without(changed, x)
        inner = None if changed is None else antiderivative(changed, z)
        if inner is not None:
            return multiplier(eq, inner).subs(z, inside), name
    return None


def _powers(eq: Equation, m: Expr, n: Expr, curl: Expr) -> tuple[Expr, Expr] | None:
    """(a, b) with M_y - N_x = a*N/x - b*M/y, or None."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    if not fits([curl, n / x, m / y], (x, y)):
        return None
    a, b = sympy.symbols("a_ b_")
    rows = []
    for one, two in ((2, 3), (3, 5), (5, 2), (7, 3)):
        row = timed(lambda: (curl - a * n / x + b * m / y).subs({x: one, y: two}), 0.5)
        if row is not None and not row.has(sympy.nan, sympy.zoo):
            rows.append(row)
    found = timed(lambda: sympy.solve(rows[:2], [a, b], dict=True), 0.5)
    if not found or len(found[0]) < 2:
        return None
    values = settle(found[0][a]), settle(found[0][b])
    if not vanishes(curl - values[0] * n / x + values[1] * m / y):
        return None
    return values


def exact(eq: Equation, f: Expr) -> Found | None:
    """M + N*y' = 0 with an integrating factor of a simple form."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    for m, n in forms(eq, f):
        found = factor_for(eq, m, n)
        if found is None:
            continue
        factor, name = found
        first, second = settle(factor * m), settle(factor * n)
        total = potential(eq, first, second)
        if total is None:
            continue
        c = eq.constants(1)[0]
        work = Working()
        if name == "exact":
            work.step(
                "exact", "M = ", m, " and N = ", n, ": the derivative of M by ", y,
                " equals that of N by ", x,
                before=Equal(eq.expression, sympy.S.Zero),
                after=Equal(m + n * prime(eq), sympy.S.Zero),
            )  # fmt: skip
        else:
            work.step(
                "integrating factor", "an integrating factor ", name, " makes it exact: ", factor,
                before=Equal(eq.expression, sympy.S.Zero),
                after=Equal(first + second * prime(eq), sympy.S.Zero),
            )  # fmt: skip
        work.step(
            "potential", "both are partial derivatives of one function, constant on a solution",
            after=Equal(total, c),
        )  # fmt: skip
        lines = explicit_lines(total, c, x, y, c)
        if lines[0].explicit:
            work.step("solve", "solve for ", y, after=Equal(y, lines[0].right))
        kind = "exact" if name == "exact" else "exact with an integrating factor"
        return work.found(kind, *lines)
    return None


# --- symmetries -----------------------------------------------------------------------------


def symmetry(eq: Equation, f: Expr) -> Found | None:
    """An integrating factor from a Lie symmetry with polynomial coefficients."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    for xi, eta in symmetries(eq, f):
        below = settle(eta - xi * f)
        if vanishes(below):
            continue
        factor = 1 / below
        total = potential(eq, settle(-f * factor), settle(factor))
        if total is None:
            continue
        c = eq.constants(1)[0]
        work = Working()
        work.step(
            "symmetry", "the equation keeps its form under x -> x + t*xi, y -> y + t*eta for small "
            "t, with xi = ", xi, " and eta = ", eta,
            before=Equal(prime(eq), f), after=Equal(prime(eq) - f, sympy.S.Zero),
        )  # fmt: skip
        work.step(
            "integrating factor", "so 1/(eta - xi*f) is an integrating factor",
            after=Equal(factor * (prime(eq) - f), sympy.S.Zero),
        )  # fmt: skip
        work.step("potential", "integrate", after=Equal(total, c))
        lines = explicit_lines(total, c, x, y, c)
        return work.found("symmetry", *lines)
    return None


def symmetries(eq: Equation, f: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Generators (xi, eta) whose coefficients are polynomials, times functions that occur in f."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    monomials = [sympy.S.One, x, y, x * y, x**2, y**2]
    functions = [
        p for p in f.atoms(sympy.Function) | f.atoms(sympy.exp) if not depends_on_both(p, x, y)
    ]
    only_x = [p for p in functions if y not in p.free_symbols][:2]
    only_y = [p for p in functions if x not in p.free_symbols][:2]
    bases = [
        (monomials[:3], monomials[:3]),
        (monomials, monomials),
        ([sympy.S.Zero], [*(x**k for k in range(-2, 4)), *(y * x**k for k in range(-2, 3)),
                          *(y**2 * x**k for k in range(-2, 2)), y**3]),
        ([*(x**k for k in range(-1, 5))],
         [*(y * x**k for k in range(-2, 4)), *(x**k for k in range(-2, 3))]),
    ]  # fmt: skip
    if only_x or only_y:
        extra = [sympy.S.One, *only_x, *only_y]
        bases.append(
            ([m * e for m in (sympy.S.One, x, y) for e in extra],
             [m * e for m in (sympy.S.One, x, y) for e in extra])
        )  # fmt: skip
    for left, right in bases:
        found = timed(lambda: _determined(eq, f, left, right), 1.5)
        yield from found or []


def depends_on_both(p: Expr, x: Expr, y: Expr) -> bool:
    return x in p.free_symbols and y in p.free_symbols


def _determined(
    eq: Equation, f: Expr, left: list[Expr], right: list[Expr]
) -> list[tuple[Expr, Expr]]:
    """Solutions of eta_x + (eta_y - xi_x)*f - xi_y*f**2 = xi*f_x + eta*f_y over the bases."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    left = [m for m in left if m != 0]
    a = sympy.symbols(f"a_:{len(left)}") if left else ()
    b = sympy.symbols(f"b_:{len(right)}")
    xi = sympy.Add(*[u * m for u, m in zip(a, left, strict=True)])
    eta = sympy.Add(*[u * m for u, m in zip(b, right, strict=True)])
    condition = (
        sympy.diff(eta, x) + (sympy.diff(eta, y) - sympy.diff(xi, x)) * f
        - sympy.diff(xi, y) * f**2 - xi * sympy.diff(f, x) - eta * sympy.diff(f, y)
    )  # fmt: skip
    above = sympy.expand(sympy.fraction(sympy.together(condition))[0])
    generators = sorted(
        (g for g in sympy.Poly(above).gens if {x, y} & g.free_symbols), key=sympy.default_sort_key
    )
    polynomial = sympy.Poly(above, *generators)
    rows = polynomial.coeffs()
    unknowns = [*a, *b]
    values = next(iter(sympy.linsolve(rows, unknowns)), None)
    if values is None:
        return []
    solved = dict(zip(unknowns, values, strict=True))
    free = sorted(
        {s for v in solved.values() for s in v.free_symbols} & set(unknowns),
        key=lambda s: s.name,
    )
    found: list[tuple[Expr, Expr]] = []
    for one in free:
        values = {s: v.subs({g: int(g is one) for g in free}) for s, v in solved.items()}
        found.append((xi.subs(values, simultaneous=True), eta.subs(values, simultaneous=True)))
    return found
