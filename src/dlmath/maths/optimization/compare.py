"""A race: several methods from the same start, on one table and in one picture."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from dlmath.answer import (
    ANSWERED,
    DIVERGES,
    FAILED,
    PASSED,
    UNAVAILABLE,
    Answer,
    Check,
    Sentence,
    Step,
    Table,
)
from dlmath.errors import ExitCode, InvalidInput, Undefined
from dlmath.expression.graph import Node
from dlmath.maths.optimization import advice, working
from dlmath.maths.optimization.descend import checks_of, descend_from
from dlmath.maths.optimization.facts import EveryStep, facts, last_step, minimum
from dlmath.maths.optimization.methods import find_method
from dlmath.maths.optimization.objective import point_text, read_problem
from dlmath.maths.optimization.plan import Options, make_plan
from dlmath.maths.optimization.run import Run
from dlmath.maths.optimization.verdict import CONVERGED, DIVERGED, INTERRUPTED
from dlmath.settings import Settings

#: Values that differ by less, relative to 1 + the value, are the same minimum.
_SAME = 1e-8


class Racer(NamedTuple):
    """One method's descent, or the words on why there is none."""

    name: str
    run: Run | None
    notes: list[Sentence]
    failure: str = ""


def compare(
    expression: Node,
    start: Mapping[str, Node],
    methods: Sequence[str],
    settings: Settings,
    options: Options | None = None,
    **given: Any,
) -> Answer:
    """Descends with each of the methods and says which gets lowest, and of those which is quickest.

    methods: names of `methods.METHODS`, each once. options, or given: as for `descend`; what a
    method does not take (`--momentum` beside gd) is left out for it. The answer is the winner's.

    Facts: `minimum`, `at`, `method` of the winner, and `methods`: the facts of `descend` for each.
    Raises InvalidInput, and Undefined where the function has no value at the start.
    """
    options = options or Options(**given)
    _check(methods, options)
    objective, point = read_problem(expression, start, settings)
    share = settings.seconds / len(methods)
    racers = []
    for place, name in enumerate(methods):
        own = fitted(options._replace(method=name))
        plan = make_plan(own)
        watched = _watched(settings, place, len(methods), name, share)
        try:
            run, notes = descend_from(objective, point, plan, own, watched)
            racers.append(Racer(name, run, notes))
        except Undefined as error:
            racers.append(Racer(name, None, [], error.message))
    question: Sentence = (
        "minimize ",
        expression,
        f" by {', '.join(methods)} from {point_text(objective.names, point)}",
    )
    return _answer(racers, question, settings)


def _check(methods: Sequence[str], options: Options) -> None:
    if len(methods) < 2:
        raise InvalidInput("a race needs two methods", hint="--compare gd,momentum,adam")
    for name in methods:
        find_method(name)
    twice = sorted({name for name in methods if methods.count(name) > 1})
    if twice:
        raise InvalidInput(f"{twice[0]} is named twice")
    if options.checkpoint is not None:
        raise InvalidInput("a checkpoint holds one descent", hint="leave out --compare")


def fitted(options: Options) -> Options:
    """The options without what their method does not take."""
    method = find_method(options.method)
    unused = {
        name: None
        for name in options.parameters()
        if name not in method.parameters and (name != "weight_decay" or method.searches)
    }
    fitting = options._replace(**unused)  # type: ignore[arg-type]
    if method.searches:
        searched = fitting.line_search if method.name == "newton" else None
        return fitting._replace(
            rate=None, schedule="constant", clip=None, noise=None, line_search=searched
        )
    if method.name != "gd":
        return fitting._replace(line_search=None)
    return fitting


def _watched(settings: Settings, place: int, count: int, name: str, share: float) -> Settings:
    from dataclasses import replace

    def progress(done: float, words: str) -> None:
        settings.progress((place + done) / count, f"{name}: {words}")

    return replace(settings, seconds=share, progress=progress)


# --- the answer ------------------------------------------------------------------------------


def winner(runs: Sequence[Run]) -> Run | None:
    """Of those that did not diverge the lowest; of several at the same minimum the quickest."""
    standing = [run for run in runs if run.verdict.reason != DIVERGED and run.end.sound]
    if not standing:
        return None
    lowest = min(run.end.value for run in standing)
    level = lowest + _SAME * (1 + abs(lowest))
    there = [run for run in standing if run.end.value <= level]
    arrived = [run for run in there if run.verdict.reason == CONVERGED] or there
    return min(arrived, key=lambda run: (run.path.end.step, run.end.value))


