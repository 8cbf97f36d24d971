r"""From LaTeX to tokens: commands, letters, digits and signs; spacing commands are dropped."""

from __future__ import annotations

import re
from typing import NoReturn

from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.tokens import END, MAX_LENGTH, Token

#: Kinds of token; the kind of a sign or a command is its canonical spelling.
LETTER = "letter"
DIGIT = "digit"
#: `\operatorname{relu}`, `\mathrm{loss}`: a whole name; the token's text is the name.
WORD = "word"

_TOKEN = re.compile(
    r"""(?:[ \t\n\r\u00a0]|%[^\n]*\n|\\[,;:!\ >]|\\q?quad\b|~|\\(?:displaystyle|textstyle|limits
        |nolimits|left\.|right\.)(?![A-Za-z]))*
    (?:(?P<word>\\(?:operatorname\*?|mathrm|mathit|mathbf|boldsymbol|text|textrm|mathop)
        [ ]*\{(?P<name>(?:[^{}\\]|\\_)*)\})
    |(?P<command>\\[A-Za-z]+|\\\\|\\[{}|_])
    |(?P<letter>[A-Za-z])
    |(?P<digit>[0-9])
    |(?P<sign>[-+*/^_{}()\[\]|!,.=<>&'·×÷−≤≥≠])
    |(?P<end>\Z))""",
    re.VERBOSE,
)

#: Commands and signs with the same meaning as another token.
_SAME = {
    "\\cdot": "*", "\\times": "*", "\\ast": "*", "\\div": "/", "\\lbrack": "[", "\\rbrack": "]",
    "\\lvert": "|", "\\rvert": "|", "\\vert": "|", "\\mid": "|",
    "\\lVert": "\\|", "\\rVert": "\\|", "\\Vert": "\\|",
    "\\le": "<=", "\\leq": "<=", "\\leqslant": "<=", "\\ge": ">=", "\\geq": ">=",
    "\\geqslant": ">=", "\\lt": "<", "\\gt": ">", "\\ne": "!=", "\\neq": "!=",
    "\\land": "\\wedge", "\\lor": "\\vee", "\\lnot": "\\neg",
    "\\dfrac": "\\frac", "\\tfrac": "\\frac", "\\cfrac": "\\frac", "\\dbinom": "\\binom",
    "\\tbinom": "\\binom", "\\rightarrow": "\\to", "\\colon": ":", "\\prime": "'",
    "\\lbrace": "\\{", "\\rbrace": "\\}",
    "·": "*", "×": "*", "÷": "/", "−": "-", "≤": "<=", "≥": ">=", "≠": "!=",
}  # fmt: skip

#: Commands that only set the size of the bracket behind them.
_SIZES = frozenset(
    f"\\{size}{side}" for size in ("big", "Big", "bigg", "Bigg") for side in ("", "l", "r", "m")
)


def tokenize_latex(text: str) -> list[Token]:
    r"""The tokens of LaTeX's mathematics mode; the last has kind END.

    `\left` and `\right` are tokens of their own in front of their bracket. Dollar signs and `\[`
    around the whole are dropped. Raises InvalidInput for a character that LaTeX reads otherwise.
    """
    if len(text) > MAX_LENGTH:
        raise LimitReached(
            f"the expression is {len(text)} characters long; up to {MAX_LENGTH} are read",
            text=text,
            start=MAX_LENGTH,
        )
    place, stop = _inside(text)
    tokens: list[Token] = []
    while True:
        found = _TOKEN.match(text, place, stop)
        if found is None:
            _refuse(text, place)
        group = "word" if found["word"] is not None else str(found.lastgroup)
        start, place = found.span(group)
        word = text[start:place]
        if group == "end":
            last = tokens[-1].end if tokens else start
            tokens.append(Token(END, "", last, last))
            return tokens
        if group == "word":
            name = found["name"].replace("\\_", "_").strip()
            tokens.append(Token(WORD, name, start, place))
        elif group in ("letter", "digit"):
            tokens.append(Token(group, word, start, place))
        elif word not in _SIZES:
            kind = _SAME.get(word, word)
            tokens.append(Token(kind, word, start, place))


_AROUND = (("$$", "$$"), ("$", "$"), ("\\[", "\\]"), ("\\(", "\\)"))


def _inside(text: str) -> tuple[int, int]:
    """The range inside the signs that switch to mathematics mode."""
    start = len(text) - len(text.lstrip())
    stop = len(text.rstrip())
    for opening, closing in _AROUND:
        fits = stop - start >= len(opening) + len(closing)
        if fits and text.startswith(opening, start) and text.endswith(closing, start, stop):
            return start + len(opening), stop - len(closing)
    return start, max(start, stop)


def _refuse(text: str, place: int) -> NoReturn:
    from dlmath.expression.characters import refuse_character

    while text[place].isspace() and text[place] in " \t\n\r\u00a0":
        place += 1
    if text[place] == "\\":
        raise InvalidInput(
            "this backslash starts no command", text=text, start=place, hint="write \\\\ for a row"
        )
    if text[place] in '$#~%@?;:`"':
        raise InvalidInput("this sign is not read in LaTeX", text=text, start=place)
    refuse_character(text, place)
