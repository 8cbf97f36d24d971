"""Is an exact value right? The original expression is computed again, in other arithmetic."""

from __future__ import annotations

import math
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.checks.values import common_digits, short_text, value_at
from dlmath.errors import LimitReached
from dlmath.expression.graph import Node

_AGREED_DIGITS = 28
#: binary64 may lose digits to cancellation; agreement to this many is a confirmation.
_FLOAT_TOLERANCE = 1e-9

#: Below this, binary64 loses digits.
_TINY = 1e-300


def same_number(node: Node, value: Any) -> bool:
    """Has the expression (without variables) this value, to thirty digits?"""
    return common_digits(value_at(node, {}, 40), value, 30) >= _AGREED_DIGITS


def check_value(original: Node, result: Node) -> Check:
    """Compares the exact result with the original expression computed in binary64.

    Where binary64 does not reach, or disagrees, forty digits of both decide.
    """
    exact = value_at(result, {}, 40)
    try:
        from dlmath.expression import numbers

        computed = numbers.evaluate(original)
        if not _vanishes(exact) and _agree(computed, numbers.to_float(exact)):
            return Check("binary64 value", PASSED, f"agrees with {short_text(computed)}")
    except LimitReached:
        pass
    name = "high-precision value"
    if result is original:
        return Check(name, UNAVAILABLE, "binary64 does not reach this value")
    precise = value_at(original, {}, 40)
    if precise is None or exact is None:
        return Check(name, UNAVAILABLE, "the value is too large to compute again")
    common = common_digits(precise, exact, 40)
    if common >= _AGREED_DIGITS:
        return Check(name, PASSED, f"agrees to {common} digits with the expression as given")
    return Check(name, FAILED, f"the expression as given is {short_text(precise)}")


def _vanishes(value: Any) -> bool:
    """Is a part of it so small, though not zero, that binary64 rounds it to zero?"""
    if isinstance(value, list):
        return any(map(_vanishes, value))
    return not isinstance(value, bool) and value is not None and 0 < abs(value) < _TINY


def _agree(a: Any, b: Any) -> bool:
    """Two values of binary64, or nested lists of them, equal up to rounding; both finite."""
    if isinstance(a, list) or isinstance(b, list):
        if not (isinstance(a, list) and isinstance(b, list) and len(a) == len(b)):
            return False
        return all(_agree(x, y) for x, y in zip(a, b, strict=True))
    if a is None or b is None or isinstance(a, bool) or isinstance(b, bool):
        return a is b
    size = max(abs(a), abs(b))
    return math.isfinite(size) and abs(a - b) <= _FLOAT_TOLERANCE * size
