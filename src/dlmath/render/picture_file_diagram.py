"""A graph as a file: boxes in layers, from what goes in to what comes out."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from textwrap import wrap
from typing import Any, NamedTuple

from dlmath.picture import Diagram

#: Columns of the words in a box, and lines of them at most.
_COLUMNS = 22
_LINES = 4

#: Inches of a box with the room around it, and of a page.
_WIDE, _HIGH = 2.35, 0.85
_PAGE = (7.0, 9.5)

#: How often the order in the layers is bettered.
_SWEEPS = 8

#: No side is longer, in inches; the words become smaller then.
_LONGEST = 60.0


class Layers(NamedTuple):
    """layers: nodes of each, in order; numbers from `count` on are places that an edge passes.

    paths: for each edge the nodes and places it leads through, ends included.
    """

    layers: list[list[int]]
    paths: list[list[int]]


def diagram_figure(diagram: Diagram) -> Any:
    """Every node as a box, arrows from what goes in to what it feeds."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from dlmath.render.picture_file import picture_words

    layers, paths = layered(len(diagram.nodes), diagram.edges)
    deep, tall = len(layers), max((len(layer) for layer in layers), default=1)
    across, down = (_WIDE * deep, _HIGH * tall), (_WIDE * tall, _HIGH * deep)
    upright = _pages(down) < _pages(across)  # a long chain goes from top to bottom
    width, height = (min(max(low, size), _LONGEST) for low, size in zip(
        (4.0, 1.4), down if upright else across, strict=True
    ))  # fmt: skip
    figure = Figure(figsize=(width, height + 0.5), dpi=150, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title(picture_words(diagram.title))
    axes.set_axis_off()
    places: dict[int, tuple[float, float]] = {}
    for layer, nodes in enumerate(layers):
        for row, node in enumerate(nodes):
            beside = (len(nodes) - 1) / 2 - row
            places[node] = (-beside, -float(layer)) if upright else (float(layer), beside)
    long_side, short_side = (-0.5, deep - 0.5), (-tall / 2, tall / 2)
    axes.set_xlim(*(short_side if upright else long_side))
    axes.set_ylim(*((0.5 - deep, 0.5) if upright else short_side))
    wanted = down if upright else across
    size = 8 * min(1.0, width / wanted[0], height / wanted[1])
    boxes = {}
    for node, words in enumerate(diagram.nodes):
        lines = wrap(picture_words(words, _COLUMNS * _LINES), _COLUMNS)[:_LINES]
        boxes[node] = axes.text(
            *places[node], "\n".join(lines), ha="center", va="center", fontsize=max(2.0, size),
            bbox={"boxstyle": "round,pad=0.35", "facecolor": "#EAF3F9", "edgecolor": "#0072B2"},
            zorder=3,
        )  # fmt: skip
    for path in paths:
        _arrow(axes, [places[node] for node in path], boxes[path[0]], boxes[path[-1]])
    return figure


def _pages(size: tuple[float, float]) -> float:
    return max(size[0] / _PAGE[0], size[1] / _PAGE[1])


def _arrow(axes: Any, places: list[tuple[float, float]], start: Any, end: Any) -> None:
    """From box to box, through the places between."""
    line = {"color": "#555555", "linewidth": 0.9}
    if len(places) > 2:
        axes.plot(*zip(*places[:-1], strict=True), zorder=2, **line)
    axes.annotate(
        "", places[-1], places[-2],
        arrowprops={
            "arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 1, "patchB": end.get_bbox_patch(),
            "patchA": start.get_bbox_patch() if len(places) == 2 else None, **line,
        },
        zorder=2,
    )  # fmt: skip


def layered(count: int, edges: Sequence[tuple[int, int]]) -> Layers:
    """Nodes by layers; every edge leads to a later layer, and few edges cross.

    Each node is one layer after the latest that it needs, and as near as can be to what it feeds;
    an edge over several layers has a place in each of them; the order within the layers is by the
    mean place of neighbours (the barycentre heuristic of Sugiyama, Tagawa and Toda, "Methods for
    visual understanding of hierarchical system structures", 1981). Edges are drawn once each.
    """
    edges = list(dict.fromkeys(edges))
    before: list[list[int]] = [[] for _ in range(count)]
    after: list[list[int]] = [[] for _ in range(count)]
    for start, end in edges:
        before[end].append(start)
        after[start].append(end)
    order = _ordered(before, after)
    depth = [0] * count
    for node in order:
        depth[node] = max((depth[part] + 1 for part in before[node]), default=0)
    for node in reversed(order):
        if after[node]:
            depth[node] = min(depth[part] for part in after[node]) - 1
    paths = []
    for start, end in edges:
        path = [start, *range(len(depth), len(depth) + depth[end] - depth[start] - 1), end]
        depth += range(depth[start] + 1, depth[end])
        paths.append(path)
    layers: list[list[int]] = [[] for _ in range(max(depth, default=-1) + 1)]
    for node in (*order, *range(count, len(depth))):
        layers[depth[node]].append(node)
    _untangle(layers, paths, len(depth))
    return Layers(layers, paths)


def _untangle(layers: list[list[int]], paths: list[list[int]], count: int) -> None:
    """Orders every layer by the places of the neighbours in the one before or after it."""
    earlier: list[list[int]] = [[] for _ in range(count)]
    later: list[list[int]] = [[] for _ in range(count)]
    for path in paths:
        for a, b in pairwise(path):
            later[a].append(b)
            earlier[b].append(a)
    place: dict[int, float] = {}

    def arrange(layer: list[int]) -> None:
        for row, node in enumerate(layer):
            place[node] = row - (len(layer) - 1) / 2

    for layer in layers:
        arrange(layer)
    for sweep in range(_SWEEPS):
        forward = sweep % 2 == 0
        beside = earlier if forward else later
        for layer in layers if forward else reversed(layers):
            means = {
                node: sum(place[part] for part in beside[node]) / len(beside[node])
                if beside[node]
                else place[node]
                for node in layer
            }
            layer.sort(key=means.__getitem__)
            arrange(layer)


def _ordered(before: list[list[int]], after: list[list[int]]) -> list[int]:
    """Every node after those it needs (Kahn, 1962)."""
    missing = [len(parts) for parts in before]
    ready = [node for node, count in enumerate(missing) if not count]
    order: list[int] = []
    while ready:
        node = ready.pop(0)
        order.append(node)
        for part in after[node]:
            missing[part] -= 1
            if not missing[part]:
                ready.append(part)
    return order
