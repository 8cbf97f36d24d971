"""Riccati's equation y' = q0 + q1*y + q2*y**2, by a particular solution or a linear equation.

With y = -u'/(q2*u) the equation becomes u'' - (q1 + q2'/q2)*u' + q0*q2*u = 0 (Kamke 1977, part A,
section 4.9).
"""

from __future__ import annotations

from collections.abc import Iterator

from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.first_order import multiplier, prime
from dlmath.maths.equations.ode.integrals import antiderivative, integral
from dlmath.maths.equations.ode.second_order import bases
from dlmath.maths.equations.ode.special import positive_power
from dlmath.maths.equations.ode.tools import Expr, settle, timed, vanishes, without
from dlmath.maths.equations.ode.working import Equal, Found, Line, Working


def coefficients(eq: Equation, f: Expr) -> tuple[Expr, Expr, Expr] | None:
    """(q0, q1, q2), or None."""
    sympy, y = eq.sympy, eq.y
    second = sympy.diff(f, y, 2)
    if vanishes(second):
        return None
    q2 = without(second / 2, y)
    if q2 is None:
        return None
    q1 = without(sympy.diff(f, y) - 2 * q2 * y, y)
    q0 = without(f - q2 * y**2 - (q1 or 0) * y, y) if q1 is not None else None
    if q0 is None or q1 is None:
        return None
    return settle(q0), settle(q1), settle(q2)


def riccati(eq: Equation, f: Expr) -> Iterator[Found]:
    """Solutions of Riccati's equation."""
    found = timed(lambda: coefficients(eq, f), 1.0)
    if found is None:
        return
    one = timed(lambda: _by_particular(eq, f, *found), 4.5)
    if one is not None:
        yield one
    yield from _by_linear(eq, f, *found)


