"""Whole screens: one file for each, a command line and below it all that it writes.

The number at the end of a file's name is the width of the terminal, 80 columns without one.
`python scripts/update_docs.py` writes the files anew; read what changed before it is committed.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import NamedTuple

from tests.documented import outputs

FOLDER = Path(__file__).resolve().parent

_WIDTH = re.compile(r"-(\d+)$")


class Screen(NamedTuple):
    """A file, its command line, and what it holds below that."""

    path: Path
    command: str
    output: str

    @property
    def width(self) -> int:
        """Columns of the terminal."""
        found = _WIDTH.search(self.path.stem)
        return int(found[1]) if found else 80


def screens() -> list[Screen]:
    """Every screen, by name."""
    found = []
    for path in sorted(FOLDER.glob("*.txt")):
        command, _, output = path.read_text(encoding="utf-8").partition("\n")
        found.append(Screen(path, command.removeprefix("$ dlmath "), output))
    return found


def current(wanted: list[Screen]) -> dict[str, str]:
    """File name to what the command writes now."""
    written = {}
    for width in sorted({screen.width for screen in wanted}):
        group = [screen for screen in wanted if screen.width == width]
        texts = outputs([shlex.split(screen.command) for screen in group], width)
        written |= dict(zip((screen.path.name for screen in group), texts, strict=True))
    return written


def rewrite() -> list[Path]:
    """Writes the screens as they are now; returns the files that changed."""
    found = screens()
    fresh = current(found)
    changed = [screen for screen in found if fresh[screen.path.name] != screen.output]
    for screen in changed:
        text = f"$ dlmath {screen.command}\n{fresh[screen.path.name]}"
        screen.path.write_text(text, encoding="utf-8")
    return [screen.path for screen in changed]
