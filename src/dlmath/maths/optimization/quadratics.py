"""Polynomials of degree one and two with exact coefficients, and definite matrices."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import NamedTuple

from dlmath.expression.graph import Exact, Node, free_symbols, topological

#: Exponents to coefficient: {(2, 0): 3} is 3*x^2 of x and y.
Polynomial = dict[tuple[int, ...], Fraction]

_MOST_TERMS = 3000
_MOST_DEGREE = 40


def polynomial(node: Node, names: Sequence[str], degree: int = _MOST_DEGREE) -> Polynomial | None:
    """The polynomial with rational coefficients that a node is, or None.

    None too where its degree, or a part's, is above `degree`, or it has thousands of terms.
    """
    size = len(names)
    done: dict[Node, Polynomial | None] = {}
    for part in topological(node):
        done[part] = _one(part, [done[arg] for arg in part.args], names, size, degree)
    return done[node]


def _one(
    part: Node, args: list[Polynomial | None], names: Sequence[str], size: int, degree: int
) -> Polynomial | None:
    if part.op == "number":
        return {(0,) * size: Fraction(part.number)} if part.number else {}
    if part.op == "symbol":
        if part.name not in names:
            return None
        place = list(names).index(part.name)
        return {tuple(int(index == place) for index in range(size)): Fraction(1)}
    if part.op == "pow":
        exponent = part.args[1]
        if exponent.op != "number" or not isinstance(exponent.number, int) or args[0] is None:
            return None
        return _power(args[0], exponent.number, size, degree)
    if part.op not in ("add", "mul") or any(arg is None for arg in args):
        return None
    result: Polynomial = {} if part.op == "add" else {(0,) * size: Fraction(1)}
    for arg in args:
        assert arg is not None
        found = plus(result, arg) if part.op == "add" else times(result, arg, degree)
        if found is None:
            return None
        result = found
    return result


def plus(a: Polynomial, b: Polynomial) -> Polynomial:
    """The sum."""
    result = dict(a)
    for power, size in b.items():
        total = result.get(power, Fraction(0)) + size
        if total:
            result[power] = total
        else:
            result.pop(power, None)
    return result


def times(a: Polynomial, b: Polynomial, degree: int = _MOST_DEGREE) -> Polynomial | None:
    """The product, or None where it is too large."""
    if len(a) * len(b) > 20 * _MOST_TERMS:
        return None
    result: Polynomial = {}
    for power, size in a.items():
        for other, factor in b.items():
            key = tuple(i + j for i, j in zip(power, other, strict=True))
            result[key] = result.get(key, Fraction(0)) + size * factor
    result = {power: size for power, size in result.items() if size}
    if len(result) > _MOST_TERMS or any(sum(power) > degree for power in result):
        return None
    return result


def _power(base: Polynomial, exponent: int, size: int, degree: int) -> Polynomial | None:
    if exponent < 0 or exponent > degree:
        constant = (0,) * size
        if set(base) != {constant}:
            return None
        return {constant: base[constant] ** exponent}
    result: Polynomial | None = {(0,) * size: Fraction(1)}
    for _ in range(exponent):
        result = times(result, base, degree) if result is not None else None
    return result


def linear_parts(node: Node, names: Sequence[str]) -> tuple[list[Fraction], Fraction] | None:
    """The coefficients and the constant of an affine expression, or None."""
    if not free_symbols(node) <= set(names):
        return None
    found = polynomial(node, names, 1)
    if found is None:
        return None
    size = len(names)
    zero = Fraction(0)
    unit = [tuple(int(i == place) for i in range(size)) for place in range(size)]
    return [found.get(power, zero) for power in unit], found.get((0,) * size, zero)


class Quadratic(NamedTuple):
    """x'Ax/2 + b'x + c: A symmetric (the Hessian), all exact."""

    matrix: list[list[Fraction]]
    linear: list[Fraction]
    constant: Fraction


def quadratic(node: Node, names: Sequence[str]) -> Quadratic | None:
    """The quadratic function that a node is, or None."""
    found = polynomial(node, names, 2)
    if found is None:
        return None
    size = len(names)
    matrix = [[Fraction(0)] * size for _ in range(size)]
    linear = [Fraction(0)] * size
    constant = Fraction(0)
    for power, factor in found.items():
        places = [index for index, count in enumerate(power) for _ in range(count)]
        if not places:
            constant = factor
        elif len(places) == 1:
            linear[places[0]] = factor
        else:
            i, j = places
            matrix[i][j] += factor
            matrix[j][i] += factor
    return Quadratic(matrix, linear, constant)


def pivots(matrix: Sequence[Sequence[Exact]]) -> list[Fraction] | None:
    """The pivots of symmetric elimination, or None where the matrix is seen to be indefinite.

    A = L D L' exactly; where a pivot on the diagonal is zero its row must be zero, else the matrix
    takes both signs. The signs of the pivots are those of the eigenvalues (Sylvester's law).
    """
    work = [[Fraction(entry) for entry in row] for row in matrix]
    found: list[Fraction] = []
    size = len(work)
    for k in range(size):
        pivot = work[k][k]
        if pivot == 0:
            if any(work[k][j] for j in range(k + 1, size)):
                return None
            found.append(pivot)
            continue
        found.append(pivot)
        for i in range(k + 1, size):
            factor = work[i][k] / pivot
            if factor:
                for j in range(k, size):
                    work[i][j] -= factor * work[k][j]
    return found


def definiteness(matrix: Sequence[Sequence[Exact]]) -> str:
    """`positive definite`, `positive semidefinite`, `negative ...`, `zero` or `indefinite`."""
    found = pivots(matrix)
    if found is None or (any(p > 0 for p in found) and any(p < 0 for p in found)):
        return "indefinite"
    if not any(found):
        return "zero"
    sign = "positive" if any(p > 0 for p in found) else "negative"
    return f"{sign} definite" if all(found) else f"{sign} semidefinite"


# --- quotients ------------------------------------------------------------------------------


def numerator(node: Node, names: Sequence[str]) -> Polynomial | None:
    """The numerator of a quotient of polynomials that a node is (not reduced), or None."""
    size = len(names)
    one: Polynomial = {(0,) * size: Fraction(1)}
    done: dict[Node, tuple[Polynomial, Polynomial] | None] = {}
    for part in topological(node):
        args = [done[arg] for arg in part.args]
        found: tuple[Polynomial, Polynomial] | None = None
        if part.op in ("number", "symbol"):
            plain = polynomial(part, names)
            found = None if plain is None else (plain, one)
        elif part.op in ("add", "mul"):
            found = _joined(part.op, args, one)
        elif part.op == "pow" and args[0] is not None:
            found = _quotient_power(part.args[1], args[0], size)
        done[part] = found
    result = done[node]
    return None if result is None else result[0]


def _joined(
    op: str, args: list[tuple[Polynomial, Polynomial] | None], one: Polynomial
) -> tuple[Polynomial, Polynomial] | None:
    above: Polynomial | None = {} if op == "add" else one
    below: Polynomial | None = one
    for arg in args:
        if arg is None or above is None or below is None:
            return None
        if op == "mul":
            above, below = times(above, arg[0]), times(below, arg[1])
        elif arg[1] == below:
            above = plus(above, arg[0])
        else:
            left, right = times(above, arg[1]), times(arg[0], below)
            above = None if left is None or right is None else plus(left, right)
            below = times(below, arg[1])
    return None if above is None or below is None else (above, below)


def _quotient_power(
    exponent: Node, base: tuple[Polynomial, Polynomial], size: int
) -> tuple[Polynomial, Polynomial] | None:
    if exponent.op != "number" or not isinstance(exponent.number, int):
        return None
    above, below = base if exponent.number > 0 else (base[1], base[0])
    count = abs(exponent.number)
    if not below or not above or count > _MOST_DEGREE:
        return None
    powers = [_power(part, count, size, _MOST_DEGREE) for part in (above, below)]
    if powers[0] is None or powers[1] is None:
        return None
    return powers[0], powers[1]
