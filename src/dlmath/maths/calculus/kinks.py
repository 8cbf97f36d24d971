"""Where a function has no derivative although it has a value: kinks, jumps, vertical tangents."""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    ONE,
    Exact,
    Node,
    add,
    eq_node,
    free_symbols,
    mul,
    number,
    sub,
    symbol,
    topological,
)
from dlmath.expression.tidy import expand, fraction_parts, split_coefficient, tidy


class Kink(NamedTuple):
    """A place where a derivative may fail.

    function: the node that has it. at: an expression that is zero there. kind: `kink` (the slopes
    of the two sides differ), `jump`, or `vertical tangent`.
    convention: what automatic differentiation uses there, in words, or None.
    """

    function: Node
    at: Node
    kind: str
    convention: str | None


#: function -> (operand values with a kink, what frameworks use there)
_KINKED: dict[str, tuple[tuple[Exact, ...], str]] = {
    "abs": ((0,), "0"),
    "relu": ((0,), "0"),
    "leaky_relu": ((0,), "the slope below 0"),
    "selu": ((0,), "the slope below 0"),
    "hardtanh": ((-1, 1), "0"),
    "hard_sigmoid": ((-3, 3), "0"),
}
_JUMPS = frozenset({"sign", "heaviside"})
_STAIRS = frozenset({"floor", "ceil"})


def kinks_of(node: Node, variable: str) -> list[Kink]:
    """Every place in the expression where a derivative by the variable may fail."""
    found: list[Kink] = []
    for part in topological(node):
        if variable not in free_symbols(part) or not part.args:
            continue
        inner = part.args[0]
        if part.op in _KINKED:
            places, convention = _KINKED[part.op]
            found += [Kink(part, tidy(sub(inner, number(v))), "kink", convention) for v in places]
        elif part.op == "elu" and len(part.args) > 1 and part.args[1] is not ONE:
            found.append(Kink(part, inner, "kink", "the slope below 0"))
        elif part.op in _JUMPS:
            found.append(Kink(part, inner, "jump", "0"))
        elif part.op in _STAIRS:
            found.append(Kink(part, sub(inner, part), "jump", "0"))
        elif part.op == "cbrt":
            found.append(Kink(part, inner, "vertical tangent", None))
        elif part.op in ("max", "min"):
            others = part.args[1:]
            found += [
                Kink(part, tidy(sub(inner, other)), "kink", "the slope of one side")
                for other in others
            ]
        elif part.op == "piecewise":
            found += [
                Kink(part, tidy(sub(*condition.args)), "kink", "the slope of the branch taken")
                for condition in _comparisons(part)
            ]
    return found


def _comparisons(piecewise: Node) -> list[Node]:
    return [
        part
        for condition in piecewise.args[1::2]
        for part in topological(condition)
        if part.op in ("lt", "le", "gt", "ge", "eq", "ne")
    ]


def describe(kink: Kink, variable: str) -> Sentence:
    """`not differentiable at x = 0 (kink of relu); frameworks use 0 there`"""
    place = place_of(kink, variable)
    where: Sentence = (
        ("at ", place) if place is not None else ("where ", eq_node(kink.at, number(0)))
    )
    if kink.function.op in _STAIRS:
        where = ("where ", kink.function.args[0], " is a whole number")
    tail = f"; frameworks use {kink.convention} there" if kink.convention else ""
    return ("not differentiable ", *where, f" ({kink.kind} of {kink.function.op}){tail}")


def place_of(kink: Kink, variable: str) -> Node | None:
    """`x = value` where the zero of a linear expression can be written down, else None."""
    value = linear_zero(kink.at, variable)
    return None if value is None else eq_node(symbol(variable), value)


def linear_zero(node: Node, variable: str) -> Node | None:
    """The zero of slope*x + rest, with slope and rest free of x and the slope a number."""
    top = expand(fraction_parts(expand(node))[0])
    slope: Exact = 0
    rest: list[Node] = []
    for term in top.args if top.op == "add" else (top,):
        coefficient, base = split_coefficient(term)
        if base is symbol(variable):
            slope += coefficient
        elif variable in free_symbols(term):
            return None
        else:
            rest.append(term)
    if slope == 0:
        return None
    return tidy(mul(number(Fraction(-1) / slope), add(*rest)))
