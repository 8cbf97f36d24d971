"""The page for a terminal: everything is there, nothing is cut, nothing is read as markup."""

from __future__ import annotations

import re

import pytest

from dlmath.answer import Answer, Check, Step, Table
from dlmath.expression.parser import parse
from dlmath.render.errors import columns
from dlmath.render.pretty import Writer
from dlmath.render.rich import render


def page() -> Answer:
    def node(text: str) -> object:
        return parse(text).node

    long = " + ".join(f"x^{k}*sin({k}*x)" for k in range(1, 20))
    return Answer(
        "derive",
        ("d/dx ", node(long)),
        node(long),
        decimal="1.5",
        facts={"at": {"x": 1.25}, "tangent": node("y = 2*x - 1".split("= ")[1]), "ok": True},
        checks=[
            Check("high-precision differences", "passed", "agrees at 12 points"),
            Check("other", "unavailable", "no point was found where the value is real"),
            Check("third", "failed", "8 instead of 7"),
        ],
        steps=[
            Step("product", ("[red]not markup[/] [y, x]",), node("x*y"), node("y*x^2")),
            Step("sum", (), node("x"), node("x"), (Step("inner", ("deep",), None, node("x^2")),)),
        ],
        tables=[Table("path", ("step", "x"), ((1, 0.5), (2, -12.25)))],
        notes=[("a note on ", node("x^2"))],
    )


@pytest.mark.parametrize("width", [1, 10, 20, 40, 80, 200])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_no_line_is_wider_and_nothing_is_lost(width: int, encoding: str) -> None:
    text = render(page(), width, encoding=encoding)
    assert max(columns(line) for line in text.splitlines()) <= max(10, width)
    assert "…" not in text
    squeezed = re.sub(r"\s", "", text)
    for part in ("[red]notmarkup[/][y,x]", "sin(19", "8insteadof7", "anoteon", "-12.25", "1.25"):
        assert part in squeezed
    if encoding == "ascii":
        text.encode("ascii")


def test_forty_columns_look_as_they_should() -> None:
    answer = Answer(
        "derive",
        ("d/dx ", parse("x^2*sin(x)").node),
        parse("x^2*cos(x) + 2*x*sin(x)").node,
        checks=[Check("differences", "passed", "agrees at 3 points to 12 digits")],
    )
    assert render(answer, 40) == (
        "d/dx x²·sin(x)\n"
        "  = x²·cos(x) + 2·x·sin(x)\n"
        "\n"
        "✓ differences: agrees at 3 points to 12\n"
        "  digits\n"
    )


def test_colours_only_where_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[" in render(page(), 80, terminal=True)
    assert "\x1b" not in render(page(), 80)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[0-9;]*3[0-9]m", render(page(), 80, terminal=True))
    monkeypatch.delenv("NO_COLOR")
    monkeypatch.setenv("TERM", "dumb")
    assert "\x1b" not in render(page(), 80, terminal=True)


def test_withheld_answers_are_not_shown() -> None:
    answer = Answer("integrate", result=parse("12345").node, status="refuted")
    answer.checks = [Check("quadrature", "failed", "8 instead of 7")]
    text = render(answer)
    assert "12345" not in text
    assert "contradicts" in text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x**2*y", "x²·y"),
        ("x**10/3", "x¹⁰/3"),
        ("x**(-2)", "x^(-2)"),
        ("x**y**2", "x^y²"),
        ("2**3**x", "2^3^x"),
        ("pi*oo", "π·∞"),
        ("pi**2", "π²"),
        ("pin + poo", "pin + poo"),
        ("x <= 1", "x ≤ 1"),
    ],
)
def test_readable_mathematics(text: str, shown: str) -> None:
    node = parse(text, condition=True).node
    pretty = Writer().node(node)
    assert pretty == shown or parse(pretty, condition=True).node is node


def test_readable_mathematics_reads_back() -> None:
    for text in ("x**2*y**3", "2**x**2", "(x**2)**y", "x**(1/2)", "a*b/c", "3*x**2/4", "x**12!"):
        node = parse(text).node
        assert parse(Writer().node(node)).node is node
        assert parse(Writer(unicode=False).node(node)).node is node
