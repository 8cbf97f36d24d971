"""Differential equations read from text."""

from __future__ import annotations

import pytest

from dlmath.errors import InvalidInput
from dlmath.expression.differential import read_differential
from dlmath.expression.text import to_text
from dlmath.expression.unknown import Unknown, as_symbols, from_symbols
from dlmath.render.latex_expression import to_latex
from dlmath.render.mathml import to_mathml


def read(*texts: str, given: tuple[str, ...] = (), functions: str | None = None) -> list[str]:
    problem = read_differential(texts, given, functions)
    return [to_text(node) for node in (*problem.equations, *problem.conditions)]


@pytest.mark.parametrize(
    "text",
    [
        "y'' + y = 0",
        "y″ + y = 0",
        "d2y/dx2 + y = 0",
        "d^2y/dx^2 + y = 0",
        "d**2y/dx**2 + y(x) = 0",
        "d²y/dx² + y = 0",
        "derive(y(x), x, 2) + y = 0",
        "diff(y(x), x, 2) + y(x) = 0",
        "derive(derive(y(x), x), x) + y = 0",
        "y''(x) + y(x)",
        "derive(y', x) + y = 0",
    ],
)
def test_every_way_of_writing_a_derivative(text: str) -> None:
    assert read(text, functions="y(x)") == ["y''(x) + y(x) = 0"]


@pytest.mark.parametrize(
    ("text", "read_as"),
    [
        ("y' = y(1 - y)", "y'(x) = y(x)*(1 - y(x))"),
        ("x y' = 2", "x*y'(x) = 2"),
        ("2x dx + x^2 dy = 0", "2*x + x**2*y'(x) = 0"),
        ("d/dx(x*y') = x", "derive(x*y'(x), x) = x"),
        ("d^2/dx^2(x*y') = x", "derive(x*y'(x), x, 2) = x"),
        ("x*y'**2+(a-y)*y'+b = 0", "x*y'(x)**2 + (a - y(x))*y'(x) + b = 0"),
        ("y'^2 = 1", "y'(x)**2 = 1"),
    ],
)
def test_what_is_read(text: str, read_as: str) -> None:
    assert read(text) == [read_as]


def test_conditions_beside_and_among_the_equations() -> None:
    lines = ["y''(x) = 0", "y(0) = 1", "y'(pi) = 2"]
    assert read("y'' = 0, y(0)=1; y'(pi)=2") == lines
    assert read("y'' = 0", given=("y(0)=1", "y'(pi)=2")) == lines


@pytest.mark.parametrize(
    ("texts", "functions"),
    [
        (("y' = x*y",), "y(x)"),
        (("dx/dt = 1",), "x(t)"),
        (("x' = 1",), "x(t)"),
        (("y' = t*y",), "y(t)"),
        (("x' = x + 2y", "y' = 3x"), "x(t) y(t)"),
        (("u'(s) = 1",), "u(s)"),
        (("θ'' + sin(θ) = 0",), "theta(x)"),
        (("r' = sin(theta)",), "r(theta)"),
    ],
)
def test_the_function_is_the_one_that_is_differentiated(
    texts: tuple[str, ...], functions: str
) -> None:
    assert " ".join(map(str, read_differential(texts).functions)) == functions


def test_partial_derivatives() -> None:
    problem = read_differential(["u_t = u_xx"], ["u(x, 0) = sin(x)", "u_x(0, t) = 0"], partial=True)
    assert problem.functions == (Unknown("u", ("x", "t")),)
    assert to_text(problem.equations[0]) == "u_t(x, t) = u_xx(x, t)"
    assert [to_text(node) for node in problem.conditions] == ["u(x, 0) = sin(x)", "u_x(0, t) = 0"]
    assert problem.functions[0].orders("u_xxt") == (2, 1)


@pytest.mark.parametrize(
    ("text", "functions", "message"),
    [
        ("y' = y(x - 1)", None, "equations relate values at one point"),
        ("(x*y)' = 2", None, "a prime follows the name of a function"),
        ("y = 2", None, "there is no derivative"),
        ("y' = 1", "u(x,y)", "depends on several variables"),
        ("y' = 1", "sin(x)", "known function"),
        ("y' = 1", "y(x", "not closed"),
        ("y' = 1", "y(y)", "are different"),
        ("y' = 1", "z(x)", "not a function that is looked for"),
        ("dy/dt = 1", "y(x)", "not of t"),
        ("d2y/dx = 1", None, "2 above the bar and 1 below"),
        ("y' = ", None, "the expression ends"),
        ("y'y = 1", None, "operator is missing"),
        ("y'2 = 1", None, "operator is missing"),
        ("x = 1", "y(x)", "does not occur"),
        ("y'(x, 1) = 1", None, "takes 1 operand"),
        ("y' = 1,, y = 2", None, "missing"),
    ],
)
def test_mistakes(text: str, functions: str | None, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        read_differential([text], [], functions)


@pytest.mark.parametrize("condition", ["y(0)", "x = 1", "z(0) = 1", "y(0) = "])
def test_mistakes_in_conditions(condition: str) -> None:
    with pytest.raises(InvalidInput):
        read_differential(["y' = y"], [condition])


def test_what_is_written_reads_back() -> None:
    problem = read_differential(["y''*x + sin(y') = y(x)**2"], ["y'(0) + y(pi/2) = 1"])
    again = read_differential(
        [to_text(problem.equations[0])], [to_text(problem.conditions[0])], "y(x)"
    )
    assert again.equations[0] is problem.equations[0]
    assert again.conditions[0] is problem.conditions[0]


def test_symbols_and_back() -> None:
    problem = read_differential(["y'' + y = x"], ["y(0)=1"])
    flat = as_symbols(problem.equations[0])
    assert to_text(flat) == "y'' + y = x"
    assert from_symbols(flat, problem.functions) is problem.equations[0]
    assert as_symbols(problem.conditions[0]) is problem.conditions[0]


def test_renderers_write_them() -> None:
    node = read_differential(["y'' + y = 0"]).equations[0]
    assert to_latex(node) == r"y''{\left(x \right)} + y{\left(x \right)} = 0"
    assert to_latex(as_symbols(node)) == "y'' + y = 0"
    assert "y′′" in to_mathml(node)
