"""The working of a training: a step on one row, forward, back, the update; then the result."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlmath.answer import Sentence, Step
from dlmath.expression.graph import Node
from dlmath.maths.networks.training.epochs import Stepper, order_of
from dlmath.maths.networks.training.losses import LOSSES, loss_function
from dlmath.maths.networks.training.model_file import Model
from dlmath.maths.optimization.methods import METHODS
from dlmath.maths.optimization.objective import decimal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlmath.maths.networks.training.result import Training

    Array = NDArray[Any]

#: Entries of a vector and of the update that are written out, and digits.
_ENTRIES, _UPDATED, _DIGITS = 8, 12, 6

#: Sums are written out, product by product, for layers up to so many inputs and units.
_WRITTEN = 4


def steps(training: Training, result: str) -> list[Step]:
    """The first row that is trained on, alone in a batch, and what the training came to."""
    import numpy as np

    model, plan = training.model, training.plan
    network = model.network
    row = int(order_of(training.rows.number, plan.seed, 1)[0])
    x, y = training.rows.x[row : row + 1], training.rows.y[row : row + 1]
    start = training.start
    found = [_names(training, row)]
    with np.errstate(all="ignore"):
        passes = network.passes(start, x)
        found += forward_steps(model, start, x)
        found.append(_loss_step(model, passes[-1][0], y))
        found += _backward(model, start, x, y)
        gradient = network.gradient(start, x, y, model.loss)
        found.append(_update(training, gradient))
    epochs = training.history.epochs
    words = f"{epochs} epoch{'s' * (epochs != 1)} of such steps, over batches of {plan.batch} rows"
    if plan.dropout:
        words += f", {plan.dropout:g} of the hidden units left out in each pass"
    found.append(Step("result", (f"{words}: {result}",)))
    return found


def _names(training: Training, row: int) -> Step:
    encoding = training.model.encoding
    number = int(training.places[0][row]) + 1
    inputs = ", ".join(encoding.inputs[:_ENTRIES]) + ", ..." * (len(encoding.inputs) > _ENTRIES)
    words = (
        f"row {number} of the data, at the start; x is [{inputs}]"
        f"{', standardized' * bool((encoding.scale != 1).any())}; W1, b1, ... are weights and"
        f" biases (numbers are shown to {_DIGITS} digits)"
    )
    return Step("one row", (words,))


def forward_steps(model: Model, theta: Array, x: Array) -> list[Step]:
    """What each layer sums up and passes on, for one row. x: shape (1, inputs)."""
    network = model.network
    found = [Step("input", (f"x = {_vector(x[0])}",))]
    inputs, name = x[0], "x"
    layers = network.layers(theta)
    passes = network.passes(theta, x)
    for place, ((weights, biases), (z, a)) in enumerate(zip(layers, passes, strict=True), start=1):
        parts = _sums(place, name, inputs, weights, biases, z[0])
        if place == len(layers):
            words = f"p = W{place}' {name} + b{place} = {_vector(z[0])}"
        else:
            words = f"z{place} = W{place}' {name} + b{place} = {_vector(z[0])}"
            words += f"; a{place} = {network.activation}(z{place}) = {_vector(a[0])}"
        found.append(Step(f"layer {place} forward", (words,), steps=parts))
        inputs, name = a[0], f"a{place}"
    return found


def _sums(
    place: int, name: str, inputs: Array, weights: Array, biases: Array, z: Array
) -> tuple[Step, ...]:
    """Each unit's sum, product by product, in a small layer."""
    if weights.shape[0] > _WRITTEN or weights.shape[1] > _WRITTEN:
        return ()
    found = []
    for unit in range(weights.shape[1]):
        terms = [
            f"({_number(w)})*({_number(v)})" for w, v in zip(weights[:, unit], inputs, strict=True)
        ]
        words = f"unit {unit + 1}: {' + '.join(terms)} + ({_number(biases[unit])})"
        found.append(Step("sum", (f"{words} = {_number(z[unit])}",)))
    return tuple(found)


