"""Each identity of the tests as a whole process, from its text to the checked answer.

    python benchmarks/matrix_derive.py [MOST]

Processor time; prints the slowest identities and fails when one takes MOST seconds (1) or longer.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.maths.networks.matrix_identities import IDENTITIES, Identity

SHOWN = 5


def seconds(dlmath: str, identity: Identity) -> float:
    """The processor time of one process."""
    arguments = ["matrix-derive", identity.expression, "--wrt", identity.wrt]
    arguments += ["--shapes", identity.shapes, "--order", str(identity.order), "--steps"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([dlmath, *arguments], capture_output=True, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Prints the slowest identities; 1 when one is above the limit."""
    most = float(sys.argv[1]) if len(sys.argv) > 1 else 1.0
    dlmath = str(Path(sys.executable).with_name("dlmath"))
    seconds(dlmath, IDENTITIES[0])
    taken = sorted(((seconds(dlmath, i), i) for i in IDENTITIES), reverse=True, key=lambda t: t[0])
    print(f"{len(taken)} identities, median {median(t for t, _ in taken):.2f} s; the slowest:")
    for time_taken, identity in taken[:SHOWN]:
        print(f"{time_taken:5.2f} s   {identity.source}: {identity.expression}")
    return int(taken[0][0] >= most)


if __name__ == "__main__":
    sys.exit(main())
