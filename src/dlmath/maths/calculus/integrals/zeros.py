"""The real zeros of an expression of one variable on an interval.

Exact where the form is simple (linear, quadratic, sine and cosine of a line) or where the number
found is recognized to 30 digits; else a number from a scan with refinement.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from dlmath.expression.graph import (
    MINUS_ONE,
    PI,
    ZERO,
    Node,
    add,
    div,
    free_symbols,
    is_number,
    mul,
    number,
    sqrt,
    sub,
    symbol,
)
from dlmath.maths.calculus.antiderivatives.polynomial import linear, polynomial
from dlmath.maths.calculus.integrals.branches import half_angle
from dlmath.maths.calculus.integrals.zero_search import (
    DIGITS,
    MOST,
    Point,
    Points,
    merge,
    recognized,
    scan,
    within_interval,
)

#: f(u) = 0 exactly where u = 0.
_ZERO_WITH_ARGUMENT = frozenset(
    {"abs", "sign", "tan", "sinh", "tanh", "asin", "atan", "asinh", "atanh", "cbrt", "erf", "erfi"}
    | {"softsign", "silu", "gelu"}
)

#: Never zero for a real argument.
_NEVER_ZERO = frozenset(["exp", "cosh", "sech", "sigmoid", "softplus", "gamma", "erfc"])


def zeros(g: Node, variable: str, low: Any, high: Any) -> Points:
    """The real zeros of an expression of one variable on a closed interval."""
    if variable not in free_symbols(g):
        return Points([], True)
    if g.op == "mul":
        return merge([zeros(part, variable, low, high) for part in g.args])
    if g.op == "pow" and variable not in free_symbols(g.args[1]):
        return zeros(g.args[0], variable, low, high)
    if g.op in _ZERO_WITH_ARGUMENT:
        return zeros(g.args[0], variable, low, high)
    if g.op in _NEVER_ZERO:
        return Points([], True)
    line = linear(g, symbol(variable))
    if line is not None:
        exact = div(mul(MINUS_ONE, line[1]), line[0])
        return within_interval([_exact_point(exact, g)], low, high)
    if g.op in ("sin", "cos"):
        inner = linear(g.args[0], symbol(variable))
        if inner is not None:
            return _periodic(g, inner, low, high)
    half = half_angle(g)
    if half is not None:
        return zeros(half[1], variable, low, high)
    exact_roots = _polynomial_roots(g, variable)
    if exact_roots is not None:
        return within_interval(exact_roots, low, high)
    return scan(g, variable, low, high)


def _exact_point(exact: Node, source: Node) -> Point:
    from dlmath.expression import precise
    from dlmath.expression.tidy import tidy

    exact = tidy(exact)
    value = precise.evaluate(exact, {}, DIGITS)
    return Point(ZERO if value == 0 else exact, value, source)


def _periodic(g: Node, inner: tuple[Node, Node], low: Any, high: Any) -> Points:
    """Zeros of sin or cos of a*x + b: where a*x + b is (half) a multiple of pi."""
    import mpmath

    from dlmath.expression import precise

    slope, offset = inner
    a, b = (precise.evaluate(part, {}, 30) for part in inner)
    if isinstance(a, mpmath.mpc) or isinstance(b, mpmath.mpc):
        return Points([], True)
    shift = Fraction(0) if g.op == "sin" else Fraction(1, 2)
    ends = sorted(
        (a * end + b) / mpmath.pi - mpmath.mpf(shift.numerator) / shift.denominator
        for end in (low, high)
    )
    complete = not any(mpmath.isinf(end) for end in ends)
    first = int(mpmath.ceil(ends[0] - 1e-9)) if not mpmath.isinf(ends[0]) else -MOST // 4
    last = int(mpmath.floor(ends[1] + 1e-9)) if not mpmath.isinf(ends[1]) else MOST // 4
    if mpmath.isinf(ends[0]) and not mpmath.isinf(ends[1]):
        first = last - MOST // 2
    elif mpmath.isinf(ends[1]) and not mpmath.isinf(ends[0]):
        last = first + MOST // 2
    if last - first > MOST:
        last, complete = first + MOST, False
    points = [
        _exact_point(div(sub(mul(number(k + shift), PI), offset), slope), g)
        for k in range(first, last + 1)
    ]
    return Points(within_interval(points, low, high).found, complete)


def _polynomial_roots(g: Node, variable: str) -> list[Point] | None:
    """The real roots of a polynomial with rational coefficients, or None for another form."""
    found = polynomial(g, symbol(variable))
    if not found or len(found) < 2 or not all(is_number(part) for part in found):
        return None
    coefficients = [part.number for part in found]
    if len(coefficients) == 3:
        c, b, a = coefficients
        inside = b * b - 4 * a * c
        if inside < 0:
            return []
        root = sqrt(number(inside))
        return [
            _exact_point(div(add(number(-b), mul(number(side), root)), number(2 * a)), g)
            for side in ((1, -1) if inside else (1,))
        ]
    import mpmath
    import sympy

    exact = [sympy.Rational(c.numerator, c.denominator) for c in reversed(coefficients)]
    roots = sympy.Poly(exact, sympy.Symbol("x")).real_roots()
    with mpmath.workdps(DIGITS):
        floats = [sympy.Float(root.evalf(DIGITS), DIGITS) for root in dict.fromkeys(roots)]
        values = [mpmath.mpf(found._mpf_) for found in floats]
    return [recognized(value, g, variable) for value in values]
