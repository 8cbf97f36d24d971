"""Exact matrices: against textbook results, sympy, and degenerate input of every kind."""

from __future__ import annotations

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from dlmath.answer import ANSWERED, DOES_NOT_EXIST, FAILED, Answer, Step
from dlmath.errors import DlmathError, InvalidInput, LimitReached, Undefined, Unsolved
from dlmath.expression.graph import Node
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.maths.linear_algebra.determinant import bareiss
from dlmath.maths.linear_algebra.matrix import matrix
from dlmath.maths.linear_algebra.matrix_operands import OPERATIONS
from dlmath.render.plain import answer_text, sentence_text
from dlmath.settings import Settings

quick = settings(max_examples=25, derandomize=True, deadline=None)

entries = st.fractions(min_value=-9, max_value=9, max_denominator=6)


@st.composite
def matrices(draw: st.DrawFn, square: bool = True) -> list[list[Fraction]]:
    rows = draw(st.integers(1, 4))
    columns = rows if square else draw(st.integers(1, 4))
    return [[draw(entries) for _ in range(columns)] for _ in range(rows)]


def typed(rows: list[list[Fraction]]) -> str:
    return "[" + ", ".join("[" + ", ".join(map(str, row)) + "]" for row in rows) + "]"


def ask(
    operation: str,
    a: str,
    b: str | None = None,
    *,
    order: str | None = None,
    numeric: bool = False,
    **options: object,
) -> Answer:
    """The answer, of which every check has passed."""
    answer = matrix(
        operation,
        parse(a).node,
        None if b is None else parse(b).node,
        Settings(**options),  # type: ignore[arg-type]
        order=order,
        numeric=numeric,
    )
    assert not [check for check in answer.checks if check.verdict == FAILED], answer.checks
    assert answer.checks
    return answer


def text(operation: str, a: str, b: str | None = None, order: str | None = None) -> str:
    return answer_text(ask(operation, a, b, order=order))


