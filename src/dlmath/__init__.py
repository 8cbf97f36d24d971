"""The mathematics behind deep learning: answers, their working, and a check.

Each function takes text or nodes and returns an `Answer`::

    >>> import dlmath
    >>> print(dlmath.derive("x**2*sin(x)"))
    x**2*cos(x) + 2*x*sin(x)
"""

from __future__ import annotations

__version__ = "0.1.0"

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

TYPE_CHECKING = False  # as `typing` has it, whose import would delay the first line of a command
if TYPE_CHECKING:
    from dlmath.library import (
        activation,
        backprop,
        bayes,
        check,
        convex,
        cross_entropy,
        derive,
        descend,
        dist,
        divergence,
        dot,
        entropy,
        evaluate,
        expect,
        explain,
        extrema,
        fit,
        gradient,
        hessian,
        integrate,
        jacobian,
        limit,
        loss,
        matrix,
        matrix_derive,
        ode,
        pde,
        plot,
        predict,
        probability,
        series,
        simplify,
        solve,
        study,
        tensor,
        train,
        vector,
    )


def __getattr__(name: str) -> object:
    """Loads a public function on first use, so that `import dlmath` costs nothing."""
    if name in __all__:
        from dlmath import library

        found: object = getattr(library, name)
        return found
    raise AttributeError(f"module 'dlmath' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
