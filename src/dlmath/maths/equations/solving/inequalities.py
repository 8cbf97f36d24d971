"""Inequalities and their combinations in one unknown, as intervals.

The axis is cut where the difference of the sides is zero, singular or bends sharply (each place
found in closed form or isolated by interval arithmetic); between the cuts its sign is constant.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from dlmath.checks.real_parts import ROUNDING, is_real_throughout
from dlmath.errors import DlmathError, Unsolved
from dlmath.expression import precise
from dlmath.expression.graph import Node, call, sub, substitute
from dlmath.expression.intervals import Unsupported
from dlmath.maths.calculus.integrals.zero_search import Point
from dlmath.maths.calculus.studies.cells import cells
from dlmath.maths.calculus.studies.points import infinite_point, same, value_at
from dlmath.maths.calculus.studies.signs import sign_at
from dlmath.maths.calculus.studies.spans import Span, union
from dlmath.maths.calculus.studies.zeros import Endless, places_between, zeros_between
from dlmath.maths.equations.solving.conditions import spans_condition
from dlmath.maths.equations.solving.working import Context, Stuck

RELATIONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})

_HOLDS = {
    "lt": {-1},
    "le": {-1, 0},
    "gt": {1},
    "ge": {0, 1},
    "eq": {0},
    "ne": {-1, 1},
}


class Pieces:
    """The axis from low to high: places, and the truth at each and between them.

    doubts: what values decided.
    """

    def __init__(self, places: list[Point], at: list[bool], between: list[bool]) -> None:
        self.places, self.at, self.between = places, at, between
        self.doubts: list[str] = []

    def spans(self) -> list[Span]:
        found = []
        for index, (low, high) in enumerate(pairwise(self.places)):
            if self.between[index]:
                found.append(Span(low, high))
        for point, true in zip(self.places, self.at, strict=True):
            if true:
                found.append(Span(point, point, True, True))
        return union(found)


def pieces(condition: Node, variable: str, low: Point, high: Point) -> Pieces:
    """Where a condition holds. Raises Endless, Unsolved."""
    leaves: list[Node] = []
    _collect(condition, leaves)
    places = [low, high]
    doubts: list[str] = []
    level: dict[Node, list[tuple[Any, Any]]] = {}
    for leaf in leaves:
        f = sub(leaf.args[0], leaf.args[1])
        found, words = cells(f, variable, low, high)
        doubts += words
        for cell in found:
            _insert(places, cell.low)
            _insert(places, cell.high)
            if cell.function is None:
                continue
            try:
                zeros = zeros_between(cell.function, variable, cell.low, cell.high)
            except Unsupported as reason:
                raise Unsolved(f"where the sides are equal is not known: {reason}") from reason
            doubts += zeros.doubts
            if zeros.everywhere:
                level.setdefault(leaf, []).append((cell.low.value, cell.high.value))
            for point in zeros.points:
                _insert(places, point)
    at = [_holds_at(condition, variable, point) for point in places]
    between = [
        _holds_between(condition, variable, left, right, level) for left, right in pairwise(places)
    ]
    result = Pieces(places, at, between)
    result.doubts = list(dict.fromkeys(doubts))
    return result


def _collect(condition: Node, leaves: list[Node]) -> None:
    if condition.op in ("and", "or", "not"):
        for part in condition.args:
            _collect(part, leaves)
    elif condition.op in RELATIONS:
        leaves.append(condition)


def _insert(places: list[Point], point: Point) -> None:
    for index, known in enumerate(places):
        if same(known.value, point.value):
            if known.exact is None:
                places[index] = point
            return
    places.append(point)
    places.sort(key=lambda entry: entry.value)


def _holds_at(condition: Node, variable: str, point: Point) -> bool:
    import mpmath

    if mpmath.isinf(point.value):
        return False

    if not is_real_throughout(condition, {variable: point.value}, ROUNDING):
        return False

    def leaf(node: Node) -> bool | None:
        left, right = (value_at(side, variable, point) for side in node.args)
        if left is None or right is None:
            return None
        gap = left.value - right.value
        scale = max(1, abs(left.value), abs(right.value))
        if abs(gap) >= mpmath.mpf(10) ** -28 * scale:
            return int(mpmath.sign(gap)) in _HOLDS[node.op]
        return _sign_there(sub(*node.args), variable, point) in _HOLDS[node.op]

    return _truth(condition, leaf) is True


def _sign_there(f: Node, variable: str, point: Point) -> int:
    """The sign of a tiny value, where the place is known exactly (erf(10) - 1 is not 0)."""
    if point.exact is None:
        return 0
    there = substitute(f, {variable: point.exact})
    try:
        value = precise.evaluate(there, {}, 20)
    except (DlmathError, ArithmeticError, ValueError):
        return 0
    return 0 if hasattr(value, "_mpc_") else int(value > 0) - int(value < 0)


def _holds_between(
    condition: Node,
    variable: str,
    low: Point,
    high: Point,
    level: Mapping[Node, Sequence[tuple[Any, Any]]],
) -> bool:
    """level: where the two sides of a relation are the same on a whole interval."""
    for place in places_between(low.value, high.value):
        if not is_real_throughout(condition, {variable: place}):
            return False

        def leaf(node: Node, place: Any = place) -> bool | None:
            if any(a <= place <= b for a, b in level.get(node, ())):
                return 0 in _HOLDS[node.op]
            sign = sign_at(sub(node.args[0], node.args[1]), variable, place)
            return None if sign is None else sign in _HOLDS[node.op]

        found = _truth(condition, leaf)
        if found is not None:
            return found
    return False


def _truth(condition: Node, leaf: Any) -> bool | None:
    """The truth of a condition; where a side has no value, it is undefined (and not true)."""
    if condition.op == "not":
        inner = _truth(condition.args[0], leaf)
        return None if inner is None else not inner
    if condition.op in ("and", "or"):
        parts = [_truth(part, leaf) for part in condition.args]
        if condition.op == "and":
            return False if False in parts else None if None in parts else True
        return True if True in parts else None if None in parts else False
    if condition.op in ("true", "false"):
        return condition.op == "true"
    found: bool | None = leaf(condition)
    return found


def solved_condition(condition: Node, ctx: Context) -> Node:
    """A condition on an expression as one on the unknown. Raises Stuck."""
    try:
        found = pieces(condition, ctx.variable, infinite_point(-1), infinite_point(1))
    except (Endless, DlmathError, Unsupported) as error:
        raise Stuck from error
    return spans_condition(found.spans(), ctx.x)


def joined(conditions: Sequence[Node]) -> Node:
    return conditions[0] if len(conditions) == 1 else call("and", *conditions)
