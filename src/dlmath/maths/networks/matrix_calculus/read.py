"""From text to matrix expressions: `2*A'*(A*x - b)`, with shapes checked as they are read.

Products do not commute, so this is a reader of its own on the language's tokens. Beyond them it
reads `A'` and `A.T` (transpose), and `.*`, `./`, `.^` (element by element).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from dlmath.answer import Sentence
from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.reader import room_for_recursion
from dlmath.expression.tokens import END, Token, tokenize
from dlmath.maths.networks.matrix_calculus.expression import Expr
from dlmath.maths.networks.matrix_calculus.leaves import PROBABILITY
from dlmath.maths.networks.matrix_calculus.shapes import Shapes
from dlmath.maths.networks.matrix_calculus.syntax import MatrixReader

#: Behind an operand: transpose and the operations element by element.
_MARKS = re.compile(r"(?<=[\w)\]'²³])(\s*)('|\.T\b|\.\*\*|\.\*|\./|\.\^|\.\+|\.-)")

_KINDS = {"'": "'", ".T": "'", ".**": ".^"}


#: An expression may have so many words and signs.
TOKENS_MOST = 3_000


class Reading(NamedTuple):
    """The expression, notes on how it was read, and shapes with what was found out of names."""

    expression: Expr
    notes: list[Sentence]
    shapes: Shapes


def read(text: str, shapes: Shapes, differential_of: Expr | None = None) -> Reading:
    """Reads one expression.

    shapes: name to shape and what is known of it (`symmetric`, `probability`). A name that a
    shape mentions is that number of rows; other names are scalars when they are lower case. The
    target of `cross_entropy`, where it is a name, is taken to be probabilities.
    differential_of: a variable X, whose differential is read too: `dX`, and `d(...)` by it.
    Raises InvalidInput with the place: shapes that do not fit, unknown names, bad syntax.
    """
    tokens = tokens_of(text)
    if len(tokens) > TOKENS_MOST:
        raise LimitReached(f"the expression has more than {TOKENS_MOST} words and signs")
    known = shapes
    with room_for_recursion(len(tokens)):
        while True:
            reader = MatrixReader(text, tokens, known, differential_of)
            found = reader.sum()
            if reader.token.kind != END:
                reader.unexpected()
            if not reader.targets:
                return Reading(found, reader.notes, known)
            known = {**known, **{name: (known[name][0], PROBABILITY) for name in reader.targets}}


def tokens_of(text: str) -> list[Token]:
    """The language's tokens, and those of matrices, which it does not have."""
    marks: list[Token] = []
    blanked = list(text)
    for match in _MARKS.finditer(text):
        start, end = match.span(2)
        marks.append(Token(_KINDS.get(match[2], match[2]), match[2], start, end))
        blanked[start:end] = " " * (end - start)
    try:
        tokens = tokenize("".join(blanked))
    except InvalidInput as error:
        error.text = text
        if error.start is not None and text[error.start : error.start + 1] in ("'", "."):
            error.message = "an operand is missing before this sign"
            error.hint = "write A' for the transpose and A.*B for the product of elements"
        if error.start is not None and text[error.start : error.start + 1] == "@":
            error.hint = "write A*B for the product of matrices"
        raise
    closing = tokens.pop()
    merged = sorted([*tokens, *marks], key=lambda token: token.start)
    last = max(closing.start, merged[-1].end if merged else 0)
    return [*merged, closing._replace(start=last, end=last)]
