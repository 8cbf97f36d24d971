"""Predictions of a trained network for the rows of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlmath.answer import REFUTED, Answer, Sentence, Step
from dlmath.columns import Columns
from dlmath.errors import InvalidInput
from dlmath.maths.networks.training import measures
from dlmath.maths.networks.training.encoding import Encoding
from dlmath.maths.networks.training.losses import NUMBERS, classes_of, probabilities
from dlmath.maths.networks.training.model_file import Model
from dlmath.maths.optimization.objective import decimal
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def needed_columns(model: Model) -> set[str]:
    """The columns that go in; the target, where it is there, says how good the answer is."""
    return set(model.encoding.features)


def predict(
    model: Model, columns: Columns, settings: Settings, notes: list[Sentence] | None = None
) -> Answer:
    """The prediction for each row, one on a line: a number (several: with commas), or a class.

    Facts: `predictions`, `rows`; for classes `classes` and, where the loss gives them,
    `probabilities` (of each row, in the order of the classes); where the target is in the data
    `loss` and `accuracy`, or `r_squared`, `rmse`, `mean_absolute_error`.

    Raises InvalidInput for a column that is missing, or that holds what the network does not know.
    """
    import numpy as np

    encoding, network = model.encoding, model.network
    notes = list(notes or [])
    with np.errstate(all="ignore"):
        x = encoding.x(columns)
        p = network.forward(model.theta, x)
    found = encoding.restored(p) if encoding.kind == NUMBERS else p
    if not np.isfinite(found).all():
        row = int(np.argwhere(~np.isfinite(found))[0][0])
        raise InvalidInput(f"row {row + 1} of the data is too large for the network")
    notes += _far_away(encoding, x)
    predictions, lines = _predictions(model, p, settings.digits or 10)
    facts: dict[str, Any] = {"rows": len(x), "predictions": predictions}
    chances = probabilities(model.loss, p)
    if encoding.classes:
        facts["classes"] = list(encoding.classes)
    if chances is not None:
        facts["probabilities"] = chances.tolist()
    answer = Answer(
        "predict",
        question=(f"predict {', '.join(encoding.targets)} for {len(x)} rows",),
        result=tuple(lines),
        value=predictions if encoding.kind == NUMBERS else None,
        facts=facts,
        notes=notes,
    )
    with np.errstate(all="ignore"):
        _put_quality(answer, model, columns, p)
    answer.files[".csv"] = lambda: _csv(encoding, predictions, chances)
    if settings.steps:
        from dlmath.maths.networks.training.working import forward_steps

        row_steps = forward_steps(model, model.theta, x[:1])
        words = "the first row, layer by layer (numbers are shown to 6 digits)"
        last = Step("result", (f"{', '.join(encoding.targets)}: {lines[0]}",))
        answer.steps = [Step("one row", (words,)), *row_steps, last]
    if settings.check:
        from dlmath.checks.training import check_forward

        layers = network.layers(model.theta)
        answer.checks.append(check_forward(layers, network.kernel.expression, x, p))
        if answer.refuted:
            answer.status = REFUTED
    return answer


def _predictions(model: Model, p: Array, digits: int) -> tuple[list[Any], list[str]]:
    """For each row a number, a list of numbers, or a class; and the same as text."""
    encoding = model.encoding
    if encoding.kind != NUMBERS:
        named = [encoding.classes[place] for place in classes_of(model.loss, p)]
        return named, named
    values = encoding.restored(p)
    lines = [", ".join(decimal(v, digits) for v in row) for row in values.tolist()]
    return (values[:, 0] if values.shape[1] == 1 else values).tolist(), lines


def _put_quality(answer: Answer, model: Model, columns: Columns, p: Array) -> None:
    """How good the predictions are, where the target is in the data."""
    encoding = model.encoding
    if not set(encoding.targets) <= set(columns.names):
        return
    if encoding.kind == NUMBERS and set(encoding.targets) & set(columns.categories):
        answer.notes.append(("the target in the data holds words, and is not compared",))
        return
    try:
        y = encoding.y(columns, model.loss)
        places = None if encoding.kind == NUMBERS else encoding.class_places(columns)
    except InvalidInput as error:
        answer.notes.append((f"the target in the data is not compared: {error.message}",))
        return
    from dlmath.maths.networks.training.losses import loss_function

    found = measures.quality(encoding, model.loss, p, places, y)
    answer.facts["loss"] = loss_function(model.loss).mean(p, y)
    answer.facts |= measures.facts_of(found)
    answer.notes.append(
        (f"{', '.join(encoding.targets)} is in the data: {measures.words_of(found)}",)
    )
    table = measures.confusion_table(found, encoding.classes, "all rows")
    if table is not None:
        answer.tables.append(table)


def _far_away(encoding: Encoding, x: Array) -> list[Sentence]:
    """A note on rows far from those trained on, where a prediction means little."""
    standardized = (encoding.scale != 1).any()
    far = (abs(x) > 10).any(axis=1)
    if not standardized or not far.any():
        return []
    row, count = int(far.argmax()) + 1, int(far.sum())
    words = f"{count} row{'s' * (count != 1)} (the first is row {row}) lie more than 10 standard"
    return [(f"{words} deviations from what the network was trained on",)]


def _csv(encoding: Encoding, predictions: list[Any], chances: Array | None) -> bytes:
    import csv
    from io import StringIO

    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    heads = list(encoding.targets)
    if chances is not None:
        heads += [f"probability_{name}" for name in encoding.classes]
    writer.writerow(heads)
    for row, found in enumerate(predictions):
        cells = [found] if not isinstance(found, list) else found
        shown = [repr(float(c)) if isinstance(c, float) else c for c in cells]
        beside = [] if chances is None else [repr(float(c)) for c in chances[row]]
        writer.writerow([*shown, *beside])
    return stream.getvalue().encode()
