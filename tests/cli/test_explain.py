"""`explain` as a user types it."""

from __future__ import annotations

from pathlib import Path

import pytest

import dlmath
from dlmath.errors import InvalidInput
from tests.cli.command import dlmath as run


def test_a_pipe_gets_definition_and_formulas() -> None:
    result = run("explain", "chain", "rule")
    first, rule, *formulas = result.out.splitlines()
    assert first.startswith("The derivative of a function of a function")
    assert rule == "f(g(x))' = f'(g(x))*g'(x)"
    assert formulas[0] == "derive(sin(x**2), x) = 2*cos(x**2)*x"
    assert (result.code, result.err) == (0, "")


def test_a_misspelt_name_is_said() -> None:
    result = run("explain", "jacobain")
    assert result.code == 0
    assert result.err == 'note: no card is called "jacobain"; this is the one of Jacobian\n'


def test_unknown() -> None:
    result = run("explain", "gauss")
    assert (result.code, result.out) == (2, "")
    assert result.err == (
        'error: there is no card for "gauss"\nhint: did you mean normal distribution?\n'
    )


@pytest.mark.parametrize("width", ["40", "20"])
def test_narrow_terminals(width: str) -> None:
    out = run("explain", "gradient", "--format", "rich", "--plot", COLUMNS=width, NO_COLOR="1").out
    assert "Common mistakes" in out
    assert max(map(len, out.splitlines())) <= max(int(width), 40)


def test_ascii_terminal() -> None:
    result = run("explain", "relu", "--format", "rich", PYTHONIOENCODING="ascii")
    assert result.out.isascii()
    assert "----" in result.out


def test_json_holds_the_parts() -> None:
    facts = run("explain", "softmax", "--json").json["facts"]
    assert facts["title"] == "softmax"
    assert facts["example"] == {
        "command": 'dlmath jacobian "softmax([a, b])" --at a=0,b=0',
        "answer": "[[1/4, -1/4], [-1/4, 1/4]]",
        "status": "answered",
    }
    assert "logsumexp" in facts["related"]


def test_lines_of_standard_input() -> None:
    result = run("explain", "-", "--json", stdin="gradient\nquaternion\nchain rule\n")
    assert result.out.count("\n") == 3
    assert result.code == 2


def test_files(tmp_path: Path) -> None:
    page, document = tmp_path / "card.html", tmp_path / "card.tex"
    result = run("explain", "Bayes' rule", "--save", str(page), "--save", str(document))
    assert result.code == 0
    html = page.read_text()
    for part in ("Common mistakes", "Example", "<math", "<svg", "base rate fallacy"):
        assert part in html
    assert r"\textbf{Common mistakes}" in document.read_text()


def test_the_library() -> None:
    answer = dlmath.explain("dot product")
    assert str(answer).startswith("The sum of the products")
    assert answer.facts["example"]["answer"] == "12"
    assert "<math" in answer._repr_html_()
    assert len(dlmath.explain().result) > 60
    with pytest.raises(InvalidInput):
        dlmath.explain("quaternion")