def _by_particular(eq: Equation, f: Expr, q0: Expr, q1: Expr, q2: Expr) -> Found | None:
    """y = y1 + 1/v, where y1 is a simple solution."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    first = particular(eq, q0, q1, q2)
    if first is None:
        return None
    work = Working()
    work.step(
        "Riccati", "y' is quadratic in y, and a particular solution is ", Equal(y, first),
        before=Equal(prime(eq), f), after=Equal(prime(eq), q0 + q1 * y + q2 * y**2),
    )  # fmt: skip
    slope = settle(q1 + 2 * q2 * first)
    work.step(
        "substitute", "with ", Equal(y, first + 1 / sympy.Symbol("v")), " it becomes linear",
        after=Equal(sympy.Symbol("v'"), -slope * sympy.Symbol("v") - q2),
    )  # fmt: skip
    grown = antiderivative(slope, x)
    if grown is None:
        return None
    factor = multiplier(eq, grown)
    total = integral(settle(factor * q2), x, 2.0)
    c = eq.constants(1)[0]
    value = first + factor / (c - total)
    short = timed(lambda: sympy.factor(sympy.together(value)), 0.5)
    if short is not None and sympy.count_ops(short) < sympy.count_ops(value):
        value = short
    work.step("solve", "solved and put back", after=Equal(y, value))
    return work.found("Riccati", Line(y, value, True, (c,)), Line(y, first, True, (), "singular"))


def particular(eq: Equation, q0: Expr, q1: Expr, q2: Expr) -> Expr | None:
    """A particular solution a*x^k + b*x^j, or one that the coefficients show."""
    sympy, x = eq.sympy, eq.x
    for trial in _fixed_trials(eq, q0, q1, q2):
        if vanishes(sympy.diff(trial, x) - (q0 + q1 * trial + q2 * trial**2)):
            return settle(trial)
    a, b = sympy.symbols("a_ b_")
    trials = [
        a,
        a * x,
        a / x,
        a * x**2,
        a * sympy.sqrt(x),
        a / x**2,
        a * x + b,
        a / x + b,
        a * x + b / x,
    ]
    functions = [
        p for p in (q0.atoms(sympy.Function) | q1.atoms(sympy.Function)) if x in p.free_symbols
    ]
    trials += [a * p for p in sorted(functions, key=sympy.default_sort_key)[:3]]
    for trial in trials:
        e = sympy.diff(trial, x) - (q0 + q1 * trial + q2 * trial**2)
        numerator = timed(lambda: sympy.expand(sympy.fraction(sympy.together(e))[0]), 0.4)
        if numerator is None:
            continue
        rows = _coefficients(eq, numerator)
        if rows is None:
            continue
        unknown = [s for s in (a, b) if s in trial.free_symbols]
        solved = timed(lambda: sympy.solve(rows, unknown, dict=True), 0.6)
        for one in solved or []:
            value = trial.xreplace(one)
            if {a, b} & value.free_symbols or value.has(sympy.I):
                continue
            if vanishes(sympy.diff(value, x) - (q0 + q1 * value + q2 * value**2)):
                return settle(value)
    return None


def _fixed_trials(eq: Equation, q0: Expr, q1: Expr, q2: Expr) -> Iterator[Expr]:
    """Functions that the coefficients suggest: roots of two of the three terms, and waves."""
    sympy, x = eq.sympy, eq.x
    if q1 != 0:
        yield -q1 / q2
        yield -q0 / q1
    if q0 != 0:
        root = positive_power(eq, -q0 / q2, sympy.Rational(1, 2))
        yield root
        yield -root
    waves = (sympy.sin, sympy.cos, sympy.tan, sympy.cot, sympy.sec, sympy.csc)
    inside = {
        p.args[0] for q in (q0, q1, q2) for p in q.atoms(sympy.Function)
        if p.func in waves and x in p.free_symbols
    }  # fmt: skip
    for angle in sorted(inside, key=sympy.default_sort_key)[:2]:
        for one in (angle, angle / 2):
            for wave in (sympy.sin, sympy.cos, sympy.tan, sympy.cot):
                for a in (1, -1):
                    yield a * wave(one)
    grown = {
        p for q in (q0, q1, q2) for p in q.atoms(sympy.exp, sympy.log, sympy.sinh, sympy.cosh)
        if x in p.free_symbols
    }  # fmt: skip
    for p in sorted(grown, key=sympy.default_sort_key)[:2]:
        for a in (1, -1):
            yield a * p
            yield a / p


def _coefficients(eq: Equation, numerator: Expr) -> list[Expr] | None:
    """The coefficients of an expression in its functions of x."""
    sympy, x = eq.sympy, eq.x

    def run() -> list[Expr]:
        poly = sympy.Poly(numerator)
        inside = [g for g in poly.gens if x in g.free_symbols]
        return list(sympy.Poly(numerator, *inside).coeffs()) if inside else [numerator]

    return timed(run, 0.5)


def _by_linear(eq: Equation, f: Expr, q0: Expr, q1: Expr, q2: Expr) -> Iterator[Found]:
    """By the linear equation of the second order."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    u = sympy.Symbol("u")
    names = [u, sympy.Symbol("u'"), sympy.Symbol("u''")]
    p = settle(-(q1 + sympy.diff(q2, x) / q2))
    q = settle(q0 * q2)
    inner = Equation(x, names, names[2] + p * names[1] + q * u, 2, eq.budget)
    from dlmath.maths.equations.ode.euler import euler
    from dlmath.maths.equations.ode.linear import Linear, constant_coefficients

    form = Linear((q, p, sympy.S.One), sympy.S.Zero)
    pairs: list[tuple[Expr, Expr, list[object]]] = []
    for method in (constant_coefficients, euler):
        simple = timed(lambda: method(inner, form), 1.5)
        if simple is not None:
            line = simple.lines[0]
            pair = tuple(sympy.diff(line.right, c) for c in line.constants)
            pairs.append((pair[0], pair[1], list(simple.moves)))
            break

    def all_pairs() -> Iterator[tuple[Expr, Expr, list[object]]]:
        yield from pairs
        for basis in bases(inner, p, q):
            yield basis.pair[0], basis.pair[1], list(basis.work.moves)

    for one, two, moves in all_pairs():
        c = eq.constants(1)[0]
        above = c * sympy.diff(one, x) + sympy.diff(two, x)
        below = q2 * (c * one + two)
        value = -above / below
        short = timed(lambda: sympy.simplify(value), 1.0)
        if short is not None and sympy.count_ops(short) < sympy.count_ops(value):
            value = short
        work = Working()
        work.step(
            "Riccati", "y' is quadratic in y: with ", Equal(y, -names[1] / (q2 * u)),
            " it becomes linear",
            before=Equal(prime(eq), f), after=Equal(inner.expression, sympy.S.Zero),
        )  # fmt: skip
        work.moves += moves  # type: ignore[arg-type]
        work.step(
            "substitute back", "only the ratio of the constants counts", after=Equal(y, value)
        )
        yield work.found("Riccati", Line(y, value, True, (c,)))
