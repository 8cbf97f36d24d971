"""What is between the axes of a picture file: areas, bars, shades, arrows, level lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlmath.picture import Bars, Contour, HeatMap, Picture, Words
from dlmath.render.pretty import Writer

Handles = list[tuple[Any, str]]

#: Okabe and Ito, "Color Universal Design" (2008): told apart by everybody.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
FAINT = "#777777"
DARK = "#000000"
_POSITIVE, _NEGATIVE = "#56B4E9", "#E69F00"

#: How the lines of curves are broken, in turn: told apart without colour, too.
STYLES = ("-", (0, (6, 2)), "-.", (0, (1, 1.2)))

_HATCHES = ("", "//", "..")

#: A grid with no more cells than this shows its numbers.
_NUMBERED = 144

#: As many bars as have their values beside them.
_BARS_NUMBERED = 16


def _text(words: Words) -> str:
    from dlmath.render.picture_file import picture_words

    return picture_words(words)


def draw_areas(axes: Any, picture: Picture, handles: Handles) -> None:
    """What counts positive and what counts negative in two colours, one hatched."""
    import numpy as np

    for area in picture.areas:
        x, y = np.array(area.x), np.array(area.y)
        base = picture.y_range[0] if picture.y_log else 0.0
        for side, words in area.parts(_text(area.label)):
            colour, hatch = (_POSITIVE, "") if side > 0 else (_NEGATIVE, "//")
            filled = axes.fill_between(
                x, y, base, where=side * y >= 0, color=colour, alpha=0.45, hatch=hatch, linewidth=0
            )
            handles.append((filled, words))


def draw_bars(axes: Any, groups: Sequence[Bars], handles: Handles, curves: int) -> None:
    """Bars; several groups of named ones side by side. curves: how many have colours already."""
    import numpy as np

    named = [bars for bars in groups if len(bars.names) == len(bars.height) > 0]
    beside = len(named) == len(groups) > 1
    for number, bars in enumerate(groups):
        left, right = np.array(bars.left, dtype=float), np.array(bars.right, dtype=float)
        width = right - left
        if named and len(named) == len(groups):
            left, width = left + 0.1 * width, 0.8 * width
        if beside:
            width = width / len(groups)
            left = left + number * width
        drawn = axes.bar(
            left, bars.height, width, align="edge",
            color=COLOURS[-2 if curves and not number else number % len(COLOURS)],
            alpha=0.8 if beside or len(groups) == 1 else 0.55, edgecolor="white", linewidth=0.6,
            hatch=_HATCHES[number % len(_HATCHES)],
        )  # fmt: skip
        if beside or (named and len(groups) == 1 and len(bars.height) <= _BARS_NUMBERED):
            axes.bar_label(drawn, fmt="%.3g", fontsize="x-small", padding=1)
        handles.append((drawn, _text(bars.label)))
    if named:
        middles = [(a + b) / 2 for a, b in zip(named[0].left, named[0].right, strict=True)]
        crowded = sum(map(len, named[0].names)) > 70
        axes.set_xticks(
            middles, [Writer(unicode=True).part(name)[:24] for name in named[0].names],
            rotation=30 if crowded else 0, ha="right" if crowded else "center",
        )  # fmt: skip
        axes.grid(visible=False, axis="x")


def draw_heat(axes: Any, heat: HeatMap, handles: Handles) -> None:
    """Shades with their scale, or the colour of each kind; numbers where there are few."""
    import matplotlib as mpl
    import numpy as np

    z = np.array(heat.z, dtype=float)
    if not z.size:
        return
    extent = (*heat.x_range, *(heat.y_range[::-1] if heat.downward else heat.y_range))
    origin = "upper" if heat.downward else "lower"
    limits = axes.get_xlim(), axes.get_ylim()
    if heat.categories:
        count = len(heat.categories)
        kinds = np.ma.masked_where(~(z >= 0) | (z >= count), z)
        colours = mpl.colors.ListedColormap([COLOURS[k % len(COLOURS)] for k in range(count)])
        axes.imshow(
            kinds, extent=extent, origin=origin, aspect="auto", cmap=colours, vmin=-0.5,
            vmax=count - 0.5, alpha=0.35, interpolation="nearest",
        )  # fmt: skip
        for kind, name in enumerate(heat.categories):
            patch = mpl.patches.Patch(color=COLOURS[kind % len(COLOURS)], alpha=0.35)
            handles.append((patch, _text(name)))
    else:
        shown = axes.imshow(
            np.ma.masked_invalid(z), extent=extent, origin=origin, aspect="auto",
            cmap="cividis", interpolation="nearest",
        )  # fmt: skip
        axes.figure.colorbar(shown, ax=axes, label=_text(heat.label))
        if z.size <= _NUMBERED:
            _numbers(axes, heat, z, shown)
    if heat.downward:  # rows and columns are counted
        for axis in (axes.xaxis, axes.yaxis):
            axis.set_major_locator(mpl.ticker.MaxNLocator(integer=True))
    aspect = axes.get_aspect()
    axes.set_xlim(*limits[0])
    axes.set_ylim(*limits[1])
    axes.set_aspect(aspect)


def _numbers(axes: Any, heat: HeatMap, z: Any, shown: Any) -> None:
    """The value in each cell, light on dark and dark on light."""
    rows, columns = z.shape
    (left, right), (bottom, top) = heat.x_range, heat.y_range
    for row in range(rows):
        for column in range(columns):
            value = float(z[row, column])
            if value != value:
                continue
            x = left + (column + 0.5) / columns * (right - left)
            y = bottom + (row + 0.5) / rows * (top - bottom)
            light = shown.norm(value) < 0.5
            axes.text(
                x, y, f"{value:.3g}", ha="center", va="center", fontsize="small",
                color="#ffffff" if light else "#0b0b0b",
            )  # fmt: skip


def draw_arrows(axes: Any, picture: Picture, handles: Handles) -> None:
    """A field of equally short arrows, or each as long as it is."""
    import numpy as np

    for number, arrows in enumerate(picture.arrows):
        x, y = np.array(arrows.x, dtype=float), np.array(arrows.y, dtype=float)
        dx, dy = np.array(arrows.dx, dtype=float), np.array(arrows.dy, dtype=float)
        if arrows.field:
            # Lengths are made equal as they are seen: by the share of each axis.
            wide = abs(picture.x_range[1] - picture.x_range[0])
            high = abs(picture.y_range[1] - picture.y_range[0])
            size = np.hypot(dx / wide, dy / high)
            with np.errstate(all="ignore"):
                dx, dy = np.where(size > 0, dx / size, 0), np.where(size > 0, dy / size, 0)
            reach = 0.7 / max(1.0, np.sqrt(len(x)))
            handle = axes.quiver(
                x, y, dx * reach, dy * reach, angles="xy", scale_units="xy", scale=1,
                pivot="mid", color=FAINT, width=0.0022, headwidth=4,
            )  # fmt: skip
        else:
            place = len(picture.curves) + number
            handle = axes.quiver(
                x, y, dx, dy, angles="xy", scale_units="xy", scale=1, width=0.006,
                color=COLOURS[place % len(COLOURS)], zorder=4,
            )  # fmt: skip
        handles.append((handle, _text(arrows.label)))


def draw_contour(axes: Any, contour: Contour) -> None:
    """Level lines with their levels."""
    from matplotlib import colormaps

    x, y, z, levels, _ = contour
    # The middle of the map: its ends are too dark for a dark page and too light for a light one.
    last = max(1, len(levels) - 1)
    shades = [colormaps["viridis"](0.3 + 0.45 * place / last) for place in range(len(levels))]
    drawn = axes.contour(x, y, z, levels=levels, colors=shades, linewidths=1.0)
    axes.clabel(drawn, fontsize=7, fmt="%.3g")
