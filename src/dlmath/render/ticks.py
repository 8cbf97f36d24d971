"""Round numbers to write at an axis."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10


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


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """The same for a logarithmic axis: powers of ten, between them 2 and 5 where there is room."""
    if not 0 < low < high or most < 1:
        return []
    first, last = floor(log10(low) + 1e-9), ceil(log10(high) - 1e-9)
    for factors in ((1, 2, 5), (1, 3), (1,)):
        found = [
            float(f"{factor}e{power}") for power in range(first, last + 1) for factor in factors
        ]
        found = [value for value in found if low * (1 - 1e-9) <= value <= high * (1 + 1e-9)]
        if len(found) <= most:
            return found if len(found) > 1 else ticks(low, high, most)
    apart = ceil((last - first + 1) / most)
    powers = (power for power in range(first, last + 1) if power % apart == 0)
    return [value for value in (10.0**power for power in powers) if low <= value <= high]


def tick_texts(values: Sequence[float]) -> list[str]:
    """Each as short as it can be, with as many digits as tell them apart."""
    texts: list[str] = []
    for digits in range(6, 18):
        texts = [_short(value, digits) for value in values]
        if len(set(texts)) == len(set(values)):
            break
    return texts


def tick_text(value: float) -> str:
    """One of them alone."""
    return _short(value, 6)


def _short(value: float, digits: int) -> str:
    """`1e6` and not `1e+06`."""
    mantissa, sign, exponent = f"{value:.{digits}g}".partition("e")
    return f"{mantissa}e{int(exponent)}" if sign else mantissa
