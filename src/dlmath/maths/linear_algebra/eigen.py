"""Exact eigenvalues, where they have simple exact forms, and what is made of them."""

from __future__ import annotations

from itertools import pairwise
from math import gcd, lcm
from typing import Any, NamedTuple

from dlmath.expression.graph import (
    Node,
    add,
    call,
    div,
    free_symbols,
    is_number,
    mul,
    neg,
    number,
    power,
    sqrt,
    symbol,
)
from dlmath.maths.linear_algebra.determinant import characteristic_polynomial
from dlmath.maths.linear_algebra.elimination import null_space, reduce
from dlmath.maths.linear_algebra.factorizations import _tidied, length, orthogonalize
from dlmath.maths.linear_algebra.fields import (
    NodeRows,
    choose_field,
    elements,
    nodes,
    transposed,
)
from dlmath.settings import Settings


class Eigen(NamedTuple):
    """One eigenvalue. times: its algebraic multiplicity. vectors: a basis of its eigenspace."""

    value: Node
    times: int
    vectors: NodeRows


def eigenvalues(a: NodeRows, settings: Settings) -> list[tuple[Node, int]] | None:
    """Distinct eigenvalues with multiplicities; None where they have no simple exact form."""
    triangular = _diagonal(a)
    if triangular is not None:
        return _sorted(_counted(triangular))
    coefficients = characteristic(a, settings)
    if len(coefficients) == 3 and not any(free_symbols(part) for part in coefficients):
        return _sorted(_counted(_quadratic(*coefficients)))
    found = _by_factors(coefficients, settings)
    return None if found is None else _sorted(found)


def characteristic(a: NodeRows, settings: Settings) -> list[Node]:
    """Coefficients of det(x*I - A), highest power first."""
    field = choose_field((entry for row in a for entry in row), settings)
    return [field.node(part) for part in characteristic_polynomial(field, elements(field, a))]


def polynomial(coefficients: list[Node], name: str = "lambda") -> Node:
    """The coefficients, highest power first, as an expression."""
    x = symbol(name)
    degree = len(coefficients) - 1
    terms = (mul(part, power(x, number(degree - k))) for k, part in enumerate(coefficients))
    return _tidied(add(*terms))


def _diagonal(a: NodeRows) -> list[Node] | None:
    """The diagonal of a triangular matrix."""
    size = len(a)
    zero = number(0)
    below = all(a[i][j] is zero for i in range(size) for j in range(i))
    above = all(a[i][j] is zero for i in range(size) for j in range(i + 1, size))
    return [a[i][i] for i in range(size)] if below or above else None


def _counted(values: list[Node]) -> list[tuple[Node, int]]:
    return [(value, values.count(value)) for value in dict.fromkeys(values)]


def _quadratic(a: Node, b: Node, c: Node) -> list[Node]:
    """Both roots of a*x^2 + b*x + c."""
    from dlmath.expression.tidy import expand, tidy

    inside = tidy(expand(add(power(b, number(2)), mul(number(-4), a, c))))
    root = tidy(sqrt(inside))
    under = mul(number(2), a)
    return [tidy(expand(tidy(div(add(neg(b), part), under)))) for part in (neg(root), root)]


def _by_factors(coefficients: list[Node], settings: Settings) -> list[tuple[Node, int]] | None:
    from dlmath.expression.from_sympy import from_sympy
    from dlmath.expression.sympy_names import load_sympy
    from dlmath.expression.to_sympy import to_sympy

    load_sympy()
    from sympy import Dummy, Poly
    from sympy.polys.polyerrors import PolynomialError

    x = Dummy("x")
    translated = [to_sympy(part, settings.assume) for part in coefficients]
    try:
        factors = Poly(translated, x, extension=True).factor_list()[1]
    except (PolynomialError, NotImplementedError):
        return None
    found: list[tuple[Node, int]] = []
    for factor, count in factors:
        parts = [_tidied(from_sympy(part)) for part in factor.all_coeffs()]
        if len(parts) > 3:
            return None
        if len(parts) == 2:
            found.append((_tidied(neg(div(parts[1], parts[0]))), count))
        else:
            found += [(root, count * times) for root, times in _counted(_quadratic(*parts))]
    return found


def _sorted(found: list[tuple[Node, int]]) -> list[tuple[Node, int]]:
    """From the least to the greatest, where they are real numbers."""
    if any(free_symbols(value) for value, _ in found):
        return found
    from dlmath.expression.precise import evaluate

    def key(pair: tuple[Node, int]) -> tuple[float, float]:
        value = complex(evaluate(pair[0], {}, 20))
        return round(value.real, 12), value.imag

    return sorted(found, key=key)


