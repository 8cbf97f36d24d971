"""Functions of any number of digits, by mpmath.

`table(mp)` gives each function over the numbers of the context at its current precision. Operands
are mpf or mpc; those in `EXACT` also take and give int and Fraction. Outside their domain they
raise ValueError or ZeroDivisionError, or give an infinity; `precise` makes that undefined.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import cache
from typing import Any

from dlmath.expression.vocabulary import SELU_ALPHA, SELU_SCALE

Scalar = Any
Scalars = Sequence[Any]


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: These compare, round or take apart their operands: exact numbers stay exact.
EXACT = _names(
    "abs sign re im conjugate heaviside relu leaky_relu hardtanh hard_sigmoid softsign max min "
    "mse mae huber hinge mean var floor ceil"
)

#: Harmless for operands of any size.
UNBOUNDED = EXACT | _names("log arg asinh acosh asech acsch acsc asec acot atan cbrt norm")

#: These come as close to a whole number as one likes without ever being it (but at 0).
SATURATING = _names("tanh coth erf erfc sigmoid zeta softplus elu mish gelu silu")

#: The largest binary exponent of an operand for the others, as far as mpmath is quick.
LARGEST = 1000
_HIGHEST_DERIVATIVE = 5000
LARGEST_OF = {
    "LambertW": 10_000,
    **dict.fromkeys(_names("sin cos tan sec csc cot"), 100_000),
    **dict.fromkeys(_names("airyai airybi"), 300),
    **dict.fromkeys(_names("uppergamma lowergamma expint beta binomial"), 100),
    **dict.fromkeys(_names("airyaiprime airybiprime besselj bessely besseli besselk"), 60),
    "polylog": 400,
    **dict.fromkeys(_names("zeta polygamma fresnels fresnelc hyper"), 60),
    **dict.fromkeys(_names("elliptic_k elliptic_e elliptic_f elliptic_pi"), 60),
}


def is_real(value: Scalar) -> bool:
    """Not a complex number (mpc)."""
    return not hasattr(value, "_mpc_")


def _real(value: Scalar) -> Scalar:
    if not is_real(value):
        raise ValueError("complex numbers have no order")
    return value


@cache
def table(mp: Any) -> dict[str, Callable[..., Scalar]]:
    """Every function of the vocabulary but `dot`, which is sums and products."""
    return {**_elementary(mp), **_parts(mp), **_special(mp), **_networks(mp), **_reductions(mp)}


def _elementary(mp: Any) -> dict[str, Callable[..., Scalar]]:
    def log(x: Scalar, base: Scalar = None) -> Scalar:
        return mp.log(x) if base is None else mp.log(x) / mp.log(base)

    def atan2(y: Scalar, x: Scalar) -> Scalar:
        if x == 0 and y == 0:
            raise ValueError("the origin has no angle")
        return mp.atan2(_real(y), _real(x))

    def cbrt(x: Scalar) -> Scalar:
        if not is_real(x):
            return mp.cbrt(x)
        return mp.cbrt(x) if x >= 0 else -mp.cbrt(-x)

    return {
        "exp": mp.exp,
        "log": log,
        "sin": mp.sin,
        "cos": mp.cos,
        "tan": mp.tan,
        "sec": lambda x: 1 / mp.cos(x),
        "csc": lambda x: 1 / mp.sin(x),
        "cot": lambda x: 1 / mp.tan(x),
        "asin": mp.asin,
        "acos": mp.acos,
        "atan": mp.atan,
        "asec": lambda x: mp.acos(1 / x),
        "acsc": lambda x: mp.asin(1 / x),
        "acot": lambda x: mp.atan(1 / x),
        "atan2": atan2,
        "sinh": mp.sinh,
        "cosh": mp.cosh,
        "tanh": mp.tanh,
        "sech": lambda x: 1 / mp.cosh(x),
        "csch": lambda x: 1 / mp.sinh(x),
        "coth": lambda x: 1 / mp.tanh(x),
        "asinh": mp.asinh,
        "acosh": mp.acosh,
        "atanh": mp.atanh,
        "asech": lambda x: mp.acosh(1 / x),
        "acsch": lambda x: mp.asinh(1 / x),
        "acoth": lambda x: mp.atanh(1 / x),
        "cbrt": cbrt,
    }


def _parts(mp: Any) -> dict[str, Callable[..., Scalar]]:
    half = Fraction(1, 2)

    def sign(x: Scalar) -> Scalar:
        return (x > 0) - (x < 0) if is_real(x) else x / abs(x)

    def heaviside(x: Scalar) -> Scalar:
        return half if x == 0 else int(_real(x) > 0)

    def arg(x: Scalar) -> Scalar:
        if x == 0:
            raise ValueError("zero has no angle")
        return mp.arg(x)

    return {
        "abs": abs,
        "sign": sign,
        "re": lambda x: x.real if not is_real(x) else x,
        "im": lambda x: x.imag if not is_real(x) else 0,
        "conjugate": lambda x: mp.conj(x) if not is_real(x) else x,
        "arg": arg,
        "heaviside": heaviside,
    }


def _special(mp: Any) -> dict[str, Callable[..., Scalar]]:
    def polygamma(n: Scalar, x: Scalar) -> Scalar:
        if n != int(_real(n)) or n < 0:
            raise ValueError("the order of polygamma is a whole number")
        if n > _HIGHEST_DERIVATIVE:
            raise NotImplementedError("mpmath takes minutes")
        return mp.psi(int(n), x)

    def elliptic_pi(n: Scalar, *rest: Scalar) -> Scalar:
        """Where the integrand has no singularity; beyond, mpmath integrates for minutes."""
        *angle, m = rest
        within = angle and abs(angle[0]) <= mp.pi / 2
        sine = mp.sin(angle[0]) ** 2 if within else 1
        if not all(is_real(part) and part * sine < 1 for part in (n, m)):
            raise NotImplementedError("the integrand is singular")
        return mp.ellippi(n, *rest)

    def hyper(above: Scalars, below: Scalars, x: Scalar) -> Scalar:
        """With Pfaff's transformation (DLMF 15.8.1) where mpmath's own route takes seconds."""
        if (len(above), len(below)) == (2, 1) and is_real(x) and -9 < x < -0.75:
            (a, b), (c,) = above, below
            return (1 - x) ** -a * mp.hyp2f1(a, c - b, c, x / (x - 1))
        return mp.hyper(above, below, x)

    def branch_of_w(x: Scalar, k: Scalar = 0) -> Scalar:
        return mp.lambertw(x, int(_real(k)))

    return {
        "erf": mp.erf,
        "erfc": mp.erfc,
        "erfi": mp.erfi,
        "gamma": mp.gamma,
        "loggamma": mp.loggamma,
        "digamma": mp.digamma,
        "polygamma": polygamma,
        "beta": mp.beta,
        "uppergamma": mp.gammainc,
        "lowergamma": lambda s, x: mp.gammainc(s, 0, x),
        "factorial": mp.factorial,
        "binomial": mp.binomial,
        "Si": mp.si,
        "Ci": mp.ci,
        "Shi": mp.shi,
        "Chi": mp.chi,
        "Ei": mp.ei,
        "li": mp.li,
        "expint": mp.expint,
        "fresnels": mp.fresnels,
        "fresnelc": mp.fresnelc,
        "airyai": mp.airyai,
        "airybi": mp.airybi,
        "airyaiprime": lambda x: mp.airyai(x, derivative=1),
        "airybiprime": lambda x: mp.airybi(x, derivative=1),
        "besselj": mp.besselj,
        "bessely": mp.bessely,
        "besseli": mp.besseli,
        "besselk": mp.besselk,
        "polylog": mp.polylog,
        "zeta": lambda s, a=1: mp.zeta(s, a),
        "LambertW": branch_of_w,
        "elliptic_k": mp.ellipk,
        "elliptic_e": mp.ellipe,
        "elliptic_f": mp.ellipf,
        "elliptic_pi": elliptic_pi,
        "hyper": hyper,
    }


def _networks(mp: Any) -> dict[str, Callable[..., Scalar]]:
    percent = Fraction(1, 100)

    def number(value: Fraction) -> Scalar:
        return mp.mpf(value.numerator) / value.denominator

    def sigmoid(x: Scalar) -> Scalar:
        return 1 / (1 + mp.exp(-x))

    def softplus(x: Scalar) -> Scalar:
        if is_real(x) and x > 0:
            return x + mp.log1p(mp.exp(-x))
        return mp.log1p(mp.exp(x))

    def relu(x: Scalar) -> Scalar:
        return x if _real(x) > 0 else 0

    def leaky_relu(x: Scalar, slope: Scalar = percent) -> Scalar:
        if _real(x) > 0:
            return x
        exact = isinstance(x, (int, Fraction))
        return x * (number(percent) if slope is percent and not exact else slope)

    def elu(x: Scalar, alpha: Scalar = 1) -> Scalar:
        return x if _real(x) > 0 else alpha * mp.expm1(x)

    def gelu(x: Scalar) -> Scalar:
        return x * mp.erfc(-x / mp.sqrt(2)) / 2

    def hard_sigmoid(x: Scalar) -> Scalar:
        if _real(x) <= -3:
            return 0
        if x >= 3:
            return 1
        return (x + 3) * Fraction(1, 6) if isinstance(x, (int, Fraction)) else (x + 3) / 6

    def softsign(x: Scalar) -> Scalar:
        below = 1 + abs(x)
        return Fraction(x) / below if isinstance(x, (int, Fraction)) else x / below

    return {
        "sigmoid": sigmoid,
        "relu": relu,
        "leaky_relu": leaky_relu,
        "elu": elu,
        "selu": lambda x: number(SELU_SCALE) * elu(x, number(SELU_ALPHA)),
        "gelu": gelu,
        "softplus": softplus,
        "silu": lambda x: x * sigmoid(x),
        "mish": lambda x: x * mp.tanh(softplus(x)),
        "hardtanh": lambda x: max(-1, min(1, _real(x))),
        "hard_sigmoid": hard_sigmoid,
        "softsign": softsign,
    }


def _reductions(mp: Any) -> dict[str, Callable[..., Scalar]]:
    def total(x: Scalars) -> Scalar:
        return sum(x[1:], x[0])

    def mean(x: Scalars) -> Scalar:
        value = total(x)
        return Fraction(value, len(x)) if isinstance(value, (int, Fraction)) else value / len(x)

    def var(x: Scalars) -> Scalar:
        middle = mean(x)
        return mean([(entry - middle) ** 2 for entry in x])

    def shifted_powers(x: Scalars) -> tuple[Scalar, list[Scalar]]:
        top = max(x, key=lambda entry: entry.real if not is_real(entry) else entry)
        return top, [mp.exp(entry - top) for entry in x]

    def softmax(x: Scalars) -> list[Scalar]:
        _, powers = shifted_powers(x)
        whole = total(powers)
        return [power / whole for power in powers]

    def logsumexp(x: Scalars) -> Scalar:
        top, powers = shifted_powers(x)
        return top + mp.log(total(powers))

    def log_softmax(x: Scalars) -> list[Scalar]:
        whole = logsumexp(x)
        return [entry - whole for entry in x]

    def norm(x: Scalars, p: Scalar = 2) -> Scalar:
        sizes = [abs(entry) for entry in x]
        if mp.isinf(p) and p > 0:
            return max(sizes)
        if _real(p) <= 0:
            raise ValueError("a norm needs p > 0")
        return total([size**p for size in sizes]) ** (mp.mpf(1) / p)

    def errors(p: Scalars, y: Scalars) -> list[Scalar]:
        return [a - b for a, b in zip(p, y, strict=True)]

    def huber(p: Scalars, y: Scalars, delta: Scalar = 1) -> Scalar:
        def one(e: Scalar) -> Scalar:
            twice = e * e if e <= _real(delta) else delta * (2 * e - delta)
            return Fraction(twice) / 2 if isinstance(twice, int) else twice / 2

        return mean([one(abs(e)) for e in errors(p, y)])

    def times_log(y: Scalar, p: Scalar) -> Scalar:
        return 0 if y == 0 else y * mp.log(p)

    def bce(p: Scalars, y: Scalars) -> Scalar:
        pairs = zip(p, y, strict=True)
        return mean([-times_log(b, a) - times_log(1 - b, 1 - a) for a, b in pairs])

    def kl_div(p: Scalars, q: Scalars) -> Scalar:
        return total([times_log(a, a / b) if a != 0 else 0 for a, b in zip(p, q, strict=True)])

    return {
        "max": lambda x: max(_real(entry) for entry in x),
        "min": lambda x: min(_real(entry) for entry in x),
        "mean": mean,
        "var": var,
        "softmax": softmax,
        "logsumexp": logsumexp,
        "log_softmax": log_softmax,
        "norm": norm,
        "mse": lambda p, y: mean([e * e for e in errors(p, y)]),
        "mae": lambda p, y: mean([abs(e) for e in errors(p, y)]),
        "huber": huber,
        "bce": bce,
        "cross_entropy": lambda p, y: -total([times_log(b, a) for a, b in zip(p, y, strict=True)]),
        "hinge": lambda s, y: mean([max(0, _real(1 - a * b)) for a, b in zip(s, y, strict=True)]),
        "kl_div": kl_div,
    }
