"""A picture of every kind, for the tests of what draws them."""

from __future__ import annotations

from math import cos, exp, hypot, inf, nan, pi, sin, sqrt

from dlmath.expression.parser import parse
from dlmath.picture import (
    DOTS,
    POINTS,
    Area,
    Arrows,
    Bars,
    Contour,
    Curve,
    Diagram,
    HeatMap,
    Mark,
    Picture,
)


def node(text: str):
    return parse(text).node


def spread(low: float, high: float, count: int) -> list[float]:
    """So many places, evenly apart, both ends included."""
    return [low + (high - low) * place / (count - 1) for place in range(count)]


def field(title: str, dx, dy, **more) -> Picture:
    """Directions on a grid between -3 and 3."""
    places = [(x, y) for y in spread(-2.85, 2.85, 20) for x in spread(-2.85, 2.85, 20)]
    arrows = Arrows(
        ("direction",),
        [x for x, _ in places],
        [y for _, y in places],
        [dx(x, y) for x, y in places],
        [dy(x, y) for x, y in places],
        field=True,
    )
    return Picture((title,), "x", "y", (-3.0, 3.0), (-3.0, 3.0), arrows=(arrows,), **more)


WAVE = spread(-3, 3, 121)
STRETCH = spread(-0.5, 7, 121)
TURN = spread(0, 2 * pi, 97)
FALL = [1.3**step for step in range(44)]

CIRCLE = Picture(
    ("a circle",), "x", "y", (-1.2, 1.2), (-1.2, 1.2),
    curves=(Curve((node("[cos(t), sin(t)]"),), [cos(t) for t in TURN], [sin(t) for t in TURN]),),
    equal=True,
)  # fmt: skip

LOSS = Picture(
    ("loss",), "step", "loss", (1.0, 1e5), (1e-8, 10.0),
    curves=(
        Curve(("gd",), FALL, [3 / step for step in FALL]),
        Curve(("adam",), FALL, [5 * step**-1.5 for step in FALL]),
    ),
    x_log=True, y_log=True,
)  # fmt: skip

WEATHER = ("rain", "sunshine", "snow and ice")

