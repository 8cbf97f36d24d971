"""One training, done: what it was, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.columns import Columns
from dlmath.maths.networks.training import measures
from dlmath.maths.networks.training.epochs import History, Plan, Rows
from dlmath.maths.networks.training.losses import NUMBERS
from dlmath.maths.networks.training.model_file import Model

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


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
