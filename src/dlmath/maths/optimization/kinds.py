"""What kind of point a descent ended in: minimum, saddle, maximum or flat."""

from __future__ import annotations

from math import sqrt
from typing import NamedTuple

from dlmath.maths.optimization.curvature import Spectrum, newton_step
from dlmath.maths.optimization.curvature import spectrum as spectrum_of
from dlmath.maths.optimization.objective import Objective, Point

MINIMUM, SADDLE, MAXIMUM, FLAT = "minimum", "saddle", "maximum", "flat"

#: An eigenvalue this small beside the largest one does not decide anything.
_NEGLIGIBLE = 1e-12

#: A point is stationary when the quadratic model puts the stationary point this near to it,
#: relative to 1 + the size of the point.
_NEAR = 1e-2

#: Newton's steps that are tried where one is not short, and how far they may lead.
_TRIED = 4
_AROUND = 0.1

_RISES, _FALLS, _LEVEL, _BOTH = "rises", "falls", "level", "both"


class Kind(NamedTuple):
    """kind: None where the point is not stationary. remark: words where the curvature alone does
    not decide, or None."""

    kind: str | None
    remark: str | None = None


def classify(
    objective: Objective, point: Point, spectrum: Spectrum, slope: list[float], *, stationary: bool
) -> Kind:
    """The kind of the point.

    The signs of the Hessian's eigenvalues decide; along a direction without curvature, values on
    both sides do. stationary: is the gradient within the tolerance? A point is also taken as
    stationary when Newton's step from it is short. A point with a small gradient is `flat` where
    that step is long or the function is lower beyond it: a plateau, not a minimum.
    """
    step = newton_step(spectrum, slope)
    size = 1 + max(abs(x) for x in point)
    near = step is not None and max(abs(s) for s in step) <= _NEAR * size
    if not (stationary or near):
        return Kind(None)
    if falls_off(objective, point):
        return Kind(FLAT, "the function is lower beyond this point: it is not a minimum")
    if step is not None and any(slope) and _jumps(objective, point, step):
        return Kind(None, "the function jumps beside this point: whether it has a minimum is open")
    behaviour = _behaviour(objective, point, spectrum, size)
    if any(slope) and step is not None:
        if not near and not _leads_home(objective, point, spectrum, slope):
            return Kind(FLAT, "the gradient is small, but so is the curvature: a plateau or a tail")
        if behaviour <= {_RISES, _LEVEL} and _falls_beyond(objective, point, slope, step):
            return Kind(FLAT, "the function is lower beyond this point: it is not a minimum")
    return _named(behaviour, spectrum)


def _leads_home(objective: Objective, point: Point, at_point: Spectrum, slope: list[float]) -> bool:
    """Do a few of Newton's steps lead to a stationary point nearby? Not in a tail, where each is
    about as long as the one before."""
    before = sqrt(sum(g * g for g in slope))
    here, found = list(point), at_point
    for _ in range(_TRIED):
        step = newton_step(found, slope)
        if step is None:
            return False
        here = _moved(here, step, 1.0)
        slope = objective.slope(here)
        hessian = objective.hessian(here)
        if hessian is None or any(g != g for g in slope):
            return False
        found = spectrum_of(hessian)
    away = max(abs(a - b) for a, b in zip(here, point, strict=True))
    size = 1 + max(abs(x) for x in point)
    return sqrt(sum(g * g for g in slope)) < 1e-3 * before and away < _AROUND * size


def falls_off(objective: Objective, point: Point) -> bool:
    """Is the function clearly lower a hair's breadth away, beyond a jump?"""
    here = objective.value(point)
    for place, x in enumerate(point):
        for sign in (1, -1):
            beside = [*point]
            beside[place] = x + sign * 1e-9 * (1 + abs(x))
            if objective.value(beside) < here - 1e-6 * (1 + abs(here)):
                return True
    return False


def _jumps(objective: Objective, point: Point, step: list[float]) -> bool:
    """Is the function clearly higher where the quadratic model has its minimum?

    A descent that comes down to the edge of a jump may never reach the value it approaches:
    floor(x) + x^2 comes near to -1 from below 0, and is 0 there.
    """
    here = objective.value(point)
    return objective.value(_moved(point, step, 1.0)) > here + 1e-6 * (1 + abs(here))


def _behaviour(objective: Objective, point: Point, spectrum: Spectrum, size: float) -> set[str]:
    """Along each eigenvector: does the function rise, fall, stay level, or differ by side?"""
    largest = max(abs(value) for value in spectrum.values)
    found = set()
    for value, vector in zip(spectrum.values, spectrum.vectors, strict=True):
        if abs(value) > _NEGLIGIBLE * largest:
            found.add(_RISES if value > 0 else _FALLS)
        else:
            found.add(_probe(objective, point, vector, size))
    return found


def _probe(objective: Objective, point: Point, vector: list[float], size: float) -> str:
    """Compares values on both sides of the point, near first, then ten times as far."""
    here = objective.value(point)
    noise = 1e-14 * abs(here) + 1e-15
    for distance in (1e-3 * size, 1e-2 * size):
        sides = set()
        for sign in (1, -1):
            other = objective.value(_moved(point, vector, sign * distance))
            if other != other:
                continue
            rise = other - here
            sides.add(_LEVEL if abs(rise) <= noise else _RISES if rise > 0 else _FALLS)
        if sides == {_LEVEL} or not sides:
            continue
        return _BOTH if {_RISES, _FALLS} <= sides else _FALLS if _FALLS in sides else _RISES
    return _LEVEL


def _moved(point: Point, vector: list[float], distance: float) -> list[float]:
    return [x + distance * v for x, v in zip(point, vector, strict=True)]


def _falls_beyond(
    objective: Objective, point: Point, slope: list[float], step: list[float]
) -> bool:
    """Is the function lower well beyond the point where the quadratic model has its minimum?

    t Newton steps ahead the model rises by about t^2/2 * q, q = -g·step; t is at least 10 and so
    large that this rise stands out of rounding errors.
    """
    here = objective.value(point)
    q = -sum(g * s for g, s in zip(slope, step, strict=True))
    if q <= 0:
        return False
    visible = 1e-10 * (1 + abs(here))
    ahead = max(10.0, sqrt(2 * visible / q))
    farthest = 0.1 * (1 + max(abs(x) for x in point)) / max(abs(s) for s in step)
    ahead = min(ahead, max(10.0, farthest))
    rise = objective.value(_moved(point, step, ahead)) - here
    return rise < -0.1 * ahead * ahead / 2 * q


def _named(behaviour: set[str], spectrum: Spectrum) -> Kind:
    flat = any(abs(v) <= _NEGLIGIBLE * max(map(abs, spectrum.values)) for v in spectrum.values)
    judged = "one direction has no curvature: judged by values nearby" if flat else None
    if _BOTH in behaviour:
        remark = "the function is lower on one side and higher on the other: a point of inflection"
        return Kind(SADDLE, remark)
    if {_RISES, _FALLS} <= behaviour:
        return Kind(SADDLE, judged)
    if behaviour == {_LEVEL}:
        return Kind(FLAT, "the function is level around this point, as far as floats tell")
    if _LEVEL in behaviour:
        judged = "the function is level along one direction: the point is not the only one"
    return Kind(MINIMUM if _RISES in behaviour else MAXIMUM, judged)
