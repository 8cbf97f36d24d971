"""The axis cut where a function may be singular, jump or bend: on each cell it is smooth."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any, NamedTuple

from dlmath.expression.evaluator import branches
from dlmath.expression.graph import (
    HALF,
    MINUS_ONE,
    ONE,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    make,
    mul,
    neg,
    number,
    power,
    sub,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.integrals.singularities import conditions
from dlmath.maths.calculus.integrals.zero_search import Point, infinite, real_value
from dlmath.maths.calculus.studies.closed import closed_form
from dlmath.maths.calculus.studies.points import same
from dlmath.maths.calculus.studies.zeros import Endless, places_between, zeros_between

#: More places than this are taken for an endless row of them.
_MOST_CUTS = 60


class Cell(NamedTuple):
    """An open interval on which the function is smooth, or undefined (function None).

    function: the formula that holds there, without abs, relu, max and other branches.
    """

    low: Point
    high: Point
    function: Node | None


def cells(function: Node, variable: str, low: Point, high: Point) -> tuple[list[Cell], list[str]]:
    """The cells from low to high in order, and what was not proved on the way.

    Raises Endless where the cuts may go on without end.
    """
    cuts = [low, high]
    doubts: dict[str, None] = {}
    for condition in conditions(function, variable):
        for point in _zeros_of(condition, variable, cuts, doubts):
            _insert(cuts, point)
        if len(cuts) > _MOST_CUTS:
            raise Endless
    found = []
    for left, right in pairwise(cuts):
        found.append(Cell(left, right, _formula(function, variable, left, right)))
    return found, list(doubts)


def _insert(cuts: list[Point], point: Point) -> None:
    """Adds a place strictly between the ends, once."""
    if any(same(point.value, cut.value) for cut in cuts):
        return
    if cuts[0].value < point.value < cuts[-1].value:
        cuts.append(point)
        cuts.sort(key=lambda cut: cut.value)


def _zeros_of(
    condition: Node, variable: str, cuts: list[Point], doubts: dict[str, None]
) -> list[Point]:
    """Where a condition vanishes: in closed form, or on each cell that there is so far.

    Conditions of inner parts come first, so that an outer one is smooth on those cells.
    """
    simple = tidy(condition)
    found = closed_form(simple, variable)
    if found is not None:
        return found
    points: list[Point] = []
    for left, right in pairwise(cuts):
        formula = _formula(simple, variable, left, right)
        if formula is None or variable not in free_symbols(formula):
            continue
        zeros = zeros_between(formula, variable, left, right)
        doubts.update(dict.fromkeys(zeros.doubts))
        points += zeros.points
    return points


def _formula(function: Node, variable: str, low: Point, high: Point) -> Node | None:
    """The formula on an interval without cuts, or None where the function is not real there."""
    places = places_between(low.value, high.value)
    values = [real_value(function, variable, place, 20) for place in places]
    if sum(value is not None for value in values) < 3:
        return None
    for place, value in zip(places, values, strict=True):
        if value is None:
            continue
        formula = tidy(resolved(function, variable, place))
        if real_value(formula, variable, place, 20) is not None:
            return formula
    return None


# --- branches -------------------------------------------------------------------------------


def resolved(function: Node, variable: str, place: Any) -> Node:
    """The function with each branch exchanged for the one taken at a place.

    Between places where a branch begins, that is the same function: abs(u) is u or -u.
    """
    done: dict[Node, Node] = {}
    for part in topological(function):
        args = tuple(done[arg] for arg in part.args)
        made = make(part.op, args, part.value) if args else part
        if args and variable in free_symbols(part):
            made = _branch(made, args, variable, place)
        done[part] = made
    return done[function]


def _branch(part: Node, args: tuple[Node, ...], variable: str, place: Any) -> Node:
    op = part.op
    if op == "piecewise":
        return _taken(part, variable, place)
    if op in ("max", "min") and len(args) > 1:
        values = [real_value(arg, variable, place, 30) for arg in args]
        if None in values:
            return part
        pick = max if op == "max" else min
        return args[values.index(pick(values))]
    if op not in _BRANCHED:
        return part
    value = real_value(args[0], variable, place, 30)
    return part if value is None else _of_value(part, args, value)


_BRANCHED = frozenset(
    "abs relu leaky_relu elu selu sign heaviside hardtanh hard_sigmoid softsign cbrt floor "
    "ceil".split()
)


def _of_value(part: Node, args: tuple[Node, ...], value: Any) -> Node:
    """A function of branches as the branch for a value of its operand."""
    import mpmath

    from dlmath.expression.vocabulary import SELU_ALPHA, SELU_SCALE

    op, u = part.op, args[0]
    above = value > 0
    if op == "abs":
        return u if above else neg(u)
    if op == "relu":
        return u if above else ZERO
    if op == "leaky_relu":
        slope = args[1] if len(args) > 1 else number(Fraction(1, 100))
        return u if above else mul(slope, u)
    if op == "elu":
        alpha = args[1] if len(args) > 1 else ONE
        return u if above else mul(alpha, sub(call("exp", u), ONE))
    if op == "selu":
        below = mul(number(SELU_ALPHA), sub(call("exp", u), ONE))
        return mul(number(SELU_SCALE), u if above else below)
    if op == "sign":
        return ONE if above else MINUS_ONE if value < 0 else ZERO
    if op == "heaviside":
        return ONE if above else ZERO if value < 0 else HALF
    if op == "hardtanh":
        return MINUS_ONE if value < -1 else ONE if value > 1 else u
    if op == "hard_sigmoid":
        line = add(div(u, number(6)), HALF)
        return ZERO if value < -3 else ONE if value > 3 else line
    if op == "softsign":
        return div(u, add(ONE, u if above else neg(u)))
    if op == "cbrt":
        third = number(Fraction(1, 3))
        return power(u, third) if above else neg(power(neg(u), third))
    whole = int(mpmath.floor(value) if op == "floor" else mpmath.ceil(value))
    return number(whole)


def _taken(part: Node, variable: str, place: Any) -> Node:
    """The branch of a piecewise whose condition holds at a place."""
    from dlmath.errors import DlmathError
    from dlmath.expression import precise

    for value, condition in branches(part):
        try:
            truth = precise.evaluate(condition, {variable: place}, 20)
        except (DlmathError, ArithmeticError, ValueError):
            return part
        if truth is True:
            return value
        if truth is not False:
            return part
    return part


def simplest_between(low: Any, high: Any) -> Fraction:
    """The fraction with the least denominator between two numbers, nearest to zero of these.

    low, high: mpmath numbers, low < high, one or both may be infinite.
    """
    if low < 0 < high:
        return Fraction(0)
    if high <= 0:
        return -simplest_between(-high, -low)
    a = _fraction(low)
    if infinite(high):
        return Fraction(a.numerator // a.denominator + 1)
    return _between(a, _fraction(high))


def _fraction(value: Any) -> Fraction:
    """The binary fraction that an mpmath number is."""
    sign, mantissa, exponent, _ = value._mpf_
    size: Fraction = Fraction(int(mantissa)) * Fraction(2) ** int(exponent)
    return -size if sign else size


def _between(a: Fraction, b: Fraction) -> Fraction:
    """The simplest fraction strictly between 0 <= a < b (by continued fractions)."""
    whole = a.numerator // a.denominator
    if whole + 1 < b:
        return Fraction(whole + 1)
    lower, upper = a - whole, b - whole
    if lower == 0:
        return whole + Fraction(1, upper.denominator // upper.numerator + 1)
    inner: Fraction = _between(1 / upper, 1 / lower)
    return whole + 1 / inner
