"""The radius of convergence of a Taylor series: the distance to the nearest singularity.

The singularities are read off the functions of the expression; where one of them cannot be placed
the radius is not known. The claim is held against the growth of the coefficients
(Cauchy-Hadamard), which also finds singularities that cancel.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import inf, pi
from typing import Any

from dlmath.expression.graph import Node, free_symbols, mul, symbol, topological
from dlmath.expression.tidy import expand

_ENTIRE = frozenset(
    "add mul number symbol constant exp sin cos sinh cosh erf erfc erfi gelu Si Shi fresnels "
    "fresnelc airyai airybi airyaiprime airybiprime".split()
)

#: function -> (first singular operand values, period): first + k*period for every whole k.
_SINGULAR: dict[str, tuple[tuple[complex, ...], complex]] = {
    "log": ((0,), 0),
    "tan": ((pi / 2,), pi),
    "sec": ((pi / 2,), pi),
    "cot": ((0,), pi),
    "csc": ((0,), pi),
    "tanh": ((0.5j * pi,), 1j * pi),
    "sech": ((0.5j * pi,), 1j * pi),
    "coth": ((0,), 1j * pi),
    "csch": ((0,), 1j * pi),
    "sigmoid": ((1j * pi,), 2j * pi),
    "silu": ((1j * pi,), 2j * pi),
    "softplus": ((1j * pi,), 2j * pi),
    "atan": ((1j, -1j), 0),
    "asin": ((1, -1), 0),
    "acos": ((1, -1), 0),
    "atanh": ((1, -1), 0),
    "asinh": ((1j, -1j), 0),
    "acosh": ((1, -1), 0),
}

#: How far the measured growth of the coefficients may be from the claim.
_TOLERANCE = 0.3


def radius(function: Node, variable: str, centre: complex) -> float | None:
    """The distance from the centre to the nearest singularity; inf for entire functions."""
    nearest = inf
    for node in topological(function):
        if variable not in free_symbols(node):
            continue
        places = _singularities(node, variable, centre)
        if places is None:
            return None
        distances = [abs(place - centre) for place in places]
        nearest = min([nearest, *(d for d in distances if d > 1e-9)])
    return nearest


def _singularities(node: Node, variable: str, centre: complex) -> list[complex] | None:
    if node.op in _ENTIRE:
        return []
    if node.op == "pow":
        exponent = node.args[1]
        if exponent.op != "number":
            return [] if variable not in free_symbols(node.args[0]) else None
        if isinstance(exponent.number, int) and exponent.number >= 0:
            return []
        return _places(node.args[0], variable, [0])
    if node.op not in _SINGULAR or len(node.args) != 1:
        return None
    first, period = _SINGULAR[node.op]
    if not period:
        return _places(node.args[0], variable, list(first))
    at_centre = _value(node.args[0], variable, centre)
    if at_centre is None:
        return None
    nearest = round(((at_centre - first[0]) / period).real)
    values = [first[0] + (nearest + k) * period for k in (-2, -1, 0, 1, 2)]
    return _places(node.args[0], variable, values)


def _value(node: Node, variable: str, at: complex) -> complex | None:
    from dlmath.expression.numbers import evaluate

    value = evaluate(node, {variable: at})
    return complex(value) if value == value else None


def _places(inner: Node, variable: str, values: Sequence[complex]) -> list[complex] | None:
    """Where a polynomial takes one of the values; None where it is no polynomial with numbers."""
    coefficients = _polynomial(inner, variable)
    if coefficients is None:
        return None
    import mpmath

    places: list[complex] = []
    for value in values:
        shifted = [*coefficients[:-1], coefficients[-1] - value]
        if len(shifted) < 2:
            continue
        try:
            roots = mpmath.polyroots(shifted, maxsteps=200, extraprec=200)
        except mpmath.libmp.libhyper.NoConvergence:
            return None
        places += [complex(root) for root in roots]
    return places


def _polynomial(node: Node, variable: str) -> list[complex] | None:
    """Coefficients, highest power first."""
    if free_symbols(node) != {variable}:
        return None
    opened = expand(node)
    found: dict[int, complex] = {}
    for term in opened.args if opened.op == "add" else (opened,):
        power_, rest = _power_of(term, variable)
        if power_ is None or rest is None:
            return None
        found[power_] = found.get(power_, 0) + rest
    top = max(found, default=0)
    return [found.get(k, 0) for k in range(top, -1, -1)]


def _power_of(term: Node, variable: str) -> tuple[int | None, complex | None]:
    from dlmath.expression.numbers import evaluate

    exponent = 0
    rest: list[Node] = []
    for part in term.args if term.op == "mul" else (term,):
        base, size = (part.args[0], part.args[1].value) if part.op == "pow" else (part, 1)
        if base is symbol(variable) and isinstance(size, int):
            exponent += size
        elif variable in free_symbols(part):
            return None, None
        else:
            rest.append(part)
    return (exponent, complex(evaluate(mul(*rest)))) if exponent >= 0 else (None, None)


def agrees_with_growth(claimed: float, coefficients: Sequence[Any]) -> bool:
    """Is the claim near 1/limsup |c_n|^(1/n), measured on the last coefficients that are given?"""
    last = [(k, abs(c)) for k, c in enumerate(coefficients) if c != 0 and k > 0][-4:]
    if not last or last[-1][0] < 8:
        return True
    measured = min(float(size) ** (-1 / k) for k, size in last)
    if claimed == inf:
        return bool(measured > 1.5 or len(last) < 4)
    return bool(abs(measured - claimed) <= _TOLERANCE * claimed)
