"""The derivative at one point, held against the difference quotients of its two sides there.

A formula found by rules may say nothing of a point where formulas meet: that of
`relu(x) - relu(-x)`, which is x, gives 0 at 0, and that of a function with a single value moved
does not know of the move. The quotients (f(p + h) - f(p))/h decide: where both sides agree with
the formula, it stands; where they agree with another, the value is that of the formula beside p;
where they differ, there is no derivative.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from dlmath.errors import DlmathError, LimitReached, Undefined
from dlmath.expression.graph import Node, add, free_symbols, number, substitute
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy

#: Steps of the quotients; a quotient counts when both give nearly the same.
_STEPS = (Fraction(1, 10**20), Fraction(1, 10**24))
_DIGITS = 80
_TOLERANCE = 1e-8


class Quotients(NamedTuple):
    """Difference quotients at a point.

    left, right: where the quotients of each side tend, None where they do not settle or the side
    has no values. jumps: does the function jump at the point?
    """

    left: Any
    right: Any
    jumps: bool


class Settled(NamedTuple):
    """The derivative at a point.

    value: the exact value. confirmed: do the difference quotients agree (or do they not tell)?
    beside: the value is not that of the formula at the point but of the formula beside it.
    """

    value: Node
    confirmed: bool
    beside: bool


def settle(stages: Sequence[Node], variables: Sequence[str], at: Mapping[str, Node]) -> Settled:
    """The last of the stages at the point: each stage is the derivative of the one before.

    All variables have values in `at`. Raises Undefined where the function has no value, or some
    stage no derivative.
    """
    base, before = _height(stages[0], at), variables[0]
    settled = Settled(tidy(substitute(stages[-1], dict(at))), False, False)
    for function, formula, variable in zip(stages, stages[1:], variables, strict=False):
        if variable not in at:
            return settled
        if settled.beside and variable != before:
            return Settled(tidy(substitute(stages[-1], dict(at))), False, False)
        settled, before = _settle_one(function, formula, variable, at, base), variable
        base = _value(settled.value, {})
    return settled


def _height(function: Node, at: Mapping[str, Node]) -> Any:
    value = _value(function, at)
    if value is None:
        place = ", ".join(f"{name} = {to_text(node)}" for name, node in at.items())
        raise Undefined(f"no derivative at {place}: {to_text(function)} has no value there")
    return value


def _settle_one(
    function: Node, formula: Node, variable: str, at: Mapping[str, Node], base: Any
) -> Settled:
    plain = tidy(substitute(formula, dict(at)))
    found = quotients(function, variable, at, base)
    place = f"{variable} = {to_text(at[variable])}"
    if found.jumps:
        raise Undefined(f"no derivative at {place}: {to_text(function)} jumps there")
    left, right = found.left, found.right
    if left is None or right is None:
        return Settled(plain, False, False)
    if not _near(left, right):
        from dlmath.expression.precise import decimal_text

        raise Undefined(
            f"not differentiable at {place}: slope {decimal_text(left, 6)} on the left, "
            f"{decimal_text(right, 6)} on the right"
        )
    for index, candidate in enumerate(_candidates(plain, formula, variable, at)):
        value = _value(candidate, {})
        if value is not None and _near(value, left) and _near(value, right):
            return Settled(candidate, True, index > 0)
    raise Undefined(f"the formula {to_text(formula)} does not give the derivative at {place}")


def _candidates(
    plain: Node, formula: Node, variable: str, at: Mapping[str, Node]
) -> Iterator[Node]:
    """The formula at the point, the formula that holds beside it, its limit."""
    from dlmath.maths.calculus.integrals.branches import on_branch

    yield plain
    others = {name: value for name, value in at.items() if name != variable}
    alone = substitute(formula, others)
    if free_symbols(alone) != {variable}:
        return
    for side in (1, -1):
        sample = _value(add(at[variable], number(side * _STEPS[0])), {})
        branch = on_branch(alone, variable, sample)
        if branch is not None:
            yield tidy(substitute(branch, {variable: at[variable]}))
    limit = _limit(alone, variable, at[variable])
    if limit is not None:
        yield limit


def _limit(formula: Node, variable: str, point: Node) -> Node | None:
    from dlmath.answer import ANSWERED
    from dlmath.maths.calculus.limit import limit
    from dlmath.settings import Settings

    try:
        found = limit(formula, variable, point, "both", Settings(seconds=3.0))
    except DlmathError:
        return None
    return found.result if found.status == ANSWERED and isinstance(found.result, Node) else None


def quotients(function: Node, variable: str, at: Mapping[str, Node], base: Any) -> Quotients:
    """The difference quotients of both sides; base: the value of the function at the point."""
    sides: list[Any] = []
    jumps = False
    scale = _scale(at[variable])
    steps = [step * scale for step in _STEPS]
    for side in (-1, 1):
        gaps = [_gap(function, variable, at, side * step, base) for step in steps]
        if gaps[0] is None or gaps[1] is None:
            sides.append(None)
            continue
        slopes = [gap / _inexact(side * step) for gap, step in zip(gaps, steps, strict=True)]
        settles = abs(slopes[0] - slopes[1]) <= 1e-6 * max(1, abs(slopes[1]))
        jumps = jumps or abs(gaps[1]) > 0.99 * abs(gaps[0]) > 1e-9 * max(1, abs(base))
        sides.append(slopes[1] if settles else None)
    return Quotients(sides[0], sides[1], jumps)


def _scale(point: Node) -> Fraction:
    """A power of ten as large as the point: steps beside 10^300 are not lost in its digits."""
    from mpmath import log10

    size = abs(_value(point, {}) or 1)
    return Fraction(10) ** max(0, int(log10(size)))


def _inexact(value: Fraction) -> Any:
    import mpmath

    with mpmath.workdps(_DIGITS):
        return mpmath.mpf(value.numerator) / value.denominator


def _gap(function: Node, variable: str, at: Mapping[str, Node], step: Fraction, base: Any) -> Any:
    import mpmath

    value = _value(function, {**at, variable: add(at[variable], number(step))})
    with mpmath.workdps(_DIGITS):
        return None if value is None else value - base


def _value(node: Node, at: Mapping[str, Node]) -> Any:
    import mpmath

    from dlmath.expression.precise import evaluate

    try:
        value = evaluate(substitute(node, dict(at)) if at else node, digits=_DIGITS)
    except LimitReached:
        return None
    return value if mpmath.isfinite(value) else None


def _near(a: Any, b: Any) -> bool:
    return bool(abs(a - b) <= _TOLERANCE * max(1, abs(a), abs(b)))
