"""A picture as a file: PNG, SVG or PDF, by matplotlib, which `pip install dlmath[plot]` brings."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import Any

from dlmath.picture import BEYOND, DASHED, DOTS, POINTS, Curve, Diagram, Picture, Words
from dlmath.render.picture_file_parts import (
    COLOURS,
    DARK,
    FAINT,
    STYLES,
    draw_areas,
    draw_arrows,
    draw_bars,
    draw_contour,
    draw_heat,
)
from dlmath.render.pretty import Writer
from dlmath.render.ticks import tick_text

#: Longer words than this are cut in a legend, and in a title.
_LONGEST = 60
_LONGEST_TITLE = 75

#: Width and height of one picture, in inches.
_SIZE = (7.2, 4.6)
_SIZE_EQUAL = (7.2, 6.0)

#: More names of marks than this would cover the picture.
_NAMED_MARKS = 30


def picture_file(picture: Picture | Diagram, form: str) -> bytes:
    """The picture as `png`, `svg` or `pdf`; the same picture gives the same bytes."""
    with _matplotlib():
        return _drawn(picture, form, solid=True)


def picture_svg(picture: Picture | Diagram) -> str:
    """The picture as an element `svg` for a page; words stay text, in the fonts of the page."""
    with _matplotlib() as mpl:
        mpl.rcParams["svg.fonttype"] = "none"
        text = _drawn(picture, "svg", solid=False).decode()
    return text[text.index("<svg") :]


@contextmanager
def _matplotlib() -> Iterator[Any]:
    """matplotlib with settings of its own, whatever the user's are."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # its font cache is no one's concern
    import warnings

    import matplotlib as mpl
    import numpy as np

    with mpl.rc_context(), warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # of numbers that cannot be drawn
        mpl.rcdefaults()
        mpl.rcParams["svg.hashsalt"] = "dlmath"
        mpl.rcParams["text.parse_math"] = False
        yield mpl


def _drawn(picture: Picture | Diagram, form: str, *, solid: bool) -> bytes:
    """solid: on white, not on what is behind it."""
    try:
        return _saved(_figure(picture), form, solid=solid)
    except (ArithmeticError, ValueError):
        if isinstance(picture, Diagram):
            raise
        title = f"{picture_words(picture.title)}: {BEYOND}"
        return _saved(_figure(Picture((title,), "", "", (0.0, 1.0), (0.0, 1.0))), form, solid=solid)


def _saved(figure: Any, form: str, *, solid: bool) -> bytes:
    if not solid:
        figure.patch.set_alpha(0.0)
    stream = BytesIO()
    dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(form)
    figure.savefig(stream, format=form, metadata=dates)
    return stream.getvalue()


