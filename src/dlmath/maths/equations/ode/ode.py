"""`ode`: ordinary differential equations in closed form, with their conditions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dlmath.answer import (
    ANSWERED,
    DOES_NOT_EXIST,
    PASSED,
    UNAVAILABLE,
    Answer,
    Check,
    Sentence,
    Step,
    Table,
)
from dlmath.checks.ode import Residual, check_condition
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.differential import Problem
from dlmath.expression.graph import Node, symbol
from dlmath.expression.unknown import Unknown, as_symbols, from_symbols, orders_of, unknowns_in
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.calculus.budget import Budget
from dlmath.maths.equations.ode.classify import classify
from dlmath.maths.equations.ode.conditions import Condition, read_conditions
from dlmath.maths.equations.ode.equation import Equation, in_sympy, order_in, symbols_of
from dlmath.maths.equations.ode.initial import Outcome, with_conditions
from dlmath.maths.equations.ode.solve import Proved, solve
from dlmath.maths.equations.ode.tools import timed
from dlmath.maths.equations.ode.working import Equal, Line, as_node, sentence, steps_of
from dlmath.settings import DEFAULTS, Settings

#: The share of the time that looking for a closed form may take, without and with conditions:
#: with conditions, numbers can still be given.
_SHARE, _SHARE_WITH_CONDITIONS = 0.72, 0.55
#: Equations of a higher order are not solved.
_ORDER_MOST = 12


@under_assumptions
def ode(
    problem: Problem,
    settings: Settings = DEFAULTS,
    *,
    method: str | None = None,
    until: Node | None = None,
) -> Answer:
    """Solves an equation or a system, as `expression.differential` reads it.

    method: only this route (`separable`, `exact`, `laplace`, ...). until: how far numbers and
    pictures go. The facts are `kind`, `order` and, with initial values, `interval`. Where no closed
    form is found, numbers are given if the conditions suffice. Raises InvalidInput for what is no
    such equation, Unsolved where no closed form is found and there is nothing to compute numbers
    from.
    """
    try:
        answer = ode_in_closed_form(problem, settings, method)
    except Unsolved as error:
        if not problem.conditions or method is not None:
            raise
        answer = _numbers(problem, settings, until, error)
        answer.notes.insert(0, (f"{error.message}; these are numbers",))
        return answer
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.equations import closed_picture

        put_picture(answer, closed_picture, problem, answer, settings, until)
    return answer


def ode_in_closed_form(problem: Problem, settings: Settings, method: str | None = None) -> Answer:
    """As `ode`, without numbers. Raises Unsolved where no closed form is found."""
    if not problem.equations:
        raise InvalidInput("there is no equation to solve, only conditions")
    if len(problem.functions) > 1 or len(problem.equations) > 1:
        from dlmath.maths.equations.ode.systems import system

        return system(problem, settings, method)
    return _single(problem, settings, method)


def _numbers(problem: Problem, settings: Settings, until: Node | None, why: Unsolved) -> Answer:
    """What numerical integration gives. Raises Unsolved where it has not all it needs."""
    from dlmath.maths.equations.numeric.solve import solve_numeric

    rest = replace(settings, seconds=0.4 * settings.seconds)
    try:
        return solve_numeric(problem, rest, until=until)
    except InvalidInput as error:
        raise Unsolved(f"{why.message}; for numbers: {error.message}", hint=error.hint) from error


def equation_of(problem: Problem, settings: Settings, seconds: float) -> Equation:
    """The one equation of a problem. Raises InvalidInput."""
    function = problem.functions[0]
    highest = max(
        sum(orders_of(part, problem.functions)[1]) for part in unknowns_in(problem.equations[0])
    )
    if highest > _ORDER_MOST:
        raise InvalidInput(f"the order is {highest}; equations up to {_ORDER_MOST} are solved")
    # Derivatives of expressions, derive(x*y', x), raise the order.
    d = symbols_of(function, highest + 6)
    e = in_sympy(problem.equations[0], {function: d}, settings.assume)
    order = order_in(e, d)
    if order < 1:
        raise InvalidInput(
            f"no derivative of {function.name} is left in this equation",
            hint="solve solves equations without derivatives",
        )
    sympy = _sympy()
    known = settings.assume.get(function.variables[0], frozenset())
    x = next(
        (s for s in e.free_symbols if s.name == function.variables[0]),
        sympy.Symbol(function.variables[0], **dict.fromkeys(known, True)),
    )
    return Equation(x, d, e, order, Budget(seconds))


def _sympy() -> Any:
    from dlmath.expression.to_sympy import load_sympy

    return load_sympy()


# --- one equation ---------------------------------------------------------------------------


def _single(problem: Problem, settings: Settings, method: str | None) -> Answer:
    share = _SHARE_WITH_CONDITIONS if problem.conditions else _SHARE
    eq = equation_of(problem, settings, settings.seconds * share)
    conditions = read_conditions(problem.conditions, problem.functions)
    for condition in conditions:
        for value in condition.values:
            if value.order >= eq.order:
                raise InvalidInput(
                    f"a condition for an equation of order {eq.order} gives derivatives up to "
                    f"order {eq.order - 1}"
                )
    answer = Answer("ode", question_of(problem))
    if method == "laplace":
        from dlmath.maths.equations.ode.laplace import by_laplace

        proved: Proved | None = by_laplace(eq, conditions)
    else:
        proved = solve(eq, method, check=settings.check)
    if proved is None:
        kind = timed(lambda: classify(eq), 1.0) or []
        words = ", ".join(name for name, _ in kind)
        raise Unsolved(
            f"no closed form was found (order {eq.order}{', ' + words if words else ''})"
            if method is None
            else f"the method {method} does not solve this equation"
        )
    answer.facts["kind"] = proved.found.kind
    answer.facts["order"] = eq.order
    properties = timed(lambda: classify(eq), 1.5) or []
    answer.tables.append(
        Table("classification", ("property", "why"), tuple((n, _cell(w)) for n, w in properties))
    )
    steps = _classification_steps(proved, eq, properties)
    outcome: Outcome | None = None
    lines: Sequence[Line] = proved.found.lines
    if conditions:
        outcome = with_conditions(eq, proved, conditions, settings)
        if outcome is None:
            raise Unsolved("the conditions could not be put into the general solution")
        lines = outcome.lines
        steps += steps_of(outcome.moves)
    answer.notes += [sentence(note) for note in proved.found.notes]
    answer.notes += _notes(proved, lines, outcome)
    _put_result(answer, problem, lines, outcome, steps)
    if settings.check:
        answer.checks += _checks(eq, proved, lines, outcome, conditions)
    if outcome is not None and outcome.interval is not None:
        answer.facts["interval"] = outcome.interval
    if settings.steps:
        answer.steps = steps
    if settings.at:
        _evaluate_at(answer, lines, settings)
    return answer


def _cell(words: Any) -> Any:
    """A reason in a table: text, or words with mathematics."""
    parts = sentence(words)
    return parts if any(isinstance(part, Node) for part in parts) else "".join(map(str, parts))


def question_of(problem: Problem) -> Sentence:
    """The equations and the conditions."""
    words: list[str | Node] = []
    for node in problem.equations:
        words += [", " if words else "", as_symbols(node)]
    for k, node in enumerate(problem.conditions):
        words += [", " if k else " with ", node]
    return tuple(word for word in words if word != "")


def _classification_steps(proved: Proved, eq: Equation, properties: Sequence[Any]) -> list[Step]:
    words: list[Any] = [f"order {eq.order}"]
    for name, why in properties:
        words += ["; ", f"{name}: ", *why]
    return [Step("classify", sentence(words)), *steps_of(proved.found.moves)]


def _notes(proved: Proved, lines: Sequence[Line], outcome: Outcome | None) -> list[Sentence]:
    notes: list[Sentence] = []
    if outcome is None:
        for side in proved.sides:
            notes.append((f"holds {'for ' if '>' in side or '<' in side else ''}{side}",))
        singular = [line for line in lines if line.note == "singular"]
        for line in singular:
            left, right = as_node(line.left), as_node(line.right)
            if left is not None and right is not None:
                notes.append(
                    (left, " = ", right, " is no member of the family: a singular solution")
                )
    else:
        notes += [sentence(words) for words in outcome.notes]
    return notes


def in_language(line: Line, functions: Sequence[Unknown]) -> Node:
    """A line as an equation of the language: y(x) = ..."""
    node = as_node(Equal(line.left, line.right))
    assert node is not None  # it was checked as a node
    return from_symbols(node, functions)


def _put_result(
    answer: Answer,
    problem: Problem,
    lines: Sequence[Line],
    outcome: Outcome | None,
    steps: list[Step],
) -> None:
    if outcome is not None and outcome.missing:
        answer.status = DOES_NOT_EXIST
        answer.result = "no solution"
        return
    nodes = [in_language(line, problem.functions) for line in lines]
    answer.result = nodes[0] if len(nodes) == 1 else tuple(nodes)
    answer.status = ANSWERED
    for line, node in zip(lines, nodes, strict=True):
        rule = "singular solution" if line.note == "singular" else "solution"
        kind: Sentence = ("in closed form" if line.explicit else "given implicitly",)
        steps.append(Step(rule, kind, None, node))


def _checks(
    eq: Equation,
    proved: Proved,
    lines: Sequence[Line],
    outcome: Outcome | None,
    conditions: Sequence[Condition],
) -> list[Check]:
    checks = [_substitution(proved.residuals)]
    if outcome is not None:
        checks = [_substitution(outcome.residuals)] if outcome.residuals else checks
        checks += outcome.checks
    return checks


def _substitution(residuals: Sequence[Residual]) -> Check:
    """One check for all lines. A line that holds on a side only is said to."""
    worst = [one for one in residuals if one.verdict == UNAVAILABLE]
    if worst:
        return Check("substitution into the equation", UNAVAILABLE, worst[0].detail)
    points = sum(one.good for one in residuals)
    largest = max(one.largest for one in residuals)
    sides = list(dict.fromkeys(one.side for one in residuals if one.side))
    where = f" ({'; '.join(sides)})" if sides else ""
    detail = f"the equation holds at {points} random points{where}, to {largest:.1g}"
    return Check("substitution into the equation", PASSED, detail)


def _evaluate_at(answer: Answer, lines: Sequence[Line], settings: Settings) -> None:
    """The values where `--at` puts the variable."""
    from dlmath.expression.graph import free_symbols, substitute
    from dlmath.expression.tidy import tidy
    from dlmath.maths.evaluate import evaluate

    if len(lines) != 1 or not lines[0].explicit:
        answer.notes.append(("there is no value of an implicit or several solutions",))
        return
    right = as_node(lines[0].right)
    if right is None:
        return
    there = tidy(substitute(right, dict(settings.at)))
    answer.facts["solution"] = answer.result
    answer.result = there
    if not free_symbols(there):
        found = evaluate(there, replace(settings, at={}, plot=False, steps=False))
        if isinstance(found.result, Node):
            answer.result = found.result
        answer.value, answer.decimal = found.value, found.decimal
    if settings.steps:
        answer.steps.append(Step("put in", ("the values",), right, answer.result))


__all__ = [
    "check_condition",
    "equation_of",
    "in_language",
    "ode",
    "ode_in_closed_form",
    "question_of",
    "symbol",
]
