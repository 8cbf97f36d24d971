"""`solve` at the command line: options, wrong input, exit codes."""

from __future__ import annotations

import json

import pytest

from tests.cli.command import dlmath


def test_one_solution_a_line_and_notes_apart() -> None:
    result = dlmath("solve", "log(x) + log(x - 3) = log(10)")
    assert (result.code, result.out) == (0, "x = 5\n")
    assert result.err == "note: thrown out: x = -2; it does not satisfy the equation as typed\n"


def test_no_solution_is_an_answer() -> None:
    result = dlmath("solve", "sqrt(x) = -1", "--json")
    assert result.code == 0
    found = json.loads(result.out)
    assert (found["status"], found["facts"]["solutions"]) == ("does_not_exist", [])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["x=1=2"], "an equation has one equals sign"),
        (["x ="], "the expression ends where something should follow ="),
        (["x*y=1"], "several unknowns (x, y): for which one to solve is not said"),
        (["5"], "there is no unknown"),
        (["x=1", "--for", "y"], "y does not occur in the equation"),
        (["x=1", "--domain", "quaternion"], '--domain: there is no "quaternion"'),
        (["x=1", "--from", "3", "--to", "2"], "the interval is empty"),
        (["x=1", "--near", "i"], "--near takes a number"),
    ],
)
def test_wrong_input(arguments: list[str], message: str) -> None:
    result = dlmath("solve", *arguments)
    assert (result.code, result.out) == (2, "")
    assert message in result.err


def test_lines_of_standard_input() -> None:
    result = dlmath("solve", "-", stdin="x^2 = 4\nsin(x) = 2\n")
    assert result.out == "x = -2\nx = 2\nno solution\n"
