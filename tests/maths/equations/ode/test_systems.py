"""Systems of equations."""

from __future__ import annotations

import pytest

import dlmath
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.differential import read_differential
from dlmath.maths.equations.ode.ode import ode
from dlmath.settings import Settings
from tests.maths.equations.ode.solving import lines, solved

LINEAR = "linear system with constant coefficients"


@pytest.mark.parametrize(
    ("equations", "kind"),
    [
        (["x' = x + 2y", "y' = 3x"], LINEAR),
        (["x' = -y", "y' = x"], LINEAR),
        (["x' = 3x - y, y' = x + y"], LINEAR),
        (["x' = x - y, y' = 2x + 3y"], LINEAR),
        (["x' = 2x + y, y' = 2y + z, z' = 2z"], LINEAR),
        (["x' = y + z, y' = x + z, z' = x + y"], LINEAR),
        (["x' = x + y + t, y' = -x + y"], LINEAR),
        (["x'' = -x + y, y'' = x - y"], LINEAR),
        (["x' = t*x, y' = x + y"], "triangular system"),
        (["x' = x^2, y' = y/t"], "triangular system"),
    ],
)
def test_systems(equations: list[str], kind: str) -> None:
    assert solved(equations).facts["kind"] == kind


def test_answers() -> None:
    assert lines(solved(["x' = x + 2y", "y' = 3x"], functions="x(t), y(t)")) == [
        "x(t) = C2*exp(3*t) - 2*C1*exp(-2*t)",
        "y(t) = 3*C1*exp(-2*t) + C2*exp(3*t)",
    ]
    given = ["x(0)=1", "y(0)=0"]
    assert lines(solved(["x' = -y", "y' = x"], *given)) == ["x(t) = cos(t)", "y(t) = sin(t)"]


def test_the_working_names_the_eigenvalues() -> None:
    answer = solved(["x' = x + 2y", "y' = 3x"], steps=True)
    rules = [step.rule for step in answer.steps]
    assert rules.count("eigenvector") == 2
    assert isinstance(answer.result, tuple)
    assert answer.steps[-1].after is answer.result[-1]


def test_no_closed_form() -> None:
    problem = read_differential(["x' = sin(x*y) + t", "y' = exp(x*t) - y^3"])
    with pytest.raises(Unsolved):
        ode(problem, Settings(seconds=2.0))


def test_orbits_are_named_where_there_is_no_closed_form() -> None:
    problem = read_differential(["x' = x - x*y", "y' = x*y - y"])
    with pytest.raises(Unsolved, match="its orbits satisfy"):
        ode(problem, Settings(seconds=8.0))


@pytest.mark.parametrize("equations", [["x' = y", "y' = x", "x' = 1"], ["x' = y + z", "y' = z'"]])
def test_mistakes(equations: list[str]) -> None:
    with pytest.raises(InvalidInput):
        dlmath.ode(equations)
