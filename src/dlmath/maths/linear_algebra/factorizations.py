"""Exact factorizations: LU with row exchanges, QR by Gram-Schmidt, Cholesky."""

from __future__ import annotations

from typing import Any, NamedTuple

from dlmath.expression.graph import Node, add, div, mul, number, power, sqrt
from dlmath.maths.linear_algebra.elimination import Record, subtracted, subtraction
from dlmath.maths.linear_algebra.fields import (
    Field,
    NodeRows,
    Rows,
    identity,
    inner,
    transposed,
)


class Triangular(NamedTuple):
    """P A = L U: order[i] is the row of A that stands in row i of P A."""

    order: list[int]
    lower: Rows
    upper: Rows


def lu(field: Field, a: Rows, record: Record | None = None) -> Triangular:
    """LU factors of any matrix; rows are exchanged only where a pivot is zero.

    L is square with ones on its diagonal, U has the shape of A (row echelon form).
    """
    upper = [list(row) for row in a]
    size = len(a)
    order = list(range(size))
    lower = identity(field, size)
    top = 0
    for column in range(len(a[0])):
        found = next((index for index in range(top, size) if upper[index][column]), None)
        if found is None:
            continue
        if found != top:
            upper[top], upper[found] = upper[found], upper[top]
            order[top], order[found] = order[found], order[top]
            for j in range(top):
                lower[top][j], lower[found][j] = lower[found][j], lower[top][j]
            if record:
                record((f"R{top + 1} <-> R{found + 1}",), upper)
        for index in range(top + 1, size):
            if not upper[index][column]:
                continue
            factor = upper[index][column] / upper[top][column]
            lower[index][top] = factor
            upper[index] = subtracted(upper[index], factor, upper[top])
            upper[index][column] = field.zero
            if record:
                record(subtraction(field, index, factor, top), upper)
        top += 1
        if top == size:
            break
    return Triangular(order, lower, upper)


def permutation(order: list[int]) -> NodeRows:
    """The matrix P with P A having row order[i] of A in row i."""
    return [[number(int(j == place)) for j in range(len(order))] for place in order]


class Orthogonal(NamedTuple):
    """One column at a time: Gram-Schmidt without normalizing.

    vectors: orthogonal, none zero. squares: their squared lengths. shares[k][j]: how much of
    vector k is in column j. origin: the column from which each vector was made.
    """

    vectors: Rows
    squares: list[Any]
    shares: Rows
    origin: list[int]


def orthogonalize(field: Field, columns: Rows) -> Orthogonal:
    """Gram-Schmidt; a column that depends on those before it makes no vector."""
    vectors: Rows = []
    squares: list[Any] = []
    origin: list[int] = []
    shares: Rows = []
    for j, column in enumerate(columns):
        rest = list(column)
        for k, vector in enumerate(vectors):
            turned = [field.conjugate(entry) for entry in vector]
            shares[k][j] = inner(field, turned, column) / squares[k]
            rest = subtracted(rest, shares[k][j], vector)
        if any(rest):
            vectors.append(rest)
            squares.append(inner(field, [field.conjugate(entry) for entry in rest], rest))
            origin.append(j)
            shares.append([field.zero] * len(columns))
            shares[-1][j] = field.one
    return Orthogonal(vectors, squares, shares, origin)


def qr(field: Field, a: Rows) -> tuple[NodeRows, NodeRows, Orthogonal]:
    """Q with orthonormal columns, as many as the rank, and R in row echelon form: A = Q R."""
    found = orthogonalize(field, transposed(a))
    lengths = [_root(field.node(square)) for square in found.squares]
    columns = [
        [_tidied(div(field.node(entry), length)) for entry in vector]
        for vector, length in zip(found.vectors, lengths, strict=True)
    ]
    upper = [
        [_tidied(mul(field.node(entry), length)) for entry in share]
        for share, length in zip(found.shares, lengths, strict=True)
    ]
    return transposed(columns), upper, found


def _root(node: Node) -> Node:
    return _tidied(sqrt(node))


def _tidied(node: Node) -> Node:
    from dlmath.expression.graph import free_symbols
    from dlmath.expression.tidy import expand, tidy

    found = tidy(node)
    return found if free_symbols(found) else tidy(expand(found))


class Squares(NamedTuple):
    """A = L D L*: lower with ones on its diagonal, pivots on the diagonal of D.

    stopped: the row at which a pivot is zero and the rows below do not end, else None.
    """

    lower: Rows
    pivots: list[Any]
    stopped: int | None


def ldl(field: Field, a: Rows) -> Squares:
    """The symmetric form of elimination, without exchanges."""
    size = len(a)
    lower = identity(field, size)
    pivots: list[Any] = []
    for j in range(size):
        pivot = a[j][j]
        for k in range(j):
            pivot = pivot - lower[j][k] * field.conjugate(lower[j][k]) * pivots[k]
        pivots.append(pivot)
        if not pivot:
            return Squares(lower, pivots, j)
        for i in range(j + 1, size):
            entry = a[i][j]
            for k in range(j):
                entry = entry - lower[i][k] * field.conjugate(lower[j][k]) * pivots[k]
            lower[i][j] = entry / pivot
    return Squares(lower, pivots, None)


def cholesky(field: Field, squares: Squares) -> NodeRows:
    """The factor L with A = L L*, from positive pivots."""
    roots = [_root(field.node(pivot)) for pivot in squares.pivots]
    return [
        [
            _tidied(mul(field.node(entry), root)) if entry else number(0)
            for entry, root in zip(row, roots, strict=True)
        ]
        for row in squares.lower
    ]


def length(vector: list[Node]) -> Node:
    """The Euclidean length of a vector of nodes."""
    from dlmath.expression.graph import I, contains

    if any(contains(entry, {"constant"}) and _has_i(entry, I) for entry in vector):
        from dlmath.maths.linear_algebra.fields import conjugated

        return _root(_tidied(add(*(mul(entry, conjugated(entry)) for entry in vector))))
    return _root(_tidied(add(*(power(entry, number(2)) for entry in vector))))


def _has_i(node: Node, unit: Node) -> bool:
    from dlmath.expression.graph import topological

    return any(part is unit for part in topological(node))
