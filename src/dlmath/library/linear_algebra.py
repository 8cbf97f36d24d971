"""Linear algebra: the functions of the commands."""

from __future__ import annotations

from typing import Any

from dlmath.answer import Answer
from dlmath.library.inputs import (
    Expression,
    make_settings,
    to_node,
)


def dot(a: Any, b: Any, **options: Any) -> Answer:
    """The product of two vectors or matrices: text, nodes, or numpy arrays."""
    from dlmath.maths.linear_algebra import dot as module

    operands = [value if hasattr(value, "dtype") else to_node(value) for value in (a, b)]
    return module.dot(operands[0], operands[1], make_settings(**options))


def matrix(
    operation: str,
    a: Any,
    b: Any = None,
    *,
    order: str | None = None,
    numeric: bool = False,
    method: str | None = None,
    start: Any = None,
    **options: Any,
) -> Answer:
    """One operation on a matrix: text, a node, or a numpy array (see `dlmath matrix --help`).

    method: of "eigen": "power" is power iteration from the vector start.
    """
    from dlmath.maths.linear_algebra import matrix as module

    left, right, first = (
        value if value is None or hasattr(value, "dtype") else to_node(value)
        for value in (a, b, start)
    )
    settings = make_settings(**options)
    return module.matrix(
        operation,
        left,
        right,
        settings,
        order=order,
        numeric=numeric,
        method=method,
        start=first,
    )


def vector(
    operation: str, a: Any, b: Any = None, *, order: Expression | None = None, **options: Any
) -> Answer:
    """An operation of the command `vector`, such as "norm" or "cross"; text, nodes or arrays.

    order: the p of a p-norm. Several vectors are the rows of a matrix.
    """
    from dlmath.maths.linear_algebra import vector as module

    return module.vector(
        operation,
        _operand(a),
        None if b is None else _operand(b),
        make_settings(**options),
        order=None if order is None else to_node(order),
    )


def tensor(
    operation: str,
    *operands: Any,
    subscripts: str | None = None,
    axes: str | None = None,
    shape: str | None = None,
    selection: str | None = None,
    **options: Any,
) -> Answer:
    """An operation of the command `tensor`, such as "add" or "einsum"; text, nodes or arrays.

    subscripts: of einsum ("ij,jk->ik"). axes, shape, selection: as `--axes`, `--shape`, `--slice`.
    """
    from dlmath.maths.linear_algebra import tensor as module

    return module.tensor(
        operation,
        [_operand(operand) for operand in operands],
        make_settings(**options),
        subscripts=subscripts,
        axes=axes,
        shape=shape,
        selection=selection,
    )


def _operand(value: Any) -> Any:
    """An array as it is, anything else as a node."""
    return value if hasattr(value, "dtype") else to_node(value)