PICTURES: dict[str, Picture | Diagram] = {
    "pole": Picture(
        (node("1/x"),), "x", "y", (-3.0, 3.0), (-5.0, 5.0),
        curves=(
            Curve(
                (node("1/x"),),
                [*spread(-3, -0.1, 59), 0, *spread(0.1, 3, 59)],
                [*(1 / x for x in spread(-3, -0.1, 59)), nan, *(1 / x for x in spread(0.1, 3, 59))],
            ),
        ),
        vertical=(0.0,),
        marks=(Mark(1.0, 1.0, ("here",)), Mark(-1.0, -1.0, ("a hole",), True)),
    ),
    "area": Picture(
        ("area below ", node("sin(x)")), "x", "y", (-0.5, 7.0), (-1.2, 1.2),
        curves=(Curve((node("sin(x)"),), STRETCH, [sin(x) for x in STRETCH]),),
        areas=(Area(("area",), spread(0, 6, 121), [sin(x) for x in spread(0, 6, 121)]),),
    ),
    "contour": Picture(
        ("descent",), "x", "y", (-2.0, 2.0), (-2.0, 2.0),
        contour=Contour(
            spread(-2, 2, 21), spread(-2, 2, 21),
            [[x * x + y * y for x in spread(-2, 2, 21)] for y in spread(-2, 2, 21)],
            [1.0, 2.25],
            [
                ([cos(t) for t in TURN], [sin(t) for t in TURN]),
                ([1.5 * cos(t) for t in TURN], [1.5 * sin(t) for t in TURN]),
            ],
        ),
        curves=(Curve(("path",), [1.5, 0.7, 0.3, 0.1], [-1.2, -0.6, -0.3, -0.1], DOTS),),
        equal=True,
    ),
    "histogram": Picture(
        ("a sample",), "x", "density", (-3.5, 3.5), (0.0, 0.5),
        bars=(
            Bars(
                ("sample",),
                [-3 + step / 2 for step in range(12)],
                [-2.5 + step / 2 for step in range(12)],
                [0.02, 0.01, 0.06, 0.13, 0.26, 0.41, 0.43, 0.3, 0.2, 0.11, 0.05, 0.02],
            ),
        ),
        curves=(Curve(("density",), WAVE, [exp(-x * x / 2) / sqrt(2 * pi) for x in WAVE]),),
    ),
    "bars": Picture(
        ("singular values",), "number", "value", (0.5, 6.5), (1e-3, 200.0),
        bars=(
            Bars(
                ("singular value",),
                [place + 0.7 for place in range(6)],
                [place + 1.3 for place in range(6)],
                [100, 20, 5, 1, 0.1, 0.004],
            ),
        ),
        y_log=True,
    ),
    "signed bars": Picture(
        ("coefficients",), "k", "a_k", (-0.5, 9.5), (-1.2, 1.2),
        bars=(
            Bars(
                ("a_k",),
                [k - 0.5 for k in range(10)],
                [k + 0.5 for k in range(10)],
                [cos(k) for k in range(10)],
            ),
        ),
    ),
    "named bars": Picture(
        ("weather",), "weather", "probability", (0.0, 3.0), (0.0, 1.0),
        bars=(
            Bars(("prior",), [0, 1, 2], [1, 2, 3], [0.2, 0.5, 0.3], WEATHER),
            Bars(("posterior",), [0, 1, 2], [1, 2, 3], [0.05, 0.9, -0.05], WEATHER),
        ),
    ),
    "shades": Picture(
        ("density",), "x", "y", (-2.0, 2.0), (-1.0, 1.0),
        heat=HeatMap(
            ("density",), (-2.0, 2.0), (-1.0, 1.0),
            [[exp(-x * x - y * y) for x in spread(-2, 2, 50)] for y in spread(-1, 1, 30)],
        ),
    ),
    "matrix": Picture(
        ("attention",), "key", "query", (0.5, 4.5), (0.5, 4.5),
        heat=HeatMap(
            ("weight",), (0.5, 4.5), (0.5, 4.5),
            [[1, nan, nan, nan], [0.5, 0.5, nan, nan], [0.2, 0.3, 0.5, nan], [0.1, 0.2, 0.3, 0.4]],
            downward=True,
        ),
        equal=True,
    ),
    "regions": Picture(
        ("decision regions",), "x1", "x2", (-2.0, 2.0), (-2.0, 2.0),
        heat=HeatMap(
            ("class",), (-2.0, 2.0), (-2.0, 2.0),
            [
                [float(hypot(x, y) > 1.2) if x + y < 2.5 else nan for x in spread(-2, 2, 41)]
                for y in spread(-2, 2, 41)
            ],
            categories=(("inside",), ("outside",)),
        ),
        curves=(
            Curve(("class 0",), [0, 0.5, -0.3], [0.1, 0.2, -0.5], POINTS),
            Curve(("class 1",), [1.5, -1.5, 1.2], [1.1, 1.2, -1.5], POINTS),
        ),
    ),
    "direction field": field(
        "y' = x - y",
        lambda x, y: 1.0,
        lambda x, y: x - y,
        curves=(Curve(("y(0) = 1",), WAVE, [x - 1 + 2 * exp(-x) for x in WAVE]),),
    ),
    "phase portrait": field("a pendulum", lambda x, y: y, lambda x, y: -sin(x), equal=True),
    "vectors": Picture(
        ("a sum of vectors",), "x", "y", (-1.0, 4.0), (-1.0, 4.0),
        arrows=(
            Arrows(("a = [3, 1]",), [0], [0], [3], [1]),
            Arrows(("b = [1, 2]",), [0], [0], [1], [2]),
            Arrows(("a + b",), [0], [0], [4], [3]),
        ),
        equal=True,
    ),
    "circle": CIRCLE,
    "spiral": Picture(
        ("a spiral that leaves the picture and returns",), "x", "y", (-1.0, 1.0), (-1.0, 1.0),
        curves=(
            Curve(
                ("spiral",),
                [t / 9 * cos(t) for t in spread(0, 12, 241)],
                [t / 9 * sin(t) for t in spread(0, 12, 241)],
            ),
        ),
    ),
    "logarithmic": LOSS,
    "panels": LOSS._replace(panels=(CIRCLE,)),
    "graph": Diagram(
        ("computation of ", node("(sigmoid(w*x + b) - y)^2")),
        [
            ("x = 1",),
            ("w = 2",),
            (node("w*x"), " = 2"),
            ("b = 0",),
            (node("w*x + b"), " = 2"),
            (node("sigmoid(w*x + b)"), " = 0.8808"),
            ("y = 1",),
            (node("sigmoid(w*x + b) - y"), " = -0.1192"),
            (node("(sigmoid(w*x + b) - y)^2"), " = 0.01421"),
        ],
        [(0, 2), (1, 2), (2, 4), (3, 4), (4, 5), (5, 7), (6, 7), (7, 8)],
    ),
    "shared": Diagram(
        ("a value that is used again",),
        [("x",), ("u = x*x",), ("v = u + x",), ("w = u*v",), ("s = w - u",)],
        [(0, 1), (0, 1), (1, 2), (0, 2), (1, 3), (2, 3), (3, 4), (1, 4)],
    ),
    "chain": Diagram(
        ("a long chain",),
        [(f"u{place} = sin(u{place - 1})" if place else "u0 = 1",) for place in range(20)],
        [(place, place + 1) for place in range(19)],
    ),
    "nothing": Picture(
        ("nothing to see",), "x", "y", (0.0, 1.0), (0.0, 1.0),
        curves=(Curve(("gaps",), [0.2, 0.5, 0.8], [nan, nan, inf]),),
    ),
}  # fmt: skip
