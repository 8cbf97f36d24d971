"""`import dlmath`: the public functions."""

from __future__ import annotations

import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest

import dlmath
from dlmath.errors import InvalidInput
from dlmath.expression.parser import parse


def test_answers() -> None:
    assert str(dlmath.derive("x**2*sin(x)")) == "x**2*cos(x) + 2*x*sin(x)"
    assert str(dlmath.derive("x^3", order=2)) == "6*x"
    assert str(dlmath.derive("x*y", ["x", "y"])) == "1"
    assert str(dlmath.derive(parse("x^2").node, at={"x": 3})) == "6"
    assert str(dlmath.derive("x^2", at="x=1/2")) == "1"
    assert str(dlmath.integrate("2*x", lower=0, upper=Fraction(1, 2))) == "1/4"
    assert str(dlmath.limit("sin(x)/x")) == "1"
    assert str(dlmath.limit("exp(x)", to="-oo")) == "0"
    assert str(dlmath.dot("[1, 2]", "[3, 4]")) == "11"
    assert dlmath.dot(np.array([1.0, 2.0]), np.array([3.0, 4.0])).value == 11.0
    assert str(dlmath.vector("norm", "[3, -4]", order=1)) == "7"
    assert dlmath.vector("distance", np.array([1.0, 2.0]), np.array([4.0, 6.0])).value == 5.0
    product = dlmath.tensor("einsum", "[[1, 2], [3, 4]]", "[x, y]", subscripts="ij,j->i")
    assert str(product) == "[x + 2*y, 3*x + 4*y]"
    assert str(dlmath.evaluate(0.1)) == "1/10"
    assert str(dlmath.simplify("sin(x)^2 + cos(x)^2")) == "1"
    assert dlmath.check("x", "x + 1").code == 1
    assert str(dlmath.gradient("x^2*y")) == "[2*x*y, x**2]"
    assert str(dlmath.jacobian("[x*y, x]", ["x", "y"])) == "[[y, x], [1, 0]]"
    assert str(dlmath.hessian("x^2*y")) == "[[2*y, 2*x], [2*x, 0]]"
    assert str(dlmath.series("exp(x)", order=3)) == "1 + x + x**2/2"
    assert str(dlmath.derive("relu(x)", at={"x": 0}, at_kink="frameworks")) == "0"
    found = dlmath.descend("(x - 1)^2", {"x": 5}, rate=0.4)
    assert found.facts["at"]["x"] == pytest.approx(1)


def test_options_mean_what_they_mean_on_the_command_line() -> None:
    answer = dlmath.derive("x**2", steps=True, check=False, assume="x>0")
    assert answer.steps
    assert not answer.checks


def test_errors_are_raised() -> None:
    with pytest.raises(InvalidInput):
        dlmath.derive("(x")
    with pytest.raises(InvalidInput):
        dlmath.evaluate(float("nan"))
    with pytest.raises(InvalidInput):
        dlmath.evaluate([1])  # type: ignore[arg-type]
    with pytest.raises(AttributeError):
        dlmath.nothing  # noqa: B018


def test_notebooks_show_answers() -> None:
    answer = dlmath.derive("x*y", "x")
    assert answer._repr_latex_() == "$\\displaystyle y$"
    assert '<math display="block" alttext="y"><mi>y</mi></math>' in answer._repr_html_()


def test_importing_costs_nothing() -> None:
    code = "import sys; import dlmath; print(sorted(m for m in sys.modules if 'dlmath' in m))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout == "['dlmath']\n"
    assert set(dlmath.__all__) <= set(dir(dlmath))
