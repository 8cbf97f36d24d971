"""Equations that become simple in another unknown: u = h(y), or x as a function of y."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.explicit import explicit_lines
from dlmath.maths.equations.ode.first_order import prime, swapped
from dlmath.maths.equations.ode.tools import Expr, settle, timed
from dlmath.maths.equations.ode.working import Equal, Found, Line, Working

Inner = Callable[[Equation, Expr, float], Iterator[Found]]


def turned(eq: Equation, f: Expr, inner: Inner) -> Iterator[Found]:
    """x as a function of y: x' = 1/f."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    other = swapped(eq, f)
    g = timed(lambda: settle(1 / f), 0.5)
    if g is None:
        return
    for found in inner(other, g, 2.0):
        work = Working()
        work.step(
            "exchange x and y", "x as a function of y has the derivative 1/f",
            before=Equal(prime(eq), f), after=Equal(other.d[1], g),
        )  # fmt: skip
        work.moves += found.moves
        lines: list[Line] = []
        for line in found.lines:
            if not line.constants:
                continue
            lines += _relation(eq, line)
        if lines:
            yield work.found(f"{found.kind} in x", *lines)
    del sympy, x, y


def _relation(eq: Equation, line: Line) -> list[Line]:
    """A line between x and y with the constant alone on one side, or solved for y."""
    sympy = eq.sympy
    c = line.constants[0]
    relation = line.left - line.right
    alone = timed(lambda: sympy.solve(relation, c), 0.8)
    if alone and len(alone) == 1:
        left, right = settle(alone[0]), c
        solved = explicit_lines(left, right, eq.x, eq.y, c)
        if all(one.explicit for one in solved):
            return solved
        return [Line(left, right, False, (c,))]
    return [Line(line.left, line.right, False, (c,))]


def by_function(eq: Equation, f: Expr, inner: Inner) -> Iterator[Found]:
    """u = h(x, y) with an expression h that occurs in f, or a function of it."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    u = sympy.Symbol("u" if "u" not in eq.names else "w_")
    for h, inverse in _functions(eq, f, u):
        along = sympy.diff(h, x) + sympy.diff(h, y) * f
        rate = timed(lambda: settle(_rewritten(eq, along, h, inverse, u)), 1.0)
        if rate is None or y in rate.free_symbols or rate.has(sympy.zoo, sympy.nan):
            continue
        names = [u, sympy.Symbol(f"{u.name}'"), sympy.Symbol(f"{u.name}''")]
        other = Equation(x, names, names[1] - rate, 1, eq.budget)
        for found in inner(other, rate, 2.0):
            work = Working()
            work.step(
                "substitute", "put ", Equal(u, h), before=Equal(prime(eq), f),
                after=Equal(names[1], rate),
            )  # fmt: skip
            work.moves += found.moves
            lines: list[Line] = []
            for line in found.lines:
                if not line.explicit:
                    left, right = line.left.subs(u, h), line.right.subs(u, h)
                    lines.append(Line(left, right, False, line.constants, line.note))
                elif line.constants and sympy.count_ops(line.right) > 4 and h.is_Function:
                    lines.append(Line(h, line.right, False, line.constants, line.note))
                else:
                    value = settle(inverse.subs(u, line.right))
                    lines.append(Line(y, value, True, line.constants, line.note))
            work.step("substitute back", "put ", Equal(u, h), " back",
                      after=Equal(lines[0].left, lines[0].right))  # fmt: skip
            yield work.found(f"{found.kind} in another unknown", *lines)


def by_ratio(eq: Equation, f: Expr, inner: Inner) -> Iterator[Found]:
    """u = y/x or x*y, with x as a function of u."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    u = sympy.Symbol("u" if "u" not in eq.names else "w_")
    for h, inverse in ((y / x, u * x), (x * y, u / x)):
        rate = timed(
            lambda: sympy.simplify((sympy.diff(h, x) + sympy.diff(h, y) * f).subs(y, inverse)),
            1.0,
        )
        if rate is None or rate == 0:
            continue
        names = [x, sympy.Symbol(f"{x.name}'"), sympy.Symbol(f"{x.name}''")]
        slope = settle(1 / rate)
        other = Equation(u, names, names[1] - slope, 1, eq.budget)
        for found in inner(other, slope, 2.0):
            work = Working()
            work.step(
                "substitute", "put ", Equal(u, h), " and take x as a function of u",
                before=Equal(prime(eq), f), after=Equal(names[1], slope),
            )  # fmt: skip
            work.moves += found.moves
            lines: list[Line] = []
            for line in found.lines:
                if line.constants:
                    put = Line(line.left.subs(u, h), line.right.subs(u, h), False, line.constants)
                    lines += _relation(eq, put)
            if lines:
                yield work.found(f"{found.kind} in another unknown", *lines)


