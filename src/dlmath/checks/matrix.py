"""Do matrices have the property that is claimed? Decided by numbers, not by how they were found.

Entries made by the four operations are put into the integers modulo a prime, variables at fixed
residues: an identity of such entries that holds there, holds, but for a chance of about 1e-18.
Other entries get values at points, to 30 digits. Arrays of floats are held against the rounding
errors that backward stable methods may leave (N. J. Higham, Accuracy and Stability of Numerical
Algorithms, 2002).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.errors import LimitReached
from dlmath.expression.graph import Node, free_symbols, topological

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Rows of nodes.
Rows = Sequence[Sequence[Node]]

#: The Mersenne prime 2^61 - 1.
PRIME = (1 << 61) - 1

_DIGITS = 30
_TOLERANCE = 1e-20
_POINTS = 4


class _Undefined(ArithmeticError):
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
                found = evaluate(node, point, _DIGITS)
            except LimitReached as error:
                raise _Undefined from error
            if found != found:
                raise _Undefined
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
            raise _Undefined
        return residue

    return value


def _judged(name: str, matrices: Sequence[Rows], holds: Callable[[Sample], bool]) -> Check:
    """Runs a claim at every sample that has values."""
    seen, modular = 0, False
    for sample in samples(*matrices):
        try:
            holding = holds(sample) if sample.modular else _precisely(holds, sample)
        except (_Undefined, ZeroDivisionError):
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

    with mpmath.workdps(_DIGITS):
        return holds(sample)


def same_products(name: str, left: Sequence[Rows], right: Sequence[Rows]) -> Check:
    """Is the product of the matrices on the left that of those on the right?"""

    def holds(sample: Sample) -> bool:
        return sample.equal(_chain(sample, left), _chain(sample, right))

    return _judged(name, [*left, *right], holds)


def _chain(sample: Sample, factors: Sequence[Rows]) -> list[list[Any]]:
    first, *others = [sample.rows(factor) for factor in factors]
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

    return _judged("a row times A, again and again", [a, claimed], holds)


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

    return _judged(name, [rows for chain in chains for rows in chain], holds)


def _adjoint(sample: Sample, rows: list[list[Any]]) -> list[list[Any]]:
    turned = [list(column) for column in zip(*rows, strict=True)]
    if sample.modular:
        return turned
    import mpmath

    return [[mpmath.conj(entry) for entry in row] for row in turned]


def has_signature(a: Rows, claimed: tuple[int, int, int]) -> Check:
    """The signs of numpy's eigenvalues, where none is too near zero to tell."""
    import numpy as np

    from dlmath.expression.numbers import evaluate

    name = "signs of the eigenvalues in floating point"
    array = np.array([[complex(evaluate(entry)) for entry in row] for row in a])
    values = np.linalg.eigvalsh(array)
    near = 1e-13 * len(a) * float(np.max(np.abs(values), initial=0.0))
    found = (
        int(np.sum(values > near)),
        int(np.sum(values < -near)),
        int(np.sum(np.abs(values) <= near)),
    )
    if found == claimed:
        return Check(name, PASSED, f"{found[0]} positive, {found[1]} negative, {found[2]} zero")
    if found[0] <= claimed[0] and found[1] <= claimed[1]:
        return Check(name, UNAVAILABLE, "an eigenvalue is too near zero to tell its sign")
    return Check(name, FAILED, f"{found[0]} positive, {found[1]} negative, {found[2]} zero")


def is_determinant(a: Rows, claimed: Node) -> Check:
    """Elimination with largest pivots, in other numbers than the answer was found in."""

    def holds(sample: Sample) -> bool:
        found = sample.eliminated(sample.rows(a))[1]
        return sample.equal([[found]], [[sample.value(claimed)]])

    return _judged("determinant by another elimination", [a, [[claimed]]], holds)


def has_rank(a: Rows, claimed: int, name: str = "rank by another elimination") -> Check:
    """The rank at points; at special ones it could be less, nowhere more."""

    def holds(sample: Sample) -> bool:
        return sample.eliminated(sample.rows(a))[0] == claimed

    return _judged(name, [a], holds)


def is_inconsistent(a: Rows, b: Rows) -> Check:
    """Has [A | b] a greater rank than A?"""

    def holds(sample: Sample) -> bool:
        left, right = sample.rows(a), sample.rows(b)
        together = [x + y for x, y in zip(left, right, strict=True)]
        return sample.eliminated(together)[0] > sample.eliminated(left)[0]

    return _judged("the rank of [A | b] is greater than that of A", [a, b], holds)


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

    return _judged("A*v = 0, and rank + dimension = columns", [a, basis], holds)


