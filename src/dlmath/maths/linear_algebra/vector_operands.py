"""What the `vector` command is given: vectors, or the rows of a matrix, typed or from a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node, free_symbols
from dlmath.maths.linear_algebra.operands import (
    EXACT_ENTRIES,
    exact_node,
    prepare,
    read_array,
    shape_of,
    shape_words,
)
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


#: Arrays of whole numbers with at most so many entries are computed exactly.
WHOLE_ENTRIES = 100


def read_operands(operands: list[Node | Array], settings: Settings) -> list[Node] | list[Array]:
    """All of them as exact nodes, or all of them as arrays of floats.

    Arrays remain arrays where every operand is one, unless they hold few whole numbers. Beside a
    typed operand a small array becomes exact, a large one raises InvalidInput. Raises InvalidInput
    for what holds no numbers.
    """
    named = list(zip(operands, ("first", "second"), strict=False))
    arrays = [operand for operand in operands if not isinstance(operand, Node)]
    if len(arrays) == len(operands):
        read = [read_array(array, which) for array, (_, which) in zip(arrays, named, strict=True)]
        if all(array.dtype.kind in "iu" and array.size <= WHOLE_ENTRIES for array in read):
            return [exact_node(array) for array in read]
        return read
    nodes = [_as_node(operand, which, settings) for operand, which in named]
    _refuse_complex_variables(nodes, settings)
    return nodes


def _as_node(operand: Node | Array, which: str, settings: Settings) -> Node:
    if isinstance(operand, Node):
        return prepare(operand, settings.at, which)
    array = read_array(operand, which)
    if array.size > EXACT_ENTRIES:
        raise InvalidInput(
            f"the {which} operand has {array.size} entries, too many beside a typed operand",
            hint="put both operands in files",
        )
    return exact_node(array)


def _refuse_complex_variables(nodes: list[Node], settings: Settings) -> None:
    for node in nodes:
        for name in sorted(free_symbols(node)):
            if "complex" in settings.assume.get(name, ()):
                raise InvalidInput(
                    f"{name} is assumed complex; the variables of a vector are taken as real",
                    hint=f"write it by its parts: {name}1 + {name}2*i",
                )


def shape(operand: Node | Array, which: str = "first") -> tuple[int, ...]:
    """The shape of an operand that was read."""
    return shape_of(operand, which) if isinstance(operand, Node) else operand.shape


def require_vectors(operation: str, *shapes: tuple[int, ...]) -> None:
    """Raises InvalidInput where an operand is a matrix, or where two lengths differ."""
    wanted = "a vector" if len(shapes) == 1 else "vectors"
    for found, which in zip(shapes, ("first", "second"), strict=False):
        if len(found) != 1:
            raise InvalidInput(
                f"{operation} takes {wanted}, and the {which} operand is {shape_words(found)}",
                hint=_for_a_matrix(operation, found),
            )
    if operation != "outer" and len({found[0] for found in shapes}) > 1:
        raise InvalidInput(
            f"the vectors have different lengths: {shapes[0][0]} and {shapes[1][0]}",
            hint=f"{operation} takes two vectors of the same length",
        )


def _for_a_matrix(operation: str, found: tuple[int, ...]) -> str:
    if 1 in found:
        return "write its entries in one bracket: [1, 2, 3]"
    if operation == "norm":
        return "dlmath matrix norm takes a matrix"
    return "write a vector as [1, 2, 3]"


def require_rows(found: tuple[int, ...]) -> None:
    """Raises InvalidInput where the first operand is a single vector, not rows of vectors."""
    if len(found) == 1:
        raise InvalidInput(
            "several vectors are given as the rows of one matrix, and this is one vector",
            hint="write two vectors as [[1, 0, 1], [0, 1, 1]], or one as [[1, 0, 1]]",
        )
