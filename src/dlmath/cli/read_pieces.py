"""Tables that are too large to hold: read in pieces, again from the start for each pass.

The first pass reads every cell, counts the rows and collects the words, so that a mistake in the
last row is found before the first step.
"""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import IO, Any

from dlmath.cli.options import file_ending
from dlmath.cli.read_columns import (
    _header,
    _holds_words,
    _is_number,
    _missing,
    column_names,
    read_columns,
)
from dlmath.cli.read_data import shown, split_reference
from dlmath.columns import Columns, Pieces
from dlmath.errors import InvalidInput, LimitReached
from dlmath.render.errors import visible

#: Files of text from this size on are read in pieces, in bytes.
LARGE = 64 << 20

#: Rows of a piece; a whole number of batches of the usual sizes.
ROWS = 1 << 16

_WORDS_MOST = 1000
_LINE_MOST = 10 << 20


def read_table(
    reference: str, option: str = "--data", needed: Collection[str] | None = None
) -> tuple[Columns | Pieces, tuple[str, ...]]:
    """What `@reference` names: all of it, or in pieces where it is a large file of text.

    The names of all columns of the file come with it. needed: as for `read_columns`. Raises
    InvalidInput, InvalidOption, LimitReached.
    """
    path, _ = split_reference(reference[1:])
    if not reference.startswith("@") or file_ending(path) not in (".csv", ".tsv"):
        found = read_columns(reference, option, needed)
        return found, found.names
    if _size(path) > LARGE:
        table = _Table(path, needed, ROWS)
        return Pieces(table.names, table.categories, table.count, table.read), table.every
    found = read_columns(reference, option, needed)
    return found, names_of(path)


def read_pieces(path: str, needed: Collection[str] | None = None, rows: int = ROWS) -> Pieces:
    """A file of text in pieces of so many rows. Raises InvalidInput, LimitReached."""
    table = _Table(path, needed, rows)
    return Pieces(table.names, table.categories, table.count, table.read)


def names_of(path: str) -> tuple[str, ...]:
    """The names of all columns of a file of text. Raises InvalidInput."""
    return _head(path)[0]


def _delimiter(path: str) -> str:
    return "\t" if file_ending(path) == ".tsv" else ","


def _opened(path: str) -> IO[str]:
    try:
        return open(path, encoding="utf-8-sig", newline="")  # noqa: PTH123
    except OSError as error:
        reason = (error.strerror or "the name is not valid").lower()
        raise InvalidInput(f"{shown(path)} cannot be read: {reason}") from error


def _head(path: str) -> tuple[tuple[str, ...], bool]:
    """The names of the columns, and does the first line hold them?"""
    try:
        with _opened(path) as stream:
            reader = csv.reader(
                _lines(stream, path), delimiter=_delimiter(path), skipinitialspace=True
            )
            first = next((cells for cells in reader if any(map(str.strip, cells))), None)
    except UnicodeDecodeError as error:
        raise InvalidInput(f"{shown(path)} is not text in UTF-8") from error
    if first is None:
        raise InvalidInput(f"{shown(path)} is empty")
    headed = not any(_is_number(cell) for cell in first)
    return (_header(first, path) if headed else column_names(len(first))), headed


def _size(path: str) -> int:
    try:
        facts = os.stat(path)  # noqa: PTH116  lone surrogates are kept
    except (OSError, ValueError):
        return 0  # `read_columns` says what is wrong
    return facts.st_size if stat.S_ISREG(facts.st_mode) else 0


