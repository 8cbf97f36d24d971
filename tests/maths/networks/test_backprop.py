"""backprop: hand values, numpy references, random graphs against differences, shapes, kinks."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dlmath
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import Node, call, mul, number, symbol, unfolded
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.maths.networks.backprop import backprop
from dlmath.render.json import answer_json
from dlmath.settings import Settings


def of(text: str, at: str, **options: object):
    return dlmath.backprop(text, at=at, **options)


def gradient(text: str, at: str) -> dict[str, object]:
    answer = of(text, at)
    assert [check.verdict for check in answer.checks] == ["passed"]
    return answer.facts["gradient"]


def test_exact_inputs_stay_exact() -> None:
    answer = of("(w*x - 1)^2 + w", "w=2,x=3")
    assert answer.facts["value"] == 27
    assert answer.facts["gradient"] == {"w": 31, "x": 20}
    assert all(isinstance(value, int) for value in answer.value)
    assert str(answer) == "dL_dw = 31\ndL_dx = 20"


def test_the_answer_reads_back() -> None:
    answer = of("x^3/(1 + x)", "x=1/2")
    assert parse(str(answer), equation=True).node is answer.result[0]
    # (3x^2(1+x) - x^3)/(1+x)^2 at 1/2
    assert answer.facts["gradient"]["x"] == Fraction(4, 9)


def test_a_neuron_by_hand() -> None:
    found = gradient("(sigmoid(w*x + b) - y)^2", "w=1,x=2,b=-1,y=1")
    s = 1 / (1 + math.exp(-1))
    slope = 2 * (s - 1) * s * (1 - s)
    assert found["w"] == pytest.approx(2 * slope, rel=1e-14)
    assert found["b"] == pytest.approx(slope, rel=1e-14)
    assert found["y"] == pytest.approx(2 * (1 - s), rel=1e-14)


def test_softmax_regression_against_numpy() -> None:
    w, x, b, y = np.array([[1.0, 2], [3, 4]]), np.array([1, 0.5]), np.array([0.0, 1]), [1, 0]
    found = gradient(
        "cross_entropy(softmax(W*x + b), y)", "W=[[1,2],[3,4]],x=[1,1/2],b=[0,1],y=[1,0]"
    )
    z = w @ x + b
    p = np.exp(z - z.max()) / np.exp(z - z.max()).sum()
    np.testing.assert_allclose(found["W"], np.outer(p - y, x), rtol=1e-13)
    np.testing.assert_allclose(found["b"], p - y, rtol=1e-13)
    np.testing.assert_allclose(found["x"], w.T @ (p - y), rtol=1e-13)


VECTOR_LOSSES = [
    ("mean(tanh(A*B)*v)", "A=[[1,2],[3,4]],B=[[1/3,-1/2],[1/5,1]],v=[1,2]"),
    ("dot(v, A*v)*s", "A=[[1,2],[3,4]],v=[1,-2],s=3"),
    ("dot(A*v, u) + norm(v)", "A=[[1,2,0],[3,4,1]],v=[1,-2,3],u=[2,5]"),
    ("norm(A^3*v)", "A=[[1,2],[3,4]],v=[1,-2]"),
    ("logsumexp(x) + max(x) + var(x) + min(x) + norm(x, 3)", "x=[1,2,-1/2]"),
    ("mean(log_softmax(x)*3)", "x=[1,2,-1/2]"),
    ("bce(sigmoid(x), y)", "x=[1,-2],y=[1,1/4]"),
    ("huber(x, y, 1/2) + mae(x, y) + mse(x, y) + hinge(x, y)", "x=[1,-2,3],y=[1/4,1,-1]"),
    ("kl_div(softmax(x), softmax(y))", "x=[1,-2],y=[1,1/4]"),
    ("mean(leaky_relu(x, a)) + mean(elu(x, 2))", "x=[1,-2],a=1/5"),
    ("dot([x, y], softmax([x*y, y, 1]) * [[1, 0], [2, 1], [0, 1]])", "x=1/2,y=2"),
    ("mean(u*A) + atan2(s, t) + s^t", "u=[1,2],A=[[1,2,3],[4,5,6]],s=2,t=3"),
    ("sum(k*x^k, k, 1, 4)", "x=1/2"),
    ("piecewise((x^2, x < 1), (log(x), True))", "x=1/2"),
]


@pytest.mark.parametrize(("loss", "at"), VECTOR_LOSSES)
def test_every_entry_agrees_with_differences(loss: str, at: str) -> None:
    answer = of(loss, at)
    (check,) = answer.checks
    assert check.verdict == "passed", check.detail
    rows = next(t for t in answer.tables if t.title.startswith("gradient")).rows
    assert rows
    for name, slope, difference, verdict in rows:
        assert verdict == "passed", (name, verdict)
        assert float(slope) == pytest.approx(float(difference), rel=1e-10, abs=1e-20)


LEAVES = st.sampled_from([symbol("x"), symbol("y"), symbol("z"), number(2), number(Fraction(1, 3))])
SMOOTH = ["tanh", "sigmoid", "sin", "exp", "softplus", "gelu", "atan", "mish"]


def _grown(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    pairs = st.tuples(inner, inner)
    return st.one_of(
        pairs.map(lambda p: unfolded("add", p)),
        pairs.map(lambda p: mul(call("sin", p[0]), p[1])),
        st.tuples(st.sampled_from(SMOOTH), inner).map(lambda p: call(p[0], call("tanh", p[1]))),
    )


@settings(max_examples=40, deadline=None)
@given(st.recursive(LEAVES, _grown, max_leaves=12))
def test_random_graphs_against_differences(body: Node) -> None:
    point = {"x": Fraction(3, 10), "y": Fraction(-7, 10), "z": Fraction(11, 10)}
    loss = unfolded("add", (body, mul(symbol("x"), symbol("y"), symbol("z"))))
    answer = backprop(
        loss, Settings(at={name: number(v) for name, v in point.items()}, check=False)
    )
    for name, slope in answer.facts["gradient"].items():
        step = 1e-5
        up, down = (
            evaluate(loss, {**point, name: float(point[name]) + turn * step}) for turn in (1, -1)
        )
        difference = (up - down) / (2 * step)
        assert float(slope) == pytest.approx(difference, rel=1e-6, abs=1e-7)


def test_a_shared_node_shows_the_sum_of_its_uses() -> None:
    answer = of("v1*sin(x) + v1^2*cos(x)", "v1=2,x=0")
    rows = {row[0]: row for row in answer.tables[0].rows}
    assert "v1" in rows  # the user's own variable: nodes between get other names
    assert all(not name.startswith("v") or name == "v1" for name in rows)
    assert rows["v1"][-1] == "4 + 0 = 4"
    assert rows["x"][-1] == "0 + 2 = 2"


def test_paths_add_up_to_the_gradient() -> None:
    answer = of("(w*x - 1)^2*sin(w) + w", "w=2,x=3", path="w")
    table = answer.tables[-1]
    *single, total = [row[-1] for row in table.rows]
    assert len(single) == 3
    assert sum(map(float, single)) == pytest.approx(float(total), rel=1e-14)
    assert float(total) == pytest.approx(float(answer.facts["gradient"]["w"]), rel=1e-14)


def test_many_paths_are_counted_not_walked() -> None:
    node: Node = symbol("w")
    for _ in range(60):  # 2^60 paths
        node = unfolded(
            "add", (unfolded("mul", (number(Fraction(1, 2)), node)), call("tanh", node))
        )
    answer = backprop(node, Settings(at={"w": number(1)}), path="w")
    assert f"{2**60} paths" in answer.tables[-1].title


def test_the_working_ends_in_the_answer() -> None:
    answer = of("(w*x - 1)^2 + w", "w=2,x=3", steps=True)
    forward, backward, *ends = answer.steps
    assert [step.after for step in ends] == list(answer.result)
    for step in (*forward.steps, *backward.steps):
        if step.before is not None:
            assert evaluate(step.before) == evaluate(step.after)
    assert sum(step.before is not None for step in backward.steps) == 5


@pytest.mark.parametrize(
    ("loss", "at", "words"),
    [
        ("relu(x)", "x=0", "relu has a kink at 0; its derivative there is taken as 0"),
        ("abs(x)", "x=0", "taken as 0"),
        ("max(x, y)", "x=1,y=1", "the first one gets all of the slope"),
        ("hardtanh(x)", "x=1", "kink at 1"),
        ("sign(x - 2)*y", "x=2,y=3", "sign jumps at 0; its derivative is taken as 0"),
        ("heaviside(x)", "x=0", "heaviside jumps at 0"),
        ("floor(x)", "x=2", "floor jumps at whole numbers"),
        ("norm([x, y])", "x=0,y=0", "corner at 0"),
    ],
)
def test_conventions_at_kinks_are_said(loss: str, at: str, words: str) -> None:
    answer = of(loss, at)
    assert any(words in "".join(map(str, note)) for note in answer.notes)
    assert answer.status == "answered"
    assert answer.checks[0].verdict in ("passed", "unavailable")


#: loss of vectors p and y, and how torch writes it.
LOSSES = [
    ("mse(p, y)", lambda t, f, p, y: f.mse_loss(p, y)),
    ("mae(p, y)", lambda t, f, p, y: f.l1_loss(p, y)),
    ("huber(p, y, 1/2)", lambda t, f, p, y: f.huber_loss(p, y, delta=0.5)),
    ("bce(sigmoid(p), y)", lambda t, f, p, y: f.binary_cross_entropy_with_logits(p, y)),
    ("bce(p, y)", lambda t, f, p, y: f.binary_cross_entropy(p, y)),
    ("cross_entropy(softmax(p), y)", lambda t, f, p, y: f.cross_entropy(p, y)),
    ("kl_div(y, softmax(p))", lambda t, f, p, y: f.kl_div(p.log_softmax(0), y, reduction="sum")),
    ("hinge(p, y)", lambda t, f, p, y: t.relu(1 - y * p).mean()),
    ("logsumexp(p) + var(p)", lambda t, f, p, y: p.logsumexp(0) + p.var(correction=0)),
    ("mean(log_softmax(p)*2)", lambda t, f, p, y: 2 * p.log_softmax(0).mean()),
    ("norm(p, 3) + norm(p)", lambda t, f, p, y: t.linalg.vector_norm(p, 3) + p.norm()),
]


@pytest.mark.parametrize(("loss", "written"), LOSSES, ids=[case[0] for case in LOSSES])
def test_losses_are_those_of_torch(loss: str, written: Any) -> None:
    torch = pytest.importorskip("torch")
    p = torch.tensor([0.3, 0.9, 0.25], dtype=torch.float64, requires_grad=True)
    y = torch.tensor([0.125, 0.625, 0.25], dtype=torch.float64)
    value = written(torch, torch.nn.functional, p, y)
    value.backward()
    at = "p=[3/10,9/10,1/4]" + (",y=[1/8,5/8,1/4]" if "y" in loss else "")
    answer = of(loss, at, wrt="p")
    assert float(answer.facts["value"]) == pytest.approx(value.item(), rel=1e-12)
    found = [float(entry) for entry in answer.facts["gradient"]["p"]]
    np.testing.assert_allclose(found, p.grad.numpy(), rtol=1e-10, atol=1e-14)


#: loss, how torch writes it, and whether torch shares the slope of a tie.
CONVENTIONS = [
    ("relu(x - 2)", lambda t, f, x: t.relu(x - 2), False),
    ("abs(x - 2)", lambda t, f, x: t.abs(x - 2), False),
    ("leaky_relu(x - 2)", lambda t, f, x: f.leaky_relu(x - 2), False),
    ("elu(x - 2, 2)", lambda t, f, x: f.elu(x - 2, 2), False),
    ("selu(x - 2)", lambda t, f, x: f.selu(x - 2), False),
    ("hardtanh(x - 1)", lambda t, f, x: f.hardtanh(x - 1), False),
    ("hard_sigmoid(x + 1)", lambda t, f, x: f.hardsigmoid(x + 1), False),
    ("huber(x, 1, 1)", lambda t, f, x: f.huber_loss(x, x.new_tensor(1.0)), False),
    ("mae(x, 2)", lambda t, f, x: f.l1_loss(x, x.new_tensor(2.0)), False),
    ("hinge(x, 1/2)", lambda t, f, x: t.relu(1 - x / 2), False),
    ("norm([x - 2])", lambda t, f, x: t.linalg.norm((x - 2).reshape(1)), False),
    ("max(x, 2)", lambda t, f, x: t.maximum(x, x.new_tensor(2.0)), True),
    ("min(x, 2)", lambda t, f, x: t.minimum(x, x.new_tensor(2.0)), True),
    ("max([x, 2])", lambda t, f, x: t.stack([x, x.new_tensor(2.0)]).max(), True),
]


@pytest.mark.parametrize(
    ("loss", "written", "shares"), CONVENTIONS, ids=[c[0] for c in CONVENTIONS]
)
def test_conventions_at_kinks_are_those_of_torch(loss: str, written: Any, shares: bool) -> None:
    torch = pytest.importorskip("torch")
    x = torch.tensor(2.0, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(written(torch, torch.nn.functional, x), x)
    found = float(of(loss, "x=2").facts["gradient"]["x"])
    assert slope.item() == pytest.approx(found / 2 if shares else found, abs=1e-12)


def test_no_overflow_where_the_value_is_moderate() -> None:
    answer = of("log(1 + exp(x))", "x=1000")
    assert answer.facts == {"value": 1000.0, "gradient": {"x": 1.0}, "nodes": 4}


@pytest.mark.parametrize(
    ("loss", "at", "error", "words"),
    [
        ("sqrt(w)", "w=0", Undefined, "has no value here: w = 0"),
        ("log(w)", "w=-1", Undefined, "not real"),
        ("1/w", "w=0", Undefined, "no value"),
        ("W*x", "W=[[1,2],[3,4]],x=[1,2]", InvalidInput, "vector of length 2"),
        ("w*x", "w=2", InvalidInput, "x has no value"),
        ("w*x", "w=2,x=y", InvalidInput, "--at x takes a number"),
        ("W*x", "W=[[1,2],[3,4]],x=[1,2,3]", InvalidInput, "cannot be multiplied"),
        ("w < 2", "w=1", InvalidInput, "comparison"),
        ("hinge(w, acos(2))", "w=1", Undefined, "hinge(w, acos(2)) has no value"),
        ("mae(acsc(1/4)*w, pi)", "w=1", Undefined, "complex"),
        ("norm([w, asin(2)], oo)", "w=1", Undefined, "complex"),
    ],
)
def test_what_is_refused(loss: str, at: str, error: type[Exception], words: str) -> None:
    with pytest.raises(error) as caught:
        of(loss, at)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("loss", "expected"),
    [
        ("huber(sinh(x), 2*x, 1/2)", (math.sinh(0.5) - 1) * (math.cosh(0.5) - 2)),
        ("huber(pi, x, 1/2)", -0.5),
        ("huber(pi, 3, x)", 0.0),
        ("huber(pi, 2, x)", math.pi - 2 - 0.5),
        ("norm([x, pi], oo)", 0.0),
    ],
)
def test_fractions_beside_numbers_without_end(loss: str, expected: float) -> None:
    assert float(gradient(loss, "x=1/2")["x"]) == pytest.approx(expected, rel=1e-12)


def test_files_and_diagram() -> None:
    answer = of("(w*x - 1)^2 + w", "w=2,x=3", plot=True)
    dot, mermaid = answer.files[".dot"]().decode(), answer.files[".mmd"]().decode()
    assert dot.startswith("digraph") and dot.count("->") == 6
    assert mermaid.startswith("flowchart") and mermaid.count("-->") == 6
    assert len(answer.picture.nodes) == 6 and len(answer.picture.edges) == 6


def test_it_survives_json() -> None:
    held = json.loads(answer_json(of("mean(W*x)", "W=[[1,2],[3,4]],x=[pi,1]")))
    assert held["facts"]["gradient"]["W"][0][0] == pytest.approx(math.pi / 2)


def test_against_torch() -> None:
    torch = pytest.importorskip("torch")
    w = torch.tensor([[1.0, 2], [3, 4]], dtype=torch.float64, requires_grad=True)
    x = torch.tensor([0.3, -0.7], dtype=torch.float64)
    torch.nn.functional.gelu(w @ x).logsumexp(0).backward()
    found = gradient("logsumexp(gelu(W*x))", "W=[[1,2],[3,4]],x=[0.3,-0.7]")
    np.testing.assert_allclose(found["W"], w.grad.numpy(), rtol=1e-10)


@pytest.mark.parametrize(
    ("text", "point", "slopes"),
    [
        ("x^2", "x=1e200", 2 * 10**200),
        ("x*y", "x=-1e50,y=1e-50", [Fraction(1, 10**50), -(10**50)]),
        ("sin(x)", "x=1e30", None),
    ],
)
def test_large_numbers_are_checked(text: str, point: str, slopes: Any) -> None:
    answer = dlmath.backprop(text, at=point)
    assert [check.verdict for check in answer.checks] == ["passed"]
    if slopes is not None:
        assert answer.value == slopes
