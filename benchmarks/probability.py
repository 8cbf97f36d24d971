"""What probability costs: a divergence from a cold start, and a million numbers of a sample.

    python benchmarks/probability.py [ROUNDS]

Processor time of whole processes, run in turn within each round. The divergence of two symbolic
normal distributions stands against its integral by sympy; the sample against numpy's generator with
its own writing (`savetxt`, 17 digits), and against a loop-free join of `repr`, the quickest that
plain Python knows.
"""

from __future__ import annotations

import sys
from pathlib import Path

from processes import medians

SYMPY = """
from sympy import *
x, m, n = symbols('x m n', real=True)
s, t = symbols('s t', positive=True)
p, q = (exp(-(x - a)**2/(2*b**2))/(b*sqrt(2*pi)) for a, b in ((m, s), (n, t)))
print(simplify(integrate(p*expand_log(log(p/q), force=True), (x, -oo, oo))))
"""
SAVETXT = """
import sys, numpy
numpy.savetxt(sys.stdout, numpy.random.default_rng(1).normal(size=1000000), fmt="%.17g")
"""
JOINED = """
import sys, numpy
x = numpy.random.default_rng(1).normal(size=1000000)
sys.stdout.write("\\n".join(map(repr, x.tolist())) + "\\n")
"""


def main() -> int:
    """Prints the ratios; 1 when one is above its limit."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    dlmath = str(Path(sys.executable).with_name("dlmath"))
    python = sys.executable
    taken = medians(
        {
            "divergence": [dlmath, "divergence", "normal(m, s)", "normal(n, t)"],
            "sympy": [python, "-c", SYMPY],
            "sample": [dlmath, "dist", "normal", "--sample", "1000000", "--seed", "1"],
            "savetxt": [python, "-c", SAVETXT],
            "joined": [python, "-c", JOINED],
        },
        rounds,
    )
    good = True
    for name, peer, limit in (
        ("divergence", "sympy", 0.5),
        ("sample", "savetxt", 1.5),
        ("sample", "joined", 2.5),
    ):
        ratio = taken[name] / taken[peer]
        good &= ratio <= limit
        print(f"{name} against {peer}: {ratio:.2f} (at most {limit})")
    print(f"divergence of two symbolic normals: {taken['divergence']:.2f} s from a cold start")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
