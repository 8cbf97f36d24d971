"""The names of the language: functions, constants, and what each function takes.

This is the one list of functions. The parser reads names from it, and tests hold that each entry
has numbers (`expression.numbers`, `expression.precise`), a derivative (`expression.derivatives`),
a sympy counterpart (`expression.to_sympy`) and LaTeX.
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

MANY = 1_000_000


class Function(NamedTuple):
    """What a function takes.

    least, most: how many operands. kind: `elementwise` (a scalar function, applied to each entry
    of a vector), `vector` (a vector to a vector of the same length), `reduction` (vectors to a
    number; `max` and `min` take numbers or one vector), `special` (scalar, with parameters).
    text: one line for help.
    """

    name: str
    least: int
    most: int
    kind: str
    text: str


def _table(*rows: tuple[str, int, int, str, str]) -> dict[str, Function]:
    return {row[0]: Function(*row) for row in rows}


FUNCTIONS: dict[str, Function] = _table(
    # elementary
    ("exp", 1, 1, "elementwise", "exponential, e^x"),
    ("log", 1, 2, "elementwise", "natural logarithm; log(x, b) to base b"),
    ("sin", 1, 1, "elementwise", "sine (radians)"),
    ("cos", 1, 1, "elementwise", "cosine"),
    ("tan", 1, 1, "elementwise", "tangent"),
    ("sec", 1, 1, "elementwise", "secant, 1/cos"),
    ("csc", 1, 1, "elementwise", "cosecant, 1/sin"),
    ("cot", 1, 1, "elementwise", "cotangent, cos/sin"),
    ("asin", 1, 1, "elementwise", "inverse sine"),
    ("acos", 1, 1, "elementwise", "inverse cosine"),
    ("atan", 1, 1, "elementwise", "inverse tangent"),
    ("asec", 1, 1, "elementwise", "inverse secant, acos(1/x)"),
    ("acsc", 1, 1, "elementwise", "inverse cosecant, asin(1/x)"),
    ("acot", 1, 1, "elementwise", "inverse cotangent, atan(1/x)"),
    ("atan2", 2, 2, "special", "angle of the point (x, y): atan2(y, x)"),
    ("sinh", 1, 1, "elementwise", "hyperbolic sine"),
    ("cosh", 1, 1, "elementwise", "hyperbolic cosine"),
    ("tanh", 1, 1, "elementwise", "hyperbolic tangent"),
    ("sech", 1, 1, "elementwise", "hyperbolic secant"),
    ("csch", 1, 1, "elementwise", "hyperbolic cosecant"),
    ("coth", 1, 1, "elementwise", "hyperbolic cotangent"),
    ("asinh", 1, 1, "elementwise", "inverse hyperbolic sine"),
    ("acosh", 1, 1, "elementwise", "inverse hyperbolic cosine"),
    ("atanh", 1, 1, "elementwise", "inverse hyperbolic tangent"),
    ("asech", 1, 1, "elementwise", "inverse hyperbolic secant, acosh(1/x)"),
    ("acsch", 1, 1, "elementwise", "inverse hyperbolic cosecant, asinh(1/x)"),
    ("acoth", 1, 1, "elementwise", "inverse hyperbolic cotangent, atanh(1/x)"),
    ("cbrt", 1, 1, "elementwise", "real cube root: cbrt(-8) = -2"),
    ("abs", 1, 1, "elementwise", "absolute value, |x|"),
    ("sign", 1, 1, "elementwise", "-1, 0 or 1"),
    ("floor", 1, 1, "elementwise", "largest whole number not above x"),
    ("ceil", 1, 1, "elementwise", "smallest whole number not below x"),
    ("min", 1, MANY, "reduction", "smallest"),
    ("max", 1, MANY, "reduction", "largest"),
    ("re", 1, 1, "elementwise", "real part"),
    ("im", 1, 1, "elementwise", "imaginary part"),
    ("conjugate", 1, 1, "elementwise", "complex conjugate"),
    ("arg", 1, 1, "elementwise", "angle of a complex number"),
    ("heaviside", 1, 1, "elementwise", "step: 0 below 0, 1/2 at 0, 1 above"),
    # special
    ("erf", 1, 1, "elementwise", "error function"),
    ("erfc", 1, 1, "elementwise", "complementary error function, 1 - erf(x)"),
    ("erfi", 1, 1, "elementwise", "imaginary error function"),
    ("gamma", 1, 1, "elementwise", "gamma function"),
    ("loggamma", 1, 1, "elementwise", "logarithm of the gamma function"),
    ("digamma", 1, 1, "elementwise", "derivative of loggamma"),
    ("polygamma", 2, 2, "special", "polygamma(n, x): n-th derivative of digamma"),
    ("beta", 2, 2, "special", "beta function"),
    ("uppergamma", 2, 2, "special", "upper incomplete gamma function of (s, x)"),
    ("lowergamma", 2, 2, "special", "lower incomplete gamma function of (s, x)"),
    ("factorial", 1, 1, "elementwise", "x!, gamma(x + 1)"),
    ("binomial", 2, 2, "special", "binomial coefficient of (n, k)"),
    ("Si", 1, 1, "elementwise", "sine integral"),
    ("Ci", 1, 1, "elementwise", "cosine integral"),
    ("Shi", 1, 1, "elementwise", "hyperbolic sine integral"),
    ("Chi", 1, 1, "elementwise", "hyperbolic cosine integral"),
    ("Ei", 1, 1, "elementwise", "exponential integral"),
    ("li", 1, 1, "elementwise", "logarithmic integral"),
    ("expint", 2, 2, "special", "generalized exponential integral E_n(x) of (n, x)"),
    ("fresnels", 1, 1, "elementwise", "Fresnel sine integral"),
    ("fresnelc", 1, 1, "elementwise", "Fresnel cosine integral"),
    ("airyai", 1, 1, "elementwise", "Airy function Ai"),
    ("airybi", 1, 1, "elementwise", "Airy function Bi"),
    ("airyaiprime", 1, 1, "elementwise", "derivative of airyai"),
    ("airybiprime", 1, 1, "elementwise", "derivative of airybi"),
    ("besselj", 2, 2, "special", "Bessel function J_n(x) of (n, x)"),
    ("bessely", 2, 2, "special", "Bessel function Y_n(x) of (n, x)"),
    ("besseli", 2, 2, "special", "modified Bessel function I_n(x) of (n, x)"),
    ("besselk", 2, 2, "special", "modified Bessel function K_n(x) of (n, x)"),
    ("polylog", 2, 2, "special", "polylogarithm Li_s(x) of (s, x)"),
    ("zeta", 1, 2, "special", "Riemann zeta; zeta(s, a) is Hurwitz's"),
    ("LambertW", 1, 2, "special", "solution w of w*e^w = x; LambertW(x, k) on branch k"),
    ("elliptic_k", 1, 1, "elementwise", "complete elliptic integral K(m)"),
    ("elliptic_e", 1, 2, "special", "elliptic integral E(m), or E(phi, m)"),
    ("elliptic_f", 2, 2, "special", "elliptic integral F(phi, m)"),
    ("elliptic_pi", 2, 3, "special", "elliptic integral Pi(n, m), or Pi(n, phi, m)"),
    ("hyper", 3, 3, "special", "hypergeometric function of ([a...], [b...], x)"),
    # deep learning: activations
    ("sigmoid", 1, 1, "elementwise", "1/(1 + exp(-x))"),
    ("relu", 1, 1, "elementwise", "max(0, x); derivative at 0 taken as 0"),
    ("leaky_relu", 1, 2, "elementwise", "x above 0, slope*x below; slope 1/100"),
    ("elu", 1, 2, "elementwise", "x above 0, alpha*(exp(x) - 1) below; alpha 1"),
    ("selu", 1, 1, "elementwise", "scaled elu of self-normalizing networks"),
    ("gelu", 1, 1, "elementwise", "x*Phi(x), Phi the standard normal distribution"),
    ("softplus", 1, 1, "elementwise", "log(1 + exp(x))"),
    ("silu", 1, 1, "elementwise", "x*sigmoid(x), also called swish"),
    ("mish", 1, 1, "elementwise", "x*tanh(softplus(x))"),
    ("hardtanh", 1, 1, "elementwise", "x kept within -1..1"),
    ("hard_sigmoid", 1, 1, "elementwise", "relu6(x + 3)/6: x/6 + 1/2 kept within 0..1"),
    ("softsign", 1, 1, "elementwise", "x/(1 + |x|)"),
    ("softmax", 1, MANY, "vector", "exp(x_i) / sum of exp(x_j)"),
    ("log_softmax", 1, MANY, "vector", "x_i - logsumexp(x)"),
    ("logsumexp", 1, MANY, "reduction", "log of the sum of exp(x_j)"),
    # deep learning: losses of (prediction, target), the mean over entries
    ("mse", 2, 2, "reduction", "mean of (p - y)^2"),
    ("mae", 2, 2, "reduction", "mean of |p - y|"),
    ("huber", 2, 3, "reduction", "mean Huber loss of (p, y); threshold delta 1"),
    ("bce", 2, 2, "reduction", "mean binary cross-entropy of (probability, target)"),
    ("cross_entropy", 2, 2, "reduction", "-sum of y_i*log(p_i) of (probabilities, target)"),
    ("hinge", 2, 2, "reduction", "mean of max(0, 1 - y*s) of (score, target -1 or 1)"),
    ("kl_div", 2, 2, "reduction", "sum of p_i*log(p_i/q_i) of (p, q)"),
    # vectors
    ("norm", 1, 2, "reduction", "Euclidean norm; norm(v, p) the p-norm"),
    ("dot", 2, 2, "reduction", "dot product"),
    ("mean", 1, MANY, "reduction", "arithmetic mean"),
    ("var", 1, MANY, "reduction", "variance, divided by n"),
)

#: Other spellings; all are read, the right-hand one is printed.
ALIASES: dict[str, str] = {
    "ln": "log",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "arcsec": "asec",
    "arccsc": "acsc",
    "arccot": "acot",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "arsinh": "asinh",
    "arcosh": "acosh",
    "artanh": "atanh",
    "arctan2": "atan2",
    "Abs": "abs",
    "ceiling": "ceil",
    "Heaviside": "heaviside",
    "Max": "max",
    "Min": "min",
    "sgn": "sign",
    "swish": "silu",
    "psi": "digamma",
    "W": "LambertW",
    "lambertw": "LambertW",
    "Piecewise": "piecewise",
    "Sum": "sum",
    "Product": "product",
    "diff": "derive",
    "Derivative": "derive",
    "Integral": "integrate",
    "Limit": "limit",
}

#: Read as other functions when parsed: sqrt(x) is x**(1/2), log2(x) is log(x)/log(2).
REWRITTEN: dict[str, str] = {
    "sqrt": "square root",
    "log2": "logarithm to base 2",
    "log10": "logarithm to base 10",
}

#: Operations that may stand inside an expression: name to (least, most) operands.
OPERATIONS: dict[str, tuple[int, int]] = {
    "sum": (4, 4),
    "product": (4, 4),
    "derive": (2, 3),
    "integrate": (2, 4),
    "limit": (3, 4),
    "piecewise": (1, MANY),
}

CONSTANTS: dict[str, str] = {
    "pi": "pi",
    "e": "e",
    "E": "e",
    "i": "i",
    "I": "i",
    "oo": "oo",
    "inf": "oo",
    "infinity": "oo",
}

#: Function names that are also ordinary variables when no parenthesis follows.
ALSO_VARIABLES = frozenset(
    {"beta", "gamma", "zeta", "Si", "Ci", "Ei", "li", "Shi", "Chi", "mean", "var", "re", "im"}
    | {"arg", "W", "psi", "hinge", "hyper", "diff", "Sum", "Product", "Limit"}
)

GREEK: dict[str, str] = {
    **dict(
        zip(
            "αβγδεζηθικλμνξοπρστυφχψω",
            "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi omicron pi "
            "rho sigma tau upsilon phi chi psi omega".split(),
            strict=True,
        )
    ),
    **dict(
        zip(
            "ΓΔΘΛΞΠΣΦΨΩ",
            "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega".split(),
            strict=True,
        )
    ),
    "ς": "sigma",
    "ϵ": "epsilon",
    "ϑ": "theta",
    "ϕ": "phi",
    "µ": "mu",
}

#: Functions whose value is real for every real operand.
REAL = frozenset(
    "exp sin cos tan sec csc cot atan acot sinh cosh tanh sech csch coth asinh acsch cbrt abs "
    "sign floor ceil min max heaviside erf erfc erfi gamma factorial sigmoid relu leaky_relu elu "
    "selu gelu softplus silu mish hardtanh hard_sigmoid softsign softmax log_softmax logsumexp "
    "mse mae huber hinge norm dot mean var Si Shi fresnels fresnelc airyai airybi".split()
)

#: The constants of `selu` as published (Klambauer et al. 2017) and used by the frameworks.
SELU_SCALE = Fraction("1.0507009873554804934193349852946")
SELU_ALPHA = Fraction("1.6732632423543772848170429916717")
