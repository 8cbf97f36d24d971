"""What each kind of cell computes of arrays, and how it hands an adjoint on to its inputs.

An array of a cell has the shape (rows, *shape) where it differs from row to row, else its shape.
An adjoint may be a number that stands for all entries. `forward` takes the arrays of the inputs;
`backward` takes the adjoint, the arrays of the inputs, the cell's own array and the number of rows,
and gives an adjoint for each input that depends on parameters (None for the others).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dlmath.maths.optimization.rows import (
    LOG_SOFTMAX,
    LOGSUMEXP,
    PICK,
    PRODUCT,
    REDUCE,
    SOFTMAX,
    STACK,
    Cell,
)

Array = Any
Forward = Callable[[list[Array], int], Array]
Backward = Callable[[Array, list[Array], Array, int], list[Array]]


def full(cell: Cell, rows: int) -> tuple[int, ...]:
    """The shape of the cell's array for so many rows."""
    return (rows, *cell.shape) if cell.rows else cell.shape


def operations(cell: Cell) -> tuple[Forward, Backward]:
    """Forward and backward of a cell that is no scalar expression."""
    return _MAKERS[cell.op](cell)


def values_needed(cell: Cell) -> tuple[list[Cell], bool]:
    """Whose arrays `backward` needs: of these inputs, and of the cell itself?"""
    if cell.op == PRODUCT:
        left, right = cell.inputs
        return [*([left] if right.active else []), *([right] if left.active else [])], False
    if cell.op == REDUCE:
        return (list(cell.inputs), False) if cell.how in ("max", "min") else ([], False)
    if cell.op in (SOFTMAX, LOG_SOFTMAX):
        return [], True
    if cell.op == LOGSUMEXP:
        return list(cell.inputs), True
    return [], False


def whole(array: Array, shape: tuple[int, ...]) -> Array:
    """The array in full where a number stands for all its entries."""
    if getattr(array, "shape", None) == shape:
        return array
    import numpy as np

    return np.broadcast_to(array, shape)


def collector(source: Cell, target: Cell) -> Callable[[Array, int], Array]:
    """Sums an adjoint of the source's shape to the target's, which was spread out in it."""
    axes: list[int] = []
    own = int(source.rows)
    if source.rows and not target.rows:
        axes.append(0)
    if target.shape != source.shape:
        axes += range(own, own + len(source.shape))
    if not axes:
        return lambda array, rows: array
    if axes == [0] and not source.shape:
        import numpy as np

        add = np.add.reduce
        return lambda array, rows: add(whole(array, (rows,)))
    together = tuple(axes)
    return lambda array, rows: whole(array, full(source, rows)).sum(axis=together)


def beside(array: Array, cell: Cell, entries: int) -> Array:
    """Numbers of each row as (rows, 1, ...), to stand beside vectors with so many axes."""
    if not entries or cell.shape or not cell.rows:
        return array
    return array.reshape(array.shape + (1,) * entries)


# --- vectors from numbers, and one of them ------------------------------------------------------


def _stack(cell: Cell) -> tuple[Forward, Backward]:
    import numpy as np

    axis = int(cell.rows)

    def forward(inputs: list[Array], rows: int) -> Array:
        part = (rows, *cell.shape[1:]) if cell.rows else cell.shape[1:]
        parts = []
        for array, source in zip(inputs, cell.inputs, strict=True):
            parts.append(array if source.rows == cell.rows else np.broadcast_to(array, part))
        return np.stack(parts, axis=axis)

    def backward(adjoint: Array, inputs: list[Array], own: Array, rows: int) -> list[Array]:
        adjoint = whole(adjoint, full(cell, rows))
        found: list[Array] = []
        for place, source in enumerate(cell.inputs):
            share = adjoint[:, place] if cell.rows else adjoint[place]
            if cell.rows and not source.rows:
                share = share.sum(axis=0)
            found.append(share if source.active else None)
        return found

    return forward, backward


