"""Values in binary64: floats, complex only where the value is complex, nan where undefined.

`inf` comes from a result too large for binary64 or from a true infinity. A nan is confirmed with
high precision before it is believed, since `exp(1000) - exp(999)` is large, not undefined.
"""

from __future__ import annotations

import cmath
import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from dlmath.errors import LimitReached
from dlmath.expression import functions_float
from dlmath.expression.evaluator import run
from dlmath.expression.graph import Exact, Node
from dlmath.expression.vocabulary import FUNCTIONS

if TYPE_CHECKING:
    import numpy

Scalar = float | complex
#: A number, or nested lists of numbers for vectors and matrices.
Value = Any

_GUARD_DIGITS = 20
#: An imaginary part this small beside the real one, after a power, is rounding error.
_ROUNDING = 1e-15


def evaluate(node: Node, values: Mapping[str, Scalar | Exact] | None = None) -> Value:
    """The value as a float, as a complex number where it is not real, or nested lists of these.

    A variable that is not in `values` makes the value undefined (nan). A relation or condition
    gives True, False or None.
    Raises InvalidInput where the shapes of vectors do not fit, LimitReached for endless work.
    """
    given = values or {}
    symbols = {name: _scalar(value) for name, value in given.items()}
    result = run(node, symbols, _FLOATS)
    if _has_nan(result) and not any(map(cmath.isnan, symbols.values())):
        return _confirmed(node, given, result)
    return result


def _confirmed(node: Node, values: Mapping[str, Scalar | Exact], result: Value) -> Value:
    from dlmath.expression import precise

    try:
        return to_float(precise.evaluate(node, values, _GUARD_DIGITS))
    except LimitReached:
        return result


def _has_nan(value: Value) -> bool:
    if isinstance(value, list):
        return any(_has_nan(entry) for entry in value)
    return value is not None and cmath.isnan(value)


def _scalar(value: Any) -> Scalar:
    if isinstance(value, complex):
        return _real_if_possible(complex(value))
    try:
        return float(value)
    except OverflowError:
        return math.inf if value > 0 else -math.inf
    except TypeError:  # an mpc, say
        return _real_if_possible(complex(value))


def to_float(value: Any) -> Value:
    """A value of `precise` rounded to binary64."""
    if isinstance(value, list):
        return [to_float(entry) for entry in value]
    if value is None or isinstance(value, bool):
        return value
    if hasattr(value, "imag") and value.imag != 0:
        return complex(_scalar(value.real), _scalar(value.imag))
    return _scalar(value.real if hasattr(value, "real") else value)


def _real_if_possible(value: Scalar) -> Scalar:
    """A complex number without an imaginary part is real; one that is not finite is undefined."""
    if isinstance(value, complex):
        if not cmath.isfinite(value):
            return math.nan
        return value if value.imag else value.real + 0.0
    return value + 0.0


class _Floats:
    """Arithmetic of floats and complex numbers (`shapes.Arithmetic`)."""

    nan = math.nan

    def __init__(self) -> None:
        self.functions: Mapping[str, Callable[..., Value]] = {
            name: function_of_floats(name) for name in FUNCTIONS
        }

    def number(self, value: Exact) -> float:
        try:
            return value.numerator / value.denominator
        except OverflowError:
            return math.inf if value > 0 else -math.inf

    def constant(self, name: str) -> Scalar:
        return {"pi": math.pi, "e": math.e, "i": 1j, "oo": math.inf}[name]

    def add(self, terms: list[Scalar]) -> Scalar:
        try:
            return math.fsum(terms) + 0.0  # type: ignore[arg-type]  # complex raises TypeError
        except TypeError:
            return _real_if_possible(sum(terms))
        except (ValueError, OverflowError):
            return sum(terms)

    def multiply(self, factors: list[Scalar]) -> Scalar:
        return _real_if_possible(math.prod(factors))

    def power(self, base: Scalar, exponent: Scalar) -> Scalar:
        return _real_if_possible(power(base, exponent))

    def compare(self, op: str, a: Scalar, b: Scalar) -> bool | None:
        return compare(op, a, b)

    def whole(self, value: Scalar) -> int | None:
        real = not isinstance(value, complex)
        return (
            int(value.real)
            if real and math.isfinite(value.real) and value == int(value.real)
            else None
        )

    def begin(self, node: Node) -> None:
        """Nothing to prepare."""

    def enter(self, index: int) -> None:
        """Nothing to remember."""

    def leave(self) -> None:
        """Nothing to forget."""


