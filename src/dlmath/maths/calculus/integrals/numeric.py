"""Numbers for integrals over one piece of the axis, each with an error estimate.

Two methods that share nothing but the integrand: double-exponential sums with many digits
(Takahasi and Mori 1974), which do not mind singular ends, and QUADPACK's adaptive Gauss-Kronrod
rules in binary64 (`scipy.integrate.quad`). Ends towards which the integrand oscillates are
handled in `integral_waves`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import asinh, ceil, inf, isfinite, log
from typing import Any, NamedTuple

from dlmath.expression.graph import Node
from dlmath.maths.calculus.integrals.convergence import End

#: Digits that the double-exponential sums aim at, and compute with.
AIM = 17
WORKING = 32

#: What the method is called.
SUMS = "double-exponential sums"

#: Halvings of the step at most.
LEVELS = 7

#: Digits with which pieces are added.
_SUM_DIGITS = 80

#: A power of decay from here on means "faster than any power".
STEEP = 10.0

#: Distances from an end go down to 10^-DEEPEST.
DEEPEST = 320


class NotANumber(ArithmeticError):
    """The integrand has no value at a place where the integral needs one."""


class Estimate(NamedTuple):
    """A numeric integral.

    value: mpmath number, real or complex. error: how far off it may be. method: in words.
    evaluations: values of the integrand that were computed.
    """

    value: Any
    error: Any
    method: str
    evaluations: int

    def times(self, factor: Any) -> Estimate:
        """The integral of a multiple of the integrand."""
        return self._replace(value=factor * self.value, error=abs(factor) * self.error)


class Piece(NamedTuple):
    """A stretch between neighbouring singular points; low_power, high_power: growth at its ends."""

    low: End
    high: End
    low_power: float = 0.0
    high_power: float = 0.0


def total(estimates: list[Estimate]) -> Estimate:
    """The sum of the integrals over neighbouring pieces."""
    import mpmath

    methods = list(dict.fromkeys(estimate.method for estimate in estimates))
    with mpmath.workdps(_SUM_DIGITS):
        return Estimate(
            mpmath.fsum(estimate.value for estimate in estimates),
            mpmath.fsum(estimate.error for estimate in estimates),
            " and ".join(methods),
            sum(estimate.evaluations for estimate in estimates),
        )


# --- double-exponential sums ------------------------------------------------------------------


def double_exponential(integrand: Node, variable: str, piece: Piece, aim: int = AIM) -> Estimate:
    """The integral over a piece whose ends are integrable, to about `aim` digits.

    Raises NotANumber where the integrand is undefined inside.
    """
    import mpmath

    if piece.low.infinite and piece.high.infinite:
        middle = End(lambda _digits: mpmath.mpf(0), -1)
        left = Piece(piece.low, middle, piece.low_power, 0.0)
        right = Piece(End(middle.place, +1), piece.high, 0.0, piece.high_power)
        return total([double_exponential(integrand, variable, p, aim) for p in (left, right)])
    depths = [_depth(power, aim) for power in (piece.low_power, piece.high_power)]
    digits = (
        WORKING
        - AIM
        + aim
        + max(
            depth if not end.infinite else 0
            for depth, end in zip(depths, (piece.low, piece.high), strict=True)
        )
    )
    with mpmath.workdps(digits):
        rule = _half_infinite(piece, digits) if _open(piece) else _finite(piece, digits)
        found = _refine_sum(integrand, variable, rule, depths, piece, digits, aim)
        return found._replace(error=found.error + _left_out(found.value, piece, depths))


def _open(piece: Piece) -> bool:
    return piece.low.infinite or piece.high.infinite


def _depth(power: float, aim: int) -> int:
    """k such that the part within 10^-k of an end with growth h^power is negligible."""
    return min(DEEPEST + aim, ceil(aim / max(0.04, min(1.0, 1 + power))) + 4)


def _left_out(value: Any, piece: Piece, depths: list[int]) -> Any:
    """How much the parts beyond the depths may hold, with growth h^power there."""
    import mpmath

    powers = (piece.low_power, piece.high_power)
    parts = [
        mpmath.mpf(10) ** (-depth * (1 + power))
        for depth, power in zip(depths, powers, strict=True)
        if power < -0.9
    ]
    return abs(value) * mpmath.fsum(parts)


#: A rule: step parameter t to (place, derivative of the place).
Rule = Callable[[Any], tuple[Any, Any]]


def _finite(piece: Piece, digits: int) -> Rule:
    """x = a + (b - a)/(1 + exp(-pi*sinh(t)))"""
    import mpmath

    a, b = piece.low.place(digits), piece.high.place(digits)

    def rule(t: Any) -> tuple[Any, Any]:
        u = mpmath.pi * mpmath.sinh(t)
        share = 1 / (1 + mpmath.exp(abs(u)))
        x = a + (b - a) * share if t < 0 else b - (b - a) * share
        return x, (b - a) * mpmath.pi * mpmath.cosh(t) * share * (1 - share)

    return rule


def _half_infinite(piece: Piece, digits: int) -> Rule:
    """x = a + exp(pi/2*sinh(t)), or mirrored"""
    import mpmath

    end = piece.high if piece.low.infinite else piece.low
    direction = -1 if piece.low.infinite else 1
    a = end.place(digits)

    def rule(t: Any) -> tuple[Any, Any]:
        distance = mpmath.exp(mpmath.pi / 2 * mpmath.sinh(t))
        return a + direction * distance, mpmath.pi / 2 * mpmath.cosh(t) * distance

    return rule


def _reach(piece: Piece, depths: list[int]) -> tuple[float, float]:
    """The range of t: towards the low end (or the finite one) and towards the other."""
    from math import pi

    if not _open(piece):
        return tuple(asinh(depth * log(10) / pi) for depth in depths)  # type: ignore[return-value]
    finite, infinite = depths if piece.high.infinite else depths[::-1]
    return asinh(2 * finite * log(10) / pi), asinh(2 * infinite * log(10) / pi)


def _refine_sum(
    integrand: Node,
    variable: str,
    rule: Rule,
    depths: list[int],
    piece: Piece,
    digits: int,
    aim: int,
) -> Estimate:
    """Trapezoidal sums in t with the step halved until two agree twice."""
    import mpmath

    from dlmath.errors import DlmathError
    from dlmath.expression import precise

    left, right = _reach(piece, depths)
    vanishes = (piece.high_power if piece.high.infinite else piece.low_power) >= STEEP
    count = 0

    def term(t: Any) -> Any:
        nonlocal count
        count += 1
        x, weight = rule(t)
        try:
            value = precise.evaluate(integrand, {variable: x}, digits)
        except DlmathError:  # a number beyond what a special function takes
            if _open(piece) and vanishes and abs(x) > 100:
                return mpmath.mpf(0)
            raise NotANumber from None
        if isinstance(value, list) or mpmath.isnan(value) or mpmath.isinf(value):
            raise NotANumber
        return value * weight

    total_sum = mpmath.mpf(0)
    previous: list[Any] = []
    for level in range(1, LEVELS + 1 + (aim > AIM)):
        step = mpmath.mpf(1) / 2**level
        first, last = -ceil(left / float(step)), ceil(right / float(step))
        fresh = range(first, last + 1) if level == 1 else range(first | 1, last + 1, 2)
        total_sum += mpmath.fsum(term(k * step) for k in fresh)
        value = total_sum * step
        if len(previous) >= 2 and _settled(value, previous, aim):
            return Estimate(value, _rounding(value, previous, aim), SUMS, count)
        previous.append(value)
    error = abs(previous[-1] - previous[-2])
    return Estimate(previous[-1], error, SUMS, count)


def _settled(value: Any, previous: list[Any], aim: int) -> bool:
    import mpmath

    bound = (abs(value) + mpmath.mpf(10) ** -45) * mpmath.mpf(10) ** (2 - aim)
    return bool(abs(value - previous[-1]) <= bound and abs(value - previous[-2]) <= 1e7 * bound)


def _rounding(value: Any, previous: list[Any], aim: int) -> Any:
    import mpmath

    return abs(value - previous[-1]) + abs(value) * mpmath.mpf(10) ** -aim


# --- adaptive Gauss-Kronrod -------------------------------------------------------------------


def gauss_kronrod(integrand: Node, variable: str, piece: Piece, part: str = "real") -> Estimate:
    """The integral by QUADPACK, with ends where it grows smoothed by a substitution.

    part: `real`, or `re` or `im` of an integrand that is complex.
    Raises NotANumber where the integrand is undefined inside, or not real.
    """
    import warnings

    import mpmath
    from scipy.integrate import quad

    value, error, count = 0.0, 0.0, 0
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for g, low, high in _stretches(integrand, variable, piece, part):
            found = quad(g, low, high, epsabs=1e-13, epsrel=1e-12, limit=400, full_output=1)
            value, error = value + found[0], error + found[1]
            count += found[2]["neval"]
    if not isfinite(value):
        raise NotANumber
    return Estimate(mpmath.mpf(value), mpmath.mpf(error), "adaptive Gauss-Kronrod rules", count)


Function = Callable[[float], float]


def _stretches(
    integrand: Node, variable: str, piece: Piece, part: str
) -> list[tuple[Function, float, float]]:
    """The piece in parts, each as a function to integrate and its bounds."""
    f = float_function(integrand, variable, part)
    low = -inf if piece.low.infinite else float(piece.low.place(20))
    high = inf if piece.high.infinite else float(piece.high.place(20))
    if isfinite(low) and isfinite(high):
        middle = (low + high) / 2
    elif isfinite(low):
        middle = low + 1.0
    else:
        middle = high - 1.0 if isfinite(high) else 0.0
    parts: list[tuple[Function, float, float]] = []
    for end, place, power in (
        (piece.low, low, piece.low_power),
        (piece.high, high, piece.high_power),
    ):
        m = _smoothing(power)
        if end.infinite or m == 1:
            parts.append((f, min(place, middle), max(place, middle)))
        else:
            g = _substituted(integrand, variable, end, abs(middle - place), m, part)
            parts.append((g, 0.0, 1.0))
    return parts


def _smoothing(power: float) -> int:
    """m of x = end + width*u^m; 1 where the integrand is smooth as it is."""
    if power >= 0 and abs(power - round(power)) < 0.01:
        return 1
    return min(12, max(2, ceil(2 / max(0.05, 1 + power))))


def _substituted(
    integrand: Node, variable: str, end: End, width: float, m: int, part: str
) -> Function:
    """f(end + width*u^m)*width*m*u^(m-1), with digits enough for the distance from the end."""
    import mpmath

    from dlmath.expression import precise

    place = end.place(60)

    def g(u: float) -> float:
        if u == 0:
            return 0.0
        with mpmath.workdps(60):
            x = place + end.inward * width * mpmath.mpf(u) ** m
            value = precise.evaluate(integrand, {variable: x}, 25)
            return _as_float(value, part) * width * m * u ** (m - 1)

    return g


def float_function(integrand: Node, variable: str, part: str = "real") -> Function:
    """The integrand in binary64; places where it is not a real number raise NotANumber."""
    from dlmath.expression import numbers

    return lambda x: _as_float(numbers.evaluate(integrand, {variable: x}), part)


def _as_float(value: Any, part: str) -> float:
    if isinstance(value, (list, bool)):
        raise NotANumber
    number = complex(value)
    if part == "real" and abs(number.imag) > 1e-9 * abs(number.real):
        raise NotANumber
    found = number.imag if part == "im" else number.real
    if not isfinite(found):
        raise NotANumber
    return found
