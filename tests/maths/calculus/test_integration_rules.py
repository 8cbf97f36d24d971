"""Antiderivatives by rules: the answer and every step of the working, proved by numbers.

Nothing here trusts the rules: an antiderivative is differentiated on the graph and compared with
the integrand at points on both sides of zero, and so are the two sides of every step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlmath.answer import Step
from dlmath.expression import graph
from dlmath.expression.gradient import gradient
from dlmath.expression.graph import Node, add, mul, replace, symbol, topological
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.antiderivatives.rules import RuleResult, integrate_by_rules

POINTS = (-3.1, -1.7, -0.83, -0.31, 0.13, 0.41, 0.77, 1.3, 2.6, 4.3)
PARAMETERS = {"a": 1.3, "b": 0.7, "c": 2.1, "d": 0.4, "k": 1.9, "m": 2.3, "n": 1.6}

ELEMENTARY = """
x^3;1/x;sqrt(x);3*x^2+2*x-5;(2*x+1)^5;1/(2*x+3);x^(-2);(3-x)^(1/3);5
exp(3*x+1);2^x;10^(-x);sin(3*x);cos(1-x);tan(x);cot(x);sec(x);csc(2*x)
sinh(x);cosh(2*x);tanh(x);coth(x);sech(x);csch(x)
log(x);asin(x);acos(x);atan(x);acot(x);asec(x);acsc(x)
asinh(x);acosh(x);atanh(x);acoth(x);asech(x);acsch(x);cbrt(x)
"""
SUBSTITUTION = """
x*exp(x^2);x/(x^2+1);x/(x^4+1);x^3*sqrt(x^2+1);x^2/(x^6+1);cos(x)*exp(sin(x));1/(x*log(x))
log(x)/x;exp(x)/(1+exp(2*x));exp(2*x)/(1+exp(x));1/(1+exp(x));1/(exp(x)+exp(-x))
sqrt(1+exp(x));sin(log(x));(x+1)*exp(x^2+2*x);atan(x)/(1+x^2);(2*x+1)*exp(x^2+x)
exp(sqrt(x));sin(sqrt(x));1/(1+sqrt(x));sqrt(x)/(1+x);x*sqrt(x+1);1/(sqrt(x)+x^(1/3))
x^2/sqrt(x+2);atan(sqrt(x))
"""
PARTS = """
x*sin(x);x^2*sin(x);x^2*exp(x);x^5*exp(x);x*exp(-2*x);x*log(x);log(x)^2;x^3*log(x)^2;log(x)/x^2
x*atan(x);x^2*asin(x);asin(x)^2;exp(x)*sin(x);exp(2*x)*cos(3*x);exp(-x)*sin(x);x*exp(x)*sin(x)
x*atan(x)/sqrt(1+x^2);log(x^2+1);x*sec(x)^2;x*cosh(x);log(x+sqrt(x^2+1));x*exp(-x)*cos(x)
"""
RATIONAL = """
1/(x^2+1);1/(x^2-1);1/(x^2+x+1);(3*x+2)/(x^2+2*x+5);x^3/(x^2+1);1/(x^2+1)^2;1/(x^3+1);1/(x^3-8)
1/(x^4+1);1/(x^4-1);x^2/(x-1)^3;1/(x*(x+1)^2);(x^2+1)/(x^4+1);x^7/(1+x^12);1/(x^5+1);1/(x^2-2)
1/(x^4-3*x^2+1);(x+1)/(x^2+4)^3;1/(x+1/x);x^4/(x^2-3*x+2)
"""
NESTED_ROOTS = """
1/(sqrt(x)+sqrt(x+1));asin(sqrt(x+1)-sqrt(x));sqrt(x+sqrt(x^2+1));sqrt(1+sqrt(x))
x/sqrt(x+sqrt(x^2+1));x*sqrt(x-sqrt(x^2-4))
"""
TRIGONOMETRIC = """
sin(x)*cos(x);sin(x)^3;cos(x)^4;sin(x)^2*cos(x)^3;tan(x)^3;tan(x)^4;sec(x)^3;sec(x)^4;csc(x)^3
sec(x)^2*tan(x)^3;sec(x)^3*tan(x)^3;sin(2*x)*cos(3*x);1/(sin(x)*cos(x));sin(x)^4/cos(x)^2
sinh(x)^2;sinh(x)^3;tanh(x)^2;sech(x)^3;csch(x)^3;coth(x)^3;x*sin(x)^2;1/(2+cos(x));1/(1+sin(x))
1/(5+3*cos(x)+4*sin(x));1/(6+3*cos(x)+4*sin(x));1/(1+2*cos(x));1/(sin(x)+cos(x))
sin(x)/(1+cos(x));exp(x)*cosh(x);exp(x)*coth(3*x);1/(sin(x)^2*cos(x)^2);1/(sin(x)^2*cos(x))
"""
RADICALS = """
sqrt(1-x^2);sqrt(x^2+1);sqrt(x^2-1);1/sqrt(1-x^2);1/sqrt(4-x^2);1/sqrt(x^2+4);1/sqrt(x^2-9)
x^2*sqrt(4-x^2);x^2/sqrt(x^2+1);1/(x*sqrt(x^2-1));1/(x*sqrt(1-x^2));1/(x^2*sqrt(x^2+4))
sqrt(x^2+2*x+5);1/sqrt(3-2*x-x^2);sqrt(1-x^2)/x;sqrt(x^2-9)/x;1/(1-x^2)^(3/2)
1/((x^2+1)*sqrt(x^2+2));1/((x+2)*sqrt(x^2+1));1/(x+sqrt(x^2+1));x/sqrt(x^2+2*x+5)
"""
SPECIAL = """
exp(-x^2);x^2*exp(-x^2);exp(-x^2+2*x);exp(x^2);sin(x)/x;cos(x)/x;exp(x)/x;sinh(x)/x;1/log(x)
sin(x^2);cos(x^2);exp(-x)/x^2;sin(x)/x^2;x^2/(exp(x)-1);log(1+x)/x;erf(x);exp(x)/(2*x+1)
"""
DEEP_LEARNING = """
sigmoid(x);tanh(x);softplus(x);relu(x);relu(2*x-1);leaky_relu(x);leaky_relu(x, 0.2);elu(x)
selu(x);silu(x);gelu(x);sign(x);abs(x);heaviside(x);softsign(x);hardtanh(x);hard_sigmoid(x)
sigmoid(x)^2;sigmoid(x)*(1-sigmoid(x));tanh(x)^2;abs(x^2-1);x*abs(x-1);exp(-abs(x));max(x,x^2)
min(x,1);piecewise((x,x<1),(x^2,true));abs(sin(x));floor(x);relu(x)*exp(-x);max(0,1-x)^2
"""
PARAMETRIC = """
x^n;a*x^2+b;1/(x^2+a^2);1/(a^2-x^2);1/sqrt(a^2-x^2);exp(a*x)*sin(b*x);sin(a*x+b);(a+b*x)^n
1/(a*x^2+b*x+c);sqrt(a+b*x);x*(a+b*x)^n;x^2/sqrt(a+b*x);1/((a+b*x)*(c+d*x));x*exp(a*x)
log(a*x+b);exp(-a*x^2);cos(a+b*x^2);1/(x^2+2*a*x+1);(a+b*exp(x))^2;x^n*log(x);sin(a*x)*sin(b*x)
exp(a*x)/(b+c*exp(a*x));a^x;x*a^x;cosh(a+b*x)/x;sec(a*x)^2;sqrt(a^2+x^2);1/(x*(a+b*x)^2)
"""
LOGARITHMIC = """
(a+b*log(c*x^n))^2/x^2;x^(n-1)*(a+b*log(c*x^n))^m;log((a+b*x)/(c+d*x))/(a+b*x)^2;log(a+b*x)^2*x
1/((c+d*x)^2*log((a+b*x)/(c+d*x)));log(2+x^2)/x;1/log(x)^2
"""
INVERSE = """
(d+x)^2*atan(c*x)^2;1/acos(x)^(5/2);x*sqrt(asin(x));x/acosh(x)^(3/2);x^2/asinh(x)^2;atan(x)^2;x*acsc(x)^2;asec(x)^2
"""
WAVES = """
x*tan(x);x*csc(x);x*sec(x)^3;x^2*tanh(x);x*coth(x)^3;x/(1+cos(x));x/(1+tan(x));x*atan(exp(x))
"""
OTHER = """
x^2/(1+exp(x))^2;exp(1/(x^2-1))*(x^3-x^2-3*x+1)/(x^3-x^2-x+1);exp(x)*(1/x+log(x));exp(x)*(x-1)/x^2
x^2*(a+b*x^2)^(3/4);1/(1+x^7)^2;exp(x^3);x^n*exp(-a*x);sqrt(1-cos(x));1/(1+sin(x)^2)
1/(4*cos(x)^2+9*sin(x)^2);sin(x)/sin(3*x);1/((x-pi)*(x+sqrt(2)));1/(x^4+3*x^2+1)^2
exp(-x)*x^(5/2);(1+x)^(1/3)/x;1/(x^3*sqrt(1+x^2));sqrt(1+tanh(x)^2)*sech(x)^2;(a+b*2^x)^2/x
"""


def cases() -> list[str]:
    groups = (
        ELEMENTARY,
        SUBSTITUTION,
        PARTS,
        RATIONAL,
        NESTED_ROOTS,
        TRIGONOMETRIC,
        RADICALS,
        SPECIAL,
        DEEP_LEARNING,
        PARAMETRIC,
        LOGARITHMIC,
        INVERSE,
        WAVES,
        OTHER,
    )
    found = [part for group in groups for line in group.split("\n") for part in line.split(";")]
    return [part for part in found if part]


def slope(node: Node, variable: Node) -> Node:
    """The derivative of an expression that may hold integrals not carried out.

    Each integral J of f counts as a variable whose derivative is f.
    """
    integrals = [part for part in topological(node) if part.op == "integrate"]
    letters = {part: symbol(f"J{index}") for index, part in enumerate(integrals)}
    flat = replace(node, letters)
    names = [variable.name, *(letter.name for letter in letters.values())]
    found = gradient(flat, names)
    terms = [found[variable.name]]
    for part, letter in letters.items():
        assert part.args[1] is variable, "every integral of a step is over the same variable"
        terms.append(mul(found[letter.name], part.args[0]))
    return replace(add(*terms), {letter: part for part, letter in letters.items()})


def value(node: Node, values: dict[str, float]) -> complex | None:
    """The value where it is a finite number, else None."""
    found = evaluate(node, values)
    if not isinstance(found, (int, float, complex)):
        return None
    number = complex(found)
    return number if math.isfinite(number.real) and math.isfinite(number.imag) else None


def assert_equal_by_numbers(left: Node, right: Node, variable: str) -> None:
    """Both sides agree wherever both are defined and the left is real; on some points they are."""
    assert compared_points(left, right, variable) >= 2, f"no points to compare {to_text(left)} at"


def compared_points(left: Node, right: Node, variable: str) -> int:
    """At how many points both sides were compared, and found equal."""
    compared = 0
    complex_too = graph.I in topological(left)
    for point in POINTS:
        values = {**PARAMETERS, variable: point}
        a, b = value(left, values), value(right, values)
        if a is None or b is None or (abs(a.imag) > 1e-9 and not complex_too):
            continue
        compared += 1
        assert abs(a - b) <= 1e-6 * (1 + abs(a)), (to_text(left), to_text(right), point, a, b)
    return compared


def every_step(steps: tuple[Step, ...] | list[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from every_step(step.steps)


def integrals_closed(node: Node) -> Node:
    """Integrals are only compared by their slope, so none may be left in a slope."""
    assert not any(part.op == "integrate" for part in topological(node))
    return node


def assert_trace_holds(question: Node, variable: str, result: RuleResult) -> None:
    """Each step's sides have the same slope; the first asks, the last answers."""
    assert result.steps
    first, last = result.steps[0], result.steps[-1]
    assert first.before is graph.make("integrate", (question, symbol(variable)))
    assert last.after is result.antiderivative
    for earlier, later in pairwise(result.steps):
        assert later.before is earlier.after
    for step in every_step(result.steps):
        assert step.before is not None and step.after is not None and step.text
        inside = [part for part in topological(step.before) if part.op == "integrate"]
        over = inside[-1].args[1]
        left, right = slope(step.before, over), slope(step.after, over)
        assert_equal_by_numbers(integrals_closed(left), integrals_closed(right), over.name)


