"""Ending quietly on Ctrl-C, a hang-up or a termination, at any moment.

`watch` must be called before anything else is imported, so it imports only what the interpreter
has loaded already.
"""

from __future__ import annotations

import _signal
import os
from types import FrameType

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT")

#: What must be done before leaving: the supervisor puts the killing of its child here.
_farewells: list[object] = []


def watch() -> None:
    """From now on each ending signal ends the program with 128 + its number, without a word.

    A signal that was ignored when the program started (`nohup`, a background job) stays ignored.
    """
    for name in _ENDING:
        number = getattr(_signal, name, None)
        if number is not None and _signal.getsignal(number) != _signal.SIG_IGN:
            _signal.signal(number, _leave)


def before_leaving(action: object) -> None:
    """Registers a callable without arguments that is run before the program ends by a signal."""
    _farewells.append(action)


def _leave(number: int, frame: FrameType | None) -> None:
    for action in reversed(_farewells):
        assert callable(action)
        action()
    os._exit(128 + number)


def let_the_parent_decide() -> None:
    """In the computing child: Ctrl-C is left to the parent, the other signals end it at once."""
    for name in _ENDING:
        number = getattr(_signal, name, None)
        if number is not None and _signal.getsignal(number) != _signal.SIG_IGN:
            _signal.signal(number, _signal.SIG_IGN if name == "SIGINT" else _signal.SIG_DFL)
    if hasattr(_signal, "SIGPIPE"):
        _signal.signal(_signal.SIGPIPE, _signal.SIG_DFL)


class held:
    """Keeps the ending signals waiting, so that a fork and the note of its number are one act."""

    def __enter__(self) -> None:
        self._numbers = [getattr(_signal, name) for name in _ENDING if hasattr(_signal, name)]
        if hasattr(_signal, "pthread_sigmask"):
            self._before = _signal.pthread_sigmask(_signal.SIG_BLOCK, self._numbers)

    def __exit__(self, *exception: object) -> None:
        if hasattr(_signal, "pthread_sigmask"):
            _signal.pthread_sigmask(_signal.SIG_SETMASK, self._before)
