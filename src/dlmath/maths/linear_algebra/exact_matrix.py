"""An operation on an exact matrix in progress, and what the operations share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from dlmath.answer import DOES_NOT_EXIST, Answer
from dlmath.expression.graph import (
    Node,
    add,
    free_symbols,
    is_number,
    mul,
    symbol,
)
from dlmath.maths.linear_algebra.fields import (
    Field,
    NodeRows,
    Rows,
    choose_field,
    elements,
    rows_of,
    transposed,
    value_of,
)
from dlmath.settings import Settings

#: Working is written out for matrices of at most this many entries.
SHOWN_ENTRIES = 64


class NoExactForm(Exception):
    """The answer has no simple exact form; says why."""


class Exact:
    """One operation in progress: the matrix, the other operand, and the answer to fill in."""

    def __init__(self, a: Node, b: Node | None, settings: Settings, answer: Answer) -> None:
        from dlmath.expression.tidy import tidy

        self.rows = [[tidy(entry) for entry in row] for row in rows_of(a)]
        self.b = b
        self.settings = settings
        self.answer = answer
        self.height, self.width = len(self.rows), len(self.rows[0])
        self._field: Field | None = None

    @property
    def field(self) -> Field:
        """The field of the entries."""
        if self._field is None:
            held = [entry for row in self.rows for entry in row]
            if self.b is not None and self.answer.facts.get("operation") == "solve":
                held += [entry for row in as_rows(self.b) for entry in row]
            self._field = choose_field(held, self.settings)
        return self._field

    @property
    def a(self) -> Rows:
        """The matrix as elements of the field."""
        return elements(self.field, self.rows)

    @property
    def shows_steps(self) -> bool:
        return self.settings.steps and self.height * self.width <= SHOWN_ENTRIES

    def give(self, result: Node) -> None:
        """The answer: one matrix, vector or number."""
        self.answer.result = result
        self.answer.value = value_of(result)
        self.answer.decimal = None
        if result.op != "vector":
            give_decimal(self.answer, result, self.settings)

    def give_parts(self, parts: Iterable[tuple[str, Node]]) -> None:
        """The answer: several named results, one per line."""
        named = list(parts)
        self.answer.result = tuple(_equation(name, part) for name, part in named)
        for name, part in named:
            self.answer.facts[name] = as_fact(part)

    def refuse(self, words: str) -> None:
        """There is no such thing, and why."""
        self.answer.status = DOES_NOT_EXIST
        self.answer.result = "does not exist"
        self.answer.notes.append((words,))
        self.answer.facts["reason"] = words

    def check(self, *makers: Callable[[], Any]) -> None:
        """Runs checks, where they are wanted."""
        if self.settings.check:
            self.answer.checks += [maker() for maker in makers]

    def suppose(self, divided: Iterable[Any]) -> None:
        """Notes the variable formulas that were taken as different from zero."""
        held = dict.fromkeys(self.field.node(part) for part in divided)
        formulas = [node for node in held if free_symbols(node)]
        if formulas:
            words: list[str | Node] = ["this holds where none of these is 0: "]
            for index, node in enumerate(formulas):
                words += [", ", node] if index else [node]
            self.answer.notes.append(tuple(words))
            self.answer.facts["nonzero"] = formulas


def give_decimal(answer: Answer, result: Node, settings: Settings) -> None:
    """The digits of a number that is not whole."""
    if free_symbols(result) or (settings.digits is None and isinstance(answer.value, int)):
        return
    from dlmath.expression.precise import decimal_text

    answer.decimal = decimal_text(result, settings.digits or 10)


def _equation(name: str, part: Node) -> Node:
    from dlmath.expression.graph import eq_node

    return eq_node(symbol(name), part)


def as_fact(node: Node) -> Any:
    """A node as nested lists of numbers and mathematics."""
    if node.op == "vector":
        return [as_fact(part) for part in node.args]
    return node.number if is_number(node) else node


def as_rows(b: Node) -> NodeRows:
    """A right side as rows: a vector stands as a column."""
    if b.args[0].op == "vector":
        return rows_of(b)
    return [[entry] for entry in b.args]


def is_symmetric(rows: NodeRows) -> bool:
    """Is each entry its mirror image?"""
    return all(rows[i][j] is rows[j][i] for i in range(len(rows)) for j in range(i)) and len(
        rows
    ) == len(rows[0])


def is_hermitian(rows: NodeRows) -> bool:
    """Is each entry the conjugate of its mirror image?"""
    from dlmath.maths.linear_algebra.fields import conjugated

    return len(rows) == len(rows[0]) and all(
        rows[i][j] is conjugated(rows[j][i]) or rows[i][j] is rows[j][i] is conjugated(rows[i][j])
        for i in range(len(rows))
        for j in range(i + 1)
    )


def singular_words(work: Exact, found: int) -> str:
    return f"the matrix is singular: its determinant is 0, its rank {found} of {work.height}"


def nodes_adjoint(rows: NodeRows) -> NodeRows:
    """The conjugate transpose of rows of nodes."""
    from dlmath.maths.linear_algebra.fields import conjugated

    return [[conjugated(entry) for entry in column] for column in transposed(rows)]


def times(a: NodeRows, b: NodeRows) -> NodeRows:
    return [
        [add(*(mul(x, y) for x, y in zip(row, column, strict=True))) for column in transposed(b)]
        for row in a
    ]
