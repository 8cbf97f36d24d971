"""`plot`: the picture is the answer.

What can be drawn: curves `f(x)`, `y = f(x)`, `x = f(y)`; paths `[x(t), y(t)]`; polar curves
`r = f(theta)`; equations of two variables; level lines of a function of two; conditions; fields of
directions `[u(x, y), v(x, y)]`; vectors; points of data.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import isfinite
from typing import Any

from dlmath.answer import FAILED, PASSED, REFUTED, UNAVAILABLE, UNDEFINED, Answer, Check, Table
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node
from dlmath.expression.text import to_text
from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.pictures.plot_window import View
from dlmath.maths.pictures.plots import REGIONS_MOST, Drawn, plot_picture, short_number
from dlmath.maths.pictures.sampling import Samples
from dlmath.maths.plotting import (
    CURVE,
    IMPLICIT,
    PLANE,
    REGION,
    SIDEWAYS,
    Data,
    Item,
    item_of,
    polar_item,
)
from dlmath.picture import Curve, Picture, Words
from dlmath.settings import DEFAULTS, Settings

#: So many curves can be told apart.
_ITEMS_MOST = 12

#: Points of each curve that are computed again.
_CHECKED = 7

#: An expression with more characters is not repeated in a note.
_NAMED_MOST = 80

#: A gap shorter than this part of the axis is a pole or a jump, not a lack of values.
_LACK = 1e-3

LOGS = ("x", "y", "both")


def plot(
    expressions: Sequence[Node],
    settings: Settings = DEFAULTS,
    *,
    polar: Sequence[Node] = (),
    data: Sequence[Data] = (),
    ends: tuple[float | None, float | None] = (None, None),
    ranges: Mapping[str, tuple[float, float]] | None = None,
    log: str | None = None,
) -> Answer:
    """The picture of all these things in one system of axes.

    ends: of the horizontal axis, or of the parameter where there are paths or polar curves; None
    where it is not given. ranges: of variables by their names. log: `x`, `y` or `both` for
    logarithmic axes. The points are in `Answer.tables`. Raises InvalidInput.
    """
    items = [item_of(node, settings) for node in expressions]
    items += [polar_item(node, settings) for node in polar]
    if not items and not data:
        raise InvalidInput("there is nothing to plot", hint='dlmath plot "sin(x)"')
    if len(items) + len(data) > _ITEMS_MOST:
        raise InvalidInput(f"at most {_ITEMS_MOST} things are told apart in one picture")
    if sum(item.kind == REGION for item in items) > REGIONS_MOST:
        raise InvalidInput(f"at most {REGIONS_MOST} conditions are told apart; join them with and")
    view = View(
        _axes(items, data, tuple(ranges or ())),
        ends,
        dict(ranges or {}),
        x_log=log in ("x", "both"),
        y_log=log in ("y", "both"),
    )
    _expect_sense(items, data, view)
    answer = Answer("plot", _question(items, data), _result(items, data), drawn=True)
    try:
        drawn = plot_picture(items, data, view)
    except NoPicture as none:
        words = "".join(to_text(part) if isinstance(part, Node) else part for part in none.words)
        answer.result, answer.status, answer.drawn = None, UNDEFINED, False
        answer.error = {"message": words}
        return answer
    picture = drawn.picture
    answer.picture = picture
    answer.tables = _tables(picture, view)
    answer.facts = {
        "x_range": list(picture.x_range),
        "y_range": list(picture.y_range),
        "asymptotes": list(picture.vertical),
    }
    answer.notes += _lacks(items, drawn, view)
    answer.files[".csv"] = lambda: _csv(picture)
    if settings.check:
        answer.checks = [_check(items, drawn, view)]
        if answer.refuted:
            answer.status, answer.drawn = REFUTED, False
    return answer


def _question(items: Sequence[Item], data: Sequence[Data]) -> Words:
    words: list[Any] = ["plot "]
    for item in items:
        words += [", " if len(words) > 1 else "", *item.label]
    for part in data:
        words += [", " if len(words) > 1 else "", f"{part.y_name} against {part.x_name}"]
    return tuple(words)


def _result(items: Sequence[Item], data: Sequence[Data]) -> Any:
    """What was plotted, as it can be typed again."""
    typed = tuple(item.label[-1] for item in items)
    words = tuple(f"{part.y_name} against {part.x_name}" for part in data)
    return (*typed, *words) if len(typed) + len(words) > 1 else (*typed, *words)[0]


def _axes(items: Sequence[Item], data: Sequence[Data], given: tuple[str, ...]) -> tuple[str, str]:
    """The names of both axes. Raises InvalidInput where the variables do not fit together."""
    flat = {name for item in items if item.kind == CURVE for name in item.names}
    if len(flat) > 1:
        listed = " and ".join(sorted(flat))
        raise InvalidInput(
            f"the curves have different variables, {listed}", hint="write all with the same"
        )
    plane = {name for item in items if item.kind in PLANE for name in item.names}
    across = next(iter(flat), None)
    names = plane | flat
    if len(names) > 2:
        raise InvalidInput(
            f"there are {len(names)} variables, {', '.join(sorted(names))}, and two axes"
        )
    if not plane:
        if across is None:
            return ("x", "y") if items or not data else (data[0].x_name, _common(data))
        return across, "y" if across != "y" else "value"
    if len(names) < 2:
        names = names | {"x", "y"} if names <= {"x", "y"} else names | {"y"}
    ordered = [name for name in given if name in names]
    ordered += [name for name in sorted(names, key=_place) if name not in ordered]
    if across is not None and ordered[0] != across:
        ordered.reverse()
    return ordered[0], ordered[1]


def _place(name: str) -> tuple[bool, str]:
    """x is across, y is up, others by the alphabet."""
    return name == "y", "" if name == "x" else name


def _common(data: Sequence[Data]) -> str:
    names = list(dict.fromkeys(part.y_name for part in data))
    return names[0] if len(names) == 1 else "value"


def _expect_sense(items: Sequence[Item], data: Sequence[Data], view: View) -> None:
    """Raises InvalidInput for logarithmic axes that cannot be."""
    if not (view.x_log or view.y_log):
        return
    if any(item.kind in PLANE for item in items):
        raise InvalidInput("--log is for curves, paths and data")
    for part in data:
        for name, values, log in (
            (part.x_name, part.x, view.x_log),
            (part.y_name, part.y, view.y_log),
        ):
            if log and min(values) <= 0:
                raise InvalidInput(f"a logarithmic axis has no place for {name} = {min(values):g}")
    low = view.ranges.get(view.names[0], view.ends)[0]
    high = view.ranges.get(view.names[0], view.ends)[1]
    if view.x_log and any(end is not None and end <= 0 for end in (low, high)):
        raise InvalidInput(
            "a logarithmic axis begins above 0", hint="for example: --from 0.01 --to 100"
        )


# --- points -----------------------------------------------------------------------------------


def _tables(picture: Picture, view: View) -> list[Table]:
    """The points of every curve, the values of a grid: what was drawn, as numbers."""
    tables = [
        Table(_words(curve.label), view.names, tuple(zip(*_numbers(curve), strict=True)))
        for curve in picture.curves
    ]
    for part in (picture, *picture.panels):
        if part.contour is not None:
            grid = part.contour
            rows = tuple(
                (x, y, _number(value))
                for y, values in zip(grid.y, grid.z, strict=True)
                for x, value in zip(grid.x, values, strict=True)
            )
            tables.append(Table(_words(part.title), (*view.names, "value"), rows))
    for arrows in picture.arrows:
        columns = (*view.names, f"d{view.names[0]}", f"d{view.names[1]}")
        points = tuple(zip(arrows.x, arrows.y, arrows.dx, arrows.dy, strict=True))
        tables.append(Table(_words(arrows.label), columns, points))
    return tables


def _numbers(curve: Curve) -> tuple[list[float | None], list[float | None]]:
    return [_number(x) for x in curve.x], [_number(y) for y in curve.y]


def _number(value: float) -> float | None:
    return float(value) if isfinite(value) else None


def _words(words: Words) -> str:
    return "".join(to_text(part) if isinstance(part, Node) else part for part in words)


def _csv(picture: Picture) -> bytes:
    """All tables one below the other; the curve is named where there are several."""
    import csv
    from io import StringIO

    tables = _tables(picture, View((picture.x_label, picture.y_label)))
    stream = StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    several = len(tables) > 1
    for number, table in enumerate(tables):
        if number == 0 or table.columns != tables[number - 1].columns:
            writer.writerow((["curve"] if several else []) + list(table.columns))
        for row in table.rows:
            writer.writerow(([table.title] if several else []) + list(row))
    return stream.getvalue().encode()


def _lacks(items: Sequence[Item], drawn: Drawn, view: View) -> list[Words]:
    """Where a curve has no real value, or one that is too large to draw."""
    notes: list[Words] = []
    for item, samples in zip(items, drawn.samples, strict=True):
        if samples is None:
            continue
        known = len(_words(item.label)) <= _NAMED_MOST
        name: Words = item.label if known else ("the expression",)
        stretches: dict[str, list[str]] = {}
        for low, high in _undefined(samples):
            reason = _reason(item.parts[0], view, (low + high) / 2)
            stretches.setdefault(reason, []).append(f"{low:.4g} to {high:.4g}")
        for reason, parts in stretches.items():
            more = f" and {len(parts) - 3} more stretches" if len(parts) > 3 else ""
            where = f"{view.names[0]} from {', '.join(parts[:3])}{more}"
            notes.append((*name, f" {reason} for {where}"))
    return notes


def _reason(node: Node, view: View, place: float) -> str:
    from dlmath.expression.numbers import evaluate

    value = evaluate(node, {view.names[0]: place})
    if isinstance(value, float) and value in (float("inf"), float("-inf")):
        return "is too large to draw"
    return f"has no {'positive' if view.y_log else 'real'} value"


def _undefined(samples: Samples) -> list[tuple[float, float]]:
    """Stretches without values that are longer than a single place."""
    x, y = samples.x, samples.y
    found: list[tuple[float, float]] = []
    start: int | None = None
    for k, value in enumerate([*y, 0.0]):
        if not isfinite(value):
            start = k if start is None else start
        elif start is not None:
            low, high = x[max(0, start - 1)], x[min(k, len(x) - 1)]
            if x[k - 1] - x[start] > _LACK * (x[-1] - x[0]):
                size = x[-1] - x[0]
                found.append((short_number(low, size), short_number(high, size)))
            start = None
    return found


# --- the check --------------------------------------------------------------------------------


def _check(items: Sequence[Item], drawn: Drawn, view: View) -> Check:
    """Some points of each curve, computed again with more digits than the picture shows."""
    from dlmath.expression import numbers, precise

    name = "high-precision values"
    bottom, top = drawn.picture.y_range
    looked = 0
    for item, curve in zip(_drawn_as_curves(items), drawn.picture.curves, strict=False):
        for x, y in _some_points(curve, (bottom, top)):
            if item.kind == CURVE:
                values = {view.names[0]: Fraction(x)}
                exact = numbers.to_float(precise.evaluate(item.parts[0], values, 20))
                if not isinstance(exact, float) or not isfinite(exact):
                    continue
                looked += 1
                if abs(exact - y) > 1e-6 * max(top - bottom, abs(exact)):
                    return Check(name, FAILED, f"{exact:.8g} and not {y:.8g} at {x:.8g}")
            elif item.kind in (IMPLICIT, SIDEWAYS):
                looked += 1
                if not _changes_sign(item, view, drawn.picture, (x, y)):
                    return Check(name, FAILED, f"({x:.6g}, {y:.6g}) is not on the line")
    if not looked:
        return Check(name, UNAVAILABLE, "only curves over an axis and equations are computed again")
    return Check(name, PASSED, f"{looked} points of the picture are where they should be")


def _drawn_as_curves(items: Sequence[Item]) -> list[Item]:
    """The items in the order of the picture's curves."""
    from dlmath.maths.plotting import PATH, POLAR

    return [item for item in items if item.kind in (CURVE, PATH, POLAR, SIDEWAYS, IMPLICIT)]


