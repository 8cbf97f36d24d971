"""Arithmetic, powers, exponentials and logarithms of intervals, rounded outwards.

Sums, products and square roots of binary64 numbers are correctly rounded, so one step outwards is
enough. For the functions of the C library a few steps are taken, more than the errors that glibc
documents (at most 4 units in the last place for those used here).
"""

from __future__ import annotations

import math
from fractions import Fraction
from math import inf, nextafter

Interval = tuple[float, float]

#: Steps outwards for a function of the C library.
STEPS = 6
#: One unit in the last place, relative to the number, at most.
_UNIT = 2.0**-52
_GREATEST = nextafter(inf, 0)


def down(value: float) -> float:
    """The next number below; no lower bound is ever +infinity."""
    return _GREATEST if value == inf else nextafter(value, -inf)


def up(value: float) -> float:
    """The next number above; no upper bound is ever -infinity."""
    return -_GREATEST if value == -inf else nextafter(value, inf)


def widened(low: float, high: float, steps: float = STEPS) -> Interval:
    """The interval grown by some units in the last place on both sides."""
    margin = steps * _UNIT
    if math.isfinite(low):
        low = nextafter(low - abs(low) * margin, -inf)
    if math.isfinite(high):
        high = nextafter(high + abs(high) * margin, inf)
    return (_GREATEST if low == inf else low), (-_GREATEST if high == -inf else high)


# --- arithmetic -----------------------------------------------------------------------------


def interval_sum(*terms: Interval) -> Interval:
    """The sum; exact where the sums of the ends are."""
    low, high = terms[0]
    for a, b in terms[1:]:
        low, high = _sum_down(low, a), _sum_up(high, b)
    return low, high


def _exact_sum(a: float, b: float, total: float) -> bool:
    """Knuth's test: was the sum of two numbers free of rounding?"""
    back = total - a
    return (a - (total - back)) + (b - back) == 0


def _sum_down(a: float, b: float) -> float:
    total = a + b
    if total in (inf, -inf):
        return -inf if total == -inf else _GREATEST
    return total if _exact_sum(a, b, total) else nextafter(total, -inf)


def _sum_up(a: float, b: float) -> float:
    total = a + b
    if total in (inf, -inf):
        return inf if total == inf else -_GREATEST
    return total if _exact_sum(a, b, total) else nextafter(total, inf)


def product(x: Interval, y: Interval) -> Interval:
    """The product; an infinite end times zero is zero, since ends are not reached."""
    (a, b), (c, d) = x, y
    if x in ((1, 1), (0, 0)) or y in ((1, 1), (0, 0)):
        return (0.0, 0.0) if (0, 0) in (x, y) else (y if x == (1, 1) else x)
    if x == (-1, -1):
        return -d, -c
    if y == (-1, -1):
        return -b, -a
    ends = (_times(a, c), _times(a, d), _times(b, c), _times(b, d))
    low, high = min(ends), max(ends)
    if a >= 0 and c >= 0:
        return max(0.0, down(low)), up(high)
    if b <= 0 and d <= 0:
        return max(0.0, down(low)), up(high)
    if (a >= 0 and d <= 0) or (b <= 0 and c >= 0):
        return down(low), min(0.0, up(high))
    return down(low), up(high)


def _times(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b


def reciprocal(x: Interval) -> Interval | None:
    """1/x; half a line where zero is an end, the whole line where it is inside."""
    low, high = x
    if low == 0 and high == 0:
        return None
    if low < 0 < high:
        return -inf, inf
    if low >= 0:
        return max(0.0, down(1 / high)), (inf if low == 0 else up(1 / low))
    return (-inf if high == 0 else down(1 / high)), min(0.0, up(1 / low))


def whole_power(x: Interval, n: int) -> Interval | None:
    """x^n for a whole number n."""
    if n < 0:
        inner = whole_power(x, -n)
        return None if inner is None else reciprocal(inner)
    if n == 0:
        return 1.0, 1.0
    if n == 1:
        return x
    low, high = x
    if n % 2:
        return widened(_power(low, n), _power(high, n), 2)
    small, large = sorted((abs(low), abs(high)))
    if low <= 0 <= high:
        small = 0.0
    below, above = widened(_power(small, n), _power(large, n), 2)
    return max(0.0, below), above


def _power(base: float, exponent: float) -> float:
    try:
        return math.pow(base, exponent)
    except OverflowError:
        return -inf if base < 0 and exponent % 2 else inf


def rational_power(x: Interval, exponent: Fraction) -> Interval | None:
    """x^q for a fraction q: real where x is not negative."""
    low, high = x
    if high < 0:
        return None
    low = max(low, 0.0)
    if exponent < 0:
        inner = rational_power((low, high), -exponent)
        return None if inner is None else reciprocal(inner)
    if exponent == Fraction(1, 2):
        return max(0.0, down(math.sqrt(low))), (up(math.sqrt(high)) if high < inf else inf)
    near = float(exponent)
    if Fraction(near) == exponent:
        below, above = widened(_power(low, near), _power(high, near))
        return max(0.0, below), above
    return general_power((low, high), (down(near), up(near)))


def general_power(base: Interval, exponent: Interval) -> Interval | None:
    """u^v as exp(v*log(u)), for u not negative (single real powers of negative u are left out)."""
    if base[1] < 0:
        return None
    inner = log_of((max(base[0], 0.0), base[1]))
    if inner is None:  # the base is zero
        return (0.0, 0.0) if exponent[0] > 0 else (0.0, 1.0) if exponent[0] >= 0 else None
    return exp_of(product(exponent, inner))


def exp_of(x: Interval) -> Interval:
    a, b = widened(_exp_at(x[0]), _exp_at(x[1]))
    return max(0.0, a), b


def _exp_at(x: float) -> float:
    return math.exp(x) if x < 709 else inf if x > 709.8 else _GREATEST


def log_of(x: Interval) -> Interval | None:
    if x[1] <= 0:
        return None
    low = -inf if x[0] <= 0 else math.log(x[0])
    return widened(low, math.log(x[1]) if x[1] < inf else inf)
