"""Whole pages of `study` as a terminal shows them, at two widths.

`python -m tests.maths.calculus.test_study_pages` writes them anew when they have become better.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dlmath.expression.parser import parse
from dlmath.maths.calculus.study import study
from dlmath.render.rich import render
from dlmath.settings import Settings

PAGES = Path(__file__).parent / "study_pages"
EXAMPLES = {"rational": "x/(x^2 + 1)", "kinks": "abs(x^2 - 4)", "activation": "silu(x)"}
WIDTHS = (80, 40)


def page(text: str, width: int) -> str:
    return render(study(parse(text).node, "x", settings=Settings(steps=width == 80)), width)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_pages(name: str, width: int) -> None:
    kept = (PAGES / f"{name}-{width}.txt").read_text(encoding="utf-8")
    drawn = page(EXAMPLES[name], width)
    assert drawn == kept
    assert all(len(line) <= width for line in drawn.splitlines())


def write() -> None:
    """Writes every page."""
    for name, text in EXAMPLES.items():
        for width in WIDTHS:
            target = PAGES / f"{name}-{width}.txt"
            target.write_text(page(text, width), encoding="utf-8")


if __name__ == "__main__":
    write()
