"""Expectations in closed form: linearity, moments, transforms, sums and integrals.

One variable after another is averaged out, the last first, so that a distribution may hold the
variables before it (the law of total expectation).
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from dlmath.answer import Step
from dlmath.errors import DlmathError
from dlmath.expression.graph import (
    INFINITY,
    ONE,
    ZERO,
    I,
    Node,
    add,
    call,
    contains,
    free_symbols,
    is_integer,
    mul,
    neg,
    number,
    power,
    substitute,
    symbol,
)
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.joint import Joint, total
from dlmath.maths.probability.mean_rules import mean_by_rule
from dlmath.maths.probability.model import Model, Variable, without_signs
from dlmath.settings import Settings

_TERMS_MOST = 200

#: The name under which a moment stands in the working.
MEAN_OF = "E"


class Mean(NamedTuple):
    """A closed form with its working."""

    node: Node
    steps: tuple[Step, ...]


def exact_mean(model: Model, function: Node, settings: Settings) -> Mean | None:
    """The expectation of a function, or None where no rule gives it."""
    here = tidy(expand(function)) if _is_polynomial_like(function) else function
    steps: list[Step] = []
    for variable in reversed(model.needed(function)):
        found = _average_out(variable, here, settings)
        if found is None:
            return None
        after = _shortest(without_signs(tidy(found), model.variables))
        given = model.parents(variable)
        names = ", ".join(variable.names)
        rule = "total expectation" if given else "linearity"
        words = f"the mean over {names}" + (f", given {', '.join(sorted(given))}" if given else "")
        steps.append(Step(rule, (words, " of ", here, " is ", after)))
        here = after
    return Mean(here, tuple(steps))


def _shortest(node: Node) -> Node:
    """The node, or what it is multiplied out, whichever is shorter."""
    from dlmath.expression.text import to_text

    if node.op != "add" or len(to_text(node)) > 2000:
        return node
    return min(node, tidy(expand(node)), key=lambda form: len(to_text(form)))


def _is_polynomial_like(node: Node) -> bool:
    return not contains(node, {"piecewise", "vector"})


def _average_out(variable: Variable, function: Node, settings: Settings) -> Node | None:
    """The mean over one variable, the others held."""
    terms = function.args if function.op == "add" else (function,)
    if len(terms) > _TERMS_MOST:
        return None
    own = frozenset(variable.names)
    found: list[Node] = []
    whole: list[Node] = []
    for term in terms:
        if not own & free_symbols(term):
            found.append(term)
            continue
        outside, inside = _split(term, own)
        mean = _mean_of_factor(variable, inside, settings)
        if mean is None:
            whole.append(term)
        else:
            found.append(mul(outside, mean))
    if whole:
        if isinstance(variable.distribution, Joint):
            return None
        rest = _by_definition(variable.distribution, variable.name, total(whole), settings)
        if rest is None:
            return None
        found.append(rest)
    return total(found)


def _split(term: Node, own: frozenset[str]) -> tuple[Node, Node]:
    """The factors without and with the variable."""
    factors = term.args if term.op == "mul" else (term,)
    outside = [factor for factor in factors if not own & free_symbols(factor)]
    inside = [factor for factor in factors if own & free_symbols(factor)]
    return mul(*outside) if outside else ONE, mul(*inside)


def _mean_of_factor(variable: Variable, inside: Node, settings: Settings) -> Node | None:
    """A power, an exponential, or a low moment of several variables."""
    chosen = variable.distribution
    if isinstance(chosen, Joint):
        return _joint_moment(variable, chosen, inside)
    x = symbol(variable.name)
    if inside is x:
        return raw_moment(chosen, 1)
    if inside.op == "pow" and inside.args[0] is x and is_integer(inside.args[1]):
        size = int(inside.args[1].number)
        return raw_moment(chosen, size) if size > 0 else None
    found = mean_by_rule(chosen, inside, x)
    if found is not None:
        return found
    if inside.op == "exp":
        from dlmath.maths.calculus.antiderivatives.polynomial import linear

        line = linear(inside.args[0], x)
        if line is not None:
            return _exponential(chosen, line)
    return None


def raw_moment(distribution: Distribution, size: int) -> Node | None:
    """E[X^n] from mean, variance, skewness and kurtosis; of some families for any n."""
    if size > 4:
        return _high_moment(distribution, size)
    known = [distribution.known(what) for what in ("mean", "variance", "skewness", "kurtosis")]
    if any(one.value is None or one.condition is not None for one in known[:size]):
        return None
    if any(
        one.value is INFINITY or contains(one.value, {"piecewise"})
        for one in known[:size]
        if one.value
    ):
        return None
    values = [one.value for one in known[:size] if one.value is not None]
    mean = values[0]
    if size == 1:
        return mean
    variance = values[1]
    second = add(variance, power(mean, number(2)))
    if size == 2:
        return second
    third_central = mul(values[2], power(variance, _half(3)))
    third = add(third_central, mul(number(3), mean, variance), power(mean, number(3)))
    if size == 3:
        return tidy(third)
    fourth_central = mul(values[3], power(variance, number(2)))
    return tidy(
        add(
            fourth_central,
            mul(number(4), mean, third_central),
            mul(number(6), power(mean, number(2)), variance),
            power(mean, number(4)),
        )
    )


def _half(size: int) -> Node:
    from fractions import Fraction

    return number(Fraction(size, 2))


def _high_moment(distribution: Distribution, size: int) -> Node | None:
    """E[X^n] for n above 4, of families where it is a product or a short sum."""
    p = distribution.parameters
    name = distribution.family.name
    if size > 60:
        return None
    if name == "normal":
        return _normal_moment(p["mu"], p["sigma"], size)
    if name == "exponential":
        return mul(call("factorial", number(size)), power(p["lambda"], number(-size)))
    if name == "gamma":
        rising = [add(p["alpha"], number(k)) for k in range(size)]
        return mul(*rising, power(p["beta"], number(-size)))
    if name == "beta":
        whole = add(p["a"], p["b"])
        above = [add(p["a"], number(k)) for k in range(size)]
        below = [power(add(whole, number(k)), number(-1)) for k in range(size)]
        return mul(*above, *below)
    if name == "uniform":
        a, b = p["a"], p["b"]
        above_ = [mul(power(a, number(k)), power(b, number(size - k))) for k in range(size + 1)]
        return mul(total(above_), power(number(size + 1), number(-1)))
    return p["p"] if name == "bernoulli" else None


def _normal_moment(mu: Node, sigma: Node, size: int) -> Node:
    """E[(mu + sigma*Z)^n]: odd powers of Z have mean 0, Z^(2k) has (2k - 1)!!."""
    from math import comb

    terms, odd = [], 1
    for k in range(0, size + 1, 2):
        if k:
            odd *= k - 1
        factor = number(comb(size, k) * odd)
        terms.append(mul(factor, power(mu, number(size - k)), power(sigma, number(k))))
    return total(terms)


#: The mean of exp(a*X) is finite for every a, so the transform may be taken anywhere.
_ALWAYS_FINITE = frozenset("normal uniform bernoulli binomial poisson discrete_uniform".split())


def _exponential(distribution: Distribution, line: tuple[Node, Node]) -> Node | None:
    """E[exp(a*X + c)] from the characteristic function at -i*a."""
    slope, constant = line
    if distribution.family.name not in _ALWAYS_FINITE:
        return None
    found = distribution.known("characteristic", neg(mul(I, slope))).value
    if found is None:
        return None
    real = tidy(found)
    if contains(real, {"i"}) or any(part is I for part in _parts(real)):
        return None
    return mul(call("exp", constant), real)


def _parts(node: Node) -> list[Node]:
    from dlmath.expression.graph import topological

    return topological(node)


def _joint_moment(variable: Variable, chosen: Joint, inside: Node) -> Node | None:
    """A mean, or a mean of a product of two, of several variables together."""
    places: list[int] = []
    for factor in inside.args if inside.op == "mul" else (inside,):
        base, size = factor, 1
        if factor.op == "pow" and is_integer(factor.args[1]):
            base, size = factor.args[0], int(factor.args[1].number)
        names = [symbol(name) for name in variable.names]
        if base not in names or not 1 <= size <= 2:
            return None
        places += [names.index(base)] * size
    if len(variable.names) == 1:
        means, covariance = [chosen.mean], [[chosen.covariance]]
    else:
        means = list(chosen.mean.args)
        covariance = [list(row.args) for row in chosen.covariance.args]
    if len(places) == 1:
        return means[places[0]]
    if len(places) == 2:
        i, j = places
        return add(covariance[i][j], mul(means[i], means[j]))
    return None


# --- sums and integrals ---------------------------------------------------------------------

_OUTCOMES_MOST = 2000


def _by_definition(
    distribution: Distribution, name: str, function: Node, settings: Settings
) -> Node | None:
    """The sum or integral of the function times the density, carried out."""
    low, high = distribution.support()
    x = symbol(name)
    if distribution.family.discrete:
        if is_integer(low) and is_integer(high) and high.number - low.number < _OUTCOMES_MOST:
            return total(
                [
                    mul(substitute(function, {name: number(k)}), distribution.density(number(k)))
                    for k in range(int(low.number), int(high.number) + 1)
                ]
            )
        return _by_series(mul(function, distribution.density(x)), name, low, high, settings)
    return mean_between(distribution, name, function, low, high, settings)


def _by_series(term: Node, name: str, low: Node, high: Node, settings: Settings) -> Node | None:
    from dlmath.expression.graph import make
    from dlmath.maths.operations import carry_out

    try:
        found = carry_out(make("sum", (term, symbol(name), low, high)), _short(settings))
    except (DlmathError, ArithmeticError, ValueError):
        return None
    return None if contains(found, {"sum"}) else found


def mean_between(
    distribution: Distribution, name: str, function: Node, low: Node, high: Node, settings: Settings
) -> Node | None:
    """The integral of the function times the density over a part of the support, in closed form."""
    from dlmath.maths.calculus.integrate import integrate

    if function is ZERO:
        return ZERO
    integrand = mul(function, distribution.density(symbol(name)))
    chosen = replace(_short(settings), assume=_assumed(distribution, settings))
    try:
        answer = integrate(integrand, name, low, high, chosen)
    except (DlmathError, ArithmeticError, ValueError):
        return None
    if answer.status != "answered" or not isinstance(answer.result, Node) or answer.refuted:
        return None
    return None if contains(answer.result, {"integrate"}) else answer.result


def _short(settings: Settings) -> Settings:
    seconds = min(settings.seconds or 20.0, 20.0) * 0.35
    return replace(settings, at={}, steps=False, plot=False, digits=None, seconds=seconds)


def _assumed(distribution: Distribution, settings: Settings) -> dict[str, frozenset[str]]:
    """What the family requires of parameters that are plain symbols."""
    known = dict(settings.assume)
    for parameter in distribution.family.parameters:
        value = distribution.parameters[parameter.name]
        if value.op == "symbol" and parameter.requires == f"{parameter.name} > 0":
            name = str(value.value)
            known[name] = known.get(name, frozenset()) | {"positive"}
    return known
