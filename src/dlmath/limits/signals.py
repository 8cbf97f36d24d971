"""Ending quietly on Ctrl-C, a hang-up or a termination, at any moment.

`watch` must be called before anything else is imported, so this module imports hardly anything.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from types import FrameType

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")

#: After Ctrl-C, what can stop half-way with a result has so many seconds to give it.
GRACE = 5.0

#: What must be done before leaving: the supervisor puts the killing of its child here.
_farewells: list[Callable[[], None]] = []


def _watched() -> list[int]:
    """The ending signals that were not ignored from the start (`nohup`, a background job)."""
    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    return [number for number in numbers if signal.getsignal(number) != signal.SIG_IGN]


class Stop:
    """Ctrl-C while a computation that can stop half-way is running.

    ask: asks it to stop, None while there is none that can. asked: has it been?
    """

    ask: Callable[[], None] | None = None
    asked = False


def watch() -> None:
    """From now on each ending signal ends the program with 128 + its number, without a word."""
    for number in _watched():
        signal.signal(number, _leave)


def before_leaving(action: Callable[[], None]) -> None:
    """Registers what is done before the program ends by a signal."""
    _farewells.append(action)


def _leave(number: int, frame: FrameType | None) -> None:
    if number == signal.SIGINT and Stop.ask is not None and not Stop.asked:
        Stop.asked = True
        Stop.ask()
        return
    leave(number)


def leave(number: int) -> None:
    """Ends the program now, as a signal of this number does."""
    for action in reversed(_farewells):
        action()
    os._exit(128 + number)


def let_the_parent_decide() -> None:
    """In the computing child: Ctrl-C is only noted, the other signals end it at once."""
    for number in _watched():
        signal.signal(number, _note if number == signal.SIGINT else signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):  # the fork happened while they were held
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _watched())
    if hasattr(signal, "SIGPIPE"):
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def _note(number: int, frame: FrameType | None) -> None:
    Stop.asked = True


class Held:
    """Keeps the ending signals waiting, so that a fork and the note of its number are one act."""

    def __enter__(self) -> None:
        if hasattr(signal, "pthread_sigmask"):
            self._before = signal.pthread_sigmask(signal.SIG_BLOCK, _watched())

    def __exit__(self, *exception: object) -> None:
        if hasattr(signal, "pthread_sigmask"):
            signal.pthread_sigmask(signal.SIG_SETMASK, self._before)
