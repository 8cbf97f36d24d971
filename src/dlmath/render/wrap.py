"""Breaking lines for a narrow terminal: at blanks, and in a formula beside its signs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dlmath.render.errors import columns

#: After these a formula may go on in the next line.
_SEAMS = re.compile(r"(?<=[·*/,(\[])|(?=[·*/])(?<![·*/])")


def wrapped(text: str, room: int) -> list[str]:
    """The text in lines of at most `room` columns; what has no seam is cut where it must be."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        joined = f"{line} {word}" if line else word
        if columns(joined) <= room:
            line = joined
            continue
        if line:
            lines.append(line)
        *full, line = _broken(word, room)
        lines += full
    return [*lines, line]


def _broken(word: str, room: int) -> Iterator[str]:
    """One word in pieces that fit, broken at the seams of a formula where there are some."""
    piece = ""
    for part in _SEAMS.split(word):
        if columns(piece + part) <= room:
            piece += part
            continue
        if piece:
            yield piece
        *full, piece = _cut(part, room)
        yield from full
    yield piece


def _cut(text: str, room: int) -> Iterator[str]:
    piece = ""
    for character in text:
        if piece and columns(piece + character) > room:
            yield piece
            piece = ""
        piece += character
    yield piece
