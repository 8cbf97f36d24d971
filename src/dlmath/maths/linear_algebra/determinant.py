"""Determinants and characteristic polynomials, exact."""

from __future__ import annotations

from fractions import Fraction
from math import lcm
from typing import Any

from dlmath.maths.linear_algebra.fields import Field, Rationals, Rows, identity, product

#: Matrices of formulas and roots up to this size are expanded, larger ones eliminated.
_EXPANDED = 7


def determinant(field: Field, a: Rows) -> Any:
    """The determinant of a square matrix."""
    if isinstance(field, Rationals):
        return _of_rationals(a)
    if len(a) <= _EXPANDED:
        return _expanded(field, a)
    return _by_elimination(field, a)


def _of_rationals(a: Rows) -> Fraction:
    """Each row over one denominator, then whole numbers."""
    denominator = 1
    whole = []
    for row in a:
        common = lcm(*(entry.denominator for entry in row))
        denominator *= common
        whole.append([entry.numerator * (common // entry.denominator) for entry in row])
    return Fraction(bareiss(whole), denominator)


def bareiss(rows: list[list[int]]) -> int:
    """The determinant of whole numbers, without fractions.

    E. H. Bareiss, "Sylvester's identity and multistep integer-preserving Gaussian elimination",
    1968: each division is exact, and entries stay minors of the matrix.
    """
    rows = [list(row) for row in rows]
    size = len(rows)
    sign, last = 1, 1
    for k in range(size - 1):
        found = next((index for index in range(k, size) if rows[index][k]), None)
        if found is None:
            return 0
        if found != k:
            rows[k], rows[found] = rows[found], rows[k]
            sign = -sign
        top, pivot = rows[k][k + 1 :], rows[k][k]
        for index in range(k + 1, size):
            row = rows[index]
            factor = row[k]
            row[k + 1 :] = [
                (pivot * entry - factor * above) // last
                for entry, above in zip(row[k + 1 :], top, strict=True)
            ]
        last = pivot
    return sign * rows[-1][-1]


def _expanded(field: Field, a: Rows) -> Any:
    """By rows from the last up: the minors of the rows below, for each set of columns, are kept.

    Without division, so that formulas stay polynomials; n*2^n products instead of n!.
    """
    size = len(a)
    minors: dict[int, Any] = {0: field.one}
    for row in reversed(a):
        larger: dict[int, Any] = {}
        for columns, below in minors.items():
            for column in range(size):
                if columns >> column & 1 or not row[column]:
                    continue
                term = row[column] * below
                # As many of the columns taken stand to the left as signs change.
                if (columns & ((1 << column) - 1)).bit_count() % 2:
                    term = -term
                key = columns | 1 << column
                larger[key] = larger[key] + term if key in larger else term
        minors = larger
    return minors.get((1 << size) - 1, field.zero)


def minor(a: Rows, row: int, column: int) -> Rows:
    """The matrix without one row and one column."""
    return [line[:column] + line[column + 1 :] for index, line in enumerate(a) if index != row]


def _by_elimination(field: Field, a: Rows) -> Any:
    rows = [list(row) for row in a]
    total = field.one
    for k in range(len(rows)):
        found = next((index for index in range(k, len(rows)) if rows[index][k]), None)
        if found is None:
            return field.zero
        if found != k:
            rows[k], rows[found] = rows[found], rows[k]
            total = -total
        total = total * rows[k][k]
        for index in range(k + 1, len(rows)):
            factor = rows[index][k] / rows[k][k]
            if factor:
                rows[index] = [
                    entry - factor * above
                    for entry, above in zip(rows[index], rows[k], strict=True)
                ]
    return total


def characteristic_polynomial(field: Field, a: Rows) -> list[Any]:
    """Coefficients of det(x*I - A), that of the highest power first (Faddeev and LeVerrier)."""
    size = len(a)
    coefficients = [field.one]
    power = identity(field, size)
    for k in range(1, size + 1):
        power = product(field, a, power)
        trace = field.zero
        for index in range(size):
            trace = trace + power[index][index]
        count = field.zero
        for _ in range(k):
            count = count + field.one
        coefficient = -(trace / count)
        coefficients.append(coefficient)
        for index in range(size):
            power[index][index] = power[index][index] + coefficient
    return coefficients
