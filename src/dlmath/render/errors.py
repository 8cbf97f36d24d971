"""Errors in words: what is wrong, the place in the text, what to write instead."""

from __future__ import annotations

import unicodedata

from dlmath.errors import DlmathError

#: Longer messages are cut: an error must not flood the terminal.
_MESSAGE_MOST = 600

_INDENT = "  "


def error_text(error: DlmathError, *, width: int = 80, line: int | None = None) -> str:
    """The lines for stderr, ending with a newline. Nothing typed is repeated raw."""
    where = f"line {line}: " if line is not None else ""
    lines = [f"error: {where}{visible(error.message)[:_MESSAGE_MOST]}"]
    if error.text is not None and error.start is not None:
        lines += pointer(error.text, error.start, error.end, width)
    if error.hint:
        lines.append(f"hint: {visible(error.hint)[:_MESSAGE_MOST]}")
    return "\n".join(lines) + "\n"


def pointer(text: str, start: int, end: int | None, width: int) -> list[str]:
    """The text on one line and carets under the place, windowed around it when it is long."""
    start = max(0, min(start, len(text)))
    end = start + 1 if end is None else max(start + 1, end)
    room = max(20, min(width, 100) - len(_INDENT))
    begin, stop = _window(text, start, min(end, len(text)), room - 6)
    before = ("..." if begin > 0 else "") + visible(text[begin:start])
    marked = visible(text[start : min(end, stop)])
    after = visible(text[min(end, stop) : stop]) + ("..." if stop < len(text) else "")
    if not (before + marked + after).strip():
        return []
    carets = "^" * max(1, columns(marked))
    return [_INDENT + before + marked + after, _INDENT + " " * columns(before) + carets]


def _window(text: str, start: int, end: int, room: int) -> tuple[int, int]:
    """Half-open range of characters to show: everything, or `room` columns about the place."""
    if columns(visible(text[:2000])) <= room and len(text) <= 2000:
        return 0, len(text)
    end = min(end, start + room // 2)
    begin, stop = start, end
    used = columns(visible(text[begin:stop]))
    while used < room and (begin > 0 or stop < len(text)):
        # Two characters of what comes before for one of what comes after.
        for _ in range(2):
            if begin > 0:
                begin -= 1
                used += columns(visible(text[begin]))
        if stop < len(text):
            used += columns(visible(text[stop]))
            stop += 1
    return begin, stop


def visible(text: str) -> str:
    """The text with every character that would not show, or would do something, spelled out."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(character if _shows(character) else _spelled(character) for character in text)


def _shows(character: str) -> bool:
    return character == " " or (character.isprintable() and not unicodedata.combining(character))


def _spelled(character: str) -> str:
    code = ord(character)
    if character in "\n\t\r":
        return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}[character]
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def columns(text: str) -> int:
    """How many columns of a terminal the text takes."""
    if text.isascii():
        return len(text)
    wide = sum(1 for character in text if unicodedata.east_asian_width(character) in "WF")
    return len(text) + wide - sum(1 for character in text if unicodedata.combining(character))
