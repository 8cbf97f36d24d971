"""Values that no cancellation has spoilt, or none at all.

`expression.precise` believes a difference to be zero when it shrinks with the precision, which is
right for constants but not near a limit: exp(-1000) beside 1 is no zero. Here a value counts only
when two precisions agree on it and no difference of inexact numbers came out as nothing.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from time import process_time
from typing import Any

from dlmath.expression.evaluator import run
from dlmath.expression.exact_numbers import taken
from dlmath.expression.graph import Node
from dlmath.expression.precise_pass import Pass

_GUARD_BITS = 24

#: Binary digits tried at most, or this many times those that are asked for.
_MOST_BITS = 8_200
_MOST_TIMES = 4

#: Processor seconds after which no further precision is tried.
_PATIENCE = 0.1


def strict_value(
    node: Node, values: Mapping[str, Any], digits: int, *, cautious: bool = True
) -> Any:
    """The value to at least 20 of the digits that it is computed with, or None.

    digits: of the first computation; more are taken as needed. nan where the node is undefined.
    cautious: are the digits of a large operand of a periodic function needed? Not where it is
    exact, and where it is not, the precisions will hardly agree. If not, a value that may have
    lost a term is no value: (1 + 1/x)^x is 1 for x so large that 1 + 1/x is 1.
    Raises what `expression.evaluator.run` raises (LimitReached for numbers too large).
    """
    import mpmath

    mp = mpmath.mp
    bits = math.ceil(digits * math.log2(10)) + _GUARD_BITS
    most = max(_MOST_BITS, _MOST_TIMES * bits)
    symbols = {name: taken(mp, value) for name, value in values.items()}
    before: Any = None
    started = process_time()
    while bits <= most and process_time() - started < _PATIENCE:
        with mp.workprec(bits):
            once = Pass(mp, bits, None)
            value = once.outside(run(node, symbols, once))
            if isinstance(value, (list, bool)) or value is None:
                return None
            agrees = before is not None and _agree(mp, before, value)
        if agrees and not once.doubtful:
            return value if cautious or not once.absorbed else None
        before = value
        bits = 2 * bits + (once.largest if cautious and once.largest > bits else 0)
    return None


def _agree(mp: Any, a: Any, b: Any) -> bool:
    if mp.isnan(a) or mp.isnan(b):
        return bool(mp.isnan(a) and mp.isnan(b))
    if not mp.isfinite(a) or not mp.isfinite(b):
        return bool(a == b)
    return bool(abs(a - b) <= abs(b) * mp.mpf(10) ** -20)
