"""Reverse mode against differences of precise values, and its size."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import mpmath
import pytest
from hypothesis import given, settings
from mpmath import mpf

from dlmath.errors import InvalidInput, LimitReached, Unsolved
from dlmath.expression import graph, numbers, precise
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import Node, call, make, number, symbol, topological, vector
from tests.expression.strategies import NAMES, any_expressions, points, smooth

x, y, k = symbol("x"), symbol("y"), symbol("k")
n = number
_STEP = Fraction(1, 10**20)


def _difference(node: Node, point: dict[str, Fraction], name: str) -> mpf:
    ahead = precise.evaluate(node, {**point, name: point[name] + _STEP}, 70)
    behind = precise.evaluate(node, {**point, name: point[name] - _STEP}, 70)
    with mpmath.workdps(70):
        return (ahead - behind) / (2 * mpf(_STEP.numerator) / _STEP.denominator)


def _assert_gradient(node: Node, point: dict[str, Fraction]) -> int:
    """How many entries could be compared."""
    compared = 0
    for name, slope in gradient(node, NAMES).items():
        try:
            expected = _difference(node, point, name)
            found = precise.evaluate(slope, point, 30)
        except LimitReached:
            continue
        if mpmath.isnan(expected) or mpmath.isnan(found) or abs(expected) > 1e8:
            continue
        assert abs(found - expected) <= (1 + abs(expected)) * mpf("1e-12")
        compared += 1
    return compared


@given(smooth, points)
@settings(max_examples=80, derandomize=True, deadline=None)
def test_gradient_agrees_with_differences(node, point):
    if mpmath.isnan(precise.evaluate(node, point)):
        return
    _assert_gradient(node, point)


def test_the_comparison_compares():
    node = graph.mul(call("sin", graph.mul(x, y)), call("exp", x))
    assert _assert_gradient(node, {name: Fraction(1, 3) for name in NAMES}) == 3


@pytest.mark.parametrize(
    "node",
    [
        lambda: graph.power(x, y),
        lambda: call("max", x, y, graph.mul(x, y)),
        lambda: call("logsumexp", vector([x, graph.mul(x, y), n(1)])),
        lambda: call("dot", call("softmax", vector([x, y])), vector([y, x])),
        lambda: call("mse", call("tanh", vector([x, y])), vector([n(1), n(0)])),
        lambda: call(
            "norm", graph.mul(vector([vector([n(1), x]), vector([y, n(2)])]), vector([x, y]))
        ),
        lambda: call("huber", vector([x, y]), vector([n(5), n(0)])),
        lambda: make("sum", (call("sin", graph.mul(k, x, y)), k, n(1), n(4))),
        lambda: make("product", (graph.add(k, graph.mul(x, y)), k, n(1), n(4))),
        lambda: make(
            "piecewise", (graph.mul(x, y), make("lt", (x, y)), call("log", x), graph.TRUE)
        ),
        lambda: graph.mul(
            *(graph.add(n(power), graph.power(x, n(power)), y) for power in range(2, 9))
        ),
        lambda: call("leaky_relu", graph.neg(x), y),
    ],
)
def test_operations_of_several_variables(node):
    point = {"x": Fraction(7, 10), "y": Fraction(4, 3), "z": Fraction(0)}
    assert _assert_gradient(node(), point) == 3


def test_a_product_may_have_zero_factors():
    node = graph.mul(*(symbol(name) for name in "abcdef"))
    slopes = gradient(node, list("abcdef"))
    values = dict.fromkeys("abcdef", 2.0)
    assert numbers.evaluate(slopes["a"], {**values, "a": 0.0}) == 32
    assert numbers.evaluate(slopes["b"], {**values, "a": 0.0}) == 0


def test_an_undefined_branch_that_is_not_taken_does_no_harm():
    node = make(
        "piecewise", (graph.sqrt(x), make("gt", (x, n(0))), graph.power(x, n(2)), graph.TRUE)
    )
    slope = gradient(graph.mul(n(3), node), ["x"])["x"]
    assert numbers.evaluate(slope, {"x": -2.0}) == -12
    assert numbers.evaluate(slope, {"x": 0.0}) == 0
    assert numbers.evaluate(slope, {"x": 4.0}) == 0.75


def test_bound_variables_are_not_variables():
    node = make("sum", (graph.mul(k, x), k, n(1), n(3)))
    assert gradient(node, ["k"])["k"] is graph.ZERO
    assert numbers.evaluate(gradient(node, ["k", "x"])["x"]) == 6


def test_the_gradient_by_a_variable_that_does_not_occur_is_zero():
    assert gradient(call("sin", x), ["x", "w"])["w"] is graph.ZERO


@pytest.mark.parametrize(
    ("node", "error"),
    [
        (lambda: vector([x, y]), InvalidInput),
        (lambda: call("zeta", x), Unsolved),
        (lambda: call("besselj", x, n(1)), Unsolved),
        (lambda: make("integrate", (x, x)), Unsolved),
        (lambda: make("sum", (k, k, n(1), x)), Unsolved),
    ],
)
def test_what_has_no_gradient_says_so(node, error):
    with pytest.raises(error):
        gradient(node(), ["x"])


def rosenbrock(dimension: int) -> tuple[Node, list[str]]:
    """The sum of 100*(x_(i+1) - x_i^2)^2 + (1 - x_i)^2."""
    names = [f"x{index}" for index in range(dimension)]
    variables = [symbol(name) for name in names]
    terms: list[Node] = []
    for a, b in pairwise(variables):
        valley = graph.power(graph.sub(b, graph.power(a, n(2))), n(2))
        terms += [graph.mul(n(100), valley), graph.power(graph.sub(n(1), a), n(2))]
    return graph.add(*terms), names


def _size(*nodes: Node) -> int:
    return sum(1 + len(part.args) for part in topological(*nodes))


def test_the_rosenbrock_gradient_is_right_and_stays_small():
    sizes = []
    for dimension in (25, 200):
        node, names = rosenbrock(dimension)
        slopes = gradient(node, names)
        sizes.append(_size(*slopes.values()) / _size(node))
        flat = dict.fromkeys(names, 1.0)
        assert all(numbers.evaluate(slope, flat) == 0 for slope in slopes.values())
    assert sizes[1] == pytest.approx(sizes[0], rel=0.05)
    assert sizes[1] < 4


@pytest.mark.parametrize("shape", ["chain", "product", "shared"])
def test_size_is_linear(shape):
    sizes = []
    for count in (100, 800):
        node = x
        if shape == "product":
            node = graph.mul(*(graph.add(symbol(f"v{index}"), n(1)) for index in range(count)))
        for index in range(count if shape != "product" else 0):
            factor = call("sin", node)
            node = (
                factor if shape == "chain" else graph.mul(n(index + 2), factor, call("cos", node))
            )
        names = sorted(graph.free_symbols(node))
        sizes.append(_size(*gradient(node, names).values()))
    assert sizes[1] < 8.5 * sizes[0]


@given(any_expressions, points)
@settings(max_examples=60, derandomize=True, deadline=None)
def test_kinks_and_steps_never_break_the_sweep(node, point):
    slopes = gradient(node, NAMES)
    assert set(slopes) == set(NAMES)
    for slope in slopes.values():
        assert graph.free_symbols(slope) <= set(NAMES)
