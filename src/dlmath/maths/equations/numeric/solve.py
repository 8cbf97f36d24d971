"""`ode --numeric`: what conditions and numbers give."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from dlmath.answer import Answer, Sentence
from dlmath.errors import InvalidInput
from dlmath.expression.differential import Problem
from dlmath.expression.graph import Node, eq_node, free_symbols, number
from dlmath.expression.unknown import as_symbols, unknowns_in
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.equations.numeric.methods import FIXED, require_numeric_method
from dlmath.maths.equations.numeric.system import (
    SeveralSlopes,
    System,
    put_parameters,
    read_conditions,
    read_system,
    real_number,
    wanted,
)
from dlmath.settings import DEFAULTS, Settings

#: How far initial values are followed where nobody says.
_USUAL_LENGTH = 10.0


@under_assumptions
def solve_numeric(
    problem: Problem,
    settings: Settings = DEFAULTS,
    *,
    until: Node | None = None,
    method: str | None = None,
    step: Node | None = None,
    events: Sequence[Node] = (),
) -> Answer:
    """Solves an initial or boundary value problem by numbers.

    until: how far initial values are followed, to either side (default: 10 further, or the value
    of the variable in `settings.at`). method: one of scipy's (`rk45 dop853 radau bdf lsoda`) or
    one with fixed steps (`euler midpoint rk4`) of the length `step`; None: chosen, and changed
    where the equation is stiff. events: equations, as `expression.differential` reads them; where
    they hold is listed.
    The facts are `kind`, `order`, `table`, `error`, `method`, `steps`, `evaluations`.
    Raises InvalidInput where conditions are missing or a parameter has no value, Unsolved where
    no solution is found, LimitReached where time runs out.
    """
    if not problem.equations:
        raise InvalidInput("there is no equation to solve, only conditions")
    if method is not None:
        require_numeric_method(method)
    try:
        return _solve(problem, settings, until, method, step, events)
    except SeveralSlopes as several:
        if step is not None or method in FIXED:
            raise
        return _each(problem, settings, until, method, events, several)


def _each(
    problem: Problem,
    settings: Settings,
    until: Node | None,
    method: str | None,
    events: Sequence[Node],
    several: SeveralSlopes,
) -> Answer:
    """One solution for each slope that the equation allows at the start."""
    function = problem.functions[0]
    order = function.orders(several.top)
    point = next(part.args for node in problem.conditions for part in unknowns_in(node))
    answers: list[Answer] = []
    share = replace(settings, seconds=settings.seconds / len(several.slopes))
    for slope in several.slopes:
        value = number(Fraction(repr(slope)))
        condition = eq_node(function.at(order or (1,), point), value)
        more = problem._replace(conditions=(*problem.conditions, condition))
        answers.append(_solve(more, share, until, method, None, events))
    first = answers[0]
    first.question = numeric_question(problem)
    first.result = tuple(str(answer.result) for answer in answers)
    first.value = None
    for count, answer in enumerate(answers, start=1):
        for table in answer.tables:
            title = f"{table.title} {count}, {several.top} = {several.slopes[count - 1]:.6g}"
            if answer is first:
                first.tables[first.tables.index(table)] = table._replace(title=title)
            else:
                first.tables.append(table._replace(title=title))
        if answer is not first:
            first.checks += answer.checks
            first.notes += [note for note in answer.notes if note not in first.notes]
    first.facts["solutions"] = len(answers)
    first.facts["error"] = max(answer.facts["error"] for answer in answers)
    first.notes.insert(0, (f"{several.message}: one line for each",))
    return first


def _solve(
    problem: Problem,
    settings: Settings,
    until: Node | None,
    method: str | None,
    step: Node | None,
    events: Sequence[Node],
) -> Answer:
    system = read_system(problem, settings.at)
    if not problem.conditions:
        raise InvalidInput(
            "numbers need values to start from", hint=f"give conditions: {wanted(system)}"
        )
    conditions = read_conditions(problem, system, settings.at)
    answer = Answer("ode", numeric_question(problem))
    answer.facts["kind"] = _kind(system)
    answer.facts["order"] = max(
        system.size - len(system.lifted) - place if k + 1 == len(system.leading)
        else system.leading[k + 1] - place
        for k, place in enumerate(system.leading)
    )  # fmt: skip
    if len(conditions.points) > 1:
        from dlmath.maths.equations.numeric.boundary import solve_boundary

        if method is not None or step is not None:
            raise InvalidInput("--method and --step are for initial values, not boundary values")
        if events:
            raise InvalidInput("--event is for initial values, not boundary values")
        return solve_boundary(answer, problem, system, conditions, settings)
    start = conditions.points[0]
    end, chosen = _end(system, start, until, settings)
    if method in FIXED or (step is not None and method is None):
        from dlmath.maths.equations.numeric.fixed import solve_fixed

        answer = solve_fixed(
            answer, problem, system, conditions, end, settings, method or "rk4", step
        )
    else:
        from dlmath.maths.equations.numeric.initial import solve_initial

        if step is not None:
            raise InvalidInput(
                f"the method {method} chooses its steps itself",
                hint="--step goes with --method euler, midpoint or rk4",
            )
        answer = solve_initial(answer, problem, system, conditions, end, settings, method, events)
    if chosen:
        answer.notes.append(chosen)
    return answer


def numeric_question(problem: Problem) -> Sentence:
    """The equations and the conditions."""
    words: list[str | Node] = []
    for node in problem.equations:
        words += [", " if words else "", as_symbols(node)]
    for k, node in enumerate(problem.conditions):
        words += [", " if k else " with ", node]
    return tuple(word for word in words if word != "")


def _kind(system: System) -> str:
    from dlmath.errors import DlmathError
    from dlmath.expression.gradient import gradient

    kind = "system" if len(system.functions) > 1 else "equation"
    if system.lifted:
        return f"nonlinear {kind}"
    if system.right is None:
        return kind
    states = set(system.states)
    try:
        slopes = [part for node in system.right
                  for part in gradient(node, list(system.states)).values()]  # fmt: skip
    except DlmathError:
        return kind
    is_linear = not any(states & free_symbols(part) for part in slopes)
    return f"{'linear' if is_linear else 'nonlinear'} {kind}"


def _end(
    system: System, start: float, until: Node | None, settings: Settings
) -> tuple[float, Sentence]:
    """The end of the interval, and a note where it was chosen here."""
    x = system.variable
    if until is not None:
        node = put_parameters([until], [], settings.at)[0]
        end = real_number(node, "the end given by --until")
        if end == start:
            raise InvalidInput(
                f"--until is the point {x} = {start:g} at which the conditions are given",
                hint="give another end",
            )
        return end, ()
    if x in settings.at:
        end = real_number(settings.at[x], f"the value of {x}")
        if end != start:
            return end, ()
    return start + _USUAL_LENGTH, (
        f"followed from {x} = {start:g} to {start + _USUAL_LENGTH:g}; --until sets the end",
    )
