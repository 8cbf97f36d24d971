"""Floating-point answers in every notation and file: whole where they are small, never rounded."""

from __future__ import annotations

import json
import time
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlmath.answer import Answer, Numbers
from dlmath.cli.read_data import read_data
from dlmath.errors import LimitReached
from dlmath.expression.parser import parse
from dlmath.maths.linear_algebra.dot import dot
from dlmath.maths.linear_algebra.matrix import matrix
from dlmath.maths.linear_algebra.tensor import tensor
from dlmath.maths.linear_algebra.vector import vector
from dlmath.render.json import answer_json
from dlmath.render.latex import answer_latex
from dlmath.render.plain import answer_text
from dlmath.render.python import answer_python
from dlmath.render.rich import render
from dlmath.settings import DEFAULTS, Settings


def node(text: str) -> Any:
    return parse(text).node


def in_floats(operation: str, a: str, b: str | None = None) -> Answer:
    right = None if b is None else node(b)
    return matrix(operation, node(a), right, DEFAULTS, numeric=True)


def run(source: str) -> Any:
    """What the program returns."""
    space: dict[str, Any] = {}
    exec(compile(source, "answer", "exec"), space)  # noqa: S102  our own text
    return space["answer"]()


def loaded(content: bytes) -> Any:
    return np.load(BytesIO(content), allow_pickle=False)


def test_latex_sets_floats_as_matrices() -> None:
    assert answer_latex(in_floats("inverse", "[2, 0; 0, 4]")) == (
        r"\begin{pmatrix} 0.5 & 0.0 \\ 0.0 & 0.25 \end{pmatrix}"
    )
    assert answer_latex(in_floats("solve", "[2, 0; 0, 1e20]", "[1, 1]")) == (
        r"\begin{pmatrix} 0.5 \\ 1 \cdot 10^{-20} \end{pmatrix}"
    )
    parts = answer_latex(in_floats("lu", "[2, 0; 0, 4]"))
    assert r"L = \begin{pmatrix} 1.0 & 0.0 \\ 0.0 & 1.0 \end{pmatrix}" in parts
    assert r"\lambda_{1} = 0.0 - 1.0 i" in answer_latex(in_floats("eigen", "[0, -1; 1, 0]"))


def test_latex_has_the_corners_of_a_large_array() -> None:
    array = np.arange(900.0).reshape(30, 30)
    text = answer_latex(matrix("transpose", array, None, DEFAULTS))
    assert text.endswith(r"\end{pmatrix}_{30 \times 30}")
    assert r"0.0 & 30.0 & \cdots & 870.0 \\ 1.0 & 31.0" in text
    assert r"\vdots & \vdots & \ddots & \vdots" in text
    wide = answer_latex(matrix("transpose", np.ones((30, 2)), None, DEFAULTS))
    assert wide.count(r"\cdots") == 2
    assert r"\vdots" not in wide
    tall = answer_latex(matrix("transpose", np.ones((2, 30)), None, DEFAULTS))
    assert tall.count(r"\vdots") == 2
    assert r"\ddots" not in tall
    cube = answer_latex(tensor("transpose", [np.ones((2, 2, 2))], DEFAULTS))
    assert cube.count(r"\begin{pmatrix}") == 3


def test_python_gives_the_same_floats() -> None:
    a = np.random.default_rng(3).standard_normal((4, 4))
    found = matrix("inverse", a, None, DEFAULTS)
    np.testing.assert_array_equal(run(answer_python(found)), np.array(found.value))
    q, r = run(answer_python(matrix("qr", a, None, DEFAULTS)))
    np.testing.assert_allclose(q @ r, a, atol=1e-14)
    assert run(answer_python(matrix("det", a, None, DEFAULTS))) == pytest.approx(np.linalg.det(a))
    lower, upper, order = run(answer_python(matrix("lu", node("[0, 1; 2, 3]"), None, DEFAULTS)))
    np.testing.assert_array_equal(order @ np.array([[0, 1], [2, 3]]), lower @ upper)
    with pytest.raises(LimitReached, match="too many"):
        answer_python(matrix("transpose", np.ones((400, 400)), None, DEFAULTS))


