"""From text to the expression graph: the functions that read what was typed.

`parse` reads an expression; the others read the small languages of options, such as
`x=2,y=1/3`. All point at the place of a mistake in the text they were given.
"""

from __future__ import annotations

from typing import NamedTuple

from dlmath.answer import Sentence
from dlmath.expression.conditions import top
from dlmath.expression.graph import Node
from dlmath.expression.names import is_function
from dlmath.expression.syntax import Parser, reading
from dlmath.expression.tokens import END, NAME, NUMBER, Token
from dlmath.expression.vocabulary import ALSO_VARIABLES, CONSTANTS


class Parsed(NamedTuple):
    """The graph of what was typed, and notes on how it was read."""

    node: Node
    notes: list[Sentence]


def parse(text: str, *, equation: bool = False, condition: bool = False) -> Parsed:
    """Reads one expression.

    equation: one `=` may stand at the top; the node is then an `eq`.
    condition: comparisons, `and`, `or` and `not` may stand at the top.
    Raises InvalidInput with the place and, where one is known, what to write instead;
    LimitReached for input that is too long, too deep or has numbers that are too large.
    """
    with reading(text) as parser:
        node = top(parser, equation=equation, condition=condition)
        parser.expect_end()
        return Parsed(node, parser.all_notes())


def parse_assignments(text: str) -> dict[str, Node]:
    """Reads `x=2,y=1/3`: each name once, with an expression for its value.

    Raises InvalidInput for a name that is not a variable, a name given twice, or no value.
    """
    values: dict[str, Node] = {}
    with reading(text) as parser:
        while True:
            name = _variable(parser, "x=2,y=1/3")
            if name.text in values:
                parser.fail(f"{name.text} is given twice", name)
            if parser.token.kind not in ("=", "=="):
                parser.fail(
                    f"{name.text} has no value", name, parser.token, hint=f"write {name.text}=2"
                )
            parser.advance()
            values[name.text] = parser.sum()
            if not _comma(parser, "x=2,y=1/3"):
                return values


def parse_names(text: str) -> list[str]:
    """Reads `x,y`: names of variables, which may repeat.

    Raises InvalidInput for a constant, a function, a number or an expression.
    """
    names: list[str] = []
    with reading(text) as parser:
        while True:
            names.append(_variable(parser, "x,y").text)
            if not _comma(parser, "x,y"):
                return names


def parse_range(text: str) -> tuple[str, Node, Node]:
    """Reads `y=0..x`: a variable with its lower and upper bound."""
    with reading(text) as parser:
        name = _variable(parser, "x=0..1")
        if parser.token.kind != "=":
            parser.fail(
                f"the bounds of {name.text} are missing",
                parser.token,
                hint=f"write {name.text}=0..1",
            )
        parser.advance()
        lower = parser.sum()
        if parser.token.kind != "..":
            if parser.token.kind == END:
                parser.fail(
                    f"the upper bound of {name.text} is missing",
                    parser.token,
                    hint=f"write {name.text}=0..1",
                )
            parser.fail("two dots are expected here", parser.token, hint=f"write {name.text}=0..1")
        parser.advance()
        upper = parser.sum()
        parser.expect_end()
        return name.text, lower, upper


_PROPERTIES = frozenset(
    "positive negative nonnegative nonpositive nonzero integer rational real complex".split()
)
_SIGNS = {
    ">": "positive",
    "<": "negative",
    ">=": "nonnegative",
    "<=": "nonpositive",
    "!=": "nonzero",
}
_OPPOSITE = {"positive": {"negative", "nonpositive"}, "negative": {"nonnegative"}}


def parse_assumptions(text: str) -> dict[str, frozenset[str]]:
    """Reads `x>0, n integer`: what is known of each variable.

    Raises InvalidInput for a property that is not known, or properties that exclude each other.
    """
    known: dict[str, set[str]] = {}
    with reading(text) as parser:
        while True:
            name = _variable(parser, "x>0, n integer")
            found = known.setdefault(name.text, set())
            found.update(_properties(parser, name))
            for one, others in _OPPOSITE.items():
                if one in found and found & others:
                    parser.fail(f"{name.text} cannot be {one} and {min(found & others)}", name)
            if not _comma(parser, "x>0, n integer"):
                return {key: frozenset(value) for key, value in known.items()}


def _properties(parser: Parser, name: Token) -> set[str]:
    """`>0`, `integer`, `positive integer`: one sign or some words."""
    sign = parser.token
    if sign.kind in _SIGNS:
        parser.advance()
        zero = parser.token
        if zero.kind != NUMBER or zero.value != 0:
            parser.fail(
                "an assumption compares with 0", zero, hint=f"write {name.text}{sign.kind}0"
            )
        parser.advance()
        return {_SIGNS[sign.kind]}
    words: set[str] = set()
    while parser.token.kind == NAME:
        word = parser.advance()
        if word.text in ("is", "are", "a", "an"):
            continue
        if word.text not in _PROPERTIES:
            parser.fail(
                f"{word.text} is not a property of a variable",
                word,
                hint="known are " + ", ".join(sorted(_PROPERTIES)),
            )
        words.add(word.text)
    if not words:
        parser.fail(
            f"what is assumed of {name.text} is missing",
            parser.token,
            hint=f"write {name.text}>0 or {name.text} integer",
        )
    return words


def _variable(parser: Parser, example: str) -> Token:
    """Takes a token that names a variable."""
    token = parser.token
    if token.kind == END:
        parser.fail("the name of a variable is missing", token, hint=f"write {example}")
    if token.kind != NAME:
        parser.fail("the name of a variable is expected here", token, hint=f"write {example}")
    if token.text in CONSTANTS:
        parser.fail(f"{token.text} is a constant, not a variable", token, hint="use another letter")
    if is_function(token.text) and token.text not in ALSO_VARIABLES:
        parser.fail(f"{token.text} is a function, not a variable", token, hint=f"write {example}")
    following = parser.tokens[parser.index + 1]
    if following.kind == "(":
        parser.fail(
            "the name of a variable is expected here, not a call",
            token,
            following,
            hint=f"write {example}",
        )
    parser.variable()
    return token


def _comma(parser: Parser, example: str) -> bool:
    """Takes a comma, or says that the text ends here; anything else is an error."""
    token = parser.token
    if token.kind == END:
        return False
    if token.kind == ",":
        parser.advance()
        return True
    if token.kind == ";":
        parser.fail("entries are separated by commas", token, hint=f"write {example}")
    if token.kind == "=":
        parser.fail("a second equals sign: is a comma missing?", token, hint=f"write {example}")
    if token.kind in (NAME, NUMBER):
        parser.fail("a comma is missing before this", token, hint=f"write {example}")
    return parser.fail("a comma is expected here", token, hint=f"write {example}")


__all__ = [
    "Parsed",
    "parse",
    "parse_assignments",
    "parse_assumptions",
    "parse_names",
    "parse_range",
]
