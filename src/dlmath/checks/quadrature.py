"""Does a closed form have the value that quadrature finds?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.checks.values import Point, point_text, short_text, value_at
from dlmath.expression.graph import Node

NAME = "quadrature"

#: A closed form and a quadrature may differ by this, relative, beside the quadrature's own error.
TOLERANCE = 1e-9


def agrees(closed: Node, value: Any, error: Any, point: Point | None = None) -> bool:
    """Is the closed form equal to a measured value, as far as the measurement can tell?"""
    import mpmath

    found = value_at(closed, point or {}, 30)
    if found is None or isinstance(found, (list, bool)) or not mpmath.isfinite(found):
        return False
    bound = TOLERANCE * abs(value) + 10 * error + mpmath.mpf(10) ** -20
    return bool(abs(found - value) <= bound)


def check_quadrature(closed: Node, measured: Sequence[tuple[Point, Any, Any]]) -> Check:
    """A closed form against measured values (setting of the parameters, value, error)."""
    if not measured:
        return Check(NAME, UNAVAILABLE, "no value of the integral could be computed")
    for point, value, error in measured:
        if not agrees(closed, value, error, point):
            found = value_at(closed, point, 30)
            where = f"at {point_text(point)}: " if point else ""
            return Check(NAME, FAILED, f"{where}{short_text(found)} against {short_text(value)}")
    if len(measured) == 1 and not measured[0][0]:
        _, value, error = measured[0]
        return Check(NAME, PASSED, f"{short_text(value)}, error below {_roughly(error)}")
    return Check(NAME, PASSED, f"agrees at {len(measured)} settings of the parameters")


def _roughly(error: Any) -> str:
    import mpmath

    return str(mpmath.nstr(mpmath.mpf(error), 2))


def check_second(first: Any, second: Any, method: str) -> Check:
    """A decimal value against another quadrature."""
    import mpmath

    gap = abs(first - second)
    detail = f"{method}: {short_text(second)}, differs by {mpmath.nstr(gap, 2)}"
    small = gap <= 1e-6 * max(abs(first), mpmath.mpf(10) ** -6)
    return Check("second quadrature", PASSED if small else FAILED, detail)
