"""Expressions as MathML, which browsers set without any script.

The forms are those of `render.latex_expression`, built of the same pieces. Only elements of
MathML Core are used, and no namespace: a page of HTML does not need it. Each `<math>` carries
`alttext`, the expression in the language's own words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from fractions import Fraction
from html import escape
from itertools import pairwise

from dlmath.errors import LimitReached
from dlmath.expression.graph import Exact, Node, is_number, topological
from dlmath.expression.text import to_text
from dlmath.expression.vocabulary import OPERATIONS
from dlmath.render.latex_names import POWERED
from dlmath.render.mathml_elements import (
    AND,
    APPLY,
    ATOM,
    DOT,
    EQUALS,
    GAP,
    MINUS,
    OR,
    PLUS,
    POWER,
    PRODUCT,
    RELATION,
    SUM,
    TIMES,
    Done,
    Piece,
    at_least,
    digits,
    fenced,
    fraction,
    infix,
    listed,
    lowered,
    operator,
    raised,
    row,
    table,
)
from dlmath.render.mathml_names import (
    CONSTANTS,
    INDEXED,
    NAMED,
    RELATIONS,
    is_word,
    letter,
    name_mathml,
)
from dlmath.render.mathml_operations import (
    big,
    derivative,
    integral,
    limit,
    logic,
    negation,
    piecewise,
    word,
)

#: A graph that shares its parts can be exponentially long when written out.
LENGTH_MOST = 8_000_000

#: A line of a formula that stands alone is broken beyond so many characters of plain text.
LINE_MOST = 80


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
        lines = [row(left[0], operator(EQUALS), right[0])]
    else:
        lines = [*left, row(infix(EQUALS), right[0]), *right[1:]]
    return _math(_column(lines), " = ".join(texts), block=True)


def _math(inner: str, text: str, *, block: bool = False) -> str:
    display = ' display="block"' if block else ""
    return f'<math{display} alttext="{escape(text)}">{inner}</math>'


# --- lines ----------------------------------------------------------------------------------


def _column(lines: list[str]) -> str:
    return lines[0] if len(lines) == 1 else table(([line] for line in lines), "lines")


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
        written = operator if lines[-1] else infix
        lines[-1] += _term(term, done, first=place == 0, sign=written)
        length += long + 3
    return [row(*line) for line in lines]


def _term(
    term: Node, done: Done, *, first: bool, sign: Callable[[str], str] = operator
) -> list[str]:
    """A term of a sum with the sign before it."""
    piece = done[term]
    if piece.strength < SUM or term.op == "add":
        piece = Piece(fenced(piece.whole), ATOM)
    if first:
        return [operator(MINUS), piece.body] if piece.minus else [piece.body]
    return [sign(MINUS if piece.minus else PLUS), piece.body]


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
        left, right = (at_least(done[arg], SUM) for arg in node.args)
        return Piece(row(left, operator(RELATIONS[node.op]), right), RELATION)
    return _function(node, done)


def _number(node: Node, done: Done) -> Piece:
    return _exact(node.number)


def _exact(value: Exact) -> Piece:
    size: Exact = -value if value < 0 else value
    if isinstance(size, Fraction):
        body = fraction(digits(str(size.numerator)), digits(str(size.denominator)))
        return Piece(body, SUM if value < 0 else PRODUCT, value < 0, digit=True)
    return Piece(digits(str(size)), SUM if value < 0 else ATOM, value < 0, digit=True)


def _symbol(node: Node, done: Done) -> Piece:
    return Piece(name_mathml(node.name), ATOM, word=is_word(node.name))


def _constant(node: Node, done: Done) -> Piece:
    return Piece(letter(CONSTANTS[node.name]), ATOM)


def _sum(node: Node, done: Done) -> Piece:
    parts: list[str] = []
    for term in node.args:
        parts += _term(term, done, first=not parts)
    return Piece(row(*parts), SUM)


def _product(node: Node, done: Done) -> Piece:
    """Coefficient, factors, and a fraction bar where something is below it."""
    if sum(map(is_number, node.args)) > 1:  # a product still to be worked out
        factors = [_factor(factor, done) for factor in node.args]
        signed = [
            piece._replace(digit=True) if is_number(factor) else piece
            for factor, piece in zip(node.args, factors, strict=True)
        ]
        return Piece(_joined(signed), PRODUCT, digit=True)
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
    lower = [piece._replace(body=at_least(piece, POWER), minus=False) for piece in below]
    # A single sum needs no parentheses where the bar already groups it, nor does an integral.
    if len(above) == 1 and size.numerator == 1 and (below or above[0].op in OPERATIONS):
        upper = [Piece(done[above[0]].whole, ATOM)]
    if len(below) == 1 and size.denominator == 1:
        lower = [Piece(below[0].whole, ATOM)]
    if size.numerator != 1 or not upper:
        upper.insert(0, Piece(digits(str(size.numerator)), ATOM, digit=True))
    if size.denominator != 1:
        lower.insert(0, Piece(digits(str(size.denominator)), ATOM, digit=True))
    body = fraction(_joined(upper), _joined(lower)) if lower else _joined(upper)
    minus = coefficient < 0
    return Piece(body, SUM if minus else PRODUCT, minus, digit=bool(lower) or upper[0].digit)


def _factor(factor: Node, done: Done) -> Piece:
    piece = done[factor]
    if piece.strength >= (ATOM if factor.op == "mul" else PRODUCT):
        return piece
    return Piece(fenced(piece.whole), ATOM)


def _joined(factors: list[Piece]) -> str:
    """Factors side by side; a dot before one that begins with a digit, a gap beside words."""
    parts = [factors[0].body]
    for before, factor in pairwise(factors):
        between_words = [GAP] if before.word or factor.word else []
        parts += [DOT] if factor.digit else [TIMES, *between_words]
        parts.append(factor.body)
    return row(*parts)


def _power(node: Node, done: Done) -> Piece:
    base, exponent = node.args
    if exponent.op == "number":
        if exponent.number < 0:
            below = _power_of(base, -exponent.number, done).whole
            return Piece(fraction(digits("1"), below), PRODUCT, digit=True)
        return _power_of(base, exponent.number, done)
    return _to_the(base, done[exponent].whole, done)


def _to_the(base: Node, exponent: str, done: Done) -> Piece:
    bare = done[base].strength >= ATOM
    body = raised(at_least(done[base], ATOM), exponent)
    return Piece(body, POWER, digit=bare and done[base].digit, word=done[base].word)


def _power_of(base: Node, exponent: Exact, done: Done) -> Piece:
    """base to a positive exact exponent: roots as roots."""
    if exponent == 1:
        return done[base]
    if exponent == Fraction(1, 2):
        return Piece(f"<msqrt>{done[base].whole}</msqrt>", ATOM)
    if isinstance(exponent, Fraction) and exponent.numerator == 1 and _is_positive(base):
        # Only there: a cube root sign over a variable means the real root, `cbrt`.
        return Piece(_root(done[base].whole, exponent.denominator), ATOM)
    written = _exact(exponent).whole
    if base.op in POWERED and len(base.args) == 1:
        name = raised(_function_name(base.op), written)
        return Piece(row(name, APPLY, fenced(done[base.args[0]].whole)), ATOM, word=True)
    return _to_the(base, written, done)


def _root(inner: str, degree: int) -> str:
    return f"<mroot>{inner}{digits(str(degree))}</mroot>"


def _is_positive(node: Node) -> bool:
    return node.op == "number" and node.number > 0


def _exponential(node: Node, done: Done) -> Piece:
    return Piece(raised(letter("e"), done[node.args[0]].whole), POWER)


def _function_name(op: str) -> str:
    return letter(NAMED.get(op, op))


def _applied(name: str, args: Iterable[str]) -> Piece:
    return Piece(row(name, APPLY, fenced(listed(args))), ATOM, word=True)


def _function(node: Node, done: Done) -> Piece:
    args = [done[arg].whole for arg in node.args]
    if node.op in INDEXED and len(args) > 1:
        return _applied(lowered(letter(INDEXED[node.op]), args[0]), args[1:])
    return _applied(_function_name(node.op), args)


def _unknown(node: Node, done: Done) -> Piece:
    return _applied(name_mathml(str(node.value)), [done[arg].whole for arg in node.args])


def _logarithm(node: Node, done: Done) -> Piece:
    if len(node.args) == 1:
        return _function(node, done)
    x, base = (done[arg].whole for arg in node.args)
    return _applied(lowered(letter("log"), base), [x])


def _around(left: str, right: str) -> Callable[[Node, Done], Piece]:
    def write(node: Node, done: Done) -> Piece:
        return Piece(fenced(done[node.args[0]].whole, left, right), ATOM)

    return write


def _norm(node: Node, done: Done) -> Piece:
    inner = fenced(done[node.args[0]].whole, "‖", "‖")
    return Piece(lowered(inner, done[node.args[1]].whole) if len(node.args) > 1 else inner, ATOM)


def _dot(node: Node, done: Done) -> Piece:
    left, right = (at_least(done[arg], POWER) for arg in node.args)
    return Piece(row(left, DOT, right), PRODUCT)


def _cube_root(node: Node, done: Done) -> Piece:
    return Piece(_root(done[node.args[0]].whole, 3), ATOM)


def _factorial(node: Node, done: Done) -> Piece:
    operand = done[node.args[0]]
    bare = operand.strength >= ATOM
    return Piece(row(at_least(operand, ATOM), operator("!")), POWER, digit=bare and operand.digit)


def _binomial(node: Node, done: Done) -> Piece:
    n, k = (done[arg].whole for arg in node.args)
    return Piece(fenced(f'<mfrac linethickness="0">{n}{k}</mfrac>'), ATOM)


def _polygamma(node: Node, done: Done) -> Piece:
    order, x = (done[arg].whole for arg in node.args)
    return _applied(raised(letter("ψ"), fenced(order)), [x])


def _conjugate(node: Node, done: Done) -> Piece:
    line = '<mo stretchy="true">¯</mo>'
    return Piece(f'<mover accent="true">{done[node.args[0]].whole}{line}</mover>', ATOM)


def _vector(node: Node, done: Done) -> Piece:
    rows = [
        [done[entry].whole for entry in part.args]
        if part.op == "vector" and all(entry.op != "vector" for entry in part.args)
        else [done[part].whole]
        for part in node.args
    ]
    return Piece(fenced(table(rows), "[", "]"), ATOM)


_WRITERS: dict[str, Callable[[Node, Done], Piece]] = {
    "number": _number,
    "symbol": _symbol,
    "constant": _constant,
    "add": _sum,
    "mul": _product,
    "pow": _power,
    "exp": _exponential,
    "log": _logarithm,
    "unknown": _unknown,
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
    "piecewise": piecewise,
    "derive": derivative,
    "integrate": integral,
    "limit": limit,
    "sum": big("∑"),
    "product": big("∏"),
    "true": word("true"),
    "false": word("false"),
    "and": logic("∧", AND),
    "or": logic("∨", OR),
    "not": negation,
}
