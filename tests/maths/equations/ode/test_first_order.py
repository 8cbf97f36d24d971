"""Equations of the first order, method by method, with answers of textbooks."""

from __future__ import annotations

import pytest

import dlmath
from dlmath.errors import Unsolved
from dlmath.expression.differential import read_differential
from dlmath.expression.graph import Node
from dlmath.expression.numbers import evaluate
from dlmath.maths.equations.ode.ode import ode
from dlmath.settings import Settings
from tests.maths.equations.ode.solving import lines, right_sides, solved


@pytest.mark.parametrize(
    ("equation", "kind", "answer"),
    [
        ("y' = cos(x)", "quadrature", ["y(x) = C1 + sin(x)"]),
        ("y' = x*y", "separable", ["y(x) = C1*exp(x**2/2)"]),
        ("y' = y*(1 - y)", "separable", ["y(x) = exp(x)/(C1 + exp(x))", "y(x) = 0"]),
        ("y' = 1 + y^2", "separable", ["y(x) = tan(C1 + x)"]),
        ("y' = -x/y", "separable", None),
        ("y' + y = x", "linear", ["y(x) = C1*exp(-x) + x - 1"]),
        ("x*y' + 2*y = x^2", "linear", ["y(x) = x**2/4 + C1/x**2"]),
        ("y' + y/x = y^3", "Bernoulli", None),
        ("y' = y/x + sqrt(y/x)", "Bernoulli", None),
        ("y' = (x + y)/x", "linear", ["y(x) = C1*x + x*log(x)"]),
        ("y' = (y^2 + 2*x*y)/x^2", "Bernoulli", None),
        ("x*y' = y + x*exp(y/x)", "homogeneous", None),
        ("y' = (y - x)/(y + x)", "homogeneous", None),
        ("(y + 1)*y' = x + y", "linear coefficients", None),
        ("y' = (x + y)^2", "Riccati", None),
        ("y' = cos(x + y)", "function of a linear combination", None),
        ("(2*x*y + 1) dx + (x^2 + 3*y^2) dy = 0", "exact", None),
        ("(exp(y) + 2*x) + x*exp(y)*y' = 0", "exact", None),
        ("(2*x + y*cos(x*y)) dx + x*cos(x*y) dy = 0", "exact", None),
        ("(x^2 + y^2 + x) dx + x*y dy = 0", "Bernoulli", None),
        ("y dx + (2*x - y*exp(y)) dy = 0", "exact with an integrating factor", None),
        ("y' = 1 + x^2 - 2*x*y + y^2", None, None),
        ("y' = x + y^2", "Riccati", None),
        ("y' = y^2 - 2/x^2", None, None),
        ("cos(y)*y' - cos(x)*sin(y)^2 - sin(y) = 0", "Bernoulli in another unknown", None),
    ],
)
def test_textbook_equations(equation: str, kind: str | None, answer: list[str] | None) -> None:
    found = solved(equation)
    assert found.facts["order"] == 1
    if kind is not None and answer is not None:
        assert found.facts["kind"] == kind
    if answer is not None:
        assert lines(found) == answer


@pytest.mark.parametrize(
    ("equation", "kind", "some"),
    [
        ("y = x*y' + y'^2", "Clairaut", ["y(x) = C1**2 + C1*x", "y(x) = -x**2/4"]),
        ("y = x*y' + 1/y'", "Clairaut", ["y(x) = C1*x + 1/C1"]),
        ("y = x*y' - exp(y')", "Clairaut", ["y(x) = C1*x - exp(C1)"]),
        ("y = 2*x*y' + y'^2", "Lagrange", []),
        ("x*y'^2 - 2*y*y' + 4*x = 0", None, ["y(x) = 2*x", "y(x) = -2*x"]),
        ("y'^2 = 4*y", None, ["y(x) = 0"]),
        ("y'^2 + y^2 = 1", None, ["y(x) = -1", "y(x) = 1"]),
        ("y*y' + y = 0", None, ["y(x) = C1 - x", "y(x) = 0"]),
        ("y'^2 - y'*(x + y) + x*y = 0", None, ["y(x) = C1*exp(x)"]),
    ],
)
def test_not_linear_in_the_slope(equation: str, kind: str | None, some: list[str]) -> None:
    found = solved(equation)
    if kind is not None:
        assert found.facts["kind"] == kind
    assert set(some) <= set(lines(found)), lines(found)


