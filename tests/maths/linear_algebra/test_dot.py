"""The dot product against numpy, exact fractions and what a textbook says."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlmath.answer import FAILED, Answer, Step
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import Node
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.maths.linear_algebra.accurate import dot as accurate_dot
from dlmath.maths.linear_algebra.dot import dot
from dlmath.settings import Settings

rationals = st.fractions(max_denominator=1000, min_value=-(10**6), max_value=10**6)
quick = settings(max_examples=60, derandomize=True, deadline=None)


def ask(a: str, b: str, **options: object) -> Answer:
    answer = dot(parse(a).node, parse(b).node, Settings(**options))  # type: ignore[arg-type]
    assert not [check for check in answer.checks if check.verdict == FAILED]
    assert answer.checks
    return answer


def text(answer: Answer) -> str:
    assert isinstance(answer.result, Node)
    return to_text(answer.result)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("[1, 2, 3]", "[4, 5, 6]", "32"),
        ("[1e16, 1, -1e16]", "[1, 1, 1]", "1"),
        ("[4611686018427387904, 4611686018427387904]", "[2, 2]", "18446744073709551616"),
        ("[0.1, 0.2]", "[0.3, 1/3]", "29/300"),
        ("[x, y]", "[x, y]", "x**2 + y**2"),
        ("[sqrt(2), 1]", "[1, sqrt(2)]", "2*sqrt(2)"),
        ("[[1, 2], [3, 4]]", "[1, 2]", "[5, 11]"),
        ("[1, 2]", "[1, 2; 3, 4]", "[7, 10]"),
        ("[[1, 2], [3, 4]]", "[[0, 1], [1, 0]]", "[[2, 1], [4, 3]]"),
        ("[1, 2, 3]", "[[1], [0], [2]]", "[7]"),
        ("[i, 1]", "[1, i]", "2*i"),
        ("2*[1, 2]", "[1, 2] + [3, 4]", "32"),
    ],
)
def test_products_are_exact(a: str, b: str, expected: str) -> None:
    assert text(ask(a, b)) == expected


def test_numbers_beyond_floats_are_exact() -> None:
    answer = ask("[1e400, 1]", "[1e400, -1]")
    assert answer.value == 10**800 - 1


@given(st.lists(st.tuples(rationals, rationals), min_size=1, max_size=6))
@quick
def test_rational_vectors_agree_with_fractions(pairs: list[tuple[Fraction, Fraction]]) -> None:
    a = "[" + ", ".join(str(x) for x, _ in pairs) + "]"
    b = "[" + ", ".join(str(y) for _, y in pairs) + "]"
    answer = ask(a, b)
    assert answer.value == sum(x * y for x, y in pairs)
    x, y = (np.array(side, dtype=float) for side in zip(*pairs, strict=True))
    if np.any(x) and np.any(y):
        cosine = float(x @ y / np.linalg.norm(x) / np.linalg.norm(y))
        angle = answer.facts["angle"]
        assert evaluate(answer.facts["cosine"]) == pytest.approx(cosine, abs=1e-9)
        assert math.cos(angle["radians"]) == pytest.approx(cosine, abs=1e-9)
        assert math.degrees(angle["radians"]) == pytest.approx(angle["degrees"])
        assert evaluate(answer.facts["norm_a"]) == pytest.approx(float(np.linalg.norm(x)))
        assert evaluate(answer.facts["projection"]) == pytest.approx(x @ y / (y @ y) * y)


def test_angles_that_have_a_name_are_whole_degrees() -> None:
    for a, b, degrees in [
        ("[1, 0]", "[0, 5]", 90),
        ("[1, 0]", "[1, 1]", 45),
        ("[1, 0]", "[-3, 0]", 180),
        ("[1, 1, 0]", "[1, 0, 1]", 60),
        ("[1, 1, 0]", "[-1, 0, -1]", 120),
    ]:
        angle = ask(a, b).facts["angle"]
        assert angle["degrees"] == degrees
        assert angle["radians"] == pytest.approx(math.radians(degrees))


def test_a_tiny_angle_keeps_its_digits() -> None:
    angle = ask("[1, 0]", "[1, 1e-12]").facts["angle"]
    assert angle["radians"] == pytest.approx(1e-12, rel=1e-12)


def test_cosine_is_exact_and_symbolic_vectors_stay_symbolic() -> None:
    assert to_text(ask("[1, 0]", "[1, 1]").facts["cosine"]) == "sqrt(2)/2"
    facts = ask("[a, b]", "[c, d]").facts
    assert to_text(facts["norm_a"]) == "sqrt(a**2 + b**2)"
    assert isinstance(facts["angle"]["radians"], Node)


def test_a_zero_vector_makes_no_angle() -> None:
    answer = ask("[0, 0]", "[1, 2]")
    assert answer.facts["angle"] is None
    assert answer.facts["cosine"] is None
    assert answer.notes == [("a zero vector makes no angle",)]
    assert ask("[1, 2]", "[0, 0]").facts["projection"] is None


def test_values_are_put_in() -> None:
    answer = ask("[x, 2]", "[3, x]", at={"x": parse("1/2").node})
    assert text(answer) == "5/2"


@pytest.mark.parametrize(
    ("a", "b", "words"),
    [
        ("[1, 2, 3]", "[1, 2]", ["3", "2"]),
        ("[1, 2, 3]", "[1]", ["3", "1"]),
        ("[1, 2, 3]", "2", ["second", "not a vector"]),
        ("[[1, 2], [3, 4]]", "[1, 2, 3]", ["2 columns", "3 entries"]),
        ("[[1, 2, 3], [4, 5, 6]]", "[1, 2]", ["3 columns", "2 entries"]),
        ("[oo, 1]", "[1, 1]", ["oo"]),
    ],
)
def test_what_does_not_fit_is_named(a: str, b: str, words: list[str]) -> None:
    with pytest.raises(InvalidInput) as caught:
        ask(a, b)
    for word in words:
        assert word in caught.value.message


def test_the_transpose_that_would_fit_is_named() -> None:
    with pytest.raises(InvalidInput) as caught:
        ask("[[1, 2, 3], [4, 5, 6]]", "[1, 2]")
    assert caught.value.hint == "the transpose of the first, 3 by 2, would fit"


def test_an_undefined_entry_is_named() -> None:
    with pytest.raises(Undefined, match=r"log\(0\)"):
        ask("[log(0), 1]", "[1, 1]")


# --- the working -----------------------------------------------------------------------------


def flatten(steps: list[Step] | tuple[Step, ...]) -> list[Step]:
    return [one for step in steps for one in (step, *flatten(step.steps))]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("[1, 2, 3]", "[4, -5, 6]"),
        ("[x, 2]", "[3, y]"),
        ("[1, 1]", "[1, 1]"),
        ("[2]", "[3]"),
        ("[0, 0]", "[1, 2]"),
        ("[1/3, sqrt(2)]", "[3, x]"),
        ("[[1, 2], [3, 4]]", "[1, 2]"),
        ("[[1, 2], [3, 4]]", "[[x, 1], [1, 0]]"),
    ],
)
def test_every_step_keeps_the_value_and_the_last_is_the_answer(a: str, b: str) -> None:
    answer = ask(a, b, steps=True)
    assert answer.steps[-1].after is answer.result
    point = {"x": 0.7, "y": -1.3}
    for step in flatten(answer.steps):
        if step.before is not None and step.after is not None:
            before, after = (evaluate(node, point) for node in (step.before, step.after))
            assert np.allclose(before, after, rtol=1e-12)


def test_the_working_shows_each_product() -> None:
    first = ask("[1, 2]", "[4, -5]", steps=True).steps[0]
    assert first.after is not None
    assert to_text(first.after) == "1*4 + 2*(-5)"


# --- arrays from files -----------------------------------------------------------------------


def of_arrays(a: object, b: object) -> Answer:
    answer = dot(np.array(a), np.array(b), Settings())
    assert not [check for check in answer.checks if check.verdict == FAILED]
    return answer


def test_whole_numbers_from_files_never_wrap() -> None:
    assert of_arrays([4611686018427387904] * 2, [2, 2]).value == 18446744073709551616


@given(
    st.lists(
        st.tuples(*[st.floats(-1e6, 1e6, allow_nan=False, allow_subnormal=False)] * 2),
        min_size=1,
        max_size=12,
    )
)
@quick
def test_floats_are_rounded_once(pairs: list[tuple[float, float]]) -> None:
    exact = sum(Fraction(x) * Fraction(y) for x, y in pairs)
    a, b = (np.array(side) for side in zip(*pairs, strict=True))
    assert accurate_dot(a, b) == float(exact)


def test_cancellation_is_harmless() -> None:
    assert of_arrays([1e16, 1.0, -1e16], [1.0, 1.0, 1.0]).value == 1.0


def test_matrices_of_floats_agree_with_numpy() -> None:
    random = np.random.default_rng(4)
    a, b = random.normal(size=(4, 3)), random.normal(size=(3, 5))
    for x, y in [(a, b), (a[0], b), (a, b[:, 0]), (a[0], b[:, 0])]:
        assert np.allclose(of_arrays(x, y).value, x @ y, rtol=1e-14)


def test_large_matrices_are_quick_and_say_that_they_are_floats() -> None:
    random = np.random.default_rng(5)
    a, b = random.normal(size=(90, 70)), random.normal(size=(70, 80))
    answer = of_arrays(a, b)
    assert np.allclose(answer.value, a @ b)
    assert "rounding errors" in str(answer.notes)
    assert answer.checks[0].name == "product with a vector of random signs"
    whole = of_arrays(np.full((90, 70), 2**40), np.full((70, 80), 3))
    assert whole.value[0][0] == 70 * 3 * 2**40
    huge = of_arrays(np.full((80, 3), 2**62), np.full((3, 80), 2**62))
    assert huge.value[0][0] == 3 * 2**124


def test_facts_of_arrays_are_numbers() -> None:
    facts = of_arrays([1.0, 0.0], [1.0, 1e-9]).facts
    assert facts["angle"]["radians"] == pytest.approx(1e-9)
    assert facts["norm_a"] == 1.0
    assert facts["projection"] == pytest.approx([1.0, 1e-9])


def test_the_text_of_a_float_reads_back_as_the_same_number() -> None:
    answer = of_arrays([0.1, 1e-30], [0.7, 3.0])
    assert float(parse(str(answer.result)).node.number) == answer.value


def test_complex_entries_are_not_conjugated() -> None:
    answer = of_arrays([1j, 1.0], [1j, 2.0])
    assert answer.value == 1
    assert "without conjugation" in str(answer.notes)


def test_a_file_meets_a_typed_vector() -> None:
    answer = dot(np.array([0.1, 2.0]), parse("[x, 1]").node, Settings())
    assert text(answer) == "x/10 + 2"


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_entries_of_files_that_are_no_numbers_are_named(bad: float) -> None:
    with pytest.raises(InvalidInput, match=r"entry 2 of the second operand"):
        of_arrays([1.0, 2.0], [1.0, bad])


def test_a_product_beyond_floats_is_an_error() -> None:
    with pytest.raises(InvalidInput, match="beyond the largest float"):
        of_arrays([1e308, 1e308], [10.0, 10.0])
