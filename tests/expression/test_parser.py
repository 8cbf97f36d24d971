"""Reading: precedence, multiplication without a sign, names, calls, brackets, limits."""

from __future__ import annotations

import sys
import time
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dlmath.errors import DlmathError, InvalidInput, LimitReached
from dlmath.expression import graph
from dlmath.expression.graph import Node, symbol
from dlmath.expression.parser import (
    parse,
    parse_assignments,
    parse_assumptions,
    parse_names,
    parse_range,
)
from dlmath.expression.text import to_text

#: What is typed, and the same with every sign and parenthesis written out.
READINGS = """
-x^2                   -(x^2)
2^3^x                  2^(3^x)
2^-x                   2^(-x)
-x!                    -(factorial(x))
x^2!                   x^factorial(2)
x!^2                   (factorial(x))^2
x!!                    factorial(factorial(x))
2^-x!                  2^(-factorial(x))
1/2x                   (1/2)*x
a/b*c                  (a/b)*c
a/b/c                  a/(b*c)
-a*b                   -(a*b)
x--1                   x+1
x-+-1                  x+1
+x                     x
2*-x                   -2*x
a-b-c                  (a-b)-c
2x                     2*x
2x^2                   2*(x^2)
3(x+1)                 3*(x+1)
(x+1)(x-1)             (x+1)*(x-1)
(x+1)y                 (x+1)*y
2 pi r                 2*pi*r
x pi                   x*pi
pi(x+1)                pi*(x+1)
x sin(x)               x*sin(x)
sin(x)cos(x)           sin(x)*cos(x)
x^2 sin(x)             (x^2)*sin(x)
x^2(x+1)               (x^2)*(x+1)
e^x sin(x)             (e^x)*sin(x)
2e                     2*e
2e3                    2000
2exp(x)                2*exp(x)
.5x                    (1/2)*x
2.                     2
1e-3                   1/1000
2.5e10                 25000000000
0.1                    1/10
x**2                   x^2
2√3                    2*sqrt(3)
√x+1                   sqrt(x)+1
√(x+1)                 sqrt(x+1)
√(x)y                  sqrt(x)*y
2·x×y÷z−1              (2*x*y/z)-1
x²³                    x^23
x⁻¹                    1/x
2²                     4
½x                     x/2
2πr²                   2*pi*(r^2)
α+β₁                   alpha+beta_1
x₁₂                    x_12
θ_1                    theta_1
|x|                    abs(x)
|x-1|+|x+2|            abs(x-1)+abs(x+2)
2|x|                   2*abs(x)
||x|-1|                abs(abs(x)-1)
|x|^2                  abs(x)^2
(x+1)|x|               (x+1)*abs(x)
|x+|y|+z|              abs(x+abs(y)+z)
|x|/|y|                abs(x)/abs(y)
|(|x|-1)|              abs((abs(x)-1))
E                      e
inf                    oo
infinity               oo
∞                      oo
I                      i
ln(x)                  log(x)
log(x, 2)              log(x)/log(2)
log2(x)                log(x)/log(2)
log10(x)               log(x)/log(10)
arcsin(x)              asin(x)
sin (x)                sin(x)
swish(x)               silu(x)
sqrt(4)                2
[1, 2; 3, 4]           [[1, 2], [3, 4]]
[1; 2]                 [[1], [2]]
2[1, 2]                2*[1, 2]
softmax(1, 2, 3)       softmax([1, 2, 3])
mean(1, 2)             mean([1, 2])
max(a, b, c)           max(a, b, c)
beta(x, y) + beta      beta(x, y) + beta
gamma*zeta(2)          gamma*zeta(2)
Sum(k^2, k, 1, n)      sum(k^2, k, 1, n)
diff(x^2, x)           derive(x^2, x)
limit(1/x, x, 0, both) limit(1/x, x, 0)
"""


@pytest.mark.parametrize(
    "row", [line for line in READINGS.splitlines() if line], ids=lambda row: row[:22].strip()
)
def test_reading(row: str) -> None:
    typed, written_out = row[:23], row[23:]
    assert parse(typed).node is parse(written_out).node


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("0.1", Fraction(1, 10)),
        ("1e3", 1000),
        ("12345678901234567890.5", Fraction(24691357802469135781, 2)),
        ("⅔", Fraction(2, 3)),
        ("2^10", 1024),
        ("(2/3)^-2", Fraction(9, 4)),
        ("-2^2", -4),
    ],
)
def test_numbers_are_exact(text: str, value: int | Fraction) -> None:
    node = parse(text).node
    assert node.number == value
    assert type(node.number) is type(value)


