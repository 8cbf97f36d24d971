"""An integrand on one smooth stretch, and square roots that are absolute values in disguise."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import Any

from dlmath.expression.graph import (
    HALF,
    ONE,
    PI,
    TRUE,
    TWO,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    is_number,
    make,
    mul,
    neg,
    number,
    power,
    sub,
    symbol,
    topological,
)
from dlmath.expression.vocabulary import SELU_ALPHA, SELU_SCALE

#: Functions whose branch is told by the sign of the (first) operand.
_BY_SIGN = frozenset(
    {"abs", "sign", "heaviside", "relu", "leaky_relu", "elu", "selu", "softsign", "cbrt"}
)

#: Everything that `on_branch` resolves.
BRANCHING = _BY_SIGN | {"floor", "ceil", "max", "min", "hardtanh", "hard_sigmoid", "piecewise"}


def has_branches(expression: Node, variable: str) -> bool:
    """Does the expression change its formula along the variable?"""
    return any(
        part.op in BRANCHING and variable in free_symbols(part) for part in topological(expression)
    )


def on_branch(expression: Node, variable: str, sample: Any) -> Node | None:
    """The formula that the expression has near a sample place; None when that cannot be told.

    The expression has no other variable. `abs(x)` near -1 is `-x`, `floor(x)` is `-1`.
    """
    from dlmath.expression.tidy import tidy

    new: dict[Node, Node] = {}
    for part in topological(expression):
        if variable not in free_symbols(part):
            new[part] = part
            continue
        args = [new[arg] for arg in part.args]
        if part.op in BRANCHING:
            chosen = _choose(part, args, variable, sample)
            if chosen is None:
                return None
            new[part] = chosen
        elif part.args:
            new[part] = make(part.op, args, part.value)
        else:
            new[part] = part
    return tidy(new[expression])


def by_intervals(expression: Node, variable: str) -> Node | None:
    """The expression as a `piecewise` of the formulas it has between its kinks.

    `x*abs(x)/2` is `piecewise((-x**2/2, x < 0), (x**2/2, true))`. None when there are other
    variables, many kinks, or a kink without an exact place.
    """
    import mpmath

    from dlmath.maths.calculus.integrals import singularities

    if free_symbols(expression) != {variable}:
        return None
    found = singularities.find(expression, variable, -mpmath.inf, mpmath.inf)
    if not found.complete or len(found.found) > _MOST_KINKS:
        return None
    formulas: list[Node] = []
    ends: list[Node] = []
    places = [-mpmath.inf, *(point.value for point in found.found), mpmath.inf]
    exact = [point.exact for point in found.found]
    for number_, (low, high) in enumerate(pairwise(places)):
        formula = on_branch(expression, variable, sample_between(low, high))
        if formula is None:
            return None
        if formulas and formula is formulas[-1]:
            continue
        if formulas:
            end = exact[number_ - 1]
            if end is None:
                return None
            ends.append(end)
        formulas.append(formula)
    if len(formulas) == 1:
        return formulas[0]
    x = symbol(variable)
    parts = [arg for f, end in zip(formulas, ends, strict=False) for arg in (f, _below(x, end))]
    return make("piecewise", (*parts, formulas[-1], TRUE))


#: More pieces are not written out.
_MOST_KINKS = 4


def _below(x: Node, end: Node) -> Node:
    return make("lt", (x, end))


def sample_between(low: Any, high: Any) -> Any:
    """A place inside an interval that may be infinite."""
    import mpmath

    from dlmath.maths.calculus.integrals.zero_search import infinite

    share = mpmath.mpf("0.4737")
    if infinite(low) and infinite(high):
        return share
    if infinite(low):
        return high - share
    if infinite(high):
        return low + share
    return low + share * (high - low)


def _choose(part: Node, args: list[Node], variable: str, sample: Any) -> Node | None:
    if part.op == "piecewise":
        for value, condition in zip(args[::2], part.args[1::2], strict=True):
            holds = _truth(condition, variable, sample)
            if holds is None:
                return None
            if holds:
                return value
        return None
    values = [_value(arg, variable, sample) for arg in part.args]
    if any(value is None for value in values):
        return None
    if part.op in ("max", "min"):
        best = max(values) if part.op == "max" else min(values)
        return args[values.index(best)]
    if part.op in ("floor", "ceil"):
        from math import ceil, floor

        return number((floor if part.op == "floor" else ceil)(values[0]))
    if part.op == "hardtanh":
        return number(-1) if values[0] < -1 else ONE if values[0] > 1 else args[0]
    if part.op == "hard_sigmoid":
        inside = div(add(args[0], number(3)), number(6))
        return ZERO if values[0] < -3 else ONE if values[0] > 3 else inside
    return _signed(part.op, args, values[0] > 0)


def _signed(op: str, args: list[Node], above: bool) -> Node:
    """One side of a function that bends or jumps where its operand is zero."""
    x = args[0]
    side = ONE if above else number(-1)
    size = x if above else neg(x)
    if op == "abs":
        return size
    if op == "sign":
        return side
    if op == "heaviside":
        return ONE if above else ZERO
    if op == "softsign":
        return div(x, add(ONE, size))
    if op == "cbrt":
        return mul(side, power(size, number(Fraction(1, 3))))
    scale = number(SELU_SCALE) if op == "selu" else ONE
    if above:
        return mul(scale, x)
    if op == "relu":
        return ZERO
    if op == "leaky_relu":
        return mul(args[1] if len(args) > 1 else number(Fraction(1, 100)), x)
    alpha = number(SELU_ALPHA) if op == "selu" else args[1] if len(args) > 1 else ONE
    return mul(scale, alpha, sub(call("exp", x), ONE))


def _value(node: Node, variable: str, sample: Any) -> Any:
    import mpmath

    from dlmath.checks.values import value_at

    value = value_at(node, {variable: sample})
    return None if value is None or isinstance(value, (mpmath.mpc, list, bool)) else value


def _truth(condition: Node, variable: str, sample: Any) -> bool | None:
    from dlmath.checks.values import value_at

    value = value_at(condition, {variable: sample})
    return value if isinstance(value, bool) else None


# --- square roots of squares ------------------------------------------------------------------


def without_square_roots_of_squares(expression: Node, variable: str) -> Node:
    """sqrt(u) with u = s^2*r written |s|*sqrt(r): sqrt(1 - cos(x)) is sqrt(2)*|sin(x/2)|."""
    new: dict[Node, Node] = {}
    for part in topological(expression):
        args = [new[arg] for arg in part.args]
        current = make(part.op, args, part.value) if part.args else part
        if part.op == "pow" and variable in free_symbols(part) and _is_half(part.args[1]):
            current = _pulled_out(args[0], args[1], variable) or current
        new[part] = current
    return new[expression]


def _is_half(exponent: Node) -> bool:
    return is_number(exponent) and getattr(exponent.number, "denominator", 1) == 2


def _pulled_out(base: Node, exponent: Node, variable: str) -> Node | None:
    times = number(2 * exponent.number)
    angle = half_angle(base)
    if angle is not None:
        coefficient, root = angle
        return mul(power(coefficient, exponent), power(call("abs", root), times))
    return _factored(base, exponent, times, variable)


def half_angle(base: Node) -> tuple[Node, Node] | None:
    """(c, s) with c + c*cos(v), c - c*cos(v) or c +- c*sin(v) equal to 2*c*s^2."""
    from dlmath.expression.tidy import split_coefficient

    if base.op != "add" or len(base.args) != 2 or not is_number(base.args[0]):
        return None
    constant, wave = base.args
    scale, function = split_coefficient(wave)
    if constant.number <= 0 or abs(scale) != constant.number or function.op not in ("sin", "cos"):
        return None
    v = function.args[0]
    if function.op == "sin":
        v = sub(v, div(PI, TWO))  # sin(v) = cos(v - pi/2)
    half = mul(HALF, v)
    return mul(TWO, constant), call("cos" if scale > 0 else "sin", half)


def _factored(base: Node, exponent: Node, times: Node, variable: str) -> Node | None:
    """Even powers taken out of the factors of the radicand."""
    import sympy

    from dlmath.expression.from_sympy import Unsupported, from_sympy
    from dlmath.expression.to_sympy import to_sympy

    try:
        radicand = to_sympy(base)
        if radicand.has(sympy.sin, sympy.cos):
            radicand = sympy.trigsimp(radicand)
        plain = from_sympy(radicand)
        if plain is not base:
            angle = half_angle(plain)
            if angle is not None:
                return mul(power(angle[0], exponent), power(call("abs", angle[1]), times))
        factors = sympy.factor(sympy.together(radicand)).as_powers_dict()
        outside, inside = [], []
        for factor, size in factors.items():
            if size.is_Integer and abs(size) >= 2 and factor.free_symbols:
                outside.append(call("abs", from_sympy(factor ** (size // 2))))
                inside.append(factor ** (size % 2))
            else:
                inside.append(factor**size)
        if not outside:
            return None
        rest = from_sympy(sympy.Mul(*inside))
    except (Unsupported, sympy.PolynomialError, NotImplementedError):
        return None
    pulled = power(mul(*outside), times)
    return pulled if rest is ONE else mul(pulled, power(rest, exponent))
