"""Walks a graph and computes its value with any kind of arithmetic.

`numbers` walks with binary64, `precise` with as many digits as asked for. An arithmetic knows the
scalar operations, `shapes` what they do to vectors; order, branches and sums are here, once.

A node is computed when something needs it: a branch of a `piecewise` that is not taken is never
looked at, so it may be undefined, or far too large.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.graph import TRUE, Node, free_symbols, remember, topological
from dlmath.expression.shapes import Arithmetic, Value, apply, flatten, shape

Memo = dict[Node, Value]

MAX_TERMS = 1_000_000
MAX_NESTED_SUMS = 20


def run(root: Node, symbols: Mapping[str, Value], arithmetic: Arithmetic) -> Value:
    """The value of the graph; a variable without a value is undefined.

    Raises InvalidInput where shapes do not fit, LimitReached where a sum has too many terms.
    """
    return _run(root, dict(symbols), arithmetic, {}, 0)


def needed_values(root: Node, symbols: Mapping[str, Value], arithmetic: Arithmetic) -> Memo:
    """The value of every node that the root needs; what is in a branch not taken is left out."""
    memo: Memo = {}
    _run(root, dict(symbols), arithmetic, memo, 0)
    return memo


def _run(
    root: Node, symbols: dict[str, Value], arithmetic: Arithmetic, memo: Memo, depth: int
) -> Value:
    order = _plain_order(root)
    if order is None:
        _walk(root, symbols, arithmetic, memo, depth)
    else:
        for node in order:
            if node not in memo:
                memo[node] = _value(node, symbols, arithmetic, memo, depth)
    return memo[root]


#: Operations that leave operands aside: they are computed when they are asked for.
LAZY = frozenset({"piecewise", "sum", "product", "derive", "integrate", "limit"})

_orders: dict[Node, list[Node] | None] = remember()
_MOST_ORDERS = 200


def _plain_order(root: Node) -> list[Node] | None:
    """The nodes in an order of computation, if all of them are needed; kept for the next point."""
    if root not in _orders:
        if len(_orders) >= _MOST_ORDERS:
            _orders.clear()
        order = topological(root)
        _orders[root] = None if any(part.op in LAZY for part in order) else order
    return _orders[root]


def _walk(
    root: Node, symbols: dict[str, Value], arithmetic: Arithmetic, memo: Memo, depth: int
) -> None:
    stack = [root]
    while stack:
        node = stack[-1]
        if node in memo:
            stack.pop()
            continue
        waiting = _needed(node, memo)
        if waiting:
            stack.extend(waiting)
            continue
        memo[node] = _value(node, symbols, arithmetic, memo, depth)
        stack.pop()


def _needed(node: Node, memo: Memo) -> list[Node]:
    """The operands still to be computed before the node can be."""
    if node.op == "piecewise":
        return _needed_of_piecewise(node, memo)
    if node.op in ("sum", "product"):
        return [part for part in node.args[2:] if part not in memo]
    if node.op in ("derive", "integrate", "limit"):
        return []
    return [part for part in node.args if part not in memo]


def _needed_of_piecewise(node: Node, memo: Memo) -> list[Node]:
    for value, condition in branches(node):
        if condition not in memo:
            return [condition]
        if memo[condition] is True:
            return [] if value in memo else [value]
        if memo[condition] is not False:
            return []
    return []


def branches(node: Node) -> list[tuple[Node, Node]]:
    """The (value, condition) pairs of a `piecewise`, whose operands alternate.

    A last value without a condition holds otherwise.
    """
    conditions = node.args[1::2] + ((TRUE,) if len(node.args) % 2 else ())
    return list(zip(node.args[::2], conditions, strict=True))


def _value(
    node: Node, symbols: dict[str, Value], arithmetic: Arithmetic, memo: Memo, depth: int
) -> Value:
    op = node.op
    if op == "symbol":
        return symbols.get(node.name, arithmetic.nan)
    if op == "number":
        return arithmetic.number(node.number)
    arithmetic.begin(node)
    if op in _OWN_RULES:
        return _by_own_rule(node, symbols, arithmetic, memo, depth)
    return apply(node, [memo[part] for part in node.args], arithmetic)


def _by_own_rule(
    node: Node, symbols: dict[str, Value], arithmetic: Arithmetic, memo: Memo, depth: int
) -> Value:
    op = node.op
    if op == "constant":
        return arithmetic.constant(node.name)
    if op == "piecewise":
        return _piecewise(node, arithmetic, memo)
    if op in ("sum", "product"):
        return _series(node, symbols, arithmetic, memo, depth)
    if op in LAZY:  # derive, integrate, limit: carried out by calculus, not here
        return arithmetic.nan
    operands = [memo[part] for part in node.args]
    if op == "vector":
        return operands
    if op in LOGIC:
        return LOGIC[op](operands)
    return _relation(op, operands, arithmetic)


def _piecewise(node: Node, arithmetic: Arithmetic, memo: Memo) -> Value:
    for value, condition in branches(node):
        truth = memo.get(condition)
        if truth is True:
            return memo[value]
        if truth is not False:
            break
    return arithmetic.nan


# --- relations and logic --------------------------------------------------------------------

RELATIONS = frozenset({"lt", "le", "gt", "ge", "eq", "ne"})


def _relation(op: str, operands: list[Value], arithmetic: Arithmetic) -> bool | None:
    a, b = operands
    if isinstance(a, list) or isinstance(b, list):
        if op not in ("eq", "ne"):
            raise InvalidInput("vectors have no order: compare their norms or entries")
        same = _same(a, b, arithmetic)
        return same if op == "eq" or same is None else not same
    return arithmetic.compare(op, a, b)


def _same(a: Value, b: Value, arithmetic: Arithmetic) -> bool | None:
    if shape(a) != shape(b):
        return False
    pairs = zip(flatten(a), flatten(b), strict=True)
    return _and([arithmetic.compare("eq", left, right) for left, right in pairs])


def _and(operands: list[bool | None]) -> bool | None:
    if any(truth is False for truth in operands):
        return False
    return True if all(truth is True for truth in operands) else None


def _or(operands: list[bool | None]) -> bool | None:
    if any(truth is True for truth in operands):
        return True
    return False if all(truth is False for truth in operands) else None


def _not(operands: list[bool | None]) -> bool | None:
    (truth,) = operands
    return None if truth not in (True, False) else not truth


LOGIC: dict[str, Callable[[list[Value]], bool | None]] = {
    "true": lambda _: True,
    "false": lambda _: False,
    "and": _and,
    "or": _or,
    "not": _not,
}


#: What is not a sum, a product, a power or a function.
_OWN_RULES = LAZY | RELATIONS | LOGIC.keys() | {"constant", "vector"}


# --- sums and products over a range ---------------------------------------------------------


def _series(
    node: Node, symbols: dict[str, Value], arithmetic: Arithmetic, memo: Memo, depth: int
) -> Value:
    """`sum(body, k, first, last)`; an endless one has no value here."""
    body, variable, *bounds = node.args
    first, last = (arithmetic.whole(memo[bound]) for bound in bounds)
    if first is None or last is None:
        return arithmetic.nan
    if last - first >= MAX_TERMS:
        raise LimitReached(f"a {node.op} of {last - first + 1} terms is too large")
    if depth >= MAX_NESTED_SUMS:
        raise LimitReached(f"more than {MAX_NESTED_SUMS} sums inside each other")
    order = topological(body)
    varying = {part for part in order if variable.name in free_symbols(part)}
    shared = {part: memo[part] for part in order if part in memo and part not in varying}
    values: list[Value] = []
    for k in range(first, last + 1):
        inner = dict(shared)
        local = {**symbols, variable.name: arithmetic.number(k)}
        arithmetic.enter(k)
        values.append(_run(body, local, arithmetic, inner, depth + 1))
        arithmetic.leave()
        if k == first:
            shared = {part: value for part, value in inner.items() if part not in varying}
    if any(isinstance(value, list) for value in values):
        raise InvalidInput(f"a {node.op} of vectors is not supported")
    arithmetic.begin(node)
    return arithmetic.add(values) if node.op == "sum" else arithmetic.multiply(values)
