"""`extrema --subject-to`: textbook problems with known points and multipliers."""

from __future__ import annotations

from typing import Any

import pytest

import dlmath
from dlmath.answer import DOES_NOT_EXIST, Answer
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.graph import Node
from dlmath.expression.numbers import evaluate


def number(value: Any) -> float:
    return float(evaluate(value)) if isinstance(value, Node) else float(value)


def at(answer: Answer, kind: str) -> list[tuple[tuple[float, ...], float, list[float]]]:
    """Places, values and multipliers of the points of a kind."""
    return [
        (
            tuple(number(x) for x in fact["at"].values()),
            number(fact["value"]),
            [number(one["multiplier"]) for one in fact["multipliers"]],
        )
        for fact in answer.facts["critical_points"]
        if fact["kind"] == kind
    ]


ROOT = 2**0.5

#: Function, constraints, kind, place, value, multipliers.
PROBLEMS: list[tuple[str, list[str], str, tuple[float, ...], float, list[float]]] = [
    # equations
    ("x*y", ["x + y = 1"], "maximum", (0.5, 0.5), 0.25, [0.5]),
    ("x^2 + y^2", ["x + y = 1"], "minimum", (0.5, 0.5), 0.5, [1]),
    ("x*y", ["x^2 + y^2 = 8"], "maximum", (2, 2), 4, [0.5]),
    ("x*y", ["x^2 + y^2 = 8"], "minimum", (2, -2), -4, [-0.5]),
    ("x + y", ["x^2 + y^2 = 2"], "maximum", (1, 1), 2, [0.5]),
    ("x*y*z", ["x + y + z = 3"], "maximum", (1, 1, 1), 1, [1]),
    ("x^2 + y^2 + z^2", ["x + y + z = 1", "x - y = 0"], "minimum", (1 / 3,) * 3, 1 / 3, [2 / 3, 0]),
    (
        "x + 2y + 3z",
        ["x - y + z = 1", "x^2 + y^2 = 1"],
        "maximum",
        (-0.37139, 0.92848, 2.29987),
        8.38516,
        [3, 2.69258],
    ),
    ("x*log(x) + y*log(y)", ["x + y = 1"], "minimum", (0.5, 0.5), -0.6931472, [0.3068528]),
    ("x^(1/2)*y^(1/2)", ["2x + y = 8"], "maximum", (2, 4), 2.8284271, [0.3535534]),
    (
        "exp(x) + y",
        ["x^2 + y^2 = 1"],
        "minimum",
        (-0.5134886, -0.8580964),
        -0.2596921,
        [-0.5826851],
    ),
    # inequalities
    ("x + y", ["x^2 + y^2 <= 1"], "minimum", (-1 / ROOT, -1 / ROOT), -ROOT, [1 / ROOT]),
    ("x + y", ["x^2 + y^2 <= 1"], "maximum", (1 / ROOT, 1 / ROOT), ROOT, [1 / ROOT]),
    ("x^2 + y^2", ["x + y >= 1"], "minimum", (0.5, 0.5), 0.5, [1]),
    ("x^2 + y^2", ["x + y >= 1", "x >= 2"], "minimum", (2, 0), 4, [0, 4]),
    ("(x - 2)^2 + (y - 1)^2", ["x^2 <= y", "x + y <= 2"], "minimum", (1, 1), 1, [2 / 3, 2 / 3]),
    ("4x^2 + 10y^2", ["x^2 + y^2 <= 4"], "maximum", (0, 2), 40, [10]),
    ("4x^2 + 10y^2", ["x^2 + y^2 <= 4"], "minimum", (0, 0), 0, [0]),
    (
        "2x + 3y",
        ["x >= 0", "y >= 0", "x + y <= 4", "x + 3y <= 6"],
        "maximum",
        (3, 1),
        9,
        [0, 0, 1.5, 0.5],
    ),
    (
        "2x + 3y",
        ["x >= 0", "y >= 0", "x + y <= 4", "x + 3y <= 6"],
        "minimum",
        (0, 0),
        0,
        [2, 3, 0, 0],
    ),
    ("x^3", ["x >= -1", "x <= 2"], "minimum", (-1,), -1, [3, 0]),
    ("x^3", ["x >= -1", "x <= 2"], "maximum", (2,), 8, [0, 12]),
    (
        "(x - 3)^2 + (y - 2)^2",
        ["x^2 + y^2 <= 5", "x + 2y <= 4", "x >= 0", "y >= 0"],
        "minimum",
        (2, 1),
        2,
        [1 / 3, 2 / 3, 0, 0],
    ),
    ("x^2 + 2y^2", ["x + y >= 3"], "minimum", (2, 1), 6, [4]),
    ("x^2 - y^2", ["x^2 + y^2 <= 1"], "minimum", (0, 1), -1, [1]),
]