@pytest.mark.parametrize(
    ("operation", "a", "b", "expected"),
    [
        ("add", "[1, 2; 3, 4]", "[1, x; 0, 1]", "[[2, x + 2], [3, 5]]"),
        ("multiply", "[1, 2; 3, 4]", "[1, 2]", "[5, 11]"),
        ("multiply", "[1, 2; 3, 4]", "[0, 1; 1, 0]", "[[2, 1], [4, 3]]"),
        ("transpose", "[a, b; c, d]", None, "[[a, c], [b, d]]"),
        ("trace", "[1, 2; 3, 4]", None, "5"),
        ("det", "[a, b; c, d]", None, "a*d - b*c"),
        ("det", "[1, 2, 3; 4, 5, 6; 7, 8, 9]", None, "0"),
        ("det", "[[5]]", None, "5"),
        ("det", "[10^20, 1; 1, 10^-20]", None, "0"),
        ("det", "[log(2), 1; 1, 1/log(2)]", None, "0"),
        ("inverse", "[2, 1; 1, 1]", None, "[[1, -1], [-1, 2]]"),
        ("inverse", "[1, i; 0, 2]", None, "[[1, -i/2], [0, 1/2]]"),
        ("inverse", "[1, sqrt(2); sqrt(2), 3]", None, "[[3, -sqrt(2)], [-sqrt(2), 1]]"),
        ("rank", "[1, 2; 2, 4]", None, "1"),
        ("rank", "[sin(x)^2, 1; 1 - cos(x)^2, 1]", None, "1"),
        ("rref", "[1, 2, 3; 4, 5, 6]", None, "[[1, 0, -1], [0, 1, 2]]"),
        ("solve", "[2, 1; 1, 1]", "[3, 2]", "[1, 1]"),
        ("solve", "[1, 2; 3, 4]", "[1, 0; 0, 1]", "[[-2, 1], [3/2, -1/2]]"),
        ("solve", "[1, 2; 2, 4]", "[1, 2]", "[1 - 2*t, t]\nfor any number t"),
        ("eigen", "[2, 1; 1, 2]", None, "lambda1 = 1\nv1 = [1, -1]\nlambda2 = 3\nv2 = [1, 1]"),
        ("eigen", "[0, -1; 1, 0]", None, "lambda1 = -i\nv1 = [-i, 1]\nlambda2 = i\nv2 = [i, 1]"),
        ("eigen", "[[5]]", None, "lambda1 = 5\nv1 = [1]"),
        (
            "lu",
            "[0, 1; 2, 3]",
            None,
            "L = [[1, 0], [0, 1]]\nU = [[2, 3], [0, 1]]\nP = [[0, 1], [1, 0]]",
        ),
        ("qr", "[3, 1; 4, 1]", None, "Q = [[3/5, 4/5], [4/5, -3/5]]\nR = [[5, 7/5], [0, 1/5]]"),
        ("cholesky", "[4, 2; 2, 3]", None, "L = [[2, 0], [1, sqrt(2)]]"),
        ("svd", "[3, 0; 0, 2]", None, "U = [[1, 0], [0, 1]]\nS = [3, 2]\nV = [[1, 0], [0, 1]]"),
        ("nullspace", "[1, 2, 3; 4, 5, 6; 7, 8, 9]", None, "[1, -2, 1]"),
        ("nullspace", "[1, 0; 0, 1]", None, "[0, 0]"),
        ("pinv", "[1, 2; 2, 4]", None, "[[1/25, 2/25], [2/25, 4/25]]"),
        ("power", "[1, 1; 1, 0]", "-3", "[[-1, 2], [2, -3]]"),
        ("power", "[1, 1; 1, 0]", "0", "[[1, 0], [0, 1]]"),
        ("exp", "[0, 1; 0, 0]", None, "[[1, 1], [0, 1]]"),
        ("exp", "[0, -t; t, 0]", None, "[[cos(t), -sin(t)], [sin(t), cos(t)]]"),
        ("definite", "[2, 1; 1, 2]", None, "positive definite"),
        ("definite", "[1, 1; 1, 1]", None, "positive semidefinite"),
        ("definite", "[1, 2; 2, 1]", None, "indefinite"),
        ("definite", "[-2, 1; 1, -2]", None, "negative definite"),
        ("definite", "[a, b; b, c]", None, "a > 0\na*c - b**2 > 0"),
        ("show", "[1, 2; 2, 4]", None, "2 by 2, rank 1, symmetric, singular"),
        ("show", "[0, 1; -1, 0]", None, "2 by 2, rank 2, antisymmetric, orthogonal, invertible"),
    ],
)
def test_textbook_results(operation: str, a: str, b: str | None, expected: str) -> None:
    assert text(operation, a, b) == expected


@pytest.mark.parametrize(
    ("operation", "order", "expected"),
    [
        ("norm", None, "sqrt(30)"),
        ("norm", "1", "6"),
        ("norm", "inf", "7"),
        ("norm", "2", "sqrt(sqrt(221) + 15)"),
        ("condition", "1", "21"),
    ],
)
def test_norms_and_condition_numbers(operation: str, order: str | None, expected: str) -> None:
    assert text(operation, "[1, 2; 3, 4]", order=order) == expected


def test_fibonacci_numbers_do_not_overflow() -> None:
    assert "354224848179261915075" in text("power", "[1, 1; 1, 0]", "100")


# --- against another exact route --------------------------------------------------------------


def sympy_matrix(rows: list[list[Fraction]]) -> sympy.Matrix:
    return sympy.Matrix([[sympy.Rational(x.numerator, x.denominator) for x in row] for row in rows])


def plain(found: sympy.Matrix) -> list[list[Fraction]]:
    return [[Fraction(int(x.p), int(x.q)) for x in found.row(i)] for i in range(found.rows)]


@quick
@given(matrices())
def test_determinants_and_inverses_agree_with_sympy(rows: list[list[Fraction]]) -> None:
    other = sympy_matrix(rows)
    determinant = other.det()
    assert ask("det", typed(rows)).value == Fraction(int(determinant.p), int(determinant.q))
    answer = ask("inverse", typed(rows))
    if determinant == 0:
        assert answer.status == DOES_NOT_EXIST
    else:
        assert answer.value == plain(other.inv())


