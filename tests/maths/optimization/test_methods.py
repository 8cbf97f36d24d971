"""The laws every optimizer obeys, as one table of tests: a newcomer adds a row to LAWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from dlmath.answer import Answer
from dlmath.errors import InvalidInput
from dlmath.expression.parser import parse, parse_assignments
from dlmath.maths.optimization.descend import descend
from dlmath.maths.optimization.methods import METHODS, find_method, parameters_of
from dlmath.maths.optimization.steppers import array_stepper, clipped
from dlmath.maths.optimization.theory import contraction, default_rate, stable_rate
from dlmath.settings import Settings
from tests.maths.optimization import reference

ROSENBROCK = "(1 - x)^2 + 100*(y - x^2)^2"
BOWL = "x^2 + x*y + 3*y^2 - 4*x + 5"


class Law(NamedTuple):
    """One optimizer.

    reference: its points, written out independently (None: `test_searching` has other tests).
    torch: how torch.optim makes it, or None.
    bowl: the options with which it reaches the bottom of a convex bowl. within: how near.
    """

    reference: Callable[..., reference.Points] | None
    torch: Callable[[Any, list[Any], float], Any] | None
    bowl: dict[str, Any]
    within: float = 1e-7


def sgd(**options: Any) -> Callable[..., reference.Points]:
    return lambda gradient, start, steps, lr: reference.sgd(gradient, start, steps, lr, **options)


def adamw(gradient: Any, start: Any, steps: int, lr: float) -> reference.Points:
    return reference.adam(gradient, start, steps, lr, weight_decay=0.01, decoupled=True)


LAWS = {
    "gd": Law(sgd(), lambda torch, x, lr: torch.optim.SGD(x, lr=lr), {}),
    "momentum": Law(
        sgd(momentum=0.9), lambda torch, x, lr: torch.optim.SGD(x, lr=lr, momentum=0.9), {}
    ),
    "nesterov": Law(
        sgd(momentum=0.9, nesterov=True),
        lambda torch, x, lr: torch.optim.SGD(x, lr=lr, momentum=0.9, nesterov=True),
        {},
    ),
    "adagrad": Law(reference.adagrad, lambda torch, x, lr: torch.optim.Adagrad(x, lr=lr), {}),
    "adadelta": Law(
        reference.adadelta,
        lambda torch, x, lr: torch.optim.Adadelta(x, lr=lr),
        {"steps_max": 6000, "schedule": "cosine"},
        within=1e-2,
    ),
    "rmsprop": Law(
        reference.rmsprop,
        lambda torch, x, lr: torch.optim.RMSprop(x, lr=lr),
        {"steps_max": 2000, "schedule": "cosine"},
        within=1e-4,
    ),
    "adam": Law(reference.adam, lambda torch, x, lr: torch.optim.Adam(x, lr=lr), {}),
    "adamw": Law(adamw, lambda torch, x, lr: torch.optim.AdamW(x, lr=lr), {}, within=0.1),
    "nadam": Law(
        reference.nadam, lambda torch, x, lr: torch.optim.NAdam(x, lr=lr), {"steps_max": 2000}
    ),
    "lion": Law(reference.lion, None, {"steps_max": 2000, "schedule": "cosine"}, within=1e-4),
    "newton": Law(None, None, {}),
    "bfgs": Law(None, None, {}),
    "conjugate": Law(None, None, {}),
}

every_method = pytest.mark.parametrize("method", METHODS)
every_rule = pytest.mark.parametrize(
    "method", [name for name, method in METHODS.items() if not method.searches]
)


def run(expression: str, start: str, **options: object) -> Answer:
    return descend(
        parse(expression).node,
        parse_assignments(start),
        Settings(),
        **options,  # type: ignore[arg-type]
    )


def rows(answer: Answer) -> list[list[float]]:
    """The points of the table, which shows every step when asked for enough rows."""
    return [list(row[1:3]) for row in answer.tables[0].rows]


def rosenbrock_slope(point: reference.Vector) -> reference.Vector:
    x, y = point
    return np.array([-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x)])


def referred(method: str, steps: int, lr: float = 1e-3) -> reference.Points:
    points = LAWS[method].reference
    assert points is not None
    return points(rosenbrock_slope, np.array([-1.2, 1.0]), steps, lr)


# --- the laws --------------------------------------------------------------------------------


def test_every_method_has_its_row() -> None:
    assert list(LAWS) == list(METHODS)


@every_method
def test_descends_a_convex_bowl(method: str) -> None:
    law = LAWS[method]
    answer = run(BOWL, "x=-3,y=2", method=method, **law.bowl)
    assert answer.facts["at"] == pytest.approx({"x": 24 / 11, "y": -4 / 11}, abs=law.within)
    assert answer.value == pytest.approx(7 / 11, abs=3 * law.within**2 + 1e-12)
    assert {check.verdict for check in answer.checks} == {"passed"}
    if law.within < 1e-6:
        assert answer.facts["reason"] == "converged"
        assert answer.facts["kind"] == "minimum"


@every_method
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_goes_down_on_any_convex_bowl(method: str, seed: int) -> None:
    random = np.random.default_rng(seed)
    half = random.normal(size=(3, 3))
    hessian = half @ half.T + 0.1 * np.eye(3)
    lowest = random.normal(size=3)
    names = ["x", "y", "z"]
    away = [f"({name} - ({value!r}))" for name, value in zip(names, lowest.tolist(), strict=True)]
    terms = [
        f"{hessian[i, j].item() / 2!r}*{away[i]}*{away[j]}" for i in range(3) for j in range(3)
    ]
    answer = run(" + ".join(terms), "x=2,y=-1,z=3", method=method, **LAWS[method].bowl)
    start = np.array([2.0, -1.0, 3.0]) - lowest
    assert answer.facts["eigenvalues"] == pytest.approx(np.linalg.eigvalsh(hessian), rel=1e-6)
    assert answer.value < 0.05 * (start @ hessian @ start) / 2
    assert not answer.refuted


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


@every_method
def test_says_where_it_comes_from_and_what_agrees_with_it(method: str) -> None:
    found = METHODS[method]
    assert found.name == method
    assert any(year in found.source for year in map(str, range(1847, 2026)))
    assert found.agrees and found.about
    assert found.rules or found.formula


@every_rule
def test_agrees_with_the_reference_step_by_step(method: str) -> None:
    answer = run(ROSENBROCK, "x=-1.2,y=1", method=method, rate=1e-3, steps_max=40, trace=41)
    expected = referred(method, 40)
    assert len(rows(answer)) == len(expected)
    for found, wanted in zip(rows(answer), expected, strict=True):
        assert found == pytest.approx(wanted, rel=1e-9)


@every_rule
def test_steps_on_arrays_agree_with_the_reference(method: str) -> None:
    stepper = array_stepper(method, (2,))
    point = np.array([-1.2, 1.0])
    for wanted in referred(method, 40)[1:]:
        point = stepper.step(point, rosenbrock_slope(point), 1e-3)
        assert point == pytest.approx(wanted, rel=1e-9)


@every_rule
def test_the_reference_agrees_with_torch(method: str) -> None:
    make = LAWS[method].torch
    if make is None:
        pytest.skip("torch does not have it")
    torch = pytest.importorskip("torch")
    point = torch.tensor([-1.2, 1.0], dtype=torch.float64, requires_grad=True)
    optimizer = make(torch, [point], 1e-3)
    for wanted in referred(method, 20)[1:]:
        optimizer.zero_grad()
        x, y = point
        ((1 - x) ** 2 + 100 * (y - x**2) ** 2).backward()
        optimizer.step()
        assert point.tolist() == pytest.approx(wanted, rel=1e-9)


@pytest.mark.parametrize("method", ["gd", "momentum", "adam"])
def test_weight_decay_that_is_no_part_of_the_method_goes_into_the_gradient(method: str) -> None:
    stepper = array_stepper(method, (2,), weight_decay=0.3)
    point = start = np.array([-1.2, 1.0])
    if method == "adam":
        points = reference.adam(rosenbrock_slope, start, 20, 1e-3, weight_decay=0.3)
    else:
        momentum = 0.9 if method == "momentum" else 0.0
        points = reference.sgd(
            rosenbrock_slope, start, 20, 1e-3, momentum=momentum, weight_decay=0.3
        )
    for wanted in points[1:]:
        point = stepper.step(point, rosenbrock_slope(point), 1e-3)
        assert point == pytest.approx(wanted, rel=1e-9)


# --- theory ----------------------------------------------------------------------------------


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


def test_the_default_rate_respects_the_curvature_at_the_start() -> None:
    assert default_rate(METHODS["gd"], 2.0) == 0.1
    assert default_rate(METHODS["gd"], 1000.0) == pytest.approx(1e-3)
    assert default_rate(METHODS["adam"], 1000.0) == 0.1
    answer = run("1000*x^2", "x=1")
    assert answer.facts["reason"] == "converged"
    assert answer.facts["rate"] == pytest.approx(1 / 2000)
    assert "1 over the largest curvature" in str(answer.notes)


# --- parameters and arrays -------------------------------------------------------------------


def test_an_unknown_method_lists_those_there_are() -> None:
    with pytest.raises(InvalidInput) as caught:
        find_method("sgd")
    assert caught.value.hint == f"use one of {', '.join(METHODS)}"


@pytest.mark.parametrize(
    ("method", "given", "message", "hint"),
    [
        ("gd", {"momentum": 0.9}, "gd has no momentum", "--method momentum or nesterov"),
        ("adam", {"rho": 0.9}, "adam has no rho", "--method adadelta or rmsprop"),
        ("adam", {"beta1": 1.0}, "the beta1 must be at least 0 and below 1, not 1", "0.9 is usual"),
        ("adam", {"epsilon": 0.0}, "the epsilon must be above 0, not 0", "1e-08 is usual"),
        ("gd", {"weight_decay": -1.0}, "the weight decay must be at least 0, not -1", None),
        ("momentum", {"momentum": float("nan")}, "the momentum must be", "0.9 is usual"),
    ],
)
def test_parameters_that_do_not_fit(
    method: str, given: dict[str, float], message: str, hint: str | None
) -> None:
    with pytest.raises(InvalidInput) as caught:
        parameters_of(METHODS[method], given)
    assert caught.value.message.startswith(message)
    assert caught.value.hint == hint


def test_gradients_are_clipped_by_their_common_norm() -> None:
    pair = [np.array([3.0]), np.array([[0.0, 4.0]])]
    short = clipped(pair, 1.0)
    assert short[0] == pytest.approx([0.6])
    assert short[1] == pytest.approx(np.array([[0.0, 0.8]]))
    assert all(np.array_equal(a, b) for a, b in zip(clipped(pair, 5.0), pair, strict=True))


def test_a_stepper_leaves_its_operands_alone_and_takes_any_shape() -> None:
    stepper = array_stepper("adam", (2, 3))
    parameters, gradient = np.ones((2, 3)), np.ones((2, 3))
    new = stepper.step(parameters, gradient, 0.1)
    assert new.shape == (2, 3)
    assert np.array_equal(parameters, np.ones((2, 3)))
    assert np.allclose(new, 0.9)
