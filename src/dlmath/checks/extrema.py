"""Checks on critical points that use values of the function alone.

Critical points come from gradients on the graph, elimination or interval arithmetic; here slopes
are differences of values, kinds are judged on circles around the points, and minima are looked for
by a search that uses no derivative.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.expression.graph import Node

#: Place, value, kind, and whether there is a gradient.
Listed = tuple[Sequence[Any], Any, str, bool]


def _value(function: Node, names: Sequence[str], place: Sequence[Any], digits: int = 40) -> Any:
    """The real value in many digits, or None."""
    import mpmath

    from dlmath.errors import DlmathError
    from dlmath.expression import precise

    known = dict(zip(names, place, strict=True))
    try:
        with mpmath.workdps(digits + 15):
            found = precise.evaluate(function, known, digits)
    except DlmathError:
        from dlmath.expression.numbers import evaluate

        rough = evaluate(function, {name: float(x) for name, x in known.items()})
        return mpmath.mpf(rough) if isinstance(rough, (int, float)) and rough == rough else None
    except (ArithmeticError, ValueError):
        return None
    return found if isinstance(found, mpmath.mpf) and mpmath.isfinite(found) else None


def check_places(function: Node, names: Sequence[str], points: Sequence[Listed]) -> Check:
    """Are the slopes zero, by central differences of values with forty digits?"""
    import mpmath

    name = "slopes by differences of values"
    compared = 0
    with mpmath.workdps(55):
        step = mpmath.mpf(10) ** -12
        for place, _, _, smooth in points:
            if not smooth:
                continue
            for index in range(len(names)):
                ends = []
                for sign in (1, -1):
                    moved = list(place)
                    moved[index] = moved[index] + sign * step * max(1, abs(place[index]))
                    ends.append(_value(function, names, moved))
                if None in ends:
                    continue
                slope = (ends[0] - ends[1]) / (2 * step * max(1, abs(place[index])))
                compared += 1
                if abs(slope) > 1e-6 * (1 + abs(ends[0])):
                    where = ", ".join(f"{float(x):.6g}" for x in place)
                    return Check(name, FAILED, f"{float(slope):.3g} by {names[index]} at {where}")
    if not compared:
        return Check(name, UNAVAILABLE, "there is no smooth critical point")
    return Check(name, PASSED, f"{compared} slopes are zero")


def check_values(function: Node, names: Sequence[str], points: Sequence[Listed]) -> Check:
    """The values once more, by a walk over the expression in floats."""
    from dlmath.expression.numbers import evaluate

    name = "values at the points"
    for place, value, _, _ in points:
        found = evaluate(function, {n: float(x) for n, x in zip(names, place, strict=True)})
        if not isinstance(found, (int, float)) or found != found:
            continue
        if abs(found - float(value)) > 1e-6 * (1 + abs(found)):
            return Check(name, FAILED, f"{found:.8g} where {float(value):.8g} is claimed")
    if not points:
        return Check(name, UNAVAILABLE, "there is no point")
    return Check(name, PASSED, f"{len(points)} agree")


def check_kinds(function: Node, names: Sequence[str], points: Sequence[Listed]) -> Check:
    """Is no value nearby below a minimum or above a maximum?"""
    import random

    import mpmath

    name = "values around the points"
    chance = random.Random(23)  # noqa: S311  places to try, no secret
    compared = 0
    with mpmath.workdps(55):
        for place, value, kind, _ in points:
            if kind not in ("minimum", "maximum"):
                continue
            sign = 1 if kind == "minimum" else -1
            for _ in range(24):
                vector = [chance.gauss(0, 1) for _ in names]
                moved = [
                    x + mpmath.mpf("1e-5") * part for x, part in zip(place, vector, strict=True)
                ]
                there = _value(function, names, moved)
                if there is None:
                    continue
                compared += 1
                if sign * (there - value) < -(mpmath.mpf(10) ** -30) * max(1, abs(value)):
                    where = ", ".join(f"{float(x):.6g}" for x in place)
                    return Check(name, FAILED, f"the {kind} at {where} is passed nearby")
    if not compared:
        return Check(name, UNAVAILABLE, "there is no minimum or maximum")
    return Check(name, PASSED, f"none of {compared} passes")


def others(
    function: Node,
    names: Sequence[str],
    box: Mapping[str, tuple[float, float]],
    points: Sequence[Listed],
    level_values: Sequence[float],
    levels: bool,
    *,
    curved: bool = False,
) -> Check:
    """Searches minima and maxima by steps that use values alone; each must be on the list.

    curved: is the function convex or concave? Then, beside two listed points, others of the same
    value are in the convex set that they span.
    """
    name = "search without derivatives"
    arrived = 0
    compute = _compiled(function, names)
    for sign in (1, -1):
        for place in _starts(names, box):
            end = _compass(compute, place, box, names, sign)
            if end is None:
                continue
            arrived += 1
            if levels or _is_known(end, points):
                continue
            if curved and len(points) > 1 and _has_value(compute(end), points):
                continue
            if _is_extremum(function, names, end, sign):
                where = ", ".join(f"{n} = {x:.6g}" for n, x in zip(names, end, strict=True))
                kind = "minimum" if sign > 0 else "maximum"
                return Check(name, FAILED, f"there is one more {kind} near {where}")
    if not arrived:
        return Check(name, UNAVAILABLE, "no search ended inside the box")
    return Check(name, PASSED, f"{arrived} searches end at listed points")


def _compiled(function: Node, names: Sequence[str]) -> Callable[[Sequence[float]], float]:
    from dlmath.expression.compile import compile_function

    compiled = compile_function([function], list(names))

    def value(place: Sequence[float]) -> float:
        try:
            found = compiled(*place)[0]
        except (ArithmeticError, ValueError):
            return float("nan")
        return float(found) if isinstance(found, (int, float)) else float("nan")

    return value


def _starts(names: Sequence[str], box: Mapping[str, tuple[float, float]]) -> list[list[float]]:
    import random

    chance = random.Random(31)  # noqa: S311  places to try, no secret
    return [[chance.uniform(*box[name]) for name in names] for _ in range(14)]


def _compass(
    value: Callable[[Sequence[float]], float],
    start: list[float],
    box: Mapping[str, tuple[float, float]],
    names: Sequence[str],
    sign: int,
) -> list[float] | None:
    """Compass search (T. Kolda, R. Lewis and V. Torczon, 2003); None where it leaves the box."""
    place, best = list(start), sign * value(start)
    if not isfinite(best):
        return None
    deepest = 1e5 * (1 + abs(best))  # beyond that it is a pole, not a minimum
    length = 0.1 * max(box[name][1] - box[name][0] for name in names)
    steps = 0
    while length > 1e-9:
        steps += 1
        if steps > 600 or abs(best) > deepest:
            return None
        for index in range(len(names)):
            for way in (length, -length):
                moved = list(place)
                moved[index] += way
                there = sign * value(moved)
                if there < best - 1e-15 * abs(best):
                    place, best = moved, there
                    break
            else:
                continue
            break
        else:
            length /= 2
    inside = all(box[n][0] + 1e-6 < x < box[n][1] - 1e-6 for n, x in zip(names, place, strict=True))
    return place if inside else None


def _is_known(end: Sequence[float], points: Sequence[Listed]) -> bool:
    return any(
        all(abs(float(x) - y) <= 1e-2 * (1 + abs(y)) for x, y in zip(place, end, strict=True))
        for place, _, _, _ in points
    )


def _has_value(value: float, points: Sequence[Listed]) -> bool:
    return any(abs(float(known) - value) <= 1e-9 * (1 + abs(value)) for _, known, _, _ in points)


def _is_extremum(function: Node, names: Sequence[str], end: Sequence[float], sign: int) -> bool:
    """Does the function clearly rise (sign 1) on a circle around the place, in many digits?"""
    import random

    here = _value(function, names, end, 30)
    if here is None:
        return False
    chance = random.Random(5)  # noqa: S311  places to try, no secret
    for _ in range(60):
        vector = [chance.gauss(0, 1) for _ in names]
        length = sum(part * part for part in vector) ** 0.5
        moved = [x + 1e-3 * part / length for x, part in zip(end, vector, strict=True)]
        there = _value(function, names, moved, 30)
        if there is None or sign * (there - here) < 1e-12 * max(1, abs(here)):
            return False
    return True
