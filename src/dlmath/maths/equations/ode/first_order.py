"""Equations y' = f(x, y) by the methods of a textbook: quadrature, separation, integrating factor,
Bernoulli's substitution, homogeneity, functions of a linear combination.

Each method takes the equation and f, and gives what it found, or None where it does not apply.
Method and names: Kamke, Differentialgleichungen I (1977), part A; Murphy, Ordinary Differential
Equations and Their Solutions (1960), part I.
"""

from __future__ import annotations

from typing import Any

from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.explicit import explicit_lines
from dlmath.maths.equations.ode.integrals import integral
from dlmath.maths.equations.ode.tools import (
    Expr,
    depends,
    fits,
    settle,
    timed,
    vanishes,
    without,
)
from dlmath.maths.equations.ode.working import Equal, Found, Line, Working


def prime(eq: Equation) -> Expr:
    """The symbol y'."""
    return eq.d[1]


def quadrature(eq: Equation, f: Expr) -> Found | None:
    """y' = f(x)."""
    g = without(f, eq.y)
    if g is None:
        return None
    c = eq.constants(1)[0]
    work = Working()
    work.step("integrate", "y does not occur on the right side: integrate by ", eq.x)
    value = integral(g, eq.x) + c
    line = Line(eq.y, value, True, (c,))
    work.step("integrate", "the antiderivative, with a constant", after=Equal(eq.y, value))
    return work.found("quadrature", line)


# --- separation -----------------------------------------------------------------------------


def split(eq: Equation, f: Expr) -> tuple[Expr, Expr] | None:
    """(g(x), h(y)) with f = g*h, or None."""
    sympy = eq.sympy
    x, y = eq.x, eq.y
    if x not in f.free_symbols or not depends(f, x):
        h = without(f, x)
        return None if h is None else (sympy.S.One, h)
    parts = timed(lambda: sympy.separatevars(f, symbols=(x, y), dict=True), 0.4)
    if parts:
        return settle(parts[x]), settle(parts[y] * parts["coeff"])
    for value in (1, 2, sympy.Rational(1, 2), 3, -1):
        g = timed(lambda: f.subs(y, value), 0.3)
        if g is None or g.has(sympy.nan, sympy.zoo) or vanishes(g):
            continue
        ratio = f / g
        if depends(ratio, x):
            return None
        h = without(ratio, x)
        return None if h is None else (settle(g), h)
    return None


def separable(eq: Equation, f: Expr) -> Found | None:
    """y' = g(x)*h(y)."""
    found = split(eq, f)
    if found is None:
        return None
    g, h = found
    _sympy, x, y = eq.sympy, eq.x, eq.y
    c = eq.constants(1)[0]
    work = Working()
    work.step(
        "separate",
        "the right side is ", g, " times ", h, ": divide by the part with ", y,
        before=Equal(prime(eq), f), after=Equal(prime(eq) / h, g),
    )  # fmt: skip
    left = integral(settle(1 / h), y)
    right = integral(g, x)
    work.step("integrate", "integrate both sides", after=Equal(left, right + c))
    lines = list(explicit_lines(left, right + c, x, y, c))
    if lines[0].explicit:
        work.step("solve", "solve for ", y, after=Equal(y, lines[0].right))
    for root in equilibria(eq, h):
        if not _is_among(eq, root, lines, c):
            lines.append(Line(y, root, True, (), "singular"))
            work.step(
                "lost solutions",
                "dividing by ", h, " lost the constant solution where it is 0",
                after=Equal(y, root),
            )  # fmt: skip
    implicit = [Line(left, right + c, False, (c,)), *[line for line in lines if line.note]]
    return work.found("separable", *lines, implicit=implicit)


def equilibria(eq: Equation, h: Expr) -> list[Expr]:
    """The zeros of h(y), where they are found quickly and are real for real parameters."""
    sympy, y = eq.sympy, eq.y
    if y not in h.free_symbols:
        return []
    numerator = sympy.fraction(sympy.together(h))[0]
    roots = timed(lambda: sympy.solve(numerator, y, check=True), 0.8)
    good: list[Expr] = []
    for root in roots or []:
        if not isinstance(root, sympy.Expr) or root.has(sympy.zoo, sympy.nan, sympy.CRootOf):
            continue
        if root.is_real is False or (root.is_number and abs(complex(root).imag) > 1e-12):
            continue
        if sympy.count_ops(root) > 30 or len(good) > 3:
            continue
        good.append(settle(root))
    return good


