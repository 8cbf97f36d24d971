"""Methods with fixed steps and boundary values."""

from __future__ import annotations

import math

import pytest

from dlmath import ode
from dlmath.errors import InvalidInput, Unsolved


def test_euler_by_hand() -> None:
    answer = ode("y' = -2y", "y(0)=1", method="euler", until=1, step="1/4")
    assert answer.value == 0.5**4
    assert answer.result == "y(1) = 0.0625"
    assert answer.facts["exact"] == pytest.approx(math.exp(-2))
    assert answer.facts["error"] == pytest.approx(math.exp(-2) - 0.0625)
    assert answer.facts["error_half_step"] == pytest.approx(math.exp(-2) - 0.75**8)
    assert answer.facts["stable_step"] == 1.0
    table = answer.tables[0]
    assert table.columns == ("x", "y", "exact y", "error", "with half step", "quotient")
    assert len(table.rows) == 5
    assert all(check.verdict == "passed" for check in answer.checks)


@pytest.mark.parametrize(("method", "order"), [("euler", 1), ("midpoint", 2), ("rk4", 4)])
def test_the_error_falls_with_the_order(method, order) -> None:
    answer = ode("y' = cos(x)*y", "y(0)=1", method=method, until=2, step=0.02)
    assert answer.facts["observed_order"] == pytest.approx(order, abs=0.1)
    assert answer.value == pytest.approx(math.exp(math.sin(2)), abs=10 * 0.02**order)


def test_steps_beyond_a_blow_up_mean_nothing() -> None:
    answer = ode("y' = y^2", "y(0)=1", method="euler", until=2, step=0.25)
    assert answer.status == "diverges" and answer.value is None
    assert answer.facts["blow_up"] == pytest.approx(1, abs=1e-6)
    assert answer.tables[0].rows[-1][2] == "undefined"


def test_a_step_that_is_too_long_is_said_to_be_unstable() -> None:
    answer = ode("y' = -10y", "y(0)=1", method="euler", until=3, step=0.25)
    assert any("unstable" in note[0] for note in answer.notes)
    assert answer.facts["stable_step"] == pytest.approx(0.2)


def test_without_a_closed_form_the_errors_are_measured_by_accurate_numbers(monkeypatch) -> None:
    monkeypatch.setattr("dlmath.maths.equations.numeric.fixed.closed_form", lambda *_: {})
    answer = ode("y' = sin(x*y)", "y(0)=1", method="rk4", until=2, step=0.2)
    assert "accurate y" in answer.tables[0].columns
    assert answer.facts["exact"] == pytest.approx(1.822412557, abs=1e-8)


@pytest.mark.parametrize("step", [0, -0.1, 5, 1e-9])
def test_steps_that_make_no_sense(step) -> None:
    with pytest.raises(InvalidInput, match="step"):
        ode("y' = y", "y(0)=1", method="euler", until=2, step=step)


def test_a_linear_boundary_problem() -> None:
    answer = ode("y'' = y", "y(0)=0, y(1)=1", numeric=True)
    assert answer.value == pytest.approx(1 / math.sinh(1), abs=1e-8)
    assert answer.result.startswith("y'(0) = 0.85091")
    assert answer.facts["solutions"] == 1 and not answer.refuted


def test_both_solutions_of_bratus_problem_are_found() -> None:
    # y = -2 log(cosh((x - 1/2) t/2)/cosh(t/4)) with t = sqrt(2) cosh(t/4)
    answer = ode("y'' + exp(y) = 0", "y(0)=0, y(1)=0", numeric=True)
    assert answer.facts["solutions"] == 2
    slopes = [float(line.split("=")[1]) for line in answer.result]
    for slope, guess in zip(slopes, (1.5, 10.9), strict=True):
        from scipy.optimize import brentq

        t = brentq(lambda t: t - math.sqrt(2) * math.cosh(t / 4), guess - 0.9, guess + 0.9)
        assert slope == pytest.approx(t * math.tanh(t / 4), abs=1e-6)
    assert all(check.verdict == "passed" for check in answer.checks)


def test_values_of_a_boundary_problem_at_a_place() -> None:
    answer = ode("y'' = -y", "y(0)=0, y'(1)=1", numeric=True, at="x=1/2")
    assert answer.value == pytest.approx(math.sin(0.5) / math.cos(1), abs=1e-8)
    with pytest.raises(InvalidInput, match="outside the interval"):
        ode("y'' = -y", "y(0)=0, y'(1)=1", numeric=True, at="x=2")


def test_boundary_problems_that_are_not_solved() -> None:
    with pytest.raises(Unsolved, match="more than two points"):
        ode("y''' = y", "y(0)=0, y(1)=1, y(2)=3", numeric=True)
    with pytest.raises(InvalidInput, match="2 conditions"):
        ode("y'' = y", "y(0)=0, y(1)=1, y'(1)=1", numeric=True)
    with pytest.raises(InvalidInput, match="not boundary"):
        ode("y'' = y", "y(0)=0, y(1)=1", method="rk45")
