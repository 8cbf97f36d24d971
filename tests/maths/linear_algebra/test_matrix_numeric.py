"""Matrices in floating point against numpy and scipy, and what is said where digits are lost."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import scipy.linalg
from hypothesis import given, settings
from hypothesis import strategies as st

from dlmath.answer import ANSWERED, DOES_NOT_EXIST, FAILED, Answer
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.parser import parse
from dlmath.maths.linear_algebra.matrix import matrix
from dlmath.maths.linear_algebra.numeric_steps import numeric_steps
from dlmath.maths.linear_algebra.vector_arrays import SHOWN_ENTRIES
from dlmath.render.plain import answer_text, sentence_text
from dlmath.settings import Settings

quick = settings(max_examples=15, derandomize=True, deadline=None)


def ask(operation: str, a: Any, b: Any = None, **options: Any) -> Answer:
    answer = matrix(operation, a, b, Settings(), **options)
    assert not [check for check in answer.checks if check.verdict == FAILED], answer.checks
    assert answer.checks
    return answer


@st.composite
def arrays(draw: st.DrawFn) -> np.ndarray:
    size = draw(st.integers(1, 8))
    seed = draw(st.integers(0, 10**6))
    return np.random.default_rng(seed).standard_normal((size, size))


@quick
@given(arrays())
def test_random_matrices_agree_with_numpy_and_scipy(a: np.ndarray) -> None:
    b = np.arange(1.0, len(a) + 1)
    loss = np.linalg.cond(a) * 1e-14

    def close(found: Any, expected: Any) -> None:
        np.testing.assert_allclose(found, expected, rtol=max(loss, 1e-12), atol=loss + 1e-12)

    close(ask("solve", a, b).value, np.linalg.solve(a, b))
    close(ask("det", a).value, np.linalg.det(a))
    close(ask("norm", a, order="2").value, np.linalg.norm(a, 2))
    close(ask("exp", a).value, scipy.linalg.expm(a))
    close(ask("power", a, parse("3").node).value, a @ a @ a)
    close(ask("svd", a).facts["singular_values"], np.linalg.svd(a, compute_uv=False))
    values = np.array(ask("eigen", a).facts["eigenvalues"])
    close(sorted(np.abs(values)), sorted(np.abs(np.linalg.eigvals(a))))
    assert ask("rank", a).value == np.linalg.matrix_rank(a)
    for operation in ("lu", "qr", "show", "rref", "nullspace", "pinv", "transpose", "trace"):
        assert ask(operation, a).status == ANSWERED
    assert ask("cholesky", a @ a.T + np.eye(len(a))).status == ANSWERED
    assert ask("add", a, a).value == (a + a).tolist()


@pytest.mark.parametrize(
    "operation",
    ["inverse", "det", "eigen", "svd", "qr", "lu", "rank", "exp", "pinv", "norm", "condition"],
)
def test_numeric_and_exact_agree_on_typed_matrices(operation: str) -> None:
    node = parse("[2, 1, 0; 1, 3, 1; 0, 1, 4]").node
    exact = ask(operation, node)
    numeric = ask(operation, node, numeric=True)
    assert numeric.facts["arithmetic"] == "floating point"
    if exact.value is not None and numeric.value is not None:
        np.testing.assert_allclose(
            np.array(numeric.value, float), np.array(exact.value, float), rtol=1e-12, atol=1e-12
        )
    else:
        assert exact.status == numeric.status == ANSWERED


def test_lost_digits_are_said() -> None:
    answer = ask("solve", scipy.linalg.hilbert(8), np.ones(8))
    assert 1e9 < answer.facts["condition"] < 1e11
    assert any("digits are lost" in str(note) for note in answer.notes)
    assert answer.facts["residual"] < 1e-12


def test_a_singular_array_has_no_inverse() -> None:
    a = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
    answer = ask("inverse", a)
    assert answer.status == DOES_NOT_EXIST
    assert "singular" in answer.facts["reason"]


def test_systems_without_one_solution() -> None:
    a = np.array([[1.0, 2.0], [2.0, 4.0]])
    none = ask("solve", a, np.array([1.0, 3.0]))
    assert none.status == DOES_NOT_EXIST and none.facts["solutions"] == "none"
    many = ask("solve", a, np.array([1.0, 2.0]))
    assert many.facts["solutions"] == "infinitely many"
    np.testing.assert_allclose(many.value, [0.2, 0.4])


def test_a_defective_array_is_said_to_be_so() -> None:
    answer = ask("eigen", np.array([[2.0, 1.0], [0.0, 2.0]]))
    assert any("defective" in str(note) for note in answer.notes)


def test_an_indefinite_array_names_its_pivot() -> None:
    answer = ask("cholesky", np.array([[1.0, 2.0], [2.0, 1.0]]))
    assert answer.status == DOES_NOT_EXIST
    assert answer.facts["pivot"] == 2


def test_complex_arrays_are_taken() -> None:
    a = np.array([[1.0, 1j], [-1j, 3.0]])
    assert ask("cholesky", a).status == ANSWERED
    assert ask("definite", a).result == "positive definite"
    np.testing.assert_allclose(ask("inverse", a).value, np.linalg.inv(a))


def test_a_large_result_is_shown_by_its_corners_and_kept_whole() -> None:
    a = np.random.default_rng(5).standard_normal((60, 60))
    assert a.size > SHOWN_ENTRIES
    answer = ask("inverse", a)
    assert "60 by 60" in answer_text(answer)
    assert len(answer_text(answer)) < 600
    np.testing.assert_allclose(answer.value, np.linalg.inv(a))


def test_determinants_beyond_floats_keep_their_logarithm() -> None:
    answer = ask("det", 1e10 * np.eye(40))
    assert answer.value is None
    assert answer.facts["log_abs"] == pytest.approx(400 * np.log(10))


def test_overflow_is_no_answer() -> None:
    with pytest.raises(Unsolved):
        ask("power", 1e200 * np.eye(2), parse("3").node)


def test_variables_have_no_floats() -> None:
    with pytest.raises(InvalidInput):
        ask("det", parse("[a, 1; 1, 2]").node, numeric=True)


def test_a_quintic_is_computed_in_floats_and_says_so() -> None:
    text = "[1,2,3,4,5; 2,7,1,8,2; 3,1,4,1,5; 4,8,1,9,3; 5,2,5,3,6]"
    answer = ask("eigen", parse(text).node)
    expected = np.linalg.eigvalsh(np.array(parse_rows(text)))
    np.testing.assert_allclose(answer.facts["eigenvalues"], expected)
    assert any("no roots of a simple exact form" in str(note) for note in answer.notes)


def parse_rows(text: str) -> list[list[float]]:
    return [[float(entry) for entry in row.split(",")] for row in text.strip("[]").split(";")]


def test_rows_of_very_different_sizes_are_not_taken_for_dependent() -> None:
    a = np.array([[2e-150, 1e-150], [1e150, 3e150]])
    found = ask("solve", a, np.array([1e-150, 2e150]))
    np.testing.assert_allclose(found.value, [0.2, 0.6], rtol=1e-14)
    assert "scaling" in str(found.notes)
    inverse = np.array(ask("inverse", np.diag([2.0, 1e20])).value)
    np.testing.assert_allclose(inverse, np.diag([0.5, 1e-20]), rtol=1e-14)
    assert ask("solve", np.array([[1.0, 2.0], [2.0, 4.0]]), np.array([1.0, 3.0])).value is None


@pytest.mark.parametrize(
    ("operation", "b", "words"),
    [
        ("solve", np.array([1.0, 2.0]), "R2 <- R2 - (0.1)*R1"),
        ("inverse", None, "R1 <-> R2: [[3, 4, 0, 1], [0.1, 2, 1, 0]]"),
        ("det", None, "-(3) * (1.86667) = -5.6"),
        ("svd", None, "A^T*A is: [[9.01, 12.2], [12.2, 20]]"),
        ("eigen", None, "lambda**2 + (-4.1)*lambda + (-5.6)"),
        ("rank", None, "R1 <- R1 / 3"),
    ],
)
def test_the_working_in_floats_has_a_few_digits(operation: str, b: Any, words: str) -> None:
    answer = matrix(operation, np.array([[0.1, 2.0], [3.0, 4.0]]), b, Settings(steps=True))
    assert words in " ".join(sentence_text(step.text) for step in answer.steps)


def test_where_there_is_no_working_in_floats_it_is_said() -> None:
    answer = matrix("qr", np.array([[0.1, 2.0], [3.0, 4.0]]), None, Settings(steps=True))
    assert not answer.steps
    assert "for exact matrices" in str(answer.notes)
    large = matrix("det", np.eye(9), None, Settings(steps=True))
    assert not large.steps


@quick
@given(arrays())
def test_the_working_in_floats_ends_in_the_answer(a: np.ndarray) -> None:
    steps = numeric_steps("inverse", a, None)
    shown = sentence_text(steps[-2].text).split(": ", 1)[1]
    rows = np.array(json.loads(shown))
    size = len(a)
    inverse = np.linalg.inv(a)
    np.testing.assert_allclose(rows[:, :size], np.eye(size), atol=1e-12)
    np.testing.assert_allclose(
        rows[:, size:], inverse, rtol=1e-4, atol=1e-5 * np.abs(inverse).max()
    )


def test_show_works_its_numbers_out() -> None:
    steps = matrix("show", parse("[2, 1; 1, 2]").node, None, Settings(steps=True)).steps
    assert [step.rule for step in steps] == ["rank", "trace", "determinant", "kind"]
    assert [step.after and answer_text(Answer("", result=step.after)) for step in steps[1:3]] == [
        "4",
        "3",
    ]
