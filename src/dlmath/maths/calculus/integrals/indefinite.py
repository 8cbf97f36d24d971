"""Antiderivatives: route after route until one passes the check by differentiation."""

from __future__ import annotations

from typing import Any

from dlmath.answer import FAILED, PASSED, Answer, Sentence, Step
from dlmath.checks.antiderivative import Verdict, check_antiderivative, is_negative
from dlmath.errors import Unsolved
from dlmath.expression.graph import (
    Node,
    free_symbols,
    make,
    replace,
    substitute,
    symbol,
    topological,
)
from dlmath.maths.calculus.budget import Budget, OutOfTime, within
from dlmath.maths.calculus.integrals.branches import by_intervals
from dlmath.maths.calculus.integrals.routes import Candidate, candidates, verified_steps
from dlmath.settings import Settings


def indefinite(integrand: Node, variable: str, settings: Settings) -> Answer:
    """An antiderivative, without its constant; raises Unsolved when no route finds one."""
    budget = Budget(settings.seconds * 0.9)
    x = symbol(variable)
    answer = Answer("integrate", (make("integrate", (integrand, x)),))
    found = _first_proved(integrand, variable, settings, budget)
    if found is None:
        raise Unsolved("no antiderivative was found")
    candidate, verdict = found
    spelled = _spelled_out(candidate, integrand, variable, settings)
    if spelled is not None:
        candidate, verdict = spelled
    answer.result = candidate.antiderivative
    answer.notes.append(("up to a constant",))
    answer.notes += list(candidate.conditions)
    answer.notes += _notes(candidate, verdict, variable)
    if settings.check:
        answer.checks.append(verdict.check)
    if settings.steps:
        answer.steps = list(verified_steps(integrand, variable, candidate))
    if settings.at:
        _evaluate_at(answer, candidate.antiderivative, settings)
    return answer


def _first_proved(
    integrand: Node, variable: str, settings: Settings, budget: Budget
) -> tuple[Candidate, Verdict] | None:
    """The first candidate that holds without conditions, else the first that holds with some."""
    between = places_between(integrand, variable)
    partly: tuple[Candidate, Verdict] | None = None
    for candidate in candidates(integrand, variable, settings.assume, budget):
        for form in _forms(candidate):
            verdict = _checked(form, integrand, variable, settings, between, budget)
            if verdict is None:
                continue
            if verdict.check.verdict == PASSED:
                return form, verdict
            if verdict.check.verdict == FAILED and partly is None and _only_negative_fail(verdict):
                partly = form, verdict
        if partly is not None and budget.left < 0.3 * budget.total:
            break
    return None if partly is None else _on_condition(*partly)


def _spelled_out(
    candidate: Candidate, integrand: Node, variable: str, settings: Settings
) -> tuple[Candidate, Verdict] | None:
    """An antiderivative with absolute values or signs as one formula for each interval."""
    value = candidate.antiderivative
    ops = {part.op for part in topological(value) if variable in free_symbols(part)}
    if not ops & _SPELLED or "piecewise" in ops:
        return None
    try:
        with within(1.0):
            spelled = by_intervals(value, variable)
            if spelled is None:
                return None
            verdict = check_antiderivative(spelled, integrand, variable, settings.assume)
    except OutOfTime:
        return None
    if verdict.check.verdict != PASSED or verdict.jumps:
        return None
    text: Sentence = ("write out what the absolute values are on each side",)
    steps = (*candidate.steps, Step("cases", text, value, spelled)) if candidate.steps else ()
    return candidate._replace(antiderivative=spelled, steps=steps), verdict


#: Functions that are written out by cases in an answer.
_SPELLED = frozenset({"abs", "sign", "max", "min"})


def _checked(
    candidate: Candidate,
    integrand: Node,
    variable: str,
    settings: Settings,
    between: list[object],
    budget: Budget,
) -> Verdict | None:
    try:
        with within(max(0.5, min(6.0, budget.left))):
            return check_antiderivative(
                candidate.antiderivative, integrand, variable, settings.assume, between
            )
    except OutOfTime:
        return None


def _forms(candidate: Candidate) -> list[Candidate]:
    """The candidate in a plainer form, tried first, and as it is."""
    value = candidate.antiderivative
    plain = _without_bars(value)
    if plain is value:
        return [candidate]
    text: Sentence = ("write the logarithm without bars: the same up to a constant on each side",)
    steps = (*candidate.steps, Step("logarithm", text, value, plain)) if candidate.steps else ()
    return [candidate._replace(antiderivative=plain, steps=steps), candidate]


