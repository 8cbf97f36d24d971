"""The number that a definite integral is, or why there is none; no formula is involved.

The interval is cut at the singular points of the integrand, each end of each piece is judged for
convergence, and the pieces are measured by two methods that share nothing but the integrand.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from dlmath.expression.graph import Node, free_symbols, mul
from dlmath.maths.calculus.integrals.convergence import (
    DIVERGENT,
    OSCILLATING,
    UNDEFINED,
    UNKNOWN,
    Behaviour,
    End,
    near_end,
)
from dlmath.maths.calculus.integrals.measures import (
    CONVERGES,
    DIVERGES,
    NOT_DEFINED,
    NOT_KNOWN,
    Measured,
    measure_plain,
    measure_waves,
    place_of,
)
from dlmath.maths.calculus.integrals.numeric import (
    AIM,
    Estimate,
    NotANumber,
    Piece,
    total,
)
from dlmath.maths.calculus.integrals.zero_search import Point, infinite

#: The two methods must agree to this, relative to the sizes of the pieces.
AGREEMENT = 1e-7

#: A value with a greater relative error is no value.
ROUGH = 1e-5


class Interval(NamedTuple):
    """The bounds in increasing order, and the sign that this costs."""

    low: Node
    high: Node
    sign: int


def measure(
    integrand: Node, variable: str, interval: Interval, *, twice: bool = True, aim: int = AIM
) -> Measured:
    """The integral over an interval with bounds in increasing order.

    The integrand has no other variable, the bounds have none. twice: measure by both
    methods. aim: digits that are aimed at.
    """
    factor, integrand = _without_constant_factor(integrand, variable)
    if factor is not None:
        found = measure(integrand, variable, interval, twice=twice, aim=aim)
        return _scaled(found, factor, aim)
    from dlmath.maths.calculus.integrals import singularities

    low, high = (bound_value(bound) for bound in (interval.low, interval.high))
    points = singularities.find(integrand, variable, low, high)
    inside = tuple(p for p in points.found if low < p.value < high and _apart(p.value, low, high))
    cuts = _with_peaks(integrand, variable, low, high, [p.value for p in inside])
    ends = _ends(interval, low, high, inside, cuts)
    pieces: list[tuple[Piece, Behaviour, Behaviour]] = []
    trouble: list[tuple[str, Behaviour, End]] = []
    skipped = _negligible(integrand, variable, ends)
    for place, (left, right) in enumerate(pairwise(ends)):
        if place in skipped:
            continue
        a, b = End(left.place, +1), End(right.place, -1)
        at_a, at_b = near_end(integrand, variable, a), near_end(integrand, variable, b)
        for behaviour, end in ((at_a, a), (at_b, b)):
            if behaviour.kind in (DIVERGENT, UNDEFINED, UNKNOWN):
                trouble.append((behaviour.kind, behaviour, end))
        if len(trouble) > 12:
            break
        pieces.append((Piece(a, b, min(at_a.power, 10.0), min(at_b.power, 10.0)), at_a, at_b))
    if trouble:
        return _no_value(trouble, inside)
    return _measured(integrand, variable, pieces, inside, twice, aim)


def _without_constant_factor(integrand: Node, variable: str) -> tuple[Node | None, Node]:
    """A factor that would be computed anew at every place, and the rest."""
    if integrand.op != "mul":
        return None, integrand
    constant = [part for part in integrand.args if variable not in free_symbols(part)]
    rest = [part for part in integrand.args if variable in free_symbols(part)]
    if not rest or all(part.op == "number" for part in constant):
        return None, integrand
    return mul(*constant), mul(*rest)


def _scaled(found: Measured, factor: Node, aim: int) -> Measured:
    """What is known of the integral, times a number."""
    import mpmath

    from dlmath.expression import precise

    scale = precise.evaluate(factor, {}, aim + 10)
    if isinstance(scale, (list, bool)) or not mpmath.isfinite(scale):
        return Measured(NOT_DEFINED, points=found.points)
    direction = 0
    if not isinstance(scale, mpmath.mpc):
        direction = found.direction * int(mpmath.sign(scale))
    with mpmath.workdps(aim + 20):
        return found._replace(
            value=None if found.value is None else scale * found.value,
            error=None if found.error is None else abs(scale) * found.error,
            direction=direction,
            first=found.first and found.first.times(scale),
            second=found.second and found.second.times(scale),
        )


def bound_value(bound: Node) -> Any:
    """A bound as a number of 40 digits, or infinite."""
    import mpmath

    from dlmath.errors import InvalidInput
    from dlmath.expression import precise

    value = precise.evaluate(bound, {}, 40)
    if isinstance(value, (mpmath.mpc, list, bool)) or mpmath.isnan(value):
        raise InvalidInput("a bound of the integral is not a real number")
    return value


def _apart(value: Any, low: Any, high: Any) -> bool:
    return all(infinite(end) or abs(value - end) > 1e-14 * max(1, abs(end)) for end in (low, high))


def _ends(
    interval: Interval, low: Any, high: Any, inside: tuple[Point, ...], cuts: list[Any]
) -> list[End]:
    """The bounds, the singular points and further cuts, in increasing order."""
    from dlmath.expression import precise

    def at_bound(bound: Node) -> Callable[[int], Any]:
        return cache(lambda digits: precise.evaluate(bound, {}, digits))

    def at_number(value: Any) -> Callable[[int], Any]:
        return lambda _digits: value

    middle = sorted(
        [(p.value, End(cache(p.at), 1)) for p in inside]
        + [(cut, End(at_number(cut), 1)) for cut in cuts],
        key=lambda pair: pair[0],
    )
    first = End(None if infinite(low) else at_bound(interval.low), 1)
    last = End(None if infinite(high) else at_bound(interval.high), -1)
    return [first, *(end for _, end in middle), last]


def _with_peaks(
    integrand: Node, variable: str, low: Any, high: Any, inside: list[Any]
) -> list[Any]:
    """Places where |f| is greatest on a grid, so that no narrow peak is stepped over; and 0."""
    import mpmath

    from dlmath.maths.calculus.integrals.numeric import float_function
    from dlmath.maths.calculus.integrals.zero_search import sample_grid

    f = float_function(integrand, variable)
    best: list[tuple[float, float]] = []
    for place in sample_grid(low, high, 300):
        try:
            best.append((abs(f(float(place))), float(place)))
        except (NotANumber, OverflowError):
            continue
    cuts = [max(best)[1]] if best else []
    if infinite(low) and infinite(high):
        cuts.append(0.0)
    taken = [*inside, low, high]
    result: list[Any] = []
    for cut in cuts:
        number = mpmath.mpf(cut)
        far = all(infinite(t) or abs(number - t) > 1e-3 * max(1, abs(t)) for t in taken)
        if low < number < high and far:
            result.append(number)
            taken.append(number)
    return result


#: Among this many pieces, those that cannot matter are not measured.
_MANY = 12


def _negligible(integrand: Node, variable: str, ends: list[End]) -> frozenset[int]:
    """Finite pieces on which |f| is below 10^-22 of the whole, when there are many pieces."""
    from dlmath.maths.calculus.integrals.numeric import float_function

    if len(ends) <= _MANY:
        return frozenset()
    f = float_function(integrand, variable)
    sizes: dict[int, float] = {}
    for place, (a, b) in enumerate(pairwise(ends)):
        if a.infinite or b.infinite:
            continue
        low, high = float(a.place(20)), float(b.place(20))
        try:
            samples = [abs(f(low + share * (high - low))) for share in (0.03, 0.31, 0.67, 0.96)]
        except (NotANumber, OverflowError):
            continue
        sizes[place] = (high - low) * max(samples)
    total_size = sum(sizes.values())
    return frozenset(place for place, size in sizes.items() if size < 1e-22 * total_size)


# --- no value ---------------------------------------------------------------------------------


def _no_value(trouble: list[tuple[str, Behaviour, End]], inside: tuple[Point, ...]) -> Measured:
    divergent = [(behaviour, end) for kind, behaviour, end in trouble if kind == DIVERGENT]
    if not divergent:
        kind, _, end = trouble[0]
        verdict = NOT_DEFINED if kind == UNDEFINED else NOT_KNOWN
        return Measured(verdict, points=inside, place=place_of(end, inside))
    signs = {behaviour.sign for behaviour, _ in divergent}
    direction = signs.pop() if len(signs) == 1 and len(divergent) == len(trouble) else 0
    _, end = divergent[0]
    reason = "infinity" if end.infinite else "pole"
    return Measured(
        DIVERGES, points=inside, reason=reason, place=place_of(end, inside), direction=direction
    )


# --- the value --------------------------------------------------------------------------------


def _measured(
    integrand: Node,
    variable: str,
    pieces: list[tuple[Piece, Behaviour, Behaviour]],
    inside: tuple[Point, ...],
    twice: bool,
    aim: int,
) -> Measured:
    import mpmath

    first: list[Estimate] = []
    second: list[Estimate] = []
    for piece, at_low, at_high in pieces:
        if OSCILLATING in (at_low.kind, at_high.kind):
            found = measure_waves(integrand, variable, piece, at_low, at_high)
        else:
            found = measure_plain(integrand, variable, piece, twice, aim)
        if isinstance(found, Measured):
            return found._replace(points=inside)
        first.append(found[0])
        if found[1] is not None:
            second.append(found[1])
    one = total(first)
    size = mpmath.fsum(abs(part.value) for part in first)
    if one.error > ROUGH * size + ROUGH**2:
        return Measured(NOT_KNOWN, points=inside, first=one)
    if not twice or len(second) < len(first):
        return Measured(CONVERGES, one.value, one.error, inside, first=one)
    two = total(second)
    gap = abs(one.value - two.value)
    if gap > AGREEMENT * size + 10 * (one.error + two.error):
        return Measured(NOT_KNOWN, points=inside, first=one, second=two)
    best = one if one.error <= two.error else two
    return Measured(CONVERGES, best.value, best.error, inside, first=one, second=two)
