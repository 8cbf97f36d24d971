"""The functions that generated code calls, by name (`generated`)."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from dlmath.expression import functions_float
from dlmath.expression.evaluator import MAX_TERMS


def scalar_function(name: str) -> Callable[..., Any]:
    """A function of floats that raises where it is undefined or not real."""
    if name in _HELPERS:
        return _HELPERS[name]
    return functions_float.REAL.get(name) or functions_float.REDUCTIONS.get(name) or _special(name)


def _special(name: str) -> Callable[..., float]:
    from dlmath.expression.numbers import beyond

    def function(*operands: Any) -> float:
        value = beyond(name, operands)
        if isinstance(value, complex) or math.isnan(value):
            raise ValueError(f"{name} is undefined or not real")
        return float(value)

    return function


def _whole_range(first: float, last: float) -> list[float]:
    """The whole numbers from first to last as floats."""
    if not (float(first).is_integer() and float(last).is_integer()):
        raise ValueError("the bounds of a sum are whole numbers")
    if last - first >= MAX_TERMS:
        raise OverflowError("a sum of too many terms")
    return [float(k) for k in range(int(first), int(last) + 1)]


_HELPERS: dict[str, Callable[..., Any]] = {
    "square_root": math.sqrt,
    "power": math.pow,
    "range": _whole_range,
}


def array_function(name: str) -> Callable[..., Any]:
    import numpy as np

    from dlmath.expression import functions_array

    helpers: dict[str, Callable[..., Any]] = {
        "square_root": np.sqrt,
        "power": functions_array.power,
        "quotient": functions_array.quotient,
        "range": _whole_range,
        **functions_array.conditions(),
        "true": lambda: 1.0,
        "false": lambda: 0.0,
    }
    return helpers.get(name) or functions_array.table()[name]
