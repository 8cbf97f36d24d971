"""The options that every command has, and how the values of options are read."""

from __future__ import annotations

import inspect
import os
from typing import Annotated, Any, NamedTuple

import typer

from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.graph import Node

FORMATS = ("auto", "rich", "plain", "json", "latex", "python", "numpy", "torch", "jax")

#: What `--save` can write: file ending to format.
SAVED = {
    ".json": "json",
    ".tex": "document",
    ".html": "page",
    ".txt": "plain",
    ".csv": "csv",
    ".png": "png",
    ".svg": "svg",
    ".pdf": "pdf",
}

#: The format of what only some commands can write, as `@command(saves=(".dot",))` says.
OWN = "own"

#: The formats that are pictures: they hold one answer, and need matplotlib.
PICTURES = frozenset({"png", "svg", "pdf"})

DIGITS_MOST = 1000


class InvalidOption(InvalidInput):
    """The value of an option is wrong, so that no line of a batch can be answered."""


class Common(NamedTuple):
    """The options of every command, as typed. Their help is in `COMMON`."""

    format: str | None = None
    plain: bool = False
    json: bool = False
    latex: bool = False
    steps: bool = False
    digits: str | None = None
    at: str | None = None
    plot: bool = False
    save: list[str] | None = None
    timeout: str | None = None
    memory: str | None = None
    no_check: bool = False
    assume: str | None = None
    latex_input: bool = False

    def chosen_format(self) -> str:
        """The format asked for by an option, else by DLMATH_FORMAT, else `auto`.

        Raises InvalidOption.
        """
        short = [name for name in ("plain", "json", "latex") if getattr(self, name)]
        wanted = short + ([self.format] if self.format is not None else [])
        if len(set(wanted)) > 1:
            raise InvalidOption(
                f"two formats are asked for: {' and '.join(sorted(set(wanted)))}",
                hint="choose one",
            )
        if wanted:
            return _known_format(wanted[0], "--format")
        return _known_format(os.environ.get("DLMATH_FORMAT") or "auto", "DLMATH_FORMAT")

    def wants_picture(self) -> bool:
        """Is a picture asked for, in the terminal or in a file?"""
        return self.plot or any(is_picture(path) for path in self.save or ())

    def uses_picture(self) -> bool:
        """Is there room for one, if the command has one? A page shows it unasked."""
        return self.wants_picture() or any(saved_format(p) == "page" for p in self.save or ())

    def seconds(self) -> float:
        """The wall-clock limit of one computation (0: none). Raises InvalidOption."""
        return 20.0 if self.timeout is None else read_plain_number(self.timeout, "--timeout")

    def mebibytes(self) -> int:
        """The memory limit of one computation (0: none). Raises InvalidOption."""
        return 2048 if self.memory is None else int(read_plain_number(self.memory, "--memory"))


def is_picture(path: str) -> bool:
    """Does the ending of a file of `--save` ask for a picture?"""
    return saved_format(path) in PICTURES


def holds_one(path: str) -> bool:
    """Does such a file hold one answer, not several after one another?"""
    return is_picture(path) or saved_format(path) == OWN


def saved_format(path: str) -> str:
    """The format that the ending of a file of `--save` asks for."""
    return SAVED.get(file_ending(path), OWN)


def file_ending(path: str) -> str:
    """`.csv` of `data.CSV`; empty where there is none."""
    return os.path.splitext(path)[1].lower()  # noqa: PTH122  lone surrogates are kept


def _known_format(name: str, where: str) -> str:
    if name in FORMATS:
        return name
    raise InvalidOption(
        f"{where}: there is no format {name[:40]}", hint="one of " + ", ".join(FORMATS)
    )


def _option(
    name: str, default: Any, kind: Any, text: str, metavar: str | None = None
) -> inspect.Parameter:
    flag = "--" + name.replace("_", "-")
    info = typer.Option(flag, help=text, metavar=metavar, show_default=False)
    return inspect.Parameter(
        name,
        inspect.Parameter.KEYWORD_ONLY,
        default=default,
        annotation=Annotated[kind, info],
    )


