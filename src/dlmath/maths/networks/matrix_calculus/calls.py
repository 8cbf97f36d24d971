"""The functions that may be called in a matrix expression, and what they are built of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction

from dlmath.errors import InvalidInput
from dlmath.expression.vocabulary import ALIASES, FUNCTIONS
from dlmath.maths.networks.matrix_calculus import build
from dlmath.maths.networks.matrix_calculus.build import (
    MINUS_ONE,
    TWO,
    add,
    divide,
    func,
    had,
    mul,
    neg,
    number,
    ones,
    power,
    size,
    sub,
    total,
    transpose,
)
from dlmath.maths.networks.matrix_calculus.expression import ONE_ROW, Expr, Size, shape_text

#: Other names that books and programs use.
_OTHER = {
    "trace": "tr",
    "Tr": "tr",
    "inverse": "inv",
    "determinant": "det",
    "slogdet": "logdet",
    "transpose": "transpose",
    "log_det": "logdet",
    "ln": "log",
    "inner": "dot",
    "frobenius": "norm",
    "average": "mean",
}

CONSTRUCTORS: dict[str, Callable[[Sequence[Size]], Expr]] = {
    "eye": lambda sizes: build.eye(sizes[0]),
    "ones": lambda sizes: ones((sizes[0], sizes[1] if len(sizes) > 1 else ONE_ROW)),
    "zeros": lambda sizes: build.zeros((sizes[0], sizes[1] if len(sizes) > 1 else ONE_ROW)),
    "selection": lambda sizes: build.selection(sizes[0]),
    "commutation": lambda sizes: build.commutation((sizes[0], sizes[1])),
}


def call(of: str, operands: list[Expr], norm_name: str | None = None) -> Expr:
    """A function of the language, applied; norm_name: `fro`. Raises InvalidInput, no place."""
    name = _OTHER.get(of, ALIASES.get(of, of))
    special = _SPECIAL.get(name)
    if special is not None:
        count, build_it = special
        if len(operands) != count and not (name in ("norm", "huber") and len(operands) == 2):
            takes = "one operand" if count == 1 else f"{count} operands"
            raise InvalidInput(f"{of} takes {takes}, not {len(operands)}")
        if name == "norm":
            return _norm(operands, norm_name)
        return build_it(*operands)
    known = FUNCTIONS.get(name)
    if name == "sqrt" or (known is not None and known.kind == "elementwise"):
        if len(operands) != 1:
            raise InvalidInput(f"{of} takes one operand, not {len(operands)}")
        return func(name, operands[0])
    from dlmath.expression.suggestions import closest

    names = [*_SPECIAL, *_OTHER, *CONSTRUCTORS, "reshape", "exp", "log", "sigmoid", "tanh", "relu"]
    close = closest(of, names)
    raise InvalidInput(
        f"there is no function {of} of matrices",
        hint=f"did you mean {close}?" if close else f"write {of}*(...) for a product",
    )


def _square(e: Expr, what: str) -> Expr:
    if e.rows != e.columns:
        raise InvalidInput(f"{what} needs a square matrix; this one is {shape_text(e.shape)}")
    return e


def _same(a: Expr, b: Expr, what: str) -> None:
    if a.shape != b.shape:
        raise InvalidInput(
            f"{what} needs two operands of one shape; "
            f"they are {shape_text(a.shape)} and {shape_text(b.shape)}"
        )


def _norm(operands: list[Expr], norm_name: str | None) -> Expr:
    e = operands[0]
    order = operands[1].value if len(operands) > 1 else None
    if norm_name is not None:
        if norm_name not in ("fro", "F", "frobenius"):
            raise InvalidInput(f"there is no norm {norm_name} here", hint="write norm(A, fro)")
        return build.norm(e)
    if order is None or (order == 2 and (e.is_vector or e.rows == ONE_ROW)):
        return build.norm(e)
    if e.is_vector or e.rows == ONE_ROW:
        if order == 1:
            return total(func("abs", e))
        if isinstance(order, Fraction) and order > 1:
            p = number(order)
            return power(total(build.epow(func("abs", e), p)), power(p, MINUS_ONE))
    raise InvalidInput(
        "this norm of a matrix has no rule here",
        hint="norm(A) is the Frobenius norm; of a vector norm(x, 1) and norm(x, p) too",
    )


def _dot(a: Expr, b: Expr) -> Expr:
    if a.shape != b.shape:
        raise InvalidInput(
            f"dot needs two vectors of one size; "
            f"they are {shape_text(a.shape)} and {shape_text(b.shape)}"
        )
    if a.is_vector:
        return mul(transpose(a), b)
    return build.trace(mul(transpose(a), b))


def reshaped(operands: Sequence[Expr], sizes: Sequence[Size]) -> Expr:
    """`reshape(x, m, n)`. Raises InvalidInput without a place."""
    if len(operands) != 1 or len(sizes) != 2:
        raise InvalidInput("reshape takes a vector and two sizes: reshape(x, m, n)")
    e = operands[0]
    if e.rows.times(e.columns) != sizes[0].times(sizes[1]):
        raise InvalidInput(f"{shape_text(e.shape)} does not fill {sizes[0]} x {sizes[1]}")
    return build.reshape(build.vec(e), (sizes[0], sizes[1]))


def _one_like(e: Expr) -> Expr:
    return ones(e.shape)


def _count(e: Expr) -> Expr:
    return size(e.rows.times(e.columns))


def _mean(e: Expr) -> Expr:
    return divide(total(e), _count(e))


def _cross_entropy(p: Expr, y: Expr) -> Expr:
    """Of a softmax: logsumexp(z) - y'*z, which is stable."""
    _same(p, y, "cross_entropy")
    if p.op != "softmax":
        return neg(_weighted(y, func("log", p)))
    z = p.args[0]
    if z.is_vector:
        return sub(mul(build.logsumexp(z), total(y)), mul(transpose(y), z))
    rows = mul(y, ones((y.columns, ONE_ROW)))
    return sub(mul(transpose(build.logsumexp(z)), rows), total(had(y, z)))


