"""activation: what is computed against values from the literature, torch's documentation, numpy."""

from __future__ import annotations

import json
import math
from functools import cache

import numpy as np
import pytest

import dlmath
from dlmath.answer import FAILED
from dlmath.checks.activation import (
    check_definition,
    check_lipschitz,
    check_moments,
    check_saturation,
)
from dlmath.errors import InvalidInput
from dlmath.expression.graph import call, symbol
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.maths.networks.activation_data import ACTIVATIONS, VECTOR_ACTIVATIONS
from dlmath.render.json import answer_json

#: name: derivative, range, monotonicity, convexity, smoothness, Lipschitz constant, saturation.
EXPECTED = {
    "sigmoid": ("sigmoid(x)*(1 - sigmoid(x))", "(0, 1)", "increasing", "neither", "C^oo", "1/4",
                "both sides"),
    "tanh": ("1 - tanh(x)**2", "(-1, 1)", "increasing", "neither", "C^oo", "1", "both sides"),
    "relu": ("piecewise((1, x > 0), (0, true))", "[0, oo)", "nondecreasing", "convex", "C^0", "1",
             "left side"),
    "leaky_relu": ("piecewise((1, x > 0), (1/100, true))", "(-oo, oo)", "increasing", "convex",
                   "C^0", "1", "left side"),
    "elu": ("piecewise((1, x > 0), (exp(x), true))", "(-1, oo)", "increasing", "convex", "C^1",
            "1", "left side"),
    "softplus": ("sigmoid(x)", "(0, oo)", "increasing", "convex", "C^oo", "1", "left side"),
    "softsign": ("1/(abs(x) + 1)**2", "(-1, 1)", "increasing", "neither", "C^1", "1",
                 "both sides"),
    "hardtanh": (None, "[-1, 1]", "nondecreasing", "neither", "C^0", "1", "both sides"),
    "hard_sigmoid": (None, "[0, 1]", "nondecreasing", "neither", "C^0", "1/6", "both sides"),
}  # fmt: skip


@cache
def named(name: str) -> dlmath.answer.Answer:
    """The answer of a name, computed once for all tests."""
    return dlmath.activation(name)


def text(fact: object) -> str:
    if isinstance(fact, tuple):
        return "".join(map(text, fact))
    return fact if isinstance(fact, str) else to_text(fact)


@pytest.mark.parametrize("name", EXPECTED)
def test_facts_of_the_literature(name: str) -> None:
    facts = named(name).facts
    derivative, *rest = EXPECTED[name]
    if derivative is not None:
        assert text(facts["derivative"]) == derivative
    found = [text(facts[key]) for key in ("range", "monotonicity", "convexity", "smoothness",
                                          "lipschitz", "saturation")]  # fmt: skip
    assert found == rest


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_every_check_passes(name: str) -> None:
    answer = named(name)
    assert answer.status == "answered"
    verdicts = {check.name: check.verdict for check in answer.checks}
    assert set(verdicts.values()) == {"passed"}, verdicts
    assert len(verdicts) >= 6
    held = json.loads(answer_json(answer))
    assert held["facts"]["paper"]


def test_numbers_of_the_smooth_ones() -> None:
    # minima and largest slopes as published: Hendrycks and Gimpel; Ramachandran et al.; Misra
    gelu, silu, mish = (named(name).facts for name in ("gelu", "silu", "mish"))
    assert gelu["lipschitz"] == pytest.approx(1.12890414518515, rel=1e-9)
    assert silu["lipschitz"] == pytest.approx(1.09983932012886, rel=1e-9)
    assert mish["lipschitz"] == pytest.approx(1.08849816125172, rel=1e-9)
    assert float(text(silu["range"])[1:].split(",")[0]) == pytest.approx(-0.278464542761, rel=1e-9)
    assert float(text(mish["range"])[1:].split(",")[0]) == pytest.approx(-0.308843413017, rel=1e-9)


def test_saturation_of_the_sigmoid_by_hand() -> None:
    # s(1 - s) = 1/100 at s = (1 + sqrt(0.96))/2
    s = (1 + math.sqrt(0.96)) / 2
    _, right = named("sigmoid").facts["saturates"]
    assert float(right[1]) == pytest.approx(math.log(s / (1 - s)), rel=1e-9)


