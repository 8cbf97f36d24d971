"""Euler's equation: each derivative is multiplied by the same power of x (or of x - h)."""

from __future__ import annotations

from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.linear import (
    Linear,
    Root,
    basis_of,
    characteristic_roots,
    complete,
    factored,
    roots_words,
)
from dlmath.maths.equations.ode.tools import Expr, parts, rational, settle, timed, without
from dlmath.maths.equations.ode.undetermined import undetermined
from dlmath.maths.equations.ode.working import Equal, Found, Line, Working


def euler(eq: Equation, form: Linear) -> Found | None:
    """a_n*z^n*y^(n) + ... + a_0*y = right, with z = x - h: z = exp(t) makes a_k constant."""
    sympy, x = eq.sympy, eq.x
    n = form.order
    h = _center(eq, form)
    if h is None:
        return None
    z = x - h
    top = form.coefficients[-1]
    plain = []
    for k, a in enumerate(form.coefficients):
        ratio = without(settle(a * z ** (n - k) / top), x)
        if ratio is None:
            return None
        plain.append(settle(ratio))
    r, t = sympy.Symbol("r"), sympy.Symbol("t")
    if "t" in eq.names:
        t = sympy.Symbol("s")
    falling = [a * sympy.Mul(*[r - j for j in range(k)]) for k, a in enumerate(plain)]
    polynomial = sympy.expand(sympy.Add(*falling))
    roots = characteristic_roots(eq, polynomial, r)
    if roots is None:
        return None
    work = Working()
    work.step(
        "Euler's equation", "each coefficient is a constant times a power of ", z, ": put y = ",
        z**r, before=Equal(polynomial, sympy.S.Zero),
        after=Equal(factored(eq, roots, plain[-1], r), sympy.S.Zero),
    )  # fmt: skip
    work.step("roots", *roots_words(roots))
    basis = [
        b.subs(t, sympy.log(z)).replace(lambda p: isinstance(p, sympy.exp), sympy.powsimp)
        for b in basis_of(eq, roots, t)
    ]
    basis = [_power_of(eq, b, z) for b in basis]
    scaled = Linear(tuple(a * z ** (k - n) for k, a in enumerate(plain)), settle(form.right / top))
    if scaled.right != 0:
        particular = _euler_particular(eq, plain, polynomial, r, t, z, roots, scaled, n)
        if particular is not None:
            constants = eq.constants(len(basis))
            general = sympy.Add(*[c * b for c, b in zip(constants, basis, strict=True)])
            work.step("homogeneous solution", "a combination", after=Equal(eq.y, general))
            work.step(
                "undetermined coefficients", "with ", Equal(z, sympy.exp(t)),
                " the coefficients are constant; comparing them gives a particular solution",
                after=Equal(eq.y, particular),
            )  # fmt: skip
            general += particular
            work.step("general solution", "the sum of both", after=Equal(eq.y, general))
            return work.found("Euler", Line(eq.y, general, True, tuple(constants)))
    return complete(eq, scaled, basis, work, "Euler")


def _power_of(eq: Equation, e: Expr, z: Expr) -> Expr:
    """exp(a*log(z)) as z**a."""
    sympy = eq.sympy

    def power(p: Expr) -> Expr:
        a = settle(p.args[0] / sympy.log(z))
        return z**a if z not in a.free_symbols and eq.x not in a.free_symbols else p

    return e.replace(lambda p: isinstance(p, sympy.exp), power)


def _center(eq: Equation, form: Linear) -> Expr | None:
    """The one point where the highest coefficient vanishes, h in (x - h)^n."""
    sympy, x = eq.sympy, eq.x
    for k in range(form.order - 1, -1, -1):
        a = form.coefficients[k]
        if a == 0:
            continue
        ratio = settle(a / form.coefficients[-1])
        _, below = parts(rational(ratio))
        if x not in below.free_symbols:
            return None
        roots = timed(lambda: sympy.solve(below, x), 0.5)
        if not roots or len(roots) != 1 or not isinstance(roots[0], sympy.Expr):
            return None
        return roots[0]
    return None


def _euler_particular(
    eq: Equation,
    plain: list[Expr],
    polynomial: Expr,
    r: Expr,
    t: Expr,
    z: Expr,
    roots: list[Root],
    scaled: Linear,
    n: int,
) -> Expr | None:
    """Undetermined coefficients in t = log(z)."""
    sympy = eq.sympy
    h = eq.x - z
    right = timed(
        lambda: sympy.expand(
            sympy.expand_log(
                sympy.powdenest(
                    (scaled.right * z**n).subs(eq.x, h + sympy.exp(sympy.Dummy("q", real=True))),
                    force=True,
                ),
                force=True,
            )
        ),
        0.8,
    )
    if right is None:
        return None
    dummy = next((s for s in right.free_symbols if s.name == "q"), None)
    if dummy is not None:
        right = right.xreplace({dummy: t})
    if right.has(sympy.log) and any(t in p.free_symbols for p in right.atoms(sympy.log)):
        return None
    names = [sympy.Symbol(f"w{k}") for k in range(n + 1)]
    inner = Equation(t, names, sympy.S.Zero, n, eq.budget)
    coefficients = sympy.Poly(polynomial, r).all_coeffs()[::-1]
    found = undetermined(inner, Linear(tuple(coefficients), right), roots, Working())
    if found is None:
        return None
    return settle(_power_of(eq, found.subs(t, sympy.log(z)), z))
