"""Mathematics for reading on a terminal: `x²·cos(x)` where the terminal can show it."""

from __future__ import annotations

import re
from typing import Any

from dlmath.answer import Formula, Notation, Numbers, Sentence
from dlmath.expression.graph import Node, replace, symbol, topological
from dlmath.render.errors import columns, visible

_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

#: A whole exponent that nothing else belongs to, as the language writes it.
_WHOLE_POWER = re.compile(r"\*\*(\d{1,3})(?![\w.!]|\*\*)")

#: Before the others: a raised digit would count as part of the word.
_WORDS = ((re.compile(r"\bpi\b"), "π"), (re.compile(r"\boo\b"), "∞"))

_SIGNS = (
    (re.compile(r"\*\*"), "^"),
    (re.compile(r"(?<=\S)\*(?=\S)"), "·"),
    (re.compile(r"<="), "≤"),
    (re.compile(r">="), "≥"),
    (re.compile(r"!="), "≠"),
)


#: Signs of sets and tables, for terminals without them.
_PLAINER = str.maketrans({"∪": "u", "↗": "/", "↘": "\\", "→": "-"})

#: In words, too.
_INFINITY = re.compile(r"\boo\b")

#: A power as an exponent, which a raised digit alone would not show: 2^(x²).
_TOWER = re.compile(r"\^(\w*[^\W\d⁰¹²³⁴⁵⁶⁷⁸⁹]\w*?[⁰¹²³⁴⁵⁶⁷⁸⁹]+)")

#: A whole exponent in a rule, which is not written in the language.
_RULE_POWER = re.compile(r"\^(\d+)")

#: A formula of matrices: raised digits, the products, the transpose.
_FORMULA_SIGNS = (
    (re.compile(r"(?<!\.)\^(\d+)"), lambda found: found[1].translate(_SUPERSCRIPTS)),
    (re.compile(r"\.\*"), " ⊙ "),
    (re.compile(r"\*"), "·"),
    (re.compile(r"'"), "ᵀ"),
)

#: Operations that are written as in a book.
_OPERATIONS = frozenset({"derive", "integrate", "limit"})

#: The brackets of a matrix: of its first, its middle and its last row.
_BRACKETS = (("⎡", "⎤"), ("⎢", "⎥"), ("⎣", "⎦"))

#: Stands on both sides of the number of an operation written apart; no name holds it.
_PLACE = "\x00"
_PLACED = re.compile(f"{_PLACE}(\\d+){_PLACE}")


def _inside(node: Node, shown: dict[Node, Node]) -> dict[Node, Node]:
    """What is exchanged inside a node: the operations below it, not the node itself."""
    return {part: place for part, place in shown.items() if part is not node}


def _grouped(node: Node, text: str) -> str:
    return f"({text})" if node.op == "add" else text


def _fitted(text: str, follows: str) -> str:
    """An integral or limit before a further factor or a power stands in parentheses."""
    return f"({text})" if text[0] in "∫l" and follows in tuple("·*^/⁰¹²³⁴⁵⁶⁷⁸⁹") else text


def _is_matrix(node: Node) -> bool:
    """At least two rows of equally many entries, none of them a vector itself?"""
    if node.op != "vector" or len(node.args) < 2 or any(row.op != "vector" for row in node.args):
        return False
    lengths = {len(row.args) for row in node.args}
    return len(lengths) == 1 and all(e.op != "vector" for row in node.args for e in row.args)


def _raised(order: str, unicode: bool) -> str:
    return order.translate(_SUPERSCRIPTS) if unicode else f"^{order}"


