"""Definite integrals with parameters: closed forms, proved at settings of the parameters.

Each setting puts numbers in for the parameters; the integral is then an ordinary number, and a
closed form must give it. Settings at which the integral diverges are reported, not compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from dlmath.answer import DIVERGES, PASSED, Answer, Check, Sentence, Step
from dlmath.checks.antiderivative import is_negative, parameter_settings
from dlmath.checks.quadrature import agrees, check_quadrature
from dlmath.checks.values import Point, point_text
from dlmath.errors import DlmathError, Unsolved
from dlmath.expression.graph import (
    PI,
    ZERO,
    Node,
    add,
    call,
    free_symbols,
    is_number,
    make,
    mul,
    number,
    replace,
    sub,
    substitute,
    symbol,
    topological,
)
from dlmath.maths.calculus.budget import Budget, OutOfTime, within
from dlmath.maths.calculus.integrals.measures import CONVERGES
from dlmath.maths.calculus.integrals.measures import DIVERGES as GROWS
from dlmath.maths.calculus.integrals.value import Interval, bound_value, measure
from dlmath.settings import Assumptions, Settings


class Sample(NamedTuple):
    """One setting of the parameters and what the integral is there; value None: it diverges."""

    setting: Point
    value: Any
    error: Any


def with_parameters(
    integrand: Node, variable: str, lower: Node, upper: Node, settings: Settings
) -> Answer:
    """The integral as a formula in the parameters. Raises Unsolved where none is proved."""
    budget = Budget(settings.seconds * 0.8)
    x = symbol(variable)
    question = make("integrate", (integrand, x, lower, upper))
    answer = Answer("integrate", (question,))
    if lower is upper:
        answer.result, answer.notes = ZERO, [("both bounds are equal",)]
        answer.steps = [Step("equal bounds", ("both bounds are equal",), question, ZERO)]
        return answer
    samples = _samples(integrand, variable, lower, upper, settings.assume, budget)
    known = [sample for sample in samples if sample.value is not None]
    if samples and not known:
        return _divergent(answer, question, samples)
    if not known:
        raise Unsolved("the integral could not be computed at any setting of its parameters")
    best: tuple[_Formula, list[Sample]] | None = None
    for formula in _formulas(integrand, variable, lower, upper, settings.assume, budget):
        good = [s for s in known if agrees(formula.value, s.value, s.error, s.setting)]
        if len(good) == len(known):
            best = formula, good
            break
        if len(good) > (len(best[1]) if best else 0):
            best = formula, good
        if best and budget.left < 0.55 * budget.total and _says_when(best[1], known):
            break
    if best is None or (len(best[1]) < len(known) and not _says_when(best[1], known)):
        raise Unsolved("no formula in the parameters was found that agrees with quadrature")
    _fill(answer, question, best[0], best[1], samples, settings)
    return answer


def _fill(
    answer: Answer,
    question: Node,
    formula: _Formula,
    good: list[Sample],
    samples: list[Sample],
    settings: Settings,
) -> None:
    answer.result = formula.value
    known = [sample for sample in samples if sample.value is not None]
    check = check_quadrature(formula.value, [tuple(sample) for sample in good])
    if len(good) < len(known):
        when = _says_when(good, known)
        other = next(sample for sample in known if sample not in good)
        answer.notes.append((f"for {when}; it does not hold at {point_text(other.setting)}",))
        check = Check(check.name, PASSED, f"{check.detail}, with {when}")
    for sample in samples:
        if sample.value is None:
            answer.notes.append((f"it diverges for some values: {point_text(sample.setting)}",))
            break
    if settings.check:
        answer.checks.append(check)
    if settings.steps:
        answer.steps = list(formula.steps)
    if settings.at:
        _evaluate_at(answer, formula.value, settings)


def _evaluate_at(answer: Answer, value: Node, settings: Settings) -> None:
    from dlmath.expression import precise
    from dlmath.expression.tidy import tidy

    there = tidy(substitute(value, dict(settings.at)))
    answer.facts["formula"] = value
    answer.result = there
    if not free_symbols(there):
        digits = settings.digits or 10
        answer.value = precise.evaluate(there, {}, max(30, digits + 5))
        answer.decimal = precise.decimal_text(answer.value, digits)


def _divergent(answer: Answer, question: Node, samples: list[Sample]) -> Answer:
    answer.status, answer.result = DIVERGES, "diverges"
    text: Sentence = (f"it diverges at all {len(samples)} settings of the parameters tried",)
    answer.notes.append(text)
    answer.steps = [Step("divergence", text, question)]
    return answer


def _says_when(good: list[Sample], known: list[Sample]) -> str:
    """A simple condition that tells the settings that agree from the others, or nothing."""
    bad = [sample for sample in known if sample not in good]
    if len(good) < 2 or not bad:
        return ""
    for name in sorted(good[0].setting):
        signs = {is_negative(s.setting[name]) for s in good}
        if signs == {False} and all(is_negative(s.setting[name]) for s in bad):
            return f"{name} > 0"
    mixed = [any(is_negative(value) for value in s.setting.values()) for s in (*good, *bad)]
    if not any(mixed[: len(good)]) and all(mixed[len(good) :]):
        return " and ".join(f"{name} > 0" for name in sorted(good[0].setting))
    return ""


# --- numbers at settings ----------------------------------------------------------------------


def _samples(
    integrand: Node,
    variable: str,
    lower: Node,
    upper: Node,
    assume: Assumptions,
    budget: Budget,
) -> list[Sample]:
    names = sorted(
        (free_symbols(integrand) - {variable}) | free_symbols(lower) | free_symbols(upper)
    )
    samples: list[Sample] = []
    for setting in _settings(names, assume):
        if budget.left < 0.6 * budget.total and len(samples) >= 2:
            break
        try:
            with within(max(0.5, budget.share(0.15))):
                sample = _sample(integrand, variable, lower, upper, setting)
        except (OutOfTime, DlmathError, ArithmeticError):
            continue
        if sample is not None:
            samples.append(sample)
    return samples


def _settings(names: list[str], assume: Assumptions) -> Iterator[Point]:
    """Settings of the parameters: positive ones first, some larger, then of either sign."""
    found = parameter_settings(names, assume)
    yield from found[:2]
    if all(not isinstance(value, complex) for value in found[0].values()):
        yield {name: _larger(value, k) for k, (name, value) in enumerate(found[0].items())}
    yield from found[2:]


def _larger(value: Any, place: int) -> Any:
    from fractions import Fraction

    if not isinstance(value, (int, Fraction)):
        return value
    step = 2 + place if value == int(value) else Fraction(17 + 10 * place, 10)
    return value - step if is_negative(value) else value + step


def _sample(
    integrand: Node, variable: str, lower: Node, upper: Node, setting: Point
) -> Sample | None:
    from dlmath.expression.tidy import tidy

    values = {name: number(value) for name, value in setting.items()}
    f = substitute(integrand, values)
    a, b = (tidy(substitute(bound, values)) for bound in (lower, upper))
    low, high = bound_value(a), bound_value(b)
    if low == high:
        return Sample(setting, low * 0, low * 0)
    interval = Interval(a, b, 1) if low < high else Interval(b, a, -1)
    measured = measure(f, variable, interval, twice=False)
    if measured.verdict == GROWS:
        return Sample(setting, None, None)
    if measured.verdict != CONVERGES or measured.error > 1e-6 * abs(measured.value) + 1e-12:
        return None
    return Sample(setting, interval.sign * measured.value, measured.error)


# --- formulas ---------------------------------------------------------------------------------


class _Formula(NamedTuple):
    value: Node
    steps: tuple[Step, ...]


def _formulas(
    integrand: Node,
    variable: str,
    lower: Node,
    upper: Node,
    assume: Assumptions,
    budget: Budget,
) -> Iterator[_Formula]:
    """Formulas to try: antiderivative at both ends, then sympy's definite integration."""
    from dlmath.maths.calculus.integrals.sympy import shorter_forms

    for formula in _raw_formulas(integrand, variable, lower, upper, assume, budget):
        plain = _without_powers_of_zero(formula.value)
        forms = list(shorter_forms(plain, Budget(min(3.0, budget.left)), assume))
        for form in forms:
            if form is formula.value:
                yield formula
            else:
                step = Step("simplify", ("simplify",), formula.value, form)
                yield _Formula(form, (*formula.steps, step))