@pytest.mark.parametrize("text", cases())
def test_antiderivative_and_working(text: str) -> None:
    question = parse(text).node
    result = integrate_by_rules(question, "x")
    assert result is not None, f"no rule for {text}"
    assert not any(part.op == "integrate" for part in topological(result.antiderivative))
    derived = gradient(result.antiderivative, ["x"])["x"]
    assert_equal_by_numbers(question, derived, "x")
    assert_trace_holds(question, "x", result)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x^2*sin(x)", "-x**2*cos(x) + 2*x*sin(x) + 2*cos(x)"),
        ("1/x", "log(abs(x))"),
        ("x*exp(x^2)", "exp(x**2)/2"),
        ("tan(x)", "-log(abs(cos(x)))"),
        ("exp(x)*sin(x)", "exp(x)*sin(x)/2 - cos(x)*exp(x)/2"),
        ("1/(x^2+4)", "atan(x/2)/2"),
        ("sigmoid(x)", "softplus(x)"),
        ("tanh(x)", "log(cosh(x))"),
        ("softplus(x)", "-polylog(2, -exp(x))"),
        ("abs(x)", "x*abs(x)/2"),
        ("exp(-x^2)", "sqrt(pi)*erf(x)/2"),
        ("1/sqrt(x^2+4)", "asinh(x/2)"),
        ("exp(-abs(x))", "piecewise((exp(x), x < 0), (2 - exp(-x), true))"),
        ("sec(x)^2*tan(x)^3", "tan(x)**4/4"),
        ("x^n", "x**(n + 1)/(n + 1)"),
    ],
)
def test_textbook_form(text: str, expected: str) -> None:
    result = integrate_by_rules(parse(text).node, "x")
    assert result is not None
    assert to_text(result.antiderivative) == expected


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("x*sin(x)", "parts"),
        ("x*exp(x^2)", "substitution"),
        ("x^3/(x^2+1)^2", "substitution"),
        ("1/(x^3+1)", "partial fractions"),
        ("sin(x)^2", "half-angle formula"),
        ("x^4/(x^2-3*x+2)", "polynomial division"),
        ("3*x^2+2*x", "sum"),
        ("sin(2*x)*cos(3*x)", "product to sum"),
    ],
)
def test_rule_a_teacher_would_use(text: str, rule: str) -> None:
    result = integrate_by_rules(parse(text).node, "x")
    assert result is not None
    assert rule in {step.rule for step in every_step(result.steps)}


