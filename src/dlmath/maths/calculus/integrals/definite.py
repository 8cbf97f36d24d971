"""Definite integrals without parameters: first the number (or why there is none), then the form."""

from __future__ import annotations

from typing import Any

from dlmath.answer import DIVERGES, UNAVAILABLE, Answer, Check, Sentence, Step
from dlmath.checks.quadrature import NAME, agrees, check_quadrature, check_second
from dlmath.errors import LimitReached, Undefined, Unsolved
from dlmath.expression.graph import INFINITY, ZERO, Node, eq_node, make, neg, symbol
from dlmath.expression.text import to_text
from dlmath.maths.calculus.budget import Budget, OutOfTime, within
from dlmath.maths.calculus.integrals.measures import CONVERGES, NOT_DEFINED, Measured, Place
from dlmath.maths.calculus.integrals.measures import DIVERGES as GROWS
from dlmath.maths.calculus.integrals.numeric import AIM
from dlmath.maths.calculus.integrals.value import Interval, bound_value, measure
from dlmath.settings import Settings

#: Significant digits of a decimal value where none are asked for.
DIGITS = 10

#: Digits of a quadrature at most.
MOST_DIGITS = 60


def definite(
    integrand: Node,
    variable: str,
    lower: Node,
    upper: Node,
    settings: Settings,
    *,
    numeric: bool = False,
) -> Answer:
    """The integral of a function of one variable between bounds without parameters.

    Raises Undefined where the integrand has no value, Unsolved where neither a closed form nor a
    reliable number is found.
    """
    budget = Budget(settings.seconds * 0.65)
    question = make("integrate", (integrand, symbol(variable), lower, upper))
    answer = Answer("integrate", (question,))
    low, high = bound_value(lower), bound_value(upper)
    if lower is upper or low == high:
        return _empty(answer, question, lower)
    sign = 1 if low < high else -1
    interval = Interval(lower, upper, 1) if sign > 0 else Interval(upper, lower, -1)
    try:
        with within(budget.share(0.7)):
            aim = max(AIM, (settings.digits or 0) + 3)
            measured = measure(integrand, variable, interval, aim=min(aim, MOST_DIGITS))
    except OutOfTime:
        raise Unsolved("the integral could not be computed in the time given") from None
    except LimitReached as error:
        raise Unsolved(f"the integral could not be computed: {error.message}") from None
    if measured.verdict == GROWS:
        return _divergent(answer, question, measured, sign, variable)
    if measured.verdict == NOT_DEFINED:
        raise Undefined(_not_defined(measured, variable))
    if measured.verdict != CONVERGES:
        raise Unsolved("no closed form was found, and quadrature does not settle on a value")
    if sign < 0:
        answer.notes.append(("the bounds are in decreasing order, which changes the sign",))
    _note_points(answer, measured, variable)
    if not numeric and _close(answer, integrand, variable, interval, measured, settings, budget):
        return answer
    _decimal(answer, measured, sign, settings, numeric=numeric)
    if answer.refuted:
        raise Unsolved("no closed form was found, and two quadratures disagree")
    if settings.steps:
        answer.steps = _numeric_steps(question, measured, answer)
    return answer


def _empty(answer: Answer, question: Node, bound: Node) -> Answer:
    answer.result, answer.value = ZERO, 0
    answer.facts = {"value": 0, "error": 0}
    text: Sentence = ("both bounds are ", bound, ": there is nothing to integrate over")
    answer.notes.append(text)
    answer.steps = [Step("equal bounds", text, question, ZERO)]
    return answer


# --- no value ---------------------------------------------------------------------------------


def _divergent(
    answer: Answer, question: Node, measured: Measured, sign: int, variable: str
) -> Answer:
    answer.status, answer.result = DIVERGES, _in_words(measured, sign, variable)
    place = measured.place
    where: Sentence = ()
    if place is not None:
        where = ("near ", *_where(place, variable))
    if measured.reason == "oscillates":
        text: Sentence = ("its integral swings without settling ", *where)
    elif measured.reason == "pole":
        text = ("the integrand grows too fast to have an area ", *where)
    else:
        text = ("the integrand does not fall fast enough to have an area ", *where)
    answer.notes.append(text)
    if measured.direction:
        infinite = INFINITY if measured.direction * sign > 0 else neg(INFINITY)
        answer.facts["direction"] = infinite
    if place is not None:
        answer.facts["place"] = _place_value(place)
    answer.steps = [Step("divergence", text, question)]
    return answer


def _in_words(measured: Measured, sign: int, variable: str) -> str:
    """`diverges to oo` where the area has one sign, else what is infinite or has no limit."""
    if measured.direction:
        return f"diverges to {'oo' if measured.direction * sign > 0 else '-oo'}"
    place = measured.place
    if place is None:
        return "diverges"
    value = _place_value(place)
    shown = to_text(value) if isinstance(value, Node) else str(value)
    if measured.reason == "pole":
        return f"diverges (the integrand is infinite at {variable} = {shown})"
    return f"diverges (no limit as {variable} -> {shown})"


