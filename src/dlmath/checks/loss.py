"""Claims about losses against numbers: convexity, minimizers on data, probability models."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from fractions import Fraction
from random import Random
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.expression.graph import Node
from dlmath.expression.numbers import evaluate

#: Data sets on which minimizers are tried; an odd number of values, none twice.
_DATA = ([0.2, 1.1, 1.9, 4.3, 9.7], [-3.1, -0.4, 0.3], [0.9, 5.2, 5.9, 6.1, 6.4, 8.8, 30.5])
_BITS = ([1, 0, 0, 1, 1], [0, 0, 1], [1, 1, 1, 0, 1, 0, 1])
_COUNTS = ([3, 5, 2], [1, 1, 6], [7, 2, 4])


def check_convex(function: Node, variable: str, low: float, high: float, convexity: str) -> Check:
    """f((a + b)/2) against (f(a) + f(b))/2 for pairs of places between two ends."""
    name = "values halfway between"
    random = Random(11)  # noqa: S311
    above = below = 0
    for _ in range(300):
        a, b = random.uniform(low, high), random.uniform(low, high)
        left, middle, right = (evaluate(function, {variable: x}) for x in (a, (a + b) / 2, b))
        if not all(isinstance(v, float) and math.isfinite(v) for v in (left, middle, right)):
            continue
        gap = (left + right) / 2 - middle
        size = 1e-11 * (1 + abs(left) + abs(right))
        above += gap > size
        below += gap < -size
    if not above + below:
        return Check(
            name,
            PASSED if convexity in ("linear", "convex") else UNAVAILABLE,
            "no difference anywhere",
        )
    found = "neither" if above and below else "convex" if above else "concave"
    if found != convexity:
        return Check(name, FAILED, f"they say {found}, not {convexity}")
    return Check(name, PASSED, f"{above + below} pairs say {found}")


def check_minimizer(loss: Callable[[float, float], float], statistic: str) -> Check:
    """The best constant prediction on data, by a search, against the statistic."""
    name = "best constant on data"
    data = (
        _DATA if statistic not in ("majority",) else [[2 * b - 1 for b in bits] for bits in _BITS]
    )
    return _best_constants(name, loss, statistic, data, (-40.0, 40.0))


def check_minimizer_of_bits(loss: Callable[[float, float], float]) -> Check:
    """The best constant probability for targets 0 and 1 against their mean."""
    return _best_constants("best constant on data", loss, "mean", _BITS, (1e-9, 1 - 1e-9))


def _best_constants(
    name: str,
    loss: Callable[[float, float], float],
    statistic: str,
    data: Sequence[Sequence[float]],
    ends: tuple[float, float],
) -> Check:
    for values in data:

        def mean_loss(c: float, values: Sequence[float] = values) -> float:
            return math.fsum(loss(c, y) for y in values) / len(values)

        best = _search(mean_loss, *ends)
        claimed = _STATISTICS[statistic](values)
        if abs(best - claimed) > 1e-4 * (1 + abs(claimed)):
            return Check(name, FAILED, f"the search found {best:.6g}, claimed was {claimed:.6g}")
    return Check(name, PASSED, f"found by a search on {len(data)} data sets")


def check_minimizer_of_classes(loss: Callable[[Sequence[float], Sequence[float]], float]) -> Check:
    """No distribution near or far has a smaller mean loss than the mean of the targets."""
    name = "best constant on data"
    random = Random(3)  # noqa: S311
    for counts in _COUNTS:
        total = sum(counts)
        targets = [[float(k == j) for j in range(3)] for k in range(3)]

        def mean_loss(
            p: Sequence[float],
            counts: Sequence[int] = counts,
            total: int = total,
            targets: Sequence[Sequence[float]] = targets,
        ) -> float:
            return (
                math.fsum(count * loss(p, y) for count, y in zip(counts, targets, strict=True))
                / total
            )

        best = [count / total for count in counts]
        least = mean_loss(best)
        for scale in (0.001, 0.03, 0.5) * 20:
            moved = [value * math.exp(random.gauss(0, scale)) for value in best]
            whole = sum(moved)
            if mean_loss([value / whole for value in moved]) < least - 1e-12:
                return Check(name, FAILED, "a smaller mean loss was found")
    return Check(name, PASSED, f"no better one near or far on {len(_COUNTS)} data sets")


def _search(function: Callable[[float], float], low: float, high: float) -> float:
    """The least place of a convex function, by halving the slopes' sign change."""
    for _ in range(90):
        third = (high - low) / 3
        a, b = low + third, high - third
        if function(a) <= function(b):
            high = b
        else:
            low = a
    return (low + high) / 2


