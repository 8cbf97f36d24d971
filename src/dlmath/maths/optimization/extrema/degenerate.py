"""Critical points where the Hessian alone does not decide: higher terms of the Taylor series.

The splitting lemma (T. Poston and I. Stewart, Catastrophe Theory, 1978, chapter 4): near the
point the function is a sum of squares, with the signs of the eigenvalues that are not zero, and a
function h of as many variables as there are zero eigenvalues, which begins at third order. The
kind of the point is read from the signs of the squares and of h: by its leading terms, in two
variables by the edges of Newton's polygon (V. A. Vassiliev, 1977).
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise, product
from math import cos, pi, sin

#: Exponents to coefficient.
Series = dict[tuple[int, ...], Fraction]

MINIMUM, MAXIMUM, SADDLE = "minimum", "maximum", "saddle"

_POSITIVE, _NEGATIVE, _BOTH = 1, -1, 2


def classify(
    series: Series, size: int, order: int, fuzz: Fraction = Fraction(0)
) -> tuple[str | None, str]:
    """The kind of the critical point at 0 of a Taylor series without constant, and why.

    order: the terms up to this degree are known. fuzz: the part of the largest coefficient that
    counts as zero (0: coefficients are exact). None where the terms do not decide.
    """
    series = _cleaned(series, fuzz)
    matrix = _hessian(series, size)
    chosen = _pivots(matrix, fuzz)
    if chosen is None:
        return SADDLE, "the Hessian takes both signs"
    places, signs = chosen
    if {1, -1} <= set(signs):
        return SADDLE, "the Hessian takes both signs"
    sign = signs[0] if signs else 0
    if len(places) == size:
        kind = MINIMUM if sign > 0 else MAXIMUM
        return kind, "the Hessian is definite"
    rest, count = _reduced(series, matrix, places, size, order, fuzz)
    behaviour, words = _behaviour(rest, count, order)
    if behaviour is None:
        return None, words
    if behaviour == _BOTH or (sign and behaviour != sign):
        return SADDLE, words
    return (MINIMUM if behaviour > 0 else MAXIMUM), words


def _cleaned(series: Series, fuzz: Fraction) -> Series:
    limit = fuzz * max((abs(size) for size in series.values()), default=Fraction(0))
    return {power: size for power, size in series.items() if abs(size) > limit}


def _hessian(series: Series, size: int) -> list[list[Fraction]]:
    matrix: list[list[Fraction]] = [[Fraction(0)] * size for _ in range(size)]
    for power, factor in series.items():
        if sum(power) == 2:
            i, j = (index for index, count in enumerate(power) for _ in range(count))
            matrix[i][j] = matrix[i][j] + factor
            matrix[j][i] = matrix[j][i] + factor
    return matrix


def _pivots(matrix: list[list[Fraction]], fuzz: Fraction) -> tuple[list[int], list[int]] | None:
    """Rows with a pivot in symmetric elimination and the signs; None where it is indefinite."""
    size = len(matrix)
    work = [list(row) for row in matrix]
    zero = fuzz * max((abs(entry) for row in matrix for entry in row), default=Fraction(0))
    places: list[int] = []
    signs: list[int] = []
    left = list(range(size))
    while left:
        best = max(left, key=lambda k: abs(work[k][k]))
        pivot = work[best][best]
        if abs(pivot) <= zero:
            if any(abs(work[i][j]) > zero for i in left for j in left):
                return None
            break
        places.append(best)
        signs.append(1 if pivot > 0 else -1)
        left.remove(best)
        for i in left:
            factor = work[i][best] / pivot
            for j in left:
                work[i][j] = work[i][j] - factor * work[best][j]
    return places, signs


# --- the splitting ----------------------------------------------------------------------------


def _reduced(
    series: Series,
    matrix: list[list[Fraction]],
    places: list[int],
    size: int,
    order: int,
    fuzz: Fraction,
) -> tuple[Series, int]:
    """h of the splitting lemma as a series, and the number of its variables."""
    free = [index for index in range(size) if index not in places]
    count, rank = len(free), len(places)
    width = count + rank
    inverse = _inverse([[matrix[i][j] for j in places] for i in places])
    # x = sum of t_j * (null vector j) + y at the places of the pivots.
    forms: list[Series] = [{} for _ in range(size)]
    for j, index in enumerate(free):
        unit = tuple(int(k == j) for k in range(width))
        forms[index][unit] = Fraction(1)
        for a, place in enumerate(places):
            value = -sum(
                (inverse[a][b] * matrix[other][index] for b, other in enumerate(places)),
                Fraction(0),
            )
            if value != 0:
                forms[place][unit] = value
    for a, place in enumerate(places):
        unit = tuple(int(k == count + a) for k in range(width))
        forms[place][unit] = Fraction(1)
    turned = _cleaned(_substituted(series, forms, width, order), fuzz)
    if rank == 0:
        return turned, count
    solution: list[Series] = [{} for _ in places]
    units = [{tuple(int(k == j) for k in range(count)): Fraction(1)} for j in range(count)]
    higher = {power: c for power, c in turned.items() if sum(power) > 2}
    slopes = [_derivative(higher, count + a) for a in range(rank)]
    for _ in range(order):
        at = [_substituted(slope, [*units, *solution], count, order) for slope in slopes]
        solution = [_plus([(-inverse[a][b], at[b]) for b in range(rank)]) for a in range(rank)]
    return _cleaned(_substituted(turned, [*units, *solution], count, order), fuzz), count


def _inverse(matrix: list[list[Fraction]]) -> list[list[Fraction]]:
    size = len(matrix)
    work = [[*row, *(Fraction(int(i == j)) for j in range(size))] for i, row in enumerate(matrix)]
    for k in range(size):
        pivot = max(range(k, size), key=lambda row: abs(work[row][k]))
        work[k], work[pivot] = work[pivot], work[k]
        scale = work[k][k]
        work[k] = [entry / scale for entry in work[k]]
        for i in range(size):
            if i != k:
                factor = work[i][k]
                work[i] = [a - factor * b for a, b in zip(work[i], work[k], strict=True)]
    return [row[size:] for row in work]


def _times(a: Series, b: Series, order: int) -> Series:
    result: Series = {}
    for p, x in a.items():
        for q, y in b.items():
            if sum(p) + sum(q) <= order:
                key = tuple(i + j for i, j in zip(p, q, strict=True))
                result[key] = result.get(key, Fraction(0)) + x * y
    return result


def _plus(parts: Sequence[tuple[Fraction, Series]]) -> Series:
    result: Series = {}
    for factor, series in parts:
        for power, size in series.items():
            result[power] = result.get(power, Fraction(0)) + factor * size
    return result


def _substituted(series: Series, forms: Sequence[Series], width: int, order: int) -> Series:
    """The series with a series for each variable, cut after the order."""
    one: Series = {(0,) * width: Fraction(1)}
    powers: list[list[Series]] = [[one] for _ in forms]
    total: Series = {}
    for power, size in series.items():
        if sum(power) > order:
            continue
        term = one
        for index, count in enumerate(power):
            while len(powers[index]) <= count:
                powers[index].append(_times(powers[index][-1], forms[index], order))
            term = _times(term, powers[index][count], order)
        for key, value in term.items():
            total[key] = total.get(key, Fraction(0)) + size * value
    return {power: size for power, size in total.items() if size != 0}


def _derivative(series: Series, index: int) -> Series:
    result: Series = {}
    for power, size in series.items():
        if power[index]:
            lower = tuple(e - (i == index) for i, e in enumerate(power))
            result[lower] = result.get(lower, Fraction(0)) + size * power[index]
    return result


# --- the sign of what is left -----------------------------------------------------------------


def _behaviour(rest: Series, count: int, order: int) -> tuple[int | None, str]:
    if not rest:
        return None, f"no term up to order {order} decides"
    lowest = min(map(sum, rest))
    leading = {power: size for power, size in rest.items() if sum(power) == lowest}
    if lowest % 2:
        return _BOTH, f"the first terms that do not vanish have odd order {lowest}"
    if count == 1:
        (size,) = leading.values()
        where = f"along the flat direction the first term that does not vanish has order {lowest}"
        return (_POSITIVE if size > 0 else _NEGATIVE), where
    found = form_sign(leading, count, lowest)
    if found is not None:
        return found, f"by the terms of order {lowest}"
    if count == 2:
        for turn in (1, -1):
            signed = {power: turn * size for power, size in rest.items()}
            verdict = _by_polygon(signed)
            if verdict is not None:
                return (verdict if verdict == _BOTH else turn), "by the edges of Newton's polygon"
    return None, "terms of several orders compete"


def form_sign(form: Series, count: int, degree: int) -> int | None:
    """The sign of a form of even degree: of one sign, of both, or None where it touches zero."""
    if count == 2:
        values = []
        pieces = 1440
        for step in range(pieces):
            angle = pi * (step + 0.5) / pieces
            values.append(_value(form, (cos(angle), sin(angle))))
        bound = 2 * degree * float(sum(abs(size) for size in form.values())) * pi / pieces
    else:
        values = [_value(form, place) for place in product((0, 1, -1, 2, -2), repeat=count)]
        bound = float("inf")  # samples show both signs; they do not prove one
        even = all(all(e % 2 == 0 for e in power) for power in form)
        pure = {index for power in form for index, e in enumerate(power) if e == degree}
        if even and len(pure) == count:
            signs = {size > 0 for size in form.values()}
            if len(signs) == 1:
                return _POSITIVE if signs == {True} else _NEGATIVE
    largest = max(abs(value) for value in values)
    if min(values) < -1e-12 * largest and max(values) > 1e-12 * largest:
        return _BOTH
    if min(values) > bound:
        return _POSITIVE
    return _NEGATIVE if max(values) < -bound else None


def _value(form: Series, place: Sequence[float]) -> float:
    total = 0.0
    for power, size in form.items():
        term = float(size)
        for x, e in zip(place, power, strict=True):
            term *= x**e
        total += term
    return total


def _by_polygon(series: Series) -> int | None:
    """1 where the point is a minimum, 2 where both signs occur, None where this does not tell.

    For every compact edge of Newton's polygon the terms on it, at x = +-1, are a polynomial in y
    without real zeros but 0; the polygon reaches both axes.
    """
    pure_x = min((p[0] for p in series if p[1] == 0), default=None)
    pure_y = min((p[1] for p in series if p[0] == 0), default=None)
    edges = _edges(sorted(series))
    lower = False
    for edge in edges:
        terms = {power: series[power] for power in edge}
        for side in (1, -1):
            verdict = _edge_sign(terms, side)
            if verdict is None:
                return None
            lower = lower or verdict < 0
    if lower:
        vertices = [series[p] for edge in edges for p in (edge[0], edge[-1])]
        mixed = any(size > 0 for size in vertices)
        return _BOTH if mixed else None
    if pure_x is None or pure_y is None:
        return None
    return _POSITIVE


def _edges(points: list[tuple[int, ...]]) -> list[list[tuple[int, ...]]]:
    """The points on each compact edge of the lower left hull."""
    hull: list[tuple[int, ...]] = []
    best: dict[int, int] = {}
    for x, y in points:
        best[x] = min(y, best.get(x, y))
    for x in sorted(best):
        point = (x, best[x])
        if hull and point[1] >= hull[-1][1]:
            continue
        while len(hull) >= 2 and _turn(hull[-2], hull[-1], point) <= 0:
            hull.pop()
        hull.append(point)
    edges = []
    for a, b in pairwise(hull):
        edges.append([p for p in points if _turn(a, b, p) == 0 and a[0] <= p[0] <= b[0]])
    return edges or ([[hull[0]]] if hull else [])


def _turn(a: tuple[int, ...], b: tuple[int, ...], c: tuple[int, ...]) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _edge_sign(terms: Series, side: int) -> int | None:
    """1 where the polynomial of an edge at x = side is positive for all y but 0; -1 where it is
    negative somewhere; None where it touches zero."""
    import numpy as np

    degree = max(p[1] for p in terms)
    row = [0.0] * (degree + 1)
    for power, size in terms.items():
        row[degree - power[1]] += float(size) * side ** power[0]
    roots = np.roots(row)
    real = sorted(
        float(r.real) for r in roots if abs(r.imag) < 1e-6 * (1 + abs(r)) and abs(r) > 1e-9
    )
    marks = sorted([*real, 0.0])
    between = [(a + b) / 2 for a, b in pairwise(marks)]
    between += [2 * marks[0] - 1, 2 * marks[-1] + 1]
    for y in between:
        size_of_terms = sum(abs(float(size)) * abs(y) ** power[1] for power, size in terms.items())
        if _value(terms, (float(side), y)) < -1e-9 * size_of_terms:
            return -1
    return None if real else 1
