r"""Expressions in LaTeX: `x^{2} \cos{\left(x \right)} + 2 x \sin{\left(x \right)}`."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from dlmath.errors import LimitReached
from dlmath.expression.graph import Exact, Node, free_symbols, topological
from dlmath.render.latex_names import (
    CONSTANTS,
    INDEXED,
    NAMED,
    POWERED,
    RELATIONS,
    escaped,
    name_latex,
)

#: A graph that shares its parts can be exponentially long when written out.
LENGTH_MOST = 2_000_000


class Piece(NamedTuple):
    """Written mathematics and how strongly it holds together."""

    text: str
    strength: int


# From loosest to tightest; an operand that is looser than its place is put in parentheses.
_OR, _AND, _NOT, _RELATION, _SUM, _PRODUCT, _POWER, _ATOM = range(8)


def to_latex(node: Node) -> str:
    """The expression in LaTeX's mathematics mode. Raises LimitReached when it is too long."""
    return _write(node).text


# --- writing --------------------------------------------------------------------------------


def _write(root: Node) -> Piece:
    """Operands first, each node once; no recursion, so depth does not matter."""
    done: dict[Node, Piece] = {}
    for node in topological(root):
        piece = _piece(node, done)
        if len(piece.text) > LENGTH_MOST:
            raise LimitReached("the expression is too long to write in LaTeX")
        done[node] = piece
    return done[root]


Done = dict[Node, Piece]


def _piece(node: Node, done: Done) -> Piece:
    special = _WRITERS.get(node.op)
    if special is not None:
        return special(node, done)
    if node.op in RELATIONS:
        left, right = (_at_least(done[arg], _SUM) for arg in node.args)
        return Piece(f"{left} {RELATIONS[node.op]} {right}", _RELATION)
    return _function(node, done)


def _at_least(piece: Piece, strength: int) -> str:
    if piece.strength >= strength:
        return piece.text
    return rf"\left({piece.text}\right)"


def _number(node: Node, done: Done) -> Piece:
    return _exact(node.number)


def _exact(value: Exact) -> Piece:
    if isinstance(value, Fraction):
        sign = "- " if value < 0 else ""
        text = rf"{sign}\frac{{{abs(value.numerator)}}}{{{value.denominator}}}"
        return Piece(text, _SUM if value < 0 else _PRODUCT)
    return Piece(str(value), _SUM if value < 0 else _ATOM)


def _symbol(node: Node, done: Done) -> Piece:
    return Piece(name_latex(node.name), _ATOM)


def _constant(node: Node, done: Done) -> Piece:
    return Piece(CONSTANTS[node.name], _ATOM)


def _sum(node: Node, done: Done) -> Piece:
    text = ""
    for term in node.args:
        written = _at_least(done[term], _SUM) if term.op != "add" else _group(done[term].text)
        if not text:
            text = written
        elif written.startswith("-"):
            text += " - " + written[1:].lstrip()
        else:
            text += " + " + written
    return Piece(text, _SUM)


def _group(text: str) -> str:
    return rf"\left({text}\right)"


def _product(node: Node, done: Done) -> Piece:
    """Coefficient, factors, and a fraction bar where something is below it."""
    if sum(factor.op == "number" for factor in node.args) > 1:  # a product still to be worked out
        factors = [_at_least(done[f], _ATOM if f.op == "mul" else _PRODUCT) for f in node.args]
        return Piece(r" \cdot ".join(factors), _PRODUCT)
    coefficient: Exact = 1
    above: list[str] = []
    below: list[str] = []
    count_above = count_below = 0
    for factor in node.args:
        if factor.op == "number":
            coefficient *= factor.number
        elif factor.op == "pow" and factor.args[1].op == "number" and factor.args[1].number < 0:
            count_below += 1
            below.append(_at_least(_power_of(factor.args[0], -factor.args[1].number, done), _POWER))
        else:
            count_above += 1
            above.append(_at_least(done[factor], _PRODUCT if factor.op != "mul" else _ATOM))
    negative = coefficient < 0
    size: Exact = -coefficient if negative else coefficient
    top, bottom = size.numerator, size.denominator
    if bottom != 1:
        below.insert(0, str(bottom))
    if not below:
        body = _joined(([str(top)] if top != 1 or not above else []) + above)
        return Piece("- " + body if negative else body, _SUM if negative else _PRODUCT)
    # A single sum needs no parentheses where the bar already groups it.
    if count_above == 1 and top == 1:
        only = next(f for f in node.args if f.op != "number" and not _is_below(f))
        above = [done[only].text]
    if count_below == 1 and bottom == 1:
        factor = next(f for f in node.args if f.op != "number" and _is_below(f))
        below = [_power_of(factor.args[0], -factor.args[1].number, done).text]
    upper = _joined(([str(top)] if top != 1 or not above else []) + above)
    body = rf"\frac{{{upper}}}{{{_joined(below)}}}"
    return Piece("- " + body if negative else body, _SUM if negative else _PRODUCT)


