"""Functions of binary64 numbers, in forms that stay accurate in the tails.

Each takes and returns floats and raises what Python's `math` raises outside the real domain or
the range: ValueError, ZeroDivisionError, OverflowError. Reductions take lists. Functions that are
not here have no quick form; `numbers` computes them with `precise`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from math import cos, cosh, erf, erfc, exp, expm1, log, log1p, sin, sinh, sqrt, tan, tanh

from dlmath.expression.vocabulary import SELU_ALPHA, SELU_SCALE

_SELU_ALPHA = float(SELU_ALPHA)
_SELU_SCALE = float(SELU_SCALE)
_TAIL = 350.0  # beyond this exp(-2*|x|) no longer counts beside 1


def log_base(x: float, base: float | None = None) -> float:
    """The natural logarithm, or the one to a base."""
    if base is None:
        return log(x)
    if base == 2:
        return math.log2(x)
    if base == 10:
        return math.log10(x)
    return log(x) / log(base)


def sech(x: float) -> float:
    """1/cosh(x) without overflow."""
    return 1 / cosh(x) if abs(x) < _TAIL else 2 * exp(-abs(x))


def csch(x: float) -> float:
    """1/sinh(x) without overflow."""
    return 1 / sinh(x) if abs(x) < _TAIL else math.copysign(2 * exp(-abs(x)), x)


def _acot(x: float) -> float:
    return math.atan(1 / x)


def _atan2(y: float, x: float) -> float:
    if x == 0 and y == 0:
        raise ValueError("the origin has no angle")
    return math.atan2(y, x)


def cbrt(x: float) -> float:
    """The real cube root; a step of Newton's method mends the last digit."""
    root = math.cbrt(x)
    square = root * root
    return root - (square * root - x) / (3 * square) if 0 < square < math.inf else root


def sign(x: float) -> float:
    """-1, 0 or 1."""
    return (x > 0) - (x < 0) + 0.0 if not math.isnan(x) else x


def floor(x: float) -> float:
    """The largest whole number not above x."""
    return float(math.floor(x)) if math.isfinite(x) else x


def ceil(x: float) -> float:
    """The smallest whole number not below x."""
    return float(math.ceil(x)) if math.isfinite(x) else x


def _arg(x: float) -> float:
    if x == 0:
        raise ValueError("zero has no angle")
    return 0.0 if x > 0 else math.pi


def heaviside(x: float) -> float:
    """The step, 1/2 at 0."""
    return 0.5 if x == 0 else (1.0 if x > 0 else (0.0 if x < 0 else x))


def _loggamma(x: float) -> float:
    if x <= 0:
        raise ValueError("complex, or a pole")
    return math.lgamma(x)


def _factorial(x: float) -> float:
    if x >= 0 and x == int(x) and x < 171:
        return float(math.factorial(int(x)))
    return math.gamma(x + 1)


# --- activations ----------------------------------------------------------------------------


def sigmoid(x: float) -> float:
    """1/(1 + exp(-x)), accurate in both tails."""
    if x >= 0:
        return 1 / (1 + exp(-x))
    power = exp(x)
    return power / (1 + power)


def relu(x: float) -> float:
    """max(0, x)"""
    return x if x > 0 or math.isnan(x) else 0.0


def leaky_relu(x: float, slope: float = 0.01) -> float:
    """x above 0, slope*x below."""
    return x if x > 0 else slope * x


def elu(x: float, alpha: float = 1.0) -> float:
    """x above 0, alpha*(exp(x) - 1) below."""
    return x if x > 0 else alpha * expm1(x)


def selu(x: float) -> float:
    """The scaled elu of Klambauer and others, Self-Normalizing Neural Networks (2017)."""
    return _SELU_SCALE * elu(x, _SELU_ALPHA)


def gelu(x: float) -> float:
    """x*Phi(x); erfc keeps the left tail."""
    return 0.5 * x * erfc(-x / sqrt(2)) if x > -40 else (x if math.isnan(x) else 0.0)


def softplus(x: float) -> float:
    """log(1 + exp(x))"""
    return max(x, 0.0) + log1p(exp(-abs(x)))


def silu(x: float) -> float:
    """x*sigmoid(x)"""
    return x * sigmoid(x)


def mish(x: float) -> float:
    """x*tanh(softplus(x))"""
    return x * tanh(softplus(x))


def hardtanh(x: float) -> float:
    """x kept within -1..1"""
    return -1.0 if x < -1 else (1.0 if x > 1 else x)


def hard_sigmoid(x: float) -> float:
    """x/6 + 1/2 kept within 0..1"""
    return 0.0 if x <= -3 else (1.0 if x >= 3 else x / 6 + 0.5)


def softsign(x: float) -> float:
    """x/(1 + |x|)"""
    return x / (1 + abs(x))


# --- vectors --------------------------------------------------------------------------------

Floats = Sequence[float]


def _largest(x: Floats) -> float:
    return math.nan if any(map(math.isnan, x)) else max(x)


def _smallest(x: Floats) -> float:
    return math.nan if any(map(math.isnan, x)) else min(x)


def softmax(x: Floats) -> list[float]:
    """exp(x_i)/sum exp(x_j), shifted by the largest entry."""
    top = _largest(x)
    powers = [exp(entry - top) for entry in x]
    total = math.fsum(powers)
    return [power / total for power in powers]


