"""Dominant terms: at infinity the fastest growing term taken out of each sum."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.limit_rules import Rewrite
from dlmath.maths.calculus.limit_tends import INFINITES, PLUS, Tendencies

if TYPE_CHECKING:
    from dlmath.maths.calculus.limit_rules import Solver


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
            raised = self._signed(tidy(graph.power(unit, node.args[1])))
            return raised, graph.power(rest, node.args[1])
        if node.op == "add":
            return self._sum(node)
        if self.tendencies.of(node).kind in INFINITES or self._vanishes(node):
            return node, graph.ONE
        return graph.ONE, node

    def _vanishes(self, node: Node) -> bool:
        growth = self.tendencies.growth(node)
        return growth is not None and growth.exact and growth.sign < 0

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