def _is_among(eq: Equation, root: Expr, lines: list[Line], c: Expr) -> bool:
    """Is the constant solution one of the family, for some finite constant?"""
    for line in lines:
        if not line.explicit or c not in line.right.free_symbols:
            continue
        at_zero = timed(lambda: line.right.subs(c, 0), 0.3)
        if at_zero is None or at_zero.has(eq.sympy.zoo, eq.sympy.nan):
            continue
        if vanishes(at_zero - root):
            return True
    return False


# --- linear ---------------------------------------------------------------------------------


def linear_parts(eq: Equation, f: Expr) -> tuple[Expr, Expr] | None:
    """(a, b) with f = a(x)*y + b(x), or None."""
    sympy = eq.sympy
    slope = sympy.diff(f, eq.y)
    a = without(slope, eq.y)
    if a is None:
        return None
    b = without(f - a * eq.y, eq.y)
    if b is None:
        return None
    return settle(a), settle(b)


def multiplier(eq: Equation, exponent: Expr) -> Expr:
    """exp(exponent), with logarithms in it as powers."""
    sympy = eq.sympy
    terms = sympy.Add.make_args(sympy.expand(exponent, log=False))
    value = sympy.Mul(*[sympy.exp(term) for term in terms])
    return settle(value) if value.is_Mul and len(value.args) < 12 else value


def linear(eq: Equation, f: Expr) -> Found | None:
    """y' = a(x)*y + b(x), by an integrating factor."""
    found = linear_parts(eq, f)
    if found is None:
        return None
    a, b = found
    sympy, x, y = eq.sympy, eq.x, eq.y
    c = eq.constants(1)[0]
    work = Working()
    work.step(
        "standard form", "write it as y' + p(x)*y = q(x)",
        before=Equal(prime(eq), f), after=Equal(prime(eq) - a * y, b),
    )  # fmt: skip
    inner = integral(-a, x)
    if inner.has(sympy.Integral):
        factor = sympy.exp(inner)
    else:
        factor = multiplier(eq, inner)
    work.step("integrating factor", "exp of the integral of p is ", factor)
    right = settle(factor * b)
    work.step(
        "multiply", "multiplied by it, the left side is the derivative of ", factor * y,
        after=Equal(sympy.Derivative(factor * y, x), right),
    )  # fmt: skip
    total = integral(right, x) if right != 0 else sympy.S.Zero
    work.step("integrate", "integrate both sides", after=Equal(factor * y, total + c))
    value = (
        sympy.expand(total / factor, power_base=False, power_exp=False)
        if not total.has(sympy.Integral)
        else total / factor
    )
    value = settle(value) + c / factor
    value = value if sympy.count_ops(value) < 200 else (total + c) / factor
    work.step("solve", "divide by the integrating factor", after=Equal(y, value))
    return work.found("linear", Line(y, value, True, (c,)))


# --- Bernoulli ------------------------------------------------------------------------------


