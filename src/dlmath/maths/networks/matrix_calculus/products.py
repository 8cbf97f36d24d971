"""Sums, products and powers of matrix expressions, in normal form.

Sums and products are flat; numbers are folded and like terms collected; what is a scalar stands
before the matrices of a product, so `x*x'*A*x` is `(x'*A*x)*x`; `inv(X)*X` is left out. Shapes
are taken to fit: the reader checks them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction

from dlmath.maths.networks.matrix_calculus import entrywise, functions
from dlmath.maths.networks.matrix_calculus.expression import ONE_ROW, SCALAR, Expr, Shape, make
from dlmath.maths.networks.matrix_calculus.leaves import (
    MINUS_ONE,
    ONE,
    PROBABILITY,
    ZERO,
    eye,
    holds_differential,
    is_zero,
    kind_of,
    number,
    ones,
    size,
    zeros,
)


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
    found = _sum(terms, terms[0].shape)
    if found.op == "add":
        turned = transposed_sum(found)
        if turned is not None:
            return make("transpose", (turned,), None, found.shape)
    return found


def _unordered(e: Expr) -> object:
    """The same for a.*b and b.*a, also inside a product."""
    if e.op == "had":
        return frozenset(e.args)
    if e.op == "mul" and any(part.op == "had" for part in e.args):
        return tuple(_unordered(part) for part in e.args)
    return e


def _terms(given: Iterable[Expr]) -> Iterator[Expr]:
    """The terms of a sum; among them those of inner sums, with their signs, and transposed ones."""
    for term in given:
        coefficient, rest = split(term)
        turned = rest.op == "transpose" and rest.args[0].op == "add"
        inner = rest.args[0] if turned else rest
        if inner.op != "add" or abs(coefficient) != 1:
            yield term
            continue
        for part in _terms(inner.args):
            found = functions.transpose(part) if turned else part
            yield found if coefficient == 1 else neg(found)


def _sum(terms: Sequence[Expr], shape: Shape) -> Expr:
    found: dict[object, tuple[Expr, Fraction]] = {}
    for part in _terms(terms):
        if not is_zero(part):
            coefficient, rest = split(part)
            key = _unordered(rest)
            first, total = found.get(key, (rest, Fraction(0)))
            found[key] = (first, total + coefficient)
    parts = [mul(number(c), rest) if c != 1 else rest for rest, c in found.values() if c != 0]
    if not parts:
        return zeros(shape)
    return parts[0] if len(parts) == 1 else make("add", tuple(parts), None, shape)


def neg(e: Expr) -> Expr:
    """-e"""
    return mul(MINUS_ONE, e)


def sub(a: Expr, b: Expr) -> Expr:
    """a - b"""
    return add(a, neg(b))


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
    for piece in pieces_of(chain):
        if (piece[0].rows, piece[-1].columns) == SCALAR:
            scalars += factors_of(_dot(piece))[0]
            continue
        for part in _rewritten(piece):
            more, matrices = factors_of(part)
            scalars += more
            left += matrices
    left = _joined_ones(left)
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
    return _inverts(a, b) or _inverts(b, a)


def _inverts(a: Expr, b: Expr) -> bool:
    """Is a the inverse of b by its form?"""
    if a.op == "inv":
        return a.args[0] is b
    if a.op == "transpose" and a.args[0].op == "inv":
        return functions.transpose(a.args[0].args[0]) is b
    return False


def pieces_of(chain: Sequence[Expr]) -> list[list[Expr]]:
    """The product cut where a column meets a row."""
    pieces: list[list[Expr]] = []
    for part in chain:
        if pieces and pieces[-1][-1].columns != ONE_ROW:
            pieces[-1].append(part)
        else:
            pieces.append([part])
    return pieces


def _rewritten(chain: list[Expr]) -> list[Expr]:
    """Products that have a shorter form: `diag(v)*w` is `v.*w`, `kron(A, B)*vec(Y)` a vec."""
    if len(chain) < 2:
        return chain
    if chain[0].rows == ONE_ROW and chain[1].rows != ONE_ROW:
        row, matrix, *after = chain
        if matrix.op == "diag" and matrix.args[0].is_vector:
            weighted = entrywise.had(row, functions.transpose(matrix.args[0]))
            return [mul(weighted, *after)] if after else [weighted]
    for k, (left, middle, right) in enumerate(zip(chain, chain[1:], chain[2:], strict=False)):
        if middle.op == "kron" and right.op == "selection" and left is functions.transpose(right):
            product = entrywise.had(*middle.args)  # selection'*kron(A, B)*selection is A.*B
            return [mul(*chain[:k], product, *chain[k + 3 :])]
    *rest, matrix, vector = chain
    if not vector.is_vector or matrix.columns == ONE_ROW:
        return chain
    for place in reversed(range(len(chain) - 1)):
        part = chain[place]
        if part.op == "diag" and part.args[0].is_vector:
            column = entrywise.had(part.args[0], mul(*chain[place + 1 :]))
            return _joined(chain[:place], column)
    if matrix.op == "kron" and vector.op == "vec":
        a, b = matrix.args
        inner = vector.args[0]
        if inner.shape == (b.columns, a.columns):
            return _joined(rest, functions.vec(mul(b, inner, functions.transpose(a))))
    if vector.op == "ones" and (kind_of(matrix) == PROBABILITY or matrix.op == "softmax"):
        return _joined(rest, ones((matrix.rows, ONE_ROW)))
    return chain


def _joined_ones(chain: list[Expr]) -> list[Expr]:
    """A column of ones times a row of ones is a matrix of ones."""
    kept: list[Expr] = []
    for part in chain:
        if kept and kept[-1].op == part.op == "ones" and part.rows == ONE_ROW:
            kept.append(ones((kept.pop().rows, part.columns)))
        else:
            kept.append(part)
    return kept


def _joined(rest: list[Expr], last: Expr) -> list[Expr]:
    whole = mul(*rest, last) if rest else last
    return [whole]


def _dot(chain: list[Expr]) -> Expr:
    """A product of matrices that is a scalar, in one of its two forms: `a'*x`, not `x'*a`."""
    if len(chain) == 1:
        return chain[0]
    if chain[0].op == "ones" and chain[-1].op != "ones" and len(chain) == 2:
        return functions.total(chain[1])
    if chain[-1].op == "ones" and len(chain) == 2 and chain[0].op != "ones":
        return functions.total(functions.transpose(chain[0]))
    if len(chain) == 2 and chain[0].op == chain[1].op == "ones":
        return size(chain[1].rows)
    kept = _rewritten(chain)
    if len(kept) == 1 and kept[0].is_scalar:
        return kept[0]
    if kept != chain and all(not part.is_scalar for part in kept):
        return mul(*kept)
    if not any(holds_differential(part) for part in chain):
        turned = [functions.transpose(part) for part in reversed(chain)]
        chain = min(chain, turned, key=_preference)
    return make("mul", tuple(chain), None, SCALAR)


def _preference(chain: Sequence[Expr]) -> tuple[int, bool, tuple[str, ...]]:
    """Few transposed matrices first, then `y'*(A*x + b)` before `(A*x + b)'*y`, then by name."""
    first = chain[0].args[0] if chain[0].op == "transpose" else chain[0]
    names = tuple(sort_key(part)[1] for part in chain)
    return transposed_matrices(chain), first.op != "name", names


def transposed_matrices(chain: Sequence[Expr]) -> int:
    """How many matrices, not vectors, stand transposed."""
    return sum(_transposes(part, vectors=False) for part in chain)


def _transposes(e: Expr, *, vectors: bool) -> int:
    if e.op == "transpose":
        return 1 if vectors or not e.args[0].is_vector else 0
    if e.op == "ones":
        return 1 if vectors and e.rows == ONE_ROW else 0
    if e.op in ("add", "mul", "had"):
        return sum(_transposes(part, vectors=vectors) for part in e.args)
    return 0


def _is_product(e: Expr) -> bool:
    """Is this term a product of several matrices, of either kind?"""
    chain = factors_of(e)[1]
    return len(chain) > 1 or any(_is_elementwise(part) for part in chain)


def _is_elementwise(e: Expr) -> bool:
    return e.op == "had" or (e.op == "transpose" and e.args[0].op == "had")


def transposed_sum(e: Expr) -> Expr | None:
    """`A*x - b` for the row `x'*A' - b'`: a sum whose transpose is written with fewer of them."""
    row = e.rows == ONE_ROW
    if e.is_vector or not (row or any(_is_product(part) for part in e.args)):
        return None
    turned = _sum([functions.transpose(part) for part in e.args], (e.columns, e.rows))
    fewer = _transposes(turned, vectors=True) < _transposes(e, vectors=True)
    return turned if fewer else None


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
            folded = _number_power(base, exponent)
            if folded is not None:
                coefficient *= folded
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


def is_whole(e: Expr) -> bool:
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
        folded = _number_power(base, exponent)
        if folded is not None:
            return number(folded)
        if base.op == "power" and base.args[1].op == "number" and may_multiply(base, exponent):
            return power(base.args[0], mul(base.args[1], exponent))
        if _is_scalar_product(base) and is_whole(exponent):
            return mul(*(power(part, exponent) for part in base.args))
    return make("power", (base, exponent), None, SCALAR)


#: Powers of numbers are folded while the result has at most so many bits.
_BITS_MOST = 10_000


def _number_power(base: Expr, exponent: Expr) -> Fraction | None:
    """An exact power of a number, where it is one and not too long."""
    k = exponent.value if exponent.op == "number" else None
    b = base.value if base.op == "number" else None
    if not isinstance(k, Fraction) or not isinstance(b, Fraction) or k.denominator != 1:
        return None
    bits = max(abs(b.numerator).bit_length(), b.denominator.bit_length())
    if b == 0 and k <= 0:
        return None
    return b ** int(k) if bits * abs(k) <= _BITS_MOST else None


def may_multiply(base: Expr, exponent: Expr) -> bool:
    """May two exponents be multiplied? (s^2)^(1/2) is not s."""
    inner = base.args[1].value
    assert isinstance(inner, Fraction)
    return is_whole(exponent) or (inner.denominator % 2 == 0)


def divide(a: Expr, scalar: Expr) -> Expr:
    """a divided by a scalar."""
    return mul(a, power(scalar, MINUS_ONE))


def chained(chain: Sequence[Expr]) -> Expr:
    if len(chain) == 1:
        return chain[0]
    return make("mul", tuple(chain), None, (chain[0].rows, chain[-1].columns))


def differential(e: Expr) -> Expr:
    """`d(e)`, still to be taken."""
    if e.op == "add":
        return add(*map(differential, e.args))
    return make("d", (e,), None, e.shape)
