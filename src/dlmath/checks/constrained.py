"""Checks on extrema under constraints: feasibility, an optimizer of its own, shifted constraints.

The candidates come from elimination or interval arithmetic; here sequential quadratic programming
(D. Kraft 1988, in scipy) runs from many starts, and multipliers are compared with what happens
when a constraint is shifted a little and the problem is solved again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.expression.graph import Node

#: An expression that is zero (True) or at most zero (False).
Plain = tuple[Node, bool]
Listed = tuple[Sequence[Any], Any, str]

_STARTS = 16


def check_feasible(
    constraints: Sequence[Plain], names: Sequence[str], points: Sequence[Listed]
) -> Check:
    """Do the constraints hold at every point, by a walk over the expressions in floats?"""
    from dlmath.expression.numbers import evaluate

    name = "constraints at the points"
    if not points:
        return Check(name, UNAVAILABLE, "there is no point")
    worst = 0.0
    for place, _, _ in points:
        known = {n: float(x) for n, x in zip(names, place, strict=True)}
        for rest, equality in constraints:
            found = evaluate(rest, known)
            if not isinstance(found, (int, float)):
                continue
            off = abs(found) if equality else max(0.0, found)
            worst = max(worst, off)
            if off > 1e-6 * (1 + max(map(abs, known.values()))):
                where = ", ".join(f"{n} = {x:.6g}" for n, x in known.items())
                return Check(name, FAILED, f"a constraint is missed by {off:.3g} at {where}")
    return Check(name, PASSED, f"missed by {worst:.2g} at most")


def _compiled(node: Node, names: Sequence[str]) -> Callable[[Any], float]:
    from dlmath.expression.compile import compile_function

    compiled = compile_function([node], list(names))

    def value(place: Any) -> float:
        try:
            found = compiled(*map(float, place))[0]
        except (ArithmeticError, ValueError):
            return float("nan")
        return float(found) if isinstance(found, (int, float)) else float("nan")

    return value


def _solve(
    target: Callable[[Any], float],
    sign: int,
    rests: Sequence[tuple[Callable[[Any], float], bool]],
    start: Sequence[float],
    shift: tuple[int, float] | None = None,
) -> Any | None:
    """Sequential quadratic programming from a start; None where it does not arrive."""
    import warnings

    import numpy as np
    from scipy.optimize import minimize

    def moved(index: int, rest: Callable[[Any], float]) -> Callable[[Any], float]:
        by = shift[1] if shift is not None and shift[0] == index else 0.0
        return lambda x: -(rest(x) - by)

    listed = [
        {"type": "eq" if equality else "ineq", "fun": moved(index, rest)}
        for index, (rest, equality) in enumerate(rests)
    ]
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            found = minimize(
                lambda x: sign * target(x),
                np.array(start, dtype=float),
                constraints=listed,
                method="SLSQP",
                options={"ftol": 1e-12, "maxiter": 100},
            )
        except (ValueError, ArithmeticError):
            return None
    x = found.x
    if not np.isfinite(x).all() or np.abs(x).max() > 1e6:
        return None
    for index, (rest, equality) in enumerate(rests):
        by = shift[1] if shift is not None and shift[0] == index else 0.0
        off = rest(x) - by
        if not (abs(off) if equality else max(0.0, off)) <= 1e-7 * (1 + np.abs(x).max()):
            return None
    return x if found.success else None


def check_optimizer(
    function: Node,
    names: Sequence[str],
    constraints: Sequence[Plain],
    points: Sequence[Listed],
    box: Mapping[str, tuple[float, float]],
    open_edges: Sequence[Node] = (),
) -> Check:
    """Where sequential quadratic programming ends there must be a point of the list.

    open_edges: what is below zero; an end where one is zero is not in the region.
    """
    import random

    name = "sequential quadratic programming"
    target = _compiled(function, names)
    rests = [(_compiled(rest, names), equality) for rest, equality in constraints]
    edges = [_compiled(edge, names) for edge in open_edges]
    chance = random.Random(41)  # noqa: S311  places to try, no secret
    arrived = 0
    for _ in range(_STARTS):
        start = [chance.uniform(*box[n]) for n in names]
        for sign in (1, -1):
            x = _solve(target, sign, rests, start)
            if x is None:
                continue
            arrived += 1
            if any(edge(x) > -1e-6 for edge in edges):
                continue
            value = target(x)
            known = any(
                all(abs(float(a) - b) <= 1e-2 * (1 + abs(b)) for a, b in zip(p, x, strict=True))
                or abs(float(v) - value) <= 1e-5 * (1 + abs(value))
                for p, v, _ in points
            )
            if known or not _is_best_nearby(target, sign, rests, x, value):
                continue
            if all(box[n][0] <= b <= box[n][1] for n, b in zip(names, x, strict=True)):
                where = ", ".join(f"{n} = {b:.6g}" for n, b in zip(names, x, strict=True))
                kind = "minimum" if sign > 0 else "maximum"
                return Check(name, FAILED, f"it ends at a {kind} that is not listed: {where}")
    if not arrived:
        return Check(name, UNAVAILABLE, "it does not arrive from any start")
    return Check(name, PASSED, f"{arrived} runs end at listed values")


def _is_best_nearby(
    target: Callable[[Any], float],
    sign: int,
    rests: Sequence[tuple[Callable[[Any], float], bool]],
    x: Any,
    value: float,
) -> bool:
    """Do further runs from places around not get lower?"""
    import random

    chance = random.Random(3)  # noqa: S311  places to try, no secret
    for _ in range(4):
        start = [float(a) + 0.05 * (1 + abs(float(a))) * chance.gauss(0, 1) for a in x]
        end = _solve(target, sign, rests, start)
        if end is None or sign * (target(end) - value) < -1e-7 * (1 + abs(value)):
            return False
        if max(abs(float(a) - float(b)) for a, b in zip(end, x, strict=True)) > 1e-3:
            return False
    return True


def check_rates(
    function: Node,
    names: Sequence[str],
    constraints: Sequence[Plain],
    rates: Sequence[tuple[Sequence[Any], str, int, float, bool]],
) -> Check:
    """Each constraint is shifted a little both ways and the problem solved again from the point.

    rates: place, kind, which constraint, the multiplier, and whether the kind was only judged.
    """
    name = "multipliers by shifted constraints"
    target = _compiled(function, names)
    rests = [(_compiled(rest, names), equality) for rest, equality in constraints]
    compared = 0
    for place, kind, index, multiplier, judged in rates[:12]:
        sign = 1 if kind == "minimum" else -1
        step = 1e-3
        values = []
        for way in (1, -1):
            end = _solve(target, sign, rests, [float(x) for x in place], (index, way * step))
            near = end is not None and all(
                abs(float(x) - y) < 0.2 for x, y in zip(place, end, strict=True)
            )
            values.append(target(end) if near else None)
        if values[0] is None or values[1] is None:
            continue
        found = (values[0] - values[1]) / (2 * step)
        here = target([float(x) for x in place])
        bent = abs(values[0] - 2 * here + values[1]) / step  # one-sided rates differ at a corner
        allowed = 1e-3 * (1 + abs(multiplier)) + 2 * bent
        if abs(found - multiplier) > allowed and not judged:
            detail = f"{found:.6g} by shifting, {multiplier:.6g} claimed"
            return Check(name, FAILED, detail)
        compared += 1
    if not compared:
        return Check(name, UNAVAILABLE, "no constraint could be shifted")
    return Check(name, PASSED, f"{compared} agree")
