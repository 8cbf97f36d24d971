"""How each function is written for numpy, torch and jax, in forms that neither overflow nor cancel.

In a template `{m}` is the module, `{0}`, `{1}` are operands in parentheses where they need them.
"""

from __future__ import annotations

from typing import NamedTuple


class Dialect(NamedTuple):
    """One library.

    module: the name of its module. imports: always. convert: how an argument becomes an array.
    functions: what differs from `FUNCTIONS`. helpers: name to the text of a small function.
    optional: a module that is imported where its name occurs. strict: do its functions refuse
    numbers that are no arrays?
    """

    name: str
    module: str
    imports: str
    convert: str
    functions: dict[str, str]
    helpers: dict[str, str]
    optional: dict[str, str]
    strict: bool = False


_SAME = "exp log sin cos tan sinh cosh tanh sqrt abs sign floor ceil".split()

#: The same for all three.
FUNCTIONS: dict[str, str] = {
    **{name: f"{{m}}.{name}({{0}})" for name in _SAME},
    "sec": "1 / {m}.cos({0})",
    "csc": "1 / {m}.sin({0})",
    "cot": "1 / {m}.tan({0})",
    "asin": "{m}.arcsin({0})",
    "acos": "{m}.arccos({0})",
    "atan": "{m}.arctan({0})",
    "asec": "{m}.arccos(1 / {0})",
    "acsc": "{m}.arcsin(1 / {0})",
    "acot": "{m}.arctan(1 / {0})",
    "atan2": "{m}.arctan2({0}, {1})",
    "asinh": "{m}.arcsinh({0})",
    "acosh": "{m}.arccosh({0})",
    "atanh": "{m}.arctanh({0})",
    "asech": "{m}.arccosh(1 / {0})",
    "acsch": "{m}.arcsinh(1 / {0})",
    "acoth": "{m}.arctanh(1 / {0})",
    "coth": "1 / {m}.tanh({0})",
    "sech": "sech({0})",
    "csch": "1 / {m}.sinh({0})",
    "cbrt": "{m}.sign({0}) * {m}.abs({0}) ** (1 / 3)",
    "heaviside": "({m}.sign({0}) + 1) / 2",
    "sigmoid": "sigmoid({0})",
    "relu": "{m}.where({0} > 0, {0}, 0.0)",
    "leaky_relu": "{m}.where({0} > 0, {0}, {1} * {0})",
    "elu": "{m}.where({0} > 0, {0}, {1} * {m}.expm1({m}.where({0} > 0, 0.0, {0})))",
    "selu": "1.0507009873554805 * {m}.where({0} > 0, {0}, 1.6732632423543772 * "
    "{m}.expm1({m}.where({0} > 0, 0.0, {0})))",
    "softplus": "softplus({0})",
    "silu": "{0} * sigmoid({0})",
    "mish": "{0} * {m}.tanh(softplus({0}))",
    "gelu": "{0} * erfc(-{0} / 2**0.5) / 2",
    "erf": "erf({0})",
    "erfc": "erfc({0})",
    "hardtanh": "{m}.clip({0}, -1.0, 1.0)",
    "hard_sigmoid": "{m}.clip({0} / 6 + 0.5, 0.0, 1.0)",
    "softsign": "{0} / (1 + {m}.abs({0}))",
    "softmax": "softmax({0})",
    "log_softmax": "({0} - logsumexp({0}))",
    "logsumexp": "logsumexp({0})",
    "mean": "{m}.mean({0})",
    "var": "{m}.mean(({0} - {m}.mean({0})) ** 2)",
    "max": "{m}.max({0})",
    "min": "{m}.min({0})",
    "norm": "{m}.sqrt({m}.sum({0} ** 2))",
    "dot": "{0} @ {1}",
    "mse": "{m}.mean(({0} - {1}) ** 2)",
    "mae": "{m}.mean({m}.abs({0} - {1}))",
    "huber": "huber({0}, {1}, {2})",
    "bce": "-{m}.mean(xlogy({1}, {0}) + xlogy(1 - {1}, 1 - {0}))",
    "cross_entropy": "-{m}.sum(xlogy({1}, {0}))",
    "hinge": "{m}.mean({m}.where({1} * {0} < 1, 1 - {1} * {0}, 0.0))",
    "kl_div": "{m}.sum(xlogy({0}, {0} / {1}))",
}

_SECH = '''def sech(x):
    """1/cosh(x) without overflow."""
    small = {m}.exp(-{m}.abs(x))
    return 2 * small / (1 + small**2)'''

_XLOGY = '''def xlogy(y, x):
    """y*log(x), which is 0 for y = 0."""
    return {m}.where(y == 0, 0.0, y * {m}.log({m}.where(y == 0, 1.0, x)))'''

_SOFTMAX = '''def softmax(x):
    """exp(x) over its sum, without overflow."""
    raised = {m}.exp(x - {m}.max(x))
    return raised / {m}.sum(raised)'''

_LOGSUMEXP = '''def logsumexp(x):
    """The logarithm of the sum of exp(x), without overflow."""
    top = {m}.max(x)
    return top + {m}.log({m}.sum({m}.exp(x - top)))'''

_HUBER = '''def huber(p, y, delta=1.0):
    """The mean Huber loss."""
    size = {m}.abs(p - y)
    return {m}.mean({m}.where(size <= delta, size**2 / 2, delta * (size - delta / 2)))'''


def _common(module: str) -> dict[str, str]:
    texts = {
        "sech": _SECH,
        "xlogy": _XLOGY,
        "softmax": _SOFTMAX,
        "logsumexp": _LOGSUMEXP,
        "huber": _HUBER,
    }
    return {name: text.replace("{m}", module) for name, text in texts.items()}


