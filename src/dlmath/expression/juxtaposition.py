"""Multiplication without a sign: what may stand side by side, and what is refused.

`2x`, `3(x+1)`, `2 pi r` and `x sin(x)` are products. `x y` is not: it may be a name with a slip,
two words of another language, or `x*y`, and only the author knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from dlmath.expression.tokens import END, NAME, NUMBER
from dlmath.expression.vocabulary import CONSTANTS

if TYPE_CHECKING:
    from dlmath.expression.syntax import Parser

#: What the factor read last is, apart from its exponent: a variable, `pi`, a number, something in
#: parentheses or a call, `|x|`, `[1, 2]`, or `√2` without parentheses.
VARIABLE, CONSTANT, LITERAL, GROUP, BARS, LIST, ROOT = range(7)


def side_by_side(parser: Parser, start: int) -> None:
    """May the next token follow the factor that began at token `start`, without a sign?

    Returns when it may; raises the error that shows what to write when it may not.
    """
    token = parser.token
    kind = parser.kind
    before = parser.tokens[parser.index - 1]
    left = parser.source(parser.tokens[start], before)
    right = parser.source(token, token)
    if token.kind == NUMBER:
        _refuse_number(parser, start, left, right)
    if kind == BARS or (token.kind == "|" and kind in (VARIABLE, ROOT, LIST)):
        parser.fail(
            "the bars can be paired in more than one way",
            token,
            hint="write abs(...) and * for products",
        )
    if token.kind == "[":
        if kind == LITERAL:
            return
        parser.fail(
            "entries are not picked by brackets, and a product needs a sign",
            token,
            hint=f"write {left}*[...], or a name such as x_0",
        )
    if kind == ROOT:
        parser.fail(
            f"does {right} belong under the root or outside it?",
            token,
            hint=f"write √({left[1:]}*{right}) or √({left[1:]})*{right}",
        )
    if kind == LIST:
        parser.fail(
            "an operator is missing between these", before, token, hint=f"write {left}*{right}"
        )
    if token.kind != NAME:
        return
    called = parser.tokens[parser.index + 1].kind == "("
    constant = token.text in CONSTANTS
    if parser.bare_exponent_at == parser.index and before.end == token.start and not called:
        parser.notes.append((f"{left}{right} is read as {left}*{right}",))
        return
    if called or constant:
        return
    plain = before.kind == NAME and before.text not in CONSTANTS
    if plain or kind == VARIABLE:
        _refuse_names(parser, start, left, right)


#: Words of programs and of prose, to what is written here; None where it is nothing.
_WORDS: dict[str, str | None] = {
    **dict.fromkeys(("if", "else", "where", "when"), "write piecewise((value, condition), ...)"),
    **dict.fromkeys(("for", "in", "import", "from", "def", "return", "lambda", "is"), None),
    **dict.fromkeys(("mod", "div"), "write x - y*floor(x/y)"),
    "times": "write *",
    "over": "write /",
    "plus": "write +",
    "minus": "write -",
    "to": "a range is written x=0..1",
}


def _refuse_names(parser: Parser, start: int, left: str, right: str) -> NoReturn:
    """`x y`: a name cannot follow a variable without a sign."""
    token = parser.token
    before = parser.tokens[parser.index - 1]
    hint: str | None = f"write {left}*{right}"
    for word in (token.text, before.text):
        if word in _WORDS:
            hint = _WORDS[word]
            break
    else:
        following = parser.tokens[parser.index + 1]
        if len(right) == 2 and right[0] == "d" and following.kind in (END, ")", ","):
            hint = f"leave out {right}; inside expressions write integrate(f, {right[1]})"
    parser.fail("an operator is missing between these", parser.tokens[start], token, hint=hint)


def _refuse_number(parser: Parser, start: int, left: str, right: str) -> NoReturn:
    token = parser.token
    before = parser.tokens[parser.index - 1]
    first = parser.tokens[start]
    if before.kind == NUMBER and not before.text.isascii():
        parser.fail(
            "an operator is missing between these",
            first,
            token,
            hint=f"write {left} + {right} or {left}*{right}",
        )
    if before.kind == NUMBER and not token.text.isascii():
        parser.fail(
            "an operator is missing between these",
            first,
            token,
            hint=f"write {left} + {right} or {left}*{right}",
        )
    if before.kind == NUMBER:
        hint = f"write {left}*{right} for a product, {before.text}{right} for one number"
        if parser.in_brackets:
            hint = f"write {left}, {right} for two entries, {left}*{right} for a product"
        parser.fail("two numbers stand side by side", before, token, hint=hint)
    if before.kind == NAME:
        hint = f"write {left}*{right}, {left}^{right} or {before.text}_{right}"
    else:
        hint = f"write {left}*{right}"
    parser.fail("an operator is missing between these", first, token, hint=hint)
