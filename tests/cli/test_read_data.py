"""`@file`: numbers exactly as written, and the place of whatever is not a number."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import numpy as np
import pytest

from dlmath.answer import Sentence
from dlmath.cli.read_data import EXACT_MOST, read_data, read_vector
from dlmath.errors import InvalidInput, LimitReached
from dlmath.expression.graph import Node
from dlmath.expression.text import to_text
from tests.cli.command import dlmath


def written(folder: Path, name: str, content: str | bytes) -> str:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return str(path)


@pytest.mark.parametrize(
    ("name", "content", "text"),
    [
        ("a.csv", "1,2\n3,4\n", "[[1, 2], [3, 4]]"),
        ("a.csv", "1,2\r\n3,4", "[[1, 2], [3, 4]]"),
        ("a.csv", "1,2\r3,4\r", "[[1, 2], [3, 4]]"),
        ("a.csv", b"\xef\xbb\xbf1,2\n", "[1, 2]"),
        ("a.csv", "1\n\n2\n3\n", "[1, 2, 3]"),
        ("a.csv", '"1","2"\n"3","4"\n', "[[1, 2], [3, 4]]"),
        ("a.csv", " 1.5e-1 , -.25 \n", "[3/20, -1/4]"),
        ("a.csv", "9007199254740993,0.1\n", "[9007199254740993, 1/10]"),
        ("a.tsv", "1\t2\n3\t4\n", "[[1, 2], [3, 4]]"),
        ("a.json", "[1, 0.1, 1e2]", "[1, 1/10, 100]"),
        ("a.JSON", "[[[1], [2]]]", "[[[1], [2]]]"),
    ],
)
def test_text_is_exact(tmp_path: Path, name: str, content: str | bytes, text: str) -> None:
    node = read_data(written(tmp_path, name, content))
    assert isinstance(node, Node)
    assert to_text(node) == text


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.csv", "", "is empty"),
        ("a.csv", "\n \n", "is empty"),
        ("a.csv", "1,2\n3,x4\n", 'row 2, column 2 is not a number: "x4"'),
        ("a.csv", "1,2\n3\n", "row 2 has 1 column, the first has 2"),
        ("a.csv", "1,\n3,4\n", "row 1, column 2 is empty"),
        ("a.csv", "1,nan\n", "row 1, column 2 is not a number"),
        ("a.csv", "1,inf\n", "row 1, column 2 is not a number"),
        ("a.csv", "a,b\n1,2,3\n", "the line of names has 2 columns"),
        ("a.csv", "a,b\nc,d\n", "row 2, column 1 is not a number"),
        ("a.csv", "a,b\n1,x\n", "row 2, column 2 is not a number"),
        ("a.csv", "a,b\n", "row 1, column 1 is not a number"),
        ("a.csv", "1,b\n1,2\n", "row 1, column 2 is not a number"),
        ("a.csv", "nan,inf\n1,2\n", "row 1, column 1 is not a number"),
        ("a.csv", "1,2\n#9,9\n", "row 2, column 1 is not a number"),
        ("a.csv", "1,5;2,5\n", "not a number"),
        ("a.csv", "1_0\n", "not a number"),
        ("a.csv", "1,\x00\n", "\\x00"),
        ("a.csv", "__import__('os')\n", "not a number"),
        ("a.csv", b"\xff\xfe1\x00", "UTF-16"),
        ("a.csv", b"\x93NUMPY", "not text in UTF-8"),
        ("a.json", "{}", "no list of numbers"),
        ("a.json", "[1, [2]]", "entry 2 has another length"),
        ("a.json", "[[1, 2], [3]]", "entry 2 has another length"),
        ("a.json", '[1, "2"]', "entry 2 is not a number"),
        ("a.json", "[1, true]", "entry 2 is not a number"),
        ("a.json", "[]", "the list is empty"),
        ("a.json", "[1, NaN]", "NaN is not a number"),
        ("a.json", "[1,", "not JSON: line 1"),
        ("a.npy", "1,2\n", "not a numpy array"),
        ("a.npy", "", "not a numpy array"),
        ("a.npy", b"\x93NUMPY\x01\x00", "not a numpy array"),
        ("a.npz", "PK", "not an .npz file"),
        ("a.xlsx", "PK", "this kind of file is not read"),
        ("a", "1", "a file without an ending"),
    ],
)
def test_what_is_wrong_is_named(
    tmp_path: Path, name: str, content: str | bytes, message: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_data(written(tmp_path, name, content))
    assert message in caught.value.message


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", "1e999999999\n"),
        ("a.csv", "9" * 10_000 + "\n"),
        ("a.json", "[" * 100_000),
        ("a.json", "[" * 12 + "1" + "]" * 12),
    ],
)
def test_bombs_meet_a_limit(tmp_path: Path, name: str, content: str) -> None:
    with pytest.raises(LimitReached):
        read_data(written(tmp_path, name, content))


def test_files_that_are_not_ordinary(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    (tmp_path / "loop.csv").symlink_to(tmp_path / "loop.csv")
    (tmp_path / "folder.csv").mkdir()
    for name in ("pipe.csv", "loop.csv", "folder.csv", "missing.csv", "a\x00b.csv"):
        with pytest.raises(InvalidInput):
            read_data(str(tmp_path / name))


# --- binary ---------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["float64", "float32", "int8", "uint64", "bool", "complex128"])
def test_arrays(tmp_path: Path, kind: str) -> None:
    array = np.array([[1, 0], [1, 1]], dtype=kind)
    np.save(tmp_path / "a.npy", array)
    found = read_data(str(tmp_path / "a.npy"))
    assert isinstance(found, np.ndarray)
    assert np.array_equal(found, array)
    assert found.dtype.kind != "b"


def test_archives(tmp_path: Path) -> None:
    path = str(tmp_path / "a.npz")
    np.savez(path, a=[1.0, 2.0], b=[3.0])
    assert list(read_data(f"{path}:b")) == [3.0]
    with pytest.raises(InvalidInput, match="2 arrays: a, b"):
        read_data(path)
    with pytest.raises(InvalidInput, match="no array c"):
        read_data(f"{path}:c")
    np.savez(path, only=[5.0])
    assert list(read_data(path)) == [5.0]


def test_a_compressed_bomb_meets_a_limit(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez_compressed(path, a=np.zeros(40_000_000))
    with pytest.raises(LimitReached, match="uncompressed"):
        read_data(str(path))


class Mark:
    """Leaves a file behind when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return open, (self.path, "w")