def _weighted(weights: Expr, e: Expr) -> Expr:
    """The sum of weights times values: of vectors `weights'*e`, term by term."""
    if e.op == "add":
        return add(*(_weighted(weights, part) for part in e.args))
    if e.is_vector:
        return mul(transpose(weights), e)
    scalars, chain = build.factors_of(e)
    if len(chain) == 2 and chain[1].op == "ones" and chain[1].rows == ONE_ROW:
        return mul(*scalars, transpose(chain[0]), weights, transpose(chain[1]))
    return mul(*scalars, total(had(weights, *([mul(*chain)] if chain else []))))


def _mse(p: Expr, y: Expr) -> Expr:
    _same(p, y, "mse")
    return divide(power(build.norm(sub(p, y)), TWO), _count(p))


def _mae(p: Expr, y: Expr) -> Expr:
    _same(p, y, "mae")
    return _mean(func("abs", sub(p, y)))


def _bce(p: Expr, y: Expr) -> Expr:
    """Of probabilities that are a sigmoid: softplus(z) - y.*z, which is stable."""
    _same(p, y, "bce")
    if p.op == "func" and p.value == "sigmoid":
        z = p.args[0]
        return divide(sub(total(func("softplus", z)), _weighted(y, z)), _count(p))
    one = _one_like(p)
    inside = add(had(y, func("log", p)), had(sub(one, y), func("log", sub(one, p))))
    return neg(_mean(inside))


def _hinge(s: Expr, y: Expr) -> Expr:
    _same(s, y, "hinge")
    return _mean(func("relu", sub(_one_like(s), had(y, s))))


def _kl_div(p: Expr, q: Expr) -> Expr:
    _same(p, q, "kl_div")
    return total(had(p, sub(func("log", p), func("log", q))))


def _log_softmax(e: Expr) -> Expr:
    return func("log", build.softmax(e))


def _transposed(e: Expr) -> Expr:
    return transpose(e)


def _var(e: Expr) -> Expr:
    centred = sub(e, mul(_mean(e), _one_like(e)))
    return divide(power(build.norm(centred), TWO), _count(e))


_SPECIAL: dict[str, tuple[int, Callable[..., Expr]]] = {
    "tr": (1, lambda e: build.trace(_square(e, "tr"))),
    "inv": (1, lambda e: build.inv(_square(e, "inv"))),
    "det": (1, lambda e: build.det(_square(e, "det"))),
    "logdet": (1, lambda e: build.logdet(_square(e, "logdet"))),
    "transpose": (1, _transposed),
    "norm": (1, build.norm),
    "sum": (1, total),
    "mean": (1, _mean),
    "var": (1, _var),
    "diag": (1, lambda e: build.diag(transpose(e) if e.rows == ONE_ROW else _diagonal(e))),
    "vec": (1, build.vec),
    "kron": (2, build.kron),
    "dot": (2, _dot),
    "outer": (2, lambda a, b: mul(build.vec(a), transpose(build.vec(b)))),
    "softmax": (1, build.softmax),
    "log_softmax": (1, _log_softmax),
    "logsumexp": (1, build.logsumexp),
    "cross_entropy": (2, _cross_entropy),
    "mse": (2, _mse),
    "mae": (2, _mae),
    "bce": (2, _bce),
    "hinge": (2, _hinge),
    "kl_div": (2, _kl_div),
}


def _diagonal(e: Expr) -> Expr:
    if not e.is_vector:
        _square(e, "diag")
    return e
