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
