"""The names of methods that can be asked for."""

from __future__ import annotations

from difflib import get_close_matches

from dlmath.errors import InvalidInput

#: Ways of solving an equation in closed form.
METHODS = (
    "quadrature",
    "separable",
    "linear",
    "bernoulli",
    "homogeneous",
    "exact",
    "combination",
    "symmetry",
    "substitution",
    "riccati",
    "abel",
    "clairaut",
    "lagrange",
    "constant-coefficients",
    "cauchy-euler",
    "laplace",
)


def require_method(name: str) -> None:
    """Raises InvalidInput for a name that is not a method."""
    if name in METHODS:
        return
    close = get_close_matches(name, METHODS, n=1)
    hint = f"did you mean {close[0]}?" if close else "one of " + ", ".join(METHODS)
    raise InvalidInput(f"--method: there is no method {name[:40]}", hint=hint)
