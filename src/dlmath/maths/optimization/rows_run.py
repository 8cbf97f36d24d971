"""Value and gradient of a loss over the rows of a table, by reverse mode on arrays.

One pass forward computes the cells and the local derivatives of the scalar expressions (compiled
from the same rules that `derive` and `backprop` show); one pass back hands the adjoints down
(Linnainmaa 1970; Griewank and Walther, Evaluating Derivatives, 2008). What does not depend on
parameters is computed once, before the first step.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node, free_symbols, substitute, topological
from dlmath.maths.optimization.rows import EACH, LEAF, PICK, Cell, Shape
from dlmath.maths.optimization.rows_cells import (
    beside,
    collector,
    full,
    operations,
    values_needed,
    whole,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

Array = Any


class Batch(NamedTuple):
    """Rows of data in the form that a `RowFunction` takes them: what it needs of each row."""

    rows: int
    arrays: list[Array]


class _Back(NamedTuple):
    """One cell in the pass back: where its adjoint is, and what it hands to its inputs."""

    cell: Cell
    place: int
    inputs: list[int]
    run: Callable[..., list[Array]]


class RowFunction:
    """A loss as a function of parameters and rows.

    Many small calls are made of it, so numpy's warnings of undefined entries are the caller's to
    silence (`numpy.errstate`).

    names, shapes: of the parameters, in the order in which `theta` holds them one after another.
    size: how many numbers they are.
    """

    def __init__(self, root: Cell, parameters: Mapping[str, Shape]) -> None:
        self.root = root
        self.names = list(parameters)
        self.shapes = dict(parameters)
        self.slots: dict[str, slice] = {}
        start = 0
        for name, shape in parameters.items():
            self.slots[name] = slice(start, start + prod(shape))
            start += prod(shape)
        self.size = start
        order = _order(root)
        self._place = {cell: place for place, cell in enumerate(order)}
        self._active = [cell for cell in order if cell.active and cell.op != LEAF]
        self._parameters = [
            (place, self.slots[cell.name], cell.shape)
            for cell, place in self._place.items()
            if cell.op == LEAF and cell.active
        ]
        frontier = {part for cell in self._active for part in cell.inputs if not part.active}
        frontier |= set() if root.active else {root}
        self._fixed = [cell for cell in order if cell in frontier]
        self._prepared = _order(*self._fixed)
        self._value_tape = [self._forward(cell, value=True) for cell in self._active]
        needed = self._values_needed()
        self._gradient_tape: list[Callable[[list[Array], int], None]] = []
        self._full_tape: list[Callable[[list[Array], int], None]] = []
        self._back: list[_Back] = []
        for cell in self._active:
            if cell.op == EACH:
                self._gradient_tape.append(self._with_slopes(cell, value=cell in needed))
                self._full_tape.append(self._with_slopes(cell, value=True))
            else:
                step = self._forward(cell, value=True)
                self._full_tape.append(step)
                if cell in needed:
                    self._gradient_tape.append(step)
            self._back.append(self._backward(cell))
        self._back.reverse()

    # --- data -----------------------------------------------------------------------------------

    def prepare(self, columns: Mapping[str, Array], rows: int) -> Batch:
        """The rows of these columns (a block of columns as (rows, k)), what is fixed computed."""
        import numpy as np

        values: list[Array] = [None] * len(self._place)
        places = {cell: place for place, cell in enumerate(self._prepared)}
        values = [None] * len(places)
        with np.errstate(all="ignore"):
            for cell in self._prepared:
                if cell.op == LEAF:
                    values[places[cell]] = columns[cell.name]
                else:
                    _forward(cell, places)(values, rows)
        arrays = []
        for cell in self._fixed:
            array = whole(values[places[cell]], full(cell, rows))
            arrays.append(np.ascontiguousarray(array) if cell.rows else np.asarray(array))
        batch = Batch(rows, arrays)
        self._check_classes(batch)
        return batch

    def _check_classes(self, batch: Batch) -> None:
        """Classes are whole numbers, counted from 0. Raises InvalidInput."""
        import numpy as np

        for cell in self._active:
            if cell.op != PICK:
                continue
            scores, classes = cell.inputs
            found = batch.arrays[self._fixed.index(classes)]
            count = scores.shape[0]
            wrong = found[(found != np.floor(found)) | (found < 0) | (found >= count)]
            if len(wrong):
                from dlmath.expression.text import to_text

                raise InvalidInput(
                    f"a class of {to_text(classes.source)} is {wrong[0]:g}, and there are {count}"
                    " probabilities",
                    hint=f"classes are 0 to {count - 1}, or words; or give as many scores as"
                    " there are classes",
                )

    def take(self, batch: Batch, chosen: Floats) -> Batch:
        """Some of the rows, by their numbers."""
        arrays = [
            array.take(chosen, axis=0) if cell.rows else array
            for cell, array in zip(self._fixed, batch.arrays, strict=True)
        ]
        return Batch(len(chosen), arrays)

    def part(self, batch: Batch, first: int, end: int) -> Batch:
        """The rows from `first` up to `end`, not copied."""
        arrays = [
            array[first:end] if cell.rows else array
            for cell, array in zip(self._fixed, batch.arrays, strict=True)
        ]
        return Batch(min(end, batch.rows) - first, arrays)

    # --- value and gradient ---------------------------------------------------------------------

    def value(self, theta: Floats, batch: Batch) -> float:
        """The loss over these rows; nan where it is undefined."""
        values = self._values(theta, batch)
        for step in self._value_tape:
            step(values, batch.rows)
        return float(values[self._place[self.root]])

    def gradient(self, theta: Floats, batch: Batch) -> Floats:
        """The gradient over these rows, by all parameters: shape (size,)."""
        values = self._values(theta, batch)
        for step in self._gradient_tape:
            step(values, batch.rows)
        return self._handed_down(values, batch.rows)

    def value_and_gradient(self, theta: Floats, batch: Batch) -> tuple[float, Floats]:
        """Both in one pass forward and one back."""
        values = self._values(theta, batch)
        for step in self._full_tape:
            step(values, batch.rows)
        value = float(values[self._place[self.root]])
        return value, self._handed_down(values, batch.rows)

    def _values(self, theta: Floats, batch: Batch) -> list[Array]:
        values: list[Array] = [None] * (2 * len(self._place))
        for place, slot, shape in self._parameters:
            values[place] = theta[slot].reshape(shape) if shape else theta[slot.start]
        for cell, array in zip(self._fixed, batch.arrays, strict=True):
            values[self._place[cell]] = array
        return values

    def _handed_down(self, values: list[Array], rows: int) -> Floats:
        """The pass back over the tape."""
        import numpy as np

        adjoints: list[Array] = [None] * len(self._place)
        adjoints[self._place[self.root]] = 1.0
        for _, place, inputs, run in self._back:
            adjoint = adjoints[place]
            if adjoint is None:
                continue
            shares = run(adjoint, values, rows)
            for target, share in zip(inputs, shares, strict=True):
                if share is None:
                    continue
                before = adjoints[target]
                adjoints[target] = share if before is None else before + share
        found = np.zeros(self.size)
        for place, slot, shape in self._parameters:
            adjoint = adjoints[place]
            if adjoint is not None:
                found[slot] = adjoint if len(shape) < 2 else adjoint.ravel()
        return found

    # --- the tapes ------------------------------------------------------------------------------

    def _forward(self, cell: Cell, *, value: bool) -> Callable[[list[Array], int], None]:
        return _forward(cell, self._place)

    def _with_slopes(self, cell: Cell, *, value: bool) -> Callable[[list[Array], int], None]:
        """A scalar expression with its local derivatives, which are kept beside its value."""
        from dlmath.expression.compile import compile_function

        assert cell.graph is not None
        names = [part.name for part in cell.inputs]
        outputs = [cell.graph, *_slopes(cell)] if value else _slopes(cell)
        kernel = compile_function(outputs, names, arrays=True, quiet=False)
        own, beyond = self._place[cell], len(self._place)
        places = [self._place[part] for part in cell.inputs]
        entries = len(cell.shape)
        plain = not any(entries and part.rows and not part.shape for part in cell.inputs)

        def run(values: list[Array], rows: int) -> None:
            if plain:
                found = kernel(*[values[place] for place in places])
            else:
                found = kernel(
                    *[
                        beside(values[place], part, entries)
                        for place, part in zip(places, cell.inputs, strict=True)
                    ]
                )
            if value:
                values[own] = whole(found[0], full(cell, rows))
                found = found[1:]
            values[beyond + own] = found

        return run

    def _backward(self, cell: Cell) -> _Back:
        place = self._place[cell]
        if cell.op == EACH:
            active = [part for part in cell.inputs if part.active]
            return _Back(cell, place, [self._place[part] for part in active], self._by_slopes(cell))
        inputs = [self._place[part] for part in cell.inputs]
        _, back = operations(cell)

        def run(adjoint: Array, values: list[Array], rows: int) -> list[Array]:
            return back(adjoint, [values[place] for place in inputs], values[place], rows)

        return _Back(cell, place, inputs, run)

    def _by_slopes(self, cell: Cell) -> Callable[..., list[Array]]:
        """Each active input's share: adjoint times local derivative, summed where it is shared."""
        gather = [collector(cell, part) for part in cell.inputs if part.active]
        kept = len(self._place) + self._place[cell]

        def run(adjoint: Array, values: list[Array], rows: int) -> list[Array]:
            if isinstance(adjoint, float):
                pairs = zip(values[kept], gather, strict=True)
                return [adjoint * collect(slope, rows) for slope, collect in pairs]
            pairs = zip(values[kept], gather, strict=True)
            return [collect(adjoint * slope, rows) for slope, collect in pairs]

        return run

    def _values_needed(self) -> set[Cell]:
        """The active cells whose arrays the pass back needs, and what those are computed of."""
        stack: list[Cell] = []
        for cell in self._active:
            if cell.op == EACH:
                used = {name for slope in _slopes(cell) for name in free_symbols(slope)}
                stack += [part for part in cell.inputs if part.name in used]
            else:
                inputs, own = values_needed(cell)
                stack += [*inputs, *([cell] if own else [])]
        needed: set[Cell] = set()
        while stack:
            cell = stack.pop()
            if cell in needed or not cell.active or cell.op == LEAF:
                continue
            needed.add(cell)
            stack += cell.inputs
        return needed

    # --- what went wrong ------------------------------------------------------------------------

    def undefined_part(self, theta: Floats, batch: Batch) -> tuple[Node, int | None] | None:
        """The innermost part of the formula that is not finite, and its row, from 0; or None."""
        import numpy as np

        values = self._values(theta, batch)
        for cell in self._active:
            _forward(cell, self._place)(values, batch.rows)
            bad = ~np.isfinite(values[self._place[cell]])
            if not bad.any():
                continue
            row = int(np.argwhere(bad)[0][0]) if cell.rows else None
            return self._inside(cell, values, row), row
        return None

    def _inside(self, cell: Cell, values: list[Array], row: int | None) -> Node:
        """The innermost part of a scalar expression that is not finite."""
        import numpy as np

        from dlmath.expression.compile import compile_function

        if cell.op != EACH or cell.graph is None:
            return cell.source
        names = [part.name for part in cell.inputs]
        parts = [part for part in topological(cell.graph) if part.args]
        parts = [part for part in parts if part.op not in _STATEMENTS]
        operands = [
            beside(values[self._place[part]], part, len(cell.shape)) for part in cell.inputs
        ]
        found = compile_function(parts, names, arrays=True)(*operands)
        for part, array in zip(parts, found, strict=True):
            bad = ~np.isfinite(array)
            if bad.any() and (row is None or not cell.rows or np.ndim(bad) == 0 or bad[row].any()):
                return substitute(part, {source.name: source.source for source in cell.inputs})
        return cell.source


