"""Messages over a pipe between the supervising process and the computing one.

A frame is a length and that many bytes, written by `marshal`: both ends are the same program, one
forked from the other, so nothing here is read from outside.
"""

from __future__ import annotations

import marshal
import os
from typing import Any, NamedTuple

_HEADER = 8


class Line(NamedTuple):
    """One thing to compute: a line of standard input, or the arguments alone (number None)."""

    number: int | None = None
    text: str | None = None


class Reply(NamedTuple):
    """What one line gave, ready to be written.

    code: exit code. out, err: bytes for the two streams. saved: contents for each `--save`, in
    the order given. final: the remaining lines must not be tried (the options are wrong).
    """

    code: int
    out: bytes = b""
    err: bytes = b""
    saved: tuple[bytes, ...] = ()
    final: bool = False


def write_all(descriptor: int, content: bytes) -> None:
    """Writes every byte, however small the pipe. Raises OSError."""
    view = memoryview(content)
    while view:
        view = view[os.write(descriptor, view) :]


def send(descriptor: int, *parts: Any) -> None:
    """Sends one message of plain values (numbers, text, bytes, None, tuples of them)."""
    content = marshal.dumps(parts)
    write_all(descriptor, len(content).to_bytes(_HEADER, "big") + content)


class Inbox:
    """Collects bytes from a pipe until whole messages are there."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self._held = bytearray()

    def read(self) -> bool:
        """Reads once (waits when nothing is there); False when the other end is closed."""
        content = os.read(self.descriptor, 1 << 16)
        self._held += content
        return bool(content)

    def next(self) -> tuple[Any, ...] | None:
        """The next whole message, or None."""
        if len(self._held) < _HEADER:
            return None
        end = _HEADER + int.from_bytes(self._held[:_HEADER], "big")
        if len(self._held) < end:
            return None
        message: tuple[Any, ...] = marshal.loads(self._held[_HEADER:end])  # noqa: S302  our child's
        del self._held[:end]
        return message
