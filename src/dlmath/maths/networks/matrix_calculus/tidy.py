"""The form a book gives: common factors of neighbouring terms outside, `(A + A')*X`."""

from __future__ import annotations

from dlmath.maths.networks.matrix_calculus.build import (
    ZERO,
    add,
    factors_of,
    had,
    mul,
    number,
    ones,
    split,
)
from dlmath.maths.networks.matrix_calculus.expression import Expr
from dlmath.maths.networks.matrix_calculus.rebuild import rebuild


def tidy(e: Expr) -> Expr:
    """Factors out of sums, inside first."""
    if e.op == "name" or not e.args:
        return e
    made = rebuild(e, [tidy(part) for part in e.args])
    return _factored(made) if made.op == "add" else made


def _factored(e: Expr) -> Expr:
    for side in (-1, 0):
        found = _factored_at(e, side)
        if found is not None:
            return tidy(found)
    if e.is_scalar:
        return e
    return _common_number(e)


def _factored_at(e: Expr, side: int) -> Expr | None:
    """Two or more terms with the same scalars and the same first or last matrix, as one."""
    groups: dict[tuple[tuple[Expr, ...], Expr], list[Expr]] = {}
    for term in e.args:
        scalars, chain = factors_of(split(term)[1])
        if len(chain) > 1:
            groups.setdefault((tuple(scalars), chain[side]), []).append(term)
    for (scalars, common), terms in groups.items():
        if len(terms) < 2:
            continue
        rests = []
        for term in terms:
            coefficient, rest = split(term)
            chain = factors_of(rest)[1]
            kept = chain[:-1] if side == -1 else chain[1:]
            rests.append(mul(number(coefficient), *kept))
        if len({part.shape for part in rests}) > 1:
            continue
        inner = add(*rests)
        whole = mul(*scalars, inner, common) if side == -1 else mul(*scalars, common, inner)
        others = [term for term in e.args if term not in terms]
        at = e.args.index(terms[0])
        before = [term for term in others if e.args.index(term) < at]
        after = [term for term in others if e.args.index(term) > at]
        return add(*before, whole, *after)
    return None


def _common_number(e: Expr) -> Expr:
    """2*A + 2*B as 2*(A + B)."""
    split_terms = [split(term) for term in e.args]
    first = abs(split_terms[0][0])
    chains = [factors_of(rest) for _, rest in split_terms]
    same_scalars = all(scalars == chains[0][0] for scalars, _ in chains)
    if first == 1 and not (same_scalars and chains[0][0]):
        return e
    if any(abs(coefficient) != first for coefficient, _ in split_terms) or not same_scalars:
        return e
    parts = []
    for (coefficient, _), (_, chain) in zip(split_terms, chains, strict=True):
        parts.append(mul(number(coefficient / first), *chain))
    return mul(number(first), *chains[0][0], add(*parts))


__all__ = ["ZERO", "had", "ones", "tidy"]
