"""What one command costs from a cold start, against the same derivative by sympy alone.

    python benchmarks/cold_start.py [ROUNDS]

Processor time (user and system, children included) of whole processes, run in turn within each
round so that a busy machine troubles all alike; the ratios of medians are printed. Bytecode must
have been written before (`python -m compileall`), for dlmath as for sympy.
"""

from __future__ import annotations

import sys
from pathlib import Path

from processes import medians

SYMPY = "from sympy import *; x=Symbol('x'); print(diff(x**2*sin(x),x))"
BOWL = ["descend", "(x - 1)^2 + 10*y^2", "--start", "x=5,y=1"]
STEPS = ["--rate", "0.0001", "--steps-max", "1000"]

#: Name, arguments, most that is allowed of the reference.
CASES: list[tuple[str, list[str], float]] = [
    ("derive, checked", ["derive", "x**2*sin(x)"], 1.3),
    ("derive --no-check", ["derive", "x**2*sin(x)", "--no-check"], 1.0),
    ("dot", ["dot", "[1, 2, 3]", "[4, 5, 6]"], 0.35),
    ("descend, 1000 steps", [*BOWL, *STEPS], 0.35),
    ("--help", ["--help"], 0.35),
    ("derive --help", ["derive", "--help"], 0.35),
    ("syntax error", ["derive", "(x+1"], 0.35),
]


def main() -> int:
    """Prints the table; 1 when a ratio is above its limit."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 9
    dlmath = str(Path(sys.executable).with_name("dlmath"))
    runs = {"sympy": [sys.executable, "-c", SYMPY]}
    runs |= {name: [dlmath, *arguments] for name, arguments, _ in CASES}
    taken = medians(runs, rounds)
    reference = taken["sympy"]
    print(f"sympy's diff in one line: {reference * 1000:.0f} ms of processor time = 1.00")
    worst = 0
    for name, _, most in CASES:
        ratio = taken[name] / reference
        late = ratio > most
        worst |= late
        print(f"{name:22} {ratio:6.2f}   at most {most:.2f}{'   TOO SLOW' if late else ''}")
    return worst


if __name__ == "__main__":
    sys.exit(main())
