"""Global extrema, where they can be proved; a function without bounds is said to have none."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import Any, NamedTuple

from dlmath.answer import Sentence
from dlmath.expression.graph import Node, contains, neg, number, sub
from dlmath.maths.optimization.convexity.curved import KINKS
from dlmath.maths.optimization.convexity.proofs import UNKNOWN, Proof
from dlmath.maths.optimization.extrema.degenerate import form_sign
from dlmath.maths.optimization.extrema.families import Level
from dlmath.maths.optimization.extrema.points import MAXIMUM, MINIMUM, Critical, part_text
from dlmath.maths.optimization.extrema.systems import EXACT
from dlmath.maths.optimization.nonnegative import proved_nonnegative
from dlmath.maths.optimization.quadratics import polynomial


class Bound(NamedTuple):
    """What is proved of the least (sign 1) or greatest (-1) value.

    value: None where the function has no bound. why: in words.
    """

    value: Node | float | None
    why: str


def global_bounds(
    function: Node,
    names: Sequence[str],
    points: Sequence[Critical],
    levels: Sequence[Level],
    how: str,
    proof: Proof,
) -> dict[str, Bound]:
    """The least and the greatest value, each only where it is proved."""
    found = {}
    for kind, sign in ((MINIMUM, 1), (MAXIMUM, -1)):
        bound = _bound(function, names, points, levels, how, proof, sign)
        if bound is not None:
            found[kind] = bound
    return found


def _bound(
    function: Node,
    names: Sequence[str],
    points: Sequence[Critical],
    levels: Sequence[Level],
    how: str,
    proof: Proof,
    sign: int,
) -> Bound | None:
    wanted = MINIMUM if sign > 0 else MAXIMUM
    candidates: list[tuple[Any, Node | float, Node | None]] = [
        (p.value, p.shown_value, p.exact) for p in points if p.kind == wanted
    ]
    candidates += [(one.value, one.shown_value, one.exact) for one in levels if one.kind == wanted]
    growth = _growth(function, names)
    if growth is not None and growth in (-sign, 2):
        return Bound(None, "it grows without bound" if sign < 0 else "it falls without bound")
    if not candidates:
        return None
    _, shown, exact = min(candidates, key=lambda one: sign * one[0])
    if proof.curvature != UNKNOWN and (proof.is_convex if sign > 0 else proof.is_concave):
        return Bound(shown, f"the function is {'convex' if sign > 0 else 'concave'}")
    if growth == sign and how == EXACT and not contains(function, KINKS):
        direction = "infinity" if sign > 0 else "-infinity"
        why = f"it goes to {direction} in every direction, and these are all critical points"
        return Bound(shown, why)
    if exact is not None:
        above = function if exact is number(0) else sub(function, exact)
        signed = above if sign > 0 else neg(above)
        proved = proved_nonnegative(signed, names, [(-inf, inf)] * len(names))
        if proved is not None:
            side = "less" if sign > 0 else "greater"
            return Bound(shown, f"no value is {side}, for the difference: {proved}")
    return None


def _growth(function: Node, names: Sequence[str]) -> int | None:
    """1 where a polynomial goes to infinity in every direction, -1 to -infinity, 2 to both."""
    whole = polynomial(function, names)
    if not whole:
        return None
    degree = max(map(sum, whole))
    if degree == 0:
        return None
    if degree % 2:
        return 2
    leading = {power: size for power, size in whole.items() if sum(power) == degree}
    if len(names) == 1:
        (size,) = leading.values()
        return 1 if size > 0 else -1
    return form_sign(leading, len(names), degree)


def words(bounds: dict[str, Bound], kind: str) -> Sentence:
    """`the least value is 0: ...`."""
    bound = bounds[kind]
    if bound.value is None:
        return (f"there is no global {kind}: {bound.why} on the whole space",)
    word = "least" if kind == MINIMUM else "greatest"
    return (f"the {word} value of all is {part_text(bound.value)}: {bound.why}",)
