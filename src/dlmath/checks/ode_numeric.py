"""Is a numerical solution of a differential equation right? Told by other methods.

Initial values are integrated again by another family of formulas at two tolerances of its own; the
two solutions may differ by what both say of their errors. The solution of a boundary problem is
shot from its left end.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from time import monotonic
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check

Array = Any

#: Both errors are estimates: they may be off by this factor.
_FACTOR = 20.0
#: Tolerances of the second method.
_LOOSE, _TIGHT = 1e-8, 1e-10


class _Late(ValueError):
    """The time for the check is used up."""


def other_method(
    seconds: float,
    rate: Callable[[float, Array], Array],
    jacobian: Callable[[float, Array], Array] | None,
    start: Array,
    places: Sequence[float],
    states: Array,
    errors: Array,
    method: str,
) -> Check:
    """Compares states at places with those of another method.

    places: monotone, the first is where `start` holds. states, errors: an array for each place.
    method: the one that gave them. seconds: the time there is.
    """
    import numpy
    from scipy.integrate import solve_ivp

    other = "DOP853" if method == "lsoda" else "LSODA"
    name = "Dormand-Prince formulas" if other == "DOP853" else "multistep formulas (LSODA)"
    found = []
    sizes = numpy.abs(start[start != 0])
    scale = min(1.0, float(sizes.min())) if len(sizes) else 1.0
    end = monotonic() + seconds

    def timed(x: float, s: Array) -> Array:
        if monotonic() > end:
            raise _Late
        return rate(x, s)

    for tolerance in (_LOOSE, _TIGHT):
        options: dict[str, Any] = {}
        if other == "LSODA" and jacobian is not None:
            options["jac"] = jacobian
        with warnings.catch_warnings(), numpy.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                result = solve_ivp(
                    timed, (places[0], places[-1]), start, method=other, t_eval=list(places),
                    rtol=tolerance, atol=1e-3 * tolerance * max(scale, 1e-12), **options,
                )  # fmt: skip
            except _Late:
                return Check(name, UNAVAILABLE, "there is no time left for it")
            except (ArithmeticError, ValueError, numpy.linalg.LinAlgError):
                return Check(name, UNAVAILABLE, "the other method failed")
        if not result.success or result.y.shape[1] != len(places):
            return Check(name, UNAVAILABLE, "the other method does not reach the end")
        found.append(result.y.T)
    own = numpy.abs(found[0] - found[1])
    difference = numpy.abs(found[1] - states)
    size = numpy.abs(states).max(axis=0)
    allowed = _FACTOR * (own + errors + _TIGHT * (size + numpy.abs(states)))
    worst = float(difference.max())
    if not numpy.all(numpy.isfinite(difference)):
        return Check(name, UNAVAILABLE, "the other method gives no numbers")
    if numpy.all(difference <= allowed):
        return Check(name, PASSED, f"differ by at most {worst:.1e} at {len(places)} points")
    k = int(numpy.argmax((difference - allowed).max(axis=1)))
    return Check(name, FAILED, f"differ by {difference[k].max():.1e} at {places[k]:.6g}")


def shooting(
    rate: Callable[[float, Array], Array],
    left: float,
    right: float,
    start: Array,
    end: Array,
    error: float,
) -> Check:
    """Integrates from the left end of a boundary problem's solution: is its right end met?

    Errors grow on the way, as those of a slightly different start show.
    """
    import numpy
    from scipy.integrate import solve_ivp

    name = "shot from the left end"
    sizes = numpy.maximum(1.0, numpy.abs(start))

    def shot(state: Array) -> Array | None:
        with warnings.catch_warnings(), numpy.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                result = solve_ivp(rate, (left, right), state, method="DOP853", rtol=1e-10,
                                   atol=1e-12, dense_output=False)  # fmt: skip
            except (ArithmeticError, ValueError):
                return None
        return result.y[:, -1] if result.success else None

    met = shot(start)
    if met is None:
        return Check(name, UNAVAILABLE, "the shot does not reach the other end")
    nudge = max(error, 1e-9)
    growth = 0.0
    for k in range(len(start)):
        moved = start.copy()
        moved[k] += nudge * sizes[k]
        other = shot(moved)
        if other is None:
            return Check(name, UNAVAILABLE, "a shot from beside it does not reach the other end")
        growth += float(numpy.abs(other - met).max())
    difference = float(numpy.abs(met - end).max())
    allowed = _FACTOR * (growth + error)
    if allowed > 0.1 * max(1.0, float(numpy.abs(end).max())):
        return Check(name, UNAVAILABLE, "errors of the start grow too much on the way to the end")
    verdict = PASSED if difference <= allowed else FAILED
    return Check(name, verdict, f"the right end is met to {difference:.1e}")


def recomputed(
    stepped: Sequence[Sequence[float]], precise: Sequence[Sequence[Any]], sizes: float
) -> Check:
    """First steps of a method with fixed steps against the same in high precision."""
    worst = max(
        abs(float(q - p)) for one, two in zip(stepped, precise, strict=True)
        for p, q in zip(one, two, strict=True)
    )  # fmt: skip
    verdict = PASSED if worst <= 1e-11 * max(1.0, sizes) else FAILED
    detail = f"{len(stepped)} steps in 30 digits: they differ by {worst:.1e}"
    return Check("first steps by hand", verdict, detail)