def _without_powers_of_zero(value: Node) -> Node:
    """0**p as 0, which it is where the integral exists; the samples decide."""
    from dlmath.expression.tidy import tidy

    powers = {p: ZERO for p in topological(value) if p.op == "pow" and p.args[0] is ZERO}
    return tidy(replace(value, dict(powers))) if powers else value


def _raw_formulas(
    integrand: Node,
    variable: str,
    lower: Node,
    upper: Node,
    assume: Assumptions,
    budget: Budget,
) -> Iterator[_Formula]:
    from dlmath.maths.calculus.integrals.routes import candidates, verified_steps
    from dlmath.maths.calculus.integrals.sympy import definite_by_sympy

    x = symbol(variable)
    question = make("integrate", (integrand, x, lower, upper))
    inner = Budget(max(0.5, budget.left * 0.5))
    for count, candidate in enumerate(candidates(integrand, variable, assume, inner)):
        value = _between(candidate.antiderivative, variable, lower, upper, assume, budget)
        if value is not None:
            text: Sentence = ("take ", candidate.antiderivative, " from ", lower, " to ", upper)
            last = Step("fundamental theorem", text, question, value)
            yield _Formula(value, (*verified_steps(integrand, variable, candidate), last))
            for jumped in _with_jumps(candidate.antiderivative, variable, lower, upper, value):
                text = (*text, ", with the jumps of the arctangent in between")
                last = Step("fundamental theorem", text, question, jumped)
                yield _Formula(jumped, (*verified_steps(integrand, variable, candidate), last))
        if count >= 2 or inner.left < 0.4 * inner.total:
            break
    positive = {
        name: frozenset({"positive"}) | assume.get(name, frozenset())
        for name in free_symbols(question)
        if not assume.get(name, frozenset()) & {"negative", "nonpositive", "complex"}
    }
    tries: list[tuple[Any, bool, dict[str, bool]]] = [
        (assume, True, {}),
        (assume, False, {}),
        (positive, True, {}),
        (positive, True, {"meijerg": True}),
    ]
    for known, real, options in tries:
        value = definite_by_sympy(
            integrand, variable, lower, upper, known, budget.left / 2, options, real=real
        )
        if value is not None:
            text = ("found by sympy's algorithms, which show no working; quadrature confirms it",)
            yield _Formula(value, (Step("closed form", text, question, value),))