def words(step: Step) -> str:
    return "".join(part if isinstance(part, str) else to_text(part) for part in step.text)


def test_substitution_states_u_and_du() -> None:
    result = integrate_by_rules(parse("cos(x)*sin(x)^4").node, "x")
    assert result is not None
    assert "u = sin(x), du = cos(x) dx" in words(result.steps[0])


def test_parts_states_u_dv_du_v() -> None:
    result = integrate_by_rules(parse("x*cos(x)").node, "x")
    assert result is not None
    assert "u = x, dv = cos(x) dx, du = dx, v = sin(x)" in words(result.steps[0])


def test_conditions_on_parameters_are_stated() -> None:
    result = integrate_by_rules(parse("x^n").node, "x")
    assert result is not None
    assert result.conditions == [(symbol("n"), " is not -1")]


@pytest.mark.parametrize(
    "text", ["abs(x^2-1)", "max(x,x^2)", "hardtanh(x)", "exp(-abs(x))", "elu(x)"]
)
def test_pieces_are_joined_continuously(text: str) -> None:
    result = integrate_by_rules(parse(text).node, "x")
    assert result is not None
    for end in (-1.0, 0.0, 1.0):
        left = value(result.antiderivative, {"x": end - 1e-9})
        right = value(result.antiderivative, {"x": end + 1e-9})
        assert left is not None and right is not None
        assert abs(left - right) < 1e-7


