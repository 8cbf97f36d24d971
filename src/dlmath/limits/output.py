"""Writing to the standard streams, whatever state they are in."""

from __future__ import annotations

import errno
import os

from dlmath.errors import OutputError
from dlmath.limits.frames import write_all


class Output:
    """The two streams of the command; knows which were closed when the program started."""

    def __init__(self) -> None:
        self._closed = {stream for stream in (0, 1, 2) if not _is_open(stream)}
        for stream in self._closed:
            # A pipe opened later must not land on the number of a standard stream.
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != stream:
                os.dup2(nowhere, stream)
                os.close(nowhere)
        self._progress = ""
        self._live = bool(2 not in self._closed and os.isatty(2)) and os.environ.get(
            "TERM", "dumb"
        ) not in ("dumb", "")

    @property
    def has_input(self) -> bool:
        """Is there a standard input?"""
        return 0 not in self._closed

    def answer(self, content: bytes) -> bool:
        """Writes to standard output; False when its reader has gone away.

        Raises OutputError when it cannot be written.
        """
        if not content:
            return True
        self.clear_progress()
        if 1 in self._closed:
            raise OutputError("the answer cannot be written: standard output is closed")
        try:
            write_all(1, content)
        except BrokenPipeError:
            return False
        except OSError as error:
            if error.errno == errno.EPIPE:
                return False
            raise OutputError(f"the answer cannot be written: {error.strerror}") from error
        return True

    def remark(self, content: bytes) -> None:
        """Writes to standard error; when that cannot be, there is nobody to tell."""
        if not content or 2 in self._closed:
            return
        self.clear_progress()
        try:
            write_all(2, content)
        except OSError:
            return

    def progress(self, done: float, words: str) -> None:
        """Shows on a terminal how far a long computation is, in one line that is rewritten."""
        if not self._live:
            return
        line = f"{done:4.0%} {words}"[: max(10, _columns() - 1)]
        if line != self._progress:
            self._progress = line
            self._raw(b"\r\x1b[K" + line.encode())

    def clear_progress(self) -> None:
        """Takes the line of progress away."""
        if self._progress:
            self._progress = ""
            self._raw(b"\r\x1b[K")

    def _raw(self, content: bytes) -> None:
        try:
            write_all(2, content)
        except OSError:
            self._live = False


def _is_open(stream: int) -> bool:
    try:
        os.fstat(stream)
    except OSError:
        return False
    return True


def _columns() -> int:
    try:
        return os.get_terminal_size(2).columns or 80
    except OSError:
        return 80
