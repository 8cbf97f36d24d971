"""Dominant terms: at infinity the fastest growing term taken out of each sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlmath.answer import Sentence
from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.calculus.limits.growth import growth_of
from dlmath.maths.calculus.limits.problem import BOTH, RIGHT
from dlmath.maths.calculus.limits.rules import Rewrite
from dlmath.maths.calculus.limits.tends import INFINITES, PLUS, Tendencies

if TYPE_CHECKING:
    from dlmath.maths.calculus.limits.rules import Solver


def dominant_terms(function: Node, tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """At infinity: the fastest growing term taken out of each sum, above and below."""
    if not tendencies.problem.at_infinity or function.op == "add":
        return None
    extraction = _Extraction(tendencies)
    outside, inside = extraction.of(function)
    if not extraction.leaders:
        return None
    words: list[str | Node] = ["take the dominant term out of each sum: "]
    for index, unit in enumerate(dict.fromkeys(extraction.leaders)):
        words += [", " if index else "", unit]
    return Rewrite("dominant terms", tuple(words), graph.mul(outside, inside))


def take_out(function: Node, tendencies: Tendencies, _solver: Solver) -> Rewrite | None:
    """A sum at infinity as its dominant term times what is left."""
    if not tendencies.problem.at_infinity or function.op != "add":
        return None
    extraction = _Extraction(tendencies)
    outside, inside = extraction.of(function)
    if outside is graph.ONE:
        return None
    return Rewrite("factor", ("take out ", outside), graph.mul(outside, inside))


class _Extraction:
    """Splits a function at infinity into a product of growing units and a factor that settles.

    leaders: the units taken out of sums.
    """

    def __init__(self, tendencies: Tendencies) -> None:
        self.tendencies = tendencies
        self.oracle = tendencies.oracle
        self.leaders: list[Node] = []

    def of(self, node: Node) -> tuple[Node, Node]:
        """(unit, rest) with node = unit*rest."""
        if node.op == "mul":
            units, rests = zip(*(self.of(factor) for factor in node.args), strict=True)
            return tidy(graph.mul(*units)), graph.mul(*rests)
        if node.op == "pow" and self.tendencies.problem.variable not in graph.free_symbols(
            node.args[1]
        ):
            unit, rest = self.of(node.args[0])
            raised = self._raised(unit, node.args[1])
            return raised, graph.power(rest, node.args[1])
        if node.op == "add":
            return self._sum(node)
        if self.tendencies.of(node).kind in INFINITES or self._vanishes(node):
            return node, graph.ONE
        return graph.ONE, node

    def _vanishes(self, node: Node) -> bool:
        growth = self.tendencies.growth(node)
        return growth is not None and growth.exact and growth.sign < 0

    def _raised(self, unit: Node, exponent: Node) -> Node:
        """A unit to a power, factor by factor where all of them are positive."""
        factors = unit.args if unit.op == "mul" else (unit,)
        powers: list[Node] = []
        for factor in factors:
            base, size = factor.args if factor.op == "pow" else (factor, graph.ONE)
            if self.oracle.sign(base) != 1:
                return self._signed(tidy(graph.power(unit, exponent)))
            powers.append(graph.power(base, tidy(graph.mul(size, exponent))))
        return tidy(graph.mul(*powers))

    def _signed(self, unit: Node) -> Node:
        """|x| is x or -x at an infinity."""
        x = graph.symbol(self.tendencies.problem.variable)
        sign = graph.ONE if self.tendencies.of(x).kind == PLUS else graph.MINUS_ONE
        return tidy(graph.replace(unit, {graph.call("abs", x): graph.mul(sign, x)}))

    def _sum(self, node: Node) -> tuple[Node, Node]:
        parts = [self.of(term) for term in node.args]
        growths = [self.tendencies.growth(unit) for unit, _ in parts]
        best: Node | None = None
        for (unit, _), growth in zip(parts, growths, strict=True):
            if growth is None or not growth.exact or growth.sign == 0:
                continue
            others = [other for other in growths if other is None or other.terms != growth.terms]
            if all(other is not None and growth.outgrows(other) for other in others):
                best = unit
                break
        if best is None or self.tendencies.of(best).kind not in INFINITES:
            return graph.ONE, node
        self.leaders.append(best)
        terms = (graph.mul(tidy(graph.div(unit, best)), rest) for unit, rest in parts)
        return best, graph.add(*terms)


def open_logarithms(function: Node, tendencies: Tendencies, solver: Solver) -> Rewrite | None:
    """log(e^x + 1) is x + log(1 + e^(-x)): a dominant term taken out of a logarithm."""
    if not tendencies.problem.at_infinity:
        return None
    mapping: dict[Node, Node] = {}
    words: list[str | Node] = []
    for part in graph.topological(function):
        if part.op != "log" or len(part.args) != 1 or tendencies.of(part).kind not in INFINITES:
            continue
        outside, inside = _Extraction(tendencies).of(part.args[0])
        if outside is graph.ONE or inside is graph.ONE or solver.oracle.sign(outside) != 1:
            continue
        opened = tidy(graph.call("log", outside))
        mapping[part] = graph.add(_open_power(outside) or opened, graph.call("log", inside))
        words += [", " if words else "", part, " = ", mapping[part]]
    if not mapping:
        return None
    opened_function = tidy(graph.replace(function, mapping))
    return Rewrite("logarithms", tuple(words), tidy(expand(opened_function)))


def _open_power(unit: Node) -> Node | None:
    """log(x^n) is n*log(x)."""
    if unit.op != "pow":
        return None
    base, exponent = unit.args
    return graph.mul(exponent, graph.call("log", base))


def orders_of_growth(function: Node, tendencies: Tendencies, solver: Solver) -> Rewrite | None:
    """At a finite point: exponentials of 1/|x - a| outgrow powers, powers outgrow logarithms."""
    if tendencies.problem.at_infinity:
        return None
    side = solver.side if solver.side != BOTH else RIGHT
    growth = growth_of(function, tendencies.problem, lambda _part: False, side)
    if growth is None or not growth.exact or growth.sign == 0:
        return None
    text: Sentence = ("orders of growth decide: exponentials over powers over logarithms",)
    if growth.sign < 0:
        return Rewrite("dominant terms", text, graph.ZERO)
    sign = solver.oracle.sign(function)
    if sign in (None, 0):
        return None
    infinite = graph.INFINITY if sign == 1 else graph.neg(graph.INFINITY)
    return Rewrite("dominant terms", text, infinite)
