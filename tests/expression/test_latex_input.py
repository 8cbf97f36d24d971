"""Reading LaTeX: what a paper holds, what the printer writes, whatever else is typed."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlmath.errors import DlmathError, InvalidInput, LimitReached
from dlmath.expression.graph import Node, topological
from dlmath.expression.latex_input import parse_latex
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.render.latex import to_latex
from tests.expression.graphs import scalars
from tests.expression.test_parser import check_error

#: LaTeX, and the same in the language.
READINGS = r"""
\frac{1}{2}x^{2}                                   x^2/2
\frac12 xy                                         x*y/2
\dfrac{x+1}{x-1}                                   (x+1)/(x-1)
x(x+1)                                             x*(x+1)
x^2y                                               x^2*y
x_1 + w_{12} + \theta_{i}                          x_1 + w_12 + theta_i
2\pi r                                             2*pi*r
1.5x                                               1.5*x
-x^2                                               -x^2
x^{-1}                                             1/x
e^{-\frac{x^2}{2}}                                 exp(-x^2/2)
\frac{1}{\sqrt{2\pi}}                              1/sqrt(2*pi)
\sqrt[3]{x} + \sqrt[5]{y} + \sqrt x                cbrt(x) + y^(1/5) + sqrt(x)
\sin x                                             sin(x)
\sin^2 x + \cos^2(x)                               sin(x)^2 + cos(x)^2
\sin^{-1} x                                        asin(x)
\sin 2x \cos 3x                                    sin(2*x)*cos(3*x)
x \ln x                                            x*log(x)
\log_2 x                                           log(x)/log(2)
\exp(-x)                                           exp(-x)
\left(x+1\right)\left[x-1\right]                   (x+1)*(x-1)
\left|x-1\right| + |y|                             abs(x-1) + abs(y)
2|x|                                               2*abs(x)
\left\lfloor x \right\rfloor                       floor(x)
\left\|x\right\|                                   norm(x)
n!                                                 factorial(n)
\binom{n}{k}                                       binomial(n, k)
a \cdot b \times c \div d                          a*b*c/d
\infty                                             oo
\mathrm{loss} + \mathrm{learning\_rate}            loss + learning_rate
\operatorname{relu}(x)                             relu(x)
\operatorname{leaky\_relu}(x, 0.1)                 leaky_relu(x, 0.1)
\sigma(x) + \sigma                                 sigmoid(x) + sigma
\Gamma(n+1)                                        gamma(n+1)
J_{0}(x)                                           besselj(0, x)
\max(x, y)                                         max(x, y)
\int_0^1 x^2 \, dx                                 integrate(x^2, x, 0, 1)
\int x + 1 \, dx + 2                               integrate(x+1, x) + 2
\int_{-\infty}^{\infty} e^{-x^2} \mathrm{d}x       integrate(exp(-x^2), x, -oo, oo)
\int_0^1\int_0^x xy\,dy\,dx                        integrate(integrate(x*y, y, 0, x), x, 0, 1)
\lim_{x \to 0^+} \frac{1}{x}                       limit(1/x, x, 0, right)
\lim_{x \to 0^{-}} \frac{1}{x}                     limit(1/x, x, 0, left)
\lim_{x\to\infty} \frac{\ln x}{x}                  limit(log(x)/x, x, oo)
\sum_{k=1}^{n} k^2 + 1                             sum(k^2, k, 1, n) + 1
\prod_{k=1}^n k                                    product(k, k, 1, n)
\frac{d}{dx} x^2\sin x                             derive(x^2*sin(x), x)
\frac{\partial^2}{\partial x^2} (xy)               derive(x*y, x, 2)
\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}       [[1, 2], [3, 4]]
\begin{bmatrix} 1 \\ 2 \\ \end{bmatrix}            [1, 2]
\begin{cases} x & \text{if } x<0 \\ 0 & \text{otherwise} \end{cases}  piecewise((x, x<0), 0)
$x^2$                                              x^2
\[ x^2 \]                                          x^2
"""


@pytest.mark.parametrize("row", [line for line in READINGS.splitlines() if line])
def test_reading(row: str) -> None:
    latex, _, text = row.partition("  ")
    assert parse_latex(latex).node is parse(text.strip()).node


def test_equations_and_conditions() -> None:
    assert to_text(parse_latex("x^2 = 4", equation=True).node) == "x**2 = 4"
    node = parse_latex(r"0 < x \leq 1 \vee x \neq y", condition=True).node
    assert to_text(node) == "0 < x and x <= 1 or x != y"


@settings(max_examples=300, deadline=None, derandomize=True)
@given(scalars())
def test_the_printer_is_read_back(node: Node) -> None:
    assume(not any(_written_like_another(part) for part in topological(node)))
    assert parse_latex(to_latex(node)).node is node


def _written_like_another(node: Node) -> bool:
    """x1 is set as x_1 and xy as an upright word; a third power's root is a cube root's sign.

    Powers of zero are set as a fraction, whichever power it is.
    """
    if node.op == "symbol":
        return node.name in ("w1",)
    if node.op != "pow":
        return node.op == "cbrt"
    base, exponent = node.args
    third = exponent.op == "number" and exponent.number.denominator == 3
    return third or (base.op == "number" and base.number == 0)


_COMMANDS = (
    r"\frac \sqrt \sin \log \int \lim \sum \left \right \begin \end \cdot \to \pi \alpha \Gamma "
    r"\operatorname{relu} \mathrm{x} \text{if} {pmatrix} {cases} \\ & { } ( ) [ ] | ^ _ x y d e 1 "
    r". , + - * / ! = < ' \, \infty dx {x} ^{2} _{1} \| \lfloor $ # \foo é"
)
PIECES = st.sampled_from([*_COMMANDS.split(), " ", "\\", "\x1b"])


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=20), st.lists(PIECES, max_size=14).map("".join)), st.booleans())
def test_any_text_parses_or_raises_an_error_of_the_language(text: str, flag: bool) -> None:
    try:
        node = parse_latex(text, equation=flag, condition=flag).node
    except DlmathError as error:
        check_error(error, text)
    else:
        assert parse(to_text(node), equation=flag, condition=flag).node is node


@pytest.mark.parametrize(
    "text",
    [
        "(" * 300 + "x" + ")" * 300,
        r"\frac{1}{" * 300 + "x" + "}" * 300,
        r"\sin" * 300 + " x",
        "x^{" * 300 + "x" + "}" * 300,
        r"\sqrt" * 300 + "x",
        "-" * 300 + "x",
        "x" + "!" * 300,
        "|" * 300,
        "{" * 100_000,
        "9" * 50_000,
        r"10^{9999} \cdot" * 200 + "1",
        r"\neg" * 300 + "x<1",
        "x" * 200_001,
    ],
    ids=lambda text: text[:14],
)
def test_too_large(text: str) -> None:
    with pytest.raises(LimitReached):
        parse_latex(text, condition=True)


def test_letters_side_by_side_are_quick() -> None:
    assert len(parse_latex("xy" * 10_000).node.args) == 20_000


@pytest.mark.parametrize("text", [r"\input{file}", r"\write18{touch x}", r"\def\x{1}", r"\csname"])
def test_commands_that_do_something_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_latex(text)
