"""Walking down a function, step by step, and saying how it went."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from typing import NamedTuple

from dlmath.answer import DIVERGES, LIMIT_REACHED, Answer, Check, Sentence, Table
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import Node
from dlmath.maths.optimization import advice, working
from dlmath.maths.optimization.curvature import Spectrum, spectrum
from dlmath.maths.optimization.kinds import MAXIMUM, SADDLE, Kind, classify
from dlmath.maths.optimization.loop import compile_loop
from dlmath.maths.optimization.methods import Method, find_method, parameters_of
from dlmath.maths.optimization.objective import (
    Objective,
    Point,
    decimal,
    point_text,
    read_problem,
)
from dlmath.maths.optimization.path import Path
from dlmath.maths.optimization.theory import contraction, default_rate, stable_rate
from dlmath.maths.optimization.verdict import (
    BOUNCING,
    CONVERGED,
    DIVERGED,
    STALLED,
    STEPS_MAX,
    TIME,
    Verdict,
    judge,
    observed_factor,
)
from dlmath.settings import Settings

#: Rows of the table of steps, where none are asked for.
TRACE = 10

#: Variables that the table of steps has columns for.
_COLUMNS = 6


class Run(NamedTuple):
    """One descent, done: what was asked, the path, and what the curvature says of it.

    spectrum: of the Hessian where `curvature_at` says (`"the end"`, or `"the start"` when the
        descent diverged), None where there is none. steady: are the largest curvatures at start
        and end about the same, so that advice on the rate holds along the way?
    """

    objective: Objective
    method: Method
    parameters: Mapping[str, float]
    rate: float
    path: Path
    verdict: Verdict
    factor: float | None
    spectrum: Spectrum | None
    curvature_at: str
    kind: Kind
    steady: bool

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
        if self.largest is None:
            return None
        return stable_rate(self.method, self.parameters, self.largest)


def descend(
    expression: Node,
    start: Mapping[str, Node],
    settings: Settings,
    *,
    method: str = "gd",
    rate: float | None = None,
    momentum: float | None = None,
    steps_max: int = 1000,
    tolerance: float = 1e-8,
    trace: int | None = None,
) -> Answer:
    """Descends on the expression from the start point until the gradient is small.

    start: a value for every variable; `settings.at` may hold others fixed. method: a name of
    `methods.METHODS`. rate: the learning rate (None: `methods.default_rate`). momentum: in 0..1,
    for the methods that have it (None: 0.9). steps_max: the largest number of steps. tolerance:
    the Euclidean norm of the gradient at which it has converged. trace: rows of the table.

    Facts: `minimum` (the value at the end; null at a saddle or maximum and when it diverged), `at`,
    `iterations`, `reason` (converged, steps_max, bouncing, diverged, stalled), `verdict` (words),
    `gradient_norm`, `eigenvalues` of the Hessian at the end (at the start when it diverged),
    `kind`, `stable_rate` (2 over the largest eigenvalue), `best_rate` (2 over the sum of the
    smallest and the largest), `condition`, `rate`, `rate_observed` and `rate_predicted` (the
    factor by which the error shrinks a step).

    Raises InvalidInput for a start or an option that does not fit, Undefined when the function has
    no value at the start or the descent leaves its domain.
    """
    chosen = find_method(method)
    parameters = parameters_of(chosen, {"momentum": momentum})
    _check_options(rate, steps_max, tolerance, trace)
    objective, point = read_problem(expression, start, settings)
    at_start = _spectrum_at(objective, point)
    notes = []
    if rate is None:
        rate = default_rate(chosen, at_start.values[-1] if at_start else None)
        notes += advice.on_default_rate(chosen.rate, rate)
    loop = compile_loop(objective, chosen, {"rate": rate, **parameters})
    path = Path(loop, tuple(point), len(chosen.memory) * len(point))
    path.run(steps_max, tolerance, settings.progress, 0.85 * settings.seconds)
    if path.ended == "unsound":
        _refuse_undefined(objective, path, rate)
    run = _study(objective, chosen, parameters, rate, path, at_start)
    question: Sentence = (
        "minimize ",
        expression,
        f" by {chosen.title} from {point_text(objective.names, point)}",
    )
    return _answer(run, question, settings, trace or TRACE, notes)


# --- what was asked --------------------------------------------------------------------------


def _check_options(rate: float | None, steps_max: int, tolerance: float, trace: int | None) -> None:
    if rate is not None and not (isfinite(rate) and rate > 0):
        raise InvalidInput(
            f"the rate must be a positive number, not {rate:g}", hint="for example --rate 0.1"
        )
    if steps_max < 1:
        raise InvalidInput(f"at least one step is needed, not {steps_max}")
    if not (isfinite(tolerance) and tolerance >= 0):
        raise InvalidInput(
            f"the tolerance must be a number from 0 up, not {tolerance:g}",
            hint="for example --tolerance 1e-8",
        )
    if trace is not None and trace < 1:
        raise InvalidInput(f"at least one row is needed, not {trace}")


# --- what came of it -------------------------------------------------------------------------


def _refuse_undefined(objective: Objective, path: Path, rate: float) -> None:
    """Raises Undefined when the last point is outside the domain; returns when it ran away.

    InvalidInput when the start itself is too steep for floats.
    """
    from dlmath.expression.text import to_text

    end = path.end
    if end.step == 0:
        raise InvalidInput("the function is too steep at the start for floats")
    if not all(isfinite(x) for x in end.point):
        return
    where = point_text(objective.names, end.point)
    hint = f"try a smaller rate than {decimal(rate)}"
    value = objective.value(end.point)
    if value != value:
        part = to_text(objective.undefined_part(end.point))
        raise Undefined(
            f"the descent left the domain at step {end.step}: {part} has no real value at {where}",
            hint=hint,
        )
    slope = objective.slope(end.point)
    if isfinite(value) and any(entry != entry for entry in slope):
        raise Undefined(f"the function has no gradient at {where}, step {end.step}", hint=hint)
    if max(abs(value), *(abs(entry) for entry in slope)) < 1e100:
        raise Undefined(f"step {end.step} overflows in floats, at {where}", hint=hint)


def _spectrum_at(objective: Objective, point: Point) -> Spectrum | None:
    hessian = objective.hessian(point)
    return None if hessian is None else spectrum(hessian)


def _study(
    objective: Objective,
    method: Method,
    parameters: Mapping[str, float],
    rate: float,
    path: Path,
    at_start: Spectrum | None,
) -> Run:
    end = path.end
    factor = observed_factor(path)
    at_end = _spectrum_at(objective, end.point) if end.sound else None
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
    return Run(
        objective, method, parameters, rate, path, verdict, factor, found, where, kind, steady
    )


def _answer(
    run: Run, question: Sentence, settings: Settings, rows: int, notes: list[Sentence]
) -> Answer:
    answer = Answer(
        "descend",
        question=question,
        result=point_text(run.objective.names, run.path.end.point, settings.digits or 10),
        value=_minimum(run),
        facts=_facts(run),
        tables=[_table(run, rows)],
        notes=[*notes, *advice.on(run)],
    )
    if run.verdict.reason == DIVERGED:
        answer.status, answer.result = DIVERGES, "diverges"
    elif run.verdict.reason == TIME:
        message = f"{run.verdict.words}, at {answer.result}"
        answer.status, answer.result, answer.value = LIMIT_REACHED, None, None
        answer.error = {"message": message, "hint": "--timeout gives it more seconds"}
    if settings.steps:
        answer.steps = working.steps(run, settings.digits or 10)
    if settings.check:
        answer.checks = _checks(run)
    if settings.plot:
        _put_picture(answer, run)
    return answer


def _put_picture(answer: Answer, run: Run) -> None:
    from dlmath.maths.pictures.descent import descent_picture, steps_drawn
    from dlmath.maths.pictures.draw import put_picture

    last = run.verdict.step if run.verdict.step is not None else run.path.end.step
    away = run.verdict.reason == DIVERGED
    function, names = run.objective.expression, run.objective.names
    put_picture(
        answer, descent_picture, function, names, run.path, steps_drawn(last), runs_away=away
    )


def _minimum(run: Run) -> float | None:
    if run.verdict.reason == DIVERGED or run.kind.kind in (SADDLE, MAXIMUM):
        return None
    return run.path.end.value


def _facts(run: Run) -> dict[str, object]:
    end, names = run.path.end, run.objective.names
    diverged = run.verdict.reason == DIVERGED
    predicted = None
    if run.smallest is not None and run.spectrum is not None:
        predicted = contraction(run.method, run.parameters, run.rate, run.spectrum.values)
    bowl = run.smallest is not None and run.largest is not None
    return {
        "minimum": _minimum(run),
        "at": None if diverged else dict(zip(names, end.point, strict=True)),
        "iterations": run.verdict.step if diverged else end.step,
        "reason": run.verdict.reason,
        "verdict": run.verdict.words,
        "gradient_norm": None if diverged else end.norm,
        "eigenvalues": run.spectrum.values if run.spectrum else None,
        "kind": run.kind.kind,
        "stable_rate": 2 / run.largest if run.largest else None,
        "best_rate": 2 / (run.smallest + run.largest) if run.smallest and run.largest else None,
        "condition": run.largest / run.smallest if bowl and run.largest and run.smallest else None,
        "method": run.method.name,
        "rate": run.rate,
        "rate_observed": None if diverged else run.factor,
        "rate_predicted": predicted,
    }


def _table(run: Run, rows: int) -> Table:
    names = run.objective.names[:_COLUMNS]
    last = run.verdict.step if run.verdict.step is not None else run.path.end.step
    states = [run.path.at(step) for step in rows_shown(last, rows)]
    return Table(
        "descent",
        ("step", *names, "value", "gradient norm"),
        tuple(
            (state.step, *state.point[: len(names)], state.value, state.norm) for state in states
        ),
    )


def rows_shown(last: int, rows: int) -> list[int]:
    """The steps that a table of so many rows shows: the first, the last, and between them steps
    in geometric progression, close together at the start, where most happens."""
    if last < rows:
        return list(range(last + 1))
    if rows == 1:
        return [last]
    shown = [0]
    if rows > 2:
        shown.append(1)
    while len(shown) < rows:
        left = rows - len(shown)
        ratio = (last / max(1, shown[-1])) ** (1 / left)
        shown.append(last if left == 1 else max(shown[-1] + 1, round(shown[-1] * ratio)))
    return shown


def _checks(run: Run) -> list[Check]:
    from dlmath.checks import descent

    objective, path = run.objective, run.path
    expression, names = objective.expression, objective.names
    start, end = path.start.point, path.end
    slopes = descent.difference_slopes(expression, names, start)
    checks = [descent.check_gradient(names, objective.slope(start), slopes, "the start")]
    if end.step:
        pair = (start, path.at(1).point)
        momentum = run.parameters.get("momentum", 0.0)
        checks.append(
            descent.check_first_step(names, pair, slopes, run.method.name, run.rate, momentum)
        )
    if run.verdict.reason == DIVERGED:
        return checks
    if end.step:
        slopes = descent.difference_slopes(expression, names, end.point)
        slope = objective.slope(end.point)
        checks.append(descent.check_gradient(names, slope, slopes, "the end"))
    checks.append(descent.check_value(expression, names, end.point, end.value))
    return checks
