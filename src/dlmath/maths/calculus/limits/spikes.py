"""What sequences step over: poles and short spikes that come again and again on the way.

Between the points of every sequence tan(x)/exp(x) still has its poles, and heaviside(sin(x) - c)
with c a little below 1 is 1 on ever new, ever as short stretches. Both stand where an expression
under a bar, in a logarithm or in a comparison vanishes, so the zeros of these are looked for, in
windows one far beyond the other, and the function is asked on both sides of them and between.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

from dlmath.checks.approach import place_at
from dlmath.checks.sequences import FINITE, MINUS, OSCILLATING, PLUS, Behaviour
from dlmath.errors import DlmathError
from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.maths.calculus.budget import OutOfTime, within
from dlmath.maths.calculus.limits.problem import Problem

#: Functions that go up and down without end.
_PERIODIC = frozenset({"sin", "cos", "tan", "sec", "csc", "cot", "besselj", "bessely", "airyai"})

#: Where the windows begin (closeness), and how long they may be: the first with zeros is enough.
_STARTS = (31.0, 3170.0, 31_900.0)
_WIDTHS = (0.01, 0.3, 8.0, 250.0)
#: Zeros looked at in one window; expressions whose zeros are looked for.
_MOST_ZEROS, _MOST_CONDITIONS = 4, 3
#: Distances from a zero; the size at a pole grows from one to the next at least so much.
_BESIDE = (-6, -12, -24)
_GROWTH = 1.4
_DIGITS = 60
#: Seconds for the search.
_SECONDS = 3.0


def leaves_again(
    problem: Problem, side: str, parameters: Mapping[str, Any], behaviour: Behaviour
) -> Behaviour:
    """The behaviour, or oscillation where the function keeps leaving its limit in between."""
    if behaviour.kind not in (FINITE, PLUS, MINUS) or problem.whole:
        return behaviour
    function, name = _by_closeness(problem, side, parameters)
    conditions = _conditions(function, name)
    if not conditions:
        return behaviour
    try:
        with within(_SECONDS):
            return _judged(function, name, conditions, behaviour)
    except OutOfTime:
        return behaviour


def swings_on(problem: Problem, side: str, parameters: Mapping[str, Any]) -> bool:
    """Does a periodic function in it go through ever new periods on the way?"""
    function, name = _by_closeness(problem, side, parameters)
    return any(
        part.op in _PERIODIC and _grows(part.args[-1], name)
        for part in graph.topological(function, of=name)
    )


def _grows(operand: Node, name: str) -> bool:
    """Is the operand larger and larger at three places, or too large to be computed?"""
    sizes = [_value(operand, name, graph.number(10**power)) for power in (2, 4, 8)]
    if sizes[0] is None or sizes[1] is None:
        return graph.contains(operand, {"exp", "pow"})
    return sizes[2] is None or bool(10 < abs(sizes[0]) < abs(sizes[1]) < abs(sizes[2]))


def _judged(function: Node, name: str, conditions: list[Node], behaviour: Behaviour) -> Behaviour:
    if all(_has_pole(function, name, conditions, start, behaviour) for start in _STARTS):
        detail = "the function is unbounded near ever new places on the way"
        return Behaviour(OSCILLATING, real=behaviour.real, detail=detail)
    if behaviour.kind == FINITE and _keeps_spiking(function, name, conditions, behaviour):
        detail = "the function leaves the value near ever new places on the way"
        return Behaviour(OSCILLATING, real=behaviour.real, detail=detail)
    return behaviour


def _by_closeness(problem: Problem, side: str, parameters: Mapping[str, Any]) -> tuple[Node, str]:
    """The function of the closeness t, without parameters."""
    taken = graph.free_symbols(problem.expression) | graph.free_symbols(problem.point)
    name = next(name for name in ("t", "s", "u", "t_") if name not in taken)
    place = place_at(problem.point, side, graph.symbol(name))
    moved = graph.substitute(problem.expression, {problem.variable: place})
    numbers = {key: graph.number(value) for key, value in parameters.items()}
    return graph.substitute(moved, numbers), name


def _conditions(function: Node, name: str) -> list[Node]:
    from dlmath.maths.calculus.integrals import singularities

    if not graph.contains(function, _PERIODIC):
        return []
    found = singularities.conditions(function, name)
    return [g for g in found if graph.contains(g, _PERIODIC)][:_MOST_CONDITIONS]


def _zeros(g: Node, name: str, start: float) -> list[Any]:
    import mpmath

    from dlmath.maths.calculus.integrals.zero_search import scan

    low = mpmath.mpf(start)
    for width in _WIDTHS:
        try:
            found = scan(g, name, low, low + width).found
        except (DlmathError, ArithmeticError, ValueError):
            return []
        if len(found) > 1:
            return found[:_MOST_ZEROS]
    return []


def _value(function: Node, name: str, place: Any) -> Any:
    import mpmath

    from dlmath.expression.precise import evaluate

    try:
        if isinstance(place, Node):
            value = evaluate(graph.substitute(function, {name: place}), digits=40)
        else:
            value = evaluate(function, {name: place}, 40)
    except (DlmathError, ArithmeticError, ValueError):
        return None
    return value if mpmath.isfinite(value) else None


def _beside(point: Any, exponent: int, side: int) -> Any:
    import mpmath

    with mpmath.workdps(_DIGITS):
        return point.value + side * mpmath.mpf(10) ** exponent


def _has_pole(
    function: Node, name: str, conditions: list[Node], start: float, behaviour: Behaviour
) -> bool:
    """Is there a pole in the window that the claimed behaviour does not allow?"""
    kind = behaviour.kind
    near = behaviour.value if kind == FINITE else 0
    for g in conditions:
        for point in _zeros(g, name, start):
            for side in (-1, 1):
                row = [_value(function, name, _beside(point, e, side)) for e in _BESIDE]
                if any(value is None for value in row):
                    continue
                sizes = [abs(value - near) for value in row]
                grows = all(b > _GROWTH * a > 0 for a, b in pairwise(sizes))
                allowed = (kind == PLUS and row[-1].real > 0) or (
                    kind == MINUS and row[-1].real < 0
                )
                if grows and not allowed:
                    return True
    return False


def _keeps_spiking(function: Node, name: str, conditions: list[Node], behaviour: Behaviour) -> bool:
    """Is the function as far from its value in every window as in the one before?"""
    size = 1 + abs(behaviour.value)
    least = max(1e-9 * size, 100 * (behaviour.error or 0))
    gaps = [
        max(
            (abs(v - behaviour.value) for v in _values_at_zeros(function, name, conditions, start)),
            default=0,
        )
        for start in _STARTS
    ]
    return bool(min(gaps) > least and all(b >= 0.9999 * a for a, b in pairwise(gaps)))


def _values_at_zeros(
    function: Node, name: str, conditions: list[Node], start: float
) -> Iterator[Any]:
    """Values at the zeros of the conditions, a hair beside them, and between neighbours."""
    for g in conditions:
        points = _zeros(g, name, start)
        places = [point.exact for point in points if point.exact is not None]
        places += [_beside(point, _BESIDE[1], side) for point in points for side in (-1, 1)]
        places += [(a.value + b.value) / 2 for a, b in pairwise(points)]
        for place in places:
            value = _value(function, name, place)
            if value is not None:
                yield value
