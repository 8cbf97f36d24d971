"""`bayes`: hypotheses with prior probabilities and likelihoods, made into posterior ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Answer, Check, Step, Table
from dlmath.errors import InvalidInput, Undefined
from dlmath.expression.graph import (
    ZERO,
    Node,
    div,
    free_symbols,
    mul,
    number,
    vector,
)
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.text import to_text
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.joint import probabilities, total
from dlmath.maths.probability.withheld import withheld_if_refuted
from dlmath.settings import DEFAULTS, Settings

#: Trials of the check, which draws hypotheses and evidence.
_DRAWS = 200_000


@withheld_if_refuted
def bayes(
    prior: Mapping[str, Node],
    likelihoods: Sequence[Mapping[str, Node]],
    settings: Settings = DEFAULTS,
) -> Answer:
    """The posterior probability of each hypothesis.

    prior: of each, adding up to one. likelihoods: the probability of each piece of evidence under
    each hypothesis; several are independent given the hypothesis. Raises InvalidInput where names
    do not fit or a number is no probability, Undefined where the evidence is impossible.
    """
    names = list(prior)
    probabilities(list(prior.values()), lambda words: InvalidInput(f"--prior: {words}"))
    for likelihood in likelihoods:
        _require_likelihood(names, likelihood)
    answer = Answer("bayes", question=("posterior of ", ", ".join(names), " after the evidence"))
    now = dict(prior)
    evidence = number(1)
    for place, likelihood in enumerate(likelihoods, start=1):
        title = "posterior" if len(likelihoods) == 1 else f"after evidence {place}"
        now, share = _update(answer, title, now, likelihood, settings)
        evidence = tidy(mul(evidence, share))
    assignments = [f"{name} = {to_text(value)}" for name, value in now.items()]
    answer.result = ", ".join(assignments)
    answer.value = None
    answer.facts["posterior"] = now
    answer.facts["evidence"] = evidence
    _odds(answer, prior, now)
    _decimals(answer, now, settings)
    if settings.check:
        answer.checks.append(_check(prior, likelihoods, now))
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.probability import hypotheses_picture

        put_picture(answer, hypotheses_picture, prior, now)
    return answer


def _require_likelihood(names: Sequence[str], likelihood: Mapping[str, Node]) -> None:
    for name in names:
        if name not in likelihood:
            raise InvalidInput(f"--likelihood gives none for {name}", hint=f"add {name}=... to it")
    for name, value in likelihood.items():
        if name not in names:
            raise InvalidInput(
                f"--likelihood names {name}, which has no prior",
                hint="the hypotheses are " + ", ".join(names),
            )
        found = None if free_symbols(value) else evaluate(value)
        if found is not None and not (isinstance(found, (int, float)) and 0 <= found <= 1):
            raise InvalidInput(
                f"--likelihood: {to_text(value)} is no probability, which lies from 0 to 1"
            )


def _update(
    answer: Answer,
    title: str,
    prior: Mapping[str, Node],
    likelihood: Mapping[str, Node],
    settings: Settings,
) -> tuple[dict[str, Node], Node]:
    """The posterior after one piece of evidence, and the probability of that evidence."""
    products = {name: mul(prior[name], likelihood[name]) for name in prior}
    whole = total(list(products.values()))
    share = tidy(whole)
    if share is ZERO:
        raise Undefined("the evidence has probability 0 under every hypothesis")
    posterior = {name: tidy(div(product, share)) for name, product in products.items()}
    answer.tables.append(
        Table(
            title,
            ("hypothesis", "prior", "likelihood", "prior*likelihood", "posterior"),
            (
                *(
                    (name, prior[name], likelihood[name], tidy(products[name]), posterior[name])
                    for name in prior
                ),
                ("sum", number(1), None, share, tidy(total(list(posterior.values())))),
            ),
        )
    )
    if settings.steps:
        answer.steps.append(
            Step("evidence", ("its probability, prior times likelihood added up",), whole, share)
        )
        answer.steps += [
            Step(
                "Bayes' rule",
                (f"{name}: prior times likelihood, divided by the probability of the evidence",),
                div(product, share),
                posterior[name],
            )
            for name, product in products.items()
        ]
        answer.steps.append(
            Step("posterior", ("the hypotheses together",), None, vector(posterior.values()))
        )
    return posterior, share


def _odds(answer: Answer, prior: Mapping[str, Node], posterior: Mapping[str, Node]) -> None:
    """Of two hypotheses the odds, and the factor by which the evidence changed them."""
    if len(prior) != 2:
        return
    first, second = prior
    if tidy(prior[second]) is ZERO or tidy(posterior[second]) is ZERO:
        return
    before = tidy(div(prior[first], prior[second]))
    after = tidy(div(posterior[first], posterior[second]))
    answer.facts["prior_odds"], answer.facts["posterior_odds"] = before, after
    if before is not ZERO:
        answer.facts["bayes_factor"] = tidy(div(after, before))


def _decimals(answer: Answer, posterior: Mapping[str, Node], settings: Settings) -> None:
    if any(free_symbols(value) for value in posterior.values()):
        return
    from dlmath.expression import precise

    digits = settings.digits or 10
    values = {name: precise.evaluate(value, {}, digits + 5) for name, value in posterior.items()}
    answer.value = list(values.values())
    answer.decimal = ", ".join(
        f"{name} = {precise.decimal_text(value, digits)}" for name, value in values.items()
    )


def _check(
    prior: Mapping[str, Node],
    likelihoods: Sequence[Mapping[str, Node]],
    posterior: Mapping[str, Node],
) -> Check:
    """Hypotheses and evidence drawn at random; among draws with the evidence, the shares."""
    import numpy as np

    name = f"{_DRAWS} draws"
    values: list[Any] = [*prior.values(), *(v for like in likelihoods for v in like.values())]
    if any(free_symbols(value) for value in values):
        return _check_identity(prior, likelihoods, posterior)
    generator = np.random.default_rng(3)
    weights = np.array([_float(value) for value in prior.values()])
    drawn = generator.choice(len(weights), _DRAWS, p=weights / weights.sum())
    kept = np.ones(_DRAWS, dtype=bool)
    for likelihood in likelihoods:
        chance = np.array([_float(likelihood[key]) for key in prior])
        kept &= generator.random(_DRAWS) < chance[drawn]
    count = int(kept.sum())
    if count < 100:
        return _check_identity(prior, likelihoods, posterior)
    shares = np.bincount(drawn[kept], minlength=len(weights)) / count
    claimed = np.array([_float(value) for value in posterior.values()])
    errors = np.sqrt(claimed * (1 - claimed) / count)
    worst = float((abs(shares - claimed) - 5 * errors).max())
    verdict = PASSED if worst <= 1e-9 else FAILED
    return Check(name, verdict, f"shares among {count} with the evidence, within 5 standard errors")


def _check_identity(
    prior: Mapping[str, Node],
    likelihoods: Sequence[Mapping[str, Node]],
    posterior: Mapping[str, Node],
) -> Check:
    """posterior_i * prior_j * L_j = posterior_j * prior_i * L_i, at random numbers."""
    import random

    name = "ratios of the hypotheses"
    joint = {key: mul(prior[key], *(like[key] for like in likelihoods)) for key in prior}
    symbols = sorted(frozenset[str]().union(*(free_symbols(v) for v in joint.values())))
    chance = random.Random(2)  # noqa: S311  tries, not secrets
    worst, count = 0.0, 0
    for _ in range(5):
        at = {key: chance.uniform(0.05, 0.95) for key in symbols}
        sides = [
            (to_float(evaluate(joint[key], at)), to_float(evaluate(posterior[key], at)))
            for key in prior
        ]
        numbers = [
            (a, b) for a, b in sides if isinstance(a, float | int) and isinstance(b, float | int)
        ]
        if len(numbers) < len(sides):
            continue
        whole = sum(a for a, _ in numbers)
        if not whole:
            continue
        worst = max(worst, *(abs(a / whole - b) for a, b in numbers))
        count += 1
    if not count:
        return Check(name, UNAVAILABLE, "no numbers to try were found")
    verdict = PASSED if worst < 1e-9 else FAILED
    return Check(name, verdict, f"agree to {max(worst, 1e-16):.0e} at {count} points")


def _float(node: Node) -> float:
    value = to_float(evaluate(node))
    assert isinstance(value, (int, float))
    return float(value)
