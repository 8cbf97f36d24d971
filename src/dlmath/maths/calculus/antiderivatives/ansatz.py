"""Undetermined coefficients: the form of the antiderivative is guessed from the integrand.

The derivative of a product keeps its factors, so the antiderivative of an integrand without
parameters is sought among its own factors, their powers raised by one, beside powers of x and
logarithms. The coefficients come from the integrand's values; they are made exact and the result
is accepted only when its derivative agrees with the integrand at points that were not used.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from itertools import product as choices
from math import isfinite
from typing import Any

from dlmath.answer import Sentence
from dlmath.expression.graph import (
    ONE,
    E,
    Node,
    add,
    call,
    free_symbols,
    is_number,
    mul,
    number,
    power,
)
from dlmath.expression.order import structure_key
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.clean import log_abs
from dlmath.maths.calculus.antiderivatives.derivative import derivative
from dlmath.maths.calculus.antiderivatives.forms import (
    TooLarge,
    as_product,
    depends,
    multiplied_out,
    whole,
)
from dlmath.maths.calculus.antiderivatives.plan import Plan, Problem
from dlmath.maths.calculus.antiderivatives.polynomial import polynomial

_MOST_TERMS = 40
#: Points at which coefficients are fitted, and others at which the fit is proved.
_FIT = tuple(0.37 + 0.113 * k + 0.0007 * k * k for k in range(60))
_PROOF = (-2.713, -1.417, -0.561, 0.193, 0.829, 1.931, 3.137, 4.271)


def ansatz_rule(problem: Problem) -> Plan | None:
    """A sum of multiples of likely terms whose derivative is the integrand."""
    x = problem.x
    if free_symbols(problem.integrand) != {x.name} or problem.depth > 3:
        return None
    if not problem.ops - {"add", "mul", "symbol", "pow"} and not _has_roots(problem):
        return None
    terms = _likely_terms(problem)
    slopes = [derivative(term, x) for term in terms]
    found = _coefficients(problem.integrand, slopes, x)
    if found is None:
        return None
    kept = [mul(number(c), term) for c, term in zip(found, terms, strict=True) if c]
    value = tidy(add(*kept))
    slope = tidy(add(*(mul(number(c), s) for c, s in zip(found, slopes, strict=True) if c)))
    if not _agree(problem.integrand, slope, x):
        return None
    text: Sentence = ("guess the form from the factors, differentiate, compare coefficients",)
    return problem.plan("undetermined coefficients", text, value)


def _has_roots(problem: Problem) -> bool:
    return any(part.op == "pow" and whole(part.args[1]) is None for part in problem.nodes)


# --- the terms of the guess -----------------------------------------------------------------


def _likely_terms(problem: Problem) -> list[Node]:
    """Products of the integrand's factors with powers raised, times powers of x; logarithms."""
    x = problem.x
    try:
        opened = multiplied_out(problem.integrand)
    except TooLarge:
        opened = problem.integrand
    found: dict[Node, None] = {}
    for term in opened.args if opened.op == "add" else (opened,):
        for candidate in _around(term, x):
            found.setdefault(candidate)
    ordered = sorted(found, key=lambda node: (len(structure_key(node)), structure_key(node)))
    return ordered[:_MOST_TERMS]


def _around(term: Node, x: Node) -> Iterable[Node]:
    powers = as_product(term, x).powers
    fixed: list[Node] = []
    free: list[tuple[Node, list[Node]]] = []
    degree = 0
    for base, exponent in powers.items():
        size = whole(exponent)
        if base is x and size is not None:
            degree = size
        elif not depends(base, x):
            fixed.append(power(base, exponent))
            if base is E:
                yield call("Ei", exponent)
        elif size is not None and size > 0 and polynomial(base, x) is not None:
            degree += size * (len(polynomial(base, x) or []) - 1)
        elif is_number(exponent):
            raised = [exponent, number(exponent.number + 1)]
            free.append((base, raised))
            if exponent.number == -1:
                yield tidy(log_abs(base))
        else:
            fixed.append(power(base, exponent))
    if degree < 0:
        yield log_abs(x)
    for raised_powers in choices(*(raised for _, raised in free)):
        factors = [power(base, e) for (base, _), e in zip(free, raised_powers, strict=True)]
        for j in range(min(degree, 0) - 1, max(degree, 0) + 3):
            candidate = tidy(mul(power(x, number(j)), *fixed, *factors))
            if candidate is not ONE and depends(candidate, x):
                yield candidate


# --- the coefficients -----------------------------------------------------------------------


def _values(x: Node) -> Callable[[Node, float], float | None]:
    from dlmath.expression.numbers import evaluate

    def value(node: Node, at: float) -> float | None:
        found = evaluate(node, {x.name: at})
        return float(found) if isinstance(found, (int, float)) and isfinite(found) else None

    return value


def _coefficients(integrand: Node, slopes: list[Node], x: Node) -> list[Fraction] | None:
    """Rational coefficients with sum of c*slope = integrand, by least squares, else None."""
    import numpy

    value = _values(x)
    rows: list[list[float]] = []
    for at in _FIT:
        row = [value(node, at) for node in (*slopes, integrand)]
        known = [each for each in row if each is not None]
        if len(known) == len(row) and 0 < max(map(abs, known)) < 1e12:
            rows.append(known)
    if len(rows) < len(slopes) + 3:
        return None
    table = numpy.array(rows)
    table /= numpy.abs(table).max(axis=1, keepdims=True)
    kept = _independent(table[:, :-1])
    found, *_ = numpy.linalg.lstsq(table[:, kept], table[:, -1], rcond=None)
    exact = [Fraction(0)] * len(slopes)
    for index, c in zip(kept, found.tolist(), strict=True):
        exact[index] = Fraction(c).limit_denominator(720)
    return exact if any(exact) else None


def _independent(columns: Any) -> list[int]:
    """The columns that are not combinations of earlier ones (Gram-Schmidt, twice for accuracy)."""
    import numpy

    kept: list[int] = []
    directions: list[Any] = []
    for index in range(columns.shape[1]):
        column = columns[:, index]
        length = float(numpy.linalg.norm(column))
        if length == 0:
            continue
        rest = column / length
        for _ in range(2):
            for direction in directions:
                rest = rest - direction * (direction @ rest)
        size = float(numpy.linalg.norm(rest))
        if size > 1e-7:
            kept.append(index)
            directions.append(rest / size)
    return kept


def _agree(integrand: Node, slope: Node, x: Node) -> bool:
    """Do both agree at points that the fit has not seen?"""
    value = _values(x)
    compared = 0
    for at in (*_PROOF, *(point + 0.0517 for point in _FIT[::9])):
        left, right = value(integrand, at), value(slope, at)
        if left is None or right is None:
            continue
        compared += 1
        if abs(left - right) > 1e-9 * (1 + abs(left)):
            return False
    return compared >= 5
