"""Gradient and Hessian of a 25-dimensional function, from text to printed answer, against sympy.

    python benchmarks/several_variables.py [ROUNDS]

Whole processes, processor time. The function is Rosenbrock's; sympy differentiates the same text
with `diff` and `hessian`. The Jacobian of softmax with ten classes is timed by itself.
"""

from __future__ import annotations

import sys
from pathlib import Path

from processes import medians

SIZE = 25
TERMS = [f"100*(x{k + 1} - x{k}**2)**2 + (1 - x{k})**2" for k in range(1, SIZE)]
TEXT = " + ".join(TERMS)
NAMES = [f"x{k}" for k in range(1, SIZE + 1)]
SETUP = f"from sympy import *; x = symbols('{' '.join(NAMES)}'); f = sympify('{TEXT}'); "
CLASSES = ", ".join(f"z{k}" for k in range(10))

SYMPY = SETUP + "print(hessian(f, x))"

#: Name, dlmath's arguments, most that is allowed of the time of sympy's Hessian.
CASES = [
    ("gradient", ["gradient", TEXT], 0.2),
    ("hessian", ["hessian", TEXT], 0.2),
]


def main() -> int:
    """Prints the ratios; 1 when one is above its limit."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    dlmath = str(Path(sys.executable).with_name("dlmath"))
    runs = {"softmax": [dlmath, "jacobian", f"softmax([{CLASSES}])"]}
    runs |= {name: [dlmath, *arguments] for name, arguments, _ in CASES}
    runs["sympy"] = [sys.executable, "-c", SYMPY]
    taken = medians(runs, rounds)
    worst = 0
    for name, _, most in CASES:
        ratio = taken[name] / taken["sympy"]
        late = ratio > most
        worst |= late
        flag = "   TOO SLOW" if late else ""
        print(f"{name:10} {ratio:5.2f} of sympy's Hessian   at most {most}{flag}")
    print(f"jacobian of softmax, 10 classes: {taken['softmax']:.2f} s of processor time")
    return worst


if __name__ == "__main__":
    sys.exit(main())
