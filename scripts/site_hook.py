"""What mkdocs is told beyond mkdocs.yml: the pages that are made, and the search."""

from __future__ import annotations

import json
import re
import sys
from html import escape, unescape
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))

from site_pages import pages

_TAG = re.compile(r"<[^>]+>")
_PLACE = "<!-- index -->"

_SEARCH = f"""# Search

<p><input id="search-field" type="search" aria-label="Words to look for" autofocus></p>

<ul id="search-results" aria-live="polite"></ul>

<noscript><p>Searching needs JavaScript. The <a href="concepts/index.html">concepts</a> and the
<a href="commands/index.html">commands</a> are listed on pages of their own.</p></noscript>

{_PLACE}
"""

#: Pages with every word, those with a word in the title first.
_SCRIPT = """
const field = document.getElementById("search-field");
const results = document.getElementById("search-results");
field.addEventListener("input", () => {
  const words = field.value.toLowerCase().split(/\\s+/).filter(Boolean);
  results.replaceChildren();
  if (!words.length) return;
  const found = INDEX.filter(page => words.every(word => page.text.includes(word)))
    .map(page => [words.filter(word => page.title.toLowerCase().includes(word)).length, page])
    .sort((a, b) => b[0] - a[0] || a[1].title.localeCompare(b[1].title));
  for (const [, page] of found.slice(0, 30)) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = page.url;
    link.textContent = page.title;
    item.append(link, " " + page.kind);
    results.append(item);
  }
  if (!found.length) results.append("Nothing found.");
});
"""

#: Folder to what its pages are.
_KINDS = {
    "commands": "(command)",
    "concepts": "(concept)",
    "reference": "(reference)",
    "how-to": "(how to)",
}

_index: list[dict[str, str]] = []


def on_files(files: Any, config: Any) -> Any:
    """Adds the pages that are made."""
    from mkdocs.structure.files import File

    _index.clear()
    quick = str(config.extra["quick"]).lower() in ("1", "true")
    for path, text in {**pages(quick=quick), "search.md": _SEARCH}.items():
        files.append(File.generated(config, path, content=text))
    return files


def on_page_content(html: str, page: Any, config: Any, files: Any) -> str:
    """Notes the words of a page for the search."""
    words = " ".join(unescape(_TAG.sub(" ", html)).lower().split())
    entry = {
        "title": str(page.title),
        "url": page.url,
        "text": " ".join(sorted(set(words.split()))),
    }
    entry["kind"] = _KINDS.get(page.url.partition("/")[0], "")
    _index.append(entry)
    return html


def on_post_page(output: str, page: Any, config: Any) -> str:
    """Puts the index into the page of the search, as a script of its own."""
    if page.file.src_uri != "search.md":
        return output
    index = json.dumps(_index, ensure_ascii=False).replace("<", "\\u003c")
    return output.replace(escape(_PLACE), _PLACE).replace(
        _PLACE, f"<script>\nconst INDEX = {index};\n{_SCRIPT}</script>"
    )
