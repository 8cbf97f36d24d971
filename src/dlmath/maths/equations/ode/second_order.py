"""Linear equations of the second order, y'' + P*y' + Q*y = R, with variable coefficients.

The routes: a solution that is the exponential of an integral (Kovacic 1986, case 1), special
functions after a change of variables (`special`), a change of the independent variable that makes
the coefficients constant or rational, and reduction of order (Kamke 1977, part A, sections 24-25;
Abramowitz and Stegun, chapters 9, 10, 13, 15).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.integrals import antiderivative, integral, plain
from dlmath.maths.equations.ode.linear import Linear, complete
from dlmath.maths.equations.ode.tools import Expr, settle, timed, vanishes, without
from dlmath.maths.equations.ode.working import Equal, Found, Working

#: A change of the independent variable is followed by another at most this often.
_DEPTH = 2


class Basis:
    """Two independent solutions of y'' + P*y' + Q*y = 0 and the steps that found them."""

    def __init__(self, kind: str, first: Expr, second: Expr, work: Working) -> None:
        self.kind = kind
        self.pair = (first, second)
        self.work = work


def second_order(eq: Equation, form: Linear) -> Iterator[Found]:
    """General solutions of a linear equation of the second order."""
    if form.order != 2:
        return
    top = form.coefficients[2]
    p, q = settle(form.coefficients[1] / top), settle(form.coefficients[0] / top)
    scaled = Linear((q, p, eq.sympy.S.One), settle(form.right / top))
    for basis in bases(eq, p, q, 0):
        found = _general(eq, scaled, basis)
        if found is not None:
            yield found
    yield from _with_an_integral(eq, scaled, p, q)
    for basis in by_new_variable(eq, p, q, _DEPTH):
        found = _general(eq, scaled, basis)
        if found is not None:
            yield found


def _general(eq: Equation, form: Linear, basis: Basis) -> Found | None:
    """The general solution from two solutions of the homogeneous equation."""
    work = Working()
    work.moves += basis.work.moves
    return timed(
        lambda: complete(eq, form, list(basis.pair), work, basis.kind), eq.budget.share(0.6, 5)
    )


def _with_an_integral(eq: Equation, form: Linear, p: Expr, q: Expr) -> Iterator[Found]:
    """One solution in closed form, the other by an integral that is left standing."""
    from dlmath.maths.equations.ode.first_order import multiplier
    from dlmath.maths.equations.ode.kovacic import first_solution

    first = timed(lambda: guessed(eq, p, q) or first_solution(eq, p, q), 2.5)
    grown = antiderivative(p, eq.x, 1.0)
    if first is None or grown is None or form.right != 0:
        return
    second = first * integral(settle(multiplier(eq, -grown) / first**2), eq.x, 0.5)
    work = Working()
    work.step("reduction of order", Equal(eq.y, first), " is a solution; y = v times it gives v'")
    work.step("second solution", "the other one is ", Equal(eq.y, second))
    found = complete(eq, form, [first, second], work, "linear, by reduction of order")
    if found is not None:
        yield found


def bases(eq: Equation, p: Expr, q: Expr, depth: int = _DEPTH) -> Iterator[Basis]:
    """Pairs of solutions of y'' + p*y' + q*y = 0, from one route after the other."""
    from dlmath.maths.equations.ode.kovacic import kovacic
    from dlmath.maths.equations.ode.special import special

    routes = [by_scale, by_simple_normal_form, by_guess, kovacic, special]
    for route in routes:
        if eq.budget.left < 0.1:
            return
        found = timed(lambda: route(eq, p, q), min(2.5, eq.budget.left))
        if found is not None:
            yield found
    if depth > 0:
        yield from by_new_variable(eq, p, q, depth)


def normal_form(eq: Equation, p: Expr, q: Expr) -> tuple[Expr, Expr] | None:
    """(I, f): y = f*u turns the equation into u'' + I*u = 0. None where f is not found."""
    sympy, x = eq.sympy, eq.x
    invariant = settle(q - sympy.diff(p, x) / 2 - p**2 / 4)
    grown = antiderivative(p, x, 1.0)
    if grown is None:
        return None
    from dlmath.maths.equations.ode.first_order import multiplier

    return invariant, multiplier(eq, -grown / 2)


