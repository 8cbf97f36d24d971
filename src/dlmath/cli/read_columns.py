"""`--data @houses.csv`: a table whose columns have names, as floats.

The first line of a text file may hold the names; without one they are x1, x2, ... (x for a single
column). A column of words keeps them as categories; a cell that is missing or does not fit its
column is named by row and column, counted from 1.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from dlmath.cli.options import InvalidOption, file_ending
from dlmath.cli.read_data import content_of, read_data, shown, split_reference, text_of
from dlmath.columns import Columns
from dlmath.errors import InvalidInput
from dlmath.render.errors import visible

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: So many cells of a column decide whether it holds words.
_LOOKED_AT = 1000


def read_columns(
    reference: str, option: str = "--data", needed: Collection[str] | None = None
) -> Columns:
    """What `@reference` names, with its column names.

    needed: the columns that are read; the others may hold anything. Raises InvalidInput,
    InvalidOption, LimitReached.
    """
    if not reference.startswith("@"):
        raise InvalidOption(
            f"{option} takes a file, written with @", hint=f"{option} @{visible(reference)[:60]}"
        )
    path, _ = split_reference(reference[1:])
    ending = file_ending(path)
    if ending in (".csv", ".tsv"):
        return _text_columns(path, "\t" if ending == ".tsv" else ",", needed)
    return _array_columns(reference[1:], path)


def column_names(count: int) -> tuple[str, ...]:
    """The names of columns that have none."""
    return ("x",) if count == 1 else tuple(f"x{place}" for place in range(1, count + 1))


def _array_columns(reference: str, path: str) -> Columns:
    """The columns of an array of numbers."""
    import numpy as np

    from dlmath.expression.graph import Node
    from dlmath.expression.numbers import evaluate

    data = read_data(reference)
    values = np.array(evaluate(data) if isinstance(data, Node) else data)
    if values.dtype.kind == "c":
        raise InvalidInput(f"{shown(path)} holds complex numbers; a table of data is real")
    if values.ndim > 2:
        raise InvalidInput(f"{shown(path)} has {values.ndim} axes; a table has rows and columns")
    table = values.astype(float).reshape(len(values), -1)
    return Columns(column_names(table.shape[1]), table, {})


# --- text -----------------------------------------------------------------------------------


def _text_columns(path: str, delimiter: str, needed: Collection[str] | None) -> Columns:
    import csv

    import numpy as np

    lines = text_of(content_of(path), path).splitlines()
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=True)
    first = next((cells for cells in reader if any(cell.strip() for cell in cells)), None)
    if first is None:
        raise InvalidInput(f"{shown(path)} is empty")
    headed = not any(_is_number(cell) for cell in first)
    names = _header(first, path) if headed else column_names(len(first))
    body = lines[reader.line_num :] if headed else lines[reader.line_num - 1 :]
    if not any(line.strip() for line in body):
        raise InvalidInput(f"{shown(path)} has a line of names, but no data")
    chosen = [place for place, name in enumerate(names) if needed is None or name in needed]
    fast = _quick(body, delimiter, len(names)) if len(chosen) == len(names) else None
    if fast is not None:
        return Columns(names, fast, {})
    reader = csv.reader(body, delimiter=delimiter, skipinitialspace=True)
    offset = len(lines) - len(body)
    try:
        rows = [(reader.line_num + offset, cells) for cells in reader if any(map(str.strip, cells))]
    except csv.Error as error:
        raise InvalidInput(f"{shown(path)}, row {reader.line_num + offset}: {error}") from error
    for place, cells in rows:
        if len(cells) != len(names):
            raise InvalidInput(
                f"{shown(path)}: row {place} has {len(cells)} cells, and there are "
                f"{len(names)} columns"
            )
    categories: dict[str, tuple[str, ...]] = {}
    values = np.empty((len(rows), len(chosen)))
    for target, column in enumerate(chosen):
        column_cells = [(place, row[column].strip()) for place, row in rows]
        name = names[column]
        if _holds_words([cell for _, cell in column_cells[:_LOOKED_AT]]):
            values[:, target], categories[name] = _codes(column_cells, path, name)
        else:
            values[:, target] = [_cell(cell, path, place, name) for place, cell in column_cells]
    return Columns(tuple(names[column] for column in chosen), values, categories)


def _holds_words(cells: Sequence[str]) -> bool:
    """Is there a word in these cells of one column, and no number?"""
    filled = [cell for cell in cells if cell]
    return bool(filled) and not any(_is_number(cell) for cell in filled)


def _header(cells: Sequence[str], path: str) -> tuple[str, ...]:
    """Names of the language from the first line: `house price` becomes house_price."""
    names: list[str] = []
    for place, cell in enumerate(cells, start=1):
        name = column_name(cell)
        if not name:
            raise InvalidInput(f"{shown(path)}: column {place} has no name in the first row")
        if name in names:
            raise InvalidInput(f"{shown(path)}: two columns are called {visible(name)[:40]}")
        names.append(name)
    return tuple(names)


def column_name(cell: str) -> str:
    """A name of the language for what stands above a column: `house price` becomes house_price."""
    name = re.sub(r"\W+", "_", cell.strip()).strip("_")
    return f"x{name}" if name[:1].isdigit() else name


def _quick(lines: Sequence[str], delimiter: str, columns: int) -> Array | None:
    """A table of numbers alone, by numpy's reader of text; None where it is something else."""
    import numpy as np

    try:
        table: Array = np.loadtxt(lines, delimiter=delimiter, ndmin=2, comments=None)
    except ValueError:
        return None
    if table.shape[1] != columns or not np.isfinite(table).all():
        return None
    return table


def _codes(
    cells: Sequence[tuple[int, str]], path: str, name: str
) -> tuple[list[int], tuple[str, ...]]:
    """Words as places in the sorted list of them, and that list."""
    for place, cell in cells:
        if not cell:
            raise _missing(path, place, name)
        if _is_number(cell):
            raise InvalidInput(
                f'{shown(path)}: row {place}, column {name} is a number, "{cell[:40]}", among words'
            )
    words = tuple(sorted({cell for _, cell in cells}))
    places = {word: place for place, word in enumerate(words)}
    return [places[cell] for _, cell in cells], words


def _cell(cell: str, path: str, place: int, name: str) -> float:
    if not cell:
        raise _missing(path, place, name)
    if not _is_number(cell):
        raise InvalidInput(
            f'{shown(path)}: row {place}, column {name} is not a number: "{visible(cell)[:40]}"',
            hint="every cell of the column must hold a number, such as 3 or -0.5e-3",
        )
    return float(cell)


def _missing(path: str, place: int, name: str) -> InvalidInput:
    return InvalidInput(
        f"{shown(path)}: row {place}, column {name} is empty",
        hint="fill it in, or leave the row out",
    )


_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


def _is_number(cell: str) -> bool:
    """Is this a finite number as binary64 holds it?"""
    text = cell.strip()
    return _NUMBER.fullmatch(text) is not None and abs(float(text)) != float("inf")
