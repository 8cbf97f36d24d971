"""Operations element by element, and softmax, in normal form."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from dlmath.maths.networks.matrix_calculus import functions
from dlmath.maths.networks.matrix_calculus.expression import ONE_ROW, SCALAR, Expr, Shape, make
from dlmath.maths.networks.matrix_calculus.leaves import ONE, ZERO, is_zero, number, ones, zeros
from dlmath.maths.networks.matrix_calculus.products import (
    add,
    factors_of,
    is_whole,
    may_multiply,
    mul,
    neg,
    power,
    split,
    sub,
    transposed_matrices,
)


def had(*factors: Expr) -> Expr:
    """The product element by element; scalars scale it."""
    scalars: list[Expr] = []
    parts: dict[Expr, Expr] = {}
    shape = next((part.shape for part in factors if not part.is_scalar), SCALAR)
    if shape == SCALAR:
        return mul(*factors)
    for factor in factors:
        more, chain = factors_of(factor)
        scalars += more
        if not chain:
            continue
        body = make("mul", tuple(chain), None, factor.shape) if len(chain) > 1 else chain[0]
        for part in _factors(body):
            if part.op == "zeros":
                return zeros(shape)
            base, exponent = part.args if part.op == "epow" else (part, ONE)
            if base.op != "ones":
                parts[base] = add(parts.get(base, ZERO), exponent)
    kept = [epow(base, exponent) for base, exponent in parts.items()]
    kept = [part for part in kept if part.op != "ones"]
    if not kept:
        return mul(*scalars, ones(shape))
    body = kept[0] if len(kept) == 1 else _product(kept, shape)
    return mul(*scalars, body)


def _factors(e: Expr) -> Sequence[Expr]:
    """The factors of an element-wise product, also of a transposed one."""
    if e.op == "had":
        return e.args
    if e.op == "transpose" and e.args[0].op == "had":
        return [functions.transpose(part) for part in e.args[0].args]
    return (e,)


def _product(factors: Sequence[Expr], shape: Shape) -> Expr:
    """`(A.*B)'` for `A'.*B'`, else the product as it stands."""
    turned = [functions.transpose(part) for part in factors]
    if ONE_ROW not in shape and transposed_matrices(turned) < transposed_matrices(factors):
        product = make("had", tuple(turned), None, (shape[1], shape[0]))
        return make("transpose", (product,), None, shape)
    return make("had", tuple(factors), None, shape)


def epow(base: Expr, exponent: Expr) -> Expr:
    """A power of each element."""
    if base.is_scalar:
        return power(base, exponent)
    if exponent is ZERO:
        return ones(base.shape)
    if exponent is ONE or base.op == "ones":
        return base
    scalars, chain = factors_of(base)
    if scalars and (is_whole(exponent) if exponent.op == "number" else False):
        body = make("mul", tuple(chain), None, base.shape) if len(chain) > 1 else chain[0]
        return mul(*(power(part, exponent) for part in scalars), epow(body, exponent))
    if base.op == "had" and exponent.op == "number" and is_whole(exponent):
        return had(*(epow(part, exponent) for part in base.args))
    numbers = base.op == "epow" and base.args[1].op == "number" and exponent.op == "number"
    if numbers and may_multiply(base, exponent):
        return epow(base.args[0], mul(base.args[1], exponent))
    return make("epow", (base, exponent), None, base.shape)


def func(of: str, e: Expr) -> Expr:
    """A function of a scalar, or of each element."""
    if of == "sqrt":
        return epow(e, number(Fraction(1, 2)))
    if of == "exp" and is_zero(e):
        return ones(e.shape)
    if of == "log":
        found = _logarithm(e)
        if found is not None:
            return found
    return make("func", (e,), of, e.shape)


def _logarithm(e: Expr) -> Expr | None:
    """Logarithms with a form that is stable, or shorter: of exp, det, softmax, sigmoid."""
    if e in (ONE,) or e.op == "ones":
        return zeros(e.shape)
    if e.op == "func" and e.value == "exp":
        return e.args[0]
    if e.op == "det":
        return functions.logdet(e.args[0])
    if e.op == "softmax":
        z = e.args[0]
        if z.is_vector:
            return sub(z, mul(logsumexp(z), ones(z.shape)))
        return sub(z, mul(logsumexp(z), ones((ONE_ROW, z.columns))))
    if e.op == "func" and e.value == "sigmoid":
        return neg(func("softplus", neg(e.args[0])))
    if e.op == "add" and len(e.args) == 2:
        one = next((part for part in e.args if part is ONE or part.op == "ones"), None)
        other = e.args[1] if e.args[0] is one else e.args[0]
        if one is not None and other.op == "func" and other.value == "exp":
            return func("softplus", other.args[0])
        coefficient, rest = split(other)
        if one is not None and coefficient == -1 and rest.op == "func" and rest.value == "sigmoid":
            return neg(func("softplus", rest.args[0]))
    return None


def softmax(e: Expr) -> Expr:
    """exp over its sum: of a vector, or of each row of a matrix."""
    return ONE if e.is_scalar else make("softmax", (e,), None, e.shape)


def logsumexp(e: Expr) -> Expr:
    """The logarithm of the sum of exp: of a vector, or of each row of a matrix."""
    if e.is_scalar:
        return e
    shape = SCALAR if e.is_vector else (e.rows, ONE_ROW)
    return make("logsumexp", (e,), None, shape)
