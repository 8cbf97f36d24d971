"""The picture of `plot`: everything that was asked for in one system of axes."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite, log10, pi
from typing import Any, NamedTuple

from dlmath.expression.graph import call, div, mul, number, power, substitute, symbol
from dlmath.maths.pictures.contours import contour
from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.pictures.implicit import Ends, on_grid, zero_lines
from dlmath.maths.pictures.plane import full_turns, sample_path
from dlmath.maths.pictures.plot_window import View, window_of, zero_of
from dlmath.maths.pictures.sampling import Samples, sample, visible_range
from dlmath.maths.plotting import (
    ARROW,
    CONTOUR,
    CURVE,
    FIELD,
    IMPLICIT,
    PATH,
    PLANE,
    POLAR,
    REGION,
    SIDEWAYS,
    Data,
    Item,
)
from dlmath.picture import POINTS, Arrows, Curve, HeatMap, Picture, Words

#: Directions across and up.
_ARROWS = (26, 20)

#: Columns and rows of a region.
_REGION = 240

#: So many regions can be told apart where they meet.
REGIONS_MOST = 4

#: Both axes have the same unit where the ratio of their ranges, across to up, is between these.
_SIMILAR = (0.5, 4.0)

#: No more asymptotes than this are marked.
_VERTICAL_MOST = 12


class Drawn(NamedTuple):
    """A picture, and for each item what was sampled of it (None for what has no points)."""

    picture: Picture
    samples: list[Samples | None]


def plot_picture(items: Sequence[Item], data: Sequence[Data], view: View) -> Drawn:
    """Everything in one picture; further functions of two variables in panels below it.

    Raises NoPicture where nothing can be drawn.
    """
    paths = [_path(item, view) for item in items if item.kind in (PATH, POLAR)]
    boxes = [(worth[0], worth[1]) for _, *worth in paths] + [_data_box(part) for part in data]
    boxes += [_arrow_box(item) for item in items if item.kind == ARROW]
    over_plane = [item for item in items if item.kind in PLANE]
    x_range, y_range = window_of(items, over_plane, boxes, view, has_paths=bool(paths))
    samples = [_sampled(item, view, x_range) if item.kind == CURVE else None for item in items]
    curves: list[Curve] = []
    remaining = iter(paths)
    for item, found in zip(items, samples, strict=True):
        if found is not None:
            curves.append(Curve(item.label, found.x, found.y))
        elif item.kind in (PATH, POLAR):
            curves.append(next(remaining)[0])
        elif item.kind in (SIDEWAYS, IMPLICIT):
            curves.append(_line(item, view, x_range, y_range or x_range))
    for part in data:
        label = f"{part.y_name} against {part.x_name}"
        curves.append(Curve((label,), part.x, part.y, POINTS))
    if y_range is None:
        y_range = _heights([found for found in samples if found is not None], boxes, view)
    names = view.names
    levels = [item for item in items if item.kind == CONTOUR]
    regions = [item for item in items if item.kind == REGION]
    picture = Picture(
        title=_title(items, data),
        x_label=names[0],
        y_label=names[1],
        x_range=x_range,
        y_range=y_range,
        curves=tuple(curves),
        vertical=_poles([found for found in samples if found is not None], y_range, view),
        contour=contour(levels[0].parts[0], names, x_range, y_range) if levels else None,
        heat=_regions(regions, names, x_range, y_range) if regions else None,
        arrows=tuple(
            _arrows(item, names, x_range, y_range) for item in items if item.kind in (FIELD, ARROW)
        ),
        x_log=view.x_log,
        y_log=view.y_log,
        equal=_is_equal(items, data, x_range, y_range, view),
    )
    panels = tuple(
        Picture(
            item.label, names[0], names[1], x_range, y_range,
            contour=contour(item.parts[0], names, x_range, y_range),
            equal=picture.equal,
        )
        for item in levels[1:]
    )  # fmt: skip
    return Drawn(picture._replace(panels=panels), samples)


def _title(items: Sequence[Item], data: Sequence[Data]) -> Words:
    if len(items) == 1 and not data:
        return items[0].label
    words: list[Any] = []
    for item in items[:3]:
        words += [", " if words else "", *item.label]
    if len(items) > 3:
        words.append(f" and {len(items) - 3} more")
    if data:
        words.append(", data" if items else f"{data[0].y_name} against {data[0].x_name}")
    return tuple(words)


# --- axes ---------------------------------------------------------------------------------------


def _heights(found: Sequence[Samples], boxes: Sequence[tuple[Ends, Ends]], view: View) -> Ends:
    worth = [(samples.bottom, samples.top) for samples in found]
    worth += [box[1] for box in boxes]
    if not view.y_log:
        return visible_range(worth)
    logs = [(_log(low), _log(high)) for low, high in worth if high > 0 and low <= high]
    low, high = visible_range(logs)
    return 10.0 ** max(low, -307), 10.0 ** min(high, 307)


def _log(value: float) -> float:
    return log10(value) if value > 0 else -inf


def _is_equal(
    items: Sequence[Item], data: Sequence[Data], x_range: Ends, y_range: Ends, view: View
) -> bool:
    """Shapes keep their form, where both axes measure the same and are similarly long."""
    kinds = {item.kind for item in items}
    if view.x_log or view.y_log or data or (CURVE in kinds and not kinds & PLANE):
        return False
    ratio = (x_range[1] - x_range[0]) / (y_range[1] - y_range[0])
    return _SIMILAR[0] < ratio < _SIMILAR[1]


# --- what is in it ------------------------------------------------------------------------------


def _path(item: Item, view: View) -> tuple[Curve, Ends, Ends]:
    """A path or a polar curve with what of both axes it takes."""
    parameter = item.names[0]
    given = view.ranges.get(parameter)
    if item.kind == POLAR:
        radius = item.parts[0]
        x = mul(radius, call("cos", symbol(parameter)))
        y = mul(radius, call("sin", symbol(parameter)))
        low, high = given or view.spread(0.0, 2 * pi * full_turns(radius, parameter))
    else:
        x, y = item.parts
        low, high = given or view.spread(0.0, 2 * pi)
    path = sample_path(x, y, parameter, low, high)
    if not any(map(isfinite, path.x)):
        raise NoPicture(
            *item.label, f" has no real points for {parameter} from {low:g} to {high:g}"
        )
    return Curve(item.label, path.x, path.y), path.x_worth, path.y_worth


def _sampled(item: Item, view: View, x_range: Ends) -> Samples:
    """A curve; on logarithmic axes sampled in their logarithms."""
    function, name = item.parts[0], view.names[0]
    low, high = x_range
    if view.x_log:
        function = substitute(function, {name: power(number(10), symbol(name))})
        low, high = log10(low), log10(high)
    if view.y_log:
        function = div(call("log", function), call("log", number(10)))
    found = sample(function, name, low, high)
    if not found.defined:
        what = " has no positive value" if view.y_log else " has no real value"
        raise NoPicture(*item.label, f"{what} from {x_range[0]:g} to {x_range[1]:g}")
    if not (view.x_log or view.y_log):
        return found
    x = [10.0**value for value in found.x] if view.x_log else found.x
    if not view.y_log:
        return found._replace(x=x)
    y = [10.0 ** max(min(value, 307), -307) if isfinite(value) else value for value in found.y]
    return Samples(x, y, 10.0 ** max(found.bottom, -307), 10.0 ** min(found.top, 307))


def _poles(found: Sequence[Samples], y_range: Ends, view: View) -> tuple[float, ...]:
    """Places where a curve leaves the picture on both sides of a gap."""
    if view.y_log:
        return ()
    bottom, top = y_range
    places: list[float] = []
    for samples in found:
        x, y = samples.x, samples.y
        for k in range(1, len(y) - 1):
            if isfinite(y[k]) or not (isfinite(y[k - 1]) and isfinite(y[k + 1])):
                continue
            outside = all(value < bottom or value > top for value in (y[k - 1], y[k + 1]))
            new = not places or all(abs(x[k] - at) > 1e-6 * (x[-1] - x[0]) for at in places)
            if outside and new:
                places.append(short_number(x[k], x[-1] - x[0]))
    return tuple(places) if len(places) <= _VERTICAL_MOST else ()


def short_number(value: float, size: float) -> float:
    """The place as far as it is known: halving ends at a billionth of the axis."""
    digits = 8 - round(log10(size)) if size > 0 else 8
    return round(value, digits) + 0.0


def _line(item: Item, view: View, x_range: Ends, y_range: Ends) -> Curve:
    x, y = zero_lines(zero_of(item), view.names, x_range, y_range)
    if not x:
        raise NoPicture(
            *item.label,
            f": no points were found where both sides are equal and their difference changes its "
            f"sign, for {view.names[0]} from {x_range[0]:g} to {x_range[1]:g} and "
            f"{view.names[1]} from {y_range[0]:g} to {y_range[1]:g}",
        )
    return Curve(item.label, x, y)


def _regions(
    items: Sequence[Item], names: tuple[str, str], x_range: Ends, y_range: Ends
) -> HeatMap:
    """Where which conditions hold."""
    import numpy as np

    def middles(ends: Ends) -> Any:
        step = (ends[1] - ends[0]) / _REGION
        return np.linspace(ends[0] + step / 2, ends[1] - step / 2, _REGION)

    held = [
        on_grid(item.parts[0], names, middles(x_range), middles(y_range)) > 0.5 for item in items
    ]
    code = sum(part.astype(int) << place for place, part in enumerate(held))
    kinds = [int(value) for value in np.unique(code) if value]
    if not kinds:
        raise NoPicture("the conditions hold nowhere in the picture")
    z = np.full(code.shape, np.nan)
    categories: list[Words] = []
    for place, kind in enumerate(kinds):
        z[code == kind] = place
        words: list[Any] = []
        for number_, item in enumerate(items):
            if kind >> number_ & 1:
                words += [" and " if words else "", *item.label]
        alone = len(items) > 1 and len(words) == 2
        categories.append((*words, " alone") if alone else tuple(words))
    return HeatMap(("",), x_range, y_range, z.tolist(), tuple(categories))


def _arrows(item: Item, names: tuple[str, str], x_range: Ends, y_range: Ends) -> Arrows:
    """One vector from the origin, or directions everywhere."""
    import numpy as np

    if item.kind == ARROW:
        (left, right), (low, high) = _arrow_box(item)  # from the origin, so that one end is 0
        return Arrows(item.label, [0.0], [0.0], [left + right], [low + high])
    across, up = (
        np.linspace(ends[0], ends[1], 2 * count + 1)[1::2]
        for ends, count in zip((x_range, y_range), _ARROWS, strict=True)
    )
    dx, dy = (on_grid(part, names, across, up).ravel() for part in item.parts)
    x, y = (part.ravel() for part in np.meshgrid(across, up))
    known = ~(np.isnan(dx) | np.isnan(dy))
    if not known.any():
        raise NoPicture(*item.label, " has no real values in the picture")
    columns = [part[known].tolist() for part in (x, y, dx, dy)]
    return Arrows(item.label, columns[0], columns[1], columns[2], columns[3], field=True)


def _arrow_box(item: Item) -> tuple[Ends, Ends]:
    from dlmath.maths.pictures.draw import real_number

    x, y = (real_number(part) for part in item.parts)
    if not (isfinite(x) and isfinite(y)):
        raise NoPicture(*item.label, " is not finite")
    return (min(0.0, x), max(0.0, x)), (min(0.0, y), max(0.0, y))


def _data_box(part: Data) -> tuple[Ends, Ends]:
    return (min(part.x), max(part.x)), (min(part.y), max(part.y))
