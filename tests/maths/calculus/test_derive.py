"""Derivatives: textbook forms, kinks, the tangent, and a working that agrees with the answer."""

from __future__ import annotations

import pytest

import dlmath
from dlmath.answer import Answer, Step
from dlmath.errors import Undefined
from dlmath.expression.graph import Node, free_symbols
from dlmath.expression.parser import parse, parse_assignments
from dlmath.expression.precise import evaluate
from dlmath.expression.text import to_text
from dlmath.expression.vocabulary import FUNCTIONS
from dlmath.maths.calculus.derive import derive
from dlmath.settings import Settings

TEXTBOOK = [
    ("x**2*sin(x)", "x**2*cos(x) + 2*x*sin(x)"),
    ("sigmoid(x)", "sigmoid(x)*(1 - sigmoid(x))"),
    ("tanh(x)", "1 - tanh(x)**2"),
    ("-x^2", "-2*x"),
    ("0.1x^2", "x/5"),
    ("log(x, 2)", "1/(x*log(2))"),
    ("sqrt(1-x^2)", "-x/sqrt(1 - x**2)"),
    ("softplus(x)", "sigmoid(x)"),
    ("exp(-x^2/2)", "-x*exp(-x**2/2)"),
    ("x/(x+1)", "1/(x + 1)**2"),
    ("(x^2-1)/(x^2+1)", "4*x/(x**2 + 1)**2"),
    ("log(x)/x", "(1 - log(x))/x**2"),
    ("x^x", "x**x*(log(x) + 1)"),
    ("abs(x)", "sign(x)"),
    ("abs(x)**2", "2*x"),
    ("relu(x)", "piecewise((1, x > 0), (0, true))"),
    ("5", "0"),
    ("2^x", "2**x*log(2)"),
    ("1/x", "-1/x**2"),
    ("atan(x)", "1/(x**2 + 1)"),
    ("[x, x**2]", "[1, 2*x]"),
]


@pytest.mark.parametrize(("text", "expected"), TEXTBOOK)
def test_textbook_form(text: str, expected: str) -> None:
    answer = derive(parse(text).node, ["x"])
    assert isinstance(answer.result, Node)
    assert to_text(answer.result) == expected
    assert answer.checks[0].verdict == "passed"


def test_leibniz_rule() -> None:
    assert shown("integrate(sin(t)/t, t, 1, x^2)", ["x"]) == "2*sin(x**2)/x"
    assert shown("integrate(exp(x*t), t, 0, 1)", ["x"]) == "integrate(t*exp(t*x), t, 0, 1)"
    assert shown("sum(x^k, k, 0, 3)", ["x"]) == "sum(k*x**(k - 1), k, 0, 3)"


def test_partial_derivative_of_a_neuron() -> None:
    answer = derive(parse("tanh(w*x + b)").node, ["w"])
    assert isinstance(answer.result, Node)
    assert to_text(answer.result) == "x*(1 - tanh(w*x + b)**2)"


def test_mixed_and_high_orders() -> None:
    assert shown("x**3*y**2", ["x", "y", "y"]) == "6*x**2"
    assert shown("x**5", ["x"] * 1000) == "0"
    assert shown("exp(2x)", ["x"] * 5) == "32*exp(2*x)"
    assert shown("sin(x) + 0", []) == "sin(x)"


def shown(text: str, variables: list[str]) -> str:
    result = derive(parse(text).node, variables).result
    assert isinstance(result, Node)
    return to_text(result)


@pytest.mark.parametrize(
    ("text", "at", "value", "facts"),
    [
        ("x^2", "x=3", 6, {"slope": 6, "direction": "increasing", "bending": "convex"}),
        ("x^3 - 3x", "x=1", 0, {"direction": "stationary", "bending": "convex"}),
        ("-exp(x)", "x=0", -1, {"direction": "decreasing", "bending": "concave"}),
        ("3x", "x=1/3", 3, {"bending": "neither"}),
    ],
)
def test_value_at_a_point(text: str, at: str, value: int, facts: dict[str, object]) -> None:
    answer = derive(parse(text).node, ["x"], Settings(at=parse_assignments(at)))
    assert answer.value == value
    assert facts.items() <= answer.facts.items()


