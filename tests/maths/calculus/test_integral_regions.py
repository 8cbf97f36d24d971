"""Double integrals after a change of order or to polar coordinates keep their value."""

from __future__ import annotations

import pytest
from scipy.integrate import dblquad

from dlmath.expression.graph import Node
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse, parse_range
from dlmath.maths.calculus.integrals.regions import rewritings
from dlmath.maths.calculus.integrate import integrate_over

REGIONS = [
    ("cos(y)*x", "x=0..1", "y=x..1"),
    ("exp(x)*y", "x=0..1", "y=0..x"),
    ("x + y^2", "x=0..1", "y=0..1-x"),
    ("x*y", "x=0..1", "y=1-x..1"),
    ("x*exp(y)", "x=0..2", "y=x^2..4"),
    ("x + 2*y", "x=0..1", "y=sqrt(x)..1"),
    ("x*y + 1", "x=0..2", "y=1..3"),
    ("x^2 + y^2", "x=-1..1", "y=-sqrt(1-x^2)..sqrt(1-x^2)"),
    ("exp(-x^2 - y^2)*y", "x=0..2", "y=0..sqrt(4-x^2)"),
    ("x*y + 1", "x=-1..0", "y=-sqrt(1-x^2)..0"),
    ("x + 3", "x=-2..2", "y=0..sqrt(4-x^2)"),
    ("x*exp(y)", "x=0..1", "y=-sqrt(1-x^2)..sqrt(1-x^2)"),
]


def value(integrand: Node, ranges: list[tuple[str, Node, Node]]) -> float:
    (outer, a, b), (inner, low, high) = ranges

    def at(node: Node, **point: float) -> float:
        found = evaluate(node, point)
        return float(found.real if isinstance(found, complex) else found)

    return float(
        dblquad(
            lambda v, u: at(integrand, **{outer: u, inner: v}),
            at(a),
            at(b),
            lambda u: at(low, **{outer: u}),
            lambda u: at(high, **{outer: u}),
            epsabs=1e-9,
        )[0]
    )


@pytest.mark.parametrize(("text", "outer", "inner"), REGIONS)
def test_every_rewriting_keeps_the_value(text: str, outer: str, inner: str) -> None:
    integrand, ranges = parse(text).node, [parse_range(outer), parse_range(inner)]
    expected = value(integrand, ranges)
    found = list(rewritings(integrand, ranges))
    assert found
    for way in found:
        assert value(way.integrand, way.ranges) == pytest.approx(expected, abs=1e-7)


def test_regions_that_are_not_known_are_left_alone() -> None:
    for inner in ("y=x..2", "y=x..x+1", "y=sin(x)..1", "y=0..sqrt(2-x^2)"):
        ranges = [parse_range("x=0..1"), parse_range(inner)]
        assert list(rewritings(parse("x*y").node, ranges)) == []


def test_the_change_is_said() -> None:
    ranges = [parse_range("x=0..1"), parse_range("y=sqrt(x)..1")]
    answer = integrate_over(parse("cos(y^3)").node, ranges)
    assert isinstance(answer.result, Node)
    assert evaluate(answer.result) == pytest.approx(0.2804903282692988)
    assert "change the order" in str(answer.notes[0][0])
