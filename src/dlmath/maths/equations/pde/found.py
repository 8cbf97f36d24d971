"""A solution in closed form with its working, before it is checked."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from dlmath.answer import Sentence, Step
from dlmath.expression.graph import INFINITY, ZERO, Node, add, make, number, substitute, symbol
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy


def shorter(node: Node, seconds: float) -> Node:
    """The shortest text among the node as it is, expanded, and simplified by sympy."""
    from dlmath.expression.to_sympy import load_sympy, to_sympy
    from dlmath.maths.sympy_routes import attempt

    sympy = load_sympy()  # not in the time of the first attempt
    best = tidy(node)
    forms = (
        (max(1.0, seconds / 2), lambda: sympy.expand(to_sympy(node))),
        (seconds, lambda: sympy.simplify(to_sympy(node))),
    )
    for limit, form in forms:
        found = attempt(form, limit)
        if found is not None and len(to_text(found)) < len(to_text(best)):
            best = found
    return best


@dataclass
class Found:
    """A solution: closed + the sum of `summand` over the index from `start` to infinity.

    method: what it was found by. closed: the part without a sum. summands: of series, each with
    its index and where the sum starts. driving: where the series of a source is part of it, the
    source as a finite part, a summand in the index, and the index from which it is summed.
    implicit: an equation that gives u implicitly, in symbols, in place of `closed`. text: words of
    a general solution with arbitrary functions.
    """

    method: str
    closed: Node = ZERO
    summands: list[tuple[Node, str, int]] = field(default_factory=list)
    driving: tuple[Node, Node, int] | None = None
    implicit: Node | None = None
    text: str | None = None
    steps: list[Step] = field(default_factory=list)
    notes: list[Sentence] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def expression(self) -> Node:
        """The whole solution as one expression."""
        sums = [
            make("sum", (body, symbol(index), number(start), INFINITY))
            for body, index, start in self.summands
        ]
        if not sums:
            return self.closed
        return sums[0] if self.closed is ZERO and len(sums) == 1 else add(self.closed, *sums)

    def partial(self, terms: int) -> Node:
        """The series cut off after so many terms: indices up to `start` + terms - 1."""
        parts = [self.closed]
        for body, index, start in self.summands:
            parts += [
                tidy(substitute(body, {index: number(k)})) for k in range(start, start + terms)
            ]
        return tidy(add(*parts))
