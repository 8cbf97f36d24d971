"""Equations of the first order that are not linear in y': Clairaut's, Lagrange's (d'Alembert's),
those solved for y, for x, or for y'.

Method: Kamke (1977), part A, section 4; Murphy (1960), part I, A2.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.tools import (
    Expr,
    rational,
    settle,
    timed,
    vanishes,
    without,
)
from dlmath.maths.equations.ode.working import Equal, Found, Line, Move, Working

#: Solves y' = f(x, y), with the seconds it may take: routes for the equations in between.
Inner = Callable[[Equation, Expr, float], Iterator[Found]]


def solved_for(eq: Equation, s: Expr) -> Expr | None:
    """The one expression for a symbol in which the equation is linear, or None."""
    sympy = eq.sympy
    slope = sympy.diff(eq.numerator, s)
    slope = settle(slope) if s in slope.free_symbols else slope
    if slope == 0 or s in slope.free_symbols:
        return None
    return rational(-eq.numerator.xreplace({s: sympy.S.Zero}) / slope)


def branches(eq: Equation) -> list[Expr]:
    """The roots y' = f(x, y), where there are few and short ones."""
    sympy, p = eq.sympy, eq.d[1]
    found = timed(lambda: sympy.solve(eq.numerator, p), 1.5)
    if not found or len(found) > 4:
        return []
    good = [settle(root) for root in found if isinstance(root, sympy.Expr)]
    if any(root.has(sympy.CRootOf, sympy.Piecewise) or p in root.free_symbols for root in good):
        return []
    return [root for root in good if sympy.count_ops(root) < 120]


# --- Clairaut -------------------------------------------------------------------------------


def clairaut(eq: Equation) -> Found | None:
    """y = x*y' + g(y'): straight lines y = C*x + g(C), and their envelope."""
    sympy, x, y, p = eq.sympy, eq.x, eq.y, eq.d[1]
    value = solved_for(eq, y)
    if value is None:
        return None
    g = without(settle(value - x * p), x)
    if g is None or y in g.free_symbols:
        return None
    c = eq.constants(1)[0]
    work = Working()
    work.step(
        "Clairaut", "it is y = x*y' + g(y') with g(y') = ", g,
        before=Equal(eq.expression, sympy.S.Zero), after=Equal(y, x * p + g),
    )  # fmt: skip
    general = x * c + g.xreplace({p: c})
    work.step(
        "differentiate", "a product is 0: either y' is a constant, or x = -g'(y')",
        after=Equal((x + sympy.diff(g, p)) * sympy.Symbol(f"{y.name}''"), sympy.S.Zero),
    )  # fmt: skip
    work.step("lines", "y' = C gives straight lines", after=Equal(y, general))
    lines = [Line(y, general, True, (c,))]
    for line in _envelope(eq, x * p + g, x + sympy.diff(g, p)):
        lines.append(line)
        work.step("envelope", "x = -g'(y') gives the envelope of the lines",
                  after=Equal(line.left, line.right))  # fmt: skip
    return work.found("Clairaut", *lines)


def _envelope(eq: Equation, value: Expr, condition: Expr) -> list[Line]:
    """y = value(x, p) with p from condition(x, p) = 0."""
    sympy, x, y, p = eq.sympy, eq.x, eq.y, eq.d[1]
    roots = timed(lambda: sympy.solve(condition, p), 1.0) or []
    lines = [
        Line(y, settle(value.xreplace({p: root})), True, (), "singular")
        for root in roots
        if isinstance(root, sympy.Expr) and sympy.count_ops(root) < 40
    ]
    if len(lines) != 1:
        relation = _resultant(eq, y - value, condition)
        if relation is not None and x in relation.free_symbols and sympy.count_ops(relation) < 60:
            return (
                [Line(relation, sympy.S.Zero, False, (), "singular")] if len(lines) > 2 else lines
            )
    return lines


def _resultant(eq: Equation, one: Expr, two: Expr) -> Expr | None:
    """A polynomial relation without y', or None."""
    sympy, p = eq.sympy, eq.d[1]

    def run() -> Expr | None:
        first = sympy.fraction(sympy.together(one))[0]
        second = sympy.fraction(sympy.together(two))[0]
        if not (first.is_polynomial(p) and second.is_polynomial(p)):
            return None
        return sympy.factor(sympy.resultant(first, second, p))

    return timed(run, 2.0)


