"""Numbers of any kind in decimal, in the notation of the language."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

from dlmath.expression.graph import Node

#: Digits beyond those shown, so that the last one is rounded from the true value.
_GUARD_BITS = 24


def decimal_text(value: Any, digits: int = 10) -> str:
    """The value in decimal to `digits` significant digits, in the notation of the language.

    Takes numbers of any kind, mpf, mpc and nested lists: `0.3333333333`, `1.5e-435`,
    `1 + 2.5*i`, `[1, 2]`; a nan is `undefined`. Zeros at the end are left out. A node is evaluated.
    """
    if isinstance(value, Node):
        from dlmath.expression.precise import evaluate

        return decimal_text(evaluate(value, digits=digits), digits)
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(decimal_text(entry, digits) for entry in value) + "]"
    if value is None or isinstance(value, bool):
        return "undefined" if value is None else str(value).lower()
    if isinstance(value, complex) or hasattr(value, "_mpc_"):
        return _complex_text(value.real, value.imag, digits)
    return _real_text(value, digits)


def _complex_text(real: Any, imaginary: Any, digits: int) -> str:
    if imaginary == 0:
        return _real_text(real, digits)
    size = _real_text(abs(imaginary), digits)
    if size == "undefined":
        return size
    unit = "i" if size == "1" else f"{size}*i"
    if real == 0:
        return f"-{unit}" if imaginary < 0 else unit
    return f"{_real_text(real, digits)} {'-' if imaginary < 0 else '+'} {unit}"


def _real_text(value: Any, digits: int) -> str:
    import mpmath

    mp = mpmath.mp
    with mp.workprec(math.ceil(digits * math.log2(10)) + _GUARD_BITS):
        number = (
            mp.mpf(value.numerator) / value.denominator
            if isinstance(value, Fraction)
            else mp.convert(value)
        )
        if mp.isnan(number):
            return "undefined"
        if mp.isinf(number):
            return "oo" if number > 0 else "-oo"
        if number == 0:
            return "0"
        text = mp.nstr(number, digits, min_fixed=-5, max_fixed=digits, strip_zeros=True)
    mantissa, mark, exponent = text.partition("e")
    if mantissa.endswith(".0"):
        mantissa = mantissa[:-2]
    return f"{mantissa}e{int(exponent)}" if mark else mantissa
