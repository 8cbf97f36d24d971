"""From an answer or an error to the bytes that are written: which renderer, which stream."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from dlmath.answer import Answer
from dlmath.cli.options import OWN, PICTURES, Common, file_ending, saved_format
from dlmath.errors import DlmathError, ExitCode
from dlmath.limits.frames import Line, Reply

if TYPE_CHECKING:
    from dlmath.picture import Diagram, Picture


class Display(NamedTuple):
    """How to show answers, decided once before anything is computed.

    format: rich, plain, json, latex, python, numpy, torch or jax. width: columns of the terminal.
    terminal: may colours be used, on a terminal or by FORCE_COLOR? encoding: of the streams. steps:
    show the working. digits: was a decimal value asked for? plot: show the picture.
    """

    format: str
    width: int = 80
    terminal: bool = False
    encoding: str = "utf-8"
    steps: bool = False
    digits: bool = False
    plot: bool = False

    @classmethod
    def of(cls, common: Common) -> Display:
        """What the options ask for, on the streams that are there. Raises InvalidOption."""
        terminal = _is_terminal(1)
        chosen = common.chosen_format()
        if chosen == "auto":
            chosen = "rich" if terminal else "plain"
        digits = common.digits is not None
        coloured = terminal or os.environ.get("FORCE_COLOR", "") not in ("", "0")
        return cls(
            chosen, terminal_width(), coloured, _encoding(), common.steps, digits, common.plot
        )


def _is_terminal(stream: int) -> bool:
    try:
        return os.isatty(stream)
    except OSError:
        return False


def terminal_width() -> int:
    """Columns to write in: COLUMNS where it makes sense, else the terminal's, else 80."""
    text = os.environ.get("COLUMNS", "")
    if text.isascii() and text.isdigit() and 0 < len(text) < 8 and int(text) > 0:
        return min(int(text), 500)
    for stream in (1, 2):
        try:
            columns = os.get_terminal_size(stream).columns
        except OSError:
            continue
        if columns:
            return min(columns, 500)
    return 80


def _encoding() -> str:
    return (getattr(sys.stdout, "encoding", None) or "utf-8").lower()


def show_answer(answer: Answer, display: Display, line: Line, saved_as: Sequence[str]) -> Reply:
    """Renders an answer for the streams and for every file of `--save`."""
    code = int(answer.code)
    # A question without an answer says why on stderr; a `check` that finds a difference answers.
    unanswered = code != 0 and answer.exit_code is None

    # A file is UTF-8, whatever the streams are.
    kept = display._replace(encoding="utf-8")

    def content(form: str, display: Display) -> bytes:
        return b"" if unanswered and form != "json" else _rendered(answer, form, display, line)

    remarks = _remarks(answer, display, line, unanswered)
    # A run without an answer leaves every file as it was; among several answers JSON says why.
    left_out = unanswered and line.number is None
    saved = [
        b""
        if left_out or (unanswered and saved_format(path) != "json")
        else _file(answer, path, kept, line)
        for path in saved_as
    ]
    for path, held in zip(saved_as, saved, strict=True):
        if not held and not unanswered:
            code = int(ExitCode.OUTPUT)
            what = "picture" if saved_format(path) in PICTURES else "table or list of numbers"
            remarks += f"error: {path} is not written: no {what}\n"
    return Reply(
        code,
        content(display.format, display),
        remarks.encode(display.encoding, "backslashreplace"),
        tuple(saved),
    )


def _file(answer: Answer, path: str, display: Display, line: Line) -> bytes:
    """The content of a file of `--save`; empty where the answer has nothing of its kind."""
    form = saved_format(path)
    maker = answer.files.get(file_ending(path))
    if maker is not None:
        return maker()
    if form == "csv":
        from dlmath.render.csv import answer_csv

        return answer_csv(answer).encode()
    return b"" if form == OWN else _rendered(answer, form, display, line)


def _rendered(answer: Answer, form: str, display: Display, line: Line) -> bytes:
    """The answer in one format, ending with a newline; a page of several with an empty line."""
    if form in PICTURES:
        if answer.picture is None:
            return b""
        from dlmath.render.picture_file import picture_file

        return picture_file(answer.picture, form)
    if form == "json":
        from dlmath.render.json import answer_json

        text = answer_json(answer)
    elif form == "latex":
        from dlmath.render.latex import answer_latex

        text = answer_latex(answer, steps=display.steps)
    elif form == "document":
        from dlmath.render.latex import answer_section

        text = answer_section(answer, steps=display.steps)
    elif form == "page":
        from dlmath.render import html

        text = html.answer_section(answer)
    elif form == "python":
        from dlmath.render.python import answer_python

        text = answer_python(answer)
    elif form in ("numpy", "torch", "jax"):
        from dlmath.render.code import answer_code

        text = answer_code(answer, form)
    elif form == "rich":
        from dlmath.render.rich import render

        text = render(
            answer,
            display.width,
            terminal=display.terminal,
            encoding=display.encoding,
            plot=display.plot,
        )
        if line.number is not None:
            return (text.rstrip("\n") + "\n\n").encode(display.encoding, "backslashreplace")
    elif answer.drawn and answer.picture is not None:
        text = _drawn(answer.picture, display)
    else:
        from dlmath.render.plain import answer_text, decimal_text

        text = decimal_text(answer) if display.digits else answer_text(answer)
    return (text.rstrip("\n") + "\n").encode(display.encoding, "backslashreplace")


def _drawn(picture: Picture | Diagram, display: Display) -> str:
    """The picture as text without colour."""
    from dlmath.render.terminal_plot import plot_text

    return plot_text(picture, display.width, unicode=display.encoding.startswith("utf"))


def _remarks(answer: Answer, display: Display, line: Line, unanswered: bool) -> str:
    """What accompanies an answer on stderr: the reason for none, the working, notes."""
    from dlmath.render import plain

    parts = []
    number = line.number
    if unanswered:
        parts.append(plain.reason_text(answer, number))
    if display.format == "plain":
        if display.steps:
            parts.append(plain.steps_text(answer))
        if display.digits:
            parts.append(plain.exact_text(answer, number))
    shown = ("json", "rich", "plain") if answer.drawn else ("json", "rich")
    if display.plot and answer.picture is not None and display.format not in shown:
        parts.append(_drawn(answer.picture, display))
    if display.format != "json" and (unanswered or display.format != "rich"):
        parts += [plain.difference_text(answer, number), plain.notes_text(answer, number)]
    return "".join(parts)


def show_error(error: DlmathError, command: str, display: Display, line: Line, asked: str) -> Reply:
    """Renders an error: words on stderr, and an object on stdout in JSON.

    asked: what was typed, for the question of the object.
    """
    from dlmath.render.errors import error_text

    text = error_text(error, width=display.width, line=line.number)
    out = ""
    if display.format == "json":
        from dlmath.render.json import error_json

        out = error_json(error, command, asked, line=line.number) + "\n"
    code = error.exit_code if isinstance(error.exit_code, ExitCode) else ExitCode.INVALID
    return Reply(
        int(code),
        out.encode(),
        text.encode(display.encoding, "backslashreplace"),
    )
