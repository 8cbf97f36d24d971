"""Conditions: comparisons, chains such as `0 < x < 1`, joined by `and`, `or` and `not`.

Conditions stand inside `piecewise` and where a command asks for one; elsewhere an expression is
expected, and `syntax` refuses the signs of this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.expression.tokens import MAX_DEPTH

if TYPE_CHECKING:
    from dlmath.expression.syntax import Parser
    from dlmath.expression.tokens import Token

_COMPARISONS = {"<": "lt", "<=": "le", ">": "gt", ">=": "ge", "==": "eq", "!=": "ne"}

#: The operations whose value is true or false.
BOOLEAN = frozenset({*_COMPARISONS.values(), "and", "or", "not", "true", "false"})


def top(parser: Parser, *, equation: bool = False, condition: bool = False) -> Node:
    """An expression, with what the caller allows around it."""
    first = parser.token
    left = read_condition(parser) if condition else parser.sum()
    if not equation or parser.token.kind not in ("=", "=="):
        return left
    sign = parser.advance()
    if left.op in BOOLEAN:
        parser.fail("an equation has an expression on each side", first, sign)
    right = parser.sum()
    if parser.token.kind in ("=", "=="):
        parser.fail("an equation has one equals sign", parser.token)
    return graph.make("eq", (left, right))


def read_condition(parser: Parser) -> Node:
    """Conditions joined by `or`; a plain expression passes through."""
    start = parser.token
    part = _conjunction(parser)
    if parser.token.kind != "or":
        return part
    parts = [boolean(parser, part, start)]
    while parser.token.kind == "or":
        parser.index += 1
        start = parser.token
        parts.append(boolean(parser, _conjunction(parser), start))
    return graph.make("or", parts)


def _conjunction(parser: Parser) -> Node:
    start = parser.token
    place = parser.index
    part = _negation(parser)
    if parser.token.kind != "and":
        return part
    parts: list[Node] = []
    while True:
        boolean(parser, part, start)
        parts.extend(part.args if parser.chain_at == place else (part,))
        if parser.token.kind != "and":
            return graph.make("and", parts)
        parser.index += 1
        start = parser.token
        place = parser.index
        part = _negation(parser)


def _negation(parser: Parser) -> Node:
    signs = 0
    start = parser.token
    while parser.token.kind == "not":
        parser.advance()
        signs += 1
    if signs > MAX_DEPTH:
        parser.too_large(f"more than {MAX_DEPTH} negations in a row", start)
    operand = parser.token
    node = _comparison(parser)
    if signs:
        boolean(parser, node, operand)
    for _ in range(signs):
        node = graph.make("not", (node,))
    return node


def _comparison(parser: Parser) -> Node:
    place = parser.condition_at = parser.index
    start = parser.token
    operands = [parser.sum()]
    signs: list[Token] = []
    while parser.token.kind in _COMPARISONS:
        if operands[-1].op in BOOLEAN:
            parser.fail("a condition cannot be compared", start, parser.token)
        signs.append(parser.advance())
        start = parser.token
        operands.append(parser.sum())
    if not signs:
        return operands[0]
    relations = [
        graph.make(_COMPARISONS[sign.kind], operands[left : left + 2])
        for left, sign in enumerate(signs)
    ]
    if len(relations) == 1:
        return relations[0]
    parser.chain_at = place
    return graph.make("and", relations)


def boolean(parser: Parser, node: Node, start: Token) -> Node:
    """Refuses a value where a condition is expected."""
    if node.op not in BOOLEAN:
        last = parser.tokens[parser.index - 1]
        parser.fail(
            "a condition is expected here, not a value",
            start,
            last,
            hint="write a comparison, such as x > 0",
        )
    return node
