"""Gradients of backpropagation against central differences in high precision.

(f(x + h) - f(x - h))/(2h) with h = 10^-20 and 60 digits is right to about 38 digits where f is
smooth. Only values of the loss are used, none of the rules. Where the graph is long, few entries
are compared singly, or none, and all together along one random direction.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from fractions import Fraction
from random import Random
from typing import Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.errors import DlmathError
from dlmath.expression.graph import Node, substitute, symbol, topological, vector

NAME = "central differences"

_DIGITS = 60
_STEP = Fraction(1, 10**20)
_TOLERANCE = 1e-12
#: What an error of one-sided differences, which is of the order of the step, stays below.
_LOOSE = 1e-9
#: Seconds for entries compared singly.
_SECONDS = 0.15
_MOST = 200
#: In graphs with more nodes, entries are compared together only.
_LONG = 1500

Value = Any
Point = dict[str, Any]


class Compared(NamedTuple):
    """One entry of the gradient.

    name: `w`, or `W[1,2]` of a matrix. difference: the central difference, None where there is
    none. verdict: as of a `Check`. detail: why not passed.
    """

    name: str
    gradient: Any
    difference: Any
    verdict: str
    detail: str = ""


def check_gradient_at(
    loss: Node, point: Mapping[str, Value], gradient: Mapping[str, Value]
) -> tuple[list[Compared], Check]:
    """Each entry with its difference, and what follows from all of them.

    point, gradient: numbers (int, Fraction, mpf) or nested lists of them for each variable; of
    the gradient only for the variables by which was differentiated.
    """
    function, flat = _taken_apart(loss, point)
    entries = [
        pair
        for name, value in gradient.items()
        for pair in zip(_names(name, point[name]), _flat(value), strict=True)
    ]
    rows: list[Compared] = []
    started = time.perf_counter()
    few = 0 if len(topological(function)) > _LONG else _MOST
    for name, slope in entries[:few]:
        rows.append(_compare(function, flat, {name: 1}, name, slope))
        if time.perf_counter() - started > _SECONDS:
            break
    verdicts = [row.verdict for row in rows]
    if FAILED in verdicts:
        wrong = next(row for row in rows if row.verdict == FAILED)
        return rows, Check(NAME, FAILED, f"by {wrong.name}: {wrong.detail}")
    words = f"{verdicts.count(PASSED)} of {len(entries)} entries agree to 12 digits or more"
    verdict = PASSED if PASSED in verdicts else UNAVAILABLE
    if len(rows) < len(entries):
        along = _along_all(function, flat, entries)
        if along.verdict == FAILED:
            return rows, Check(NAME, FAILED, f"along a random direction: {along.detail}")
        if along.verdict == PASSED:
            verdict = PASSED
            together = f"all {len(entries)} entries together agree along a random direction"
            words = f"{words}; {together}" if rows else together
        elif not rows:
            words = f"along a random direction: {along.detail}"
    sharp = [row for row in rows if row.verdict == UNAVAILABLE]
    if sharp:
        words += f"; by {sharp[0].name}: {sharp[0].detail}"
    return rows, Check(NAME, verdict, words)


def _taken_apart(loss: Node, point: Mapping[str, Value]) -> tuple[Node, Point]:
    """The loss with a variable for every entry of vectors and matrices, and their values."""
    flat: Point = {}
    exchanged: dict[str, Node] = {}
    for name, value in point.items():
        names = iter(_names(name, value))

        def filled(part: Value, names: Iterator[str] = names) -> Node:
            if isinstance(part, list):
                return vector(filled(entry) for entry in part)
            own = next(names)
            flat[own] = part
            return symbol(own)

        if isinstance(value, list):
            exchanged[name] = filled(value)
        else:
            flat[name] = value
    return (substitute(loss, exchanged) if exchanged else loss), flat


def _names(name: str, value: Value, place: tuple[int, ...] = ()) -> list[str]:
    if isinstance(value, list):
        return [
            inner
            for k, part in enumerate(value, start=1)
            for inner in _names(name, part, (*place, k))
        ]
    return [f"{name}[{','.join(map(str, place))}]" if place else name]


def _flat(value: Value) -> list[Any]:
    if not isinstance(value, list):
        return [value]
    return [entry for part in value for entry in _flat(part)]


def _compare(
    function: Node, point: Point, direction: Mapping[str, Any], name: str, slope: Any
) -> Compared:
    """By a short step; where the digits do not reach beside a large number, by a longer one."""
    found = _compare_by(_STEP, function, point, direction, name, slope)
    scale = _scale(point, direction)
    if found.verdict == FAILED and scale != 1:
        found = _compare_by(_STEP * scale, function, point, direction, name, slope)
    if found.verdict == FAILED and _jumps(_STEP * scale, function, point, direction):
        return Compared(name, slope, None, UNAVAILABLE, "the loss jumps here")
    return found


def _jumps(h: Fraction, function: Node, point: Point, direction: Mapping[str, Any]) -> bool:
    """Does the change across the point stay, where the step gets shorter?"""
    import mpmath

    with mpmath.mp.workdps(_DIGITS):
        changes = []
        for step in (h, h / 16):
            above, below = (
                _value(function, _moved(point, direction, side * step)) for side in (1, -1)
            )
            if above is None or below is None:
                return False
            changes.append(abs(above - below))
        return bool(changes[1] > changes[0] / 2)


def _moved(point: Point, direction: Mapping[str, Any], step: Fraction) -> Point:
    return {**point, **{own: _number(point[own]) + step * size for own, size in direction.items()}}


def _compare_by(
    h: Fraction,
    function: Node,
    point: Point,
    direction: Mapping[str, Any],
    name: str,
    slope: Any,
) -> Compared:
    import mpmath

    mp = mpmath.mp

    def at(step: Fraction) -> Any:
        return _value(function, _moved(point, direction, step))

    with mp.workdps(_DIGITS):
        expected = _mpf(slope)
        above, below = at(h), at(-h)
        width = _mpf(h)
        if above is not None and below is not None:
            central = (above - below) / (2 * width)
            if _close(central, expected, _TOLERANCE):
                return Compared(name, slope, central, PASSED)
        middle = at(Fraction(0))
        if middle is None:
            return Compared(name, slope, None, UNAVAILABLE, "the loss has no value to compare")
        right = None if above is None else (above - middle) / width
        left = None if below is None else (middle - below) / width
        if left is None or right is None:
            one = right if left is None else left
            if one is None:
                return Compared(name, slope, None, UNAVAILABLE, "no values on either side")
            if _close(one, expected, _LOOSE):
                return Compared(name, slope, one, PASSED, "from the side where it has values")
            return Compared(name, slope, one, UNAVAILABLE, "values on one side only")
        if not _close(left, right, _LOOSE):
            sides = f"{mp.nstr(left, 6)} and {mp.nstr(right, 6)}"
            detail = f"the slopes of the two sides are {sides}"
            return Compared(name, slope, None, UNAVAILABLE, detail)
        detail = f"{mp.nstr(expected, 12)}, and the difference gives {mp.nstr(central, 12)}"
        return Compared(name, slope, central, FAILED, detail)


def _scale(point: Point, direction: Mapping[str, Any]) -> int:
    """A power of two about as large as the largest number that is moved, at least 1."""
    largest = max((abs(Fraction(_number(point[own]))) for own in direction), default=Fraction(0))
    return 1 << max(0, int(largest).bit_length())


def _along_all(function: Node, point: Point, entries: list[tuple[str, Any]]) -> Compared:
    """All entries at once: the slope along a direction of numbers of moderate size."""
    import mpmath

    random = Random(len(entries))  # noqa: S311  a direction, not a secret
    direction = {name: Fraction(random.randint(100, 999), 1000) for name, _ in entries}
    with mpmath.mp.workdps(_DIGITS):
        slope = sum(_mpf(value) * _mpf(direction[name]) for name, value in entries)
    return _compare(function, point, direction, "a direction", slope)


def _value(function: Node, point: Point) -> Any:
    """The real value, or None."""
    import mpmath

    from dlmath.expression.precise import evaluate

    try:
        value = evaluate(function, point, _DIGITS)
    except DlmathError:
        return None
    if not hasattr(value, "_mpf_") or not mpmath.isfinite(value):
        return None
    return value


def _number(value: Any) -> Any:
    """A value to which an exact step can be added: mpf as the binary fraction that it is."""
    if hasattr(value, "_mpf_"):
        sign, mantissa, exponent, _ = value._mpf_
        return Fraction(-mantissa if sign else mantissa) * Fraction(2) ** exponent
    return value


def _mpf(value: Any) -> Any:
    import mpmath

    if isinstance(value, Fraction):
        return mpmath.mpf(value.numerator) / value.denominator
    return mpmath.mpf(value)


def _close(a: Any, b: Any, tolerance: float) -> bool:
    return bool(abs(a - b) <= tolerance * (abs(a) + abs(b)) + 1e-30)
