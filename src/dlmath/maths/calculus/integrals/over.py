"""Integrals over several variables: one inside the other, checked by nested quadrature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from dlmath.answer import DIVERGES, PASSED, UNAVAILABLE, Answer, Check, Sentence, Step
from dlmath.checks.antiderivative import parameter_settings
from dlmath.checks.values import Point, point_text, value_at
from dlmath.errors import DlmathError, InvalidInput, Unsolved
from dlmath.expression.graph import (
    ONE,
    Node,
    free_symbols,
    make,
    mul,
    number,
    sub,
    substitute,
    symbol,
)
from dlmath.maths.calculus.budget import Budget, OutOfTime, within
from dlmath.maths.calculus.integrals.regions import rewritings
from dlmath.settings import Settings

Range = tuple[str, Node, Node]

NAME = "nested quadrature"

#: Gauss-Legendre points in each direction, for the check and for its error estimate.
_POINTS = (24, 33)


def iterated(
    integrand: Node, ranges: Sequence[Range], settings: Settings, *, numeric: bool = False
) -> Answer:
    """The integral over `ranges`, outermost first; the innermost is carried out first.

    Raises InvalidInput where a bound depends on a variable that is integrated further out, or a
    variable is given twice.
    """
    _require_order(ranges)
    budget = Budget(settings.seconds)
    question = integrand
    for name, low, high in reversed(ranges):
        question = make("integrate", (question, symbol(name), low, high))
    answer = Answer("integrate", (question,))
    outer = set().union(*(free_symbols(part) for _, *ends in ranges for part in ends))
    names = (free_symbols(integrand) | outer) - {name for name, _, _ in ranges}
    setting = parameter_settings(sorted(names), settings.assume)[0] if names else {}
    measured = _measured(*_at_setting(integrand, ranges, setting), budget)
    exact = None if numeric else _exact(integrand, ranges, settings, budget, answer)
    if exact is None and not numeric and answer.status != DIVERGES:
        exact = _rewritten(question, integrand, ranges, settings, budget, answer)
    if answer.status == DIVERGES:
        return answer
    if exact is not None and _agree(answer, exact, setting, measured, settings):
        _fill(answer, exact, settings)
        return answer
    answer.steps = []
    if names:
        raise Unsolved("no formula in the parameters was found")
    if measured is None or measured[1] > 1e-4 * max(1.0, abs(measured[0])):
        raise Unsolved("no closed form was found, and quadrature does not settle on a value")
    _decimal(answer, measured, settings, numeric=numeric)
    return answer


def _require_order(ranges: Sequence[Range]) -> None:
    names = [name for name, _, _ in ranges]
    if not ranges:
        raise InvalidInput("no range to integrate over", hint='add --over "x=0..1"')
    for place, (name, low, high) in enumerate(ranges):
        if name in names[:place]:
            raise InvalidInput(f"{name} is given two ranges")
        for inner in names[place:]:
            if inner in free_symbols(low) | free_symbols(high):
                raise InvalidInput(
                    f"the range of {name} depends on {inner}, which is not integrated further out",
                    hint="write the ranges outermost first",
                )


def _rewritten(
    question: Node,
    integrand: Node,
    ranges: Sequence[Range],
    settings: Settings,
    budget: Budget,
    answer: Answer,
) -> Node | None:
    """The closed form after a change of order or to polar coordinates, which is then said."""
    for way in rewritings(integrand, ranges):
        whole = way.integrand
        for name, low, high in reversed(way.ranges):
            whole = make("integrate", (whole, symbol(name), low, high))
        answer.steps = []
        if settings.steps:
            answer.steps.append(Step("rewrite the region", way.words, question, whole))
        found = _exact(way.integrand, way.ranges, settings, budget, answer)
        if found is not None:
            answer.notes.append(way.words)
            return found
    answer.steps = []
    return None


def _exact(
    integrand: Node, ranges: Sequence[Range], settings: Settings, budget: Budget, answer: Answer
) -> Node | None:
    """The integrals carried out one by one from inside; None when one has no closed form."""
    from dataclasses import replace

    from dlmath.maths.calculus.integrate import integrate

    current = integrand
    for place in range(len(ranges) - 1, -1, -1):
        name, low, high = ranges[place]
        known = dict(settings.assume) | _known_of(ranges[:place], settings)
        inner = replace(
            settings, assume=known, at={}, seconds=max(1.0, budget.left / (place + 1.5))
        )
        before = make("integrate", (current, symbol(name), low, high))
        try:
            found = integrate(current, name, low, high, inner)
        except (Unsolved, OutOfTime):
            return None
        if found.status == DIVERGES and place == 0:
            answer.status, answer.result, answer.notes = DIVERGES, "diverges", found.notes
            return None
        if found.refuted or not isinstance(found.result, Node):
            return None
        if settings.steps:
            text: Sentence = ("integrate by ", symbol(name), " from ", low, " to ", high)
            whole = before
            after: Node = found.result
            for outer, outer_low, outer_high in reversed(ranges[:place]):
                whole = make("integrate", (whole, symbol(outer), outer_low, outer_high))
                after = make("integrate", (after, symbol(outer), outer_low, outer_high))
            answer.steps.append(Step("inner integral", text, whole, after, tuple(found.steps)))
        current = found.result
    return current


def _known_of(ranges: Sequence[Range], settings: Settings) -> dict[str, frozenset[str]]:
    """What the ranges further out say of their variables: the sign."""
    known: dict[str, frozenset[str]] = {}
    for name, low, high in ranges:
        given = settings.assume.get(name, frozenset())
        ends = [value_at(end, {}) if not free_symbols(end) else None for end in (low, high)]
        signs = [None if end is None or hasattr(end, "_mpc_") else end >= 0 for end in ends]
        if signs == [True, True]:
            known[name] = given | {"positive"}
        elif all(end is not None and not hasattr(end, "_mpc_") and end <= 0 for end in ends):
            known[name] = given | {"negative"}
        elif signs[0] is True and high.op == "symbol" and "positive" in known.get(high.name, ()):
            known[name] = given | {"positive"}
    return known


def _at_setting(
    integrand: Node, ranges: Sequence[Range], setting: Point
) -> tuple[Node, list[Range]]:
    """The integral with numbers put in for parameters."""
    values = {name: number(value) for name, value in setting.items()}
    return substitute(integrand, values), [
        (name, substitute(low, values), substitute(high, values)) for name, low, high in ranges
    ]


def _agree(
    answer: Answer,
    exact: Node,
    setting: Point,
    measured: tuple[float, float] | None,
    settings: Settings,
) -> bool:
    """Does the closed form agree with nested quadrature (when there is one)?"""
    if measured is None:
        answer.checks.append(Check(NAME, UNAVAILABLE, "nested quadrature gave no number"))
        return True
    value = value_at(exact, setting)
    if value is None:
        return False
    good = abs(complex(value) - measured[0]) <= 1e-7 * max(1.0, abs(measured[0])) + measured[1]
    if good and settings.check:
        where = f" at {point_text(setting)}" if setting else ""
        answer.checks.append(Check(NAME, PASSED, f"{measured[0]:.10g}{where}"))
    return bool(good)


def _fill(answer: Answer, exact: Node, settings: Settings) -> None:
    from dlmath.expression import precise

    answer.result = exact
    if free_symbols(exact):
        return
    digits = settings.digits or 10
    answer.value = (
        exact.number if exact.op == "number" else precise.evaluate(exact, {}, max(30, digits + 5))
    )
    if settings.digits or not (exact.op == "number" and isinstance(exact.number, int)):
        answer.decimal = precise.decimal_text(answer.value, digits)
    answer.facts = {"value": answer.value, "error": 0}


def _decimal(
    answer: Answer, measured: tuple[float, float], settings: Settings, *, numeric: bool
) -> None:
    from math import floor, log10

    from dlmath.expression import precise

    value, error = measured
    error = max(error, abs(value) * 1e-15)
    known = floor(-log10(error / abs(value))) if value and error < abs(value) else 1
    digits = max(1, min(settings.digits or 10, known))
    answer.value, answer.result = value, precise.decimal_text(value, digits)
    answer.decimal = precise.decimal_text(value, digits)
    answer.facts = {"value": value, "error": error}
    if numeric:
        answer.facts["method"] = "nested Gauss-Legendre rules"
    else:
        answer.notes.append(("no closed form was found; this is the number",))
    if settings.check:
        detail = "two rules of different order agree"
        verdict = PASSED if error <= 1e-6 * max(abs(value), 1e-6) else UNAVAILABLE
        answer.checks.append(Check(NAME, verdict, detail))


# --- numbers ----------------------------------------------------------------------------------


def _measured(
    integrand: Node, ranges: Sequence[Range], budget: Budget
) -> tuple[float, float] | None:
    """The value and an error estimate, by Gauss-Legendre rules after mapping to the unit cube.

    Where the rules do not settle, QUADPACK is nested (`scipy.integrate.nquad`).
    """
    try:
        with within(budget.share(0.3)):
            values = [_tensor(integrand, ranges, count) for count in _POINTS]
            gap = abs(values[1] - values[0])
            if gap <= 1e-9 * max(1e-9, abs(values[1])):
                return values[1], max(gap, 1e-15 * abs(values[1]))
            return _nested(integrand, ranges) or (values[1], gap)
    except (OutOfTime, DlmathError, ArithmeticError, ValueError):
        return None


def _tensor(integrand: Node, ranges: Sequence[Range], count: int) -> float:
    """The integral by a product of rules with `count` points; infinite ranges are mapped."""
    import numpy

    from dlmath.expression.compile import compile_function

    mapped, names = _on_unit_cube(integrand, ranges)
    nodes, weights = numpy.polynomial.legendre.leggauss(count)
    nodes, weights = (nodes + 1) / 2, weights / 2
    if count ** len(names) > 2_000_000:
        raise ValueError("too many variables for a product rule")
    grid = numpy.meshgrid(*[nodes] * len(names), indexing="ij")
    product = numpy.ones_like(grid[0])
    for axis in range(len(names)):
        shape = [1] * len(names)
        shape[axis] = count
        product = product * weights.reshape(shape)
    function = compile_function([mapped], names, arrays=True)
    with numpy.errstate(all="ignore"):
        values = function(*(axis.ravel() for axis in grid))[0] + 0 * product.ravel()
    total = float(numpy.sum(numpy.real(values) * product.ravel()))
    if not numpy.isfinite(total):
        raise ValueError("the integrand is not finite")
    return total


def _on_unit_cube(integrand: Node, ranges: Sequence[Range]) -> tuple[Node, list[str]]:
    """The integrand in variables that run from 0 to 1, with the factors of the change."""
    names = [f"unit_{place}" for place in range(len(ranges))]
    places: dict[str, Node] = {}
    factor: Node = ONE
    for name, (variable, low, high) in zip(names, ranges, strict=True):
        ends = substitute(low, places), substitute(high, places)
        place, scale = _mapped(symbol(name), *ends)
        places[variable] = place
        factor = mul(factor, scale)
    return mul(substitute(integrand, places), factor), names


def _mapped(u: Node, low: Node, high: Node) -> tuple[Node, Node]:
    """(place, its derivative) of a map from 0..1 to low..high."""
    from dlmath.expression.graph import INFINITY, TWO, add, div, neg, power
    from dlmath.expression.tidy import tidy

    below, above = tidy(neg(low)) is INFINITY, high is INFINITY
    rest = sub(ONE, u)
    if below and above:
        inside = mul(u, rest)
        place = div(sub(mul(TWO, u), ONE), inside)
        two_parts = add(mul(TWO, inside), power(sub(mul(TWO, u), ONE), TWO))
        return place, div(two_parts, power(inside, TWO))
    if above:
        return add(low, div(u, rest)), power(rest, number(-2))
    if below:
        return sub(high, div(u, rest)), power(rest, number(-2))
    return add(low, mul(sub(high, low), u)), sub(high, low)


def _nested(integrand: Node, ranges: Sequence[Range]) -> tuple[float, float] | None:
    """QUADPACK inside QUADPACK, for integrands with kinks and singular ends."""
    import warnings

    from scipy.integrate import nquad

    from dlmath.expression.compile import compile_function

    order = [name for name, _, _ in reversed(ranges)]
    f = compile_function([integrand], order)

    def bounds(place: int) -> Callable[..., tuple[float, float]]:
        _, low, high = ranges[place]
        outer = [other for other, _, _ in reversed(ranges[:place])]
        function = compile_function([low, high], outer)
        return lambda *values: tuple(float(end) for end in function(*values))

    limits: list[Any] = [bounds(place) for place in range(len(ranges) - 1, -1, -1)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value, error = nquad(lambda *v: float(f(*v)[0]), limits, opts={"epsrel": 1e-8, "limit": 60})
    return (
        (value, max(error, 1e-12 * abs(value))) if value == value and abs(value) < 1e300 else None
    )
