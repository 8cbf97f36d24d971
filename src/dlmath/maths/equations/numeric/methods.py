"""The numerical methods by name."""

from __future__ import annotations

from dlmath.errors import InvalidInput
from dlmath.maths.equations.numeric.run import STEPPERS

#: Methods with fixed steps: the order of the error in the step.
FIXED = {"euler": 1, "midpoint": 2, "rk4": 4}

NUMERIC_METHODS = (*STEPPERS, *FIXED)


def require_numeric_method(name: str) -> None:
    """Raises InvalidInput for a name that is no numerical method."""
    if name in NUMERIC_METHODS:
        return
    from dlmath.expression.suggestions import closest

    near = closest(name, list(NUMERIC_METHODS))
    listed = "one of " + ", ".join(NUMERIC_METHODS)
    hint = f"did you mean {near}?" if near else listed
    raise InvalidInput(f"--method: there is no numerical method {name[:40]}", hint=hint)
