"""What every computation returns, and what every renderer reads.

An `Answer` holds mathematics as nodes and words as `Sentence`s; it prints nothing. Renderers
write each node in their own notation, so the prose of a step exists once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.errors import ExitCode
from dlmath.expression.graph import Node

if TYPE_CHECKING:
    from dlmath.picture import Diagram, Picture

#: Words and mathematics in reading order: `("the slope at ", x, " is ", slope)`.
Sentence = tuple["str | Node", ...]


class Notation(str):
    """Mathematics that the language cannot say, as part of a sentence: `(f*g)' = f'*g + f*g'`.

    Plain text shows it as it is; on a terminal and in LaTeX it is set as mathematics.
    """

    __slots__ = ()


class Formula(Notation):
    """Mathematics with a language of its own, such as matrix expressions, and other forms of it.

    The text reads back in that language. latex: the same in LaTeX. code: what writes it as a
    module of Python in a format, `python` or `numpy`, where it can be written so.
    """

    __slots__ = ("code", "latex")

    latex: str
    code: Callable[[str], str] | None

    def __new__(cls, text: str, latex: str, code: Callable[[str], str] | None = None) -> Formula:
        made = super().__new__(cls, text)
        made.latex, made.code = latex, code
        return made


class Numbers(str):
    """Floating-point numbers as text, and behind it all of them.

    The text of a large array is its shape and its corners. array: a number, or an array of any
    shape. name: of this part of an answer ("Q"), with which the text begins; "" for the whole.
    brief: what a terminal shows, where the text is long.
    """

    __slots__ = ("array", "brief", "name")

    array: Any
    name: str
    brief: str

    def __new__(cls, text: str, array: Any, name: str = "", brief: str | None = None) -> Numbers:
        start = f"{name} = " if name else ""
        made = super().__new__(cls, start + text)
        made.array, made.name, made.brief = array, name, start + (brief or text)
        return made


#: A named result: a number (int, float), exact mathematics, words, or nested lists and dicts.
Fact = Any

#: How a note begins that says why there is nothing to draw.
NO_PICTURE = "there is no picture"

ANSWERED = "answered"
DOES_NOT_EXIST = "does_not_exist"
DIVERGES = "diverges"
UNDEFINED = "undefined"
UNSOLVED = "unsolved"
LIMIT_REACHED = "limit_reached"
REFUTED = "refuted"
INVALID = "invalid"

PASSED = "passed"
FAILED = "failed"
UNAVAILABLE = "unavailable"

_EXIT_CODES = {
    ANSWERED: ExitCode.ANSWERED,
    DOES_NOT_EXIST: ExitCode.ANSWERED,
    DIVERGES: ExitCode.ANSWERED,
    UNDEFINED: ExitCode.NO_ANSWER,
    UNSOLVED: ExitCode.NO_ANSWER,
    REFUTED: ExitCode.NO_ANSWER,
    LIMIT_REACHED: ExitCode.LIMIT,
    INVALID: ExitCode.INVALID,
}


class Check(NamedTuple):
    """What an independent route says of the answer.

    name: the route (`"high-precision differences"`); verdict: `passed`, `failed`, `unavailable`;
    detail: the numbers behind the verdict, or why there are none.
    """

    name: str
    verdict: str
    detail: str


class Step(NamedTuple):
    """One step of the working: `before` was turned into `after` by `rule`.

    `before` and `after` have equal values (antiderivatives: up to a constant). Either may be None
    for a remark that changes nothing. `steps` is the working of parts.
    """

    rule: str
    text: Sentence
    before: Node | Formula | None = None
    after: Node | Formula | None = None
    steps: tuple[Step, ...] = ()


class Table(NamedTuple):
    """Rows of numbers, words or mathematics under column heads."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class Example(NamedTuple):
    """A command line, without the name of the program, and what it answers."""

    command: str
    answer: Answer


class Section(NamedTuple):
    """Words, formulas and examples under a heading, of an answer that is read like a page.

    parts: paragraphs; one that is mathematics alone stands on a line of its own. listed: are the
    paragraphs the items of a list?
    """

    title: str
    parts: tuple[Sentence | Example, ...]
    listed: bool = False


class Program(NamedTuple):
    """What a generated function of numpy, torch or jax computes.

    value: the function as typed. wrt: by which variables. shapes: of each variable and of every
    other part that is a vector or a matrix; what is not in it is a number. derivative: for one
    derivative of any order or mixed; None for the gradient by all of `wrt`.
    """

    value: Node
    wrt: tuple[str, ...]
    shapes: Mapping[Node, tuple[int, ...]]
    derivative: Node | None = None


@dataclass
class Answer:
    """The result of one computation.

    command: the command's name.
    question: what was asked, in words and mathematics (`("d/dx ", f)`).
    result: the answer: mathematics, words (`"does not exist"`), a tuple of either (several
        solutions, one per line), or None when there is none.
    status: one of the names above.
    value: the number when nothing symbolic is left: int, Fraction, float, complex, an mpmath
        number, or nested lists of them; else None.
    decimal: the digits of `value` as text where they are worth showing beside an exact answer.
    facts: named results, in the order shown.
    exit_code: set only where the status does not say it (`check` exits 1 when two differ).
    picture: what there is to draw, with `Settings.plot` and where the command has a picture.
    sections: where the answer is a page (`explain`): what people read in the place of the result,
        whose parts are the same in short.
    drawn: is the picture the answer (`plot`), so that it is shown in the place of the result?
    files: file ending (`.csv`, `.dot`) to what makes its content, for `--save`; only called when
        that file is asked for.
    program: makes the function that `--format numpy`, `torch` and `jax` write, where there is one.
    """

    command: str
    question: Sentence = ()
    result: Node | str | tuple[Node | str, ...] | None = None
    status: str = ANSWERED
    value: Any = None
    decimal: str | None = None
    facts: dict[str, Fact] = field(default_factory=dict)
    checks: list[Check] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    error: dict[str, Any] | None = None
    seconds: float = 0.0
    exit_code: ExitCode | None = None
    picture: Picture | Diagram | None = None
    drawn: bool = False
    files: dict[str, Callable[[], bytes]] = field(default_factory=dict)
    program: Callable[[], Program] | None = None

    @property
    def code(self) -> ExitCode:
        """The exit code that this answer gives."""
        return self.exit_code if self.exit_code is not None else _EXIT_CODES[self.status]

    @property
    def refuted(self) -> bool:
        """Did a check contradict the answer?"""
        return any(check.verdict == FAILED for check in self.checks)

    def _repr_latex_(self) -> str | None:
        if self.sections:
            return None  # a page of words is no formula
        from dlmath.render.latex import answer_latex

        return f"$\\displaystyle {answer_latex(self)}$"

    def _repr_html_(self) -> str:
        from dlmath.render.html import notebook_html

        return notebook_html(self)

    def _repr_png_(self) -> bytes | None:
        """The picture, for notebooks that show no HTML; None where there is none to draw."""
        from importlib.util import find_spec

        if self.picture is None or find_spec("matplotlib") is None:
            return None
        from dlmath.render.picture_file import picture_file

        return picture_file(self.picture, "png")

    def __str__(self) -> str:
        from dlmath.render.plain import answer_text

        return answer_text(self)
