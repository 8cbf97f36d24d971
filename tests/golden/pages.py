"""Whole pages of `--save FILE.html`: one file for each.

`python scripts/update_docs.py` writes them anew; look at them in a browser before that is
committed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import dlmath
from dlmath.answer import Answer
from dlmath.render.html import answer_html

FOLDER = Path(__file__).resolve().parent

#: File name to the answer that the page shows.
PAGES: dict[str, Callable[[], Answer]] = {
    "derive.html": lambda: dlmath.derive("x^2*sin(x)", steps=True),
    "dot.html": lambda: dlmath.dot("[1, 2, 2]", "[3, 0, 4]", steps=True),
}


def rewrite_pages() -> list[Path]:
    """Writes the pages as they are now; returns the files that changed."""
    changed = []
    for name, compute in PAGES.items():
        path, markup = FOLDER / name, answer_html(compute())
        if not path.exists() or path.read_text(encoding="utf-8") != markup:
            path.write_text(markup, encoding="utf-8")
            changed.append(path)
    return changed
