"""The optimizers against torch.optim and optax themselves, where those are installed."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from dlmath.maths.optimization.methods import METHODS
from dlmath.maths.optimization.schedules import schedule, warmup_of
from dlmath.maths.optimization.steppers import array_stepper, clipped

#: Ours to: the class of torch, and its names of our parameters.
IN_TORCH: dict[str, tuple[str, dict[str, str]]] = {
    "gd": ("SGD", {}),
    "momentum": ("SGD", {"momentum": "momentum"}),
    "nesterov": ("SGD", {"momentum": "momentum"}),
    "adagrad": ("Adagrad", {"epsilon": "eps"}),
    "adadelta": ("Adadelta", {"rho": "rho", "epsilon": "eps"}),
    "rmsprop": ("RMSprop", {"rho": "alpha", "epsilon": "eps"}),
    "adam": ("Adam", {"epsilon": "eps"}),
    "adamw": ("AdamW", {"epsilon": "eps", "weight_decay": "weight_decay"}),
    "nadam": ("NAdam", {"epsilon": "eps", "momentum_decay": "momentum_decay"}),
}

#: Parameters that are not the defaults.
OTHERS: dict[str, dict[str, float]] = {
    "momentum": {"momentum": 0.7},
    "nesterov": {"momentum": 0.95},
    "adagrad": {"epsilon": 1e-3},
    "adadelta": {"rho": 0.8, "epsilon": 1e-4},
    "rmsprop": {"rho": 0.9, "epsilon": 1e-4},
    "adam": {"beta1": 0.8, "beta2": 0.99, "epsilon": 1e-3},
    "adamw": {"beta1": 0.8, "beta2": 0.99, "weight_decay": 0.1},
    "nadam": {"beta1": 0.8, "beta2": 0.99, "momentum_decay": 0.02},
}

STEPS, SHAPE = 60, (3, 2)


def gradients() -> Any:
    """A gradient for each step: apart from the points, so that nothing grows or settles."""
    return np.random.default_rng(4).normal(size=(STEPS, *SHAPE))


def start() -> Any:
    return np.random.default_rng(5).normal(size=SHAPE)


def in_torch(torch: Any, method: str, point: Any, rate: float, given: dict[str, float]) -> Any:
    """The optimizer of torch with the parameters given under our names."""
    name, names = IN_TORCH[method]
    options: dict[str, Any] = {names.get(key, key): value for key, value in given.items()}
    if "beta1" in options:
        options["betas"] = (options.pop("beta1"), options.pop("beta2"))
    if method in ("momentum", "nesterov"):
        options.setdefault("momentum", METHODS[method].parameters["momentum"])
    if method == "nesterov":
        options["nesterov"] = True
    return getattr(torch.optim, name)([point], lr=rate, **options)


CASES = [
    *((method, {}) for method in IN_TORCH),
    *OTHERS.items(),
    *((method, {**OTHERS.get(method, {}), "weight_decay": 0.2}) for method in IN_TORCH),
]


@pytest.fixture
def torch() -> Iterator[Any]:
    """torch with binary64 throughout: NAdam holds its product of momenta in the default type."""
    found = pytest.importorskip("torch")
    before = found.get_default_dtype()
    found.set_default_dtype(found.float64)
    yield found
    found.set_default_dtype(before)


@pytest.mark.parametrize(("method", "given"), CASES, ids=[f"{m} {g}" for m, g in CASES])
def test_steps_on_arrays_are_those_of_torch(
    torch: Any, method: str, given: dict[str, float]
) -> None:
    stepper = array_stepper(method, SHAPE, **given)
    ours = start()
    theirs = torch.tensor(ours, requires_grad=True)
    optimizer = in_torch(torch, method, theirs, 0.05, given)
    for gradient in gradients():
        ours = stepper.step(ours, gradient, 0.05)
        theirs.grad = torch.tensor(gradient)
        optimizer.step()
        np.testing.assert_allclose(ours, theirs.detach().numpy(), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("method", IN_TORCH)
def test_defaults_are_those_of_torch(torch: Any, method: str) -> None:
    name, names = IN_TORCH[method]
    theirs = inspect.signature(getattr(torch.optim, name)).parameters
    ours = METHODS[method]
    assert ours.torch_rate == theirs["lr"].default
    for key, value in ours.parameters.items():
        if key in ("beta1", "beta2"):
            assert value == theirs["betas"].default[int(key[-1]) - 1]
        elif key != "momentum":  # torch has 0, which is gd
            assert value == theirs[names[key]].default
    if "weight_decay" not in ours.parameters:
        assert theirs["weight_decay"].default == 0


#: Ours to the optimizer of optax that takes the same steps, by the library and the rate.
IN_OPTAX = {
    "gd": lambda optax, rate: optax.sgd(rate),
    "momentum": lambda optax, rate: optax.sgd(rate, momentum=0.9),
    "nesterov": lambda optax, rate: optax.sgd(rate, momentum=0.9, nesterov=True),
    "adadelta": lambda optax, rate: optax.adadelta(rate),
    "rmsprop": lambda optax, rate: optax.rmsprop(rate, decay=0.99, eps_in_sqrt=False),
    "adam": lambda optax, rate: optax.adam(rate),
    "adamw": lambda optax, rate: optax.adamw(rate, weight_decay=0.01),
    "lion": lambda optax, rate: optax.lion(rate),
}


def steps_of_optax(optimizer: Any) -> list[Any]:
    """The points of optax, in binary64."""
    jax, optax = pytest.importorskip("jax"), pytest.importorskip("optax")
    jax.config.update("jax_enable_x64", True)
    point = jax.numpy.asarray(start())
    state, points = optimizer.init(point), []
    for gradient in gradients():
        change, state = optimizer.update(jax.numpy.asarray(gradient), state, point)
        point = optax.apply_updates(point, change)
        points.append(np.asarray(point))
    return points


@pytest.mark.parametrize("method", IN_OPTAX)
def test_steps_on_arrays_are_those_of_optax(method: str) -> None:
    optax = pytest.importorskip("optax")
    stepper, ours = array_stepper(method, SHAPE), start()
    theirs = steps_of_optax(IN_OPTAX[method](optax, 0.05))
    for gradient, wanted in zip(gradients(), theirs, strict=True):
        ours = stepper.step(ours, gradient, 0.05)
        np.testing.assert_allclose(ours, wanted, rtol=1e-10, atol=1e-12)


def test_defaults_are_those_of_optax_where_that_is_said() -> None:
    optax = pytest.importorskip("optax")

    def default(name: str, key: str) -> Any:
        return inspect.signature(getattr(optax, name)).parameters[key].default

    lion = METHODS["lion"].parameters
    assert lion == {
        "beta1": default("lion", "b1"),
        "beta2": default("lion", "b2"),
        "weight_decay": default("lion", "weight_decay"),
    }
    assert default("adamw", "weight_decay") == 1e-4
    assert default("adagrad", "initial_accumulator_value") == 0.1
    assert default("rmsprop", "decay") == 0.9
    assert default("rmsprop", "eps_in_sqrt") is True


@pytest.mark.parametrize("steps", [10, 30, 100, 257])
def test_the_schedule_with_a_warm_up_is_that_of_torch(torch: Any, steps: int) -> None:
    schedulers = torch.optim.lr_scheduler
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    warmup = warmup_of(steps)
    grows = schedulers.LinearLR(optimizer, start_factor=1 / warmup, total_iters=max(warmup - 1, 1))
    falls = schedulers.CosineAnnealingLR(optimizer, T_max=steps - warmup)
    both = schedulers.SequentialLR(optimizer, [grows, falls], milestones=[warmup])
    for t in range(steps):
        wanted = optimizer.param_groups[0]["lr"]
        assert schedule("warmup-cosine", 0.3, steps)(t) == pytest.approx(wanted, abs=1e-12), t
        optimizer.step()
        both.step()


@pytest.mark.parametrize("limit", [0.5, 3.0, 100.0])
def test_clipping_is_that_of_torch_and_of_optax(torch: Any, limit: float) -> None:
    """torch divides by the norm + 1e-6; optax by the norm, as is done here."""
    pair = [start(), gradients()[0]]
    held = [torch.zeros(SHAPE, dtype=torch.float64, requires_grad=True) for _ in pair]
    for tensor, gradient in zip(held, pair, strict=True):
        tensor.grad = torch.tensor(gradient)
    torch.nn.utils.clip_grad_norm_(held, limit)
    for ours, theirs in zip(clipped(pair, limit), held, strict=True):
        np.testing.assert_allclose(ours, theirs.grad.numpy(), rtol=1e-5)
