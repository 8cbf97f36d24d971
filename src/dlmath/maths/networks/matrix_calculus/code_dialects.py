"""How the parts of a matrix expression are written for numpy, torch and jax.

In a template `{m}` is the module of the library, `{x}` the operand, in parentheses where it needs
them. All values have two axes; a scalar is one row and one column.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Dialect(NamedTuple):
    """One library.

    module: the name of its module. imports: always. special: what `special.` is imported by.
    convert: how an argument becomes an array; constant: an array of given entries; typed: what the
    constructors of arrays take beside the sizes, so that they hold binary64. block: a factor of a
    Kronecker product. root: the root of a number that is no array. number: a scalar as returned.
    functions: of each element. calls: of a whole matrix. helpers: small functions by name.
    """

    name: str
    module: str
    imports: str
    special: str
    convert: str
    constant: str
    typed: str
    block: str
    root: str
    number: str
    functions: Mapping[str, str]
    calls: Mapping[str, str]
    helpers: Mapping[str, str]


_SAME = "exp log sin cos tan sinh cosh tanh abs sign".split()

_FUNCTIONS = {
    **{name: f"{{m}}.{name}({{x}})" for name in _SAME},
    "asin": "{m}.arcsin({x})",
    "acos": "{m}.arccos({x})",
    "atan": "{m}.arctan({x})",
    "asinh": "{m}.arcsinh({x})",
    "acosh": "{m}.arccosh({x})",
    "atanh": "{m}.arctanh({x})",
    "sec": "(1 / {m}.cos({x}))",
    "csc": "(1 / {m}.sin({x}))",
    "cot": "(1 / {m}.tan({x}))",
    "sech": "(1 / {m}.cosh({x}))",
    "csch": "(1 / {m}.sinh({x}))",
    "coth": "(1 / {m}.tanh({x}))",
    "asec": "{m}.arccos(1 / {x})",
    "acsc": "{m}.arcsin(1 / {x})",
    "acot": "{m}.arctan(1 / {x})",
    "asech": "{m}.arccosh(1 / {x})",
    "acsch": "{m}.arcsinh(1 / {x})",
    "acoth": "{m}.arctanh(1 / {x})",
    "cbrt": "{m}.cbrt({x})",
    "hardtanh": "{m}.clip({x}, -1, 1)",
    "hard_sigmoid": "{m}.clip({x} / 6 + 0.5, 0, 1)",
    "heaviside": "{m}.heaviside({x}, 0.5)",
    "relu": "{m}.maximum({x}, 0)",
    "softplus": "{m}.logaddexp(0, {x})",
    "sigmoid": "sigmoid({x})",
    "erf": "special.erf({x})",
    "erfc": "special.erfc({x})",
    "softsign": "({x} / (1 + {m}.abs({x})))",
    "silu": "({x} * sigmoid({x}))",
    "gelu": "({x} * special.erfc(-{x} / 2**0.5) / 2)",
    "mish": "({x} * {m}.tanh({m}.logaddexp(0, {x})))",
    "leaky_relu": "{m}.where({x} > 0, {x}, {x} / 100)",
    "elu": "{m}.where({x} > 0, {x}, {m}.expm1({m}.minimum({x}, 0)))",
    "selu": "(1.0507009873554805 * {m}.where({x} > 0, {x}, 1.6732632423543772 * "
    "{m}.expm1({m}.minimum({x}, 0))))",
}

_CALLS = {
    "inv": "{m}.linalg.inv({x})",
    "tr": "{m}.trace({x}).reshape(1, 1)",
    "det": "{m}.linalg.det({x}).reshape(1, 1)",
    "logdet": "{m}.linalg.slogdet({x})[1].reshape(1, 1)",
    "norm": "{m}.linalg.norm({x}).reshape(1, 1)",
    "sum": "{m}.sum({x}).reshape(1, 1)",
}

_HELPERS = {
    "sigmoid": '''def sigmoid(x):
    """1/(1 + exp(-x)) without overflow."""
    small = {m}.exp(-{m}.abs(x))
    return {m}.where(x >= 0, 1, small) / (1 + small)''',
    "softmax": '''def softmax(z):
    """exp over its sum: of a column, or of each row of a matrix."""
    axis = 0 if z.shape[1] == 1 else 1
    raised = {m}.exp(z - z.max(axis=axis, keepdims=True))
    return raised / raised.sum(axis=axis, keepdims=True)''',
    "logsumexp": '''def logsumexp(z):
    """The logarithm of the sum of exp: of a column, or of each row of a matrix."""
    axis = 0 if z.shape[1] == 1 else 1
    top = z.max(axis=axis, keepdims=True)
    return top + {m}.log({m}.exp(z - top).sum(axis=axis, keepdims=True))''',
    "diagonal": '''def diagonal(a):
    """The matrix with a column as its diagonal, or the diagonal of a matrix as a column."""
    return {m}.diag(a[:, 0]) if a.shape[1] == 1 else {m}.diag(a)[:, None]''',
    "selection": '''def selection(n):
    """E with E v = vec(diag(v))."""
    return {m}.stack([{m}.kron(row, row) for row in {m}.eye(n)], axis=1)''',
    "commutation": '''def commutation(m, n):
    """K with K vec(X) = vec(X') for X with m rows and n columns."""
    return {m}.eye(m * n)[{m}.arange(m * n).reshape(n, m).T.ravel()]''',
}

_TORCH_HELPERS = {
    "softplus": '''def softplus(x):
    """log(1 + exp(x)) without overflow or loss of digits."""
    return torch.logaddexp(torch.zeros_like(x), x)''',
    "softmax": '''def softmax(z):
    """exp over its sum: of a column, or of each row of a matrix."""
    return torch.softmax(z, dim=0 if z.shape[1] == 1 else 1)''',
    "logsumexp": '''def logsumexp(z):
    """The logarithm of the sum of exp: of a column, or of each row of a matrix."""
    return torch.logsumexp(z, dim=0 if z.shape[1] == 1 else 1, keepdim=True)''',
    "diagonal": _HELPERS["diagonal"],
    "selection": '''def selection(n):
    """E with E v = vec(diag(v))."""
    rows = torch.eye(n, dtype=torch.float64)
    return torch.stack([torch.kron(row, row) for row in rows], dim=1)''',
    "commutation": '''def commutation(m, n):
    """K with K vec(X) = vec(X') for X with m rows and n columns."""
    return torch.eye(m * n, dtype=torch.float64)[torch.arange(m * n).reshape(n, m).T.ravel()]''',
}

NUMPY = Dialect(
    "numpy",
    "np",
    "import numpy as np",
    "from scipy import special",
    "np.asarray({x}, dtype=float)",
    "np.array([[{x}]], dtype=float)",
    "",
    "{x}",
    "np.sqrt({x})",
    "float({x}[0, 0])",
    _FUNCTIONS,
    _CALLS,
    _HELPERS,
)

TORCH = Dialect(
    "torch",
    "torch",
    "import torch",
    "from torch import special",
    "torch.as_tensor({x}, dtype=torch.float64)",
    "torch.tensor([[{x}]], dtype=torch.float64)",
    ", dtype=torch.float64",
    "{x}.contiguous()",  # torch.kron refuses what is not
    "({x} ** 0.5)",
    "{x}[0, 0]",
    {
        **_FUNCTIONS,
        "cbrt": "(torch.sign({x}) * torch.abs({x}) ** (1 / 3))",
        "heaviside": "((torch.sign({x}) + 1) / 2)",
        "relu": "torch.relu({x})",
        "softplus": "softplus({x})",
        "sigmoid": "torch.sigmoid({x})",
        "silu": "({x} * torch.sigmoid({x}))",
        "mish": "({x} * torch.tanh(softplus({x})))",
        "elu": "torch.where({x} > 0, {x}, torch.expm1(torch.clamp({x}, max=0)))",
        "selu": "(1.0507009873554805 * torch.where({x} > 0, {x}, 1.6732632423543772 * "
        "torch.expm1(torch.clamp({x}, max=0))))",
    },
    _CALLS,
    _TORCH_HELPERS,
)

#: `float` would end a trace of jax, so a scalar is returned as an array without axes.
JAX = Dialect(
    "jax",
    "jnp",
    "import jax.numpy as jnp",
    "from jax.scipy import special",
    "jnp.asarray({x}, dtype=float)",
    "jnp.array([[{x}]], dtype=float)",
    "",
    "{x}",
    "jnp.sqrt({x})",
    "{x}[0, 0]",
    _FUNCTIONS,
    _CALLS,
    _HELPERS,
)

DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (NUMPY, TORCH, JAX)}

#: Names that a variable may not have, for the text of a module uses them.
TAKEN = frozenset(
    {
        *(dialect.module for dialect in DIALECTS.values()),
        *(name for dialect in DIALECTS.values() for name in dialect.helpers),
        *("special", "float", "answer", "value_and_gradient", "value_and_derivative"),
    }
)
