r"""The commands of LaTeX that take parts: fractions, roots, sums, integrals, limits, matrices."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dlmath.expression import graph
from dlmath.expression.conditions import BOOLEAN
from dlmath.expression.graph import Node
from dlmath.expression.latex_tokens import DIGIT, LETTER, WORD
from dlmath.expression.parse_brackets import entries, shape
from dlmath.expression.tokens import END

if TYPE_CHECKING:
    from dlmath.expression.latex_input import LatexReader
    from dlmath.expression.tokens import Token


# --- fractions and roots --------------------------------------------------------------------


def _fraction(reader: LatexReader) -> Node:
    command = reader.advance()
    derivative = _derivative(reader)
    if derivative is not None:
        return derivative
    if _starts_with_d(reader):
        reader.fail(
            "this derivative is not read", command, reader.token, hint=r"write \frac{d}{dx} f"
        )
    upper = reader.argument()
    lower = reader.argument()
    node = graph.div(upper, lower)
    reader.count_bits(node, command)
    return node


def _derivative(reader: LatexReader) -> Node | None:
    r"""`\frac{d^{2}}{d x^{2}} f`; None, and nothing taken, for any other fraction."""
    place = reader.index
    order = _top_of_derivative(reader)
    if order is not None:
        variable = _bottom_of_derivative(reader, order)
        if variable is not None:
            body = reader.product()
            parts = (body, variable) if order == 1 else (body, variable, graph.number(order))
            return graph.make("derive", parts)
    reader.index = place
    return None


def _starts_with_d(reader: LatexReader) -> bool:
    r"""Does `{dy}{dx}` stand here?"""
    place = reader.index
    tokens = reader.tokens
    if tokens[place].kind != "{" or not _is_d(tokens[place + 1]):
        return False
    while tokens[place].kind not in ("}", END):
        place += 1
    below = tokens[place : place + 4]
    return len(below) == 4 and below[1].kind == "{" and _is_d(below[2]) and below[3].kind != "}"


def _is_d(token: Token) -> bool:
    return token.kind == "\\partial" or (token.kind in (LETTER, WORD) and token.text == "d")


def _order(reader: LatexReader) -> int | None:
    """The exponent of a derivative; 1 where there is none, None where it is not a number."""
    if reader.token.kind != "^":
        return 1
    reader.advance()
    braces = reader.token.kind == "{"
    if braces:
        reader.advance()
    digits = ""
    while reader.token.kind == DIGIT and (braces or not digits) and len(digits) < 6:
        digits += reader.advance().text
    if braces:
        if reader.token.kind != "}":
            return None
        reader.advance()
    return int(digits) if digits and int(digits) > 0 else None


def _top_of_derivative(reader: LatexReader) -> int | None:
    """`{d^{2}}`, giving the order."""
    if reader.token.kind != "{" or not _is_d(reader.tokens[reader.index + 1]):
        return None
    reader.advance()
    reader.advance()
    order = _order(reader)
    if order is None or reader.token.kind != "}":
        return None
    reader.advance()
    return order


def _bottom_of_derivative(reader: LatexReader, order: int) -> Node | None:
    """`{d x^{2}}`, giving the variable."""
    if reader.token.kind != "{" or not _is_d(reader.tokens[reader.index + 1]):
        return None
    reader.advance()
    reader.advance()
    variable = variable_name(reader)
    if variable is None or _order(reader) != order or reader.token.kind != "}":
        return None
    reader.advance()
    return variable


def variable_name(reader: LatexReader) -> Node | None:
    """A variable where nothing else may stand; None when there is none."""
    if reader.token.kind not in (LETTER, WORD) and not reader.is_greek(reader.token):
        return None
    node = reader.primary()
    return node if node.op == "symbol" else None


def _root(reader: LatexReader) -> Node:
    command = reader.advance()
    degree: Node = graph.TWO
    if reader.token.kind == "[":
        opening = reader.advance()
        degree = reader.sum()
        if reader.token.kind != "]":
            reader.fail("this bracket is not closed", opening, hint="add ]")
        reader.advance()
    inside = reader.argument()
    if graph.is_integer(degree) and degree.number == 3:
        return graph.call("cbrt", inside)
    node = graph.power(inside, graph.power(degree, graph.MINUS_ONE))
    reader.count_bits(node, command)
    return node


def _binomial(reader: LatexReader) -> Node:
    reader.advance()
    return graph.call("binomial", reader.argument(), reader.argument())


def _conjugate(reader: LatexReader) -> Node:
    reader.advance()
    return graph.call("conjugate", reader.argument())


# --- sums, products, integrals, limits --------------------------------------------------------


def _sum(reader: LatexReader) -> Node:
    r"""`\sum_{k=1}^{n} term`."""
    command = reader.advance()
    op = "sum" if command.kind == "\\sum" else "product"
    usage = rf"write {command.text}_{{k=1}}^{{n}} a_k"
    if reader.token.kind != "_" or reader.tokens[reader.index + 1].kind != "{":
        reader.fail("the variable and its first value are missing", command, hint=usage)
    reader.advance()
    reader.advance()
    variable = _bound_variable(reader, usage)
    if reader.token.kind != "=":
        reader.fail("an equals sign is expected here", reader.token, hint=usage)
    reader.advance()
    first = reader.sum()
    reader.expect("}", "a closing brace")
    if reader.token.kind != "^":
        reader.fail("the last value is missing", reader.token, hint=usage)
    reader.advance()
    last = reader.script()
    return graph.make(op, (reader.product(), variable, first, last))


def _bound_variable(reader: LatexReader, usage: str) -> Node:
    token = reader.token
    variable = variable_name(reader)
    if variable is None:
        reader.fail("a variable is expected here", token, hint=usage)
    return variable


def refuse_stray_differential(reader: LatexReader) -> None:
    """`dx` typed together, or with an upright d, belongs to an integral."""
    token = reader.token
    together = token.kind == WORD or token.end == reader.tokens[reader.index + 1].start
    if is_differential(reader) and together:
        reader.fail(
            "this belongs to no integral",
            token,
            reader.tokens[reader.index + 1],
            hint=r"write d \cdot x for a product",
        )


def is_differential(reader: LatexReader) -> bool:
    """Does `dx` stand here?"""
    token = reader.token
    if not (token.kind in (LETTER, WORD) and token.text == "d"):
        return False
    following = reader.tokens[reader.index + 1]
    return following.kind in (LETTER, WORD) or reader.is_greek(following)


def _integral(reader: LatexReader) -> Node:
    r"""`\int_{a}^{b} f \, dx`."""
    command = reader.advance()
    bounds: dict[str, Node] = {}
    while reader.token.kind in ("_", "^"):
        sign = reader.advance()
        bounds[sign.kind] = reader.script()
    if len(bounds) == 1:
        reader.fail("an integral has two bounds or none", command, hint=r"write \int_{a}^{b}")
    reader.integrals += 1
    body = graph.ONE if is_differential(reader) else reader.sum()
    if not is_differential(reader):
        reader.fail(
            "dx is missing at the end of the integral", command, reader.token, hint=r"write \, dx"
        )
    reader.integrals -= 1
    reader.advance()
    variable = _bound_variable(reader, r"write \int f \, dx")
    if not reader.integrals and is_differential(reader):
        reader.fail(
            "each variable of integration needs its own sign",
            reader.token,
            hint=r"write \int \int f \, dx \, dy",
        )
    ends = (bounds["_"], bounds["^"]) if bounds else ()
    return graph.make("integrate", (body, variable, *ends))


def _limit(reader: LatexReader) -> Node:
    r"""`\lim_{x \to 0^+} f`."""
    command = reader.advance()
    usage = r"write \lim_{x \to 0} f"
    if reader.token.kind != "_" or reader.tokens[reader.index + 1].kind != "{":
        reader.fail("the variable and its goal are missing", command, hint=usage)
    reader.advance()
    reader.advance()
    variable = _bound_variable(reader, usage)
    if reader.token.kind != "\\to":
        reader.fail(r"\to is expected here", reader.token, hint=usage)
    reader.advance()
    place, side = _goal(reader)
    reader.expect("}", "a closing brace")
    return graph.make("limit", (reader.product(), variable, place), side)


def _goal(reader: LatexReader) -> tuple[Node, str]:
    """The place of a limit, and its side where `^+`, `^-`, `^{+}` or a bare sign says one."""
    closing = reader.index
    level = 0
    while reader.tokens[closing].kind != END and (level or reader.tokens[closing].kind != "}"):
        level += {"{": 1, "}": -1}.get(reader.tokens[closing].kind, 0)
        closing += 1
    tokens = reader.tokens
    for width, pattern in ((2, ("^", None)), (4, ("^", "{", None, "}"))):
        tail = tokens[max(reader.index, closing - width) : closing]
        signs = [token.kind for token in tail if token.kind in ("+", "-")]
        kinds = tuple(None if token.kind in ("+", "-") else token.kind for token in tail)
        if kinds == pattern and signs:
            tokens[closing - width : closing] = []
            return reader.sum(), "right" if signs[0] == "+" else "left"
    return reader.sum(), "both"


# --- environments -------------------------------------------------------------------------------

_MATRICES = frozenset({"matrix", "pmatrix", "bmatrix", "Bmatrix", "smallmatrix"})


def _environment(reader: LatexReader) -> Node:
    command = reader.advance()
    name = _environment_name(reader)
    if name in ("cases", "dcases"):
        node = _cases(reader)
    elif name in _MATRICES:
        node = _matrix(reader, command)
    else:
        reader.fail(
            "this environment is not read",
            command,
            reader.tokens[reader.index - 1],
            hint="read are pmatrix, bmatrix, matrix and cases",
        )
    if reader.token.kind != "\\end":
        reader.fail(rf"\end{{{name}}} is expected here", reader.token)
    reader.advance()
    start = reader.token
    if _environment_name(reader) != name:
        reader.fail(rf"\end{{{name}}} is expected here", start)
    return node


def _environment_name(reader: LatexReader) -> str:
    reader.expect("{", "an opening brace")
    name = ""
    while reader.token.kind in (LETTER, "*"):
        name += reader.advance().text
    reader.expect("}", "a closing brace")
    return name


def _matrix(reader: LatexReader, command: Token) -> Node:
    rows: list[list[Node]] = [[reader.sum()]]
    while reader.token.kind in ("&", "\\\\"):
        sign = reader.advance()
        if sign.kind == "\\\\":
            if reader.token.kind == "\\end":
                break
            rows.append([])
        rows[-1].append(reader.sum())
    for place, row in enumerate(rows):
        if len(row) != len(rows[0]):
            reader.fail(
                f"row {place + 1} has {entries(len(row))}, row 1 has {entries(len(rows[0]))}",
                command,
                reader.token,
            )
    if len(rows[0]) > 1:
        return graph.vector([graph.vector(row) for row in rows])
    column = [row[0] for row in rows]
    if len({shape(entry) for entry in column} - {None}) > 1:
        reader.fail("the rows have different shapes", command, reader.token)
    return graph.vector(column)


def _cases(reader: LatexReader) -> Node:
    r"""`value & \text{for}\: condition \\ value & \text{otherwise}`."""
    parts: list[Node] = []
    while True:
        parts.append(reader.sum())
        if reader.token.kind == ",":
            reader.advance()
        if reader.token.kind == "&":
            reader.advance()
        parts.append(_case(reader))
        if reader.token.kind != "\\\\":
            return graph.make("piecewise", parts)
        reader.advance()
        if reader.token.kind == "\\end":
            return graph.make("piecewise", parts)


def _case(reader: LatexReader) -> Node:
    if reader.token.kind == WORD:
        word = reader.token.text.strip(" ,.:")
        if word in ("otherwise", "else", "true"):
            reader.advance()
            return graph.TRUE
        if word in ("for", "if", "when", ""):
            reader.advance()
    start = reader.token
    node = reader.condition()
    if node.op not in BOOLEAN:
        reader.fail(
            "a condition is expected here", start, reader.token, hint=r"write \text{otherwise}"
        )
    return node


CONSTRUCTS: dict[str, Callable[[LatexReader], Node]] = {
    "\\frac": _fraction,
    "\\sqrt": _root,
    "\\binom": _binomial,
    "\\overline": _conjugate,
    "\\bar": _conjugate,
    "\\sum": _sum,
    "\\prod": _sum,
    "\\int": _integral,
    "\\lim": _limit,
    "\\begin": _environment,
}