@pytest.mark.parametrize(
    ("text", "constraints", "kind", "place", "value", "multipliers"),
    PROBLEMS,
    ids=[f"{row[2]} of {row[0]} | {', '.join(row[1])}" for row in PROBLEMS],
)
def test_textbook_problems(
    text: str,
    constraints: list[str],
    kind: str,
    place: tuple[float, ...],
    value: float,
    multipliers: list[float],
) -> None:
    answer = dlmath.extrema(text, subject_to=constraints)
    assert not answer.refuted
    found = at(answer, kind)
    (match,) = [one for one in found if one[0] == pytest.approx(place, abs=1e-4)]
    assert match[1] == pytest.approx(value, abs=1e-5)
    assert match[2] == pytest.approx(multipliers, abs=1e-4)


def test_meaning_of_a_multiplier() -> None:
    """The rate is the change of the value with the right side as typed, whatever the direction."""
    for constraint, rate in (("x + y = 1", 1), ("x + y >= 1", 1), ("-x - y <= -1", -1)):
        (fact,) = dlmath.extrema("x^2 + y^2", subject_to=constraint).facts["critical_points"]
        (one,) = fact["multipliers"]
        assert number(one["rate"]) == rate
        assert number(one["multiplier"]) == 1


@pytest.mark.parametrize(
    ("constraints", "why"),
    [
        (["x + y = 1", "x + y = 2"], "contradict"),
        (["x^2 + 1 <= 0"], "never holds"),
        (["x >= 1", "x <= 0"], "ask for"),
        (["x + y >= 3", "x <= 1", "y <= 1"], "within the bounds"),
        (["x + y >= 3", "x - y >= 1", "2x + y <= 2"], "contradict"),
        (["x^2 + y^2 = -1"], "never holds"),
    ],
)
def test_infeasible(constraints: list[str], why: str) -> None:
    answer = dlmath.extrema("x + y", subject_to=constraints)
    assert answer.status == DOES_NOT_EXIST
    assert answer.result == "no point satisfies the constraints"
    assert why in str(answer.notes[0][0])


def test_points_that_are_not_regular_are_found() -> None:
    """At the cusp the gradients of both constraints are parallel: no multipliers exist."""
    answer = dlmath.extrema("x", subject_to=["y - x^3 >= 0", "y <= 0"])
    (fact,) = answer.facts["critical_points"]
    assert fact["regular"] is False
    assert fact["kind"] == "maximum"
    assert fact["multipliers"][0]["multiplier"] is None
    assert any("dependent" in str(note[0]) for note in answer.notes)


def test_the_only_feasible_point() -> None:
    answer = dlmath.extrema("x", subject_to="x^2 + y^2 = 0")
    assert answer.result == ("x = 0, y = 0: isolated 0",)


def test_global_where_the_set_is_bounded_or_convex() -> None:
    facts = dlmath.extrema("x^2 - y^2", subject_to="x^2 + y^2 <= 1").facts
    assert (number(facts["global_minimum"]), number(facts["global_maximum"])) == (-1, 1)
    facts = dlmath.extrema("x^2 + 2y^2", subject_to="x + y >= 3").facts
    assert number(facts["global_minimum"]) == 6
    assert "global_maximum" not in facts


def test_strict_edges_do_not_belong() -> None:
    answer = dlmath.extrema("x + y", subject_to="x^2 + y^2 < 1")
    assert answer.result == "no candidates"
    assert "global_minimum" not in answer.facts
    answer = dlmath.extrema("x^2 + y^2", subject_to="x > 1")
    assert answer.result == "no candidates"
    assert not answer.refuted


def test_assumptions_are_constraints() -> None:
    answer = dlmath.extrema("x + y", subject_to="x*y = 1", assume="x>0")
    (fact,) = answer.facts["critical_points"]
    assert fact["kind"] == "minimum"
    assert number(fact["value"]) == 2


def test_steps_show_the_lagrangian() -> None:
    answer = dlmath.extrema("x*y", subject_to="x + y = 1", steps=True)
    assert [step.rule for step in answer.steps] == [
        "Lagrangian",
        "partial derivative",
        "partial derivative",
        "solve",
        "maximum",
    ]
    with_cases = dlmath.extrema("x + y", subject_to="x^2 + y^2 <= 1", steps=True)
    assert "complementary slackness" in [step.rule for step in with_cases.steps]


def test_picture_has_the_constraint() -> None:
    picture = dlmath.extrema("x + y", subject_to="x^2 + y^2 <= 1", plot=True).picture
    assert picture is not None
    assert len(picture.curves) == 1
    assert len(picture.marks) == 2


def test_mistakes() -> None:
    with pytest.raises(InvalidInput, match="neither"):
        dlmath.extrema("x + y", subject_to="x + y")
    with pytest.raises(Unsolved, match="kink"):
        dlmath.extrema("x + y", subject_to="abs(x) + abs(y) <= 1")
    with pytest.raises(Unsolved, match="kinks"):
        dlmath.extrema("abs(x) + y^2", subject_to="x + y = 1")
    with pytest.raises(InvalidInput):
        dlmath.extrema("x + y", subject_to="[x, y] = [1, 2]")
