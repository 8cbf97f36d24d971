"""The dot product, and the matrix products written with the same dot."""

from __future__ import annotations

from math import fsum
from typing import TYPE_CHECKING, Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Answer, Check, Numbers, Sentence, Step
from dlmath.errors import InvalidInput
from dlmath.expression.graph import (
    Node,
    add,
    call,
    free_symbols,
    is_number,
    mul,
    unfolded,
    vector,
)
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.linear_algebra import angle
from dlmath.maths.linear_algebra.array_files import put_files
from dlmath.maths.linear_algebra.operands import (
    EXACT_ENTRIES,
    check_product,
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

#: Working is written out for at most this many entries.
SHOWN_ENTRIES = 40

#: Residues for the check of exact results: the Mersenne prime 2^61 - 1.
_PRIME = (1 << 61) - 1


@under_assumptions
def dot(a: Node | Array, b: Node | Array, settings: Settings) -> Answer:
    """The product of two vectors or matrices, typed (exact, symbolic) or read from files.

    vector·vector is a number, matrix·vector and vector·matrix a vector, matrix·matrix a matrix.
    Typed operands and whole numbers give exact results; floats from files are multiplied as if in
    exact arithmetic and rounded once. Complex entries are not conjugated.

    Facts for two vectors: `angle` {radians, degrees}, `cosine`, `norm_a`, `norm_b`, `projection`
    (of a onto b); null where a vector is zero.

    Raises InvalidInput when the shapes do not match or an entry is not a number; Undefined when an
    entry has no value.
    """
    if not isinstance(a, Node) and not isinstance(b, Node):
        x, y = read_array(a, "first"), read_array(b, "second")
        return _drawn(x, y, _of_arrays(x, y), settings)
    left, right = _as_node(a, "first", settings), _as_node(b, "second", settings)
    return _drawn(left, right, _of_nodes(left, right, settings), settings)


def _drawn(a: Any, b: Any, answer: Answer, settings: Settings) -> Answer:
    put_files(answer)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.vectors import dot_picture

        put_picture(answer, dot_picture, a, b, answer)
    return answer


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


# --- exact and symbolic ----------------------------------------------------------------------


def _of_nodes(a: Node, b: Node, settings: Settings) -> Answer:
    a_shape, b_shape = shape_of(a, "first"), shape_of(b, "second")
    check_product(a_shape, b_shape)
    result = product(a, b)
    answer = Answer("dot", question=(a, " · ", b), result=result)
    answer.value = _value(result)
    _add_decimal(answer, result, settings)
    two_vectors = len(a_shape) == len(b_shape) == 1
    if angle.is_complex(a) or angle.is_complex(b):
        answer.notes.append(("complex entries are multiplied as they are, without conjugation",))
    elif two_vectors:
        angle.add_facts(answer, a, b, result)
    if settings.steps and a.args:
        answer.steps = _steps(a, b, result, answer)
    if settings.check:
        answer.checks = _checks(a, b, result, answer)
    return answer


def product(a: Node, b: Node) -> Node:
    """The exact product of two vectors or matrices of matching shapes, entries tidied."""
    a_rows = a.args if _is_matrix(a) else (a,)
    b_columns = _columns(b) if _is_matrix(b) else (b.args,)
    rows = [[_entry(row.args, column) for column in b_columns] for row in a_rows]
    if not _is_matrix(a):
        return vector(rows[0]) if _is_matrix(b) else rows[0][0]
    if not _is_matrix(b):
        return vector(row[0] for row in rows)
    return vector(vector(row) for row in rows)


def _entry(row: tuple[Node, ...], column: tuple[Node, ...]) -> Node:
    from dlmath.expression.tidy import tidy

    total = add(*(mul(x, y) for x, y in zip(row, column, strict=True)))
    return total if is_number(total) else tidy(total)


def _is_matrix(node: Node) -> bool:
    return bool(node.args) and node.args[0].op == "vector"


def _columns(matrix: Node) -> list[tuple[Node, ...]]:
    return list(zip(*(row.args for row in matrix.args), strict=True))


def _value(node: Node) -> Any:
    """The number, or nested lists of numbers, of an expression without variables, else None."""
    if free_symbols(node):
        return None
    if node.op == "vector":
        return [_value(part) for part in node.args]
    if is_number(node):
        return node.number
    from dlmath.expression.numbers import evaluate

    return evaluate(node)


def _add_decimal(answer: Answer, result: Node, settings: Settings) -> None:
    if result.op == "vector" or free_symbols(result):
        return
    if settings.digits is None and isinstance(answer.value, int):
        return
    from dlmath.expression.precise import decimal_text

    answer.decimal = decimal_text(result, settings.digits or 10)


# --- the working -----------------------------------------------------------------------------


def _steps(a: Node, b: Node, result: Node, answer: Answer) -> list[Step]:
    if not (_is_matrix(a) or _is_matrix(b)):
        if len(a.args) > SHOWN_ENTRIES:
            text: Sentence = (f"multiply the {len(a.args)} pairs of entries and add the products",)
            return [Step("dot product", text, call("dot", a, b), result)]
        steps = _term_by_term(a.args, b.args, call("dot", a, b), result)
        related = angle.steps(a, b, result, answer)
        if not related:
            return steps
        words = ("so the dot product is ", result)
        conclusion = Step("dot product", words, call("dot", a, b), result)
        return [*steps, *related, conclusion]
    rows = a.args if _is_matrix(a) else (a,)
    columns = _columns(b) if _is_matrix(b) else [b.args]
    entries: list[Step] = []
    flat = _flatten(result)
    shown = len(flat) * len(columns[0]) <= 4 * SHOWN_ENTRIES
    for index, entry in enumerate(flat) if shown else ():
        i, j = divmod(index, len(columns))
        pairs = zip(rows[i].args, columns[j], strict=True)
        written = unfolded("add", [_pair(x, y) for x, y in pairs])
        where = _place(i, j, _is_matrix(a), _is_matrix(b))
        entries.append(Step("entry", (where,), written, entry))
    text = ("each entry is a row of the first times a column of the second",)
    return [Step("rows times columns", text, result, result, tuple(entries))]


def _flatten(node: Node) -> list[Node]:
    if node.op != "vector":
        return [node]
    return [entry for part in node.args for entry in _flatten(part)]


def _place(i: int, j: int, a_matrix: bool, b_matrix: bool) -> str:
    if a_matrix and b_matrix:
        return f"entry in row {i + 1}, column {j + 1}"
    return f"entry {(i if a_matrix else j) + 1}"


def _pair(x: Node, y: Node) -> Node:
    return unfolded("mul", [x, y])


def _term_by_term(
    x: tuple[Node, ...], y: tuple[Node, ...], before: Node, result: Node
) -> list[Step]:
    """`[1, 2]·[3, 4]` to `1*3 + 2*4` to `3 + 8` to `11`."""
    from dlmath.expression.tidy import tidy

    pairs = [_pair(p, q) for p, q in zip(x, y, strict=True)]
    products = [tidy(mul(p, q)) for p, q in zip(x, y, strict=True)]
    if len(x) == 1:
        return [Step("multiply", ("multiply the only pair: ", pairs[0]), before, result)]
    written, added = unfolded("add", pairs), unfolded("add", products)
    steps = [
        Step("pair the entries", ("pair the entries, multiply and add",), before, written),
        Step("multiply", ("multiply each pair",), written, added),
        Step("add", ("add the products",), added, result),
    ]
    return [step for step in steps if step.before is not step.after]


# --- the checks ------------------------------------------------------------------------------


def _checks(a: Node, b: Node, result: Node, answer: Answer) -> list[Check]:
    checks = [check_product_of(a, b, result)]
    if "cosine" in answer.facts:
        checks += angle.cauchy_schwarz(a, b, result)
    return checks


def check_product_of(a: Node, b: Node, result: Node) -> Check:
    """Is this the product? By residues where all is rational, else by values at points."""
    pairs = list(_row_column_pairs(a, b))
    entries = _flatten(result)
    if all(is_number(x) for row, column in pairs for x in (*row, *column)):
        return _by_residues(pairs, entries)
    return _at_points(pairs, entries, sorted(free_symbols(a) | free_symbols(b)))


def _row_column_pairs(a: Node, b: Node) -> list[tuple[tuple[Node, ...], tuple[Node, ...]]]:
    rows = a.args if _is_matrix(a) else (a,)
    columns = _columns(b) if _is_matrix(b) else [b.args]
    return [(row.args, column) for row in rows for column in columns]


def _by_residues(
    pairs: list[tuple[tuple[Node, ...], tuple[Node, ...]]], entries: list[Node]
) -> Check:
    """Recomputes each sum from its last term to its first in the integers modulo a prime."""
    name = "sums modulo 2^61 - 1, from the last term"
    try:
        for (row, column), entry in zip(pairs, entries, strict=True):
            total = 0
            for x, y in zip(reversed(row), reversed(column), strict=True):
                total = (total + _residue(x) * _residue(y)) % _PRIME
            if total != _residue(entry):
                return Check(name, FAILED, f"residue {total} where {_residue(entry)} is expected")
    except ValueError:
        return Check(name, UNAVAILABLE, "a denominator is divisible by 2^61 - 1")
    return Check(name, PASSED, "the residues agree")


def _residue(node: Node) -> int:
    value = node.number
    return value.numerator * pow(value.denominator, -1, _PRIME) % _PRIME


def _at_points(
    pairs: list[tuple[tuple[Node, ...], tuple[Node, ...]]], entries: list[Node], names: list[str]
) -> Check:
    """Compares sums of float products with the answer, variables put at a few points."""
    from dlmath.expression.numbers import evaluate

    name = "values at points" if names else "values"
    compared, worst = 0, 0.0
    for shift in (0.37, 0.81, 1.43) if names else (0.0,):
        point = {name: shift + 0.29 * index for index, name in enumerate(names)}
        for (row, column), entry in zip(pairs, entries, strict=True):
            terms = [
                evaluate(x, point) * evaluate(y, point)
                for x, y in zip(reversed(row), reversed(column), strict=True)
            ]
            found, size = evaluate(entry, point), fsum(map(abs, terms))
            error = abs(sum(terms) - found)
            if not (error < float("inf")):
                continue
            compared += 1
            worst = max(worst, error / size if size else error)
            if error > 1e-10 * size + 1e-290:
                return Check(name, FAILED, f"{found:.10g} where {sum(terms):.10g} is expected")
    if not compared:
        return Check(name, UNAVAILABLE, "no point where every entry has a finite value was found")
    return Check(name, PASSED, f"{_counted(compared)}, largest relative difference {worst:.2g}")


def _counted(values: int) -> str:
    return "1 value agrees" if values == 1 else f"{values} values agree"


# --- arrays from files -----------------------------------------------------------------------


def _of_arrays(a: Array, b: Array) -> Answer:
    from dlmath.maths.linear_algebra import accurate

    check_product(a.shape, b.shape)
    question: Sentence = (f"{shape_words(a.shape)} times {shape_words(b.shape)}",)
    try:
        value = accurate.product(a, b)
    except OverflowError as error:
        raise InvalidInput("the product is beyond the largest float, 1.8e308") from error
    answer = Answer("dot", question, result=_shown(value), value=value)
    if "c" in (a.dtype.kind, b.dtype.kind):
        answer.notes.append(("complex entries are multiplied as they are, without conjugation",))
    elif a.ndim == b.ndim == 1:
        angle.add_array_facts(answer, a, b)
    if accurate.is_plain(a, b) and "f" in (a.dtype.kind, b.dtype.kind):
        answer.notes.append(("a large product: its entries carry the rounding errors of floats",))
    answer.checks = [_array_check(a, b, value)]
    return answer


def _shown(value: Any) -> Numbers:
    """The whole product where it is small, else its shape and corners."""
    import numpy as np

    from dlmath.maths.linear_algebra.vector_arrays import array_text, number_text

    if not isinstance(value, list):
        return Numbers(number_text(value), value)
    return array_text(np.array(value, dtype=None if _holds_floats(value) else object))


def _holds_floats(value: Any) -> bool:
    """Are these floats? Whole numbers may be beyond numpy's."""
    while isinstance(value, list):
        value = value[0]
    return not isinstance(value, int)


def _array_check(a: Array, b: Array, value: Any) -> Check:
    """Against numpy's product, or, for a large one, both sides times a vector of signs.

    The bound on rounding errors is n*eps*sum|a_i*b_i| (N. J. Higham, Accuracy and Stability of
    Numerical Algorithms, 2002, section 3.1); (A B) r = A (B r) is R. Freivalds' check, 1977.
    """
    import numpy as np

    from dlmath.maths.linear_algebra import accurate

    kind = np.complex128 if "c" in (a.dtype.kind, b.dtype.kind) else np.float64
    x, y = a.astype(kind), b.astype(kind)
    found = np.array(value, dtype=kind)
    name = "numpy's own product"
    terms = a.shape[-1]
    if accurate.is_plain(a, b) and b.ndim == 2:
        signs = np.random.default_rng(1).choice([-1.0, 1.0], size=b.shape[1])
        name, terms = "product with a vector of random signs", terms + len(signs)
        size, error = np.abs(x) @ np.abs(y).sum(axis=1), np.abs(found @ signs - x @ (y @ signs))
    else:
        size, error = np.abs(x) @ np.abs(y), np.abs(x @ y - found)
    bound = (terms + 8) * 2.3e-16 * size + 1e-300
    if not np.all(np.isfinite(error)):
        return Check(name, UNAVAILABLE, "floats overflow on this route")
    if np.any(error > bound):
        return Check(name, FAILED, f"differs by {float(np.max(error)):.3g}")
    return Check(name, PASSED, f"agrees within {float(np.max(error, initial=0.0)):.3g}")
