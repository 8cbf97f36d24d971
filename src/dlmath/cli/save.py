"""`--save`: what can be written where, and writing it in one piece."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from dlmath.cli.options import SAVED, InvalidOption
from dlmath.errors import OutputError
from dlmath.render.errors import visible


def check_savable(path: str) -> None:
    """Can this be written? Asked before anything is computed.

    Raises InvalidOption for an ending that is not known, OutputError for a place that is not.
    """
    ending = Path(path).suffix.lower()
    if ending not in SAVED:
        raise InvalidOption(
            f"--save cannot write {visible(ending) or 'a file without an ending'}",
            hint="the endings are " + ", ".join(SAVED),
        )
    target = _target(path)
    if target.is_dir():
        raise OutputError(f"{path} is a directory")
    if not target.parent.is_dir():
        raise OutputError(f"{path} cannot be written: there is no directory {target.parent}")
    if not os.access(target if target.exists() else target.parent, os.W_OK):
        raise OutputError(f"{path} cannot be written: permission denied")


def save_all(paths: Sequence[str], contents: Sequence[Sequence[bytes]]) -> None:
    """Writes what was rendered for each path; a file is replaced whole or left as it was.

    Raises OutputError.
    """
    for path, parts in zip(paths, contents, strict=False):
        if not any(parts):  # no answer: the file stays as it was
            continue
        target = _target(path)
        content = _whole(path, b"".join(parts))
        try:
            if target.exists() and not target.is_file():  # a device or a pipe
                target.write_bytes(content)
                continue
            beside = target.with_name(f"{target.name}.{os.getpid()}.part")
            try:
                beside.write_bytes(content)
                beside.replace(target)
            finally:
                beside.unlink(missing_ok=True)
        except OSError as error:
            raise OutputError(f"{path} cannot be written: {error.strerror}") from error


def _whole(path: str, sections: bytes) -> bytes:
    """The file around what was rendered: LaTeX needs a document that holds it."""
    if SAVED[Path(path).suffix.lower()] != "document":
        return sections
    from dlmath.render.latex import document

    return document(sections.decode()).encode()


def _target(path: str) -> Path:
    """Where the path leads: a link is followed, so that it stays a link."""
    try:
        return Path(path).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise OutputError(f"{path} cannot be written: the path is not valid") from error
