"""`plot` as a user meets it: on a terminal, in a pipe, in files, from data."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.cli.command import dlmath


def test_the_picture_is_the_answer() -> None:
    drawn = dlmath("plot", "sin(x)")
    assert (drawn.code, drawn.err) == (0, "")
    assert "┌──" in drawn.out
    assert "⠤⠒  sin(x)" in drawn.out
    assert dlmath("plot", "sin(x)", "--plain", "--plot") == drawn
    assert dlmath("plot", "sin(x)", PYTHONIOENCODING="ascii").out.isascii()


@pytest.mark.parametrize("width", ["40", "80"])
def test_pages_are_as_wide_as_the_terminal(width: str) -> None:
    page = dlmath("plot", "sin(x)", "x^2", "--format", "rich", COLUMNS=width)
    assert page.code == 0
    assert page.out.count("┌──") == 1
    assert max(map(len, page.out.splitlines())) <= int(width)
    assert "✓ high-precision values" in page.out


def test_json_holds_the_points() -> None:
    answer = dlmath("plot", "x^2", "[cos(t), sin(t)]", "--from", "0", "--to", "3", "--json").json
    assert answer["status"] == "answered"
    assert answer["answer"] == "x**2\n[cos(t), sin(t)]"
    first, second = answer["tables"]
    assert first["title"] == "x**2"
    assert all(abs(y - x * x) < 1e-9 for x, y in first["rows"])
    assert second["rows"][0] == [1.0, 0.0]


def test_every_file_is_written(tmp_path: Path) -> None:
    endings = ("png", "svg", "pdf", "html", "txt", "json", "tex", "csv")
    names = [tmp_path / f"curve.{ending}" for ending in endings]
    saved = dlmath("plot", "x^2", *(option for n in names for option in ("--save", str(n))))
    assert saved.code == 0
    assert all(name.stat().st_size > 50 for name in names)
    assert "<svg" in names[3].read_text(encoding="utf-8")
    assert "┌──" in names[4].read_text(encoding="utf-8")
    rows = list(csv.reader(names[-1].read_text(encoding="utf-8").splitlines()))
    assert rows[0] == ["x", "y"]
    assert all(float(y) == pytest.approx(float(x) ** 2) for x, y in rows[1:])


def test_data_of_a_file(tmp_path: Path) -> None:
    path = tmp_path / "houses.csv"
    path.write_text("size,price,city,tax\n50,100,a,1\n60,130,b,2\n80,150,a,3\n", encoding="utf-8")
    both = dlmath("plot", f"@{path}", "--x", "size", "--y", "price,tax", "--json").json
    assert [table["title"] for table in both["tables"]] == [
        "price against size",
        "tax against size",
    ]
    assert both["tables"][0]["rows"] == [[50.0, 100.0], [60.0, 130.0], [80.0, 150.0]]
    alone = dlmath("plot", f"@{path}", "--json").json
    assert len(alone["tables"]) == 2  # the column of words has no place
    words = dlmath("plot", f"@{path}", "--y", "city")
    assert words.code == 2
    assert "holds words" in words.err
    missing = dlmath("plot", f"@{path}", "--y", "cost")
    assert missing.code == 2
    assert "no column cost" in missing.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x", "--log", "z"], "--log"),
        (["x", "--x", "size"], "columns of a file"),
        (["x", "--over", "x=2..1"], "not above"),
        (["x", "--over", "x=a..1"], "not numbers"),
        (["x", "--from", "oo"], "takes a number"),
        (["x^2 +"], "ends"),
        (["x", "--log", "x", "--from", "-1"], "begins above 0"),
    ],
)
def test_mistakes_are_explained(arguments: list[str], words: str) -> None:
    answer = dlmath("plot", *arguments)
    assert answer.code == 2
    assert words in answer.err
    assert answer.out == ""


def test_nothing_real_is_no_answer(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    answer = dlmath("plot", "sqrt(-1 - x^2)", "--save", str(path))
    assert (answer.code, answer.out) == (1, "")
    assert "no real value" in answer.err
    assert not path.exists()


def test_each_line_is_a_picture() -> None:
    drawn = dlmath("plot", "-", stdin="x\n\nsqrt(-1)\nx^2\n", COLUMNS="40")
    assert drawn.code == 1
    assert drawn.out.count("┌──") == 2
    assert "line 3" in drawn.err
