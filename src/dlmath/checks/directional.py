"""Gradients, Jacobians and Hessians against differences along random directions.

For a direction v, the slope of t -> f(x + t*v) at 0 is grad f . v and its second derivative is
v^T H v. The differences are taken in high precision from values of f alone, so they share nothing
with the rules; a wrong entry shows in almost every direction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.expression.graph import ZERO, Node, free_symbols, vector
from dlmath.settings import Assumptions

NAME = "differences along random directions"

_DIGITS = 70
_STEP = Fraction(1, 10**18)
_WANTED = 2
_TRIES = 12
_TOLERANCE = 1e-12

Point = dict[str, Fraction]
Claim = Callable[[Point, Point], Any]


def check_gradient(
    function: Node, names: Sequence[str], entries: Sequence[Node], assume: Assumptions
) -> Check:
    """entries: the partial derivatives of a scalar function, in the order of names."""
    return _check([(function, _along(entries, names))], names, assume, _slope)


def check_jacobian(
    functions: Sequence[Node],
    names: Sequence[str],
    rows: Sequence[Sequence[Node]],
    assume: Assumptions,
) -> Check:
    """rows: for each function its partial derivatives in the order of names."""
    claims = [(f, _along(row, names)) for f, row in zip(functions, rows, strict=True)]
    return _check(claims, names, assume, _slope)


def check_hessian(
    function: Node, names: Sequence[str], rows: Sequence[Sequence[Node]], assume: Assumptions
) -> Check:
    """rows: the second partial derivatives of a scalar function."""
    pairs = [(a, b) for a in names for b in names]
    entries = [entry for row in rows for entry in row]

    def weights(direction: Point) -> list[Fraction]:
        return [direction[a] * direction[b] for a, b in pairs]

    return _check([(function, _weighted(entries, weights))], names, assume, _curvature)


def _along(entries: Sequence[Node], names: Sequence[str]) -> Claim:
    return _weighted(entries, lambda direction: [direction[name] for name in names])


def _weighted(entries: Sequence[Node], weights: Callable[[Point], list[Fraction]]) -> Claim:
    """The sum of the entries times weights; all entries are evaluated in one walk."""
    live = [index for index, entry in enumerate(entries) if entry is not ZERO]
    together = vector(entries[index] for index in live)

    def claim(point: Point, direction: Point) -> Any:
        import mpmath

        if not live:
            return mpmath.mpf(0)
        values, sizes = _value(together, point), weights(direction)
        with mpmath.workdps(_DIGITS):
            return sum(
                value * _exactly(sizes[index]) for value, index in zip(values, live, strict=True)
            )

    return claim


def _check(
    claims: Sequence[tuple[Node, Claim]],
    names: Sequence[str],
    assume: Assumptions,
    difference: Callable[[Node, Point, Point], Any],
) -> Check:
    import mpmath

    agreed = 0
    for function, claim in claims:
        random = Random(20_000 + len(names))  # noqa: S311  points, not secrets
        found = 0
        for _ in range(_TRIES):
            if found == _WANTED:
                break
            point, direction = _draw(function, names, assume, random)
            measured, claimed = difference(function, point, direction), claim(point, direction)
            if not mpmath.isfinite(measured) or not mpmath.isfinite(claimed):
                continue
            if abs(measured - claimed) > _TOLERANCE * max(abs(measured), abs(claimed), 1e-20):
                return Check(NAME, FAILED, _disagreement(point, measured, claimed))
            found += 1
        agreed += found
    if agreed == 0:
        return Check(NAME, UNAVAILABLE, "no point was found at which both could be evaluated")
    return Check(NAME, PASSED, f"agrees along {agreed} directions to 12 digits or more")


def _disagreement(point: Point, measured: Any, claimed: Any) -> str:
    import mpmath

    place = ", ".join(f"{name} = {float(at):g}" for name, at in point.items())
    return f"at {place} differences give {mpmath.nstr(measured, 12)}, " + (
        f"the formulas {mpmath.nstr(claimed, 12)}"
    )


def _draw(
    function: Node, names: Sequence[str], assume: Assumptions, random: Random
) -> tuple[Point, Point]:
    every = sorted(free_symbols(function) | set(names))
    point = {name: Fraction(random.randrange(-2000, 2001), 1000) for name in every}
    for name in every:
        if assume.get(name, frozenset()) & {"positive", "nonnegative"}:
            point[name] = abs(point[name]) + Fraction(1, 1000)
    direction = {name: Fraction(random.randrange(-1000, 1001), 1000) for name in names}
    return point, direction


def _moved(point: Point, direction: Point, size: Fraction) -> Point:
    return {name: at + size * direction.get(name, 0) for name, at in point.items()}


def _slope(function: Node, point: Point, direction: Point) -> Any:
    import mpmath

    right = _value(function, _moved(point, direction, _STEP))
    left = _value(function, _moved(point, direction, -_STEP))
    with mpmath.workdps(_DIGITS):
        return (right - left) / (2 * _exactly(_STEP))


def _curvature(function: Node, point: Point, direction: Point) -> Any:
    import mpmath

    right = _value(function, _moved(point, direction, _STEP))
    left = _value(function, _moved(point, direction, -_STEP))
    middle = _value(function, point)
    with mpmath.workdps(_DIGITS):
        return (right - 2 * middle + left) / _exactly(_STEP) ** 2


def _exactly(value: Fraction) -> Any:
    import mpmath

    with mpmath.workdps(_DIGITS):
        return mpmath.mpf(value.numerator) / value.denominator


def _value(node: Node, point: Point) -> Any:
    from dlmath.expression.precise import evaluate

    return evaluate(node, point, digits=_DIGITS)
