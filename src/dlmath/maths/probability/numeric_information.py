"""Entropies and divergences of distributions: in closed form, else by quadrature.

Quadrature is also the check of a closed form, with numbers in place of symbols.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from dlmath.answer import FAILED, PASSED, UNAVAILABLE, Check, Step
from dlmath.errors import DlmathError, InvalidInput, Unsolved
from dlmath.expression.graph import (
    INFINITY,
    ONE,
    Node,
    add,
    free_symbols,
    sqrt,
    sub,
    substitute,
)
from dlmath.expression.numbers import evaluate, to_float
from dlmath.expression.tidy import tidy
from dlmath.maths.probability import closed_divergences as closed
from dlmath.maths.probability.distribution import Distribution, template, truth
from dlmath.maths.probability.information import Found
from dlmath.maths.probability.joint import Joint
from dlmath.maths.probability.logarithms import shortest
from dlmath.maths.probability.summary import allowed_points
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dlmath.checks.density import Density

    Array = NDArray[Any]

Known = Distribution | Joint

_TABLES: Mapping[str, Mapping[str, closed.Closed]] = {
    "kl": closed.KULLBACK_LEIBLER,
    "hellinger": closed.BHATTACHARYYA,
    "tv": closed.TOTAL_VARIATION,
    "wasserstein": closed.WASSERSTEIN,
}


def entropy(source: Known, settings: Settings) -> Found:
    """The entropy of a distribution. Raises Unsolved."""
    from dlmath.checks.density import check_moments
    from dlmath.maths.probability.numeric import as_density

    if isinstance(source, Joint):
        if source.entropy is None:
            raise Unsolved(f"the entropy of {source.name} has no closed form")
        from dlmath.maths.probability.joint_summary import check_joint

        return Found(source.entropy, check=check_joint(source) if settings.check else None)
    known = source.known("entropy").value
    if known is None:
        if source.symbols():
            raise Unsolved(f"the entropy of {source.family.name} has no closed form")
        value = _measured(as_density(source), lambda log: -log)
        return Found(None, *value)
    exact = tidy(known)
    steps = (Step("entropy", ("of the family",), known, exact),)
    check = None
    if settings.check:
        cases = []
        for point in allowed_points([source]):
            filled = _filled(source, point)
            value_ = to_float(evaluate(substitute(exact, point)))
            cases.append((as_density(filled), {"entropy": float(value_)}))
        check = check_moments(cases) if cases else None
    return Found(exact, formula=known, check=check, steps=steps)


def cross_entropy(p: Known, q: Known, settings: Settings) -> Found:
    """The entropy of p and the divergence of q from p added up. Raises Unsolved."""
    apart = divergence(p, q, "kl", settings)
    if apart.exact is INFINITY:
        return apart
    try:
        own = entropy(p, settings)
    except Unsolved:
        if apart.exact is not None:
            raise
        own = Found(None, math.nan)
    if own.exact is not None and apart.exact is not None:
        formula = add(own.exact, apart.exact)
        exact = shortest(formula)
        step = Step("entropy and divergence", ("H(p, q) = H(p) + KL(p, q)",), formula, exact)
        return Found(exact, formula=formula, check=apart.check, steps=(step,))
    if own.value is None and own.exact is not None:
        own = Found(None, float(to_float(evaluate(own.exact))))
    if apart.value is None and apart.exact is not None:
        apart = Found(None, float(to_float(evaluate(apart.exact))))
    assert own.value is not None and apart.value is not None
    return Found(None, own.value + apart.value, own.error + apart.error, check=apart.check)


def divergence(p: Known, q: Known, kind: str, settings: Settings) -> Found:
    """One of the kinds `kl js tv hellinger wasserstein`. Raises InvalidInput, Unsolved."""
    if isinstance(p, Joint) or isinstance(q, Joint):
        return _of_joint(p, q, kind, settings)
    if p.family.discrete != q.family.discrete:
        if kind == "kl":
            why = "one is discrete, the other continuous: neither has a density for the other"
            return Found(INFINITY, reason=(why,))
        raise InvalidInput(f"{p.family.name} and {q.family.name}: one is discrete, one continuous")
    if p.family is q.family:
        found = _closed(p, q, kind)
        if found is not None:
            check = None
            if settings.check and found.exact is not INFINITY and found.exact is not None:
                check = _check(p, q, kind, found.exact)
            return found._replace(check=check)
    return _by_numbers(p, q, kind)


# --- closed forms ---------------------------------------------------------------------------


def _closed(p: Distribution, q: Distribution, kind: str) -> Found | None:
    """The formula of the family, where there is one that applies."""
    name = p.family.name
    rows: tuple[closed.Closed, ...]
    if kind == "wasserstein" and name == "normal":
        rows = closed.NORMAL_WASSERSTEIN
    else:
        row = _TABLES.get(kind, {}).get(name)
        rows = () if row is None else (row,)
    values = {f"{key}1": value for key, value in p.parameters.items()}
    values |= {f"{key}2": value for key, value in q.parameters.items()}
    for row in rows:
        if row.needs and not _same(row.needs, values):
            continue
        if row.finite_if:
            condition = substitute(template(row.finite_if), values)
            if free_symbols(condition):
                return _finite_if(row, values, condition)
            if truth(condition) is False:
                return Found(INFINITY, reason=("p gives probability to what q excludes",))
        formula = substitute(template(row.formula), values)
        if kind == "hellinger":
            formula = sqrt(sub(ONE, formula))
        exact = _short(formula)
        step = Step(f"{name} formula", ("the closed form for two of this family",), formula, exact)
        return Found(exact, formula=formula, steps=(step,))
    return None


def _finite_if(row: closed.Closed, values: dict[str, Node], condition: Node) -> Found:
    """By cases, where it depends on symbols whether the supports fit."""
    from dlmath.expression.graph import TRUE, make

    formula = substitute(template(row.formula), values)
    cases = make("piecewise", (_short(formula), condition, INFINITY, TRUE))
    return Found(cases, formula=cases)


def _same(needs: str, values: Mapping[str, Node]) -> bool:
    left, right = (substitute(template(side.strip()), dict(values)) for side in needs.split("=="))
    return tidy(left) is tidy(right)


def _short(formula: Node) -> Node:
    from dlmath.maths.probability.summary import shorter

    return shorter(formula)


# --- numbers --------------------------------------------------------------------------------


def _filled(source: Distribution, point: dict[str, Node]) -> Distribution:
    values = {name: substitute(value, point) for name, value in source.parameters.items()}
    return Distribution(source.family, values)


def _by_numbers(p: Distribution, q: Distribution, kind: str) -> Found:
    """By quadrature or sums. Raises Unsolved where there are symbols."""
    missing = p.symbols() | q.symbols()
    if missing:
        raise Unsolved(
            "no closed form is known for this pair; a number needs numbers for "
            + ", ".join(sorted(missing))
        )
    if kind == "kl" and (why := _outside(p, q)) is not None:
        return Found(INFINITY, reason=(why,))
    value, error = measured_divergence(p, q, kind)
    if not math.isfinite(value):
        if kind == "kl" and value > 0:
            return Found(INFINITY, reason=("its integral diverges",))
        raise Unsolved("the integral does not settle on a value")
    return Found(None, value, error)


def _outside(p: Distribution, q: Distribution) -> str | None:
    """Why p is not inside the support of q, if it is not."""
    from dlmath.maths.probability.numeric import support

    (a, b), (low, high) = support(p), support(q)
    if a < low or b > high:
        return (
            f"p gives probability to outcomes that q excludes: {a:g} to {b:g} is not inside "
            f"{low:g} to {high:g}"
        )
    return None


def measured_divergence(p: Distribution, q: Distribution, kind: str) -> tuple[float, float]:
    """Value and error by quadrature or sums; nan where it does not settle."""
    from dlmath.maths.probability.numeric import as_density

    first, second = as_density(p), as_density(q)
    if kind == "wasserstein":
        return _transport(p, q)
    if kind == "tv" and not p.family.discrete:
        return _overhang(p, q)
    pairs = [(first, second), (second, first)] if kind == "js" else [(first, second)]
    found = [_compared(one, two, _INTEGRANDS[kind]) for one, two in pairs]
    if not all(math.isfinite(value) for value, _ in found) and not p.family.discrete:
        # A kink of one density inside the other is found by adaptive quadrature.
        sources = [(p, q), (q, p)] if kind == "js" else [(p, q)]
        found = [_by_pieces(one, two, _INTEGRANDS[kind]) for one, two in sources]
    value = sum(value for value, _ in found) / len(found)
    error = sum(error for _, error in found) / len(found)
    if kind == "hellinger":
        distance = math.sqrt(max(0.0, 1 - value))
        return distance, error / max(distance, math.sqrt(error) or 1.0)
    return value, error


def _by_pieces(
    p: Distribution, q: Distribution, function: Callable[[Any, Any], Any]
) -> tuple[float, float]:
    from dlmath.maths.probability.numeric import log_density_function

    first, second = log_density_function(p), log_density_function(q)

    def weighted(x: float) -> float:
        log = first(x)
        return float(math.exp(log) * function(log, second(x))) if log > -math.inf else 0.0

    value, error = _adaptive(weighted, p, q, _TAIL)
    ends = _ends(p, q, _TAIL)
    rest = max(abs(weighted(end)) for end in ends) * (ends[1] - ends[0])
    error += rest
    settled = math.isfinite(value) and error <= 1e-5 * (1 + abs(value))
    return (value, error) if settled else (math.nan, math.inf)


def _measured(density: Density, function: Callable[[Array], Array]) -> tuple[float, float]:
    """The mean of a function of the logarithm of the density."""
    return _settled(density, lambda _, log: function(log))


def _compared(
    first: Density, second: Density, function: Callable[[Array, Array], Array]
) -> tuple[float, float]:
    """The mean under the first density of a function of both logarithms."""
    import numpy as np

    centre, low, high = (
        float(to_float(evaluate(node))) for node in (first.centre, second.low, second.high)
    )

    def of_both(z: Array, log: Array, other: Array) -> Array:
        x = centre + z
        inside = (x >= low) & (x <= high) & ~np.isnan(other)
        return function(log, np.where(inside, other, -np.inf))

    return _settled(first, of_both, second.log_density)


def _settled(density: Density, function: Callable[..., Array], *also: Node) -> tuple[float, float]:
    """A mean under the density and its error; nan where it does not settle."""
    import numpy as np

    from dlmath.checks.density import expectation

    def kept(z: Array, log: Array, *others: Array) -> Array:
        values = function(z, log, *others)
        return np.where(log > -np.inf, values, 0.0)

    found = expectation(density, kept, also=also)
    if found.error > 1e-5 * (1 + abs(found.value)) or not math.isfinite(found.value):
        return math.nan, math.inf
    return found.value, max(found.error, 1e-15 * found.size)


def _to_mixture(own: Array, other: Array) -> Array:
    """log(p/((p + q)/2)) from log p and log q."""
    import numpy as np

    apart: Array = math.log(2) - np.logaddexp(0.0, other - own)
    return apart


def _one_less(ratio: Array) -> Array:
    import numpy as np

    less: Array = np.maximum(0.0, -np.expm1(ratio))
    return less


def _half_exp(ratio: Array) -> Array:
    import numpy as np

    root: Array = np.exp(ratio / 2)
    return root


#: What is averaged under the first distribution, of the logarithms of both densities.
_INTEGRANDS: dict[str, Callable[[Any, Any], Any]] = {
    "kl": lambda log, other: log - other,
    "js": _to_mixture,
    "tv": lambda log, other: _one_less(other - log),
    "hellinger": lambda log, other: _half_exp(other - log),
}


def _overhang(p: Distribution, q: Distribution) -> tuple[float, float]:
    """Half the integral of |p - q|; adaptive quadrature finds the places where they cross."""
    from dlmath.maths.probability.numeric import density_function

    first, second = density_function(p), density_function(q)
    value, error = _adaptive(lambda x: abs(first(x) - second(x)) / 2, p, q, 1e-10)
    return value, error + 2e-10


def _transport(p: Distribution, q: Distribution) -> tuple[float, float]:
    """The integral, or sum, of |F - G|, between quantiles beyond which nothing counts."""
    from dlmath.maths.probability.numeric import cumulative

    for source in (p, q):
        mean = source.known("mean")
        if not mean.exists or mean.value is INFINITY:
            return math.nan, math.inf
    if p.family.discrete:
        first, last = (int(end) for end in _ends(p, q, _TAIL))
        if last - first > 100_000:
            return math.nan, math.inf
        gaps = (abs(cumulative(p, k) - cumulative(q, k)) for k in range(first, last + 1))
        return sum(gaps), _TAIL * (last - first + 1)
    low, high = _ends(p, q, _TAIL)
    value, error = _adaptive(lambda x: abs(cumulative(p, x) - cumulative(q, x)), p, q, _TAIL)
    return value, error + _TAIL * (high - low)


#: What is left out on each side.
_TAIL = 1e-12


def _ends(p: Distribution, q: Distribution, tail: float) -> tuple[float, float]:
    from dlmath.maths.probability.numeric import quantile

    ends = [quantile(source, t) for source in (p, q) for t in (tail, 1 - tail)]
    return min(ends), max(ends)


def _adaptive(
    function: Callable[[float], float], p: Distribution, q: Distribution, tail: float
) -> tuple[float, float]:
    """The integral between quantiles, cut at others."""
    from scipy.integrate import quad

    from dlmath.maths.probability.numeric import quantile

    low, high = _ends(p, q, tail)
    shares = (1e-6, 1e-3, 0.05, 0.25, 0.5, 0.75, 0.95, 1 - 1e-3, 1 - 1e-6)
    inner = sorted(quantile(source, t) for source in (p, q) for t in shares)
    value = error = 0.0
    for a, b in pairwise([low, *inner, high]):
        if a < b:
            part, off, *_ = quad(function, a, b, limit=200, epsrel=1e-11, full_output=1)
            value, error = value + part, error + off
    return value, error


def _check(p: Distribution, q: Distribution, kind: str, exact: Node) -> Check:
    """A closed form against quadrature, at numbers for the symbols."""
    name = "sums of the probabilities" if p.family.discrete else "quadrature of the densities"
    worst, count = 0.0, 0
    for point in allowed_points([p, q]):
        claimed = to_float(evaluate(substitute(exact, point)))
        if not isinstance(claimed, (int, float)) or not math.isfinite(claimed):
            continue
        try:
            value, error = measured_divergence(_filled(p, point), _filled(q, point), kind)
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


# --- several values at once -----------------------------------------------------------------


def _of_joint(p: Known, q: Known, kind: str, settings: Settings) -> Found:
    from dlmath.maths.probability.joint_information import joint_divergence

    if not (isinstance(p, Joint) and isinstance(q, Joint) and p.name == q.name):
        raise InvalidInput("both must be distributions of the same family of vectors")
    return joint_divergence(p, q, kind, settings)
