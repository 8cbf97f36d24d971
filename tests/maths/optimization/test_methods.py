"""The laws that every optimizer obeys: a new method is one more row of METHODS, and must pass."""

from __future__ import annotations

import pytest

from dlmath.answer import Answer
from dlmath.errors import InvalidInput
from dlmath.expression.parser import parse, parse_assignments
from dlmath.maths.optimization.descend import descend
from dlmath.maths.optimization.methods import (
    METHODS,
    contraction,
    default_rate,
    find_method,
    stable_rate,
)
from dlmath.settings import Settings
from tests.maths.optimization import reference

every_method = pytest.mark.parametrize("method", METHODS)

ROSENBROCK = "(1 - x)^2 + 100*(y - x^2)^2"
BOWL = "x^2 + x*y + 3*y^2 - 4*x + 5"


def run(expression: str, start: str, **options: object) -> Answer:
    return descend(
        parse(expression).node,
        parse_assignments(start),
        Settings(),
        **options,  # type: ignore[arg-type]
    )


def rows(answer: Answer) -> list[list[float]]:
    """The points of the table, which shows every step when asked for enough rows."""
    return [list(row[1:-2]) for row in answer.tables[0].rows]


@every_method
def test_descends_a_convex_bowl(method: str) -> None:
    answer = run(BOWL, "x=-3,y=2", method=method)
    assert answer.facts["reason"] == "converged"
    assert answer.facts["kind"] == "minimum"
    assert answer.facts["at"] == pytest.approx({"x": 24 / 11, "y": -4 / 11}, abs=1e-7)
    assert answer.value == pytest.approx(7 / 11)
    assert {check.verdict for check in answer.checks} == {"passed"}


@every_method
def test_is_deterministic(method: str) -> None:
    first, second = (run(ROSENBROCK, "x=-1.2,y=1", method=method) for _ in range(2))
    assert first.facts == second.facts
    assert first.tables == second.tables


@every_method
def test_leaves_a_stationary_point_alone(method: str) -> None:
    answer = run(ROSENBROCK, "x=1,y=1", method=method)
    assert answer.facts["iterations"] == 0
    assert answer.facts["at"] == {"x": 1.0, "y": 1.0}


def rosenbrock_slope(point: list[float]) -> list[float]:
    x, y = point
    return [-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)]


REFERENCES = {
    "gd": lambda steps: reference.sgd(rosenbrock_slope, [-1.2, 1.0], steps, 1e-3),
    "momentum": lambda steps: reference.sgd(rosenbrock_slope, [-1.2, 1.0], steps, 1e-3, 0.9),
    "nesterov": lambda steps: reference.sgd(
        rosenbrock_slope, [-1.2, 1.0], steps, 1e-3, 0.9, nesterov=True
    ),
    "adam": lambda steps: reference.adam(rosenbrock_slope, [-1.2, 1.0], steps, 1e-3),
}


@every_method
def test_agrees_with_the_reference_step_by_step(method: str) -> None:
    answer = run(ROSENBROCK, "x=-1.2,y=1", method=method, rate=1e-3, steps_max=40, trace=41)
    expected = REFERENCES[method](40)
    assert len(rows(answer)) == len(expected)
    for found, wanted in zip(rows(answer), expected, strict=True):
        assert found == pytest.approx(wanted, rel=1e-9)


def torch_points(method: str, steps: int) -> list[list[float]]:
    torch = pytest.importorskip("torch")
    point = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
    optimizer = {
        "gd": lambda: torch.optim.SGD([point], lr=1e-3),
        "momentum": lambda: torch.optim.SGD([point], lr=1e-3, momentum=0.9),
        "nesterov": lambda: torch.optim.SGD([point], lr=1e-3, momentum=0.9, nesterov=True),
        "adam": lambda: torch.optim.Adam([point], lr=1e-3),
    }[method]()
    points = [point.tolist()]
    for _ in range(steps):
        optimizer.zero_grad()
        x, y = point
        ((1 - x) ** 2 + 100 * (y - x**2) ** 2).backward()
        optimizer.step()
        points.append(point.tolist())
    return points


@every_method
def test_the_reference_agrees_with_torch(method: str) -> None:
    for found, wanted in zip(torch_points(method, 20), REFERENCES[method](20), strict=True):
        assert found == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("method", ["gd", "momentum", "nesterov"])
def test_the_largest_stable_rate_is_where_it_starts_to_diverge(method: str) -> None:
    chosen = METHODS[method]
    limit = stable_rate(chosen, chosen.parameters, 20.0)
    assert limit is not None
    for factor, reason in [(0.97, "converged"), (1.03, "diverged")]:
        answer = run("x^2 + 10*y^2", "x=1,y=1", method=method, rate=factor * limit, steps_max=3000)
        assert answer.facts["reason"] == reason
    inside = contraction(chosen, chosen.parameters, 0.999 * limit, [2.0, 20.0])
    outside = contraction(chosen, chosen.parameters, 1.001 * limit, [2.0, 20.0])
    assert inside is not None and outside is not None
    assert inside < 1 < outside


@pytest.mark.parametrize("method", ["gd", "momentum", "nesterov"])
def test_the_predicted_factor_is_what_a_long_run_shows(method: str) -> None:
    answer = run("x^2 + 10*y^2", "x=1,y=1", method=method, rate=0.01, tolerance=1e-10)
    predicted = answer.facts["rate_predicted"]
    steps = answer.facts["iterations"]
    assert answer.facts["gradient_norm"] == pytest.approx(predicted**steps, rel=0, abs=1e-7)
    if method == "gd":
        assert answer.facts["rate_observed"] == pytest.approx(predicted, rel=1e-6)


def test_an_unknown_method_lists_those_there_are() -> None:
    with pytest.raises(InvalidInput) as caught:
        find_method("sgd")
    assert caught.value.hint == "use one of gd, momentum, nesterov, adam"


def test_the_default_rate_respects_the_curvature_at_the_start() -> None:
    assert default_rate(METHODS["gd"], 2.0) == 0.1
    assert default_rate(METHODS["gd"], 1000.0) == pytest.approx(1e-3)
    assert default_rate(METHODS["adam"], 1000.0) == 0.1
    answer = run("1000*x^2", "x=1")
    assert answer.facts["reason"] == "converged"
    assert answer.facts["rate"] == pytest.approx(1 / 2000)
    assert "1 over the largest curvature" in str(answer.notes)
