"""Antiderivatives for the working of differential equations.

Any one antiderivative will do: absolute values inside logarithms are left out, because on each
side of a zero they only change the constant. The rules of this project come first, then sympy.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from dlmath.expression.from_sympy import from_sympy
from dlmath.expression.to_sympy import load_sympy, to_sympy
from dlmath.maths.equations.ode.tools import Expr, point, settle, timed, value_at

#: Beside an edge of the integrand.
_NEAR = 1e-7

_known: dict[tuple[Any, Any], Any] = {}


def antiderivative(e: Expr, x: Expr, seconds: float = 1.5) -> Expr | None:
    """An antiderivative in closed form, or None."""
    sympy = load_sympy()
    if x not in e.free_symbols:
        return e * x
    factors = sympy.Mul.make_args(e)
    outside = sympy.Mul(*[f for f in factors if x not in f.free_symbols])
    inside = sympy.Mul(*[f for f in factors if x in f.free_symbols])
    key = (inside, x)
    if key not in _known:
        if len(_known) > 400:
            _known.clear()
        value = _found(sympy, inside, x, seconds)
        _known[key] = value if value is None or is_continuous(inside, value, x) else None
    found = _known[key]
    return None if found is None else outside * found


def integral(e: Expr, x: Expr, seconds: float = 1.5) -> Expr:
    """An antiderivative in closed form, or the integral itself left standing."""
    sympy = load_sympy()
    found = antiderivative(e, x, seconds)
    return sympy.Integral(e, x) if found is None else found


def is_continuous(e: Expr, value: Expr, x: Expr) -> bool:
    """Has an antiderivative no jumps where the integrand jumps or bends?

    A solution is continuous there; one constant for each piece would be wrong.
    """
    sympy = load_sympy()
    if e.has(sympy.floor, sympy.ceiling):
        return False
    edges: set[Expr] = set()
    for part in e.atoms(sympy.Heaviside, sympy.sign, sympy.Abs):
        edges.add(part.args[0])
    for part in e.atoms(sympy.Max, sympy.Min):
        first, *others = part.args
        edges |= {first - other for other in others}
    for piece in e.atoms(sympy.Piecewise):
        for _, condition in piece.args:
            edges |= {r.lhs - r.rhs for r in condition.atoms(sympy.core.relational.Relational)}
    edges = {edge for edge in edges if x in edge.free_symbols}
    if not edges:
        return True
    where = point((e.free_symbols | value.free_symbols) - {x}, 5)
    for edge in edges:
        roots = timed(lambda: sympy.solve(edge.xreplace(where), x), 0.5)
        if roots is None:
            return False
        for root in roots:
            sides = [value_at(value, {**where, x: root + side}) for side in (-_NEAR, _NEAR)]
            left, right = sides
            if left is None or right is None or abs(left - right) > 1e-4 * max(1.0, abs(left)):
                return False
    return True


def _found(sympy: Any, inside: Expr, x: Expr, seconds: float) -> Expr | None:
    for form in _forms(sympy, inside):
        found = _by_rules(form, x, seconds / 2)
        if found is None and form.is_Add:
            found = _by_terms(sympy, form, x, seconds / 2)
        if found is not None:
            return found
    return _by_sympy(sympy, inside, x, seconds)


def _forms(sympy: Any, e: Expr) -> Iterator[Expr]:
    """The integrand, then other ways of writing it."""
    yield e
    changes = [sympy.cancel, sympy.expand, sympy.factor, sympy.simplify]
    if any(p.exp.is_Rational and p.exp.q > 1 for p in e.atoms(sympy.Pow)):
        changes.insert(0, lambda v: _simple_roots(sympy, v))
    if e.has(sympy.tan, sympy.sin, sympy.cos):
        changes.append(lambda v: sympy.simplify(sympy.expand_trig(v)))
    seen = {e}
    for change in changes:
        other = timed(lambda: change(e), 0.3)
        if other is not None and other not in seen:
            seen.add(other)
            yield other


def _simple_roots(sympy: Any, e: Expr) -> Expr:
    """sqrt(t**3*(c - 4/t)) as t*sqrt(c*t - 4): for positive t."""

    def change(p: Expr) -> Expr:
        inside = sympy.factor(sympy.cancel(sympy.together(p.base)))
        return sympy.powdenest(sympy.expand_power_base(inside**p.exp, force=True), force=True)

    return e.replace(
        lambda p: p.is_Pow and p.exp.is_Rational and p.exp.q > 1 and not p.base.is_Symbol, change
    )


def _by_terms(sympy: Any, e: Expr, x: Expr, seconds: float) -> Expr | None:
    total = sympy.S.Zero
    for term in e.args:
        found = _by_rules(term, x, seconds)
        if found is None:
            return None
        total += found
    return total


def _by_rules(e: Expr, x: Expr, seconds: float) -> Expr | None:
    from dlmath.maths.calculus.antiderivatives.rules import integrate_by_rules

    def run() -> Expr | None:
        found = integrate_by_rules(from_sympy(e), x.name, {})
        if found is None:
            return None
        value = to_sympy(found.antiderivative, real=False)
        same = {s: t for s in value.free_symbols for t in e.free_symbols if s.name == t.name}
        return plain(value.xreplace(same))

    value = timed(run, seconds)
    if value is None or _unusable(value):
        return None
    return value


def _by_sympy(sympy: Any, e: Expr, x: Expr, seconds: float) -> Expr | None:
    from sympy.integrals.manualintegrate import manualintegrate

    for run, share in (
        (lambda: manualintegrate(e, x), 0.4),
        (lambda: sympy.integrate(e, x, risch=False, conds="none"), 0.6),
    ):
        value = timed(run, seconds * share)
        if value is None or value.has(sympy.Integral) or _unusable(value):
            continue
        value = _generic(sympy, value)
        if not _unusable(value):
            return plain(settle(value))
    return None


def _generic(sympy: Any, value: Expr) -> Expr:
    """The branch for parameters in general position."""
    for _ in range(4):
        pieces = list(value.atoms(sympy.Piecewise))
        if not pieces:
            break
        value = value.xreplace({piece: piece.args[0][0] for piece in pieces})
    return value


def _unusable(value: Expr) -> bool:
    sympy = load_sympy()
    return bool(
        value.has(sympy.nan, sympy.zoo, sympy.oo, sympy.RootSum, sympy.meijerg, sympy.Piecewise)
    )


def plain(value: Expr) -> Expr:
    """log(abs(u)) as log(u), log(u**n) as n*log(u): they differ by constants between the zeros."""
    sympy = load_sympy()

    def change(part: Expr) -> Expr:
        inside = part.args[0]
        if isinstance(inside, sympy.Abs):
            inside = inside.args[0]
        base, exponent = inside.as_base_exp()
        if exponent.is_Integer and exponent != 1 and not base.is_number:
            return exponent * sympy.log(base)
        return sympy.log(inside)

    return value.replace(lambda part: isinstance(part, sympy.log) and bool(part.args), change)
