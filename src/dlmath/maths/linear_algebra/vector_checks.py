"""The second routes of `vector`: what an answer must satisfy, computed in another way."""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.expression.graph import (
    Node,
    free_symbols,
    is_integer,
    is_number,
    power,
    topological,
)
from dlmath.maths.linear_algebra.angle import is_complex
from dlmath.maths.linear_algebra.vector_scalars import clean, float_of

#: Where variables are put for a comparison in binary64.
_SHIFTS = (0.37, -0.81, 1.43)

#: Binary64 may lose digits to cancellation; agreement to this part of the size confirms.
_TOLERANCE = 1e-9

#: A number found, the number expected, and the size of what was added up to it.
Pair = tuple[Any, Any, float]

Numbers = list[Any]


def at_points(
    name: str, nodes: Sequence[Node], pairs: Callable[[list[Any]], Iterable[Pair]]
) -> Check:
    """Compares the pairs made of the nodes' values, variables put at a few points.

    Points where a part without the imaginary unit has no real value (`sqrt(x)` at -1) are passed
    over: entries are taken as real there. Floats may overflow silently on the way to a value, so
    a difference counts only when values from many digits show it too.
    pairs: is given the values of `nodes` (nested lists for vectors).
    """
    names = sorted(frozenset().union(*map(free_symbols, nodes)))
    compared, worst = 0, 0.0
    for shift in _SHIFTS if names else (0.0,):
        point = {variable: shift + 0.29 * index for index, variable in enumerate(names)}
        if not is_real_there(nodes, point):
            continue
        found = _compared(nodes, point, pairs, float_of)
        if found is None or found.wrong:
            found = _compared(nodes, point, pairs, _from_many_digits)
        if found is None:
            continue
        if found.wrong:
            value, expected, _ = found.wrong
            return Check(name, FAILED, f"{value:.10g} where {expected:.10g} is expected")
        compared += found.agreed
        worst = max(worst, found.worst)
    if not compared:
        return Check(name, UNAVAILABLE, "no point where every number is finite was found")
    counted = "1 value agrees" if compared == 1 else f"{compared} values agree"
    return Check(name, PASSED, f"{counted}, largest relative difference {worst:.2g}")


class _Compared(NamedTuple):
    """How many pairs agree at a point, their largest difference, and one that does not agree."""

    agreed: int
    worst: float
    wrong: Pair | None


def _compared(
    nodes: Sequence[Node],
    point: dict[str, float],
    pairs: Callable[[list[Any]], Iterable[Pair]],
    value_of: Callable[[Node, dict[str, float]], Any],
) -> _Compared | None:
    """The comparison at one point; None where numbers overflow."""
    try:
        found = list(pairs([value_of(node, point) for node in nodes]))
    except (OverflowError, ZeroDivisionError, ValueError):
        return None
    worst, wrong = 0.0, None
    for pair in found:
        value, expected, size = pair
        error = abs(value - expected)
        if not (error < math.inf and size < math.inf):
            return None
        worst = max(worst, error / size if size else error)
        if error > _TOLERANCE * size + 1e-290 and wrong is None:
            wrong = pair
    return _Compared(len(found), worst, wrong)


def _from_many_digits(node: Node, point: dict[str, float]) -> Any:
    """The value from forty digits, rounded to binary64. Raises OverflowError beyond it."""
    from dlmath.expression.precise import evaluate

    return _rounded(evaluate(node, point, 40))


def _rounded(value: Any) -> Any:
    if isinstance(value, list):
        return [_rounded(part) for part in value]
    found = complex(value)
    if abs(found) == math.inf:
        raise OverflowError("beyond the largest float")
    return found.real if not found.imag else found


#: Operations whose value may leave the real numbers.
_MAY_LEAVE = frozenset({"pow", "log", "asin", "acos", "acosh", "atanh", "asec", "acsc", "acoth"})


def is_real_there(nodes: Sequence[Node], point: dict[str, float]) -> bool:
    """Have all parts with variables and without the imaginary unit a real value at the point?"""
    for part in topological(*nodes):
        if part.op not in _MAY_LEAVE or not free_symbols(part) or is_complex(part):
            continue
        if part.op == "pow" and is_integer(part.args[1]):
            continue
        value = float_of(part, point)
        if isinstance(value, complex) and abs(value.imag) > _TOLERANCE * abs(value):
            return False
    return True


def exactly(name: str, holds: bool, words: str) -> Check:
    """A verdict of exact arithmetic."""
    return Check(name, PASSED if holds else FAILED, words if holds else f"not so: {words}")


def numbers_of(entries: Sequence[Node]) -> list[Fraction] | None:
    """The entries as exact fractions; None where one is not rational."""
    if not all(map(is_number, entries)):
        return None
    return [Fraction(entry.number) for entry in entries]