def _median(values: Sequence[float]) -> float:
    return sorted(values)[len(values) // 2]


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)


def _huber(values: Sequence[float]) -> float:
    """The fixed point: the mean of the values, each moved to within 1 of it."""
    centre = _median(values)
    for _ in range(4000):
        centre = _mean([min(max(value, centre - 1), centre + 1) for value in values])
    return centre


_STATISTICS: dict[str, Callable[[Sequence[float]], float]] = {
    "mean": _mean,
    "median": _median,
    "huber": _huber,
    "majority": lambda values: 1.0 if sum(values) > 0 else -1.0,
}


def check_density(loss: Node, density: Node, names: tuple[str, str], kind: str) -> Check:
    """loss + log(density) is one constant, and the density of y has the whole 1.

    names: prediction and target. kind: `error` integrates over y, `probability` adds y = 0 and 1.
    """
    name = "negative log-likelihood"
    prediction, target = names
    inside = kind == "probability"
    places = [0.13, 0.42, 0.77] if inside else [-2.3, 0.4, 1.7]
    targets = [0.0, 1.0] if inside else [-4.1, -0.9, 0.3, 0.8, 2.6]
    constants = [
        evaluate(loss, point) + math.log(evaluate(density, point))
        for p in places
        for y in targets
        for point in [{prediction: p, target: y}]
    ]
    if max(constants) - min(constants) > 1e-10:
        return Check(name, FAILED, "the loss is not the negative logarithm of the density")
    for p in places:
        total = (
            sum(evaluate(density, {prediction: p, target: y}) for y in targets)
            if inside
            else _integral(density, prediction, target, p)
        )
        if abs(total - 1) > 1e-7:
            return Check(name, FAILED, f"the density has the whole {total:.9g}")
    words = "sums" if inside else "integrates"
    return Check(name, PASSED, f"loss + log(density) is constant, and the density {words} to 1")


def _integral(density: Node, prediction: str, target: str, p: float) -> float:
    """Over the axis, cut where densities of errors may have corners, by Gauss-Legendre."""
    import numpy as np

    from dlmath.expression.numbers import evaluate_many

    cuts = p + np.array([-45, -20, -8, -3, -1, 0, 1, 3, 8, 20, 45])
    nodes, weights = np.polynomial.legendre.leggauss(60)
    half, middle = np.diff(cuts) / 2, (cuts[1:] + cuts[:-1]) / 2
    y = (middle[:, None] + half[:, None] * nodes).ravel()
    w = (half[:, None] * weights).ravel()
    values = evaluate_many(density, {target: y, prediction: np.full_like(y, p)})
    return float(np.sum(w * np.asarray(values, dtype=float)))


def check_density_of_classes(loss: Node, density: Node) -> Check:
    """The product of the probabilities to the targets, for each of three classes."""
    name = "negative log-likelihood"
    for p in (
        [Fraction(1, 2), Fraction(3, 10), Fraction(1, 5)],
        [Fraction(1, 7)] * 2 + [Fraction(5, 7)],
    ):
        whole: Any = 0
        for k in range(3):
            point = {f"p{j + 1}": p[j] for j in range(3)} | {
                f"y{j + 1}": int(j == k) for j in range(3)
            }
            likelihood = evaluate(density, point)
            whole += likelihood
            if abs(evaluate(loss, point) + math.log(likelihood)) > 1e-12:
                return Check(name, FAILED, "the loss is not the negative logarithm")
        if abs(whole - 1) > 1e-12:
            return Check(name, FAILED, "the probabilities do not sum to 1")
    return Check(name, PASSED, "the loss is -log of the likelihood, which sums to 1")
