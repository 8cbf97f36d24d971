"""Initial values by numbers: against known solutions, and what is said of where they end."""

from __future__ import annotations

import math

import pytest

from dlmath import ode
from dlmath.answer import ANSWERED, DIVERGES, DOES_NOT_EXIST
from dlmath.errors import InvalidInput, Undefined, Unsolved


@pytest.mark.parametrize(
    ("equation", "given", "until", "value"),
    [
        ("y' = -2y", "y(0)=1", 5, math.exp(-10)),
        ("y' = y", "y(0)=1", -2, math.exp(-2)),
        ("y'' + y = 0", "y(0)=0, y'(0)=1", 10, math.sin(10)),
        ("y''' = 6", "y(0)=0, y'(0)=0, y''(0)=0", 2, 8.0),
        ("x*y' = 2y", "y(1)=1", 3, 9.0),
        ("derive(x*y', x) = 1", "y(1)=1, y'(1)=1", 2, 2.0),
        ("y' = y*(1-y)", "y(0)=1/2", 4, 1 / (1 + math.exp(-4))),
        ("y' = 1e-6*y", "y(0)=1e-9", 10, 1e-9 * math.exp(1e-5)),
    ],
)
def test_values_are_right_within_the_error_that_is_given(equation, given, until, value) -> None:
    answer = ode(equation, given, numeric=True, until=until)
    assert answer.status == ANSWERED
    assert abs(answer.value - value) <= answer.facts["error"] * 3 + 1e-15 * abs(value)
    assert answer.facts["error"] <= 1e-7 * max(abs(value), 1e-9)
    assert answer.checks and not answer.refuted
    assert len(answer.facts["table"]) == 11


def test_a_system_keeps_its_invariant() -> None:
    system = ["x' = x - x*y", "y' = x*y - y"]
    answer = ode(system, "x(0)=2, y(0)=1", numeric=True, until=15)

    def energy(row: dict[str, float]) -> float:
        return row["x"] - math.log(row["x"]) + row["y"] - math.log(row["y"])

    table = answer.facts["table"]
    assert all(abs(energy(row) - energy(table[0])) < 1e-7 for row in table)
    kinds = {e["kind"] for e in answer.facts["equilibria"]}
    assert kinds == {"saddle", "centre (of the linear part)"}
    assert answer.result[0].startswith("x(15) = ")


def test_coupled_highest_derivatives() -> None:
    # x' + y' = 1 and x' - y' = t: x' = (1 + t)/2, y' = (1 - t)/2
    answer = ode(["x' + y' = 1", "x' - y' = t"], "x(0)=0, y(0)=0", numeric=True, until=2)
    assert answer.value == pytest.approx([2.0, 0.0], abs=1e-8)


def test_stiffness_is_noticed_and_an_implicit_method_takes_over() -> None:
    answer = ode("y' = -1000(y - cos(x))", "y(0)=0", numeric=True, until=3)
    exact = (1e6 * math.cos(3) + 1000 * math.sin(3)) / (1e6 + 1)
    assert answer.facts["method"] == "radau" and answer.facts["stiff"]
    assert answer.value == pytest.approx(exact, abs=1e-7)
    assert any("stiff" in note[0] for note in answer.notes)


def test_an_explicit_method_asked_for_is_kept_and_stiffness_still_said() -> None:
    answer = ode("y' = -1000(y - cos(x))", "y(0)=0", method="rk45", until=1)
    assert answer.facts["method"] == "rk45"
    assert any("--method radau" in note[0] for note in answer.notes)


@pytest.mark.parametrize(
    ("equation", "place"),
    [("y' = y^2", 1.0), ("y' = exp(y)", math.exp(-1.0)), ("y' = 1 + y^2", math.pi / 4),
     ("y'' = 6y^2", None), ("y' = y^5/4", 1.0)],
)  # fmt: skip
def test_blow_up_is_located(equation, place) -> None:
    given = "y(0)=1, y'(0)=2" if "''" in equation else "y(0)=1"
    place = 1.0 if place is None else place  # y = 1/(1 - x)^2
    answer = ode(equation, given, numeric=True, until=5)
    assert answer.status == DIVERGES
    assert abs(answer.facts["blow_up"] - place) <= 10 * answer.facts["blow_up_error"]
    assert answer.facts["blow_up_error"] < 1e-4
    assert answer.value is None


