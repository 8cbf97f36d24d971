"""What to do next, in words: notes on a descent that bounced, crawled, diverged or got stuck."""

from __future__ import annotations

from math import sqrt

from dlmath.answer import Notation, Sentence
from dlmath.maths.optimization.kinds import FLAT, MAXIMUM, SADDLE
from dlmath.maths.optimization.run import Run, overflow_words, spectrum_at
from dlmath.maths.optimization.theory import best_plain, best_with_momentum, stable_rate
from dlmath.maths.optimization.verdict import (
    BOUNCING,
    CONVERGED,
    DIVERGED,
    INTERRUPTED,
    STALLED,
    TIME,
    slows_down,
    steps_needed,
)

Note = Sentence

#: More steps than this are no advice.
_TOO_MANY = 10**8

#: The curvature along the whole way is looked at for so many variables.
_FEW = 30

#: Above this condition number plain descent is slow whatever the rate.
_CROOKED = 100


#: A descent that bounces was nearly at rest where its gradient was this part of the last one.
_CALM = 1e-2

_JUMPS_OVER = "try a smaller --rate: the steps jump over the lowest point"


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
        notes = [(f"not converged: {run.verdict.words}",), *(_on_rate(run) or _along_the_way(run))]
        if len(notes) == 1:
            notes += [(words,) for words in _on_restless(run) or [_JUMPS_OVER]]
        notes += _passed(run)
    elif reason == STALLED:
        notes = _on_stalled(run)
    elif reason == TIME:
        notes = _on_rate(run)
    elif reason == INTERRUPTED:
        notes = _on_interrupted(run)
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
        place = _downhill(run)
        name, x = run.objective.names[place], run.path.end.point[place]
        return [
            ("the end point is a saddle, not a minimum: the function falls on from it",),
            (f"start a little beside it, for example {name} = {_short(x + 0.1)}",),
        ]
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
    if (words := overflow_words(run)) is not None:
        notes.append((words,))
    rate_notes = _on_rate(run)
    end = run.path.end
    falls = end.value < run.path.start.value
    if rate_notes:
        notes += rate_notes
    elif falls and "without bound" in run.verdict.words:
        notes.append(("there is no minimum: the slope along it is the same everywhere",))
    elif falls or run.plan.line_search is not None:
        notes.append(("the function falls without bound along the way: there is no minimum",))
    else:
        notes.append((f"try a smaller rate than {_short(run.rate)}",))
    return notes


def _on_rate(run: Run) -> list[Note]:
    """Is the rate beyond what this curvature allows?"""
    limit = run.stable_rate
    if limit is None or run.rate < limit * (1 - 1e-9) or not run.plan.is_plain:
        return []
    if run.rate < limit * (1 + 1e-9):
        return [(f"the rate is at the limit of stability, try half of it: {_short(limit / 2)}",)]
    better = 1 / run.largest if run.largest else limit / 2
    return [
        (
            f"the rate {_short(run.rate)} is above {_short(limit)}, the largest stable rate for the"
            f" curvature at {run.curvature_at}; try below it, for example {_short(better)}",
        )
    ]


def _passed(run: Run) -> list[Note]:
    """Did the descent pass a place that was nearly at rest, before it bounced?"""
    start, end = run.path.start, run.path.end
    calm = [state for state in run.path.checkpoints if state.sound]
    best = min(calm, key=lambda state: state.norm, default=end)
    if not best.norm < _CALM * min(end.norm, start.norm) or not best.value < end.value:
        return []
    words = f"at step {best.step} the value was {_short(best.value)} and the gradient norm"
    words += f" {_short(best.norm)}, the least that is kept: a --tolerance above it stops there"
    return [(words,)]


def _along_the_way(run: Run) -> list[Note]:
    """Is the rate beyond what the steepest curvature on the path allows?"""
    steepest, step = _steepest(run)
    if not run.plan.is_plain:
        return []
    limit = stable_rate(run.method, run.parameters, steepest) if steepest else None
    if limit is None or run.rate <= limit:
        return []
    return [
        (
            f"the rate {_short(run.rate)} is above {_short(limit)}, the largest stable rate for the"
            f" curvature at step {step}; try below it, for example {_short(1 / steepest)}",
        )
    ]


