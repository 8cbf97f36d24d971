"""`extrema`: published functions, degenerate points, kinks, level sets, searches in a box."""

from __future__ import annotations

from typing import Any

import pytest

import dlmath
from dlmath.answer import Answer
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.graph import Node
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.maths.optimization.extrema.extrema import extrema
from dlmath.settings import Settings

#: Name, function, box (None: elimination reaches), number of critical points, minima (place and
#: value): from the collections of Jamil and Yang (2013) and More, Garbow and Hillstrom (1981).
PUBLISHED: list[tuple[str, str, Any, int, list[tuple[tuple[float, ...], float]]]] = [
    (
        "himmelblau",
        "(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
        None,
        9,
        [((3, 2), 0), ((-2.805118, 3.131312), 0), ((-3.779310, -3.283186), 0)],
    ),
    ("rosenbrock", "(1 - x)^2 + 100*(y - x^2)^2", None, 1, [((1, 1), 0)]),
    ("booth", "(x + 2y - 7)^2 + (2x + y - 5)^2", None, 1, [((1, 3), 0)]),
    ("matyas", "0.26*(x^2 + y^2) - 0.48*x*y", None, 1, [((0, 0), 0)]),
    (
        "beale",
        "(1.5 - x + x*y)^2 + (2.25 - x + x*y^2)^2 + (2.625 - x + x*y^3)^2",
        None,
        3,
        [((3, 0.5), 0)],
    ),
    (
        "six-hump camel",
        "(4 - 2.1x^2 + x^4/3)*x^2 + x*y + (-4 + 4y^2)*y^2",
        None,
        15,
        [((0.0898420, -0.7126564), -1.0316285), ((-0.0898420, 0.7126564), -1.0316285)],
    ),
    ("three-hump camel", "2x^2 - 1.05x^4 + x^6/6 + x*y + y^2", None, 5, [((0, 0), 0)]),
    (
        "goldstein-price",
        "(1 + (x + y + 1)^2*(19 - 14x + 3x^2 - 14y + 6x*y + 3y^2))"
        "*(30 + (2x - 3y)^2*(18 - 32x + 12x^2 + 48y - 36x*y + 27y^2))",
        None,
        9,
        [((0, -1), 3), ((-0.6, -0.4), 30), ((1.8, 0.2), 84), ((1.2, 0.8), 840)],
    ),
    (
        "mccormick",
        "sin(x + y) + (x - y)^2 - 1.5x + 2.5y + 1",
        {"x": (-1.5, 4.0), "y": (-3.0, 4.0)},
        3,
        [((-0.5471976, -1.5471976), -1.9132230)],
    ),
    (
        "styblinski-tang",
        "(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y)/2",
        None,
        9,
        [((-2.903534, -2.903534), -78.3323314)],
    ),
    (
        "branin",
        "(y - 5.1/(4pi^2)*x^2 + 5/pi*x - 6)^2 + 10*(1 - 1/(8pi))*cos(x) + 10",
        {"x": (-5.0, 10.0), "y": (0.0, 15.0)},
        5,
        [((3.1415927, 2.275), 0.3978874), ((-3.1415927, 12.275), 0.3978874)],
    ),
    ("zakharov", "x^2 + y^2 + (x/2 + y)^2 + (x/2 + y)^4", None, 1, [((0, 0), 0)]),
    ("dixon-price", "(x - 1)^2 + 2*(2y^2 - x)^2", None, 3, [((1, 0.7071068), 0)]),
    ("trid", "(x - 1)^2 + (y - 1)^2 - x*y", None, 1, [((2, 2), -2)]),
    (
        "powell singular",
        "(a + 10b)^2 + 5*(c - d)^2 + (b - 2c)^4 + 10*(a - d)^4",
        None,
        1,
        [((0, 0, 0, 0), 0)],
    ),
    (
        "freudenstein-roth",
        "(-13 + x + ((5 - y)*y - 2)*y)^2 + (-29 + x + ((y + 1)*y - 14)*y)^2",
        None,
        3,
        [((5, 4), 0), ((11.41278, -0.8968053), 48.98425)],
    ),
    ("leon", "100*(y - x^3)^2 + (1 - x)^2", None, 1, [((1, 1), 0)]),
    (
        "brown badly scaled",
        "(x - 10^6)^2 + (y - 2e-6)^2 + (x*y - 2)^2",
        None,
        1,
        [((1e6, 2e-6), 0)],
    ),
    (
        "wood",
        "100*(a^2 - b)^2 + (a - 1)^2 + (c - 1)^2 + 90*(c^2 - d)^2"
        " + 10.1*((b - 1)^2 + (d - 1)^2) + 19.8*(b - 1)*(d - 1)",
        None,
        3,
        [((1, 1, 1, 1), 0)],
    ),
    (
        "bohachevsky",
        "x^2 + 2y^2 - 0.3*cos(3pi*x) - 0.4*cos(4pi*y) + 0.7",
        (-0.5, 0.6),
        15,
        [((0, 0), 0)],
    ),
    ("brent", "(x + 10)^2 + (y + 10)^2 + exp(-x^2 - y^2)", (-12.0, 5.0), 1, [((-10, -10), 0)]),
    ("schwefel 2.21", "max(abs(x), abs(y))", None, 1, [((0, 0), 0)]),
    ("schwefel 2.22", "abs(x) + abs(y) + abs(x*y)", None, 1, [((0, 0), 0)]),
    (
        "rosenbrock of three",
        "100*(y - x^2)^2 + (1 - x)^2 + 100*(z - y^2)^2 + (1 - y)^2",
        None,
        1,
        [((1, 1, 1), 0)],
    ),
    ("folium", "x^4 + y^4 - 2*(x - y)^2", None, 3, [((1.4142136, -1.4142136), -8)]),
    ("cubic", "x^3 + y^3 - 3x*y", None, 2, [((1, 1), -1)]),
    ("aluffi-pentini", "x^4/4 - x^2/2 + x/10 + y^2/2", None, 3, [((-1.0466805, 0), -0.3523861)]),
    (
        "hump with exponential",
        "x*exp(-x^2 - y^2)",
        None,
        2,
        [((-0.7071068, 0), -0.4288819)],
    ),
    ("rational", "(x + y)/(1 + x^2 + y^2)", None, 2, [((-0.7071068, -0.7071068), -0.7071068)]),
]


