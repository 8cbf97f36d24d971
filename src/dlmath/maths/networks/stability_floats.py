"""Values as float32 or bfloat16 gives them: every operation rounded, over the graph as typed.

Each operation is computed in binary64 from operands of the short format, then rounded to nearest,
even: what hardware with correctly rounded functions does. Sums and products run from left to
right. Underflow is gradual, as IEEE 754 and the frameworks have it.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dlmath.expression.evaluator import run
from dlmath.expression.graph import Exact, Node
from dlmath.expression.numbers import compare, function_of_floats, power
from dlmath.expression.vocabulary import FUNCTIONS

Round = Callable[[float], float]


def to_float32(value: float) -> float:
    """The nearest binary32 number; an infinity beyond its range."""
    try:
        return float(struct.unpack("f", struct.pack("f", value))[0])
    except OverflowError:
        return math.copysign(math.inf, value)


def to_bfloat16(value: float) -> float:
    """The nearest number with 8 significant bits and the exponents of binary32."""
    short = to_float32(value)
    if not math.isfinite(short):
        return short
    (bits,) = struct.unpack("I", struct.pack("f", short))
    bits += 0x7FFF + ((bits >> 16) & 1)
    return float(struct.unpack("f", struct.pack("I", bits & 0xFFFF0000))[0])


FORMATS: dict[str, Round] = {"float32": to_float32, "bfloat16": to_bfloat16}

#: The largest relative error of one rounding.
UNIT = {"float32": 2.0**-24, "bfloat16": 2.0**-8}
#: Beyond these a value cannot be held with all of its digits.
LEAST, LARGEST = 2.0**-126, 3.3e38


class _Functions(Mapping[str, Callable[..., Any]]):
    def __init__(self, round_: Round) -> None:
        self._round = round_
        self._made: dict[str, Callable[..., Any]] = {}

    def __getitem__(self, name: str) -> Callable[..., Any]:
        made = self._made.get(name)
        if made is None:
            inner, round_ = function_of_floats(name), self._round

            def made(*operands: Any) -> Any:
                value = inner(*operands)
                if isinstance(value, list):
                    return [_rounded(entry, round_) for entry in value]
                return _rounded(value, round_)

            self._made[name] = made
        return made

    def __iter__(self) -> Iterator[str]:
        return iter(FUNCTIONS)

    def __len__(self) -> int:
        return len(FUNCTIONS)


def _rounded(value: Any, round_: Round) -> float:
    return math.nan if isinstance(value, complex) else round_(value)


class ShortFloats:
    """Arithmetic of one short format (`shapes.Arithmetic`)."""

    nan = math.nan

    def __init__(self, name: str) -> None:
        self._round = FORMATS[name]
        self.functions: Mapping[str, Callable[..., Any]] = _Functions(self._round)

    def number(self, value: Exact) -> float:
        try:
            return self._round(value.numerator / value.denominator)
        except OverflowError:
            return math.inf if value > 0 else -math.inf

    def constant(self, name: str) -> float:
        values = {"pi": math.pi, "e": math.e, "oo": math.inf}
        return self._round(values.get(name, math.nan))

    def add(self, terms: list[float]) -> float:
        total = terms[0]
        for term in terms[1:]:
            total = self._round(total + term)
        return total

    def multiply(self, factors: list[float]) -> float:
        product = factors[0]
        for factor in factors[1:]:
            product = self._round(product * factor)
        return product

    def power(self, base: float, exponent: float) -> float:
        if base == 0 and exponent < 0:
            return math.inf
        return _rounded(power(base, exponent), self._round)

    def compare(self, op: str, a: float, b: float) -> bool | None:
        return compare(op, a, b)

    def whole(self, value: float) -> int | None:
        return int(value) if math.isfinite(value) and value == int(value) else None

    def begin(self, node: Node) -> None:
        """Nothing to prepare."""

    def enter(self, index: int) -> None:
        """Nothing to remember."""

    def leave(self) -> None:
        """Nothing to forget."""


def short_value(node: Node, values: Mapping[str, float], arithmetic: ShortFloats) -> float:
    """The value in a short format; nan where it has none or is not one number."""
    found = run(node, values, arithmetic)
    return float(found) if isinstance(found, (int, float)) else math.nan
