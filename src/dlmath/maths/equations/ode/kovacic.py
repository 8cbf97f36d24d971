"""Solutions exp(integral of w)*P with rational w and a polynomial P.

Kovacic's algorithm, case 1 (Journal of Symbolic Computation 2, 1986, section 3.1): the local
exponents at the poles and at infinity leave finitely many w.
"""

from __future__ import annotations

from itertools import product
from typing import Any

from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.integrals import antiderivative
from dlmath.maths.equations.ode.second_order import Basis, from_first, normal_form
from dlmath.maths.equations.ode.tools import Expr, parts, settle, timed, vanishes
from dlmath.maths.equations.ode.working import Equal, Working

#: Higher degrees of the polynomial, and more combinations, are not tried.
_DEGREE, _COMBINATIONS = 12, 64


def kovacic(eq: Equation, p: Expr, q: Expr) -> Basis | None:
    """Two solutions, the second by reduction of order; None where case 1 does not apply."""
    sympy = eq.sympy
    found = normal_form(eq, p, q)
    if found is None:
        return None
    invariant, factor = found
    solutions = exponential_solutions(eq, settle(-invariant), p)
    if not solutions:
        return None
    work = Working()
    u = sympy.Symbol("u")
    work.step(
        "normal form", "with ", Equal(eq.y, factor * u), " the first derivative goes",
        after=Equal(sympy.Symbol("u''"), -invariant * u),
    )  # fmt: skip
    first = solutions[0]
    work.step(
        "exponential solution",
        "the exponential of an integral of a rational function, times a polynomial, solves it: ",
        Equal(eq.y, first),
    )
    if len(solutions) > 1:
        work.step("exponential solution", "another one is ", Equal(eq.y, solutions[1]))
        return Basis("linear, exponential solutions", first, solutions[1], work)
    second = from_first(eq, p, first)
    if second is None:
        return None
    work.step("reduction of order", "a second solution is ", Equal(eq.y, second))
    return Basis("linear, exponential solutions", first, second, work)


def first_solution(eq: Equation, p: Expr, q: Expr) -> Expr | None:
    """One solution of y'' + p*y' + q*y = 0 of this form, or None."""
    found = normal_form(eq, p, q)
    if found is None:
        return None
    solutions = exponential_solutions(eq, settle(-found[0]), p)
    return solutions[0] if solutions else None


def exponential_solutions(eq: Equation, r: Expr, p: Expr) -> list[Expr]:
    """Independent solutions y = exp(int (w - p/2))*P, where u = exp(int w)*P solves u'' = r*u.

    At most two.
    """
    sympy, x = eq.sympy, eq.x
    above, below = parts(r)
    if not (above.is_polynomial(x) and below.is_polynomial(x)):
        return []
    local = _local(eq, r, below)
    far = _infinity(eq, r, above, below)
    if local is None or far is None:
        return []
    count = 1
    for choices in (*local, far):
        count *= len(choices)
    if count > _COMBINATIONS:
        return []
    found: list[Expr] = []
    for *finite, (alpha, polar) in product(*local, far):
        d = settle(alpha - sum((a for a, _ in finite), sympy.S.Zero))
        if not d.is_Integer or not 0 <= d <= _DEGREE:
            continue
        w = sympy.Add(polar, *[part for _, part in finite])
        polynomial = timed(lambda: _polynomial(eq, r, w, int(d)), 1.0)
        if polynomial is None:
            continue
        grown = antiderivative(settle(w - p / 2), x, 1.0)
        if grown is None:
            continue
        from dlmath.maths.equations.ode.first_order import multiplier

        solution = multiplier(eq, grown) * polynomial
        if found and vanishes(sympy.diff(settle(solution / found[0]), x)):
            continue
        found.append(solution)
        if len(found) == 2:
            break
    return found


def _local(eq: Equation, r: Expr, below: Expr) -> list[list[tuple[Expr, Expr]]] | None:
    """At each pole the possible (exponent, part of w)."""
    sympy, x = eq.sympy, eq.x
    poly = sympy.Poly(below, x)
    result: list[list[tuple[Expr, Expr]]] = []
    factored = sympy.factor_list(poly)[1]
    for factor, times in factored:
        g = factor.as_expr()
        degree = factor.degree()
        if times == 1:
            # The exponent is 1 at each of the roots of the factor.
            result.append([(sympy.Integer(degree), sympy.diff(g, x) / g)])
            continue
        if degree > 1:
            roots = timed(lambda: sympy.roots(factor), 0.5)
            if not roots or sum(roots.values()) != degree:
                return None
            poles = list(roots)
        else:
            poles = [settle(-factor.nth(0) / factor.nth(1))]
        for pole in poles:
            choices = _pole(eq, r, pole, times)
            if choices is None:
                return None
            result.append(choices)
    return result


