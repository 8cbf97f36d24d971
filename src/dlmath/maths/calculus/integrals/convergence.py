"""Does the integral exist near one end of an interval? Decided by how the function grows there.

Near an end the distance h goes to zero (at infinity x = 1/h, and the integrand becomes f/h^2).
With |f| ~ C * h^p * log(1/h)^q the integral exists when p > -1, or p = -1 and q < -1 (comparison
test). p and q are read off from values at distances down to 10^-64, computed with as many digits
as the cancellation there asks for.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from dlmath.expression.graph import Node

#: Kinds of behaviour near an end.
REGULAR = "regular"  # integrable, and of one sign or smooth
OSCILLATING = "oscillating"  # infinitely many sign changes or waves towards the end
DIVERGENT = "divergent"
UNDEFINED = "undefined"  # not a number near the end
UNKNOWN = "unknown"

#: Distances 10^-k.
_LADDER = (1, 2, 3, 4, 8, 16, 32, 64)

#: Factors that spread the places of one rung, without a common period.
_SPREAD = (1.0, 0.9371, 0.8613, 0.7907, 0.7211, 0.6607, 0.6131, 0.5519, 0.5003)

#: Stands for "faster than any power".
STEEP_POWER = 1e9

#: |log f| above this is faster than any power at the distances of the ladder.
_STEEP = 3000.0


class End(NamedTuple):
    """One end of an interval: the place (mpmath, maybe infinite) and the direction inward (+1, -1).

    place: called with a number of digits; None when the end is infinite.
    """

    place: Any
    inward: int

    @property
    def infinite(self) -> bool:
        """Is the end at infinity?"""
        return self.place is None


class Behaviour(NamedTuple):
    """How the integrand behaves near an end.

    kind: one of the names above. power, log_power: p and q. sign: +1 or -1 where the function
    keeps a sign there, else 0.
    """

    kind: str
    power: float
    log_power: float
    sign: int


class _Rung(NamedTuple):
    top: float  # log of the greatest |f| (with the factor 1/h^2 at infinity), natural
    bend: float  # how far log|f| is from a line over the rung
    sign: int
    mixed: bool


def near_end(integrand: Node, variable: str, end: End) -> Behaviour:
    """Classifies the integrand near one end."""
    plain = None if end.infinite else _quick(integrand, variable, end)
    if plain is not None:
        return plain
    rungs: dict[int, _Rung] = {}
    for k in _LADDER:
        rung = _rung(integrand, variable, end, k)
        if rung is None:
            if len(rungs) < 2 and k < 4:
                continue
            break
        rungs[k] = rung
        if abs(rung.top) > _STEEP:
            break
    if not rungs:
        return Behaviour(UNDEFINED, 0.0, 0.0, 0)
    return _judged(rungs)


def _judged(rungs: dict[int, _Rung]) -> Behaviour:
    steps = list(rungs)
    last = rungs[steps[-1]]
    before = rungs[steps[-2]] if len(steps) > 1 else last
    power, log_power, surely = _exponents({k: rung.top for k, rung in rungs.items()})
    if last.top < -_STEEP:
        return Behaviour(REGULAR, STEEP_POWER, 0.0, last.sign)
    waves = min(last.bend, before.bend) > 0.3 and abs(last.top) < _STEEP and not surely
    if last.mixed or waves:
        return Behaviour(OSCILLATING, power, 0.0, 0)
    if last.top > _STEEP:
        return Behaviour(DIVERGENT, -STEEP_POWER, 0.0, last.sign)
    if surely or len(steps) > 4:
        return Behaviour(_verdict(power, log_power), power, log_power, last.sign)
    return Behaviour(UNKNOWN, power, log_power, last.sign)


#: Distances at which a harmless end is told from a few values.
_QUICK = (8, 12, 16)


def _quick(integrand: Node, variable: str, end: End) -> Behaviour | None:
    """A finite end near which f is a plain power h^p with p > -0.4, from three values."""
    logs, sign = [], 0
    for k in _QUICK:
        size = _size(integrand, variable, end, 10.0**-k, 20 + 3 * k)
        if size is None or size[1] == 0:
            return None
        logs.append(size[0])
        sign = size[1]
    first, second = logs[1] - logs[0], logs[2] - logs[1]
    power = -second / (9.210340371976184)  # four decades
    if abs(first - second) > 0.01 or not -0.4 < power < 50:
        return None
    return Behaviour(REGULAR, power, 0.0, sign)


def _verdict(power: float, log_power: float) -> str:
    if power > -0.995:
        return REGULAR
    if power < -1.005:
        return DIVERGENT
    return REGULAR if log_power < -1.005 else DIVERGENT


def _exponents(tops: dict[int, float]) -> tuple[float, float, bool]:
    """p and q of h^p*log(1/h)^q, and whether few rungs say so beyond doubt."""
    from math import log

    steps = sorted(tops)
    triples = [k for k in steps if 2 * k in tops and 4 * k in tops]
    if triples and steps[-1] >= 16:
        k = triples[-1]
        first, second = tops[2 * k] - tops[k], tops[4 * k] - tops[2 * k]
        power = -(second - first) / (k * log(10))
        return power, (first + power * k * log(10)) / log(2), False
    if len(steps) < 2:
        return 0.0, 0.0, False
    a, b = steps[-2:]
    power = -(tops[b] - tops[a]) / ((b - a) * log(10))
    return power, 0.0, power > 3 or power < -3


def _rung(integrand: Node, variable: str, end: End, k: int) -> _Rung | None:
    logs: list[float] = []
    signs: set[int] = set()
    for factor in _SPREAD:
        size = _size(integrand, variable, end, 10.0**-k * factor, 20 + 3 * k)
        if size is None:
            return None
        logs.append(size[0])
        signs.add(size[1])
    signs.discard(0)
    sign = signs.pop() if len(signs) == 1 else 0
    return _Rung(max(logs), _bend(logs), sign, len(signs) > 0 and sign == 0)


def _size(
    integrand: Node, variable: str, end: End, distance: float, digits: int
) -> tuple[float, int] | None:
    """log|f| and the sign of f at a distance from the end, as seen from there; None: no value."""
    import mpmath

    from dlmath.errors import DlmathError
    from dlmath.expression import precise

    with mpmath.workdps(digits):
        h = mpmath.mpf(distance)
        place = end.inward / -h if end.infinite else end.place(digits) + end.inward * h
        try:
            value = precise.evaluate(integrand, {variable: place}, digits)
        except (DlmathError, ArithmeticError, ValueError):
            return None
        if isinstance(value, list) or mpmath.isnan(value):
            return None
        size = abs(value)
        if mpmath.isinf(size):
            return 10 * _STEEP, 1
        if end.infinite:
            size /= h * h
        real = value.real if isinstance(value, mpmath.mpc) else value
        if size == 0:
            return -10 * _STEEP, 0
        logarithm = float(max(-10 * _STEEP, min(10 * _STEEP, mpmath.log(size))))
        return logarithm, int(mpmath.sign(real))


def _bend(logs: list[float]) -> float:
    """Greatest distance of log|f| from the line through the rung's ends, over its logarithm."""
    from math import log

    slope = (logs[-1] - logs[0]) / log(_SPREAD[-1])
    return max(
        abs(value - logs[0] - slope * log(factor))
        for value, factor in zip(logs, _SPREAD, strict=True)
    )
