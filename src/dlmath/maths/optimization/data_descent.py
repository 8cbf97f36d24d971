"""`descend` on data: a loss over the rows of a table, made small on all rows or on minibatches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import ANSWERED, DIVERGES, LIMIT_REACHED, Answer, Sentence
from dlmath.columns import Columns, Pieces
from dlmath.errors import ExitCode, InvalidInput, Undefined
from dlmath.expression.graph import Node, contains
from dlmath.maths.optimization import advice
from dlmath.maths.optimization.data_epochs import Track, curvature_of_batches, run_epochs
from dlmath.maths.optimization.data_objective import DataObjective, data_loop
from dlmath.maths.optimization.data_problem import (
    SPREAD,
    DataProblem,
    answer_text,
    random_start,
    read_data_problem,
)
from dlmath.maths.optimization.data_source import find_source
from dlmath.maths.optimization.facts import TRACE, rows_shown
from dlmath.maths.optimization.path import Path, Watch
from dlmath.maths.optimization.plan import Options, Plan, make_plan
from dlmath.maths.optimization.run import Run, carry_out, settled, spectrum_at
from dlmath.maths.optimization.theory import default_rate, is_linear
from dlmath.maths.optimization.verdict import DIVERGED, INTERRUPTED, TIME
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

#: Epochs where none are asked for: on minibatches, and on data that are read in pieces.
EPOCHS = 100
EPOCHS_IN_PIECES = 10

#: The batch where none is asked for and the data are read in pieces.
BATCH_IN_PIECES = 1000

#: With one of these the derivative at 0 may be a convention.
_KINKS = frozenset({"relu", "leaky_relu", "selu", "max", "min", "piecewise"})

#: Random starts that are tried until one has a gradient.
_ATTEMPTS = 20

#: Epochs of which the parameters are kept for the table.
_MOST_KEPT = 1000


class DataOptions(NamedTuple):
    """What goes beside `plan.Options`.

    batch: rows of a minibatch; None: all rows in each step. epochs: how often all rows are gone
    through. shapes: of the parameters that are vectors or matrices. features: the columns that X
    stands for. known: the names of all columns of the file. random: begin at small random numbers,
    by the seed.
    """

    batch: int | None = None
    epochs: int | None = None
    shapes: Mapping[str, tuple[int, ...]] | None = None
    features: Sequence[str] | None = None
    known: Sequence[str] | None = None
    random: bool = False


class Fit(NamedTuple):
    """One descent on data, done: on all rows (`run`) or on minibatches (`track`)."""

    problem: DataProblem
    objective: DataObjective
    plan: Plan
    batch: int
    start: Floats
    end: Floats
    value: float
    run: Run | None
    track: Track | None

    @property
    def epochs(self) -> int:
        """How often all rows were gone through."""
        if self.track is not None:
            return self.track.epochs
        assert self.run is not None
        return self.run.path.end.step


def descend_on_data(
    formula: Node,
    data: Columns | Pieces,
    start: Mapping[str, Node],
    settings: Settings,
    options: Options | None = None,
    asked: DataOptions | None = None,
) -> Answer:
    """Makes a loss over the rows of data small.

    Names of the formula that are columns stand for their values in a row, `X` for the vector of
    the feature columns, and the other names are the parameters (`rows` says what `mean` and the
    losses take together). start: of parameters, 0 where it is not given.

    Facts: those of `descend`, where `at` has a number, a list or a list of lists for each
    parameter, and `epochs`, `rows`, `batch`; `closed_form` where the loss is a mean of squares of
    terms that are linear in the parameters.

    Raises InvalidInput (`rows.PartError` with the part of the formula) for names, shapes and
    options that do not fit, Undefined where the loss has no finite value in some row, LimitReached.
    """
    options, asked = options or Options(), asked or DataOptions()
    _check(options, asked, data)
    problem, plan = _read(formula, data, start, settings, options, asked)
    source = find_source(problem, data)
    objective = DataObjective(problem, source, options.seed)
    notes = list(problem.notes)
    if plan.penalty:
        notes.append(advice.on_penalty(plan.penalty, list(problem.parameters)))
    objective.check_start(problem.start)
    theta = problem.start
    if not start and not asked.random:
        theta, found = _away_from_saddle(objective, theta, options.seed)
        notes += found
    watch = Watch(settings.progress, 0.85 * settings.seconds, settings.interrupted)
    in_pieces = isinstance(data, Pieces)
    batch = asked.batch or (min(BATCH_IN_PIECES, source.rows) if in_pieces else source.rows)
    if in_pieces:
        notes.append(_on_pieces(batch, asked))
    if batch < source.rows:
        epochs = asked.epochs or (EPOCHS_IN_PIECES if in_pieces else EPOCHS)
        fit, found = _on_batches(objective, plan, theta, options, batch, epochs, watch)
    else:
        steps = asked.epochs or options.steps_max
        fit, found = _on_all(objective, plan._replace(steps=steps), theta, options, watch)
    return _answer(fit, formula, options, settings, [*notes, *found])


def _check(options: Options, asked: DataOptions, data: Columns | Pieces) -> None:
    rows = data.rows if isinstance(data, Pieces) else len(data.values)
    if not rows:
        raise InvalidInput("the data have no rows")
    if asked.epochs is not None and asked.epochs < 1:
        raise InvalidInput(f"at least one epoch is needed, not {asked.epochs}")
    if asked.batch is not None and asked.batch < 1:
        raise InvalidInput(f"a batch has at least one row, not {asked.batch}")
    if asked.batch is not None and asked.batch > rows:
        raise InvalidInput(
            f"the batch of {asked.batch} rows is larger than the data: {rows} rows",
            hint=f"--batch {max(1, rows // 4)}, or leave it out for all rows in each step",
        )
    if options.checkpoint is not None:
        raise InvalidInput(
            "--checkpoint does not go with --data",
            hint="the end point can be given back: --start w=2,b=1",
        )


def _read(
    formula: Node,
    data: Columns | Pieces,
    start: Mapping[str, Node],
    settings: Settings,
    options: Options,
    asked: DataOptions,
) -> tuple[DataProblem, Plan]:
    """The problem, with the penalty of a weight decay written into the formula."""
    plan = make_plan(options)
    rows = data.rows if isinstance(data, Pieces) else len(data.values)
    batched = (asked.batch or rows) < rows or isinstance(data, Pieces)
    if plan.line_search is not None and batched:
        raise InvalidInput(
            f"{plan.method.title} searches along a line, which needs all rows in each step",
            hint="leave --batch out, or use --method adam",
        )

    def read(expression: Node) -> DataProblem:
        return read_data_problem(
            expression,
            data.names,
            data.categories,
            None if asked.random else start,
            settings,
            shapes=asked.shapes,
            features=asked.features,
            known=asked.known,
            seed=options.seed,
        )

    problem = read(formula)
    if plan.penalty:
        problem = read(_penalized(problem, plan.penalty))._replace(notes=problem.notes)
    return problem, plan


def _penalized(problem: DataProblem, weight: float) -> Node:
    """The loss and half the weight times the squares of all parameters."""
    from fractions import Fraction

    from dlmath.expression.graph import HALF, TWO, add, call, mul, number, power, symbol

    squares = [
        power(call("norm", symbol(name)) if shape else symbol(name), TWO)
        for name, shape in problem.parameters.items()
    ]
    return add(problem.formula, mul(HALF, number(Fraction(weight)), add(*squares)))


def _away_from_saddle(
    objective: DataObjective, theta: Floats, seed: int
) -> tuple[Floats, list[Sentence]]:
    """A random start where 0 is no place to begin at, and a note on it.

    The gradient at 0 may vanish though 0 is no minimum, or 0 may be on a kink (a network of `relu`
    whose derivative at 0 is taken as 0).
    """
    import numpy as np

    _, slope = objective.evaluated(theta)
    if theta.any():
        return theta, []
    why = "on a kink"
    if not slope.any():
        found = spectrum_at(objective, theta.tolist())
        if found is not None and found.values[0] > 0:
            return theta, []
        why = "where the gradient is zero, and no step leads away"
    elif not contains(objective.expression, _KINKS) or not objective.on_kink(theta):
        return theta, []
    words = (
        f"the point where all parameters are 0 is {why}: this start is random (normal, deviation"
        f" {SPREAD:g}, --seed {seed})"
    )
    with np.errstate(all="ignore"):
        for attempt in range(_ATTEMPTS):
            theta = random_start(objective.problem.function, seed, attempt)
            value, slope = objective.evaluated(theta)
            if slope.any() and isfinite(value):
                break
    return theta, [(words,)]


def _on_pieces(batch: int, asked: DataOptions) -> Sentence:
    words = "the data are read in pieces, and rows are shuffled within a piece only"
    if asked.batch is None:
        words += f"; the batch is {batch} rows where --batch says nothing else"
    return (words,)


# --- all rows in each step --------------------------------------------------------------------


def _on_all(
    objective: DataObjective, plan: Plan, theta: Floats, options: Options, watch: Watch
) -> tuple[Fit, list[Sentence]]:
    at_start = spectrum_at(objective, theta.tolist())
    chosen = settled(plan, options, at_start)
    if at_start is None and chosen.line_search is None and options.rate is None:
        largest = objective.largest(theta, objective.curvature_batch())
        chosen = chosen._replace(rate=default_rate(chosen.method, largest or None))
    notes: list[Sentence] = []
    if options.rate is None and chosen.line_search is None:
        notes += advice.on_default_rate(chosen.method.rate, chosen.rate)
    loop, remembered = data_loop(objective, chosen)
    repeats = chosen.schedule == "constant" and not chosen.noise
    path = Path(loop, tuple(theta.tolist()), remembered, repeats=repeats)
    try:
        run = carry_out(objective, chosen, path, options.tolerance, at_start, watch)
    except Undefined as error:
        raise _in_row(error, objective, path) from error
    end = _array(run.end.point)
    notes += advice.on(run)
    return Fit(
        objective.problem,
        objective,
        chosen,
        objective.source.rows,
        theta,
        end,
        run.end.value,
        run,
        None,
    ), notes


def _array(point: Sequence[float]) -> Floats:
    import numpy as np

    return np.array(point, dtype=float)


def _in_row(error: Undefined, objective: DataObjective, path: Path) -> Undefined:
    """The same error with the row of the data that it happened in."""
    found = objective.undefined_place(path.end.point)
    if found is None or found[1] is None:
        return error
    return Undefined(f"{error.message} (row {found[1]} of the data)", hint=error.hint)


# --- minibatches ------------------------------------------------------------------------------


def _on_batches(
    objective: DataObjective,
    plan: Plan,
    theta: Floats,
    options: Options,
    batch: int,
    epochs: int,
    watch: Watch,
) -> tuple[Fit, list[Sentence]]:
    from dlmath.maths.optimization import data_advice

    notes: list[Sentence] = []
    per_epoch = -(-objective.source.rows // batch)
    if options.rate is None and is_linear(plan.method):
        largest = curvature_of_batches(objective, theta, batch, options.seed)
        plan = plan._replace(rate=default_rate(plan.method, largest or None))
        if plan.rate != plan.method.rate:
            words = (
                f"the rate is {plan.rate:.5g}: 1 over the largest curvature of the first batches"
            )
            notes.append((f"{words}; --rate sets another",))
    plan = plan._replace(steps=epochs * per_epoch)
    shown = set(rows_shown(epochs, min(_MOST_KEPT, max(options.trace or TRACE, 100))))
    shown |= set(rows_shown(epochs, options.trace or TRACE))
    track = run_epochs(objective, plan, theta, batch, epochs, watch, shown)
    if track.ended == "unsound":
        _refuse_undefined(objective, track, plan)
    fit = Fit(
        objective.problem, objective, plan, batch, theta, track.theta, track.losses[-1], None, track
    )
    return fit, notes + data_advice.on_epochs(fit)


def _refuse_undefined(objective: DataObjective, track: Track, plan: Plan) -> None:
    """Raises Undefined where the loss left its domain; returns where it ran away."""
    import numpy as np

    from dlmath.expression.text import to_text

    theta = track.theta
    if not np.isfinite(theta).all() or np.abs(theta).max() > 1e100:
        return
    found = objective.undefined_place(theta.tolist())
    if found is None:
        return
    part, row = found
    where = "" if row is None else f" in row {row} of the data"
    raise Undefined(
        f"the descent left the domain in epoch {track.epochs or 1}: {to_text(part)} has no finite"
        f" value{where}",
        hint=f"try a smaller rate than {plan.rate:.5g}",
    )


# --- the answer -------------------------------------------------------------------------------


def _answer(
    fit: Fit, formula: Node, options: Options, settings: Settings, notes: list[Sentence]
) -> Answer:
    from dlmath.maths.optimization import data_advice, data_facts

    problem = fit.problem
    found = data_facts.facts(fit)
    if found["reason"] != DIVERGED:
        notes = [*notes, *data_advice.on_end(fit, found)]
    words: str = f" by {fit.plan.method.title} over {fit.objective.source.rows} rows"
    if fit.track is not None:
        words += f", {fit.batch} at a time"
    answer = Answer(
        "descend",
        question=("minimize ", formula, words),
        result=answer_text(problem.at(fit.end), settings.digits or 10),
        value=found["minimum"],
        facts=found,
        tables=[data_facts.table(fit, options.trace or TRACE)],
        notes=notes,
    )
    answer.files[".csv"] = data_facts.EveryEpoch(fit)
    reason = found["reason"]
    if reason == DIVERGED:
        answer.status, answer.result = DIVERGES, "diverges"
    elif reason == TIME:
        message = f"{found['verdict']}, at {answer.result}"
        answer.status, answer.result, answer.value = LIMIT_REACHED, None, None
        answer.error = {"message": message, "hint": "--timeout gives it more seconds"}
    elif reason == INTERRUPTED:
        answer.status, answer.exit_code = ANSWERED, ExitCode.INTERRUPTED
    if settings.steps:
        from dlmath.maths.optimization import data_working

        answer.steps = data_working.steps(fit, settings.digits or 10)
    if settings.check:
        from dlmath.maths.optimization.data_checks import put_checks

        put_checks(answer, fit)
    if settings.plot:
        from dlmath.maths.pictures.data import data_picture
        from dlmath.maths.pictures.draw import put_picture

        put_picture(answer, data_picture, fit)
    return answer
