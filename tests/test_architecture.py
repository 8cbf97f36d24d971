"""The shape of the house: which room may use which, and what must never be called."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "dlmath"
FILES = sorted(SOURCE.rglob("*.py"))

#: Doors more: an answer shows itself in a notebook and holds a picture; a reader's remarks are
#: Sentences.
DOORS = {
    ("answer", "render"),
    ("expression", "answer"),
    ("expression", "settings"),
    ("answer", "picture"),
    # The example of a concept card is a command line, read as the command line reads it.
    ("library", "cli"),
}
#: A room may import from rooms with a smaller number. `answer` and `settings` name expressions.
LEVELS = {
    "errors": 0,
    "expression": 1,
    "answer": 2,
    "settings": 2,
    "picture": 2,
    "columns": 2,
    "checks": 3,
    "maths": 4,
    "render": 4,
    "limits": 4,
    "library": 5,
    "cli": 5,
    "__main__": 6,
    "__init__": 6,
}


def room(path: Path) -> str:
    first = path.relative_to(SOURCE).parts[0]
    return first.removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("dlmath"):
            parts = node.module.split(".")
            names = [parts[1]] if len(parts) > 1 else [alias.name for alias in node.names]
            found.update(name for name in names if name in LEVELS)
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_imports_point_one_way(path: Path) -> None:
    here = room(path)
    for other in imported_rooms(path) - {here}:
        assert LEVELS[other] < LEVELS[here] or (here, other) in DOORS, (
            f"{here} must not use {other}"
        )


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_nothing_evaluates_text(path: Path) -> None:
    """`exec` of generated code has one home; nothing else turns text into code."""
    allowed = {"compile.py"} if path.parent.name == "expression" else set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        attribute = node.func.attr if isinstance(node.func, ast.Attribute) else ""
        assert name not in {"eval", "exec"} or path.name in allowed, f"{name} at line {node.lineno}"
        for forbidden in ("sympify", "parse_expr", "lambdify", "loads_pickle"):
            assert forbidden not in (name, attribute), f"{forbidden} at line {node.lineno}"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_only_the_adapters_know_sympy_names(path: Path) -> None:
    """Other modules may hold sympy objects, but get the module from `load_sympy`."""
    text = path.read_text(encoding="utf-8")
    direct = re.findall(r"^\s*(?:import sympy|from sympy)\b.*$", text, flags=re.M)
    if path.name in {"to_sympy.py", "from_sympy.py", "sympy_names.py"}:
        return
    top_level = [line for line in direct if not line.startswith(" ")]
    assert not top_level, top_level


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(SOURCE)))
def test_files_stay_readable(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= 450, f"{lines} lines: split it by subject"


def test_rooms_below_the_cli_print_nothing() -> None:
    for path in FILES:
        if room(path) in {"cli", "__main__", "limits"}:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                assert node.func.id not in {"print", "input"}, f"{path}:{node.lineno}"


@pytest.mark.parametrize(
    ("arguments", "forbidden"),
    [
        (["dot", "[1, 2]", "[3, 4]"], {"sympy", "numpy", "rich", "scipy"}),
        (["descend", "x^2", "--start", "x=1"], {"sympy", "numpy", "rich", "scipy"}),
        (["derive", "x**2*sin(x)"], {"sympy", "numpy", "rich", "scipy"}),
        (["evaluate", "1/3 + 1/6"], {"sympy", "numpy", "rich", "scipy"}),
        (["derive", "(x+1"], {"sympy", "numpy", "rich", "scipy", "mpmath"}),
        (["--help"], {"sympy", "numpy", "rich", "scipy", "mpmath"}),
    ],
)
def test_heavy_modules_are_not_imported(arguments: list[str], forbidden: set[str]) -> None:
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "dlmath", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    imported = set(re.findall(r"\|\s+(\w+)$", result.stderr, flags=re.M))
    assert "dlmath" in imported
    assert not imported & forbidden
