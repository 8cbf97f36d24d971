"""Training against the same network in torch: its layers, losses, optimizers and batches."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from dlmath.maths.networks.training import activations
from dlmath.maths.networks.training.epochs import Plan, Rows, order_of, run_epochs
from dlmath.maths.networks.training.losses import LOSSES
from dlmath.maths.networks.training.network import Network
from dlmath.maths.networks.training.options import RATES
from dlmath.maths.optimization.path import UNWATCHED
from tests.maths.networks.test_training_network import targets

#: Ours to a module of torch.nn; Hardsigmoid is written out, for there its slope 1/6 is binary32.
MODULES = {
    "sigmoid": "Sigmoid",
    "tanh": "Tanh",
    "relu": "ReLU",
    "leaky_relu": "LeakyReLU",
    "elu": "ELU",
    "selu": "SELU",
    "gelu": "GELU",
    "softplus": "Softplus",
    "silu": "SiLU",
    "mish": "Mish",
    "hardtanh": "Hardtanh",
    "hard_sigmoid": "",
    "softsign": "Softsign",
    "identity": "Identity",
}

OPTIMIZERS = {
    "gd": lambda torch, x, lr: torch.optim.SGD(x, lr=lr),
    "momentum": lambda torch, x, lr: torch.optim.SGD(x, lr=lr, momentum=0.9),
    "nesterov": lambda torch, x, lr: torch.optim.SGD(x, lr=lr, momentum=0.9, nesterov=True),
    "adagrad": lambda torch, x, lr: torch.optim.Adagrad(x, lr=lr),
    "adadelta": lambda torch, x, lr: torch.optim.Adadelta(x, lr=lr),
    "rmsprop": lambda torch, x, lr: torch.optim.RMSprop(x, lr=lr),
    "adam": lambda torch, x, lr: torch.optim.Adam(x, lr=lr),
    "adamw": lambda torch, x, lr: torch.optim.AdamW(x, lr=lr),
    "nadam": lambda torch, x, lr: torch.optim.NAdam(x, lr=lr),
}

ROWS, EPOCHS = 23, 4


@pytest.fixture
def torch() -> Iterator[Any]:
    """torch with binary64 throughout."""
    found = pytest.importorskip("torch")
    before = found.get_default_dtype()
    found.set_default_dtype(found.float64)
    yield found
    found.set_default_dtype(before)


def module(torch: Any, name: str) -> Any:
    """An activation as a module of torch."""
    if MODULES[name]:
        return getattr(torch.nn, MODULES[name])()

    class HardSigmoid(torch.nn.Module):  # type: ignore[misc]
        def forward(self, x: Any) -> Any:
            return torch.clamp(x / 6 + 0.5, 0, 1)

    return HardSigmoid()


class Twin:
    """A network of torch with the weights of ours."""

    def __init__(self, torch: Any, network: Network, theta: Any) -> None:
        self.torch, self.network = torch, network
        layers: list[Any] = []
        for weights, biases in network.layers(theta):
            linear = torch.nn.Linear(*weights.shape)
            with torch.no_grad():
                linear.weight.copy_(torch.tensor(weights.T.copy()))
                linear.bias.copy_(torch.tensor(biases))
            layers += [linear, module(torch, network.activation)]
        self.net = torch.nn.Sequential(*layers[:-1])
        self.linear = layers[::2]

    def loss(self, x: Any, y: Any, name: str) -> Any:
        """The mean loss, as torch has it."""
        f, p = self.torch.nn.functional, self.net(self.torch.tensor(x))
        target = self.torch.tensor(y)
        if name == "hinge":
            return self.torch.relu(1 - target * p).mean()
        losses = {
            "mse": f.mse_loss,
            "mae": f.l1_loss,
            "huber": f.huber_loss,
            "bce": f.binary_cross_entropy_with_logits,
            "cross_entropy": f.cross_entropy,
        }
        return losses[name](p, target)

    def penalty(self, l1: float, l2: float) -> Any:
        """On the weights, not the biases."""
        return sum(
            l1 * layer.weight.abs().sum() + l2 / 2 * (layer.weight**2).sum()
            for layer in self.linear
        )

    def vector(self, of: str = "data") -> Any:
        """All parameters, or their gradients, in our order."""
        parts = [(getattr(e.weight, of).T, getattr(e.bias, of)) for e in self.linear]
        return np.concatenate([part.numpy().ravel() for pair in parts for part in pair])


def compared(torch: Any, plan: Plan, activation: str = "tanh", sizes: Any = (3, 5, 4, 2)) -> None:
    """Trains both and compares the loss of every epoch and the parameters in the end."""
    random = np.random.default_rng(8)
    network = Network(sizes, activation)
    theta = network.start("xavier", 3)
    rows = Rows(random.standard_normal((ROWS, 3)), targets(plan.loss, ROWS, sizes[-1], random))
    found = run_epochs(network, plan, theta, rows, None, UNWATCHED)
    twin = Twin(torch, network, theta)
    optimizer = OPTIMIZERS[plan.method](torch, twin.net.parameters(), plan.rate)
    losses = [twin.loss(*rows, plan.loss).item()]
    for epoch in range(1, plan.epochs + 1):
        order = order_of(ROWS, plan.seed, epoch)
        for first in range(0, ROWS, plan.batch):
            chosen = order[first : first + plan.batch]
            optimizer.zero_grad()
            loss = twin.loss(rows.x[chosen], rows.y[chosen], plan.loss)
            (loss + twin.penalty(plan.l1, plan.l2)).backward()
            optimizer.step()
        losses.append(twin.loss(*rows, plan.loss).item())
    np.testing.assert_allclose(found.losses, losses, rtol=1e-9)
    np.testing.assert_allclose(found.theta, twin.vector(), rtol=1e-8, atol=1e-10)


def test_every_activation_and_method_has_its_counterpart() -> None:
    assert set(MODULES) == set(activations.NAMES)
    assert set(OPTIMIZERS) | {"lion"} == set(RATES)


@pytest.mark.parametrize("activation", MODULES)
def test_activations_train_as_in_torch(torch: Any, activation: str) -> None:
    compared(torch, Plan("mse", "gd", 0.05, "constant", 5, EPOCHS, 1), activation)


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_train_as_in_torch(torch: Any, loss: str) -> None:
    sizes = (3, 5, 1) if loss in ("bce", "hinge") else (3, 5, 2)
    compared(torch, Plan(loss, "adam", 0.02, "constant", 8, EPOCHS, 2), "tanh", sizes)


@pytest.mark.parametrize("method", OPTIMIZERS)
def test_methods_train_as_in_torch(torch: Any, method: str) -> None:
    compared(torch, Plan("mse", method, RATES[method], "constant", 8, EPOCHS, 3))


def test_penalties_are_those_written_out_with_torch(torch: Any) -> None:
    compared(torch, Plan("mse", "adam", 0.02, "constant", 8, EPOCHS, 4, l1=0.01, l2=0.1))


@pytest.mark.parametrize("activation", MODULES)
def test_gradients_are_those_of_autograd(torch: Any, activation: str) -> None:
    random = np.random.default_rng(9)
    network = Network((3, 6, 5, 2), activation)
    theta = random.standard_normal(network.size)
    x, y = random.standard_normal((7, 3)), random.integers(0, 2, 7)
    twin = Twin(torch, network, theta)
    twin.loss(x, y, "cross_entropy").backward()
    found = network.gradient(theta, x, y, "cross_entropy")
    np.testing.assert_allclose(found, twin.vector("grad"), rtol=1e-10, atol=1e-13)


@pytest.mark.parametrize("name", ["xavier", "he", "lecun"])
def test_initial_weights_spread_as_in_torch(torch: Any, name: str) -> None:
    """The bounds of the uniform forms are torch's (lecun: kaiming of linear units)."""
    network = Network((40, 60), "relu")
    weights, _ = network.layers(network.start(f"{name}-uniform", 1))[0]
    tensor, init = torch.empty(60, 40), torch.nn.init
    if name == "xavier":
        init.xavier_uniform_(tensor)
    else:
        init.kaiming_uniform_(tensor, nonlinearity="relu" if name == "he" else "linear")
    assert np.abs(weights).max() == pytest.approx(tensor.abs().max().item(), rel=0.01)
    normal, _ = network.layers(network.start(name, 1))[0]
    assert normal.std() == pytest.approx(tensor.std().item(), rel=0.05)
