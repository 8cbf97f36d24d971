"""Elements of MathML, each as text: rows, fences, fractions; the pieces of an expression."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import NamedTuple

from dlmath.expression.graph import Node

#: Signs that are heard and not seen: `sin` of x, 2 times x.
APPLY, TIMES = "<mo>&#x2061;</mo>", "<mo>&#x2062;</mo>"
GAP = '<mspace width="0.17em"></mspace>'
DOT, COMMA = "<mo>·</mo>", "<mo>,</mo>"
MINUS, PLUS, EQUALS = "−", "+", "="


def row(*parts: str) -> str:
    """The parts side by side as one element."""
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


def operator(text: str) -> str:
    """A sign: `+`, a bracket, a sign of sums."""
    return f"<mo>{escape(text)}</mo>"


def infix(text: str) -> str:
    """A sign between two operands, though a line begins with it."""
    return f'<mo form="infix">{escape(text)}</mo>'


def digits(text: str) -> str:
    """A number."""
    return f"<mn>{text}</mn>"


#: What makes a line higher than its parentheses, and the length up to which it is looked for.
_TALL = ("<mfrac", "<mtable", "<munder", "<mover", "<msubsup", "<msqrt", "<mroot")
_SHORT = 1000


def fenced(inner: str, left: str = "(", right: str = ")") -> str:
    """Between brackets that grow with what they hold."""
    if left == "(" and len(inner) <= _SHORT and not any(tag in inner for tag in _TALL):
        # With some fonts a parenthesis that may grow is set wide though it does not.
        return row('<mo stretchy="false">(</mo>', inner, '<mo stretchy="false">)</mo>')
    return row(operator(left), inner, operator(right))


def fraction(upper: str, lower: str) -> str:
    """One above the other, a bar between them."""
    return f"<mfrac>{upper}{lower}</mfrac>"


def raised(base: str, exponent: str) -> str:
    """A power."""
    return f"<msup>{base}{exponent}</msup>"


def lowered(base: str, index: str) -> str:
    """A base with an index."""
    return f"<msub>{base}{index}</msub>"


def table(rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """Rows of cells. kind: `cases` or `lines` are aligned on the left."""
    # Browsers take the alignment from the page's style sheet, other programs from the attribute.
    start = "<mtable>"
    if kind:
        start = f'<mtable class="{kind}" columnalign="left" displaystyle="true">'
    cells = ("".join(f"<mtd>{cell}</mtd>" for cell in line) for line in rows)
    return start + "".join(f"<mtr>{line}</mtr>" for line in cells) + "</mtable>"


def listed(parts: Iterable[str]) -> str:
    """Parts with commas between them."""
    return row(*between(parts, COMMA))


def between(parts: Iterable[str], sign: str) -> list[str]:
    """The parts with the element `sign` between them."""
    found: list[str] = []
    for part in parts:
        found += [sign, part] if found else [part]
    return found


# --- pieces ---------------------------------------------------------------------------------


class Piece(NamedTuple):
    """Written mathematics and how strongly it holds together.

    body: one element. minus: a minus sign stands before it, not part of it, so that a sum can
    subtract. digit: it begins with a digit, which must not run into a number before it. word: it
    has a name of several letters, which must not run into its neighbours.
    """

    body: str
    strength: int
    minus: bool = False
    digit: bool = False
    word: bool = False

    @property
    def whole(self) -> str:
        """One element, with the sign."""
        return row(operator(MINUS), self.body) if self.minus else self.body


# From loosest to tightest; an operand that is looser than its place is put in parentheses.
OR, AND, NOT, RELATION, SUM, PRODUCT, POWER, ATOM = range(8)

Done = dict[Node, Piece]


def at_least(piece: Piece, strength: int) -> str:
    """The operand, in parentheses where it is looser than its place."""
    return piece.whole if piece.strength >= strength else fenced(piece.whole)
