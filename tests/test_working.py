"""The working of every command: each step's sides are equal by numbers, the last is the answer."""

from __future__ import annotations

from typing import Any

import pytest

import dlmath
from dlmath.answer import Step
from dlmath.expression.parser import parse
from tests.working import assert_working, compare_step

DERIVE = """
x^2*sin(x) | sigmoid(x)*relu(x) | x^x | log(sqrt(x^2 + 1)) | softmax([x, 1, 2]) | gelu(x)
abs(x)^3 | sin(cos(tan(x))) | (x^2 + 1)/(x - 3) | besselj(2, x) | exp(-x^2)*erf(x) | max(x, x^2)
atan2(x, 2) | cbrt(x^2 + 1)*2^x | logsumexp([x, 2*x]) | piecewise((x^2, x < 0), (sin(x), true))
"""

INTEGRATE = """
2*x*cos(x^2) | x*exp(x) | sin(x)^2 | 1/(x^2 - 1) | exp(x)*sin(x) | x^2*log(abs(x))
1/(x^2 + 2*x + 5) | sqrt(4 - x^2) | tan(x) | exp(-x^2) | sigmoid(x) | abs(x - 1) | relu(x)*x
cos(3*x)*sin(2*x) | x^3/(x + 1) | 1/(exp(x) + 1) | atan(x) | softplus(x)
"""

DEFINITE = """
abs(x - 1), 0, 3 | exp(-x^2), -oo, oo | 1/(1 + x^2), 0, 1 | sin(x)^2, 0, pi | floor(x), 0, 7/2
log(x), 0, 1 | abs(cos(x)), -pi/2, 3*pi/2 | 1/(sqrt(2) + cos(x)), 0, 2*pi | x*exp(-x), 0, oo
x^3, 2, -1 | sqrt(1 - x^2), -1, 1 | sign(x)*x^2, -1, 2
"""

LIMIT = """
sin(x)/x, 0 | (1 - cos(x))/x^2, 0 | (x^2 - 1)/(x - 1), 1 | sqrt(x^2 + x) - x, oo | (1 + 1/x)^x, oo
x^2*exp(-x), oo | (3*x^2 + 1)/(2*x^2 - x), oo | x*sin(1/x), 0 | 2^x, -oo | (exp(x) - 1 - x)/x^2, 0
1/x^2, 0 | sqrt(x^2)/x, -oo | log(x)/x, oo | tan(2*x)/sin(3*x), 0 | exp(-1/x^2), 0
"""

EVALUATE = """
sum(1/k^2, k, 1, 3) + sqrt(8) | gamma(5/2) | sin(pi/3)^2 | 2^10/3! | cbrt(-8) + (-8)^(1/3)
dot([1, 2], [3, 4])/norm([3, 4]) | abs(3 - 4*i) | floor(exp(3)) | log(8)/log(2)
"""

SIMPLIFY = """
sin(x)^2 + cos(x)^2 | (x^2 - 1)/(x - 1) | sqrt(x^2)*sign(x) | exp(log(x) + 2*log(3))
(x + 1)^3 - x^3 | log(exp(x)) + x/x | cosh(x)^2 - sinh(x)^2 | 1/(1 + exp(-x))
"""


def texts(table: str) -> list[str]:
    return [text.strip() for line in table.strip().splitlines() for text in line.split("|")]


@pytest.mark.parametrize("text", texts(DERIVE))
def test_derive(text: str) -> None:
    assert assert_working(dlmath.derive(text, "x", steps=True)) >= 2


@pytest.mark.parametrize("text", texts(INTEGRATE))
def test_integrate(text: str) -> None:
    assert assert_working(dlmath.integrate(text, "x", steps=True)) >= 2


@pytest.mark.parametrize("text", texts(DEFINITE))
def test_integrate_between_bounds(text: str) -> None:
    integrand, low, high = text.rsplit(",", 2)
    answer = dlmath.integrate(integrand, "x", low, high, steps=True)
    assert assert_working(answer) >= 1


@pytest.mark.parametrize("text", texts(LIMIT))
def test_limit(text: str) -> None:
    function, to = text.rsplit(",", 1)
    assert assert_working(dlmath.limit(function, to, steps=True)) >= 1


@pytest.mark.parametrize("text", texts(EVALUATE))
def test_evaluate(text: str) -> None:
    assert assert_working(dlmath.evaluate(text, steps=True)) >= 1


@pytest.mark.parametrize("text", texts(SIMPLIFY))
def test_simplify(text: str) -> None:
    assert assert_working(dlmath.simplify(text, steps=True)) >= 1