def test_tangent() -> None:
    answer = derive(parse("x^2").node, ["x"], Settings(at=parse_assignments("x=3")))
    assert to_text(answer.facts["tangent"]) == "y = 6*x - 9"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("abs(x)", "x=0"),
        ("relu(x - 1)", "x=1"),
        ("sqrt(x)", "x=0"),
        ("1/x", "x=0"),
        ("floor(x)", "x=1"),
        ("sign(x)", "x=0"),
        ("max(x, 2 - x)", "x=1"),
        ("cbrt(x)", "x=0"),
        ("piecewise((x, x < 1), (5, true))", "x=1"),
    ],
)
def test_no_derivative_at_a_kink(text: str, at: str) -> None:
    with pytest.raises(Undefined):
        derive(parse(text).node, ["x"], Settings(at=parse_assignments(at)))


def test_a_smooth_join_has_a_derivative() -> None:
    answer = derive(parse("x*abs(x)").node, ["x"], Settings(at=parse_assignments("x=0")))
    assert answer.value == 0


def test_the_kink_is_named() -> None:
    notes = derive(parse("relu(2x - 3)").node, ["x"]).notes
    assert len(notes) == 1
    words = "".join(p if isinstance(p, str) else to_text(p) for p in notes[0])
    assert words == "not differentiable at x = 3/2 (kink of relu); frameworks use 0 there"


#: One expression for every function of the vocabulary that can be differentiated by x.
EVERY = [
    f"{name}(x + 1/10)"
    for name, function in FUNCTIONS.items()
    if function.least == 1
    and function.kind == "elementwise"
    and name not in ("re", "im", "arg", "conjugate")
]


@pytest.mark.parametrize(
    "text", [*EVERY, *(text for text, _ in TEXTBOOK), "x^2*exp(3x)*sin(x)/(x+1)"]
)
def test_working_agrees_with_the_answer(text: str) -> None:
    answer = derive(parse(text).node, ["x"], Settings(steps=True))
    assert answer.steps
    assert answer.steps[-1].after is answer.result
    assert answer.checks[0].verdict == "passed", answer.checks
    for step in walk(answer.steps):
        assert_equal_values(step)


def walk(steps: list[Step] | tuple[Step, ...]) -> list[Step]:
    return [inner for step in steps for inner in (step, *walk(step.steps))]


def assert_equal_values(step: Step) -> None:
    """Both sides of a step, with the derivatives in them carried out, have the same value."""
    assert step.before is not None
    assert step.after is not None
    before, after = carried_out(step.before), carried_out(step.after)
    for at in ("7/10", "13/10", "-3/10"):
        point = {name: parse(at).node.number for name in free_symbols(before) | free_symbols(after)}
        left, right = flat(evaluate(before, point)), flat(evaluate(after, point))
        for a, b in zip(left, right, strict=True):
            if a == a and b == b:
                assert abs(a - b) <= 1e-15 * max(1, abs(b)), step


def flat(value: object) -> list[complex]:
    if isinstance(value, (list, tuple)):
        return [part for entry in value for part in flat(entry)]
    return [value]  # type: ignore[list-item]


def carried_out(node: Node) -> Node:
    """Derivatives in the expression replaced by what `derive` gives, innermost first."""
    from dlmath.expression.graph import replace, topological

    for part in topological(node):
        if part.op == "derive":
            result = derive(part.args[0], [part.args[1].name], Settings(check=False)).result
            assert isinstance(result, Node)
            return carried_out(replace(node, {part: result}))
    return node


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("x*abs(x)", ""),
        ("relu(x)^2", ""),
        ("abs(x^2)", ""),
        ("max(x, x^2)", "x = 0 and x = 1"),
        ("abs(x^2 - 2)", "x = -sqrt(2) and x = sqrt(2)"),
        ("hardtanh(2*x)", "x = -1/2; x = 1/2"),
        ("piecewise((x^2, x < 1), (2*x - 1, true))", ""),
    ],
)
def test_only_real_kinks_are_named(text: str, places: str) -> None:
    notes = derive(parse(text).node, ["x"]).notes
    found = ["".join(p if isinstance(p, str) else to_text(p) for p in note[2:-1]) for note in notes]
    assert "; ".join(found) == places
    assert all(note[0] == "not differentiable " for note in notes)


