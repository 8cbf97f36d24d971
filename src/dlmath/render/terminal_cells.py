"""What fills the cells of a picture in the terminal: areas, bars, shades, arrows."""

from __future__ import annotations

from collections.abc import Sequence
from math import atan2, floor, hypot, inf, isfinite, isnan, nan, pi

from dlmath.picture import Area, Arrows, Bars, HeatMap
from dlmath.render.pretty import Writer
from dlmath.render.terminal_canvas import ASPECT, COLOURS, PLAIN, Canvas, Shade

#: Parts of a block, from an eighth to seven eighths, and the whole.
_EIGHTHS = "▁▂▃▄▅▆▇"
_BLOCK = "█"

#: From little to much. A cell without a value is blank.
_SHADES = "░▒▓█"
_SHADES_ASCII = ".:-=+*#%@"

#: For kinds whose names do not begin with letters of their own.
_KINDS = "░▒·+▓ox=#"
_KINDS_ASCII = ".:o+x=#%*"

#: To the right first, then counterclockwise in steps of an eighth of a turn.
_WAYS = "→↗↑↖←↙↓↘"
_WAYS_ASCII = ">/^\\</v\\"

#: An arrow of a field stands in the middle of so many columns.
_FIELD_COLUMNS = 3


def draw_area(canvas: Canvas, area: Area, signs: tuple[str, str], shade: Shade) -> None:
    """Every cell between curve and axis gets a sign: one above zero, another below."""
    zero = 0.0 if canvas.y.log else canvas.row(0.0)
    above: list[tuple[int, int]] = []
    below: list[tuple[int, int]] = []
    for column, (low, high) in _heights(canvas, area.x, area.y).items():
        for row in range(canvas.rows):
            if zero - 0.5 < row + 0.5 <= high:
                above.append((column, row))
            elif low <= row + 0.5 < zero + 0.5:
                below.append((column, row))
    canvas.put(above, signs[0], shade)
    canvas.put(below, signs[1], shade)


def _heights(
    canvas: Canvas, x: Sequence[float], y: Sequence[float]
) -> dict[int, tuple[float, float]]:
    """For each column the rows between which the curve and zero are, mean over the column."""
    found: dict[int, list[float]] = {}
    for a, b in zip(x, y, strict=True):
        column, row = canvas.column(a), canvas.row(b)
        if isfinite(column) and isfinite(row) and 0 <= column <= canvas.columns:
            found.setdefault(min(int(column), canvas.columns - 1), []).append(row)
    zero = 0.0 if canvas.y.log else canvas.row(0.0)
    means = {column: sum(rows) / len(rows) for column, rows in found.items()}
    return {column: (min(zero, mean), max(zero, mean)) for column, mean in means.items()}


def draw_bars(canvas: Canvas, bars: Bars, sign: str, shade: Shade) -> None:
    """Blocks on zero; their last part is an eighth of a cell exact where there are such signs."""
    base = 0.0 if canvas.y.log else min(max(canvas.row(0.0), 0.0), float(canvas.rows))
    parts: dict[str, list[tuple[int, int]]] = {sign: []}
    for left, right, height in zip(bars.left, bars.right, bars.height, strict=True):
        end = canvas.row(height)
        if isnan(end):
            continue
        places = _covered(canvas, left, right)
        low, high = min(base, end), max(base, end)
        for row in range(max(0, floor(low)), min(canvas.rows, floor(high) + 1)):
            filled = min(high, row + 1) - max(low, row)
            part = _block(filled, sign, upward=end >= base and low <= row)
            if part:
                parts.setdefault(part, []).extend((column, row) for column in places)
    for part, cells in parts.items():
        canvas.put(cells, part, shade)


def _block(filled: float, sign: str, *, upward: bool) -> str:
    """The sign of a cell that is filled to this part, from below where `upward`."""
    if sign == _BLOCK and upward:
        eighths = round(8 * filled)
        return _BLOCK if eighths == 8 else _EIGHTHS[eighths - 1] if eighths else ""
    return sign if filled >= 0.5 else ""


