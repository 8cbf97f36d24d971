"""Every kind of picture as text: one file for each, at 80 and at 40 columns, and in ASCII.

`python scripts/update_docs.py` writes the files anew; look at what changed before it is committed.
"""

from __future__ import annotations

from pathlib import Path

from dlmath.render.terminal_plot import plot_text
from tests.render.pictures import PICTURES

FOLDER = Path(__file__).resolve().parent / "terminal"


def path_of(name: str) -> Path:
    """Where the picture of this kind is kept."""
    return FOLDER / f"{name.replace(' ', '-')}.txt"


def drawn(name: str) -> str:
    """The picture of this kind as it is drawn now."""
    picture = PICTURES[name]
    parts = [
        ("80 columns", plot_text(picture, 80)),
        ("40 columns", plot_text(picture, 40)),
        ("40 columns, ASCII", plot_text(picture, 40, unicode=False)),
    ]
    return "\n".join(f"== {title}\n{text}" for title, text in parts)


def rewrite_pictures() -> list[Path]:
    """Writes the pictures as they are now; returns the files that changed."""
    changed = []
    FOLDER.mkdir(exist_ok=True)
    for name in PICTURES:
        path, text = path_of(name), drawn(name)
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            changed.append(path)
    return changed
