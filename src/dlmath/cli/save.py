"""`--save`: what can be written where, and writing it in one piece."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from dlmath.cli.options import SAVED, InvalidOption, file_ending, is_picture, saved_format
from dlmath.errors import OutputError
from dlmath.render.errors import visible


def check_savable(path: str, own: Sequence[str] = ()) -> None:
    """Can this be written? Asked before anything is computed.

    own: the endings that this command alone can write.

    Raises InvalidOption for an ending that is not known, OutputError for a place that is not, and
    for a picture without the library that draws it.
    """
    ending = file_ending(path)
    known = (*SAVED, *own)
    if ending not in known:
        raise InvalidOption(
            f"--save cannot write {visible(ending) or 'a file without an ending'}",
            hint="the endings are " + ", ".join(known),
        )
    if is_picture(path):
        _check_matplotlib(path)
    target = _target(path)
    if target.is_dir():
        raise OutputError(f"{path} is a directory")
    if not target.parent.is_dir():
        raise OutputError(f"{path} cannot be written: there is no directory {target.parent}")
    if not os.access(target if target.exists() else target.parent, os.W_OK):
        raise OutputError(f"{path} cannot be written: permission denied")


def _check_matplotlib(path: str) -> None:
    """Raises OutputError where pictures cannot be written, without the cost of the import."""
    from importlib.util import find_spec

    if find_spec("matplotlib") is None:
        raise OutputError(
            f"{path} cannot be written: pictures in files need matplotlib",
            hint="pip install 'dlmath[plot]'; or --plot, which draws in the terminal",
        )


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
    """The file around what was rendered: LaTeX and HTML need a document that holds it."""
    form = saved_format(path)
    if form == "document":
        from dlmath.render.latex import document

        return document(sections.decode()).encode()
    if form == "page":
        from dlmath.render.html import page

        return page(sections.decode()).encode()
    return sections


def _target(path: str) -> Path:
    """Where the path leads: a link is followed, so that it stays a link."""
    try:
        return Path(path).resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise OutputError(f"{path} cannot be written: the path is not valid") from error