class Writer:
    """Writes mathematics and words for one terminal.

    unicode: may signs beyond ASCII be used? digits: significant digits of floats.
    """

    def __init__(self, *, unicode: bool = True, digits: int = 10) -> None:
        self.unicode = unicode
        self.digits = digits

    def node(self, node: Node) -> str:
        """An expression; operations still to be done are written as in a book: `d/dx(x²)`."""
        shown: dict[Node, Node] = {}
        texts: list[str] = []
        for part in topological(node):
            if part.op in _OPERATIONS and part is not node:
                texts.append(self._operation(replace(part, _inside(part, shown))))
                shown[part] = symbol(f"{_PLACE}{len(texts) - 1}{_PLACE}")
        whole = replace(node, _inside(node, shown))
        text = self._operation(whole) if node.op in _OPERATIONS else self._plain(whole)
        while found := _PLACED.search(text):
            inner = _fitted(texts[int(found[1])], text[found.end() : found.end() + 1])
            text = text[: found.start()] + inner + text[found.end() :]
        return text

    def _operation(self, node: Node) -> str:
        """`derive`, `integrate` or `limit` of operands that hold no other of them."""
        body, variable, *rest = (self._plain(part) for part in node.args)
        if node.op == "derive":
            order = _raised(rest[0], self.unicode) if rest else ""
            return f"d{order}/d{variable}{order}({body})"
        if not self.unicode:
            return self._plain(node)
        if node.op == "limit":
            side = {"left": "⁻", "right": "⁺"}.get(str(node.value), "")
            return f"lim[{variable}→{rest[0]}{side}] {_grouped(node.args[0], body)}"
        bounds = f"[{rest[0]}..{rest[1]}]" if rest else ""
        return f"∫{bounds} {_grouped(node.args[0], body)} d{variable}"

    def _plain(self, node: Node) -> str:
        """The language's own text, with the signs of a book."""
        from dlmath.expression.text import to_text

        text = to_text(node)
        if not self.unicode:
            return text.replace("**", "^")
        for pattern, sign in _WORDS:
            text = pattern.sub(sign, text)
        text = _WHOLE_POWER.sub(lambda found: found[1].translate(_SUPERSCRIPTS), text)
        for pattern, sign in _SIGNS:
            text = pattern.sub(sign, text)
        return _TOWER.sub(r"^(\1)", text)

    def matrix(self, node: Node, room: int) -> list[str] | None:
        """A matrix as aligned rows between brackets; None for all else, and where room lacks."""
        if not _is_matrix(node):
            return None
        return self._grid([[self.node(entry) for entry in row.args] for row in node.args], room)

    def floats(self, numbers: Numbers, room: int) -> list[str] | None:
        """A matrix of floats as aligned rows, with its name; None for all else."""
        array = numbers.array
        if getattr(array, "ndim", 0) != 2 or array.dtype.kind not in "fi" or array.size > 100:
            return None
        head = f"{numbers.name} = " if numbers.name else "= "
        rows = self._grid([list(map(repr, row)) for row in array.tolist()], room - len(head))
        if rows is None:
            return None
        return [head + rows[0], *(" " * len(head) + row for row in rows[1:])]

    def _grid(self, rows: list[list[str]], room: int) -> list[str] | None:
        """Cells as aligned rows between brackets; None where room lacks."""
        widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
        if sum(widths) + 2 * len(widths) > room:
            return None
        last = len(rows) - 1
        lines = []
        for place, row in enumerate(rows):
            start, end = _BRACKETS[(place > 0) + (place == last)] if self.unicode else ("[", "]")
            cells = [cell.rjust(width) for cell, width in zip(row, widths, strict=True)]
            lines.append(start + "  ".join(cells) + end)
        return lines

    def part(self, part: Node | str) -> str:
        """Mathematics or words."""
        return self.node(part) if isinstance(part, Node) else self._words(part)

    def _words(self, text: str) -> str:
        words = visible(text)
        if not self.unicode:
            return words.translate(_PLAINER)
        if isinstance(text, Formula):
            for pattern, sign in _FORMULA_SIGNS:
                words = pattern.sub(sign, words)
            return words
        if isinstance(text, Notation):
            words = words.replace("**", "^")
            raised = _RULE_POWER.sub(lambda found: found[1].translate(_SUPERSCRIPTS), words)
            return raised.replace("*", "·")
        return _INFINITY.sub("∞", words.replace("->", "→"))

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
            return self._words(value)
        if isinstance(value, int):
            return str(value)
        if isinstance(value, float):
            return f"{value:.{self.digits}g}"
        if isinstance(value, complex):
            return f"{value:.{self.digits}g}".strip("()").replace("j", "i")
        if hasattr(value, "_mpf_"):
            from dlmath.expression.precise import decimal_text

            return decimal_text(value, self.digits)
        if isinstance(value, dict):
            return ", ".join(f"{key} = {self.value(part)}" for key, part in value.items())
        if isinstance(value, tuple) and any(isinstance(part, Node) for part in value):
            return self.sentence(value)
        if isinstance(value, (list, tuple)) and any(isinstance(part, dict) for part in value):
            return "; ".join(self.value(part) for part in value)
        if isinstance(value, (list, tuple)):
            return "[" + ", ".join(self.value(part) for part in value) + "]"
        if hasattr(value, "tolist"):
            return self.value(value.tolist())
        return str(value)
