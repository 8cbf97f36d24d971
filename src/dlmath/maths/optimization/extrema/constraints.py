"""Constraints as they are typed, and sets of them that hold with equality."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, NamedTuple

from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import Node, free_symbols, neg, sub, substitute
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.derive import prepared
from dlmath.maths.optimization.extrema.kinks import has_kinks
from dlmath.maths.optimization.extrema.systems import value_at
from dlmath.settings import Settings

#: Inequalities beyond this many give too many cases.
MOST_INEQUALITIES = 8

#: How far a constraint may be missed by values of thirty digits.
_SMALL = 1e-18


class Constraint(NamedTuple):
    """`left = right` or `left <= right`; strict: the edge itself does not belong.

    rest: the expression that is zero, or at most zero. slopes: its gradient. text: as typed.
    turned: was it typed with the greater side on the left?
    """

    text: str
    rest: Node
    equality: bool
    strict: bool
    slopes: tuple[Node, ...]
    turned: bool = False


def read_constraints(
    nodes: Sequence[Node], names: Sequence[str], settings: Settings
) -> list[Constraint]:
    """The constraints in the order typed; `and` joins several. Raises InvalidInput, Unsolved."""
    found = []
    for node in nodes:
        for part in node.args if node.op == "and" else (node,):
            found.append(_one(part, names, settings))
    count = sum(1 for one in found if not one.equality)
    if count > MOST_INEQUALITIES:
        raise Unsolved(f"there are {count} inequalities; at most {MOST_INEQUALITIES} are looked at")
    return found


def _one(node: Node, names: Sequence[str], settings: Settings) -> Constraint:
    if node.op not in ("eq", "le", "lt", "ge", "gt"):
        raise InvalidInput(
            f"a constraint is an equation or an inequality, and {to_text(node)} is neither",
            hint='for example: --subject-to "x + y = 1" or --subject-to "x^2 + y^2 <= 1"',
        )
    left, right = (
        prepared(substitute(side, dict(settings.at)), settings, stable=True) for side in node.args
    )
    if left.op == "vector" or right.op == "vector":
        raise InvalidInput("a constraint compares numbers, not vectors")
    turned = node.op in ("ge", "gt")
    rest = sub(right, left) if turned else sub(left, right)
    if has_kinks(rest, names):
        raise Unsolved(
            f"the constraint {to_text(node)} has a kink: write it as several smooth ones"
        )
    slopes = gradient(rest, list(names))
    return Constraint(
        to_text(node),
        rest,
        node.op == "eq",
        node.op in ("lt", "gt"),
        tuple(tidy(slopes[name]) for name in names),
        turned,
    )


def assumed(names: Sequence[str], settings: Settings) -> list[Node]:
    """What is assumed of the signs of variables, as inequalities."""
    from dlmath.expression.graph import ZERO, call, symbol

    signs = {"positive": "gt", "negative": "lt", "nonnegative": "ge", "nonpositive": "le"}
    return [
        call(op, symbol(name), ZERO)
        for name in names
        for known, op in signs.items()
        if known in settings.assume.get(name, frozenset())
    ]


def active_sets(constraints: Sequence[Constraint], size: int) -> Iterator[tuple[int, ...]]:
    """The places of constraints that hold with equality: all equations, any inequalities.

    Sets with more than `size` constraints, the number of variables, come too: points where so
    many meet are found with fewer of them, and are then irregular.
    """
    fixed = [place for place, one in enumerate(constraints) if one.equality]
    free = [place for place, one in enumerate(constraints) if not one.equality]
    for count in range(len(free) + 1):
        if fixed and len(fixed) + count > max(size, len(fixed)):
            return
        if not fixed and count > size:
            return
        for chosen in combinations(free, count):
            yield (*fixed, *chosen)


def violated(constraint: Constraint, values: Mapping[str, Any]) -> bool:
    """Does the constraint fail at a place (an edge that does not belong included)?"""
    found = value_at(constraint.rest, values)
    if found is None:
        return True
    if constraint.equality:
        return bool(abs(found) > _SMALL)
    return bool(found > (-_SMALL if constraint.strict else _SMALL))


def is_active(constraint: Constraint, values: Mapping[str, Any]) -> bool:
    """Does an inequality hold with equality at a place?"""
    found = value_at(constraint.rest, values)
    return found is not None and bool(abs(found) <= _SMALL)


def negative(node: Node) -> Node:
    """-node, tidied."""
    return tidy(neg(node))


def all_names(function: Node, nodes: Sequence[Node]) -> list[str]:
    """The variables of the function and of the constraints."""
    found = set(free_symbols(function))
    for node in nodes:
        found |= free_symbols(node)
    return sorted(found)