def test_csv_reads_back_as_the_same_numbers(tmp_path: Path) -> None:
    a = np.random.default_rng(4).standard_normal((60, 50))
    content = matrix("transpose", a, None, DEFAULTS).files[".csv"]()
    file = tmp_path / "found.csv"
    file.write_bytes(content)
    read = tensor("show", [read_data(str(file))], DEFAULTS).value
    np.testing.assert_array_equal(np.array(read, dtype=float), a.T)
    assert vector("unit", np.array([3.0, 4.0])).files[".csv"]() == b"0.6\n0.8\n"


def test_npy_holds_one_answer_and_npz_several() -> None:
    exact = matrix("inverse", node("[2, 1; 1, 1]"), None, DEFAULTS)
    whole = loaded(exact.files[".npy"]())
    assert whole.dtype == np.int64
    assert whole.tolist() == [[1, -1], [-1, 2]]
    assert loaded(vector("unit", node("[1, 1]")).files[".npy"]())[0] == pytest.approx(0.5**0.5)
    a = np.random.default_rng(5).standard_normal((5, 3))
    parts = matrix("svd", a, None, DEFAULTS)
    assert parts.files[".npy"]() == b""
    held = loaded(parts.files[".npz"]())
    np.testing.assert_allclose((held["U"] * held["S"]) @ held["V"].T, a, atol=1e-14)
    assert matrix("inverse", node("[a, 0; 0, 1]"), None, DEFAULTS).files[".npy"]() == b""
    assert matrix("inverse", node("[1, 1; 1, 1]"), None, DEFAULTS).files[".npz"]() == b""
    product = dot(np.array([2**62, 1]), np.array([4, 1]), DEFAULTS)
    assert product.value == 2**64 + 1
    assert loaded(product.files[".npy"]()) == 2.0**64


def test_a_large_answer_is_quick_in_json_and_whole() -> None:
    a = np.random.default_rng(6).standard_normal((700, 700))
    found = matrix("transpose", a, None, Settings(check=False))
    started = time.process_time()
    text = answer_json(found)
    assert time.process_time() - started < 3
    np.testing.assert_array_equal(np.array(json.loads(text)["value"]), a.T)


def test_lists_that_hold_more_than_floats_are_written_one_by_one() -> None:
    answer = Answer("test", value=[1.5, float("inf"), 10**400, [2, 3]])
    assert '"value": [1.5, null, 1' in answer_json(answer)


def test_a_large_product_is_shown_by_its_corners() -> None:
    a = np.ones((60, 60))
    found = dot(a, a, DEFAULTS)
    assert answer_text(found).endswith("(60 by 60)")
    assert isinstance(found.result, Numbers)
    assert found.result.array.shape == (60, 60)
    huge = np.full((60, 60), 2**40)
    assert dot(huge, huge, DEFAULTS).value[0][0] == 60 * 2**80


def test_a_terminal_has_rows_of_small_matrices_and_corners_of_long_vectors() -> None:
    small = render(in_floats("lu", "[1, 2; 3, 4]"), 80, terminal=False, encoding="utf-8")
    assert "U = ⎡3.0                 4.0⎤\n" in small
    assert "      ⎣0.0  0.6666666666666667⎦\n" in small
    narrow = render(in_floats("inverse", "[1, 2; 3, 7]"), 20, terminal=False, encoding="utf-8")
    assert "⎡" not in narrow
    vectors = vector("unit", np.arange(1.0, 201.0))
    assert len(answer_text(vectors).split(",")) == 200
    shown = render(vectors, 80, terminal=False, encoding="utf-8")
    assert "(length 200)" in shown
    assert shown.count(",") < 20