def _is_below(node: Node) -> bool:
    return node.op == "pow" and node.args[1].op == "number" and node.args[1].number < 0


def _joined(factors: list[str]) -> str:
    """Factors side by side; a dot where two numbers would run together."""
    text = factors[0] if factors else "1"
    for factor in factors[1:]:
        dot = r" \cdot " if text[-1:].isdigit() and factor[:1].isdigit() else " "
        text += dot + factor
    return text


def _power(node: Node, done: Done) -> Piece:
    base, exponent = node.args
    if exponent.op == "number":
        if exponent.number < 0:
            below = _power_of(base, -exponent.number, done).text
            return Piece(rf"\frac{{1}}{{{below}}}", _PRODUCT)
        return _power_of(base, exponent.number, done)
    return Piece(rf"{_base(base, done)}^{{{done[exponent].text}}}", _POWER)


def _power_of(base: Node, exponent: Exact, done: Done) -> Piece:
    """base to a positive exact exponent: roots as roots."""
    if exponent == 1:
        return done[base]
    if exponent == Fraction(1, 2):
        return Piece(rf"\sqrt{{{done[base].text}}}", _ATOM)
    if isinstance(exponent, Fraction) and exponent.numerator == 1 and _is_positive(base):
        # Only there: a cube root sign over a variable means the real root, `cbrt`.
        return Piece(rf"\sqrt[{exponent.denominator}]{{{done[base].text}}}", _ATOM)
    written = _exact(exponent).text
    if base.op in POWERED and len(base.args) == 1:
        name = NAMED.get(base.op, rf"\operatorname{{{base.op}}}")
        return Piece(rf"{name}^{{{written}}}{{\left({done[base.args[0]].text} \right)}}", _ATOM)
    return Piece(rf"{_base(base, done)}^{{{written}}}", _POWER)


def _is_positive(node: Node) -> bool:
    return node.op == "number" and node.number > 0


def _base(base: Node, done: Done) -> str:
    return _at_least(done[base], _ATOM)


def _exponential(node: Node, done: Done) -> Piece:
    return Piece(rf"e^{{{done[node.args[0]].text}}}", _POWER)


def _function(node: Node, done: Done) -> Piece:
    args = [done[arg].text for arg in node.args]
    if node.op in INDEXED and len(args) > 1:
        inner = ", ".join(args[1:])
        return Piece(rf"{INDEXED[node.op]}_{{{args[0]}}}\left({inner}\right)", _ATOM)
    name = NAMED.get(node.op) or rf"\operatorname{{{escaped(node.op)}}}"
    return Piece(rf"{name}{{\left({', '.join(args)} \right)}}", _ATOM)


def _unknown(node: Node, done: Done) -> Piece:
    operands = ", ".join(done[arg].text for arg in node.args)
    return Piece(rf"{name_latex(str(node.value))}{{\left({operands} \right)}}", _ATOM)


def _logarithm(node: Node, done: Done) -> Piece:
    if len(node.args) == 1:
        return _function(node, done)
    x, base = (done[arg].text for arg in node.args)
    return Piece(rf"\log_{{{base}}}{{\left({x} \right)}}", _ATOM)


def _around(left: str, right: str) -> Callable[[Node, Done], Piece]:
    def write(node: Node, done: Done) -> Piece:
        return Piece(rf"\left{left}{done[node.args[0]].text}\right{right}", _ATOM)

    return write


def _norm(node: Node, done: Done) -> Piece:
    inner = rf"\left\|{done[node.args[0]].text}\right\|"
    order = rf"_{{{done[node.args[1]].text}}}" if len(node.args) > 1 else ""
    return Piece(inner + order, _ATOM)


def _dot(node: Node, done: Done) -> Piece:
    left, right = (_at_least(done[arg], _POWER) for arg in node.args)
    return Piece(rf"{left} \cdot {right}", _PRODUCT)