def is_reduced(a: Rows, reduced: Rows) -> Check:
    """Same row space, leading ones, zeros above and below them, zero rows last."""

    def holds(sample: Sample) -> bool:
        left, right = sample.rows(a), sample.rows(reduced)
        rank = sample.eliminated(left)[0]
        same = sample.eliminated(left + right)[0] == sample.eliminated(right)[0] == rank
        return same and _is_echelon(sample, right)

    return _judged("same row space, in reduced form", [a, reduced], holds)


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
    return _judged("sums of powers of the eigenvalues = traces of powers of A", [a, listed], holds)


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
    return _judged("A*v = lambda*v for every eigenvector, and there are no more", held, holds)


# --- arrays of floats -----------------------------------------------------------------------

_EPS = 2.3e-16


def frobenius(array: Array) -> float:
    """The Frobenius norm, scaled so that squares neither overflow nor vanish."""
    import numpy as np

    largest = float(np.max(np.abs(array), initial=0.0))
    if not 0 < largest < float("inf"):
        return largest
    return largest * float(np.linalg.norm(array / largest))


def small_residual(name: str, residual: Array, size: float, terms: int) -> Check:
    """Is a residual within what rounding explains? size: of what was added up, in the same norm."""
    error = frobenius(residual)
    bound = 20 * (terms + 10) * _EPS * size + 1e-300
    if not (error < float("inf") and size < float("inf")):
        return Check(name, UNAVAILABLE, "floats overflow on this route")
    relative = error / size if size else error
    if error > bound:
        return Check(name, FAILED, f"relative residual {relative:.2e}")
    return Check(name, PASSED, f"relative residual {relative:.1e}")


def close_numbers(name: str, found: Any, expected: Any, bound: float) -> Check:
    """Do two routes to one number agree within a bound on their errors?"""
    error = abs(found - expected)
    if not error < float("inf"):
        return Check(name, UNAVAILABLE, "floats overflow on this route")
    if error > bound:
        return Check(name, FAILED, f"differs by {error:.2e}")
    return Check(name, PASSED, f"agrees within {error:.1e}")


# --- numbers that rest on singular values ----------------------------------------------------


def is_norm(a: Rows, order: str, claimed: Node) -> Check:
    """Against numpy's norm of the matrix in floating point."""
    import numpy as np

    kind: Any = {"1": 1, "2": 2, "inf": np.inf, "fro": "fro"}[order]
    return _against_numpy("numpy's norm", a, claimed, lambda array: np.linalg.norm(array, kind))


def is_condition(a: Rows, order: str, claimed: Node) -> Check:
    """Against numpy's condition number; the errors grow with the number itself."""
    import numpy as np

    kind: Any = {"1": 1, "2": 2, "inf": np.inf, "fro": "fro"}[order]
    name = "numpy's condition number"
    return _against_numpy(name, a, claimed, lambda array: np.linalg.cond(array, kind), grows=True)


def _against_numpy(
    name: str, a: Rows, claimed: Node, compute: Callable[[Array], Any], *, grows: bool = False
) -> Check:
    import numpy as np

    from dlmath.expression.numbers import evaluate

    try:
        array = np.array([[complex(evaluate(entry)) for entry in row] for row in a])
    except OverflowError:
        return Check(name, UNAVAILABLE, "an entry is beyond the largest float")
    with np.errstate(all="ignore"):
        expected = float(compute(array))
    found = evaluate(claimed)
    bound = (1e-11 + (1e-14 * expected if grows else 0)) * expected + 1e-300
    if not bound < expected / 10 and expected:
        return Check(name, UNAVAILABLE, "floats have no digits here")
    return close_numbers(name, found, expected, bound)


def is_exponential(a: Rows, claimed: Rows) -> Check:
    """Against the series I + A + A^2/2! + ..., scaled and squared, to 30 digits."""

    def holds(sample: Sample) -> bool:
        import mpmath

        with mpmath.workdps(_DIGITS + 15):
            found = mpmath.expm(mpmath.matrix(sample.rows(a)))
            return sample.equal(found.tolist(), sample.rows(claimed))

    marker = [[_inexact()]]
    return _judged("series of e^A", [a, claimed, marker], holds)


def _inexact() -> Node:
    """A formula that has no residue, so that values are compared."""
    from dlmath.expression.graph import call, number

    return call("exp", number(2))
