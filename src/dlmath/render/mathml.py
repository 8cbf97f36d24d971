"""Expressions as MathML, which browsers set without any script.

The forms are those of `render.latex_expression`, built of the same pieces. Only elements of
MathML Core are used, and no namespace: a page of HTML does not need it. Each `<math>` carries
`alttext`, the expression in the language's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from html import escape
from typing import NamedTuple

from dlmath.errors import LimitReached
from dlmath.expression.graph import Exact, Node, free_symbols, topological
from dlmath.expression.text import to_text
from dlmath.render.latex_names import POWERED
from dlmath.render.mathml_names import CONSTANTS, INDEXED, NAMED, RELATIONS, letter, name_mathml

#: A graph that shares its parts can be exponentially long when written out.
LENGTH_MOST = 8_000_000

#: A line of a formula that stands alone is broken beyond so many characters of plain text.
LINE_MOST = 80

#: Signs that are heard and not seen: `sin` of x, 2 times x.
_APPLY, _TIMES = "<mo>&#x2061;</mo>", "<mo>&#x2062;</mo>"
_DOT, _COMMA = "<mo>·</mo>", "<mo>,</mo>"
_MINUS, _PLUS, _EQUALS = "−", "+", "="


class Piece(NamedTuple):
    """Written mathematics and how strongly it holds together.

    body: one element. minus: a minus sign stands before it, not part of it, so that a sum can
    subtract. digit: it begins with a digit, which must not run into a number before it.
    """

    body: str
    strength: int
    minus: bool = False
    digit: bool = False

    @property
    def whole(self) -> str:
        """One element, with the sign."""
        return _row(_sign(_MINUS), self.body) if self.minus else self.body


# From loosest to tightest; an operand that is looser than its place is put in parentheses.
_OR, _AND, _NOT, _RELATION, _SUM, _PRODUCT, _POWER, _ATOM = range(8)

Done = dict[Node, Piece]


def to_mathml(node: Node, *, block: bool = False) -> str:
    """The expression as a `<math>` element: in a line of text, or `block`, on lines of its own.

    Raises LimitReached when it is too long.
    """
    text = to_text(node)
    if not block:
        return _math(_written(node)[node].whole, text)
    return _math(_column(_lines(node, _written(node))), text, block=True)


def equation(before: Node, after: Node) -> str:
    """`before = after` as a `<math>` element on lines of its own. Raises LimitReached."""
    left, right = _lines(before, _written(before)), _lines(after, _written(after))
    texts = to_text(before), to_text(after)
    if len(left) == len(right) == 1 and len(texts[0]) + len(texts[1]) <= LINE_MOST:
        lines = [_row(left[0], _sign(_EQUALS), right[0])]
    else:
        lines = [*left, _row(_infix(_EQUALS), right[0]), *right[1:]]
    return _math(_column(lines), " = ".join(texts), block=True)


def _math(inner: str, text: str, *, block: bool = False) -> str:
    display = ' display="block"' if block else ""
    return f'<math{display} alttext="{escape(text)}">{inner}</math>'


# --- elements -------------------------------------------------------------------------------


def _row(*parts: str) -> str:
    return parts[0] if len(parts) == 1 else f"<mrow>{''.join(parts)}</mrow>"


def _sign(text: str) -> str:
    return f"<mo>{escape(text)}</mo>"


def _infix(text: str) -> str:
    """A sign between two operands, though a line begins with it."""
    return f'<mo form="infix">{escape(text)}</mo>'


def _number_of(text: str) -> str:
    return f"<mn>{text}</mn>"


def _fenced(inner: str, left: str = "(", right: str = ")") -> str:
    return _row(_sign(left), inner, _sign(right))


def _fraction(upper: str, lower: str) -> str:
    return f"<mfrac>{upper}{lower}</mfrac>"


def _raised(base: str, exponent: str) -> str:
    return f"<msup>{base}{exponent}</msup>"


def _lowered(base: str, index: str) -> str:
    return f"<msub>{base}{index}</msub>"


def _table(rows: Iterable[Sequence[str]], kind: str = "") -> str:
    """Rows of cells. kind: `cases` or `lines` are aligned on the left."""
    # Browsers take the alignment from the page's style sheet, other programs from the attribute.
    start = f'<mtable class="{kind}" columnalign="left">' if kind else "<mtable>"
    cells = ("".join(f"<mtd>{cell}</mtd>" for cell in row) for row in rows)
    return start + "".join(f"<mtr>{row}</mtr>" for row in cells) + "</mtable>"


def _listed(parts: Iterable[str]) -> str:
    return _row(*_between(parts, _COMMA))


def _between(parts: Iterable[str], sign: str) -> list[str]:
    found: list[str] = []
    for part in parts:
        found += [sign, part] if found else [part]
    return found


# --- lines ----------------------------------------------------------------------------------


def _column(lines: list[str]) -> str:
    return lines[0] if len(lines) == 1 else _table(([line] for line in lines), "lines")


def _lines(node: Node, done: Done) -> list[str]:
    """A long sum on several lines, broken between its terms; all else on one."""
    if node.op != "add":
        return [done[node].whole]
    lines: list[list[str]] = [[]]
    length = 0
    for place, term in enumerate(node.args):
        long = len(to_text(term))
        if lines[-1] and length + long > LINE_MOST:
            lines.append([])
            length = 0
        sign = _sign if lines[-1] else _infix
        lines[-1] += _term(term, done, first=place == 0, sign=sign)
        length += long + 3
    return [_row(*line) for line in lines]


def _term(term: Node, done: Done, *, first: bool, sign: Callable[[str], str] = _sign) -> list[str]:
    """A term of a sum with the sign before it."""
    piece = done[term]
    if piece.strength < _SUM or term.op == "add":
        piece = Piece(_fenced(piece.whole), _ATOM)
    if first:
        return [_sign(_MINUS), piece.body] if piece.minus else [piece.body]
    return [sign(_MINUS if piece.minus else _PLUS), piece.body]


# --- writing --------------------------------------------------------------------------------


def _written(root: Node) -> Done:
    """Operands first, each node once; no recursion, so depth does not matter."""
    done: Done = {}
    for node in topological(root):
        piece = _piece(node, done)
        if len(piece.body) > LENGTH_MOST:
            raise LimitReached("the expression is too long to write in MathML")
        done[node] = piece
    return done


def _piece(node: Node, done: Done) -> Piece:
    special = _WRITERS.get(node.op)
    if special is not None:
        return special(node, done)
    if node.op in RELATIONS:
        left, right = (_at_least(done[arg], _SUM) for arg in node.args)
        return Piece(_row(left, _sign(RELATIONS[node.op]), right), _RELATION)
    return _function(node, done)


def _at_least(piece: Piece, strength: int) -> str:
    return piece.whole if piece.strength >= strength else _fenced(piece.whole)


def _number(node: Node, done: Done) -> Piece:
    return _exact(node.number)


def _exact(value: Exact) -> Piece:
    size: Exact = -value if value < 0 else value
    if isinstance(size, Fraction):
        body = _fraction(_number_of(str(size.numerator)), _number_of(str(size.denominator)))
        return Piece(body, _SUM if value < 0 else _PRODUCT, value < 0, digit=True)
    return Piece(_number_of(str(size)), _SUM if value < 0 else _ATOM, value < 0, digit=True)


def _symbol(node: Node, done: Done) -> Piece:
    return Piece(name_mathml(node.name), _ATOM)


def _constant(node: Node, done: Done) -> Piece:
    return Piece(letter(CONSTANTS[node.name]), _ATOM)


def _sum(node: Node, done: Done) -> Piece:
    parts: list[str] = []
    for term in node.args:
        parts += _term(term, done, first=not parts)
    return Piece(_row(*parts), _SUM)


def _product(node: Node, done: Done) -> Piece:
    """Coefficient, factors, and a fraction bar where something is below it."""
    coefficient: Exact = 1
    above: list[Node] = []
    below: list[Piece] = []
    for factor in node.args:
        if factor.op == "number":
            coefficient *= factor.number
        elif factor.op == "pow" and factor.args[1].op == "number" and factor.args[1].number < 0:
            below.append(_power_of(factor.args[0], -factor.args[1].number, done))
        else:
            above.append(factor)
    size: Exact = -coefficient if coefficient < 0 else coefficient
    upper = [_factor(factor, done) for factor in above]
    lower = [Piece(_at_least(piece, _POWER), _POWER, digit=piece.digit) for piece in below]
    # A single sum needs no parentheses where the bar already groups it.
    if below and len(above) == 1 and size.numerator == 1:
        upper = [Piece(done[above[0]].whole, _ATOM)]
    if len(below) == 1 and size.denominator == 1:
        lower = [Piece(below[0].whole, _ATOM)]
    if size.numerator != 1 or not upper:
        upper.insert(0, Piece(_number_of(str(size.numerator)), _ATOM, digit=True))
    if size.denominator != 1:
        lower.insert(0, Piece(_number_of(str(size.denominator)), _ATOM, digit=True))
    body = _fraction(_joined(upper), _joined(lower)) if lower else _joined(upper)
    minus = coefficient < 0
    return Piece(body, _SUM if minus else _PRODUCT, minus, digit=bool(lower) or upper[0].digit)


def _factor(factor: Node, done: Done) -> Piece:
    piece = done[factor]
    if piece.strength >= (_ATOM if factor.op == "mul" else _PRODUCT):
        return piece
    return Piece(_fenced(piece.whole), _ATOM)


def _joined(factors: list[Piece]) -> str:
    """Factors side by side; a dot before one that begins with a digit."""
    parts = [factors[0].body]
    for factor in factors[1:]:
        parts += [_DOT if factor.digit else _TIMES, factor.body]
    return _row(*parts)


def _power(node: Node, done: Done) -> Piece:
    base, exponent = node.args
    if exponent.op == "number":
        if exponent.number < 0:
            below = _power_of(base, -exponent.number, done).whole
            return Piece(_fraction(_number_of("1"), below), _PRODUCT, digit=True)
        return _power_of(base, exponent.number, done)
    return _to_the(base, done[exponent].whole, done)


def _to_the(base: Node, exponent: str, done: Done) -> Piece:
    bare = done[base].strength >= _ATOM
    body = _raised(_at_least(done[base], _ATOM), exponent)
    return Piece(body, _POWER, digit=bare and done[base].digit)


def _power_of(base: Node, exponent: Exact, done: Done) -> Piece:
    """base to a positive exact exponent: roots as roots."""
    if exponent == 1:
        return done[base]
    if exponent == Fraction(1, 2):
        return Piece(f"<msqrt>{done[base].whole}</msqrt>", _ATOM)
    if isinstance(exponent, Fraction) and exponent.numerator == 1 and _is_positive(base):
        # Only there: a cube root sign over a variable means the real root, `cbrt`.
        return Piece(_root(done[base].whole, exponent.denominator), _ATOM)
    written = _exact(exponent).whole
    if base.op in POWERED and len(base.args) == 1:
        name = _raised(_function_name(base.op), written)
        return Piece(_row(name, _APPLY, _fenced(done[base.args[0]].whole)), _ATOM)
    return _to_the(base, written, done)


def _root(inner: str, degree: int) -> str:
    return f"<mroot>{inner}{_number_of(str(degree))}</mroot>"


def _is_positive(node: Node) -> bool:
    return node.op == "number" and node.number > 0


def _exponential(node: Node, done: Done) -> Piece:
    return Piece(_raised(letter("e"), done[node.args[0]].whole), _POWER)


def _function_name(op: str) -> str:
    return letter(NAMED.get(op, op))


def _applied(name: str, args: Iterable[str]) -> Piece:
    return Piece(_row(name, _APPLY, _fenced(_listed(args))), _ATOM)


def _function(node: Node, done: Done) -> Piece:
    args = [done[arg].whole for arg in node.args]
    if node.op in INDEXED and len(args) > 1:
        return _applied(_lowered(letter(INDEXED[node.op]), args[0]), args[1:])
    return _applied(_function_name(node.op), args)


def _logarithm(node: Node, done: Done) -> Piece:
    if len(node.args) == 1:
        return _function(node, done)
    x, base = (done[arg].whole for arg in node.args)
    return _applied(_lowered(letter("log"), base), [x])


def _around(left: str, right: str) -> Callable[[Node, Done], Piece]:
    def write(node: Node, done: Done) -> Piece:
        return Piece(_fenced(done[node.args[0]].whole, left, right), _ATOM)

    return write


def _norm(node: Node, done: Done) -> Piece:
    inner = _fenced(done[node.args[0]].whole, "‖", "‖")
    return Piece(_lowered(inner, done[node.args[1]].whole) if len(node.args) > 1 else inner, _ATOM)


def _dot(node: Node, done: Done) -> Piece:
    left, right = (_at_least(done[arg], _POWER) for arg in node.args)
    return Piece(_row(left, _DOT, right), _PRODUCT)


def _cube_root(node: Node, done: Done) -> Piece:
    return Piece(_root(done[node.args[0]].whole, 3), _ATOM)


def _factorial(node: Node, done: Done) -> Piece:
    operand = done[node.args[0]]
    bare = operand.strength >= _ATOM
    return Piece(_row(_at_least(operand, _ATOM), _sign("!")), _POWER, digit=bare and operand.digit)


def _binomial(node: Node, done: Done) -> Piece:
    n, k = (done[arg].whole for arg in node.args)
    return Piece(_fenced(f'<mfrac linethickness="0">{n}{k}</mfrac>'), _ATOM)


def _polygamma(node: Node, done: Done) -> Piece:
    order, x = (done[arg].whole for arg in node.args)
    return _applied(_raised(letter("ψ"), _fenced(order)), [x])


def _conjugate(node: Node, done: Done) -> Piece:
    line = '<mo stretchy="true">¯</mo>'
    return Piece(f'<mover accent="true">{done[node.args[0]].whole}{line}</mover>', _ATOM)


def _vector(node: Node, done: Done) -> Piece:
    rows = [
        [done[entry].whole for entry in row.args]
        if row.op == "vector" and all(entry.op != "vector" for entry in row.args)
        else [done[row].whole]
        for row in node.args
    ]
    return Piece(_fenced(_table(rows), "[", "]"), _ATOM)


def _piecewise(node: Node, done: Done) -> Piece:
    rows = []
    for value, condition in zip(node.args[::2], node.args[1::2], strict=True):
        word = "otherwise" if condition.op == "true" else "for&#xA0;"
        parts = [f"<mtext>{word}</mtext>"]
        if condition.op != "true":
            parts.append(done[condition].whole)
        rows.append([done[value].whole, _row(*parts)])
    return Piece(_row(_sign("{"), _table(rows, "cases")), _ATOM)


def _derivative(node: Node, done: Done) -> Piece:
    body, variable, *order = node.args
    sign = "<mi>d</mi>" if free_symbols(body) <= {variable.name} else "<mi>∂</mi>"
    upper, lower = sign, done[variable].whole
    if order:
        degree = done[order[0]].whole
        upper, lower = _raised(sign, degree), _raised(lower, degree)
    inner = _at_least(done[body], _PRODUCT)
    return Piece(_row(_fraction(upper, _row(sign, lower)), _TIMES, inner), _PRODUCT - 1)


def _integral(node: Node, done: Done) -> Piece:
    body, variable, *bounds = node.args
    sign = "<mo>∫</mo>"
    if bounds:
        first, last = (done[bound].whole for bound in bounds)
        sign = f"<msubsup>{sign}{first}{last}</msubsup>"
    inner = _at_least(done[body], _PRODUCT)
    gap = '<mspace width="0.17em"></mspace>'
    return Piece(_row(sign, inner, gap, "<mi>d</mi>", done[variable].whole), _PRODUCT - 1)


def _limit(node: Node, done: Done) -> Piece:
    body, variable, place = node.args[:3]
    to = done[place].whole
    side = {"left": _MINUS, "right": _PLUS}.get(str(node.value))
    if side:
        to = _raised(to, _sign(side))
    below = _row(done[variable].whole, _sign("→"), to)
    inner = _at_least(done[body], _PRODUCT)
    # An operator, so that there is a space before what follows.
    word = '<mo movablelimits="false" rspace="0.17em">lim</mo>'
    return Piece(_row(f"<munder>{word}{below}</munder>", inner), _PRODUCT - 1)


def _big(sign: str) -> Callable[[Node, Done], Piece]:
    def write(node: Node, done: Done) -> Piece:
        body, variable, first, last = (done[arg] for arg in node.args)
        below = _row(variable.whole, _sign("="), first.whole)
        ends = f"<munderover>{_sign(sign)}{below}{last.whole}</munderover>"
        return Piece(_row(ends, _at_least(body, _PRODUCT)), _PRODUCT - 1)

    return write


def _word(text: str) -> Callable[[Node, Done], Piece]:
    def write(node: Node, done: Done) -> Piece:
        return Piece(f"<mtext>{text}</mtext>", _ATOM)

    return write


def _logic(sign: str, strength: int) -> Callable[[Node, Done], Piece]:
    def write(node: Node, done: Done) -> Piece:
        parts = [_at_least(done[arg], strength + 1) for arg in node.args]
        return Piece(_row(*_between(parts, _sign(sign))), strength)

    return write


def _not(node: Node, done: Done) -> Piece:
    return Piece(_row(_sign("¬"), _at_least(done[node.args[0]], _ATOM)), _NOT)


_WRITERS: dict[str, Callable[[Node, Done], Piece]] = {
    "number": _number,
    "symbol": _symbol,
    "constant": _constant,
    "add": _sum,
    "mul": _product,
    "pow": _power,
    "exp": _exponential,
    "log": _logarithm,
    "abs": _around("|", "|"),
    "floor": _around("⌊", "⌋"),
    "ceil": _around("⌈", "⌉"),
    "norm": _norm,
    "dot": _dot,
    "cbrt": _cube_root,
    "factorial": _factorial,
    "binomial": _binomial,
    "polygamma": _polygamma,
    "conjugate": _conjugate,
    "vector": _vector,
    "piecewise": _piecewise,
    "derive": _derivative,
    "integrate": _integral,
    "limit": _limit,
    "sum": _big("∑"),
    "product": _big("∏"),
    "true": _word("true"),
    "false": _word("false"),
    "and": _logic("∧", _AND),
    "or": _logic("∨", _OR),
    "not": _not,
}
