"""Is F an antiderivative of f? F' is taken on the graph and compared with f, to many digits.

The places lie on both sides of zero and between the function's singular points; parameters take
several values, also negative ones where nothing is assumed. Where f is continuous F must be too:
F(b) - F(a) is compared with a quadrature of f over short intervals, which finds jumps that no
derivative shows (`atan(tan(x/2))`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from time import process_time
from typing import Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.checks.values import (
    TOO_LARGE,
    Point,
    looked_up,
    point_text,
    short_text,
    telling_points,
    value_at,
)
from dlmath.expression.graph import Node, free_symbols, topological
from dlmath.settings import Assumptions

NAME = "derivative of the antiderivative"

#: Distances from zero (both signs) at which F' and f are compared.
_PLACES = (
    *(Fraction(7, 31), Fraction(17, 41), Fraction(23, 37), Fraction(29, 31), Fraction(41, 29)),
    *(Fraction(61, 29), Fraction(101, 31), Fraction(157, 31), Fraction(263, 31), Fraction(611, 31)),
    Fraction(3, 97),
)
_WANTED = 3
#: Stricter than the words of the check promise: what is added in the 13th digit is wrong too.
_TOLERANCE = 1e-18

#: Processor time for the comparison, and again for the search for jumps.
_SECONDS = 3.0

#: Intervals for the search for jumps: this wide, from -_SPAN to _SPAN.
_WIDTH = Fraction(17, 31)
_SPAN = 14


class _Clock:
    """Processor time: after `_SECONDS` the check makes do with fewer places."""

    def __init__(self) -> None:
        self._end = process_time() + _SECONDS

    @property
    def is_over(self) -> bool:
        return process_time() > self._end


class Verdict(NamedTuple):
    """What the check found.

    check: for the answer. bad: settings of the parameters in which F' differs from f.
    good: settings in which it agrees. jumps: intervals (left, right) on which f is continuous and
    F jumps. real: is F real at all places where f is?
    """

    check: Check
    good: list[Point]
    bad: list[Point]
    jumps: list[tuple[float, float]]
    real: bool


def check_antiderivative(
    antiderivative: Node,
    integrand: Node,
    variable: str,
    assume: Assumptions | None = None,
    between: Iterable[Any] = (),
) -> Verdict:
    """Compares F' with f on the real line.

    between: further places to look at, such as one in each interval between singular points.
    """
    from dlmath.expression.gradient import gradient

    slope = gradient(antiderivative, [variable])[variable]
    names = sorted((free_symbols(antiderivative) | free_symbols(integrand)) - {variable})
    places = [*between, *(side * place for place in _PLACES for side in (1, -1))]
    places += _places_on_branches((antiderivative, integrand), variable)
    good: list[Point] = []
    bad: list[Point] = []
    compared, real, counterexample = 0, True, ""
    clock = _Clock()
    for setting in parameter_settings(names, assume or {}):
        outcome = _compare(antiderivative, slope, integrand, variable, setting, places, clock)
        compared += outcome.compared
        real = real and outcome.real
        if outcome.difference:
            bad.append(setting)
            counterexample = counterexample or outcome.difference
        elif outcome.compared >= _WANTED:
            good.append(setting)
        if (len(bad) > 1 and not good) or (len(good) > 1 and clock.is_over):
            break
    if counterexample:
        return Verdict(Check(NAME, FAILED, counterexample), good, bad, [], real)
    if not good:
        detail = "there are too few places at which both have a value"
        return Verdict(Check(NAME, UNAVAILABLE, detail), [], [], [], real)
    jumps, whole = find_jumps(antiderivative, integrand, variable, good[0])
    detail = f"equals the integrand at {compared} points to 12 digits or more"
    if not whole:
        detail += "; laborious to compute, so jumps were looked for on a part of the axis only"
    return Verdict(Check(NAME, PASSED, detail), good, [], jumps, real)


#: Functions that have another formula elsewhere.
_BRANCHING = frozenset(
    "abs sign heaviside floor ceil max min piecewise relu leaky_relu elu selu hardtanh "
    "hard_sigmoid softsign atan acot asin acos log pow".split()
)


_BESIDE = Fraction(978, 977)


def _places_on_branches(expressions: Sequence[Node], variable: str) -> list[Any]:
    """Places far away and around the numbers in functions with branches: `relu(x - 50)`."""
    branching = [
        part
        for expression in expressions
        for part in topological(expression)
        if part.op in _BRANCHING and variable in free_symbols(part)
    ]
    if not branching:
        return []
    # A little beside them: at the end of its domain an antiderivative may have no slope.
    places = [point[variable] for point in telling_points(branching, [variable])]
    return [place * _BESIDE for place in places if place != 0]


#: Sizes of parameters in tenths, one row for each setting; no two are in a simple proportion.
_SIZES = (
    (14, 19, 13, 23, 29, 17, 11, 31),
    (27, 6, 34, 11, 16, 21, 37, 8),
    (9, 32, 7, 26, 18, 41),
    (5, 26, 12, 3, 22, 15),
    (21, 8, 17, 33, 4, 28),
)

#: Signs by setting: the parameters in turn, again and again.
_SIGNS = ((1,), (1,), (-1, 1), (1, -1), (-1,))


def parameter_settings(names: Sequence[str], assume: Assumptions) -> list[Point]:
    """Values of the parameters: first positive ones, then of either sign, as assumed."""
    if not names:
        return [{}]
    return [
        {
            name: _value(setting, place, assume.get(name, frozenset()))
            for place, name in enumerate(names)
        }
        for setting in range(len(_SIGNS))
    ]


def is_negative(value: Any) -> bool:
    """Is the value of a parameter a negative (real) number?"""
    return isinstance(value, (int, Fraction)) and value < 0


def _value(setting: int, place: int, known: frozenset[str]) -> Any:
    sizes, signs = _SIZES[setting], _SIGNS[setting]
    size = Fraction(sizes[place % len(sizes)], 10) + place // len(sizes)
    if "complex" in known:
        import mpmath

        return mpmath.mpc(float(size), 0.7 * signs[place % len(signs)])
    if "integer" in known:
        size = Fraction(round(size) or 1)
    negative = signs[place % len(signs)] < 0
    if known & {"positive", "nonnegative"}:
        negative = False
    elif known & {"negative", "nonpositive"}:
        negative = True
    return -size if negative else size


class _Outcome(NamedTuple):
    compared: int
    difference: str
    real: bool


def _compare(
    antiderivative: Node,
    slope: Node,
    integrand: Node,
    variable: str,
    setting: Point,
    places: Sequence[Any],
    clock: _Clock,
) -> _Outcome:
    compared, real, outside = 0, True, []
    for place in places:
        point = {**setting, variable: place}
        wanted = value_at(integrand, point)
        if wanted is None or not _finite(wanted):
            continue
        if not _is_real(wanted):
            outside.append((point, wanted))
            continue
        got, value = looked_up(slope, point), looked_up(antiderivative, point)
        if got is TOO_LARGE or value is TOO_LARGE:
            continue
        if got is None:
            return _Outcome(compared, f"at {point_text(point)} it has no derivative", real)
        if not _same(got, wanted):
            return _Outcome(compared, _difference(point, got, wanted), real)
        if value is None or not _finite(value):
            return _Outcome(compared, f"at {point_text(point)} it has no value", real)
        real = real and _is_real(value)
        compared += 1
        if compared >= 2 * _WANTED and clock.is_over:
            break
    if compared >= _WANTED:
        return _Outcome(compared, "", real)
    for point, wanted in outside:  # the integrand is complex: compare it as it is
        got = value_at(slope, point)
        if got is None:
            continue
        if not _same(got, wanted):
            return _Outcome(compared, _difference(point, got, wanted), False)
        compared += 1
    return _Outcome(compared, "", False if outside else real)


def _difference(point: Point, got: Any, wanted: Any) -> str:
    return f"at {point_text(point)}: {short_text(got)} against {short_text(wanted)}"


def _finite(value: Any) -> bool:
    import mpmath

    return not isinstance(value, (list, bool)) and bool(mpmath.isfinite(value))


def _is_real(value: Any) -> bool:
    import mpmath

    if isinstance(value, mpmath.mpc):
        return bool(abs(value.imag) <= 1e-20 * max(1, abs(value.real)))
    return True


def _same(a: Any, b: Any) -> bool:
    return bool(abs(a - b) <= _TOLERANCE * max(abs(a), abs(b), 1e-12))


def find_jumps(
    antiderivative: Node, integrand: Node, variable: str, setting: Point
) -> tuple[list[tuple[float, float]], bool]:
    """Short intervals on which f is continuous and F(b) - F(a) is not the integral of f.

    Also whether the whole range could be looked at: the middle comes first.
    """
    from dlmath.expression import numbers

    values = {name: _float(value) for name, value in setting.items()}
    jumps: list[tuple[float, float]] = []
    count = int(_SPAN / _WIDTH)
    ends = [float(k * _WIDTH + Fraction(1, 97)) for k in range(-count, count + 1)]
    clock = _Clock()
    heights: dict[int, Any] = {}
    for k in sorted(range(len(ends) - 1), key=lambda index: abs(index - count)):
        if clock.is_over:
            return jumps, False
        for end in (k, k + 1):
            if end not in heights:
                heights[end] = numbers.evaluate(antiderivative, {**values, variable: ends[end]})
        if not (_number(heights[k]) and _number(heights[k + 1])):
            continue
        step = complex(heights[k + 1]) - complex(heights[k])
        scale = max(1.0, abs(heights[k]), abs(heights[k + 1]))
        for share in _SHARES:
            area = _area(integrand, variable, values, ends[k], ends[k + 1], share)
            if area is None or abs(step - area) <= 1e-6 * scale:
                break
        else:
            sure = _sure_step(antiderivative, variable, setting, ends[k], ends[k + 1])
            if sure is not None and area is not None and abs(sure - area) > 1e-6 * scale:
                jumps.append((ends[k], ends[k + 1]))
    return sorted(jumps), True


def _sure_step(
    antiderivative: Node, variable: str, setting: Point, low: float, high: float
) -> complex | None:
    """F(high) - F(low) with many digits, which a cancellation in binary64 does not fool."""
    values = [value_at(antiderivative, {**setting, variable: place}) for place in (low, high)]
    if any(value is None or not _finite(value) for value in values):
        return None
    return complex(values[1] - values[0])


#: An interval is cut at these shares in turn: a jump of F shows with every cut, while a jump of f
#: close to the end of an interval may be missed by one.
_SHARES = (0.0, 0.3819, 0.7071)


def _area(
    integrand: Node,
    variable: str,
    values: dict[str, Any],
    low: float,
    high: float,
    share: float,
) -> complex | None:
    """The integral over a short interval in two parts, or None where f is not continuous."""
    if share == 0.0:
        return _smooth_area(integrand, variable, values, low, high)
    cut = low + share * (high - low)
    first = _smooth_area(integrand, variable, values, low, cut)
    second = None if first is None else _smooth_area(integrand, variable, values, cut, high)
    return None if first is None or second is None else first + second


def _float(value: Any) -> Any:
    import mpmath

    return complex(value) if isinstance(value, mpmath.mpc) else float(value)


def _number(value: Any) -> bool:
    from cmath import isfinite

    return isinstance(value, (float, complex)) and isfinite(value)


#: Halvings of a short interval towards a kink of f.
_HALVINGS = 20


def _smooth_area(
    integrand: Node, variable: str, values: dict[str, Any], low: float, high: float, depth: int = 0
) -> complex | None:
    """The integral over a short interval, or None where f is not continuous there."""
    whole = _gauss(integrand, variable, values, low, high)
    middle = (low + high) / 2
    left = _gauss(integrand, variable, values, low, middle)
    right = _gauss(integrand, variable, values, middle, high)
    if whole is None or left is None or right is None:
        return None
    if abs(whole - left - right) <= 1e-10 * max(1.0, abs(whole)):
        return left + right
    if depth == _HALVINGS or abs(whole) > 1e6:
        return None
    first = _smooth_area(integrand, variable, values, low, middle, depth + 1)
    if first is None:
        return None
    second = _smooth_area(integrand, variable, values, middle, high, depth + 1)
    return None if second is None else first + second


#: Gauss-Legendre nodes and weights with eight points on [-1, 1] (Abramowitz and Stegun 25.4.30).
_NODES = (
    (0.1834346424956498, 0.3626837833783620),
    (0.5255324099163290, 0.3137066458778873),
    (0.7966664774136267, 0.2223810344533745),
    (0.9602898564975363, 0.1012285362903763),
)


def _gauss(
    integrand: Node, variable: str, values: dict[str, Any], low: float, high: float
) -> complex | None:
    from dlmath.expression import numbers

    middle, half = (low + high) / 2, (high - low) / 2
    total = 0j
    for node, weight in _NODES:
        for side in (1, -1):
            value = numbers.evaluate(integrand, {**values, variable: middle + side * half * node})
            if not _number(value):
                return None
            total += weight * value
    return total * half
