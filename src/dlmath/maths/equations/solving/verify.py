"""Candidates put into the equations as they were typed: which are solutions?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from dlmath.checks.real_parts import ROUNDING, is_real_throughout
from dlmath.errors import DlmathError
from dlmath.expression.graph import (
    TRUE,
    Node,
    add,
    call,
    free_symbols,
    mul,
    number,
    sub,
    substitute,
    symbol,
)
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.equations.solving.numbers import holds_decimal
from dlmath.maths.equations.solving.working import Root

#: Digits to which both sides are compared.
_DIGITS = 30

#: Values put in for parameters, and integers for numbered solutions.
_VALUES = tuple(
    Fraction(*pair)
    for pair in ((7, 5), (-11, 8), (23, 9), (3, 13), (-19, 6), (41, 7), (-2, 9), (17, 3))
)
_INTEGERS = (0, 1, -1, 2, -2, 3, -3, 4, 5)


class Verdict(NamedTuple):
    """How a candidate fared at the places where its conditions hold.

    agreed, failed: how often both sides were equal, and not (or undefined). first: where it failed.
    """

    agreed: int
    failed: int
    first: Mapping[str, Any] | None = None

    @property
    def holds(self) -> bool:
        return self.agreed > 0 and self.failed == 0


def verify(
    equations: Sequence[Node],
    values: Mapping[str, Node],
    conditions: Sequence[Node],
    integers: set[str] | frozenset[str],
    *,
    real: bool = True,
    positive: frozenset[str] = frozenset(),
) -> Verdict:
    """Puts values of the unknowns into equations (`eq` nodes), at several places."""
    names = set().union(*(free_symbols(node) for node in (*equations, *values.values())))
    names |= set().union(*(free_symbols(node) for node in conditions)) if conditions else set()
    others = sorted(names - set(values))
    agreed = failed = 0
    first = None
    for place in _places(others, integers, positive):
        if not all(_true(condition, place) for condition in conditions):
            continue
        if _solves(equations, values, place, real):
            agreed += 1
        else:
            failed += 1
            first = first or place
        if not others or agreed + failed >= 8:
            break
    return Verdict(agreed, failed, first)


def verify_root(
    equation: Node,
    variable: str,
    root: Root,
    integers: set[str],
    *,
    real: bool = True,
    positive: frozenset[str] = frozenset(),
) -> Verdict:
    """The same for one root of one equation."""
    return verify(
        [equation], {variable: root.value}, root.conditions, integers, real=real, positive=positive
    )


def _places(
    names: Sequence[str], integers: set[str] | frozenset[str], positive: frozenset[str]
) -> Iterator[dict[str, Any]]:
    if not names:
        yield {}
        return
    for turn in range(40):
        place: dict[str, Any] = {}
        for index, name in enumerate(names):
            if name in integers:
                place[name] = _INTEGERS[(turn + 2 * index) % len(_INTEGERS)]
            else:
                value = _VALUES[
                    (turn + 3 * index + turn // len(_VALUES) * (index + 1)) % len(_VALUES)
                ]
                place[name] = abs(value) if name in positive else value
        yield place


def _true(condition: Node, place: Mapping[str, Any]) -> bool:
    from dlmath.expression import precise

    try:
        return precise.evaluate(condition, place, 20) is True
    except (DlmathError, ArithmeticError, ValueError):
        return False


def _solves(
    equations: Sequence[Node], values: Mapping[str, Node], place: Mapping[str, Any], real: bool
) -> bool:
    there = {name: number(value) for name, value in place.items()}
    at = {name: substitute(value, there) for name, value in values.items()}
    if real:
        numbers = {name: number_at(value, _DIGITS) for name, value in at.items()}
        if not all(map(_is_real, numbers.values())):
            return False
        if not all(is_real_throughout(one, {**place, **numbers}, ROUNDING) for one in equations):
            return False
    return all(
        sides_equal(substitute(equation, {**there, **at}), real=real) for equation in equations
    )


def _is_real(value: Any) -> bool:
    return value is not None and not hasattr(value, "_mpc_") and value == value


def number_at(node: Node, digits: int) -> Any:
    """The value, None where it is undefined; zero where it cannot be told from zero."""
    from dlmath.expression import precise

    try:
        value = precise.evaluate(node, {}, digits)
    except DlmathError:
        from dlmath.maths.optimization.extrema.systems import value_at

        return value_at(node, {}, digits + 20)
    except (ArithmeticError, ValueError):
        return None
    return None if value != value else value


def sides_equal(equation: Node, *, real: bool = True) -> bool:
    """Do both sides of an equation without variables have the same finite value?"""
    if _equal(equation, real):
        return True
    simpler = tidy(equation)
    plain = simpler.op == "eq" and simpler is not equation
    defined = all(number_at(side, _DIGITS) is not None for side in equation.args)
    return simpler is TRUE or (plain and defined and _equal(simpler, real))


def _equal(equation: Node, real: bool) -> bool:
    import mpmath

    left, right = (number_at(side, _DIGITS) for side in equation.args)
    if left is None or right is None or isinstance(left, list) or isinstance(right, list):
        return False
    if not (mpmath.isfinite(left) and mpmath.isfinite(right)):
        return False
    with mpmath.workdps(_DIGITS + 10):
        scale = max(1, abs(left), abs(right))
        if real and any(
            abs(mpmath.im(side)) > scale * mpmath.mpf(10) ** -25 for side in (left, right)
        ):
            return False
        if holds_decimal(equation):
            return bool(abs(left - right) <= scale * mpmath.mpf(10) ** -18)
        if left == right:
            return True
        return bool(abs(left - right) <= scale * mpmath.mpf(10) ** -25) and not _apart(equation)


def _apart(equation: Node) -> bool:
    """Is the difference, though tiny, surely not zero?"""
    from dlmath.expression import precise

    try:
        value = precise.evaluate(sub(*equation.args), {}, 15)
    except (DlmathError, ArithmeticError, ValueError):
        return False
    return bool(value == value and value != 0)


#: Integers at which the members of a family are tried, and the steps by which a part may hold.
_MEMBERS = range(-12, 13)
_STEPS = (2, 3, 4, 6)


def members_that_hold(
    equation: Node, variable: str, root: Root, integers: set[str]
) -> list[Root] | None:
    """The part of a family that holds: all but a few members, or every second, third ...

    None where neither describes it.
    """
    names = sorted(free_symbols(root.value) & integers)
    if len(names) != 1:
        return None
    n = symbol(names[0])
    holding = {}
    for k in _MEMBERS:
        there = {n.name: number(k)}
        if not all(_true(substitute(c, there), {}) for c in root.conditions):
            continue
        at = {variable: substitute(root.value, there)}
        holding[k] = _solves([equation], at, {}, True)
    wrong = [k for k, holds in holding.items() if not holds]
    if len(wrong) <= 2 and len(holding) > 8:
        conditions = [call("ne", n, number(k)) for k in wrong]
        return [Root(root.value, (*root.conditions, *conditions))]
    for op, bound in (("ge", min), ("le", max)):
        right = [k for k, holds in holding.items() if holds]
        if right and {k for k in holding if _beyond(op, k, bound(right))} == set(right):
            return [Root(root.value, (*root.conditions, call(op, n, number(bound(right)))))]
    for step in _STEPS:
        classes = [{holds for k, holds in holding.items() if k % step == r} for r in range(step)]
        if all(len(found) == 1 for found in classes):
            return [
                Root(
                    tidy(
                        expand(
                            substitute(root.value, {n.name: add(mul(number(step), n), number(r))})
                        )
                    ),
                    root.conditions,
                )
                for r, found in enumerate(classes)
                if True in found
            ]
    return None


def _beyond(op: str, k: int, end: int) -> bool:
    return k >= end if op == "ge" else k <= end