# --- solved for y, for x --------------------------------------------------------------------


def solved_for_y(eq: Equation, inner: Inner) -> Iterator[Found]:
    """y = Y(x, p), p = y': differentiated, p = Y_x + Y_p*p' is an equation for x and p."""
    sympy, x, y, p = eq.sympy, eq.x, eq.y, eq.d[1]
    value = solved_for(eq, y)
    if value is None or y in value.free_symbols:
        return
    rest = rational(p - sympy.diff(value, x))
    steep = sympy.diff(value, p)
    if vanishes(rest) or vanishes(steep):
        return
    linear = x not in value.free_symbols or without(sympy.diff(value, x), x) is not None
    kind = "Lagrange" if linear else "solved for y"
    if x not in value.free_symbols:
        kind = "x missing"
    work = Working()
    work.step(
        kind, "solved for ", y, ", with p for y'", before=Equal(eq.expression, sympy.S.Zero),
        after=Equal(y, value),
    )  # fmt: skip
    work.step(
        "differentiate", "the derivative by ", x, " is an equation for ", x, " and ", p,
        after=Equal(rest, steep * sympy.Symbol("p'")),
    )  # fmt: skip
    # x as a function of p: linear in x for Lagrange's equation.
    names = [x, sympy.Symbol(f"{x.name}'"), sympy.Symbol(f"{x.name}''")]
    turned = Equation(p, names, names[1] - steep / rest, 1, eq.budget)
    yield from _eliminated(eq, turned, rational(steep / rest), inner, work, kind, y - value)
    rate = rational(rest / steep)
    forward = Equation(x, [p, sympy.Symbol("p'"), sympy.Symbol("p''")],
                       sympy.Symbol("p'") - rate, 1, eq.budget)  # fmt: skip
    if kind == "solved for y":
        yield from _eliminated(eq, forward, rate, inner, work, kind, y - value)


def solved_for_x(eq: Equation, inner: Inner) -> Iterator[Found]:
    """x = X(y, p): 1/p = X_y + X_p*dp/dy is an equation for y and p."""
    sympy, x, y, p = eq.sympy, eq.x, eq.y, eq.d[1]
    value = solved_for(eq, x)
    if value is None or x in value.free_symbols:
        return
    rest = rational(1 / p - sympy.diff(value, y))
    steep = sympy.diff(value, p)
    if vanishes(rest) or vanishes(steep):
        return
    work = Working()
    work.step(
        "solved for x", "solved for ", x, ", with p for y'",
        before=Equal(eq.expression, sympy.S.Zero), after=Equal(x, value),
    )  # fmt: skip
    work.step(
        "differentiate", "the derivative by ", y, " is an equation for ", y, " and ", p,
        after=Equal(rest, steep * sympy.Symbol("p'")),
    )  # fmt: skip
    names = [y, sympy.Symbol(f"{y.name}'_"), sympy.Symbol(f"{y.name}''_")]
    rate = rational(steep / rest)
    turned = Equation(p, names, names[1] - rate, 1, eq.budget)
    yield from _eliminated(eq, turned, rate, inner, work, "solved for x", x - value)
    back = rational(rest / steep)
    forward = Equation(y, [p, sympy.Symbol("p'"), sympy.Symbol("p''")],
                       sympy.Symbol("p'") - back, 1, eq.budget)  # fmt: skip
    yield from _eliminated(eq, forward, back, inner, work, "solved for x", x - value)


def _eliminated(
    eq: Equation,
    between: Equation,
    f: Expr,
    inner: Inner,
    work: Working,
    kind: str,
    surface: Expr,
) -> Iterator[Found]:
    """Solutions of the equation between two variables, with p = y' eliminated."""
    sympy, p = eq.sympy, eq.d[1]
    for found in inner(between, f, 2.5):
        general = [line for line in found.lines if line.constants]
        if not general:
            continue
        moves = [*work.moves, *found.moves]
        lines: list[Line] = []
        for line in general:
            lines += _without_slope(eq, line, surface)
        if not lines:
            continue
        lines += singular_lines(eq, lines)
        moves.append(
            Move("eliminate", ("eliminate ", p), None, Equal(lines[0].left, lines[0].right))
        )
        yield Found(kind, tuple(lines), tuple(moves))
    del sympy


