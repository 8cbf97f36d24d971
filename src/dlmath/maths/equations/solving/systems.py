"""Several equations: linear ones by elimination, polynomial and other ones by their own routes."""

from __future__ import annotations

from collections.abc import Sequence

from dlmath.answer import Answer, Sentence
from dlmath.expression.graph import Node
from dlmath.settings import Settings


def solve_system(
    equations: Sequence[Node],
    names: Sequence[str],
    settings: Settings,
    *,
    numeric: bool = False,
    lower: Node | None = None,
    upper: Node | None = None,
) -> Answer:
    """All solutions of several equations (`eq` nodes). Raises InvalidInput, Unsolved."""
    from dlmath.maths.equations.solving.linear_systems import coefficients, solve_linear

    rows = None if numeric else coefficients(equations, names)
    if rows is not None:
        return solve_linear(equations, names, rows, settings)
    from dlmath.maths.equations.solving.nonlinear_systems import solve_nonlinear

    return solve_nonlinear(equations, names, settings, numeric=numeric, lower=lower, upper=upper)


def system_question(equations: Sequence[Node], names: Sequence[str]) -> Sentence:
    words: list[str | Node] = ["solve "]
    for place, equation in enumerate(equations):
        words += [", " if place else "", equation]
    return (*words, f" for {', '.join(names)}")
