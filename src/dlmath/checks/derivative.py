"""Derivatives against differences in high precision.

The central difference (f(x + h) - f(x - h))/(2h) with h = 10^-20 and 70 digits is right to about
39 digits where f is smooth, and it never sees a differentiation rule: an independent witness.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.checks.values import Point, point_text
from dlmath.expression.graph import Node, free_symbols
from dlmath.settings import Assumptions

NAME = "high-precision differences"

#: Points at which the difference is compared, per unknown; chosen to be near no special value.
_POINTS = (
    Fraction(617, 1000),
    Fraction(-1379, 1000),
    Fraction(2713, 1000),
    Fraction(-233, 1000),
    Fraction(7431, 1000),
    Fraction(1171, 10000),
)
#: Of a variable that is assumed complex.
_IMAGINARY_PART = 0.8125
_WANTED = 3
_DIGITS = 70
_STEP = 20
#: Relative difference that two agreeing values may have.
_TOLERANCE = 1e-12


def check_derivative(
    stages: Sequence[Node], variables: Sequence[str], assume: Assumptions | None = None
) -> Check:
    """Each stage against differences of the one before it.

    stages: the function and its successive derivatives; variables: by what each was taken.
    """
    if len(stages) < 2:
        return Check(NAME, UNAVAILABLE, "no derivative was taken")
    compared = 0
    for before, after, variable in zip(stages, stages[1:], variables, strict=False):
        pairs = _entries(before, after)
        for function, derivative in pairs:
            verdict = _compare(function, derivative, variable, assume or {})
            if isinstance(verdict, str):
                return Check(NAME, FAILED, verdict)
            compared += verdict
    if compared == 0:
        return Check(NAME, UNAVAILABLE, "no point was found at which both could be evaluated")
    return Check(NAME, PASSED, f"agrees at {compared} points to 12 digits or more")


def _entries(before: Node, after: Node) -> list[tuple[Node, Node]]:
    if before.op == "vector" and after.op == "vector":
        return [
            pair for a, b in zip(before.args, after.args, strict=True) for pair in _entries(a, b)
        ]
    return [(before, after)]


def _compare(function: Node, derivative: Node, variable: str, assume: Assumptions) -> int | str:
    """How many points agree, or where they differ."""
    import mpmath

    names = sorted(free_symbols(function) | {variable})
    agreed = 0
    for shift in range(len(_POINTS)):
        point = {
            name: _allowed(_POINTS[(shift + index) % len(_POINTS)], assume.get(name, frozenset()))
            for index, name in enumerate(names)
        }
        value = _value(derivative, point)
        slopes = [_difference(function, variable, point, way) for way in _ways(point[variable])]
        if value is None or any(slope is None for slope, _ in slopes):
            continue
        for slope, noise in slopes:
            scale = max(abs(slope), abs(value), mpmath.mpf(10) ** -30)
            if abs(slope - value) > _TOLERANCE * scale + noise:
                return (
                    f"at {point_text(point)} the difference quotient is "
                    f"{mpmath.nstr(slope, 12)}, the formula gives {mpmath.nstr(value, 12)}"
                )
        agreed += 1
        if agreed == _WANTED:
            break
    return agreed


def _allowed(at: Fraction, known: frozenset[str]) -> Any:
    if "complex" in known and "real" not in known:
        import mpmath

        return mpmath.mpc(float(at), _IMAGINARY_PART)
    if known & {"negative", "nonpositive"}:
        return -abs(at)
    return abs(at) if known & {"positive", "nonnegative"} else at


def _ways(at: Any) -> tuple[int | complex, ...]:
    """The directions of the steps: a derivative by a complex variable is the same in all."""
    return (1,) if isinstance(at, Fraction) else (1, 1j)


def _difference(function: Node, variable: str, point: Point, way: int | complex) -> tuple[Any, Any]:
    """The central difference and its own error by a second step; None where undefined."""
    coarse = _quotient(function, variable, point, Fraction(1, 10**_STEP), way)
    fine = _quotient(function, variable, point, Fraction(1, 10 ** (_STEP + 3)), way)
    if coarse is None or fine is None:
        return None, None
    noise = abs(coarse - fine)
    if noise > 1e-6 * max(abs(fine), 1):
        return None, None  # not smooth here: a kink, a jump, or a pole
    return fine, noise


def _quotient(
    function: Node, variable: str, point: Point, step: Fraction, way: int | complex
) -> Any:
    import mpmath

    with mpmath.workdps(_DIGITS):
        size = mpmath.mpf(step.numerator) / step.denominator * way
        shift = step if way == 1 else size
        right = _value(function, {**point, variable: point[variable] + shift})
        left = _value(function, {**point, variable: point[variable] - shift})
        return None if right is None or left is None else (right - left) / (2 * size)


def _value(node: Node, point: Point) -> Any:
    import mpmath

    from dlmath.errors import LimitReached
    from dlmath.expression.precise import evaluate

    try:
        value = evaluate(node, point, digits=_DIGITS)
    except LimitReached:  # too large here; another point will do
        return None
    return value if mpmath.isfinite(value) else None
