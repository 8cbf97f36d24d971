"""Sums and products of exact matrices."""

from __future__ import annotations

from dlmath.answer import Step
from dlmath.checks import matrix as checks
from dlmath.expression.graph import Node, number, unfolded, vector
from dlmath.expression.graph import add as plus
from dlmath.maths.linear_algebra.exact_matrix import Exact
from dlmath.maths.linear_algebra.fields import matrix_node, rows_of


def add(work: Exact) -> None:
    """Entry by entry."""
    from dlmath.expression.tidy import tidy

    assert work.b is not None
    other = rows_of(work.b)
    pairs = [list(zip(x, y, strict=True)) for x, y in zip(work.rows, other, strict=True)]
    found = [[tidy(plus(x, y)) for x, y in row] for row in pairs]
    result = matrix_node(found)
    work.give(result)
    if work.shows_steps:
        written = vector(vector(unfolded("add", [x, y]) for x, y in row) for row in pairs)
        words = ("add the entries in the same place: ", written)
        work.answer.steps = [Step("entry by entry", words, written, result)]
    work.check(
        lambda: checks.same_products(
            "sum - B = A",
            [
                [[*row, *line] for row, line in zip(found, other, strict=True)],
                _difference(work.width),
            ],
            [work.rows],
        )
    )


def _difference(width: int) -> list[list[Node]]:
    """The columns I and -I, one below the other."""
    return [
        [number((1 if i < width else -1) * int(i % width == j)) for j in range(width)]
        for i in range(2 * width)
    ]


def multiply(work: Exact) -> None:
    """As the command dot does."""
    from dlmath.maths.linear_algebra.dot import dot

    assert work.b is not None
    found = dot(matrix_node(work.rows), work.b, work.settings)
    answer = work.answer
    answer.result, answer.value = found.result, found.value
    answer.steps, answer.checks = found.steps, found.checks
    answer.notes += found.notes