COMMON: tuple[inspect.Parameter, ...] = (
    _option("steps", False, bool, "Show the working, rule by rule."),
    _option("at", None, str | None, "Put values in: x=2,y=1/3.", "VALUES"),
    _option("digits", None, str | None, "Also a decimal value to N significant digits.", "N"),
    _option(
        "assume",
        None,
        str | None,
        'What is known of variables: "x>0, n integer". They are real unless said otherwise.',
        "FACTS",
    ),
    _option("latex_input", False, bool, r"Read the arguments as LaTeX: \frac{1}{2}x^{2}."),
    _option(
        "format",
        None,
        str | None,
        "auto (rich on a terminal, else plain), rich, plain, json, latex or python; where there is "
        "a gradient, numpy, torch or jax. DLMATH_FORMAT sets the default.",
        "FORMAT",
    ),
    _option("plain", False, bool, "The answer alone, as dlmath reads it."),
    _option("json", False, bool, "Everything, as one JSON object on a line."),
    _option("latex", False, bool, "The answer in LaTeX."),
    _option("plot", False, bool, "A picture, in the terminal."),
    _option(
        "save",
        None,
        list[str] | None,
        "Also write a file: .html, .tex, .json, .txt, or the numbers as .csv; the picture: .png, "
        ".svg or .pdf. May be repeated.",
        "FILE",
    ),
    _option("timeout", None, str | None, "Seconds for the computation, 20; 0: no limit.", "S"),
    _option("memory", None, str | None, "MiB for the computation, 2048; 0: no limit.", "MIB"),
    _option("no_check", False, bool, "Leave out the independent check of the answer."),
)


# --- reading values -------------------------------------------------------------------------


def read_plain_number(text: str, option: str) -> float:
    """A finite decimal number >= 0, read without the expression parser: for the limits."""
    try:
        value = float(text) if text.isascii() and "_" not in text else -1.0
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise InvalidOption(
            f"{option} takes a number that is not negative, not {_shown(text)}",
            hint=f"for example: {option} 60",
        )
    return value


def read_whole(text: str, option: str, *, least: int = 0) -> int:
    """A whole number from `least` up. Raises InvalidOption."""
    plain = text.strip()
    if not (plain.lstrip("+-").isdigit() and plain.isascii() and len(plain) < 20) or (
        plain.lstrip("+-") != plain[-len(plain.lstrip("+-")) :]
        or len(plain) - len(plain.lstrip("+-")) > 1
    ):
        raise InvalidOption(
            f"{option} takes a whole number, not {_shown(text)}", hint=f"for example: {option} 2"
        )
    value = int(plain)
    if value < least:
        raise InvalidOption(f"{option} must be at least {least}, not {value}")
    return value


def read_digits(text: str) -> int:
    """The value of `--digits`. Raises InvalidOption, LimitReached."""
    digits = read_whole(text, "--digits", least=1)
    if digits > DIGITS_MOST:
        raise LimitReached(f"--digits {digits} is too many: at most {DIGITS_MOST}")
    return digits


def read_number(
    text: str,
    option: str,
    *,
    least: float = 0.0,
    above: bool = False,
    below: float = float("inf"),
) -> float:
    """A real number given as an expression (`1/10`), at least (or above) `least`, below `below`.

    Raises InvalidOption.
    """
    import math

    from dlmath.expression.graph import free_symbols
    from dlmath.expression.numbers import evaluate

    node = read_expression(text, option)
    value = evaluate(node) if not free_symbols(node) else math.nan
    if not isinstance(value, (int, float)) or not math.isfinite(value):
        raise InvalidOption(f"{option} takes a number, not {_shown(text)}")
    if value < least or (above and value == least) or value >= below:
        bounds = f"{'above' if above else 'at least'} {least:g}"
        if below != float("inf"):
            bounds += f" and below {below:g}"
        raise InvalidOption(f"{option} must be {bounds}, not {_shown(text)}")
    return float(value)


def read_expression(text: str, option: str) -> Node:
    """An expression given to an option. Raises InvalidOption with the place in it."""
    from dlmath.expression.parser import parse

    try:
        return parse(text).node
    except InvalidInput as error:
        raise InvalidOption(
            f"{option}: {error.message}",
            text=error.text,
            start=error.start,
            end=error.end,
            hint=error.hint,
        ) from error


def choose(text: str, option: str, known: tuple[str, ...]) -> str:
    """One of several words. Raises InvalidOption with what was probably meant."""
    if text in known:
        return text
    from difflib import get_close_matches

    close = get_close_matches(text, known, n=1)
    hint = f"did you mean {close[0]}?" if close else "one of " + ", ".join(known)
    raise InvalidOption(f"{option}: there is no {_shown(text)}", hint=hint)


def _shown(text: str) -> str:
    return f'"{text if len(text) <= 40 else text[:37] + "..."}"'
