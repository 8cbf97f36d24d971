"""Which rows are trained on and which are held back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlmath.errors import InvalidInput

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


def split(rows: int, part: float, seed: int, classes: Array | None) -> tuple[Array, Array]:
    """The numbers of the rows to train on and of those held back, in order, by the seed.

    part: that is held back; of each class alike, where there are classes (shape (rows,)).
    Raises InvalidInput where one of the two would be empty.
    """
    import numpy as np

    everything = np.arange(rows)
    if not part:
        return everything, everything[:0]
    random = np.random.default_rng([seed, 0])
    held = np.zeros(rows, dtype=bool)
    if classes is None:
        held[random.permutation(rows)[: round(part * rows)]] = True
    else:
        # The classes share what rounding leaves over: ranks within a class are spread evenly.
        order = random.permutation(rows)
        order = order[np.argsort(classes[order], kind="stable")]
        marks = np.floor((np.arange(rows) + 1) * part + 0.5) - np.floor(
            np.arange(rows) * part + 0.5
        )
        held[order] = marks > 0
    if not held.any() or held.all():
        raise InvalidInput(
            f"validation {part:g} of {rows} rows leaves none to"
            f" {'train on' if held.all() else 'hold back'}",
            hint="leave it out, or give more rows",
        )
    return everything[~held], everything[held]
