"""One command to carry out: what the computing process runs for each line."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from dlmath.answer import NO_PICTURE, REFUTED, Answer, Sentence
from dlmath.cli.options import Common, InvalidOption
from dlmath.cli.read import Given
from dlmath.cli.show import Display, show_answer, show_error
from dlmath.errors import DlmathError
from dlmath.limits.child import Progress
from dlmath.limits.frames import Line, Reply

#: With a time limit below this many seconds, sympy is loaded before the clock starts.
_SHORT_LIMIT = 6.0

#: What stands for one argument of a command: a text, none, or several.
Argument = str | None | list[str]


class Job:
    """A command with its arguments and options; see `limits.child.Worker`.

    compute: the command's function. arguments: name to text, in order; one may be `-`.
    An argument that may be left out is None then; one that takes several texts is a list.
    options: the command's own options. symbolic: may it use sympy? saves: endings of files that
    only this command can write.
    """

    def __init__(
        self,
        command: str,
        compute: Callable[..., Answer],
        arguments: dict[str, Argument],
        options: dict[str, Any],
        common: Common,
        *,
        symbolic: bool,
        saves: Sequence[str] = (),
    ) -> None:
        self.command = command
        self.timeout = common.seconds()
        self.memory = common.mebibytes()
        self.display = Display.of(common)
        self.saved_as = common.save or []
        self.saves = saves
        self._compute = compute
        self._arguments = arguments
        self._options = options
        self._common = common
        self._symbolic = symbolic

    @property
    def streams(self) -> Sequence[str]:
        """The arguments that are read from standard input, line by line."""
        given = self._arguments.items()
        return [name for name, argument in given for text in _texts(argument) if text == "-"]

    @property
    def handover(self) -> str:
        """How to show answers: a new interpreter cannot see the terminal."""
        import json

        return json.dumps(self.display)

    def take_over(self, handover: str) -> None:
        """In the new interpreter: shows answers as the first one would."""
        import json

        self.display = Display(*json.loads(handover))

    def prepare(self) -> Reply | None:
        """Imports what the clock should not count."""
        import dlmath.expression.parser  # noqa: F401

        if self._symbolic and 0 < self.timeout < _SHORT_LIMIT:
            from dlmath.expression.sympy_names import load_sympy

            load_sympy()
        return None

    def answer(self, line: Line, progress: Progress) -> Reply:
        """Computes and renders one line. Raises DlmathError."""
        from dlmath.expression import graph

        if line.number is not None and line.number % 64 == 0:
            graph.forget()
        return show_answer(self.computed(line, progress), self.display, line, self.saved_as)

    def computed(self, line: Line, progress: Progress) -> Answer:
        """The answer to one line. Raises DlmathError."""
        started = time.perf_counter()
        given = Given(self._common, progress)
        typed = self._typed(line).items()
        arguments = {name: _changed(argument, _readable) for name, argument in typed}
        answer = self._compute(given, **arguments, **self._options)
        if answer.refuted and answer.exit_code is None:
            answer.status = REFUTED  # a contradicted answer is withheld, whatever the command
        notes = given.all_notes(self._options.values())
        answer.notes[:0] = [note for note in notes if note not in answer.notes]
        if self._common.wants_picture():
            _explain_no_picture(answer)
        else:
            answer.notes[:] = [note for note in answer.notes if not _says_no_picture(note)]
        answer.seconds = time.perf_counter() - started
        return answer

    def _typed(self, line: Line) -> dict[str, Argument]:
        """The arguments as typed, a line of standard input in its place."""

        def filled(text: str) -> str:
            return line.text if text == "-" and line.text is not None else text

        return {name: _changed(argument, filled) for name, argument in self._arguments.items()}

    def failure(self, error: DlmathError, line: Line) -> Reply:
        """Renders an error; a wrong option ends a batch."""
        asked = ", ".join(text for typed in self._typed(line).values() for text in _texts(typed))
        of_all = isinstance(error, InvalidOption)
        where = Line() if of_all else line
        reply = show_error(error, self.command, self.display, where, asked)
        return reply._replace(final=of_all)


def _explain_no_picture(answer: Answer) -> None:
    """A note where a picture was asked for and the command has none."""
    if answer.picture is None and not any(map(_says_no_picture, answer.notes)):
        answer.notes.append((f"{NO_PICTURE} for {answer.command}",))


def _says_no_picture(note: Sentence) -> bool:
    return str(note[0]).startswith(NO_PICTURE)


def _texts(argument: Argument) -> list[str]:
    if argument is None:
        return []
    return [argument] if isinstance(argument, str) else argument


def _changed(argument: Argument, change: Callable[[str], str]) -> Argument:
    """The argument with each of its texts exchanged."""
    if argument is None:
        return None
    return change(argument) if isinstance(argument, str) else [change(text) for text in argument]


def _readable(text: str) -> str:
    """An argument without the stand-ins for bytes that are not UTF-8. Raises InvalidInput."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        if text.startswith("@"):
            return text  # a file may be named so
        from dlmath.errors import InvalidInput

        raise InvalidInput(
            f"character {error.start + 1} of the argument is not UTF-8",
            hint="write the expression in UTF-8",
        ) from error
    return text
