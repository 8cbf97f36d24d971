"""Integrals towards an end where the integrand oscillates without end.

The end is moved to infinity (`x = c + 1/t` for a finite one). There the partial integrals up to
t are averaged with a smooth cutoff that falls from 1 to 0 over one octave [R, 2R]: what oscillates
dies faster than any power of R, what decays smoothly leaves powers of R, which Wynn's epsilon
algorithm (1956) removes from the sequence R = T, 2T, 4T, ... Whether the improper integral exists
is seen from the partial integrals themselves: their swing over an octave must go to zero. (The
averages alone would give the integral of sin(x) to infinity a value, 1.)
"""

from __future__ import annotations

from collections.abc import Callable
from time import monotonic
from typing import Any, NamedTuple

from dlmath.expression.graph import Node
from dlmath.maths.calculus.integrals.convergence import End
from dlmath.maths.calculus.integrals.numeric import Estimate, NotANumber

#: Octaves used at most, and panels in one octave at most.
OCTAVES = 13
PANELS = 1 << 17

#: Panels in the first try of an octave.
_FEWEST = 16

#: No further octave is begun after this time.
SECONDS = 5.0

#: The swing of the partial integrals must have fallen to this share over the octaves seen.
FALLEN = 0.8

Array = Any
Window = Callable[[Array], Array]


class Tail(NamedTuple):
    """The integral towards an oscillating end.

    converges: True, False, or None when that could not be seen; estimate: only when it does.
    """

    converges: bool | None
    estimate: Estimate | None


class _Octave(NamedTuple):
    whole: float
    cut: float
    swing: float
    size: float
    evaluations: int
    panels: int


