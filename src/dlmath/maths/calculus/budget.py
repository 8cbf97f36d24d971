"""Soft time limits for the routes of one computation.

A computation that may try several routes gives each a share of its time. The hard limit is the
supervised child process around the whole (`dlmath.limits`); this one only moves on to the next
route, by an exception raised from a timer signal while Python code runs.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from types import FrameType

#: Seconds after which the signal comes again, when the first exception was swallowed.
_AGAIN = 0.2

#: What "no limit" is counted as when shares are given out (seconds).
_LONG = 3600.0


class OutOfTime(BaseException):
    """The share of a route is used up.

    Not an `Exception`, so that a library's `except Exception` does not take it for its own.
    """


class Budget:
    """The seconds a computation has, from now on (0: no limit)."""

    def __init__(self, seconds: float) -> None:
        self.total = seconds if seconds > 0 else _LONG
        self._end = monotonic() + self.total

    @property
    def left(self) -> float:
        """Seconds left, never negative."""
        return max(0.0, self._end - monotonic())

    def share(self, fraction: float, at_most: float = _LONG) -> float:
        """A fraction of the whole, but no more than what is left."""
        return min(self.total * fraction, self.left, at_most)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Raises OutOfTime in the block when it runs longer than `seconds`.

    Blocks may be nested; the earliest end counts. Outside the main thread, and where there are no
    timer signals, the block runs without a limit.
    """
    if seconds <= 0:
        raise OutOfTime
    if not hasattr(signal, "setitimer") or (
        threading.current_thread() is not threading.main_thread()
    ):
        yield
        return

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise OutOfTime

    started = monotonic()
    outer_left, outer_again = signal.getitimer(signal.ITIMER_REAL)
    outer_first = 0 < outer_left <= seconds
    if outer_first:
        yield
        return
    outer = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds, _AGAIN)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, outer)
        if outer_left > 0:
            rest = max(0.001, outer_left - (monotonic() - started))
            signal.setitimer(signal.ITIMER_REAL, rest, outer_again)
