"""Truncated series in a small positive t: sums of c_k*t^k with rational exponents k.

Negative exponents make it a Laurent series, fractions a Puiseux series; a coefficient may hold
`log(t)`, which grows more slowly than every power. Exponents at or above `order` are unknown.
D. E. Knuth, The Art of Computer Programming, volume 2, section 4.7, gives the recurrences.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from dlmath.errors import Unsolved
from dlmath.expression.graph import (
    ONE,
    ZERO,
    Exact,
    Node,
    add,
    call,
    div,
    free_symbols,
    mul,
    number,
    power,
)
from dlmath.expression.tidy import expand

#: A series with more terms than this is not computed.
TERMS_MOST = 400


class NoSeries(Unsolved):
    """The function has no expansion in powers here: an essential singularity, a kink, a jump."""


class Series:
    """terms: exponent -> coefficient (never zero); order: the exponent of the first unknown."""

    def __init__(self, terms: dict[Fraction, Node], order: Fraction) -> None:
        self.terms = {
            exponent: value
            for exponent, value in terms.items()
            if exponent < order and not is_zero(value)
        }
        self.order = order
        if len(self.terms) > TERMS_MOST:
            raise NoSeries(f"the series has more than {TERMS_MOST} terms")

    @property
    def lowest(self) -> Fraction:
        """The exponent of the leading term, or the order where nothing is known."""
        return min(self.terms, default=self.order)

    def leading(self) -> Node:
        """The coefficient of the leading term. Raises Shortage when no term is known."""
        if not self.terms:
            raise Shortage
        return self.terms[self.lowest]

    def __add__(self, other: Series) -> Series:
        order = min(self.order, other.order)
        found = dict(self.terms)
        for exponent, value in other.terms.items():
            found[exponent] = simple(add(found[exponent], value)) if exponent in found else value
        return Series(found, order)

    def __mul__(self, other: Series) -> Series:
        order = min(self.order + other.lowest, other.order + self.lowest)
        parts: dict[Fraction, list[Node]] = {}
        for a, left in self.terms.items():
            for b, right in other.terms.items():
                if a + b < order:
                    parts.setdefault(a + b, []).append(mul(left, right))
        return Series({k: simple(add(*values)) for k, values in parts.items()}, order)

    def scaled(self, factor: Node, shift: Fraction = Fraction(0)) -> Series:
        """factor * t^shift * self"""
        terms = {k + shift: simple(mul(factor, value)) for k, value in self.terms.items()}
        return Series(terms, self.order + shift)

    def tail(self) -> Series:
        """u where self = leading * t^lowest * (1 + u)."""
        lead, low = self.leading(), self.lowest
        rest = {k - low: simple(div(v, lead)) for k, v in self.terms.items() if k != low}
        return Series(rest, self.order - low)


class Shortage(Exception):
    """More terms are needed: everything known so far cancelled."""


def is_zero(node: Node) -> bool:
    """Exactly zero, or zero to 40 digits for a constant that does not show it."""
    if node is ZERO:
        return True
    if node.op == "number" or free_symbols(node):
        return False
    from dlmath.expression.precise import evaluate

    return bool(abs(evaluate(node, digits=50)) < 1e-40)


def simple(node: Node) -> Node:
    """A coefficient in the form that shows whether it is zero."""
    return expand(node)


def constant(value: Node, order: Fraction) -> Series:
    """A series of one term t^0."""
    return Series({Fraction(0): value}, order)


def composed(outer: list[Node], inner: Series) -> Series:
    """sum of outer[k] * inner^k, for an inner series without constant term (Horner's rule)."""
    if inner.lowest <= 0:
        raise NoSeries("the inner series does not vanish")
    unknown = inner.lowest * len(outer)
    order = min(inner.order, unknown)
    result = constant(outer[-1], order)
    for value in reversed(outer[:-1]):
        result = result * inner + constant(value, order)
        result = Series(result.terms, min(order, result.order))
    return result


def needed(inner: Series, order: Fraction) -> int:
    """How many powers of the inner series matter below the order."""
    step = inner.lowest if inner.terms else max(inner.order, Fraction(1))
    return int(order / step) + 2 if step > 0 else 1


def raised(base: Series, exponent: Exact) -> Series:
    """base**exponent for a rational exponent, by the binomial series."""
    if isinstance(exponent, int) and 0 <= exponent <= 4:
        result = constant(ONE, base.order - base.lowest * min(exponent, 1))
        for _ in range(exponent):
            result = result * base
        return result
    u, lead, low = base.tail(), base.leading(), base.lowest
    size = Fraction(exponent)
    binomial: list[Node] = [ONE]
    coefficient = Fraction(1)
    for k in range(1, needed(u, u.order)):
        coefficient *= (size - k + 1) / k
        binomial.append(number(coefficient))
    result = composed(binomial, u) if u.terms else constant(ONE, u.order)
    return result.scaled(power(lead, number(exponent)), low * size)


def logarithm(base: Series, log_t: Node) -> Series:
    """log(c*t^m*(1 + u)) = log(c) + m*log(t) + u - u^2/2 + ..."""
    u, lead, low = base.tail(), base.leading(), base.lowest
    terms = [ZERO] + [number(Fraction((-1) ** (k + 1), k)) for k in range(1, needed(u, u.order))]
    result = composed(terms, u) if u.terms else Series({}, u.order)
    first = simple(add(call("log", lead), mul(number(low), log_t)))
    return result + constant(first, u.order)


def exponential(inner: Series, limit: Fraction) -> Series:
    """exp of a series without negative powers."""
    if inner.terms and inner.lowest < 0:
        raise NoSeries("an exponential of something unbounded has no expansion in powers")
    first = inner.terms.get(Fraction(0), ZERO)
    rest = Series({k: v for k, v in inner.terms.items() if k > 0}, inner.order)
    count = needed(rest, min(rest.order, limit))
    coefficients: list[Node] = []
    size = Fraction(1)
    for k in range(count):
        size = size / k if k else size
        coefficients.append(number(size))
    result = composed(coefficients, rest) if rest.terms else constant(ONE, rest.order)
    return result.scaled(call("exp", first))


def from_derivatives(inner: Series, derivative: Callable[[int], Node], limit: Fraction) -> Series:
    """f(c + u) = f(c) + f'(c)*u + f''(c)*u^2/2 + ..., with derivative(k) = f^(k)(c)."""
    rest = Series({k: v for k, v in inner.terms.items() if k > 0}, inner.order)
    if not rest.terms:
        return constant(derivative(0), inner.order)
    size = 1
    values: list[Node] = []
    for k in range(needed(rest, min(rest.order, limit))):
        size *= max(k, 1)
        values.append(simple(div(derivative(k), number(size))))
    return composed(values, rest)
