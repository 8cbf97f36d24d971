"""The likelihood of data under a family: its value, its maximum, its curvature there."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from dlmath.errors import Unsolved
from dlmath.expression.graph import Node, free_symbols
from dlmath.expression.numbers import evaluate, to_float
from dlmath.maths.probability.distribution import template
from dlmath.maths.probability.estimates import STARTS
from dlmath.maths.probability.family import OUTCOME, Family

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[Any]


class Likelihood:
    """The log-likelihood of data as a function of the free parameters of a family.

    x: the data, shape (n,). fixed: parameters with given values. log_prior: a node in the free
    parameters that is added (the mode of a posterior instead of the largest likelihood).
    """

    def __init__(
        self, family: Family, x: Array, fixed: Mapping[str, float], log_prior: Node | None = None
    ) -> None:
        from dlmath.expression.compile import compile_function

        self.family, self.x, self.fixed = family, x, dict(fixed)
        self.free = [p.name for p in family.parameters if p.name not in fixed]
        self.names = [p.name for p in family.parameters]
        formula = template(family.log_density)
        self._formula = formula
        self._each = compile_function([formula], [OUTCOME, *self.names], arrays=True)
        self._prior = (
            None if log_prior is None else compile_function([log_prior], self.free, arrays=False)
        )

    def value(self, free: Sequence[float]) -> float:
        """The log-likelihood (and log-prior); -inf where a parameter or a datum is impossible."""
        import numpy as np

        values = self._all(free)
        if not self._allowed(values):
            return -math.inf
        terms = np.broadcast_to(self._each(self.x, *values)[0], self.x.shape)
        whole = float(terms.sum())
        if self._prior is not None:
            try:
                whole += float(self._prior(*free)[0])
            except (ArithmeticError, ValueError):
                return -math.inf
        return whole if math.isfinite(whole) else -math.inf

    def _all(self, free: Sequence[float]) -> list[float]:
        given = {**self.fixed, **dict(zip(self.free, free, strict=True))}
        return [float(given[name]) for name in self.names]

    def _allowed(self, values: Sequence[float]) -> bool:
        """Are the parameters allowed, and the data inside the support?"""
        at = dict(zip(self.names, values, strict=True))
        if any(not math.isfinite(value) for value in values):
            return False
        for parameter in self.family.parameters:
            condition = parameter.requires.removesuffix("integer").strip()
            if (
                condition
                and condition != parameter.name
                and evaluate(template(condition), at) is not True
            ):
                return False
        low, high = (_number(template(end), at) for end in (self.family.low, self.family.high))
        return bool(low <= self.x.min() and self.x.max() <= high)

    def information(self, free: Sequence[float]) -> Array:
        """Minus the second derivatives of the log-likelihood, shape (k, k), from the graph."""
        import numpy as np

        from dlmath.expression.compile import compile_function
        from dlmath.expression.gradient import gradient

        first = gradient(self._formula, self.free)
        second = [list(gradient(first[name], self.free).values()) for name in self.free]
        function = compile_function(
            [entry for row in second for entry in row], [OUTCOME, *self.names], arrays=True
        )
        sums = [
            float(np.broadcast_to(term, self.x.shape).sum())
            for term in function(self.x, *self._all(free))
        ]
        return -np.array(sums).reshape(len(self.free), len(self.free))

    def score(self, free: Sequence[float]) -> Array:
        """The derivatives of the log-likelihood by the free parameters, shape (k,)."""
        import numpy as np

        from dlmath.expression.compile import compile_function
        from dlmath.expression.gradient import gradient

        first = gradient(self._formula, self.free)
        function = compile_function(list(first.values()), [OUTCOME, *self.names], arrays=True)
        terms = function(self.x, *self._all(free))
        return np.array([float(np.broadcast_to(term, self.x.shape).sum()) for term in terms])


def _number(node: Node, at: Mapping[str, float]) -> float:
    value = to_float(evaluate(node, dict(at)))
    return float(value) if isinstance(value, (int, float)) else math.nan


class Scale(NamedTuple):
    """A parameter on a scale without ends: there from the parameter, and back."""

    there: Callable[[float], float]
    back: Callable[[float], float]


_LINE = Scale(lambda v: v, lambda u: u)
_POSITIVE = Scale(math.log, lambda u: math.exp(min(u, 700.0)))
_SHARE = Scale(
    lambda v: math.log(v / (1 - v)), lambda u: 1 / (1 + math.exp(-max(min(u, 700), -700)))
)


def scale_of(family: Family, name: str) -> Scale:
    """The scale on which a parameter is searched for."""
    required = next(p.requires for p in family.parameters if p.name == name)
    if required == f"{name} > 0":
        return _POSITIVE
    return _SHARE if "<= 1" in required else _LINE


#: On the scale of a logarithm, a parameter that has run away.
_FAR = 200.0


def largest(likelihood: Likelihood, statistics: Mapping[str, float], seed: int = 0) -> list[float]:
    """The free parameters of the largest likelihood, by search from several places.

    Nelder-Mead, since densities have kinks, begun again where it ended. Raises Unsolved where no
    place has a likelihood, or it grows without bound.
    """
    import numpy as np
    from scipy.optimize import minimize

    scales = [scale_of(likelihood.family, name) for name in likelihood.free]

    def loss(u: Array) -> float:
        try:
            value = likelihood.value([s.back(float(v)) for s, v in zip(scales, u, strict=True)])
        except (OverflowError, ValueError):
            return 1e300
        return -value if math.isfinite(value) else 1e300

    start = _start(likelihood, statistics, scales)
    generator = np.random.default_rng(seed)
    best = None
    for attempt in range(4):
        begin = start if attempt == 0 else start + generator.normal(0, 0.7, len(start))
        options = {"xatol": 1e-9, "fatol": 1e-10, "maxiter": 4000, "maxfev": 4000}
        found = minimize(loss, begin, method="Nelder-Mead", options=options)
        if best is None or found.fun < best.fun:
            best = found
    assert best is not None
    if best.fun >= 1e299:
        raise Unsolved(f"no parameters of {likelihood.family.name} give these data a likelihood")
    again = minimize(
        loss, best.x, method="Nelder-Mead", options={**options, "initial_simplex": _simplex(best.x)}
    )
    u = again.x if again.fun <= best.fun else best.x
    if any(abs(v) > _FAR for v, scale in zip(u, scales, strict=True) if scale is not _LINE):
        raise Unsolved("the likelihood grows without bound as a parameter runs away")
    return [s.back(float(v)) for s, v in zip(scales, u, strict=True)]


def _simplex(centre: Array) -> Array:
    import numpy as np

    return np.vstack([centre, centre + 1e-3 * np.eye(len(centre))])


def _start(
    likelihood: Likelihood, statistics: Mapping[str, float], scales: Sequence[Scale]
) -> Array:
    import numpy as np

    texts = STARTS.get(likelihood.family.name, {})
    known = {**statistics, **likelihood.fixed}
    found = []
    for name, scale in zip(likelihood.free, scales, strict=True):
        node = template(texts.get(name, "1/2" if scale is _SHARE else "1"))
        value = math.nan
        if free_symbols(node) <= set(known):
            value = _number(node, known)
        try:
            moved = scale.there(value)
        except (ValueError, ZeroDivisionError):
            moved = 0.0
        found.append(moved if math.isfinite(moved) else 0.0)
    return np.array(found)
