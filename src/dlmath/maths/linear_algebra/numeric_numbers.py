"""What is read off a matrix of floats, and further matrices made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlmath.answer import UNAVAILABLE, Check
from dlmath.checks import matrix_floats as checks
from dlmath.errors import InvalidInput, LimitReached, Unsolved
from dlmath.maths.linear_algebra.numeric_matrix import (
    EPS,
    EXACT_CONDITION,
    Numeric,
    check_rank,
    check_singular,
    condition_of,
    note_rank,
    plain,
    shown,
    size_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


# --- numbers ----------------------------------------------------------------------------------


def det(work: Numeric) -> None:
    import numpy as np

    sign, logarithm = np.linalg.slogdet(work.a)
    value = np.linalg.det(work.a)
    work.answer.facts |= {"sign": plain(sign), "log_abs": float(logarithm)}
    if not np.isfinite(value) or (sign != 0 and abs(value) < 1e-307):
        work.answer.result = f"{shown(sign)}*exp({float(logarithm)!r})"
        beyond = "below the least float, 2e-308" if logarithm < 0 else "beyond the largest, 1.8e308"
        work.answer.notes.append((f"the determinant is {beyond}; the facts have its logarithm",))
    else:
        work.give(value)
    upper = np.linalg.qr(work.a, mode="r")
    with np.errstate(divide="ignore"):
        other = float(np.sum(np.log(np.abs(np.diagonal(upper)))))
    condition = condition_of(work.a) if work.height <= EXACT_CONDITION else None
    _check_log(work, float(logarithm), other, condition)
    if condition is not None:
        work.warn(condition)


def _check_log(work: Numeric, found: float, other: float, condition: float | None) -> None:
    """The size of the determinant by reflections; near a singular matrix neither has digits."""
    import numpy as np

    name = "size of the determinant by QR"
    loss = condition if condition is not None else 1e8
    if loss > 1e14 or not (np.isfinite(found) and np.isfinite(other)):
        detail = "the matrix is singular to the precision of floats"
        work.answer.checks.append(Check(name, UNAVAILABLE, detail))
        return
    bound = 100 * work.height * EPS * loss + 1e-12 * abs(found)
    work.answer.checks.append(checks.close_numbers(name, found, other, bound))


def trace(work: Numeric) -> None:
    import numpy as np

    value = np.trace(work.a)
    work.give(value)
    found = np.sum(work.a * np.eye(work.height))
    bound = 10 * work.height * EPS * float(np.sum(np.abs(np.diagonal(work.a)))) + 1e-300
    work.answer.checks.append(checks.close_numbers("sum of A .* I", value, found, bound))


def norm(work: Numeric, order: str) -> None:
    import numpy as np

    kind: Any = {"1": 1, "2": 2, "inf": np.inf, "fro": "fro"}[order]
    with np.errstate(over="ignore"):
        value = checks.frobenius(work.a) if order == "fro" else np.linalg.norm(work.a, kind)
    if not np.isfinite(value):
        raise Unsolved("the norm overflows in floating point")
    work.give(float(value))
    work.answer.facts["ord"] = order
    work.answer.checks.append(_check_norm(work.a, order, float(value)))


def _check_norm(a: Array, order: str, value: float) -> Check:
    """The same norm by another route, of entries at most 1."""
    import numpy as np

    scale = float(np.max(np.abs(a))) or 1.0
    a, value = a / scale, value / scale

    name = {"2": "root of the largest eigenvalue of A^T*A"}.get(order, "sums of absolute values")
    if order == "2":
        gram = a.conj().T @ a if a.shape[0] >= a.shape[1] else a @ a.conj().T
        other = float(np.sqrt(max(np.linalg.eigvalsh(gram)[-1], 0.0)))
    elif order == "fro":
        name = "root of the trace of A^T*A"
        other = float(np.sqrt(np.vdot(a, a).real))
    else:
        sums = (
            np.abs(a) @ np.ones(a.shape[1]) if order == "inf" else np.ones(a.shape[0]) @ np.abs(a)
        )
        other = float(np.max(sums))
    return checks.close_numbers(name, value, other, 1e-10 * value + 1e-150)


def condition(work: Numeric, order: str) -> None:
    import numpy as np

    if order != "2" and work.height != work.width:
        raise InvalidInput(
            f"the condition number in the {order} norm takes a square matrix",
            hint="--ord 2 takes any shape",
        )
    kind: Any = {"1": 1, "2": 2, "inf": np.inf, "fro": "fro"}[order]
    value = float(np.linalg.cond(work.a, kind))
    work.answer.facts["ord"] = order
    if not value < 1 / EPS:
        work.answer.notes.append(("the matrix is singular to the precision of floats",))
    if np.isfinite(value):
        work.give(value)
    else:
        from dlmath.expression.graph import INFINITY

        work.answer.result = INFINITY
    _check_condition(work, order, value)


def _check_condition(work: Numeric, order: str, value: float) -> None:
    import numpy as np

    name = "norm of A times norm of its pseudoinverse"
    if not value < 1e12:
        detail = "the matrix is too near a singular one"
        work.answer.checks.append(Check(name, UNAVAILABLE, detail))
        return
    kind: Any = {"1": 1, "2": 2, "inf": np.inf, "fro": "fro"}[order]
    other = float(np.linalg.norm(work.a, kind) * np.linalg.norm(np.linalg.pinv(work.a), kind))
    bound = 1e-12 * value * value + 1e-10 * value
    work.answer.checks.append(checks.close_numbers(name, value, other, bound))


def definite(work: Numeric) -> None:
    import numpy as np

    from dlmath.maths.linear_algebra.exact_numbers import kind_of_form

    a = work.a
    if not np.array_equal(a, a.conj().T):
        a = (a + a.conj().T) / 2
        work.answer.notes.append(
            ("the matrix is not symmetric; x^T*A*x depends on its symmetric part alone",)
        )
    values = np.linalg.eigvalsh(a)
    limit = len(a) * EPS * float(np.max(np.abs(values)))
    positive, negative = int(np.sum(values > limit)), int(np.sum(values < -limit))
    zero = len(values) - positive - negative
    work.answer.result = kind_of_form(positive, negative, zero)
    work.answer.facts |= {
        "positive": positive,
        "negative": negative,
        "zero": zero,
        "least_eigenvalue": float(values[0]),
        "largest_eigenvalue": float(values[-1]),
    }
    if zero:
        work.answer.notes.append(("eigenvalues within rounding errors of 0 are taken as 0",))
    _check_signs(work, a, positive, zero)


def _check_signs(work: Numeric, a: Array, positive: int, zero: int) -> None:
    """Sylvester's law of inertia: the blocks of A = L D L* have the signs of the eigenvalues."""
    import numpy as np
    from scipy.linalg import ldl

    blocks = np.linalg.eigvalsh(ldl(a)[1])
    found = int(np.sum(blocks > 0))
    name = "signs of the pivots of L*D*L^T"
    work.answer.checks.append(checks.close_numbers(name, positive, found, zero + 0.5))


