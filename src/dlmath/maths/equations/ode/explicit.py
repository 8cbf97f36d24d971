"""From an implicit relation to y = ..., where that is short."""

from __future__ import annotations

from dlmath.expression.to_sympy import load_sympy
from dlmath.maths.equations.ode.tools import Expr, depends, settle, timed
from dlmath.maths.equations.ode.working import Line

#: An explicit form with more operations than this is no help.
_LONGEST = 150


def explicit_lines(left: Expr, right: Expr, x: Expr, y: Expr, constant: Expr) -> list[Line]:
    """Lines for the relation left(x, y) = right(x, constant), solved for y where that is short.

    The constant is renamed where that makes it shorter: exp(C1) is any constant, C1.
    """
    sympy = load_sympy()
    relation, other = exponentiated(left, right, x, y, constant)
    for one, two in ((relation, other), (left, right)):
        solved = _solved(one - two, y, constant)
        if solved:
            return [Line(y, shorter_constant(root, constant), True, (constant,)) for root in solved]
    if sympy.count_ops(relation) + sympy.count_ops(other) > sympy.count_ops(left - right) + 12:
        relation, other = left, right
    return [Line(relation, other, False, (constant,))]


def _solved(e: Expr, y: Expr, constant: Expr) -> list[Expr] | None:
    """The roots in y, at most three; None where they are long or not to be had."""
    sympy = load_sympy()
    if not _is_hopeful(e, y):
        return None

    def run() -> list[Expr]:
        found: list[Expr] = sympy.solve(e, y, check=False, simplify=False)
        return found

    roots = timed(run, 1.2)
    if not roots or len(roots) > 4 or any(isinstance(root, dict) for root in roots):
        return None
    roots = [_short(root) for root in roots]
    for root in roots:
        if root.has(sympy.Piecewise, sympy.CRootOf, sympy.zoo, sympy.nan) or y in root.free_symbols:
            return None
        if sympy.count_ops(root) > _LONGEST or _is_cardano(root):
            return None
        if constant in e.free_symbols and not depends(root, constant):
            return None
    return roots


def _short(e: Expr) -> Expr:
    sympy = load_sympy()
    best = settle(e)
    for form in (sympy.radsimp, sympy.powsimp):
        other = timed(lambda: form(best), 0.3)
        if other is not None and sympy.count_ops(other) < sympy.count_ops(best):
            best = other
    return best


def _is_hopeful(e: Expr, y: Expr) -> bool:
    """Does y occur in one place only, or as a polynomial of degree at most 2 in something?"""
    sympy = load_sympy()
    if e.has(sympy.Integral):
        return False
    polynomial = timed(
        lambda: sympy.Poly(sympy.expand(sympy.fraction(sympy.together(e))[0]), y), 0.5
    )
    if polynomial is not None:
        return bool(polynomial.degree() <= 2 or len(polynomial.monoms()) <= 2)
    inner = list(_outermost(e, y))
    if len(inner) == 1:
        rest = e.xreplace({inner[0]: sympy.Dummy("w")})
        return y not in rest.free_symbols
    return False


def _outermost(e: Expr, y: Expr) -> set[Expr]:
    """The largest parts that are functions or powers of y."""
    sympy = load_sympy()
    found: set[Expr] = set()
    stack = [e]
    while stack:
        part = stack.pop()
        if y not in part.free_symbols:
            continue
        if part.is_Add or part.is_Mul:
            stack.extend(part.args)
        elif isinstance(part, sympy.Pow) and part.exp.is_Integer and not part.base.is_Symbol:
            stack.append(part.base)
        else:
            found.add(part)
    return found


def _is_cardano(e: Expr) -> bool:
    """Cube roots of sums with square roots inside."""
    sympy = load_sympy()
    return any(
        p.exp.is_Rational
        and p.exp.q > 2
        and p.base.has(sympy.Pow)
        and p.base.is_Add
        and any(q.exp.is_Rational and q.exp.q == 2 for q in p.base.atoms(sympy.Pow))
        for p in e.atoms(sympy.Pow)
    )