def _where(place: Place, variable: str) -> Sentence:
    value = _place_value(place)
    if isinstance(value, Node):
        return (eq_node(symbol(variable), value),)
    return (f"{variable} = {value}",)


def _place_value(place: Place) -> Any:
    import mpmath

    if place.exact is not None:
        return place.exact
    if mpmath.isinf(place.value):
        return INFINITY if place.value > 0 else neg(INFINITY)
    from dlmath.maths.calculus.integrals.zero_search import simple_form

    return simple_form(place.value) or mpmath.nstr(place.value, 10)


def _not_defined(measured: Measured, variable: str) -> str:
    from dlmath.expression.text import to_text

    if measured.place is None:
        return "the integrand has no value on a part of the interval"
    value = _place_value(measured.place)
    shown = to_text(value) if isinstance(value, Node) else value
    return f"the integrand has no value near {variable} = {shown}"


def _note_points(answer: Answer, measured: Measured, variable: str) -> None:
    import mpmath

    if isinstance(measured.value, mpmath.mpc) and measured.value.imag != 0:
        answer.notes.append(("the integrand is not real on the whole interval",))


# --- a closed form ----------------------------------------------------------------------------


def _close(
    answer: Answer,
    integrand: Node,
    variable: str,
    interval: Interval,
    measured: Measured,
    settings: Settings,
    budget: Budget,
) -> bool:
    """Fills in the first closed form that agrees with the number. Was there one?"""
    from dlmath.expression import precise
    from dlmath.expression.tidy import tidy
    from dlmath.maths.calculus.integrals.exact import closed_forms

    def accept(value: Node) -> bool:
        return agrees(value, measured.value, measured.error)

    try:
        with within(max(0.1, budget.left * 0.95)):
            found = next(closed_forms(integrand, variable, interval, budget, accept), None)
    except OutOfTime:
        found = None
    if found is None:
        return False
    value = found.value if interval.sign > 0 else tidy(neg(found.value))
    answer.result = value
    if settings.check:
        answer.checks.append(check_quadrature(found.value, [({}, measured.value, measured.error)]))
    else:
        answer.checks.append(Check(NAME, UNAVAILABLE, "left out"))
    digits = settings.digits or DIGITS
    number = precise.evaluate(value, {}, max(30, digits + 5))
    answer.value = value.number if value.op == "number" else number
    if settings.digits or not (value.op == "number" and isinstance(value.number, int)):
        answer.decimal = precise.decimal_text(number, digits)
    answer.facts = {"value": answer.value, "error": 0}
    if settings.steps:
        answer.steps = list(found.steps)
        if interval.sign < 0:
            text: Sentence = ("turn the bounds round, which changes the sign",)
            answer.steps.append(Step("reverse", text, neg(found.value), value))
    return True


# --- a number only ----------------------------------------------------------------------------


def _decimal(
    answer: Answer, measured: Measured, sign: int, settings: Settings, *, numeric: bool
) -> None:
    """Fills in the decimal value with its error bound."""
    import mpmath

    from dlmath.expression import precise

    with mpmath.workdps(MOST_DIGITS + 20):
        value = sign * measured.value
    first, second = measured.first, measured.second
    error = measured.error
    if (settings.digits or 0) <= DIGITS:
        error += abs(value) * mpmath.mpf(2) ** -52  # the value is shown as a binary64 number
    digits = min(settings.digits or DIGITS, _digits_known(value, error))
    answer.value = value
    answer.result = precise.decimal_text(value, digits)
    answer.decimal = answer.result if isinstance(answer.result, str) else None
    answer.facts = {"value": value, "error": float(error)}
    if numeric and first is not None:
        answer.facts["method"] = first.method
        answer.facts["evaluations"] = first.evaluations
    if not numeric:
        answer.notes.append(("no closed form was found; this is the number",))
    if settings.digits and digits < settings.digits:
        answer.notes.append((f"only {digits} digits are certain",))
    if settings.check:
        if second is None or first is None:
            detail = "no second method could measure it"
            answer.checks.append(Check("second quadrature", UNAVAILABLE, detail))
        else:
            answer.checks.append(check_second(first.value, second.value, second.method))


def _digits_known(value: Any, error: Any) -> int:
    """Significant digits that an error bound leaves."""
    import mpmath

    if value == 0 or error == 0:
        return MOST_DIGITS
    return max(1, int(mpmath.floor(-mpmath.log10(error / abs(value)))))


def _numeric_steps(question: Node, measured: Measured, answer: Answer) -> list[Step]:
    steps: list[Step] = []
    if measured.points:
        text: Sentence = ("cut the interval at the singular points",)
        for index, point in enumerate(measured.points[:8]):
            text += (", " if index else " ", point.exact if point.exact is not None else "(a root)")
        steps.append(Step("split the interval", text))
    first = measured.first
    if first is not None:
        words = f"{first.method}, with {first.evaluations} values of the integrand: {answer.result}"
        steps.append(Step("quadrature", (words,), question, None))
    return steps
