"""What the linear algebra commands are given: vectors and matrices, typed or from a file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import (
    Node,
    contains,
    free_symbols,
    is_number,
    number,
    substitute,
    vector,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: A typed operand, or one read from a file.
Operand = "Node | Array"

Shape = tuple[int, ...]

_NOT_NUMBERS = frozenset({"lt", "le", "gt", "ge", "eq", "ne", "and", "or", "not", "true", "false"})

#: Arrays up to this many entries may be turned into exact nodes, to meet a symbolic operand.
EXACT_ENTRIES = 10_000


def prepare(node: Node, values: Mapping[str, Node], which: str) -> Node:
    """A typed operand with `values` put in and vector arithmetic carried out.

    which: "first" or "second", for the errors. Raises InvalidInput when an entry is not a number
    or an expression, or rows differ in length; Undefined when an entry has no value.
    """
    from dlmath.expression.elements import expand_vectors

    node = expand_vectors(substitute(node, dict(values)) if values else node)
    if node.op != "vector":
        raise InvalidInput(
            f"the {which} operand is not a vector or a matrix",
            hint="write a vector as [1, 2, 3]; a number times a vector is 2*[1, 2, 3]",
        )
    shape = shape_of(node, which)
    if len(shape) > 2:
        raise InvalidInput(
            f"the {which} operand is a tensor of {len(shape)} dimensions;"
            " vectors and matrices are taken"
        )
    for row in node.args if len(shape) == 2 else (node,):
        for entry in row.args:
            check_entry(entry, which)
    return node


def shape_of(node: Node, which: str) -> Shape:
    """The lengths of the nested vectors, outermost first; InvalidInput when they are ragged."""
    shape: list[int] = []
    level: list[Node] = [node]
    while level and level[0].op == "vector":
        lengths = sorted({len(part.args) if part.op == "vector" else 0 for part in level})
        if len(lengths) > 1:
            raise InvalidInput(
                f"the rows of the {which} operand have different lengths:"
                f" {' and '.join(str(length) for length in lengths)}"
            )
        shape.append(lengths[0])
        level = [entry for part in level for entry in part.args]
    if any(part.op == "vector" for part in level):
        raise InvalidInput(f"the {which} operand mixes numbers and vectors in one row")
    return tuple(shape)


def check_entry(entry: Node, which: str) -> None:
    """Raises InvalidInput or Undefined where an entry is not a number or an expression."""
    if is_number(entry):
        return
    if entry.op in _NOT_NUMBERS:
        raise InvalidInput(f"an entry of the {which} operand is a statement, not a number")
    if contains(entry, {"vector"}):
        raise InvalidInput(f"an entry of the {which} operand mixes vectors and numbers")
    if not free_symbols(entry):
        from dlmath.expression.numbers import evaluate
        from dlmath.expression.text import to_text

        found = evaluate(entry)
        if found != found:
            raise Undefined(f"an entry of the {which} operand is undefined: {to_text(entry)}")
        if contains(entry, {"constant"}) and abs(found) == float("inf"):
            raise InvalidInput(f"an entry of the {which} operand is not a number: {to_text(entry)}")


def read_array(array: Array, which: str) -> Array:
    """An array from a file, checked: numbers, finite, one or two dimensions.

    Raises InvalidInput that names the first entry that is not a finite number.
    """
    import numpy as np

    if array.dtype.kind not in "iufc":
        raise InvalidInput(f"the {which} operand holds {array.dtype} entries, not numbers")
    if array.ndim not in (1, 2):
        raise InvalidInput(
            f"the {which} operand has {array.ndim} dimensions; vectors and matrices are taken"
        )
    if array.dtype.kind == "f" and array.dtype.itemsize != 8:
        array = array.astype(np.float64)
    if array.dtype.kind in "fc":
        bad = np.argwhere(~np.isfinite(array))
        if len(bad):
            place, value = place_words(bad[0].tolist()), array[tuple(bad[0])]
            raise InvalidInput(f"{place} of the {which} operand is {value}, not a number")
    return array


def place_words(index: list[int]) -> str:
    """`row 2, column 3` of a matrix, `entry 2` of a vector; counted from 1."""
    if len(index) == 2:
        return f"row {index[0] + 1}, column {index[1] + 1}"
    return "entry " + ", ".join(str(part + 1) for part in index)


def exact_node(array: Array) -> Node:
    """The array as exact nodes; a float is the shortest decimal that names it, as if typed."""
    from fractions import Fraction

    def entry(value: Any) -> Node:
        if isinstance(value, int):
            return number(value)
        if isinstance(value, float):
            return number(Fraction(repr(value)))
        raise InvalidInput("complex data cannot be combined with a typed operand")

    values = array.tolist()
    if array.ndim == 1:
        return vector(entry(value) for value in values)
    return vector(vector(entry(value) for value in row) for row in values)


def shape_words(shape: Shape) -> str:
    """`a vector of length 3` or `a 2 by 3 matrix`."""
    if len(shape) == 1:
        return f"a vector of length {shape[0]}"
    return f"a {shape[0]} by {shape[1]} matrix"


def check_product(a: Shape, b: Shape) -> None:
    """Raises InvalidInput when operands of these shapes have no product, and says what fits."""
    if not a or not b:
        raise InvalidInput(
            "a number has no dot product",
            hint="write a vector as [1, 2, 3]; the product with a number is evaluate '2*[1, 2, 3]'",
        )
    if a[-1] == b[0]:
        return
    if len(a) == len(b) == 1:
        raise InvalidInput(
            f"the vectors have different lengths: {a[0]} and {b[0]}",
            hint="a dot product takes two vectors of the same length",
        )
    inner_a = f"{a[-1]} {'entries' if len(a) == 1 else 'columns'}"
    inner_b = f"{b[0]} {'entries' if len(b) == 1 else 'rows'}"
    raise InvalidInput(
        f"{shape_words(a)} times {shape_words(b)}: {inner_a} against {inner_b}",
        hint=_what_fits(a, b),
    )


def _what_fits(a: Shape, b: Shape) -> str:
    if len(a) == 2 and a[0] == b[0]:
        return f"the transpose of the first, {a[1]} by {a[0]}, would fit"
    if len(b) == 2 and a[-1] == b[1]:
        return f"the transpose of the second, {b[1]} by {b[0]}, would fit"
    if a[0] == b[-1]:
        return "the operands the other way round would fit"
    return "the columns of the first must be as many as the rows of the second"
