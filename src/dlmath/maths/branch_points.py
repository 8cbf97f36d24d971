"""Points on every branch: two functions that agree on one branch may differ on another.

`relu(x - exp(20))` is 0 at every moderate point, `floor(x/10^7)` is one formula for millions of
them. The places where an expression changes its formula are found, and a point is taken on each
side of them, so that a comparison by values sees every branch near these places.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from time import monotonic
from typing import Any

from dlmath.checks.values import Point, fits, sample_points
from dlmath.errors import DlmathError
from dlmath.expression.graph import Node, free_symbols, number, substitute, topological

#: Places looked at, nearest to zero first.
_MOST_PLACES = 12

#: Expressions with more nodes are not searched.
_MOST_NODES = 400

#: How far beside a place a point is taken, as a part of its size (at least 1).
_BESIDE = (Fraction(1, 1000), Fraction(1, 10**6))

#: Operations that have one formula wherever they are defined.
_SMOOTH = frozenset(
    "number symbol constant add mul vector exp sin cos sinh cosh tanh atan asinh erf erfc erfi "
    "sigmoid softplus gelu silu mish".split()
)


def branch_points(
    expressions: Sequence[Node],
    names: Sequence[str],
    assume: Mapping[str, frozenset[str]],
    seconds: float = 1.0,
) -> list[Point]:
    """Points beside the places where the expressions change their formula, and in between.

    With several variables each in turn runs through its places while the others stay fixed.
    seconds: search no further after this time.
    """
    start = monotonic()
    found: list[Point] = []
    for name in names:
        if "complex" in assume.get(name, frozenset()):
            continue
        others = sample_points(names, assume, 1)[0]
        if any(not isinstance(value, (int, Fraction)) for value in others.values()):
            continue
        fixed = {other: number(others[other]) for other in names if other != name}
        places: list[Any] = []
        for expression in expressions:
            if monotonic() - start < seconds:
                places += [value for value, _ in changes(substitute(expression, fixed), name)]
        known = assume.get(name, frozenset())
        values = [value for value in _around(places) if fits(value, known)]
        found += [{**others, name: value} for value in values]
    return found


def changes(expression: Node, variable: str) -> list[tuple[Any, Node | None]]:
    """Places (value, exact form if known) where an expression of one variable may change."""
    import mpmath

    from dlmath.maths.calculus.integrals import singularities

    parts = list(topological(expression))
    if variable not in free_symbols(expression) or len(parts) > _MOST_NODES:
        return []
    if all(part.op in _SMOOTH or _is_whole_power(part) for part in parts):
        return []
    try:
        found = singularities.find(expression, variable, -mpmath.inf, mpmath.inf).found
    except (DlmathError, ArithmeticError, ValueError):
        return []
    nearest = sorted(found, key=lambda point: abs(point.value))[:_MOST_PLACES]
    return [(point.value, point.exact) for point in nearest]


def _is_whole_power(node: Node) -> bool:
    return node.op == "pow" and node.args[1].op == "number" and isinstance(node.args[1].number, int)


def _around(places: Iterable[Any]) -> list[int | Fraction]:
    """Exact numbers on both sides of every place and between neighbours."""
    exact = sorted({_exact(place) for place in places})
    values = [
        place + side * share * max(Fraction(1), abs(place))
        for place in exact
        for share in _BESIDE
        for side in (-1, 1)
    ]
    values += [(a + b) / 2 for a, b in pairwise(exact)]
    if exact:
        reach = max(Fraction(1), exact[-1] - exact[0])
        values += [exact[0] - reach, exact[-1] + reach]
    values += exact
    return [value.numerator if value.denominator == 1 else value for value in values]


def _exact(value: Any) -> Fraction:
    """A number of mpmath as the nearest fraction with a denominator that is not huge."""
    import mpmath

    sign, mantissa, exponent, _ = mpmath.mpf(value)._mpf_
    whole = Fraction(int(mantissa)) * Fraction(2) ** int(exponent) * (-1 if sign else 1)
    short = whole.limit_denominator(10**6)
    return short if abs(short - whole) < Fraction(1, 10**25) else whole