# --- further matrices -------------------------------------------------------------------------


def transpose(work: Numeric) -> None:
    import numpy as np

    found = work.a.T
    work.give(found)
    probe = np.arange(1.0, work.height + 1)
    work.check("x*A = A^T*x", probe @ work.a - found @ probe, size_of(probe, work.a))


def add(work: Numeric) -> None:
    assert work.b is not None
    found = work.a + work.b
    work.give(found)
    work.check("sum - A = B", found - work.a - work.b, size_of(work.a) + size_of(work.b))


def power(work: Numeric) -> None:
    import numpy as np

    assert work.b is not None
    if work.b.ndim or float(work.b.real) != int(work.b.real):
        raise InvalidInput("the exponent of a matrix is a whole number here")
    exponent = int(work.b.real)
    if abs(exponent) > 10**9:
        raise LimitReached("the exponent is too large: at most 1e9")
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            found = np.linalg.matrix_power(work.a, exponent)
    except np.linalg.LinAlgError:
        work.refuse("the matrix is singular, so it has no negative power")
        check_singular(work)
        return
    if not np.all(np.isfinite(found)):
        raise Unsolved("the power is beyond the largest float, 1.8e308")
    work.give(found)
    half = exponent // 2
    parts = np.linalg.matrix_power(work.a, half), np.linalg.matrix_power(work.a, exponent - half)
    size = size_of(*parts) * max(abs(exponent), 1)
    work.check("A^n = A^k*A^(n-k)", parts[0] @ parts[1] - found, size)
    if exponent < 0:
        work.warn(condition_of(work.a))


def exponential(work: Numeric) -> None:
    import numpy as np
    from scipy.linalg import expm

    with np.errstate(over="ignore", invalid="ignore"):
        found = expm(work.a)
    if not np.all(np.isfinite(found)):
        raise Unsolved("the exponential is beyond the largest float, 1.8e308")
    work.give(found)
    back = expm(-work.a)
    if np.all(np.isfinite(back)):
        size = size_of(found, back) * (1 + float(np.linalg.norm(work.a)))
        work.check("e^A * e^-A = I", found @ back - np.eye(work.height), size)


def show(work: Numeric) -> None:
    import numpy as np

    a = work.a
    values = np.linalg.svd(a, compute_uv=False)
    limit = max(a.shape) * EPS * float(values[0])
    found = int(np.sum(values > limit))
    facts: dict[str, Any] = {"shape": [work.height, work.width], "rank": found}
    kinds = _kinds(a)
    if work.height == work.width:
        sign, logarithm = np.linalg.slogdet(a)
        facts["trace"] = plain(np.trace(a))
        facts["log_abs_det"] = float(logarithm)
        facts["det_sign"] = plain(sign)
        kinds.append("invertible" if found == work.height else "singular")
    facts |= {
        "least": plain(np.min(np.abs(a))),
        "largest": plain(np.max(np.abs(a))),
        "norm": checks.frobenius(a),
        "condition": float(values[0] / values[-1]) if values[-1] else float("inf"),
        "kind": kinds,
    }
    work.answer.facts |= facts
    words = [f"{work.height} by {work.width}", f"rank {found}", *kinds]
    work.answer.result = ", ".join(words)
    note_rank(work, values, found)
    check_rank(work, found, limit)


def _kinds(a: Array) -> list[str]:
    import numpy as np

    if not a.any():
        return ["zero"]
    height, width = a.shape
    if height != width:
        return ["tall" if height > width else "wide"]
    below, above = not np.tril(a, -1).any(), not np.triu(a, 1).any()
    found = []
    if below and above:
        found.append("diagonal")
    elif below or above:
        found.append("upper triangular" if below else "lower triangular")
    if np.array_equal(a, a.T):
        found.append("symmetric")
    elif np.array_equal(a, a.conj().T):
        found.append("hermitian")
    if np.array_equal(a, -a.T):
        found.append("antisymmetric")
    return found or ["square"]
