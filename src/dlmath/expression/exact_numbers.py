"""Rational numbers kept exact in `precise`, as long as they are short."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from dlmath.expression.graph import Exact, exact_root

#: int, Fraction, mpf or mpc.
Scalar = Any

#: Exact fractions and whole numbers are kept up to these sizes.
FRACTION_BITS = 700
WHOLE_BITS = 150_000
_PRODUCT_BITS = 20_000


def taken(mp: Any, value: Any) -> Scalar:
    """A given number as it is: exact where that is small, else mpf or mpc."""
    if isinstance(value, (int, Fraction)):
        return int(value) if value.denominator == 1 else value
    if isinstance(value, complex) or hasattr(value, "_mpc_"):
        value = mp.mpc(value)
        return value if value.imag != 0 else taken(mp, value.real)
    if hasattr(value, "_mpf_"):
        _, mantissa, exponent, _ = value._mpf_
        if mantissa and abs(exponent) > FRACTION_BITS:
            return value
        if not mp.isfinite(value):
            return value
        return plain(Fraction(int(mp.sign(value)) * mantissa) * Fraction(2) ** exponent)
    value = float(value)
    return plain(Fraction(value)) if math.isfinite(value) else mp.mpf(value)


def plain(value: Exact) -> Exact:
    """An int where the number is whole."""
    return value.numerator if value.denominator == 1 else value


def is_exact(value: Scalar) -> bool:
    """An int or a Fraction?"""
    return isinstance(value, (int, Fraction))


def magnitude(value: Any) -> int | None:
    """The binary exponent of an mpf, None for 0 and what is not finite."""
    _, mantissa, exponent, count = value._mpf_
    return exponent + count if mantissa else None


def exact_sum(terms: list[Scalar]) -> Exact | None:
    """The sum of exact numbers, while it is short enough to be kept."""
    total: Exact = 0
    for term in terms:
        if not is_exact(term):
            return None
        total += term
        if total.denominator.bit_length() > FRACTION_BITS:
            return None
    return plain(total)


def exact_product(factors: list[Scalar]) -> Exact | None:
    """The product of exact numbers, while it is short enough to be kept."""
    result: Exact = 1
    for factor in factors:
        if not is_exact(factor):
            return None
        result *= factor
        if max(result.denominator.bit_length(), result.numerator.bit_length()) > _PRODUCT_BITS:
            return None
    return plain(result) if result.denominator.bit_length() <= FRACTION_BITS else None


def exact_power(base: Exact, exponent: Exact) -> Exact | None:
    """The power, where it is rational and short enough to be kept."""
    if base == 1 or exponent == 0:
        return 1
    if exponent.denominator != 1:
        if base < 0 or exponent.denominator > 64:
            return None
        above = exact_root(base.numerator, exponent.denominator)
        below = exact_root(base.denominator, exponent.denominator)
        if above is None or below is None:
            return None
        root: Exact = plain(Fraction(above, below))
        return exact_power(root, exponent.numerator)
    count = exponent.numerator
    if base == -1:
        return 1 if count % 2 == 0 else -1
    size = max(abs(base.numerator).bit_length(), base.denominator.bit_length())
    whole = isinstance(base, int) and count > 0
    if size * abs(count) > (WHOLE_BITS if whole else FRACTION_BITS):
        return None
    return plain(Fraction(base) ** count)
