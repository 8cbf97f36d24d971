"""What is worth saying of a training: overfitting, gradients that vanish or explode, dead units."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import Sentence, Table
from dlmath.maths.networks.training.epochs import DIVERGED, History, Plan, Rows
from dlmath.maths.networks.training.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Overfitting is named where the loss on held-back rows has risen by this part since it was lowest,
#: while that on the others fell by this part, so many epochs later at least. Before that both are
#: smoothed by the running mean over this part of the epochs.
_RISE, _FALL, _EPOCHS, _SMOOTHED = 0.1, 0.05, 5, 1 / 40

#: The root mean square entry of the gradient in the first layer over that in the last.
_VANISHES, _EXPLODES = 1e-3, 1e3

#: Rows over which gradients and slopes are taken for the table, at most.
_ROWS = 4096


class Overfitting(NamedTuple):
    """epoch: the first after the lowest validation loss. Pairs: losses then, and at the end.

    All of the smoothed losses.
    """

    epoch: int
    validation: tuple[float, float]
    training: tuple[float, float]


def overfitting(history: History) -> Overfitting | None:
    """Where the loss on held-back rows rises for good while that on the trained rows still falls.

    It must rise by more than it jumps from epoch to epoch. L. Prechelt, Early stopping - but
    when?, 1998.
    """
    if not history.validation or history.ended == DIVERGED:
        return None
    width = max(1, round(history.epochs * _SMOOTHED))
    held, trained = _smooth(history.validation, width), _smooth(history.losses, width)
    best, last = min(range(len(held)), key=held.__getitem__), len(held) - 1
    if last - best < max(_EPOCHS, width):
        return None
    since = history.validation[best:]
    jumps = median(abs(b - a) for a, b in pairwise(since))
    risen = held[last] > (1 + _RISE) * held[best] and held[last] > held[best] + 2 * jumps
    if not risen or trained[last] > (1 - _FALL) * trained[best]:
        return None
    return Overfitting(
        best + (width + 1) // 2, (held[best], held[last]), (trained[best], trained[last])
    )


def _smooth(values: list[float], width: int) -> list[float]:
    """Means over so many values that follow each other."""
    return [sum(values[k : k + width]) / width for k in range(len(values) - width + 1)]


class LayerState(NamedTuple):
    """One layer: norm of its gradient over the rows at the start and the end; units that never
    pass a gradient on, None for the last layer."""

    units: int
    weights: int
    at_start: float
    at_end: float
    dead: int | None


def layer_states(
    network: Network, start: Array, end: Array, rows: Rows, loss: str
) -> list[LayerState]:
    """Every layer, over the first rows that are trained on."""
    import numpy as np

    x, y = rows.x[:_ROWS], rows.y[:_ROWS]
    with np.errstate(all="ignore"):
        norms = [network.norms(network.gradient(theta, x, y, loss)) for theta in (start, end)]
        dead: list[int | None] = []
        for z, _ in network.passes(end, x)[:-1]:
            slope = np.broadcast_to(network.kernel.both(z)[1], z.shape)
            dead.append(int((slope == 0).all(axis=0).sum()))
    dead.append(None)
    return [
        LayerState(units, inputs * units, before, after, count)
        for (_, (inputs, units), _), before, after, count in zip(
            network.slots, norms[0], norms[1], dead, strict=True
        )
    ]


def layer_table(states: list[LayerState]) -> Table:
    """The layers as a table."""
    rows = tuple(
        (place, s.units, s.weights, s.at_start, s.at_end, "" if s.dead is None else s.dead)
        for place, s in enumerate(states, start=1)
    )
    heads = ("layer", "units", "weights", "gradient norm at start", "at end", "dead units")
    return Table("layers", heads, rows)


def on_gradients(
    network: Network, states: list[LayerState], history: History, plan: Plan, rows: Rows
) -> list[Sentence]:
    """Notes on gradients that vanish or explode, and on dead units. rows: trained on."""
    notes: list[Sentence] = []
    entries = [s.at_start / (s.weights + s.units) ** 0.5 for s in states]
    first, last = entries[0], entries[-1]
    words = (
        f"from {last:.2g} in layer {len(states)} to {first:.2g} in layer 1"
        " (root mean square of an entry, at the start)"
    )
    if len(states) > 1 and first < _VANISHES * last:
        advice = _passed_by_relu(network, plan, rows)
        notes.append((f"the gradient vanishes on its way back, {words}; {advice}",))
    elif len(states) > 1 and first > _EXPLODES * last > 0:
        notes.append(
            (f"the gradient explodes on its way back, {words}; try --initialization xavier",)
        )
    norms = [sum(n * n for n in of_epoch) ** 0.5 for of_epoch in history.norms]
    typical, largest = median(norms), max(norms)
    if history.ended == DIVERGED or (norms[0] > 0 and largest > _EXPLODES * max(norms[0], typical)):
        epoch = norms.index(largest) if largest == largest else len(norms) - 1
        notes.append(
            (
                f"the gradient explodes: its norm is {largest:.3g} in epoch {epoch}, and was"
                f" {norms[0]:.3g} at the start; try --clip 1, or a smaller rate than {plan.rate:g}",
            )
        )
    notes += _on_dead(network, states)
    return notes


def _passed_by_relu(network: Network, plan: Plan, rows: Rows) -> str:
    """What the same layers with relu and he pass back, measured on the same rows."""
    other = Network(network.sizes, "relu")
    theta = other.start("he", plan.seed)
    found = layer_states(other, theta, theta, rows, plan.loss)
    entries = [s.at_start / (s.weights + s.units) ** 0.5 for s in found]
    if network.activation == "relu" or not entries[0] > _VANISHES * entries[-1]:
        return "fewer layers pass more on"
    return (
        f"with --activation relu it is {entries[-1]:.2g} and {entries[0]:.2g} there; fewer layers"
        " pass more on, too"
    )


def _on_dead(network: Network, states: list[LayerState]) -> list[Sentence]:
    dead = [(place, s.dead, s.units) for place, s in enumerate(states, start=1) if s.dead]
    if not dead:
        return []
    listed = ", ".join(f"{count} of {units} in layer {place}" for place, count, units in dead)
    advice = "; leaky_relu has none" if network.activation == "relu" else ""
    return [(f"dead units, whose slope is 0 in every row: {listed}{advice}",)]


def on_overfitting(found: Overfitting, history: History) -> Sentence:
    """Overfitting in words, with the epoch in which it began."""
    words = (
        f"overfitting from epoch {found.epoch} on: the loss on held-back rows rises from"
        f" {found.validation[0]:.4g} to {found.validation[1]:.4g}, while that on the others falls"
        f" from {found.training[0]:.4g} to {found.training[1]:.4g}"
    )
    if history.kept < history.epochs:
        return (f"{words}; the parameters of epoch {history.kept} are kept",)
    return (f"{words}; --early-stop 20 keeps the best, --penalty l2=0.01 or --dropout 0.2 help",)
