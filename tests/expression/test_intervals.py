"""Enclosures hold the values, and are as narrow as they need to be."""

from __future__ import annotations

import math
from fractions import Fraction

import mpmath
import pytest

from dlmath.expression import precise
from dlmath.expression.graph import Node
from dlmath.expression.interval_functions import FUNCTIONS
from dlmath.expression.intervals import Enclosure, Unsupported
from dlmath.expression.parser import parse

INTERVALS = [
    (-3.0, -1.25),
    (-1.0, 0.5),
    (-0.75, -0.7),
    (0.0, 0.25),
    (0.3, 0.9),
    (1.5, 4.0),
    (2.0, 2.0000001),
    (-40.0, -37.0),
    (5.0, 60.0),
]

EXPRESSIONS = [
    "x^3 - 3x",
    "x*exp(-x)",
    "1/(x^2 - 1)",
    "sqrt(4 - x^2)",
    "x^x",
    "abs(x^2 - 4)",
    "log(x)/x",
    "x^(2/3)",
    "2^x - x^2",
    "exp(-x^2)*sin(3x)",
    "piecewise((x^2, x < 0), (sin(x), x < 1), (1/x, true))",
    "max(x, 1 - x) + min(x, 2)",
    "cos(10 x)/x",
    "tan(x)*cot(x/2)",
    "leaky_relu(x, 1/5) + elu(x, 2)",
    "log(x, 3)",
    "pi*x + e",
]


def node(text: str) -> Node:
    return parse(text).node


def inside(low: float, high: float) -> list[Fraction]:
    a, b = Fraction(low), Fraction(high)
    return [a + (b - a) * Fraction(k, 12) for k in range(13)]


@pytest.mark.parametrize("text", [f"{name}(x)" for name in FUNCTIONS] + EXPRESSIONS)
def test_every_value_is_inside(text: str) -> None:
    if text in ("max(x)", "min(x)"):
        text = f"{text[:3]}(x, x^2)"
    function = node(text)
    enclosure = Enclosure(function, "x")
    seen = 0
    for low, high in INTERVALS:
        found = enclosure(low, high)
        for place in inside(low, high):
            if text == "x^x" and place < 0:
                continue  # real at single places only
            value = precise.evaluate(function, {"x": place}, 25)
            if isinstance(value, mpmath.mpc) or not mpmath.isfinite(value):
                continue
            seen += 1
            assert found is not None, (text, place)
            assert found[0] <= value <= found[1], (text, place, found)
    assert seen > 10


def test_narrow_intervals_have_narrow_enclosures() -> None:
    for text in ("x^3 - 3x", "exp(sin(x))/x", "gelu(x) + mish(x)", "x^x"):
        low, high = Enclosure(node(text), "x")(1.25, 1.25) or (0.0, 1.0)
        assert high - low < 1e-13


def test_half_lines() -> None:
    assert Enclosure(node("1/x^2"), "x")(2.0, math.inf) == (0.0, pytest.approx(0.25))
    low, high = Enclosure(node("x*(1 - sigmoid(x)) + 1"), "x")(20.0, math.inf) or (0, 0)
    assert low == 1 and high == math.inf
    assert Enclosure(node("log(x)"), "x")(0.0, 1.0) == (-math.inf, pytest.approx(0, abs=1e-300))


def test_nowhere_defined_is_none() -> None:
    assert Enclosure(node("sqrt(x)"), "x")(-2.0, -1.0) is None
    assert Enclosure(node("log(x) + 1"), "x")(-2.0, 0.0) is None
    assert Enclosure(node("asin(x)"), "x")(2.0, 3.0) is None


def test_exact_arithmetic_is_not_widened() -> None:
    assert Enclosure(node("2*x + 3 - x - x"), "x")(1.0, 1.0) == pytest.approx((3, 3), abs=1e-14)
    assert Enclosure(node("relu(x)"), "x")(-2.0, 3.0) == (0.0, 3.0)


@pytest.mark.parametrize("text", ["x + a", "zeta(x)", "i*x"])
def test_what_has_no_rule_is_said(text: str) -> None:
    with pytest.raises(Unsupported):
        Enclosure(node(text), "x")
