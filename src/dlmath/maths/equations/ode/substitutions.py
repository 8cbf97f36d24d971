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
    """u = h(y) with a function h that occurs in f."""
    sympy, y = eq.sympy, eq.y
    u = sympy.Symbol("u" if "u" not in eq.names else "w_")
    for h, inverse in _functions(eq, f, u):
        rate = timed(lambda: settle(_rewritten(eq, (sympy.diff(h, y) * f), y, h, inverse, u)), 1.2)
        if rate is None or y in rate.free_symbols or rate.has(sympy.zoo, sympy.nan):
            continue
        names = [u, sympy.Symbol(f"{u.name}'"), sympy.Symbol(f"{u.name}''")]
        other = Equation(eq.x, names, names[1] - rate, 1, eq.budget)
        for found in inner(other, rate, 2.0):
            work = Working()
            work.step(
                "substitute", "put ", Equal(u, h), before=Equal(prime(eq), f),
                after=Equal(names[1], rate),
            )  # fmt: skip
            work.moves += found.moves
            lines: list[Line] = []
            for line in found.lines:
                if line.explicit and not line.constants:
                    lines.append(Line(y, settle(inverse.subs(u, line.right)), True, (), line.note))
                elif line.explicit:
                    lines.append(Line(h, line.right, False, line.constants, line.note))
                else:
                    left, right = line.left.subs(u, h), line.right.subs(u, h)
                    lines.append(Line(left, right, False, line.constants, line.note))
            work.step("substitute back", "put ", Equal(u, h), " back",
                      after=Equal(lines[0].left, lines[0].right))  # fmt: skip
            yield work.found(f"{found.kind} in another unknown", *lines)


def _rewritten(eq: Equation, e: Expr, y: Expr, h: Expr, inverse: Expr, u: Expr) -> Expr:
    """An expression in y written in u = h(y)."""
    sympy = eq.sympy
    short = sympy.simplify(e)
    put = short.subs(h, u)
    if y not in put.free_symbols:
        return put
    return sympy.simplify(short.subs(y, inverse))


def _functions(eq: Equation, f: Expr, u: Expr) -> Iterator[tuple[Expr, Expr]]:
    """Functions h(y) in f with their inverses."""
    sympy, y = eq.sympy, eq.y
    inverses = {
        sympy.sin: sympy.asin, sympy.cos: sympy.acos, sympy.tan: sympy.atan, sympy.exp: sympy.log,
        sympy.log: sympy.exp, sympy.sinh: sympy.asinh, sympy.tanh: sympy.atanh,
        sympy.cot: sympy.acot,
    }  # fmt: skip
    seen: set[Expr] = set()
    parts = sorted(f.atoms(sympy.Function) | f.atoms(sympy.exp), key=sympy.default_sort_key)
    for part in parts:
        if part.func not in inverses or y not in part.free_symbols:
            continue
        inside = part.args[0]
        k = sympy.diff(inside, y)
        if k.free_symbols & {y, eq.x} or eq.x in inside.free_symbols:
            continue
        rest = inside - k * y
        kinds = [part.func]
        if part.func in (sympy.sin, sympy.cos, sympy.tan):
            kinds = [part.func, sympy.sin, sympy.cos, sympy.tan]
        for kind in kinds:
            h = kind(inside)
            if h not in seen:
                seen.add(h)
                yield h, (inverses[kind](u) - rest) / k
    exponents = {
        p.exp for p in f.atoms(sympy.Pow) if p.base == y and not p.exp.free_symbols & {eq.x, y}
    }
    for n in sorted(exponents, key=sympy.default_sort_key):
        for m in dict.fromkeys((n, n - 1, 1 - n, 2 * n)):
            if m in (0, 1):
                continue
            h = y**m
            if h not in seen:
                seen.add(h)
                yield h, u ** (1 / m)
    if seen and not exponents:
        return
    for m in (2, -1):
        h = y ** sympy.Integer(m)
        if h not in seen:
            yield h, u ** sympy.Rational(1, m)
