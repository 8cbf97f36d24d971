"""The operations of `vector` on arrays from files, in binary64, each with its rounding error.

Dot products are rounded once (`accurate`) and lengths are those of `math.hypot`, so that neither
cancellation nor overflow on the way costs digits. The fact `error` bounds the rounding error of
each entry of the answer, the data being taken as exact.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Answer, Check, Numbers
from dlmath.errors import InvalidInput
from dlmath.expression.graph import INFINITY, TWO, ZERO, Node
from dlmath.maths.linear_algebra.accurate import dot as plain_dot
from dlmath.maths.linear_algebra.vector_norms import note_order
from dlmath.maths.linear_algebra.vector_pairs import no_answer, require_space

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: The distance from 1 to the next float.
_EPS = 2.0**-52


def number_text(value: Any) -> str:
    """Numbers as the language writes them, so that they read back as the same values."""
    if isinstance(value, list):
        return "[" + ", ".join(number_text(part) for part in value) + "]"
    if isinstance(value, complex):
        sign = "-" if value.imag < 0 else "+"
        return f"{value.real!r} {sign} {abs(value.imag)!r}*i"
    return repr(value)


#: An answer of more entries is shown by its corners; its value holds them all.
SHOWN_ENTRIES = 2_500

#: So many are enough on a terminal.
BRIEF_ENTRIES = 100


def array_text(result: Array, name: str = "") -> Numbers:
    """All entries where they are few, else the ends of each axis, and the shape."""
    whole = number_text(result.tolist()) if result.size <= SHOWN_ENTRIES else None
    if whole is not None and result.size <= BRIEF_ENTRIES:
        return Numbers(whole, result, name)
    sizes = " by ".join(map(str, result.shape))
    text = f"{_corners(result)} ({'length ' if result.ndim == 1 else ''}{sizes})"
    return Numbers(whole or text, result, name, text)


def _corners(result: Any) -> str:
    """The first two and the last of each axis, nested."""
    if not hasattr(result, "ndim"):  # a whole number beyond numpy's
        return number_text(result)
    if result.ndim == 0:
        return number_text(result.item())
    if len(result) <= 4:
        parts = [_corners(part) for part in result]
    else:
        parts = [*(_corners(part) for part in result[:2]), "...", _corners(result[-1])]
    return "[" + ", ".join(parts) + "]"


def _filled(question: str, value: Any, error: float) -> Answer:
    """The answer with a value, or nested lists of values. Raises InvalidInput beyond floats."""
    import numpy as np

    array = np.asarray(value)
    if not np.all(np.isfinite(array)):
        raise InvalidInput("a result is beyond the largest float, 1.8e308")
    answer = Answer("vector", (question,), array_text(array), value=array.tolist())
    answer.facts["error"] = error
    return answer


def _length(a: Array) -> float:
    return _norm(a, TWO)


def _inner(a: Array, b: Array) -> Any:
    """<a, b>, the first conjugated."""
    return plain_dot(a.conj() if a.dtype.kind == "c" else a, b)


def _norm(a: Array, order: Node) -> float:
    """The p-norm. Raises InvalidInput where it is beyond the largest float."""
    length = _p_norm(a, order)
    if math.isinf(length):
        raise InvalidInput("a length is beyond the largest float, 1.8e308", hint="scale the data")
    return length


def _p_norm(a: Array, order: Node) -> float:
    import numpy as np

    sizes = [float(size) for size in np.abs(a).tolist()]
    if order is TWO:
        return math.hypot(*sizes)
    if order is ZERO:
        return float(np.count_nonzero(a))
    largest = max(sizes)
    if order is INFINITY or not largest or math.isinf(largest):
        return largest
    p = float(order.number)
    return float(largest * math.fsum((size / largest) ** p for size in sizes) ** (1 / p))


def _agreement(name: str, found: Any, expected: Any, bound: float) -> Check:
    """Two results, entry by entry, within the bound."""
    import numpy as np

    error = float(np.max(np.abs(np.asarray(found) - np.asarray(expected)), initial=0.0))
    if not math.isfinite(error):
        return Check(name, UNAVAILABLE, "floats overflow on this route")
    if error <= bound:
        return Check(name, PASSED, f"agrees within {error:.2g}")
    return Check(name, FAILED, f"differs by {error:.3g}, where {bound:.3g} is allowed")


def norm(a: Array, order: Node) -> Answer:
    """The p-norm; see `vector_norms.norm`."""
    import numpy as np

    value = _norm(a, order)
    answer = _filled(f"norm of a vector of length {a.size}", value, 8 * _EPS * value)
    answer.facts["order"] = "inf" if order is INFINITY else order
    note_order(answer, order)
    scale = float(np.max(np.abs(a))) or 1.0
    p = math.inf if order is INFINITY else float(order.number)
    expected = np.linalg.norm(a / scale, p) * (1.0 if order is ZERO else scale)
    bound = (a.size + 8) * _EPS * value
    answer.checks = [_agreement("numpy's own norm", value, expected, bound)]
    return answer


def unit(a: Array, order: Node) -> Answer:
    """The vector divided by its norm."""
    question = f"unit vector of a vector of length {a.size}"
    if order is ZERO:
        raise InvalidInput("order 0 is no norm to divide by", hint="--ord 1, 2 or inf")
    length = _norm(a, order)
    if not length:
        return no_answer((question,), "a zero vector has no direction")
    answer = _filled(question, a / length, 8 * _EPS)
    answer.facts["norm"] = length
    note_order(answer, order)
    bound = (a.size + 16) * _EPS
    answer.checks = [_agreement("norm of the answer is 1", _norm(a / length, order), 1.0, bound)]
    return answer


def distance(a: Array, b: Array, order: Node) -> Answer:
    """The norm of the difference."""
    import numpy as np

    difference = _floats(a, b)[0] - b
    value = _norm(difference, order)
    answer = _filled(f"distance of two vectors of length {a.size}", value, 8 * _EPS * value)
    answer.facts["order"] = "inf" if order is INFINITY else order
    note_order(answer, order)
    scale = float(np.max(np.abs(difference))) or 1.0
    p = math.inf if order is INFINITY else float(order.number)
    expected = np.linalg.norm((b - a) / scale, p) * (1.0 if order is ZERO else scale)
    bound = (a.size + 8) * _EPS * value
    answer.checks = [_agreement("numpy's norm of b - a", value, expected, bound)]
    return answer


def _floats(*arrays: Array) -> list[Array]:
    """The arrays in binary64, complex where one of them is."""
    import numpy as np

    kind = np.result_type(np.float64, *(array.dtype for array in arrays))
    return [array.astype(kind) for array in arrays]


def angle(a: Array, b: Array) -> Answer:
    """The angle in radians, by W. Kahan's half-angle formula; fact `degrees`."""
    question = f"angle between two vectors of length {a.size}"
    length_a, length_b = _length(a), _length(b)
    if not (length_a and length_b):
        return no_answer((question,), "a zero vector makes no angle")
    u, v = a / length_a, b / length_b
    value = 2 * math.atan2(_length(u - v), _length(u + v))
    answer = _filled(question, value, 8 * _EPS)
    cosine = max(-1.0, min(1.0, float(_inner(u, v).real)))
    answer.facts.update(
        degrees=math.degrees(value), cosine=cosine, norm_a=length_a, norm_b=length_b
    )
    answer.checks = [_agreement("cosine from the dot product", math.cos(value), cosine, 64 * _EPS)]
    return answer


