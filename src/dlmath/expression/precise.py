"""Values to as many digits as asked for, with mpmath; the witness that checks other answers.

The graph is evaluated again and again, each time with more binary digits, until two values agree.
Rational arithmetic is exact. A result that shrinks as fast as the precision grows is zero
(`sin(pi)`), one that grows as fast is a pole (`tan(pi/2)`), and this is judged at every node, so
that signs, branches and whole parts are those of the true value, not of a rounding error.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from dlmath.errors import LimitReached
from dlmath.expression.evaluator import run
from dlmath.expression.functions_precise import (
    EXACT,
    LARGEST,
    LARGEST_OF,
    UNBOUNDED,
    is_real,
    table,
)
from dlmath.expression.graph import Exact, Node, exact_root
from dlmath.expression.vocabulary import FUNCTIONS

#: int, Fraction, mpf or mpc inside; mpf or mpc outside.
Scalar = Any
Value = Any
Key = tuple[Any, ...]

_GUARD_BITS = 24
#: Zeros and poles are believed once this many bits say so.
_BITS_TO_BELIEVE = 1000
_MOST_BITS = 40_000
#: Exact fractions and whole numbers are kept up to these sizes.
_FRACTION_BITS = 700
_WHOLE_BITS = 150_000


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
    most = max(16 * bits, _BITS_TO_BELIEVE)
    symbols = {name: _taken(mp, value) for name, value in (values or {}).items()}
    pass_: _Pass | None = None
    value: Value = None
    while True:
        before, earlier = value, pass_
        with mp.workprec(bits):
            pass_ = _Pass(mp, bits, earlier)
            value = pass_.outside(run(node, symbols, pass_))
            settled = earlier is not None and _agree(mp, before, value, digits)
        if settled and (not pass_.doubtful or bits >= _BITS_TO_BELIEVE):
            return value
        if bits >= most and (bits >= _MOST_BITS or not pass_.largest > bits):
            raise LimitReached(f"{digits} digits do not settle with {bits} binary digits")
        bits = (
            min(2 * bits, _MOST_BITS)
            if pass_.largest <= bits
            else min(2 * bits + pass_.largest, _MOST_BITS)
        )


def function_value(name: str, operands: tuple[Any, ...], bits: int) -> Value:
    """One function of numbers, computed once at `bits` binary digits; nan where undefined."""
    import mpmath

    mp = mpmath.mp
    with mp.workprec(bits):
        arithmetic = _Pass(mp, bits, None)
        taken = [
            [_taken(mp, entry) for entry in operand]
            if isinstance(operand, (list, tuple))
            else _taken(mp, operand)
            for operand in operands
        ]
        return arithmetic.outside(arithmetic.functions[name](*taken))


def _taken(mp: Any, value: Any) -> Scalar:
    """A given number as it is: exact where that is small, else mpf or mpc."""
    if isinstance(value, (int, Fraction)):
        return int(value) if value.denominator == 1 else value
    if isinstance(value, complex) or hasattr(value, "_mpc_"):
        value = mp.mpc(value)
        return value if value.imag != 0 else _taken(mp, value.real)
    if hasattr(value, "_mpf_"):
        _, mantissa, exponent, _ = value._mpf_
        if mantissa and abs(exponent) > _FRACTION_BITS:
            return value
        if not mp.isfinite(value):
            return value
        return _plain(Fraction(int(mp.sign(value)) * mantissa) * Fraction(2) ** exponent)
    value = float(value)
    return _plain(Fraction(value)) if math.isfinite(value) else mp.mpf(value)


def _plain(value: Exact) -> Exact:
    return value.numerator if value.denominator == 1 else value


def _is_exact(value: Scalar) -> bool:
    return isinstance(value, (int, Fraction))


def _magnitude(value: Any) -> int | None:
    """The binary exponent of an mpf, None for 0 and what is not finite."""
    _, mantissa, exponent, count = value._mpf_
    return exponent + count if mantissa else None


class _Pass:
    """One evaluation at one precision (`evaluator.Arithmetic`), compared with the one before.

    doubtful: a zero or a pole was seen that more digits might refute. largest: the binary
    exponent of the largest operand of a periodic function, which costs that many digits.
    """

    def __init__(self, mp: Any, bits: int, before: _Pass | None) -> None:
        self.mp = mp
        self.bits = bits
        self.nan = mp.nan
        self.before = before
        self.raw: dict[Key, tuple[tuple[int | None, ...], int]] = {}
        self.doubtful = False
        self.largest = 0
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
        if all(map(_is_exact, terms)):
            return self._exact(sum(terms))
        mp = self.mp
        inexact = [self.inexact(term) for term in terms]
        if all(map(is_real, inexact)):
            return self._settled(mp.fsum(inexact) if len(terms) > 2 else sum(inexact), terms)
        return self._settled(sum(inexact), terms)

    def multiply(self, factors: list[Scalar]) -> Scalar:
        if all(map(_is_exact, factors)):
            return self._exact(math.prod(factors))
        if any(_is_exact(factor) and factor == 0 for factor in factors):
            finite = all(_is_exact(f) or self.mp.isfinite(f) for f in factors)
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
        if _is_exact(base) and _is_exact(exponent):
            exact = self._exact_power(base, exponent)
            if exact is not None:
                return exact
        if not (_is_exact(exponent) or mp.isfinite(exponent)) or (
            not _is_exact(base) and not mp.isfinite(base)
        ):
            return self._infinite_power(base, exponent)
        self._bound_power(base, exponent)
        value = self.inexact(base)
        if isinstance(exponent, int):
            return value**exponent
        if _is_exact(exponent) and exponent.denominator == 2:
            return mp.sqrt(value) ** exponent.numerator
        return mp.power(value, self.inexact(exponent))

    def _power_of_zero(self, exponent: Scalar) -> Scalar:
        real = exponent if is_real(exponent) else exponent.real
        if real > 0:
            return 0
        return 1 if is_real(exponent) and exponent == 0 else self.nan

    def _exact_power(self, base: Exact, exponent: Exact) -> Exact | None:
        if base == 1 or exponent == 0:
            return 1
        if exponent.denominator != 1:
            if base < 0 or exponent.denominator > 64:
                return None
            above = exact_root(base.numerator, exponent.denominator)
            below = exact_root(base.denominator, exponent.denominator)
            if above is None or below is None:
                return None
            root: Exact = _plain(Fraction(above, below))
            return self._exact_power(root, exponent.numerator)
        count = exponent.numerator
        if base == -1:
            return 1 if count % 2 == 0 else -1
        size = max(abs(base.numerator).bit_length(), base.denominator.bit_length())
        whole = isinstance(base, int) and count > 0
        if size * abs(count) > (_WHOLE_BITS if whole else _FRACTION_BITS):
            return None
        return _plain(Fraction(base) ** count)

    def _infinite_power(self, base: Scalar, exponent: Scalar) -> Scalar:
        mp = self.mp
        if not is_real(base) or not is_real(exponent):
            return mp.nan
        if _is_exact(exponent) or mp.isfinite(exponent):  # the base is infinite
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
        if size and (_magnitude(size) or 0) > LARGEST:
            raise LimitReached("the power is too large")

    def compare(self, op: str, a: Scalar, b: Scalar) -> bool | None:
        if self._is_nan(a) or self._is_nan(b):
            return None
        infinite = not all(_is_exact(value) or self.mp.isfinite(value) for value in (a, b))
        if infinite and not (is_real(a) and is_real(b)):
            return {"eq": False, "ne": True}.get(op)
        if infinite:
            left, right = self.inexact(a), self.inexact(b)
            difference = 1 if left > right else -1 if left < right else 0
        else:
            difference = self.add([a, -b])
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

    def whole(self, value: Scalar) -> int | None:
        if isinstance(value, int):
            return value
        if _is_exact(value) or not is_real(value) or not self.mp.isfinite(value):
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
        if not (name in EXACT and all(map(_is_exact, flat))):
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
            if all(_is_exact(part) or self.mp.isfinite(part) for part in flat):
                raise
            raise LimitReached(f"{name} could not be computed here") from error
        if isinstance(value, list):
            return [self._settled(entry, flat) for entry in value]
        return self._settled(value, flat)

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
        return _magnitude(value) or 0

    def _rounded(self, x: Scalar, rule: Callable[[Scalar], Scalar]) -> Scalar:
        return self.nan if self._is_nan(x) or not is_real(x) else rule(x)

    def _floor(self, x: Scalar) -> Scalar:
        if _is_exact(x):
            return math.floor(x)
        if not self.mp.isfinite(x) or (_magnitude(x) or 0) > self.bits:
            return x
        nearest = int(self.mp.nint(x))
        distance = self._settled(x - nearest, [x])
        return nearest - 1 if distance < 0 else nearest

    # --- representation and judgement ---------------------------------------------------

    def _is_nan(self, value: Scalar) -> bool:
        return value is None or (not _is_exact(value) and bool(self.mp.isnan(value)))

    def _exact(self, value: Exact) -> Scalar:
        """The exact number, or its nearest mpf where keeping it exact would be costly."""
        if isinstance(value, int):
            return value if value.bit_length() <= _WHOLE_BITS else self.mp.mpf(value)
        if value.denominator == 1:
            return self._exact(value.numerator)
        size = value.denominator.bit_length()
        return value if size <= _FRACTION_BITS else self.inexact(value)

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
        if _is_exact(value):
            return int(value) if isinstance(value, bool) else self._exact(value)
        mp = self.mp
        if mp.isnan(value):
            return mp.nan
        if mp.isinf(value):
            finite = all(_is_exact(operand) or mp.isfinite(operand) for operand in operands)
            return mp.nan if finite or not is_real(value) else value
        key = (*self._scope, self._node, self._count)
        self._count += 1
        error = max(map(self._size, operands), default=0) - self.bits
        parts = (value,) if is_real(value) else (value.real, value.imag)
        self.raw[key] = tuple(_magnitude(part) for part in parts), error
        prior, prior_error = self._prior(key)
        if len(parts) == 1:
            exact = all(map(_is_exact, operands))
            return self._judged(value, prior[0], prior_error, exact)
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
        now = _magnitude(value)
        if now is None:
            self.doubtful = self.doubtful or not exact
            return 0
        if error is None or self.before is None:
            self.doubtful = self.doubtful or self.before is not None
            return value
        gained = (self.bits - self.before.bits) / 4
        if then is None:
            self.doubtful = True
            return 0 if error - now > gained else value
        if then - now > gained:
            self.doubtful = True
            return 0
        if now - then > gained:
            self.doubtful = True
            return self.nan
        return value


class _Functions(dict[str, Callable[..., Value]]):
    """The functions of a pass, made when asked for."""

    def __init__(self, owner: _Pass) -> None:
        super().__init__()
        self._owner = owner

    def __missing__(self, name: str) -> Callable[..., Value]:
        function = self[name] = self._owner.function(name)
        return function


def decimal_text(value: Value, digits: int = 10) -> str:
    """The value in decimal to `digits` significant digits, in the notation of the language.

    Takes numbers of any kind, mpf, mpc and nested lists: `0.3333333333`, `1.5e-435`,
    `1 + 2.5*i`, `[1, 2]`; a nan is `undefined`. Zeros at the end are left out. A node is evaluated.
    """
    if isinstance(value, Node):
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
