"""The limit of a sequence of numbers, estimated from its last terms, with an error.

Repeated Aitken extrapolation: each pass removes one geometric part of the remainder, whatever its
ratio, so the same method serves powers at geometric distances and powers of logarithms at doubly
geometric ones. See Brezinski and Redivo Zaglia, "Extrapolation Methods" (1991), chapter 2.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

#: Digits carried in the differences.
_DIGITS = 60


class Estimate(NamedTuple):
    """value: the estimated limit. error: how far it may be off, judged by the last estimates."""

    value: Any
    error: Any


def estimate(terms: Sequence[Any], passes: int = 5) -> Estimate | None:
    """The estimate with the smallest error among the terms and their extrapolations.

    terms: at least three numbers (mpf or mpc). Returns None when nothing settles: when in no row
    the last differences shrink.
    """
    import mpmath

    best: Estimate | None = None
    with mpmath.workdps(_DIGITS):
        row = list(terms)
        for _ in range(passes + 1):
            if len(row) < 3:
                break
            found = _last_of(row)
            if found is not None and (best is None or found.error < best.error):
                best = found
            row = _aitken(row)
    return best


def _last_of(row: list[Any]) -> Estimate | None:
    """The last entry of a row, with the last changes as its error, when they shrink."""
    last, before = abs(row[-1] - row[-2]), abs(row[-2] - row[-3])
    if last == 0 and before == 0:
        return Estimate(row[-1], last)
    if last > before * 0.97:
        return None
    # What is still to come of a geometric remainder, and twice the last change to be careful.
    ratio = last / before
    return Estimate(row[-1], last * max(2, ratio / (1 - ratio) * 2))


def _aitken(row: list[Any]) -> list[Any]:
    """One pass of Aitken's process; it stops where the second difference vanishes."""
    better: list[Any] = []
    for a, b, c in zip(row, row[1:], row[2:], strict=False):
        second = c - 2 * b + a
        if second == 0:
            better.append(c)
            continue
        better.append(c - (c - b) ** 2 / second)
    return better
