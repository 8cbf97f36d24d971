"""Axes, and the cells of a terminal between them: where a point is, and what is put there.

plotext draws the frame, lines and single signs, without colour if need be. Of the libraries that
were measured it is the quickest to import (36 ms; uniplot 160 ms), needs nothing else, and draws
lines, signs and asymptotes in one frame of a given width.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import inf, isfinite, log10, nan
from typing import Any, NamedTuple

from dlmath.picture import Picture
from dlmath.render.ticks import log_ticks, tick_texts, ticks

#: A cell is about so many times as high as wide.
ASPECT = 2.0

#: Rows inside the frame at most, and where both axes have the same unit.
_ROWS = 18
_ROWS_EQUAL = 20

#: Rows and columns inside the frame at least.
_ROWS_LEAST = 6
_COLUMNS_LEAST = 12

#: Values beyond are not told apart: binary64 cannot hold the distance of two.
_FAR = 8e307

#: The frame of plotext without signs beyond ASCII.
_ASCII_FRAME = str.maketrans("─│┌┐└┘┬┴┤├┼", "-|+++++++++")

#: Colours of curves in turn, from the 256 of a terminal: blue, vermilion, green, purple, cyan, as
#: near to those of Okabe and Ito as can be read on a light and on a dark background (a contrast of
#: 3.5 and more with white and with black). Signs tell things apart where there is no colour.
COLOURS = (33, 166, 29, 133, 31)

#: What is not to the fore; and the terminal's own colour.
FAINT = 244
PLAIN = "default"

Shade = int | str

#: A line of braille dots, twice as fine as the cells across and four times as fine up.
BRAILLE = "braille"


class Axis(NamedTuple):
    """One axis. low, high: its ends, by their logarithms where `log`. down: it runs downward.

    whole: it counts rows or columns.
    """

    low: float
    high: float
    log: bool = False
    down: bool = False
    whole: bool = False

    @classmethod
    def of(cls, ends: tuple[float, float], *, log: bool, down: bool = False) -> Axis:
        """Between two values; where they leave no room between them, around them."""
        low, high = sorted(ends)
        if log:
            log = low > 0
        if log:
            low, high = log10(low), log10(high)
        if not 0 < high - low < inf:
            half = min(abs(low), _FAR) / 2 or 1.0
            low, high = max(low - half, -_FAR), min(high + half, _FAR)
        return cls(low, high, log, down)

    def place(self, value: float) -> float:
        """Where a value is, from 0 at the beginning to 1 at the end; nan where it has no place."""
        if self.log:
            value = log10(value) if value > 0 else nan
        if not isfinite(value):
            return nan
        share = (value - self.low) / (self.high - self.low)
        return 1 - share if self.down else share

    def value(self, share: float) -> float:
        """The value at a place."""
        if self.down:
            share = 1 - share
        value = self.low + share * (self.high - self.low)
        return 10.0 ** min(value, 308.0) if self.log else float(value)

    def ticks(self, most: int) -> list[tuple[float, str]]:
        """Places and texts of round values."""
        values = (log_ticks if self.log else ticks)(self.value(0), self.value(1), most)
        if self.down:
            values = ticks(self.low, self.high, most)
        if self.whole:
            values = [value for value in values if value == round(value)]
        return [
            (self.place(value), text)
            for value, text in zip(values, tick_texts(values), strict=True)
        ]


class Canvas:
    """The inside of a frame: `columns` by `rows` cells, counted from the left and from below."""

    def __init__(
        self,
        picture: Picture,
        width: int,
        *,
        unicode: bool,
        names: Sequence[tuple[float, str]] = (),
    ) -> None:
        """names: places of the horizontal axis with what is written there, instead of numbers."""
        import plotext

        self.unicode = unicode
        down = picture.heat is not None and picture.heat.downward
        self.x = Axis.of(picture.x_range, log=picture.x_log)._replace(whole=down)
        self.y = Axis.of(picture.y_range, log=picture.y_log, down=down)._replace(whole=down)
        self.rows = max(10, min(_ROWS, round(width * 0.28) - 4))
        if picture.equal and not (self.x.log or self.y.log):
            self.rows = _ROWS_EQUAL
        up = self.y.ticks(max(3, (self.rows + 4) // 3))
        self.beside = max((len(text) for _, text in up), default=0)
        self.columns = width - self.beside - 2
        if picture.equal:
            self._make_equal()
            up = self.y.ticks(max(3, (self.rows + 4) // 3))
            self.beside = max((len(text) for _, text in up), default=0)
        self._plot: Any = plotext
        plotext.clear_figure()
        plotext.limit_size(False, False)
        plotext.theme("clear")
        plotext.plotsize(self.columns + self.beside + 2, self.rows + 4)
        plotext.scatter([0.0], [0.0], marker=" ")  # without anything in it a frame has no ticks
        plotext.xlim(0, 1)
        plotext.ylim(0, 1)
        across = list(names) or self.x.ticks(max(3, self.columns // 10))
        across = self._apart([(place, text) for place, text in across if 0 <= place <= 1])
        plotext.xticks(
            [self._in_cell(place, self.columns) for place, _ in across], [*_texts(across)]
        )
        plotext.yticks([self._in_cell(place, self.rows) for place, _ in up], [*_texts(up)])

    def _make_equal(self) -> None:
        """Fewer rows or columns, so that a unit is as long on both axes."""
        wide, high = self.x.high - self.x.low, self.y.high - self.y.low
        rows = round(self.columns * high / (ASPECT * wide))
        if rows > _ROWS_EQUAL:
            columns = round(_ROWS_EQUAL * ASPECT * wide / high)
            if columns < _COLUMNS_LEAST:
                columns = _COLUMNS_LEAST
                self.x = _widened(self.x, high * columns / (ASPECT * _ROWS_EQUAL))
            self.columns, self.rows = min(columns, self.columns), _ROWS_EQUAL
        elif rows < _ROWS_LEAST:
            self.rows = _ROWS_LEAST
            self.y = _widened(self.y, wide * ASPECT * self.rows / self.columns)
        else:
            self.rows = rows

    def _apart(self, labels: list[tuple[float, str]]) -> list[tuple[float, str]]:
        """Those labels of the horizontal axis that do not run into one another."""
        kept: list[tuple[float, str]] = []
        end = -1.0
        for place, text in sorted(labels):
            begin = place * self.columns - len(text) / 2
            if begin > end:
                kept.append((place, text))
                end = begin + len(text) + 1
        return kept

    def column(self, x: float) -> float:
        """The column of a value, as a number with a fraction; nan outside of the axis' domain."""
        return self.x.place(x) * self.columns

    def row(self, y: float) -> float:
        """The row of a value, counted from below."""
        return self.y.place(y) * self.rows

    def middle(self, column: int, row: int) -> tuple[float, float]:
        """The values in the middle of a cell."""
        return self.x.value((column + 0.5) / self.columns), self.y.value((row + 0.5) / self.rows)

    def put(self, cells: Iterable[tuple[int, int]], sign: str, shade: Shade) -> None:
        """One sign into each of these cells; those outside are left out."""
        inside = [
            (column / max(1, self.columns - 1), row / max(1, self.rows - 1))
            for column, row in cells
            if 0 <= column < self.columns and 0 <= row < self.rows
        ]
        if inside:
            self._plot.scatter(*map(list, zip(*inside, strict=True)), marker=sign, color=shade)

    def points(self, x: Sequence[float], y: Sequence[float], sign: str, shade: Shade) -> None:
        """One sign at each of these points."""
        self.put(filter(None, map(self.cell, x, y)), sign, shade)

    def cell(self, x: float, y: float) -> tuple[int, int] | None:
        """The column and row of a point; None outside."""
        across, up = self.x.place(x), self.y.place(y)
        if not (0 <= across <= 1 and 0 <= up <= 1):
            return None
        return (
            min(int(across * self.columns), self.columns - 1),
            min(int(up * self.rows), self.rows - 1),
        )

    def line(self, x: Sequence[float], y: Sequence[float], sign: str, shade: Shade) -> None:
        """Lines through points, with gaps where there is none, cut at the frame."""
        across, up = list(map(self.x.place, x)), list(map(self.y.place, y))
        for part in pieces(across, up, (0.0, 1.0), (0.0, 1.0)):
            if sign == BRAILLE:
                self._plot.plot(*part, marker=sign, color=shade)
            else:
                cells = (
                    [self._in_cell(place, self.columns) for place in part[0]],
                    [self._in_cell(place, self.rows) for place in part[1]],
                )
                self._plot.plot(*cells, marker=sign, color=shade)

    @staticmethod
    def _in_cell(place: float, cells: int) -> float:
        """Where plotext must be told a sign is, to put it into the cell of this place.

        It counts from the middle of the first cell to that of the last, and with braille's dots
        from edge to edge all but a dot; so signs would stand beside the curve.
        """
        return min(max(0.5 + (place - 0.5) * cells / max(1, cells - 1), 0.0), 1.0)

    def text(self, below: str, *, colour: bool) -> list[str]:
        """The lines of the frame and all that is in it. below: what is written at the axes."""
        self._plot.xlabel(below)
        text: str = self._plot.build()
        if not colour:
            text = self._plot.uncolorize(text)
        if not self.unicode:
            text = text.translate(_ASCII_FRAME)
        return text.rstrip("\n").split("\n")


