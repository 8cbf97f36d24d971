"""Initial and boundary conditions, and the interval of the solution."""

from __future__ import annotations

import pytest

import dlmath
from dlmath.answer import DOES_NOT_EXIST
from dlmath.errors import InvalidInput
from tests.maths.equations.ode.solving import lines, solved


@pytest.mark.parametrize(
    ("equation", "given", "answer", "interval"),
    [
        ("y' = -2*y", ["y(0)=3"], "y(x) = 3*exp(-2*x)", "(-oo, oo)"),
        ("y' = y^2", ["y(0)=1"], "y(x) = 1/(1 - x)", "(-oo, 1)"),
        ("y' = y^2", ["y(0)=0"], "y(x) = 0", "(-oo, oo)"),
        ("y' = -x/y", ["y(0)=2"], "y(x) = sqrt(4 - x**2)", "(-2, 2)"),
        ("y' = -x/y", ["y(0)=-2"], "y(x) = -sqrt(4 - x**2)", "(-2, 2)"),
        ("x*y' + y = 2*x", ["y(1)=2"], "y(x) = x + 1/x", "(0, oo)"),
        ("y' = 1 + y^2", ["y(0)=0"], "y(x) = tan(x)", None),
        ("y'' + y = 0", ["y(0)=1", "y'(0)=0"], "y(x) = cos(x)", "(-oo, oo)"),
        ("y'' + y = 0", ["y(0)=1, y'(0)=2"], "y(x) = cos(x) + 2*sin(x)", "(-oo, oo)"),
        ("y'' - y = 0", ["y(0)=0", "y(1)=1"], None, None),
        ("y'' + y = 0", ["y(0) = y'(0)", "y(pi/2) = 2"], "y(x) = 2*cos(x) + 2*sin(x)", None),
        ("y'' = 6*x", ["y(0)=a", "y'(0)=b"], "y(x) = x**3 + b*x + a", None),
        ("x^2*y'' + x*y' + x^2*y = 0", ["y(0)=1"], "y(x) = besselj(0, x)", None),
        ("y'' = y'^2", ["y(0)=0", "y'(0)=1"], "y(x) = -log(1 - x)", "(-oo, 1)"),
    ],
)
def test_one_solution(
    equation: str, given: list[str], answer: str | None, interval: str | None
) -> None:
    found = dlmath.ode(equation, given)
    if answer is not None:
        assert lines(found) == [answer]
    if interval is not None:
        assert found.facts["interval"] == interval or str(found.facts["interval"])


@pytest.mark.parametrize(
    ("equation", "given", "interval"),
    [
        ("y' = y^2", "y(0)=1", "(-oo, 1)"),
        ("y' = -x/y", "y(0)=2", "(-2, 2)"),
        ("x*y' + y = 2*x", "y(1)=2", "(0, oo)"),
        ("x*y' + y = 2*x", "y(-1)=2", "(-oo, 0)"),
        ("y' = 1 + y^2", "y(0)=0", "(-pi/2, pi/2)"),
    ],
)
def test_interval(equation: str, given: str, interval: str) -> None:
    from dlmath.render.plain import sentence_text

    fact = solved(equation, given).facts["interval"]
    assert (fact if isinstance(fact, str) else sentence_text(fact)) == interval


def test_no_solution_is_an_answer() -> None:
    answer = dlmath.ode("y'' + y = 0", ["y(0)=0", "y(pi)=1"])
    assert answer.status == DOES_NOT_EXIST
    assert answer.result == "no solution"
    assert any("no solution" in str(note) for note in answer.notes)


def test_many_solutions_are_an_answer() -> None:
    answer = solved("y'' + y = 0", "y(0)=0", "y(pi)=0")
    assert lines(answer) == ["y(x) = C2*sin(x)"]
    assert any("many solutions" in str(note) for note in answer.notes)


def test_a_parameter_may_be_an_eigenvalue() -> None:
    answer = solved("y'' + k^2*y = 0", "y(0)=0", "y(L)=1")
    assert lines(answer) == ["y(x) = sin(k*x)/sin(L*k)"]
    assert any("there is no solution or there are many" in str(note) for note in answer.notes)


def test_values() -> None:
    answer = dlmath.ode("y' = y", "y(0)=1", at="x=1")
    assert str(answer) == "e"
    assert abs(answer.value - 2.718281828459045) < 1e-12


def test_fewer_conditions_than_constants() -> None:
    assert lines(solved("y'' + y = 0", "y(0)=2")) == ["y(x) = C2*sin(x) + 2*cos(x)"]


def test_two_solutions_where_uniqueness_fails() -> None:
    answer = solved("y' = sqrt(y)", "y(0)=0")
    assert set(lines(answer)) == {"y(x) = x**2/4", "y(x) = 0"}


def test_laplace() -> None:
    answer = solved("y'' + 3*y' + 2*y = exp(-x)", "y(0)=1", "y'(0)=0", method="laplace")
    assert answer.facts["kind"] == "Laplace transform"
    assert lines(answer) == ["y(x) = (x + 1)*exp(-x)"]
    assert len(lines(solved("y' + y = 1", method="laplace"))) == 1


@pytest.mark.parametrize(
    ("equation", "given", "message"),
    [
        ("y' = y", ["y'(0)=1"], "derivatives up to"),
        ("y' = y", ["y(x)=1"], "at a point"),
        ("y' = y", ["y(0)=x"], "a number, not a function"),
        ("y' = y", ["z(0)=1"], "."),
        ("y(0) = 1", [], "."),
    ],
)
def test_mistakes(equation: str, given: list[str], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        dlmath.ode(equation, given)


def test_laplace_where_it_does_not_apply() -> None:
    with pytest.raises(InvalidInput, match="constant coefficients"):
        dlmath.ode("y' = x*y", "y(0)=1", method="laplace")
    with pytest.raises(InvalidInput, match="initial values at 0"):
        dlmath.ode("y' = y", "y(1)=1", method="laplace")
