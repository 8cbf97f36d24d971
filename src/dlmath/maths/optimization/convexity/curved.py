"""Curvature by second derivatives, where the rules of composition do not reach."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from dlmath.answer import Sentence
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import Node, add, contains, mul, neg, vector
from dlmath.expression.intervals import Enclosures, Unsupported
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.optimization.convexity.domain import (
    ABOVE,
    LEAST,
    NONZERO,
    Ranges,
    demands,
)
from dlmath.maths.optimization.convexity.proofs import CONCAVE, CONVEX, Interval, Proof
from dlmath.maths.optimization.convexity.rules import Rules
from dlmath.maths.optimization.nonnegative import proved_nonnegative

#: Where these occur the second derivative does not tell the whole curvature.
KINKS = frozenset(
    "abs relu leaky_relu elu selu max min sign heaviside floor ceil piecewise hardtanh "
    "hard_sigmoid softsign".split()
)

#: Principal minors are 2^n - 1; beyond this many variables they are not tried.
_MOST = 4


def second_derivatives(function: Node, names: Sequence[str]) -> list[list[Node]]:
    """The Hessian, tidied."""
    slopes = gradient(function, names)
    size = len(names)
    rows = [[neg(function)] * size for _ in names]
    for i, name in enumerate(names):
        second = gradient(tidy(slopes[name]), names[i:])
        for j in range(i, size):
            rows[i][j] = rows[j][i] = tidy(second[names[j]])
    return rows


def by_hessian(function: Node, rules: Rules) -> Proof | None:
    """The proof by a Hessian that is semidefinite on a convex domain, or None."""
    names, box = rules.names, rules.ranges.box
    if contains(function, KINKS) or len(names) > _MOST or _crosses_zero_root(function, rules):
        return None
    if not convex_domain(function, rules):
        return None
    rows = second_derivatives(function, names)
    for curvature, sign in ((CONVEX, 1), (CONCAVE, -1)):
        how = _semidefinite(rows, names, box, sign)
        if how is not None:
            matrix = vector(vector(row) for row in rows) if len(names) > 1 else rows[0][0]
            word = "positive" if sign > 0 else "negative"
            what = "the Hessian " if len(names) > 1 else "the second derivative "
            tail = f" is {word} semidefinite" if len(names) > 1 else f" is nowhere {_other(word)}"
            why: Sentence = (what, matrix, f"{tail}: {how}")
            return rules.proof(function, curvature, "second derivatives", why)
    return None


def _other(word: str) -> str:
    return "negative" if word == "positive" else "positive"


def _crosses_zero_root(function: Node, rules: Rules) -> bool:
    """Is there a root of something that may be zero inside, where no second derivative exists?"""
    return any(
        kind == LEAST and not rules.of(part).is_concave and rules.ranges(part)[0] <= 0
        for part, kind in demands(function)
    ) or any(_cube_root(part, rules) for part in _parts(function))


def _parts(function: Node) -> list[Node]:
    from dlmath.expression.graph import topological

    return topological(function)


def _cube_root(part: Node, rules: Rules) -> bool:
    return part.op == "cbrt" and rules.ranges(part.args[0])[0] <= 0


def convex_domain(function: Node, rules: Rules) -> bool:
    """Is the domain proved to be convex (inside the box)?"""
    for part, kind in demands(function):
        low, high = rules.ranges(part)
        if kind in (ABOVE, LEAST):
            if rules.of(part).is_concave or low > 0 or (low >= 0 and kind == LEAST):
                continue
        elif kind == NONZERO:
            proof = rules.of(part)
            if low > 0 or high < 0:
                continue
            if (low >= 0 and proof.is_concave) or (high <= 0 and proof.is_convex):
                continue
        elif part.op in ("asin", "acos", "atanh", "acosh") and rules.of(part.args[0]).is_affine:
            continue
        return False
    return True


def _semidefinite(
    rows: list[list[Node]], names: Sequence[str], box: Sequence[Interval], sign: int
) -> str | None:
    """How sign*H is proved positive semidefinite: every principal minor is at least zero."""
    signed = [[tidy(mul(_number(sign), entry)) for entry in row] for row in rows]
    if len(names) == 1:
        return proved_nonnegative(signed[0][0], names, box)
    used = []
    for size in range(1, len(names) + 1):
        for places in combinations(range(len(names)), size):
            minor = determinant([[signed[i][j] for j in places] for i in places])
            how = proved_nonnegative(minor, names, box)
            if how is None:
                return None
            used.append(how)
    return f"its principal minors are at least zero ({'; '.join(dict.fromkeys(used))})"


def _number(sign: int) -> Node:
    from dlmath.expression.graph import number

    return number(sign)


def determinant(rows: list[list[Node]]) -> Node:
    """The determinant by expansion along the first row (small matrices)."""
    if len(rows) == 1:
        return rows[0][0]
    terms = []
    for j, entry in enumerate(rows[0]):
        minor = determinant([row[:j] + row[j + 1 :] for row in rows[1:]])
        terms.append(mul(_number(-1 if j % 2 else 1), entry, minor))
    return tidy(expand(add(*terms)))


def strong_modulus(function: Node, names: Sequence[str], ranges: Ranges) -> float | None:
    """m > 0 with every eigenvalue of the Hessian at least m, by Gershgorin's circles, or None.

    The bounds hold on the whole box by interval arithmetic.
    """
    if contains(function, KINKS) or len(names) > 12:
        return None
    rows = second_derivatives(function, names)
    try:
        flat = Enclosures([entry for row in rows for entry in row], names)(ranges.box)
    except Unsupported:
        return None
    size = len(names)
    least = None
    for i in range(size):
        entries = flat[i * size : (i + 1) * size]
        if any(entry is None for entry in entries):
            return None
        bounds = [entry for entry in entries if entry is not None]
        around = sum(max(abs(low), abs(high)) for j, (low, high) in enumerate(bounds) if j != i)
        here = bounds[i][0] - around
        least = here if least is None else min(least, here)
    return least if least is not None and 0 < least < float("inf") else None