def _covered(canvas: Canvas, left: float, right: float) -> range:
    """The columns whose middle is in a bar; the nearest where there is none."""
    begin, end = canvas.column(left), canvas.column(right)
    if isnan(begin) or isnan(end):
        begin, end = (0.0 if isnan(begin) else begin), (0.0 if isnan(end) else end)
    first, last = floor(begin + 0.5), floor(end + 0.5)
    if last <= first:
        first = floor((begin + end) / 2)
        last = first + 1
    return range(max(0, first), min(canvas.columns, last))


# --- shades -----------------------------------------------------------------------------------


def draw_heat(canvas: Canvas, heat: HeatMap, unicode: bool) -> None:
    """A shade in every cell, or the sign of its kind; the mean where values are finer than it."""
    rows, columns = len(heat.z), len(heat.z[0]) if heat.z else 0
    if not rows or not columns:
        return
    low, high = heat_ends(heat)
    signs = kind_signs(heat, Writer(unicode=unicode)) if heat.categories else ()
    shades = _SHADES if unicode else _SHADES_ASCII
    left, right = sorted(heat.x_range)
    bottom, top = sorted(heat.y_range)
    parts: dict[tuple[str, Shade], list[tuple[int, int]]] = {}
    half = 0.5 / canvas.columns, 0.5 / canvas.rows
    for row in range(canvas.rows):
        for column in range(canvas.columns):
            x, y = canvas.middle(column, row)
            if not (left <= x <= right and bottom <= y <= top):
                continue
            across = (x - left) / (right - left) * columns
            up = (y - bottom) / (top - bottom) * rows
            if heat.categories:
                value = heat.z[min(int(up), rows - 1)][min(int(across), columns - 1)]
                kind = int(value) if isfinite(value) else -1
                if 0 <= kind < len(signs):
                    key = (signs[kind], COLOURS[kind % len(COLOURS)])
                    parts.setdefault(key, []).append((column, row))
                continue
            reach = half[0] * columns, half[1] * rows
            value = _mean(heat.z, across, up, reach)
            if isfinite(value):
                size = high - low
                share = (value - low) / size if 0 < size < inf else 0.5
                sign = shades[min(int(share * len(shades)), len(shades) - 1)]
                parts.setdefault((sign, PLAIN), []).append((column, row))
    for (sign, shade), cells in parts.items():
        canvas.put(cells, sign, shade)
    if not heat.categories:
        _write_values(canvas, heat)


def _write_values(canvas: Canvas, heat: HeatMap) -> None:
    """The number of each entry of a small grid, in the middle of its shade."""
    rows, columns = len(heat.z), len(heat.z[0])
    wide = canvas.columns * abs(heat.x_range[1] - heat.x_range[0]) / columns
    high = canvas.rows * abs(heat.y_range[1] - heat.y_range[0]) / rows
    wide, high = wide / (canvas.x.high - canvas.x.low), high / (canvas.y.high - canvas.y.low)
    texts = [[f"{value:.3g}" if isfinite(value) else "" for value in row] for row in heat.z]
    if high < 1 or wide < max(len(text) for row in texts for text in row) + 4:
        return
    places: dict[str, list[tuple[int, int]]] = {}
    for j, row in enumerate(texts):
        for i, text in enumerate(row):
            x = heat.x_range[0] + (i + 0.5) / columns * (heat.x_range[1] - heat.x_range[0])
            y = heat.y_range[0] + (j + 0.5) / rows * (heat.y_range[1] - heat.y_range[0])
            cell = canvas.cell(x, y)
            if cell is None or not text:
                continue
            shown = f" {text} "
            start = cell[0] - len(shown) // 2
            for offset, character in enumerate(shown):
                places.setdefault(character, []).append((start + offset, cell[1]))
    for character, cells in places.items():
        canvas.put(cells, character, PLAIN)


