"""The words for mistakes of syntax: what stands where it cannot, and what to write instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NoReturn

from dlmath.expression.tokens import END, NUMBER, SUPERSCRIPT

if TYPE_CHECKING:
    from dlmath.expression.syntax import Parser
    from dlmath.expression.tokens import Token

_WORD_OPERATORS = ("and", "or", "not")


def missing_operand(parser: Parser, token: Token) -> NoReturn:
    """Raises the error for a token that stands where an operand is expected."""
    kind = token.kind
    before = parser.tokens[parser.index - 1] if parser.index else None
    if kind == END:
        if before is None:
            parser.fail("the expression is empty", token, hint="write one, such as x^2*sin(x)")
        if re.search(r"[0-9][eE][+-]$", parser.text[: before.end]):
            parser.fail("the digits of the power of ten are missing", before, hint="write 1e3")
        parser.fail(
            f"the expression ends where something should follow {_shown(parser, before)}", token
        )
    if kind in _WORD_OPERATORS:
        parser.fail(f"{kind} belongs in a condition; a value is expected here", token)
    if kind == SUPERSCRIPT:
        parser.fail("there is nothing to raise to this power", token)
    if kind == "..":
        parser.fail("dots have no meaning here", token, hint="a range is written x=0..1")
    if kind in ("=", "==") and before is not None and before.kind in ("=", "<", ">", "!="):
        parser.fail(
            f"{_shown(parser, before)}{kind} is not a sign",
            before,
            token,
            hint="write <=, >=, == or !=",
        )
    if kind == ")" and before is not None and before.kind == "(":
        parser.fail("the parentheses are empty", before, token)
    if before is None or before.kind in ("(", "[", ","):
        parser.fail(f"something should stand before {_shown(parser, token)}", token)
    parser.fail(
        f"something should stand between {_shown(parser, before)} and {_shown(parser, token)}",
        token,
    )


def _shown(parser: Parser, token: Token) -> str:
    """How a token is named in a sentence: as it was typed."""
    return parser.source(token, token)


def unexpected(parser: Parser, token: Token) -> NoReturn:
    """Raises the error for a token that cannot follow a complete expression."""
    kind = token.kind
    if kind == ")":
        parser.fail("this parenthesis closes nothing", token, hint="remove it, or add ( before")
    if kind == "]":
        parser.fail("this bracket closes nothing", token, hint="remove it, or add [ before")
    if kind == ",":
        _unexpected_comma(parser, token)
    if kind == ";":
        parser.fail(
            "a semicolon separates only the rows of a matrix",
            token,
            hint="give one expression at a time",
        )
    if kind == "=":
        parser.fail(
            "an equation has no place here; an expression is expected",
            token,
            hint="write a - b for a = b",
        )
    if kind in ("<", "<=", ">", ">=", "==", "!="):
        adjacent = parser.tokens[parser.index - 1].end == token.start
        hint = "conditions belong in piecewise((value, condition), ...)"
        if kind == "!=" and adjacent:
            hint = "a factorial before an equals sign needs a space: x! = 2"
        parser.fail("a comparison has no place here; a value is expected", token, hint=hint)
    if kind == "//":
        parser.fail("// is not a sign of this language", token, hint="write floor(x/y)")
    if kind == "..":
        parser.fail("dots have no meaning here", token, hint="a range is written x=0..1")
    if kind == "|":
        parser.fail("this bar has no partner", token, hint="write abs(x)")
    if kind in _WORD_OPERATORS:
        parser.fail(f"{kind} joins conditions; a value has no place for it", token)
    if kind in ("!", SUPERSCRIPT, "^"):
        parser.fail("this cannot follow here", token, hint="add parentheses")
    parser.fail("this cannot follow here", token)


def _unexpected_comma(parser: Parser, token: Token) -> NoReturn:
    before = parser.tokens[parser.index - 1]
    after = parser.tokens[parser.index + 1]
    if before.kind == NUMBER and after.kind == NUMBER:
        hint = f"a decimal is written {before.text}.{after.text}"
        if before.end == token.start and len(after.text) == 3 and after.text.isdecimal():
            hint += f", a thousand {before.text}{after.text}"
        parser.fail(
            "a comma has no place here",
            token,
            hint=f"{hint}; a vector [{before.text}, {after.text}]",
        )
    parser.fail(
        "a comma has no place here",
        token,
        hint="a vector is written [a, b]; commands take one expression",
    )
