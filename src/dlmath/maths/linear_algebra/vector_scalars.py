"""Arithmetic on the entries of exact vectors: real or complex, with or without variables.

Complex entries follow the convention of quantum mechanics and of `numpy.vdot`: the inner product
conjugates its first operand, <a, b> = sum of conj(a_k)*b_k, so that <a, a> is the squared length.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dlmath.answer import Answer
from dlmath.expression.graph import (
    TWO,
    I,
    Node,
    add,
    call,
    contains,
    div,
    free_symbols,
    is_integer,
    is_number,
    mul,
    neg,
    power,
    replace,
    topological,
    vector,
)
from dlmath.maths.linear_algebra.angle import is_complex
from dlmath.settings import Settings

#: A number without variables below this size, computed to many digits, is taken for zero.
_NOTHING = 1e-40
_DIGITS = 60

#: Digits of a decimal value where none are asked for.
DIGITS = 10

#: Where an expression with variables is tried: no sums or products of these are special.
_POINTS = (Fraction(37, 101), Fraction(-113, 97), Fraction(211, 89))
_STRIDE = Fraction(29, 103)


def clean(node: Node) -> Node:
    """The tidied expression; complex numbers, and roots that multiply to less, multiplied out."""
    from dlmath.expression.tidy import expand, tidy

    if is_number(node):
        return node
    if is_complex(node):
        return expand(node)
    found = tidy(node)
    if found.op != "number" and not free_symbols(found) and contains(found, {"add"}):
        return expand(found)
    return found


def conjugated(node: Node) -> Node:
    """The complex conjugate, variables being real."""
    if not is_complex(node):
        return node
    for part in topological(node):
        plain = part.op in ("add", "mul") or (part.op == "pow" and is_integer(part.args[1]))
        if part.args and not plain and is_complex(part):
            return call("conjugate", node)
    return replace(node, {I: neg(I)})


def inner(a: Sequence[Node], b: Sequence[Node]) -> Node:
    """The inner product <a, b>, the first conjugated."""
    return clean(add(*(mul(conjugated(x), y) for x, y in zip(a, b, strict=True))))


def squared_size(entry: Node) -> Node:
    """|entry|^2."""
    return mul(conjugated(entry), entry) if is_complex(entry) else power(entry, TWO)


def squared_length(a: Sequence[Node]) -> Node:
    """The sum of the squared sizes of the entries."""
    return clean(add(*map(squared_size, a)))


def quotient(a: Node, b: Node) -> Node:
    """a/b; the bar of a complex quotient is made real."""
    if is_complex(b):
        return clean(div(mul(a, conjugated(b)), clean(squared_size(b))))
    return clean(div(a, b))


def combination(scalars: Sequence[Node], rows: Sequence[Sequence[Node]]) -> list[Node]:
    """The sum of the rows, each times its scalar."""
    return [
        clean(add(*(mul(c, entry) for c, entry in zip(scalars, column, strict=True))))
        for column in zip(*rows, strict=True)
    ]


def is_zero(node: Node) -> bool:
    """Is the expression 0 (with variables: for all of their values)?

    Rational numbers are decided exactly; others by their value to sixty digits, expressions with
    variables at three points.
    """
    if is_number(node):
        return node.number == 0
    from dlmath.expression.precise import evaluate

    names = sorted(free_symbols(node))
    for start in _POINTS if names else (Fraction(0),):
        point = {name: start + k * _STRIDE for k, name in enumerate(names)}
        value = evaluate(node, point, _DIGITS)
        if value == value and abs(value) > _NOTHING:
            return False
    return True


def value_of(node: Node) -> Any:
    """The number, or nested lists of numbers, of an expression without variables, else None."""
    if free_symbols(node):
        return None
    if node.op == "vector":
        return [value_of(part) for part in node.args]
    if is_number(node):
        return node.number
    from dlmath.expression.numbers import evaluate

    found = evaluate(node)
    if abs(found) < float("inf"):
        return found
    from dlmath.expression import precise

    return precise.evaluate(node, {}, 30)


def decimal_of(node: Node, settings: Settings) -> str | None:
    """The digits of an exact value, where they say more than the value or are asked for."""
    if free_symbols(node):
        return None
    if settings.digits is None and (node.op == "vector" or is_integer(node)):
        return None
    from dlmath.expression.precise import decimal_text

    return decimal_text(node, settings.digits or DIGITS)


def float_of(node: Node, point: dict[str, float]) -> Any:
    """The value in binary64 at a point."""
    from dlmath.expression.numbers import evaluate

    return evaluate(node, point)


def fill(answer: Answer, result: Node, settings: Settings) -> Answer:
    """The answer with its result, number and digits."""
    answer.result = result
    answer.value = value_of(result)
    answer.decimal = decimal_of(result, settings)
    return answer


def note_complex(answer: Answer, *nodes: Node) -> None:
    """Says by which convention complex entries are treated."""
    if any(contains(node, {"constant"}) and is_complex(node) for node in nodes):
        answer.notes.append(
            ("complex entries: the inner product conjugates its first operand, as numpy.vdot",)
        )


def matrix_of(rows: Sequence[Sequence[Node]]) -> Node:
    """Rows of entries as a matrix."""
    return vector(vector(row) for row in rows)
