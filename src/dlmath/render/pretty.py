"""Mathematics for reading on a terminal: `x²·cos(x)` where the terminal can show it."""

from __future__ import annotations

import re
from typing import Any

from dlmath.answer import Sentence
from dlmath.expression.graph import Node
from dlmath.render.errors import visible

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

#: A whole exponent that nothing else belongs to, as the language writes it.
_WHOLE_POWER = re.compile(r"\*\*(\d{1,3})(?![\w.!]|\*\*)")

_SIGNS = (
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"(?<=\S)\*(?=\S)"), "·"),
    (re.compile(r"\bpi\b"), "π"),
    (re.compile(r"\boo\b"), "∞"),
    (re.compile(r"<="), "≤"),
    (re.compile(r">="), "≥"),
    (re.compile(r"!="), "≠"),
)


class Writer:
    """Writes mathematics and words for one terminal.

    unicode: may signs beyond ASCII be used? digits: significant digits of floats.
    """

    def __init__(self, *, unicode: bool = True, digits: int = 10) -> None:
        self.unicode = unicode
        self.digits = digits

    def node(self, node: Node) -> str:
        """An expression; what is shown reads back as the same value."""
        from dlmath.expression.text import to_text

        text = to_text(node)
        if not self.unicode:
            return text.replace("**", "^")
        text = _WHOLE_POWER.sub(lambda found: found[1].translate(_SUPERSCRIPTS), text)
        for pattern, sign in _SIGNS:
            text = pattern.sub(sign, text)
        return text

    def part(self, part: Node | str) -> str:
        """Mathematics or words."""
        return self.node(part) if isinstance(part, Node) else visible(part)

    def sentence(self, sentence: Sentence) -> str:
        """Words and mathematics on one line."""
        return "".join(self.part(part) for part in sentence)

    def value(self, value: Any) -> str:
        """A fact or a cell of a table."""
        if isinstance(value, Node):
            return self.node(value)
        if value is None:
            return "-"
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str):
            return visible(value)
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float):
            return f"{value:.{self.digits}g}"
        if isinstance(value, complex):
            return f"{value:.{self.digits}g}".strip("()").replace("j", "i")
        if isinstance(value, dict):
            return ", ".join(f"{key} = {self.value(part)}" for key, part in value.items())
        if isinstance(value, tuple) and any(isinstance(part, Node) for part in value):
            return self.sentence(value)
        if isinstance(value, (list, tuple)):
            return "[" + ", ".join(self.value(part) for part in value) + "]"
        if hasattr(value, "tolist"):
            return self.value(value.tolist())
        return str(value)
