"""Covariance matrices: symmetric and positive definite; inverse and determinant, exactly."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlmath.expression.graph import Node, free_symbols
from dlmath.expression.tidy import tidy


def decomposed(
    rows: Sequence[Sequence[Node]], refuse: Callable[[str], Exception]
) -> tuple[list[list[Node]], Node]:
    """The inverse and the determinant.

    Raises what `refuse` makes of the words where the matrix is not symmetric, or, as far as it
    holds numbers, not positive definite.
    """
    from dlmath.maths.linear_algebra.determinant import determinant
    from dlmath.maths.linear_algebra.elimination import inverse
    from dlmath.maths.linear_algebra.fields import choose_field, elements, nodes
    from dlmath.settings import DEFAULTS

    _require_symmetric(rows, refuse)
    entries = [entry for row in rows for entry in row]
    field = choose_field(entries, DEFAULTS)
    matrix = elements(field, [list(row) for row in rows])
    if not any(free_symbols(entry) for entry in entries):
        _require_definite(rows, refuse)
    inverted, _ = inverse(field, matrix)
    if inverted is None:
        raise refuse("the covariance matrix is singular")
    return nodes(field, inverted), tidy(field.node(determinant(field, matrix)))


def _require_symmetric(rows: Sequence[Sequence[Node]], refuse: Callable[[str], Exception]) -> None:
    for i, row in enumerate(rows):
        for j in range(i):
            if tidy(row[j]) is not tidy(rows[j][i]):
                raise refuse(
                    "the covariance matrix is not symmetric: "
                    f"row {i + 1}, column {j + 1} is not row {j + 1}, column {i + 1}"
                )


def _require_definite(rows: Sequence[Sequence[Node]], refuse: Callable[[str], Exception]) -> None:
    """By the leading principal minors (Sylvester's criterion)."""
    from dlmath.expression.graph import ZERO, make
    from dlmath.maths.linear_algebra.determinant import determinant
    from dlmath.maths.linear_algebra.fields import choose_field, elements
    from dlmath.maths.probability.distribution import truth
    from dlmath.settings import DEFAULTS

    field = choose_field([entry for row in rows for entry in row], DEFAULTS)
    for size in range(1, len(rows) + 1):
        part = elements(field, [list(row[:size]) for row in rows[:size]])
        minor = field.node(determinant(field, part))
        if truth(make("gt", (minor, ZERO))) is not True:
            raise refuse(
                "the covariance matrix is not positive definite: "
                f"its leading {size} x {size} minor is not above 0"
            )
