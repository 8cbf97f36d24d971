"""Calls: functions, operations such as `integrate(f, x, a, b)`, and `piecewise`."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from dlmath.expression import graph
from dlmath.expression.conditions import boolean, read_condition
from dlmath.expression.graph import MINUS_ONE, Node
from dlmath.expression.tokens import END
from dlmath.expression.vocabulary import (
    ALIASES,
    ALSO_VARIABLES,
    CONSTANTS,
    FUNCTIONS,
    MANY,
    OPERATIONS,
    REWRITTEN,
)

if TYPE_CHECKING:
    from dlmath.expression.reader import Reader
    from dlmath.expression.syntax import Parser
    from dlmath.expression.tokens import Token

SIDES = ("both", "left", "right")

#: What each operation takes, for its errors.
USAGE = {
    "sum": "sum(expression, k, 1, n)",
    "product": "product(expression, k, 1, n)",
    "derive": "derive(f, x) or derive(f, x, 2)",
    "integrate": "integrate(f, x) or integrate(f, x, a, b)",
    "limit": "limit(f, x, a) or limit(f, x, a, right)",
    "piecewise": "piecewise((value, condition), ..., (value, true))",
}


def call(parser: Parser) -> Node:
    """Reads a name that is called and its operands."""
    name = parser.advance()
    opening = parser.advance()
    canonical = ALIASES.get(name.text, name.text)
    parser.enter(opening)
    bars, parser.open_bars = parser.open_bars, 0
    if canonical == "piecewise":
        node = _piecewise(parser, name, opening)
    else:
        operands, places = _operands(parser, name, opening)
        node = _build(parser, name, canonical, operands, places)
    parser.open_bars = bars
    parser.depth -= 1
    return node


def _operands(parser: Parser, name: Token, opening: Token) -> tuple[list[Node], list[Token]]:
    """The operands up to the closing parenthesis, and where each begins."""
    operands: list[Node] = []
    places: list[Token] = []
    if parser.token.kind == ")":
        parser.fail(f"{name.text} has no operand", name, parser.token, hint=_takes(name.text))
    while True:
        if operands and parser.token.kind == "(" and _is_pair(parser):
            parser.fail(
                f"the operands of {name.text} stand without parentheses around some of them",
                parser.token,
                hint=_takes(name.text),
            )
        places.append(parser.token)
        if name.text == "hyper" and _is_empty_list(parser):
            operands.append(graph.vector([]))
            parser.index += 2
        else:
            operands.append(parser.sum())
        if parser.token.kind != ",":
            break
        parser.advance()
    if parser.token.kind == END:
        parser.fail(f"the parenthesis of {name.text} is not closed", opening, hint="add )")
    parser.close(opening, ")")
    return operands, places


def _is_empty_list(parser: Parser) -> bool:
    """`[]`: a hypergeometric function may have no parameters above or below."""
    return parser.token.kind == "[" and parser.tokens[parser.index + 1].kind == "]"


def _takes(name: str) -> str:
    canonical = ALIASES.get(name, name)
    if canonical in USAGE:
        return f"write {USAGE[canonical]}"
    if canonical in FUNCTIONS:
        function = FUNCTIONS[canonical]
        return f"{name} takes {_count(function.least, function.most)}: {function.text}"
    return f"{name} takes {_count(1, 1)}"


def _count(least: int, most: int) -> str:
    if most >= MANY:
        return f"{least} or more operands"
    if least == most:
        return f"{least} operand{'' if least == 1 else 's'}"
    return f"{least} {'or' if most == least + 1 else 'to'} {most} operands"


def _build(
    parser: Parser, name: Token, canonical: str, operands: list[Node], places: list[Token]
) -> Node:
    given = len(operands)
    least, most = _arity(canonical)
    if not least <= given <= most or (canonical == "integrate" and given == 3):
        inside = parser.source(places[0], parser.tokens[parser.index - 2])
        _wrong_count(parser, name, name.text, given, inside)
    if canonical in OPERATIONS:
        return _operation(parser, name, canonical, operands, places)
    node = apply(parser, canonical, operands, name)
    parser.count_bits(node, name)
    return node


def _arity(canonical: str) -> tuple[int, int]:
    if canonical in OPERATIONS:
        return OPERATIONS[canonical]
    if canonical in REWRITTEN:
        return 1, 1
    return FUNCTIONS[canonical].least, FUNCTIONS[canonical].most


def function_of(reader: Reader, name: str, operands: list[Node], token: Token) -> Node:
    """A function of operands that another notation gave it, their number checked."""
    canonical = ALIASES.get(name, name)
    least, most = _arity(canonical)
    if canonical in OPERATIONS:
        reader.fail(f"{name} is not written so in this notation", token)
    if not least <= len(operands) <= most:
        _wrong_count(reader, token, name, len(operands), "x")
    return apply(reader, canonical, operands, token)


def apply(reader: Reader, canonical: str, operands: list[Node], name: Token) -> Node:
    """The node of a function, with those that are written by others written out."""
    if canonical == "sqrt":
        return graph.sqrt(operands[0])
    if canonical in ("log2", "log10"):
        return _log_to_base(operands[0], graph.number(int(canonical[3:])))
    if canonical == "log" and len(operands) == 2:
        return _log_to_base(operands[0], operands[1])
    several = FUNCTIONS[canonical].most >= MANY and len(operands) > 1
    if several and canonical not in ("max", "min"):
        if any(operand.op == "vector" for operand in operands):
            reader.fail(
                f"{canonical} takes one vector or several numbers",
                name,
                reader.tokens[reader.index - 1],
            )
        operands = [graph.vector(operands)]
    return graph.call(canonical, *operands)


def _log_to_base(operand: Node, base: Node) -> Node:
    return graph.mul(graph.call("log", operand), graph.power(graph.call("log", base), MINUS_ONE))


def _wrong_count(reader: Reader, token: Token, name: str, given: int, inside: str) -> NoReturn:
    hint = _takes(name)
    if name in ALSO_VARIABLES and given == 1:
        hint += f"; to multiply write {name}*({inside})"
    reader.fail(
        f"{name} does not take {given} operand{'' if given == 1 else 's'}",
        token,
        reader.tokens[reader.index - 1],
        hint=hint,
    )


# --- operations -----------------------------------------------------------------------------


def _operation(
    parser: Parser, name: Token, canonical: str, operands: list[Node], places: list[Token]
) -> Node:
    variable = operands[1]
    if variable.op != "symbol":
        hint = f"write {USAGE[canonical]}"
        if places[1].text in CONSTANTS:
            hint = f"{places[1].text} is a constant; use another letter, such as k"
        parser.fail(f"the second operand of {name.text} is a variable", places[1], hint=hint)
    if canonical == "derive" and len(operands) == 3:
        order = operands[2]
        if not graph.is_integer(order) or order.number < 1:
            hint = f"write {USAGE['derive']}"
            if order.op == "symbol":
                hint = "for a mixed derivative write derive(derive(f, x), y)"
            parser.fail("the order of a derivative is a whole number from 1", places[2], hint=hint)
    if canonical != "limit":
        return graph.make(canonical, operands)
    side = "both"
    if len(operands) == 4:
        side = places[3].text
        if operands[3].op != "symbol" or side not in SIDES:
            parser.fail(
                "the side of a limit is left, right or both",
                places[3],
                hint=f"write {USAGE['limit']}",
            )
        if parser.names.get(side) is places[3]:
            del parser.names[side]
    return graph.make("limit", operands[:3], side)


def _piecewise(parser: Parser, name: Token, opening: Token) -> Node:
    """`(value, condition)` pairs; a last value alone is for every other case."""
    parts: list[Node] = []
    while True:
        start = parser.token
        if start.kind == ")" and not parts:
            parser.fail("piecewise has no operand", name, start, hint=f"write {USAGE['piecewise']}")
        if start.kind == "(" and _is_pair(parser):
            parser.advance()
            parser.enter(start)
            parts.append(parser.sum())
            parser.advance()  # the comma that makes it a pair
            parts.append(case_condition(parser))
            parser.close(start, ")")
            parser.depth -= 1
        else:
            parts.append(parser.sum())
            parts.append(graph.TRUE)
            if parser.token.kind == ",":
                parser.fail(
                    "only the last value of piecewise may stand without a condition",
                    start,
                    parser.tokens[parser.index - 1],
                    hint=f"write {USAGE['piecewise']}",
                )
        if parser.token.kind != ",":
            break
        parser.advance()
    if parser.token.kind == END:
        parser.fail(f"the parenthesis of {name.text} is not closed", opening, hint="add )")
    parser.close(opening, ")")
    return graph.make("piecewise", parts)


def _is_pair(parser: Parser) -> bool:
    """Does a comma stand directly inside the parenthesis that opens here?"""
    if parser.pairs is None:
        parser.pairs = set()
        stack: list[int] = []
        for place, token in enumerate(parser.tokens):
            if token.kind in ("(", "["):
                stack.append(place)
            elif token.kind in (")", "]") and stack:
                stack.pop()
            elif token.kind == "," and stack:
                parser.pairs.add(stack[-1])
    return parser.index in parser.pairs


def case_condition(parser: Parser) -> Node:
    """The condition of a case: comparisons, `true`, or `otherwise`."""
    start = parser.token
    node = read_condition(parser)
    boolean(parser, node, start)
    return node
