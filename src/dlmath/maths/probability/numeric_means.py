"""Expectations as numbers: sums over outcomes, quadrature, or a sample; each with its error."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise, product
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.expression.graph import Node, free_symbols, number, substitute, symbol
from dlmath.expression.numbers import evaluate_many
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.family import OUTCOME
from dlmath.maths.probability.joint import Joint
from dlmath.maths.probability.model import Model, Variable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

SUM, QUADRATURE, SAMPLE = "sum over the outcomes", "quadrature", "sample"

#: Draws of a sample, which are made in blocks: where it is the answer, and where it checks one.
_BLOCK, _DRAWS = 250_000, 4_000_000
CHECKED_BY = 1_000_000

#: So many draws must be in an event, and out of it.
_RARE_LEAST = 25

#: Draws that are tried first.
_FEW = 100

_OUTCOMES_MOST = 300_000

#: The share of the whole that the largest of a million draws may have.
_RULED_BY_ONE = 2e-3

#: Probability that is left out of sums without end, on each side.
_TAIL = 1e-15


class Number(NamedTuple):
    """A mean with its error: a bound, or the standard error of a sample; and how it was found."""

    value: float
    error: float
    method: str


def numeric_mean(
    model: Model,
    function: Node,
    condition: Node | None = None,
    seed: int = 1,
    draws: int = _DRAWS,
) -> Number | None:
    """The mean of a function (given a condition), with numbers for all parameters.

    None where it does not settle: the mean may not exist.
    """
    needed = model.needed(function) if condition is None else model.needed(function, condition)
    singles = [v for v in needed if isinstance(v.distribution, Distribution)]
    independent = len(singles) == len(needed) and not any(model.parents(v) for v in needed)
    if independent and all(_is_discrete(v) for v in singles):
        found = _over_outcomes(singles, function, condition)
        if found is not None:
            return found
    if independent and len(needed) == 1 and condition is None and not _is_discrete(needed[0]):
        return _quadrature(needed[0], function)  # what does not settle has no mean to be sampled
    if not needed:
        return None
    return by_sample(model, needed, function, condition, seed, draws)


def _is_discrete(variable: Variable) -> bool:
    chosen = variable.distribution
    return chosen.discrete if isinstance(chosen, Joint) else chosen.family.discrete


def _over_outcomes(
    variables: Sequence[Variable], function: Node, condition: Node | None
) -> Number | None:
    """Every outcome with its probability, but for far tails."""
    import numpy as np

    from dlmath.maths.probability.numeric import as_density, quantile, support

    ranges, weights = [], []
    cut = False
    for variable in variables:
        chosen = variable.distribution
        assert isinstance(chosen, Distribution)
        low, high = support(chosen)
        first = low if math.isfinite(low) else quantile(chosen, _TAIL)
        last = high if math.isfinite(high) else quantile(chosen, 1 - 1e-14) + 200
        if last - first > _OUTCOMES_MOST:
            return None
        cut |= not math.isfinite(high - low)
        outcomes = np.arange(int(first), int(last) + 1, dtype=float)
        density = as_density(chosen)
        logs = np.broadcast_to(
            np.asarray(evaluate_many(density.log_density, {OUTCOME: outcomes}), dtype=float),
            outcomes.shape,
        )
        if np.isnan(logs).any():
            plain = np.asarray(evaluate_many(density.density, {OUTCOME: outcomes}), dtype=float)
            logs = np.where(np.isnan(logs), np.log(np.maximum(plain, 1e-320)), logs)
        ranges.append(outcomes)
        weights.append(np.exp(logs))
    if math.prod(len(outcomes) for outcomes in ranges) > _OUTCOMES_MOST:
        return None
    grids = np.meshgrid(*ranges, indexing="ij")
    places = {v.name: grid.ravel() for v, grid in zip(variables, grids, strict=True)}
    weight = weights[0]
    for other in weights[1:]:
        weight = np.multiply.outer(weight, other)
    weight = weight.ravel()
    values = values_at(function, places, weight.shape)
    if condition is not None:
        weight = np.where(_truths(condition, places, weight.shape), weight, 0.0)
    whole = float(weight.sum()) if condition is not None else 1.0
    if whole <= 0:
        return None
    with np.errstate(all="ignore"):
        terms = np.where(weight > 0, weight * values, 0.0)
    if not np.isfinite(terms).all():
        return None
    value = float(terms.sum()) / whole
    size = float(abs(terms).sum()) / whole
    last_terms = abs(terms[-1]) * 100 if cut else 0.0
    if cut and last_terms > 1e-9 * max(size, 1e-300):
        return None
    return Number(value, 1e-14 * size + 1e-300 + last_terms, SUM)


def values_at(function: Node, places: dict[str, Array], shape: Any) -> Array:
    """The values of an expression at places, of that shape."""
    import numpy as np

    if not free_symbols(function):
        from dlmath.expression.numbers import evaluate, to_float

        value = to_float(evaluate(function))
        return np.full(shape, float(value) if isinstance(value, (int, float)) else math.nan)
    with np.errstate(all="ignore"):
        found = np.asarray(evaluate_many(function, places), dtype=float)
    return np.broadcast_to(found, shape)


def _truths(condition: Node, places: dict[str, Array], shape: Any) -> Array:
    """Where a condition holds."""
    return values_at(indicator(condition), places, shape) > 0.5


def indicator(condition: Node) -> Node:
    """1 where the condition holds, 0 elsewhere."""
    from dlmath.expression.graph import ONE, TRUE, ZERO, make

    return make("piecewise", (ONE, condition, ZERO, TRUE))


def _quadrature(variable: Variable, function: Node) -> Number | None:
    """Over one continuous variable; adaptive where a kink keeps the quick rule from settling."""
    import numpy as np

    from dlmath.checks.density import expectation
    from dlmath.maths.probability.numeric import as_density

    chosen = variable.distribution
    assert isinstance(chosen, Distribution)
    own = substitute(function, {variable.name: symbol(OUTCOME)})

    def values(_z: Array, log: Array, found: Array) -> Array:
        return np.where(log > -np.inf, found, 0.0)

    found = expectation(as_density(chosen), values, also=[own])
    if found.settled and math.isfinite(found.value):
        return Number(found.value, max(found.error, 1e-15 * found.size), QUADRATURE)
    return _adaptive(chosen, own)


def _adaptive(chosen: Distribution, function: Node) -> Number | None:
    from scipy.integrate import quad

    from dlmath.expression.compile import compile_function
    from dlmath.maths.probability.numeric import log_density_function, quantile

    density = log_density_function(chosen)
    compiled = compile_function([function], [OUTCOME])

    def weighted(x: float) -> float:
        log = density(x)
        if log == -math.inf:
            return 0.0
        try:
            return math.exp(log) * float(compiled(x)[0])
        except (ArithmeticError, ValueError):
            return math.nan

    def between(tail: float) -> tuple[float, float]:
        shares = [tail, 1e-6, 1e-3, *(k / 12 for k in range(1, 12)), 1 - 1e-3, 1 - 1e-6, 1 - tail]
        places = sorted({quantile(chosen, share) for share in shares})
        value = error = 0.0
        for a, b in pairwise(places):
            part, off, *_ = quad(weighted, a, b, limit=200, epsabs=1e-12, full_output=1)
            value, error = value + part, error + off
        return value, error

    wide, narrow = between(1e-13), between(1e-10)
    rest = abs(wide[0] - narrow[0])
    error = wide[1] + 2 * rest
    if not math.isfinite(wide[0]) or error > 1e-5 * (1 + abs(wide[0])):
        return None
    return Number(wide[0], error, QUADRATURE)


def by_sample(
    model: Model,
    needed: Sequence[Variable],
    function: Node,
    condition: Node | None,
    seed: int,
    draws: int = _DRAWS,
) -> Number | None:
    """The mean of draws (that fulfil the condition) and its standard error."""
    import numpy as np

    generator = np.random.default_rng(seed)
    count, whole, squares, sizes, largest = 0, 0.0, 0.0, 0.0, 0.0
    block_means: list[float] = []
    for _ in range(draws // _BLOCK):
        drawn = model.sample(needed, _BLOCK, generator)
        places = {name: np.asarray(values, dtype=float) for name, values in drawn.items()}
        first = {name: column[:_FEW] for name, column in places.items()}
        if condition is None and not np.isfinite(values_at(function, first, (_FEW,))).all():
            return None  # the slow way over places where it is undefined is not taken
        values = values_at(function, places, (_BLOCK,))
        if condition is not None:
            values = values[_truths(condition, places, (_BLOCK,))]
        if not np.isfinite(values).all():
            return None
        if values.size:
            block_means.append(float(values.mean()))
            sizes += float(abs(values).sum())
            largest = max(largest, float(abs(values).max()))
        count += values.size
        whole += float(values.sum())
        squares += float((values**2).sum())
    if count < 1000:
        return None
    if _is_indicator(function):
        if not _RARE_LEAST <= whole <= count - _RARE_LEAST:
            return None  # an event without draws is not one without probability
    elif largest > _RULED_BY_ONE * sizes:
        return None  # with a finite variance no draw has such a share
    mean = whole / count
    variance = max(0.0, squares / count - mean**2)
    error = math.sqrt(variance / count)
    # Of a mean that does not exist the block means scatter far more than the error says.
    scatter = float(np.std(block_means)) / math.sqrt(len(block_means))
    if scatter > 6 * error and error > 0:
        return None
    return Number(mean, error, SAMPLE)


def _is_indicator(function: Node) -> bool:
    from dlmath.expression.graph import ONE, TRUE, ZERO

    args = function.args
    return function.op == "piecewise" and args[0] is ONE and args[2:] == (ZERO, TRUE)


def every_outcome(variables: Sequence[Variable]) -> list[tuple[dict[str, Node], Node]] | None:
    """All outcomes of discrete variables with few of them, each with its probability; exact."""
    from dlmath.expression.graph import is_integer, mul

    lists: list[list[tuple[str, Node, Node]]] = []
    count = 1
    for variable in variables:
        chosen = variable.distribution
        if isinstance(chosen, Joint):
            if chosen.name != "categorical":
                return None
            classes = chosen.parameters["probabilities"].args
            count *= len(classes)
            lists.append([(variable.name, number(k), p) for k, p in enumerate(classes)])
            continue
        if not chosen.family.discrete:
            return None
        low, high = chosen.support()
        if not (is_integer(low) and is_integer(high)):
            return None
        size = int(high.number - low.number) + 1
        count *= size
        if count > 5000:
            return None
        outcomes = [number(k) for k in range(int(low.number), int(high.number) + 1)]
        lists.append([(variable.name, k, chosen.density(k)) for k in outcomes])
    return [
        (
            {name: outcome for name, outcome, _ in chosen_},
            mul(*(weight for _, _, weight in chosen_)),
        )
        for chosen_ in product(*lists)
    ]
