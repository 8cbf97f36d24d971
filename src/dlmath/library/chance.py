"""Probability: the functions of the commands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dlmath.answer import Answer
from dlmath.expression.graph import Node
from dlmath.expression.parser import parse, parse_assignments
from dlmath.library.inputs import Expression, make_settings, to_node
from dlmath.maths.probability.information import Source
from dlmath.maths.probability.model import Variable
from dlmath.maths.probability.reading import (
    is_distribution,
    read_call,
    read_distribution,
    read_family,
    read_family_to_fit,
    read_random_variable,
    read_random_variables,
)


def dist(
    distribution: str,
    *,
    pdf: Expression | None = None,
    cdf: Expression | None = None,
    quantile: Expression | None = None,
    interval: Expression | None = None,
    sample: int | None = None,
    seed: int | None = None,
    **options: Any,
) -> Answer:
    """The summary of a distribution (`normal(0, 1)`), or what is asked of it."""
    from dlmath.maths.probability import dist as module

    asked = [None if value is None else to_node(value) for value in (pdf, cdf, quantile, interval)]
    questions = module.Questions(
        asked[0], asked[1], asked[2], asked[3], sample_size=sample, seed=seed
    )
    return module.dist(read_distribution(distribution), questions, make_settings(**options))


def _variables(given: str | Sequence[str]) -> list[Variable]:
    texts = [given] if isinstance(given, str) else given
    return [Variable(*read_random_variables(text)) for text in texts]


def _condition(text: str | None) -> Node | None:
    return None if text is None else parse(text, condition=True).node


def expect(
    expression: Expression,
    given: str | Sequence[str],
    *,
    variance: bool = False,
    condition: str | None = None,
    average: int | None = None,
    density: bool = False,
    seed: int = 1,
    **options: Any,
) -> Answer:
    """The mean of an expression in random variables (`given="X ~ normal(0, 1)"`)."""
    from dlmath.maths.probability import expect as module

    return module.expect(
        to_node(expression),
        _variables(given),
        make_settings(**options),
        variance=variance or average is not None,
        condition=_condition(condition),
        average=average,
        density=density,
        seed=seed,
    )


def probability(
    event: str,
    given: str | Sequence[str],
    *,
    condition: str | None = None,
    seed: int = 1,
    **options: Any,
) -> Answer:
    """The probability of an event in random variables."""
    from dlmath.maths.probability import events

    happens = parse(event, condition=True).node
    chosen = _variables(given)
    return events.probability(
        happens, chosen, make_settings(**options), condition=_condition(condition), seed=seed
    )


def bayes(
    prior: str | Mapping[str, Expression],
    likelihood: str | Sequence[str] | Mapping[str, Expression],
    observed: Expression | None = None,
    **options: Any,
) -> Answer:
    """Posterior probabilities of hypotheses, or (with `observed`) of a parameter.

    `bayes("a=0.01, b=0.99", "a=0.9, b=0.05")`, `bayes("p ~ beta(2, 2)", "binomial(10, p)", 7)`.
    """
    from dlmath.maths.probability import bayes as module

    settings = make_settings(**options)
    if observed is not None:
        return _posterior(str(prior), str(likelihood), to_node(observed), **options)
    texts: Sequence[Any] = (
        [likelihood] if isinstance(likelihood, (str, Mapping)) else list(likelihood)
    )
    return module.bayes(_chances(prior), [_chances(text) for text in texts], settings)


def _chances(values: str | Mapping[str, Expression]) -> dict[str, Node]:
    if isinstance(values, str):
        return parse_assignments(values)
    return {name: to_node(value) for name, value in values.items()}


def _posterior(prior: str, likelihood: str, observed: Node, **options: Any) -> Answer:
    from dlmath.maths.probability.conjugate import dirichlet_posterior, posterior
    from dlmath.maths.probability.joint import Joint

    values = observed.args if observed.op == "vector" else (observed,)
    name, chosen = read_random_variable(prior)
    settings = make_settings(**options)
    if isinstance(chosen, Joint):
        kind, given = read_call(likelihood)
        draws = given[0] if kind == "multinomial" and given else None
        concentrations = chosen.parameters["concentrations"].args
        return dirichlet_posterior(name, concentrations, values, settings, draws)
    return posterior(name, chosen, read_family(likelihood), values, settings)


def _source(value: Expression) -> Source:
    if isinstance(value, str) and is_distribution(value):
        return read_distribution(value)
    return to_node(value)


def _base(base: Expression | None) -> Node | None:
    return None if base is None else to_node(base)


def entropy(p: Expression, *, base: Expression | None = None, **options: Any) -> Answer:
    """The entropy of probabilities (`"[1/2, 1/2]"`), of a joint table, of a distribution."""
    from dlmath.maths.probability import information

    return information.entropy(_source(p), make_settings(**options), _base(base))


def cross_entropy(
    p: Expression, q: Expression, *, base: Expression | None = None, **options: Any
) -> Answer:
    """The mean of -log q under p."""
    from dlmath.maths.probability import information

    settings = make_settings(**options)
    return information.cross_entropy(_source(p), _source(q), settings, _base(base))


def divergence(
    p: Expression,
    q: Expression,
    kind: str = "kl",
    *,
    base: Expression | None = None,
    **options: Any,
) -> Answer:
    """How far q is from p; kind: kl, reverse-kl, js, tv, hellinger or wasserstein."""
    from dlmath.maths.probability import information

    settings = make_settings(**options)
    return information.divergence(_source(p), _source(q), settings, kind, _base(base))


def fit(
    data: Sequence[float] | Sequence[str],
    dist: str = "normal",
    *,
    compare: Sequence[str] = (),
    prior: str | Sequence[str] = (),
    **options: Any,
) -> Answer:
    """The parameters of a family under which data, of shape (n,), are most likely.

    With `dist="categorical"` the data may be words.
    """
    import numpy as np

    from dlmath.errors import InvalidInput
    from dlmath.maths.probability import fit as module
    from dlmath.maths.probability.distribution import Distribution

    if dist == "categorical" and not compare:
        from dlmath.maths.probability.categories import fit_categories

        return fit_categories([str(value) for value in data], make_settings(**options))
    values = np.asarray(data, dtype=float)
    if values.ndim != 1 or not len(values) or not np.isfinite(values).all():
        raise InvalidInput("fit takes a list of finite numbers")
    families = [module.Candidate(*read_family_to_fit(text)) for text in compare or [dist]]
    priors = {}
    for text in [prior] if isinstance(prior, str) else prior:
        name, chosen = read_random_variable(text)
        if not isinstance(chosen, Distribution):
            raise InvalidInput("a prior is a distribution of one parameter")
        priors[name] = chosen
    return module.fit(values, families, make_settings(**options), priors=priors)
