"""Equations of a higher order."""

from __future__ import annotations

import mpmath
import pytest

from tests.maths.equations.ode.solving import assert_solves, lines, right_sides, solved

CONSTANT = "linear with constant coefficients"


@pytest.mark.parametrize(
    ("equation", "kind", "answer"),
    [
        ("y'' - 3*y' + 2*y = 0", CONSTANT, "y(x) = C1*exp(x) + C2*exp(2*x)"),
        ("y'' + 4*y = 0", CONSTANT, "y(x) = C1*cos(2*x) + C2*sin(2*x)"),
        ("y'' + 2*y' + y = 0", CONSTANT, "y(x) = C2*x*exp(-x) + C1*exp(-x)"),
        ("y'' + w^2*y = 0", CONSTANT, "y(x) = C1*cos(w*x) + C2*sin(w*x)"),
        ("y''' - y' = 0", CONSTANT, "y(x) = C1*exp(-x) + C2 + C3*exp(x)"),
        ("y'''' - y = 0", CONSTANT, None),
        ("y'' + y = sin(x)", CONSTANT, "y(x) = C1*cos(x) + C2*sin(x) - x*cos(x)/2"),
        ("y'' - y = x^2", CONSTANT, None),
        ("y'' + y = tan(x)", CONSTANT, None),
        ("y'' + y = cos(x)^2", CONSTANT, None),
        ("y'' + y' = x*exp(-x)", CONSTANT, None),
        ("x^2*y'' + x*y' - y = 0", "Euler", "y(x) = C2*x + C1/x"),
        ("(x + 1)^2*y'' + (x + 1)*y' + y = 0", "Euler", None),
        ("x^2*y'' + x*y' + (x^2 - 4)*y = 0", "Bessel", None),
        ("y'' = x*y", "Airy", "y(x) = C1*airyai(x) + C2*airybi(x)"),
        ("y'' + a*x*y' + b*y = 0", "Whittaker", None),
        ("(1 - x^2)*y'' - 2*x*y' + 6*y = 0", None, None),
        ("x*(1 - x)*y'' + (1/3 - 2*x)*y' - y/5 = 0", "Gauss", None),
        ("x*y'' + (x + a)*y = 0", "Whittaker", None),
        ("y'' = (x^2 - 1)*y", None, None),
        ("x*y'' - (x + 1)*y' + y = 0", None, None),
        ("y'' - y'/(x*log(x)) - log(x)^2*y = 0", None, None),
        ("x^2*y'' - 2*x*y' + (x^2 + 2)*y = 0", None, "y(x) = C1*x*cos(x) + C2*x*sin(x)"),
    ],
)
def test_linear(equation: str, kind: str | None, answer: str | None) -> None:
    found = solved(equation)
    assert len(lines(found)) == 1
    if kind is not None:
        assert found.facts["kind"] == kind
    if answer is not None:
        assert lines(found) == [answer]


def test_cases_of_parameters_are_noted() -> None:
    notes = solved("y'' + 2*c*y' + w^2*y = 0").notes
    assert any("is negative" in str(note) for note in notes)


@pytest.mark.parametrize(
    ("equation", "answer"),
    [
        ("y*y'' = y'^2", "y(x) = C2*exp(C1*x)"),
        ("y'' + y'^2 = 0", "y(x) = C2 + log(C1 + x)"),
        ("y'' = 2*y*y'", None),
        ("y'' = exp(y)", None),
        ("x^2*y*y'' = (y - x*y')^2", None),
        ("x*y*y'' + x*y'^2 - y*y' = 0", None),
        ("x*y'' = y' + x^2", None),
        ("derive(x*y', x) = x", None),
    ],
)
def test_reduction_of_order(equation: str, answer: str | None) -> None:
    found = solved(equation)
    assert found.facts["order"] == 2
    if answer is not None:
        assert answer in lines(found)


def test_a_witness_without_symbols() -> None:
    (node,) = right_sides(solved("y'' + 2*y' + 5*y = exp(-x)*sin(2*x)"))

    def equation(x: mpmath.mpf, y: mpmath.mpf, p: mpmath.mpf, q: mpmath.mpf) -> mpmath.mpf:
        return q + 2 * p + 5 * y - mpmath.exp(-x) * mpmath.sin(2 * x)

    assert_solves(equation, node, 2, [0.3, -1.2, 2.1], C1=0.7, C2=-1.4)


def test_a_witness_for_special_functions() -> None:
    (node,) = right_sides(solved("x^2*y'' + 2*x*y' + (x^4 - 4)*y = 0"))

    def equation(x: mpmath.mpf, y: mpmath.mpf, p: mpmath.mpf, q: mpmath.mpf) -> mpmath.mpf:
        return x**2 * q + 2 * x * p + (x**4 - 4) * y

    assert_solves(equation, node, 2, [0.6, 1.7], C1=0.4, C2=1.1)