def dotted(a: Numbers, b: Numbers) -> tuple[Any, float]:
    """The inner product of float vectors from the last entry, and the size of its terms."""
    terms = [
        (x.conjugate() if isinstance(x, complex) else x) * y
        for x, y in zip(reversed(a), reversed(b), strict=True)
    ]
    return sum(terms), math.fsum(map(abs, terms))


def check_norm(entries: Sequence[Node], order: Node, result: Node) -> Check:
    """The norm raised to its order is the sum of the sizes raised to it; a maximum bounds them."""
    exact = numbers_of(entries)
    p = None if not is_number(order) else Fraction(order.number)
    if exact is not None and p is None and is_number(result):
        largest = max(exact + [-x for x in exact])
        return exactly("largest of the entries and their opposites", result.number == largest,
                       "the norm is the largest of them")  # fmt: skip
    if exact is not None and p is not None and p.denominator == 1 and 0 < p <= 64:
        raised = clean(power(result, order))
        if is_number(raised):
            total = sum((abs(x) ** int(p) for x in reversed(exact)), Fraction(0))
            words = f"the norm to the power {p} is the sum of |entry|^{p}"
            return exactly("norm raised to its order", raised.number == total, words)
    return at_points("norm from values", [result, *entries], lambda v: [_norm_pair(v, p)])


def _norm_pair(values: Numbers, p: Fraction | None) -> Pair:
    """The norm scaled by the largest entry, so that nothing overflows on the way."""
    found, *entries = values
    sizes = [abs(x) for x in entries]
    largest = max(sizes)
    if p is None or not largest:
        return found, largest, largest
    if p == 0:
        return found, sum(1 for size in sizes if size), 1.0
    expected = largest * math.fsum((size / largest) ** float(p) for size in sizes) ** (1 / float(p))
    return found, expected, expected


def check_angle(a: Node, b: Node, result: Node, value: float | None) -> Check:
    """2*atan2(|u - v|, |u + v|) of the vectors scaled to one length.

    W. Kahan, "How futile are mindless assessments of roundoff", 2006, section 12. value: the angle
    as a number; with variables the cosines are compared, as the inverse cosine loses digits.
    """

    def pairs(values: list[Any]) -> list[Pair]:
        found, x, y = values
        length_x, length_y = _length(x), _length(y)
        u, v = [part / length_x for part in x], [part / length_y for part in y]
        minus = _length([p - q for p, q in zip(u, v, strict=True)])
        plus = _length([p + q for p, q in zip(u, v, strict=True)])
        expected = 2 * math.atan2(minus, plus)
        if value is None:
            return [(cmath.cos(found), math.cos(expected), 1.0)]
        return [(value, expected, max(expected, 1e-6))]

    return at_points("angle from half-angle tangent", [result, a, b], pairs)


def _length(x: Numbers) -> float:
    return math.hypot(*(abs(part) for part in x))


def check_orthogonal(name: str, result: Node, against: Node, other: Node) -> Check:
    """`other` - `result` is perpendicular to `against`, which `result` is a multiple of."""

    def pairs(values: list[Any]) -> list[Pair]:
        p, b, a = values
        rest = [x - y for x, y in zip(a, p, strict=True)]
        found, _ = dotted(b, rest)
        size = _length(b) * (_length(a) + _length(p))
        parallel, _ = dotted(b, p)
        # |<b, p>| = |b||p| holds for multiples only.
        return [(found, 0.0, size), (abs(parallel), _length(b) * _length(p), size)]

    return at_points(name, [result, against, other], pairs)


def check_orthonormal(rows: Sequence[Node], originals: Sequence[Node], matrix: Node) -> list[Check]:
    """The Gram matrix of the rows is the identity, and each original is the sum of its parts."""

    def gram(values: list[Any]) -> list[Pair]:
        vectors = values[0]
        return [
            (dotted(p, q)[0], 1.0 if i == j else 0.0, 1.0)
            for i, p in enumerate(vectors)
            for j, q in enumerate(vectors)
        ]

    def spans(values: list[Any]) -> list[Pair]:
        vectors, *given = values
        pairs: list[Pair] = []
        for x in given:
            parts = [dotted(q, x)[0] for q in vectors]
            for k, entry in enumerate(x):
                total = sum(c * q[k] for c, q in zip(parts, vectors, strict=True))
                pairs.append((total, entry, max(_length(x), 1e-290)))
        return pairs

    return [
        at_points("Gram matrix is the identity", [matrix], gram),
        at_points("the given vectors from their parts", [matrix, *originals], spans),
    ]


