"""Linear systems in floating point: solutions, inverse, rank, null space, reduced rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlmath.errors import Unsolved
from dlmath.maths.linear_algebra.numeric_matrix import (
    EPS,
    EXACT_CONDITION,
    Numeric,
    check_rank,
    check_singular,
    condition_of,
    estimate_condition,
    note_rank,
    plain,
    relative,
    scaled,
    size_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


# --- systems ----------------------------------------------------------------------------------


def solve(work: Numeric) -> None:
    """The solution of A x = b; of least squares, and least length, where A is not square."""
    import numpy as np

    assert work.b is not None
    a, b = work.a, work.b
    if work.height != work.width:
        _least_squares(work)
        return
    columns = b if b.ndim == 2 else b[:, None]
    probes = np.random.default_rng(1).standard_normal((work.height, 4))
    try:
        found = np.linalg.solve(a, np.hstack([columns, probes]))
    except np.linalg.LinAlgError:
        _least_squares(work)
        return
    x = found[:, : columns.shape[1]]
    small = work.height <= EXACT_CONDITION
    condition = condition_of(a) if small else estimate_condition(a, found[:, -4:])
    if condition > 1 / EPS:
        if not _by_scaling(work, columns):
            _least_squares(work)
        return
    if not np.all(np.isfinite(x)):
        raise Unsolved("the solution overflows in floating point")
    work.give(x if b.ndim == 2 else x[:, 0])
    work.answer.facts["solutions"] = "one"
    work.check("residual A*x - b", a @ x - columns, size_of(a, x) + size_of(columns))
    work.warn(condition)


_SCALED = "rows and columns differ much in size: computed after scaling them by powers of two"


def _by_scaling(work: Numeric, right: Array) -> bool:
    """Solves where only the sizes of rows and columns make A look singular; did it?"""
    import numpy as np

    assert work.b is not None
    a, rows, columns = scaled(work.a)
    condition = condition_of(a)
    if not condition < 1 / EPS:
        return False
    b = rows[:, None] * right
    y = np.linalg.solve(a, b)
    x = columns[:, None] * y
    if not np.all(np.isfinite(x)):
        raise Unsolved("the solution overflows in floating point")
    work.give(x if work.b.ndim == 2 else x[:, 0])
    work.answer.facts["solutions"] = "one"
    work.answer.notes.append((_SCALED,))
    work.check("residual A*x - b, scaled", a @ y - b, size_of(a, y) + size_of(b))
    work.warn(condition)
    return True


def _least_squares(work: Numeric) -> None:
    """By singular values, which tell the rank."""
    import numpy as np

    assert work.b is not None
    a, b = work.a, work.b
    x, _, counted, values = np.linalg.lstsq(a, b, rcond=None)
    rank = int(counted)
    residual = a @ x - b
    size = size_of(a, x) + size_of(b)
    consistent = float(np.linalg.norm(residual)) <= 1e3 * max(a.shape) * EPS * size
    work.answer.facts |= {"rank": rank, "residual": relative(residual, size)}
    if not consistent:
        work.refuse(
            f"the system has no solution to the precision of floats (rank {rank}, "
            f"{work.height} equations)"
        )
        work.answer.result = "no solution"
        work.answer.facts["solutions"] = "none"
        work.answer.facts["least_squares"] = plain(x)
        normal = a.conj().T @ residual
        work.check("least squares: A^T*(A*x - b) = 0", normal, size_of(a, a, x) + size_of(a, b))
        return
    work.give(x)
    if rank < work.width:
        work.answer.facts["solutions"] = "infinitely many"
        work.answer.notes.append(
            (f"infinitely many solutions ({work.width - rank} free directions): the shortest one",)
        )
    else:
        work.answer.facts["solutions"] = "one"
        work.warn(float(values[0] / values[-1]))
    work.check("residual A*x - b", residual, size)


def inverse(work: Numeric) -> None:
    import numpy as np

    a = work.a
    try:
        found = np.linalg.inv(a)
    except np.linalg.LinAlgError:
        work.refuse("the matrix is singular: a pivot is exactly 0 in floating point")
        check_singular(work)
        return
    condition = float(np.linalg.norm(a, 1) * np.linalg.norm(found, 1))
    if not condition < 1 / EPS:
        if _inverse_by_scaling(work):
            return
        work.refuse(
            f"the matrix is singular to the precision of floats (condition number {condition:.1e})"
        )
        check_singular(work)
        return
    work.give(found)
    work.check("A*A^-1 = I", a @ found - np.eye(work.height), size_of(a, found))
    work.warn(condition)


def _inverse_by_scaling(work: Numeric) -> bool:
    """A^-1 = C (R A C)^-1 R, where only the sizes of rows and columns make A look singular."""
    import numpy as np

    a, rows, columns = scaled(work.a)
    condition = condition_of(a)
    if not condition < 1 / EPS:
        return False
    inner = np.linalg.inv(a)
    found = columns[:, None] * inner * rows
    if not np.all(np.isfinite(found)):
        raise Unsolved("the inverse overflows in floating point")
    work.give(found)
    work.answer.notes.append((_SCALED,))
    work.check("A*A^-1 = I, scaled", a @ inner - np.eye(work.height), size_of(a, inner))
    work.warn(condition)
    return True


def pinv(work: Numeric) -> None:
    import numpy as np

    a = work.a
    found = np.linalg.pinv(a, rcond=max(a.shape) * EPS)
    work.give(found)
    work.check("A*X*A = A", a @ found @ a - a, size_of(a, found, a))


def rank(work: Numeric) -> None:
    import numpy as np

    values = np.linalg.svd(work.a, compute_uv=False)
    limit = max(work.a.shape) * EPS * float(values[0])
    found = int(np.sum(values > limit))
    work.give(found)
    work.answer.facts |= {"tolerance": limit, "nullity": work.width - found}
    note_rank(work, values, found)
    check_rank(work, found, limit)


def nullspace(work: Numeric) -> None:
    import numpy as np
    from scipy.linalg import null_space

    basis = null_space(work.a).T
    work.answer.facts |= {"dimension": len(basis), "rank": work.width - len(basis)}
    if len(basis):
        work.give(basis)
        work.answer.notes.append(("an orthonormal basis of the solutions of A*x = 0, in rows",))
    else:
        work.give(np.zeros(work.width))
        work.answer.notes.append(("A*x = 0 has the zero vector as its only solution",))
    residual = work.a @ basis.T if len(basis) else np.zeros(1)
    work.check("A*v = 0", residual, size_of(work.a) * max(len(basis), 1))


def rref(work: Numeric) -> None:
    """Gauss-Jordan with the largest pivots; entries within rounding errors are taken as 0."""
    import numpy as np

    rows = work.a.copy()
    limit = max(rows.shape) * EPS * float(np.max(np.abs(rows)))
    pivots: list[int] = []
    for column in range(work.width):
        top = len(pivots)
        if top == work.height:
            break
        best = top + int(np.argmax(np.abs(rows[top:, column])))
        if abs(rows[best, column]) <= limit:
            rows[top:, column] = 0
            continue
        rows[[top, best]] = rows[[best, top]]
        rows[top] = rows[top] / rows[top, column]
        others = np.arange(work.height) != top
        rows[others] -= np.outer(rows[others, column], rows[top])
        pivots.append(column)
    rows = rows + 0.0
    work.give(rows)
    work.answer.facts |= {"rank": len(pivots), "pivots": [column + 1 for column in pivots]}
    work.answer.notes.append((f"entries up to {limit:.1e} are taken as 0",))
    rebuilt = work.a[:, pivots] @ rows[: len(pivots)] if pivots else np.zeros_like(work.a)
    size = size_of(work.a[:, pivots], rows) if pivots else 1.0
    work.check("pivot columns of A times the rows = A", rebuilt - work.a, size * work.height)
