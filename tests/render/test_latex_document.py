"""`--save x.tex`: what pdflatex makes of every kind of answer, and what is in the document."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

import dlmath
from dlmath.answer import Answer, Table
from dlmath.expression.parser import parse
from dlmath.render.latex import answer_section, document
from dlmath.render.latex_names import escaped
from tests.render.test_html import ANSWERS

PROGRAM = shutil.which("pdflatex")

STUDY = ("x*sin(x)", {"lower": "0", "upper": "5"})


def test_facts_and_tables_are_in_the_document() -> None:
    text = answer_section(dlmath.descend("x^2 + y^2", start="x=1,y=2"))
    assert r"\begin{description}" in text
    assert r"\begin{tabular}" in text
    assert "reason" not in text.split(r"\begin{tabular}")[1]
    angle = answer_section(dlmath.dot("[1, 2]", "[3, 4]"))
    assert r"\item[length of a] $\sqrt{5}$" in angle


def test_long_tables_say_what_is_left_out() -> None:
    table = Table("numbers", ("n",), tuple((number,) for number in range(100)))
    text = answer_section(Answer("x", ("x",), "x", tables=[table]))
    assert text.count(r" \\") == 46
    assert "and 55 more rows" in text


def test_signs_are_written_in_commands_or_named() -> None:
    text = escaped("größe ∞ α 50% a_b x² 中 ↗ \\input{/etc/passwd}")
    assert text.isascii() is False  # letters with accents stay
    assert r"\ensuremath{\infty}" in text
    assert r"\ensuremath{\alpha}" in text
    assert r"\texttt{U+4E2D}" in text
    assert r"\textbackslash{}input\{/etc/passwd\}" in text


def test_formulas_are_fitted_to_the_line() -> None:
    text = document(answer_section(dlmath.derive("x^2", steps=True), steps=True))
    assert re.search(r"^ *\\\[ \\fitted\{.*\} \\\]$", text, re.MULTILINE)
    assert r"\[ \fitted{2 x} \]" in text


@pytest.mark.skipif(PROGRAM is None, reason="no pdflatex here")
def test_documents_compile(tmp_path: Path) -> None:
    assert PROGRAM is not None
    words = Answer("x", ("größe ∞ ∪ 中 ≤ {}$%&#_^~\\ <b>",), "nothing → ✓ 10² ‖a‖")
    answers = [
        *(make() for make in ANSWERS.values()),
        words,
        dlmath.study(STUDY[0], **STUDY[1], steps=True),
        dlmath.matrix("inverse", "[[1, 2], [3, 4]]", steps=True),
        dlmath.integrate("x*exp(x)", steps=True),
        dlmath.limit("sin(x)/x", steps=True),
        dlmath.plot("sin(x)", "[cos(t), sin(t)]", "x^2 + y^2 < 1"),
        dlmath.simplify(parse("piecewise((x, x < 0), (x^2, x >= 0))").node),
    ]
    source = tmp_path / "answers.tex"
    text = document("".join(answer_section(answer, steps=True) for answer in answers))
    source.write_text(text, encoding="utf-8")
    run = subprocess.run(
        [PROGRAM, "-interaction=nonstopmode", "-halt-on-error", "-no-shell-escape", source.name],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=60,
    )
    log = run.stdout.decode("utf-8", "replace")
    assert run.returncode == 0, re.findall(r"^!.*(?:\n.*){0,8}", log, re.MULTILINE)
    assert (tmp_path / "answers.pdf").read_bytes().startswith(b"%PDF")
    wide = [float(size) for size in re.findall(r"Overfull \\hbox \(([\d.]+)pt", log)]
    assert max(wide, default=0) < 40
