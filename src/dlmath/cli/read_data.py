"""Data from files: `.csv`, `.tsv`, `.json`, `.npy`, `.npz`; never with pickle.

Numbers written as text stay exact; the place of anything that is not a number is named by row and
column, counted from 1.
"""

from __future__ import annotations

import csv
import json
import os
import re
import stat
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.graph import Exact, Node, number, vector
from dlmath.render.errors import visible

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlmath.answer import Sentence

    Array = NDArray[Any]

#: The largest file, and the largest array inside a compressed one, in bytes.
BYTES_MOST = 256 << 20

#: Text with more entries than this becomes an array of floats instead of exact numbers.
EXACT_MOST = 10_000

#: The longest number, and the largest decimal exponent.
_CELL_MOST = 5_000
_EXPONENT_MOST = 400

_DEPTH_MOST = 8

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?")

_ENDINGS = (".csv", ".tsv", ".json", ".npy", ".npz")

#: Numbers in nested lists of equal lengths.
Nested = Any


def read_data(
    reference: str, notes: list[Sentence] | None = None, *, rows: bool = False
) -> Node | Array:
    """What `@reference` names: exact nodes from small text files, an array otherwise.

    A table of one row or one column is a vector; with `rows` it stays a matrix. A first line of
    names is left out, and a note says so. Raises InvalidInput, LimitReached.
    """
    path, name = split_reference(reference)
    ending = os.path.splitext(path)[1].lower()  # noqa: PTH122  lone surrogates are kept
    if ending not in _ENDINGS:
        raise InvalidInput(
            f"{shown(path)}: {'this kind of file' if ending else 'a file without an ending'} "
            "is not read",
            hint="the endings are " + ", ".join(_ENDINGS),
        )
    content = content_of(path)
    if ending in (".npy", ".npz"):
        return _array(content, path, name, compressed=ending == ".npz")
    if ending == ".json":
        nested = _json(content, path)
    else:
        nested, names = _table(content, path, "\t" if ending == ".tsv" else ",")
        if names and notes is not None:
            listed = ", ".join(visible(name)[:40] for name in names[:8])
            more = ", ..." if len(names) > 8 else ""
            notes.append((f"the first line of {shown(path)} is read as names: {listed}{more}",))
        if not rows:
            nested = _flat(nested)
    return _made(nested)


def read_vector(reference: str, notes: list[Sentence] | None = None) -> Node:
    """The same as one node, for an argument that is an expression. Raises LimitReached."""
    data = read_data(reference, notes)
    if isinstance(data, Node):
        return data
    if data.size > EXACT_MOST:
        raise LimitReached(f"{data.size} entries are too many for an expression: {EXACT_MOST}")
    from dlmath.maths.linear_algebra.operands import exact_node, read_array

    return exact_node(read_array(data, "given"))


def split_reference(reference: str) -> tuple[str, str | None]:
    """Path and array name of `file.npz:name`."""
    path, colon, name = reference.rpartition(":")
    if colon and path.lower().endswith(".npz"):
        return path, name
    return reference, None


def shown(path: str) -> str:
    return visible(path.encode("utf-8", "replace").decode())[:200]


