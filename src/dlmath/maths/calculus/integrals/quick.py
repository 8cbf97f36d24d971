"""Double-exponential sums in binary64: thirty times quicker than with many digits.

They are used only where they can be trusted: the integrand in binary64 agrees with its value to
many digits at places spread over the piece, and the sums settle to the last digits of a float
(rounding noise of a cancellation would not). Everything else is left to `integral_numeric`.
"""

from __future__ import annotations

from collections.abc import Callable
from math import asinh, cosh, exp, inf, isfinite, log, pi, sinh
from typing import Any

from dlmath.errors import DlmathError
from dlmath.expression.graph import Node
from dlmath.maths.calculus.integrals.numeric import STEEP, SUMS, Estimate, NotANumber, Piece

#: The sums must settle to this, relative to the integral of |f|.
SETTLED = 2e-15

#: The terms of the sum may be wrong by this, relative to the greatest.
ACCURATE = 3e-13

#: A value with a greater relative error is computed again with many digits.
TOLERATED = 3e-12

#: Halvings of the step at most.
_LEVELS = 7

#: t to (place, derivative of the place).
Rule = Callable[[float], tuple[float, float]]


def quick_sums(integrand: Node, variable: str, piece: Piece) -> Estimate | None:
    """The integral over a piece, or None where binary64 cannot be trusted with it."""
    from dlmath.expression import numbers

    rule, reach = _rule(piece)
    if rule is None:
        return None
    noise = _noise(integrand, variable, rule, reach)
    if not noise <= ACCURATE:
        return None
    infinite = [p for e, p in zip(piece[:2], piece[2:], strict=True) if e.infinite]
    vanishes = bool(infinite) and infinite[0] >= STEEP
    count = 0

    def term(t: float) -> complex:
        nonlocal count
        count += 1
        x, weight = rule(t)
        try:
            value = numbers.evaluate(integrand, {variable: x})
        except DlmathError:  # a number beyond what a special function takes
            if vanishes and abs(x) > 100:
                return 0j
            raise NotANumber from None
        if isinstance(value, (list, bool)):
            raise NotANumber
        product = complex(value) * weight
        if not (isfinite(product.real) and isfinite(product.imag)):
            raise NotANumber
        return product

    try:
        found = _sums(term, reach, noise)
    except (NotANumber, OverflowError):
        return None
    if found is None:
        return None
    import mpmath

    value, error = found
    whole = mpmath.mpc(value) if value.imag else mpmath.mpf(value.real)
    return Estimate(whole, mpmath.mpf(error), SUMS, count)


def _rule(piece: Piece) -> tuple[Rule | None, tuple[float, float]]:
    """The map of a piece, and the range of t; None for ends that need many digits."""
    low = None if piece.low.infinite else float(piece.low.place(20))
    high = None if piece.high.infinite else float(piece.high.place(20))
    for place, power in ((low, piece.low_power), (high, piece.high_power)):
        if place is not None and place != 0.0 and power < 0:
            return None, (0.0, 0.0)
        if power < -0.9:
            return None, (0.0, 0.0)
    if low is not None and high is not None:
        depths = [_depth(power) for power in (piece.low_power, piece.high_power)]
        reach = asinh(depths[0] * log(10) / pi), asinh(depths[1] * log(10) / pi)
        return _finite(low, high), reach
    if low is None and high is None:
        return None, (0.0, 0.0)
    start, direction = (low, 1.0) if low is not None else (high, -1.0)
    near, far = (
        (piece.low_power, piece.high_power)
        if low is not None
        else (piece.high_power, piece.low_power)
    )
    inner, outer = (asinh(2 * _depth(power) * log(10) / pi) for power in (near, far))
    return _half_infinite(float(start or 0.0), direction), (inner, outer)


def _depth(power: float) -> int:
    return min(280, int(18 / min(1.0, 1 + power)) + 3)


def _finite(a: float, b: float) -> Rule:
    def rule(t: float) -> tuple[float, float]:
        share = 1 / (1 + exp(abs(pi * sinh(t))))
        x = a + (b - a) * share if t < 0 else b - (b - a) * share
        return x, (b - a) * pi * cosh(t) * share * (1 - share)

    return rule


def _half_infinite(start: float, direction: float) -> Rule:
    def rule(t: float) -> tuple[float, float]:
        distance = exp(pi / 2 * sinh(t))
        return start + direction * distance, pi / 2 * cosh(t) * distance

    return rule


def _noise(integrand: Node, variable: str, rule: Rule, reach: tuple[float, float]) -> float:
    """How wrong binary64 gets the terms, relative to the greatest; infinite where it has none."""
    from dlmath.checks.values import value_at
    from dlmath.expression import numbers

    gaps, sizes = [], []
    for share in (-0.83, -0.62, -0.38, -0.21, -0.07, 0.05, 0.13, 0.29, 0.46, 0.62, 0.87):
        x, weight = rule(share * (reach[1] if share > 0 else reach[0]))
        quick = numbers.evaluate(integrand, {variable: x})
        sure = value_at(integrand, {variable: x}, 20)
        if sure is None or isinstance(quick, (list, bool)) or isinstance(sure, (list, bool)):
            return inf
        gaps.append(abs(complex(quick) - complex(sure)) * weight)
        sizes.append(abs(complex(sure)) * weight)
    return max(gaps) / max(sizes) if max(sizes) > 0 else inf


def _sums(
    term: Callable[[float], complex], reach: tuple[float, float], noise: float
) -> tuple[complex, Any] | None:
    """Trapezoidal sums with the step halved until two agree twice; (value, error) or None."""
    total, size = term(0.0), 0.0
    previous: list[complex] = []
    for level in range(1, _LEVELS + 1):
        step = 0.5**level
        for side, end in ((1.0, reach[1]), (-1.0, reach[0])):
            small = 0
            for k in range(1, int(end / step) + 1, 1 if level == 1 else 2):
                value = term(side * k * step)
                total += value
                size += abs(value)
                small = small + 1 if abs(value) < 1e-22 * size else 0
                if small > 6:
                    break
        value, scale = total * step, size * step
        gaps = [abs(value - earlier) for earlier in previous[:-3:-1]]
        bound = (SETTLED + noise) * scale
        if len(gaps) == 2 and gaps[0] <= bound and gaps[1] <= 1e8 * bound:
            error = gaps[0] + (1e-15 + 2 * noise) * scale
            return (value, error) if error <= TOLERATED * abs(value) else None
        previous.append(value)
    return None
