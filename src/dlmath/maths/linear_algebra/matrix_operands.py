"""What the command `matrix` is asked: the operations, and which shapes fit them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import Sentence
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node
from dlmath.maths.linear_algebra.operands import (
    Shape,
    check_product,
    prepare,
    read_array,
    shape_of,
    shape_words,
)
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: The norms that --ord names.
ORDERS = ("1", "2", "inf", "fro")

#: What --method names, of eigen.
METHODS = ("power",)


class Operation(NamedTuple):
    """second: what the second operand is (None: there is none). square: must A be square?"""

    words: str
    second: str | None = None
    square: bool = False


OPERATIONS: dict[str, Operation] = {
    "show": Operation("shape, rank, trace and kind"),
    "add": Operation("the sum", "matrix"),
    "multiply": Operation("the product", "matrix or vector"),
    "transpose": Operation("rows for columns"),
    "trace": Operation("the sum of the diagonal", square=True),
    "det": Operation("the determinant", square=True),
    "inverse": Operation("the inverse", square=True),
    "rank": Operation("the rank"),
    "rref": Operation("the reduced row echelon form"),
    "solve": Operation("the solutions of A*x = b", "right side b"),
    "eigen": Operation("eigenvalues and eigenvectors", square=True),
    "svd": Operation("the singular value decomposition"),
    "lu": Operation("P*A = L*U"),
    "qr": Operation("A = Q*R"),
    "cholesky": Operation("A = L*L^T", square=True),
    "nullspace": Operation("the solutions of A*x = 0"),
    "norm": Operation("a norm"),
    "condition": Operation("the condition number"),
    "pinv": Operation("the pseudoinverse"),
    "power": Operation("a power", "exponent", square=True),
    "exp": Operation("the matrix exponential", square=True),
    "definite": Operation("the sign of x^T*A*x", square=True),
}


def known(operation: str) -> Operation:
    """The operation of this name. Raises InvalidInput with what was probably meant."""
    found = OPERATIONS.get(operation)
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(operation, OPERATIONS, 1)
        hint = f"did you mean {near[0]}?" if near else "the operations are " + ", ".join(OPERATIONS)
        raise InvalidInput(
            f'there is no operation "{operation}" of matrices'
            if operation
            else "no operation is named",
            hint=hint,
        )
    return found


def wrong_count(operation: str, asked: Operation) -> InvalidInput:
    """The error where a second operand is missing, or is one too many."""
    if asked.second is None:
        return InvalidInput(f"{operation} takes one matrix, and two operands are given")
    example = {"solve": '"[[2, 1], [1, 1]]" "[3, 2]"', "power": '"[[1, 1], [1, 0]]" 10'}
    typed = example.get(operation, '"[[1, 2], [3, 4]]" "[[0, 1], [1, 0]]"')
    return InvalidInput(
        f"{operation} takes a second operand, the {asked.second}",
        hint=f"for example: dlmath matrix {operation} {typed}",
    )


def read_order(operation: str, order: str | None) -> str:
    """The norm that --ord names, or the usual one. Raises InvalidInput."""
    if order is None:
        return "2" if operation == "condition" else "fro"
    if operation not in ("norm", "condition"):
        raise InvalidInput("--ord belongs to norm and condition", hint="leave it out")
    if order not in ORDERS:
        raise InvalidInput(
            f"a matrix norm of order {order} is not known",
            hint="the orders are " + ", ".join(ORDERS),
        )
    return order


def read_method(operation: str, method: str | None, start: Node | Array | None) -> bool:
    """Is it power iteration? Raises InvalidInput for other methods and operations."""
    if method is None and start is None:
        return False
    if operation != "eigen":
        option = "--start" if method is None else "--method"
        raise InvalidInput(f"{option} belongs to eigen", hint="leave it out")
    if method not in METHODS:
        raise InvalidInput(
            "--start belongs to power iteration"
            if method is None
            else f"there is no method {method[:40]} of eigen",
            hint="--method power" if method is None else "the methods are " + ", ".join(METHODS),
        )
    return method == "power"


def read_operand(operand: Node | Array, settings: Settings, which: str) -> Node | Array:
    """An operand with values put in, checked. Raises InvalidInput, Undefined."""
    if isinstance(operand, Node):
        return prepare(operand, settings.at, which)
    return read_array(operand, which)


def second(operation: str, operand: Node | Array, settings: Settings) -> Node | Array:
    """The second operand: an exponent for `power`, else a matrix or vector."""
    if operation == "power" and isinstance(operand, Node) and operand.op != "vector":
        from dlmath.expression.graph import substitute
        from dlmath.expression.tidy import tidy

        return tidy(substitute(operand, dict(settings.at)))
    if operation == "power":
        raise InvalidInput("the exponent of a matrix is a whole number, not a vector or matrix")
    return read_operand(operand, settings, "second")


def shape_of_operand(operand: Node | Array) -> Shape:
    """The shape of a typed operand or an array; () for a number."""
    if not isinstance(operand, Node):
        return tuple(operand.shape)
    return shape_of(operand, "given") if operand.op == "vector" else ()


def matrix_shape(operand: Node | Array, asked: Operation, operation: str) -> tuple[int, int]:
    """The shape of A. Raises InvalidInput where it is no matrix, empty, or not square."""
    shape = shape_of_operand(operand)
    if 0 in shape:
        raise InvalidInput("the matrix is empty", hint="write rows of entries: [[1, 2], [3, 4]]")
    if len(shape) != 2:
        related = " (vector norm takes vectors)" if operation == "norm" else ""
        raise InvalidInput(
            f"{shape_words(shape)} is not a matrix",
            hint=f"a row is [[1, 2, 3]], a column [[1], [2], [3]]{related}",
        )
    if asked.square and shape[0] != shape[1]:
        fitting = {
            "inverse": "matrix pinv gives the pseudoinverse of any matrix",
            "eigen": "matrix svd factors a matrix of any shape",
            "det": "matrix rank takes any shape",
        }
        raise InvalidInput(
            f"{operation} takes a square matrix, and this is {shape_words(shape)}",
            hint=fitting.get(operation, "a square matrix has as many rows as columns"),
        )
    return shape[0], shape[1]


def check_shapes(operation: str, a: Shape, right: Node | Array | None) -> None:
    """Raises InvalidInput when the second operand does not fit, saying which axes disagree."""
    if right is None:
        return
    b = shape_of_operand(right)
    if 0 in b:
        raise InvalidInput("the second operand is empty")
    if operation == "add" and a != b:
        fits = len(b) == 2 and (b[1], b[0]) == a
        raise InvalidInput(
            f"{shape_words(a)} plus {shape_words(b)}: {_disagreement(a, b)}",
            hint="the transpose of the second would fit"
            if fits
            else "a sum takes two matrices of one shape; nothing is broadcast",
        )
    if operation == "multiply":
        check_product(a, b)
    if operation == "solve" and b[0] != a[0]:
        fits = len(b) == 2 and b[1] == a[0]
        raise InvalidInput(
            f"A is {shape_words(a)} and b is {shape_words(b)}: {a[0]} rows against {b[0]} "
            f"{'entries' if len(b) == 1 else 'rows'}",
            hint=_solve_hint(a, b, fits),
        )


def _solve_hint(a: Shape, b: Shape, fits: bool) -> str:
    if fits:
        return "the transpose of b would fit"
    if b[0] == a[1]:
        return f"the transpose of A, {a[1]} by {a[0]}, would fit"
    return f"b needs an entry for each of the {a[0]} equations"


def _disagreement(a: Shape, b: Shape) -> str:
    if len(b) == 1:
        return "a matrix against a vector"
    parts = [
        f"{x} {name} against {y}"
        for x, y, name in zip(a, b, ("rows", "columns"), strict=True)
        if x != y
    ]
    return ", ".join(parts)


def question(operation: str, a: Node | Array, b: Node | Array | None) -> Sentence:
    """The question of the answer: the operation and its operands, arrays by their shape."""

    def said(operand: Node | Array) -> Node | str:
        return operand if isinstance(operand, Node) else shape_words(tuple(operand.shape))

    return (f"{operation} ", said(a)) if b is None else (f"{operation} ", said(a), ", ", said(b))


def result_shape(operation: str, a: tuple[int, int], right: Node | Array | None) -> Shape | None:
    """The shape of the result, where it is one array; () for a number."""
    b = () if right is None else shape_of_operand(right)
    if operation in ("add", "inverse", "rref", "power", "exp"):
        return a
    if operation in ("transpose", "pinv"):
        return a[1], a[0]
    if operation in ("multiply", "solve"):
        first = a[0] if operation == "multiply" else a[1]
        return (first, *b[1:])
    if operation in ("trace", "det", "rank", "norm", "condition"):
        return ()
    return None
