"""Newton, BFGS, conjugate gradients and line searches, against linear algebra written out."""

from __future__ import annotations

from itertools import pairwise
from math import inf, nan

import numpy as np
import pytest

from dlmath.errors import InvalidInput
from dlmath.expression.parser import parse
from dlmath.maths.optimization.line_search import SUFFICIENT, Trial, armijo, wolfe
from dlmath.maths.optimization.objective import Objective
from dlmath.maths.optimization.plan import Options, make_plan
from dlmath.maths.optimization.run import make_path
from dlmath.maths.optimization.searching import Bfgs, Conjugate
from tests.maths.optimization.test_methods import BOWL, ROSENBROCK, rosenbrock_slope, run


def rosenbrock_hessian(point: np.ndarray) -> np.ndarray:
    x, y = point
    return np.array([[2 + 1200 * x * x - 400 * y, -400 * x], [-400 * x, 200.0]])


def test_newton_takes_the_full_step_where_that_goes_down() -> None:
    answer = run(ROSENBROCK, "x=1.1,y=1.2", method="newton", trace=50)
    point = np.array([1.1, 1.2])
    for row in answer.tables[0].rows[1:]:
        point = point - np.linalg.solve(rosenbrock_hessian(point), rosenbrock_slope(point))
        assert row[1:3] == pytest.approx(point, rel=1e-7, abs=1e-7)


def test_newton_does_not_climb_from_where_the_function_bends_down() -> None:
    answer = run("cos(x) + y^2", "x=0.3,y=1", method="newton", trace=50)
    values = [row[3] for row in answer.tables[0].rows]
    assert values == sorted(values, reverse=True)
    assert answer.facts["at"]["x"] == pytest.approx(np.pi)


def test_newton_leaves_the_neighbourhood_of_a_saddle() -> None:
    answer = run("x^4 - x^2 + y^2", "x=0.001,y=1", method="newton")
    assert answer.facts["kind"] == "minimum"
    assert abs(answer.facts["at"]["x"]) == pytest.approx(0.5**0.5)


@pytest.mark.parametrize("method", ["gd", "newton", "bfgs", "conjugate"])
@pytest.mark.parametrize("line_search", ["armijo", "wolfe"])
def test_every_step_of_a_search_goes_down_enough(method: str, line_search: str) -> None:
    if method in ("bfgs", "conjugate") and line_search == "armijo":
        with pytest.raises(InvalidInput, match="needs the curvature condition"):
            run(ROSENBROCK, "x=-1.2,y=1", method=method, line_search=line_search)
        return
    answer = run(ROSENBROCK, "x=-1.2,y=1", method=method, line_search=line_search, trace=1001)
    rows = answer.tables[0].rows
    for (_, *before, value, _), (_, *after, lower, _) in pairwise(rows):
        slope = rosenbrock_slope(np.array(before)) @ (np.array(after) - np.array(before))
        assert slope < 0
        assert lower <= value + SUFFICIENT * slope + 1e-14 * value
    assert {check.verdict for check in answer.checks} == {"passed"}


@pytest.mark.parametrize("method", ["newton", "bfgs", "conjugate"])
def test_searches_stay_inside_the_domain(method: str) -> None:
    answer = run("x - log(x) + 1/(2 - y) + y^2", "x=0.01,y=1.9", method=method)
    assert answer.facts["reason"] == "converged"
    assert answer.facts["at"]["x"] == pytest.approx(1, abs=1e-6)
    assert -1 < answer.facts["at"]["y"] < 0


