"""Certified counterexamples: two points whose chord passes the graph on the wrong side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import isfinite
from time import monotonic
from typing import Any, NamedTuple

from dlmath.expression.graph import Node, contains
from dlmath.maths.optimization.convexity.proofs import Interval

#: Digits of the values that decide, and the part of them that a violation must exceed.
_DIGITS = 40
_CLEAR = 1e-15

#: Random pairs that are tried at each scale.
_PAIRS = 3000

#: Functions whose values take long.
SLOW = frozenset(
    "erfi digamma polygamma beta uppergamma lowergamma binomial Si Ci Shi Chi Ei li expint "
    "fresnels fresnelc airyai airybi airyaiprime airybiprime besselj bessely besseli besselk "
    "polylog zeta LambertW elliptic_k elliptic_e elliptic_f elliptic_pi hyper".split()
)

Values = tuple[Fraction, ...]


class Counterexample(NamedTuple):
    """f(middle) against (f(a) + f(b))/2, middle = (a + b)/2, values to many digits.

    kind: `convex` where it refutes convexity, `concave`, or `domain` where a and b are in the
    domain and the middle is not.
    """

    kind: str
    a: Values
    b: Values
    middle: Values
    value: Any
    chord: Any


def find(
    function: Node,
    names: Sequence[str],
    box: Sequence[Interval],
    wanted: str,
    nonzero: Sequence[bool] = (),
    seconds: float = 5.0,
) -> Counterexample | None:
    """A certified counterexample to `convex`, `concave` or (a convex) `domain`, or None.

    nonzero: which variables are assumed not to be zero, an end of their interval.
    """
    end = monotonic() + seconds
    for pairs in _candidates(function, names, box, wanted, _affordable(function)):
        if monotonic() > end:
            return None
        for a, b in pairs:
            if any(n and p * q == 0 for n, p, q in zip(nonzero, a, b, strict=False)):
                continue
            found = verify(function, names, a, b, wanted)
            if found is not None:
                return found
    return None


def verify(
    function: Node, names: Sequence[str], a: Values, b: Values, wanted: str
) -> Counterexample | None:
    """The counterexample that two points are, by values of forty digits at exact places."""
    middle = tuple((p + q) / 2 for p, q in zip(a, b, strict=True))
    values = [exact_value(function, names, point) for point in (a, b, middle)]
    at_a, at_b, here = values
    if at_a is None or at_b is None:
        return None
    if wanted == "domain":
        return Counterexample(wanted, a, b, middle, None, None) if here is None else None
    if here is None:
        return None
    chord = (at_a + at_b) / 2
    gap = here - chord if wanted == "convex" else chord - here
    size = max(abs(at_a), abs(at_b), abs(here))
    if gap > _CLEAR * size and gap > 0:
        return Counterexample(wanted, a, b, middle, here, chord)
    return None


def exact_value(function: Node, names: Sequence[str], point: Values) -> Any | None:
    """The real value at an exact point to forty digits, or None where there is none."""
    import mpmath

    from dlmath.errors import DlmathError
    from dlmath.expression import precise

    try:
        value = precise.evaluate(function, dict(zip(names, point, strict=True)), _DIGITS)
    except (DlmathError, ArithmeticError, ValueError):
        return None
    if isinstance(value, mpmath.mpc) and value.imag == 0:
        value = value.real
    return value if isinstance(value, mpmath.mpf) and mpmath.isfinite(value) else None


# --- where to look --------------------------------------------------------------------------


def has_values(function: Node, names: Sequence[str], box: Sequence[Interval]) -> bool:
    """Has the function a real value at one of some hundred random places?"""
    import numpy as np

    rng = np.random.default_rng(1)
    for scale in (0.4, 3.0, 30.0, 1000.0):
        points = _kept(rng.normal(size=(100, len(names))) * scale, box)
        if np.isfinite(_values(function, names, points)).any():
            return True
    return False


def _affordable(function: Node) -> int:
    """How many pairs are tried at a time: fewer where values come one by one from mpmath."""
    return 120 if contains(function, SLOW) else _PAIRS


def _candidates(
    function: Node, names: Sequence[str], box: Sequence[Interval], wanted: str, pairs_at_once: int
) -> Iterator[list[tuple[Values, Values]]]:
    """Promising pairs, simple points first."""
    import numpy as np

    rng = np.random.default_rng(20240229)
    size = len(names)
    for step, reach in ((1, 3), (Fraction(1, 2), 4), (Fraction(1, 10), 2), (1, 40)):
        yield _worst(
            function, names, box, wanted, _on_grid(rng, size, step, reach, pairs_at_once), step
        )
    for scale in (0.03, 0.3, 3.0, 30.0, 300.0, 3e4):
        centre = rng.normal(size=(pairs_at_once, size)) * scale
        for near in (1.0, 0.1, 0.01):
            move = rng.normal(size=(pairs_at_once, size)) * scale * near
            pairs = (centre - move, centre + move)
            yield _worst(function, names, box, wanted, pairs, None)


def _on_grid(rng: Any, size: int, step: Any, reach: int, most: int) -> tuple[Any, Any]:
    """Pairs of points of a grid: all of them in one variable, else random ones."""
    import numpy as np

    count = round(reach / float(step))
    ticks = np.arange(-count, count + 1) * float(step)
    if size == 1:
        a, b = np.meshgrid(ticks, ticks)
        order = np.argsort(np.abs(a - b).ravel() + np.abs(a + b).ravel(), kind="stable")
        kept = order[: 2 * most]
        return a.ravel()[kept][:, None], b.ravel()[kept][:, None]
    return rng.choice(ticks, size=(most, size)), rng.choice(ticks, size=(most, size))


def _worst(
    function: Node,
    names: Sequence[str],
    box: Sequence[Interval],
    wanted: str,
    pairs: tuple[Any, Any],
    step: Any,
) -> list[tuple[Values, Values]]:
    """The few pairs with a clear violation, the simplest first."""
    import numpy as np

    a, b = (_kept(points, box) for points in pairs)
    middle = (a + b) / 2
    at_a, at_b, here = (_values(function, names, points) for points in (a, b, middle))
    with np.errstate(all="ignore"):
        both = np.isfinite(at_a) & np.isfinite(at_b)
        if wanted == "domain":
            hit = both & ~np.isfinite(here)
            order = np.flatnonzero(hit)
        else:
            gap = (here - (at_a + at_b) / 2) * (1 if wanted == "convex" else -1)
            size = np.maximum(np.maximum(np.abs(at_a), np.abs(at_b)), np.abs(here)) + 1e-300
            hit = both & np.isfinite(here) & (gap > 1e-12 * size)
            order = np.flatnonzero(hit)
            if step is None:
                order = order[np.argsort(-(gap / size)[order])]
    return [(_exact(a[i], step), _exact(b[i], step)) for i in order[:12]]


def _kept(points: Any, box: Sequence[Interval]) -> Any:
    """Points outside the box are mirrored into it, where that can be."""
    import numpy as np

    kept = np.array(points, dtype=float)
    for column, (low, high) in enumerate(box):
        x = kept[:, column]
        if isfinite(low):
            x = low + np.abs(x - low)
        if isfinite(high):
            x = high - np.abs(high - x)
        if isfinite(low) and isfinite(high):
            x = np.clip(x, low, high)
        kept[:, column] = x
    return kept


def _values(function: Node, names: Sequence[str], points: Any) -> Any:
    import numpy as np

    from dlmath.expression.numbers import evaluate_many

    with np.errstate(all="ignore"):
        columns = {name: np.ascontiguousarray(points[:, i]) for i, name in enumerate(names)}
        found = evaluate_many(function, columns)
        found = np.asarray(found)
        if np.iscomplexobj(found):
            found = np.where(found.imag == 0, found.real, np.nan)
        return np.broadcast_to(found.astype(float), (len(points),))


def _exact(point: Any, step: Any) -> Values:
    """The coordinates as short fractions."""
    if step is not None:
        return tuple(round(float(x) / float(step)) * Fraction(step) for x in point)
    return tuple(Fraction(f"{float(x):.4g}") for x in point)
