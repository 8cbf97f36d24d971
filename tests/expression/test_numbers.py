"""Values in binary64, by themselves and against arrays, many digits and other libraries."""

from __future__ import annotations

import cmath
import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings

from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression import graph, numbers, precise
from dlmath.expression.graph import Node, call, make, number, symbol, vector
from dlmath.expression.vocabulary import FUNCTIONS
from tests.expression.samples import REFERENCES, SAMPLES, applied, floats
from tests.expression.strategies import any_expressions, points

x, y, k = symbol("x"), symbol("y"), symbol("k")
n = number

EACH_SAMPLE = [(name, operands) for name in FUNCTIONS for operands in SAMPLES[name]]


@pytest.mark.parametrize(("name", "operands"), EACH_SAMPLE)
def test_function_agrees_with_an_independent_value(name, operands):
    expected = REFERENCES[name](*map(floats, operands))
    computed = numbers.evaluate(applied(name, operands))
    assert np.asarray(computed) == pytest.approx(np.asarray(expected, dtype=float), rel=1e-12)


@pytest.mark.parametrize(("name", "operands"), EACH_SAMPLE)
def test_arrays_and_digits_agree_with_the_float(name, operands):
    node = applied(name, operands)
    computed = np.asarray(numbers.evaluate(node))
    arrays = np.asarray(numbers.evaluate_many(node, {"unused": np.zeros(3)}))
    assert arrays == pytest.approx(
        np.broadcast_to(computed[..., None], (*computed.shape, 3)), rel=1e-13
    )
    exact = np.asarray(numbers.to_float(precise.evaluate(node, digits=25)))
    assert exact == pytest.approx(computed, rel=1e-13)


@given(any_expressions, points)
@settings(max_examples=250, derandomize=True, deadline=None)
def test_floats_agree_with_many_digits(node, point):
    values = {name: float(value) for name, value in point.items()}
    exact = _digits(node, values)
    if exact is None or abs(exact) > 1e300 or not _well_conditioned(node, values, exact):
        return
    computed = numbers.evaluate(node, values)
    assert cmath.isclose(computed, exact, rel_tol=1e-7, abs_tol=1e-9)


@given(any_expressions, points)
@settings(max_examples=150, derandomize=True, deadline=None)
def test_arrays_agree_with_floats(node, point):
    values = {name: float(value) for name, value in point.items()}
    one = numbers.evaluate(node, values)
    many = numbers.evaluate_many(node, {name: np.full(2, v) for name, v in values.items()})
    assert many.shape == (2,)
    exact = _digits(node, values)
    if isinstance(one, complex) or math.isnan(one):
        if exact is None or exact.imag:
            assert np.isnan(many).all() or _is_noise(one, many)
    elif exact is not None and _well_conditioned(node, values, exact):
        assert many == pytest.approx([one, one], rel=1e-7, abs=1e-9)


def _is_noise(one: complex, many: np.ndarray) -> bool:
    """A pole or a root that rounding moved a little off its place."""
    return bool(np.isclose(many, one.real, rtol=1e-6, atol=1e-6).all() or cmath.isnan(one))


def _digits(node: Node, values: dict[str, float]) -> complex | None:
    try:
        value = precise.evaluate(node, values, 25)
    except LimitReached:
        return None
    value = numbers.to_float(value)
    return None if cmath.isnan(value) else complex(value)


def _well_conditioned(node: Node, values: dict[str, float], exact: complex) -> bool:
    """Does a tiny change of the variables change the value a little only?"""
    moved = {name: value * (1 + 1e-11) + 1e-13 for name, value in values.items()}
    other = _digits(node, moved)
    return other is not None and cmath.isclose(other, exact, rel_tol=1e-8, abs_tol=1e-10)


def test_the_strategy_reaches_what_it_should():
    names = set()

    @given(any_expressions)
    @settings(max_examples=200, derandomize=True, deadline=None)
    def collect(node):
        names.update(part.op for part in graph.topological(node))

    collect()
    assert {"piecewise", "pow", "log", "relu", "add", "mul", "vector", "gamma"} <= names


