"""What a cold start loads: nothing that the command does not need."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.cli.command import environment

#: Runs a command in one process and prints which heavy modules were loaded.
REPORT = """
import os, sys
os.fork = lambda: 0            # the computing process is this one
os._exit = lambda code: None
from dlmath.cli import app
from dlmath.limits import supervisor
from dlmath.limits.frames import Line
from dlmath.limits.output import Output

def alone(job, lines, output, arguments):
    job.prepare()
    for line, error in lines:
        try:
            job.answer(line, lambda done, words: None)
        except Exception as error:
            job.failure(error, line)
    return 0, []

supervisor.supervise = alone
app.run(sys.argv[1:])
heavy = ("sympy", "numpy", "scipy", "mpmath", "rich", "importlib.metadata", "pydantic")
print(*(name for name in heavy if name in sys.modules))
"""


@pytest.mark.parametrize(
    ("arguments", "absent"),
    [
        (["derive", "x**2*sin(x)", "--plain"], {"sympy", "numpy", "scipy", "rich"}),
        (["derive", "(x", "--plain"], {"sympy", "numpy", "scipy", "mpmath", "rich"}),
        (["dot", "[1, 2]", "[3, 4]", "--plain"], {"sympy", "scipy", "rich"}),
        (["descend", "x^2", "--start", "x=1", "--plain"], {"sympy", "scipy", "rich"}),
        (["--help"], {"sympy", "numpy", "scipy", "mpmath", "rich"}),
        (["derive", "-h"], {"sympy", "numpy", "scipy", "mpmath", "rich"}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_heavy_modules_stay_away(arguments: list[str], absent: set[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-c", REPORT, *arguments],
        capture_output=True,
        text=True,
        env=environment(),
        check=True,
    )
    loaded = set(run.stdout.splitlines()[-1].split())
    assert not loaded & (absent | {"importlib.metadata", "pydantic"}), run.stderr