def _steepest(run: Run) -> tuple[float, int]:
    """The largest eigenvalue at the states that are kept, and at which step; 0 where unknown."""
    steepest, step = run.largest or 0.0, run.path.end.step
    if len(run.objective.names) > _FEW:
        return steepest, step
    for state in [*run.path.checkpoints, *run.path.last(2)]:
        found = spectrum_at(run.objective, state.point) if state.sound else None
        if found is not None and found.values[-1] > steepest:
            steepest, step = found.values[-1], state.step
    return steepest, step


def _on_stalled(run: Run) -> list[Note]:
    words = f"{run.verdict.words}, with gradient norm {_short(run.path.end.norm)}"
    if run.plan.line_search is not None:
        why = "no lower value is found along the direction (a kink, or the precision of floats)"
        return [(f"not converged: {words}: {why}",)]
    return [(f"not converged: {words}: the rate {_short(run.rate)} is too small",)]


def _on_interrupted(run: Run) -> list[Note]:
    last, best = run.path.end, run.end
    where = "" if best.step == last.step else f"; the lowest value kept is that of step {best.step}"
    return [(f"{run.verdict.words}, with gradient norm {_short(best.norm)}{where}",)]


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
    if run.kind.kind == SADDLE:
        name = run.objective.names[_downhill(run)]
        words = "the point is close to a saddle, where steps are short: the function falls along"
        return [*notes, (f"{words} {name}; start farther from it, or give more --steps-max",)]
    advice = _on_restless(run) or _on_slow(run)
    return [*notes, ("; ".join(advice),)] if advice else notes


def _on_restless(run: Run) -> list[str]:
    """Why these steps do not come to rest at a minimum, however many there are."""
    if run.plan.noise:
        return ["noise keeps the point moving: a --schedule makes its steps smaller"]
    if run.parameters.get("weight_decay") and _is_near(run):
        return [
            f"{run.method.name} pulls every variable towards 0 and rests where that balances the"
            " gradient; --weight-decay 0 turns it off"
        ]
    if run.method.bounded and run.plan.schedule == "constant" and _is_near(run):
        return ["the steps stay about as long as the rate: --schedule cosine brings them to rest"]
    return []


def _is_near(run: Run) -> bool:
    """Does the curvature say that a minimum is within a hundred steps as long as the rate?"""
    if run.smallest is None:
        return False
    away = run.path.end.norm / run.smallest
    return away < 100 * run.rate * sqrt(len(run.objective.names))


def _on_slow(run: Run) -> list[str]:
    """What would make it quicker."""
    end, advice = run.path.end, []
    more = None if slows_down(run.path, run.factor) else _more_steps(run)
    if more is not None and more < _TOO_MANY and run.plan.schedule == "constant":
        advice.append(f"about {_rounded(end.step + more)} steps would do (--steps-max)")
    if not (run.smallest and run.largest and run.plan.goes_straight and run.plan.is_plain):
        return advice
    best = best_plain(run.smallest, run.largest)
    condition = run.largest / run.smallest
    if run.steady and run.rate < best.rate / 2:
        advice.append(f"a rate near {_short(best.rate)} is the fastest here")
    elif condition > _CROOKED:
        fast = best_with_momentum(run.smallest, _steepest(run)[0])
        advice.append(
            f"the condition number {_short(condition)} makes plain descent slow: try --method"
            f" momentum --momentum {fast.momentum:.3g} --rate {fast.rate:.3g}, adam or bfgs"
        )
    return advice


def _more_steps(run: Run) -> int | None:
    return steps_needed(run.path.end.norm, run.path.tolerance, run.factor)


def _short(value: float) -> str:
    return f"{value:.5g}"


def _rounded(count: int) -> int:
    """Up to two significant digits, so that the advice is safe to follow."""
    unit: int = 10 ** max(0, len(str(count)) - 2)
    return -(-count // unit) * unit