def check_combination(
    coefficients: Node, rows: Node, target: Sequence[Node], name: str = "coefficients put back"
) -> Check:
    """The rows, times the coefficients and added from the last, are the target."""
    exact = [numbers_of(row.args) for row in rows.args]
    wanted, scalars = numbers_of(target), numbers_of(coefficients.args)
    if scalars is not None and wanted is not None and all(row is not None for row in exact):
        totals = [Fraction(0)] * len(wanted)
        for scalar, row in zip(reversed(scalars), reversed(exact), strict=True):
            assert row is not None
            totals = [total + scalar * entry for total, entry in zip(totals, row, strict=True)]
        return exactly(name, totals == wanted, "they give the vector exactly")

    def pairs(values: list[Any]) -> list[Pair]:
        found, vectors, *entries = values
        result: list[Pair] = []
        for k, entry in enumerate(entries):
            terms = [c * row[k] for c, row in zip(reversed(found), reversed(vectors), strict=True)]
            size = math.fsum(map(abs, terms)) + abs(entry)
            result.append((sum(terms), entry, size))
        return result

    return at_points(name, [coefficients, rows, *target], pairs)


#: Ranks are counted modulo the Mersenne prime 2^61 - 1.
_PRIME = (1 << 61) - 1


def check_rank(rows: Sequence[Sequence[Node]], rank: int) -> Check:
    """The rank by elimination modulo a prime where all is rational, else to sixty digits.

    The rank modulo a prime is never above the rank; for a prime not chosen for its entries it is
    equal but for a chance of about their size in 2^61.
    """
    exact = [numbers_of(row) for row in rows]
    name = f"rank {rank}"
    if all(row is not None for row in exact):
        try:
            residues = [[_residue(entry) for entry in row or ()] for row in exact]
        except ValueError:
            return Check(name, UNAVAILABLE, "a denominator is divisible by 2^61 - 1")
        found = _rank_of_residues(residues)
        return exactly(name, found == rank, f"elimination modulo 2^61 - 1 finds rank {found}")

    return _rank_at_points(name, rows, rank)


#: Of sixty digits, those below this part of a row are noise.
_NOISE = 1e-40


def _rank_at_points(name: str, rows: Sequence[Sequence[Node]], rank: int) -> Check:
    """The largest rank of the values, to sixty digits, at a few points."""
    from dlmath.expression.precise import evaluate

    names = sorted(frozenset().union(*(free_symbols(entry) for row in rows for entry in row)))
    found = -1
    for shift in _SHIFTS if names else (0.0,):
        point = {variable: shift + 0.29 * index for index, variable in enumerate(names)}
        values = [[evaluate(entry, point, 60) for entry in row] for row in rows]
        if all(x == x and abs(x) != math.inf for row in values for x in row):
            found = max(found, _rank_of_values(values))
    if found < 0:
        return Check(name, UNAVAILABLE, "no point where every entry is finite was found")
    return exactly(name, found == rank, f"elimination with sixty digits finds rank {found}")


def _rank_of_values(rows: list[list[Any]]) -> int:
    """The rank by elimination from the last column, each row measured by its largest entry."""
    import mpmath

    rank = 0
    with mpmath.workdps(60):
        for column in reversed(range(len(rows[0]))):
            sizes = [max(map(abs, row)) or 1 for row in rows[rank:]]
            weights = [
                abs(row[column]) / size for row, size in zip(rows[rank:], sizes, strict=True)
            ]
            if not weights or max(weights) < _NOISE:
                continue
            chosen = rank + weights.index(max(weights))
            rows[rank], rows[chosen] = rows[chosen], rows[rank]
            for k in range(rank + 1, len(rows)):
                factor = rows[k][column] / rows[rank][column]
                scale = max(map(abs, rows[k]))
                pairs = zip(rows[k], rows[rank], strict=True)
                rest = [x - factor * y for x, y in pairs]
                rows[k] = [x if abs(x) > _NOISE * scale else mpmath.mpf(0) for x in rest]
                rows[k][column] = mpmath.mpf(0)
            rank += 1
    return rank


def _residue(value: Fraction) -> int:
    return value.numerator * pow(value.denominator, -1, _PRIME) % _PRIME


def _rank_of_residues(rows: list[list[int]]) -> int:
    """The rank in the integers modulo the prime, from the last column to the first."""
    rank = 0
    for column in reversed(range(len(rows[0]))):
        chosen = next((k for k in range(rank, len(rows)) if rows[k][column]), None)
        if chosen is None:
            continue
        rows[rank], rows[chosen] = rows[chosen], rows[rank]
        scale = pow(rows[rank][column], -1, _PRIME)
        for k in range(rank + 1, len(rows)):
            factor = rows[k][column] * scale % _PRIME
            if factor:
                pairs = zip(rows[k], rows[rank], strict=True)
                rows[k] = [(x - factor * y) % _PRIME for x, y in pairs]
        rank += 1
    return rank
