"""Operations and conditions as MathML: derivatives, integrals, limits, sums, branches."""

from __future__ import annotations

from collections.abc import Callable

from dlmath.expression.graph import Node, free_symbols
from dlmath.render.mathml_elements import (
    ATOM,
    GAP,
    MINUS,
    NOT,
    PLUS,
    PRODUCT,
    TIMES,
    Done,
    Piece,
    at_least,
    between,
    fraction,
    operator,
    raised,
    row,
    table,
)


def piecewise(node: Node, done: Done) -> Piece:
    """The branches behind one brace."""
    rows = []
    for value, condition in zip(node.args[::2], node.args[1::2], strict=True):
        when = "otherwise" if condition.op == "true" else "for&#xA0;"
        parts = [f"<mtext>{when}</mtext>"]
        if condition.op != "true":
            parts.append(done[condition].whole)
        rows.append([done[value].whole, row(*parts)])
    return Piece(row(operator("{"), table(rows, "cases")), ATOM)


def derivative(node: Node, done: Done) -> Piece:
    """d/dx of the body; with other variables in it, ∂/∂x."""
    body, variable, *order = node.args
    sign = "<mi>d</mi>" if free_symbols(body) <= {variable.name} else "<mi>∂</mi>"
    upper, lower = sign, done[variable].whole
    if order:
        degree = done[order[0]].whole
        upper, lower = raised(sign, degree), raised(lower, degree)
    inner = at_least(done[body], PRODUCT)
    return Piece(row(fraction(upper, row(sign, lower)), TIMES, GAP, inner), PRODUCT - 1)


def integral(node: Node, done: Done) -> Piece:
    """The integral sign with its bounds, the body, dx."""
    body, variable, *bounds = node.args
    sign = "<mo>∫</mo>"
    if bounds:
        first, last = (done[bound].whole for bound in bounds)
        sign = f"<msubsup>{sign}{first}{last}</msubsup>"
    inner = at_least(done[body], PRODUCT)
    return Piece(row(sign, inner, GAP, "<mi>d</mi>", done[variable].whole), PRODUCT - 1)


def limit(node: Node, done: Done) -> Piece:
    """lim with the variable and where it goes below, and the side as a raised sign."""
    body, variable, place = node.args[:3]
    to = done[place].whole
    side = {"left": MINUS, "right": PLUS}.get(str(node.value))
    if side:
        to = raised(to, operator(side))
    below = row(done[variable].whole, operator("→"), to)
    inner = at_least(done[body], PRODUCT)
    # An operator, so that there is a space before what follows.
    word = '<mo movablelimits="false" rspace="0.17em">lim</mo>'
    return Piece(row(f"<munder>{word}{below}</munder>", inner), PRODUCT - 1)


def big(sign: str) -> Callable[[Node, Done], Piece]:
    """A sum or product over a range: its sign, the range below and above, the body."""

    def write(node: Node, done: Done) -> Piece:
        body, variable, first, last = (done[arg] for arg in node.args)
        below = row(variable.whole, operator("="), first.whole)
        ends = f"<munderover>{operator(sign)}{below}{last.whole}</munderover>"
        return Piece(row(ends, at_least(body, PRODUCT)), PRODUCT - 1)

    return write


def word(text: str) -> Callable[[Node, Done], Piece]:
    """A word in place of mathematics."""

    def write(node: Node, done: Done) -> Piece:
        return Piece(f"<mtext>{text}</mtext>", ATOM)

    return write


def logic(sign: str, strength: int) -> Callable[[Node, Done], Piece]:
    """Conditions joined by a sign."""

    def write(node: Node, done: Done) -> Piece:
        parts = [at_least(done[arg], strength + 1) for arg in node.args]
        return Piece(row(*between(parts, operator(sign))), strength)

    return write


def negation(node: Node, done: Done) -> Piece:
    """`not`."""
    return Piece(row(operator("¬"), at_least(done[node.args[0]], ATOM)), NOT)
