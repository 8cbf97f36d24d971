"""Zeros in closed form: of low polynomials, and of polynomials in one function with an inverse."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from dlmath.errors import DlmathError
from dlmath.expression.graph import (
    INFINITY,
    MINUS_ONE,
    ONE,
    TWO,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    is_number,
    mul,
    neg,
    number,
    power,
    replace,
    sqrt,
    sub,
    symbol,
    topological,
)
from dlmath.expression.intervals import Unsupported
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.calculus.antiderivatives.polynomial import polynomial
from dlmath.maths.calculus.integrals.zero_search import Point
from dlmath.maths.calculus.studies.points import exact_point, infinite_point


def closed_form(g: Node, variable: str) -> list[Point] | None:
    """All real zeros of one factor, or None where no closed form is known."""
    found = _of_polynomial(g, variable)
    return _through_inverse(g, variable) if found is None else found


def _of_polynomial(g: Node, variable: str) -> list[Point] | None:
    """The real zeros of a polynomial of degree one or two, and of a*x^n + b."""
    found = polynomial(g, symbol(variable))
    if not found or any(variable in free_symbols(part) for part in found):
        return None
    if len(found) == 2:
        return [exact_point(tidy(div(neg(found[0]), found[1])))]
    if len(found) == 3:
        return _quadratic(*found)
    middle = found[1:-1]
    if all(part is ZERO for part in middle) and all(is_number(c) for c in (found[0], found[-1])):
        return _pure_power(Fraction(-found[0].number) / Fraction(found[-1].number), len(middle) + 1)
    return None


def _quadratic(c: Node, b: Node, a: Node) -> list[Point] | None:
    inside = tidy(sub(mul(b, b), mul(number(4), a, c)))
    size = exact_point(inside).value
    if not hasattr(size, "_mpf_"):
        return None
    if inside is not ZERO and abs(size) < 1e-25:
        return None
    if size < 0:
        return []
    if b is ZERO and size > 0:
        root = tidy(sqrt(tidy(neg(div(c, a)))))
        return [exact_point(tidy(neg(root))), exact_point(root)]
    roots = [
        tidy(expand(div(add(neg(b), mul(sign, sqrt(inside))), mul(TWO, a))))
        for sign in ((ONE, MINUS_ONE) if size > 0 else (ONE,))
    ]
    return sorted((exact_point(root) for root in roots), key=lambda point: point.value)


def _pure_power(value: Fraction, degree: int) -> list[Point]:
    """The real solutions of x^degree = value, a fraction other than zero."""
    if value < 0 and degree % 2 == 0:
        return []
    root = tidy(power(number(abs(value)), number(Fraction(1, degree))))
    if degree % 2:
        return [exact_point(root if value > 0 else tidy(neg(root)))]
    return [exact_point(tidy(neg(root))), exact_point(root)]


# --- through the inverse of a function --------------------------------------------------------

#: Least and greatest value (not reached), and the operands that give a value.
_Inverse = tuple[Node, Node, Callable[[Node], list[Node]]]


def _inverses() -> dict[str, _Inverse]:
    half = number(Fraction(1, 2))
    low = neg(INFINITY)

    def of_tanh(r: Node) -> Node:
        return mul(half, call("log", div(add(ONE, r), sub(ONE, r))))

    def of_cosh(r: Node) -> list[Node]:
        size = exact_point(sub(r, ONE)).value
        if r is ONE or size < 0:
            return [ZERO] if r is ONE else []
        root = call("log", add(r, sqrt(tidy(expand(sub(power(r, TWO), ONE))))))
        return [neg(root), root]

    return {
        "exp": (ZERO, INFINITY, lambda r: [call("log", r)]),
        "log": (low, INFINITY, lambda r: [call("exp", r)]),
        "sigmoid": (ZERO, ONE, lambda r: [call("log", div(r, sub(ONE, r)))]),
        "tanh": (MINUS_ONE, ONE, lambda r: [of_tanh(r)]),
        "softplus": (ZERO, INFINITY, lambda r: [call("log", sub(call("exp", r), ONE))]),
        "sinh": (low, INFINITY, lambda r: [call("asinh", r)]),
        "asinh": (low, INFINITY, lambda r: [call("sinh", r)]),
        "cosh": (ZERO, INFINITY, of_cosh),
    }


def _through_inverse(g: Node, variable: str) -> list[Point] | None:
    """Zeros of an expression in one function of the variable, each value taken back."""
    from dlmath.maths.calculus.studies.search import Endless
    from dlmath.maths.calculus.studies.zeros import zeros_between

    t = symbol(f"{variable}_")
    found = _only_generator(g, variable, t)
    if found is None:
        return None
    least, greatest, back = found.inverse
    try:
        levels = zeros_between(found.inner, t.name, _bound(least), _bound(greatest))
    except (Endless, Unsupported, DlmathError):
        return None
    points: list[Point] = []
    for level in levels.points:
        if level.exact is None:
            return None
        for operand in back(level.exact):
            solved = closed_form(tidy(sub(found.inside, tidy(operand))), variable)
            if solved is None:
                return None
            points += solved
    return None if levels.everywhere else points


def _bound(node: Node) -> Point:
    if node is INFINITY:
        return infinite_point(1)
    return infinite_point(-1) if node is neg(INFINITY) else exact_point(node)


class _Generator(NamedTuple):
    """A function of the variable in which the whole expression is a polynomial, say.

    inside: its operand. inverse: its range and how its operand is found. inner: the expression
    with it exchanged for `t`.
    """

    inside: Node
    inverse: _Inverse
    inner: Node


def _only_generator(g: Node, variable: str, t: Node) -> _Generator | None:
    """The one function that holds every occurrence of the variable, if it has an inverse here.

    Exponentials of multiples of one operand count as powers of one exponential.
    """
    calls = [part for part in topological(g) if _is_call(part, variable)]
    within = {part for call_ in calls for part in topological(call_) if part is not call_}
    outer = [part for part in calls if part not in within]
    if len(outer) == 1:
        (only,) = outer
        inverse = _inverse_of(only)
        inner = tidy(replace(g, {only: t}))
    elif outer and all(part.op == "exp" for part in outer):
        return _exponentials(g, variable, outer, t)
    else:
        return None
    if inverse is None or variable in free_symbols(inner):
        return None
    return _Generator(only.args[0], inverse, inner)


def _is_call(part: Node, variable: str) -> bool:
    if variable not in free_symbols(part) or part.op in ("symbol", "add", "mul"):
        return False
    return part.op != "pow" or not (
        is_number(part.args[1]) and isinstance(part.args[1].number, int)
    )


def _inverse_of(part: Node) -> _Inverse | None:
    if part.op != "pow":
        return _inverses().get(part.op)
    exponent = part.args[1]
    if not is_number(exponent):
        return None
    return ZERO, INFINITY, lambda r: [power(r, number(1 / Fraction(exponent.number)))]


def _exponentials(g: Node, variable: str, calls: list[Node], t: Node) -> _Generator | None:
    first = calls[0].args[0]
    ratios: dict[Node, Fraction] = {}
    for part in calls:
        ratio = tidy(div(part.args[0], first))
        if not is_number(ratio):
            return None
        ratios[part] = Fraction(ratio.number)
    unit = _common_unit(list(ratios.values()))
    powers = {part: power(t, number(ratio / unit)) for part, ratio in ratios.items()}
    inner = tidy(replace(g, powers))
    if variable in free_symbols(inner):
        return None
    return _Generator(tidy(mul(number(unit), first)), _inverses()["exp"], inner)


def _common_unit(ratios: list[Fraction]) -> Fraction:
    """The largest fraction of which all are whole multiples."""
    from math import gcd, lcm

    below = lcm(*(ratio.denominator for ratio in ratios))
    above = gcd(*(int(ratio * below) for ratio in ratios))
    return Fraction(above, below)
