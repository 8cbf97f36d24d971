"""A table of data with named columns: what `--data @houses.csv` gives a computation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.errors import InvalidInput

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray


class Columns(NamedTuple):
    """names: of the columns, in order, each once. values: shape (rows, columns), finite floats.

    categories: for a column of words, its words; the values are places in them, counted from 0.
    """

    names: tuple[str, ...]
    values: NDArray[numpy.float64]
    categories: Mapping[str, tuple[str, ...]]

    def column(self, name: str) -> NDArray[Any]:
        """One column, of shape (rows,). Raises InvalidInput where there is none of that name."""
        if name not in self.names:
            raise InvalidInput(
                f"the data have no column {name}", hint="the columns are " + ", ".join(self.names)
            )
        return self.values[:, self.names.index(name)]


class Pieces(NamedTuple):
    """A table that is read in pieces, because it is large: again from the start for each pass.

    rows: how many there are. read: gives the pieces, tables of the same columns; every cell has
    been read once before, so that it raises nothing unless the file has changed.
    """

    names: tuple[str, ...]
    categories: Mapping[str, tuple[str, ...]]
    rows: int
    read: Callable[[], Iterator[Columns]]


def columns_of(data: Mapping[str, Any]) -> Columns:
    """A table from name to column: sequences or arrays of equally many numbers, or of words.

    A mapping of such a kind is a dictionary, or a data frame of pandas. Raises InvalidInput.
    """
    import numpy as np

    if isinstance(data, Columns):
        return data
    values: list[NDArray[Any]] = []
    categories: dict[str, tuple[str, ...]] = {}
    for name in data:
        cells = list(data[name])
        if cells and all(isinstance(cell, str) for cell in cells):
            words = tuple(sorted(set(cells)))
            categories[name] = words
            values.append(np.array([words.index(cell) for cell in cells], dtype=float))
            continue
        try:
            column = np.array(cells, dtype=float)
        except (TypeError, ValueError) as error:
            raise InvalidInput(f"the column {name} holds something that is no number") from error
        if column.ndim != 1 or not np.isfinite(column).all():
            raise InvalidInput(f"the column {name} must hold finite numbers, one for each row")
        values.append(column)
    if not values or any(len(column) != len(values[0]) for column in values):
        raise InvalidInput("the columns must be equally long, and there must be one")
    return Columns(tuple(data), np.column_stack(values), categories)
