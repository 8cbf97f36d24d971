"""Functions on intervals of binary64 numbers, rounded outwards.

Each rule takes the enclosures of the operands and gives one of the values, or None where the
function is defined nowhere on them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from math import inf

from dlmath.expression.interval_arithmetic import (
    STEPS,
    Interval,
    down,
    exp_of,
    log_of,
    product,
    reciprocal,
    up,
    widened,
)

#: Above this size the position within a period is not followed.
_FAR = 1e8

# --- functions that rise or fall --------------------------------------------------------------

_Real = Callable[[float], float]
_Rule = Callable[..., Interval | None]


def _safe(function: _Real) -> _Real:
    """The function with infinity where the result is too large for binary64."""

    def value(x: float) -> float:
        try:
            return function(x)
        except OverflowError:
            return inf if x > 0 else -inf

    return value


def _rising(
    function: _Real, low: float = -inf, high: float = inf, *, steps: float = STEPS
) -> _Rule:
    """The rule of an increasing function with its least and greatest value."""
    value = _safe(function)

    def rule(x: Interval) -> Interval:
        a, b = widened(value(x[0]), value(x[1]), steps)
        return max(low, a), min(high, b)

    return rule


def _within(rule: _Rule, least: float, greatest: float) -> _Rule:
    """The rule of a function that is defined from least to greatest only."""

    def limited(x: Interval) -> Interval | None:
        if x[1] < least or x[0] > greatest:
            return None
        return rule((max(x[0], least), min(x[1], greatest)))

    return limited


def _log_to_base(x: Interval, base: Interval | None = None) -> Interval | None:
    above = log_of(x)
    if base is None or above is None:
        return above
    below = log_of(base)
    inverse = None if below is None else reciprocal(below)
    return None if inverse is None else product(above, inverse)


def _sigmoid(x: float) -> float:
    if x >= 0:
        return 1 / (1 + math.exp(-x))
    small = math.exp(x)
    return small / (1 + small)


def _softplus(x: float) -> float:
    return x + math.log1p(math.exp(-x)) if x > 0 else math.log1p(math.exp(x))


def _softsign(x: float) -> float:
    return math.copysign(1.0, x) if math.isinf(x) else x / (1 + abs(x))


def _stairs(function: Callable[[float], float]) -> _Rule:
    """A function that never falls and is computed without rounding."""
    return lambda x: (float(function(x[0])), float(function(x[1])))


def _rounded(function: Callable[[float], float]) -> _Real:
    """floor or ceil, also of infinity."""
    return lambda x: x if math.isinf(x) else float(function(x))


def _relu(x: Interval) -> Interval:
    return max(0.0, x[0]), max(0.0, x[1])


def _expm1(x: Interval) -> Interval:
    low, high = widened(math.expm1(x[0]), math.expm1(x[1]))
    return max(-1.0, low), high


def _elu(x: Interval, alpha: Interval = (1.0, 1.0)) -> Interval:
    below = product(alpha, _expm1((min(x[0], 0.0), min(x[1], 0.0))))
    if x[1] <= 0:
        return below
    if x[0] >= 0:
        return x
    return min(below[0], 0.0), max(below[1], x[1])


def _selu(x: Interval) -> Interval:
    from dlmath.expression.vocabulary import SELU_ALPHA, SELU_SCALE

    alpha, scale = (widened(float(part), float(part)) for part in (SELU_ALPHA, SELU_SCALE))
    return product(scale, _elu(x, alpha))


def _leaky_relu(x: Interval, slope: Interval | None = None) -> Interval:
    slope = slope or (down(0.01), up(0.01))
    below = product(slope, (min(x[0], 0.0), min(x[1], 0.0)))
    if x[1] <= 0:
        return below
    if x[0] >= 0:
        return x
    return min(below[0], 0.0), max(below[1], x[1])


def _hard_sigmoid(x: Interval) -> Interval:
    low, high = widened(x[0] / 6 + 0.5, x[1] / 6 + 0.5)
    return min(max(0.0, low), 1.0), max(min(1.0, high), 0.0)


# --- functions with one valley ----------------------------------------------------------------


def _gelu(x: float) -> float:
    return 0.0 if x == -inf else x * math.erfc(-x / math.sqrt(2)) / 2


def _silu(x: float) -> float:
    return 0.0 if x == -inf else x * _sigmoid(x)


def _mish(x: float) -> float:
    return 0.0 if x == -inf else x * math.tanh(_softplus(x))


def _valley(
    function: _Real, place: float, least: float, steps: Callable[[float], float] | None = None
) -> _Rule:
    """A function that falls to its least value and rises from there.

    place: where, to a few units in the last place; least: a number below that value.
    """
    count = steps or (lambda _: 2.0 * STEPS)
    value = _safe(function)

    def rule(x: Interval) -> Interval:
        ends = [widened(value(end), value(end), count(end)) for end in x]
        low = min(ends[0][0], ends[1][0])
        if x[0] <= place + 1e-12 and x[1] >= place - 1e-12:
            low = least
        return max(low, least), max(ends[0][1], ends[1][1])

    return rule


def _steps_of_gelu(x: float) -> float:
    """The error of x/sqrt(2) is multiplied by x^2 in the tail of erfc."""
    return 2 * STEPS + (4 * x * x if -40 < x < 0 else 0)


def _absolute(x: Interval) -> Interval:
    low, high = x
    if low <= 0 <= high:
        return 0.0, max(-low, high)
    return (low, high) if low > 0 else (-high, -low)


def _cosh(x: Interval) -> Interval:
    small, large = _absolute(x)
    a, b = widened(_safe(math.cosh)(small), abs(_safe(math.cosh)(large)))
    return max(1.0, a), b


def _over(rule: _Rule) -> _Rule:
    """1 divided by a function."""

    def inverse(x: Interval) -> Interval | None:
        inner = rule(x)
        return None if inner is None else reciprocal(inner)

    return inverse


def _inverse_operand(rule: _Rule) -> _Rule:
    """A function of 1/x."""

    def of_inverse(x: Interval) -> Interval | None:
        inner = reciprocal(x)
        return None if inner is None else rule(inner)

    return of_inverse


# --- periodic functions -----------------------------------------------------------------------


def _holds_multiple(x: Interval, shift: float, period: float) -> bool:
    """May shift + k*period lie in the interval for a whole k? (True when in doubt.)"""
    slack = 1e-14 * (1 + max(abs(x[0]), abs(x[1])))
    first = math.ceil((x[0] - slack - shift) / period)
    return first * period + shift <= x[1] + slack


def _too_wide(x: Interval, period: float) -> bool:
    return not (x[0] > -_FAR and x[1] < _FAR) or x[1] - x[0] >= period


def _wave(function: _Real, top: float) -> _Rule:
    """sin or cos, greatest at `top` and, half a period on, least."""

    def rule(x: Interval) -> Interval:
        if _too_wide(x, 2 * math.pi):
            return -1.0, 1.0
        a, b = function(x[0]), function(x[1])
        low, high = widened(min(a, b), max(a, b))
        if _holds_multiple(x, top, 2 * math.pi):
            high = 1.0
        if _holds_multiple(x, top + math.pi, 2 * math.pi):
            low = -1.0
        return max(-1.0, low), min(1.0, high)

    return rule


def _tan(x: Interval) -> Interval:
    if _too_wide(x, math.pi) or _holds_multiple(x, math.pi / 2, math.pi):
        return -inf, inf
    return widened(math.tan(x[0]), math.tan(x[1]), 2 * STEPS)


def _cot(x: Interval) -> Interval:
    if _too_wide(x, math.pi) or _holds_multiple(x, 0.0, math.pi):
        return -inf, inf
    return widened(1 / math.tan(x[1]), 1 / math.tan(x[0]), 2 * STEPS)


# --- functions by high precision --------------------------------------------------------------


def _by_mpmath(name: str) -> _Real:
    """Values from mpmath, correct far beyond binary64."""

    def value(x: float) -> float:
        from dlmath.expression.precise import function_value

        if math.isinf(x):
            return x
        return float(function_value(name, (Fraction(x),), 90).real)

    return value


def _extremum(name: str) -> Callable[[list[Interval]], Interval]:
    pick = max if name == "max" else min
    return lambda parts: (pick(a for a, _ in parts), pick(b for _, b in parts))


_asin = _within(_rising(math.asin, -math.pi / 2 - 1e-15, math.pi / 2 + 1e-15), -1.0, 1.0)
_atan = _rising(math.atan, -math.pi / 2 - 1e-15, math.pi / 2 + 1e-15)
_sinh, _tanh = _rising(math.sinh), _rising(math.tanh, -1.0, 1.0)
_asinh = _rising(math.asinh)
_acosh = _within(_rising(math.acosh, 0.0), 1.0, inf)
_sin, _cos = _wave(math.sin, math.pi / 2), _wave(math.cos, 0.0)


def _falling(rule: _Rule) -> _Rule:
    """The rule of minus a function."""

    def negated(x: Interval) -> Interval | None:
        found = rule(x)
        return None if found is None else (-found[1], -found[0])

    return negated


_acos = _within(_falling(_rising(lambda x: -math.acos(x), -math.pi - 1e-15, 0.0)), -1.0, 1.0)


def _atanh(x: Interval) -> Interval | None:
    if x[1] <= -1 or x[0] >= 1:
        return None
    low = -inf if x[0] <= -1 else math.atanh(x[0])
    return widened(low, inf if x[1] >= 1 else math.atanh(x[1]))


def _digamma(x: Interval) -> Interval:
    if x[0] <= 0:
        return -inf, inf
    return _rising(_by_mpmath("digamma"))(x) or (-inf, inf)


#: Name to rule; each takes the enclosures of its operands.
FUNCTIONS: dict[str, _Rule] = {
    "exp": exp_of,
    "log": _log_to_base,
    "sin": _sin,
    "cos": _cos,
    "tan": _tan,
    "sec": _over(_cos),
    "csc": _over(_sin),
    "cot": _cot,
    "asin": _asin,
    "acos": _acos,
    "atan": _atan,
    "asec": _inverse_operand(_acos),
    "acsc": _inverse_operand(_asin),
    "acot": _inverse_operand(_atan),
    "sinh": _sinh,
    "cosh": _cosh,
    "tanh": _tanh,
    "sech": _over(_cosh),
    "csch": _over(_sinh),
    "coth": _over(_tanh),
    "asinh": _asinh,
    "acosh": _acosh,
    "atanh": _atanh,
    "asech": _inverse_operand(_acosh),
    "acsch": _inverse_operand(_asinh),
    "acoth": _inverse_operand(_atanh),
    "cbrt": _rising(math.cbrt),
    "abs": _absolute,
    "sign": _stairs(lambda x: (x > 0) - (x < 0)),
    "heaviside": _stairs(lambda x: 0.5 if x == 0 else float(x > 0)),
    "floor": _stairs(_rounded(math.floor)),
    "ceil": _stairs(_rounded(math.ceil)),
    "max": lambda *parts: _extremum("max")(list(parts)),
    "min": lambda *parts: _extremum("min")(list(parts)),
    "erf": _rising(math.erf, -1.0, 1.0),
    "erfc": _falling(_rising(lambda x: -math.erfc(x), -2.0, 0.0)),
    "erfi": _rising(_by_mpmath("erfi")),
    "digamma": _digamma,
    "sigmoid": _rising(_safe(_sigmoid), 0.0, 1.0),
    "relu": _relu,
    "leaky_relu": _leaky_relu,
    "elu": _elu,
    "selu": _selu,
    "softplus": _rising(_softplus, 0.0),
    "gelu": _valley(_gelu, -0.7517915246935645, -0.16997120747990370, _steps_of_gelu),
    "silu": _valley(_silu, -1.2784645427610738, -0.27846454276107385),
    "mish": _valley(_mish, -1.1924312145154772, -0.30884341301725046),
    "hardtanh": lambda x: (min(max(-1.0, x[0]), 1.0), max(min(1.0, x[1]), -1.0)),
    "hard_sigmoid": _hard_sigmoid,
    "softsign": _rising(_softsign, -1.0, 1.0),
}
