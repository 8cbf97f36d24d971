"""Exact values of functions at numbers, and what a function does to its inverse or to a sign."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from math import ceil, comb, floor

from dlmath.expression.defined import certain_value
from dlmath.expression.graph import (
    HALF,
    INFINITY,
    ONE,
    PI,
    ZERO,
    E,
    Exact,
    Node,
    add,
    call,
    exact_root,
    mul,
    neg,
    number,
    power,
    sqrt,
    sub,
)
from dlmath.expression.known_conditions import COMPARE, logic, piecewise, relation
from dlmath.expression.order import is_negative
from dlmath.expression.real import is_not_negative, is_positive, is_real

#: Factorials are written out up to this number (16,326 digits).
LARGEST_FACTORIAL = 5000

ODD = frozenset(
    "sin tan csc cot asin atan sinh tanh csch coth asinh atanh erf erfi sign softsign cbrt "
    "Si Shi fresnels fresnelc hardtanh acsc acot acsch acoth".split()
)
EVEN = frozenset({"cos", "sec", "cosh", "sech", "abs"})

_ZERO_AT_ZERO = ODD | {"relu", "leaky_relu", "elu", "selu", "gelu", "silu", "mish", "abs"}
_ZERO_AT_ZERO -= {"csc", "cot", "csch", "coth", "acsc", "acot", "acsch", "acoth"}


def known_value(node: Node) -> Node | None:
    """The exact value of a function of tidied operands, a simpler equal form, or None."""
    rule = _RULES.get(node.op)
    if rule is not None:
        found = rule(node)
        if found is not None:
            return found
    if len(node.args) != 1:
        return None
    inner = node.args[0]
    if inner is ZERO and node.op in _ZERO_AT_ZERO:
        return ZERO
    odd = node.op in ODD and (node.op != "cbrt" or is_real(inner))  # of complex: principal root
    if odd and _leads_negative(inner):
        return neg(call(node.op, _negated(inner)))
    if node.op in EVEN and _leads_negative(inner):
        return call(node.op, _negated(inner))
    return None


def _leads_negative(node: Node) -> bool:
    if node.op == "add":
        return all(is_negative(part) for part in node.args)
    return is_negative(node)


def _negated(node: Node) -> Node:
    if node.op == "add":
        return add(*(neg(part) for part in node.args))
    return neg(node)


# --- exponentials and logarithms ------------------------------------------------------------


def _exp(node: Node) -> Node | None:
    inner = node.args[0]
    if inner.op == "log":
        return _inside_log(inner)
    if inner.op == "mul" and inner.args[0].op == "number" and len(inner.args) == 2:
        coefficient, rest = inner.args
        if rest.op == "log" and isinstance(coefficient.number, int):
            inside = _inside_log(rest)
            return None if inside is None else power(inside, coefficient)
    return None


def _inside_log(log: Node) -> Node | None:
    """The operand; None for log(0), which has no value."""
    return None if log.args[0] is ZERO else log.args[0]


def _log(node: Node) -> Node | None:
    inner = node.args[0]
    if inner is ONE:
        return ZERO
    if inner is E:
        return ONE
    if inner.op == "exp" and is_real(inner.args[0]):
        return inner.args[0]
    if inner.op == "number" and inner.number > 0:
        return _log_of_number(inner.number)
    if inner.op == "pow" and all(part.op == "number" for part in inner.args):
        base, exponent = inner.args
        return mul(exponent, call("log", base)) if base.number > 0 else None
    return None


def _log_of_number(value: Exact) -> Node | None:
    """log(8) is 3*log(2): the largest whole root is taken out, so that quotients cancel."""
    if value.numerator == 1 and value.denominator > 1:
        return neg(call("log", number(value.denominator)))
    top, bottom = value.numerator, value.denominator
    size = max(top.bit_length(), bottom.bit_length())
    for degree in range(min(size, 4000), 1, -1):
        root_top = exact_root(top, degree)
        if root_top is None:
            continue
        root_bottom = exact_root(bottom, degree)
        if root_bottom is not None:
            inner = number(Fraction(root_top, root_bottom))
            return mul(number(degree), call("log", inner))
    return None


# --- trigonometric --------------------------------------------------------------------------


def _turns(node: Node) -> Fraction | None:
    """r when the node is r*pi with rational r."""
    if node is ZERO:
        return Fraction(0)
    if node is PI:
        return Fraction(1)
    if node.op == "mul" and len(node.args) == 2 and node.args[1] is PI:
        first = node.args[0]
        return Fraction(first.number) if first.op == "number" else None
    return None


def _sin_of_turns(turns: Fraction) -> Node | None:
    """sin(turns*pi) where it has a value with square roots."""
    turns %= 2
    if turns >= 1:
        value = _sin_of_turns(turns - 1)
        return None if value is None else neg(value)
    if turns > Fraction(1, 2):
        turns = 1 - turns
    root2, root3, root6 = (sqrt(number(n)) for n in (2, 3, 6))
    quarter = number(Fraction(1, 4))
    return {
        Fraction(0): ZERO,
        Fraction(1, 12): mul(quarter, sub(root6, root2)),
        Fraction(1, 6): HALF,
        Fraction(1, 4): mul(HALF, root2),
        Fraction(1, 3): mul(HALF, root3),
        Fraction(5, 12): mul(quarter, add(root6, root2)),
        Fraction(1, 2): ONE,
    }.get(turns)


def _sin(node: Node) -> Node | None:
    turns = _turns(node.args[0])
    if turns is None:
        return _undo(node, "asin")
    return _sin_of_turns(turns)


def _cos(node: Node) -> Node | None:
    turns = _turns(node.args[0])
    if turns is None:
        return _undo(node, "acos")
    return _sin_of_turns(turns + Fraction(1, 2))


def _tan(node: Node) -> Node | None:
    turns = _turns(node.args[0])
    if turns is None:
        return _undo(node, "atan")
    root3 = sqrt(number(3))
    table = {
        Fraction(0): ZERO,
        Fraction(1, 12): sub(number(2), root3),
        Fraction(1, 6): mul(number(Fraction(1, 3)), root3),
        Fraction(1, 4): ONE,
        Fraction(1, 3): root3,
        Fraction(5, 12): add(number(2), root3),
    }
    turns %= 1
    if turns > Fraction(1, 2):
        found = table.get(1 - turns)
        return None if found is None else neg(found)
    return table.get(turns)


def _undo(node: Node, inverse: str) -> Node | None:
    """f(f^-1(u)) is u."""
    return node.args[0].args[0] if node.args[0].op == inverse else None


def _asin(node: Node) -> Node | None:
    inner = node.args[0]
    for turns in (Fraction(1, 6), Fraction(1, 4), Fraction(1, 3), Fraction(1, 2)):
        if inner is _sin_of_turns(turns):
            return mul(number(turns), PI)
    return None


def _acos(node: Node) -> Node | None:
    inner = node.args[0]
    for twelfths in range(13):
        turns = Fraction(twelfths, 12)
        if inner is _sin_of_turns(turns + Fraction(1, 2)):
            return mul(number(turns), PI)
    return None


def _atan(node: Node) -> Node | None:
    inner = node.args[0]
    if inner is INFINITY:
        return mul(HALF, PI)
    root3 = sqrt(number(3))
    for value, turns in (
        (ONE, (1, 4)),
        (root3, (1, 3)),
        (mul(number(Fraction(1, 3)), root3), (1, 6)),
    ):
        if inner is value:
            return mul(number(Fraction(*turns)), PI)
    return None


def _is_minus_infinity(node: Node) -> bool:
    return node is neg(INFINITY)


def _one_at_zero(node: Node) -> Node | None:
    return ONE if node.args[0] is ZERO else None


# --- numbers --------------------------------------------------------------------------------


def _size(value: Exact) -> Exact:
    return value if value >= 0 else -value


def _abs(node: Node) -> Node | None:
    inner = node.args[0]
    if is_not_negative(inner):
        return inner
    if inner.op == "number":
        return number(_size(inner.number))
    if inner.op == "mul" and inner.args[0].op == "number":
        rest = inner.args[1:]
        inside = rest[0] if len(rest) == 1 else mul(*rest)
        return mul(number(_size(inner.args[0].number)), call("abs", inside))
    if inner.op in ("abs", "norm"):
        return inner
    value = certain_value(inner)
    if value is None or abs(value) < _CLEAR:
        return None
    return inner if value > 0 else neg(inner)


def _sign(node: Node) -> Node | None:
    inner = node.args[0]
    if inner.op == "number":
        return number((inner.number > 0) - (inner.number < 0))
    if is_positive(inner):
        return ONE
    value = certain_value(inner)
    if value is None or abs(value) < _CLEAR:
        return None
    return ONE if value > 0 else number(-1)


def _of_number(rule: Callable[[Exact], Exact]) -> Callable[[Node], Node | None]:
    def apply(node: Node) -> Node | None:
        inner = node.args[0]
        return number(rule(inner.number)) if inner.op == "number" else None

    return apply


#: How clear of a jump a value must be for its side of the jump to be certain.
_CLEAR = 1e-9


def _whole(rule: Callable[[Exact | float], int]) -> Callable[[Node], Node | None]:
    """floor or ceil, of a constant too where it is clear of every whole number."""

    def apply(node: Node) -> Node | None:
        inner = node.args[0]
        if inner.op == "number":
            return number(rule(inner.number))
        value = certain_value(inner)
        if value is None or abs(value - round(value)) < _CLEAR * max(1.0, abs(value)):
            return None
        return number(rule(value))

    return apply


def _clipped(value: Exact, low: Exact, high: Exact) -> Exact:
    return low if value < low else high if value > high else value


def _relu(node: Node) -> Node | None:
    inner = node.args[0]
    if inner.op == "number":
        return inner if inner.number > 0 else ZERO
    return inner if is_not_negative(inner) else None


def _half_at_zero(node: Node) -> Node | None:
    if _is_minus_infinity(node.args[0]):
        return ZERO
    return HALF if node.args[0] is ZERO else None


def _softplus(node: Node) -> Node | None:
    if _is_minus_infinity(node.args[0]):
        return ZERO
    return call("log", number(2)) if node.args[0] is ZERO else None


def _cbrt(node: Node) -> Node | None:
    inner = node.args[0]
    if inner.op == "pow" and inner.args[1] is number(3) and is_real(inner.args[0]):
        return inner.args[0]
    if inner.op != "number":
        return None
    sign = 1 if inner.number >= 0 else -1
    top = exact_root(abs(inner.number.numerator), 3)
    bottom = exact_root(inner.number.denominator, 3)
    return None if top is None or bottom is None else number(Fraction(sign * top, bottom))


def _extremum(node: Node) -> Node | None:
    """Numbers among the operands of max or min are folded, repeated operands dropped."""
    if len(node.args) == 1:
        return None if node.args[0].op == "vector" else node.args[0]
    numbers = [part.number for part in node.args if part.op == "number"]
    rest = list(dict.fromkeys(part for part in node.args if part.op != "number"))
    if len(numbers) <= 1 and len(rest) + len(numbers) == len(node.args):
        return None
    best = (max(numbers) if node.op == "max" else min(numbers)) if numbers else None
    parts = ([] if best is None else [number(best)]) + rest
    return parts[0] if len(parts) == 1 else call(node.op, *parts)


def _factorial(node: Node) -> Node | None:
    inner = node.args[0]
    if inner.op != "number":
        return None
    return _gamma_of(inner.number + 1)


def _gamma(node: Node) -> Node | None:
    inner = node.args[0]
    return _gamma_of(inner.number) if inner.op == "number" else None


def _gamma_of(value: Exact) -> Node | None:
    """gamma at whole numbers and halves."""
    from math import factorial

    if isinstance(value, int) or value.denominator == 1:
        whole = int(value)
        return number(factorial(whole - 1)) if 0 < whole <= LARGEST_FACTORIAL else None
    if value.denominator != 2 or abs(value) > 200:
        return None
    size, at = Fraction(1), Fraction(1, 2)
    while at < value:
        size, at = size * at, at + 1
    while at > value:
        at -= 1
        size /= at
    return mul(number(size), sqrt(PI))


def _binomial(node: Node) -> Node | None:
    top, bottom = node.args
    if top.op == "number" and bottom.op == "number":
        n, k = top.number, bottom.number
        if isinstance(n, int) and isinstance(k, int) and 0 <= n <= LARGEST_FACTORIAL:
            return number(comb(n, k) if k >= 0 else 0)
    return None


def _besselj(node: Node) -> Node | None:
    size, at = node.args
    if at is ZERO and size.op == "number" and isinstance(size.number, int):
        return ONE if size is ZERO else ZERO
    return None


def _acosh(node: Node) -> Node | None:
    return ZERO if node.args[0] is ONE else None


_RULES: dict[str, Callable[[Node], Node | None]] = {
    "exp": _exp,
    "log": _log,
    "sin": _sin,
    "cos": _cos,
    "tan": _tan,
    "asin": _asin,
    "acos": _acos,
    "atan": _atan,
    "sec": _one_at_zero,
    "acosh": _acosh,
    "cosh": _one_at_zero,
    "sech": _one_at_zero,
    "erfc": _one_at_zero,
    "abs": _abs,
    "sign": _sign,
    "floor": _whole(floor),
    "ceil": _whole(ceil),
    "heaviside": _of_number(lambda v: Fraction((v > 0) - (v < 0) + 1, 2)),
    "relu": _relu,
    "sigmoid": _half_at_zero,
    "hard_sigmoid": _of_number(lambda v: _clipped(Fraction(v) / 6 + Fraction(1, 2), 0, 1)),
    "hardtanh": _of_number(lambda v: _clipped(v, -1, 1)),
    "softsign": _of_number(lambda v: Fraction(v) / (1 + abs(Fraction(v)))),
    "softplus": _softplus,
    "cbrt": _cbrt,
    "max": _extremum,
    "min": _extremum,
    "factorial": _factorial,
    "gamma": _gamma,
    "binomial": _binomial,
    "besselj": _besselj,
    "besseli": _besselj,
    **dict.fromkeys(COMPARE, relation),
    **dict.fromkeys(("and", "or", "not"), logic),
    "piecewise": piecewise,
}
