"""A picture in the terminal: braille dots, blocks and arrows, or ASCII where there is nothing else.

What a sign means is written below the picture, where it hides nothing.
"""

from __future__ import annotations

from typing import NamedTuple

from dlmath.picture import BEYOND, DASHED, DOTS, POINTS, Bars, Diagram, Picture
from dlmath.render.errors import columns
from dlmath.render.pretty import Writer
from dlmath.render.terminal_canvas import BRAILLE, COLOURS, FAINT, PLAIN, Axis, Canvas, pieces
from dlmath.render.terminal_cells import (
    draw_area,
    draw_arrow_lines,
    draw_bars,
    draw_field,
    draw_heat,
    heat_legend,
)
from dlmath.render.terminal_trees import bar_lines, tree_lines
from dlmath.render.wrap import wrapped

__all__ = ["pieces", "plot_text"]

#: No narrower than this; a narrower terminal wraps.
_LEAST = 24

_MOST = 100

#: A title and the meaning of a sign take so many lines at most.
_LINES = 3

#: Marks are lettered as long as there are letters, then they are dots.
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Signs(NamedTuple):
    """With what things are drawn: curves in turn, and what is beside them."""

    curves: tuple[str, ...]
    points: tuple[str, ...]
    bars: tuple[str, ...]
    line: str
    dashed: tuple[str, ...]
    paths: tuple[str, str]
    level: str
    vertical: str
    dot: str
    ring: str
    above: str
    below: str
    axis: str


_UNICODE = _Signs(
    (BRAILLE, "•", "×", "◦", "▴"), ("•", "×", "◦", "▴"), ("█", "▒", "░"),
    "⠤⠒", ("·", ":", "'"), ("•", "▪"), BRAILLE, "┊", "●", "○", "░", "▒", "─",
)  # fmt: skip
_ASCII = _Signs(
    ("*", "+", "x", "o", "%"), ("*", "x", "o", "%"), ("#", "=", ":"),
    "*", ("'", ",", ";"), ("#", "#"), ".", ":", "@", "o", "/", "\\", "-",
)  # fmt: skip


def plot_text(
    picture: Picture | Diagram, width: int = 80, *, unicode: bool = True, colour: bool = False
) -> str:
    """The picture as lines no wider than `width`, then what its signs mean, line by line."""
    room = max(_LEAST, min(width, _MOST))
    writer = Writer(unicode=unicode)
    if isinstance(picture, Diagram):
        lines = tree_lines(picture, max(_LEAST, width), writer)
    else:
        lines = []
        for part in (picture, *_all_panels(picture)):
            lines += [""] if lines else []
            lines += _Drawing(part, room, writer, colour).lines()
    return "".join(line.rstrip() + "\n" for line in lines)


def _all_panels(picture: Picture) -> list[Picture]:
    """The panels of a picture, and theirs."""
    return [part for panel in picture.panels for part in (panel, *_all_panels(panel))]


def fitted(text: str, room: int) -> str:
    """The text, or its beginning where there is no room for all of it."""
    if columns(text) <= room:
        return text
    while columns(text) > max(0, room - 3):
        text = text[:-1]
    return text + "..."


def _lines(text: str, room: int) -> list[str]:
    """The text on a few lines; what would take more is cut."""
    lines = wrapped(text, max(8, room))
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], fitted(" ".join(lines[_LINES - 1 :]), max(8, room))]
    return lines


