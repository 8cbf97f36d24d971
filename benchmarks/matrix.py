"""Matrices against the libraries they are measured by.

    python benchmarks/matrix.py [ROUNDS]

`matrix solve` of a 1,000 by 1,000 file as a whole process against numpy's solve with its reading
(processor time, run in turn); the exact determinant of a 30 by 30 matrix of whole numbers against
sympy's own, in one process. Ratios are printed; 1 when one is above its limit.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from processes import medians

SIZE = 1000
SOLVE_LIMIT = 1.5
DETERMINANT_LIMIT = 1.0


def solve_ratio(rounds: int) -> float:
    """Processor time of `dlmath matrix solve` over that of numpy alone."""
    dlmath = str(Path(sys.executable).with_name("dlmath"))
    random = np.random.default_rng(1)
    with tempfile.TemporaryDirectory() as folder:
        a, b = f"{folder}/a.npy", f"{folder}/b.npy"
        np.save(a, random.standard_normal((SIZE, SIZE)))
        np.save(b, random.standard_normal(SIZE))
        alone = (
            f"import numpy as np; print(np.linalg.solve(np.load({a!r}), np.load({b!r})).tolist())"
        )
        runs = {
            "numpy": [sys.executable, "-c", alone],
            "dlmath": [dlmath, "matrix", "solve", f"@{a}", f"@{b}"],
        }
        taken = medians(runs, rounds)
    return taken["dlmath"] / taken["numpy"]


def determinant_ratio(rounds: int) -> float:
    """Time of the exact determinant over that of sympy's."""
    from sympy import Matrix

    from dlmath.maths.linear_algebra.determinant import bareiss

    random = np.random.default_rng(2)
    rows = random.integers(-99, 100, (30, 30)).tolist()
    other = Matrix(rows)
    if bareiss(rows) != other.det():
        raise AssertionError("the determinants differ")
    return _least(lambda: bareiss(rows), rounds) / _least(other.det, rounds)


def _least(compute: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        compute()
        times.append(time.perf_counter() - started)
    return min(times)


def main() -> int:
    """Prints both ratios; 1 when one is above its limit."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    found = [
        (
            "matrix solve, 1,000 by 1,000, of numpy with its reading",
            solve_ratio(rounds),
            SOLVE_LIMIT,
        ),
        ("determinant, 30 by 30, of sympy's", determinant_ratio(rounds), DETERMINANT_LIMIT),
    ]
    for name, ratio, limit in found:
        print(f"{name}: {ratio:.2f} (at most {limit})")
    return int(any(ratio > limit for _, ratio, limit in found))


if __name__ == "__main__":
    sys.exit(main())
