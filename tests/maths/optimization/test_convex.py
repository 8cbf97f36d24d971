"""`convex`: known truths both ways, domains, proofs, and what is never claimed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import dlmath
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import Node, free_symbols
from dlmath.expression.numbers import evaluate, evaluate_many
from dlmath.expression.parser import parse
from dlmath.maths.operations import carry_out
from dlmath.maths.optimization.convexity.convex import convex, prove, real_function
from dlmath.settings import Settings

CONVEX = """
x^2 | x^4 | exp(x) | exp(x) - x | abs(x) | relu(x) | softplus(x) | cosh(x) | -log(x) | x*log(x)
max(x, y, 1) | logsumexp([x, y]) | log(exp(x) + exp(y)) | log(1 + exp(2x - y)) | norm([x, y])
norm([x - 1, 2y + x]) | sqrt(1 + x^2) | x^2 + x*y + y^2 | (x - y)^2 | (2x + y - 1)^4
x^2 + sin(x) | x^4 + x^2 | x^4 - 4x^3 + 6x^2 - 4x + 1 | exp(x^2) | (x^2 + 1)^2 | abs(x)^3
norm([x, y], 1) | norm([x, y], 3) | norm([x, y])^2 | -log(x) - log(1 - x) | x^x
x^4 + y^4 + x^2*y^2 | 2^x | mse([w + b, 2w + b], [1, 2]) | hinge(2x - y, 1) | huber(x - y, 0)
huber(x, 0) | elu(x) | log(cosh(x)) | leaky_relu(x) | relu(relu(x) - 1) | exp(abs(x)) - x
var([x, y, z]) | 1/sqrt(x) | cosh(x)*exp(x) | -sqrt(x) | -sqrt(x)*sqrt(y)
kl_div([x, y], [1/2, 1/2]) | bce(sigmoid(2w - b), 1) | x^(3/2) | max(x^2, y^2, 1) - min(x, y)
piecewise((x^2, x < 0), (x, true)) | sinh(x)^2 | x*relu(x) | sqrt(x^2)
"""

CONCAVE = """
log(x) | sqrt(x) | -x^2 | min(x, y) | -exp(x) | sqrt(x)*sqrt(y) | -x*log(x) | log(x + y)
x^(2/3) | -norm([x, y]) | log(sigmoid(x)) | 1 - abs(x) | x - exp(x) | -(x - y)^2 | log(1 - x^2)
piecewise((x, x < 1/2), (1/2, true)) - x^2/10 | -logsumexp([x, y]) | cbrt(2) - x^4
log(1 - sigmoid(x))
"""

BOTH = "3x + 2 | x - y + z | 5 | 0*x + 1 | (x + 1)^2 - x^2 | dot([1, 2], [x, y])"

NEITHER = """
x^3 | x^3 - 3x | sin(x) | x*y | x^2 - y^2 | sigmoid(x) | tanh(x) | exp(-x^2) | silu(x) | gelu(x)
mish(x) | (x^2 - 1)^2 | log(1 + x^2) | x*exp(x) | x^2*y^2 | selu(x) | floor(x) | abs(x) - abs(y)
sqrt(abs(x)) | 1/x | x^2/y | log(x^2) | 1/(1 - x^2) | sin(x)/x | x/(1 + x) | cbrt(x) | x*abs(x)
x^4 - x^2 + x | (x + 1)^2/(y^2 + 1) | x^2 + y^2 + x*y*z | sqrt(x*y)
piecewise((x^2, x < 1), (x, true)) | 1e-9*x^4 - x^2 | log(1 + exp(-x*y)) | tan(x) | x*log(x/y)
x*y - x^2
"""

ASSUMED = [
    ("1/x", "x>0", "convex"),
    ("1/x", "x<0", "concave"),
    ("x^2/y", "y>0", "convex"),
    ("x^2/y", "y<0", "concave"),
    ("x^3", "x>0", "convex"),
    ("x^3", "x<0", "concave"),
    ("sqrt(x*y)", "x>0, y>0", "concave"),
    ("x*y", "x>0, y>0", "neither"),
    ("1/(x*y)", "x>0, y>0", "convex"),
    ("x^3/y^2", "x>0, y>0", "convex"),
    ("x*log(x/y)", "x>0, y>0", "convex"),
    ("x*log(x) - x*log(y)", "y>0", "convex"),
    ("sigmoid(x)", "x>0", "concave"),
    ("sigmoid(x)", "x<0", "convex"),
    ("gamma(x)", "x>0", "convex"),
    ("exp(x)/x", "x>0", "convex"),
    ("x^2*y", "y>0", "neither"),
]


def texts(table: str) -> list[str]:
    return [text.strip() for line in table.strip().splitlines() for text in line.split("|")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        *((text, "convex") for text in texts(CONVEX)),
        *((text, "concave") for text in texts(CONCAVE)),
        *((text, "both") for text in texts(BOTH)),
        *((text, "neither") for text in texts(NEITHER)),
    ],
)
def test_known_truths(text: str, expected: str) -> None:
    answer = dlmath.convex(text)
    assert answer.result == expected
    assert answer.facts["curvature"] == expected
    assert not answer.refuted
    assert ("counterexample" in answer.facts) == (expected == "neither")
    assert ("proof" in answer.facts) == (expected != "neither")


@pytest.mark.parametrize(("text", "assume", "expected"), ASSUMED)
def test_assumptions_limit_the_domain(text: str, assume: str, expected: str) -> None:
    assert dlmath.convex(text, assume=assume).result == expected


def test_sympy_errs_on_these() -> None:
    """sympy 1.14 says True of the first and raises on the others."""
    assert dlmath.convex("piecewise((x, x < 1/2), (1/2, true))").result == "concave"
    assert dlmath.convex("max(x, 1)").result == "convex"
    assert dlmath.convex("abs(x)").result == "convex"


@pytest.mark.parametrize(
    ("text", "modulus"),
    [
        ("x^2", 2),
        ("x^2 + x*y + y^2", 1),
        ("x^2 + exp(x)", 2),
        ("cosh(x)", None),
        ("-3x^2 - y^2", 2),
    ],
)
def test_strong_convexity(text: str, modulus: float | None) -> None:
    answer = dlmath.convex(text)
    assert answer.facts["strict"] is True
    if modulus is not None:
        assert answer.facts["strong"] == pytest.approx(modulus)


@pytest.mark.parametrize("text", ["sqrt(x^2)", "abs(x)", "(x - y)^2", "relu(x)"])
def test_not_strict(text: str) -> None:
    assert dlmath.convex(text).facts.get("strict") is not True


def test_domain_that_is_not_convex_names_its_parts() -> None:
    answer = dlmath.convex("1/x")
    words = " ".join(str(part) for note in answer.notes for part in note)
    assert "the domain is not convex" in words
    assert "for x > 0 it is convex" in words
    assert "for x < 0 it is concave" in words


def test_counterexample_holds() -> None:
    answer = dlmath.convex("x^3 - 3x")
    for one in answer.facts["counterexample"]:
        a, b, middle = (evaluate(one[key]["x"]) for key in ("a", "b", "between"))
        f = [v**3 - 3 * v for v in (a, b, middle)]
        assert middle == (a + b) / 2
        assert one["value"] == f[2]
        assert (f[2] > (f[0] + f[1]) / 2) == (one["refutes"] == "convex")


def test_counterexample_stays_where_it_is_assumed() -> None:
    for one in dlmath.convex("x*y", assume="x>0, y>0").facts["counterexample"]:
        for end in ("a", "b"):
            assert all(evaluate(value) > 0 for value in one[end].values())


def test_unknown_is_said_and_exits_1() -> None:
    quick = Settings(seconds=2.0, assume={"x": frozenset({"positive"})})
    answer = convex(parse("digamma(x)*log(x) + exp(x^2)*x^4*airyai(x)^2 + x^2").node, quick)
    assert answer.result == "unknown"
    assert answer.code == 1
    assert answer.notes


def test_steps_are_the_tree_of_the_proof() -> None:
    answer = dlmath.convex("norm([x, y]) + relu(x - y)^2", steps=True)
    (root,) = answer.steps
    assert root.rule == "sum"
    assert [step.rule for step in root.steps] == ["norm", "power of a convex operand"]
    assert root.steps[1].steps[0].rule == "relu of an affine operand"


@pytest.mark.parametrize("text", ["[x, y]", "[[x, 1], [1, x]]"])
def test_vectors_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        dlmath.convex(text)


def test_empty_domain() -> None:
    with pytest.raises(Undefined):
        dlmath.convex("sqrt(-1 - x^2)")


def test_values_put_in() -> None:
    assert dlmath.convex("a*x^2", at={"a": 2}).result == "convex"
    assert dlmath.convex("a*x^2", at={"a": -2}).result == "concave"
    assert dlmath.convex("a*x^2").result == "neither"


# --- laws -----------------------------------------------------------------------------------

_AFFINE = st.sampled_from(["x", "y", "x - y", "2*x + y - 1", "3 - x", "x + 2*y"])


def _convex_of(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Convex functions by the rules, for convex operands."""
    return st.one_of(
        inner.map(lambda f: f"exp({f})"),
        inner.map(lambda f: f"relu({f})"),
        inner.map(lambda f: f"softplus({f})"),
        inner.map(lambda f: f"relu({f})^2"),
        st.tuples(inner, inner).map(lambda p: f"max({p[0]}, {p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]}) + 2*({p[1]})"),
        st.tuples(inner, _AFFINE).map(lambda p: f"logsumexp([{p[0]}, {p[1]}])"),
        _AFFINE.map(lambda f: f"({f})^2"),
        _AFFINE.map(lambda f: f"abs({f})"),
        st.tuples(_AFFINE, _AFFINE).map(lambda p: f"norm([{p[0]}, {p[1]}])"),
    )


