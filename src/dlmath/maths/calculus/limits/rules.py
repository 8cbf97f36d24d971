"""The rules a teacher uses for limits, each apart from the engine that applies them.

A rule looks at a limit and says what it turns into (`Rewrite`); it carries nothing out. The
engine (`Solver`) applies the first rule that leads to the end, and the value is read off the
trace it leaves, so that working and answer cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable
from time import process_time
from typing import NamedTuple

from dlmath.answer import Sentence, Step
from dlmath.expression import graph
from dlmath.expression.graph import Node
from dlmath.expression.tidy import tidy
from dlmath.maths.calculus.limits.kinks import Oracle
from dlmath.maths.calculus.limits.problem import Problem
from dlmath.maths.calculus.limits.tends import FINITE, UNKNOWN, Tendencies, has_value

#: The longest chain of rules, and the largest function looked at (nodes).
_DEPTH = 9
_SIZE = 160

#: Seconds that all rules together may take for one limit.
_SECONDS = 1.0

#: Derivative quotients formed for one limit, in all branches together.
_MOST_QUOTIENTS = 8


class Rewrite(NamedTuple):
    """What a rule turns a limit into.

    rule: its name. text: why it applies. function: the limit that is left is of this function.
    outer: what is done with that limit (None: nothing; it is the answer). steps: working of parts.
    """

    rule: str
    text: Sentence
    function: Node
    outer: Callable[[Node], Node] | None = None
    steps: tuple[Step, ...] = ()


class Trace(NamedTuple):
    """A derivation: its steps, the last of which ends in the value."""

    steps: tuple[Step, ...]
    value: Node


class Solver:
    """Applies rules to the limits of one problem from one side (or both at once)."""

    def __init__(self, problem: Problem, side: str) -> None:
        self.problem = problem
        self.side = side
        self.oracle = Oracle(problem, side)
        self._deadline = process_time() + _SECONDS
        self._tried: set[Node] = set()
        self._quotients = 0

    def tendencies(self) -> Tendencies:
        """A fresh look at what parts tend to."""
        return Tendencies(self.problem, self.side, self.oracle)

    def limit_of(self, function: Node) -> Node:
        """The limit as an expression."""
        return self.problem.limit_of(function, self.side)

    def may_differentiate(self) -> bool:
        """Counts the uses of l'Hôpital's rule; False when there were too many."""
        self._quotients += 1
        return self._quotients <= _MOST_QUOTIENTS and process_time() < self._deadline

    def solve(self, function: Node, depth: int = 0) -> Trace | None:
        """The derivation of the limit of a function, or None where the rules do not lead there."""
        from dlmath.maths.calculus.limits.rule_list import RULES

        if depth > _DEPTH or process_time() > self._deadline or function in self._tried:
            return None
        if len(graph.topological(function)) > _SIZE:
            return None
        tendencies = self.tendencies()
        done = self._finished(function, tendencies)
        if done is not None:
            return done
        ordered = _in_order(function)
        self._tried |= {function, ordered}
        try:
            inner = self._inner(function, tendencies, depth)
            if inner is not None:
                return inner
            for rule in RULES:
                rewrite = rule(ordered, tendencies, self)
                if rewrite is None or rewrite.function in (function, ordered):
                    continue
                trace = self._continue(function, rewrite, depth)
                if trace is not None:
                    return trace
        finally:
            self._tried -= {function, ordered}
        return None

    def _continue(self, function: Node, rewrite: Rewrite, depth: int) -> Trace | None:
        outer = rewrite.outer or (lambda limit: limit)
        if self.problem.variable not in graph.free_symbols(rewrite.function):
            value = _value(outer(rewrite.function), self.problem)
            if value is None:
                return None
            before = self.limit_of(function)
            step = Step(rewrite.rule, rewrite.text, before, value, rewrite.steps)
            return Trace((step,), value)
        rest = self.solve(rewrite.function, depth + 1)
        if rest is None:
            return None
        value = _value(outer(rest.value), self.problem)
        if value is None:
            return None
        before = self.limit_of(function)
        after = outer(self.limit_of(rewrite.function))
        first = Step(rewrite.rule, rewrite.text, before, after, rewrite.steps)
        if rewrite.outer is None:
            return Trace((first, *rest.steps), value)
        inside = Step("the limit inside", ("found by itself",), after, value, rest.steps)
        return Trace((first, inside), value)

    # --- ends of the chain ----------------------------------------------------------------

    def _finished(self, function: Node, tendencies: Tendencies) -> Trace | None:
        """The limit that the laws of limits give at once."""
        end = tendencies.of(function)
        value = end.node
        if value is None:
            return None
        before = self.limit_of(function)
        rule, text = self._reason(function, tendencies)
        return Trace((Step(rule, text, before, value),), value)

    def _reason(self, function: Node, tendencies: Tendencies) -> tuple[str, Sentence]:
        x, point = graph.symbol(self.problem.variable), self.problem.point
        if self.problem.variable not in graph.free_symbols(function):
            return "constant", (function, " does not depend on ", x)
        parts = graph.topological(function)
        grown = [part for part in parts if part in tendencies.by_growth]
        if grown:
            return "dominant terms", _growth_words(grown[0])
        squeezed = [part for part in parts if part in tendencies.squeezed]
        if squeezed:
            return "squeeze", _squeeze_words(squeezed[0], tendencies)
        if all(tendencies.of(part).kind == FINITE for part in parts):
            return "direct substitution", ("continuous at ", x, " = ", point, ": put it in")
        return "limits of the parts", self._part_words(function, tendencies)

    def _part_words(self, function: Node, tendencies: Tendencies) -> Sentence:
        """`x**2 -> 4, exp(-x) -> 0`: the parts whose limits make up the whole."""
        x = graph.symbol(self.problem.variable)
        words: list[str | Node] = ["as ", x, " -> ", self.problem.point, ": "]
        shown: list[Node] = []
        for part in _main_parts(function, self.problem.variable):
            value = tendencies.of(part).node
            if value is not None and part not in shown and len(shown) < 4:
                words += [", " if shown else "", part, " -> ", value]
                shown.append(part)
        if not shown:
            value = tendencies.of(function).node or function
            return (function, " -> ", value, " as ", x, " -> ", self.problem.point)
        return tuple(words)

    # --- limits of parts --------------------------------------------------------------------

    def _inner(self, function: Node, tendencies: Tendencies, depth: int) -> Trace | None:
        """Solves the innermost open parts on their own, where that settles the whole."""
        steps: list[Step] = []
        for _ in range(4):
            open_parts = _innermost_open(function, tendencies)
            if not open_parts or function in open_parts:
                break
            for part in open_parts:
                trace = self.solve(part, depth + 1)
                if trace is None:
                    return None
                tendencies.settle(part, trace.value)
                before = self.limit_of(part)
                text: Sentence = ("the limit of ", part)
                steps.append(Step("limit of a part", text, before, trace.value, trace.steps))
        value = tendencies.of(function).node
        if value is None or not steps:
            return None
        rule, text = self._reason(function, tendencies)
        if rule == "direct substitution":
            rule, text = "limits of the parts", ("the limit of each part, put together",)
        whole = Step(rule, text, self.limit_of(function), value, tuple(steps))
        return Trace((whole,), value)


def _main_parts(function: Node, variable: str) -> list[Node]:
    """The operands that depend on the variable; of a quotient, what is under the bar."""
    parts: list[Node] = []
    for arg in function.args:
        below = arg.op == "pow" and arg.args[1].op == "number" and arg.args[1].number < 0
        part = arg.args[0] if below else arg
        if part.op != "symbol" and variable in graph.free_symbols(part):
            parts.append(part)
    if len(parts) == 1 and parts[0].op == "mul" and function.op != "mul":
        return parts + _main_parts(parts[0], variable)
    return parts


def _in_order(function: Node) -> Node:
    """The function in reading order, unless that also makes it simpler, which is a step."""
    ordered = tidy(function)
    same = len(graph.topological(ordered)) == len(graph.topological(function))
    return ordered if same else function


def _innermost_open(function: Node, tendencies: Tendencies) -> list[Node]:
    """The parts that are open although all their operands are settled."""
    tendencies.of(function)
    return [
        part
        for part in graph.topological(function)
        if tendencies.of(part).kind == UNKNOWN
        and all(tendencies.of(arg).kind != UNKNOWN for arg in part.args)
    ]


def _value(node: Node, problem: Problem) -> Node | None:
    """The value of an expression of limits; infinities follow the extended line."""
    import mpmath

    from dlmath.expression.precise import evaluate

    if graph.INFINITY not in graph.topological(node):
        value = tidy(node)
        return value if has_value(value, problem) else None
    if graph.free_symbols(node):
        return None
    number = evaluate(node, {}, 20)
    if mpmath.isnan(number):
        return None
    if mpmath.isinf(number):
        return graph.INFINITY if number > 0 else graph.neg(graph.INFINITY)
    return graph.ZERO if number == 0 else None


def _growth_words(part: Node) -> Sentence:
    if part.op == "add":
        return ("in ", part, " one term outgrows the others")
    return (
        "in ",
        part,
        " orders of growth decide: exponentials over powers over logarithms",
    )


def _squeeze_words(product: Node, tendencies: Tendencies) -> Sentence:
    from dlmath.maths.calculus.limits.tends import BOUNDED

    bounded = [arg for arg in product.args if tendencies.of(arg).kind == BOUNDED]
    rest = graph.mul(*(arg for arg in product.args if arg not in bounded))
    return (graph.mul(*bounded), " stays bounded and ", rest, " -> 0, so the product is squeezed")
