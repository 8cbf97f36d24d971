"""The examples of README and docs: found, run, and written back.

A page shows an example in a fenced block of the language `console`: a line `$ dlmath ...`, and
below it what a pipe gets: standard output, then the notes and errors of standard error. A line that
has more in it than one call, such as a pipe, is run by `sh`.

`python -m tests.documented < commands.json` is the process that runs them: it loads what the
commands need once and forks for each.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent

#: Where the examples run: the files that they read are here.
DATA = ROOT / "docs" / "data"

_FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)

#: The time a computation took is never the same twice.
_SECONDS = re.compile(r'"seconds": [0-9.e-]+')


#: What the arguments of a line for the shell begin with.
SHELL = ["sh", "-c"]


class Example(NamedTuple):
    """arguments: what follows `dlmath`, or a line for the shell. output: what is shown below it."""

    command: str
    arguments: list[str]
    output: str


def pages() -> list[Path]:
    """README and every page of the documentation."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def examples(text: str) -> list[Example]:
    """The examples of a page, in order."""
    return [example for block in _FENCE.findall(text) for example in _of_block(block)]


def _of_block(block: str) -> list[Example]:
    found: list[tuple[str, list[str]]] = []
    for line in block.splitlines(keepends=True):
        if line.startswith("$ "):
            found.append((line[2:].strip(), []))
        elif found:
            found[-1][1].append(line)
    return [
        Example(command, _arguments(command), "".join(lines))
        for command, lines in found
        if _is_example(command)
    ]


def _is_example(command: str) -> bool:
    return re.search(r"\bdlmath ", command) is not None


def _arguments(command: str) -> list[str]:
    """What follows `dlmath`; the whole line, for the shell, where there is more than one call."""
    signs = shlex.shlex(command, posix=True, punctuation_chars="|&;")
    signs.whitespace_split = True
    several = any(token and set(token) <= set("|&;") for token in signs)
    if several or "$(" in command or not command.startswith("dlmath "):
        return [*SHELL, command]
    return shlex.split(command)[1:]


def outputs(commands: list[list[str]], columns: int = 80) -> list[str]:
    """What each command writes, in order, for a terminal of so many columns.

    Raises RuntimeError when one shows a defect.
    """
    if not commands:
        return []
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("DLMATH_")
    }
    beside = str(Path(sys.executable).parent)  # the shell finds the command there
    environment |= {"PATH": beside + os.pathsep + os.environ.get("PATH", "")}
    environment |= {"NO_COLOR": "1", "COLUMNS": str(columns), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.documented"],
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        check=True,
        cwd=DATA,
        env=environment,
    )
    found = [_SECONDS.sub('"seconds": 0.01', output) for output in json.loads(done.stdout)]
    for arguments, output in zip(commands, found, strict=True):
        if "a defect in dlmath" in output or "Traceback" in output:
            raise RuntimeError(f"dlmath {shlex.join(arguments)}\n{output}")
    return found


def rewritten(text: str) -> str:
    """The page with the output of each example as it is now."""
    found = examples(text)
    fresh = iter(outputs([example.arguments for example in found]))

    def block(match: re.Match[str]) -> str:
        lines: list[str] = []
        skipping = False
        for line in match[1].splitlines(keepends=True):
            if line.startswith("$ "):
                skipping = _is_example(line)
                lines.append(line)
                if skipping:
                    lines.append(next(fresh))
            elif not skipping:
                lines.append(line)
        return "```console\n" + "".join(lines) + "```"

    return _FENCE.sub(block, text)


# --- the process that runs the commands ------------------------------------------------------


def _run_all() -> None:
    import mpmath  # noqa: F401  loaded once, for all of the forks
    import numpy as np  # noqa: F401
    import sympy  # noqa: F401

    commands = json.load(sys.stdin)
    json.dump([_run_one(arguments) for arguments in commands], sys.stdout)


def _run_one(arguments: list[str]) -> str:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            os.dup2(out.fileno(), 1)
            os.dup2(err.fileno(), 2)
            if arguments[:2] == SHELL:
                os.execvp(SHELL[0], arguments)  # noqa: S606  lines of our own pages
            from dlmath.cli.app import run

            os._exit(run(arguments))
        os.waitpid(child, 0)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            text = stream.read().decode()
            texts.append(text if text.endswith("\n") or not text else text + "\n")
    return "".join(texts)


if __name__ == "__main__":
    _run_all()
