"""Means of an activation and of its square over a standard normal operand."""

from __future__ import annotations

import math
from collections.abc import Sequence

from dlmath.expression.graph import Node
from dlmath.maths.calculus.derivatives.rules import Differentiator

#: Gauss-Legendre nodes on each unit of the axis, for the first and the second evaluation.
_NODES = (24, 40)
#: Half the range of the integrals against the standard normal density: exp(-20^2/2) is 1e-87.
_REACH = 20


def moments(function: Node, variable: str, cuts: Sequence[float]) -> dict[str, float] | None:
    """`mean` of f, `square` of f^2, `slope_square` of f'^2, by Gauss-Legendre quadrature.

    cuts: places where the function may have a corner. None where the integrals do not settle or
    the function is not defined everywhere.
    """
    first, second = (_moments(function, variable, cuts, count) for count in _NODES)
    if first is None or second is None:
        return None
    for name, value in second.items():
        if not math.isclose(first[name], value, rel_tol=1e-9, abs_tol=1e-11):
            return None
    return second


def _moments(
    function: Node, variable: str, cuts: Sequence[float], count: int
) -> dict[str, float] | None:
    import numpy as np

    from dlmath.expression.numbers import evaluate_many

    inside = {cut for cut in cuts if abs(cut) < _REACH}
    ends = np.array(sorted(inside | {float(k) for k in range(-_REACH, _REACH + 1)}))
    nodes, weights = np.polynomial.legendre.leggauss(count)
    half, middle = np.diff(ends) / 2, (ends[1:] + ends[:-1]) / 2
    x = (middle[:, None] + half[:, None] * nodes).ravel()
    w = (half[:, None] * weights).ravel() * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)
    slope = Differentiator(variable).of(function).result
    f, g = (
        np.broadcast_to(np.asarray(evaluate_many(node, {variable: x}), dtype=float), x.shape)
        for node in (function, slope)
    )
    found = {
        "mean": float(np.sum(w * f)),
        "square": float(np.sum(w * f**2)),
        "slope_square": float(np.sum(w * g**2)),
    }
    return found if all(map(math.isfinite, found.values())) else None
