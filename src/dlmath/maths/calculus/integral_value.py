"""The number that a definite integral is, or why there is none; no formula is involved.

The interval is cut at the singular points of the integrand, each end of each piece is judged for
convergence, and the pieces are measured by two methods that share nothing but the integrand.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, NamedTuple

from dlmath.expression.graph import Node
from dlmath.maths.calculus.integral_convergence import (
    DIVERGENT,
    OSCILLATING,
    UNDEFINED,
    UNKNOWN,
    Behaviour,
    End,
    near_end,
)
from dlmath.maths.calculus.integral_numeric import (
    Estimate,
    NotANumber,
    Piece,
    double_exponential,
    gauss_kronrod,
    total,
)
from dlmath.maths.calculus.zero_search import Point, infinite

#: Verdicts.
CONVERGES = "converges"
DIVERGES = "diverges"
NOT_DEFINED = "not defined"
NOT_KNOWN = "not known"

#: The two methods must agree to this, relative to the sizes of the pieces.
AGREEMENT = 1e-7


class Place(NamedTuple):
    """Where something happens: the exact place or the number, and from which side (`+`, `-`)."""

    exact: Node | None
    value: Any
    side: str


class Measured(NamedTuple):
    """What is known of the integral as a number.

    verdict: one of the names above. value, error: when it converges; the error is a bound as far
    as two independent methods can tell. points: singular points strictly inside. reason: why it
    diverges, in words: `pole`, `grows`, `oscillates`. place: where. direction: +1 or -1 when the
    integral grows beyond all bounds to one side, else 0. second: the other method's estimate.
    """

    verdict: str
    value: Any = None
    error: Any = None
    points: tuple[Point, ...] = ()
    reason: str = ""
    place: Place | None = None
    direction: int = 0
    first: Estimate | None = None
    second: Estimate | None = None


class Interval(NamedTuple):
    """The bounds in increasing order, and the sign that this costs."""

    low: Node
    high: Node
    sign: int


def measure(integrand: Node, variable: str, interval: Interval, *, twice: bool = True) -> Measured:
    """The integral over an interval with bounds in increasing order.

    The integrand has no other variable, the bounds have none. twice: measure by both methods.
    """
    from dlmath.maths.calculus import singularities

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
    return _measured(integrand, variable, pieces, inside, twice)


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
        return lambda digits: precise.evaluate(bound, {}, digits)

    def at_number(value: Any) -> Callable[[int], Any]:
        return lambda _digits: value

    middle = sorted(
        [(p.value, End(p.at, 1)) for p in inside] + [(cut, End(at_number(cut), 1)) for cut in cuts],
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

    from dlmath.maths.calculus.integral_numeric import float_function
    from dlmath.maths.calculus.zero_search import sample_grid

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
    from dlmath.maths.calculus.integral_numeric import float_function

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
        return Measured(verdict, points=inside, place=_place(end, inside))
    signs = {behaviour.sign for behaviour, _ in divergent}
    direction = signs.pop() if len(signs) == 1 and len(divergent) == len(trouble) else 0
    _, end = divergent[0]
    reason = "infinity" if end.infinite else "pole"
    return Measured(
        DIVERGES, points=inside, reason=reason, place=_place(end, inside), direction=direction
    )


def _place(end: End, inside: tuple[Point, ...]) -> Place:
    import mpmath

    side = "+" if end.inward > 0 else "-"
    if end.infinite:
        return Place(None, -mpmath.inf if end.inward > 0 else mpmath.inf, side)
    value = end.place(40)
    exact = next((p.exact for p in inside if abs(p.value - value) < 1e-30), None)
    return Place(exact, value, side)


# --- the value --------------------------------------------------------------------------------


def _measured(
    integrand: Node,
    variable: str,
    pieces: list[tuple[Piece, Behaviour, Behaviour]],
    inside: tuple[Point, ...],
    twice: bool,
) -> Measured:
    import mpmath

    first: list[Estimate] = []
    second: list[Estimate] = []
    for piece, at_low, at_high in pieces:
        waves = OSCILLATING in (at_low.kind, at_high.kind)
        found = (_with_waves if waves else _plain)(
            integrand, variable, piece, at_low, at_high, twice
        )
        if isinstance(found, Measured):
            return found._replace(points=inside)
        first.append(found[0])
        if found[1] is not None:
            second.append(found[1])
    one = total(first)
    if not twice or len(second) < len(first):
        return Measured(CONVERGES, one.value, one.error, inside, first=one)
    two = total(second)
    size = mpmath.fsum(abs(part.value) for part in first)
    gap = abs(one.value - two.value)
    if gap > AGREEMENT * size + 10 * (one.error + two.error):
        return Measured(NOT_KNOWN, points=inside, first=one, second=two)
    best = one if one.error <= two.error else two
    return Measured(CONVERGES, best.value, best.error, inside, first=one, second=two)


Pair = tuple[Estimate, "Estimate | None"]


def _plain(
    integrand: Node,
    variable: str,
    piece: Piece,
    _at_low: Behaviour,
    _at_high: Behaviour,
    twice: bool,
) -> Pair | Measured:
    """A piece with integrable ends."""
    try:
        one = double_exponential(integrand, variable, piece)
    except NotANumber:
        return Measured(NOT_DEFINED)
    two = _second(integrand, variable, piece, one) if twice or _poor(one) else None
    if _poor(one) and two is not None and two.error < one.error:
        one, two = two, one
    if _poor(one) and (piece.low.infinite or piece.high.infinite):
        better = _infinite_by_waves(integrand, variable, piece)
        if better is not None and better[0].error < one.error:
            return better
    return one, two


def _second(integrand: Node, variable: str, piece: Piece, one: Estimate) -> Estimate | None:
    """The piece by the other method; real and imaginary part apart where it is complex."""
    import mpmath

    try:
        if not isinstance(one.value, mpmath.mpc) or one.value.imag == 0:
            return gauss_kronrod(integrand, variable, piece)
        re, im = (gauss_kronrod(integrand, variable, piece, part) for part in ("re", "im"))
    except (NotANumber, OverflowError):
        return None
    value = mpmath.mpc(re.value, im.value)
    return Estimate(value, re.error + im.error, re.method, re.evaluations + im.evaluations)


def _poor(estimate: Estimate) -> bool:
    return bool(estimate.error > 1e-9 * abs(estimate.value) + 1e-30)


def _infinite_by_waves(integrand: Node, variable: str, piece: Piece) -> Pair | None:
    """A decaying integrand with very many waves, by the method for oscillating ends."""
    if piece.low.infinite == piece.high.infinite:
        return None
    found = _one_wave(integrand, variable, piece, piece.high.infinite, True)
    return None if isinstance(found, Measured) else found


def _with_waves(
    integrand: Node,
    variable: str,
    piece: Piece,
    at_low: Behaviour,
    at_high: Behaviour,
    _twice: bool,
) -> Pair | Measured:
    """A piece with an end towards which the integrand oscillates; cut in two if both do."""
    import mpmath

    if at_low.kind == OSCILLATING and at_high.kind == OSCILLATING:
        if piece.low.infinite and piece.high.infinite:
            middle = mpmath.mpf(0)
        elif piece.low.infinite:
            middle = piece.high.place(30) - 1
        elif piece.high.infinite:
            middle = piece.low.place(30) + 1
        else:
            middle = (piece.low.place(30) + piece.high.place(30)) / 2
        cut = End(lambda _digits: middle, 1)
        left = _one_wave(integrand, variable, Piece(piece.low, cut), False, at_low.power > -0.8)
        right = _one_wave(integrand, variable, Piece(cut, piece.high), True, at_high.power > -0.8)
        if isinstance(left, Measured):
            return left
        if isinstance(right, Measured):
            return right
        both = [e for e in (left[1], right[1]) if e is not None]
        return total([left[0], right[0]]), total(both) if len(both) == 2 else None
    at_end = at_high.kind == OSCILLATING
    power = at_high.power if at_end else at_low.power
    return _one_wave(integrand, variable, piece, at_end, power > -0.8)


def _one_wave(
    integrand: Node, variable: str, piece: Piece, at_high: bool, absolutely: bool
) -> Pair | Measured:
    """A piece that oscillates towards one end."""
    import mpmath

    from dlmath.maths.calculus.integral_waves import tail

    end, other = (piece.high, piece.low) if at_high else (piece.low, piece.high)
    end = End(end.place, -1 if at_high else 1)
    if end.infinite and other.infinite:
        return Measured(NOT_KNOWN)
    if end.infinite:
        start = other.place(30) + (1 if at_high else -1)
    else:
        start = (
            (end.place(30) + other.place(30)) / 2
            if not other.infinite
            else end.place(30) - end.inward * -1
        )
    estimates: list[Estimate] = []
    for second in (False, True):
        found = tail(integrand, variable, end, float(start), absolutely=absolutely, second=second)
        if found.converges is False:
            return Measured(DIVERGES, reason="oscillates", place=_place(end, ()))
        if found.estimate is None:
            break
        estimates.append(found.estimate)
    if not estimates:
        return Measured(NOT_KNOWN)
    cut = End(lambda _digits: mpmath.mpf(float(start)), 1)
    rest = (
        Piece(other, cut, piece.low_power, 0.0)
        if at_high
        else Piece(cut, other, 0.0, piece.high_power)
    )
    try:
        body = double_exponential(integrand, variable, rest)
        body_two = gauss_kronrod(integrand, variable, rest)
    except NotANumber:
        return Measured(NOT_DEFINED)
    two = total([body_two, estimates[1]]) if len(estimates) > 1 else None
    return total([body, estimates[0]]), two
