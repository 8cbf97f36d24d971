"""Means given a condition on one variable, in closed form."""

from __future__ import annotations

from dlmath.answer import Step
from dlmath.errors import Undefined
from dlmath.expression.graph import ZERO, Node, div, free_symbols, number
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.event_forms import simpler
from dlmath.maths.probability.event_rules import exact_probability, of_one
from dlmath.maths.probability.exact_means import Mean, mean_between
from dlmath.maths.probability.joint import total
from dlmath.maths.probability.model import Model
from dlmath.maths.probability.numeric_means import every_outcome
from dlmath.maths.probability.truth_sets import truth_set
from dlmath.settings import Settings


def require_possible(model: Model, condition: Node, settings: Settings) -> None:
    """Raises Undefined for a condition that is known to have probability 0."""
    chance = exact_probability(model, simpler(condition), settings)
    if chance is not None and tidy(chance.node) is ZERO:
        raise Undefined("the condition has probability 0")


def conditioned_mean(
    model: Model, function: Node, condition: Node, settings: Settings
) -> Mean | None:
    """E[g given A] = E[g where A holds]/P(A); None where no rule gives it."""
    needed = model.needed(function, condition)
    if any(model.parents(variable) for variable in needed):
        return None
    listed = every_outcome(needed) if not model.parameters(function, condition) else None
    if listed is not None:
        return _listed(listed, function, condition)
    if len(needed) != 1 or not isinstance(needed[0].distribution, Distribution):
        return None
    name, chosen = needed[0].name, needed[0].distribution
    if chosen.family.discrete or chosen.symbols() or free_symbols(condition) != {name}:
        return None
    pieces = truth_set(condition, name, *chosen.support())
    if not pieces:
        return None
    above = []
    for piece in pieces:
        part = mean_between(chosen, name, function, piece.low, piece.high, settings)
        if part is None:
            return None
        above.append(part)
    chance = of_one(needed[0], condition)
    if chance is None:
        return None
    whole, share = tidy(total(above)), chance.node
    found = tidy(div(whole, share))
    steps = (
        Step("where it holds", ("the integral of g times the density there is ", whole)),
        Step("probability", ("of the condition it is ", share)),
        Step(
            "conditional expectation",
            ("the first divided by the second",),
            div(whole, share),
            found,
        ),
    )
    return Mean(found, steps)


def _listed(
    listed: list[tuple[dict[str, Node], Node]], function: Node, condition: Node
) -> Mean | None:
    """Every outcome that fulfils the condition, weighted by its probability."""
    from dlmath.expression.graph import mul, substitute
    from dlmath.maths.probability.distribution import truth

    above, below = [], []
    for places, weight in listed:
        holds = truth(substitute(condition, places))
        if holds is None:
            return None
        if holds:
            above.append(mul(weight, substitute(function, places)))
            below.append(weight)
    share = tidy(total(below)) if below else number(0)
    if share is number(0):
        return None
    whole = tidy(total(above))
    found = tidy(div(whole, share))
    steps = (
        Step("outcomes", (f"{len(below)} of {len(listed)} outcomes fulfil the condition",)),
        Step(
            "conditional expectation", ("divided by their probability",), div(whole, share), found
        ),
    )
    return Mean(found, steps)
