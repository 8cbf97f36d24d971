"""Zeros and singular points of functions of one variable."""

import mpmath
import pytest

from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.maths.calculus.integrals import singularities
from dlmath.maths.calculus.integrals.zeros import zeros

EXACT = [
    ("x**2 - 2", ["-sqrt(2)", "sqrt(2)"]),
    ("3*x - 1", ["1/3"]),
    ("sin(2*x)", ["-pi", "-pi/2", "0", "pi/2", "pi"]),
    ("cos(x)", ["-pi/2", "pi/2"]),
    ("exp(x) - 2", ["log(2)"]),
    ("x**3 - x", ["-1", "0", "1"]),
    ("(x - 1)**2", ["1"]),
    ("x**2 + 1", []),
    ("1 - cos(x)", ["0"]),
    ("x*exp(x)", ["0"]),
]


@pytest.mark.parametrize(("function", "places"), EXACT)
def test_exact_zeros(function: str, places: list[str]) -> None:
    found = zeros(parse(function).node, "x", mpmath.mpf("-3.3"), mpmath.mpf("3.3"))
    assert [to_text(p.exact) for p in found.found if p.exact is not None] == places
    assert found.complete


def test_a_zero_without_a_simple_form_is_a_number() -> None:
    found = zeros(parse("cos(x) - x").node, "x", mpmath.mpf(-5), mpmath.mpf(5)).found
    assert [p.exact for p in found] == [None]
    with mpmath.workdps(90):
        assert abs(mpmath.cos(found[0].value) - found[0].value) < 1e-30
        value = found[0].at(80)
        assert abs(mpmath.cos(value) - value) < mpmath.mpf(10) ** -75


def test_singular_points_of_many_kinds() -> None:
    function = parse("abs(x - 1) + 1/(x + 2) + log(x) + tan(x/2) + floor(x/2)").node
    found = singularities.find(function, "x", mpmath.mpf(-3), mpmath.mpf("3.5"))
    texts = [to_text(p.exact) for p in found.found if p.exact is not None]
    assert texts == ["-2", "0", "1", "2", "pi"]


def test_a_close_pair_of_zeros_between_two_places_of_the_grid() -> None:
    found = zeros(
        parse("sin(x) + x**2/10 - 10**-5 * (1 - x)").node, "x", mpmath.mpf(-1), mpmath.mpf(1)
    )
    assert len(found.found) == 1
    pair = zeros(
        parse("cos(x) + x**2/2 - 1 - (x**4 - 10**-9)/24").node, "x", mpmath.mpf(-1), mpmath.mpf(1)
    )
    assert len(pair.found) == 2
