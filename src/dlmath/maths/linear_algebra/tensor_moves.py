"""Operations that move entries and change none: transpose, reshape, slice; and `show`."""

from __future__ import annotations

from collections.abc import Callable
from math import prod
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import Answer, Step, Table
from dlmath.expression.graph import free_symbols, is_integer, is_number
from dlmath.maths.linear_algebra.angle import is_complex
from dlmath.maths.linear_algebra.tensor_checks import against_numpy, entries_in_place
from dlmath.maths.linear_algebra.tensor_options import (
    read_permutation,
    read_shape,
    read_slice,
    sliced_index,
    source_of,
)
from dlmath.maths.linear_algebra.tensor_values import (
    Index,
    Shape,
    Tensor,
    answer_of,
    indices,
    place,
    question_of,
    shape_text,
)
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


class Move(NamedTuple):
    """A rearrangement: the shape of the result, where each of its entries comes from, in words.

    by_numpy: the same done to an array by numpy.
    """

    shape: Shape
    source: Callable[[Index], Index]
    by_numpy: Callable[[Any], Any]
    words: str


def _answer(operation: str, operand: Tensor | Array, move: Move, settings: Settings) -> Answer:
    question = question_of(operation, [operand])
    if isinstance(operand, Tensor):
        entries = tuple(operand.at(move.source(index)) for index in indices(move.shape))
        exact = Tensor(move.shape, entries)
        answer = answer_of(question, exact, settings)
        if settings.steps:
            answer.steps = [Step(operation, (move.words,), None, exact.node)]
        if settings.check:
            answer.checks = [against_numpy(f"numpy's {operation}", [operand], exact, move.by_numpy)]
        return answer
    import numpy as np

    result = np.asarray(move.by_numpy(operand))
    answer = answer_of(question, result, settings)
    answer.facts["error"] = 0.0
    if settings.check:
        answer.checks = [entries_in_place(operand, result, move.shape, move.source)]
    return answer


def transpose(operand: Tensor | Array, axes_text: str | None, settings: Settings) -> Answer:
    """The axes in another order, reversed if none is given. Fact: `axes`."""
    axes = read_permutation(axes_text, operand.shape)
    shape = tuple(operand.shape[axis] for axis in axes)

    def source(index: Index) -> Index:
        found = dict(zip(axes, index, strict=True))
        return tuple(found[axis] for axis in range(len(axes)))

    moved = "; ".join(f"axis {axis} becomes axis {k}" for k, axis in enumerate(axes) if axis != k)
    words = moved or "the axes stay in their order"
    move = Move(shape, source, lambda array: array.transpose(axes), words)
    answer = _answer("transpose", operand, move, settings)
    answer.facts["axes"] = list(axes)
    if len(operand.shape) < 2:
        answer.notes.append(
            ("fewer than two axes: the transpose is the same; reshape makes a column of a row",)
        )
    return answer


def reshape(operand: Tensor | Array, shape_given: str | None, settings: Settings) -> Answer:
    """The same entries, in row-major order, in another shape."""
    shape = read_shape(shape_given, operand.shape)

    def source(index: Index) -> Index:
        position = place(index, shape)
        found: list[int] = []
        for length in reversed(operand.shape):
            position, part = divmod(position, length)
            found.append(part)
        return tuple(reversed(found))

    words = "the entries are read row by row (the last index runs fastest) and filled in the same"
    move = Move(shape, source, lambda array: array.reshape(shape), words)
    answer = _answer("reshape", operand, move, settings)
    answer.facts["order"] = "row-major"
    return answer


def slice_(operand: Tensor | Array, text: str | None, settings: Settings) -> Answer:
    """The part that `text` names, as Python reads `0,:,1:3`. Fact: `slice`, written out in full."""
    selection = read_slice(text, operand.shape)
    shape, places = source_of(selection, operand.shape)
    taken = [
        f"axis {axis}: {', '.join(map(str, part))}"
        for axis, (part, length) in enumerate(zip(places, operand.shape, strict=True))
        if len(part) < min(length, 20)
    ]
    dropped = [str(k) for k, part in enumerate(selection) if isinstance(part, int)]
    words = "; ".join(taken) or "every place of every axis"
    if dropped:
        words += f"; a single place drops its axis ({', '.join(dropped)})"
    move = Move(
        shape,
        lambda index: sliced_index(index, selection, places),
        lambda array: array[selection],
        words,
    )
    answer = _answer("slice", operand, move, settings)
    answer.facts["places"] = [part if len(part) <= 100 else len(part) for part in places]
    return answer


# --- show ------------------------------------------------------------------------------------

#: What the axes are called, by their distance from the last.
_AXIS_NAMES = ("columns", "rows", "matrices", "blocks of matrices")


def show(operand: Tensor | Array, settings: Settings) -> Answer:
    """Shape, rank (the number of axes), size, the kind of entries, and what each axis runs over.

    The answer is the tensor itself; of an array, its shape in words.
    """
    shape = operand.shape
    if isinstance(operand, Tensor):
        answer = answer_of(("show ", operand.node), operand, settings)
    else:
        answer = Answer("tensor", question_of("show", [operand]))
        answer.result = f"an array of shape {shape_text(shape)}, {operand.dtype}"
        answer.value = list(shape)
    answer.facts.update(
        rank=len(shape),
        size=prod(shape),
        entries=_kind(operand) if isinstance(operand, Tensor) else str(operand.dtype),
    )
    if not isinstance(operand, Tensor) and operand.dtype.kind != "c":
        answer.facts.update(least=operand.min().item(), greatest=operand.max().item())
    if shape:
        answer.tables.append(_axes_table(shape))
    else:
        answer.notes.append(("a number is a tensor without axes",))
    return answer


def _kind(tensor: Tensor) -> str:
    entries = tensor.entries
    if any(map(free_symbols, entries)):
        return "expressions with variables"
    if all(map(is_integer, entries)):
        return "whole numbers"
    if all(map(is_number, entries)):
        return "fractions"
    return "complex numbers" if any(map(is_complex, entries)) else "real numbers"


def _axes_table(shape: Shape) -> Table:
    rows = []
    rank = len(shape)
    for axis, length in enumerate(shape):
        distance = rank - 1 - axis
        name = _AXIS_NAMES[distance] if distance < len(_AXIS_NAMES) else "blocks of blocks"
        name = "entries" if rank == 1 else name
        rows.append((axis, length, f"{name}, 0 to {length - 1}", prod(shape[axis + 1 :])))
    columns = ("axis", "size", "runs over", "entries per step")
    return Table("axes", columns, tuple(rows))
