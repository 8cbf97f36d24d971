"""`fit --dist categorical`: the probabilities of classes under which the data are most likely."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from dlmath.answer import FAILED, PASSED, Answer, Check, Notation, Step, Table
from dlmath.errors import InvalidInput
from dlmath.expression.graph import Node, div, number, vector
from dlmath.settings import DEFAULTS, Settings

#: How many standard errors a confidence interval of 95% reaches to each side.
_REACH = 1.959963984540054

_CLASSES_MOST = 200


def fit_categories(
    data: Sequence[str], settings: Settings = DEFAULTS, *, name: str = "data"
) -> Answer:
    """The shares of the classes, which make the data most likely.

    data: the class of each observation. Raises InvalidInput where there is none, or so many that
    they are hardly classes.
    """
    from fractions import Fraction

    from dlmath.expression.text import to_text

    counts = dict(sorted(Counter(data).items()))
    count = len(data)
    if not count:
        raise InvalidInput("there are no data")
    if len(counts) > _CLASSES_MOST:
        raise InvalidInput(f"{name} has {len(counts)} different values; they are hardly classes")
    shares = {key: Fraction(seen, count) for key, seen in counts.items()}
    nodes = {key: number(share) for key, share in shares.items()}
    answer = Answer("fit", question=(f"maximum likelihood for {count} values of {name}",))
    answer.result = f"categorical({', '.join(to_text(node) for node in nodes.values())})"
    likelihood = sum(seen * math.log(seen / count) for seen in counts.values())
    free = len(counts) - 1
    answer.facts = {
        "family": "categorical",
        "classes": list(counts),
        "counts": counts,
        "estimates": {key: float(share) for key, share in shares.items()},
        "standard_errors": {key: math.sqrt(p * (1 - p) / count) for key, p in shares.items()},
        "confidence_intervals": {key: _interval(float(p), count) for key, p in shares.items()},
        "log_likelihood": likelihood,
        "aic": 2 * free - 2 * likelihood,
        "bic": free * math.log(count) - 2 * likelihood,
        "n": count,
        "method": "closed form",
    }
    answer.tables.append(_table(answer, counts))
    answer.notes.append(
        (
            "categorical outcomes give cross-entropy: -log-likelihood is n times the "
            "cross-entropy of the shares in the data and the probabilities",
        )
    )
    if settings.steps:
        answer.steps = _steps(counts, nodes)
    if settings.check:
        answer.checks.append(_check(counts, likelihood))
    if settings.plot:
        from dlmath.maths.pictures.draw import put_picture
        from dlmath.maths.pictures.probability import shares_picture

        put_picture(answer, shares_picture, name, {key: float(p) for key, p in shares.items()})
    return answer


def _interval(share: float, count: int) -> list[float]:
    """E. B. Wilson, "Probable Inference, the Law of Succession, and Statistical Inference" (1927).

    It stays within 0 to 1, also where a class was hardly seen.
    """
    square = _REACH**2 / count
    middle = (share + square / 2) / (1 + square)
    reach = _REACH * math.sqrt(share * (1 - share) / count + square / (4 * count)) / (1 + square)
    return [max(0.0, middle - reach), min(1.0, middle + reach)]


def _table(answer: Answer, counts: Mapping[str, int]) -> Table:
    facts = answer.facts
    rows = []
    for key, seen in counts.items():
        low, high = facts["confidence_intervals"][key]
        numbers = (facts["estimates"][key], facts["standard_errors"][key], low, high)
        rows.append((key, seen, *(float(f"{value:.6g}") for value in numbers)))
    columns = ("class", "count", "estimate", "standard error", "95% from", "to")
    return Table("estimates", columns, tuple(rows))


def _steps(counts: Mapping[str, int], shares: Mapping[str, Node]) -> list[Step]:
    count = number(sum(counts.values()))
    typed = vector(div(number(seen), count) for seen in counts.values())
    return [
        Step("log-likelihood", ("the sum over the classes of ", Notation("count*log(p)"))),
        Step("constraint", (Notation("sum(count*log(p)) - m*(sum(p) - 1)"), " is stationary",)),
        Step("score", (Notation("count/p = m"), ", so that p is count/m, and m the whole count")),
        Step("shares", ("each count divided by the whole",), typed, vector(shares.values())),
    ]  # fmt: skip


def _check(counts: Mapping[str, int], claimed: float) -> Check:
    """A little probability moved from any class to any other makes the data less likely."""
    name = "probabilities nearby"
    estimates = {key: seen / sum(counts.values()) for key, seen in counts.items()}
    tried = 0
    for source in counts:
        for target in counts:
            moved = dict(estimates)
            step = 1e-3 * min(estimates[source], estimates[target])
            if source == target:
                continue
            moved[source] -= step
            moved[target] += step
            value = math.fsum(seen * math.log(moved[key]) for key, seen in counts.items())
            if value > claimed + 1e-12 * abs(claimed):
                return Check(name, FAILED, f"{source} to {target}: {value:.10g} is larger")
            tried += 1
        if tried > 400:
            break
    return Check(name, PASSED, f"none of {tried} is better")
