"""The pictures of a descent on data: the loss over the epochs, and a fitted line in its data."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from dlmath.expression.graph import Node, add, free_symbols, neg, number, substitute
from dlmath.expression.shapes import PAIRED
from dlmath.maths.optimization.facts import rows_shown
from dlmath.maths.pictures.draw import NoPicture
from dlmath.picture import DOTS, Curve, Picture

if TYPE_CHECKING:
    from dlmath.maths.optimization.data_descent import Fit

#: Epochs and rows of data that are drawn at most, and points of the fitted curve.
_EPOCHS, _ROWS, _POINTS = 200, 400, 200

#: Losses over so many times are drawn on a logarithmic axis.
_WIDE = 100.0


def data_picture(fit: Fit) -> Picture:
    """The loss over the epochs; for one feature, first the data with the fitted curve.

    Raises NoPicture where the loss has no finite values.
    """
    loss = _loss(fit)
    fitted = _fitted(fit)
    return loss if fitted is None else fitted._replace(panels=(loss,))


def _loss(fit: Fit) -> Picture:
    if fit.run is not None:
        path = fit.run.path
        states = [path.at(step) for step in rows_shown(path.end.step, _EPOCHS)]
        pairs = [(float(state.step), state.value) for state in states]
    else:
        assert fit.track is not None
        losses = fit.track.losses
        pairs = [(float(k), losses[k]) for k in rows_shown(len(losses) - 1, _EPOCHS)]
    pairs = [pair for pair in pairs if isfinite(pair[1]) and abs(pair[1]) < 1e100]
    if not pairs:
        raise NoPicture("the loss has no finite values")
    epochs, values = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    low, high = min(values), max(values)
    log = low > 0 and high > _WIDE * low
    beside = 0.05 * (high - low) or 0.5 * abs(high) or 1.0
    return Picture(
        title=("the loss over all rows",),
        x_label="epoch",
        y_label="loss",
        x_range=(0.0, max(epochs[-1], 1.0)),
        y_range=(low / 1.2, high * 1.2) if log else (low - beside, high + beside),
        curves=(Curve(("loss",), epochs, values),),
        y_log=log,
    )


def _fitted(fit: Fit) -> Picture | None:
    """Rows as points and the prediction as a curve, where it is of one column alone."""
    import numpy as np

    from dlmath.expression.compile import compile_function

    problem = fit.problem
    if problem.blocks or any(problem.parameters.values()):
        return None
    known = frozenset(problem.columns)
    pair = prediction(problem.formula, known)
    if pair is None:
        return None
    predicted, target = pair
    features = sorted(free_symbols(predicted) & known)
    if len(features) != 1 or not np.isfinite(fit.end).all():
        return None
    columns = fit.objective.source.columns
    x, y = columns.column(features[0]), columns.column(target)
    places = np.unique(np.linspace(0, len(x) - 1, min(len(x), _ROWS)).astype(int))
    low, high = float(x.min()), float(x.max())
    beside = 0.05 * (high - low) or 1.0
    grid = np.linspace(low - beside, high + beside, _POINTS)
    values = {name: _exact(value) for name, value in zip(problem.names, fit.end, strict=True)}
    curve = compile_function([substitute(predicted, values)], features, arrays=True)(grid)[0]
    curve = np.broadcast_to(curve, grid.shape)
    shown = [*y[places].tolist(), *(v for v in curve.tolist() if isfinite(v))]
    margin = 0.08 * (max(shown) - min(shown)) or 1.0
    return Picture(
        title=("the data and the fitted curve",),
        x_label=features[0],
        y_label=target,
        x_range=(low - beside, high + beside),
        y_range=(min(shown) - margin, max(shown) + margin),
        curves=(
            Curve((f"{len(places)} rows",), x[places].tolist(), y[places].tolist(), DOTS),
            Curve(("prediction ", predicted), grid.tolist(), curve.tolist()),
        ),
    )


def _exact(value: Any) -> Node:
    from fractions import Fraction

    return number(Fraction(float(value)))


def prediction(formula: Node, columns: Sequence[str] | frozenset[str]) -> tuple[Node, str] | None:
    """What is predicted, and the column that it is compared with; None where that is not clear."""
    if formula.op == "mean" and len(formula.args) == 1:
        formula = formula.args[0]
    if formula.op in PAIRED:
        first, second = formula.args[:2]
        if second.op == "symbol" and second.name in columns:
            return first, second.name
        return None
    if formula.op in ("pow", "abs"):
        return _of_error(formula.args[0], columns)
    return None


def _of_error(error: Node, columns: Sequence[str] | frozenset[str]) -> tuple[Node, str] | None:
    """prediction and target of `prediction - target`, or of the other way round."""
    if error.op != "add":
        return None
    for sign in (-1, 1):
        for place, term in enumerate(error.args):
            own = neg(term) if sign < 0 else term
            rest = [*error.args[:place], *error.args[place + 1 :]]
            if own.op != "symbol" or own.name not in columns:
                continue
            if all(own.name not in free_symbols(part) for part in rest):
                return add(*(rest if sign < 0 else map(neg, rest))), own.name
    return None
