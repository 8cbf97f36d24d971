"""One step of gradient descent on the 2-D Rosenbrock function, against a loop over `lambdify`.

    python benchmarks/descend_step.py [ROUNDS]

Both sides take the same steps from (-1.2, 1) at the rate 0.001 and watch the norm of the
gradient. They take turns within one process; the ratio of the medians is printed, and the end
points are compared.
"""

from __future__ import annotations

import statistics
import sys
from collections.abc import Callable
from math import isclose
from time import process_time

from dlmath.expression.parser import parse
from dlmath.maths.optimization.loop import compile_loop
from dlmath.maths.optimization.methods import GRADIENT_DESCENT
from dlmath.maths.optimization.objective import Objective

START = (-1.2, 1.0)
RATE = 0.001
STEPS = 20_000
MOST = 0.5

Run = Callable[[], tuple[float, float]]


def ours() -> Run:
    """The loop that `dlmath descend` runs."""
    objective = Objective(parse("(1 - x)^2 + 100*(y - x^2)^2").node, ["x", "y"])
    loop = compile_loop(objective, GRADIENT_DESCENT, {"rate": RATE})

    def run() -> tuple[float, float]:
        _, _, _, x, y = loop(0, STEPS, 0.0, *START)
        return x, y

    return run


def with_lambdify() -> Run:
    """The loop one writes around a lambdified gradient, common parts taken out."""
    import sympy

    x, y = sympy.symbols("x y", real=True)
    f = (1 - x) ** 2 + 100 * (y - x**2) ** 2
    slope = sympy.lambdify((x, y), [f.diff(x), f.diff(y)], "math", cse=True)

    def run() -> tuple[float, float]:
        a, b = START
        for _ in range(STEPS):
            da, db = slope(a, b)
            if da * da + db * db == 0:
                break
            a, b = a - RATE * da, b - RATE * db
        return a, b

    return run


def main() -> int:
    """Prints the ratio; 1 when it is above the limit or the two disagree."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 15
    runs = {"lambdify": with_lambdify(), "dlmath": ours()}
    taken: dict[str, list[float]] = {name: [] for name in runs}
    ends: dict[str, tuple[float, float]] = {}
    for _ in range(rounds):
        for name, run in runs.items():
            begin = process_time()
            ends[name] = run()
            taken[name].append((process_time() - begin) / STEPS)
    medians = {name: statistics.median(times) for name, times in taken.items()}
    for name, seconds in medians.items():
        print(f"{name:9} {seconds * 1e6:6.3f} µs a step, at {ends[name]}")
    ratio = medians["dlmath"] / medians["lambdify"]
    late = ratio > MOST
    print(f"ratio {ratio:.2f} (at most {MOST}){'  TOO SLOW' if late else ''}")
    pairs = zip(ends["dlmath"], ends["lambdify"], strict=True)
    agree = all(isclose(a, b, rel_tol=1e-9) for a, b in pairs)
    return int(late or not agree)


if __name__ == "__main__":
    sys.exit(main())
