"""A loss over data held against itself written out: a few rows, one by one, as one formula.

The descent computes on arrays, with derivatives handed back over cells. Here the numbers of a few
rows are put into the formula, which becomes an ordinary expression of the parameters; its value
comes from a walk over the graph, and its derivatives from differences of values.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from dlmath.answer import UNAVAILABLE, Check
from dlmath.errors import DlmathError
from dlmath.expression.graph import (
    ONE,
    ZERO,
    Node,
    call,
    make,
    number,
    power,
    symbol,
    topological,
    vector,
)
from dlmath.expression.shapes import PAIRED
from dlmath.expression.vocabulary import FUNCTIONS

#: Rows that are written out at most, and nodes of the formula that comes of it.
ROWS = 12
_NODES = 6000

_OVER_ROWS = frozenset({"mean", "var", "max", "min"})

#: The value of a part: one expression, or a list with one for each row.
_Part = Any


def written_out(
    formula: Node,
    columns: Mapping[str, Sequence[float]],
    blocks: Mapping[str, Sequence[Sequence[float]]],
    parameters: Mapping[str, tuple[int, ...]],
) -> Node:
    """The loss over these rows as an expression of the entries of the parameters.

    columns: a number for each row. blocks: for X a vector for each row. parameters: name to shape;
    their entries are called `W[1]`, `W[1,2]`, counted from 1.
    """
    rows = len(next(iter([*columns.values(), *blocks.values()])))
    known: dict[Node, _Part] = {}
    for name, values in columns.items():
        known[symbol(name)] = [_exact(value) for value in values]
    for name, vectors in blocks.items():
        known[symbol(name)] = [vector(map(_exact, entries)) for entries in vectors]
    for name, shape in parameters.items():
        known[symbol(name)] = _entries(name, shape)
    return _Writer(known, rows).part(formula, False)  # type: ignore[no-any-return]


def _exact(value: float) -> Node:
    return number(Fraction(float(value)))


def _entries(name: str, shape: tuple[int, ...]) -> Node:
    if not shape:
        return symbol(name)
    if len(shape) == 1:
        return vector(symbol(f"{name}[{i}]") for i in range(1, shape[0] + 1))
    return vector(
        vector(symbol(f"{name}[{i},{j}]") for j in range(1, shape[1] + 1))
        for i in range(1, shape[0] + 1)
    )


class _Writer:
    """Writes a formula out; parts that differ from row to row are lists."""

    def __init__(self, known: Mapping[Node, _Part], rows: int) -> None:
        self._known = known
        self._rows = rows

    def part(self, node: Node, inside: bool) -> _Part:
        """A part of the formula. inside: does it stand inside a `mean`?"""
        if node in self._known:
            return self._known[node]
        if not node.args:
            return node
        function = FUNCTIONS.get(node.op)
        if function is not None and function.kind == "reduction" and node.op != "dot":
            return self._reduction(node, inside)
        if node.op in ("sum", "product"):
            return self._series(node)
        parts = [self.part(arg, inside) for arg in node.args]
        return self._each(lambda *args: _made(node, args), parts)

    def _each(self, make_one: Any, parts: list[_Part]) -> _Part:
        if not any(isinstance(part, list) for part in parts):
            return make_one(*parts)
        return [
            make_one(*(part[row] if isinstance(part, list) else part for part in parts))
            for row in range(self._rows)
        ]

    def _series(self, node: Node) -> _Part:
        from dlmath.expression.graph import free_symbols, substitute

        names = sorted(free_symbols(node))
        parts = [self.part(symbol(name), True) for name in names]
        return self._each(
            lambda *args: substitute(node, dict(zip(names, args, strict=True))), parts
        )

    def _reduction(self, node: Node, inside: bool) -> _Part:
        op = node.op
        parts = [self.part(arg, inside or op == "mean") for arg in node.args]
        if op == "cross_entropy":
            parts[1] = self._one_hot(parts)
        scalar = op in ("max", "min") and len(parts) > 1
        if scalar and not any(_length(part) is not None for part in parts):
            return self._each(lambda *args: make(op, args), parts)
        if op in PAIRED:
            losses = self._each(lambda *args: make(op, args), parts)
            return losses if inside or not isinstance(losses, list) else _together("mean", losses)
        if not any(isinstance(part, list) for part in parts):
            return make(op, parts)
        if inside and any(_length(part) is not None for part in parts):
            return self._each(lambda *args: make(op, args), parts)
        if op == "norm":
            return _together(op, parts[0], *parts[1:])
        if op in _OVER_ROWS:
            joined = parts[0] if len(parts) == 1 else self._each(lambda *a: vector(a), parts)
            return _together(op, joined)
        return self._each(lambda *args: make(op, args), parts)

    def _one_hot(self, parts: list[_Part]) -> _Part:
        """Classes as vectors with a 1 in the place of the class."""
        prediction, target = parts
        size = _length(prediction)
        if not isinstance(target, list) or size is None or target[0].op != "number":
            return target
        return [
            vector(ONE if place == row.number else ZERO for place in range(size)) for row in target
        ]


def _together(op: str, rows: list[Node], *more: Node) -> Node:
    return call(op, vector(rows), *more)


def _length(part: _Part) -> int | None:
    """The length of a vector, of each row where it differs; None for a number."""
    from dlmath.expression.elements import shape_of

    shape = shape_of(part[0] if isinstance(part, list) else part)
    return shape[0] if shape else None


def _made(node: Node, args: tuple[Node, ...]) -> Node:
    """The operation on the parts of one row: products of two vectors and powers of one too."""
    from dlmath.expression.elements import expand_vectors, shape_of

    if node.op == "mul":
        vectors = [arg for arg in args if len(shape_of(arg)) == 1]
        if len(vectors) == 2 and not any(len(shape_of(arg)) == 2 for arg in args):
            rest = [arg for arg in args if arg not in vectors]
            return make("mul", [*rest, call("dot", *vectors)])
    if node.op == "pow" and len(shape_of(args[0])) == 1:
        return vector(power(entry, args[1]) for entry in expand_vectors(args[0]).args)
    return make(node.op, args, node.value)


def check(
    formula: Node,
    names: Sequence[str],
    theta: Sequence[float],
    found: tuple[float, Sequence[float]],
    where: str,
) -> list[Check]:
    """Value and gradient of a loss that is written out, against those found on arrays.

    names: of the entries of the parameters. theta: their values. found: value and gradient over
    the same rows. where: `"the start"`.
    """
    from dlmath.checks.descent import check_gradient, check_value, difference_slopes

    value, slope = found
    try:
        differences = difference_slopes(formula, names, theta)
        of_value = check_value(formula, names, theta, value)
        of_slope = check_gradient(names, slope, differences, where)
    except DlmathError as error:
        return [Check(f"rows written out at {where}", UNAVAILABLE, error.message)]
    return [
        of_value._replace(name=f"loss at {where}, some rows written out"),
        of_slope._replace(name=f"gradient at {where}, some rows written out, by differences"),
    ]


def rows_written(formula: Node, entries: int) -> int:
    """So many rows can be written out, 0 for none. entries: of the largest block of parameters."""
    return max(0, min(ROWS, _NODES // max(1, len(topological(formula)) * max(1, entries))))
