"""Schedules, clipping, noise and weight decay inside the loop, step by step."""

from __future__ import annotations

from math import cos, pi

import numpy as np
import pytest

from dlmath.errors import InvalidInput
from dlmath.maths.optimization.noise import normal_noise
from dlmath.maths.optimization.schedules import SCHEDULES, schedule
from tests.maths.optimization.test_methods import ROSENBROCK, rosenbrock_slope, rows, run

START = np.array([-1.2, 1.0])


def expected_rate(name: str, rate: float, steps: int, t: int) -> float:
    """The schedules written out by hand."""
    if name == "constant":
        return rate
    if name == "step":
        return rate * 0.1 ** (3 * t // steps)
    if name == "exponential":
        return rate * (0.01 ** (1 / steps)) ** t
    if name == "cosine":
        return rate * (1 + cos(pi * t / steps)) / 2
    warm = max(1, steps // 10)
    if t < warm:
        return rate * (t + 1) / warm
    return rate * (1 + cos(pi * (t - warm) / (steps - warm))) / 2


@pytest.mark.parametrize("steps", [1, 2, 7, 21, 300])
@pytest.mark.parametrize("name", SCHEDULES)
def test_schedules(name: str, steps: int) -> None:
    if steps == 1 and name == "warmup-cosine":
        return  # a single step is a warm-up without a rest
    rate_of = schedule(name, 0.3, steps)
    for t in range(steps):
        assert rate_of(t) == pytest.approx(expected_rate(name, 0.3, steps, t), rel=1e-12)
        assert 0 < rate_of(t) <= 0.3


def test_a_single_step_has_a_rate() -> None:
    assert schedule("warmup-cosine", 0.3, 1)(0) == pytest.approx(0.3)


@pytest.mark.parametrize("name", SCHEDULES)
def test_the_loop_follows_the_schedule(name: str) -> None:
    answer = run(ROSENBROCK, "x=-1.2,y=1", schedule=name, rate=1e-3, steps_max=30, trace=31)
    point = START
    for t, row in enumerate(rows(answer)[1:]):
        point = point - expected_rate(name, 1e-3, 30, t) * rosenbrock_slope(point)
        assert row == pytest.approx(point, rel=1e-9)
    assert {check.verdict for check in answer.checks} == {"passed"}


@pytest.mark.parametrize("name", ["step", "exponential", "cosine"])
def test_schedules_agree_with_torch(name: str) -> None:
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    scheduler = {
        "step": lambda: torch.optim.lr_scheduler.StepLR(optimizer, step_size=10, gamma=0.1),
        "exponential": lambda: torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.01 ** (1 / 30)),
        "cosine": lambda: torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=30),
    }[name]()
    for t in range(30):
        assert schedule(name, 0.3, 30)(t) == pytest.approx(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()


def test_clipping_shortens_the_whole_gradient() -> None:
    answer = run(ROSENBROCK, "x=-1.2,y=1", clip=2.0, rate=0.01, steps_max=30, trace=31)
    point, clipped = START, 0
    for row in rows(answer)[1:]:
        slope = rosenbrock_slope(point)
        norm = np.linalg.norm(slope)
        clipped += norm > 2
        point = point - 0.01 * slope * min(1.0, 2.0 / norm)
        assert row == pytest.approx(point, rel=1e-9)
    assert clipped > 5
    assert {check.verdict for check in answer.checks} == {"passed"}


def test_noise_is_added_to_the_gradient_and_comes_from_the_seed() -> None:
    options = {"noise": 0.5, "rate": 1e-3, "steps_max": 30, "trace": 31}
    answer = run(ROSENBROCK, "x=-1.2,y=1", seed=7, **options)
    draw, point = normal_noise(7, 0.5, 2), START
    for k, row in enumerate(rows(answer)[1:], 1):
        point = point - 1e-3 * (rosenbrock_slope(point) + np.array(draw(k)))
        assert row == pytest.approx(point, rel=1e-9)
    assert rows(run(ROSENBROCK, "x=-1.2,y=1", seed=7, **options)) == rows(answer)
    assert rows(run(ROSENBROCK, "x=-1.2,y=1", seed=8, **options)) != rows(answer)
    assert {check.verdict for check in answer.checks} == {"passed"}


def test_noise_is_normal_and_independent() -> None:
    from scipy import stats

    draw = normal_noise(3, 2.0, 3)
    table = np.array([draw(k) for k in range(1, 4001)])
    assert stats.kstest(table.ravel() / 2, "norm").pvalue > 0.01
    correlations = np.corrcoef(np.hstack([table[:-1], table[1:]]).T) - np.eye(6)
    assert np.abs(correlations).max() < 0.06
    assert len(draw(1)) == 3


def test_weight_decay_adds_a_penalty_where_the_method_has_none() -> None:
    answer = run("(x - 3)^2 + y^2", "x=1,y=1", weight_decay=2.0, rate=0.1, trace=200)
    assert answer.facts["at"] == pytest.approx({"x": 1.5, "y": 0.0}, abs=1e-7)
    assert answer.value == pytest.approx(1.5**2 + 1.5**2)
    assert answer.facts["penalty"] == pytest.approx(1.5**2)
    assert "weight decay adds a penalty" in str(answer.notes)
    point = np.array([1.0, 1.0])
    for row in rows(answer)[1:]:
        slope = np.array([2 * (point[0] - 3), 2 * point[1]])
        point = point - 0.1 * (slope + 2.0 * point)
        assert row == pytest.approx(point, rel=1e-9, abs=1e-12)


def test_decoupled_decay_shrinks_beside_the_gradient() -> None:
    answer = run("(x - 3)^2", "x=1", method="adamw", weight_decay=0.5, rate=0.1, steps_max=1)
    assert answer.facts["at"]["x"] == pytest.approx(1 * (1 - 0.05) + 0.1)
    assert "penalty" not in answer.facts


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"schedule": "linear"}, "there is no schedule linear"),
        ({"clip": 0.0}, "clipped to a length above 0"),
        ({"noise": -1.0}, "the noise must be a number from 0 up"),
        ({"method": "gd", "beta1": 0.5}, "gd has no beta1"),
    ],
)
def test_options_that_do_not_fit(options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        run("x^2", "x=1", **options)


@pytest.mark.parametrize(
    ("text", "slope"),
    [
        ("x*y^2 + 5*sin(y)", lambda x, y: (y * y, 2 * x * y + 5 * np.cos(y))),
        ("x^2 + 3*exp(x)*y", lambda x, y: (2 * x + 3 * np.exp(x) * y, 3 * np.exp(x))),
        ("100*(y - x^2)^2", lambda x, y: (-400 * x * (y - x * x), 200 * (y - x * x))),
        ("x^2 + 3*y*x + 7*y", lambda x, y: (2 * x + 3 * y, 3 * x + 7)),
    ],
)
def test_no_variable_is_read_after_it_has_changed(text: str, slope) -> None:  # type: ignore[no-untyped-def]
    answer = run(text, "x=0.3,y=0.7", rate=1e-3, steps_max=20, trace=21, tolerance=0.0)
    point = np.array([0.3, 0.7])
    for row in rows(answer)[1:]:
        point = point - 1e-3 * np.array(slope(*point))
        assert row == pytest.approx(point, rel=1e-10)
