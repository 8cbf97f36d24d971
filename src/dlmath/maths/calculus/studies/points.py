"""Places on the axis and values of a study: exact where that is recognized, else 40 digits."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from dlmath.errors import DlmathError
from dlmath.expression.graph import (
    INFINITY,
    PI,
    ZERO,
    Node,
    add,
    call,
    div,
    mul,
    neg,
    number,
    power,
    sqrt,
    substitute,
    topological,
)
from dlmath.maths.calculus.integrals.zero_search import DIGITS, Point, infinite, real_value

#: Exact values with longer text than this are shown as decimals.
_LONGEST = 34

#: Exact values with longer text than this are worth a search for a shorter form.
_PLAIN = 16

#: Digits of a decimal place or value that are shown.
_SHOWN = 10


def infinite_point(sign: int) -> Point:
    """oo or -oo as an end."""
    import mpmath

    node = INFINITY if sign > 0 else neg(INFINITY)
    return Point(node, mpmath.inf if sign > 0 else -mpmath.inf, ZERO)


def exact_point(node: Node) -> Point:
    """The place that an expression without variables gives. It must be real or infinite."""
    from dlmath.expression import precise

    return Point(node, precise.evaluate(node, {}, DIGITS), ZERO)


def same(a: Any, b: Any) -> bool:
    """Are two numbers of 40 digits equal but for rounding?"""
    if infinite(a) or infinite(b):
        return bool(a == b)
    return bool(abs(a - b) <= 1e-25 * max(1, abs(a)))


def shown(point: Point) -> Node | Any:
    """The exact form where it is short, else the number rounded to ten digits."""
    from dlmath.expression.text import to_text

    if point.exact is not None and len(to_text(point.exact)) <= _LONGEST:
        return point.exact
    return float(rounded(point.value))


def rounded(value: Any, digits: int = _SHOWN) -> str:
    """Some significant digits, without an exponent where it is of moderate size."""
    import mpmath

    return str(mpmath.nstr(value, digits)).removesuffix(".0")


def point_text(point: Point, digits: int = _SHOWN) -> str:
    """The place in the expression language; a decimal with so many significant digits."""
    from dlmath.expression.text import to_text

    found = shown(point)
    return to_text(found) if isinstance(found, Node) else rounded(point.value, digits)


# --- values at places -----------------------------------------------------------------------


def value_at(function: Node, variable: str, point: Point) -> Point | None:
    """The value at a place, exact where the place is, or None where it is not a real number."""
    if point.exact is None:
        value = real_value(function, variable, point.at(DIGITS), DIGITS)
        return None if value is None else Point(_plain_rational(value), value, ZERO)
    from dlmath.expression import precise

    there = substitute(function, {variable: point.exact})
    try:
        value = precise.evaluate(there, {}, DIGITS)
    except (DlmathError, ArithmeticError, ValueError):
        return None
    real = _real(value)
    if real is None:
        return None
    return Point(_simplest(there, real), real, ZERO)


def _real(value: Any) -> Any:
    import mpmath

    if isinstance(value, mpmath.mpc):
        value = value.real if abs(value.imag) < mpmath.mpf(10) ** (5 - DIGITS) else None
    return value if isinstance(value, mpmath.mpf) and mpmath.isfinite(value) else None


def _simplest(there: Node, value: Any) -> Node | None:
    """A short exact form of a value: a recognized number, or the expression tidied."""
    from dlmath.expression.text import to_text
    from dlmath.expression.tidy import expand, tidy

    if value == 0:
        return ZERO
    plain = _plain_rational(value)
    if plain is not None and same(exact_point(plain).value, value):
        return plain
    forms = [tidy(there), expand(there)]
    good = [form for form in forms if _is_telling(form) and _has_value(form, value)]
    best = min(good, key=lambda form: len(to_text(form)), default=None)
    if best is None or len(to_text(best)) <= _PLAIN:
        return best
    return _plainer(best, value) or best


def _plainer(exact: Node, value: Any) -> Node | None:
    """A shorter form of an exact number, with the same sixty digits."""
    import mpmath

    from dlmath.expression import precise
    from dlmath.expression.text import to_text
    from dlmath.expression.tidy import tidy

    with mpmath.workdps(65):
        digits = precise.evaluate(exact, {}, 60)
        for form in _forms(value):
            shorter = tidy(form)
            if len(to_text(shorter)) >= len(to_text(exact)):
                continue
            if abs(precise.evaluate(shorter, {}, 60) - digits) < mpmath.mpf(10) ** -55 * max(
                1, abs(value)
            ):
                return shorter
    return None


#: A value written with these tells a reader something; `gelu(-sqrt(2))` does not.
_TELLING = frozenset(
    "number constant add mul pow cbrt exp log sin cos tan asin acos atan sinh cosh tanh asinh "
    "acosh atanh".split()
)


def _is_telling(form: Node) -> bool:
    return all(part.op in _TELLING for part in topological(form))


def recognize_value(value: Any) -> Point:
    """A number read off values, exact where it is a plain fraction."""
    near = _fraction_to(value, 10**-10, 100)
    if near is None:
        return Point(None, value, ZERO)
    return exact_point(number(near))


def _has_value(form: Node, value: Any) -> bool:
    from dlmath.expression import precise

    try:
        number_ = _real(precise.evaluate(form, {}, DIGITS))
    except (DlmathError, ArithmeticError, ValueError):
        return False
    return number_ is not None and same(number_, value)


def _plain_rational(value: Any) -> Node | None:
    near = _fraction(value, 1000)
    return None if near is None else number(near)


# --- exact forms ----------------------------------------------------------------------------


def recognize(value: Any, source: Node, variable: str) -> Point:
    """A zero of `source` with its exact form, where a simple one agrees to 30 digits.

    The form must also make `source` vanish to 40 digits; else the place stays a number.
    """
    import mpmath

    from dlmath.expression import precise
    from dlmath.expression.tidy import tidy

    with mpmath.workdps(DIGITS + 5):
        for form in _forms(value):
            exact = tidy(form)
            near = precise.evaluate(exact, {}, 60)
            if abs(near - value) > mpmath.mpf(10) ** -30 * max(1, abs(value)):
                continue
            left = real_value(source, variable, near, 50)
            if left is not None and abs(left) < mpmath.mpf(10) ** -40:
                return Point(exact, near, source)
    return Point(None, value, source)


def _fraction(value: Any, limit: int) -> Fraction | None:
    """A fraction with a small denominator that agrees to 30 digits."""
    return _fraction_to(value, 1e-30, limit)


def _fraction_to(value: Any, error: float, limit: int) -> Fraction | None:
    import mpmath

    if abs(value) > 1e9:
        return None
    with mpmath.workdps(DIGITS + 5):
        text = mpmath.nstr(value, DIGITS, min_fixed=-mpmath.inf, max_fixed=mpmath.inf)
        near = Fraction(text).limit_denominator(limit)
        gap = abs(mpmath.mpf(near.numerator) / near.denominator - value)
        return near if gap < error * max(1, abs(value)) else None


def _forms(value: Any) -> Iterator[Node]:
    """Exact numbers near a value, the simplest first: each to be tried, none is a claim."""
    import mpmath

    plain = _fraction(value, 10_000)
    if plain is not None:
        yield number(plain)
        return
    turns = _fraction(value / mpmath.pi, 360)
    if turns is not None:
        yield mul(number(turns), PI)
    sign = 1 if value > 0 else -1
    for degree in (2, 3, 4):
        inside = _fraction(abs(value) ** degree, 1000)
        if inside is not None:
            yield mul(number(sign), power(number(inside), number(Fraction(1, degree))))
    exponent = _fraction(mpmath.log(abs(value)), 24)
    if exponent is not None:
        yield mul(number(sign), call("exp", number(exponent)))
    yield from _logarithms(value)
    yield from _surds(value)
    yield from _arcs(value)


def _logarithms(value: Any) -> Iterator[Node]:
    import mpmath

    if abs(value) > 30:
        return
    for times in (1, 2):
        power_ = _fraction(mpmath.exp(times * value), 1000)
        if power_ is not None and power_ > 0:
            yield div(call("log", number(power_)), number(times))
    for times in (1, 2):
        for surd in _surds(mpmath.exp(times * value)):
            yield div(call("log", surd), number(times))


def _surds(value: Any) -> Iterator[Node]:
    """(-b +- sqrt(b^2 - 4ac))/(2a) for a quadratic with small whole coefficients."""
    import mpmath

    from dlmath.expression.tidy import expand

    with mpmath.workdps(34):
        found = mpmath.pslq([value * value, value, mpmath.mpf(1)], maxcoeff=2000, maxsteps=400)
    if not found or found[0] == 0:
        return
    a, b, c = found
    inside = b * b - 4 * a * c
    if inside <= 0:
        return
    for sign in (1, -1):
        yield expand(div(add(number(-b), mul(number(sign), sqrt(number(inside)))), number(2 * a)))


def _arcs(value: Any) -> Iterator[Node]:
    """Angles whose cosine, sine or tangent is a simple fraction, with whole turns."""
    import mpmath

    for name, inverse in (("cos", "acos"), ("tan", "atan"), ("sin", "asin")):
        ratio = _fraction(getattr(mpmath, name)(value), 100)
        if ratio is None or ratio == 0:
            continue
        angle = getattr(mpmath, inverse)(mpmath.mpf(ratio.numerator) / ratio.denominator)
        base = call(inverse, number(ratio))
        half = 1 if name == "tan" else 2
        for sign in (1, -1):
            turns = _fraction((value - sign * angle) / mpmath.pi, 1)
            if turns is not None and (half == 1 or turns % half == 0 or name == "sin"):
                yield add(mul(number(sign), base), mul(number(turns), PI))
