"""Losses over rows: values and gradients against other routes, stable forms, shapes refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dlmath.checks.data_loss import written_out
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.maths.optimization.data_problem import entry_names
from dlmath.maths.optimization.rows import Names, PartError, lower
from dlmath.maths.optimization.rows_reduce import additive
from dlmath.maths.optimization.rows_run import Batch, RowFunction

ROWS = 7
RANDOM = np.random.default_rng(3)
COLUMNS: dict[str, Any] = {name: RANDOM.normal(size=ROWS) for name in ("x", "y", "u")}
COLUMNS |= {"t": np.array([0, 1, 1, 0, 1, 0, 1.0]), "kind": np.array([0, 2, 1, 1, 2, 0, 2.0])}
COLUMNS["X"] = RANDOM.normal(size=(ROWS, 3))
NAMES = ("x", "y", "u", "t", "kind")

Shapes = Mapping[str, tuple[int, ...]]


def function(text: str, shapes: Shapes) -> tuple[RowFunction, Batch]:
    names = Names(frozenset(NAMES), {"kind": 3, "t": 2}, {"X": ("a", "b", "c")}, shapes)
    made = RowFunction(lower(parse(text).node, names), shapes)
    return made, made.prepare(COLUMNS, ROWS)


def by_rows(text: str, shapes: Shapes) -> Callable[[Any], float]:
    """The loss as a function of the parameters: every row written out, by a walk over the graph."""
    plain = {name: COLUMNS[name].tolist() for name in NAMES}
    formula = written_out(parse(text).node, plain, {"X": COLUMNS["X"].tolist()}, shapes)
    names = [entry for name, shape in shapes.items() for entry in entry_names(name, shape)]
    return lambda theta: float(evaluate(formula, dict(zip(names, theta, strict=True))))


def assert_right(text: str, shapes: Shapes, seed: int = 1) -> None:
    made, batch = function(text, shapes)
    theta = np.random.default_rng(seed).normal(size=made.size)
    value, slope = made.value_and_gradient(theta, batch)
    assert value == made.value(theta, batch)
    assert (slope == made.gradient(theta, batch)).all()
    loss = by_rows(text, shapes)
    assert value == pytest.approx(loss(theta), rel=1e-12, abs=1e-13)
    for place, step in enumerate(1e-5 * np.eye(made.size)):
        expected = (loss(theta + step) - loss(theta - step)) / 2e-5
        assert slope[place] == pytest.approx(expected, rel=1e-6, abs=1e-7), (text, place)


S = ()
LOSSES: list[tuple[str, Shapes]] = [
    ("mean((w*x + b - y)^2)", {"w": S, "b": S}),
    ("mse(w*x + b, y)", {"w": S, "b": S}),
    ("sqrt(mse(w*x + b, y)) + 0.1*norm(W)^2", {"w": S, "b": S, "W": (3,)}),
    ("mae(w*x + b, y) + dot(W, W)", {"w": S, "b": S, "W": (2,)}),
    ("huber(w*x + b, 2*y)", {"w": S, "b": S}),
    ("huber(w*x + b, 2*y, 1/2)", {"w": S, "b": S}),
    ("hinge(w*x + b, 2*t - 1)", {"w": S, "b": S}),
    ("mean(bce(sigmoid(w*x + b), t))", {"w": S, "b": S}),
    ("bce(1/(1 + exp(-(w*x + b))), t)", {"w": S, "b": S}),
    ("mean((1 + x^2)*bce(sigmoid(w*x + b), t))", {"w": S, "b": S}),
    ("mean(cross_entropy(softmax(X*W + b), kind))", {"W": (3, 3), "b": (3,)}),
    ("cross_entropy(softmax(W*X + b), kind)", {"W": (3, 3), "b": (3,)}),
    ("mean(u^2*cross_entropy(softmax(X*W), kind))", {"W": (3, 3)}),
    ("cross_entropy(softmax(X*W), [t, 1 - t])", {"W": (3, 2)}),
    ("kl_div(softmax(X*W), [0.3, 0.7])", {"W": (3, 2)}),
    ("mean((dot([x, u], W) + b - y)^2)", {"W": (2,), "b": S}),
    ("mean((X*W + b - y)^2)", {"W": (3,), "b": S}),
    ("mean((dot(tanh(X*W + b), v) + c - y)^2)", {"W": (3, 4), "b": (4,), "v": (4,), "c": S}),
    ("norm(y - w*x)", {"w": S}),
    ("norm(y - w*x, 3)", {"w": S}),
    ("mean(norm(X - c))", {"c": (3,)}),
    ("max(abs(y - w*x))", {"w": S}),
    ("mean(max(X*W))", {"W": (3, 2)}),
    ("var(y - w*x)", {"w": S}),
    ("mean((w*x - mean(y))^2)", {"w": S}),
    ("-mean(logsumexp([-(x - a)^2, -(x - b)^2]))", {"a": S, "b": S}),
    ("mean(log_softmax(X*W))", {"W": (3, 2)}),
    ("mean((X*W - X)^2)", {"W": (3, 3)}),
    ("mean(piecewise((w*x, x > 0), (w^2*u, true)))", {"w": S}),
    ("mean(sum(w^k*x, k, 1, 3))", {"w": S}),
    ("mean(min(w*x, u))*mean(y*w)", {"w": S}),
]


@pytest.mark.parametrize(("text", "shapes"), LOSSES)
def test_value_and_gradient_are_those_of_the_rows_written_out(text: str, shapes: Shapes) -> None:
    assert_right(text, shapes)


# --- random formulas --------------------------------------------------------------------------

_SMOOTH = ("sin", "tanh", "sigmoid", "softplus", "exp", "atan", "gelu")


def _scalars(depth: int) -> st.SearchStrategy[str]:
    leaf = st.sampled_from(["x", "y", "u", "w", "b", "2", "x*w", "dot(X, V)", "mean(x*w)"])
    if not depth:
        return leaf
    inner = _scalars(depth - 1)
    return st.one_of(
        leaf,
        st.tuples(inner, inner).map(lambda pair: f"({pair[0]} + {pair[1]})"),
        st.tuples(inner, inner).map(lambda pair: f"tanh({pair[0]})*({pair[1]})"),
        st.tuples(st.sampled_from(_SMOOTH), inner).map(lambda pair: f"{pair[0]}(({pair[1]})/3)"),
        st.tuples(inner, inner).map(lambda pair: f"logsumexp([{pair[0]}, {pair[1]}])"),
        inner.map(lambda text: f"dot(softmax(X*M), [{text}, w])"),
        inner.map(lambda text: f"sqrt(1 + ({text})^2)"),
    )


@settings(max_examples=20, deadline=None)
@given(text=_scalars(3), seed=st.integers(0, 100))
def test_gradients_of_random_formulas(text: str, seed: int) -> None:
    shapes = {"w": S, "b": S, "V": (3,), "M": (3, 2)}
    assert_right(f"mean(({text} - y)^2)", shapes, seed)


# --- stable forms, minibatches, what is undefined -----------------------------------------------


def test_losses_of_large_scores_neither_overflow_nor_vanish() -> None:
    made, batch = function("bce(sigmoid(w*x), t)", {"w": S})
    value, slope = made.value_and_gradient(np.array([1e4]), batch)
    scores = 1e4 * COLUMNS["x"]
    exact = np.mean(np.logaddexp(0, scores) - COLUMNS["t"] * scores)
    assert value == pytest.approx(exact, rel=1e-14)
    assert np.isfinite(slope).all()
    made, batch = function("cross_entropy(softmax(X*W), kind)", {"W": (3, 3)})
    value, slope = made.value_and_gradient(1e5 * np.arange(9.0), batch)
    assert np.isfinite(value)
    assert np.isfinite(slope).all()


def test_a_squared_norm_has_a_gradient_at_0() -> None:
    made, batch = function("mse(dot(X, W), y) + norm(W)^2", {"W": (3,)})
    assert np.isfinite(made.gradient(np.zeros(3), batch)).all()


def test_rows_taken_together_are_the_mean_of_the_parts() -> None:
    made, batch = function("mean((w*x + b - y)^2) + 0.1*w^2", {"w": S, "b": S})
    theta = np.array([0.5, -1.0])
    parts = [made.part(batch, first, first + 3) for first in (0, 3, 6)]
    mean = sum(made.value(theta, part) * part.rows for part in parts) / ROWS
    assert mean == pytest.approx(made.value(theta, batch), rel=1e-14)
    chosen = made.take(batch, np.array([6, 0]))
    rows = COLUMNS["x"][[6, 0]], COLUMNS["y"][[6, 0]]
    assert made.value(theta, chosen) == pytest.approx(
        np.mean((0.5 * rows[0] - 1 - rows[1]) ** 2) + 0.025
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mean((w*x - y)^2) + w^2", True),
        ("2*mse(w*x, y) - mean(x*w)/3", True),
        ("mean((w*x - y)^2)^2", False),
        ("sqrt(mse(w*x, y))", False),
        ("var(w*x)", False),
        ("mean((w*x - mean(w*x))^2)", False),
        ("norm(w*x - y)", False),
        ("max(w*x)", False),
    ],
)
def test_which_losses_are_means_of_parts(text: str, expected: bool) -> None:
    made, _ = function(text, {"w": S})
    assert additive(made.root) is expected


def test_the_undefined_part_and_its_row() -> None:
    made, batch = function("mean(log(w*x)^2)", {"w": S})
    with np.errstate(all="ignore"):
        found = made.undefined_part(np.array([1.0]), batch)
    assert found is not None
    part, row = found
    assert part is parse("log(w*x)").node
    assert row == int(np.argmax(COLUMNS["x"] <= 0))


# --- what does not fit --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "part", "words"),
    [
        ("mean((dot([x, u, y], W) - y)^2)", "dot([x, u, y], W)", "cannot be multiplied"),
        ("mean(X + W)", "X + W", "a vector of length 3 and a vector of length 2"),
        ("(w*x - y)^2", "(w*x - y)^2", "differs from row to row"),
        ("X*W", "X*W", "cannot be multiplied"),
        ("dot(x, y)*w", "dot(x, y)", "dot of two numbers"),
        ("mean(kind*w)", "kind*w", "3 different words"),
        ("mean(cross_entropy(softmax(x*w), kind))", "softmax(x*w)", "this is a number"),
        ("cross_entropy(softmax(X*M), kind)", None, "3 classes in kind, and 2 probabilities"),
        ("mse(X, y)*w", "mse(X, y)", "mse compares two of the same shape"),
        ("mean(norm(w*x))", "norm(w*x)", "norm of one number in each row"),
        ("W*norm(w*x)", None, "must be one number"),
        ("W^2", "W^2", "has no power"),
        ("W*W", "W*W", "not said"),
    ],
)
def test_parts_that_do_not_fit_are_named(text: str, part: str | None, words: str) -> None:
    with pytest.raises(PartError, match=words) as caught:
        function(text, {"w": S, "W": (2,), "M": (3, 2)})
    if part is not None:
        assert caught.value.part is parse(part).node
