"""The plan of an integration, and the search for one.

A rule only decides: it returns a `Plan`, a record of what the integral turns into and of the plans
for the integrals that are left. The antiderivative and the working are both read off the finished
plan, so they cannot disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from time import process_time

from dlmath.answer import Sentence, Step
from dlmath.errors import DlmathError
from dlmath.expression.graph import (
    MINUS_ONE,
    ONE,
    ZERO,
    Node,
    add,
    contains,
    div,
    free_symbols,
    mul,
    replace,
    symbol,
    topological,
)
from dlmath.expression.tidy import expand, fraction_parts, tidy
from dlmath.maths.calculus.antiderivatives.clean import clean
from dlmath.maths.calculus.antiderivatives.derivative import NoDerivative
from dlmath.maths.calculus.antiderivatives.forms import (
    Product,
    TooLarge,
    as_product,
    depends,
    integral,
)
from dlmath.maths.calculus.antiderivatives.polynomial import polynomial

#: What a search may cost: the nodes of all integrands that it looks at (about a second), its
#: depth, and the nodes of one integrand.
MOST_WORK = 6000
MOST_DEPTH = 14
MOST_NODES = 150
#: Seconds of computing after which a search begins no further integral.
MOST_SECONDS = 2.0

#: Letters for new variables, in the order in which they are used.
_LETTERS = ("u", "v", "w", "t", "s", "z", "p", "q", "r")

COLLECT = "put together"


class Unsolvable(Exception):
    """An integral came back with a factor that does not allow to solve for it."""


@dataclass(eq=False)
class Plan:
    """One applied rule.

    rule, text: its name, and a sentence that says what is done.
    integrand, x: the integral it is applied to.
    result: what that integral turns into; it contains the integral of each part.
    parts: the plans for the integrals in `result`.
    back: for a change of variable, the new variable and what it stands for.
    conditions: what must hold of parameters for the rule to apply.
    """

    rule: str
    text: Sentence
    integrand: Node
    x: Node
    result: Node
    parts: tuple[Plan, ...] = ()
    back: tuple[Node, Node] | None = None
    conditions: tuple[Sentence, ...] = ()

    @cached_property
    def antiderivative(self) -> Node:
        """The result with every integral in it carried out."""
        values = {integral(part.integrand, part.x): part.antiderivative for part in self.parts}
        value = replace(self.result, values) if values else self.result
        if self.back is not None:
            value = replace(value, {self.back[0]: self.back[1]})
        own = integral(self.integrand, self.x)
        if self.rule != RETURNS and any(part is own for part in topological(value)):
            value = _solve_for(own, value)
        return clean(value, self.x)

    @property
    def complete(self) -> bool:
        """Is every integral carried out (none left that refers to an outer one)?"""
        return not contains(self.antiderivative, {"integrate"})

    def all_conditions(self) -> list[Sentence]:
        """The conditions of this rule and of its parts, each once."""
        found = list(self.conditions)
        for part in self.parts:
            found += [each for each in part.all_conditions() if each not in found]
        return found

    def steps(self) -> list[Step]:
        """The working: this rule with its parts inside, then the parts put together."""
        if self.rule == RETURNS:
            return []
        before = integral(self.integrand, self.x)
        value = self.antiderivative
        inner = [step for part in self.parts for step in part.steps()]
        if self.back is not None or not self.parts:
            return [Step(self.rule, self.text, before, value, tuple(inner))]
        if self.rule == CONSTANT_FACTOR and len(inner) == 1 and not inner[0].steps:
            only = inner[0]
            return [Step(only.rule, (*self.text, "; ", *only.text), before, value)]
        if self._is_rewriting:
            steps = [Step(self.rule, self.text, before, self.result), *inner]
            last = steps[-1].after
            if last is not None and last is not value:
                steps.append(Step(COLLECT, ("collect terms",), last, value))
            return steps
        steps = [Step(self.rule, self.text, before, self.result, tuple(inner))]
        own = [part for part in topological(self._with_parts()) if part is before]
        if own:
            text: Sentence = ("the integral comes back on the right: solve for it",)
            steps.append(Step("solve for the integral", text, self.result, value))
        elif value is not self.result:
            steps.append(Step(COLLECT, ("put the parts together",), self.result, value))
        return steps

    @property
    def _is_rewriting(self) -> bool:
        """Is the result one integral, that of the same integrand in another form?"""
        if len(self.parts) != 1 or self.parts[0].rule == RETURNS:
            return False
        return self.result is integral(self.parts[0].integrand, self.parts[0].x)

    def _with_parts(self) -> Node:
        values = {integral(part.integrand, part.x): part.antiderivative for part in self.parts}
        return replace(self.result, values)


RETURNS = "returns"
CONSTANT_FACTOR = "constant factor"


def _solve_for(unknown: Node, value: Node) -> Node:
    """The solution I of I = value, where the value is linear in I."""
    letter = symbol("integral value")
    found = polynomial(replace(tidy(value), {unknown: letter}), letter, 1)
    if found is None or len(found) != 2 or found[1] is ONE:
        raise Unsolvable
    return _cleared(found[0], tidy(add(ONE, mul(MINUS_ONE, found[1]))))


def _cleared(top: Node, bottom: Node) -> Node:
    """top/bottom without fractions in the denominator."""
    factors: dict[Node, Node] = {}
    for term in bottom.args if bottom.op == "add" else (bottom,):
        _, below = fraction_parts(term)
        for part in below.args if below.op == "mul" else (below,):
            base = part.args[0] if part.op == "pow" else part
            factors.setdefault(base, part)
    scale = mul(*factors.values())
    return div(expand(mul(top, scale)), expand(mul(bottom, scale)))


# --- the search -----------------------------------------------------------------------------


@dataclass(eq=False)
class Problem:
    """One integral to find: the integrand (tidied, no constant factor), and what is known."""

    integrand: Node
    x: Node
    depth: int
    search: Search

    @cached_property
    def product(self) -> Product:
        """The integrand as a product of powers."""
        return as_product(self.integrand, self.x)

    @cached_property
    def nodes(self) -> list[Node]:
        """Every part of the integrand that contains the variable, operands first."""
        return [part for part in topological(self.integrand) if depends(part, self.x)]

    @cached_property
    def ops(self) -> frozenset[str]:
        """The operations that the variable passes through."""
        return frozenset(part.op for part in self.nodes)

    def solve(self, integrand: Node, x: Node | None = None) -> Plan | None:
        """A plan for an integral that this one leads to."""
        return self.search.solve(integrand, x or self.x, self.depth + 1)

    def new_variable(self, preferred: Sequence[str] = ()) -> Node:
        """A letter that occurs nowhere in the integrals under way."""
        used = self.search.names | free_symbols(self.integrand) | {self.x.name}
        used |= {x.name for _, x in self.search.active}
        for name in (*preferred, *_LETTERS, *(f"u{i}" for i in range(1, 99))):
            if name not in used:
                return symbol(name)
        raise AssertionError("a hundred changes of variable are never under way")

    def plan(
        self,
        rule: str,
        text: Sentence,
        result: Node,
        parts: tuple[Plan, ...] = (),
        *,
        back: tuple[Node, Node] | None = None,
        conditions: tuple[Sentence, ...] = (),
    ) -> Plan:
        """A plan for this very integral."""
        return Plan(rule, text, self.integrand, self.x, result, parts, back, conditions)


Rule = Callable[[Problem], Plan | None]


class Search:
    """A bounded search for a plan, each integral tried once."""

    def __init__(
        self,
        first: Sequence[Rule],
        rules: Sequence[Rule],
        assume: Mapping[str, frozenset[str]],
    ) -> None:
        """first: rules for any integrand; rules: those for one without a constant factor."""
        self.first = first
        self.rules = rules
        self.positive = frozenset(name for name, known in assume.items() if "positive" in known)
        self.names: frozenset[str] = frozenset()
        self.active: dict[tuple[Node, Node], int] = {}
        self.returning: set[tuple[Node, Node]] = set()
        self._known: dict[tuple[Node, Node], Plan] = {}
        self._failed: dict[tuple[Node, Node], int] = {}
        self._start, self._left = True, MOST_WORK
        self._end = process_time() + MOST_SECONDS

    def solve(self, integrand: Node, x: Node, depth: int = 0) -> Plan | None:
        """A plan for the integral, or None when the rules find none."""
        integrand = tidy(integrand)
        key = (integrand, x)
        if key in self._known:
            return self._known[key]
        if key in self.active:
            if key in self.returning:
                return Plan(RETURNS, (), integrand, x, integral(integrand, x))
            return None
        if depth > MOST_DEPTH or self._failed.get(key, MOST_DEPTH + 1) <= depth:
            return None
        if not self._affords(integrand):
            return None
        self.active[key] = depth
        try:
            plan = self._apply_rules(Problem(integrand, x, depth, self))
        finally:
            del self.active[key]
        if plan is None:
            self._failed[key] = depth
        elif plan.complete:
            self._known[key] = plan
        return plan

    def _affords(self, integrand: Node) -> bool:
        """May this integral still be looked at? If so, it is counted.

        A sum counts by its terms, which are integrals of their own.
        """
        nodes = topological(integrand)
        if _has_zero_base(nodes):
            return False
        is_sum = integrand.op == "add"
        size = len(integrand.args) if is_sum else len(nodes)
        if self._start:
            self._start, self._left = False, MOST_WORK + 10 * len(nodes)
        if self._left < size or (size > MOST_NODES and not is_sum) or process_time() > self._end:
            return False
        self._left -= size
        return True

    def _apply_rules(self, problem: Problem) -> Plan | None:
        scaled = problem.product.constant is not ONE
        for rule in self.first if scaled else (*self.first, *self.rules):
            try:
                plan = rule(problem)
                if plan is not None and not _has_zero_base(topological(plan.antiderivative)):
                    return plan
            except (Unsolvable, NoDerivative, TooLarge, ArithmeticError, DlmathError):
                continue
        return None


def _has_zero_base(nodes: list[Node]) -> bool:
    """Is there a power of zero, from a case that a general formula leaves out?"""
    return any(part.op == "pow" and part.args[0] is ZERO for part in nodes)
