"""Pictures of matrices, vectors and tensors: what is drawn where, and what is said where not."""

from __future__ import annotations

from math import hypot
from typing import Any

import numpy as np
import pytest

from dlmath.answer import NO_PICTURE, Answer
from dlmath.expression.parser import parse
from dlmath.maths.linear_algebra.dot import dot
from dlmath.maths.linear_algebra.matrix import matrix
from dlmath.maths.linear_algebra.tensor import tensor
from dlmath.maths.linear_algebra.vector import vector
from dlmath.maths.pictures.linear_algebra import SHADES_MOST
from dlmath.picture import Picture
from dlmath.render.plain import sentence_text
from dlmath.settings import Settings

DRAWN = Settings(plot=True)


def node(text: str) -> Any:
    return parse(text).node


def picture(answer: Answer) -> Picture:
    assert isinstance(answer.picture, Picture), answer.notes
    return answer.picture


def of_matrix(operation: str, a: Any, b: Any = None) -> Picture:
    a, b = (node(part) if isinstance(part, str) else part for part in (a, b))
    return picture(matrix(operation, a, b, DRAWN))


def why_none(answer: Answer) -> str:
    assert answer.picture is None
    return next(text for text in map(sentence_text, answer.notes) if text.startswith(NO_PICTURE))


def points(curve: Any) -> list[tuple[float, float]]:
    return list(zip(curve.x, curve.y, strict=True))


def test_a_map_turns_the_square_and_the_circle_and_keeps_eigenvectors() -> None:
    shown = of_matrix("show", "[2, 1; 1, 3]")
    assert shown.equal
    square, circle, image, ellipse = shown.curves
    matrix_ = np.array([[2.0, 1.0], [1.0, 3.0]])
    np.testing.assert_allclose(np.array(points(image)), np.array(points(square)) @ matrix_.T)
    np.testing.assert_allclose(np.array(points(ellipse)), np.array(points(circle)) @ matrix_.T)
    assert all(hypot(x, y) == pytest.approx(1) for x, y in points(circle))
    assert len(shown.arrows) == 2
    for arrow, value in zip(shown.arrows, np.linalg.eigvalsh(matrix_), strict=True):
        end = np.array([arrow.dx[0], arrow.dy[0]])
        assert np.linalg.norm(end) == pytest.approx(abs(value))
        np.testing.assert_allclose(matrix_ @ end, value * end, atol=1e-12)


@pytest.mark.parametrize(
    ("a", "arrows", "words"),
    [
        ("[0, -1; 1, 0]", 0, "complex"),
        ("[2, 1; 0, 2]", 1, "one eigenvector"),
        ("[2, 0; 0, 2]", 0, "every direction"),
        ("[1, 2; 2, 4]", 2, "eigenvectors"),
        ("[0, 1; 0, 0]", 1, "one eigenvector"),
        ("[0, 0; 0, 0]", 0, "every direction"),
    ],
)
def test_maps_of_every_kind(a: str, arrows: int, words: str) -> None:
    shown = of_matrix("eigen", a)
    assert len(shown.arrows) == arrows
    assert words in sentence_text(shown.title)


def test_the_result_is_drawn_where_it_is_a_matrix() -> None:
    shown = of_matrix("inverse", "[2, 0; 0, 4]")
    assert points(shown.curves[2])[2] == (0.5, 0.25)
    assert "A^-1" in sentence_text(shown.title)
    assert "what A does" in sentence_text(of_matrix("inverse", "[1, 2; 2, 4]").title)


def test_other_matrices_are_shades_with_the_first_row_at_the_top() -> None:
    shown = of_matrix("show", "[1, 2, 3; 4, 5, 6]")
    assert shown.heat is not None
    assert shown.heat.downward
    assert shown.heat.z == [[1, 2, 3], [4, 5, 6]]
    assert (shown.x_label, shown.y_label) == ("column", "row")
    assert of_matrix("show", "[[3 + 4*i, 1, 0]]").heat.z == [[5.0, 1.0, 0.0]]  # type: ignore[union-attr]


def test_factors_are_panels() -> None:
    panels = of_matrix("lu", "[2, 1, 1; 4, 3, 3; 8, 7, 9]").panels
    assert [sentence_text(panel.title) for panel in panels] == [
        f"entries of {name}" for name in "LUP"
    ]


def test_a_large_matrix_is_averaged_over_blocks() -> None:
    array = np.random.default_rng(1).standard_normal((2 * SHADES_MOST + 1, 3))
    shown = of_matrix("transpose", array)
    assert shown.heat is not None
    z = np.array(shown.heat.z)
    assert max(z.shape) <= SHADES_MOST
    np.testing.assert_allclose(z[0, 0], array[:3, 0].mean())
    assert shown.heat.x_range == (0.5, len(array) + 0.5)
    assert "mean" in sentence_text(shown.title)


def test_singular_values_are_bars_and_logarithmic_over_decades() -> None:
    near = of_matrix("svd", "[3, 0; 4, 5]")
    assert list(near.bars[0].height) == pytest.approx([45**0.5, 5**0.5])
    assert not near.y_log
    assert len(near.panels) == 1
    far = of_matrix("svd", np.diag([1e6, 1.0, 1e-3]))
    assert far.y_log
    assert far.y_range[0] > 0
    assert not of_matrix("svd", "[1, 2; 2, 4]").y_log