def test_a_wrong_derivative_is_refuted() -> None:
    from dlmath.checks.derivative import check_derivative

    for wrong in ("2*x*cos(x)", "x**2*cos(x) - 2*x*sin(x)", "abs(x)*x*cos(x) + 2*x*sin(x)"):
        stages = [parse("x**2*sin(x)").node, parse(wrong).node]
        assert check_derivative(stages, ["x"]).verdict == "failed", wrong


def test_answer_type() -> None:
    assert isinstance(derive(parse("x").node, ["x"]), Answer)


@pytest.mark.parametrize(
    ("text", "order", "expected", "value"),
    [
        ("[2, 1]", 1, "[0, 0]", [0, 0]),
        ("[[x, 1], [1, 2]]", 1, "[[1, 0], [0, 0]]", [[1, 0], [0, 0]]),
        ("[cos(x), sin(x)]", 1, "[-sin(x), cos(x)]", [0, 1]),
        ("[x^2, 3]", 2, "[2, 0]", [2, 0]),
    ],
)
def test_vectors_keep_their_shape(text: str, order: int, expected: str, value: object) -> None:
    node, names = parse(text).node, ["x"] * order
    answer = derive(node, names)
    assert str(answer) == expected
    assert not answer.refuted
    assert derive(node, names, Settings(at={"x": parse("0").node})).value == value


@pytest.mark.parametrize("text", ["1/0", "x/0", "log(0)*x", "[x, 1/0]"])
def test_what_is_nowhere_defined_has_no_derivative(text: str) -> None:
    with pytest.raises(Undefined):
        derive(parse(text).node, ["x"])


@pytest.mark.parametrize(
    ("text", "point", "slope"),
    [
        ("relu(x) - relu(-x)", "x=0", "1"),
        ("relu(x) + relu(-x) - abs(x)", "x=0", "0"),
        ("piecewise((x, x != 2), (2, true))", "x=2", "1"),
        ("piecewise((0, x == 0), (x^2*sin(1/x), true))", "x=0", "0"),
        ("max(2*x, x^2 + 1)", "x=1", "2"),
        ("Si(x)", "x=0", "1"),
        ("x^2*floor(x)", "x=0", "0"),
        ("[relu(x) - relu(-x), x^2]", "x=0", "[1, 0]"),
    ],
)
def test_where_formulas_meet_the_value_is_the_true_one(text: str, point: str, slope: str) -> None:
    answer = dlmath.derive(text, "x", at=point)
    assert str(answer) == slope
    assert [check.verdict for check in answer.checks] == ["passed", "passed"]


@pytest.mark.parametrize(
    ("text", "order", "point"),
    [
        ("piecewise((1, x == 0), (x, true))", 1, "x=0"),
        ("piecewise((x, x != 2), (5, true))", 1, "x=2"),
        ("elu(x)", 2, "x=0"),
        ("softsign(x)", 2, "x=0"),
        ("atan2(x, -1)", 1, "x=0"),
        ("x/x", 1, "x=0"),
        ("cbrt(x)", 1, "x=0"),
        ("[relu(x), x]", 1, "x=0"),
        ("a*relu(x)", 1, "x=0"),
    ],
)
def test_where_there_is_no_derivative_none_is_given(text: str, order: int, point: str) -> None:
    with pytest.raises(Undefined, match=r"derivative|differentiable"):
        dlmath.derive(text, "x", order=order, at=point)


def test_the_bending_is_not_that_of_one_side() -> None:
    assert "bending" not in dlmath.derive("elu(x)", "x", at="x=0").facts
    assert dlmath.derive("max(2*x, x^2 + 1)", "x", at="x=1").facts["bending"] == "convex"


@pytest.mark.parametrize(("at", "value"), [("x=10^300", 2 * 10**300), ("x=-10^40", -2 * 10**40)])
def test_a_point_far_out(at: str, value: int) -> None:
    answer = derive(parse("x^2").node, ["x"], Settings(at=parse_assignments(at)))
    assert answer.value == value
