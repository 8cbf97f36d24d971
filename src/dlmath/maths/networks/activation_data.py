"""What cannot be computed about the named activations: definitions, sources, documented gains."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple

from dlmath.expression.vocabulary import SELU_ALPHA, SELU_SCALE


class Named(NamedTuple):
    """An activation of the language.

    title: its full name. formula: its definition by elementary functions of x, in the language.
    paper: where it was proposed. torch_gain: what `torch.nn.init.calculate_gain` documents, in the
    language, or None. parameters: values of names in the formula.
    """

    title: str
    formula: str
    paper: str
    torch_gain: str | None = None
    parameters: Mapping[str, Fraction] = {}


#: Scalar activations, in the order of the list.
ACTIVATIONS: dict[str, Named] = {
    "sigmoid": Named(
        "logistic function",
        "1/(1 + exp(-x))",
        "Verhulst 1838; in networks: Rumelhart, Hinton and Williams 1986",
        "1",
    ),
    "tanh": Named(
        "hyperbolic tangent",
        "(exp(x) - exp(-x))/(exp(x) + exp(-x))",
        "LeCun, Bottou, Orr and Müller 1998, Efficient BackProp",
        "5/3",
    ),
    "relu": Named(
        "rectified linear unit",
        "max(0, x)",
        "Fukushima 1969; Nair and Hinton 2010",
        "sqrt(2)",
    ),
    "leaky_relu": Named(
        "leaky rectified linear unit, slope 1/100",
        "max(0, x) + min(0, x)/100",
        "Maas, Hannun and Ng 2013",
        "sqrt(2/(1 + (1/100)^2))",
    ),
    "elu": Named(
        "exponential linear unit, alpha 1",
        "piecewise((x, x > 0), (exp(x) - 1, True))",
        "Clevert, Unterthiner and Hochreiter 2016, arXiv:1511.07289",
    ),
    "selu": Named(
        "scaled exponential linear unit",
        "scale*piecewise((x, x > 0), (alpha*(exp(x) - 1), True))",
        "Klambauer, Unterthiner, Mayr and Hochreiter 2017, arXiv:1706.02515",
        "3/4",
        {"scale": SELU_SCALE, "alpha": SELU_ALPHA},
    ),
    "gelu": Named(
        "Gaussian error linear unit",
        "x*(1 + erf(x/sqrt(2)))/2",
        "Hendrycks and Gimpel 2016, arXiv:1606.08415",
    ),
    "silu": Named(
        "sigmoid linear unit, also called swish",
        "x/(1 + exp(-x))",
        "Elfwing, Uchibe and Doya 2018, arXiv:1702.03118; Ramachandran, Zoph and Le 2017",
    ),
    "mish": Named(
        "mish",
        "x*tanh(log(1 + exp(x)))",
        "Misra 2019, arXiv:1908.08681",
    ),
    "softplus": Named(
        "softplus",
        "log(1 + exp(x))",
        "Dugas, Bengio, Bélisle, Nadeau and Garcia 2001",
    ),
    "softsign": Named(
        "softsign",
        "x/(1 + abs(x))",
        "Bergstra, Desjardins, Lamblin and Bengio 2009",
    ),
    "hardtanh": Named(
        "hard hyperbolic tangent",
        "max(-1, min(1, x))",
        "Collobert 2004",
    ),
    "hard_sigmoid": Named(
        "hard sigmoid, relu6(x + 3)/6",
        "max(0, min(1, x/6 + 1/2))",
        "Courbariaux, Bengio and David 2015; this form: Howard et al. 2019, arXiv:1905.02244",
    ),
}


class NamedVector(NamedTuple):
    """A function of all entries of a vector: title, definition of entry i in words, source."""

    title: str
    formula: str
    paper: str


VECTOR_ACTIVATIONS: dict[str, NamedVector] = {
    "softmax": NamedVector(
        "softmax, a smooth choice of the largest entry",
        "exp(x_i)/(exp(x_1) + ... + exp(x_n))",
        "Boltzmann 1868; in networks: Bridle 1990",
    ),
    "log_softmax": NamedVector(
        "logarithm of the softmax",
        "x_i - log(exp(x_1) + ... + exp(x_n))",
        "Bridle 1990",
    ),
    "logsumexp": NamedVector(
        "logarithm of a sum of exponentials, a smooth maximum",
        "log(exp(x_1) + ... + exp(x_n))",
        "Boyd and Vandenberghe 2004, Convex Optimization, section 3.1.5",
    ),
}
