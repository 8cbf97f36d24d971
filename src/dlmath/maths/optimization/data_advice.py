"""What to do next, in words: notes on a descent on data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlmath.answer import Sentence
from dlmath.expression.graph import add, div, number, symbol
from dlmath.maths.optimization.theory import stable_rate
from dlmath.maths.optimization.verdict import CONVERGED

if TYPE_CHECKING:
    from dlmath.maths.optimization.data_descent import Fit

#: Columns whose typical sizes differ by this factor make the loss badly conditioned.
_APART = 10.0

#: Condition numbers above this are worth a note.
_ILL = 1000.0


def on_epochs(fit: Fit) -> list[Sentence]:
    """Notes on minibatches: what the loss did."""
    track = fit.track
    assert track is not None
    losses = track.losses
    if track.ended in ("unsound", "gone"):
        return [
            (f"the loss ran away in epoch {max(1, track.epochs)}",),
            (f"try a smaller rate than {fit.plan.rate:.5g}",),
        ]
    if len(losses) > 1 and losses[-1] > losses[0]:
        return [
            (
                f"the loss rose from {losses[0]:.5g} to {losses[-1]:.5g}: try a smaller rate than"
                f" {fit.plan.rate:.5g}",
            )
        ]
    return []


def on_end(fit: Fit, facts: dict[str, Any]) -> list[Sentence]:
    """Notes on the end point: how far it is from the minimum, a rate too large, scales."""
    notes: list[Sentence] = []
    values = facts.get("eigenvalues")
    high = values[-1] if values else None
    if fit.track is not None and high and high > 0:
        limit = stable_rate(fit.plan.method, fit.plan.parameters, high)
        if limit is not None and fit.plan.rate > limit:
            notes.append(
                (
                    f"the rate {fit.plan.rate:.5g} is above {limit:.5g}, the largest stable rate"
                    " for the curvature of all rows",
                )
            )
    if fit.track is not None and facts["reason"] == "epochs" and facts["minimum"] is not None:
        left = above_minimum(fit)
        if left is not None and left > 1e-12 * (1 + abs(fit.value)):
            notes.append((f"the loss is about {left:.2g} above its minimum, by the curvature",))
    condition = facts.get("condition")
    done = facts["reason"] == CONVERGED or fit.plan.line_search is not None
    if not done and (condition is None or condition > _ILL):
        notes += on_scales(fit, condition)
    return notes


def above_minimum(fit: Fit) -> float | None:
    """Half of Newton's decrement, g H^(-1) g: how far the quadratic model still falls."""
    from dlmath.maths.optimization.curvature import newton_step
    from dlmath.maths.optimization.run import spectrum_at

    point = fit.end.tolist()
    found = spectrum_at(fit.objective, point)
    if found is None or found.values[0] <= 0 or len(found.values) < len(point):
        return None
    slope = fit.objective.slope(point)
    step = newton_step(found, slope)
    if step is None:
        return None
    return -sum(g * s for g, s in zip(slope, step, strict=True)) / 2


def on_scales(fit: Fit, condition: float | None) -> list[Sentence]:
    """Columns of very different sizes, with the formula that brings them to one scale."""
    import numpy as np

    columns, problem = fit.objective.source.columns, fit.problem
    beside_parameters = _multiplied(fit)
    sizes = {
        name: (float(np.mean(column)), float(np.std(column)))
        for name in columns.names
        if name in beside_parameters
        for column in [columns.column(name)]
    }
    roots = {name: (mean**2 + spread**2) ** 0.5 for name, (mean, spread) in sizes.items()}
    roots = {name: root for name, root in roots.items() if root > 0}
    if not roots:
        return []
    largest = max(roots, key=roots.__getitem__)
    smallest = min(roots, key=roots.__getitem__)
    if max(roots[largest], 1) < _APART * min(roots[smallest], 1):
        return []
    mean, spread = sizes[largest]
    words = f"the columns differ in scale: {largest} is about {roots[largest]:.3g}"
    words += f", {smallest} about {roots[smallest]:.3g}" if smallest != largest else ""
    if condition is not None:
        words += f"; the condition number is {condition:.3g}, and steps are slow"
    note: Sentence = (words,)
    if spread > 0 and largest not in {m for names in problem.blocks.values() for m in names}:
        scaled = div(add(symbol(largest), number(-_rounded(mean))), number(_rounded(spread)))
        note = (words, f"; in place of {largest} write ", scaled, ", and so with the others")
    elif spread > 0:
        note = (words, "; bring them to mean 0 and deviation 1")
    return [note]


def _rounded(value: float) -> Any:
    """Two significant digits, exactly."""
    from fractions import Fraction

    return Fraction(f"{value:.1e}")


def _multiplied(fit: Fit) -> set[str]:
    """The columns that stand in products with parameters, X's members included."""
    from dlmath.expression.graph import free_symbols, topological

    problem = fit.problem
    found: set[str] = set()
    for part in topological(problem.formula):
        if part.op not in ("mul", "dot") or not free_symbols(part) & set(problem.parameters):
            continue
        for arg in part.args:
            names = free_symbols(arg)
            if not names & set(problem.parameters):
                found |= names
    for name, members in problem.blocks.items():
        if name in found:
            found |= set(members)
    return found & set(fit.objective.source.columns.names)
