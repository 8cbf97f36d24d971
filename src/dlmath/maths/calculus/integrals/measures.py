"""One piece between neighbouring singular points, measured by two methods, or why it is not."""

from __future__ import annotations

from typing import Any, NamedTuple

from dlmath.expression.graph import Node, call, mul, neg, substitute, symbol
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.calculus.integrals.convergence import (
    DIVERGENT,
    OSCILLATING,
    REGULAR,
    Behaviour,
    End,
    near_end,
)
from dlmath.maths.calculus.integrals.numeric import (
    AIM,
    Estimate,
    NotANumber,
    Piece,
    double_exponential,
    gauss_kronrod,
    total,
)
from dlmath.maths.calculus.integrals.quick import quick_sums
from dlmath.maths.calculus.integrals.zero_search import Point

#: Verdicts.
CONVERGES = "converges"
DIVERGES = "diverges"
NOT_DEFINED = "not defined"
NOT_KNOWN = "not known"


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


def place_of(end: End, inside: tuple[Point, ...] = ()) -> Place:
    """Where an end is, with its exact form if it is one of the singular points."""
    import mpmath

    side = "+" if end.inward > 0 else "-"
    if end.infinite:
        return Place(None, -mpmath.inf if end.inward > 0 else mpmath.inf, side)
    value = end.place(40)
    exact = next((p.exact for p in inside if abs(p.value - value) < 1e-30), None)
    return Place(exact, value, side)


Pair = tuple[Estimate, "Estimate | None"]


def measure_plain(
    integrand: Node, variable: str, piece: Piece, twice: bool, aim: int
) -> Pair | Measured:
    """A piece with integrable ends."""
    if min(piece.low_power, piece.high_power) < SLOW:
        stretched = _stretched(integrand, variable, piece, twice, aim)
        if stretched is not None:
            return stretched
    quick = quick_sums(integrand, variable, piece) if aim <= AIM else None
    try:
        one = quick or double_exponential(integrand, variable, piece, aim)
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


#: |f| is surely integrable at an end where its waves grow like h^p with p above this.
ABSOLUTELY = -0.8

#: Ends at which the integrand grows like h^p with p below this are moved to infinity.
SLOW = -0.95


def _stretched(
    integrand: Node, variable: str, piece: Piece, twice: bool, aim: int
) -> Pair | Measured | None:
    """A piece that is barely integrable at one end, in the logarithm of the distance from it.

    x = exp(-u) towards zero, x = exp(u) towards infinity, with u to infinity; None for other ends.
    """
    import mpmath

    at_high = piece.high_power < piece.low_power
    end, other = (piece.high, piece.low) if at_high else (piece.low, piece.high)
    if other.infinite or (not end.infinite and end.place(40) != 0):
        return None
    start = other.place(40)
    if start == 0:
        return None
    u = symbol(variable)
    size = call("exp", u if end.infinite else neg(u))
    place = size if start > 0 else neg(size)
    moved = tidy(mul(substitute(integrand, {variable: place}), size))
    first = End(lambda _digits: mpmath.log(abs(start)) * (1 if end.infinite else -1), 1)
    last = End(None, -1)
    behaviour = near_end(moved, variable, last)
    if behaviour.kind == DIVERGENT:
        reason = "infinity" if end.infinite else "pole"
        sign = behaviour.sign
        return Measured(DIVERGES, reason=reason, place=place_of(end), direction=sign)
    if behaviour.kind != REGULAR:
        return None
    whole = Piece(first, last, 0.0, min(behaviour.power, 10.0))
    return measure_plain(moved, variable, whole, twice, aim)


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


