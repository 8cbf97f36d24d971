"""The closed form of a problem, where it is found in time: what numbers are held against."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from dlmath.answer import ANSWERED, Answer
from dlmath.errors import DlmathError
from dlmath.expression.compile import compile_function
from dlmath.expression.differential import Problem
from dlmath.expression.graph import Node, free_symbols, substitute
from dlmath.expression.unknown import UNKNOWN
from dlmath.maths.calculus.budget import OutOfTime, within
from dlmath.settings import Settings


def closed_form(problem: Problem, settings: Settings, seconds: float = 6.0) -> dict[str, Node]:
    """For each function its expression in the variable; {} where there is no single one.

    Parameters take their values from `settings.at`.
    """
    from dlmath.maths.equations.ode.ode import ode_in_closed_form

    quiet = replace(settings, at={}, steps=False, plot=False, seconds=seconds)
    try:
        with within(seconds):
            answer = ode_in_closed_form(problem, quiet)
    except (DlmathError, OutOfTime):
        return {}
    return explicit_functions(answer, problem, settings)


def explicit_functions(answer: Answer, problem: Problem, settings: Settings) -> dict[str, Node]:
    """The functions of an answer `y(x) = ...` without constants; {} where it is none."""
    if answer.status != ANSWERED or answer.result is None:
        return {}
    lines = answer.result if isinstance(answer.result, tuple) else (answer.result,)
    names = [function.name for function in problem.functions]
    variable = problem.functions[0].variables[0]
    if len(lines) != len(names):
        return {}
    put = {name: value for name, value in settings.at.items() if name != variable}
    found: dict[str, Node] = {}
    for line in lines:
        if not isinstance(line, Node) or line.op != "eq" or line.args[0].op != UNKNOWN:
            return {}
        right = substitute(line.args[1], put)
        if free_symbols(right) - {variable}:
            return {}
        found[str(line.args[0].value)] = right
    return found if set(found) == set(names) else {}


def as_function(node: Node, variable: str) -> Callable[[Any], Any] | None:
    """Values of an expression at places (an array), nan where it has none."""
    import numpy

    try:
        run = compile_function([node], [variable], arrays=True)
    except DlmathError:
        return None

    def values(x: Any) -> Any:
        places = numpy.atleast_1d(numpy.asarray(x, dtype=float))
        return numpy.broadcast_to(numpy.asarray(run(places)[0], dtype=float), places.shape)

    return values
