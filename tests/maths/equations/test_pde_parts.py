"""Parts of separation of variables: antiderivatives by parts, smooth pieces, expansions."""

from __future__ import annotations

import pytest

from dlmath.expression.gradient import gradient
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.maths.equations.pde.by_parts import antiderivative
from dlmath.maths.equations.pde.eigen import basis_for, expand
from dlmath.maths.equations.pde.pieces import split
from dlmath.settings import Settings


@pytest.mark.parametrize(
    "text",
    [
        "x^3*sin(n*x)", "(1-x)*x*cos(2*x+1)", "x*exp(-x)", "exp(-a*x)*cos(3*x)",
        "exp(2*x)*sin(x+1)", "sin(3*x)*cos(x)", "sin(x)*sin(x+1)", "cos(n*x)*cos(a*x)",
        "cos(2*x)*sin(5*x)", "2*sin(x)*cos(x+3)",
    ],
)  # fmt: skip
def test_antiderivatives(text) -> None:
    node = parse(text).node
    found = antiderivative(node, "x")
    assert found is not None
    slope = gradient(found, ["x"])["x"]
    for x in (0.3, 1.7):
        where = {"x": x, "n": 2.5, "a": 0.7}
        assert evaluate(slope, where) == pytest.approx(evaluate(node, where), abs=1e-12)


@pytest.mark.parametrize("text", ["exp(x^2)", "sin(x)/x", "log(x)", "sin(x)*cos(x)*exp(x)"])
def test_what_has_another_form(text) -> None:
    assert antiderivative(parse(text).node, "x") is None


def test_pieces() -> None:
    node = parse("abs(x - 1/3) + heaviside(x - 1/2)").node
    found = split(node, "x", parse("0").node, parse("1").node)
    assert found is not None
    assert [evaluate(left) for left, _, _ in found] == pytest.approx([0, 1 / 3, 1 / 2])
    for left, right, body in found:
        x = (evaluate(left) + evaluate(right)) / 2
        assert evaluate(body, {"x": x}) == pytest.approx(evaluate(node, {"x": x}))


@pytest.mark.parametrize("kinds", ["vv", "ss", "vs", "sv"])
@pytest.mark.parametrize("text", ["x^2", "sin(pi*x)*sin(2*pi*x)", "abs(x - 1/3)"])
def test_coefficients_are_integrals(kinds, text) -> None:
    from scipy.integrate import quad

    names = {"v": "value", "s": "slope"}
    basis = basis_for("x", parse("0").node, parse("1").node, *(names[k] for k in kinds), set())
    node = parse(text).node
    found = expand(node, basis, Settings(), 4.0)
    assert found is not None
    from dlmath.expression.graph import number

    for m in (1, 2, 3, 6):
        shape = basis.function(number(m))
        measured = 2 * quad(
            lambda x, s=shape: evaluate(node, {"x": x}) * evaluate(s, {"x": x}), 0, 1,
            points=[1 / 3],
        )[0]  # fmt: skip
        assert evaluate(found.at(m, basis.counter)) == pytest.approx(measured, abs=1e-9)
