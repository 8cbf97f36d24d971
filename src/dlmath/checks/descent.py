"""Checks on a descent that share nothing with it but the expression.

The descent runs on reverse-mode gradients in generated code; here gradients come from differences
of values, and values from a walk over the graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, pow, sqrt
from typing import NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.expression.graph import Node

#: So many variables are compared, spread evenly over all of them.
COMPARED = 12


class Slope(NamedTuple):
    """A partial derivative by differences, and a bound on its error."""

    value: float
    error: float

    @property
    def settled(self) -> bool:
        """Is it known well enough? Not at a kink, at the edge of the domain, or where the function
        is too rough for differences."""
        return isfinite(self.value) and self.error <= 1e-3 * (abs(self.value) + 1)


#: Partial derivatives by the number of the variable.
Slopes = dict[int, Slope]


def difference_slopes(expression: Node, names: Sequence[str], point: Sequence[float]) -> Slopes:
    """Partial derivatives by differences, by at most COMPARED of the variables."""
    count = min(COMPARED, len(names))
    indices = [place * len(names) // count for place in range(count)]
    return {index: difference_slope(expression, names, point, index) for index in indices}


def value_at(expression: Node, names: Sequence[str], point: Sequence[float]) -> float:
    """The value by a walk over the graph; nan where it is not a real number."""
    from dlmath.expression.numbers import evaluate

    found = evaluate(expression, dict(zip(names, point, strict=True)))
    return float(found) if isinstance(found, (int, float)) else float("nan")


def difference_slope(
    expression: Node, names: Sequence[str], point: Sequence[float], index: int
) -> Slope:
    """The partial derivative by the variable `index`: central differences, extrapolated.

    L. F. Richardson's extrapolation of steps h and h/2, error O(h^4). The error is judged by the
    change that the extrapolation made, and by the rounding of the values.
    """
    step = 1e-3 * max(1.0, abs(point[index]))

    here = value_at(expression, names, point)

    def difference(h: float) -> tuple[float, float, float]:
        moved = list(point)
        moved[index] = point[index] + h
        above, right = value_at(expression, names, moved), moved[index]
        moved[index] = point[index] - h
        below, left = value_at(expression, names, moved), moved[index]
        size = max(abs(above), abs(below))
        gap = abs((above - here) / (right - point[index]) - (here - below) / (point[index] - left))
        return (above - below) / (right - left), gap, 4e-16 * size / h

    wide, wide_gap, _ = difference(step)
    narrow, gap, rounding = difference(step / 2)
    change = (narrow - wide) / 3
    kink = abs(2 * gap - wide_gap)  # on a smooth function half the step has half the gap
    error = abs(change) + 20 * rounding + kink
    return Slope(narrow + change, error)


def check_gradient(
    names: Sequence[str], slope: Sequence[float], differences: Slopes, where: str
) -> Check:
    """Is this the gradient? where: `"the start"`, for the name of the check."""
    name = f"gradient at {where} against differences of values"
    worst = 0.0
    compared = 0
    for index, found in differences.items():
        if not found.settled:
            continue
        compared += 1
        off = abs(found.value - slope[index])
        worst = max(worst, off)
        if off > 1e-7 * (abs(found.value) + abs(slope[index])) + 3 * found.error + 1e-9:
            detail = f"by {names[index]}: {slope[index]:.8g}, by differences {found.value:.8g}"
            return Check(name, FAILED, detail)
    if not compared:
        return Check(name, UNAVAILABLE, "differences of values do not settle here")
    return Check(name, PASSED, f"largest difference {worst:.2g}")


def check_value(
    expression: Node, names: Sequence[str], point: Sequence[float], value: float
) -> Check:
    """Is this the value at the point? Floats first; high precision where they differ."""
    name = "value at the end by a walk over the expression"
    found = value_at(expression, names, point)
    off = abs(found - value)
    if off <= 1e-12 * (1 + abs(value)):
        return Check(name, PASSED, f"differs by {off:.2g}")
    from dlmath.expression.precise import evaluate

    exact = evaluate(expression, dict(zip(names, point, strict=True)), 40)
    rounding = abs(float(exact) - found)  # how much this expression suffers in floats
    off = abs(float(exact) - value)
    agrees = off <= 1e-9 * (1 + abs(value)) + 1000 * rounding
    return Check(name, PASSED if agrees else FAILED, f"differs by {off:.2g} from 40 digits")


class First(NamedTuple):
    """What makes the first step: the method and its numbers.

    rate: of the first step. clip: the largest length of the gradient. noise: what is added to it,
    by the number of the variable.
    """

    method: str
    rate: float
    parameters: Mapping[str, float]
    clip: float | None = None
    noise: Sequence[float] | None = None


def check_first_step(
    names: Sequence[str],
    points: tuple[Sequence[float], Sequence[float]],
    differences: Slopes,
    first: First,
) -> Check:
    """Is the second point where the method's formula leads from the first?

    The gradient is taken by differences, and what becomes of the formula in the first step, when
    nothing is remembered yet, is written here once more.
    """
    name = "first step recomputed by hand"
    start, after = points
    if not all(found.settled for found in differences.values()):
        return Check(name, UNAVAILABLE, "differences of values do not settle at the start")
    slopes = {place: found.value for place, found in differences.items()}
    errors = {place: 3 * found.error + 1e-9 for place, found in differences.items()}
    if first.noise is not None:
        slopes = {place: slope + first.noise[place] for place, slope in slopes.items()}
    if first.clip is not None:
        if len(differences) < len(names):
            return Check(name, UNAVAILABLE, "the length of the gradient needs all its entries")
        length = sqrt(sum(slope * slope for slope in slopes.values()))
        if length > first.clip:
            slopes = {place: slope * first.clip / length for place, slope in slopes.items()}
    worst = 0.0
    for index, slope in slopes.items():
        x, allowed = start[index], errors[index] + 1e-7 * abs(slope)
        if first.method not in _PROPORTIONAL and abs(slope) <= 1e3 * allowed:
            continue  # the step has the sign of a slope that is too close to 0 to tell
        expected = _first_point(first, x, slope)
        low, high = (_first_point(first, x, slope + off) for off in (-allowed, allowed))
        room = abs(high - low) + 1e-9 * abs(expected - x) + 1e-12 * abs(x)
        worst = max(worst, abs(after[index] - expected))
        if abs(after[index] - expected) > room:
            detail = f"{names[index]} = {after[index]:.8g} where {expected:.8g} is expected"
            return Check(name, FAILED, detail)
    return Check(name, PASSED, f"largest difference {worst:.2g}")


#: Methods whose first step is in proportion to the slope.
_PROPORTIONAL = frozenset({"gd", "momentum", "nesterov"})


def _first_point(first: First, x: float, g: float) -> float:
    """Where the first step of the method leads from x, where the slope is g."""
    method, rate, p = first.method, first.rate, first.parameters
    if method in ("gd", "momentum"):
        return x - rate * g
    if method == "nesterov":
        return x - rate * g - rate * p["momentum"] * g
    if method == "adagrad":
        return x - rate * g / (abs(g) + p["epsilon"])
    if method == "adadelta":
        epsilon = p["epsilon"]
        return x - rate * g * sqrt(epsilon / (g * g * (1 - p["rho"]) + epsilon))
    if method == "rmsprop":
        return x - rate * g / (abs(g) * sqrt(1 - p["rho"]) + p["epsilon"])
    if method == "lion":
        return x - rate * (p["weight_decay"] * x + (g > 0) - (g < 0))
    direction = g / (abs(g) + p["epsilon"])
    if method == "adamw":
        return x - rate * p["weight_decay"] * x - rate * direction
    if method == "nadam":
        now, then = (p["beta1"] * (1 - pow(0.96, k * p["momentum_decay"]) / 2) for k in (1, 2))
        return x - rate * direction * (then * (1 - p["beta1"]) / (1 - now * then) + 1)
    return x - rate * direction


def check_search(
    expression: Node,
    names: Sequence[str],
    points: tuple[Sequence[float], Sequence[float]],
    differences: Slopes,
) -> Check:
    """Does the first step lead downhill, and down by a part of what the slope promises?

    Armijo's condition, with the slope by differences and values by a walk over the graph.
    """
    name = "first step goes down"
    start, after = points
    moved = [b - a for a, b in zip(start, after, strict=True)]
    if not any(moved):
        return Check(name, UNAVAILABLE, "no lower value was found along the first direction")
    fall = value_at(expression, names, start) - value_at(expression, names, after)
    if not fall >= 0:
        return Check(name, FAILED, f"the value rises by {-fall:.4g}")
    if len(differences) < len(names) or not all(found.settled for found in differences.values()):
        return Check(name, PASSED, f"by {fall:.4g}")
    promised = -sum(found.value * moved[place] for place, found in differences.items())
    room = sum(found.error * abs(moved[place]) for place, found in differences.items())
    if promised < -room or fall < 1e-4 * promised - room - 1e-12 * abs(fall):
        return Check(name, FAILED, f"by {fall:.4g}, where the slope promises {promised:.4g}")
    return Check(name, PASSED, f"by {fall:.4g}, the slope promised {promised:.4g}")
