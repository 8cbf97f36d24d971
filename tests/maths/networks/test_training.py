"""`train` and `predict` as a library: what they learn, what they say of it, what they refuse."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import dlmath
from dlmath.answer import Answer
from dlmath.columns import columns_of
from dlmath.errors import ExitCode, InvalidInput
from dlmath.maths.networks.training import model_file
from dlmath.maths.networks.training.options import TrainOptions
from dlmath.maths.networks.training.train import train
from dlmath.settings import Settings
from tests.documented import DATA

XOR = {"x1": [0, 0, 1, 1], "x2": [0, 1, 0, 1], "y": [0, 1, 1, 0]}


def table(name: str) -> dict[str, list[Any]]:
    """A table of the documentation, column by column."""
    with (DATA / name).open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    found: dict[str, list[Any]] = {}
    for column in rows[0]:
        cells = [row[column] for row in rows]
        words = cells[0][0].isalpha()
        found[column] = cells if words else [float(cell) for cell in cells]
    return found


def line(slope: float = 3.0, count: int = 60) -> dict[str, list[float]]:
    """y = slope*x + 100 with a little noise."""
    random = np.random.default_rng(0)
    x = random.uniform(-2, 2, count)
    y = slope * x + 100 + 0.1 * random.standard_normal(count)
    return {"x": x.tolist(), "y": y.tolist()}


def notes(answer: Answer) -> str:
    return "\n".join("".join(map(str, note)) for note in answer.notes)


def sound(answer: Answer) -> Answer:
    """The answer, whose checks all passed."""
    assert [check.verdict for check in answer.checks] == ["passed"] * len(answer.checks)
    assert answer.checks
    return answer


# --- what is learned ----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("activation", ["relu", "tanh"])
def test_exclusive_or_is_learned(activation: str, seed: int) -> None:
    answer = sound(dlmath.train(XOR, "y", "2,8,1", activation=activation, seed=seed))
    assert answer.facts["accuracy"] == 1
    assert answer.facts["loss"] < 0.1
    assert str(answer).startswith("accuracy 1 (4 of 4)")


@pytest.mark.parametrize("loss", ["bce", "hinge", "mse", "cross_entropy"])
def test_exclusive_or_by_every_loss_of_classes(loss: str) -> None:
    outputs = 2 if loss == "cross_entropy" else 1
    answer = sound(dlmath.train(XOR, "y", [2, 8, outputs], loss=loss))
    assert answer.facts["accuracy"] == 1
    assert answer.facts["classes"] == ["0", "1"]


def test_two_spirals_are_told_apart() -> None:
    answer = dlmath.train(table("spirals.csv"), "arm", "2,32,32,1", validation=0.2, batch=8)
    assert sound(answer).facts["accuracy"] > 0.95
    assert answer.facts["validation_rows"] == 40
    assert answer.facts["training_accuracy"] > 0.95


@pytest.mark.parametrize("seed", range(2))
def test_iris_is_learned(seed: int) -> None:
    answer = dlmath.train(table("iris.csv"), "species", "4,8,3", validation=0.2, seed=seed)
    assert sound(answer).facts["accuracy"] > 0.93
    (confusion,) = [found for found in answer.tables if found.columns[0] == "class"]
    assert [row[0] for row in confusion.rows] == ["setosa", "versicolor", "virginica"]
    assert [sum(row[1:]) for row in confusion.rows] == [10, 10, 10]
    right = sum(row[place] for place, row in enumerate(confusion.rows, start=1))
    assert right / 30 == answer.facts["accuracy"]


def test_iris_has_the_numbers_of_fisher() -> None:
    """Means of the species as published in 1936, table II."""
    iris = table("iris.csv")
    species = np.array(iris["species"])
    means = {
        name: [round(float(np.mean(np.array(iris[c])[species == name])), 3) for c in list(iris)[:4]]
        for name in ("setosa", "versicolor", "virginica")
    }
    assert means["setosa"] == [5.006, 3.428, 1.462, 0.246]
    assert means["versicolor"] == [5.936, 2.770, 4.260, 1.326]
    assert means["virginica"] == [6.588, 2.974, 5.552, 2.026]


def test_numbers_are_learned_in_their_own_units() -> None:
    answer = sound(dlmath.train(line(), "y", "16", validation=0.25))
    assert answer.facts["r_squared"] > 0.99
    assert answer.facts["rmse"] < 0.3
    assert answer.facts["loss"] < 0.02  # of the standardized numbers


def test_several_targets_and_words_as_features() -> None:
    random = np.random.default_rng(0)
    colors = random.choice(["red", "green", "blue"], 90).tolist()
    sizes = random.choice(["large", "small"], 90).tolist()
    worth = {"red": 1.0, "green": 5.0, "blue": -2.0}
    first = [worth[c] for c in colors]
    second = [10.0 * (s == "small") + worth[c] for c, s in zip(colors, sizes, strict=True)]
    data = {"color": colors, "size": sizes, "a": first, "b": second}
    answer = sound(dlmath.train(data, ["a", "b"], "4,8,2"))
    assert answer.facts["r_squared"] > 0.999
    predicted = dlmath.predict(answer.files[".npz"](), {"size": ["small"], "color": ["blue"]})
    assert predicted.facts["predictions"][0] == pytest.approx([-2, 8], abs=0.2)


def test_a_linear_network_is_least_squares() -> None:
    """Without a hidden layer and with many steps: the fit of the normal equations."""
    data = line()
    answer = dlmath.train(data, "y", "1,1", method="gd", batch=60, epochs=500, rate=0.2)
    slope, shift = np.polyfit(data["x"], data["y"], 1)
    found = dlmath.predict(answer.files[".npz"](), {"x": [0.0, 1.0]}).facts["predictions"]
    assert found == pytest.approx([shift, shift + slope], rel=1e-9)


# --- repeatable, saved, interrupted -------------------------------------------------------------


def test_the_same_seed_gives_the_same_bytes() -> None:
    options = {"validation": 0.2, "dropout": 0.1, "epochs": 5}
    iris = table("iris.csv")
    first, second = (dlmath.train(iris, "species", "6", seed=3, **options) for _ in range(2))
    other = dlmath.train(iris, "species", "6", seed=4, **options)
    assert first.files[".npz"]() == second.files[".npz"]()
    assert first.files[".csv"]() == second.files[".csv"]()
    assert first.files[".npz"]() != other.files[".npz"]()


def test_the_curve_file_has_every_epoch() -> None:
    answer = dlmath.train(table("iris.csv"), "species", "6", validation=0.2, epochs=12)
    rows = list(csv.DictReader(answer.files[".csv"]().decode().splitlines()))
    assert [row["epoch"] for row in rows] == [str(k) for k in range(13)]
    assert float(rows[-1]["loss"]) == answer.facts["loss"]
    assert float(rows[-1]["validation_loss"]) == answer.facts["validation_loss"] == answer.value


def test_dropout_and_penalties_make_weights_smaller_or_differ() -> None:
    def weights(**options: Any) -> Any:
        answer = dlmath.train(table("iris.csv"), "species", "8", epochs=30, **options)
        arrays = np.load(BytesIO(answer.files[".npz"]()), allow_pickle=False)
        return np.concatenate([arrays["W1"].ravel(), arrays["W2"].ravel()])

    plain = weights()
    assert np.abs(weights(l2=0.1)).sum() < 0.8 * np.abs(plain).sum()
    assert np.abs(weights(l1=0.05)).sum() < 0.8 * np.abs(plain).sum()
    assert (weights(dropout=0.3) != plain).any()


def test_an_interrupt_keeps_the_best_so_far() -> None:
    asked = iter([False] * 4 + [True] * 100)
    settings = Settings(interrupted=lambda: next(asked))
    answer = train(columns_of(XOR), ["y"], settings, TrainOptions("2,8,1"))
    assert answer.exit_code == ExitCode.INTERRUPTED
    assert answer.facts["reason"] == "interrupted"
    assert 200 <= answer.facts["epochs"] < 300
    assert answer.facts["kept_epoch"] == answer.facts["best_epoch"]
    assert "interrupted after" in notes(sound(answer))


def test_the_time_limit_keeps_the_best_so_far() -> None:
    answer = train(columns_of(XOR), ["y"], Settings(seconds=0.05), TrainOptions("2,8,1"))
    assert answer.code == ExitCode.LIMIT
    assert answer.facts["reason"] == "time"
    assert "the time is used up" in notes(sound(answer))
    assert answer.files[".npz"]()


def test_progress_is_told() -> None:
    told: list[tuple[float, str]] = []
    settings = Settings(progress=lambda done, words: told.append((done, words)))
    options = TrainOptions("2,64,64,1", epochs=3000)
    train(columns_of(XOR), ["y"], settings, options)
    assert told
    assert all(0 < done <= 1 and words.startswith("epoch ") for done, words in told)


# --- what is said -------------------------------------------------------------------------------


def test_overfitting_is_named_with_its_epoch() -> None:
    """Labels that say nothing can only be learned by heart."""
    random = np.random.default_rng(0)
    data = {f"x{k}": random.standard_normal(80).tolist() for k in range(6)}
    data["y"] = random.integers(0, 2, 80).tolist()
    answer = dlmath.train(data, "y", "64", validation=0.3, epochs=150)
    began = answer.facts["overfitting"]
    assert began is not None
    assert 0 < began < 60
    assert f"overfitting from epoch {began} on" in notes(answer)
    assert answer.facts["training_accuracy"] > answer.facts["accuracy"]
    stopped = dlmath.train(data, "y", "64", validation=0.3, epochs=150, early_stop=10)
    assert stopped.facts["reason"] == "early_stop"
    assert stopped.facts["validation_loss"] < answer.facts["validation_loss"]
    assert stopped.facts["kept_epoch"] == stopped.facts["best_epoch"]


def test_no_overfitting_is_named_where_there_is_none() -> None:
    answer = dlmath.train(line(), "y", "4", validation=0.3, epochs=100)
    assert answer.facts["overfitting"] is None
    assert "overfitting" not in notes(answer)


def test_vanishing_gradients_are_warned_of() -> None:
    layers = [2, *[8] * 7, 1]
    deep = dlmath.train(XOR, "y", layers, activation="sigmoid", epochs=3)
    assert "the gradient vanishes on its way back" in notes(deep)
    assert "with --activation relu it is" in notes(deep)
    norms = deep.facts["gradient_norms_start"]
    assert len(norms) == 8
    assert norms[0] < 1e-3 * norms[-1]
    relu = dlmath.train(XOR, "y", layers, activation="relu", epochs=3)
    assert "vanishes" not in notes(relu)


def test_exploding_gradients_are_warned_of() -> None:
    data = {name: np.multiply(column, 1e4).tolist() for name, column in line().items()}
    answer = dlmath.train(
        data, "y", "1,8,1", method="gd", rate=0.5, standardize=False, activation="identity"
    )
    assert answer.status == "diverges"
    assert str(answer) == "diverges"
    assert answer.facts["loss"] is None
    assert "the gradient explodes" in notes(answer)
    assert ".npz" not in answer.files
    assert answer.code == 0


def test_dead_units_are_counted() -> None:
    answer = dlmath.train(table("iris.csv"), "species", "16", rate=1.0, epochs=30)
    assert answer.facts["dead_units"] > 0
    assert "dead units" in notes(answer)
    (layers,) = [found for found in answer.tables if found.title == "layers"]
    assert layers.rows[0][-1] == answer.facts["dead_units"]
    tanh = dlmath.train(table("iris.csv"), "species", "16", activation="tanh", epochs=5)
    assert tanh.facts["dead_units"] == 0


def test_what_was_chosen_is_said() -> None:
    said = notes(dlmath.train(table("iris.csv"), "species", "16", epochs=2))
    for words in ("cross_entropy for 3 classes", "rate 0.01", "32 rows", "he for relu"):
        assert words in said
    assert "columns standardized" in said
    assert "no rows are held back" in said


def test_the_working_is_one_step_on_one_row() -> None:
    answer = dlmath.train(XOR, "y", "2,2,1", activation="tanh", epochs=2, method="gd", steps=True)
    rules = [step.rule for step in answer.steps]
    assert rules == [
        *("one row", "input", "layer 1 forward", "layer 2 forward", "loss"),
        *("layer 2 backward", "layer 1 backward", "update", "result"),
    ]
    words = {step.rule: "".join(map(str, step.text)) for step in answer.steps}
    assert str(answer) in words["result"]
    x = np.array(numbers_of(words["input"].removeprefix("x = ")))
    rows = [["W1", (2, 2)], ["b1", (2,)], ["W2", (2, 1)], ["b2", (1,)]]
    starts = [
        float("".join(map(str, part.text)).split(", and ")[1].split(" becomes ")[0])
        for step in answer.steps
        if step.rule == "update"
        for part in step.steps
    ]
    values, place = {}, 0
    for name, shape in rows:
        size = int(np.prod(shape))
        values[name] = np.array(starts[place : place + size]).reshape(shape)
        place += size
    p = np.tanh(x @ values["W1"] + values["b1"]) @ values["W2"] + values["b2"]
    assert f"p = W2' a1 + b2 = [{p[0]:.4g}"[:-1] in words["layer 2 forward"]


def numbers_of(text: str) -> list[float]:
    return [float(part) for part in text.strip("[]").split(",")]


@pytest.mark.parametrize(
    ("data", "target", "panels"),
    [(table("spirals.csv"), "arm", 1), (line(), "y", 1), (table("iris.csv"), "species", 0)],
)
def test_pictures(data: Mapping[str, Any], target: str, panels: int) -> None:
    from dlmath.picture import Picture

    answer = dlmath.train(data, target, "4", validation=0.2, epochs=5, plot=True)
    picture = answer.picture
    assert isinstance(picture, Picture)
    assert len(picture.curves) == 2
    assert len(picture.curves[0].x) == 6
    assert len(picture.panels) == panels
    if target == "arm":
        (below,) = picture.panels
        assert below.heat is not None
        assert len(below.heat.categories) == 2
        assert {value for row in below.heat.z for value in row} <= {0.0, 1.0}
        assert sum(len(curve.x) for curve in below.curves) == 200


# --- predictions ------------------------------------------------------------------------------


def trained(**options: Any) -> bytes:
    made: bytes = dlmath.train(table("iris.csv"), "species", "8", epochs=40, **options).files[
        ".npz"
    ]()
    return made


def test_predictions_are_those_of_the_arrays_in_the_file() -> None:
    content = trained(activation="tanh")
    arrays = np.load(BytesIO(content), allow_pickle=False)
    iris = table("iris.csv")
    x = np.column_stack([iris[name] for name in arrays["features"]])
    hidden = np.tanh((x - arrays["mean"]) / arrays["scale"] @ arrays["W1"] + arrays["b1"])
    scores = hidden @ arrays["W2"] + arrays["b2"]
    answer = sound(dlmath.predict(content, iris))
    expected = [str(arrays["classes"][k]) for k in scores.argmax(axis=1)]
    assert answer.facts["predictions"] == expected == str(answer).split("\n")
    powers = np.exp(scores - scores.max(axis=1, keepdims=True))
    powers /= powers.sum(axis=1, keepdims=True)
    assert np.array(answer.facts["probabilities"]) == pytest.approx(powers, abs=1e-14)
    right = np.mean([a == b for a, b in zip(expected, iris["species"], strict=True)])
    assert answer.facts["accuracy"] == right


def test_columns_are_found_by_name() -> None:
    content = trained()
    iris = table("iris.csv")
    turned = {"other": iris["species"], **{name: iris[name] for name in reversed(list(iris))}}
    first, second = dlmath.predict(content, iris), dlmath.predict(content, turned)
    assert str(first) == str(second)


def test_a_new_class_in_the_data_is_not_compared() -> None:
    iris = {**table("iris.csv")}
    iris["species"] = ["daisy", *iris["species"][1:]]
    answer = dlmath.predict(trained(), iris)
    assert "accuracy" not in answer.facts
    assert "not compared: row 1 of the data: species is daisy" in notes(answer)


def test_rows_far_away_are_named() -> None:
    data = {key: [5.0, 500.0] for key in list(table("iris.csv"))[:4]}
    assert "1 row (the first is row 2) lie more than 10" in notes(dlmath.predict(trained(), data))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"petal_width": None}, "the data have no column petal_width"),
        ({"petal_width": ["wide", "slim"]}, "the column petal_width holds words"),
    ],
)
def test_predictions_refuse_other_columns(change: dict[str, Any], message: str) -> None:
    data: dict[str, Any] = {key: [1.0, 2.0] for key in list(table("iris.csv"))[:4]}
    data = {name: cells for name, cells in {**data, **change}.items() if cells is not None}
    with pytest.raises(InvalidInput, match=message):
        dlmath.predict(trained(), data)


def test_predictions_refuse_new_words() -> None:
    data = {"c": ["a", "b", "c"] * 4, "y": [1.0, 2.0, 3.0] * 4}
    content = dlmath.train(data, "y", "3,1", epochs=2).files[".npz"]()
    with pytest.raises(InvalidInput, match="row 2 of the data: c is d, a word that"):
        dlmath.predict(content, {"c": ["a", "d"]})


# --- model files --------------------------------------------------------------------------------


def test_a_file_reads_back_as_the_same_model() -> None:
    content = trained()
    assert model_file.to_bytes(model_file.from_bytes(content)) == content


@pytest.mark.parametrize(
    "change",
    [
        {"format": np.array("dlmath network 99")},
        {"W1": np.zeros((4, 7))},
        {"W1": np.full((4, 8), np.nan)},
        {"b2": np.array(["a", "b", "c"])},
        {"activation": np.array("os.system")},
        {"loss": np.array("bce")},
        {"sizes": np.array([4, 10**9, 3])},
        {"sizes": np.array([4.0, 8.0, 3.0])},
        {"classes": np.array(["a"])},
        {"features": np.array(["a", "b"])},
        {"mean": np.zeros(3)},
        {"scale": None},
    ],
)
def test_damaged_files_are_refused(change: dict[str, Any]) -> None:
    arrays = dict(np.load(BytesIO(trained()), allow_pickle=False)) | change
    stream = BytesIO()
    np.savez(stream, **{name: array for name, array in arrays.items() if array is not None})
    with pytest.raises(InvalidInput, match="damaged"):
        model_file.from_bytes(stream.getvalue())


def test_what_is_no_model_is_refused(tmp_path: Path) -> None:
    stream = BytesIO()
    np.savez(stream, format=np.array([{"a": 1}], dtype=object))
    numbers = BytesIO()
    np.save(numbers, np.zeros(3))
    content = trained()
    for wrong in (b"", b"text", content[:-100], stream.getvalue(), numbers.getvalue()):
        with pytest.raises(InvalidInput, match="is not a network"):
            model_file.from_bytes(wrong)
    with pytest.raises(InvalidInput, match="cannot be read"):
        dlmath.predict(str(tmp_path / "none.npz"), {})


def test_changed_bytes_are_refused_or_read() -> None:
    """No change of the bytes gets past as anything but a model or a refusal."""
    stream = BytesIO()
    np.savez_compressed(stream, **dict(np.load(BytesIO(trained()), allow_pickle=False)))
    random = np.random.default_rng(1)
    refused = 0
    for _ in range(300):
        content = bytearray(stream.getvalue())
        for place in random.integers(len(content), size=random.choice([1, 2, 10])):
            content[place] = random.integers(256)
        try:
            model_file.from_bytes(bytes(content))
        except InvalidInput:
            refused += 1
    assert refused > 100


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"layers": "3,8,1"}, "the first layer has 3 units, and 2 numbers of each row go in"),
        ({"layers": "2,8,3"}, "the last layer has 3 units, and the target needs 1"),
        ({"layers": "2,x,1"}, "whole number from 1 up"),
        ({"layers": "2,0,1"}, "whole number from 1 up"),
        ({"layers": ""}, "whole number from 1 up"),
        ({"layers": "2,100000,100000,1"}, "parameters are too many"),
        ({"target": "z"}, "the data have no column z"),
        ({"target": []}, "the target is not given"),
        ({"target": ["y", "y"]}, "named twice"),
        ({"features": ["y"]}, "y is the target"),
        ({"features": ["x3"]}, "the data have no column x3"),
        ({"activation": "rellu"}, "there is no activation rellu"),
        ({"loss": "msee"}, "there is no loss msee"),
        ({"loss": "huber", "target": "word"}, "the loss huber does not fit"),
        ({"loss": "bce", "target": "real"}, "bce is a loss of classes"),
        ({"method": "newton"}, "newton searches along a line"),
        ({"method": "adamm"}, "there is no method adamm"),
        ({"schedule": "cosin"}, "there is no schedule cosin"),
        ({"initialization": "hee"}, "there is no initialization hee"),
        ({"validation": 1.5}, "validation is the part"),
        ({"validation": 0.01}, "leaves none to hold back"),
        ({"dropout": 1.0}, "dropout is the part"),
        ({"rate": 0.0}, "rate is above 0"),
        ({"epochs": 0}, "epochs is at least 1"),
        ({"batch": 5}, "larger than the 4 rows"),
        ({"early_stop": 3}, "none are held back"),
        ({"l2": -1.0}, "l2 is at least 0"),
        ({"parameters": {"momentum": 0.5}}, "adam has no momentum"),
        ({"target": "same"}, "every row has the same same"),
        ({"target": ["real", "word"]}, "several targets must be numbers"),
    ],
)
def test_refused(options: dict[str, Any], message: str) -> None:
    data = {**XOR, "word": list("abba"), "real": [0.5, 1.5, 2.0, 3.0], "same": ["a"] * 4}
    given = {"layers": "2,8,1", "target": "y", "features": ["x1", "x2"], **options}
    with pytest.raises(dlmath.errors.DlmathError, match=message):
        dlmath.train(data, **given)


def test_the_place_of_a_wrong_layer_is_shown() -> None:
    with pytest.raises(InvalidInput) as caught:
        dlmath.train(XOR, "y", "2, 8, 16,3")
    error = caught.value
    assert (error.text, error.start, error.end) == ("2,8,16,3", 7, 8)
    assert error.hint == "--layers 2,8,16,1"


@pytest.mark.filterwarnings("error")
def test_rows_beyond_floats_are_refused() -> None:
    data = {name: [5.0, 1.7e308] for name in list(table("iris.csv"))[:4]}
    with pytest.raises(InvalidInput, match="row 2 of the data is too large"):
        dlmath.predict(trained(), data)
