"""Every example of README and docs shows what dlmath writes."""

from __future__ import annotations

from pathlib import Path

import pytest

from dlmath.cli.app import COMMANDS
from tests.documented import ROOT, examples, outputs, pages


@pytest.mark.parametrize("page", pages(), ids=lambda page: str(page.relative_to(ROOT)))
def test_examples_show_what_dlmath_writes(page: Path) -> None:
    """When this fails because the output is better now: `make docs` writes it into the pages."""
    found = examples(page.read_text(encoding="utf-8"))
    fresh = outputs([example.arguments for example in found])
    for example, output in zip(found, fresh, strict=True):
        assert example.output == output, f"{page.name}: {example.command}"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_a_page_with_examples(name: str) -> None:
    page = ROOT / "docs" / "commands" / f"{name}.md"
    text = page.read_text(encoding="utf-8")
    of_it = [example for example in examples(text) if example.arguments[0] == name]
    assert len(of_it) >= 3
    assert all(example.output for example in of_it)
