"""The summary of a distribution: its facts, and the quadrature that confirms them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from dlmath.answer import UNAVAILABLE, Answer, Check, Sentence, Step
from dlmath.errors import DlmathError
from dlmath.expression.graph import (
    INFINITY,
    Node,
    add,
    call,
    free_symbols,
    make,
    number,
    replace,
    sqrt,
    substitute,
    symbol,
)
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.distribution import Distribution, exact, truth
from dlmath.maths.probability.family import FREQUENCY, NONE, OUTCOME
from dlmath.settings import Settings

#: What is asked of a family, in the order in which it is shown.
_SHOWN = ("mean", "variance", "skewness", "kurtosis", "entropy", "mode", "median")

_CHECKED = ("mean", "variance", "skewness", "kurtosis", "entropy")


def describe_sentence(distribution: Distribution) -> Sentence:
    """`normal distribution, mean mu = 0, standard deviation sigma = 1`."""
    words: list[str | Node] = [f"{distribution.family.name.replace('_', ' ')} distribution"]
    for parameter in distribution.family.parameters:
        value = distribution.parameters[parameter.name]
        words += [f", {parameter.meaning} "]
        if value is not symbol(parameter.name):
            words += [symbol(parameter.name), " = "]
        words += [value]
    return tuple(words)


def summary(answer: Answer, distribution: Distribution, settings: Settings) -> None:
    """Fills the answer with the density and everything that is known in closed form."""
    family = distribution.family
    x = symbol(OUTCOME if OUTCOME not in distribution.symbols() else "outcome")
    density = shorter(distribution.density(x))
    answer.result = density
    low, high = distribution.support()
    facts = answer.facts
    facts["parameters"] = {
        f"{parameter.name} ({parameter.meaning})": distribution.parameters[parameter.name]
        for parameter in family.parameters
    }
    facts["support"] = [low, high]
    facts["pmf" if family.discrete else "pdf"] = density
    cdf = distribution.known("cdf", x).value
    facts["cdf"] = shorter(cdf) if cdf is not None else None
    conditions: list[tuple[str, Node]] = []
    for what in _SHOWN:
        facts[what] = _fact(distribution, what, conditions)
        if what == "variance":
            facts["standard_deviation"] = _unsigned(_root(facts[what]), distribution)
        if what == "kurtosis":
            facts["excess_kurtosis"] = _less_three(facts[what])
    frequency = symbol(FREQUENCY)
    transform = distribution.known("characteristic", frequency).value
    facts["characteristic_function"] = None if transform is None else shorter(transform)
    _notes(answer, distribution, conditions)
    if settings.steps:
        answer.steps = [
            Step(
                "definition",
                ("the density of the family, the parameters put in",),
                distribution.density(x),
                density,
            )
        ]
    if settings.check:
        answer.checks.append(_check(distribution))


def shorter(node: Node) -> Node:
    """The collected form of a formula, or the formula itself where that is shorter."""
    from dlmath.expression.text import to_text

    collected = tidy(node)
    return node if len(to_text(node)) < len(to_text(collected)) else collected


def _fact(distribution: Distribution, what: str, conditions: list[tuple[str, Node]]) -> Any:
    known = distribution.known(what)
    if known.condition is not None:
        conditions.append((what, known.condition))
    if not known.exists:
        return NONE
    if known.value is None:
        return _numeric(distribution, what)
    return shorter(known.value)


def _numeric(distribution: Distribution, what: str) -> float | None:
    """A number where there is no closed form: the median, the entropy of a binomial."""
    from dlmath.checks.density import moments
    from dlmath.maths.probability.numeric import as_density, quantile

    if distribution.symbols():
        return None
    if what == "median":
        return quantile(distribution, 0.5)
    if what not in _CHECKED:
        return None
    found = moments(as_density(distribution), {what: 0})[what]
    return found.value if found.settled else None


def _root(variance: Any) -> Any:
    if isinstance(variance, float):
        return variance**0.5
    if not isinstance(variance, Node) or variance is INFINITY:
        return variance
    return _on_branches(variance, sqrt)


def _on_branches(node: Node, change: Callable[[Node], Node]) -> Node:
    """A change of a value, or of the value in each case."""
    if node.op != "piecewise":
        return tidy(change(node))
    args = list(node.args)
    args[::2] = [value if value is INFINITY else tidy(change(value)) for value in args[::2]]
    return make("piecewise", args)


def _unsigned(root: Any, distribution: Distribution) -> Any:
    """Without signs around parameters that are not below 0."""
    if not isinstance(root, Node):
        return root
    known = {
        call("abs", value): value
        for parameter in distribution.family.parameters
        if parameter.requires.startswith((f"{parameter.name} > 0", f"{parameter.name} >= 0"))
        and (value := distribution.parameters[parameter.name]).op == "symbol"
    }
    return replace(root, known)


def _less_three(kurtosis: Any) -> Any:
    if isinstance(kurtosis, float):
        return kurtosis - 3
    if not isinstance(kurtosis, Node) or kurtosis is INFINITY:
        return kurtosis
    return _on_branches(kurtosis, lambda value: add(value, number(-3)))


def _notes(answer: Answer, distribution: Distribution, conditions: list[tuple[str, Node]]) -> None:
    family = distribution.family
    symbols = distribution.symbols()
    for parameter in family.parameters:
        required = parameter.requires.removesuffix("integer").strip()
        if required and symbols and free_symbols(node := distribution.put_in(required)):
            answer.notes.append(("for ", node))
    for what, condition in conditions:
        answer.notes.append((f"the {what} exists only for ", condition))
    for what in ("mean", "variance"):
        if answer.facts[what] == NONE:
            answer.notes.append((f"the {what} does not exist: its integral diverges",))
            break
    if answer.facts["mode"] is None and family.name == "uniform":
        answer.notes.append(("every point of the support is a mode",))


# --- the check ------------------------------------------------------------------------------


def _check(distribution: Distribution) -> Check:
    """Total, moments and entropy by quadrature; symbols stand for several numbers each."""
    from dlmath.checks.density import Density, check_moments
    from dlmath.maths.probability.numeric import as_density

    cases: list[tuple[Density, dict[str, float]]] = []
    for point in allowed_points([distribution]):
        values = {name: substitute(v, point) for name, v in distribution.parameters.items()}
        filled = Distribution(distribution.family, values)
        claims = {}
        for what in _CHECKED:
            claimed = distribution.known(what)
            if claimed.value is None:
                continue
            if (
                claimed.condition is not None
                and truth(substitute(claimed.condition, point)) is not True
            ):
                continue
            value = to_float(evaluate(substitute(claimed.value, point)))
            if isinstance(value, (int, float)) and value == value:
                claims[what] = float(value)
        try:
            cases.append((as_density(filled), claims))
        except (DlmathError, ArithmeticError, ValueError):
            continue
    if not cases:
        return Check("quadrature of the density", UNAVAILABLE, "no numbers to try were found")
    return check_moments(cases)


_POINTS, _TRIES = 3, 400


def allowed_points(
    distributions: Sequence[Distribution],
    more: Sequence[str] = (),
    without: frozenset[str] = frozenset(),
) -> Iterator[dict[str, Node]]:
    """Values for the symbols that every family allows; once nothing, where there are none.

    more: further symbols. without: those that are no parameters.
    """
    import random

    known = frozenset(more).union(*(d.symbols() for d in distributions))
    names = sorted(known - without)
    if not names:
        yield {}
        return
    chance = random.Random(7)  # noqa: S311  tries, not secrets
    found = 0
    for _ in range(_TRIES):
        point = {name: _tried(chance) for name in names}
        if all(
            _allows(distribution, parameter.requires, parameter.name, point)
            for distribution in distributions
            for parameter in distribution.family.parameters
        ):
            found += 1
            yield point
            if found == _POINTS:
                return


def _tried(chance: Any) -> Node:
    kind = chance.randrange(3)
    if kind == 0:
        return exact(chance.randrange(1, 32) / 32)
    return number(chance.randrange(1, 12)) if kind == 1 else exact(chance.randrange(8, 96) / 8)


def _allows(distribution: Distribution, required: str, name: str, point: dict[str, Node]) -> bool:
    condition = required.removesuffix("integer").strip()
    if required.endswith("integer") and not free_symbols(
        substitute(distribution.parameters[name], point)
    ):
        value = evaluate(substitute(distribution.parameters[name], point))
        if not isinstance(value, int) and not (isinstance(value, float) and value.is_integer()):
            return False
    if not condition or condition == name:
        return True
    if free_symbols(substitute(distribution.put_in(condition), point)):
        return True  # it holds a random variable
    return truth(substitute(distribution.put_in(condition), point)) is True
