"""The checks of a descent on data, by routes that share nothing with it but the formula."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Answer, Check
from dlmath.columns import Columns
from dlmath.expression.graph import Node, contains, symbol, vector
from dlmath.maths.optimization.data_objective import on_kink
from dlmath.maths.optimization.data_problem import DataProblem, entry_names
from dlmath.maths.optimization.data_source import InMemory, named_arrays
from dlmath.maths.optimization.verdict import DIVERGED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlmath.maths.optimization.data_descent import Fit

    Floats = NDArray[Any]

#: Rows and directions of the check of what is too large to write out.
_SOME, _DIRECTIONS = 200, 5

#: Where one of these occurs, the slope at a point may be a convention.
_KINKED = frozenset(
    "relu leaky_relu selu max min piecewise abs norm mae hinge hardtanh hard_sigmoid sign floor"
    " ceil heaviside".split()
)


def put_checks(answer: Answer, fit: Fit) -> None:
    """Some rows written out as a formula, at both ends; the closed form of least squares."""
    source, problem = fit.objective.source, fit.problem
    ended = answer.facts["reason"] != DIVERGED
    places = [("the start", fit.start), *([("the end", fit.end)] if ended else [])]
    for where, theta in places:
        answer.checks += _rows_written_out(problem, source.columns, theta, where)
    if not ended or not isinstance(source, InMemory):
        return
    from dlmath.checks import least_squares

    closed = least_squares.closed_form(
        problem.formula,
        problem.names,
        _parts(problem),
        {name: source.columns.column(name) for name in problem.columns},
    )
    if closed is None:
        return
    answer.facts["closed_form"] = {"minimum": closed.minimum, "at": problem.at(closed.theta)}
    norm = answer.facts["gradient_norm"]
    answer.checks.append(
        least_squares.check(closed, fit.value, fit.end.tolist(), norm, problem.names)
    )


def _parts(problem: DataProblem) -> dict[str, Node]:
    """The entries of X and of the parameters that are vectors or matrices."""
    found: dict[str, Node] = {}
    for name, members in problem.blocks.items():
        found[name] = vector(map(symbol, members))
    for name, shape in problem.parameters.items():
        entries = [symbol(entry) for entry in entry_names(name, shape)]
        if len(shape) == 1:
            found[name] = vector(entries)
        elif shape:
            rows = [entries[k : k + shape[1]] for k in range(0, len(entries), shape[1])]
            found[name] = vector(vector(row) for row in rows)
    return found


def _rows_written_out(
    problem: DataProblem, columns: Columns, theta: Floats, where: str
) -> list[Check]:
    import numpy as np

    from dlmath.checks import data_loss

    widest = max([1, *map(len, problem.blocks.values()), *map(prod, problem.parameters.values())])
    count = min(data_loss.rows_written(problem.formula, widest), len(columns.values))
    if not count:
        return [_along_directions(problem, columns, theta, where)]
    chosen = np.unique(np.linspace(0, len(columns.values) - 1, count).astype(int))
    some = columns._replace(values=columns.values[chosen])
    arrays = named_arrays(problem, some)
    blocks = {name: arrays[name].tolist() for name in problem.blocks}
    plain = {name: arrays[name].tolist() for name in problem.columns}
    formula = data_loss.written_out(problem.formula, plain, blocks, problem.parameters)
    batch = problem.function.prepare(arrays, len(chosen))
    with np.errstate(all="ignore"):
        value, slope = problem.function.value_and_gradient(theta, batch)
    if not np.isfinite(value) or not np.isfinite(slope).all():
        return []
    found = (value, slope.tolist())
    checks = data_loss.check(formula, problem.names, theta.tolist(), found, where)
    kinked = contains(problem.formula, _KINKED)
    if len(checks) == 2 and kinked and on_kink(problem.function, theta, batch):
        words = "the point is on a kink, where the slope is what frameworks take it to be"
        checks[1] = checks[1]._replace(verdict=UNAVAILABLE, detail=words)
    return checks


def _along_directions(problem: DataProblem, columns: Columns, theta: Floats, where: str) -> Check:
    """For formulas too large to write out: the gradient against differences of the loss.

    Along a few random directions, over some rows; extrapolated from two steps, with a bound on
    what the differences are worth.
    """
    import numpy as np

    name = f"gradient at {where} along random directions, by differences"
    some = columns._replace(values=columns.values[:_SOME])
    batch = problem.function.prepare(named_arrays(problem, some), len(some.values))
    random, worst, settled = np.random.default_rng(1), 0.0, 0
    with np.errstate(all="ignore"):
        value, slope = problem.function.value_and_gradient(theta, batch)
        for _ in range(_DIRECTIONS):
            along = random.standard_normal(len(theta))
            along /= np.linalg.norm(along)
            wide, narrow = (
                (
                    problem.function.value(theta + step * along, batch)
                    - problem.function.value(theta - step * along, batch)
                )
                / (2 * step)
                for step in (2e-3, 1e-3)
            )
            expected = narrow + (narrow - wide) / 3
            error = abs(narrow - wide) + 1e-12 * (1 + abs(value))
            if not error <= 1e-3 * (1e-3 + abs(expected)):
                continue
            settled += 1
            off = abs(float(slope @ along) - expected)
            worst = max(worst, off)
            if off > error + 1e-7 * abs(expected) + 1e-9:
                found = float(slope @ along)
                return Check(name, FAILED, f"{found:.8g}, by differences {expected:.8g}")
    if not settled:
        return Check(name, UNAVAILABLE, "differences of the loss do not settle here")
    return Check(name, PASSED, f"largest difference {worst:.2g}")
