"""What a function that goes up and down does between the points of a sequence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

from dlmath.checks.approach import Approach, Scale, in_order, windows


def turns(values: Sequence[Any]) -> int:
    """How often a row of numbers turns from rising to falling or back, in either part."""
    import mpmath

    return max(
        sum(1 for a, b in pairwise(steps) if a * b < 0)
        for steps in (
            [part(b) - part(a) for a, b in pairwise(values)] for part in (mpmath.re, mpmath.im)
        )
    )


def returns(approach: Approach, tail: list[Scale]) -> bool | None:
    """Does a function that swings have small values between the large ones (x*sin(x)**2)?

    None where that cannot be told in time.
    """
    found = _extreme(approach, min(2.5, tail[-1].exponent), abs)
    if found is None:
        return None
    lowest, edges = found
    return bool(lowest < 1e-6 * min(edges))


def has_spikes(approach: Approach, tail: list[Scale], value: Any) -> bool:
    """Does a function that swings keep leaving its value in between (x/(1 + x**2*sin(x)**2))?"""
    if not all(turns(in_order(scale.values)) >= 2 for scale in tail[-2:]):
        return False
    heights: list[Any] = []
    for exponent in (1.5, 2.5):
        found = _extreme(approach, exponent, lambda v: -abs(v - value))
        if found is None:
            return False
        heights.append(-found[0])
    if not (heights[1] > 1e-3 * (1 + abs(value)) and heights[1] > 0.9 * heights[0]):
        return False
    found = _extreme(approach, 6.0, lambda v: -abs(v - value))
    return bool(found is None or -found[0] > 0.5 * heights[1])


def _extreme(
    approach: Approach, exponent: float, measure: Callable[[Any], Any]
) -> tuple[Any, tuple[Any, Any]] | None:
    """The lowest measure of a value in a window from closeness 10**exponent on, and at its ends.

    The lowest point of a scan is refined by ternary search. None where values are missing.
    """
    import mpmath

    count, width = 96, mpmath.mpf(8)
    points = list(windows(approach, exponent, count, width))
    measured = [_measured(approach, point, measure) for point in points]
    if any(value is None for value in measured):
        return None
    lowest = min(range(count), key=lambda k: measured[k])
    left, right = points[lowest] - width / count, points[lowest] + width / count
    for _ in range(40):
        third = (right - left) / 3
        a = _measured(approach, left + third, measure)
        b = _measured(approach, right - third, measure)
        if a is None or b is None:
            return None
        if a < b:
            right -= third
        else:
            left += third
    bottom = _measured(approach, (left + right) / 2, measure)
    return None if bottom is None else (bottom, (measured[0], measured[-1]))


def _measured(approach: Approach, closeness: Any, measure: Callable[[Any], Any]) -> Any:
    import mpmath

    value = None if approach.late else approach.value_at(closeness, 40)
    return None if value is None or mpmath.isnan(value) else measure(value)
