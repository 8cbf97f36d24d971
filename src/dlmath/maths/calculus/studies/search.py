"""Zeros of a smooth function on an open interval, found and counted by interval arithmetic.

An interval whose enclosure does not hold zero has none. One on which the derivative's enclosure
does not hold zero has at most one, and the signs at its ends say whether it has. Other intervals
are cut in two. What is left over, tiny intervals where neither can be shown, is reported
(R. E. Moore, Interval Analysis, 1966; E. Hansen, Global Optimization, 1992).
"""

from __future__ import annotations

from math import inf, isinf, nextafter
from typing import Any, NamedTuple

from dlmath.errors import Unsolved
from dlmath.expression.graph import Node, free_symbols, topological
from dlmath.expression.intervals import Interval
from dlmath.maths.calculus.derivatives.rules import Differentiator
from dlmath.maths.calculus.integrals.zero_search import DIGITS, infinite, real_value, refine
from dlmath.maths.calculus.studies.factors import stable
from dlmath.maths.calculus.studies.signs import BY_VALUES, Bounds, keeps_sign, sign_at

#: Intervals looked at before the rest is given up.
_MOST_BOXES = 8000
#: Intervals narrower than this, relative to their place, are not cut further.
_NARROW = 1e-11
#: Where a half-line is cut off, nearest first; seldom at a zero.
_CUTS = (16.37, 101.3, 2011.7, 1.0013e6)
#: How many derivatives are asked whether the function is monotone on a half-line.
_TAIL_DEPTH = 3
#: The cut for half-lines that only values decide.
_VALUES_FROM = 101.3

_WAVES = frozenset("sin cos tan sec csc cot floor ceil besselj bessely airyai airybi gamma".split())

CERTIFIED = (
    "interval arithmetic: every interval without a zero excluded, one zero in each other since the "
    "derivative keeps its sign there"
)


class Endless(Exception):
    """Zeros may go on without end towards an infinite end of the interval."""


class Found(NamedTuple):
    """The zeros in increasing order (40 digits), and how sure that is.

    doubts: what interval arithmetic could not show and values decided, in words.
    """

    zeros: list[Any]
    doubts: list[str]


def search(g: Node, variable: str, low: Any, high: Any) -> Found:
    """The zeros of a function that is smooth between low and high (mpmath numbers, ends excluded).

    Raises Endless where a half-line cannot be decided, Unsupported where enclosures have no rule,
    Unsolved where the derivative cannot be written.
    """
    return _Search(g, variable, low, high).run()


