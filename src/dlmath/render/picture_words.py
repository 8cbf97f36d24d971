"""What a picture shows, in words: for those who do not see it."""

from __future__ import annotations

from math import isfinite

from dlmath.picture import Diagram, Mark, Picture
from dlmath.render.pretty import Writer

#: Of each kind of thing so many are named.
_MOST = 12


def picture_title(picture: Picture | Diagram) -> str:
    """Its title; without one, what it is."""
    words = Writer(unicode=True).sentence(picture.title).strip()
    return words or ("graph" if isinstance(picture, Diagram) else "picture")


def picture_description(picture: Picture | Diagram) -> str:
    """Everything that has a name in it, with the ends of the axes."""
    writer = Writer(unicode=True)
    if isinstance(picture, Diagram):
        nodes = [writer.sentence(node) for node in picture.nodes]
        parts = [_listed("nodes", nodes), f"{len(set(picture.edges))} arrows"]
        return "; ".join(part for part in parts if part) + "."
    across, up = writer.part(picture.x_label), writer.part(picture.y_label)
    parts = [
        f"{across or 'across'} from {_ends(picture.x_range, log=picture.x_log)}",
        f"{up or 'upward'} from {_ends(picture.y_range, log=picture.y_log)}",
        _listed("curves", [writer.sentence(curve.label) for curve in picture.curves]),
        _listed("areas", [writer.sentence(area.label) for area in picture.areas]),
        _listed("vertical asymptotes", [f"{across} = {at:.6g}" for at in picture.vertical]),
        _listed("arrows", [writer.sentence(arrows.label) for arrows in picture.arrows]),
    ]
    if picture.contour is not None:
        parts.append(
            _listed("level lines at", [f"{level:.3g}" for level in picture.contour.levels])
        )
    for bars in picture.bars:
        named = bars.names if len(bars.names) == len(bars.height) else ()
        if named:
            values = [
                f"{writer.part(name)} {height:.4g}"
                for name, height in zip(named, bars.height, strict=True)
            ]
            parts.append(_listed(f"bars of {writer.sentence(bars.label)}", values))
        else:
            parts.append(f"{len(bars.height)} bars of {writer.sentence(bars.label)}")
    heat = picture.heat
    if heat is not None and heat.categories:
        parts.append(_listed("regions", [writer.sentence(name) for name in heat.categories]))
    elif heat is not None:
        values_known = [value for row in heat.z for value in row if isfinite(value)]
        if values_known:
            ends = f"{min(values_known):.4g} to {max(values_known):.4g}"
            parts.append(f"shades of {writer.sentence(heat.label)} from {ends}")
    parts.append(
        _listed(
            "points",
            [_placed(writer.sentence(mark.label), mark) for mark in picture.marks],
        )
    )
    own = "; ".join(part for part in parts if part) + "."
    panels = [f"{picture_title(panel)}: {picture_description(panel)}" for panel in picture.panels]
    return " ".join([own, *panels])


def _placed(label: str, mark: Mark) -> str:
    """The words of a mark, with where it is if they do not say it."""
    if "(" not in label:
        label = f"{label} at ({mark.x:.4g}, {mark.y:.4g})".strip()
    return f"{label}, open" if mark.open else label


def _ends(ends: tuple[float, float], *, log: bool) -> str:
    return f"{ends[0]:.4g} to {ends[1]:.4g}" + (" (logarithmic)" if log else "")


def _listed(kind: str, things: list[str]) -> str:
    things = [thing for thing in things if thing]
    if not things:
        return ""
    more = f" and {len(things) - _MOST} more" if len(things) > _MOST else ""
    return f"{kind}: {', '.join(things[:_MOST])}{more}"
