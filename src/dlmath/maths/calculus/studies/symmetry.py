"""Parity and period of a function of one variable."""

from __future__ import annotations

from fractions import Fraction
from functools import reduce
from math import gcd, lcm
from typing import NamedTuple

from dlmath.checks.values import compare_values, sample_points, telling_points, value_at
from dlmath.expression.graph import (
    ONE,
    PI,
    TWO,
    ZERO,
    Node,
    add,
    div,
    free_symbols,
    is_number,
    mul,
    neg,
    number,
    sub,
    substitute,
    symbol,
    topological,
)
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.calculus.antiderivatives.polynomial import linear

#: Functions of period 2*pi; tan and cot have half of it, which is tried with the other parts.
_PERIODIC = frozenset({"sin", "cos", "tan", "sec", "csc", "cot"})

#: These repeat, one higher, after a step of 1.
_STAIRS = frozenset({"floor", "ceil"})

#: A period is divided by these in the search for the least one.
_DIVISORS = (2, 3, 5, 7)


class Period(NamedTuple):
    """f(x + length) = f(x) + shift for every x; the function is periodic when the shift is 0."""

    length: Node
    shift: Node


def parity(function: Node, variable: str) -> str:
    """`even`, `odd` or `neither`; the zero function counts as even.

    By algebra where the tidied forms show it, else by values at many places.
    """
    mirrored = substitute(function, {variable: neg(symbol(variable))})
    for name, other in (("even", function), ("odd", neg(function))):
        if _are_equal(mirrored, other, variable):
            return name
    return "neither"


def _are_equal(a: Node, b: Node, variable: str) -> bool:
    if tidy(a) is tidy(b):
        return True
    points = [*sample_points([variable], count=10), *telling_points([a, b], [variable])]
    found = compare_values(a, b, points, seconds=1.0)
    one_sided = found.only_left or found.only_right
    return found.different is None and not one_sided and found.agreed > 3


def period(function: Node, variable: str) -> Period | None:
    """The least period, or the least step after which the function repeats up to a shift."""
    length = _candidate(function, variable)
    if length is None:
        return None
    shift = _shift(function, variable, length)
    if shift is None:
        return None
    for divisor in _DIVISORS:
        while True:
            shorter = tidy(div(length, number(divisor)))
            smaller = _shift(function, variable, shorter)
            if smaller is None:
                break
            length, shift = shorter, smaller
    return Period(length, shift)


def _candidate(function: Node, variable: str) -> Node | None:
    """A common period of all the waves, or None where they have none."""
    slopes: list[Node] = []
    for part in topological(function):
        if part.op in _PERIODIC | _STAIRS and variable in free_symbols(part):
            line = linear(part.args[0], symbol(variable))
            if line is None:
                return None
            slopes.append(mul(TWO, PI, line[0]) if part.op in _STAIRS else line[0])
    if not slopes:
        return None
    ratios = [tidy(div(slope, slopes[0])) for slope in slopes]
    if not all(is_number(ratio) for ratio in ratios):
        return None
    exact = [abs(Fraction(ratio.number)) for ratio in ratios]
    below = reduce(lcm, (ratio.denominator for ratio in exact))
    above = reduce(gcd, (int(ratio * below) for ratio in exact))
    unit = tidy(mul(number(Fraction(above, below)), slopes[0]))
    length = tidy(div(mul(TWO, PI), unit))
    value = value_at(length, {})
    return length if value is not None and value > 0 else tidy(neg(length))


def _shift(function: Node, variable: str, length: Node) -> Node | None:
    """f(x + length) - f(x) where that is the same for every x, else None."""
    x = symbol(variable)
    moved = substitute(function, {variable: add(x, length)})
    difference = expand(tidy(sub(moved, function)))
    if variable not in free_symbols(difference):
        return difference
    if _are_equal(moved, function, variable):
        return ZERO
    for slope in (*_slopes(function, variable), div(ONE, length)):
        shift = tidy(mul(slope, length))
        if _are_equal(moved, add(function, shift), variable):
            return shift
    return None


def _slopes(function: Node, variable: str) -> list[Node]:
    """The coefficients of x in a sum: what it may gain in a period."""
    found = []
    for term in function.args if function.op == "add" else ():
        line = linear(term, symbol(variable))
        if line is not None:
            found.append(line[0])
    return found