def project(a: Array, b: Array) -> Answer:
    """The part of a along b; facts `coefficient` and `rejection`."""
    import numpy as np

    question = f"projection of a vector of length {a.size} onto another"
    length = _length(b)
    if not length:
        return no_answer((question,), "a zero vector has no direction to project onto")
    u = b / length
    coefficient = _inner(u, a)
    value = coefficient * u
    answer = _filled(
        question, value, 8 * _EPS * float(np.max(np.abs(value))) + 8 * _EPS * _length(a)
    )
    rejection = a - value
    answer.facts.update(coefficient=coefficient / length, rejection=rejection.tolist())
    bound = (a.size + 16) * _EPS * _length(a)
    left = complex(np.vdot(u, rejection))
    answer.checks = [_agreement("remainder is perpendicular", left, 0.0, bound)]
    return answer


def cross(a: Array, b: Array) -> Answer:
    """The vector perpendicular to both; fact `area`."""
    import numpy as np

    require_space(a.size)
    x, y = _floats(a, b)
    places = ((1, 2), (2, 0), (0, 1))
    value = np.array([plain_dot(x[[i, j]], np.array([y[j], -y[i]])) for i, j in places])
    answer = _filled("cross product of two vectors", value, _EPS * float(np.max(np.abs(value))))
    answer.facts["area"] = _length(value)
    bound = 8 * _EPS * _length(x) * _length(y)
    answer.checks = [_agreement("numpy's own product", value, np.cross(x, y), bound)]
    return answer


def outer(a: Array, b: Array) -> Answer:
    """The matrix of all products; fact `rank`."""
    import numpy as np

    x, y = _floats(a, b)
    with np.errstate(over="ignore"):
        value = x[:, None] * y[None, :]
    question = f"outer product of vectors of lengths {a.size} and {b.size}"
    answer = _filled(question, value, 2 * _EPS * float(np.max(np.abs(value))))
    answer.facts["rank"] = int(bool(np.any(a)) and bool(np.any(b)))
    weights = 1.0 + np.arange(b.size) / b.size
    bound = (b.size + 8) * 2 * _EPS * float(np.max(np.abs(x)) * np.sum(np.abs(y)) * 2)
    answer.checks = [
        _agreement("weighted sums of the rows", value @ weights, x * (y @ weights), bound)
    ]
    return answer


