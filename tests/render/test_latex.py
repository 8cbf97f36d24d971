"""LaTeX as a textbook has it, and as dlmath reads it back."""

from __future__ import annotations

import pytest
from hypothesis import given, settings

from dlmath.answer import Answer, Notation, Step
from dlmath.errors import LimitReached
from dlmath.expression.graph import add, mul, number, symbol, unfolded
from dlmath.expression.latex_input import parse_latex
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.expression.vocabulary import FUNCTIONS
from dlmath.render.latex import answer_latex, to_latex
from dlmath.render.latex_names import name_latex
from tests.expression import strategies


@pytest.mark.parametrize(
    ("text", "latex"),
    [
        ("x**2*cos(x) + 2*x*sin(x)", r"x^{2} \cos{\left(x \right)} + 2 x \sin{\left(x \right)}"),
        ("1/2*x", r"\frac{x}{2}"),
        ("-1/2*x", r"- \frac{x}{2}"),
        ("(x+1)/(x-1)", r"\frac{x + 1}{x - 1}"),
        ("2*(x+1)/(3*(x-1))", r"\frac{2 \left(x + 1\right)}{3 \left(x - 1\right)}"),
        ("-(x+1)", r"- \left(x + 1\right)"),
        ("a - b", "a - b"),
        ("sqrt(x)", r"\sqrt{x}"),
        ("x^(1/3)", r"x^{\frac{1}{3}}"),
        ("2^(1/3)", r"\sqrt[3]{2}"),
        ("x^(-3/2)", r"\frac{1}{x^{\frac{3}{2}}}"),
        ("cbrt(x)", r"\sqrt[3]{x}"),
        ("(-2)^x", r"\left(-2\right)^{x}"),
        ("(x+1)^2", r"\left(x + 1\right)^{2}"),
        ("2^x^y", r"2^{x^{y}}"),
        ("(2^x)^y", r"\left(2^{x}\right)^{y}"),
        ("exp(x)^y", r"\left(e^{x}\right)^{y}"),
        ("exp(-x^2)", r"e^{- x^{2}}"),
        ("sin(x)^2", r"\sin^{2}{\left(x \right)}"),
        ("abs(x)", r"\left|x\right|"),
        ("sigmoid(x)", r"\sigma{\left(x \right)}"),
        ("2*3^x", r"2 \cdot 3^{x}"),
        ("pi*alpha_1*w12", r"\pi \alpha_{1} w_{12}"),
        ("[[1, 2], [3, x]]", r"\begin{pmatrix} 1 & 2 \\ 3 & x \end{pmatrix}"),
        ("[1, x]", r"\begin{pmatrix} 1 \\ x \end{pmatrix}"),
        (
            "piecewise((x, x > 0), (0, true))",
            r"\begin{cases} x & \text{for}\: x > 0 \\ 0 & \text{otherwise} \end{cases}",
        ),
        ("sum(k^2, k, 1, n)", r"\sum_{k=1}^{n} k^{2}"),
        ("integrate(x + 1, x, 0, 1)", r"\int\limits_{0}^{1} \left(x + 1\right)\, dx"),
        ("derive(sin(x), x, 2)", r"\frac{d^{2}}{d x^{2}} \sin{\left(x \right)}"),
        ("derive(x*y, x)", r"\frac{\partial}{\partial x} x y"),
        ("limit(1/x, x, oo)", r"\lim_{x \to \infty} \frac{1}{x}"),
        ("(x + 1)!", r"\left(x + 1\right)!"),
    ],
)
def test_textbook_forms(text: str, latex: str) -> None:
    assert to_latex(parse(text).node) == latex


