"""A truncated series against the function: the remainder must shrink like its order says.

If every coefficient below order n is right, |f - s| falls at least like d^n as the distance d to
the centre falls; one wrong coefficient of a lower power k makes it fall like d^k only. The rate is
measured from values in high precision, which never see the expansion.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.expression.graph import Node, free_symbols

NAME = "rate at which the remainder falls"

#: Distances at which the remainder is measured, and what logarithms may take off the rate.
_DISTANCES = (Fraction(1, 10**6), Fraction(1, 10**9))
_SLACK = 0.4


def check_truncation(
    function: Node,
    series: Node,
    order: Fraction,
    points: Callable[[Fraction], list[dict[str, Node]]],
    parameters: list[str],
) -> Check:
    """points(d): the values of the variable at distance d from the centre, one or both sides."""
    import mpmath

    digits = 18 * max(ceil(order), 1) + 60
    rates: list[float] = []
    drawn = {name: Fraction(617 + 211 * k, 1000) for k, name in enumerate(parameters)}
    sides = list(zip(*(points(distance) for distance in _DISTANCES), strict=True))
    for near in sides:
        remainders = [_remainder(function, series, place, drawn, digits) for place in near]
        if any(value is None for value in remainders):
            continue
        far, close = remainders
        if far == 0 or close == 0:
            rates.append(float("inf"))
            continue
        with mpmath.workdps(20):
            rates.append(float(mpmath.log10(far / close)) / 3)
    if not rates:
        return Check(NAME, UNAVAILABLE, "the function has no real values beside the centre")
    slowest = min(rates)
    if slowest < float(order) - _SLACK:
        return Check(
            NAME, FAILED, f"like the power {slowest:.2f} of the distance, not {float(order):g}"
        )
    if slowest == float("inf"):
        return Check(NAME, PASSED, "there is no remainder")
    measured = f"like the power {slowest:.2f} of the distance"
    return Check(NAME, PASSED, f"{measured}; the order asks for {float(order):g} or more")


def _remainder(
    function: Node, series: Node, place: dict[str, Node], drawn: dict[str, Fraction], digits: int
) -> Any:
    import mpmath

    from dlmath.expression.graph import substitute
    from dlmath.expression.precise import evaluate

    values = []
    for node in (function, series):
        at = substitute(node, place)
        needed = {name: value for name, value in drawn.items() if name in free_symbols(at)}
        values.append(evaluate(at, needed, digits))
    if not all(mpmath.isfinite(value) for value in values):
        return None
    with mpmath.workdps(digits):
        return abs(values[0] - values[1])
