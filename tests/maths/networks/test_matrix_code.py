"""matrix-derive as a module for numpy, torch and jax: the printed text is run, and its derivative
is held against the table of identities and against automatic differentiation."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from scipy import special

from dlmath.answer import Answer, Formula
from dlmath.maths.networks.matrix_calculus import build
from dlmath.maths.networks.matrix_calculus.code_dialects import DIALECTS
from dlmath.maths.networks.matrix_calculus.expression import SCALAR
from dlmath.maths.networks.matrix_calculus.numbers import evaluate
from dlmath.maths.networks.matrix_calculus.read import read
from dlmath.maths.networks.matrix_calculus.shapes import read_shapes
from dlmath.maths.networks.matrix_derive import matrix_derive
from dlmath.settings import Settings
from tests.maths.networks.matrix_identities import IDENTITIES, Identity
from tests.maths.networks.test_matrix_derive import sample, shapes_of

every_identity = pytest.mark.parametrize(
    "identity", IDENTITIES, ids=lambda identity: identity.source
)

#: Every function of each element, of a matrix; what has a kink has none at these numbers.
ELEMENTWISE = [
    Identity(name, f"sum(C.*{name}(X))", "X", "X, C: n,n", "")
    for name in "exp log sin cos tan sinh cosh tanh abs asin acos atan asinh atanh cbrt relu "
    "softplus sigmoid erf erfc softsign silu gelu mish leaky_relu elu sec csc cot sech csch coth "
    "acot acsch hardtanh hard_sigmoid selu".split()
]


@cache
def answered(identity: Identity) -> Answer:
    return matrix_derive(
        identity.expression,
        identity.wrt,
        identity.shapes,
        Settings(check=False),
        order=identity.order,
    )


def source_of(answer: Answer, form: str) -> str:
    assert isinstance(answer.result, Formula)
    assert answer.result.code is not None
    return answer.result.code(form)


class Printed:
    """The printed function of an identity with arguments to call it with, as people hold them."""

    def __init__(self, identity: Identity, form: str, changed: Callable[[str], str] = str) -> None:
        self.identity = identity
        self.kind = answered(identity).facts["kind"]
        self.source = changed(source_of(answered(identity), form))
        space: dict[str, Any] = {}
        exec(self.source, space)  # noqa: S102  the printed program is run
        ending = "gradient" if self.kind == "gradient" else "derivative"
        self.function = space["answer" if form == "python" else f"value_and_{ending}"]
        self.shapes = shapes_of(identity)
        shape, kind = self.shapes.get(identity.wrt, (SCALAR, None))
        self.symmetric = kind == build.SYMMETRIC
        self.values, self.sizes = sample(self.shapes, build.name(identity.wrt, shape, kind))
        names = [name.rstrip("_") for name in inspect.signature(self.function).parameters]
        self.place = names.index(identity.wrt) if identity.wrt in names else None
        self.arguments: list[Any] = [
            self.sizes[name] if name not in self.values else flattened(self.values[name])
            for name in names
        ]

    def expected(self) -> tuple[Any, Any]:
        """Value and derivative by the evaluator of matrix expressions and the table."""
        texts = (self.identity.expression, self.identity.expected)
        value, derivative = (
            flattened(evaluate(read(text, self.shapes).expression, self.values, self.sizes))
            for text in texts
        )
        return value, derivative

    def as_derivative(self, slopes: Any) -> Any:
        """Entry by entry slopes, axes of the value first, as matrix-derive lays them out."""
        slopes = np.asarray(slopes, dtype=float)
        assert self.place is not None
        inside = np.ndim(self.arguments[self.place])
        if self.kind in ("gradient", "derivative"):
            return (slopes + slopes.T) / 2 if self.symmetric else slopes
        outside = slopes.ndim - inside
        rows = int(np.prod(slopes.shape[:outside]))
        axes = [*reversed(range(outside)), *reversed(range(outside, slopes.ndim))]
        laid = slopes.transpose(axes).reshape(rows, -1)
        return laid.ravel() if 1 in laid.shape else laid


def flattened(value: Any) -> Any:
    """Vectors with one axis, scalars as numbers."""
    if value.shape == (1, 1):
        return float(value[0, 0])
    return value.ravel() if 1 in value.shape else value


def close(found: Any, wanted: Any, source: str) -> None:
    np.testing.assert_allclose(
        np.asarray(found, dtype=float), wanted, rtol=1e-9, atol=1e-11, err_msg=source
    )


def library(form: str) -> Any:
    """The library itself, which need not be there; jax with binary64."""
    found = pytest.importorskip(form)
    if form == "jax":
        found.config.update("jax_enable_x64", True)
    return found


@every_identity
def test_the_derivative_alone(identity: Identity) -> None:
    printed = Printed(identity, "python")
    close(printed.function(*printed.arguments), printed.expected()[1], printed.source)


@pytest.mark.parametrize("form", DIALECTS)
@every_identity
def test_value_and_derivative(identity: Identity, form: str) -> None:
    library(form)
    printed = Printed(identity, form)
    value, derivative = printed.function(*printed.arguments)
    wanted = printed.expected()
    close(value, wanted[0], printed.source)
    close(derivative, wanted[1], printed.source)


# --- automatic differentiation --------------------------------------------------------------


@pytest.mark.parametrize("identity", [*IDENTITIES, *ELEMENTWISE], ids=lambda i: i.source)
def test_equals_autograd_of_torch(identity: Identity) -> None:
    torch = library("torch")
    printed = Printed(identity, "torch")
    place = printed.place
    assert place is not None
    arguments = list(printed.arguments)

    def value(at: Any) -> Any:
        return printed.function(*arguments[:place], at, *arguments[place + 1 :])[0]

    point = torch.as_tensor(arguments[place], dtype=torch.float64)
    functional = torch.autograd.functional
    if printed.kind == "hessian":
        slopes = functional.hessian(value, point)
    else:
        slopes = functional.jacobian(value, point)
    derivative = printed.function(*arguments)[1]
    assert derivative.dtype == torch.float64
    close(derivative, printed.as_derivative(slopes), printed.source)


@pytest.mark.parametrize("identity", [*IDENTITIES, *ELEMENTWISE], ids=lambda i: i.source)
def test_equals_grad_of_jax(identity: Identity) -> None:
    jax = library("jax")
    printed = Printed(identity, "jax")
    place = printed.place
    assert place is not None
    arguments = list(printed.arguments)
    arguments[place] = jax.numpy.asarray(arguments[place], dtype=float)

    def value(*given: Any) -> Any:
        return printed.function(*given)[0]

    make = {"gradient": jax.grad, "hessian": jax.hessian}.get(printed.kind, jax.jacobian)
    derivative = printed.function(*arguments)[1]
    close(derivative, printed.as_derivative(make(value, place)(*arguments)), printed.source)


def test_a_gradient_of_torch_in_a_step_of_torch() -> None:
    """What the printed function returns may be given to an optimizer of the library."""
    torch = library("torch")
    answer = matrix_derive("norm(A*x - b)^2", "x", "A: m,n; x: n; b: m")
    space: dict[str, Any] = {}
    exec(source_of(answer, "torch"), space)  # noqa: S102  the printed program is run
    generator = torch.Generator().manual_seed(3)
    a, x, b = (
        torch.rand(shape, generator=generator, dtype=torch.float64) for shape in ((3, 2), 2, 3)
    )
    x.requires_grad_()
    optimizer = torch.optim.SGD([x], lr=0.1)
    with torch.no_grad():
        before, x.grad = space["value_and_gradient"](a, b, x)
    optimizer.step()
    assert space["value_and_gradient"](a, b, x)[0] < before


# --- the text -------------------------------------------------------------------------------


@pytest.mark.parametrize("form", DIALECTS)
def test_names_of_the_module_are_avoided(form: str) -> None:
    """Variables called like what the printed text uses itself."""
    library(form)
    answer = matrix_derive("np*float*torch'*special*jnp", "jnp", "torch, jnp: n; special: n,n")
    space: dict[str, Any] = {}
    exec(source_of(answer, form), space)  # noqa: S102  the printed program is run
    a, v, w = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([1.0, -1.0]), np.array([2.0, 5.0])
    arguments = {"np": 2.0, "float": 3.0, "torch": v, "special": a, "jnp": w}
    names = [name.rstrip("_") for name in inspect.signature(space["value_and_gradient"]).parameters]
    value, gradient = space["value_and_gradient"](*(arguments[name] for name in names))
    close(value, 6 * v @ a @ w, "")
    close(gradient, 6 * a.T @ v, "")


def stand_in() -> ModuleType:
    """A module with the names of torch that are used, and numpy behind them."""
    same = (
        "exp log sin cos tan sinh cosh tanh abs sign sqrt arcsin arccos arctan arcsinh arccosh "
        "arctanh where expm1 logaddexp zeros_like eye ones zeros arange trace sum diag kron pi e "
        "float64 linalg"
    )
    module = ModuleType("torch")
    vars(module).update(
        {name: getattr(np, name) for name in same.split()},
        as_tensor=np.asarray,
        tensor=np.array,
        special=special,
        sigmoid=special.expit,
        relu=lambda x: np.maximum(x, 0),
        stack=lambda rows, dim: np.stack(rows, axis=dim),
        softmax=lambda z, dim: np.exp(z) / np.exp(z).sum(axis=dim, keepdims=True),
        logsumexp=lambda z, dim, keepdim: np.log(np.exp(z).sum(axis=dim, keepdims=keepdim)),
    )
    return module


@every_identity
def test_the_arithmetic_of_torch_modules(
    identity: Identity, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The printed lines with numpy behind the library's names: torch itself need not be there."""
    monkeypatch.setitem(sys.modules, "torch", stand_in())
    printed = Printed(identity, "torch", lambda text: text.replace(".contiguous()", ""))
    found = printed.function(*printed.arguments)
    for one, wanted in zip(found, printed.expected(), strict=True):
        close(one, wanted, printed.source)