def from_first(eq: Equation, p: Expr, first: Expr) -> Expr | None:
    """A second solution: y1 times the integral of exp(-int p)/y1**2; None without closed form."""
    sympy, x = eq.sympy, eq.x
    from dlmath.maths.equations.ode.first_order import multiplier

    grown = antiderivative(p, x, 1.0)
    if grown is None:
        return None
    weight = settle(multiplier(eq, -grown) / first**2)
    integrated = antiderivative(weight, x, 2.0)
    if integrated is None:
        return None
    value = timed(lambda: sympy.expand(first * integrated), 0.3)
    product = first * integrated
    if value is not None and sympy.count_ops(value) < sympy.count_ops(product):
        return value
    return product


# --- routes ---------------------------------------------------------------------------------


def by_scale(eq: Equation, p: Expr, q: Expr) -> Basis | None:
    """z = integral of sqrt(Q): constant coefficients where (Q' + 2*P*Q)/Q**(3/2) is a constant."""
    sympy, x = eq.sympy, eq.x
    if q == 0:
        return _without_function(eq, p)
    if not q.free_symbols & {x} and not p.free_symbols & {x}:
        return None
    ratio = without(settle((sympy.diff(q, x) + 2 * p * q) ** 2 / q**3), x)
    if ratio is None:
        return None
    root, sign = _root_of(eq, q)
    z = antiderivative(root, x, 1.0)
    if z is None:
        return None
    damping = without(settle((sympy.diff(root, x) + p * root) / root**2), x)
    if damping is None:
        return None
    work = Working()
    name = sympy.Symbol("z")
    work.step(
        "new variable", "with ", Equal(name, z), " the coefficients are constant",
        after=Equal(
            sympy.Symbol("y''") + damping * sympy.Symbol("y'") + sign * sympy.Symbol("y"),
            sympy.S.Zero,
        ),
    )  # fmt: skip
    return Basis("linear, by a new variable", *_constant_pair(eq, damping, sign, z), work)


def _without_function(eq: Equation, p: Expr) -> Basis | None:
    """y'' + P*y' = 0."""
    sympy, x = eq.sympy, eq.x
    from dlmath.maths.equations.ode.first_order import multiplier

    grown = antiderivative(p, x, 1.0)
    if grown is None:
        return None
    slope = multiplier(eq, -grown)
    value = antiderivative(slope, x, 2.0)
    if value is None:
        return None
    work = Working()
    work.step("reduce the order", "y does not occur: y' solves a linear equation of order 1",
              after=Equal(eq.d[1], sympy.Symbol("C2") * slope))  # fmt: skip
    return Basis("linear, y missing", sympy.S.One, value, work)


def _root_of(eq: Equation, q: Expr) -> tuple[Expr, Expr]:
    """sqrt(|q|) for positive x, and the sign of q: a short form of the root is looked for."""
    sympy, x = eq.sympy, eq.x
    sign = sympy.S.One
    coefficient = sympy.Mul(*[f for f in sympy.Mul.make_args(sympy.factor_terms(q)) if f.is_number])
    if coefficient.is_negative:
        sign, q = -sympy.S.One, -q
    positive = {s: sympy.Dummy(s.name, positive=True) for s in q.free_symbols}
    root = timed(
        lambda: sympy.simplify(
            sympy.powdenest(sympy.sqrt(sympy.factor(q.xreplace(positive))), force=True)
        ),
        0.6,
    )
    if root is None:
        return sympy.sqrt(q), sign
    root = root.replace(lambda e: isinstance(e, sympy.Abs), lambda e: e.args[0]).xreplace(
        {v: k for k, v in positive.items()}
    )
    del x
    return root, sign


def _constant_pair(eq: Equation, damping: Expr, sign: Expr, z: Expr) -> tuple[Expr, Expr]:
    """Solutions of y'' + damping*y' + sign*y = 0 in z."""
    sympy = eq.sympy
    inside = settle(damping**2 / 4 - sign)
    if inside == 0:
        return sympy.exp(-damping * z / 2), z * sympy.exp(-damping * z / 2)
    grow = sympy.exp(settle(-damping / 2) * z) if damping != 0 else sympy.S.One
    if inside.is_negative:
        beta = sympy.sqrt(-inside)
        return grow * sympy.cos(beta * z), grow * sympy.sin(beta * z)
    beta = sympy.sqrt(inside)
    return grow * sympy.exp(beta * z), grow * sympy.exp(-beta * z)


