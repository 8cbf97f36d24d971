"""Pictures of matrices and tensors: linear maps of the plane, lines that cross, shades, bars."""

from __future__ import annotations

from collections.abc import Sequence
from math import cos, hypot, isfinite, pi, sin, sqrt
from typing import TYPE_CHECKING, Any

from dlmath.answer import Answer
from dlmath.expression.graph import Node, free_symbols
from dlmath.maths.pictures.draw import NoPicture
from dlmath.picture import DASHED, Arrows, Bars, Curve, HeatMap, Mark, Picture, Words

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

Point = tuple[float, float]
Rows = list[list[float]]

#: A heat map has at most so many shades to a side; larger matrices are averaged over blocks.
SHADES_MOST = 256

#: Singular values over so many times are drawn on a logarithmic scale.
_WIDE = 1000.0

#: Bars and lines that are drawn at most.
_BARS_MOST = 200
_LINES_MOST = 12

_CIRCLE = 96

#: The operations whose answer is one matrix, which is drawn instead of the operand.
_OF_RESULT = frozenset("add multiply transpose inverse pinv power exp rref".split())

_WORDS = {
    "add": "A + B",
    "multiply": "A*B",
    "transpose": "A^T",
    "inverse": "A^-1",
    "pinv": "the pseudoinverse of A",
    "power": "the power of A",
    "exp": "e^A",
    "rref": "the reduced rows of A",
}

_FACTORS = {"lu": ("L", "U", "P"), "qr": ("Q", "R"), "cholesky": ("L",)}


# --- numbers ----------------------------------------------------------------------------------


def numbers_of(operand: Any, what: str = "the matrix") -> Any:
    """Nested lists of float or complex numbers. Raises NoPicture."""
    if isinstance(operand, Node):
        names = sorted(free_symbols(operand))
        if names:
            example = ",".join(f"{name}=1" for name in names)
            raise NoPicture(f"{', '.join(names)} without a value; try --at {example}")
        return _evaluated(operand, what)
    if hasattr(operand, "tolist"):
        operand = operand.tolist()
    if isinstance(operand, (list, tuple)):
        return [numbers_of(part, what) for part in operand]
    return _finite(operand, what)


def _evaluated(node: Node, what: str) -> Any:
    if node.op == "vector":
        return [_evaluated(part, what) for part in node.args]
    from dlmath.expression.numbers import evaluate

    return _finite(evaluate(node), what)


def _finite(value: Any, what: str) -> float | complex:
    if value is None:
        raise NoPicture(f"{what} is no number; variables take their values from --at")
    found = complex(value)
    if not (isfinite(found.real) and isfinite(found.imag)):
        raise NoPicture(f"{what} has an entry without a finite value")
    return found if found.imag else found.real


def is_real(numbers: Any) -> bool:
    """Is no entry complex?"""
    if isinstance(numbers, list):
        return all(is_real(part) for part in numbers)
    return not isinstance(numbers, complex)


def frame(points: Sequence[Point], beside: float = 0.1) -> tuple[Point, Point]:
    """The ranges of x and y that hold the points, and the origin, with room beside them."""
    x, y = [0.0, *(point[0] for point in points)], [0.0, *(point[1] for point in points)]
    room = beside * max(max(x) - min(x), max(y) - min(y)) or 1.0
    if not isfinite(room):
        raise NoPicture("its numbers are beyond what can be drawn")
    return (min(x) - room, max(x) + room), (min(y) - room, max(y) + room)


def curve(label: Words, points: Sequence[Point], style: str = "solid") -> Curve:
    """A line through points."""
    return Curve(label, [x for x, _ in points], [y for _, y in points], style)


def circle(radius: float = 1.0) -> list[Point]:
    """Points on a circle around the origin, closed."""
    turns = [2 * pi * k / _CIRCLE for k in range(_CIRCLE + 1)]
    return [(radius * cos(turn), radius * sin(turn)) for turn in turns]


# --- matrices ---------------------------------------------------------------------------------


def matrix_picture(
    operation: str, a: Node | Array, b: Node | Array | None, answer: Answer
) -> Picture:
    """What the operation is about: a map of the plane, lines, singular values, or shades.

    Raises NoPicture where the matrix has variables without values, or is one number.
    """
    if operation == "svd":
        return _singular_values(a, answer)
    if operation == "solve" and b is not None:
        found = _system(a, b, answer)
        if found is not None:
            return found
    name, drawn = "A", a
    if operation in _OF_RESULT and answer.value is not None:
        name, drawn = _WORDS[operation], answer.value
    rows = numbers_of(drawn)
    if rows and not isinstance(rows[0], list):
        rows = [[entry] for entry in rows]
    if len(rows) == len(rows[0]) == 1:
        raise NoPicture("a 1 by 1 matrix is one number")
    if len(rows) == len(rows[0]) == 2 and is_real(rows):
        return plane_map(rows, name)
    panels = tuple(
        heat_map(numbers_of(answer.facts[factor]), factor)
        for factor in _FACTORS.get(operation, ())
        if factor in answer.facts
    )
    return heat_map(rows, name)._replace(panels=panels)


