"""Operands for every function of the vocabulary, away from kinks, and independent values there."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import numpy as np
from scipy import integrate, special, stats

from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.expression.vocabulary import FUNCTIONS

F = Fraction
Operands = tuple[Any, ...]

_ANYWHERE = ((F(7, 10),), (F(-13, 10),))
_POSITIVE = ((F(7, 3),), (F(1, 4),))
_WITHIN_ONE = ((F(3, 10),), (F(-7, 10),))
_BEYOND_ONE = ((F(11, 5),), (F(-3, 2),))
_ORDER = ((0, F(13, 10)), (2, F(7, 2)))
_VECTOR = (([F(1), F(-2), F(1, 2)],),)
_PAIR = (([F(1, 2), F(1, 4), F(1, 4)], [F(1, 3), F(1, 3), F(1, 3)]),)

SAMPLES: dict[str, tuple[Operands, ...]] = {
    **{name: _ANYWHERE for name, f in FUNCTIONS.items() if f.kind == "elementwise"},
    **dict.fromkeys(("acosh", "log", "loggamma", "li", "Ei", "Ci", "Chi"), _POSITIVE),
    **dict.fromkeys(("asin", "acos", "atanh", "elliptic_k"), _WITHIN_ONE),
    **dict.fromkeys(("asec", "acsc", "acoth"), _BEYOND_ONE),
    **dict.fromkeys(("besselj", "bessely", "besseli", "besselk"), _ORDER),
    "acosh": ((F(11, 5),),),
    "asech": ((F(2, 5),),),
    "log": (*_POSITIVE, (F(7, 3), F(5, 2))),
    "leaky_relu": (*_ANYWHERE, (F(-6, 5), F(1, 5))),
    "elu": (*_ANYWHERE, (F(-6, 5), F(1, 5))),
    "atan2": ((F(6, 5), F(-7, 10)), (F(-1), F(2))),
    "polygamma": ((1, F(13, 10)), (2, F(5, 2))),
    "beta": ((F(6, 5), F(23, 10)),),
    "uppergamma": ((F(6, 5), F(23, 10)), (F(5, 2), F(1, 2))),
    "lowergamma": ((F(6, 5), F(23, 10)), (F(5, 2), F(1, 2))),
    "binomial": ((F(21, 5), F(13, 10)), (10, 3)),
    "expint": ((1, F(13, 10)), (3, F(1, 2))),
    "polylog": ((2, F(2, 5)),),
    "zeta": ((F(3),), (F(3), F(7, 5))),
    "LambertW": ((F(13, 10),), (F(-1, 5), -1)),
    "elliptic_e": ((F(2, 5),), (F(7, 10), F(2, 5))),
    "elliptic_f": ((F(7, 10), F(2, 5)),),
    "elliptic_pi": ((F(3, 10), F(2, 5)), (F(3, 10), F(7, 10), F(2, 5))),
    "hyper": (
        ([F(1, 2), F(1)], [F(3, 2)], F(2, 5)),
        ([F(1, 2), F(3)], [F(9, 2)], F(-7, 2)),
    ),
    **{name: _VECTOR for name, f in FUNCTIONS.items() if f.kind in ("vector", "reduction")},
    **dict.fromkeys(("mse", "mae", "bce", "cross_entropy", "kl_div", "dot"), _PAIR),
    "hinge": (([F(1, 2), F(-3)], [1, -1]), ([F(1, 2), F(3)], [1, -1])),
    "huber": (([F(1, 2), F(-3)], [1, -1]), ([F(1, 2), F(-3)], [1, -1], F(1, 3))),
    "norm": (*_VECTOR, ([F(1), F(-2)], 3), ([F(1), F(-2)], 1)),
    "max": (*_VECTOR, (F(1), F(2))),
    "min": (*_VECTOR, (F(1), F(2))),
}


def node_of(value: Any) -> Node:
    """The graph of a number or of nested lists."""
    if isinstance(value, list):
        return graph.vector(node_of(entry) for entry in value)
    return graph.number(value)


def applied(name: str, operands: Operands) -> Node:
    """The function applied to numbers."""
    return graph.call(name, *map(node_of, operands))


def floats(value: Any) -> Any:
    """The operands as floats and arrays."""
    if isinstance(value, list):
        return np.array([floats(entry) for entry in value])
    return float(value)


def _logistic(x: float) -> float:
    return float(stats.logistic.cdf(x))


def _carlson_pi(n: float, *rest: float) -> float:
    phi, m = rest if len(rest) == 2 else (math.pi / 2, rest[0])

    def integrand(t: float) -> float:
        return 1 / ((1 - n * math.sin(t) ** 2) * math.sqrt(1 - m * math.sin(t) ** 2))

    return float(integrate.quad(integrand, 0, phi, epsabs=1e-14, epsrel=1e-13)[0])


def _incomplete(f: Callable[..., float], g: Callable[..., float]) -> Callable[..., float]:
    return lambda *x: float(f(*x) if len(x) == 1 else g(*x))


#: Independent values: numpy, scipy, or the definition.
REFERENCES: dict[str, Callable[..., Any]] = {
    **{name: getattr(math, name) for name in "exp sin cos tan asin acos atan atan2".split()},
    **{name: getattr(math, name) for name in "sinh cosh tanh asinh acosh atanh cbrt".split()},
    **{name: getattr(math, name) for name in "floor ceil erf erfc gamma".split()},
    "log": math.log,
    "sec": lambda x: 1 / math.cos(x),
    "csc": lambda x: 1 / math.sin(x),
    "cot": lambda x: math.cos(x) / math.sin(x),
    "asec": lambda x: math.acos(1 / x),
    "acsc": lambda x: math.asin(1 / x),
    "acot": lambda x: math.atan(1 / x),
    "sech": lambda x: 2 / (math.exp(x) + math.exp(-x)),
    "csch": lambda x: 2 / (math.exp(x) - math.exp(-x)),
    "coth": lambda x: (math.exp(2 * x) + 1) / (math.exp(2 * x) - 1),
    "asech": lambda x: math.log(1 / x + math.sqrt(1 / x**2 - 1)),
    "acsch": lambda x: math.asinh(1 / x),
    "acoth": lambda x: 0.5 * math.log((x + 1) / (x - 1)),
    "abs": math.fabs,
    "sign": lambda x: math.copysign(1, x),
    "re": lambda x: x,
    "im": lambda x: 0,
    "conjugate": lambda x: x,
    "arg": lambda x: math.pi if x < 0 else 0,
    "heaviside": lambda x: float(np.heaviside(x, 0.5)),
    "min": lambda *x: np.min(x),
    "max": lambda *x: np.max(x),
    "erfi": special.erfi,
    "loggamma": special.gammaln,
    "digamma": special.digamma,
    "polygamma": lambda n, x: special.polygamma(int(n), x),
    "beta": special.beta,
    "uppergamma": lambda s, x: special.gammaincc(s, x) * special.gamma(s),
    "lowergamma": lambda s, x: special.gammainc(s, x) * special.gamma(s),
    "factorial": lambda x: special.gamma(x + 1),
    "binomial": special.binom,
    "Si": lambda x: special.sici(x)[0],
    "Ci": lambda x: special.sici(x)[1],
    "Shi": lambda x: special.shichi(x)[0],
    "Chi": lambda x: special.shichi(x)[1],
    "Ei": special.expi,
    "li": lambda x: special.expi(math.log(x)),
    "expint": lambda n, x: special.expn(int(n), x),
    "fresnels": lambda x: special.fresnel(x)[0],
    "fresnelc": lambda x: special.fresnel(x)[1],
    "airyai": lambda x: special.airy(x)[0],
    "airyaiprime": lambda x: special.airy(x)[1],
    "airybi": lambda x: special.airy(x)[2],
    "airybiprime": lambda x: special.airy(x)[3],
    "besselj": special.jv,
    "bessely": special.yv,
    "besseli": special.iv,
    "besselk": special.kv,
    "polylog": lambda s, x: sum(x**k / k**s for k in range(1, 60)),
    "zeta": lambda s, a=1.0: special.zeta(s, a),
    "LambertW": lambda x, k=0: special.lambertw(x, int(k)).real,
    "elliptic_k": special.ellipk,
    "elliptic_e": _incomplete(special.ellipe, special.ellipeinc),
    "elliptic_f": special.ellipkinc,
    "elliptic_pi": _carlson_pi,
    "hyper": lambda a, b, x: special.hyp2f1(a[0], a[1], b[0], x),
    "sigmoid": _logistic,
    "relu": lambda x: max(x, 0),
    "leaky_relu": lambda x, slope=0.01: max(x, 0) + slope * min(x, 0),
    "elu": lambda x, alpha=1.0: max(x, 0) + alpha * math.expm1(min(x, 0)),
    "selu": lambda x: 1.0507009873554805 * (max(x, 0) + 1.6732632423543772 * math.expm1(min(x, 0))),
    "gelu": lambda x: x * stats.norm.cdf(x),
    "softplus": lambda x: np.logaddexp(0, x),
    "silu": lambda x: x * _logistic(x),
    "mish": lambda x: x * math.tanh(math.log(1 + math.exp(x))),
    "hardtanh": lambda x: min(max(x, -1), 1),
    "hard_sigmoid": lambda x: min(max(x + 3, 0), 6) / 6,
    "softsign": lambda x: x / (1 + abs(x)),
    "softmax": special.softmax,
    "log_softmax": special.log_softmax,
    "logsumexp": special.logsumexp,
    "mse": lambda p, y: np.mean((p - y) ** 2),
    "mae": lambda p, y: np.mean(np.abs(p - y)),
    "huber": lambda p, y, delta=1.0: np.mean(special.huber(delta, p - y)),
    "bce": lambda p, y: -np.mean(y * np.log(p) + (1 - y) * np.log(1 - p)),
    "cross_entropy": lambda p, y: -np.sum(y * np.log(p)),
    "hinge": lambda s, y: np.mean(np.maximum(0, 1 - s * y)),
    "kl_div": stats.entropy,
    "norm": lambda x, p=2: np.linalg.norm(x, p),
    "dot": np.dot,
    "mean": np.mean,
    "var": np.var,
}