def _mean(
    z: Sequence[Sequence[float]], across: float, up: float, reach: tuple[float, float]
) -> float:
    """The mean of the values of the grid that one cell of the terminal covers."""
    rows, columns = len(z), len(z[0])
    row, column = min(int(up), rows - 1), min(int(across), columns - 1)
    if reach[0] <= 0.5 and reach[1] <= 0.5:
        return z[row][column]
    near = [
        z[j][i]
        for j in range(max(0, floor(up - reach[1] + 0.5)), min(rows, floor(up + reach[1] + 0.5)))
        for i in range(
            max(0, floor(across - reach[0] + 0.5)), min(columns, floor(across + reach[0] + 0.5))
        )
    ] or [z[row][column]]
    known = [value for value in near if isfinite(value)]
    return sum(known) / len(known) if known else nan


def heat_ends(heat: HeatMap) -> tuple[float, float]:
    """The least and the greatest finite value."""
    values = [value for row in heat.z for value in row if isfinite(value)]
    return min(values, default=inf), max(values, default=-inf)


def kind_signs(heat: HeatMap, writer: Writer) -> list[str]:
    """A sign for each kind: its own first letter where those differ, else shades and signs."""
    names = [writer.sentence(name).strip() for name in heat.categories]
    first = [name[:1] for name in names]
    if all(len(name) == 1 for name in names) and len(set(first)) == len(first):
        return first
    signs = _KINDS if writer.unicode else _KINDS_ASCII
    if len(names) <= len(signs):
        return list(signs[: len(names)])
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [letters[place % len(letters)] for place in range(len(names))]


def heat_legend(heat: HeatMap, writer: Writer) -> list[tuple[str, str]]:
    """Sign and meaning of each kind; or all shades with the ends of their values."""
    if heat.categories:
        names = [writer.sentence(name) for name in heat.categories]
        return list(zip(kind_signs(heat, writer), names, strict=True))
    low, high = heat_ends(heat)
    if low > high:
        return []
    words = writer.sentence(heat.label)
    shades = _SHADES if writer.unicode else _SHADES_ASCII
    return [(shades, f"{low:.4g} to {high:.4g}" + (f": {words}" if words else ""))]


# --- arrows -----------------------------------------------------------------------------------


def way(canvas: Canvas, dx: float, dy: float, unicode: bool) -> str:
    """The sign of a direction as it is seen; a dot where there is none."""
    across = dx / (canvas.x.high - canvas.x.low) * canvas.columns
    up = dy / (canvas.y.high - canvas.y.low) * canvas.rows * ASPECT
    if canvas.y.down:
        up = -up
    if not (isfinite(across) and isfinite(up)):
        return ""
    if hypot(across, up) == 0:
        return "·" if unicode else "."
    turn = round(atan2(up, across) / (pi / 4)) % 8
    return (_WAYS if unicode else _WAYS_ASCII)[turn]


def draw_field(canvas: Canvas, arrows: Arrows, unicode: bool, shade: Shade) -> None:
    """Directions as signs, as many as stand apart from one another, in even columns."""
    taken: set[tuple[int, int]] = set()
    parts: dict[str, list[tuple[int, int]]] = {}
    for x, y, dx, dy in zip(arrows.x, arrows.y, arrows.dx, arrows.dy, strict=True):
        cell = canvas.cell(x, y)
        if cell is None:
            continue
        group = cell[0] // _FIELD_COLUMNS, cell[1]
        sign = way(canvas, dx, dy, unicode)
        if group not in taken and sign:
            taken.add(group)
            column = min(group[0] * _FIELD_COLUMNS + _FIELD_COLUMNS // 2, canvas.columns - 1)
            parts.setdefault(sign, []).append((column, group[1]))
    for sign, cells in parts.items():
        canvas.put(cells, sign, shade)


def draw_arrow_lines(
    canvas: Canvas, arrows: Arrows, unicode: bool, sign: str, shade: Shade
) -> None:
    """Each arrow as a line of `sign`, its head the sign of its direction."""
    for x, y, dx, dy in zip(arrows.x, arrows.y, arrows.dx, arrows.dy, strict=True):
        canvas.line([x, x + dx], [y, y + dy], sign, shade)
        head = way(canvas, dx, dy, unicode)
        if head:
            canvas.points([x + dx], [y + dy], head, shade)
