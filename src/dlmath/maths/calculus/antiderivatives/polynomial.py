"""Polynomials in one variable whose coefficients are expressions without it."""

from __future__ import annotations

from collections.abc import Iterable

from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Node,
    add,
    mul,
    neg,
    number,
    power,
    topological,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.forms import (
    depends,
    multiplied_out,
    whole,
)

#: Polynomials of a higher degree are not written out.
MOST_DEGREE = 60

#: Coefficients, that of the lowest power first.
Coefficients = list[Node]


def polynomial(node: Node, x: Node, most: int = MOST_DEGREE) -> Coefficients | None:
    """The coefficients of a polynomial in x, lowest first; None when it is none.

    The zero polynomial is []; otherwise the last coefficient is not zero (as far as it shows).
    """
    known: dict[Node, Coefficients] = {}
    for part in topological(node):
        if part is x:
            known[part] = [ZERO, ONE]
        elif not depends(part, x):
            known[part] = [part]
        elif part.op == "add" and all(arg in known for arg in part.args):
            known[part] = _sum([known[arg] for arg in part.args])
        elif part.op == "mul" and all(arg in known for arg in part.args):
            if sum(len(known[arg]) - 1 for arg in part.args) > most:
                continue
            known[part] = times(*(known[arg] for arg in part.args))
        elif part.op == "pow" and part.args[0] in known:
            size = whole(part.args[1])
            if size is None or size < 0 or size * (len(known[part.args[0]]) - 1) > most:
                continue
            known[part] = times(*[known[part.args[0]]] * size)
    found = known.get(node)
    return None if found is None else trim(found)


def trim(coefficients: Coefficients) -> Coefficients:
    """The coefficients tidied, without leading zeros."""
    result = [part if part.op == "number" else multiplied_out(part) for part in coefficients]
    while result and result[-1] is ZERO:
        result.pop()
    return result


def _sum(parts: list[Coefficients]) -> Coefficients:
    size = max(len(part) for part in parts)
    return [add(*(part[i] for part in parts if i < len(part))) for i in range(size)]


def plus(a: Coefficients, b: Coefficients) -> Coefficients:
    """The sum of two polynomials."""
    return trim(_sum([a, b])) if a or b else []


def times(*factors: Coefficients) -> Coefficients:
    """The product of polynomials, not trimmed."""
    result: Coefficients = [ONE]
    for factor in factors:
        if not factor:
            return []
        terms: list[list[Node]] = [[] for _ in range(len(result) + len(factor) - 1)]
        for i, left in enumerate(result):
            for j, right in enumerate(factor):
                if left is not ZERO and right is not ZERO:
                    terms[i + j].append(mul(left, right))
        result = [add(*parts) for parts in terms]
    return result


def slope_of(coefficients: Coefficients) -> Coefficients:
    """The derivative of a polynomial."""
    return [mul(number(i), part) for i, part in enumerate(coefficients)][1:]


def from_coefficients(coefficients: Iterable[Node], x: Node) -> Node:
    """The polynomial as an expression, tidied."""
    terms = [mul(part, power(x, number(i))) for i, part in enumerate(coefficients)]
    return tidy(add(*terms))


def divide(top: Coefficients, bottom: Coefficients) -> tuple[Coefficients, Coefficients]:
    """Polynomial division: (quotient, remainder)."""
    rest = list(top)
    quotient: Coefficients = [ZERO] * max(0, len(top) - len(bottom) + 1)
    lead = power(bottom[-1], MINUS_ONE)
    while len(rest) >= len(bottom):
        factor = tidy(mul(rest[-1], lead))
        shift = len(rest) - len(bottom)
        quotient[shift] = factor
        for i, part in enumerate(bottom[:-1]):
            rest[shift + i] = add(rest[shift + i], neg(mul(factor, part)))
        rest.pop()
        rest = trim(rest)
    return trim(quotient), rest


def linear(node: Node, x: Node) -> tuple[Node, Node] | None:
    """(a, b) with node = a*x + b and a not zero, else None."""
    found = polynomial(node, x, 1)
    return (found[1], found[0]) if found is not None and len(found) == 2 else None


def quadratic(node: Node, x: Node) -> tuple[Node, Node, Node] | None:
    """(a, b, c) with node = a*x**2 + b*x + c and a not zero, else None."""
    found = polynomial(node, x, 2)
    return (found[2], found[1], found[0]) if found is not None and len(found) == 3 else None


def discriminant(a: Node, b: Node, c: Node) -> Node:
    """b**2 - 4*a*c, multiplied out."""
    return multiplied_out(add(power(b, TWO), mul(number(-4), a, c)))
