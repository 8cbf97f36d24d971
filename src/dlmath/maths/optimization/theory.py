"""What theory says of each method on a quadratic bowl: rates that are stable, fast, or expected.

Along an eigenvector of the Hessian with eigenvalue c, one step of gd, momentum or nesterov is a
linear map of (x, v); the method converges when its spectral radius is below 1. The others are not
linear in the gradient.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import sqrt
from typing import NamedTuple

from dlmath.maths.optimization.methods import GRADIENT_DESCENT, MOMENTUM, NESTEROV, Method


def is_linear(method: Method) -> bool:
    """Is a step linear in the gradient, so that the theory of quadratic bowls holds?"""
    return method in (GRADIENT_DESCENT, MOMENTUM, NESTEROV)


def default_rate(method: Method, largest: float | None) -> float:
    """The method's own rate, or 1/largest, half the largest stable rate, where that is less.

    largest: the largest eigenvalue of the Hessian at the start, in size, where it is known.
    Steps whose length does not grow with the gradient (Adam's and its kin) need no smaller rate.
    """
    if not is_linear(method) or largest is None or largest <= 1 / method.rate:
        return method.rate
    return 1 / largest


def stable_rate(method: Method, parameters: Mapping[str, float], curvature: float) -> float | None:
    """The rate above which the method diverges on a bowl of this largest curvature (> 0).

    2/c for gradient descent, 2*(1 + momentum)/c with momentum (Polyak 1964), and
    2*(1 + momentum)/((1 + 2*momentum)*c) for Nesterov's form; None for the other methods.
    """
    if not is_linear(method):
        return None
    if method is GRADIENT_DESCENT:
        return 2 / curvature
    beta = parameters["momentum"]
    if method is NESTEROV:
        return 2 * (1 + beta) / ((1 + 2 * beta) * curvature)
    return 2 * (1 + beta) / curvature


def contraction(
    method: Method, parameters: Mapping[str, float], rate: float, eigenvalues: list[float]
) -> float | None:
    """The factor by which the error shrinks a step, in the long run, on a quadratic bowl.

    |1 - rate*c| for gradient descent; with momentum the larger root of the characteristic
    polynomial of the step's 2 by 2 matrix. The slowest eigenvalue decides. None for the others.
    """
    if not is_linear(method):
        return None
    if method is GRADIENT_DESCENT:
        return max(abs(1 - rate * c) for c in eigenvalues)
    beta = parameters["momentum"]
    if method is NESTEROV:
        return max(
            _larger_root(1 + beta - rate * c * (1 + beta), beta * (1 - rate * c))
            for c in eigenvalues
        )
    return max(_larger_root(1 + beta - rate * c, beta) for c in eigenvalues)


def _larger_root(trace: float, determinant: float) -> float:
    """The larger modulus among the eigenvalues of a 2 by 2 matrix."""
    discriminant = trace * trace - 4 * determinant
    if discriminant < 0:
        return sqrt(determinant)
    return (abs(trace) + sqrt(discriminant)) / 2


class Best(NamedTuple):
    """The fastest fixed rate with or without momentum, and the factor a step shrinks the error."""

    rate: float
    factor: float
    momentum: float = 0.0


def best_plain(smallest: float, largest: float) -> Best:
    """Gradient descent: 2/(largest + smallest) shrinks the error by (k - 1)/(k + 1) a step.

    k is the condition number, largest over smallest eigenvalue, both positive (B. T. Polyak,
    Introduction to optimization, 1987, section 1.4).
    """
    return Best(2 / (largest + smallest), (largest - smallest) / (largest + smallest))


def best_with_momentum(smallest: float, largest: float) -> Best:
    """Momentum ((sqrt(k) - 1)/(sqrt(k) + 1))^2 with the rate 4/(sqrt(largest) + sqrt(smallest))^2.

    Every eigenvalue then shrinks by the root of the momentum a step (Polyak 1964).
    """
    high, low = sqrt(largest), sqrt(smallest)
    factor = (high - low) / (high + low)
    return Best(4 / (high + low) ** 2, factor, factor * factor)
