"""The facts and the tables of a descent."""

from __future__ import annotations

from typing import Any

from dlmath.answer import Table
from dlmath.maths.optimization.kinds import MAXIMUM, SADDLE
from dlmath.maths.optimization.objective import HESSIAN_VARIABLES
from dlmath.maths.optimization.path import State
from dlmath.maths.optimization.run import Run, spectrum_at
from dlmath.maths.optimization.theory import (
    best_plain,
    best_with_momentum,
    contraction,
    is_linear,
)
from dlmath.maths.optimization.verdict import DIVERGED

#: Rows of the table of steps, where none are asked for.
TRACE = 10

#: Variables that the table of steps has columns for.
_COLUMNS = 6

#: Rows of a saved table at most; of a longer descent every second, third, ... step is saved.
SAVED_ROWS = 200_000

#: States of which the curvature is computed, along the way.
_ALONG = 6


def minimum(run: Run) -> float | None:
    """The value at the end; None at a saddle or a maximum, and when it diverged."""
    if run.verdict.reason == DIVERGED or run.kind.kind in (SADDLE, MAXIMUM):
        return None
    return run.end.value


def facts(run: Run) -> dict[str, Any]:
    """The facts of `descend`, in the order shown."""
    end, names = run.end, run.objective.names
    diverged = run.verdict.reason == DIVERGED
    bowl = run.smallest is not None and run.largest is not None
    found: dict[str, Any] = {
        "minimum": minimum(run),
        "at": None if diverged else dict(zip(names, end.point, strict=True)),
        "iterations": run.verdict.step if diverged else run.path.end.step,
        "reason": run.verdict.reason,
        "verdict": run.verdict.words,
        "gradient_norm": None if diverged else end.norm,
        "eigenvalues": run.spectrum.values if run.spectrum else None,
        "kind": run.kind.kind,
        "stable_rate": 2 / run.largest if run.largest else None,
        "best_rate": None,
        "best_momentum": None,
        "best_rate_with_momentum": None,
        "condition": None,
    }
    if bowl and run.smallest and run.largest:
        fast = best_with_momentum(run.smallest, run.largest)
        found["best_rate"] = best_plain(run.smallest, run.largest).rate
        found["best_momentum"] = fast.momentum
        found["best_rate_with_momentum"] = fast.rate
        found["condition"] = run.largest / run.smallest
    found["method"] = run.method.name
    if run.plan.line_search is None:
        found["rate"] = run.rate
    else:
        found["line_search"] = run.plan.line_search
    if run.plan.schedule != "constant":
        found["schedule"] = run.plan.schedule
    if run.plan.penalty:
        found["penalty"] = run.plan.penalty / 2 * sum(x * x for x in end.point)
    found["rate_observed"] = None if diverged else run.factor
    found["rate_predicted"] = _predicted(run)
    return found


def _predicted(run: Run) -> float | None:
    """The factor a step shrinks the error on a bowl of this curvature, where theory knows it."""
    if run.smallest is None or run.spectrum is None or not run.plan.is_plain:
        return None
    if not is_linear(run.method):
        return None
    return contraction(run.method, run.parameters, run.rate, run.spectrum.values)


def last_step(run: Run) -> int:
    """The last step worth a row: where a divergence showed, else the end."""
    return run.verdict.step if run.verdict.step is not None else run.path.end.step


def tables(run: Run, rows: int) -> list[Table]:
    """The steps, and for few variables the curvature along the way."""
    states = [run.path.at(step) for step in rows_shown(last_step(run), rows)]
    found = [_steps_table(run, states)]
    if len(run.objective.names) <= HESSIAN_VARIABLES // 4 and len(states) > 1:
        curvature = _curvature_table(run, states)
        if curvature.rows:
            found.append(curvature)
    return found


def _columns(run: Run) -> tuple[str, ...]:
    return ("step", *run.objective.names[:_COLUMNS], "value", "gradient norm")


def _steps_table(run: Run, states: list[State]) -> Table:
    shown = len(run.objective.names[:_COLUMNS])
    rows = tuple((state.step, *state.point[:shown], state.value, state.norm) for state in states)
    return Table("descent", _columns(run), rows)


def _curvature_table(run: Run, states: list[State]) -> Table:
    """Eigenvalues of the Hessian along the way, and the largest rate that is stable there."""
    places = rows_shown(len(states) - 1, _ALONG)
    rows = []
    for state in (states[place] for place in places):
        found = spectrum_at(run.objective, state.point) if state.sound else None
        if found is None:
            continue
        low, high = found.values[0], found.values[-1]
        rows.append((state.step, low, high, 2 / high if high > 0 else None))
    if all(row[1:3] == rows[0][1:3] for row in rows):
        return Table("curvature", (), ())  # the same everywhere: the facts say it
    heads = ("step", "smallest eigenvalue", "largest eigenvalue", "stable rate")
    return Table("curvature", heads, tuple(rows))


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


class EveryStep:
    """All steps with all variables; of a very long descent, evenly chosen steps.

    Called, it gives them as CSV in full precision.
    """

    def __init__(self, run: Run) -> None:
        self._run = run

    def table(self) -> Table:
        """The steps as a table."""
        run, last = self._run, last_step(self._run)
        every = -(-(last + 1) // SAVED_ROWS)
        rows = tuple(
            (state.step, *state.point, state.value, state.norm)
            for state in run.path.between(0, last, every)
        )
        return Table("descent", ("step", *run.objective.names, "value", "gradient norm"), rows)

    def __call__(self) -> bytes:
        table = self.table()
        lines = [table.columns, *(map(repr, row) for row in table.rows)]
        return "".join(",".join(line) + "\n" for line in lines).encode()
