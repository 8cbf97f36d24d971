"""A posterior without closed form: its moments and quantiles by quadrature over the prior."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Answer, Check
from dlmath.errors import InvalidInput, Undefined, Unsolved
from dlmath.expression.graph import Node, substitute, symbol
from dlmath.expression.numbers import evaluate, evaluate_many, to_float
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.family import OUTCOME
from dlmath.maths.probability.joint import total
from dlmath.settings import Settings

_DRAWS = 200_000


def numeric_posterior(
    answer: Answer,
    name: str,
    prior: Distribution,
    likelihood: Distribution,
    observed: Sequence[Node],
    settings: Settings,
) -> Answer:
    """Mean and standard deviation of the posterior, and its evidence. Raises Unsolved."""
    missing = (prior.symbols() | likelihood.symbols()) - {name}
    if missing:
        raise InvalidInput(
            "this pair has no closed form, and a number needs numbers for "
            + ", ".join(sorted(missing))
        )
    if prior.family.discrete:
        raise InvalidInput(
            "a prior over whole numbers is written as hypotheses: --prior 'a=1/2, ...'"
        )
    weight = substitute(
        total([likelihood.log_density(x) for x in observed]), {name: symbol(OUTCOME)}
    )
    posterior, top = _unnormalized(prior, weight)
    cuts = [float(to_float(evaluate(x))) for x in observed]

    def moment(power: int, about: float = 0.0) -> tuple[float, float]:
        return _integral(prior, lambda x: posterior(x) * (x - about) ** power, cuts)

    whole, error = moment(0)
    if not whole > 0:
        raise Undefined("the observations have probability 0 under the prior")
    if error > 1e-6 * whole:
        raise Unsolved("the integral over the prior does not settle")
    mean = moment(1)[0] / whole
    deviation = math.sqrt(moment(2, mean)[0] / whole)
    answer.value = mean
    answer.result = answer.decimal = f"{mean:.10g}"
    answer.facts |= {
        "mean": mean,
        "standard_deviation": deviation,
        "log_evidence": top + math.log(whole),
        "observations": len(observed),
    }
    answer.notes.append(("no conjugate pair: this is the mean of the posterior, by quadrature",))
    if settings.check:
        answer.checks.append(_check(prior, weight, mean, deviation))
    return answer


def _unnormalized(prior: Distribution, weight: Node) -> tuple[Callable[[float], float], float]:
    """Prior times likelihood, scaled to about 1 at its largest; and the logarithm of that scale."""
    from dlmath.expression.compile import compile_function
    from dlmath.maths.probability.numeric import log_density_function, quantile

    of_prior = log_density_function(prior)
    of_data = compile_function([weight], [OUTCOME])

    def logarithm(x: float) -> float:
        try:
            return of_prior(x) + float(of_data(x)[0])
        except (ArithmeticError, ValueError):
            return -math.inf

    places = [quantile(prior, share / 1000) for share in range(1, 1000)]
    top = max(map(logarithm, places))
    if top == -math.inf:
        raise Undefined("the observations have probability 0 under the prior")
    return lambda x: math.exp(min(logarithm(x) - top, 700.0)), top


def _integral(
    prior: Distribution, function: Callable[[float], float], cuts: Sequence[float]
) -> tuple[float, float]:
    """Between far quantiles of the prior, cut at others and where the data lie."""
    from scipy.integrate import quad

    from dlmath.maths.probability.numeric import quantile

    shares = (1e-12, 1e-6, 1e-3, *(k / 20 for k in range(1, 20)), 1 - 1e-3, 1 - 1e-6, 1 - 1e-12)
    places = [quantile(prior, share) for share in shares]
    inner = {x for x in cuts[:50] if places[0] < x < places[-1]}
    value = error = 0.0
    for a, b in pairwise(sorted({*places, *inner})):
        part, off, *_ = quad(function, a, b, epsabs=0, epsrel=1e-10, limit=100, full_output=1)
        value, error = value + part, error + off
    return value, error


def _check(prior: Distribution, weight: Node, mean: float, deviation: float) -> Check:
    """The mean as draws of the prior, weighted by the likelihood (importance sampling)."""
    import numpy as np

    from dlmath.maths.probability.numeric import sample

    name = f"{_DRAWS} draws of the prior, weighted"
    drawn = sample(prior, _DRAWS, np.random.default_rng(21)).astype(float)
    logs = np.broadcast_to(evaluate_many(weight, {OUTCOME: drawn}), drawn.shape)
    logs = np.where(np.isnan(logs), -np.inf, logs)
    weights = np.exp(logs - logs.max())
    effective = float(weights.sum() ** 2 / (weights**2).sum())
    if effective < 200:
        return Check(name, UNAVAILABLE, "too few of the draws count")
    found = float(weights @ drawn / weights.sum())
    slack = 5 * deviation / math.sqrt(effective)
    verdict = PASSED if abs(found - mean) <= slack else FAILED
    return Check(name, verdict, f"{found:.6g} against {mean:.6g}, within {slack:.1g}")