_IN_SCIPY = {
    **{name: f"special.{name}({{0}})" for name in ("erf", "erfc", "erfi", "gamma", "digamma")},
    "loggamma": "special.gammaln({0})",
    "polygamma": "special.polygamma({0}, {1})",
    "beta": "special.beta({0}, {1})",
    "factorial": "special.gamma({0} + 1)",
    "binomial": "special.binom({0}, {1})",
    "Si": "special.sici({0})[0]",
    "Ci": "special.sici({0})[1]",
    "Shi": "special.shichi({0})[0]",
    "Chi": "special.shichi({0})[1]",
    "Ei": "special.expi({0})",
    "li": "special.expi(np.log({0}))",
    "fresnels": "special.fresnel({0})[0]",
    "fresnelc": "special.fresnel({0})[1]",
    "airyai": "special.airy({0})[0]",
    "airyaiprime": "special.airy({0})[1]",
    "airybi": "special.airy({0})[2]",
    "airybiprime": "special.airy({0})[3]",
    "besselj": "special.jv({0}, {1})",
    "bessely": "special.yv({0}, {1})",
    "besseli": "special.iv({0}, {1})",
    "besselk": "special.kv({0}, {1})",
    "elliptic_k": "special.ellipk({0})",
    "elliptic_e": "special.ellipe({0})",
}

NUMPY = Dialect(
    "numpy",
    "np",
    "import numpy as np",
    "np.asarray({0}, dtype=float)",
    {
        **_IN_SCIPY,
        "cbrt": "np.cbrt({0})",
        "gelu": "{0} * special.erfc(-{0} / 2**0.5) / 2",
        "softplus": "np.logaddexp(0, {0})",
        "mish": "{0} * np.tanh(np.logaddexp(0, {0}))",
    },
    {
        "vector": '''def vector(*entries):
    """The entries along a new first axis."""
    return np.stack(np.broadcast_arrays(*entries))''',
        "sigmoid": '''def sigmoid(x):
    """1/(1 + exp(-x)) without overflow."""
    small = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, small) / (1 + small)''',
        **_common("np"),
    },
    {"special": "from scipy import special"},
)

TORCH = Dialect(
    "torch",
    "torch",
    "import torch",
    "torch.as_tensor({0}, dtype=torch.float64)",
    {
        "erf": "torch.erf({0})",
        "erfc": "torch.erfc({0})",
        "gamma": "gamma({0})",
        "loggamma": "torch.lgamma({0})",
        "digamma": "torch.digamma({0})",
        "polygamma": "torch.polygamma({0}, {1})",
        "beta": "gamma({0}) * gamma({1}) / gamma({0} + {1})",
        "factorial": "gamma({0} + 1)",
        "sigmoid": "torch.sigmoid({0})",
        "gelu": "{0} * torch.erfc(-{0} / 2**0.5) / 2",
        "silu": "{0} * torch.sigmoid({0})",
    },
    {
        "vector": '''def vector(*entries):
    """The entries along a new first axis."""
    return torch.stack(
        torch.broadcast_tensors(*[torch.as_tensor(e, dtype=torch.float64) for e in entries])
    )''',
        "softplus": '''def softplus(x):
    """log(1 + exp(x)) without overflow or loss of digits."""
    return torch.logaddexp(torch.zeros_like(x), x)''',
        "gamma": '''def gamma(x):
    """The gamma function, whose sign changes from one negative whole number to the next."""
    odd = (x < 0) & (torch.floor(x) % 2 != 0)
    return torch.where(odd, -1.0, 1.0) * torch.exp(torch.lgamma(x))''',
        **_common("torch"),
    },
    {},
    strict=True,
)

JAX = Dialect(
    "jax",
    "jnp",
    "import jax\nimport jax.numpy as jnp",
    "jnp.asarray({0}, dtype=float)",
    {
        "cbrt": "jnp.cbrt({0})",
        "erf": "jax.scipy.special.erf({0})",
        "erfc": "jax.scipy.special.erfc({0})",
        "gamma": "jax.scipy.special.gamma({0})",
        "loggamma": "jax.scipy.special.gammaln({0})",
        "digamma": "jax.scipy.special.digamma({0})",
        "polygamma": "jax.scipy.special.polygamma({0}, {1})",
        "beta": "jax.scipy.special.beta({0}, {1})",
        "factorial": "jax.scipy.special.gamma({0} + 1)",
        "Ei": "jax.scipy.special.expi({0})",
        "li": "jax.scipy.special.expi(jnp.log({0}))",
        "sigmoid": "jax.nn.sigmoid({0})",
        "gelu": "{0} * jax.scipy.special.erfc(-{0} / 2**0.5) / 2",
        "silu": "{0} * jax.nn.sigmoid({0})",
        "softplus": "jnp.logaddexp(0, {0})",
        "mish": "{0} * jnp.tanh(jnp.logaddexp(0, {0}))",
    },
    {
        "vector": '''def vector(*entries):
    """The entries along a new first axis."""
    return jnp.stack(jnp.broadcast_arrays(*map(jnp.asarray, entries)))''',
        **_common("jnp"),
    },
    {},
)

DIALECTS: dict[str, Dialect] = {dialect.name: dialect for dialect in (NUMPY, TORCH, JAX)}

#: What is added where a parameter is left out: `leaky_relu(x)`, `elu(x)`, `huber(p, y)`.
DEFAULTS: dict[str, tuple[str, ...]] = {
    "leaky_relu": ("", "0.01"),
    "elu": ("", "1.0"),
    "huber": ("", "", "1.0"),
}
