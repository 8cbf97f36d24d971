"""LU, QR, Cholesky, singular values and eigenvalues in floating point (LAPACK)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlmath.checks import matrix_floats as checks
from dlmath.errors import InvalidInput
from dlmath.maths.linear_algebra.numeric_matrix import (
    EPS,
    Numeric,
    condition_of,
    plain,
    shown,
    size_of,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


# --- factorizations ---------------------------------------------------------------------------


def lu(work: Numeric) -> None:
    import numpy as np
    from scipy.linalg import lu as factor

    order, lower, upper = factor(work.a, p_indices=True)
    matrix = np.eye(work.height)[np.argsort(order)]
    work.give_parts(L=lower, U=upper, P=matrix)
    work.answer.notes.append(("P*A = L*U, rows exchanged for the largest pivot",))
    residual = work.a[np.argsort(order)] - lower @ upper
    work.check("P*A = L*U", residual, size_of(lower, upper))


def qr(work: Numeric) -> None:
    import numpy as np

    q, r = np.linalg.qr(work.a)
    work.give_parts(Q=q, R=r)
    work.check("Q*R = A", q @ r - work.a, size_of(q, r))
    work.check("Q^T*Q = I", q.conj().T @ q - np.eye(q.shape[1]), size_of(q, q))


def cholesky(work: Numeric) -> None:
    import numpy as np

    a = work.a
    if not np.allclose(a, a.conj().T, rtol=1e-13, atol=0):
        raise InvalidInput(
            "Cholesky's factorization takes a symmetric matrix, and this one is not",
            hint="matrix lu factors any matrix",
        )
    try:
        lower = np.linalg.cholesky(a)
    except np.linalg.LinAlgError:
        from scipy.linalg.lapack import get_lapack_funcs

        (factor,) = get_lapack_funcs(("potrf",), (a,))
        pivot = int(factor(a, lower=1)[1])
        least = float(np.linalg.eigvalsh(a)[0])
        work.refuse(f"the matrix is not positive definite: pivot {pivot} is not positive")
        work.answer.facts |= {"pivot": pivot, "least_eigenvalue": least}
        limit = 100 * len(a) * EPS * checks.frobenius(a)
        name = "least eigenvalue is not above 0"
        work.answer.checks.append(checks.close_numbers(name, max(least, 0.0), 0.0, limit))
        return
    work.give_parts(L=lower)
    work.answer.value = plain(lower)
    work.check("L*L^T = A", lower @ lower.conj().T - a, size_of(lower, lower))


def svd(work: Numeric) -> None:
    import numpy as np

    u, s, turned = np.linalg.svd(work.a, full_matrices=False)
    work.give_parts(U=u, S=s, V=turned.conj().T)
    work.answer.facts["singular_values"] = plain(s)
    work.answer.notes.append(("A = U*diag(S)*V^T",))
    work.check("U*diag(S)*V^T = A", (u * s) @ turned - work.a, size_of(work.a))
    work.check("U^T*U = I", u.conj().T @ u - np.eye(len(s)), float(len(s)))
    work.check("V^T*V = I", turned @ turned.conj().T - np.eye(len(s)), float(len(s)))
    if s[0]:
        work.answer.facts["condition"] = float(s[0] / s[-1]) if s[-1] else float("inf")


def eigen(work: Numeric) -> None:
    import numpy as np

    a = work.a
    hermitian = bool(np.array_equal(a, a.conj().T))
    values, vectors = np.linalg.eigh(a) if hermitian else np.linalg.eig(a)
    if not hermitian:
        order = np.lexsort((values.imag, values.real))
        values, vectors = values[order], vectors[:, order]
    lines = []
    if len(values) <= 50:
        for index, value in enumerate(values):
            vector = vectors[:, index]
            real = value.imag == 0 and not vector.imag.any()
            lines.append(shown((value.real if real else value).item(), f"lambda{index + 1}"))
            lines.append(shown(vector.real if real else vector, f"v{index + 1}"))
    else:
        lines = [shown(values, "eigenvalues")]
    work.answer.result = tuple(lines)
    work.answer.facts |= {
        "eigenvalues": plain(values),
        "multiplicities": [1] * len(values),
        "eigenvectors": plain(vectors.T),
    }
    residual = a @ vectors - vectors * values
    work.check("A*v = lambda*v", residual, size_of(a, vectors))
    bound = 100 * len(a) * EPS * checks.frobenius(a) * len(a) ** 0.5
    total = plain(np.sum(values))
    found = checks.close_numbers("sum of the eigenvalues = trace", total, plain(np.trace(a)), bound)
    work.answer.checks.append(found)
    if not hermitian:
        independence = condition_of(vectors)
        work.answer.facts["condition_of_eigenvectors"] = independence
        if independence > 1e7:
            work.answer.notes.append(
                (
                    "the matrix is defective, or nearly: its eigenvectors are almost dependent "
                    f"(condition number {independence:.1e}) and eigenvalues lose digits",
                )
            )