def _answer(racers: Sequence[Racer], question: Sentence, settings: Settings) -> Answer:
    runs = [racer.run for racer in racers if racer.run is not None]
    best = winner(runs)
    answer = Answer("descend", question=question, tables=[_table(racers)])
    answer.facts = {
        "minimum": minimum(best) if best else None,
        "at": dict(zip(best.objective.names, best.end.point, strict=True)) if best else None,
        "method": best.method.name if best else None,
        "methods": {racer.name: _facts(racer) for racer in racers},
    }
    if best is None:
        answer.status, answer.result = DIVERGES, "diverges"
    else:
        answer.result = point_text(best.objective.names, best.end.point, settings.digits or 10)
        answer.value = minimum(best)
        answer.notes.append(_on_winner(best))
    answer.notes += _notes(racers)
    if any(run.verdict.reason == INTERRUPTED for run in runs):
        answer.status, answer.exit_code = ANSWERED, ExitCode.INTERRUPTED
    if settings.check:
        answer.checks = [_checked(run) for run in runs]
    if settings.steps:
        answer.steps = [
            Step(run.method.name, (run.method.title,), steps=tuple(working.steps(run, 10)))
            for run in runs
        ]
    if runs:
        answer.files[".csv"] = _every_step(runs)
        if settings.plot:
            _put_picture(answer, runs)
    return answer


def _on_winner(best: Run) -> Sentence:
    count = best.path.end.step
    steps = "1 step" if count == 1 else f"{count} steps"
    if best.verdict.reason == CONVERGED:
        return (f"{best.method.name} is there first, after {steps}",)
    return (f"{best.method.name} gets lowest in {steps}; {best.verdict.words}",)


def _notes(racers: Sequence[Racer]) -> list[Sentence]:
    notes: list[Sentence] = []
    for racer in racers:
        if racer.run is not None and racer.run.plan.penalty:
            said = advice.on_penalty(racer.run.plan.penalty, racer.run.objective.names)
            notes.append((f"{racer.name}: ", *said))
        if racer.run is None:
            notes.append((f"{racer.name}: {racer.failure}",))
        elif racer.run.verdict.reason == DIVERGED:
            notes += [(f"{racer.name}: ", *note) for note in advice.on(racer.run)[:2]]
    return notes


def _facts(racer: Racer) -> dict[str, Any]:
    if racer.run is None:
        return {"reason": "left the domain", "verdict": racer.failure}
    return facts(racer.run)


def _table(racers: Sequence[Racer]) -> Table:
    rows: list[tuple[Any, ...]] = []
    for racer in racers:
        run = racer.run
        if run is None:
            rows.append((racer.name, None, None, "left the domain", None, None))
            continue
        gone = run.verdict.reason == DIVERGED
        rate = run.rate if run.plan.line_search is None else None
        value, norm = (None, None) if gone else (run.end.value, run.end.norm)
        rows.append((racer.name, rate, last_step(run), run.verdict.reason, value, norm))
    return Table(
        "race", ("method", "rate", "steps", "reason", "value", "gradient norm"), tuple(rows)
    )


def _checked(run: Run) -> Check:
    """The checks of one descent as one."""
    checks = checks_of(run)
    for verdict in (FAILED, UNAVAILABLE):
        found = [check for check in checks if check.verdict == verdict]
        if found and (verdict == FAILED or len(found) == len(checks)):
            return Check(f"{run.method.name}: {found[0].name}", verdict, found[0].detail)
    passed = sum(check.verdict == PASSED for check in checks)
    name = f"{run.method.name}: gradients, first step and end value"
    return Check(name, PASSED, f"{passed} of {len(checks)} checks passed, none failed")


def _every_step(runs: Sequence[Run]) -> Any:
    def content() -> bytes:
        lines: list[str] = []
        for run in runs:
            table = EveryStep(run).table()
            if not lines:
                lines.append(",".join(("method", *table.columns)))
            lines += [",".join((run.method.name, *map(repr, row))) for row in table.rows]
        return ("\n".join(lines) + "\n").encode()

    return content


def _put_picture(answer: Answer, runs: Sequence[Run]) -> None:
    from dlmath.maths.pictures.descent import race_picture
    from dlmath.maths.pictures.draw import put_picture

    first = runs[0].objective
    paths = [
        (run.method.name, run.path, last_step(run), run.verdict.reason == DIVERGED) for run in runs
    ]
    put_picture(answer, race_picture, first.expression, first.names, paths)
