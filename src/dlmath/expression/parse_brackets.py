"""Vectors `[1, 2]`, matrices `[[1, 2], [3, 4]]` or `[1, 2; 3, 4]`, and absolute values `|x|`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.expression.juxtaposition import BARS, LIST
from dlmath.expression.tokens import END

if TYPE_CHECKING:
    from dlmath.expression.syntax import Parser
    from dlmath.expression.tokens import Token


def vector(parser: Parser) -> Node:
    """Reads from `[` to its `]`."""
    opening = parser.advance()
    parser.enter(opening)
    bars, parser.open_bars = parser.open_bars, 0
    outside, parser.in_brackets = parser.in_brackets, True
    rows: list[list[Node]] = [[]]
    while True:
        if parser.token.kind in (",", ";", "]"):
            _missing_entry(parser, opening, first=not rows[0])
        rows[-1].append(parser.sum())
        if parser.token.kind == ";":
            rows.append([])
        elif parser.token.kind != ",":
            break
        parser.advance()
    parser.close(opening, "]")
    parser.open_bars = bars
    parser.in_brackets = outside
    parser.depth -= 1
    parser.kind = LIST
    if len(rows) == 1:
        return graph.vector(_even(parser, rows[0], opening))
    return graph.vector(_even(parser, [graph.vector(row) for row in rows], opening))


def _missing_entry(parser: Parser, opening: Token, *, first: bool) -> None:
    token = parser.token
    if first and token.kind == "]":
        parser.fail("the vector is empty", opening, token, hint="write its entries: [1, 2]")
    before = parser.tokens[parser.index - 1]
    parser.fail(f"an entry is missing between {before.kind} and {token.kind}", token)


def _even(parser: Parser, parts: list[Node], opening: Token) -> list[Node]:
    """The entries, refused when they are rows of different shapes."""
    shapes = [shape(part) for part in parts]
    first = shapes[0]
    for place, other in enumerate(shapes):
        if other == first or None in (first, other):
            continue
        last = parser.tokens[parser.index - 1]
        if not first or not other:
            parser.fail("a vector mixes rows and single entries", opening, last)
        parser.fail(
            f"row {place + 1} has {_size(other)}, row 1 has {_size(first)}",
            opening,
            last,
            hint="rows of a matrix are equally long",
        )
    return parts


def shape(node: Node) -> tuple[int, ...] | None:
    """The lengths of nested vectors, outermost first; () of a plain number or variable.

    None where it cannot be told: the value of a call or a product may be a vector.
    """
    lengths: list[int] = []
    while node.op == "vector":
        lengths.append(len(node.args))
        node = node.args[0]
    if lengths or node.op in ("number", "symbol", "constant"):
        return tuple(lengths)
    return None


def _size(lengths: tuple[int, ...] | None) -> str:
    assert lengths
    if len(lengths) > 1:
        return " by ".join(map(str, lengths)) + " entries"
    return entries(lengths[0])


def entries(count: int) -> str:
    """`1 entry`, `2 entries`."""
    return f"{count} {'entry' if count == 1 else 'entries'}"


def absolute(parser: Parser) -> Node:
    """Reads from `|` to its `|`.

    A bar where an operand is expected opens; any other closes the one that is open. A sign must
    follow a closing bar, so that no bar can be read both ways.
    """
    opening = parser.advance()
    inner = parser.token
    if inner.kind == END:
        parser.fail("this bar is not closed", opening, hint="write abs(x) or |x|")
    parser.enter(opening)
    parser.open_bars += 1
    node = parser.sum()
    if parser.token.kind != "|":
        if parser.token.kind == END:
            parser.fail("this bar is not closed", opening, hint="write abs(x) or |x|")
        parser.expect_end()
    closing = parser.advance()
    parser.open_bars -= 1
    parser.depth -= 1
    before = parser.tokens[parser.index - 2]
    if (
        inner.kind == "|"
        and before.kind == "|"
        and node.op == "abs"
        and parser.bars_inside == inner.start
    ):
        source = parser.source(inner, before).strip("|")
        parser.fail(
            "are double bars a norm or an absolute value?",
            opening,
            closing,
            hint=f"write norm({source}) or abs({source})",
        )
    parser.bars_inside = opening.start
    parser.kind = BARS
    return graph.call("abs", node)
