"""Where a function has no derivative although it has a value: kinks, jumps, vertical tangents."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from itertools import combinations
from typing import Any, NamedTuple

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    ONE,
    TWO,
    ZERO,
    Exact,
    Node,
    add,
    div,
    eq_node,
    free_symbols,
    mul,
    neg,
    number,
    power,
    sqrt,
    sub,
    substitute,
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


#: Function to (operand values with a kink, what frameworks use there)
KINKED: dict[str, tuple[tuple[Exact, ...], str]] = {
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
    for part in topological(node, of=variable):
        if variable not in free_symbols(part) or not part.args:
            continue
        inner = part.args[0]
        if part.op in KINKED:
            places, convention = KINKED[part.op]
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
            convention = "the slope of one side or, in torch and jax, the mean of both"
            found += [
                Kink(part, tidy(sub(one, other)), "kink", convention)
                for one, other in combinations(part.args, 2)
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


def kink_notes(function: Node, derivative: Node, variable: str) -> list[Sentence]:
    """One sentence for each place where the derivative fails, or may fail.

    A place that can be written down is tried by numbers: where both sides have the same value and
    slope (`x*abs(x)` at 0) there is nothing to say.
    """
    notes: list[Sentence] = []
    alone = free_symbols(function) == {variable}
    for kink in kinks_of(function, variable):
        points = zeros(kink.at, variable)
        if points is None or not alone:
            notes.append(_sentence(kink, variable, points, False))
            continue
        sharp = [point for point in points if not _is_smooth(function, derivative, variable, point)]
        if sharp:
            notes.append(_sentence(kink, variable, sorted(sharp, key=_size), True))
    return list(dict.fromkeys(notes))


def _size(point: Node) -> float:
    from dlmath.expression.numbers import evaluate

    return float(evaluate(point))


def _is_smooth(function: Node, derivative: Node, variable: str, point: Node) -> bool:
    joined = agree(*sides(function, variable, point, {}))
    return joined and agree(*sides(derivative, variable, point, {}))


def _sentence(kink: Kink, variable: str, points: list[Node] | None, sure: bool) -> Sentence:
    """`not differentiable at x = 0 (kink of relu); frameworks use 0 there`"""
    where: Sentence = ("where ", eq_node(kink.at, ZERO))
    if points:
        places = [part for point in points for part in (" and ", eq_node(symbol(variable), point))]
        where = ("at ", *places[1:])
    elif kink.function.op in _STAIRS:
        where = ("where ", kink.function.args[0], " is a whole number")
    verb = "not differentiable " if sure else "may not be differentiable "
    tail = f"; frameworks use {kink.convention} there" if kink.convention else ""
    return (verb, *where, f" ({kink.kind} of {kink.function.op}){tail}")


def sides(node: Node, variable: str, point: Node, values: Mapping[str, Node]) -> tuple[Any, Any]:
    """The values a hair to the left and to the right of the point; None where undefined."""
    from dlmath.expression.precise import evaluate

    def at(side: int) -> Any:
        place = {**values, variable: add(point, number(Fraction(side, 10**25)))}
        value = evaluate(substitute(node, place), digits=40)
        return value if value == value else None

    return at(-1), at(1)


def agree(left: Any, right: Any) -> bool:
    """Are the values of the two sides the same, as far as a hair can tell?"""
    if left is None or right is None:
        return False
    if isinstance(left, list):
        return all(agree(*pair) for pair in zip(left, right, strict=True))
    return bool(abs(left - right) <= 1e-12 * max(1, abs(left)))


def zeros(node: Node, variable: str) -> list[Node] | None:
    """The real zeros of a product of linear and quadratic factors, or None for anything else."""
    top = fraction_parts(node)[0]
    if variable not in free_symbols(top):
        return [] if top.op == "number" and top is not ZERO else None
    if top.op == "pow" and top.args[1].op == "number":
        return zeros(top.args[0], variable)
    if top.op == "mul":
        parts = [zeros(part, variable) for part in top.args if variable in free_symbols(part)]
        if any(part is None for part in parts):
            return None
        return list(dict.fromkeys(zero for part in parts for zero in part or []))
    return _polynomial_zeros(expand(top), variable)


def _polynomial_zeros(node: Node, variable: str) -> list[Node] | None:
    """Zeros of c2*x^2 + c1*x + c0; c2 must be a number, and with it c1 and c0."""
    coefficients: dict[int, list[Node]] = {0: [], 1: [], 2: []}
    powers = {symbol(variable): 1, power(symbol(variable), TWO): 2}
    for term in node.args if node.op == "add" else (node,):
        coefficient, base = split_coefficient(term)
        if variable not in free_symbols(term):
            coefficients[0].append(term)
        elif base in powers:
            coefficients[powers[base]].append(number(coefficient))
        else:
            return None
    c0, c1, c2 = (tidy(add(*coefficients[k])) for k in (0, 1, 2))
    if c2 is ZERO:
        return None if c1 is ZERO else [tidy(neg(div(c0, c1)))]
    if c0.op != "number":
        return None
    inside = Fraction(c1.number) ** 2 - 4 * Fraction(c2.number) * Fraction(c0.number)
    if inside < 0:
        return []
    root, below = sqrt(number(inside)), mul(TWO, c2)
    both = [tidy(div(add(neg(c1), sign), below)) for sign in (neg(root), root)]
    return list(dict.fromkeys(both))
