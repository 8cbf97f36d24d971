"""Several vectors, exact: Gram-Schmidt, linear combinations, independence."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

from dlmath.answer import Answer, Sentence, Step
from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    ZERO,
    Node,
    add,
    free_symbols,
    is_number,
    mul,
    number,
    power,
    sqrt,
    sub,
    vector,
)
from dlmath.maths.linear_algebra.vector_checks import (
    check_combination,
    check_orthonormal,
    check_rank,
)
from dlmath.maths.linear_algebra.vector_pairs import no_answer
from dlmath.maths.linear_algebra.vector_scalars import (
    clean,
    combination,
    fill,
    inner,
    is_zero,
    matrix_of,
    note_complex,
    quotient,
    squared_length,
)
from dlmath.settings import Settings

# --- Gram-Schmidt ----------------------------------------------------------------------------


def orthonormalize(a: Node, settings: Settings) -> Answer:
    """An orthonormal basis of the span of the rows, by Gram-Schmidt, in their order.

    Facts: `rank`; `dependent`, the numbers (from 1) of rows that add nothing; `orthogonal`, the
    vectors before they are divided by their lengths.
    """
    question: Sentence = ("orthonormal basis of the span of the rows of ", a)
    kept: list[list[Node]] = []
    squares: list[Node] = []
    basis: list[Node] = []
    dependent: list[int] = []
    steps: list[Step] = []
    for index, row in enumerate(a.args, start=1):
        scalars = [
            quotient(inner(u, row.args), square) for u, square in zip(kept, squares, strict=True)
        ]
        rest = _without(row.args, scalars, kept)
        square = squared_length(rest)
        subtraction = _subtraction(index, row, scalars, kept, vector(rest))
        if is_zero(square):
            dependent.append(index)
            words = f"vector {index} depends on those before it" if kept else f"vector {index} is 0"
            steps.append(subtraction._replace(text=(words + ": nothing is left",)))
            continue
        length = clean(sqrt(square))
        row_of_basis = vector(quotient(entry, length) for entry in rest)
        kept.append(rest)
        squares.append(square)
        basis.append(row_of_basis)
        if scalars:
            steps.append(subtraction)
        written = mul(power(length, MINUS_ONE), vector(rest))
        words = f"vector {index}: divide by its length "
        steps.append(Step("normalize", (words, length), written, row_of_basis))
    if not basis:
        return no_answer(question, "all of the vectors are 0: their span has no basis vector")
    result = vector(basis)
    answer = fill(Answer("vector", question), result, settings)
    answer.facts.update(
        rank=len(basis), dependent=dependent, orthogonal=vector(vector(row) for row in kept)
    )
    _note_basis(answer, a, dependent, squares)
    if settings.steps:
        collect = Step("basis", ("the orthonormal vectors as rows",), None, result)
        answer.steps = [*steps, collect]
    if settings.check:
        answer.checks = check_orthonormal(basis, a.args, result)
    return answer


def _without(
    row: Sequence[Node], scalars: Sequence[Node], kept: Sequence[Sequence[Node]]
) -> list[Node]:
    """The row less its parts along the vectors kept so far."""
    if not kept:
        return list(map(clean, row))
    parts = combination(scalars, kept)
    return [clean(sub(x, y)) for x, y in zip(row, parts, strict=True)]


def _subtraction(
    index: int, row: Node, scalars: Sequence[Node], kept: Sequence[Sequence[Node]], rest: Node
) -> Step:
    parts = [mul(MINUS_ONE, scalar, vector(u)) for scalar, u in zip(scalars, kept, strict=True)]
    words = f"vector {index}: subtract its part along each vector before"
    return Step("subtract projections", (words,), add(row, *parts), rest)


def _note_basis(answer: Answer, a: Node, dependent: Sequence[int], squares: Sequence[Node]) -> None:
    if dependent:
        listed = ", ".join(map(str, dependent))
        one = len(dependent) == 1
        words = "depends on those before and adds" if one else "depend on those before and add"
        answer.notes.append((f"{'vector' if one else 'vectors'} {listed} {words} nothing",))
    note_complex(answer, a)
    if any(map(free_symbols, squares)):
        answer.notes.append(
            ("for values of the variables for which the vectors that are kept are independent",)
        )


# --- elimination -----------------------------------------------------------------------------


class Reduced(NamedTuple):
    """An augmented matrix in reduced row echelon form.

    rows: its rows, the right-hand side last. pivots: the columns of the leading ones. assumed:
    pivots with variables, which are not 0 for most values only.
    """

    rows: list[list[Node]]
    pivots: list[int]
    assumed: list[Node]


def reduced(rows: list[list[Node]], columns: int) -> Reduced:
    """Gauss-Jordan elimination in the first `columns` columns; numbers are preferred as pivots."""
    rows = [list(row) for row in rows]
    pivots: list[int] = []
    assumed: list[Node] = []
    for column in range(columns):
        top = len(pivots)
        candidates = [k for k in range(top, len(rows)) if not is_zero(rows[k][column])]
        if not candidates:
            continue
        chosen = min(candidates, key=lambda k: _unease(rows[k][column]))
        rows[top], rows[chosen] = rows[chosen], rows[top]
        pivot = rows[top][column]
        if free_symbols(pivot):
            assumed.append(pivot)
        rows[top] = [ZERO if is_zero(entry) else quotient(entry, pivot) for entry in rows[top]]
        rows[top][column] = ONE
        for k, row in enumerate(rows):
            if k != top and not is_zero(row[column]):
                factor = row[column]
                rows[k] = [
                    _simple(sub(x, mul(factor, y))) for x, y in zip(row, rows[top], strict=True)
                ]
                rows[k][column] = ZERO
        pivots.append(column)
    return Reduced(rows, pivots, assumed)


def _unease(pivot: Node) -> int:
    """Numbers before roots, those before expressions with variables."""
    return 0 if is_number(pivot) else 1 + 2 * len(free_symbols(pivot))


def _simple(node: Node) -> Node:
    """Multiplied out where that is what shows a zero."""
    from dlmath.expression.tidy import expand

    found = clean(node)
    if is_number(found):
        return found
    if is_zero(found):
        return ZERO
    spread = expand(found)
    return spread if _size(spread) < _size(found) else found


def _size(node: Node) -> int:
    from dlmath.expression.graph import topological

    return len(topological(node))


# --- combinations ----------------------------------------------------------------------------


def combine(rows: Node, target: Node, settings: Settings) -> Answer:
    """The coefficients c with c1*row1 + c2*row2 + ... = target, if there are any.

    Facts: `rank` of the rows; `unique`: are they the only ones? `rank_with_target` where there
    are none.
    """
    question: Sentence = (target, " as a combination of the rows of ", rows)
    count = len(rows.args)
    system = [[row.args[k] for row in rows.args] + [entry] for k, entry in enumerate(target.args)]
    found = reduced(system, count)
    rank = len(found.pivots)
    left = [row[count] for row in found.rows[rank:] if not is_zero(row[count])]
    if left:
        words = (
            f"the rows have rank {rank}, and with the vector {rank + 1}: it is not in their span"
        )
        answer = no_answer(question, words)
        answer.facts.update(rank=rank, rank_with_target=rank + 1)
        _note_assumed(answer, [*found.assumed, *(part for part in left if free_symbols(part))])
        if settings.steps:
            answer.steps = _elimination_steps(system, found, None)
        if settings.check:
            every = [row.args for row in rows.args]
            with_target = check_rank([*every, target.args], rank + 1)
            answer.checks = [check_rank(every, rank), with_target]
        return answer
    coefficients = [ZERO] * count
    for row, column in zip(found.rows, found.pivots, strict=False):
        coefficients[column] = row[count]
    result = vector(coefficients)
    answer = fill(Answer("vector", question), result, settings)
    answer.facts.update(rank=rank, unique=rank == count)
    if rank < count:
        relation = vector(_relation(found, count))
        answer.facts["relation"] = relation
        answer.notes.append(
            (
                "the rows are dependent: any multiple of ",
                relation,
                " may be added to the coefficients",
            )
        )
    _note_assumed(answer, found.assumed)
    if settings.steps:
        answer.steps = _elimination_steps(system, found, result)
    if settings.check:
        answer.checks = [check_combination(result, rows, target.args)]
    return answer


def independence(rows: Node, settings: Settings) -> Answer:
    """Are the rows linearly independent? If not, a combination of them that is 0.

    Facts: `independent`, `rank`, and where dependent `relation`: coefficients, not all 0, with
    which the rows add up to 0.
    """
    count, width = len(rows.args), len(rows.args[0].args)
    system = [[row.args[k] for row in rows.args] + [ZERO] for k in range(width)]
    found = reduced(system, count)
    rank = len(found.pivots)
    words = "linearly independent" if rank == count else "linearly dependent"
    answer = Answer("vector", ("the rows of ", rows), words)
    answer.facts.update(independent=rank == count, rank=rank)
    if rank < count:
        relation = vector(_relation(found, count))
        answer.facts["relation"] = relation
        answer.notes.append(("the rows times ", relation, " add up to 0"))
        if settings.check:
            zeros = [ZERO] * width
            name = "relation put back"
            answer.checks = [check_combination(relation, rows, zeros, name)]
    elif settings.check:
        answer.checks = [check_rank([row.args for row in rows.args], rank)]
    _note_assumed(answer, found.assumed)
    if settings.steps:
        answer.steps = _elimination_steps(system, found, None)
    return answer


def _relation(found: Reduced, count: int) -> list[Node]:
    """Coefficients of the first free column in terms of the pivot columns; whole where rational."""
    free = next(column for column in range(count) if column not in found.pivots)
    relation = [ZERO] * count
    relation[free] = ONE
    for row, column in zip(found.rows, found.pivots, strict=False):
        relation[column] = clean(mul(MINUS_ONE, row[free]))
    if not all(map(is_number, relation)):
        return relation
    values = [Fraction(entry.number) for entry in relation]
    scale = lcm(*(value.denominator for value in values))
    whole = [int(value * scale) for value in values]
    divisor = gcd(*whole)
    sign = -1 if next(value for value in whole if value) < 0 else 1
    return [number(sign * value // divisor) for value in whole]


def _note_assumed(answer: Answer, assumed: Sequence[Node]) -> None:
    if assumed:
        listed: list[str | Node] = []
        for part in dict.fromkeys(assumed):
            listed += [", ", part]
        answer.notes.append(("for values where these are not 0: ", *listed[1:]))


def _elimination_steps(system: list[list[Node]], found: Reduced, result: Node | None) -> list[Step]:
    columns = ("the vectors as columns, the right-hand side last",)
    echelon = ("in reduced row echelon form: leading ones, zeros above and below",)
    steps = [
        Step("equations", columns, None, matrix_of(system)),
        Step("elimination", echelon, None, matrix_of(found.rows)),
    ]
    if result is not None:
        steps.append(Step("read off", ("each leading one gives a coefficient",), None, result))
    return steps
