"""Power iteration: what it finds, its rate, and how it fails."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlmath.answer import ANSWERED, DIVERGES, FAILED, UNSOLVED, Answer
from dlmath.errors import InvalidInput
from dlmath.expression.parser import parse
from dlmath.maths.linear_algebra.matrix import matrix
from dlmath.maths.linear_algebra.power_iteration import rows_shown
from dlmath.picture import Picture
from dlmath.settings import Settings


def ask(a: Any, start: str | None = None, **options: Any) -> Answer:
    left = parse(a).node if isinstance(a, str) else a
    first = None if start is None else parse(start).node
    answer = matrix("eigen", left, None, Settings(**options), method="power", start=first)
    assert not [check for check in answer.checks if check.verdict == FAILED], answer.checks
    return answer


def test_the_table_shows_the_rate_of_the_two_largest_eigenvalues() -> None:
    answer = ask("[2, 1; 1, 3]")
    values = np.linalg.eigvalsh(np.array([[2, 1], [1, 3]]))
    assert answer.facts["eigenvalue"] == pytest.approx(values[1], rel=1e-14)
    assert answer.facts["rate_predicted"] == pytest.approx(values[0] / values[1])
    assert answer.facts["rate_observed"] == pytest.approx(values[0] / values[1], rel=1e-3)
    assert answer.facts["dominant"] is True
    (table,) = answer.tables
    steps, quotients = zip(*((row[0], row[2]) for row in table.rows), strict=True)
    assert steps[:4] == (0, 1, 2, 3)
    assert steps[-1] == answer.facts["iterations"]
    assert quotients[0] == pytest.approx(3.5)
    assert table.rows[5][-1] == pytest.approx(values[0] / values[1], rel=1e-3)
    assert "square of the rate" in str(answer.notes)


@settings(max_examples=20, derandomize=True, deadline=None)
@given(st.integers(2, 8), st.integers(0, 10**6))
def test_random_matrices_agree_with_numpy(size: int, seed: int) -> None:
    a = np.random.default_rng(seed).standard_normal((size, size))
    answer = ask(a)
    values = sorted(np.linalg.eigvals(a), key=abs)
    if answer.status == ANSWERED:
        assert answer.checks
        found = np.array(answer.facts["eigenvector"])
        value = answer.facts["eigenvalue"]
        np.testing.assert_allclose(a @ found, value * found, atol=1e-12 * size * size)
        if answer.facts["dominant"]:
            assert abs(value) == pytest.approx(abs(values[-1]), rel=1e-6)
    elif answer.status == DIVERGES:
        assert abs(values[-1]) == pytest.approx(abs(values[-2]), rel=1e-8)
    else:
        assert answer.status == UNSOLVED
        assert abs(values[-2] / values[-1]) > 0.97


@pytest.mark.parametrize(
    ("a", "status", "words"),
    [
        ("[0, -1; 1, 0]", DIVERGES, "complex pair of modulus 1"),
        ("[1, -2, 0; 2, 1, 0; 0, 0, 1]", DIVERGES, "1 + 2*i and 1 - 2*i"),
        ("[1, 0; 0, -1]", DIVERGES, "equal moduli"),
        ("[2, 1; 0, 2]", UNSOLVED, "defective"),
        ("[1, 0; 0, 0.99999]", UNSOLVED, "about 3223604 steps"),
    ],
)
def test_where_it_does_not_converge_it_says_why(a: str, status: str, words: str) -> None:
    answer = ask(a)
    assert answer.status == status
    assert words in answer.facts["reason"]
    assert answer.tables


def test_a_start_across_the_eigenvector_finds_another_and_says_so() -> None:
    answer = ask("[2, 1; 1, 2]", "[1, -1]")
    assert answer.facts["eigenvalue"] == pytest.approx(1)
    assert answer.facts["dominant"] is False
    assert "not the eigenvalue of largest modulus, 3" in str(answer.notes)
    lucky = ask("[1, 0; 0, -1]", "[1, 0]")
    assert lucky.status == ANSWERED
    assert "-1 has the same modulus" in str(lucky.notes)


def test_eigenspaces_and_zeros() -> None:
    plane = ask("[3, 0, 0; 0, 3, 0; 0, 0, 1]", "[1, 2, 3]")
    assert plane.facts["eigenvector"][:2] == pytest.approx([0.2**0.5, 0.8**0.5])
    assert plane.facts["rate_predicted"] == pytest.approx(1 / 3)
    assert ask("[0, 1; 0, 0]").facts["eigenvalue"] == 0
    assert ask("[0, 0; 0, 0]").facts["iterations"] == 0
    assert ask("[[5]]").facts["eigenvalue"] == 5
    assert ask("[i, 1; 0, 2]").facts["eigenvalue"] == pytest.approx(2)
    assert ask("[-4, 1; 1, 2]").facts["eigenvalue"] == pytest.approx(-1 - 10**0.5)


def test_steps_and_pictures() -> None:
    answer = ask("[2, 1; 1, 3]", steps=True, plot=True)
    assert "quotient 3.6" in str(answer.steps[2].text)
    picture = answer.picture
    assert isinstance(picture, Picture)
    assert picture.y_log
    assert all(error > 0 for error in picture.curves[0].y)
    assert "eigenvector already" in str(ask("[2, 0; 0, 2]", plot=True).notes)


def test_rows_grow_apart() -> None:
    assert rows_shown(0) == [0]
    assert rows_shown(3) == [0, 1, 2, 3]
    assert len(rows_shown(2000)) < 45
    assert rows_shown(2000)[-1] == 2000


@pytest.mark.parametrize(
    ("operation", "options", "words"),
    [
        ("det", {"method": "power"}, "belongs to eigen"),
        ("eigen", {"method": "qr"}, "there is no method qr"),
        ("eigen", {"start": "[1, 1]"}, "belongs to power iteration"),
        ("eigen", {"method": "power", "start": "[0, 0]"}, "zero vector"),
        ("eigen", {"method": "power", "start": "[1, 2, 3]"}, "2 columns"),
        ("eigen", {"method": "power", "start": "[a, 1]"}, "variables"),
    ],
)
def test_what_does_not_fit_is_named(operation: str, options: dict[str, str], words: str) -> None:
    start = parse(options["start"]).node if "start" in options else None
    with pytest.raises(InvalidInput, match=words):
        matrix(
            operation,
            parse("[1, 2; 3, 4]").node,
            None,
            Settings(),
            method=options.get("method"),
            start=start,
        )
