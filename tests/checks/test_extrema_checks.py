"""The checks of `extrema` and `convex` fail where something wrong is claimed."""

from __future__ import annotations

from fractions import Fraction
from math import inf
from typing import Any

import mpmath
import pytest

from dlmath.answer import FAILED, PASSED, UNAVAILABLE
from dlmath.checks.constrained import check_feasible, check_optimizer, check_rates
from dlmath.checks.convexity import check_convexity
from dlmath.checks.extrema import check_kinds, check_places, check_values, others
from dlmath.expression.parser import parse
from dlmath.maths.optimization.convexity.counterexample import Counterexample

NAMES = ("x", "y")
BOX = {"x": (-5.0, 5.0), "y": (-5.0, 5.0)}


def place(*values: float) -> tuple[Any, ...]:
    return tuple(map(mpmath.mpf, values))


BOWL = parse("(x - 1)^2 + (y + 2)^2 + 3").node


@pytest.mark.parametrize(
    ("at", "value", "kind", "wrong"),
    [
        ((1, -2), 3, "minimum", set()),
        ((1.001, -2), 3.000001, "minimum", {"places", "kinds"}),
        ((1, -2), 3.1, "minimum", {"values", "kinds"}),
        ((1, -2), 3, "maximum", {"kinds"}),
    ],
)
def test_points(at: tuple[float, float], value: float, kind: str, wrong: set[str]) -> None:
    listed = [(place(*at), mpmath.mpf(value), kind, True)]
    found = {
        "places": check_places(BOWL, NAMES, listed),
        "values": check_values(BOWL, NAMES, listed),
        "kinds": check_kinds(BOWL, NAMES, listed),
    }
    assert {name for name, check in found.items() if check.verdict == FAILED} == wrong


def test_a_missing_minimum_is_noticed() -> None:
    listed = [(place(1, -2), mpmath.mpf(3), "minimum", True)]
    assert others(BOWL, NAMES, BOX, listed, [], levels=False).verdict == PASSED
    assert others(BOWL, NAMES, BOX, [], [], levels=False).verdict == FAILED


def test_poles_are_no_minima() -> None:
    assert others(parse("1/(x*y)").node, NAMES, BOX, [], [], levels=False).verdict != FAILED


CIRCLE = [(parse("x^2 + y^2 - 2").node, True)]
SUM = parse("x + y").node


def test_constraints() -> None:
    good = [(place(1, 1), mpmath.mpf(2), "maximum"), (place(-1, -1), mpmath.mpf(-2), "minimum")]
    assert check_feasible(CIRCLE, NAMES, good).verdict == PASSED
    assert (
        check_feasible(CIRCLE, NAMES, [(place(1, 2), mpmath.mpf(3), "maximum")]).verdict == FAILED
    )
    assert check_optimizer(SUM, NAMES, CIRCLE, good, BOX).verdict == PASSED
    assert check_optimizer(SUM, NAMES, CIRCLE, good[:1], BOX).verdict == FAILED


@pytest.mark.parametrize(("multiplier", "verdict"), [(0.5, PASSED), (-0.5, FAILED), (1.0, FAILED)])
def test_multipliers(multiplier: float, verdict: str) -> None:
    rates = [(place(1, 1), "maximum", 0, multiplier, False)]
    assert check_rates(SUM, NAMES, CIRCLE, rates).verdict == verdict


def test_multipliers_without_a_point() -> None:
    assert check_rates(SUM, NAMES, CIRCLE, []).verdict == UNAVAILABLE


@pytest.mark.parametrize(
    ("text", "claim", "verdict"),
    [
        ("x^2", "convex", PASSED),
        ("x^2", "concave", FAILED),
        ("x^2", "both", FAILED),
        ("x^3", "convex", FAILED),
        ("x^2 + sin(3x)/4", "convex", FAILED),
        ("3x - 1", "both", PASSED),
        ("sqrt(x)", "concave", PASSED),
    ],
)
def test_curvature(text: str, claim: str, verdict: str) -> None:
    box = [(0.0 if "sqrt" in text else -inf, inf)]
    assert check_convexity(parse(text).node, ["x"], box, claim).verdict == verdict


def test_counterexamples_are_computed_again() -> None:
    cube = parse("x^3").node
    a, b = (Fraction(0),), (Fraction(-1),)
    good = Counterexample("convex", a, b, (Fraction(-1, 2),), None, None)
    bad = good._replace(kind="concave")
    assert check_convexity(cube, ["x"], [(-inf, inf)], "neither", [good]).verdict == PASSED
    assert check_convexity(cube, ["x"], [(-inf, inf)], "neither", [bad]).verdict == FAILED
    hole = good._replace(kind="domain")
    assert check_convexity(cube, ["x"], [(-inf, inf)], "neither", [hole]).verdict == FAILED
