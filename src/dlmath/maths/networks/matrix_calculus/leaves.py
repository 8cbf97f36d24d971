"""Matrix expressions without operands: numbers, names, identity matrices, ones and zeros."""

from __future__ import annotations

from fractions import Fraction

from dlmath.maths.networks.matrix_calculus.expression import (
    DIFFERENTIAL,
    ONE_ROW,
    SCALAR,
    Expr,
    Shape,
    Size,
    make,
)

#: What may be known of a name.
SYMMETRIC = "symmetric"
PROBABILITY = "probability"


def number(value: Fraction | int) -> Expr:
    """An exact number."""
    return make("number", (), Fraction(value), SCALAR)


ZERO = number(0)
ONE = number(1)
MINUS_ONE = number(-1)
TWO = number(2)


def name(text: str, shape: Shape, kind: str | None = None) -> Expr:
    """A matrix, vector or scalar; kind: `symmetric` or `probability` (see `kind_of`)."""
    args = (make("kind", (), kind, SCALAR),) if kind else ()
    return make("name", args, text, shape)


def kind_of(e: Expr) -> str | None:
    """What is known of a name."""
    return str(e.args[0].value) if e.op == "name" and e.args else None


def size(value: Size) -> Expr:
    """A number of rows as a scalar."""
    parts = [make("size", (), Size(1, (part,)), SCALAR) for part in value.names]
    from dlmath.maths.networks.matrix_calculus.products import mul

    return mul(number(value.number), *parts)


def eye(n: Size) -> Expr:
    """The identity matrix."""
    return ONE if n == ONE_ROW else make("eye", (), None, (n, n))


def ones(shape: Shape) -> Expr:
    """A matrix of ones."""
    return ONE if shape == SCALAR else make("ones", (), None, shape)


def zeros(shape: Shape) -> Expr:
    """A matrix of zeros."""
    return ZERO if shape == SCALAR else make("zeros", (), None, shape)


def is_zero(e: Expr) -> bool:
    """Zero in every entry, by its form?"""
    return e is ZERO or e.op == "zeros"


def holds_differential(e: Expr) -> bool:
    """Does it hold `dX`, or `d(...)` still to be taken?"""
    return any(is_differential_name(part) or part == DIFFERENTIAL for part in e.names)


def is_differential_name(text: str) -> bool:
    """Is this the name of a differential? `dX`: these are made with a leading mark."""
    return text.startswith("d:")


def differential_name(of: Expr) -> Expr:
    """`dX` for the variable X."""
    return name(f"d:{of.value}", of.shape, kind_of(of) if kind_of(of) == SYMMETRIC else None)
