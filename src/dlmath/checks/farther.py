"""Far beyond the sequences: does what they showed still hold at 10^(10^4), at 10^(10^16)?

At every closeness that binary digits can name, log(x)^100/x^(1/100) grows, and it tends to 0. Slow
functions can be computed at numbers with a huge exponent as quickly as at 1, so their values there
are asked before a behaviour is believed.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from dlmath.checks.approach import Approach, Scale
from dlmath.expression.graph import Exact, Node, topological

#: Decimal exponents of the closeness. Periodic functions can be computed at the first two only.
DEEP = (3e3, 1e4, 1e6, 1e8, 1e12, 1e16)

#: A row of values is taken to vanish, or to grow without bound, beyond these.
_SMALL, _LARGE = 1e-6, 1e6


def hidden_exponents(expression: Node) -> tuple[float, ...]:
    """Closenesses just beyond the large and small numbers in an expression: tanh(x/10^200)."""
    sizes = {
        round(log10_of(number))
        for number in (part.number for part in topological(expression) if part.op == "number")
        if number != 0
    }
    large = sorted(abs(size) for size in sizes if _FIRST_HIDDEN < abs(size) < _LAST_HIDDEN)
    return tuple(dict.fromkeys(size + more for size in large[-2:] for more in (0.5, 1.5, 3.5, 9.5)))


#: Decimal exponents of numbers that the sequences do not reach, or cannot reach anyway.
_FIRST_HIDDEN, _LAST_HIDDEN = 20, 3000


def log10_of(number: Exact) -> float:
    """The decimal logarithm of the size of an exact number, however large."""
    from math import log10

    return log10(abs(number.numerator)) - log10(number.denominator)


def deep_scales(
    approach: Approach, exponents: Sequence[float] = DEEP, count: int = 4
) -> list[Scale]:
    """The values at `count` points of each deep closeness, as far as they can be computed."""
    scales: list[Scale] = []
    for exponent in exponents:
        if approach.late:
            break
        values = [approach.deep_value(index, exponent) for index in range(count)]
        if any(value is None for value in values):
            break
        scales.append(Scale(exponent, tuple(values)))
    return scales


def still_grows(scales: Sequence[Scale], last: Any) -> bool:
    """Do the sizes go on growing from the last value seen before, with its sign?"""
    row = [last, *(scale.values[0] for scale in scales)]
    if any(hasattr(value, "_mpc_") for value in row):
        return all(abs(b) > abs(a) for a, b in pairwise(row))
    return all(abs(b) > abs(a) and a * b > 0 for a, b in pairwise(row))


def still_near(scales: Sequence[Scale], value: Any, allowed: Any) -> bool:
    """Do the values stay as near to a value as they were before?"""
    return all(abs(entry - value) <= allowed for scale in scales for entry in scale.values)


def still_ranges(approach: Approach, seen: Sequence[Scale]) -> bool:
    """Do values far out range as much as those seen before, not ever less (sin(x)/log(log(x)))?

    The first of the scales is compared with a deep one, or with the last where there is none.
    """
    far = deep_scales(approach, DEEP[1:2], _POINTS) or deep_scales(approach, DEEP[:1], _POINTS // 2)
    first, last = seen[0], far[-1] if far else seen[-1]
    parts = [(old, new, _unit(old)) for old, new in zip(_parts(first), _parts(last), strict=True)]
    return any(
        _range(new, unit) >= _KEPT * _range(old, unit) for old, new, unit in parts if unit > 0
    )


#: Points at a deep closeness where it matters how far values range.
_POINTS = 32


def _parts(scale: Scale) -> list[list[Any]]:
    """Real and imaginary parts of the values, those that are not all zero."""
    rows = [value.real for value in scale.values], [value.imag for value in scale.values]
    return [list(row) for row in rows]


def _median(row: Sequence[Any]) -> Any:
    return sorted(row)[len(row) // 2]


def _unit(row: Sequence[Any]) -> Any:
    """A typical size of the values or of their distances."""
    middle = _median(row)
    return max(_median([abs(entry) for entry in row]), _median([abs(e - middle) for e in row]))


def _range(row: Sequence[Any], unit: Any) -> float:
    """The largest distance between two values in units, large ones drawn together (tan(x))."""
    from math import atan

    middle = _median(row)
    drawn = [atan((entry - middle) / unit) for entry in row]
    return max(drawn) - min(drawn)


#: The part of its range that an oscillation must keep; that of sin(x)/log(log(x)) halves.
_KEPT = 0.85


def vanishes(scales: Sequence[Scale]) -> bool:
    """Do the sizes fall, and become very small?"""
    sizes = [max(abs(entry) for entry in scale.values) for scale in scales[-3:]]
    falls = all(b < a for a, b in pairwise(sizes))
    return len(sizes) >= 2 and falls and bool(sizes[-1] < _SMALL)


def explodes(scales: Sequence[Scale]) -> bool:
    """Do the sizes grow, and become very large?"""
    sizes = [min(abs(entry) for entry in scale.values) for scale in scales[-3:]]
    grows = all(b > a for a, b in pairwise(sizes))
    return len(sizes) >= 3 and grows and bool(sizes[-1] > _LARGE)
