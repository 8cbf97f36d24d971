"""Sums, products and powers of exact and inexact numbers, and of nested lists of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlmath.expression import shapes
from dlmath.expression.exact_numbers import exact_product, exact_sum
from dlmath.expression.precise_pass import Pass

#: A number (int, Fraction, mpf), or nested lists of numbers.
Value = Any
#: (operand, its share of an adjoint).
Shares = list[tuple[int, Value]]
#: The entries of a vector or matrix in reading order.
Flat = list[Any]


class Algebra:
    """Sums, products and powers of numbers and of nested lists of them."""

    def __init__(self, arithmetic: Pass) -> None:
        self.arithmetic = arithmetic

    def plus(self, *terms: Value) -> Value:
        if len(terms) == 1:
            return terms[0]
        exact = exact_sum(list(terms))
        if exact is not None:
            return exact
        return self.arithmetic.mp.fsum(map(self.arithmetic.inexact, terms))

    def times(self, *factors: Value) -> Value:
        kept = [factor for factor in factors if not (isinstance(factor, int) and factor == 1)]
        if len(kept) < 2:
            return kept[0] if kept else 1
        exact = exact_product(kept)
        if exact is not None:
            return exact
        inexact = self.arithmetic.inexact
        product = inexact(kept[0])
        for factor in kept[1:]:
            product = product * inexact(factor)
        return product

    def power(self, base: Value, exponent: Value) -> Value:
        return self.arithmetic.power(base, exponent)

    def over(self, a: Value, b: Value) -> Value:
        return self.times(a, self.arithmetic.power(b, -1))

    def minus(self, a: Value, b: Value) -> Value:
        return self.plus(a, self.times(-1, b))

    def call(self, name: str, *operands: Value) -> Value:
        return self.arithmetic.functions[name](*operands)

    def scaled(self, scale: Value, value: Value) -> Value:
        return shapes.each(lambda entry: self.times(scale, entry), value)

    def sum_of(self, values: Sequence[Value]) -> Value:
        """The sum of values of one shape."""
        if len(values) == 1:
            return values[0]
        return shapes.each(self.plus, *values)

    def total(self, value: Value) -> Value:
        """The sum of all entries."""
        return self.plus(*shapes.flatten(value))

    def inner(self, a: Value, b: Value) -> Value:
        """The sum of the products of entries at the same place."""
        pairs = zip(shapes.flatten(a), shapes.flatten(b), strict=True)
        return self.plus(*(self.times(x, y) for x, y in pairs))

    def zeros(self, value: Value) -> Value:
        return shapes.each(lambda _: 0, value)
