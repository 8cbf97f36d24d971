"""Level lines and the picture of a descent."""

from __future__ import annotations

import math

import numpy as np
import pytest

from dlmath.expression.parser import parse, parse_assignments
from dlmath.maths.optimization.compare import compare
from dlmath.maths.optimization.descend import descend
from dlmath.maths.pictures.contours import contour, level_line
from dlmath.maths.pictures.descent import steps_drawn
from dlmath.picture import Picture
from dlmath.settings import Settings


def picture(text: str, start: str, rate: float | None = None) -> Picture:
    settings = Settings(plot=True, check=False)
    answer = descend(parse(text).node, parse_assignments(start), settings, rate=rate)
    assert answer.picture is not None
    return answer.picture


def test_level_lines_of_a_cone_are_circles() -> None:
    x = np.linspace(-2, 2, 81)
    z = np.hypot(*np.meshgrid(x, x))
    across, up = level_line(x, x, z, 1.0)
    found = [math.hypot(a, b) for a, b in zip(across, up, strict=True) if not math.isnan(b)]
    assert len(found) > 100
    assert found == pytest.approx([1.0] * len(found), abs=1e-3)


def test_level_lines_stay_out_of_holes() -> None:
    found = contour(parse("log(x) + y").node, ("x", "y"), (-1, 1), (-1, 1))
    for x, _ in found.lines:
        assert all(math.isnan(place) or place > 0 for place in x)
    assert found.levels == sorted(found.levels)


def test_one_variable_puts_points_on_the_curve() -> None:
    found = picture("(x - 1)^2", "x=3", 0.1)
    path = found.curves[1]
    assert path.x[0] == 3.0
    assert list(path.y) == pytest.approx([(x - 1) ** 2 for x in path.x])


def test_two_variables_give_a_map() -> None:
    found = picture("x^2 + 10 y^2", "x=4,y=1")
    assert found.contour is not None
    assert (found.x_label, found.y_label) == ("x", "y")
    assert (found.curves[0].x[0], found.curves[0].y[0]) == (4.0, 1.0)
    assert found.x_range[0] < 0
    assert found.x_range[1] > 4


def test_more_variables_give_the_values() -> None:
    found = picture("x^2 + y^2 + 3 z^2", "x=1,y=1,z=1")
    assert found.x_label == "step"
    assert found.y_label == "value"
    assert found.y_log
    assert min(found.curves[0].y) > 0
    assert found.curves[0].y[0] == pytest.approx(5.0)


def test_a_descent_that_runs_away_shows_its_start() -> None:
    found = picture("x^2", "x=1", 1.5)
    assert max(map(abs, found.x_range)) < 1000
    assert len(found.curves[1].x) > 3


@pytest.mark.parametrize("last", [0, 5, 120, 121, 1000, 10**6])
def test_steps_drawn(last: int) -> None:
    steps = steps_drawn(last)
    assert steps == sorted(set(steps))
    assert (steps[0], steps[-1]) == (0, last)
    assert len(steps) <= 125


def test_the_values_are_below_the_map_on_a_logarithmic_axis() -> None:
    found = picture("x^2 + 10 y^2", "x=4,y=1")
    (loss,) = found.panels
    assert loss.y_log
    assert loss.curves[0].y[0] == pytest.approx(26)
    assert list(loss.curves[0].x)[:3] == [0, 1, 2]
    assert 0 < loss.y_range[0] < loss.y_range[1]


def test_values_around_another_minimum_than_0_are_shown_above_the_lowest() -> None:
    (loss,) = picture("x^2 + 10 y^2 - 7", "x=4,y=1").panels
    assert loss.y_log
    assert loss.y_label == "value above the lowest"
    assert loss.curves[0].y[0] == pytest.approx(26)
    assert min(loss.curves[0].y) > 0


def test_values_of_one_size_keep_a_plain_axis() -> None:
    (loss,) = picture("cos(x) + 3", "x=1", 0.01).panels
    assert not loss.y_log
    assert loss.y_range[0] <= min(loss.curves[0].y)


def test_a_race_has_every_path_and_one_mark_for_ends_at_one_place() -> None:
    answer = compare(
        parse("x^2 + 10 y^2").node,
        parse_assignments("x=4,y=1"),
        ["gd", "adam", "rmsprop"],
        Settings(plot=True, check=False),
        steps_max=200,
    )
    found = answer.picture
    assert isinstance(found, Picture)
    assert [curve.label for curve in found.curves] == [("gd",), ("adam",), ("rmsprop",)]
    assert [mark.label for mark in found.marks[1:]] == [("end of gd, adam",), ("end of rmsprop",)]
    assert [curve.label for curve in found.panels[0].curves] == [("gd",), ("adam",), ("rmsprop",)]


def test_a_race_of_runaways_stays_on_the_map() -> None:
    answer = compare(
        parse("x^2 + y^2").node,
        parse_assignments("x=1,y=1"),
        ["gd", "bfgs"],
        Settings(plot=True, check=False),
        rate=3.0,
    )
    assert isinstance(answer.picture, Picture)
    assert answer.picture.x_range[1] - answer.picture.x_range[0] < 1e4
