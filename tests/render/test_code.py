"""Programs for numpy, torch and jax: the printed text is run, and held against other values."""

from __future__ import annotations

import math
from types import ModuleType
from typing import Any

import numpy as np
import pytest

import dlmath
from dlmath.errors import InvalidInput
from dlmath.expression.numbers import evaluate
from dlmath.expression.parser import parse
from dlmath.render.code import answer_code

FORMATS = ["numpy", "torch", "jax"]


def function_of(answer: dlmath.answer.Answer, form: str = "numpy") -> Any:
    """Runs the printed module, as a user would, and returns its function."""
    if form != "numpy":
        pytest.importorskip(form)
    if form == "jax":
        import jax

        jax.config.update("jax_enable_x64", True)
    module = ModuleType("printed")
    exec(answer_code(answer, form), module.__dict__)  # noqa: S102  the printed program is run
    return module.value_and_gradient


def numbers(value: Any) -> Any:
    return np.asarray(value.detach() if hasattr(value, "detach") else value, dtype=float)


#: loss, point: of every kind of operation, with numbers, vectors and matrices.
LOSSES = [
    ("(w*x - 1)^2 + w", "w=2,x=3"),
    ("(sigmoid(w*x + b) - y)^2", "w=1,x=2,b=-1,y=1"),
    ("cross_entropy(softmax(W*tanh(V*x) + b), y)",
     "W=[[1,2],[3,4]],V=[[1,2],[3,-4]],x=[1,1/2],b=[0,1],y=[1,0]"),
    ("mean(relu(A*B)*v)", "A=[[1,2],[-3,4]],B=[[1/3,-1/2],[1/5,1]],v=[1,2]"),
    ("mean(A*B*v)*s*t", "A=[[1,2],[-3,4]],B=[[1/3,-1/2],[1/5,1]],v=[1,2],s=2,t=-3"),
    ("dot(u*A, v) + norm(A*v)", "A=[[1,2,0],[3,4,1]],u=[1,-2],v=[3,2,5]"),
    ("norm(A^3*v)", "A=[[1,2],[3,4]],v=[1,-2]"),
    ("logsumexp(x) + max(x) + var(x) + min(x) + norm(x, 3)", "x=[1,2,-1/2]"),
    ("mean(log_softmax(x)*3) + dot(softmax(x), x)", "x=[1,2,-1/2]"),
    ("huber(x, y, 1/2) + mae(x, y) + mse(x, y) + hinge(x, y)", "x=[1,-2,3],y=[1/4,1,-1]"),
    ("bce(sigmoid(x), y) + bce(p, q)", "x=[1,-2],y=[1,1/4],p=1/3,q=1"),
    ("kl_div(softmax(x), softmax(y))", "x=[1,-2],y=[1,1/4]"),
    ("mean(leaky_relu(x, a)) + mean(elu(x, 2)) + mean(gelu(x)) + mean(mish(x))", "x=[1,-2],a=1/5"),
    ("mean(selu(x)) + mean(silu(x)) + mean(softsign(x)) + mean(hardtanh(x/3))", "x=[1,-2]"),
    ("mean(hard_sigmoid(x)) + mean(erf(x)) + mean(sech(x)) + mean(cbrt(x))", "x=[1,-2]"),
    ("dot([x, y], softmax([x*y, y, 1]) * [[1, 0], [2, 1], [0, 1]])", "x=1/2,y=2"),
    ("max(x, y)*min(x, z) + x^y + atan2(x, y) + log(y, 3)", "x=2,y=3,z=1/2"),
    ("logsumexp(x, y) + mean(x, y, 1) + var(x, 2*y, 1)", "x=2,y=3"),
    ("piecewise((x^2, x < 1), (x*y, True))", "x=2,y=3"),
    ("sqrt(x^2 + 1)/x - 1/x^3 + pi*x", "x=2"),
    ("log(1 + exp(w*x)) + log(sigmoid(x))", "w=2,x=3"),
    ("elu(2, x) + leaky_relu(1, x) + pi^x + 2^x + atan2(1, x)", "x=1/3"),
    ("bce(1/3, x) + cross_entropy(1/2, x) + bce(x, 1/3) + kl_div(x, 2) + hinge(2, x)", "x=1/3"),
    ("x*piecewise((1/3, x < 1), (2, 2 < 3), (1/7, True)) + piecewise((x, 1 < 0), (y, True))",
     "x=1/2,y=2"),
    ("piecewise((x, x < 1), (norm([1/3, x]), x < 2), (dot([x, 2], [1, x]), True))", "x=1/2"),
    ("mean(hard_sigmoid(x)) + max(1/3, 1/7)*mean(x)", "x=[1,-2]"),
    ("sum(k*x^k, k, 1, 4)", "x=1/2"),
]  # fmt: skip


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize(("loss", "at"), LOSSES)
def test_backprop_programs_give_the_same_numbers(loss: str, at: str, form: str) -> None:
    answer = dlmath.backprop(loss, at=at)
    assert answer.checks[0].verdict == "passed"
    function = function_of(answer, form)
    point = {name: evaluate(node) for name, node in dlmath.library.inputs.to_values(at).items()}
    arguments = [np.array(point[name], dtype=float) for name in sorted(point)]
    value, slopes = function(*arguments)
    tolerance = {"rtol": 1e-10, "atol": 1e-12}
    np.testing.assert_allclose(numbers(value), float(answer.facts["value"]), **tolerance)
    gradient = answer.facts["gradient"]
    assert len(slopes) == len(gradient)
    assert {str(part.dtype).removeprefix("torch.") for part in (value, *slopes)} == {"float64"}
    for slope, (name, expected) in zip(slopes, gradient.items(), strict=True):
        wanted = np.array(expected, dtype=float)
        np.testing.assert_allclose(numbers(slope), wanted, err_msg=name, **tolerance)


