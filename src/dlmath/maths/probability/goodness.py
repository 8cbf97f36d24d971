"""Do the data look like draws of the fitted distribution?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlmath.answer import Answer
from dlmath.errors import DlmathError
from dlmath.maths.probability.numeric import cumulative, cumulative_many, sample

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlmath.maths.probability.distribution import Distribution
    from dlmath.maths.probability.fit import Fitted

    Array = NDArray[Any]

_REPEATS = 199
_DATA_MOST = 2000

#: Outcomes are put together until so many are expected.
_EXPECTED_LEAST = 5.0


def goodness(answer: Answer, best: Fitted, known: Mapping[str, float]) -> None:
    """Fills in a test: chi-squared for whole numbers, else Kolmogorov and Smirnov's."""
    try:
        found = _chi_squared(best) if best.family.discrete else _kolmogorov(best)
    except DlmathError:
        return
    if found is None:
        return
    answer.facts |= found
    p = found["p_value"]
    fits = "could well be" if p > 0.05 else "are hardly"
    answer.notes.append(
        (f"{found['test']}: p = {p:.3g}, so the data {fits} draws of this distribution",)
    )


def _kolmogorov(best: Fitted) -> dict[str, Any] | None:
    """The largest distance of the distribution functions.

    Fitted parameters make it smaller than the tables of the test say, so its probability is that
    of samples of the fitted distribution, fitted again (H. W. Lilliefors, 1967; W. Stute, W.
    Gonzáles Manteiga and M. Presedo Quindimil, "Bootstrap based goodness-of-fit tests", 1993).
    """
    import numpy as np

    from dlmath.maths.probability.fit import fitted_quickly

    x = best.likelihood.x
    distance = _distance(x, best.distribution())
    fixed = best.likelihood.fixed
    if best.closed is None or len(x) > _DATA_MOST:
        from scipy.special import kolmogorov

        root = math.sqrt(len(x))
        p = float(kolmogorov((root + 0.12 + 0.11 / root) * distance))
        test = "Kolmogorov-Smirnov test (too kind, since parameters were fitted)"
        return {"test": test, "distance": distance, "p_value": p}
    generator = np.random.default_rng(23)
    beyond = 0
    for _ in range(_REPEATS):
        drawn = sample(best.distribution(), len(x), generator).astype(float)
        again = fitted_quickly(drawn, best.family, fixed)
        if again is None:
            return None
        beyond += _distance(drawn, _made(best, again)) >= distance
    return {
        "test": "Kolmogorov-Smirnov test with fitted parameters",
        "distance": distance,
        "p_value": (beyond + 1) / (_REPEATS + 1),
    }


def _made(best: Fitted, estimates: Mapping[str, float]) -> Distribution:
    values = {**best.likelihood.fixed, **estimates}
    return best._replace(
        estimates={p.name: values[p.name] for p in best.family.parameters}
    ).distribution()


def _distance(x: Array, distribution: Distribution) -> float:
    import numpy as np

    values = np.sort(x)
    at = cumulative_many(distribution, values)
    steps = np.arange(len(values) + 1) / len(values)
    return float(max((steps[1:] - at).max(), (at - steps[:-1]).max()))


def _chi_squared(best: Fitted) -> dict[str, Any] | None:
    """Counts against expected ones, over outcomes put together (K. Pearson, 1900)."""
    import numpy as np
    from scipy.special import chdtrc

    x = best.likelihood.x
    distribution = best.distribution()
    low, high = int(x.min()), int(x.max())
    if high - low > 10_000:
        return None
    upto = np.array([cumulative(distribution, float(k)) for k in range(low, high)])
    shares = np.diff(np.concatenate([[0.0], upto, [1.0]]))
    counts = np.bincount((x - low).astype(int), minlength=high - low + 1)
    observed, expected = [0.0], [0.0]
    for count, share in zip(counts, shares, strict=True):
        observed[-1] += float(count)
        expected[-1] += float(share) * len(x)
        if expected[-1] >= _EXPECTED_LEAST:
            observed.append(0.0)
            expected.append(0.0)
    if expected[-1] < _EXPECTED_LEAST and len(expected) > 1:
        rest = observed.pop(), expected.pop()
        observed[-1] += rest[0]
        expected[-1] += rest[1]
    freedom = len(expected) - 1 - len(best.free)
    if freedom < 1:
        return None
    statistic = sum((o - e) ** 2 / e for o, e in zip(observed, expected, strict=True))
    return {
        "test": f"chi-squared test with {freedom} degrees of freedom",
        "statistic": statistic,
        "p_value": float(chdtrc(freedom, statistic)),
    }
