"""`probability`: of an event in random variables, also given that another happened."""

from __future__ import annotations

from collections.abc import Sequence

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Answer, Check, Step
from dlmath.errors import DlmathError, Undefined, Unsolved
from dlmath.expression.graph import (
    ZERO,
    Node,
    div,
    free_symbols,
    make,
    substitute,
)
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.event_forms import simpler
from dlmath.maths.probability.event_rules import (
    conditional_probability,
    exact_probability,
    inner_probability,
)
from dlmath.maths.probability.event_sums import of_normals
from dlmath.maths.probability.exact_means import Mean
from dlmath.maths.probability.expect import fill_number
from dlmath.maths.probability.known_sums import combined
from dlmath.maths.probability.model import Model, Variable, with_own_noise, without_signs
from dlmath.maths.probability.numeric_means import (
    SAMPLE,
    Number,
    indicator,
    numeric_mean,
)
from dlmath.maths.probability.truth_sets import truth_set
from dlmath.maths.probability.withheld import withheld_if_refuted
from dlmath.settings import DEFAULTS, Settings


@withheld_if_refuted
def probability(
    event: Node,
    variables: Sequence[Variable],
    settings: Settings = DEFAULTS,
    *,
    condition: Node | None = None,
    seed: int = 1,
) -> Answer:
    """The probability of an event (given a condition).

    Raises InvalidInput where the event is no condition or holds an unknown variable, Undefined
    where the condition has probability 0, Unsolved.
    """
    model = Model(variables, settings.at)
    values = {k: v for k, v in settings.at.items() if k not in model.names}
    event = substitute(event, values)
    question: list[str | Node] = ["P(", event, ")"]
    if condition is not None:
        condition = substitute(condition, values)
        question = ["P(", event, " given ", condition, ")"]
    answer = Answer("probability", question=tuple(question))
    original = model, event, condition
    model, event, condition, steps = _simpler(model, event, condition)
    both = event if condition is None else make("and", (event, condition))
    both = simpler(both)
    exact = exact_probability(model, both, settings)
    if exact is not None:
        exact = Mean(
            without_signs(exact.node, model.variables),
            tuple(_without_signs(step, model) for step in (*steps, *exact.steps)),
        )
    given = None if condition is None else exact_probability(model, condition, settings)
    if condition is not None and given is not None and tidy(given.node) is ZERO:
        raise Undefined("the condition has probability 0")
    if exact is not None and (condition is None or given is not None):
        _fill_exact(answer, exact, given, settings)
        if settings.check and not _confirmed(answer, *original):
            answer = Answer("probability", question=tuple(question))
            exact = None
    else:
        exact = None
    if exact is None:
        _fill_number(answer, model, event, condition, settings, seed)
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.random_variables import event_picture

        model, event, condition = original
        both = event if condition is None else make("and", (event, condition))
        put_picture(answer, event_picture, model, both)
    return answer


def _simpler(
    model: Model, event: Node, condition: Node | None
) -> tuple[Model, Node, Node | None, tuple[Step, ...]]:
    """Sums of variables as variables of their own, where their distribution is known."""
    nodes = [simpler(node) for node in (event, condition) if node is not None]
    model, own = with_own_noise(model, nodes)
    if len(own) == 1 and of_normals(model.needed(*own), own[0]) is not None:
        return model, own[0], None, ()
    found = combined(model, own)
    return (
        found.model,
        found.nodes[0],
        found.nodes[1] if condition is not None else None,
        found.steps,
    )


#: A fraction with more signs is shown as a decimal.
_LONG = 20


def _fill_exact(answer: Answer, exact: Mean, given: Mean | None, settings: Settings) -> None:
    from dlmath.expression import precise

    node = tidy(exact.node)
    steps = list(exact.steps)
    if given is not None:
        ratio = div(node, tidy(given.node))
        node = tidy(ratio)
        steps += [
            *given.steps,
            Step("conditional probability", ("both, divided by the condition",), ratio, node),
        ]
    answer.facts["method"] = "closed form"
    if settings.steps:
        answer.steps = [*steps, *_last(steps, node)]
    answer.result = node
    if free_symbols(node):
        return
    digits = settings.digits or 10
    answer.value = precise.evaluate(node, {}, digits + 5)
    answer.decimal = precise.decimal_text(answer.value, digits)
    if node.op != "number" or len(str(node.number)) > _LONG:
        # A probability is wanted as a number; what it is exactly is said beside it.
        answer.facts["exact"] = node
        answer.result = answer.decimal


def _without_signs(step: Step, model: Model) -> Step:
    sides = [
        without_signs(side, model.variables) if isinstance(side, Node) else side
        for side in (step.before, step.after)
    ]
    return step._replace(before=sides[0], after=sides[1])


