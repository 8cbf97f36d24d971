"""A saved page: whole, without a script or network, accessible, and nothing typed is markup."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

import dlmath
from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Answer, Check, Notation, Step, Table
from dlmath.expression.graph import add, mul, number, power, symbol
from dlmath.render.html import answer_html, answer_section, page, result_html
from tests.render.markup import Page, as_xml
from tests.render.pictures import PICTURES

X = symbol("x")
BAD = "<b onclick=\"x('&')\">bold</b> http://example.org/ \x1b[31m\x00"


def hostile() -> Answer:
    """Markup in every place that holds words."""
    return Answer(
        BAD,
        (BAD, X),
        (BAD, Notation(BAD)),
        decimal=BAD,
        facts={BAD: BAD, "deep": [{"<i>": BAD}, {"kind": BAD, "<u>": X}], "sign": {"<s>": BAD}},
        checks=[Check(BAD, verdict, BAD) for verdict in (PASSED, FAILED, UNAVAILABLE)],
        steps=[Step(BAD, (BAD, X, Notation(BAD)), X, symbol("<b>"), (Step(BAD, (BAD,)),))],
        tables=[Table(BAD, (BAD, BAD), ((BAD, 1), (symbol("<b>"), 2)))],
        notes=[(BAD,), (X, BAD)],
    )


ANSWERS: dict[str, Callable[[], Answer]] = {
    "working": lambda: dlmath.derive("x^2*sin(x)", steps=True),
    "tables": lambda: dlmath.descend("x^2 + y^2", start="x=1,y=2"),
    "facts": lambda: dlmath.dot("[1, 2]", "[3, 4]"),
    "long number": lambda: dlmath.evaluate("-200!"),
    "words": lambda: dlmath.limit("1/x"),
    "decimal": lambda: dlmath.integrate("exp(-x^2)", lower="0", upper="1", digits=20),
    "branches": lambda: dlmath.derive("abs(x)^3*relu(x)", steps=True),
    "several": lambda: Answer("solve", ("x^2 = 2",), (X, Notation("y = x^(n - 1)"), "none")),
    "pictures": lambda: Answer("plot", ("pictures",), "drawn", picture=PICTURES["panels"]),
    "shades": lambda: Answer("plot", ("shades",), "drawn", picture=PICTURES["matrix"]),
    "graph": lambda: Answer("plot", ("graph",), "drawn", picture=PICTURES["shared"]),
    "unsolved": lambda: Answer("integrate", ("integral",), None, "unsolved"),
    "hostile": hostile,
}


@pytest.fixture(params=ANSWERS, scope="module")
def markup(request: pytest.FixtureRequest) -> str:
    return answer_html(ANSWERS[request.param]())


def test_pages_are_whole(markup: str) -> None:
    Page(markup)
    root = as_xml(markup)
    assert markup.startswith("<!DOCTYPE html>\n")
    assert root.get("lang") == "en"
    assert root.findtext("head/title", "").endswith(" · dlmath")
    assert len(root.findtext("head/title", "")) > len(" · dlmath")


def test_pages_fetch_and_run_nothing(markup: str) -> None:
    found = Page(markup)
    forbidden = {"script", "link", "iframe", "object", "embed", "img", "form", "base", "b", "i"}
    assert not forbidden & set(found.names())
    names = {name for _, attributes in found.tags for name in attributes}
    assert not names & {"src", "srcset", "style", "action", "xmlns", "xlink:href"}
    links = [attributes["href"] or "" for _, attributes in found.tags if "href" in attributes]
    assert all(link.startswith(("#", "data:image/png;base64,")) for link in links)
    assert not any(name.startswith("on") for name in names)
    metas = [attributes for tag, attributes in found.tags if tag == "meta"]
    policy = [meta["content"] for meta in metas if meta.get("http-equiv")]
    assert policy[0] is not None
    assert policy[0].startswith("default-src 'none'; style-src 'unsafe-inline'")
    style = as_xml(markup).findtext("head/style", "")
    assert "url(" not in style
    assert "@import" not in style


def test_pages_are_accessible(markup: str) -> None:
    found = Page(markup)
    levels = [int(tag[1]) for tag in found.names() if re.fullmatch("h[1-6]", tag)]
    assert levels[:2] == [1, 2]
    assert all(after <= before + 1 for before, after in pairwise(levels))
    for tag, attributes in found.tags:
        if tag == "math":
            assert attributes["alttext"]
        if tag == "th":
            assert attributes["scope"] in ("row", "col")
        if "tabindex" in attributes:
            assert attributes["role"] == "region"
            assert attributes["aria-label"]


def test_what_was_typed_is_text() -> None:
    markup = answer_html(hostile())
    assert "\x1b" not in markup
    assert "\x00" not in markup
    assert "<b " not in markup
    assert "<b>" not in markup
    # One for the title, the label and each place; variables named so are in formulas.
    assert markup.count("&lt;b onclick") >= 20
    assert "&amp;lt;" not in markup
    assert "&lt;i&gt;" in markup
    assert "&lt;s&gt;" in markup


def test_what_a_page_shows() -> None:
    steps = [
        Step(
            "product rule",
            ("see ", X, " and ", Notation("(x^n)' = n*x^(n - 1)")),
            mul(X, X),
            power(X, number(2)),
            (Step("inner", ("why",), None, X),),
        )
    ]
    answer = Answer(
        "derive",
        ("d/dx ", X),
        add(X, number(-1)),
        decimal="0.5",
        facts={"slope": -3, "zeros": [X, 2]},
        checks=[Check("differences", PASSED, "at -1"), Check("other", UNAVAILABLE, "")],
        steps=steps,
        tables=[Table("rows", ("k", ""), ((1, "-"), (-2, X)))],
        notes=[("mind ", X)],
    )
    body = answer_section(answer)
    for part in (
        '<article aria-label="d/dx x">\n<h2 class="question">d/dx <math alttext="x">',
        '<p class="decimal">≈ 0.5</p>',
        "<dt>slope</dt>\n<dd>−3</dd>",
        '<dt>zeros</dt>\n<dd><math alttext="x"><mi>x</mi></math>, 2</dd>',
        "<caption>rows</caption>",
        '<tr><th scope="col" class="number">k</th><td></td></tr>',
        '<tr><th scope="row" class="number">−2</th><td><math alttext="x"><mi>x</mi></math></td>',
        '<span class="rule">(x<sup>n</sup>)&#x27; = n·x<sup>n − 1</sup></span>',
        '<math display="block" alttext="x*x = x**2">',
        '<li class="passed"><span class="verdict">✓ passed</span> differences: at −1</li>',
        '<li class="unavailable"><span class="verdict">? unavailable</span> other</li>',
        '<ul class="notes">\n<li>mind <math',
    ):
        assert part in body
    inner = as_xml(body).findall(".//ol/li/ol/li/p")
    assert [step.text for step in inner] == ["inner: why"]


def test_several_answers_share_a_page() -> None:
    first, second = (Answer("derive", ("d/dx ", node), node) for node in (X, mul(X, X)))
    both = page(answer_section(first) + answer_section(second))
    found = Page(both)
    assert found.names().count("article") == 2
    assert found.names().count("h1") == 1
    assert "<title>d/dx x and 1 more · dlmath</title>" in both


def test_a_withheld_answer_is_not_shown() -> None:
    refuted = Answer("derive", ("d/dx",), symbol("wrong"), "refuted", decimal="0.25")
    refuted.checks.append(Check("differences", FAILED, "differs"))
    body = answer_section(refuted)
    assert "wrong" not in body
    assert "0.25" not in body
    assert "withheld" in body
    assert "✗ failed" in body


def test_the_answer_alone_for_a_notebook() -> None:
    fragment = dlmath.derive("x^2")._repr_html_()
    assert fragment == result_html(dlmath.derive("x^2"))
    Page(fragment)
    assert fragment.startswith('<div class="formula"><math display="block" alttext="2*x">')
    assert "does not exist" in dlmath.limit("1/x")._repr_html_()
