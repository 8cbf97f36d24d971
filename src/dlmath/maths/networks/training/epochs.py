"""The epochs: minibatches, steps of the optimizer, losses after each epoch, and when to stop."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.maths.networks.training.network import Network
from dlmath.maths.optimization.path import Watch
from dlmath.maths.optimization.schedules import schedule
from dlmath.maths.optimization.steppers import array_stepper, clipped

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Steps, and products in them, between two looks at the clock; seconds between reports.
_BETWEEN, _PRODUCTS, _REPORT = 50, 20_000_000, 0.2

#: A loss so many times its size at the start has run away.
GONE = 1e6

EPOCHS, EARLY_STOP, TIME, INTERRUPTED, DIVERGED = (
    "epochs",
    "early_stop",
    "time",
    "interrupted",
    "diverged",
)


class Rows(NamedTuple):
    """Inputs, shape (rows, inputs), and targets in the form of the loss."""

    x: Array
    y: Array

    @property
    def number(self) -> int:
        """How many rows."""
        return len(self.x)


class Plan(NamedTuple):
    """How to train. The names mean what they mean in `options.TrainOptions`."""

    loss: str
    method: str
    rate: float
    schedule: str
    batch: int
    epochs: int
    seed: int
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0
    clip: float | None = None
    early_stop: int | None = None
    parameters: Mapping[str, float | None] = {}


class History(NamedTuple):
    """What happened, epoch by epoch; place 0 is the start.

    losses: over the rows that are trained on, without penalty and dropout. validation: over those
    held back, empty where there are none. norms: of the gradient of the last batch of each epoch,
    for each layer. theta: the parameters that are kept. best: epoch of the lowest validation loss
    (training loss without one). kept: the epoch whose parameters are kept. ended: one of the names
    above. steps: batches done.
    """

    losses: list[float]
    validation: list[float]
    norms: list[list[float]]
    theta: Array
    best: int
    kept: int
    ended: str
    steps: int

    @property
    def epochs(self) -> int:
        """Epochs that are done."""
        return len(self.losses) - 1

    @property
    def watched(self) -> list[float]:
        """The losses that decide which epoch is the best."""
        return self.validation or self.losses


class Stepper:
    """What is done with the gradient of a batch: penalty, clip, rate, the method's rule."""

    def __init__(self, network: Network, plan: Plan, per_epoch: int) -> None:
        self._stepper = array_stepper(plan.method, (network.size,), **plan.parameters)
        self._rate = schedule(plan.schedule, plan.rate, plan.epochs * per_epoch)
        self._constant = plan.rate if plan.schedule == "constant" else None
        self._plan = plan
        self._weights = network.weights_only() if plan.l1 or plan.l2 else None

    @property
    def steps(self) -> int:
        """Steps that are done."""
        return self._stepper.steps

    def penalized(self, theta: Array, gradient: Array) -> Array:
        """The gradient with that of the penalty, shortened where it is too long."""
        import numpy as np

        plan = self._plan
        if plan.l2:
            gradient = gradient + plan.l2 * (theta * self._weights)
        if plan.l1:
            gradient = gradient + plan.l1 * (np.sign(theta) * self._weights)
        if plan.clip is not None:
            (gradient,) = clipped([gradient], plan.clip)
        return gradient

    def step(self, theta: Array, gradient: Array) -> Array:
        """The parameters after one more step."""
        done = self._stepper.steps
        rate = self._rate(done) if self._constant is None else self._constant
        return self._stepper.step(theta, self.penalized(theta, gradient), rate)


def order_of(rows: int, seed: int, epoch: int) -> Array:
    """The shuffled order of the rows, which depends on seed and epoch (from 1) alone."""
    import numpy as np

    order: Array = np.random.default_rng([seed, epoch]).permutation(rows)
    return order


