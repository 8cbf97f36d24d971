"""100,000 starts at once: a step of a start, against torch's automatic differentiation and numpy.

    python benchmarks/descend_starts.py [ROUNDS]

All sides take the same steps of plain descent on Himmelblau's function from the same starts, and
take turns within one process; the ratio of the medians is printed, and the end points are compared.
numpy has the gradient written out by hand, over all starts at once and in the same blocks, and
never looks whether a start has arrived, as dlmath does in every eighth step; torch differentiates
the sum of the values over all starts, and is left out where it is not installed.
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

from dlmath.expression.parser import parse
from dlmath.maths.optimization.objective import Objective
from dlmath.maths.optimization.plan import Options, make_plan
from dlmath.maths.optimization.starts import BLOCK, Walker, random_starts

COUNT, STEPS, RATE = 100_000, 200, 0.002
FUNCTION = "(x^2 + y - 11)^2 + (x + y^2 - 7)^2"

Run = Callable[[], Any]


def ours(starts: Any) -> Run:
    """The blocks that `dlmath descend --starts` walks."""
    objective = Objective(parse(FUNCTION).node, ["x", "y"])
    walker = Walker(objective, make_plan(Options(rate=RATE, steps_max=STEPS)), 0.0)
    return lambda: walker.walk(starts).points


def _walk(x: Any, y: Any) -> Any:
    for _ in range(STEPS):
        a, b = x * x + y - 11, x + y * y - 7
        x, y = x - RATE * (4 * x * a + 2 * b), y - RATE * (2 * a + 4 * y * b)
    return np.stack([x, y], axis=1)


def by_hand(starts: Any) -> Run:
    """numpy over all starts at once."""
    return lambda: _walk(starts[:, 0], starts[:, 1])


def by_hand_in_blocks(starts: Any) -> Run:
    """The same in blocks that fit in the cache."""
    columns = np.ascontiguousarray(starts.T)
    blocks = [columns[:, first : first + BLOCK] for first in range(0, COUNT, BLOCK)]
    return lambda: np.concatenate([_walk(*part) for part in blocks])


def with_torch(starts: Any) -> Run | None:
    """torch's automatic differentiation, or None where torch is not installed."""
    try:
        import torch
    except ImportError:
        print("torch is not installed: not compared with it")
        return None
    torch.set_num_threads(1)

    def run() -> Any:
        points = torch.tensor(starts, dtype=torch.float64, requires_grad=True)
        for _ in range(STEPS):
            x, y = points[:, 0], points[:, 1]
            loss = ((x**2 + y - 11) ** 2 + (x + y**2 - 7) ** 2).sum()
            (slope,) = torch.autograd.grad(loss, points)
            with torch.no_grad():
                points -= RATE * slope
        return points.detach().numpy()

    return run


def main() -> int:
    """Prints the ratios; 1 when one is above its limit or the end points disagree."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    starts = random_starts(COUNT, [(-3.0, 3.0)] * 2, 0)
    peers: dict[str, tuple[Run, float | None]] = {
        "dlmath": (ours(starts), None),
        "numpy": (by_hand(starts), 1.6),
        "numpy in blocks": (by_hand_in_blocks(starts), 1.6),
    }
    if (torch := with_torch(starts)) is not None:
        peers["torch"] = (torch, 0.3)
    taken: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(rounds):
        for name, (run, _) in peers.items():
            begin = process_time()
            run()
            taken[name].append((process_time() - begin) / (COUNT * STEPS))
    found = {name: statistics.median(times) for name, times in taken.items()}
    ends = peers["dlmath"][0]()
    right = True
    for name, (run, most) in peers.items():
        line = f"{name:16} {found[name] * 1e9:7.2f} ns a step of a start"
        if most is not None:
            ratio = found["dlmath"] / found[name]
            late, other = ratio > most, not np.allclose(ends, run(), rtol=1e-9)
            line += f", ratio {ratio:.3f} (at most {most})" + "  TOO SLOW" * late
            line += "  OTHER POINTS" * other
            right = right and not late and not other
        print(line)
    return int(not right)


if __name__ == "__main__":
    sys.exit(main())
