"""The density of a function of a continuous variable, by the change of variables.

Where g(x) = y has the solutions h(y), the density of g(X) at y is the sum of f(h(y))*|h'(y)| over
those that lie in the support (G. Casella and R. L. Berger, "Statistical Inference", 2nd edition,
theorem 2.1.8). A sample decides whether that is the whole distribution: a function that is constant
somewhere puts probability on single values.
"""

from __future__ import annotations

import math
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.answer import FAILED, PASSED, Check, Step
from dlmath.errors import DlmathError
from dlmath.expression.graph import (
    TRUE,
    ZERO,
    Node,
    call,
    eq_node,
    free_symbols,
    make,
    mul,
    neg,
    symbol,
)
from dlmath.expression.numbers import evaluate_many
from dlmath.expression.tidy import tidy
from dlmath.maths.probability.distribution import Distribution
from dlmath.maths.probability.joint import total
from dlmath.maths.probability.numeric_means import values_at
from dlmath.maths.probability.summary import shorter
from dlmath.settings import Settings

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]

#: The value of the function in its density.
VALUE = "y"

_DRAWS, _CELLS = 400_000, 12


class Transformed(NamedTuple):
    """The density in `y`, between low and high, with its working and its check."""

    density: Node
    low: float
    high: float
    steps: tuple[Step, ...]
    check: Check


def transformed_density(
    function: Node, name: str, distribution: Distribution, settings: Settings
) -> Transformed | str:
    """The density of a function of one continuous variable; or why there is none to show.

    The parameters must be numbers, since a sample decides.
    """
    import numpy as np

    if distribution.symbols() or free_symbols(function) != {name}:
        return "the parameters have no numbers"
    branches = _inverses(function, name, settings)
    if not branches:
        return "the function has no inverse in closed form"
    x = _places(distribution)
    y = values_at(function, {name: x}, x.shape)
    if not np.isfinite(y).all():
        return "the function has no value on a part of the support"
    low, high = distribution.support()
    terms, steps = [], []
    for branch in branches:
        inside = _inside(branch, y, *(_float(end) for end in (low, high)))
        if not inside.any():
            continue
        term = _term(branch, distribution, y[inside])
        steps.append(Step("inverse", ("x = ", branch, " gives ", term)))
        if not inside.all():
            holds = make("and", (make("ge", (branch, low)), make("le", (branch, high))))
            term = make("piecewise", (term, holds, ZERO, TRUE))
        terms.append(term)
    if not terms:
        return "no inverse lies in the support"
    formula = total(terms)
    density = shorter(formula)
    steps.append(Step("change of variables", ("added up over the inverses",), formula, density))
    check = _check(density, function, name, distribution)
    if check.verdict == FAILED:
        return "the change of variables does not give the whole distribution: " + check.detail
    return Transformed(density, float(y.min()), float(y.max()), tuple(steps), check)


def _inverses(function: Node, name: str, settings: Settings) -> list[Node]:
    """The solutions x of g(x) = y."""
    from dlmath.maths.equations.solving.solve import solve

    quiet = replace(settings, at={}, steps=False, plot=False, check=False, digits=None)
    try:
        answer = solve([eq_node(function, symbol(VALUE))], [name], quiet)
    except (DlmathError, ArithmeticError, ValueError):
        return []
    found = answer.facts.get("solutions")
    if answer.status != "answered" or not isinstance(found, (list, tuple)):
        return []
    nodes = [one.get(name) for one in found if isinstance(one, dict)]
    return [node for node in nodes if isinstance(node, Node) and free_symbols(node) <= {VALUE}]


def _places(distribution: Distribution) -> Array:
    """Outcomes spread over the support by their probability."""
    import numpy as np

    from dlmath.maths.probability.numeric import quantile

    shares = (np.arange(1, 400) - 0.37) / 399
    return np.array([quantile(distribution, float(share)) for share in shares])


def _float(node: Node) -> float:
    from dlmath.expression.numbers import evaluate, to_float

    value = to_float(evaluate(node))
    return float(value) if isinstance(value, (int, float)) else math.nan


def _inside(branch: Node, y: Array, low: float, high: float) -> Array:
    """At which values does this inverse lie in the support?"""
    import numpy as np

    with np.errstate(all="ignore"):
        found = np.broadcast_to(np.asarray(evaluate_many(branch, {VALUE: y}), dtype=float), y.shape)
    slack = 1e-9 * (1 + abs(np.where(np.isfinite(found), found, 0.0)))
    inside: Array = np.isfinite(found) & (found >= low - slack) & (found <= high + slack)
    return inside


def _term(branch: Node, distribution: Distribution, y: Array) -> Node:
    """f(h(y))*|h'(y)|, the bars taken off where the slope keeps its sign."""
    import numpy as np

    from dlmath.expression.gradient import gradient

    slope = tidy(gradient(branch, [VALUE])[VALUE])
    with np.errstate(all="ignore"):
        found = np.broadcast_to(np.asarray(evaluate_many(slope, {VALUE: y}), dtype=float), y.shape)
    known = found[np.isfinite(found)]
    if known.size and (known > 0).all():
        size = slope
    elif known.size and (known < 0).all():
        size = tidy(neg(slope))
    else:
        size = call("abs", slope)
    return shorter(mul(distribution.density(branch), size))


def _check(density: Node, function: Node, name: str, distribution: Distribution) -> Check:
    """Shares of a sample between its quantiles against the integral of the density there."""
    import numpy as np
    from scipy.integrate import quad

    from dlmath.expression.compile import compile_function
    from dlmath.maths.probability.numeric import sample

    route = f"sample of {_DRAWS}"
    x = sample(distribution, _DRAWS, np.random.default_rng(31)).astype(float)
    y = values_at(function, {name: x}, x.shape)
    edges = np.quantile(y, np.linspace(0.02, 0.98, _CELLS + 1))
    if not np.isfinite(edges).all() or (np.diff(edges) <= 0).any():
        return Check(route, FAILED, "single values have a probability of their own")
    compiled = compile_function([density], [VALUE])

    def value(at: float) -> float:
        try:
            return float(compiled(at)[0])
        except (ArithmeticError, ValueError):
            return 0.0

    expected = 0.96 / _CELLS
    slack = 6 * math.sqrt(expected / _DRAWS)
    for a, b in pairwise(edges):
        found, *_ = quad(value, float(a), float(b), limit=100, full_output=1)
        if not abs(found - expected) <= slack:
            words = f"from {a:.4g} to {b:.4g} it gives {found:.4g}, a sample {expected:.4g}"
            return Check(route, FAILED, words)
    words = f"{_CELLS} shares of it agree with the density of {VALUE} within their errors"
    return Check(route, PASSED, words)
