"""Round numbers to write at an axis."""

from __future__ import annotations

from math import floor, log10


def ticks(low: float, high: float, most: int) -> list[float]:
    """At most so many round numbers between two ends, evenly apart: steps of 1, 2 or 5."""
    size = high - low
    if not size > 0 or most < 1:
        return []
    power = 10.0 ** floor(log10(size / most))
    for step in (power * factor for factor in (1, 2, 5, 10, 20)):
        first = -floor(-low / step + 1e-9)
        last = floor(high / step + 1e-9)
        if last - first + 1 <= most:
            return [
                round(place * step, 12 - floor(log10(step))) + 0.0
                for place in range(first, last + 1)
            ]
    return []


def tick_text(value: float) -> str:
    """As short as it can be; ticks of one axis have the same step."""
    return f"{value:.6g}"