def _with_jumps(
    F: Node,
    variable: str,
    lower: Node,
    upper: Node,
    value: Node,
) -> Iterator[Node]:
    """F between the ends, plus pi for each jump of an arctangent of a tangent, of either sign."""
    from itertools import product

    from dlmath.expression.gradient import gradient
    from dlmath.expression.tidy import tidy
    from dlmath.maths.calculus.integrals.zeros import zeros

    if free_symbols(lower) or free_symbols(upper):
        return
    low, high = sorted((bound_value(lower), bound_value(upper)))
    shares: list[Node] = []
    mark = symbol("arctangent value")
    for part in topological(F):
        tangents = [p for p in topological(part) if p.op == "tan"] if part.op == "atan" else []
        if not tangents or free_symbols(tangents[0]) != {variable}:
            continue
        poles = zeros(call("cos", tangents[0].args[0]), variable, low, high).found
        jumps = sum(1 for pole in poles if low < pole.value < high)
        weight = tidy(gradient(replace(F, {part: mark}), [mark.name])[mark.name])
        if jumps and not free_symbols(weight) & {variable, mark.name}:
            shares.append(mul(number(jumps), PI, weight))
    if not 0 < len(shares) <= _MOST_JUMPS:
        return
    for signs in product((1, -1), repeat=len(shares)):
        parts = [mul(number(sign), share) for sign, share in zip(signs, shares, strict=True)]
        yield tidy(add(value, *parts))


#: Arctangents of tangents in one antiderivative, for jumps to be tried.
_MOST_JUMPS = 3


def _between(
    F: Node,
    variable: str,
    lower: Node,
    upper: Node,
    assume: Assumptions,
    budget: Budget,
) -> Node | None:
    """F at the upper end minus F at the lower end, with limits where it has no value there."""
    from dlmath.expression.tidy import tidy

    ends = [
        _at_end(F, variable, place, side, assume, budget)
        for place, side in ((upper, -1), (lower, 1))
    ]
    if ends[0] is None or ends[1] is None:
        return None
    return tidy(sub(ends[0], ends[1]))


def _at_end(
    F: Node,
    variable: str,
    place: Node,
    side: int,
    assume: Assumptions,
    budget: Budget,
) -> Node | None:
    from dlmath.checks.values import value_at
    from dlmath.expression.graph import INFINITY, contains, neg
    from dlmath.expression.tidy import tidy
    from dlmath.maths.calculus.integrals.sympy import sympy_limit

    infinite = place is INFINITY or tidy(neg(place)) is INFINITY
    if not infinite:
        value = tidy(substitute(F, {variable: place}))
        names = sorted(free_symbols(value))
        defined = any(
            value_at(value, setting) is not None
            for setting in parameter_settings(names, assume)[:2]
        )
        if defined or (is_number(value) and not contains(value, {"oo"})):
            return value
    limit = sympy_limit(F, variable, place, side, min(3.0, budget.left * 0.3), assume)
    if limit is None or any(part is INFINITY for part in topological(limit)):
        return None
    return limit
