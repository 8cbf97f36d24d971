"""The form a book gives: common factors of neighbouring terms outside, `(A + A')*X`."""

from __future__ import annotations

from dlmath.maths.networks.matrix_calculus.build import (
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
    return _positive_first(_factored(made)) if made.op == "add" else made


def _positive_first(e: Expr) -> Expr:
    """b - a rather than -a + b."""
    if e.op != "add" or split(e.args[0])[0] > 0:
        return e
    first = next((part for part in e.args if split(part)[0] > 0), None)
    if first is None:
        return e
    return add(first, *(part for part in e.args if part is not first))


def _factored(e: Expr) -> Expr:
    for side in (-1, 0):
        found = _factored_at(e, side)
        if found is not None:
            return tidy(found)
    if e.is_scalar:
        return e
    elementwise = _factored_elementwise(e)
    return tidy(elementwise) if elementwise is not None else _common_number(e)


def _factored_at(e: Expr, side: int) -> Expr | None:
    """Two or more terms with the same scalars and the same first or last matrix, as one."""
    groups: dict[tuple[tuple[Expr, ...], Expr], list[Expr]] = {}
    for term in e.args:
        factors, chain = factors_of(split(term)[1])
        if len(chain) > 1:
            groups.setdefault((tuple(factors), chain[side]), []).append(term)
    for (scalars, common), terms in groups.items():
        if len(terms) < 2:
            continue
        rests = [_without(term, side) for term in terms]
        lengths = {len(factors_of(split(part)[1])[1]) for part in rests}
        if len({part.shape for part in rests}) > 1 or len(lengths) > 1:
            continue
        if len(terms) < len(e.args) and lengths != {1}:
            continue
        if lengths == {1}:
            rests.sort(key=_is_transposed)
        inner = add(*rests)
        whole = mul(*scalars, inner, common) if side == -1 else mul(*scalars, common, inner)
        others = [term for term in e.args if term not in terms]
        at = e.args.index(terms[0])
        before = [term for term in others if e.args.index(term) < at]
        after = [term for term in others if e.args.index(term) > at]
        return add(*before, whole, *after)
    return None


def _factored_elementwise(e: Expr) -> Expr | None:
    """a.*b - a.*c as a.*(b - c), where all terms have the factor."""
    parts = []
    for term in e.args:
        coefficient, rest = split(term)
        scalars, chain = factors_of(rest)
        if len(chain) != 1 or chain[0].op != "had":
            return None
        parts.append((mul(number(coefficient), *scalars), chain[0].args))
    common = [a for a in parts[0][1] if all(a in factors for _, factors in parts[1:])]
    if not common:
        return None
    inner = []
    for scalar, factors in parts:
        others = [factor for factor in factors if factor not in common]
        inner.append(mul(scalar, had(*others) if others else ones(e.shape)))
    return had(*common, add(*inner))


def _without(term: Expr, side: int) -> Expr:
    """The term without its scalars, and without its last (-1) or first (0) matrix."""
    coefficient, rest = split(term)
    chain = factors_of(rest)[1]
    return mul(number(coefficient), *(chain[:-1] if side == -1 else chain[1:]))


def _is_transposed(e: Expr) -> bool:
    return split(e)[1].op == "transpose"


def _common_number(e: Expr) -> Expr:
    """2*A + 2*B as 2*(A + B), and -A - B as -(A + B); scalars that all terms have, too."""
    split_terms = [split(term) for term in e.args]
    first = abs(split_terms[0][0])
    sign = -1 if all(coefficient < 0 for coefficient, _ in split_terms) else 1
    chains = [factors_of(rest) for _, rest in split_terms]
    shared = chains[0][0]
    if any(scalars != shared for scalars, _ in chains) or any(not chain for _, chain in chains):
        return e
    if first * sign == 1 and not shared:
        return e
    if any(abs(coefficient) != first for coefficient, _ in split_terms):
        return e
    parts = []
    for (coefficient, _), (_, chain) in zip(split_terms, chains, strict=True):
        parts.append(mul(number(coefficient / (sign * first)), *chain))
    return mul(number(sign * first), *shared, _positive_first(add(*parts)))
