"""`descend` on files, from the command line: messages with their place, and what goes together."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dlmath.cli.descend_data import find_part, read_shapes
from dlmath.cli.options import InvalidOption
from dlmath.cli.read_pieces import names_of, read_pieces, read_table
from dlmath.columns import Pieces
from dlmath.errors import InvalidInput
from tests.cli.command import dlmath

FIT = "mean((w*x + b - y)^2)"


@pytest.fixture
def table(tmp_path: Path) -> Path:
    (tmp_path / "d.csv").write_text("x,y,kind\n1,2.1,a\n2,3.9,b\n3,6.2,a\n4,7.8,c\n")
    return tmp_path


def test_a_line_is_fitted(table: Path) -> None:
    result = dlmath("descend", FIT, "--data", "@d.csv", "--method", "newton", "--json", cwd=table)
    assert result.code == 0
    assert result.json["facts"]["at"] == pytest.approx({"w": 1.94, "b": 0.15})
    assert {check["verdict"] for check in result.json["checks"]} == {"passed"}


def test_the_place_of_what_does_not_fit_is_shown(table: Path) -> None:
    formula = "mean( (dot([x,  y], W) - y) ^2 )"
    result = dlmath("descend", formula, "--data", "@d.csv", "--parameters", "W: 3", cwd=table)
    assert result.code == 2
    assert result.err.splitlines()[1:3] == [f"  {formula}", f"  {' ' * 7}{'^' * 15}"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--batch", "2"], "--batch goes with data"),
        (["--data", "d.csv"], "--data takes a file"),
        (["--data", "@e.csv"], "e.csv cannot be read"),
        (["--data", "@d.csv", "--batch", "0"], "--batch must be at least 1"),
        (["--data", "@d.csv", "--batch", "9"], "larger than the data: 4 rows"),
        (["--data", "@d.csv", "--starts", "9"], "--starts does not go with --data"),
        (["--data", "@d.csv", "--compare", "gd,adam"], "--compare does not go with --data"),
        (["--data", "@d.csv", "--parameters", "w 3"], "a shape is a name"),
        (["--data", "@d.csv", "--parameters", "q: 3"], "the formula does not contain"),
        (["--data", "@d.csv", "--features", "y"], "has no X"),
        (["--box", "0..1"], "--box goes with --starts"),
        (["--starts", "5"], "needs a box"),
        (["--starts", "5", "--box", "0..1", "--start", "x=1"], "two ways to begin"),
    ],
)
def test_what_does_not_go_together(table: Path, arguments: list[str], words: str) -> None:
    result = dlmath("descend", FIT, *arguments, cwd=table)
    assert result.code == 2
    assert words in result.err


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("x,y\n1,2\n2,\n", "row 3, column y is empty"),
        ("x,y\n1,2\n2,nan\n", 'row 3, column y is not a number: "nan"'),
        ("x,y\n1,2\n2,3,4\n", "row 3 has 3 cells"),
        ("x,y\n", "no data"),
        ("", "is empty"),
        ("x,y\na,2\n3,4\n", "column x is not a number"),
        ("x,y\na,2\n,4\n", "row 3, column x is empty"),
    ],
)
def test_bad_cells_are_named_in_pieces_as_in_memory(tmp_path: Path, text: str, words: str) -> None:
    path = tmp_path / "t.csv"
    path.write_text(text)
    with pytest.raises(InvalidInput, match=words):
        read_pieces(str(path), rows=2)


def test_pieces_read_the_columns_that_are_needed(tmp_path: Path) -> None:
    path = tmp_path / "t.tsv"
    path.write_text("a\tnote\tb\n1\t?\tred\n2\t\tblue\n3\t7\tred\n")
    pieces = read_pieces(str(path), ["b", "a"], rows=2)
    assert (pieces.names, pieces.rows) == (("a", "b"), 3)
    assert pieces.categories == {"b": ("blue", "red")}
    assert [part.values.tolist() for part in pieces.read()] == [[[1, 1], [2, 0]], [[3, 1]]]
    assert names_of(str(path)) == ("a", "note", "b")


def test_what_is_plain_is_read_as_what_is_quoted(tmp_path: Path) -> None:
    plain, quoted = tmp_path / "plain.csv", tmp_path / "quoted.csv"
    rows = [f"{place},{place / 7},{-place}e-3" for place in range(11)]
    plain.write_text("\n".join(["a,b,c", *rows[:6], "", *rows[6:], ""]))
    quoted.write_text("\n".join(["a,b,c", *rows[:7], '"7",1,-7e-3', *rows[8:]]))
    first, second = (read_pieces(str(path), rows=3) for path in (plain, quoted))
    assert first.rows == second.rows == 11
    ours = np.vstack([part.values for part in first.read()])
    assert ours[:, 0].tolist() == list(range(11))
    assert np.array_equal(ours, np.vstack([part.values for part in second.read()]))
    assert np.array_equal(ours, np.vstack([part.values for part in first.read()]))


def test_words_that_come_late_have_their_place_in_the_alphabet(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("k,v\n" + "".join(f"{word},1\n" for word in "dbdacb"))
    pieces = read_pieces(str(path), rows=2)
    assert pieces.categories == {"k": ("a", "b", "c", "d")}
    for _ in range(2):
        codes = [value for part in pieces.read() for value in part.values[:, 0]]
        assert codes == [3, 1, 3, 0, 2, 1]


def test_a_large_array_stays_on_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlmath.cli.read_pieces.LARGE", 100)
    path = tmp_path / "t.npy"
    table = np.arange(40.0).reshape(20, 2)
    np.save(path, table)
    pieces, names = read_table(f"@{path}")
    assert isinstance(pieces, Pieces)
    assert (names, pieces.rows) == (("x1", "x2"), 20)
    assert np.array_equal(np.vstack([part.values for part in pieces.read()]), table)
    table[13, 1] = np.nan
    np.save(path, table)
    with pytest.raises(InvalidInput, match="row 14, column x2 is nan"):
        read_table(f"@{path}")


def test_shapes_as_typed() -> None:
    assert read_shapes("W: 4,3; b: 3") == {"W": (4, 3), "b": (3,)}
    for wrong in ("", "W", "W: 0", "W: 1,2,3", "W: n", "W: 2; W: 3", "4: 3", "W: 9999999"):
        with pytest.raises(InvalidOption):
            read_shapes(wrong)


def test_parts_are_found_whatever_the_spaces() -> None:
    assert find_part("mean( (w *x)^2 )", "(w*x)**2") == (6, 14)
    assert find_part("a + b", "c") is None
