"""JSON that every reader accepts, whatever the values are."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest

from dlmath.answer import Answer, Check, Step, Table
from dlmath.errors import InvalidInput
from dlmath.expression.parser import parse
from dlmath.render.json import answer_json, error_json, plain_value


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (10**40, 10**40),
        (Fraction(1, 4), 0.25),
        (1 + 2j, {"re": 1.0, "im": 2.0}),
        (math.nan, None),
        (math.inf, None),
        (complex(math.nan, 1), None),
        (mpmath.mpf("inf"), None),
        (mpmath.mpf("0.5"), 0.5),
        (mpmath.mpc(1, 2), {"re": 1.0, "im": 2.0}),
        (np.float64(0.5), 0.5),
        (np.int64(3), 3),
        (np.array([[1.0, np.nan]]), [[1.0, None]]),
        ({"x": Fraction(1, 2), 3: [math.inf]}, {"x": 0.5, "3": [None]}),
        (parse("1/3").node, "1/3"),
        (parse("3").node, 3),
        (("slope ", parse("2*x").node), "slope 2*x"),
        ((1, 2), [1, 2]),
    ],
)
def test_values(value: Any, plain: Any) -> None:
    found = plain_value(value)
    assert found == plain
    assert type(found) is type(plain)
    json.dumps(found, allow_nan=False)


@pytest.mark.parametrize(
    ("value", "token"),
    [
        (mpmath.mpf("1e400"), "1e400"),
        (mpmath.exp(-1000), "5.07595889754946e-435"),
        (Fraction(1, 10**400), "1e-400"),
        ([Fraction(10**400, 3), 0.5], "[3.33333333333333e399, 0.5]"),
        (mpmath.mpc(0, "1e-400"), '{"re": 0.0, "im": 1e-400}'),
    ],
)
def test_numbers_that_no_float_holds_keep_their_digits(value: Any, token: str) -> None:
    assert f'"value": {token}, ' in answer_json(Answer("evaluate", (), "x", value=value))


def test_everything_an_answer_holds() -> None:
    x = parse("x").node
    answer = Answer(
        "derive",
        ("d/dx ", x),
        parse("1").node,
        value=1,
        decimal="1.000",
        facts={"slope": 2.5},
        checks=[Check("route", "passed", "3 points")],
        steps=[Step("rule", ("because ", x), x, x, (Step("inner", ()),))],
        tables=[Table("values", ("x", "f"), ((1, x),))],
        notes=[("note on ", x)],
        seconds=0.25,
    )
    text = answer_json(answer)
    assert "\n" not in text
    assert json.loads(text) == {
        "schema": 1,
        "command": "derive",
        "question": "d/dx x",
        "status": "answered",
        "answer": "1",
        "latex": "1",
        "value": 1,
        "facts": {"slope": 2.5, "decimal": "1.000"},
        "checks": [{"name": "route", "verdict": "passed", "detail": "3 points"}],
        "steps": [
            {
                "rule": "rule",
                "text": "because x",
                "before": "x",
                "after": "x",
                "steps": [
                    {"rule": "inner", "text": "", "before": None, "after": None, "steps": []}
                ],
            }
        ],
        "tables": [{"title": "values", "columns": ["x", "f"], "rows": [[1, "x"]]}],
        "notes": ["note on x"],
        "error": None,
        "seconds": 0.25,
    }


def test_a_refuted_answer_is_withheld() -> None:
    answer = Answer("integrate", result=parse("7").node, value=7, status="refuted")
    answer.checks = [Check("quadrature", "failed", "8 instead of 7")]
    found = json.loads(answer_json(answer))
    assert found["answer"] is None
    assert found["latex"] is None
    assert found["value"] is None
    assert "8 instead of 7" in found["error"]["message"]


def test_errors() -> None:
    error = InvalidInput("no", text="(x", start=0, end=1, hint="close it")
    found = json.loads(error_json(error, "derive", "(x", line=3))
    assert found["status"] == "invalid"
    assert found["question"] == "(x"
    assert found["error"] == {
        "message": "no",
        "text": "(x",
        "start": 0,
        "end": 1,
        "hint": "close it",
        "line": 3,
    }
    assert error_json(InvalidInput("\udcff"), "derive", "\udcff").isascii()