def test_gains() -> None:
    relu, selu, tanh = (named(name).facts for name in ("relu", "selu", "tanh"))
    assert relu["gain"] == pytest.approx(math.sqrt(2), rel=1e-10)  # He et al. 2015
    assert selu["gain"] == pytest.approx(1, rel=1e-10)  # self-normalizing: mean 0, variance 1
    assert selu["mean"] == 0 and selu["zero_centred"] is True
    nodes, weights = np.polynomial.hermite_e.hermegauss(120)
    square = np.sum(weights * np.tanh(nodes) ** 2) / math.sqrt(2 * math.pi)
    assert tanh["gain"] == pytest.approx(1 / math.sqrt(square), rel=1e-6)
    assert text(tanh["gain_torch"]) == "5/3"


def test_gains_as_torch_documents() -> None:
    torch = pytest.importorskip("torch")
    for name in ("sigmoid", "tanh", "relu", "leaky_relu", "selu"):
        found = evaluate(parse(text(named(name).facts["gain_torch"])).node)
        assert found == pytest.approx(torch.nn.init.calculate_gain(name), rel=1e-12)


def test_the_second_derivative_of_the_sigmoid_is_a_product() -> None:
    second = named("sigmoid").facts["second_derivative"]
    assert to_text(second) == "sigmoid(x)*(1 - 2*sigmoid(x))*(1 - sigmoid(x))"


def test_kinks_and_limits() -> None:
    facts = named("hardtanh").facts
    assert [[text(kink[key]) for key in ("x", "left", "right")] for kink in facts["kinks"]] == [
        ["-1", "0", "1"],
        ["1", "1", "0"],
    ]
    assert {key: text(value) for key, value in facts["limits"].items()} == {"-oo": "-1", "oo": "1"}
    assert facts["zero_centred"] is True


def test_an_activation_of_ones_own() -> None:
    answer = dlmath.activation("x*sigmoid(1.702*x)", at="x=1")
    assert answer.facts["lipschitz"] == pytest.approx(1.09983932, rel=1e-8)
    s = 1 / (1 + math.exp(-1.702))
    assert float(answer.facts["value"]) == pytest.approx(s, rel=1e-14)
    assert float(answer.facts["slope"]) == pytest.approx(s + 1.702 * s * (1 - s), rel=1e-14)


@pytest.mark.parametrize(
    ("formula", "smoothness", "lipschitz"),
    [
        ("max(x, 0)^2", "C^1", "oo"),
        ("sin(x)", "C^oo", "1"),
        ("abs(x)", "C^0", "1"),
        ("sign(x)", "discontinuous", "oo"),
        ("atan(x)", "C^oo", "1"),
        ("x", "C^oo", "1"),
    ],
)
def test_formulas(formula: str, smoothness: str, lipschitz: str) -> None:
    facts = dlmath.activation(parse(formula).node).facts
    assert facts["smoothness"] == smoothness
    assert text(facts["lipschitz"]) == lipschitz


@pytest.mark.parametrize("name", VECTOR_ACTIVATIONS)
def test_functions_of_vectors(name: str) -> None:
    answer = named(name)
    assert {check.verdict for check in answer.checks} == {"passed"}
    expected = {"softmax": 1 / 2, "logsumexp": 1, "log_softmax": math.sqrt(3)}[name]
    assert float(answer.facts["lipschitz"]) == pytest.approx(expected, rel=1e-6)


def test_comparison() -> None:
    answer = dlmath.activation("relu", compare=["silu"], plot=True)
    (table,) = answer.tables
    assert [row[0] for row in table.rows] == ["relu", "silu"]
    assert len(answer.picture.curves) == 2 and len(answer.picture.panels) == 1
    assert len(dlmath.activation("relu", plot=True).picture.curves) == 2


def test_the_list() -> None:
    assert list(dlmath.activation().result) == [*ACTIVATIONS, *VECTOR_ACTIVATIONS]


def test_two_variables_are_refused() -> None:
    with pytest.raises(InvalidInput, match="one variable"):
        dlmath.activation("x*y")


def test_checks_can_fail() -> None:
    x, tanh = symbol("x"), call("tanh", symbol("x"))
    assert check_definition(tanh, call("atan", x), "x", {}).verdict == FAILED
    assert check_lipschitz(tanh, "x", 0.9).verdict == FAILED
    assert check_saturation(tanh, "x", lambda _: False, 0.01).verdict == FAILED
    assert check_moments(tanh, "x", 0.1, 0.394).verdict == FAILED
