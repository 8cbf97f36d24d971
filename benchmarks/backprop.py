"""What `backprop` takes on long graphs, and how that grows with the number of nodes.

    python benchmarks/backprop.py [ROUNDS]

Processor time of whole answers (graph, sweep, check, table). Prints the seconds for about 5,000
nodes against the second that is allowed, and the exponent of growth from 2,500 to 10,000 nodes.
"""

from __future__ import annotations

import gc
import math
import sys
import time
from random import Random

from dlmath.expression.graph import Node, call, number, symbol, topological, unfolded
from dlmath.maths.networks.backprop import backprop
from dlmath.settings import Settings

NAMES = [f"x{k}" for k in range(1, 11)]
MOST_SECONDS = 1.0
MOST_EXPONENT = 1.25


def graph(size: int) -> Node:
    """A graph of about so many nodes in which most are used more than once."""
    random = Random(1)
    nodes: list[Node] = [symbol(name) for name in NAMES]
    while len(nodes) < size:
        a, b = nodes[-1], random.choice(nodes[-12:])
        kind = random.randrange(4)
        if kind == 0:
            nodes.append(unfolded("add", (a, b)))
        elif kind == 1:
            nodes.append(unfolded("mul", (a, b)))
        else:
            nodes.append(call("tanh" if kind == 2 else "sin", a))
    return nodes[-1]


def seconds(root: Node, rounds: int) -> float:
    """The least of several runs."""
    settings = Settings(at={name: number(k) for k, name in enumerate(NAMES, start=1)})
    best = math.inf
    for _ in range(rounds):
        started = time.process_time()
        answer = backprop(root, settings)
        best = min(best, time.process_time() - started)
        assert answer.checks[0].verdict == "passed", answer.checks[0].detail
    return best


def main() -> int:
    """Prints the times; 1 when a limit is passed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    gc.disable()  # as the command does
    taken: dict[int, float] = {}
    for size in (1250, 2500, 5000, 10_000):
        root = graph(size)
        count = len(topological(root))
        taken[count] = seconds(root, rounds)
        print(f"{count:6} nodes  {taken[count]:6.3f} s")
    counts = sorted(taken)
    first, last = counts[1], counts[-1]
    exponent = math.log(taken[last] / taken[first]) / math.log(last / first)
    allowed = taken[counts[2]] / MOST_SECONDS
    print(f"{counts[2]} nodes: {allowed:.2f} of the second allowed")
    print(f"growth with exponent {exponent:.2f}   at most {MOST_EXPONENT:.2f}")
    return int(allowed > 1 or exponent > MOST_EXPONENT)


if __name__ == "__main__":
    sys.exit(main())
