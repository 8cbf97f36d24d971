"""Notes on short floating-point numbers: measured ranges against numpy, forms verified."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest

import dlmath
from dlmath.expression.parser import parse
from dlmath.maths.networks.stability import stability_notes
from dlmath.maths.networks.stability_floats import (
    ShortFloats,
    short_value,
    to_bfloat16,
    to_float32,
)
from dlmath.maths.networks.stability_measure import LOSES, OVERFLOW, measure
from dlmath.maths.networks.stability_patterns import Proposal, proposals
from dlmath.render.plain import sentence_text


def told(formula: str) -> str:
    return " | ".join(sentence_text(note) for note in stability_notes(parse(formula).node))


@pytest.mark.parametrize("value", [0.1, 1 / 3, 1e-40, 3.4e38, 1e39, -7.123456789, 2.0**-149])
def test_rounding_to_float32_is_numpys(value: float) -> None:
    with np.errstate(over="ignore", under="ignore"):
        assert to_float32(value) == float(np.float32(value))


def test_rounding_to_bfloat16() -> None:
    assert to_bfloat16(1 + 2**-8) == 1.0  # half way: to even
    assert to_bfloat16(1 + 3 * 2**-8) == 1 + 2**-6  # half way: to even
    assert to_bfloat16(1 + 2**-8 + 2**-20) == 1 + 2**-7
    assert to_bfloat16(math.pi) == 3.140625
    assert to_bfloat16(3.4e38) == math.inf


def test_rounding_to_bfloat16_is_torchs() -> None:
    torch = pytest.importorskip("torch")
    for value in np.random.default_rng(0).normal(0, 10, 200).tolist():
        single = to_float32(value)
        assert to_bfloat16(single) == float(torch.tensor(single).to(torch.bfloat16))


@pytest.mark.parametrize("x", [0.3, -2.5, 11.0, 60.0, 88.0, -80.0])
def test_short_values_are_numpys(x: float) -> None:
    node = parse("log(1 + exp(x)) - (x^2 + 1)^(1/2)").node
    f = np.float32
    expected = np.log(f(1) + np.exp(f(x))) - np.sqrt(f(x) * f(x) + f(1))
    found = short_value(node, {"x": x}, ShortFloats("float32"))
    assert found == pytest.approx(float(expected), rel=3e-7, abs=2e-6)


#: formula: what must be said, and the stable form.
KNOWN = {
    "log(1 + exp(x))": ("overflows where x > 89", "softplus(x)"),
    "log(sigmoid(x))": ("overflows where x < -104", "-softplus(-x)"),
    "log(1 - sigmoid(x))": ("overflows where x > 17", "-softplus(x)"),
    "1 - cos(x)": ("loses digits where |x| < 0.00", "2*sin(x/2)**2"),
    "exp(x) - 1": ("loses digits where |x| <", "2*exp(x/2)*sinh(x/2)"),
    "(1 - exp(-x))/x": ("loses digits where |x| <", "2*exp(-x/2)*sinh(x/2)/x"),
    "sqrt(x^2 + 1) - x": ("loses digits where x > 1", "1/(sqrt(x**2 + 1) + x)"),
    "sqrt(x + 1) - sqrt(x)": ("loses digits where x >", "1/(sqrt(x + 1) + sqrt(x))"),
    "exp(x)/(1 + exp(x))": ("overflows where x > 89", "sigmoid(x)"),
    "cosh(x) - 1": ("loses digits where |x| <", "2*sinh(x/2)**2"),
    "log(1 + x)": ("loses digits where |x| <", "2*atanh(x/(2 + x))"),
    "1 - tanh(x)^2": ("loses digits where |x| >", "sech(x)**2"),
    "log(softmax([x, y]))": ("overflows where", "log_softmax([x, y])"),
    "log(exp(a) + exp(b))": ("overflows where", "logsumexp(a, b)"),
    "mean(x^2, y^2) - mean(x, y)^2": ("loses digits where |values/spread| >", "var(x, y)"),
    "bce(sigmoid(w*x), y)": ("overflows where w*x <", "softplus(w*x) - y*w*x"),
    "cross_entropy(softmax([a, b]), [1, 0])": ("overflows", "-dot([1, 0], log_softmax([a, b]))"),
    "(x - sin(x))/x^3": ("loses digits where |x| <", "no other form"),
}


@pytest.mark.parametrize("formula", KNOWN)
def test_known_troubles(formula: str) -> None:
    trouble, form = KNOWN[formula]
    words = told(formula)
    assert trouble in words and "in float32" in words
    assert form in words


@pytest.mark.parametrize(
    "formula",
    ["x^2 - 3*x", "exp(x)", "sin(x)/x", "softplus(x)", "sigmoid(x)*(1 - sigmoid(x))",
     "1/(1 + exp(-x))", "x^2 + exp(x)", "log(x)", "1 + (1 - cos(x))", "tanh(x) + 2"],
)  # fmt: skip
def test_no_noise(formula: str) -> None:
    assert told(formula) == ""


def test_ranges_are_where_numpy_goes_wrong() -> None:
    found = measure(parse("log(1 + exp(x))").node, "x")["float32"]
    over = next(t for t in found if t.kind == OVERFLOW)
    lost = next(t for t in found if t.kind == LOSES)
    assert over.low is not None and lost.high is not None
    with np.errstate(over="ignore"):
        assert np.isinf(np.log(np.float32(1) + np.exp(np.float32(over.low))))
        assert np.isfinite(np.log(np.float32(1) + np.exp(np.float32(over.low - 1))))
    x = np.float32(lost.high - 1)
    naive = float(np.log(np.float32(1) + np.exp(x)))
    assert abs(naive / math.log1p(math.exp(float(x))) - 1) > 1e-3


def test_a_wrong_form_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    from dlmath.maths.networks import stability

    def wrong(node):
        return [
            Proposal(p.part, parse("softplus(x) + 1").node, p.test, parse("softplus(u) + 1").node,
                     p.meaning)
            for p in proposals(node)
        ]  # fmt: skip

    monkeypatch.setattr(stability, "proposals", wrong)
    assert "softplus" not in told("log(1 + exp(x))")


def test_where_notes_appear() -> None:
    def notes(answer: dlmath.answer.Answer) -> str:
        return " | ".join(sentence_text(note) for note in answer.notes)

    assert "softplus(x)" in notes(dlmath.derive("log(1 + exp(x))"))
    assert "softplus(w*x)" in notes(dlmath.backprop("log(1 + exp(w*x))", at="w=2,x=3"))
    assert "softplus(x) itself" in notes(dlmath.activation("softplus"))
    assert "softplus(z) - y*z" in notes(dlmath.loss("bce"))
    point = notes(dlmath.evaluate("1 - cos(x)", at="x=1e-5"))
    assert point == "in float32 this formula gives 0; 2*sin(x/2)**2 gives 5e-11"
    assert notes(dlmath.evaluate("1 - cos(x)", at="x=1")) == ""
    assert notes(dlmath.derive("log(1 + exp(x))", check=False)) == ""


def test_a_plain_derivative_measures_nothing() -> None:
    import subprocess

    code = (
        "import sys, dlmath; dlmath.derive('x**2*sin(x)'); dlmath.derive('x^3 - 3*x');"
        "print('numpy' in sys.modules, 'dlmath.maths.networks.stability' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["False", "False"]
