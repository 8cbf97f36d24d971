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
from typing import Any, NamedTuple

from dlmath.expression.graph import Node
from dlmath.expression.intervals import Enclosure, Unsupported

#: So many intervals are halved, in so many seconds, at most.
_LOOKS = 2500
_SECONDS = 2.0

#: So many places are enough: a function with more of them oscillates everywhere.
_PLACES = 1500

#: Room that is this part of what is shown counts.
_ROOM = 0.005

#: An interval that is this part of the whole is not halved any more.
_LEAST = 1e-13


class Hidden(NamedTuple):
    """places: between the points of a first look. bounded: are the values, surely, everywhere?

    wild: are there more peaks than can be looked for one by one?
    """

    places: list[float]
    bounded: bool
    wild: bool = False


def hidden_places(
    function: Node, variable: str, x: Any, y: Any, shown: tuple[float, float]
) -> Hidden:
    """Places between those of `x` where the function does what its values `y` do not show.

    shown: the least and the greatest height that is shown. The places lie close around each peak,
    so that the sampling can go on from there; there are none where nothing is hidden.
    """
    from dlmath.expression.numbers import evaluate

    try:
        bounds = Enclosure(function, variable)
    except Unsupported:
        return Hidden([], False)
    until = monotonic() + _SECONDS
    height = shown[1] - shown[0]
    least = _LEAST * float(x[-1] - x[0])
    # The most room first, of equal room the widest, so that no side is preferred.
    waiting: list[tuple[float, float, float, float, float, float]] = []
    bounded = True

    def room(low: float, high: float, a: float, b: float) -> float:
        """How far the bounds are beyond the values at both ends; a pole has no peak to find."""
        nonlocal bounded
        found = bounds(low, high)
        if found is None:
            return 0.0
        bounded = bounded and isfinite(found[0]) and isfinite(found[1])
        bottom, top = min(a, b), max(a, b)
        if isnan(a) or isnan(b):
            return 0.0
        beyond = max(found[1] - top, bottom - found[0])
        return beyond if isfinite(beyond) else 0.0

    values = [float(value) for value in y]
    for k in range(len(values) - 1):
        if monotonic() > until:
            bounded = False
            break
        left = room(float(x[k]), float(x[k + 1]), values[k], values[k + 1])
        if left > _ROOM * height:
            low, high = float(x[k]), float(x[k + 1])
            waiting.append((-left, low - high, low, high, values[k], values[k + 1]))
    heapify(waiting)
    surely = bounded
    places: list[float] = []
    for _ in range(_LOOKS):
        if not waiting or monotonic() > until:
            break
        _, _, low, high, a, b = heappop(waiting)
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
                heappush(waiting, (-left, start - end, start, end, p, q))
    found = sorted(set(places))
    return Hidden(found[:: 1 + len(found) // _PLACES], surely, len(found) > _PLACES)
