"""Sums and products entry by entry, with the shapes broadcast as numpy does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from dlmath.answer import Answer, Step, Table
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node, add, mul, unfolded
from dlmath.maths.linear_algebra.tensor_checks import against_numpy, within
from dlmath.maths.linear_algebra.tensor_values import (
    Index,
    Shape,
    Tensor,
    answer_of,
    indices,
    question_of,
    require_size,
    shape_text,
)
from dlmath.maths.linear_algebra.vector_scalars import clean
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_SHOWN_ENTRIES = 40

_EPS = 2.0**-52


def entrywise(operation: str, operands: Sequence[Any], settings: Settings) -> Answer:
    """`add` or `multiply` of two tensors. Fact: `stretched`, the axes repeated to fit, per operand.

    Raises InvalidInput where the shapes do not fit, naming the axes that disagree.
    """
    a, b = operands
    shape = broadcast_shape(a.shape, b.shape)
    if isinstance(a, Tensor) and isinstance(b, Tensor):
        require_size(shape)
        result: Any = _exact(operation, (a, b), shape)
    else:
        result = _of_arrays(operation, a, b)
    sign = " + " if operation == "add" else " .* "
    answer = answer_of(question_of(operation, operands, sign), result, settings)
    stretched = {name: _stretched(t.shape, shape) for name, t in (("a", a), ("b", b))}
    answer.facts["stretched"] = stretched
    if a.shape != b.shape:
        answer.tables.append(_alignment(a.shape, b.shape, shape))
        answer.notes.append(_broadcast_words(stretched, a.shape, b.shape, shape))
    if settings.steps and isinstance(a, Tensor) and isinstance(b, Tensor):
        answer.steps = _steps(operation, (a, b), result, answer)
    if settings.check:
        answer.checks = [_check(operation, a, b, result, answer)]
    elif not isinstance(a, Tensor):
        answer.facts["error"] = _error(operation, result)
    return answer


# --- shapes ----------------------------------------------------------------------------------


def broadcast_shape(a: Shape, b: Shape) -> Shape:
    """The common shape, aligned at the last axes; an axis of size 1, or a missing one, stretches.

    Raises InvalidInput naming the axes that disagree and what would fit.
    """
    rank = max(len(a), len(b))
    wide_a, wide_b = _padded(a, rank), _padded(b, rank)
    differ = [k for k in range(rank) if wide_a[k] != wide_b[k] and 1 not in (wide_a[k], wide_b[k])]
    if differ:
        k = differ[0]
        i, j = k - rank + len(a), k - rank + len(b)
        raise InvalidInput(
            f"the shapes {shape_text(a)} and {shape_text(b)} do not fit: axis {i} of the first has "
            f"size {a[i]}, and axis {j} of the second, below it, has size {b[j]}",
            hint=_what_fits(a, b),
        )
    return tuple(max(x, y) for x, y in zip(wide_a, wide_b, strict=True))


def _padded(shape: Shape, rank: int) -> Shape:
    return (1,) * (rank - len(shape)) + shape


def _fits(a: Shape, b: Shape) -> bool:
    return all(x == y or 1 in (x, y) for x, y in zip(reversed(a), reversed(b), strict=False))


def _what_fits(a: Shape, b: Shape) -> str:
    """A transpose, or a column in place of a row, with which the shapes fit."""
    for which, shape, other in (("second", b, a), ("first", a, b)):
        if len(shape) == 1 and len(other) > 1 and _fits((*shape, 1), other):
            return f"the {which} as a column, of shape {shape_text((*shape, 1))}, would fit"
    if len(b) == 2 and _fits(a, b[::-1]):
        return f"the transpose of the second, {shape_text(b[::-1])}, would fit"
    if len(a) == 2 and _fits(a[::-1], b):
        return f"the transpose of the first, {shape_text(a[::-1])}, would fit"
    return "shapes are aligned at their last axes; each pair must be equal, or one of them 1"


def _stretched(shape: Shape, result: Shape) -> list[int]:
    """The axes of the result along which an operand of this shape is repeated."""
    wide = _padded(shape, len(result))
    missing = len(result) - len(shape)
    return [k for k, (x, y) in enumerate(zip(wide, result, strict=True)) if x != y or k < missing]


def _alignment(a: Shape, b: Shape, result: Shape) -> Table:
    """The shapes one above the other, aligned at their last axes."""
    rank = len(result)
    columns = ("", *(f"axis {k}" for k in range(rank)))
    rows = [
        (name, *[""] * (rank - len(shape)), *shape)
        for name, shape in (("A", a), ("B", b), ("result", result))
    ]
    return Table("shapes, aligned at the last axis", columns, tuple(rows))


def _broadcast_words(
    stretched: dict[str, list[int]], a: Shape, b: Shape, result: Shape
) -> tuple[str]:
    parts = [
        f"{name.upper()} is repeated along {_axes_words(axes)}"
        for name, axes in stretched.items()
        if axes
    ]
    return (f"broadcast {shape_text(a)} and {shape_text(b)} to {shape_text(result)}: "
            + "; ".join(parts),)  # fmt: skip


def _axes_words(axes: Sequence[int]) -> str:
    listed = ", ".join(map(str, axes))
    return f"axis {listed}" if len(axes) == 1 else f"axes {listed}"


def source(index: Index, shape: Shape) -> Index:
    """The index in an operand of this shape of what stands at an index of the result."""
    own = index[len(index) - len(shape) :]
    return tuple(0 if length == 1 else part for part, length in zip(own, shape, strict=True))


# --- exact and arrays ------------------------------------------------------------------------


def _pairs(operands: tuple[Tensor, Tensor], shape: Shape) -> list[tuple[Node, Node]]:
    a, b = operands
    return [
        (a.at(source(index, a.shape)), b.at(source(index, b.shape))) for index in indices(shape)
    ]


def _exact(operation: str, operands: tuple[Tensor, Tensor], shape: Shape) -> Tensor:
    combine = add if operation == "add" else mul
    return Tensor(shape, tuple(clean(combine(x, y)) for x, y in _pairs(operands, shape)))


def _steps(
    operation: str, operands: tuple[Tensor, Tensor], result: Tensor, answer: Answer
) -> list[Step]:
    steps = []
    if operands[0].shape != operands[1].shape:
        for name, operand in zip("AB", operands, strict=True):
            axes = answer.facts["stretched"][name.lower()]
            if axes and len(result.entries) <= _SHOWN_ENTRIES:
                entries = tuple(operand.at(source(i, operand.shape)) for i in indices(result.shape))
                stretched = Tensor(result.shape, entries).node
                words = f"{name} is repeated along {_axes_words(axes)}"
                steps.append(Step("broadcast", (words,), None, stretched))
    op = "add" if operation == "add" else "mul"
    pairs = _pairs(operands, result.shape)
    written = Tensor(result.shape, tuple(unfolded(op, pair) for pair in pairs)).node
    shown = written if len(result.entries) <= _SHOWN_ENTRIES else None
    return [*steps, Step(operation, ("entry by entry",), shown, result.node)]


def _of_arrays(operation: str, a: Array, b: Array) -> Array:
    import numpy as np

    if a.dtype.kind == b.dtype.kind == "i":
        low, high = _largest(a), _largest(b)
        if (low + high if operation == "add" else low * high) >= 2**63:
            a, b = a.astype(np.float64), b.astype(np.float64)
    with np.errstate(over="ignore"):
        return np.asarray(a + b if operation == "add" else a * b)


def _largest(a: Array) -> int:
    return max(int(a.max()), -int(a.min()))


def _error(operation: str, result: Array) -> float:
    """Each entry is rounded once; a complex product three times."""
    import numpy as np

    if result.dtype.kind == "i":
        return 0.0
    factor = 4.0 if result.dtype.kind == "c" and operation == "multiply" else 0.5
    return float(np.max(np.abs(result))) * _EPS * factor


def _check(operation: str, a: Any, b: Any, result: Any, answer: Answer) -> Any:
    import numpy as np

    by_numpy = np.add if operation == "add" else np.multiply
    if isinstance(a, Tensor):
        return against_numpy(f"numpy.{operation}", [a, b], result, by_numpy)
    answer.facts["error"] = _error(operation, result)
    # Another way to the same numbers: what was added or multiplied is taken away again.
    kind = np.result_type(a, b, np.float64)
    x, y = np.broadcast_to(a.astype(kind), result.shape), np.broadcast_to(b, result.shape)
    size = np.abs(x) + np.abs(y)
    if operation == "add":
        return within("A and B taken away again", (result - y) - x, 0 * x, 4 * _EPS * size)
    fits = np.abs(y) > 1e-150
    back = np.where(fits, result / np.where(fits, y, 1), x)
    room = 16 * _EPS * np.abs(x) + 1e-300 / np.where(fits, np.abs(y), 1)
    return within("divided by B, A is left", back, np.array(x), room)
