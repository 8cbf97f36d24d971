"""A picture in the terminal, by plotext: braille dots, or ASCII where there is nothing else.

plotext draws the frame, lines and single signs, without colour if need be; what a sign means is
written below the picture, where it hides nothing. Of the libraries that were measured it is the
quickest to import (36 ms; uniplot 160 ms), needs nothing else, and draws lines, signs and
asymptotes in one frame of a given width.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any, NamedTuple

from dlmath.picture import DASHED, DOTS, Picture
from dlmath.render.errors import columns
from dlmath.render.pretty import Writer
from dlmath.render.ticks import tick_text, ticks

#: No narrower than this; a narrower terminal wraps.
_LEAST = 24

_MOST = 100

#: Rows of the picture at most, frame included.
_ROWS = 22

#: Marks are lettered as long as there are letters, then they are dots.
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

#: The frame of plotext without signs beyond ASCII.
_ASCII_FRAME = str.maketrans("─│┌┐└┘┬┴┤├┼", "-|+++++++++")


class _Signs(NamedTuple):
    """With what things are drawn: curves in turn, and what is beside them."""

    curves: tuple[str, ...]
    shown: tuple[str, ...]
    dashed: str
    path: str
    level: str
    vertical: str
    dot: str
    ring: str
    above: str
    below: str


_UNICODE = _Signs(
    ("braille", "•", "×"), ("⠤⠒", "•", "×"), "·", "•", "braille", "┊", "●", "○", "░", "▒"
)  # fmt: skip
_ASCII = _Signs(("*", "+", "x"), ("*", "+", "x"), "'", "#", ".", ":", "@", "o", "/", "\\")

#: One of sixteen colours of the terminal for each curve; told apart by their signs, too.
_COLOURS = (12, 9, 10)
_FAINT = 8
_STRONG = 11


def plot_text(
    picture: Picture, width: int = 80, *, unicode: bool = True, colour: bool = False
) -> str:
    """The picture as lines no wider than `width`, then what its signs mean, line by line."""
    drawing = _Drawing(picture, max(_LEAST, min(width, _MOST)), unicode, colour)
    lines = drawing.lines()
    lines += [f"  {text}"[: max(_LEAST, width)] for text in drawing.legend()]
    return "".join(line.rstrip() + "\n" for line in lines)


class _Drawing:
    """One picture on its way to text."""

    def __init__(self, picture: Picture, width: int, unicode: bool, colour: bool) -> None:
        self.picture = picture
        self.width = width
        self.height = max(14, min(_ROWS, round(width * 0.28)))
        self.cells = (width - 2, self.height - 4)
        self.colour = colour
        self.unicode = unicode
        self.signs = _UNICODE if unicode else _ASCII
        self.writer = Writer(unicode=unicode)

    def lines(self) -> list[str]:
        """The frame with everything in it."""
        import plotext

        plotext.clear_figure()
        plotext.limit_size(False, False)
        plotext.theme("clear")
        plotext.plotsize(self.width, self.height)
        self._frame(plotext)
        self._areas(plotext)
        self._lines_of_reference(plotext)
        self._contour(plotext)
        for place, curve in enumerate(self.picture.curves):
            sign, shade = self._sign(place), self._shade(place)
            if curve.style == DOTS:
                self._signs_at(plotext, curve.x, curve.y, sign, shade)
            else:
                self._line(plotext, curve.x, curve.y, sign, shade)
        for place, mark in enumerate(self.picture.marks):
            self._signs_at(plotext, [mark.x], [mark.y], self._mark_sign(place), _STRONG)
        text = plotext.build()
        if not self.colour:
            text = plotext.uncolorize(text)
        if not self.unicode:
            text = text.translate(_ASCII_FRAME)
        title = self.writer.sentence(self.picture.title)
        return [f"  {self._fitted(title, self.width - 2)}", *text.split("\n")]

    def _frame(self, plotext: Any) -> None:
        picture = self.picture
        plotext.xlim(*picture.x_range)
        plotext.ylim(*picture.y_range)
        across = ticks(*picture.x_range, max(3, self.width // 10))
        up = ticks(*picture.y_range, max(3, self.height // 3))
        beside = max((len(tick_text(value)) for value in up), default=0)
        self.cells = (self.width - beside - 2, self.height - 4)
        places = [self._in_cells(value, 0.0) for value in across]
        plotext.xticks([x for x, _ in places], [tick_text(value) for value in across])
        places = [self._in_cells(picture.x_range[0], value) for value in up]
        plotext.yticks([y for _, y in places], [tick_text(value) for value in up])
        plotext.xlabel(picture.x_label)

    def _in_cells(self, x: float, y: float) -> tuple[float, float]:
        """Where plotext must be told a sign is, to put it into the cell of this point.

        It counts from the middle of the first cell to that of the last, and with braille's dots
        from edge to edge all but a dot; so signs would stand beside the curve.
        """

        def moved(value: float, ends: tuple[float, float], cells: int) -> float:
            middle = (ends[0] + ends[1]) / 2
            far = middle + (value - middle) * cells / max(1, cells - 1)
            return min(max(far, ends[0]), ends[1])

        return (
            moved(x, self.picture.x_range, self.cells[0]),
            moved(y, self.picture.y_range, self.cells[1]),
        )

    def _line(
        self, plotext: Any, x: Sequence[float], y: Sequence[float], sign: str, shade: int
    ) -> None:
        for across, up in pieces(x, y, self.picture.y_range):
            places = list(zip(across, up, strict=True))
            if sign != "braille":
                places = [self._in_cells(*place) for place in places]
            plotext.plot(*map(list, zip(*places, strict=True)), marker=sign, color=shade)

    def _signs_at(
        self, plotext: Any, x: Sequence[float], y: Sequence[float], sign: str, shade: int
    ) -> None:
        """Single signs, of those that lie inside the picture."""
        (left, right), (bottom, top) = self.picture.x_range, self.picture.y_range
        inside = [
            self._in_cells(a, b)
            for a, b in zip(x, y, strict=True)
            if left <= a <= right and bottom <= b <= top
        ]
        if inside:
            plotext.scatter(*map(list, zip(*inside, strict=True)), marker=sign, color=shade)

    def _areas(self, plotext: Any) -> None:
        """Every cell between curve and axis gets a sign: one above the axis, another below."""
        bottom, top = self.picture.y_range
        rows = 2 * self.height
        for area in self.picture.areas:
            for sign, way in ((self.signs.above, 1), (self.signs.below, -1)):
                x, y = [], []
                for a, height in _thinned(area.x, area.y, 3 * self.width):
                    for row in range(rows + 1):
                        level = bottom + (top - bottom) * row / rows
                        if 0 < way * level <= way * height:
                            x.append(a)
                            y.append(level)
                self._signs_at(plotext, x, y, sign, _FAINT)

    def _lines_of_reference(self, plotext: Any) -> None:
        """The axis y = 0 where it is inside, and vertical asymptotes."""
        (left, right), (bottom, top) = self.picture.x_range, self.picture.y_range
        steps = 3 * self.width
        if bottom < 0 < top and self.picture.contour is None:
            x = [left + (right - left) * step / steps for step in range(steps + 1)]
            self._signs_at(plotext, x, [0.0] * len(x), "─" if self.unicode else "-", _FAINT)
        for place in self.picture.vertical:
            y = [bottom + (top - bottom) * step / steps for step in range(steps + 1)]
            self._signs_at(plotext, [place] * len(y), y, self.signs.vertical, _FAINT)

    def _contour(self, plotext: Any) -> None:
        if self.picture.contour is None:
            return
        for x, y in self.picture.contour.lines:
            self._line(plotext, x, y, self.signs.level, _FAINT)

    # --- signs and what they mean -----------------------------------------------------------

    def _sign(self, place: int) -> str:
        curve = self.picture.curves[place]
        if curve.style == DASHED:
            return self.signs.dashed
        if curve.style == DOTS:
            return self.signs.path
        return self.signs.curves[place % len(self.signs.curves)]

    def _shade(self, place: int) -> int:
        if self.picture.curves[place].style == DASHED:
            return _FAINT
        return _COLOURS[place % len(_COLOURS)]

    def _mark_sign(self, place: int) -> str:
        if self.picture.marks[place].open:
            return self.signs.ring
        if len(self.picture.marks) == 1 or place >= len(_LETTERS):
            return self.signs.dot
        return _LETTERS[place]

    def legend(self) -> list[str]:
        """A sign and its meaning on each line, as long as they fit."""
        picture, signs = self.picture, self.signs
        rows: list[tuple[str, str]] = []
        for place, curve in enumerate(picture.curves):
            shown = self._sign(place)
            if shown == "braille":
                shown = signs.shown[0]
            rows.append((shown, self.writer.sentence(curve.label)))
        for area in picture.areas:
            if any(y > 0 for y in area.y):
                rows.append((signs.above, f"area above zero, {area.counted(1)}"))
            if any(y < 0 for y in area.y):
                rows.append((signs.below, f"area below zero, {area.counted(-1)}"))
        for at in picture.vertical:
            rows.append((signs.vertical, f"{picture.x_label} = {at:.6g}"))
        if picture.contour is not None:
            levels = ", ".join(f"{level:.3g}" for level in picture.contour.levels)
            rows.append((signs.shown[0] if self.unicode else signs.level, f"levels {levels}"))
        for place, mark in enumerate(picture.marks):
            rows.append((self._mark_sign(place), self.writer.sentence(mark.label)))
        wide = max((columns(sign) for sign, _ in rows), default=0)
        return [
            f"{sign:{wide}}  {self._fitted(text, self.width - wide - 4)}"
            for sign, text in dict.fromkeys(rows)
        ]

    def _fitted(self, text: str, room: int) -> str:
        """The text, or its beginning where there is no room for all of it."""
        return text if columns(text) <= room else text[: max(0, room - 3)] + "..."


def _thinned(x: Sequence[float], y: Sequence[float], most: int) -> list[tuple[float, float]]:
    """About so many points, evenly apart on the axis, of those that are no gaps."""
    if not x:
        return []
    width = (x[-1] - x[0]) / most
    kept: list[tuple[float, float]] = []
    for a, b in zip(x, y, strict=True):
        if isfinite(b) and (not kept or a - kept[-1][0] >= width):
            kept.append((a, b))
    return kept


def pieces(
    x: Sequence[float], y: Sequence[float], y_range: tuple[float, float]
) -> list[tuple[list[float], list[float]]]:
    """The parts of a curve between its gaps and inside the range, cut where they leave it."""
    bottom, top = y_range
    found: list[tuple[list[float], list[float]]] = []
    part: tuple[list[float], list[float]] = ([], [])

    def finish() -> None:
        nonlocal part
        if part[0]:
            found.append(part)
        part = ([], [])

    before: tuple[float, float] | None = None
    for a, b in zip(x, y, strict=True):
        if not isfinite(b):
            finish()
            before = None
            continue
        if before is not None:
            for place in _crossings(before, (a, b), bottom, top):
                part[0].append(place[0])
                part[1].append(place[1])
        if bottom <= b <= top:
            part[0].append(a)
            part[1].append(b)
        elif before is not None:
            finish()
        before = (a, b)
    finish()
    return found


def _crossings(
    a: tuple[float, float], b: tuple[float, float], bottom: float, top: float
) -> list[tuple[float, float]]:
    """Where the line from a to b meets the bottom and the top, in the order it meets them."""
    places = []
    for level in (bottom, top):
        if min(a[1], b[1]) < level < max(a[1], b[1]):
            share = (level - a[1]) / (b[1] - a[1])
            places.append((share, (a[0] + share * (b[0] - a[0]), level)))
    return [place for _, place in sorted(places)]
