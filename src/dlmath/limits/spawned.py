"""A computing process where there is no fork: a new interpreter that runs the same command."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from queue import Empty, Queue
from threading import Thread
from typing import Any

from dlmath.limits import signals
from dlmath.limits.frames import Inbox, Line, send

#: Holds the worker's `handover` in the new interpreter, which so serves instead of supervising.
MARK = "DLMATH_COMPUTES"


class Spawned:
    """A child in an interpreter of its own. Memory is limited only where the system can."""

    def __init__(self, arguments: list[str], handover: str) -> None:
        self._process = subprocess.Popen(  # noqa: S603  this program, with its own arguments
            [sys.executable, "-m", "dlmath", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, MARK: handover},
        )
        signals.before_leaving(self.kill)
        self._messages: Queue[tuple[Any, ...] | None] = Queue()
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        assert self._process.stdout is not None
        inbox = Inbox(self._process.stdout.fileno())
        while inbox.read():
            while (message := inbox.next()) is not None:
                self._messages.put(message)
        self._messages.put(None)

    def send(self, line: Line) -> None:
        assert self._process.stdin is not None
        try:
            send(self._process.stdin.fileno(), *line)
        except OSError:
            return  # it has ended: receive says how

    def receive(self, seconds: float) -> tuple[Any, ...] | None:
        from dlmath.limits.supervisor import Gone

        try:
            message = self._messages.get(timeout=seconds)
        except Empty:
            return None
        if message is None:
            raise Gone(self._process.wait(), 0.0)
        return message

    def interrupt(self) -> None:
        """Nothing can be asked of it here: the whole command ends."""
        signals.leave(signal.SIGINT)

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
