"""Solutions known by their digits only, and how they stand in expressions."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dlmath.expression.graph import I, Node, add, mul, number, replace, symbol, topological

#: Digits to which such solutions are kept.
DIGITS = 45

#: Digits that are shown where none are asked for.
SHOWN = 12

#: A number with a denominator above this is a decimal that stands for an unknown exact form.
_LONG = 10**30


def decimal_node(value: Any) -> Node:
    """A number of 45 digits as an expression."""
    import mpmath

    if isinstance(value, mpmath.mpc) and value.imag != 0:
        return add(_real(value.real), mul(_real(value.imag), I))
    return _real(mpmath.re(value))


def _real(value: Any) -> Node:
    import mpmath

    with mpmath.workdps(DIGITS + 20):
        text = mpmath.nstr(value, DIGITS, min_fixed=-mpmath.inf, max_fixed=mpmath.inf)
    return number(Fraction(text))


def holds_decimal(node: Node) -> bool:
    """Does a number known by its digits stand in the expression?"""
    return any(
        part.op == "number" and part.number.denominator > _LONG for part in topological(node)
    )


def decimal_text(value: Any, digits: int, *, zeros: bool = False) -> str:
    """Some significant digits, without an exponent where the size is moderate.

    zeros: are zeros at the end kept, which say how many digits are known?
    """
    import mpmath

    with mpmath.workdps(max(digits, DIGITS) + 10):
        if isinstance(value, mpmath.mpc) or hasattr(value, "_mpc_"):
            real, imaginary = value.real, value.imag
            sign = "-" if imaginary < 0 else "+"
            size = f"{_digits(abs(imaginary), digits, zeros)}*i"
            if real == 0:
                return size if sign == "+" else f"-{size}"
            return f"{_digits(real, digits, zeros)} {sign} {size}"
        return _digits(value, digits, zeros)


def _digits(value: Any, digits: int, zeros: bool) -> str:
    import mpmath

    text = str(mpmath.nstr(value, digits, min_fixed=-6, max_fixed=16, strip_zeros=not zeros))
    return text if zeros else text.removesuffix(".0")


def shown(node: Node, digits: int = SHOWN) -> Node:
    """The expression with its long decimals rounded, to be read and not computed with."""
    long = [p for p in topological(node) if p.op == "number" and p.number.denominator > _LONG]
    if not long:
        return node
    import mpmath

    with mpmath.workdps(DIGITS + 10):
        values = {p: mpmath.mpf(p.number.numerator) / p.number.denominator for p in long}
        short = {p: symbol(decimal_text(v, digits, zeros=True)) for p, v in values.items()}
    return replace(node, short)
