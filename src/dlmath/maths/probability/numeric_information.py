"""Entropies and divergences of distributions: in closed form, else by quadrature.

Quadrature is also the check of a closed form, with numbers in place of symbols.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from dlmath.answer import Step
from dlmath.errors import InvalidInput, Unsolved
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
from dlmath.maths.probability.divergence_checks import check_by_sample, check_closed, filled
from dlmath.maths.probability.information import Found
from dlmath.maths.probability.joint import Joint
from dlmath.maths.probability.logarithms import shortest
from dlmath.maths.probability.measured_divergences import mean_of_logarithm, measured_divergence
from dlmath.maths.probability.summary import allowed_points
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

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
        value = mean_of_logarithm(as_density(source), lambda log: -log)
        return Found(None, *value)
    exact = tidy(known)
    steps = (Step("entropy", ("of the family",), known, exact),)
    check = None
    if settings.check:
        cases = []
        for point in allowed_points([source]):
            numbers = filled(source, point)
            value_ = to_float(evaluate(substitute(exact, point)))
            cases.append((as_density(numbers), {"entropy": float(value_)}))
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
                check = check_closed(p, q, kind, found.exact)
            return found._replace(check=check)
    found = _by_numbers(p, q, kind)
    if settings.check and found.value is not None and kind != "wasserstein":
        return found._replace(check=check_by_sample(p, q, kind, found.value))
    return found


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
        ends = [
            str(end).replace("inf", "oo") if math.isinf(end) else f"{end:g}"
            for end in (a, b, low, high)
        ]
        return (
            f"p gives probability to outcomes that q excludes: {ends[0]} to {ends[1]} is not "
            f"inside {ends[2]} to {ends[3]}"
        )
    return None


# --- several values at once -----------------------------------------------------------------


def _of_joint(p: Known, q: Known, kind: str, settings: Settings) -> Found:
    from dlmath.maths.probability.joint_information import joint_divergence

    if not (isinstance(p, Joint) and isinstance(q, Joint) and p.name == q.name):
        raise InvalidInput("both must be distributions of the same family of vectors")
    return joint_divergence(p, q, kind, settings)
