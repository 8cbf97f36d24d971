"""A thousand expressions through one `dlmath derive -`, against sympy in one process.

    python benchmarks/stdin_throughput.py [COUNT]

Both read the same lines of 12 to 45 operations, differentiate by x and print; checks are left out
on both sides. Processor time of whole processes; the ratio is printed and must not exceed 1.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from pathlib import Path

SYMPY = """
import sys
from sympy import Symbol, diff
from sympy.parsing.sympy_parser import parse_expr
x = Symbol("x")
for line in sys.stdin:
    print(str(diff(parse_expr(line), x)))
"""

_FUNCTIONS = ("sin", "cos", "exp", "tanh", "atan", "sinh")


def expression(source: random.Random) -> str:
    """A random sum of products in x, in syntax that both read."""
    terms = []
    for _ in range(source.randrange(2, 6)):
        inner = f"{source.randrange(2, 9)}*x**{source.randrange(1, 4)} + {source.randrange(1, 9)}"
        function = source.choice(_FUNCTIONS)
        terms.append(f"{source.randrange(2, 9)}*x**{source.randrange(1, 5)}*{function}({inner})")
    return " + ".join(terms) + f"/(x**2 + {source.randrange(1, 9)})"


def seconds(arguments: list[str], lines: Path) -> tuple[float, int]:
    """Processor seconds of one run over the file, and how many lines came back."""
    with tempfile.TemporaryFile() as out:
        child = os.fork()
        if child == 0:
            os.dup2(os.open(lines, os.O_RDONLY), 0)
            os.dup2(out.fileno(), 1)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
            os.execv(arguments[0], arguments)  # noqa: S606  measured without a shell
        _, _, used = os.wait4(child, 0)
        out.seek(0)
        return used.ru_utime + used.ru_stime, out.read().count(b"\n")


def main() -> int:
    """Prints the ratio; 1 when it is above 1 or a line is missing."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    source = random.Random(20)
    with tempfile.TemporaryDirectory() as folder:
        lines = Path(folder) / "expressions.txt"
        lines.write_text("".join(expression(source) + "\n" for _ in range(count)))
        dlmath = str(Path(sys.executable).with_name("dlmath"))
        ours, answered = seconds([dlmath, "derive", "-", "--wrt", "x", "--no-check"], lines)
        theirs, _ = seconds([sys.executable, "-c", SYMPY], lines)
    ratio = ours / theirs
    print(f"{count} expressions: dlmath {ours:.2f} s, sympy {theirs:.2f} s of processor time")
    print(f"ratio {ratio:.2f}   at most 1.00; {answered} of {count} answered")
    return int(ratio > 1 or answered != count)


if __name__ == "__main__":
    sys.exit(main())
