"""What needs no axes in the terminal: a graph as a tree, named bars one below the other."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, isfinite

from dlmath.picture import Diagram, Picture
from dlmath.render.errors import columns
from dlmath.render.pretty import Writer
from dlmath.render.wrap import wrapped

#: Words of a node have at least so many columns; a part further in is drawn on its own, below.
_WORDS_LEAST = 16

#: The beginning of a line: a part with others after it, the last part, and below either.
_BRANCHES = ("├─ ", "└─ ", "│  ", "   ")
_BRANCHES_ASCII = ("|- ", "`- ", "|  ", "   ")

#: Rows of named bars at most.
_BARS_MOST = 60


def tree_lines(diagram: Diagram, width: int, writer: Writer) -> list[str]:
    """The graph from what comes out of it, below each node what goes into it.

    A node that feeds several others is drawn once; where it comes again, it is named.
    """
    return _Tree(diagram, width, writer).lines()


class _Tree:
    def __init__(self, diagram: Diagram, width: int, writer: Writer) -> None:
        self.width = width
        self.unicode = writer.unicode
        self.signs = _BRANCHES if writer.unicode else _BRANCHES_ASCII
        self.title = writer.sentence(diagram.title)
        self.words = [writer.sentence(node) for node in diagram.nodes]
        self.inputs: list[list[int]] = [[] for _ in self.words]
        feeds = [0] * len(self.words)
        for start, end in diagram.edges:
            self.inputs[end].append(start)
            feeds[start] += 1
        self.roots = [place for place, count in enumerate(feeds) if not count]
        self.drawn: set[int] = set()
        self.later: list[int] = []
        self.numbers: dict[int, int] = {}

    def lines(self) -> list[str]:
        found = [f"  {line}" for line in wrapped(self.title, self.width - 2)] if self.title else []
        # Last first: the tree of the result holds the most.
        self.later = list(reversed(self.roots))
        while self.later:
            root = self.later.pop(0)
            if root not in self.drawn or root in self.numbers:
                found += self._tree(root)
        return found

    def _tree(self, root: int) -> list[str]:
        """Without recursion: graphs may be deep. first, rest: what stands before the words."""
        found: list[str] = []
        waiting = [(root, "  ", "  ", True)]
        while waiting:
            place, first, rest, is_root = waiting.pop()
            again = place in self.drawn and not (is_root and place in self.numbers)
            inputs = self.inputs[place]
            deep = len(rest) + 3 + _WORDS_LEAST > self.width
            words = self.words[place]
            if again:
                words += " (above)"
            elif deep and inputs and not is_root:
                number = self.numbers.setdefault(place, len(self.numbers) + 1)
                words += f" (further below: {number})"
                self.later.append(place)
                again = True
            elif is_root and place in self.numbers:
                words = f"{self.numbers[place]}: {words}"
            self.drawn.add(place)
            beside = rest + (self.signs[2] if inputs and not again else "   ")
            for number, line in enumerate(wrapped(words, max(8, self.width - len(beside)))):
                found.append((beside if number else first) + line)
            if again:
                continue
            for number, part in enumerate(reversed(inputs)):
                head, below = (self.signs[1], self.signs[3]) if number == 0 else self.signs[::2]
                waiting.append((part, rest + head, rest + below, False))
        return found


def bar_lines(picture: Picture, width: int, writer: Writer, signs: Sequence[str]) -> list[str]:
    """Bars whose things have names: a line for each, with its value.

    A bar below zero grows to the left of the others.
    """
    bars = picture.bars
    names = [writer.part(name) for name in bars[0].names][:_BARS_MOST]
    values = [value for group in bars for value in group.height]
    texts = [[f"{value:.4g}" for value in group.height] for group in bars]
    name_room = min(max(map(columns, names)), max(6, width // 3))
    value_room = max(len(text) for group in texts for text in group)
    room = max(4, width - name_room - value_room - 5)
    finite = [value for value in values if isfinite(value)]
    most, least = max(0.0, *finite, 0.0), min(0.0, *finite, 0.0)
    scale = room / (most - least) if 0 < most - least < inf else 0.0
    zero = round(-least * scale)
    lines = []
    for place, name in enumerate(names):
        for number, group in enumerate(bars):
            height = group.height[place]
            size = round(abs(height) * scale) if isfinite(height) else 0
            sign = signs[number % len(signs)]
            negative = height < 0
            bar = (" " * (zero - size) + sign * size) if negative else " " * zero + sign * size
            short = _cut(name, name_room) if number == 0 else ""
            text = texts[number][place].rjust(value_room)
            lines.append(f"  {short}{' ' * (name_room - columns(short))} {text} {bar}")
    left_out = len(bars[0].names) - len(names)
    if left_out > 0:
        lines.append(f"  and {left_out} more")
    if len(bars) > 1 or writer.sentence(bars[0].label):
        lines.append("")
        lines += [
            f"  {signs[number % len(signs)]}  {_cut(writer.sentence(group.label), width - 5)}"
            for number, group in enumerate(bars)
        ]
    return lines


def _cut(text: str, room: int) -> str:
    if columns(text) <= room:
        return text
    while columns(text) > room - 2:
        text = text[:-1]
    return text + ".."