class _Search:
    def __init__(self, g: Node, variable: str, low: Any, high: Any) -> None:
        self.g, self.variable = g, variable
        self.low, self.high = low, high
        self.values = Bounds(g, variable)
        self.slope = stable(Differentiator(variable).of(g).result)
        self.slopes = Bounds(self.slope, variable)
        self.doubts: list[str] = []
        self.open: list[Interval] = []
        self.zeros: list[Any] = []

    def run(self) -> Found:
        left = self._end(self.low, -1)
        right = self._end(self.high, 1)
        self._boxes(left, right)
        self._leftovers()
        return Found(self._sorted(), self.doubts)

    # --- half-lines -------------------------------------------------------------------------

    def _end(self, end: Any, side: int) -> float:
        """A finite end, just outside; a half-line is cut where nothing vanishes beyond."""
        if not infinite(end):
            near = float(end)
            return nextafter(near, inf if side > 0 else -inf)
        other = self.low if side > 0 else self.high
        start = 0.0 if infinite(other) else float(other)
        start = max(0.0, start) if side > 0 else min(0.0, start)
        for cut in _CUTS:
            place = start + side * cut
            verdict = keeps_sign(self.g, self.variable, place, side, _TAIL_DEPTH)
            if verdict == BY_VALUES:
                self.doubts.append(
                    f"beyond {self.variable} = {place:g} it is monotone, and its sign at far "
                    "places is the same"
                )
            if verdict:
                return place
        return self._end_by_values(start + side * _VALUES_FROM, side)

    def _end_by_values(self, place: float, side: int) -> float:
        """The cut accepted when the values keep their sign at many places beyond it.

        Never for waves, whose zeros may lie between the places.
        """
        if any(
            part.op in _WAVES and self.variable in free_symbols(part)
            for part in topological(self.g)
        ):
            raise Endless
        signs = set()
        at = place
        for _ in range(40):
            signs.add(sign_at(self.g, self.variable, at))
            at += side * abs(at) * 0.137
        if len(signs) != 1 or signs <= {None, 0}:
            raise Endless
        self.doubts.append(f"beyond {self.variable} = {place:g} the sign is taken from values")
        return place

    # --- intervals --------------------------------------------------------------------------

    def _boxes(self, left: float, right: float) -> None:
        """Every part of the interval is excluded, given its one zero, or put aside."""
        waiting = [(left, right)]
        count = 0
        while waiting:
            low, high = waiting.pop()
            count += 1
            if self._is_settled(low, high):
                continue
            narrow = high - low < _NARROW * max(1e-3, abs(low), abs(high))
            if narrow or self._is_lost_in_rounding(low, high) or count > _MOST_BOXES:
                self.open.append((low, high))
                if count > _MOST_BOXES and len(self.open) > 50:
                    self.open += waiting
                    return
                continue
            middle = low + (high - low) * 0.4871  # seldom on a zero
            waiting += [(low, middle), (middle, high)]

    def _is_lost_in_rounding(self, low: float, high: float) -> bool:
        """Can not even a single place inside be told from zero, nor the slope there?"""
        if high - low > 1e-3 * max(1.0, abs(low), abs(high)):
            return False
        middle = low + (high - low) / 2
        for bounds in (self.values, self.slopes):
            at = bounds(middle, middle)
            if at is not None and not at[0] <= 0 <= at[1]:
                return False
        return True

    def _is_settled(self, low: float, high: float) -> bool:
        values = self.values(low, high)
        if values is None or values[0] > 0 or values[1] < 0:
            return True
        slopes = self.slopes(low, high)
        if slopes is None or slopes[0] <= 0 <= slopes[1]:
            return slopes is not None and self._excluded_by_slope(low, high, slopes)
        a, b = self._sign_inside(low, 1), self._sign_inside(high, -1)
        if a is None or b is None:
            return False
        if a == 0 or b == 0:
            place = low if a == 0 else high
            self.zeros.append(_mpf(place))
        elif a != b:
            self.zeros.append(self._refined(low, high))
        return True

    def _excluded_by_slope(self, low: float, high: float, slopes: Interval) -> bool:
        """The mean value form: g(c) + g'(interval)*(interval - c) without zero."""
        if isinf(slopes[0]) or isinf(slopes[1]):
            return False
        middle = low + (high - low) / 2
        at = self.values(middle, middle)
        if at is None:
            return False
        reach = max(abs(slopes[0]), abs(slopes[1])) * (high - low) * 0.51
        return at[0] - reach > 0 or at[1] + reach < 0

    def _sign_inside(self, place: float, direction: int) -> int | None:
        """The sign at a place, or just inside where the place is an end of the interval."""
        import mpmath

        end = self.low if direction > 0 else self.high
        outside = place <= end if direction > 0 else place >= end
        if not outside:
            return self._sign(place)
        with mpmath.workdps(DIGITS + 10):
            inside = end + direction * mpmath.mpf(10) ** -30 * max(1, abs(end))
        return sign_at(self.g, self.variable, inside)

    def _sign(self, place: float) -> int | None:
        """The sign at a place: by the enclosure of the single value, else to more digits."""
        at = self.values(place, place)
        if at is not None and (at[0] > 0 or at[1] < 0):
            return 1 if at[0] > 0 else -1
        return sign_at(self.g, self.variable, place)

    def _refined(self, low: float, high: float) -> Any:
        """The one zero between two places of different sign, to 40 digits."""
        import mpmath

        at_a = self._sign_inside(low, 1)
        for _ in range(60):
            middle_ = low + (high - low) / 2
            if high - low < 1e-9 * max(1, abs(middle_)):
                break
            at = self._sign_inside(middle_, 1)
            if at == 0:
                return _mpf(middle_)
            low, high = (middle_, high) if at == at_a else (low, middle_)
        a, b = _mpf(low), _mpf(high)
        with mpmath.workdps(DIGITS + 5):
            near = refine(self.g, self.variable, (a + b) / 2, DIGITS)
            if near is not None and a <= near <= b and self._changes_at(near):
                return near
            while abs(b - a) > mpmath.mpf(10) ** -DIGITS * max(1, abs(a)):
                middle = (a + b) / 2
                at = sign_at(self.g, self.variable, middle)
                if at == 0 or middle in (a, b):
                    return middle
                a, b = (middle, b) if at == at_a else (a, middle)
            return (a + b) / 2

    def _changes_at(self, place: Any) -> bool:
        """Does the sign change within the last digits of a zero?"""
        import mpmath

        reach = mpmath.mpf(10) ** -36 * max(1, abs(place))
        signs = [sign_at(self.g, self.variable, place + side * reach) for side in (-1, 1)]
        return 0 in signs or (None not in signs and signs[0] != signs[1])

    # --- what was put aside -----------------------------------------------------------------

    def _leftovers(self) -> None:
        """Tiny intervals: at an end, or around a place where the function touches zero."""
        for low, high in _joined(self.open):
            if high - low > 0.01 * max(1.0, abs(low)):
                crowd = min(self.open, key=lambda box: box[1] - box[0])[0]
                raise Unsolved(
                    f"zeros crowd together near {self.variable} = "
                    f"{0.0 if abs(crowd) < 1e-6 else crowd:.6g}",
                    hint="say where to look with --from and --to",
                )
            if low > self.low and high < self.high:
                self._touching(low, high)
            else:
                self._at_an_end(low, high)

    def _at_an_end(self, low: float, high: float) -> None:
        """The sign just inside an end, from values nearer and nearer to it."""
        import mpmath

        with mpmath.workdps(DIGITS + 10):
            at_low = low <= self.low
            end = self.low if at_low else self.high
            inwards = (_mpf(high) - end) if at_low else (_mpf(low) - end)
            places = [end + inwards * mpmath.mpf(10) ** -k for k in range(12)]
            signs = {sign_at(self.g, self.variable, place) for place in places}
        where = f"{self.variable} = {float(end):.6g}"
        if len(signs) != 1 or signs <= {None, 0}:
            raise Unsolved(
                f"zeros crowd together near {where}", hint="say where to look with --from and --to"
            )
        self.doubts.append(f"next to {where} the sign is taken from values")

    def _touching(self, low: float, high: float) -> None:
        """A place where the slope vanishes too: a zero of higher order, or only nearly one."""
        import mpmath

        signs = [sign_at(self.g, self.variable, place) for place in (low, high)]
        middle = (low + high) / 2
        where = f"{self.variable} = {0.0 if abs(middle) < 1e-9 else middle:.10g}"
        if None not in signs and signs[0] != signs[1]:
            self.zeros.append(self._refined(low, high))
            self.doubts.append(f"at {where} the slope vanishes too: one zero by values")
            return
        place = refine(self.slope, self.variable, _mpf(middle), DIGITS)
        value = None if place is None else real_value(self.g, self.variable, place, DIGITS)
        if value is not None and abs(value) < mpmath.mpf(10) ** -30:
            self.zeros.append(place)
            self.doubts.append(f"at {where} the function touches zero, to 30 digits")
        else:
            self.doubts.append(f"no zero within {high - low:.1g} of {where}, by values")

    def _sorted(self) -> list[Any]:
        """The zeros strictly inside, each once."""
        found: list[Any] = []
        for zero in sorted(self.zeros):
            if self._is_end(zero) or (found and _same(zero, found[-1])):
                continue
            found.append(zero)
        return found

    def _is_end(self, zero: Any) -> bool:
        return any(not infinite(end) and _same(zero, end) for end in (self.low, self.high)) or not (
            self.low < zero < self.high
        )


def _same(a: Any, b: Any) -> bool:
    return bool(abs(a - b) <= 1e-25 * max(1, abs(a)))


def _mpf(value: float) -> Any:
    import mpmath

    return mpmath.mpf(value)


def _joined(boxes: list[Interval]) -> list[Interval]:
    """Neighbouring intervals as one."""
    joined: list[Interval] = []
    for low, high in sorted(boxes):
        if joined and low - joined[-1][1] <= 1e-9 * max(1e-3, abs(low)):
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined
