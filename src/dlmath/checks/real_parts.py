"""Is an expression real throughout? log(x - 1) - log(x + 1) is real at -2, its parts are not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlmath.errors import DlmathError
from dlmath.expression.graph import Node, free_symbols, remember, topological

#: Operations that may leave the real numbers.
_MAY_LEAVE = frozenset("log asin acos asec acsc acosh atanh asech acoth LambertW".split())

#: At a place known by its digits, at the end of a domain, a root may leave the reals by rounding.
ROUNDING = 1e-6

_known: dict[Node, tuple[Node, ...]] = remember()


def doubtful_parts(node: Node) -> tuple[Node, ...]:
    """The parts that may be complex where their variables are real."""
    found = _known.get(node)
    if found is None:
        found = _known[node] = tuple(
            part for part in topological(node) if free_symbols(part) and _may_leave(part)
        )
    return found


def _may_leave(part: Node) -> bool:
    if part.op == "pow":
        exponent = part.args[1]
        return not (exponent.op == "number" and isinstance(exponent.value, int))
    return part.op in _MAY_LEAVE


def is_real_throughout(node: Node, values: Mapping[str, Any], rounding: float = 0.0) -> bool:
    """Has every part of an expression a real value at a place? (Of `piecewise` all branches count.)

    values: numbers for the variables. rounding: an imaginary part up to this, relative to the real
    one, is taken for rounding. An expression with the imaginary unit is not judged.
    """
    from dlmath.expression import precise

    if any(part.op == "constant" and part.value == "i" for part in topological(node)):
        return True
    for part in doubtful_parts(node):
        try:
            value = precise.evaluate(part, values, 15)
        except (DlmathError, ArithmeticError, ValueError):
            continue
        if hasattr(value, "_mpc_") and abs(value.imag) > rounding * max(1, abs(value.real)):
            return False
    return True
