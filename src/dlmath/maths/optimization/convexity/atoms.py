"""Curvature and direction of functions of one number, on the range that the operand has."""

from __future__ import annotations

from fractions import Fraction
from math import inf, pi
from typing import NamedTuple

from dlmath.expression.graph import Node, is_number
from dlmath.maths.optimization.convexity.proofs import (
    AFFINE,
    CONCAVE,
    CONVEX,
    FALLS,
    RISES,
    TURNS,
    Interval,
)


class Atom(NamedTuple):
    """How h behaves where its operand is.

    curvature, move: on that range. whole: has h a value on the whole range (or, where it has not,
    does the rule of composition hold with h taken as +oo or -oo outside)? words: the reason.
    """

    curvature: str
    move: int
    words: str
    whole: bool = True


#: Convex and rising on the whole axis.
_CONVEX_RISING = frozenset({"exp", "relu", "softplus"})
#: Rising; convex below zero, concave above.
_S_SHAPED = frozenset({"tanh", "sigmoid", "atan", "erf", "asinh", "softsign"})


def atom(node: Node, operand: Interval) -> Atom | None:
    """The behaviour of a function of one operand that lies in a range, or None for no rule."""
    op, (low, high) = node.op, operand
    if op in _CONVEX_RISING:
        return Atom(CONVEX, RISES, f"{op} is convex and increasing")
    if op == "abs":
        return _even(CONVEX, operand, "the absolute value is convex")
    if op == "log" and len(node.args) == 1:
        return Atom(CONCAVE, RISES, "log is concave and increasing")
    if op in _S_SHAPED:
        return _bent(op, operand, convex_above=False)
    if op == "sinh":
        return _bent(op, operand, convex_above=True)
    if op == "cbrt":
        return _bent("the cube root", operand, convex_above=False)
    if op == "cosh":
        return _even(CONVEX, operand, "cosh is convex")
    if op == "acosh":
        return Atom(CONCAVE, RISES, "acosh is concave and increasing")
    if op in ("leaky_relu", "elu"):
        return _leaky(node)
    if op in ("loggamma", "gamma") and low >= 0:
        return Atom(CONVEX, TURNS, f"{op} is convex above 0")
    if op == "sin":
        return _wave(op, low, high)
    if op == "cos":
        return _wave(op, low + pi / 2, high + pi / 2)
    return None


def _even(curvature: str, operand: Interval, words: str) -> Atom:
    low, high = operand
    if low >= 0:
        return Atom(curvature, RISES, f"{words}, and increasing where its operand is not negative")
    if high <= 0:
        return Atom(curvature, FALLS, f"{words}, and decreasing where its operand is not positive")
    return Atom(curvature, TURNS, words)


def _bent(name: str, operand: Interval, *, convex_above: bool) -> Atom | None:
    """Rising functions whose curvature changes at zero."""
    low, high = operand
    above, below = (CONVEX, CONCAVE) if convex_above else (CONCAVE, CONVEX)
    if low >= 0:
        return Atom(above, RISES, f"{name} is {above} and increasing above 0")
    if high <= 0:
        return Atom(below, RISES, f"{name} is {below} and increasing below 0")
    return None


def _leaky(node: Node) -> Atom | None:
    parameter = Fraction(1, 100) if node.op == "leaky_relu" else Fraction(1)
    if len(node.args) > 1:
        if not is_number(node.args[1]):
            return None
        parameter = Fraction(node.args[1].number)
    if not 0 <= parameter <= 1:
        return None
    return Atom(CONVEX, RISES, f"{node.op} is convex and increasing: its slope rises up to 1")


def _wave(op: str, low: float, high: float) -> Atom | None:
    """sin of a range inside half a period (ends a little inwards of the true ones)."""
    near_pi = 3.1415926535
    if low >= 0 and high <= near_pi:
        return Atom(CONCAVE, TURNS, f"{op} is concave where it is positive")
    if -near_pi <= low and high <= 0:
        return Atom(CONVEX, TURNS, f"{op} is convex where it is negative")
    return None


def power_atom(exponent: Fraction, operand: Interval) -> Atom | None:
    """u^p for a number p other than 0 and 1 (S. Boyd and L. Vandenberghe, section 3.1.5)."""
    low, high = operand
    whole = exponent.denominator == 1
    if whole and exponent > 0:
        if exponent % 2 == 0:
            return _even(CONVEX, operand, "an even power is convex")
        return _bent_power(low, high)
    if exponent > 1:
        words = "a power above 1 is convex and increasing where its operand is not negative"
        return Atom(CONVEX, RISES, words, whole=low >= 0)
    if 0 < exponent < 1:
        return Atom(CONCAVE, RISES, "a power between 0 and 1 is concave and increasing")
    if not whole or low >= 0:
        return Atom(CONVEX, FALLS, "a negative power is convex and decreasing above 0")
    if high <= 0:
        if exponent % 2 == 0:
            return Atom(CONVEX, RISES, "a negative even power is convex and increasing below 0")
        return Atom(CONCAVE, FALLS, "a negative odd power is concave and decreasing below 0")
    return None


def _bent_power(low: float, high: float) -> Atom | None:
    if low >= 0:
        return Atom(CONVEX, RISES, "an odd power is convex and increasing above 0")
    if high <= 0:
        return Atom(CONCAVE, RISES, "an odd power is concave and increasing below 0")
    return None


def scaled(factor: float) -> Atom:
    """A multiple."""
    return Atom(AFFINE, RISES if factor >= 0 else FALLS, "a multiple")


def sign_of(values: Interval) -> int:
    """1 where values are at least zero, -1 where at most zero, 0 where not known."""
    return 1 if values[0] >= 0 else -1 if values[1] <= 0 else 0


def is_finite(values: Interval) -> bool:
    """Are both bounds numbers?"""
    return -inf < values[0] and values[1] < inf