def orthonormalize(a: Array) -> Answer:
    """An orthonormal basis of the span of the rows, by Gram-Schmidt with each subtraction repeated.

    "Twice is enough" for orthogonality to rounding (L. Giraud, J. Langou, M. Rozloznik, 2005). A
    row is dependent where less than max(shape)*eps of the largest row's length remains.
    Facts: `rank`, `dependent`, `tolerance`, `condition`.
    """
    import numpy as np

    (rows,) = _floats(a)
    tolerance = max(a.shape) * _EPS * max(_length(row) for row in rows)
    basis: Array = np.zeros((0, a.shape[1]), dtype=rows.dtype)
    dependent: list[int] = []
    for index, row in enumerate(rows, start=1):
        rest = row
        for _ in range(2):
            rest = rest - (basis.conj() @ rest) @ basis
        length = _length(rest)
        if length <= tolerance:
            dependent.append(index)
        else:
            basis = np.vstack([basis, rest / length])
    question = f"orthonormal basis of the span of {a.shape[0]} vectors of length {a.shape[1]}"
    if not len(basis):
        return no_answer((question,), "all of the vectors are 0: their span has no basis vector")
    sizes = np.linalg.svd(rows, compute_uv=False)
    condition = float(sizes[0] / sizes[len(basis) - 1])
    answer = _filled(question, basis, max(a.shape) * 4 * _EPS * condition)
    answer.facts.update(
        rank=len(basis), dependent=dependent, tolerance=tolerance, condition=condition
    )
    bound = 16 * max(a.shape) * _EPS
    gram = basis.conj() @ basis.T
    again = (rows @ basis.conj().T) @ basis
    span = bound * max(_length(row) for row in rows)
    answer.checks = [
        _agreement("Gram matrix is the identity", gram, np.eye(len(basis)), bound),
        _agreement("the given vectors from their parts", again, rows, span),
    ]
    return answer


def combine(rows: Array, target: Array) -> Answer:
    """Coefficients of the target in the rows, by least squares; none where a residual remains."""
    import numpy as np

    a, b = _floats(rows, target)
    question = f"a vector of length {b.size} as a combination of {len(a)} rows"
    coefficients, _, found, sizes = np.linalg.lstsq(a.T, b, rcond=None)
    rank = int(found)
    rest = b - coefficients @ a
    residual = _length(rest)
    scale = float(np.linalg.norm(a)) * _length(coefficients) + _length(b)
    tolerance = 32 * max(a.shape) * _EPS * scale
    condition = float(sizes[0] / sizes[rank - 1]) if rank else 1.0
    facts = {"rank": rank, "residual": residual, "tolerance": tolerance}
    if residual > tolerance:
        words = f"the vector is not in the span of the rows: {residual:.3g} remains at least"
        answer = no_answer((question,), words)
        answer.facts.update(facts)
        left = a.conj() @ rest
        room = tolerance * float(np.linalg.norm(a))
        answer.checks = [_agreement("remainder is perpendicular to the rows", left, 0.0, room)]
        return answer
    bound = 8 * max(a.shape) * _EPS * condition * _length(coefficients)
    answer = _filled(question, coefficients, bound)
    answer.facts.update(facts, unique=rank == len(a), condition=condition)
    if rank < len(a):
        answer.notes.append(("the rows are dependent: these are the shortest of many",))
    back = np.einsum("i,ij->j", coefficients, a)
    answer.checks = [_agreement("coefficients put back", back, b, tolerance)]
    return answer


def independence(rows: Array) -> Answer:
    """Are the rows independent, by their singular values? Facts: `rank`, `singular_values`."""
    import numpy as np

    sizes = np.linalg.svd(_floats(rows)[0], compute_uv=False)
    tolerance = float(sizes[0]) * max(rows.shape) * _EPS
    rank = int(np.sum(sizes > tolerance))
    words = "linearly independent" if rank == len(rows) else "linearly dependent"
    question = f"{len(rows)} rows of length {rows.shape[1]}"
    answer = Answer("vector", (question,), words)
    answer.facts.update(
        independent=rank == len(rows),
        rank=rank,
        tolerance=tolerance,
        singular_values=sizes.tolist(),
    )
    by_numpy = int(np.linalg.matrix_rank(rows))
    answer.checks = [_agreement("numpy's own rank", rank, by_numpy, 0.0)]
    return answer
