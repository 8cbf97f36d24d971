"""Probabilities of events in closed form: outcomes, distribution functions, independence."""

from __future__ import annotations

from collections.abc import Sequence

from dlmath.answer import Step
from dlmath.errors import InvalidInput
from dlmath.expression.graph import (
    ONE,
    ZERO,
    Node,
    call,
    free_symbols,
    make,
    mul,
    neg,
    number,
    sub,
    substitute,
)
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.distribution import Distribution, truth
from dlmath.maths.probability.event_counts import counted
from dlmath.maths.probability.event_forms import bound, negated, simpler
from dlmath.maths.probability.event_sums import of_normals
from dlmath.maths.probability.exact_means import Mean
from dlmath.maths.probability.joint import Joint, total
from dlmath.maths.probability.model import Model, Variable
from dlmath.maths.probability.numeric_means import every_outcome
from dlmath.maths.probability.truth_sets import Piece, truth_set
from dlmath.settings import Settings


def exact_probability(model: Model, event: Node, settings: Settings) -> Mean | None:
    """The probability of an event in closed form, where a rule gives it."""
    needed = model.needed(event)
    if not needed:
        known = truth(event)
        if known is None:
            raise InvalidInput("the event holds no random variable")
        return Mean(ONE if known else ZERO, ())
    if any(model.parents(variable) for variable in needed):
        return _given_parents(model, event, settings)
    if len(needed) > 1 and event.op == "or":
        other = exact_probability(model, simpler(negated(event)), settings)
        return None if other is None else _complement(other)
    if len(needed) > 1 and event.op == "and":
        split = _independent_parts(model, event, settings)
        if split is not None:
            return split
    if not model.parameters(event):
        listed = every_outcome(needed)
        if listed is not None:
            return _listed(listed, event)
    linear = of_normals(needed, event)
    if linear is not None:
        return linear
    if len(needed) == 1 and isinstance(needed[0].distribution, Distribution):
        return of_one(needed[0], event)
    return _compared(needed, event, settings)


def _independent_parts(model: Model, event: Node, settings: Settings) -> Mean | None:
    """Parts of an event without a common variable: their probabilities multiplied."""
    groups: list[tuple[frozenset[str], list[Node]]] = []
    for part in event.args:
        names = frozenset(n for v in model.needed(part) for n in v.names)
        touching = [group for group in groups if group[0] & names]
        merged = (
            names.union(*(g[0] for g in touching)),
            [p for g in touching for p in g[1]] + [part],
        )
        groups = [group for group in groups if group not in touching] + [merged]
    if len(groups) < 2:
        return None
    found = [
        exact_probability(model, parts[0] if len(parts) == 1 else make("and", parts), settings)
        for _, parts in groups
    ]
    if any(one is None for one in found):
        return None
    known = [one for one in found if one is not None]
    product = _branch_by_branch(tuple(one.node for one in known))
    steps = [step for one in known for step in one.steps]
    steps.append(Step("independence", ("the probabilities multiplied",), product, tidy(product)))
    return Mean(tidy(product), tuple(steps))


