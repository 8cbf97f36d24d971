"""Kinks and jumps resolved near a point: on one side of it |u| is u or -u, floor(u) a number.

Which branch holds is read from values at three distances; the limit that comes out is checked
against sequences like any other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from dlmath.checks.approach import Approach
from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.maths.calculus.limits.problem import LEFT, RIGHT, Problem, in_time

#: Decimal exponents of the closenesses at which a branch must hold; more distant ones first.
_EXPONENTS = (3.0, 4.5, 6.3, 8.1)

_COMPARISONS: dict[str, Callable[[Any], bool]] = {
    "lt": lambda difference: difference < 0,
    "le": lambda difference: difference <= 0,
    "gt": lambda difference: difference > 0,
    "ge": lambda difference: difference >= 0,
}

#: relu(u) and its kind: where the branch changes, and the branches below and above.
_HALVES: dict[str, Callable[[Node, tuple[Node, ...]], tuple[Node, Node]]] = {
    "relu": lambda u, _more: (graph.ZERO, u),
    "leaky_relu": lambda u, more: (graph.mul(*(more or (graph.number(Fraction(1, 100)),)), u), u),
    "elu": lambda u, more: (
        graph.mul(*more, graph.sub(graph.call("exp", u), graph.ONE)),
        u,
    ),
    "softsign": lambda u, _more: (
        graph.div(u, graph.sub(graph.ONE, u)),
        graph.div(u, graph.add(graph.ONE, u)),
    ),
    "abs": lambda u, _more: (graph.neg(u), u),
    "sign": lambda _u, _more: (graph.MINUS_ONE, graph.ONE),
    "heaviside": lambda _u, _more: (graph.ZERO, graph.ONE),
    "cbrt": lambda u, _more: (
        graph.neg(graph.power(graph.neg(u), graph.number(Fraction(1, 3)))),
        graph.power(u, graph.number(Fraction(1, 3))),
    ),
}

KINKED = frozenset(_HALVES) | frozenset(
    "floor ceil max min piecewise hardtanh hard_sigmoid atan2".split()
)


class Oracle:
    """Signs and values of expressions near the point of a problem, on one side or on both."""

    def __init__(self, problem: Problem, side: str) -> None:
        self.problem = problem
        self.sides = (side,) if side in (LEFT, RIGHT) else (LEFT, RIGHT)
        if problem.at_infinity:
            self.sides = (LEFT,)
        self._signs: dict[Node, int | None] = {}

    def sign(self, node: Node) -> int | None:
        """1, 0 or -1 where the sign is the same at every distance, side and parameter set."""
        if node not in self._signs:
            self._signs[node] = self._find_sign(node)
        return self._signs[node]

    def _find_sign(self, node: Node) -> int | None:
        import mpmath

        values = self.values(node)
        if values is None:
            return None
        found = {int(mpmath.sign(value)) for value in values}
        return found.pop() if len(found) == 1 else None

    def values(self, node: Node) -> list[Any] | None:
        """Real values at several distances on each side, or None where there are none."""
        import mpmath

        found: list[Any] = []
        for side in self.sides:
            for parameters in self.problem.parameter_sets():
                row = self._row(node, side, parameters)
                if row is None:
                    return None
                found += row
        with mpmath.workdps(40):
            if any(abs(value.imag) > abs(value) * mpmath.mpf(10) ** -18 for value in found):
                return None
            return [value.real for value in found]

    def _row(self, node: Node, side: str, parameters: Mapping[str, Any]) -> list[Any] | None:
        import mpmath

        problem = self.problem
        approach = Approach(
            node,
            problem.variable,
            problem.point,
            side,
            parameters,
            whole=problem.whole,
            attempt=in_time,
        )
        row: list[Any] = []
        for exponent in _EXPONENTS:
            value = approach.value(len(row) % 3, exponent)
            if value is None or mpmath.isnan(value):
                break
            row.append(mpmath.mpmathify(value))
        return row if len(row) >= 2 else None


def resolve(node: Node, variable: str, oracle: Oracle) -> Node:
    """The expression with every kink that can be resolved near the point replaced."""
    mapping: dict[Node, Node] = {}
    for part in graph.topological(node):
        args = tuple(mapping[arg] for arg in part.args)
        rebuilt = part if args == part.args else graph.make(part.op, args, part.value)
        if part.op in KINKED and variable in graph.free_symbols(part):
            rebuilt = branch(rebuilt, oracle) or rebuilt
        mapping[part] = rebuilt
    return mapping[node]


def branch(node: Node, oracle: Oracle) -> Node | None:
    """The branch of one function with kinks that holds near the point, or None."""
    inner = node.args[0]
    if node.op in _HALVES:
        sign = oracle.sign(inner)
        if sign is None:
            return None
        if sign == 0:
            return graph.ZERO if node.op not in ("heaviside",) else graph.HALF
        return _HALVES[node.op](inner, node.args[1:])[1 if sign > 0 else 0]
    if node.op in ("floor", "ceil"):
        return _step(node, oracle)
    if node.op in ("max", "min"):
        return _winner(node, oracle)
    if node.op == "piecewise":
        return _case(node, oracle)
    if node.op == "atan2":
        return _angle(node, oracle)
    low, high, below, above, middle = _kept_within(node)
    if oracle.sign(graph.sub(inner, low)) == -1:
        return below
    if oracle.sign(graph.sub(inner, high)) == 1:
        return above
    if oracle.sign(graph.sub(inner, low)) == 1 and oracle.sign(graph.sub(inner, high)) == -1:
        return middle
    return None


def _kept_within(node: Node) -> tuple[Node, Node, Node, Node, Node]:
    inner = node.args[0]
    if node.op == "hardtanh":
        return graph.MINUS_ONE, graph.ONE, graph.MINUS_ONE, graph.ONE, inner
    three = graph.number(3)
    middle = graph.add(graph.div(inner, graph.number(6)), graph.HALF)
    return graph.neg(three), three, graph.ZERO, graph.ONE, middle


def _step(node: Node, oracle: Oracle) -> Node | None:
    """floor(u) and ceil(u) where they are one whole number near the point."""
    values = oracle.values(node)
    if not values or any(value != values[0] for value in values):
        return None
    return graph.number(int(values[0]))


def _winner(node: Node, oracle: Oracle) -> Node | None:
    if len(node.args) < 2 or any(arg.op == "vector" for arg in node.args):
        return None
    best = node.args[0]
    for other in node.args[1:]:
        sign = oracle.sign(graph.sub(other, best))
        if sign is None:
            return None
        if sign != 0 and (sign > 0) == (node.op == "max"):
            best = other
    return best


def _angle(node: Node, oracle: Oracle) -> Node | None:
    """atan2(y, x) by the arctangent, in the half plane where the point (x, y) is."""
    y, x = node.args
    if oracle.sign(x) == 1:
        return graph.call("atan", graph.div(y, x))
    sign = oracle.sign(y)
    if sign in (None, 0):
        return None
    quarter = graph.mul(graph.number(sign or 0), graph.HALF, graph.PI)
    return graph.sub(quarter, graph.call("atan", graph.div(x, y)))


def _case(node: Node, oracle: Oracle) -> Node | None:
    """The value of the first case whose condition holds near the point."""
    pairs = list(zip(node.args[0::2], node.args[1::2], strict=False))
    for value, condition in pairs:
        truth = _truth(condition, oracle)
        if truth is None:
            return None
        if truth:
            return value
    return node.args[-1] if len(node.args) % 2 else None


def _truth(condition: Node, oracle: Oracle) -> bool | None:
    if condition.op in ("true", "false"):
        return condition.op == "true"
    if condition.op == "not":
        inner = _truth(condition.args[0], oracle)
        return None if inner is None else not inner
    if condition.op in ("and", "or"):
        parts = [_truth(arg, oracle) for arg in condition.args]
        if any(part is (condition.op == "or") for part in parts):
            return condition.op == "or"
        return None if None in parts else condition.op == "and"
    if condition.op not in (*_COMPARISONS, "eq", "ne"):
        return None
    sign = oracle.sign(graph.sub(*condition.args))
    if sign is None:
        return None
    if condition.op in ("eq", "ne"):
        return (sign == 0) == (condition.op == "eq")
    return _COMPARISONS[condition.op](sign)
