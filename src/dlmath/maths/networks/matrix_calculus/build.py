"""Constructors of matrix expressions, which keep a normal form.

Sums and products are flat; numbers are folded and like terms collected; what is a scalar stands
before the matrices of a product, so `x*x'*A*x` is `(x'*A*x)*x`; transposes stand at names and
functions only; `inv(X)*X` is left out. Shapes are taken to fit: the reader checks them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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

#: Names that are symmetric or have rows that sum to 1 carry this behind their name's value.
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


# --- sums -----------------------------------------------------------------------------------


def split(e: Expr) -> tuple[Fraction, Expr]:
    """The number before a term, and the rest."""
    if e.op == "number" and isinstance(e.value, Fraction):
        return e.value, ONE
    if e.op == "mul" and e.args[0].op == "number" and isinstance(e.args[0].value, Fraction):
        rest = e.args[1:]
        return e.args[0].value, rest[0] if len(rest) == 1 else make("mul", rest, None, e.shape)
    return Fraction(1), e


def add(*terms: Expr) -> Expr:
    """The sum of terms of one shape."""
    found: dict[Expr, Fraction] = {}
    shape = terms[0].shape
    for term in terms:
        for part in term.args if term.op == "add" else (term,):
            if is_zero(part):
                continue
            coefficient, rest = split(part)
            found[rest] = found.get(rest, Fraction(0)) + coefficient
    parts = [mul(number(c), rest) if c != 1 else rest for rest, c in found.items() if c != 0]
    if not parts:
        return zeros(shape)
    return parts[0] if len(parts) == 1 else make("add", tuple(parts), None, shape)


def neg(e: Expr) -> Expr:
    """-e"""
    return mul(MINUS_ONE, e)


def sub(a: Expr, b: Expr) -> Expr:
    """a - b"""
    return add(a, neg(b))


# --- products -------------------------------------------------------------------------------


def factors_of(e: Expr) -> tuple[list[Expr], list[Expr]]:
    """The scalar factors and the matrices in order of a product, or of anything as a product."""
    if e.op != "mul":
        return ([e], []) if e.is_scalar else ([], [e])
    scalars = [part for part in e.args if part.is_scalar]
    chain = [part for part in e.args if not part.is_scalar]
    if e.is_scalar and chain:
        return [e], []
    return scalars, chain


def chain_of(e: Expr) -> list[Expr]:
    """The matrices of a product in order, also of one that is a scalar: `x'*A*x`."""
    return [part for part in e.args if not part.is_scalar] if e.op == "mul" else [e]


def mul(*factors: Expr) -> Expr:
    """The product; scalars may stand anywhere in it."""
    scalars: list[Expr] = []
    chain: list[Expr] = []
    for factor in factors:
        more, matrices = factors_of(factor)
        scalars += more
        chain += matrices
    chain = _cancelled(chain)
    shape = (chain[0].rows, chain[-1].columns) if chain else SCALAR
    if any(map(is_zero, scalars)) or any(map(is_zero, chain)):
        return zeros(shape)
    left: list[Expr] = []
    for piece in _pieces(chain):
        if (piece[0].rows, piece[-1].columns) == SCALAR:
            scalars += factors_of(_dot(piece))[0]
        else:
            left += piece
    left = _rewritten(left)
    if len(left) == 1 and left[0].op == "mul":  # the rewriting pulled scalars out
        more, left = factors_of(left[0])
        scalars += more
    coefficient, powers = _collected(scalars)
    return _product(coefficient, powers, left, shape)


def _product(coefficient: Fraction, powers: list[Expr], chain: list[Expr], shape: Shape) -> Expr:
    parts = [*powers, *chain]
    if coefficient != 1 or not parts:
        parts.insert(0, number(coefficient))
    if len(parts) == 1:
        return parts[0]
    return make("mul", tuple(parts), None, shape)


def _cancelled(chain: Sequence[Expr]) -> list[Expr]:
    """Without identities and neighbours that are inverse to each other."""
    kept: list[Expr] = []
    for part in chain:
        if part.op == "eye" and len(chain) > 1:
            continue
        if kept and _are_inverse(kept[-1], part):
            kept.pop()
            continue
        kept.append(part)
    if not kept and chain:
        return [eye(chain[0].rows)]
    return kept


def _are_inverse(a: Expr, b: Expr) -> bool:
    return (a.op == "inv" and a.args[0] is b) or (b.op == "inv" and b.args[0] is a) or (
        a.op == b.op == "transpose" and _are_inverse(b.args[0], a.args[0])
    ) or (a.op == "transpose" and a.args[0].op == "inv" and transpose(a.args[0].args[0]) is b) or (
        b.op == "transpose" and b.args[0].op == "inv" and transpose(b.args[0].args[0]) is a
    )  # fmt: skip


def _pieces(chain: Sequence[Expr]) -> list[list[Expr]]:
    """The product cut where a column meets a row."""
    pieces: list[list[Expr]] = []
    for part in chain:
        if pieces and pieces[-1][-1].columns != ONE_ROW:
            pieces[-1].append(part)
        else:
            pieces.append([part])
    return pieces


def _rewritten(chain: list[Expr]) -> list[Expr]:
    """Products that have a shorter form: `diag(v)*w` is `v.*w`, `kron(A, B)*vec(Y)` is vec."""
    if len(chain) < 2 or not chain[-1].is_vector or chain[-2].columns == ONE_ROW:
        if len(chain) >= 2 and chain[0].rows == ONE_ROW and chain[1].rows != ONE_ROW:
            first, second, *rest = chain
            if second.op == "diag" and second.args[0].is_vector:
                return _rewritten([had(first, transpose(second.args[0])), *rest])
            if second.op == "ones" and first.op == "ones":
                scaled = mul(size(second.rows), ones((ONE_ROW, second.columns)))
                return chain_of(scaled) if not rest else chain
        return chain
    *rest, matrix, vector = chain
    if matrix.op == "diag" and matrix.args[0].is_vector:
        return _joined(rest, had(matrix.args[0], vector))
    if matrix.op == "kron" and vector.op == "vec":
        a, b = matrix.args
        inner = vector.args[0]
        if inner.shape == (b.columns, a.columns):
            return _joined(rest, vec(mul(b, inner, transpose(a))))
    if kind_of(matrix) == PROBABILITY and vector.op == "ones":
        return _joined(rest, ones((matrix.rows, ONE_ROW)))
    return chain


def _joined(rest: list[Expr], last: Expr) -> list[Expr]:
    whole = mul(*rest, last) if rest else last
    return [whole]


def _dot(chain: list[Expr]) -> Expr:
    """A product of matrices that is a scalar, in one of its two forms: `a'*x`, not `x'*a`."""
    if len(chain) == 1:
        return chain[0]
    if chain[0].op == "ones" and chain[-1].op != "ones" and len(chain) == 2:
        return total(chain[1])
    if chain[-1].op == "ones" and len(chain) == 2 and chain[0].op != "ones":
        return total(transpose(chain[0]))
    if len(chain) == 2 and chain[0].op == chain[1].op == "ones":
        return size(chain[1].rows)
    kept = _rewritten(chain)
    if len(kept) == 1 and kept[0].is_scalar:
        return kept[0]
    if kept != chain and all(not part.is_scalar for part in kept):
        return mul(*kept)
    if not any(holds_differential(part) for part in chain):
        turned = [transpose(part) for part in reversed(chain)]
        chain = min(chain, turned, key=_preference)
    return make("mul", tuple(chain), None, SCALAR)


def _preference(chain: Sequence[Expr]) -> tuple[int, tuple[str, ...]]:
    """Few transposed matrices first, then by name."""
    transposed = sum(_transposes(part) for part in chain)
    return transposed, tuple(sort_key(part)[1] for part in chain)


def _transposes(e: Expr) -> int:
    if e.op == "transpose":
        return 0 if e.args[0].is_vector else 1
    return sum(map(_transposes, e.args)) if e.op in ("add", "mul", "had") else 0


def sort_key(e: Expr) -> tuple[int, str]:
    """Numbers and names first, then by text."""
    from dlmath.maths.networks.matrix_calculus.write import to_text

    rank = 0 if e.op in ("name", "size") else 1
    return rank, to_text(e)


def _collected(scalars: Sequence[Expr]) -> tuple[Fraction, list[Expr]]:
    """The number, and the other scalar factors with equal bases together, in order."""
    coefficient = Fraction(1)
    exponents: dict[Expr, Expr] = {}
    for factor in scalars:
        for part in factor.args if _is_scalar_product(factor) else (factor,):
            base, exponent = part.args if part.op == "power" else (part, ONE)
            if base.op == "number" and exponent.op == "number" and _is_whole(exponent):
                assert isinstance(base.value, Fraction) and isinstance(exponent.value, Fraction)
                coefficient *= base.value ** int(exponent.value)
            else:
                exponents[base] = add(exponents.get(base, ZERO), exponent)
    powers = []
    for base, exponent in exponents.items():
        factor = power(base, exponent)
        if factor.op == "number" and isinstance(factor.value, Fraction):
            coefficient *= factor.value
        else:
            powers += factors_of(factor)[0]
    more = [split(part) for part in powers]
    for c, _ in more:
        coefficient *= c
    return coefficient, sorted((rest for _, rest in more if rest is not ONE), key=sort_key)


def _is_scalar_product(e: Expr) -> bool:
    return e.op == "mul" and e.is_scalar and all(part.is_scalar for part in e.args)


def _is_whole(e: Expr) -> bool:
    return isinstance(e.value, Fraction) and e.value.denominator == 1


def power(base: Expr, exponent: Expr) -> Expr:
    """A power of a scalar."""
    if exponent is ZERO:
        return ONE
    if exponent is ONE:
        return base
    if base is ONE:
        return ONE
    if exponent.op == "number":
        assert isinstance(exponent.value, Fraction)
        if base.op == "number" and isinstance(base.value, Fraction) and _is_whole(exponent):
            if base.value != 0 and abs(exponent.value) <= 1000:
                return number(base.value ** int(exponent.value))
        elif base.op == "power" and base.args[1].op == "number" and _safe(base, exponent):
            return power(base.args[0], mul(base.args[1], exponent))
        elif _is_scalar_product(base) and _is_whole(exponent):
            return mul(*(power(part, exponent) for part in base.args))
    return make("power", (base, exponent), None, SCALAR)


def _safe(base: Expr, exponent: Expr) -> bool:
    """May two exponents be multiplied? (s^2)^(1/2) is not s."""
    inner = base.args[1].value
    assert isinstance(inner, Fraction)
    return _is_whole(exponent) or (inner.denominator % 2 == 0)


def divide(a: Expr, scalar: Expr) -> Expr:
    """a divided by a scalar."""
    return mul(a, power(scalar, MINUS_ONE))


# --- element by element ---------------------------------------------------------------------


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
        for part in body.args if body.op == "had" else (body,):
            if part.op == "zeros":
                return zeros(shape)
            base, exponent = part.args if part.op == "epow" else (part, ONE)
            if base.op != "ones":
                parts[base] = add(parts.get(base, ZERO), exponent)
    kept = [epow(base, exponent) for base, exponent in parts.items()]
    kept = [part for part in kept if part.op != "ones"]
    if not kept:
        return mul(*scalars, ones(shape))
    body = kept[0] if len(kept) == 1 else make("had", tuple(kept), None, shape)
    return mul(*scalars, body)


def epow(base: Expr, exponent: Expr) -> Expr:
    """A power of each element."""
    if base.is_scalar:
        return power(base, exponent)
    if exponent is ZERO:
        return ones(base.shape)
    if exponent is ONE or base.op == "ones":
        return base
    scalars, chain = factors_of(base)
    if scalars and (_is_whole(exponent) if exponent.op == "number" else False):
        body = make("mul", tuple(chain), None, base.shape) if len(chain) > 1 else chain[0]
        return mul(*(power(part, exponent) for part in scalars), epow(body, exponent))
    if base.op == "had" and exponent.op == "number" and _is_whole(exponent):
        return had(*(epow(part, exponent) for part in base.args))
    numbers = base.op == "epow" and base.args[1].op == "number" and exponent.op == "number"
    if numbers and _safe(base, exponent):
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
        return logdet(e.args[0])
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


# --- functions of matrices ------------------------------------------------------------------


def transpose(e: Expr) -> Expr:
    """The transpose, pushed down to names and functions."""
    if e.is_scalar or kind_of(e) == SYMMETRIC or e.op == "eye":
        return e
    if e.op in ("ones", "zeros"):
        return make(e.op, (), None, (e.columns, e.rows))
    if e.op == "transpose":
        return e.args[0]
    if e.op == "add":
        return add(*map(transpose, e.args))
    if e.op == "mul":
        scalars, chain = factors_of(e)
        return mul(*scalars, *(transpose(part) for part in reversed(chain)))
    if e.op == "had":
        return had(*map(transpose, e.args))
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
        return diag(epow(e.args[0], MINUS_ONE))
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
        return mul(*scalars, trace(_chain(chain)))
    pieces = _pieces(chain)
    if len(pieces) > 1:
        return mul(*pieces[-1], *(part for piece in pieces[:-1] for part in piece))
    if not holds_differential(e):
        e = _chain(min(_turns(chain), key=_preference))
    return make("tr", (e,), None, SCALAR)


def _chain(chain: Sequence[Expr]) -> Expr:
    if len(chain) == 1:
        return chain[0]
    return make("mul", tuple(chain), None, (chain[0].rows, chain[-1].columns))


def _turns(chain: Sequence[Expr]) -> Iterable[list[Expr]]:
    """The products with the same trace."""
    for given in (list(chain), [transpose(part) for part in reversed(chain)]):
        for k in range(len(given)):
            yield given[k:] + given[:k]


def det(e: Expr) -> Expr:
    """The determinant; of a product of square matrices, the product of theirs."""
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
        rest = _chain(chain)
        return mul(*(power(part, size(e.rows)) for part in scalars), det(rest))
    if len(chain) > 1 and all(part.rows == part.columns for part in chain):
        return mul(*map(det, chain))
    return make("det", (e,), None, SCALAR)


def logdet(e: Expr) -> Expr:
    """The logarithm of the determinant, which is taken to be positive."""
    if e.is_scalar:
        return func("log", e)
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
        return func("abs", e)
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
        return mul(*scalars, total(_chain(chain)))
    pieces = _pieces(chain)
    if len(pieces) == 2:
        return mul(*(total(_chain(piece)) for piece in pieces))
    if _known_rows(chain):
        return mul(ones((ONE_ROW, e.rows)), *chain[:-1], chain[-1], ones((e.columns, ONE_ROW)))
    return make("sum", (e,), None, SCALAR)


def _known_rows(chain: Sequence[Expr]) -> bool:
    return len(chain) == 1 and chain[0].op == "had" and False


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
        if e.op == "diag":
            pass
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
        return mul(*scalars, diag(_chain(chain)))
    pieces = _pieces(chain)
    if len(pieces) == 2:
        return had(_chain(pieces[0]), transpose(_chain(pieces[1])))
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
        return mul(*scalars, vec(_chain(chain)))
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
        return mul(*scalars, reshape(_chain(chain), shape))
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
        return mul(*left, *right, kron(_chain(first), _chain(second)))
    return make("kron", (a, b), None, shape)


def commutation(shape: Shape) -> Expr:
    """The matrix K with K*vec(X) = vec(X') for X of this shape."""
    count = shape[0].times(shape[1])
    if ONE_ROW in shape:
        return eye(count)
    return make("commutation", (), shape, (count, count))


def softmax(e: Expr) -> Expr:
    """exp over its sum: of a vector, or of each row of a matrix."""
    return ONE if e.is_scalar else make("softmax", (e,), None, e.shape)


def logsumexp(e: Expr) -> Expr:
    """The logarithm of the sum of exp: of a vector, or of each row of a matrix."""
    if e.is_scalar:
        return e
    shape = SCALAR if e.is_vector else (e.rows, ONE_ROW)
    return make("logsumexp", (e,), None, shape)


def differential(e: Expr) -> Expr:
    """`d(e)`, still to be taken."""
    if e.op == "add":
        return add(*map(differential, e.args))
    return make("d", (e,), None, e.shape)
