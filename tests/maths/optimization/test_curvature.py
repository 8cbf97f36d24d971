"""Eigenvalues against numpy."""

from __future__ import annotations

import numpy as np
import pytest

from dlmath.maths.optimization.curvature import newton_step, spectrum


@pytest.mark.parametrize("size", [1, 2, 3, 5, 12, 15])
def test_eigenvalues_and_vectors_agree_with_numpy(size: int) -> None:
    random = np.random.default_rng(size)
    half = random.normal(size=(size, size))
    matrix = half + half.T
    values, vectors, complete = spectrum(matrix.tolist())
    assert complete
    assert values == pytest.approx(np.linalg.eigvalsh(matrix), abs=1e-12)
    basis = np.array(vectors)
    assert np.allclose(basis @ basis.T, np.eye(size))
    assert np.allclose(matrix @ basis.T, basis.T * values)


def test_small_eigenvalues_of_a_steep_valley_are_accurate() -> None:
    values, *_ = spectrum([[802.0, -400.0], [-400.0, 200.0]])
    assert values == pytest.approx([0.39936077, 1001.6006392], rel=1e-8)


@pytest.mark.parametrize("matrix", [[[0.0]], [[0.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]]])
def test_singular_and_indefinite_matrices(matrix: list[list[float]]) -> None:
    assert spectrum(matrix).values == pytest.approx(np.linalg.eigvalsh(np.array(matrix)))


def test_newtons_step_solves_the_linear_system() -> None:
    hessian, gradient = [[4.0, 1.0], [1.0, 3.0]], [1.0, -2.0]
    step = newton_step(spectrum(hessian), gradient)
    assert step == pytest.approx(np.linalg.solve(hessian, [-1.0, 2.0]))
    assert newton_step(spectrum([[0.0]]), [1.0]) is None
