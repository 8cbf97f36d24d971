"""The working of a descent on data: names, gradient, rule, the first step with numbers, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dlmath.answer import Sentence, Step
from dlmath.expression.graph import Node, call, free_symbols, make, mul, sub, symbol
from dlmath.expression.shapes import PAIRED
from dlmath.maths.optimization.data_objective import Steps
from dlmath.maths.optimization.data_problem import answer_text
from dlmath.maths.optimization.objective import decimal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlmath.maths.optimization.data_descent import Fit

    Floats = NDArray[Any]

#: Partial derivatives are written out for at most this many parameters.
_WRITTEN = 8


def steps(fit: Fit, digits: int) -> list[Step]:
    """What the names are, the gradient, the rule, the first step, and the summary."""
    return [_names(fit), _gradient(fit), _rule(fit), _first_step(fit), _summary(fit, digits)]


def _names(fit: Fit) -> Step:
    problem = fit.problem
    used = free_symbols(problem.formula)
    columns = [name for name in problem.columns if name in used]
    words = []
    if columns:
        words.append(f"{', '.join(columns)}: columns, a number in each row")
    for name, members in problem.blocks.items():
        words.append(f"{name}: the vector [{', '.join(members)}] of each row")
    for name, shape in problem.parameters.items():
        what = "a number" if not shape else f"{' by '.join(map(str, shape))} numbers"
        words.append(f"{name}: a parameter, {what}")
    begin = f"; the start is {answer_text(problem.at(fit.start), 6)}" if fit.start.size < 30 else ""
    return Step("names", ("; ".join(words) + begin,))


def _gradient(fit: Fit) -> Step:
    """The derivative of one row's loss by each parameter, where the formula is of numbers."""
    formula = fit.problem.formula
    row = _of_one_row(formula)
    numbers = not fit.problem.blocks and not any(fit.problem.parameters.values())
    if row is None or not numbers:
        text = (
            "reverse mode gives the derivative by every parameter in one pass back over the"
            " formula, for all rows of a batch at once"
        )
        return Step("gradient", (text,))
    from dlmath.expression.gradient import gradient
    from dlmath.expression.tidy import tidy

    names = list(fit.problem.parameters)
    parts: tuple[Step, ...] = ()
    stable = _stable(row)
    if stable is not row:
        words = "the form that neither overflows nor rounds to log(0)"
        parts = (Step("stable form", (words,), row, stable),)
        row = stable
    found = gradient(row, names)
    parts += tuple(
        Step(
            "partial derivative",
            (f"partial derivative by {name}, in one row",),
            make("derive", (row, symbol(name))),
            tidy(found[name]),
        )
        for name in names[:_WRITTEN]
    )
    words = "the derivative of the mean over the rows is the mean of the derivatives in the rows"
    if len(names) > _WRITTEN:
        words += f"; the first {_WRITTEN} of {len(names)}"
    return Step("gradient", (words,), steps=parts)


def _of_one_row(formula: Node) -> Node | None:
    """The loss of one row, where the loss is the mean of it; None where it is something else."""
    row = formula
    if formula.op == "mean" and len(formula.args) == 1:
        row = formula.args[0]
    elif formula.op not in PAIRED:
        return None
    from dlmath.expression.graph import topological

    inner = {part.op for part in topological(row)} - (set() if row is not formula else {row.op})
    if inner & {"mean", "var", "norm", "vector", "max", "min"}:
        return None
    return row


def _stable(row: Node) -> Node:
    """bce(sigmoid(z), y) as softplus(z) - y*z, which is what is computed."""
    if row.op != "bce" or row.args[0].op != "sigmoid":
        return row
    z, y = row.args[0].args[0], row.args[1]
    return sub(call("softplus", z), mul(y, z))


def _rule(fit: Fit) -> Step:
    from dlmath.expression.parser import parse

    plan = fit.plan
    method = plan.method
    if plan.line_search is not None:
        words = f"{method.title}: {method.about}; the length of the step is searched"
        return Step("update rule", (words,))
    text: list[str | Node] = [f"{method.title}: in each step, for every parameter x with slope g, "]
    for place, (name, rule) in enumerate(method.rules):
        text += ["; then " if place else "", f"{name} becomes ", parse(rule).node]
    values = {"rate": plan.rate, **plan.parameters}
    text.append("; " + ", ".join(f"{name} = {decimal(value)}" for name, value in values.items()))
    if method.memory:
        text.append(f"; {' and '.join(method.memory)} start at 0")
    if plan.schedule != "constant":
        text.append(f"; the rate follows the schedule {plan.schedule}")
    rows = "all rows" if fit.run is not None else f"{fit.batch} rows, shuffled in every epoch"
    text.append(f"; each step takes {rows}")
    return Step("update rule", tuple(text))


def _first_step(fit: Fit) -> Step:
    """The first step with its numbers."""
    import numpy as np

    function, names = fit.problem.function, fit.problem.names
    with np.errstate(all="ignore"):
        if fit.track is not None:
            batch = next(fit.objective.source.batches(fit.batch, fit.plan.seed, 1))
            slope = function.gradient(fit.start, batch)
            after: Floats = Steps(fit.plan, len(names)).step(fit.start, slope)
            where = f"the first {batch.rows} rows in shuffled order"
        else:
            assert fit.run is not None
            slope = fit.objective.evaluated(fit.start)[1]
            after = np.array(fit.run.path.at(min(1, fit.run.path.end.step)).point)
            where = "all rows"
    parts = tuple(
        Step(
            "fill in",
            (
                f"the slope by {name} is {decimal(float(slope[k]))}: {name} goes from"
                f" {decimal(float(fit.start[k]))} to {decimal(float(after[k]))}",
            ),
        )
        for k, name in enumerate(names[:_WRITTEN])
    )
    return Step("step 1", (f"over {where} (numbers are shown to 10 digits)",), steps=parts)


def _summary(fit: Fit, digits: int) -> Step:
    from dlmath.maths.optimization import data_facts
    from dlmath.maths.optimization.verdict import DIVERGED

    if fit.run is not None:
        reason, words = fit.run.verdict.reason, fit.run.verdict.words
    else:
        reason = data_facts.reason_of(fit)
        words = data_facts.verdict_words(fit, reason)
    if reason == DIVERGED:
        return Step("verdict", (f"{words}: the descent diverges",))
    text: Sentence = (
        f"{words}: {answer_text(fit.problem.at(fit.end), digits)}, loss {decimal(fit.value)}",
    )
    return Step("verdict", text)