def _rewritten(eq: Equation, e: Expr, h: Expr, inverse: Expr, u: Expr) -> Expr:
    """An expression in x and y written in x and u = h."""
    sympy, y = eq.sympy, eq.y
    put = e.subs(h, u)
    if y not in put.free_symbols:
        return put
    short = sympy.simplify(e)
    put = short.subs(h, u)
    if y not in put.free_symbols:
        return put
    value = sympy.simplify(short.subs(y, inverse))
    if value.has(sympy.atan, sympy.asin, sympy.acos):
        value = sympy.simplify(sympy.expand_trig(value))
    return value


def _functions(eq: Equation, f: Expr, u: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Expressions h(x, y), each with the y that gives it the value u."""
    sympy, y = eq.sympy, eq.y
    seen: set[Expr] = set()
    for h, inside, value in _candidates(eq, f, u):
        if h in seen or y not in h.free_symbols:
            continue
        seen.add(h)
        place = sympy.Dummy("s")
        roots = timed(lambda: sympy.solve(inside - place, y), 0.5)
        if roots and len(roots) == 1 and isinstance(roots[0], sympy.Expr):
            yield h, roots[0].subs(place, value)


def _candidates(eq: Equation, f: Expr, u: Expr) -> Iterator[tuple[Expr, Expr, Expr]]:
    """(h, inside, value): h is a function of `inside`, and inside = value where h = u."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    inverses = {
        sympy.sin: sympy.asin, sympy.cos: sympy.acos, sympy.tan: sympy.atan, sympy.exp: sympy.log,
        sympy.log: sympy.exp, sympy.sinh: sympy.asinh, sympy.tanh: sympy.atanh,
        sympy.cot: sympy.acot,
    }  # fmt: skip
    waves = (sympy.sin, sympy.cos, sympy.tan)
    parts = sorted(f.atoms(sympy.Function) | f.atoms(sympy.exp), key=sympy.default_sort_key)
    parts = [p for p in parts if y in p.free_symbols and len(p.args) == 1]
    for part in parts:
        inside = part.args[0]
        if part.func in inverses:
            yield part, inside, inverses[part.func](u)
        if x in inside.free_symbols:
            yield inside, inside, u
    for part in parts:
        inside = part.args[0]
        if part.func in waves:
            for kind in waves:
                yield kind(inside), inside, inverses[kind](u)
            yield sympy.tan(inside / 2), inside, 2 * sympy.atan(u)
        elif part.func is sympy.exp and x in inside.free_symbols and inside != y:
            yield inside, inside, u
    exponents = {
        p.exp for p in f.atoms(sympy.Pow) if p.base == y and not p.exp.free_symbols & {x, y}
    }
    for n in sorted(exponents, key=sympy.default_sort_key):
        for m in dict.fromkeys((n, n - 1, 1 - n, 2 * n)):
            if m not in (0, 1):
                yield y**m, y, u ** (1 / m)
    for p in f.atoms(sympy.Pow):
        if p.exp.is_Rational and p.exp.q > 1 and p.base != y and y in p.base.free_symbols:
            yield p.base, p.base, u
            yield sympy.sqrt(p.base), p.base, u**2
    if not parts:
        for m in (2, -1):
            yield y ** sympy.Integer(m), y, u ** sympy.Rational(1, m)