def compare(op: str, a: Scalar, b: Scalar) -> bool | None:
    """A relation between numbers; None with an undefined side, or for the order of complex ones."""
    if cmath.isnan(a) or cmath.isnan(b):
        return None
    if op == "eq":
        return a == b
    if op == "ne":
        return a != b
    if isinstance(a, complex) or isinstance(b, complex):
        return None
    return {"lt": a < b, "le": a <= b, "gt": a > b, "ge": a >= b}[op]


def power(base: Scalar, exponent: Scalar) -> Scalar:
    """The principal value of base**exponent; nan where it is undefined (0**-1, 1**oo, oo**0)."""
    if isinstance(base, complex) or isinstance(exponent, complex):
        return _complex_power(complex(base), complex(exponent))
    if math.isnan(base) or math.isnan(exponent):
        return math.nan
    if (math.isinf(exponent) and (base <= 0 or base == 1)) or (exponent == 0 and math.isinf(base)):
        return 0.0 if base == 0 and exponent > 0 else math.nan
    if exponent == 0.5 and base >= 0:
        return math.sqrt(base)
    if base < 0 and exponent != math.floor(exponent):
        return _power_of_negative(base, exponent)
    try:
        return base**exponent  # type: ignore[no-any-return]
    except ZeroDivisionError:
        return math.nan
    except OverflowError:
        return -math.inf if base < 0 and exponent % 2 == 1 else math.inf


def _power_of_negative(base: float, exponent: float) -> Scalar:
    if math.isinf(base):
        return math.nan
    size = power(-base, exponent)
    assert isinstance(size, float)
    quarter = 2 * exponent
    if quarter == math.floor(quarter):  # an odd multiple of i
        return complex(0.0, size if quarter % 4 == 1 else -size)
    return cmath.rect(size, math.pi * math.fmod(exponent, 2.0))


def _complex_power(base: complex, exponent: complex) -> Scalar:
    if base == 0:
        return 0.0 if exponent.real > 0 else math.nan
    try:
        value = base**exponent
    except (OverflowError, ZeroDivisionError):
        return math.nan
    return value.real if abs(value.imag) <= _ROUNDING * abs(value.real) else value


def function_of_floats(name: str) -> Callable[..., Value]:
    """The function over floats and complex numbers, nan where it is undefined."""
    if name in functions_float.REDUCTIONS:
        return _guarded(name, functions_float.REDUCTIONS[name])
    real = functions_float.REAL.get(name)
    if real is None:
        return lambda *operands: beyond(name, operands)
    return _guarded(name, real)


def _guarded(name: str, real: Callable[..., Value]) -> Callable[..., Value]:
    def guarded(*operands: Any) -> Value:
        try:
            return _positive_zero(real(*operands))
        except ZeroDivisionError:
            return math.nan
        except (ValueError, OverflowError, TypeError):  # TypeError: complex operands
            return beyond(name, operands)

    return guarded


def _positive_zero(value: Value) -> Value:
    return value if isinstance(value, list) else value + 0.0


def beyond(name: str, operands: tuple[Any, ...]) -> Value:
    """A function outside the reals or the range of `math`, rounded from a precise value."""
    from dlmath.expression import precise

    return to_float(precise.function_value(name, operands, bits=96))


_FLOATS = _Floats()


def evaluate_many(node: Node, values: Mapping[str, numpy.ndarray]) -> Any:
    """The real values at many points at once, nan where undefined or not real.

    values: an array of floats for each variable, all of one shape. Vectors come back as nested
    lists of arrays.
    """
    from dlmath.expression.arrays import evaluate_arrays

    return evaluate_arrays(node, values)
