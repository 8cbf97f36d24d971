"""Errors in words: carets under the place, whatever stands there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dlmath.errors import InvalidInput
from dlmath.render.errors import columns, error_text, pointer, visible


def test_the_whole_message() -> None:
    error = InvalidInput(
        "sine is not a function", text="2*sine(x)", start=2, end=6, hint="did you mean sin?"
    )
    assert error_text(error, line=3) == (
        "error: line 3: sine is not a function\n  2*sine(x)\n    ^^^^\nhint: did you mean sin?\n"
    )


def test_without_a_place() -> None:
    assert error_text(InvalidInput("no")) == "error: no\n"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x1b[31m", "a\\x1b[31m"),
        ("a\nb", "a\\nb"),
        ("\x00", "\\x00"),
        ("\u202ex", "\\u202ex"),
        ("\u200b", "\\u200b"),
        ("é", "é"),
        ("x\u0301", "x\\u0301"),
        ("\udcff", "\\udcff"),
    ],
)
def test_nothing_is_repeated_raw(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_the_end_of_the_text_has_a_caret() -> None:
    assert pointer("(x", 2, 3, 80) == ["  (x", "    ^"]


def test_wide_characters_are_measured() -> None:
    assert columns("日本") == 4
    assert pointer("日本+$", 3, 4, 80) == ["  日本+$", "       ^"]


def test_long_text_is_windowed_around_the_place() -> None:
    text = "x+" * 2000 + "$" + "+x" * 2000
    line, carets = pointer(text, 4000, 4001, 60)
    assert len(line) <= 60
    assert line[carets.index("^")] == "$"
    assert line.startswith("  ...")
    assert line.endswith("...")


@given(st.text(max_size=120), st.integers(0, 130), st.integers(0, 40), st.integers(1, 120))
def test_any_text_any_place(text: str, start: int, length: int, width: int) -> None:
    lines = pointer(text, start, start + length, width)
    for line in lines:
        assert line.isprintable()
    if lines:
        assert columns(lines[0]) <= max(26, width) + 8
        assert lines[1].strip("^ ") == ""


def test_messages_have_an_end() -> None:
    assert len(error_text(InvalidInput("x" * 100_000))) < 1000
