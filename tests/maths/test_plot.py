"""What `plot` draws: where points lie, what is noted, what is refused."""

from __future__ import annotations

import math

import pytest

import dlmath
from dlmath.answer import PASSED, UNDEFINED, Answer
from dlmath.errors import InvalidInput, Unsolved
from dlmath.picture import Curve, Picture


def picture(answer: Answer) -> Picture:
    assert isinstance(answer.picture, Picture)
    return answer.picture


def points(curve: Curve) -> list[tuple[float, float]]:
    return [(x, y) for x, y in zip(curve.x, curve.y, strict=True) if math.isfinite(y)]


@pytest.mark.parametrize(
    ("text", "residual"),
    [
        ("sin(x)", lambda x, y: y - math.sin(x)),
        ("y = x^2", lambda x, y: y - x * x),
        ("x = y^2", lambda x, y: x - y * y),
        ("x^2 + y^2 = 1", lambda x, y: x * x + y * y - 1),
        ("[cos(t), sin(t)]", lambda x, y: x * x + y * y - 1),
        ("r = 2", lambda x, y: math.hypot(x, y) - 2),
        ("r = 1 + cos(theta)", lambda x, y: x * x + y * y - x - math.hypot(x, y)),
        ("x*y = 1", lambda x, y: x * y - 1),
        ("3", lambda x, y: y - 3),
    ],
)
def test_points_lie_on_the_curve(text: str, residual) -> None:
    answer = dlmath.plot(text)
    (curve,) = picture(answer).curves
    found = points(curve)
    assert len(found) > 50
    assert max(abs(residual(x, y)) for x, y in found) < 1e-6
    (table,) = answer.tables
    assert table.columns == ("x", "y")
    assert [row for row in table.rows if row[1] is not None] == found


@pytest.mark.parametrize(
    ("text", "height"),
    [
        ("1/(1 + 1e6*(x - 0.3)^2)", 1.0),
        ("1/(1 + 1e6*(x - 0.31234)^2)", 1.0),
        ("exp(-1e8*(x - 1/3)^2)", 1.0),
        ("exp(-1e8*(x - pi)^2) + x/10", 1.314),
        ("1 - exp(-1e9*(x + sqrt(2))^2)", 1.0),
        ("exp(-(100000*sin(x - 1))^2)", 1.0),
    ],
)
def test_narrow_peaks_are_found(text: str, height: float) -> None:
    found = picture(dlmath.plot(text, lower=-5, upper=5))
    (curve,) = found.curves
    heights = [y for _, y in points(curve)]
    assert max(heights) == pytest.approx(height, rel=0.02)
    assert found.y_range[1] > max(heights)
    assert max(heights) - min(heights) > 0.9


def test_poles_are_marked_and_not_crossed() -> None:
    found = picture(dlmath.plot("tan(x)"))
    expected = [(k + 0.5) * math.pi for k in (-2, -1, 0, 1)]
    assert sorted(found.vertical) == pytest.approx(expected, abs=1e-6)
    assert picture(dlmath.plot("floor(x)")).vertical == ()


def test_stretches_without_values_are_noted() -> None:
    answer = dlmath.plot("sqrt(x^2 - 1)", lower=-3, upper=3)
    ((_, words),) = answer.notes
    assert words == " has no real value for x from -1 to 1"
    assert dlmath.plot("1/x").notes == []


def test_what_is_too_large_is_not_called_undefined() -> None:
    ((_, words),) = dlmath.plot("exp(x)", lower=0, upper=1000).notes
    assert words.startswith(" is too large to draw for x from 709.8 to")


def test_nothing_to_see_is_an_error() -> None:
    answer = dlmath.plot("log(-1 - x^2)")
    assert (answer.status, answer.result, answer.picture) == (UNDEFINED, None, None)
    assert answer.error is not None
    assert "no real value" in answer.error["message"]
    assert dlmath.plot("x^2 + y^2 = -1").status == UNDEFINED
    assert dlmath.plot("x^2 + y^2 < -1").status == UNDEFINED


def test_windows_are_where_something_is() -> None:
    circle = picture(dlmath.plot("(x - 1)^2 + y^2 = 1/4"))
    assert circle.x_range == pytest.approx((0.42, 1.58), abs=0.02)
    assert circle.y_range == pytest.approx((-0.58, 0.58), abs=0.02)
    assert circle.equal
    far = picture(dlmath.plot("x^2 + y^2 = 400"))
    assert far.x_range[1] == pytest.approx(20, rel=0.2)
    assert picture(dlmath.plot("log(x)")).x_range[0] > -1
    assert picture(dlmath.plot("r = cos(theta/3)")).x_range[1] > 1


def test_ends_are_kept() -> None:
    assert picture(dlmath.plot("x", lower=1, upper=2)).x_range == (1.0, 2.0)
    assert picture(dlmath.plot("x", lower=7)).x_range[0] == 7.0
    assert picture(dlmath.plot("x", upper=-7)).x_range[1] == -7.0
    both = picture(dlmath.plot("x + y", over={"x": (0, 1), "y": ("-1", "pi")}))
    assert (both.x_range, both.y_range) == ((0.0, 1.0), (-1.0, math.pi))
    turned = picture(dlmath.plot("u*v", over={"v": (0, 1), "u": (2, 3)}))
    assert (turned.x_label, turned.x_range, turned.y_range) == ("v", (0.0, 1.0), (2.0, 3.0))
    arc = picture(dlmath.plot("[cos(t), sin(t)]", upper="pi/2"))
    assert min(arc.curves[0].x) > -1e-9
    assert dlmath.plot("x", lower=2, upper=1).status == UNDEFINED


