"""From the expression graph to text that reads back as the same graph.

`parse(to_text(node)).node is node` for every node made by the constructors of `graph`. The text is
written piece by piece from a stack, so neither deep nor long expressions are a problem.
"""

from __future__ import annotations

from fractions import Fraction

from dlmath.errors import LimitReached
from dlmath.expression.graph import HALF, Exact, Node
from dlmath.expression.tokens import any_digits

#: A graph that shares its parts can stand for a text longer than any memory; this is the most.
MAX_TEXT = 5_000_000

#: How strongly the parts of a text hold together, weakest first.
OR, AND, NOT, RELATION, SUM, PRODUCT, SIGN, POWER, ATOM = range(9)

_RELATIONS = {"lt": "<", "le": "<=", "gt": ">", "ge": ">=", "eq": "==", "ne": "!="}
_LEVELS = {
    "or": OR,
    "and": AND,
    "not": NOT,
    **dict.fromkeys(_RELATIONS, RELATION),
    "add": SUM,
    "mul": PRODUCT,
}

#: Text, or a node with the least strength that needs no parentheses around it.
_Piece = str | tuple[Node, int]


def to_text(node: Node) -> str:
    """The expression as one line of text, in the style `x**2*cos(x) + 2*x*sin(x)`.

    Raises LimitReached when it would be longer than MAX_TEXT characters.
    """
    if node.op == "eq":
        left, right = node.args
        return f"{to_text(left)} = {to_text(right)}"
    out: list[str] = []
    length = 0
    stack: list[_Piece] = [(node, OR)]
    while stack:
        piece = stack.pop()
        if isinstance(piece, str):
            out.append(piece)
            length += len(piece)
            if length > MAX_TEXT:
                raise LimitReached(f"the expression is longer than {MAX_TEXT} characters")
            continue
        part, least = piece
        if _level(part) < least:
            out.append("(")
            stack.append(")")
        stack.extend(reversed(_pieces(part)))
    return "".join(out)


def number_text(value: Exact) -> str:
    """`3`, `-1/3`: an exact number, however long."""
    if max(value.numerator.bit_length(), value.denominator.bit_length()) < 13_000:
        return str(value)
    with any_digits():
        return str(value)


def _level(node: Node) -> int:
    """How strongly the text of the node holds together."""
    if node.op == "number":
        value = node.number
        if not isinstance(value, int):
            return PRODUCT
        return ATOM if value >= 0 else SIGN
    if node.op == "pow":
        exponent = node.args[1]
        if exponent is HALF:
            return ATOM
        return PRODUCT if _is_negative_number(exponent) else POWER
    return _LEVELS.get(node.op, ATOM)


def _is_negative_number(node: Node) -> bool:
    return node.op == "number" and node.number < 0


def _pieces(node: Node) -> list[_Piece]:
    """The text of a node, with its operands still to be written."""
    op = node.op
    if op == "number":
        return [number_text(node.number)]
    if op in ("symbol", "constant"):
        return [node.name]
    if op == "add":
        return _sum_pieces(node)
    if op == "mul":
        return _product_pieces(node.args, negate=False)
    if op == "pow":
        if _is_negative_number(node.args[1]):
            return _product_pieces((node,), negate=False)
        return _power_pieces(*node.args)
    if op in _RELATIONS:
        return [(node.args[0], SUM), f" {_RELATIONS[op]} ", (node.args[1], SUM)]
    if op in ("and", "or"):
        return _joined(node.args, f" {op} ", NOT if op == "and" else AND)
    if op == "not":
        return ["not ", (node.args[0], ATOM)]
    if op in ("true", "false"):
        return [op]
    if op == "vector":
        return ["[", *_joined(node.args, ", ", SUM), "]"]
    if op == "piecewise":
        return _piecewise_pieces(node)
    if op == "unknown":
        return [f"{node.value}(", *_joined(node.args, ", ", SUM), ")"]
    side = f", {node.value}" if op == "limit" and node.value not in (None, "both") else ""
    return [f"{op}(", *_joined(node.args, ", ", SUM), f"{side})"]