@pytest.mark.parametrize(
    ("name", "operand", "value"),
    [
        ("softplus", 1000, 1000.0),
        ("softplus", -800, math.exp(-700) * math.exp(-100)),
        ("sigmoid", -700, math.exp(-700)),
        ("sigmoid", -800, 0.0),
        ("sigmoid", 800, 1.0),
        ("silu", -700, -700 * math.exp(-700)),
        ("mish", -700, -700 * math.exp(-700)),
        ("gelu", -30, -30 * 4.906713927148187e-198),
        ("gelu", 100, 100.0),
        ("elu", Fraction(-1, 10**20), -1e-20),
        ("sech", 800, 0.0),
        ("csch", -800, 0.0),
        ("coth", 800, 1.0),
        ("cbrt", -8, -2.0),
        ("heaviside", 0, 0.5),
        ("exp", 1000, math.inf),
        ("sinh", -1000, -math.inf),
        ("gamma", 200, math.inf),
        ("factorial", 20, 2432902008176640000.0),
        ("floor", Fraction(-1, 2), -1.0),
    ],
)
def test_tails_and_conventions(name, operand, value):
    assert numbers.evaluate(call(name, n(operand))) == pytest.approx(value, rel=1e-14)


def test_softmax_and_logsumexp_do_not_overflow():
    entries = vector([n(1000), n(1001)])
    odds = 1 / (1 + math.e)
    assert numbers.evaluate(call("softmax", entries)) == pytest.approx([odds, 1 - odds])
    assert numbers.evaluate(call("logsumexp", entries)) == pytest.approx(
        1001 + math.log1p(1 / math.e)
    )
    small = numbers.evaluate(call("logsumexp", n(0), n(-40)))
    assert small == pytest.approx(math.exp(-40), rel=1e-14)
    logs = numbers.evaluate(call("log_softmax", entries))
    assert logs == pytest.approx([math.log(odds), math.log(1 - odds)])


def test_losses_at_the_ends_of_the_range():
    sure, wrong = vector([n(1), n(0)]), vector([n(0), n(1)])
    for name in ("bce", "cross_entropy", "kl_div"):
        assert numbers.evaluate(call(name, sure, sure)) == 0
        assert math.isnan(numbers.evaluate(call(name, wrong, sure)))
    tiny = vector([n(Fraction(1, 10**20))])
    loss = numbers.evaluate(call("bce", tiny, vector([n(0)])))
    assert loss == pytest.approx(1e-20, rel=1e-12)


@pytest.mark.parametrize(
    "node",
    [
        lambda: graph.div(n(1), x),
        lambda: call("log", x),
        lambda: graph.mul(x, graph.INFINITY),
        lambda: graph.sub(graph.INFINITY, graph.INFINITY),
        lambda: call("gamma", x),
        lambda: call("sin", graph.INFINITY),
        lambda: call("csc", x),
        lambda: call("atanh", n(1)),
        lambda: call("atan2", x, x),
        lambda: graph.power(x, n(Fraction(-1, 2))),
        lambda: graph.power(n(1), graph.INFINITY),
        lambda: graph.power(graph.INFINITY, x),
        lambda: symbol("unknown"),
        lambda: make("derive", (x, x)),
        lambda: make("sum", (k, k, n(1), graph.INFINITY)),
    ],
)
def test_undefined_is_nan_everywhere(node):
    assert math.isnan(numbers.evaluate(node(), {"x": 0.0}))
    assert mpmath.isnan(precise.evaluate(node(), {"x": 0}))
    if "unknown" not in graph.free_symbols(node()):
        assert np.isnan(numbers.evaluate_many(node(), {"x": np.zeros(2)})).all()


def test_a_nan_is_believed_only_after_more_digits():
    gap = graph.sub(call("exp", x), call("exp", graph.sub(x, n(1))))
    assert numbers.evaluate(gap, {"x": 1000}) == math.inf
    ratio = graph.div(call("exp", x), call("exp", graph.sub(x, n(1))))
    assert numbers.evaluate(ratio, {"x": 1000}) == pytest.approx(math.e)
    assert numbers.evaluate_many(ratio, {"x": np.array([1000.0, 1.0])}) == pytest.approx(math.e)


def test_infinities_are_ordinary_limits():
    assert numbers.evaluate(call("atan", graph.INFINITY)) == pytest.approx(math.pi / 2)
    assert numbers.evaluate(call("exp", graph.neg(graph.INFINITY))) == 0
    assert numbers.evaluate(graph.div(n(1), graph.INFINITY)) == 0
    assert numbers.evaluate(graph.power(n(2), graph.INFINITY)) == math.inf


