"""Two spirals that wind around each other, as a table: columns x1, x2 and the arm.

    python scripts/spirals.py > docs/data/spirals.csv

After K. J. Lang and M. J. Witbrock, Learning to tell two spirals apart, 1988, with one turn and a
half, 100 points on each arm, and a little noise. The same numbers each time.
"""

from __future__ import annotations

import sys
from math import cos, pi, sin
from random import Random

POINTS, TURNS, NOISE = 100, 1.5, 0.1


def main() -> None:
    """Writes the table to standard output."""
    random = Random(0)  # noqa: S311  a drawing, not a secret
    lines = ["x1,x2,arm"]
    for place in range(POINTS):
        part = (place + 1) / POINTS
        angle, radius = 2 * pi * TURNS * part, 5 * part
        for arm, turned in (("a", 0.0), ("b", pi)):
            x1 = radius * cos(angle + turned) + random.gauss(0, NOISE)
            x2 = radius * sin(angle + turned) + random.gauss(0, NOISE)
            lines.append(f"{x1:.3f},{x2:.3f},{arm}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
