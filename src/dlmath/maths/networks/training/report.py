"""What is said of a training: the answer, facts, tables, notes, checks."""

from __future__ import annotations

from typing import Any

from dlmath.answer import ANSWERED, DIVERGES, REFUTED, Answer, Sentence, Table
from dlmath.errors import ExitCode
from dlmath.maths.networks.training import diagnosis, measures
from dlmath.maths.networks.training.epochs import DIVERGED, EARLY_STOP, INTERRUPTED, TIME, History
from dlmath.maths.networks.training.model_file import from_bytes, to_bytes
from dlmath.maths.networks.training.options import TrainOptions
from dlmath.maths.networks.training.result import Training
from dlmath.maths.optimization.facts import rows_shown
from dlmath.maths.optimization.methods import METHODS
from dlmath.settings import Settings

#: Epochs in the table.
_TRACE = 10

#: Rows of which the check by differences takes the loss, and products of one pass over them.
_CHECKED, _CHECKED_PRODUCTS = 200, 10_000_000


def answer_of(
    training: Training, options: TrainOptions, settings: Settings, notes: list[Sentence]
) -> Answer:
    """The answer of a training. notes: what was chosen before it began."""
    history, plan, model = training.history, training.plan, training.model
    network = model.network
    diverged = history.ended == DIVERGED
    states = diagnosis.layer_states(network, training.start, model.theta, training.rows, model.loss)
    found = diagnosis.overfitting(history)
    notes = [
        *notes,
        *_on_end(training),
        *diagnosis.on_gradients(network, states, history, plan, training.rows),
    ]
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
        heads: tuple[str, ...] = ("epoch", "loss", "validation loss", "batch gradient norm")
    else:
        heads = ("epoch", "loss", "batch gradient norm")
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
    count = max(1, min(_CHECKED, _CHECKED_PRODUCTS // network.size))
    x, y = rows.x[:count], rows.y[:count]
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
