"""Gradients, Jacobians and Hessians: forms, values, checks that refute, kinks."""

from __future__ import annotations

import pytest

import dlmath
from dlmath.checks.directional import check_gradient, check_hessian, check_jacobian
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import Node
from dlmath.expression.parser import parse, parse_assignments
from dlmath.expression.text import to_text
from dlmath.maths.calculus.several import gradient, hessian, jacobian
from dlmath.settings import Settings


def shown(result: object) -> str:
    assert isinstance(result, Node)
    return to_text(result)


def test_gradient_of_a_squared_error() -> None:
    answer = gradient(parse("(w*x + b - y)^2").node, ["w", "b"], Settings(steps=True))
    assert shown(answer.result) == "[2*x*(w*x + b - y), 2*(w*x + b - y)]"
    assert answer.checks[0].verdict == "passed"
    assert answer.steps[-1].after is answer.result


@pytest.mark.parametrize(
    ("loss", "variables", "expected"),
    [
        ("bce(sigmoid(z), y)", "z", "[sigmoid(z) - y]"),
        (
            "cross_entropy(softmax([a, b]), [0, 1])",
            "a,b",
            "[exp(a)/(exp(a) + exp(b)), exp(b)/(exp(a) + exp(b)) - 1]",
        ),
        ("mse([a, b], [1, 2])", "a,b", "[a - 1, b - 2]"),
        ("logsumexp([a, b])", "a,b", "[exp(a)/(exp(a) + exp(b)), exp(b)/(exp(a) + exp(b))]"),
    ],
)
def test_gradients_of_losses_are_the_known_ones(loss: str, variables: str, expected: str) -> None:
    answer = gradient(parse(loss).node, variables.split(","))
    assert shown(answer.result) == expected
    assert answer.checks[0].verdict == "passed"


def test_jacobian_of_softmax_is_named_and_right() -> None:
    names = [f"z{k}" for k in range(4)]
    answer = jacobian(
        parse(f"softmax([{', '.join(names)}])").node,
        names,
        Settings(at=parse_assignments("z0=0, z1=1, z2=-1, z3=1/2")),
    )
    import numpy as np

    s = np.exp([0, 1, -1, 0.5])
    s /= s.sum()
    expected = np.diag(s) - np.outer(s, s)
    found = np.array([[float(entry) for entry in row] for row in answer.value])
    assert np.allclose(found, expected, rtol=1e-14, atol=0)
    assert any("diag(s) - s*s^T" in str(note) for note in answer.notes)


def test_hessian_facts_of_rosenbrock() -> None:
    answer = hessian(
        parse("(1-x)^2 + 100*(y-x^2)^2").node, ["x", "y"], Settings(at=parse_assignments("x=1,y=1"))
    )
    assert answer.value == [[802, -400], [-400, 200]]
    assert answer.facts["definiteness"] == "positive definite"
    assert answer.facts["condition"] == pytest.approx(2508.0096)
    assert answer.checks[0].verdict == "passed"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("x^2 - y^2", "indefinite"),
        ("-x^2 - y^2", "negative definite"),
        ("x^2", "positive semidefinite"),
        ("x + y", "zero"),
    ],
)
def test_definiteness(text: str, kind: str) -> None:
    answer = hessian(parse(text).node, ["x", "y"], Settings(at=parse_assignments("x=0,y=0")))
    assert answer.facts["definiteness"] == kind


def test_wrong_entries_are_refuted() -> None:
    f = parse("x^2*y + sin(y)").node
    entry = {
        text: parse(text).node
        for text in ("2*x*y", "x^2 + cos(y)", "x^2 - cos(y)", "2*x", "2*y", "-sin(y)", "x")
    }
    right = [entry["2*x*y"], entry["x^2 + cos(y)"]]
    wrong = [entry["2*x*y"], entry["x^2 - cos(y)"]]
    assert check_gradient(f, ["x", "y"], right, {}).verdict == "passed"
    assert check_gradient(f, ["x", "y"], wrong, {}).verdict == "failed"
    assert check_jacobian([f], ["x", "y"], [wrong], {}).verdict == "failed"
    good = [[entry["2*y"], entry["2*x"]], [entry["2*x"], entry["-sin(y)"]]]
    bad = [[entry["2*y"], entry["x"]], [entry["2*x"], entry["-sin(y)"]]]
    assert check_hessian(f, ["x", "y"], good, {}).verdict == "passed"
    assert check_hessian(f, ["x", "y"], bad, {}).verdict == "failed"


def test_kinks_and_their_readings() -> None:
    f, at = parse("abs(x) + y").node, parse_assignments("x=0,y=1")
    with pytest.raises(Undefined):
        gradient(f, ["x", "y"], Settings(at=at))
    answer = gradient(f, ["x", "y"], Settings(at=at, at_kink="frameworks"))
    assert answer.value == [0, 1]
    assert "frameworks" in str(answer.notes[-1])


def test_shapes_are_refused_with_a_hint() -> None:
    with pytest.raises(InvalidInput, match="not of a vector"):
        gradient(parse("[x, y]").node, ["x", "y"])
    with pytest.raises(InvalidInput, match="not of a matrix"):
        jacobian(parse("[[x, y], [1, 2]]").node, ["x", "y"])


def test_gradient_where_formulas_meet() -> None:
    assert str(dlmath.gradient("relu(x) - relu(-x) + y^2", at="x=0, y=1")) == "[1, 2]"
    with pytest.raises(Undefined, match="not differentiable"):
        dlmath.hessian("elu(x) + y^2", at="x=0, y=0")


def test_mixed_derivatives_that_depend_on_their_order() -> None:
    peano = "piecewise((0, x == 0 and y == 0), (x*y*(x^2 - y^2)/(x^2 + y^2), true))"
    answer = dlmath.hessian(peano, at="x=0, y=0")
    assert str(answer) == "[[0, -1], [1, 0]]"
    assert "definiteness" not in answer.facts