def bernoulli(eq: Equation, f: Expr) -> Found | None:
    """y' = a(x)*y + b(x)*y**n, by u = y**(1 - n)."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    rest = settle(f - y * sympy.diff(f, y))  # (1 - n)*b*y**n
    if rest == 0 or y not in rest.free_symbols or vanishes(rest):
        return None
    n = without(y * sympy.diff(rest, y) / rest, x, y)
    if n is None or n in (0, 1):
        return None
    n = sympy.nsimplify(n) if n.is_number else n
    b = without(rest / ((1 - n) * y**n), y)
    if b is None:
        return None
    a = without((f - b * y**n) / y, y)
    if a is None:
        return None
    a, b = settle(a), settle(b)
    work = Working()
    u = sympy.Symbol("u")
    work.step(
        "Bernoulli", "this is y' = a(x)*y + b(x)*y^n with n = ", n, ", a(x) = ", a, ", b(x) = ", b,
        before=Equal(prime(eq), f), after=Equal(prime(eq), a * y + b * y**n),
    )  # fmt: skip
    work.step(
        "substitute", "with ", Equal(u, y ** (1 - n)), " it becomes linear",
        after=Equal(sympy.Symbol("u'"), (1 - n) * a * u + (1 - n) * b),
    )  # fmt: skip
    c = eq.constants(1)[0]
    inner = integral((1 - n) * -a, x)
    factor = sympy.exp(inner) if inner.has(sympy.Integral) else multiplier(eq, inner)
    total = integral(settle(factor * (1 - n) * b), x)
    value = settle((total + c) / factor) if not total.has(sympy.Integral) else (total + c) / factor
    work.step("integrating factor", "the linear equation, with ", factor, after=Equal(u, value))
    power = 1 / (1 - n)
    lines = [Line(y, value**power, True, (c,))]
    if power.is_Rational and power.q % 2 == 0:
        lines.append(Line(y, -(value**power), True, (c,)))
    elif not (power.is_Rational and power.q == 1):
        lines = [Line(y ** (1 - n), value, False, (c,))]
        if not power.is_Rational:
            lines = [Line(y, value**power, True, (c,))]
    work.step("substitute back", "y = u^(1/(1 - n))", after=Equal(lines[0].left, lines[0].right))
    if not (n.is_number and n.is_negative) and not n.free_symbols:
        lines.append(Line(y, sympy.S.Zero, True, (), "singular"))
        work.step("lost solutions", "dividing by y^n lost one", after=Equal(y, sympy.S.Zero))
    return work.found("Bernoulli", *lines)


# --- homogeneous ----------------------------------------------------------------------------


def weights(eq: Equation, f: Expr) -> tuple[Expr, Expr, Expr] | None:
    """(m, h, k) with (x - h)*f_x + m*(y - k)*f_y = (m - 1)*f, or None.

    Then f is a function of (y - k)/(x - h)**m, times (x - h)**(m - 1).
    """
    sympy, x, y = eq.sympy, eq.x, eq.y
    fx, fy = sympy.diff(f, x), sympy.diff(f, y)
    if not depends(f, x) or not depends(f, y):
        return None
    m = without((x * fx + f) / (f - y * fy), x, y) if not vanishes(f - y * fy) else None
    if m is not None and m.is_finite is not False:
        return settle(m), sympy.S.Zero, sympy.S.Zero
    if not fits([x * fx + f, fx, f - y * fy, fy], (x, y)):
        return None
    # x*f_x + f = h*f_x + m*(f - y*f_y) + (m*k)*f_y is linear in h, m and m*k.
    h, s, t = sympy.symbols("h_ s_ t_")
    rows: list[Expr] = []
    for one, two in ((2, 3), (3, 7), (5, 2), (7, 5), (3, 4), (11, 13)):
        values = timed(lambda: [e.subs({x: one, y: two}) for e in (f, fx, fy)], 0.5)
        if values is None or any(v.has(sympy.nan, sympy.zoo, sympy.oo) for v in values):
            continue
        v, vx, vy = values
        rows.append(one * vx + v - h * vx - s * (v - two * vy) - t * vy)
        if len(rows) == 4:
            break
    found = timed(lambda: sympy.solve(rows[:3], [h, s, t], dict=True), 1.0)
    if not found or len(found[0]) < 3:
        return None
    h0, m, mk = (settle(found[0][name]) for name in (h, s, t))
    if m == 0:
        return None
    k0 = settle(mk / m)
    if not vanishes((x - h0) * fx + m * (y - k0) * fy - (m - 1) * f):
        return None
    return m, h0, k0


def homogeneous(eq: Equation, f: Expr) -> Found | None:
    """y' = x**(m - 1)*phi(y/x**m), about some point (h, k)."""
    found = weights(eq, f)
    if found is None:
        return None
    m, h, k = found
    sympy, x, y = eq.sympy, eq.x, eq.y
    v = sympy.Symbol("v")
    phi = timed(lambda: f.subs({x: h + 1, y: k + v}, simultaneous=True), 0.5)
    if phi is None or phi.has(sympy.nan, sympy.zoo):
        return None
    phi = settle(phi)
    kind, why = "homogeneous", ["f depends on ", y / x, " alone"]
    if h != 0 or k != 0:
        kind = "linear coefficients" if m == 1 else "homogeneous about a point"
        why = ["about the point ", Equal(x, h), ", ", Equal(y, k), " it is homogeneous"]
    elif m != 1:
        kind = "generalized homogeneous"
        why = ["x has the weight 1 and y the weight ", m]
    work = Working()
    ratio = (y - k) / (x - h) ** m
    work.step(
        "substitute", *why, ": put ", Equal(v, ratio),
        before=Equal(prime(eq), f),
        after=Equal((x - h) * sympy.Symbol("v'"), phi - m * v),
    )  # fmt: skip
    return _finish_separated(
        eq, work, kind, settle(phi - m * v), v, ratio, sympy.log(x - h),
        lambda root: k + root * (x - h) ** m,
    )  # fmt: skip


