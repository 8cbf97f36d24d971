"""Vectors, matrices and reductions written out entry by entry, with scalar operations only.

What follows a vector's rules in numbers follows the same rules here: the rules of `shapes` are
applied with an arithmetic whose scalars are expressions.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from dlmath.errors import InvalidInput
from dlmath.expression import graph, shapes
from dlmath.expression.graph import (
    INFINITY,
    ONE,
    TWO,
    ZERO,
    Exact,
    Node,
    add,
    call,
    div,
    mul,
    neg,
    number,
    power,
    sub,
    topological,
)
from dlmath.expression.real import is_real
from dlmath.expression.vocabulary import FUNCTIONS

_RELATIONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})

#: An expression, or nested lists of expressions.
Entries = Any


def shape_of(node: Node) -> tuple[int, ...]:
    """() for a number, (n,) for a vector, (rows, columns) for a matrix, and so on.

    Raises InvalidInput, naming both shapes, where two operands do not fit.
    """
    return shapes.shape(_entries(node))


def expand_vectors(node: Node, *, stable: bool = False) -> Node:
    """The expression with vectors, matrices and reductions written out with scalar operations.

    A vector-valued expression becomes a `vector` of scalar ones; an expression without vectors is
    returned as it is. Functions of one number apply entry by entry, a number added to a vector is
    added to each entry, and losses are means or sums as `vocabulary` says. `logsumexp` and
    `softmax` are written as their definitions, which is for symbolic work: numbers should use the
    functions themselves, which do not overflow. stable: keep `logsumexp` of numbers as a function,
    for generated code and gradients.
    Raises InvalidInput where shapes do not fit.
    """
    return _packed(_entries(node, _STABLE if stable else _ARITHMETIC))


def _entries(root: Node, arithmetic: _Expressions | None = None) -> Entries:
    done: dict[Node, Entries] = {}
    for node in topological(root):
        operands = [done[part] for part in node.args]
        done[node] = _written_out(node, operands, arithmetic or _ARITHMETIC)
    return done[root]


def _packed(value: Entries) -> Node:
    """Nested lists as vectors."""
    if isinstance(value, list):
        return graph.vector(_packed(entry) for entry in value)
    assert isinstance(value, Node)
    return value


def _written_out(node: Node, operands: list[Entries], arithmetic: _Expressions) -> Entries:
    op = node.op
    if op == "vector":
        shapes.shape(operands)  # raises where the rows differ in length
        return operands
    if op == "hyper":
        return graph.make(op, [_packed(operand) for operand in operands])
    function = FUNCTIONS.get(op)
    if function is not None and function.kind in ("reduction", "vector"):
        if op in ("max", "min") and len(operands) > 1 and not _any_list(operands):
            return _rebuilt(node, operands)
        return shapes.apply(node, operands, arithmetic)
    if not _any_list(operands):
        return _rebuilt(node, operands)
    if op in ("add", "mul", "pow") or function is not None:
        return shapes.apply(node, operands, arithmetic)
    if op == "piecewise":
        _require_branches_alike(operands)
    elif op in _RELATIONS:
        raise InvalidInput("a relation between vectors has no entries: compare norms or entries")
    # a branch, or an operation such as `derive`: entry by entry
    return shapes.each(lambda *parts: graph.make(op, parts, node.value), *operands)


def _require_branches_alike(operands: list[Entries]) -> None:
    found = [shapes.shape(value) for value in operands[::2]]
    if any(shape != found[0] for shape in found):
        raise InvalidInput("the branches of a piecewise have different shapes")


def _any_list(operands: list[Entries]) -> bool:
    return any(isinstance(operand, list) for operand in operands)


def _rebuilt(node: Node, operands: list[Node]) -> Node:
    if len(operands) == len(node.args) and all(
        new is old for new, old in zip(operands, node.args, strict=True)
    ):
        return node
    return graph.make(node.op, operands, node.value)


# --- the arithmetic of expressions ------------------------------------------------------------


class _Functions(Mapping[str, Callable[..., Entries]]):
    """Scalar functions as calls; reductions of flat lists by their definitions."""

    def __init__(self, special: Mapping[str, Callable[..., Entries]]) -> None:
        self._special = special

    def __getitem__(self, name: str) -> Callable[..., Entries]:
        found = self._special.get(name) or _DEFINITIONS.get(name)
        if found is not None:
            return found
        return lambda *operands: graph.make(name, operands)

    def __iter__(self) -> Iterator[str]:
        return iter(FUNCTIONS)

    def __len__(self) -> int:
        return len(FUNCTIONS)


class _Expressions:
    """The arithmetic of `shapes` with expressions for numbers: every operation is written."""

    nan: Entries = None

    def __init__(self, special: Mapping[str, Callable[..., Entries]]) -> None:
        self.functions: Mapping[str, Callable[..., Entries]] = _Functions(special)

    def number(self, value: Exact) -> Node:
        return number(value)

    def constant(self, name: str) -> Node:
        return graph.constant(name)

    def add(self, terms: list[Node]) -> Node:
        return add(*terms)

    def multiply(self, factors: list[Node]) -> Node:
        return mul(*factors)

    def power(self, base: Node, exponent: Node) -> Node:
        return power(base, exponent)

    def compare(self, op: str, a: Node, b: Node) -> bool | None:
        return None

    def whole(self, value: Node) -> int | None:
        return value.number if isinstance(value.value, int) else None  # type: ignore[return-value]

    def begin(self, node: Node) -> None:
        """Nothing to prepare."""

    def enter(self, index: int) -> None:
        """Nothing to remember."""

    def leave(self) -> None:
        """Nothing to forget."""


def _kept_logsumexp(values: list[Node]) -> Node:
    return call("logsumexp", *values)


def _stable_log_softmax(values: list[Node]) -> list[Node]:
    whole = _kept_logsumexp(values)
    return [sub(value, whole) for value in values]


_ARITHMETIC = _Expressions({})
_STABLE = _Expressions(
    {
        "logsumexp": _kept_logsumexp,
        "softmax": lambda values: [call("exp", part) for part in _stable_log_softmax(values)],
        "log_softmax": _stable_log_softmax,
    }
)


# --- reductions by their definitions ----------------------------------------------------------


def _mean(values: list[Node]) -> Node:
    return div(add(*values), number(len(values)))


def _squared_size(value: Node) -> Node:
    """The square of the absolute value."""
    return power(value if is_real(value) else call("abs", value), TWO)


def _variance(values: list[Node]) -> Node:
    centre = _mean(values)
    return _mean([_squared_size(sub(value, centre)) for value in values])


def _norm(values: list[Node], order: Node = TWO) -> Node:
    if order is TWO:
        return graph.sqrt(add(*(_squared_size(value) for value in values)))
    sizes = [call("abs", value) for value in values]
    if order is INFINITY:
        return call("max", *sizes)
    return power(add(*(power(size, order) for size in sizes)), div(ONE, order))


def _logsumexp(values: list[Node]) -> Node:
    return call("log", add(*(call("exp", value) for value in values)))


def _softmax(values: list[Node]) -> list[Node]:
    total = add(*(call("exp", value) for value in values))
    return [div(call("exp", value), total) for value in values]


def _log_softmax(values: list[Node]) -> list[Node]:
    return [sub(value, _logsumexp(values)) for value in values]


def _extreme(name: str) -> Callable[[list[Node]], Node]:
    return lambda values: values[0] if len(values) == 1 else call(name, *values)


def _mse(predictions: list[Node], targets: list[Node]) -> Node:
    pairs = zip(predictions, targets, strict=True)
    return _mean([_squared_size(sub(p, y)) for p, y in pairs])


def _mae(predictions: list[Node], targets: list[Node]) -> Node:
    return _mean([call("abs", sub(p, y)) for p, y in zip(predictions, targets, strict=True)])


def _huber(predictions: list[Node], targets: list[Node], delta: Node = ONE) -> Node:
    def one(error: Node) -> Node:
        size = call("abs", error)
        near = div(power(error, TWO), TWO)
        far = mul(delta, sub(size, div(delta, TWO)))
        return graph.make("piecewise", (near, graph.make("le", (size, delta)), far, graph.TRUE))

    return _mean([one(sub(p, y)) for p, y in zip(predictions, targets, strict=True)])


def _weighted_log(weight: Node, operand: Node) -> Node:
    """weight * log(operand), which is 0 for the weight 0 (as the limit of w*log(w))."""
    return ZERO if weight is ZERO else mul(weight, call("log", operand))


def _bce(predictions: list[Node], targets: list[Node]) -> Node:
    def one(p: Node, y: Node) -> Node:
        return neg(add(_weighted_log(y, p), _weighted_log(sub(ONE, y), sub(ONE, p))))

    return _mean([one(p, y) for p, y in zip(predictions, targets, strict=True)])


def _cross_entropy(predictions: list[Node], targets: list[Node]) -> Node:
    return neg(add(*(_weighted_log(y, p) for p, y in zip(predictions, targets, strict=True))))


def _hinge(scores: list[Node], targets: list[Node]) -> Node:
    pairs = zip(scores, targets, strict=True)
    return _mean([call("max", ZERO, sub(ONE, mul(y, s))) for s, y in pairs])


def _kl_div(p: list[Node], q: list[Node]) -> Node:
    return add(*(_weighted_log(a, div(a, b)) for a, b in zip(p, q, strict=True)))


_DEFINITIONS: dict[str, Callable[..., Entries]] = {
    "mean": _mean,
    "var": _variance,
    "norm": _norm,
    "max": _extreme("max"),
    "min": _extreme("min"),
    "logsumexp": _logsumexp,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "mse": _mse,
    "mae": _mae,
    "huber": _huber,
    "bce": _bce,
    "cross_entropy": _cross_entropy,
    "hinge": _hinge,
    "kl_div": _kl_div,
}
