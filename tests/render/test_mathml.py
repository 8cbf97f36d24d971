"""MathML: well-formed, in the forms of a textbook."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

import pytest
from hypothesis import given, settings

from dlmath.errors import LimitReached
from dlmath.expression.graph import Node, add, call, mul, number, symbol, unfolded
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.expression.vocabulary import FUNCTIONS
from dlmath.render.mathml import LINE_MOST, equation, to_mathml
from dlmath.render.mathml_elements import APPLY, GAP, TIMES
from dlmath.render.mathml_names import name_mathml
from tests.expression import graphs
from tests.render.markup import as_xml

#: How many parts an element of MathML has, where that is fixed.
_PARTS = {
    "mfrac": 2,
    "msup": 2,
    "msub": 2,
    "mroot": 2,
    "munder": 2,
    "mover": 2,
    "msubsup": 3,
    "munderover": 3,
}


def brief(text: str) -> str:
    """The markup without what is only heard, short enough to compare."""
    inner = to_mathml(parse(text).node)
    inner = inner[inner.index(">") + 1 : -len("</math>")]
    for unseen in (APPLY, TIMES, GAP):
        inner = inner.replace(unseen, "")
    return re.sub(r"</?mrow>|<m[ion]>|<mo stretchy=\"false\">|</m[ion]>", "", inner)


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        ("x - y", "x−y"),
        ("-x - 1", "−x−1"),
        ("-(x + 1)", "−(x+1)"),
        ("x/2", "<mfrac>x2</mfrac>"),
        ("-(x + 1)/(x - 1)", "−<mfrac>x+1x−1</mfrac>"),
        ("2*(x + 1)/(3*(x - 1))", "<mfrac>2(x+1)3(x−1)</mfrac>"),
        ("x^(-2)", "<mfrac>1<msup>x2</msup></mfrac>"),
        ("sqrt(x)", "<msqrt>x</msqrt>"),
        ("2^(1/3)", "<mroot>23</mroot>"),
        ("x^(1/3)", "<msup>x<mfrac>13</mfrac></msup>"),
        ("cbrt(x)", "<mroot>x3</mroot>"),
        ("(-2)^x", "<msup>(−2)x</msup>"),
        ("x^(-y)", "<msup>x−y</msup>"),
        ("exp(x)^2", "<msup>(<msup>ex</msup>)2</msup>"),
        ("sin(x)^2", "<msup>sin2</msup>(x)"),
        ("2*3^x", "2·<msup>3x</msup>"),
        ("x*factorial(3*y)", "x(3y)!"),
        ("abs(x) + floor(y)", "|x|+⌊y⌋"),
        ("besselj(n, x)", "<msub>Jn</msub>(x)"),
        ("norm([1, 2], 1)", "<msub>‖[<mtable><mtr><mtd>1</mtd></mtr><mtr><mtd>2</mtd></mtr>"
         "</mtable>]‖1</msub>"),
        ("[[1, 2], [3, x]]", "[<mtable><mtr><mtd>1</mtd><mtd>2</mtd></mtr>"
         "<mtr><mtd>3</mtd><mtd>x</mtd></mtr></mtable>]"),
        ("derive(sin(x), x, 2)", "<mfrac><msup>d2</msup>d<msup>x2</msup></mfrac>sin(x)"),
        ("derive(x*y, x)", "<mfrac>∂∂x</mfrac>xy"),
        ("integrate(x + 1, x, 0, 1)",
         '<msubsup>∫01</msubsup>(x+1)dx'),
        ("1 - integrate(x, x)", "1−∫xdx"),
        ("1 - 2*integrate(x, x)", "1−2(∫xdx)"),
        ("sum(k^2, k, 1, n)", "<munderover>∑k=1n</munderover><msup>k2</msup>"),
        ("product(k, k, 1, n)", "<munderover>∏k=1n</munderover>k"),
        ("pi*alpha_1*oo", "π<msub>α1</msub>∞"),
        ("binomial(n, k)", '(<mfrac linethickness="0">nk</mfrac>)'),
    ],
)  # fmt: skip
def test_textbook_forms(text: str, markup: str) -> None:
    assert brief(text) == markup


def test_branches_have_a_brace_and_a_table() -> None:
    assert brief("piecewise((x, x > 0), (0, true))") == (
        '{<mtable class="cases" columnalign="left" displaystyle="true">'
        "<mtr><mtd>x</mtd><mtd><mtext>for&#xA0;</mtext>x&gt;0</mtd></mtr>"
        "<mtr><mtd>0</mtd><mtd><mtext>otherwise</mtext></mtd></mtr></mtable>"
    )


def test_conditions() -> None:
    text = brief("piecewise((1, x <= 1 and not y > 2 or x != 3), (0, true))")
    assert "x≤1∧¬(y&gt;2)∨x≠3" in text


def test_words_do_not_run_into_their_neighbours() -> None:
    markup = to_mathml(parse("x*rate*sin(x)^2").node)
    assert f"<mi>x</mi>{TIMES}{GAP}<mi>rate</mi>{TIMES}{GAP}<mrow><msup><mi>sin</mi>" in markup
    assert GAP not in to_mathml(parse("2*x*theta*x_1").node)


def test_parentheses_grow_only_around_what_is_tall() -> None:
    assert '<mo stretchy="false">(</mo><mi>x</mi>' in to_mathml(parse("sin(x)").node)
    assert "<mo>(</mo><mfrac>" in to_mathml(parse("sin(x/2)").node)


def test_a_product_of_numbers_stays_as_it_is() -> None:
    markup = to_mathml(unfolded("mul", (number(2), number(-3), symbol("x"))))
    assert re.sub("<[^>]*>", "", markup) == "2·(−3)&#x2062;x"


def test_a_base_of_a_logarithm() -> None:
    markup = to_mathml(call("log", symbol("x"), symbol("b")))
    assert "<msub><mi>log</mi><mi>b</mi></msub>" in markup


def test_sides_of_a_limit() -> None:
    both, left, right = (brief(f"limit(1/x, x, 0{side})") for side in ("", ", left", ", right"))
    assert "x→0</munder>" in both
    assert "x→<msup>0−</msup></munder>" in left
    assert "x→<msup>0+</msup></munder>" in right


@pytest.mark.parametrize(
    ("name", "markup"),
    [
        ("x", "<mi>x</mi>"),
        ("theta", "<mi>θ</mi>"),
        ("sigma", "<mi>σ</mi>"),
        ("Omega", '<mi mathvariant="normal">Ω</mi>'),
        ("omicron", "<mi>omicron</mi>"),
        ("x_1", "<msub><mi>x</mi><mn>1</mn></msub>"),
        ("w12_k", "<msub><mi>w</mi><mrow><mn>12</mn><mo>,</mo><mi>k</mi></mrow></msub>"),
        ("sigma_x", "<msub><mi>σ</mi><mi>x</mi></msub>"),
        ("rate<b>", "<mi>rate&lt;b&gt;</mi>"),
    ],
)
def test_names(name: str, markup: str) -> None:
    assert name_mathml(name) == markup


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_has_a_form(name: str) -> None:
    least = FUNCTIONS[name].least
    operands = ["[1, 2]", "[3]", "x"] if name == "hyper" else ["x", "y", "z"][:least]
    math = as_xml(to_mathml(parse(f"{name}({', '.join(operands)})").node))
    assert {"x", *operands[1:least]} <= set(math.itertext()) | {"[3]"}


@settings(max_examples=150, derandomize=True, deadline=None)
@given(graphs.expressions())
def test_any_expression_is_well_formed(node: Node) -> None:
    for block in (False, True):
        math = as_xml(to_mathml(node, block=block))
        assert math.get("alttext") == to_text(node)
        assert_has_its_parts(math)
    assert_has_its_parts(as_xml(equation(node, mul(node, node))))


def assert_has_its_parts(math: Element) -> None:
    for element in math.iter():
        wanted = _PARTS.get(element.tag)
        assert wanted is None or len(element) == wanted, element.tag
        if element.tag in {"mi", "mn", "mo", "mtext"}:
            assert element.text
            assert len(element) == 0


def test_a_long_sum_that_stands_alone_takes_several_lines() -> None:
    node = add(*(mul(symbol(f"coefficient_{k}"), symbol("x")) for k in range(12)))
    assert len(to_text(node)) > 2 * LINE_MOST
    assert "<mtable" not in to_mathml(node)
    lines = as_xml(to_mathml(node, block=True)).findall("mtable/mtr")
    assert len(lines) >= 3
    assert all("".join(line.itertext())[0] == "+" for line in lines[1:])
    whole = as_xml(equation(node, symbol("y"))).findall("mtable/mtr")
    assert "".join(whole[-1].itertext()) == "=y"


def test_depth_does_not_matter_and_size_is_limited() -> None:
    deep = symbol("x")
    for _ in range(3000):
        deep = call("sin", deep)
    assert to_mathml(deep).count("<mi>sin</mi>") == 3000
    shared = symbol("x")
    for _ in range(40):
        shared = add(shared, mul(shared, shared))
    with pytest.raises(LimitReached):
        to_mathml(shared)
