"""Did you mean ...? Names that resemble what was typed."""

from __future__ import annotations

import re
from functools import lru_cache

from dlmath.expression.vocabulary import ALIASES, FUNCTIONS, OPERATIONS, REWRITTEN

#: Names that other books and programs use, to what is written here.
FOREIGN: dict[str, str] = {
    "tg": "tan", "ctg": "cot", "cotg": "cot", "cotan": "cot", "cosec": "csc", "sen": "sin",
    "arctg": "atan", "atg": "atan", "arcctg": "acot", "arccotan": "acot",
    "sh": "sinh", "ch": "cosh", "th": "tanh", "tgh": "tanh", "cth": "coth", "ctgh": "coth",
    "arsh": "asinh", "arch": "acosh", "arth": "atanh",
    "sine": "sin", "cosine": "cos", "tangent": "tan", "cotangent": "cot", "secant": "sec",
    "sqr": "sqrt", "squareroot": "sqrt", "sqroot": "sqrt", "root": "sqrt", "cuberoot": "cbrt",
    "curt": "cbrt", "absolute": "abs", "modulus": "abs", "fabs": "abs", "signum": "sign",
    "lg": "log10", "lb": "log2", "ld": "log2", "logn": "log", "exponential": "exp",
    "integral": "integrate", "int": "integrate", "antiderivative": "integrate",
    "differentiate": "derive", "derivative": "derive", "deriv": "derive", "D": "derive",
    "lim": "limit", "prod": "product", "summation": "sum", "cases": "piecewise",
    "logistic": "sigmoid", "sigma": "sigmoid", "expit": "sigmoid", "rectifier": "relu",
    "step": "heaviside", "maximum": "max", "minimum": "min", "average": "mean", "avg": "mean",
    "variance": "var", "choose": "binomial", "comb": "binomial", "ncr": "binomial",
    "nCr": "binomial", "fact": "factorial", "lgamma": "loggamma", "gammaln": "loggamma",
    "Gamma": "gamma", "Beta": "beta", "Zeta": "zeta", "lambert": "LambertW", "real": "re",
    "Sigma": "sum", "Pi": "product",
    "imag": "im", "conj": "conjugate", "angle": "arg", "phase": "arg",
    "inner": "dot", "length": "norm", "trunc": "floor", "softrelu": "softplus",
    "crossentropy": "cross_entropy", "kl": "kl_div", "ceilling": "ceil",
}  # fmt: skip

#: Functions of other programs that are written with the operators here.
WRITTEN_OUT: dict[str, str] = {
    "pow": "write x^y",
    "power": "write x^y",
    "square": "write x^2",
    "sinc": "write sin(x)/x",
    "logit": "write log(p/(1 - p))",
    "relu6": "write min(relu(x), 6)",
    "std": "write sqrt(var(...))",
    "round": "write floor(x + 1/2)",
    "mod": "write x - y*floor(x/y)",
    "transpose": "use the matrix command",
    "det": "use the matrix command",
    "Matrix": "write [[1, 2], [3, 4]]",
    "gradient": "use the gradient command",
    "solve": "use the solve command",
    "simplify": "use the simplify command",
    "expand": "use simplify --as expand",
    "factor": "use simplify --as factor",
}

#: A function's name with its operand stuck to it: `sinx`, `cos1`, `sin2x`, `lnx`.
_GLUED = re.compile(
    r"(arcsin|arccos|arctan|asin|acos|atan|sinh|cosh|tanh|sin|cos|tan|exp|ln|log|sqrt)"
    r"([0-9]*(?:[abmnprtuvwxyz]|xy|pi|theta|phi|alpha|beta)|[0-9]+)"
)

#: Words that only look so.
_WORDS = frozenset({"cost", "costs"})


def callable_names() -> list[str]:
    """Every name that may stand before a parenthesis, the common ones first."""
    return [*REWRITTEN, *FUNCTIONS, *OPERATIONS, *ALIASES]


def glued_call(name: str) -> str | None:
    """`sin(x)` for `sinx`, `sin(2*x)` for `sin2x`; None for an ordinary name."""
    found = _GLUED.fullmatch(name)
    if found is None or name in _WORDS:
        return None
    function, operand = found.groups()
    digits = operand.rstrip("abcdefghijklmnopqrstuvwxyz")
    letters = operand[len(digits) :]
    product = "*".join(part for part in (digits, letters) if part)
    return f"{function}({product})"


def similar_function(name: str) -> str | None:
    """The function that was probably meant by an unknown name, or None."""
    if name in FOREIGN:
        return FOREIGN[name]
    lowered = name.lower()
    known = callable_names()
    for candidate in known:
        if candidate.lower() == lowered or candidate.lower() == lowered.replace("_", ""):
            return candidate
    if lowered in FOREIGN:
        return FOREIGN[lowered]
    if len(name) < 2:
        return None
    return closest(lowered, known)


def closest(word: str, candidates: list[str]) -> str | None:
    """The candidate nearest to the word, within a few typing slips; of several the first."""
    allowed = 1 if len(word) <= 4 else 2 if len(word) <= 8 else 3
    best, least = None, (allowed + 1, False, False)
    for candidate in candidates:
        other = candidate.lower()
        if abs(len(other) - len(word)) > least[0]:
            continue
        # Of equally near ones, the same letters in another order come first (tahn is tanh), then
        # the word without what was added (logg is log, not log2).
        rank = (slips(word, other), sorted(word) != sorted(other), not word.startswith(other))
        if rank < least and rank[0] < len(other):
            best, least = candidate, rank
    return best


@lru_cache(maxsize=512)
def slips(a: str, b: str) -> int:
    """How many letters to insert, drop, change or swap with a neighbour to get b from a.

    Optimal string alignment, the restricted Damerau-Levenshtein distance.
    """
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        two_before, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
    return row[-1]
