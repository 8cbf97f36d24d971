"""The network itself: gradients against differences, and steps against loops written out."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlmath.checks.training import check_backpropagation, check_forward
from dlmath.maths.networks.training import activations
from dlmath.maths.networks.training.epochs import (
    DIVERGED,
    EARLY_STOP,
    History,
    Plan,
    Rows,
    Stepper,
    order_of,
    run_epochs,
)
from dlmath.maths.networks.training.losses import LOSSES, SEVERAL, loss_function, probabilities
from dlmath.maths.networks.training.network import INITIALIZATIONS, Network
from dlmath.maths.networks.training.options import RATES
from dlmath.maths.networks.training.rows import split
from dlmath.maths.optimization.path import UNWATCHED


def targets(loss: str, rows: int, outputs: int, random: np.random.Generator) -> Any:
    if loss == "cross_entropy":
        return random.integers(0, outputs, rows)
    if SEVERAL in LOSSES[loss].kinds or loss in ("bce", "hinge"):
        low = LOSSES[loss].low
        return np.where(random.random((rows, outputs)) < 0.5, low, 1.0)
    return random.standard_normal((rows, outputs))


def differences(network: Network, theta: Any, x: Any, y: Any, loss: str) -> Any:
    found = np.empty(network.size)
    for place in range(network.size):
        step = np.zeros(network.size)
        step[place] = 1e-6
        ahead, behind = (network.loss(theta + s * step, x, y, loss) for s in (1, -1))
        found[place] = (ahead - behind) / 2e-6
    return found


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", activations.NAMES)
def test_backpropagation_agrees_with_differences(activation: str, loss: str) -> None:
    random = np.random.default_rng(3)
    network = Network((3, 4, 3, 2), activation)
    theta = 0.7 * random.standard_normal(network.size)
    x, y = random.standard_normal((5, 3)), targets(loss, 5, 2, random)
    gradient = network.gradient(theta, x, y, loss)
    assert gradient == pytest.approx(differences(network, theta, x, y, loss), abs=2e-7)


def test_slopes_are_those_of_the_graph() -> None:
    """The quick form of a slope of two pieces has the values of the compiled expression."""
    from dlmath.expression.numbers import evaluate

    z = np.array([-4.0, -3.0, -1.0, -0.3, 0.0, 0.3, 1.0, 3.0, 4.0])
    for name in activations.NAMES:
        kernel = activations.kernel(name)
        slope = np.broadcast_to(kernel.both(z)[1], z.shape)
        own = [evaluate(kernel.slope, {"x": value}) for value in z.tolist()]
        assert slope == pytest.approx(own, abs=1e-15)
        values = [evaluate(kernel.expression, {"x": value}) for value in z.tolist()]
        assert kernel.value(z) == pytest.approx(values, abs=1e-14)


def test_losses_are_stable_far_from_zero() -> None:
    p = np.array([[1000.0], [-1000.0]])
    y = np.array([[0.0], [0.0]])
    assert loss_function("bce").value(p, y).tolist() == [[1000.0], [0.0]]
    both = np.array([[1000.0, 0.0], [0.0, 1000.0]])
    assert loss_function("cross_entropy").value(both, np.array([0, 0])).tolist() == [0.0, 1000.0]
    chances = probabilities("bce", p)
    assert chances is not None and chances.tolist() == [[0.0, 1.0], [1.0, 0.0]]


@given(
    loss=st.sampled_from(["bce", "cross_entropy"]),
    scores=st.lists(st.floats(-30, 30), min_size=2, max_size=5),
)
@settings(max_examples=50)
def test_probabilities_sum_to_one(loss: str, scores: list[float]) -> None:
    p = np.array([scores]) if loss == "cross_entropy" else np.array([scores]).T
    found = probabilities(loss, p)
    assert found is not None
    assert found.sum(axis=1) == pytest.approx(1, abs=1e-14)
    assert (found >= 0).all()


# --- initialization ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", INITIALIZATIONS)
def test_initialization_has_its_variance(name: str) -> None:
    network = Network((200, 300, 1), "relu")
    (weights, biases), _ = network.layers(network.start(name, 5))
    factor, by_inputs, uniform = INITIALIZATIONS[name]
    variance = factor / (200 if by_inputs else 250)
    assert weights.var() == pytest.approx(variance, rel=0.02)
    assert not biases.any()
    if uniform:
        assert np.abs(weights).max() <= (3 * variance) ** 0.5
    assert (network.start(name, 5) == network.start(name, 5)).all()
    assert (network.start(name, 5) != network.start(name, 6)).any()


# --- steps written out ------------------------------------------------------------------------


def by_hand(
    x: Any, y: Any, theta: Any, method: str, rate: float, epochs: int, batch: int, seed: int
) -> list[float]:
    """The same network, 3-5-1 with tanh and the mean square, as one writes it for itself."""
    w1, b1 = theta[:15].reshape(3, 5).copy(), theta[15:20].copy()
    w2, b2 = theta[20:25].reshape(5, 1).copy(), theta[25:26].copy()
    parameters = [w1, b1, w2, b2]
    first = [np.zeros_like(p) for p in parameters]
    second = [np.zeros_like(p) for p in parameters]
    losses, k = [], 0
    for epoch in range(1, epochs + 1):
        order = np.random.default_rng([seed, epoch]).permutation(len(x))
        for start in range(0, len(x), batch):
            rows = order[start : start + batch]
            a = np.tanh(x[rows] @ w1 + b1)
            error = 2 * (a @ w2 + b2 - y[rows]) / len(rows)
            inner = (error @ w2.T) * (1 - a**2)
            slopes = [x[rows].T @ inner, inner.sum(axis=0), a.T @ error, error.sum(axis=0)]
            k += 1
            for p, g, m, v in zip(parameters, slopes, first, second, strict=True):
                if method == "gd":
                    p[...] -= rate * g
                elif method == "momentum":
                    m[...] = 0.9 * m + g
                    p[...] -= rate * m
                else:
                    m[...] = 0.9 * m + 0.1 * g
                    v[...] = 0.999 * v + 0.001 * g**2
                    p[...] -= rate * (m / (1 - 0.9**k)) / (np.sqrt(v / (1 - 0.999**k)) + 1e-8)
        losses.append(float(((np.tanh(x @ w1 + b1) @ w2 + b2 - y) ** 2).mean()))
    return losses


@pytest.mark.parametrize(("method", "rate"), [("gd", 0.1), ("momentum", 0.02), ("adam", 0.01)])
def test_training_is_the_loop_written_by_hand(method: str, rate: float) -> None:
    random = np.random.default_rng(1)
    x, y = random.standard_normal((50, 3)), random.standard_normal((50, 1))
    network = Network((3, 5, 1), "tanh")
    start = network.start("xavier", 2)
    plan = Plan("mse", method, rate, "constant", 16, 20, 7)
    history = run_epochs(network, plan, start, Rows(x, y), None, UNWATCHED)
    assert history.steps == 20 * 4
    expected = by_hand(x, y, start, method, rate, 20, 16, 7)
    assert history.losses[1:] == pytest.approx(expected, rel=1e-11)


@pytest.mark.parametrize("method", ["gd", "adam", "adamw", "nadam", "rmsprop", "adagrad"])
def test_training_agrees_with_torch(method: str) -> None:
    torch = pytest.importorskip("torch")
    names = {"gd": "SGD", "adam": "Adam", "adamw": "AdamW", "nadam": "NAdam"}
    names |= {"rmsprop": "RMSprop", "adagrad": "Adagrad"}
    random = np.random.default_rng(4)
    x, y = random.standard_normal((40, 3)), random.integers(0, 3, 40)
    network = Network((3, 6, 3), "relu")
    start = network.start("he", 0)
    plan = Plan("cross_entropy", method, 0.01, "constant", 8, 10, 0)
    history = run_epochs(network, plan, start, Rows(x, y), None, UNWATCHED)
    model = torch.nn.Sequential(
        torch.nn.Linear(3, 6), torch.nn.ReLU(), torch.nn.Linear(6, 3)
    ).double()
    with torch.no_grad():
        for layer, (weights, biases) in zip(
            (model[0], model[2]), network.layers(start), strict=True
        ):
            layer.weight.copy_(torch.tensor(weights.T.copy()))
            layer.bias.copy_(torch.tensor(biases.copy()))
    optimizer = getattr(torch.optim, names[method])(model.parameters(), lr=0.01)
    inputs, classes = torch.tensor(x), torch.tensor(y)
    for epoch in range(1, 11):
        order = order_of(40, 0, epoch)
        for first in range(0, 40, 8):
            rows = order[first : first + 8]
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(inputs[rows]), classes[rows]).backward()
            optimizer.step()
        loss = torch.nn.functional.cross_entropy(model(inputs), classes).item()
        assert history.losses[epoch] == pytest.approx(loss, rel=1e-8)


@pytest.mark.parametrize("method", RATES)
def test_every_method_makes_the_loss_smaller(method: str) -> None:
    random = np.random.default_rng(2)
    x = random.standard_normal((64, 2))
    y = (x[:, :1] * x[:, 1:]) + 0.5
    network = Network((2, 12, 1), "tanh")
    plan = Plan("mse", method, RATES[method], "constant", 16, 40, 0)
    history = run_epochs(network, plan, network.start("xavier", 0), Rows(x, y), None, UNWATCHED)
    assert history.losses[-1] < 0.8 * history.losses[0]
    again = run_epochs(network, plan, network.start("xavier", 0), Rows(x, y), None, UNWATCHED)
    assert again.losses == history.losses


# --- penalty, dropout, clip, stopping -----------------------------------------------------------


def one_step(**changes: Any) -> tuple[Network, Any, Any, Any]:
    """A network, its start, the gradient of a batch, and what the step makes of it."""
    random = np.random.default_rng(0)
    network = Network((2, 3, 1), "tanh")
    theta = network.start("xavier", 1) + 0.1
    rows = Rows(random.standard_normal((8, 2)), random.standard_normal((8, 1)))
    plan = Plan("mse", "gd", 0.1, "constant", 8, 5, 0)._replace(**changes)
    gradient = network.gradient(theta, *rows, "mse")
    return network, theta, gradient, Stepper(network, plan, 1).penalized(theta, gradient)


def test_penalties_pull_at_weights_alone() -> None:
    network, theta, gradient, changed = one_step(l2=0.5, l1=0.25)
    for w, _, b in network.slots:
        pull = 0.5 * theta[w] + 0.25 * np.sign(theta[w])
        assert changed[w] == pytest.approx(gradient[w] + pull, rel=1e-14)
        assert (changed[b] == gradient[b]).all()


def test_a_long_gradient_is_shortened() -> None:
    _, _, gradient, changed = one_step(clip=0.01)
    assert np.linalg.norm(changed) == pytest.approx(0.01)
    assert changed / np.linalg.norm(changed) == pytest.approx(gradient / np.linalg.norm(gradient))


def test_dropout_leaves_out_its_part_and_keeps_the_mean() -> None:
    """With the identity and one output the gradient by a bias of the last layer but one is
    its weight, times 0 or 1/(1 - dropout) in each row."""
    network = Network((1, 1000, 1), "identity")
    theta = np.ones(network.size)
    x, y = np.zeros((200, 1)), np.zeros((200, 1))
    x[:] = 1.0
    plain = network.gradient(theta, x, y, "mae")
    left = network.gradient(theta, x, y, "mae", 0.25, np.random.default_rng(0))
    biases = network.slots[0][2]
    kept = left[biases] * 200 * 0.75
    assert kept == pytest.approx(np.round(kept), abs=1e-9)  # whole numbers of rows
    assert left[biases].mean() == pytest.approx(plain[biases].mean(), rel=0.01)
    assert not (left[biases] == plain[biases]).all()


def test_the_rate_follows_the_schedule_over_all_steps() -> None:
    random = np.random.default_rng(0)
    rows = Rows(random.standard_normal((8, 2)), random.standard_normal((8, 1)))
    network = Network((2, 1), "relu")
    start = network.start("he", 0)
    plan = Plan("mse", "gd", 0.1, "cosine", 4, 2, 0)
    theta = start
    for k in range(4):
        order = order_of(8, 0, 1 + k // 2)[4 * (k % 2) : 4 * (k % 2) + 4]
        rate = 0.1 * (1 + np.cos(np.pi * k / 4)) / 2
        theta = theta - rate * network.gradient(theta, rows.x[order], rows.y[order], "mse")
    history = run_epochs(network, plan, start, rows, None, UNWATCHED)
    assert history.theta == pytest.approx(theta, rel=1e-13)


def test_early_stopping_keeps_the_best() -> None:
    random = np.random.default_rng(0)
    rows = Rows(random.standard_normal((20, 4)), random.standard_normal((20, 1)))
    held = Rows(random.standard_normal((20, 4)), random.standard_normal((20, 1)))
    network = Network((4, 30, 1), "relu")
    plan = Plan("mse", "adam", 0.01, "constant", 5, 300, 0, early_stop=8)
    history = run_epochs(network, plan, network.start("he", 0), rows, held, UNWATCHED)
    assert history.ended == EARLY_STOP
    assert history.epochs == history.best + 8 < 300
    assert history.kept == history.best
    assert network.loss(history.theta, *held, "mse") == min(history.validation)


def test_a_loss_that_runs_away_ends_the_training() -> None:
    random = np.random.default_rng(0)
    rows = Rows(random.standard_normal((20, 2)), random.standard_normal((20, 1)))
    network = Network((2, 8, 1), "relu")
    plan = Plan("mse", "gd", 1e4, "constant", 20, 50, 0)
    history = run_epochs(network, plan, network.start("he", 0), rows, None, UNWATCHED)
    assert history.ended == DIVERGED
    assert history.epochs < 50


@given(
    rows=st.integers(2, 200),
    part=st.floats(0.05, 0.9),
    classes=st.integers(1, 4),
    seed=st.integers(0, 5),
)
@settings(max_examples=50)
def test_rows_are_split_by_class(rows: int, part: float, classes: int, seed: int) -> None:
    from dlmath.errors import InvalidInput

    places = np.arange(rows) % classes
    try:
        trained, held = split(rows, part, seed, places)
    except InvalidInput:
        assert round(part * rows) in (0, rows)
        return
    assert sorted([*trained.tolist(), *held.tolist()]) == list(range(rows))
    assert abs(len(held) - part * rows) <= 1
    for name in range(classes):
        assert abs((places[held] == name).sum() - part * (places == name).sum()) <= 1


# --- the checks can fail ------------------------------------------------------------------------


def prepared() -> tuple[Network, Any, Rows]:
    random = np.random.default_rng(0)
    network = Network((3, 6, 1), "relu")
    rows = Rows(random.standard_normal((30, 3)), random.standard_normal((30, 1)))
    return network, network.start("he", 0), rows


@pytest.mark.parametrize("place", [0, 10, 23, 30])
def test_a_wrong_gradient_is_found(place: int) -> None:
    network, theta, rows = prepared()
    gradient = network.gradient(theta, *rows, "mse")
    slices = [slice(w.start, b.stop) for w, _, b in network.slots]

    def loss(at: Any) -> float:
        return network.loss(at, *rows, "mse")

    assert check_backpropagation(loss, theta, gradient, slices, 0).verdict == "passed"
    gradient[place] *= 1.01
    assert check_backpropagation(loss, theta, gradient, slices, 0).verdict == "failed"


def test_a_kink_is_left_out_of_the_check() -> None:
    network = Network((1, 1, 1), "relu")
    theta = np.array([1.0, 0.0, 1.0, 0.0])
    rows = Rows(np.zeros((4, 1)), np.ones((4, 1)))  # every sum is 0, where relu has its kink
    gradient = network.gradient(theta, *rows, "mse")
    check = check_backpropagation(
        lambda at: network.loss(at, *rows, "mse"), theta, gradient, [slice(0, 2), slice(2, 4)], 0
    )
    assert check.verdict == "passed"
    assert "kink" in check.detail


def test_a_wrong_prediction_is_found() -> None:
    network, theta, rows = prepared()
    p = network.forward(theta, rows.x)
    expression = network.kernel.expression
    assert check_forward(network.layers(theta), expression, rows.x, p).verdict == "passed"
    p[1] += 1e-6
    assert check_forward(network.layers(theta), expression, rows.x, p).verdict == "failed"


def test_overfitting_is_told_from_noise() -> None:
    from dlmath.maths.networks.training.diagnosis import overfitting

    epochs = range(200)
    falling = [1 / (1 + k / 10) for k in epochs]
    theta = np.zeros(1)

    def history(validation: list[float], losses: list[float]) -> History:
        best = min(epochs, key=validation.__getitem__)
        return History(losses, validation, [[1.0]] * 200, theta, best, 199, "epochs", 200)

    rising = [0.5 + 0.3 * abs(k - 60) / 60 for k in epochs]
    found = overfitting(history(rising, falling))
    assert found is not None
    assert abs(found.epoch - 61) <= 5
    wobbling = [0.5 + 0.1 * (-1) ** k + 0.0004 * abs(k - 60) for k in epochs]
    assert overfitting(history(wobbling, falling)) is None
    assert overfitting(history(falling, falling)) is None
    assert overfitting(history(rising, rising)) is None  # both rise: not overfitting