def test_programs_equal_autograd_of_torch() -> None:
    torch = pytest.importorskip("torch")
    at = "W=[[1,2],[3,4]],x=[1,1/2],b=[0,1]"
    function = function_of(dlmath.backprop("logsumexp(gelu(W*x + b))", at=at, wrt="W"), "torch")
    w = torch.tensor([[0.3, -1.0], [0.7, 0.2]], dtype=torch.float64, requires_grad=True)
    x, b = (torch.tensor(v, dtype=torch.float64) for v in ([1.5, -0.5], [0.1, 0.2]))
    loss = torch.nn.functional.gelu(w @ x + b).logsumexp(0)
    loss.backward()
    value, (slope,) = function(w.detach(), b, x)
    np.testing.assert_allclose(numbers(value), numbers(loss), rtol=1e-12)
    np.testing.assert_allclose(numbers(slope), numbers(w.grad), rtol=1e-10)


def _stand_in(form: str) -> dict[str, ModuleType]:
    """Modules with the names of torch or jax that are used, and numpy behind them."""
    from scipy import special

    def arrays(entries: Any) -> list[np.ndarray]:
        return [np.asarray(entry, dtype=float) for entry in entries]

    names = (
        "exp log sin cos tan sinh cosh tanh sqrt abs sign floor ceil arcsin arccos arctan arctan2 "
        "arcsinh arccosh arctanh where clip expm1 sum mean max min maximum minimum outer logaddexp "
        "zeros_like ones_like arange argmax argmin stack pi e inf nan float64 linalg"
    ).split()
    module = ModuleType(form)
    for name in names:
        setattr(module, name, getattr(np, name))
    module.as_tensor = module.asarray = np.asarray
    module.broadcast_tensors = module.broadcast_arrays = lambda *a: np.broadcast_arrays(*arrays(a))
    module.erf, module.erfc, module.sigmoid = special.erf, special.erfc, special.expit
    module.cbrt = np.cbrt
    if form == "torch":
        return {"torch": module}
    jax, inner, scipy_ = ModuleType("jax"), ModuleType("jax.nn"), ModuleType("jax.scipy")
    inner.sigmoid, jax.nn, jax.numpy, scipy_.special = special.expit, inner, module, special
    jax.scipy = scipy_
    return {"jax": jax, "jax.numpy": module}