def by_simple_normal_form(eq: Equation, p: Expr, q: Expr) -> Basis | None:
    """y = f*u with u'' + I*u = 0 where I is a constant or k/(x - h)**2."""
    sympy, x = eq.sympy, eq.x
    if p == 0:
        return None
    found = normal_form(eq, p, q)
    if found is None:
        return None
    invariant, factor = found
    constant = without(invariant, x)
    if constant is not None:
        pair = _trigonometric(eq, settle(constant), x)
    else:
        k = without(settle(invariant * x**2), x)
        if k is None:
            return None
        root = sympy.sqrt(settle(1 - 4 * k)) / 2
        half = sympy.Rational(1, 2)
        pair = (x ** (half + root), x ** (half - root))
        if root == 0:
            pair = (sympy.sqrt(x), sympy.sqrt(x) * sympy.log(x))
    work = Working()
    work.step(
        "normal form", "with ", Equal(eq.y, factor * sympy.Symbol("u")), " there is no u'",
        after=Equal(sympy.Symbol("u''") + invariant * sympy.Symbol("u"), sympy.S.Zero),
    )  # fmt: skip
    return Basis("linear, by its normal form", factor * pair[0], factor * pair[1], work)


def _trigonometric(eq: Equation, k: Expr, x: Expr) -> tuple[Expr, Expr]:
    """Solutions of u'' + k*u = 0."""
    sympy = eq.sympy
    if k == 0:
        return sympy.S.One, x
    if k.could_extract_minus_sign():
        root = sympy.sqrt(-k)
        return sympy.exp(root * x), sympy.exp(-root * x)
    root = sympy.sqrt(k)
    return sympy.cos(root * x), sympy.sin(root * x)


def by_guess(eq: Equation, p: Expr, q: Expr) -> Basis | None:
    """A solution among simple functions, and another by reduction of order."""
    first = guessed(eq, p, q)
    second = None if first is None else from_first(eq, p, first)
    if first is None or second is None:
        return None
    work = Working()
    work.step("reduction of order", Equal(eq.y, first), " is a solution; y = v times it gives v'")
    work.step("second solution", "another solution is ", Equal(eq.y, second))
    return Basis("linear, by reduction of order", first, second, work)


def guessed(eq: Equation, p: Expr, q: Expr) -> Expr | None:
    """A solution among simple functions and those that occur in the coefficients."""
    sympy, x = eq.sympy, eq.x
    trials: list[Expr] = [
        x,
        sympy.exp(x),
        sympy.exp(-x),
        x**2,
        1 / x,
        sympy.sqrt(x),
        1 / sympy.sqrt(x),
    ]
    inside = (p.atoms(sympy.Function) | q.atoms(sympy.Function)) - {sympy.log}
    for part in sorted(inside, key=sympy.default_sort_key)[:4]:
        if x in part.free_symbols:
            trials += [part, 1 / part, sympy.diff(part, x), x * part, part / x]
    for part in inside:
        if part.func in (sympy.sin, sympy.cos, sympy.tan, sympy.cot):
            a = part.args[0]
            trials += [sympy.sin(a), sympy.cos(a), 1 / sympy.cos(a), 1 / sympy.sin(a)]
    for trial in dict.fromkeys(trials):
        if trial.is_number:
            continue
        if vanishes(sympy.diff(trial, x, 2) + p * sympy.diff(trial, x) + q * trial):
            return trial
    return None


