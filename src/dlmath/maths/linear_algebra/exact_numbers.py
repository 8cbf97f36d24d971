"""What is read off an exact matrix: determinant, rank, kind; transpose and powers."""

from __future__ import annotations

from dlmath.answer import Step
from dlmath.checks import matrix as checks
from dlmath.checks import matrix_floats
from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.graph import (
    Node,
    add,
    free_symbols,
    is_number,
    neg,
    number,
    vector,
)
from dlmath.maths.linear_algebra import elimination, matrix_steps
from dlmath.maths.linear_algebra.determinant import determinant
from dlmath.maths.linear_algebra.exact_matrix import (
    Exact,
    NoExactForm,
    as_fact,
    is_hermitian,
    is_symmetric,
    nodes_adjoint,
    singular_words,
    times,
)
from dlmath.maths.linear_algebra.fields import (
    Field,
    NodeRows,
    Rows,
    elements,
    identity,
    matrix_node,
    nodes,
    product,
    rows_of,
    transposed,
)

#: Digits of all entries of an exact power together, at most.
_POWER_DIGITS = 200_000


# --- sums and products ------------------------------------------------------------------------


def transpose(work: Exact) -> None:
    work.give(matrix_node(transposed(work.rows)))
    left, right = [[number(k + 2) for k in range(work.height)]], work.rows
    result = [[number(k + 2)] for k in range(work.height)]
    assert isinstance(work.answer.result, Node)
    if work.shows_steps:
        work.answer.steps = matrix_steps.transposed_rows(work.rows, work.answer.result)
    turned = rows_of(work.answer.result)
    work.check(
        lambda: checks.same_products(
            "x*A = (A^T*x^T)^T for a row x", [left, right], [transposed(times(turned, result))]
        )
    )


def trace(work: Exact) -> None:
    from dlmath.expression.tidy import tidy

    total = tidy(add(*(work.rows[index][index] for index in range(work.height))))
    work.give(total)
    if work.shows_steps:
        work.answer.steps = matrix_steps.trace(work.rows, total)
    if work.settings.check and work.height <= 8:
        # The trace is the sum of the eigenvalues, with its sign the second coefficient.
        from dlmath.maths.linear_algebra.determinant import characteristic_polynomial

        second = work.field.node(characteristic_polynomial(work.field, work.a)[1])
        work.check(
            lambda: checks.same_products(
                "coefficient of the characteristic polynomial", [[[total]]], [[[neg(second)]]]
            )
        )
    else:
        ones = [number(1)] * work.height
        diagonal = [[row[index]] for index, row in enumerate(work.rows)]
        work.check(
            lambda: checks.same_products("sum of the diagonal", [[ones], diagonal], [[[total]]])
        )


def power(work: Exact) -> None:
    from dlmath.expression.graph import is_integer

    assert work.b is not None
    if work.b.op == "vector" or not is_integer(work.b):
        raise InvalidInput(
            "the exponent of a matrix is a whole number here",
            hint="for example: dlmath matrix power '[[1, 1], [1, 0]]' 10",
        )
    exponent = int(work.b.number)
    base = work.rows
    if exponent < 0:
        found, reduced = elimination.inverse(work.field, work.a)
        if found is None:
            work.refuse(singular_words(work, reduced.rank) + ", so it has no negative power")
            work.check(lambda: checks.has_rank(work.rows, reduced.rank))
            return
        base = nodes(work.field, found)
    size = _digits(base)
    if size is None and abs(exponent) > 200:
        raise LimitReached("the exponent is too large for a matrix of formulas: at most 200")
    if size is not None and size * abs(exponent) * work.height**2 > _POWER_DIGITS:
        raise LimitReached(
            f"the entries of the power would have about {size * abs(exponent):.3g} digits",
            hint="--numeric computes in floating point",
        )
    steps: list[tuple[int, Rows]] = []
    result = _raised(work.field, elements(work.field, base), abs(exponent), steps)
    work.give(matrix_node(nodes(work.field, result)))
    if work.shows_steps:
        work.answer.steps = matrix_steps.squarings(work.field, steps, exponent)
    claimed = nodes(work.field, result)
    work.check(lambda: checks.is_power(work.rows, exponent, claimed))


