"""Logistic regression on 100,000 rows of 20 features: against numpy written by hand.

    python benchmarks/descend_data.py [ROUNDS]

Both go through the same shuffled minibatches, take the same steps, and compute the loss over all
rows at the end of the epoch; they take turns within one process, and the ratio of the medians is
printed for several batch sizes. The parameters are compared.
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

from dlmath.columns import Columns
from dlmath.expression.parser import parse
from dlmath.maths.optimization.data_epochs import run_epochs
from dlmath.maths.optimization.data_objective import DataObjective
from dlmath.maths.optimization.data_problem import read_data_problem
from dlmath.maths.optimization.data_source import find_source
from dlmath.maths.optimization.path import UNWATCHED
from dlmath.maths.optimization.plan import Options, make_plan
from dlmath.settings import DEFAULTS

ROWS, FEATURES, RATE = 100_000, 20, 0.1
FORMULA = "mean(bce(sigmoid(X*W + b), y))"

#: Rows of a batch, and the part of the time by hand that is allowed.
LIMITS = {1000: 1.2, 10_000: 1.2, ROWS: 1.2, 100: None}

Epoch = Callable[[], Any]


def data() -> tuple[Any, Any]:
    """Features and labels."""
    random = np.random.default_rng(0)
    features = random.standard_normal((ROWS, FEATURES))
    scores = features @ random.standard_normal(FEATURES)
    return features, (random.random(ROWS) < 1 / (1 + np.exp(-scores))).astype(float)


def ours(features: Any, labels: Any, batch: int) -> Epoch:
    """One epoch of `dlmath descend`."""
    names = tuple(f"x{place}" for place in range(FEATURES))
    columns = Columns((*names, "y"), np.column_stack([features, labels]), {})
    shapes = {"W": (FEATURES,)}
    problem = read_data_problem(
        parse(FORMULA).node, columns.names, {}, {}, DEFAULTS, shapes=shapes, features=names
    )
    objective = DataObjective(problem, find_source(problem, columns), 0)
    plan = make_plan(Options(rate=RATE))
    order = [*range(problem.function.slots["W"].start, problem.function.slots["W"].stop)]
    order.append(problem.function.slots["b"].start)
    start = np.zeros(problem.function.size)
    return lambda: run_epochs(objective, plan, start, batch, 1, UNWATCHED, ()).theta[order]


def by_hand(features: Any, labels: Any, batch: int) -> Epoch:
    """One epoch as one writes it for this loss alone."""

    def epoch() -> Any:
        w, b = np.zeros(FEATURES), 0.0
        order = np.random.default_rng([0, 1]).permutation(ROWS)
        for first in range(0, ROWS, batch):
            chosen = order[first : first + batch]
            x, y = features[chosen], labels[chosen]
            error = 1 / (1 + np.exp(-(x @ w + b))) - y
            w = w - RATE * (x.T @ error / len(y))
            b = b - RATE * error.mean()
        scores = features @ w + b
        np.mean(np.maximum(scores, 0) - labels * scores + np.log1p(np.exp(-np.abs(scores))))
        return np.append(w, b)

    return epoch


def main() -> int:
    """Prints the ratios; 1 when one is above its limit or the parameters disagree."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    features, labels = data()
    right = True
    for batch, most in LIMITS.items():
        peers = {"dlmath": ours(features, labels, batch), "numpy": by_hand(features, labels, batch)}
        taken: dict[str, list[float]] = {name: [] for name in peers}
        for _ in range(rounds):
            for name, epoch in peers.items():
                begin = process_time()
                epoch()
                taken[name].append(process_time() - begin)
        found = {name: statistics.median(times) for name, times in taken.items()}
        ratio = found["dlmath"] / found["numpy"]
        apart = float(np.abs(peers["dlmath"]() - peers["numpy"]()).max())
        late, other = most is not None and ratio > most, apart > 1e-12
        print(
            f"batch {batch:6}: dlmath {found['dlmath'] * 1e3:7.2f} ms, numpy"
            f" {found['numpy'] * 1e3:7.2f} ms an epoch, ratio {ratio:.3f}"
            + (f" (at most {most})" if most is not None else " (no limit: calls, not numbers)")
            + "  TOO SLOW" * late
            + "  OTHER PARAMETERS" * other
        )
        right = right and not late and not other
    return int(not right)


if __name__ == "__main__":
    sys.exit(main())
