"""Candidates for extrema under constraints: stationary points of the Lagrangian, case by case.

For every set of constraints that may hold with equality: the gradient of f is a combination of
theirs (J.-L. Lagrange 1788; W. Karush 1939, H. Kuhn and A. Tucker 1951). Points where the gradients
of the constraints themselves are dependent need not satisfy that (F. John 1948) and are looked for
too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from time import monotonic
from typing import Any, NamedTuple

from dlmath.expression.gradient import gradient
from dlmath.expression.graph import ONE, Node, add, mul, symbol
from dlmath.expression.intervals import Interval
from dlmath.expression.tidy import expand, tidy
from dlmath.maths.optimization.convexity.curved import determinant
from dlmath.maths.optimization.extrema.algebraic import Family, Root
from dlmath.maths.optimization.extrema.constraints import (
    Constraint,
    active_sets,
    is_active,
    violated,
)
from dlmath.maths.optimization.extrema.systems import (
    EXACT,
    exact_values,
    solve_system,
    value_at,
    weaker,
)
from dlmath.maths.optimization.quadratics import numerator

#: Multipliers are looked for up to this size, where they cannot be eliminated.
_MULTIPLIERS = 50.0


class Candidate(NamedTuple):
    """A feasible place where the conditions of the first order hold, or regularity fails.

    active: the constraints that hold with equality. multipliers: for them, grad f = sum of
    m_i * grad(rest_i), or None at an irregular point where there are none. exact: their closed
    forms, where short.
    """

    root: Root
    active: tuple[int, ...]
    multipliers: tuple[Any, ...] | None
    exact: tuple[Node | None, ...]
    regular: bool


class Candidates(NamedTuple):
    """found; families: unsolved rests of infinitely many; how; doubts in words."""

    found: list[Candidate]
    families: list[Family]
    how: str
    doubts: tuple[str, ...]


def candidates(
    function: Node,
    names: Sequence[str],
    constraints: Sequence[Constraint],
    box: Mapping[str, Interval],
    seconds: float,
) -> Candidates:
    """Every candidate, each place once."""
    slopes = gradient(function, list(names))
    parts = [tidy(slopes[name]) for name in names]
    sets = list(active_sets(constraints, len(names)))
    end = monotonic() + seconds
    kept: list[Candidate] = []
    families: list[Family] = []
    doubts: list[str] = []
    how = EXACT
    for place, active in enumerate(sets):
        share = max(0.3, (end - monotonic()) / (len(sets) - place))
        chosen = [constraints[index] for index in active]
        for equations, unknowns in _systems(parts, names, chosen):
            sides = {**dict.fromkeys(unknowns, (-_MULTIPLIERS, _MULTIPLIERS)), **box}
            found = solve_system(equations, unknowns, len(names), sides, share)
            how = weaker(how, found.how)
            doubts += found.doubts
            for where in found.open_places:
                shown = ", ".join(f"{n} = {x:.6g}" for n, x in zip(names, where, strict=False))
                doubts.append(f"that there is no candidate near {shown}")
            families += found.families
            for root in found.roots:
                one = _candidate(parts, names, constraints, root)
                if one is not None and not _known(one, kept):
                    kept.append(one)
    return Candidates(kept, list(dict.fromkeys(families)), how, tuple(dict.fromkeys(doubts)))


def _known(one: Candidate, kept: Sequence[Candidate]) -> bool:
    return any(
        all(
            abs(a - b) <= 1e-12 * max(1, abs(a))
            for a, b in zip(one.root.values, other.root.values, strict=True)
        )
        for other in kept
    )


def _systems(
    slopes: Sequence[Node], names: Sequence[str], chosen: Sequence[Constraint]
) -> list[tuple[list[Node], list[str]]]:
    """The equations of one active set, with their unknowns; irregular points as further ones."""
    if not chosen:
        return [(list(slopes), list(names))]
    rests = [tidy(one.rest) for one in chosen]
    size, count = len(names), len(chosen)
    if count == size:  # corners: whatever the gradients are
        return [(rests, list(names))]
    if count == size - 1:  # one determinant says that the gradients are dependent
        rows = [list(slopes), *(list(one.slopes) for one in chosen)]
        return [([determinant(rows), *rests], list(names))]
    if count > size:
        return [(rests[:size], list(names))]
    taken = set(names)
    multipliers = []
    for index in range(count):
        name = f"m{index + 1}"
        while name in taken:
            name += "_"
        multipliers.append(name)
    unknowns = [*names, *multipliers]
    systems = [
        (
            [
                *(
                    tidy(
                        add(
                            slopes[i],
                            *(
                                mul(symbol(m), _minus(one.slopes[i]))
                                for m, one in zip(multipliers, chosen, strict=True)
                            ),
                        )
                    )
                    for i in range(size)
                ),
                *rests,
            ],
            unknowns,
        )
    ]
    if all(_polynomial(rest, names) for rest in rests):
        systems += _irregular(names, chosen, rests, multipliers)
    return systems


def _polynomial(node: Node, names: Sequence[str]) -> bool:
    return numerator(node, names) is not None


def _minus(node: Node) -> Node:
    from dlmath.expression.graph import neg

    return tidy(neg(node))


def _irregular(
    names: Sequence[str],
    chosen: Sequence[Constraint],
    rests: list[Node],
    multipliers: list[str],
) -> list[tuple[list[Node], list[str]]]:
    """Where the gradients of the constraints are dependent: one of the factors is 1."""
    found = []
    for fixed in range(len(chosen)):
        factors = [
            ONE if index == fixed else symbol(name) for index, name in enumerate(multipliers)
        ]
        others = [name for index, name in enumerate(multipliers) if index != fixed]
        equations = [
            tidy(add(*(mul(f, one.slopes[i]) for f, one in zip(factors, chosen, strict=True))))
            for i in range(len(names))
        ]
        found.append(([*equations, *rests], [*names, *others]))
    return found


# --- one place --------------------------------------------------------------------------------


def _candidate(
    slopes: Sequence[Node], names: Sequence[str], constraints: Sequence[Constraint], root: Root
) -> Candidate | None:
    """The candidate at a place: feasible, with its multipliers; None where it is none."""
    place = Root(root.values[: len(names)], root.exact[: len(names)])
    values = exact_values(names, place)
    if any(violated(one, values) for one in constraints):
        return None
    active = tuple(
        index for index, one in enumerate(constraints) if one.equality or is_active(one, values)
    )
    import mpmath

    target = [value_at(slope, values, 50) for slope in slopes]
    rows = [[value_at(s, values, 50) for s in constraints[index].slopes] for index in active]
    if any(t is None for t in target) or any(v is None for row in rows for v in row):
        return None
    with mpmath.workdps(50):
        if not active:
            size = max(abs(t) for t in target if t is not None)
            return Candidate(place, (), (), (), True) if size < 1e-15 else None
        regular = _rank(rows) == len(active)
        multipliers = _combination(rows, target)
    if multipliers is None:
        return None if regular else Candidate(place, active, None, (), regular=False)
    exact = _exact_multipliers(slopes, names, constraints, place, active) if regular else ()
    return Candidate(place, active, tuple(multipliers), exact, regular)


def _rank(rows: list[list[Any]]) -> int:
    import mpmath

    work = [list(row) for row in rows]
    rank = 0
    for column in range(len(work[0])):
        pivot = max(range(rank, len(work)), key=lambda r: abs(work[r][column]), default=None)
        if pivot is None or abs(work[pivot][column]) < mpmath.mpf(10) ** -18:
            continue
        work[rank], work[pivot] = work[pivot], work[rank]
        for r in range(rank + 1, len(work)):
            factor = work[r][column] / work[rank][column]
            work[r] = [a - factor * b for a, b in zip(work[r], work[rank], strict=True)]
        rank += 1
        if rank == len(work):
            break
    return rank


def _combination(rows: list[list[Any]], target: list[Any]) -> list[Any] | None:
    """m with sum of m_i rows_i = target, by least squares; None where there is none."""
    import mpmath

    matrix = mpmath.matrix(rows).T
    square = matrix.T * matrix
    for k in range(len(rows)):
        square[k, k] += mpmath.mpf(10) ** -44
    try:
        found = mpmath.lu_solve(square, matrix.T * mpmath.matrix(target))
    except (ZeroDivisionError, ValueError):
        return None
    rest = matrix * found - mpmath.matrix(target)
    if max(abs(part) for part in rest) > 1e-15 * (1 + max(abs(t) for t in target)):
        return None
    return [mpmath.mpf(0) if abs(m) < 1e-18 else m for m in found]


def _exact_multipliers(
    slopes: Sequence[Node],
    names: Sequence[str],
    constraints: Sequence[Constraint],
    place: Root,
    active: tuple[int, ...],
) -> tuple[Node | None, ...]:
    """Closed forms by Cramer's rule with as many equations as multipliers, at an exact place."""
    from itertools import combinations

    from dlmath.expression.graph import div, substitute
    from dlmath.expression.text import to_text

    if any(form is None for form in place.exact) or len(active) > 3:
        return (None,) * len(active)
    known = {n: f for n, f in zip(names, place.exact, strict=True) if f is not None}
    at = [tidy(substitute(slope, known)) for slope in slopes]
    rows = [[tidy(substitute(s, known)) for s in constraints[i].slopes] for i in active]
    values = exact_values(names, place)
    for chosen in combinations(range(len(names)), len(active)):
        square = [[rows[a][i] for a in range(len(active))] for i in chosen]
        whole = determinant(square)
        size = value_at(whole, values)
        if size is None or abs(size) < 1e-15:
            continue
        found: list[Node | None] = []
        for a in range(len(active)):
            changed = [
                [at[i] if b == a else row[b] for b in range(len(active))]
                for i, row in zip(chosen, square, strict=True)
            ]
            quotient = div(determinant(changed), whole)
            form = min((tidy(quotient), expand(quotient)), key=lambda f: len(to_text(f)))
            found.append(form if len(to_text(form)) <= 30 else None)
        return tuple(found)
    return (None,) * len(active)
