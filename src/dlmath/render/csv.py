"""The numbers of an answer as a table that other programs read: `--save x.csv`.

A vector or matrix is written as its entries, without a line of names, as `@x.csv` reads it back.
Any other answer gives its first table, else the curves, bars or shades of its picture; each with
a line of names.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable
from io import StringIO
from math import isfinite
from typing import Any

from dlmath.answer import Answer, Table
from dlmath.expression.graph import Node, free_symbols
from dlmath.expression.text import to_text
from dlmath.picture import Bars, Curve, Diagram, HeatMap, Words


def answer_csv(answer: Answer) -> str:
    """The answer's numbers, a row on a line; empty where it has no table of them."""
    if isinstance(answer.result, Node) and answer.result.op == "vector":
        return _lines(_entries(answer.result))
    if answer.tables:
        return table_csv(answer.tables[0])
    picture = answer.picture
    if picture is None or isinstance(picture, Diagram):
        return ""
    if picture.curves:
        return _curves(picture.curves, picture.x_label)
    if picture.bars:
        return _bars(picture.bars)
    return _grid(picture.heat, picture.x_label, picture.y_label) if picture.heat else ""


def table_csv(table: Table) -> str:
    """A table with its line of names."""
    return _lines([table.columns, *([_cell(cell) for cell in row] for row in table.rows)])


def _entries(vector: Node) -> list[list[str]]:
    """A row of a matrix on a line; a vector has an entry on each."""
    rows = [part.args if part.op == "vector" else (part,) for part in vector.args]
    return [[_entry(entry) for entry in row] for row in rows]


def _entry(node: Node) -> str:
    """An entry as a cell that reads back: whole numbers as they are, others as decimals."""
    from dlmath.expression.numbers import evaluate

    if (node.op == "number" and isinstance(node.value, int)) or free_symbols(node):
        return to_text(node)
    value = evaluate(node)
    return repr(value) if isinstance(value, float) and isfinite(value) else to_text(node)


def _curves(curves: Iterable[Curve], x_label: str) -> str:
    rows = [
        (_words(curve.label), repr(float(x)), repr(float(y)) if isfinite(y) else "")
        for curve in curves
        for x, y in zip(curve.x, curve.y, strict=True)
    ]
    return _lines([("curve", x_label, "value"), *rows])


def _bars(groups: Iterable[Bars]) -> str:
    """A row for each bar: of which group, its name or its ends, its height."""
    rows = []
    for bars in groups:
        names = bars.names or [""] * len(bars.height)
        columns = zip(names, bars.left, bars.right, bars.height, strict=True)
        rows += [(_words(bars.label), name, *map(_number, values)) for name, *values in columns]
    return _lines([("bars", "name", "from", "to", "value"), *rows])


def _grid(heat: HeatMap, x_label: str, y_label: str) -> str:
    """A row for each place of the grid, in the middle of its shade."""
    rows = []
    for j, row in enumerate(heat.z):
        y = heat.y_range[0] + (j + 0.5) / len(heat.z) * (heat.y_range[1] - heat.y_range[0])
        for i, value in enumerate(row):
            x = heat.x_range[0] + (i + 0.5) / len(row) * (heat.x_range[1] - heat.x_range[0])
            rows.append((_number(x), _number(y), _number(value)))
    return _lines([(x_label, y_label, "value"), *rows])


def _number(value: float) -> str:
    return repr(float(value)) if isfinite(value) else ""


def _cell(value: Any) -> str:
    if isinstance(value, Node):
        return to_text(value)
    if isinstance(value, tuple):
        return _words(value)
    if isinstance(value, float):
        return repr(float(value)) if isfinite(value) else ""
    return "" if value is None else str(value)


def _words(words: Words) -> str:
    return "".join(to_text(part) if isinstance(part, Node) else part for part in words)


def _lines(rows: Iterable[Iterable[str]]) -> str:
    stream = StringIO()
    csv.writer(stream, lineterminator="\n").writerows(rows)
    return stream.getvalue()