@pytest.mark.parametrize(
    ("name", "latex"),
    [
        ("x", "x"),
        ("theta", r"\theta"),
        ("x_1", "x_{1}"),
        ("w12", "w_{12}"),
        ("learning_rate", r"\mathrm{learning}_{rate}"),
        ("Omega", r"\Omega"),
        ("sigma_x", r"\sigma_{x}"),
        ("xy", r"\mathrm{xy}"),
    ],
)
def test_names(name: str, latex: str) -> None:
    assert name_latex(name) == latex


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_form_with_balanced_braces(name: str) -> None:
    least = FUNCTIONS[name].least
    operands = ["[1, 2]", "[3]", "x"] if name == "hyper" else ["x", "y", "z"][:least]
    text = to_latex(parse(f"{name}({', '.join(operands)})").node)
    assert "x" in text
    assert text.count("{") == text.count("}")
    assert text.count(r"\left") == text.count(r"\right")


@settings(max_examples=60, derandomize=True, deadline=None)
@given(strategies.any_expressions, strategies.points)
def test_reads_back_with_the_same_value(node: object, point: dict[str, object]) -> None:
    from dlmath.expression.graph import Node

    assert isinstance(node, Node)
    values = {name: float(value) for name, value in point.items()}  # type: ignore[arg-type]
    wanted, found = evaluate(node, values), evaluate(parse_latex(to_latex(node)).node, values)
    assert found == pytest.approx(wanted, rel=1e-9, abs=1e-9, nan_ok=True)


def test_a_product_of_numbers_stays_as_it_is() -> None:
    assert to_latex(unfolded("mul", (number(2), number(-3), symbol("x")))) == (
        r"2 \cdot \left(-3\right) \cdot x"
    )


def test_answers() -> None:
    x = symbol("x")
    assert answer_latex(Answer("limit", result="does not exist")) == r"\text{does not exist}"
    assert answer_latex(Answer("solve", result=(x, "y = 1_0"))) == (
        r"\begin{cases} x \\ \text{y = 1\_0} \end{cases}"
    )
    steps = [
        Step("sum", ("add ", x), add(x, x), mul(x, x), (Step("inner", ("why",)),)),
        Step("power", (Notation("(x^n)' = n*x^(n - 1)"), " -> 100%"), None, x),
    ]
    assert answer_latex(Answer("derive", result=x, steps=steps), steps=True) == (
        r"""\begin{enumerate}
  \item sum: add $x$
  \[ x + x = x x \]
  \begin{itemize}
    \item inner: why
  \end{itemize}
  \item power: $(x^n)' = n x^{n - 1}$ $\to$ 100\%
  \[ x \]
\end{enumerate}
\[ x \]"""
    )


def test_lists_are_nested_no_deeper_than_latex_can() -> None:
    step = Step("innermost", ())
    for _ in range(12):
        step = Step("outer", (), steps=(step,))
    text = answer_latex(Answer("derive", result=symbol("x"), steps=[step]), steps=True)
    assert text.count(r"\begin{itemize}") == text.count(r"\end{itemize}") == 4
    assert text.count(r"\item") == 13
    assert "innermost" in text


def test_a_graph_that_shares_too_much_is_refused() -> None:
    node = symbol("x")
    for _ in range(40):
        node = add(node, mul(node, node))
    with pytest.raises(LimitReached):
        to_latex(node)


@pytest.mark.parametrize(
    ("line", "latex"),
    [
        (
            "x_1 = 1.5, y = -4.5e-09: minimum 2",
            r"x_{1} = 1.5,\; y = -4.5 \cdot 10^{-9}\colon\; \text{minimum}\; 2",
        ),
        ("x**2 + y**2 = 3: maximum 1/2", r"x^{2} + y^{2} = 3\colon\; \text{maximum}\; \frac{1}{2}"),
        ("0 <= x <= pi: minimum 0", r"0 \leq x \leq \pi\colon\; \text{minimum}\; 0"),
        ("x < 0: minimum -1", r"x < 0\colon\; \text{minimum}\; -1"),
        ("positive definite", r"\text{positive definite}"),
        ("every x: minimum", r"\text{every x: minimum}"),
        ("the 5% of_it = all", r"\text{the 5\% of\_it = all}"),
    ],
)
def test_lines_of_equations(line: str, latex: str) -> None:
    assert answer_latex(Answer("extrema", result=line)) == latex
