"""Abel's equations y' = f3*y**3 + f2*y**2 + f1*y, by way of the second kind.

With y = E/w, E = exp(int f1), the equation is w*w' = A*w + B with A = -f2*E and B = -f3*E**2.
Then z = w - int A makes x a function of z with dx/dz = (z + int A)/B, which may be of Riccati's
type or again of Abel's second kind (Polyanin and Zaitsev, Handbook of Exact Solutions for Ordinary
Differential Equations, 2003, section 1.3; Cheb-Terrab and Roche, European Journal of Applied
Mathematics 14, 2003).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.first_order import multiplier, prime
from dlmath.maths.equations.ode.integrals import antiderivative
from dlmath.maths.equations.ode.tools import Expr, settle, timed, vanishes, without
from dlmath.maths.equations.ode.working import Equal, Found, Line, Working

Inner = Callable[[Equation, Expr, float], Iterator[Found]]


def coefficients(eq: Equation, f: Expr) -> tuple[Expr, Expr, Expr, Expr] | None:
    """(f0, f1, f2, f3) where f is cubic in y, or None."""
    sympy, y = eq.sympy, eq.y
    third = sympy.diff(f, y, 3)
    if vanishes(third):
        return None
    f3 = without(third / 6, y)
    if f3 is None:
        return None
    found: list[Expr] = [settle(f3)]
    rest = f - f3 * y**3
    for k in (2, 1, 0):
        slope = rest
        for _ in range(k):
            slope = sympy.diff(slope, y)
        value = without(slope / sympy.factorial(k), y)
        if value is None:
            return None
        value = settle(value)
        found.append(value)
        rest = rest - value * y**k
    f3, f2, f1, f0 = found
    return f0, f1, f2, f3


def abel(eq: Equation, f: Expr, inner: Inner) -> Iterator[Found]:
    """Solutions of Abel's equation of the first kind without an absolute term."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    found = timed(lambda: coefficients(eq, f), 1.0)
    if found is None:
        return
    f0, f1, f2, f3 = found
    shift = sympy.S.Zero
    if f0 != 0:
        shifted = _shift(eq, f0, f1, f2, f3)
        if shifted is None:
            return
        shift, f1, f2 = shifted
    grown = antiderivative(f1, x, 1.0)
    if grown is None:
        return
    e = multiplier(eq, grown)
    w = sympy.Symbol("w")
    a, b = settle(-f2 * e), settle(-f3 * e**2)
    for relation, c, moves in second_kind(eq, x, w, a, b, inner, 2):
        put = relation.subs(w, e / (y - shift))
        work = Working()
        work.step(
            "Abel", "y' is cubic in y: with ", Equal(y, shift + e / w),
            " it becomes an equation of the second kind",
            before=Equal(prime(eq), f),
            after=Equal(w * sympy.Symbol("w'"), a * w + b),
        )  # fmt: skip
        work.moves += moves.moves
        work.step("substitute back", "put y back", after=Equal(put, c))
        lines = [Line(put, c, False, (c,))]
        lines.append(Line(y, shift, True, (), "singular"))
        yield work.found("Abel", *lines)


def _shift(eq: Equation, f0: Expr, f1: Expr, f2: Expr, f3: Expr) -> tuple[Expr, Expr, Expr] | None:
    """A particular solution s, and f1 and f2 of the equation for y - s."""
    sympy, x = eq.sympy, eq.x
    trials = [-f2 / (3 * f3)]
    a = sympy.Symbol("a_")
    for k in (0, 1, -1, 2, -2):
        trial = a * x**k
        e = sympy.diff(trial, x) - (f0 + f1 * trial + f2 * trial**2 + f3 * trial**3)
        first = timed(lambda: sympy.solve(e.subs(x, 2), a), 0.5) or []
        trials += [root * x**k for root in first if isinstance(root, sympy.Expr)]
    for trial in trials:
        s = settle(trial)
        if s.has(sympy.I):
            continue
        if vanishes(sympy.diff(s, x) - (f0 + f1 * s + f2 * s**2 + f3 * s**3)):
            return s, settle(f1 + 2 * f2 * s + 3 * f3 * s**2), settle(f2 + 3 * f3 * s)
    return None


def second_kind(
    eq: Equation, x: Expr, w: Expr, a: Expr, b: Expr, inner: Inner, depth: int
) -> Iterator[tuple[Expr, Expr, Working]]:
    """Relations R(x, w) = C for w*w' = a(x)*w + b(x)."""
    sympy = eq.sympy
    grown = antiderivative(a, x, 1.0) if a != 0 else sympy.S.Zero
    if grown is None:
        return
    z = sympy.Symbol(f"z_{depth}")
    rate = settle((z + grown) / b)
    names = [x, sympy.Symbol(f"{x.name}'"), sympy.Symbol(f"{x.name}''")]
    turned = Equation(z, names, names[1] - rate, 1, eq.budget)
    for found in inner(turned, rate, 2.5):
        for line in found.lines:
            if not line.constants:
                continue
            c = line.constants[0]
            alone = _isolated(eq, line.left - line.right, c)
            if alone is None:
                continue
            work = Working()
            work.step(
                "exchange", "with ", Equal(z, w - grown), " x is a function of z",
                after=Equal(names[1], rate),
            )  # fmt: skip
            work.moves += found.moves
            yield alone.subs(z, w - grown), c, work
    if depth <= 1:
        return
    product = settle(rate * x)
    first = without(sympy.diff(product, x), x)
    if first is None:
        return
    second = without(product - first * x, x)
    if second is None or second == 0:
        return
    for relation, c, work in second_kind(eq, z, x, settle(first), settle(second), inner, depth - 1):
        head = Working()
        head.step(
            "exchange", "with ", Equal(z, w - grown), " it is again of the second kind",
            after=Equal(x * names[1], first * x + second),
        )  # fmt: skip
        head.moves += work.moves
        yield relation.subs(z, w - grown), c, head


def _isolated(eq: Equation, relation: Expr, c: Expr) -> Expr | None:
    """The constant as an expression of the rest, where it occurs linearly in the numerator."""
    sympy = eq.sympy
    above = timed(lambda: sympy.fraction(sympy.together(relation))[0], 1.0)
    if above is None:
        return None
    slope = sympy.expand(sympy.diff(above, c))
    if c in slope.free_symbols:
        slope = settle(slope)
    if c in slope.free_symbols or slope == 0:
        return None
    return -above.subs(c, 0) / slope