@pytest.mark.parametrize(
    "text", ["1/(2+cos(x))", "1/(5+4*sin(x))", "abs(sin(x))", "1/(1+sin(x)^2)"]
)
def test_no_jumps_over_several_periods(text: str) -> None:
    result = integrate_by_rules(parse(text).node, "x")
    assert result is not None
    at = [value(result.antiderivative, {"x": -10 + 0.01 * k}) for k in range(2001)]
    known = [each.real for each in at if each is not None]
    assert len(known) == len(at)
    assert max(abs(b - a) for a, b in pairwise(known)) < 0.02


@pytest.mark.parametrize("text", ["mish(x)", "exp(exp(x^2))", "x^x", "sin(sin(x))"])
def test_what_no_rule_reaches_is_left_alone(text: str) -> None:
    assert integrate_by_rules(parse(text).node, "x") is None


def test_other_variable_and_constant_names() -> None:
    result = integrate_by_rules(parse("u*exp(u)*x").node, "u")
    assert result is not None
    assert_equal_by_numbers(
        parse("u*exp(u)*0.7").node,
        gradient(replace(result.antiderivative, {symbol("x"): parse("0.7").node}), ["u"])["u"],
        "u",
    )


_LEAVES = st.sampled_from(["x", "2*x", "x+1", "x^2", "1-x", "3"])
_FUNCTIONS = st.sampled_from(["sin", "cos", "exp", "log", "atan", "tanh", "sqrt"])


def _grown(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pair = st.tuples(children, children)
    return st.one_of(
        st.tuples(_FUNCTIONS, children).map(lambda each: f"{each[0]}({each[1]})"),
        pair.map(lambda each: f"({each[0]})*({each[1]})"),
        pair.map(lambda each: f"({each[0]})+({each[1]})"),
    )


@settings(max_examples=40, deadline=None, derandomize=True)
@given(st.recursive(_LEAVES, _grown, max_leaves=3))
def test_derivatives_integrate_back(text: str) -> None:
    integrand = tidy(gradient(parse(text).node, ["x"])["x"])
    result = integrate_by_rules(integrand, "x")
    assume(result is not None)
    assert result is not None
    assume(compared_points(integrand, gradient(result.antiderivative, ["x"])["x"], "x") > 0)
