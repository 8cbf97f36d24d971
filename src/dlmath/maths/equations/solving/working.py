"""The tree of a solution: an equation and what it was turned into, down to `x = ...`.

Both the working that is shown and the solutions are read from this tree.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from dlmath.answer import Sentence
from dlmath.errors import DlmathError
from dlmath.expression.graph import ZERO, Node, call, free_symbols, sub, symbol
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.calculus.antiderivatives.forms import sign_of

#: Names of integers that number the solutions, the first that is free.
_INTEGERS = ("n", "k", "m", "j", "l")

#: Equations inside equations are followed to this depth.
_DEEPEST = 24

#: And so many are looked at.
_MOST_EQUATIONS = 600


class Stuck(Exception):
    """No rule leads on."""


@dataclass(frozen=True)
class Root:
    """One solution, or a numbered family of them.

    value: what the unknown is; it may hold integers (`Context.integers`) and other variables.
    conditions: on those, under which this is a solution.
    """

    value: Node
    conditions: tuple[Node, ...] = ()


@dataclass
class Work:
    """An equation (or condition) and how it was turned into simpler ones.

    rule, text: what was done. parts: equations that together have the same solutions (perhaps more,
    with `may_add`). aside: an equation in another unknown that was solved on the way. roots: the
    solutions, where the equation is solved. everything: what the unknown may be where the equation
    holds for more than single numbers (`true`, or a condition on it). conditions: on other
    variables, supposed here.
    """

    equation: Node
    rule: str
    text: Sentence
    parts: tuple[Work, ...] = ()
    aside: Work | None = None
    roots: tuple[Root, ...] = ()
    everything: Node | None = None
    conditions: tuple[Node, ...] = ()
    may_add: bool = False

    def all_roots(self) -> list[Root]:
        """The solutions that the tree holds, each once."""
        found = [*self.roots, *(root for part in self.parts for root in part.all_roots())]
        return list(
            dict.fromkeys(
                Root(root.value, tuple(dict.fromkeys((*self.conditions, *root.conditions))))
                for root in found
            )
        )

    def regions(self) -> list[Node]:
        """Conditions on the unknown that hold for whole intervals of solutions."""
        return [region for region, supposed in self.special() if not supposed]

    def special(self) -> list[tuple[Node, tuple[Node, ...]]]:
        """The same with what is supposed of other variables."""
        found: list[tuple[Node, tuple[Node, ...]]] = []
        if self.everything is not None:
            found.append((self.everything, ()))
        found += [entry for part in self.parts for entry in part.special()]
        return [(region, (*self.conditions, *supposed)) for region, supposed in found]

    def adds(self) -> bool:
        """May some step have added solutions?"""
        return self.may_add or any(part.adds() for part in self.parts)


@dataclass
class Context:
    """What is solved for, and what is known.

    positive: variables known to be positive. taken: names in use. integers: names that number
    solutions. tried: how many equations were looked at, in a list that all depths share.
    """

    variable: str
    positive: frozenset[str] = frozenset()
    taken: frozenset[str] = frozenset()
    integers: set[str] = field(default_factory=set)
    tried: list[int] = field(default_factory=lambda: [0])
    depth: int = 0
    complex: bool = False

    @property
    def x(self) -> Node:
        return symbol(self.variable)

    def inside(self, name: str) -> Context:
        """The same for another unknown, one level deeper."""
        self.tried[0] += 1
        if self.depth >= _DEEPEST or self.tried[0] > _MOST_EQUATIONS:
            raise Stuck
        return replace(self, variable=name, taken=self.taken | {name}, depth=self.depth + 1)

    def deeper(self) -> Context:
        return self.inside(self.variable)

    def integer(self, *beside: Node) -> Node:
        """An integer that numbers solutions and does not stand in the given expressions."""
        used = self.taken.union(*(free_symbols(node) for node in beside))
        name = next((name for name in _INTEGERS if name not in used), None)
        if name is None:
            raise Stuck
        self.integers.add(name)
        return symbol(name)

    def unknown(self, *beside: Node) -> Node:
        """A name for a substitution."""
        used = self.taken.union(*(free_symbols(node) for node in beside))
        names = ("u", "v", "w", "s", "t", *(f"u{k}" for k in range(1, 40)))
        return symbol(next(name for name in names if name not in used))

    def has(self, node: Node) -> bool:
        """Does the node depend on the unknown?"""
        return self.variable in free_symbols(node)


def value_of(node: Node, digits: int = 20) -> Any:
    """The value of an expression without variables, or None where it cannot be told."""
    from dlmath.expression import precise

    if node.op == "number":
        import mpmath

        with mpmath.workdps(digits + 5):
            return mpmath.mpf(node.number.numerator) / node.number.denominator
    try:
        return precise.evaluate(node, {}, digits)
    except (DlmathError, ArithmeticError, ValueError):
        return None


def sign(node: Node, positive: frozenset[str] = frozenset()) -> int | None:
    """The sign of an expression, or None where it cannot be told or depends on variables."""
    if free_symbols(node):
        return sign_of(node, positive)
    if node.op == "number":
        return (node.number > 0) - (node.number < 0)
    value = value_of(node)
    if value is None:
        return 0 if expand(node) is ZERO else None
    if hasattr(value, "_mpc_") or value != value:
        return None
    return int(value > 0) - int(value < 0)


#: Which signs of `left - right` each relation allows.
_ALLOWED = {"lt": {-1}, "le": {-1, 0}, "gt": {1}, "ge": {0, 1}, "eq": {0}, "ne": {-1, 1}}


def decide(op: str, left: Node, right: Node, ctx: Context) -> tuple[bool | None, tuple[Node, ...]]:
    """Does `left op right` hold? None where it depends on variables: then the condition too."""
    found = sign(tidy(sub(left, right)), ctx.positive)
    if found is not None:
        return found in _ALLOWED[op], ()
    if not free_symbols(left) | free_symbols(right):
        raise Stuck
    return None, (tidy(call(op, left, right)),)
