"""A descent that was stopped and taken up again is the same bit for bit."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from dlmath.answer import Answer
from dlmath.errors import InvalidInput, OutputError
from dlmath.expression.parser import parse, parse_assignments
from dlmath.maths.optimization.descend import descend
from dlmath.settings import Settings
from tests.maths.optimization.test_methods import ROSENBROCK, run


def stopped(calls: int) -> Settings:
    """Settings of somebody who presses Ctrl-C after so many looks."""
    left = iter(range(calls))
    return Settings(interrupted=lambda: next(left, None) is None)


def begun(file: Path, calls: int, **options: object) -> Answer:
    return descend(
        parse(ROSENBROCK).node,
        parse_assignments("x=-1.2,y=1"),
        stopped(calls),
        checkpoint=str(file),
        **options,
    )


@pytest.mark.parametrize(
    "options",
    [
        {"rate": 1e-3, "steps_max": 3000},
        {"method": "adam", "schedule": "cosine", "clip": 10.0, "noise": 0.1, "steps_max": 3000},
        {"method": "nadam", "steps_max": 3000},
        {"method": "bfgs"},
        {"method": "conjugate"},
        {"rate": 0.0022, "steps_max": 40_000},
    ],
    ids=str,
)
def test_taken_up_again_it_ends_the_same(tmp_path: Path, options: dict[str, object]) -> None:
    whole = run(ROSENBROCK, "x=-1.2,y=1", **options)
    file = tmp_path / "descent.json"
    times = 0
    for calls in (3, 1, 20, 50, 90, 10_000):
        part = begun(file, calls, **options)
        times += part.facts["reason"] == "interrupted"
    assert times >= 3
    assert part.facts == whole.facts
    assert part.tables == whole.tables
    assert part.files[".csv"]() == whole.files[".csv"]()
    assert not list(tmp_path.glob("*.part"))


def test_a_finished_descent_goes_on_with_more_steps(tmp_path: Path) -> None:
    file = tmp_path / "descent.json"
    begun(file, 10**6, rate=1e-3, steps_max=500)
    further = begun(file, 10**6, rate=1e-3, steps_max=2000)
    whole = run(ROSENBROCK, "x=-1.2,y=1", rate=1e-3, steps_max=2000)
    assert further.facts == whole.facts
    assert "goes on from step 500" in str(further.notes)


def test_the_file_is_text_without_rounding(tmp_path: Path) -> None:
    file = tmp_path / "descent.json"
    answer = begun(file, 10**6, rate=1e-3, steps_max=50)
    content = json.loads(file.read_text())
    last = content["states"][-1]
    assert last[0] == 50
    assert [float.fromhex(text) for text in last[1:3]] == list(answer.facts["at"].values())


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rate": 2e-3}, "another rate"),
        ({"method": "momentum"}, "another method"),
        ({"clip": 1.0}, "another --clip"),
        ({"schedule": "cosine"}, "another schedule"),
    ],
)
def test_of_another_descent_it_is_refused(
    tmp_path: Path, change: dict[str, object], words: str
) -> None:
    file = tmp_path / "descent.json"
    begun(file, 10**6, rate=1e-3, steps_max=50)
    with pytest.raises(InvalidInput, match=words):
        begun(file, 10**6, **{"rate": 1e-3, "steps_max": 50, **change})


@pytest.mark.parametrize(
    "content",
    ["", "{}", "[1, 2]", "not json", '{"format": "dlmath descend checkpoint 1"}', "\ufffd" * 9],
)
def test_other_files_are_refused_and_left_alone(tmp_path: Path, content: str) -> None:
    file = tmp_path / "descent.json"
    file.write_text(content)
    with pytest.raises(InvalidInput, match=r"no checkpoint|of another function"):
        begun(file, 10**6)
    assert file.read_text() == content


def test_damaged_states_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "descent.json"
    begun(file, 10**6, rate=1e-3, steps_max=50)
    content = json.loads(file.read_text())
    for damage in ([], [[0, "0x1p0"]], [[5, *content["states"][0][1:]]], ["x"], None):
        file.write_text(json.dumps({**content, "states": damage}))
        with pytest.raises(InvalidInput, match="no checkpoint"):
            begun(file, 10**6, rate=1e-3, steps_max=50)


def test_a_place_that_cannot_be_written_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        begun(tmp_path / "missing" / "descent.json", 10**6)
    with pytest.raises(InvalidInput, match="cannot be read"):
        begun(tmp_path, 10**6)


def test_it_is_replaced_in_one_act(tmp_path: Path) -> None:
    file = tmp_path / "descent.json"
    begun(file, 10**6, rate=1e-3, steps_max=50)
    before = file.stat()
    begun(file, 10**6, rate=1e-3, steps_max=80)
    after = file.stat()
    assert before.st_ino != after.st_ino
    assert stat.S_ISREG(after.st_mode)
