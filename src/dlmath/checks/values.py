"""Are two expressions the same function? Their values at points decide, to many digits.

The points are the same on every run and spread over the real line: near zero, moderate and large,
of both signs, and as assumptions on the variables allow. A disagreement is looked at once more
with twice the digits before it counts.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.errors import DlmathError, LimitReached
from dlmath.expression.graph import Node, topological

#: Digits of the values compared, and how many of the last ones may differ.
DIGITS = 30
_SLACK = 3

#: What the check is called in answers.
NAME = "values at points"

#: In place of a value that is too large, or too laborious, to compute (it may exist all the same).
TOO_LARGE = object()

#: Radical inverses to these bases are independent of each other, one base for each variable.
_PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)

Point = dict[str, Any]


class Comparison(NamedTuple):
    """What the values say.

    agreed: points at which both have equal values. digits: to how many digits at least.
    different: a point with the two values there, where they disagree. only_left, only_right:
    points at which only one has a value. neither: points at which none has, or which are too
    laborious to tell.
    """

    agreed: int
    digits: int
    different: tuple[Point, Any, Any] | None
    only_left: list[Point]
    only_right: list[Point]
    neither: int


def sample_points(
    names: Sequence[str], assume: Mapping[str, frozenset[str]] | None = None, count: int = 12
) -> list[Point]:
    """Points as {name: exact number}; signs and sizes vary independently between variables.

    assume: what is known of variables. A variable assumed complex gets complex values (mpmath).
    """
    known = assume or {}
    if not names:
        return [{}]
    return [
        {
            name: _fitted(_spread(index, place), known.get(name, frozenset()), index)
            for place, name in enumerate(names)
        }
        for index in range(count)
    ]


#: Large values, at which a function that is only near zero like another shows itself.
_FAR = (100, -100, 10_000, -10_000)
#: Numbers of an expression that are looked at as places where it may change.
_MOST_NUMBERS = 6


def telling_points(
    expressions: Sequence[Node],
    names: Sequence[str],
    assume: Mapping[str, frozenset[str]] | None = None,
) -> list[Point]:
    """Points far away, and around the numbers in the expressions, where branches may begin.

    `relu(x - 100)` is 0 at every moderate point: without these, it would pass for 0.
    """
    known = assume or {}
    if not names:
        return []
    found = {
        abs(Fraction(part.number))
        for expression in expressions
        for part in topological(expression)
        if part.op == "number" and -(10**9) <= part.number <= 10**9
    }
    values = [Fraction(value) for value in _FAR]
    for size in sorted(found)[-_MOST_NUMBERS:]:
        if size > 10 or 0 < size < Fraction(1, 10):  # a change of scale: tanh(10^9*x)
            values += [1 / size, -2 / size, 2 / size]
        for shift in (Fraction(0), Fraction(1, 2), Fraction(-1, 2)):
            values += [size + shift, shift - size]
    points: list[Point] = []
    others = sample_points(names, known, len(values))
    for index, value in enumerate(dict.fromkeys(values)):
        name = names[index % len(names)]
        if fits(value, known.get(name, frozenset())):
            points.append({**others[index], name: _exact(value)})
    return points


def fits(value: int | Fraction, known: frozenset[str]) -> bool:
    """Is a real value allowed by what is assumed of a variable?

    A variable assumed complex takes no real values here: they would not tell.
    """
    if "complex" in known and "real" not in known:
        return False
    return not (
        ("positive" in known and value <= 0)
        or ("negative" in known and value >= 0)
        or ("nonnegative" in known and value < 0)
        or ("nonpositive" in known and value > 0)
        or ("nonzero" in known and value == 0)
        or ("integer" in known and value.denominator != 1)
    )


def _spread(index: int, place: int) -> Fraction:
    """A number of the whole line: half of them within -5/3..5/3, the largest about 20."""
    base = _PRIMES[place % len(_PRIMES)]
    fraction, scale, rest = Fraction(0), Fraction(1), index + 1
    while rest:
        scale /= base
        fraction += scale * (rest % base)
        rest //= base
    shifted = (fraction + Fraction(37 * (place + 1) % 100, 101)) % 1
    side = 2 * shifted - 1
    return 2 * side / (Fraction(11, 10) - abs(side))


def _fitted(value: Fraction, known: frozenset[str], index: int) -> Any:
    """The number changed as little as the assumptions ask for."""
    if "integer" in known:
        whole = round(value)
        value = Fraction(whole if whole or index % 4 == 0 else 1 + index)
        if value == 0 and known & {"positive", "negative", "nonzero"}:
            value = Fraction(1)
    if known & {"positive", "nonnegative"}:
        return _exact(abs(value))
    if known & {"negative", "nonpositive"}:
        return _exact(-abs(value))
    if "complex" in known and "real" not in known and "integer" not in known:
        import mpmath

        imaginary = Fraction(3 * ((5 * index) % 7) - 8, 8)
        if index % 3 == 2:
            imaginary *= 4  # beyond pi, where logarithms of exponentials are on other branches
        return mpmath.mpc(float(value), float(imaginary))
    return _exact(value)


def _exact(value: Fraction) -> int | Fraction:
    return value.numerator if value.denominator == 1 else value


def compare_values(
    a: Node,
    b: Node,
    points: Iterable[Point],
    *,
    digits: int = DIGITS,
    seconds: float | None = None,
) -> Comparison:
    """Compares two expressions point by point, stopping at the first disagreement.

    digits: of the values; all but the last three must agree.
    seconds: look at no further point after this time (at least three are looked at).
    """
    start = time.monotonic()
    agreed, common_to_all, neither = 0, digits, 0
    only_left: list[Point] = []
    only_right: list[Point] = []
    for seen, point in enumerate(points):
        if seconds is not None and seen >= 3 and time.monotonic() - start > seconds:
            break
        left, right = looked_up(a, point, digits), looked_up(b, point, digits)
        if left is TOO_LARGE or right is TOO_LARGE or (left is None and right is None):
            neither += 1
        elif right is None:
            only_left.append(point)
        elif left is None:
            only_right.append(point)
        else:
            common = common_digits(left, right, digits)
            if common < digits - _SLACK:
                twice = looked_up(a, point, 2 * digits), looked_up(b, point, 2 * digits)
                if any(value is TOO_LARGE or value is None for value in twice):
                    neither += 1
                    continue
                common = common_digits(*twice, 2 * digits, next_to_nothing=True)
                if common < digits - _SLACK:
                    return Comparison(agreed, 0, (point, *twice), only_left, only_right, neither)
            agreed += 1
            common_to_all = min(common_to_all, common)
    return Comparison(agreed, common_to_all, None, only_left, only_right, neither)


def value_at(node: Node, point: Point, digits: int = DIGITS) -> Any:
    """The value to some digits (nested lists for vectors), or None where there is none."""
    value = looked_up(node, point, digits)
    return None if value is TOO_LARGE else value


def looked_up(node: Node, point: Point, digits: int = DIGITS) -> Any:
    """The value, None where it is undefined, TOO_LARGE where it could not be computed."""
    from dlmath.expression import precise

    try:
        value = precise.evaluate(node, point, digits)
    except (LimitReached, ArithmeticError, ValueError, NotImplementedError):
        return TOO_LARGE
    except DlmathError:
        return None
    return None if _undefined(value) else value


def _undefined(value: Any) -> bool:
    if isinstance(value, list):
        return any(_undefined(entry) for entry in value)
    return bool(value != value)  # only nan differs from itself


def common_digits(left: Any, right: Any, digits: int, *, next_to_nothing: bool = False) -> int:
    """To how many significant digits two values of `digits` digits agree.

    next_to_nothing: values that are both as small as the remains of cancelled terms agree wholly.
    """
    import mpmath

    if left is None or right is None:
        return 0
    if isinstance(left, list) or isinstance(right, list):
        if not (isinstance(left, list) and isinstance(right, list) and len(left) == len(right)):
            return 0
        pairs = zip(left, right, strict=True)
        kept = [common_digits(x, y, digits, next_to_nothing=next_to_nothing) for x, y in pairs]
        return min(kept, default=digits)
    if left == right:
        return digits
    if mpmath.isinf(left) or mpmath.isinf(right):
        return 0
    with mpmath.workdps(digits + 5):
        size, gap = max(abs(left), abs(right)), abs(left - right)
        common = digits if gap == 0 else int(mpmath.floor(-mpmath.log10(gap / size)))
        if next_to_nothing and size < mpmath.mpf(10) ** (5 - digits):
            return digits
        return max(0, min(digits, common))


def same_values(
    a: Node,
    b: Node,
    names: Sequence[str],
    assume: Mapping[str, frozenset[str]] | None = None,
    *,
    points: Iterable[Point] | None = None,
    count: int = 12,
    seconds: float | None = None,
) -> Check:
    """Do two expressions agree wherever both have a value?

    names: the variables, in order. points: where to look (default: `sample_points`). Points at
    which neither has a value are skipped; those at which only one has are counted in the detail.
    """
    looked_at = list(points) if points is not None else sample_points(names, assume, count)
    return comparison_check(compare_values(a, b, looked_at, seconds=seconds))


def comparison_check(found: Comparison) -> Check:
    """The verdict on a comparison, in words."""
    if found.different is not None:
        point, left, right = found.different
        values = contrast(left, right)
        return Check(NAME, FAILED, f"at {point_text(point)}: {values}" if point else values)
    if not found.agreed:
        return Check(NAME, UNAVAILABLE, "there is no point at which both have a value")
    where = "" if found.agreed == 1 else f"at {found.agreed} points "
    detail = f"agrees {where}to {found.digits} digits"
    one_sided = len(found.only_left) + len(found.only_right)
    if one_sided:
        places = "1 point" if one_sided == 1 else f"{one_sided} points"
        detail += f"; at {places} only one of the two has a value"
    return Check(NAME, PASSED, detail)


def point_text(point: Point) -> str:
    """`x = 1/2, y = -3` of a point."""
    return ", ".join(f"{name} = {short_text(value)}" for name, value in point.items())


def contrast(left: Any, right: Any) -> str:
    """Two different values for a sentence, with as many digits as show the difference."""
    for digits in (10, 15, 20, 40, 80):
        texts = short_text(left, digits), short_text(right, digits)
        if texts[0] != texts[1]:
            break
    return f"{texts[0]} against {texts[1]}"


def short_text(value: Any, digits: int = 10) -> str:
    """A value for a sentence: exact when it is short, else some digits of it."""
    import mpmath

    if value is None:
        return "undefined"
    if isinstance(value, list):
        return "[" + ", ".join(short_text(entry, digits) for entry in value) + "]"
    if (isinstance(value, int) and abs(value) < 10**20) or (
        isinstance(value, Fraction) and value.denominator < 1000
    ):
        return str(value)
    if isinstance(value, (int, Fraction)):
        value = mpmath.mpf(value.numerator) / value.denominator
    if isinstance(value, (bool, float)):
        return f"{value:.{digits}g}" if isinstance(value, float) else str(value)
    with mpmath.workdps(digits + 5):
        return _decimal_text(value, digits)


def _decimal_text(value: Any, digits: int) -> str:
    import mpmath

    real: str = mpmath.nstr(mpmath.mpf(value.real), digits).removesuffix(".0")
    if value.imag == 0:
        return real
    size = mpmath.nstr(mpmath.mpf(abs(value.imag)), digits).removesuffix(".0")
    if value.real == 0:
        return f"{'-' if value.imag < 0 else ''}{size}*i"
    return f"{real} {'-' if value.imag < 0 else '+'} {size}*i"