def _last(steps: list[Step], node: Node) -> list[Step]:
    """A step to the answer, where the working ends in another form of it."""
    before = steps[-1].after if steps else None
    if before is node:
        return []
    return [Step("probability", ("in its simplest form",), before, node)]


def _confirmed(answer: Answer, model: Model, event: Node, condition: Node | None) -> bool:
    """The closed form against another route; False where that contradicts it."""
    node = answer.facts.get("exact", answer.result)
    assert isinstance(node, Node)
    check = _check(model, event, condition, node)
    if check.verdict == FAILED:
        return False
    answer.checks.append(check)
    return True


def _fill_number(
    answer: Answer,
    model: Model,
    event: Node,
    condition: Node | None,
    settings: Settings,
    seed: int,
) -> None:
    nodes = [event] if condition is None else [event, condition]
    parameters = model.parameters(*nodes)
    if parameters:
        raise Unsolved(
            "no closed form was found, and a number needs numbers for "
            + ", ".join(sorted(parameters)),
            hint="--at " + ",".join(f"{name}=1" for name in sorted(parameters)),
        )
    found = _by_quadrature(model, event) if condition is None else None
    if found is None:
        found = numeric_mean(model, indicator(event), condition, seed)
    if found is None:
        raise Unsolved("no number was found: of a sample, too few draws are in the event")
    fill_number(answer, found, settings)
    if settings.check and found.method != SAMPLE:
        answer.checks.append(_against_sample(model, event, condition, found.value))


# --- numbers --------------------------------------------------------------------------------


def _by_quadrature(model: Model, event: Node) -> Number | None:
    """Over one variable by the ends of its intervals; over two by an inner probability."""
    needed = model.needed(event)
    if any(model.parents(variable) for variable in needed):
        conditional = conditional_probability(model, event)
        return None if conditional is None else _averaged(conditional[1], conditional[0])
    if len(needed) == 1 and isinstance(needed[0].distribution, Distribution):
        chosen = needed[0].distribution
        if chosen.family.discrete:
            return None
        pieces = truth_set(event, needed[0].name, *chosen.support())
        if pieces is None:
            return None
        from dlmath.maths.probability.numeric import cumulative

        value = sum(
            cumulative(chosen, _float(piece.high)) - cumulative(chosen, _float(piece.low))
            for piece in pieces
        )
        return Number(value, 1e-12, "distribution function")
    parts = inner_probability(needed, event)
    if parts is None:
        return None
    inner, others = parts
    return _averaged(Model(others), inner)


def _averaged(others: Model, inner: Node) -> Number | None:
    """The mean of a conditional probability, but from a sample."""
    found = numeric_mean(others, inner)
    return None if found is None or found.method == SAMPLE else found


def _float(node: Node) -> float:
    value = to_float(evaluate(node))
    return float(value) if isinstance(value, (int, float)) else float("nan")


# --- checks ---------------------------------------------------------------------------------


def _check(model: Model, event: Node, condition: Node | None, claimed: Node) -> Check:
    """A closed form against a sample, with numbers for the symbols."""
    from dlmath.maths.probability.summary import allowed_points

    singles = [v.distribution for v in model.variables if isinstance(v.distribution, Distribution)]
    names = sorted(model.parameters(event, *([] if condition is None else [condition])))
    checked = None
    for point in allowed_points(singles, names, without=model.names):
        value = to_float(evaluate(substitute(claimed, point)))
        if not isinstance(value, (int, float)) or value != value:
            continue
        try:
            numbers = Model(model.variables, point)
        except DlmathError:
            continue
        given = None if condition is None else substitute(condition, point)
        checked = _against_sample(numbers, substitute(event, point), given, float(value))
        if checked.verdict == FAILED:
            return checked
    return checked or Check(SAMPLE, UNAVAILABLE, "no numbers were found to try")


def _against_sample(model: Model, event: Node, condition: Node | None, claimed: float) -> Check:
    """The share of draws, within five standard errors of what is claimed."""
    from dlmath.maths.probability.numeric_means import CHECKED_BY, by_sample

    needed = model.needed(event) if condition is None else model.needed(event, condition)
    found = by_sample(model, needed, indicator(event), condition, 7, CHECKED_BY)
    if found is None:
        return Check(SAMPLE, UNAVAILABLE, "too few draws are in the event, or out of it")
    error = max(
        found.error, (claimed * (1 - claimed) / CHECKED_BY) ** 0.5 if 0 < claimed < 1 else 0.0
    )
    agrees = abs(found.value - claimed) <= 5 * error + 1e-9
    detail = f"{found.value:.6g} with standard error {error:.1g} against {claimed:.8g}"
    return Check(SAMPLE, PASSED if agrees else FAILED, detail)
