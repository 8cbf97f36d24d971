"""One descent carried out: the path of a plan, and what the curvature says of it."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import NamedTuple

from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.text import to_text
from dlmath.maths.optimization.curvature import Spectrum, extremes, spectrum
from dlmath.maths.optimization.kinds import Kind, classify
from dlmath.maths.optimization.loop import compile_loop
from dlmath.maths.optimization.methods import Method
from dlmath.maths.optimization.objective import (
    ARITHMETIC_ERRORS,
    HESSIAN_VARIABLES,
    Objective,
    Point,
    decimal,
    point_text,
)
from dlmath.maths.optimization.path import Path, State, Watch
from dlmath.maths.optimization.plan import Options, Plan
from dlmath.maths.optimization.theory import default_rate, stable_rate
from dlmath.maths.optimization.verdict import (
    BOUNCING,
    CONVERGED,
    DIVERGED,
    INTERRUPTED,
    STALLED,
    STEPS_MAX,
    Verdict,
    judge,
    observed_factor,
)


class Run(NamedTuple):
    """One descent, done: what was asked, the path, and what the curvature says of it.

    factor: by how much the gradient shrank a step, near the end.
    spectrum: of the Hessian where `curvature_at` says (`"the end"`, or `"the start"` when the
        descent diverged), None where there is none. steady: are the largest curvatures at start
        and end about the same, so that advice on the rate holds along the way?
    """

    objective: Objective
    plan: Plan
    path: Path
    verdict: Verdict
    factor: float | None
    spectrum: Spectrum | None
    curvature_at: str
    kind: Kind
    steady: bool

    @property
    def method(self) -> Method:
        """The method of the plan."""
        return self.plan.method

    @property
    def parameters(self) -> Mapping[str, float]:
        """The parameters of the method."""
        return self.plan.parameters

    @property
    def rate(self) -> float:
        """The learning rate: of the first step, where it has a schedule."""
        return self.plan.rate

    @property
    def end(self) -> State:
        """The state that is the answer: the last one, or the best where it was interrupted."""
        return self.path.best() if self.verdict.reason == INTERRUPTED else self.path.end

    @property
    def largest(self) -> float | None:
        """The largest eigenvalue of the Hessian, where it is positive."""
        if self.spectrum is None or self.spectrum.values[-1] <= 0:
            return None
        return self.spectrum.values[-1]

    @property
    def smallest(self) -> float | None:
        """The smallest eigenvalue of the Hessian, where all are positive."""
        if self.spectrum is None or self.spectrum.values[0] <= 0:
            return None
        return self.spectrum.values[0]

    @property
    def stable_rate(self) -> float | None:
        """The largest rate that is stable for this method on a bowl of this curvature."""
        if self.largest is None or self.plan.line_search is not None:
            return None
        return stable_rate(self.method, self.parameters, self.largest)


def spectrum_at(objective: Objective, point: Point) -> Spectrum | None:
    """The eigenvalues of the Hessian: all, or of many variables those at the ends; else None."""
    if len(objective.names) > HESSIAN_VARIABLES:
        try:
            along = objective.curvature_along()
            return extremes(lambda v: along(point, v), len(point))
        except ARITHMETIC_ERRORS:
            return None
    hessian = objective.hessian(point)
    return None if hessian is None else spectrum(hessian)


def settled(plan: Plan, options: Options, at_start: Spectrum | None) -> Plan:
    """The plan with its rate: the one given, or one that suits the curvature at the start."""
    if options.rate is not None or plan.line_search is not None:
        return plan
    largest = max(map(abs, at_start.values)) if at_start else None
    return plan._replace(rate=default_rate(plan.method, largest))


def make_path(objective: Objective, plan: Plan, point: Point) -> Path:
    """The path at its start. Raises InvalidInput for too many variables of a method."""
    if plan.line_search is not None:
        from dlmath.maths.optimization.searching import search_loop

        loop, remembered = search_loop(objective, plan)
        return Path(loop, tuple(point), remembered)
    repeats = plan.schedule == "constant" and not plan.noise
    remembered = len(plan.method.memory) * len(point)
    return Path(compile_loop(objective, plan), tuple(point), remembered, repeats=repeats)


def carry_out(
    objective: Objective,
    plan: Plan,
    path: Path,
    tolerance: float,
    at_start: Spectrum | None,
    watch: Watch,
) -> Run:
    """Descends, and studies what came of it. at_start: the curvature at the start.

    Raises Undefined where it leaves the domain, InvalidInput where the start is too steep.
    """
    path.run(plan.steps, tolerance, watch)
    if path.ended == "unsound":
        _refuse_undefined(objective, path, plan)
    return _study(objective, plan, path, at_start)


def _refuse_undefined(objective: Objective, path: Path, plan: Plan) -> None:
    """Raises Undefined when the last point is outside the domain; returns when it ran away.

    InvalidInput when the start itself is too steep for floats.
    """
    end = path.end
    if end.step == 0:
        raise InvalidInput("the function is too steep at the start for floats")
    if not all(isfinite(x) for x in end.point):
        return
    where = point_text(objective.names, end.point)
    hint = f"try a smaller rate than {decimal(plan.rate)}"
    value = objective.value(end.point)
    if value != value:
        part = to_text(objective.undefined_part(end.point))
        raise Undefined(
            f"the descent left the domain at step {end.step}: {part} has no real value at {where}",
            hint=hint,
        )
    slope = objective.slope(end.point)
    if isfinite(value) and any(entry != entry for entry in slope):
        words = ""
        if (found := objective.undefined_slope(end.point)) is not None:
            words = f": its derivative by {found[0]} contains {to_text(found[1])}"
        raise Undefined(
            f"the function has no gradient at {where}, step {end.step}{words}", hint=hint
        )
    if max(abs(value), *(abs(entry) for entry in slope)) < 1e100:
        raise Undefined(f"step {end.step} overflows in floats, at {where}", hint=hint)


def _study(objective: Objective, plan: Plan, path: Path, at_start: Spectrum | None) -> Run:
    factor = observed_factor(path)
    end = path.best() if path.ended == "interrupted" else path.end
    at_end = spectrum_at(objective, end.point) if end.sound else None
    verdict = judge(path, factor, bowl=at_end is not None and at_end.values[0] > 0)
    if verdict.reason == STEPS_MAX and (endless := objective.endless()) is not None:
        words = f"not converged: the function falls without bound along {endless}"
        verdict = Verdict(DIVERGED, words, end.step)
    found, where = (at_start, "the start") if verdict.reason == DIVERGED else (at_end, "the end")
    kind = Kind(None)
    if at_end is not None and verdict.reason not in (DIVERGED, BOUNCING):
        stationary = verdict.reason == CONVERGED
        slope = objective.slope(end.point)
        kind = classify(objective, end.point, at_end, slope, stationary=stationary)
    if verdict.reason == STALLED and kind.kind is not None:
        words = f"converged at step {end.step}, to the precision of floats"
        verdict, factor = Verdict(CONVERGED, words), None
    steady = bool(
        at_start and found and found.values[-1] < 2 * at_start.values[-1] < 4 * found.values[-1]
    )
    return Run(objective, plan, path, verdict, factor, found, where, kind, steady)


def overflow_words(run: Run) -> str | None:
    """Which part of the function overflows at the end of a descent that ran away, or None."""
    end = run.path.end
    if run.path.ended != "unsound" or not all(map(isfinite, end.point)):
        return None
    if isfinite(run.objective.value(end.point)):
        return None
    return f"at step {end.step} {to_text(run.objective.undefined_part(end.point))} overflows"
