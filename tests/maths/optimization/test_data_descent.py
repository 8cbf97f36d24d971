"""Descents on data against closed forms, scipy, and loops written by hand; what is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import optimize

import dlmath
from dlmath.answer import DIVERGES, FAILED, LIMIT_REACHED, PASSED, UNAVAILABLE, Answer
from dlmath.checks import least_squares
from dlmath.cli.read_pieces import read_pieces
from dlmath.columns import Columns
from dlmath.errors import ExitCode, InvalidInput, Undefined
from dlmath.expression.parser import parse, parse_assignments
from dlmath.maths.optimization.data_descent import DataOptions, descend_on_data
from dlmath.maths.optimization.plan import Options
from dlmath.settings import Settings

RANDOM = np.random.default_rng(8)
ROWS = 90
FEATURES = RANDOM.normal(size=(ROWS, 3))
TARGET = FEATURES @ [1.5, -2.0, 0.5] + 0.7 + 0.3 * RANDOM.normal(size=ROWS)
LABEL = (FEATURES @ [1.0, 2.0, -1.0] + RANDOM.normal(size=ROWS) > 0).astype(float)
KIND = np.argmax(FEATURES + RANDOM.normal(size=(ROWS, 3)), axis=1).astype(float)
DATA = Columns(
    ("x1", "x2", "x3", "y", "label", "kind"),
    np.column_stack([FEATURES, TARGET, LABEL, KIND]),
    {"label": ("no", "yes"), "kind": ("ash", "elm", "oak")},
)
DESIGN = np.column_stack([FEATURES, np.ones(ROWS)])
LINEAR = "mean((dot([x1, x2, x3], W) + b - y)^2)"
LOGISTIC = "mean(bce(sigmoid(dot([x1, x2, x3], W) + b), label))"


def run(text: str, start: str = "", data: Any = DATA, **given: Any) -> Answer:
    asked = {name: given.pop(name) for name in list(given) if name in DataOptions._fields}
    settings = Settings(**{name: given.pop(name) for name in ("steps", "plot") if name in given})
    return descend_on_data(
        parse(text).node,
        data,
        parse_assignments(start) if start else {},
        settings,
        Options(**given),
        DataOptions(**asked),
    )


def theta(answer: Answer) -> list[float]:
    return [*answer.facts["at"]["W"], answer.facts["at"]["b"]]


def assert_checked(answer: Answer) -> None:
    assert answer.checks
    assert {check.verdict for check in answer.checks} == {PASSED}, answer.checks


SHAPES = {"W": (3,)}

# --- the three regressions --------------------------------------------------------------------


@pytest.mark.parametrize("method", ["newton", "bfgs", "conjugate", "momentum"])
def test_linear_regression_reaches_the_closed_form(method: str) -> None:
    answer = run(LINEAR, shapes=SHAPES, method=method)
    expected, residual, *_ = np.linalg.lstsq(DESIGN, TARGET, rcond=None)
    assert theta(answer) == pytest.approx(expected.tolist(), abs=1e-6)
    assert answer.facts["minimum"] == pytest.approx(residual[0] / ROWS, rel=1e-10)
    assert answer.facts["reason"] == "converged"
    assert answer.facts["kind"] == "minimum"
    curvature = np.linalg.eigvalsh(2 * DESIGN.T @ DESIGN / ROWS)
    assert answer.facts["eigenvalues"] == pytest.approx(curvature.tolist(), rel=1e-6)
    assert answer.facts["closed_form"]["minimum"] == pytest.approx(residual[0] / ROWS, rel=1e-12)
    assert_checked(answer)


def test_logistic_regression_reaches_the_optimum_of_scipy() -> None:
    answer = run(LOGISTIC, shapes=SHAPES, method="newton")

    def loss(w: Any) -> Any:
        z = DESIGN @ w
        return np.mean(np.logaddexp(0, z) - LABEL * z)

    found = optimize.minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-9})
    assert theta(answer) == pytest.approx(found.x.tolist(), abs=1e-5)
    assert answer.facts["minimum"] == pytest.approx(found.fun, rel=1e-10)
    assert_checked(answer)


def test_softmax_regression_reaches_the_optimum_of_scipy() -> None:
    text = "mean(cross_entropy(softmax(X*W + b), kind)) + 0.01*norm(W)^2"
    shapes = {"W": (3, 3), "b": (3,)}
    answer = run(text, shapes=shapes, features=["x1", "x2", "x3"], method="bfgs")

    def loss(flat: Any) -> Any:
        scores = FEATURES @ flat[:9].reshape(3, 3) + flat[9:]
        top = scores.max(axis=1)
        whole = top + np.log(np.exp(scores - top[:, None]).sum(axis=1))
        rows = whole - scores[np.arange(ROWS), KIND.astype(int)]
        return rows.mean() + 0.01 * (flat[:9] ** 2).sum()

    found = optimize.minimize(loss, np.zeros(12), method="BFGS", options={"gtol": 1e-8})
    assert answer.facts["minimum"] == pytest.approx(found.fun, rel=1e-9)
    matrix = np.array(answer.facts["at"]["W"])
    assert matrix == pytest.approx(found.x[:9].reshape(3, 3), abs=1e-4)
    assert_checked(answer)


# --- minibatches ------------------------------------------------------------------------------


def by_hand(epochs: int, size: int, seed: int, rate: float) -> Any:
    w = np.zeros(4)
    for epoch in range(1, epochs + 1):
        order = np.random.default_rng([seed, epoch]).permutation(ROWS)
        for first in range(0, ROWS, size):
            chosen = order[first : first + size]
            error = DESIGN[chosen] @ w - TARGET[chosen]
            w = w - rate * 2 * DESIGN[chosen].T @ error / len(chosen)
    return w


def test_minibatches_are_those_of_a_loop_by_hand() -> None:
    answer = run(LINEAR, shapes=SHAPES, batch=20, epochs=7, seed=5, rate=0.05)
    assert theta(answer) == pytest.approx(by_hand(7, 20, 5, 0.05).tolist(), rel=1e-12)
    assert answer.facts["epochs"] == 7
    assert answer.facts["iterations"] == 35
    assert (answer.facts["rows"], answer.facts["batch"]) == (ROWS, 20)
    assert answer.facts["reason"] == "epochs"
    assert_checked(answer)


def test_the_same_seed_gives_the_same_bits_and_another_does_not() -> None:
    def once(seed: int) -> list[float]:
        return theta(run(LOGISTIC, shapes=SHAPES, batch=16, epochs=5, seed=seed, method="adam"))

    assert once(3) == once(3)
    assert once(3) != once(4)


@pytest.mark.parametrize(
    "method",
    ["momentum", "nesterov", "adagrad", "adadelta", "rmsprop", "adam", "adamw", "nadam", "lion"],
)
def test_every_method_lowers_the_loss_on_minibatches(method: str) -> None:
    answer = run(LINEAR, shapes=SHAPES, batch=30, epochs=10, method=method)
    start = answer.tables[0].rows[0][-1]
    assert answer.facts["minimum"] < 0.9999 * start


def test_schedule_clip_decay_and_noise_work_on_minibatches() -> None:
    given: dict[str, Any] = {"shapes": SHAPES, "batch": 30, "epochs": 5, "rate": 0.1}
    plain = theta(run(LINEAR, **given))
    cosine = theta(run(LINEAR, **given, schedule="cosine"))
    clipped = theta(run(LINEAR, **given, clip=0.1))
    noisy = theta(run(LINEAR, **given, noise=0.1))
    decayed = theta(run(LINEAR, **given, weight_decay=1.0))
    assert len({tuple(found) for found in (plain, cosine, clipped, noisy, decayed)}) == 5
    steps = 15  # each of length 0.01 at most
    assert np.linalg.norm(clipped) <= steps * 0.1 * 0.1 + 1e-12
    penalty = run(LINEAR, shapes=SHAPES, method="gd", weight_decay=1.0, steps_max=3000)
    ridge = np.linalg.solve(2 * DESIGN.T @ DESIGN / ROWS + np.eye(4), 2 * DESIGN.T @ TARGET / ROWS)
    assert theta(penalty) == pytest.approx(ridge.tolist(), abs=1e-6)


def test_a_rate_that_is_too_large_diverges() -> None:
    answer = run(LINEAR, shapes=SHAPES, batch=30, epochs=200, rate=2.0)
    assert answer.status == DIVERGES
    assert answer.facts["reason"] == "diverged"
    assert run(LINEAR, shapes=SHAPES, rate=2.0).status == DIVERGES


def test_the_chosen_rate_does_not_diverge_on_columns_of_very_different_scale() -> None:
    values = DATA.values.copy()
    values[:, 0] *= 1000
    answer = run(
        LINEAR, data=DATA._replace(values=values), shapes=SHAPES, batch=5, epochs=3, seed=2
    )
    assert answer.status != DIVERGES
    notes = " ".join(str(part) for note in answer.notes for part in note)
    assert "the columns differ in scale: x1" in notes


# --- pieces -----------------------------------------------------------------------------------


def file_of_data(path: Path) -> Path:
    words = (("no", "yes"), ("ash", "elm", "oak"))
    lines = [",".join(DATA.names)]
    for row in DATA.values.tolist():
        cells = [*map(repr, row[:4]), words[0][int(row[4])], words[1][int(row[5])]]
        lines.append(",".join(cells))
    path.write_text("\n".join(lines))
    return path


def test_a_file_in_pieces_gives_what_memory_gives(tmp_path: Path) -> None:
    pieces = read_pieces(str(file_of_data(tmp_path / "data.csv")), rows=40)
    assert (pieces.rows, pieces.categories["kind"]) == (ROWS, ("ash", "elm", "oak"))
    assert [len(part.values) for part in pieces.read()] == [40, 40, 10]
    assert np.array_equal(np.vstack([part.values for part in pieces.read()]), DATA.values)
    whole = run(LINEAR, shapes=SHAPES, epochs=5, rate=0.1)
    parts = run(LINEAR, data=pieces, shapes=SHAPES, epochs=5, rate=0.1, batch=ROWS)
    assert theta(parts) == pytest.approx(theta(whole), rel=1e-12)
    batches = run(LOGISTIC, data=pieces, shapes=SHAPES, epochs=5, batch=20, seed=1)
    assert batches.facts["minimum"] < 0.69
    assert "read in pieces" in str(batches.notes)


def test_a_loss_that_needs_all_rows_is_refused_in_pieces(tmp_path: Path) -> None:
    pieces = read_pieces(str(file_of_data(tmp_path / "data.csv")), rows=40)
    with pytest.raises(InvalidInput, match="needs all rows at once"):
        run("sqrt(mse(w*x1, y))", data=pieces)


# --- starts -----------------------------------------------------------------------------------


def test_a_start_without_gradient_is_exchanged_for_a_random_one() -> None:
    answer = run("mean((v*tanh(w*x1) - y)^2)", method="adam", seed=4)
    assert "this start is random" in str(answer.notes)
    assert answer.facts["kind"] == "minimum"
    again = run("mean((v*tanh(w*x1) - y)^2)", method="adam", seed=4)
    assert again.facts["at"] == answer.facts["at"]


def test_a_start_on_a_kink_is_exchanged_too() -> None:
    answer = run("mean((relu(w*x1 + b) + c - y)^2)", method="adam", seed=4)
    assert "is on a kink: this start is random" in str(answer.notes)
    assert_checked(answer)
    given = run("mean((relu(w*x1 + b) + c - y)^2)", "w=0,b=0", steps_max=3)
    verdicts = {check.name: check.verdict for check in given.checks}
    assert verdicts["gradient at the start, some rows written out, by differences"] == UNAVAILABLE


def test_vectors_may_be_given_as_the_start() -> None:
    answer = run(LINEAR, "W=[1, 2, 3], b=1/2", method="newton")
    assert answer.tables[0].rows[0][1:5] == (1, 2, 3, 0.5)
    assert run(LINEAR, random=True, seed=1, shapes=SHAPES).facts["reason"] == "converged"


# --- answer, working, checks ------------------------------------------------------------------


def test_the_table_has_epochs_and_the_file_has_them_all() -> None:
    answer = run(LINEAR, shapes=SHAPES, batch=30, epochs=50, trace=4)
    assert answer.tables[0].columns == ("epoch", "W[1]", "W[2]", "W[3]", "b", "loss")
    assert [row[0] for row in answer.tables[0].rows][0::3] == [0, 50]
    lines = answer.files[".csv"]().decode().splitlines()
    assert lines[0] == "epoch,loss"
    assert len(lines) == 52
    assert float(lines[-1].split(",")[1]) == answer.facts["minimum"]


def test_the_picture_shows_the_fitted_line() -> None:
    answer = run("mean((w*x1 + b - y)^2)", method="newton", plot=True)
    picture = answer.picture
    assert picture is not None
    line = picture.curves[1]  # type: ignore[union-attr]
    at = answer.facts["at"]
    assert line.y[0] == pytest.approx(at["w"] * line.x[0] + at["b"])
    assert picture.panels[0].y_label == "loss"  # type: ignore[union-attr]


def test_the_working_ends_in_the_answer() -> None:
    answer = run("bce(sigmoid(w*x1 + b), label)", steps=True, batch=30, epochs=3)
    assert [step.rule for step in answer.steps] == [
        *("names", "gradient", "update rule", "step 1", "verdict")
    ]
    assert str(answer.result) in str(answer.steps[-1].text)


def test_the_check_of_least_squares_fails_a_wrong_end() -> None:
    answer = run(LINEAR, shapes=SHAPES, method="newton")
    least = answer.facts["closed_form"]["minimum"]
    closed = least_squares.Closed(np.zeros(4), least, 0.5, True)
    names = ["a", "b", "c", "d"]
    assert least_squares.check(closed, least - 1e-3, [0] * 4, 0.0, names).verdict == FAILED
    assert least_squares.check(closed, least + 1e-3, [0] * 4, 1e-3, names).verdict == FAILED
    assert least_squares.check(closed, least + 1e-3, [0] * 4, 0.1, names).verdict == PASSED


def test_many_parameters_are_counted_in_the_answer_and_checked_along_directions() -> None:
    features = RANDOM.normal(size=(60, 40))
    columns = (*(f"p{place}" for place in range(40)), "kind")
    data = Columns(columns, np.column_stack([features, np.arange(60) % 4]), {})
    text = "cross_entropy(softmax(tanh(X*A + c)*B), kind)"
    shapes = {"A": (40, 20), "c": (20,), "B": (20, 4)}
    answer = run(text, data=data, shapes=shapes, random=True, batch=20, epochs=3, method="adam")
    assert str(answer.result).startswith("A of 40 by 20 numbers, c = [")
    assert np.array(answer.facts["at"]["A"]).shape == (40, 20)
    assert answer.facts["eigenvalues"] is None
    assert answer.facts["stable_rate"] > 0
    assert [check.name for check in answer.checks] == [
        f"gradient at the {where} along random directions, by differences"
        for where in ("start", "end")
    ]
    assert_checked(answer)
    whole = run(text, data=data, shapes=shapes, random=True, epochs=30)
    assert whole.facts["minimum"] < 0.9 * whole.tables[0].rows[0][-2]


# --- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "given", "words"),
    [
        ("mean((w*x + b)^2)", "", {}, "names no column"),
        ("mean((x1 - y)^2)", "", {}, "no parameter"),
        (LINEAR, "", {"shapes": SHAPES, "batch": 100}, "larger than the data: 90 rows"),
        (LINEAR, "", {"shapes": SHAPES, "batch": 10, "method": "bfgs"}, "needs all rows"),
        (LINEAR, "", {"shapes": SHAPES, "epochs": 0}, "at least one epoch"),
        (LINEAR, "W=[1, 2]", {"shapes": SHAPES}, "the start of W has the shape 2"),
        (LINEAR, "x1=1", {}, "a column of the data"),
        (LINEAR, "q=1", {}, "does not contain"),
        (LINEAR, "b=y", {}, "not a finite number"),
        (LINEAR, "b=i", {}, "not real"),
        ("mean((w*x1 - y)^2)", "", {"features": ["x1"]}, "no X"),
        ("mean((X*W - y)^2)", "", {"features": ["x7"]}, "no column x7"),
        ("mean((X*W - y)^2)", "", {"features": ["kind"]}, "holds words"),
        ("mean((w*x1 - labl)^2)", "", {}, "no column labl"),
        ("cross_entropy(softmax(x2*W), x1)", "", {"shapes": {"W": (2,)}}, "a class of x1 is"),
    ],
)
def test_what_does_not_fit_is_refused(
    text: str, start: str, given: dict[str, Any], words: str
) -> None:
    with pytest.raises(InvalidInput, match=words):
        run(text, start, **given)


def test_leaving_the_domain_names_the_part_and_the_row() -> None:
    with pytest.raises(Undefined, match=r"log\(w\*x1\) has no finite value in row 1"):
        run("mean(log(w*x1)^2)")
    positive = DATA._replace(values=np.abs(DATA.values))
    with pytest.raises(Undefined, match=r"log\(w\*x1\).*row 1 of the data"):
        run("mean(log(w*x1))", "w=1", data=positive)
    with pytest.raises(Undefined, match=r"epoch \d+: log\(w\*x1\).*in row"):
        run("mean(log(w*x1))", "w=1", data=positive, batch=10, rate=0.3)


def test_no_rows_are_refused() -> None:
    with pytest.raises(InvalidInput, match="no rows"):
        run(LINEAR, data=DATA._replace(values=DATA.values[:0]))


# --- interruption, time, the library ------------------------------------------------------------


@pytest.mark.parametrize("batch", [None, 5])
def test_an_interrupt_gives_what_was_found_and_the_time_ends_it(batch: int | None) -> None:
    asked = 0

    def pressed() -> bool:
        nonlocal asked
        asked += 1
        return asked > 5

    node = parse("mean((w*x1 + b - y)^2)").node
    options, own = Options(rate=1e-4, steps_max=10**8), DataOptions(batch=batch, epochs=10**6)
    answer = descend_on_data(node, DATA, {}, Settings(interrupted=pressed), options, own)
    assert (answer.facts["reason"], answer.code) == ("interrupted", ExitCode.INTERRUPTED)
    assert answer.result is not None
    slow = options._replace(rate=1e-9)
    answer = descend_on_data(node, DATA, {}, Settings(seconds=0.2), slow, own)
    assert answer.status == LIMIT_REACHED


def test_the_library_takes_columns_by_name() -> None:
    data = {"x": [1, 2, 3, 4], "y": [2.1, 3.9, 6.2, 7.8], "kind": ["a", "b", "a", "b"]}
    fit = dlmath.descend("mean((w*x + b - y)^2)", data=data, method="newton")
    assert fit.facts["at"] == pytest.approx({"w": 1.94, "b": 0.15})
    two = dlmath.descend(
        "bce(sigmoid(dot([x], W)), kind)", "random", data=data, parameters={"W": (1,)}, batch=2
    )
    assert len(two.facts["at"]["W"]) == 1
    found = dlmath.descend("(x^2 - 1)^2", starts=50, box=(-2, 2)).facts
    assert sorted(basin["at"]["x"] for basin in found["basins"]) == [-1, 1]
    for wrong in ({"x": [1, "a"]}, {"x": [1], "y": [1, 2]}, {"x": [float("nan")]}, {}):
        with pytest.raises(InvalidInput):
            dlmath.descend("mean(w*x)", data=wrong)
