"""Pictures of gradient, hessian and integrals over a region; limits with their dots."""

from __future__ import annotations

import math

import pytest

import dlmath
from dlmath.answer import NO_PICTURE, Answer
from dlmath.expression.parser import parse
from dlmath.maths.calculus.integrate import integrate_over
from dlmath.picture import Picture
from dlmath.settings import Settings

JUMP = "piecewise((x, x < 0), (1 - x, x > 0), (3, x >= 0))"


def picture(answer: Answer) -> Picture:
    assert isinstance(answer.picture, Picture), answer.notes
    return answer.picture


def over(text: str, *ranges: tuple[str, str, str], **options) -> Answer:
    read = [(name, parse(low).node, parse(high).node) for name, low, high in ranges]
    return integrate_over(parse(text).node, read, Settings(plot=True, check=False, **options))


def test_the_gradient_points_uphill() -> None:
    found = picture(dlmath.gradient("x^2 + x*y", at="x=1,y=1", plot=True))
    (arrow,) = found.arrows
    assert (arrow.x, arrow.y) == ([1.0], [1.0])
    assert arrow.dy[0] / arrow.dx[0] == pytest.approx(1 / 3)
    assert arrow.dx[0] > 0
    assert found.contour is not None
    assert [(mark.x, mark.y) for mark in found.marks] == [(1.0, 1.0)]


def test_without_a_point_there_is_a_field() -> None:
    (field,) = picture(dlmath.gradient("log(x) + y", plot=True)).arrows
    assert field.field
    assert min(field.x) > 0  # the function has no value elsewhere
    for x, dx, dy in zip(field.x, field.dx, field.dy, strict=True):
        assert (dx, dy) == (pytest.approx(1 / x), 1.0)


def test_a_stationary_point_has_no_arrow() -> None:
    assert picture(dlmath.gradient("x^2 + y^2", at="x=0,y=0", plot=True)).arrows == ()


def test_curvatures_stand_at_right_angles() -> None:
    first, second = picture(dlmath.hessian("x^2 + x*y", at="x=1,y=1", plot=True)).arrows
    assert first.dx[0] * second.dx[0] + first.dy[0] * second.dy[0] == pytest.approx(0, abs=1e-12)
    words = "".join(map(str, (*first.label, *second.label)))
    assert "-0.4142" in words
    assert "2.414" in words


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda: dlmath.gradient("x + y + z", plot=True), "3 variables"),
        (lambda: dlmath.gradient("a*x + y", ["x", "y"], plot=True), "a has no value"),
        (lambda: over("x", ("x", "0", "1"), ("y", "0", "1"), ("z", "0", "1")), "3 dimensions"),
    ],
)
def test_a_note_says_why_there_is_none(answer, words: str) -> None:
    made = answer()
    assert made.picture is None
    (note,) = [note for note in made.notes if str(note[0]).startswith(NO_PICTURE)]
    assert words in "".join(map(str, note))


def test_the_region_is_between_its_bounds() -> None:
    found = picture(over("x*y", ("x", "0", "1"), ("y", "0", "x")))
    heat = found.heat
    assert heat is not None
    size = len(heat.z)
    for row in range(0, size, 7):
        for column in range(0, size, 7):
            x, y = (column + 0.5) / size, (row + 0.5) / size
            value = heat.z[row][column]
            assert math.isnan(value) == (y > x)
            if y <= x:
                assert value == pytest.approx(x * y)
    (edge,) = found.curves
    assert (edge.x[0], edge.y[0]) == (edge.x[-1], edge.y[-1])


def test_an_unbounded_region_is_cut() -> None:
    found = picture(over("exp(-x^2 - y^2)", ("x", "-oo", "oo"), ("y", "-oo", "oo")))
    assert all(map(math.isfinite, (*found.x_range, *found.y_range)))


@pytest.mark.parametrize(
    ("text", "to", "dots"),
    [
        ("sin(x)/x", "0", [(1.0, True)]),
        ("x^2", "1", [(1.0, False)]),
        ("floor(x)", "1", [(0.0, True), (1.0, False)]),
        ("abs(x)/x", "0", [(-1.0, True), (1.0, True)]),
        (JUMP, "0", [(0.0, True), (1.0, True), (3.0, False)]),
        ("1/x", "0", []),
    ],
)  # fmt: skip
def test_rings_are_limits_and_dots_are_values(
    text: str, to: str, dots: list[tuple[float, bool]]
) -> None:
    marks = picture(dlmath.limit(text, to, plot=True)).marks
    assert [(mark.y, mark.open) for mark in marks] == dots


def test_an_area_is_seen_although_the_curve_rises_beside_it() -> None:
    found = picture(dlmath.integrate("1/x^2", lower="1", upper="oo", plot=True))
    assert 1 < found.y_range[1] < 2


def test_a_product_with_variables_has_no_picture_but_an_answer() -> None:
    answer = dlmath.vector("outer", "[1, 2]", "[x, y]", plot=True)
    assert answer.result is not None
    assert answer.picture is None
    assert any(str(note[0]).startswith(NO_PICTURE) for note in answer.notes)
