r"""One small file per mistake, with the whole message that it gets.

The first line of `NAME.txt` says how the text is read (`expression`, `equation`, `assignments`,
`names`, `range`, `assumptions`, `latex`, `matrices`, `shapes`, `distribution`, `random` variables)
and gives the text, with Python's escapes (`\u200b`) where it holds a backslash. The message
stands below `---`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from dlmath.errors import DlmathError
from dlmath.expression import parser
from dlmath.expression.differential import read_differential
from dlmath.expression.latex_input import parse_latex
from dlmath.maths.networks.matrix_calculus.read import read
from dlmath.maths.networks.matrix_calculus.shapes import read_shapes
from dlmath.maths.probability.reading import read_distribution, read_random_variables
from dlmath.render.errors import error_text

FOLDER = Path(__file__).parent

READERS: dict[str, Callable[[str], object]] = {
    "expression": parser.parse,
    "equation": lambda text: parser.parse(text, equation=True),
    "condition": lambda text: parser.parse(text, condition=True),
    "assignments": parser.parse_assignments,
    "names": parser.parse_names,
    "range": parser.parse_range,
    "assumptions": parser.parse_assumptions,
    "latex": parse_latex,
    "matrices": lambda text: read(text, read_shapes("A: m,n; S: n,n; x: n; b: m")),
    "shapes": read_shapes,
    "distribution": read_distribution,
    "random": read_random_variables,
    "differential": lambda text: read_differential([text]),
    "function": lambda text: read_differential(["y' = y"], [], text),
}


def message(kind: str, text: str) -> str:
    """What is said of the text."""
    with pytest.raises(DlmathError) as caught:
        READERS[kind](text)
    return error_text(caught.value, width=80)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.txt")), ids=lambda path: path.stem)
def test_message(path: Path) -> None:
    first, expected = path.read_text(encoding="utf-8").split("\n---\n")
    kind, _, text = first.partition(":")
    text = text.removeprefix(" ")
    if "\\" in text:
        text = text.encode("latin-1", "backslashreplace").decode("unicode_escape")
    assert message(kind, text) == expected