COMPOSED = st.recursive(_AFFINE, _convex_of, max_leaves=4)


def chord_gap(function: Node, seed: int) -> Any:
    """How far the middle of random chords is below the graph, relative to the values."""
    rng = np.random.default_rng(seed)
    names = sorted(free_symbols(function))
    a, b = (rng.normal(size=(2000, len(names))) for _ in range(2))
    values = []
    for points in (a, b, (a + b) / 2):
        with np.errstate(all="ignore"):
            found = evaluate_many(function, {n: points[:, i] for i, n in enumerate(names)})
        values.append(np.broadcast_to(np.asarray(found, dtype=float), len(a)))
    size = np.maximum(np.abs(values[0]), np.abs(values[1])) + 1e-12
    with np.errstate(all="ignore"):
        gap = (values[2] - (values[0] + values[1]) / 2) / size
    return np.nanmax(np.where(np.isfinite(gap), gap, -1.0))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(COMPOSED)
def test_composed_functions_are_proved_and_never_refuted(text: str) -> None:
    function = real_function(parse(text).node, Settings())
    if not free_symbols(function):
        return
    proof = prove(function)
    assert proof.is_convex
    assert chord_gap(function, 1) < 1e-9


_ANY = st.recursive(
    st.sampled_from(["x", "y", "2", "x - y"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda p: f"({p[0]}) + ({p[1]})"),
        st.tuples(inner, inner).map(lambda p: f"({p[0]})*({p[1]})"),
        st.tuples(inner, st.sampled_from(["2", "3", "-1", "(1/2)"])).map(
            lambda p: f"({p[0]})^{p[1]}"
        ),
        st.tuples(st.sampled_from("exp abs sin tanh relu log".split()), inner).map(
            lambda p: f"{p[0]}({p[1]})"
        ),
        inner.map(lambda f: f"-({f})"),
    ),
    max_leaves=5,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_ANY)
def test_what_is_claimed_stands_the_midpoint_test(text: str) -> None:
    from dlmath.errors import DlmathError

    try:
        function = parse(text).node
        proof = prove(function)
    except DlmathError:
        return
    if not free_symbols(function) or proof.curvature == "unknown":
        return
    if proof.is_convex:
        assert chord_gap(function, 2) < 1e-9
    if proof.is_concave:
        assert chord_gap(parse(f"-({text})").node, 3) < 1e-9


@pytest.mark.parametrize(
    "text",
    ["x^3", "exp(x) - x^2", "x^2*y", "max(x, 0) - x^2/3 + sin(x)", "x^2 + x*y + y^2", "1/x + x"],
)
def test_the_working_holds(text: str) -> None:
    steps = list(dlmath.convex(text, steps=True).steps)
    compared = 0
    point = {"x": 0.7, "y": -1.3}
    while steps:
        step = steps.pop()
        steps += step.steps
        if step.before is None or step.after is None:
            continue
        before = evaluate(carry_out(step.before, Settings()), point)
        assert before == pytest.approx(evaluate(step.after, point), rel=1e-12, abs=1e-15)
        compared += 1
    assert compared or text == "1/x + x"  # its domain is no convex set