def _figure(picture: Picture | Diagram) -> Any:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if isinstance(picture, Diagram):
        from dlmath.render.picture_file_diagram import diagram_figure

        return diagram_figure(picture)
    parts = [picture, *_all_panels(picture)]
    sizes = [_SIZE_EQUAL if part.equal else _SIZE for part in parts]
    height = sum(high for _, high in sizes)
    figure = Figure(figsize=(_SIZE[0], height), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    grid = figure.add_gridspec(len(parts), 1, height_ratios=[high for _, high in sizes])
    for place, part in enumerate(parts):
        _draw(figure.add_subplot(grid[place]), part)
    return figure


def _all_panels(picture: Picture) -> list[Picture]:
    return [part for panel in picture.panels for part in (panel, *_all_panels(panel))]


def _draw(axes: Any, picture: Picture) -> None:
    axes.set_title(picture_words(picture.title, _LONGEST_TITLE), wrap=True)
    axes.set_xlabel(picture_words((picture.x_label,)))
    axes.set_ylabel(picture_words((picture.y_label,)))
    if picture.x_log and min(picture.x_range) > 0:
        axes.set_xscale("log")
        _powers(axes.xaxis)
    if picture.y_log and min(picture.y_range) > 0:
        axes.set_yscale("log")
        _powers(axes.yaxis)
    axes.set_xlim(*picture.x_range)
    bottom, top = picture.y_range
    down = picture.heat is not None and picture.heat.downward and bottom < top
    axes.set_ylim(*((top, bottom) if down else (bottom, top)))
    if picture.equal:
        axes.set_aspect("equal", adjustable="box")
    axes.set_axisbelow(True)
    handles: list[tuple[Any, str]] = []
    if picture.heat is not None:
        draw_heat(axes, picture.heat, handles)
    else:
        axes.grid(visible=True, color="#dddddd", linewidth=0.6)
    if picture.contour is not None:
        draw_contour(axes, picture.contour)
    elif picture.heat is None and not picture.y_log:
        axes.axhline(0, color="#999999", linewidth=0.8)
    draw_areas(axes, picture, handles)
    draw_bars(axes, picture.bars, handles, len(picture.curves))
    for place in picture.vertical:
        line = axes.axvline(place, color=FAINT, linestyle=":", linewidth=1.2)
        handles.append((line, f"{picture.x_label} = {place:.6g}"))
    draw_arrows(axes, picture, handles)
    for place, curve in enumerate(picture.curves):
        _curve(axes, curve, place, handles)
    for number, mark in enumerate(picture.marks):
        label = picture_words(mark.label) if number < _NAMED_MARKS else ""
        _mark(axes, mark.x, mark.y, label, mark.open)
    handles = [(handle, label) for handle, label in handles if label]
    if handles:
        axes.legend(
            [handle for handle, _ in handles],
            [label for _, label in handles],
            framealpha=0.85,
            fontsize="small",
        )


def _powers(axis: Any) -> None:
    """Numbers of a logarithmic axis as plain text."""
    from matplotlib.ticker import FuncFormatter, NullFormatter

    axis.set_major_formatter(FuncFormatter(lambda value, _: tick_text(value)))
    axis.set_minor_formatter(NullFormatter())


def _curve(axes: Any, curve: Curve, place: int, handles: list[tuple[Any, str]]) -> None:
    """One curve; told apart by its colour and by how its line is broken."""
    colour = COLOURS[place % len(COLOURS)]
    style: dict[str, Any] = {"color": colour, "linewidth": 1.8}
    if curve.style == DASHED:
        style = {"color": FAINT, "linewidth": 1.4, "linestyle": "--"}
    elif curve.style == DOTS:
        style = {"color": COLOURS[1], "linewidth": 0.9, "marker": "o", "markersize": 3.5}
    elif curve.style == POINTS:
        style = {
            "color": colour, "linestyle": "", "marker": "os^D"[place % 4], "markersize": 4.5,
            "markeredgecolor": DARK, "markeredgewidth": 0.4,
        }  # fmt: skip
    else:
        style["linestyle"] = STYLES[place % len(STYLES)]
    (line,) = axes.plot(curve.x, curve.y, **style)
    handles.append((line, picture_words(curve.label)))


def _mark(axes: Any, x: float, y: float, label: str, hollow: bool) -> None:
    face = "white" if hollow else DARK
    axes.plot([x], [y], marker="o", markersize=6, color=DARK, markerfacecolor=face, zorder=5)
    if label:
        left, right = axes.get_xlim()
        beyond = x > left + 0.65 * (right - left)  # the words go towards the middle
        axes.annotate(
            label,
            (x, y),
            (-6 if beyond else 6, 6),
            textcoords="offset points",
            ha="right" if beyond else "left",
            fontsize="small",
            zorder=6,
            annotation_clip=True,
        )


def picture_words(words: Words, longest: int = _LONGEST) -> str:
    """Words and mathematics of a picture, as long as there is room."""
    text = Writer(unicode=True).sentence(words)
    return text if len(text) <= longest else text[: longest - 3] + "..."
