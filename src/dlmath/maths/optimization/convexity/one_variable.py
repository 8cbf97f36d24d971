"""Functions of one affine expression: the curve of one variable is traced, kinks included."""

from __future__ import annotations

from collections.abc import Sequence

from dlmath.answer import Sentence
from dlmath.errors import DlmathError
from dlmath.expression.graph import Node, free_symbols, replace, symbol, topological
from dlmath.expression.intervals import Unsupported
from dlmath.maths.calculus.budget import OutOfTime, within
from dlmath.maths.calculus.integrals.zero_search import Point, infinite
from dlmath.maths.optimization.convexity.proofs import CONCAVE, CONVEX, Interval, Proof
from dlmath.maths.optimization.convexity.rules import Rules
from dlmath.maths.optimization.quadratics import linear_parts
from dlmath.settings import Settings


def by_curve(function: Node, rules: Rules, settings: Settings) -> Proof | None:
    """The proof by the sign of the second derivative on every piece, and the slopes at kinks.

    Only where every sign is proved, none judged by values.
    """
    found = _of_one_affine(function, rules.names, rules.ranges.box)
    if found is None:
        return None
    outer, variable, inner, ends = found
    curvature = _traced(outer, variable, ends, settings)
    if curvature is None:
        return None
    parts: Sentence = () if inner.op == "symbol" else (", of the affine expression ", inner)
    words = "bends up" if curvature == CONVEX else "bends down"
    slopes = "rise" if curvature == CONVEX else "fall"
    why: Sentence = (f"every piece {words}, and the slopes {slopes} where pieces meet", *parts)
    return rules.proof(function, curvature, "curve of one variable", why)


def _of_one_affine(
    function: Node, names: Sequence[str], box: Sequence[Interval]
) -> tuple[Node, str, Node, Interval] | None:
    """f(u) with u affine: f as a function of one variable, its name, u and the range of u."""
    if len(names) == 1:
        return function, names[0], symbol(names[0]), box[0]
    if any(low > float("-inf") or high < float("inf") for low, high in box):
        return None
    t = symbol("t" if "t" not in names else "t_")
    for part in topological(function):
        if part.op not in ("add", "mul") or linear_parts(part, names) is None:
            continue
        outer = replace(function, {part: t})
        if free_symbols(outer) == {t.name}:
            return outer, t.name, part, (float("-inf"), float("inf"))
    return None


def _end(value: float) -> Point:
    from fractions import Fraction

    from dlmath.expression.graph import number
    from dlmath.maths.calculus.studies.points import exact_point, infinite_point

    if value in (float("inf"), float("-inf")):
        return infinite_point(1 if value > 0 else -1)
    return exact_point(number(Fraction(value)))


def _traced(function: Node, variable: str, ends: Interval, settings: Settings) -> str | None:
    from dlmath.maths.calculus.studies.curve import trace
    from dlmath.maths.calculus.studies.zeros import SCANNED, Endless

    seconds = max(1.0, 0.2 * settings.seconds) if settings.seconds else 10.0
    try:
        with within(seconds):
            curve = trace(function, variable, _end(ends[0]), _end(ends[1]), settings)
    except (Endless, Unsupported, DlmathError, ArithmeticError, ValueError, OutOfTime):
        return None
    if curve.doubts or SCANNED in curve.how:
        return None
    pieces = [piece for piece in curve.stretches if piece is not None]
    defined = [index for index, piece in enumerate(curve.stretches) if piece is not None]
    if not pieces or defined != list(range(defined[0], defined[-1] + 1)):
        return None
    inner = curve.stations[defined[0] + 1 : defined[-1] + 1]
    if any(infinite(station.point.value) or not station.joins for station in inner):
        return None
    outside = [*curve.stations[: defined[0]], *curve.stations[defined[-1] + 2 :]]
    if any(station.value is not None for station in outside):
        return None
    for curvature, sign in ((CONVEX, 1), (CONCAVE, -1)):
        if any(sign * piece.curve < 0 for piece in pieces):
            continue
        corners = [station for station in inner if station.corner]
        if all(_turns(station.slopes, sign) for station in corners) and _ends_join(curve, defined):
            return curvature
    return None


def _turns(slopes: object, sign: int) -> bool:
    if not isinstance(slopes, tuple) or any(slope is None for slope in slopes):
        return False
    left, right = slopes
    return bool(sign * (right - left) >= 0)


def _ends_join(curve: object, defined: list[int]) -> bool:
    """Is the function continuous at the ends of its domain, where it has a value there?"""
    from dlmath.maths.calculus.studies.curve import Curve

    assert isinstance(curve, Curve)
    first, last = curve.stations[defined[0]], curve.stations[defined[-1] + 1]
    for station, limit in ((first, first.right), (last, last.left)):
        if station.value is None:
            continue
        if limit is None or infinite(limit.value):
            return False
        if abs(limit.value - station.value.value) > 1e-25 * max(1, abs(limit.value)):
            return False
    return True
