"""The picture of a gradient flow beside the steps of gradient descent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlmath.maths.equations.numeric.gradient_flow import Flow
from dlmath.maths.pictures.contours import contour
from dlmath.maths.pictures.draw import NoPicture
from dlmath.maths.pictures.sampling import visible_range
from dlmath.picture import DOTS, Curve, Mark, Picture

if TYPE_CHECKING:
    from dlmath.maths.equations.numeric.initial import Integrated

#: Steps of a descent that are drawn, and points of the flow.
_STEPS, _POINTS = 150, 300


def flow_picture(flow: Flow, both: Integrated) -> Picture:
    """Two variables: a map with both paths. Then each variable over the time. Raises NoPicture."""
    import numpy

    places = numpy.linspace(both.x0, both.reach, _POINTS)
    smooth = both.values(places)
    descent = flow.descent[:_STEPS]
    size = 3 * (float(numpy.abs(smooth).max()) or 1.0)
    descent = descent[numpy.abs(descent).max(axis=1) <= size]
    if len(descent) < 1:
        raise NoPicture("the descent leaves at once")
    over_time = _over_time(flow, places, smooth, descent)
    if len(flow.names) != 2:
        return over_time
    across = _extent(numpy.concatenate([smooth[0], descent[:, 0]]))
    up = _extent(numpy.concatenate([smooth[1], descent[:, 1]]))
    longest = max(across[1] - across[0], up[1] - up[0])
    names = (flow.names[0], flow.names[1])
    across, up = _widened(across, longest), _widened(up, longest)
    return Picture(
        title=("gradient flow of ", flow.function),
        x_label=names[0],
        y_label=names[1],
        x_range=across,
        y_range=up,
        curves=(
            Curve(("flow",), _floats(smooth[0]), _floats(smooth[1])),
            Curve((f"descent, rate {flow.rate:g}",), _floats(descent[:, 0]),
                  _floats(descent[:, 1]), DOTS),
        ),
        marks=(Mark(float(smooth[0][0]), float(smooth[1][0]), ("start",)),),
        contour=contour(flow.function, names, across, up),
        panels=(over_time,),
    )  # fmt: skip


def _over_time(flow: Flow, places: Any, smooth: Any, descent: Any) -> Picture:
    curves = []
    times = _floats(flow.places[: len(descent)])
    heights = []
    for k, name in enumerate(flow.names[:4]):
        curves.append(Curve((name,), _floats(places), _floats(smooth[k])))
        curves.append(Curve((f"{name} by descent",), times, _floats(descent[:, k]), DOTS))
        heights.append((float(smooth[k].min()), float(smooth[k].max())))
        heights.append((float(descent[:, k].min()), float(descent[:, k].max())))
    return Picture(
        title=("flow and descent over the time",),
        x_label="t",
        y_label=", ".join(flow.names[:4]),
        x_range=(float(places[0]), float(places[-1])),
        y_range=visible_range(heights),
        curves=tuple(curves),
    )


def _floats(values: Any) -> list[float]:
    return [float(v) for v in values]


def _extent(values: Any) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    beside = 0.15 * (high - low) or 0.5 * abs(high) or 1.0
    return low - beside, high + beside


def _widened(ends: tuple[float, float], longest: float) -> tuple[float, float]:
    missing = max(0.0, longest / 4 - (ends[1] - ends[0]))
    return ends[0] - missing / 2, ends[1] + missing / 2