def test_two_unknowns_are_lines_that_cross() -> None:
    shown = of_matrix("solve", "[2, 1; 1, 3]", "[1, 2]")
    assert len(shown.curves) == 2
    (mark,) = shown.marks
    assert (mark.x, mark.y) == pytest.approx((0.2, 0.6))
    for (x, y), right in zip(((2, 1), (1, 3)), (1, 2), strict=True):
        curve = shown.curves[right - 1]
        for at in points(curve):
            assert x * at[0] + y * at[1] == pytest.approx(right)
    parallel = of_matrix("solve", "[1, 1; 1, 1]", "[1, 2]")
    assert not parallel.marks
    assert "no point in common" in sentence_text(parallel.title)
    assert "one line" in sentence_text(of_matrix("solve", "[1, 1; 2, 2]", "[1, 2]").title)
    assert of_matrix("solve", "[1, 1, 1; 0, 1, 1; 0, 0, 1]", "[1, 2, 3]").heat is not None


@pytest.mark.parametrize("operation", ["angle", "project", "distance"])
def test_pairs_in_the_plane_are_arrows(operation: str) -> None:
    shown = picture(vector(operation, node("[3, 1]"), node("[1, 2]"), DRAWN))
    assert shown.equal
    assert (shown.arrows[0].dx[0], shown.arrows[0].dy[0]) == (3, 1)
    assert (shown.arrows[1].dx[0], shown.arrows[1].dy[0]) == (1, 2)


def test_an_angle_has_an_arc_the_short_way() -> None:
    shown = picture(vector("angle", node("[-1, 1/10]"), node("[-1, -1/10]"), DRAWN))
    assert all(x < 0 for x, _ in points(shown.curves[0]))
    assert "11.42 degrees" in sentence_text(shown.curves[0].label)


def test_a_projection_is_the_foot_of_a_perpendicular() -> None:
    for shown in (
        picture(dot(node("[1, 2]"), node("[3, 1]"), DRAWN)),
        picture(vector("project", np.array([1.0, 2.0]), np.array([3.0, 1.0]), DRAWN)),
    ):
        foot = shown.arrows[2]
        assert (foot.dx[0], foot.dy[0]) == pytest.approx((1.5, 0.5))


def test_single_vectors_and_sets_of_them() -> None:
    ball = picture(vector("norm", node("[3, 4]"), None, DRAWN, order=node("1")))
    assert all(abs(x) + abs(y) == pytest.approx(7) for x, y in points(ball.curves[0]))
    unit = picture(vector("unit", node("[3, 4]"), None, DRAWN, order=node("inf")))
    assert (unit.arrows[1].dx[0], unit.arrows[1].dy[0]) == (0.75, 1)
    basis = picture(vector("orthonormalize", node("[1, 1; 1, 0]"), None, DRAWN))
    assert len(basis.arrows) == 4
    path = picture(vector("combine", node("[1, 2; 1, -1]"), node("[4, 5]"), DRAWN)).curves[0]
    assert points(path) == [(0, 0), (3, 6), (4, 5)]
    outer = picture(vector("outer", node("[1, 2, 3]"), node("[1, 10]"), DRAWN))
    assert outer.heat is not None
    assert outer.heat.z == [[1, 10], [2, 20], [3, 30]]
    product = picture(dot(node("[0, -1; 1, 0]"), node("[1, 2]"), DRAWN))
    assert (product.arrows[1].dx[0], product.arrows[1].dy[0]) == (-2, 1)


def test_tensors_of_up_to_two_axes_are_shades() -> None:
    shown = picture(tensor("add", [node("[1, 2; 3, 4]"), node("[10, 20]")], DRAWN))
    assert shown.heat is not None
    assert shown.heat.z == [[11, 22], [13, 24]]
    line = picture(tensor("show", [np.arange(4)], DRAWN))
    assert line.heat is not None
    assert line.heat.z == [[0, 1, 2, 3]]


def test_where_there_is_no_picture_the_answer_says_why() -> None:
    assert "--at a=1" in why_none(matrix("show", node("[a, 1; 1, 2]"), None, DRAWN))
    assert "one number" in why_none(matrix("show", node("[[3]]"), None, DRAWN))
    assert "has 3" in why_none(vector("norm", node("[1, 2, 3]"), None, DRAWN))
    assert "complex" in why_none(vector("norm", node("[i, 2]"), None, DRAWN))
    cross = vector("cross", node("[1, 0, 0]"), node("[0, 1, 0]"), DRAWN)
    assert "leaves the plane" in why_none(cross)
    assert "has 3; slice" in why_none(tensor("show", [np.ones((2, 2, 2))], DRAWN))
    product = tensor("einsum", [node("[1, 2]"), node("[3, 4]")], DRAWN, subscripts="i,i->")
    assert "one number" in why_none(product)


def test_nothing_is_drawn_unasked() -> None:
    assert matrix("show", node("[1, 2; 3, 4]"), None, Settings()).picture is None
