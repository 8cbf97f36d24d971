"""Where the rows of a loss come from: memory, or a file that is read in pieces.

Both give the loss over all rows and minibatches in a shuffled order that depends on seed and epoch
alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from dlmath.columns import Columns, Pieces
from dlmath.maths.optimization.data_problem import DataProblem
from dlmath.maths.optimization.rows_reduce import additive
from dlmath.maths.optimization.rows_run import Batch, RowFunction, block

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

#: The loss over all rows is computed in parts of so many, where it is a mean of their losses.
PART = 1 << 14


class Source(Protocol):
    """Rows of data behind a loss.

    rows: how many. columns: of these, the values as they were read (of a sample where the data
    are read in pieces).
    """

    rows: int
    columns: Columns

    def value(self, theta: Floats) -> float:
        """The loss over all rows."""

    def value_and_gradient(self, theta: Floats) -> tuple[float, Floats]:
        """The loss and its gradient over all rows."""

    def batches(self, size: int, seed: int, epoch: int) -> Iterator[Batch]:
        """All rows in batches, in the order that belongs to seed and epoch (counted from 1)."""

    def sample(self, size: int, seed: int) -> Batch:
        """So many rows, chosen by the seed."""


def find_source(problem: DataProblem, data: Columns | Pieces) -> Source:
    """The rows of the data for this problem. Raises InvalidInput where classes do not fit."""
    if isinstance(data, Pieces):
        return InPieces(problem, data)
    return InMemory(problem, data)


def named_arrays(problem: DataProblem, columns: Columns) -> dict[str, Floats]:
    """What the names of the formula stand for: columns, and blocks of columns as (rows, k)."""
    found = {name: columns.column(name) for name in problem.columns}
    for name, members in problem.blocks.items():
        found[name] = block([columns.column(member) for member in members])
    return found


def prepared(problem: DataProblem, columns: Columns) -> Batch:
    """These rows in the form of the loss."""
    return problem.function.prepare(named_arrays(problem, columns), len(columns.values))


class _Sums(NamedTuple):
    """Losses of parts, weighted by their rows."""

    function: RowFunction
    rows: int

    def value(self, theta: Floats, parts: Iterator[Batch]) -> float:
        return sum(self.function.value(theta, part) * (part.rows / self.rows) for part in parts)

    def value_and_gradient(self, theta: Floats, parts: Iterator[Batch]) -> tuple[float, Floats]:
        import numpy as np

        value, slope = 0.0, np.zeros(self.function.size)
        for part in parts:
            more, gradient = self.function.value_and_gradient(theta, part)
            value += more * (part.rows / self.rows)
            slope += gradient * (part.rows / self.rows)
        return value, slope


class InMemory:
    """All rows at once."""

    def __init__(self, problem: DataProblem, columns: Columns) -> None:
        self.columns = columns
        self.rows = len(columns.values)
        self.whole = prepared(problem, columns)
        self._function = problem.function
        self._sums = _Sums(problem.function, self.rows)
        self._by_parts = self.rows > PART and additive(problem.function.root)

    def _parts(self) -> Iterator[Batch]:
        for first in range(0, self.rows, PART):
            yield self._function.part(self.whole, first, first + PART)

    def value(self, theta: Floats) -> float:
        """The loss over all rows."""
        if self._by_parts:
            return self._sums.value(theta, self._parts())
        return self._function.value(theta, self.whole)

    def value_and_gradient(self, theta: Floats) -> tuple[float, Floats]:
        """The loss and its gradient over all rows."""
        if self._by_parts:
            return self._sums.value_and_gradient(theta, self._parts())
        return self._function.value_and_gradient(theta, self.whole)

    def batches(self, size: int, seed: int, epoch: int) -> Iterator[Batch]:
        """All rows in batches; the last may be smaller."""
        import numpy as np

        order = np.random.default_rng([seed, epoch]).permutation(self.rows)
        for first in range(0, self.rows, size):
            yield self._function.take(self.whole, order[first : first + size])

    def sample(self, size: int, seed: int) -> Batch:
        """So many rows, chosen by the seed; all where there are no more."""
        import numpy as np

        if size >= self.rows:
            return self.whole
        chosen = np.random.default_rng([seed, 0]).choice(self.rows, size, replace=False)
        return self._function.take(self.whole, np.sort(chosen))


class InPieces:
    """Rows that are read again for each pass over them.

    Only the rows of a piece are shuffled; the pieces come in the order of the file.
    """

    def __init__(self, problem: DataProblem, pieces: Pieces) -> None:
        from dlmath.errors import InvalidInput

        if not additive(problem.function.root):
            raise InvalidInput(
                "this loss needs all rows at once, and the data are read in pieces",
                hint="a loss that is a mean over the rows, and terms without columns, does not",
            )
        self.rows = pieces.rows
        self._problem = problem
        self._pieces = pieces
        self._sums = _Sums(problem.function, self.rows)
        self.columns = next(iter(pieces.read()))

    def _parts(self) -> Iterator[Batch]:
        for columns in self._pieces.read():
            yield prepared(self._problem, columns)

    def value(self, theta: Floats) -> float:
        """The loss over all rows."""
        return self._sums.value(theta, self._parts())

    def value_and_gradient(self, theta: Floats) -> tuple[float, Floats]:
        """The loss and its gradient over all rows."""
        return self._sums.value_and_gradient(theta, self._parts())

    def batches(self, size: int, seed: int, epoch: int) -> Iterator[Batch]:
        """All rows in batches; the last of each piece may be smaller."""
        import numpy as np

        random = np.random.default_rng([seed, epoch])
        function = self._problem.function
        for part in self._parts():
            order = random.permutation(part.rows)
            for first in range(0, part.rows, size):
                yield function.take(part, order[first : first + size])

    def sample(self, size: int, seed: int) -> Batch:
        """Rows of the first piece, chosen by the seed."""
        import numpy as np

        first = prepared(self._problem, self.columns)
        if size >= first.rows:
            return first
        chosen = np.random.default_rng([seed, 0]).choice(first.rows, size, replace=False)
        return self._problem.function.take(first, np.sort(chosen))
