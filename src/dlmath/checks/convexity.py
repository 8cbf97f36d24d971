"""Is a claimed curvature compatible with values at many places?

The claim rests on rules and signs of second derivatives; here only values are compared: no chord
may pass the graph on the wrong side. Counterexamples are computed once more, with other digits.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.expression.graph import Node

#: Chords that are compared, and the parts of a chord at which they are.
_CHORDS = 4000
_SHARES = (0.5, 0.2, 0.9)


def check_convexity(
    function: Node,
    names: Sequence[str],
    box: Sequence[tuple[float, float]],
    claim: str,
    counterexamples: Sequence[Any] = (),
    *,
    slow: bool = False,
) -> Check:
    """Compares random chords of the graph (convex, concave, both), or redoes counterexamples.

    counterexamples: with `kind`, `a`, `b`, `middle`, as the search gives them. slow: do values
    take long, so that few are compared?
    """
    if claim == "neither":
        return _again(function, names, counterexamples)
    return _chords(function, names, box, claim, slow=slow)


def _chords(
    function: Node,
    names: Sequence[str],
    box: Sequence[tuple[float, float]],
    claim: str,
    *,
    slow: bool,
) -> Check:
    import numpy as np

    name = "chords of the graph"
    rng = np.random.default_rng(7)
    compared = 0
    count = 60 if slow else _CHORDS
    for scale in (0.5, 3.0, 20.0):
        a, b = (_points(rng, len(names), box, scale)[:count] for _ in range(2))
        at_a, at_b = _values(function, names, a), _values(function, names, b)
        for share in _SHARES:
            between = share * a + (1 - share) * b
            here = _values(function, names, between)
            chord = share * at_a + (1 - share) * at_b
            size = np.maximum(np.maximum(np.abs(at_a), np.abs(at_b)), 1e-300)
            with np.errstate(all="ignore"):
                ends = np.isfinite(at_a) & np.isfinite(at_b)
                good = ends & np.isfinite(here)
                above = (here - chord) / size
            compared += int(good.sum())
            bad = np.zeros(len(a), dtype=bool)
            if claim in ("convex", "both"):
                bad |= good & (above > 1e-9)
            if claim in ("concave", "both"):
                bad |= good & (above < -1e-9)
            for index in np.flatnonzero(bad)[:5]:
                if _confirmed(function, names, a[index], b[index], share, claim):
                    where = ", ".join(f"{x:.6g}" for x in between[index])
                    return Check(name, FAILED, f"the graph is on the wrong side at {where}")
    if not compared:
        return Check(name, UNAVAILABLE, "no values were found to compare")
    return Check(name, PASSED, f"none of {compared} comparisons contradicts")


def _points(rng: Any, size: int, box: Sequence[tuple[float, float]], scale: float) -> Any:
    import numpy as np

    points = rng.normal(size=(_CHORDS, size)) * scale
    for column, (low, high) in enumerate(box):
        x = points[:, column]
        if isfinite(low) and isfinite(high):
            x = rng.uniform(low, high, size=_CHORDS)
        elif isfinite(low):
            x = low + np.abs(x)
        elif isfinite(high):
            x = high - np.abs(x)
        points[:, column] = x
    return points


def _values(function: Node, names: Sequence[str], points: Any) -> Any:
    import numpy as np

    from dlmath.expression.numbers import evaluate_many

    with np.errstate(all="ignore"):
        columns = {name: np.ascontiguousarray(points[:, i]) for i, name in enumerate(names)}
        found = np.asarray(evaluate_many(function, columns))
        if np.iscomplexobj(found):
            found = np.where(found.imag == 0, found.real, np.nan)
        return np.broadcast_to(found.astype(float), (len(points),))


def _precise(function: Node, names: Sequence[str], point: Sequence[Any], digits: int) -> Any:
    """The real value at an exact point, or None."""
    import mpmath

    from dlmath.errors import DlmathError
    from dlmath.expression import precise

    try:
        value = precise.evaluate(function, dict(zip(names, point, strict=True)), digits)
    except (DlmathError, ArithmeticError, ValueError):
        return None
    return value if isinstance(value, mpmath.mpf) and mpmath.isfinite(value) else None


def _confirmed(
    function: Node, names: Sequence[str], a: Any, b: Any, share: float, claim: str
) -> bool:
    """Does the violation stand in fifty digits, at exactly the same places?"""
    from fractions import Fraction

    t = Fraction(share)
    ends = [[Fraction(float(x)) for x in point] for point in (a, b)]
    between = [t * p + (1 - t) * q for p, q in zip(*ends, strict=True)]
    at_a, at_b, here = (_precise(function, names, point, 50) for point in (*ends, between))
    if at_a is None or at_b is None or here is None:
        return False
    import mpmath

    weight = mpmath.mpf(t.numerator) / t.denominator
    gap = here - weight * at_a - (1 - weight) * at_b
    size = max(abs(at_a), abs(at_b), abs(here))
    clear = 1e-13 * size  # the weights are rounded to the precision of mpmath
    return bool((claim != "concave" and gap > clear) or (claim != "convex" and gap < -clear))


def _again(function: Node, names: Sequence[str], counterexamples: Sequence[Any]) -> Check:
    name = "counterexamples in 60 digits"
    if not counterexamples:
        return Check(name, UNAVAILABLE, "there is none to compute")
    for one in counterexamples:
        at_a, at_b, here = (_precise(function, names, p, 60) for p in (one.a, one.b, one.middle))
        if at_a is None or at_b is None:
            return Check(name, FAILED, "an end of the chord is not in the domain")
        if one.kind == "domain":
            good = here is None
        elif here is None:
            good = False
        else:
            gap = here - (at_a + at_b) / 2
            good = bool(gap > 0 if one.kind == "convex" else gap < 0)
        if not good:
            return Check(name, FAILED, f"the one to {one.kind} does not hold")
    return Check(name, PASSED, "each of them holds")