@pytest.mark.parametrize(
    ("equation", "lost"),
    [
        ("y' = y^2", "y(x) = 0"),
        ("y' = x*(y - 1)*y^2", "y(x) = 0"),
        ("y' = sqrt(1 - y^2)", "y(x) = 1"),
        ("x*y' = y + x*y^2", "y(x) = 0"),
    ],
)
def test_singular_solutions_are_kept(equation: str, lost: str) -> None:
    found = solved(equation)
    assert lost in lines(found)
    assert any("singular" in str(note) for note in found.notes)


@pytest.mark.parametrize(
    ("equation", "kind"),
    [
        ("y' + y*cos(x) = exp(2*x)", "linear"),
        ("y' = sin(y^2)", "separable"),
        ("y' = y^2 - (x^2 + 1)*y + 2*x", "Riccati"),
    ],
)
def test_an_integral_without_a_closed_form_is_left_standing(equation: str, kind: str) -> None:
    answer = solved(equation)
    assert answer.facts["kind"] == kind
    assert "integrate(" in lines(answer)[0]


@pytest.mark.parametrize(
    "equation",
    [
        "y' + y^3 + a*x*y^2 = 0",
        "y' + 3*a*y^3 + 6*a*x*y^2 = 0",
    ],
)
def test_abel(equation: str) -> None:
    assert solved(equation).facts["kind"] == "Abel"


def test_the_branch_that_a_root_leaves() -> None:
    """y = sin(x + C) solves y' = sqrt(1 - y^2) only where the cosine is positive."""
    assert "asin(y(x)) = C1 + x" in lines(solved("y' = sqrt(1 - y^2)"))
    assert lines(solved("y' = sqrt(1 - y^2)", "y(0)=0")) == ["y(x) = sin(x)"]


@pytest.mark.parametrize(
    "right", ["heaviside(x - 1)", "abs(x)", "piecewise((1, x < 1), (0, true))"]
)
def test_a_solution_does_not_jump_where_the_equation_does(right: str) -> None:
    """A closed form is continuous at the edges, or there are numbers instead."""
    answer = dlmath.ode(f"y' + y = {right}", "y(-1)=1")
    if not isinstance(answer.result, Node) or answer.result.args[0].args[0].op != "symbol":
        assert "numbers" in str(answer.notes[0])
        return
    (node,) = right_sides(answer)
    for place in (0.0, 1.0):
        left, right_ = (evaluate(node, {"x": place + side}) for side in (-1e-7, 1e-7))
        assert abs(left - right_) < 1e-5


def test_as_python() -> None:
    from dlmath.render.python import answer_python

    assert "def answer(C1, x):" in answer_python(solved("y' = x*y"))


def test_constants_avoid_the_names_of_the_equation() -> None:
    assert lines(solved("y' = C1*y")) == ["y(x) = C2*exp(C1*x)"]


def test_parameters() -> None:
    assert lines(solved("y' = a*y + b")) == ["y(x) = (C1*exp(a*x) - b)/a"]
    assert lines(solved("x*y' = n*y")) == ["y(x) = C1*x**n"]


def test_other_names() -> None:
    assert lines(solved("dN/dt = k*N")) == ["N(t) = C1*exp(k*t)"]
    assert lines(solved("theta' = theta")) == ["theta(x) = C1*exp(x)"]


def test_no_closed_form_is_said() -> None:
    problem = read_differential(["y' = sin(x*y) + exp(y^3)"])
    with pytest.raises(Unsolved, match="no closed form"):
        ode(problem, Settings(seconds=1.5))


def test_the_method_that_is_asked_for() -> None:
    assert solved("y' = x*y", method="linear").facts["kind"] == "linear"
    with pytest.raises(Unsolved, match="the method linear does not"):
        dlmath.ode("y' = y^2 + x", method="linear")
