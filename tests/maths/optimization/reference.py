"""The optimizers as torch.optim documents them (Lion: optax), written out by hand with numpy.

https://docs.pytorch.org/docs/stable/generated/torch.optim.SGD.html (dampening 0), and the pages of
Adagrad, Adadelta, RMSprop, Adam, AdamW and NAdam; optax.lion. Every function takes a gradient, a
start, a number of steps and the learning rate, and gives all points, the start first.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

Vector = np.ndarray
Gradient = Callable[[Vector], Vector]
Points = list[Vector]


def sgd(
    gradient: Gradient,
    start: Vector,
    steps: int,
    lr: float,
    *,
    momentum: float = 0.0,
    nesterov: bool = False,
    weight_decay: float = 0.0,
) -> Points:
    theta, b, points = start, None, [start]
    for _ in range(steps):
        g = gradient(theta) + weight_decay * theta
        if momentum:
            b = g if b is None else momentum * b + g
            g = g + momentum * b if nesterov else b
        theta = theta - lr * g
        points.append(theta)
    return points


def adagrad(
    gradient: Gradient, start: Vector, steps: int, lr: float, *, eps: float = 1e-10
) -> Points:
    theta, state_sum, points = start, np.zeros_like(start), [start]
    for _ in range(steps):
        g = gradient(theta)
        state_sum = state_sum + g * g
        theta = theta - lr * g / (np.sqrt(state_sum) + eps)
        points.append(theta)
    return points


def adadelta(
    gradient: Gradient, start: Vector, steps: int, lr: float, *, rho: float = 0.9, eps: float = 1e-6
) -> Points:
    theta, points = start, [start]
    v, u = np.zeros_like(start), np.zeros_like(start)
    for _ in range(steps):
        g = gradient(theta)
        v = v * rho + g * g * (1 - rho)
        delta = np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u = u * rho + delta * delta * (1 - rho)
        theta = theta - lr * delta
        points.append(theta)
    return points


def rmsprop(
    gradient: Gradient,
    start: Vector,
    steps: int,
    lr: float,
    *,
    alpha: float = 0.99,
    eps: float = 1e-8,
) -> Points:
    theta, v, points = start, np.zeros_like(start), [start]
    for _ in range(steps):
        g = gradient(theta)
        v = alpha * v + (1 - alpha) * g * g
        theta = theta - lr * g / (np.sqrt(v) + eps)
        points.append(theta)
    return points


def adam(
    gradient: Gradient,
    start: Vector,
    steps: int,
    lr: float,
    *,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    decoupled: bool = False,
) -> Points:
    theta, points = start, [start]
    m, v = np.zeros_like(start), np.zeros_like(start)
    for t in range(1, steps + 1):
        g = gradient(theta)
        if decoupled:
            theta = theta - lr * weight_decay * theta
        else:
            g = g + weight_decay * theta
        m = m + (1 - betas[0]) * (g - m)
        v = betas[1] * v + (1 - betas[1]) * g * g
        step_size = lr / (1 - betas[0] ** t)
        theta = theta - step_size * m / (np.sqrt(v) / np.sqrt(1 - betas[1] ** t) + eps)
        points.append(theta)
    return points


def nadam(
    gradient: Gradient,
    start: Vector,
    steps: int,
    lr: float,
    *,
    betas: tuple[float, float] = (0.9, 0.999),
    eps: float = 1e-8,
    momentum_decay: float = 4e-3,
) -> Points:
    theta, points, product = start, [start], 1.0
    m, v = np.zeros_like(start), np.zeros_like(start)
    for t in range(1, steps + 1):
        g = gradient(theta)
        mu = betas[0] * (1 - 0.5 * 0.96 ** (t * momentum_decay))
        mu_next = betas[0] * (1 - 0.5 * 0.96 ** ((t + 1) * momentum_decay))
        product *= mu
        m = betas[0] * m + (1 - betas[0]) * g
        v = betas[1] * v + (1 - betas[1]) * g * g
        m_hat = mu_next * m / (1 - product * mu_next) + (1 - mu) * g / (1 - product)
        theta = theta - lr * m_hat / (np.sqrt(v / (1 - betas[1] ** t)) + eps)
        points.append(theta)
    return points


def lion(
    gradient: Gradient,
    start: Vector,
    steps: int,
    lr: float,
    *,
    b1: float = 0.9,
    b2: float = 0.99,
    weight_decay: float = 1e-3,
) -> Points:
    theta, m, points = start, np.zeros_like(start), [start]
    for _ in range(steps):
        g = gradient(theta)
        update = np.sign((1 - b1) * g + b1 * m)
        m = (1 - b2) * g + b2 * m
        theta = theta - lr * (update + weight_decay * theta)
        points.append(theta)
    return points
