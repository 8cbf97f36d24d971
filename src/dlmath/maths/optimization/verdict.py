"""How a descent went: converged, bouncing, diverged, crawling, or out of steps."""

from __future__ import annotations

from itertools import pairwise
from math import exp, isfinite, log
from typing import NamedTuple

from dlmath.maths.optimization.path import Path, State

CONVERGED = "converged"
STEPS_MAX = "steps_max"
BOUNCING = "bouncing"
DIVERGED = "diverged"
STALLED = "stalled"
TIME = "time"
INTERRUPTED = "interrupted"

#: A value this many times the start's (plus 1) has left for good.
_GONE = 1e6

#: So many of the last steps tell how a descent ends.
_TAIL = 20


#: Fewer steps than this do not show a tendency.
_LONG = 8


class Verdict(NamedTuple):
    """reason: one of the names above. words: for people. step: where a divergence showed."""

    reason: str
    words: str
    step: int | None = None


def judge(path: Path, factor: float | None, *, bowl: bool) -> Verdict:
    """The verdict on a finished path that did not leave the domain.

    factor: by how much the gradient shrinks a step near the end (`observed_factor`). bowl: are all
    eigenvalues of the Hessian at the end positive?
    """
    end = path.end
    if path.ended == "tolerance":
        if end.step == 0:
            size = "zero" if end.norm == 0 else f"only {end.norm:.3g}"
            return Verdict(CONVERGED, f"converged: the gradient is {size} at the start")
        return Verdict(CONVERGED, f"converged at step {end.step}")
    if path.ended == "interrupted":
        return Verdict(INTERRUPTED, f"interrupted at step {end.step}")
    gone = _step_gone(path)
    if gone is not None:
        return Verdict(DIVERGED, f"diverged at step {gone}", gone)
    if path.ended == "fixed":
        if path.at(end.step + 1)[1:3] == end[1:3]:
            return Verdict(STALLED, f"stalled at step {end.step}: a step changes nothing any more")
        return Verdict(BOUNCING, "bouncing: the same points come again and again")
    if path.ended == "time":
        return Verdict(TIME, f"the time is used up after {end.step} steps")
    return _of_unfinished(path, factor, bowl=bowl)


def _of_unfinished(path: Path, factor: float | None, *, bowl: bool) -> Verdict:
    end, tail = path.end, path.last(_TAIL)
    rises = sum(b.value > a.value for a, b in pairwise(tail))
    long = end.step >= _LONG
    if long and rises == len(tail) - 1 and end.value > path.start.value:
        return Verdict(DIVERGED, f"diverged: still growing at step {end.step}", end.step)
    if long and rises and not _better_later(path):
        return Verdict(BOUNCING, f"bouncing: no lower value is found up to step {end.step}")
    if not bowl and _keeps_falling(path, tail):
        words = "steps used up: no minimum found, the function keeps falling"
        return Verdict(STEPS_MAX, words)
    if slows_down(path, factor):
        return Verdict(STEPS_MAX, "crawling: steps used up, and every step gains less")
    more = steps_needed(end.norm, path.tolerance, factor)
    if more is not None and more > end.step:
        return Verdict(STEPS_MAX, f"crawling: steps used up, about {_rounded(more)} more needed")
    return Verdict(STEPS_MAX, "steps used up")


def _step_gone(path: Path) -> int | None:
    """The first step from which every value is beyond all proportion to the start's, or None."""
    limit = _GONE * (1 + abs(path.start.value))

    def gone(state: State) -> bool:
        return not state.sound or abs(state.value) > limit

    if not gone(path.end):
        return None
    states = path.checkpoints
    place = len(states) - 1
    while place > 0 and gone(states[place - 1]):
        place -= 1
    low, high = states[max(0, place - 1)].step, states[place].step
    while high - low > 1:
        middle = (low + high) // 2
        if gone(path.at(middle)):
            high = middle
        else:
            low = middle
    return high


def _better_later(path: Path) -> bool:
    """Does the second half of the path reach a lower value than the first?"""
    half = path.end.step / 2
    early = [state.value for state in path.checkpoints if state.step <= half]
    late = [state.value for state in path.checkpoints if state.step > half]
    if not early or not late:
        return True
    return min(late) < min(early) - 1e-12 * abs(min(early))


def _keeps_falling(path: Path, tail: list[State]) -> bool:
    """Does the value fall in every step while the gradient does not get smaller?"""
    if any(b.value >= a.value for a, b in pairwise(tail)):
        return False
    middle = path.at(path.end.step // 2)
    return path.end.step >= 2 and path.end.norm >= 0.999 * middle.norm


def slows_down(path: Path, factor: float | None) -> bool:
    """Does the factor creep up to 1, as on a plateau or where the minimum has no curvature?"""
    if factor is None or not 0 < factor < 1:
        return False
    earlier = observed_factor(path, path.at(path.end.step // 2))
    return earlier is not None and 1 - earlier > 1.3 * (1 - factor)


def observed_factor(path: Path, end: State | None = None) -> float | None:
    """The factor by which the gradient norm shrinks a step, near the end or another state.

    The geometric mean over the last ten steps, which evens out oscillations; None before two steps.
    """
    end = end or path.end
    if end.step < 2 or not end.sound:
        return None
    before = path.at(max(1, end.step - 10))
    if end.norm == 0:
        return 0.0 if before.norm > 0 else None
    if not (before.norm > 0 and isfinite(before.norm)):
        return None
    return exp((log(end.norm) - log(before.norm)) / (end.step - before.step))


def steps_needed(norm: float, tolerance: float, factor: float | None) -> int | None:
    """How many more steps bring the gradient norm down to the tolerance at this factor."""
    if factor is None or not 0 < factor < 1 or tolerance <= 0 or not norm > tolerance:
        return None
    return int(log(tolerance / norm) / log(factor)) + 1


def _rounded(count: int) -> str:
    """A whole number to two significant digits."""
    return str(round(count, 2 - len(str(count)))) if count >= 100 else str(count)
