"""The operations on matrices: which takes what, and whether the answer is exact or in floats."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlmath.answer import ANSWERED, REFUTED, Answer
from dlmath.errors import InvalidInput, LimitReached, Unsolved
from dlmath.expression.graph import Node, free_symbols, is_number
from dlmath.maths.linear_algebra.array_files import put_files
from dlmath.maths.linear_algebra.matrix_operands import (
    check_shapes,
    known,
    matrix_shape,
    question,
    read_method,
    read_operand,
    read_order,
    result_shape,
    second,
    shape_of_operand,
    wrong_count,
)
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Typed matrices with more entries are computed in floating point.
EXACT_ENTRIES = 2_500

#: Arrays of whole numbers with at most so many entries are computed exactly.
WHOLE_ENTRIES = 100


def matrix(
    operation: str,
    a: Node | Array,
    b: Node | Array | None,
    settings: Settings,
    *,
    order: str | None = None,
    numeric: bool = False,
    method: str | None = None,
    start: Node | Array | None = None,
) -> Answer:
    """One operation on a matrix (and a second operand), typed or read from files.

    Exact for what is typed: rational, with roots, or symbolic. In floating point for arrays, with
    `numeric`, and where no simple exact form exists (a note says so).

    order: of `norm` and `condition`: "1", "2", "inf", "fro" (None: "fro" for the norm, "2" for the
    condition number).
    method: of `eigen`: "power" iterates from the vector `start` (of ones if None).
    Facts: `shapes` of operands and result; the parts of factorizations by name; see the module of
    each operation.
    Raises InvalidInput for an unknown operation and for shapes that do not fit.
    """
    asked = known(operation)
    if (b is None) != (asked.second is None):
        raise wrong_count(operation, asked)
    order = read_order(operation, order)
    iterates = read_method(operation, method, start)
    left = read_operand(a, settings, "first")
    shape = matrix_shape(left, asked, operation)
    right = None if b is None else second(operation, b, settings)
    check_shapes(operation, shape, right)
    answer = Answer("matrix", question=question(operation, left, right))
    answer.facts["operation"] = operation
    shapes = {"a": list(shape)}
    if right is not None:
        shapes["b"] = list(shape_of_operand(right))
    answer.facts["shapes"] = shapes
    if not (numeric or iterates):
        left, right = _whole_as_exact(left, right, answer)
    typed = isinstance(left, Node) and (right is None or isinstance(right, Node))
    exact = typed and not numeric
    if exact and shape[0] * shape[1] > EXACT_ENTRIES and _is_constant(left):
        answer.notes.append(("a matrix of this size is computed in floating point",))
        exact = False
    if iterates:
        _by_power_iteration(left, start, settings, answer)
    elif exact:
        _exactly(operation, left, right, settings, answer, order)
    else:
        _in_floats(operation, left, right, settings, answer, order)
    result = result_shape(operation, shape, right)
    if result is not None and answer.status == ANSWERED:
        shapes["result"] = list(result)
    if answer.refuted:
        answer.status, answer.result, answer.value = REFUTED, None, None
    elif settings.digits:
        _give_digits(answer, settings.digits)
    put_files(answer)
    if settings.plot and answer.status != REFUTED and not iterates:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.linear_algebra import matrix_picture

        put_picture(answer, matrix_picture, operation, left, right, answer)
    return answer


def _whole_as_exact(
    left: Node | Array, right: Node | Array | None, answer: Answer
) -> tuple[Node | Array, Node | Array | None]:
    """Small arrays of whole numbers as exact nodes, where every operand is exact then."""
    arrays = [
        operand
        for operand in (left, right)
        if operand is not None and not isinstance(operand, Node)
    ]
    if not arrays or any(array.dtype.kind not in "iu" for array in arrays):
        return left, right
    if any(array.size > WHOLE_ENTRIES for array in arrays):
        answer.notes.append(("whole numbers of this many are computed in floating point",))
        return left, right
    from dlmath.maths.linear_algebra.operands import exact_node

    return (
        left if isinstance(left, Node) else exact_node(left),
        right if right is None or isinstance(right, Node) else exact_node(right),
    )


def _give_digits(answer: Answer, digits: int) -> None:
    """The decimals that were asked for, of every entry of exact results."""
    parts = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    if answer.decimal is not None or not all(isinstance(part, Node) for part in parts):
        return
    lines = []
    for part in parts:
        assert isinstance(part, Node)
        name, value = "", part
        if part.op == "eq":
            name, value = f"{part.args[0].name} = ", part.args[1]
        if free_symbols(value):
            return
        lines.append(name + _decimals(value, digits))
    answer.decimal = "; ".join(lines)


def _decimals(node: Node, digits: int) -> str:
    if node.op == "vector":
        return "[" + ", ".join(_decimals(part, digits) for part in node.args) + "]"
    from dlmath.expression.precise import decimal_text

    return decimal_text(node, digits)


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
    from dlmath.maths.linear_algebra.fields import is_conjugable

    assert isinstance(a, Node) and (b is None or isinstance(b, Node))
    notes, facts = list(answer.notes), dict(answer.facts)
    try:
        work = Exact(a, b, settings, answer)
        entries = [entry for row in work.rows for entry in row]
        if operation in _CONJUGATING and not all(map(is_conjugable, entries)):
            raise NoExactForm("an entry is a complex root")
        _exact_operation(operation)(work, order)
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


#: The operations that take conjugates.
_CONJUGATING = frozenset("show qr cholesky svd norm condition pinv definite".split())


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
    if settings.steps:
        from dlmath.maths.linear_algebra.numeric_steps import numeric_steps

        answer.steps = numeric_steps(operation, left, right)
        if not answer.steps:
            answer.notes.append(("the working of this is shown for exact matrices",))


def _by_power_iteration(
    a: Node | Array, start: Node | Array | None, settings: Settings, answer: Answer
) -> None:
    import numpy as np

    from dlmath.maths.linear_algebra.numeric_matrix import Numeric
    from dlmath.maths.linear_algebra.power_iteration import power_iteration

    first = None if start is None else _floats(read_operand(start, settings, "start"), "start")
    with np.errstate(all="ignore"):
        power_iteration(Numeric(_floats(a, "first"), None, settings, answer), first)
    answer.facts["arithmetic"] = "floating point"
    if not settings.check:
        answer.checks = []


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
