"""Posterior distributions of a parameter: conjugate families in closed form, others by quadrature.

The updates are those of A. Gelman and others, "Bayesian Data Analysis", 3rd edition, chapters 2
and 3, and of D. Fink, "A Compendium of Conjugate Priors" (1997).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Answer, Check, Sentence, Step
from dlmath.errors import InvalidInput
from dlmath.expression.graph import (
    Node,
    add,
    call,
    div,
    free_symbols,
    is_integer,
    neg,
    number,
    substitute,
    symbol,
    vector,
)
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.distribution import Distribution, template
from dlmath.maths.probability.joint import total
from dlmath.maths.probability.summary import describe_sentence
from dlmath.maths.probability.withheld import withheld_if_refuted
from dlmath.settings import DEFAULTS, Settings


class Update(NamedTuple):
    """How data change the parameters of a prior.

    unknown: the parameter of the likelihood that the prior is about. posterior: each parameter of
    the prior after n observations with sum s and largest g, as text; the parameters of the
    likelihood stand in it with a q in front. of: the observations enter as this function of x.
    """

    unknown: str
    posterior: Mapping[str, str]
    of: str = "x"


_PRECISION = "(1/sigma^2 + n/qsigma^2)"
_NORMAL = {
    "mu": f"(mu/sigma^2 + s/qsigma^2)/{_PRECISION}",
    "sigma": f"1/sqrt{_PRECISION}",
}

#: By the families of prior and likelihood.
UPDATES: dict[tuple[str, str], Update] = {
    ("beta", "bernoulli"): Update("p", {"a": "a + s", "b": "b + n - s"}),
    ("beta", "binomial"): Update("p", {"a": "a + s", "b": "b + n*qn - s"}),
    ("beta", "geometric"): Update("p", {"a": "a + n", "b": "b + s - n"}),
    ("beta", "negative_binomial"): Update("p", {"a": "a + n*qr", "b": "b + s"}),
    ("gamma", "poisson"): Update("mu", {"alpha": "alpha + s", "beta": "beta + n"}),
    ("gamma", "exponential"): Update("lambda", {"alpha": "alpha + n", "beta": "beta + s"}),
    ("gamma", "gamma"): Update("beta", {"alpha": "alpha + n*qalpha", "beta": "beta + s"}),
    ("normal", "normal"): Update("mu", _NORMAL),
    ("normal", "lognormal"): Update("mu", _NORMAL, "log(x)"),
    ("pareto", "uniform"): Update("b", {"m": "max(m, g)", "alpha": "alpha + n"}),
}


@withheld_if_refuted
def posterior(
    name: str,
    prior: Distribution,
    likelihood: Distribution,
    observed: Sequence[Node],
    settings: Settings = DEFAULTS,
) -> Answer:
    """The posterior distribution of the parameter `name` after independent observations.

    prior: of the parameter. likelihood: of one observation, with the parameter in it. Raises
    InvalidInput where the likelihood does not hold the parameter or an observation is impossible
    under it.
    """
    if name not in likelihood.symbols():
        raise InvalidInput(
            f"the likelihood does not hold {name}", hint=f"for example binomial(10, {name})"
        )
    _require_possible(likelihood, observed)
    question: Sentence = (f"posterior of {name} with prior ", *describe_sentence(prior))
    answer = Answer("bayes", question=question)
    prior = _as_conjugate(prior, likelihood)
    update = UPDATES.get((prior.family.name, likelihood.family.name))
    applies = (
        update is not None
        and likelihood.parameters[update.unknown] is symbol(name)
        and not any(
            name in free_symbols(value)
            for key, value in likelihood.parameters.items()
            if key != update.unknown
        )
        and _zero_start(prior, likelihood)
    )
    if update is None or not applies:
        from dlmath.maths.probability.numeric_posterior import numeric_posterior

        return numeric_posterior(answer, name, prior, likelihood, observed, settings)
    found = _updated(answer, prior, likelihood, observed, update, settings)
    finish(answer, name, found, settings)
    log_prior = prior.log_density(symbol(name))
    log_likelihood = total([likelihood.log_density(x) for x in observed])
    log_posterior = found.log_density(symbol(name))
    if settings.check:
        answer.checks.append(_check(answer, name, found, log_prior, log_likelihood, log_posterior))
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.probability import several_densities

        labelled = {"prior": prior, "posterior": found}
        put_picture(answer, several_densities, labelled, (f"{name} before and after",))
    return answer


#: Priors that are special cases of others: the family, its parameters, what must hold.
_SPECIAL = {
    "uniform": ("beta", {"a": "1", "b": "1"}, "a == 0 and b == 1"),
    "exponential": ("gamma", {"alpha": "1", "beta": "lambda"}, "true"),
    "chi_squared": ("gamma", {"alpha": "nu/2", "beta": "1/2"}, "true"),
}


def _as_conjugate(prior: Distribution, likelihood: Distribution) -> Distribution:
    """A prior under the name by which it is conjugate: uniform(0, 1) is beta(1, 1)."""
    from dlmath.maths.probability.distribution import truth
    from dlmath.maths.probability.reading import BY_NAME

    if prior.family.name not in _SPECIAL:
        return prior
    family, formulas, holds = _SPECIAL[prior.family.name]
    if (family, likelihood.family.name) not in UPDATES or truth(prior.put_in(holds)) is not True:
        return prior
    values = {key: tidy(prior.put_in(text)) for key, text in formulas.items()}
    return Distribution(BY_NAME[family], values)


def _zero_start(prior: Distribution, likelihood: Distribution) -> bool:
    """A uniform likelihood must begin at 0 for a Pareto prior to be conjugate."""
    if likelihood.family.name != "uniform":
        return True
    return tidy(likelihood.parameters["a"]) is number(0)


def _require_possible(likelihood: Distribution, observed: Sequence[Node]) -> None:
    if not observed:
        raise InvalidInput("no observation is given", hint='--observed "[3, 5, 4]"')
    low, high = likelihood.support()
    for x in observed:
        value = evaluate(x) if not free_symbols(x) else None
        if isinstance(value, float) and likelihood.family.discrete and not value.is_integer():
            raise InvalidInput(f"{value:g} is no whole number, as {likelihood.family.name} gives")
        for end, sign in ((low, 1), (high, -1)):
            bound = None if free_symbols(end) else to_float(evaluate(end))
            if not isinstance(value, (int, float)) or not isinstance(bound, (int, float)):
                continue
            if sign * (float(value) - bound) < 0:
                raise InvalidInput(f"{likelihood.family.name} never gives {float(value):g}")


def _updated(
    answer: Answer,
    prior: Distribution,
    likelihood: Distribution,
    observed: Sequence[Node],
    update: Update,
    settings: Settings,
) -> Distribution:
    """The posterior by the rule of the pair, with its working."""
    seen = [substitute(template(update.of), {"x": x}) for x in observed]
    values = {
        **prior.parameters,
        **{f"q{key}": value for key, value in likelihood.parameters.items()},
        "n": number(len(observed)),
        "s": tidy(total(seen)),
        "g": seen[0] if len(seen) == 1 else call("max", *seen),
    }
    formulas = {key: substitute(template(text), values) for key, text in update.posterior.items()}
    found = {key: tidy(formula) for key, formula in formulas.items()}
    answer.facts["observations"] = len(observed)
    answer.facts["sum"] = values["s"]
    if settings.steps:
        what = f"{prior.family.name} prior, {likelihood.family.name} observations"
        answer.steps.append(
            Step("conjugate", (f"{what}: the posterior is {prior.family.name} again",))
        )
        for key, formula in formulas.items():
            words = re.sub(r"\bq([a-z]+)", r"\1 (of the likelihood)", update.posterior[key])
            answer.steps.append(Step(key, (f"{key} becomes {words}",), formula, found[key]))
    return Distribution(prior.family, {key: found[key] for key in prior.parameters})


def finish(answer: Answer, name: str, found: Distribution, settings: Settings) -> None:
    """The posterior as text that reads back, with what is known of it."""
    from dlmath.expression.text import to_text

    listed = ", ".join(to_text(value) for value in found.parameters.values())
    answer.result = f"{name} ~ {found.family.name}({listed})"
    answer.facts["parameters"] = {
        f"{p.name} ({p.meaning})": found.parameters[p.name] for p in found.family.parameters
    }
    for what in ("mean", "mode", "variance"):
        known = found.known(what).value
        answer.facts[what] = None if known is None else tidy(known)
    if not found.symbols():
        from dlmath.maths.probability.numeric import quantile

        answer.facts["interval"] = [quantile(found, 0.025), quantile(found, 0.975)]
        answer.notes.append(("interval: it holds the parameter with probability 0.95",))


def _check(
    answer: Answer,
    name: str,
    found: Distribution,
    log_prior: Node,
    log_likelihood: Node,
    log_posterior: Node,
) -> Check:
    """Prior times likelihood over posterior is the same number everywhere: the evidence."""
    from dlmath.maths.probability.numeric import quantile

    route = "prior times likelihood"
    if free_symbols(log_prior) | free_symbols(log_likelihood) | found.symbols() != {name}:
        return Check(route, UNAVAILABLE, "the parameters have no numbers")
    apart = add(log_prior, log_likelihood, neg(log_posterior))
    values = []
    for share in (0.05, 0.3, 0.5, 0.7, 0.95):
        value = to_float(evaluate(apart, {name: quantile(found, share)}))
        if not isinstance(value, (int, float)) or not math.isfinite(value):
            return Check(route, UNAVAILABLE, "a value is not finite")
        values.append(float(value))
    spread = max(values) - min(values)
    answer.facts["log_evidence"] = values[2]
    verdict = PASSED if spread < 1e-7 * (1 + abs(values[2])) else FAILED
    return Check(route, verdict, f"over the posterior it is constant to {max(spread, 1e-16):.0e}")


# --- classes --------------------------------------------------------------------------------


@withheld_if_refuted
def dirichlet_posterior(
    name: str,
    concentrations: Sequence[Node],
    counts: Sequence[Node],
    settings: Settings = DEFAULTS,
    draws: Node | None = None,
) -> Answer:
    """The posterior of probabilities with a Dirichlet prior after counts of each class.

    draws: of the multinomial likelihood, which the counts add up to where they are numbers.
    Raises InvalidInput where they do not, the numbers of classes differ or a count is negative.
    """
    from dlmath.expression.text import to_text

    if len(concentrations) != len(counts):
        raise InvalidInput(
            f"the prior has {len(concentrations)} classes and the observation {len(counts)}"
        )
    for count in counts:
        if not free_symbols(count) and not (is_integer(count) and count.number >= 0):
            raise InvalidInput("each class is counted: whole numbers that are not negative")
    seen = tidy(total(list(counts)))
    if (
        draws is not None
        and not free_symbols(seen) | free_symbols(draws)
        and seen is not tidy(draws)
    ):
        raise InvalidInput(
            f"the counts add up to {to_text(seen)}, and the likelihood has {to_text(draws)} draws"
        )
    sums = [add(a, c) for a, c in zip(concentrations, counts, strict=True)]
    after = [tidy(entry) for entry in sums]
    answer = Answer("bayes", question=(f"posterior of {name} after counts ", vector(counts)))
    answer.result = f"{name} ~ dirichlet({', '.join(to_text(a) for a in after)})"
    before_total, after_total = total(list(concentrations)), total(after)
    mean = [tidy(div(a, after_total)) for a in after]
    answer.facts["concentrations"] = vector(after)
    answer.facts["mean"] = vector(mean)
    answer.facts["observations"] = seen
    if settings.steps:
        answer.steps = [
            Step(
                "conjugate",
                ("each count is added to its concentration",),
                vector(sums),
                vector(after),
            )
        ]
    if settings.check:
        answer.checks.append(_check_dirichlet(concentrations, counts, mean))
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.probability import hypotheses_picture

        before = [tidy(div(a, before_total)) for a in concentrations]
        names = [f"{name}{place}" for place in range(1, len(after) + 1)]
        put_picture(
            answer,
            hypotheses_picture,
            dict(zip(names, before, strict=True)),
            dict(zip(names, mean, strict=True)),
        )
    return answer


def _check_dirichlet(
    concentrations: Sequence[Node], counts: Sequence[Node], mean: Sequence[Node]
) -> Check:
    """The mean as prior draws weighted by the likelihood (importance sampling)."""
    import numpy as np

    draws = 400_000
    name = f"{draws} draws of the prior, weighted"
    if any(free_symbols(a) for a in (*concentrations, *counts)):
        return Check(name, UNAVAILABLE, "the parameters have no numbers")
    a, c, claimed = (
        np.array([float(to_float(evaluate(v))) for v in part])
        for part in (concentrations, counts, mean)
    )
    drawn = np.random.default_rng(9).dirichlet(a, draws)
    with np.errstate(all="ignore"):
        logs = np.where(c > 0, c * np.log(drawn), 0.0).sum(axis=1)
    weights = np.exp(logs - logs.max())
    effective = weights.sum() ** 2 / (weights**2).sum()
    if effective < 500:
        return Check(name, UNAVAILABLE, "too few of the draws count")
    found = weights @ drawn / weights.sum()
    spread = np.sqrt(((drawn - found) ** 2 * weights[:, None]).sum(axis=0) / weights.sum())
    fits = (abs(found - claimed) <= 5 * spread / math.sqrt(effective) + 1e-12).all()
    return Check(name, PASSED if fits else FAILED, "the mean is within five standard errors")