@quick
@given(matrices(square=False))
def test_reduced_rows_and_null_spaces_agree_with_sympy(rows: list[list[Fraction]]) -> None:
    other = sympy_matrix(rows)
    reduced, pivots = other.rref()
    assert ask("rref", typed(rows)).value == plain(reduced)
    assert ask("rank", typed(rows)).value == len(pivots)
    assert ask("nullspace", typed(rows)).facts["dimension"] == len(rows[0]) - len(pivots)


@quick
@given(matrices(square=False))
def test_factorizations_pass_their_checks(rows: list[list[Fraction]]) -> None:
    assert ask("lu", typed(rows)).status == ANSWERED
    if any(any(row) for row in rows):
        assert ask("qr", typed(rows)).status == ANSWERED
    assert ask("pinv", typed(rows)).status == ANSWERED


def test_bareiss_agrees_with_sympy_beyond_words() -> None:
    rows = [[(7 * i * i + 3 * j * j + i * j * 11) % 101 - 50 for j in range(9)] for i in range(9)]
    assert bareiss(rows) == sympy.Matrix(rows).det()


# --- lessons ----------------------------------------------------------------------------------


def test_a_singular_matrix_has_no_inverse_and_says_why() -> None:
    answer = ask("inverse", "[1, 2; 2, 4]")
    assert answer.status == DOES_NOT_EXIST
    assert "singular" in answer.facts["reason"] and "rank 1" in answer.facts["reason"]


@pytest.mark.parametrize("a", ["[0.1, 0.3; 0.2, 0.6]", "[1, 2; 2, 4]", "[x, 1; x^2, x]"])
def test_singular_matrices_are_told_exactly(a: str) -> None:
    assert ask("inverse", a).status == DOES_NOT_EXIST
    assert ask("power", a, "-1").status == DOES_NOT_EXIST


def test_a_contradiction_has_no_solution() -> None:
    answer = ask("solve", "[1, 2; 2, 4]", "[1, 3]")
    assert answer.status == DOES_NOT_EXIST
    assert answer.facts["solutions"] == "none"
    assert "rank" in answer.facts["reason"]


def test_free_parameters_avoid_names_in_use() -> None:
    answer = ask("solve", "[1, 2, 3; 4, 5, 6]", "[1, t]")
    assert answer.facts["parameters"] == ["s"]
    assert answer.facts["solutions"] == "infinitely many"
    assert len(answer.facts["null_space"]) == 1


def test_a_defective_matrix_does_not_get_an_eigenvector_too_many() -> None:
    answer = ask("eigen", "[2, 1; 0, 2]")
    assert answer_text(answer) == "lambda1 = 2\nv1 = [1, 0]\nlambda2 = 2"
    assert answer.facts["multiplicities"] == [2]
    assert answer.facts["geometric_multiplicities"] == [1]
    assert not answer.facts["diagonalizable"]


def test_the_pivot_that_fails_is_named() -> None:
    answer = ask("cholesky", "[1, 2; 2, 1]", steps=True)
    assert answer.status == DOES_NOT_EXIST
    assert "pivot 2 is -3" in answer.facts["reason"]
    assert "not positive" in "".join(map(str, answer.steps[-1].text))


def test_what_was_divided_by_is_said() -> None:
    answer = ask("inverse", "[a, b; c, d]")
    assert [to_text(node) for node in answer.facts["nonzero"]] == ["a*d - b*c"]