def eigen(a: NodeRows, settings: Settings) -> list[Eigen] | None:
    """Eigenvalues with bases of their eigenspaces; None without a simple exact form."""
    values = eigenvalues(a, settings)
    if values is None:
        return None
    return [Eigen(value, count, eigenspace(a, value, settings)) for value, count in values]


def eigenspace(a: NodeRows, value: Node, settings: Settings) -> NodeRows:
    """A basis of the solutions of (A - value*I) v = 0."""
    shifted = [
        [add(entry, neg(value)) if i == j else entry for j, entry in enumerate(row)]
        for i, row in enumerate(a)
    ]
    entries = (entry for row in shifted for entry in row)
    field = choose_field(entries, settings, simplify=False)
    reduced = reduce(field, elements(field, shifted))
    basis = nodes(field, null_space(field, reduced, len(a)))
    return [whole(vector) for vector in basis]


def whole(vector: list[Node]) -> list[Node]:
    """A rational vector stretched to whole numbers without a common divisor, the first above 0."""
    if not all(is_number(entry) for entry in vector):
        return vector
    values = [entry.number for entry in vector]
    common = lcm(*(value.denominator for value in values))
    whole_ones = [int(value * common) for value in values]
    shared = gcd(*whole_ones) or 1
    if next((value for value in whole_ones if value), 1) < 0:
        shared = -shared
    return [number(value // shared) for value in whole_ones]


def singular_values(
    gram: NodeRows, settings: Settings
) -> list[tuple[Node, list[list[Node]]]] | None:
    """For A* A: each singular value above zero with an orthonormal basis, the largest first."""
    pairs = eigen(gram, settings)
    if pairs is None:
        return None
    found = []
    for pair in reversed(pairs):
        if is_number(pair.value) and pair.value.number == 0:
            continue
        field = choose_field((entry for vector in pair.vectors for entry in vector), settings)
        separate = orthogonalize(field, elements(field, pair.vectors))
        units = []
        for vector in nodes(field, separate.vectors):
            size = length(vector)
            units.append([_tidied(div(entry, size)) for entry in vector])
        found.append((_tidied(sqrt(pair.value)), units))
    return found


def exponential(a: NodeRows, values: list[tuple[Node, int]], settings: Settings) -> NodeRows:
    """e^A by Newton's interpolation of e^x on the eigenvalues, with repetition.

    G. H. Golub, C. F. Van Loan, Matrix Computations, 2013, section 9.1.4. A double eigenvalue
    takes the derivative of e^x, so that defective matrices need no other treatment.
    """
    size = len(a)
    points = [value for value, count in values for _ in range(count)]
    table = _divided_differences(points)
    result = [[number(0)] * size for _ in range(size)]
    factor = [[number(int(i == j)) for j in range(size)] for i in range(size)]
    for k, point in enumerate(points):
        result = [
            [add(old, mul(table[k], new)) for old, new in zip(row, line, strict=True)]
            for row, line in zip(result, factor, strict=True)
        ]
        shifted = [
            [add(entry, neg(point)) if i == j else entry for j, entry in enumerate(row)]
            for i, row in enumerate(a)
        ]
        factor = _product(factor, shifted)
    return [[_neat(entry, settings) for entry in row] for row in result]


def _neat(node: Node, settings: Settings) -> Node:
    from dlmath.expression.tidy import expand, tidy

    return tidy(expand(tidy(node)))


def _divided_differences(points: list[Node]) -> list[Node]:
    """f[x0], f[x0, x1], ... of f = exp; equal points stand together."""
    column: list[Node] = [call("exp", point) for point in points]
    result = [column[0]]
    for order in range(1, len(points)):
        following: list[Node] = []
        for k in range(len(points) - order):
            first, last = points[k], points[k + order]
            if first is last:
                factorial = 1
                for part in range(2, order + 1):
                    factorial *= part
                following.append(div(call("exp", first), number(factorial)))
            else:
                gap = add(last, neg(first))
                following.append(_tidied(div(add(column[k + 1], neg(column[k])), gap)))
        column = following
        result.append(column[0])
    return result


def _product(a: NodeRows, b: NodeRows) -> NodeRows:
    columns = transposed(b)
    return [
        [_tidied(add(*(mul(x, y) for x, y in zip(row, column, strict=True)))) for column in columns]
        for row in a
    ]


def signature(coefficients: list[Any]) -> tuple[int, int, int]:
    """How many eigenvalues are positive, negative, zero, where all are real (Descartes' rule).

    coefficients: rational, of the characteristic polynomial, highest power first.
    """
    zero = 0
    while not coefficients[-1 - zero]:
        zero += 1
    signs = [part > 0 for part in coefficients if part]
    positive = sum(x is not y for x, y in pairwise(signs))
    return positive, len(coefficients) - 1 - zero - positive, zero