def test_polar_curves_close() -> None:
    (curve,) = picture(dlmath.plot(polar=["cos(2*theta/5)"])).curves
    assert curve.x[0] == pytest.approx(curve.x[-1], abs=1e-9)
    assert curve.y[0] == pytest.approx(curve.y[-1], abs=1e-9)


def test_a_pole_is_no_zero_of_an_equation() -> None:
    answer = dlmath.plot("1/(x - y) = 0")
    assert answer.status == UNDEFINED
    (curve,) = picture(dlmath.plot("tan(x) = y")).curves
    assert max(abs(math.tan(x) - y) for x, y in points(curve)) < 1e-4


def test_two_variables_have_level_lines() -> None:
    found = picture(dlmath.plot("x^2 + y^2", "x*y", over={"x": (-1, 1), "y": (-1, 1)}))
    assert found.contour is not None
    for level, (x, y) in zip(found.contour.levels, found.contour.lines, strict=True):
        for a, b in zip(x, y, strict=True):
            if math.isfinite(a):
                assert a * a + b * b == pytest.approx(level, abs=2e-3)
    (panel,) = found.panels
    assert panel.contour is not None


def test_conditions_are_shaded_where_they_hold() -> None:
    found = picture(dlmath.plot("x^2 + y^2 < 4", "x > y", over={"x": (-3, 3), "y": (-3, 3)}))
    heat = found.heat
    assert heat is not None
    names = ["".join(map(str, words)) for words in heat.categories]
    size = len(heat.z)
    for row in range(0, size, 17):
        for column in range(0, size, 17):
            x, y = (-3 + 6 * (place + 0.5) / size for place in (column, row))
            value = heat.z[row][column]
            inside, right = x * x + y * y < 4, x > y
            kind = "" if math.isnan(value) else names[int(value)]
            assert ("x**2 + y**2 < 4" in kind, "x > y" in kind) == (inside, right)


def test_fields_and_vectors_are_arrows() -> None:
    (field,) = picture(dlmath.plot("[y, -x]")).arrows
    assert field.field
    for x, y, dx, dy in zip(field.x, field.y, field.dx, field.dy, strict=True):
        assert (dx, dy) == (y, -x)
    (vector,) = picture(dlmath.plot("[-2, 1]")).arrows
    assert (vector.x, vector.y, vector.dx, vector.dy) == ([0.0], [0.0], [-2.0], [1.0])


@pytest.mark.parametrize("log", ["x", "y", "both"])
def test_logarithmic_axes(log: str) -> None:
    found = picture(dlmath.plot("x^2", lower="1/100", upper=1000, log=log))
    (curve,) = found.curves
    assert (found.x_log, found.y_log) == (log in ("x", "both"), log in ("y", "both"))
    for x, y in points(curve):
        assert y == pytest.approx(x * x, rel=1e-9)
    if log == "both":
        assert found.y_range[0] < 1e-4
        assert found.y_range[1] > 1e6
    if log != "y":  # as many points in every decade
        assert sum(x < 1 for x in curve.x) > len(curve.x) / 3


def test_negative_values_have_no_place_on_a_logarithmic_axis() -> None:
    answer = dlmath.plot("x", lower=-1, upper=1, log="y")
    assert len(answer.notes) == 1
    assert all(y > 0 for _, y in points(picture(answer).curves[0]))


def test_points_are_drawn_as_they_are() -> None:
    answer = dlmath.plot("2*x", points={"size": [1, 2, 3], "price": [2.1, 3.9, 6.2]})
    curve = picture(answer).curves[-1]
    assert (curve.style, curve.x, curve.y) == ("points", [1, 2, 3], [2.1, 3.9, 6.2])
    assert picture(answer).x_range[0] < 1
    assert picture(answer).x_range[1] > 3


@pytest.mark.parametrize("text", ["sin(x)", "x^2 + y^2 = 1", "x = y^2", "1/x"])
def test_points_are_computed_again(text: str) -> None:
    (check,) = dlmath.plot(text).checks
    assert check.verdict == PASSED
    assert dlmath.plot(text, check=False).checks == []


def test_the_check_can_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    from dlmath.maths.pictures import plots

    real = plots.sample
    monkeypatch.setattr(
        plots, "sample", lambda *given: real(*given)._replace(y=[0.5] * len(real(*given).x))
    )
    answer = dlmath.plot("sin(x)")
    assert answer.status == "refuted"
    assert not answer.drawn


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        ([], "nothing to plot"),
        (["a*x + b*y"], "two axes"),
        (["x", "t"], "different variables"),
        (["[x, y, z]"], "3 entries"),
        (["[[1, 2], [3, 4]]"], "2 entries"),
        (["sin(x)"] * 13, "at most 12"),
    ],
)
def test_what_cannot_be_drawn_is_refused(texts: list[str], words: str) -> None:
    with pytest.raises(InvalidInput, match=words):
        dlmath.plot(*texts)


def test_operations_inside_are_carried_out() -> None:
    (curve,) = picture(dlmath.plot("integrate(exp(-x^2), x, 0, x)", lower=-2, upper=2)).curves
    for x, y in points(curve):
        assert y == pytest.approx(math.sqrt(math.pi) / 2 * math.erf(x), abs=1e-9)
    with pytest.raises(Unsolved):
        dlmath.plot("integrate(exp(sin(exp(x))), x)")


def test_values_are_put_in() -> None:
    (curve,) = picture(dlmath.plot("a*x + b", at="a=2,b=1")).curves
    assert all(y == pytest.approx(2 * x + 1) for x, y in points(curve))