def number(value: Any) -> float:
    return float(evaluate(value)) if isinstance(value, Node) else float(value)


def points(answer: Answer, kind: str | None = None) -> list[tuple[tuple[float, ...], float]]:
    return [
        (tuple(number(x) for x in fact["at"].values()), number(fact["value"]))
        for fact in answer.facts["critical_points"]
        if kind is None or fact["kind"] == kind
    ]


@pytest.mark.parametrize(
    ("text", "box", "count", "minima"),
    [row[1:] for row in PUBLISHED],
    ids=[row[0] for row in PUBLISHED],
)
def test_published_functions(
    text: str, box: Any, count: int, minima: list[tuple[tuple[float, ...], float]]
) -> None:
    answer = dlmath.extrema(text, box=box)
    assert not answer.refuted
    assert len(points(answer)) == count
    found = points(answer, "minimum")
    for place, value in minima:
        assert any(
            here == pytest.approx(place, rel=1e-5, abs=1e-6)
            and there == pytest.approx(value, rel=1e-5, abs=1e-6)
            for here, there in found
        )
    best = answer.facts.get("global_minimum")
    if best is not None:
        assert number(best) == pytest.approx(min(value for _, value in minima), abs=1e-6)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x^4 + y^4", "minimum"),
        ("-x^4 - y^2", "maximum"),
        ("x^3 + y^2", "saddle"),
        ("x^2 + y^3", "saddle"),
        ("x^3 - 3x*y^2", "saddle"),
        ("x^4 - y^4", "saddle"),
        ("x^4 + y^6", "minimum"),
        ("x^4 + y^6 - 3x^2*y^3", "saddle"),
        ("(y - x^2)*(y - 2x^2)", "saddle"),
        ("x^4 + y^4 - 3x^2*y^2", "saddle"),
        ("x^2 + x*y^2 + y^4", "minimum"),
        ("x^2 + 2x*y^2 + y^4 + y^6", "minimum"),
        ("x^2 + y^4 + z^6", "minimum"),
        ("x^4 + x^2*y^2 + y^4 - z^2", "saddle"),
        ("exp(x^4) + y^4", "minimum"),
        ("(x + y)^2 + (x - y)^4", "minimum"),
        ("x^6 + y^6 + x^2*y^2", "minimum"),
        ("x^4 - 3x^2*y^2 + 3y^4", "minimum"),
    ],
)
def test_degenerate_points(text: str, kind: str) -> None:
    """One critical point, at zero; the Hessian alone does not decide."""
    answer = dlmath.extrema(text)
    (fact,) = answer.facts["critical_points"]
    assert set(map(number, fact["at"].values())) == {0.0}
    assert fact["kind"] == kind
    assert not any("not proved" in str(note[0]) for note in answer.notes)


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("x^2*y^2", ["x = 0: minimum 0", "y = 0: minimum 0"]),
        ("(x^2 + y^2 - 1)^2", ["x**2 + y**2 = 1: minimum 0", "x = 0, y = 0: maximum 1"]),
        ("(x - y)^2", ["x = y: minimum 0"]),
        ("relu(x) + y^2", ["y = 0, x < 0: minimum 0"]),
        ("abs(x^2 + y^2 - 1)", ["x**2 + y**2 = 1: minimum 0", "x = 0, y = 0: maximum 1"]),
        ("exp(x) - 2x + relu(y - x)", ["x = log(2), y - x < 0: minimum 0.6137056389"]),
        ("2*abs(x) + x^2*y^2 - exp(-x^2)", ["x = 0: minimum -1"]),
        ("-2*relu(y - x)", ["y - x < 0: maximum 0", "x = y: maximum 0"]),
        ("exp(x + y)", ["no critical points"]),
        ("x + y", ["no critical points"]),
        ("max(x, y)", ["no critical points"]),
        ("x*y", ["x = 0, y = 0: saddle 0"]),
        ("norm([x, y])", ["x = 0, y = 0: minimum 0"]),
        ("norm([x - 1, y + 2]) + x^2", ["x = 1/2, y = -2: minimum 3/4"]),
        ("abs(x - 1) + y^2", ["x = 1, y = 0: minimum 0"]),
        ("huber(x - y, 0) + y^2", ["x = 0, y = 0: minimum 0"]),
        ("x*log(x) + y*log(y)", ["x = exp(-1), y = exp(-1): minimum -2*exp(-1)"]),
        ("softplus(x) + softplus(-x) + y^2", ["x = 0, y = 0: minimum 2*log(2)"]),
        # a composition: level sets of its inner part
        (
            "log(1 + x^2 + y^2) - (x^2 + y^2)/4",
            ["x**2 + y**2 = 3: maximum 0.6362943611", "x = 0, y = 0: minimum 0"],
        ),
        # norms: least on the segment between the two points
        ("norm([x, y]) + norm([x - 1, y])", ["x = 0, y = 0: minimum 1", "x = 1, y = 0: minimum 1"]),
        # one variable
        ("sign(x)", ["x < 0: minimum -1", "x > 0: maximum 1"]),
        ("x^3 - 3x", ["x = -1: maximum 2", "x = 1: minimum -2"]),
        ("x^3", ["x = 0: inflection 0"]),
        ("abs(x)", ["x = 0: minimum 0"]),
        ("relu(x)", ["x <= 0: minimum 0"]),
        ("x*abs(x)", ["x = 0: inflection 0"]),
        ("sqrt(x)", ["x = 0: minimum 0"]),
        ("exp(x)", ["no critical points"]),
    ],
)
def test_plain_lines(text: str, lines: list[str]) -> None:
    answer = dlmath.extrema(text)
    found = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    assert [str(line) for line in found] == lines
    assert not answer.refuted


