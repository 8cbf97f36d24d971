"""Pictures as text: their size, their signs, and that things stand where they belong."""

from __future__ import annotations

import math

import pytest

from dlmath.expression.parser import parse
from dlmath.maths.calculus.derive import derive
from dlmath.maths.calculus.study import study
from dlmath.maths.pictures.calculus import function_picture, integral_picture
from dlmath.picture import Curve, Mark, Picture
from dlmath.render.terminal_plot import pieces, plot_text
from dlmath.render.ticks import ticks
from dlmath.settings import Settings

NAN = math.nan


def node(text: str):
    return parse(text).node


def studied(text: str) -> Picture:
    picture = study(node(text), "x", settings=Settings(plot=True, check=False)).picture
    assert picture is not None
    return picture


@pytest.mark.parametrize("unicode", [True, False])
@pytest.mark.parametrize("width", [30, 40, 80, 100])
def test_lines_fit(width: int, unicode: bool) -> None:
    picture = studied("(x^2 + 1)/(x - 1)")
    text = plot_text(picture, width, unicode=unicode)
    assert max(map(len, text.splitlines())) <= width
    assert len(text.splitlines()) < 40
    assert "\x1b" not in text
    assert unicode != text.isascii()


def test_colour_only_where_it_is_asked_for() -> None:
    picture = studied("x^2")
    assert "\x1b[" in plot_text(picture, colour=True)
    assert "\x1b[" not in plot_text(picture, colour=False)


def frame_of(text: str) -> list[str]:
    """The rows inside the frame."""
    return [line.split("|", 1)[1][:-1] for line in text.splitlines() if line.endswith("|")]


def test_a_mark_stands_in_its_cell() -> None:
    picture = Picture(("",), "x", "y", (0.0, 10.0), (0.0, 1.0), marks=(Mark(7.5, 0.5, ("here",)),))
    text = plot_text(picture, 60, unicode=False)
    rows = [line.replace("+", "|", 1) for line in text.splitlines() if line.endswith("|")]
    inside = frame_of("\n".join(rows))
    (row,) = [place for place, line in enumerate(inside) if "@" in line]
    assert row == pytest.approx((len(inside) - 1) / 2, abs=1)
    assert inside[row].index("@") == pytest.approx(0.75 * len(inside[row]), abs=1)
    assert "@  here" in text


def test_no_line_through_a_pole() -> None:
    """Near the pole of 1/x the curve is at the top or the bottom, never between."""
    text = plot_text(function_picture(node("1/x")), 80, unicode=False)
    rows = frame_of("\n".join(line.replace("+", "|", 1) for line in text.splitlines()))
    middle = len(rows[0]) // 2
    for row in rows[6:10]:
        assert "*" not in row[middle - 1 : middle + 2]


def test_the_picture_is_the_same_each_time() -> None:
    picture = studied("sin(x)")
    assert plot_text(picture) == plot_text(picture)


def test_areas_have_two_signs() -> None:
    bounds = (node("0"), node("4"))
    picture = integral_picture(node("sin(x)"), None, "x", bounds, Settings())
    text = plot_text(picture, 60)
    assert "░" in text
    assert "▒" in text
    assert "counted negative" in text


def test_bounds_from_right_to_left_turn_the_sign() -> None:
    bounds = (node("2"), node("1"))
    text = plot_text(integral_picture(node("x"), None, "x", bounds, Settings()), 80)
    assert "area above zero, counted negative" in text


def test_marks_of_a_study_are_named() -> None:
    text = plot_text(studied("x^3 - 3x"))
    for words in ("maximum (-1, 2)", "minimum (1, -2)", "zero, inflection (0, 0)"):
        assert words in text


def test_a_pole_hit_by_rounding_does_not_flatten_the_study() -> None:
    bottom, top = studied("log(x)/x").y_range
    assert top - bottom < 1000


def test_a_tangent_touches() -> None:
    settings = Settings(plot=True, check=False, at={"x": node("2")})
    picture = derive(node("x^3"), ["x"], settings).picture
    assert picture is not None
    assert [(mark.x, mark.y) for mark in picture.marks] == [(2.0, 8.0)]
    tangent = picture.curves[-1]
    slope = (tangent.y[1] - tangent.y[0]) / (tangent.x[1] - tangent.x[0])
    assert slope == pytest.approx(12)
    assert tangent.y[0] + slope * (2 - tangent.x[0]) == pytest.approx(8)


def test_pieces_are_cut_at_the_edge() -> None:
    found = pieces([0, 1, 2, 3, 4], [0, 2, NAN, 2, 0], (0.0, 1.0))
    assert found == [([0, 0.5], [0, 1.0]), ([3.5, 4], [1.0, 0])]
    assert pieces([0, 1], [-5, 5], (0.0, 1.0)) == [([0.5, 0.6], [0.0, 1.0])]


def test_names_are_no_markup() -> None:
    curve = Curve(("[bold]_x$y$",), [0.0, 1.0], [0.0, 1.0])
    picture = Picture(("t",), "x", "y", (0.0, 1.0), (0.0, 1.0), (curve,))
    assert "[bold]_x$y$" in plot_text(picture)


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [
        (-5, 5, 6, [-4, -2, 0, 2, 4]),
        (0, 1, 6, [0, 0.2, 0.4, 0.6, 0.8, 1.0]),
        (0.1, 0.35, 4, [0.1, 0.2, 0.3]),
        (1e9, 1e9 + 4, 5, [1e9, 1e9 + 1, 1e9 + 2, 1e9 + 3, 1e9 + 4]),
        (2, 2, 5, []),
    ],
)
def test_ticks_are_round(low: float, high: float, most: int, expected: list[float]) -> None:
    assert ticks(low, high, most) == pytest.approx(expected)