def content_of(path: str) -> bytes:
    """The bytes of an ordinary file of bounded size."""
    try:
        # Without waiting: a named pipe must not hold the command up before it is refused.
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)
        with os.fdopen(os.open(path, flags), "rb") as stream:
            facts = os.fstat(stream.fileno())
            if not stat.S_ISREG(facts.st_mode):
                raise InvalidInput(f"{shown(path)} is not an ordinary file")
            if facts.st_size > BYTES_MOST:
                raise LimitReached(
                    f"{shown(path)} is too large: {facts.st_size >> 20} MiB, "
                    f"at most {BYTES_MOST >> 20}"
                )
            return stream.read(BYTES_MOST + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "the name is not valid"
        raise InvalidInput(f"{shown(path)} cannot be read: {reason.lower()}") from error


# --- text -----------------------------------------------------------------------------------


def text_of(content: bytes, path: str) -> str:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidInput(f"{shown(path)} is UTF-16", hint="save it as UTF-8")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InvalidInput(
            f"{shown(path)} is not text in UTF-8 (byte {error.start + 1})",
            hint="a binary array belongs in a .npy file",
        ) from error


def _table(content: bytes, path: str, delimiter: str) -> tuple[list[list[Exact]], list[str]]:
    """Rows of exact numbers, and the names above them."""
    text = text_of(content, path)
    rows: list[list[Exact]] = []
    names: list[str] = []
    lines = csv.reader(text.splitlines(), delimiter=delimiter)
    try:
        for cells in lines:
            if not any(cell.strip() for cell in cells):
                continue
            if not (rows or names) and all(map(_is_name, cells)):
                names = [cell.strip() for cell in cells]
                continue
            place = lines.line_num
            row = [
                _number(cell, path, f"row {place}, column {column}")
                for column, cell in enumerate(cells, start=1)
            ]
            if rows and len(row) != len(rows[0]):
                raise InvalidInput(
                    f"{shown(path)}: row {place} has {_columns(len(row))}, "
                    f"the first has {len(rows[0])}"
                )
            rows.append(row)
    except csv.Error as error:
        raise InvalidInput(f"{shown(path)}, row {lines.line_num}: {error}") from error
    if not rows:
        if names:
            _number(names[0], path, f"row {lines.line_num}, column 1")
        raise InvalidInput(f"{shown(path)} is empty")
    if names and len(names) != len(rows[0]):
        raise InvalidInput(
            f"{shown(path)}: the line of names has {_columns(len(names))}, "
            f"the first row of numbers has {len(rows[0])}"
        )
    return rows, names


#: Words that stand for a number that is missing or none, and so are no names of columns.
_NO_NAMES = frozenset("nan na n/a null none inf infinity".split())


def _is_name(cell: str) -> bool:
    """Could this be the name of a column?"""
    text = cell.strip()
    return (
        (text[:1].isalpha() or text[:1] == "_")
        and text.lower() not in _NO_NAMES
        and ";" not in text
    )


def _flat(rows: list[list[Exact]]) -> Nested:
    """One row or one column as a vector."""
    if len(rows) == 1:
        return rows[0]
    if len(rows[0]) == 1:
        return [row[0] for row in rows]
    return rows


def _columns(count: int) -> str:
    return f"{count} column" if count == 1 else f"{count} columns"


def _number(cell: str, path: str, place: str) -> Exact:
    """One cell, exactly."""
    text = cell.strip()
    if not text:
        raise InvalidInput(f"{shown(path)}: {place} is empty", hint="write a number there")
    if len(text) > _CELL_MOST:
        raise LimitReached(f"{shown(path)}: the number in {place} is too long")
    match = _NUMBER.fullmatch(text)
    if match is None:
        raise InvalidInput(
            f'{shown(path)}: {place} is not a number: "{visible(text)[:40]}"',
            hint=_hint_for(text, place),
        )
    if match[3] and abs(int(match[3][1:])) > _EXPONENT_MOST:
        raise LimitReached(f"{shown(path)}: the exponent in {place} is too large")
    value = Fraction(text)
    return value.numerator if value.denominator == 1 else value


def _hint_for(text: str, place: str) -> str:
    if ";" in text:
        return "columns are separated by commas, and decimals have a point"
    if place.startswith("row 1,"):
        return "leave the line of column names out"
    return "every cell must hold a number, such as 3 or -0.5e-3"


def _json(content: bytes, path: str) -> Nested:
    """Nested lists of exact numbers."""

    def refuse(text: str) -> Any:
        raise InvalidInput(f"{shown(path)}: {text} is not a number")

    def exact(text: str) -> Exact:
        return _number(text, path, "an entry")

    try:
        data = json.loads(
            text_of(content, path), parse_float=exact, parse_int=exact, parse_constant=refuse
        )
    except json.JSONDecodeError as error:
        raise InvalidInput(
            f"{shown(path)} is not JSON: line {error.lineno}, column {error.colno}"
        ) from error
    except RecursionError as error:
        raise LimitReached(f"{shown(path)} is nested too deeply") from error
    if not isinstance(data, list):
        raise InvalidInput(f"{shown(path)} holds no list of numbers", hint="write [1, 2, 3]")
    _check_nested(data, path, ())
    return data


def _check_nested(data: Any, path: str, place: tuple[int, ...]) -> tuple[int, ...]:
    """The shape of nested lists of numbers of equal lengths. Raises InvalidInput, LimitReached."""
    where = ", ".join(str(index + 1) for index in place)
    if isinstance(data, bool) or not isinstance(data, (list, int, Fraction)):
        raise InvalidInput(f"{shown(path)}: entry {where} is not a number")
    if not isinstance(data, list):
        return ()
    if len(place) >= _DEPTH_MOST:
        raise LimitReached(f"{shown(path)} is nested more than {_DEPTH_MOST} deep")
    if not data:
        raise InvalidInput(f"{shown(path)}: {f'entry {where}' if place else 'the list'} is empty")
    shapes = [_check_nested(part, path, (*place, index)) for index, part in enumerate(data)]
    for index, shape in enumerate(shapes):
        if shape != shapes[0]:
            at = ", ".join(str(number_ + 1) for number_ in (*place, index))
            raise InvalidInput(f"{shown(path)}: entry {at} has another length than the first")
    return (len(data), *shapes[0])


def _made(nested: Nested) -> Node | Array:
    """Exact nodes, or an array where there are many entries."""
    if _count(nested) <= EXACT_MOST:
        return _node(nested)
    import numpy as np

    whole = _all_whole(nested)
    return np.array(nested, dtype=np.int64 if whole else np.float64)


def _count(nested: Nested) -> int:
    return sum(_count(part) for part in nested) if isinstance(nested, list) else 1


def _all_whole(nested: Nested) -> bool:
    if isinstance(nested, list):
        return all(_all_whole(part) for part in nested)
    return isinstance(nested, int) and abs(nested) < 1 << 63


def _node(nested: Nested) -> Node:
    if isinstance(nested, list):
        return vector(_node(part) for part in nested)
    return number(nested)


# --- binary ---------------------------------------------------------------------------------


def _array(content: bytes, path: str, name: str | None, *, compressed: bool) -> Array:
    """A numpy array, its header not trusted."""
    import io

    import numpy as np

    if compressed:
        content = _member(content, path, name)
    stream = io.BytesIO(content)
    try:
        version = np.lib.format.read_magic(stream)
        read_header = {
            (1, 0): np.lib.format.read_array_header_1_0,
            (2, 0): np.lib.format.read_array_header_2_0,
        }[version]
        shape, _, kind = read_header(stream)
    except (ValueError, KeyError, EOFError, OSError, SyntaxError, TypeError) as error:
        raise InvalidInput(f"{shown(path)} is not a numpy array") from error
    if kind.hasobject:
        raise InvalidInput(f"{shown(path)} holds Python objects, which are never loaded")
    if kind.kind not in "biufc":
        raise InvalidInput(f"{shown(path)} holds {kind}, not numbers")
    entries = 1
    for length in shape:
        if not isinstance(length, int) or length < 0:
            raise InvalidInput(f"{shown(path)} has a wrong header")
        entries *= length
    if entries * kind.itemsize > len(content) - stream.tell():
        raise InvalidInput(f"{shown(path)} is cut short: its header promises {shape}")
    if not entries:
        raise InvalidInput(f"{shown(path)} is empty")
    stream.seek(0)
    try:
        array: Array = np.load(stream, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise InvalidInput(f"{shown(path)} is not a numpy array") from error
    _refuse_nan(array, path)
    return array.astype(np.int64) if kind.kind == "b" else array


def _refuse_nan(array: Array, path: str) -> None:
    import numpy as np

    if array.dtype.kind not in "fc":
        return
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        from dlmath.maths.linear_algebra.operands import place_words

        place = place_words(bad[0].tolist())
        raise InvalidInput(
            f"{shown(path)}: {place} is {array[tuple(bad[0])]}, not a number",
            hint="take that row or column out, or put a number there",
        )


def _member(content: bytes, path: str, name: str | None) -> bytes:
    """One array of an .npz file, uncompressed."""
    import io
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [entry.removesuffix(".npy") for entry in archive.namelist()]
            listed = ", ".join(visible(entry)[:40] for entry in names[:10])
            if name is None and len(names) != 1:
                raise InvalidInput(
                    f"{shown(path)} holds {len(names)} arrays: {listed}",
                    hint=f"say which one: @{shown(path)}:{visible(names[0])[:40]}"
                    if names
                    else None,
                )
            wanted = names[0] if name is None else name
            if wanted not in names:
                raise InvalidInput(
                    f"{shown(path)} holds no array {visible(wanted)[:40]}",
                    hint=f"it holds {listed}",
                )
            facts = archive.infolist()[names.index(wanted)]
            if facts.file_size > BYTES_MOST:
                raise LimitReached(f"{shown(path)} is too large when it is uncompressed")
            with archive.open(facts) as stream:
                return stream.read(BYTES_MOST)
    except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError) as error:
        raise InvalidInput(f"{shown(path)} is not an .npz file") from error
