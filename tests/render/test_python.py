"""`--format python` gives the same values as the graph, for every function that it writes."""

from __future__ import annotations

import math
import warnings
from typing import Any

import numpy as np
import pytest

from dlmath.answer import Answer
from dlmath.errors import InvalidInput
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.expression.vocabulary import FUNCTIONS
from dlmath.render.python import answer_python, function_source, python_name

#: Operands for functions that take more than one, or only some numbers.
CALLS = {
    "log": ["log(x)", "log(x, 2)", "log(x, x + 1)"],
    "atan2": ["atan2(x, 2)", "atan2(-x, -2)"],
    "asec": ["asec(x + 1)"],
    "acsc": ["acsc(x + 1)"],
    "acosh": ["acosh(x + 1)"],
    "acoth": ["acoth(x + 1)"],
    "max": ["max(x, 1, 1/x)", "max([x, 2*x])"],
    "min": ["min(x, 1, 1/x)"],
    "polygamma": ["polygamma(2, x)"],
    "beta": ["beta(x, 2)"],
    "uppergamma": ["uppergamma(2, x)"],
    "lowergamma": ["lowergamma(x, 2)"],
    "binomial": ["binomial(5, x)"],
    "expint": ["expint(2, x)"],
    "besselj": ["besselj(2, x)"],
    "bessely": ["bessely(2, x)"],
    "besseli": ["besseli(2, x)"],
    "besselk": ["besselk(2, x)"],
    "polylog": [],  # scipy has none
    "zeta": ["zeta(x + 2)", "zeta(x + 2, 3)"],
    "LambertW": ["LambertW(x)", "LambertW(-x/10, -1)"],
    "elliptic_e": ["elliptic_e(x/2)", "elliptic_e(x, 1/3)"],
    "elliptic_f": ["elliptic_f(x, 1/3)"],
    "elliptic_pi": ["elliptic_pi(x/3, 1/3)"],
    "elliptic_k": ["elliptic_k(x/2)"],
    "hyper": ["hyper([1/2, x], [2], x/3)", "hyper([x], [2], 1/3)"],
    "leaky_relu": ["leaky_relu(-x)", "leaky_relu(-x, 1/5)"],
    "elu": ["elu(-x)", "elu(-x, 3)", "elu(x)"],
    "softmax": ["softmax([x, 1, 2])"],
    "log_softmax": ["log_softmax([x, 1, 2])"],
    "logsumexp": ["logsumexp(x, 1, 2)", "logsumexp([x, 1000])"],
    "mse": ["mse([x, 1], [2, 3])"],
    "mae": ["mae([x, 1], [2, 3])"],
    "huber": ["huber([x, 1], [2, 5])", "huber([x, 1], [2, 5], 1/4)"],
    "bce": ["bce([x/2, 1/3], [1, 0])"],
    "cross_entropy": ["cross_entropy([x/3, 1 - x/3], [1/4, 3/4])"],
    "hinge": ["hinge([x, 2], [1, -1])"],
    "kl_div": ["kl_div([x/3, 1 - x/3], [1/4, 3/4])"],
    "norm": ["norm([x, 3])", "norm([x, 3], 1)", "norm([x, 3], oo)", "norm([x, 3], 3)"],
    "dot": ["dot([x, 3], [2, x])"],
    "mean": ["mean([x, 3, 4])"],
    "var": ["var([x, 3, 4])"],
}

OTHERS = [
    "x**2*sin(x) - 3/4",
    "-x^2 + 2^x/(x + 1)",
    "1/(2*x) - x^(-3/2)",
    "sqrt(x) + x^(1/3) + sqrt(2)*pi*e",
    "piecewise((x^2, x > 1), (-x, x > 1/2), (3, true))",
    "piecewise((x, x > 1 and x < 5 or not x >= 1/2))",
    "sum(x^k/k, k, 1, 5) + product(x + k, k, 1, 3)",
    "(x + 1)*(x - 1)/((x + 2)*(x + 3))",
    "[x, x^2]",
    "[[x, 1], [2, 3*x]]",
    "exp(sin(x)^2)*sin(x)^2 + log(sin(x)^2)",
    "softplus(1000*x) + sigmoid(-800*x)",
    "10^30*x - 10^30",
]


def function(text: str) -> Any:
    source = function_source([parse(text).node], "a test")
    space: dict[str, Any] = {}
    exec(compile(source, "answer", "exec"), space)  # noqa: S102
    return space["answer"]


def expressions() -> list[str]:
    return [call for name in FUNCTIONS for call in CALLS.get(name, [f"{name}(x)"])] + OTHERS


@pytest.mark.parametrize("text", expressions())
def test_values_are_those_of_the_graph(text: str) -> None:
    answer = function(text)
    node = parse(text).node
    compared = 0
    for x in (0.3, 0.71, 1.37, 2.2):
        wanted = evaluate(node, {"x": x})
        if not _is_real(wanted):
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # branches that are not taken
            found = answer(x)
        assert np.allclose(found, wanted, rtol=1e-11, atol=1e-300), (x, found, wanted)
        compared += 1
    assert compared


def _is_real(value: Any) -> bool:
    if isinstance(value, list):
        return all(_is_real(part) for part in value)
    return not isinstance(value, complex) and math.isfinite(value)


def test_arrays_go_through() -> None:
    x = np.linspace(0.1, 2, 5)
    found = function("piecewise((x^2, x > 1), (relu(x), true)) + logsumexp(x, 1)")(x)
    wanted = np.where(x > 1, x**2, x) + np.logaddexp(x, 1)
    assert np.allclose(found, wanted)


def test_variables_in_order_and_with_names_python_has() -> None:
    source = function_source([parse("lambda*x - np + w_1").node], 'has "quotes" and \\')
    assert "def answer(lambda_, np_, w_1, x):" in source
    space: dict[str, Any] = {}
    exec(compile(source, "answer", "exec"), space)  # noqa: S102
    assert space["answer"](2.0, 3.0, 4.0, 5.0) == 11.0
    assert python_name("α") == "__"


def test_shared_parts_are_computed_once() -> None:
    text = "x"
    for _ in range(40):
        text = f"sin({text})^2 + {text}" if len(text) < 200 else text
    source = function_source([parse(text).node], "")
    assert source.count("np.sin(x)") == 1


def test_what_has_no_form_is_an_error() -> None:
    for text in ("polylog(2, x)", "integrate(exp(-x^4), x)", "sum(1/k^x, k, 1, oo)"):
        with pytest.raises(InvalidInput):
            function_source([parse(text).node], "")
    with pytest.raises(InvalidInput, match="does not exist"):
        answer_python(Answer("limit", result="does not exist"))
