"""One integration of s' = F(x, s) from x0 to x1, step by step, by scipy's steppers.

Stepping is our own loop, so that stiffness is noticed on the way: an explicit method is held to
steps h with h*|lambda| below its stability limit, lambda the eigenvalues of the Jacobian with a
negative real part (Hairer and Wanner, Solving Ordinary Differential Equations II, section IV.2).
Where this goes on over many steps, an implicit method takes over.
"""

from __future__ import annotations

import warnings
from time import monotonic
from typing import Any, NamedTuple

from dlmath.maths.equations.numeric.system import Array, System

#: Name of a method to scipy's class, and whether it is for stiff equations.
STEPPERS = {
    "rk45": ("RK45", False),
    "dop853": ("DOP853", False),
    "radau": ("Radau", True),
    "bdf": ("BDF", True),
    "lsoda": ("LSODA", True),
}
#: How people call them.
NAMES = {
    "rk45": "Dormand-Prince 5(4)",
    "dop853": "Dormand-Prince 8(5,3)",
    "radau": "Radau IIA, order 5",
    "bdf": "backward differentiation formulas",
    "lsoda": "LSODA: Adams, and BDF where stiff",
}

REACHED = "reached"
#: The steps became too small, or the right side lost its value.
STUCK = "stuck"
TIME = "time"

_STEPS_MOST = 400_000
#: Steps between two looks at the Jacobian, and looks in a row that make it stiff.
_EVERY, _LOOKS = 4, 5
#: h*|lambda| from which the step may be held by stability.
_HELD = 0.5
#: How much faster than the solution's own slope changes.
_FASTER = 20.0
#: |lambda| times the length of the interval from which it is worth changing the method.
_LONG = 500.0
#: The same from which an explicit method is not even tried.
_VERY_LONG = 2e5
#: Relative size of the last steps before a singular point.
_TINY = 3e-14


class Stiffness(NamedTuple):
    """Where it was noticed: x, the step, the fastest and slowest eigenvalue there (negative)."""

    x: float
    step: float
    fastest: float
    slowest: float


class Run(NamedTuple):
    """One integration.

    x, s: the accepted steps, s[k] the state at x[k]. dense: the state anywhere between, for one x
    or an array of them (the shape is (states,) or (states, points)). end: `reached`, `stuck`,
    `time`. stiff: where stiffness was noticed. switched: was the method changed there?
    """

    x: Array
    s: Array
    dense: Any
    method: str
    end: str
    steps: int
    evaluations: int
    seconds: float
    stiff: Stiffness | None = None
    switched: bool = False


def tolerances(start: Array, relative: float) -> tuple[float, float]:
    """Relative and absolute tolerance: three more digits beside 1, or beside a small start."""
    import numpy

    sizes = numpy.abs(start[start != 0])
    scale = min(1.0, float(sizes.min())) if len(sizes) else 1.0
    return relative, 1e-3 * relative * max(scale, 1e-12)


def integrate(
    system: System,
    start: Array,
    x0: float,
    x1: float,
    method: str,
    relative: float,
    seconds: float,
    *,
    change: bool = False,
) -> Run:
    """Integrates; with change=True an explicit method gives way to Radau where it is stiff."""
    import numpy
    import scipy.integrate

    began = monotonic()
    with warnings.catch_warnings(), numpy.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        first = numpy.array(start, dtype=float)
        if not numpy.all(numpy.isfinite(system.rate(x0, first))):
            return _nothing(x0, first, method, began)
        walk = _Walk(system, x1, method, relative, change)
        walk.begin(x0, first)
        end = walk.run(began + seconds)
    if not walk.pieces:
        return _nothing(x0, first, method, began)
    x, s = numpy.array(walk.x), numpy.array(walk.s)
    dense = scipy.integrate.OdeSolution(x, walk.pieces)
    return Run(x, s, dense, walk.method, end, len(walk.pieces),
               walk.evaluations + walk.stepper.nfev, monotonic() - began, walk.stiff,
               walk.switched)  # fmt: skip


