"""Other ways to write a double integral: the order changed, or polar coordinates for a disc.

Fubini's theorem and the change of variables; J. Stewart, Calculus, 8th edition, sections 15.2-15.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    HALF,
    PI,
    TWO,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    is_number,
    mul,
    neg,
    number,
    power,
    replace,
    sub,
    substitute,
    symbol,
    topological,
)
from dlmath.expression.tidy import expand, split_coefficient, tidy
from dlmath.maths.calculus.antiderivatives.polynomial import linear

Range = tuple[str, Node, Node]


class Rewriting(NamedTuple):
    """words: what was done. integrand, ranges: the same integral, outermost range first."""

    words: Sentence
    integrand: Node
    ranges: list[Range]


def rewritings(integrand: Node, ranges: Sequence[Range]) -> Iterator[Rewriting]:
    """The double integral in other forms with the same value."""
    if len(ranges) != 2:
        return
    for way in (_polar, _other_order):
        found = way(integrand, ranges[0], ranges[1])
        if found is not None:
            yield found


# --- the order --------------------------------------------------------------------------------


def _other_order(integrand: Node, outer: Range, inner: Range) -> Rewriting | None:
    """Over a rectangle, or a region between a line or power and a constant that meet."""
    x, a, b = outer
    y, low, high = inner
    words: Sentence = ("change the order: integrate by ", symbol(x), " first")
    moving = [x in free_symbols(end) for end in (low, high)]
    if not any(moving):
        return Rewriting(words, integrand, [(y, low, high), (x, a, b)])
    if all(moving):
        return None
    curve, level = (low, high) if moving[0] else (high, low)
    inverse = _inverse(curve, x, a, symbol(y))
    if inverse is None:
        return None
    back, rising = inverse
    at_a, at_b = (tidy(substitute(curve, {x: end})) for end in (a, b))
    if tidy(sub(level, at_b)) is ZERO and rising == moving[0]:
        span = (at_a, level) if moving[0] else (level, at_a)
        return Rewriting(words, integrand, [(y, *span), (x, a, back)])
    if tidy(sub(level, at_a)) is ZERO and rising != moving[0]:
        span = (at_b, level) if moving[0] else (level, at_b)
        return Rewriting(words, integrand, [(y, *span), (x, back, b)])
    return None


def _inverse(curve: Node, x: str, start: Node, y: Node) -> tuple[Node, bool] | None:
    """x as a function of y = curve(x), and whether the curve rises; None where that is not known.

    A power is taken for x >= 0 only.
    """
    line = linear(curve, symbol(x))
    if line is not None and is_number(line[0]):
        return tidy(div(sub(y, line[1]), line[0])), line[0].number > 0
    if curve.op == "pow" and curve.args[0] is symbol(x) and is_number(curve.args[1]):
        size = curve.args[1].number
        if size > 0 and is_number(start) and start.number >= 0:
            return tidy(power(y, div(number(1), curve.args[1]))), True
    return None


# --- polar coordinates --------------------------------------------------------------------------


def _polar(integrand: Node, outer: Range, inner: Range) -> Rewriting | None:
    """Over a disc around 0, a half or a quarter of one."""
    x, a, b = outer
    y, low, high = inner
    size = _radius_squared(low, high, x)
    sides = None if size is None else _turns(a, b, size)
    if size is None or sides is None:
        return None
    start, end = _restricted(*sides, above=low is ZERO, below=high is ZERO)
    taken = free_symbols(integrand) | free_symbols(size)
    r, angle = _unused("r", taken), _unused("theta", taken)
    radius = symbol(r)
    places = {
        x: mul(radius, call("cos", symbol(angle))),
        y: mul(radius, call("sin", symbol(angle))),
    }
    turned = substitute(_with_squared_radius(integrand, symbol(x), symbol(y), radius), places)
    words: Sentence = (
        "polar coordinates: ",
        *(symbol(x), " = ", places[x], ", ", symbol(y), " = ", places[y]),
        f", with the factor {r}",
    )
    bound = tidy(b if b is not ZERO else neg(a))
    ranges = [(angle, start, end), (r, ZERO, bound)]
    return Rewriting(words, tidy(mul(turned, radius)), ranges)


def _radius_squared(low: Node, high: Node, x: str) -> Node | None:
    """R^2 when the bounds are sqrt(R^2 - x^2), its negative, or 0 on one side."""
    root = high if high is not ZERO else tidy(neg(low))
    if low is not ZERO and high is not ZERO and tidy(add(low, high)) is not ZERO:
        return None
    if root.op != "pow" or root.args[1] is not HALF:
        return None
    size = expand(add(root.args[0], power(symbol(x), TWO)))
    return None if x in free_symbols(size) else size


def _turns(a: Node, b: Node, size: Node) -> tuple[int, int] | None:
    """The angles, in quarter turns, of the part of the disc with a <= x <= b."""

    def is_radius(node: Node) -> bool:
        return expand(sub(power(node, TWO), size)) is ZERO

    if is_radius(b) and a is ZERO:
        return -1, 1
    if is_radius(a) and b is ZERO:
        return 1, 3
    if is_radius(a) and is_radius(b) and tidy(add(a, b)) is ZERO:
        return 0, 4
    return None


def _restricted(start: int, end: int, *, above: bool, below: bool) -> tuple[Node, Node]:
    """The angles with only the upper (sine > 0) or only the lower half kept."""
    if above:
        start, end = max(start, 0), min(end, 2)
    elif below:
        start, end = (max(start, 2), end) if end > 2 else (start, min(end, 0))
    quarter = mul(HALF, PI)
    return tidy(mul(number(start), quarter)), tidy(mul(number(end), quarter))


def _with_squared_radius(node: Node, x: Node, y: Node, r: Node) -> Node:
    """c*x^2 + c*y^2 written as c*r^2, wherever it occurs."""
    done: dict[Node, Node] = {}
    for part in topological(node):
        args = tuple(done.get(arg, arg) for arg in part.args)
        new = replace(part, dict(zip(part.args, args, strict=True))) if args != part.args else part
        done[part] = _joined(new, x, y, r) if new.op == "add" else new
    return done[node]


def _joined(total: Node, x: Node, y: Node, r: Node) -> Node:
    shares = {base: size for size, base in map(split_coefficient, total.args)}
    first, second = power(x, TWO), power(y, TWO)
    size = shares.get(first)
    if size is None or shares.get(second) != size:
        return total
    rest = [term for term in total.args if split_coefficient(term)[1] not in (first, second)]
    return add(mul(number(size), power(r, TWO)), *rest)


def _unused(name: str, taken: frozenset[str]) -> str:
    while name in taken:
        name += "_"
    return name
