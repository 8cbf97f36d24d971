"""Neural networks: the functions of the commands."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dlmath.answer import Answer
from dlmath.expression.graph import Node
from dlmath.library.inputs import (
    Expression,
    make_settings,
    to_node,
)


def matrix_derive(
    expression: str,
    wrt: str,
    shapes: str = "",
    *,
    layout: str | None = None,
    order: int = 1,
    **options: Any,
) -> Answer:
    """The derivative of a matrix expression such as "norm(A*x - b)^2", in matrix form.

    shapes: `"A: m,n; x: n; b: m"`. layout: numerator or denominator. order: 2 for a Hessian.
    """
    from dlmath.maths.networks import matrix_derive as module

    settings = make_settings(**options)
    return module.matrix_derive(expression, wrt, shapes, settings, layout=layout, order=order)


def backprop(
    expression: Expression,
    at: Mapping[str, Expression] | str,
    *,
    wrt: str | Sequence[str] | None = None,
    path: str | None = None,
    **options: Any,
) -> Answer:
    """The gradient of a number at a point by reverse mode, with the graph that it comes from.

    path: a variable whose paths from the loss are written out. Matrices are nested vectors:
    `at="W=[[1,2],[3,4]],x=[1,2]"`.
    """
    from dlmath.maths.networks import backprop as module

    names = [wrt] if isinstance(wrt, str) else wrt
    return module.backprop(
        to_node(expression), make_settings(at=at, **options), wrt=names, path=path
    )


def activation(
    name: Expression | None = None, *, compare: Sequence[Expression] = (), **options: Any
) -> Answer:
    """What an activation (a name or a formula of one variable) does; with no name, the list."""
    from dlmath.maths.networks import activation as module

    texts = [*([] if name is None else [name]), *compare]
    if not texts:
        return module.listing()
    first, *others = (_named_or_node(text, module.named_call, module.NAMES) for text in texts)
    return module.activation(first, make_settings(**options), compare=others)


def _named_or_node(value: Expression, named: Callable[[str], Node], names: Sequence[str]) -> Node:
    """A name of a list as a call, anything else as an expression."""
    from dlmath.expression.vocabulary import ALIASES

    name = ALIASES.get(value, value) if isinstance(value, str) else value
    return named(name) if isinstance(name, str) and name in names else to_node(value)


def loss(
    name: Expression | None = None, *, compare: Sequence[Expression] = (), **options: Any
) -> Answer:
    """What a loss (a name or a formula of a prediction and y) asks; with no name, the list."""
    from dlmath.maths.networks import loss as module

    texts = [*([] if name is None else [name]), *compare]
    if not texts:
        return module.listing()
    first, *others = (_named_or_node(text, module.named_call, module.NAMES) for text in texts)
    return module.loss(first, make_settings(**options), compare=others)


def train(
    data: Mapping[str, Any],
    target: str | Sequence[str],
    layers: str | Sequence[int],
    *,
    features: Sequence[str] | None = None,
    activation: str = "relu",
    loss: str | None = None,
    method: str = "adam",
    rate: float | None = None,
    schedule: str = "constant",
    batch: int | None = None,
    epochs: int | None = None,
    validation: float = 0.0,
    l1: float = 0.0,
    l2: float = 0.0,
    dropout: float = 0.0,
    seed: int = 0,
    early_stop: int | None = None,
    clip: float | None = None,
    initialization: str | None = None,
    standardize: bool = True,
    parameters: Mapping[str, float | None] | None = None,
    trace: int | None = None,
    **options: Any,
) -> Answer:
    """Trains a network to predict columns of a table (`docs/commands/train.md` says how).

    data: columns by name (a dictionary or a data frame). layers: `"2,8,1"`, or `[2, 8, 1]`.
    parameters: of the method. `answer.files[".npz"]()` is the trained network, for `predict`.
    """
    given = {**locals()}
    from dlmath.columns import columns_of
    from dlmath.maths.networks.training.options import TrainOptions
    from dlmath.maths.networks.training.train import train as run

    given["parameters"] = dict(parameters or {})
    asked = TrainOptions(**{name: given[name] for name in TrainOptions._fields})
    targets = [target] if isinstance(target, str) else list(target)
    return run(columns_of(data), targets, make_settings(**options), asked)


def predict(model: bytes | str, data: Mapping[str, Any], **options: Any) -> Answer:
    """What a trained network predicts for each row of a table.

    model: the content of a file that `train --save model.npz` wrote, or its path.
    """
    from pathlib import Path

    from dlmath.columns import columns_of
    from dlmath.errors import InvalidInput
    from dlmath.maths.networks.training.model_file import from_bytes
    from dlmath.maths.networks.training.predict import predict as run

    name = "the model"
    if isinstance(model, str):
        name = model
        try:
            model = Path(model).read_bytes()
        except OSError as error:
            raise InvalidInput(f"{name} cannot be read: {error.strerror}") from error
    return run(from_bytes(model, name), columns_of(data), make_settings(**options))
