"""The operations in floating point, by LAPACK through numpy and scipy.

Each function returns the parts of the answer as arrays, numbers or words; residuals are held
against the bounds of backward stable algorithms, and lost digits are said.
"""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING, Any

from dlmath.answer import DOES_NOT_EXIST, Answer, Numbers
from dlmath.checks import matrix_floats as checks
from dlmath.errors import Undefined, Unsolved
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: Above this size QR with column exchanges is slow.
_PIVOTED_MOST = 600

#: Up to this size the condition number is computed, above it is estimated.
EXACT_CONDITION = 300

EPS = 2.220446049250313e-16


class Numeric:
    """One operation in progress: float arrays, and the answer to fill in."""

    def __init__(self, a: Array, b: Array | None, settings: Settings, answer: Answer) -> None:
        self.a = a
        self.b = b
        self.settings = settings
        self.answer = answer
        self.height, self.width = a.shape

    def give(self, result: Any) -> None:
        """The answer: a number or an array."""
        value = plain(result)
        self.answer.value = value
        self.answer.result = shown(result)

    def give_parts(self, **parts: Any) -> None:
        """The answer: several named results, one per line."""
        self.answer.result = tuple(shown(part, name) for name, part in parts.items())
        self.answer.facts |= {name: plain(part) for name, part in parts.items()}

    def check(self, name: str, residual: Array, size: float) -> None:
        """A residual, in the Frobenius norm, against rounding errors of terms of this size."""
        terms = max(self.height, self.width)
        found = checks.small_residual(name, residual, size, terms)
        self.answer.checks.append(found)
        self.answer.facts.setdefault("residual", relative(residual, size))

    def warn(self, condition: float) -> None:
        """The condition number, and how many digits it costs."""
        self.answer.facts["condition"] = condition
        lost = log10(condition) if 1 < condition < float("inf") else 16.0 * (condition > 1)
        if lost > 15.5:
            self.answer.notes.append(
                (f"the condition number is {condition:.1e}: no digit of the answer is certain",)
            )
        elif lost > 6:
            self.answer.notes.append(
                (
                    f"the condition number is {condition:.1e}: "
                    f"about {lost:.0f} of 16 digits are lost",
                )
            )

    def refuse(self, words: str) -> None:
        """There is no such thing, and why."""
        self.answer.status = DOES_NOT_EXIST
        self.answer.result = "does not exist"
        self.answer.facts["reason"] = words
        self.answer.notes.append((words,))


def relative(residual: Array, size: float) -> float:
    """The norm of a residual relative to what was added up."""
    error = checks.frobenius(residual)
    return error / size if size else error


def plain(result: Any) -> Any:
    """Arrays as nested lists, numpy's numbers as Python's."""
    return result.tolist() if hasattr(result, "tolist") else result


def shown(result: Any, name: str = "") -> Numbers:
    """All entries where they are few, else the shape and the corners."""
    from dlmath.maths.linear_algebra.vector_arrays import array_text, number_text

    if not hasattr(result, "ndim"):
        return Numbers(number_text(result), result, name)
    return array_text(result, name)


def size_of(*arrays: Array) -> float:
    """The product of the Frobenius norms."""
    total = 1.0
    for array in arrays:
        total *= checks.frobenius(array)
    return total


def estimate_condition(a: Array, images: Array) -> float:
    """The condition number in the Frobenius norm, from A^-1 applied to random vectors.

    The mean of |A^-1 g|^2 over normal g is |A^-1|_F^2 (J. D. Dixon, "Estimating extremal
    eigenvalues and condition numbers of matrices", 1983).
    """
    import numpy as np

    squares = np.sum(np.abs(images) ** 2, axis=0)
    return checks.frobenius(a) * float(np.sqrt(np.mean(squares)))


def scaled(a: Array) -> tuple[Array, Array, Array]:
    """R A C with the largest entry of each row and column between 1/2 and 1, and R and C.

    R and C are diagonal, given by their entries, powers of two, so that nothing is rounded
    (N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2002, section 9.8).
    """
    import numpy as np

    def inverse_sizes(axis: int, entries: Array) -> Array:
        _, powers = np.frexp(np.max(np.abs(entries), axis=axis))
        found: Array = np.ldexp(1.0, -powers)
        return found

    rows = inverse_sizes(1, a)
    columns = inverse_sizes(0, rows[:, None] * a)
    return rows[:, None] * a * columns, rows, columns


def condition_of(a: Array) -> float:
    import numpy as np

    return float(np.linalg.cond(a))


def check_singular(work: Numeric) -> None:
    """Has the least singular value no digits beside the largest?"""
    import numpy as np

    values = np.linalg.svd(work.a, compute_uv=False)
    bound = 100 * len(values) * EPS * float(values[0])
    work.answer.checks.append(
        checks.close_numbers("least singular value", float(values[-1]), 0.0, bound)
    )


def note_rank(work: Numeric, values: Array, found: int) -> None:
    if found and values[found - 1] < 1e-8 * values[0]:
        ratio = float(values[found - 1] / values[0])
        work.answer.notes.append(
            (f"the least singular value counted is {ratio:.1e} of the largest: nearly dependent",)
        )


def check_rank(work: Numeric, found: int, limit: float) -> None:
    """Pivots of elimination: with reflections and exchanges of columns, or, if large, of rows."""
    import numpy as np
    from scipy.linalg import lu, qr

    if max(work.a.shape) > _PIVOTED_MOST:
        name, upper = "rank by elimination", lu(work.a, p_indices=True)[2]
    else:
        name, upper = "rank by QR with column exchanges", qr(work.a, mode="r", pivoting=True)[0]
    sizes = np.abs(np.diagonal(upper))
    other = int(np.sum(sizes > limit))
    gap = 0.0 if other == found or _is_doubtful(sizes, limit) else 1.0
    work.answer.checks.append(checks.close_numbers(name, found, found + gap, 0.5))


def _is_doubtful(sizes: Array, limit: float) -> bool:
    return bool(((sizes > limit / 100) & (sizes < limit * 100)).any())


def as_floats(node_value: Any) -> Array:
    """Nested lists of numbers as a float (or complex) array. Raises Undefined, Unsolved."""
    import numpy as np

    try:
        array: Array = np.array(node_value)
        array = array.astype(np.complex128 if array.dtype.kind == "c" else np.float64)
    except (OverflowError, TypeError) as error:
        raise Unsolved("an entry is beyond the largest float, 1.8e308") from error
    if not np.all(np.isfinite(array)):
        raise Undefined("an entry has no finite value in floating point")
    return array
