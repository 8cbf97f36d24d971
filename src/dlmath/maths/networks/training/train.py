"""Training of a perceptron on a table: what is asked, the epochs, and what comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from time import monotonic
from typing import TYPE_CHECKING, Any

from dlmath.answer import Answer, Sentence
from dlmath.columns import Columns
from dlmath.errors import InvalidInput
from dlmath.maths.networks.training.activations import initialization_for
from dlmath.maths.networks.training.encoding import Encoding, make_encoding, read_kind
from dlmath.maths.networks.training.epochs import Plan, Rows, run_epochs
from dlmath.maths.networks.training.losses import DEFAULT, NUMBERS
from dlmath.maths.networks.training.model_file import Model
from dlmath.maths.networks.training.network import Network
from dlmath.maths.networks.training.options import (
    BATCH,
    EPOCHS,
    RATES,
    STEPS,
    TrainOptions,
    check_options,
    last_size,
    read_layers,
)
from dlmath.maths.networks.training.report import answer_of
from dlmath.maths.networks.training.result import Training
from dlmath.maths.networks.training.rows import split
from dlmath.maths.optimization.methods import METHODS, parameters_of
from dlmath.maths.optimization.path import Watch
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def train(
    columns: Columns,
    targets: Sequence[str],
    settings: Settings,
    options: TrainOptions | None = None,
) -> Answer:
    """Trains a network to give the target columns from the others.

    Facts: `loss`, `validation_loss`, `accuracy` or `r_squared`, `rmse`, `mean_absolute_error` (on
    held-back rows where there are some, and then `training_...` too), `epochs`, `best_epoch`,
    `reason`, `parameters` (how many), `overfitting` (the epoch it began, or None),
    `gradient_norms` (of each layer, at the end), `gradient_norms_start`, `dead_units`, and what it
    was trained with.

    Raises InvalidInput for options and columns that do not fit, LimitReached for a network that is
    too large.
    """
    import numpy as np

    options = options or TrainOptions()
    check_options(options)
    training, notes = _train(columns, _targets(columns, targets), settings, options)
    with np.errstate(all="ignore"):  # what is beyond floats shows in the numbers
        return answer_of(training, options, settings, notes)


def _targets(columns: Columns, targets: Sequence[str]) -> list[str]:
    from difflib import get_close_matches

    if not targets:
        raise InvalidInput("the target is not given", hint="--target y names its column")
    for name in targets:
        if name not in columns.names:
            close = get_close_matches(name, columns.names, n=1)
            raise InvalidInput(
                f"the data have no column {name} for a target",
                hint=f"did you mean {close[0]}?"
                if close
                else "the columns are " + ", ".join(columns.names[:12]),
            )
    if len(set(targets)) < len(targets):
        raise InvalidInput("a target is named twice")
    return list(targets)


def _features(columns: Columns, targets: Sequence[str], asked: Sequence[str] | None) -> list[str]:
    if asked is None:
        found = [name for name in columns.names if name not in targets]
        if not found:
            raise InvalidInput("there is no column beside the target to predict it from")
        return found
    for name in asked:
        if name in targets:
            raise InvalidInput(f"{name} is the target, and cannot be a feature too")
        columns.column(name)
    if not asked or len(set(asked)) < len(asked):
        raise InvalidInput("the features are columns, each named once")
    return list(asked)


def _train(
    columns: Columns, targets: list[str], settings: Settings, options: TrainOptions
) -> tuple[Training, list[Sentence]]:
    begun = monotonic()
    features = _features(columns, targets, options.features)
    count = len(columns.values)
    kind, classes = read_kind(columns, targets, options.loss, last_size(options.layers))
    loss = options.loss or DEFAULT[kind]
    encoding = _encoding(columns, features, targets, kind, classes, _all(count), options)
    sizes = read_layers(options.layers, len(encoding.inputs), encoding.outputs)
    grouped = None if kind == NUMBERS else encoding.class_places(columns)
    places = split(count, options.validation, options.seed, grouped)
    encoding = _encoding(columns, features, targets, kind, classes, places[0], options)
    x, y = encoding.x(columns), encoding.y(columns, loss)
    rows = Rows(x[places[0]], y[places[0]])
    held = Rows(x[places[1]], y[places[1]]) if len(places[1]) else None
    network = Network(sizes, options.activation)
    initialization = options.initialization or initialization_for(options.activation)
    plan, notes = _plan(options, loss, kind, rows.number, len(classes), initialization)
    start = network.start(initialization, options.seed)
    _check_start(network, start, rows, loss)
    budget = _budget(settings.seconds, monotonic() - begun)
    watch = Watch(settings.progress, budget, settings.interrupted)
    history = run_epochs(network, plan, start, rows, held, watch)
    model = Model(network, history.theta, loss, encoding)
    return (
        Training(columns, model, plan, rows, held, places, start, initialization, history),
        notes,
    )


def _check_start(network: Network, start: Array, rows: Rows, loss: str) -> None:
    """Raises InvalidInput where the loss or its gradient is beyond floats before the first step."""
    import numpy as np

    with np.errstate(all="ignore"):
        value = network.loss(start, *rows, loss)
        gradient = network.gradient(start, rows.x[:BATCH], rows.y[:BATCH], loss)
    if not np.isfinite(value) or not np.isfinite(gradient).all():
        raise InvalidInput(
            "the loss at the start, or its gradient, is beyond the range of floats",
            hint="leave --no-standardize out, or give the columns in other units",
        )


def _budget(seconds: float, taken: float) -> float:
    """Seconds for the epochs, with some left for the report; 0: no limit.

    taken: by what came before, which the report does once more.
    """
    if not seconds:
        return 0.0
    return max(0.85 * seconds - 0.35 - 3 * taken, 0.25 * (seconds - taken), 0.01)


def _all(count: int) -> Array:
    import numpy as np

    return np.arange(count)


def _encoding(
    columns: Columns,
    features: Sequence[str],
    targets: Sequence[str],
    kind: str,
    classes: tuple[str, ...],
    trained: Array,
    options: TrainOptions,
) -> Encoding:
    return make_encoding(
        columns,
        features,
        targets,
        kind,
        classes,
        trained=trained,
        standardize=options.standardize,
    )


def _plan(
    options: TrainOptions, loss: str, kind: str, rows: int, classes: int, initialization: str
) -> tuple[Plan, list[Sentence]]:
    """How to train, and a note on what was chosen where nothing was said."""
    if options.batch is not None and options.batch > rows:
        raise InvalidInput(
            f"the batch of {options.batch} rows is larger than the {rows} rows to train on",
            hint=f"--batch {max(1, rows // 4)}, or leave it out",
        )
    batch = options.batch or min(BATCH, rows)
    per_epoch = -(-rows // batch)
    epochs = options.epochs or max(EPOCHS, -(-STEPS // per_epoch))
    rate = options.rate or RATES[options.method]
    chosen = []
    if options.loss is None:
        what = kind if kind == NUMBERS else f"{classes} classes"
        chosen.append(f"loss {loss} for {what}")
    if options.rate is None:
        chosen.append(f"rate {rate:g} for {options.method}")
    if options.batch is None:
        chosen.append(f"batches of {batch} row{'s' * (batch != 1)}")
    if options.epochs is None:
        chosen.append(f"{epochs} epochs")
    if options.initialization is None:
        chosen.append(f"initialization {initialization} for {options.activation}")
    if options.standardize:
        chosen.append("columns standardized")
    notes: list[Sentence] = [("chosen: " + ", ".join(chosen),)] if chosen else []
    if not options.validation:
        notes.append(("no rows are held back; --validation 0.2 tells how it does on new ones",))
    plan = Plan(
        loss,
        options.method,
        rate,
        options.schedule,
        batch,
        epochs,
        options.seed,
        options.l1,
        options.l2,
        options.dropout,
        options.clip,
        options.early_stop,
        parameters_of(METHODS[options.method], options.parameters),
    )
    return plan, notes
