"""Each check passes what is right and fails what was changed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from dlmath.answer import FAILED, PASSED, Check
from dlmath.checks import matrix as checks
from dlmath.checks import matrix_floats
from dlmath.expression.graph import Node
from dlmath.expression.parser import parse


def rows(text: str) -> list[list[Node]]:
    return [list(row.args) for row in parse(text).node.args]


def one(text: str) -> Node:
    return parse(text).node


A = "[2, 1; 1, 2]"
S = "[1, 2; 2, 4]"

#: Name, the check of a right claim, the check of a wrong one.
CASES: dict[str, tuple[Callable[[], Check], Callable[[], Check]]] = {
    "product": (
        lambda: checks.same_products("p", [rows(A), rows(A)], [rows("[5, 4; 4, 5]")]),
        lambda: checks.same_products("p", [rows(A), rows(A)], [rows("[5, 4; 4, 6]")]),
    ),
    "product with roots": (
        lambda: checks.same_products("p", [[[one("sqrt(2)")]], [[one("sqrt(2)")]]], [[[one("2")]]]),
        lambda: checks.same_products("p", [[[one("sqrt(2)")]], [[one("sqrt(3)")]]], [[[one("2")]]]),
    ),
    "product with variables": (
        lambda: checks.same_products("p", [[[one("x")]], [[one("x")]]], [[[one("x^2")]]]),
        lambda: checks.same_products("p", [[[one("x")]], [[one("x")]]], [[[one("x^3")]]]),
    ),
    "determinant": (
        lambda: checks.is_determinant(rows(A), one("3")),
        lambda: checks.is_determinant(rows(A), one("-3")),
    ),
    "symbolic determinant": (
        lambda: checks.is_determinant(rows("[a, b; c, d]"), one("a*d - b*c")),
        lambda: checks.is_determinant(rows("[a, b; c, d]"), one("a*d + b*c")),
    ),
    "rank": (lambda: checks.has_rank(rows(S), 1), lambda: checks.has_rank(rows(S), 2)),
    "inconsistent": (
        lambda: checks.is_inconsistent(rows(S), rows("[[1], [3]]")),
        lambda: checks.is_inconsistent(rows(S), rows("[[1], [2]]")),
    ),
    "null space": (
        lambda: checks.is_null_space(rows(S), rows("[[2, -1]]")),
        lambda: checks.is_null_space(rows(S), rows("[[1, -1]]")),
    ),
    "whole null space": (
        lambda: checks.is_null_space(rows(A), []),
        lambda: checks.is_null_space(rows(S), []),
    ),
    "reduced": (
        lambda: checks.is_reduced(rows(S), rows("[1, 2; 0, 0]")),
        lambda: checks.is_reduced(rows(S), rows("[1, 3; 0, 0]")),
    ),
    "reduced form": (
        lambda: checks.is_reduced(rows(A), rows("[1, 0; 0, 1]")),
        lambda: checks.is_reduced(rows(A), rows("[1, 1; 0, 1]")),
    ),
    "eigenvalues": (
        lambda: checks.are_eigenvalues(rows(A), [(one("1"), 1), (one("3"), 1)]),
        lambda: checks.are_eigenvalues(rows(A), [(one("0"), 1), (one("4"), 1)]),
    ),
    "eigenvectors": (
        lambda: checks.are_eigenvectors(rows(A), [(one("3"), rows("[[1, 1]]"))]),
        lambda: checks.are_eigenvectors(rows(A), [(one("3"), rows("[[1, 2]]"))]),
    ),
    "power": (
        lambda: checks.is_power(rows("[1, 1; 1, 0]"), 5, rows("[8, 5; 5, 3]")),
        lambda: checks.is_power(rows("[1, 1; 1, 0]"), 6, rows("[8, 5; 5, 3]")),
    ),
    "negative power": (
        lambda: checks.is_power(rows("[1, 1; 1, 0]"), -1, rows("[0, 1; 1, -1]")),
        lambda: checks.is_power(rows("[1, 1; 1, 0]"), -1, rows("[0, 1; 1, 1]")),
    ),
    "triangular": (
        lambda: checks.is_triangular(rows("[1, 0; 2, 1]"), rows("[1, 2; 0, 3]")),
        lambda: checks.is_triangular(rows("[1, 0; 2, 1]"), rows("[1, 2; 1, 3]")),
    ),
    "hermitian": (
        lambda: checks.is_hermitian_product("h", [rows(S)]),
        lambda: checks.is_hermitian_product("h", [rows("[1, 2; 3, 4]")]),
    ),
    "signature": (
        lambda: matrix_floats.has_signature(rows(A), (2, 0, 0)),
        lambda: matrix_floats.has_signature(rows(A), (1, 1, 0)),
    ),
    "norm": (
        lambda: matrix_floats.is_norm(rows(A), "2", one("3")),
        lambda: matrix_floats.is_norm(rows(A), "1", one("4")),
    ),
    "condition": (
        lambda: matrix_floats.is_condition(rows(A), "2", one("3")),
        lambda: matrix_floats.is_condition(rows(A), "2", one("2")),
    ),
    "exponential": (
        lambda: checks.is_exponential(rows("[0, 1; 0, 0]"), rows("[1, 1; 0, 1]")),
        lambda: checks.is_exponential(rows("[0, 1; 0, 0]"), rows("[1, 1; 1, 1]")),
    ),
    "residual": (
        lambda: matrix_floats.small_residual("r", np.array([1e-15]), 1.0, 2),
        lambda: matrix_floats.small_residual("r", np.array([1e-9]), 1.0, 2),
    ),
    "numbers": (
        lambda: matrix_floats.close_numbers("n", 1.0, 1.0 + 1e-12, 1e-11),
        lambda: matrix_floats.close_numbers("n", 1.0, 1.1, 1e-11),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_the_right_claim_passes_and_a_changed_one_fails(name: str) -> None:
    right, wrong = CASES[name]
    assert right().verdict == PASSED
    assert wrong().verdict == FAILED
