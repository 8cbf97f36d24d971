"""What each operation hands down in reverse mode: shares of its adjoint for its operands.

With G the adjoint of a node (the derivative of the loss by it, of the node's shape), the share of
an operand is the vector-Jacobian product: for a product A*B of matrices G*transpose(B) and
transpose(A)*G (Giles 2008, Collected matrix derivative results for forward and reverse mode
algorithmic differentiation), for functions of numbers G times the local derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dlmath.errors import Unsolved
from dlmath.expression import shapes
from dlmath.expression.derivatives import partial
from dlmath.expression.evaluator import run
from dlmath.expression.graph import Node, make, remember, symbol
from dlmath.expression.vocabulary import FUNCTIONS
from dlmath.maths.networks.backprop_algebra import Algebra, Flat, Shares, Value
from dlmath.maths.networks.backprop_entries import of_entries

#: A call with variables for operands, to its derivatives by each.
_partials: dict[Node, list[Node | None]] = remember()


def pull_back(
    node: Node,
    operands: list[Value],
    value: Value,
    adjoint: Value,
    wanted: Sequence[bool],
    algebra: Algebra,
) -> Shares:
    """(operand, share) for each operand wanted.

    operands: their values; adjoint: of the node, of the shape of its value.
    Raises Unsolved where the derivative cannot be written.
    """
    op = node.op
    if _is_zero(adjoint):
        return [(k, algebra.zeros(x)) for k, x in enumerate(operands) if wanted[k]]
    if op == "add":
        return [(k, fitted(adjoint, x, algebra)) for k, x in enumerate(operands) if wanted[k]]
    if op == "vector":
        return [(k, adjoint[k]) for k in range(len(operands)) if wanted[k]]
    if op == "mul":
        return _product(operands, adjoint, wanted, algebra)
    if op == "dot":
        return _dot(operands, adjoint, wanted, algebra)
    if op == "pow":
        return _power(node, operands, value, adjoint, wanted, algebra)
    function = FUNCTIONS.get(op)
    if function is not None and function.kind in ("vector", "reduction"):
        return of_entries(op, operands, value, adjoint, wanted, algebra)
    return _elementwise(node, operands, value, adjoint, wanted, algebra)


def _is_zero(value: Value) -> bool:
    return all(isinstance(entry, int) and entry == 0 for entry in shapes.flatten(value))


def fitted(share: Value, operand: Value, algebra: Algebra) -> Value:
    """The share summed over the entries beside which a number stands."""
    if isinstance(share, list) and not isinstance(operand, list):
        return algebra.total(share)
    return share


# --- products -------------------------------------------------------------------------------


def _product(operands: list[Value], adjoint: Value, wanted: Sequence[bool], a: Algebra) -> Shares:
    """Of numbers and at most one chain of matrices and vectors."""
    numbers = [k for k, x in enumerate(operands) if not isinstance(x, list)]
    tensors = [k for k, x in enumerate(operands) if isinstance(x, list)]
    found: dict[int, Value] = {}
    scale = a.times(*(operands[k] for k in numbers)) if numbers else 1
    weight = adjoint
    if tensors:
        chain = [operands[tensors[0]]]
        for k in tensors[1:]:
            chain.append(shapes.product(chain[-1], operands[k], a.arithmetic))
        down = a.scaled(scale, adjoint)
        for step in range(len(tensors) - 1, 0, -1):
            left, right = of_product(chain[step - 1], operands[tensors[step]], down, a)
            found[tensors[step]], down = right, left
        found[tensors[0]] = down
        if any(wanted[k] for k in numbers):
            weight = a.inner(adjoint, chain[-1])
    if any(wanted[k] for k in numbers):
        others = _products_of_others([operands[k] for k in numbers], a)
        for k, other in zip(numbers, others, strict=True):
            found[k] = a.times(weight, other)
    return [(k, found[k]) for k in range(len(operands)) if wanted[k]]


def _products_of_others(factors: Flat, a: Algebra) -> Flat:
    """For each factor the product of all the others, by prefixes and suffixes."""
    before: Flat = [1]
    for factor in factors[:-1]:
        before.append(a.times(before[-1], factor))
    after: Flat = [1]
    for factor in reversed(factors[1:]):
        after.append(a.times(factor, after[-1]))
    return [a.times(x, y) for x, y in zip(before, reversed(after), strict=True)]


def of_product(left: Value, right: Value, adjoint: Value, a: Algebra) -> tuple[Value, Value]:
    """The shares of both factors of a product of vectors or matrices."""
    rank = (len(shapes.shape(left)), len(shapes.shape(right)))
    if rank == (1, 1):
        return a.scaled(adjoint, right), a.scaled(adjoint, left)
    if rank == (2, 1):
        return _outer(adjoint, right, a), shapes.product(_transpose(left), adjoint, a.arithmetic)
    if rank == (1, 2):
        return shapes.product(right, adjoint, a.arithmetic), _outer(left, adjoint, a)
    return (
        shapes.product(adjoint, _transpose(right), a.arithmetic),
        shapes.product(_transpose(left), adjoint, a.arithmetic),
    )


def _outer(column: Value, row: Value, a: Algebra) -> Value:
    return [[a.times(x, y) for y in row] for x in column]


def _transpose(matrix: Value) -> Value:
    return [list(column) for column in zip(*matrix, strict=True)]


def _dot(operands: list[Value], adjoint: Value, wanted: Sequence[bool], a: Algebra) -> Shares:
    left, right = operands
    if isinstance(left, list) and isinstance(right, list):
        pair = of_product(left, right, adjoint, a)
    elif isinstance(left, list) or isinstance(right, list):
        return _product(operands, adjoint, wanted, a)
    else:
        pair = a.times(adjoint, right), a.times(adjoint, left)
    return [(k, pair[k]) for k in (0, 1) if wanted[k]]


def _power(
    node: Node, operands: list[Value], value: Value, g: Value, wanted: Sequence[bool], a: Algebra
) -> Shares:
    base, exponent = operands
    if isinstance(base, list):
        return [(0, _of_matrix_power(base, exponent, g, a))] if wanted[0] else []
    found: Shares = []
    if wanted[0]:
        slope = a.times(exponent, a.power(base, a.minus(exponent, 1)))
        found.append((0, a.times(g, slope)))
    if wanted[1]:
        found += _elementwise(node, operands, value, g, (False, True), a)
    return found


def _of_matrix_power(base: Value, exponent: Value, g: Value, a: Algebra) -> Value:
    """The sum over j of transpose(A^j) * G * transpose(A^(k-1-j))."""
    count = a.arithmetic.whole(exponent)
    assert count is not None
    across = _transpose(base)
    size = range(len(base))
    powers = [[[1 if i == j else 0 for j in size] for i in size]]
    for _ in range(count - 1):
        powers.append(shapes.product(powers[-1], across, a.arithmetic))
    terms = [
        shapes.product(
            shapes.product(powers[j], g, a.arithmetic), powers[count - 1 - j], a.arithmetic
        )
        for j in range(count)
    ]
    return a.sum_of(terms) if terms else a.zeros(base)


# --- functions of numbers -------------------------------------------------------------------


def local_derivatives(node: Node) -> tuple[list[Node], list[Node | None]]:
    """Variables u1, u2, ... that stand for the operands, and the derivatives by each."""
    symbols = [symbol(f"u{k}") for k in range(1, len(node.args) + 1)]
    form = make(node.op, symbols, node.value)
    found = _partials.get(form)
    if found is None:
        found = _partials[form] = [partial(form, k) for k in range(len(symbols))]
    return symbols, found


def _elementwise(
    node: Node,
    operands: list[Value],
    value: Value,
    adjoint: Value,
    wanted: Sequence[bool],
    a: Algebra,
) -> Shares:
    symbols, slopes = local_derivatives(node)
    found: Shares = []
    for k, operand in enumerate(operands):
        if not wanted[k]:
            continue
        slope = slopes[k]
        if slope is None:
            raise Unsolved(
                f"the derivative of {node.op} by operand {k + 1} cannot be written in the language"
            )
        rule = _entry_rule(symbols, slope, a)
        found.append((k, fitted(shapes.each(rule, adjoint, *operands), operand, a)))
    return found


def _entry_rule(symbols: Sequence[Node], slope: Node, a: Algebra) -> Callable[..., Value]:
    def rule(adjoint: Value, *entries: Value) -> Value:
        if isinstance(adjoint, int) and adjoint == 0:
            return 0
        point = {variable.name: entry for variable, entry in zip(symbols, entries, strict=True)}
        return a.times(adjoint, run(slope, point, a.arithmetic))

    return rule
