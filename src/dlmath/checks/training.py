"""A trained network by other routes: differences of losses, a walk over the graph, its own file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.expression.graph import Node

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Steps of the differences, and what they may differ by: of the slope, and for rounding.
_STEPS = (1e-5, 1e-6, 1e-4)
_RELATIVE, _ROUNDING = 1e-5, 1e-9

#: Entries compared singly, and as many layers of which the largest is; fewer of a large network.
_RANDOM, _LARGE = 12, 200_000

#: Products of the walk over the graph at most, and how far its numbers may be apart.
_PRODUCTS = 200_000
_APART = 1e-9


def check_backpropagation(
    loss: Callable[[Array], float],
    theta: Array,
    gradient: Array,
    layers: Sequence[slice],
    seed: int,
) -> Check:
    """The gradient at theta against central differences of the loss.

    The largest entry of each layer, random entries, and a random direction, in which all entries
    take part. An entry at a kink, where the differences to both sides differ, is left out.
    layers: the places of each layer's parameters.
    """
    import numpy as np

    name = "backpropagation at the start against central differences"
    if not np.isfinite(gradient).all():
        return Check(name, UNAVAILABLE, "the gradient is not finite")
    random = np.random.default_rng([seed, 0])
    few = 2 if len(theta) > _LARGE else _RANDOM
    places = [part.start + int(np.argmax(np.abs(gradient[part]))) for part in layers[:few]]
    places += random.choice(len(theta), min(few, len(theta)), replace=False).tolist()
    worst, kinks = 0.0, 0
    here = loss(theta)
    chosen = [*dict.fromkeys(places), None]
    for place in chosen:
        direction = _direction(place, len(theta), random)
        slope = float(gradient @ direction)
        apart = _apart(loss, theta, direction, slope, here)
        if apart is None:
            kinks += 1
        elif apart > _RELATIVE * abs(slope) + _ROUNDING * (1 + abs(here)):
            where = "along a random direction" if place is None else f"parameter {place + 1}"
            return Check(name, FAILED, f"{where}: they differ by {apart:.1e}")
        else:
            worst = max(worst, apart)
    compared = len(chosen) - kinks
    if not compared:
        return Check(name, UNAVAILABLE, "every place looked at is a kink of the activation")
    words = f"{compared - (not kinks)} entries and a direction of all" if not kinks else ""
    words = words or f"{compared} of {len(chosen)} directions, the others at a kink"
    return Check(name, PASSED, f"{words}: largest difference {worst:.1e}")


def _direction(place: int | None, size: int, random: Any) -> Array:
    """Along one parameter, or along all in a random direction; of length 1."""
    import numpy as np

    if place is None:
        along = random.standard_normal(size)
        return along / np.linalg.norm(along)  # type: ignore[no-any-return]
    direction = np.zeros(size)
    direction[place] = 1.0
    return direction


def _apart(
    loss: Callable[[Array], float], theta: Array, direction: Array, slope: float, here: float
) -> float | None:
    """How far the slope is from the differences; None where the two sides differ."""
    found = float("inf")
    kink = False
    for step in _STEPS:
        ahead, behind = loss(theta + step * direction), loss(theta - step * direction)
        if not (isfinite(ahead) and isfinite(behind)):
            continue
        found = min(found, abs((ahead - behind) / (2 * step) - slope))
        if found <= _RELATIVE * abs(slope) + _ROUNDING * (1 + abs(here)):
            return found
        if step == min(_STEPS):
            sides = (ahead - here) / step - (here - behind) / step
            kink = abs(sides) > 1e-4 * max(abs(slope), abs(ahead - behind) / step)
    return None if kink else found


def check_forward(
    layers: Sequence[tuple[Array, Array]], activation: Node, x: Array, p: Array
) -> Check:
    """What the network gives for the first rows, by sums written out and a walk over the graph.

    layers: weights (inputs, units) and biases. activation: the function of x. x: inputs of rows.
    p: what the arrays gave for them.
    """
    from dlmath.expression.numbers import evaluate

    name = "predictions by a walk over the expression"
    products = sum(weights.size for weights, _ in layers)
    count = min(3, len(x), _PRODUCTS // max(1, products))
    if not count:
        return Check(name, UNAVAILABLE, f"{products} weights are too many to do one by one")
    worst = 0.0
    for row in range(count):
        values = x[row].tolist()
        for place, (weights, biases) in enumerate(layers):
            columns = weights.T.tolist()
            sums = [
                sum(w * v for w, v in zip(column, values, strict=True)) + bias
                for column, bias in zip(columns, biases.tolist(), strict=True)
            ]
            last = place == len(layers) - 1
            values = sums if last else [float(_real(evaluate(activation, {"x": z}))) for z in sums]
        for own, other in zip(values, p[row].tolist(), strict=True):
            if not (isfinite(own) and isfinite(other)):
                return Check(name, UNAVAILABLE, "a prediction is not finite")
            worst = max(worst, abs(own - other) / (1 + abs(own)))
    verdict = PASSED if worst <= _APART else FAILED
    rows = f"{count} row{'s' * (count != 1)}"
    return Check(name, verdict, f"{rows}: largest difference {worst:.1e}")


def _real(value: Any) -> float:
    return float(value) if isinstance(value, (int, float)) else float("nan")


def check_saved(loss: float, again: float) -> Check:
    """The loss of the model as written to a file and read back, which must be the same number."""
    name = "the model written to a file, read back, and measured again"
    if loss == again:
        return Check(name, PASSED, f"the same loss, {again:.6g}")
    return Check(name, FAILED, f"the loss is {again:.6g}, and was {loss:.6g}")
