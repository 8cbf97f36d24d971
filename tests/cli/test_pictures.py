"""--plot and --save of pictures, as a user meets them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.cli.command import dlmath

PNG = b"\x89PNG\r\n\x1a\n"


@pytest.mark.parametrize(
    "arguments",
    [
        ["derive", "x^3 - 3x"],
        ["derive", "a*x^2", "--wrt", "x", "--at", "a=2,x=1"],
        ["integrate", "x exp(x)", "--from", "0", "--to", "1"],
        ["integrate", "1/x^2", "--from", "1", "--to", "oo"],
        ["integrate", "cos(x)"],
        ["limit", "sin(x)/x"],
        ["limit", "abs(x)/x"],
        ["limit", "(1 + 1/x)^x", "--to", "oo"],
        ["series", "log(1 + x)"],
        ["study", "x/(x^2 - 1)"],
        ["descend", "x^2", "--start", "x=1"],
        ["descend", "x^2 + y^2", "--start", "x=1,y=2"],
        ["evaluate", "x^2 + 1"],
    ],
    ids=" ".join,
)
def test_the_answer_stands_alone_on_standard_output(arguments: list[str]) -> None:
    plain = dlmath(*arguments, "--plain")
    drawn = dlmath(*arguments, "--plain", "--plot", COLUMNS="60")
    assert (drawn.code, drawn.out) == (0, plain.out)
    assert "┌──" in drawn.err
    assert "there is no picture" not in drawn.err
    assert "\x1b" not in drawn.err
    frame = [line for line in drawn.err.splitlines() if line.endswith(("│", "┐", "┘"))]
    assert len(frame) > 10
    assert max(map(len, frame)) <= 60


def test_the_page_holds_the_picture() -> None:
    page = dlmath("derive", "x^2", "--format", "rich", "--plot", COLUMNS="40")
    assert page.code == 0
    assert "┌──" in page.out
    assert "┌──" not in page.err
    assert max(map(len, page.out.splitlines())) <= 40


def test_ascii_where_there_is_nothing_else() -> None:
    drawn = dlmath("study", "x^3 - 3x", "--plot", PYTHONIOENCODING="ascii")
    assert drawn.err.isascii()
    assert "+---" in drawn.err
    assert "\\u" not in drawn.err


def test_colours_are_left_out_where_they_are_not_wanted() -> None:
    page = ("derive", "x^2", "--format", "rich", "--plot")
    assert "\x1b[" in dlmath(*page, FORCE_COLOR="1", TERM="xterm-256color").out
    assert "\x1b[3" not in dlmath(*page, FORCE_COLOR="1", NO_COLOR="1", TERM="xterm").out


def test_json_is_as_it_was() -> None:
    drawn = dlmath("derive", "x^2", "--json", "--plot")
    assert drawn.err == ""
    assert set(drawn.json) == set(dlmath("derive", "x^2", "--json").json)


@pytest.mark.parametrize(
    "arguments",
    [
        ["simplify", "x + x"],
        ["check", "x + x", "2x"],
        ["derive", "a*x^2", "--wrt", "x"],
        ["evaluate", "1 + 1"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_without_a_picture_a_note_says_so(arguments: list[str]) -> None:
    answered = dlmath(*arguments, "--plot")
    assert answered.code == 0
    assert answered.err.count("note: there is no picture") == 1


@pytest.mark.parametrize(
    "arguments",
    [
        ["study", "(x^2 + 1)/(x - 1)"],
        ["integrate", "sin(x)", "--from", "0", "--to", "4"],
        ["descend", "x^2 + y^2", "--start", "x=1,y=2"],
        ["derive", "x^2"],
    ],
    ids=lambda arguments: arguments[0],
)
def test_saved_pictures_are_whole(arguments: list[str], tmp_path: Path) -> None:
    names = [str(tmp_path / f"picture.{ending}") for ending in ("png", "svg", "pdf")]
    options = [option for name in names for option in ("--save", name)]
    saved = dlmath(*arguments, *options)
    assert saved.code == 0
    assert "┌" not in saved.err
    png, svg, pdf = (Path(name).read_bytes() for name in names)
    assert png.startswith(PNG)
    assert png.endswith(b"IEND\xaeB`\x82")
    assert ElementTree.fromstring(svg).tag.endswith("svg")  # noqa: S314
    assert pdf.startswith(b"%PDF-")
    assert b"%%EOF" in pdf[-16:]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(
        Path(name).name for name in names
    )


def test_a_picture_that_is_not_there_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "simplify.png"
    saved = dlmath("simplify", "x + x", "--save", str(path))
    assert saved.code == 4
    assert saved.out == "2*x\n"
    assert "there is no picture for simplify" in saved.err
    assert not path.exists()


def test_a_page_holds_the_picture_unasked(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    saved = dlmath("study", "x^2", "--save", str(path))
    assert saved.err == ""
    assert "<svg" in path.read_text(encoding="utf-8")


def test_a_page_without_a_picture_says_nothing_of_one(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    saved = dlmath("derive", "a*x^2", "--wrt", "x", "--save", str(path))
    assert (saved.code, saved.err) == (0, "")
    assert "picture" not in path.read_text(encoding="utf-8").partition("</style>")[2]


def test_one_file_holds_one_picture(tmp_path: Path) -> None:
    saved = dlmath("derive", "-", "--save", str(tmp_path / "a.png"), stdin="x\nx^2\n")
    assert saved.code == 2
    assert "holds one answer" in saved.err


def test_without_matplotlib_the_error_says_what_to_install(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['matplotlib'] = None\n"
        "from dlmath.cli.app import run\n"
        f"sys.exit(run(['derive', 'x^2', '--save', {str(tmp_path / 'a.png')!r}]))"
    )
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 4
    assert "pip install 'dlmath[plot]'" in run.stderr
    assert run.stdout == ""


@pytest.mark.parametrize(
    "arguments", [["derive", "x^2"], ["descend", "x^2", "--start", "x=1"], ["evaluate", "x^2"]]
)
def test_nothing_is_imported_for_a_picture_nobody_wants(arguments: list[str]) -> None:
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "dlmath", *arguments],
        capture_output=True,
        text=True,
        check=False,
    )
    imported = set(re.findall(r"\|\s+([\w.]+)$", run.stderr, flags=re.M))
    assert "dlmath" in imported
    unwanted = {"plotext", "matplotlib", "numpy", "dlmath.picture"}
    assert not imported & unwanted
    assert not [name for name in imported if name.startswith("dlmath.maths.pictures")]