def _some_points(curve: Curve, seen: tuple[float, float]) -> list[tuple[float, float]]:
    """A few points that are seen, spread over the curve."""
    points = [
        (x, y)
        for x, y in zip(curve.x, curve.y, strict=True)
        if isfinite(x) and isfinite(y) and seen[0] <= y <= seen[1]
    ]
    return points[:: max(1, len(points) // _CHECKED)][: _CHECKED + 1]


def _changes_sign(item: Item, view: View, picture: Picture, place: tuple[float, float]) -> bool:
    """Has the difference of both sides two signs close around a place, with digits to spare?"""
    from dlmath.expression import numbers, precise
    from dlmath.expression.graph import sub, symbol

    node = item.parts[0] if item.kind == IMPLICIT else sub(symbol("x"), item.parts[0])
    reach = [1e-4 * (ends[1] - ends[0]) for ends in (picture.x_range, picture.y_range)]
    signs = set()
    for across, up in ((1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (-1, -1), (1, -1), (-1, 1)):
        values = {
            view.names[0]: Fraction(place[0] + across * reach[0]),
            view.names[1]: Fraction(place[1] + up * reach[1]),
        }
        value = numbers.to_float(precise.evaluate(node, values, 20))
        if isinstance(value, float):
            signs.add(value > 0 if value else None)
    return len(signs) > 1
