"""loss: gradients, convexity, minimizers and models against the literature and by hand."""

from __future__ import annotations

import json
import math

import pytest

import dlmath
from dlmath.answer import FAILED
from dlmath.checks.loss import check_convex, check_density, check_minimizer
from dlmath.errors import InvalidInput
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.maths.networks.loss_data import LOSSES
from dlmath.render.json import answer_json

#: name: smoothness, largest slope, robust; all of them are convex in the prediction.
EXPECTED = {
    "mse": ("C^oo", "oo", False),
    "mae": ("C^0", "1", True),
    "huber": ("C^1", "1", True),
    "bce": ("C^oo", "oo", False),
    "cross_entropy": ("C^oo", "oo", False),
    "hinge": ("C^0", "1", True),
    "kl_div": ("C^oo", "oo", False),
}


@pytest.mark.parametrize("name", LOSSES)
def test_facts(name: str) -> None:
    answer = dlmath.loss(name)
    assert answer.status == "answered"
    assert {check.verdict for check in answer.checks} == {"passed"}
    facts = answer.facts
    found = facts["smoothness"], to_text(facts["lipschitz"]), facts["robust"]
    assert found == EXPECTED[name]
    assert facts["convexity"] == "convex"
    assert json.loads(answer_json(answer))["facts"]["minimizer"]


def test_gradients_by_hand() -> None:
    point = {"p": 0.3, "y": 1.0}
    expected = {"mse": -1.4, "mae": -1.0, "huber": -0.7, "bce": -1 / 0.3}
    for name, slope in expected.items():
        found = evaluate(dlmath.loss(name).facts["gradient"], point)
        assert found == pytest.approx(slope, rel=1e-13)


def test_logits() -> None:
    facts = dlmath.loss("bce").facts
    assert to_text(facts["logits"]) == "softplus(z) - y*z"
    assert to_text(facts["logits_gradient"]) == "sigmoid(z) - y"
    # stable: the plain form overflows to log(0) here
    assert evaluate(facts["logits"], {"z": 800.0, "y": 0.0}) == 800.0
    slopes = dlmath.loss("cross_entropy").facts["logits_gradient"]
    point = {"z1": 1.0, "z2": -0.5, "z3": 0.2, "y1": 0.0, "y2": 1.0}
    exps = [math.exp(point[f"z{k}"]) for k in (1, 2, 3)]
    found = [evaluate(part, point) for part in slopes.args]
    targets = [0, 1, 0]
    assert found == pytest.approx(
        [e / sum(exps) - y for e, y in zip(exps, targets, strict=True)], rel=1e-12
    )


def test_a_loss_of_ones_own() -> None:
    facts = dlmath.loss("log(cosh(p - y))").facts
    assert facts["convexity"] == "convex"
    assert to_text(facts["lipschitz"]) == "1" and facts["robust"] is True
    assert [to_text(place) for place in facts["least_at"]] == ["0"]
    assert dlmath.loss("1 - exp(-(p - y)^2)").facts["convexity"] == "neither"
    assert dlmath.loss("log(1 + exp(-y*s))").facts["lipschitz"] is not None


def test_comparison_and_pictures() -> None:
    answer = dlmath.loss("mse", compare=["mae", "huber"], plot=True)
    (table,) = answer.tables
    assert [row[0] for row in table.rows] == ["mse", "mae", "huber"]
    assert len(answer.picture.curves) == 3 and len(answer.picture.panels) == 1
    mixed = dlmath.loss("mse", compare=["bce"], plot=True)
    assert mixed.picture is None
    assert len(dlmath.loss("bce", plot=True).picture.curves) == 2


def test_the_list() -> None:
    assert list(dlmath.loss().result) == list(LOSSES)


def test_roles_that_cannot_be_told() -> None:
    with pytest.raises(InvalidInput, match="prediction and a target"):
        dlmath.loss("(a - b)^2")


def test_checks_can_fail() -> None:
    square = parse("(p - y)^2").node
    assert check_convex(parse("t^3").node, "t", -2, 2, "convex").verdict == FAILED
    assert check_minimizer(lambda c, y: (c - y) ** 2, "median").verdict == FAILED
    wrong = parse("exp(-(y - p)^2/2)/sqrt(2*pi)").node
    assert check_density(square, wrong, ("p", "y"), "error").verdict == FAILED
    unnormalized = parse("exp(-(y - p)^2)").node
    assert check_density(square, unnormalized, ("p", "y"), "error").verdict == FAILED
