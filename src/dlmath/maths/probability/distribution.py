"""One distribution: a family with values for its parameters, which may be symbols."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from dlmath.expression.graph import INFINITY, Node, free_symbols, neg, number, substitute
from dlmath.maths.probability.family import FREQUENCY, NONE, OUTCOME, PROBABILITY, Family, Formula


class Known(NamedTuple):
    """What a formula of a family says.

    value: the formula with the parameters put in, by cases where that depends on symbols; None
    where there is none. exists: False where there is no such number (the mean of a Cauchy
    distribution). condition: of parameters that are symbols, without which there is no value.
    """

    value: Node | None
    exists: bool = True
    condition: Node | None = None


class Distribution(NamedTuple):
    """A family with the value of each parameter, by its name in the formulas."""

    family: Family
    parameters: Mapping[str, Node]

    def symbols(self) -> frozenset[str]:
        """The variables in its parameters."""
        return frozenset().union(*(free_symbols(value) for value in self.parameters.values()))

    def known(self, what: str, operand: Node | None = None) -> Known:
        """A formula of the family by its name: `mean`, `entropy`, `cdf` at an operand, ..."""
        formula: Formula = getattr(self.family, what)
        if formula is None:
            return Known(None)
        if isinstance(formula, str):
            formula = ((formula, ""),)
        pieces: list[tuple[str, str]] = []
        for text, condition in formula:
            holds = True if not condition else self._holds(condition)
            if holds is not False:
                pieces.append((text, condition if holds is None else ""))
            if holds:
                break
        there = [(text, condition) for text, condition in pieces if text != NONE]
        if not there:
            return Known(None, exists=not pieces)
        if len(there) == 1:
            text, condition = there[0]
            return Known(
                self.put_in(text, operand),
                condition=self.put_in(condition) if condition else None,
            )
        listed = ", ".join(f"({text}, {condition or 'true'})" for text, condition in there)
        return Known(self.put_in(f"piecewise({listed})", operand))

    def put_in(self, text: str, operand: Node | None = None) -> Node:
        """A formula of the family with the parameters, and what it is a function of, put in."""
        values = dict(self.parameters)
        if operand is not None:
            values |= dict.fromkeys((OUTCOME, PROBABILITY, FREQUENCY), operand)
        return substitute(template(text), values)

    def density(self, outcome: Node) -> Node:
        """The density, or the probability of a whole number, on the support."""
        return self.put_in(self.family.density, outcome)

    def log_density(self, outcome: Node) -> Node:
        """Its logarithm, in a form that does not overflow."""
        return self.put_in(self.family.log_density, outcome)

    def support(self) -> tuple[Node, Node]:
        """The ends of the support."""
        from dlmath.expression.tidy import tidy

        return tidy(self.put_in(self.family.low)), tidy(self.put_in(self.family.high))

    def _holds(self, condition: str) -> bool | None:
        """Does it hold? None where that depends on symbols."""
        node = self.put_in(condition)
        return None if free_symbols(node) else truth(node) is True


@lru_cache(maxsize=1024)
def template(text: str) -> Node:
    """A formula of a family as a node; kept, since the same few are needed again and again."""
    from dlmath.expression.parser import parse

    if text in ("oo", "-oo"):
        return INFINITY if text == "oo" else neg(INFINITY)
    return parse(text, condition=True).node


def truth(condition: Node) -> bool | None:
    """Does a condition on numbers hold? None where it cannot be told, or has variables."""
    from dlmath.errors import DlmathError
    from dlmath.expression import precise
    from dlmath.expression.tidy import tidy

    if free_symbols(condition):
        return None
    known = tidy(condition)
    if known.op in ("true", "false"):
        return known.op == "true"
    try:
        value = precise.evaluate(condition)
    except DlmathError:
        return None
    return value if isinstance(value, bool) else None


def exact(value: float) -> Node:
    """The number that a float is."""
    from fractions import Fraction

    fraction = Fraction(value)
    return number(fraction.numerator if fraction.denominator == 1 else fraction)