def logsumexp(x: Floats) -> float:
    """log sum exp(x_j), shifted by the largest entry."""
    top = _largest(x)
    if math.isinf(top):
        return top
    rest = list(x)
    rest.remove(top)
    return top + log1p(math.fsum(exp(entry - top) for entry in rest))


def log_softmax(x: Floats) -> list[float]:
    """x_i - logsumexp(x)"""
    top = _largest(x)
    rest = logsumexp([entry - top for entry in x])
    return [entry - top - rest for entry in x]


def mean(x: Floats) -> float:
    """The arithmetic mean."""
    return math.fsum(x) / len(x)


def var(x: Floats) -> float:
    """The variance, divided by n."""
    middle = mean(x)
    return math.fsum((entry - middle) ** 2 for entry in x) / len(x)


def norm(x: Floats, p: float = 2.0) -> float:
    """The p-norm; p = oo is the largest absolute value."""
    if p == 2:
        return math.hypot(*x)
    if p <= 0:
        raise ValueError("a norm needs p > 0")
    sizes = [abs(entry) for entry in x]
    top = _largest(sizes)
    if math.isinf(p) or top == 0 or math.isinf(top):
        return top
    return top * math.pow(math.fsum((size / top) ** p for size in sizes), 1 / p)


def mse(p: Floats, y: Floats) -> float:
    """The mean squared error."""
    return mean([(a - b) ** 2 for a, b in zip(p, y, strict=True)])


def mae(p: Floats, y: Floats) -> float:
    """The mean absolute error."""
    return mean([abs(a - b) for a, b in zip(p, y, strict=True)])


def huber(p: Floats, y: Floats, delta: float = 1.0) -> float:
    """Half the square within delta, linear beyond."""
    errors = [abs(a - b) for a, b in zip(p, y, strict=True)]
    return mean([e * e / 2 if e <= delta else delta * (e - delta / 2) for e in errors])


def _times_log(y: float, p: float) -> float:
    """y*log(p), 0 where y is 0."""
    return 0.0 if y == 0 else y * log(p)


def _binary(p: float, y: float) -> float:
    other = 0.0 if y == 1 else (1 - y) * log1p(-p)
    return -_times_log(y, p) - other


def bce(p: Floats, y: Floats) -> float:
    """The mean binary cross-entropy of probabilities and targets; 0*log(0) is 0."""
    return mean([_binary(a, b) for a, b in zip(p, y, strict=True)])


def cross_entropy(p: Floats, y: Floats) -> float:
    """-sum y_i*log(p_i); 0*log(0) is 0."""
    return -math.fsum(_times_log(b, a) for a, b in zip(p, y, strict=True)) + 0.0


def hinge(s: Floats, y: Floats) -> float:
    """The mean of max(0, 1 - y*s)."""
    return mean([relu(1 - a * b) for a, b in zip(s, y, strict=True)])


def kl_div(p: Floats, q: Floats) -> float:
    """sum p_i*log(p_i/q_i); 0*log(0) is 0."""
    return math.fsum(_times_log(a, a / b) if a else 0.0 for a, b in zip(p, q, strict=True))


REAL: dict[str, Callable[..., float]] = {
    "exp": exp,
    "log": log_base,
    "sin": sin,
    "cos": cos,
    "tan": tan,
    "sec": lambda x: 1 / cos(x),
    "csc": lambda x: 1 / sin(x),
    "cot": lambda x: 1 / tan(x),
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
    "asec": lambda x: math.acos(1 / x),
    "acsc": lambda x: math.asin(1 / x),
    "acot": _acot,
    "atan2": _atan2,
    "sinh": sinh,
    "cosh": cosh,
    "tanh": tanh,
    "sech": sech,
    "csch": csch,
    "coth": lambda x: 1 / tanh(x),
    "asinh": math.asinh,
    "acosh": math.acosh,
    "atanh": math.atanh,
    "asech": lambda x: math.acosh(1 / x),
    "acsch": lambda x: math.asinh(1 / x),
    "acoth": lambda x: math.atanh(1 / x),
    "cbrt": cbrt,
    "abs": abs,
    "sign": sign,
    "floor": floor,
    "ceil": ceil,
    "re": lambda x: x,
    "im": lambda x: 0.0 * x,
    "conjugate": lambda x: x,
    "arg": _arg,
    "heaviside": heaviside,
    "erf": erf,
    "erfc": erfc,
    "gamma": math.gamma,
    "loggamma": _loggamma,
    "factorial": _factorial,
    "sigmoid": sigmoid,
    "relu": relu,
    "leaky_relu": leaky_relu,
    "elu": elu,
    "selu": selu,
    "gelu": gelu,
    "softplus": softplus,
    "silu": silu,
    "mish": mish,
    "hardtanh": hardtanh,
    "hard_sigmoid": hard_sigmoid,
    "softsign": softsign,
}

REDUCTIONS: dict[str, Callable[..., float | list[float]]] = {
    "max": _largest,
    "min": _smallest,
    "softmax": softmax,
    "log_softmax": log_softmax,
    "logsumexp": logsumexp,
    "mse": mse,
    "mae": mae,
    "huber": huber,
    "bce": bce,
    "cross_entropy": cross_entropy,
    "hinge": hinge,
    "kl_div": kl_div,
    "norm": norm,
    "mean": mean,
    "var": var,
}
