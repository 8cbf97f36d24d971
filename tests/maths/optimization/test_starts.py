"""Descents from many starts: the basins, how many starts each draws, and the map."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from dlmath.answer import DIVERGES, LIMIT_REACHED, PASSED, Answer
from dlmath.cli.descend_starts import read_box
from dlmath.cli.options import InvalidOption
from dlmath.errors import InvalidInput
from dlmath.expression.parser import parse
from dlmath.maths.optimization.loop import compile_loop
from dlmath.maths.optimization.objective import Objective
from dlmath.maths.optimization.path import Path
from dlmath.maths.optimization.plan import Options, make_plan
from dlmath.maths.optimization.starts import ARRIVED, Walker, random_starts
from dlmath.maths.optimization.starts_descent import descend_from_many
from dlmath.picture import Picture
from dlmath.settings import Settings

HIMMELBLAU = "(x^2 + y - 11)^2 + (x + y^2 - 7)^2"
MINIMA = [(3, 2), (3.584428, -1.848127), (-3.779310, -3.283186), (-2.805118, 3.131313)]


def run(text: str, count: int, box: str, **given: Any) -> Answer:
    named = {name: given.pop(name) for name in ("plot", "seconds") if name in given}
    tolerance = given.pop("tolerance", None)
    answer = descend_from_many(
        parse(text).node, count, read_box(box), Settings(**named), Options(**given), tolerance
    )
    assert all(check.verdict == PASSED for check in answer.checks), answer.checks
    return answer


def notes(answer: Answer) -> str:
    return "; ".join("".join(map(str, note)) for note in answer.notes)


# --- the basins of Himmelblau's function ------------------------------------------------------


def test_himmelblau_has_four_basins_that_draw_all_starts() -> None:
    facts = run(HIMMELBLAU, 6000, "-5..5", seed=1).facts
    found = {(basin["at"]["x"], basin["at"]["y"]): basin for basin in facts["basins"]}
    assert facts["basins_found"] == 4
    for x, y in MINIMA:
        near = [at for at in found if at == pytest.approx((x, y), abs=1e-5)]
        assert len(near) == 1
        assert found[near[0]]["kind"] == "minimum"
        assert found[near[0]]["value"] == pytest.approx(0, abs=1e-20)
    assert sum(basin["starts"] for basin in facts["basins"]) == facts["starts"] == 6000
    assert (facts["arrived"], facts["reason"]) == (6000, "converged")


def test_every_start_goes_where_a_single_descent_goes() -> None:
    objective = Objective(parse(HIMMELBLAU).node, ["x", "y"])
    for method in ("gd", "momentum", "adam", "nadam"):
        plan = make_plan(Options(method=method, rate=0.003, steps_max=4000, schedule="cosine"))
        starts = random_starts(8, [(-4.0, 4.0)] * 2, 3)
        ends = Walker(objective, plan, 1e-6).walk(starts)
        loop = compile_loop(objective, plan)
        for start, end, steps in zip(ends.starts, ends.points, ends.steps, strict=True):
            path = Path(loop, tuple(start), 2 * len(plan.method.memory), repeats=False)
            path.run(int(steps), 0.0)
            assert path.end.point == pytest.approx(end.tolist(), rel=1e-9, abs=1e-9)


def test_the_same_seed_gives_the_same_bits() -> None:
    first, again, other = (
        run(HIMMELBLAU, 500, "-5..5", seed=seed).facts["basins"] for seed in (2, 2, 3)
    )
    assert first == again
    assert [basin["starts"] for basin in first] != [basin["starts"] for basin in other]


def test_starts_are_spread_evenly_over_the_box() -> None:
    starts = random_starts(4000, [(-1.0, 3.0), (10.0, 11.0)], 0)
    assert starts.min(axis=0) == pytest.approx([-1, 10], abs=0.02)
    assert starts.max(axis=0) == pytest.approx([3, 11], abs=0.02)
    counts, _ = np.histogram(starts[:, 0], 4, (-1, 3))
    assert counts == pytest.approx(1000, rel=0.1)


# --- other landscapes -------------------------------------------------------------------------


def test_two_wells_are_told_apart_and_the_deeper_is_the_answer() -> None:
    answer = run("x^4 - 3*x^2 + x", 800, "-3..3")
    roots = sorted(np.roots([4, 0, -6, 1]).real)
    assert answer.facts["at"]["x"] == pytest.approx(roots[0], abs=1e-8)
    values = [basin["at"]["x"] for basin in answer.facts["basins"]]
    assert values == pytest.approx([roots[0], roots[2]], abs=1e-8)
    # the border between them is the maximum
    share = answer.facts["basins"][0]["starts"] / 800
    assert share == pytest.approx((roots[1] + 3) / 6, abs=0.05)


def test_a_curve_of_minima_is_one_basin() -> None:
    answer = run("(x^2 + y^2 - 1)^2", 150, "-2..2")
    assert answer.facts["basins_found"] == 1
    at = answer.facts["at"]
    assert at["x"] ** 2 + at["y"] ** 2 == pytest.approx(1)
    assert "a whole curve" in notes(answer)


def test_rastrigin_has_its_121_minima() -> None:
    text = "20 + x^2 - 10*cos(2*pi*x) + y^2 - 10*cos(2*pi*y)"
    answer = run(text, 4000, "-5.12..5.12")
    assert answer.facts["basins_found"] == 121
    assert answer.facts["at"] == {"x": 0, "y": 0}
    assert len(answer.files[".csv"]().decode().splitlines()) == 122
    assert len(answer.facts["basins"]) == len(answer.tables[0].rows) == 20


def test_starts_outside_the_domain_are_counted() -> None:
    facts = run("log(x)^2", 400, "x=-1..3", method="adam").facts
    assert facts["left_domain"] == pytest.approx(100, abs=40)
    assert facts["at"] == pytest.approx({"x": 1})
    assert facts["arrived"] + facts["near"] + facts["left_domain"] + facts["unfinished"] == 400


def test_a_plateau_is_no_basin() -> None:
    answer = run("-exp(-x^2)", 200, "-9..9")
    assert answer.facts["at"] == {"x": 0}
    assert answer.facts["basins_found"] == 1
    assert answer.facts["arrived"] > answer.facts["basins"][0]["starts"]
    assert "arrived on a plateau" in notes(answer)
    assert run("exp(-x^2 - y^2)", 100, "-3..3", method="adam").facts["basins"] == []


def test_beside_a_jump_is_no_minimum() -> None:
    answer = run("floor(x) + x^2", 50, "-1/2..1/2")
    assert answer.facts["basins"] == []
    assert answer.facts["minimum"] is None


def test_leaving_the_domain_is_not_running_away() -> None:
    facts = run("x*log(x) - 10*x", 50, "x=0.1..1", rate=1.0).facts
    assert facts["diverged"] == 0
    facts = run("sqrt(x) + x", 50, "x=0.1..1", rate=0.1).facts
    assert (facts["left_domain"], facts["diverged"]) == (50, 0)
    assert run("x^4", 50, "x=3..9", rate=1.0).facts["diverged"] == 50


def test_what_runs_away_diverges() -> None:
    answer = run("-x^2", 50, "-2..2")
    assert answer.status == DIVERGES
    assert answer.facts["diverged"] == 50
    assert run("x + y", 50, "-2..2").status == DIVERGES


def test_a_kink_is_not_called_a_basin() -> None:
    answer = run("abs(x)", 50, "-2..2")
    assert answer.facts["basins"] == []
    assert answer.facts["minimum"] is None
    assert "no start arrived in a basin" in notes(answer)
    assert abs(answer.facts["lowest"]["at"]["x"]) < 0.1


def test_slow_starts_close_to_a_minimum_are_counted_there_and_said_to_be() -> None:
    answer = run("x^4 + y^4", 100, "-2..2", steps_max=1500)
    assert answer.facts["near"] == 100
    assert answer.facts["reason"] == "steps_max"
    assert answer.facts["basins"][0]["starts"] == 100
    assert "close to a minimum" in notes(answer)


def test_time_that_is_used_up_is_said() -> None:
    answer = descend_from_many(
        parse(HIMMELBLAU).node, 500_000, read_box("-5..5"), Settings(seconds=0.05), Options()
    )
    assert answer.status == LIMIT_REACHED
    assert answer.error is not None
    assert "of 500000 starts were walked" in answer.error["message"]


# --- the map ----------------------------------------------------------------------------------


def test_the_map_colours_each_place_by_the_basin_of_its_descent() -> None:
    answer = run(HIMMELBLAU, 400, "x=-5..5,y=-4..4", plot=True)
    picture = answer.picture
    assert isinstance(picture, Picture)
    heat = picture.heat
    assert heat is not None
    assert (heat.x_range, heat.y_range) == ((-5, 5), (-4, 4))
    rows, columns = len(heat.z), len(heat.z[0])
    for number, basin in enumerate(answer.facts["basins"]):
        x, y = basin["at"]["x"], basin["at"]["y"]
        column, row = int((x + 5) / 10 * columns), int((y + 4) / 8 * rows)
        assert heat.z[row][column] == number
    assert len(picture.marks) == 4
    assert run("x^4 - 3*x^2 + x", 50, "-3..3", plot=True).picture.curves  # type: ignore[union-attr]
    assert run("norm([x, y, z])^2", 50, "-1..1", plot=True).picture.bars  # type: ignore[union-attr]


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "count", "box", "given", "words"),
    [
        ("x^2*y", 10, "x=-1..1", {}, "no side for y"),
        ("x^2", 10, "x=-1..1,z=0..1", {}, "names z"),
        ("x^2", 10, "2..1", {}, "not upwards"),
        ("x^2", 10, "a..1", {}, "two finite numbers"),
        ("x^2", 0, "0..1", {}, "1 to"),
        ("x^2", 10, "0..1", {"method": "newton"}, "line search"),
        ("x^2", 10, "0..1", {"noise": 1.0}, "--noise"),
        ("3", 10, "0..1", {}, "no variable"),
        ("[x, y]", 10, "0..1", {}, "one number"),
    ],
)
def test_what_does_not_fit_is_refused(
    text: str, count: int, box: str, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        run(text, count, box, **given)


@pytest.mark.parametrize("box", ["0", "0..1..2", "x=0..1,x=1..2", "x=0..1,y", ""])
def test_boxes_that_are_none(box: str) -> None:
    with pytest.raises(InvalidOption):
        read_box(box)


def test_boxes_as_typed() -> None:
    low, high = read_box("-2..1/2")  # type: ignore[misc]
    assert (low, high) == (parse("-2").node, parse("1/2").node)
    assert read_box("x=-2..2,y=max(0, 1)..3") == {
        "x": (parse("-2").node, parse("2").node),
        "y": (parse("max(0, 1)").node, parse("3").node),
    }


def test_the_fate_of_a_start_at_a_minimum_is_to_have_arrived() -> None:
    objective = Objective(parse("x^2").node, ["x"])
    ends = Walker(objective, make_plan(Options()), 1e-6).walk(np.zeros((1, 1)))
    assert ends.fate.tolist() == [ARRIVED]
    assert ends.steps.tolist() == [0]
