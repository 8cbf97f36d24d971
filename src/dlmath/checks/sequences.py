"""What a function does near a point, told from values along sequences: the witness for limits.

No symbolic algebra is used here. The verdict is one of: a finite limit with an error, plus or
minus infinity, oscillation, undefined on this side, or undecided; `judge` compares a claimed
limit with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import Any, NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE
from dlmath.checks.approach import (
    FAR,
    NEAR,
    SHORT,
    VERY_FAR,
    Approach,
    Attempt,
    Scale,
    in_order,
    without_limit,
)
from dlmath.checks.extrapolation import Estimate, estimate
from dlmath.checks.farther import (
    deep_scales,
    explodes,
    hidden_exponents,
    still_grows,
    still_near,
    still_ranges,
    vanishes,
)
from dlmath.checks.swings import has_spikes, returns, turns
from dlmath.expression.graph import Node

FINITE = "finite"
PLUS = "plus infinity"
MINUS = "minus infinity"
UNBOUNDED = "unbounded"
OSCILLATING = "oscillating"
UNDEFINED = "undefined"
UNDECIDED = "undecided"
#: An oscillation over a range that may yet shrink farther out.
_RANGING = "ranging"

#: A relative error below this makes an estimate a finding.
_SETTLED = 1e-6


class Behaviour(NamedTuple):
    """What the values do.

    kind: a name above (`UNBOUNDED`: the size grows without bound but in no fixed real direction).
    value, error: the estimated limit where there is one. real: are the values near the point
    real? detail: the numbers behind it, in words. scales: the values it was judged by. ranging:
    does it oscillate over a range that may shrink farther out?
    """

    kind: str
    value: Any = None
    error: Any = None
    real: bool = True
    detail: str = ""
    scales: tuple[Scale, ...] = ()
    ranging: bool = False


def observe(
    expression: Node,
    variable: str,
    point: Node,
    side: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    whole: bool = False,
    seconds: float = 1.2,
    attempt: Attempt = without_limit,
) -> Behaviour:
    """Watches a scalar function approach a point from one side.

    point: `oo`, `-oo` (side is then ignored) or an expression whose variables are among the
    parameters. parameters: numbers for every other variable. whole: the variable takes whole
    values only. seconds: processor time for it. attempt: computes each value, or gives None.
    """
    import mpmath

    approach = Approach(
        expression,
        variable,
        point,
        side,
        parameters or {},
        whole=whole,
        seconds=seconds,
        attempt=attempt,
    )
    with mpmath.workdps(60):
        near = approach.march(NEAR)
        if not near:
            # Perhaps a function that is zero everywhere: differences that come out as nothing.
            approach.believing = True
            near = approach.march(NEAR)
        far = approach.march(FAR) if len(near) == len(NEAR) else []
        if len(near) < 7:
            approach.start_again()
            near = approach.march(SHORT)
        behaviour = _decide(approach, near, far)
        if behaviour.kind == UNDECIDED and len(far) == len(FAR):
            far += approach.march(VERY_FAR)
            behaviour = _decide(approach, near, far)
        hidden = hidden_exponents(expression) if len(far) >= len(FAR) else ()
        beyond = approach.march(tuple(e for e in hidden if e > far[-1].exponent))
        if beyond:
            far += beyond
            behaviour = _decide(approach, near, far)
        if len(far) >= len(FAR) and behaviour.kind != UNDEFINED:
            behaviour = _looked_at_farther(approach, behaviour, far[-1])
    return behaviour


def _looked_at_farther(approach: Approach, behaviour: Behaviour, last: Scale) -> Behaviour:
    """The behaviour, or what values far beyond the last scale say instead."""
    if behaviour.kind == OSCILLATING:
        seen = behaviour.scales
        if not behaviour.ranging or not seen or still_ranges(approach, seen):
            return behaviour
    scales = deep_scales(approach)
    if not scales or _is_borne_out(behaviour, scales, last):
        return behaviour
    detail = f"{behaviour.detail}, but not farther out"
    real = behaviour.real and all(_is_real(value) for s in scales for value in s.values)
    deep = tuple(_real_parts(scales)) if real else tuple(scales)
    if vanishes(deep):
        size = max(abs(value) for value in deep[-1].values)
        detail = f"values vanish {_closeness(deep[-1])}"
        return Behaviour(FINITE, 0 * size, 3 * size, behaviour.real, detail, deep)
    if explodes(deep) and real:
        signs = {value > 0 for scale in deep[-3:] for value in scale.values}
        detail = f"values reach {_short(deep[-1].values[0])} {_closeness(deep[-1])}"
        if len(signs) == 1:
            return Behaviour(PLUS if signs == {True} else MINUS, None, None, True, detail, deep)
    return Behaviour(UNDECIDED, None, None, behaviour.real, detail)


def _is_borne_out(behaviour: Behaviour, scales: list[Scale], last: Scale) -> bool:
    if behaviour.kind in (PLUS, MINUS, UNBOUNDED):
        return still_grows(scales, last.values[0])
    if behaviour.kind == FINITE:
        size = 1 + abs(behaviour.value)
        gap = max(abs(value - behaviour.value) for value in last.values)
        allowed = max(1.01 * gap, 10 * behaviour.error, 1e-12 * size)
        return still_near(scales, behaviour.value, allowed)
    if behaviour.kind == OSCILLATING:
        return False
    return not (vanishes(scales) or explodes(scales))


def _decide(approach: Approach, near: list[Scale], far: list[Scale]) -> Behaviour:
    scales = near + far
    if len(scales) < 4:
        return Behaviour(UNDECIDED, detail="the values near the point could not be computed")
    tail = _surrounded(approach, near, far)
    if len(tail) < 2:
        return Behaviour(UNDECIDED, detail="too few values near the point could be computed")
    undefined = [_any_undefined(scale) for scale in tail]
    if all(undefined):
        return Behaviour(UNDEFINED, detail=f"no value {_closeness(tail[-1])}", scales=tuple(tail))
    if any(undefined):
        return Behaviour(UNDECIDED, detail="some values near the point are undefined")
    if any(_any_undefined(scale) for scale in far):
        return Behaviour(UNDECIDED, detail="some values near the point are undefined")
    near = [scale for scale in near if not _any_undefined(scale)]
    real = all(_is_real(value) for scale in tail for value in scale.values)
    if real:
        near, far, tail = _real_parts(near), _real_parts(far), _real_parts(tail)
    kind, estimated, detail = _kind(approach, near, far, tail, real)
    value, error = estimated if estimated is not None else (None, None)
    if kind == _RANGING:
        return Behaviour(OSCILLATING, None, None, real, detail, tuple(tail), ranging=True)
    return Behaviour(kind, value, error, real, detail, tuple(tail))


def _surrounded(approach: Approach, near: list[Scale], far: list[Scale]) -> list[Scale]:
    """The last few scales with their neighbourhoods: what is judged for spread."""
    chosen = far[-4:] if len(far) >= 3 else (near + far)[-7::2]
    found = [approach.surround(scale) for scale in chosen]
    return [scale for scale in found if scale is not None]


def _any_undefined(scale: Scale) -> bool:
    import mpmath

    return any(mpmath.isnan(value) for value in scale.values)


def _is_real(value: Any) -> bool:
    import mpmath

    return bool(abs(mpmath.im(value)) <= mpmath.mpf(10) ** -18 * abs(value))


def _real_parts(scales: list[Scale]) -> list[Scale]:
    import mpmath

    return [
        Scale(scale.exponent, tuple(mpmath.re(value) for value in scale.values)) for scale in scales
    ]


# --- the decision ---------------------------------------------------------------------------


def _kind(
    approach: Approach, near: list[Scale], far: list[Scale], tail: list[Scale], real: bool
) -> tuple[str, Estimate | None, str]:
    if _grows(near, far, tail):
        return _infinite_kind(approach, tail, real)
    settled = _best_estimate(near, far)
    if settled is not None and _closes_in(tail, settled):
        if has_spikes(approach, tail, settled.value):
            return (
                OSCILLATING,
                None,
                f"values near {_short(settled.value)} leave it again and again",
            )
        detail = f"values settle at {_short(settled.value)}"
        if settled.error:
            detail += f" (error {_short(settled.error, 2)})"
        return FINITE, settled, detail
    squeezed = _squeezed(tail)
    if squeezed is not None:
        detail = f"values close in on {_short(squeezed.value)} within {_short(squeezed.error, 2)}"
        return FINITE, squeezed, detail
    if _keeps_spreading(tail) or _swings_slowly(near, far):
        low, high = _extremes(tail[-1])
        detail = f"values still range from {_short(low)} to {_short(high)} {_closeness(tail[-1])}"
        wide = _spread(tail[-1]) > 0.5 * max(abs(low), abs(high))
        return _RANGING if wide else OSCILLATING, None, detail
    return UNDECIDED, settled, f"values move too slowly to decide {_closeness(tail[-1])}"


def _grows(near: list[Scale], far: list[Scale], tail: list[Scale]) -> bool:
    """Does the size grow without bound: strongly, or slowly without slowing down?"""
    least = [min(abs(value) for value in scale.values) for scale in tail]
    if any(b <= a for a, b in pairwise(least)):
        return False
    if least[-1] > 1e6 and least[-1] > 100 * least[0]:
        return True
    if not far and near[-1].exponent < 4:
        return False
    row = [abs(scale.values[0]) for scale in (_doubling(near, far) if far else near)[-4:]]
    steps = [b - a for a, b in pairwise(row)]
    return all(step > 0 for step in steps) and all(b >= 0.97 * a for a, b in pairwise(steps))


def _infinite_kind(
    approach: Approach, tail: list[Scale], real: bool
) -> tuple[str, Estimate | None, str]:
    last = tail[-1]
    low, high = _extremes(last)
    detail = f"values reach {_short(last.values[0])} {_closeness(last)}"
    if not real:
        return UNBOUNDED, None, detail
    signs = {value > 0 for scale in tail[-3:] for value in scale.values}
    if len(signs) == 2:
        return OSCILLATING, None, f"values from {_short(low)} to {_short(high)} {_closeness(last)}"
    if any(turns(in_order(scale.values)) for scale in tail[-2:]) and _spread_ratio(last) > 3:
        low_again = returns(approach, tail)
        if low_again is None:
            return UNDECIDED, None, f"{detail}, rising and falling"
        if low_again:
            return OSCILLATING, None, "values grow without bound and return near 0 again and again"
    return (PLUS if signs == {True} else MINUS), None, detail


def _spread_ratio(scale: Scale) -> Any:
    sizes = [abs(value) for value in scale.values]
    return max(sizes) / min(sizes)


def _doubling(near: list[Scale], far: list[Scale]) -> list[Scale]:
    """The scales whose exponents double: the far ones with those of the near ones that fit."""
    return [scale for scale in near if scale.exponent in (3.0, 6.0)] + far


def _best_estimate(near: list[Scale], far: list[Scale]) -> Estimate | None:
    """The sharper of the estimates; the far values, where they are known, must bear it out."""
    from_near = estimate([scale.values[0] for scale in near]) if len(near) >= 5 else None
    doubling = _doubling(near, far)
    from_far = estimate([scale.values[0] for scale in doubling]) if far else None
    if from_far is None or from_near is None:
        return from_far or (from_near if not far else None)
    if from_far.error <= from_near.error:
        return from_far
    agree = abs(from_far.value - from_near.value) <= 10 * (from_far.error + from_near.error)
    return from_near if agree else from_far


def _closes_in(tail: list[Scale], settled: Estimate) -> bool:
    """Is the error small, and do all the neighbourhoods close in on the value?"""
    size = 1 + abs(settled.value)
    if settled.error > _SETTLED * size:
        return False
    gaps = [max(abs(value - settled.value) for value in scale.values) for scale in tail]
    return bool(gaps[-1] <= 1e-10 * size or gaps[-1] <= 0.75 * gaps[0])


def _squeezed(tail: list[Scale]) -> Estimate | None:
    """The value on which ever narrower ranges, each inside the one before, close in (sin(x)/x)."""
    if len(tail) < 3 or any(hasattr(value, "_mpc_") for value in tail[-1].values):
        return None
    ranges = [(min(scale.values), max(scale.values)) for scale in tail]
    for (low, high), (inner_low, inner_high) in pairwise(ranges):
        if not low <= inner_low <= inner_high <= high:
            return None
        if inner_high - inner_low > 0.5 * (high - low):
            return None
    low, high = ranges[-1]
    middle = (low + high) / 2
    return Estimate(middle, 3 * (high - low)) if high - low < 1e-4 * (1 + abs(middle)) else None


def _keeps_spreading(tail: list[Scale]) -> bool:
    """Do neighbouring values go up and down and stay apart, however near the point?"""
    if len(tail) < 3:
        return False
    spreads = [_spread(scale) for scale in tail]
    least = 1e-9 * max(abs(value) for value in tail[-1].values)
    if spreads[-1] <= least or spreads[-1] < 0.4 * spreads[0] or min(spreads) < 0.1 * spreads[0]:
        return False
    return all(turns(in_order(scale.values)) >= 2 for scale in tail[-2:])


def _swings_slowly(near: list[Scale], far: list[Scale]) -> bool:
    """Does the function swing from scale to scale, as much far out as near (sin(log(x)))?"""
    if len(far) < len(FAR) or len(near) < len(NEAR):
        return False
    rows = [scale.values[0] for scale in near], [scale.values[0] for scale in far]
    if any(hasattr(value, "_mpc_") for row in rows for value in row):
        return False
    spans = [max(row) - min(row) for row in rows]
    return bool(turns(rows[0]) >= 3 and turns(rows[1]) >= 1 and spans[1] >= 0.5 * spans[0])


def _spread(scale: Scale) -> Any:
    return max(abs(a - scale.values[0]) for a in scale.values)


def _extremes(scale: Scale) -> tuple[Any, Any]:
    ordered = sorted(scale.values, key=lambda value: (value.real, value.imag))
    return ordered[0], ordered[-1]


def _short(value: Any, digits: int = 6) -> str:
    import mpmath

    text = str(mpmath.nstr(value, digits)).removesuffix(".0")
    if len(text) > 60:  # an exponent of many digits
        size = mpmath.nstr(mpmath.log10(abs(value)), 3)
        return f"{'-' if mpmath.re(value) < 0 else ''}10^({size})"
    return text


def _closeness(scale: Scale) -> str:
    return f"at a closeness of 10^{scale.exponent:g}"


# --- judging a claim ------------------------------------------------------------------------


def judge(behaviour: Behaviour, claim: Any) -> tuple[str, str]:
    """The verdict on a claimed limit and the numbers behind it.

    claim: a number (mpf, mpc), or `PLUS` or `MINUS`.
    """
    import mpmath

    if behaviour.kind == FINITE:
        if claim in (PLUS, MINUS):
            return FAILED, behaviour.detail
        with mpmath.workdps(40):
            gap = abs(behaviour.value - claim)
            size = 1 + abs(behaviour.value)
            if gap <= max(50 * behaviour.error, size * mpmath.mpf(10) ** -18):
                return PASSED, behaviour.detail
            if gap > max(1000 * behaviour.error, size * 1e-15):
                return FAILED, behaviour.detail
        return UNAVAILABLE, behaviour.detail
    if behaviour.kind in (PLUS, MINUS):
        return (PASSED if claim == behaviour.kind else FAILED), behaviour.detail
    if behaviour.kind in (OSCILLATING, UNDEFINED, UNBOUNDED):
        return FAILED, behaviour.detail
    return _weak_verdict(behaviour, claim)


def _weak_verdict(behaviour: Behaviour, claim: Any) -> tuple[str, str]:
    """Where the values do not decide: refute only what they move away from."""
    import mpmath

    if claim in (PLUS, MINUS) or len(behaviour.scales) < 3:
        return UNAVAILABLE, behaviour.detail
    with mpmath.workdps(40):
        gaps = [abs(scale.values[0] - claim) for scale in behaviour.scales]
        if all(b > 1.05 * a for a, b in pairwise(gaps)):
            return FAILED, f"values move away from {_short(claim)}"
    return UNAVAILABLE, behaviour.detail
