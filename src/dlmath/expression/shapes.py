"""How operations act on nested lists: entry by entry, as matrices, or reducing to a number.

The rules are the same for floats, for many digits and for expressions (`elements`): an arithmetic
knows the scalar operations, the rest is here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

from dlmath.errors import InvalidInput
from dlmath.expression.graph import Exact, Node
from dlmath.expression.vocabulary import FUNCTIONS

#: A scalar of the arithmetic, a truth value, or nested lists of scalars.
Value = Any


class Arithmetic(Protocol):
    """The scalar operations of one kind of number. Undefined results are nan, never an error."""

    nan: Value
    #: Functions of scalars; reductions and vector functions take flat lists of scalars.
    functions: Mapping[str, Callable[..., Value]]

    def number(self, value: Exact) -> Value:
        """The scalar nearest to an exact number."""

    def constant(self, name: str) -> Value:
        """pi, e, i or oo."""

    def add(self, terms: list[Value]) -> Value:
        """The sum of scalars."""

    def multiply(self, factors: list[Value]) -> Value:
        """The product of scalars."""

    def power(self, base: Value, exponent: Value) -> Value:
        """base ** exponent, the principal value."""

    def compare(self, op: str, a: Value, b: Value) -> bool | None:
        """A relation (`lt le gt ge eq ne`); None where it has no truth value."""

    def whole(self, value: Value) -> int | None:
        """The whole number that a bound of a sum is, or None."""

    def begin(self, node: Node) -> None:
        """Told before the operations that make up the value of a node."""

    def enter(self, index: int) -> None:
        """Told before a term of a sum or product is computed, with its index."""

    def leave(self) -> None:
        """Told after the term."""


def flatten(value: Value) -> list[Value]:
    """The scalars of nested lists in reading order."""
    if not isinstance(value, list):
        return [value]
    flat: list[Value] = []
    for entry in value:
        flat.extend(flatten(entry))
    return flat


def shape(value: Value) -> tuple[int, ...]:
    """() for a scalar, (n,) for a vector, (rows, columns) for a matrix; raises for ragged lists."""
    if not isinstance(value, list):
        return ()
    inner = [shape(entry) for entry in value]
    if any(other != inner[0] for other in inner):
        raise InvalidInput("the rows of a matrix must have the same length")
    return (len(value), *(inner[0] if inner else ()))


def each(function: Callable[..., Value], *operands: Value) -> Value:
    """Applies a scalar function entry by entry; scalar operands stand beside every entry."""
    length = next((len(operand) for operand in operands if isinstance(operand, list)), None)
    if length is None:
        return function(*operands)
    if any(isinstance(operand, list) and len(operand) != length for operand in operands):
        lengths = " and ".join(str(len(part)) for part in operands if isinstance(part, list))
        raise InvalidInput(f"vectors of different lengths: {lengths}")
    return [
        each(function, *(part[k] if isinstance(part, list) else part for part in operands))
        for k in range(length)
    ]


def apply(node: Node, operands: list[Value], arithmetic: Arithmetic) -> Value:
    """The value of a sum, product, power or function of computed operands."""
    op = node.op
    if not any(isinstance(operand, list) for operand in operands):
        return _scalar(op, operands, arithmetic)
    if op == "add":
        return _add_vectors(operands, arithmetic)
    if op == "mul":
        return _multiply_vectors(operands, arithmetic)
    if op == "pow":
        return _power_of_matrix(operands, arithmetic)
    if op == "dot":
        return product(operands[0], operands[1], arithmetic)
    function = arithmetic.functions[op]
    kind = FUNCTIONS[op].kind
    if op == "hyper":
        return function(*operands)
    if kind in ("elementwise", "special"):
        return each(function, *operands)
    if kind == "vector":
        return function(_entries(op, operands))
    return _reduce(op, operands, arithmetic)


def _scalar(op: str, operands: list[Value], arithmetic: Arithmetic) -> Value:
    if op == "add":
        return arithmetic.add(operands)
    if op == "mul":
        return arithmetic.multiply(operands)
    if op == "pow":
        return arithmetic.power(*operands)
    if op == "dot":
        return arithmetic.multiply(operands)
    kind = FUNCTIONS[op].kind
    if kind in ("elementwise", "special"):
        return arithmetic.functions[op](*operands)
    if kind == "vector":
        return arithmetic.functions[op](operands)
    return _reduce(op, operands, arithmetic)


#: Reductions that take a prediction and a target of the same shape.
PAIRED = frozenset({"mse", "mae", "huber", "bce", "cross_entropy", "hinge", "kl_div"})


def _reduce(op: str, operands: list[Value], arithmetic: Arithmetic) -> Value:
    function = arithmetic.functions[op]
    if op in PAIRED:
        if shape(operands[0]) != shape(operands[1]):
            raise InvalidInput(
                f"{op} takes two vectors of the same shape, "
                f"not {_described(operands[0])} and {_described(operands[1])}"
            )
        return function(flatten(operands[0]), flatten(operands[1]), *operands[2:])
    if op == "norm":
        return function(flatten(operands[0]), *operands[1:])
    return function(_entries(op, operands))


def _entries(op: str, operands: list[Value]) -> list[Value]:
    """The numbers that `max(1, 2)` or `max([1, 2])` is about."""
    entries = flatten(operands)
    if not entries:
        raise InvalidInput(f"{op} of an empty vector")
    return entries


def _described(value: Value) -> str:
    dimensions = shape(value)
    if not dimensions:
        return "a number"
    if len(dimensions) == 1:
        return f"a vector of length {dimensions[0]}"
    return "a matrix of " + " by ".join(str(size) for size in dimensions)


def _add_vectors(operands: list[Value], arithmetic: Arithmetic) -> Value:
    first, *others = (operand for operand in operands if isinstance(operand, list))
    for operand in others:  # a number is added to every entry
        if shape(operand) != shape(first):
            raise InvalidInput(f"{_described(first)} and {_described(operand)} cannot be added")
    return each(lambda *terms: arithmetic.add(list(terms)), *operands)


def _multiply_vectors(operands: list[Value], arithmetic: Arithmetic) -> Value:
    scalars = [operand for operand in operands if not isinstance(operand, list)]
    result, *others = (operand for operand in operands if isinstance(operand, list))
    for other in others:
        if len(shape(result)) == 1 and len(shape(other)) == 1:
            raise InvalidInput("the product of two vectors is not said", hint="write dot(a, b)")
        result = product(result, other, arithmetic)
    if not scalars:
        return result
    scale = arithmetic.multiply(scalars)
    return each(lambda entry: arithmetic.multiply([scale, entry]), result)


def product(a: Value, b: Value, arithmetic: Arithmetic) -> Value:
    """The dot product of vectors, or the product of matrices, or of a matrix and a vector."""
    left, right = shape(a), shape(b)
    if not left or not right:
        return each(lambda x, y: arithmetic.multiply([x, y]), a, b)
    if len(left) > 2 or len(right) > 2:
        raise InvalidInput("dot takes vectors and matrices")
    if left[-1] != right[0]:
        if len(left) == len(right) == 1:
            raise InvalidInput(f"dot product of vectors of lengths {left[0]} and {right[0]}")
        raise InvalidInput(
            f"{_described(a)} and {_described(b)} cannot be multiplied",
            hint=f"the columns of the first must be as many as {_what_meets(right)}",
        )
    if len(left) == 2:
        return [product(row, b, arithmetic) for row in a]
    if len(right) == 2:
        return [product(a, list(column), arithmetic) for column in zip(*b, strict=True)]
    return arithmetic.add([arithmetic.multiply([x, y]) for x, y in zip(a, b, strict=True)])


def _what_meets(right: tuple[int, ...]) -> str:
    return "the rows of the second" if len(right) == 2 else "the entries of the second"


def _power_of_matrix(operands: list[Value], arithmetic: Arithmetic) -> Value:
    base, exponent = operands
    dimensions = shape(base)
    count = None if isinstance(exponent, list) else arithmetic.whole(exponent)
    if len(dimensions) == 1:
        raise InvalidInput(
            "a vector has no powers",
            hint="for squares of entries: dot(v, v), norm(v)^2, or mse(v, w) for their mean",
        )
    if len(dimensions) != 2 or dimensions[0] != dimensions[1] or count is None:
        raise InvalidInput("only a square matrix has powers, and only whole ones")
    if not 0 <= count <= 10_000:
        raise InvalidInput("the power of a matrix must be a whole number from 0 to 10000")
    one, zero = arithmetic.number(1), arithmetic.number(0)
    size = range(dimensions[0])
    result: Value = [[one if row == column else zero for column in size] for row in size]
    while count:
        if count & 1:
            result = product(result, base, arithmetic)
        count >>= 1
        if count:
            base = product(base, base, arithmetic)
    return result