@pytest.mark.parametrize("equation", ["y' = -1/(2y)", "y' = sqrt(1-x) + y"])
def test_a_solution_that_ends_is_not_a_blow_up(equation) -> None:
    answer = ode(equation, "y(0)=1", numeric=True, until=3)
    assert answer.status == DOES_NOT_EXIST
    assert answer.facts["end"] == pytest.approx(1.0, abs=1e-6)


@pytest.mark.parametrize(
    ("equation", "given", "until"),
    [("y' = y/(x-1)", "y(0)=1", 2), ("x*y' = 2*y", "y(1)=1", -1)],
)
def test_a_singular_place_is_not_jumped_over(equation, given, until) -> None:
    answer = ode(equation, given, numeric=True, until=until)
    assert answer.status == DOES_NOT_EXIST and "is determined up to" in answer.result


def test_a_removable_singularity_is_passed() -> None:
    answer = ode("y' = sin(x)/x", "y(-1)=0", numeric=True, until=1)
    assert answer.value == pytest.approx(2 * 0.946083070367183, abs=1e-8)


def test_growth_is_not_a_blow_up() -> None:
    answer = ode("y' = y", "y(0)=1", numeric=True, until=50)
    assert answer.status == ANSWERED
    assert answer.value == pytest.approx(math.exp(50), rel=1e-7)


def test_numbers_end_where_their_digits_are_lost() -> None:
    lorenz = ["x' = 10(y-x)", "y' = x*(28-z)-y", "z' = x*y - (8/3)z"]
    answer = ode(lorenz, "x(0)=1,y(0)=1,z(0)=1", numeric=True, until=40)
    horizon = answer.facts["horizon"]
    assert 15 < horizon < 40
    assert answer.facts["table"][-1]["t"] == horizon
    assert any("sensitive" in note[0] for note in answer.notes)
    # An independent run with more digits: x(15) = -6.1...
    from scipy.integrate import solve_ivp

    reference = solve_ivp(
        lambda _, s: [10 * (s[1] - s[0]), s[0] * (28 - s[2]) - s[1], s[0] * s[1] - 8 / 3 * s[2]],
        (0, horizon), [1, 1, 1], method="DOP853", rtol=3e-14, atol=1e-14,
    )  # fmt: skip
    assert abs(reference.y[0][-1] - answer.facts["table"][-1]["x"]) < 0.2


def test_events_are_found_where_they_happen() -> None:
    answer = ode("y'' = -y", "y(0)=1, y'(0)=0", numeric=True, until=10, events=["y = 0", "y' = 0"])
    places = [e["at"] for e in answer.facts["events"] if e["event"] == "y = 0"]
    assert places == pytest.approx([math.pi / 2, 3 * math.pi / 2, 5 * math.pi / 2], abs=1e-8)
    assert [e["direction"] for e in answer.facts["events"] if e["event"] == "y = 0"] == [
        "falling", "rising", "falling",
    ]  # fmt: skip


def test_an_equation_not_linear_in_the_slope_has_a_solution_for_each() -> None:
    both = ode("y'^2 = y", "y(0)=1", numeric=True, until=1)
    assert both.result == ("y(1) = 0.25", "y(1) = 2.25")
    assert "several solutions start here, with y' = -1, 1" in both.notes[0][0]
    with pytest.raises(InvalidInput, match="several solutions start here"):
        ode("y'^2 = y", "y(0)=1", method="euler", until=1)
    answer = ode("y'^2 = y", "y(0)=1, y'(0)=1", numeric=True, until=2)
    assert answer.value == pytest.approx(4.0, abs=1e-8)
    with pytest.raises(InvalidInput, match="does not hold at the start"):
        ode("y'^2 = y", "y(0)=1, y'(0)=3", numeric=True, until=2)


