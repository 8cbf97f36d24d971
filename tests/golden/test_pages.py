"""Saved pages, to the letter: see `pages.py`."""

from __future__ import annotations

import pytest

from dlmath.render.html import answer_html
from tests.golden.pages import FOLDER, PAGES


@pytest.mark.parametrize("name", PAGES)
def test_page(name: str) -> None:
    assert answer_html(PAGES[name]()) == (FOLDER / name).read_text(encoding="utf-8")