def _digits(rows: NodeRows) -> float | None:
    """Decimal digits by which a power grows for each factor; None for formulas."""
    if not all(is_number(entry) for row in rows for entry in row):
        return None
    bits = max(
        max(abs(entry.number.numerator), entry.number.denominator).bit_length()
        for row in rows
        for entry in row
    )
    return (bits + len(rows).bit_length()) * 0.302


def _raised(field: Field, a: Rows, exponent: int, steps: list[tuple[int, Rows]]) -> Rows:
    """Repeated squaring; steps: takes each power that was made."""
    result = identity(field, len(a))
    reached = 0
    for bit in bin(exponent)[2:] if exponent else "":
        if reached:
            result = product(field, result, result)
            reached *= 2
            steps.append((reached, result))
        if bit == "1":
            result = product(field, result, a) if reached else a
            reached += 1
            steps.append((reached, result))
    return result


# --- numbers of a matrix ----------------------------------------------------------------------


def det(work: Exact) -> None:
    value = work.field.node(determinant(work.field, work.a))
    work.give(value)
    if work.shows_steps:
        work.answer.steps = matrix_steps.determinant(work.field, work.rows, value)
    work.check(lambda: checks.is_determinant(work.rows, value))
    if value is number(0):
        work.answer.notes.append(("the determinant is 0: the matrix has no inverse",))


def rank(work: Exact) -> None:
    recorder = matrix_steps.Recorder(work.field, work.shows_steps)
    reduced = elimination.reduce(work.field, work.a, record=recorder)
    work.suppose(reduced.divided)
    work.give(number(reduced.rank))
    work.answer.facts["pivots"] = [column + 1 for column in reduced.pivots]
    work.answer.facts["nullity"] = work.width - reduced.rank
    if work.shows_steps:
        words = (f"{reduced.rank} rows are not zero: the rank is ", number(reduced.rank))
        work.answer.steps = recorder.finished("rank", words, number(reduced.rank))
    work.check(lambda: checks.has_rank(work.rows, reduced.rank))


def definite(work: Exact) -> None:
    from dlmath.maths.linear_algebra.determinant import characteristic_polynomial
    from dlmath.maths.linear_algebra.eigen import signature

    rows = work.rows
    if not is_hermitian(rows):
        work.answer.notes.append(
            ("the matrix is not symmetric; x^T*A*x depends on its symmetric part alone",)
        )
        half = number(2)
        from dlmath.expression.graph import div
        from dlmath.expression.tidy import tidy
        from dlmath.maths.linear_algebra.fields import conjugated

        rows = [
            [tidy(div(add(rows[i][j], conjugated(rows[j][i])), half)) for j in range(work.width)]
            for i in range(work.height)
        ]
        work = _with_rows(work, rows)
    minors = [
        work.field.node(determinant(work.field, [row[:k] for row in work.a[:k]]))
        for k in range(1, work.height + 1)
    ]
    work.answer.facts["leading_minors"] = [as_fact(part) for part in minors]
    if any(free_symbols(part) for part in minors):
        _definite_conditions(work, minors)
        return
    coefficients = [work.field.node(part) for part in characteristic_polynomial(work.field, work.a)]
    if not all(is_number(part) for part in coefficients):
        raise NoExactForm("the entries are not rational")
    positive, negative, zero = signature([part.number for part in coefficients])
    work.answer.result = kind_of_form(positive, negative, zero)
    work.answer.facts |= {"positive": positive, "negative": negative, "zero": zero}
    if work.shows_steps:
        work.answer.steps = matrix_steps.definiteness(minors, coefficients, work.answer)
    work.check(lambda: matrix_floats.has_signature(rows, (positive, negative, zero)))


def _with_rows(work: Exact, rows: NodeRows) -> Exact:
    return Exact(matrix_node(rows), None, work.settings, work.answer)


