"""Gradient flow beside gradient descent."""

from __future__ import annotations

import math

import pytest

from dlmath import descend, ode
from dlmath.errors import InvalidInput


def test_a_bowl_flows_in_closed_form_and_descent_is_eulers_method() -> None:
    answer = ode(gradient_flow="x^2 + 10*y^2", given="x(0)=5, y(0)=1", until=1, rate="1/20",
                 plot=True)  # fmt: skip
    assert [str(line) for line in map(_text, answer.result)] == [
        "x(t) = 5*exp(-2*t)", "y(t) = exp(-20*t)",
    ]  # fmt: skip
    assert answer.facts["stable_rate"] == pytest.approx(0.1)
    assert answer.facts["steps_descent"] == 20
    lines = answer.files[".csv"]().decode().splitlines()
    assert lines[0] == "t,x (flow),y (flow),x (descent),y (descent)"
    for k, line in enumerate(lines[1:]):
        t, x, y, below, low = map(float, line.split(","))
        assert t == pytest.approx(k / 20)
        assert x == pytest.approx(5 * math.exp(-2 * t), abs=1e-7)
        assert y == pytest.approx(math.exp(-20 * t), abs=1e-7)
        assert below == pytest.approx(5 * 0.9**k)
        assert low == (1 if k == 0 else pytest.approx(0, abs=1e-12))
    assert all(check.verdict == "passed" for check in answer.checks)
    assert answer.picture.contour is not None


def _text(node: object) -> str:
    from dlmath.expression.text import to_text

    return to_text(node)  # type: ignore[arg-type]


def test_the_steps_are_those_of_descend() -> None:
    function = "(1-x)^2 + 3*(y-x^2)^2"
    answer = ode(gradient_flow=function, given="x(0)=-1, y(0)=1", until=1, rate=0.01)
    last = answer.files[".csv"]().decode().splitlines()[-1].split(",")
    end = descend(function, start="x=-1,y=1", rate=0.01, steps_max=100).facts["at"]
    assert float(last[3]) == pytest.approx(end["x"], rel=1e-12)
    assert float(last[4]) == pytest.approx(end["y"], rel=1e-12)
    assert answer.facts["method"] == "dop853"


def test_a_rate_beyond_the_limit_is_said_not_to_follow() -> None:
    answer = ode(gradient_flow="x^2 + 10*y^2", given="x(0)=5, y(0)=1", until=3, rate=0.12)
    assert any("does not follow" in str(note[0]) for note in answer.notes)
    assert answer.facts["largest_gap"] > 1000


def test_fixed_variables_take_values_from_at() -> None:
    answer = ode(gradient_flow="a*x^2", given="x(0)=1", until=1, at="a=3", rate=0.01)
    assert _text(answer.result) == "x(t) = exp(-6*t)"


@pytest.mark.parametrize(
    ("function", "given", "options", "message"),
    [
        ("x^2", (), {}, "needs a start"),
        ("3", "x(0)=1", {}, "no variables"),
        ("t^2", "t(0)=1", {}, "t is the time"),
        ("x^2 + y^2", "x(0)=1", {}, "2 conditions"),
        ("x^2", "x(0)=1", {"until": -1}, "not after the start"),
        ("x^2", "x(0)=1", {"rate": 0}, "positive"),
        ("x^2", "x(0)=1", {"rate": 9}, "longer than the time"),
    ],
)
def test_what_is_refused(function, given, options, message) -> None:
    with pytest.raises(InvalidInput, match=message):
        ode(gradient_flow=function, given=given, **options)
