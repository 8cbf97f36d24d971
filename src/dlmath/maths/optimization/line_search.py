"""How far to go along a direction: conditions of L. Armijo (1966) and P. Wolfe (1969).

J. Nocedal, S. J. Wright, Numerical optimization, 2nd edition, sections 3.1 and 3.5. `phi(t)` gives
the value and the slope along the direction at the length t; where the function has no value it
gives inf, so that no search leaves the domain.
"""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite
from typing import NamedTuple

#: phi(t) -> (value, slope along the direction).
Phi = Callable[[float], tuple[float, float]]

#: The value must fall by at least this part of what the slope promises.
SUFFICIENT = 1e-4

_MOST_TRIALS = 60


class Trial(NamedTuple):
    """A length that was tried, with the value and the slope there."""

    length: float
    value: float
    slope: float


def armijo(phi: Phi, start: Trial, first: float) -> float:
    """The first of first, first/2, first/4, ... with a sufficient decrease; 0 where there is none.

    Algorithm 3.1. start: at length 0, with a negative slope.
    """
    length = first
    for _ in range(_MOST_TRIALS):
        trial = Trial(length, *phi(length))
        if _is_level(trial, start):
            if abs(trial.slope) < abs(start.slope):
                return length
        elif trial.value < start.value and not _rises(trial, start):
            return length
        length /= 2
    return 0.0


def wolfe(phi: Phi, start: Trial, first: float, curvature: float) -> float:
    """A length with a sufficient decrease and a slope of at most `curvature` times the first one.

    The strong conditions; algorithms 3.5 and 3.6 with bisection and quadratic interpolation. 0
    where no lower value is found; the lowest one found where the slope stays too steep.
    """
    before, length = start, first
    for count in range(_MOST_TRIALS):
        trial = Trial(length, *phi(length))
        if not isfinite(trial.value):
            return _zoom(phi, start, before, Trial(length, inf, inf), curvature)
        level = _is_level(trial, start)
        if not level and (_rises(trial, start) or (count and trial.value >= before.value)):
            return _zoom(phi, start, before, trial, curvature)
        if abs(trial.slope) <= -curvature * start.slope:
            return trial.length
        if trial.slope >= 0:
            return _zoom(phi, start, trial, before, curvature)
        before, length = trial, 2 * length
    return before.length


def _is_level(trial: Trial, start: Trial) -> bool:
    """Do the values differ by no more than their rounding? Then the slopes alone tell.

    W. W. Hager, H. Zhang, A new conjugate gradient method with guaranteed descent and an efficient
    line search, SIAM J. Optim. 16, 2005 (the approximate conditions).
    """
    return abs(trial.value - start.value) <= 1e-14 * abs(start.value)


def _rises(trial: Trial, start: Trial) -> bool:
    return trial.value > start.value + SUFFICIENT * trial.length * start.slope


def _zoom(phi: Phi, start: Trial, low: Trial, high: Trial, curvature: float) -> float:
    """Narrows an interval that holds lengths which satisfy the conditions; low has the less value.

    Algorithm 3.6.
    """
    for _ in range(_MOST_TRIALS):
        length = _between(low, high)
        if length in (low.length, high.length):
            break
        trial = Trial(length, *phi(length))
        level = _is_level(trial, start)
        higher = _rises(trial, start) or trial.value >= low.value
        if not isfinite(trial.value) or (higher and not level):
            high = trial
            continue
        if abs(trial.slope) <= -curvature * start.slope:
            return trial.length
        if trial.slope * (high.length - low.length) >= 0:
            high = low
        low = trial
    return low.length if low.value < start.value else 0.0


def _between(low: Trial, high: Trial) -> float:
    """Where a parabola through low, its slope and high is lowest, or the middle."""
    width = high.length - low.length
    bend = high.value - low.value - low.slope * width
    if isfinite(bend) and bend > 0:
        length = low.length - low.slope * width * width / (2 * bend)
        nearest, farthest = low.length + 0.1 * width, low.length + 0.9 * width
        if min(nearest, farthest) <= length <= max(nearest, farthest):
            return length
    return low.length + width / 2