def _pick(cell: Cell) -> tuple[Forward, Backward]:
    import numpy as np

    size = cell.inputs[0].shape[0]

    def forward(inputs: list[Array], rows: int) -> Array:
        scores, classes = inputs
        return whole(scores, (rows, size))[np.arange(rows), classes.astype(np.intp)]

    def backward(adjoint: Array, inputs: list[Array], own: Array, rows: int) -> list[Array]:
        share = np.zeros((rows, size))
        share[np.arange(rows), inputs[1].astype(np.intp)] = adjoint
        return [share if cell.inputs[0].rows else share.sum(axis=0), None]

    return forward, backward


# --- softmax and its kin, along the last axis ---------------------------------------------------


def _log_sum(scores: Array) -> Array:
    import numpy as np

    top = scores.max(axis=-1, keepdims=True)
    return top + np.log(np.exp(scores - top).sum(axis=-1, keepdims=True))


def _softmax(cell: Cell) -> tuple[Forward, Backward]:
    import numpy as np

    def forward(inputs: list[Array], rows: int) -> Array:
        powers = np.exp(inputs[0] - inputs[0].max(axis=-1, keepdims=True))
        return powers / powers.sum(axis=-1, keepdims=True)

    def backward(adjoint: Array, inputs: list[Array], own: Array, rows: int) -> list[Array]:
        return [own * (adjoint - (adjoint * own).sum(axis=-1, keepdims=True))]

    return forward, backward


def _log_softmax(cell: Cell) -> tuple[Forward, Backward]:
    import numpy as np

    def forward(inputs: list[Array], rows: int) -> Array:
        return inputs[0] - _log_sum(inputs[0])

    def backward(adjoint: Array, inputs: list[Array], own: Array, rows: int) -> list[Array]:
        adjoint = whole(adjoint, own.shape)
        return [adjoint - np.exp(own) * adjoint.sum(axis=-1, keepdims=True)]

    return forward, backward


def _logsumexp(cell: Cell) -> tuple[Forward, Backward]:
    import numpy as np

    def forward(inputs: list[Array], rows: int) -> Array:
        return _log_sum(inputs[0])[..., 0]

    def backward(adjoint: Array, inputs: list[Array], own: Array, rows: int) -> list[Array]:
        return [np.asarray(adjoint)[..., None] * np.exp(inputs[0] - own[..., None])]

    return forward, backward


# --- products -----------------------------------------------------------------------------------


def _product(cell: Cell) -> tuple[Forward, Backward]:
    """Row vectors times parameters by one product of matrices; all else by Einstein's sum."""
    left, right = cell.inputs
    if left.rows and not right.rows and len(left.shape) == 1:
        return _rows_times(cell)
    if right.rows and not left.rows and len(right.shape) == 1:
        return _times_rows(cell)
    return _by_einsum(cell)


def _rows_times(cell: Cell) -> tuple[Forward, Backward]:
    """(rows, k) times (k,) or (k, j)."""
    left, right = cell.inputs

    def forward(inputs: list[Array], rows: int) -> Array:
        return inputs[0] @ inputs[1]

    def backward(adjoint: Array, inputs: list[Array], own: Array, rows: int) -> list[Array]:
        adjoint = whole(adjoint, full(cell, rows))
        by_left = None
        if left.active:
            turned = inputs[1].T
            by_left = adjoint @ turned if cell.shape else adjoint[:, None] * turned
        return [by_left, inputs[0].T @ adjoint if right.active else None]

    return forward, backward


def _times_rows(cell: Cell) -> tuple[Forward, Backward]:
    """(k,) or (i, k) times (rows, k)."""
    left, right = cell.inputs

    def forward(inputs: list[Array], rows: int) -> Array:
        return inputs[1] @ inputs[0].T

    def backward(adjoint: Array, inputs: list[Array], own: Array, rows: int) -> list[Array]:
        adjoint = whole(adjoint, full(cell, rows))
        by_left = adjoint.T @ inputs[1] if left.active else None
        by_right = None
        if right.active:
            by_right = adjoint @ inputs[0] if cell.shape else adjoint[:, None] * inputs[0]
        return [by_left, by_right]

    return forward, backward


