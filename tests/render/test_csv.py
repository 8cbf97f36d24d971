"""`--save x.csv`: what reads back, and tables with their names."""

from __future__ import annotations

from pathlib import Path

import dlmath
from dlmath.answer import Answer, Table
from dlmath.cli.read_data import read_data
from dlmath.expression.parser import parse
from dlmath.render.csv import answer_csv
from tests.render.pictures import PICTURES


def test_a_matrix_reads_back(tmp_path: Path) -> None:
    product = dlmath.dot("[[1, 1/2], [3, 4]]", "[[2, 0], [0, 1]]")
    path = tmp_path / "product.csv"
    path.write_text(answer_csv(product))
    assert path.read_text() == "2,0.5\n6,4\n"
    assert read_data(str(path)) is parse("[[2, 1/2], [6, 4]]").node


def test_a_table_has_its_names() -> None:
    answer = Answer("descend", tables=[Table("path", ("step", "x"), ((0, 0.1), (1, float("nan"))))])
    assert answer_csv(answer) == "step,x\n0,0.1\n1,\n"


def test_a_picture_gives_its_curves() -> None:
    answer = dlmath.derive("x^2", plot=True)
    lines = answer_csv(answer).splitlines()
    assert lines[0] == "curve,x,value"
    name, x, y = lines[1].split(",")
    assert name == "x**2" and float(y) == float(x) ** 2


def test_an_answer_of_words_has_no_numbers() -> None:
    assert answer_csv(dlmath.check("x", "x")) == ""


def test_bars_and_shades_are_numbers_too() -> None:
    bars = answer_csv(Answer("x", picture=PICTURES["named bars"]))
    assert bars.splitlines()[:2] == ["bars,name,from,to,value", "prior,rain,0.0,1.0,0.2"]
    shades = answer_csv(Answer("x", picture=PICTURES["matrix"])).splitlines()
    assert shades[:3] == ["key,query,value", "1.0,1.0,1.0", "2.0,1.0,"]
    assert len(shades) == 17
