"""Lengths: norms of any order, unit vectors and distances, exact."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlmath.answer import DOES_NOT_EXIST, Answer, Check, Step
from dlmath.errors import InvalidInput
from dlmath.expression.graph import (
    INFINITY,
    ONE,
    TWO,
    ZERO,
    Node,
    add,
    call,
    div,
    free_symbols,
    is_number,
    mul,
    neg,
    number,
    power,
    sqrt,
    sub,
    unfolded,
    vector,
)
from dlmath.expression.text import to_text
from dlmath.maths.linear_algebra.angle import is_complex
from dlmath.maths.linear_algebra.vector_checks import Pair, at_points, check_norm
from dlmath.maths.linear_algebra.vector_scalars import (
    clean,
    fill,
    is_zero,
    note_complex,
    quotient,
    squared_length,
    squared_size,
)
from dlmath.settings import Settings

#: Working is written out for at most this many entries.
SHOWN_ENTRIES = 40


def read_order(order: Node | None) -> Node:
    """The order p of a norm, 2 if not given. Raises InvalidInput."""
    if order is None:
        return TWO
    if order is INFINITY or (is_number(order) and order.number >= 0):
        return order
    raise InvalidInput(
        f"the order of a norm is a number from 1 up, or inf, not {to_text(order)}",
        hint="for example: --ord 1, --ord 2, --ord 3/2 or --ord inf",
    )


def note_order(answer: Answer, order: Node) -> None:
    """Says so where the order makes no norm."""
    if order is ZERO:
        answer.notes.append(
            ("order 0 counts the entries that are not 0; it is no norm: 2*v counts as v does",)
        )
    elif order is not INFINITY and order.number < 1:
        answer.notes.append(("an order below 1 makes no norm: the triangle inequality fails",))


def norm_of(entries: Sequence[Node], order: Node) -> Node:
    """The p-norm of the entries. Order 0 counts, which needs numbers (InvalidInput)."""
    if order is TWO:
        return clean(sqrt(squared_length(entries)))
    if order is ZERO:
        if any(map(free_symbols, entries)):
            raise InvalidInput(
                "entries with variables cannot be counted", hint="give values: --at x=1"
            )
        return number(sum(1 for entry in entries if not is_zero(entry)))
    sizes = [_size(entry) for entry in entries]
    if order is INFINITY:
        return _largest(sizes)
    return clean(power(clean(add(*(power(size, order) for size in sizes))), div(ONE, order)))


def _size(entry: Node) -> Node:
    if is_complex(entry):
        return clean(sqrt(clean(squared_size(entry))))
    return clean(call("abs", entry))


def _largest(sizes: Sequence[Node]) -> Node:
    """The maximum; the entry itself where all have a value, else `max(...)`."""
    if any(map(free_symbols, sizes)):
        return sizes[0] if len(sizes) == 1 else clean(call("max", *sizes))
    if all(map(is_number, sizes)):
        return max(sizes, key=lambda size: size.number)
    from dlmath.expression.precise import evaluate

    values = [evaluate(size, {}, 60) for size in sizes]
    return sizes[values.index(max(values))]


def norm(a: Node, order: Node, settings: Settings) -> Answer:
    """The length of a vector. Facts: `order`, and for order 2 `squared`."""
    result = norm_of(a.args, order)
    answer = fill(Answer("vector", (*_norm_words(order), a)), result, settings)
    if order is TWO:
        answer.facts["squared"] = squared_length(a.args)
    answer.facts["order"] = "inf" if order is INFINITY else order
    note_order(answer, order)
    note_complex(answer, a)
    if settings.steps:
        answer.steps = norm_steps(a, order, result)
    if settings.check:
        answer.checks = [check_norm(a.args, order, result)]
    return answer


def _norm_words(order: Node) -> tuple[str]:
    if order is TWO:
        return ("length of ",)
    return (f"norm of order {'inf' if order is INFINITY else to_text(order)} of ",)


def norm_steps(a: Node, order: Node, result: Node) -> list[Step]:
    """From the entries to their sizes raised to the order, their sum and its root."""
    before = call("norm", a) if order is TWO else call("norm", a, order)
    if order is ZERO:
        return [Step("count", ("count the entries that are not 0",), None, result)]
    if len(a.args) > SHOWN_ENTRIES:
        return [Step("norm", (f"from all {len(a.args)} entries",), None, result)]
    sizes = [call("abs", entry) for entry in a.args]
    if order is INFINITY:
        largest = call("max", *sizes) if len(sizes) > 1 else sizes[0]
        return [
            Step("sizes", ("take the largest of the absolute values",), before, largest),
            Step("largest", ("the largest is ", result), largest, result),
        ]
    if is_complex(a) or order is not TWO:
        terms = [unfolded("pow", [size, order]) if order is not ONE else size for size in sizes]
    else:
        terms = [unfolded("pow", [entry, TWO]) for entry in a.args]
    values = [clean(power(_size(entry), order)) for entry in a.args]
    written, added = _root(terms, order), _root(values, order)
    verb = "square the entries" if order is TWO else "raise the sizes to the order"
    root = "the square root" if order is TWO else "the root"
    words = (f"{verb}, add, and take {root}",) if order is not ONE else ("add the sizes",)
    steps = [
        Step("definition", words, before, written),
        Step("powers" if order is not ONE else "sizes", ("work out each term",), written, added),
        Step("sum", ("so the norm is ", result), added, result),
    ]
    return [step for step in steps if step.before is not step.after] or steps[-1:]


def _root(terms: list[Node], order: Node) -> Node:
    total = unfolded("add", terms) if len(terms) > 1 else terms[0]
    return total if order is ONE else unfolded("pow", [total, div(ONE, order)])


def unit(a: Node, order: Node, settings: Settings) -> Answer:
    """The vector divided by its length. Fact: `norm`."""
    question = ("unit vector of ", a)
    length = norm_of(a.args, order)
    if order is ZERO or is_zero(length):
        if order is ZERO:
            raise InvalidInput("order 0 is no norm to divide by", hint="--ord 1, 2 or inf")
        answer = Answer("vector", question, "does not exist", DOES_NOT_EXIST)
        answer.notes.append(("a zero vector has no direction",))
        answer.facts["norm"] = 0
        return answer
    result = vector(quotient(entry, length) for entry in a.args)
    answer = fill(Answer("vector", question), result, settings)
    answer.facts["norm"] = length
    note_order(answer, order)
    note_complex(answer, a)
    if free_symbols(length):
        answer.notes.append(
            (
                "where its length ",
                length,
                " is not 0",
            )
        )
    if settings.steps:
        divided = mul(power(length, number(-1)), a)
        last = Step("divide", ("divide by the length ", length), divided, result)
        answer.steps = [
            Step(
                "length", ("the length first",), None, length, tuple(norm_steps(a, order, length))
            ),
            last,
        ]
    if settings.check:
        answer.checks = [_check_unit(a, order, result)]
    return answer


def _check_unit(a: Node, order: Node, result: Node) -> Check:
    """A positive multiple of the vector, of length 1: a_i*u_j = a_j*u_i, and the norm is 1."""

    def pairs(values: list[Any]) -> list[Pair]:
        u, x = values
        sizes = [abs(part) for part in u]
        if order is INFINITY:
            length = max(sizes)
        else:
            length = sum(s ** float(order.number) for s in sizes) ** (1 / float(order.number))
        k = max(range(len(x)), key=lambda index: abs(x[index]))
        size = abs(x[k]) * max(sizes)
        found = [(length, 1.0, 1.0), (abs(u[k] * abs(x[k]) - x[k] * abs(u[k])), 0.0, size)]
        return found + [(u[j] * x[k], u[k] * x[j], size) for j in range(len(x))]

    return at_points("length 1, same direction", [result, a], pairs)


def distance(a: Node, b: Node, order: Node, settings: Settings) -> Answer:
    """The norm of the difference. Fact: `difference`."""
    difference = vector(clean(sub(x, y)) for x, y in zip(a.args, b.args, strict=True))
    result = norm_of(difference.args, order)
    answer = fill(Answer("vector", ("distance from ", a, " to ", b)), result, settings)
    answer.facts["difference"] = difference
    answer.facts["order"] = "inf" if order is INFINITY else order
    note_order(answer, order)
    note_complex(answer, a, b)
    if settings.steps:
        written = add(a, neg(b))
        answer.steps = [
            Step("subtract", ("subtract entry by entry",), written, difference),
            *norm_steps(difference, order, result),
        ]
    if settings.check:
        opposite = [clean(sub(y, x)) for x, y in zip(a.args, b.args, strict=True)]
        answer.checks = [check_norm(opposite, order, result)]
    return answer
