"""The statements of a study as facts, and its summary in one line."""

from __future__ import annotations

from typing import Any

from dlmath.answer import Sentence
from dlmath.expression.graph import Node, eq_node, symbol
from dlmath.maths.calculus.integrals.zero_search import Point
from dlmath.maths.calculus.studies import shape
from dlmath.maths.calculus.studies.curve import Curve
from dlmath.maths.calculus.studies.points import point_text, shown
from dlmath.maths.calculus.studies.spans import span_fact, span_parts, union_fact

#: Intervals and extrema written out in the summary at most.
_MOST = 12


def facts(curve: Curve, extrema: list[shape.Extremum]) -> dict[str, Any]:
    """What the curve does between the ends of the study, named as the interface names it."""
    level, straight = shape.monotone(curve, 0), shape.straight(curve)
    found: dict[str, Any] = {
        "zeros": [shown(point) for point in _single_zeros(curve)]
        + [span_fact(span) for span in shape.level_zeros(curve)],
        "sign": {
            "positive": union_fact(shape.signed(curve, 1)),
            "negative": union_fact(shape.signed(curve, -1)),
        },
        "extrema": [_extremum_fact(extremum) for extremum in extrema],
        "increasing": [span_fact(span) for span in shape.monotone(curve, 1)],
        "decreasing": [span_fact(span) for span in shape.monotone(curve, -1)],
        "constant": [span_fact(span) for span in level],
        "convex": [span_fact(span) for span in shape.bending(curve, 1)],
        "concave": [span_fact(span) for span in shape.bending(curve, -1)],
        "straight": [span_fact(span) for span in straight],
        "inflections": [
            _place(station.point, station.value) for station in shape.inflections(curve)
        ],
        "kinks": [
            shown(s.point) for s in curve.stations if s.corner and not _is_repeated(curve, s)
        ],
        "discontinuities": [
            {"x": shown(station.point), "kind": kind}
            for station, kind in shape.discontinuities(curve)
        ],
    }
    for optional in ("constant", "straight", "kinks", "discontinuities"):
        if not found[optional]:
            del found[optional]
    return found


def _is_repeated(curve: Curve, station: Any) -> bool:
    return curve.cyclic and station is curve.stations[-1]


def _single_zeros(curve: Curve) -> list[Point]:
    """The zeros that do not lie in an interval of zeros."""
    level = shape.level_zeros(curve)
    return [
        point
        for point in curve.zeros
        if not any(span.low.value <= point.value <= span.high.value for span in level)
    ]


def _place(point: Point, value: Point | None) -> dict[str, Any]:
    return {"x": shown(point), "y": None if value is None else shown(value)}


def _extremum_fact(extremum: shape.Extremum) -> dict[str, Any]:
    at = extremum.at
    x = shown(at.low) if at.is_point else span_fact(at)
    return {"x": x, "y": shown(extremum.value), "kind": extremum.kind}


def summary(curve: Curve, extrema: list[shape.Extremum]) -> str:
    """`decreasing on (-oo, 0), increasing on (0, oo); minimum 0 at x = 0`"""
    runs = [
        (span, verb)
        for sign, verb in ((1, "increasing"), (-1, "decreasing"), (0, "constant"))
        for span in shape.monotone(curve, sign)
    ]
    runs.sort(key=lambda run: run[0].low.value)
    words: list[str] = []
    for place, (span, verb) in enumerate(runs):
        interval = text(span_parts(span))
        if place and runs[place - 1][1] == verb:
            words[-1] += f" and {interval}"
        else:
            words.append(f"{verb} on {interval}")
    found = ", ".join(_cut(words))
    if extrema:
        found += "; " + ", ".join(_cut([_extremum_words(curve, one) for one in extrema]))
    return found


def _cut(words: list[str]) -> list[str]:
    return words if len(words) <= _MOST else [*words[:_MOST], f"and {len(words) - _MOST} more"]


def _extremum_words(curve: Curve, extremum: shape.Extremum) -> str:
    which = "maximum" if extremum.sign > 0 else "minimum"
    value = point_text(extremum.value)
    if extremum.at.is_point:
        return f"{which} {value} at {curve.variable} = {point_text(extremum.at.low)}"
    return f"{which} {value} on {text(span_parts(extremum.at))}"


def text(sentence: Sentence) -> str:
    """A sentence in the expression language."""
    from dlmath.expression.text import to_text

    return "".join(to_text(part) if isinstance(part, Node) else part for part in sentence)


def line(name: str, point: Node | Point) -> Node | str:
    """The equation `x = 1` or `y = 2*x`, in words where the number is not known exactly."""
    if isinstance(point, Node):
        return eq_node(symbol(name), point)
    found = shown(point)
    if isinstance(found, Node):
        return eq_node(symbol(name), found)
    return f"{name} = {point_text(point)}"
