"""Curvature, the rates it allows, and advice: what theory says against what descents do."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from dlmath.errors import Undefined
from dlmath.expression.parser import parse, parse_assignments
from dlmath.maths.optimization.curvature import extremes
from dlmath.maths.optimization.descend import descend
from dlmath.maths.optimization.methods import METHODS
from dlmath.maths.optimization.objective import Objective
from dlmath.maths.optimization.theory import best_plain, best_with_momentum, contraction
from dlmath.settings import Settings
from tests.maths.optimization.functions import squares
from tests.maths.optimization.test_descend import notes
from tests.maths.optimization.test_methods import ROSENBROCK, run

BOWL = "x^2 + 10*y^2"


def chain(count: int) -> tuple[str, np.ndarray]:
    """A quadratic of many variables, and its Hessian."""
    weights = [1 + 9 * i / count for i in range(1, count + 1)]
    terms = [f"{weight!r}*(x{i} - 1)^2" for i, weight in enumerate(weights, 1)]
    terms += [f"x{i}*x{i + 1}/2" for i in range(1, count)]
    beside = 0.5 * (np.eye(count, k=1) + np.eye(count, k=-1))
    return " + ".join(terms), np.diag(2 * np.array(weights)) + beside


# --- eigenvalues -----------------------------------------------------------------------------


def test_products_with_the_hessian_are_those_of_the_matrix() -> None:
    objective = Objective(parse(ROSENBROCK).node, ["x", "y"])
    point = [-1.2, 1.0]
    hessian = np.array(objective.hessian(point))
    along = objective.curvature_along()
    for direction in ([1.0, 0.0], [0.0, 1.0], [0.3, -2.0]):
        assert along(point, direction) == pytest.approx(hessian @ direction)


def test_extreme_eigenvalues_from_products_alone() -> None:
    random = np.random.default_rng(5)
    half = random.normal(size=(200, 200))
    matrix = half + half.T
    found = extremes(lambda v: (matrix @ v).tolist(), 200)
    assert found is not None
    exact = np.linalg.eigvalsh(matrix)
    assert found.values == pytest.approx([*exact[:2], *exact[-2:]], rel=1e-7)
    assert not found.complete
    for value, vector in zip(found.values, found.vectors, strict=True):
        assert matrix @ vector == pytest.approx(value * np.array(vector), abs=1e-5)


def test_a_descent_of_many_variables_knows_its_extreme_curvatures() -> None:
    text, hessian = chain(130)
    start = ",".join(f"x{i}=0" for i in range(1, 131))
    facts = run(text, start).facts
    exact = np.linalg.eigvalsh(hessian)
    assert facts["eigenvalues"] == pytest.approx([*exact[:2], *exact[-2:]], rel=1e-8)
    assert facts["kind"] == "minimum"
    assert facts["condition"] == pytest.approx(exact[-1] / exact[0])
    assert facts["rate_observed"] == pytest.approx(facts["rate_predicted"], rel=1e-3)


def test_the_curvature_along_the_way_is_that_of_the_function() -> None:
    answer = run(ROSENBROCK, "x=-1.2,y=1", method="bfgs")
    table = answer.tables[1]
    assert table.columns == ("step", "smallest eigenvalue", "largest eigenvalue", "stable rate")
    points = {row[0]: row[1:3] for row in answer.tables[0].rows}
    for step, low, high, stable in table.rows:
        x, y = points[step]
        hessian = [[2 + 1200 * x * x - 400 * y, -400 * x], [-400 * x, 200.0]]
        assert [low, high] == pytest.approx(np.linalg.eigvalsh(hessian), rel=1e-6)
        assert stable == pytest.approx(2 / high)
    assert len(run(BOWL, "x=5,y=1").tables) == 1  # the same everywhere: the facts say it


# --- rates -----------------------------------------------------------------------------------


def test_the_best_rates_are_the_best() -> None:
    eigenvalues = [2.0, 5.0, 20.0]
    gd, momentum = METHODS["gd"], METHODS["momentum"]
    plain, fast = best_plain(2.0, 20.0), best_with_momentum(2.0, 20.0)
    assert contraction(gd, {}, plain.rate, eigenvalues) == pytest.approx(plain.factor)
    with_it = {"momentum": fast.momentum}
    found = contraction(momentum, with_it, fast.rate, eigenvalues)
    assert found == pytest.approx(fast.factor, rel=1e-6)
    assert fast.factor < plain.factor
    for change in (0.95, 1.05):
        worse = contraction(gd, {}, change * plain.rate, eigenvalues)
        assert worse is not None and worse > plain.factor
        for beta in (change * fast.momentum, fast.momentum):
            rate = fast.rate if beta != fast.momentum else change * fast.rate
            worse = contraction(momentum, {"momentum": beta}, rate, eigenvalues)
            assert worse is not None and worse > fast.factor


def test_the_best_rates_of_the_facts_are_reached_by_descents() -> None:
    facts = run(BOWL, "x=5,y=1").facts
    plain = run(BOWL, "x=5,y=1", rate=facts["best_rate"]).facts
    fast = run(
        BOWL,
        "x=5,y=1",
        method="momentum",
        rate=facts["best_rate_with_momentum"],
        momentum=facts["best_momentum"],
    ).facts
    assert fast["iterations"] < plain["iterations"] < facts["iterations"]
    assert plain["rate_observed"] == pytest.approx(9 / 11, rel=1e-3)


# --- advice ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "options", "words"),
    [
        ("x^2 - y^2", "x=0,y=0", {}, "start a little beside it, for example y = 0.1"),
        ("x^2 - y^2", "x=1,y=0", {}, "the end point is a saddle"),
        ("x^2 - y^2", "x=1,y=0.1", {}, "the function falls without bound"),
        ("x^2 - y^2 + y^4", "x=1,y=10^(-12)", {"steps_max": 60}, "close to a saddle, where steps"),
        ("x^2 + 100*y^2", "x=1,y=1", {"rate": 0.01}, "at the limit of stability"),
        (ROSENBROCK, "x=-1.2,y=1", {"rate": 0.005}, "the largest stable rate for the curvature"),
        (ROSENBROCK, "x=-1.2,y=1", {"rate": 0.01}, "at step 6 (y - x**2)**2 overflows"),
        (ROSENBROCK, "x=-1.2,y=1", {}, "makes plain descent slow: try --method momentum"),
        ("x^2", "x=1", {"noise": 0.1}, "noise keeps the point moving"),
        ("(x - 3)^2", "x=0", {"method": "lion"}, "lion pulls every variable towards 0"),
        (
            "2*x^2 - 1.05*x^4 + x^6/6 + x*y + y^2",
            "x=0.5,y=-1",
            {"method": "nadam"},
            "--schedule cosine",
        ),
        ("-x^2", "x=1", {"method": "conjugate"}, "falls without bound"),
    ],
)
def test_advice(text: str, start: str, options: dict[str, object], words: str) -> None:
    assert words in notes(run(text, start, **options))


def test_the_advice_on_momentum_works() -> None:
    said = notes(run(ROSENBROCK, "x=-1.2,y=1", rate=0.002))
    momentum = float(said.split("--momentum ")[1].split()[0])
    rate = float(said.split("--rate ")[1].split(",")[0])
    better = run(
        ROSENBROCK, "x=-1.2,y=1", method="momentum", momentum=momentum, rate=rate, steps_max=3000
    )
    assert better.facts["reason"] == "converged"


def test_the_symmetric_stationary_point_of_biggs_is_a_saddle() -> None:
    """MGH 18 from its start ends where two of its exponentials are the same."""
    text = squares(
        f"x3*exp(-{i}*x1/10) - x4*exp(-{i}*x2/10) + x6*exp(-{i}*x5/10)"
        f" - (exp(-{i}/10) - 5*exp(-{i}) + 3*exp(-4*{i}/10))"
        for i in range(1, 14)
    )
    facts = run(text, "x1=1,x2=2,x3=1,x4=1,x5=1,x6=1", method="bfgs").facts
    assert facts["kind"] == "saddle"
    assert facts["minimum"] is None
    assert facts["eigenvalues"][0] < -1e-3


@pytest.mark.parametrize(
    ("text", "start", "rate", "words"),
    [
        ("sqrt(x)", "x=0.25", 0.25, r"no gradient at x = 0, step 1: .* by x contains 1/sqrt\(x\)"),
        ("exp(y) - log(x + y)", "x=1,y=1", 5.0, r"log\(x \+ y\) has no real value"),
        ("piecewise((x^2, x > 1/2))", "x=1", 0.1, r"piecewise.* has no real value at x = 0.4096"),
    ],
)
def test_what_ends_a_descent_is_named(text: str, start: str, rate: float, words: str) -> None:
    with pytest.raises(Undefined, match=words):
        run(text, start, rate=rate)


# --- files -----------------------------------------------------------------------------------


def test_every_step_is_saved_in_full_precision() -> None:
    answer = run(ROSENBROCK, "x=-1.2,y=1", rate=1e-3, steps_max=50, trace=4)
    rows = list(csv.DictReader(io.StringIO(answer.files[".csv"]().decode())))
    assert list(rows[0]) == ["step", "x", "y", "value", "gradient norm"]
    assert [int(row["step"]) for row in rows] == list(range(51))
    shown = {row[0]: row for row in answer.tables[0].rows}
    for step, row in shown.items():
        assert tuple(float(cell) for cell in rows[step].values()) == row


def test_all_variables_are_saved() -> None:
    text, _ = chain(9)
    start = ",".join(f"x{i}=0" for i in range(1, 10))
    lines = run(text, start, steps_max=3).files[".csv"]().decode().splitlines()
    assert lines[0].split(",")[1:10] == [f"x{i}" for i in range(1, 10)]


def test_a_very_long_descent_is_saved_in_equal_strides(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dlmath.maths.optimization.facts.SAVED_ROWS", 100)
    answer = run("x^2", "x=1", rate=1e-6, steps_max=1000)
    rows = answer.files[".csv"]().decode().splitlines()[1:]
    steps = [int(row.split(",")[0]) for row in rows]
    assert steps == [*range(0, 1000, 11), 1000]


def test_an_interrupted_descent_answers_with_the_best_point() -> None:
    looks = iter(range(40))
    settings = Settings(interrupted=lambda: next(looks, None) is None)
    answer = descend(
        parse("x^4 - x^2").node,
        parse_assignments("x=0.1"),
        settings,
        method="gd",
        rate=0.9,
        steps_max=10**9,
    )
    assert answer.facts["reason"] == "interrupted"
    assert int(answer.code) == 130
    assert answer.value is not None
    assert answer.value <= min(row[2] for row in answer.tables[0].rows if row[0] == 0)


# --- what kind of point it is ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "tolerance", "kind"),
    [
        # the values come down to -1 at 0, which is the value at 0 from the left alone
        ("floor(x) + x^2", "x=-1.3", 1e-8, None),
        ("floor(x) + x^2", "x=1.3", 1e-8, "flat"),
        ("piecewise((x^2, x<=0), (x^2+1, true))", "x=-1.3", 1e-8, "minimum"),
        ("piecewise((x^2, x<=0), (x^2+1, true))", "x=1.3", 1e-8, "flat"),
        # a tail is neither a maximum nor a minimum
        ("-exp(-x^2)", "x=5", 1e-5, "flat"),
        ("exp(-x^2)", "x=5", 1e-5, "flat"),
        # a loose tolerance stops beside the minimum, and not on a plateau
        (ROSENBROCK, "x=-1.2,y=1", 1e-2, "minimum"),
    ],
)
def test_the_kind_of_the_end(text: str, start: str, tolerance: float, kind: str | None) -> None:
    rate = 0.002 if text == ROSENBROCK else None
    answer = run(text, start, rate=rate, tolerance=tolerance, steps_max=20000)
    assert answer.facts["reason"] == "converged"
    assert answer.facts["kind"] == kind


def test_a_bouncing_descent_says_where_it_was_nearly_at_rest() -> None:
    answer = run(ROSENBROCK, "x=-1.2,y=1", rate=0.002, steps_max=100000)
    assert answer.facts["reason"] == "bouncing"
    assert "a --tolerance above it stops there" in notes(answer)
    calm = run(ROSENBROCK, "x=-1.2,y=1", rate=0.002, steps_max=100000, tolerance=1e-4)
    assert calm.facts["reason"] == "converged"


def test_a_direction_that_a_softmax_does_not_see_makes_no_plateau() -> None:
    text = "cross_entropy(softmax([a, b, c]), [1/2, 1/3, 1/6])"
    answer = run(text, "a=0,b=0.1,c=0.3", method="bfgs")
    assert answer.facts["kind"] == "minimum"
    assert "level along one direction" in notes(answer)
