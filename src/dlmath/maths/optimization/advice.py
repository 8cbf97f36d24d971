"""What to do next, in words: notes on a descent that bounced, crawled, diverged or got stuck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlmath.answer import Notation, Sentence
from dlmath.maths.optimization.kinds import FLAT, MAXIMUM, SADDLE
from dlmath.maths.optimization.verdict import (
    BOUNCING,
    CONVERGED,
    DIVERGED,
    STALLED,
    TIME,
    slows_down,
    steps_needed,
)

if TYPE_CHECKING:
    from dlmath.maths.optimization.run import Run

Note = Sentence

#: More steps than this are no advice.
_TOO_MANY = 10**8


def on_default_rate(usual: float, rate: float) -> list[Note]:
    """Says which rate was taken when none was given and the usual one is too large."""
    if rate == usual:
        return []
    words = f"the rate is {_short(rate)}: 1 over the largest curvature at the start"
    return [(f"{words}; --rate sets another",)]


def on_penalty(weight: float, names: list[str]) -> Note:
    """Says what weight decay makes of the function."""
    squares = " + ".join(f"{name}^2" for name in names[:3]) + (" + ..." if len(names) > 3 else "")
    words = "weight decay adds a penalty: the value shown is that of the function plus "
    return (words, Notation(f"{_short(weight / 2)}*({squares})"))


def on(run: Run) -> list[Note]:
    """The notes on a finished descent."""
    reason = run.verdict.reason
    if reason == CONVERGED:
        notes = _on_converged(run)
    elif reason == DIVERGED:
        notes = _on_diverged(run)
    elif reason == BOUNCING:
        notes = [(f"not converged: {run.verdict.words}",), *_on_rate(run)]
        if len(notes) == 1:
            notes.append(("try a smaller --rate: the steps jump over the lowest point",))
    elif reason == STALLED:
        notes = _on_stalled(run)
    elif reason == TIME:
        notes = _on_rate(run)
    else:
        notes = _on_steps_used_up(run)
    if run.kind.remark is not None:
        notes.append((run.kind.remark,))
    return notes


def _on_converged(run: Run) -> list[Note]:
    kind, step = run.kind.kind, run.path.end.step
    if kind in (SADDLE, MAXIMUM, FLAT) and step == 0:
        what = {SADDLE: "a saddle", MAXIMUM: "a maximum", FLAT: "flat"}[kind]
        size = "zero" if run.path.end.norm == 0 else f"only {_short(run.path.end.norm)}"
        place = _downhill(run)
        name, x = run.objective.names[place], run.path.end.point[place]
        return [
            (f"the gradient at the start is {size} and the point is {what}: no step leads away",),
            (f"start a little beside it, for example {name} = {_short(x + 0.1)}",),
        ]
    if kind == SADDLE:
        return [("the end point is a saddle, not a minimum: the function falls on from it",)]
    if kind == MAXIMUM:
        return [("the end point is a maximum, not a minimum",)]
    if step == 0:
        return [(f"{run.verdict.words}: there is nothing to do",)]
    return []


def _downhill(run: Run) -> int:
    """The variable that counts most in the direction of the most negative curvature."""
    if run.spectrum is None or run.spectrum.values[0] >= 0:
        return 0
    vector = run.spectrum.vectors[0]
    return max(range(len(vector)), key=lambda place: abs(vector[place]))


def _on_diverged(run: Run) -> list[Note]:
    notes: list[Note] = [(run.verdict.words,)]
    rate_notes = _on_rate(run)
    end = run.path.end
    falls = end.value < run.path.start.value
    if rate_notes:
        notes += rate_notes
    elif falls and "without bound" in run.verdict.words:
        notes.append(("there is no minimum: the slope along it is the same everywhere",))
    elif falls:
        notes.append(("the function falls without bound along the way: there is no minimum",))
    else:
        notes.append((f"try a smaller rate than {_short(run.rate)}",))
    return notes


def _on_rate(run: Run) -> list[Note]:
    """Is the rate beyond what this curvature allows?"""
    limit = run.stable_rate
    if limit is None or run.rate <= limit:
        return []
    if run.rate < limit * (1 + 1e-9):
        return [("the rate is at the limit of stability",)]
    better = 1 / run.largest if run.largest else limit / 2
    return [
        (
            f"the rate {_short(run.rate)} is above {_short(limit)}, the largest stable rate for the"
            f" curvature at {run.curvature_at}; try below it, for example {_short(better)}",
        )
    ]


def _on_stalled(run: Run) -> list[Note]:
    words = f"{run.verdict.words}, with gradient norm {_short(run.path.end.norm)}"
    return [(f"not converged: {words}: the rate {_short(run.rate)} is too small",)]


def _on_steps_used_up(run: Run) -> list[Note]:
    end, tolerance = run.path.end, run.path.tolerance
    notes: list[Note] = [
        (
            f"not converged ({run.verdict.words}): after {end.step} steps the gradient norm is"
            f" {_short(end.norm)}, above the tolerance {tolerance:g}",
        )
    ]
    rate_notes = _on_rate(run)
    if rate_notes:
        return notes + rate_notes
    more = None if slows_down(run.path, run.factor) else _more_steps(run)
    advice = []
    if more is not None and more < _TOO_MANY:
        advice.append(f"about {_rounded(end.step + more)} steps would do (--steps-max)")
    if run.smallest and run.largest and run.steady and run.method.name == "gd":
        best = 2 / (run.smallest + run.largest)
        if run.rate < best / 2:
            advice.append(f"a rate near {_short(best)} is the fastest here")
        elif run.largest / run.smallest > 100:
            advice.append(
                f"the condition number {_short(run.largest / run.smallest)} makes plain descent"
                " slow: try --method momentum or adam"
            )
    if advice:
        notes.append(("; ".join(advice),))
    return notes


def _more_steps(run: Run) -> int | None:
    return steps_needed(run.path.end.norm, run.path.tolerance, run.factor)


def _short(value: float) -> str:
    return f"{value:.5g}"


def _rounded(count: int) -> int:
    """Up to two significant digits, so that the advice is safe to follow."""
    unit: int = 10 ** max(0, len(str(count)) - 2)
    return -(-count // unit) * unit