def measure_waves(
    integrand: Node,
    variable: str,
    piece: Piece,
    at_low: Behaviour,
    at_high: Behaviour,
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
        left = _one_wave(
            integrand, variable, Piece(piece.low, cut), False, at_low.power > ABSOLUTELY
        )
        right = _one_wave(
            integrand, variable, Piece(cut, piece.high), True, at_high.power > ABSOLUTELY
        )
        if isinstance(left, Measured):
            return left
        if isinstance(right, Measured):
            return right
        both = [e for e in (left[1], right[1]) if e is not None]
        return total([left[0], right[0]]), total(both) if len(both) == 2 else None
    at_end = at_high.kind == OSCILLATING
    power = at_high.power if at_end else at_low.power
    return _one_wave(integrand, variable, piece, at_end, power > ABSOLUTELY)


def _one_wave(
    integrand: Node, variable: str, piece: Piece, at_high: bool, absolutely: bool
) -> Pair | Measured:
    """A piece that oscillates towards one end."""
    import mpmath

    end, other = (piece.high, piece.low) if at_high else (piece.low, piece.high)
    end = End(end.place, -1 if at_high else 1)
    if end.infinite and other.infinite:
        return Measured(NOT_KNOWN)
    start = _start(end, other)
    ends = _tails(integrand, variable, end, start, absolutely)
    if isinstance(ends, Measured):
        return ends
    cut = End(lambda _digits: mpmath.mpf(start), 1)
    rest = (
        Piece(other, cut, piece.low_power, 0.0)
        if at_high
        else Piece(cut, other, 0.0, piece.high_power)
    )
    body = measure_plain(integrand, variable, rest, True, AIM)
    if isinstance(body, Measured):
        return body
    both = [estimate for estimate in (body[1], ends[1]) if estimate is not None]
    return total([body[0], ends[0]]), total(both) if len(both) == 2 else None


def _start(end: End, other: End) -> float:
    """Where the part towards an oscillating end begins."""
    if end.infinite:
        return float(other.place(30) - end.inward)
    if other.infinite:
        return float(end.place(30) + end.inward)
    return float((end.place(30) + other.place(30)) / 2)


def _tails(
    integrand: Node, variable: str, end: End, start: float, absolutely: bool
) -> Pair | Measured:
    """The part towards an oscillating end, term by term where each term has an integral there."""
    expanded = expand(integrand) if end.infinite else integrand
    if expanded.op == "add" and len(expanded.args) <= _MOST_TERMS:
        parts = [_term(term, variable, end, start) for term in expanded.args]
        pairs = [part for part in parts if not isinstance(part, Measured)]
        if len(pairs) == len(parts):
            seconds = [pair[1] for pair in pairs if pair[1] is not None]
            second = total(seconds) if len(seconds) == len(pairs) else None
            return total([pair[0] for pair in pairs]), second
    return _tail(integrand, variable, end, start, absolutely)


#: Terms of a sum that are measured one by one at most.
_MOST_TERMS = 6


def _term(term: Node, variable: str, end: End, start: float) -> Pair | Measured:
    """One term of the integrand towards an infinite end."""
    import mpmath

    behaviour = near_end(term, variable, end)
    if behaviour.kind == OSCILLATING:
        return _tail(term, variable, end, start, behaviour.power > ABSOLUTELY)
    if behaviour.kind != REGULAR:
        return Measured(NOT_KNOWN)
    cut = End(lambda _digits: mpmath.mpf(start), -end.inward)
    power = min(behaviour.power, 10.0)
    high = end.inward < 0
    piece = Piece(cut, end, 0.0, power) if high else Piece(end, cut, power, 0.0)
    try:
        one = quick_sums(term, variable, piece) or double_exponential(term, variable, piece)
        return one, gauss_kronrod(term, variable, piece)
    except NotANumber:
        return Measured(NOT_DEFINED)


def _tail(
    integrand: Node, variable: str, end: End, start: float, absolutely: bool
) -> Pair | Measured:
    """The part towards an oscillating end, with two cutoffs."""
    from dlmath.maths.calculus.integrals.waves import tail

    estimates: list[Estimate] = []
    for second in (False, True):
        found = tail(integrand, variable, end, start, absolutely=absolutely, second=second)
        if found.converges is False:
            return Measured(DIVERGES, reason="oscillates", place=place_of(end))
        if found.estimate is None:
            break
        estimates.append(found.estimate)
    if not estimates:
        return Measured(NOT_KNOWN)
    return estimates[0], estimates[1] if len(estimates) > 1 else None
