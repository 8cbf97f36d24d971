"""Exact LU, QR and Cholesky factors as answers."""

from __future__ import annotations

from typing import Any

from dlmath.answer import Sentence
from dlmath.checks import matrix as checks
from dlmath.errors import InvalidInput
from dlmath.expression.graph import (
    Node,
    free_symbols,
    is_number,
    number,
)
from dlmath.maths.linear_algebra import factorizations, matrix_steps
from dlmath.maths.linear_algebra.determinant import determinant
from dlmath.maths.linear_algebra.exact_matrix import (
    Exact,
    as_fact,
    is_hermitian,
)
from dlmath.maths.linear_algebra.fields import (
    Rows,
    matrix_node,
    nodes,
    value_of,
)

# --- factorizations ---------------------------------------------------------------------------


def lu(work: Exact) -> None:
    recorder = matrix_steps.Recorder(work.field, work.shows_steps)
    found = factorizations.lu(work.field, work.a, recorder)
    order = factorizations.permutation(found.order)
    lower, upper = nodes(work.field, found.lower), nodes(work.field, found.upper)
    exchanged = found.order != sorted(found.order)
    parts = [("L", matrix_node(lower)), ("U", matrix_node(upper))]
    work.give_parts([*parts, ("P", matrix_node(order))] if exchanged else parts)
    work.answer.facts["P"] = as_fact(matrix_node(order))
    work.answer.notes.append(("P*A = L*U" if exchanged else "A = L*U, without row exchanges",))
    work.suppose(_pivots(found.upper))
    if work.shows_steps:
        words = ("what is left is U; the factors of the rows subtracted are the entries of L",)
        work.answer.steps = recorder.finished("LU", words, matrix_node(upper))
    work.check(
        lambda: checks.same_products("P*A = L*U", [order, work.rows], [lower, upper]),
        lambda: checks.is_triangular(lower, upper),
    )


def _pivots(upper: Rows) -> list[Any]:
    return [lead for row in upper for lead in [next((x for x in row if x), None)] if lead]


def qr(work: Exact) -> None:
    q, r, found = factorizations.qr(work.field, work.a)
    if not found.vectors:
        work.refuse("the matrix is zero: there is no direction to make a column of Q from")
        work.check(lambda: checks.has_rank(work.rows, 0))
        return
    work.give_parts([("Q", matrix_node(q)), ("R", matrix_node(r))])
    if len(found.vectors) < work.width:
        work.answer.notes.append(
            (f"the rank is {len(found.vectors)}: Q has a column for each independent column of A",)
        )
    if work.shows_steps:
        work.answer.steps = matrix_steps.gram_schmidt(work.field, work.rows, found, q)
    work.suppose(found.squares)
    unit = [[number(int(i == j)) for j in range(len(r))] for i in range(len(r))]
    work.check(
        lambda: checks.same_products("Q*R = A", [q, r], [work.rows]),
        lambda: checks.same_products("Q^T*Q = I", [checks.Adjoint(q), q], [unit]),
    )


def cholesky(work: Exact) -> None:
    if not is_hermitian(work.rows):
        raise InvalidInput(
            "Cholesky's factorization takes a symmetric matrix, and this one is not",
            hint="matrix lu factors any matrix",
        )
    squares = factorizations.ldl(work.field, work.a)
    pivots = [work.field.node(pivot) for pivot in squares.pivots]
    if work.shows_steps:
        work.answer.steps = matrix_steps.cholesky(work.field, squares, pivots)
    for index, pivot in enumerate(pivots):
        if not free_symbols(pivot) and not _is_positive(pivot):
            from dlmath.expression.text import to_text

            words = (
                f"the matrix is not positive definite: pivot {index + 1} is {to_text(pivot)}, "
                "and it has no square root that is positive"
            )
            work.refuse(words)
            work.answer.facts["pivot"] = as_fact(pivot)
            _check_pivot(work, index + 1)
            return
    lower = factorizations.cholesky(work.field, squares)
    work.give_parts([("L", matrix_node(lower))])
    work.answer.value = value_of(matrix_node(lower))
    formulas = [pivot for pivot in pivots if free_symbols(pivot)]
    if formulas:
        words_: list[str | Node] = ["this holds where these are positive: "]
        for index, node in enumerate(formulas):
            words_ += [", ", node] if index else [node]
        note: Sentence = tuple(words_)
        work.answer.notes.append(note)
    work.check(
        lambda: checks.same_products("L*L^T = A", [lower, checks.Adjoint(lower)], [work.rows])
    )


def _check_pivot(work: Exact, size: int) -> None:
    """The pivot that is not positive comes from a leading minor that is not: its determinant."""
    leading = [row[:size] for row in work.rows[:size]]
    value = work.field.node(determinant(work.field, [row[:size] for row in work.a[:size]]))
    work.check(lambda: checks.is_determinant(leading, value))


def _is_positive(node: Node) -> bool:
    if is_number(node):
        return node.number > 0
    from dlmath.expression.precise import evaluate

    value = complex(evaluate(node, {}, 20))
    return value.real > 0 and abs(value.imag) < 1e-15
