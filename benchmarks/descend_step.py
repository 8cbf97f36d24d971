"""One step of gradient descent: against a loop over `lambdify`, against torch, and in growth.

    python benchmarks/descend_step.py [ROUNDS]

All sides take the same steps on the Rosenbrock function in 2 and in 100 dimensions, watch the norm
of the gradient, and take turns within one process; the ratio of the medians is printed, and the
end points are compared. torch (SGD, eager, in two dimensions) is left out where it is not
installed. At last the time of a step in 10 to 320 dimensions: the exponent of n is fitted.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable, Sequence
from itertools import pairwise
from math import isclose, log
from time import process_time
from typing import Any, NamedTuple

from dlmath.expression.parser import parse
from dlmath.maths.optimization.loop import compile_loop
from dlmath.maths.optimization.objective import Objective
from dlmath.maths.optimization.plan import Options, make_plan

RATE = 0.001

Run = Callable[[int], Sequence[float]]


class Peer(NamedTuple):
    """A way to descend, how many steps of it are timed, and at most what part of its time is
    allowed (None: it is ours)."""

    run: Run
    steps: int
    most: float | None = None


def rosenbrock(dimension: int) -> str:
    return " + ".join(f"100*(x{i + 1} - x{i}^2)^2 + (1 - x{i})^2" for i in range(1, dimension))


def start(dimension: int) -> list[float]:
    return [-1.2 if i % 2 == 0 else 1.0 for i in range(dimension)]


def ours(dimension: int) -> Run:
    """The loop that `dlmath descend` runs."""
    names = [f"x{i}" for i in range(1, dimension + 1)]
    objective = Objective(parse(rosenbrock(dimension)).node, names)
    loop = compile_loop(objective, make_plan(Options(rate=RATE)))
    first = start(dimension)
    return lambda steps: loop(0, steps, 0.0, *first)[3:]


def with_lambdify(dimension: int, *, cse: bool) -> Run:
    """The loop one writes around a lambdified gradient. cse: are common parts taken out?"""
    import sympy

    x = sympy.symbols(f"x1:{dimension + 1}", real=True)
    f = sum(100 * (b - a**2) ** 2 + (1 - a) ** 2 for a, b in pairwise(x))
    slope = sympy.lambdify(x, [f.diff(one) for one in x], "math", cse=cse)

    def run_two(steps: int) -> Sequence[float]:
        a, b = start(2)
        for _ in range(steps):
            da, db = slope(a, b)
            if da * da + db * db == 0:
                break
            a, b = a - RATE * da, b - RATE * db
        return a, b

    def run(steps: int) -> Sequence[float]:
        point = start(dimension)
        for _ in range(steps):
            slopes = slope(*point)
            if sum([g * g for g in slopes]) == 0:
                break
            point = [a - RATE * g for a, g in zip(point, slopes, strict=True)]
        return point

    return run_two if dimension == 2 else run


def with_torch() -> Run | None:
    """torch's SGD, or None where torch is not installed."""
    try:
        import torch
    except ImportError:
        print("torch is not installed: not compared with it")
        return None
    torch.set_num_threads(1)

    def run(steps: int) -> Sequence[float]:
        point = torch.tensor(start(2), dtype=torch.float64, requires_grad=True)
        optimizer = torch.optim.SGD([point], lr=RATE)
        for _ in range(steps):
            optimizer.zero_grad()
            a, b = point[0], point[1]
            (100 * (b - a**2) ** 2 + (1 - a) ** 2).backward()
            optimizer.step()
        found: list[Any] = point.tolist()
        return found

    return run


def medians(peers: dict[str, Peer], rounds: int) -> dict[str, float]:
    """Seconds a step, the peers taking turns."""
    taken: dict[str, list[float]] = {name: [] for name in peers}
    for _ in range(rounds):
        for name, peer in peers.items():
            begin = process_time()
            peer.run(peer.steps)
            taken[name].append((process_time() - begin) / peer.steps)
    return {name: statistics.median(times) for name, times in taken.items()}


def compared(title: str, peers: dict[str, Peer], rounds: int) -> bool:
    """Prints the times and ratios; is all as it should be?"""
    found = medians(peers, rounds)
    right = True
    together = min(peer.steps for peer in peers.values())
    end = peers["dlmath"].run(together)
    for name, peer in peers.items():
        line = f"{title} {name:9} {found[name] * 1e6:8.3f} µs a step"
        if peer.most is not None:
            ratio = found["dlmath"] / found[name]
            late = ratio > peer.most
            line += f", ratio {ratio:.4f} (at most {peer.most}){'  TOO SLOW' if late else ''}"
            pairs = zip(end, peer.run(together), strict=True)
            apart = not all(isclose(a, b, rel_tol=1e-9) for a, b in pairs)
            line += "  OTHER POINTS" if apart else ""
            right = right and not late and not apart
        print(line)
    return right


def growth(rounds: int) -> bool:
    """Prints how the time of a step grows with the dimension; is it linear?"""
    sizes = (10, 20, 40, 80, 160, 320)
    peers = {str(size): Peer(ours(size), 20_000 // size) for size in sizes}
    found = medians(peers, rounds)
    across = [log(size) for size in sizes]
    up = [log(seconds) for seconds in found.values()]
    middle, height = statistics.mean(across), statistics.mean(up)
    slope = sum((a - middle) * (b - height) for a, b in zip(across, up, strict=True))
    slope /= sum((a - middle) ** 2 for a in across)
    for size, seconds in found.items():
        print(f"n = {size:3}  {seconds * 1e6:8.3f} µs a step")
    late = slope > 1.1
    print(f"time of a step ~ n^{slope:.3f} (at most 1.1){'  TOO STEEP' if late else ''}")
    return not late


def main() -> int:
    """Prints the ratios; 1 when one is above its limit or the points disagree."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    two = {
        "lambdify": Peer(with_lambdify(2, cse=False), 20_000, 0.4),
        "and cse": Peer(with_lambdify(2, cse=True), 20_000, 0.45),
        "dlmath": Peer(ours(2), 20_000),
    }
    if (torch := with_torch()) is not None:
        two["torch"] = Peer(torch, 200, 0.01)
    right = compared("2-D", two, rounds)
    hundred = {
        "lambdify": Peer(with_lambdify(100, cse=False), 500, 0.5),
        "and cse": Peer(with_lambdify(100, cse=True), 500, 0.5),
        "dlmath": Peer(ours(100), 500),
    }
    right = compared("100-D", hundred, rounds) and right
    return int(not (growth(rounds) and right))


if __name__ == "__main__":
    sys.exit(main())
