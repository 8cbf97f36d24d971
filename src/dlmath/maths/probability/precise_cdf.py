"""Distribution functions to any number of digits, of families without a formula in the language.

The incomplete beta function is that of mpmath.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from dlmath.maths.probability.distribution import Distribution


def _student(m: Any, x: Any, p: Mapping[str, Any]) -> Any:
    t = (x - p["mu"]) / p["sigma"]
    tail = m.betainc(p["nu"] / 2, m.mpf(1) / 2, 0, p["nu"] / (p["nu"] + t**2), regularized=True) / 2
    return 1 - tail if t > 0 else tail


def _f(m: Any, x: Any, p: Mapping[str, Any]) -> Any:
    share = p["d1"] * x / (p["d1"] * x + p["d2"])
    return m.betainc(p["d1"] / 2, p["d2"] / 2, 0, share, regularized=True)


_CDF: dict[str, Callable[[Any, Any, Mapping[str, Any]], Any]] = {
    "beta": lambda m, x, p: m.betainc(p["a"], p["b"], 0, x, regularized=True),
    "student_t": _student,
    "f": _f,
}


def precise_cdf(distribution: Distribution, digits: int) -> Callable[[Any], Any] | None:
    """P(X <= x) of numbers of mpmath inside the support; None where there is no way to it."""
    import mpmath

    from dlmath.expression import precise

    function = _CDF.get(distribution.family.name)
    if function is None:
        return None
    values = {
        name: mpmath.mpf(precise.evaluate(node, {}, digits + 15))
        for name, node in distribution.parameters.items()
    }

    def cumulative(x: Any) -> Any:
        with mpmath.mp.workdps(digits + 15):
            return function(mpmath.mp, mpmath.mpf(x), values)

    return cumulative
