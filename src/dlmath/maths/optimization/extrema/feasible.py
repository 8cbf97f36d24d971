"""The feasible set: is there one, is it bounded, and what values does a function take in it?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import inf, isfinite
from typing import Any

from dlmath.expression.graph import Node, neg
from dlmath.expression.intervals import Interval
from dlmath.maths.optimization.extrema.candidates import Candidate
from dlmath.maths.optimization.extrema.constraints import Constraint
from dlmath.maths.optimization.extrema.degenerate import form_sign
from dlmath.maths.optimization.extrema.points import ISOLATED, MAXIMUM, MINIMUM, SADDLE
from dlmath.maths.optimization.extrema.systems import value_at
from dlmath.maths.optimization.nonnegative import proved_nonnegative
from dlmath.maths.optimization.quadratics import linear_parts, polynomial


def infeasible(constraints: Sequence[Constraint], names: Sequence[str]) -> str | None:
    """Why no point satisfies the constraints, where that is proved; else None."""
    box = variable_box(constraints, names)
    for name, (low, high) in zip(names, box, strict=True):
        if low > high:
            return f"the constraints ask for {name} >= {low:g} and for {name} <= {high:g}"
    free = all(side == (-inf, inf) for side in box)
    where = "" if free else " within the bounds of the variables"
    for one in constraints:
        if proved_nonnegative(one.rest, names, box, strictly=True):
            return f"{one.text} never holds{where}: its two sides do not meet"
        if one.equality and proved_nonnegative(neg(one.rest), names, box, strictly=True):
            return f"{one.text} never holds{where}: its two sides do not meet"
    if _linear_infeasible(constraints, names):
        return "the linear constraints contradict each other"
    if _equations_contradict(constraints, names):
        return "the equations contradict each other"
    return None


def variable_box(constraints: Sequence[Constraint], names: Sequence[str]) -> list[Interval]:
    """The bounds of single variables that the constraints say."""
    low = dict.fromkeys(names, -inf)
    high = dict.fromkeys(names, inf)
    for one in constraints:
        linear = linear_parts(one.rest, names)
        if linear is None:
            continue
        used = [index for index, size in enumerate(linear[0]) if size]
        if len(used) != 1:
            continue
        name, slope = names[used[0]], linear[0][used[0]]
        edge = float(-linear[1] / slope)
        if slope > 0 or one.equality:
            high[name] = min(high[name], edge)
        if slope < 0 or one.equality:
            low[name] = max(low[name], edge)
    return [(low[name], high[name]) for name in names]


def _linear_infeasible(constraints: Sequence[Constraint], names: Sequence[str]) -> bool:
    """Farkas: a combination of the linear constraints says that 0 is at least a positive number.

    The multipliers come from a linear program in floats; they are made exact fractions and the
    combination is checked exactly.
    """
    from fractions import Fraction

    rows = []
    for one in constraints:
        linear = linear_parts(one.rest, names)
        if linear is not None:
            rows.append((linear[0], linear[1], one.equality))
    if len(rows) < 2:
        return False
    import numpy as np
    from scipy.optimize import linprog

    matrix = np.array([[float(a) for a in row[0]] for row in rows])
    shift = np.array([float(row[1]) for row in rows])
    # y >= 0 (free for equations) with y'A = 0 and y'b > 0 proves it: sum y (Ax + b) <= 0.
    bounds = [(-1.0, 1.0) if row[2] else (0.0, 1.0) for row in rows]
    found = linprog(-shift, A_eq=matrix.T, b_eq=np.zeros(len(names)), bounds=bounds)
    if not found.success or found.fun > -1e-9:
        return False
    weights = [Fraction(float(y)).limit_denominator(10**6) for y in found.x]
    if any(y < 0 and not row[2] for y, row in zip(weights, rows, strict=True)):
        return False
    for index in range(len(names)):
        if sum((y * row[0][index] for y, row in zip(weights, rows, strict=True)), Fraction(0)):
            return False
    return sum((y * row[1] for y, row in zip(weights, rows, strict=True)), Fraction(0)) > 0


def _equations_contradict(constraints: Sequence[Constraint], names: Sequence[str]) -> bool:
    """Polynomial equations without a common zero, not even a complex one."""
    from dlmath.maths.calculus.budget import OutOfTime, within
    from dlmath.maths.optimization.extrema.algebraic import TooLarge, prepare, solve

    equations = [polynomial(one.rest, names) for one in constraints if one.equality]
    known = [one for one in equations if one is not None]
    if len(known) < 2:
        return False
    prepare()
    try:
        with within(2.0):
            found = solve(known, names, len(names))
    except (TooLarge, OutOfTime):
        return False
    return not found.roots and not found.families


def bounded(constraints: Sequence[Constraint], names: Sequence[str]) -> str | None:
    """Why the feasible set is bounded (and closed), where that is proved; else None."""
    if all(isfinite(low) and isfinite(high) for low, high in variable_box(constraints, names)):
        return "the constraints keep every variable between two bounds"
    for one in constraints:
        whole = polynomial(one.rest, names)
        if not whole:
            continue
        degree = max(map(sum, whole))
        if degree % 2 or degree == 0:
            continue
        leading = {power: size for power, size in whole.items() if sum(power) == degree}
        sign = form_sign(leading, len(names), degree) if len(names) > 1 else None
        if len(names) == 1:
            (size,) = leading.values()
            sign = 1 if size > 0 else -1
        if sign == 1 or (sign == -1 and one.equality):
            return f"{one.text} keeps the points in a bounded region"
    if _simplex(constraints, names):
        return "the linear constraints keep the points in a bounded region"
    return None


def _simplex(constraints: Sequence[Constraint], names: Sequence[str]) -> bool:
    """Every variable is bounded below, and a sum with positive factors of all is bounded above."""
    box = variable_box(constraints, names)
    for one in constraints:
        linear = linear_parts(one.rest, names)
        if linear is None or not all(linear[0]):
            continue
        for sign in (1, -1) if one.equality else (1,):
            fits = all(
                isfinite(low if sign * size > 0 else high)
                for size, (low, high) in zip(linear[0], box, strict=True)
            )
            if fits:
                return True
    return False


# --- points of the feasible set ---------------------------------------------------------------


def some_point(
    constraints: Sequence[Constraint], names: Sequence[str], box: Mapping[str, Interval]
) -> list[float] | None:
    """A point where the constraints hold as far as floats tell, or None where none was found."""
    import random

    chance = random.Random(17)  # noqa: S311  places to try, no secret
    project = Projector(constraints, names)
    for _ in range(40):
        start = [chance.uniform(*box[name]) for name in names]
        place = project(start)
        if place is not None:
            return place
    return None


class Projector:
    """Takes places to the feasible set by Gauss-Newton steps on what is violated."""

    def __init__(self, constraints: Sequence[Constraint], names: Sequence[str]) -> None:
        from dlmath.expression.compile import compile_function

        self.count = len(constraints)
        self.equality = [one.equality for one in constraints]
        outputs = [one.rest for one in constraints]
        outputs += [slope for one in constraints for slope in one.slopes]
        self.compute = compile_function(outputs, list(names))

    def __call__(self, start: Sequence[float]) -> list[float] | None:
        """The feasible place that the steps arrive at, or None."""
        import numpy as np

        x = np.array(start, dtype=float)
        for _ in range(60):
            try:
                values = np.array(self.compute(*map(float, x)), dtype=float)
            except (ArithmeticError, ValueError, TypeError):
                return None
            if not np.isfinite(values).all():
                return None
            rests = values[: self.count]
            missed = [
                place
                for place, rest in enumerate(rests)
                if abs(rest) > 1e-13 and (self.equality[place] or rest > 0)
            ]
            if not missed or np.abs(rests[missed]).max() < 1e-11:
                return [float(part) for part in x]
            slopes = values[self.count :].reshape(self.count, -1)[missed]
            x = x - np.linalg.lstsq(slopes, rests[missed], rcond=None)[0]
            if np.abs(x).max() > 1e9:
                return None
        return None


def kind_by_samples(
    function: Node, names: Sequence[str], constraints: Sequence[Constraint], one: Candidate
) -> str | None:
    """`minimum`, `maximum` or `saddle` by values at feasible points near the place.

    `isolated` where no feasible point is near it; None where the values do not decide.
    """
    import random

    from dlmath.maths.optimization.objective import real_value

    here = float(value_at(function, dict(zip(names, one.root.values, strict=True))) or 0.0)
    centre = [float(value) for value in one.root.values]
    project = Projector(constraints, names)
    chance = random.Random(29)  # noqa: S311  places to try, no secret
    verdict: set[int] = set()
    for radius in (3e-2, 1e-2):
        signs: set[int] = set()
        for _ in range(120):
            start = [x + radius * chance.gauss(0, 1) for x in centre]
            place = project(start)
            if place is None:
                continue
            distance = max(abs(a - b) for a, b in zip(place, centre, strict=True))
            if not 0.3 * radius < distance < 10 * radius:
                continue
            values: dict[str, Any] = dict(zip(names, place, strict=True))
            gap = real_value(function, values) - here
            if gap == gap:
                noise = 1e-10 * (1 + abs(here))
                signs.add(0 if abs(gap) <= noise else 1 if gap > 0 else -1)
        verdict = signs
    if not verdict:
        return ISOLATED
    if {1, -1} <= verdict:
        return SADDLE
    if verdict == {1}:
        return MINIMUM
    return MAXIMUM if verdict == {-1} else None
