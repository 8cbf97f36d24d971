"""The computing process: receives lines, sends replies, and never writes to the terminal."""

from __future__ import annotations

import gc
import os
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Protocol

from dlmath.errors import DlmathError, ExitCode, LimitReached
from dlmath.limits import resources, signals
from dlmath.limits.frames import Inbox, Line, Reply, send

#: Exit code of a child that ran out of memory; the parent words it.
OUT_OF_MEMORY = 90

Progress = Callable[[float, str], None]


class Worker(Protocol):
    """What a command does, seen from here.

    timeout: seconds for each line (0: none). memory: MiB of address space (0: no limit).
    """

    timeout: float
    memory: int

    @property
    def handover(self) -> str:
        """What a new interpreter with the same arguments must be told."""

    def prepare(self) -> Reply | None:
        """Imports and reads options, before the clock starts; a reply refuses to go on."""

    def answer(self, line: Line, progress: Progress) -> Reply:
        """Computes one line and renders the answer. Raises DlmathError."""

    def failure(self, error: DlmathError, line: Line) -> Reply:
        """Renders an error."""


class _Parent:
    """The pipe to the supervising process, in the computing one.

    told: does it know that the line being computed can stop half-way?
    """

    replies: int | None = None
    told = False


def interrupted() -> bool:
    """Was Ctrl-C pressed? Asked now and then by a computation that can stop half-way.

    The supervising process learns by this that it may wait for what there is so far.
    """
    if _Parent.replies is None:
        return False
    if not _Parent.told:
        _Parent.told = True
        send(_Parent.replies, "can stop")
    return signals.Stop.asked


def serve(worker: Worker, requests: int, replies: int) -> None:
    """Answers every line that arrives on the pipe `requests`, until it is closed."""
    _Parent.replies = replies
    resources.leave_no_core()
    resources.limit_memory(worker.memory)
    # One thread each: more would cost start-up and address space, and these sizes do not gain.
    os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = "1"
    import warnings

    warnings.simplefilter("ignore")
    inbox = Inbox(requests)
    try:
        refused = _guarded(worker, Line(), worker.prepare)
        if refused is not None:
            send(replies, "reply", *refused[:-1], True)
            return
        send(replies, "ready")
        # What is loaded now stays; collecting rubbish starts only when there can be much of it.
        gc.freeze()
        gc.set_threshold(200_000, 20, 50)
        gc.enable()

        progress = _reporter(replies)
        while True:
            message = inbox.next()
            if message is None:
                if not inbox.read():
                    return
                continue
            line = Line(*message)
            resources.limit_processor_time(worker.timeout)
            _Parent.told = False
            reply = _guarded(worker, line, partial(worker.answer, line, progress))
            assert reply is not None
            send(replies, "reply", *reply)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)


def _reporter(replies: int) -> Progress:
    """Passes progress on, at most ten times a second."""
    last = 0.0

    def progress(done: float, words: str) -> None:
        nonlocal last
        now = time.monotonic()
        if now - last > 0.1:
            last = now
            send(replies, "progress", float(done), words)

    return progress


def _guarded(worker: Worker, line: Line, action: Callable[[], Reply | None]) -> Reply | None:
    """Runs an action; every exception but MemoryError becomes a reply."""
    try:
        return action()
    except MemoryError:
        raise
    except DlmathError as error:
        return worker.failure(error, line)
    except RecursionError:
        return worker.failure(LimitReached("the expression is nested too deeply"), line)
    except Exception as error:
        if _for_want_of_memory(error):
            raise MemoryError from error
        return _bug(worker, error, line)


#: How loaders and thread makers in C say that memory is short, while Python says something else.
_SHORT_OF_MEMORY = ("allocate memory", "failed to map segment", "start new thread")


def _for_want_of_memory(error: BaseException) -> bool:
    """Did this, or what led to it, happen because memory ran out?"""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, MemoryError) or any(sign in str(seen) for sign in _SHORT_OF_MEMORY):
            return True
        seen = seen.__cause__ or seen.__context__
    return False


class Defect(DlmathError):
    """A mistake of ours (exit 70)."""

    status = "unsolved"
    exit_code = ExitCode.BUG

    def __init__(self, what: str) -> None:
        super().__init__(f"a defect in dlmath ({what})", hint="please report it, with the command")


def _bug(worker: Worker, error: Exception, line: Line) -> Reply:
    """A defect, in one line that says where; with DLMATH_DEBUG the whole story."""
    if os.environ.get("DLMATH_DEBUG"):
        import traceback

        return Reply(int(ExitCode.BUG), err="".join(traceback.format_exception(error)).encode())
    where = error.__traceback__
    while where is not None and where.tb_next is not None:
        where = where.tb_next
    place = ""
    if where is not None:
        name = where.tb_frame.f_globals.get("__name__", "?")
        place = f" in {name}, line {where.tb_lineno}"
    return worker.failure(Defect(f"{type(error).__name__}{place}"), line)


def fork(worker: Worker) -> tuple[int, int, int]:
    """Starts the computing process; returns its number, the pipe to it, and the pipe from it."""
    from_parent, to_child = os.pipe()
    from_child, to_parent = os.pipe()
    parent = os.getpid()
    number = os.fork()
    if number:
        os.close(from_parent)
        os.close(to_parent)
        return number, to_child, from_child
    try:
        signals.let_the_parent_decide()
        os.close(to_child)
        os.close(from_child)
        if not resources.die_with_parent():
            _watch_parent(parent)
        if os.getppid() != parent:
            os._exit(0)
        _leave_the_terminal()
        serve(worker, from_parent, to_parent)
    except BaseException:
        if os.environ.get("DLMATH_DEBUG"):
            sys.excepthook(*sys.exc_info())
        os._exit(ExitCode.BUG)
    os._exit(0)  # never back into the parent's code


def _leave_the_terminal() -> None:
    """Standard streams of the child lead nowhere: libraries in C print there."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1) if os.environ.get("DLMATH_DEBUG") else (0, 1, 2):
        os.dup2(nowhere, stream)
    os.close(nowhere)


def _watch_parent(parent: int) -> None:
    """Where the system cannot end us with the parent: a thread that looks every half second."""
    import _thread
    import time

    def look() -> None:
        while os.getppid() == parent:
            time.sleep(0.5)
        os._exit(0)

    _thread.start_new_thread(look, ())


def serve_spawned(worker: Worker) -> None:
    """The same in a new interpreter, where there is no fork: lines on stdin, replies on stdout."""
    requests, replies = os.dup(0), os.dup(1)
    _leave_the_terminal()
    if sys.platform == "win32":
        import msvcrt

        msvcrt.setmode(requests, os.O_BINARY)
        msvcrt.setmode(replies, os.O_BINARY)
    serve(worker, requests, replies)
