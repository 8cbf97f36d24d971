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

SOLID = "solid"
DASHED = "dashed"
DOTS = "dots"


class Curve(NamedTuple):
    """A line through points. style: `solid`, `dashed` (tangents, asymptotes), `dots` (a path)."""

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


class Contour(NamedTuple):
    """A function of two variables: `z[row][column]` at `y[row]` and `x[column]`.

    levels: ascending. lines: for each level the x and y of its lines, gaps between them.
    """

    x: Sequence[float]
    y: Sequence[float]
    z: Sequence[Sequence[float]]
    levels: Sequence[float]
    lines: Sequence[tuple[Sequence[float], Sequence[float]]]


class Picture(NamedTuple):
    """Everything in one system of axes.

    x_range, y_range: what is shown of the axes. vertical: places of vertical asymptotes.
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
