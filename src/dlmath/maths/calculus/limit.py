"""`limit`: what a function tends to, from both sides or one, with its working.

Each side is solved by itself. The values of the function along sequences (`checks.sequences`)
say what happens; rules (`limit_rules`) and symbolic routes (`limit_sides`) say it exactly; an
exact claim stands only when the values bear it out.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic

from dlmath.answer import (
    ANSWERED,
    DOES_NOT_EXIST,
    PASSED,
    UNAVAILABLE,
    UNSOLVED,
    Answer,
    Check,
    Sentence,
)
from dlmath.errors import DlmathError, InvalidInput
from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.maths.assumptions import under_assumptions
from dlmath.maths.calculus.budget import Budget
from dlmath.maths.calculus.limits import problem as found
from dlmath.maths.calculus.limits.answer import DIGITS, conclude, state_sides
from dlmath.maths.calculus.limits.problem import BOTH, LEFT, RIGHT, Problem, SideLimit
from dlmath.maths.calculus.limits.rules import Trace
from dlmath.maths.calculus.limits.sides import Witness, solve_side
from dlmath.maths.calculus.limits.steps import (
    RULES,
    approach_table,
    find_trace,
    put_steps,
)
from dlmath.maths.variables import at_words
from dlmath.settings import DEFAULTS, Settings

#: The part of the time that the routes may use together.
_SHARE = 0.65


@under_assumptions
def limit(
    expression: Node, variable: str, to: Node, side: str = BOTH, settings: Settings = DEFAULTS
) -> Answer:
    """The limit of the expression as the variable tends to a point.

    to: `oo`, `-oo`, or an expression without the variable. side: `both`, `left` or `right`; at
    infinity there is one side only. Facts `left` and `right` hold the one-sided limits of a
    two-sided question. Values of `settings.at` are put in for the other variables first.
    Raises InvalidInput for a point that depends on the variable or has no value.
    """
    started = monotonic()
    answer = Answer("limit", _question(expression, variable, to, side))
    values = {name: value for name, value in settings.at.items() if name != variable}
    function = _prepared(graph.substitute(expression, values), settings)
    point = _point(graph.substitute(to, values), variable, settings)
    answer.question = (*answer.question, *at_words(values))
    if function.op == "vector":
        _entrywise(answer, function, variable, point, side, settings)
    else:
        problem = Problem(function, variable, point, settings.assume)
        _solve(answer, problem, LEFT if problem.at_infinity else side, settings)
    _add_number(answer, settings)
    if not settings.check:
        answer.checks.clear()
    if settings.plot:
        _put_picture(answer, function, variable, point, side)
    answer.seconds = monotonic() - started
    return answer


def _put_picture(answer: Answer, function: Node, variable: str, point: Node, side: str) -> None:
    from dlmath.maths.pictures.calculus import limit_picture
    from dlmath.maths.pictures.draw import put_picture

    whole = answer.result
    left, right = (answer.facts.get(name, whole) for name in (LEFT, RIGHT))
    put_picture(answer, limit_picture, function, variable, point, (left, right), side)


def _question(expression: Node, variable: str, to: Node, side: str) -> Sentence:
    from_side = "" if side == BOTH else f" from the {side}"
    arrow = " -> "
    return ("limit of ", expression, " as ", graph.symbol(variable), arrow, to, from_side)


def _prepared(expression: Node, settings: Settings) -> Node:
    """The function with inner operations carried out and vectors written out."""
    from dlmath.expression.elements import expand_vectors
    from dlmath.maths.operations import OPERATIONS, carry_out

    if graph.contains(expression, OPERATIONS):
        expression = carry_out(expression, settings)
    return expand_vectors(expression)


def _point(to: Node, variable: str, settings: Settings) -> Node:
    import mpmath

    from dlmath.expression.precise import evaluate
    from dlmath.expression.tidy import tidy
    from dlmath.maths.operations import OPERATIONS, carry_out

    if graph.contains(to, OPERATIONS):
        to = carry_out(to, settings)
    point = tidy(to)
    if variable in graph.free_symbols(point):
        raise InvalidInput(f"the point that {variable} tends to must not contain {variable}")
    if graph.free_symbols(point):
        return point
    value = evaluate(point)
    if isinstance(value, (list, bool)) or value is None or mpmath.isnan(value):
        raise InvalidInput("the point of the limit has no value", hint="write --to 0 or --to oo")
    if mpmath.isinf(value):
        return graph.INFINITY if value > 0 else graph.neg(graph.INFINITY)
    return point


def _entrywise(
    answer: Answer, function: Node, variable: str, point: Node, side: str, settings: Settings
) -> None:
    """A vector has the vector of the limits of its entries."""
    parts = [limit(entry, variable, point, side, settings) for entry in function.args]
    results = [part.result for part in parts]
    answer.checks = [check for part in parts for check in part.checks]
    answer.notes = [note for part in parts for note in part.notes]
    worst = next((part for part in parts if part.status != ANSWERED), None)
    if worst is not None:
        answer.status, answer.result = worst.status, worst.result
        answer.notes.append(("an entry of the vector has no limit",))
        return
    answer.result = graph.vector(result for result in results if isinstance(result, Node))
    values = [part.value for part in parts]
    answer.value = None if None in values else values


# --- one function ---------------------------------------------------------------------------


def _solve(answer: Answer, problem: Problem, side: str, settings: Settings) -> None:
    budget = Budget(settings.seconds * _SHARE)
    sides = (LEFT, RIGHT) if side == BOTH else (side,)
    witnesses = {each: Witness(problem, each) for each in sides}
    lives = _living_sides(problem, witnesses)
    solved = _by_rules(problem, lives, witnesses)
    for each in lives:
        if each not in solved:
            solved[each] = _by_rules_or_routes(problem, each, budget, witnesses[each])
    if side == BOTH:
        state_sides(answer, sides, solved, witnesses)
    conclude(answer, problem, solved, settings)
    if answer.status == UNSOLVED:
        answer.notes += _cases(problem, side, settings, budget)
    if len(lives) < len(sides):
        (dead,) = set(sides) - set(lives)
        answer.notes.append(
            (
                f"the function is not real to the {dead} of ",
                problem.point,
                f"; this is its limit from the {lives[0]}",
            )
        )
    elif not _speaks_of_complex(problem) and witnesses[lives[0]].complex:
        answer.notes.append(("the function is not real near the point; its values are complex",))
    if settings.steps:
        answer.tables.append(approach_table(problem, sides, settings.digits or DIGITS))
        shown = side if len(lives) == len(sides) else lives[0]
        put_steps(answer, problem, shown, solved, budget)


def _cases(problem: Problem, side: str, settings: Settings, budget: Budget) -> list[Sentence]:
    """What the limit is for positive and for negative values of a parameter, where that helps."""
    notes: list[Sentence] = []
    for name in problem.parameters:
        known = settings.assume.get(name, frozenset())
        if known & {"positive", "negative", "nonnegative", "nonpositive", "complex"}:
            continue
        words: list[str | Node] = []
        for sign, relation in (("positive", "> 0"), ("negative", "< 0")):
            assumed = {**settings.assume, name: known | {sign}}
            case = Answer("limit")
            inner = replace(settings, assume=assumed, steps=False, seconds=budget.left / 4 or 0.1)
            _solve(case, replace(problem, assume=assumed), side, inner)
            if case.status not in (ANSWERED, DOES_NOT_EXIST) or case.result is None:
                break
            result = case.result if isinstance(case.result, Node) else str(case.result)
            words += [f"{'; ' if words else ''}for {name} {relation} it is ", result]
        else:
            notes.append((*words, f'; say which with --assume "{name}>0"'))
    return notes


def _living_sides(problem: Problem, witnesses: dict[str, Witness]) -> list[str]:
    """The sides on which the limit is to be found.

    A real function that is real on one side only has its limit from there (sqrt(x) at 0).
    """
    sides = list(witnesses)
    if len(sides) == 1 or _speaks_of_complex(problem):
        return sides
    alive = [side for side in sides if _has_real_values(witnesses[side])]
    return alive if len(alive) == 1 else sides


def _has_real_values(witness: Witness) -> bool:
    from dlmath.checks.sequences import UNDEFINED as NO_VALUES

    return witness.real and witness.kinds != {NO_VALUES}


def _speaks_of_complex(problem: Problem) -> bool:
    names = {problem.variable, *problem.parameters}
    return any(part is graph.I for part in graph.topological(problem.expression)) or any(
        "complex" in problem.assume.get(name, frozenset()) for name in names
    )


def _by_rules(
    problem: Problem, lives: list[str], witnesses: dict[str, Witness]
) -> dict[str, SideLimit]:
    """Both sides at once, where one derivation serves both."""
    if len(lives) < 2:
        return {}
    trace = find_trace(problem, BOTH)
    if trace is None:
        return {}
    checks = {side: witnesses[side].check(trace.value) for side in lives}
    if any(check.verdict != PASSED for check in checks.values()):
        return {}
    return {side: _by_trace(trace, checks[side], witnesses[side]) for side in lives}


def _by_rules_or_routes(problem: Problem, side: str, budget: Budget, witness: Witness) -> SideLimit:
    trace = find_trace(problem, side)
    if trace is not None:
        check = witness.check(trace.value)
        found_by_rules = _by_trace(trace, check, witness)
        if check.verdict == PASSED:
            return found_by_rules
        if check.verdict == UNAVAILABLE:
            return solve_side(problem, side, budget, witness, found_by_rules)
    return solve_side(problem, side, budget, witness)


def _by_trace(trace: Trace, check: Check, witness: Witness) -> SideLimit:
    return SideLimit(found.VALUE, trace.value, (), RULES, check, witness.real, steps=trace.steps)


def _add_number(answer: Answer, settings: Settings) -> None:
    """The number of the answer, where nothing symbolic is left."""
    import mpmath

    from dlmath.expression.precise import decimal_text, evaluate

    result = answer.result
    if answer.status != ANSWERED or not isinstance(result, Node) or result.op == "vector":
        return
    digits = settings.digits or DIGITS
    if graph.free_symbols(result):
        return
    if result.op == "number":
        answer.value = result.number
        if settings.digits or not isinstance(result.number, int):
            answer.decimal = decimal_text(result.number, digits)
        return
    try:
        value = evaluate(result, {}, max(30, digits + 5))
    except DlmathError:
        return
    if not mpmath.isfinite(value):
        return
    answer.value = value
    answer.decimal = decimal_text(value, digits)
