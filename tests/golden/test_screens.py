"""What people see, to the letter: see `screens.py`."""

from __future__ import annotations

import pytest

from dlmath.render.errors import columns
from tests.golden.screens import Screen, current, screens

SCREENS = screens()


@pytest.fixture(scope="module")
def written() -> dict[str, str]:
    """All screens as they are now, from one process for each width."""
    return current(SCREENS)


@pytest.mark.parametrize("screen", SCREENS, ids=lambda screen: screen.path.stem)
def test_screen(screen: Screen, written: dict[str, str]) -> None:
    assert written[screen.path.name] == screen.output


@pytest.mark.parametrize(
    "screen",
    [screen for screen in SCREENS if "rich" in screen.command],
    ids=lambda screen: screen.path.stem,
)
def test_no_line_is_wider_than_the_terminal(screen: Screen) -> None:
    assert max(map(columns, screen.output.splitlines())) <= screen.width