def _cube_root(node: Node, done: Done) -> Piece:
    return Piece(rf"\sqrt[3]{{{done[node.args[0]].text}}}", _ATOM)


def _factorial(node: Node, done: Done) -> Piece:
    return Piece(_at_least(done[node.args[0]], _ATOM) + "!", _POWER)


def _binomial(node: Node, done: Done) -> Piece:
    n, k = (done[arg].text for arg in node.args)
    return Piece(rf"\binom{{{n}}}{{{k}}}", _ATOM)


def _polygamma(node: Node, done: Done) -> Piece:
    order, x = (done[arg].text for arg in node.args)
    return Piece(rf"\psi^{{\left({order}\right)}}\left({x}\right)", _ATOM)


def _conjugate(node: Node, done: Done) -> Piece:
    return Piece(rf"\overline{{{done[node.args[0]].text}}}", _ATOM)


def _vector(node: Node, done: Done) -> Piece:
    rows = [
        " & ".join(done[entry].text for entry in row.args)
        if row.op == "vector" and all(entry.op != "vector" for entry in row.args)
        else done[row].text
        for row in node.args
    ]
    return Piece(r"\begin{pmatrix} " + r" \\ ".join(rows) + r" \end{pmatrix}", _ATOM)


def _piecewise(node: Node, done: Done) -> Piece:
    rows = []
    for value, condition in zip(node.args[::2], node.args[1::2], strict=True):
        when = (
            r"\text{otherwise}"
            if condition.op == "true"
            else rf"\text{{for}}\: {done[condition].text}"
        )
        rows.append(f"{done[value].text} & {when}")
    return Piece(r"\begin{cases} " + r" \\ ".join(rows) + r" \end{cases}", _ATOM)


def _derivative(node: Node, done: Done) -> Piece:
    body, variable, *order = node.args
    sign = "d" if free_symbols(body) <= {variable.name} else r"\partial"
    degree = f"^{{{done[order[0]].text}}}" if order else ""
    below = f"{sign} {done[variable].text}{degree}"
    text = rf"\frac{{{sign}{degree}}}{{{below}}} {_at_least(done[body], _PRODUCT)}"
    return Piece(text, _PRODUCT - 1)


def _integral(node: Node, done: Done) -> Piece:
    body, variable, *bounds = node.args
    ends = rf"\limits_{{{done[bounds[0]].text}}}^{{{done[bounds[1]].text}}}" if bounds else ""
    inner = _at_least(done[body], _PRODUCT)
    return Piece(rf"\int{ends} {inner}\, d{done[variable].text}", _PRODUCT - 1)


def _limit(node: Node, done: Done) -> Piece:
    body, variable, place = node.args[:3]
    mark = {"left": "^-", "right": "^+"}.get(str(node.value), "")
    to = done[place].text + mark
    inner = _at_least(done[body], _PRODUCT)
    return Piece(rf"\lim_{{{done[variable].text} \to {to}}} {inner}", _PRODUCT - 1)


def _big(sign: str) -> Callable[[Node, Done], Piece]:
    def write(node: Node, done: Done) -> Piece:
        body, variable, first, last = node.args
        ends = rf"_{{{done[variable].text}={done[first].text}}}^{{{done[last].text}}}"
        return Piece(rf"{sign}{ends} {_at_least(done[body], _PRODUCT)}", _PRODUCT - 1)

    return write


def _word(text: str) -> Callable[[Node, Done], Piece]:
    def write(node: Node, done: Done) -> Piece:
        return Piece(rf"\text{{{text}}}", _ATOM)

    return write


def _logic(sign: str, strength: int) -> Callable[[Node, Done], Piece]:
    def write(node: Node, done: Done) -> Piece:
        parts = [_at_least(done[arg], strength + 1) for arg in node.args]
        return Piece(f" {sign} ".join(parts), strength)

    return write


def _not(node: Node, done: Done) -> Piece:
    return Piece(rf"\neg {_at_least(done[node.args[0]], _ATOM)}", _NOT)


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
    "floor": _around(r"\lfloor ", r"\rfloor"),
    "ceil": _around(r"\lceil ", r"\rceil"),
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
    "sum": _big(r"\sum"),
    "product": _big(r"\prod"),
    "true": _word("true"),
    "false": _word("false"),
    "and": _logic(r"\wedge", _AND),
    "or": _logic(r"\vee", _OR),
    "not": _not,
}
