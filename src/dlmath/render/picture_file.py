"""A picture as a file: PNG, SVG or PDF, by matplotlib, which `pip install dlmath[plot]` brings."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any

from dlmath.picture import DASHED, DOTS, Picture, Words
from dlmath.render.pretty import Writer

#: Okabe and Ito, "Color Universal Design" (2008): told apart by everybody.
_COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
_FAINT = "#777777"
_POSITIVE, _NEGATIVE = "#56B4E9", "#E69F00"

#: Longer words than this are cut in a legend.
_LONGEST = 60


def picture_file(picture: Picture, form: str) -> bytes:
    """The picture as `png`, `svg` or `pdf`; the same picture gives the same bytes."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # its font cache is no one's concern
    import matplotlib as mpl
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    stream = BytesIO()
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams["svg.hashsalt"] = "dlmath"
        mpl.rcParams["text.parse_math"] = False
        figure = Figure(figsize=(7.2, 4.6), dpi=150, layout="constrained")
        FigureCanvasAgg(figure)
        _draw(figure.add_subplot(), picture)
        dates = {"svg": {"Date": None}, "pdf": {"CreationDate": None}}.get(form)
        figure.savefig(stream, format=form, metadata=dates)
    return stream.getvalue()


def _draw(axes: Any, picture: Picture) -> None:
    axes.set_title(_text(picture.title))
    axes.set_xlabel(picture.x_label)
    axes.set_ylabel(picture.y_label)
    axes.set_xlim(*picture.x_range)
    axes.set_ylim(*picture.y_range)
    axes.grid(visible=True, color="#dddddd", linewidth=0.6)
    axes.set_axisbelow(True)
    handles: list[tuple[Any, str]] = []
    if picture.contour is not None:
        _contour(axes, picture, handles)
    else:
        axes.axhline(0, color="#999999", linewidth=0.8)
    _areas(axes, picture, handles)
    for place in picture.vertical:
        line = axes.axvline(place, color=_FAINT, linestyle=":", linewidth=1.2)
        handles.append((line, f"{picture.x_label} = {place:.6g}"))
    for place, curve in enumerate(picture.curves):
        colour = _COLOURS[place % len(_COLOURS)]
        style: dict[str, Any] = {"color": colour, "linewidth": 1.8}
        if curve.style == DASHED:
            style = {"color": _FAINT, "linewidth": 1.4, "linestyle": "--"}
        elif curve.style == DOTS:
            style = {"color": _COLOURS[1], "linewidth": 0.9, "marker": "o", "markersize": 3.5}
        (line,) = axes.plot(curve.x, curve.y, **style)
        handles.append((line, _text(curve.label)))
    for mark in picture.marks:
        _mark(axes, mark.x, mark.y, _text(mark.label), mark.open)
    if handles:
        axes.legend(
            [handle for handle, _ in handles],
            [label for _, label in handles],
            framealpha=0.85,
            fontsize="small",
        )


def _mark(axes: Any, x: float, y: float, label: str, hollow: bool) -> None:
    face = "white" if hollow else "black"
    axes.plot([x], [y], marker="o", markersize=6, color="black", markerfacecolor=face, zorder=5)
    axes.annotate(label, (x, y), (6, 6), textcoords="offset points", fontsize="small", zorder=6)


def _areas(axes: Any, picture: Picture, handles: list[tuple[Any, str]]) -> None:
    import numpy as np

    for area in picture.areas:
        x, y = np.array(area.x), np.array(area.y)
        for words, part, colour in (
            (area.counted(1), y >= 0, _POSITIVE),
            (area.counted(-1), y <= 0, _NEGATIVE),
        ):
            if (part & (y != 0)).any():
                filled = axes.fill_between(x, y, 0, where=part, color=colour, alpha=0.45)
                handles.append((filled, f"{_text(area.label)}, {words}"))


def _contour(axes: Any, picture: Picture, handles: list[tuple[Any, str]]) -> None:
    assert picture.contour is not None
    x, y, z, levels, _ = picture.contour
    drawn = axes.contour(x, y, z, levels=levels, cmap="viridis", linewidths=1.0)
    axes.clabel(drawn, fontsize=7, fmt="%.3g")


def _text(words: Words) -> str:
    text = Writer(unicode=True).sentence(words)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 3] + "..."
