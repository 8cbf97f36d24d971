"""The working of a limit: the trace of the rules, a series, or the route and its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from time import monotonic
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Answer, Check, Sentence, Step, Table
from dlmath.checks import sequences
from dlmath.checks.approach import Approach, place_at
from dlmath.errors import DlmathError
from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.maths.calculus.budget import Budget, OutOfTime, within
from dlmath.maths.calculus.limits.problem import BOTH, LEFT, RIGHT, VALUE, Problem, SideLimit
from dlmath.maths.calculus.limits.rules import Solver, Trace
from dlmath.maths.calculus.limits.sides import number_of

#: The name of the route that is the rules.
RULES = "rules"

#: Decimal exponents of the distances in the table of values.
_DISTANCES = (1, 2, 3, 4, 6)

_SERIES_SECONDS = 2.0
#: Seconds for the values that the steps are checked by.
_CHECK_SECONDS = 2.0

_STEPS_CHECK = "each step by values"


def find_trace(problem: Problem, side: str) -> Trace | None:
    """The derivation by the rules, not yet checked, or None where they do not lead to the end."""
    try:
        return Solver(problem, side).solve(problem.expression)
    except DlmathError:  # numbers on the way were too large
        return None


def put_steps(
    answer: Answer, problem: Problem, side: str, solved: dict[str, SideLimit], budget: Budget
) -> None:
    """Puts the working into the answer, and a check that each step of it is an equality.

    A derivation with a step that the values contradict is left out.
    """
    answer.steps = _steps_of(problem, side, solved, answer, budget)
    check = check_steps(problem, answer.steps)
    if check.verdict == FAILED:
        plain = {each: result._replace(steps=()) for each, result in solved.items()}
        answer.steps = _steps_of(problem, side, plain, answer, budget)
        check = check_steps(problem, answer.steps)
    if any(step.after is not None for step in _all_steps(answer.steps)):
        answer.checks.append(check)
    if answer.steps:
        last = answer.steps[-1].after
        if isinstance(answer.result, Node) and last is not None and last is not answer.result:
            text: Sentence = ("the same value in a shorter form",)
            answer.steps.append(Step("simplify", text, last, answer.result))


def _steps_of(
    problem: Problem,
    side: str,
    solved: dict[str, SideLimit],
    answer: Answer,
    budget: Budget,
) -> list[Step]:
    """The working for the answer: one derivation, or one for each side and their comparison."""
    results = list(solved.values())
    if len(results) == 1:
        return _one_side(problem, side, results[0], budget)
    if results[0].steps and results[0].steps is results[1].steps:
        return list(results[0].steps)
    steps = [
        Step(
            f"from the {each}",
            (f"the limit from the {each}",),
            problem.limit_of(problem.expression, each),
            solved[each].value,
            tuple(_one_side(problem, each, solved[each], budget)),
        )
        for each in (LEFT, RIGHT)
    ]
    whole = problem.limit_of(problem.expression, side)
    if isinstance(answer.result, Node):
        steps.append(Step("both sides agree", ("both are the same",), whole, answer.result))
    else:
        steps.append(Step("no limit", _without_limit(solved)))
    return steps


def _without_limit(solved: dict[str, SideLimit]) -> Sentence:
    left, right = solved[LEFT], solved[RIGHT]
    if left.value is not None and right.value is not None and left.value is not right.value:
        return ("the sides differ: ", left.value, " and ", right.value)
    missing = [side for side, result in solved.items() if result.kind != VALUE]
    return (f"there is no limit from the {' and the '.join(missing)}",)


def _one_side(problem: Problem, side: str, result: SideLimit, budget: Budget) -> list[Step]:
    if result.steps:
        return list(result.steps)
    if result.kind != VALUE or result.value is None:
        return [Step("no limit", result.reason)] if result.reason else []
    series = _by_series(problem, side, result.value, budget)
    if series:
        return series
    text: Sentence = (f"found by: {result.route}; the table of values bears it out",)
    whole = problem.limit_of(problem.expression, side)
    return [Step("symbolic algorithm", text, whole, result.value)]


def _by_series(problem: Problem, side: str, value: Node, budget: Budget) -> list[Step]:
    """The first term of the expansion at the point, and its limit, when they lead to the value."""
    try:
        with within(budget.share(0.2, _SERIES_SECONDS)):
            leading = _leading_term(problem, side)
    except OutOfTime:
        return []
    except Exception:  # sympy raises anything where it is at a loss
        return []
    if leading is None or not _is_equivalent(problem, side, leading):
        return []
    trace = Solver(problem.with_expression(leading), side).solve(leading)
    if trace is None or trace.value is not value:
        return []
    before = problem.limit_of(problem.expression, side)
    after = problem.limit_of(leading, side)
    text: Sentence = ("the first term of the expansion there is ", leading)
    return [Step("series", text, before, after), *trace.steps]


def _leading_term(problem: Problem, side: str) -> Node | None:
    from dlmath.expression.from_sympy import from_sympy
    from dlmath.expression.tidy import tidy
    from dlmath.expression.to_sympy import load_sympy, to_sympy

    load_sympy()
    x = graph.symbol(problem.variable)
    small = graph.symbol("h_")
    closeness = graph.power(small, graph.MINUS_ONE)
    moved = graph.substitute(
        problem.expression, {problem.variable: place_at(problem.point, side, closeness)}
    )
    assume = {**problem.assume, "h_": frozenset({"positive"})}
    function, symbol = to_sympy(graph.vector((tidy(moved), small)), assume)
    leading = from_sympy(function.as_leading_term(symbol))
    if graph.contains(leading, {"log"}) or small not in graph.topological(leading):
        return None
    back = _distance(problem, side, x)
    return tidy(graph.substitute(leading, {"h_": back}))


def _distance(problem: Problem, side: str, x: Node) -> Node:
    """The small positive quantity in terms of the variable."""
    if problem.point is graph.INFINITY:
        return graph.power(x, graph.MINUS_ONE)
    if problem.at_infinity:
        return graph.neg(graph.power(x, graph.MINUS_ONE))
    gap = graph.sub(x, problem.point)
    return gap if side == RIGHT else graph.neg(gap)


def _is_equivalent(problem: Problem, side: str, leading: Node) -> bool:
    """Does the quotient of the function and its leading term tend to 1?"""
    ratio = problem.with_expression(graph.div(problem.expression, leading))
    behaviour = ratio.observe(side, problem.parameter_sets()[0], 0.5)
    return sequences.judge(behaviour, 1)[0] == PASSED


# --- the equality of each step, by values -----------------------------------------------------


def check_steps(problem: Problem, steps: Sequence[Step]) -> Check:
    """Compares what each step starts from with what it ends in, by values along sequences."""
    values = _StepValues(problem)
    counted = 0
    for step in _all_steps(steps):
        if not isinstance(step.before, Node) or not isinstance(step.after, Node):
            continue
        before, after = values.of(step.before), values.of(step.after)
        if before is None or after is None:
            continue
        if not _same(before, after):
            return Check(_STEPS_CHECK, FAILED, f"{step.rule}: {before} is not {after}")
        counted += 1
    if counted == 0:
        return Check(_STEPS_CHECK, UNAVAILABLE, "no step has values that can be compared")
    return Check(_STEPS_CHECK, PASSED, _agreed(counted))


def _all_steps(steps: Iterable[Step]) -> Iterator[Step]:
    for step in steps:
        yield step
        yield from _all_steps(step.steps)


class _StepValues:
    """Values of expressions with limits in them, each limit observed once.

    When the time for it is used up there are no more values.
    """

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self.parameters = problem.parameter_sets()[0]
        self._seen: dict[Node, Any] = {}
        self._deadline = monotonic() + _CHECK_SECONDS

    def of(self, node: Node) -> Any:
        """A number, the name of an infinity, or None."""
        inside: dict[Node, Node] = {}
        numbers: dict[str, Any] = dict(self.parameters)
        for part in graph.topological(node):
            if part.op != "limit":
                continue
            found = self._observed(part)
            if part is node:
                return found
            if found is None or isinstance(found, str):
                return None
            name = f"limit_{len(inside)}"
            inside[part] = graph.symbol(name)
            numbers[name] = found
        return number_of(graph.replace(node, inside), numbers)

    def _observed(self, limit: Node) -> Any:
        if limit not in self._seen:
            late = monotonic() > self._deadline
            self._seen[limit] = None if late else self._observe(limit)
        return self._seen[limit]

    def _observe(self, limit: Node) -> Any:
        function, _, point = limit.args
        inner = Problem(function, self.problem.variable, point, self.problem.assume)
        side = RIGHT if limit.value == BOTH else str(limit.value)
        behaviour = inner.observe(side, self.parameters, 0.4)
        if behaviour.kind == sequences.FINITE:
            sharp = behaviour.error < 1e-9 * (1 + abs(behaviour.value))
            return behaviour.value if sharp else None
        return behaviour.kind if behaviour.kind in (sequences.PLUS, sequences.MINUS) else None


def _same(a: Any, b: Any) -> bool:
    if isinstance(a, str) or isinstance(b, str):
        return bool(a == b)
    return bool(abs(a - b) <= 1e-7 * (1 + abs(a)))


def _agreed(count: int) -> str:
    return "1 equality holds" if count == 1 else f"{count} equalities hold"


#: Digits of the points in the table: enough to show the distance of the nearest.
_PLACE_DIGITS = 12


def approach_table(problem: Problem, sides: tuple[str, ...], digits: int) -> Table:
    """Values of the function at points closer and closer to the point, from each side."""
    from dlmath.expression.precise import decimal_text
    from dlmath.expression.tidy import tidy

    parameters = problem.parameter_sets()[0]
    title = "values near the point"
    if parameters:
        given = ", ".join(f"{name} = {value}" for name, value in parameters.items())
        title += f" for {given}"
    rows: list[tuple[Any, ...]] = []
    for side in sides:
        approach = Approach(
            problem.expression,
            problem.variable,
            problem.point,
            side,
            parameters,
            whole=problem.whole,
        )
        for exponent in _DISTANCES:
            place = tidy(place_at(problem.point, side, graph.number(10**exponent)))
            value = approach.value_at(10**exponent, max(30, digits))
            if value is not None:
                shown = place if graph.free_symbols(place) else decimal_text(place, _PLACE_DIGITS)
                rows.append((shown, decimal_text(value, digits)))
        if side == RIGHT and len(sides) > 1:
            rows[-len(_DISTANCES) :] = rows[-len(_DISTANCES) :][::-1]
    return Table(title, (problem.variable, f"f({problem.variable})"), tuple(rows))
