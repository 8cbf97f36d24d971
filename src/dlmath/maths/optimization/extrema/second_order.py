"""The kind of a candidate under constraints: signs of multipliers, then the tangent space.

Second-order conditions: J. Nocedal and S. Wright, Numerical Optimization (2006), section 12.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dlmath.expression.gradient import gradient
from dlmath.expression.graph import Node
from dlmath.expression.tidy import tidy
from dlmath.maths.optimization.extrema.candidates import Candidate
from dlmath.maths.optimization.extrema.classify import Classifier
from dlmath.maths.optimization.extrema.constraints import Constraint
from dlmath.maths.optimization.extrema.feasible import kind_by_samples
from dlmath.maths.optimization.extrema.points import (
    MAXIMUM,
    MINIMUM,
    SADDLE,
    UNDECIDED,
    Critical,
    exact_at,
)
from dlmath.maths.optimization.extrema.systems import exact_values, value_at

_ZERO = 1e-15


def judge(
    function: Node, names: Sequence[str], constraints: Sequence[Constraint], one: Candidate
) -> Critical:
    """The candidate with its kind, and the eigenvalues of the reduced Hessian."""
    values = exact_values(names, one.root)
    value = value_at(function, values, 50)
    exact = exact_at(function, names, one.root)
    if not one.active:
        inner = Classifier(function, names, 1.0).of(one.root)
        if inner is not None:
            return inner
    eigenvalues: list[Any] | None = None
    kind: str | None = None
    why = "values at feasible points nearby"
    if one.multipliers is not None and one.regular:
        eigenvalues = _reduced(function, names, constraints, one)
        kind, why_ = _by_conditions(constraints, one, eigenvalues)
        why = why_ if kind is not None else why
    judged = kind is None
    if kind is None:
        kind = kind_by_samples(function, names, constraints, one) or UNDECIDED
        if kind == UNDECIDED:
            why = "neither the conditions nor values nearby decide"
    shown = None if eigenvalues is None else tuple(float(v) for v in eigenvalues)
    return Critical(tuple(names), one.root, value, exact, kind, shown, True, why, judged)


def _by_conditions(
    constraints: Sequence[Constraint], one: Candidate, eigenvalues: list[Any] | None
) -> tuple[str | None, str]:
    """The kind where the multipliers and the reduced Hessian decide."""
    assert one.multipliers is not None
    inequalities = [
        m
        for m, index in zip(one.multipliers, one.active, strict=True)
        if not constraints[index].equality
    ]
    rising = any(m > _ZERO for m in inequalities)
    falling = any(m < -_ZERO for m in inequalities)
    if rising and falling:
        return SADDLE, "the multipliers of inequalities have both signs"
    if eigenvalues is None:
        return None, ""
    largest = max((abs(v) for v in eigenvalues), default=0)
    signs = {0 if abs(v) <= _ZERO * max(1, largest) else 1 if v > 0 else -1 for v in eigenvalues}
    weak = any(abs(m) <= _ZERO for m in inequalities)
    if 0 in signs or weak:
        return None, ""
    if not eigenvalues:
        if not inequalities:
            return None, ""
        kind = MINIMUM if falling else MAXIMUM
        return kind, "as many constraints bind as there are variables, all with the right sign"
    words = "the Hessian of the Lagrangian on the tangent space is"
    if signs == {1}:
        if rising:
            return SADDLE, f"{words} positive, a multiplier has the sign of a maximum"
        return MINIMUM, f"{words} positive definite"
    if signs == {-1}:
        if falling:
            return SADDLE, f"{words} negative, a multiplier has the sign of a minimum"
        return MAXIMUM, f"{words} negative definite"
    return SADDLE, f"{words} indefinite"


def _reduced(
    function: Node, names: Sequence[str], constraints: Sequence[Constraint], one: Candidate
) -> list[Any] | None:
    """Eigenvalues of Z'HZ: H of f - sum m_i g_i, Z an orthonormal basis of the tangent space."""
    import mpmath

    assert one.multipliers is not None
    values = exact_values(names, one.root)
    size = len(names)
    with mpmath.workdps(50):
        hessian = _hessian(function, names, values)
        if hessian is None:
            return None
        for m, index in zip(one.multipliers, one.active, strict=True):
            other = _hessian(constraints[index].rest, names, values)
            if other is None:
                return None
            hessian = hessian - m * other
        rows = [
            [value_at(s, values, 50) for s in constraints[index].slopes] for index in one.active
        ]
        basis = _complement(rows, size)
        if not basis:
            return []
        z = mpmath.matrix(basis).T
        reduced = z.T * hessian * z
        if len(basis) == 1:
            return [reduced[0, 0]]
        return sorted(mpmath.eigsy(reduced, eigvals_only=True))


def _hessian(node: Node, names: Sequence[str], values: dict[str, Any]) -> Any | None:
    import mpmath

    slopes = gradient(node, list(names))
    rows = []
    for name in names:
        second = gradient(tidy(slopes[name]), list(names))
        row = [value_at(tidy(second[other]), values, 50) for other in names]
        if any(entry is None for entry in row):
            return None
        rows.append(row)
    return mpmath.matrix(rows)


def _complement(rows: list[list[Any]], size: int) -> list[list[Any]]:
    """An orthonormal basis of what is orthogonal to the rows (Gram-Schmidt)."""
    import mpmath

    basis: list[list[Any]] = []
    units = [[mpmath.mpf(int(i == j)) for i in range(size)] for j in range(size)]
    found: list[list[Any]] = []
    for vector, is_row in [(row, True) for row in rows] + [(unit, False) for unit in units]:
        rest = list(vector)
        for _ in range(2):
            for other in basis:
                share = sum(a * b for a, b in zip(rest, other, strict=True))
                rest = [a - share * b for a, b in zip(rest, other, strict=True)]
        length = mpmath.sqrt(sum(a * a for a in rest))
        if length > mpmath.mpf(10) ** -20:
            unit = [a / length for a in rest]
            basis.append(unit)
            if not is_row:
                found.append(unit)
    return found
