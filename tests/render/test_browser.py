"""Saved pages in a real browser: formulas have a size, nothing is fetched, nothing runs."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from dlmath.answer import Answer
from dlmath.expression.graph import number
from dlmath.render.html import answer_html
from tests.render import browser
from tests.render.pictures import PICTURES
from tests.render.test_html import ANSWERS

PROGRAM = browser.found()

pytestmark = pytest.mark.skipif(PROGRAM is None, reason="no Chromium here")

#: Width and height of each formula.
_FORMULAS = """[...document.querySelectorAll("math")].map(formula => {
  const box = formula.getBoundingClientRect();
  return [box.width, box.height];
})"""

#: Foreground against background, by the definition of the contrast ratio in WCAG 2.
_CONTRASTS = """(() => {
  const light = colour => colour.match(/[0-9.]+/g).slice(0, 3).map(part => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }).reduce((sum, part, place) => sum + part * [0.2126, 0.7152, 0.0722][place], 0);
  const ground = element => {
    for (; element; element = element.parentElement) {
      const colour = getComputedStyle(element).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
  };
  const words = [...document.querySelectorAll("body *")].filter(
    element => [...element.childNodes].some(node => node.nodeType === 3 && node.data.trim()));
  return words.map(element => {
    const [a, b] = [getComputedStyle(element).color, ground(element)].map(light);
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  });
})()"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[browser.Browser]:
    assert PROGRAM is not None
    with browser.Browser(PROGRAM, tmp_path_factory.mktemp("profile")) as running:
        yield running


@pytest.fixture(scope="module", params=ANSWERS)
def file(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pages") / f"{request.param}.html"
    path.write_text(answer_html(ANSWERS[request.param]()), encoding="utf-8")
    return path


def test_formulas_have_a_size(opened: browser.Browser, file: Path) -> None:
    opened.open(file)
    sizes = opened.value(_FORMULAS)
    assert len(sizes) == file.read_text(encoding="utf-8").count("<math")
    assert all(width > 4 and height > 4 for width, height in sizes)


def test_formulas_are_set_as_mathematics(opened: browser.Browser, tmp_path: Path) -> None:
    page = tmp_path / "fraction.html"
    half = number(Fraction(1, 2))
    page.write_text(answer_html(Answer("evaluate", ("1/2",), half)), encoding="utf-8")
    opened.open(page)
    above, below = opened.value(
        '[...document.querySelectorAll("mfrac > mn")].map(e => e.getBoundingClientRect().bottom)'
    )
    assert above < below


def test_nothing_is_fetched_and_nothing_runs(opened: browser.Browser, file: Path) -> None:
    opened.open(file)
    # Shades of a picture are an image inside the page.
    assert [url for url in opened.fetched() if not url.startswith("data:")] == [file.as_uri()]
    assert opened.complaints() == []
    inside = "img, script, link, iframe, b, [onclick], [style]"
    assert opened.value(f"document.querySelectorAll('{inside}').length") == 0
    assert opened.value("document.compatMode") == "CSS1Compat"


#: Size of the drawing, and how much of it the shapes and words in it take.
_DRAWINGS = """[...document.querySelectorAll("figure svg")].map(drawing => {
  const box = drawing.getBoundingClientRect();
  const parts = [...drawing.querySelectorAll("path, text, use, image")]
    .map(part => part.getBoundingClientRect()).filter(part => part.width + part.height > 0);
  return [box.width, box.height, parts.length,
          Math.min(...parts.map(part => part.left)) - box.left,
          Math.max(...parts.map(part => part.right)) - box.right];
})"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["pole", "regions", "chain", "named bars"])
def test_pictures_are_seen(opened: browser.Browser, tmp_path: Path, name: str, scheme: str) -> None:
    pytest.importorskip("matplotlib")
    page = tmp_path / "picture.html"
    page.write_text(
        answer_html(Answer("plot", ("p",), "drawn", picture=PICTURES[name])), encoding="utf-8"
    )
    opened.open(page, scheme=scheme)
    assert opened.complaints() == []
    ((width, height, parts, left, right),) = opened.value(_DRAWINGS)
    assert width > 150
    assert height > 150
    assert parts > 20
    assert left > -2
    assert right < 2
    colour = "getComputedStyle(document.querySelector('figure text')).fill"
    assert (
        opened.value(colour) == {"light": "rgb(29, 33, 38)", "dark": "rgb(228, 230, 232)"}[scheme]
    )


def test_what_a_picture_shows_can_be_read_aloud(opened: browser.Browser, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    page = tmp_path / "picture.html"
    answer = Answer("plot", ("p",), "drawn", picture=PICTURES["pole"])
    page.write_text(answer_html(answer), encoding="utf-8")
    opened.open(page)
    opened.send("Accessibility.enable")
    nodes = opened.send("Accessibility.getFullAXTree")["nodes"]
    (image,) = [node for node in nodes if node.get("role", {}).get("value") in ("image", "img")]
    assert "vertical asymptotes: x = 0" in image["name"]["value"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_words_stand_out(opened: browser.Browser, file: Path, scheme: str) -> None:
    opened.open(file, scheme=scheme)
    ground = opened.value("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(253, 253, 251)", "dark": "rgb(22, 25, 29)"}[scheme]
    contrasts = opened.value(_CONTRASTS)
    assert len(contrasts) > 3
    assert min(contrasts) >= 4.5


def test_narrow_pages_do_not_scroll_sideways(opened: browser.Browser, file: Path) -> None:
    opened.open(file, width=360)
    assert opened.value("document.documentElement.scrollWidth") <= 360


def test_a_long_number_is_seen_whole(opened: browser.Browser, tmp_path: Path) -> None:
    page = tmp_path / "number.html"
    page.write_text(answer_html(ANSWERS["long number"]()), encoding="utf-8")
    opened.open(page)
    answer = 'document.querySelector(".answer")'
    assert opened.value(f"{answer}.scrollWidth <= {answer}.clientWidth")
    assert len(opened.value(f"{answer}.innerText").strip()) == 376
