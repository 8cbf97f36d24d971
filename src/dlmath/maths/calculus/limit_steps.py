"""The working of a limit: the trace of the rules, or values, or the route that found it."""

from __future__ import annotations

from typing import Any

from dlmath.answer import Step, Table
from dlmath.expression import graph
from dlmath.maths.calculus.limit_problem import LEFT, Problem, SideLimit
from dlmath.maths.calculus.limit_rules import Solver, Trace

#: Decimal exponents of the distances in the table of values.
_DISTANCES = (1, 2, 3, 4, 6)


def find_trace(problem: Problem, side: str) -> Trace | None:
    """The derivation by the rules, not yet checked, or None where they do not lead to the end."""
    return Solver(problem, side).solve(problem.expression)


def steps_of(problem: Problem, side: str, solved: dict[str, SideLimit], result: Any) -> list[Step]:
    trace = find_trace(problem, side)
    return list(trace.steps) if trace else []


def approach_table(problem: Problem, sides: tuple[str, ...], digits: int) -> Table:
    """Values of the function at points closer and closer to the point, from each side."""
    from dlmath.checks.approach import Approach, place_at
    from dlmath.expression.precise import decimal_text
    from dlmath.expression.tidy import tidy

    parameters = problem.parameter_sets()[0]
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
            value = approach.value_at(graph.number(10**exponent).number, max(30, digits))
            if value is not None:
                rows.append((place, decimal_text(value, digits)))
        if side == LEFT and len(sides) > 1:
            rows.reverse()
    head = f"f({problem.variable})"
    return Table("values near the point", (problem.variable, head), tuple(rows))
