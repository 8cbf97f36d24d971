"""Divergences of distributions of several values, in closed form."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check, Step
from dlmath.errors import InvalidInput, Unsolved
from dlmath.expression.graph import (
    HALF,
    ONE,
    Node,
    add,
    call,
    div,
    mul,
    neg,
    number,
    power,
    sqrt,
    sub,
    substitute,
    vector,
)
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.covariance import decomposed
from dlmath.maths.probability.distribution import exact
from dlmath.maths.probability.information import Found
from dlmath.maths.probability.joint import Joint, total
from dlmath.settings import Settings

_DRAWS = 200_000


def joint_divergence(p: Joint, q: Joint, kind: str, settings: Settings) -> Found:
    """One of the kinds `kl js tv hellinger wasserstein`. Raises InvalidInput, Unsolved."""
    if p.dimension != q.dimension:
        raise InvalidInput(f"p has {p.dimension} values and q has {q.dimension}")
    if p.name == "categorical":
        from dlmath.maths.probability.lists import divergence

        return divergence(p.parameters["probabilities"], q.parameters["probabilities"], kind)
    rule = _RULES.get((p.name, kind))
    if rule is None:
        raise Unsolved(f"no closed form is known of this kind for {p.name}")
    formula = rule(p, q)
    found = tidy(formula)
    step = Step(f"{p.name.replace('_', ' ')} formula", ("the closed form",), formula, found)
    check = _check(p, q, kind, found) if settings.check else None
    return Found(found, formula=formula, check=check, steps=(step,))


def _parts(joint: Joint) -> tuple[list[Node], list[list[Node]]]:
    mean, covariance = joint.parameters.values()
    return list(mean.args), [list(row.args) for row in covariance.args]


def _quadratic(x: Sequence[Node], matrix: Sequence[Sequence[Node]]) -> Node:
    return total(
        [
            mul(a, m, b)
            for a, row in zip(x, matrix, strict=True)
            for m, b in zip(row, x, strict=True)
        ]
    )


def _normal_kl(p: Joint, q: Joint) -> Node:
    """(tr(S2^-1 S1) + (m2 - m1)' S2^-1 (m2 - m1) - k + log(det S2/det S1))/2"""
    (mean1, cov1), (mean2, cov2) = _parts(p), _parts(q)
    inverse, below = decomposed(cov2, InvalidInput)
    _, above = decomposed(cov1, InvalidInput)
    trace = total(
        [
            mul(a, b)
            for i, row in enumerate(inverse)
            for a, b in zip(row, (cov1[j][i] for j in range(len(row))), strict=True)
        ]
    )
    apart = [sub(b, a) for a, b in zip(mean1, mean2, strict=True)]
    inside = add(
        trace, _quadratic(apart, inverse), neg(number(len(mean1))), call("log", div(below, above))
    )
    return mul(HALF, inside)


def _normal_hellinger(p: Joint, q: Joint) -> Node:
    (mean1, cov1), (mean2, cov2) = _parts(p), _parts(q)
    middle = [
        [mul(HALF, add(a, b)) for a, b in zip(x, y, strict=True)]
        for x, y in zip(cov1, cov2, strict=True)
    ]
    middle = [[tidy(entry) for entry in row] for row in middle]
    inverse, whole = decomposed(middle, InvalidInput)
    first, second = (decomposed(cov, InvalidInput)[1] for cov in (cov1, cov2))
    apart = [sub(b, a) for a, b in zip(mean1, mean2, strict=True)]
    decay = call("exp", neg(div(_quadratic(apart, inverse), number(8))))
    overlap = mul(
        power(mul(first, second), number(exact(0.25).number)), power(whole, neg(HALF)), decay
    )
    return sqrt(sub(ONE, overlap))


def _dirichlet_kl(p: Joint, q: Joint) -> Node:
    (a,), (b,) = (list(joint.parameters.values()) for joint in (p, q))
    first, second = total(a.args), total(b.args)
    terms = [call("loggamma", first), neg(call("loggamma", second))]
    for x, y in zip(a.args, b.args, strict=True):
        terms += [call("loggamma", y), neg(call("loggamma", x))]
        terms.append(mul(sub(x, y), sub(call("digamma", x), call("digamma", first))))
    return add(*terms)


def _multinomial_kl(p: Joint, q: Joint) -> Node:
    (n, a), (m, b) = (list(joint.parameters.values()) for joint in (p, q))
    if tidy(n) is not tidy(m):
        raise Unsolved("multinomial distributions of different numbers of draws")
    from dlmath.maths.probability.lists import divergence

    inner = divergence(vector(a.args), vector(b.args), "kl").exact
    assert inner is not None
    return mul(n, inner)


_RULES: dict[tuple[str, str], Callable[[Joint, Joint], Node]] = {
    ("multivariate_normal", "kl"): _normal_kl,
    ("multivariate_normal", "hellinger"): _normal_hellinger,
    ("dirichlet", "kl"): _dirichlet_kl,
    ("multinomial", "kl"): _multinomial_kl,
}


def _check(p: Joint, q: Joint, kind: str, found: Node) -> Check:
    """The mean of log(p/q), or of sqrt(q/p), over a sample of p, within five standard errors."""
    import numpy as np

    from dlmath.expression.numbers import evaluate_many
    from dlmath.maths.probability.joint import outcomes

    name = f"sample of {_DRAWS}"
    if p.symbols() | q.symbols():
        return Check(name, UNAVAILABLE, "the parameters have no numbers")
    drawn = p.sample(np.random.default_rng(13), _DRAWS).astype(float)
    symbols = outcomes(p)
    places: Any = {str(s.value): column for s, column in zip(symbols, drawn.T, strict=True)}
    logs = [np.asarray(evaluate_many(tidy(joint.log_density(symbols)), places)) for joint in (p, q)]
    values = logs[0] - logs[1] if kind == "kl" else np.exp((logs[1] - logs[0]) / 2)
    mean, error = float(values.mean()), float(values.std() / math.sqrt(_DRAWS))
    claimed = float(to_float(evaluate(substitute(found, {}))))
    if kind == "hellinger":
        claimed = 1 - claimed**2
    verdict = PASSED if abs(mean - claimed) <= 5 * error + 1e-9 else FAILED
    return Check(
        name, verdict, f"{mean:.5g} with standard error {error:.0e}, {claimed:.7g} claimed"
    )
