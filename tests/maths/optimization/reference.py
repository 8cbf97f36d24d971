"""The optimizers as torch.optim documents them, written out in plain Python.

https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html (dampening 0) and
https://docs.pytorch.org/docs/stable/generated/torch.optim.Adam.html
"""

from __future__ import annotations

from collections.abc import Callable
from math import sqrt

Gradient = Callable[[list[float]], list[float]]
Points = list[list[float]]


def sgd(
    gradient: Gradient,
    start: list[float],
    steps: int,
    lr: float,
    momentum: float = 0.0,
    nesterov: bool = False,
) -> Points:
    theta, buffer, points = list(start), None, [list(start)]
    for _ in range(steps):
        g = gradient(theta)
        if momentum:
            if buffer is None:
                buffer = list(g)
            else:
                buffer = [momentum * b + one for b, one in zip(buffer, g, strict=True)]
            if nesterov:
                g = [one + momentum * b for b, one in zip(buffer, g, strict=True)]
            else:
                g = buffer
        theta = [x - lr * one for x, one in zip(theta, g, strict=True)]
        points.append(theta)
    return points


def adam(
    gradient: Gradient,
    start: list[float],
    steps: int,
    lr: float,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
) -> Points:
    theta, points = list(start), [list(start)]
    first, second = [0.0] * len(start), [0.0] * len(start)
    for t in range(1, steps + 1):
        g = gradient(theta)
        for i, one in enumerate(g):
            first[i] += (1 - betas[0]) * (one - first[i])
            second[i] = betas[1] * second[i] + (1 - betas[1]) * one * one
        step_size = lr / (1 - betas[0] ** t)
        root = sqrt(1 - betas[1] ** t)
        theta = [
            x - step_size * m / (sqrt(v) / root + eps)
            for x, m, v in zip(theta, first, second, strict=True)
        ]
        points.append(theta)
    return points
