"""What can go wrong, as facts: what, where, and what to write instead.

An error carries facts only; `render.errors` words it for people, `render.json` for programs, and
`cli.app` is the only place that catches it.
"""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """The exit codes of the command line (docs/exit-codes.md)."""

    ANSWERED = 0
    NO_ANSWER = 1
    INVALID = 2
    LIMIT = 3
    OUTPUT = 4
    BUG = 70
    INTERRUPTED = 130
    TERMINATED = 143


class DlmathError(Exception):
    """Base of every error that a user can cause.

    message: one sentence without a full stop, in the words of the user's input.
    text, start, end: the input and the place in it (half-open, in characters), where there is one.
    hint: what to write instead, where that is known.
    """

    status = "invalid"
    exit_code = ExitCode.INVALID

    def __init__(
        self,
        message: str,
        *,
        text: str | None = None,
        start: int | None = None,
        end: int | None = None,
        hint: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.text = text
        self.start = start
        self.end = end if end is not None else (None if start is None else start + 1)
        self.hint = hint


class InvalidInput(DlmathError):
    """The input does not mean anything, or is not what the command takes (exit 2)."""


class Undefined(DlmathError):
    """A value was asked for where there is none: `1/0`, `log(0)`, outside the domain (exit 1)."""

    status = "undefined"
    exit_code = ExitCode.NO_ANSWER


class Unsolved(DlmathError):
    """No route found an answer (exit 1)."""

    status = "unsolved"
    exit_code = ExitCode.NO_ANSWER


class LimitReached(DlmathError):
    """A limit of time, memory or size was reached (exit 3)."""

    status = "limit_reached"
    exit_code = ExitCode.LIMIT


class OutputError(DlmathError):
    """The answer could not be written (exit 4)."""

    status = "invalid"
    exit_code = ExitCode.OUTPUT