def _without_slope(eq: Equation, line: Line, surface: Expr) -> list[Line]:
    """A relation between x (or y), p and C, with p taken from the equation."""
    sympy, p = eq.sympy, eq.d[1]
    c = line.constants[0]
    relation = line.left - line.right
    polynomial = _resultant(eq, relation, surface)
    if polynomial is not None:
        factors = [
            g for g, _ in timed(lambda: sympy.factor_list(polynomial)[1], 0.5) or []
            if c in g.free_symbols and eq.y in g.free_symbols
        ]  # fmt: skip
        size = sum(sympy.count_ops(g) for g in factors)
        if factors and size < 160:
            return [line for g in factors for line in _solved_lines(eq, g, c)]
    result: list[Line] = []
    # The constant alone on one side makes the check of each branch one root.
    alone = timed(lambda: sympy.solve(relation, c), 0.8)
    for root in branches(eq):
        if alone and len(alone) == 1:
            left, right = settle(alone[0].xreplace({p: root})), c
        else:
            left, right = relation.xreplace({p: root}), sympy.S.Zero
        result.append(Line(left, right, False, (c,)))
    return result


def _solved_lines(eq: Equation, relation: Expr, c: Expr) -> list[Line]:
    """A polynomial relation solved for y where it is of degree 2 at most."""
    sympy, y = eq.sympy, eq.y
    poly = timed(lambda: sympy.Poly(relation, y), 0.5)
    if poly is not None and poly.degree() <= 2:
        roots = timed(lambda: sympy.solve(relation, y), 0.8) or []
        roots = [settle(root) for root in roots]
        if roots and all(sympy.count_ops(root) < 60 for root in roots):
            return [Line(y, root, True, (c,)) for root in roots]
    return [Line(relation, sympy.S.Zero, False, (c,))]


def singular_lines(eq: Equation, known: list[Line]) -> list[Line]:
    """Solutions among the places where two values of y' meet: the discriminant by y'."""
    sympy, x, y, p = eq.sympy, eq.x, eq.y, eq.d[1]
    found = _resultant(eq, eq.numerator, sympy.diff(eq.numerator, p))
    if found is None or found == 0:
        return []
    lines: list[Line] = []
    for factor, _ in timed(lambda: sympy.factor_list(found)[1], 0.5) or []:
        if y not in factor.free_symbols or sympy.count_ops(factor) > 60:
            continue
        roots = timed(lambda: sympy.solve(factor, y), 0.5) or []
        for root in roots:
            if not isinstance(root, sympy.Expr) or root.has(sympy.I):
                continue
            value = {y: root, p: sympy.diff(root, x)}
            if not vanishes(eq.numerator.xreplace(value)):
                continue
            if not any(_holds(line, y, root) for line in known):
                lines.append(Line(y, settle(root), True, (), "singular"))
    return lines


def _holds(line: Line, y: Expr, root: Expr) -> bool:
    """Is the solution the member of a family with the constant 0?"""
    zero = dict.fromkeys(line.constants, 0)
    value = timed(lambda: (line.left - line.right).subs(zero).subs(y, root), 0.5)
    return value is not None and not value.free_symbols - {y} and value == 0


# --- solved for y' --------------------------------------------------------------------------


def solved_for_slope(eq: Equation, inner: Inner) -> Found | None:
    """Each root y' = f(x, y) as an equation of its own."""
    sympy, p = eq.sympy, eq.d[1]
    roots = branches(eq)
    if not roots:
        return None
    work = Working()
    words: list[object] = []
    for root in roots:
        words += [" or ", Equal(p, root)] if words else [Equal(p, root)]
    work.step("solve for y'", "the equation is ", *words)
    lines: list[Line] = []
    kind = ""
    for root in roots:
        one = Equation(eq.x, eq.d, p - root, 1, eq.budget)
        found = next(inner(one, root, 3.0), None)
        if found is None:
            return None
        kind = kind or found.kind
        work.moves += found.moves
        for line in found.lines:
            if not any(_same(line, other) for other in lines):
                lines.append(line)
    lines = [*[line for line in lines if not line.note], *[line for line in lines if line.note]]
    for line in singular_lines(eq, lines):
        if not any(_same(line, other) for other in lines):
            lines.append(line)
    del sympy
    return work.found(f"solved for y': {kind}", *lines)


def _same(one: Line, other: Line) -> bool:
    return bool(
        one.explicit == other.explicit
        and (one.left == other.left and vanishes(one.right - other.right))
    )