def test_nothing_is_unpickled(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    bad = Mark(str(mark))
    np.save(tmp_path / "a.npy", np.array([bad], dtype=object), allow_pickle=True)
    np.savez(tmp_path / "a.npz", a=np.array([bad], dtype=object))
    (tmp_path / "b.npy").write_bytes(pickle.dumps(bad))
    mark.unlink(missing_ok=True)
    for name in ("a.npy", "a.npz", "b.npy"):
        with pytest.raises(InvalidInput):
            read_data(str(tmp_path / name))
    assert not mark.exists()


def test_headers_are_not_trusted(tmp_path: Path) -> None:
    header = b"{'descr': '<f8', 'fortran_order': False, 'shape': (1000000000000,), }"
    padded = header + b" " * (117 - len(header)) + b"\n"
    content = b"\x93NUMPY\x01\x00" + len(padded).to_bytes(2, "little") + padded + bytes(16)
    with pytest.raises(InvalidInput, match="cut short"):
        read_data(written(tmp_path, "a.npy", content))


@pytest.mark.parametrize(
    "array",
    [
        np.array([1.0, np.nan]),
        np.array([np.inf]),
        np.array(["a"]),
        np.zeros(2, dtype=[("a", "f8")]),
        np.zeros((0, 3)),
    ],
)
def test_arrays_that_hold_no_numbers(tmp_path: Path, array: np.ndarray) -> None:
    np.save(tmp_path / "a.npy", array)
    with pytest.raises(InvalidInput):
        read_data(str(tmp_path / "a.npy"))


def test_large_text_becomes_an_array(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "\n".join(["1"] * (EXACT_MOST + 1)))
    found = read_data(path)
    assert isinstance(found, np.ndarray)
    assert found.sum() == EXACT_MOST + 1
    with pytest.raises(LimitReached):
        read_vector(path)


# --- in commands ----------------------------------------------------------------------------


def test_dot_of_files(tmp_path: Path) -> None:
    written(tmp_path, "[a] b.csv", "1,2,3\n")
    written(tmp_path, "b.json", "[0.1, 0.2, 0.3]")
    assert dlmath("dot", "@[a] b.csv", "@b.json", cwd=tmp_path).out == "7/5\n"
    np.save(tmp_path / "c.npy", np.array([0.5, 0.25, 0.125]))
    assert dlmath("dot", "@[a] b.csv", "@c.npy", cwd=tmp_path).out == "11/8\n"
    assert dlmath("dot", "@c.npy", "@c.npy", cwd=tmp_path).out == "0.328125\n"


def test_evaluate_of_a_file(tmp_path: Path) -> None:
    written(tmp_path, "a.csv", "1,0.5\n")
    assert dlmath("evaluate", "@a.csv", cwd=tmp_path).out == "[1, 1/2]\n"
    result = dlmath("evaluate", "@no\x1b[31m.csv", cwd=tmp_path)
    assert result.code == 2
    assert "\x1b" not in result.err


def test_a_line_of_names_is_left_out_and_said(tmp_path: Path) -> None:
    notes: list[Sentence] = []
    node = read_data(written(tmp_path, "a.csv", "weight,height cm\n1,2\n3,4\n"), notes)
    assert isinstance(node, Node)
    assert to_text(node) == "[[1, 2], [3, 4]]"
    assert "weight, height cm" in str(notes)
    found = dlmath("matrix", "det", f"@{tmp_path / 'a.csv'}")
    assert found.out == "-2\n"
    assert "is read as names: weight, height cm" in found.err


def test_one_row_and_one_column_are_matrices_for_matrix(tmp_path: Path) -> None:
    row, column = written(tmp_path, "r.csv", "1,2,3\n"), written(tmp_path, "c.csv", "1\n2\n3\n")
    assert dlmath("matrix", "transpose", f"@{row}").out == "[[1], [2], [3]]\n"
    assert dlmath("matrix", "multiply", f"@{row}", f"@{column}").out == "[[14]]\n"
    assert dlmath("vector", "norm", f"@{column}").out == "sqrt(14)\n"


def test_whole_numbers_of_a_small_array_are_exact_in_matrix(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([[2, 1], [1, 3]]))
    np.save(tmp_path / "b.npy", np.array([1, 2]))
    a, b = f"@{tmp_path / 'a.npy'}", f"@{tmp_path / 'b.npy'}"
    assert dlmath("matrix", "solve", a, b).out == "[1/5, 3/5]\n"
    assert dlmath("matrix", "solve", a, b, "--numeric").out.startswith("[0.")
    np.save(tmp_path / "a.npy", np.eye(12, dtype=int))
    large = dlmath("matrix", "det", a)
    assert large.out == "1.0\n"
    assert "whole numbers of this many are computed in floating point" in large.err


def test_nan_in_a_binary_file_is_named_by_row_and_column(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.array([[1.0, 2.0], [3.0, np.nan]]))
    with pytest.raises(InvalidInput, match="row 2, column 2 is nan"):
        read_data(str(tmp_path / "a.npy"))