def test_bfgs_learns_the_inverse_hessian_by_the_published_formula() -> None:
    random = np.random.default_rng(0)
    bfgs = Bfgs(3)
    memory = np.zeros(9)
    hessian = np.diag([1.0, 4.0, 9.0])
    expected = None
    for _ in range(4):
        s = random.normal(size=3)
        y = hessian @ s
        if expected is None:
            expected = np.eye(3) * (s @ y) / (y @ y)
        r = 1 / (y @ s)
        left = np.eye(3) - r * np.outer(s, y)
        expected = left @ expected @ left.T + r * np.outer(s, s)
        memory = bfgs.learn(s, y, s, y, memory)
        assert memory.reshape(3, 3) == pytest.approx(expected)
        assert memory.reshape(3, 3) @ y == pytest.approx(s)  # the secant equation
    assert np.array_equal(bfgs.learn(s, -y, s, y, memory), memory)  # no curvature to learn from


def test_conjugate_directions_solve_a_quadratic_in_as_many_steps_as_variables() -> None:
    random = np.random.default_rng(1)
    half = random.normal(size=(5, 5))
    hessian = half @ half.T + np.eye(5)
    x, memory, chosen = random.normal(size=5), np.zeros(10), Conjugate(5)
    directions = []
    for _ in range(5):
        g = hessian @ x
        d = chosen.direction(x, g, memory)
        s = -(g @ d) / (d @ hessian @ d) * d  # to the lowest point along the direction
        memory = chosen.learn(s, hessian @ s, d, g, memory)
        x = x + s
        directions.append(d)
    assert x == pytest.approx(np.zeros(5), abs=1e-9)
    for i in range(5):
        for j in range(i):
            assert directions[i] @ hessian @ directions[j] == pytest.approx(0, abs=1e-8)


# --- line searches ---------------------------------------------------------------------------


def parabola(t: float) -> tuple[float, float]:
    return (t - 3) ** 2, 2 * (t - 3)


def quartic_wall(t: float) -> tuple[float, float]:
    """Undefined from 0.7 on, where it is steep."""
    return (inf, nan) if t >= 0.7 else (-t + 0.1 / (0.7 - t), -1 + 0.1 / (0.7 - t) ** 2)


@pytest.mark.parametrize("first", [1e-6, 0.1, 1.0, 3.0, 50.0, 1e6])
@pytest.mark.parametrize("phi", [parabola, quartic_wall])
def test_lengths_satisfy_the_conditions(phi, first: float) -> None:  # type: ignore[no-untyped-def]
    start = Trial(0.0, *phi(0.0))
    length = wolfe(phi, start, first, 0.1)
    value, slope = phi(length)
    assert value <= start.value + SUFFICIENT * length * start.slope
    assert abs(slope) <= 0.1 * abs(start.slope)
    length = armijo(phi, start, first)
    assert 0 < length <= first
    assert phi(length)[0] <= start.value + SUFFICIENT * length * start.slope


def test_no_length_where_nothing_is_lower() -> None:
    def up(t: float) -> tuple[float, float]:
        return (0.0, -1.0) if t == 0 else (1.0, 1.0)

    assert armijo(up, Trial(0.0, 0.0, -1.0), 1.0) == 0
    assert wolfe(up, Trial(0.0, 0.0, -1.0), 1.0, 0.9) == 0


# --- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"line_search": "exact"}, "there is no line search exact"),
        ({"line_search": "wolfe", "method": "adam"}, "adam takes the step of its rule"),
        ({"method": "bfgs", "clip": 1.0}, "--clip does not go with a line search"),
        ({"method": "newton", "schedule": "cosine"}, "--schedule does not go with a line search"),
        ({"line_search": "armijo", "noise": 0.1}, "--noise does not go with a line search"),
        ({"method": "conjugate", "weight_decay": 0.1}, "--weight-decay does not go"),
    ],
)
def test_options_that_do_not_go_with_a_search(options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        run(BOWL, "x=0,y=0", **options)


@pytest.mark.parametrize(("method", "count"), [("newton", 121), ("bfgs", 251)])
def test_too_many_variables_are_refused(method: str, count: int) -> None:
    names = [f"x{i}" for i in range(count)]
    objective = Objective(parse(" + ".join(f"{name}^2" for name in names)).node, names)
    with pytest.raises(InvalidInput, match="at most"):
        make_path(objective, make_plan(Options(method=method)), [1.0] * count)
