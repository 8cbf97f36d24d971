"""Training of a perceptron on a table: what is asked, the epochs, and what comes of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import ANSWERED, DIVERGES, REFUTED, Answer, Sentence, Table
from dlmath.columns import Columns
from dlmath.errors import ExitCode, InvalidInput
from dlmath.maths.networks.training import diagnosis, measures
from dlmath.maths.networks.training.activations import initialization_for
from dlmath.maths.networks.training.encoding import Encoding, make_encoding, read_kind
from dlmath.maths.networks.training.epochs import (
    DIVERGED,
    EARLY_STOP,
    INTERRUPTED,
    TIME,
    History,
    Plan,
    Rows,
    run_epochs,
)
from dlmath.maths.networks.training.losses import DEFAULT, NUMBERS
from dlmath.maths.networks.training.model_file import Model, from_bytes, to_bytes
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
from dlmath.maths.networks.training.rows import split
from dlmath.maths.optimization.facts import rows_shown
from dlmath.maths.optimization.methods import METHODS, parameters_of
from dlmath.maths.optimization.path import Watch
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Epochs in the table.
_TRACE = 10

#: Rows of which the check by differences takes the loss.
_CHECKED = 200


class Training(NamedTuple):
    """One training, done.

    rows: that were trained on. held: those held back, or None. places: the numbers of both in the
    data. start: the parameters before. initialization: how those were drawn.
    """

    columns: Columns
    model: Model
    plan: Plan
    rows: Rows
    held: Rows | None
    places: tuple[Array, Array]
    start: Array
    initialization: str
    history: History

    @property
    def measured(self) -> Rows:
        """The rows that say how good it is: those held back, where there are some."""
        return self.held if self.held is not None else self.rows

    def quality(self, *, held: bool) -> measures.Quality:
        """How it does on the rows held back, or on those that were trained on."""
        rows = self.held if held else self.rows
        assert rows is not None
        model = self.model
        classes = None
        if model.encoding.kind != NUMBERS:
            classes = model.encoding.class_places(self.columns)[self.places[int(held)]]
        p = model.network.forward(model.theta, rows.x)
        return measures.quality(model.encoding, model.loss, p, classes, rows.y)


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
    options = options or TrainOptions()
    check_options(options)
    training, notes = _train(columns, _targets(columns, targets), settings, options)
    return _answer(training, options, settings, notes)


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
    watch = Watch(settings.progress, 0.85 * settings.seconds, settings.interrupted)
    history = run_epochs(network, plan, start, rows, held, watch)
    model = Model(network, history.theta, loss, encoding)
    return (
        Training(columns, model, plan, rows, held, places, start, initialization, history),
        notes,
    )


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
        chosen.append(f"batches of {batch} rows")
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


# --- the answer -------------------------------------------------------------------------------


def _answer(
    training: Training, options: TrainOptions, settings: Settings, notes: list[Sentence]
) -> Answer:
    history, plan, model = training.history, training.plan, training.model
    network = model.network
    diverged = history.ended == DIVERGED
    states = diagnosis.layer_states(network, training.start, model.theta, training.rows, model.loss)
    found = diagnosis.overfitting(history)
    notes = [*notes, *_on_end(training), *diagnosis.on_gradients(network, states, history, plan)]
    if found is not None:
        notes.append(diagnosis.on_overfitting(found, history))
    facts = _facts(training, states, found, options)
    answer = Answer(
        "train",
        question=(_question(training),),
        facts=facts,
        tables=[_epoch_table(history, options.trace or _TRACE)],
        notes=notes,
    )
    answer.files[".csv"] = lambda: _curve_csv(history)
    if diverged:
        answer.status, answer.result = DIVERGES, "diverges"
    else:
        _put_quality(answer, training)
        answer.files[".npz"] = lambda: to_bytes(model)
    answer.tables.append(diagnosis.layer_table(states))
    if history.ended == TIME:
        answer.status, answer.exit_code = ANSWERED, ExitCode.LIMIT
    elif history.ended == INTERRUPTED:
        answer.status, answer.exit_code = ANSWERED, ExitCode.INTERRUPTED
    if settings.steps:
        from dlmath.maths.networks.training import working

        answer.steps = working.steps(training, str(answer.result))
    if settings.check and not diverged:
        _put_checks(answer, training)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.training import training_picture

        put_picture(answer, training_picture, training)
    return answer


def _question(training: Training) -> str:
    sizes = ", ".join(map(str, training.model.network.sizes))
    encoding = training.model.encoding
    words = f"train layers {sizes} ({training.model.network.activation}) for"
    words += f" {', '.join(encoding.targets)} by {METHODS[training.plan.method].title}"
    words += f" on {training.rows.number} row{'s' * (training.rows.number != 1)}"
    if training.held is not None:
        words += f", {training.held.number} held back"
    return words


def _put_quality(answer: Answer, training: Training) -> None:
    """The line of the answer, its value, and the table of confusion."""
    history = training.history
    loss = history.watched[history.kept]
    held = training.held is not None
    found = training.quality(held=held)
    answer.result = f"{measures.words_of(found, 'validation ' * held)}, loss {loss:.4g}"
    answer.value = loss
    what = "held-back rows" if held else "rows trained on"
    table = measures.confusion_table(found, training.model.encoding.classes, what)
    if table is not None:
        answer.tables.append(table)


def _facts(
    training: Training,
    states: list[diagnosis.LayerState],
    found: diagnosis.Overfitting | None,
    options: TrainOptions,
) -> dict[str, Any]:
    history, plan = training.history, training.plan
    diverged = history.ended == DIVERGED
    held = training.held is not None
    facts: dict[str, Any] = {"loss": None if diverged else history.losses[history.kept]}
    if held:
        facts["validation_loss"] = None if diverged else history.validation[history.kept]
    if not diverged:
        facts |= measures.facts_of(training.quality(held=held))
        if held:
            facts |= measures.facts_of(training.quality(held=False), "training_")
    facts |= {
        "epochs": history.epochs,
        "best_epoch": history.best,
        "kept_epoch": history.kept,
        "reason": history.ended,
        "overfitting": None if found is None else found.epoch,
        "parameters": training.model.network.size,
        "gradient_norms": [s.at_end if s.at_end == s.at_end else None for s in states],
        "gradient_norms_start": [s.at_start for s in states],
        "dead_units": sum(s.dead or 0 for s in states),
        "rows": training.rows.number,
        "validation_rows": training.held.number if training.held is not None else 0,
        "batch": plan.batch,
        "loss_function": plan.loss,
        "method": plan.method,
        "rate": plan.rate,
        "seed": plan.seed,
        "initialization": training.initialization,
    }
    if training.model.encoding.classes:
        facts["classes"] = list(training.model.encoding.classes)
    if plan.schedule != "constant":
        facts["schedule"] = plan.schedule
    return facts


def _on_end(training: Training) -> list[Sentence]:
    """How the epochs ended, where that is not with the last of them."""
    history = training.history
    kept = f"the parameters of epoch {history.kept}, the best, are kept"
    done = f"after {history.epochs} epoch{'s' * (history.epochs != 1)}"
    if history.ended == TIME:
        more = "--timeout gives it more seconds, --timeout 0 all it needs"
        return [(f"the time is used up {done}; {kept}; {more}",)]
    if history.ended == INTERRUPTED:
        return [(f"interrupted {done}; {kept}",)]
    if history.ended == EARLY_STOP:
        return [(f"stopped early {done}; {kept}",)]
    if history.ended == DIVERGED:
        return [(f"the loss ran away in epoch {history.epochs}",)]
    if history.kept < history.epochs:
        return [(kept,)]
    if training.held is None and history.losses[-1] > history.losses[0]:
        words = f"the loss rose from {history.losses[0]:.4g} to {history.losses[-1]:.4g}"
        return [(f"{words}: try a smaller rate than {training.plan.rate:g}",)]
    return []


def _epoch_table(history: History, rows: int) -> Table:
    shown = rows_shown(history.epochs, rows)
    if history.validation:
        heads: tuple[str, ...] = ("epoch", "loss", "validation loss", "gradient norm of a batch")
    else:
        heads = ("epoch", "loss", "gradient norm of a batch")
    lines = []
    for epoch in shown:
        norm = sum(n * n for n in history.norms[epoch]) ** 0.5
        beside = (history.validation[epoch],) if history.validation else ()
        lines.append((epoch, history.losses[epoch], *beside, norm))
    return Table("training", heads, tuple(lines))


def _curve_csv(history: History) -> bytes:
    """Every epoch in full precision; the norms of the gradient are those of its last batch."""
    heads = ["epoch", "loss", *["validation_loss"] * bool(history.validation)]
    heads += [f"gradient_norm_{place}" for place in range(1, len(history.norms[0]) + 1)]
    lines = [",".join(heads)]
    for epoch, loss in enumerate(history.losses):
        cells = [loss, *([history.validation[epoch]] if history.validation else [])]
        cells += history.norms[epoch]
        lines.append(",".join([str(epoch), *(repr(float(cell)) for cell in cells)]))
    return ("\n".join(lines) + "\n").encode()


def _put_checks(answer: Answer, training: Training) -> None:
    from dlmath.checks.training import check_backpropagation, check_forward, check_saved

    model, rows = training.model, training.rows
    network, loss = model.network, model.loss
    x, y = rows.x[:_CHECKED], rows.y[:_CHECKED]
    slices = [slice(w.start, b.stop) for w, _, b in network.slots]
    answer.checks.append(
        check_backpropagation(
            lambda theta: network.loss(theta, x, y, loss),
            training.start,
            network.gradient(training.start, x, y, loss),
            slices,
            training.plan.seed,
        )
    )
    measured = training.measured
    p = network.forward(model.theta, measured.x[:3])
    layers = network.layers(model.theta)
    answer.checks.append(check_forward(layers, network.kernel.expression, measured.x, p))
    again = from_bytes(to_bytes(model))
    places = training.places[int(training.held is not None)]
    columns = training.columns._replace(values=training.columns.values[places])
    encoded = again.encoding
    value = again.network.loss(
        again.theta, encoded.x(columns), encoded.y(columns, again.loss), again.loss
    )
    history = training.history
    answer.checks.append(check_saved(history.watched[history.kept], value))
    if answer.refuted:
        answer.status = REFUTED
