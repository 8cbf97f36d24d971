"""Why an oscillating function has no limit: two sequences along which it tends to two values."""

from __future__ import annotations

from fractions import Fraction
from time import process_time

from dlmath.answer import Sentence
from dlmath.checks import sequences
from dlmath.expression import graph
from dlmath.expression.graph import Node, call, number
from dlmath.maths.calculus.limits.problem import Problem

_WAVES = ("sin", "cos", "tan", "cot")

#: Processor seconds that the search for a reason may take.
_SECONDS = 0.8

#: Angles with no pole of the waves that occur, and where the waves take simple values.
_ANGLES = (Fraction(0), Fraction(1, 2), Fraction(1), Fraction(3, 2), Fraction(1, 4), Fraction(3, 4))


def reason_of_oscillation(problem: Problem, side: str) -> Sentence | None:
    """Two families of points, named by the angle of a wave, with their different limits.

    Returns None where the function is not that simple (no wave of something unbounded).
    """
    deadline = process_time() + _SECONDS
    for angle in _unbounded_angles(problem, side):
        found: list[tuple[Fraction, Node]] = []
        for turn in _ANGLES:
            if process_time() > deadline:
                return None
            value = _limit_along(problem, side, angle, turn)
            if value is None:
                continue
            if found and value is not found[0][1]:
                (first_turn, first), (second_turn, second) = found[0], (turn, value)
                k = _counter(problem)
                return (
                    "where ",
                    graph.make("eq", (angle, _points(first_turn, k))),
                    " (",
                    k,
                    " whole) it tends to ",
                    first,
                    ", where ",
                    graph.make("eq", (angle, _points(second_turn, k))),
                    " to ",
                    second,
                )
            found.append((turn, value))
    return None


def _counter(problem: Problem) -> Node:
    """A name for whole numbers that the problem does not use."""
    taken = {problem.variable, *problem.parameters}
    return graph.symbol(next(name for name in ("n", "k", "m", "j", "n_") if name not in taken))


def _points(turn: Fraction, k: Node) -> Node:
    """2*pi*k + turn*pi, with k a whole number."""
    return graph.add(graph.mul(number(2), graph.PI, k), graph.mul(number(turn), graph.PI))


def _unbounded_angles(problem: Problem, side: str) -> list[Node]:
    angles: list[Node] = []
    values = problem.parameter_sets()[0]
    for part in graph.topological(problem.expression):
        if part.op not in _WAVES or part.args[0] in angles:
            continue
        if problem.variable not in graph.free_symbols(part.args[0]):
            continue
        behaviour = problem.with_expression(part.args[0]).observe(side, values, 0.5)
        if behaviour.kind in (sequences.PLUS, sequences.MINUS):
            angles.append(part.args[0])
    return angles


def _limit_along(problem: Problem, side: str, angle: Node, turn: Fraction) -> Node | None:
    """The limit along the points where the angle is 2*pi*n + turn*pi, where it is plain."""
    from dlmath.expression.tidy import tidy

    fixed = graph.mul(number(turn), graph.PI)
    waves = {call(name, angle): tidy(call(name, fixed)) for name in _WAVES}
    if any(
        part in waves and graph.contains(waves[part], set(_WAVES))
        for part in graph.topological(problem.expression)
    ):
        return None  # a pole of this wave
    along = tidy(graph.replace(problem.expression, waves))
    if not graph.free_symbols(along) & {problem.variable}:
        return along
    values = problem.parameter_sets()[0]
    behaviour = problem.with_expression(along).observe(side, values, 0.5)
    if behaviour.kind == sequences.PLUS:
        return graph.INFINITY
    if behaviour.kind == sequences.MINUS:
        return graph.neg(graph.INFINITY)
    if behaviour.kind == sequences.FINITE and abs(behaviour.value) <= 1e-12:
        return graph.ZERO
    return None
