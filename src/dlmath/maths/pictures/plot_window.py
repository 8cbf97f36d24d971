"""Which part of the plane a plot shows, where that is not said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dlmath.expression.graph import Node, sub, symbol
from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.pictures.implicit import Ends, box_of, zero_lines
from dlmath.maths.pictures.sampling import window
from dlmath.maths.plotting import CURVE, IMPLICIT, REGION, SIDEWAYS, Item

#: Half the window of what has none of its own, and further ones that are tried.
_HALF = 5.0
_HALVES = (_HALF, 50.0, 1.0, 1000.0)

#: Half the window of level lines and of fields.
_HALF_LEVELS = 3.0

_MARGIN = 0.08


class View(NamedTuple):
    """What is asked of the axes.

    names: of both axes. ends: of the horizontal axis, or of the parameter of paths, as far as
    they are given. ranges: of variables by name. x_log, y_log: logarithmic axes.
    """

    names: tuple[str, str]
    ends: tuple[float | None, float | None] = (None, None)
    ranges: Mapping[str, Ends] = {}
    x_log: bool = False
    y_log: bool = False

    def spread(self, low: float, high: float) -> tuple[float, float]:
        """The ends that are given, and these for the others. Raises NoPicture."""
        start = self.ends[0] if self.ends[0] is not None else min(low, _before(self.ends[1], low))
        stop = self.ends[1] if self.ends[1] is not None else max(high, _after(start, high))
        if not start < stop:
            raise NoPicture(f"--from {start:g} is not below --to {stop:g}")
        return start, stop


def _before(end: float | None, low: float) -> float:
    return low if end is None or end > low else end - 2 * _HALF


def _after(start: float, high: float) -> float:
    return high if start < high else start + 2 * _HALF


def window_of(
    items: Sequence[Item],
    over_plane: Sequence[Item],
    boxes: Sequence[tuple[Ends, Ends]],
    view: View,
    *,
    has_paths: bool,
) -> tuple[Ends, Ends | None]:
    """The ends of both axes; None for a vertical one that the curves decide."""
    x_given, y_given = (view.ranges.get(name) for name in view.names)
    if x_given is None and not has_paths and view.ends != (None, None):
        low, high = _guess(items, over_plane, boxes, view)
        x_given = view.spread(low, high)
        if over_plane and y_given is None:
            y_given = x_given
    if x_given is not None and (y_given is not None or not over_plane):
        return x_given, y_given
    across: Ends | None = None
    up: Ends | None = None
    if over_plane:
        across, up = _plane_window(over_plane, view.names)
    if boxes:
        x_box = hull([box[0] for box in boxes])
        y_box = hull([box[1] for box in boxes])
        across = hull([across, x_box]) if across else with_margin(x_box, log=view.x_log)
        up = hull([up, y_box]) if up else None
    if across is None:
        across = _guess(items, over_plane, boxes, view)
    return x_given or across, y_given or up


def _guess(
    items: Sequence[Item], over_plane: Sequence[Item], boxes: Sequence[tuple[Ends, Ends]],
    view: View,
) -> Ends:  # fmt: skip
    """Where curves have values, near zero; for a logarithmic axis from 0.01 to 100."""
    if view.x_log:
        return 0.01, 100.0
    if boxes:
        return with_margin(hull([box[0] for box in boxes]))
    if over_plane:
        return _plane_window(over_plane, view.names)[0]
    found = [
        window(item.parts[0], view.names[0], 0.0, _HALF) for item in items if item.kind == CURVE
    ]
    known = [ends for ends in found if ends is not None]
    return hull(known) if known else (-_HALF, _HALF)


def _plane_window(items: Sequence[Item], names: tuple[str, str]) -> tuple[Ends, Ends]:
    """Around what is there: equations are looked for in several windows."""
    lines = [item for item in items if item.kind in (IMPLICIT, SIDEWAYS)]
    if not lines:
        kinds = {item.kind for item in items}
        half = _HALF if kinds == {REGION} else _HALF_LEVELS
        return (-half, half), (-half, half)
    for half in _HALVES:
        ends = (-half, half)
        boxes = [box_of(zero_lines(zero_of(item), names, ends, ends, 81)) for item in lines]
        known = [box for box in boxes if box is not None]
        if known:
            return (
                _zoomed(hull([box[0] for box in known]), half),
                _zoomed(hull([box[1] for box in known]), half),
            )
    return (-_HALF, _HALF), (-_HALF, _HALF)


def _zoomed(box: Ends, half: float) -> Ends:
    """The box with a margin, where it does not go on beyond the window or is only a point."""
    size = box[1] - box[0]
    if size > 1.98 * half or size < 1e-6 * half:
        return -half, half
    low, high = with_margin(box)
    return (-half if box[0] <= -0.99 * half else low), (half if box[1] >= 0.99 * half else high)


def hull(ends: Sequence[Ends | None]) -> Ends:
    known = [pair for pair in ends if pair is not None]
    return min(pair[0] for pair in known), max(pair[1] for pair in known)


def with_margin(ends: Ends, *, log: bool = False) -> Ends:
    low, high = ends
    if log and low > 0:
        factor = (high / low) ** _MARGIN if high > low else 2.0
        return low / factor, high * factor
    beside = _MARGIN * (high - low) or abs(low) / 2 or 1.0
    return low - beside, high + beside


def zero_of(item: Item) -> Node:
    """What is zero on the line."""
    if item.kind == SIDEWAYS:
        return sub(symbol("x"), item.parts[0])
    return item.parts[0]
