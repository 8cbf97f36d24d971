"""The cards, as they are written in `dlmath/concepts/*.toml`, and their texts as mathematics.

A file holds the cards of one subject. In their texts a formula of the language stands between
backticks, and one that the language cannot say between two: `x^2`, ``f'(x)``.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from dlmath.answer import Notation, Sentence

FOLDER = Path(__file__).resolve().parent.parent.parent / "concepts"

#: The subjects in the order in which they are learned: file name to heading.
SUBJECTS = {
    "linear_algebra": "Linear algebra",
    "calculus": "Calculus",
    "equations": "Differential equations",
    "probability": "Probability",
    "information": "Information and statistics",
    "optimization": "Optimization",
    "networks": "Neural networks",
    "training": "Training and architectures",
}

_BACKTICKS = re.compile(r"``(.+?)``|`(.+?)`")

#: `goodfellow 6`: a book of books.toml and one of its chapters.
_CHAPTER = re.compile(r"([a-z]+) (\d+)$")


class Card(NamedTuple):
    """One concept.

    title, names: what it is called, and what else. words: further ones that it explains. subject:
    a heading of `SUBJECTS`. text: the definition, paragraphs apart by an empty line. rules: general
    statements that the language cannot say. formulas: equations of the language that hold, under
    `assume`. example: a command line. picture: another one, for `--plot` where the example has no
    picture. mistakes: common ones. commands: of dlmath. related: titles of other cards. reading:
    books and papers.
    """

    title: str
    subject: str
    text: str
    example: str
    formulas: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    assume: str = ""
    picture: str = ""
    mistakes: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    related: tuple[str, ...] = ()
    reading: tuple[str, ...] = ()

    @property
    def called(self) -> tuple[str, ...]:
        """Every name under which it is found."""
        return (self.title, *self.names, *self.words)

    @property
    def summary(self) -> str:
        """The first sentence of the definition."""
        return re.split(r"(?<=\.)\s+(?=[A-Z])", self.text, maxsplit=1)[0]


@cache
def cards() -> dict[str, Card]:
    """Title to card, subject by subject."""
    found = {}
    for name, heading in SUBJECTS.items():
        for entry in _read(name)["card"]:
            lists = {key: tuple(part) for key, part in entry.items() if isinstance(part, list)}
            text = _unwrapped(entry["text"])
            card = Card(**{**entry, **lists, "text": text, "subject": heading})
            found[card.title] = card
    return found


def _read(name: str) -> dict[str, Any]:
    import tomllib

    with (FOLDER / f"{name}.toml").open("rb") as file:
        return tomllib.load(file)


def _unwrapped(text: str) -> str:
    """Paragraphs as single lines."""
    return "\n\n".join(" ".join(part.split()) for part in text.strip().split("\n\n"))


def sentence(text: str) -> Sentence:
    """A text with what stands in backticks as mathematics. Raises InvalidInput."""
    from dlmath.expression.parser import parse

    parts: list[Any] = []
    end = 0
    for found in _BACKTICKS.finditer(text):
        parts.append(text[end : found.start()])
        words, formula = found.groups()
        parts.append(Notation(words) if words else parse(formula, equation=True).node)
        end = found.end()
    parts.append(text[end:])
    return tuple(part for part in parts if part != "")


def plain(words: Sentence) -> str:
    """The same as text in the language."""
    from dlmath.expression.text import to_text

    return "".join(part if isinstance(part, str) else to_text(part) for part in words)


def reading(text: str) -> str:
    """`goodfellow 6` as a book with the title of the chapter; anything else as it is.

    Raises KeyError for a book or chapter that is not in books.toml.
    """
    found = _CHAPTER.fullmatch(text)
    if not found:
        return text
    book = _books()[found[1]]
    return f"{book['title']}, chapter {found[2]}: {book['chapters'][found[2]]}"


@cache
def _books() -> dict[str, Any]:
    return _read("books")