def _without_bars(value: Node) -> Node:
    """log(abs(u)) as log(u): the same up to a constant on each side of a zero of u."""
    from dlmath.expression.graph import call

    changes = {
        part: call("log", part.args[0].args[0])
        for part in topological(value)
        if part.op == "log" and len(part.args) == 1 and part.args[0].op == "abs"
    }
    return replace(value, changes) if changes else value


# --- conditions and notes ---------------------------------------------------------------------


def _only_negative_fail(verdict: Verdict) -> bool:
    """Does it hold wherever all parameters are positive (and fail only for negative ones)?"""
    return len(verdict.good) >= 2 and all(
        any(is_negative(value) for value in setting.values()) for setting in verdict.bad
    )


def _on_condition(candidate: Candidate, verdict: Verdict) -> tuple[Candidate, Verdict]:
    """The candidate with the condition under which it was seen to hold."""
    names = sorted(verdict.bad[0])
    single = [
        name
        for name in names
        if all(is_negative(setting[name]) for setting in verdict.bad)
        and not any(is_negative(setting[name]) for setting in verdict.good)
    ]
    wanted = single[:1] or names
    listed = " and ".join(f"{name} > 0" for name in wanted)
    note: Sentence = (f"for {listed}; it does not hold for every negative value",)
    check = verdict.check._replace(
        verdict=PASSED, detail=f"equals the integrand for {listed} at {len(verdict.good)} settings"
    )
    return candidate._replace(conditions=(*candidate.conditions, note)), verdict._replace(
        check=check
    )


def _notes(candidate: Candidate, verdict: Verdict, variable: str) -> list[Sentence]:
    notes: list[Sentence] = []
    if verdict.jumps:
        left, right = verdict.jumps[0]
        notes.append(
            (
                f"it jumps between {variable} = {left:.3g} and {right:.3g}, where the integrand is "
                "continuous: use it between jumps only",
            )
        )
    if not verdict.real:
        notes += _note_on_logarithms(candidate.antiderivative, variable)
    return notes


#: Where the arguments of logarithms are looked at.
_PLACES = (-3.1, -0.7, -0.2, 0.3, 0.9, 2.3, 5.7)


def _note_on_logarithms(antiderivative: Node, variable: str) -> list[Sentence]:
    """How to read logarithms of negative numbers in it."""
    from dlmath.checks.values import value_at
    from dlmath.expression.graph import call

    inside = [
        part.args[0]
        for part in topological(antiderivative)
        if part.op == "log" and variable in free_symbols(part)
    ]
    ones = dict.fromkeys(frozenset().union(*map(free_symbols, inside)) if inside else (), 1.3)
    negative = []
    for argument in inside:
        values = [value_at(argument, {**ones, variable: place}, 15) for place in _PLACES]
        if any(_is_below_zero(value) for value in values):
            negative.append(argument)
    if len(negative) == 1:
        read: Sentence = (call("log", call("abs", negative[0])), ": it differs by a constant")
        return [("where ", negative[0], " is negative, read ", *read)]
    if negative:
        return [("where the argument of a logarithm is negative, read its absolute value",)]
    return []


def _is_below_zero(value: Any) -> bool:
    import mpmath

    return isinstance(value, mpmath.mpf) and value < 0


def places_between(integrand: Node, variable: str) -> list[object]:
    """A place in each interval between singular points, for a function of one variable."""
    from itertools import pairwise

    import mpmath

    from dlmath.maths.calculus.integrals import singularities
    from dlmath.maths.calculus.integrals.branches import sample_between

    if free_symbols(integrand) - {variable}:
        return []
    try:
        with within(2.0):
            found = singularities.find(integrand, variable, mpmath.mpf(-20), mpmath.mpf(20)).found
    except OutOfTime:
        return []
    ends = [-mpmath.inf, *(point.value for point in found), mpmath.inf]
    return [sample_between(a, b) for a, b in pairwise(ends)][:12]


def _evaluate_at(answer: Answer, antiderivative: Node, settings: Settings) -> None:
    """The antiderivative at the values of `--at`."""
    from dlmath.expression import precise
    from dlmath.expression.tidy import tidy

    value = tidy(substitute(antiderivative, dict(settings.at)))
    answer.facts["antiderivative"] = antiderivative
    answer.result = value
    if not free_symbols(value):
        number = precise.evaluate(value, {}, max(30, (settings.digits or 10) + 5))
        answer.value = number
        answer.decimal = precise.decimal_text(number, settings.digits or 10)
