"""One attempt with sympy: in bounded time, and None for anything that goes wrong."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dlmath.expression.from_sympy import Unsupported, from_sympy
from dlmath.expression.graph import Node
from dlmath.expression.tidy import tidy
from dlmath.settings import Assumptions


def attempt(compute: Callable[[], Any], seconds: float) -> Node | None:
    """What `compute` gives as an expression of the language, or None.

    None when time runs out, when the language cannot say the result, or when sympy fails, which
    it does with any exception at all. The result is a claim of sympy's: check it.
    """
    from dlmath.maths.calculus.budget import OutOfTime, within

    try:
        with within(seconds):
            return tidy(from_sympy(compute()))
    except (OutOfTime, Unsupported):
        return None
    except Exception:
        return None


def translated(node: Node, assume: Assumptions, seconds: float) -> Any | None:
    """The sympy object of an expression, or None where sympy has none or takes too long."""
    from dlmath.expression.to_sympy import to_sympy
    from dlmath.maths.calculus.budget import OutOfTime, within

    try:
        with within(seconds):
            return to_sympy(node, assume)
    except (OutOfTime, Unsupported):
        return None


def share(seconds: float, fraction: float) -> float:
    """A share of the time of a computation (`Settings.seconds`, where 0 is no limit)."""
    return max(0.5, fraction * seconds) if seconds else 10.0
