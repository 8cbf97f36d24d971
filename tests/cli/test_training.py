"""`train` and `predict` at the command line: options, files, mistakes, Ctrl-C."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.command import DLMATH, dlmath, environment
from tests.documented import DATA

XOR = ["train", "--layers", "2,8,1", "--data", "@xor.csv", "--target", "y"]


def test_a_model_is_saved_and_predicts(tmp_path: Path) -> None:
    model, curves = tmp_path / "model.npz", tmp_path / "curves.csv"
    done = dlmath(*XOR, "--save", str(model), "--save", str(curves), "--epochs", "300", cwd=DATA)
    assert done.code == 0
    assert curves.read_text(encoding="utf-8").startswith("epoch,loss,gradient_norm_1")
    answer = dlmath("predict", str(model), "--data", "@xor.csv", cwd=DATA)
    assert (answer.code, answer.out) == (0, "0\n1\n1\n0\n")
    assert "y is in the data: accuracy 1 (4 of 4)" in answer.err
    saved = tmp_path / "predicted.csv"
    dlmath("predict", str(model), "--data", "@xor.csv", "--save", str(saved), cwd=DATA)
    assert saved.read_text(encoding="utf-8").startswith("y,probability_0,probability_1\n0,0.9")


def test_facts_in_json() -> None:
    done = dlmath(*XOR, "--json", "--epochs", "3", "--rate", "1/100", cwd=DATA)
    answer = json.loads(done.out)
    assert answer["status"] == "answered"
    assert answer["value"] == answer["facts"]["loss"]
    assert answer["facts"]["parameters"] == 33
    assert answer["facts"]["rate"] == 0.01
    assert answer["facts"]["overfitting"] is None
    assert [check["verdict"] for check in answer["checks"]] == ["passed"] * 3
    assert next(table["title"] for table in answer["tables"]) == "training"


@pytest.mark.parametrize(
    ("arguments", "code", "message", "hint"),
    [
        (["--target", "y"], 2, "train needs a table of data", "--data @file.csv"),
        (["--data", "@xor.csv"], 2, "train needs a column to predict", "--target y"),
        (["--data", "xor.csv", "--target", "y"], 2, "--data takes a file", "--data @xor.csv"),
        (["--data", "@none.csv", "--target", "y"], 2, "none.csv cannot be read", ""),
        (["--data", "@xor.csv", "--target", "y"], 2, "layers of the network", "--layers 2,8,1"),
        ([*XOR[1:], "--validation", "1.5"], 2, "--validation must be at least 0", ""),
        ([*XOR[1:], "--validation", "x"], 2, "--validation takes a number", ""),
        ([*XOR[1:], "--activation", "rellu"], 2, "no activation rellu", "did you mean relu?"),
        ([*XOR[1:], "--loss", "bcee"], 2, "--loss", "did you mean bce?"),
        ([*XOR[1:], "--penalty", "l2"], 2, "--penalty", "--penalty l2=0.01"),
        ([*XOR[1:], "--penalty", "l2=1,l2=2"], 2, "l2 is given twice", ""),
        ([*XOR[1:], "--epochs", "1.5"], 2, "--epochs takes a whole number", ""),
        ([*XOR[1:], "--save", "/none/model.npz"], 4, "there is no directory", ""),
        ([*XOR[1:], "--timeout", "0", "--epochs", "9", "--dropout", "1"], 2, "--dropout", ""),
    ],
)
def test_mistakes(arguments: list[str], code: int, message: str, hint: str) -> None:
    done = dlmath("train", *arguments, cwd=DATA)
    assert (done.code, done.out) == (code, "")
    assert message in done.err
    assert hint in done.err


def test_a_wrong_cell_is_named_by_row_and_column(tmp_path: Path) -> None:
    (tmp_path / "bad.csv").write_text("a,b,y\n1,2,3\n4,nan,6\n7,8,9\n", encoding="utf-8")
    done = dlmath("train", "--layers", "4", "--data", "@bad.csv", "--target", "y", cwd=tmp_path)
    assert done.code == 2
    assert 'row 3, column b is not a number: "nan"' in done.err


def test_an_empty_target_does_not_keep_from_predicting(tmp_path: Path) -> None:
    rows = (DATA / "new-flowers.csv").read_text(encoding="utf-8").splitlines()
    text = "\n".join([rows[0] + ",species", *(row + "," for row in rows[1:])])
    (tmp_path / "new.csv").write_text(text, encoding="utf-8")
    done = dlmath("predict", str(DATA / "iris.npz"), "--data", "@new.csv", cwd=tmp_path)
    assert (done.code, done.out) == (0, "setosa\nversicolor\nvirginica\n")
    assert "the target is not compared" in done.err


def test_predict_needs_data_and_a_model() -> None:
    assert "needs a table of data" in dlmath("predict", "iris.npz", cwd=DATA).err
    done = dlmath("predict", "xor.csv", "--data", "@xor.csv", cwd=DATA)
    assert (done.code, done.out) == (2, "")
    assert "xor.csv is not a network that dlmath train has saved" in done.err


def test_control_c_keeps_the_best_and_saves_it(tmp_path: Path) -> None:
    model = tmp_path / "model.npz"
    arguments = [*XOR, "--epochs", "1000000", "--timeout", "0", "--save", str(model)]
    with subprocess.Popen(
        [*DLMATH, *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=DATA,
        env=environment(),
        text=True,
    ) as run:
        time.sleep(1.5)
        run.send_signal(signal.SIGINT)
        out, err = run.communicate(timeout=30)
    assert run.returncode == 130
    assert out.startswith("accuracy ")
    assert "interrupted after" in err
    assert dlmath("predict", str(model), "--data", "@xor.csv", cwd=DATA).code == 0


def test_a_narrow_terminal() -> None:
    done = dlmath(*XOR, "--format", "rich", "--epochs", "5", cwd=DATA, COLUMNS="40", NO_COLOR="1")
    assert done.code == 0
    assert max(map(len, done.out.splitlines())) <= 40


def test_columns_may_have_any_name(tmp_path: Path) -> None:
    text = "x (m),e,house price\n1,2,3\n2,3,5\n3,5,6\n"
    (tmp_path / "names.csv").write_text(text, encoding="utf-8")
    given = ["train", "--data", "@names.csv", "--layers", "2,1", "--epochs", "3"]
    for target in ("house price", "house_price"):
        done = dlmath(*given, "--target", target, "--features", "x (m),e", cwd=tmp_path)
        assert done.code == 0, done.err
    done = dlmath(*given, "--target", "e,,x", cwd=tmp_path)
    assert "--target takes names of columns" in done.err


def test_numbers_beyond_floats_are_refused(tmp_path: Path) -> None:
    (tmp_path / "huge.csv").write_text("a,y\n1e200,1\n-1e200,2\n3,4\n", encoding="utf-8")
    given = ["train", "--data", "@huge.csv", "--layers", "4", "--target", "y"]
    done = dlmath(*given, cwd=tmp_path)
    assert done.code == 2
    assert "the numbers of a are too large" in done.err
    done = dlmath(*given, "--no-standardize", cwd=tmp_path)
    assert done.code == 2
    assert "beyond the range of floats" in done.err


def test_a_short_time_limit_still_answers() -> None:
    done = dlmath(*XOR, "--timeout", "2", "--epochs", "1000000", cwd=DATA)
    assert done.code == 3
    assert done.out.startswith("accuracy ")
    assert "the time is used up" in done.err
