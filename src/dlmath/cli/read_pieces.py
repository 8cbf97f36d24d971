"""Tables that are too large to hold: read in pieces, again from the start for each pass.

The first pass reads every cell, counts the rows and collects the words, so that a mistake in the
last row is found before the first step. The later ones read the numbers as the first one left them.
"""

from __future__ import annotations

import csv
import os
import stat
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import IO, TYPE_CHECKING, Any

from dlmath.cli.options import file_ending
from dlmath.cli.read_columns import (
    _cell,
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

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Files of text from this size on are read in pieces, in bytes.
LARGE = 64 << 20

#: Rows of a piece; a whole number of batches of the usual sizes.
ROWS = 1 << 16

_WORDS_MOST = 1000
#: So many cells of a column decide whether it holds words.
_LOOKED_AT = 1000
_LINE_MOST = 10 << 20


def read_table(
    reference: str, option: str = "--data", needed: Collection[str] | None = None
) -> tuple[Columns | Pieces, tuple[str, ...]]:
    """What `@reference` names: all of it, or in pieces where it is a large `.csv`, `.tsv`, `.npy`.

    The names of all columns of the file come with it. needed: as for `read_columns`. Raises
    InvalidInput, InvalidOption, LimitReached.
    """
    path, _ = split_reference(reference[1:])
    if reference.startswith("@") and file_ending(path) == ".npy" and _size(path) > LARGE:
        array = _mapped(path, ROWS)
        return array, array.names
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


def _mapped(path: str, rows: int) -> Pieces:
    """A large array of numpy, which stays on the disk."""
    import numpy as np

    try:
        array = np.load(path, mmap_mode="r", allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise InvalidInput(f"{shown(path)} is not a numpy array of numbers") from error
    if array.dtype.kind not in "biuf" or not 1 <= array.ndim <= 2 or not array.size:
        raise InvalidInput(f"{shown(path)} is not a table of real numbers: {array.dtype}")
    table = array.reshape(len(array), -1)
    names = column_names(table.shape[1])

    def read() -> Iterator[Columns]:
        for first in range(0, len(table), rows):
            values = np.array(table[first : first + rows], dtype=float)
            bad = np.argwhere(~np.isfinite(values))
            if len(bad):
                row, column = bad[0]
                found = values[row, column]
                place = f"row {first + row + 1}, column {names[column]}"
                raise InvalidInput(f"{shown(path)}: {place} is {found}, not a number")
            yield Columns(names, values, {})

    for _ in read():  # every cell is looked at before the first step
        pass
    return Pieces(names, {}, len(table), read)


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
    """One file: its columns, and how it is gone through.

    What was read is kept as binary numbers in a temporary file, if there is room for it; else the
    text is read again for each pass.
    """

    def __init__(self, path: str, needed: Collection[str] | None, rows: int) -> None:
        self._path = path
        self._rows = rows
        self.every, self._headed = _head(path)
        places = enumerate(self.every)
        self._chosen = [k for k, name in places if needed is None or name in needed]
        self.names = tuple(self.every[k] for k in self._chosen)
        self._codes: dict[str, dict[str, int]] = {}
        self._decided = False  # which columns hold words? The first piece tells
        self._kept: IO[bytes] | None = None
        self.count = self._scanned()
        self.categories = {name: tuple(sorted(codes)) for name, codes in self._codes.items()}

    def _scanned(self) -> int:
        """Reads every cell, finds the words of columns of words, and counts the rows."""
        import tempfile

        count, room = 0, True
        kept = tempfile.TemporaryFile()  # noqa: SIM115  it lives as long as the table
        for values in self._parsed():
            count += len(values)
            try:
                room = room and kept.write(values.tobytes()) == values.nbytes
            except OSError:
                room = False
        if not count:
            raise InvalidInput(f"{shown(self._path)} has a line of names, but no data")
        if room:
            self._kept = kept
        else:
            kept.close()
        return count

    def read(self) -> Iterator[Columns]:
        """The pieces, from the start of the file."""
        import numpy as np

        ranks = {
            place: np.argsort(np.argsort(list(self._codes[name])))
            for place, name in enumerate(self.names)
            if name in self._codes
        }
        for values in self._parsed() if self._kept is None else self._again(self._kept):
            for place, rank in ranks.items():
                values[:, place] = rank[values[:, place].astype(int)]
            yield Columns(self.names, values, self.categories)

    def _again(self, kept: IO[bytes]) -> Iterator[Array]:
        """The pieces from the temporary file."""
        import numpy as np

        width = len(self.names)
        for first in range(0, self.count, self._rows):
            rows = min(self._rows, self.count - first)
            kept.seek(8 * width * first)
            content = kept.read(8 * width * rows)
            yield np.frombuffer(content, dtype=float).reshape(rows, width).copy()

    # --- text ---------------------------------------------------------------------------------

    def _parsed(self) -> Iterator[Array]:
        """The pieces from the text; words as numbers in the order in which they first come."""
        with _opened(self._path) as stream:
            lines = _lines(stream, self._path)
            done = 0
            try:
                while self._headed and done == 0:
                    done += self._skipped_names(lines)
                while group := list(islice(lines, self._rows)):
                    values = self._quick(group)
                    if values is None:
                        yield from self._slowly(chain(group, lines), done)
                        return
                    done += len(group)
                    if len(values):
                        yield values
            except UnicodeDecodeError as error:
                raise InvalidInput(f"{shown(self._path)} is not text in UTF-8") from error

    def _skipped_names(self, lines: Iterator[str]) -> int:
        """Passes over the line of names; how many lines that were."""
        reader = csv.reader(lines, delimiter=_delimiter(self._path), skipinitialspace=True)
        for cells in reader:
            if any(map(str.strip, cells)):
                break
        return reader.line_num

    def _quick(self, lines: Sequence[str]) -> Array | None:
        """Lines of plain numbers, by numpy's reader of text; None where they are something else."""
        import numpy as np

        if self._codes:
            return None
        delimiter, width = _delimiter(self._path), len(self.every)
        filled = [line for line in lines if line.strip()]
        if any(line.count(delimiter) != width - 1 or '"' in line for line in filled):
            return None
        if not filled:
            return np.empty((0, len(self.names)))
        try:
            found: Array = np.loadtxt(
                filled, delimiter=delimiter, ndmin=2, comments=None, usecols=self._chosen
            )
        except ValueError:
            return None
        if not np.isfinite(found).all():
            return None
        self._decided = True
        return found

    def _slowly(self, lines: Iterable[str], before: int) -> Iterator[Array]:
        """Pieces cell by cell, which names what is wrong. before: lines that are done."""
        import numpy as np

        for group in self._groups(lines, before):
            values = np.empty((len(group), len(self.names)))
            for place, name in enumerate(self.names):
                if not self._decided and _holds_words([c[place] for _, c in group[:_LOOKED_AT]]):
                    self._codes[name] = {}
                if name in self._codes:
                    values[:, place] = self._words(group, place, name)
                else:
                    values[:, place] = self._numbers(group, place, name)
            self._decided = True
            yield values

    def _groups(self, lines: Iterable[str], before: int) -> Iterator[list[tuple[int, list[str]]]]:
        """Rows of the chosen columns as text, with their places."""
        reader = csv.reader(lines, delimiter=_delimiter(self._path), skipinitialspace=True)
        group: list[tuple[int, list[str]]] = []
        try:
            for cells in reader:
                if not any(map(str.strip, cells)):
                    continue
                place = before + reader.line_num
                if len(cells) != len(self.every):
                    raise InvalidInput(
                        f"{shown(self._path)}: row {place} has {len(cells)} cells, and there are"
                        f" {len(self.every)} columns"
                    )
                group.append((place, [cells[k].strip() for k in self._chosen]))
                if len(group) == self._rows:
                    yield group
                    group = []
        except csv.Error as error:
            place = before + reader.line_num
            raise InvalidInput(f"{shown(self._path)}, row {place}: {error}") from error
        if group:
            yield group

    def _words(self, group: Sequence[tuple[int, list[str]]], place: int, name: str) -> list[int]:
        codes = self._codes[name]
        found: list[int] = []
        for line, cells in group:
            cell = cells[place]
            if not cell:
                raise _missing(self._path, line, name)
            if _is_number(cell):
                raise InvalidInput(
                    f'{shown(self._path)}: row {line}, column {name} is a number, "{cell[:40]}",'
                    " among words"
                )
            found.append(codes.setdefault(cell, len(codes)))
        if len(codes) > _WORDS_MOST:
            raise LimitReached(
                f"{shown(self._path)}: column {name} has more than {_WORDS_MOST} different words"
            )
        return found

    def _numbers(
        self, group: Sequence[tuple[int, list[str]]], place: int, name: str
    ) -> list[float]:
        try:
            numbers = [float(cells[place]) for _, cells in group]
            if all(-1e308 < value < 1e308 for value in numbers):
                return numbers
        except ValueError:
            pass
        return [_cell(cells[place], self._path, line, name) for line, cells in group]


def _lines(stream: IO[str], path: str) -> Iterator[str]:
    """The lines of the file; one that never ends is refused."""
    while line := stream.readline(_LINE_MOST):
        if len(line) == _LINE_MOST:
            raise LimitReached(f"{shown(path)}: a line is longer than {_LINE_MOST >> 20} MiB")
        yield line
