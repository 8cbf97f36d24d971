"""Tables with named columns: what is read, and what is refused with its place."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from dlmath.cli.read_columns import read_columns
from dlmath.columns import Columns
from dlmath.errors import InvalidInput


def read(directory: Path, text: str, name: str = "data.csv", **named: object) -> Columns:
    path = directory / name
    path.write_text(text)
    return read_columns(f"@{path}", **named)  # type: ignore[arg-type]


def test_the_first_line_names_the_columns(tmp_path: Path) -> None:
    columns = read(tmp_path, "size,house price,2nd\n1,2,3\n4,5.5,-6e-1\n")
    assert columns.names == ("size", "house_price", "x2nd")
    assert columns.values.tolist() == [[1, 2, 3], [4, 5.5, -0.6]]
    assert columns.column("house_price").tolist() == [2, 5.5]


def test_without_names_they_are_numbered(tmp_path: Path) -> None:
    assert read(tmp_path, "1\t2\n3\t4\n", "data.tsv").names == ("x1", "x2")
    assert read(tmp_path, "1\n2\n").names == ("x",)


def test_words_are_categories(tmp_path: Path) -> None:
    columns = read(tmp_path, "kind,length\nb,1\na,2\nb,3\n")
    assert columns.categories == {"kind": ("a", "b")}
    assert columns.column("kind").tolist() == [1, 0, 1]


def test_columns_that_are_not_needed_may_hold_anything(tmp_path: Path) -> None:
    columns = read(tmp_path, "note,y\n,1\n7,2\n", needed=["y"])
    assert columns.names == ("y",)
    assert columns.values.tolist() == [[1], [2]]


def test_an_array_is_a_table_too(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.array([[1, 2], [3, 4]]))
    columns = read_columns(f"@{tmp_path}/x.npy")
    assert columns.names == ("x1", "x2")
    assert columns.values.dtype == float


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\n1,2\n3,\n", "row 3, column b is empty"),
        ("a,b\n1,2\n3,nan\n", 'row 3, column b is not a number: "nan"'),
        ("a,b\n1,2\n\n3,x\n", "row 4, column b is not a number"),
        ("a,b\n1,2\n3\n", "row 3 has 1 cells, and there are 2 columns"),
        ("a,a\n1,2\n", "two columns are called a"),
        ("a,\n1,2\n", "column 2 has no name"),
        ("a,b\n", "no data"),
        ("", "is empty"),
        ("a\nx\n1\ny\n", 'row 2, column a is not a number: "x"'),
    ],
)
def test_what_is_wrong_is_named_by_its_place(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read(tmp_path, text)
    assert words in caught.value.message


def test_an_unknown_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="no column c"):
        read(tmp_path, "a,b\n1,2\n").column("c")
