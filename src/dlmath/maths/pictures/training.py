"""The pictures of a training: losses over the epochs; regions, or a fitted curve, in the data."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING, Any

from dlmath.maths.networks.training.losses import NUMBERS, classes_of
from dlmath.maths.optimization.facts import rows_shown
from dlmath.maths.pictures.draw import NoPicture
from dlmath.picture import DASHED, POINTS, Curve, HeatMap, Mark, Picture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlmath.maths.networks.training.result import Training

    Array = NDArray[Any]

#: Epochs, rows of data and points of a curve that are drawn at most; places of a grid on a side.
_EPOCHS, _ROWS, _POINTS, _GRID = 200, 400, 200, 100

#: Losses over so many times are drawn on a logarithmic axis.
_WIDE = 20.0

#: The most classes that regions are drawn for.
_CLASSES = 8


def training_picture(training: Training) -> Picture:
    """Losses over the epochs; below them the regions of two inputs or the curve of one.

    Raises NoPicture where the loss has no finite values.
    """
    losses = _losses(training)
    below = _in_data(training) if training.history.ended != "diverged" else None
    return losses if below is None else losses._replace(panels=(below,))


def _losses(training: Training) -> Picture:
    history = training.history
    shown = rows_shown(history.epochs, _EPOCHS)
    curves = [_curve("loss", shown, history.losses)]
    if history.validation:
        curves.append(_curve("loss on held-back rows", shown, history.validation, DASHED))
    curves = [curve for curve in curves if curve.x]
    if not curves:
        raise NoPicture("the loss has no finite values")
    values = [value for curve in curves for value in curve.y]
    low, high = min(values), max(values)
    log = low > 0 and high > _WIDE * low
    beside = 0.05 * (high - low) or 0.5 * abs(high) or 1.0
    marks: tuple[Mark, ...] = ()
    if history.validation and isfinite(history.validation[history.best]):
        lowest = history.validation[history.best]
        marks = (Mark(float(history.best), lowest, (f"lowest, epoch {history.best}",)),)
    return Picture(
        title=("the loss over the epochs",),
        x_label="epoch",
        y_label="loss",
        x_range=(0.0, float(max(history.epochs, 1))),
        y_range=(low / 1.2, high * 1.2) if log else (low - beside, high + beside),
        curves=tuple(curves),
        marks=marks,
        y_log=log,
    )


def _curve(label: str, shown: list[int], losses: list[float], style: str = "solid") -> Curve:
    pairs = [(float(k), losses[k]) for k in shown if isfinite(losses[k]) and losses[k] < 1e100]
    return Curve((label,), [pair[0] for pair in pairs], [pair[1] for pair in pairs], style)


def _in_data(training: Training) -> Picture | None:
    """What the network says of the plane, or of the line, that its data are in."""
    encoding = training.model.encoding
    if encoding.words or len(encoding.targets) > 1:
        return None
    if len(encoding.features) == 2 and len(encoding.classes) <= _CLASSES:
        return _plane(training)
    if len(encoding.features) == 1 and encoding.kind == NUMBERS:
        return _fitted(training)
    return None


def _said(training: Training, table: Array) -> Array:
    """Prediction or class for each row of a table of the features."""
    model = training.model
    p = model.network.forward(model.theta, (table - model.encoding.mean) / model.encoding.scale)
    if model.encoding.kind == NUMBERS:
        return model.encoding.restored(p)[:, 0]
    return classes_of(model.loss, p)


def _plane(training: Training) -> Picture:
    import numpy as np

    encoding, columns = training.model.encoding, training.columns
    x, y = (columns.column(name) for name in encoding.features)
    (left, right), (bottom, top) = _range(x), _range(y)
    across = left + (np.arange(_GRID) + 0.5) * (right - left) / _GRID
    up = bottom + (np.arange(_GRID) + 0.5) * (top - bottom) / _GRID
    grid = np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)
    z = _said(training, grid).reshape(_GRID, _GRID).astype(float)
    curves: list[Curve] = []
    target = encoding.targets[0]
    if encoding.classes:
        classes = encoding.class_places(columns)
        for place, name in enumerate(encoding.classes):
            chosen = _some(np.flatnonzero(classes == place))
            label = (f"{target} {name}",)
            curves.append(Curve(label, x[chosen].tolist(), y[chosen].tolist(), POINTS))
        title, heat_label = "what is predicted where, and the data", "predicted"
    else:
        title, heat_label = f"the prediction of {target}", target
    return Picture(
        title=(title,),
        x_label=encoding.features[0],
        y_label=encoding.features[1],
        x_range=(left, right),
        y_range=(bottom, top),
        curves=tuple(curves),
        heat=HeatMap(
            (heat_label,),
            (left, right),
            (bottom, top),
            z.tolist(),
            tuple((name,) for name in encoding.classes),
        ),
    )


def _fitted(training: Training) -> Picture:
    import numpy as np

    encoding, columns = training.model.encoding, training.columns
    x, y = columns.column(encoding.features[0]), columns.column(encoding.targets[0])
    left, right = _range(x)
    grid = np.linspace(left, right, _POINTS)
    curve = _said(training, grid[:, None])
    chosen = _some(np.arange(len(x)))
    shown = np.concatenate([y[chosen], curve])
    return Picture(
        title=("the data and the prediction",),
        x_label=encoding.features[0],
        y_label=encoding.targets[0],
        x_range=(left, right),
        y_range=_range(shown),
        curves=(
            Curve((f"{len(chosen)} rows",), x[chosen].tolist(), y[chosen].tolist(), POINTS),
            Curve(("prediction",), grid.tolist(), curve.tolist()),
        ),
    )


def _some(places: Array) -> Array:
    """Evenly chosen ones of them, where there are many."""
    import numpy as np

    if len(places) <= _ROWS:
        return places
    found: Array = places[np.linspace(0, len(places) - 1, _ROWS).astype(int)]
    return found


def _range(values: Array) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    beside = 0.08 * (high - low) or 1.0
    return low - beside, high + beside
