"""Pictures on a page: whole, with words beside them, and nothing that could meet other names."""

from __future__ import annotations

import re
import sys
from functools import cache

import pytest

from dlmath.answer import Answer
from dlmath.picture import Curve, Mark, Picture
from dlmath.render.html import answer_html, answer_section, notebook_html, page
from dlmath.render.html_picture import inline_svg, picture_html
from dlmath.render.picture_words import picture_description
from tests.render.markup import Page, as_xml
from tests.render.pictures import PICTURES

pytest.importorskip("matplotlib")

BAD = "<script>alert('&')</script> \x1b[31m $x$"

HOSTILE = Picture(
    (BAD,), BAD, BAD, (0.0, 1.0), (0.0, 1.0),
    (Curve((BAD,), [0.0, 1.0], [0.0, 1.0]),), (Mark(0.5, 0.5, (BAD,)),),
)  # fmt: skip


@cache
def drawn(name: str) -> str:
    return inline_svg(PICTURES[name])


@pytest.mark.parametrize("name", PICTURES)
def test_drawings_are_whole(name: str) -> None:
    markup = drawn(name)
    root = as_xml(markup)
    Page(markup)
    assert root.get("role") == "img"
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    title, words = (root.get("aria-labelledby") or "").split()
    assert {title, words} <= set(ids)
    assert root[0].tag == "title"
    assert root[0].text
    assert root[1].text == picture_description(PICTURES[name])


@pytest.mark.parametrize("name", PICTURES)
def test_drawings_are_in_the_page_alone(name: str) -> None:
    """No style, no script, nothing from elsewhere; every reference leads to something here."""
    markup = drawn(name)
    root = as_xml(markup)
    names = {element.tag for element in root.iter()}
    assert not names & {"style", "script", "metadata", "foreignObject", "a"}
    ids = {element.get("id") for element in root.iter()}
    for element in root.iter():
        assert "style" not in element.attrib
        for key, value in element.attrib.items():
            assert not key.startswith("on")
            for reference in re.findall(r"url\((.*?)\)", value):
                assert reference.startswith("#")
                assert reference[1:] in ids
            if key.endswith("href"):
                assert value.startswith(("#", "data:image/png;base64,"))
                assert not value.startswith("#") or value[1:] in ids
    assert "http" not in markup


def test_colours_follow_the_page() -> None:
    markup = drawn("pole")
    assert "currentColor" in markup
    assert "#000000" not in markup
    assert "#ffffff" not in markup


def test_nothing_typed_is_markup() -> None:
    markup = answer_html(Answer("plot", (BAD,), "drawn", picture=HOSTILE))
    assert "<script" not in markup
    assert "\x1b" not in markup
    assert "&lt;script&gt;" in markup


def test_names_of_two_pictures_do_not_meet() -> None:
    sections = [answer_section(Answer("plot", picture=PICTURES[name])) for name in ("pole", "area")]
    ids = re.findall(r'\bid="([^"]*)"', page("".join(sections)))
    assert len(ids) == len(set(ids))


def test_without_matplotlib_the_picture_is_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    monkeypatch.setattr("dlmath.render.html_picture.find_spec", lambda name: None)
    markup = picture_html(PICTURES["area"])
    Page(markup)
    assert 'role="img"' in markup
    assert "<pre>" in markup
    assert "dlmath[plot]" in markup
    assert "counted negative" in markup
    answer = Answer("plot", picture=PICTURES["area"])
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert answer._repr_png_() is None
    assert "<pre>" in answer._repr_html_()


def test_a_notebook_shows_the_answer_and_its_picture() -> None:
    answer = Answer("plot", ("x",), "drawn", picture=PICTURES["circle"], notes=[("a <note>",)])
    markup = notebook_html(answer)
    Page(markup)
    assert answer._repr_html_() == markup
    assert "<svg" in markup
    assert "drawn" in markup
    assert "a &lt;note&gt;" in markup
    png = answer._repr_png_()
    assert png is not None
    assert png.startswith(b"\x89PNG")
    assert Answer("dot")._repr_png_() is None


@pytest.mark.parametrize("name", PICTURES)
def test_words_name_what_is_seen(name: str) -> None:
    words = picture_description(PICTURES[name])
    assert words.endswith(".")
    assert "nan" not in words
    if name == "named bars":
        assert "sunshine 0.5" in words
    if name == "pole":
        assert "vertical asymptotes: x = 0" in words
        assert "a hole at (-1, -1), open" in words
