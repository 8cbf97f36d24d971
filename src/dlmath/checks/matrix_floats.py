"""Matrices of floats against the rounding errors that backward stable methods may leave.

N. J. Higham, Accuracy and Stability of Numerical Algorithms, 2002.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.checks.matrix_samples import Rows
from dlmath.expression.graph import Node, free_symbols

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

_EPS = 2.3e-16


def frobenius(array: Array) -> float:
    """The Frobenius norm, scaled so that squares neither overflow nor vanish."""
    import numpy as np

    largest = float(np.max(np.abs(array), initial=0.0))
    if not 0 < largest < float("inf"):
        return largest
    return largest * float(np.linalg.norm(array / largest))


def small_residual(name: str, residual: Array, size: float, terms: int) -> Check:
    """Is a residual within what rounding explains? size: of what was added up, in the same norm."""
    error = frobenius(residual)
    bound = 20 * (terms + 10) * _EPS * size + 1e-300
    if not (error < float("inf") and size < float("inf")):
        return Check(name, UNAVAILABLE, "floats overflow on this route")
    relative = error / size if size else error
    if error > bound:
        return Check(name, FAILED, f"relative residual {relative:.2e}")
    return Check(name, PASSED, f"relative residual {relative:.1e}")


def close_numbers(name: str, found: Any, expected: Any, bound: float) -> Check:
    """Do two routes to one number agree within a bound on their errors?"""
    error = abs(found - expected)
    if not error < float("inf"):
        return Check(name, UNAVAILABLE, "floats overflow on this route")
    if error > bound:
        return Check(name, FAILED, f"differs by {error:.2e}")
    return Check(name, PASSED, f"agrees within {error:.1e}")


def is_norm(a: Rows, order: str, claimed: Node) -> Check:
    """Against numpy's norm of the matrix in floating point."""
    import numpy as np

    kind: Any = {"1": 1, "2": 2, "inf": np.inf, "fro": "fro"}[order]
    return _against_numpy("numpy's norm", a, claimed, lambda array: np.linalg.norm(array, kind))


def is_condition(a: Rows, order: str, claimed: Node) -> Check:
    """Against numpy's condition number; the errors grow with the number itself."""
    import numpy as np

    kind: Any = {"1": 1, "2": 2, "inf": np.inf, "fro": "fro"}[order]
    name = "numpy's condition number"
    return _against_numpy(name, a, claimed, lambda array: np.linalg.cond(array, kind), grows=True)


def _against_numpy(
    name: str, a: Rows, claimed: Node, compute: Callable[[Array], Any], *, grows: bool = False
) -> Check:
    import numpy as np

    from dlmath.expression.numbers import evaluate

    names = sorted({name for row in a for entry in row for name in free_symbols(entry)})
    point = {name: 0.37 + 0.29 * place for place, name in enumerate(names)}
    try:
        array = np.array([[complex(evaluate(entry, point)) for entry in row] for row in a])
    except OverflowError:
        return Check(name, UNAVAILABLE, "an entry is beyond the largest float")
    with np.errstate(all="ignore"):
        expected = float(compute(array))
    found = evaluate(claimed, point)
    bound = (1e-11 + (1e-14 * expected if grows else 0)) * expected + 1e-300
    if not bound < expected / 10 and expected:
        return Check(name, UNAVAILABLE, "floats have no digits here")
    return close_numbers(name, found, expected, bound)


def has_signature(a: Rows, claimed: tuple[int, int, int]) -> Check:
    """The signs of numpy's eigenvalues, where none is too near zero to tell."""
    import numpy as np

    from dlmath.expression.numbers import evaluate

    name = "signs of the eigenvalues in floating point"
    array = np.array([[complex(evaluate(entry)) for entry in row] for row in a])
    values = np.linalg.eigvalsh(array)
    near = 1e-13 * len(a) * float(np.max(np.abs(values), initial=0.0))
    found = (
        int(np.sum(values > near)),
        int(np.sum(values < -near)),
        int(np.sum(np.abs(values) <= near)),
    )
    if found == claimed:
        return Check(name, PASSED, f"{found[0]} positive, {found[1]} negative, {found[2]} zero")
    if found[0] <= claimed[0] and found[1] <= claimed[1]:
        return Check(name, UNAVAILABLE, "an eigenvalue is too near zero to tell its sign")
    return Check(name, FAILED, f"{found[0]} positive, {found[1]} negative, {found[2]} zero")
