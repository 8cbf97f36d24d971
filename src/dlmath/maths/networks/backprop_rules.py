"""What each operation hands down in reverse mode: shares of its adjoint for its operands.

With G the adjoint of a node (the derivative of the loss by it, of the node's shape), the share of
an operand is the vector-Jacobian product: for a product A*B of matrices G*transpose(B) and
transpose(A)*G (Giles 2008, Collected matrix derivative results for forward and reverse mode
algorithmic differentiation), for functions of numbers G times the local derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dlmath.errors import Unsolved
from dlmath.expression import shapes
from dlmath.expression.derivatives import partial
from dlmath.expression.evaluator import run
from dlmath.expression.exact_numbers import exact_product, exact_sum
from dlmath.expression.graph import Node, make, remember, symbol
from dlmath.expression.precise_pass import Pass
from dlmath.expression.vocabulary import FUNCTIONS

#: A number (int, Fraction, mpf), or nested lists of numbers.
Value = Any
Shares = list[tuple[int, Value]]
Flat = list[Any]

#: A call with variables for operands, to its derivatives by each.
_partials: dict[Node, list[Node | None]] = remember()


class Algebra:
    """Sums, products and powers of numbers and of nested lists of them."""

    def __init__(self, arithmetic: Pass) -> None:
        self.arithmetic = arithmetic

    def plus(self, *terms: Value) -> Value:
        if len(terms) == 1:
            return terms[0]
        exact = exact_sum(list(terms))
        if exact is not None:
            return exact
        return self.arithmetic.mp.fsum(map(self.arithmetic.inexact, terms))

    def times(self, *factors: Value) -> Value:
        kept = [factor for factor in factors if not (isinstance(factor, int) and factor == 1)]
        if len(kept) < 2:
            return kept[0] if kept else 1
        exact = exact_product(kept)
        if exact is not None:
            return exact
        inexact = self.arithmetic.inexact
        product = inexact(kept[0])
        for factor in kept[1:]:
            product = product * inexact(factor)
        return product

    def power(self, base: Value, exponent: Value) -> Value:
        return self.arithmetic.power(base, exponent)

    def over(self, a: Value, b: Value) -> Value:
        return self.times(a, self.arithmetic.power(b, -1))

    def minus(self, a: Value, b: Value) -> Value:
        return self.plus(a, self.times(-1, b))

    def call(self, name: str, *operands: Value) -> Value:
        return self.arithmetic.functions[name](*operands)

    def scaled(self, scale: Value, value: Value) -> Value:
        return shapes.each(lambda entry: self.times(scale, entry), value)

    def sum_of(self, values: Sequence[Value]) -> Value:
        """The sum of values of one shape."""
        if len(values) == 1:
            return values[0]
        return shapes.each(self.plus, *values)

    def total(self, value: Value) -> Value:
        """The sum of all entries."""
        return self.plus(*shapes.flatten(value))

    def inner(self, a: Value, b: Value) -> Value:
        """The sum of the products of entries at the same place."""
        pairs = zip(shapes.flatten(a), shapes.flatten(b), strict=True)
        return self.plus(*(self.times(x, y) for x, y in pairs))

    def zeros(self, value: Value) -> Value:
        return shapes.each(lambda _: 0, value)


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
        return _of_entries(op, operands, value, adjoint, wanted, algebra)
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


# --- functions of all entries ---------------------------------------------------------------


def _of_entries(
    op: str, operands: list[Value], value: Value, g: Value, wanted: Sequence[bool], a: Algebra
) -> Shares:
    """Reductions, softmax and losses: closed forms of their vector-Jacobian products."""
    if op in shapes.PAIRED:
        flats = [shapes.flatten(operands[0]), shapes.flatten(operands[1]), *operands[2:]]
        return [
            (k, _like(operands[k], _PAIRS[op, k](flats, g, a)))
            for k in range(len(operands))
            if wanted[k]
        ]
    if op == "norm":
        if len(operands) > 1 and wanted[1]:
            raise Unsolved("the derivative of a norm by its order cannot be written")
        flat = _of_norm(shapes.flatten(operands[0]), operands[1:], value, g, a)
        return [(0, _like(operands[0], flat))]
    entries = shapes.flatten(operands)
    share = _like(operands, _WHOLE[op](entries, value, g, a))
    return [(k, share[k]) for k in range(len(operands)) if wanted[k]]


def _like(pattern: Value, flat: Flat | Value) -> Value:
    """The flat entries in the nesting of the pattern."""
    if not isinstance(pattern, list):
        return flat[0] if isinstance(flat, list) else flat
    entries = iter(flat)

    def filled(part: Value) -> Value:
        return [filled(x) for x in part] if isinstance(part, list) else next(entries)

    return filled(pattern)


def _of_norm(x: Flat, order: list[Value], value: Value, g: Value, a: Algebra) -> Flat:
    if value == 0:  # a corner; frameworks use 0
        return [0 for _ in x]
    p = order[0] if order else 2
    if hasattr(p, "_mpf_") and p == a.arithmetic.mp.inf:
        sizes = [abs(entry) for entry in x]
        first = sizes.index(max(sizes))
        return [a.times(g, _sign(e)) if k == first else 0 for k, e in enumerate(x)]
    if p == 2:
        return [a.times(g, a.over(entry, value)) for entry in x]
    below = a.power(value, a.minus(p, 1))
    return [
        a.times(g, _sign(e), a.over(a.power(abs(e), a.minus(p, 1)), below))
        if e != 0 or p > 1
        else 0
        for e in x
    ]


def _sign(value: Any) -> int:
    return (value > 0) - (value < 0)


def _softmax_of(x: Flat, a: Algebra) -> Flat:
    found: Flat = a.call("softmax", x)
    return found


def _softmax(x: Flat, value: Value, g: Value, a: Algebra) -> Flat:
    """s*(G - sum of s*G)."""
    s, g = shapes.flatten(value), shapes.flatten(g)
    middle = a.inner(s, g)
    return [a.times(p, a.minus(w, middle)) for p, w in zip(s, g, strict=True)]


def _log_softmax(x: Flat, value: Value, g: Value, a: Algebra) -> Flat:
    """G - softmax(x)*(sum of G)."""
    g = shapes.flatten(g)
    whole = a.plus(*g)
    return [a.minus(w, a.times(p, whole)) for p, w in zip(_softmax_of(x, a), g, strict=True)]


def _var(x: Flat, value: Value, g: Value, a: Algebra) -> Flat:
    middle = a.call("mean", x)
    scale = a.over(a.times(2, g), len(x))
    return [a.times(scale, a.minus(entry, middle)) for entry in x]


def _first_extreme(x: Flat, value: Value, g: Value, a: Algebra) -> Flat:
    """All to the extreme entry; of equal ones to the first."""
    first = next(k for k, entry in enumerate(x) if a.arithmetic.compare("eq", entry, value))
    return [g if k == first else 0 for k in range(len(x))]


_WHOLE: dict[str, Callable[[Flat, Value, Value, Algebra], Flat]] = {
    "mean": lambda x, value, g, a: [a.over(g, len(x))] * len(x),
    "var": _var,
    "max": _first_extreme,
    "min": _first_extreme,
    "logsumexp": lambda x, value, g, a: [a.times(g, p) for p in _softmax_of(x, a)],
    "softmax": _softmax,
    "log_softmax": _log_softmax,
}


# --- losses of (prediction, target) ---------------------------------------------------------

_Pair = Callable[[list[Any], Value, Algebra], Any]


def _each_pair(rule: Callable[[Any, Any, Algebra], Any], *, mean: bool) -> _Pair:
    """A share for each pair of entries, of a mean or of a sum over them."""

    def shares(flats: list[Any], g: Value, a: Algebra) -> Flat:
        scale = a.over(g, len(flats[0])) if mean else g
        return [a.times(scale, rule(p, y, a)) for p, y in zip(flats[0], flats[1], strict=True)]

    return shares


def _quotient(weight: Any, below: Any, a: Algebra) -> Any:
    """weight/below, which is 0 for the weight 0: the term is left out of the loss."""
    return 0 if weight == 0 else a.over(weight, below)


def _huber(turn: int) -> _Pair:
    def shares(flats: list[Any], g: Value, a: Algebra) -> Flat:
        delta = flats[2] if len(flats) > 2 else 1

        def rule(p: Any, y: Any, a: Algebra) -> Any:
            e = a.minus(p, y)
            return a.times(turn, e if abs(e) <= delta else a.times(delta, _sign(e)))

        return _each_pair(rule, mean=True)(flats, g, a)  # type: ignore[no-any-return]

    return shares


def _huber_by_delta(flats: list[Any], g: Value, a: Algebra) -> Any:
    delta = flats[2]
    sizes = [abs(a.minus(p, y)) for p, y in zip(flats[0], flats[1], strict=True)]
    far = [a.minus(size, delta) for size in sizes if size > delta]
    return a.over(a.times(g, a.plus(*far)), len(sizes)) if far else 0


def _bce(p: Any, y: Any, a: Algebra) -> Any:
    rest = a.minus(1, y)
    return a.minus(_quotient(rest, a.minus(1, p), a), _quotient(y, p, a))


def _bce_by_target(p: Any, y: Any, a: Algebra) -> Any:
    return a.minus(a.call("log", a.minus(1, p)), a.call("log", p))


def _active_hinge(of: int) -> Callable[[Any, Any, Algebra], Any]:
    def rule(s: Any, y: Any, a: Algebra) -> Any:
        inside = a.minus(1, a.times(y, s))
        return a.times(-1, y if of == 0 else s) if inside > 0 else 0

    return rule


_PAIRS: dict[tuple[str, int], _Pair] = {
    ("mse", 0): _each_pair(lambda p, y, a: a.times(2, a.minus(p, y)), mean=True),
    ("mse", 1): _each_pair(lambda p, y, a: a.times(2, a.minus(y, p)), mean=True),
    ("mae", 0): _each_pair(lambda p, y, a: _sign(a.minus(p, y)), mean=True),
    ("mae", 1): _each_pair(lambda p, y, a: _sign(a.minus(y, p)), mean=True),
    ("huber", 0): _huber(1),
    ("huber", 1): _huber(-1),
    ("huber", 2): _huber_by_delta,
    ("bce", 0): _each_pair(_bce, mean=True),
    ("bce", 1): _each_pair(_bce_by_target, mean=True),
    ("cross_entropy", 0): _each_pair(lambda p, y, a: a.times(-1, _quotient(y, p, a)), mean=False),
    ("cross_entropy", 1): _each_pair(lambda p, y, a: a.times(-1, a.call("log", p)), mean=False),
    ("hinge", 0): _each_pair(_active_hinge(0), mean=True),
    ("hinge", 1): _each_pair(_active_hinge(1), mean=True),
    ("kl_div", 0): _each_pair(lambda p, q, a: a.plus(a.call("log", a.over(p, q)), 1), mean=False),
    ("kl_div", 1): _each_pair(lambda p, q, a: a.times(-1, _quotient(p, q, a)), mean=False),
}
