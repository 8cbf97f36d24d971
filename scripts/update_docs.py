"""Runs the examples of README and docs and writes their output into the pages (`make docs`).

Without a page named, the screens and pages of tests/golden are written too.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.documented import ROOT, pages, rewritten
from tests.golden.pages import rewrite_pages
from tests.golden.screens import rewrite
from tests.golden.terminal_pictures import rewrite_pictures


def main() -> None:
    """Rewrites the pages named on the command line, or all of them."""
    named = {Path(name).resolve() for name in sys.argv[1:]}
    for page in pages():
        if named and page not in named:
            continue
        old = page.read_text(encoding="utf-8")
        new = rewritten(old)
        if new != old:
            page.write_text(new, encoding="utf-8")
            sys.stdout.write(f"updated {page.relative_to(ROOT)}\n")
    for screen in [] if named else [*rewrite(), *rewrite_pages(), *rewrite_pictures()]:
        sys.stdout.write(f"updated {screen.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