@pytest.mark.parametrize(
    ("operation", "a", "b", "words"),
    [
        ("det", "[1, 2, 3; 4, 5, 6]", None, "square"),
        ("inverse", "[1, 2, 3; 4, 5, 6]", None, "2 by 3"),
        ("add", "[1, 2; 3, 4]", "[1, 2, 3; 4, 5, 6]", "2 columns against 3"),
        ("add", "[1, 2; 3, 4]", "[1, 2]", "vector"),
        ("multiply", "[1, 2; 3, 4]", "[1, 2, 3]", "2 columns against 3 entries"),
        ("solve", "[1, 2; 3, 4]", "[1, 2, 3]", "2 rows against 3 entries"),
        ("transpose", "[1, 2, 3]", None, "not a matrix"),
        ("det", "5", None, "not a vector or a matrix"),
        ("nosuch", "[1, 2; 3, 4]", None, "no operation"),
        ("solve", "[1, 2; 3, 4]", None, "second operand"),
        ("det", "[1, 2; 3, 4]", "[1, 2]", "one matrix"),
        ("power", "[1, 2; 3, 4]", "1/2", "whole number"),
        ("cholesky", "[1, 2; 3, 4]", None, "symmetric"),
    ],
)
def test_what_does_not_fit_is_refused(operation: str, a: str, b: str | None, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        ask(operation, a, b)
    assert words in caught.value.message


@pytest.mark.parametrize(
    ("operation", "a", "b", "kind"),
    [
        ("power", "[1, 1; 1, 0]", "1000000000", LimitReached),
        ("det", "[1, 1/0; 3, 4]", None, Undefined),
        ("svd", "[a, b, c; d, e, f]", None, Unsolved),
    ],
)
def test_what_cannot_be_had(operation: str, a: str, b: str | None, kind: type[DlmathError]) -> None:
    with pytest.raises(kind):
        ask(operation, a, b)


# --- working ----------------------------------------------------------------------------------

_ONE_RESULT = ["det", "trace", "inverse", "rank", "rref", "power", "exp", "add", "multiply"]


@pytest.mark.parametrize("operation", _ONE_RESULT)
def test_the_working_ends_in_the_answer(operation: str) -> None:
    b = {"power": "5", "add": "[1, 1; 1, 1]", "multiply": "[1, 1; 1, 1]"}.get(operation)
    answer = ask(operation, "[2, 1; 1, 1]", b, steps=True)
    assert answer.steps[-1].after is answer.result


def test_row_operations_are_named_with_the_matrix_after_them() -> None:
    steps = ask("rref", "[1, 2; 2, 5]", steps=True).steps
    assert _said(steps[0]) == "R2 <- R2 - 2*R1"
    assert isinstance(steps[0].after, Node)
    assert to_text(steps[0].after) == "[[1, 2], [0, 1]]"
    assert _said(steps[1]) == "R1 <- R1 - 2*R2"


def _said(step: Step) -> str:
    return "".join(part if isinstance(part, str) else to_text(part) for part in step.text)


@pytest.mark.parametrize("operation", ["norm", "condition", "pinv", "transpose", "definite"])
def test_every_operation_has_working(operation: str) -> None:
    assert ask(operation, "[2, 1; 1, 2]", steps=True).steps


def test_symbolic_norms_are_checked_at_a_point() -> None:
    assert text("norm", "[a, -2; 3, 4]") == "sqrt(a**2 + 29)"


def test_digits_give_the_decimals_of_every_entry() -> None:
    assert ask("inverse", "[3, 2; 3, 4]", digits=5).decimal == "[[0.66667, -0.33333], [-0.5, 0.5]]"
    found = ask("eigen", "[1, 1; 1, 0]", digits=4).decimal
    assert found == "lambda1 = -0.618; v1 = [-0.618, 1]; lambda2 = 1.618; v2 = [1.618, 1]"


@pytest.mark.parametrize("operation", sorted(OPERATIONS))
def test_every_operation_states_the_shapes(operation: str) -> None:
    second = OPERATIONS[operation].second
    b = None if second is None else "2" if operation == "power" else "[1, 0; 0, 1]"
    answer = ask(operation, "[2, 1; 1, 2]", b)
    assert answer.facts["shapes"]["a"] == [2, 2]
    assert answer.status == ANSWERED


def test_singular_values_with_variables_say_where_they_hold() -> None:
    answer = matrix("svd", parse("[a, 0; 0, b]").node, None, Settings())
    words = sentence_text(answer.notes[-1])
    assert "not where one of these is 0" in words
    assert "abs(a)" in words
    assert "abs(b)" in words
    numbers = matrix("svd", parse("[3, 0; 4, 5]").node, None, Settings())
    assert not any("is 0" in sentence_text(note) for note in numbers.notes)