class _Table:
    """One file: its columns, and how it is gone through."""

    def __init__(self, path: str, needed: Collection[str] | None, rows: int) -> None:
        self._path = path
        self._rows = rows
        self.every, self._headed = _head(path)
        places = enumerate(self.every)
        self._chosen = [k for k, name in places if needed is None or name in needed]
        self.names = tuple(self.every[k] for k in self._chosen)
        self.categories, self.count = self._scanned()

    def _records(self) -> Iterator[tuple[int, list[str]]]:
        """Rows of the chosen columns as text, with their places."""
        width = len(self.every)
        with _opened(self._path) as stream:
            reader = csv.reader(
                _lines(stream, self._path), delimiter=_delimiter(self._path), skipinitialspace=True
            )
            headed = self._headed
            try:
                for cells in reader:
                    if not any(map(str.strip, cells)):
                        continue
                    if headed:
                        headed = False
                        continue
                    if len(cells) != width:
                        raise InvalidInput(
                            f"{shown(self._path)}: row {reader.line_num} has {len(cells)} cells,"
                            f" and there are {width} columns"
                        )
                    yield reader.line_num, [cells[k].strip() for k in self._chosen]
            except csv.Error as error:
                raise InvalidInput(
                    f"{shown(self._path)}, row {reader.line_num}: {error}"
                ) from error
            except UnicodeDecodeError as error:
                raise InvalidInput(f"{shown(self._path)} is not text in UTF-8") from error

    def _groups(self) -> Iterator[list[tuple[int, list[str]]]]:
        group: list[tuple[int, list[str]]] = []
        for record in self._records():
            group.append(record)
            if len(group) == self._rows:
                yield group
                group = []
        if group:
            yield group

    def _scanned(self) -> tuple[dict[str, tuple[str, ...]], int]:
        """The words of columns of words, and the number of rows; every cell is looked at."""
        words: dict[str, set[str]] = {}
        count = 0
        for group in self._groups():
            for place, name in enumerate(self.names):
                cells = [cells[place] for _, cells in group]
                if count == 0 and _holds_words(cells[:1000]):
                    words[name] = set()
                if name in words:
                    self._add_words(words[name], group, place, name)
                else:
                    self._numbers(group, place, name)
            count += len(group)
        if not count:
            raise InvalidInput(f"{shown(self._path)} has a line of names, but no data")
        return {name: tuple(sorted(found)) for name, found in words.items()}, count

    def _add_words(
        self, found: set[str], group: Sequence[tuple[int, list[str]]], place: int, name: str
    ) -> None:
        for line, cells in group:
            cell = cells[place]
            if not cell:
                raise _missing(self._path, line, name)
            if _is_number(cell):
                raise InvalidInput(
                    f'{shown(self._path)}: row {line}, column {name} is a number, "{cell[:40]}",'
                    " among words"
                )
            found.add(cell)
        if len(found) > _WORDS_MOST:
            raise LimitReached(
                f"{shown(self._path)}: column {name} has more than {_WORDS_MOST} different words"
            )

    def _numbers(
        self, group: Sequence[tuple[int, list[str]]], place: int, name: str
    ) -> list[float]:
        try:
            numbers = [float(cells[place]) for _, cells in group]
            if all(-1e308 < value < 1e308 for value in numbers):
                return numbers
        except ValueError:
            pass
        for line, cells in group:
            cell = cells[place]
            if not cell:
                raise _missing(self._path, line, name)
            if not _is_number(cell):
                raise InvalidInput(
                    f"{shown(self._path)}: row {line}, column {name} is not a number:"
                    f' "{visible(cell)[:40]}"',
                    hint="every cell of the column must hold a number, such as 3 or -0.5e-3",
                )
        return [float(cells[place]) for _, cells in group]

    def read(self) -> Iterator[Columns]:
        """The pieces, from the start of the file."""
        import numpy as np

        codes: Mapping[str, dict[str, int]] = {
            name: {word: place for place, word in enumerate(words)}
            for name, words in self.categories.items()
        }
        for group in self._groups():
            values = np.empty((len(group), len(self.names)))
            for place, name in enumerate(self.names):
                if name in codes:
                    column: list[Any] = [codes[name].get(cells[place]) for _, cells in group]
                    if None in column:
                        raise InvalidInput(f"{shown(self._path)} has changed while it was read")
                    values[:, place] = column
                else:
                    values[:, place] = self._numbers(group, place, name)
            yield Columns(self.names, values, self.categories)


def _lines(stream: IO[str], path: str) -> Iterator[str]:
    """The lines of the file; one that never ends is refused."""
    while line := stream.readline(_LINE_MOST):
        if len(line) == _LINE_MOST:
            raise LimitReached(f"{shown(path)}: a line is longer than {_LINE_MOST >> 20} MiB")
        yield line