def test_search_in_a_box_is_certified() -> None:
    answer = dlmath.extrema("sin(x)*sin(y)")
    assert len(answer.facts["critical_points"]) == 25
    assert any("no others" in str(note[0]) for note in answer.notes)
    narrow = dlmath.extrema("sin(x)*sin(y)", box={"x": (0.5, 2.0), "y": (-2.0, 2.0)})
    assert sorted(points(narrow)) == [
        (pytest.approx((1.5707963, -1.5707963)), -1.0),
        (pytest.approx((1.5707963, 1.5707963)), 1.0),
    ]


def test_tiny_numbers_are_not_zero() -> None:
    """The minimum of this one is near -10, not at -10: exp(-200) is not zero."""
    answer = dlmath.extrema("(x + 10)^2 + (y + 10)^2 + exp(-x^2 - y^2)", box=(-12.0, 5.0))
    (fact,) = answer.facts["critical_points"]
    assert not isinstance(fact["at"]["x"], Node)


def test_global_extrema_only_where_proved() -> None:
    assert "global_minimum" not in dlmath.extrema("x*exp(-x^2 - y^2)").facts
    facts = dlmath.extrema("x^2*y^3 + y^2 - x").facts
    assert facts["global_minimum"] is None
    assert number(dlmath.extrema("x^2 + y^2").facts["global_minimum"]) == 0