@pytest.mark.parametrize("form", ["torch", "jax"])
@pytest.mark.parametrize(("loss", "at"), LOSSES)
def test_the_arithmetic_of_torch_and_jax_programs(
    loss: str, at: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The printed lines with numpy behind the library's names: torch itself need not be there."""
    import sys

    for name, module in _stand_in(form).items():
        monkeypatch.setitem(sys.modules, name, module)
    answer = dlmath.backprop(loss, at=at)
    scope: dict[str, Any] = {}
    exec(answer_code(answer, form), scope)  # noqa: S102  the printed program is run
    point = {name: evaluate(node) for name, node in dlmath.library.inputs.to_values(at).items()}
    value, slopes = scope["value_and_gradient"](*(point[name] for name in sorted(point)))
    assert float(value) == pytest.approx(float(answer.facts["value"]), rel=1e-10)
    for slope, (name, wanted) in zip(slopes, answer.facts["gradient"].items(), strict=True):
        expected = np.array(wanted, dtype=float)
        np.testing.assert_allclose(slope, expected, rtol=1e-10, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("form", FORMATS)
def test_derivative_programs(form: str) -> None:
    function = function_of(dlmath.derive("x^2*sin(x)"), form)
    value, slope = function(np.array([0.5, 2.0]))
    x = np.array([0.5, 2.0])
    np.testing.assert_allclose(numbers(value), x**2 * np.sin(x), rtol=1e-12)
    np.testing.assert_allclose(numbers(slope), 2 * x * np.sin(x) + x**2 * np.cos(x), rtol=1e-12)
    _, second = function_of(dlmath.derive("x^3*y^2", ["x", "y"]), form)(2.0, 3.0)
    assert float(numbers(second)) == pytest.approx(72)  # 6 x^2 y


SPECIAL = [
    ("gamma(x)^2/x + loggamma(x^2)", [-2.5, -0.3, 0.5, 3.2], FORMATS),
    ("digamma(x) + polygamma(2, x)", [0.4, 3.1], FORMATS),
    ("beta(x, x + 1/2) + factorial(x)", [0.4, 3.1], FORMATS),
    ("Ei(x) + li(x)", [0.4, 3.1], ["numpy", "jax"]),
    ("binomial(x, 2) + erfi(x)", [0.4, 1.1], ["numpy"]),
    ("Si(x)*Ci(x) + Shi(x)*Chi(x)", [0.4, 3.1], ["numpy"]),
    ("fresnels(x)*fresnelc(x) + airyai(x)*airybi(x)", [0.4, 1.1], ["numpy"]),
    ("besselj(0, x)*bessely(1, x) + besseli(2, x)*besselk(1, x)", [0.4, 3.1], ["numpy"]),
    ("elliptic_k(x)", [0.1, 0.4], ["numpy"]),
]


@pytest.mark.parametrize(
    ("formula", "points", "form"),
    [(formula, points, form) for formula, points, forms in SPECIAL for form in forms],
)
def test_special_functions(formula: str, points: list[float], form: str) -> None:
    answer = dlmath.derive(formula)
    function = function_of(answer, form)
    value, slope = function(np.array(points))
    wanted = [
        [evaluate(node, {"x": x}) for x in points]
        for node in (parse(formula).node, parse(str(answer)).node)
    ]
    np.testing.assert_allclose(numbers(value), wanted[0], rtol=1e-9)
    np.testing.assert_allclose(numbers(slope), wanted[1], rtol=1e-9)
    if form == "torch":
        import torch

        at = torch.tensor(points, dtype=torch.float64, requires_grad=True)
        (found,) = torch.autograd.grad(function(at)[0].sum(), at)
        np.testing.assert_allclose(numbers(found), wanted[1], rtol=1e-9)


def test_a_function_with_more_operands_than_its_program_is_refused() -> None:
    with pytest.raises(InvalidInput, match="numpy has no function for elliptic_e"):
        answer_code(_with_program("elliptic_e(x, 1/2)"), "numpy")


@pytest.mark.parametrize("form", FORMATS)
def test_gradient_programs(form: str) -> None:
    function = function_of(dlmath.gradient("(w*x + b - y)^2", ["w", "b"]), form)
    value, (by_w, by_b) = function(1.0, 2.0, 3.0, 4.0)  # b, w, x, y
    assert float(numbers(value)) == 9
    assert (float(numbers(by_w)), float(numbers(by_b))) == (18, 6)


def test_stable_forms_are_used() -> None:
    function = function_of(dlmath.derive("log(1 + exp(x))"))
    value, slope = function(np.array([1000.0, -50.0]))
    np.testing.assert_allclose(value, [1000.0, math.exp(-50)], rtol=1e-12)
    np.testing.assert_allclose(slope, [1.0, math.exp(-50)], rtol=1e-12)
    text = answer_code(dlmath.backprop("bce(sigmoid(z), y)", at="z=1,y=1"), "numpy")
    assert "np.logaddexp(0, z)" in text


def test_common_parts_are_computed_once() -> None:
    text = answer_code(dlmath.backprop("tanh(w*x)^2 + tanh(w*x)", at="w=1,x=2"), "numpy")
    assert text.count("np.tanh(") == 1


def test_names_of_python_and_of_the_library_are_avoided() -> None:
    at = "lambda=2,np=3,vector=0"
    function = function_of(dlmath.backprop("lambda*np + sigmoid(vector)", at=at))
    value, slopes = function(2.0, 3.0, 0.0)
    assert float(value) == 6.5 and [float(s) for s in slopes] == [3, 2, 0.25]


def test_what_has_no_program_says_where_there_is_one() -> None:
    with pytest.raises(InvalidInput) as caught:
        answer_code(dlmath.limit("sin(x)/x"), "torch")
    assert "limit has none" in str(caught.value)
    with pytest.raises(InvalidInput, match="torch has no function for zeta"):
        answer_code(_with_program("zeta(x)"), "torch")


def _with_program(formula: str) -> dlmath.answer.Answer:
    from dlmath.answer import Answer, Program

    node = parse(formula).node
    return Answer("derive", ("",), program=lambda: Program(node, ("x",), {}, node))
