"""What the check of a study is told: the statements of a curve in plain numbers."""

from __future__ import annotations

from dlmath.checks.study import Claim, Claims, Extreme
from dlmath.maths.calculus.studies import shape
from dlmath.maths.calculus.studies.curve import Curve
from dlmath.maths.calculus.studies.spans import Span


def claims(curve: Curve, extrema: list[shape.Extremum]) -> Claims:
    """The statements that `checks.study` holds against the function."""
    rising = [claim for sign in (1, -1, 0) for claim in _of(shape.monotone(curve, sign), sign)]
    bending = [claim for sign in (1, -1) for claim in _of(shape.bending(curve, sign), sign)]
    bending += _of(shape.straight(curve), 0)
    signs = [claim for sign in (1, -1) for claim in _of(shape.signed(curve, sign), sign)]
    at_places = [_extreme(curve, one) for one in extrema if one.at.is_point]
    zeros = [point.value for point in curve.zeros]
    return Claims(rising, bending, at_places, signs, zeros)


def _of(spans: list[Span], sign: int) -> list[Claim]:
    return [Claim(span.low.value, span.high.value, sign) for span in spans if not span.is_point]


def _extreme(curve: Curve, extremum: shape.Extremum) -> Extreme:
    """The extremum with the neighbouring stations, between which it must hold."""
    place = extremum.at.low.value
    stations = [station.point.value for station in curve.stations]
    low = max((other for other in stations if other < place), default=place)
    high = min((other for other in stations if other > place), default=place)
    return Extreme(place, extremum.value.value, extremum.sign, low, high)
