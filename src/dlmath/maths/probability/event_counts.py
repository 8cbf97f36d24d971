"""Events in one variable of whole numbers: the probabilities of its outcomes added up."""

from __future__ import annotations

from dlmath.answer import Step
from dlmath.expression.graph import (
    ONE,
    ZERO,
    Node,
    call,
    free_symbols,
    is_integer,
    number,
    replace,
    sub,
    substitute,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.distribution import Distribution, truth
from dlmath.maths.probability.exact_means import Mean
from dlmath.maths.probability.joint import total
from dlmath.maths.probability.model import Variable
from dlmath.maths.probability.truth_sets import changes

#: So many probabilities are added up exactly.
_TERMS_MOST = 100


def counted(variable: Variable, event: Node) -> Mean | None:
    """The probability of an event without symbols; the parameters may hold some.

    Beyond the last place where the truth of the event changes, all outcomes are in it or none;
    then those that are not in it are taken from 1. None where there are too many.
    """
    chosen = variable.distribution
    assert isinstance(chosen, Distribution)
    low, high = chosen.support()
    if free_symbols(event) != {variable.name} or not is_integer(low):
        return None
    first = int(low.number)
    if is_integer(high):
        last: int | None = int(high.number)
    else:
        last = _last_change(event, variable.name, low)
        last = None if last is None else max(last, first) + 1
    if last is None or last - first >= _TERMS_MOST:
        return None
    truths = [truth(substitute(event, {variable.name: number(k)})) for k in range(first, last + 1)]
    if None in truths:
        return None
    others = bool(truths[-1]) and not is_integer(high)
    outcomes = [number(first + k) for k, holds in enumerate(truths) if holds is not others]
    formula = total([_chance(chosen, k) for k in outcomes])
    formula = sub(ONE, formula) if others else formula
    found = tidy(formula)
    return Mean(found, (Step("outcomes", _words(variable.name, outcomes, others), formula, found),))


def _chance(chosen: Distribution, outcome: Node) -> Node:
    """The probability of an outcome; of the first ones without a binomial coefficient."""
    found = chosen.density(outcome)
    if "n" not in chosen.parameters:
        return found
    n = chosen.parameters["n"]
    return replace(found, {call("binomial", n, ZERO): ONE, call("binomial", n, ONE): n})


def _last_change(event: Node, name: str, low: Node) -> int | None:
    """A whole number after which the truth of the event stays the same."""
    from math import floor

    from dlmath.expression.graph import INFINITY
    from dlmath.expression.numbers import evaluate, to_float

    places = changes(event, name, tidy(sub(low, ONE)), INFINITY)
    if places is None:
        return None
    values = [to_float(evaluate(place)) for place in places]
    if not all(isinstance(value, (int, float)) for value in values):
        return None
    return floor(max((float(v) for v in values if isinstance(v, (int, float))), default=0.0)) + 1


_SHOWN_MOST = 8


def _words(name: str, outcomes: list[Node], others: bool) -> tuple[str | Node, ...]:
    if not outcomes:
        return ("every outcome is in the event" if others else "no outcome is in the event",)
    listed: list[str | Node] = []
    for place, outcome in enumerate(outcomes[:_SHOWN_MOST]):
        listed += [", " if place else "", outcome]
    if len(outcomes) > _SHOWN_MOST:
        listed += [", ..., ", outcomes[-1]]
    begin = "1, less the probabilities of " if others else "the probabilities added up of "
    return (f"{begin}{name} = ", *listed)
