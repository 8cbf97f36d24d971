"""`vector`: norms, angles, projections, products and bases, exact or in binary64."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlmath.answer import Answer
from dlmath.errors import InvalidInput
from dlmath.expression.graph import TWO, Node
from dlmath.maths.linear_algebra import (
    vector_arrays,
    vector_bases,
    vector_norms,
    vector_pairs,
)
from dlmath.maths.linear_algebra.array_files import put_files
from dlmath.maths.linear_algebra.vector_operands import (
    read_operands,
    require_rows,
    require_vectors,
    shape,
)
from dlmath.settings import DEFAULTS, Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Operations and the operands they take: least and most.
OPERATIONS: dict[str, tuple[int, int]] = {
    "norm": (1, 1),
    "unit": (1, 1),
    "angle": (2, 2),
    "project": (2, 2),
    "cross": (2, 2),
    "outer": (2, 2),
    "distance": (2, 2),
    "orthonormalize": (1, 1),
    "combine": (1, 2),
}

#: Operations that take the order of a norm.
WITH_ORDER = frozenset({"norm", "unit", "distance"})

#: For each operation the function of nodes (and settings), and the function of arrays. Those of
#: `WITH_ORDER` take the order of the norm after the operands.
_ROUTES: dict[str, tuple[Callable[..., Answer], Callable[..., Answer]]] = {
    "norm": (vector_norms.norm, vector_arrays.norm),
    "unit": (vector_norms.unit, vector_arrays.unit),
    "distance": (vector_norms.distance, vector_arrays.distance),
    "angle": (vector_pairs.angle, vector_arrays.angle),
    "project": (vector_pairs.project, vector_arrays.project),
    "cross": (vector_pairs.cross, vector_arrays.cross),
    "outer": (vector_pairs.outer, vector_arrays.outer),
    "orthonormalize": (vector_bases.orthonormalize, vector_arrays.orthonormalize),
    "combine": (vector_bases.combine, vector_arrays.combine),
    "independence": (vector_bases.independence, vector_arrays.independence),
}


def vector(
    operation: str,
    a: Node | Array,
    b: Node | Array | None = None,
    settings: Settings = DEFAULTS,
    *,
    order: Node | None = None,
) -> Answer:
    """One of `OPERATIONS` on vectors: exact for nodes, binary64 for arrays read from files.

    order: the p of a p-norm, 2 if not given (`norm`, `unit`, `distance`). `orthonormalize` and
    `combine` take several vectors as the rows of the matrix a.
    Facts: `shape_a`, `shape_b`, `shape` (of the answer), and those of the operation.
    Raises InvalidInput where the operands do not fit, naming their shapes; Undefined where an entry
    has no value.
    """
    _check_arguments(operation, b, order)
    given = [a] if b is None else [a, b]
    operands: list[Any] = [*read_operands(given, settings)]
    shapes = [shape(operand, which) for operand, which in zip(operands, _NAMES, strict=False)]
    _check_shapes(operation, shapes)
    answer = _computed(operation, operands, vector_norms.read_order(order), settings)
    facts = {f"shape_{name}": list(found) for name, found in zip("ab", shapes, strict=False)}
    answer.facts = {**facts, **_shape_of(answer), **answer.facts}
    if not settings.check:
        answer.checks = []
    put_files(answer)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture, real_number
        from dlmath.maths.pictures.vectors import vector_picture

        a, b = operands[0], operands[1] if b is not None else None
        put_picture(answer, vector_picture, operation, a, b, answer, real_number(order or TWO))
    return answer


_NAMES = ("first", "second")


def _check_arguments(operation: str, b: object, order: Node | None) -> None:
    if operation not in OPERATIONS:
        raise InvalidInput(
            f"there is no vector operation {operation[:40]}", hint="one of " + ", ".join(OPERATIONS)
        )
    least, most = OPERATIONS[operation]
    if b is None and least == 2:
        raise InvalidInput(
            f"vector {operation} takes two vectors",
            hint=f'for example: dlmath vector {operation} "[1, 2, 2]" "[2, 0, 1]"',
        )
    if b is not None and most == 1:
        raise InvalidInput(
            f"vector {operation} takes one argument",
            hint="several vectors are the rows of one matrix: [[1, 0], [1, 1]]"
            if operation == "orthonormalize"
            else "the distance of two vectors is vector distance",
        )
    if order is not None and operation not in WITH_ORDER:
        listed = ", ".join(sorted(WITH_ORDER))
        raise InvalidInput(f"--ord is for {listed}, not for {operation}", hint="leave it out")


def _check_shapes(operation: str, shapes: list[tuple[int, ...]]) -> None:
    if operation not in ("orthonormalize", "combine"):
        require_vectors(operation, *shapes)
        return
    require_rows(shapes[0])
    if len(shapes) == 1:
        return
    if len(shapes[1]) != 1:
        raise InvalidInput(
            "the second operand is a matrix; combine takes the vector to be combined there",
            hint="the rows first, then the vector: [[1, 0], [1, 1]] [3, 2]",
        )
    if shapes[0][1] != shapes[1][0]:
        raise InvalidInput(
            f"the rows have length {shapes[0][1]}, and the vector has length {shapes[1][0]}",
            hint="the vector has an entry for each column"
            + (", as in the transpose of the first" if shapes[0][0] == shapes[1][0] else ""),
        )


def _computed(operation: str, operands: list[Any], order: Node, settings: Settings) -> Answer:
    alone = operation == "combine" and len(operands) == 1
    of_nodes, of_arrays = _ROUTES["independence" if alone else operation]
    arguments = [*operands, order] if operation in WITH_ORDER else operands
    if isinstance(operands[0], Node):
        return of_nodes(*arguments, settings)
    return of_arrays(*arguments)


def _shape_of(answer: Answer) -> dict[str, Any]:
    """The shape of the answer, where it is a number or a tensor."""
    if isinstance(answer.result, Node):
        from dlmath.expression.elements import shape_of

        return {"shape": list(shape_of(answer.result))}
    if answer.value is not None:
        import numpy as np

        return {"shape": list(np.shape(answer.value))}
    return {}
