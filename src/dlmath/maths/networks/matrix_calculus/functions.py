"""Transpose, inverse, trace, determinant, norm, diag, vec, kron, in normal form."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from dlmath.maths.networks.matrix_calculus import entrywise
from dlmath.maths.networks.matrix_calculus.expression import (
    ONE_ROW,
    SCALAR,
    Expr,
    Shape,
    Size,
    make,
)
from dlmath.maths.networks.matrix_calculus.leaves import (
    MINUS_ONE,
    ONE,
    PROBABILITY,
    SYMMETRIC,
    ZERO,
    eye,
    holds_differential,
    is_zero,
    kind_of,
    ones,
    size,
    zeros,
)
from dlmath.maths.networks.matrix_calculus.products import (
    add,
    chained,
    factors_of,
    mul,
    neg,
    pieces_of,
    power,
    transposed_matrices,
    transposed_sum,
)


@lru_cache(maxsize=8192)
def transpose(e: Expr) -> Expr:
    """The transpose, pushed down to names and functions."""
    if e.is_scalar or kind_of(e) == SYMMETRIC or e.op == "eye":
        return e
    if e.op in ("ones", "zeros"):
        return make(e.op, (), None, (e.columns, e.rows))
    if e.op == "transpose":
        return e.args[0]
    if e.op == "add":
        turned = add(*map(transpose, e.args))
        lost = turned.op == "add" and transposed_sum(turned) is not None
        return make("transpose", (e,), None, (e.columns, e.rows)) if lost else turned
    if e.op == "mul":
        scalars, chain = factors_of(e)
        return mul(*scalars, *(transpose(part) for part in reversed(chain)))
    if e.op == "had":
        factors = [transpose(part) for part in e.args]
        more = transposed_matrices(factors) > transposed_matrices(e.args)
        if more and not e.is_vector:
            return make("transpose", (e,), None, (e.columns, e.rows))
        return entrywise.had(*factors)
    if e.op == "kron":
        return kron(*map(transpose, e.args))
    if e.op == "diag" and e.args[0].is_vector:
        return e
    if e.op == "inv" and transpose(e.args[0]) is e.args[0]:
        return e
    if e.op == "commutation":
        assert isinstance(e.value, tuple)
        return commutation((e.value[1], e.value[0]))  # type: ignore[arg-type]
    return make("transpose", (e,), None, (e.columns, e.rows))


def inv(e: Expr) -> Expr:
    """The inverse."""
    if e.is_scalar:
        return power(e, MINUS_ONE)
    if e.op == "eye":
        return e
    if e.op == "inv":
        return e.args[0]
    if e.op == "transpose":
        return transpose(inv(e.args[0]))
    if e.op == "kron":
        return kron(*map(inv, e.args)) if all(p.rows == p.columns for p in e.args) else _inv(e)
    if e.op == "diag" and e.args[0].is_vector:
        return diag(entrywise.epow(e.args[0], MINUS_ONE))
    scalars, chain = factors_of(e)
    if scalars or (len(chain) > 1 and all(part.rows == part.columns for part in chain)):
        return mul(
            *(power(part, MINUS_ONE) for part in scalars),
            *(inv(part) for part in reversed(_grouped(chain))),
        )
    return _inv(e)


def _inv(e: Expr) -> Expr:
    return make("inv", (e,), None, e.shape)


def _grouped(chain: list[Expr]) -> list[Expr]:
    """The factors one by one where all are square, else their product as one."""
    if all(part.rows == part.columns for part in chain):
        return chain
    shape = (chain[0].rows, chain[-1].columns)
    return [make("mul", tuple(chain), None, shape)]


def trace(e: Expr) -> Expr:
    """The trace; of a product of a column and a row it is their product the other way."""
    if e.is_scalar:
        return e
    if e.op == "add":
        return add(*map(trace, e.args))
    if e.op == "eye":
        return size(e.rows)
    if is_zero(e):
        return ZERO
    if e.op == "kron" and all(part.rows == part.columns for part in e.args):
        return mul(*map(trace, e.args))
    if e.op == "diag" and e.args[0].is_vector:
        return total(e.args[0])
    scalars, chain = factors_of(e)
    if scalars:
        return mul(*scalars, trace(chained(chain)))
    pieces = pieces_of(chain)
    if len(pieces) > 1:
        return mul(*pieces[-1], *(part for piece in pieces[:-1] for part in piece))
    if not holds_differential(e):
        e = chained(min(_turns(chain), key=transposed_matrices))
    return make("tr", (e,), None, SCALAR)


def _turns(chain: Sequence[Expr]) -> Iterable[list[Expr]]:
    """The products with the same trace."""
    for given in (list(chain), [transpose(part) for part in reversed(chain)]):
        for k in range(len(given)):
            yield given[k:] + given[:k]


def det(e: Expr) -> Expr:
    """The determinant."""
    if e.is_scalar:
        return e
    if e.op == "eye":
        return ONE
    if e.op == "transpose":
        return det(e.args[0])
    if e.op == "inv":
        return power(det(e.args[0]), MINUS_ONE)
    if e.op == "kron" and all(part.rows == part.columns for part in e.args):
        a, b = e.args
        return mul(power(det(a), size(b.rows)), power(det(b), size(a.rows)))
    scalars, chain = factors_of(e)
    if scalars:
        return mul(*(power(part, size(e.rows)) for part in scalars), det(chained(chain)))
    return make("det", (e,), None, SCALAR)


def logdet(e: Expr) -> Expr:
    """The logarithm of the determinant, which is taken to be positive."""
    if e.is_scalar:
        return entrywise.func("log", e)
    if e.op == "eye":
        return ZERO
    if e.op == "transpose":
        return logdet(e.args[0])
    if e.op == "inv":
        return neg(logdet(e.args[0]))
    return make("logdet", (e,), None, SCALAR)


def norm(e: Expr) -> Expr:
    """The Euclidean or Frobenius norm."""
    if e.is_scalar:
        return entrywise.func("abs", e)
    if e.op == "transpose":
        return norm(e.args[0])
    if e.op == "kron":
        return mul(*map(norm, e.args))
    return make("norm", (e,), None, SCALAR)


def total(e: Expr) -> Expr:
    """The sum of all elements."""
    if e.is_scalar:
        return e
    if e.op == "transpose":
        return total(e.args[0])
    if is_zero(e):
        return ZERO
    if e.op == "ones":
        return size(e.rows.times(e.columns))
    if e.op == "eye":
        return size(e.rows)
    if kind_of(e) == PROBABILITY or e.op == "softmax":
        return ONE if e.is_vector else size(e.rows)
    if e.op == "add" and any(_sum_is_known(part) for part in e.args):
        return add(*map(total, e.args))
    if e.op == "diag" and e.args[0].is_vector:
        return total(e.args[0])
    scalars, chain = factors_of(e)
    if scalars:
        return mul(*scalars, total(chained(chain)))
    pieces = pieces_of(chain)
    if len(pieces) == 2:
        return mul(*(total(chained(piece)) for piece in pieces))
    return make("sum", (e,), None, SCALAR)


def _sum_is_known(e: Expr) -> bool:
    return total(e).op != "sum" if e.op != "add" else False


def diag(e: Expr) -> Expr:
    """The matrix with a vector as its diagonal, or the diagonal of a matrix."""
    if e.is_scalar:
        return e
    if e.is_vector:
        if e.op == "ones":
            return eye(e.rows)
        if is_zero(e):
            return zeros((e.rows, e.rows))
        return make("diag", (e,), None, (e.rows, e.rows))
    if e.op == "diag":
        return e.args[0]
    if e.op == "eye":
        return ones((e.rows, ONE_ROW))
    if e.op == "transpose":
        return diag(e.args[0])
    if e.op == "add":
        return add(*map(diag, e.args))
    scalars, chain = factors_of(e)
    if scalars:
        return mul(*scalars, diag(chained(chain)))
    pieces = pieces_of(chain)
    if len(pieces) == 2:
        return entrywise.had(chained(pieces[0]), transpose(chained(pieces[1])))
    return make("diag", (e,), None, (e.rows, ONE_ROW))


def vec(e: Expr) -> Expr:
    """The columns one below the other."""
    if e.is_vector:
        return e
    if e.rows == ONE_ROW:
        return transpose(e)
    if e.op == "reshape" and e.args[0].is_vector:
        return e.args[0]
    if e.op in ("ones", "zeros"):
        return make(e.op, (), None, (e.rows.times(e.columns), ONE_ROW))
    if e.op == "add":
        return add(*map(vec, e.args))
    scalars, chain = factors_of(e)
    if scalars:
        return mul(*scalars, vec(chained(chain)))
    return make("vec", (e,), None, (e.rows.times(e.columns), ONE_ROW))


def reshape(e: Expr, shape: Shape) -> Expr:
    """A vector filled into a matrix, column by column."""
    if e.shape == shape:
        return e
    if e.op == "vec" and e.args[0].shape == shape:
        return e.args[0]
    if e.op in ("ones", "zeros"):
        return make(e.op, (), None, shape)
    if e.op == "add":
        return add(*(reshape(part, shape) for part in e.args))
    scalars, chain = factors_of(e)
    if scalars:
        return mul(*scalars, reshape(chained(chain), shape))
    return make("reshape", (e,), None, shape)


def kron(a: Expr, b: Expr) -> Expr:
    """The Kronecker product."""
    if a.is_scalar or b.is_scalar:
        return mul(a, b)
    shape = (a.rows.times(b.rows), a.columns.times(b.columns))
    if is_zero(a) or is_zero(b):
        return zeros(shape)
    if a.op == b.op == "eye":
        return eye(shape[0])
    left, first = factors_of(a)
    right, second = factors_of(b)
    if left or right:
        return mul(*left, *right, kron(chained(first), chained(second)))
    return make("kron", (a, b), None, shape)


def selection(n: Size) -> Expr:
    """The matrix with selection(n)*v = vec(diag(v)), and selection(n)'*vec(A) = diag(A)."""
    return ONE if n == ONE_ROW else make("selection", (), None, (n.times(n), n))


def commutation(shape: Shape) -> Expr:
    """The matrix K with K*vec(X) = vec(X') for X of this shape."""
    count = shape[0].times(shape[1])
    if ONE_ROW in shape:
        return eye(count)
    return make("commutation", (), shape, (count, count))
