"""Runs the command as a user does, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

DLMATH = [str(Path(sys.executable).with_name("dlmath"))]


class Result(NamedTuple):
    """What came back."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output as the one JSON object that it must be."""
        assert self.out.count("\n") == 1, self.out
        found = json.loads(self.out, parse_constant=_refuse)
        assert isinstance(found, dict)
        return found


def _refuse(text: str) -> None:
    raise AssertionError(f"{text} is not JSON")


def environment(**changes: str) -> dict[str, str]:
    """The environment without what would change the output."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in ("DLMATH_FORMAT", "DLMATH_DEBUG", "COLUMNS", "FORCE_COLOR", "NO_COLOR")
    }
    return kept | changes


def dlmath(
    *arguments: str, stdin: str | bytes | None = None, cwd: Path | None = None, **env: str
) -> Result:
    """Runs one command line; standard input is empty unless given."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    run = subprocess.run(
        [*DLMATH, *arguments],
        input=given if given is not None else b"",
        capture_output=True,
        cwd=cwd,
        env=environment(**env),
        timeout=60,
        check=False,
    )
    assert b"Traceback" not in run.stderr, run.stderr.decode()
    return Result(run.returncode, run.stdout.decode(), run.stderr.decode())
