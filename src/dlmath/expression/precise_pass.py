"""One evaluation of a graph with a given number of binary digits (`precise`)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from dlmath.errors import LimitReached
from dlmath.expression.exact_numbers import (
    FRACTION_BITS,
    WHOLE_BITS,
    exact_power,
    exact_product,
    exact_sum,
    is_exact,
    magnitude,
)
from dlmath.expression.functions_precise import (
    EXACT,
    LARGEST,
    LARGEST_OF,
    SATURATING,
    UNBOUNDED,
    is_real,
    table,
)
from dlmath.expression.graph import Exact, Node
from dlmath.expression.vocabulary import FUNCTIONS

#: int, Fraction, mpf or mpc.
Scalar = Any
Value = Any
Key = tuple[Any, ...]

#: Zeros and poles are believed once this many bits say so.
BITS_TO_BELIEVE = 1000
#: Beside an operand this many binary digits above or below 1, or this close to a whole number, a
#: function may hide what it differs by from a simple value, as cos(10^-200) from 1.
_HIDING_BITS = 200
#: The highest order of a zero or a pole that is recognized.
_HIGHEST_ORDER = 12


class Pass:
    """One evaluation at one precision (`shapes.Arithmetic`), compared with the one before.

    doubtful: a zero or a pole was seen that more digits might refute. lost: something was too
    small to be seen beside something else, as 1 - tanh(x) for a large x. absorbed: that happened
    in a sum. largest: the binary
    exponent of the largest operand of a periodic function, which costs that many digits.
    cancelled: the binary exponent of the largest terms whose sum was taken for zero; to believe
    it, digits are needed beyond those that cancel.
    """

    def __init__(self, mp: Any, bits: int, before: Pass | None) -> None:
        self.mp = mp
        self.bits = bits
        self.nan = mp.nan
        self.before = before
        self.raw: dict[Key, tuple[tuple[int | None, ...], int]] = {}
        self.doubtful = False
        self.lost = False
        self.absorbed = False
        self.largest = 0
        self.cancelled = 0
        self._scope: tuple[int, ...] = ()
        self._node: Node | None = None
        self._count = 0
        self.functions: Mapping[str, Callable[..., Value]] = _Functions(self)

    # --- the walk -----------------------------------------------------------------------

    def begin(self, node: Node) -> None:
        self._node = node
        self._count = 0

    def enter(self, index: int) -> None:
        self._scope = (*self._scope, index)

    def leave(self) -> None:
        self._scope = self._scope[:-1]

    # --- scalars ------------------------------------------------------------------------

    def number(self, value: Exact) -> Scalar:
        return self._exact(value)

    def constant(self, name: str) -> Scalar:
        mp = self.mp
        return {"pi": +mp.pi, "e": +mp.e, "i": mp.mpc(0, 1), "oo": mp.inf}[name]

    def add(self, terms: list[Scalar]) -> Scalar:
        exact = exact_sum(terms)
        if exact is not None:
            return exact
        mp = self.mp
        inexact = [self.inexact(term) for term in terms]
        sizes = [self._size(term) for term in inexact if term != 0]
        if sizes and max(sizes) - min(sizes) > self.bits:
            self.lost = self.absorbed = True
        if all(map(is_real, inexact)):
            return self._settled(mp.fsum(inexact) if len(terms) > 2 else sum(inexact), terms)
        return self._settled(sum(inexact), terms)

    def multiply(self, factors: list[Scalar]) -> Scalar:
        exact = exact_product(factors)
        if exact is not None:
            return exact
        if any(is_exact(factor) and factor == 0 for factor in factors):
            finite = all(is_exact(f) or self.mp.isfinite(f) for f in factors)
            return 0 if finite else self.nan
        return self._settled(math.prod(map(self.inexact, factors), start=self.mp.one), factors)

    def power(self, base: Scalar, exponent: Scalar) -> Scalar:
        try:
            value = self._power(base, exponent)
        except ZeroDivisionError:
            return self.nan
        return self._settled(value, [base, exponent])

    def _power(self, base: Scalar, exponent: Scalar) -> Scalar:
        mp = self.mp
        if self._is_nan(base) or self._is_nan(exponent):
            return mp.nan
        if base == 0:
            return self._power_of_zero(exponent)
        if is_exact(base) and is_exact(exponent):
            exact = exact_power(base, exponent)
            if exact is not None:
                return exact
        if not (is_exact(exponent) or mp.isfinite(exponent)) or (
            not is_exact(base) and not mp.isfinite(base)
        ):
            return self._infinite_power(base, exponent)
        self._bound_power(base, exponent)
        value = self.inexact(base)
        if isinstance(exponent, int):
            return value**exponent
        self.lost = self.lost or self._hides(exponent) or self._hides(base - 1)
        if is_exact(exponent) and exponent.denominator == 2:
            return mp.sqrt(value) ** exponent.numerator
        return mp.power(value, self.inexact(exponent))

    def _power_of_zero(self, exponent: Scalar) -> Scalar:
        real = exponent if is_real(exponent) else exponent.real
        if real > 0:
            return 0
        return 1 if is_real(exponent) and exponent == 0 else self.nan

    def _infinite_power(self, base: Scalar, exponent: Scalar) -> Scalar:
        mp = self.mp
        if not is_real(base) or not is_real(exponent):
            return mp.nan
        if is_exact(exponent) or mp.isfinite(exponent):  # the base is infinite
            if exponent < 0:
                return 0
            if exponent == 0 or (base < 0 and exponent != int(exponent)):
                return mp.nan
            return -mp.inf if base < 0 and int(exponent) % 2 else mp.inf
        if base <= 0 or base == 1:
            return mp.nan
        return mp.inf if (base > 1) == (exponent > 0) else 0

    def _bound_power(self, base: Scalar, exponent: Scalar) -> None:
        mp = self.mp
        with mp.workprec(30):
            size = abs(mp.log(abs(self.inexact(base)))) * abs(self.inexact(exponent))
        if size and (magnitude(size) or 0) > LARGEST:
            raise LimitReached("the power is too large")

    def compare(self, op: str, a: Scalar, b: Scalar) -> bool | None:
        if self._is_nan(a) or self._is_nan(b):
            return None
        infinite = not all(is_exact(value) or self.mp.isfinite(value) for value in (a, b))
        if infinite and not (is_real(a) and is_real(b)):
            return {"eq": False, "ne": True}.get(op)
        if infinite:
            left, right = self.inexact(a), self.inexact(b)
            difference = 1 if left > right else -1 if left < right else 0
        else:
            difference = self.add([a, -b])
            self._decide(difference, exact=is_exact(a) and is_exact(b))
        if op == "eq":
            return bool(difference == 0)
        if op == "ne":
            return bool(difference != 0)
        if not is_real(difference):
            return None
        return bool(
            {
                "lt": difference < 0,
                "le": difference <= 0,
                "gt": difference > 0,
                "ge": difference >= 0,
            }[op]
        )

    def _decide(self, difference: Scalar, exact: bool) -> None:
        """Refuses to call equal what is only too close to tell apart."""
        if difference == 0 and not exact and self.lost and self.bits >= BITS_TO_BELIEVE:
            raise LimitReached("two numbers are too close to say which is larger")

    def whole(self, value: Scalar) -> int | None:
        if isinstance(value, int):
            return value
        if is_exact(value) or not is_real(value) or not self.mp.isfinite(value):
            return None
        rounded = self._floor(value)
        return rounded if isinstance(rounded, int) and self.compare("eq", value, rounded) else None

    # --- functions ----------------------------------------------------------------------

    def function(self, name: str) -> Callable[..., Value]:
        if name == "floor":
            return lambda x: self._rounded(x, self._floor)
        if name == "ceil":
            return lambda x: self._rounded(x, lambda value: -self._floor(-value))
        inner = table(self.mp)[name]
        return lambda *operands: self._apply(name, inner, operands)

    def _apply(self, name: str, inner: Callable[..., Value], operands: tuple[Any, ...]) -> Value:
        flat = [
            entry for part in operands for entry in (part if isinstance(part, list) else [part])
        ]
        if any(map(self._is_nan, flat)):
            return self._undefined(name, operands)
        if not (name in EXACT and all(map(is_exact, flat))):
            self._bound(name, flat)
            operands = tuple(
                [self.inexact(entry) for entry in part]
                if isinstance(part, list)
                else self.inexact(part)
                for part in operands
            )
        try:
            value = inner(*operands)
        except (ValueError, ZeroDivisionError):
            return self._undefined(name, operands)
        except (NotImplementedError, OverflowError, self.mp.NoConvergence) as error:
            raise LimitReached(f"{name} could not be computed here") from error
        except TypeError as error:  # how some functions of mpmath refuse an infinity
            if all(is_exact(part) or self.mp.isfinite(part) for part in flat):
                raise
            raise LimitReached(f"{name} could not be computed here") from error
        if name in SATURATING and is_real(value) and self.mp.isint(value):
            self.lost = True
        self.lost = self.lost or any(map(self._hides, flat))
        if isinstance(value, list):
            return [self._settled(entry, flat) for entry in value]
        return self._settled(value, flat)

    def _hides(self, operand: Scalar) -> bool:
        """Is it so large, so small or so close to a whole number that it may be overlooked?"""
        if operand == 0 or not (is_exact(operand) or self.mp.isfinite(operand)):
            return False
        if abs(self._size(operand)) > _HIDING_BITS:
            return True
        if not isinstance(operand, Fraction):
            return False
        rest = operand - round(operand)
        return rest != 0 and self._size(rest) < -_HIDING_BITS

    def _undefined(self, name: str, operands: tuple[Any, ...]) -> Value:
        if FUNCTIONS[name].kind == "vector":
            return [self.nan] * len(operands[0])
        return self.nan

    def _bound(self, name: str, operands: list[Scalar]) -> None:
        """Refuses operands so large that mpmath would never end."""
        if name in UNBOUNDED:
            return
        limit = LARGEST_OF.get(name, LARGEST)
        for operand in operands:
            size = self._size(operand)
            if size > limit:
                raise LimitReached(f"the operand of {name} is too large")
            if limit > LARGEST and size > 20:
                self.largest = max(self.largest, size)

    def _size(self, value: Scalar) -> int:
        if isinstance(value, int):
            return value.bit_length()
        if isinstance(value, Fraction):
            return value.numerator.bit_length() - value.denominator.bit_length()
        if not is_real(value):
            return max(self._size(value.real), self._size(value.imag))
        return magnitude(value) or 0

    def _rounded(self, x: Scalar, rule: Callable[[Scalar], Scalar]) -> Scalar:
        return self.nan if self._is_nan(x) or not is_real(x) else rule(x)

    def _floor(self, x: Scalar) -> Scalar:
        if is_exact(x):
            return math.floor(x)
        if not self.mp.isfinite(x) or (magnitude(x) or 0) > self.bits:
            return x
        nearest = int(self.mp.nint(x))
        distance = self._settled(x - nearest, [x])
        self._decide(distance, exact=False)
        return nearest - 1 if distance < 0 else nearest

    # --- representation and judgement ---------------------------------------------------

    def _is_nan(self, value: Scalar) -> bool:
        return value is None or (not is_exact(value) and bool(self.mp.isnan(value)))

    def _exact(self, value: Exact) -> Scalar:
        """The exact number, or its nearest mpf where keeping it exact would be costly."""
        if isinstance(value, int):
            return value if value.bit_length() <= WHOLE_BITS else self.mp.mpf(value)
        if value.denominator == 1:
            return self._exact(value.numerator)
        if value.denominator.bit_length() <= FRACTION_BITS:
            return value
        self.lost = self.lost or self._hides(value)
        return self.inexact(value)

    def inexact(self, value: Scalar) -> Scalar:
        """The nearest mpf or mpc; whole numbers and infinities are the same."""
        if isinstance(value, int):
            return self.mp.convert(value)
        if isinstance(value, Fraction):
            return self.mp.mpf(value.numerator) / value.denominator
        return value

    def outside(self, value: Value) -> Value:
        """The value as callers see it: mpf or mpc, None for a missing truth value."""
        if isinstance(value, list):
            return [self.outside(entry) for entry in value]
        if value is None or isinstance(value, bool):
            return value
        return +self.inexact(value)

    def _settled(self, value: Scalar, operands: list[Scalar]) -> Scalar:
        """The value with what is only rounding error set to zero, or undefined at a pole."""
        if is_exact(value):
            return int(value) if isinstance(value, bool) else self._exact(value)
        mp = self.mp
        if mp.isnan(value):
            return mp.nan
        if mp.isinf(value):
            finite = all(is_exact(operand) or mp.isfinite(operand) for operand in operands)
            return mp.nan if finite or not is_real(value) else value
        key = (*self._scope, self._node, self._count)
        self._count += 1
        size = max(map(self._size, operands), default=0)
        error = size - self.bits
        parts = (value,) if is_real(value) else (value.real, value.imag)
        self.raw[key] = tuple(magnitude(part) for part in parts), error
        prior, prior_error = self._prior(key)
        if len(parts) == 1:
            exact = all(map(is_exact, operands))
            judged = self._judged(value, prior[0], prior_error, exact)
            if judged == 0 and not exact:
                self.cancelled = max(self.cancelled, size)
            return judged
        real = self._judged(parts[0], prior[0], prior_error, True)
        imaginary = self._judged(parts[1], prior[-1] if len(prior) > 1 else None, prior_error, True)
        if self._is_nan(real) or self._is_nan(imaginary):
            return mp.nan
        return mp.mpc(self.inexact(real), self.inexact(imaginary)) if imaginary != 0 else real

    def _prior(self, key: Key) -> tuple[tuple[int | None, ...], int | None]:
        """The magnitudes of this value and of its error in the pass before."""
        if self.before is None or key not in self.before.raw:
            return (None,), None
        return self.before.raw[key]

    def _judged(self, value: Any, then: int | None, error: int | None, exact: bool) -> Scalar:
        """0 where the value shrank with the precision, nan where it grew, else the value.

        then: the binary exponent the value had in the pass before, None if it was zero. error:
        that of its rounding error, None if there was no such value. exact: were the operands?
        """
        now = magnitude(value)
        if now is None:
            self.doubtful = self.doubtful or not exact
            return 0
        if error is None or self.before is None:
            self.doubtful = self.doubtful or self.before is not None
            return value
        gained = self.bits - self.before.bits
        shrunk = (error if then is None else then) - now
        self.doubtful = self.doubtful or then is None
        if abs(shrunk) > _HIGHEST_ORDER * gained or (then is None and shrunk < 0):
            return value  # not yet near its value: more digits will tell
        if shrunk > gained / 4:
            self.doubtful = True
            return 0
        if shrunk < -gained / 4:
            self.doubtful = True
            return self.nan
        return value


class _Functions(dict[str, Callable[..., Value]]):
    """The functions of a pass, made when asked for."""

    def __init__(self, owner: Pass) -> None:
        super().__init__()
        self._owner = owner

    def __missing__(self, name: str) -> Callable[..., Value]:
        function = self[name] = self._owner.function(name)
        return function