def _pole(eq: Equation, r: Expr, pole: Expr, times: int) -> list[tuple[Expr, Expr]] | None:
    sympy, x = eq.sympy, eq.x
    half = sympy.Rational(1, 2)
    cleared = sympy.cancel(r * (x - pole) ** times)
    if times == 2:
        b = settle(cleared.subs(x, pole))
        root = _root(eq, 1 + 4 * b)
        signs = (half + root / 2, half - root / 2)
        unique = signs[:1] if root == 0 else signs
        return [(settle(a), settle(a) / (x - pole)) for a in unique]
    if times % 2:
        return None
    v = times // 2
    coefficients = _square_root(eq, cleared.subs(x, x + pole), v)
    if coefficients is None:
        return None
    s = sympy.Add(*[c * (x - pole) ** (k - v) for k, c in enumerate(coefficients[: v - 1])])
    rest = sympy.cancel((r - s**2) * (x - pole) ** (v + 1))
    b = settle(rest.subs(x, pole)) / coefficients[0]
    return [
        (settle((sign * b + v) / 2), sign * s + settle((sign * b + v) / 2) / (x - pole))
        for sign in (1, -1)
    ]


def _infinity(eq: Equation, r: Expr, above: Expr, below: Expr) -> list[tuple[Expr, Expr]] | None:
    """At infinity the possible (exponent, polynomial part of w)."""
    sympy, x = eq.sympy, eq.x
    if r == 0:
        return [(sympy.S.Zero, sympy.S.Zero), (sympy.S.One, sympy.S.Zero)]
    over = sympy.Poly(below, x).degree() - sympy.Poly(above, x).degree()
    half = sympy.Rational(1, 2)
    if over > 2:
        return [(sympy.S.Zero, sympy.S.Zero), (sympy.S.One, sympy.S.Zero)]
    lead = settle(sympy.Poly(above, x).LC() / sympy.Poly(below, x).LC())
    if over == 2:
        root = _root(eq, 1 + 4 * lead)
        signs = (half + root / 2, half - root / 2)
        return [(settle(a), sympy.S.Zero) for a in (signs[:1] if root == 0 else signs)]
    if over % 2:
        return None
    v = -over // 2
    t = sympy.Dummy("t")
    near = sympy.cancel(r.subs(x, 1 / t) * t ** (2 * v))
    coefficients = _square_root(eq, near.subs(t, x), v + 1)
    if coefficients is None:
        return None
    s = sympy.Add(*[c * x ** (v - k) for k, c in enumerate(coefficients[: v + 1])])
    rest = sympy.cancel((r - s**2).subs(x, 1 / t) * t ** (v - 1))
    b = settle(rest.subs(t, 0)) / coefficients[0]
    return [(settle((sign * b - v) / 2), sign * s) for sign in (1, -1)]


def _square_root(eq: Equation, e: Expr, count: int) -> list[Expr] | None:
    """The first coefficients of the power series of sqrt(e) at x = 0."""
    sympy, x = eq.sympy, eq.x
    series: list[Expr] = []
    derivative = e
    for k in range(count + 1):
        series.append(settle(derivative.subs(x, 0) / sympy.factorial(k)))
        derivative = sympy.cancel(sympy.diff(derivative, x))
    first = _root(eq, series[0])
    if first == 0 or first.has(sympy.zoo, sympy.nan):
        return None
    found = [first]
    for k in range(1, count + 1):
        inner = sympy.Add(*[found[j] * found[k - j] for j in range(1, k)])
        found.append(settle((series[k] - inner) / (2 * first)))
    return found


def _root(eq: Equation, e: Expr) -> Expr:
    from dlmath.maths.equations.ode.special import _root as root

    return root(eq, e)


def _polynomial(eq: Equation, r: Expr, w: Expr, degree: int) -> Expr | None:
    """P of this degree with P'' + 2*w*P' + (w' + w**2 - r)*P = 0, or None."""
    sympy, x = eq.sympy, eq.x
    letters: list[Any] = list(sympy.symbols(f"p_:{degree}")) if degree else []
    trial = x**degree + sympy.Add(*[c * x**k for k, c in enumerate(letters)])
    e = (
        sympy.diff(trial, x, 2) + 2 * w * sympy.diff(trial, x)
        + (sympy.diff(w, x) + w**2 - r) * trial
    )  # fmt: skip
    numerator = sympy.fraction(sympy.together(e))[0]
    rows = sympy.Poly(sympy.expand(numerator), x).coeffs()
    rows = [settle(row) for row in rows]
    if not letters:
        return trial if all(vanishes(row) for row in rows) else None
    solved = next(iter(sympy.linsolve(rows, letters)), None)
    if solved is None:
        return None
    values = {c: v.subs(dict.fromkeys(letters, 0)) for c, v in zip(letters, solved, strict=True)}
    return settle(trial.xreplace(values))
