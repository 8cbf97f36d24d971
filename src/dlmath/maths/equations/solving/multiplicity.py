"""How often a solution counts: the order to which the difference of the sides vanishes."""

from __future__ import annotations

from dlmath.errors import DlmathError
from dlmath.expression.graph import Node, free_symbols, is_number, sub, substitute, symbol
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.forms import TooLarge
from dlmath.maths.calculus.antiderivatives.polynomial import polynomial
from dlmath.maths.calculus.derivatives.rules import Differentiator
from dlmath.maths.equations.solving.verify import number_at

_MOST = 12


def multiplicities(equation: Node, variable: str, values: list[Node]) -> list[int | None]:
    """For each solution its multiplicity, None where the equation has no derivative there."""
    f = tidy(sub(*equation.args))
    if free_symbols(f) != {variable}:
        return [None for _ in values]
    formulas: dict[Node, list[Node]] = {}
    found: list[int | None] = []
    for value in values:
        formula = _formula(f, variable, value)
        slopes = None if formula is None else formulas.setdefault(formula, [formula])
        found.append(None if slopes is None else _one(slopes, variable, value))
    return found


def _formula(f: Node, variable: str, value: Node) -> Node | None:
    """The formula without branches that holds on both sides of a place; None at a kink."""
    import mpmath

    from dlmath.maths.calculus.studies.cells import resolved

    place = number_at(value, 40)
    if place is None or hasattr(place, "_mpc_"):
        return f
    with mpmath.workdps(40):
        near = mpmath.mpf(10) ** -12 * max(1, abs(place))
        sides = {tidy(resolved(f, variable, place + side * near)) for side in (-1, 1)}
    return sides.pop() if len(sides) == 1 else None


def _one(slopes: list[Node], variable: str, value: Node) -> int | None:
    differentiator = Differentiator(variable)
    for order in range(1, _MOST + 1):
        if len(slopes) <= order:
            try:
                slopes.append(differentiator.of(slopes[-1]).result)
            except DlmathError:
                return None
        there = number_at(substitute(slopes[order], {variable: value}), 30)
        if there is None or isinstance(there, list):
            return None
        if abs(there) > 1e-20:
            return order
    return None


def complex_count(equation: Node, variable: str, real: list[int | None]) -> int:
    """How many solutions of a polynomial equation with numbers are not real."""
    try:
        found = polynomial(tidy(sub(*equation.args)), symbol(variable))
    except TooLarge:
        return 0
    if not found or len(found) < 2 or not all(is_number(part) for part in found):
        return 0
    if None in real:
        return 0
    return len(found) - 1 - sum(count or 0 for count in real)