def _texts(labels: Sequence[tuple[float, str]]) -> list[str]:
    return [text for _, text in labels]


def _widened(axis: Axis, size: float) -> Axis:
    centre = (axis.low + axis.high) / 2
    return axis._replace(low=centre - size / 2, high=centre + size / 2)


def pieces(
    x: Sequence[float],
    y: Sequence[float],
    y_range: tuple[float, float],
    x_range: tuple[float, float] = (-float("inf"), float("inf")),
) -> list[tuple[list[float], list[float]]]:
    """The parts of a curve between its gaps and inside the ranges, cut where they leave them.

    Each segment is cut at the four sides (Liang and Barsky, "A new concept and method for line
    clipping", 1984); segments that meet inside belong together.
    """
    found: list[tuple[list[float], list[float]]] = []
    part: tuple[list[float], list[float]] | None = None
    before: tuple[float, float] | None = None
    (left, right), (bottom, top) = x_range, y_range
    for a, b in zip(x, y, strict=True):
        if not (isfinite(a) and isfinite(b)):
            before = part = None
            continue
        inside = left <= a <= right and bottom <= b <= top
        cut = _clipped(before, (a, b), x_range, y_range) if before is not None else None
        if cut is not None:
            start, end = cut
            if part is None or start != before:
                part = ([start[0]], [start[1]])
                found.append(part)
            part[0].append(end[0])
            part[1].append(end[1])
        elif inside:  # the first after a gap
            part = ([a], [b])
            found.append(part)
        if not inside:
            part = None
        before = (a, b)
    return found


def _clipped(
    a: tuple[float, float],
    b: tuple[float, float],
    x_range: tuple[float, float],
    y_range: tuple[float, float],
) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The part of a segment inside a box; None where there is none, or only its corner."""
    first, last = 0.0, 1.0
    steps = (b[0] - a[0], b[1] - a[1])
    for start, step, (low, high) in zip(a, steps, (x_range, y_range), strict=True):
        if step == 0:
            if not low <= start <= high:
                return None
            continue
        near, far = sorted(((low - start) / step, (high - start) / step))
        first, last = max(first, near), min(last, far)
    if first >= last and not (first == last and a == b):
        return None

    def at(share: float) -> tuple[float, float]:
        if share in (0.0, 1.0):
            return b if share else a
        x, y = (start + share * step for start, step in zip(a, steps, strict=True))
        return min(max(x, x_range[0]), x_range[1]), min(max(y, y_range[0]), y_range[1])

    return at(first), at(last)
