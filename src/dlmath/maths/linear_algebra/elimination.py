"""Gauss-Jordan elimination over any field: reduced rows, null space, linear systems, inverse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from dlmath.expression.graph import Node, is_number
from dlmath.maths.linear_algebra.fields import Field, Rows, identity

#: Told of each row operation: `R2 <- R2 - 2*R1` in parts, and the rows after it.
Record = Callable[[tuple["str | Node", ...], Rows], None]


class Reduced(NamedTuple):
    """rows: the reduced row echelon form. pivots: the columns of the leading ones.

    divided: what was divided by, each different from zero as a formula.
    """

    rows: Rows
    pivots: list[int]
    divided: list[Any]

    @property
    def rank(self) -> int:
        return len(self.pivots)


def reduce(
    field: Field, rows: Rows, columns: int | None = None, record: Record | None = None
) -> Reduced:
    """The reduced row echelon form; pivots are looked for in the first `columns` columns."""
    rows = [list(row) for row in rows]
    width = len(rows[0]) if columns is None else columns
    pivots: list[int] = []
    divided: list[Any] = []
    for column in range(width):
        top = len(pivots)
        if top == len(rows):
            break
        found = _pivot(rows, column, top)
        if found is None:
            continue
        if found != top:
            rows[top], rows[found] = rows[found], rows[top]
            if record:
                record((f"R{top + 1} <-> R{found + 1}",), rows)
        lead = rows[top][column]
        divided.append(lead)
        if lead - field.one:
            rows[top] = [entry / lead if entry else field.zero for entry in rows[top]]
            if record:
                record((f"R{top + 1} <- R{top + 1} / ", _grouped(field.node(lead))), rows)
        for other in range(len(rows)):
            factor = rows[other][column]
            if other == top or not factor:
                continue
            rows[other] = subtracted(rows[other], factor, rows[top])
            rows[other][column] = field.zero
            if record:
                record(subtraction(field, other, factor, top), rows)
        pivots.append(column)
    return Reduced(rows, pivots, divided)


def _pivot(rows: Rows, column: int, top: int) -> int | None:
    """The first row, from the top on, whose entry in the column is not zero."""
    return next((index for index in range(top, len(rows)) if rows[index][column]), None)


def subtracted(row: list[Any], factor: Any, other: list[Any]) -> list[Any]:
    """row - factor*other"""
    return [
        entry - factor * taken if taken else entry for entry, taken in zip(row, other, strict=True)
    ]


def subtraction(field: Field, row: int, factor: Any, other: int) -> tuple[str | Node, ...]:
    """`R2 <- R2 - 2*R1` or `R2 <- R2 + R1`, in words and mathematics."""
    node = field.node(factor)
    start = f"R{row + 1} <- R{row + 1} "
    if is_number(node) and node.number < 0:
        node, sign = field.node(-factor), "+"
    else:
        sign = "-"
    if is_number(node) and node.number == 1:
        return (f"{start}{sign} R{other + 1}",)
    return (f"{start}{sign} ", _grouped(node), f"*R{other + 1}")


def _grouped(node: Node) -> Node | str:
    if is_number(node) and isinstance(node.value, int) and node.number >= 0:
        return node
    if not node.args and not is_number(node):
        return node
    from dlmath.expression.text import to_text

    return f"({to_text(node)})"


def null_space(field: Field, reduced: Reduced, columns: int) -> Rows:
    """A basis of the solutions of A x = 0, one vector for each free column."""
    basis = []
    for free in (column for column in range(columns) if column not in reduced.pivots):
        solution = [field.zero] * columns
        solution[free] = field.one
        for row, pivot in zip(reduced.rows, reduced.pivots, strict=False):
            solution[pivot] = -row[free]
        basis.append(solution)
    return basis


class Solutions(NamedTuple):
    """particular: one solution of A x = b, a row for each unknown (None: there is none).

    basis: of the solutions of A x = 0. rank: of A. reduced: the reduced rows of [A | b].
    """

    particular: Rows | None
    basis: Rows
    reduced: Reduced

    @property
    def rank(self) -> int:
        return self.reduced.rank


def solve(field: Field, a: Rows, b: Rows, record: Record | None = None) -> Solutions:
    """All solutions of A X = B. b: a row for each row of A."""
    unknowns = len(a[0])
    together = [[*row, *right] for row, right in zip(a, b, strict=True)]
    reduced = reduce(field, together, unknowns, record)
    basis = null_space(field, reduced, unknowns)
    if any(entry for row in reduced.rows[reduced.rank :] for entry in row[unknowns:]):
        return Solutions(None, basis, reduced)
    particular = [[field.zero] * len(b[0]) for _ in range(unknowns)]
    for row, pivot in zip(reduced.rows, reduced.pivots, strict=False):
        particular[pivot] = row[unknowns:]
    return Solutions(particular, basis, reduced)


def inverse(field: Field, a: Rows, record: Record | None = None) -> tuple[Rows | None, Reduced]:
    """The inverse (None where the matrix is singular), and the reduced rows of [A | I]."""
    size = len(a)
    together = [[*row, *unit] for row, unit in zip(a, identity(field, size), strict=True)]
    reduced = reduce(field, together, size, record)
    if reduced.rank < size:
        return None, reduced
    return [row[size:] for row in reduced.rows], reduced
