"""Eigenvalues of the Hessian, and what they say of a point."""

from __future__ import annotations

from collections.abc import Callable
from math import hypot, sqrt
from typing import NamedTuple

Matrix = list[list[float]]

#: Above this size the eigenvalues are computed by LAPACK.
_SMALL = 12


class Spectrum(NamedTuple):
    """Eigenvalues, smallest first, and the unit eigenvector of each.

    complete: are all of them there, or only the smallest and the largest?
    """

    values: list[float]
    vectors: list[list[float]]
    complete: bool = True


def spectrum(matrix: Matrix) -> Spectrum:
    """Eigenvalues and eigenvectors of a real symmetric matrix.

    Small matrices need no other library (importing one takes longer than the answer).
    """
    if len(matrix) <= _SMALL:
        return _jacobi(matrix)
    import numpy as np

    values, vectors = np.linalg.eigh(np.array(matrix))
    return Spectrum(values.tolist(), vectors.T.tolist())


def extremes(
    product: Callable[[list[float]], list[float]], size: int, each: int = 2
) -> Spectrum | None:
    """The smallest and the largest eigenvalues from products of the matrix with vectors alone.

    C. Lanczos (1950), by ARPACK (R. Lehoucq, D. Sorensen, C. Yang, 1998). product: matrix times
    vector. each: so many at either end. None where they do not settle.
    """
    import numpy as np
    from scipy.sparse.linalg import ArpackError, LinearOperator, eigsh

    operator = LinearOperator(
        (size, size), matvec=lambda v: np.array(product(v.ravel().tolist())), dtype=float
    )
    first = np.cos(np.arange(size))  # any start with a part along every eigenvector; not random
    try:
        values, vectors = eigsh(
            operator, k=2 * each, which="BE", v0=first, maxiter=50, tol=1e-9, ncv=min(size, 60)
        )
    except (ArpackError, ArithmeticError, ValueError):
        return None
    order = np.argsort(values)
    return Spectrum(values[order].tolist(), vectors[:, order].T.tolist(), complete=False)


def _jacobi(matrix: Matrix) -> Spectrum:
    """The cyclic Jacobi method: rotations that set one off-diagonal entry to 0 after the other.

    G. H. Golub, C. F. Van Loan, Matrix Computations, 4th edition, section 8.5. It converges
    quadratically; small eigenvalues of positive definite matrices come out accurately.
    """
    size = len(matrix)
    a = [row[:] for row in matrix]
    vectors = [[float(i == j) for j in range(size)] for i in range(size)]
    for _ in range(60):
        if not any(a[i][j] for i in range(size) for j in range(i)):
            break
        for p in range(size - 1):
            for q in range(p + 1, size):
                _rotate(a, vectors, p, q)
    order = sorted(range(size), key=lambda i: a[i][i])
    return Spectrum([a[i][i] for i in order], [vectors[i] for i in order])


def _rotate(a: Matrix, vectors: list[list[float]], p: int, q: int) -> None:
    """Turns rows and columns p and q so that the entry between them becomes 0."""
    between = a[p][q]
    if abs(between) <= 1e-18 * sqrt(abs(a[p][p])) * sqrt(abs(a[q][q])) or between == 0:
        a[p][q] = a[q][p] = 0.0
        return
    half = (a[q][q] - a[p][p]) / (2 * between)
    tangent = (1.0 if half >= 0 else -1.0) / (abs(half) + hypot(half, 1.0))
    cosine = 1 / hypot(tangent, 1.0)
    sine = tangent * cosine
    a[p][p] -= tangent * between
    a[q][q] += tangent * between
    a[p][q] = a[q][p] = 0.0
    for r in range(len(a)):
        if r not in (p, q):
            first, second = a[r][p], a[r][q]
            a[r][p] = a[p][r] = cosine * first - sine * second
            a[r][q] = a[q][r] = sine * first + cosine * second
    first_vector, second_vector = vectors[p], vectors[q]
    vectors[p] = [cosine * s - sine * t for s, t in zip(first_vector, second_vector, strict=True)]
    vectors[q] = [sine * s + cosine * t for s, t in zip(first_vector, second_vector, strict=True)]


#: An eigenvalue beside the largest, and a part of the gradient beside the whole, that are rounding
#: errors.
_ROUNDED = 1e-13
_ALONG = 1e-6


def newton_step(spectrum: Spectrum, gradient: list[float]) -> list[float] | None:
    """-H^(-1) g, to where the quadratic model is stationary; None where H is singular.

    None too where not all eigenvalues are known. Directions in which neither the curvature nor
    the gradient is more than rounding errors are left alone, as those that a softmax does not see.
    """
    if not spectrum.complete:
        return None
    step = [0.0] * len(gradient)
    level = _ROUNDED * max(map(abs, spectrum.values), default=0.0)
    short = _ALONG * sum(g * g for g in gradient) ** 0.5
    for value, vector in zip(spectrum.values, spectrum.vectors, strict=True):
        along = sum(v * g for v, g in zip(vector, gradient, strict=True))
        if along == 0 or (abs(value) <= level and abs(along) <= short):
            continue
        if value == 0:
            return None
        step = [s - along / value * v for s, v in zip(step, vector, strict=True)]
    return step
