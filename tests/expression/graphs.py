"""Random expressions, made only by the constructors of the graph."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import strategies as st

from dlmath.expression import graph
from dlmath.expression.graph import Node

NAMES = ("x", "y", "z", "w1", "x_1", "beta", "lambda", "N", "xy", "theta")
FUNCTIONS = ("sin", "exp", "log", "abs", "relu", "sigmoid", "factorial", "cbrt", "gamma", "tanh")

whole = st.one_of(st.integers(-4, 12), st.integers(-(10**20), 10**20))
fractions = st.builds(Fraction, st.integers(-9, 9), st.integers(1, 9))
numbers = st.one_of(whole, fractions, st.sampled_from([0, 1, -1, 4, 8, Fraction(1, 4)]))
exponents = st.one_of(
    st.integers(-3, 3),
    st.sampled_from([Fraction(1, 2), Fraction(-1, 2), Fraction(3, 2), Fraction(-2, 3), 10**7]),
)


def leaves() -> st.SearchStrategy[Node]:
    """Numbers, variables and constants."""
    return st.one_of(
        numbers.map(graph.number),
        st.sampled_from(NAMES).map(graph.symbol),
        st.sampled_from(["pi", "e", "i", "oo"]).map(graph.constant),
    )


def _larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=2, max_size=4)
    variable = st.sampled_from(NAMES).map(graph.symbol)
    return st.one_of(
        several.map(lambda parts: graph.add(*parts)),
        several.map(lambda parts: graph.mul(*parts)),
        st.builds(graph.sub, inner, inner),
        st.builds(graph.div, inner, inner),
        st.builds(graph.div, inner, inner),
        st.builds(graph.power, inner, inner),
        st.builds(graph.power, inner, exponents.map(graph.number)),
        st.builds(graph.power, inner, exponents.map(graph.number)),
        st.builds(graph.sqrt, inner),
        st.builds(graph.neg, inner),
        st.builds(graph.call, st.sampled_from(FUNCTIONS), inner),
        st.builds(lambda *parts: graph.call("max", *parts), inner, inner),
        st.builds(lambda parts: graph.call("softmax", graph.vector(parts)), several),
        several.map(lambda parts: graph.call("norm", graph.vector(parts))),
        st.builds(_piecewise, inner, inner, conditions(inner)),
        st.builds(lambda f, x: graph.make("derive", (f, x)), inner, variable),
        st.builds(lambda f, x: graph.make("derive", (f, x, graph.TWO)), inner, variable),
        st.builds(lambda f, x, a: graph.make("integrate", (f, x, a, f)), inner, variable, inner),
        st.builds(lambda f, x: graph.make("sum", (f, x, graph.ONE, f)), inner, variable),
        st.builds(
            lambda f, x, a, side: graph.make("limit", (f, x, a), side),
            inner,
            variable,
            inner,
            st.sampled_from(["both", "left", "right"]),
        ),
    )


def _matrix(a: Node, b: Node) -> Node:
    return graph.vector([graph.vector([a, b]), graph.vector([b, graph.ONE])])


def _piecewise(first: Node, second: Node, condition: Node) -> Node:
    return graph.make("piecewise", (first, condition, second, graph.TRUE))


def conditions(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    """Comparisons joined by and, or, not."""
    relation = st.builds(
        lambda op, a, b: graph.make(op, (a, b)),
        st.sampled_from(["lt", "le", "gt", "ge", "eq", "ne"]),
        inner,
        inner,
    )
    return st.recursive(
        st.one_of(relation, st.just(graph.TRUE), st.just(graph.FALSE)),
        lambda part: st.one_of(
            st.builds(
                lambda op, parts: graph.make(op, parts),
                st.sampled_from(["and", "or"]),
                st.lists(part, min_size=2, max_size=3),
            ),
            part.map(lambda one: graph.make("not", (one,))),
        ),
        max_leaves=4,
    )


def scalars(size: int = 12) -> st.SearchStrategy[Node]:
    """Any scalar expression of about so many leaves."""
    return st.recursive(leaves(), _larger, max_leaves=size)


def expressions(size: int = 12) -> st.SearchStrategy[Node]:
    """Any expression: scalars, vectors and matrices of them, products of these."""
    scalar = scalars(size)
    vector = st.lists(scalar, min_size=1, max_size=3).map(graph.vector)
    return st.one_of(
        scalar,
        scalar,
        scalar,
        vector,
        st.builds(_matrix, scalar, scalar),
        st.builds(graph.mul, scalar, vector),
        st.builds(graph.sub, vector, vector),
    )