def tail(
    integrand: Node,
    variable: str,
    end: End,
    start: float,
    *,
    absolutely: bool,
    second: bool = False,
) -> Tail:
    """The integral from `start` to an oscillating end.

    absolutely: is |f| known to be integrable? second: use another cutoff and other octaves, for
    an independent second opinion.
    """
    g, first = _moved_to_infinity(integrand, variable, end, start)
    window = _steep_window if second else _smooth_window
    if second:
        first_part = _octave(g, first, first * 1.37, window)
        first *= 1.37
    octaves: list[_Octave] = []
    sums: list[float] = []
    started, panels, whole = monotonic(), _FEWEST, 0.0
    if second:
        if first_part is None:
            return Tail(None, None)
        whole = first_part.whole
    for k in range(OCTAVES):
        octave = _octave(g, first * 2.0**k, first * 2.0 ** (k + 1), window, panels)
        if octave is None:
            break
        octaves.append(octave)
        sums.append(whole + octave.cut)
        whole += octave.whole
        panels = max(_FEWEST, octave.panels // 2)
        if len(octaves) > 6 and (_settled(sums, octaves) or monotonic() - started > SECONDS):
            break
    if len(octaves) < 5:
        return Tail(None, None)
    if not (absolutely or _swings_die(octaves)):
        return Tail(False, None)
    value, error = _accelerated(sums)
    size = sum(octave.size for octave in octaves)
    error = max(error, 2e-16 * size)
    if error > 1e-6 * max(abs(value), 1e-3 * size):
        return Tail(None, None)
    import mpmath

    count = sum(octave.evaluations for octave in octaves)
    return Tail(
        True,
        Estimate(
            mpmath.mpf(value), mpmath.mpf(error), "partial integrals with a smooth cutoff", count
        ),
    )


def _settled(sums: list[float], octaves: list[_Octave]) -> bool:
    size = sum(octave.size for octave in octaves)
    return abs(sums[-1] - sums[-2]) < 3e-13 * size and abs(sums[-2] - sums[-3]) < 1e-10 * size


def _swings_die(octaves: list[_Octave]) -> bool:
    early = max(octave.swing for octave in octaves[:2])
    late = max(octave.swing for octave in octaves[-2:])
    return late < FALLEN * early


# --- the pieces -------------------------------------------------------------------------------


def _moved_to_infinity(
    integrand: Node, variable: str, end: End, start: float
) -> tuple[Callable[[Array], Array], float]:
    """g(t) and the first t, with the integral of g from there to infinity equal to the tail."""
    f = array_function(integrand, variable)
    if end.infinite:
        direction = -end.inward

        def at_infinity(t: Array) -> Array:
            return f(start + direction * (t - 1.0))

        return at_infinity, 1.0
    place, inward = float(end.place(20)), end.inward

    def at_place(t: Array) -> Array:
        return f(place + inward / t) / t**2

    return at_place, 1.0 / abs(start - place)


def _octave(
    g: Callable[[Array], Array], low: float, high: float, window: Window, panels: int = 16
) -> _Octave | None:
    """Integrals over [low, high], with panels doubled until they settle; None if they do not."""
    import numpy

    nodes, weights = numpy.polynomial.legendre.leggauss(16)
    previous: tuple[float, float] | None = None
    count = 0
    while panels <= PANELS:
        width = (high - low) / panels
        left = low + width * numpy.arange(panels)
        t = left[:, None] + width * (nodes[None, :] + 1) / 2
        with numpy.errstate(all="ignore"):
            values = numpy.asarray(g(t.ravel()), dtype=float).reshape(t.shape)
        count += t.size
        if not numpy.all(numpy.isfinite(values)):
            return None
        parts = values @ weights * (width / 2)
        size = float(numpy.sum(numpy.abs(values) @ weights) * width / 2)
        cut = float(numpy.sum((values * window((t - low) / (high - low))) @ weights) * width / 2)
        whole = float(numpy.sum(parts))
        if previous is not None and _agree((whole, cut), previous, size):
            partial = numpy.concatenate([[0.0], numpy.cumsum(parts)])
            swing = float(partial.max() - partial.min())
            return _Octave(whole, cut, swing, size, count, panels)
        previous = whole, cut
        panels *= 2
    return None


def _agree(a: tuple[float, float], b: tuple[float, float], size: float) -> bool:
    return all(abs(x - y) <= 1e-14 * size + 1e-300 for x, y in zip(a, b, strict=True))


def _smooth_window(s: Array) -> Array:
    """From 1 at s = 0 to 0 at s = 1, infinitely smooth."""
    import numpy

    with numpy.errstate(all="ignore"):
        return 1 / (1 + numpy.exp(numpy.clip(1 / (1 - s) - 1 / s, -700, 700)))


def _steep_window(s: Array) -> Array:
    """The same by the error function of a stretched variable."""
    import numpy
    from scipy.special import erfc

    with numpy.errstate(all="ignore"):
        return erfc(numpy.clip((2 * s - 1) / (s * (1 - s)), -30, 30)) / 2


def _accelerated(sums: list[float]) -> tuple[float, float]:
    """The limit of a sequence and an error estimate: as it stands, or by Wynn's algorithm."""
    last, before = abs(sums[-1] - sums[-2]), abs(sums[-2] - sums[-3])
    best = sums[-1], 10 * last if last < 0.05 * before else max(last, before)
    for length in range(5, len(sums) + 1):
        limits = [_epsilon(sums[:n]) for n in (length - 2, length - 1, length)]
        error = max(abs(limits[2] - limits[1]), abs(limits[1] - limits[0]))
        if error < best[1]:
            best = limits[2], error
    return best


def _epsilon(sums: list[float]) -> float:
    """Wynn's epsilon algorithm: the last entry of the highest even column."""
    before = [0.0] * (len(sums) + 1)
    now = list(sums)
    best = sums[-1]
    column = 0
    while len(now) > 1:
        nxt = []
        for k in range(len(now) - 1):
            step = now[k + 1] - now[k]
            if step == 0 or abs(step) < 1e-15 * abs(now[k]):
                return now[k + 1] if column % 2 == 0 else best
            nxt.append(before[k + 1] + 1 / step)
        before, now = now, nxt
        column += 1
        if column % 2 == 0:
            best = now[-1]
    return best


def array_function(integrand: Node, variable: str) -> Callable[[Array], Array]:
    """The integrand on arrays of floats; entry by entry where it cannot be compiled."""
    import numpy

    from dlmath.maths.calculus.integrals.numeric import float_function

    try:
        from dlmath.expression.compile import compile_function

        compiled = compile_function([integrand], [variable], arrays=True)
    except Exception:  # a function without an array form
        one = float_function(integrand, variable)

        def entrywise(x: Array) -> Array:
            try:
                return numpy.array([one(float(entry)) for entry in x])
            except NotANumber:
                return numpy.full(len(x), numpy.nan)

        return entrywise
    return lambda x: compiled(x)[0] + 0.0 * x
