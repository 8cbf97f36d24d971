"""The working of `solve`: every line holds for every solution, and the last is the answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import dlmath
from dlmath.answer import Step
from dlmath.expression.graph import Node, free_symbols, number, substitute
from dlmath.expression.text import to_text
from dlmath.maths.equations.solving.verify import sides_equal
from dlmath.picture import Picture

EQUATIONS = """
2x + 3 = 7 - x
x^3 - 6x^2 + 11x - 6 = 0
x^4 - 5x^2 + 4 = 0
(2x - 1)^3 = 27
1/x + 1/(x + 1) = 1
sqrt(x + 1) = x - 1
sqrt(2x + 3) - sqrt(x + 1) = 1
abs(x) + abs(x - 2) = 3
exp(2x) - 3*exp(x) + 2 = 0
2^x = 3^(x + 1)
log(x) + log(x - 3) = log(10)
log(x, 2) + log(x, 4) = 3
x*exp(x) = 2
exp(x) = x + 2
sin(x) = 1/2
2*sin(x)^2 - sin(x) - 1 = 0
sin(x) + cos(x) = 1
sin(2x) = sin(x)
tan(x)^2 = 3
sigmoid(x) = 0.9
sinh(x) + cosh(x) = 3
""".strip().splitlines()


def holds(node: Node, place: dict[str, Node]) -> bool:
    """Is a condition true at a solution? An equation to 25 digits."""
    if node.op == "or":
        return any(holds(part, place) for part in node.args)
    if node.op == "and":
        return all(holds(part, place) for part in node.args)
    if node.op != "eq":
        return node.op == "true"
    # the family of an answer may have another number than the one in a line above
    there = substitute(node, place)
    names = sorted(free_symbols(there))
    if not names:
        return sides_equal(there)
    return any(
        sides_equal(substitute(there, dict.fromkeys(names, number(k)))) for k in range(-8, 9)
    )


def main_line(steps: list[Step]) -> Iterator[Step]:
    yield from (step for step in steps if step.after is not None)


@pytest.mark.parametrize("text", EQUATIONS)
def test_every_solution_satisfies_every_line(text: str) -> None:
    answer = dlmath.solve(text, steps=True)
    lines = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    last = answer.steps[-1].after
    assert isinstance(last, Node)
    parts = last.args if last.op == "or" else (last,)
    assert [to_text(part) for part in parts] == [
        to_text(line) if isinstance(line, Node) else line for line in lines
    ]
    values = [part.args[1] for part in parts]
    seen = 0
    for step in main_line(answer.steps):
        for value in values:
            place = {"x": substitute(value, {"n": number(1), "k": number(2)})}
            for side in (step.before, step.after):
                if isinstance(side, Node) and "u" not in free_symbols(side):
                    assert holds(side, place), (step.rule, to_text(side), to_text(value))
                    seen += 1
    assert seen >= 2


def test_an_inner_equation_has_its_own_working() -> None:
    answer = dlmath.solve("exp(2x) - 3*exp(x) + 2 = 0", steps=True)
    (substitution, _) = answer.steps
    assert substitution.rule == "substitution"
    assert [step.rule for step in substitution.steps] == [
        "quadratic formula",
        "logarithm of both sides",
        "logarithm of both sides",
    ]


def test_thrown_out_candidates_are_a_step() -> None:
    answer = dlmath.solve("(x^2 - 1)/(x - 1) = 0", steps=True)
    assert [step.rule for step in answer.steps].count("throw out") == 1
    assert to_text(answer.steps[-1].after) == "x = -1"  # type: ignore[arg-type]


def test_row_operations() -> None:
    answer = dlmath.solve(["2x + y = 5", "x - y = 1"], steps=True)
    assert answer.steps[0].rule == "set up"
    assert [step.rule for step in answer.steps].count("row operation") == 4
    assert to_text(answer.steps[-1].after) == "x == 2 and y == 1"  # type: ignore[arg-type]


def test_an_inequality_says_what_holds_where() -> None:
    answer = dlmath.solve("1/x > 1", steps=True)
    assert to_text(answer.steps[-1].after) == "x > 0 and x < 1"  # type: ignore[arg-type]
    assert sum(step.rule == "between the cuts" for step in answer.steps) == 3


def test_a_system_by_substitution() -> None:
    answer = dlmath.solve(["x^2 + y^2 = 25", "x + y = 7"], steps=True)
    assert [step.rule for step in answer.steps[:2]] == ["solve for one unknown", "substitution"]
    assert to_text(answer.steps[0].after) == "x = 7 - y"  # type: ignore[arg-type]


# --- pictures -------------------------------------------------------------------------------


def test_both_sides_and_their_crossings() -> None:
    picture = dlmath.solve("x^2 = x + 2", plot=True).picture
    assert isinstance(picture, Picture)
    assert len(picture.curves) == 2
    assert [(mark.x, mark.y) for mark in picture.marks] == [(-1.0, 1.0), (2.0, 4.0)]


def test_curves_of_two_unknowns() -> None:
    picture = dlmath.solve(["x^2 + y^2 = 4", "y = x^2 - 1"], plot=True).picture
    assert isinstance(picture, Picture)
    circle = picture.curves[0]
    radii = [x * x + y * y for x, y in zip(circle.x, circle.y, strict=True) if x == x]
    assert radii == pytest.approx([4.0] * len(radii), rel=1e-3)
    assert len(picture.marks) == 2


def test_an_inequality_is_shaded_where_it_holds() -> None:
    picture = dlmath.solve("x^2 < 4", plot=True).picture
    assert isinstance(picture, Picture)
    (area,) = picture.areas
    assert (min(area.x), max(area.x)) == pytest.approx((-2.0, 2.0), abs=0.01)


def test_letters_without_values_have_no_picture() -> None:
    answer = dlmath.solve("a*x = b", "x", plot=True)
    assert answer.picture is None
    assert any("no picture" in str(note[0]) for note in answer.notes)
