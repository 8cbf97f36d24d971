"""The options of `descend` at the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dlmath.cli.optimization import LINE_SEARCHES, METHODS, SCHEDULES
from dlmath.maths.optimization import methods, plan, schedules
from tests.cli.command import dlmath


def test_the_names_are_those_of_the_mathematics() -> None:
    assert tuple(methods.METHODS) == METHODS
    assert tuple(schedules.SCHEDULES) == SCHEDULES
    assert plan.LINE_SEARCHES == LINE_SEARCHES


def test_every_step_is_saved(tmp_path: Path) -> None:
    files = [tmp_path / "trace.csv", tmp_path / "trace.json"]
    saved = [word for file in files for word in ("--save", str(file))]
    done = dlmath("descend", "x^2 + y^2", "--start", "x=1,y=2", "--trace", "5", "--json", *saved)
    assert done.code == 0
    answer = done.json
    assert len(answer["tables"][0]["rows"]) == 5
    steps = answer["facts"]["iterations"]
    assert len(files[0].read_text().splitlines()) == steps + 2
    whole = json.loads(files[1].read_text())
    assert [row[0] for row in whole["tables"][0]["rows"]] == list(range(steps + 1))
    assert whole["facts"] == answer["facts"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--schedule", "cosin"], "did you mean cosine?"),
        (["--compare", "gd,adm"], "did you mean adam?"),
        (["--method", "bfgs", "--clip", "1"], "--clip does not go with a line search"),
        (["--beta1", "0.5"], "gd has no beta1"),
        (["--clip", "0"], "--clip must be above 0"),
    ],
)
def test_options_that_do_not_fit(options: list[str], message: str) -> None:
    done = dlmath("descend", "x^2", "--start", "x=1", *options)
    assert done.code == 2
    assert done.out == ""
    assert message in done.err
