"""Numbers with as many digits as are certain, in tables and in answers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple

from dlmath.answer import Table
from dlmath.expression.decimal_text import decimal_text

#: Digits shown where more are certain.
DIGITS = 10


class Row(NamedTuple):
    """One line of a table: the place, the values there, and how far off they may be."""

    x: float
    values: tuple[float, ...]
    errors: tuple[float, ...]

    @property
    def error(self) -> float:
        """The largest error of the line."""
        return max(self.errors)


def certain(value: float, error: float, digits: int = DIGITS) -> float:
    """The value rounded to the digits that the error leaves, at most `digits`."""
    if value == 0 or not math.isfinite(value):
        return value
    whole = math.floor(math.log10(abs(value)))
    places = digits - 1 - whole
    if error > 0 and math.isfinite(error):
        places = min(places, -math.floor(math.log10(error)))
    rounded = round(value, places)
    return rounded + 0.0


def number_text(value: float, error: float, digits: int = DIGITS) -> str:
    """As text of the language."""
    return decimal_text(certain(value, error, digits), digits)


def place_text(x: float) -> str:
    """A place on the axis: short, but the same number."""
    return decimal_text(float(f"{x:.12g}"), 12)


def evenly(x0: float, x1: float, count: int) -> list[float]:
    """Places from x0 to x1, both included, without the dust of rounding."""
    step = (x1 - x0) / (count - 1)
    inner = [float(f"{x0 + step * k:.12g}") for k in range(1, count - 1)]
    return [x0, *inner, x1]


def table(title: str, variable: str, names: Sequence[str], rows: Sequence[Row]) -> Table:
    """The rows with the error of each."""
    lines = []
    for row in rows:
        cells: list[Any] = [certain(row.x, 0.0, 12)]
        cells += [certain(v, e) for v, e in zip(row.values, row.errors, strict=True)]
        cells.append(float(f"{row.error:.1e}"))
        lines.append(tuple(cells))
    return Table(title, (variable, *names, "error"), tuple(lines))


def fact_rows(variable: str, names: Sequence[str], rows: Sequence[Row]) -> list[dict[str, float]]:
    """The rows as named numbers, for programs."""
    return [{variable: row.x, **dict(zip(names, row.values, strict=True))} for row in rows]


def csv_bytes(columns: Sequence[str], rows: Sequence[Sequence[float]]) -> bytes:
    """Comma-separated values, every digit kept."""
    lines = [",".join(_quoted(name) for name in columns)]
    lines += [",".join(repr(float(value)) for value in row) for row in rows]
    return ("\n".join(lines) + "\n").encode()


def _quoted(name: str) -> str:
    return f'"{name}"' if "," in name or '"' in name else name
