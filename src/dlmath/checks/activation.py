"""Statements about activations and losses against values alone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.errors import DlmathError
from dlmath.expression.graph import Node

_DIGITS = 30
_TOLERANCE = 1e-20
#: Where definitions are compared; none of them is a special value.
_PLACES = tuple(Fraction(n, 1000) for n in (-9173, -3917, -1631, -613, -57, 71, 829, 2113, 8191))


def check_definition(
    function: Node, formula: Node, variable: str, values: Mapping[str, Fraction]
) -> Check:
    """The function of the language against its formula, which is computed by other operations."""
    from dlmath.expression.precise import evaluate

    name = "formula against the function"
    for place in _PLACES:
        left = evaluate(function, {variable: place}, _DIGITS)
        right = evaluate(formula, {**values, variable: place}, _DIGITS)
        if not abs(left - right) <= _TOLERANCE * (1 + abs(left)):
            return Check(name, FAILED, f"they differ at {variable} = {float(place)}")
    return Check(name, PASSED, f"the same values at {len(_PLACES)} places to 20 digits")


def check_lipschitz(function: Node, variable: str, constant: Any) -> Check:
    """|f(a) - f(b)| <= L*|a - b| for many pairs, and no much smaller constant would do.

    constant: a number. Half of the pairs are near each other.
    """
    import numpy as np

    from dlmath.expression.numbers import evaluate_many

    name = "differences against the Lipschitz constant"
    rng = np.random.default_rng(20)
    a = np.concatenate([np.linspace(-12, 12, 4001), rng.normal(0, 3, 4001)])
    b = a + np.concatenate([np.full(4001, 1e-4), rng.normal(0, 3, 4001)])
    left, right = (np.asarray(evaluate_many(function, {variable: x}), dtype=float) for x in (a, b))
    with np.errstate(invalid="ignore", divide="ignore"):
        ratios = np.abs(left - right) / np.abs(a - b)
    ratios = ratios[np.isfinite(ratios)]
    if not len(ratios):
        return Check(name, UNAVAILABLE, "no values to compare")
    largest = float(ratios.max())
    if largest > constant * (1 + 1e-9) + 1e-9:
        return Check(name, FAILED, f"a ratio of {largest:.9g} was found")
    return Check(name, PASSED, f"{len(ratios)} ratios, the largest {largest:.6g}")


def check_saturation(
    function: Node, variable: str, inside: Callable[[float], bool], bound: float
) -> Check:
    """The slope, by central differences, is below the bound inside the intervals alone."""
    import numpy as np

    from dlmath.expression.numbers import evaluate_many

    name = "differences against the saturated intervals"
    x = np.concatenate([np.linspace(-14.9873, 14.9911, 1501), [-97.3, -41.1, 40.9, 95.7]])
    h = 1e-5
    f = [np.asarray(evaluate_many(function, {variable: x + s}), dtype=float) for s in (h, -h)]
    with np.errstate(invalid="ignore"):
        slopes = np.abs(f[0] - f[1]) / (2 * h)
    compared = 0
    for place, slope in zip(x.tolist(), slopes.tolist(), strict=True):
        if not math.isfinite(slope) or abs(slope - bound) < 1e-4:
            continue
        if inside(place - h) != inside(place + h):
            continue
        compared += 1
        if (slope < bound) != inside(place):
            return Check(name, FAILED, f"the slope at {place:.6g} is {slope:.6g} in size")
    if not compared:
        return Check(name, UNAVAILABLE, "no values to compare")
    return Check(name, PASSED, f"{compared} places")


def check_moments(function: Node, variable: str, mean: float, square: float) -> Check:
    """The mean of f(z) and f(z)^2 against sums over the quantiles of a normal distribution."""
    import numpy as np

    from dlmath.expression.numbers import evaluate_many

    name = "moments by the trapezoidal rule"
    z = np.linspace(-12, 12, 24_002)
    weight = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi) * (z[1] - z[0])
    f = np.asarray(evaluate_many(function, {variable: z}), dtype=float)
    found = float(np.sum(weight * f)), float(np.sum(weight * f**2))
    for value, claimed in zip(found, (mean, square), strict=True):
        if not abs(value - claimed) <= 1e-5 * (1 + abs(claimed)):
            return Check(name, FAILED, f"{value:.9g} instead of {claimed:.9g}")
    return Check(name, PASSED, "agree to 5 digits or more")


def check_same_values(
    name: str, a: Node, b: Node, points: Sequence[Mapping[str, Any]], *, constant: bool = False
) -> Check:
    """Two expressions have the same value at points; constant: but for the same difference."""
    from dlmath.expression.precise import evaluate

    differences = []
    for point in points:
        try:
            left, right = evaluate(a, point, _DIGITS), evaluate(b, point, _DIGITS)
            if left == left or right == right:  # where neither is defined there is nothing to say
                differences.append((left - right, 1 + abs(left)))
        except (DlmathError, TypeError):
            continue
    if len(differences) < 2:
        return Check(name, UNAVAILABLE, "no values to compare")
    base = differences[0][0] if constant else 0
    for difference, size in differences:
        if not abs(difference - base) <= _TOLERANCE * size:
            return Check(name, FAILED, f"they differ by {float(abs(difference - base)):.6g}")
    return Check(name, PASSED, f"at {len(differences)} points to 20 digits")


def random_points(
    ranges: Mapping[str, tuple[float, float]], count: int = 6
) -> list[dict[str, Fraction]]:
    """Points with three decimals inside the ranges."""
    random = Random(7)  # noqa: S311  places to look at, not secrets
    return [
        {
            name: Fraction(random.randint(int(low * 1000) + 1, int(high * 1000) - 1), 1000)
            for name, (low, high) in ranges.items()
        }
        for _ in range(count)
    ]