def test_parameters_and_places_take_values_from_at() -> None:
    answer = ode("y' = a*y", "y(0)=1", numeric=True, at="a=-1, x=2")
    assert answer.result == "y(2) = 0.135335283" or answer.result.startswith("y(2) = 0.13533528")
    with pytest.raises(InvalidInput, match="a has no value"):
        ode("y' = a*y", "y(0)=1", numeric=True)


@pytest.mark.parametrize(
    ("given", "until", "message"),
    [
        ("y(0)=1", 2, "2 conditions determine"),
        ("y(0)=1, y'(0)=1, y(0)=2", 2, "2 conditions determine"),
        ("y(0)=1, y(0)=2", 2, "contradict or repeat"),
        ("y(0)=1, y'(0)=0", 0, "--until is the point"),
        ((), 2, "numbers need values"),
        ("y(x)=1, y'(0)=0", 2, "at a point"),
        ("y(0)=1, y'''(0)=0", 2, "derivatives below the order"),
    ],
)
def test_conditions_that_do_not_do(given, until, message) -> None:
    with pytest.raises(InvalidInput, match=message):
        ode("y'' = -sin(y)", given, numeric=True, until=until)


def test_no_slope_at_the_start() -> None:
    with pytest.raises(Undefined, match="no real slope"):
        ode("y' = log(y)", "y(0)=-1", numeric=True, until=2)


def test_without_a_closed_form_numbers_come_by_themselves(monkeypatch) -> None:
    from dlmath.maths.equations.ode import ode as module

    def unsolved(*_args: object) -> None:
        raise Unsolved("no closed form was found")

    monkeypatch.setattr(module, "ode_in_closed_form", unsolved)
    answer = ode("y' = sin(x*y)", "y(0)=1", until=2)
    assert answer.value == pytest.approx(1.822412557, abs=1e-8)
    assert "these are numbers" in answer.notes[0][0]
    with pytest.raises(Unsolved):
        ode("y' = sin(x*y)")


def test_every_step_is_in_the_file() -> None:
    answer = ode("y' = -y", "y(0)=1", numeric=True, until=1)
    lines = answer.files[".csv"]().decode().splitlines()
    assert lines[0] == "x,y" and len(lines) == answer.facts["steps"] + 2
    x, y = map(float, lines[-1].split(","))
    assert x == 1 and y == pytest.approx(math.exp(-1), abs=1e-8)


def test_a_wrong_solution_would_be_refuted() -> None:
    import numpy

    from dlmath.checks.ode_numeric import other_method

    places = [0.0, 0.5, 1.0]
    right = numpy.exp(places)[:, None]
    errors = numpy.full((3, 1), 1e-9)

    def verdict(states: object) -> str:
        return other_method(
            5.0, lambda _, s: s, None, numpy.array([1.0]), places, states, errors, "dop853"
        ).verdict

    assert verdict(right) == "passed"
    assert verdict(right * (1 + 1e-6)) == "failed"


@pytest.mark.parametrize(
    ("eigenvalues", "kind"),
    [
        ([-1, -2], "stable node"),
        ([1, 2], "unstable node"),
        ([1, -2], "saddle"),
        ([-1 + 2j, -1 - 2j], "stable spiral"),
        ([1 + 2j, 1 - 2j], "unstable spiral"),
        ([2j, -2j], "centre (of the linear part)"),
        ([0, -1], "degenerate (an eigenvalue is zero)"),
    ],
)
def test_kinds_of_rest_points(eigenvalues, kind) -> None:
    from dlmath.maths.equations.numeric.equilibria import kind_of

    assert kind_of(eigenvalues) == kind


def test_pictures() -> None:
    answer = ode("y' = -y + x", "y(0)=1", numeric=True, until=3, plot=True)
    assert answer.picture is not None and answer.picture.arrows
    labels = [curve.label for curve in answer.picture.curves]
    assert ("exact y",) in labels
    pendulum = ode("y'' = -sin(y)", "y(0)=1, y'(0)=0", numeric=True, until=10, plot=True)
    portrait = pendulum.picture.panels[0]
    assert any("centre" in str(mark.label) for mark in portrait.marks) and portrait.arrows
    assert ode("y' = x*y", plot=True).picture.arrows