@pytest.mark.parametrize("form", DIALECTS)
def test_numbers_are_floats(form: str) -> None:
    """2^n for n = 100 is beyond a whole number of 64 bits."""
    library(form)
    space: dict[str, Any] = {}
    source = source_of(matrix_derive("2^n*sum(x)", "x", "x: n"), form)
    exec(source, space)  # noqa: S102  the printed program is run
    value, gradient = space["value_and_gradient"](np.ones(100))
    close(value, 100 * 2.0**100, source)
    close(gradient, np.full(100, 2.0**100), source)


def test_a_row_is_given_as_a_vector() -> None:
    answer = matrix_derive("r*x", "x", "r: 1,n; x: n")
    space: dict[str, Any] = {}
    exec(source_of(answer, "numpy"), space)  # noqa: S102  the printed program is run
    value, gradient = space["value_and_gradient"](np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    assert value == 11
    assert gradient.tolist() == [1.0, 2.0]


def test_every_function_with_a_rule_is_written_in_every_library() -> None:
    names = {name for dialect in DIALECTS.values() for name in dialect.functions}
    for dialect in DIALECTS.values():
        assert set(dialect.functions) == names
    assert {identity.source for identity in ELEMENTWISE} >= names - set(
        "sign heaviside acosh asec acsc asech acoth".split()  # not real at the numbers used
    )
    assert read("sum(exp(X))", read_shapes("X: n,n")).expression is not None