def test_eigenvalues() -> None:
    facts = dlmath.extrema("(1 - x)^2 + 100*(y - x^2)^2").facts["critical_points"]
    assert facts[0]["eigenvalues"] == pytest.approx([0.39936, 1001.60064], rel=1e-5)


def test_agrees_with_study() -> None:
    for text in ("x^4 - x^2", "x*exp(-x)", "x^3/(x^2 + 1)", "abs(x - 1) - x/2", "silu(x)"):
        study = {(number(e["x"]), number(e["y"])) for e in dlmath.study(text).facts["extrema"]}
        found = {
            (place[0], value)
            for kind in ("minimum", "maximum")
            for place, value in points(dlmath.extrema(text), kind)
        }
        assert len(found) == len(study)
        for here, there in zip(sorted(found), sorted(study), strict=True):
            assert here == pytest.approx(there, rel=1e-8, abs=1e-12)


def test_assumptions_choose_points() -> None:
    assert len(points(dlmath.extrema("x^2 + 1/x^2 + y^2"))) == 2
    assert points(dlmath.extrema("x^2 + 1/x^2 + y^2", assume="x>0")) == [((1.0, 0.0), 2.0)]


def test_steps() -> None:
    answer = dlmath.extrema("x^4 + y^4 - 4x*y", steps=True)
    rules = [step.rule for step in answer.steps]
    assert rules == ["partial derivative"] * 2 + ["set to zero", "minimum", "minimum", "saddle"]


def test_picture_has_the_points() -> None:
    picture = dlmath.extrema("x^4 + y^4 - 4x*y", plot=True).picture
    assert picture is not None and picture.contour is not None
    assert len(picture.marks) == 3
    line = dlmath.extrema("x^3 - 3x", plot=True).picture
    assert line is not None and len(line.marks) == 2


@pytest.mark.parametrize("text", ["[x, y]", "5"])
def test_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        dlmath.extrema(text)


def test_jumps_are_not_searched() -> None:
    with pytest.raises(Unsolved, match="floor jumps"):
        dlmath.extrema("floor(x) + y")


def test_level_sets_of_a_composition_in_a_box() -> None:
    box = {"x": (-2.0, 2.0), "y": (-2.0, 2.0)}
    found = dlmath.extrema("sin(x + y)", box=box, steps=True)
    assert [step.rule for step in found.steps[-2:]] == ["minimum", "maximum"]
    assert found.result == ("x + y = -pi/2: minimum -1", "x + y = pi/2: maximum 1")
    found = dlmath.extrema("exp(cos(x*y))", box=box)
    assert found.result == (
        "x*y = -pi: minimum exp(-1)",
        "x*y = 0: maximum e",
        "x*y = pi: minimum exp(-1)",
    )


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("floor(x)", "level between its jumps"),
        ("besselj(0, x)*exp(y) + y*x", "not proved that there is none"),
    ],
)
def test_what_is_not_found_is_not_said_to_be_none(text: str, words: str) -> None:
    answer = extrema(parse(text).node, Settings(seconds=2), box=(2.0, 2.1))
    assert answer.status == "unsolved"
    assert answer.result is None
    assert answer.error is not None
    assert words in answer.error["message"]


def test_a_box_of_another_variable_is_refused() -> None:
    with pytest.raises(InvalidInput, match="names z, which the function does not contain"):
        dlmath.extrema("x*y", box={"x": (0.0, 1.0), "z": (0.0, 1.0)})
    with pytest.raises(InvalidInput, match="names z"):
        dlmath.extrema("x*y", subject_to="x + y = 1", box={"z": (0.0, 1.0)})