def _loss_step(model: Model, p: Array, y: Array) -> Step:
    value = float(loss_function(model.loss).value(p, y).mean())
    target = _vector(y[0]) if y.ndim > 1 else f"class {model.encoding.classes[int(y[0])]}"
    words = f"y = {target}; {LOSSES[model.loss].about}"
    if p.shape[1] > 1 and y.ndim > 1:
        words += ", the mean over the outputs"
    return Step("loss", (f"{words} = {_number(value)}",))


def _backward(model: Model, theta: Array, x: Array, y: Array) -> list[Step]:
    """The derivative of the loss by each layer's sums and weights, from the last layer on."""
    network = model.network
    layers = network.layers(theta)
    passes = network.passes(theta, x)
    gradient = network.gradient(theta, x, y, model.loss)
    deltas = [gradient[b] for _, _, b in network.slots]  # of one row, that by the biases is delta
    found = []
    for place in range(len(layers), 0, -1):
        delta = deltas[place - 1]
        if place == len(layers):
            words = f"delta{place} = dloss/dp = {_vector(delta)}"
        else:
            slope = network.kernel.both(passes[place - 1][0])[1]
            words = (
                f"delta{place} = (W{place + 1} delta{place + 1}) * {network.activation}'(z{place})"
                f" = {_vector(delta)}, where {network.activation}'(z{place}) ="
                f" {_vector(_filled(slope, delta))}"
            )
        name = "x" if place == 1 else f"a{place - 1}"
        w = gradient[network.slots[place - 1][0]]
        words += f"; dloss/dW{place} = {name} delta{place}' = {_vector(w)}, row by row"
        found.append(Step(f"layer {place} backward", (f"{words}; dloss/db{place} = delta{place}",)))
    return found


def _filled(slope: Array, like: Array) -> Array:
    import numpy as np

    found: Array = np.broadcast_to(np.asarray(slope, dtype=float), (1, len(like)))[0]
    return found


def _update(training: Training, gradient: Array) -> Step:
    """The rule of the method, and the first parameters by it."""
    from dlmath.expression.parser import parse

    plan, network, start = training.plan, training.model.network, training.start
    method = METHODS[plan.method]
    text: list[str | Node] = [f"{method.title}: for every parameter x with slope g, "]
    for place, (name, rule) in enumerate(method.rules):
        text += ["; then " if place else "", f"{name} becomes ", parse(rule).node]
    values = {"rate": plan.rate, **plan.parameters}
    listed = ", ".join(f"{name} = {decimal(v)}" for name, v in values.items() if v is not None)
    text.append(f"; {listed}")
    if plan.l1 or plan.l2:
        text.append("; g of a weight has the slope of the penalty added")
    if plan.clip is not None:
        text.append(f"; a gradient longer than {plan.clip:g} is shortened to that")
    stepper = Stepper(network, plan, -(-training.rows.number // plan.batch))
    slope = stepper.penalized(start, gradient)
    after = stepper.step(start, gradient)
    parts = tuple(
        Step(
            "fill in",
            (
                f"{name}: the slope is {_number(slope[k])}, and {_number(start[k])} becomes"
                f" {_number(after[k])}",
            ),
        )
        for k, name in enumerate(parameter_names(training.model)[:_UPDATED])
    )
    sentence: Sentence = tuple(text)
    return Step("update", sentence, steps=parts)


def parameter_names(model: Model) -> list[str]:
    """`W1[1,1]`, ..., `b1[1]`, ... in the order of the vector of parameters."""
    found: list[str] = []
    for place, (_, (inputs, units), _) in enumerate(model.network.slots, start=1):
        found += [f"W{place}[{i},{j}]" for i in range(1, inputs + 1) for j in range(1, units + 1)]
        found += [f"b{place}[{j}]" for j in range(1, units + 1)]
    return found


def _vector(values: Array) -> str:
    shown = ", ".join(_number(value) for value in values[:_ENTRIES])
    return f"[{shown}, ... ({len(values)} numbers)]" if len(values) > _ENTRIES else f"[{shown}]"


def _number(value: Any) -> str:
    return decimal(float(value), _DIGITS)
