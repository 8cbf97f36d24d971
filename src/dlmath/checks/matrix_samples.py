"""Numbers in the place of the entries of matrices, for checks: residues, or values at points.

Entries made by the four operations are put into the integers modulo a prime, variables at fixed
residues: an identity of such entries that holds there, holds, but for a chance of about 1e-18.
Other entries get values at points, to 30 digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.errors import LimitReached
from dlmath.expression.graph import Node, free_symbols, topological

#: Rows of nodes.
Rows = Sequence[Sequence[Node]]

#: The Mersenne prime 2^61 - 1.
PRIME = (1 << 61) - 1

DIGITS = 30
_TOLERANCE = 1e-20
_POINTS = 4


class UndefinedSample(ArithmeticError):
    """No value at this point."""


class Sample(NamedTuple):
    """One way to put numbers in the place of nodes: residues, or values at a point."""

    modular: bool
    value: Callable[[Node], Any]

    def rows(self, matrix: Rows) -> list[list[Any]]:
        return [[self.value(entry) for entry in row] for row in matrix]

    def product(self, a: list[list[Any]], b: list[list[Any]]) -> list[list[Any]]:
        columns = list(zip(*b, strict=True))
        found = [
            [sum((x * y for x, y in zip(row, column, strict=True)), 0) for column in columns]
            for row in a
        ]
        return [[entry % PRIME for entry in row] for row in found] if self.modular else found

    def equal(self, a: list[list[Any]], b: list[list[Any]]) -> bool:
        if [len(row) for row in a] != [len(row) for row in b]:
            return False
        pairs = [pair for x, y in zip(a, b, strict=True) for pair in zip(x, y, strict=True)]
        if self.modular:
            return all((x - y) % PRIME == 0 for x, y in pairs)
        size = max([1, *(abs(entry) for pair in pairs for entry in pair)])
        return all(abs(x - y) <= _TOLERANCE * size for x, y in pairs)

    def quotient(self, x: Any, y: Any) -> Any:
        return x * pow(y, -1, PRIME) % PRIME if self.modular else x / y

    def eliminated(self, rows: list[list[Any]]) -> tuple[int, Any]:
        """Rank, and determinant where square: the largest pivot of each column."""
        rows = [list(row) for row in rows]
        size = max([1, *(abs(entry) for row in rows for entry in row)])
        rank, determinant = 0, 1
        for column in range(len(rows[0]) if rows else 0):
            if rank == len(rows):
                break
            best = max(range(rank, len(rows)), key=lambda index: abs(rows[index][column]))
            lead = rows[best][column]
            if (lead == 0) if self.modular else (abs(lead) <= _TOLERANCE * size):
                determinant = 0
                continue
            if best != rank:
                rows[rank], rows[best] = rows[best], rows[rank]
                determinant = -determinant
            determinant = determinant * lead % PRIME if self.modular else determinant * lead
            for index in range(rank + 1, len(rows)):
                factor = self.quotient(rows[index][column], lead)
                if factor != 0:
                    rows[index] = [
                        (x - factor * y) % PRIME if self.modular else x - factor * y
                        for x, y in zip(rows[index], rows[rank], strict=True)
                    ]
            rank += 1
        return rank, determinant


def samples(*matrices: Rows) -> Iterator[Sample]:
    """Residues where every entry has one, else values at a few points."""
    held = list({entry: None for matrix in matrices for row in matrix for entry in row})
    names = sorted({name for entry in held for name in free_symbols(entry)})
    modular = _rational(held)
    if modular:
        for shift in (0, 1) if names else (0,):
            point = {
                name: pow(7 + 4 * place + shift, 20 + place, PRIME)
                for place, name in enumerate(names)
            }
            yield Sample(True, _residues(held, point))
        return
    from dlmath.checks.values import sample_points
    from dlmath.expression.precise import evaluate

    for point in sample_points(names, count=_POINTS):

        def value(node: Node, point: Any = point) -> Any:
            try:
                found = evaluate(node, point, DIGITS)
            except LimitReached as error:
                raise UndefinedSample from error
            if found != found:
                raise UndefinedSample
            return found

        yield Sample(False, value)


def _rational(nodes: Iterable[Node]) -> bool:
    return all(
        part.op in ("number", "symbol", "add", "mul")
        or (part.op == "pow" and isinstance(part.args[1].value, int) and not part.args[1].args)
        for part in topological(*nodes)
    )


def _residues(nodes: list[Node], point: dict[str, int]) -> Callable[[Node], int]:
    found: dict[Node, int | None] = {}

    def one(part: Node) -> int | None:
        if part.op == "number":
            exact = Fraction(part.number)
            if exact.denominator % PRIME == 0:
                return None
            return exact.numerator * pow(exact.denominator, -1, PRIME) % PRIME
        if part.op == "symbol":
            return point[part.name]
        known = [found[arg] for arg in part.args if arg in found]
        numbers = [value for value in known if value is not None]
        if part.op == "pow":
            exponent = part.args[1].number
            base = found[part.args[0]]
            if base is None or not isinstance(exponent, int) or (base == 0 and exponent < 0):
                return None
            return pow(base, exponent, PRIME)
        if len(numbers) < len(part.args):
            return None
        if part.op == "add":
            return sum(numbers) % PRIME
        total = 1
        for value in numbers:
            total = total * value % PRIME
        return total

    for part in topological(*nodes):
        found[part] = one(part)

    def value(node: Node) -> int:
        residue = found[node]
        if residue is None:
            raise UndefinedSample
        return residue

    return value


def judged(name: str, matrices: Sequence[Rows], holds: Callable[[Sample], bool]) -> Check:
    """Runs a claim at every sample that has values."""
    seen, modular = 0, False
    for sample in samples(*matrices):
        try:
            holding = holds(sample) if sample.modular else _precisely(holds, sample)
        except (UndefinedSample, ZeroDivisionError):
            continue
        if not holding:
            where = "modulo 2^61 - 1" if sample.modular else "in values to 30 digits"
            return Check(name, FAILED, f"does not hold {where}")
        seen, modular = seen + 1, sample.modular
    if not seen:
        return Check(name, UNAVAILABLE, "no point with values was found")
    if modular:
        return Check(name, PASSED, "holds modulo 2^61 - 1")
    return Check(name, PASSED, f"holds to 20 digits ({seen} {'point' if seen == 1 else 'points'})")


def _precisely(holds: Callable[[Sample], bool], sample: Sample) -> bool:
    import mpmath

    with mpmath.workdps(DIGITS):
        return holds(sample)
