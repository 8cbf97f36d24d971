"""Equations of a higher order that a change of variables brings to a lower one.

y missing, x missing, exact, homogeneous in y and its derivatives, invariant under scaling of x:
Kamke (1977), part A, sections 15-16; Liouville's equation: the same, C 6.57.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.explicit import explicit_lines
from dlmath.maths.equations.ode.integrals import antiderivative, integral
from dlmath.maths.equations.ode.tools import (
    Expr,
    fits,
    rational,
    settle,
    timed,
    vanishes,
    without,
)
from dlmath.maths.equations.ode.working import Equal, Found, Line, Working

#: Solves an equation of a lower order and gives what passed its check.
Inner = Callable[[Equation], Found | None]


def reductions(eq: Equation, inner: Inner) -> Iterator[Found]:
    """What each reduction finds."""
    for route in (
        missing_function, liouville, missing_variable, exact_equation, homogeneous_in_function,
        equidimensional,
    ):  # fmt: skip
        if eq.budget.left < 0.2:
            return
        found = timed(lambda: route(eq, inner), min(7.0, eq.budget.left))
        if found is not None:
            yield found


def fresh(eq: Equation, order: int, letter: str = "u") -> list[Expr]:
    """Symbols for a new unknown function and its derivatives."""
    sympy = eq.sympy
    name = letter if letter not in eq.names else f"{letter}_0"
    return [sympy.Symbol(name + "'" * k) for k in range(order + 2)]


def missing_function(eq: Equation, inner: Inner) -> Found | None:
    """Without y (and y', ... up to some order): the lowest derivative is the unknown."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    lowest = next((k for k, s in enumerate(eq.d) if s in eq.expression.free_symbols), 0)
    if lowest == 0:
        return None
    u = fresh(eq, eq.order - lowest)
    shifted = {eq.d[lowest + k]: u[k] for k in range(eq.order - lowest + 1)}
    expression = eq.expression.xreplace(shifted)
    work = Working()
    work.step(
        "y missing", "put ", Equal(u[0], eq.d[lowest]),
        before=Equal(eq.expression, sympy.S.Zero), after=Equal(expression, sympy.S.Zero),
    )  # fmt: skip
    lower_lines: tuple[Line, ...]
    if eq.order == lowest:
        roots = timed(lambda: sympy.solve(expression, u[0]), 1.0) or []
        lower_lines = tuple(Line(u[0], settle(root), True) for root in roots)
    else:
        lower = Equation(x, u, expression, eq.order - lowest, eq.budget)
        found = inner(lower)
        if found is None:
            return None
        lower_lines = found.lines
        work.moves += found.moves
    lines: list[Line] = []
    for line in lower_lines:
        for slope in [line.right] if line.explicit else _slopes(line, u[0], sympy):
            lines += _integrated(eq, slope, line, lowest)
    if not any(len(line.constants) >= eq.order for line in lines):
        return None
    for line in lines:
        work.step("integrate", f"integrate {lowest} time{'s' if lowest > 1 else ''}",
                  after=Equal(y, line.right))  # fmt: skip
    return work.found("y missing", *lines)


def _integrated(eq: Equation, value: Expr, line: Line, times: int) -> list[Line]:
    """y from its derivative of some order; nothing where an integral has no closed form."""
    from dlmath.maths.equations.ode.tools import constants_of

    constants = list(line.constants)
    taken = {s.name for s in value.free_symbols} | eq.names | {c.name for c in constants}
    for _ in range(times):
        grown = antiderivative(value, eq.x, 2.0)
        if grown is None:
            return []
        c = constants_of(taken, 1)[0]
        taken.add(c.name)
        constants.append(c)
        value = settle(grown) + c
    return [Line(eq.y, value, True, tuple(constants), line.note)]


def missing_variable(eq: Equation, inner: Inner) -> Found | None:
    """Without x, order 2: p = y' as a function of y, y'' = p*dp/dy."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    if eq.order != 2 or x in eq.expression.free_symbols:
        return None
    p = fresh(eq, 1, "p")
    expression = eq.expression.xreplace({eq.d[2]: p[0] * p[1], eq.d[1]: p[0]})
    work = Working()
    work.step(
        "x missing", "with p = y' as a function of y, y'' is p*p'",
        before=Equal(eq.expression, sympy.S.Zero), after=Equal(expression, sympy.S.Zero),
    )  # fmt: skip
    lower = Equation(y, p, expression, 1, eq.budget)
    found = inner(lower)
    if found is None:
        return None
    work.moves += found.moves
    lines: list[Line] = []
    for line in found.lines:
        for slope in _slopes(line, p[0], sympy):
            lines += _along(eq, slope, line)
    lines = [line for line in lines if line is not None]
    if not any(len(line.constants) >= 2 for line in lines):
        return None
    work.step("separate", "y' = p(y) is separable", after=Equal(lines[0].left, lines[0].right))
    return work.found("x missing", *lines)


def _slopes(line: Line, p: Expr, sympy: object) -> list[Expr]:
    """p as functions of y."""
    if line.explicit:
        return [line.right]
    roots = timed(lambda: sympy.solve(line.left - line.right, p), 1.0)  # type: ignore[attr-defined]
    return [settle(root) for root in roots or []][:4]


def _along(eq: Equation, slope: Expr, line: Line) -> list[Line]:
    """Solutions of y' = slope(y)."""
    x, y = eq.x, eq.y
    from dlmath.maths.equations.ode.tools import constants_of

    c = constants_of({s.name for s in slope.free_symbols} | eq.names, 1)[0]
    if slope == 0:
        return [Line(y, c, True, (c,), "singular")]
    left = integral(settle(1 / slope), y, 2.0)
    constants = (*line.constants, c)
    note = "" if len(constants) > 1 else "singular"
    return [
        one._replace(constants=constants, note=note) for one in explicit_lines(left, x + c, x, y, c)
    ]


def liouville(eq: Equation, inner: Inner) -> Found | None:
    """y'' + g(y)*y'^2 + h(x)*y' = 0."""
    del inner
    sympy, x, y = eq.sympy, eq.x, eq.y
    if eq.order != 2:
        return None
    f = eq.solved()
    if f is None:
        return None
    p = eq.d[1]
    rest = sympy.expand(rational(-f / p))
    g = without(sympy.diff(rest, p), p, x)
    if g is None:
        return None
    h = without(rest - g * p, p, y)
    if h is None or g == 0:
        return None
    outer = antiderivative(settle(g), y)
    time = antiderivative(settle(h), x)
    if outer is None or time is None:
        return None
    from dlmath.maths.equations.ode.first_order import multiplier

    left = antiderivative(multiplier(eq, outer), y, 2.0)
    right = antiderivative(multiplier(eq, -time), x, 2.0)
    if left is None or right is None:
        return None
    one, two = eq.constants(2)
    work = Working()
    work.step(
        "Liouville", "it is y'' + g(y)*y'^2 + h(x)*y' = 0 with g = ", g, " and h = ", h,
        before=Equal(eq.expression, sympy.S.Zero),
        after=Equal(eq.d[2] + g * p**2 + h * p, sympy.S.Zero),
    )  # fmt: skip
    work.step("divide by y'", "divided by y' both sides are derivatives of logarithms",
              after=Equal(p * multiplier(eq, outer), one * multiplier(eq, -time)))  # fmt: skip
    lines = [
        line._replace(constants=(one, two))
        for line in explicit_lines(left, one * right + two, x, y, two)
    ]
    work.step("integrate", "integrate", after=Equal(lines[0].left, lines[0].right))
    return work.found("Liouville", *lines)


def exact_equation(eq: Equation, inner: Inner) -> Found | None:
    """The derivative of an expression of a lower order: that expression is a constant."""
    sympy = eq.sympy
    for form in (eq.expression, eq.numerator):
        first = first_integral(eq, sympy.expand(form))
        if first is None:
            continue
        c = eq.constants(1)[0]
        work = Working()
        work.step(
            "exact", "the equation is the derivative of an expression, which is constant",
            before=Equal(form, sympy.S.Zero), after=Equal(first, c),
        )  # fmt: skip
        lower = Equation(eq.x, eq.d, first - c, eq.order - 1, eq.budget)
        found = inner(lower)
        if found is None:
            return None
        work.moves += found.moves
        lines = [
            line._replace(constants=(c, *line.constants)) if c in _symbols(line) else line
            for line in found.lines
        ]
        if not any(len(line.constants) >= eq.order for line in lines):
            return None
        return work.found("exact", *lines)
    return None


def _symbols(line: Line) -> set[Expr]:
    found: set[Expr] = line.left.free_symbols | line.right.free_symbols
    return found


def first_integral(eq: Equation, e: Expr) -> Expr | None:
    """An expression whose derivative along every function is e; None where there is none."""
    total = eq.sympy.S.Zero
    for k in range(eq.order, 0, -1):
        top, lower = eq.d[k], eq.d[k - 1]
        slope = eq.sympy.expand(eq.sympy.diff(e, top))
        if top in slope.free_symbols:
            return None
        if slope == 0:
            continue
        grown = antiderivative(slope, lower, 1.0)
        if grown is None:
            return None
        total += grown
        e = eq.sympy.expand(e - eq.total(grown))
        if top in e.free_symbols and not vanishes(eq.sympy.diff(e, top)):
            return None
    e = settle(e)
    if set(eq.d) & e.free_symbols:
        return None
    rest = antiderivative(e, eq.x, 1.0) if e != 0 else e
    return None if rest is None else total + rest


def homogeneous_in_function(eq: Equation, inner: Inner) -> Found | None:
    """F(x, k*y, k*y', ...) = k^n*F: y = exp(integral of u) lowers the order by one."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    weight = sympy.Add(*[s * sympy.diff(eq.numerator, s) for s in eq.d[: eq.order + 1]])
    if not fits([weight, eq.numerator], (x, *eq.d[: eq.order + 1])):
        return None
    u = fresh(eq, eq.order - 1)
    ratios = [sympy.S.One, u[0]]
    for _ in range(eq.order - 1):
        last = ratios[-1]
        slope = sympy.Add(*[sympy.diff(last, u[k]) * u[k + 1] for k in range(len(u) - 1)])
        ratios.append(sympy.expand(slope + last * u[0]))
    put = {s: r * y for s, r in zip(eq.d, ratios, strict=False)}
    expression = without(eq.numerator.xreplace(put).subs(y, 1), y)
    if expression is None:
        return None
    work = Working()
    work.step(
        "homogeneous in y", "y and its derivatives scale together: put ", Equal(eq.d[1], u[0] * y),
        before=Equal(eq.expression, sympy.S.Zero), after=Equal(expression, sympy.S.Zero),
    )  # fmt: skip
    lower = Equation(x, u, expression, eq.order - 1, eq.budget)
    found = inner(lower)
    if found is None:
        return None
    work.moves += found.moves
    lines: list[Line] = []
    for line in found.lines:
        if not line.explicit:
            continue
        grown = antiderivative(line.right, x, 2.0)
        if grown is None:
            continue
        from dlmath.maths.equations.ode.first_order import multiplier
        from dlmath.maths.equations.ode.tools import constants_of

        c = constants_of({s.name for s in line.right.free_symbols} | eq.names, 1)[0]
        value = c * multiplier(eq, grown)
        lines.append(Line(y, value, True, (*line.constants, c), line.note))
    if not any(len(line.constants) >= eq.order for line in lines):
        return None
    work.step("integrate", "y is the exponential of the integral of u",
              after=Equal(y, lines[0].right))  # fmt: skip
    return work.found("homogeneous in y", *lines)


def equidimensional(eq: Equation, inner: Inner) -> Found | None:
    """Invariant under x -> k*x, y -> k^m*y: x = exp(t), y = exp(m*t)*v makes t missing."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    if eq.order != 2 or x not in eq.expression.free_symbols:
        return None
    d = eq.d[: eq.order + 1]
    e = eq.numerator
    own = x * sympy.diff(e, x) - sympy.Add(*[k * s * sympy.diff(e, s) for k, s in enumerate(d)])
    weight = sympy.Add(*[s * sympy.diff(e, s) for s in d])
    if not fits([own, weight, e], (x, *d)):
        return None
    m, n = sympy.symbols("m_ n_")
    rows = []
    for base in ((2, 3, 5, 7), (3, 2, 7, 5), (5, 7, 2, 3), (2, 5, 3, 11)):
        values = dict(zip((x, *d), base, strict=True))
        rows.append((own + m * weight - n * e).xreplace(values))
    solved = timed(lambda: sympy.solve(rows, [m, n], dict=True), 1.0)
    if not solved or m not in solved[0]:
        return None
    m = settle(solved[0][m].subs(n, 0))
    v = fresh(eq, 2, "v")
    t = sympy.Symbol("t" if "t" not in eq.names else "s_")
    first = v[1] + m * v[0]
    second = v[2] + (2 * m - 1) * v[1] + m * (m - 1) * v[0]
    put = {x: sympy.S.One, y: v[0], eq.d[1]: first, eq.d[2]: second}
    expression = e.subs(put, simultaneous=True)
    work = Working()
    work.step(
        "equidimensional", "with ", Equal(x, sympy.exp(t)), " and ", Equal(y, x**m * v[0]),
        " t does not occur", before=Equal(eq.expression, sympy.S.Zero),
        after=Equal(expression, sympy.S.Zero),
    )  # fmt: skip
    lower = Equation(t, v, expression, 2, eq.budget)
    found = inner(lower)
    if found is None:
        return None
    work.moves += found.moves
    lines: list[Line] = []
    for line in found.lines:
        if line.explicit:
            value = (x**m * line.right).subs(t, sympy.log(x))
            lines.append(Line(y, settle(value), True, line.constants, line.note))
        else:
            back = {v[0]: y / x**m, t: sympy.log(x)}
            left, right = line.left.subs(back), line.right.subs(back)
            lines.append(Line(left, right, False, line.constants, line.note))
    work.step("substitute back", "put x and y back", after=Equal(lines[0].left, lines[0].right))
    return work.found("equidimensional", *lines)
