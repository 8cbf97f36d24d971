"""Joint densities at random points against another way of writing them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.expression.graph import Node, substitute
from dlmath.expression.numbers import evaluate, to_float
from dlmath.maths.probability.distribution import exact
from dlmath.maths.probability.joint import Joint, outcomes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    Array = NDArray[Any]

_POINTS, _TRIES = 5, 300


def check_density(joint: Joint) -> Check:
    """A normal density by the Cholesky factor; a Dirichlet density as a product of beta densities.

    Symbols stand for several random numbers.
    """
    other: Callable[..., float]
    if joint.name == "dirichlet":
        name, other, draw = "product of beta densities", _stick_breaking, _on_simplex
    else:
        name, other, draw = "Cholesky factor", _normal, _any_point
    import numpy as np

    generator = np.random.default_rng(5)
    symbols = outcomes(joint)
    formula = joint.log_density(symbols)
    worst, count = 0.0, 0
    for values in _values(joint, generator):
        try:
            parameters = [_array(substitute(p, values)) for p in joint.parameters.values()]
            point = draw(generator, parameters)
            expected = other(point, *parameters)
        except (ValueError, np.linalg.LinAlgError):
            continue
        if not math.isfinite(expected):
            continue
        place = {str(s.value): exact(float(v)) for s, v in zip(symbols, point, strict=True)}
        found = to_float(evaluate(substitute(substitute(formula, values), place)))
        off = abs(found - expected) if isinstance(found, float) else math.inf
        worst, count = max(worst, off / (1 + abs(expected))), count + 1
        if worst > 1e-9:
            return Check(name, FAILED, f"log-density {found}, not {expected:.12g}")
        if count == _POINTS:
            break
    if not count:
        return Check(name, UNAVAILABLE, "no numbers to try were found")
    return Check(
        name, PASSED, f"the log-density agrees at {count} points to {max(worst, 1e-16):.0e}"
    )


def _values(joint: Joint, generator: Any) -> Iterator[dict[str, Node]]:
    names = sorted(joint.symbols())
    for _ in range(_TRIES):
        yield {name: exact(float(generator.integers(1, 48)) / 16 - 0.5) for name in names}


def _array(node: Node) -> Array:
    import numpy as np

    return np.array(to_float(evaluate(node)), dtype=float)


def _any_point(generator: Any, parameters: list[Array]) -> Array:
    point: Array = generator.standard_normal(len(parameters[0])) + parameters[0]
    return point


def _normal(x: Array, mean: Array, covariance: Array) -> float:
    """log-density from z = L^-1 (x - mean), where L L' is the covariance."""
    import numpy as np
    from scipy.linalg import solve_triangular

    factor = np.linalg.cholesky(covariance)
    z = solve_triangular(factor, x - mean, lower=True)
    half_log = float(np.log(np.diag(factor)).sum())
    return float(-z @ z / 2 - half_log - len(x) / 2 * math.log(2 * math.pi))


def _on_simplex(generator: Any, parameters: list[Array]) -> Array:
    point: Array = generator.dirichlet([2.0] * len(parameters[0]))
    return point


def _stick_breaking(x: Array, concentration: Array) -> float:
    """log-density as that of breaking off one share after another, each beta distributed."""
    from scipy.special import betaln

    if (concentration <= 0).any():
        raise ValueError("a concentration is above 0")
    left, found = 1.0, 0.0
    for place in range(len(x) - 1):
        a, b = concentration[place], concentration[place + 1 :].sum()
        share = x[place] / left
        found += (a - 1) * math.log(share) + (b - 1) * math.log1p(-share) - betaln(a, b)
        found -= math.log(left)
        left -= x[place]
    return found