def _definite_conditions(work: Exact, minors: list[Node]) -> None:
    """For formulas: when is the matrix positive definite?"""
    from dlmath.expression.graph import make

    wanted = [part for part in minors if not (is_number(part) and part.number > 0)]
    if any(is_number(part) for part in wanted):
        work.answer.result = "not positive definite"
        work.answer.notes.append(("a leading minor is not positive",))
        return
    work.answer.result = tuple(make("gt", (part, number(0))) for part in wanted)
    work.answer.notes.append(
        ("positive definite exactly where these hold: every leading minor is positive",)
    )
    work.check(lambda: checks.is_determinant(work.rows, minors[-1]))


def kind_of_form(positive: int, negative: int, zero: int) -> str:
    """What the signs of the eigenvalues of a symmetric matrix make of it."""
    if positive and negative:
        return "indefinite"
    if not positive and not negative:
        return "zero (positive and negative semidefinite)"
    sign = "positive" if positive else "negative"
    return f"{sign} semidefinite" if zero else f"{sign} definite"


def show(work: Exact) -> None:
    answer = work.answer
    recorder = matrix_steps.Recorder(work.field, work.shows_steps)
    reduced = elimination.reduce(work.field, work.a, record=recorder)
    work.suppose(reduced.divided)
    words = [f"{work.height} by {work.width}", f"rank {reduced.rank}"]
    if work.shows_steps:
        found = (f"{reduced.rank} rows of the reduced form are not zero",)
        rows = tuple(recorder.finished("rank", found, number(reduced.rank)))
        answer.steps = [Step("rank", (f"the rank is {reduced.rank}",), None, None, rows)]
    answer.facts |= {"shape": [work.height, work.width], "rank": reduced.rank}
    if work.height == work.width:
        from dlmath.expression.tidy import tidy

        value = work.field.node(determinant(work.field, work.a))
        total = tidy(add(*(work.rows[index][index] for index in range(work.height))))
        answer.facts |= {"trace": as_fact(total), "det": as_fact(value)}
        work.check(lambda: checks.is_determinant(work.rows, value))
        if work.shows_steps:
            parts = tuple(matrix_steps.trace(work.rows, total))
            answer.steps.append(Step("trace", ("the trace is ", total), None, total, parts))
            parts = tuple(matrix_steps.determinant(work.field, work.rows, value))
            answer.steps.append(
                Step("determinant", ("the determinant is ", value), None, value, parts)
            )
    kinds = kinds_of(work.rows)
    if work.height == work.width:
        kinds.append("invertible" if reduced.rank == work.height else "singular")
    answer.facts["kind"] = kinds
    if work.shows_steps:
        answer.steps.append(Step("kind", (f"the pattern of the entries: {', '.join(kinds)}",)))
    answer.result = ", ".join([*words, *kinds])
    work.check(lambda: checks.has_rank(work.rows, reduced.rank))


def kinds_of(rows: NodeRows) -> list[str]:
    """The names that the pattern of the entries has: diagonal, symmetric, orthogonal ..."""
    from dlmath.maths.linear_algebra.fields import vanishes

    height, width = len(rows), len(rows[0])
    zero = number(0)
    if all(entry is zero for row in rows for entry in row):
        return ["zero"]
    if height != width:
        return ["square" if height == width else "tall" if height > width else "wide"]
    below = all(rows[i][j] is zero for i in range(height) for j in range(i))
    above = all(rows[j][i] is zero for i in range(height) for j in range(i))
    found = []
    if below and above:
        found.append("diagonal")
    elif below or above:
        found.append("upper triangular" if below else "lower triangular")
    if is_symmetric(rows):
        found.append("symmetric")
    elif is_hermitian(rows):
        found.append("hermitian")
    if all(vanishes(add(rows[i][j], rows[j][i])) for i in range(height) for j in range(i + 1)):
        found.append("antisymmetric")
    square = times(nodes_adjoint(rows), rows) if height <= 12 else None
    if square and all(
        vanishes(add(square[i][j], number(-int(i == j))))
        for i in range(height)
        for j in range(height)
    ):
        found.append("orthogonal" if not any(_is_complex(row) for row in rows) else "unitary")
    return found or ["square"]


def _is_complex(row: list[Node]) -> bool:
    from dlmath.maths.linear_algebra.angle import is_complex

    return is_complex(vector(row))
