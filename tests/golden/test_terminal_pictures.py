"""Pictures in the terminal, kind by kind, as they were when they were last looked at."""

from __future__ import annotations

import pytest

from tests.golden.terminal_pictures import FOLDER, drawn, path_of
from tests.render.pictures import PICTURES


@pytest.mark.parametrize("name", PICTURES)
def test_the_picture_is_as_it_was(name: str) -> None:
    assert path_of(name).read_text(encoding="utf-8") == drawn(name)


def test_no_file_is_left_over() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {path_of(name).name for name in PICTURES}
