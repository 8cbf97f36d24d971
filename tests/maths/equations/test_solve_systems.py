"""Systems of equations: linear ones against numpy, others against their known solutions."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dlmath
from dlmath.answer import DOES_NOT_EXIST, Answer
from dlmath.errors import InvalidInput
from dlmath.expression import numbers
from dlmath.expression.graph import Node
from dlmath.expression.parser import parse, parse_assignments


def places(answer: Answer) -> list[dict[str, float]]:
    return [
        {
            name: float(numbers.evaluate(value) if isinstance(value, Node) else value)
            for name, value in one.items()
        }
        for one in answer.facts["solutions"]
    ]


KNOWN: list[tuple[list[str], list[dict[str, float]]]] = [
    (["x^2 + y^2 = 1", "x = y"], [{"x": s, "y": s} for s in (-(0.5**0.5), 0.5**0.5)]),
    (["x*y = 6", "x + y = 5"], [{"x": 2, "y": 3}, {"x": 3, "y": 2}]),
    (["x^2 + y^2 = 1", "x^2 + y^2 = 4"], []),
    (["x = 2", "x^2 = 4"], [{"x": 2}]),
    (["x^2 - y^2 = 0", "x*y = 1", "x = 1"], [{"x": 1, "y": 1}]),
    (
        ["x + y + z = 6", "x*y*z = 6", "x^2 + y^2 + z^2 = 14"],
        [{"x": p[0], "y": p[1], "z": p[2]} for p in product((1, 2, 3), repeat=3) if len({*p}) == 3],
    ),
    (
        ["x^2 + y^2 = 1", "y = exp(x) - 1"],
        [{"x": -0.82677005519, "y": -0.56254002155}, {"x": 0.59134589376, "y": 0.80641802679}],
    ),
    (["sin(x) + y = 1", "x - y^2 = 0"], [{"x": 0.38728606821, "y": 0.62232312202}]),
    (["exp(x*y) = 1", "x = 2"], [{"x": 2, "y": 0}]),
    (["(x - 1)*(y - 2) = 0", "x + y = 3"], [{"x": 1, "y": 2}]),
]


@pytest.mark.parametrize(("equations", "wanted"), KNOWN, ids=[", ".join(row[0]) for row in KNOWN])
def test_known_solutions(equations: list[str], wanted: list[dict[str, float]]) -> None:
    answer = dlmath.solve(equations)
    assert not answer.refuted
    found = sorted(places(answer), key=lambda one: list(one.values()))
    expected = sorted(wanted, key=lambda one: list(one.values()))
    assert len(found) == len(expected), found
    for one, other in zip(found, expected, strict=True):
        assert one == pytest.approx(other, abs=1e-8)
    if not wanted:
        assert answer.status == DOES_NOT_EXIST


def test_lines_read_back_as_assignments() -> None:
    answer = dlmath.solve(["x*y = 6", "x + y = 5"])
    assert isinstance(answer.result, tuple)
    for line in answer.result:
        values = {name: numbers.evaluate(v) for name, v in parse_assignments(str(line)).items()}
        assert values["x"] * values["y"] == 6


ENTRY = st.fractions(-5, 5, max_denominator=3)


@given(st.integers(2, 4), st.data())
@settings(max_examples=25, deadline=None)
def test_linear_systems_against_numpy(size: int, data: Any) -> None:
    rows = data.draw(
        st.lists(
            st.lists(ENTRY, min_size=size + 1, max_size=size + 1), min_size=size, max_size=size
        )
    )
    names = ["x", "y", "z", "w"][:size]
    equations = [
        " + ".join(f"({c})*{name}" for c, name in zip(row, names, strict=False)) + f" = {row[-1]}"
        for row in rows
    ]
    answer = dlmath.solve(equations, names) if _all_occur(rows, size) else None
    a = np.array([[float(c) for c in row[:-1]] for row in rows])
    b = np.array([float(row[-1]) for row in rows])
    if answer is None:
        return
    rank = np.linalg.matrix_rank(a)
    assert answer.facts["rank"] == rank
    if rank == size:
        found = [places(answer)[0][name] for name in names]
        assert np.allclose(a @ np.array(found), b, atol=1e-9)
    elif np.linalg.matrix_rank(np.column_stack([a, b])) > rank:
        assert answer.status == DOES_NOT_EXIST
    else:
        assert len(answer.facts["free"]) == size - rank


def _all_occur(rows: list[list[Any]], size: int) -> bool:
    return all(any(row[k] for row in rows) for k in range(size))


def test_no_and_many_solutions() -> None:
    none = dlmath.solve(["x + y = 1", "x + y = 2"])
    assert none.status == DOES_NOT_EXIST
    assert [check.verdict for check in none.checks] == ["passed"]
    many = dlmath.solve(["x + y + z = 1", "x - y = 2"])
    assert many.facts["free"] == ["z"]
    assert str(many) == "x = 3/2 - z/2\ny = -z/2 - 1/2"


def test_letters_in_a_linear_system() -> None:
    answer = dlmath.solve(["a*x + b*y = 1", "x - y = 2"], "x,y")
    assert any("a + b != 0" in "".join(map(str, map(_text, note))) for note in answer.notes)
    at = dlmath.solve(["a*x + b*y = 1", "x - y = 2"], "x,y", at="a=1,b=2")
    assert places(at)[0] == pytest.approx({"x": 5 / 3, "y": -1 / 3})


def _text(part: object) -> str:
    from dlmath.expression.text import to_text

    return to_text(part) if isinstance(part, Node) else str(part)


def test_too_few_equations() -> None:
    with pytest.raises(InvalidInput, match="1 equation for 2 unknowns"):
        dlmath.solve("x^2 + y^2 = 1", "x,y")
    assert str(dlmath.solve("x + y = 1", "x,y")) == "x = 1 - y"


# --- inequalities ---------------------------------------------------------------------------

INEQUALITIES = """
x < 3 | x < 3
2x - 3 > 0 | x > 3/2
-2x >= 4 | x <= -2
x^2 < 4 | x > -2 and x < 2
x^2 >= 4 | x <= -2 or x >= 2
x^2 > 0 | x != 0
x^2 + 1 < 0 | none
x^2 + 1 > 0 | all
(x - 1)^2 <= 0 | x == 1
(x - 1)*(x - 2)*(x - 3) > 0 | x > 1 and x < 2 or x > 3
1/x > 1 | x > 0 and x < 1
1/x < 1 | x < 0 or x > 1
(x - 1)/(x + 2) >= 0 | x < -2 or x >= 1
log(x) <= 2 | x > 0 and x <= exp(2)
log(x - 1) - log(x + 1) < 0 | x > 1
sqrt(x) < x | x > 1
sqrt(x - 1) >= 0 | x >= 1
sqrt(x^2 - 4) > 1 | x < -sqrt(5) or x > sqrt(5)
|x - 1| > 3 | x < -2 or x > 4
|x| + |x - 2| <= 3 | x >= -1/2 and x <= 5/2
exp(x) > 2 | x > log(2)
exp(-x) < 0 | none
2^x >= 8 | x >= 3
relu(x) > 1 | x > 1
sigmoid(x) > 1/2 | x > 0
x^3 > x | x > -1 and x < 0 or x > 1
x^2 < 4 and x > 0 | x > 0 and x < 2
x < -1 or x > 1 | x < -1 or x > 1
not (x > 1) | x <= 1
0 < x < 1 | x > 0 and x < 1
x != 2 | x != 2
floor(x) >= 2 and x < 5 | x >= 2 and x < 5
x > 1 and x < 0 | none
tanh(x) < 1 | all
1/x^2 > 4 | x > -1/2 and x < 0 or x > 0 and x < 1/2
"""
ROWS = [
    tuple(p.strip() for p in line.rsplit(" | ", 1)) for line in INEQUALITIES.strip().splitlines()
]


@pytest.mark.parametrize(("text", "wanted"), ROWS, ids=[row[0] for row in ROWS])
def test_inequalities_against_sampling(text: str, wanted: str) -> None:
    answer = dlmath.solve(text)
    assert not answer.refuted
    if wanted == "none":
        assert answer.status == DOES_NOT_EXIST
        return
    if wanted == "all":
        assert answer.result == "all real numbers"
        return
    assert isinstance(answer.result, Node)
    one, other = answer.result, parse(wanted, equation=True, condition=True).node
    assert parse(str(answer), equation=True, condition=True).node is one  # it reads back
    for k in range(-60, 61):
        place = {"x": k / 12}
        assert numbers.evaluate(one, place) is numbers.evaluate(other, place), place


def test_inequalities_on_an_interval() -> None:
    answer = dlmath.solve("sin(x) > 1/2", lower=0, upper="2*pi")
    assert str(answer) == "x > pi/6 and x < 5*pi/6"


def test_several_conditions_have_to_hold_all() -> None:
    assert str(dlmath.solve(["x^2 > 1", "x < 5"])) == "x < -1 or x > 1 and x < 5"
    assert str(dlmath.solve(["x^2 = 4", "x > 0"])) == "x = 2"


def test_an_inequality_with_letters_is_solved_where_signs_are_known() -> None:
    with pytest.raises(InvalidInput, match="needs numbers"):
        dlmath.solve("a*x < b", "x")
    assert str(dlmath.solve("a*x < b", "x", assume="a>0")) == "x < b/a"