def plane_map(rows: Rows, name: str = "A") -> Picture:
    """What a 2 by 2 matrix does to the unit square and the unit circle, and its eigenvectors."""
    (a, b), (c, d) = rows

    def image(point: Point) -> Point:
        return a * point[0] + b * point[1], c * point[0] + d * point[1]

    corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)]
    square, ellipse = [image(point) for point in corners], [image(point) for point in circle()]
    arrows, words = _eigenvectors(rows)
    ends = [(x, y) for arrow in arrows for x, y in zip(arrow.dx, arrow.dy, strict=True)]
    x_range, y_range = frame([*square, *ellipse, *corners, *circle(), *ends])
    curves = (
        curve(("unit square",), corners, DASHED),
        curve(("unit circle",), circle(), DASHED),
        curve((f"{name} times the square",), square),
        curve((f"{name} times the circle",), ellipse),
    )
    marks = (Mark(a, c, (f"{name}*[1, 0]",)), Mark(b, d, (f"{name}*[0, 1]",)))
    return Picture(
        title=(f"what {name} does to the plane; {words}",),
        x_label="x",
        y_label="y",
        x_range=x_range,
        y_range=y_range,
        curves=curves,
        marks=marks,
        arrows=tuple(arrows),
        equal=True,
    )


def _eigenvectors(rows: Rows) -> tuple[list[Arrows], str]:
    """An arrow lambda*v for each real eigenvalue (v where it is 0), and what there is to say."""
    (a, b), (c, d) = rows
    half = (a - d) / 2
    inside, size = half * half + b * c, half * half + abs(b * c)
    if abs(inside) <= 1e-14 * size:
        inside = 0.0
    if inside < 0:
        return [], "the eigenvalues are complex: no direction is kept"
    if not (b or c or half):
        return [], f"every direction is kept, times {a:.4g}"
    middle, root = (a + d) / 2, sqrt(inside)
    arrows = []
    for found in sorted({middle - root, middle + root}):
        value = found if abs(found) > 1e-14 * (abs(middle) + root) else 0.0
        # Both are in the null space of A - lambda; the longer one has more digits.
        x, y = max([(b, value - a), (value - d, c)], key=lambda pair: hypot(*pair))
        length = hypot(x, y) / (value or 1.0)
        label = (f"eigenvector, eigenvalue {value:.4g}",)
        arrows.append(Arrows(label, [0.0], [0.0], [x / length], [y / length]))
    if len(arrows) == 1:
        return arrows, "one eigenvector"
    return arrows, "arrows: eigenvectors times their eigenvalues"


def heat_map(rows: Any, name: str) -> Picture:
    """The entries as shades, rows downward; sizes where they are complex, means where many."""
    title = f"entries of {name}"
    if not is_real(rows):
        rows, title = [[abs(entry) for entry in row] for row in rows], f"sizes of the {title}"
    height, width = len(rows), len(rows[0])
    if max(height, width) > SHADES_MOST:
        rows, block = _averaged(rows)
        title += f", {height} by {width}; each shade the mean of up to {block[0]} by {block[1]}"
    x_range, y_range = (0.5, width + 0.5), (0.5, height + 0.5)
    return Picture(
        title=(title,),
        x_label="column",
        y_label="row",
        x_range=x_range,
        y_range=y_range,
        heat=HeatMap(("entry",), x_range, y_range, rows, downward=True),
    )