def test_complex_only_where_needed():
    assert numbers.evaluate(graph.sqrt(n(-4))) == 2j
    assert numbers.evaluate(call("log", n(-1))) == pytest.approx(math.pi * 1j)
    square = numbers.evaluate(graph.power(graph.sqrt(x), n(2)), {"x": -4.0})
    assert square == -4 and isinstance(square, float)
    assert numbers.evaluate(graph.power(n(-8), n(Fraction(1, 3)))) == pytest.approx(
        1 + math.sqrt(3) * 1j
    )
    assert numbers.evaluate(call("abs", graph.sqrt(x)), {"x": -9.0}) == 3
    many = numbers.evaluate_many(call("abs", graph.sqrt(x)), {"x": np.array([-9.0, 4.0])})
    assert many == pytest.approx([3, 2])


def test_an_undefined_branch_that_is_not_taken_does_no_harm():
    branch = make(
        "piecewise",
        (
            graph.div(n(1), x),
            make("lt", (x, n(0))),
            call("log", x),
            make("gt", (x, n(0))),
            n(7),
            graph.TRUE,
        ),
    )
    many = numbers.evaluate_many(branch, {"x": np.array([-2.0, 0.0, math.e])})
    one = [numbers.evaluate(branch, {"x": value}) for value in (-2.0, 0.0, math.e)]
    assert one == pytest.approx([-0.5, 7, 1])
    assert many == pytest.approx(one)
    nested = make("piecewise", (n(1), make("gt", (graph.div(n(1), x), n(0))), n(2), graph.TRUE))
    assert math.isnan(numbers.evaluate(nested, {"x": 0}))


def test_sums_and_products_bind_their_variable():
    squares = make("sum", (graph.mul(graph.power(k, n(2)), x), k, n(1), y))
    assert numbers.evaluate(squares, {"x": 2.0, "y": 4.0, "k": 99.0}) == 60
    assert numbers.evaluate(make("product", (k, k, n(1), n(5)))) == 120
    assert numbers.evaluate(make("sum", (k, k, n(1), n(0)))) == 0
    double = make("sum", (make("sum", (graph.mul(k, y), k, n(1), y)), y, n(1), n(3)))
    assert numbers.evaluate(double) == 1 + 6 + 18
    with pytest.raises(LimitReached):
        numbers.evaluate(make("sum", (k, k, n(1), n(10**9))))


def test_vectors_and_matrices():
    matrix = vector([vector([n(1), n(2)]), vector([n(3), n(4)])])
    assert numbers.evaluate(graph.mul(matrix, vector([x, y])), {"x": 1, "y": 2}) == [5, 11]
    assert numbers.evaluate(graph.mul(n(2), matrix, matrix)) == [[14, 20], [30, 44]]
    assert numbers.evaluate(graph.power(matrix, n(2))) == [[7, 10], [15, 22]]
    assert numbers.evaluate(call("exp", vector([n(0), x])), {"x": 0}) == [1, 1]
    assert numbers.evaluate(call("dot", matrix, matrix)) == [[7, 10], [15, 22]]
    with pytest.raises(InvalidInput, match=r"dot|product"):
        numbers.evaluate(graph.mul(vector([x, y]), vector([y, x])), {"x": 1, "y": 2})
    with pytest.raises(InvalidInput, match="lengths 2 and 1"):
        numbers.evaluate(call("dot", vector([x, y]), vector([x])), {"x": 1, "y": 2})
    many = numbers.evaluate_many(graph.mul(x, matrix), {"x": np.array([1.0, 2.0])})
    assert np.asarray(many)[:, :, 1].tolist() == [[2, 4], [6, 8]]


def test_relations_have_truth_values():
    assert numbers.evaluate(make("lt", (x, n(1))), {"x": 0}) is True
    assert (
        numbers.evaluate(make("and", (make("lt", (x, n(1))), make("eq", (x, y)))), {"x": 0}) is None
    )
    assert (
        numbers.evaluate(make("or", (make("lt", (x, n(1))), make("eq", (x, y)))), {"x": 0}) is True
    )


def test_deep_and_wide_graphs_do_not_recurse():
    node = x
    for _ in range(20_000):
        node = call("sin", node)
    assert 0 < numbers.evaluate(node, {"x": 1.0}) < 0.02
    terms = graph.add(*(graph.power(x, n(power)) for power in range(2, 5_000)))
    assert numbers.evaluate(terms, {"x": 0.5}) == pytest.approx(0.5)


def test_huge_exact_numbers_round_or_overflow():
    assert numbers.evaluate(n(10**400)) == math.inf
    assert numbers.evaluate(n(Fraction(10**400 + 1, 10**400))) == 1
    assert numbers.evaluate(n(Fraction(1, 3))) == 1 / 3
