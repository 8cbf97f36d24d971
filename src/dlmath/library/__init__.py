"""The public functions of `import dlmath`: text or nodes in, `Answer` out, nothing printed.

Every function takes these keywords beside its own: `steps`, `check`, `digits`, `at`, `assume`,
`plot` (fills `Answer.picture`); they mean what the options of the command line mean. `at` is a
mapping (`{"x": 2}`) or text (`"x=2"`). Raises `errors.DlmathError`.
"""

from __future__ import annotations

from dlmath.library.calculus import (
    derive,
    gradient,
    hessian,
    integrate,
    jacobian,
    limit,
    series,
    study,
)
from dlmath.library.chance import (
    bayes,
    cross_entropy,
    dist,
    divergence,
    entropy,
    expect,
    fit,
    probability,
)
from dlmath.library.equations import ode, pde, solve
from dlmath.library.everyday import check, evaluate, explain, plot, simplify
from dlmath.library.linear_algebra import dot, matrix, tensor, vector
from dlmath.library.networks import activation, backprop, loss, matrix_derive, predict, train
from dlmath.library.optimization import convex, descend, extrema

__all__ = [
    "activation",
    "backprop",
    "bayes",
    "check",
    "convex",
    "cross_entropy",
    "derive",
    "descend",
    "dist",
    "divergence",
    "dot",
    "entropy",
    "evaluate",
    "expect",
    "explain",
    "extrema",
    "fit",
    "gradient",
    "hessian",
    "integrate",
    "jacobian",
    "limit",
    "loss",
    "matrix",
    "matrix_derive",
    "ode",
    "pde",
    "plot",
    "predict",
    "probability",
    "series",
    "simplify",
    "solve",
    "study",
    "tensor",
    "train",
    "vector",
]
