"""`expect`: the mean of an expression in random variables, and its variance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dlmath.answer import DIVERGES, FAILED, PASSED, UNAVAILABLE, Answer, Check, Sentence, Step
from dlmath.errors import DlmathError, InvalidInput, Undefined, Unsolved
from dlmath.expression.graph import (
    INFINITY,
    MINUS_ONE,
    Node,
    add,
    free_symbols,
    mul,
    neg,
    number,
    power,
    substitute,
)
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.exact_means import Mean, exact_mean
from dlmath.maths.probability.joint import total
from dlmath.maths.probability.known_sums import combined
from dlmath.maths.probability.mean_rules import is_beyond_polynomials, with_relu
from dlmath.maths.probability.model import Model, Variable, with_own_noise
from dlmath.maths.probability.numeric_means import CHECKED_BY, SAMPLE, Number, numeric_mean
from dlmath.maths.probability.withheld import withheld_if_refuted
from dlmath.settings import DEFAULTS, Settings


@withheld_if_refuted
def expect(
    function: Node,
    variables: Sequence[Variable],
    settings: Settings = DEFAULTS,
    *,
    variance: bool = False,
    condition: Node | None = None,
    average: int | None = None,
    density: bool = False,
    seed: int = 1,
) -> Answer:
    """The expectation of a function of random variables.

    variance: the variance as a fact, too. condition: what is known to hold. average: the mean of
    so many independent copies, drawn beside the normal distribution that it tends to. density: of
    a function of one continuous variable, as a fact. Raises InvalidInput, Undefined where there is
    no mean, Unsolved.
    """
    model = Model(variables, settings.at)
    function = substitute(function, {k: v for k, v in settings.at.items() if k not in model.names})
    question: list[str | Node] = ["E[", function, "]"]
    if condition is not None:
        question = ["E[", function, " given ", condition, "]"]
    answer = Answer("expect", question=tuple(question))
    _require_mean(model, function)
    _fill_mean(answer, model, function, condition, settings, seed)
    if variance and answer.status == "answered":
        _fill_variance(answer, model, function, condition, settings, seed)
    if average is not None:
        _of_average(answer, model, function, average)
    if density:
        _fill_density(answer, model, function, settings)
    if settings.plot:
        _picture(answer, model, function, condition, average)
    return answer


def _fill_density(answer: Answer, model: Model, function: Node, settings: Settings) -> None:
    """The density of the value, by the change of variables; a note where there is none."""
    from dlmath.maths.probability.transformed import transformed_density

    needed = model.needed(function)
    found: Any = "it is told of one continuous variable"
    if len(needed) == 1 and isinstance(needed[0].distribution, Distribution):
        chosen = needed[0].distribution
        if not chosen.family.discrete:
            found = transformed_density(function, needed[0].name, chosen, settings)
    if isinstance(found, str):
        answer.notes.append((f"no density: {found}",))
        return
    answer.facts["density"] = found.density
    answer.notes.append(("density: of the values y that ", function, " takes; 0 elsewhere"))
    if settings.steps:
        answer.steps[:0] = found.steps
    if settings.check:
        answer.checks.append(found.check)


def _require_mean(model: Model, function: Node) -> None:
    """Raises Undefined where the mean of a variable that stands alone does not exist."""
    terms = function.args if function.op == "add" else (function,)
    for variable in model.variables:
        chosen = variable.distribution
        if not isinstance(chosen, Distribution):
            continue
        for term in terms:
            factors = term.args if term.op == "mul" else (term,)
            alone = [f for f in factors if free_symbols(f)]
            if alone == [_symbol(variable.name)] and not chosen.known("mean").exists:
                raise Undefined(
                    f"the mean of {variable.name} does not exist: the integral of "
                    f"|{variable.name}| times the density of {chosen.family.name} diverges"
                )


def _symbol(name: str) -> Node:
    from dlmath.expression.graph import symbol

    return symbol(name)


def _fill_mean(
    answer: Answer,
    model: Model,
    function: Node,
    condition: Node | None,
    settings: Settings,
    seed: int,
) -> None:
    parameters = model.parameters(function, *([] if condition is None else [condition]))
    exact = None
    if condition is None:
        exact = _closed_form(model, function, settings)
    else:
        from dlmath.maths.probability.conditioned import conditioned_mean, require_possible

        require_possible(model, condition, settings)
        exact = conditioned_mean(model, function, condition, settings)
    if exact is not None:
        _exact(answer, exact.node, settings)
        if settings.steps:
            answer.steps = [*exact.steps, *_last(exact.steps, answer)]
        if settings.check:
            check = _check(model, function, condition, exact.node)
            if check.verdict == FAILED:
                exact = None
                answer.steps, answer.result, answer.value, answer.decimal = [], None, None, None
            else:
                answer.checks.append(check)
    if exact is not None:
        return
    if parameters:
        raise Unsolved(
            "no closed form was found, and a number needs numbers for "
            + ", ".join(sorted(parameters)),
            hint="--at " + ",".join(f"{name}=1" for name in sorted(parameters)),
        )
    found = numeric_mean(model, function, condition, seed)
    if found is None:
        if condition is None and _diverges(answer, model, function, settings):
            return
        raise Unsolved("no mean was found: it does not exist, or its integral does not settle")
    fill_number(answer, found, settings)
    if settings.check and found.method != SAMPLE:
        answer.checks.append(_against_sample(model, function, condition, found.value))


def _closed_form(model: Model, function: Node, settings: Settings) -> Mean | None:
    """The mean by rules; sums of variables are variables of their own, where that helps."""
    if not is_beyond_polynomials(model, function):
        return exact_mean(model, function, settings)
    own, (here,) = with_own_noise(model, [function])
    here = with_relu(here, own.needed(here))
    means: list[Mean] = []
    for term in here.args if here.op == "add" else (here,):
        found = combined(own, [term])
        mean = exact_mean(found.model, found.nodes[0], settings)
        if mean is None:
            return exact_mean(model, function, settings) if here.op == "add" else None
        means.append(Mean(mean.node, (*found.steps, *mean.steps)))
    formula = total([mean.node for mean in means])
    node = tidy(formula)
    steps = [step for mean in means for step in mean.steps]
    if len(means) > 1:
        steps.append(Step("linearity", ("the means of the terms added up",), formula, node))
    return Mean(node, tuple(steps))


def _diverges(answer: Answer, model: Model, function: Node, settings: Settings) -> bool:
    """Does the integral of one continuous variable diverge? Then that is the answer."""
    from dlmath.maths.calculus.integrate import integrate

    needed = model.needed(function)
    if len(needed) != 1 or not isinstance(needed[0].distribution, Distribution):
        return False
    name, chosen = needed[0].name, needed[0].distribution
    if chosen.family.discrete:
        return False
    integrand = mul(function, chosen.density(_symbol(name)))
    quiet = replace(settings, at={}, steps=False, plot=False, digits=None)
    try:
        found = integrate(integrand, name, *chosen.support(), quiet)
    except DlmathError:
        return False
    if found.status != DIVERGES:
        return False
    answer.status, answer.result = DIVERGES, found.result
    answer.checks, answer.notes = found.checks, [*found.notes]
    answer.notes.append(
        (
            "the integral of ",
            integrand,
            " over the support diverges",
        )
    )
    return True


def _last(steps: Sequence[Step], answer: Answer) -> list[Step]:
    """A step to the answer, where the working ends in another form of it."""
    if not isinstance(answer.result, Node):
        return []
    words: Sentence = ("the mean is ", answer.result)
    return [Step("expectation", words, None, answer.result)]


def _exact(answer: Answer, node: Node, settings: Settings) -> None:
    from dlmath.expression import precise
    from dlmath.maths.evaluate import evaluate as evaluated

    node = tidy(node)
    answer.result = node
    answer.facts["method"] = "closed form"
    if node is INFINITY or node is neg(INFINITY):
        answer.status = DIVERGES
        answer.result = f"diverges to {'oo' if node is INFINITY else '-oo'}"
        return
    if free_symbols(node):
        return
    try:
        found = evaluated(node, replace(settings, at={}, steps=False, plot=False, check=False))
        answer.result, answer.value = found.result, found.value
        answer.decimal = found.decimal
    except DlmathError:
        answer.value = precise.evaluate(node, {}, (settings.digits or 10) + 5)
        answer.decimal = precise.decimal_text(answer.value, settings.digits or 10)


def fill_number(answer: Answer, found: Number, settings: Settings) -> None:
    """A decimal with no more digits than it has."""
    import math

    from dlmath.expression import precise

    digits = min(settings.digits or 10, 15)
    if found.error > 0 and found.value:
        sure = -math.log10(found.error / abs(found.value))
        digits = max(1, min(digits, int(sure) + (found.method == SAMPLE)))
    answer.value = found.value
    answer.result = answer.decimal = precise.decimal_text(found.value, digits)
    answer.facts["method"] = found.method
    name = "standard_error" if found.method == SAMPLE else "error"
    answer.facts[name] = found.error
    words = "no closed form was found; this is a number by " + found.method
    if found.method == SAMPLE:
        words = f"no closed form was found; the mean of a sample, standard error {found.error:.2g}"
    answer.notes.append((words,))


# --- variance -------------------------------------------------------------------------------


def _fill_variance(
    answer: Answer,
    model: Model,
    function: Node,
    condition: Node | None,
    settings: Settings,
    seed: int,
) -> None:
    """The variance, E[g^2] - E[g]^2; with a variable given another, by parts."""
    quiet = replace(settings, steps=False, plot=False)
    square = power(function.args[0] if function.op == "abs" else function, number(2))
    mean = answer.result
    second = None if condition is not None else exact_mean(model, square, settings)
    if second is not None and isinstance(mean, Node):
        found = tidy(add(second.node, mul(MINUS_ONE, power(mean, number(2)))))
        shown = Answer("expect")
        _exact(shown, found, settings)
        answer.facts["variance"] = shown.result
        if settings.steps:
            # The last step is the answer, the mean.
            answer.steps[-1:-1] = _variance_steps(model, function, second.node, mean, found, quiet)
        return
    if model.parameters(function):
        answer.notes.append(("the variance has no closed form here",))
        return
    centre = to_float(evaluate(mean)) if isinstance(mean, Node) else to_float(answer.value)
    if not isinstance(centre, (int, float)):
        return
    from dlmath.maths.probability.distribution import exact

    about = power(add(function, mul(MINUS_ONE, exact(float(centre)))), number(2))
    spread = numeric_mean(model, about, condition, seed)
    if spread is None:
        answer.notes.append(("the variance does not exist, or its integral does not settle",))
        return
    answer.facts["variance"] = spread.value
    if spread.method == SAMPLE:
        answer.facts["variance_standard_error"] = spread.error


def _variance_steps(
    model: Model, function: Node, second: Node, mean: Node, found: Node, settings: Settings
) -> list[Step]:
    """E[g^2] - E[g]^2, or the mean of the variance and the variance of the mean."""
    formula = add(second, mul(MINUS_ONE, power(mean, number(2))))
    needed = model.needed(function)
    inner = needed[-1] if needed else None
    if inner is None or not model.parents(inner):
        return [Step("variance", ("E[g^2] - E[g]^2",), formula, found)]
    alone = Model([inner])
    first = exact_mean(alone, function, settings)
    square = exact_mean(alone, power(function, number(2)), settings)
    if first is None or square is None:
        return [Step("variance", ("E[g^2] - E[g]^2",), formula, found)]
    given = ", ".join(sorted(model.parents(inner)))
    within = tidy(add(square.node, mul(MINUS_ONE, power(first.node, number(2)))))
    outer = Model(needed[:-1])
    parts = [
        exact_mean(outer, within, settings),
        exact_mean(outer, first.node, settings),
        exact_mean(outer, power(first.node, number(2)), settings),
    ]
    if any(part is None for part in parts):
        return [Step("variance", ("E[g^2] - E[g]^2",), formula, found)]
    mean_within, middle, square_of = (part.node for part in parts if part is not None)
    between = tidy(add(square_of, mul(MINUS_ONE, power(middle, number(2)))))
    return [
        Step("variance within", (f"given {given}, the variance is ", within), None, within),
        Step("mean of it", (f"its mean over {given} is ", mean_within), within, None),
        Step(
            "variance of the mean",
            ("the mean given them is ", first.node, ", its variance ", between),
        ),
        Step(
            "law of total variance",
            ("the two added up",),
            add(mean_within, between),
            found,
        ),
    ]


# --- averages -------------------------------------------------------------------------------


def _of_average(answer: Answer, model: Model, function: Node, count: int) -> None:
    """Facts of the mean of independent copies: the central limit theorem."""
    if count < 1:
        raise InvalidInput("--average takes a number of copies from 1")
    variance = answer.facts.get("variance")
    answer.facts["average_of"] = count
    if isinstance(variance, Node):
        spread = tidy(mul(variance, power(number(count), MINUS_ONE)))
        answer.facts["variance_of_average"] = spread
    elif isinstance(variance, float):
        answer.facts["variance_of_average"] = variance / count
    answer.notes.append(
        (
            f"the mean of {count} independent copies has the same expectation and 1/{count} of "
            "the variance, and tends to a normal distribution as there are more",
        )
    )


def _picture(
    answer: Answer, model: Model, function: Node, condition: Node | None, average: int | None
) -> None:
    from dlmath.maths.pictures.draw import put_picture
    from dlmath.maths.pictures.random_variables import sample_picture

    mean = to_float(answer.value) if answer.value is not None else None
    put_picture(answer, sample_picture, model, function, condition, mean, average)


# --- checks ---------------------------------------------------------------------------------


def _check(model: Model, function: Node, condition: Node | None, claimed: Node) -> Check:
    """A closed form against quadrature, sums or a sample, with numbers for the symbols."""
    from dlmath.maths.probability.summary import allowed_points

    singles = [v.distribution for v in model.variables if isinstance(v.distribution, Distribution)]
    names = sorted(model.parameters(function, *([] if condition is None else [condition])))
    checked, worst, method = 0, 0.0, ""
    for point in allowed_points(singles, names, without=model.names):
        try:
            numbers = Model(model.variables, point)
            filled = substitute(function, point)
            given = None if condition is None else substitute(condition, point)
            found = numeric_mean(numbers, filled, given, seed=3, draws=CHECKED_BY)
        except (DlmathError, ArithmeticError, ValueError):
            continue
        value = to_float(evaluate(substitute(claimed, point)))
        if found is None or not isinstance(value, (int, float)) or value != value:
            continue
        slack = 5 * found.error + 1e-7 * (1 + abs(value))
        if abs(found.value - value) > slack:
            return Check(found.method, FAILED, f"{found.value:.8g}, not {value:.8g}")
        checked, worst, method = checked + 1, max(worst, abs(found.value - value)), found.method
    if not checked:
        return Check("quadrature or sample", UNAVAILABLE, "no numbers were found to try")
    detail = f"agrees to {max(worst, 1e-16):.0e}"
    if method == SAMPLE:
        detail += ", within 5 standard errors"
    return Check(method, PASSED, detail)


def _against_sample(model: Model, function: Node, condition: Node | None, claimed: float) -> Check:
    from dlmath.maths.probability.numeric_means import CHECKED_BY, by_sample

    needed = model.needed(function) if condition is None else model.needed(function, condition)
    found = by_sample(model, needed, function, condition, 5, CHECKED_BY)
    if found is None:
        return Check(SAMPLE, UNAVAILABLE, "the means of its parts scatter too far")
    agrees = abs(found.value - claimed) <= 5 * found.error + 1e-12
    detail = f"{found.value:.6g} with standard error {found.error:.1g} against {claimed:.8g}"
    return Check(SAMPLE, PASSED if agrees else FAILED, detail)
