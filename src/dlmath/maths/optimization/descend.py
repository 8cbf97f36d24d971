"""Walking down a function, step by step, and saying how it went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dlmath.answer import ANSWERED, DIVERGES, LIMIT_REACHED, Answer, Check, Sentence
from dlmath.errors import ExitCode
from dlmath.expression.graph import Node
from dlmath.maths.optimization import advice, working
from dlmath.maths.optimization.facts import (
    TRACE,
    EveryStep,
    facts,
    last_step,
    minimum,
    tables,
)
from dlmath.maths.optimization.noise import normal_noise
from dlmath.maths.optimization.objective import (
    Objective,
    Point,
    penalized,
    point_text,
    read_problem,
)
from dlmath.maths.optimization.path import Path, Watch
from dlmath.maths.optimization.plan import Options, Plan, make_plan
from dlmath.maths.optimization.run import Run, carry_out, make_path, settled, spectrum_at
from dlmath.maths.optimization.schedules import warmup_of
from dlmath.maths.optimization.verdict import DIVERGED, INTERRUPTED, TIME
from dlmath.settings import Settings


def descend(
    expression: Node,
    start: Mapping[str, Node],
    settings: Settings,
    options: Options | None = None,
    **given: Any,
) -> Answer:
    """Descends on the expression from the start point until the gradient is small.

    start: a value for every variable; `settings.at` may hold others fixed. options, or given: what
    `plan.Options` names.

    Facts: `minimum` (the value at the end; null at a saddle or maximum and when it diverged), `at`,
    `iterations`, `reason` (converged, steps_max, bouncing, diverged, stalled, time, interrupted),
    `verdict` (words), `gradient_norm`, `eigenvalues` of the Hessian at the end (at the start when
    it diverged; of more than 120 variables two at either end), `kind`, `stable_rate` (2 over the
    largest eigenvalue), `best_rate` (2 over the sum of the smallest and the largest),
    `best_momentum` and `best_rate_with_momentum` (`theory.best_with_momentum`), `condition`,
    `method`, `rate` (or `line_search`), `schedule` and `penalty` where there is one,
    `rate_observed` and `rate_predicted` (the factor by which the error shrinks a step).

    Raises InvalidInput for a start or an option that does not fit, Undefined when the function has
    no value at the start or the descent leaves its domain, OutputError for a checkpoint that
    cannot be written.
    """
    options = options or Options(**given)
    plan = make_plan(options)
    objective, point = read_problem(expression, start, settings)
    run, notes = descend_from(objective, point, plan, options, settings)
    question: Sentence = (
        "minimize ",
        expression,
        f" by {plan.method.title} from {point_text(objective.names, point)}",
    )
    return _answer(run, question, settings, options.trace or TRACE, notes)


def descend_from(
    objective: Objective, point: Point, plan: Plan, options: Options, settings: Settings
) -> tuple[Run, list[Sentence]]:
    """One descent of a function that has been read, with notes on how it was set up."""
    notes: list[Sentence] = []
    if plan.penalty:
        function = penalized(objective.expression, objective.names, plan.penalty)
        objective = Objective(function, objective.names)
        notes.append(advice.on_penalty(plan.penalty, objective.names))
    at_start = spectrum_at(objective, point)
    chosen = settled(plan, options, at_start)
    if options.rate is None and chosen.line_search is None:
        notes += advice.on_default_rate(chosen.method.rate, chosen.rate)
    path = make_path(objective, chosen, point)
    watch = Watch(settings.progress, 0.85 * settings.seconds, settings.interrupted)
    if options.checkpoint is not None:
        watch, found = _kept_in(options.checkpoint, objective, chosen, path, watch)
        notes += found
    return carry_out(objective, chosen, path, options.tolerance, at_start, watch), notes


def _kept_in(
    file: str, objective: Objective, plan: Plan, path: Path, watch: Watch
) -> tuple[Watch, list[Sentence]]:
    """Takes the descent up where the file left it, if it is there, and saves to it."""
    from dlmath.maths.optimization.checkpoint import Keeper

    keeper = Keeper(file, objective, plan, path.start.point)
    step = keeper.load(path)
    notes: list[Sentence] = [] if step is None else [(f"goes on from step {step} of {file}",)]
    return watch._replace(save=keeper.save), notes


def _answer(
    run: Run, question: Sentence, settings: Settings, rows: int, notes: list[Sentence]
) -> Answer:
    answer = Answer(
        "descend",
        question=question,
        result=point_text(run.objective.names, run.end.point, settings.digits or 10),
        value=minimum(run),
        facts=facts(run),
        tables=tables(run, rows),
        notes=[*notes, *advice.on(run)],
    )
    answer.files[".csv"] = EveryStep(run)
    if run.verdict.reason == DIVERGED:
        answer.status, answer.result = DIVERGES, "diverges"
    elif run.verdict.reason == TIME:
        message = f"{run.verdict.words}, at {answer.result}"
        answer.status, answer.result, answer.value = LIMIT_REACHED, None, None
        answer.error = {"message": message, "hint": "--timeout gives it more seconds"}
    elif run.verdict.reason == INTERRUPTED:
        answer.status, answer.exit_code = ANSWERED, ExitCode.INTERRUPTED
    if settings.steps:
        answer.steps = working.steps(run, settings.digits or 10)
    if settings.check:
        answer.checks = checks_of(run)
    if settings.plot:
        _put_picture(answer, run)
    return answer


def _put_picture(answer: Answer, run: Run) -> None:
    from dlmath.maths.pictures.descent import descent_picture
    from dlmath.maths.pictures.draw import put_picture

    away = run.verdict.reason == DIVERGED
    function, names = run.objective.expression, run.objective.names
    put_picture(answer, descent_picture, function, names, run.path, last_step(run), runs_away=away)


def checks_of(run: Run) -> list[Check]:
    """The gradient at both ends, the first step and the value at the end, by other routes."""
    from dlmath.checks import descent

    objective, path = run.objective, run.path
    expression, names = objective.expression, objective.names
    start, end = path.start.point, run.end
    slopes = descent.difference_slopes(expression, names, start)
    checks = [descent.check_gradient(names, objective.slope(start), slopes, "the start")]
    if path.end.step:
        checks.append(_check_first_step(run, slopes))
    if run.verdict.reason == DIVERGED:
        return checks
    if end.step:
        slopes = descent.difference_slopes(expression, names, end.point)
        slope = objective.slope(end.point)
        checks.append(descent.check_gradient(names, slope, slopes, "the end"))
    checks.append(descent.check_value(expression, names, end.point, end.value))
    return checks


def _check_first_step(run: Run, slopes: Any) -> Check:
    from dlmath.checks import descent

    names, plan = run.objective.names, run.plan
    pair = (run.path.start.point, run.path.at(1).point)
    if plan.line_search is not None:
        return descent.check_search(run.objective.expression, names, pair, slopes)
    noise = normal_noise(plan.seed, plan.noise, len(names))(1) if plan.noise else None
    first = descent.First(
        plan.method.name,
        plan.rate / warmup_of(plan.steps) if plan.schedule == "warmup-cosine" else plan.rate,
        plan.parameters,
        plan.clip,
        noise,
    )
    return descent.check_first_step(names, pair, slopes, first)
