"""The supervising process: one computing child, a clock, and the writing of replies."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from dlmath.errors import DlmathError, LimitReached
from dlmath.limits import signals
from dlmath.limits.child import OUT_OF_MEMORY, Defect, Worker, fork
from dlmath.limits.frames import Inbox, Line, Reply, send
from dlmath.limits.output import Output

#: Preparation (imports, perhaps without bytecode on a busy machine) must end within this.
_PREPARATION_SECONDS = 60.0

#: The longest wait before looking at the clock again. A longer pause than this was not waiting:
#: the whole command was stopped (Ctrl-Z) and that time does not count.
_TICK = 0.5

#: Progress is shown only for computations that take longer than this.
_QUIET_SECONDS = 1.0


#: With fewer MiB than this, a crash is put down to the memory limit.
_COMFORTABLE = 512


#: So many short replies are kept, for lines that come again.
_REMEMBERED = 1000
_REMEMBERED_BYTES = 4096


class Gone(Exception):
    """The child ended without a reply; code as `os.waitstatus_to_exitcode` gives it."""

    def __init__(self, code: int, peak_mebibytes: float) -> None:
        super().__init__(code)
        self.code = code
        self.peak_mebibytes = peak_mebibytes


class Child(Protocol):
    """A computing process, however it was started."""

    def send(self, line: Line) -> None:
        """Gives it one line."""

    def receive(self, seconds: float) -> tuple[Any, ...] | None:
        """Its next message, or None when none came in time. Raises Gone."""

    def interrupt(self) -> None:
        """Asks it to stop with what it has so far."""

    def kill(self) -> None:
        """Ends it at once, whatever it is doing."""


class Forked:
    """A child made by fork: it shares everything that was loaded, and starts in a millisecond."""

    def __init__(self, worker: Worker) -> None:
        self._number = 0
        with signals.Held():
            self._number, self._to, from_child = fork(worker)
            signals.before_leaving(self.kill)
        self._inbox = Inbox(from_child)

    def send(self, line: Line) -> None:
        try:
            send(self._to, *line)
        except BrokenPipeError:
            return  # it has ended: receive says how

    def receive(self, seconds: float) -> tuple[Any, ...] | None:
        from select import select

        message = self._inbox.next()
        while message is None:
            ready, _, _ = select([self._inbox.descriptor], [], [], seconds)
            if not ready:
                return None
            if not self._inbox.read():
                raise self._ended()
            message = self._inbox.next()
        return message

    def _ended(self) -> Gone:
        number, self._number = self._number, 0
        _, status, used = os.wait4(number, 0)
        return Gone(os.waitstatus_to_exitcode(status), used.ru_maxrss / 1024)

    def interrupt(self) -> None:
        if self._number:
            os.kill(self._number, signal.SIGINT)

    def kill(self) -> None:
        if self._number:
            number, self._number = self._number, 0
            os.kill(number, 9)
            os.waitpid(number, 0)


def start(worker: Worker, arguments: list[str]) -> Child:
    """Starts a computing process for the worker; `arguments` are those of this command."""
    if hasattr(os, "fork"):
        return Forked(worker)
    from dlmath.limits.spawned import Spawned

    return Spawned(arguments, worker.handover)


def supervise(
    worker: Worker,
    lines: Iterable[tuple[Line, DlmathError | None]],
    output: Output,
    arguments: list[str],
) -> tuple[int, list[list[bytes]]]:
    """Has every line answered within the limits and writes the replies in order.

    A line may come with an error already (text that cannot be read). Returns the highest exit
    code, and the contents for each `--save`. Raises OutputError.
    """
    worst = 0
    saved: list[list[bytes]] = []
    for reply in _replies(worker, lines, output, arguments):
        worst = max(worst, reply.code)
        output.remark(reply.err)
        for place, content in enumerate(reply.saved):
            while len(saved) <= place:
                saved.append([])
            saved[place].append(content)
        if not output.answer(reply.out):
            return 0, saved if isinstance(lines, list) else []
    return worst, saved


def _replies(
    worker: Worker,
    lines: Iterable[tuple[Line, DlmathError | None]],
    output: Output,
    arguments: list[str],
) -> Iterator[Reply]:
    child: Child | None = None
    answered: dict[str | None, Reply] = {}
    try:
        for line, error in lines:
            if error is not None:
                yield worker.failure(error, line)
                continue
            if line.text in answered:
                yield answered[line.text]
                continue
            if child is None:
                child = start(worker, arguments)
                refused = _until_ready(worker, child)
                if refused is not None:
                    yield refused
                    return
            child.send(line)
            try:
                reply = _reply(child, worker, output)
            except (LimitReached, Gone) as trouble:
                child.kill()
                child = None
                yield _explained(trouble, worker, line)
                continue
            yield reply
            if reply.final:
                return
            # Repeated lines are common in logs; what went to stderr may name the line.
            if reply.code == 0 and not reply.err and len(reply.out) < _REMEMBERED_BYTES:
                if len(answered) >= _REMEMBERED:
                    answered.clear()
                answered[line.text] = reply
    finally:
        if child is not None:
            child.kill()


def _until_ready(worker: Worker, child: Child) -> Reply | None:
    """Waits until the child can take lines; a reply means that it will not."""
    try:
        message = _wait(child, _PREPARATION_SECONDS, None)
    except (LimitReached, Gone) as trouble:
        return _explained(trouble, worker, Line())
    return None if message[0] == "ready" else Reply(*message[1:])


def _reply(child: Child, worker: Worker, output: Output) -> Reply:
    try:
        message = _wait(child, worker.timeout, output)
    finally:
        signals.Stop.ask = None
    reply = Reply(*message[1:])
    if signals.Stop.asked:
        return reply._replace(code=128 + signal.SIGINT, final=True)
    return reply


def _wait(child: Child, seconds: float, output: Output | None) -> tuple[Any, ...]:
    """The child's next message that is not progress. Raises LimitReached, Gone."""
    spent = 0.0
    since_stop = 0.0
    before = time.monotonic()
    while True:
        left = seconds - spent if seconds else _TICK
        message = child.receive(max(0.0, min(_TICK, left)))
        now = time.monotonic()
        spent += min(now - before, 2 * _TICK)
        if signals.Stop.asked:
            since_stop += now - before
            if since_stop > signals.GRACE:
                signals.leave(signal.SIGINT)
        before = now
        if message is not None and message[0] == "can stop":
            signals.Stop.ask = child.interrupt
            continue
        if message is not None and message[0] != "progress":
            return message
        if message is not None and output is not None and spent > _QUIET_SECONDS:
            output.progress(message[1], message[2])
        if seconds and spent >= seconds:
            raise LimitReached(
                f"the time limit of {seconds:g} s was reached",
                hint="give more time with --timeout SECONDS (0: no limit)",
            )


def _explained(trouble: LimitReached | Gone, worker: Worker, line: Line) -> Reply:
    """The reply for a line whose child had to be ended, or ended by itself."""
    if isinstance(trouble, LimitReached):
        return worker.failure(trouble, line)
    if _ran_out_of_memory(trouble, worker):
        message = f"the memory limit of {worker.memory} MiB was reached"
        hint = "give more with --memory MIB (0: no limit)"
        return worker.failure(LimitReached(message, hint=hint), line)
    if trouble.code == -9:
        message = "the system ended the computation, most likely because memory ran out"
        return worker.failure(LimitReached(message), line)
    if trouble.code == -24:  # SIGXCPU
        return worker.failure(LimitReached("the limit of processor time was reached"), line)
    return worker.failure(Defect(f"the computation ended with {trouble.code}"), line)


def _ran_out_of_memory(gone: Gone, worker: Worker) -> bool:
    """Libraries in C crash or exit when memory is short; only the size tells why."""
    if gone.code == OUT_OF_MEMORY:
        return True
    crashed = gone.code < 0 or gone.code == 1
    short = gone.peak_mebibytes > worker.memory / 2 or worker.memory < _COMFORTABLE
    return bool(worker.memory) and crashed and short
