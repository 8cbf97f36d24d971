"""Pictures of vectors in the plane: arrows, projections, angles, sums laid end to end."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import atan2, cos, degrees, hypot, isfinite, pi, sin
from typing import Any

from dlmath.answer import ANSWERED, Answer
from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.pictures.linear_algebra import (
    Point,
    circle,
    curve,
    frame,
    heat_map,
    is_real,
    matrix_picture,
    numbers_of,
)
from dlmath.picture import DASHED, Arrows, Curve, Picture

#: Vectors that are drawn at most.
_ARROWS_MOST = 24


def dot_picture(a: Any, b: Any, answer: Answer) -> Picture:
    """Two vectors: both and the projection. A matrix and a vector: before and after. Else shades.

    Raises NoPicture where the vectors are not of the plane.
    """
    first, second = numbers_of(a, "a vector"), numbers_of(b, "a vector")
    ranks = _rank(first), _rank(second)
    if ranks == (1, 1):
        return _projected(_plane(first), _plane(second))
    if ranks == (2, 2):
        return matrix_picture("multiply", a, b, answer)
    x, y = (second if ranks == (2, 1) else first), numbers_of(answer.value, "the product")
    given, made = _plane(x), _plane(y)
    labels = ("x", "A*x") if ranks == (2, 1) else ("x", "x*A")
    title = f"{labels[0]} and {labels[1]}"
    return _picture(title, [_arrow(labels[0], given), _arrow(labels[1], made)])


def vector_picture(
    operation: str, a: Any, b: Any | None, answer: Answer, order: float = 2.0
) -> Picture:
    """The picture of an operation of `vector`. Raises NoPicture.

    order: the p of the norm (`norm`, `unit`, `distance`).
    """
    if operation == "outer":
        return heat_map(numbers_of(answer.value, "the product"), "the outer product")
    first = numbers_of(a, "a vector")
    second = None if b is None else numbers_of(b, "a vector")
    if operation in ("orthonormalize", "combine"):
        rows = [_plane(row) for row in first]
        if len(rows) > _ARROWS_MOST:
            raise NoPicture(f"{len(rows)} arrows are too many: at most {_ARROWS_MOST}")
        if operation == "orthonormalize":
            return _basis(rows, answer)
        return _combined(rows, None if second is None else _plane(second), answer)
    if operation == "cross":
        raise NoPicture("the cross product leaves the plane")
    if second is None:
        return _ball(operation, _plane(first), answer, order)
    drawn: dict[str, Callable[[Point, Point], Picture]] = {
        "angle": _angle,
        "project": _projected,
        "distance": _difference,
    }
    return drawn[operation](_plane(first), _plane(second))


def _rank(numbers: Any) -> int:
    return 2 if numbers and isinstance(numbers[0], list) else 1


def _plane(entries: Any) -> Point:
    """A vector of the plane. Raises NoPicture."""
    if _rank(entries) != 1 or len(entries) != 2:
        length = f", and this one has {len(entries)}" if _rank(entries) == 1 else ""
        raise NoPicture(f"vectors of two entries are drawn as arrows{length}")
    if not is_real(entries):
        raise NoPicture("a vector has complex entries")
    return entries[0], entries[1]


def _arrow(name: str, tip: Point, start: Point = (0.0, 0.0)) -> Arrows:
    label = (f"{name} = [{tip[0]:.4g}, {tip[1]:.4g}]",)
    return Arrows(label, [start[0]], [start[1]], [tip[0]], [tip[1]])


def _picture(title: str, arrows: Sequence[Arrows], curves: Sequence[Curve] = ()) -> Picture:
    points = []
    for arrow in arrows:
        points += [*zip(arrow.x, arrow.y, strict=True)]
        tips = zip(arrow.x, arrow.y, arrow.dx, arrow.dy, strict=True)
        points += [(x + dx, y + dy) for x, y, dx, dy in tips]
    for line in curves:
        points += [*zip(line.x, line.y, strict=True)]
    x_range, y_range = frame(points)
    return Picture(
        title=(title,),
        x_label="first entry",
        y_label="second entry",
        x_range=x_range,
        y_range=y_range,
        curves=tuple(curves),
        arrows=tuple(arrows),
        equal=True,
    )


def _projected(a: Point, b: Point) -> Picture:
    """a, b, and the shadow of a on b."""
    arrows, curves = [_arrow("a", a), _arrow("b", b)], []
    length = hypot(*b)
    if length:
        along = (a[0] * (b[0] / length) + a[1] * (b[1] / length)) / length
        foot = along * b[0], along * b[1]
        arrows.append(_arrow("projection of a onto b", foot))
        curves.append(curve(("perpendicular to b",), [a, foot], DASHED))
    return _picture("a, b, and the projection of a onto b", arrows, curves)


def _angle(a: Point, b: Point) -> Picture:
    arrows = [_arrow("a", a), _arrow("b", b)]
    radius = 0.35 * min(hypot(*a), hypot(*b))
    if not radius:
        return _picture("a and b", arrows)
    start, end = atan2(a[1], a[0]), atan2(b[1], b[0])
    turn = (end - start + pi) % (2 * pi) - pi
    places = [start + turn * k / 48 for k in range(49)]
    arc = [(radius * cos(place), radius * sin(place)) for place in places]
    label = (f"{degrees(abs(turn)):.4g} degrees",)
    return _picture("the angle between a and b", arrows, [curve(label, arc)])


def _difference(a: Point, b: Point) -> Picture:
    between = _arrow("a - b", (a[0] - b[0], a[1] - b[1]), b)
    return _picture("a - b leads from b to a", [_arrow("a", a), _arrow("b", b), between])


def _ball(operation: str, a: Point, answer: Answer, order: float) -> Picture:
    """The vector, and all vectors of the same norm (`unit`: of norm 1)."""
    arrows = [_arrow("a", a)]
    name = "" if order == 2 else f" in the {order:.4g}-norm"
    if operation == "unit":
        if answer.status == ANSWERED:
            arrows.append(_arrow("unit vector", _plane(numbers_of(answer.value, "the answer"))))
        title, label, size = "a and its unit vector", f"norm 1{name}", 1.0
    else:
        title, size = "a, and all vectors as long", _length(a, order)
        label = f"norm {size:.4g}{name}"
    curves = []
    if order > 0 and size:
        points = [(x / _length((x, y), order), y / _length((x, y), order)) for x, y in circle()]
        curves.append(curve((label,), [(size * x, size * y) for x, y in points], DASHED))
    return _picture(title, arrows, curves)


def _length(a: Point, order: float) -> float:
    largest = max(abs(a[0]), abs(a[1]))
    if not largest or not isfinite(order):
        return largest
    total = (abs(a[0]) / largest) ** order + (abs(a[1]) / largest) ** order
    return float(largest * total ** (1 / order)) if order else 0.0


def _basis(rows: Sequence[Point], answer: Answer) -> Picture:
    arrows = [_arrow(f"a{k}", row) for k, row in enumerate(rows, start=1)]
    if answer.status == ANSWERED and answer.value is not None:
        made = [_plane(row) for row in numbers_of(answer.value, "the answer")]
        arrows += [_arrow(f"q{k}", row) for k, row in enumerate(made, start=1)]
    rim = [curve(("unit circle",), circle(), DASHED)]
    return _picture("the given vectors and the orthonormal ones", arrows, rim)


def _combined(rows: Sequence[Point], target: Point | None, answer: Answer) -> Picture:
    """The multiples of the rows laid end to end, which lead to the target."""
    arrows = [_arrow(f"a{k}", row) for k, row in enumerate(rows, start=1)]
    if target is None:
        return _picture("the vectors", arrows)
    arrows.append(_arrow("b", target))
    if answer.status != ANSWERED or answer.value is None:
        return _picture("b is no combination of the others", arrows)
    path = [(0.0, 0.0)]
    for factor, row in zip(numbers_of(answer.value, "the answer"), rows, strict=True):
        path.append((path[-1][0] + factor * row[0], path[-1][1] + factor * row[1]))
    sums = [curve(("the multiples, end to end",), path, DASHED)]
    return _picture("the multiples of the vectors lead to b", arrows, sums)