def _averaged(rows: Rows) -> tuple[Rows, tuple[int, int]]:
    """Means over blocks, and the sides of a block."""
    import numpy as np

    array = np.array(rows)
    sides = tuple(-(-length // SHADES_MOST) for length in array.shape)
    for axis, side in enumerate(sides):
        starts = np.arange(0, array.shape[axis], side)
        counts = np.diff([*starts, array.shape[axis]])
        shape = (-1, 1) if axis == 0 else (1, -1)
        array = np.add.reduceat(array, starts, axis=axis) / counts.reshape(shape)
    return array.tolist(), (sides[0], sides[1])


def _singular_values(a: Node | Array, answer: Answer) -> Picture:
    """Bars of the singular values; of a 2 by 2 matrix also the ellipse whose half axes they are."""
    values = [float(value) for value in numbers_of(answer.facts["singular_values"])]
    shown = values[:_BARS_MOST]
    above = [value for value in shown if value > 0]
    if not above:
        raise NoPicture("every singular value is 0")
    log = len(above) == len(shown) and max(above) > _WIDE * min(above)
    places = [float(place) for place in range(1, len(shown) + 1)]
    more = f" (the first {_BARS_MOST} of {len(values)})" if len(values) > _BARS_MOST else ""
    bottom = min(above) / 2 if log else 0.0
    names = [str(place + 1) for place in range(len(shown))] if len(shown) <= 20 else []
    bars = Bars(
        ("singular value",),
        [place - 0.4 for place in places],
        [place + 0.4 for place in places],
        shown,
        names,
    )
    rows = numbers_of(a)
    plane = len(rows) == len(rows[0]) == 2 and is_real(rows)
    return Picture(
        title=(f"singular values of A{more}",),
        x_label="number",
        y_label="singular value",
        x_range=(0.5, len(shown) + 0.5),
        y_range=(bottom, max(above) * (1.5 if log else 1.05)),
        bars=(bars,),
        y_log=log,
        panels=(plane_map(rows),) if plane else (),
    )


def errors_picture(errors: Sequence[float]) -> Picture:
    """Errors after each step, on a logarithmic scale. Raises NoPicture where none is above 0."""
    told = [(float(step), error) for step, error in enumerate(errors) if error > 0]
    if len(told) < 2:
        raise NoPicture("the start is an eigenvector already")
    sizes = [error for _, error in told]
    return Picture(
        title=("power iteration: the error of the vector",),
        x_label="step",
        y_label="error",
        x_range=(0.0, told[-1][0]),
        y_range=(min(sizes) / 2, max(sizes) * 2),
        curves=(curve(("sine of the angle to the eigenvector",), told),),
        y_log=True,
    )


def _system(a: Node | Array, b: Node | Array, answer: Answer) -> Picture | None:
    """The line of each equation in two unknowns, and where they cross."""
    rows, right = numbers_of(a), numbers_of(b, "the right side")
    if right and isinstance(right[0], list):
        if len(right[0]) != 1:
            return None
        right = [row[0] for row in right]
    if len(rows[0]) != 2 or len(rows) > _LINES_MOST or not (is_real(rows) and is_real(right)):
        return None
    lines = [(*row, value) for row, value in zip(rows, right, strict=True) if any(row)]
    if not lines:
        raise NoPicture("no equation is that of a line")
    found = answer.value
    if found is not None:
        found = [entry[0] if isinstance(entry, list) else entry for entry in numbers_of(found)]
    feet = [(p * value / (p * p + q * q), q * value / (p * p + q * q)) for p, q, value in lines]
    solution = (found[0], found[1]) if found is not None and len(found) == 2 else None
    x_range, y_range = frame([*feet, *([solution] if solution else [])], 0.4)
    reach = hypot(x_range[1] - x_range[0], y_range[1] - y_range[0])
    curves = []
    for (p, q, value), (x, y) in zip(lines, feet, strict=True):
        dx, dy = -q / hypot(p, q) * reach, p / hypot(p, q) * reach
        label = (_equation(p, q, value),)
        curves.append(curve(label, [(x - dx, y - dy), (x, y), (x + dx, y + dy)]))
    one = answer.facts.get("solutions") == "one" and solution is not None
    marks: tuple[Mark, ...] = ()
    if one and solution is not None:
        marks = (Mark(*solution, (f"solution ({solution[0]:.4g}, {solution[1]:.4g})",)),)
    said = {"none": "they have no point in common", "infinitely many": "they are one line"}
    words = "they cross in the solution" if one else said.get(str(answer.facts.get("solutions")))
    return Picture(
        title=("the line of each equation" + (f": {words}" if words else ""),),
        x_label="first unknown",
        y_label="second unknown",
        x_range=x_range,
        y_range=y_range,
        curves=tuple(curves),
        marks=marks,
    )


def _equation(p: float, q: float, value: float) -> str:
    """`2*x - y = 3`"""

    def term(factor: float, name: str) -> str:
        return name if factor == 1 else f"{factor:.4g}*{name}"

    if not (p and q):
        return f"{term(p, 'x') if p else term(q, 'y')} = {value:.4g}"
    return f"{term(p, 'x')} {'-' if q < 0 else '+'} {term(abs(q), 'y')} = {value:.4g}"


# --- tensors ----------------------------------------------------------------------------------


def tensor_picture(drawn: Any, name: str) -> Picture:
    """A tensor of one or two axes as shades. Raises NoPicture for others."""
    numbers = numbers_of(drawn, "the tensor")
    rank, level = 0, numbers
    while isinstance(level, list):
        rank, level = rank + 1, level[0] if level else None
    if rank == 0:
        raise NoPicture("the answer is one number")
    if rank > 2:
        raise NoPicture(
            f"tensors of up to two axes are drawn, and this one has {rank}; slice takes a part"
        )
    return heat_map(numbers if rank == 2 else [numbers], name)
