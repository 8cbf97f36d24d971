"""Proofs that an expression is nowhere negative (or nowhere zero) on a box, which may be infinite.

By the terms of a sum, by the exact roots of a polynomial of one variable, by a quadratic form in
monomials (a sum of squares), or by interval arithmetic on a subdivision of the box.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import product
from math import inf, isfinite
from random import Random
from typing import Any

from dlmath.expression.graph import Node, free_symbols, is_number
from dlmath.expression.intervals import Enclosures, Interval, Unsupported
from dlmath.expression.real import is_not_negative
from dlmath.expression.tidy import expand, split_coefficient, tidy
from dlmath.maths.optimization.quadratics import Polynomial, pivots, polynomial

#: Boxes that are looked at before a proof by subdivision is given up.
_BOXES = 1500

#: Places of each size that are tried for a value below zero, before boxes are cut.
_TRIED = 20

Box = Sequence[Interval]


def proved_nonnegative(
    node: Node, names: Sequence[str], box: Box, *, strictly: bool = False
) -> str | None:
    """How it is proved that the values on the box are at least zero (above zero), or None."""
    forms = dict.fromkeys((node, tidy(node), expand(node)))
    for form in forms:
        if _by_terms(form, names, box, strictly=strictly):
            return "every term is at least zero" if form.op == "add" else "every factor is"
    found = polynomial(node, names)
    if found is not None:
        if len(names) == 1:
            proof = _by_roots(found, box[0], strictly=strictly)
            if proof is not None:
                return proof
        if not strictly and _sum_of_squares(found):
            return "it is a sum of squares"
        if strictly and found.get((0,) * len(names), Fraction(0)) > 0:
            rest = dict(found)
            rest.pop((0,) * len(names))
            if _sum_of_squares(rest):
                return "it is a sum of squares and a positive number"
    for form in forms:
        if _by_subdivision(form, names, box, strictly=strictly):
            return "interval arithmetic"
    return None


def _by_terms(node: Node, names: Sequence[str], box: Box, *, strictly: bool) -> bool:
    terms = node.args if node.op == "add" else (node,)
    if not all(_nonnegative_product(term, names, box) for term in terms):
        return False
    return not strictly or any(is_number(term) and term.number > 0 for term in terms)


def _nonnegative_product(term: Node, names: Sequence[str], box: Box) -> bool:
    coefficient, rest = split_coefficient(term)
    if coefficient < 0:
        return False
    factors = rest.args if rest.op == "mul" else (rest,)
    return all(
        is_not_negative(factor)
        or _bounded_below(factor, names, box)
        or (factor.op == "add" and all(_nonnegative_product(t, names, box) for t in factor.args))
        for factor in factors
    )


def _bounded_below(node: Node, names: Sequence[str], box: Box) -> bool:
    try:
        bounds = Enclosures([node], names)(box)[0]
    except Unsupported:
        return False
    return bounds is not None and bounds[0] >= 0


def _by_roots(found: Polynomial, ends: Interval, *, strictly: bool) -> str | None:
    """A polynomial of one variable: its roots of odd multiplicity in the interval, exactly."""
    from dlmath.expression.to_sympy import load_sympy

    sympy = load_sympy()
    x = sympy.Symbol("x")
    rational = {
        power: sympy.Rational(size.numerator, size.denominator) for power, size in found.items()
    }
    if not rational:
        return None if strictly else "it is zero"
    poly = sympy.Poly(rational, x, domain="QQ")
    low, high = (None if not isfinite(end) else sympy.Rational(end) for end in ends)
    crossing: Any = 1
    for factor, count in poly.sqf_list()[1]:
        if strictly or count % 2:
            crossing *= factor
    if crossing != 1:
        inside = crossing.count_roots(low, high)
        inside -= sum(1 for end in (low, high) if end is not None and crossing.eval(end) == 0)
        if inside:
            return None
        if strictly and any(end is not None and poly.eval(end) == 0 for end in (low, high)):
            return None
    middle = _inside(ends)
    while poly.eval(sympy.Rational(middle)) == 0:
        middle += Fraction(1, 1024)
    value = poly.eval(sympy.Rational(middle.numerator, middle.denominator))
    return "its exact roots: it does not change sign" if value > 0 else None


def _inside(ends: Interval) -> Fraction:
    low, high = ends
    if isfinite(low) and isfinite(high):
        return (Fraction(low) + Fraction(high)) / 2
    if isfinite(low):
        return Fraction(low) + 1
    return Fraction(high) - 1 if isfinite(high) else Fraction(0)


def _sum_of_squares(found: Polynomial) -> bool:
    """Is it a quadratic form in monomials with a matrix that is positive semidefinite?

    Each monomial is given to one pair of halves: even ones to the square of their half, the
    others to a product of two halves that occur. Not every sum of squares is found so.
    """
    halves = [
        tuple(e // 2 for e in power)
        for power, size in found.items()
        if all(e % 2 == 0 for e in power) and size > 0
    ]
    if not halves:
        return not found
    place = {half: index for index, half in enumerate(halves)}
    size = len(halves)
    if size > 40:
        return False
    matrix = [[Fraction(0)] * size for _ in range(size)]
    for power, factor in found.items():
        half = tuple(e // 2 for e in power)
        if all(e % 2 == 0 for e in power) and half in place:
            matrix[place[half]][place[half]] += factor
            continue
        pairs = [
            (i, j)
            for (a, i), (b, j) in product(place.items(), repeat=2)
            if i < j and tuple(p + q for p, q in zip(a, b, strict=True)) == power
        ]
        if not pairs:
            return False
        share = factor / (2 * len(pairs))
        for i, j in pairs:
            matrix[i][j] += share
            matrix[j][i] += share
    signs = pivots(matrix)
    return signs is not None and all(sign >= 0 for sign in signs)


# --- subdivision ----------------------------------------------------------------------------


def _by_subdivision(node: Node, names: Sequence[str], box: Box, *, strictly: bool) -> bool:
    if not free_symbols(node) <= set(names) or len(names) > 3:
        return False
    try:
        bounds = Enclosures([node], names)
    except Unsupported:
        return False
    if _negative_somewhere(bounds, box):
        return False
    waiting = [tuple(box)]
    for _ in range(_BOXES):
        if not waiting:
            return True
        part = waiting.pop()
        found = bounds(part)[0]
        if found is None:
            continue
        if found[0] > 0 or (found[0] >= 0 and not strictly):
            continue
        if found[1] < 0:
            return False
        pieces = list(halved(part))
        if not pieces:
            return False
        waiting.extend(pieces)
    return not waiting


def _negative_somewhere(bounds: Enclosures, box: Box) -> bool:
    """Is a value below zero found quickly, at places of several sizes?"""
    chance = Random(7)  # noqa: S311  places to try, no secret
    for size in (1.0, 3.0, 10.0):
        for _ in range(_TRIED):
            place = [min(max(chance.uniform(-size, size), low), high) for low, high in box]
            found = bounds([(x, x) for x in place])[0]
            if found is not None and found[1] < 0:
                return True
    return False


def halved(box: tuple[Interval, ...]) -> Iterator[tuple[Interval, ...]]:
    """The two halves across the longest side; nothing where the box is too small to cut."""
    place = max(range(len(box)), key=lambda index: _length(box[index]))
    low, high = box[place]
    middle = _cut(low, high)
    if middle is None:
        return
    yield (*box[:place], (low, middle), *box[place + 1 :])
    yield (*box[:place], (middle, high), *box[place + 1 :])


def _length(side: Interval) -> float:
    return side[1] - side[0]


def _cut(low: float, high: float) -> float | None:
    """Where a side is cut: infinite ones at powers of ten outwards."""
    if low == -inf and high == inf:
        return 0.0
    if high == inf:
        return 1.0 if -1 < low < 1 else (10 * low if low > 0 else low / 10)
    if low == -inf:
        return -1.0 if -1 < high < 1 else (10 * high if high < 0 else high / 10)
    middle = low + (high - low) / 2
    if high - low < 1e-7 * max(1.0, abs(low), abs(high)) or not low < middle < high:
        return None
    return middle
