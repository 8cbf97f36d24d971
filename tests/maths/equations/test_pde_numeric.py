"""Partial differential equations by numbers, against solutions that are known."""

from __future__ import annotations

import math

import pytest

from dlmath import pde
from dlmath.errors import InvalidInput, Unsolved

ENDS = ["u(0,t)=0", "u(1,t)=0"]
SQUARE = ["u(x,0)=0", "u(0,y)=0", "u(1,y)=0"]


@pytest.mark.parametrize(
    ("equation", "given", "options", "value"),
    [
        ("u_t = u_xx", ["u(x,0)=sin(pi*x)", *ENDS], {"until": 0.1}, math.exp(-(math.pi**2) / 10)),
        ("u_t = u_xx", ["u(x,0)=cos(pi*x)", "u_x(0,t)=0", "u_x(1,t)=0"],
         {"until": 0.1, "at": "x=1/4"}, math.exp(-(math.pi**2) / 10) / math.sqrt(2)),
        ("u_tt = 4u_xx", ["u(x,0)=sin(pi*x)", "u_t(x,0)=0", *ENDS], {"until": 0.7},
         math.cos(1.4 * math.pi)),
        ("u_t + u_x = 0", ["u(x,0)=exp(-x^2)"],
         {"until": 1, "domain": {"x": (-5, 5)}, "at": "x=1"}, 1.0),
        # u = exp(t)*sin(x) with its own values at the end
        ("u_t = u_xx + 2u", ["u(x,0)=sin(x)", "u(0,t)=0", "u(1,t)=exp(t)*sin(1)"],
         {"until": 0.5}, math.exp(0.5) * math.sin(0.5)),
        # a nonlinear one: u = 1/(1 + exp(x/sqrt(6) - 5t/6))^2 (Ablowitz and Zeppetella)
        ("u_t = u_xx + u*(1-u)", ["u(x,0)=1/(1+exp(x/sqrt(6)))^2"],
         {"until": 1, "domain": {"x": (-25, 25)}}, 1 / (1 + math.exp(-5 / 6)) ** 2),
        ("u_xx + u_yy = 0", [*SQUARE, "u(x,1)=sin(pi*x)"], {},
         math.sinh(math.pi / 2) / math.sinh(math.pi)),
        ("u_xx + u_yy = -2*pi^2*sin(pi*x)*sin(pi*y)", [*SQUARE, "u(x,1)=0"],
         {"at": "x=1/4,y=1/4"}, 0.5),
        ("u_xx + u_yy = 0", ["u(x,0)=x", "u(x,1)=x", "u(0,y)=0", "u_x(1,y)=1"], {}, 0.5),
    ],
)  # fmt: skip
def test_values_are_right_within_the_error(equation, given, options, value) -> None:
    answer = pde(equation, given, numeric=True, **options)
    assert abs(answer.value - value) <= answer.facts["error"] + 1e-9
    assert answer.facts["error"] < 3e-3
    assert [check.verdict for check in answer.checks] == ["passed"]


def test_the_stability_limit_is_stated() -> None:
    answer = pde("u_t = 2u_xx", ["u(x,0)=x*(1-x)", *ENDS], numeric=True, until=0.1)
    assert answer.facts["stable_step"] == pytest.approx((1 / 200) ** 2 / 4)
    assert any("dx^2/(2*k)" in note[0] for note in answer.notes)
    wave = pde("u_tt = 4u_xx", ["u(x,0)=x*(1-x)", "u_t(x,0)=0", *ENDS], numeric=True, until=0.1)
    assert wave.facts["stable_step"] == pytest.approx(1 / 400 / 2)


def test_numbers_come_by_themselves() -> None:
    answer = pde("u_t = u_xx", ["u(x,0)=0", "u(0,t)=sin(t)", "u(1,t)=0"], until=1)
    assert "these are numbers" in answer.notes[0][0]
    assert answer.result.startswith("u(0.5, 1) = 0.3")
    table = answer.facts["table"]
    assert len(table) == 11 and table[0]["u"] == pytest.approx(math.sin(1))


def test_a_front_that_no_grid_settles_is_not_answered() -> None:
    with pytest.raises(Unsolved, match="steep front"):
        pde("u_t + u*u_x = 0", ["u(x,0)=exp(-x^2)"], numeric=True, until=3, domain={"x": (-3, 5)})


def test_initial_values_with_a_pole_are_not_answered() -> None:
    with pytest.raises(Unsolved, match="do not settle"):
        pde("u_t = u_xx", ["u(x,0)=tan(x)", "u(0,t)=0", "u(3,t)=0"], numeric=True, until=1)


def test_a_solution_that_blows_up_is_not_answered() -> None:
    with pytest.raises(Unsolved, match="grows without bound"):
        pde("u_t = u_xx + u^2", ["u(x,0)=20*sin(pi*x)", *ENDS], numeric=True, until=1)


@pytest.mark.parametrize(
    ("equation", "given", "options", "message"),
    [
        ("u_t = u_xx", ["u(x,0)=1", *ENDS], {"until": -1}, "not after the start"),
        ("u_t = u_xx", ["u(x,0)=1"], {"until": 1}, "need an interval"),
        ("u_t = u_xx", ENDS, {"until": 1}, "is needed to start from"),
        ("u_tt = u_xx", ["u(x,0)=1", *ENDS], {"until": 1}, "u_t\\(x, 0\\) is needed too"),
        ("u_t = k*u_xx", ["u(x,0)=1", *ENDS], {"until": 1}, "k has no value"),
        ("u_t = u_xx", ["u(x,0)=1", *ENDS], {"until": 1, "domain": {"z": (0, 1)}}, "no variable z"),
        (
            "u_t = u_xx",
            ["u(x,0)=1"],
            {"until": 1, "domain": {"x": (1, 0)}},
            "smaller to the larger",
        ),
        ("u_t = u_xx", ["u(x,0)=1", *ENDS], {"until": 1, "at": "x=3"}, "outside"),
        ("u_xx + u_yy = 0", SQUARE, {}, "conditions on both"),
        ("u_xx + u_yy = 0", [*SQUARE, "u(x,1)=0"], {"until": 1}, "no time"),
    ],
)
def test_what_is_missing_is_said(equation, given, options, message) -> None:
    with pytest.raises(InvalidInput, match=message):
        pde(equation, given, numeric=True, **options)


def test_files_and_pictures() -> None:
    answer = pde("u_t = u_xx", ["u(x,0)=sin(pi*x)", *ENDS], numeric=True, until=0.1, plot=True)
    lines = answer.files[".csv"]().decode().splitlines()
    assert lines[0] == "x,t,u" and len(lines) == 1 + 11 * 101
    assert answer.picture.panels[0].heat is not None


def test_another_discretization_refutes_wrong_numbers() -> None:
    import numpy

    from dlmath.checks.pde_numeric import EndCondition, evolution

    zero = EndCondition(1.0, 0.0, lambda _t: 0.0)
    places = numpy.linspace(0.1, 0.9, 5)
    right = math.exp(-(math.pi**2) / 10) * numpy.sin(math.pi * places)

    def verdict(claimed: object) -> str:
        return evolution(
            lambda _x, _t, _u, _v, _ux, uxx: uxx, False, (zero, zero),
            lambda x: numpy.sin(math.pi * x), None, (0.0, 1.0), (0.0, 0.1), places, claimed,
            1e-6, 20.0,
        ).verdict  # fmt: skip

    assert verdict(right) == "passed"
    assert verdict(1.01 * right) == "failed"
