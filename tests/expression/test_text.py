"""Writing: the style, and that everything written reads back as the same graph."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from dlmath.errors import LimitReached
from dlmath.expression import graph
from dlmath.expression.graph import Node, number, symbol
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from tests.expression.graphs import expressions, scalars

X, Y = symbol("x"), symbol("y")


@settings(max_examples=600, deadline=None, derandomize=True)
@given(expressions())
def test_reads_back_as_the_same_graph(node: Node) -> None:
    assert parse(to_text(node)).node is node


@settings(max_examples=100, deadline=None, derandomize=True)
@given(scalars(10), scalars(10))
def test_equations_read_back(left: Node, right: Node) -> None:
    node = graph.make("eq", (left, right))
    assert parse(to_text(node), equation=True).node is node


@pytest.mark.parametrize(
    "text",
    [
        "x**2*cos(x) + 2*x*sin(x)",
        "2*x/(3*y**2)",
        "x - 2*y",
        "-x/2",
        "-3*x/(2*y)",
        "sqrt(x)",
        "1/sqrt(x)",
        "x/sqrt(y)",
        "1/(x*y)",
        "(-x)**2",
        "(x + 1)*(x - 1)",
        "-(x + y)",
        "x - (y + 1)*z",
        "2**(-x)",
        "2**(1/3)",
        "(1/2)**x",
        "x**y**z",
        "(x**y)**z",
        "sqrt(-1)",
        "1/0",
        "0*oo",
        "pi + e + i + oo",
        "exp(-x**2/2)/sqrt(2*pi)",
        "[[1, 0], [0, 1]]",
        "piecewise((x, x < 0), (0, true))",
        "piecewise((x, x < 0 and y == 1 or not (x != 2)), (0, true))",
        "limit(sin(x)/x, x, 0, right)",
        "sum(1/k**2, k, 1, oo)",
        "integrate(exp(-x**2), x, -oo, oo)",
        "derive(f, x, 2)",
        "abs(x) + factorial(n)",
        "-x",
        "-2",
        "-1/3",
        "x - 1/3",
    ],
)
def test_style(text: str) -> None:
    assert to_text(parse(text).node) == text


def test_relations_at_the_top() -> None:
    assert to_text(parse("y=x^2", equation=True).node) == "y = x**2"
    assert to_text(parse("y<x and x>0", condition=True).node) == "y < x and x > 0"
    assert to_text(parse("x == 1 or x > 2", condition=True).node) == "x == 1 or x > 2"


def test_undefined_powers_are_not_hidden() -> None:
    zero_squared_below = graph.power(graph.ZERO, number(-2))
    for node in (
        zero_squared_below,
        graph.mul(X, zero_squared_below, graph.power(Y, number(-1))),
        graph.div(graph.ZERO, graph.ZERO),
    ):
        assert parse(to_text(node)).node is node


def test_depth_and_length_are_no_problem() -> None:
    deep = X
    for _ in range(5000):
        deep = graph.call("sin", graph.add(deep, graph.ONE))
    assert to_text(deep).startswith("sin(sin(")
    wide = graph.add(*(graph.mul(number(k), symbol(f"x{k}")) for k in range(2, 20_000)))
    assert to_text(wide).endswith(" + 19999*x19999")


def test_a_graph_that_stands_for_an_endless_text_is_refused() -> None:
    shared = X
    for _ in range(60):
        shared = graph.call("max", shared, graph.call("sin", shared))
    with pytest.raises(LimitReached):
        to_text(shared)


def test_numbers_longer_than_python_prints() -> None:
    node = number(7**20_000)
    assert parse(to_text(node)).node is node
