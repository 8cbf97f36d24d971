"""Where a formula goes wrong in a short floating-point format, measured.

The formula is computed as the format computes it, at places spread evenly in the logarithm over
both sides of the axis, and held against its value to 25 digits.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dlmath.errors import DlmathError
from dlmath.expression.graph import Node
from dlmath.maths.networks.stability_floats import (
    FORMATS,
    LARGEST,
    LEAST,
    ShortFloats,
    short_value,
    to_bfloat16,
)

#: Relative errors from which on a format is said to lose digits: more than half of float32's 7,
#: and all of bfloat16's 2.
LOST = {"float32": 1e-3, "bfloat16": 0.3}
#: Powers of ten of the places looked at, and how many to each power.
_POWERS = (-7, 6)
_EACH = 4
_DIGITS = 25
#: A run of fewer bad places is no range.
_RUN = 2
_HALVINGS = 7

OVERFLOW = "overflows"
LOSES = "loses digits"
#: Of a place where the format cannot hold the true value.
UNKNOWN = "unknown"


class Trouble(NamedTuple):
    """Between two places (None: as far as is looked) a format overflows or loses digits."""

    kind: str
    low: float | None
    high: float | None


def measure(formula: Node, name: str, most: float = math.inf) -> dict[str, list[Trouble]]:
    """For each format the ranges of the variable, up to `most`, in which it goes wrong."""
    negative = [-x for x in reversed(_PLACES)]
    sides = [negative, _PLACES] if most > 0 else [negative]
    rows = [[true_value(formula, name, x) for x in side] for side in sides]
    found: dict[str, list[Trouble]] = {}
    for form in FORMATS:
        arithmetic = ShortFloats(form)
        troubles: list[Trouble] = []
        for side, truths in zip(sides, rows, strict=True):
            verdicts = [
                _verdict(formula, name, x, truth, form, arithmetic)
                for x, truth in zip(side, truths, strict=True)
            ]
            troubles += _runs(formula, name, form, arithmetic, side, verdicts)
        found[form] = troubles
    return found


_PLACES = list(
    dict.fromkeys(
        to_bfloat16(1.3 * 10 ** (k / _EACH))
        for k in range(_POWERS[0] * _EACH, _POWERS[1] * _EACH + 1)
    )
)


def true_value(formula: Node, name: str, x: float) -> float | None:
    """The value, where a short format can hold it."""
    return true_at(formula, {name: x})


def true_at(formula: Node, values: Mapping[str, float]) -> float | None:
    from dlmath.expression.precise import evaluate

    try:
        value = evaluate(formula, values, _DIGITS)
    except (DlmathError, ArithmeticError, ValueError):
        return None
    if not hasattr(value, "_mpf_") or value != value:
        return None
    size = abs(float(value))
    return float(value) if LEAST < size < LARGEST else None


def _verdict(
    formula: Node, name: str, x: float, truth: float | None, form: str, arithmetic: ShortFloats
) -> str | None:
    """What goes wrong at a place: `overflows`, `loses digits`, nothing (None), or unknown."""
    if truth is None:
        return UNKNOWN
    value = short_value(formula, {name: x}, arithmetic)
    if not math.isfinite(value):
        return OVERFLOW
    return LOSES if abs(value - truth) > LOST[form] * abs(truth) else None


def _runs(
    formula: Node,
    name: str,
    form: str,
    arithmetic: ShortFloats,
    side: Sequence[float],
    verdicts: Sequence[str | None],
) -> list[Trouble]:
    """Neighbouring places of the same kind of trouble, their borders found by halving."""

    def border(good: float, bad: float, kind: str) -> float:
        for _ in range(_HALVINGS):
            middle = to_bfloat16(math.copysign(math.sqrt(good * bad), bad))
            if middle in (good, bad):
                break
            truth = true_value(formula, name, middle)
            if _verdict(formula, name, middle, truth, form, arithmetic) == kind:
                bad = middle
            else:
                good = middle
        return bad

    troubles = []
    start = 0
    while start < len(side):
        kind = verdicts[start]
        stop = start
        while stop + 1 < len(side) and verdicts[stop + 1] == kind:
            stop += 1
        if kind in (OVERFLOW, LOSES) and stop - start + 1 >= _RUN:
            before = verdicts[start - 1] if start else UNKNOWN
            after = verdicts[stop + 1] if stop + 1 < len(side) else UNKNOWN
            low = None if before == UNKNOWN else border(side[start - 1], side[start], kind)
            high = None if after == UNKNOWN else border(side[stop + 1], side[stop], kind)
            troubles.append(Trouble(kind, low, high))
        start = stop + 1
    return _joined(troubles, side)


def _joined(troubles: list[Trouble], side: Sequence[float]) -> list[Trouble]:
    """An end at the innermost place looked at is 0."""
    positive = side[0] > 0
    fixed = []
    for trouble in troubles:
        low, high = trouble.low, trouble.high
        if positive and low is None:
            low = 0.0
        if not positive and high is None:
            high = 0.0
        fixed.append(Trouble(trouble.kind, low, high))
    return fixed


def errors_there(formula: Node, name: str, bad: dict[str, list[Trouble]]) -> dict[str, float]:
    """The largest relative error of a formula at the places where another goes wrong."""
    worst = dict.fromkeys(FORMATS, 0.0)
    for form, troubles in bad.items():
        arithmetic = ShortFloats(form)
        for x in [-x for x in _PLACES] + _PLACES:
            if not any(_inside(trouble, x) for trouble in troubles):
                continue
            truth = true_value(formula, name, x)
            if truth is None:
                continue
            value = short_value(formula, {name: x}, arithmetic)
            error = abs(value - truth) / abs(truth) if math.isfinite(value) else math.inf
            worst[form] = max(worst[form], error)
    return worst


def _inside(trouble: Trouble, x: float) -> bool:
    return (trouble.low is None or trouble.low <= x) and (trouble.high is None or x <= trouble.high)
