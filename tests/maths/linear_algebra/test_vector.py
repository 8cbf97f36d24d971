"""Vector operations against numpy, exact fractions and what a textbook says."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlmath.answer import DOES_NOT_EXIST, FAILED, Answer, Check, Step
from dlmath.errors import InvalidInput, LimitReached, Undefined
from dlmath.expression.graph import TWO, Node
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.maths.linear_algebra import vector_checks
from dlmath.maths.linear_algebra.vector import vector
from dlmath.settings import Settings

quick = settings(max_examples=25, derandomize=True, deadline=None)
entries = st.integers(-6, 6) | st.fractions(min_value=-3, max_value=3, max_denominator=5)


def node(text: str) -> Node:
    return parse(text).node


def ask(operation: str, *operands: str, order: str | None = None, **options: Any) -> Answer:
    given_nodes = [node(text) for text in operands]
    p = None if order is None else node(order)
    answer = vector(operation, *given_nodes, settings=Settings(**options), order=p)
    assert not [check for check in answer.checks if check.verdict == FAILED]
    return answer


def text(answer: Answer) -> str:
    assert isinstance(answer.result, Node)
    return to_text(answer.result)


def written(values: list[Any]) -> str:
    return "[" + ", ".join(written(v) if isinstance(v, list) else str(v) for v in values) + "]"


@pytest.mark.parametrize(
    ("operation", "operands", "expected"),
    [
        ("norm", ["[3, 4]"], "5"),
        ("norm", ["[1, 1]"], "sqrt(2)"),
        ("norm", ["[-7]"], "7"),
        ("norm", ["[1 + i, 2]"], "sqrt(6)"),
        ("norm", ["[x, 3]"], "sqrt(x**2 + 9)"),
        ("norm", ["[1 + sqrt(2), 1 - sqrt(2)]"], "sqrt(6)"),
        ("unit", ["[1, 2, 2]"], "[1/3, 2/3, 2/3]"),
        ("unit", ["[1, 1]"], "[sqrt(2)/2, sqrt(2)/2]"),
        ("angle", ["[1, 0]", "[1, 1]"], "pi/4"),
        ("angle", ["[1, 0]", "[-3, 0]"], "pi"),
        ("angle", ["[1, i]", "[1, 1]"], "pi/3"),
        ("project", ["[3, 4]", "[1, 1]"], "[7/2, 7/2]"),
        ("project", ["[1, 0]", "[1, i]"], "[1/2, i/2]"),
        ("cross", ["[1, 0, 0]", "[0, 1, 0]"], "[0, 0, 1]"),
        ("cross", ["[a, b, c]", "[1, 0, 0]"], "[0, c, -b]"),
        ("outer", ["[1, 2]", "[x, y, 3]"], "[[x, y, 3], [2*x, 2*y, 6]]"),
        ("distance", ["[1, 2]", "[4, 6]"], "5"),
        ("orthonormalize", ["[[3, 4], [1, 0]]"], "[[3/5, 4/5], [4/5, -3/5]]"),
        ("orthonormalize", ["[[0, 0], [0, 2]]"], "[[0, 1]]"),
        ("combine", ["[[1, 2], [1, -1]]", "[4, 5]"], "[3, 1]"),
        ("combine", ["[[1 + i, 2], [i, 1]]", "[1, 1]"], "[1, -1]"),
    ],
)
def test_exact_answers(operation: str, operands: list[str], expected: str) -> None:
    answer = ask(operation, *operands)
    assert text(answer) == expected
    assert answer.checks


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        ("1", "7"),
        ("2", "5"),
        ("inf", "4"),
        ("3", "91**(1/3)"),
        ("0", "2"),
        ("1/2", "4*sqrt(3) + 7"),
    ],
)
def test_norms_of_every_order(order: str, expected: str) -> None:
    answer = ask("norm", "[3, -4]", order=order)
    assert text(answer) == expected
    assert bool(answer.notes) == (order in ("0", "1/2"))


def test_a_number_has_its_digits_and_facts_their_shapes() -> None:
    answer = ask("norm", "[1, 1]")
    assert answer.value == pytest.approx(math.sqrt(2))
    assert answer.decimal == "1.414213562"
    assert answer.facts["shape_a"] == [2]
    assert answer.facts["shape"] == []
    assert ask("outer", "[1, 2]", "[1, 2, 3]").facts["shape"] == [2, 3]


def test_a_tiny_angle_keeps_its_digits() -> None:
    assert ask("angle", "[1, 0]", "[1, 1e-12]").value == pytest.approx(1e-12, rel=1e-12)
    assert ask("angle", "[1, 0]", "[1, 1]").facts["degrees"] == 45


@given(
    st.integers(1, 5).flatmap(lambda n: st.tuples(*[st.lists(entries, min_size=n, max_size=n)] * 2))
)
@quick
def test_pairs_agree_with_numpy(pair: tuple[list[Any], list[Any]]) -> None:
    a, b = (written(side) for side in pair)
    x, y = (np.array(side, dtype=float) for side in pair)
    assert ask("norm", a, order="3").value == pytest.approx(float(np.linalg.norm(x, 3)), abs=1e-12)
    assert ask("distance", a, b).value == pytest.approx(float(np.linalg.norm(x - y)), abs=1e-12)
    assert evaluate(node(text(ask("outer", a, b)))) == np.outer(x, y).tolist() or np.allclose(
        evaluate(node(text(ask("outer", a, b)))), np.outer(x, y)
    )
    if np.any(y):
        assert np.allclose(ask("project", a, b).value, (x @ y) / (y @ y) * y)
    if np.any(x) and np.any(y):
        cosine = float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))
        assert math.cos(ask("angle", a, b).value) == pytest.approx(cosine, abs=1e-9)


@given(
    st.integers(1, 3).flatmap(
        lambda n: st.lists(st.lists(entries, min_size=n, max_size=n), min_size=1, max_size=4)
    )
)
@quick
def test_bases_agree_with_numpy(rows: list[list[Any]]) -> None:
    a = np.array(rows, dtype=float)
    rank = int(np.linalg.matrix_rank(a))
    answer = ask("orthonormalize", written(rows))
    independence = ask("combine", written(rows))
    assert independence.facts["independent"] == (rank == len(rows))
    if not rank:
        assert answer.status == DOES_NOT_EXIST
        return
    basis = np.array(answer.value, dtype=float)
    assert basis.shape == (rank, a.shape[1])
    assert np.allclose(basis @ basis.T, np.eye(rank))
    assert np.allclose((a @ basis.T) @ basis, a)
    assert len(answer.facts["dependent"]) == len(rows) - rank
    target = [sum((k + 1) * row[j] for k, row in enumerate(rows)) for j in range(a.shape[1])]
    found = np.array(ask("combine", written(rows), written(target)).value, dtype=float)
    assert np.allclose(found @ a, np.array(target, dtype=float))


def test_what_does_not_exist_says_why() -> None:
    for operation, operands in [
        ("unit", ["[0, 0]"]),
        ("angle", ["[1, 2]", "[0, 0]"]),
        ("project", ["[1, 2]", "[0, 0]"]),
        ("orthonormalize", ["[[0, 0], [0, 0]]"]),
        ("combine", ["[[1, 2, 3], [2, 4, 6]]", "[1, 0, 0]"]),
    ]:
        answer = ask(operation, *operands)
        assert answer.status == DOES_NOT_EXIST
        assert answer.notes


def test_a_relation_of_dependent_rows_is_whole_and_true() -> None:
    answer = ask("combine", "[[1, 2], [3, 4], [5, 6]]")
    assert answer.result == "linearly dependent"
    assert to_text(answer.facts["relation"]) == "[1, -2, 1]"


def test_the_condition_on_a_symbolic_pivot_is_said() -> None:
    answer = ask("combine", "[[1, x], [x, 1]]", "[1, 1]")
    assert "1 - x**2" in "".join(p if isinstance(p, str) else to_text(p) for p in answer.notes[0])
    assert evaluate(node(text(answer)), {"x": 3.0}) == pytest.approx([0.25, 0.25])


@pytest.mark.parametrize(
    ("operation", "operands", "words"),
    [
        ("distance", ["[1, 2]", "[1, 2, 3]"], "lengths: 2 and 3"),
        ("cross", ["[1, 2]", "[3, 4]"], "length 2"),
        ("norm", ["[[1, 2], [3, 4]]"], "2 by 2 matrix"),
        ("norm", ["3"], "not a vector"),
        ("orthonormalize", ["[1, 2]"], "one vector"),
        ("combine", ["[[1, 2]]", "[1, 2, 3]"], "length 2, and the vector has length 3"),
        ("angle", ["[1, 2]"], "two vectors"),
        ("norm", ["[1, 2]", "[3, 4]"], "one argument"),
    ],
)
def test_what_does_not_fit_is_named(operation: str, operands: list[str], words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        ask(operation, *operands)
    assert words in caught.value.message
    assert caught.value.hint


def test_a_huge_exact_product_is_refused() -> None:
    long = "[" + "1, " * 399 + "1]"
    with pytest.raises(LimitReached, match="400 times 400"):
        ask("outer", long, long)


def test_orders_that_are_none_are_refused() -> None:
    for order in ("-1", "x"):
        with pytest.raises(InvalidInput, match="order of a norm"):
            ask("norm", "[1, 2]", order=order)
    with pytest.raises(InvalidInput, match="--ord is for"):
        ask("cross", "[1, 2, 3]", "[1, 2, 3]", order="1")
    with pytest.raises(Undefined, match=r"log\(0\)"):
        ask("norm", "[log(0), 1]")


# --- the working and the checks ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("operation", "operands"),
    [
        ("norm", ["[1, -2, sqrt(3)]"]),
        ("unit", ["[1, 1]"]),
        ("angle", ["[1, 2]", "[3, 4]"]),
        ("project", ["[3, 4]", "[1, 2]"]),
        ("cross", ["[1, 2, 3]", "[4, 5, 6]"]),
        ("outer", ["[1, 2]", "[3, 4]"]),
        ("distance", ["[1, 2]", "[4, 7]"]),
        ("orthonormalize", ["[[1, 1, 0], [1, 0, 1], [2, 1, 1]]"]),
        ("combine", ["[[1, 2], [1, -1]]", "[4, 5]"]),
    ],
)
def test_steps_keep_the_value_and_end_in_the_answer(operation: str, operands: list[str]) -> None:
    answer = ask(operation, *operands, steps=True)
    assert answer.steps[-1].after is answer.result
    for step in _all(answer.steps):
        if step.before is not None and step.after is not None:
            before = evaluate(node(to_text(step.before)))
            assert np.allclose(before, evaluate(step.after)), step


def _all(steps: Any) -> list[Step]:
    return [part for step in steps for part in (step, *_all(step.steps))]


def verdict(check: Check | list[Check]) -> str:
    checks = check if isinstance(check, list) else [check]
    return FAILED if any(one.verdict == FAILED for one in checks) else "passed"


def test_a_changed_answer_is_refuted() -> None:
    a, b = node("[1, 2, 3]"), node("[4, -5, 6]")
    assert verdict(vector_checks.check_norm(a.args, TWO, node("sqrt(14)"))) == "passed"
    for wrong in ("sqrt(15)", "3.7", "-3"):
        assert verdict(vector_checks.check_norm(a.args, TWO, node(wrong))) == FAILED
    assert verdict(vector_checks.check_norm(a.args, node("oo"), node("2"))) == FAILED
    assert verdict(vector_checks.check_norm(node("[x, 1]").args, TWO, node("x + 1"))) == FAILED
    right = ask("angle", "[1, 2, 3]", "[4, -5, 6]")
    assert isinstance(right.result, Node)
    assert verdict(vector_checks.check_angle(a, b, right.result, right.value + 1e-6)) == FAILED
    check = vector_checks.check_orthogonal
    assert verdict(check("", node("[4, -5, 6]"), b, a)) == FAILED
    rows = node("[[1, 2], [1, -1]]")
    assert (
        verdict(vector_checks.check_combination(node("[3, 2]"), rows, node("[4, 5]").args))
        == FAILED
    )
    assert verdict(vector_checks.check_rank([row.args for row in rows.args], 1)) == FAILED
    basis = node("[[3/5, 4/5], [4/5, 3/5]]")
    assert verdict(vector_checks.check_orthonormal(basis.args, rows.args, basis)) == FAILED


def test_the_opposite_unit_and_cross_product_are_refuted() -> None:
    from dlmath.maths.linear_algebra.vector_norms import _check_unit
    from dlmath.maths.linear_algebra.vector_pairs import _check_cross, _check_outer

    a, b = node("[1, 2, 3]"), node("[4, 5, 6]")
    assert verdict(_check_unit(node("[3, 4]"), TWO, node("[3/5, 4/5]"))) == "passed"
    assert verdict(_check_unit(node("[3, 4]"), TWO, node("[-3/5, -4/5]"))) == FAILED
    assert verdict(_check_cross(a, b, node("[-3, 6, -3]"))) == "passed"
    assert verdict(_check_cross(a, b, node("[3, -6, 3]"))) == FAILED
    assert verdict(_check_outer(node("[1, 2]"), node("[3, 4]"), node("[[3, 4], [6, 9]]"))) == FAILED


# --- arrays ------------------------------------------------------------------------------------


def test_arrays_agree_with_exact_entries() -> None:
    generator = np.random.default_rng(3)
    a, b = generator.integers(-9, 9, size=(2, 3)).astype(float)
    rows = generator.integers(-9, 9, size=(2, 3)).astype(float)
    for operation, operands in [
        ("norm", [a]),
        ("unit", [a]),
        ("angle", [a, b]),
        ("project", [a, b]),
        ("cross", [a, b]),
        ("outer", [a, b]),
        ("distance", [a, b]),
        ("orthonormalize", [rows]),
        ("combine", [rows, 2 * rows[0] - 3 * rows[1]]),
    ]:
        answer = vector(operation, *operands)
        assert [check.verdict for check in answer.checks].count("passed") == len(answer.checks) > 0
        exact = ask(operation, *(written(operand.astype(int).tolist()) for operand in operands))
        assert np.allclose(answer.value, np.array(exact.value, dtype=float))
        assert answer.facts["shape"] == exact.facts["shape"]
        assert answer.facts["error"] < 1e-11


def test_arrays_beyond_their_limits() -> None:
    assert vector("norm", np.array([3e200, 4e200])).value == pytest.approx(5e200)
    with pytest.raises(InvalidInput, match="largest float"):
        vector("norm", np.array([1.7e308, 1.7e308]))
    with pytest.raises(InvalidInput, match="entry 2"):
        vector("norm", np.array([1.0, math.nan]))
    rows = np.array([[1.0, 2.0], [2.0, 4.0]])
    assert vector("combine", rows).facts["independent"] is False
    assert vector("combine", rows, np.array([1.0, 0.0])).status == DOES_NOT_EXIST


def test_a_file_meets_a_typed_vector_exactly() -> None:
    assert vector("distance", np.array([0.1, 0.2]), node("[0, x]")).facts["shape_a"] == [2]
    answer = vector("project", np.array([0.5, 0.5]), node("[1, 3]"))
    assert answer.value == [Fraction(1, 5), Fraction(3, 5)]