def _finish_separated(
    eq: Equation,
    work: Working,
    kind: str,
    speed: Expr,
    v: Expr,
    ratio: Expr,
    right: Expr,
    back: Any,
) -> Found | None:
    """v' = speed(v)*(right)': separated, integrated, and y put back for v."""
    sympy, _x, y = eq.sympy, eq.x, eq.y
    c = eq.constants(1)[0]
    if vanishes(speed):
        value = back(c)
        work.step("solve", "the right side is 0: v is constant", after=Equal(y, value))
        return work.found(kind, Line(y, value, True, (c,)))
    left = integral(settle(1 / speed), v, 2.0)
    work.step("separate", "separate and integrate", after=Equal(left, right + c))
    lines = _lines_for(eq, left, right + c, v, ratio, back, c)
    work.step(
        "substitute back", "put ", Equal(v, ratio), " back",
        after=Equal(lines[0].left, lines[0].right),
    )  # fmt: skip
    numerator = sympy.fraction(sympy.together(speed))[0]
    roots = timed(lambda: sympy.solve(numerator, v), 0.6) or []
    for root in roots:
        if not isinstance(root, sympy.Expr) or sympy.count_ops(root) > 15:
            continue
        if root.is_number and abs(complex(root).imag) > 1e-12:
            continue
        value = settle(back(root))
        if not _is_among(eq, value, lines, c):
            lines.append(Line(y, value, True, (), "singular"))
            work.step("lost solutions", "dividing lost one", after=Equal(y, value))
    put = Line(left.subs(v, ratio), right + c, False, (c,))
    return work.found(kind, *lines, implicit=[put, *[line for line in lines if line.note]])


def _lines_for(
    eq: Equation, left: Expr, right: Expr, v: Expr, ratio: Expr, back: Any, c: Expr
) -> list[Line]:
    """Solved for v and so for y where that is short, else implicit in x and y."""
    solved = explicit_lines(left, right, eq.x, v, c)
    if all(line.explicit for line in solved):
        return [Line(eq.y, settle(back(line.right)), True, (c,)) for line in solved]
    line = solved[0]
    first = timed(lambda: line.left.subs(v, ratio), 0.5)
    second = timed(lambda: line.right.subs(v, ratio), 0.5)
    if first is None or second is None:
        first, second = left.subs(v, ratio), right.subs(v, ratio)
    return explicit_lines(first, second, eq.x, eq.y, c)


def combination(eq: Equation, f: Expr) -> Found | None:
    """y' = phi(a*x + y): a function of one linear combination."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    fx, fy = sympy.diff(f, x), sympy.diff(f, y)
    if vanishes(fy) or not depends(f, x):
        return None
    a = without(settle(fx / fy), x, y)
    if a is None or a == 0:
        return None
    u = sympy.Symbol("u")
    phi = timed(lambda: settle(f.subs(y, u - a * x)), 0.8)
    phi = None if phi is None else without(phi, x)
    if phi is None:
        return None
    work = Working()
    work.step(
        "substitute", "f depends on ", a * x + y, " alone: put ", Equal(u, a * x + y),
        before=Equal(prime(eq), f), after=Equal(sympy.Symbol("u'"), phi + a),
    )  # fmt: skip
    return _finish_separated(
        eq, work, "function of a linear combination", settle(phi + a), u, a * x + y, x,
        lambda root: root - a * x,
    )  # fmt: skip


def swapped(eq: Equation, f: Expr) -> Equation:
    """The equation for x as a function of y: x' = 1/f."""
    sympy = eq.sympy
    slope = sympy.Symbol(f"{eq.x.name}'")
    return Equation(
        eq.y, [eq.x, slope, sympy.Symbol(f"{eq.x.name}''")], slope - 1 / f, 1, eq.budget
    )
