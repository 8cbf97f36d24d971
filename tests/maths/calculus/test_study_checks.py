"""The check of a study refutes false statements, and its search finds and counts zeros."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import mpmath
import pytest

from dlmath.answer import FAILED, PASSED, UNAVAILABLE
from dlmath.checks.study import Claim, Claims, Extreme, check_study
from dlmath.expression.graph import ZERO, Node
from dlmath.expression.parser import parse
from dlmath.maths.calculus.integrals.zero_search import Point
from dlmath.maths.calculus.studies.cells import cells, simplest_between
from dlmath.maths.calculus.studies.points import infinite_point, point_text, recognize
from dlmath.maths.calculus.studies.search import Endless, search
from dlmath.maths.calculus.studies.spans import Span, union, union_fact
from dlmath.maths.calculus.studies.symmetry import parity, period
from dlmath.maths.calculus.studies.zeros import zeros_between

INF = mpmath.inf
EVERYWHERE = (infinite_point(-1), infinite_point(1))


def node(text: str) -> Node:
    return parse(text).node


def verdicts(text: str, **given: Any) -> dict[str, str]:
    empty: dict[str, Any] = {"rising": [], "bending": [], "extrema": [], "signs": [], "zeros": []}
    claims = Claims(**{**empty, **given})
    return {check.name: check.verdict for check in check_study(node(text), "x", claims)}


@pytest.mark.parametrize(
    ("text", "low", "high", "sign", "verdict"),
    [
        ("x^3 - 3x", 1, INF, 1, PASSED),
        ("x^3 - 3x", 0, INF, 1, FAILED),
        ("x^3 - 3x", -1, 1, 1, FAILED),
        ("relu(x)", -INF, 0, 0, PASSED),
        ("relu(x)", -1, 1, 0, FAILED),
        ("gamma(x)", 2, 5, 1, PASSED),
    ],
)
def test_directions(text: str, low: Any, high: Any, sign: int, verdict: str) -> None:
    claim = Claim(mpmath.mpf(low), mpmath.mpf(high), sign)
    assert verdicts(text, rising=[claim])["rising and falling"] == verdict


@pytest.mark.parametrize(
    ("text", "sign", "verdict"),
    [("exp(x)", 1, PASSED), ("exp(x)", -1, FAILED), ("abs(x)", 1, PASSED), ("sin(x)", 1, FAILED)],
)
def test_bending(text: str, sign: int, verdict: str) -> None:
    claim = Claim(mpmath.mpf(-2), mpmath.mpf(3), sign)
    found = verdicts(text, bending=[claim])
    assert found["bending"] == verdict
    assert found["rising and falling"] == UNAVAILABLE


def test_extrema_zeros_and_signs() -> None:
    at = Extreme(mpmath.mpf(0), mpmath.mpf(0), -1, mpmath.mpf(-1), mpmath.mpf(1))
    assert verdicts("x^2", extrema=[at])["neighbours of extrema"] == PASSED
    assert verdicts("x^3", extrema=[at])["neighbours of extrema"] == FAILED
    assert verdicts("x^2 - 1", zeros=[mpmath.mpf(1)])["zeros and signs"] == PASSED
    assert verdicts("x^2 - 1", zeros=[mpmath.mpf(2)])["zeros and signs"] == FAILED
    wrong = Claim(mpmath.mpf(-2), mpmath.mpf(2), 1)
    assert verdicts("x^2 - 1", signs=[wrong])["zeros and signs"] == FAILED


# --- the search -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "low", "high", "expected"),
    [
        ("x - cos(x)", -INF, INF, [0.7390851332151607]),
        ("exp(x) - x - 2", -INF, INF, [-1.8414056604369606, 1.1461932206205825]),
        ("tan(x) - x", 2, 4.6, [4.493409457909064]),
        ("x^2 + 1", -INF, INF, []),
        ("sin(x)", 1, 10, [mpmath.pi, 2 * mpmath.pi, 3 * mpmath.pi]),
        ("1 + x*(1 - sigmoid(x))", -INF, INF, [-1.2784645427610738]),
        ("log(x) + x", 0, INF, [0.5671432904097838]),
        ("(x - 1)^2 - 1/1000000", -INF, INF, [0.999, 1.001]),
    ],
)
def test_search_finds_every_zero(text: str, low: Any, high: Any, expected: list[Any]) -> None:
    found = search(node(text), "x", mpmath.mpf(low), mpmath.mpf(high))
    assert not found.doubts
    assert [float(zero) for zero in found.zeros] == pytest.approx([float(e) for e in expected])


def test_zeros_have_forty_digits() -> None:
    (zero,) = search(node("x^3 - 2"), "x", mpmath.mpf(0), INF).zeros
    with mpmath.workdps(45):
        assert abs(zero - mpmath.cbrt(2)) < mpmath.mpf(10) ** -38


def test_a_zero_that_only_touches_is_found_and_said_to_be_unproved() -> None:
    found = search(node("cos(x) - 1"), "x", mpmath.mpf(-3), mpmath.mpf(2))
    assert [float(zero) for zero in found.zeros] == pytest.approx([0], abs=1e-20)
    assert found.doubts


def test_a_near_miss_is_no_zero() -> None:
    close = search(node("(x - 1)^2 + 1/10^12"), "x", mpmath.mpf(-3), mpmath.mpf(4))
    assert close.zeros == []


def test_endless_zeros_are_not_taken_for_none() -> None:
    with pytest.raises(Endless):
        search(node("sin(x)"), "x", mpmath.mpf(0), INF)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x^4 - 2x^2 + 1", ["-1", "1"]),
        ("exp(2x) - 3exp(x) + 2", ["0", "log(2)"]),
        ("sigmoid(x)*(1 - sigmoid(x))*(1 - 2sigmoid(x))", ["0"]),
        ("1 - tanh(x)^2", []),
        ("x^3 - 2", ["2**(1/3)"]),
        ("log(x^2 + 1) - 1", ["-sqrt(e - 1)", "sqrt(e - 1)"]),
        ("cosh(x) - 2", ["-log(sqrt(3) + 2)", "log(sqrt(3) + 2)"]),
        ("exp(-x^2)*(1 - 2x^2)", ["-sqrt(2)/2", "sqrt(2)/2"]),
        ("1/x^4 + 2/x^3", ["-1/2"]),
    ],
)
def test_closed_forms(text: str, expected: list[str]) -> None:
    found = zeros_between(node(text), "x", *EVERYWHERE)
    assert [point_text(point) for point in found.points] == expected


def test_tangent_vanishes_where_the_sine_does() -> None:
    low, high = Point(None, mpmath.mpf(2), ZERO), Point(None, mpmath.mpf(4), ZERO)
    found = zeros_between(node("tan(x)*exp(x)"), "x", low, high)
    assert [point_text(point) for point in found.points] == ["pi"]


def test_recognized_forms_must_solve_the_equation() -> None:
    with mpmath.workdps(45):
        assert point_text(recognize(mpmath.sqrt(2), node("x^2 - 2"), "x")) == "sqrt(2)"
        near = mpmath.mpf(1) / 3 + mpmath.mpf(10) ** -20
        assert recognize(near, node("x - 1/3"), "x").exact is None


# --- parts ----------------------------------------------------------------------------------


def test_cells_hold_the_formula_without_branches() -> None:
    found, _ = cells(node("abs(x^2 - 4) + relu(x - 3)"), "x", *EVERYWHERE)
    assert [point_text(cell.high) for cell in found] == ["-2", "2", "3", "oo"]
    assert [str(cell.function) for cell in found] == [
        "<x**2 - 4>",
        "<4 - x**2>",
        "<x**2 - 4>",
        "<x**2 + x - 7>",
    ]


def test_simplest_place() -> None:
    def between(low: Any, high: Any) -> Fraction:
        return simplest_between(mpmath.mpf(low), mpmath.mpf(high))

    assert between(-1, 2) == 0
    assert between(1, 2) == Fraction(3, 2)
    assert between(0.3, 0.31) == Fraction(3, 10) or between(0.3, 0.31) == Fraction(4, 13)
    assert between(-INF, -1) == -2
    assert between(0, 0.5) == Fraction(1, 3)
    assert 0.1 < between(0.1, 0.1000001) < 0.1000001


def test_unions() -> None:
    def at(value: int) -> Point:
        return Point(node(str(value)), mpmath.mpf(value), ZERO)

    spans = [Span(at(0), at(1)), Span(at(1), at(2)), Span(at(3), at(3), True, True)]
    assert len(union(spans)) == 3
    joined = union([*spans, Span(at(1), at(1), True, True)])
    assert len(joined) == 2
    assert "".join(str(p).strip("<>") for p in union_fact(joined)) == "(0, 2) ∪ {3}"


@pytest.mark.parametrize(
    ("text", "length", "shift", "kind"),
    [
        ("cos(x)", "2*pi", "0", "even"),
        ("sin(x)^2", "pi", "0", "even"),
        ("tan(2x)", "pi/2", "0", "odd"),
        ("sin(x) + x/2", "2*pi", "pi", "odd"),
        ("sin(2x) + cos(3x)", "2*pi", "0", "neither"),
        ("sin(pi*x)", "2", "0", "odd"),
    ],
)
def test_periods_and_parity(text: str, length: str, shift: str, kind: str) -> None:
    found = period(node(text), "x")
    assert found is not None
    assert [str(part).strip("<>") for part in found] == [length, shift]
    assert parity(node(text), "x") == kind


@pytest.mark.parametrize("text", ["x*sin(x)", "sin(x) + sin(sqrt(2)*x)", "sin(x^2)", "x^2"])
def test_what_has_no_period(text: str) -> None:
    assert period(node(text), "x") is None
