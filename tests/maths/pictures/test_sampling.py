"""Points of a curve: where there are gaps, and what is shown of the axes."""

from __future__ import annotations

import math

import pytest

from dlmath.expression.parser import parse
from dlmath.maths.pictures.sampling import Samples, sample, visible_range, window


def samples(text: str, low: float = -5.0, high: float = 5.0) -> Samples:
    return sample(parse(text).node, "x", low, high)


def gaps(found: Samples) -> list[float]:
    """Where one run of values ends and the next begins: the middle between them."""
    x = [place for place, y in zip(found.x, found.y, strict=True) if math.isnan(y)]
    kept: list[float] = []
    for place in x:
        if not kept or place - kept[-1] > 1e-3:
            kept.append(place)
    return kept


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("1/x", [0]),
        ("1/x^2", [0]),
        ("tan(x)", [-1.5 * math.pi, -0.5 * math.pi, 0.5 * math.pi, 1.5 * math.pi]),
        ("1/(x^2 - 2)", [-math.sqrt(2), math.sqrt(2)]),
        ("floor(x)", list(range(-4, 6))),
        ("abs(x)/x", [0]),
        ("sign(x - 1/3)", [1 / 3]),
        ("x^3 - 3x", []),
        ("abs(x)", []),
        ("cbrt(x)", []),
        ("tanh(1000 x)", []),
        ("sin(20 x)", []),
    ],
)
def test_poles_and_jumps_are_gaps(text: str, places: list[float]) -> None:
    found = samples(text)
    assert found.x == sorted(found.x)
    # 1/x^2 leaves the picture on both sides of its pole at the same height: no line is seen there
    if text != "1/x^2":
        assert gaps(found) == pytest.approx(places, abs=1e-3)


def test_a_curve_keeps_its_values() -> None:
    found = samples("x^2*sin(x)")
    for x, y in zip(found.x, found.y, strict=True):
        assert y == pytest.approx(x * x * math.sin(x), abs=1e-12)


def test_steep_pieces_have_no_steps() -> None:
    found = samples("tanh(1000 x)")
    jumps = [abs(b - a) for a, b in zip(found.y, found.y[1:], strict=False)]
    assert max(jumps) < 0.05


def test_undefined_places_are_gaps() -> None:
    found = samples("log(x)")
    assert all(math.isnan(y) == (x <= 0) for x, y in zip(found.x, found.y, strict=True))


@pytest.mark.parametrize("text", ["1/x", "tan(x)", "1/x^2", "exp(1/x)", "gamma(x)"])
def test_poles_do_not_flatten_the_picture(text: str) -> None:
    found = samples(text)
    bottom, top = visible_range([(found.bottom, found.top)])
    assert top - bottom < 200


@pytest.mark.parametrize("text", ["exp(x)", "exp(-1000 x^2)", "x^9", "sin(x)"])
def test_bounded_curves_are_shown_whole(text: str) -> None:
    found = samples(text)
    bottom, top = visible_range([(found.bottom, found.top)])
    assert bottom <= min(found.y)
    assert top >= max(found.y)


def test_marks_are_inside() -> None:
    assert visible_range([(0.0, 1.0)], [7.0, math.inf])[1] > 7


def test_a_level_line_has_room() -> None:
    bottom, top = visible_range([(3.0, 3.0)])
    assert bottom < 3 < top


def test_a_window_is_cut_to_the_domain() -> None:
    found = window(parse("sqrt(1 - x^2)").node, "x")
    assert found is not None
    assert -1.3 < found[0] <= -1
    assert 1 <= found[1] < 1.3


def test_a_window_is_looked_for_far_away() -> None:
    found = window(parse("log(x - 100)").node, "x")
    assert found is not None
    assert found[1] >= 1000 or found[0] > 0
    assert window(parse("sqrt(-1 - x^2)").node, "x") is None
