"""Divergences against other routes: a closed form against quadrature, that against a sample."""

from __future__ import annotations

import math

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check
from dlmath.errors import DlmathError
from dlmath.expression.graph import Node, substitute
from dlmath.expression.numbers import evaluate, to_float
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.measured_divergences import INTEGRANDS, measured_divergence
from dlmath.maths.probability.summary import allowed_points


def filled(source: Distribution, point: dict[str, Node]) -> Distribution:
    values = {name: substitute(value, point) for name, value in source.parameters.items()}
    return Distribution(source.family, values)


def check_closed(p: Distribution, q: Distribution, kind: str, exact: Node) -> Check:
    """A closed form against quadrature, at numbers for the symbols."""
    name = "sums of the probabilities" if p.family.discrete else "quadrature of the densities"
    worst, count = 0.0, 0
    for point in allowed_points([p, q]):
        claimed = to_float(evaluate(substitute(exact, point)))
        if not isinstance(claimed, (int, float)) or not math.isfinite(claimed):
            continue
        try:
            value, error = measured_divergence(filled(p, point), filled(q, point), kind)
        except (DlmathError, ArithmeticError, ValueError):
            continue
        if not math.isfinite(value):
            continue
        off = abs(value - claimed)
        if off > 10 * error + 1e-7 * (1 + abs(claimed)):
            return Check(name, FAILED, f"{value:.9g}, not {claimed:.9g}")
        worst, count = max(worst, off / (1 + abs(claimed))), count + 1
    if not count:
        return Check(name, UNAVAILABLE, "the integrals do not settle")
    return Check(name, PASSED, f"agrees to {max(worst, 1e-16):.0e}")


_DRAWS = 100_000


def check_by_sample(p: Distribution, q: Distribution, kind: str, claimed: float) -> Check:
    """The mean over a sample, within five standard errors."""
    import numpy as np

    from dlmath.expression.graph import symbol
    from dlmath.expression.numbers import evaluate_many
    from dlmath.maths.probability.family import OUTCOME
    from dlmath.maths.probability.numeric import sample, support

    def averaged(one: Distribution, two: Distribution) -> tuple[float, float]:
        x = sample(one, _DRAWS, np.random.default_rng(17)).astype(float)
        low, high = support(two)
        logs = [
            np.broadcast_to(evaluate_many(d.log_density(symbol(OUTCOME)), {OUTCOME: x}), x.shape)
            for d in (one, two)
        ]
        other = np.where((x >= low) & (x <= high), logs[1], -np.inf)
        values = INTEGRANDS[kind](logs[0], other)
        return float(values.mean()), float(values.std() / math.sqrt(_DRAWS))

    pairs = [averaged(p, q)] + ([averaged(q, p)] if kind == "js" else [])
    value = sum(mean for mean, _ in pairs) / len(pairs)
    error = sum(error for _, error in pairs) / len(pairs)
    target = 1 - claimed**2 if kind == "hellinger" else claimed
    name = f"sample of {_DRAWS}"
    if not math.isfinite(value):
        return Check(name, UNAVAILABLE, "a value of the sample is not finite")
    verdict = PASSED if abs(value - target) <= 5 * error + 1e-6 else FAILED
    return Check(name, verdict, f"{value:.5g} with standard error {error:.0e} against {target:.6g}")
