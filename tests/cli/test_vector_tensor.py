"""`vector` and `tensor` on the command line: operations, optional and repeated arguments, files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from tests.cli.command import dlmath


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        (["vector", "norm", "[3, 4]"], "5"),
        (["vector", "norm", "-[3, -4]", "--ord", "1"], "7"),
        (["vector", "norm", "[x, 4]", "--at", "x=3"], "5"),
        (["vector", "distance", "[1, 2]", "-[2, 2]"], "5"),
        (["vector", "combine", "[1, 2; 1, -1]", "[4, 5]"], "[3, 1]"),
        (["vector", "combine", "[1, 2; 1, -1]"], "linearly independent"),
        (["vector", "unit", "[0, 0]"], "does not exist"),
        (["tensor", "multiply", "-2", "[1, 2]"], "[-2, -4]"),
        (["tensor", "einsum", "i,i,i->", "[1, 2]", "[3, 4]", "[5, 6]"], "63"),
        (["tensor", "slice", "[[1, 2], [3, 4]]", "--slice", "-1,:"], "[3, 4]"),
        (["tensor", "transpose", "[[1, 2]]", "--axes", "-1,0"], "[[1], [2]]"),
    ],
)
def test_answers(arguments: list[str], answer: str) -> None:
    result = dlmath(*arguments)
    assert (result.code, result.out) == (0, answer + "\n"), result.err


@pytest.mark.parametrize(
    ("arguments", "message", "hint"),
    [
        (["vector"], "vector needs OP", "dlmath vector norm"),
        (["vector", "norm"], "vector needs A", "dlmath vector norm"),
        (["vector", "nrom", "[1]"], 'there is no "nrom"', "did you mean norm?"),
        (["vector", "norm", "[1]", "[2]", "[3]"], "takes at most 3 arguments", "quotes"),
        (["vector", "angle", "[1, 2]"], "takes two vectors", "dlmath vector angle"),
        (["vector", "norm", "[1]", "--ord", "1+"], "--ord:", ""),
        (["tensor", "einsum"], "tensor needs A [B]...", "dlmath tensor einsum"),
        (["tensor", "einsum", "ij"], "takes 1 to 16 operands, not 0", "dlmath tensor einsum"),
        (["tensor", "add", "[1]"], "takes 2 operands, not 1", "dlmath tensor add"),
        (["tensor", "add", "-", "-"], "only one argument", ""),
    ],
)
def test_errors(arguments: list[str], message: str, hint: str) -> None:
    result = dlmath(*arguments)
    assert (result.code, result.out) == (2, "")
    assert message in result.err
    assert hint in result.err


def test_lines_of_standard_input_are_answered_in_order() -> None:
    result = dlmath("vector", "norm", "-", stdin="[3, 4]\n# nothing\n[1,\n[1, 1]\n")
    assert (result.code, result.out) == (2, "5\nsqrt(2)\n")
    assert "line 3" in result.err
    result = dlmath("tensor", "einsum", "i,i->", "-", "[1, 2]", stdin="[3, 4]\n[1, 1]\n")
    assert (result.code, result.out) == (0, "11\n3\n")


def test_arrays_are_read_from_files(tmp_path: Path) -> None:
    path = tmp_path / "a.npy"
    np.save(path, np.arange(6.0).reshape(2, 3))
    found = json.loads(dlmath("tensor", "show", f"@{path}", "--json").out)
    assert found["facts"]["shape"] == [2, 3]
    found = json.loads(
        dlmath("tensor", "einsum", "ij,kj->ik", f"@{path}", f"@{path}", "--json").out
    )
    assert found["value"] == [[5, 14], [14, 50]]
    assert found["checks"][0]["verdict"] == "passed"
    assert found["facts"]["error"] < 1e-12
