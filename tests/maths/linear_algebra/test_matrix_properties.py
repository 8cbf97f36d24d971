"""Random matrices of every shape: floats against numpy and scipy, exact answers against floats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

from dlmath.answer import ANSWERED, FAILED, Answer
from dlmath.expression.graph import Node, number, vector
from dlmath.expression.numbers import evaluate
from dlmath.maths.linear_algebra.matrix import matrix
from dlmath.settings import Settings

#: Of any order; its types name a few.
norm: Any = np.linalg.norm

quick = settings(max_examples=20, derandomize=True, deadline=None)


def ask(operation: str, a: Any, b: Any = None, **options: Any) -> Answer:
    answer = matrix(operation, a, b, Settings(), **options)
    assert answer.checks, operation
    assert not [check for check in answer.checks if check.verdict == FAILED], answer.checks
    return answer


@st.composite
def floats(draw: st.DrawFn) -> np.ndarray:
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 6))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    found = random.standard_normal((height, width))
    if draw(st.booleans()):
        found = found + 1j * random.standard_normal((height, width))
    return found


def parts(answer: Answer, *names: str) -> list[np.ndarray]:
    return [np.array(answer.facts[name]) for name in names]


@quick
@given(floats())
def test_factors_multiply_to_the_matrix(a: np.ndarray) -> None:
    lower, upper, order = parts(ask("lu", a), "L", "U", "P")
    np.testing.assert_allclose(order @ a, lower @ upper, atol=1e-12)
    np.testing.assert_allclose(np.triu(lower, 1), 0)
    np.testing.assert_allclose(np.tril(upper, -1), 0)
    q, r = parts(ask("qr", a), "Q", "R")
    np.testing.assert_allclose(q @ r, a, atol=1e-12)
    np.testing.assert_allclose(q.conj().T @ q, np.eye(q.shape[1]), atol=1e-12)
    u, s, v = parts(ask("svd", a), "U", "S", "V")
    np.testing.assert_allclose((u * s) @ v.conj().T, a, atol=1e-12)
    np.testing.assert_allclose(s, np.linalg.svd(a, compute_uv=False), atol=1e-12)
    spd = a @ a.conj().T + np.eye(len(a))
    (factor,) = parts(ask("cholesky", spd), "L")
    np.testing.assert_allclose(factor, np.linalg.cholesky(spd), atol=1e-12)


@quick
@given(floats())
def test_matrices_of_any_shape_agree_with_numpy_and_scipy(a: np.ndarray) -> None:
    pseudo = np.array(ask("pinv", a).value)
    size = float(np.linalg.norm(pseudo) ** 2 * np.linalg.norm(a))
    np.testing.assert_allclose(pseudo, scipy.linalg.pinv(a), atol=1e-12 * size)
    assert ask("rank", a).value == np.linalg.matrix_rank(a)
    basis = np.array(ask("nullspace", a).value)
    assert ask("nullspace", a).facts["dimension"] == scipy.linalg.null_space(a).shape[1]
    np.testing.assert_allclose(a @ np.atleast_2d(basis).T, 0, atol=1e-12)
    for order, kind in (("1", 1), ("2", 2), ("inf", np.inf), ("fro", "fro")):
        found = ask("norm", a, order=order).value
        assert found == pytest.approx(norm(a, kind), rel=1e-12)
    assert ask("condition", a).value == pytest.approx(np.linalg.cond(a), rel=1e-8)
    product = ask("multiply", a, a.conj().T).value
    np.testing.assert_allclose(product, a @ a.conj().T, atol=1e-12)
    assert ask("add", a, a).value == (a + a).tolist()


@quick
@given(floats())
def test_least_squares_are_those_of_numpy_where_there_is_a_solution(a: np.ndarray) -> None:
    b = a @ np.arange(1.0, a.shape[1] + 1)
    found = ask("solve", a, b)
    expected = np.linalg.lstsq(a, b, rcond=None)[0]
    loss = max(np.linalg.cond(a) * 1e-13, 1e-12) * np.linalg.norm(expected)
    np.testing.assert_allclose(found.value, expected, atol=loss)


# --- exact against floats ---------------------------------------------------------------------


@st.composite
def whole(draw: st.DrawFn) -> list[list[int]]:
    size = draw(st.integers(1, 3))
    entry = st.integers(-5, 5)
    return draw(st.lists(st.lists(entry, min_size=size, max_size=size), min_size=size, max_size=4))


def exact(rows: list[list[int]]) -> Node:
    return vector(vector(map(number, row)) for row in rows)


def floats_of(node: Any) -> Any:
    if isinstance(node, (list, tuple)):
        return [floats_of(part) for part in node]
    if not isinstance(node, Node):
        return complex(node)
    if node.op == "vector":
        return [floats_of(part) for part in node.args]
    return complex(evaluate(node))


@quick
@given(whole())
def test_exact_answers_agree_with_floats(rows: list[list[int]]) -> None:
    a = np.array(rows, dtype=float)
    node = exact(rows)
    pseudo = floats_of(ask("pinv", node).result)
    np.testing.assert_allclose(pseudo, np.linalg.pinv(a, rcond=1e-12), atol=1e-8)
    assert ask("rank", node).value == np.linalg.matrix_rank(a)
    for order, kind in (("1", 1), ("2", 2), ("inf", np.inf), ("fro", "fro")):
        found = complex(floats_of(ask("norm", node, order=order).result))
        assert found == pytest.approx(norm(a, kind), abs=1e-7)
    sizes = [abs(value) for value in floats_of(ask("svd", node).facts["singular_values"])]
    expected = np.linalg.svd(a, compute_uv=False)
    np.testing.assert_allclose(sizes, expected[: len(sizes)], atol=1e-7)
    np.testing.assert_allclose(expected[len(sizes) :], 0, atol=1e-7)


@quick
@given(whole())
def test_exact_spectra_agree_with_floats(rows: list[list[int]]) -> None:
    square = [row[: len(rows[0])] for row in rows[: len(rows[0])]]
    a = np.array(square, dtype=float)
    answer = ask("eigen", exact(square))
    assert answer.status == ANSWERED
    values = [
        value
        for value, times in zip(
            floats_of(answer.facts["eigenvalues"]), answer.facts["multiplicities"], strict=True
        )
        for _ in range(times)
    ]

    def order(value: complex) -> tuple[float, float]:
        return round(value.real, 3), round(value.imag, 3)

    found, expected = sorted(values, key=order), sorted(np.linalg.eigvals(a).tolist(), key=order)
    np.testing.assert_allclose(
        np.poly(np.array(found)),
        np.poly(np.array(expected)),
        atol=1e-6 * (1 + np.abs(a).max()) ** len(a),
    )
    grown = ask("exp", exact(square))
    if isinstance(grown.result, Node):
        size = float(np.linalg.norm(scipy.linalg.expm(a)))
        np.testing.assert_allclose(
            np.array(floats_of(grown.result)), scipy.linalg.expm(a), atol=1e-6 * size
        )
