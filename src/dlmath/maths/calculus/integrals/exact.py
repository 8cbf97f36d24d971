"""Closed forms for definite integrals without parameters; each is held against the number found.

The interval is cut where the integrand or its antiderivative is singular, the integrand on each
piece is written in the formula it has there, and the antiderivative is taken to both ends of the
piece from inside. So neither a kink nor a jump of a branch can hurt.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any, NamedTuple

from dlmath.answer import Sentence, Step
from dlmath.expression.graph import (
    INFINITY,
    ZERO,
    Node,
    add,
    make,
    neg,
    sub,
    substitute,
    symbol,
)
from dlmath.maths.calculus.budget import Budget
from dlmath.maths.calculus.integrals.branches import (
    has_branches,
    on_branch,
    sample_between,
    without_square_roots_of_squares,
)
from dlmath.maths.calculus.integrals.routes import Candidate, candidates, verified_steps
from dlmath.maths.calculus.integrals.sympy import definite_by_sympy, shorter_forms, sympy_limit
from dlmath.maths.calculus.integrals.value import Interval, bound_value
from dlmath.maths.calculus.integrals.zero_search import infinite

#: Antiderivatives of one formula that are tried.
TRIES = 3


class Closed(NamedTuple):
    """A closed form, how it was found, and the working."""

    value: Node
    route: str
    steps: tuple[Step, ...]


#: Does a value agree with the number that was measured?
Accept = Callable[[Node], bool]


def closed_forms(
    integrand: Node, variable: str, interval: Interval, budget: Budget, accept: Accept
) -> Iterator[Closed]:
    """Closed forms that agree with the number, best route first."""
    odd = _odd(integrand, variable, interval)
    if odd is not None and accept(ZERO):
        yield odd
    for form in dict.fromkeys((without_square_roots_of_squares(integrand, variable), integrand)):
        yield from _by_pieces(form, variable, interval, budget, accept)
    yield from _by_sympy(integrand, variable, interval, budget, accept)


def _odd(integrand: Node, variable: str, interval: Interval) -> Closed | None:
    """Zero for an odd integrand on an interval around zero."""
    from dlmath.expression.tidy import tidy

    x = symbol(variable)
    mirrored = tidy(neg(substitute(integrand, {variable: neg(x)})))
    if tidy(integrand) is not mirrored or tidy(add(interval.low, interval.high)) is not ZERO:
        return None
    question = make("integrate", (integrand, x, interval.low, interval.high))
    text = ("the integrand is odd and the interval is symmetric: both halves cancel",)
    return Closed(ZERO, "symmetry", (Step("symmetry", text, question, ZERO),))


# --- pieces -----------------------------------------------------------------------------------


class _Piece(NamedTuple):
    low: Node
    high: Node
    formula: Node


def _by_pieces(
    integrand: Node, variable: str, interval: Interval, budget: Budget, accept: Accept
) -> Iterator[Closed]:
    pieces = _pieces(integrand, variable, interval)
    if pieces is None:
        return
    supplies = {
        piece.formula: _Supply(candidates(piece.formula, variable, {}, Budget(budget.left / 2)))
        for piece in pieces
    }
    for attempt in range(TRIES):
        chosen = {formula: supply.get(attempt) for formula, supply in supplies.items()}
        if any(found is None for found in chosen.values()):
            return
        if attempt and all(supply.ended_before(attempt) for supply in supplies.values()):
            return
        known = {formula: found for formula, found in chosen.items() if found is not None}
        closed = _evaluated(integrand, variable, interval, pieces, known, budget)
        if closed is not None:
            for value in shorter_forms(closed.value, budget):
                if accept(value):
                    yield _with_value(closed, value)
                    break


class _Supply:
    """Antiderivatives of one formula, searched for only when asked for."""

    def __init__(self, source: Iterator[Candidate]) -> None:
        self._source = source
        self._found: list[Candidate] = []
        self._ended = False

    def get(self, place: int) -> Candidate | None:
        """The candidate at a place; the last one where there are fewer; None without any."""
        while len(self._found) <= place and not self._ended:
            candidate = next(self._source, None)
            if candidate is None:
                self._ended = True
            else:
                self._found.append(candidate)
        return self._found[min(place, len(self._found) - 1)] if self._found else None

    def ended_before(self, place: int) -> bool:
        """Is there nothing new at this place?"""
        return self._ended and len(self._found) <= place


def _pieces(integrand: Node, variable: str, interval: Interval) -> list[_Piece] | None:
    """The interval cut at singular points, with the formula on each piece; None: not exact."""
    from dlmath.maths.calculus.integrals import singularities

    low, high = bound_value(interval.low), bound_value(interval.high)
    found = singularities.find(integrand, variable, low, high)
    inside = [p for p in found.found if low < p.value < high and abs(p.value - low) > 1e-14]
    inside = [p for p in inside if infinite(high) or abs(p.value - high) > 1e-14]
    branches = has_branches(integrand, variable)
    if not found.complete or len(inside) > 40:
        return None
    if any(p.exact is None for p in inside):
        if branches:
            return None
        inside = [p for p in inside if p.exact is not None]
    cuts = [interval.low, *(p.exact for p in inside if p.exact is not None), interval.high]
    places = [low, *(p.value for p in inside), high]
    pieces: list[_Piece] = []
    for (a, b), (left, right) in zip(pairwise(cuts), pairwise(places), strict=True):
        formula: Node | None = integrand
        if branches:
            formula = on_branch(integrand, variable, sample_between(left, right))
        if formula is None:
            return None
        pieces.append(_Piece(a, b, formula))
    return pieces


def _evaluated(
    integrand: Node,
    variable: str,
    interval: Interval,
    pieces: list[_Piece],
    chosen: dict[Node, Candidate],
    budget: Budget,
) -> Closed | None:
    """The antiderivatives taken between the ends of their pieces."""
    from dlmath.expression.tidy import tidy

    x = symbol(variable)
    steps: list[Step] = []
    question = make("integrate", (integrand, x, interval.low, interval.high))
    parts = [make("integrate", (p.formula, x, p.low, p.high)) for p in pieces]
    if len(pieces) > 1 or pieces[0].formula is not integrand:
        text = ("cut the interval where the integrand changes its formula or is singular",)
        steps.append(Step("split the interval", text, question, add(*parts)))
    values: list[Node] = []
    shown: set[Node] = set()
    for piece, part in zip(pieces, parts, strict=True):
        candidate = chosen[piece.formula]
        if piece.formula not in shown:
            shown.add(piece.formula)
            steps += verified_steps(piece.formula, variable, candidate)
        value = _between(candidate.antiderivative, variable, piece, budget)
        if value is None:
            return None
        values.append(value)
        steps.append(_evaluation(candidate.antiderivative, x, piece, part, value))
    total = tidy(add(*values))
    if len(values) > 1:
        steps.append(Step("add the pieces", ("add the pieces",), add(*values), total))
    return Closed(total, chosen[pieces[0].formula].route, tuple(steps))


def _evaluation(antiderivative: Node, x: Node, piece: _Piece, part: Node, value: Node) -> Step:
    at_ends: Sentence = ("take ", antiderivative, " from ", piece.low, " to ", piece.high)
    if INFINITY in (piece.low, piece.high) or neg(INFINITY) in (piece.low, piece.high):
        at_ends += (", as a limit where the end is infinite",)
    return Step("fundamental theorem", at_ends, part, value)


def _with_value(closed: Closed, value: Node) -> Closed:
    """The closed form in another form, the working ending in it."""
    if value is closed.value:
        return closed
    last = Step("simplify", ("simplify",), closed.value, value)
    return Closed(value, closed.route, (*closed.steps, last))


def _between(F: Node, variable: str, piece: _Piece, budget: Budget) -> Node | None:
    """F from one end of a piece to the other, cut where F itself jumps."""
    from dlmath.expression.tidy import tidy
    from dlmath.maths.calculus.integrals import singularities

    low, high = bound_value(piece.low), bound_value(piece.high)
    cuts = singularities.find(F, variable, low, high)
    if not cuts.complete or len(cuts.found) > 40:
        return None
    places = [
        p.exact
        for p in cuts.found
        if p.exact is not None
        and low < p.value < high
        and (infinite(low) or abs(p.value - low) > 1e-14)
        and (infinite(high) or abs(p.value - high) > 1e-14)
    ]
    ends = [piece.low, *places, piece.high]
    total: list[Node] = []
    for a, b in pairwise(ends):
        upper = one_sided(F, variable, b, -1, budget)
        lower = one_sided(F, variable, a, +1, budget)
        if upper is None or lower is None:
            return None
        total.append(sub(upper, lower))
    return tidy(add(*total))


def one_sided(F: Node, variable: str, place: Node, side: int, budget: Budget) -> Node | None:
    """The limit of F at a place from one side (+1 from above), exact; None when not found."""
    import mpmath

    from dlmath.checks.values import value_at
    from dlmath.expression.tidy import tidy

    near = _near(F, variable, place, side)
    if place is not INFINITY and tidy(neg(place)) is not INFINITY:
        direct = tidy(substitute(F, {variable: place}))
        there = value_at(direct, {}, 40)
        known = there is not None and near is not None and mpmath.isfinite(there)
        if known and abs(there - near) <= 1e-8 * max(1, abs(near)):
            return direct
    limit = sympy_limit(F, variable, place, side, min(2.0, budget.left * 0.3))
    if limit is None:
        return None
    there = value_at(limit, {}, 40)
    if there is None or not mpmath.isfinite(there):
        return None
    if near is not None and abs(there - near) > 1e-2 * max(1, abs(near)):
        return None
    return limit


def _near(F: Node, variable: str, place: Node, side: int) -> Any:
    """The value of F very close to a place (or very far out)."""
    import mpmath

    from dlmath.checks.values import value_at

    value = bound_value(place)
    with mpmath.workdps(60):
        x = mpmath.sign(value) * mpmath.mpf(10) ** 12 if infinite(value) else None
        if x is None:
            x = bound_value(place) + side * mpmath.mpf(10) ** -25
        near = value_at(F, {variable: x}, 40)
    return near if near is not None and mpmath.isfinite(near) else None


# --- sympy's definite integration -------------------------------------------------------------


def _by_sympy(
    integrand: Node, variable: str, interval: Interval, budget: Budget, accept: Accept
) -> Iterator[Closed]:
    """sympy's own definite integration of each piece, by its default and by Meijer G-functions."""
    from dlmath.expression.tidy import tidy

    pieces = _pieces(integrand, variable, interval)
    if pieces is None:
        pieces = [_Piece(interval.low, interval.high, integrand)]
    whole = [_Piece(interval.low, interval.high, integrand)]
    x = symbol(variable)
    for parts in (pieces, whole) if len(pieces) > 1 else (pieces,):
        for options, name in (
            ({}, "sympy's algorithms"),
            ({"meijerg": True}, "Meijer G-functions"),
        ):
            values = [
                definite_by_sympy(
                    p.formula, variable, p.low, p.high, {}, budget.left / (2 + len(parts)), options
                )
                for p in parts
            ]
            if any(value is None for value in values):
                continue
            total = tidy(add(*(value for value in values if value is not None)))
            for value in shorter_forms(total, budget):
                if accept(value):
                    question = make("integrate", (integrand, x, interval.low, interval.high))
                    text = (f"found by {name}, which show no working; quadrature confirms it",)
                    yield Closed(value, name, (Step("closed form", text, question, value),))
                    break