class _Drawing:
    """One picture on its way to text."""

    def __init__(self, picture: Picture, width: int, writer: Writer, colour: bool) -> None:
        self.picture = picture
        self.width = width
        self.colour = colour
        self.writer = writer
        self.unicode = writer.unicode
        self.signs = _UNICODE if writer.unicode else _ASCII

    def lines(self) -> list[str]:
        """Title, frame with everything in it, and what the signs mean."""
        title = [
            f"  {line}" for line in _lines(self.writer.sentence(self.picture.title), self.width - 2)
        ]
        if _only_named_bars(self.picture):
            body = bar_lines(self.picture, self.width, self.writer, self.signs.bars)
            return [*title, *body]
        try:
            return [*title, *self._frame(), *(f"  {text}" for text in self._legend())]
        except (ArithmeticError, ValueError):
            return [*title, f"  ({BEYOND})"]

    def _frame(self) -> list[str]:
        picture, signs = self.picture, self.signs
        names = [
            ((left + right) / 2, name)
            for bars in picture.bars[:1]
            for left, right, name in zip(bars.left, bars.right, bars.names, strict=False)
        ]
        canvas = Canvas(picture, self.width, unicode=self.unicode, names=self._placed(names))
        if picture.heat is not None:
            draw_heat(canvas, picture.heat, self.unicode)
        for area in picture.areas:
            draw_area(canvas, area, (signs.above, signs.below), FAINT)
        for place, bars in enumerate(picture.bars):
            draw_bars(canvas, bars, self._bar_sign(place), COLOURS[place % len(COLOURS)])
        self._lines_of_reference(canvas)
        if picture.contour is not None:
            for x, y in picture.contour.lines:
                canvas.line(x, y, signs.level, FAINT)
        self._arrows(canvas)
        for place, curve in enumerate(picture.curves):
            sign, shade = self._sign(place), self._shade(place)
            if curve.style in (DOTS, POINTS):
                canvas.points(curve.x, curve.y, sign, shade)
            else:
                canvas.line(curve.x, curve.y, sign, shade)
        for place, mark in enumerate(picture.marks):
            canvas.points([mark.x], [mark.y], self._mark_sign(place), PLAIN)
        return self._labelled(canvas)

    def _placed(self, names: list[tuple[float, str]]) -> list[tuple[float, str]]:
        axis = Axis.of(self.picture.x_range, log=self.picture.x_log)
        return [(axis.place(x), self.writer.part(name)) for x, name in names]

    def _labelled(self, canvas: Canvas) -> list[str]:
        """The frame; the name of the vertical axis stands at its top, or below with the other."""
        x_label = self.writer.part(self.picture.x_label)
        y_label = self.writer.part(self.picture.y_label)
        top = 0 < columns(y_label) <= canvas.beside
        below = x_label
        if y_label and not top:
            upward = "downward" if canvas.y.down else "upward"
            below = f"{x_label}; {upward}: {y_label}" if x_label else f"{upward}: {y_label}"
        lines = canvas.text(fitted(below, self.width), colour=self.colour)
        blank = " " * canvas.beside
        if top and lines[0].startswith(blank):
            lines[0] = y_label.rjust(canvas.beside) + lines[0][canvas.beside :]
        return lines

    def _lines_of_reference(self, canvas: Canvas) -> None:
        """The axis y = 0 where it is inside, and vertical asymptotes."""
        picture = self.picture
        if picture.contour is None and picture.heat is None and not canvas.y.log:
            cell = canvas.cell(picture.x_range[1], 0.0)
            if cell is not None and 0 < canvas.y.place(0.0) < 1:
                row = cell[1]
                canvas.put(((c, row) for c in range(canvas.columns)), self.signs.axis, FAINT)
        for place in picture.vertical:
            share = canvas.x.place(place)
            if 0 <= share <= 1:
                column = min(int(share * canvas.columns), canvas.columns - 1)
                rows = range(canvas.rows)
                canvas.put(((column, row) for row in rows), self.signs.vertical, FAINT)

    def _arrows(self, canvas: Canvas) -> None:
        for place, arrows in enumerate(self.picture.arrows):
            if arrows.field:
                draw_field(canvas, arrows, self.unicode, FAINT)
            else:
                sign, shade = self._arrow_sign(place)
                draw_arrow_lines(canvas, arrows, self.unicode, sign, shade)

    # --- signs and what they mean -----------------------------------------------------------

    def _bar_sign(self, place: int) -> str:
        """The lightest first where a curve is to be seen before the bars."""
        signs = self.signs.bars[::-1] if self.picture.curves else self.signs.bars
        return signs[place % len(signs)]

    def _arrow_sign(self, place: int) -> tuple[str, int]:
        """Arrows are drawn as the curves that come after all curves."""
        number = len(self.picture.curves) + sum(not a.field for a in self.picture.arrows[:place])
        curves = self.signs.curves
        return curves[number % len(curves)], COLOURS[number % len(COLOURS)]

    def _sign(self, place: int) -> str:
        curves = self.picture.curves
        curve = curves[place]
        if curve.style == DASHED:
            number = sum(before.style == DASHED for before in curves[:place])
            return self.signs.dashed[number % len(self.signs.dashed)]
        if curve.style == DOTS:
            lines = sum(other.style not in (DASHED, DOTS, POINTS) for other in curves)
            return self.signs.paths[lines > 1]
        if curve.style == POINTS:
            number = sum(before.style == POINTS for before in curves[:place])
            return self.signs.points[number % len(self.signs.points)]
        number = sum(before.style not in (DASHED, DOTS, POINTS) for before in curves[:place])
        return self.signs.curves[number % len(self.signs.curves)]

    def _shade(self, place: int) -> int:
        if self.picture.curves[place].style == DASHED:
            return FAINT
        return COLOURS[place % len(COLOURS)]

    def _mark_sign(self, place: int) -> str:
        marks = self.picture.marks
        if marks[place].open:
            return self.signs.ring
        number = sum(not mark.open for mark in marks[:place])
        if number >= len(_LETTERS) or sum(not mark.open for mark in marks) == 1:
            return self.signs.dot
        return _LETTERS[number]

    def _shown(self, sign: str) -> str:
        return self.signs.line if sign == BRAILLE else sign

    def _legend(self) -> list[str]:
        """Each sign and its meaning."""
        picture, signs, writer = self.picture, self.signs, self.writer
        rows: list[tuple[str, str]] = []
        for place, curve in enumerate(picture.curves):
            rows.append((self._shown(self._sign(place)), writer.sentence(curve.label)))
        for area in picture.areas:
            for side, words in area.parts(writer.sentence(area.label)):
                rows.append((signs.above if side > 0 else signs.below, words))
        for place, bars in enumerate(picture.bars):
            rows.append((self._bar_sign(place), writer.sentence(bars.label)))
        if picture.heat is not None:
            rows += heat_legend(picture.heat, writer)
        for place, arrows in enumerate(picture.arrows):
            if arrows.field:
                sign = "↗" if self.unicode else "/"
            else:
                sign = self._shown(self._arrow_sign(place)[0]) + ("→" if self.unicode else ">")
            rows.append((sign, writer.sentence(arrows.label)))
        for at in picture.vertical:
            rows.append((signs.vertical, f"{picture.x_label} = {at:.6g}"))
        if picture.contour is not None:
            levels = ", ".join(f"{level:.3g}" for level in picture.contour.levels)
            rows.append((self._shown(signs.level), f"levels {levels}"))
        for place, mark in enumerate(picture.marks):
            rows.append((self._mark_sign(place), writer.sentence(mark.label)))
        rows = [row for row in rows if row[1]]
        wide = max((columns(sign) for sign, _ in rows), default=0)
        return [
            (f"{sign}{' ' * (wide - columns(sign))}  " if number == 0 else " " * (wide + 2)) + line
            for sign, text in dict.fromkeys(rows)
            for number, line in enumerate(_lines(text, self.width - wide - 4))
        ]


def _only_named_bars(picture: Picture) -> bool:
    """Bars whose names read better beside them than below."""
    alone = picture._replace(title=(), panels=(), bars=()) == Picture(
        (), picture.x_label, picture.y_label, picture.x_range, picture.y_range,
        x_log=picture.x_log, y_log=picture.y_log, equal=picture.equal,
    )  # fmt: skip
    return alone and bool(picture.bars) and all(map(_is_named, picture.bars))


def _is_named(bars: Bars) -> bool:
    return len(bars.names) == len(bars.height) > 0
