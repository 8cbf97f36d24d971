"""The checks on a descent refuse what is wrong, and say so where they cannot tell."""

from __future__ import annotations

import numpy as np
import pytest

from dlmath.answer import FAILED, PASSED, UNAVAILABLE
from dlmath.checks.descent import (
    First,
    check_first_step,
    check_gradient,
    check_search,
    check_value,
    difference_slope,
    difference_slopes,
)
from dlmath.expression.parser import parse
from dlmath.maths.optimization.methods import METHODS
from tests.maths.optimization.test_methods import LAWS

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


@pytest.mark.parametrize("method", [name for name, law in LAWS.items() if law.reference])
def test_a_wrong_first_step_fails(method: str) -> None:
    differences = difference_slopes(BOWL, NAMES, START)
    points = LAWS[method].reference
    assert points is not None
    after = list(points(lambda _: np.array(SLOPE), np.array(START), 1, 0.1)[1])
    first = First(method, 0.1, METHODS[method].parameters)

    def verdict(point: list[float]) -> str:
        return check_first_step(NAMES, (START, point), differences, first).verdict

    size = abs(after[1] - START[1])
    assert verdict(after) == PASSED
    assert verdict([after[0], after[1] + 1e-3 * size]) == FAILED
    assert verdict([after[0] - 1e-3 * size, after[1]]) == FAILED
    assert verdict(START) == FAILED


def test_clipping_and_noise_are_part_of_the_first_step() -> None:
    differences = difference_slopes(BOWL, NAMES, START)
    noise = [0.3, -0.2]
    slope = np.array(SLOPE) + noise
    clipped = slope * 2 / np.linalg.norm(slope)
    pair = (START, list(np.array(START) - 0.1 * clipped))
    for first, expected in [
        (First("gd", 0.1, {}, clip=2.0, noise=noise), PASSED),
        (First("gd", 0.1, {}, clip=2.0), FAILED),
        (First("gd", 0.1, {}, noise=noise), FAILED),
        (First("gd", 0.1, {}, clip=20.0, noise=noise), FAILED),
    ]:
        assert check_first_step(NAMES, pair, differences, first).verdict == expected


def test_a_search_that_does_not_go_down_enough_fails() -> None:
    differences = difference_slopes(BOWL, NAMES, START)

    def verdict(length: float) -> str:
        after = [x - length * g for x, g in zip(START, SLOPE, strict=True)]
        return check_search(BOWL, NAMES, (START, after), differences).verdict

    assert verdict(0.1) == PASSED
    assert verdict(-0.01) == FAILED  # uphill
    assert verdict(0.6) == FAILED  # past the minimum: up again
    assert verdict(0.0) == UNAVAILABLE
    flat = parse("-x").node
    found = difference_slopes(flat, ["x"], [0.0])
    assert check_search(flat, ["x"], ([0.0], [1.0]), found).verdict == PASSED


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
