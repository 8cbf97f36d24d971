"""The operations on matrices: which takes what, and whether the answer is exact or in floats."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import Answer, Sentence
from dlmath.errors import InvalidInput, LimitReached, Unsolved
from dlmath.expression.graph import Node, free_symbols, is_number
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

#: Typed matrices with more entries are computed in floating point.
EXACT_ENTRIES = 2_500


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


def matrix(
    operation: str,
    a: Node | Array,
    b: Node | Array | None,
    settings: Settings,
    *,
    order: str | None = None,
    numeric: bool = False,
) -> Answer:
    """One operation on a matrix (and a second operand), typed or read from files.

    Exact for what is typed: rational, with roots, or symbolic. In floating point for arrays, with
    `numeric`, and where no simple exact form exists (a note says so).

    order: of `norm` and `condition`: "1", "2", "inf", "fro" (None: "fro" for the norm, "2" for the
    condition number).
    Facts: `shapes` of operands and result; the parts of factorizations by name; see the module of
    each operation.
    Raises InvalidInput for an unknown operation and for shapes that do not fit.
    """
    asked = _known(operation)
    if (b is None) != (asked.second is None):
        raise _wrong_count(operation, asked)
    order = _read_order(operation, order)
    left = _operand(a, settings, "first")
    shape = _matrix_shape(left, asked, operation)
    right = None if b is None else _second(operation, b, settings)
    _check_shapes(operation, shape, right)
    answer = Answer("matrix", question=_question(operation, left, right))
    answer.facts["operation"] = operation
    shapes = {"a": list(shape)}
    if right is not None:
        shapes["b"] = list(_shape(right))
    answer.facts["shapes"] = shapes
    typed = isinstance(left, Node) and (right is None or isinstance(right, Node))
    exact = typed and not numeric
    if exact and shape[0] * shape[1] > EXACT_ENTRIES and _is_constant(left):
        answer.notes.append(("a matrix of this size is computed in floating point",))
        exact = False
    if exact:
        _exactly(operation, left, right, settings, answer, order)
    else:
        _in_floats(operation, left, right, settings, answer, order)
    result = _result_shape(operation, shape, right)
    if result is not None and answer.status == "answered":
        shapes["result"] = list(result)
    return answer


# --- what was asked ---------------------------------------------------------------------------


def _known(operation: str) -> Operation:
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


def _wrong_count(operation: str, asked: Operation) -> InvalidInput:
    if asked.second is None:
        return InvalidInput(f"{operation} takes one matrix, and two operands are given")
    example = {"solve": '"[[2, 1], [1, 1]]" "[3, 2]"', "power": '"[[1, 1], [1, 0]]" 10'}
    typed = example.get(operation, '"[[1, 2], [3, 4]]" "[[0, 1], [1, 0]]"')
    return InvalidInput(
        f"{operation} takes a second operand, the {asked.second}",
        hint=f"for example: dlmath matrix {operation} {typed}",
    )


def _read_order(operation: str, order: str | None) -> str:
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


def _operand(operand: Node | Array, settings: Settings, which: str) -> Node | Array:
    if isinstance(operand, Node):
        return prepare(operand, settings.at, which)
    return read_array(operand, which)


def _second(operation: str, operand: Node | Array, settings: Settings) -> Node | Array:
    if operation == "power" and isinstance(operand, Node) and operand.op != "vector":
        from dlmath.expression.graph import substitute
        from dlmath.expression.tidy import tidy

        return tidy(substitute(operand, dict(settings.at)))
    if operation == "power":
        raise InvalidInput("the exponent of a matrix is a whole number, not a vector or matrix")
    return _operand(operand, settings, "second")


def _shape(operand: Node | Array) -> Shape:
    if not isinstance(operand, Node):
        return tuple(operand.shape)
    return shape_of(operand, "given") if operand.op == "vector" else ()


def _matrix_shape(operand: Node | Array, asked: Operation, operation: str) -> tuple[int, int]:
    """The shape of A. Raises InvalidInput where it is no matrix, empty, or not square."""
    shape = _shape(operand)
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


def _check_shapes(operation: str, a: Shape, right: Node | Array | None) -> None:
    """Raises InvalidInput when the second operand does not fit, saying which axes disagree."""
    if right is None:
        return
    b = _shape(right)
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


def _question(operation: str, a: Node | Array, b: Node | Array | None) -> Sentence:
    def said(operand: Node | Array) -> Node | str:
        return operand if isinstance(operand, Node) else shape_words(tuple(operand.shape))

    return (f"{operation} ", said(a)) if b is None else (f"{operation} ", said(a), ", ", said(b))


def _result_shape(operation: str, a: tuple[int, int], right: Node | Array | None) -> Shape | None:
    b = () if right is None else _shape(right)
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


def _is_constant(operand: Node | Array) -> bool:
    return not isinstance(operand, Node) or not free_symbols(operand)


# --- exact ------------------------------------------------------------------------------------


def _exactly(
    operation: str,
    a: Node | Array,
    b: Node | Array | None,
    settings: Settings,
    answer: Answer,
    order: str,
) -> None:
    from dlmath.maths.linear_algebra.exact_matrix import Exact, NoExactForm

    assert isinstance(a, Node) and (b is None or isinstance(b, Node))
    notes, facts = list(answer.notes), dict(answer.facts)
    try:
        _exact_operation(operation)(Exact(a, b, settings, answer), order)
    except NoExactForm as reason:
        if not _is_constant(a):
            raise Unsolved(
                f"{reason}, and with variables there are no numbers to compute with",
                hint="--at gives the variables values",
            ) from reason
        answer.notes, answer.facts = notes, facts
        answer.checks, answer.steps = [], []
        answer.notes.append((f"{reason}: computed in floating point",))
        _in_floats(operation, a, b, settings, answer, order)


def _exact_operation(operation: str) -> Callable[[Any, str], None]:
    from dlmath.maths.linear_algebra import (
        exact_factorizations,
        exact_numbers,
        exact_spectra,
        exact_systems,
        matrix_sums,
    )

    with_order = {"norm": exact_spectra.norm, "condition": exact_spectra.condition}
    if operation in with_order:
        return with_order[operation]
    plain: dict[str, Callable[[Any], None]] = {
        "show": exact_numbers.show,
        "add": matrix_sums.add,
        "multiply": matrix_sums.multiply,
        "transpose": exact_numbers.transpose,
        "trace": exact_numbers.trace,
        "det": exact_numbers.det,
        "inverse": exact_systems.inverse,
        "rank": exact_numbers.rank,
        "rref": exact_systems.rref,
        "solve": exact_systems.solve,
        "eigen": exact_spectra.eigen,
        "svd": exact_spectra.svd,
        "lu": exact_factorizations.lu,
        "qr": exact_factorizations.qr,
        "cholesky": exact_factorizations.cholesky,
        "nullspace": exact_systems.nullspace,
        "pinv": exact_systems.pinv,
        "power": exact_numbers.power,
        "exp": exact_spectra.exponential,
        "definite": exact_numbers.definite,
    }
    found = plain[operation]
    return lambda work, _: found(work)


# --- floating point ---------------------------------------------------------------------------


def _in_floats(
    operation: str,
    a: Node | Array,
    b: Node | Array | None,
    settings: Settings,
    answer: Answer,
    order: str,
) -> None:
    import numpy as np

    from dlmath.maths.linear_algebra.numeric_matrix import Numeric

    left, right = _floats(a, "first"), None if b is None else _floats(b, "second")
    if operation == "multiply":
        assert right is not None
        _multiply_arrays(left, right, answer)
        return
    with np.errstate(all="ignore"):  # what overflows is looked at where it is used
        _numeric_operation(operation)(Numeric(left, right, settings, answer), order)
    answer.facts["arithmetic"] = "floating point"
    if not settings.check:
        answer.checks = []
    if settings.steps and not answer.steps:
        answer.notes.append(("the working is shown for exact matrices only",))


def _numeric_operation(operation: str) -> Callable[[Any, str], None]:
    from dlmath.maths.linear_algebra import (
        numeric_factorizations,
        numeric_numbers,
        numeric_systems,
    )

    with_order = {"norm": numeric_numbers.norm, "condition": numeric_numbers.condition}
    if operation in with_order:
        return with_order[operation]
    plain: dict[str, Callable[[Any], None]] = {
        "show": numeric_numbers.show,
        "add": numeric_numbers.add,
        "transpose": numeric_numbers.transpose,
        "trace": numeric_numbers.trace,
        "det": numeric_numbers.det,
        "inverse": numeric_systems.inverse,
        "rank": numeric_systems.rank,
        "rref": numeric_systems.rref,
        "solve": numeric_systems.solve,
        "eigen": numeric_factorizations.eigen,
        "svd": numeric_factorizations.svd,
        "lu": numeric_factorizations.lu,
        "qr": numeric_factorizations.qr,
        "cholesky": numeric_factorizations.cholesky,
        "nullspace": numeric_systems.nullspace,
        "pinv": numeric_systems.pinv,
        "power": numeric_numbers.power,
        "exp": numeric_numbers.exponential,
        "definite": numeric_numbers.definite,
    }
    found = plain[operation]
    return lambda work, _: found(work)


def _multiply_arrays(a: Array, b: Array, answer: Answer) -> None:
    import numpy as np

    from dlmath.maths.linear_algebra.dot import dot
    from dlmath.maths.linear_algebra.numeric_matrix import plain, shown
    from dlmath.settings import DEFAULTS

    found = dot(a, b, DEFAULTS)
    answer.value, answer.checks = plain(found.value), found.checks
    answer.result = shown(np.array(found.value))
    answer.notes += found.notes
    answer.facts["arithmetic"] = "floating point"


def _floats(operand: Node | Array, which: str) -> Array:
    """An operand as floats. Raises InvalidInput, Undefined, Unsolved."""
    from dlmath.maths.linear_algebra.numeric_matrix import as_floats

    if not isinstance(operand, Node):
        return as_floats(operand)
    names = sorted(free_symbols(operand))
    if names:
        raise InvalidInput(
            f"the {which} operand has variables ({', '.join(names)}), "
            "and floating point takes numbers",
            hint=f"--at {names[0]}=2",
        )
    return as_floats(_values(operand))


def _values(node: Node) -> Any:
    if node.op == "vector":
        return [_values(part) for part in node.args]
    if is_number(node):
        try:
            return float(node.number)
        except OverflowError as error:
            raise LimitReached("an entry is beyond the largest float, 1.8e308") from error
    from dlmath.expression.numbers import evaluate

    return evaluate(node)
