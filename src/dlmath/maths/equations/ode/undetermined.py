"""A particular solution by undetermined coefficients (Boyce and DiPrima, section 4.3)."""

from __future__ import annotations

from typing import Any

from dlmath.maths.equations.ode.equation import Equation
from dlmath.maths.equations.ode.linear import Linear, Root, operator
from dlmath.maths.equations.ode.tools import Expr, settle, timed, vanishes
from dlmath.maths.equations.ode.working import Equal, Working


def _waves(eq: Equation, e: Expr) -> list[tuple[int, Expr, Expr]] | None:
    """The terms x^k*exp(alpha*x)*(cos or sin)(beta*x) of an expression as (k, alpha, beta)."""
    sympy, x = eq.sympy, eq.x
    found: list[tuple[int, Expr, Expr]] = []
    for term in sympy.Add.make_args(e):
        k, alpha, beta = 0, sympy.S.Zero, sympy.S.Zero
        for factor in sympy.Mul.make_args(term):
            if x not in factor.free_symbols:
                continue
            base, exponent = factor.as_base_exp()
            if factor == x or (base == x and exponent.is_Integer and exponent > 0):
                k += int(exponent)
                continue
            if isinstance(factor, sympy.exp) or (base.is_Symbol is False and base is sympy.E):
                slope = sympy.diff(factor.args[0] if isinstance(factor, sympy.exp) else exponent, x)
                if x in slope.free_symbols:
                    return None
                alpha += slope
                continue
            if isinstance(factor, (sympy.sin, sympy.cos)) and beta == 0:
                beta = sympy.diff(factor.args[0], x)
                if x in beta.free_symbols:
                    return None
                if beta.could_extract_minus_sign():
                    beta = -beta
                continue
            return None
        found.append((k, alpha, beta))
    return found


def undetermined(eq: Equation, form: Linear, roots: list[Root], work: Working) -> Expr | None:
    """A particular solution by undetermined coefficients, where the right side allows it."""
    sympy, x, y = eq.sympy, eq.x, eq.y
    right = timed(lambda: _products_as_sums(sympy, form.right), 0.6)
    if right is None:
        return None
    waves = _waves(eq, right)
    if waves is None:
        return None
    groups: dict[tuple[Expr, Expr], int] = {}
    for k, alpha, beta in waves:
        key = next((g for g in groups if vanishes(g[0] - alpha) and vanishes(g[1] - beta)), None)
        groups[key or (alpha, beta)] = max(k, groups.get(key or (alpha, beta), 0))
    letters: list[Expr] = []
    trial = sympy.S.Zero
    for (alpha, beta), k in groups.items():
        again = next((t for a, b, t in roots if vanishes(a - alpha) and (vanishes(b - beta))), 0)
        for j in range(k + 1):
            shape = x ** (j + again) * sympy.exp(alpha * x)
            for wave in [sympy.S.One] if beta == 0 else [sympy.cos(beta * x), sympy.sin(beta * x)]:
                letter = sympy.Symbol(f"a_{len(letters) + 1}")
                letters.append(letter)
                trial += letter * shape * wave
    residual = sympy.expand(operator(eq, form, trial) - right)
    residual = sympy.expand(sympy.powsimp(residual))
    if residual.has(sympy.exp):
        residual = sympy.expand(
            residual.replace(
                lambda p: isinstance(p, sympy.exp), lambda p: sympy.exp(sympy.expand(p.args[0]))
            )
        )
    gathered: dict[Expr, Expr] = {}
    for term in sympy.Add.make_args(residual):
        coefficient, rest = term.as_independent(x, as_Add=False)
        gathered[rest] = gathered.get(rest, sympy.S.Zero) + coefficient
    solved = timed(lambda: next(iter(sympy.linsolve(list(gathered.values()), letters)), None), 1.5)
    if solved is None:
        return None
    values = {
        s: (settle(v) if v not in letters else sympy.S.Zero)
        for s, v in zip(letters, solved, strict=True)
    }
    values = {s: v.subs(dict.fromkeys(letters, 0)) for s, v in values.items()}
    particular = trial.xreplace(values)
    work.step("undetermined coefficients", "try ", Equal(y, trial))
    work.step(
        "undetermined coefficients", "comparing coefficients gives the particular solution",
        after=Equal(y, particular),
    )  # fmt: skip
    return particular


def _products_as_sums(sympy: Any, e: Expr) -> Expr:
    """Products and powers of sines and cosines as sums of them; the rest multiplied out."""
    from sympy.simplify.fu import TR8

    if e.has(sympy.sinh, sympy.cosh):
        e = e.rewrite(sympy.exp)
    e = sympy.expand(e)
    if e.has(sympy.sin, sympy.cos):
        e = sympy.expand(TR8(e))
    return sympy.expand(sympy.powsimp(e))