@pytest.mark.parametrize(
    "name", "beta gamma zeta lambda N S Q O C w1 x_1 mean1 max2 if in as re im test dx cost".split()
)
def test_ordinary_names(name: str) -> None:
    assert parse(f"{name}**2").node is graph.power(symbol(name), graph.TWO)
    assert parse_names(name) == [name]


def test_conditions() -> None:
    def read(text: str) -> Node:
        return parse(text, condition=True).node

    x, zero = symbol("x"), graph.ZERO
    below, above = graph.make("lt", (x, zero)), graph.make("gt", (x, zero))
    assert read("x<0 or x>0") is graph.make("or", (below, above))
    assert read("not x<0 and x>0") is graph.make("and", (graph.make("not", (below,)), above))
    chain = (graph.make("lt", (zero, x)), graph.make("le", (x, graph.ONE)))
    assert read("0<x≤1") is graph.make("and", chain)
    assert read("0<x<=1 and x>0") is graph.make("and", (*chain, above))
    assert read("((x)<0)") is below
    assert read("(x+1)*2 != 0").op == "ne"
    assert read("x") is x


def test_piecewise() -> None:
    node = parse("piecewise((x^2, x<0), ((x+1)*2, 0<=x<1), (x+1)*3)").node
    assert to_text(node) == (
        "piecewise((x**2, x < 0), (2*(x + 1), 0 <= x and x < 1), (3*(x + 1), true))"
    )
    same = [
        "piecewise((x, x<0), 1)",
        "piecewise((x, x<0), (1, true))",
        "Piecewise((x, x<0), (1, True))",
        "piecewise((x, x<0), (1, otherwise))",
    ]
    assert len({parse(text).node for text in same}) == 1


def test_equations_where_a_command_takes_them() -> None:
    assert parse("x^2 = 4", equation=True).node.op == "eq"
    assert parse("x! = 2", equation=True).node.args[0].op == "factorial"
    assert parse("x^2 - 4", equation=True).node.op == "add"
    assert parse("x^2 = 4", equation=True, condition=True).node.op == "eq"
    with pytest.raises(InvalidInput, match="no place"):
        parse("x = 4")
    with pytest.raises(InvalidInput, match="one equals sign"):
        parse("x = y = z", equation=True)


def test_operations_keep_their_parts() -> None:
    node = parse("limit(1/x, x, 0, right)").node
    assert (node.op, node.value, len(node.args)) == ("limit", "right", 3)
    node = parse("integrate(x*y, y, 0, x)").node
    assert graph.free_symbols(node) == {"x"}


def test_notes() -> None:
    assert parse("xy + x + y").notes == [("xy is one variable, not x*y",)]
    assert parse("xy + x").notes == []
    assert len(parse("1/2x").notes) == 1
    assert parse("1/2*x").notes == []


# --- small languages of options ---------------------------------------------------------------


def test_assignments() -> None:
    values = parse_assignments("x=2,y=1/3, w = [1, 2]")
    assert {name: to_text(node) for name, node in values.items()} == {
        "x": "2",
        "y": "1/3",
        "w": "[1, 2]",
    }


def test_names() -> None:
    assert parse_names("x,y , x") == ["x", "y", "x"]
    assert parse_names("θ") == ["theta"]


def test_range() -> None:
    name, lower, upper = parse_range("y = 0..x^2")
    assert (name, to_text(lower), to_text(upper)) == ("y", "0", "x**2")
    assert to_text(parse_range("t=0.5..1.5")[1]) == "1/2"
    assert to_text(parse_range("t=-oo..oo")[1]) == "-oo"


def test_assumptions() -> None:
    assert parse_assumptions("x>0, n integer, y>=0, z complex, n positive, m positive integer") == {
        "x": frozenset({"positive"}),
        "n": frozenset({"integer", "positive"}),
        "y": frozenset({"nonnegative"}),
        "z": frozenset({"complex"}),
        "m": frozenset({"positive", "integer"}),
    }


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2",
        "sin",
        "pi",
        "x+y",
        "f(x)",
        "x;y",
        "x,",
        ",x",
        "x y",
        "e",
        "nan",
        "sinx",
        "x=1",
        "[x]",
    ],
)
def test_names_that_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        parse_names(text)
    assert caught.value.text == text
    assert caught.value.start is not None


