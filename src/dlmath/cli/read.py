"""Reading what was given: arguments, lines of standard input, files of data."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, TypeVar

from dlmath.answer import Sentence
from dlmath.cli.options import Common, InvalidOption, read_digits
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node, free_symbols
from dlmath.limits.child import Progress, interrupted
from dlmath.limits.frames import Line
from dlmath.settings import Settings

if TYPE_CHECKING:
    import numpy

#: The longest line of standard input, in bytes.
LINE_MOST = 1_000_000


Read = TypeVar("Read")


class Given:
    """What was given for one computation: reads arguments, and keeps the notes of reading."""

    def __init__(self, common: Common, progress: Progress) -> None:
        self.common = common
        self.notes: list[Sentence] = []
        self._names: frozenset[str] = frozenset()
        self.settings = _settings(common, progress)

    def expression(self, text: str, *, equation: bool = False, condition: bool = False) -> Node:
        """An argument as mathematics. Raises InvalidInput."""
        if text.startswith("@"):
            from dlmath.cli.read_data import read_vector

            return read_vector(text[1:], self.notes)
        if self.common.latex_input:
            from dlmath.expression.latex_input import parse_latex

            parsed = parse_latex(text, equation=equation, condition=condition)
        else:
            from dlmath.expression.parser import parse

            parsed = parse(text, equation=equation, condition=condition)
        self.notes.extend(note if isinstance(note, tuple) else (note,) for note in parsed.notes)
        self._names |= free_symbols(parsed.node)
        return parsed.node

    def knows(self, names: Iterable[str]) -> None:
        """Names that occur in what was read in another way, so that `--at` may give them values."""
        self._names |= frozenset(names)

    def all_notes(self, options: Iterable[object]) -> list[Sentence]:
        """The notes of reading, with one for each value of `--at` that nothing takes.

        options: the command's own, where the variable may stand too (`--to t`).
        """
        spoken = " ".join(map(str, options))
        unused = [
            name
            for name in self.settings.at
            if name not in self._names and not re.search(rf"\b{re.escape(name)}\b", spoken)
        ]
        return [*self.notes, *((f"--at: there is no {name} here",) for name in unused)]

    def data(self, text: str, *, rows: bool = False) -> Node | numpy.ndarray[Any, Any]:
        """An argument as mathematics, or as an array where it is a large or binary file.

        rows: does a table of one row or one column stay a matrix?
        """
        if text.startswith("@"):
            from dlmath.cli.read_data import read_data

            return read_data(text[1:], self.notes, rows=rows)
        return self.expression(text)

    def variable(self, wrt: str | None, expression: Node, deed: str) -> str:
        """The one variable that `--wrt` names, else the one that is meant.

        Raises InvalidInput.
        """
        from dlmath.maths.variables import choose_variable

        if wrt is not None:
            names = read_names(wrt, "--wrt")
            if len(names) != 1:
                raise InvalidOption(
                    f"--wrt takes one variable here, not {len(names)}", hint=f"--wrt {names[0]}"
                )
            return names[0]
        name, notes = choose_variable(expression, deed)
        self.notes.extend(notes)
        return name


def read_names(text: str, option: str) -> list[str]:
    """A list of variables: `x,y`. Raises InvalidOption."""
    from dlmath.expression.parser import parse_names

    return reworded(option, lambda: parse_names(text))


def _settings(common: Common, progress: Progress) -> Settings:
    """The settings that the common options ask for. Raises InvalidOption, LimitReached."""
    values: dict[str, Any] = {}
    if common.at is not None:
        values["at"] = read_assignments(common.at, "--at")
    if common.assume is not None:
        from dlmath.expression.parser import parse_assumptions

        assumed = common.assume
        values["assume"] = reworded("--assume", lambda: parse_assumptions(assumed))
    if common.digits is not None:
        values["digits"] = read_digits(common.digits)
    return Settings(
        steps=common.steps,
        check=not common.no_check,
        seconds=common.seconds(),
        progress=progress,
        interrupted=interrupted,
        plot=common.uses_picture(),
        **values,
    )


def read_assignments(text: str, option: str) -> dict[str, Node]:
    """Values of variables: `x=2,y=1/3`. Raises InvalidOption."""
    from dlmath.expression.parser import parse_assignments

    return reworded(option, lambda: parse_assignments(text))


def reworded(option: str, read: Callable[[], Read]) -> Read:
    """Runs a reader; its error says which option is meant."""
    try:
        return read()
    except InvalidInput as error:
        raise InvalidOption(
            f"{option}: {error.message}",
            text=error.text,
            start=error.start,
            end=error.end,
            hint=error.hint,
        ) from error


def standard_input() -> Iterator[tuple[Line, InvalidInput | None]]:
    """The lines of standard input as they come; one that cannot be read comes with its error.

    Empty lines and lines that begin with `#` are skipped. Raises InvalidInput when there is
    nothing to read.
    """
    if os.isatty(0):
        raise InvalidInput(
            "`-` reads expressions from a pipe or a file, and standard input is a terminal",
            hint='for example: dlmath derive - < expressions.txt, or dlmath derive "x^2"',
        )
    found = False
    for number, content in _raw_lines():
        try:
            text = _decoded(number, content)
        except InvalidInput as error:
            found = True
            yield Line(number), error
            continue
        if text and not text.startswith("#"):
            found = True
            yield Line(number, text), None
    if not found:
        raise InvalidInput(
            "standard input holds no expression",
            hint="write one expression per line; empty lines and # comments are skipped",
        )


def _raw_lines() -> Iterator[tuple[int, bytes]]:
    """Numbered lines; of one that is too long, only its beginning."""
    held = b""
    number = 0
    skipping = False
    while True:
        try:
            content = os.read(0, 1 << 16)
        except OSError as error:
            raise InvalidInput(f"standard input cannot be read: {error.strerror}") from error
        *whole, held = (held + content).split(b"\n")
        for line in whole:
            number += 1
            if not skipping:
                yield number, line
            skipping = False
        if not content:
            break
        if len(held) > LINE_MOST:
            if not skipping:
                yield number + 1, held
            skipping, held = True, b""
    if held and not skipping:
        yield number + 1, held


def _decoded(number: int, content: bytes) -> str:
    """One line as text. Raises InvalidInput."""
    if len(content) > LINE_MOST:
        raise InvalidInput(f"the line is too long: at most {LINE_MOST} bytes")
    if number == 1 and content.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InvalidInput("the text is UTF-16", hint="save it as UTF-8")
    if number == 1:
        content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        return content.decode().strip(" \t\r\f\v")
    except UnicodeDecodeError as error:
        message = f"byte {error.start + 1} of the line is not UTF-8"
        raise InvalidInput(message, hint="save the text as UTF-8") from error
