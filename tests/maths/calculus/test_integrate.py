"""Integrals end to end: closed forms, numbers with bounds, divergence, honest gaps, working."""

from fractions import Fraction

import mpmath
import pytest

from dlmath.answer import DIVERGES, PASSED, Answer
from dlmath.checks.values import compare_values
from dlmath.errors import InvalidInput, Undefined, Unsolved
from dlmath.expression.graph import Node
from dlmath.expression.parser import parse, parse_assumptions
from dlmath.expression.text import to_text
from dlmath.maths.calculus.integrate import integrate, integrate_over
from dlmath.settings import Settings


def integral(
    text: str, low: str | None = None, high: str | None = None, assume: str = "", **options: bool
) -> Answer:
    known = parse_assumptions(assume) if assume else {}
    bounds = [None if bound is None else parse(bound).node for bound in (low, high)]
    settings = Settings(steps=True, seconds=12, assume=known)
    return integrate(parse(text).node, "x", *bounds, settings, **options)


def shown(answer: Answer) -> str:
    return to_text(answer.result) if isinstance(answer.result, Node) else str(answer.result)


DEFINITE = [
    ("x", "0", "1", "1/2"),
    ("abs(cos(x))", "-pi/2", "0", "1"),
    ("abs(sin(x))", "-2*pi", "0", "4"),
    ("1/(sqrt(2) + cos(x))", "0", "2*pi", "2*pi"),
    ("sqrt(1 - x)*log(1 - x)", "0", "1", "-4/9"),
    ("sqrt(2 - x)*sqrt(1/(2 - x))", "0", "1", "1"),
    ("sqrt(1 - cos(x))", "0", "2*pi", "4*sqrt(2)"),
    ("sqrt(x**2)", "-1", "1", "1"),
    ("sin(x)/x", "0", "oo", "pi/2"),
    ("relu(x)", "-2", "3", "9/2"),
    ("x", "1", "0", "-1/2"),
    ("x", "oo", "oo", "0"),
    ("exp(-x**2)", "-oo", "oo", "sqrt(pi)"),
    ("x**3*cos(x)", "-2", "2", "0"),
]


@pytest.mark.parametrize(("function", "low", "high", "value"), DEFINITE)
def test_definite_integrals(function: str, low: str, high: str, value: str) -> None:
    answer = integral(function, low, high)
    assert shown(answer) == value
    assert answer.facts["error"] == 0
    assert not answer.refuted
    assert answer.steps[-1].after is answer.result


@pytest.mark.parametrize(
    ("function", "low", "high", "place"),
    [("1/x", "-1", "1", "0"), ("tan(x)", "0", "pi", "pi/2"), ("1/x", "1", "oo", "oo")],
)
def test_divergent_integrals_say_where(function: str, low: str, high: str, place: str) -> None:
    answer = integral(function, low, high)
    assert answer.status == DIVERGES
    assert str(answer.result).startswith("diverges")
    assert to_text(answer.facts["place"]) == place


def test_a_value_without_closed_form_has_a_bound() -> None:
    answer = integral("x**x", "0", "1", numeric=True)
    wanted = mpmath.mpf("0.78343051071213440705926438652697546940768199014")
    assert abs(answer.value - wanted) <= answer.facts["error"]
    assert answer.facts["error"] < 1e-12
    assert answer.facts["evaluations"] > 10
    assert answer.checks[0].verdict == PASSED


def test_digits_of_a_value_without_closed_form() -> None:
    settings = Settings(digits=30)
    answer = integrate(parse("x**x").node, "x", parse("0").node, parse("1").node, settings)
    assert answer.result == "0.783430510712134407059264386527"


ANTIDERIVATIVES = [
    "x**2*sin(x)",
    "1/(1 + exp(x))",
    "tanh(x)",
    "x**3/(x**2 + 1)",
    "sigmoid(x)",
    "1/(x**2 + a**2)",
    "sqrt(1 - x**2)",
    "log(x)",
    "exp(-x**2)",
    "1/x",
]


@pytest.mark.parametrize("function", ANTIDERIVATIVES)
def test_antiderivatives(function: str) -> None:
    answer = integral(function)
    assert answer.checks[0].verdict == PASSED
    assert answer.steps[-1].after is answer.result
    assert isinstance(answer.result, Node)
    slope = integrate_back(answer.result)
    points = [{"x": Fraction(k, 7), "a": Fraction(3, 2)} for k in (2, 3, 5)]
    assert compare_values(slope, parse(function).node, points).agreed == 3


def integrate_back(antiderivative: Node) -> Node:
    from dlmath.expression.gradient import gradient

    return gradient(antiderivative, ["x"])["x"]


def test_parameters() -> None:
    assert shown(integral("x**n", "0", "1", "n>0")) == "1/(n + 1)"
    assert shown(integral("x", "a", "b")) == "b**2/2 - a**2/2"
    assert shown(integral("t*x", "0", "x")) in ("t*x**2/2", "x**2*t/2")
    answer = integral("exp(-a*x)", "0", "oo", "a>0")
    assert shown(answer) == "1/a"
    assert answer.checks[0].verdict == PASSED


def test_mistakes_and_gaps() -> None:
    with pytest.raises(InvalidInput):
        integral("x", "0")
    with pytest.raises(InvalidInput):
        integral("x", "0", "i")
    with pytest.raises(InvalidInput):
        integral("[x, x]")
    with pytest.raises((Unsolved, Undefined)):
        integrate(parse("exp(x**x)").node, "x", settings=Settings(seconds=3))


def test_complex_values_are_said() -> None:
    answer = integral("sqrt(x)", "-1", "1")
    assert abs(complex(answer.value) - (2 / 3 + 2j / 3)) < 1e-12
    assert answer.notes


@pytest.mark.parametrize(
    ("function", "ranges", "value"),
    [
        ("x*y", [("x", "0", "1"), ("y", "0", "x")], "1/8"),
        ("1", [("x", "-1", "1"), ("y", "-sqrt(1 - x^2)", "sqrt(1 - x^2)")], "pi"),
        ("exp(-x**2 - y**2)", [("x", "-oo", "oo"), ("y", "-oo", "oo")], "pi"),
        ("a*x*y", [("x", "0", "1"), ("y", "0", "1")], "a/4"),
    ],
)
def test_several_variables(function: str, ranges: list[tuple[str, str, str]], value: str) -> None:
    places = [(name, parse(low).node, parse(high).node) for name, low, high in ranges]
    answer = integrate_over(parse(function).node, places, Settings(steps=True))
    assert shown(answer) == value
    assert answer.checks[-1].verdict == PASSED


def test_a_range_may_not_depend_on_an_inner_variable() -> None:
    places = [("x", parse("0").node, parse("y").node), ("y", parse("0").node, parse("1").node)]
    with pytest.raises(InvalidInput, match="outermost first"):
        try:
            integrate_over(parse("x").node, places)
        except InvalidInput as error:
            raise InvalidInput(f"{error.message}; {error.hint}") from None