# --- limits -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "(" * 201 + "x" + ")" * 201,
        "(" * 100_000,
        "sin(" * 300 + "x" + ")" * 300,
        "x^" * 300 + "x",
        "x" + "^(a)" * 300,
        "-" * 300 + "x",
        "x" + "!" * 300,
        "|" * 5000,
        "√" * 300 + "x",
        "[" * 300 + "x" + "]" * 300,
        "2^-" * 300 + "x",
        "x" * 200_001,
        "9" * 100_000,
        "0." + "3" * 100_000,
        "1e999999999",
        "1e-999999999*0",
        "*".join(["1e10000"] * 2000),
        "+".join(["9^29000"] * 2000),
        "piecewise((" * 101 + "x" + ",x<1))" * 101,
        "not " * 300 + "x<1",
    ],
    ids=lambda text: text[:12],
)
def test_too_large(text: str) -> None:
    before = sys.getrecursionlimit()
    with pytest.raises(LimitReached):
        parse(text, condition=True)
    assert sys.getrecursionlimit() == before


@pytest.mark.parametrize(
    "text",
    [
        "(" * 200 + "x" + ")" * 200,
        "sin(" * 200 + "x" + ")" * 200,
        "x^" * 200 + "x",
        "2^-" * 200 + "x",
        "-" * 200 + "x",
        "piecewise((" * 100 + "x" + ", x<1))" * 100,
        "[" * 200 + "x" + "]" * 200,
        "√" * 200 + "x",
    ],
    ids=lambda text: text[:12],
)
def test_deep_expressions_read_and_read_back(text: str) -> None:
    node = parse(text).node
    assert parse(to_text(node)).node is node


def test_long_sums_are_quick() -> None:
    start = time.perf_counter()
    node = parse("+".join(f"w{k}" for k in range(20_000))).node
    assert len(node.args) == 20_000
    assert parse(to_text(node)).node is node
    assert time.perf_counter() - start < 5


# --- whatever is typed --------------------------------------------------------------------------

_WORDS = (
    "x y xy sin cos exp log max e i pi oo piecewise sum derive integrate limit true otherwise "
    "and or not left 2 0 1.5 1e3 08 1e ( ) [ ] , ; | ! ^ ** * / // + - < <= > >= == = != .. . ' "
    '" @ # \\ { } _ ² ⁻¹ ½ √ π ∞ × − ≤ х \u200b \x1b \ud800 é ∑'
)
_PHRASES = (" ", "(x", "x)", "sin(", "|x|", "[1, 2]", "2x", ", x, 0", "(x, x<1)")
WORDS = st.sampled_from([*_WORDS.split(), *_PHRASES])


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.one_of(st.text(max_size=30), st.lists(WORDS, max_size=14).map("".join)), st.booleans())
@example("1" + "/0" * 50, False)
@example("0^-1", False)
@example("||", True)
@example("piecewise((", True)
def test_any_text_parses_or_raises_an_error_of_the_language(text: str, flag: bool) -> None:
    try:
        node = parse(text, equation=flag, condition=flag).node
    except DlmathError as error:
        check_error(error, text)
    else:
        read_back = parse(to_text(node), equation=flag, condition=flag).node
        assert read_back is node
    for read in (parse_names, parse_assignments, parse_assumptions, parse_range):
        try:
            read(text)
        except DlmathError as error:
            check_error(error, text)


def check_error(error: DlmathError, text: str) -> None:
    """An error points into its text and says nothing that would not show on a terminal."""
    assert error.message.isprintable()
    assert error.hint is None or error.hint.isprintable()
    assert error.text == text
    assert error.start is not None and error.end is not None
    assert 0 <= error.start < error.end <= len(text) + 1


@pytest.mark.parametrize(
    ("text", "meaning"), [("x^2y", "x**2*y"), ("3x^2y", "3*x**2*y"), ("2^3x", "8*x")]
)
def test_a_factor_after_an_exponent_is_a_product_and_said(text: str, meaning: str) -> None:
    parsed = parse(text)
    assert parsed.node is parse(meaning).node
    assert any("is read as" in str(note[0]) for note in parsed.notes)


def test_a_hypergeometric_function_may_lack_parameters() -> None:
    node = parse("hyper([1, a], [], x)").node
    assert to_text(node) == "hyper([1, a], [], x)"
    assert parse(to_text(node)).node is node
    with pytest.raises(InvalidInput):
        parse("sin([])")