def by_new_variable(eq: Equation, p: Expr, q: Expr, depth: int) -> Iterator[Basis]:
    """A new independent variable t = g(x) for which the coefficients are rational."""
    sympy, x = eq.sympy, eq.x
    t = sympy.Symbol("t" if x.name != "t" and "t" not in eq.names else "s_")
    for g, back in _changes(eq, p, q):
        slope, bend = sympy.diff(g, x), sympy.diff(g, x, 2)
        first = (bend + p * slope) / slope**2
        second = q / slope**2
        turned = timed(lambda: [_in_terms(eq, e, g, back, t) for e in (first, second)], 1.5)
        if turned is None or any(e is None for e in turned):
            continue
        inner = Equation(t, [eq.y, eq.d[1], eq.d[2]], sympy.S.Zero, 2, eq.budget)
        for basis in bases(inner, turned[0], turned[1], depth - 1 if depth > 1 else 0):
            work = Working()
            work.step(
                "new variable", "with ", Equal(t, g), " it becomes y'' + P*y' + Q*y = 0 with P = ",
                turned[0], " and Q = ", turned[1],
            )  # fmt: skip
            work.moves += basis.work.moves
            pair = [_outer_powers(eq, plain(b.subs(t, g))) for b in basis.pair]
            yield Basis(basis.kind, pair[0], pair[1], work)


def _outer_powers(eq: Equation, b: Expr) -> Expr:
    """(x**2)**a as x**(2*a) where it is a factor: on each side of 0 they differ by a constant."""
    sympy, x = eq.sympy, eq.x
    factors = []
    for factor in sympy.Mul.make_args(b):
        base, exponent = factor.as_base_exp()
        inner, power = base.as_base_exp()
        if inner == x and power != 1 and x not in exponent.free_symbols:
            factors.append(x ** settle(power * exponent))
        else:
            factors.append(factor)
    return sympy.Mul(*factors)


def _changes(eq: Equation, p: Expr, q: Expr) -> Iterator[tuple[Expr, Any]]:
    """Changes t = g(x) that the coefficients suggest, with x as a function of t."""
    sympy, x = eq.sympy, eq.x
    e = sympy.Tuple(p, q)
    t = sympy.Dummy("t", positive=True)
    exponents = {f.args[0] for f in e.atoms(sympy.exp) if x in f.args[0].free_symbols}
    for inside in sorted(exponents, key=sympy.count_ops)[:2]:
        k = sympy.diff(inside, x)
        if x not in k.free_symbols:
            yield sympy.exp(k * x), (t, sympy.log(t) / k)
    for f in e.atoms(sympy.sin, sympy.cos, sympy.tan, sympy.cot, sympy.sec, sympy.csc):
        k = sympy.diff(f.args[0], x)
        if x in k.free_symbols:
            continue
        yield sympy.cos(k * x), (t, sympy.acos(t) / k)
        yield sympy.sin(k * x), (t, sympy.asin(t) / k)
        yield sympy.tan(k * x), (t, sympy.atan(t) / k)
        break
    for f in e.atoms(sympy.sinh, sympy.cosh, sympy.tanh, sympy.coth):
        k = sympy.diff(f.args[0], x)
        if x not in k.free_symbols:
            yield sympy.cosh(k * x), (t, sympy.acosh(t) / k)
            yield sympy.tanh(k * x), (t, sympy.atanh(t) / k)
            break
    if e.has(sympy.log(x)):
        yield sympy.log(x), (t, sympy.exp(t))
    powers = {f.exp for f in e.atoms(sympy.Pow) if f.base == x}
    fractions = [s for s in powers if s.is_Rational and s.q > 1]
    if fractions:
        yield x ** sympy.Rational(1, fractions[0].q), (t, t ** fractions[0].q)
    symbolic = [s for s in powers if s.free_symbols]
    for s in symbolic[:1]:
        yield x**s, (t, t ** (1 / s))
    for m in (2, 3, 4, -1):
        yield x**m, (t, t ** sympy.Rational(1, m))


def _in_terms(eq: Equation, e: Expr, g: Expr, back: Any, t: Expr) -> Expr | None:
    """An expression in x written in t = g(x), where it is rational in t."""
    sympy, x = eq.sympy, eq.x
    dummy, inverse = back
    put = e.subs(x, inverse)
    put = sympy.powsimp(sympy.simplify(sympy.expand_trig(put)))
    put = put.xreplace({dummy: t})
    if x in put.free_symbols:
        return None
    symbols = put.free_symbols - {t}
    if not put.is_rational_function(t):
        put = sympy.simplify(sympy.powdenest(put, force=True))
        if not put.is_rational_function(t):
            return None
    del symbols, g
    return settle(put)