def _joined(parts: tuple[Node, ...], separator: str, least: int) -> list[_Piece]:
    pieces: list[_Piece] = []
    for part in parts:
        if pieces:
            pieces.append(separator)
        pieces.append((part, least))
    return pieces


def _piecewise_pieces(node: Node) -> list[_Piece]:
    pieces: list[_Piece] = ["piecewise("]
    for place in range(0, len(node.args), 2):
        if place:
            pieces.append(", ")
        pieces += ["(", (node.args[place], SUM), ", ", (node.args[place + 1], OR), ")"]
    pieces.append(")")
    return pieces


def _sum_pieces(node: Node) -> list[_Piece]:
    first, *others = node.args
    pieces: list[_Piece] = [(first, PRODUCT)]
    for term in others:
        if _is_negative_number(term):
            pieces += [" - ", number_text(-term.number)]
        elif term.op == "mul" and _is_negative_number(term.args[0]):
            pieces += [" - ", *_product_pieces(term.args, negate=True)]
        else:
            pieces += [" + ", (term, PRODUCT)]
    return pieces


def _power_pieces(base: Node, exponent: Node) -> list[_Piece]:
    if exponent is HALF:
        return ["sqrt(", (base, SUM), ")"]
    return [(base, ATOM), "**", (exponent, POWER)]


def _product_pieces(factors: tuple[Node, ...], *, negate: bool) -> list[_Piece]:
    """A product as one fraction: `-3*x/(2*y**2)`."""
    coefficient: Exact = 1
    if factors[0].op == "number":
        coefficient = factors[0].number
        factors = factors[1:]
    if negate:
        coefficient = -coefficient
    above = [part for part in factors if not _is_below(part)]
    below = [part for part in factors if _is_below(part)]
    top, bottom = abs(coefficient.numerator), coefficient.denominator
    as_powers = any(map(_must_be_a_power, below)) and not _is_alone(below, bottom)
    pieces: list[_Piece] = ["-"] if coefficient < 0 else []
    following = above or (below if as_powers and bottom == 1 else [])
    if top != 1 or not following or following[0].op == "number":  # working shows the 1 of 1*4
        pieces += [number_text(top), "*"]
    for part in above:
        pieces += [(part, POWER), "*"]
    if not as_powers:
        return pieces[:-1] + _denominator(bottom, below)
    if bottom != 1:
        pieces[-1:] = ["/", number_text(bottom), "*"]
    for part in below:
        pieces += [(part.args[0], ATOM), f"**({number_text(part.args[1].number)})", "*"]
    return pieces[:-1]


def _denominator(bottom: int, below: list[Node]) -> list[_Piece]:
    """`/(2*y**2)`, or nothing."""
    pieces: list[_Piece] = []
    if bottom != 1:
        pieces += ["*", number_text(bottom)]
    for part in below:
        pieces.append("*")
        pieces += _reciprocal(part)
    if not pieces:
        return []
    several = pieces.count("*") > 1
    return ["/(", *pieces[1:], ")"] if several else ["/", *pieces[1:]]


def _reciprocal(part: Node) -> list[_Piece]:
    """What stands under the bar for a factor with a negative exponent."""
    base, exponent = part.args
    positive = -exponent.number
    if positive == 1:
        return [(base, POWER)]
    if positive == Fraction(1, 2):
        return ["sqrt(", (base, SUM), ")"]
    written = number_text(positive)
    return [(base, ATOM), "**", written if isinstance(positive, int) else f"({written})"]


def _is_below(node: Node) -> bool:
    return node.op == "pow" and _is_negative_number(node.args[1])


def _must_be_a_power(node: Node) -> bool:
    """0**(-2) is not 1/0**2, which reads as 1/0; nor may 0 be multiplied out under a bar.

    And (1/a)**(-1), kept because a may be undefined, would change its place under a bar.
    """
    base = node.args[0]
    return (base.op == "number" and base.number == 0) or _is_below(base)


def _is_alone(below: list[Node], bottom: int) -> bool:
    """Is `1/0` all that stands under the bar?"""
    return bottom == 1 and len(below) == 1 and below[0].args[1].value == -1
