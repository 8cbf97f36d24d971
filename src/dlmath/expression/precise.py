"""Values to as many digits as asked for, with mpmath; the witness that checks other answers.

The graph is evaluated again and again, each time with more binary digits, until two values agree.
Rational arithmetic is exact. A result that shrinks as fast as the precision grows is zero
(`sin(pi)`), one that grows as fast is a pole (`tan(pi/2)`), and this is judged at every node, so
that signs, branches and whole parts are those of the true value, not of a rounding error.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dlmath.errors import LimitReached
from dlmath.expression.decimal_text import decimal_text
from dlmath.expression.evaluator import run
from dlmath.expression.exact_numbers import taken
from dlmath.expression.graph import Node
from dlmath.expression.precise_pass import BITS_TO_BELIEVE, Pass
from dlmath.expression.shapes import flatten

__all__ = ["decimal_text", "evaluate", "function_value"]

#: mpf, mpc, or nested lists of these.
Value = Any

_GUARD_BITS = 24
#: The second evaluation has this many bits more than the first; the next ones have twice as many.
_FIRST_STEP = 64
_MOST_BITS = 40_000


def evaluate(node: Node, values: Mapping[str, Any] | None = None, digits: int = 30) -> Value:
    """The value to `digits` significant digits: mpf, mpc where not real, or nested lists.

    values: exact numbers, floats (taken as the binary fraction they are), mpf, mpc or complex.
    nan where undefined or where a variable has no value; a relation gives True, False or None.
    Raises LimitReached where numbers become too large or digits do not settle, InvalidInput
    where the shapes of vectors do not fit.
    """
    import mpmath

    mp = mpmath.mp
    bits = math.ceil(digits * math.log2(10)) + _GUARD_BITS
    most = 32 * bits
    symbols = {name: taken(mp, value) for name, value in (values or {}).items()}
    cancelled = 0
    pass_: Pass | None = None
    value: Value = None
    while True:
        before, earlier = value, pass_
        with mp.workprec(bits):
            pass_ = Pass(mp, bits, earlier)
            value = pass_.outside(run(node, symbols, pass_))
            settled = earlier is not None and _agree(mp, before, value, digits)
        cancelled = max(cancelled, pass_.cancelled)
        believed = bits >= BITS_TO_BELIEVE and earlier is not None and earlier.bits > cancelled
        hidden = pass_.doubtful and (pass_.lost or (earlier is not None and earlier.lost))
        if settled and (believed or not pass_.doubtful):
            hidden = hidden and any(map(_vanishes, flatten(value)))
            if not hidden:
                return value
        if bits >= min(most + pass_.largest + cancelled, _MOST_BITS):
            if settled and hidden:
                raise LimitReached("the value is too close to 0 or to a pole to be told from it")
            raise LimitReached(f"{digits} digits do not settle with {bits} binary digits")
        more = _FIRST_STEP if earlier is None else bits
        bits = min(bits + more + (pass_.largest if pass_.largest > bits else 0), _MOST_BITS)


def function_value(name: str, operands: tuple[Any, ...], bits: int) -> Value:
    """One function of numbers, computed once at `bits` binary digits; nan where undefined."""
    import mpmath

    mp = mpmath.mp
    with mp.workprec(bits):
        arithmetic = Pass(mp, bits, None)
        numbers = [
            [taken(mp, entry) for entry in operand]
            if isinstance(operand, (list, tuple))
            else taken(mp, operand)
            for operand in operands
        ]
        return arithmetic.outside(arithmetic.functions[name](*numbers))


def _vanishes(value: Any) -> bool:
    """Zero, or undefined?"""
    if value is None or isinstance(value, bool):
        return False
    return bool(value == 0) or not bool(value == value)


def _agree(mp: Any, a: Value, b: Value, digits: int) -> bool:
    if isinstance(a, list) or isinstance(b, list):
        same = isinstance(a, list) and isinstance(b, list) and len(a) == len(b)
        return same and all(_agree(mp, x, y, digits) for x, y in zip(a, b, strict=True))
    if a is None or b is None or isinstance(a, bool) or isinstance(b, bool):
        return a is b
    if mp.isnan(a) or mp.isnan(b):
        return bool(mp.isnan(a) and mp.isnan(b))
    if not mp.isfinite(a) or not mp.isfinite(b):
        return bool(a == b)
    return bool(abs(a - b) <= abs(b) * mp.mpf(10) ** (-digits - 1))
