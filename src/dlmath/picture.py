"""What there is to draw: numbers and words, without a word on how they are drawn.

The mathematics makes a `Picture`; `render.terminal_plot` and `render.picture_file` draw it. In
sequences of y a nan is a gap: the function has no value there, a pole, or a jump.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from dlmath.expression.graph import Node

#: As `answer.Sentence`.
Words = tuple["str | Node", ...]

#: Where even that fails.
BEYOND = "its numbers are beyond what can be drawn"

SOLID = "solid"
DASHED = "dashed"
DOTS = "dots"
POINTS = "points"


class Curve(NamedTuple):
    """A line through points.

    style: `solid`, `dashed` (tangents, asymptotes), `dots` (a path, its places joined), `points`
    (data, nothing joined).
    """

    label: Words
    x: Sequence[float]
    y: Sequence[float]
    style: str = SOLID


class Mark(NamedTuple):
    """One point and what it is. open: the curve tends to it; its value there may be another."""

    x: float
    y: float
    label: Words
    open: bool = False


class Area(NamedTuple):
    """What lies between a curve and zero: x and y of the curve, from one bound to the other.

    turned: does the integral go from right to left, so that what lies above zero counts negative?
    """

    label: Words
    x: Sequence[float]
    y: Sequence[float]
    turned: bool = False

    def counted(self, side: int) -> str:
        """How what lies above (1) or below (-1) zero is counted."""
        return "counted positive" if (side > 0) != self.turned else "counted negative"

    def parts(self, label: str) -> list[tuple[int, str]]:
        """Which sides of zero there are, and what to call each. label: the words of `label`.

        Only an area of an integral, or one on both sides, says how its sides are counted.
        """
        sides = [side for side in (1, -1) if any(side * value > 0 for value in self.y)]
        if label == "area":
            where = {1: "above", -1: "below"}
            return [(s, f"area {where[s]} zero, {self.counted(s)}") for s in sides]
        if len(sides) == 1:
            return [(sides[0], label)]
        return [(side, f"{label}, {self.counted(side)}") for side in sides]


class Contour(NamedTuple):
    """A function of two variables: `z[row][column]` at `y[row]` and `x[column]`.

    levels: ascending. lines: for each level the x and y of its lines, gaps between them.
    """

    x: Sequence[float]
    y: Sequence[float]
    z: Sequence[Sequence[float]]
    levels: Sequence[float]
    lines: Sequence[tuple[Sequence[float], Sequence[float]]]


class Bars(NamedTuple):
    """Bars on zero: a histogram, singular values, probabilities of whole numbers.

    left, right: the ends of each bar on the axis. height: of each. names: of each, where the axis
    counts things that have names.
    """

    label: Words
    left: Sequence[float]
    right: Sequence[float]
    height: Sequence[float]
    names: Sequence[str] = ()


class HeatMap(NamedTuple):
    """A grid of values as shades: `z[row][column]`, the first row at the bottom.

    x_range, y_range: the outer edges of the grid. categories: where z counts kinds (0, 1, ...;
    nan or -1: none), the name of each. downward: the first row is at the top, as in a matrix.
    """

    label: Words
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    z: Sequence[Sequence[float]]
    categories: Sequence[Words] = ()
    downward: bool = False


class Arrows(NamedTuple):
    """Arrows from points, `(dx, dy)` long: a direction field, the columns of a matrix.

    field: only the direction counts, and all are drawn equally short.
    """

    label: Words
    x: Sequence[float]
    y: Sequence[float]
    dx: Sequence[float]
    dy: Sequence[float]
    field: bool = False


class Diagram(NamedTuple):
    """A directed graph without cycles, drawn as a tree in the terminal: a computation graph.

    nodes: what each says, in order of evaluation. edges: `(from, to)` places in nodes; a node
    that feeds two others is drawn once and named where it comes again.
    """

    title: Words
    nodes: Sequence[Words]
    edges: Sequence[tuple[int, int]]


class Picture(NamedTuple):
    """Everything in one system of axes.

    x_range, y_range: what is shown of the axes. vertical: places of vertical asymptotes.
    x_log, y_log: a logarithmic axis; its range is positive. equal: a unit is as long on one axis
    as on the other. panels: further pictures, drawn below this one.
    Curves may run anywhere (a circle, a path); only gaps separate their parts.
    """

    title: Words
    x_label: str
    y_label: str
    x_range: tuple[float, float]
    y_range: tuple[float, float]
    curves: tuple[Curve, ...] = ()
    marks: tuple[Mark, ...] = ()
    areas: tuple[Area, ...] = ()
    vertical: tuple[float, ...] = ()
    contour: Contour | None = None
    bars: tuple[Bars, ...] = ()
    heat: HeatMap | None = None
    arrows: tuple[Arrows, ...] = ()
    x_log: bool = False
    y_log: bool = False
    equal: bool = False
    panels: tuple[Picture, ...] = ()
