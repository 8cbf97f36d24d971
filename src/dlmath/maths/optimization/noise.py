"""Normal noise that depends on seed, step and place alone, so that any step can be made again."""

from __future__ import annotations

from collections.abc import Callable
from math import cos, log, pi, sin, sqrt

_MASK = (1 << 64) - 1


def _mixed(key: int) -> int:
    """The output function of SplitMix64 (G. Steele, D. Lea, C. Flood, OOPSLA 2014)."""
    key = (key + 0x9E3779B97F4A7C15) & _MASK
    key = ((key ^ (key >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    key = ((key ^ (key >> 27)) * 0x94D049BB133111EB) & _MASK
    return key ^ (key >> 31)


def normal_noise(seed: int, deviation: float, count: int) -> Callable[[float], tuple[float, ...]]:
    """A function of the step's number: so many independent normal numbers of mean 0.

    G. Box and M. Muller's transformation (1958) of uniform numbers that are hashes of seed, step
    and place: no state is carried from step to step.
    """
    base = _mixed(seed & _MASK)

    def noise(step: float) -> tuple[float, ...]:
        key = _mixed(base ^ int(step))
        found: list[float] = []
        for _ in range(0, count, 2):
            key = _mixed(key)
            first = ((key >> 11) + 1) / (1 << 53)  # in (0, 1], so that it has a logarithm
            key = _mixed(key)
            angle = 2 * pi * (key >> 11) / (1 << 53)
            length = deviation * sqrt(-2 * log(first))
            found += [length * cos(angle), length * sin(angle)]
        return tuple(found[:count])

    return noise
