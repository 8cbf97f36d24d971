"""How well a network does on rows: accuracy and confusion of classes, R^2 and errors of numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import Table
from dlmath.maths.networks.training.encoding import Encoding
from dlmath.maths.networks.training.losses import NUMBERS, classes_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: A confusion table has this many classes at most.
_CLASSES_SHOWN = 20


class Quality(NamedTuple):
    """rows: how many. right: of them, for classes. confusion: rows of a class (down) that were
    predicted as a class (across). r_squared, rmse, mean_error: for numbers, the latter two in the
    units of the data, over all targets; r_squared is None where the targets do not vary.
    """

    rows: int
    right: int | None = None
    confusion: Array | None = None
    r_squared: float | None = None
    rmse: float | None = None
    mean_error: float | None = None

    @property
    def accuracy(self) -> float | None:
        """The part of the rows whose class is right."""
        return None if self.right is None else self.right / self.rows


def of_classes(predicted: Array, places: Array, count: int) -> Quality:
    """predicted, places: the classes of the rows, shape (rows,), from 0."""
    import numpy as np

    confusion = np.zeros((count, count), dtype=int)
    np.add.at(confusion, (places, predicted), 1)
    return Quality(len(places), int((predicted == places).sum()), confusion)


def of_numbers(predicted: Array, target: Array) -> Quality:
    """predicted, target: shape (rows, targets), in the units of the data."""
    error = predicted - target
    spread = ((target - target.mean(axis=0)) ** 2).sum()
    return Quality(
        len(target),
        r_squared=1 - float((error**2).sum() / spread) if spread > 0 else None,
        rmse=float((error**2).mean()) ** 0.5,
        mean_error=float(abs(error).mean()),
    )


def quality(encoding: Encoding, loss: str, p: Array, places: Array | None, y: Array) -> Quality:
    """p: what the last layer gives. places: the classes. y: targets in the form of the loss."""
    if encoding.kind == NUMBERS or places is None:
        return of_numbers(encoding.restored(p), encoding.restored(y))
    return of_classes(classes_of(loss, p), places, len(encoding.classes))


def facts_of(found: Quality, prefix: str = "") -> dict[str, Any]:
    """The measures by name, those that there are."""
    named = {
        "accuracy": found.accuracy,
        "r_squared": found.r_squared,
        "rmse": found.rmse,
        "mean_absolute_error": found.mean_error,
    }
    return {prefix + name: value for name, value in named.items() if value is not None}


def words_of(found: Quality, prefix: str = "") -> str:
    """`accuracy 0.9667 (29 of 30)`, `R^2 0.93, RMSE 1.2`."""
    if found.right is not None:
        return f"{prefix}accuracy {found.accuracy:.4g} ({found.right} of {found.rows})"
    assert found.rmse is not None
    start = "" if found.r_squared is None else f"{prefix}R^2 {found.r_squared:.4g}, "
    return start + ("" if start else prefix) + f"RMSE {found.rmse:.4g}"


def confusion_table(found: Quality, classes: tuple[str, ...], what: str) -> Table | None:
    """Rows are the classes, columns what was predicted; None for numbers and many classes."""
    if found.confusion is None or len(classes) > _CLASSES_SHOWN:
        return None
    rows = tuple(
        (name, *map(int, counts)) for name, counts in zip(classes, found.confusion, strict=True)
    )
    return Table(f"{what}: class, and what it was taken for", ("class", *classes), rows)