class _Walk:
    """The steps of one integration, as far as they have come."""

    def __init__(
        self, system: System, x1: float, method: str, relative: float, change: bool
    ) -> None:
        self.system, self.x1, self.method = system, x1, method
        self.relative, self.change = relative, change
        self.x: list[float] = []
        self.s: list[Array] = []
        self.pieces: list[Any] = []
        self.stiff: Stiffness | None = None
        self.switched = False
        self.evaluations = 0
        self.looks = 0
        self.stepper: Any = None

    def begin(self, x0: float, start: Array) -> None:
        """Puts the stepper at the start."""
        self.length = abs(self.x1 - x0)
        self.tolerances = tolerances(start, self.relative)
        self.x, self.s = [x0], [start]
        if self.explicit:
            self.stiff = _at_start(self.system, x0, start, self.length)
            if self.stiff is not None and self.change:
                self.method, self.switched = "radau", True
        self.stepper = self.made(x0, start)

    @property
    def explicit(self) -> bool:
        """Is the method one that stiffness holds to short steps?"""
        return not STEPPERS[self.method][1]

    def made(self, x: float, s: Array) -> Any:
        """A stepper of the method, at a place."""
        import scipy.integrate

        options: dict[str, Any] = {}
        if not self.explicit and self.system.jacobian is not None:
            options["jac"] = self.system.jacobian
        rtol, atol = self.tolerances
        kind = getattr(scipy.integrate, STEPPERS[self.method][0])
        return kind(self.system.rate, x, s, self.x1, rtol=rtol, atol=atol, **options)

    def run(self, until: float) -> str:
        """Steps to the end, or to where it does not go on; says which."""
        import numpy

        while self.stepper.status == "running":
            try:
                self.stepper.step()
            except (ArithmeticError, ValueError, numpy.linalg.LinAlgError):
                return STUCK
            stepper = self.stepper
            if stepper.status == "failed" or not numpy.all(numpy.isfinite(stepper.y)):
                return STUCK
            moved = abs(stepper.t - self.x[-1])
            if moved == 0:
                return STUCK
            self.pieces.append(stepper.dense_output())
            self.x.append(float(stepper.t))
            self.s.append(stepper.y.copy())
            if stepper.status == "finished":
                return REACHED
            if moved < _TINY * max(abs(stepper.t), self.length):
                return STUCK
            if len(self.pieces) >= _STEPS_MOST or monotonic() > until:
                return TIME
            if self.explicit and self.stiff is None and len(self.pieces) % _EVERY == 0:
                self.look()
        return REACHED

    def look(self) -> None:
        """Is it stiff here? Seen often enough, the method is changed, if it may be."""
        stepper = self.stepper
        noticed = _held(self.system, self.x[-2:], self.s[-2:], self.length)
        self.looks = self.looks + 1 if noticed is not None else 0
        if self.looks < _LOOKS:
            return
        self.stiff = noticed
        if self.change:
            self.evaluations += stepper.nfev
            self.method, self.switched = "radau", True
            self.stepper = self.made(stepper.t, stepper.y)


def _nothing(x0: float, start: Array, method: str, began: float) -> Run:
    import numpy

    return Run(numpy.array([x0]), numpy.array([start]), None, method, STUCK, 0, 1,
               monotonic() - began)  # fmt: skip


def _decay(system: System, x: float, s: Array) -> tuple[float, float]:
    """|real part| of the fastest and the slowest decaying mode; zeros where there is none."""
    import numpy

    if system.jacobian is None:
        return 0.0, 0.0
    matrix = system.jacobian(x, s)
    if not numpy.all(numpy.isfinite(matrix)):
        return 0.0, 0.0
    rates = -numpy.linalg.eigvals(matrix).real
    rates = rates[rates > 0]
    return (float(rates.max()), float(rates.min())) if len(rates) else (0.0, 0.0)


def _at_start(system: System, x: float, s: Array, length: float) -> Stiffness | None:
    fastest, slowest = _decay(system, x, s)
    if fastest * length < _VERY_LONG:
        return None
    return Stiffness(x, 0.0, -fastest, -slowest)


def _held(
    system: System, places: list[float], states: list[Array], length: float
) -> Stiffness | None:
    """Is the step held by a mode that decays far faster than the solution itself changes?"""
    import numpy

    x, s = places[-1], states[-1]
    step = abs(x - places[0])
    fastest, slowest = _decay(system, x, s)
    if fastest * length < _LONG or step * fastest < _HELD:
        return None
    rate, before = system.rate(x, s), system.rate(places[0], states[0])
    change = float(numpy.abs(rate - before).max()) / step
    if fastest * float(numpy.abs(rate).max()) < _FASTER * change:
        return None
    return Stiffness(x, step, -fastest, -slowest)
