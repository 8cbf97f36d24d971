"""Critical points of a function of one inner expression: sin(x + y), cos(x^2 + y^2).

The gradient of h(u) is h'(u) times the gradient of u: it vanishes where that of u does, and on the
whole level sets u = c with h'(c) = 0. Where h has a local minimum or maximum at c, so has h(u) on
the level set, for u is continuous.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import NamedTuple

from dlmath.errors import DlmathError
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import Node, free_symbols, replace, sub, symbol, topological
from dlmath.expression.intervals import Enclosures, Interval, Unsupported
from dlmath.expression.tidy import tidy
from dlmath.maths.optimization.extrema.algebraic import Family
from dlmath.maths.optimization.extrema.families import Level, level
from dlmath.maths.optimization.extrema.one_variable import of_one_variable
from dlmath.maths.optimization.extrema.points import MAXIMUM, MINIMUM, Critical, part_text
from dlmath.maths.optimization.extrema.systems import (
    CERTIFIED,
    EXACT,
    SEARCHED,
    Found,
    is_algebraic,
    solve_system,
    weaker,
)
from dlmath.settings import Settings


class Composition(NamedTuple):
    """The function is `outer`, of the variable `name`, which stands for `inner`."""

    name: str
    outer: Node
    inner: Node


def composition(function: Node, names: Sequence[str]) -> Composition | None:
    """The function as one of its smallest part that all the variables enter through, or None."""
    wanted = frozenset(names)
    name = "t"
    while name in wanted:
        name += "t"
    for part in topological(function):
        if part is function or part.op == "symbol" or free_symbols(part) != wanted:
            continue
        outer = replace(function, {part: symbol(name)})
        if free_symbols(outer) == {name}:
            return Composition(name, outer, part)
    return None


def of_composition(
    function: Node, names: Sequence[str], box: Mapping[str, Interval], seconds: float
) -> tuple[Found, list[Level]] | None:
    """Where the gradient of the inner expression vanishes, and the level sets; else None.

    None where the function is no such composition, or its gradient is in reach of elimination.
    """
    slopes = gradient(function, names)
    if is_algebraic([tidy(slopes[name]) for name in names], names):
        return None
    made = composition(function, names)
    if made is None or (span := _span(made.inner, names, box)) is None:
        return None
    try:
        outer = of_one_variable(made.outer, made.name, span, False, Settings(seconds=seconds / 2))
    except DlmathError:
        return None
    if outer.stretches:
        return None
    inner_slopes = gradient(made.inner, names)
    found = solve_system(
        [tidy(inner_slopes[name]) for name in names], names, len(names), box, seconds
    )
    levels, doubts = [], [*found.doubts, *outer.doubts]
    for point in outer.points:
        (exact,) = point.root.exact
        if not point.smooth or not span[0] <= point.root.values[0] <= span[1]:
            continue
        if exact is None:
            where = f"{made.name} = {part_text(point.place[0])}"
            doubts.append(f"a level set, {where}, is left out: it has no closed form")
            continue
        family = Family((tidy(sub(made.inner, exact)),))
        one = level(function, names, family, box)
        if one is not None:
            levels.append(_judged(one, point, made))
    how = SEARCHED if outer.how == SEARCHED else CERTIFIED if outer.cut else EXACT
    return found._replace(how=weaker(how, found.how), doubts=tuple(doubts)), levels


def _judged(one: Level, point: Critical, made: Composition) -> Level:
    """The level set with the value of the outer function, and its kind where that decides."""
    one = one._replace(value=point.value, exact=point.exact)
    if point.kind not in (MINIMUM, MAXIMUM) or point.judged:
        return one
    why = f"the {point.kind} of the outer function"
    return one._replace(kind=point.kind, why=why, judged=False)


def _span(inner: Node, names: Sequence[str], box: Mapping[str, Interval]) -> Interval | None:
    """Bounds of the inner expression over the box; None where none are known."""
    try:
        (bounds,) = Enclosures([inner], names)([box[name] for name in names])
    except Unsupported:
        return None
    if bounds is None or not all(map(isfinite, bounds)):
        return None
    return bounds