def exponentiated(left: Expr, right: Expr, x: Expr, y: Expr, constant: Expr) -> tuple[Expr, Expr]:
    """c*log(u) + d*log(v) = w + C as u**p * v**q = C*exp(w'), with powers as small as possible."""
    sympy = load_sympy()
    e = sympy.expand(sympy.expand_log(left) - right, log=False) if left.has(sympy.log) else left
    if not left.has(sympy.log):
        return left, right
    terms = sympy.Add.make_args(e)
    logs: list[tuple[Expr, Expr]] = []
    rest: list[Expr] = []
    for term in terms:
        coefficient, factor = _split_log(term)
        if factor is not None and not {x, y} & coefficient.free_symbols:
            logs.append((coefficient, factor))
        else:
            rest.append(term)
    others = sympy.Add(*rest)
    if not logs or y in others.free_symbols:
        return left, right
    if not any(y in factor.free_symbols for _, factor in logs):
        return left, right
    with_y = [c for c, factor in logs if y in factor.free_symbols]
    scale = with_y[0]
    ratios = [sympy.cancel(c / scale) for c, _ in logs]
    numbers = [r for r, (_, f) in zip(ratios, logs, strict=True) if y in f.free_symbols]
    if not all(r.is_Rational for r in numbers):
        return left, right
    clear = sympy.ilcm(1, *[r.q for r in numbers])
    above, below = sympy.S.One, sympy.S.One
    for ratio, (_, factor) in zip(ratios, logs, strict=True):
        if y in factor.free_symbols:
            above *= factor ** (ratio * clear)
        else:
            below *= factor ** (-ratio * clear)
    without_constant = others.subs(constant, 0)
    exponent = settle(sympy.expand(-without_constant * clear / scale))
    return above, constant * below * sympy.exp(exponent)


def _split_log(term: Expr) -> tuple[Expr, Expr | None]:
    sympy = load_sympy()
    coefficient, factor = sympy.S.One, None
    for part in sympy.Mul.make_args(term):
        if isinstance(part, sympy.log) and factor is None:
            factor = part.args[0]
        else:
            coefficient *= part
    return coefficient, factor


def shorter_constant(e: Expr, constant: Expr) -> Expr:
    """exp(C1), 2*C1 and -C1 as C1 where that is shorter and C1 occurs in no other way."""
    sympy = load_sympy()
    if constant not in e.free_symbols:
        return e
    holder = sympy.Dummy("K")
    e = e.replace(
        lambda p: isinstance(p, sympy.exp) and constant in p.free_symbols and p.args[0].is_Add,
        lambda p: _split_exp(p, constant),
    )
    for k in (1, -1, 2, -2):
        changed = e.xreplace({sympy.exp(k * constant): holder})
        if constant not in changed.free_symbols and holder in changed.free_symbols:
            e = changed.xreplace({holder: constant})
            break
    best = e
    for k in (-1, 2, -2, sympy.Rational(1, 2), -sympy.Rational(1, 2)):
        other = timed(lambda: e.xreplace({constant: k * constant}), 0.3)
        if other is None:
            continue
        other = timed(lambda: sympy.factor_terms(other, sign=True), 0.3) or other
        if _length(other) < _length(best):
            best = other
    return best


def _length(e: Expr) -> int:
    """Operations, signs counted as much as the rest."""
    sympy = load_sympy()
    return int(sympy.count_ops(e)) + str(e).count("-")


def _split_exp(p: Expr, constant: Expr) -> Expr:
    sympy = load_sympy()
    inside = [term for term in p.args[0].args if constant in term.free_symbols]
    rest = [term for term in p.args[0].args if constant not in term.free_symbols]
    return sympy.exp(sympy.Add(*inside)) * sympy.exp(sympy.Add(*rest))
