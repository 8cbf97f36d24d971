"""Zeros of a function on an interval by a scan with refinement, and their exact forms."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Any, NamedTuple

from dlmath.errors import DlmathError
from dlmath.expression.graph import MINUS_ONE, PI, Node, call, free_symbols, mul, number, sqrt

#: Points asked for at most on one interval; beyond them `Points.complete` is False.
MOST = 400

#: Digits of a point's numeric value.
DIGITS = 40


class Point(NamedTuple):
    """A place on the axis.

    exact: the place as an expression, where it was recognized; value: mpmath number, 40 digits;
    source: an expression that vanishes there.
    """

    exact: Node | None
    value: Any
    source: Node

    def at(self, digits: int) -> Any:
        """The place to so many digits."""
        from dlmath.expression import precise

        if self.exact is not None:
            return precise.evaluate(self.exact, {}, digits)
        if digits <= 38:
            return self.value
        return refine(self.source, next(iter(free_symbols(self.source))), self.value, digits)


class Points(NamedTuple):
    """Singular points in increasing order; complete: False when there may be more."""

    found: list[Point]
    complete: bool


def merge(parts: list[Points]) -> Points:
    """Several lists of points as one, sorted, each place once (exact forms preferred)."""
    points = sorted((p for part in parts for p in part.found), key=lambda p: p.value)
    result: list[Point] = []
    for point in points:
        if result and close(point.value, result[-1].value):
            if result[-1].exact is None:
                result[-1] = point
        else:
            result.append(point)
    complete = all(part.complete for part in parts) and len(result) <= MOST
    return Points(result[:MOST], complete)


def close(a: Any, b: Any) -> bool:
    return bool(abs(a - b) <= 1e-14 * max(1, abs(a)))


def within_interval(points: list[Point], low: Any, high: Any) -> Points:
    import mpmath

    inside = []
    for point in points:
        value = point.value
        if isinstance(value, mpmath.mpc) or mpmath.isnan(value):
            continue
        if close(value, low) or close(value, high) or low <= value <= high:
            inside.append(point)
    return Points(sorted(inside, key=lambda p: p.value), True)


#: Values in binary64 below this may be the noise of a cancellation.
_NOISE = 1e-11


def scan(g: Node, variable: str, low: Any, high: Any) -> Points:
    """Zeros found where the sign changes on a fine grid, or where |g| dips to zero."""
    grid = sample_grid(low, high)
    values: list[Any] = [_float_value(g, variable, float(place)) for place in grid]
    for i, value in enumerate(values):
        if value is not None and abs(value) < _NOISE:
            values[i] = real_value(g, variable, grid[i], DIGITS)
    found: list[Point] = []
    for i, value in enumerate(values):
        if value is None:
            continue
        if value == 0:
            found.append(recognized(grid[i], g, variable))
        elif i and values[i - 1] is not None and values[i - 1] * value < 0:
            root = _bisect(g, variable, grid[i - 1], grid[i])
            if root is not None:
                found.append(recognized(root, g, variable))
        elif 0 < i < len(values) - 1 and _dips(values[i - 1 : i + 2]):
            roots = _touching(g, variable, grid[i - 1], grid[i + 1])
            found += [recognized(root, g, variable) for root in roots]
        if len(found) > MOST:
            break
    complete = not (infinite(low) or infinite(high)) or len(found) < 20
    return merge([Points(within_interval(found, low, high).found, complete)])


def sample_grid(low: Any, high: Any, points: int = 600) -> list[Any]:
    """Increasing places that cover the interval, denser near finite ends and near zero.

    An infinite end is covered to 60 in equal steps and on to a million in equal ratios.
    """
    import mpmath

    mpf = mpmath.mpf
    left = mpf(-1_000_000) if infinite(low) else mpf(low)
    right = mpf(1_000_000) if infinite(high) else mpf(high)
    if infinite(low) and right <= left:
        left = right * 1000 - 1000
    if infinite(high) and left >= right:
        right = left * 1000 + 1000
    inner_left = max(left, min(mpf(-60), right - 60)) if infinite(low) else left
    inner_right = min(right, max(mpf(60), left + 60)) if infinite(high) else right
    # An irrational share keeps the grid off symmetric places where a function may be undefined.
    start, width = inner_left, inner_right - inner_left
    places = [start + width * (k + mpf("0.37124")) / points for k in range(points)]
    near = [mpf(10) ** (-mpf(k) / 4) for k in range(2, 40)]
    places += [start + width * h for h in near] + [inner_right - width * h for h in near]
    if infinite(high):
        places += [inner_right + mpf(10) ** (mpf(k) / 10) for k in range(-10, 60)]
    if infinite(low):
        places += [inner_left - mpf(10) ** (mpf(k) / 10) for k in range(-10, 60)]
    return sorted(place for place in set(places) if low < place < high)


def infinite(value: Any) -> bool:
    import mpmath

    return bool(mpmath.isinf(value))


def real_value(g: Node, variable: str, place: Any, digits: int) -> Any:
    """The value where it is a finite real number, else None."""
    import mpmath

    from dlmath.expression import precise

    try:
        value = precise.evaluate(g, {variable: place}, digits)
    except (DlmathError, ArithmeticError, ValueError):
        return None
    if isinstance(value, mpmath.mpc):
        if abs(value.imag) > mpmath.mpf(10) ** (3 - digits) * max(1, abs(value.real)):
            return None
        value = value.real
    if not isinstance(value, mpmath.mpf) or not mpmath.isfinite(value):
        return None
    return value


def _float_value(g: Node, variable: str, place: float) -> float | None:
    """The value in binary64 where it is a finite real number, else None; only its sign counts."""
    from math import isfinite

    from dlmath.expression import numbers

    try:
        value = numbers.evaluate(g, {variable: place})
    except (DlmathError, ArithmeticError, ValueError):
        return None
    if isinstance(value, complex) and abs(value.imag) <= 1e-12 * abs(value.real):
        value = value.real
    return value if isinstance(value, float) and isfinite(value) else None


def _bisect(g: Node, variable: str, left: Any, right: Any) -> Any:
    """The place where g changes sign between two places; a jump past zero is given too."""
    import mpmath

    a, b = float(left), float(right)
    at_a = _float_value(g, variable, a)
    for _ in range(80):
        middle = (a + b) / 2
        value = _float_value(g, variable, middle)
        if at_a is None or value is None or value == 0 or middle in (a, b):
            break
        if value * at_a > 0:
            a, at_a = middle, value
        else:
            b = middle
    middle = mpmath.mpf((a + b) / 2)
    with mpmath.workdps(DIGITS + 10):
        step = mpmath.mpf(2) ** -45 * max(abs(middle), mpmath.mpf(2) ** -20)
        place = refine(g, variable, middle, DIGITS, step)
        if left <= place <= right and _changes_sign(g, variable, place):
            return place
        return _sure_bisect(g, variable, mpmath.mpf(left), mpmath.mpf(right))


def _changes_sign(g: Node, variable: str, place: Any) -> bool:
    """Does g change its sign within 10^-28 of the place? (A small value proves nothing.)"""
    import mpmath

    width = mpmath.mpf(10) ** -28 * max(1, abs(place))
    sides = [real_value(g, variable, place + side * width, DIGITS + 20) for side in (-1, 1)]
    return None not in sides and sides[0] * sides[1] < 0


def _sure_bisect(g: Node, variable: str, a: Any, b: Any) -> Any:
    """The same with many digits throughout, where binary64 is too coarse; None: no change."""
    at_a, at_b = (real_value(g, variable, place, DIGITS) for place in (a, b))
    if at_a is None or at_b is None or at_a * at_b > 0:
        return None
    for _ in range(3 * DIGITS):
        middle = (a + b) / 2
        value = real_value(g, variable, middle, DIGITS)
        if value is None or value == 0 or middle in (a, b):
            break
        if value * at_a > 0:
            a, at_a = middle, value
        else:
            b = middle
    return (a + b) / 2


def _dips(values: list[Any]) -> bool:
    """Is the middle one of three values smallest in size?"""
    if any(value is None for value in values):
        return False
    a, b, c = (abs(value) for value in values)
    return bool(b <= a and b <= c)


def _touching(g: Node, variable: str, left: Any, right: Any) -> list[Any]:
    """Zeros between two places of equal sign: none, one where g touches zero, or a close pair.

    Golden section in binary64 finds where g comes closest to zero or passes it; where it touches,
    g' vanishes too, which gives the place to many digits.
    """
    import mpmath

    from dlmath.expression.gradient import gradient

    first = _float_value(g, variable, float(left))
    sign = -1.0 if first is not None and first < 0 else 1.0

    def height(place: float) -> float:
        value = _float_value(g, variable, place)
        return float("inf") if value is None else sign * value

    low = _golden(height, float(left), float(right))
    scale = max(height(float(left)), height(float(right)))
    if height(low) < -1e-12 * scale:
        middle = mpmath.mpf(low)
        pair = [_bisect(g, variable, left, middle), _bisect(g, variable, middle, right)]
        return [root for root in pair if root is not None]
    if height(low) > 1e-9 * scale:
        return []
    with mpmath.workdps(DIGITS):
        slope = gradient(g, [variable])[variable]
        if variable not in free_symbols(slope):
            return []
        place = refine(slope, variable, mpmath.mpf(low), DIGITS, mpmath.mpf(10) ** -9)
        if not _changes_sign(slope, variable, place):
            place = _sure_bisect(slope, variable, mpmath.mpf(left), mpmath.mpf(right))
        value = None if place is None else real_value(g, variable, place, DIGITS)
        touches = value is not None and abs(value) < mpmath.mpf(10) ** -25
        return [place] if touches and left < place < right else []


def _golden(size: Callable[[float], float], a: float, b: float) -> float:
    """Golden-section search for the least value (Kiefer 1953)."""
    ratio = 0.6180339887498949
    c, d = b - ratio * (b - a), a + ratio * (b - a)
    at_c, at_d = size(c), size(d)
    for _ in range(50):
        if at_c < at_d:
            b, d, at_d = d, c, at_c
            c = b - ratio * (b - a)
            at_c = size(c)
        else:
            a, c, at_c = c, d, at_d
            d = a + ratio * (b - a)
            at_d = size(d)
    return (a + b) / 2


def refine(g: Node, variable: str, start: Any, digits: int, step: Any = None) -> Any:
    """A zero to more digits, by the secant method from a good start."""
    import mpmath

    with mpmath.workdps(digits + 15):
        a, b = mpmath.mpf(start), mpmath.mpf(start) + (step or mpmath.mpf(10) ** -30)
        at_a, at_b = (real_value(g, variable, place, digits + 10) for place in (a, b))
        for _ in range(30):
            if at_a is None or at_b is None or at_a == at_b:
                break
            a, b, at_a = b, b - at_b * (b - a) / (at_b - at_a), at_b
            at_b = real_value(g, variable, b, digits + 10)
            if abs(b - a) < mpmath.mpf(10) ** -(digits + 5):
                break
        return b


def recognized(value: Any, source: Node, variable: str) -> Point:
    """The point with its exact form where that is a simple one and solves the equation."""
    from dlmath.expression import precise

    for candidate in _simple_forms(value):
        exact = precise.evaluate(candidate, {}, DIGITS)
        close = abs(exact - value) <= 1e-13 * max(1, abs(value))
        if not close:
            continue
        left = real_value(source, variable, precise.evaluate(candidate, {}, 60), 50)
        if left is not None and abs(left) < 1e-30:
            return Point(candidate, exact, source)
    return Point(None, value, source)


def _simple_forms(value: Any) -> list[Node]:
    """Rationals, rational multiples of pi, square roots and logarithms near a number."""
    import mpmath

    forms: list[Node] = []

    def fraction(number_: Any, limit: int) -> Fraction | None:
        near = Fraction(str(mpmath.nstr(number_, 20))).limit_denominator(limit)
        close = abs(mpmath.mpf(near.numerator) / near.denominator - number_) < 1e-12
        return near if close else None

    if abs(value) > 1e9:
        return forms
    with mpmath.workdps(DIGITS):
        plain = fraction(value, 10_000)
        if plain is not None:
            forms.append(number(plain))
        turns = fraction(value / mpmath.pi, 1_000)
        if turns is not None and turns:
            forms.append(mul(number(turns), PI))
        square = fraction(value * value, 1_000)
        if square is not None and square > 0:
            root = sqrt(number(square))
            forms.append(root if value > 0 else mul(MINUS_ONE, root))
        if abs(value) < 20:
            power = fraction(mpmath.exp(value), 1_000)
            if power is not None and power > 0:
                forms.append(call("log", number(power)))
    return forms


def simple_form(value: Any) -> Node | None:
    """A simple exact form that agrees with a number to 30 digits, or None."""
    from dlmath.expression import precise

    for candidate in _simple_forms(value):
        if abs(precise.evaluate(candidate, {}, DIGITS) - value) <= 1e-30 * max(1, abs(value)):
            return candidate
    return None
