"""What each thing to be plotted is: a curve, a path, level lines, a region, arrows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.graph import Node, contains, free_symbols, sub, substitute, symbol
from dlmath.picture import Words
from dlmath.settings import Settings

CURVE = "curve"  # y = f(x)
SIDEWAYS = "sideways"  # x = f(y)
PATH = "path"  # [x(t), y(t)]
POLAR = "polar"  # r(theta)
IMPLICIT = "implicit"  # an equation of two variables
CONTOUR = "contour"  # a function of two variables
REGION = "region"  # conditions on two variables
FIELD = "field"  # a vector at every point
ARROW = "arrow"  # one vector

#: What needs both axes to be variables.
PLANE = frozenset({SIDEWAYS, IMPLICIT, CONTOUR, REGION, FIELD})

_RELATIONS = frozenset({"lt", "le", "gt", "ge", "ne", "and", "or", "not", "true", "false"})
_ANGLES = ("theta", "phi", "t")
_OPERATIONS = frozenset({"derive", "integrate", "limit"})


class Item(NamedTuple):
    """One thing to plot. parts: its expressions. names: its variables. label: as it was typed."""

    kind: str
    parts: tuple[Node, ...]
    names: tuple[str, ...]
    label: Words


class Data(NamedTuple):
    """Points from a file, with the names of their columns."""

    x_name: str
    y_name: str
    x: Sequence[float]
    y: Sequence[float]


def item_of(typed: Node, settings: Settings) -> Item:
    """What one expression asks to draw; `settings.at` gives variables their values.

    Raises InvalidInput, and Unsolved where an operation inside it cannot be carried out.
    """
    node = _prepared(typed, settings)
    label: Words = (typed,)
    names = tuple(sorted(free_symbols(node)))
    if node.op == "eq":
        return _equation(node, names, label)
    if node.op in _RELATIONS:
        return Item(REGION, (node,), _at_most_two(names, node), label)
    if node.op == "vector":
        return _vector(node, names, label)
    if len(names) <= 1:
        return Item(CURVE, (node,), names, label)
    return Item(CONTOUR, (node,), _at_most_two(names, node), label)


def polar_item(typed: Node, settings: Settings) -> Item:
    """A radius as a function of an angle; `r = ...` says it too. Raises as `item_of`."""
    node = _prepared(typed, settings)
    radius = node.args[1] if node.op == "eq" and node.args[0] is symbol("r") else node
    names = tuple(sorted(free_symbols(radius)))
    if radius.op in ("eq", "vector") or radius.op in _RELATIONS or len(names) > 1:
        raise InvalidInput(
            "a polar curve is a radius, a function of one angle", hint='--polar "1 + cos(theta)"'
        )
    return Item(POLAR, (radius,), names or ("theta",), ("r = ", radius))


def _prepared(typed: Node, settings: Settings) -> Node:
    """Derivatives, integrals and limits carried out, the values put in."""
    if not contains(typed, _OPERATIONS):
        return substitute(typed, dict(settings.at)) if settings.at else typed
    from dlmath.maths.operations import carry_out, carry_out_derivatives

    derived = carry_out_derivatives(typed, settings)
    node = carry_out(substitute(derived, dict(settings.at)), settings)
    if contains(node, _OPERATIONS):
        raise Unsolved("an integral or limit in the expression has no closed form that was found")
    return node


def _equation(node: Node, names: tuple[str, ...], label: Words) -> Item:
    left, right = node.args
    inside = free_symbols(right)
    if left is symbol("r") and "r" not in inside and len(inside) <= 1:
        angle = tuple(inside)
        if not angle or angle[0] in _ANGLES:
            return Item(POLAR, (right,), angle or ("theta",), label)
    if left.op == "symbol" and left.name not in inside and len(inside) <= 1:
        # y = x^2 is a curve over x; x = y^2 lies on its side.
        if left is symbol("x"):
            return Item(SIDEWAYS, (right,), ("x", *(inside or {"y"})), label)
        if not inside or "x" in inside or left is symbol("y"):
            return Item(CURVE, (right,), tuple(inside), label)
    return Item(IMPLICIT, (sub(left, right),), _at_most_two(names, node), label)


def _vector(node: Node, names: tuple[str, ...], label: Words) -> Item:
    if len(node.args) != 2 or any(part.op == "vector" for part in node.args):
        raise InvalidInput(
            f"a vector with {len(node.args)} entries is not drawn: the picture is a plane",
            hint='a path has two: "[cos(t), sin(t)]"',
        )
    if not names:
        return Item(ARROW, tuple(node.args), (), label)
    if len(names) == 1:
        return Item(PATH, tuple(node.args), names, label)
    return Item(FIELD, tuple(node.args), _at_most_two(names, node), label)


def _at_most_two(names: tuple[str, ...], node: Node) -> tuple[str, ...]:
    if len(names) <= 2:
        return names
    spare = [name for name in names if name not in ("x", "y")][: len(names) - 2]
    example = ",".join(f"{name}=1" for name in spare)
    raise InvalidInput(
        f"{', '.join(names)} are {len(names)} variables, and a picture has two axes",
        hint=f"give the others values: --at {example}",
    )
