"""Peaks that stand between the points of a first look, however narrow they are.

Interval arithmetic bounds the function between every two points. Where the bounds leave room for
much more than the points show, the interval is halved and looked at again, the one with the most
room first; what is real is found, and what is not loses its room (R. E. Moore, Interval Analysis,
1966, chapter 6).
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from math import inf, isfinite, isnan
from time import monotonic
from typing import Any

from dlmath.expression.graph import Node
from dlmath.expression.intervals import Enclosure, Unsupported

#: Bounds are looked at so often, and for so many seconds, at most.
_LOOKS = 4000
_SECONDS = 0.5

#: Room that is this part of what is shown counts.
_ROOM = 0.005

#: An interval that is this part of the whole is not halved any more.
_LEAST = 1e-13


def hidden_places(
    function: Node, variable: str, x: Any, y: Any, shown: tuple[float, float]
) -> list[float]:
    """Places between those of `x` where the function does what its values `y` do not show.

    shown: the least and the greatest height that is shown. The places lie close around each peak,
    so that the sampling can go on from there; there are none where nothing is hidden.
    """
    from dlmath.expression.numbers import evaluate

    try:
        bounds = Enclosure(function, variable)
    except Unsupported:
        return []
    until = monotonic() + _SECONDS
    height = shown[1] - shown[0]
    least = _LEAST * float(x[-1] - x[0])
    waiting: list[tuple[float, float, float, float, float]] = []

    def room(low: float, high: float, a: float, b: float) -> float:
        """How far the bounds are beyond the values at both ends; a pole has no peak to find."""
        found = bounds(low, high)
        if found is None:
            return 0.0
        bottom, top = min(a, b), max(a, b)
        if isnan(bottom):
            return 0.0
        beyond = max(found[1] - top, bottom - found[0])
        return beyond if isfinite(beyond) else 0.0

    values = [float(value) for value in y]
    for k in range(len(values) - 1):
        if monotonic() > until:
            break
        left = room(float(x[k]), float(x[k + 1]), values[k], values[k + 1])
        if left > _ROOM * height:
            waiting.append((-left, float(x[k]), float(x[k + 1]), values[k], values[k + 1]))
    heapify(waiting)
    places: list[float] = []
    for _ in range(_LOOKS):
        if not waiting or monotonic() > until:
            break
        _, low, high, a, b = heappop(waiting)
        middle = (low + high) / 2
        value = evaluate(function, {variable: middle})
        c = float(value) if isinstance(value, (int, float)) else inf
        if not isfinite(c):
            continue
        if abs(c - (a + b) / 2) > _ROOM * height:
            places += [low, middle, high]
        if high - low < least:
            continue
        for start, end, p, q in ((low, middle, a, c), (middle, high, c, b)):
            left = room(start, end, p, q)
            if left > _ROOM * height:
                heappush(waiting, (-left, start, end, p, q))
    return sorted(set(places))