def _branch_by_branch(factors: tuple[Node, ...]) -> Node:
    """The product; of cases with the same conditions, case by case."""
    cases = [factor for factor in factors if factor.op == "piecewise"]
    if len(cases) < 2 or len({factor.args[1::2] for factor in cases}) > 1:
        return mul(*factors)
    others = [factor for factor in factors if factor.op != "piecewise"]
    branches: list[Node] = []
    for values in zip(*(factor.args[::2] for factor in cases), strict=True):
        condition = cases[0].args[1::2][len(branches) // 2]
        branches += [mul(*others, *values), condition]
    return make("piecewise", branches)


def _complement(other: Mean) -> Mean:
    formula = sub(ONE, other.node)
    found = tidy(formula)
    step = Step("complement", ("1, less the probability that it does not happen",), formula, found)
    return Mean(found, (*other.steps, step))


def _given_parents(model: Model, event: Node, settings: Settings) -> Mean | None:
    """The mean over the variables that a distribution holds of the probability given them."""
    from dlmath.maths.probability.exact_means import exact_mean

    parts = conditional_probability(model, event)
    if parts is None:
        return None
    inner, others = parts
    found = exact_mean(others, inner, settings)
    if found is None:
        return None
    step = Step("total probability", ("given the others it is ", inner))
    return Mean(found.node, (step, *found.steps))


def conditional_probability(model: Model, event: Node) -> tuple[Node, Model] | None:
    """The probability given the variables that the distribution of the only one in it holds."""
    needed = model.needed(event)
    last = needed[-1]
    if not isinstance(last.distribution, Distribution):
        return None
    if free_symbols(event) & model.names != {last.name} or not model.parents(last):
        return None
    found = of_one(last, event)
    return None if found is None else (found.node, Model(needed[:-1]))


def _listed(listed: list[tuple[dict[str, Node], Node]], event: Node) -> Mean | None:
    """The probabilities of the outcomes in the event, added up."""
    kept = []
    for places, weight in listed:
        holds = truth(substitute(event, places))
        if holds is None:
            return None
        if holds:
            kept.append(weight)
    formula = total(kept)
    found = tidy(formula)
    words = f"{len(kept)} of {len(listed)} outcomes are in the event"
    return Mean(found, (Step("outcomes", (words,), formula, found),))


def of_one(variable: Variable, event: Node) -> Mean | None:
    """The probability of an event in one variable.

    Differences of the distribution function over the intervals of the event; of whole numbers,
    the outcomes in it.
    """
    chosen = variable.distribution
    assert isinstance(chosen, Distribution)
    if chosen.family.discrete:
        return counted(variable, event)
    if chosen.family.cdf is None:
        return None
    low, high = chosen.support()
    if chosen.symbols() or free_symbols(event) != {variable.name}:
        return _tail(variable, event)
    pieces = truth_set(event, variable.name, low, high)
    if pieces is None:
        return None
    formula = total([_between(chosen, piece) for piece in pieces])
    words: list[str | Node] = [f"{variable.name} lies in "]
    for place, piece in enumerate(pieces):
        words += [" or " if place else "", piece.low, " to ", piece.high]
    return Mean(
        tidy(formula), (Step("distribution function", tuple(words), formula, tidy(formula)),)
    )


def _between(chosen: Distribution, piece: Piece) -> Node:
    """F(high) - F(low); of a tail of a normal distribution by its own symmetry."""
    low, high = chosen.support()
    if piece.high is high and piece.low is not low and chosen.family.name == "normal":
        mirrored = sub(mul(number(2), chosen.parameters["mu"]), piece.low)
        found = chosen.known("cdf", mirrored).value
        assert found is not None
        return found
    ends = []
    for end, limit, beyond in ((piece.high, high, ONE), (piece.low, low, ZERO)):
        value = beyond if end is limit else chosen.known("cdf", end).value
        assert value is not None
        ends.append(value)
    return sub(ends[0], ends[1])


def _tail(variable: Variable, event: Node) -> Mean | None:
    """X < c or X > c with symbols, inside the support as far as they go."""
    chosen = variable.distribution
    assert isinstance(chosen, Distribution)
    solved = bound(event, variable.name, {})
    if solved is None:
        return None
    upper, right = solved
    known = chosen.known("cdf", right).value
    if known is None:
        return None
    if chosen.family.name == "normal" and not upper:
        found = chosen.known("cdf", sub(mul(number(2), chosen.parameters["mu"]), right)).value
        assert found is not None
    else:
        found = known if upper else sub(ONE, known)
    found = _on_support(chosen, right, found, upper)
    return Mean(tidy(found), (Step("distribution function", ("at ", right), found, tidy(found)),))


def _on_support(chosen: Distribution, at: Node, found: Node, upper: bool) -> Node:
    """By cases, where a symbol may lie outside the support."""
    from dlmath.expression.graph import INFINITY, TRUE

    low, high = chosen.support()
    cases: list[Node] = []
    below, above = (ZERO, ONE) if upper else (ONE, ZERO)
    if low is not neg(INFINITY) and truth(make("ge", (at, low))) is not True:
        cases += [below, make("lt", (at, low))]
    if high is not INFINITY and truth(make("le", (at, high))) is not True:
        cases += [above, make("gt", (at, high))]
    return make("piecewise", [*cases, found, TRUE]) if cases else found


def _compared(needed: Sequence[Variable], event: Node, settings: Settings) -> Mean | None:
    """X < k(Y): the mean over Y of the distribution function of X there."""
    from dlmath.maths.probability.exact_means import exact_mean

    parts = inner_probability(needed, event)
    if parts is None:
        return None
    inner, others = parts
    found = exact_mean(Model(others), inner, settings)
    if found is None:
        return None
    step = Step("distribution function", ("given the others it is ", inner))
    return Mean(found.node, (step, *found.steps))


def inner_probability(
    needed: Sequence[Variable], event: Node
) -> tuple[Node, list[Variable]] | None:
    """The probability over one variable, as a formula in another, which is independent.

    The event is a comparison, or several joined by `and`, each of which is linear in the variable
    or does not hold it.
    """
    if len(needed) != 2 or event.op not in (*_ORDERED, "and"):
        return None
    parts = event.args if event.op == "and" else (event,)
    for variable, other in ((needed[0], needed[1]), (needed[1], needed[0])):
        chosen = variable.distribution
        if not isinstance(chosen, Distribution) or isinstance(other.distribution, Joint):
            continue
        if chosen.family.cdf is None or chosen.family.discrete:
            continue
        bounds = _bounds(variable.name, parts, other)
        if bounds is not None:
            return _inner(chosen, other, *bounds), [other]
    return None


_ORDERED = ("lt", "le", "gt", "ge")


def _bounds(
    name: str, parts: Sequence[Node], other: Variable
) -> tuple[list[Node], list[Node], list[Node]] | None:
    """What lies below the variable, what above it, and what does not hold it."""
    positive = {other.name: _is_positive(other)}
    below: list[Node] = []
    above: list[Node] = []
    rest: list[Node] = []
    for part in parts:
        if name not in free_symbols(part):
            rest.append(part)
            continue
        solved = bound(part, name, positive)
        if solved is None:
            return None
        is_below, place = solved
        (above if is_below else below).append(place)
    return below, above, rest


def _is_positive(variable: Variable) -> bool:
    chosen = variable.distribution
    if not isinstance(chosen, Distribution):
        return False
    op = "gt" if chosen.family.discrete else "ge"
    return truth(make(op, (chosen.support()[0], ZERO))) is True


def _inner(
    chosen: Distribution,
    other: Variable,
    below: Sequence[Node],
    above: Sequence[Node],
    rest: Sequence[Node],
) -> Node:
    """F(least above) - F(greatest below), where what is left over holds."""

    def cumulative(at: Node) -> Node:
        found = chosen.known("cdf", at).value
        assert found is not None
        inside = _stays_inside(chosen, at, other)
        return found if inside else _on_support(chosen, at, found, upper=True)

    high = ONE if not above else cumulative(above[0] if len(above) == 1 else call("min", *above))
    if not below:
        found = high
    else:
        low = cumulative(below[0] if len(below) == 1 else call("max", *below))
        found = sub(high, low)
        if above:
            found = call("max", ZERO, found)
    if rest:
        from dlmath.expression.graph import TRUE

        holds = rest[0] if len(rest) == 1 else make("and", rest)
        found = make("piecewise", (found, holds, ZERO, TRUE))
    return found


def _stays_inside(chosen: Distribution, at: Node, other: Variable) -> bool:
    """Is the place always in the support? Seen where it is the other variable itself."""
    from dlmath.expression.graph import INFINITY, symbol

    low, high = chosen.support()
    if low is neg(INFINITY) and high is INFINITY:
        return True
    if at is not symbol(other.name) or not isinstance(other.distribution, Distribution):
        return False
    a, b = other.distribution.support()
    return all(
        truth(make("ge", pair)) is True or pair[0] is pair[1] for pair in ((a, low), (high, b))
    )
