"""Functions of arrays of floats, nan where they are undefined or not real.

Same values and same conventions as `functions_float`; poles and `log(0)` are nan here, not an
infinity. Functions without a numpy or scipy counterpart go through the scalar ones entry by entry.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from itertools import islice
from typing import Any

from dlmath.expression.vocabulary import FUNCTIONS, SELU_ALPHA, SELU_SCALE

Array = Any


@cache
def table() -> dict[str, Callable[..., Array]]:
    """Every function of the vocabulary but `dot`; reductions take a sequence of arrays."""
    known = {**_elementary(), **_networks(), **_reductions()}
    rest = {name for name in FUNCTIONS if name not in known and name != "dot"}
    return {**known, **{name: _entry_by_entry(name) for name in rest}}


def _entry_by_entry(name: str) -> Callable[..., Array]:
    import numpy as np

    from dlmath.expression.numbers import function_of_floats

    scalar = function_of_floats(name)

    def one(*operands: Any) -> float:
        value = scalar(*operands)
        return math.nan if isinstance(value, complex) else value

    def function(*operands: Any) -> Array:
        lengths = [len(part) if isinstance(part, tuple) else None for part in operands]
        entries = [e for part in operands for e in (part if isinstance(part, tuple) else (part,))]

        def at_one_point(*parts: Any) -> float:
            numbers = iter(map(float, parts))
            return one(*(next(numbers) if n is None else list(islice(numbers, n)) for n in lengths))

        return np.asarray(np.frompyfunc(at_one_point, len(entries), 1)(*entries), dtype=float)

    return function


def quotient(a: Array, b: Array) -> Array:
    """a/b, nan where b is 0."""
    import numpy as np

    return np.where(np.equal(b, 0), math.nan, np.divide(a, b))


def power(base: Array, exponent: Array) -> Array:
    """base**exponent; nan for 0 to a negative power, 1 to an infinite one, infinity to 0."""
    import numpy as np

    base, exponent = np.asarray(base, dtype=float), np.asarray(exponent, dtype=float)
    undefined = ((base == 0) & (exponent < 0)) | (np.isinf(base) & (exponent == 0))
    undefined |= np.isinf(exponent) & ((base == 1) | (base < 0))
    undefined |= np.isnan(base) | np.isnan(exponent)
    return np.where(undefined, math.nan, np.power(base, exponent))


def _elementary() -> dict[str, Callable[..., Array]]:
    import numpy as np

    def finite_log(x: Array) -> Array:
        return np.where(np.equal(x, 0), math.nan, np.log(x))

    def log(x: Array, base: Array = None) -> Array:
        return finite_log(x) if base is None else quotient(finite_log(x), finite_log(base))

    def inverse(x: Array) -> Array:
        return quotient(1.0, x)

    def sech(x: Array) -> Array:
        tail = np.exp(-np.abs(x))
        return 2 * tail / (1 + tail * tail)

    def csch(x: Array) -> Array:
        tail = np.exp(-np.abs(x))
        return quotient(np.sign(x) * 2 * tail, -np.expm1(-2 * np.abs(x)))

    def atan2(y: Array, x: Array) -> Array:
        return np.where(np.equal(x, 0) & np.equal(y, 0), math.nan, np.arctan2(y, x))

    def atanh(x: Array) -> Array:
        return np.where(np.abs(x) == 1, math.nan, np.arctanh(x))

    def arg(x: Array) -> Array:
        return np.where(np.equal(x, 0), math.nan, np.where(np.less(x, 0), math.pi, 0 * x))

    return {
        "exp": np.exp,
        "log": log,
        "sin": np.sin,
        "cos": np.cos,
        "tan": np.tan,
        "sec": lambda x: inverse(np.cos(x)),
        "csc": lambda x: inverse(np.sin(x)),
        "cot": lambda x: inverse(np.tan(x)),
        "asin": np.arcsin,
        "acos": np.arccos,
        "atan": np.arctan,
        "asec": lambda x: np.arccos(inverse(x)),
        "acsc": lambda x: np.arcsin(inverse(x)),
        "acot": lambda x: np.arctan(inverse(x)),
        "atan2": atan2,
        "sinh": np.sinh,
        "cosh": np.cosh,
        "tanh": np.tanh,
        "sech": sech,
        "csch": csch,
        "coth": lambda x: inverse(np.tanh(x)),
        "asinh": np.arcsinh,
        "acosh": np.arccosh,
        "atanh": atanh,
        "asech": lambda x: np.arccosh(inverse(x)),
        "acsch": lambda x: np.arcsinh(inverse(x)),
        "acoth": lambda x: atanh(inverse(x)),
        "cbrt": np.cbrt,
        "abs": np.abs,
        "sign": np.sign,
        "floor": np.floor,
        "ceil": np.ceil,
        "re": lambda x: x,
        "im": lambda x: 0 * x,
        "conjugate": lambda x: x,
        "arg": arg,
        "heaviside": lambda x: np.heaviside(x, 0.5),
        **_error_functions(),
    }


def _error_functions() -> dict[str, Callable[..., Array]]:
    """scipy where it is as accurate as the scalar functions."""

    def lazily(name: str) -> Callable[..., Array]:
        def function(*operands: Array) -> Array:
            from scipy import special

            return getattr(special, name)(*operands)

        return function

    return {name: lazily(name) for name in ("erf", "erfc", "erfi")}


def _networks() -> dict[str, Callable[..., Array]]:
    import numpy as np

    def sigmoid(x: Array) -> Array:
        tail = np.exp(-np.abs(x))
        return np.where(np.less(x, 0), tail, 1.0) / (1 + tail)

    def softplus(x: Array) -> Array:
        return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))

    def leaky_relu(x: Array, slope: Array = 0.01) -> Array:
        return np.where(np.greater(x, 0), x, slope * x)

    def elu(x: Array, alpha: Array = 1.0) -> Array:
        return np.where(np.greater(x, 0), x, alpha * np.expm1(np.minimum(x, 0)))

    def gelu(x: Array) -> Array:
        from scipy import special

        return 0.5 * x * special.erfc(-x / math.sqrt(2))

    return {
        "sigmoid": sigmoid,
        "relu": lambda x: np.maximum(x, 0.0),
        "leaky_relu": leaky_relu,
        "elu": elu,
        "selu": lambda x: float(SELU_SCALE) * elu(x, float(SELU_ALPHA)),
        "gelu": gelu,
        "softplus": softplus,
        "silu": lambda x: x * sigmoid(x),
        "mish": lambda x: x * np.tanh(softplus(x)),
        "hardtanh": lambda x: np.clip(x, -1.0, 1.0),
        "hard_sigmoid": lambda x: np.clip(x / 6 + 0.5, 0.0, 1.0),
        "softsign": lambda x: x / (1 + np.abs(x)),
    }


def _reductions() -> dict[str, Callable[..., Array]]:
    import numpy as np

    Arrays = Sequence[Array]

    def stacked(x: Arrays) -> Array:
        return np.stack(np.broadcast_arrays(*x)).astype(float)

    def logsumexp(x: Arrays) -> Array:
        entries = stacked(x)
        top = entries.max(axis=0)
        return top + np.log(np.exp(entries - top).sum(axis=0))

    def softmax(x: Arrays) -> list[Array]:
        entries = stacked(x)
        powers = np.exp(entries - entries.max(axis=0))
        return list(powers / powers.sum(axis=0))

    def norm(x: Arrays, p: Array = 2.0) -> Array:
        sizes = np.abs(stacked(x))
        if np.ndim(p) == 0 and math.isinf(p):
            return sizes.max(axis=0)
        top = sizes.max(axis=0)
        scale = np.where(top == 0, 1.0, top)
        value = scale * np.power(np.power(sizes / scale, p).sum(axis=0), quotient(1.0, p))
        return np.where(np.greater(p, 0), value, math.nan)

    def errors(p: Arrays, y: Arrays) -> Array:
        return stacked(p) - stacked(y)

    def huber(p: Arrays, y: Arrays, delta: Array = 1.0) -> Array:
        size = np.abs(errors(p, y))
        inside = size * size / 2
        return np.where(size <= delta, inside, delta * (size - delta / 2)).mean(axis=0)

    def times_log(y: Array, p: Array) -> Array:
        return np.where(y == 0, 0.0, y * np.where(p == 0, math.nan, np.log(p)))

    def bce(p: Arrays, y: Arrays) -> Array:
        a, b = stacked(p), stacked(y)
        return -(times_log(b, a) + times_log(1 - b, 1 - a)).mean(axis=0)

    def kl_div(p: Arrays, q: Arrays) -> Array:
        a, b = stacked(p), stacked(q)
        return times_log(a, np.where(a == 0, 1.0, quotient(a, b))).sum(axis=0)

    return {
        "max": lambda x: stacked(x).max(axis=0),
        "min": lambda x: stacked(x).min(axis=0),
        "mean": lambda x: stacked(x).mean(axis=0),
        "var": lambda x: stacked(x).var(axis=0),
        "logsumexp": logsumexp,
        "softmax": softmax,
        "log_softmax": lambda x: list(stacked(x) - logsumexp(x)),
        "norm": norm,
        "mse": lambda p, y: (errors(p, y) ** 2).mean(axis=0),
        "mae": lambda p, y: np.abs(errors(p, y)).mean(axis=0),
        "huber": huber,
        "bce": bce,
        "cross_entropy": lambda p, y: -times_log(stacked(y), stacked(p)).sum(axis=0),
        "hinge": lambda s, y: np.maximum(0, 1 - stacked(s) * stacked(y)).mean(axis=0),
        "kl_div": kl_div,
    }


# --- conditions: 1 true, 0 false, nan undecided -----------------------------------------------


def conditions() -> dict[str, Callable[..., Array]]:
    """Relations, logic and `piecewise` of arrays of truth values."""
    import numpy as np

    def relation(compare: Callable[[Array, Array], Array]) -> Callable[[Array, Array], Array]:
        def function(a: Array, b: Array) -> Array:
            return np.where(np.isnan(a) | np.isnan(b), math.nan, compare(a, b))

        return function

    def all_of(*truths: Array) -> Array:
        certain = np.where(np.isnan(truths[0]), math.nan, truths[0])
        for truth in truths[1:]:
            either = (certain == 0) | (np.asarray(truth) == 0)
            certain = np.where(either, 0.0, certain * truth)
        return certain

    def negation(truth: Array) -> Array:
        return 1.0 - np.asarray(truth, dtype=float)

    def any_of(*truths: Array) -> Array:
        return negation(all_of(*map(negation, truths)))

    def choose(*parts: Array) -> Array:
        result: Array = math.nan
        pairs = list(zip(parts[::2], parts[1::2], strict=True))
        for value, truth in reversed(pairs):
            other = np.where(np.asarray(truth) == 0, result, math.nan)
            result = np.where(np.asarray(truth) == 1, value, other)
        return result

    return {
        "lt": relation(np.less),
        "le": relation(np.less_equal),
        "gt": relation(np.greater),
        "ge": relation(np.greater_equal),
        "eq": relation(np.equal),
        "ne": relation(np.not_equal),
        "and": all_of,
        "or": any_of,
        "not": negation,
        "piecewise": choose,
    }