@pytest.mark.parametrize(
    ("command", "operands"),
    [
        ("gradient", ("x^2*y + sin(x*y)",)),
        ("jacobian", ("[x*y, x + y^2]",)),
        ("hessian", ("x^3*y - exp(y)",)),
        ("dot", ("[1, x, 3]", "[4, 5, y]")),
    ],
)
def test_several_variables(command: str, operands: tuple[Any, ...]) -> None:
    answer = getattr(dlmath, command)(*operands, steps=True)
    assert assert_working(answer) >= 2


@pytest.mark.parametrize(
    ("command", "operands"),
    [
        ("series", ("exp(x)*sin(x)",)),
        ("study", ("x^3 - 3*x",)),
        ("check", ("(x + 1)^2", "x^2 + 2*x + 1")),
        ("descend", ("(x - 1)^2", {"x": 3})),
    ],
)
def test_answers_in_words(command: str, operands: tuple[Any, ...]) -> None:
    answer = getattr(dlmath, command)(*operands, steps=True)
    assert assert_working(answer, ends_in_answer=False) >= 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("derive(x^2, x)", "3*x"),
        ("integrate(x, x)", "x^2"),
        ("integrate(abs(x), x, -1, 1)", "0"),
        ("limit(sin(x)/x, x, 0)", "2"),
        ("sqrt(x^2)", "x"),
    ],
)
def test_a_false_step_is_seen(before: str, after: str) -> None:
    with pytest.raises(AssertionError):
        compare_step(Step("wrong", (), parse(before).node, parse(after).node), "x")


EXPECT = """
X^2 | X ~ normal(mu, sigma)
relu(X) | X ~ normal(0, 1)
abs(X - Y) | X ~ normal(0, 1); Y ~ normal(1, 2)
X*Y + 3 | X ~ normal(1, 2); Y ~ poisson(4)
Y | X ~ gamma(2, 1); Y ~ poisson(X)
max(X, Y) | X ~ discrete_uniform(1, 6); Y ~ discrete_uniform(1, 6)
log(X) | X ~ uniform(0, 1)
"""

PROBABILITY = """
X > 1 | X ~ normal(0, 1)
X + Y > 3 | X ~ poisson(1); Y ~ poisson(2)
X + Y >= 9 | X ~ discrete_uniform(1, 6); Y ~ discrete_uniform(1, 6)
X > 1 and Y < 2 | X ~ normal(0, 1); Y ~ exponential(1)
X > Y | X ~ exponential(1); Y ~ exponential(2)
X > c | X ~ normal(m, s)
Y > 3 | X ~ gamma(2, 1); Y ~ poisson(X)
"""


def rows(table: str) -> list[tuple[str, list[str]]]:
    pairs = [line.split("|") for line in table.strip().splitlines()]
    return [(text.strip(), given.strip().split("; ")) for text, given in pairs]


@pytest.mark.parametrize(("text", "given"), rows(EXPECT))
def test_expect(text: str, given: list[str]) -> None:
    answer = dlmath.expect(text, given, variance=True, steps=True)
    assert assert_working(answer) >= 0


@pytest.mark.parametrize(("text", "given"), rows(PROBABILITY))
def test_probability(text: str, given: list[str]) -> None:
    answer = dlmath.probability(text, given, steps=True)
    assert_working(answer, ends_in_answer=False)
    assert answer.steps[-1].after is answer.facts.get("exact", answer.result)


INFORMATION = """
entropy | [1/2, 1/4, 1/4]
entropy | normal(0, sigma)
cross_entropy | [1/2, 1/2] | [1/4, 3/4]
cross_entropy | normal(0, 1) | normal(mu, sigma)
divergence | [1/2, 1/2] | [1/4, 3/4]
divergence | normal(0, 1) | normal(mu, sigma)
divergence | gamma(a, b) | gamma(c, d)
"""


@pytest.mark.parametrize("line", INFORMATION.strip().splitlines())
def test_information(line: str) -> None:
    name, *sources = (part.strip() for part in line.split("|"))
    assert_working(getattr(dlmath, name)(*sources, steps=True))


def test_bayes() -> None:
    table = dlmath.bayes("a=0.01, b=0.99", "a=0.9, b=0.05", steps=True)
    assert assert_working(table, ends_in_answer=False) >= 4
    conjugate = dlmath.bayes("p ~ beta(a, b)", "binomial(10, p)", observed="7", steps=True)
    assert assert_working(conjugate, ends_in_answer=False) >= 2
