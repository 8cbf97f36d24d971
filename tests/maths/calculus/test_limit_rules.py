"""The working of limits: the rule that is used, and that every step is an equality."""

from __future__ import annotations

import pytest

from dlmath.answer import FAILED, PASSED, Step
from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.maths.calculus.limit import limit
from dlmath.maths.calculus.limits.growth import dominant, growth_of
from dlmath.maths.calculus.limits.identify import identify
from dlmath.maths.calculus.limits.kinks import Oracle, resolve
from dlmath.maths.calculus.limits.problem import Problem
from dlmath.maths.calculus.limits.rules import Solver
from dlmath.maths.calculus.limits.steps import check_steps, find_trace
from dlmath.settings import Settings

WORKED = [
    ("x^2 + 1", "2", "both", "direct substitution", "5"),
    ("(x^2 - 4)/(x - 2)", "2", "both", "cancel the common factor", "4"),
    ("(x^3 - a^3)/(x - a)", "a", "both", "cancel the common factor", "3*a**2"),
    ("(sqrt(x + 4) - 2)/x", "0", "both", "conjugate", "1/4"),
    ("sqrt(x^2 + x) - x", "oo", "both", "conjugate", "1/2"),
    ("(3*x^2 + 5)/(2*x^2 - 1)", "oo", "both", "dominant terms", "3/2"),
    ("x/sqrt(x^2 + 1)", "-oo", "both", "dominant terms", "-1"),
    ("x^3 - 5*x^2", "oo", "both", "dominant terms", "oo"),
    ("x^2*exp(-x)", "oo", "both", "dominant terms", "0"),
    ("sin(5*x)/sin(2*x)", "0", "both", "standard limits", "5/2"),
    ("(1 - cos(x))/x^2", "0", "both", "standard limits", "1/2"),
    ("(2^x - 1)/x", "0", "both", "standard limits", "log(2)"),
    ("(1 + 2/x)^(3*x)", "oo", "both", "standard limits", "exp(6)"),
    ("(x - sin(x))/x^3", "0", "both", "l'Hôpital", "1/6"),
    ("x*log(x)", "0", "right", "l'Hôpital", "0"),
    ("x*sin(1/x)", "0", "both", "squeeze", "0"),
    ("x*floor(1/x)", "0", "right", "squeeze", "1"),
    ("x^x", "0", "right", "exponential form", "1"),
    ("1/x - 1/sin(x)", "0", "both", "common denominator", "0"),
    ("log(x + 1) - log(x)", "oo", "both", "logarithms", "0"),
    ("abs(x)/x", "0", "left", "resolve kinks", "-1"),
    ("exp(-1/x)", "0", "right", "limits of the parts", "0"),
]


@pytest.mark.parametrize(("text", "to", "side", "rule", "want"), WORKED)
def test_the_working(text: str, to: str, side: str, rule: str, want: str) -> None:
    problem = Problem(parse(text).node, "x", parse(to).node)
    trace = find_trace(problem, side)
    assert trace is not None
    assert trace.steps[0].rule == rule
    assert to_text(trace.value) == want
    assert trace.steps[0].before is problem.limit_of(problem.expression, side)
    assert trace.steps[-1].after is trace.value
    for first, second in zip(trace.steps, trace.steps[1:], strict=False):
        assert first.after is second.before
    assert check_steps(problem, list(trace.steps)).verdict == PASSED


def test_a_false_step_is_found() -> None:
    problem = Problem(parse("sin(x)/x").node, "x", graph.ZERO)
    whole = problem.limit_of(problem.expression, "both")
    assert check_steps(problem, [Step("wrong", (), whole, graph.TWO)]).verdict == FAILED


def test_lhopital_may_be_repeated() -> None:
    problem = Problem(parse("(exp(x) - 1 - x - x^2/2)/x^3").node, "x", graph.ZERO)
    trace = find_trace(problem, "both")
    assert trace is not None
    assert [step.rule for step in trace.steps].count("l'Hôpital") == 2
    assert to_text(trace.value) == "1/6"


@pytest.mark.parametrize(
    ("text", "to", "side"),
    [("sin(x)/x", "0", "both"), ("sqrt(x)", "0", "both"), ("erf(x)*gamma(x)*x", "0", "right")],
)
def test_the_last_step_ends_in_the_answer(text: str, to: str, side: str) -> None:
    answer = limit(parse(text).node, "x", parse(to).node, side, Settings(steps=True))
    assert isinstance(answer.result, Node)
    assert answer.steps[-1].after is answer.result
    assert answer.tables[0].rows


def test_sides_that_differ_are_worked_apart() -> None:
    answer = limit(parse("abs(x)/x").node, "x", graph.ZERO, "both", Settings(steps=True))
    assert [step.rule for step in answer.steps] == ["from the left", "from the right", "no limit"]


def test_rules_do_not_answer_where_there_is_no_limit() -> None:
    for text, to in (("1/x", "0"), ("abs(x)/x", "0"), ("sin(x)", "oo"), ("sin(1/x)", "0")):
        problem = Problem(parse(text).node, "x", parse(to).node)
        assert Solver(problem, "both").solve(problem.expression) is None


@pytest.mark.parametrize(
    ("large", "small"),
    [
        ("exp(x)", "x^100"),
        ("x^(1/10)", "log(x)^5"),
        ("x^x", "x!"),
        ("x!", "3^x"),
        ("3^x", "2^x"),
        ("exp(x^2)", "exp(5*x)"),
        ("x*log(x)", "x"),
        ("log(x)", "5"),
    ],
)
def test_orders_of_growth(large: str, small: str) -> None:
    problem = Problem(parse("x").node, "x", graph.INFINITY)

    def growth(node: Node) -> object:
        return growth_of(node, problem, lambda _node: False)

    a, b = parse(large).node, parse(small).node
    assert dominant((a, b), growth) is a  # type: ignore[arg-type]
    assert dominant((b, a), growth) is a  # type: ignore[arg-type]
    assert dominant((a, graph.mul(graph.TWO, a)), growth) is None  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "to", "side", "want"),
    [
        ("abs(x)", "0", "left", "-x"),
        ("floor(x)", "2", "left", "1"),
        ("ceil(x)", "2", "right", "3"),
        ("max(x, x^2)", "0", "left", "x**2"),
        ("relu(-x)", "0", "right", "0"),
        ("piecewise((x, x < 1), (2, true))", "1", "right", "2"),
        ("hardtanh(3*x)", "oo", "left", "1"),
        ("atan2(1, x)", "oo", "left", "atan(1/x)"),
    ],
)
def test_kinks_near_a_point(text: str, to: str, side: str, want: str) -> None:
    problem = Problem(parse(text).node, "x", parse(to).node)
    assert to_text(resolve(problem.expression, "x", Oracle(problem, side))) == want


def test_constants_are_recognized_only_well_beyond_chance() -> None:
    import mpmath

    with mpmath.workdps(40):
        tiny = mpmath.mpf(10) ** -25
        assert identify(mpmath.pi * 3 / 4, tiny) is graph.mul(parse("3/4").node, graph.PI)
        assert identify(mpmath.mpf(1) / 3, tiny) is parse("1/3").node
        assert identify(mpmath.zeta(3), tiny) is None
        assert identify(mpmath.mpf("0.5000001"), mpmath.mpf("1e-3")) is None
