"""Operations inside expressions: carried out, left alone, or refused with a reason."""

from __future__ import annotations

import pytest

from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import Node
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.maths.operations import carry_out, carry_out_derivatives, numeric_values


def read(text: str) -> Node:
    return parse(text).node


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("derive(x^3, x)", "3*x**2"),
        ("derive(x^3, x, 2)", "6*x"),
        ("1 + derive(derive(x^3, x), x)", "1 + 6*x"),
        ("derive(y, x)", "0"),
        ("sum(k^2, k, 1, 10)", "385"),
        ("sum(k, k, 3, 2)", "0"),
        ("product(k, k, 3, 2)", "1"),
        ("product(k, k, 1, 6)", "720"),
        ("sum(x^k, k, 0, 2)", "x**2 + x + 1"),
        ("sum(derive(x^k, x), k, 0, 2)", "2*x + 1"),
        ("sum(k, k, 1, 10^7)", "50000005000000"),
        ("sum(k, k, 1, n)", "n*(n + 1)/2"),
        ("sum(1/k^2, k, 1, oo)", "pi**2/6"),
        ("sum(1/2^k, k, 0, oo)", "2"),
        ("sum(1/(k*(k+1)), k, 1, oo)", "1"),
        ("product(1 - 1/k^2, k, 2, oo)", "1/2"),
        ("sum(1/k, k, 1, oo)", "oo"),
        ("limit(sin(x)/x, x, 0)", "1"),
        ("limit(2^x, x, -oo)", "0"),
        ("integrate(x^2, x, 0, 3)", "9"),
        ("integrate(x^2, x)", "x**3/3"),
    ],
)
def test_carried_out(text: str, result: str) -> None:
    assert to_text(carry_out(read(text))) == result


def test_only_what_is_wanted() -> None:
    node = read("sum(k, k, 1, 3) + derive(x^2, x)")
    assert to_text(carry_out(node, wanted=frozenset({"sum"}))) == "6 + derive(x**2, x)"
    assert to_text(carry_out_derivatives(node)) == "sum(k, k, 1, 3) + 2*x"


def test_an_expression_without_operations_is_the_same_node() -> None:
    node = read("sin(x) + 1")
    assert carry_out(node) is node
    assert carry_out_derivatives(node) is node


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("limit(1/x, x, 0)", "does not exist"),
        ("integrate(1/x, x, -1, 1)", "diverges"),
        ("sum((-1)^k, k, 0, oo)", "diverges"),
        ("sum(cos(k), k, 0, oo)", "diverges"),
    ],
)
def test_no_value_is_said(text: str, words: str) -> None:
    with pytest.raises(Undefined) as caught:
        carry_out(read(text))
    assert words in caught.value.message


def test_bounds_of_a_sum_are_whole() -> None:
    with pytest.raises(InvalidInput):
        carry_out(read("sum(k, k, 1, 5/2)"))


def test_an_infinite_sum_without_closed_form_has_a_number() -> None:
    node = read("sum(sin(k)/k^3, k, 1, oo)")
    assert carry_out(node) is node
    assert float(numeric_values(node)[node]) == pytest.approx(0.9428692367842)


@pytest.mark.parametrize("text", ["sum(1/(k*log(k)), k, 2, oo)", "sum(1/k^(1001/1000), k, 1, n)"])
def test_extrapolation_is_not_believed_where_convergence_is_not_known(text: str) -> None:
    node = read(text)
    assert numeric_values(carry_out(node)) == {}
