"""Races of methods."""

from __future__ import annotations

import pytest

from dlmath.answer import ANSWERED, DIVERGES, Answer
from dlmath.errors import ExitCode, InvalidInput, Undefined
from dlmath.expression.parser import parse, parse_assignments
from dlmath.maths.optimization.compare import compare, fitted
from dlmath.maths.optimization.methods import METHODS
from dlmath.maths.optimization.plan import Options
from dlmath.settings import Settings
from tests.maths.optimization.test_methods import ROSENBROCK, run


def race(
    methods: str, text: str = ROSENBROCK, start: str = "x=-1.2,y=1", **options: object
) -> Answer:
    settings = options.pop("settings", Settings())
    return compare(
        parse(text).node,
        parse_assignments(start),
        methods.split(","),
        settings,  # type: ignore[arg-type]
        **options,
    )


def test_each_method_goes_as_it_would_alone() -> None:
    answer = race("gd,momentum,adam,bfgs")
    for name, facts in answer.facts["methods"].items():
        assert facts == run(ROSENBROCK, "x=-1.2,y=1", method=name).facts
    table = answer.tables[0]
    assert table.columns == ("method", "rate", "steps", "reason", "value", "gradient norm")
    assert [row[0] for row in table.rows] == ["gd", "momentum", "adam", "bfgs"]
    assert [row[2] for row in table.rows] == [1000, 1000, 1000, 39]
    assert answer.facts["method"] == "bfgs"
    assert answer.facts["at"] == pytest.approx({"x": 1, "y": 1})
    assert answer.value == answer.facts["methods"]["bfgs"]["minimum"]
    assert "bfgs is there first, after 39 steps" in str(answer.notes)
    assert [check.verdict for check in answer.checks] == ["passed"] * 4


def test_a_lower_minimum_wins_over_a_quicker_one() -> None:
    hills = "x^4 - 8*x^2 + x"
    answer = race("gd,conjugate", hills, "x=0.5", rate=0.01, steps_max=5000)
    values = {name: facts["minimum"] for name, facts in answer.facts["methods"].items()}
    assert answer.facts["minimum"] == min(values.values())


def test_all_methods_at_once() -> None:
    answer = race(",".join(METHODS), "x^2 + 2*y^2", "x=1,y=1")
    assert list(answer.facts["methods"]) == list(METHODS)
    assert answer.facts["method"] == "newton"
    assert not answer.refuted


def test_one_that_diverges_or_leaves_the_domain_does_not_end_the_race() -> None:
    answer = race("gd,momentum", "x^2", "x=1", rate=5.0)
    assert answer.status == DIVERGES
    assert answer.facts["at"] is None
    answer = race("gd,newton", "x - log(x)", "x=5", rate=10.0)
    assert answer.facts["methods"]["gd"]["reason"] == "left the domain"
    assert "gd: the descent left the domain at step 1" in str(answer.notes)


def test_options_go_to_the_methods_that_take_them() -> None:
    answer = race("gd,momentum,adam,newton", momentum=0.5, beta1=0.8, rate=1e-3, clip=1.0)
    facts = answer.facts["methods"]
    assert facts["gd"]["rate"] == facts["momentum"]["rate"] == facts["adam"]["rate"] == 1e-3
    alone = run(ROSENBROCK, "x=-1.2,y=1", method="momentum", momentum=0.5, rate=1e-3, clip=1.0)
    assert facts["momentum"] == alone.facts
    assert facts["newton"] == run(ROSENBROCK, "x=-1.2,y=1", method="newton").facts
    assert fitted(Options("newton", line_search="wolfe")).line_search == "wolfe"
    assert fitted(Options("adam", line_search="wolfe")).line_search is None


def test_a_penalty_is_said_of_each_method_that_has_it() -> None:
    answer = race("gd,adamw", "(x - 3)^2", "x=0", weight_decay=1.0)
    said = str(answer.notes)
    assert "gd: " in said and "weight decay adds a penalty" in said
    assert "adamw: " not in said
    assert answer.facts["methods"]["gd"]["penalty"] == pytest.approx(2.0)


def test_the_files_the_picture_and_the_working() -> None:
    settings = Settings(plot=True, steps=True)
    answer = race("gd,adam", "x^2 + 3*y^2", "x=1,y=2", settings=settings, steps_max=50)
    lines = answer.files[".csv"]().decode().splitlines()
    assert lines[0] == "method,step,x,y,value,gradient norm"
    assert [line.split(",")[0] for line in lines[1:]] == ["gd"] * 51 + ["adam"] * 51
    assert [step.rule for step in answer.steps] == ["gd", "adam"]
    assert answer.picture is not None
    assert answer.picture.contour is not None
    assert [curve.label for curve in answer.picture.curves] == [("gd",), ("adam",)]
    assert [curve.label for curve in answer.picture.panels[0].curves] == [("gd",), ("adam",)]


def test_an_interrupt_ends_the_race_with_what_there_is() -> None:
    looks = iter(range(30))
    settings = Settings(interrupted=lambda: next(looks, None) is None)
    answer = race("gd,momentum", settings=settings, rate=1e-6, steps_max=10**9)
    assert answer.status == ANSWERED
    assert answer.code == ExitCode.INTERRUPTED
    assert answer.facts["methods"]["momentum"]["iterations"] == 0


@pytest.mark.parametrize(
    ("methods", "options", "message"),
    [
        ("gd", {}, "a race needs two methods"),
        ("gd,gd", {}, "gd is named twice"),
        ("gd,sgd", {}, "there is no method sgd"),
        ("gd,adam", {"checkpoint": "x.json"}, "a checkpoint holds one descent"),
        ("gd,adam", {"rate": -1.0}, "the rate must be a positive number"),
    ],
)
def test_what_is_refused(methods: str, options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        race(methods, **options)


def test_a_start_outside_the_domain() -> None:
    with pytest.raises(Undefined):
        race("gd,adam", "log(x)", "x=-1")
