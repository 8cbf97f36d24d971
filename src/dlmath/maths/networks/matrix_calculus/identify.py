"""From a differential to the derivative: df = tr(G'*dX) has the gradient G, df = J*dx the
Jacobian J (the identification theorems of Magnus and Neudecker)."""

from __future__ import annotations

from dlmath.errors import Unsolved
from dlmath.maths.networks.matrix_calculus.build import (
    ONE,
    ONE_ROW,
    add,
    commutation,
    diag,
    eye,
    factors_of,
    had,
    holds_differential,
    is_differential_name,
    is_zero,
    kron,
    mul,
    ones,
    reshape,
    selection,
    trace,
    transpose,
    vec,
    zeros,
)
from dlmath.maths.networks.matrix_calculus.expression import Expr


def gradient_of(df: Expr, variable: Expr) -> Expr:
    """G of the shape of the variable with df = tr(G'*dX), for a scalar df.

    Raises Unsolved where the differential cannot be turned so.
    """
    parts: list[Expr] = []
    pull(df, ONE, parts)
    return add(*parts) if parts else zeros(variable.shape)


def pull(e: Expr, weight: Expr, found: list[Expr]) -> None:
    """Adds to `found` what tr(weight'*e) contributes: G with tr(G'*dX)."""
    if is_zero(e) or is_zero(weight):
        return
    if e.op == "name" and is_differential_name(str(e.value)):
        found.append(weight)
    elif e.op == "add":
        for part in e.args:
            pull(part, weight, found)
    elif e.op == "mul":
        _pull_product(e, weight, found)
    elif e.op == "had":
        linear, others = _one_linear(e)
        pull(linear, had(*others, weight), found)
    elif e.op == "transpose":
        pull(e.args[0], transpose(weight), found)
    elif e.op == "tr":
        pull(e.args[0], mul(weight, eye(e.args[0].rows)), found)
    elif e.op == "sum":
        pull(e.args[0], mul(weight, ones(e.args[0].shape)), found)
    elif e.op == "diag":
        pull(e.args[0], diag(weight), found)
    elif e.op == "vec":
        pull(e.args[0], reshape(weight, e.args[0].shape), found)
    elif e.op == "reshape":
        pull(e.args[0], vec(weight), found)
    elif e.op == "kron":
        _pull_kronecker(e, weight, found)
    else:
        raise Unsolved(f"no rule brings {e.op} of a differential into the form tr(G'*dX)")


def _one_linear(e: Expr) -> tuple[Expr, list[Expr]]:
    linear = [part for part in e.args if holds_differential(part)]
    assert len(linear) == 1, "a differential is linear"
    return linear[0], [part for part in e.args if part is not linear[0]]


def _pull_product(e: Expr, weight: Expr, found: list[Expr]) -> None:
    place = next(k for k, part in enumerate(e.args) if holds_differential(part))
    factor = e.args[place]
    if factor.is_scalar and not _in_chain(e):
        others = mul(*e.args[:place], *e.args[place + 1 :])
        pull(factor, trace(mul(transpose(weight), others)), found)
        return
    scalars = [part for part in e.args[:place] if part.is_scalar]
    left = [part for part in e.args[:place] if not part.is_scalar]
    right = e.args[place + 1 :]
    parts = [transpose(part) for part in reversed(left)]
    after = [transpose(part) for part in reversed(right)]
    pull(factor, mul(*scalars, *parts, weight, *after), found)


def _in_chain(e: Expr) -> bool:
    """Is the product a scalar made of matrices, `a'*dx`?"""
    return e.is_scalar and any(not part.is_scalar for part in e.args)


def _pull_kronecker(e: Expr, weight: Expr, found: list[Expr]) -> None:
    """<kron(P, Q), kron(A, B)> = <P, A>*<Q, B>."""
    scalars, chain = factors_of(weight)
    a, b = e.args
    if len(chain) == 1 and chain[0].op == "eye" and a.rows == a.columns and b.rows == b.columns:
        p, q = eye(a.rows), eye(b.rows)
    elif len(chain) == 1 and chain[0].op == "ones":
        p, q = ones(a.shape), ones(b.shape)
    elif len(chain) == 1 and chain[0].op == "kron" and chain[0].args[0].shape == a.shape:
        p, q = chain[0].args
    else:
        jacobian, linear = _jacobian_of_kronecker(e)
        column = mul(transpose(jacobian), vec(weight))
        pull(linear, reshape(column, linear.shape), found)
        return
    linear, other, own, rest = (a, b, p, q) if holds_differential(a) else (b, a, q, p)
    pull(linear, mul(*scalars, trace(mul(transpose(rest), other)), own), found)


def _jacobian_of_kronecker(e: Expr) -> tuple[Expr, Expr]:
    """J with vec(kron(A, B)) = J*vec of the one that holds the differential, and that one.

    vec(kron(A, B)) = kron(kron(I, K), I)*kron(vec(A), vec(B)): Magnus and Neudecker, chapter 3,
    theorem 10.
    """
    a, b = e.args
    inner = kron(eye(a.columns), commutation((b.columns, a.rows)))
    order = kron(inner, eye(b.rows))
    if holds_differential(b):
        return mul(order, kron(vec(a), eye(b.rows.times(b.columns)))), b
    return mul(order, kron(eye(a.rows.times(a.columns)), vec(b))), a


# --- Jacobians ------------------------------------------------------------------------------


def jacobian_of(e: Expr, variable: Expr) -> Expr:
    """J with vec(e) = J*vec(dX), for e linear in dX. Raises Unsolved."""
    rows = e.rows.times(e.columns)
    columns = variable.rows.times(variable.columns)
    if is_zero(e) or not holds_differential(e):
        return zeros((rows, columns))
    if e.op == "name":
        return eye(columns)
    if e.is_scalar:
        return transpose(vec(gradient_of(e, variable)))
    if e.op == "add":
        return add(*(jacobian_of(part, variable) for part in e.args))
    if e.op == "transpose":
        inner = e.args[0]
        return mul(commutation(inner.shape), jacobian_of(inner, variable))
    if e.op == "had":
        linear, others = _one_linear(e)
        return mul(diag(vec(had(*others))), jacobian_of(linear, variable))
    if e.op == "vec":
        return jacobian_of(e.args[0], variable)
    if e.op == "reshape":
        return jacobian_of(e.args[0], variable)
    if e.op == "mul":
        return _jacobian_of_product(e, variable)
    if e.op == "diag":
        inner = e.args[0]
        place = selection(inner.rows)
        place = place if inner.is_vector else transpose(place)
        return mul(place, jacobian_of(inner, variable))
    if e.op == "kron":
        jacobian, linear = _jacobian_of_kronecker(e)
        return mul(jacobian, jacobian_of(linear, variable))
    raise Unsolved(f"no rule gives the Jacobian of {e.op} of a differential")


def _jacobian_of_product(e: Expr, variable: Expr) -> Expr:
    place = next(k for k, part in enumerate(e.args) if holds_differential(part))
    factor = e.args[place]
    if factor.is_scalar:
        others = mul(*e.args[:place], *e.args[place + 1 :])
        return mul(vec(others), jacobian_of(factor, variable))
    scalars = [part for part in e.args[:place] if part.is_scalar]
    left = [part for part in e.args[:place] if not part.is_scalar]
    right = list(e.args[place + 1 :])
    before = mul(*left) if left else eye(factor.rows)
    after = transpose(mul(*right)) if right else eye(factor.columns)
    inner = jacobian_of(factor, variable)
    if factor.columns == ONE_ROW and not right:
        return mul(*scalars, before, inner)
    return mul(*scalars, kron(after, before), inner)
