"""The form in which a limit is shown: the shortest one found with the same values."""

from __future__ import annotations

from collections.abc import Iterator

from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.maths.calculus.budget import OutOfTime, within
from dlmath.maths.calculus.limits.problem import Problem
from dlmath.maths.calculus.limits.sides import number_of
from dlmath.settings import Settings

#: Seconds for the search, and the shortest text that is worth it.
_SECONDS = 1.5
_LONG = 24


def simplest(value: Node, problem: Problem, settings: Settings) -> Node:
    """The value in the shortest form found; every form is compared by numbers."""
    if value.op in ("number", "constant", "symbol") or graph.INFINITY in graph.topological(value):
        return value
    if graph.free_symbols(value):
        return _with_parameters(value, problem)
    number = number_of(value, {})
    if number is None or isinstance(number, str):
        return value
    from dlmath.maths.exact_constants import simplest_constant

    try:
        with within(_SECONDS):
            return simplest_constant(value, number, settings)
    except OutOfTime:
        return value


def _with_parameters(value: Node, problem: Problem) -> Node:
    from dlmath.expression.text import to_text

    best, length = value, len(to_text(value))
    if length < _LONG:
        return value
    try:
        with within(_SECONDS):
            for form in _forms(value, problem):
                size = len(to_text(form))
                if size < length and _is_same(form, value, problem):
                    best, length = form, size
    except OutOfTime:
        pass
    except Exception:  # noqa: S110  sympy raises anything where it is at a loss
        pass
    return best


def _forms(value: Node, problem: Problem) -> Iterator[Node]:
    from dlmath.expression.from_sympy import from_sympy
    from dlmath.expression.tidy import expand, tidy
    from dlmath.expression.to_sympy import load_sympy, to_sympy

    yield tidy(expand(value))
    sympy = load_sympy()
    function = to_sympy(value, problem.assume)
    for work in (sympy.cancel, sympy.factor, sympy.simplify):
        yield tidy(from_sympy(work(function)))


def _is_same(a: Node, b: Node, problem: Problem) -> bool:
    gap = graph.sub(a, b)
    return all(number_of(gap, values) == 0 for values in problem.parameter_sets())
