"""How the cost of a gradient grows with the number of variables: reverse mode must be linear.

    python benchmarks/gradient_growth.py [ROUNDS]

The gradient of the n-dimensional Rosenbrock function, n = 10 to 200, is built (reverse mode over
the graph, from an empty table of nodes) and evaluated. The dimensions take turns in every round;
of each the quickest time counts. The exponent of n in the time is fitted by least squares.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from itertools import pairwise
from math import log
from time import process_time

from dlmath.expression import graph
from dlmath.expression.compile import compile_function
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import Node, number, symbol

DIMENSIONS = (10, 20, 50, 100, 200)
MOST = 1.15
_REPEATS = 200


def rosenbrock(dimension: int) -> tuple[Node, list[str]]:
    """The sum of 100*(x_(i+1) - x_i^2)^2 + (1 - x_i)^2, and its variables."""
    names = [f"x{index}" for index in range(dimension)]
    square = graph.TWO
    terms: list[Node] = []
    for a, b in pairwise(map(symbol, names)):
        valley = graph.power(graph.sub(b, graph.power(a, square)), square)
        terms += [graph.mul(number(100), valley), graph.power(graph.sub(graph.ONE, a), square)]
    return graph.add(*terms), names


def time_to_build(dimension: int) -> float:
    """Processor seconds of the reverse sweep."""
    graph.forget()
    node, names = rosenbrock(dimension)
    begin = process_time()
    gradient(node, names)
    return process_time() - begin


def time_to_run(dimension: int) -> float:
    """Processor seconds of one evaluation of the compiled gradient."""
    graph.forget()
    node, names = rosenbrock(dimension)
    slopes = gradient(node, names)
    function = compile_function([slopes[name] for name in names], names)
    point = [0.5] * dimension
    begin = process_time()
    for _ in range(_REPEATS):
        function(*point)
    return (process_time() - begin) / _REPEATS


def exponent(times: dict[int, float]) -> float:
    """The slope of log(time) over log(n) by least squares."""
    across = [log(n) for n in times]
    up = [log(seconds) for seconds in times.values()]
    middle, height = sum(across) / len(across), sum(up) / len(up)
    covariance = sum((a - middle) * (b - height) for a, b in zip(across, up, strict=True))
    return covariance / sum((a - middle) ** 2 for a in across)


def measured(measure: Callable[[int], float], rounds: int) -> dict[int, float]:
    """The quickest time of each dimension, the dimensions taking turns."""
    best = dict.fromkeys(DIMENSIONS, float("inf"))
    for _ in range(rounds):
        for dimension in DIMENSIONS:
            gc.collect()
            best[dimension] = min(best[dimension], measure(dimension))
    return best


def main() -> int:
    """Prints the times and exponents; 1 when one is above the limit."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    worst = 0
    for title, measure in (("built", time_to_build), ("evaluated", time_to_run)):
        times = measured(measure, rounds)
        for dimension, seconds in times.items():
            print(f"{title} for n = {dimension:3}: {seconds * 1e6:9.1f} µs")
        found = exponent(times)
        late = found > MOST
        worst |= late
        print(f"{title}: time ~ n^{found:.3f} (at most {MOST}){'  TOO STEEP' if late else ''}\n")
    return int(worst)


if __name__ == "__main__":
    sys.exit(main())
