"""Enclosures: bounds that a real function surely keeps on a whole interval.

`Enclosure(f, "x")(a, b)` holds every real value that f takes on [a, b]. Ends are binary64 numbers
(infinite ones are allowed) and each operation is rounded outwards, so that "zero is not in the
enclosure" proves that f has no zero there (R. E. Moore, Interval Analysis, 1966). Where f is
undefined on a part of the interval, the enclosure is that of the rest; nowhere defined is None.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import inf, isnan, nextafter
from typing import Any

from dlmath.expression.evaluator import LOGIC, RELATIONS, branches
from dlmath.expression.graph import Node, topological
from dlmath.expression.interval_arithmetic import (
    Interval,
    down,
    general_power,
    interval_sum,
    product,
    rational_power,
    up,
    whole_power,
)
from dlmath.expression.interval_functions import FUNCTIONS

__all__ = ["Enclosure", "Enclosures", "Interval", "Unsupported"]

#: A bound, the truth of a condition (None: true at some places only), or None for undefined.
_Value = Any


class Unsupported(Exception):
    """There is no rule that bounds the expression."""


class Enclosures:
    """The enclosures of several expressions of several variables, prepared for many boxes.

    Common parts are bounded once. Raises Unsupported where an expression holds something without
    a rule, or a variable that is not named.
    """

    def __init__(self, nodes: Sequence[Node], names: Sequence[str]) -> None:
        order = topological(*nodes)
        place = {part: index for index, part in enumerate(order)}
        self._start: list[_Value] = [None] * len(order)
        self._program: list[tuple[int, Callable[..., _Value], tuple[int, ...]]] = []
        self._variables: list[tuple[int, int]] = []
        self._results = [place[node] for node in nodes]
        for index, part in enumerate(order):
            if part.op == "symbol":
                if part.name not in names:
                    raise Unsupported(f"the variable {part.name} has no value")
                self._variables.append((index, list(names).index(part.name)))
            elif part.op == "number":
                self._start[index] = _exact(Fraction(part.number))
            elif part.op == "constant":
                self._start[index] = _constant(part.name)
            elif part.op in ("true", "false"):
                self._start[index] = part.op == "true"
            else:
                rule = _rule(part)
                self._program.append((index, rule, tuple(place[arg] for arg in part.args)))

    def __call__(self, box: Sequence[Interval]) -> list[Interval | None]:
        """Bounds of each expression on a closed box; None for an expression without a value."""
        values = list(self._start)
        for index, number in self._variables:
            values[index] = box[number]
        for index, rule, operands in self._program:
            values[index] = rule(*(values[operand] for operand in operands))
        return [values[index] for index in self._results]


class Enclosure:
    """The enclosure of one expression of one variable, prepared for many intervals.

    Raises Unsupported where the expression holds something without a rule, or other variables.
    """

    def __init__(self, node: Node, variable: str) -> None:
        self._bounds = Enclosures([node], [variable])

    def __call__(self, low: float, high: float) -> Interval | None:
        """Bounds of the values on the closed interval from low to high, or None for no value."""
        return self._bounds([(low, high)])[0]


def _exact(value: Fraction) -> Interval:
    try:
        near = float(value)
    except OverflowError:
        return (nextafter(inf, 0), inf) if value > 0 else (-inf, nextafter(-inf, 0))
    if near in (inf, -inf):
        return (nextafter(near, 0), inf) if value > 0 else (-inf, nextafter(near, 0))
    if Fraction(near) == value:
        return near, near
    return (near, up(near)) if Fraction(near) < value else (down(near), near)


def _constant(name: str) -> Interval:
    from math import e, pi

    if name == "pi":
        return pi, up(pi)  # binary64 rounds pi down
    if name == "e":
        return e, up(e)  # and e too
    raise Unsupported(f"{name} is not a real number")


def _rule(part: Node) -> Callable[..., _Value]:
    """What is done with the enclosures of the operands of a node."""
    op = part.op
    if op == "add":
        return _lifted(interval_sum)
    if op == "mul":
        return _lifted(_product_of_all)
    if op == "pow":
        return _lifted(_power_rule(part))
    if op == "piecewise":
        return _piecewise_rule(len(branches(part)), len(part.args))
    if op in RELATIONS:
        return lambda a, b: _compare(op, a, b)
    if op in LOGIC:
        logic = LOGIC[op]
        return lambda *operands: logic(list(operands))
    if op in FUNCTIONS:
        return _lifted(FUNCTIONS[op])
    raise Unsupported(f"no bounds are known for {op}")


def _lifted(rule: Callable[..., Interval | None]) -> Callable[..., Interval | None]:
    """The rule for operands that may be undefined; a result that is no number bounds nothing."""

    def apply(*operands: Interval | None) -> Interval | None:
        if None in operands:
            return None
        found = rule(*operands)
        if found is not None and (isnan(found[0]) or isnan(found[1])):
            return -inf, inf
        return found

    return apply


def _product_of_all(*factors: Interval) -> Interval:
    result = factors[0]
    for factor in factors[1:]:
        result = product(result, factor)
    return result


def _power_rule(part: Node) -> Callable[..., Interval | None]:
    exponent = part.args[1]
    if exponent.op == "number":
        size = Fraction(exponent.number)
        if size.denominator == 1:
            return lambda base, _: whole_power(base, int(size))
        return lambda base, _: rational_power(base, size)
    return general_power


def _piecewise_rule(count: int, operands: int) -> Callable[..., Interval | None]:
    def apply(*values: _Value) -> Interval | None:
        found: Interval | None = None
        for index in range(count):
            truth = values[2 * index + 1] if 2 * index + 1 < operands else True
            if truth is False:
                continue
            branch = values[2 * index]
            if branch is not None:
                found = branch if found is None else _hull(found, branch)
            if truth is True:
                break
        return found

    return apply


def _hull(a: Interval, b: Interval) -> Interval:
    return min(a[0], b[0]), max(a[1], b[1])


def _compare(op: str, a: Interval | None, b: Interval | None) -> bool | None:
    """Does the relation hold on the whole interval (True), nowhere (False), or is it open?"""
    if a is None or b is None:
        return None
    if op in ("gt", "ge"):
        a, b, op = b, a, {"gt": "lt", "ge": "le"}[op]
    if op == "lt":
        return True if a[1] < b[0] else False if a[0] >= b[1] else None
    if op == "le":
        return True if a[1] <= b[0] else False if a[0] > b[1] else None
    apart = a[1] < b[0] or b[1] < a[0]
    same = a[0] == a[1] == b[0] == b[1]
    if not (apart or same):
        return None
    return same if op == "eq" else not same
