"""Numbers for definite integrals, and divergence, against known values."""

import mpmath
import pytest

from dlmath.expression.parser import parse
from dlmath.maths.calculus.integrals.measures import CONVERGES, DIVERGES
from dlmath.maths.calculus.integrals.value import Interval, measure

pi, inf = mpmath.pi, "oo"

VALUES = [
    ("exp(-x)", "0", "oo", 1),
    ("1/sqrt(1 - x**2)", "-1", "1", pi),
    ("log(1 - x)/x", "0", "1", -(pi**2) / 6),
    ("sin(x)/x", "0", "oo", pi / 2),
    ("cos(x)/sqrt(x)", "0", "oo", mpmath.sqrt(pi / 2)),
    ("sin(1/x)", "0", "1", mpmath.sin(1) - mpmath.ci(1)),
    ("exp(-1000*(x - 5)**2)", "-oo", "oo", mpmath.sqrt(pi / 1000)),
    ("1/sqrt(abs(x))", "-1", "2", 2 + 2 * mpmath.sqrt(2)),
    ("floor(x)", "0", "5/2", 2),
    ("x**(-9/10)", "0", "1", 10),
    ("1/x**2", "1", "oo", 1),
    ("1/(x*log(x)**2)", "2", "oo", 1 / mpmath.log(2)),
    ("1/(x*log(x)**(11/10))", "e", "oo", 10),
]


@pytest.mark.parametrize(("integrand", "low", "high", "value"), VALUES)
def test_values_and_their_error_bounds(integrand: str, low: str, high: str, value: object) -> None:
    found = measure(parse(integrand).node, "x", Interval(parse(low).node, parse(high).node, 1))
    assert found.verdict == CONVERGES
    wanted = mpmath.mpf(value)
    assert abs(found.value - wanted) <= 10 * found.error + 1e-14 * abs(wanted)
    assert found.error <= 1e-9 * abs(wanted)


DIVERGENT = [
    ("1/x", "-1", "1", 0),
    ("1/x**2", "-1", "1", 1),
    ("1/x", "1", "oo", 1),
    ("sin(x)", "0", "oo", 0),
    ("cos(x)**2/x", "1", "oo", 0),
    ("tan(x)", "0", "pi", 0),
    ("1/(x*log(x))", "2", "oo", 1),
    ("1/(x*log(x)*log(log(x)))", "3", "oo", 1),
    ("1/(x*log(x))", "1", "2", 1),
    ("-exp(x)", "0", "oo", -1),
    ("1/(x - 3/10)**2", "0", "1", 1),
    ("gamma(x)", "-1/2", "1", 0),
]


@pytest.mark.parametrize(("integrand", "low", "high", "direction"), DIVERGENT)
def test_divergence_is_found(integrand: str, low: str, high: str, direction: int) -> None:
    found = measure(parse(integrand).node, "x", Interval(parse(low).node, parse(high).node, 1))
    assert found.verdict == DIVERGES
    assert found.direction == direction


def test_the_place_of_a_pole_is_named() -> None:
    found = measure(parse("1/(x**2 - 2)").node, "x", Interval(parse("0").node, parse("5").node, 1))
    assert found.place is not None
    assert found.place.exact is parse("sqrt(2)").node
