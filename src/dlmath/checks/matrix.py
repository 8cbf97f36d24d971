"""Do exact matrices have the property that is claimed? Decided by numbers (`matrix_samples`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from dlmath.answer import FAILED, PASSED, Check
from dlmath.checks.matrix_samples import DIGITS, Rows, Sample, judged
from dlmath.expression.graph import Node


class Adjoint(NamedTuple):
    """The conjugate transpose of a matrix, taken in numbers."""

    rows: Rows


def same_products(
    name: str, left: Sequence[Rows | Adjoint], right: Sequence[Rows | Adjoint]
) -> Check:
    """Is the product of the matrices on the left that of those on the right?"""

    def holds(sample: Sample) -> bool:
        return sample.equal(_chain(sample, left), _chain(sample, right))

    held = [part.rows if isinstance(part, Adjoint) else part for part in (*left, *right)]
    return judged(name, held, holds)


def _chain(sample: Sample, factors: Sequence[Rows | Adjoint]) -> list[list[Any]]:
    first, *others = [
        _adjoint(sample, sample.rows(factor.rows))
        if isinstance(factor, Adjoint)
        else sample.rows(factor)
        for factor in factors
    ]
    for other in others:
        first = sample.product(first, other)
    return first


def is_power(a: Rows, exponent: int, claimed: Rows) -> Check:
    """Is this the power of A? A row of numbers is multiplied by A again and again.

    A negative power must take that row back; beyond 500 factors by repeated squaring.
    """

    def holds(sample: Sample) -> bool:
        rows, found = sample.rows(a), sample.rows(claimed)
        start = [[3 * k + 1 for k in range(len(rows))]]
        image, wanted = start, sample.product(start, found)
        if abs(exponent) <= 500:
            for _ in range(abs(exponent)):
                image = sample.product(image, rows)
        else:
            count, square = abs(exponent), rows
            while count:
                if count & 1:
                    image = sample.product(image, square)
                square, count = sample.product(square, square), count >> 1
        if exponent < 0:
            return sample.equal(sample.product(image, found), start)
        return sample.equal(image, wanted)

    return judged("a row times A, again and again", [a, claimed], holds)


def is_triangular(lower: Rows, upper: Rows) -> Check:
    """Ones on the diagonal of L with zeros above, zeros of U below the diagonal."""
    ones = all(row[i].value == 1 and row[i].op == "number" for i, row in enumerate(lower))
    above = all(entry.value == 0 for i, row in enumerate(lower) for entry in row[i + 1 :])
    below = all(entry.value == 0 for i, row in enumerate(upper) for entry in row[:i])
    holds = ones and above and below
    return Check("L and U are triangular", PASSED if holds else FAILED, "each entry looked at")


def is_hermitian_product(name: str, *chains: Sequence[Rows]) -> Check:
    """Is each product its own conjugate transpose?"""

    def holds(sample: Sample) -> bool:
        found = [_chain(sample, chain) for chain in chains]
        return all(sample.equal(rows, _adjoint(sample, rows)) for rows in found)

    return judged(name, [rows for chain in chains for rows in chain], holds)


def _adjoint(sample: Sample, rows: list[list[Any]]) -> list[list[Any]]:
    turned = [list(column) for column in zip(*rows, strict=True)]
    if sample.modular:
        return turned
    import mpmath

    return [[mpmath.conj(entry) for entry in row] for row in turned]


def is_determinant(a: Rows, claimed: Node) -> Check:
    """Elimination with largest pivots, in other numbers than the answer was found in."""

    def holds(sample: Sample) -> bool:
        found = sample.eliminated(sample.rows(a))[1]
        return sample.equal([[found]], [[sample.value(claimed)]])

    return judged("determinant by another elimination", [a, [[claimed]]], holds)


def has_rank(a: Rows, claimed: int, name: str = "rank by another elimination") -> Check:
    """The rank at points; at special ones it could be less, nowhere more."""

    found: list[int] = []

    def note(sample: Sample) -> bool:
        found.append(sample.eliminated(sample.rows(a))[0])
        return found[-1] <= claimed

    check = judged(name, [a], note)
    if check.verdict == PASSED and max(found) < claimed:
        return Check(name, FAILED, f"the rank is {max(found)} at every point")
    return check


def is_inconsistent(a: Rows, b: Rows) -> Check:
    """Has [A | b] a greater rank than A?"""

    def holds(sample: Sample) -> bool:
        left, right = sample.rows(a), sample.rows(b)
        together = [x + y for x, y in zip(left, right, strict=True)]
        return sample.eliminated(together)[0] > sample.eliminated(left)[0]

    return judged("the rank of [A | b] is greater than that of A", [a, b], holds)


def is_null_space(a: Rows, basis: Rows) -> Check:
    """A v = 0, independent vectors, and as many as the columns exceed the rank."""

    def holds(sample: Sample) -> bool:
        left = sample.rows(a)
        missing = len(left[0]) - sample.eliminated(left)[0]
        if missing != len(basis):
            return False
        if not basis:
            return True
        vectors = sample.rows(basis)
        images = sample.product(left, [list(column) for column in zip(*vectors, strict=True)])
        zero = [[0] * len(row) for row in images]
        return sample.equal(images, zero) and sample.eliminated(vectors)[0] == len(basis)

    return judged("A*v = 0, and rank + dimension = columns", [a, basis], holds)


def is_reduced(a: Rows, reduced: Rows) -> Check:
    """Same row space, leading ones, zeros above and below them, zero rows last."""

    def holds(sample: Sample) -> bool:
        left, right = sample.rows(a), sample.rows(reduced)
        rank = sample.eliminated(left)[0]
        same = sample.eliminated(left + right)[0] == sample.eliminated(right)[0] == rank
        return same and _is_echelon(sample, right)

    return judged("same row space, in reduced form", [a, reduced], holds)


def _is_echelon(sample: Sample, rows: list[list[Any]]) -> bool:
    last = -1
    for index, row in enumerate(rows):
        lead = next((j for j, entry in enumerate(row) if not _near(sample, entry, 0)), None)
        if lead is None:
            last = len(row)
            continue
        alone = all(_near(sample, rows[k][lead], 0) for k in range(len(rows)) if k != index)
        if lead <= last or not alone or not _near(sample, row[lead], 1):
            return False
        last = lead
    return True


def _near(sample: Sample, entry: Any, wanted: int) -> bool:
    return sample.equal([[entry]], [[wanted]])


def are_eigenvalues(a: Rows, values: Sequence[tuple[Node, int]]) -> Check:
    """Do the values satisfy sum = trace(A^k), k = 1..n? They are the eigenvalues then (Newton)."""

    def holds(sample: Sample) -> bool:
        rows = sample.rows(a)
        power, found = rows, [sample.value(value) for value, _ in values]
        for k in range(1, len(rows) + 1):
            trace = sum(power[index][index] for index in range(len(rows)))
            total = sum(x**k * count for x, (_, count) in zip(found, values, strict=True))
            if not sample.equal([[trace]], [[total]]):
                return False
            power = sample.product(power, rows)
        return True

    listed = [[value for value, _ in values]]
    return judged("sums of powers of the eigenvalues = traces of powers of A", [a, listed], holds)


def are_eigenvectors(a: Rows, pairs: Sequence[tuple[Node, Sequence[Sequence[Node]]]]) -> Check:
    """A v = lambda v with independent v, and no more of them: rank(A - lambda I) says."""

    def holds(sample: Sample) -> bool:
        rows = sample.rows(a)
        for value, vectors in pairs:
            scale = sample.value(value)
            found = sample.rows(vectors)
            images = sample.product(found, [list(column) for column in zip(*rows, strict=True)])
            stretched = [[scale * entry for entry in vector] for vector in found]
            shifted = [
                [entry - scale if i == j else entry for j, entry in enumerate(row)]
                for i, row in enumerate(rows)
            ]
            missing = len(rows) - sample.eliminated(shifted)[0]
            if not sample.equal(images, stretched):
                return False
            if not sample.eliminated(found)[0] == len(found) == missing:
                return False
        return True

    held = [a, [[value for value, _ in pairs]], *(vectors for _, vectors in pairs)]
    return judged("A*v = lambda*v for every eigenvector, and there are no more", held, holds)


def is_exponential(a: Rows, claimed: Rows) -> Check:
    """Against the series I + A + A^2/2! + ..., scaled and squared, to 30 digits."""

    def holds(sample: Sample) -> bool:
        import mpmath

        with mpmath.workdps(DIGITS + 15):
            found = mpmath.expm(mpmath.matrix(sample.rows(a)))
            return sample.equal(found.tolist(), sample.rows(claimed))

    marker = [[_inexact()]]
    return judged("series of e^A", [a, claimed, marker], holds)


def _inexact() -> Node:
    """A formula that has no residue, so that values are compared."""
    from dlmath.expression.graph import call, number

    return call("exp", number(2))
