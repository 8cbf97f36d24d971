"""`--save`: what can be written where, and writing it in one piece."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from errno import EACCES
from pathlib import Path

from dlmath.cli.options import SAVED, InvalidOption, file_ending, is_picture, saved_format
from dlmath.errors import OutputError
from dlmath.render.errors import visible

#: So much of a file's name begins the name of the file beside it.
_NAME_MOST = 60


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
    try:
        if _is_special(target):
            if not os.access(target, os.W_OK):
                raise PermissionError(EACCES, os.strerror(EACCES))
            return
        if target.exists() and not os.access(target, os.W_OK):
            raise PermissionError(EACCES, os.strerror(EACCES))
        # Whether a file can be made beside it is best known by making one.
        descriptor, beside = _beside(target)
        os.close(descriptor)
        Path(beside).unlink()
    except OSError as error:
        raise _unwritable(path, error) from error


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

    All are written beside their places first, so that a full disk changes none of them.
    Raises OutputError.
    """
    ready: list[tuple[str, str, Path]] = []
    try:
        for path, parts in zip(paths, contents, strict=False):
            if not any(parts):  # no answer: the file stays as it was
                continue
            target = _target(path)
            content = _whole(path, b"".join(parts))
            try:
                if _is_special(target):  # a device or a pipe
                    target.write_bytes(content)
                    continue
                descriptor, beside = _beside(target)
                ready.append((path, beside, target))
                with os.fdopen(descriptor, "wb") as file:
                    file.write(content)
                    file.flush()
                    os.fsync(file.fileno())
                Path(beside).chmod(_mode(target))
            except OSError as error:
                raise _unwritable(path, error) from error
        while ready:
            path, beside, target = ready[0]
            try:
                Path(beside).replace(target)
            except OSError as error:
                raise _unwritable(path, error) from error
            del ready[0]
    finally:
        for _, beside, _ in ready:
            Path(beside).unlink(missing_ok=True)


def _beside(target: Path) -> tuple[int, str]:
    """A fresh file in the same directory, which nobody else could have put there; opened."""
    from tempfile import mkstemp

    return mkstemp(prefix=f".{target.name[:_NAME_MOST]}.", suffix=".part", dir=target.parent)


def _is_special(target: Path) -> bool:
    return target.exists() and not target.is_file()


def _mode(target: Path) -> int:
    """The permissions of the file that is replaced; those of any new file where there is none."""
    try:
        return stat.S_IMODE(target.stat().st_mode)
    except OSError:
        mask = os.umask(0o022)
        os.umask(mask)
        return 0o666 & ~mask


def _unwritable(path: str, error: OSError) -> OutputError:
    reason = "permission denied" if error.errno == EACCES else error.strerror or "no reason given"
    return OutputError(f"{path} cannot be written: {reason[:1].lower()}{reason[1:]}")


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