_STATEMENTS = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not", "piecewise"})


def _slopes(cell: Cell) -> list[Node]:
    """The derivatives of a scalar expression by its active inputs, as expressions."""
    from dlmath.expression.gradient import gradient

    assert cell.graph is not None
    names = [part.name for part in cell.inputs if part.active]
    found = gradient(cell.graph, names)
    return [found[name] for name in names]


def _order(*roots: Cell) -> list[Cell]:
    """The cells below the roots, each once, inputs first."""
    order: list[Cell] = []
    done: set[Cell] = set()
    stack: list[tuple[Cell, bool]] = [(root, False) for root in reversed(roots)]
    while stack:
        cell, ready = stack.pop()
        if ready:
            order.append(cell)
            continue
        if cell in done:
            continue
        done.add(cell)
        stack.append((cell, True))
        stack.extend((part, False) for part in reversed(cell.inputs) if part not in done)
    return order


def _forward(cell: Cell, place: Mapping[Cell, int]) -> Callable[[list[Array], int], None]:
    """Computes the array of a cell from those of its inputs."""
    own = place[cell]
    places = [place[part] for part in cell.inputs]
    if cell.op != EACH:
        forward, _ = operations(cell)

        def run(values: list[Array], rows: int) -> None:
            values[own] = forward([values[where] for where in places], rows)

        return run
    from dlmath.expression.compile import compile_function

    assert cell.graph is not None
    kernel = compile_function(
        [cell.graph], [part.name for part in cell.inputs], arrays=True, quiet=False
    )
    entries = len(cell.shape)

    def run_expression(values: list[Array], rows: int) -> None:
        operands = [
            beside(values[where], part, entries)
            for where, part in zip(places, cell.inputs, strict=True)
        ]
        values[own] = whole(kernel(*operands)[0], full(cell, rows))

    return run_expression


def block(columns: Sequence[Array]) -> Array:
    """Several columns as one array (rows, k)."""
    import numpy as np

    return np.stack(columns, axis=1)