def _by_einsum(cell: Cell) -> tuple[Forward, Backward]:
    import numpy as np

    left, right = cell.inputs
    first = "n" * left.rows + "ik"[2 - len(left.shape) :]
    second = "n" * right.rows + "kj"[: len(right.shape)]
    result = "n" * cell.rows + "i" * (len(left.shape) - 1) + "j" * (len(right.shape) - 1)

    def forward(inputs: list[Array], rows: int) -> Array:
        return np.einsum(f"{first},{second}->{result}", *inputs)

    def backward(adjoint: Array, inputs: list[Array], own: Array, rows: int) -> list[Array]:
        adjoint = whole(adjoint, full(cell, rows))
        by_left = by_right = None
        if left.active:
            by_left = np.einsum(f"{result},{second}->{first}", adjoint, inputs[1])
        if right.active:
            by_right = np.einsum(f"{first},{result}->{second}", inputs[0], adjoint)
        return [by_left, by_right]

    return forward, backward


# --- reductions ---------------------------------------------------------------------------------


def _reduce(cell: Cell) -> tuple[Forward, Backward]:
    (source,) = cell.inputs
    if cell.how in ("max", "min"):
        return _extreme(cell)
    axes = _axes(cell)
    mean = cell.how == "mean"

    def forward(inputs: list[Array], rows: int) -> Array:
        array = whole(inputs[0], full(source, rows))
        return array.mean(axis=axes) if mean else array.sum(axis=axes)

    def backward(adjoint: Array, inputs: list[Array], own: Array, rows: int) -> list[Array]:
        if mean:
            count = 1
            for axis in axes:
                count *= full(source, rows)[axis]
            adjoint = adjoint / count
        return [adjoint if isinstance(adjoint, float) else _spread(adjoint, cell)]

    return forward, backward


def _axes(cell: Cell) -> tuple[int, ...]:
    """The axes of its input that a reduction takes together."""
    (source,) = cell.inputs
    rows, entries = cell.over
    own = int(source.rows)
    return (0,) * rows + (tuple(range(own, own + len(source.shape))) if entries else ())


def _spread(adjoint: Array, cell: Cell) -> Array:
    """The adjoint of each row beside all entries of the row."""
    import numpy as np

    if cell.rows and np.ndim(adjoint):
        return adjoint.reshape(adjoint.shape + (1,) * len(cell.inputs[0].shape))
    return adjoint


def _extreme(cell: Cell) -> tuple[Forward, Backward]:
    """max and min; of equal ones the first has all of the derivative, as in the language."""
    import numpy as np

    (source,) = cell.inputs

    def flat(array: Array, rows: int) -> Array:
        array = whole(array, full(source, rows))
        return array.reshape(rows, -1) if cell.rows else array.reshape(1, -1)

    def forward(inputs: list[Array], rows: int) -> Array:
        array = flat(inputs[0], rows)
        found = array.max(axis=1) if cell.how == "max" else array.min(axis=1)
        return found if cell.rows else found[0]

    def backward(adjoint: Array, inputs: list[Array], own: Array, rows: int) -> list[Array]:
        array = flat(inputs[0], rows)
        places = array.argmax(axis=1) if cell.how == "max" else array.argmin(axis=1)
        share = np.zeros(array.shape)
        share[np.arange(len(array)), places] = adjoint
        return [share.reshape(full(source, rows))]

    return forward, backward


_MAKERS: dict[str, Callable[[Cell], tuple[Forward, Backward]]] = {
    STACK: _stack,
    PICK: _pick,
    SOFTMAX: _softmax,
    LOG_SOFTMAX: _log_softmax,
    LOGSUMEXP: _logsumexp,
    PRODUCT: _product,
    REDUCE: _reduce,
}
