"""The checks on a descent refuse what is wrong, and say so where they cannot tell."""

from __future__ import annotations

import pytest

from dlmath.answer import FAILED, PASSED, UNAVAILABLE
from dlmath.checks.descent import (
    check_first_step,
    check_gradient,
    check_value,
    difference_slope,
    difference_slopes,
)
from dlmath.expression.parser import parse

NAMES = ["x", "y"]
BOWL = parse("x^2 + 3*y^2 + exp(x)").node
START = [0.5, -1.0]
SLOPE = [1 + 1.6487212707001282, -6.0]


def test_differences_give_the_gradient() -> None:
    for index in (0, 1):
        slope, error = difference_slope(BOWL, NAMES, START, index)
        assert slope == pytest.approx(SLOPE[index], rel=1e-10)
        assert abs(slope - SLOPE[index]) <= error


def test_a_wrong_gradient_fails() -> None:
    differences = difference_slopes(BOWL, NAMES, START)
    assert check_gradient(NAMES, SLOPE, differences, "the start").verdict == PASSED
    wrong = [SLOPE[0], SLOPE[1] * (1 + 1e-5)]
    assert check_gradient(NAMES, wrong, differences, "the start").verdict == FAILED


def test_a_wrong_value_fails() -> None:
    value = 0.25 + 3 + 1.6487212707001282
    assert check_value(BOWL, NAMES, START, value).verdict == PASSED
    assert check_value(BOWL, NAMES, START, value + 1e-6).verdict == FAILED


@pytest.mark.parametrize(
    ("method", "reach"), [("gd", 0.1), ("momentum", 0.1), ("nesterov", 0.1 * 1.9), ("adam", None)]
)
def test_a_wrong_first_step_fails(method: str, reach: float | None) -> None:
    differences = difference_slopes(BOWL, NAMES, START)
    if reach is None:
        after = [0.5 - 0.1, -1.0 + 0.1]
    else:
        after = [x - reach * g for x, g in zip(START, SLOPE, strict=True)]

    def verdict(point: list[float]) -> str:
        return check_first_step(NAMES, (START, point), differences, method, 0.1, 0.9).verdict

    assert verdict(after) == PASSED
    assert verdict([after[0], after[1] + 0.01]) == FAILED


def test_a_kink_is_not_judged() -> None:
    kink = parse("|x|").node
    differences = difference_slopes(kink, ["x"], [1e-5])
    assert check_gradient(["x"], [1.0], differences, "the end").verdict == UNAVAILABLE


def test_a_wrong_dot_product_fails() -> None:
    from dlmath.expression.graph import number
    from dlmath.maths.linear_algebra.angle import cauchy_schwarz
    from dlmath.maths.linear_algebra.dot import check_product_of

    a, b = parse("[1, 2/3, 3]").node, parse("[4, 5, 6]").node
    assert check_product_of(a, b, parse("76/3").node).verdict == PASSED
    assert check_product_of(a, b, parse("77/3").node).verdict == FAILED
    x = parse("[x, sqrt(2)]").node
    assert check_product_of(x, x, parse("x^2 + 2").node).verdict == PASSED
    assert check_product_of(x, x, parse("x^2 - 2").node).verdict == FAILED
    assert cauchy_schwarz(a, b, number(100))[0].verdict == FAILED
