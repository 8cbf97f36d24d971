"""An epoch of `train` on 10,000 rows of 20 features, layers 20, 64, 1: against numpy by hand.

    python benchmarks/train.py [ROUNDS]

Both go through the same shuffled minibatches with Adam on one vector of parameters, and compute the
loss over all rows at the start and at the end of the epoch; they take turns within one process, and
the ratio of the medians is printed for several batch sizes. The losses after two epochs must be
equal, bit for bit.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Callable
from time import process_time
from typing import Any

os.environ["OPENBLAS_NUM_THREADS"] = "1"  # threads that wait would count as work

import numpy as np

from dlmath.maths.networks.training.epochs import Plan, Rows, run_epochs
from dlmath.maths.networks.training.network import Network
from dlmath.maths.optimization.path import UNWATCHED

ROWS, FEATURES, UNITS, RATE = 10_000, 20, 64, 0.01

#: Rows of a batch, and the part of the time by hand that is allowed.
LIMITS = {32: 1.5, 256: 1.5, ROWS: 1.5}

ACTIVATIONS = ("relu", "tanh")

Epochs = Callable[[int], float]


def data() -> tuple[Any, Any]:
    """Features and a target."""
    random = np.random.default_rng(0)
    x = random.standard_normal((ROWS, FEATURES))
    return x, np.sin(x @ random.standard_normal((FEATURES, 1)))


def ours(x: Any, y: Any, activation: str, batch: int) -> Epochs:
    """Epochs of `dlmath train`."""
    network = Network((FEATURES, UNITS, 1), activation)
    start = network.start("he", 0)
    rows = Rows(x, y)

    def run(epochs: int) -> float:
        plan = Plan("mse", "adam", RATE, "constant", batch, epochs, 0)
        return run_epochs(network, plan, start, rows, None, UNWATCHED).losses[-1]

    return run


def by_hand(x: Any, y: Any, activation: str, batch: int) -> Epochs:
    """The same epochs as one writes them for this network alone."""
    relu = activation == "relu"
    start = Network((FEATURES, UNITS, 1), activation).start("he", 0)
    inner = FEATURES * UNITS
    end = inner + UNITS
    parts = (slice(0, inner), slice(inner, end), slice(end, -1), slice(-1, None))

    def views(vector: Any) -> tuple[Any, Any, Any, Any]:
        w1, b1, w2, b2 = (vector[part] for part in parts)
        return w1.reshape(FEATURES, UNITS), b1, w2.reshape(UNITS, 1), b2

    def loss_of(theta: Any) -> float:
        w1, b1, w2, b2 = views(theta)
        z = x @ w1 + b1
        error = (np.maximum(z, 0.0) if relu else np.tanh(z)) @ w2 + b2 - y
        return float((error * error).mean())

    def run(epochs: int) -> float:
        theta, m, v, k = start, np.zeros(len(start)), np.zeros(len(start)), 0
        loss = loss_of(theta)
        for epoch in range(1, epochs + 1):
            order = np.random.default_rng([0, epoch]).permutation(ROWS)
            for first in range(0, ROWS, batch):
                chosen = order[first : first + batch]
                inputs, targets = x.take(chosen, axis=0), y.take(chosen, axis=0)
                w1, b1, w2, b2 = views(theta)
                z = inputs @ w1 + b1
                a = np.maximum(z, 0.0) if relu else np.tanh(z)
                error = 2.0 * (a @ w2 + b2 - targets) / len(chosen)
                delta = (error @ w2.T) * ((z > 0) if relu else 1.0 - a * a)
                g = np.empty(len(theta))
                g1, h1, g2, h2 = views(g)
                np.matmul(a.T, error, out=g2)
                error.sum(axis=0, out=h2)
                np.matmul(inputs.T, delta, out=g1)
                delta.sum(axis=0, out=h1)
                k += 1
                m = 0.9 * m + (1 - 0.9) * g
                v = 0.999 * v + (1 - 0.999) * (g * g)
                first_part, second_part = 1 / (1 - 0.9**k), 1 / (1 - 0.999**k)
                theta = theta - RATE * m * first_part * (1 / (np.sqrt(v * second_part) + 1e-8))
            loss = loss_of(theta)
        return loss

    return run


def main() -> int:
    """Prints the ratios; 1 when one is above its limit or the losses disagree."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    x, y = data()
    right = True
    for activation in ACTIVATIONS:
        for batch, most in LIMITS.items():
            peers = {
                "dlmath": ours(x, y, activation, batch),
                "numpy": by_hand(x, y, activation, batch),
            }
            losses = {name: run(2) for name, run in peers.items()}
            taken: dict[str, list[float]] = {name: [] for name in peers}
            for _ in range(rounds):
                for name, run in peers.items():
                    begin = process_time()
                    run(1)
                    taken[name].append(process_time() - begin)
            found = {name: statistics.median(times) for name, times in taken.items()}
            ratio = found["dlmath"] / found["numpy"]
            late, other = ratio > most, losses["dlmath"] != losses["numpy"]
            print(
                f"{activation}, batch {batch:6}: dlmath {found['dlmath'] * 1e3:7.2f} ms, numpy"
                f" {found['numpy'] * 1e3:7.2f} ms an epoch, ratio {ratio:.3f} (at most {most});"
                f" loss {losses['dlmath']!r}"
                + "  TOO SLOW" * late
                + f"  OTHER LOSS {losses['numpy']!r}" * other
            )
            right = right and not late and not other
    return int(not right)


if __name__ == "__main__":
    sys.exit(main())
