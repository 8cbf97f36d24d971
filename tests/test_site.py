"""The documentation site: it builds without a warning, holds every page, and fetches nothing."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest

from dlmath.cli.app import COMMANDS
from dlmath.cli.options import COMMON
from dlmath.maths.concepts.cards import cards
from tests.cli.command import dlmath
from tests.documented import ROOT
from tests.render import browser

sys.path.insert(0, str(ROOT / "scripts"))

from site_pages import concept_page, concept_pages, reference_pages, slug


class _Links(HTMLParser):
    """What a page links to, what it loads, and the names of its places."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.places: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.places.add(given.get("id", ""))
        if tag == "a" and "href" in given:
            self.links.append(given["href"])
        elif tag == "link":
            self.loads.append(given.get("href", ""))
        elif "src" in given:
            self.loads.append(given["src"])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as `make site` builds it, but for the examples of the concepts, tested elsewhere."""
    pytest.importorskip("mkdocs")
    folder = tmp_path_factory.mktemp("site")
    build = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(folder)],
        cwd=ROOT,
        env=os.environ | {"SITE_QUICK": "1", "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert build.returncode == 0, build.stdout + build.stderr
    return folder


def test_every_command_and_concept_has_a_page(site: Path) -> None:
    for name in COMMANDS:
        assert (site / "commands" / f"{name}.html").is_file()
        assert (site / "reference" / f"{name}.html").is_file()
    for title in cards():
        assert (site / "concepts" / f"{slug(title)}.html").is_file()


def test_links_lead_somewhere_and_nothing_is_fetched(site: Path) -> None:
    pages = {path: _Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}
    for path, page in pages.items():
        if path.name == "404.html":  # its links are from the root of a server
            continue
        for address in page.loads:
            assert not re.match(r"https?:|//", address), f"{path.name} loads {address}"
            assert (path.parent / unquote(address)).exists(), f"{path.name} loads {address}"
        for address in page.links:
            target, place = urldefrag(address)
            if re.match(r"https?:", target):
                continue
            there = (path.parent / unquote(target)).resolve() if target else path
            assert there.exists(), f"{path.name} links to {address}"
            assert not place or place in pages[there].places, f"{path.name} links to {address}"


def test_styles_and_scripts_fetch_nothing(site: Path) -> None:
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        assert not re.search(r"url\([\"']?(https?:)?//|@import", text), style.name


def test_the_search_holds_the_pages(site: Path) -> None:
    text = (site / "search.html").read_text(encoding="utf-8")
    found = re.search(r"const INDEX = (\[.*\]);\n", text)
    assert found
    index = json.loads(found[1])
    assert {page["url"] for page in index} >= {"tutorial.html", "concepts/chain-rule.html"}
    assert all((site / page["url"]).is_file() for page in index)


@pytest.mark.skipif(browser.found() is None, reason="no Chromium here")
def test_it_works_from_files_in_a_browser(site: Path, tmp_path: Path) -> None:
    program = browser.found()
    assert program is not None
    with browser.Browser(program, tmp_path) as opened:
        opened.open(site / "search.html")
        names = opened.value(
            """(() => {
              const field = document.getElementById("search-field");
              field.value = "chain rule";
              field.dispatchEvent(new Event("input"));
              return [...document.querySelectorAll("#search-results a")].map(a => a.textContent);
            })()"""
        )
        assert names[0] == "chain rule"
        assert all(address.startswith(("file:", "data:")) for address in opened.fetched())
        opened.open(site / "concepts" / "gradient.html", scheme="dark")
        assert opened.value("document.querySelector('math').getBoundingClientRect().height") > 10
        assert all(address.startswith(("file:", "data:")) for address in opened.fetched())


@pytest.mark.parametrize("name", ["derive", "train"])
def test_a_reference_page_holds_the_options_of_the_help(name: str) -> None:
    text = reference_pages()[f"reference/{name}.md"]
    own, _, _ = dlmath(name, "--help").out.partition("Options of every command")
    options = re.findall(r"^  (--[\w-]+)", own, flags=re.MULTILINE)
    assert options
    assert all(f"`{option}" in text for option in options)


def test_the_options_of_every_command_are_listed_once() -> None:
    text = reference_pages()["reference/index.md"]
    for parameter in COMMON:
        flag = "--" + parameter.name.replace("_", "-")
        assert len(re.findall(rf"\| `{flag}[ `]", text)) == 1


def test_a_concept_page_links_to_its_relatives() -> None:
    text = concept_pages(quick=True)["concepts/gradient.md"]
    assert "[directional derivative](directional-derivative.md)" in text
    assert "[`gradient`](../commands/gradient.md)" in text
    assert "<math" in text


def test_a_concept_page_holds_the_example_and_its_picture() -> None:
    text = concept_page(cards()["adjoint"], quick=False)
    assert "dL_dw = 36" in text
    assert "<svg" in text or "<pre>" in text
