"""Tensors: a shape and the entries in row-major order, exact or as an array."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import Answer
from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.elements import expand_vectors
from dlmath.expression.graph import Node, is_number, number, substitute, vector
from dlmath.maths.linear_algebra.operands import EXACT_ENTRIES, check_entry, shape_of
from dlmath.maths.linear_algebra.vector_arrays import array_text
from dlmath.maths.linear_algebra.vector_scalars import fill
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

Shape = tuple[int, ...]
Index = tuple[int, ...]

#: An exact result has at most so many entries.
ENTRIES_MOST = 100_000

_NAMES = ("first", "second", "third")


class Tensor(NamedTuple):
    """Exact entries in row-major order (the last index runs fastest). The shape () is a number."""

    shape: Shape
    entries: tuple[Node, ...]

    def at(self, index: Index) -> Node:
        """The entry with this index."""
        return self.entries[place(index, self.shape)]

    @property
    def node(self) -> Node:
        """Nested vectors; the entry itself for a number."""
        level: list[Node] = list(self.entries)
        for length in reversed(self.shape):
            level = [vector(level[k : k + length]) for k in range(0, len(level), length)]
        return level[0]


def indices(shape: Shape) -> Iterator[Index]:
    """Every index of a shape in row-major order."""
    return product(*map(range, shape))


def place(index: Index, shape: Shape) -> int:
    """The position of an index among the entries in row-major order."""
    position = 0
    for part, length in zip(index, shape, strict=True):
        position = position * length + part
    return position


def require_size(shape: Shape) -> None:
    """Raises LimitReached where an exact tensor of this shape is too large."""
    if prod(shape) > ENTRIES_MOST:
        raise LimitReached(
            f"the result has {prod(shape)} entries; exact ones are computed up to {ENTRIES_MOST}",
            hint="put the operands in .npy files",
        )


def operand_name(index: int) -> str:
    """`first`, `second`, ... for the errors."""
    return _NAMES[index] if index < len(_NAMES) else f"{index + 1}th"


def shape_text(shape: Shape) -> str:
    """`(2, 3)`, `(3,)`, `()`, as Python writes them."""
    return str(tuple(shape))


# --- reading ---------------------------------------------------------------------------------


def read_tensors(
    operands: Sequence[Node | Array], settings: Settings
) -> list[Tensor] | list[Array]:
    """All of them exact, or (where each is an array from a file) all of them arrays.

    Raises InvalidInput for ragged rows and entries that are no numbers, Undefined for entries
    without a value.
    """
    arrays = [operand for operand in operands if not isinstance(operand, Node)]
    if len(arrays) == len(operands):
        return [_checked(array, operand_name(k)) for k, array in enumerate(arrays)]
    return [_exact(operand, operand_name(k), settings) for k, operand in enumerate(operands)]


def _exact(operand: Node | Array, which: str, settings: Settings) -> Tensor:
    if not isinstance(operand, Node):
        return _exact_array(_checked(operand, which), which)
    node = expand_vectors(substitute(operand, dict(settings.at)) if settings.at else operand)
    shape = shape_of(node, which)
    entries = [node]
    for _ in shape:
        entries = [entry for part in entries for entry in part.args]
    for entry in entries:
        check_entry(entry, which)
    return Tensor(shape, tuple(entries))


def _exact_array(array: Array, which: str) -> Tensor:
    """A small array beside a typed operand; a float is the shortest decimal that names it."""
    if array.size > EXACT_ENTRIES:
        raise InvalidInput(
            f"the {which} operand has {array.size} entries, too many beside a typed operand",
            hint="put all operands in files",
        )
    if array.dtype.kind == "c":
        raise InvalidInput("complex data cannot be combined with a typed operand")
    flat = array.ravel().tolist()
    values = (value if isinstance(value, int) else Fraction(repr(value)) for value in flat)
    return Tensor(array.shape, tuple(map(number, values)))


def _checked(array: Array, which: str) -> Array:
    import numpy as np

    if array.dtype.kind not in "iufc":
        raise InvalidInput(f"the {which} operand holds {array.dtype} entries, not numbers")
    if array.dtype.kind == "f" and array.dtype.itemsize != 8:
        array = array.astype(np.float64)
    if array.dtype.kind in "iu":
        fits = array.dtype.kind == "i" or not array.size or int(array.max()) < 2**63
        array = array.astype(np.int64 if fits else np.float64)
    if array.dtype.kind in "fc":
        bad = np.argwhere(~np.isfinite(array))
        if len(bad):
            where = ", ".join(str(int(index)) for index in bad[0])
            raise InvalidInput(f"entry [{where}] of the {which} operand is not a finite number")
    return array


# --- answers ---------------------------------------------------------------------------------


def answer_of(
    question: tuple[str | Node, ...], result: Tensor | Array, settings: Settings
) -> Answer:
    """The answer with its result and value. Raises InvalidInput beyond the largest float."""
    answer = Answer("tensor", question)
    if isinstance(result, Tensor):
        return fill(answer, result.node, settings)
    import numpy as np

    if not np.all(np.isfinite(result)):
        raise InvalidInput("a result is beyond the largest float, 1.8e308")
    answer.value = result.tolist()
    answer.result = array_text(result)
    return answer


def question_of(
    operation: str, operands: Sequence[Tensor | Array], between: str = ", "
) -> tuple[str | Node, ...]:
    """The operation and its operands, arrays by their shapes."""
    words: list[str | Node] = [f"{operation} "]
    for k, operand in enumerate(operands):
        if k:
            words.append(between)
        words.append(
            operand.node if isinstance(operand, Tensor) else f"an array {shape_text(operand.shape)}"
        )
    return tuple(words)


def is_rational(tensor: Tensor) -> bool:
    """Are all entries exact numbers?"""
    return all(map(is_number, tensor.entries))
