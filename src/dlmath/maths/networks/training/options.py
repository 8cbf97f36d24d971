"""What may be asked of a training, read and checked, with what is taken where nothing is said."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from itertools import pairwise
from typing import Any, NamedTuple

from dlmath.errors import InvalidInput, LimitReached
from dlmath.maths.networks.training.activations import NAMES as ACTIVATION_NAMES
from dlmath.maths.networks.training.losses import LOSSES
from dlmath.maths.networks.training.network import INITIALIZATIONS
from dlmath.maths.optimization.methods import METHODS
from dlmath.maths.optimization.schedules import SCHEDULES

#: The methods of `descend` that step on minibatches, and the rate of each where none is asked for:
#: for networks on standardized columns, more careful than on a formula.
RATES = {
    "gd": 0.1,
    "momentum": 0.02,
    "nesterov": 0.02,
    "adagrad": 0.05,
    "adadelta": 1.0,
    "rmsprop": 0.003,
    "adam": 0.01,
    "adamw": 0.01,
    "nadam": 0.005,
    "lion": 0.001,
}

#: Rows of a batch, epochs, and steps at least, where nothing else is asked for.
BATCH, EPOCHS, STEPS = 32, 100, 2000

#: Parameters, layers and epochs at most.
PARAMETERS_MOST, LAYERS_MOST, EPOCHS_MOST = 1_000_000, 200, 1_000_000


class TrainOptions(NamedTuple):
    """What is asked for; None is what the training chooses itself, and then says.

    layers: `2,8,1` as text or numbers: inputs, units of each hidden layer, outputs; a single
    number is the units of one hidden layer. features: the columns that go in. batch: rows of a
    step. validation: the part of the rows that is held back, at least 0 and below 1. l1, l2: the
    penalty l1*sum|w| + l2/2*sum(w^2) on the weights. dropout: the part of hidden units left out.
    early_stop: epochs without a lower loss on held-back rows until it ends. clip: the longest
    gradient. standardize: bring columns to mean 0 and deviation 1. parameters: of the method.
    """

    layers: str | Sequence[int] | None = None
    features: Sequence[str] | None = None
    activation: str = "relu"
    loss: str | None = None
    method: str = "adam"
    rate: float | None = None
    schedule: str = "constant"
    batch: int | None = None
    epochs: int | None = None
    validation: float = 0.0
    l1: float = 0.0
    l2: float = 0.0
    dropout: float = 0.0
    seed: int = 0
    early_stop: int | None = None
    clip: float | None = None
    initialization: str | None = None
    standardize: bool = True
    trace: int | None = None
    parameters: Mapping[str, float | None] = {}


def check_options(options: TrainOptions) -> None:
    """Raises InvalidInput for a name that does not exist or a number that is out of bounds."""
    _one_of("activation", options.activation, ACTIVATION_NAMES)
    if options.loss is not None:
        _one_of("loss", options.loss, tuple(LOSSES))
    if options.method in METHODS and options.method not in RATES:
        raise InvalidInput(
            f"{options.method} searches along a line, which needs all rows and few parameters",
            hint="use one of " + ", ".join(RATES),
        )
    _one_of("method", options.method, tuple(RATES))
    _one_of("schedule", options.schedule, tuple(SCHEDULES))
    if options.initialization is not None:
        _one_of("initialization", options.initialization, tuple(INITIALIZATIONS))
    _number("rate", options.rate, "above 0", lambda v: 0 < v < float("inf"))
    _number(
        "validation",
        options.validation,
        "the part of the rows that is held back, at least 0 and below 1",
        lambda v: 0 <= v < 1,
        "for example 0.2",
    )
    _number(
        "dropout",
        options.dropout,
        "the part of the units that is left out, at least 0 and below 1",
        lambda v: 0 <= v < 1,
        "for example 0.2",
    )
    for name in ("l1", "l2"):
        _number(name, getattr(options, name), "at least 0", lambda v: 0 <= v < float("inf"))
    _number("clip", options.clip, "above 0", lambda v: v > 0)
    for name in ("batch", "epochs", "early_stop", "trace"):
        _number(name.replace("_", "-"), getattr(options, name), "at least 1", lambda v: v >= 1)
    if options.epochs is not None and options.epochs > EPOCHS_MOST:
        raise LimitReached(f"{options.epochs} epochs are too many: at most {EPOCHS_MOST}")
    _number("seed", options.seed, "at least 0", lambda v: v >= 0)
    if options.early_stop is not None and not options.validation:
        raise InvalidInput(
            "early stopping watches the loss on held-back rows, and none are held back",
            hint="add --validation 0.2",
        )


def _one_of(what: str, name: str, known: Sequence[str]) -> None:
    if name in known:
        return
    close = get_close_matches(name.lower(), known, n=1)
    listed = "one of " + ", ".join(known)
    raise InvalidInput(
        f"there is no {what} {name[:40]}", hint=f"did you mean {close[0]}?" if close else listed
    )


def _number(
    what: str,
    value: Any,
    bounds: str,
    fits: Callable[[Any], bool],
    hint: str | None = None,
) -> None:
    if value is not None and not fits(value):
        raise InvalidInput(f"{what} is {bounds}, not {value:g}", hint=hint)


def read_layers(asked: str | Sequence[int] | None, inputs: int, outputs: int) -> tuple[int, ...]:
    """The sizes of all layers. Raises InvalidInput with the place where they do not fit.

    inputs: numbers that go in. outputs: units that the target needs.
    """
    example = f"{inputs},8,{outputs}"
    if asked is None:
        raise InvalidInput(
            "the layers of the network are not given",
            hint=f"--layers {example} for one hidden layer of 8 units",
        )
    text = asked if isinstance(asked, str) else ",".join(map(str, asked))
    sizes = parse_layers(text, example)
    if len(sizes) == 1:
        return _bounded((inputs, sizes[0], outputs))
    text = ",".join(map(str, sizes))
    fitting = ",".join(map(str, (inputs, *sizes[1:-1], outputs)))
    if sizes[0] != inputs:
        raise InvalidInput(
            f"the first layer has {_units(sizes[0])}, and {_numbers(inputs)} of each row go in",
            text=text,
            start=0,
            end=len(str(sizes[0])),
            hint=f"--layers {fitting}",
        )
    if sizes[-1] != outputs:
        raise InvalidInput(
            f"the last layer has {_units(sizes[-1])}, and the target needs {outputs}",
            text=text,
            start=len(text) - len(str(sizes[-1])),
            end=len(text),
            hint=f"--layers {fitting}",
        )
    return _bounded(sizes)


def parse_layers(text: str, example: str = "2,8,1") -> tuple[int, ...]:
    """`2,8,1` as numbers. Raises InvalidInput with the place of what is none."""
    sizes: list[int] = []
    place = 0
    for part in text.split(","):
        plain = part.strip()
        if not (plain.isascii() and plain.isdigit()) or len(plain) > 9 or int(plain) == 0:
            raise InvalidInput(
                "the size of a layer is a whole number from 1 up",
                text=text or " ",
                start=place,
                end=max(place + len(part), place + 1),
                hint=f"for example {example}",
            )
        sizes.append(int(plain))
        place += len(part) + 1
    return tuple(sizes)


def last_size(asked: str | Sequence[int] | None) -> int | None:
    """The outputs that are asked for, where the layers name them."""
    if asked is None:
        return None
    sizes = parse_layers(asked if isinstance(asked, str) else ",".join(map(str, asked)))
    return sizes[-1] if len(sizes) > 1 else None


def _bounded(sizes: tuple[int, ...]) -> tuple[int, ...]:
    if len(sizes) > LAYERS_MOST:
        raise LimitReached(f"{len(sizes)} layers are too many: at most {LAYERS_MOST}")
    count = sum((a + 1) * b for a, b in pairwise(sizes))
    if count > PARAMETERS_MOST:
        raise LimitReached(f"{count} parameters are too many: at most {PARAMETERS_MOST}")
    return sizes


def _units(count: int) -> str:
    return f"{count} unit{'s' * (count != 1)}"


def _numbers(count: int) -> str:
    return f"{count} number{'s' * (count != 1)}"
