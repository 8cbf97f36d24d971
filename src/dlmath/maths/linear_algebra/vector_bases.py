"""Several vectors, exact: Gram-Schmidt, linear combinations, independence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from math import gcd, lcm
from typing import NamedTuple

from dlmath.answer import Answer, Sentence, Step
from dlmath.expression.graph import (
    MINUS_ONE,
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
from dlmath.maths.linear_algebra.elimination import solve
from dlmath.maths.linear_algebra.fields import Algebraic, Rows, choose_field, elements, nodes
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
    settle = _settler(a, settings)
    for index, row in enumerate(a.args, start=1):
        scalars = [
            settle(quotient(inner(u, row.args), square))
            for u, square in zip(kept, squares, strict=True)
        ]
        rest = [settle(entry) for entry in _without(row.args, scalars, kept)]
        square = settle(squared_length(rest))
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


def _settler(a: Node, settings: Settings) -> Callable[[Node], Node]:
    """What brings a number or formula made of the entries to its shortest form.

    Quotients of polynomials, with roots of numbers, are put over one denominator; others tidied.
    """
    field = choose_field([entry for row in a.args for entry in row.args], settings)
    if not isinstance(field, Algebraic):
        return clean
    return lambda node: node if is_number(node) else field.node(field.element(node))


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


# --- combinations ----------------------------------------------------------------------------


class _Solved(NamedTuple):
    """The solutions of the equations, the working, and what was divided by.

    coefficients: one solution, None where there is none. relation: coefficients with which the rows
    add up to 0, None where they are independent. assumed: what must not be 0 for this to hold.
    """

    rank: int
    coefficients: Node | None
    relation: Node | None
    assumed: list[Node]
    steps: list[Step]


def _solved(rows: Node, target: Sequence[Node], settings: Settings) -> _Solved:
    """Solves c1*row1 + c2*row2 + ... = target by Gauss-Jordan elimination, an equation an entry."""
    count = len(rows.args)
    system = [[*(row.args[k] for row in rows.args), entry] for k, entry in enumerate(target)]
    # Equations without variables first: a pivot among them needs no assumption.
    ordered = sorted(system, key=lambda row: sum(bool(free_symbols(entry)) for entry in row))
    field = choose_field([entry for row in ordered for entry in row], settings)
    steps: list[Step] = []

    def record(words: Sentence, now: Rows) -> None:
        if settings.steps:
            steps.append(Step("row operation", words, None, matrix_of(nodes(field, now))))

    together = elements(field, ordered)
    left, right = [row[:count] for row in together], [row[count:] for row in together]
    found = solve(field, left, right, record)
    divided = [field.node(part) for part in found.reduced.divided]
    over = [field.node(row[count]) for row in found.reduced.rows[found.rank :] if row[count]]
    coefficients = relation = None
    if found.particular is not None:
        coefficients = vector(clean(field.node(part)) for (part,) in found.particular)
    if found.basis:
        relation = vector(_whole([clean(field.node(part)) for part in found.basis[0]]))
    words = "an equation for each entry: the vectors as columns, the right-hand side last"
    first = Step("equations", (words,), None, matrix_of(ordered))
    assumed = [part for part in (*divided, *over) if free_symbols(part) and not _is_inverse(part)]
    return _Solved(found.rank, coefficients, relation, assumed, [first, *steps])


def _is_inverse(part: Node) -> bool:
    """Is this one over something, which is never 0?"""
    return part.op == "pow" and is_number(part.args[1]) and part.args[1].number < 0


def _whole(relation: list[Node]) -> list[Node]:
    """Rational coefficients scaled to whole numbers without a common divisor."""
    if not all(map(is_number, relation)):
        return relation
    values = [Fraction(entry.number) for entry in relation]
    scale = lcm(*(value.denominator for value in values))
    whole = [int(value * scale) for value in values]
    divisor = gcd(*whole)
    sign = -1 if next(value for value in whole if value) < 0 else 1
    return [number(sign * value // divisor) for value in whole]


def combine(rows: Node, target: Node, settings: Settings) -> Answer:
    """The coefficients c with c1*row1 + c2*row2 + ... = target, if there are any.

    Facts: `rank` of the rows; `unique`: are they the only ones? If not `relation`: coefficients
    that add nothing. `rank_with_target` where there are none.
    """
    question: Sentence = (target, " as a combination of the rows of ", rows)
    found = _solved(rows, target.args, settings)
    rank, result = found.rank, found.coefficients
    if result is None:
        reason = f"the rows have rank {rank}, and with the vector {rank + 1}"
        answer = no_answer(question, f"{reason}: it is not in their span")
        answer.facts.update(rank=rank, rank_with_target=rank + 1)
        if settings.check:
            every = [row.args for row in rows.args]
            with_target = check_rank([*every, target.args], rank + 1)
            answer.checks = [check_rank(every, rank), with_target]
    else:
        answer = fill(Answer("vector", question), result, settings)
        answer.facts.update(rank=rank, unique=found.relation is None)
        if settings.check:
            answer.checks = [check_combination(result, rows, target.args)]
    if result is not None and found.relation is not None:
        answer.facts["relation"] = found.relation
        words = "the rows are dependent: any multiple of "
        answer.notes.append((words, found.relation, " may be added to the coefficients"))
    _note_assumed(answer, found.assumed)
    if settings.steps:
        answer.steps = found.steps
        if result is not None:
            read = "each leading one gives a coefficient"
            answer.steps = [*found.steps, Step("read off", (read,), None, result)]
    return answer


def independence(rows: Node, settings: Settings) -> Answer:
    """Are the rows linearly independent? If not, a combination of them that is 0.

    Facts: `independent`, `rank`, and where dependent `relation`: coefficients, not all 0, with
    which the rows add up to 0.
    """
    zeros = [ZERO] * len(rows.args[0].args)
    found = _solved(rows, zeros, settings)
    words = "linearly independent" if found.relation is None else "linearly dependent"
    answer = Answer("vector", ("the rows of ", rows), words)
    answer.facts.update(independent=found.relation is None, rank=found.rank)
    checks = [check_rank([row.args for row in rows.args], found.rank)]
    if found.relation is not None:
        answer.facts["relation"] = found.relation
        answer.notes.append(("the rows times ", found.relation, " add up to 0"))
        name = "relation put back"
        checks.append(check_combination(found.relation, rows, zeros, name))
    answer.checks = checks if settings.check else []
    _note_assumed(answer, found.assumed)
    if settings.steps:
        answer.steps = found.steps
    return answer


def _note_assumed(answer: Answer, assumed: Sequence[Node]) -> None:
    if assumed:
        listed: list[str | Node] = []
        for part in dict.fromkeys(assumed):
            listed += [", ", part]
        answer.notes.append(("for values where these are not 0: ", *listed[1:]))