def run_epochs(
    network: Network,
    plan: Plan,
    theta: Array,
    rows: Rows,
    held: Rows | None,
    watch: Watch,
) -> History:
    """Trains from theta on. The same seed gives the same numbers, bit for bit.

    Where it is interrupted, out of time, or may stop early, the best parameters are kept, else
    those of the last epoch.
    """
    import numpy as np

    run = _Run(network, plan, theta, rows, held, watch)
    with np.errstate(all="ignore"):
        run.measure(network.gradient(theta, rows.x[: plan.batch], rows.y[: plan.batch], plan.loss))
        ended = EPOCHS
        while ended == EPOCHS and len(run.losses) <= plan.epochs:
            ended = run.epoch()
    best = run.best
    may_stop = plan.early_stop is not None and ended != DIVERGED
    kept = best if may_stop or ended in (INTERRUPTED, TIME) else len(run.losses) - 1
    found = run.best_theta if kept == best else run.theta
    return History(
        run.losses, run.validation, run.norms, found, best, kept, ended, run.stepper.steps
    )


class _Run:
    """A training on its way. theta: the parameters now. best: the epoch of the lowest loss."""

    def __init__(
        self,
        network: Network,
        plan: Plan,
        theta: Array,
        rows: Rows,
        held: Rows | None,
        watch: Watch,
    ) -> None:
        self.theta = self.best_theta = theta
        self.best = 0
        self.losses: list[float] = []
        self.validation: list[float] = []
        self.norms: list[list[float]] = []
        self._network, self._plan, self._rows, self._held = network, plan, rows, held
        self._per_epoch = -(-rows.number // plan.batch)
        self.stepper = Stepper(network, plan, self._per_epoch)
        self._watch = watch
        self._between = max(1, min(_BETWEEN, _PRODUCTS // (plan.batch * network.size)))
        self._begun = self._reported = monotonic()

    def epoch(self) -> str:
        """One epoch more; why it is the last one, or `EPOCHS`."""
        import numpy as np

        network, plan, rows, stepper = self._network, self._plan, self._rows, self.stepper
        epoch = len(self.losses)
        order = order_of(rows.number, plan.seed, epoch)
        random = np.random.default_rng([plan.seed, epoch, 1]) if plan.dropout else None
        theta = self.theta
        for first in range(0, rows.number, plan.batch):
            chosen = order[first : first + plan.batch]
            x, y = rows.x.take(chosen, axis=0), rows.y.take(chosen, axis=0)
            gradient = network.gradient(theta, x, y, plan.loss, plan.dropout, random)
            theta = stepper.step(theta, gradient)
            if not stepper.steps % self._between:
                ended = self._look()
                if ended != EPOCHS:
                    return ended
        self.theta = theta
        self.measure(gradient)
        if not np.isfinite(self.losses[-1]) or self.losses[-1] > GONE * (1 + abs(self.losses[0])):
            return DIVERGED
        if plan.early_stop is not None and epoch - self.best >= plan.early_stop:
            return EARLY_STOP
        return EPOCHS

    def measure(self, gradient: Array) -> None:
        """The losses of the parameters as they are, and whether they are the best so far."""
        loss = self._plan.loss
        self.losses.append(self._network.loss(self.theta, *self._rows, loss))
        if self._held is not None:
            self.validation.append(self._network.loss(self.theta, *self._held, loss))
        self.norms.append(self._network.norms(gradient))
        watched = self.validation or self.losses
        if watched[-1] < watched[self.best]:
            self.best, self.best_theta = len(watched) - 1, self.theta

    def _look(self) -> str:
        """The clock, Ctrl-C, and a report now and then."""
        now = monotonic()
        if self._watch.interrupted():
            return INTERRUPTED
        if self._watch.seconds and now - self._begun > self._watch.seconds:
            return TIME
        if now - self._reported > _REPORT:
            self._reported = now
            beside = f", held back {self.validation[-1]:.4g}" if self.validation else ""
            done = self.stepper.steps / (self._plan.epochs * self._per_epoch)
            words = f"epoch {len(self.losses)}, loss {self.losses[-1]:.4g}{beside}"
            self._watch.progress(done, words)
        return EPOCHS
