"""Steps on minibatches: each epoch goes through all rows once, in shuffled order.

L. Bottou, F. E. Curtis, J. Nocedal, Optimization methods for large-scale machine learning, SIAM
Review 60, 2018, section 4.
"""

from __future__ import annotations

from collections.abc import Collection
from itertools import islice
from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.maths.optimization.data_objective import DataObjective, Steps
from dlmath.maths.optimization.path import Watch
from dlmath.maths.optimization.plan import Plan

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

#: So many batches are done between two looks at the clock.
_BETWEEN = 50

#: A loss so many times its size at the start has run away.
GONE = 1e6

#: Batches of which the curvature at the start is computed.
_BATCHES = 8


class Track(NamedTuple):
    """What happened, epoch by epoch.

    losses: over all rows, at the start and after each epoch. kept: parameters after some epochs
    (0: the start). theta: the last ones, or where it was interrupted the best ones.
    steps: batches done. ended: `epochs`, `unsound` (no finite loss), `gone` (far above the start),
    `time`, `interrupted`. place: the batch after which `ended` was found, in words.
    """

    losses: list[float]
    kept: dict[int, Floats]
    theta: Floats
    steps: int
    ended: str
    place: str

    @property
    def epochs(self) -> int:
        """Epochs that are done."""
        return len(self.losses) - 1


def run_epochs(
    objective: DataObjective,
    plan: Plan,
    theta: Floats,
    size: int,
    epochs: int,
    watch: Watch,
    shown: Collection[int],
) -> Track:
    """Goes through the rows so many times in batches of this size.

    shown: the epochs whose parameters are kept. The same seed gives the same numbers.
    """
    import numpy as np

    source, gradient = objective.source, objective.problem.function.gradient
    steps = Steps(plan, len(theta))
    begun = reported = monotonic()
    with np.errstate(all="ignore"):
        losses = [source.value(theta)]
        kept = {0: theta}
        best = theta
        ended, done = "epochs", 0
        for epoch in range(1, epochs + 1):
            for batch in source.batches(size, plan.seed, epoch):
                theta = steps.step(theta, gradient(theta, batch))
                done += 1
                if done % _BETWEEN:
                    continue
                now = monotonic()
                if watch.interrupted():
                    ended = "interrupted"
                elif watch.seconds and now - begun > watch.seconds:
                    ended = "time"
                elif not np.isfinite(theta).all():
                    ended = "unsound"
                if ended != "epochs":
                    break
                if now - reported > 0.2:
                    reported = now
                    part = done / plan.steps
                    watch.progress(part, f"epoch {epoch}, loss {losses[-1]:.6g}")
            if ended != "epochs":
                break
            losses.append(source.value(theta))
            if losses[-1] <= min(losses):
                best = theta
            if epoch in shown:
                kept[epoch] = theta
            if not np.isfinite(losses[-1]):
                ended = "unsound"
            elif losses[-1] > GONE * (1 + abs(losses[0])):
                ended = "gone"
            if ended != "epochs":
                break
            if watch.interrupted():
                ended = "interrupted"
                break
            if watch.seconds and monotonic() - begun > watch.seconds and epoch < epochs:
                ended = "time"
                break
    place = f"batch {done - (len(losses) - 1) * -(-source.rows // size)} of epoch {len(losses)}"
    if ended == "interrupted":
        theta = best
    kept[len(losses) - 1] = theta
    return Track(losses, kept, theta, done, ended, place)


def curvature_of_batches(objective: DataObjective, theta: Floats, size: int, seed: int) -> float:
    """The largest curvature of the first few batches.

    A batch may be much more curved than the mean of all rows, and the steps meet each one alone.
    """
    batches = islice(objective.source.batches(size, seed, 1), _BATCHES)
    return max(objective.largest(theta, batch) for batch in batches)
