"""What a study says of a curve, held against the function itself.

A direction or a bending is proved where interval arithmetic shows the sign of the derivative on
the whole interval but its ends; the derivative is taken by reverse mode from the function as it
was typed, not by the rules that the study used. Where that does not succeed, the values of the
function at many places are compared. Extrema are held against neighbouring values.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.checks.values import short_text, value_at
from dlmath.errors import DlmathError
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import Node
from dlmath.expression.intervals import Enclosure, Unsupported

#: Pieces into which an interval is cut in a proof, at most.
_MOST_PIECES = 400
#: The part of an interval at each end that a proof leaves to the values.
_MARGIN = 1e-3
#: Half-lines are looked at as far as this from their end.
_REACH = 30
#: Where values are compared on each interval, as shares of its length.
_SHARES = tuple("0.0013 0.011 0.037 0.13 0.29 0.4363 0.57 0.71 0.87 0.963 0.989 0.9987".split())
_FEW_SHARES = ("0.0013", "0.29", "0.71", "0.9987")
#: Values closer than this, relative to their size, are equal but for rounding.
_ROUNDING = 1e-22


class Claim(NamedTuple):
    """Between low and high (mpmath numbers), the derivative has a sign: -1, 0 or 1."""

    low: Any
    high: Any
    sign: int


class Extreme(NamedTuple):
    """At a place the function has a value that none near it exceeds (1) or falls below (-1)."""

    place: Any
    value: Any
    sign: int
    low: Any
    high: Any


class Claims(NamedTuple):
    """What is checked: directions, bendings, extrema (with how far to look), signs of the values.

    zeros: places where the function vanishes.
    """

    rising: Sequence[Claim]
    bending: Sequence[Claim]
    extrema: Sequence[Extreme]
    signs: Sequence[Claim]
    zeros: Sequence[Any]


def check_study(function: Node, variable: str, claims: Claims) -> list[Check]:
    """One check for each kind of statement that there is."""
    first = _derivative(function, variable)
    second = None if first is None else _derivative(first, variable)
    value = _values(function, variable)
    found = [
        _check_signs("rising and falling", claims.rising, first, variable, value, _moves),
        _check_signs("bending", claims.bending, second, variable, value, _bends),
    ]
    if claims.extrema:
        found.append(_check_extrema(claims.extrema, value))
    if claims.zeros or claims.signs:
        found.append(_check_zeros(claims, value))
    return found


def _derivative(function: Node, variable: str) -> Node | None:
    try:
        return gradient(function, [variable])[variable]
    except DlmathError:
        return None


def _values(function: Node, variable: str) -> Callable[[Any], Any]:
    """The real value at a place to 30 digits, or None; each place is computed once."""
    known: dict[Any, Any] = {}

    def value(place: Any) -> Any:
        if place not in known:
            found = value_at(function, {variable: place})
            known[place] = found if hasattr(found, "_mpf_") else None
        return known[place]

    return value


# --- signs of derivatives ---------------------------------------------------------------------


def _check_signs(
    name: str,
    claims: Sequence[Claim],
    derivative: Node | None,
    variable: str,
    value: Callable[[Any], Any],
    compare: Callable[[Claim, Sequence[Any], Callable[[Any], Any]], str | None],
) -> Check:
    proved = looked_at = 0
    for claim in claims:
        places = places_in(claim.low, claim.high)
        wrong = compare(claim, places, value)
        if wrong is not None:
            return Check(name, FAILED, wrong)
        verdict = _proof(claim, derivative, variable)
        if verdict == FAILED:
            where = f"{short_text(claim.low)} and {short_text(claim.high)}"
            return Check(name, FAILED, f"the derivative has the other sign between {where}")
        if verdict == PASSED:
            proved += 1
        else:
            looked_at += 1
    if not claims:
        return Check(name, UNAVAILABLE, "there is no interval")
    words = []
    if proved:
        far = f", half-lines to {_REACH} from their end" if _has_half_line(claims) else ""
        words.append(
            f"{_intervals(proved)} proved by interval arithmetic (but for their ends{far})"
        )
    if looked_at:
        words.append(f"{_intervals(looked_at)} by {len(_SHARES)} values each")
    return Check(name, PASSED, ", ".join(words))


def _has_half_line(claims: Sequence[Claim]) -> bool:
    import mpmath

    return any(mpmath.isinf(claim.low) or mpmath.isinf(claim.high) for claim in claims)


def _intervals(count: int) -> str:
    return f"{count} interval" if count == 1 else f"{count} intervals"


def places_in(low: Any, high: Any, shares: Sequence[str] = _SHARES) -> list[Any]:
    """Increasing places inside an interval, dense at its ends; half-lines as far as is telling."""
    import mpmath

    with mpmath.workdps(40):
        left, right = _finite(low, high)
        return [left + (right - left) * mpmath.mpf(share) for share in shares]


def _finite(low: Any, high: Any) -> tuple[Any, Any]:
    import mpmath

    if mpmath.isinf(low) and mpmath.isinf(high):
        return mpmath.mpf(-_REACH), mpmath.mpf(_REACH)
    if mpmath.isinf(low):
        return high - _REACH - abs(high), high
    if mpmath.isinf(high):
        return low, low + _REACH + abs(low)
    return low, high


def _moves(claim: Claim, places: Sequence[Any], value: Callable[[Any], Any]) -> str | None:
    """A pair of places whose values go the other way, in words."""
    for a, b in pairwise(places):
        at_a, at_b = value(a), value(b)
        if at_a is None or at_b is None:
            continue
        if _contradicts(at_b - at_a, claim.sign, max(abs(at_a), abs(at_b))):
            return f"{short_text(at_a)} at {short_text(a)}, {short_text(at_b)} at {short_text(b)}"
    return None


def _bends(claim: Claim, places: Sequence[Any], value: Callable[[Any], Any]) -> str | None:
    """A chord on the wrong side of the curve, in words."""
    import mpmath

    for a, b in pairwise(places):
        with mpmath.workdps(40):
            middle = (a + b) / 2
        values = [value(place) for place in (a, middle, b)]
        if None in values:
            continue
        at_a, at_middle, at_b = values
        with mpmath.workdps(40):
            above = (at_a + at_b) / 2 - at_middle
        if _contradicts(above, claim.sign, max(abs(v) for v in values)):
            return f"the chord from {short_text(a)} to {short_text(b)} is on the other side"
    return None


def _contradicts(difference: Any, sign: int, size: Any) -> bool:
    """Has a difference of values surely another sign than is claimed?"""
    if abs(difference) <= _ROUNDING * max(size, 1e-300):
        return False
    return bool(sign == 0 or difference * sign < 0)


def _proof(claim: Claim, derivative: Node | None, variable: str) -> str:
    """What interval arithmetic shows of the sign, everywhere but next to the ends.

    PASSED: it is as claimed. FAILED: somewhere it is the opposite. UNAVAILABLE: neither shows.
    """
    if derivative is None:
        return UNAVAILABLE
    try:
        bounds = Enclosure(derivative, variable)
    except Unsupported:
        return UNAVAILABLE
    left, right = (float(end) for end in _finite(claim.low, claim.high))
    margin = (right - left) * _MARGIN
    waiting = deque([(left + margin, right - margin)])
    for _ in range(_MOST_PIECES):
        if not waiting:
            return PASSED
        low, high = waiting.popleft()
        found = bounds(low, high)
        if found is None:
            return UNAVAILABLE
        if _has_sign(found, claim.sign):
            continue
        if found[0] > 0 or found[1] < 0:
            return FAILED
        middle = low + (high - low) / 2
        if not low < middle < high:
            return UNAVAILABLE
        waiting += [(low, middle), (middle, high)]
    return UNAVAILABLE


def _has_sign(bounds: tuple[float, float], sign: int) -> bool:
    low, high = bounds
    return low > 0 if sign > 0 else high < 0 if sign < 0 else low == high == 0


# --- values ---------------------------------------------------------------------------------


def _check_extrema(extrema: Iterable[Extreme], value: Callable[[Any], Any]) -> Check:
    """No value near an extremum is higher (or lower)."""
    import mpmath

    name = "neighbours of extrema"
    seen = 0
    for extreme in extrema:
        with mpmath.workdps(40):
            low, high = (
                end if not mpmath.isinf(end) else extreme.place + side
                for end, side in ((extreme.low, -1), (extreme.high, 1))
            )
            shares = [mpmath.mpf(10) ** -k for k in (1, 2, 4)]
            near = [
                extreme.place + (end - extreme.place) * s for end in (low, high) for s in shares
            ]
        for place in near:
            at = None if place == extreme.place else value(place)
            if at is None:
                continue
            seen += 1
            over = (at - extreme.value) * extreme.sign
            if over > _ROUNDING * max(1, abs(at)):
                return Check(name, FAILED, f"{short_text(at)} at {short_text(place)} is beyond")
    return Check(name, PASSED, f"none of {seen} values nearby is beyond")


def _check_zeros(claims: Claims, value: Callable[[Any], Any]) -> Check:
    """The function vanishes at its zeros and has the claimed sign between them."""
    name = "zeros and signs"
    for zero in claims.zeros:
        at = value(zero)
        if at is not None and abs(at) > 1e-15:
            return Check(name, FAILED, f"the value at {short_text(zero)} is {short_text(at)}")
    seen = 0
    for claim in claims.signs:
        for place in places_in(claim.low, claim.high, _FEW_SHARES):
            at = value(place)
            if at is None:
                continue
            seen += 1
            if at * claim.sign < 0:
                return Check(name, FAILED, f"the value at {short_text(place)} is {short_text(at)}")
    count = len(claims.zeros)
    places = "1 place" if count == 1 else f"{count} places"
    return Check(name, PASSED, f"zero at {places}, the right sign at {seen}")
