"""Each local derivative against differences of precise values."""

from __future__ import annotations

from fractions import Fraction

import mpmath
import pytest
from mpmath import mpf

from dlmath.expression import graph, precise
from dlmath.expression.derivatives import partial
from dlmath.expression.graph import Node, call, number, symbol
from dlmath.expression.vocabulary import FUNCTIONS
from tests.expression.samples import SAMPLES

u, v = symbol("u"), symbol("v")
_STEP = Fraction(1, 10**20)

#: No derivative by these operands can be written in the language.
WITHOUT = {
    **{name: {0} for name in ("polygamma", "expint", "polylog", "zeta", "uppergamma")},
    **{name: {0} for name in ("besselj", "bessely", "besseli", "besselk", "lowergamma")},
    "LambertW": {1},
}

SCALAR_SAMPLES = [
    (name, operands, index)
    for name in FUNCTIONS
    for operands in SAMPLES[name]
    if not any(isinstance(operand, list) for operand in operands)
    for index in range(len(operands))
]


def difference(node: Node, values: dict[str, Fraction], name: str) -> mpf:
    """The central difference, good to about 30 digits."""
    ahead = precise.evaluate(node, {**values, name: values[name] + _STEP}, 80)
    behind = precise.evaluate(node, {**values, name: values[name] - _STEP}, 80)
    with mpmath.workdps(80):
        return (ahead - behind) / (2 * mpf(_STEP.numerator) / _STEP.denominator)


@pytest.mark.parametrize(("name", "operands", "index"), SCALAR_SAMPLES)
def test_derivative_agrees_with_a_difference(name, operands, index):
    variables = [symbol(f"a{place}") for place in range(len(operands))]
    node = call(name, *variables)
    derivative = partial(node, index)
    if index in WITHOUT.get(name, ()):
        assert derivative is None
        return
    assert derivative is not None
    values = {f"a{place}": Fraction(operand) for place, operand in enumerate(operands)}
    expected = difference(node, values, f"a{index}")
    assert abs(precise.evaluate(derivative, values, 30) - expected) <= (1 + abs(expected)) * 1e-25


def test_every_scalar_function_is_in_the_table():
    tested = {name for name, _, _ in SCALAR_SAMPLES}
    expected = {f.name for f in FUNCTIONS.values() if f.kind in ("elementwise", "special")}
    assert expected - tested == {"hyper"}


def test_hyper():
    half = number(Fraction(1, 2))
    node = call("hyper", graph.vector([half, graph.ONE]), graph.vector([number(3)]), u)
    values = {"u": Fraction(2, 5)}
    derivative = partial(node, 2)
    assert derivative is not None
    expected = difference(node, values, "u")
    assert abs(precise.evaluate(derivative, values, 30) - expected) < 1e-25
    assert partial(node, 0) is None


@pytest.mark.parametrize("op", ["add", "mul", "pow", "mean", "var", "logsumexp", "dot"])
@pytest.mark.parametrize("index", [0, 1])
def test_operations_of_several_operands(op, index):
    node = graph.make(op, (u, v))
    values = {"u": Fraction(7, 5), "v": Fraction(-3, 4)}
    derivative = partial(node, index)
    assert derivative is not None
    expected = difference(node, values, "uv"[index])
    assert abs(precise.evaluate(derivative, values, 30) - expected) < 1e-25


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("sin", lambda f: call("cos", u)),
        ("tanh", lambda f: graph.sub(graph.ONE, graph.power(f, graph.TWO))),
        ("sigmoid", lambda f: graph.mul(f, graph.sub(graph.ONE, f))),
        ("softplus", lambda f: call("sigmoid", u)),
        ("exp", lambda f: f),
        ("log", lambda f: graph.div(graph.ONE, u)),
        ("tan", lambda f: graph.power(call("sec", u), graph.TWO)),
        ("abs", lambda f: call("sign", u)),
    ],
)
def test_textbook_forms(name, form):
    node = call(name, u)
    assert partial(node, 0) is form(node)


@pytest.mark.parametrize(
    ("node", "at_zero"),
    [
        (lambda: call("relu", u), 0),
        (lambda: call("abs", u), 0),
        (lambda: call("leaky_relu", u), mpf(1) / 100),
        (lambda: call("elu", u), 1),
        (lambda: call("softsign", u), 1),
        (lambda: call("sign", u), 0),
        (lambda: call("heaviside", u), 0),
    ],
)
def test_kinks_have_the_derivative_of_the_frameworks(node, at_zero):
    derivative = partial(node(), 0)
    assert derivative is not None
    assert precise.evaluate(derivative, {"u": 0}) == pytest.approx(at_zero)


def test_of_equal_operands_the_first_counts():
    node = call("max", u, v, u)
    for values, expected in (({"u": 1, "v": 1}, [1, 0]), ({"u": 1, "v": 2}, [0, 1])):
        slopes = [precise.evaluate(partial(node, index), values) for index in (0, 1)]
        assert slopes == expected


def test_complex_operands_have_no_derivative_of_their_size():
    assert partial(call("abs", graph.mul(graph.I, u)), 0) is None
    assert partial(call("re", call("exp", graph.mul(graph.I, u))), 0) is None


def test_vectors_are_written_out_first():
    assert partial(call("norm", graph.vector([u, v])), 0) is None
